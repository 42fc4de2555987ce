/*
 * resources: what was there at a moment.  resources_unknown: what may have been there, and why that
 * is not known, or what AWS says that it does not record.  No resource that is not absent is in
 * neither.
 */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "store/store.h"
#include "tables/tables_priv.h"
#include "timeline/coverage.h"
#include "timeline/gaps.h"
#include "timeline/timeline.h"

enum { STANDING = BL_ITEMS__N, WHY, SINCE };

struct row {
	uint32_t type_no, ordinal;
	int64_t since_ns;
	enum bl_presence presence;
	enum bl_gap_why why;
};

struct feed {
	struct bl_feed base;   /* First. */
	const struct row *all; /* [n_all] by type as the time line has them */
	size_t n_all, from, to, at;
};

static enum bl_status
window(struct bl_feed *base, uint32_t *ret_type_no, uint8_t **ret_wanted, bool *ret_end,
    struct bl_err *reterr)
{
	struct feed *f = (struct feed *)base;
	struct bl_store *store = base->tables->store;
	uint8_t *wanted;

	do {
		for (f->from = f->to;
		     f->to < f->n_all && f->all[f->to].type_no == f->all[f->from].type_no;)
			f->to++;
		*ret_end = f->from == f->n_all;
		if (*ret_end)
			return BL_OK;
		*ret_type_no = f->all[f->from].type_no;
		if (bl_items__may(
			base->want, BL_ITEMS__TYPE, bl_store_type_name(store, *ret_type_no)))
			break;
		base->pruned += f->to - f->from;
	} while (true);
	f->at = f->from;
	wanted = bl_new(base->window, uint8_t, bl_store_n_versions(store, *ret_type_no));
	if (wanted == NULL)
		return bl_items__no_memory(reterr);
	for (size_t i = f->from; i < f->to; i++)
		wanted[f->all[i].ordinal] = 1;
	*ret_wanted = wanted;
	return BL_OK;
}

static void
rows(struct bl_feed *base, const uint8_t *keep, uint32_t *ordinal, uint32_t *row, uint32_t *ret_n,
    bool *ret_done)
{
	struct feed *f = (struct feed *)base;
	uint32_t n = 0;

	for (; f->at < f->to && n < BL_BATCH_ROWS; f->at++)
		if (keep[f->all[f->at].ordinal] != 0) {
			ordinal[n] = f->all[f->at].ordinal;
			row[n++] = (uint32_t)f->at;
		}
	*ret_n = n;
	*ret_done = f->at == f->to;
}

static struct bl_value
value(const struct bl_feed *base, uint32_t column, uint32_t row)
{
	const struct row *r = &((const struct feed *)base)->all[row];
	struct bl_value v;

	if (column == SINCE)
		return bl_items__instant(r->since_ns, BL_INSTANT_MIN);
	if (column == STANDING)
		return bl_value_varchar(r->presence == BL_PRESENT	 ? BL_STR("present")
					: r->presence == BL_NOT_RECORDED ? BL_STR("not-recorded")
									 : BL_STR("not-known"));
	assert(column == WHY);
	v = bl_value_varchar(bl_str_of(bl_gap_code(r->why)));
	v.null = r->presence != BL_NOT_KNOWN;
	return v;
}

static const struct bl_feed_class feed_class = {.window = window, .rows = rows, .value = value};

static enum bl_status
open_scan(const struct bl_source *source, const struct bl_scan_want *want, struct bl_arena *arena,
    struct bl_scan **ret_scan, struct bl_err *reterr)
{
	const struct feed *model = source->ctx;
	struct feed *f = bl_new(arena, struct feed, 1);

	if (f == NULL)
		return bl_items__no_memory(reterr);
	*f = *model;
	f->base.want = want;
	f->base.source = source;
	f->base.arena = arena;
	return bl_items__open(&f->base, ret_scan, reterr);
}

static const struct bl_source_class source_class = {
    .open = open_scan, .next = bl_items__next, .close = bl_items__close, .stats = bl_items__stats};

/* BL_INSTANT_MAX: the newest delivery's moment, for which each recorder speaks that is less than a
 * day older. */
static enum bl_status
take(struct feed *f, const struct bl_tables_world *w, bool unknown, int64_t at_ns,
    struct bl_arena *arena, struct bl_err *reterr)
{
	bool last = at_ns == BL_INSTANT_MAX;
	int64_t moment_ns = last ? w->coverage->newest_ns : at_ns;
	struct row *all = bl_new(arena, struct row, w->timeline->n);
	const struct bl_gaps *gaps = NULL;
	enum bl_status status;

	if (all == NULL)
		return bl_items__no_memory(reterr);
	if (last && w->coverage->n == 0)
		return bl_fail(reterr, BL_ENOTFOUND,
		    "the store holds no delivery of any account and region yet: beleg ingest");
	status =
	    bl_gaps_build(w->coverage, last ? moment_ns : BL_INSTANT_MIN, arena, &gaps, reterr);
	for (size_t i = 0; i < w->timeline->n && status == BL_OK; i++) {
		const struct bl_resource *r = &w->timeline->resources[i];
		struct bl_standing s = {0};

		status = bl_gaps_standing(gaps, r, moment_ns, arena, &s, reterr);
		if (status != BL_OK || s.presence == BL_ABSENT ||
		    (s.presence == BL_PRESENT) == unknown)
			continue;
		all[f->n_all++] = (struct row){.type_no = s.state->version.type_no,
		    .ordinal = s.state->version.ordinal,
		    .since_ns = s.state->from_ns,
		    .presence = s.presence,
		    .why = s.why};
	}
	f->all = all;
	return status;
}

enum bl_status
bl_resources__source(struct bl_tables *tables, bool unknown, const struct bl_as_of *as_of,
    struct bl_arena *arena, const struct bl_source **ret_source, struct bl_err *reterr)
{
	const struct bl_source_column own[] = {
	    {.name = BL_STR("standing"), .type = *bl_type_of(BL_TYPE_VARCHAR)},
	    {.name = BL_STR("why"), .type = *bl_type_of(BL_TYPE_VARCHAR)},
	    {.name = BL_STR("since"), .type = *bl_type_of(BL_TYPE_TIMESTAMP)}};
	struct bl_source *source = bl_new(arena, struct bl_source, 1);
	struct feed *model = bl_new(arena, struct feed, 1);
	const struct bl_tables_world *world = NULL;
	enum bl_status status;

	if (source == NULL || model == NULL)
		return bl_items__no_memory(reterr);
	*model = (struct feed){.base = {.class = &feed_class, .tables = tables}};
	*source =
	    (struct bl_source){.name = unknown ? BL_STR("resources_unknown") : BL_STR("resources"),
		.class = &source_class,
		.ctx = model};
	status = bl_items__columns(own, 3, arena, &source->columns, &source->n_columns, reterr);
	if (status == BL_OK)
		status = bl_tables__world(tables, as_of->known_position, &world, reterr);
	if (status == BL_OK)
		status = take(model, world, unknown, as_of->at_ns, arena, reterr);
	if (status == BL_OK)
		*ret_source = source;
	return status;
}
