/* What was true, and when: each case tells deliveries and reads the chain of states. */
#include "scene.h"

#include "base/mem.h"

#define VOLUME "AWS::EC2::Volume"

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

static void
a_version_holds_until_the_next(void **state)
{
	struct scene *s = *state;

	SNAPSHOT(s, 6, {.id = "v", .hour = 0});
	SNAPSHOT(s, 12, {.id = "v", .hour = 8, .what = "{\"x\":2}"});
	assert_string_equal(scene_states(s, VOLUME, "v", 0), "item 0-8, item 8-");
}

static void
a_deletion_item_ends_it(void **state)
{
	struct scene *s = *state;

	SNAPSHOT(s, 6, {.id = "v", .hour = 0});
	HISTORY(s, 9, {.id = "v", .hour = 9, .status = "ResourceDeleted"});
	SNAPSHOT(s, 12, {.id = "w", .hour = 1});
	assert_string_equal(scene_states(s, VOLUME, "v", 0), "item 0-9, ResourceDeleted 9-");
}

static void
created_and_deleted_between_snapshots(void **state)
{
	struct scene *s = *state;

	SNAPSHOT(s, 6, {.id = "w", .hour = 1});
	HISTORY(s, 9, {.id = "v", .hour = 7, .status = "ResourceDiscovered"},
	    {.id = "v", .hour = 8, .status = "ResourceDeleted"});
	SNAPSHOT(s, 12, {.id = "w", .hour = 1});
	assert_string_equal(scene_states(s, VOLUME, "v", 0), "item 7-8, ResourceDeleted 8-");
}

static void
absence_ends_it_somewhere_between_two_snapshots(void **state)
{
	struct scene *s = *state;

	SNAPSHOT(s, 6, {.id = "v", .hour = 0}, {.id = "w", .hour = 1});
	SNAPSHOT(s, 12, {.id = "w", .hour = 1});
	SNAPSHOT(s, 18, {.id = "w", .hour = 1});
	assert_string_equal(scene_states(s, VOLUME, "v", 0), "item 0-6+, vanished 6+-12");
}

static void
an_incomplete_snapshot_proves_no_absence(void **state)
{
	struct scene *s = *state;
	const struct thing w = {.id = "w", .hour = 1};

	SNAPSHOT(s, 6, {.id = "v", .hour = 0}, {.id = "w", .hour = 1});
	scene_deliver(s, BL_DELIVERY_SNAPSHOT, "eu-central-1", 12, false, &w, 1);
	assert_string_equal(scene_states(s, VOLUME, "v", 0), "item 0-");
}

static void
another_recorder_says_nothing_about_it(void **state)
{
	struct scene *s = *state;
	const struct thing other = {.id = "o", .hour = 1, .region = "eu-west-1"};

	SNAPSHOT(s, 6, {.id = "v", .hour = 0});
	scene_deliver(s, BL_DELIVERY_SNAPSHOT, "eu-west-1", 12, true, &other, 1);
	assert_string_equal(scene_states(s, VOLUME, "v", 0), "item 0-");
}

static void
seen_again_with_the_old_version_it_was_unknown_between(void **state)
{
	struct scene *s = *state;

	SNAPSHOT(s, 6, {.id = "v", .hour = 0}, {.id = "w", .hour = 1});
	SNAPSHOT(s, 12, {.id = "w", .hour = 1});
	SNAPSHOT(s, 18, {.id = "v", .hour = 0}, {.id = "w", .hour = 1});
	assert_string_equal(scene_states(s, VOLUME, "v", 0), "item 0-6+, vanished 6+-18, item 18-");
}

static void
recreated_with_the_same_id(void **state)
{
	struct scene *s = *state;

	SNAPSHOT(s, 6, {.id = "v", .hour = 0}, {.id = "w", .hour = 1});
	SNAPSHOT(s, 12, {.id = "w", .hour = 1});
	SNAPSHOT(
	    s, 18, {.id = "v", .hour = 14, .status = "ResourceDiscovered"}, {.id = "w", .hour = 1});
	assert_string_equal(scene_states(s, VOLUME, "v", 0), "item 0-6+, vanished 6+-12, item 14-");
}

static void
heard_of_once_and_never_in_a_snapshot(void **state)
{
	struct scene *s = *state;

	SNAPSHOT(s, 6, {.id = "w", .hour = 1});
	HISTORY(s, 9, {.id = "v", .hour = 7, .status = "ResourceDiscovered"});
	SNAPSHOT(s, 12, {.id = "w", .hour = 1});
	assert_string_equal(scene_states(s, VOLUME, "v", 0), "item 7-7+, vanished 7+-12");
}

static void
changed_in_a_history_file_then_gone(void **state)
{
	struct scene *s = *state;

	SNAPSHOT(s, 6, {.id = "v", .hour = 0}, {.id = "w", .hour = 1});
	HISTORY(s, 9, {.id = "v", .hour = 8, .what = "{\"x\":2}"});
	SNAPSHOT(s, 12, {.id = "w", .hour = 1});
	assert_string_equal(scene_states(s, VOLUME, "v", 0), "item 0-8, item 8-8+, vanished 8+-12");
}

static void
a_late_history_file_changes_the_past(void **state)
{
	struct scene *s = *state;
	uint64_t before;

	SNAPSHOT(s, 6, {.id = "v", .hour = 0});
	before = SNAPSHOT(s, 12, {.id = "v", .hour = 10, .what = "{\"x\":3}"});
	HISTORY(s, 8, {.id = "v", .hour = 8, .what = "{\"x\":2}"});
	assert_string_equal(scene_states(s, VOLUME, "v", 0), "item 0-8, item 8-10, item 10-");
	/* What was known before it came is still answered as it was. */
	assert_string_equal(scene_states(s, VOLUME, "v", before), "item 0-10, item 10-");
}

static void
a_late_snapshot_takes_its_place_in_time(void **state)
{
	struct scene *s = *state;

	SNAPSHOT(s, 6, {.id = "v", .hour = 0}, {.id = "w", .hour = 1});
	SNAPSHOT(s, 18, {.id = "v", .hour = 0}, {.id = "w", .hour = 1});
	SNAPSHOT(s, 12, {.id = "v", .hour = 0}, {.id = "w", .hour = 1});
	assert_string_equal(scene_states(s, VOLUME, "v", 0), "item 0-");
}

static void
same_capture_and_state_with_other_bytes(void **state)
{
	struct scene *s = *state;

	SNAPSHOT(s, 6, {.id = "v", .hour = 0, .state = 1});
	SNAPSHOT(s, 12, {.id = "v", .hour = 0, .state = 1, .what = "{\"x\":1,\"y\":[]}"});
	SNAPSHOT(s, 18, {.id = "v", .hour = 0, .state = 1});
	/* Both are kept; one holds, and nothing vanished. */
	assert_string_equal(scene_states(s, VOLUME, "v", 0), "item 0-");
}

static void
the_state_number_orders_equal_captures(void **state)
{
	struct scene *s = *state;
	const struct bl_timeline *t = NULL;

	HISTORY(s, 6, {.id = "v", .hour = 0, .state = 10}, {.id = "v", .hour = 0, .state = 9});
	assert_ok(scene_timeline(s, VOLUME, 0, s->arena, &t), s->err);
	assert_int_equal(t->n, 1);
	assert_int_equal(t->resources[0].n_states, 1);
	assert_int_equal(t->resources[0].states[0].version.ordinal, 0); /* State 10, put first. */
}

/* ---- Global resources: several witnesses. ------------------------------------ */

/* A complete snapshot of user AIDA1 (${holds}) and user AIDA2 by one recorder. */
static uint64_t
users(struct scene *s, const char *region, int hour, bool holds)
{
	const struct thing both[] = {
	    {.type = "AWS::IAM::User", .region = "global", .id = "AIDA2", .hour = 0},
	    {.type = "AWS::IAM::User", .region = "global", .id = "AIDA1", .hour = 0}};

	return scene_deliver(s, BL_DELIVERY_SNAPSHOT, region, hour, true, both, holds ? 2 : 1);
}

#define assert_user(s, position, text)                                                             \
	assert_string_equal(scene_states((s), "AWS::IAM::User", "AIDA1", (position)), (text))

static void
a_global_resource_needs_every_witness_to_drop_it(void **state)
{
	struct scene *s = *state;

	users(s, "eu-central-1", 6, true);
	users(s, "eu-west-1", 7, true);
	users(s, "eu-central-1", 12, false);
	users(s, "eu-west-1", 13, false);
	assert_user(s, 0, "item 0-7+, vanished 7+-13");
}

static void
a_recorder_that_stops_recording_iam_costs_nothing_while_another_goes_on(void **state)
{
	struct scene *s = *state;
	uint64_t dropped;

	users(s, "eu-central-1", 6, true);
	users(s, "eu-west-1", 7, true);
	dropped = users(s, "eu-central-1", 12, false);
	users(s, "eu-west-1", 13, true);
	users(s, "eu-central-1", 18, false);
	users(s, "eu-west-1", 19, true);
	assert_user(s, 0, "item 0-");
	/* Before the other had spoken again, nobody could know. */
	assert_user(s, dropped, "item 0-7+, vanished 7+-12");
}

static void
a_witness_that_fell_silent_keeps_nothing_present(void **state)
{
	struct scene *s = *state;

	users(s, "eu-west-1", 1, true);
	for (int hour = 6; hour <= 48; hour += 6)
		users(s, "eu-central-1", hour, true);
	users(s, "eu-central-1", 54, false);
	users(s, "eu-central-1", 60, false);
	assert_user(s, 0, "item 0-48+, vanished 48+-54");
}

static void
a_witness_that_returns_from_silence_leaves_the_time_between_unknown(void **state)
{
	struct scene *s = *state;

	users(s, "eu-west-1", 7, true);
	users(s, "eu-central-1", 8, true);
	users(s, "eu-central-1", 12, false);
	users(s, "eu-west-1", 33, true); /* 26 hours later. */
	assert_user(s, 0, "item 0-8+, vanished 8+-33, item 33-");
}

static void
a_witness_is_heard_after_just_25_hours(void **state)
{
	struct scene *s = *state;

	users(s, "eu-west-1", 7, true);
	users(s, "eu-central-1", 8, true);
	users(s, "eu-central-1", 12, false);
	users(s, "eu-west-1", 32, true);
	assert_user(s, 0, "item 0-");
}

static void
one_of_several_witnesses_is_enough(void **state)
{
	struct scene *s = *state;

	users(s, "eu-west-1", 1, true); /* Silent for 29 hours: shows nothing ... */
	users(s, "eu-north-1", 7, true);
	users(s, "eu-central-1", 8, true);
	users(s, "eu-central-1", 12, false);
	users(s, "eu-west-1", 30, true);
	assert_user(s, 0, "item 0-8+, vanished 8+-30, item 30-");
	users(s, "eu-north-1", 31, true); /* ... but this one was there all the time. */
	assert_user(s, 0, "item 0-");
}

static void
only_recorders_that_hold_it_watch_a_global_resource(void **state)
{
	struct scene *s = *state;
	const struct bl_timeline *t = NULL;
	const struct bl_resource *r;

	users(s, "eu-central-1", 6, true);
	users(s, "eu-west-1", 7, true);
	users(s, "eu-central-1", 12, false); /* No IAM any more, but it goes on ... */
	users(s, "eu-west-1", 13, true);
	for (int hour = 18; hour < 240; hour += 6)
		users(s, "eu-central-1", hour, false);
	users(s, "eu-west-1", 120, true); /* ... while this one is silent for days. */
	assert_user(s, 0, "item 0-");
	assert_ok(scene_timeline(s, "AWS::IAM::User", 0, s->arena, &t), s->err);
	r = &t->resources[0];
	assert_true(bl_str_eq(r->id, BL_STR("AIDA1")));
	assert_int_equal(r->n_witnessed, 2);
	assert_true(r->witnessed[0].from_ns == HOUR(0) && r->witnessed[0].to_ns == HOUR(13) + 1);
	assert_true(r->witnessed[1].from_ns == HOUR(120) && r->witnessed[1].to_ns == HOUR(120) + 1);
}

static void
a_new_witness_shows_the_time_from_its_first_sighting_only(void **state)
{
	struct scene *s = *state;

	users(s, "eu-west-1", 7, true);
	users(s, "eu-central-1", 8, true);
	users(s, "eu-central-1", 12, false);
	users(s, "eu-north-1", 14, true);
	users(s, "eu-north-1", 20, true);
	assert_user(s, 0, "item 0-8+, vanished 8+-14, item 14-");
}

static void
a_late_snapshot_of_a_witness_clears_the_doubt(void **state)
{
	struct scene *s = *state;
	uint64_t before;

	users(s, "eu-west-1", 7, true);
	users(s, "eu-central-1", 8, true);
	users(s, "eu-central-1", 12, false);
	before = users(s, "eu-west-1", 37, true);
	users(s, "eu-west-1", 19, true); /* Delivered late. */
	assert_user(s, before, "item 0-8+, vanished 8+-37, item 37-");
	assert_user(s, 0, "item 0-");
}

static void
snapshots_of_one_moment_say_the_same_in_any_order(void **state)
{
	struct scene *s = *state;
	uint64_t one;

	users(s, "eu-central-1", 6, true);
	users(s, "eu-west-1", 6, true);
	users(s, "eu-central-1", 12, false);
	one = users(s, "eu-west-1", 12, true);
	users(s, "eu-central-1", 18, false);
	/* Seen at 12 itself; nobody saw it after that. */
	assert_user(s, one, "item 0-12+");
	users(s, "eu-west-1", 18, false);
	assert_user(s, 0, "item 0-12+, vanished 12+-18");
}

static void
a_version_told_to_a_recorder_that_does_not_hold_it_is_in_doubt_too(void **state)
{
	struct scene *s = *state;
	const struct thing told = {
	    .type = "AWS::IAM::User", .region = "global", .id = "AIDA1", .hour = 10, .state = 1};

	users(s, "eu-west-1", 7, true);
	users(s, "eu-central-1", 8, false);
	scene_deliver(s, BL_DELIVERY_HISTORY, "eu-central-1", 10, true, &told, 1);
	users(s, "eu-central-1", 14, false);
	assert_user(s, 0, "item 0-10, item 10-10+, vanished 10+-14");
	users(s, "eu-west-1", 13, true); /* Delivered late. */
	assert_user(s, 0, "item 0-10, item 10-13+, vanished 13+-14");
	users(s, "eu-west-1", 19, true);
	assert_user(s, 0, "item 0-10, item 10-");
}

static void
not_recorded_is_a_state_of_its_own(void **state)
{
	struct scene *s = *state;

	HISTORY(
	    s, 6, {.id = "v", .hour = 0}, {.id = "v", .hour = 3, .status = "ResourceNotRecorded"});
	assert_string_equal(scene_states(s, VOLUME, "v", 0), "item 0-3, ResourceNotRecorded 3-");
}

static void
a_snapshot_without_what_is_not_recorded_shows_no_absence(void **state)
{
	struct scene *s = *state;

	SNAPSHOT(s, 6, {.id = "v", .hour = 0}, {.id = "w", .hour = 1});
	HISTORY(s, 9, {.id = "v", .hour = 9, .status = "ResourceNotRecorded"});
	SNAPSHOT(s, 12, {.id = "w", .hour = 1});
	SNAPSHOT(s, 18, {.id = "w", .hour = 1});
	assert_string_equal(scene_states(s, VOLUME, "v", 0), "item 0-9, ResourceNotRecorded 9-");
	assert_string_equal(scene_ends(s, VOLUME, "v", 0), "observed, open");
	/* Recorded again, with the configuration that it has then. */
	SNAPSHOT(s, 24, {.id = "v", .hour = 20, .what = "{\"x\":2}"}, {.id = "w", .hour = 1});
	assert_string_equal(
	    scene_states(s, VOLUME, "v", 0), "item 0-9, ResourceNotRecorded 9-20, item 20-");
}

static void
recreated_with_the_same_id_after_a_deletion_item(void **state)
{
	struct scene *s = *state;

	SNAPSHOT(s, 6, {.id = "v", .hour = 0}, {.id = "w", .hour = 1});
	HISTORY(s, 9, {.id = "v", .hour = 8, .status = "ResourceDeleted"});
	SNAPSHOT(s, 12, {.id = "w", .hour = 1});
	SNAPSHOT(
	    s, 18, {.id = "v", .hour = 14, .status = "ResourceDiscovered"}, {.id = "w", .hour = 1});
	assert_string_equal(
	    scene_states(s, VOLUME, "v", 0), "item 0-8, ResourceDeleted 8-14, item 14-");
	assert_string_equal(scene_ends(s, VOLUME, "v", 0), "observed, observed, open");
}

static void
a_change_after_an_absence_is_no_creation(void **state)
{
	struct scene *s = *state;

	SNAPSHOT(s, 6, {.id = "v", .hour = 0}, {.id = "w", .hour = 1});
	SNAPSHOT(s, 12, {.id = "w", .hour = 1});
	assert_string_equal(scene_ends(s, VOLUME, "v", 0), "inferred, inferred");
	/* Not discovered at 14 but changed: it was there before, and nobody knows since when. */
	SNAPSHOT(s, 18, {.id = "v", .hour = 14, .what = "{\"x\":2}"}, {.id = "w", .hour = 1});
	assert_string_equal(scene_states(s, VOLUME, "v", 0), "item 0-6+, vanished 6+-14, item 14-");
	assert_string_equal(scene_ends(s, VOLUME, "v", 0), "inferred, observed, open");
}

static void
a_deletion_item_after_an_absence_dates_the_end(void **state)
{
	struct scene *s = *state;

	SNAPSHOT(s, 6, {.id = "v", .hour = 0}, {.id = "w", .hour = 1});
	SNAPSHOT(s, 12, {.id = "w", .hour = 1});
	HISTORY(s, 13, {.id = "v", .hour = 13, .status = "ResourceDeleted"});
	assert_string_equal(
	    scene_states(s, VOLUME, "v", 0), "item 0-6+, vanished 6+-13, ResourceDeleted 13-");
	/* Delivered late, of a time before the snapshot that lacks it: there was no absence. */
	HISTORY(s, 9, {.id = "v", .hour = 9, .status = "ResourceDeleted"});
	assert_string_equal(
	    scene_states(s, VOLUME, "v", 0), "item 0-9, ResourceDeleted 9-13, ResourceDeleted 13-");
}

static void
a_late_history_file_dates_what_a_snapshot_had_only_inferred(void **state)
{
	struct scene *s = *state;
	uint64_t before;

	SNAPSHOT(s, 6, {.id = "v", .hour = 0}, {.id = "w", .hour = 1});
	before = SNAPSHOT(s, 12, {.id = "w", .hour = 1});
	HISTORY(s, 8, {.id = "v", .hour = 8, .status = "ResourceDeleted"});
	assert_string_equal(scene_states(s, VOLUME, "v", 0), "item 0-8, ResourceDeleted 8-");
	assert_string_equal(scene_ends(s, VOLUME, "v", 0), "observed, open");
	/* As known before it came, the answer is the old one. */
	assert_string_equal(scene_states(s, VOLUME, "v", before), "item 0-6+, vanished 6+-12");
	assert_string_equal(scene_ends(s, VOLUME, "v", before), "inferred, inferred");
}

static void
a_departed_account_is_not_absent(void **state)
{
	struct scene *s = *state;

	SNAPSHOT(s, 6, {.id = "v", .hour = 0});
	SNAPSHOT(s, 12, {.id = "v", .hour = 0});
	/* Others go on for a month; of this one nothing more comes: coverage tells that. */
	for (int hour = 18; hour < 720; hour += 6) {
		const struct thing other = {.id = "o", .hour = 1, .region = "eu-west-1"};

		scene_deliver(s, BL_DELIVERY_SNAPSHOT, "eu-west-1", hour, true, &other, 1);
	}
	assert_string_equal(scene_states(s, VOLUME, "v", 0), "item 0-");
	assert_string_equal(scene_ends(s, VOLUME, "v", 0), "open");
}

static void
of_equal_captures_the_later_in_the_ledger_holds(void **state)
{
	struct scene *s = *state;
	const struct bl_timeline *t = NULL;
	uint64_t first, second;

	first = HISTORY(s, 6, {.id = "v", .hour = 0, .state = 1});
	second = HISTORY(s, 7, {.id = "v", .hour = 0, .state = 1, .what = "{\"x\":1,\"y\":[]}"});
	HISTORY(s, 8, {.id = "v", .hour = 0, .state = 1}); /* Its first delivery counts. */
	assert_ok(scene_timeline(s, VOLUME, 0, s->arena, &t), s->err);
	assert_int_equal(t->resources[0].n_states, 1);
	assert_int_equal(t->resources[0].states[0].position, second);
	assert_int_equal(t->resources[0].states[0].version.ordinal, 1);
	/* Both are kept: before the second came, the first held. */
	assert_int_equal(bl_store_n_versions(s->store, t->resources[0].type_no), 2);
	assert_ok(scene_timeline(s, VOLUME, first, s->arena, &t), s->err);
	assert_int_equal(t->resources[0].states[0].version.ordinal, 0);
}

static void
of_two_snapshots_of_one_moment_the_later_in_the_ledger_counts(void **state)
{
	struct scene *s = *state;
	uint64_t first;

	SNAPSHOT(s, 6, {.id = "v", .hour = 0}, {.id = "w", .hour = 1});
	first = SNAPSHOT(s, 12, {.id = "w", .hour = 1});
	SNAPSHOT(s, 12, {.id = "v", .hour = 0}, {.id = "w", .hour = 1});
	assert_string_equal(scene_states(s, VOLUME, "v", first), "item 0-6+, vanished 6+-12");
	assert_string_equal(scene_states(s, VOLUME, "v", 0), "item 0-");
}

static void
what_a_position_does_not_know_is_not_there(void **state)
{
	struct scene *s = *state;
	uint64_t first = SNAPSHOT(s, 6, {.id = "w", .hour = 1});

	SNAPSHOT(s, 12, {.id = "v", .hour = 8}, {.id = "w", .hour = 1});
	assert_string_equal(scene_states(s, VOLUME, "v", first), "none");
	assert_string_equal(scene_states(s, VOLUME, "v", 0), "item 8-");
}

static void
every_lack_of_memory_is_an_ordinary_error(void **state)
{
	struct scene *s = *state;
	uint64_t n = 0;
	enum bl_status status = BL_ENOMEM;

	SNAPSHOT(s, 6, {.id = "v", .hour = 0}, {.id = "w", .hour = 1});
	SNAPSHOT(s, 12, {.id = "w", .hour = 1});
	while (status != BL_OK) {
		const struct bl_timeline *t = NULL;
		struct bl_arena *arena = bl_arena_new((size_t)1 << 26);

		assert_non_null(arena);
		bl_mem_fail_at(++n);
		status = scene_timeline(s, VOLUME, 0, arena, &t);
		bl_mem_fail_at(0);
		if (status != BL_OK)
			assert_int_equal(status, BL_ENOMEM);
		bl_arena_free(&arena);
		assert_true(n < 1000);
	}
	assert_true(n > 5);
}

/* A state tells when its version was recorded once a day only, also behind a gap. */
static void
a_daily_version_says_so(void **state)
{
	struct scene *s = *state;
	const struct bl_timeline *timeline = NULL;
	const struct thing each = {.id = "v", .hour = 1};
	const struct thing daily = {
	    .id = "v", .hour = 8, .state = 2, .what = "{\"x\":2}", .daily = true};

	SNAPSHOT(s, 6, each);
	SNAPSHOT(s, 12, daily);
	SNAPSHOT(s, 18, {.id = "other", .hour = 1});
	SNAPSHOT(s, 24, daily);
	assert_string_equal(scene_states(s, "AWS::EC2::Volume", "v", 0),
	    "item 1-8, item 8-12+, vanished 12+-24, item 24-");
	assert_ok(scene_timeline(s, "AWS::EC2::Volume", 0, s->arena, &timeline), s->err);
	for (size_t i = 0; i < timeline->n; i++) {
		const struct bl_resource *r = &timeline->resources[i];

		for (size_t k = 0; k < r->n_states; k++)
			assert_int_equal(r->states[k].daily, r->states[k].version.ordinal == 1);
	}
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(a_version_holds_until_the_next),
	    T(a_deletion_item_ends_it), T(created_and_deleted_between_snapshots),
	    T(absence_ends_it_somewhere_between_two_snapshots),
	    T(an_incomplete_snapshot_proves_no_absence), T(another_recorder_says_nothing_about_it),
	    T(seen_again_with_the_old_version_it_was_unknown_between),
	    T(recreated_with_the_same_id), T(heard_of_once_and_never_in_a_snapshot),
	    T(changed_in_a_history_file_then_gone), T(a_late_history_file_changes_the_past),
	    T(a_late_snapshot_takes_its_place_in_time), T(same_capture_and_state_with_other_bytes),
	    T(the_state_number_orders_equal_captures),
	    T(a_global_resource_needs_every_witness_to_drop_it),
	    T(a_recorder_that_stops_recording_iam_costs_nothing_while_another_goes_on),
	    T(a_witness_that_fell_silent_keeps_nothing_present),
	    T(a_witness_that_returns_from_silence_leaves_the_time_between_unknown),
	    T(a_witness_is_heard_after_just_25_hours), T(one_of_several_witnesses_is_enough),
	    T(only_recorders_that_hold_it_watch_a_global_resource),
	    T(a_new_witness_shows_the_time_from_its_first_sighting_only),
	    T(a_late_snapshot_of_a_witness_clears_the_doubt),
	    T(snapshots_of_one_moment_say_the_same_in_any_order),
	    T(a_version_told_to_a_recorder_that_does_not_hold_it_is_in_doubt_too),
	    T(not_recorded_is_a_state_of_its_own),
	    T(a_snapshot_without_what_is_not_recorded_shows_no_absence),
	    T(recreated_with_the_same_id_after_a_deletion_item),
	    T(a_change_after_an_absence_is_no_creation),
	    T(a_deletion_item_after_an_absence_dates_the_end),
	    T(a_late_history_file_dates_what_a_snapshot_had_only_inferred),
	    T(a_departed_account_is_not_absent), T(of_equal_captures_the_later_in_the_ledger_holds),
	    T(of_two_snapshots_of_one_moment_the_later_in_the_ledger_counts),
	    T(what_a_position_does_not_know_is_not_there), T(a_daily_version_says_so),
	    T(every_lack_of_memory_is_an_ordinary_error)};
#undef T

	return cmocka_run_group_tests(tests, NULL, NULL);
}
