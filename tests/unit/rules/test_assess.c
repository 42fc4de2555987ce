/* A pack judged over told deliveries: what is known, what is not, and what follows. */
#include "unit/rules/room.h"

static void
a_verdict_follows_the_versions(void **state)
{
	struct room *r = *state;

	SNAPSHOT(&r->scene, 2, RECORDER(0, ON), {.id = "v", .hour = 0, .what = BAD},
	    {.id = "loose", .hour = 0, .what = LOOSE});
	HISTORY(&r->scene, 8, {.id = "v", .hour = 8, .what = GOOD});
	SNAPSHOT(&r->scene, 14, RECORDER(0, ON), {.id = "v", .hour = 8, .what = GOOD},
	    {.id = "loose", .hour = 0, .what = LOOSE});
	room_judge(r, 4, 12);
	assert_string_equal(room_findings(r, "volumes", "v"),
	    "NON_COMPLIANT(condition) 4-8 changed to COMPLIANT; COMPLIANT(condition) 8-12 goes on");
	assert_string_equal(
	    room_findings(r, "volumes", "loose"), "NOT_APPLICABLE(out-of-scope) 4-12 goes on");
	assert_true(r->a->findings[0].since_ns <= HOUR(0));
	/* Over the period the worst counts; at the end, the end. */
	assert_int_equal(r->a->rules[0].over_period.verdict[BL_NON_COMPLIANT], 1);
	assert_int_equal(r->a->rules[0].at_end.verdict[BL_COMPLIANT], 1);
}

static void
a_deletion_is_no_repair(void **state)
{
	struct room *r = *state;

	SNAPSHOT(&r->scene, 2, RECORDER(0, ON), {.id = "v", .hour = 0, .what = BAD});
	HISTORY(&r->scene, 8, {.id = "v", .hour = 8, .status = "ResourceDeleted"});
	SNAPSHOT(&r->scene, 14, RECORDER(0, ON));
	room_judge(r, 4, 12);
	assert_string_equal(room_findings(r, "volumes", "v"), "NON_COMPLIANT(condition) 4-8 gone");
	assert_int_equal(r->a->rules[0].at_end.resources, 0);
}

static void
what_vanished_is_unknown_until_it_is_gone(void **state)
{
	struct room *r = *state;

	SNAPSHOT(&r->scene, 2, RECORDER(0, ON), {.id = "v", .hour = 0, .what = GOOD});
	SNAPSHOT(&r->scene, 8, RECORDER(0, ON));
	SNAPSHOT(&r->scene, 14, RECORDER(0, ON));
	room_judge(r, 0, 12);
	assert_string_equal(room_findings(r, "volumes", "v"),
	    "COMPLIANT(condition) 0-2 vanished; INSUFFICIENT_DATA(vanished) 2-8 vanished");
}

/* Only a deletion item says that it was deleted, also of what had vanished before. */
static void
what_vanished_is_deleted_only_by_an_item(void **state)
{
	struct room *r = *state;

	SNAPSHOT(&r->scene, 2, RECORDER(0, ON), {.id = "v", .hour = 0, .what = GOOD});
	SNAPSHOT(&r->scene, 8, RECORDER(0, ON));
	HISTORY(&r->scene, 10, {.id = "v", .hour = 10, .state = 2, .status = "ResourceDeleted"});
	SNAPSHOT(&r->scene, 14, RECORDER(0, ON));
	room_judge(r, 0, 12);
	assert_string_equal(room_findings(r, "volumes", "v"),
	    "COMPLIANT(condition) 0-2 vanished; INSUFFICIENT_DATA(vanished) 2-10 gone");
}

static void
nothing_is_known_beyond_the_last_snapshot(void **state)
{
	struct room *r = *state;

	SNAPSHOT(&r->scene, 2, RECORDER(0, ON), {.id = "v", .hour = 0, .what = GOOD});
	SNAPSHOT(&r->scene, 8, RECORDER(0, ON), {.id = "v", .hour = 0, .what = GOOD});
	room_judge(r, 4, 12);
	assert_string_equal(room_findings(r, "volumes", "v"),
	    "COMPLIANT(condition) 4-8 lost; INSUFFICIENT_DATA(no-delivery) 8-12 goes on");
	room_judge(r, 9, 9);
	assert_string_equal(
	    room_findings(r, "volumes", "v"), "INSUFFICIENT_DATA(no-delivery) 9-9 goes on");
	r->options.each_at_its_last = true;
	room_judge(r, 9, 9);
	assert_string_equal(room_findings(r, "volumes", "v"), "COMPLIANT(condition) 9-9 goes on");
	room_judge(r, 8 + 24, 8 + 24); /* A day behind is too far. */
	assert_string_equal(
	    room_findings(r, "volumes", "v"), "INSUFFICIENT_DATA(no-delivery) 32-32 goes on");
}

static void
an_item_heard_later_is_known_at_its_moment_only(void **state)
{
	struct room *r = *state;

	SNAPSHOT(&r->scene, 2, RECORDER(0, ON), {.id = "v", .hour = 0, .what = GOOD});
	HISTORY(&r->scene, 10, {.id = "v", .hour = 10, .what = BAD});
	room_judge(r, 0, 12);
	assert_string_equal(room_findings(r, "volumes", "v"),
	    "COMPLIANT(condition) 0-2 unknown; INSUFFICIENT_DATA(no-delivery) 2-10 changed to "
	    "another; NON_COMPLIANT(condition) 10-10 lost; INSUFFICIENT_DATA(no-delivery) 10-12 "
	    "goes on");
}

static void
a_stopped_recorder_takes_every_verdict_back(void **state)
{
	struct room *r = *state;

	SNAPSHOT(&r->scene, 2, RECORDER(0, ON), {.id = "v", .hour = 0, .what = GOOD});
	HISTORY(&r->scene, 4, RECORDER(4, OFF));
	SNAPSHOT(&r->scene, 60, RECORDER(40, ON), {.id = "v", .hour = 41, .what = BAD});
	room_judge(r, 0, 50);
	/* Silent since the history file at 4 as well: the recorder's own word is the better reason.
	 */
	assert_string_equal(room_findings(r, "volumes", "v"),
	    "COMPLIANT(condition) 0-4 unknown; INSUFFICIENT_DATA(recorder-stopped) 4-40 unknown; "
	    "INSUFFICIENT_DATA(no-delivery) 40-41 changed to another; NON_COMPLIANT(condition) "
	    "41-41 "
	    "lost; INSUFFICIENT_DATA(no-delivery) 41-50 goes on");
	assert_int_equal(r->a->n_recorders, 1);
	assert_int_equal(r->a->recorders[0].n_stopped, 1);
}

/* A recorder that is stopped may have no time to say so: CloudTrail has seen who did it. */
static void
a_stop_that_only_cloudtrail_tells_takes_verdicts_back_too(void **state)
{
	struct room *r = *state;

	SNAPSHOT(&r->scene, 2, RECORDER(0, ON), {.id = "v", .hour = 0, .what = GOOD});
	SNAPSHOT(&r->scene, 20, RECORDER(0, ON), {.id = "v", .hour = 0, .what = GOOD});
	SNAPSHOT(&r->scene, 40, RECORDER(0, ON), {.id = "v", .hour = 0, .what = GOOD});
	room_judge(r, 3, 30);
	assert_string_equal(room_findings(r, "volumes", "v"), "COMPLIANT(condition) 3-30 goes on");
	scene_act(&r->scene, "StopConfigurationRecorder", "eu-central-1", 5, NULL);
	scene_act(&r->scene, "StartConfigurationRecorder", "eu-central-1", 12, NULL);
	room_judge(r, 3, 30);
	assert_string_equal(room_findings(r, "volumes", "v"),
	    "COMPLIANT(condition) 3-5 unknown; INSUFFICIENT_DATA(recorder-stopped) 5-12 changed to "
	    "COMPLIANT; COMPLIANT(condition) 12-30 goes on");
}

static void
a_rule_that_is_not_evaluated_says_so(void **state)
{
	struct room *r = *state;

	SNAPSHOT(&r->scene, 2, RECORDER(0, ON), {.id = "v", .hour = 0, .what = GOOD});
	SNAPSHOT(&r->scene, 14, RECORDER(0, ON), {.id = "v", .hour = 0, .what = GOOD});
	room_judge(r, 4, 12);
	assert_string_equal(room_findings(r, "flow-logs", "111122223333"),
	    "INSUFFICIENT_DATA(not-implemented) 4-12 goes on");
	assert_int_equal(r->a->rules[1].over_period.resources, 1);
}

static void
not_recorded_is_not_absent(void **state)
{
	struct room *r = *state;

	/* No volume, and no recorder item: nobody knows whether there are any. */
	SNAPSHOT(&r->scene, 2, {.type = "AWS::S3::Bucket", .id = "b", .hour = 0});
	SNAPSHOT(&r->scene, 14, {.type = "AWS::S3::Bucket", .id = "b", .hour = 0});
	room_judge(r, 4, 12);
	assert_string_equal(room_findings(r, "volumes", "111122223333"),
	    "INSUFFICIENT_DATA(type-not-recorded) 4-12 goes on");
}

static void
a_type_that_the_recorder_leaves_out_is_not_gone(void **state)
{
	struct room *r = *state;

	SNAPSHOT(&r->scene, 2, RECORDER(0, ON), {.id = "v", .hour = 0, .what = GOOD});
	/* From hour 6 on volumes are excluded; the next snapshots do not hold them. */
	SNAPSHOT(&r->scene, 8,
	    RECORDER(6,
		"{\"Recording\":true,\"RecordingGroup\":{\"AllSupported\":false,"
		"\"ExclusionByResourceTypes\":{\"ResourceTypes\":[\"AWS::EC2::Volume\"]}}}"));
	SNAPSHOT(&r->scene, 14,
	    RECORDER(6,
		"{\"Recording\":true,\"RecordingGroup\":{\"AllSupported\":false,"
		"\"ExclusionByResourceTypes\":{\"ResourceTypes\":[\"AWS::EC2::Volume\"]}}}"));
	room_judge(r, 2, 12);
	assert_string_equal(room_findings(r, "volumes", "111122223333"),
	    "INSUFFICIENT_DATA(type-not-recorded) 6-12 goes on");
}

static void
recorded_and_absent_is_a_true_zero(void **state)
{
	struct room *r = *state;

	SNAPSHOT(&r->scene, 2, RECORDER(0, ON));
	SNAPSHOT(&r->scene, 14, RECORDER(0, ON));
	room_judge(r, 4, 12);
	assert_string_equal(room_findings(r, "volumes", "111122223333"), "");
	assert_int_equal(r->a->rules[0].over_period.resources, 0);
}

#define SAYS(rule, verdict)                                                                        \
	"{\"complianceType\":\"" verdict "\",\"targetResourceId\":\"v\",\"targetResourceType\":"   \
	"\"AWS::EC2::Volume\",\"configRuleList\":[{\"configRuleName\":\"" rule                     \
	"\",\"complianceType\":\"" verdict "\"}]}"
#define VERDICT_ITEM(h, what_)                                                                     \
	{                                                                                          \
		.type = "AWS::Config::ResourceCompliance", .id = "AWS::EC2::Volume/v",             \
		.hour = (h), .what = (what_)                                                       \
	}

static void
aws_s_own_verdicts_stand_in_for_a_rule_that_is_not_evaluated(void **state)
{
	struct room *r = *state;

	SNAPSHOT(&r->scene, 2, RECORDER(0, ON),
	    VERDICT_ITEM(1, SAYS("flow-logs-conformance-pack-abcdefgh", "NON_COMPLIANT")));
	SNAPSHOT(&r->scene, 14, RECORDER(0, ON),
	    VERDICT_ITEM(8, SAYS("flow-logs-conformance-pack-abcdefgh", "COMPLIANT")));
	room_judge(r, 4, 12);
	assert_string_equal(room_findings(r, "flow-logs", "v"),
	    "NON_COMPLIANT(recorded-by-aws) 4-8 changed to COMPLIANT; "
	    "COMPLIANT(recorded-by-aws) 8-12 goes on");
	assert_string_equal(room_findings(r, "flow-logs", "111122223333"), "");
}

static void
aws_s_later_verdict_says_nothing_of_before(void **state)
{
	struct room *r = *state;

	SNAPSHOT(&r->scene, 2, RECORDER(0, ON));
	SNAPSHOT(&r->scene, 14, RECORDER(0, ON), VERDICT_ITEM(8, SAYS("flow-logs", "COMPLIANT")));
	HISTORY(&r->scene, 16,
	    {.type = "AWS::Config::ResourceCompliance",
		.id = "AWS::EC2::Volume/v",
		.hour = 16,
		.status = "ResourceDeleted"});
	SNAPSHOT(&r->scene, 20, RECORDER(0, ON));
	room_judge(r, 4, 20);
	assert_string_equal(
	    room_findings(r, "flow-logs", "v"), "COMPLIANT(recorded-by-aws) 8-16 gone");
	room_judge(r, 5, 5);
	assert_string_equal(room_findings(r, "flow-logs", "111122223333"),
	    "INSUFFICIENT_DATA(not-implemented) 5-5 goes on");
	room_judge(r, 17, 17);
	assert_string_equal(room_findings(r, "flow-logs", "111122223333"),
	    "INSUFFICIENT_DATA(not-implemented) 17-17 goes on");
	room_period_agrees(r, 0, 24);
}

static void
a_verdict_whose_item_began_with_a_deletion_keeps_its_target(void **state)
{
	struct room *r = *state;

	HISTORY(&r->scene, 1,
	    {.type = "AWS::Config::ResourceCompliance",
		.id = "AWS::EC2::Volume/v",
		.hour = 1,
		.status = "ResourceDeleted"});
	SNAPSHOT(&r->scene, 2, RECORDER(0, ON));
	SNAPSHOT(
	    &r->scene, 14, RECORDER(0, ON), VERDICT_ITEM(8, SAYS("flow-logs", "NON_COMPLIANT")));
	room_judge(r, 4, 12);
	assert_string_equal(
	    room_findings(r, "flow-logs", "v"), "NON_COMPLIANT(recorded-by-aws) 8-12 goes on");
}

static void
a_type_seen_later_was_not_known_before(void **state)
{
	struct room *r = *state;

	SNAPSHOT(&r->scene, 2, {.type = "AWS::S3::Bucket", .id = "b", .hour = 0});
	SNAPSHOT(&r->scene, 14, {.type = "AWS::S3::Bucket", .id = "b", .hour = 0},
	    {.id = "v", .hour = 8, .what = GOOD});
	room_judge(r, 5, 5);
	assert_string_equal(room_findings(r, "volumes", "111122223333"),
	    "INSUFFICIENT_DATA(type-not-recorded) 5-5 goes on");
	room_judge(r, 9, 9);
	assert_string_equal(room_findings(r, "volumes", "111122223333"), "");
	room_period_agrees(r, 0, 20);
}

static void
a_period_agrees_with_its_moments(void **state)
{
	struct room *r = *state;

	SNAPSHOT(&r->scene, 2, RECORDER(0, ON), {.id = "v", .hour = 0, .what = GOOD},
	    {.id = "w", .hour = 1, .what = BAD});
	HISTORY(&r->scene, 4, RECORDER(4, OFF));
	SNAPSHOT(&r->scene, 12, RECORDER(10, ON), {.id = "v", .hour = 11, .what = BAD});
	HISTORY(&r->scene, 14, {.id = "u", .hour = 13, .what = GOOD});
	SNAPSHOT(&r->scene, 18, RECORDER(10, ON), {.id = "v", .hour = 11, .what = BAD});
	SNAPSHOT(&r->scene, 50, RECORDER(10, ON), {.id = "w", .hour = 49, .what = GOOD});
	room_period_agrees(r, -2, 60);
}

static void
another_rule_s_verdict_is_not_taken(void **state)
{
	struct room *r = *state;

	SNAPSHOT(&r->scene, 2, RECORDER(0, ON), VERDICT_ITEM(1, SAYS("flow-logs-2", "COMPLIANT")));
	SNAPSHOT(&r->scene, 14, RECORDER(0, ON), VERDICT_ITEM(1, SAYS("flow-logs-2", "COMPLIANT")));
	room_judge(r, 4, 12);
	assert_string_equal(room_findings(r, "flow-logs", "v"), "");
	assert_string_equal(room_findings(r, "flow-logs", "111122223333"),
	    "INSUFFICIENT_DATA(not-implemented) 4-12 goes on");
}

static void
a_verdict_that_aws_does_not_have_is_an_error(void **state)
{
	struct room *r = *state;

	SNAPSHOT(&r->scene, 2, RECORDER(0, ON), VERDICT_ITEM(1, SAYS("flow-logs", "FINE")));
	SNAPSHOT(&r->scene, 14, RECORDER(0, ON), VERDICT_ITEM(1, SAYS("flow-logs", "FINE")));
	room_judge(r, 4, 12);
	assert_string_equal(room_findings(r, "flow-logs", "v"), "ERROR(rule-error) 4-12 goes on");
}

static void
where_aws_differs_both_are_told(void **state)
{
	struct room *r = *state;

	SNAPSHOT(&r->scene, 2, RECORDER(0, ON), {.id = "v", .hour = 0, .what = BAD},
	    VERDICT_ITEM(1, SAYS("volumes", "COMPLIANT")));
	SNAPSHOT(&r->scene, 14, RECORDER(0, ON), {.id = "v", .hour = 0, .what = BAD},
	    VERDICT_ITEM(1, SAYS("volumes", "COMPLIANT")));
	room_judge(r, 4, 12);
	assert_int_equal(r->a->n_disagreements, 1);
	assert_int_equal(r->a->disagreements[0].computed, BL_NON_COMPLIANT);
	assert_int_equal(r->a->disagreements[0].recorded, BL_COMPLIANT);
	assert_true(r->a->disagreements[0].from_ns == HOUR(4));
	assert_true(r->a->disagreements[0].to_ns == HOUR(12));
	assert_int_equal(r->a->rules[0].n_disagreements, 1);
	assert_string_equal(
	    room_findings(r, "volumes", "v"), "NON_COMPLIANT(condition) 4-12 goes on");
}

static void
before_the_first_delivery_the_population_is_unknown(void **state)
{
	struct room *r = *state;

	SNAPSHOT(&r->scene, 6, RECORDER(0, ON), {.id = "v", .hour = 0, .what = GOOD});
	SNAPSHOT(&r->scene, 12, RECORDER(0, ON), {.id = "v", .hour = 0, .what = GOOD});
	room_judge(r, 2, 12);
	assert_string_equal(room_findings(r, "volumes", "v"), "COMPLIANT(condition) 2-12 goes on");
	assert_string_equal(room_findings(r, "volumes", "default"),
	    "INSUFFICIENT_DATA(before-first-delivery) 2-6 known");
	room_judge(r, 2, 4);
	assert_string_equal(room_findings(r, "volumes", "default"),
	    "INSUFFICIENT_DATA(before-first-delivery) 2-4 goes on");
	room_judge(r, 6, 12);
	assert_string_equal(room_findings(r, "volumes", "default"), "");
}

static void
an_earlier_position_does_not_know_later_deliveries(void **state)
{
	struct room *r = *state;
	uint64_t before;

	SNAPSHOT(&r->scene, 2, RECORDER(0, ON), {.id = "v", .hour = 0, .what = GOOD});
	before = SNAPSHOT(&r->scene, 14, RECORDER(0, ON), {.id = "v", .hour = 0, .what = GOOD});
	HISTORY(&r->scene, 9, {.id = "v", .hour = 6, .what = BAD},
	    {.id = "v", .hour = 9, .what = GOOD});
	room_judge(r, 4, 12);
	assert_string_equal(room_findings(r, "volumes", "v"),
	    "COMPLIANT(condition) 4-6 changed to another; NON_COMPLIANT(condition) 6-9 changed to "
	    "COMPLIANT; COMPLIANT(condition) 9-12 goes on");
	r->options.position = before;
	room_judge(r, 4, 12);
	assert_string_equal(room_findings(r, "volumes", "v"), "COMPLIANT(condition) 4-12 goes on");
	assert_int_equal(r->a->position, before);
}

/* A complete snapshot by one recorder, with a resource of its own and maybe a global one. */
static void
global_snapshot(struct room *r, const char *region, int hour, bool holds)
{
	const struct thing things[] = {{.id = region, .region = region, .hour = 0, .what = GOOD},
	    {.id = "g", .region = "global", .hour = 0, .what = GOOD}};

	scene_deliver(&r->scene, BL_DELIVERY_SNAPSHOT, region, hour, true, things, holds ? 2 : 1);
}

static void
a_recorder_without_it_does_not_watch_a_global_resource(void **state)
{
	struct room *r = *state;

	global_snapshot(r, "eu-central-1", 2, true);
	global_snapshot(r, "eu-west-1", 3, true);
	global_snapshot(r, "eu-central-1", 8, false); /* Records it no more, but goes on ... */
	global_snapshot(r, "eu-west-1", 9, true);
	for (int hour = 14; hour < 90; hour += 6)
		global_snapshot(r, "eu-central-1", hour, false);
	/* ... while the only recorder that does is silent for two days. */
	global_snapshot(r, "eu-west-1", 57, true);
	room_judge(r, 4, 80);
	assert_string_equal(room_findings(r, "volumes", "g"),
	    "COMPLIANT(condition) 4-9 unknown; INSUFFICIENT_DATA(no-delivery) 9-57 changed to "
	    "COMPLIANT; "
	    "COMPLIANT(condition) 57-57 lost; INSUFFICIENT_DATA(no-delivery) 57-80 goes on");
	assert_string_equal(
	    room_findings(r, "volumes", "eu-central-1"), "COMPLIANT(condition) 4-80 goes on");
}

static void
a_global_resource_that_one_recorder_holds_is_known(void **state)
{
	struct room *r = *state;

	for (int hour = 2; hour < 90; hour += 6) {
		global_snapshot(r, "eu-central-1", hour, hour < 20);
		global_snapshot(r, "eu-west-1", hour + 1, true);
	}
	room_judge(r, 4, 80);
	assert_string_equal(room_findings(r, "volumes", "g"), "COMPLIANT(condition) 4-80 goes on");
}

/* One recorder tells of a global type and falls silent; the other goes on without: its deliveries
 * do not show that the type is recorded, although it has no resource (left) to take a verdict from.
 */
static void
a_global_type_is_shown_only_while_its_recorder_delivers(void **state)
{
	struct room *r = *state;
	const struct thing g = {.id = "g", .region = "global", .hour = 0, .what = GOOD};
	const struct thing a = {.type = "AWS::EC2::VPC", .id = "a", .hour = 0};
	const struct thing b = {
	    .type = "AWS::EC2::VPC", .id = "b", .region = "eu-west-1", .hour = 0};

	SNAPSHOT(&r->scene, 2, g, a);
	HISTORY(&r->scene, 6,
	    {.id = "g", .region = "global", .hour = 6, .state = 2, .status = "ResourceDeleted"});
	SNAPSHOT(&r->scene, 26, a);
	for (int hour = 2; hour <= 74; hour += 24)
		scene_deliver(&r->scene, BL_DELIVERY_SNAPSHOT, "eu-west-1", hour, true, &b, 1);
	room_judge(r, 2, 2);
	assert_string_equal(room_findings(r, "volumes", "111122223333"), "");
	assert_string_equal(room_findings(r, "volumes", "g"), "COMPLIANT(condition) 2-2 goes on");
	room_judge(r, 20, 20);
	assert_string_equal(room_findings(r, "volumes", "111122223333"), "");
	room_judge(r, 60, 60);
	assert_string_equal(room_findings(r, "volumes", "111122223333"),
	    "INSUFFICIENT_DATA(type-not-recorded) 60-60 goes on");
	room_judge(r, 4, 70);
	assert_string_equal(room_findings(r, "volumes", "111122223333"),
	    "INSUFFICIENT_DATA(type-not-recorded) 26-70 goes on");
	/* Beyond the last delivery of all the silence itself is the reason. */
	room_judge(r, 90, 90);
	assert_string_equal(room_findings(r, "volumes", "111122223333"),
	    "INSUFFICIENT_DATA(no-delivery) 90-90 goes on");
	room_judge(r, 4, 100);
	assert_string_equal(room_findings(r, "volumes", "111122223333"),
	    "INSUFFICIENT_DATA(type-not-recorded) 26-74 changed to another; "
	    "INSUFFICIENT_DATA(no-delivery) 74-100 goes on");
}

/* Who holds it, though another told of it first, shows it too. */
static void
a_witness_shows_a_global_type_too(void **state)
{
	struct room *r = *state;
	const struct thing g = {.id = "g", .region = "global", .hour = 0, .what = GOOD};

	SNAPSHOT(&r->scene, 2, g);
	for (int hour = 2; hour <= 74; hour += 24)
		scene_deliver(&r->scene, BL_DELIVERY_SNAPSHOT, "eu-west-1", hour, true, &g, 1);
	room_judge(r, 60, 60);
	assert_string_equal(room_findings(r, "volumes", "111122223333"), "");
	assert_string_equal(room_findings(r, "volumes", "g"), "COMPLIANT(condition) 60-60 goes on");
}

/* To the second a day old is not "less than a day". */
static void
news_a_day_old_is_not_the_last_known(void **state)
{
	struct room *r = *state;
	const struct thing g = {.id = "g", .region = "global", .hour = 0, .what = GOOD};
	const struct thing b = {
	    .type = "AWS::EC2::VPC", .id = "b", .region = "eu-west-1", .hour = 0};

	SNAPSHOT(&r->scene, 2, g);
	scene_deliver(&r->scene, BL_DELIVERY_SNAPSHOT, "eu-west-1", 2, true, &b, 1);
	scene_deliver(&r->scene, BL_DELIVERY_SNAPSHOT, "eu-west-1", 26, true, &b, 1);
	r->options.each_at_its_last = true;
	room_judge(r, 25, 25);
	assert_string_equal(room_findings(r, "volumes", "g"), "COMPLIANT(condition) 25-25 goes on");
	assert_string_equal(room_findings(r, "volumes", "111122223333"), "");
	room_judge(r, 26, 26);
	assert_string_equal(
	    room_findings(r, "volumes", "g"), "INSUFFICIENT_DATA(no-delivery) 26-26 goes on");
	assert_string_equal(room_findings(r, "volumes", "111122223333"),
	    "INSUFFICIENT_DATA(type-not-recorded) 26-26 goes on");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, room_setup, room_teardown)
	const struct CMUnitTest tests[] = {T(a_verdict_follows_the_versions),
	    T(a_deletion_is_no_repair), T(what_vanished_is_unknown_until_it_is_gone),
	    T(what_vanished_is_deleted_only_by_an_item),
	    T(nothing_is_known_beyond_the_last_snapshot),
	    T(an_item_heard_later_is_known_at_its_moment_only),
	    T(a_stopped_recorder_takes_every_verdict_back),
	    T(a_stop_that_only_cloudtrail_tells_takes_verdicts_back_too),
	    T(a_rule_that_is_not_evaluated_says_so), T(not_recorded_is_not_absent),
	    T(recorded_and_absent_is_a_true_zero),
	    T(a_type_that_the_recorder_leaves_out_is_not_gone),
	    T(aws_s_own_verdicts_stand_in_for_a_rule_that_is_not_evaluated),
	    T(aws_s_later_verdict_says_nothing_of_before),
	    T(a_verdict_whose_item_began_with_a_deletion_keeps_its_target),
	    T(a_type_seen_later_was_not_known_before), T(a_period_agrees_with_its_moments),
	    T(another_rule_s_verdict_is_not_taken), T(a_verdict_that_aws_does_not_have_is_an_error),
	    T(where_aws_differs_both_are_told),
	    T(before_the_first_delivery_the_population_is_unknown),
	    T(an_earlier_position_does_not_know_later_deliveries),
	    T(a_global_type_is_shown_only_while_its_recorder_delivers),
	    T(a_witness_shows_a_global_type_too), T(news_a_day_old_is_not_the_last_known),
	    T(a_recorder_without_it_does_not_watch_a_global_resource),
	    T(a_global_resource_that_one_recorder_holds_is_known)};
#undef T

	return cmocka_run_group_tests(tests, NULL, NULL);
}
