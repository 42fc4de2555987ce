/* What no resource speaks for is told of the account and region, never left out. */
#include "unit/rules/room.h"

#include "base/mem.h"

static void
a_recorder_stopped_before_any_volume_is_no_silence(void **state)
{
	struct room *r = *state;

	SNAPSHOT(&r->scene, 2, RECORDER(0, ON));
	HISTORY(&r->scene, 6, RECORDER(6, OFF));
	SNAPSHOT(&r->scene, 14, RECORDER(10, ON));
	SNAPSHOT(&r->scene, 20, RECORDER(10, ON));
	room_judge(r, 4, 16);
	assert_string_equal(room_findings(r, "volumes", "111122223333"),
	    "INSUFFICIENT_DATA(recorder-stopped) 6-10 known");
	assert_true(r->a->findings[0].since_ns == HOUR(6));
	assert_string_equal(room_annotation(r, "volumes", "eu-central-1"),
	    "AWS::EC2::Volume: no resource is known then, and the configuration recorder of "
	    "111122223333 eu-central-1 was stopped from 2026-01-01T06:00:00Z to "
	    "2026-01-01T10:00:00Z; to bring: CloudTrail's events of that time, or another listing "
	    "of what there was");
	assert_int_equal(r->a->rules[0].over_period.verdict[BL_INSUFFICIENT_DATA], 1);
	assert_int_equal(r->a->rules[0].at_end.resources, 0);
	room_judge(r, 8, 8);
	assert_string_equal(room_findings(r, "volumes", "111122223333"),
	    "INSUFFICIENT_DATA(recorder-stopped) 8-8 goes on");
	room_period_agrees(r, 0, 24);
}

/* A stop that goes on, and a silence behind it: one stretch a reason, and never two at once. */
static void
silence_without_a_resource_is_told_of_the_place(void **state)
{
	struct room *r = *state;

	SNAPSHOT(&r->scene, 2, RECORDER(0, ON));
	SNAPSHOT(&r->scene, 8, RECORDER(0, ON));
	SNAPSHOT(&r->scene, 50, RECORDER(0, ON));
	HISTORY(&r->scene, 56, RECORDER(56, OFF));
	room_judge(r, 4, 70);
	assert_string_equal(room_findings(r, "volumes", "111122223333"),
	    "INSUFFICIENT_DATA(no-delivery) 8-50 known; INSUFFICIENT_DATA(no-delivery) 50-56 "
	    "changed to another; INSUFFICIENT_DATA(recorder-stopped) 56-70 goes on");
	assert_int_equal(r->a->rules[0].over_period.resources, 1);
	room_period_agrees(r, 0, 72);
	r->options.each_at_its_last = true;
	room_judge(r, 52, 52);
	assert_string_equal(room_findings(r, "volumes", "111122223333"), "");
}

static void
a_resource_speaks_for_its_type_while_it_exists(void **state)
{
	struct room *r = *state;

	SNAPSHOT(&r->scene, 2, RECORDER(0, ON), {.id = "v", .hour = 0, .what = GOOD});
	HISTORY(&r->scene, 6, RECORDER(6, OFF));
	HISTORY(&r->scene, 9, {.id = "v", .hour = 9, .state = 2, .status = "ResourceDeleted"});
	SNAPSHOT(&r->scene, 14, RECORDER(12, ON));
	room_judge(r, 4, 14);
	assert_string_equal(room_findings(r, "volumes", "v"),
	    "COMPLIANT(condition) 4-6 lost; INSUFFICIENT_DATA(recorder-stopped) 6-9 gone");
	assert_string_equal(room_findings(r, "volumes", "111122223333"),
	    "INSUFFICIENT_DATA(recorder-stopped) 9-12 known");
	room_period_agrees(r, 0, 20);
}

static const char accounts[] = "{\"Accounts\":[{\"Id\":\"111122223333\",\"Status\":\"ACTIVE\"},"
			       "{\"Id\":\"444455556666\",\"Status\":\"ACTIVE\","
			       "\"JoinedTimestamp\":\"2026-01-01T06:00:00Z\"},"
			       "{\"Id\":\"777788889999\",\"Status\":\"SUSPENDED\"}]}";

static void
an_account_without_a_delivery_is_one_finding_a_rule(void **state)
{
	struct room *r = *state;
	uint64_t before;

	SNAPSHOT(&r->scene, 2, RECORDER(0, ON));
	before = SNAPSHOT(&r->scene, 14, RECORDER(0, ON));
	scene_evidence(&r->scene, BL_DELIVERY_ACCOUNT_LIST, accounts);
	room_judge(r, 4, 12);
	for (size_t i = 0; i < r->a->n_rules; i++) {
		const char *rule = i == 0 ? "volumes" : "flow-logs";

		assert_string_equal(room_findings(r, rule, "444455556666"),
		    "INSUFFICIENT_DATA(no-recorder) 6-12 goes on");
		assert_string_equal(room_findings(r, rule, "777788889999"),
		    "INSUFFICIENT_DATA(no-recorder) 4-12 goes on");
	}
	assert_string_equal(room_annotation(r, "volumes", "*"),
	    "AWS::EC2::Volume: the account list of position 3 names this account as ACTIVE, and "
	    "nothing was ever delivered of it; to bring: its deliveries, or why it is out of "
	    "scope");
	assert_int_equal(r->a->list_position, 3);
	assert_int_equal(r->a->n_listed, 3);
	assert_int_equal(r->a->n_never, 2);
	assert_int_equal(r->a->deliveries[r->a->n_deliveries - 1], 3);
	room_period_agrees(r, 0, 16);
	r->options.position = before; /* Nobody had told. */
	room_judge(r, 4, 12);
	assert_string_equal(room_findings(r, "volumes", "444455556666"), "");
	assert_int_equal(r->a->list_position, 0);
}

static void
a_region_that_only_cloudtrail_tells_of_is_told_of(void **state)
{
	struct room *r = *state;

	SNAPSHOT(&r->scene, 2, RECORDER(0, ON));
	SNAPSHOT(&r->scene, 14, RECORDER(0, ON));
	scene_act(&r->scene, "StartConfigurationRecorder", "eu-north-1", 3, NULL);
	room_judge(r, 4, 12);
	assert_string_equal(room_findings(r, "volumes", "111122223333"),
	    "INSUFFICIENT_DATA(no-recorder) 4-12 goes on");
	assert_string_equal(room_annotation(r, "volumes", "eu-north-1"),
	    "AWS::EC2::Volume: an item of another recorder or CloudTrail tells of a recorder here, "
	    "and nothing was ever delivered of it; to bring: its deliveries, or why it is out of "
	    "scope");
	assert_int_equal(r->a->n_never, 0);
}

/* Each request for memory fails in turn: a failure with its name, or the same findings. */
static void
each_request_for_memory_fails(void **state)
{
	struct room *r = *state;
	size_t n_want, n_failures = 0;
	bool hit = true;

	SNAPSHOT(&r->scene, 2, RECORDER(0, ON));
	HISTORY(&r->scene, 6, RECORDER(6, OFF));
	SNAPSHOT(&r->scene, 14, RECORDER(10, ON));
	scene_act(&r->scene, "StartConfigurationRecorder", "eu-north-1", 3, NULL);
	scene_evidence_named(
	    &r->scene, BL_DELIVERY_ACCOUNT_LIST, "accounts-2026-01-01.json", accounts);
	room_judge(r, 4, 24);
	n_want = r->a->n_findings;
	assert_true(n_want > 6);
	for (uint64_t nth = 1; hit; nth++) {
		const struct bl_assessment *a = NULL;
		struct bl_columns *columns = NULL;
		struct bl_err err;
		enum bl_status status;

		assert_ok(
		    bl_columns_new(r->scene.store, BL_COLUMNS_CANONICAL, &columns, &err), err);
		bl_mem_fail_at(nth);
		status = bl_assess(columns, &r->options, r->scene.arena, &a, &err);
		hit = bl_mem_fail_hit();
		bl_mem_fail_at(0);
		bl_columns_free(&columns);
		n_failures += status != BL_OK;
		if (status == BL_OK)
			assert_int_equal(a->n_findings, n_want);
		else
			assert_true(hit && status == BL_ENOMEM && err.text[0] != '\0');
	}
	assert_true(n_failures > 10);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, room_setup, room_teardown)
	const struct CMUnitTest tests[] = {T(a_recorder_stopped_before_any_volume_is_no_silence),
	    T(silence_without_a_resource_is_told_of_the_place),
	    T(a_resource_speaks_for_its_type_while_it_exists),
	    T(an_account_without_a_delivery_is_one_finding_a_rule),
	    T(a_region_that_only_cloudtrail_tells_of_is_told_of), T(each_request_for_memory_fails)};
#undef T

	return cmocka_run_group_tests(tests, NULL, NULL);
}
