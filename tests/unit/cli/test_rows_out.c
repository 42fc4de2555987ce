/* Rows and values in the four forms, byte by byte; files that appear whole or not at all. */
#include "cli/rows_out.h"
#include "support/test.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "cli/cli.h"
#include "cli/value_out.h"
#include "os/os.h"

static const struct bl_option options[] = {BL_OPTION_ROWS_FORMAT, BL_OPTION_QUIET, BL_OPTION_END};
static const struct bl_verb verb = {.name = "sql", .options = options};

static void
begin(struct bl_cli *cli, const char *format)
{
	*cli = (struct bl_cli){.os = bl_os_posix(),
	    .arena = bl_arena_new((size_t)1 << 20),
	    .verb = &verb,
	    .quiet = true};
	cli->value[0] = format;
	assert_non_null(cli->arena);
}

static struct bl_value
number(double d, const char *text)
{
	return (struct bl_value){.kind = BL_TYPE_DOUBLE, .dbl = d, .str = bl_str_of(text)};
}

static void
assert_text(const struct bl_datatype *type, struct bl_value v, const char *plain, const char *json)
{
	struct bl_buf out = BL_BUF_INIT(4096);
	struct bl_json_w w;
	struct bl_err err;

	assert_ok(bl_value_out(type, &v, &out, &err), err);
	assert_bytes(bl_buf_str(&out), plain);
	out.len = 0;
	bl_json_w_begin(&w, &out, 0);
	bl_value_out_json(&w, type, &v);
	assert_ok(bl_json_w_end(&w, &err), err);
	assert_bytes(bl_buf_str(&out), json);
	bl_buf_release(&out);
}

static void
values(void **state)
{
	static const struct bl_field fields[] = {
	    {{"a", 1}, {.kind = BL_TYPE_BIGINT}}, {{NULL, 0}, {.kind = BL_TYPE_VARCHAR}}};
	const struct bl_datatype row = {.kind = BL_TYPE_ROW, .fields = fields, .n_fields = 2};
	const struct bl_value parts[] = {bl_value_bigint(1), bl_value_null(BL_TYPE_VARCHAR)};
	const struct bl_value pair[] = {bl_value_varchar(BL_STR("k")), bl_value_bigint(2)};

	(void)state;
	assert_text(NULL, bl_value_null(BL_TYPE_BIGINT), "", "null");
	assert_text(
	    NULL, bl_value_bigint(INT64_MIN), "-9223372036854775808", "-9223372036854775808");
	assert_text(NULL, number(0.1, NULL), "0.1", "0.1");
	assert_text(NULL, number(1.0 / 3, NULL), "0.3333333333333333", "0.3333333333333333");
	/* The text that a number came with is kept. */
	assert_text(NULL, number(100, "100.00"), "100.00", "100.00");
	assert_text(NULL, bl_value_varchar(BL_STR("a\"b")), "a\"b", "\"a\\\"b\"");
	assert_text(NULL, (struct bl_value){.kind = BL_TYPE_DATE, .i64 = 20484}, "2026-01-31",
	    "\"2026-01-31\"");
	assert_text(NULL,
	    (struct bl_value){.kind = BL_TYPE_TIMESTAMP, .i64 = INT64_C(1769882400000000000)},
	    "2026-01-31T18:00:00Z", "\"2026-01-31T18:00:00Z\"");
	assert_text(NULL, (struct bl_value){.kind = BL_TYPE_SPAN, .i64 = -INT64_C(90061001000000)},
	    "-1 01:01:01.001", "\"-1 01:01:01.001\"");
	assert_text(NULL, (struct bl_value){.kind = BL_TYPE_MONTHS, .i64 = 14}, "1-2", "\"1-2\"");
	assert_text(&row, (struct bl_value){.kind = BL_TYPE_ROW, .elements = parts, .n = 2},
	    "{\"a\":1,\"field1\":null}", "{\"a\":1,\"field1\":null}");
	assert_text(NULL, (struct bl_value){.kind = BL_TYPE_MAP, .elements = pair, .n = 1},
	    "{\"k\":2}", "{\"k\":2}");
}

/* ARRAY[ARRAY[...]] comes from a statement: a limit, no crash. */
static void
too_deep(void **state)
{
	struct bl_value nest[64];
	struct bl_buf out = BL_BUF_INIT(4096);
	struct bl_err err;

	(void)state;
	nest[0] = bl_value_bigint(1);
	for (size_t i = 1; i < 64; i++)
		nest[i] =
		    (struct bl_value){.kind = BL_TYPE_ARRAY, .elements = &nest[i - 1], .n = 1};
	assert_int_equal(bl_value_out(NULL, &nest[63], &out, &err), BL_ELIMIT);
	assert_string_equal(err.text, "a value is nested more than 30 deep");
	bl_buf_release(&out);
}

/* Writes two rows into a file; its bytes. */
static void
assert_file(const char *format, const char *name, const char *want)
{
	const struct bl_str names[] = {BL_STR("id"), BL_STR("n")};
	const struct bl_datatype types[] = {
	    *bl_type_of(BL_TYPE_VARCHAR), *bl_type_of(BL_TYPE_BIGINT)};
	const struct bl_value ids[] = {bl_value_varchar(BL_STR("a,b")),
	    bl_value_varchar(BL_STR("")), bl_value_null(BL_TYPE_VARCHAR)};
	const struct bl_value ns[] = {bl_value_bigint(7), bl_value_null(BL_TYPE_BIGINT)};
	const uint32_t codes[] = {0, 1, 0};
	const struct bl_vector columns[] = {{.values = ids, .n_values = 3},
	    {.codes = codes, .values = ns, .n_values = 2, .dictionary = 1}};
	const struct bl_batch batch = {.n = 3, .columns = columns, .n_columns = 2};
	char path[256];
	enum bl_rows_form form;
	struct bl_rows_out *out = NULL;
	struct bl_str got;
	struct bl_cli cli;

	begin(&cli, format);
	(void)snprintf(path, sizeof(path), "/tmp/beleg-rows-%ld%s", (long)getpid(), name);
	assert_ok(bl_rows_form_of(&cli, path, &form), cli.err);
	assert_ok(bl_rows_out_open(&cli, form, path, names, types, 2, &out), cli.err);
	assert_ok(bl_rows_out_batch(out, &batch), cli.err);
	/* Nothing under its name before the end. */
	assert_int_not_equal(access(path, F_OK), 0);
	assert_ok(bl_rows_out_end(out), cli.err);
	assert_int_equal(bl_rows_out_count(out), 3);
	bl_rows_out_free(&out);
	assert_ok(bl_os_read_file(cli.os, cli.arena, path, 4096, &got, &cli.err), cli.err);
	assert_bytes(got, want);
	assert_ok(bl_os_unlink(cli.os, path, &cli.err), cli.err);
	bl_arena_free(&cli.arena);
}

static void
forms(void **state)
{
	(void)state;
	/* NULL is an empty field, an empty text is "". */
	assert_file(NULL, ".csv", "id,n\r\n\"a,b\",7\r\n\"\",\r\n,7\r\n");
	assert_file(NULL, ".ndjson",
	    "{\"id\":\"a,b\",\"n\":7}\n{\"id\":\"\",\"n\":null}\n{\"id\":null,\"n\":7}\n");
	assert_file(NULL, ".json",
	    "[\n{\"id\":\"a,b\",\"n\":7},\n{\"id\":\"\",\"n\":null},\n{\"id\":null,\"n\":7}\n]\n");
	assert_file(NULL, ".txt", "id       n\na,b      7\n      NULL\nNULL     7\n");
	/* A format that is given counts more than the name. */
	assert_file("csv", ".out", "id,n\r\n\"a,b\",7\r\n\"\",\r\n,7\r\n");
}

static void
nothing_is_left_of_a_failure(void **state)
{
	const struct bl_str names[] = {BL_STR("id")};
	const struct bl_datatype types[] = {*bl_type_of(BL_TYPE_VARCHAR)};
	struct bl_rows_out *out = NULL;
	char path[256], tmp[300];
	struct bl_cli cli;

	(void)state;
	begin(&cli, NULL);
	(void)snprintf(path, sizeof(path), "/tmp/beleg-rows-%ld.csv", (long)getpid());
	(void)snprintf(tmp, sizeof(tmp), "%s.tmp", path);
	assert_ok(bl_rows_out_open(&cli, BL_ROWS_CSV, path, names, types, 1, &out), cli.err);
	assert_int_equal(access(tmp, F_OK), 0);
	bl_rows_out_free(&out);
	assert_int_not_equal(access(tmp, F_OK), 0);
	assert_int_not_equal(access(path, F_OK), 0);
	bl_arena_free(&cli.arena);
}

static void
unknown_end(void **state)
{
	enum bl_rows_form form;
	struct bl_cli cli;

	(void)state;
	begin(&cli, NULL);
	assert_int_equal(bl_rows_form_of(&cli, "rows.xlsx", &form), BL_EUSAGE);
	assert_string_equal(cli.err.text,
	    "rows.xlsx ends with none of .csv, .json, .ndjson, .txt: give --format too");
	bl_arena_free(&cli.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values),
	    cmocka_unit_test(too_deep),
	    cmocka_unit_test(forms),
	    cmocka_unit_test(nothing_is_left_of_a_failure),
	    cmocka_unit_test(unknown_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
