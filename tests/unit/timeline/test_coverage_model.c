/*
 * Random worlds of one recorder, hour by hour: the report's states against a model
 * that walks through the hours and knows nothing of stretches.
 */
#include "scene.h"

#include "timeline/coverage_report.h"

#define RECORDER "AWS::Config::ConfigurationRecorder"
#define HOURS 200

enum happening { NOTHING, SNAP, ITEM_ON, ITEM_OFF, STOP, START, FAILED };

static uint64_t
draw(uint64_t *seed, uint64_t below)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (*seed >> 33) % below;
}

/* Any moment has one happening: ties are the trail test's. */
static void
make_world(uint64_t seed, enum happening *hour)
{
	uint64_t s = seed;
	int next = (int)draw(&s, 40);

	memset(hour, 0, HOURS * sizeof(*hour));
	for (int h = 0; h < HOURS; h++) {
		if (h == next) {
			hour[h] = SNAP;
			next = h + 3 + (int)draw(&s, draw(&s, 5) == 0 ? 70 : 12);
		} else if (draw(&s, 14) == 0) {
			hour[h] = (enum happening)(ITEM_ON + draw(&s, 5));
		}
	}
}

static void
tell_world(struct scene *s, const enum happening *hour)
{
	const char *said = NULL;
	int said_at = 0;

	for (int h = 0; h < HOURS; h++) {
		const struct thing things[] = {
		    {.id = "v", .hour = -1}, {.type = RECORDER, .id = "default"}};
		struct thing all[2] = {things[0], things[1]};

		if (hour[h] == ITEM_ON || hour[h] == ITEM_OFF) {
			said =
			    hour[h] == ITEM_ON ? "{\"Recording\":true}" : "{\"Recording\":false}";
			said_at = h;
		}
		all[1].hour = said_at;
		all[1].what = said;
		if (hour[h] == SNAP)
			scene_deliver(s, BL_DELIVERY_SNAPSHOT, "eu-central-1", h, true, all,
			    said == NULL ? 1 : 2);
		else if (hour[h] == ITEM_ON || hour[h] == ITEM_OFF)
			scene_deliver(s, BL_DELIVERY_HISTORY, "eu-central-1", h, true, &all[1], 1);
		else if (hour[h] != NOTHING)
			scene_act(s,
			    hour[h] == START ? "StartConfigurationRecorder"
					     : "StopConfigurationRecorder",
			    "eu-central-1", h, hour[h] == FAILED ? "AccessDenied" : NULL);
	}
}

/* The state of the hour that begins at ${at}, by looking at everything that happened. */
static enum bl_cover
model(const enum happening *hour, int at)
{
	bool told_off = false, acted_off = false;
	int first = -1, last_snapshot = -1, before = -1, after = -1, n_snapshots = 0, last = -1;

	for (int h = 0; h < HOURS; h++) {
		bool delivery = hour[h] == SNAP || hour[h] == ITEM_ON || hour[h] == ITEM_OFF;

		if (h <= at && hour[h] == ITEM_ON)
			told_off = acted_off = false;
		else if (h <= at && hour[h] == ITEM_OFF)
			told_off = true;
		else if (h <= at && hour[h] == STOP)
			acted_off = true;
		else if (h <= at && hour[h] == START)
			acted_off = false;
		if (!delivery)
			continue;
		if (first < 0)
			first = h;
		last = h;
		if (h <= at)
			before = h;
		else if (after < 0)
			after = h;
		if (hour[h] == SNAP) {
			n_snapshots++;
			last_snapshot = h;
		}
	}
	if (n_snapshots > 0)
		last = last_snapshot;
	if (told_off || acted_off)
		return BL_COVER_STOPPED;
	if (first < 0 || at < first || at >= last)
		return BL_COVER_NONE;
	return n_snapshots >= 2 && after - before > 25 ? BL_COVER_SILENT : BL_COVER_KNOWN;
}

static void
one_world(uint64_t seed)
{
	struct scene s;
	enum happening hour[HOURS];
	const struct bl_coverage *c = NULL;
	const struct bl_coverage_report *r = NULL;
	struct bl_columns *columns = NULL;
	const struct bl_coverage_options o = {.from_ns = HOUR(0), .to_ns = HOUR(HOURS)};

	make_world(seed, hour);
	scene_open(&s);
	tell_world(&s, hour);
	assert_ok(bl_columns_new(s.store, BL_COLUMNS_CANONICAL, &columns, &s.err), s.err);
	assert_ok(bl_coverage_build(columns, 0, s.arena, &c, &s.err), s.err);
	assert_ok(bl_coverage_report_build(columns, c, &o, s.arena, &r, &s.err), s.err);
	bl_columns_free(&columns);
	for (int h = 0; h < HOURS && r->n_places == 1; h++) {
		enum bl_cover cover, want = model(hour, h);

		if (!bl_coverage_report_cell(&r->places[0], HOUR(h), HOUR(h + 1), &cover) ||
		    cover != want)
			fail_msg("seed %llu, hour %d: %s, and not %s", (unsigned long long)seed, h,
			    bl_coverage_report_cover(cover), bl_coverage_report_cover(want));
	}
	scene_close(&s);
}

static void
the_report_agrees_with_the_hours(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 60; seed++)
		one_world(seed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(the_report_agrees_with_the_hours)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
