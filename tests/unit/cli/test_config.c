/* The lines of beleg.toml: what is taken, and what is refused with its place. */
#include "cli/config.h"
#include "support/test.h"

#include "base/arena.h"

struct room {
	struct bl_arena *arena;
	struct bl_config_entry *entries;
	size_t n;
	struct bl_err err;
};

static enum bl_status
parse(struct room *r, const char *text)
{
	return bl_config_parse(
	    BL_STR("beleg.toml"), bl_str_of(text), r->arena, &r->entries, &r->n, &r->err);
}

static int
setup(void **state)
{
	static struct room r;

	r = (struct room){.arena = bl_arena_new((size_t)1 << 20)};
	assert_non_null(r.arena);
	*state = &r;
	return 0;
}

static int
teardown(void **state)
{
	struct room *r = *state;

	bl_arena_free(&r->arena);
	return 0;
}

static void
values_of_every_kind(void **state)
{
	struct room *r = *state;

	assert_ok(parse(r, "# a comment\n\nstore = \"/srv/a b\"  # why\r\npack='C:\\x'\n"
			   "format = json\n  key = \"say \\\"x\\\" and \\\\\""),
	    r->err);
	assert_int_equal(r->n, 4);
	assert_true(bl_str_eq(r->entries[0].key, BL_STR("store")));
	assert_true(bl_str_eq(r->entries[0].value, BL_STR("/srv/a b")));
	assert_true(bl_str_eq(r->entries[1].value, BL_STR("C:\\x")));
	assert_true(bl_str_eq(r->entries[2].value, BL_STR("json")));
	assert_true(bl_str_eq(r->entries[3].value, BL_STR("say \"x\" and \\")));
	/* The values go to functions that want a NUL behind them. */
	assert_int_equal(r->entries[0].value.ptr[r->entries[0].value.len], '\0');
}

static void
nothing_is_a_configuration_too(void **state)
{
	struct room *r = *state;

	assert_ok(parse(r, ""), r->err);
	assert_int_equal(r->n, 0);
}

static void
refusals_name_line_and_column(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
	    {"[table]\n", "beleg.toml:1:1: expected a line such as store = \"/var/lib/beleg\""},
	    {"a = 1\n  store\n", "beleg.toml:2:3: expected '=' behind store"},
	    {"store = \"open\n",
		"beleg.toml:1:9: the value of store must be one \"quoted\" text or a bare word"},
	    {"store = [1]\n",
		"beleg.toml:1:9: the value of store must be one \"quoted\" text or a bare word"},
	    {"store = a b\n",
		"beleg.toml:1:9: the value of store must be one \"quoted\" text or a bare word"},
	    {"store = \"\\n\"\n",
		"beleg.toml:1:9: the value of store must be one \"quoted\" text or a bare word"},
	};
	struct room *r = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(parse(r, cases[i].text), BL_EINPUT);
		assert_string_equal(r->err.text, cases[i].message);
		assert_true(r->err.line > 0 && r->err.column > 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(values_of_every_kind, setup, teardown),
	    cmocka_unit_test_setup_teardown(nothing_is_a_configuration_too, setup, teardown),
	    cmocka_unit_test_setup_teardown(refusals_name_line_and_column, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
