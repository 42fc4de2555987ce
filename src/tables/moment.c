#include "tables/moment.h"

#include "base/arena.h"
#include "base/instant.h"
#include "store/store.h"
#include "timeline/coverage.h"
#include "timeline/gaps.h"
#include "timeline/timeline.h"

struct bl_tables_world {
	struct bl_tables_world *next;
	uint64_t position;
	const struct bl_coverage *coverage;
	const struct bl_timeline **timelines; /* [store types] NULL: not built yet */
	struct view *views;
};

/* A moment in a world. */
struct view {
	struct view *next;
	int64_t at_ns; /* As asked: BL_INSTANT_MAX is "last". */
	int64_t then_ns;
	const struct bl_gaps *gaps;
	const struct bl_standings **types; /* [store types] */
};

enum bl_status
bl_tables__world(struct bl_tables *tables, uint64_t position, struct bl_tables_world **ret_world,
    struct bl_err *reterr)
{
	uint32_t n_types = bl_store_n_types(tables->store);
	struct bl_tables_world *w;
	enum bl_status status;

	for (w = tables->worlds; w != NULL; w = w->next)
		if (w->position == position) {
			*ret_world = w;
			return BL_OK;
		}
	w = bl_new(tables->arena, struct bl_tables_world, 1);
	if (w == NULL)
		return bl_tables__no_memory(reterr);
	w->position = position;
	w->timelines = bl_new(tables->arena, const struct bl_timeline *, (size_t)n_types + 1);
	if (w->timelines == NULL)
		return bl_tables__no_memory(reterr);
	status = bl_coverage_build(tables->columns, position, tables->arena, &w->coverage, reterr);
	if (status != BL_OK)
		return status;
	w->next = tables->worlds;
	tables->worlds = w;
	*ret_world = w;
	return BL_OK;
}

const struct bl_coverage *
bl_world__coverage(const struct bl_tables_world *world)
{
	return world->coverage;
}

enum bl_status
bl_world__timeline(struct bl_tables *tables, struct bl_tables_world *world, uint32_t type_no,
    const struct bl_timeline **ret_timeline, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	if (world->timelines[type_no] == NULL)
		status = bl_timeline_build(tables->columns, &type_no, 1, world->position,
		    tables->arena, &world->timelines[type_no], reterr);
	*ret_timeline = world->timelines[type_no];
	return status;
}

static enum bl_status
view_of(struct bl_tables *tables, struct bl_tables_world *world, int64_t at_ns,
    struct view **ret_view, struct bl_err *reterr)
{
	bool last = at_ns == BL_INSTANT_MAX;
	struct view *v;
	enum bl_status status;

	for (v = world->views; v != NULL; v = v->next)
		if (v->at_ns == at_ns) {
			*ret_view = v;
			return BL_OK;
		}
	v = bl_new(tables->arena, struct view, 1);
	if (v == NULL)
		return bl_tables__no_memory(reterr);
	v->at_ns = at_ns;
	v->then_ns = last ? world->coverage->newest_ns : at_ns;
	v->types = bl_new(tables->arena, const struct bl_standings *,
	    (size_t)bl_store_n_types(tables->store) + 1);
	if (v->types == NULL)
		return bl_tables__no_memory(reterr);
	/* "last": each recorder that is less than a day behind is believed, as evaluate does. */
	status = bl_gaps_build(
	    world->coverage, last ? v->then_ns : BL_INSTANT_MIN, tables->arena, &v->gaps, reterr);
	if (status != BL_OK)
		return status;
	v->next = world->views;
	world->views = v;
	*ret_view = v;
	return BL_OK;
}

struct lists {
	uint32_t *ordinal, *resource, *unknown_ordinal, *unknown_resource;
	uint8_t *why;
	uint32_t n, n_unknown;
};

static enum bl_status
walk(struct bl_tables *tables, const struct view *v, const struct bl_timeline *timeline,
    struct lists *l, struct bl_err *reterr)
{
	struct bl_gaps_walk *gaps = NULL;
	struct bl_standing s;
	enum bl_status status;

	bl_arena_reset(tables->scratch);
	status = bl_gaps_walk_begin(v->gaps, v->then_ns, tables->scratch, &gaps, reterr);
	for (size_t i = 0; i < timeline->n && status == BL_OK; i++) {
		status = bl_gaps_walk_next(gaps, &timeline->resources[i], &s, reterr);
		if (status == BL_OK && s.presence == BL_PRESENT) {
			l->ordinal[l->n] = s.state->version.ordinal;
			l->resource[l->n++] = (uint32_t)i;
		} else if (status == BL_OK && s.presence == BL_NOT_KNOWN) {
			l->unknown_ordinal[l->n_unknown] = s.state->version.ordinal;
			l->unknown_resource[l->n_unknown] = (uint32_t)i;
			l->why[l->n_unknown++] = (uint8_t)s.why;
		}
	}
	return status;
}

static enum bl_status
make(struct bl_tables *tables, const struct view *v, const struct bl_timeline *timeline,
    const struct bl_standings **ret, struct bl_err *reterr)
{
	struct bl_standings *s = bl_new(tables->arena, struct bl_standings, 1);
	struct lists l = {.ordinal = bl_new(tables->arena, uint32_t, timeline->n),
	    .resource = bl_new(tables->arena, uint32_t, timeline->n),
	    .unknown_ordinal = bl_new(tables->arena, uint32_t, timeline->n),
	    .unknown_resource = bl_new(tables->arena, uint32_t, timeline->n),
	    .why = bl_new(tables->arena, uint8_t, timeline->n)};
	enum bl_status status;

	if (s == NULL || l.ordinal == NULL || l.resource == NULL || l.unknown_ordinal == NULL ||
	    l.unknown_resource == NULL || l.why == NULL)
		return bl_tables__no_memory(reterr);
	status = walk(tables, v, timeline, &l, reterr);
	*s = (struct bl_standings){.timeline = timeline,
	    .ordinal = l.ordinal,
	    .resource = l.resource,
	    .n = l.n,
	    .unknown_ordinal = l.unknown_ordinal,
	    .unknown_resource = l.unknown_resource,
	    .unknown_why = l.why,
	    .n_unknown = l.n_unknown};
	*ret = s;
	return status;
}

enum bl_status
bl_tables__standings(struct bl_tables *tables, struct bl_tables_moment moment, uint32_t type_no,
    const struct bl_standings **ret_standings, struct bl_err *reterr)
{
	const struct bl_timeline *timeline = NULL;
	struct bl_tables_world *world = NULL;
	struct view *v = NULL;
	enum bl_status status = bl_tables__world(tables, moment.position, &world, reterr);

	if (status == BL_OK)
		status = view_of(tables, world, moment.at_ns, &v, reterr);
	if (status == BL_OK && v->types[type_no] == NULL) {
		status = bl_world__timeline(tables, world, type_no, &timeline, reterr);
		if (status == BL_OK)
			status = make(tables, v, timeline, &v->types[type_no], reterr);
	}
	if (status == BL_OK)
		*ret_standings = v->types[type_no];
	return status;
}
