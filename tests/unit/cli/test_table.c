/* Tables, numbers and CSV fields for people. */
#include "cli/table.h"
#include "support/test.h"

#include "base/arena.h"

static void
numbers(void **state)
{
	char text[BL_NUMBER_TEXT];

	(void)state;
	assert_string_equal(bl_table_number(0, text), "0");
	assert_string_equal(bl_table_number(999, text), "999");
	assert_string_equal(bl_table_number(1234567, text), "1,234,567");
	assert_string_equal(bl_table_number(UINT64_MAX, text), "18,446,744,073,709,551,615");
	assert_string_equal(bl_table_bytes(0, text), "0 B");
	assert_string_equal(bl_table_bytes(999, text), "999 B");
	assert_string_equal(bl_table_bytes(1000, text), "1.0 kB");
	assert_string_equal(bl_table_bytes(156565252, text), "157 MB");
	assert_string_equal(bl_table_bytes(99950000, text), "100 MB");
	assert_string_equal(bl_table_bytes(UINT64_MAX, text), "18.4 EB");
}

static void
columns_are_as_wide_as_their_cells(void **state)
{
	static const struct bl_table_column columns[] = {
	    {"name", false}, {"n", true}, {"why", false}};
	const struct bl_str first[] = {BL_STR("Schl\xc3\xbcssel"), BL_STR("7"), BL_STR("x")};
	const struct bl_str second[] = {BL_STR("a\x1b[2J"), BL_STR("1,234"), BL_STR("")};
	struct bl_arena *arena = bl_arena_new((size_t)1 << 16);
	struct bl_buf out = BL_BUF_INIT(4096);
	struct bl_table *t = NULL;
	struct bl_err err;

	(void)state;
	assert_non_null(arena);
	assert_ok(bl_table_new(arena, columns, 3, &t, &err), err);
	assert_ok(bl_table_row(t, first, &err), err);
	assert_ok(bl_table_row(t, second, &err), err);
	assert_ok(bl_table_print(t, false, &out, &err), err);
	/* Characters, not bytes, are counted; control bytes never reach the terminal. */
	assert_bytes(bl_buf_str(&out), "name           n  why\n"
				       "Schl\xc3\xbcssel      7  x\n"
				       "a?[2J      1,234  \n");
	bl_buf_release(&out);
	bl_arena_free(&arena);
}

static void
csv_quotes_what_must_be_quoted(void **state)
{
	static const char *const cases[][2] = {{"plain", "plain"}, {"", ""}, {"a,b", "\"a,b\""},
	    {"say \"x\"", "\"say \"\"x\"\"\""}, {"two\nlines", "\"two\nlines\""}, {"=1+1", "=1+1"}};
	struct bl_err err;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bl_buf out = BL_BUF_INIT(256);

		assert_ok(bl_buf_add_csv(&out, bl_str_of(cases[i][0]), &err), err);
		assert_true(bl_str_eq(bl_buf_str(&out), bl_str_of(cases[i][1])));
		bl_buf_release(&out);
	}
}

static void
csv_records_end_as_the_standard_wants(void **state)
{
	const struct bl_str cells[] = {BL_STR("a"), BL_STR("b,c"), BL_STR("")};
	struct bl_buf out = BL_BUF_INIT(256);
	struct bl_err err;

	(void)state;
	assert_ok(bl_table_csv(cells, 3, &out, &err), err);
	assert_bytes(bl_buf_str(&out), "a,\"b,c\",\r\n");
	bl_buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(numbers),
	    cmocka_unit_test(columns_are_as_wide_as_their_cells),
	    cmocka_unit_test(csv_quotes_what_must_be_quoted),
	    cmocka_unit_test(csv_records_end_as_the_standard_wants)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
