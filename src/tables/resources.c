/* resources: what was there at a moment.  resources_unknown: of what it is not known. */
#include "base/arena.h"
#include "store/store.h"
#include "tables/items.h"
#include "tables/moment.h"
#include "tables/notes.h"
#include "tables/tables_priv.h"
#include "timeline/gaps.h"
#include "timeline/timeline.h"

enum {
	COL_VERSION_ID = BL_ITEM_COLUMNS,
	COL_WHY, /* resources_unknown */
	N_RESOURCES = COL_WHY,
	N_UNKNOWN = COL_WHY + 1
};

struct table {
	struct bl_tables *tables;
	struct bl_tables_moment moment;
	bool unknown;
};

struct bl_scan {
	const struct table *table;
	const struct bl_scan_want *want;
	struct bl_arena *arena;
	struct bl_items *items;
	uint32_t *type_nos; /* [n_types] */
	size_t n_types, at;
	const uint32_t *ordinal, *resource; /* Of the block. */
	const struct bl_standings *standings;
	uint64_t n_unknown; /* Beside the rows, in the types that were read. */
	uint64_t whys[BL_N_GAPS];
};

/* ---- Blocks: a type each. -------------------------------------------------------- */

static bool
has_bounds(const struct bl_scan_want *want, uint32_t column)
{
	for (uint32_t i = 0; i < want->n_bounds; i++)
		if (want->bounds[i].column == column)
			return true;
	return false;
}

/* Does what is looked for leave the resource's account and region? */
struct place {
	struct bl_str account, region;
	bool allowed, asked;
};

static bool
is_allowed(const struct bl_scan_want *want, const struct bl_resource *r, struct place *p)
{
	struct bl_value account = bl_value_varchar(r->account),
			region = bl_value_varchar(r->region);

	/* A time line lists the resources of a place together. */
	if (!p->asked || !bl_str_eq(p->account, r->account) || !bl_str_eq(p->region, r->region))
		*p = (struct place){.account = r->account,
		    .region = r->region,
		    .asked = true,
		    .allowed = bl_bounds_allow(want, BL_ITEM_ACCOUNT, &account) &&
			       bl_bounds_allow(want, BL_ITEM_REGION, &region)};
	return p->allowed;
}

static void
count_unknown(struct bl_scan *s, bool bounded)
{
	const struct bl_standings *st = s->standings;
	struct place place = {0};

	for (uint32_t i = 0; i < st->n_unknown; i++) {
		const struct bl_resource *r = &st->timeline->resources[st->unknown_resource[i]];

		if (bounded && !is_allowed(s->want, r, &place))
			continue;
		s->n_unknown++;
		s->whys[st->unknown_why[i]]++;
	}
}

/* The rows of the block that the bounds on account and region leave. */
static enum bl_status
narrow(struct bl_scan *s, uint32_t n, struct bl_items_block *ret, struct bl_err *reterr)
{
	uint32_t *ordinal = bl_new(s->arena, uint32_t, n), *row = bl_new(s->arena, uint32_t, n);
	struct place place = {0};
	uint32_t kept = 0;

	if (ordinal == NULL || row == NULL)
		return bl_tables__no_memory(reterr);
	for (uint32_t i = 0; i < n; i++) {
		const struct bl_resource *r = &s->standings->timeline->resources[s->resource[i]];

		if (!is_allowed(s->want, r, &place))
			continue;
		ordinal[kept] = s->ordinal[i];
		row[kept++] = i;
	}
	ret->ordinal = ordinal;
	ret->row = row;
	ret->n = kept;
	return BL_OK;
}

static const uint32_t *
numbers(struct bl_scan *s, uint32_t n, struct bl_err *reterr)
{
	uint32_t *row = bl_new(s->arena, uint32_t, n);

	for (uint32_t i = 0; row != NULL && i < n; i++)
		row[i] = i;
	if (row == NULL)
		(void)!bl_tables__no_memory(reterr);
	return row;
}

static enum bl_status
block(void *ctx, struct bl_items_block *ret_block, bool *ret_end, struct bl_err *reterr)
{
	struct bl_scan *s = ctx;
	const struct table *t = s->table;
	bool bounded = has_bounds(s->want, BL_ITEM_ACCOUNT) || has_bounds(s->want, BL_ITEM_REGION);
	uint32_t n;
	enum bl_status status;

	*ret_block = (struct bl_items_block){0};
	*ret_end = s->at + 1 >= s->n_types;
	if (s->at == s->n_types)
		return BL_OK;
	ret_block->type_no = s->type_nos[s->at++];
	status =
	    bl_tables__standings(t->tables, t->moment, ret_block->type_no, &s->standings, reterr);
	if (status != BL_OK)
		return status;
	n = t->unknown ? s->standings->n_unknown : s->standings->n;
	s->ordinal = t->unknown ? s->standings->unknown_ordinal : s->standings->ordinal;
	s->resource = t->unknown ? s->standings->unknown_resource : s->standings->resource;
	if (!t->unknown)
		count_unknown(s, bounded);
	if (bounded)
		return narrow(s, n, ret_block, reterr);
	ret_block->ordinal = s->ordinal;
	ret_block->row = numbers(s, n, reterr);
	ret_block->n = n;
	return ret_block->row == NULL ? BL_ENOMEM : BL_OK;
}

static enum bl_status
column(void *ctx, uint32_t column_no, uint32_t type_no, const uint32_t *row, uint32_t n,
    struct bl_arena *batch, struct bl_vector *ret_vector, struct bl_err *reterr)
{
	struct bl_scan *s = ctx;
	struct bl_str type = bl_store_type_name(s->table->tables->store, type_no);
	struct bl_value *values = bl_new(batch, struct bl_value, n);
	enum bl_status status = BL_OK;

	if (values == NULL)
		return bl_tables__no_memory(reterr);
	for (uint32_t i = 0; i < n && status == BL_OK; i++) {
		if (column_no == COL_WHY) {
			values[i] = bl_value_varchar(bl_str_of(
			    bl_gap_code((enum bl_gap_why)s->standings->unknown_why[row[i]])));
			continue;
		}
		values[i] = bl_value_varchar((struct bl_str){0});
		status = bl_str_printf(
		    batch, &values[i].str, reterr, "%.*s:%u", BL_STR_ARG(type), s->ordinal[row[i]]);
	}
	*ret_vector = (struct bl_vector){.values = values, .n_values = n};
	return status;
}

/* ---- The source. ----------------------------------------------------------------- */

static enum bl_status
open(const struct bl_source *source, const struct bl_scan_want *want, struct bl_arena *arena,
    struct bl_scan **ret_scan, struct bl_err *reterr)
{
	static const struct bl_items_maker maker = {block, column};
	const struct table *t = source->ctx;
	struct bl_scan *s = bl_new(arena, struct bl_scan, 1);
	const uint32_t *n_known;
	enum bl_status status;

	if (s == NULL)
		return bl_tables__no_memory(reterr);
	*s = (struct bl_scan){.table = t, .want = want, .arena = arena};
	status = bl_items_types(t->tables, want, BL_ITEM_TYPE, t->moment.position, arena,
	    &s->type_nos, &s->n_types, &n_known, reterr);
	if (status == BL_OK)
		status =
		    bl_items_open(t->tables, source, want, &maker, s, arena, &s->items, reterr);
	*ret_scan = s;
	return status;
}

static enum bl_status
next(struct bl_scan *scan, struct bl_arena *batch, struct bl_batch *ret_batch, bool *ret_end,
    struct bl_err *reterr)
{
	enum bl_status status = bl_items_next(scan->items, batch, ret_batch, ret_end, reterr);

	if (status == BL_OK && *ret_end && scan->n_unknown > 0) {
		status =
		    bl_notes__unknown(scan->table->tables, scan->n_unknown, scan->whys, reterr);
		scan->n_unknown = 0;
	}
	return status;
}

static void
close(struct bl_scan **scan)
{
	*scan = NULL; /* All of it is the statement's arena. */
}

static void
stats(const struct bl_scan *scan, struct bl_scan_stats *ret_stats)
{
	bl_items_stats(scan->items, ret_stats);
}

static const struct bl_source_class class = {
    .open = open, .next = next, .close = close, .stats = stats};

static enum bl_status
make(struct bl_tables *tables, const struct bl_as_of *as_of, bool unknown, struct bl_arena *arena,
    const struct bl_source **ret_source, struct bl_err *reterr)
{
	struct bl_source_column *columns = bl_new(arena, struct bl_source_column, N_UNKNOWN);
	struct bl_source *source = bl_new(arena, struct bl_source, 1);
	struct table *t = bl_new(arena, struct table, 1);

	if (columns == NULL || source == NULL || t == NULL)
		return bl_tables__no_memory(reterr);
	for (uint32_t i = 0; i < BL_ITEM_COLUMNS; i++)
		columns[i] = bl_item_columns[i];
	columns[COL_VERSION_ID] = (struct bl_source_column){
	    .name = BL_STR("versionId"), .type = *bl_type_of(BL_TYPE_VARCHAR)};
	columns[COL_WHY] =
	    (struct bl_source_column){.name = BL_STR("why"), .type = *bl_type_of(BL_TYPE_VARCHAR)};
	*t = (struct table){tables, bl_tables__moment(tables, as_of), unknown};
	*source =
	    (struct bl_source){.name = unknown ? BL_STR("resources_unknown") : BL_STR("resources"),
		.columns = columns,
		.n_columns = unknown ? N_UNKNOWN : N_RESOURCES,
		.class = &class,
		.ctx = t};
	*ret_source = source;
	return BL_OK;
}

BL_TABLE_MAKE(bl_table__resources)
{
	return make(tables, as_of, false, arena, ret_source, reterr);
}

BL_TABLE_MAKE(bl_table__resources_unknown)
{
	return make(tables, as_of, true, arena, ret_source, reterr);
}
