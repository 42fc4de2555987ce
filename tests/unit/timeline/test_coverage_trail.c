/* What CloudTrail says of a recorder, beside what its items say. */
#include "scene.h"

#include <stdio.h>

#define RECORDER "AWS::Config::ConfigurationRecorder"
#define ON "{\"Recording\":true}"
#define OFF "{\"Recording\":false}"
#define SAYS(h, what_)                                                                             \
	{                                                                                          \
		.type = RECORDER, .id = "default", .hour = (h), .what = (what_)                    \
	}

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

static enum bl_status
build(struct scene *s, uint64_t position, const struct bl_coverage **ret)
{
	struct bl_columns *columns = NULL;
	enum bl_status status;

	assert_ok(bl_columns_new(s->store, BL_COLUMNS_CANONICAL, &columns, &s->err), s->err);
	status = bl_coverage_build(columns, position, s->arena, ret, &s->err);
	bl_columns_free(&columns);
	return status;
}

static const struct bl_coverage *
coverage(struct scene *s, uint64_t position)
{
	const struct bl_coverage *c = NULL;

	assert_ok(build(s, position, &c), s->err);
	return c;
}

/* The stopped stretches in hours: "5-12 30-". */
static const char *
stops(struct scene *s, uint64_t position)
{
	static char out[256];
	const struct bl_coverage *c = coverage(s, position);
	const struct bl_recorder_cover *r =
	    bl_coverage_find(c, BL_STR("111122223333"), BL_STR("eu-central-1"));

	out[0] = '\0';
	assert_non_null(r);
	for (size_t i = 0; i < r->n_stopped; i++) {
		size_t len = strlen(out);

		(void)snprintf(out + len, sizeof(out) - len, "%s%d-", i > 0 ? " " : "",
		    (int)((r->stopped[i].from_ns - HOUR(0)) / BL_NS_PER_HOUR));
		len = strlen(out);
		if (r->stopped[i].to_ns != BL_INSTANT_MAX)
			(void)snprintf(out + len, sizeof(out) - len, "%d",
			    (int)((r->stopped[i].to_ns - HOUR(0)) / BL_NS_PER_HOUR));
	}
	return out;
}

#define STOP(h) scene_act(s, "StopConfigurationRecorder", "eu-central-1", (h), NULL)
#define START(h) scene_act(s, "StartConfigurationRecorder", "eu-central-1", (h), NULL)

static void
a_stop_begins_and_a_start_ends(void **state)
{
	struct scene *s = *state;

	SNAPSHOT(s, 2, {.id = "v", .hour = 0});
	STOP(5);
	assert_string_equal(stops(s, 0), "5-");
	STOP(6); /* It is stopped already. */
	START(12);
	START(13);
	assert_string_equal(stops(s, 0), "5-12");
	scene_act(s, "DeleteConfigurationRecorder", "eu-central-1", 20, NULL);
	scene_act(s, "PutConfigurationRecorder", "eu-central-1", 22, NULL); /* Starts nothing. */
	scene_act(s, "PutDeliveryChannel", "eu-central-1", 23, NULL);
	scene_act(s, "DeleteDeliveryChannel", "eu-central-1", 24, NULL);
	assert_string_equal(stops(s, 0), "5-12 20-");
	/* As known when only the first stop had come. */
	assert_string_equal(stops(s, 2), "5-");
	assert_string_equal(stops(s, 1), "");
}

static void
what_failed_did_not_happen(void **state)
{
	struct scene *s = *state;

	SNAPSHOT(s, 2, {.id = "v", .hour = 0});
	scene_act(s, "StopConfigurationRecorder", "eu-central-1", 5, "AccessDenied");
	assert_string_equal(stops(s, 0), "");
	STOP(6);
	scene_act(s, "StartConfigurationRecorder", "eu-central-1", 8, "NoAvailableDeliveryChannel");
	assert_string_equal(stops(s, 0), "6-");
}

static void
an_item_that_says_on_ends_a_stop(void **state)
{
	struct scene *s = *state;

	HISTORY(s, 2, SAYS(1, ON));
	STOP(5);
	/* The item of hour 1 holds on, but it is older than the stop. */
	assert_string_equal(stops(s, 0), "5-");
	HISTORY(s, 9, SAYS(9, ON));
	assert_string_equal(stops(s, 0), "5-9");
}

static void
the_worse_of_both_counts(void **state)
{
	struct scene *s = *state;

	HISTORY(s, 2, SAYS(1, ON), SAYS(10, OFF), SAYS(20, ON));
	STOP(8);
	assert_string_equal(stops(s, 0), "8-20");
	START(12); /* The item goes on saying that it is off. */
	assert_string_equal(stops(s, 0), "8-20");
	STOP(20); /* At the very moment of the item. */
	assert_string_equal(stops(s, 0), "8-");
}

static void
one_event_that_came_twice_is_one(void **state)
{
	struct scene *s = *state;
	const struct bl_recorder_cover *r;

	SNAPSHOT(s, 2, {.id = "v", .hour = 0});
	STOP(5);
	STOP(5);
	r = bl_coverage_find(coverage(s, 0), BL_STR("111122223333"), BL_STR("eu-central-1"));
	assert_int_equal(r->n_events, 1);
	assert_int_equal(r->events[0].position, 2);
	assert_true(bl_str_eq(r->events[0].who, BL_STR("arn:aws:iam::111122223333:user/eve")));
}

static void
a_region_that_is_only_told_of(void **state)
{
	struct scene *s = *state;
	const struct bl_coverage *c;

	SNAPSHOT(s, 2, {.id = "v", .hour = 0});
	scene_act(s, "StartConfigurationRecorder", "eu-west-1", 5, NULL);
	c = coverage(s, 0);
	assert_int_equal(c->n, 1);
	assert_int_equal(c->n_others, 1);
	assert_true(bl_str_eq(c->others[0].region, BL_STR("eu-west-1")));
	assert_true(c->others[0].first_ns == BL_INSTANT_MAX);
	assert_null(bl_coverage_find(c, BL_STR("111122223333"), BL_STR("eu-west-1")));
}

/* Each form in which an event comes gives the same. */
static void
in_any_envelope(void **state)
{
	static const char record[] =
	    "{\\\"eventSource\\\":\\\"config.amazonaws.com\\\",\\\"eventName\\\":"
	    "\\\"StopConfigurationRecorder\\\",\\\"eventTime\\\":\\\"2026-01-01T05:00:00Z\\\","
	    "\\\"awsRegion\\\":\\\"eu-central-1\\\",\\\"userIdentity\\\":{\\\"accountId\\\":"
	    "\\\"111122223333\\\",\\\"invokedBy\\\":\\\"cloudformation.amazonaws.com\\\"}}";
	static const char *const forms[][2] = {
	    {"{\"Type\":\"Notification\",\"Message\":\"{\\\"detail\\\":", "}\"}"},
	    {"{\"Records\":[{\"body\":\"{\\\"detail\\\":", "}\"}]}"},
	    {"{\"Messages\":[{\"Body\":\"{\\\"detail\\\":", "}\"}]}"},
	    {"{\"Events\":[{\"EventName\":\"x\",\"CloudTrailEvent\":\"", "\"}]}"},
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct scene *s = *state;
		char text[2048];

		SNAPSHOT(s, 2, {.id = "v", .hour = 0});
		(void)snprintf(text, sizeof(text), "%s%s%s", forms[i][0], record, forms[i][1]);
		scene_evidence(s, BL_DELIVERY_TRAIL, text);
		assert_string_equal(stops(s, 0), "5-");
		teardown(state);
		setup(state);
	}
}

static void
an_event_that_cannot_be_placed_is_an_error(void **state)
{
	struct scene *s = *state;
	const struct bl_coverage *c = NULL;

	SNAPSHOT(s, 2, {.id = "v", .hour = 0});
	scene_evidence(s, BL_DELIVERY_TRAIL,
	    "{\"eventSource\":\"config.amazonaws.com\",\"eventName\":"
	    "\"StopConfigurationRecorder\",\"awsRegion\":\"eu-central-1\"}");
	assert_int_equal(build(s, 0, &c), BL_EINPUT);
	assert_string_equal(s->err.text,
	    "the CloudTrail events of delivery 2: a CloudTrail event StopConfigurationRecorder "
	    "lacks its account, region or time");
	assert_ok(build(s, 1, &c), s->err);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(a_stop_begins_and_a_start_ends),
	    T(what_failed_did_not_happen), T(an_item_that_says_on_ends_a_stop),
	    T(the_worse_of_both_counts), T(one_event_that_came_twice_is_one),
	    T(a_region_that_is_only_told_of), T(in_any_envelope),
	    T(an_event_that_cannot_be_placed_is_an_error)};
#undef T

	return cmocka_run_group_tests(tests, NULL, NULL);
}
