/*
 * Rows that are versions, as batches.
 *
 * Each type's filters and outputs are evaluated when its first rows come: filters over all its
 * versions, outputs over those that the filters leave.  A row's error is told only when the row is
 * given.
 */
#include "tables/items.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "columns/columns.h"
#include "store/store.h"
#include "tables/tables_priv.h"

const struct bl_source_column bl_item_columns[BL_ITEM_COLUMNS] = {
#define ITEM(text, type_kind)                                                                      \
	{                                                                                          \
		.name = {text, sizeof(text) - 1}, .type = {.kind = (type_kind)}, .item = {         \
			text,                                                                      \
			sizeof(text) - 1                                                           \
		}                                                                                  \
	}
    ITEM("version", BL_TYPE_VARCHAR),
    ITEM("accountId", BL_TYPE_VARCHAR),
    ITEM("awsRegion", BL_TYPE_VARCHAR),
    ITEM("availabilityZone", BL_TYPE_VARCHAR),
    ITEM("resourceType", BL_TYPE_VARCHAR),
    ITEM("resourceId", BL_TYPE_VARCHAR),
    ITEM("resourceName", BL_TYPE_VARCHAR),
    ITEM("arn", BL_TYPE_VARCHAR),
    ITEM("configurationItemCaptureTime", BL_TYPE_TIMESTAMP),
    ITEM("resourceCreationTime", BL_TYPE_TIMESTAMP),
    ITEM("configurationItemStatus", BL_TYPE_VARCHAR),
    ITEM("configurationStateId", BL_TYPE_BIGINT),
    {.name = {"tags", 4},
	.type = {.kind = BL_TYPE_MAP,
	    .key = &(const struct bl_datatype){.kind = BL_TYPE_VARCHAR},
	    .element = &(const struct bl_datatype){.kind = BL_TYPE_VARCHAR}},
	.item = {"tags", 4}},
    ITEM("configuration", BL_TYPE_JSON),
    ITEM("supplementaryConfiguration", BL_TYPE_JSON),
    ITEM("relationships", BL_TYPE_JSON),
#undef ITEM
};

enum says { SAYS_NO, SAYS_YES, SAYS_ERROR };

/* What one type's versions say. */
struct type_says {
	const uint8_t *keep;	  /* [versions] enum says: of all filters together */
	struct bl_coded *filters; /* [n_filters] */
	struct bl_coded *outputs; /* [n_outputs]; those of the item */
	uint64_t *dictionaries;	  /* [n_outputs] */
};

struct bl_items {
	struct bl_tables *tables;
	const struct bl_source *source;
	const struct bl_scan_want *want;
	const struct bl_items_maker *maker;
	void *ctx;
	struct bl_arena *arena;
	const struct bl_expr **exprs; /* [n_outputs] NULL: the maker's column */
	struct type_says **types;     /* [store types] NULL: not asked yet */
	struct bl_items_block block;
	uint32_t at; /* In the block. */
	bool end;    /* No block behind this one. */
	uint64_t n_dictionaries;
	struct bl_scan_stats stats;
};

/* ---- Bounds. --------------------------------------------------------------------- */

static bool
is_in(const struct bl_bound *b, const struct bl_value *value)
{
	int order = 0;

	for (uint32_t i = 0; i < b->n; i++)
		if (bl_value_compare(value, &b->values[i], &order) && order == 0)
			return true;
	return false;
}

bool
bl_bounds_allow(const struct bl_scan_want *want, uint32_t column, const struct bl_value *value)
{
	for (uint32_t i = 0; i < want->n_bounds; i++) {
		const struct bl_bound *b = &want->bounds[i];
		int order = 0;

		if (b->column != column)
			continue;
		if (value->null)
			return false;
		switch (b->op) {
		case BL_BOUND_IN:
			if (!is_in(b, value))
				return false;
			break;
		case BL_BOUND_GE:
		case BL_BOUND_LE:
			/* Of unlike types: not for a bound to decide. */
			if (bl_value_compare(value, &b->values[0], &order) &&
			    (b->op == BL_BOUND_GE ? order < 0 : order > 0))
				return false;
			break;
		case BL_BOUND_PREFIX:
			if (value->kind == BL_TYPE_VARCHAR &&
			    !bl_str_starts(value->str, b->values[0].str))
				return false;
			break;
		}
	}
	return true;
}

/* How many versions of each type are known at the position: numbered as they came. */
static enum bl_status
count_known(struct bl_tables *t, uint64_t position, uint32_t *n_known, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	if (position == 0 || position >= bl_store_n_deliveries(t->store)) {
		for (uint32_t i = 0; i < bl_store_n_types(t->store); i++)
			n_known[i] = bl_store_n_versions(t->store, i);
		return BL_OK;
	}
	for (uint64_t p = 1; p <= position && status == BL_OK; p++) {
		const struct bl_version_run *grown;
		size_t n = 0;

		if (bl_store_delivery(t->store, p)->n_new == 0)
			continue;
		bl_arena_reset(t->scratch);
		status = bl_store_growth(t->store, p, t->scratch, &grown, &n, reterr);
		for (size_t i = 0; status == BL_OK && i < n; i++)
			n_known[grown[i].type_no] = grown[i].n;
	}
	return status;
}

enum bl_status
bl_items_types(struct bl_tables *tables, const struct bl_scan_want *want, uint32_t column,
    uint64_t position, struct bl_arena *arena, uint32_t **ret_type_nos, size_t *ret_n,
    const uint32_t **ret_n_known, struct bl_err *reterr)
{
	uint32_t n_types = bl_store_n_types(tables->store);
	uint32_t *type_nos = bl_new(arena, uint32_t, (size_t)n_types + 1);
	uint32_t *n_known = bl_new(arena, uint32_t, (size_t)n_types + 1);
	size_t n = 0;
	enum bl_status status;

	if (type_nos == NULL || n_known == NULL)
		return bl_tables__no_memory(reterr);
	status = count_known(tables, position, n_known, reterr);
	for (uint32_t i = 0; i < n_types && status == BL_OK; i++) {
		struct bl_value name = bl_value_varchar(bl_store_type_name(tables->store, i));

		if (n_known[i] > 0 && bl_bounds_allow(want, column, &name))
			type_nos[n++] = i;
	}
	*ret_type_nos = type_nos;
	*ret_n = n;
	*ret_n_known = n_known;
	return status;
}

/* ---- What a type's versions say. ------------------------------------------------- */

static enum bl_status
evaluate(struct bl_items *items, const struct bl_expr *expr, uint32_t type_no,
    const uint8_t *wanted, struct bl_coded *ret, struct bl_err *reterr)
{
	const struct bl_vector_ask ask = {.columns = items->tables->columns,
	    .type_no = type_no,
	    .wanted = wanted,
	    .go_on = items->want->go_on,
	    .ctx = items->want->ctx};

	return bl_vector_eval(expr, &ask, items->arena, ret, reterr);
}

/* One filter more: FALSE and NULL beat an error, as AND does. */
static enum bl_status
apply(struct bl_items *items, const struct bl_coded *c, uint8_t *keep, struct bl_err *reterr)
{
	uint8_t *says = bl_new(items->arena, uint8_t, c->n_values);

	if (says == NULL)
		return bl_tables__no_memory(reterr);
	for (uint32_t i = 0; i < c->n_values; i++)
		says[i] = !c->values[i].null && c->values[i].boolean ? SAYS_YES : SAYS_NO;
	for (uint32_t i = 0; i < c->n; i++) {
		uint32_t code = c->code[i];

		if (keep[i] == SAYS_NO)
			continue;
		if (code & BL_CODED_ERROR)
			keep[i] = SAYS_ERROR;
		else if (says[code] == SAYS_NO)
			keep[i] = SAYS_NO;
	}
	return BL_OK;
}

static enum bl_status
ask_filters(struct bl_items *items, uint32_t type_no, struct type_says *t, struct bl_err *reterr)
{
	uint32_t n = bl_store_n_versions(items->tables->store, type_no);
	const struct bl_scan_want *w = items->want;
	uint8_t *keep = bl_new(items->arena, uint8_t, n);
	enum bl_status status = BL_OK;

	t->filters = bl_new(items->arena, struct bl_coded, w->n_filters);
	if (keep == NULL || t->filters == NULL)
		return bl_tables__no_memory(reterr);
	memset(keep, SAYS_YES, n);
	/* All are asked of all: an error must not hide behind the order of the conditions. */
	for (uint32_t i = 0; i < w->n_filters && status == BL_OK; i++) {
		status = evaluate(items, w->filters[i], type_no, NULL, &t->filters[i], reterr);
		if (status == BL_OK)
			status = apply(items, &t->filters[i], keep, reterr);
	}
	items->stats.versions += w->n_filters > 0 ? n : 0;
	t->keep = keep;
	return status;
}

static enum bl_status
ask_outputs(struct bl_items *items, uint32_t type_no, struct type_says *t, struct bl_err *reterr)
{
	const struct bl_scan_want *w = items->want;
	enum bl_status status = BL_OK;

	t->outputs = bl_new(items->arena, struct bl_coded, w->n_outputs);
	t->dictionaries = bl_new(items->arena, uint64_t, w->n_outputs);
	if (t->outputs == NULL || t->dictionaries == NULL)
		return bl_tables__no_memory(reterr);
	for (uint32_t i = 0; i < w->n_outputs && status == BL_OK; i++) {
		if (items->exprs[i] == NULL)
			continue;
		status = evaluate(items, items->exprs[i], type_no, t->keep, &t->outputs[i], reterr);
		t->dictionaries[i] = ++items->n_dictionaries;
	}
	return status;
}

static enum bl_status
ask_type(struct bl_items *items, uint32_t type_no, struct bl_err *reterr)
{
	struct type_says *t = items->types[type_no];
	enum bl_status status = BL_OK;

	if (t != NULL)
		return BL_OK;
	t = bl_new(items->arena, struct type_says, 1);
	if (t == NULL)
		return bl_tables__no_memory(reterr);
	status = ask_filters(items, type_no, t, reterr);
	if (status == BL_OK)
		status = ask_outputs(items, type_no, t, reterr);
	if (status == BL_OK)
		items->types[type_no] = t;
	return status;
}

/* ---- Batches. -------------------------------------------------------------------- */

enum bl_status
bl_items_open(struct bl_tables *tables, const struct bl_source *source,
    const struct bl_scan_want *want, const struct bl_items_maker *maker, void *ctx,
    struct bl_arena *arena, struct bl_items **ret_items, struct bl_err *reterr)
{
	struct bl_items *items = bl_new(arena, struct bl_items, 1);
	enum bl_status status = BL_OK;

	if (items == NULL)
		return bl_tables__no_memory(reterr);
	*items = (struct bl_items){.tables = tables,
	    .source = source,
	    .want = want,
	    .maker = maker,
	    .ctx = ctx,
	    .arena = arena,
	    .exprs = bl_new(arena, const struct bl_expr *, want->n_outputs),
	    .types =
		bl_new(arena, struct type_says *, (size_t)bl_store_n_types(tables->store) + 1)};
	if (items->exprs == NULL || items->types == NULL)
		return bl_tables__no_memory(reterr);
	for (uint32_t i = 0; i < want->n_outputs && status == BL_OK; i++) {
		const struct bl_scan_output *o = &want->outputs[i];
		struct bl_expr *expr = NULL;

		items->exprs[i] = o->expr;
		if (o->column == UINT32_MAX || source->columns[o->column].item.ptr == NULL)
			continue;
		status = bl_expr_compile(source->columns[o->column].item, NULL, 0, BL_TYPE_UNKNOWN,
		    arena, &expr, reterr);
		items->exprs[i] = expr;
	}
	*ret_items = items;
	return status;
}

/* The error of a row that no filter drops. */
static enum bl_status
fail_row(const struct type_says *t, const struct bl_items *items, uint32_t ordinal,
    struct bl_err *reterr)
{
	for (uint32_t i = 0; i < items->want->n_filters; i++) {
		uint32_t code = t->filters[i].code[ordinal];

		if (code != BL_CODED_UNASKED && (code & BL_CODED_ERROR) != 0) {
			*reterr = t->filters[i].errors[code & ~BL_CODED_ERROR];
			return reterr->status;
		}
	}
	assert(false);
	return BL_EINPUT;
}

/* The next rows of the block that the filters leave, as places in it. */
static enum bl_status
choose(struct bl_items *items, uint32_t *places, uint32_t *ret_n, struct bl_err *reterr)
{
	const struct type_says *t = items->types[items->block.type_no];
	uint32_t n = 0;

	for (; items->at < items->block.n && n < BL_BATCH_ROWS; items->at++) {
		uint32_t ordinal = items->block.ordinal[items->at];

		if (t->keep[ordinal] == SAYS_ERROR)
			return fail_row(t, items, ordinal, reterr);
		if (t->keep[ordinal] == SAYS_YES)
			places[n++] = items->at;
	}
	*ret_n = n;
	return BL_OK;
}

static enum bl_status
give_coded(const struct bl_items *items, uint32_t output, const uint32_t *places, uint32_t n,
    struct bl_arena *batch, struct bl_vector *ret, struct bl_err *reterr)
{
	const struct type_says *t = items->types[items->block.type_no];
	const struct bl_coded *c = &t->outputs[output];
	uint32_t *codes = bl_new(batch, uint32_t, n);

	if (codes == NULL)
		return bl_tables__no_memory(reterr);
	for (uint32_t i = 0; i < n; i++) {
		codes[i] = c->code[items->block.ordinal[places[i]]];
		assert(codes[i] != BL_CODED_UNASKED);
		if ((codes[i] & BL_CODED_ERROR) != 0) {
			*reterr = c->errors[codes[i] & ~BL_CODED_ERROR];
			return reterr->status;
		}
	}
	*ret = (struct bl_vector){.codes = codes,
	    .values = c->values,
	    .n_values = c->n_values,
	    .dictionary = t->dictionaries[output]};
	return BL_OK;
}

static enum bl_status
give(struct bl_items *items, const uint32_t *places, uint32_t n, struct bl_arena *batch,
    struct bl_batch *ret_batch, struct bl_err *reterr)
{
	const struct bl_scan_want *w = items->want;
	struct bl_vector *columns = bl_new(batch, struct bl_vector, w->n_outputs);
	uint32_t *rows = bl_new(batch, uint32_t, n);
	enum bl_status status = BL_OK;

	if (columns == NULL || rows == NULL)
		return bl_tables__no_memory(reterr);
	for (uint32_t i = 0; i < n; i++)
		rows[i] = items->block.row[places[i]];
	for (uint32_t i = 0; i < w->n_outputs && status == BL_OK; i++)
		status = items->exprs[i] != NULL
			     ? give_coded(items, i, places, n, batch, &columns[i], reterr)
			     : items->maker->column(items->ctx, w->outputs[i].column,
				   items->block.type_no, rows, n, batch, &columns[i], reterr);
	*ret_batch = (struct bl_batch){.n = n, .columns = columns, .n_columns = w->n_outputs};
	return status;
}

static enum bl_status
next_block(struct bl_items *items, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	if (items->want->go_on != NULL)
		status = items->want->go_on(items->want->ctx, reterr);
	items->at = 0;
	items->block.n = 0;
	if (status == BL_OK)
		status = items->maker->block(items->ctx, &items->block, &items->end, reterr);
	if (status == BL_OK && items->block.n > 0)
		status = ask_type(items, items->block.type_no, reterr);
	items->stats.rows_read += items->block.n;
	return status;
}

enum bl_status
bl_items_next(struct bl_items *items, struct bl_arena *batch, struct bl_batch *ret_batch,
    bool *ret_end, struct bl_err *reterr)
{
	uint32_t *places = bl_new(batch, uint32_t, BL_BATCH_ROWS), n = 0;
	enum bl_status status = BL_OK;

	if (places == NULL)
		return bl_tables__no_memory(reterr);
	while (n == 0 && status == BL_OK) {
		if (items->at == items->block.n && items->end)
			break;
		if (items->at == items->block.n)
			status = next_block(items, reterr);
		if (status == BL_OK && items->at < items->block.n)
			status = choose(items, places, &n, reterr);
	}
	if (status == BL_OK)
		status = give(items, places, n, batch, ret_batch, reterr);
	*ret_end = items->at == items->block.n && items->end;
	return status;
}

void
bl_items_stats(const struct bl_items *items, struct bl_scan_stats *ret_stats)
{
	*ret_stats = items->stats;
}
