/* Tables of items on small worlds: which rows there are, and that none is lost in silence. */
#include "unit/timeline/scene.h"

#include <stdio.h>

#include "base/mem.h"
#include "tables/tables.h"

/* All rows of the columns (and filter, an item expression) as text: "a|b\n". */
static enum bl_status
read_rows(struct scene *s, const char *table, const struct bl_as_of *as_of, const char *filter,
    const char *const *names, uint32_t n, char *out, size_t size, struct bl_err *err)
{
	const struct bl_tables_options options = {.at_ns = BL_INSTANT_MAX};
	struct bl_arena *arena = bl_arena_new((size_t)1 << 28),
			*batch = bl_arena_new((size_t)1 << 28);
	struct bl_scan_output outputs[8];
	struct bl_expr *expr = NULL;
	struct bl_scan_want want = {.outputs = outputs, .n_outputs = n, .limit = UINT64_MAX};
	struct bl_tables *tables = NULL;
	struct bl_found found = {0};
	struct bl_scan *scan = NULL;
	bool end = false;
	size_t len = 0;
	enum bl_status status = arena == NULL || batch == NULL
				    ? bl_fail(err, BL_ENOMEM, "no memory")
				    : bl_tables_new(s->store, &options, &tables, err);

	out[0] = '\0';
	if (status == BL_OK) {
		const struct bl_catalog *c = bl_tables_catalog(tables);

		status = c->find(
		    c->ctx, (struct bl_str){0}, bl_str_of(table), as_of, arena, &found, err);
	}
	if (status == BL_OK && filter != NULL)
		status =
		    bl_expr_compile(bl_str_of(filter), NULL, 0, BL_TYPE_BOOLEAN, arena, &expr, err);
	if (status != BL_OK)
		goto out;
	for (uint32_t i = 0; i < n; i++) {
		outputs[i] = (struct bl_scan_output){.column = UINT32_MAX};
		for (uint32_t k = 0; k < found.source->n_columns; k++)
			if (bl_str_eq(found.source->columns[k].name, bl_str_of(names[i])))
				outputs[i].column = k;
		assert_int_not_equal(outputs[i].column, UINT32_MAX);
	}
	want.filters = (const struct bl_expr *const *)&expr;
	want.n_filters = expr != NULL;
	status = found.source->class->open(found.source, &want, arena, &scan, err);
	while (status == BL_OK && !end) {
		struct bl_batch b = {0};

		bl_arena_reset(batch);
		status = found.source->class->next(scan, batch, &b, &end, err);
		for (uint32_t r = 0; status == BL_OK && r < b.n; r++)
			for (uint32_t i = 0; i < n; i++) {
				const struct bl_value *v = bl_vector_at(&b.columns[i], r);
				char text[BL_INSTANT_TEXT];

				if (v->kind == BL_TYPE_TIMESTAMP && !v->null)
					(void)snprintf(text, sizeof(text), "%d",
					    (int)((v->i64 - HOUR(0)) / BL_NS_PER_HOUR));
				else
					(void)snprintf(text, sizeof(text), "%.*s",
					    BL_STR_ARG(v->null ? BL_STR("-") : v->str));
				len += (size_t)snprintf(
				    out + len, size - len, "%s%s", text, i + 1 == n ? "\n" : "|");
				assert_true(len < size);
			}
	}
	if (scan != NULL)
		found.source->class->close(&scan);
out:
	bl_tables_free(&tables);
	bl_arena_free(&arena);
	bl_arena_free(&batch);
	return status;
}

static void
a_world(struct scene *s)
{
	scene_open(s);
	SNAPSHOT(s, 6, {.id = "vol-1", .hour = 1}, {.id = "vol-2", .hour = 2});
	HISTORY(s, 8, {.id = "vol-1", .hour = 7, .state = 2, .what = "{\"x\":2}"});
	HISTORY(s, 9, {.id = "vol-2", .hour = 8, .state = 3, .status = "ResourceDeleted"});
	SNAPSHOT(s, 12, {.id = "vol-1", .hour = 7, .state = 2, .what = "{\"x\":2}"});
}

static void
versions_tell_when_they_held(void **state)
{
	static const char *const names[] = {"resourceId", "valid_from", "valid_to", "end_known"};
	struct scene s;
	char out[2048];

	(void)state;
	a_world(&s);
	assert_ok(read_rows(&s, "versions", NULL, NULL, names, 4, out, sizeof(out), &s.err), s.err);
	assert_string_equal(out, "vol-1|1|7|observed\nvol-2|2|8|observed\nvol-1|7|-|open\n"
				 "vol-2|8|-|open\n");
	assert_ok(read_rows(&s, "versions", NULL, "configuration.x = 2", names, 4, out, sizeof(out),
		      &s.err),
	    s.err);
	assert_string_equal(out, "vol-1|7|-|open\n");
	scene_close(&s);
}

static void
versions_are_as_known_at_a_position(void **state)
{
	static const char *const names[] = {"resourceId", "valid_from", "valid_to", "end_known"};
	const struct bl_as_of first = {.has_known = true, .known_position = 1};
	const struct bl_as_of never = {.has_known = true, .known_position = 99};
	struct scene s;
	char out[2048];

	(void)state;
	a_world(&s);
	assert_ok(
	    read_rows(&s, "versions", &first, NULL, names, 4, out, sizeof(out), &s.err), s.err);
	assert_string_equal(out, "vol-1|1|-|open\nvol-2|2|-|open\n");
	assert_err(read_rows(&s, "versions", &never, NULL, names, 4, out, sizeof(out), &s.err),
	    s.err, BL_ENOTFOUND, "the store's ledger positions are 1 to 4");
	scene_close(&s);
}

/* What is not known at a moment is not in resources; it is in resources_unknown. */
static void
resources_are_known_or_named(void **state)
{
	static const char *const names[] = {"resourceId", "standing", "why", "since"};
	const struct bl_as_of at = {.has_at = true, .at_ns = HOUR(6)};
	const struct bl_as_of late = {.has_at = true, .at_ns = HOUR(500)};
	struct scene s;
	char out[2048];

	(void)state;
	a_world(&s);
	assert_ok(
	    read_rows(&s, "resources", NULL, NULL, names, 4, out, sizeof(out), &s.err), s.err);
	assert_string_equal(out, "vol-1|present|-|7\n");
	assert_ok(read_rows(&s, "resources", &at, NULL, names, 4, out, sizeof(out), &s.err), s.err);
	assert_string_equal(out, "vol-1|present|-|1\nvol-2|present|-|2\n");
	assert_ok(
	    read_rows(&s, "resources", &late, NULL, names, 4, out, sizeof(out), &s.err), s.err);
	assert_string_equal(out, "");
	assert_ok(
	    read_rows(&s, "resources_unknown", &late, NULL, names, 4, out, sizeof(out), &s.err),
	    s.err);
	assert_string_equal(out, "vol-1|not-known|after-last-delivery|7\n");
	scene_close(&s);
}

/* An error of a filter is the scan's, not FALSE. */
static void
a_broken_filter_is_an_error(void **state)
{
	static const char *const names[] = {"resourceId"};
	struct scene s;
	char out[256];

	(void)state;
	a_world(&s);
	assert_int_equal(read_rows(&s, "versions", NULL, "configuration.x = 'one'", names, 1, out,
			     sizeof(out), &s.err),
	    BL_EINPUT);
	assert_int_equal(s.err.status, BL_EINPUT);
	assert_ok(read_rows(&s, "versions", NULL, "configuration.x = 2 OR configuration.x IS NULL",
		      names, 1, out, sizeof(out), &s.err),
	    s.err);
	assert_string_equal(out, "vol-1\nvol-2\n");
	scene_close(&s);
}

static void
every_allocation_may_fail(void **state)
{
	static const char *const names[] = {"resourceId", "valid_from"};
	struct scene s;
	char out[2048];
	uint64_t n = 0;
	bool hit = true;

	(void)state;
	a_world(&s);
	while (hit) {
		enum bl_status status;

		bl_mem_fail_at(++n);
		status = read_rows(&s, "versions", NULL, "configuration.x = 2", names, 2, out,
		    sizeof(out), &s.err);
		hit = bl_mem_fail_hit();
		bl_mem_fail_at(0);
		/* A derived file that cannot be written is nobody's error: the rows are whole then.
		 */
		if (status == BL_OK)
			assert_string_equal(out, "vol-1|7\n");
		else
			assert_int_equal(status, BL_ENOMEM);
	}
	assert_true(n > 10);
	scene_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(versions_tell_when_they_held),
	    cmocka_unit_test(versions_are_as_known_at_a_position),
	    cmocka_unit_test(resources_are_known_or_named),
	    cmocka_unit_test(a_broken_filter_is_an_error),
	    cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
