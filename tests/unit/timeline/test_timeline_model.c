/*
 * The time line against a model that answers for one resource and one instant
 * at a time, straight from the definition in timeline.h, over random worlds:
 * snapshots (complete or not), history files, late ones, deliveries that name no
 * recorder, two recorders, global resources, deletions, re-creations, equal
 * captures, and every ledger position.
 */
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_STORES 40
#define N_WORLDS 50 /* In one store, each with recorders and resources of its own. */
#define MAX_DELIVERIES 12
#define MAX_VERSIONS 12
#define N_RESOURCES 3
#define LAST_HOUR 30

/* One version of one resource; its bytes are told apart by number. */
struct version {
	int resource, hour, state;
	bool deleted;
};

struct delivery {
	enum bl_delivery_kind kind;
	int region, hour; /* region 2: names no recorder */
	bool complete;
	bool held[MAX_VERSIONS];
};

struct world {
	struct version versions[MAX_VERSIONS];
	int n_versions;
	struct delivery deliveries[MAX_DELIVERIES];
	int n_deliveries;
	bool global;
	uint64_t seed, base; /* base: position before its first delivery */
	char region[3][16];  /* Of the recorders; the third names none. */
};

static uint64_t
next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static int
below(uint64_t *seed, int n)
{
	return (int)(next(seed) % (uint64_t)n);
}

/* Resource 0 lives in the first region, 1 in the second, 2 in the first; or all are global. */
static const char *
region_of(const struct world *w, int resource)
{
	return w->global ? "global" : w->region[resource == 1];
}

static void
make_world(struct world *w, uint64_t seed)
{
	uint64_t x = seed * 0x9e3779b97f4a7c15U + 1;
	int hours[LAST_HOUR];

	(void)next(&x);
	*w = (struct world){.seed = seed, .global = below(&x, 3) == 0};
	for (int i = 0; i < 2; i++)
		(void)snprintf(
		    w->region[i], sizeof(w->region[i]), "r%d-%d", (int)(seed % N_WORLDS), i);
	w->n_versions = 1 + below(&x, MAX_VERSIONS);
	for (int i = 0; i < w->n_versions; i++)
		w->versions[i] = (struct version){.resource = below(&x, N_RESOURCES),
		    .hour = below(&x, LAST_HOUR),
		    .state = below(&x, 3),
		    .deleted = below(&x, 5) == 0};
	w->n_deliveries = 1 + below(&x, MAX_DELIVERIES);
	for (int i = 0; i < LAST_HOUR; i++)
		hours[i] = i;
	for (int i = LAST_HOUR - 1; i > 0; i--) {
		int k = below(&x, i + 1), hour = hours[i];

		hours[i] = hours[k];
		hours[k] = hour;
	}
	for (int i = 0; i < w->n_deliveries; i++) {
		struct delivery *d = &w->deliveries[i];

		*d = (struct delivery){.region = below(&x, 20) == 0 ? 2 : below(&x, 2),
		    /* No two at one instant: they would speak for no order of events. */
		    .hour = hours[i],
		    .kind = below(&x, 3) > 0 ? BL_DELIVERY_SNAPSHOT : BL_DELIVERY_HISTORY,
		    .complete = below(&x, 8) > 0};
		for (int v = 0; v < w->n_versions; v++)
			d->held[v] = (w->global || d->region == 2 ||
					 (w->versions[v].resource == 1) == (d->region == 1)) &&
				     below(&x, 3) == 0;
	}
}

static void
tell_world(struct scene *s, struct world *w)
{
	w->base = s->n;
	for (int i = 0; i < w->n_deliveries; i++) {
		const struct delivery *d = &w->deliveries[i];
		struct thing things[MAX_VERSIONS];
		char what[MAX_VERSIONS][32], id[MAX_VERSIONS][16];
		size_t n = 0;

		for (int v = 0; v < w->n_versions; v++) {
			if (!d->held[v])
				continue;
			(void)snprintf(what[v], sizeof(what[v]), "{\"v\":%d}", v);
			(void)snprintf(id[v], sizeof(id[v]), "w%d-r%d", (int)(w->seed % N_WORLDS),
			    w->versions[v].resource);
			things[n++] =
			    (struct thing){.region = region_of(w, w->versions[v].resource),
				.id = id[v],
				.hour = w->versions[v].hour,
				/* A deletion has no configuration: its state tells it apart. */
				.state = w->versions[v].state * 100 + v,
				.status = w->versions[v].deleted ? "ResourceDeleted" : NULL,
				.what = what[v]};
		}
		scene_deliver(s, d->kind, w->region[d->region], d->hour, d->complete, things, n);
	}
}

/* ---- The model. ------------------------------------------------------------ */

struct model {
	const struct world *w;
	int position; /* Deliveries [0, position) are known. */
	int resource;
};

static bool
is_witness(const struct delivery *d)
{
	return d->kind == BL_DELIVERY_SNAPSHOT && d->complete && d->region != 2;
}

static bool
holds(const struct model *m, const struct delivery *d)
{
	for (int v = 0; v < m->w->n_versions; v++)
		if (d->held[v] && m->w->versions[v].resource == m->resource)
			return true;
	return false;
}

/* The delivery that held the version first, or -1. */
static int
first_of(const struct model *m, int v)
{
	for (int i = 0; i < m->position; i++)
		if (m->w->deliveries[i].held[v])
			return i;
	return -1;
}

/* Is the version known, of the resource, and later in its chain than ${best} (-1: none)? */
static bool
is_later(const struct model *m, int v, int best)
{
	const struct version *a = &m->w->versions[v];
	const struct version *b = best < 0 ? NULL : &m->w->versions[best];

	if (a->resource != m->resource || first_of(m, v) < 0)
		return false;
	if (b == NULL || a->hour != b->hour)
		return b == NULL || a->hour > b->hour;
	return a->state * 100 + v > b->state * 100 + best;
}

static int
version_at(const struct model *m, int hour)
{
	int best = -1;

	for (int v = 0; v < m->w->n_versions; v++)
		if (m->w->versions[v].hour <= hour && is_later(m, v, best))
			best = v;
	return best;
}

static int
next_capture(const struct model *m, int hour)
{
	int next_hour = LAST_HOUR + 2;

	for (int v = 0; v < m->w->n_versions; v++) {
		const struct version *x = &m->w->versions[v];

		if (x->resource == m->resource && first_of(m, v) >= 0 && x->hour > hour &&
		    x->hour < next_hour)
			next_hour = x->hour;
	}
	return next_hour;
}

/* The last complete snapshot of a region before delivery ${i} in the order of time, or -1. */
static int
snapshot_before(const struct model *m, int region, int i)
{
	const struct delivery *at = &m->w->deliveries[i];
	int best = -1;

	for (int k = 0; k < m->position; k++) {
		const struct delivery *d = &m->w->deliveries[k];

		if (!is_witness(d) || d->region != region || d->hour > at->hour ||
		    (d->hour == at->hour && k >= i))
			continue;
		if (best < 0 || d->hour >= m->w->deliveries[best].hour)
			best = k;
	}
	return best;
}

/* Does snapshot ${i} say that the resource, of which version ${v} holds, is not there? */
static bool
tells_absence(const struct model *m, int i, int v)
{
	const struct delivery *d = &m->w->deliveries[i];
	int before, other;

	if (!is_witness(d) || holds(m, d))
		return false;
	other = snapshot_before(m, 1 - d->region, i);
	if (other >= 0 && holds(m, &m->w->deliveries[other]))
		return false;
	before = snapshot_before(m, d->region, i);
	if (before >= 0 && holds(m, &m->w->deliveries[before]))
		return true;
	return m->w->global ? m->w->deliveries[first_of(m, v)].region == d->region
			    : (m->resource == 1) == (d->region == 1);
}

/* 0 nothing, 1 vanished, 2 + v: the version.  ${half}: half an hour later, where no event is. */
static int
answer(const struct model *m, int hour, bool half)
{
	int v = version_at(m, hour), seen, to, gone = LAST_HOUR + 2, back = LAST_HOUR + 2;

	if (v < 0)
		return 0;
	if (m->w->versions[v].deleted)
		return 2 + v;
	seen = m->w->versions[v].hour;
	to = next_capture(m, seen);
	for (int i = 0; i < m->position; i++) {
		const struct delivery *d = &m->w->deliveries[i];

		if (is_witness(d) && holds(m, d) && d->hour <= hour && d->hour > seen)
			seen = d->hour;
	}
	for (int i = 0; i < m->position; i++) {
		const struct delivery *d = &m->w->deliveries[i];

		if (is_witness(d) && holds(m, d) && d->hour > seen && d->hour < to &&
		    d->hour < back)
			back = d->hour;
		if (tells_absence(m, i, v) && d->hour > seen && d->hour < to && d->hour < gone)
			gone = d->hour;
	}
	if (gone == LAST_HOUR + 2 || back <= gone || (hour == seen && !half))
		return 2 + v;
	return back <= LAST_HOUR || hour < gone ? 1 : 0;
}

/* ---- The comparison. --------------------------------------------------------- */

static int
found(struct scene *s, const struct bl_timeline *t, const struct model *m, int hour, bool half)
{
	char id[16];

	(void)snprintf(id, sizeof(id), "w%d-r%d", (int)(m->w->seed % N_WORLDS), m->resource);
	for (size_t i = 0; i < t->n; i++) {
		const struct bl_state *state;
		struct bl_str bytes;
		struct bl_sha256 sha256;
		const char *mark;

		if (!bl_str_eq(t->resources[i].id, bl_str_of(id)))
			continue;
		state =
		    bl_timeline_at(&t->resources[i], HOUR(hour) + (half ? BL_NS_PER_HOUR / 2 : 0));
		if (state == NULL)
			return 0;
		if (state->kind == BL_STATE_VANISHED)
			return 1;
		assert_ok(
		    bl_store_read(s->store, state->version, s->arena, &bytes, &sha256, &s->err),
		    s->err);
		mark = strstr(bytes.ptr, "\"configurationStateId\":");
		assert_non_null(mark);
		return 2 + (int)(strtol(mark + 23, NULL, 10) % 100);
	}
	return 0;
}

static void
print_world(const struct world *w)
{
	for (int v = 0; v < w->n_versions; v++)
		print_error("version %d: r%d %s at %d state %d%s\n", v, w->versions[v].resource,
		    region_of(w, w->versions[v].resource), w->versions[v].hour,
		    w->versions[v].state * 100 + v, w->versions[v].deleted ? " deleted" : "");
	for (int i = 0; i < w->n_deliveries; i++) {
		const struct delivery *d = &w->deliveries[i];

		print_error("delivery %d: %s%s '%s' at %d holds", i + 1,
		    d->complete ? "" : "incomplete ",
		    d->kind == BL_DELIVERY_SNAPSHOT ? "snapshot" : "history", w->region[d->region],
		    d->hour);
		for (int v = 0; v < w->n_versions; v++)
			if (d->held[v])
				print_error(" %d", v);
		print_error("\n");
	}
}

static void
check_world(struct scene *s, const struct world *w, int position)
{
	const struct bl_timeline *t = NULL;

	if (bl_store_type_no(s->store, BL_STR("AWS::EC2::Volume")) == UINT32_MAX)
		return;
	assert_ok(scene_timeline(s, "AWS::EC2::Volume", w->base + (uint64_t)position, s->arena, &t),
	    s->err);
	for (int r = 0; r < N_RESOURCES; r++)
		for (int at = -2; at < 2 * LAST_HOUR + 2; at++) {
			struct model m = {.w = w, .position = position, .resource = r};
			int hour = at < 0 ? -1 : at / 2, want, have;
			bool half = at >= 0 && at % 2 == 1;

			want = answer(&m, hour, half);
			have = found(s, t, &m, hour, half);
			if (want == have)
				continue;
			print_world(w);
			print_error("seed %d, position %d, r%d at %d%s: model %d, time line %d "
				    "(0 nothing, 1 vanished, 2 + version)\n",
			    (int)w->seed, position, r, hour, half ? ".5" : "", want, have);
			fail();
		}
}

static void
the_model_agrees(void **state)
{
	static struct world worlds[N_WORLDS];

	(void)state;
	for (uint64_t i = 0; i < N_STORES; i++) {
		struct scene s;

		scene_open(&s);
		bl_store_group(s.store, true);
		for (uint64_t k = 0; k < N_WORLDS; k++) {
			make_world(&worlds[k], i * N_WORLDS + k);
			tell_world(&s, &worlds[k]);
		}
		assert_ok(bl_store_flush(s.store, &s.err), s.err);
		for (uint64_t k = 0; k < N_WORLDS; k++) {
			const struct world *w = &worlds[k];

			check_world(&s, w, w->n_deliveries);
			check_world(&s, w, 1 + (int)(w->seed % (uint64_t)w->n_deliveries));
		}
		scene_close(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(the_model_agrees)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
