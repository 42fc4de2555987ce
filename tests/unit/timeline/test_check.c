/* Chains that break a rule are told; those that the builder makes do not. */
#include "scene.h"

#include "timeline/check.h"

static const char *
chain(struct bl_state *states, size_t n)
{
	struct bl_resource r = {.type_no = 0, .states = states, .n_states = n};

	return bl_timeline_check_chain(&r, 3);
}

static void
test_chains(void **state)
{
	struct bl_state s[2] = {{.from_ns = 10, .to_ns = 20, .capture_ns = 10, .version = {0, 0}},
	    {.from_ns = 20, .to_ns = BL_INSTANT_MAX, .capture_ns = 20, .version = {0, 2}}};

	(void)state;
	assert_null(chain(s, 2));
	assert_null(chain(s, 0));
	s[1].from_ns = 19;
	s[1].capture_ns = 19;
	assert_string_equal(chain(s, 2), "two states overlap");
	s[1].from_ns = 25;
	s[1].capture_ns = 26;
	assert_string_equal(chain(s, 2), "a state begins before its version was captured");
	s[1].kind = BL_STATE_VANISHED;
	assert_null(chain(s, 2));
	s[1].to_ns = 25;
	assert_string_equal(chain(s, 2), "a state ends before it begins");
	s[1].version.ordinal = 3;
	assert_string_equal(chain(s, 2), "a state is of a version that is not there");
}

static void
on_problem(void *ctx, const struct bl_timeline_problem *problem)
{
	(void)ctx;
	fail_msg("%.*s: %s", BL_STR_ARG(problem->id), problem->what);
}

static void
test_store(void **state)
{
	struct bl_timeline_check check = {.problem = on_problem};
	struct scene s;

	(void)state;
	scene_open(&s);
	SNAPSHOT(&s, 6, {.id = "a", .hour = 1}, {.id = "b", .hour = 2});
	SNAPSHOT(&s, 12, {.id = "a", .hour = 7, .state = 1});
	SNAPSHOT(&s, 18, {.id = "a", .hour = 7, .state = 1}, {.id = "b", .hour = 2});
	assert_ok(bl_timeline_check(s.store, &check, &s.err), s.err);
	assert_int_equal(check.n_resources, 2);
	/* a twice; b seen, vanished, seen again. */
	assert_int_equal(check.n_states, 5);
	scene_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_chains), cmocka_unit_test(test_store)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
