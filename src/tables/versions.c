/*
 * versions: a row for each stretch of time in which a version held; a version that never held
 * (another one has its capture time, and is later in order) has one row, whose valid_to is its
 * valid_from.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "columns/columns.h"
#include "store/store.h"
#include "tables/tables_priv.h"
#include "timeline/timeline.h"

enum { FROM = BL_ITEMS__N, TO, END, KNOWN_SINCE };

struct row {
	uint32_t ordinal;
	int64_t from_ns, to_ns;
	uint64_t position; /* 0: not told. */
	enum bl_state_end end;
	bool superseded;
};

struct feed {
	struct bl_feed base; /* First. */
	const struct bl_tables_world *world;
	uint32_t next_type;
	struct row *rows;
	uint32_t n, at;
};

static int
cmp_rows(const void *pa, const void *pb)
{
	const struct row *a = pa, *b = pb;

	if (a->ordinal != b->ordinal)
		return a->ordinal < b->ordinal ? -1 : 1;
	return (a->from_ns > b->from_ns) - (a->from_ns < b->from_ns);
}

/* The states of the type's resources that are versions, and the versions that have none. */
static enum bl_status
list_rows(struct feed *f, uint32_t type_no, const struct bl_heads *heads, struct bl_err *reterr)
{
	const struct bl_timeline *t = f->world->timeline;
	uint32_t n_known = f->world->n_known[type_no];
	uint8_t *has = bl_new(f->base.window, uint8_t, (size_t)n_known + 1);
	size_t n = n_known;

	for (size_t i = 0; i < t->n; i++)
		if (t->resources[i].type_no == type_no)
			n += t->resources[i].n_states;
	f->rows = bl_new(f->base.window, struct row, n);
	f->n = f->at = 0;
	if (has == NULL || f->rows == NULL)
		return bl_items__no_memory(reterr);
	for (size_t i = 0; i < t->n; i++)
		for (size_t k = 0;
		     t->resources[i].type_no == type_no && k < t->resources[i].n_states; k++) {
			const struct bl_state *s = &t->resources[i].states[k];

			if (s->kind != BL_STATE_ITEM)
				continue;
			assert(s->version.ordinal < n_known);
			has[s->version.ordinal] = 1;
			f->rows[f->n++] = (struct row){.ordinal = s->version.ordinal,
			    .from_ns = s->from_ns,
			    .to_ns = s->to_ns,
			    .position = s->position,
			    .end = s->end};
		}
	for (uint32_t i = 0; i < n_known; i++)
		if (has[i] == 0)
			f->rows[f->n++] = (struct row){.ordinal = i,
			    .from_ns = heads->capture_ns[i],
			    .to_ns = heads->capture_ns[i],
			    .superseded = true};
	if (f->n > 0)
		qsort(f->rows, f->n, sizeof(f->rows[0]), cmp_rows);
	return BL_OK;
}

static enum bl_status
window(struct bl_feed *base, uint32_t *ret_type_no, uint8_t **ret_wanted, bool *ret_end,
    struct bl_err *reterr)
{
	struct feed *f = (struct feed *)base;
	struct bl_store *store = base->tables->store;
	const struct bl_heads *heads = NULL;
	uint8_t *wanted;
	uint32_t type_no = f->next_type;
	enum bl_status status;

	while (type_no < bl_store_n_types(store) &&
	       (f->world->n_known[type_no] == 0 || !bl_items__may(base->want, BL_ITEMS__TYPE,
						       bl_store_type_name(store, type_no)))) {
		base->pruned += f->world->n_known[type_no];
		type_no++;
	}
	f->next_type = type_no + 1;
	*ret_end = type_no >= bl_store_n_types(store);
	if (*ret_end)
		return BL_OK;
	wanted = bl_new(base->window, uint8_t, bl_store_n_versions(store, type_no));
	if (wanted == NULL)
		return bl_items__no_memory(reterr);
	status = bl_columns_heads(base->tables->columns, type_no, &heads, reterr);
	if (status == BL_OK)
		status = list_rows(f, type_no, heads, reterr);
	if (status != BL_OK)
		return status;
	for (uint32_t i = 0; i < f->world->n_known[type_no]; i++) {
		wanted[i] =
		    bl_items__may_ns(base->want, BL_ITEMS__CAPTURE, heads->capture_ns[i]) &&
		    (heads->account[i] == BL_HEADS_ABSENT ||
			bl_items__may(
			    base->want, BL_ITEMS__ACCOUNT, heads->text[heads->account[i]])) &&
		    (heads->region[i] == BL_HEADS_ABSENT ||
			bl_items__may(base->want, BL_ITEMS__REGION, heads->text[heads->region[i]]));
		base->pruned += wanted[i] == 0;
	}
	*ret_type_no = type_no;
	*ret_wanted = wanted;
	return BL_OK;
}

static void
rows(struct bl_feed *base, const uint8_t *keep, uint32_t *ordinal, uint32_t *row, uint32_t *ret_n,
    bool *ret_done)
{
	struct feed *f = (struct feed *)base;
	uint32_t n = 0;

	for (; f->at < f->n && n < BL_BATCH_ROWS; f->at++)
		if (keep[f->rows[f->at].ordinal] != 0) {
			ordinal[n] = f->rows[f->at].ordinal;
			row[n++] = f->at;
		}
	*ret_n = n;
	*ret_done = f->at == f->n;
}

static struct bl_value
value(const struct bl_feed *base, uint32_t column, uint32_t row)
{
	static const struct bl_str ends[] = {[BL_STATE_OPEN] = BL_STR_INIT("open"),
	    [BL_STATE_OBSERVED] = BL_STR_INIT("observed"),
	    [BL_STATE_INFERRED] = BL_STR_INIT("inferred")};
	const struct feed *f = (const struct feed *)base;
	const struct row *r = &f->rows[row];
	struct bl_value v;

	switch (column) {
	case FROM: return bl_items__instant(r->from_ns, BL_INSTANT_MIN);
	case TO: return bl_items__instant(r->to_ns, BL_INSTANT_MAX);
	case END: return bl_value_varchar(r->superseded ? BL_STR("superseded") : ends[r->end]);
	default: assert(column == KNOWN_SINCE); break;
	}
	v = bl_value_bigint((int64_t)r->position);
	v.null = r->position == 0;
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

enum bl_status
bl_versions__source(struct bl_tables *tables, const struct bl_as_of *as_of, struct bl_arena *arena,
    const struct bl_source **ret_source, struct bl_err *reterr)
{
	const struct bl_source_column own[] = {
	    {.name = BL_STR("valid_from"), .type = *bl_type_of(BL_TYPE_TIMESTAMP)},
	    {.name = BL_STR("valid_to"), .type = *bl_type_of(BL_TYPE_TIMESTAMP)},
	    {.name = BL_STR("end_known"), .type = *bl_type_of(BL_TYPE_VARCHAR)},
	    {.name = BL_STR("known_since"), .type = *bl_type_of(BL_TYPE_BIGINT)}};
	struct bl_source *source = bl_new(arena, struct bl_source, 1);
	struct feed *model = bl_new(arena, struct feed, 1);
	enum bl_status status;

	if (source == NULL || model == NULL)
		return bl_items__no_memory(reterr);
	*model = (struct feed){.base = {.class = &feed_class, .tables = tables}};
	*source =
	    (struct bl_source){.name = BL_STR("versions"), .class = &source_class, .ctx = model};
	status = bl_items__columns(own, 4, arena, &source->columns, &source->n_columns, reterr);
	if (status == BL_OK)
		status = bl_tables__world(tables, as_of->known_position, &model->world, reterr);
	if (status == BL_OK)
		*ret_source = source;
	return status;
}
