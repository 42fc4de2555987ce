/*
 * Random worlds of one account and two regions, hour by hour: what an assessment says of places
 * that no resource speaks for, against a model that looks at one moment and at everything that
 * happened, and knows nothing of stretches or sets.
 */
#include "unit/timeline/scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/assess.h"
#include "rules/catalogue.h"

#define RECORDER "AWS::Config::ConfigurationRecorder"
#define HOURS 130
#define MOMENT(h) (HOUR(h) + BL_NS_PER_HOUR / 2)

static const char *const regions[] = {"eu-central-1", "eu-west-1"};

static const char pack_text[] =
    "Resources:\n"
    "  Volumes:\n"
    "    Type: AWS::Config::ConfigRule\n"
    "    Properties:\n"
    "      ConfigRuleName: volumes\n"
    "      Source: {Owner: AWS, SourceIdentifier: ENCRYPTED_VOLUMES}\n"
    "  Users:\n"
    "    Type: AWS::Config::ConfigRule\n"
    "    Properties:\n"
    "      ConfigRuleName: users\n"
    "      Source: {Owner: AWS, SourceIdentifier: IAM_USER_NO_POLICIES_CHECK}\n";

enum happening { NOTHING, SNAP, ON, ON_GLOBAL, OFF, LEAVE_OUT, MAKE, REMOVE, N_HAPPENINGS };

static const char *const says[N_HAPPENINGS] = {
    [ON] = "{\"Recording\":true,\"RecordingGroup\":{\"AllSupported\":true}}",
    [ON_GLOBAL] = "{\"Recording\":true,\"RecordingGroup\":{\"AllSupported\":true,"
		  "\"IncludeGlobalResourceTypes\":true}}",
    [OFF] = "{\"Recording\":false,\"RecordingGroup\":{\"AllSupported\":true}}",
    [LEAVE_OUT] = "{\"Recording\":true,\"RecordingGroup\":{\"AllSupported\":false,"
		  "\"ResourceTypes\":[\"AWS::S3::Bucket\"]}}",
};

struct world {
	enum happening at[2][HOURS];
};

static uint64_t
draw(uint64_t *seed, uint64_t below)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (*seed >> 33) % below;
}

static void
make_world(uint64_t seed, struct world *w)
{
	uint64_t s = seed;

	memset(w, 0, sizeof(*w));
	for (int r = 0; r < 2; r++) {
		int next = (int)draw(&s, 40);
		bool there = false;

		for (int h = 0; h < HOURS; h++) {
			if (h == next) {
				w->at[r][h] = SNAP;
				next = h + 2 + (int)draw(&s, draw(&s, 4) == 0 ? 60 : 12);
			} else if (draw(&s, 18) == 0) {
				w->at[r][h] = (enum happening)(ON + draw(&s, N_HAPPENINGS - ON));
			}
			if ((w->at[r][h] == MAKE && there) || (w->at[r][h] == REMOVE && !there))
				w->at[r][h] = NOTHING;
			there = w->at[r][h] == MAKE || (there && w->at[r][h] != REMOVE);
		}
	}
}

static void
tell_region(struct scene *s, const struct world *w, int r)
{
	struct thing recorder = {.type = RECORDER, .id = "default", .region = regions[r]};
	struct thing volume = {.id = regions[r], .region = regions[r]};
	bool there = false;

	for (int h = 0; h < HOURS; h++) {
		enum happening what = w->at[r][h];
		struct thing all[2];
		size_t n = 0;

		if (what >= ON && what <= LEAVE_OUT) {
			recorder.hour = h;
			recorder.what = says[what];
			all[n++] = recorder;
		} else if (what == MAKE || what == REMOVE) {
			there = what == MAKE;
			volume.hour = volume.state = h;
			volume.status = there ? "ResourceDiscovered" : "ResourceDeleted";
			all[n++] = volume;
		} else if (what == SNAP) {
			if (recorder.what != NULL)
				all[n++] = recorder;
			if (there)
				all[n++] = volume;
		}
		if (what != NOTHING)
			scene_deliver(s, what == SNAP ? BL_DELIVERY_SNAPSHOT : BL_DELIVERY_HISTORY,
			    regions[r], h, true, all, n);
	}
}

/* ---- The model. ---------------------------------------------------------------------- */

struct standing {
	bool begun, volume, volume_before; /* Of the volume: now, and at any time up to now. */
	const char *off;		   /* The reason, or NULL. */
	enum happening told;		   /* The last word of the recorder, or NOTHING. */
};

/* In the half hour behind ${at}. */
static struct standing
look(const struct world *w, int r, int at)
{
	struct standing s = {.off = NULL};
	int first = -1, last = -1, last_snapshot = -1, before = -1, after = -1, n_snapshots = 0;

	for (int h = 0; h < HOURS; h++) {
		enum happening what = w->at[r][h];

		if (what == NOTHING)
			continue;
		if (first < 0)
			first = h;
		last = h;
		if (h <= at)
			before = h;
		else if (after < 0)
			after = h;
		if (what == SNAP) {
			n_snapshots++;
			last_snapshot = h;
		}
		if (h > at)
			continue;
		if (what >= ON && what <= LEAVE_OUT)
			s.told = what;
		if (what == MAKE || what == REMOVE)
			s.volume = what == MAKE;
		s.volume_before |= what == MAKE;
	}
	if (n_snapshots > 0)
		last = last_snapshot;
	s.begun = first >= 0 && first <= at;
	if (s.told == OFF)
		s.off = "recorder-stopped";
	else if (s.begun && (at >= last || (n_snapshots >= 2 && after - before > 25)))
		s.off = "no-delivery";
	return s;
}

/* What the rule on volumes must say of the region as a whole; "" nothing. */
static const char *
want_of_volumes(struct standing s)
{
	if (!s.begun)
		return "";
	if (s.off != NULL)
		return s.volume ? "" : s.off;
	if (s.told == LEAVE_OUT)
		return "type-not-recorded";
	return s.told == NOTHING && !s.volume_before ? "type-not-recorded" : "";
}

/* What the rule on users must say of the account: there never is one. */
static const char *
want_of_users(struct standing a, struct standing b, bool has_a, bool has_b)
{
	if (!a.begun && !b.begun)
		return "";
	if ((a.begun && a.off == NULL && a.told == ON_GLOBAL) ||
	    (b.begun && b.off == NULL && b.told == ON_GLOBAL))
		return "";
	if (!has_b)
		return a.off != NULL ? a.off : "type-not-recorded";
	if (!has_a)
		return b.off != NULL ? b.off : "type-not-recorded";
	return a.off != NULL && b.off != NULL ? a.off : "type-not-recorded";
}

static bool
has_any(const struct world *w, int r)
{
	for (int h = 0; h < HOURS; h++)
		if (w->at[r][h] != NOTHING)
			return true;
	return false;
}

/* ---- Comparison. ----------------------------------------------------------------------- */

/* What the findings say of the account in a region at a moment; fails when it is said twice. */
static const char *
have(const struct bl_assessment *a, uint32_t i_rule, const char *region, int64_t at_ns)
{
	const char *found = "";

	for (size_t i = 0; i < a->n_findings; i++) {
		const struct bl_finding *f = &a->findings[i];

		if (f->i_rule != i_rule || !bl_str_eq(f->type, BL_STR("AWS::::Account")) ||
		    !bl_str_eq(f->region, bl_str_of(region)) || at_ns < f->from_ns ||
		    at_ns >= f->to_ns)
			continue;
		assert_string_equal(found, "");
		assert_int_equal(f->verdict, BL_INSUFFICIENT_DATA);
		assert_true(f->since_ns <= f->from_ns && f->since_ns > BL_INSTANT_MIN);
		assert_true(f->annotation.len > 0);
		found = bl_reason_code(f->reason);
	}
	return found;
}

struct room {
	struct scene s;
	struct bl_assess_options options;
};

static const struct bl_assessment *
judge(struct room *r, int64_t from_ns, int64_t to_ns)
{
	const struct bl_assessment *a = NULL;
	struct bl_columns *columns = NULL;

	r->options.from_ns = from_ns;
	r->options.to_ns = to_ns;
	assert_ok(bl_columns_new(r->s.store, BL_COLUMNS_CANONICAL, &columns, &r->s.err), r->s.err);
	assert_ok(bl_assess(columns, &r->options, r->s.arena, &a, &r->s.err), r->s.err);
	bl_columns_free(&columns);
	return a;
}

static void
compare(
    const struct bl_assessment *a, const struct world *w, int h, uint64_t seed, const char *what)
{
	struct standing s[2] = {look(w, 0, h), look(w, 1, h)};

	for (int r = 0; r < 2; r++) {
		const char *want = want_of_volumes(s[r]);
		const char *found = have(a, 0, regions[r], MOMENT(h));

		if (strcmp(want, found) != 0)
			fail_msg("seed %llu, %s, hour %d, volumes in %s: '%s', and not '%s'",
			    (unsigned long long)seed, what, h, regions[r], found, want);
		assert_string_equal(have(a, 1, regions[r], MOMENT(h)), "");
	}
	{
		const char *want = want_of_users(s[0], s[1], has_any(w, 0), has_any(w, 1));
		const char *found = have(a, 1, "global", MOMENT(h));

		if (strcmp(want, found) != 0)
			fail_msg("seed %llu, %s, hour %d, users: '%s', and not '%s'",
			    (unsigned long long)seed, what, h, found, want);
	}
}

static void
one_world(uint64_t seed, uint64_t *n_found)
{
	struct room r = {.options = {.pack = NULL}};
	const struct bl_pack_problem *problems;
	const struct bl_assessment *period;
	struct world w;
	size_t n;

	make_world(seed, &w);
	scene_open(&r.s);
	assert_ok(
	    bl_pack_load(BL_STR("model.yaml"), (struct bl_str){pack_text, sizeof(pack_text) - 1},
		NULL, 0, r.s.arena, &r.options.pack, &problems, &n, &r.s.err),
	    r.s.err);
	assert_ok(bl_catalogue_load(r.s.arena, &r.options.catalogue, &r.s.err), r.s.err);
	for (int k = 0; k < 2; k++)
		tell_region(&r.s, &w, k);
	period = judge(&r, HOUR(-3), HOUR(HOURS + 3));
	for (int h = -3; h < HOURS + 3; h++)
		compare(period, &w, h, seed, "period");
	for (int h = 0; h < HOURS; h += 7)
		compare(judge(&r, MOMENT(h), MOMENT(h) + 1), &w, h, seed, "moment");
	for (size_t i = 0; i < period->n_findings; i++)
		*n_found += bl_str_eq(period->findings[i].type, BL_STR("AWS::::Account"));
	scene_close(&r.s);
}

static void
places_agree_with_the_hours(void **state)
{
	const char *given = getenv("BELEG_SEED");
	uint64_t first = given == NULL ? 1 : strtoull(given, NULL, 10), n_found = 0;

	(void)state;
	for (uint64_t seed = first; seed < first + 40; seed++)
		one_world(seed, &n_found);
	/* The worlds hold what is looked for. */
	assert_true(n_found > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(places_agree_with_the_hours)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
