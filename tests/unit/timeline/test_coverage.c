/* What the deliveries show of a recorder, and where they show nothing. */
#include "scene.h"

#define RECORDER "AWS::Config::ConfigurationRecorder"
#define ALL "\"RecordingGroup\":{\"AllSupported\":true}"

static int
setup(void **state)
{
	static struct scene s;

	scene_open(&s);
	*state = &s;
	return 0;
}

static int
teardown(void **state)
{
	scene_close(*state);
	return 0;
}

static const struct bl_recorder_cover *
cover(struct scene *s)
{
	const struct bl_coverage *c = NULL;
	struct bl_columns *columns = NULL;

	assert_ok(bl_columns_new(s->store, BL_COLUMNS_CANONICAL, &columns, &s->err), s->err);
	assert_ok(bl_coverage_build(columns, 0, s->arena, &c, &s->err), s->err);
	bl_columns_free(&columns);
	return bl_coverage_find(c, BL_STR("111122223333"), BL_STR("eu-central-1"));
}

/* At the hour of the last told item. */
static enum bl_records
records_in(const struct bl_recorder_cover *r, struct bl_str type, int from, int to)
{
	struct bl_span span;

	return bl_coverage_records(r, type, HOUR(from), HOUR(to), &span);
}

static enum bl_records
records(const struct bl_recorder_cover *r, struct bl_str type)
{
	return records_in(r, type, 1000, 1001);
}

static void
first_and_last_moment(void **state)
{
	struct scene *s = *state;
	const struct bl_recorder_cover *r;

	SNAPSHOT(s, 6, {.id = "v", .hour = 0});
	SNAPSHOT(s, 12, {.id = "v", .hour = 0});
	HISTORY(s, 13, {.id = "v", .hour = 13, .what = "{}"});
	r = cover(s);
	assert_non_null(r);
	assert_true(r->first_ns == HOUR(6));
	/* A history file speaks for one resource; only a snapshot for all. */
	assert_true(r->last_ns == HOUR(12));
	assert_int_equal(r->n_snapshots, 2);
	assert_int_equal(r->n_histories, 1);
	assert_int_equal(r->n_silent, 0);
	assert_int_equal(records(r, BL_STR("AWS::EC2::Volume")), BL_RECORDS_UNKNOWN);
}

static void
a_long_silence_between_snapshots_is_unknown(void **state)
{
	struct scene *s = *state;
	const struct bl_recorder_cover *r;

	SNAPSHOT(s, 6, {.id = "v", .hour = 0});
	SNAPSHOT(s, 6 + 25, {.id = "v", .hour = 0}); /* Exactly the allowance. */
	SNAPSHOT(s, 80, {.id = "v", .hour = 0});
	r = cover(s);
	assert_int_equal(r->n_silent, 1);
	assert_true(r->silent[0].from_ns == HOUR(31) + 1);
	assert_true(r->silent[0].to_ns == HOUR(80));
}

static void
without_snapshots_a_quiet_week_is_no_gap(void **state)
{
	struct scene *s = *state;
	const struct bl_recorder_cover *r;

	HISTORY(s, 6, {.id = "v", .hour = 6});
	HISTORY(s, 200, {.id = "v", .hour = 200});
	r = cover(s);
	assert_int_equal(r->n_silent, 0);
	assert_true(r->last_ns == HOUR(200));
}

static void
a_stopped_recorder_says_so(void **state)
{
	struct scene *s = *state;
	const struct bl_recorder_cover *r;

	SNAPSHOT(s, 6,
	    {.type = RECORDER, .id = "default", .hour = 1, .what = "{\"Recording\":true," ALL "}"});
	HISTORY(s, 9,
	    {.type = RECORDER,
		.id = "default",
		.hour = 8,
		.what = "{\"Recording\":false," ALL "}"});
	HISTORY(s, 20,
	    {.type = RECORDER,
		.id = "default",
		.hour = 20,
		.what = "{\"Recording\":true," ALL "}"});
	r = cover(s);
	assert_int_equal(r->n_stopped, 1);
	assert_true(r->stopped[0].from_ns == HOUR(8));
	assert_true(r->stopped[0].to_ns == HOUR(20));
	assert_int_equal(records(r, BL_STR("AWS::EC2::Volume")), BL_RECORDS_YES);
}

static void
a_deleted_recorder_records_nothing(void **state)
{
	struct scene *s = *state;
	const struct bl_recorder_cover *r;

	HISTORY(s, 9,
	    {.type = RECORDER, .id = "default", .hour = 1, .what = "{\"Recording\":true," ALL "}"},
	    {.type = RECORDER, .id = "default", .hour = 9, .status = "ResourceDeleted"});
	r = cover(s);
	assert_int_equal(r->n_stopped, 1);
	assert_true(r->stopped[0].from_ns == HOUR(9));
	assert_true(r->stopped[0].to_ns == BL_INSTANT_MAX);
}

static void
one_recorder_follows_another_in_one_region(void **state)
{
	struct scene *s = *state;
	const struct bl_recorder_cover *r;

	/* The older one sorts last: the order of names must not decide. */
	HISTORY(s, 30,
	    {.type = RECORDER, .id = "z", .hour = 1, .what = "{\"Recording\":true," ALL "}"},
	    {.type = RECORDER, .id = "z", .hour = 9, .status = "ResourceDeleted"},
	    {.type = RECORDER, .id = "a", .hour = 12, .what = "{\"Recording\":true," ALL "}"},
	    {.type = RECORDER, .id = "a", .hour = 20, .what = "{\"Recording\":false," ALL "}"},
	    {.type = RECORDER, .id = "a", .hour = 24, .what = "{\"Recording\":true," ALL "}"});
	r = cover(s);
	assert_int_equal(r->n_stopped, 2);
	assert_true(r->stopped[0].from_ns == HOUR(9) && r->stopped[0].to_ns == HOUR(12));
	assert_true(r->stopped[1].from_ns == HOUR(20) && r->stopped[1].to_ns == HOUR(24));
}

static void
listed_and_excluded_types(void **state)
{
	struct scene *s = *state;
	const struct bl_recorder_cover *r;

	HISTORY(s, 9,
	    {.type = RECORDER,
		.id = "default",
		.hour = 1,
		.what = "{\"recording\":true,\"recordingGroup\":{\"allSupported\":false,"
			"\"resourceTypes\":[\"AWS::EC2::Volume\"]}}"});
	r = cover(s);
	assert_int_equal(records(r, BL_STR("AWS::EC2::Volume")), BL_RECORDS_YES);
	assert_int_equal(records(r, BL_STR("AWS::S3::Bucket")), BL_RECORDS_NO);
	HISTORY(s, 10,
	    {.type = RECORDER,
		.id = "default",
		.hour = 10,
		.what =
		    "{\"Recording\":true,\"RecordingGroup\":{\"AllSupported\":false,"
		    "\"ExclusionByResourceTypes\":{\"ResourceTypes\":[\"AWS::S3::Bucket\"]}}}"});
	r = cover(s);
	assert_int_equal(records(r, BL_STR("AWS::EC2::Volume")), BL_RECORDS_YES);
	assert_int_equal(records(r, BL_STR("AWS::S3::Bucket")), BL_RECORDS_NO);
}

static void
what_is_recorded_changes_over_time(void **state)
{
	struct scene *s = *state;
	const struct bl_recorder_cover *r;
	struct bl_span span;

	HISTORY(s, 9,
	    {.type = RECORDER,
		.id = "default",
		.hour = 2,
		.what = "{\"Recording\":\"true\",\"RecordingGroup\":{\"AllSupported\":false,"
			"\"ResourceTypes\":[\"AWS::S3::Bucket\"]}}"},
	    {.type = RECORDER,
		.id = "default",
		.hour = 6,
		.what = "{\"Recording\":true,\"RecordingGroup\":{\"AllSupported\":true,"
			"\"IncludeGlobalResourceTypes\":false}}"});
	r = cover(s);
	assert_int_equal(records_in(r, BL_STR("AWS::EC2::Volume"), 2, 6), BL_RECORDS_NO);
	assert_int_equal(records_in(r, BL_STR("AWS::EC2::Volume"), 6, 9), BL_RECORDS_YES);
	assert_int_equal(records_in(r, BL_STR("AWS::EC2::Volume"), 0, 2), BL_RECORDS_UNKNOWN);
	assert_int_equal(records_in(r, BL_STR("AWS::S3::Bucket"), 2, 9), BL_RECORDS_YES);
	/* The worst counts, and says when. */
	assert_int_equal(
	    bl_coverage_records(r, BL_STR("AWS::EC2::Volume"), HOUR(0), HOUR(9), &span),
	    BL_RECORDS_NO);
	assert_true(span.from_ns == HOUR(2) && span.to_ns == HOUR(6));
	/* Every supported type, but not IAM's. */
	assert_int_equal(records_in(r, BL_STR("AWS::IAM::User"), 6, 9), BL_RECORDS_UNKNOWN);
	/* Words for what others write as true. */
	assert_int_equal(r->n_stopped, 0);
}

static void
a_service_s_own_recorder_does_not_count(void **state)
{
	struct scene *s = *state;
	const struct bl_recorder_cover *r;

	HISTORY(s, 9,
	    {.type = RECORDER,
		.id = "AWSConfigurationRecorderForSomething",
		.hour = 1,
		.what = "{\"Recording\":false,\"RecordingScope\":\"INTERNAL\"}"});
	r = cover(s);
	assert_int_equal(r->n_stopped, 0);
	assert_int_equal(r->n_groups, 0);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(first_and_last_moment),
	    T(a_long_silence_between_snapshots_is_unknown),
	    T(without_snapshots_a_quiet_week_is_no_gap), T(a_stopped_recorder_says_so),
	    T(a_deleted_recorder_records_nothing), T(one_recorder_follows_another_in_one_region),
	    T(listed_and_excluded_types), T(what_is_recorded_changes_over_time),
	    T(a_service_s_own_recorder_does_not_count)};
#undef T

	return cmocka_run_group_tests(tests, NULL, NULL);
}
