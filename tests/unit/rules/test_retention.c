/* Policies: what is refused and where; patterns and horizons; fates in a small world. */
#include "unit/timeline/scene.h"

#include "rules/retention.h"

static void
test_refused(void **state)
{
	static const struct {
		const char *text;
		uint32_t line, column;
		const char *words;
	} cases[] = {
	    {"[]\n", 1, 1, "a policy is a mapping with keep, and rules and holds if there are any"},
	    {"rules: []\n", 1, 1,
		"a policy wants keep at the top: how long all stays that no rule names"},
	    {"keep: 0d\n", 1, 7,
		"keep wants years or days, such as 10y (at most 200y) or 400d (at most 73000d), "
		"not "
		"\"0d\""},
	    {"keep: 1y\nrules: x\n", 2, 8, "rules wants a list"},
	    {"keep: 1y\nrules:\n  - x\n", 3, 5, "each of rules is a mapping"},
	    {"keep: 1y\nrules:\n  - keep: 1d\n", 3, 5,
		"a rule wants account, type or both; for all of them there is keep at the top"},
	    {"keep: 1y\nrules:\n  - type: x\n", 3, 5, "a rule wants keep: how long"},
	    {"keep: 1y\nholds:\n  - type: x\n", 3, 5,
		"a hold wants a reason: who asked for it, and why"},
	    {"keep: 1y\nholds:\n  - reason: x\n    from: 2026-02-01\n    to: 2026-01-01\n", 3, 5,
		"from is not before to"},
	    {"keep: 1y\nholds:\n  - reason: x\n    until: never\n", 4, 12,
		"until wants a date such as 2026-01-31 (midnight UTC) or an instant such as "
		"2026-01-31T12:00:00Z"},
	    {"keep: 1y\nhold: []\n", 2, 1,
		"a policy has no \"hold\": it may have keep, rules and holds"},
	};
	struct bl_arena *arena = bl_arena_new((size_t)1 << 24);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct bl_retention *policy;
		struct bl_err err;

		assert_int_equal(
		    bl_retention_parse(bl_str_of(cases[i].text), arena, &policy, &err), BL_EINPUT);
		assert_string_equal(err.text, cases[i].words);
		assert_int_equal(err.line, cases[i].line);
		assert_int_equal(err.column, cases[i].column);
	}
	bl_arena_free(&arena);
}

static void
test_patterns(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool matches;
	} cases[] = {{"AWS::EC2::*", "AWS::EC2::Volume", true}, {"AWS::EC2::*", "AWS::EC2", false},
	    {"*", "", true}, {"", "", true}, {"", "x", false}, {"*a*b", "xaxxb", true},
	    {"*a*b", "xaxxbc", false}, {"a", "a", true}, {"a", "ab", false}, {"**", "abc", true},
	    {"*aab", "aaaab", true}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (bl_retention_matches(bl_str_of(cases[i].pattern), bl_str_of(cases[i].text)) !=
		    cases[i].matches)
			fail_msg("%s on %s", cases[i].pattern, cases[i].text);
	assert_true(bl_retention_matches((struct bl_str){.ptr = NULL}, BL_STR("x")));
}

static void
test_horizons(void **state)
{
	(void)state;
	assert_true(bl_retention_horizon((struct bl_retention_period){.years = 10},
			bl_instant_civil(2026, 3, 5) + 7) == bl_instant_civil(2016, 3, 5) + 7);
	assert_true(bl_retention_horizon((struct bl_retention_period){.days = 3},
			bl_instant_civil(2026, 3, 1)) == bl_instant_civil(2026, 2, 26));
	/* Never later than the date: what stays, stays. */
	assert_true(
	    bl_retention_horizon((struct bl_retention_period){.years = 1},
		bl_instant_civil(2028, 2, 29) + BL_NS_PER_HOUR) <= bl_instant_civil(2027, 3, 1));
	assert_true(bl_retention_horizon((struct bl_retention_period){.years = 200},
			bl_instant_civil(1700, 1, 1)) == BL_INSTANT_MIN);
}

static const struct bl_retention_plan *
plan(struct scene *s, const char *text, int hour)
{
	const struct bl_retention *policy;
	const struct bl_retention_plan *ret;
	struct bl_columns *columns = NULL;

	assert_ok(bl_retention_parse(bl_str_of(text), s->arena, &policy, &s->err), s->err);
	assert_ok(bl_columns_new(s->store, BL_COLUMNS_CANONICAL, &columns, &s->err), s->err);
	assert_ok(bl_retention_plan(policy, columns, HOUR(hour), s->arena, &ret, &s->err), s->err);
	bl_columns_free(&columns);
	return ret;
}

static void
fates(const struct bl_retention_plan *p, uint64_t current, uint64_t within, uint64_t held,
    uint64_t needed, uint64_t removable)
{
	assert_int_equal(p->total.n[BL_FATE_CURRENT], current);
	assert_int_equal(p->total.n[BL_FATE_WITHIN], within);
	assert_int_equal(p->total.n[BL_FATE_HELD], held);
	assert_int_equal(p->total.n[BL_FATE_NEEDED], needed);
	assert_int_equal(p->total.n[BL_FATE_REMOVABLE], removable);
}

static void
test_fates(void **state)
{
	const struct bl_retention_plan *p;
	struct scene s;

	(void)state;
	scene_open(&s);
	/* a: hours 1 to 30 and from then on; b: hour 2 to its deletion at 40. */
	SNAPSHOT(&s, 6, {.id = "a", .hour = 1}, {.id = "b", .hour = 2});
	SNAPSHOT(&s, 32, {.id = "a", .hour = 30, .state = 1}, {.id = "b", .hour = 2});
	HISTORY(&s, 41, {.id = "b", .hour = 40, .state = 2, .status = "ResourceDeleted"});

	fates(plan(&s, "keep: 10y\n", 100), 1, 3, 0, 0, 0);
	/* Horizon: hour 33.  The first of a ended at 30; only the first snapshot held it, and that
	 * is due too. */
	p = plan(&s, "keep: 1d\n", 57);
	fates(p, 1, 2, 0, 0, 1);
	assert_int_equal(p->deliveries[BL_FATE_REMOVABLE], 2);
	assert_int_equal(p->deliveries[BL_FATE_WITHIN], 1);
	/* Horizon: hour 36, but deliveries stay a year: what they held is needed. */
	p = plan(&s, "keep: 1y\nrules:\n  - type: \"AWS::EC2::*\"\n    keep: 1d\n", 100);
	fates(p, 1, 0, 0, 3, 0);
	assert_int_equal(p->deliveries[BL_FATE_WITHIN], 3);
	/* Long after: all but what holds. */
	fates(plan(&s, "keep: 1d\n", 1000), 1, 0, 0, 0, 3);
	/* A hold on b, for what held at hour 5: its version stays, and both deliveries of it,
	 * which need the first of a; the deletion goes. */
	p = plan(&s,
	    "keep: 1d\nholds:\n  - resource: b\n    from: 2026-01-01T05:00:00Z\n    to: "
	    "2026-01-01T06:00:00Z\n    reason: r\n",
	    1000);
	fates(p, 1, 0, 1, 1, 1);
	assert_int_equal(p->holds[0].versions, 1);
	assert_int_equal(p->holds[0].deliveries, 2);
	/* The hold's own end. */
	p = plan(
	    &s, "keep: 1d\nholds:\n  - resource: b\n    until: 2026-01-03\n    reason: r\n", 1000);
	fates(p, 1, 0, 0, 0, 3);
	assert_true(p->holds[0].expired);
	/* A hold on the account covers deliveries of that time and versions that held then: the
	 * second of a, so the second snapshot, and the history; both need versions of b. */
	p = plan(&s,
	    "keep: 1d\nholds:\n  - account: \"1111*\"\n    from: 2026-01-02T16:30:00Z\n    reason: "
	    "r\n",
	    1000);
	fates(p, 1, 0, 0, 2, 1);
	assert_int_equal(p->holds[0].versions, 1);
	assert_int_equal(p->deliveries[BL_FATE_HELD], 2);
	scene_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_patterns), cmocka_unit_test(test_horizons),
	    cmocka_unit_test(test_fates)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
