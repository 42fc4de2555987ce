/* When nothing is known, and how a resource stands with that in mind. */
#include "scene.h"

#include <stdio.h>

#include "timeline/gaps.h"

#define RECORDER "AWS::Config::ConfigurationRecorder"

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

static const struct bl_gaps *
gaps_of(struct scene *s, int64_t trusted_ns)
{
	const struct bl_coverage *c = NULL;
	struct bl_columns *columns = NULL;
	const struct bl_gaps *gaps = NULL;

	assert_ok(bl_columns_new(s->store, BL_COLUMNS_CANONICAL, &columns, &s->err), s->err);
	assert_ok(bl_coverage_build(columns, 0, s->arena, &c, &s->err), s->err);
	bl_columns_free(&columns);
	assert_ok(bl_gaps_build(c, trusted_ns, s->arena, &gaps, &s->err), s->err);
	return gaps;
}

/* The gaps of the place as text: "recorder-stopped 6-12, after-last-delivery 12-", in hours. */
static const char *
told(struct scene *s, const char *region, int64_t trusted_ns)
{
	static char text[1000];
	struct bl_gap_list list;
	size_t n = 0;

	assert_ok(bl_gaps_of(gaps_of(s, trusted_ns), BL_STR("111122223333"), bl_str_of(region),
		      s->arena, &list, &s->err),
	    s->err);
	text[0] = '\0';
	for (size_t i = 0; i < list.n; i++) {
		const struct bl_gap *g = &list.gaps[i];

		n += (size_t)snprintf(
		    text + n, sizeof(text) - n, "%s%s ", i == 0 ? "" : ", ", bl_gap_code(g->why));
		if (g->from_ns != BL_INSTANT_MIN)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%lld",
			    (long long)((g->from_ns - HOUR(0)) / BL_NS_PER_HOUR));
		n += (size_t)snprintf(text + n, sizeof(text) - n, "-");
		if (g->to_ns != BL_INSTANT_MAX)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%lld",
			    (long long)((g->to_ns - HOUR(0)) / BL_NS_PER_HOUR));
	}
	return text;
}

/* "present", "absent", "not-recorded", or why it is not known; asked for "the last known" at
 * ${trusted_ns} unless that is BL_INSTANT_MIN. */
static const char *
stands_as(struct scene *s, const char *type, const char *id, int hour, int64_t trusted_ns)
{
	const struct bl_gaps *gaps = gaps_of(s, trusted_ns);
	const struct bl_timeline *timeline = NULL;
	struct bl_standing standing;
	static char text[64];

	assert_ok(scene_timeline(s, type, 0, s->arena, &timeline), s->err);
	for (size_t i = 0; i < timeline->n; i++) {
		if (!bl_str_eq(timeline->resources[i].id, bl_str_of(id)))
			continue;
		assert_ok(bl_gaps_standing(gaps, &timeline->resources[i], HOUR(hour), s->arena,
			      &standing, &s->err),
		    s->err);
		switch (standing.presence) {
		case BL_ABSENT:
			(void)snprintf(
			    text, sizeof(text), "unproven %s", bl_gap_code(standing.why));
			return standing.unproven ? text : "absent";
		case BL_PRESENT: return "present";
		case BL_NOT_RECORDED: return "not-recorded";
		case BL_NOT_KNOWN: return bl_gap_code(standing.why);
		}
	}
	return "no such resource";
}

static const char *
stands(struct scene *s, const char *id, int hour)
{
	return stands_as(s, "AWS::EC2::Volume", id, hour, BL_INSTANT_MIN);
}

static void
after_the_last_delivery(void **state)
{
	struct scene *s = *state;

	SNAPSHOT(s, 6, {.id = "v", .hour = 1});
	SNAPSHOT(s, 12, {.id = "v", .hour = 1});
	assert_string_equal(told(s, "eu-central-1", BL_INSTANT_MIN), "after-last-delivery 12-");
	assert_string_equal(told(s, "eu-central-1", HOUR(20)), "");
	assert_string_equal(told(s, "eu-central-1", HOUR(12 + 24)), "after-last-delivery 12-");
	assert_string_equal(told(s, "eu-west-1", BL_INSTANT_MIN), "no-recorder -");
	assert_string_equal(stands(s, "v", 0), "unproven before-first-delivery");
	assert_string_equal(stands(s, "v", 1), "present");
	assert_string_equal(stands(s, "v", 12), "present");
	assert_string_equal(stands(s, "v", 13), "after-last-delivery");
}

static void
stopped_is_the_better_reason(void **state)
{
	struct scene *s = *state;
	const struct thing on = {
	    .type = RECORDER, .id = "default", .hour = 0, .what = "{\"Recording\":true}"};
	struct thing off = on;

	off.hour = 36;
	off.state = 1;
	off.what = "{\"Recording\":false}";
	SNAPSHOT(s, 6, on, {.id = "v", .hour = 1});
	HISTORY(s, 40, off);
	SNAPSHOT(s, 60, off, {.id = "v", .hour = 1});
	assert_string_equal(
	    told(s, "eu-central-1", BL_INSTANT_MIN), "no-delivery 6-36, recorder-stopped 36-");
	assert_string_equal(stands(s, "v", 6), "present");
	assert_string_equal(stands(s, "v", 8), "no-delivery");
	assert_string_equal(stands(s, "v", 50), "recorder-stopped");
}

/* A history file that comes long after the last snapshot: each moment has one reason. */
static void
gaps_do_not_overlap(void **state)
{
	struct scene *s = *state;

	SNAPSHOT(s, 6, {.id = "v", .hour = 1});
	SNAPSHOT(s, 12, {.id = "v", .hour = 1});
	HISTORY(s, 42, {.id = "v", .hour = 42, .state = 2, .what = "{\"x\":2}"});
	assert_string_equal(
	    told(s, "eu-central-1", BL_INSTANT_MIN), "no-delivery 12-42, after-last-delivery 42-");
	assert_string_equal(stands(s, "v", 12), "present");
	assert_string_equal(stands(s, "v", 20), "no-delivery");
	assert_string_equal(stands(s, "v", 42), "present");
	assert_string_equal(stands(s, "v", 43), "after-last-delivery");
}

static void
gone_deleted_and_not_recorded(void **state)
{
	struct scene *s = *state;

	SNAPSHOT(s, 6, {.id = "v", .hour = 1}, {.id = "d", .hour = 1}, {.id = "n", .hour = 1});
	HISTORY(s, 8, {.id = "d", .hour = 8, .state = 2, .status = "ResourceDeleted", .what = "{}"},
	    {.id = "n", .hour = 8, .state = 2, .status = "ResourceNotRecorded", .what = "{}"});
	SNAPSHOT(s, 12, {.id = "x", .hour = 1});
	SNAPSHOT(s, 18, {.id = "x", .hour = 1});
	assert_string_equal(stands(s, "v", 6), "present");
	assert_string_equal(stands(s, "v", 9), "vanished");
	assert_string_equal(stands(s, "v", 12), "absent");
	assert_string_equal(stands(s, "d", 7), "present");
	assert_string_equal(stands(s, "d", 8), "absent");
	assert_string_equal(stands(s, "n", 9), "not-recorded");
}

/* The item itself shows the moment of its capture, whatever the recorder says. */
static void
an_item_shows_its_own_moment(void **state)
{
	struct scene *s = *state;

	SNAPSHOT(s, 6, {.id = "v", .hour = 1});
	HISTORY(s, 20, {.id = "v", .hour = 20, .state = 2, .what = "{\"x\":2}"});
	assert_string_equal(stands(s, "v", 19), "after-last-delivery");
	assert_string_equal(stands(s, "v", 20), "present");
	assert_string_equal(stands(s, "v", 21), "after-last-delivery");
}

/* What one recorder cannot tell another one may. */
static void
a_global_place_has_several_witnesses(void **state)
{
	struct scene *s = *state;
	const struct thing user = {
	    .type = "AWS::IAM::User", .region = "global", .id = "u", .hour = 1};

	scene_deliver(s, BL_DELIVERY_SNAPSHOT, "eu-central-1", 6, true, &user, 1);
	scene_deliver(s, BL_DELIVERY_SNAPSHOT, "eu-west-1", 6, true, &user, 1);
	scene_deliver(s, BL_DELIVERY_SNAPSHOT, "eu-west-1", 30, true, &user, 1);
	assert_string_equal(told(s, "eu-central-1", BL_INSTANT_MIN), "after-last-delivery 6-");
	assert_string_equal(told(s, "global", BL_INSTANT_MIN), "after-last-delivery 30-");
}

#define USER "AWS::IAM::User"

static void
user_snapshot(struct scene *s, const char *region, int hour, bool holds)
{
	const struct thing things[] = {
	    {.type = "AWS::EC2::VPC", .region = region, .id = region, .hour = 0},
	    {.type = USER, .region = "global", .id = "u", .hour = 1}};

	scene_deliver(s, BL_DELIVERY_SNAPSHOT, region, hour, true, things, holds ? 2 : 1);
}

/* A recorder that goes on without it says nothing of a user: not seen, from its last news on. */
static void
a_user_that_nobody_told_of_is_not_known(void **state)
{
	struct scene *s = *state;

	user_snapshot(s, "eu-central-1", 6, true);
	for (int hour = 6; hour <= 78; hour += 24)
		user_snapshot(s, "eu-west-1", hour, false);
	assert_string_equal(told(s, "global", BL_INSTANT_MIN), "after-last-delivery 78-");
	assert_string_equal(stands_as(s, USER, "u", 6, BL_INSTANT_MIN), "present");
	assert_string_equal(stands_as(s, USER, "u", 7, BL_INSTANT_MIN), "not-seen");
	assert_string_equal(stands_as(s, USER, "u", 78, BL_INSTANT_MIN), "not-seen");
	assert_string_equal(stands_as(s, USER, "u", 79, BL_INSTANT_MIN), "after-last-delivery");
	assert_string_equal(stands_as(s, USER, "u", 78, HOUR(78)), "not-seen");
}

/* "Less than a day" is the same for what a recorder holds and for what it told of. */
static void
a_day_old_news_is_not_the_last_known(void **state)
{
	struct scene *s = *state;

	user_snapshot(s, "eu-central-1", 6, true);
	user_snapshot(s, "eu-west-1", 6, false);
	user_snapshot(s, "eu-west-1", 30, false);
	assert_string_equal(stands_as(s, USER, "u", 29, HOUR(29)), "present");
	assert_string_equal(stands_as(s, USER, "u", 30, HOUR(30)), "not-seen");
	assert_string_equal(told(s, "eu-central-1", HOUR(30)), "after-last-delivery 6-");
}

/* What lies between two news of it, and only while it may be there. */
static void
what_nobody_told_of_has_an_end(void **state)
{
	struct scene *s = *state;

	user_snapshot(s, "eu-central-1", 6, true);
	for (int hour = 6; hour <= 150; hour += 24)
		user_snapshot(s, "eu-west-1", hour, false);
	user_snapshot(s, "eu-central-1", 54, true);
	HISTORY(s, 60,
	    {.type = USER,
		.region = "global",
		.id = "u",
		.hour = 60,
		.state = 2,
		.status = "ResourceDeleted",
		.what = "{}"});
	assert_string_equal(stands_as(s, USER, "u", 30, BL_INSTANT_MIN), "not-seen");
	assert_string_equal(stands_as(s, USER, "u", 54, BL_INSTANT_MIN), "present");
	assert_string_equal(stands_as(s, USER, "u", 55, BL_INSTANT_MIN), "not-seen");
	assert_string_equal(
	    stands_as(s, USER, "u", 61, BL_INSTANT_MIN), "unproven type-not-recorded");
}

/* Absence is proven only by who would have told. */
static void
absent_only_where_somebody_would_have_told(void **state)
{
	struct scene *s = *state;
	const struct thing all = {.type = RECORDER,
	    .id = "default",
	    .hour = 0,
	    .what = "{\"Recording\":true,\"RecordingGroup\":{\"AllSupported\":true}}"};
	const struct thing off = {.type = RECORDER,
	    .id = "default",
	    .hour = 12,
	    .state = 1,
	    .what = "{\"Recording\":false,\"RecordingGroup\":{\"AllSupported\":true}}"};
	const struct thing some = {.type = RECORDER,
	    .id = "default",
	    .hour = 30,
	    .state = 2,
	    .what = "{\"Recording\":true,\"RecordingGroup\":{\"AllSupported\":false,"
		    "\"ResourceTypes\":[\"AWS::EC2::VPC\"]}}"};
	const struct thing again = {
	    .type = RECORDER, .id = "default", .hour = 48, .state = 3, .what = all.what};
	const struct thing v = {.id = "v", .hour = 54};
	const struct thing u = {.type = USER, .region = "global", .id = "u", .hour = 54};

	SNAPSHOT(s, 6, all);
	SNAPSHOT(s, 18, off);
	SNAPSHOT(s, 36, some);
	SNAPSHOT(s, 54, again, v, u);
	assert_string_equal(stands(s, "v", 2), "unproven before-first-delivery");
	assert_string_equal(stands(s, "v", 8), "absent");
	assert_string_equal(stands(s, "v", 20), "unproven recorder-stopped");
	assert_string_equal(stands(s, "v", 40), "unproven type-not-recorded");
	assert_string_equal(stands(s, "v", 50), "absent");
	assert_string_equal(stands(s, "v", 54), "present");
	/* Its recorder was not told to record global types. */
	assert_string_equal(
	    stands_as(s, USER, "u", 8, BL_INSTANT_MIN), "unproven type-not-recorded");
}

/* Two regions, one of which falls silent, users, one that vanishes, one that is deleted, and a type
 * that was not recorded until then. */
static void
many_places(struct scene *s)
{
	const struct thing all = {.type = RECORDER,
	    .id = "default",
	    .hour = 0,
	    .what = "{\"Recording\":true,\"RecordingGroup\":{\"AllSupported\":true}}"};
	const struct thing volumes = {.type = RECORDER,
	    .id = "default",
	    .hour = 7,
	    .state = 1,
	    .what = "{\"Recording\":true,\"RecordingGroup\":{\"AllSupported\":false,"
		    "\"ResourceTypes\":[\"AWS::EC2::Volume\"]}}"};
	const struct thing gone = {
	    .id = "d", .hour = 8, .state = 2, .status = "ResourceDeleted", .what = "{}"};

	SNAPSHOT(s, 6, all, {.id = "a", .hour = 1}, {.id = "d", .hour = 1}, {.id = "g", .hour = 1},
	    {.type = USER, .region = "global", .id = "u", .hour = 1},
	    {.type = USER, .region = "global", .id = "w", .hour = 2});
	HISTORY(s, 8, gone, volumes);
	SNAPSHOT(s, 12, volumes, {.type = "AWS::EC2::VPC", .id = "p", .hour = 11},
	    {.id = "a", .hour = 1}, {.id = "b", .hour = 10});
	for (int hour = 6; hour <= 54; hour += 24)
		scene_deliver(s, BL_DELIVERY_SNAPSHOT, "eu-west-1", hour, true,
		    (const struct thing[]){{.region = "eu-west-1", .id = "e", .hour = 1},
			{.region = "eu-west-1", .id = "f", .hour = 5},
			{.type = USER, .region = "global", .id = "w", .hour = 2}},
		    3);
}

/* Whatever the order in which a walk comes by them: as each of them alone. */
static void
a_walk_tells_what_each_tells_alone(void **state)
{
	struct scene *s = *state;
	static const char *const types[] = {"AWS::EC2::Volume", "AWS::EC2::VPC", USER};
	const struct bl_resource *all[32];
	const struct bl_gaps *gaps;
	size_t n = 0, seen[4] = {0};

	many_places(s);
	gaps = gaps_of(s, BL_INSTANT_MIN);
	for (size_t t = 0; t < 3; t++) {
		const struct bl_timeline *part = NULL;

		assert_ok(scene_timeline(s, types[t], 0, s->arena, &part), s->err);
		for (size_t i = 0; i < part->n; i++)
			all[n++] = &part->resources[i];
	}
	assert_int_equal(n, 9);
	for (int hour = 0; hour < 90; hour++)
		for (size_t step = 1; step < n; step++) {
			struct bl_gaps_walk *walk;

			assert_ok(
			    bl_gaps_walk_begin(gaps, HOUR(hour), s->arena, &walk, &s->err), s->err);
			/* Each at least once, and each behind different ones. */
			for (size_t i = 0, at = 0; i < 2 * n * step; i++, at += step) {
				const struct bl_resource *r = all[at / step % n];
				struct bl_standing got, want;

				r = i % 2 == 0 ? r : all[at % n];
				assert_ok(bl_gaps_walk_next(walk, r, &got, &s->err), s->err);
				assert_ok(
				    bl_gaps_standing(gaps, r, HOUR(hour), s->arena, &want, &s->err),
				    s->err);
				assert_int_equal(got.presence, want.presence);
				assert_int_equal(got.why, want.why);
				assert_int_equal(got.unproven, want.unproven);
				assert_ptr_equal(got.state, want.state);
				seen[got.presence]++;
			}
		}
	assert_true(seen[BL_ABSENT] > 0 && seen[BL_PRESENT] > 0 && seen[BL_NOT_KNOWN] > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(after_the_last_delivery, setup, teardown),
	    cmocka_unit_test_setup_teardown(stopped_is_the_better_reason, setup, teardown),
	    cmocka_unit_test_setup_teardown(gaps_do_not_overlap, setup, teardown),
	    cmocka_unit_test_setup_teardown(gone_deleted_and_not_recorded, setup, teardown),
	    cmocka_unit_test_setup_teardown(an_item_shows_its_own_moment, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		a_user_that_nobody_told_of_is_not_known, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_day_old_news_is_not_the_last_known, setup, teardown),
	    cmocka_unit_test_setup_teardown(what_nobody_told_of_has_an_end, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		absent_only_where_somebody_would_have_told, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_global_place_has_several_witnesses, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_walk_tells_what_each_tells_alone, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
