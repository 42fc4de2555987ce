/*
 * A scan over rows that are versions of items.
 *
 * Filters and outputs over the item are asked once of each version of a window (query/vector.h),
 * not once a row: a version that two hundred snapshots hold is asked once.
 */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "store/store.h"
#include "tables/tables_priv.h"

#define WINDOW_BYTES ((size_t)8 << 30)

struct bl_scan {
	struct bl_feed *feed;
	const struct bl_expr **exprs; /* [n_outputs] what the item is asked; NULL: value() */
	struct bl_coded *coded;	      /* [n_outputs] */
	uint64_t *dictionary;	      /* [n_outputs] */
	uint8_t *keep;		      /* [versions] of the window */
	bool in_window, end;
	uint64_t n_dictionaries, given;
	struct bl_scan_stats stats;
	uint32_t ordinal[BL_BATCH_ROWS], row[BL_BATCH_ROWS];
};

enum bl_status
bl_items__no_memory(struct bl_err *reterr)
{
	return bl_fail(reterr, BL_ENOMEM, "no memory for a table's rows");
}

bool
bl_items__may(const struct bl_scan_want *want, uint32_t column, struct bl_str text)
{
	for (uint32_t i = 0; i < want->n_bounds; i++) {
		const struct bl_bound *b = &want->bounds[i];
		bool fits = b->op != BL_BOUND_IN;

		if (b->column != column || b->n == 0 || b->values[0].kind != BL_TYPE_VARCHAR)
			continue;
		for (uint32_t k = 0; b->op == BL_BOUND_IN && k < b->n && !fits; k++)
			fits = bl_str_eq(text, b->values[k].str);
		if (b->op == BL_BOUND_PREFIX)
			fits = bl_str_starts(text, b->values[0].str);
		if (b->op == BL_BOUND_GE)
			fits = bl_str_cmp(text, b->values[0].str) >= 0;
		if (b->op == BL_BOUND_LE)
			fits = bl_str_cmp(text, b->values[0].str) <= 0;
		if (!fits)
			return false;
	}
	return true;
}

bool
bl_items__may_ns(const struct bl_scan_want *want, uint32_t column, int64_t ns)
{
	for (uint32_t i = 0; i < want->n_bounds; i++) {
		const struct bl_bound *b = &want->bounds[i];
		bool fits = b->op != BL_BOUND_IN;

		if (b->column != column || b->n == 0 || b->values[0].kind == BL_TYPE_VARCHAR)
			continue;
		for (uint32_t k = 0; b->op == BL_BOUND_IN && k < b->n && !fits; k++)
			fits = ns == b->values[k].i64;
		if (b->op == BL_BOUND_GE)
			fits = ns >= b->values[0].i64;
		if (b->op == BL_BOUND_LE)
			fits = ns <= b->values[0].i64;
		if (!fits)
			return false;
	}
	return true;
}

enum bl_status
bl_items__open(struct bl_feed *feed, struct bl_scan **ret_scan, struct bl_err *reterr)
{
	const struct bl_scan_want *want = feed->want;
	struct bl_scan *s = bl_new(feed->arena, struct bl_scan, 1);
	uint32_t n = want->n_outputs;
	enum bl_status status = BL_OK;

	if (s == NULL)
		return bl_items__no_memory(reterr);
	s->feed = feed;
	s->exprs = bl_new(feed->arena, const struct bl_expr *, n);
	s->coded = bl_new(feed->arena, struct bl_coded, n);
	s->dictionary = bl_new(feed->arena, uint64_t, n);
	if (s->exprs == NULL || s->coded == NULL || s->dictionary == NULL)
		return bl_items__no_memory(reterr);
	for (uint32_t i = 0; i < n && status == BL_OK; i++) {
		uint32_t column = want->outputs[i].column;
		struct bl_expr *expr = NULL;

		s->exprs[i] = want->outputs[i].expr;
		if (column == UINT32_MAX || feed->source->columns[column].item.ptr == NULL)
			continue;
		status = bl_expr_compile(feed->source->columns[column].item, NULL, 0,
		    BL_TYPE_UNKNOWN, feed->arena, &expr, reterr);
		s->exprs[i] = expr;
	}
	if (status != BL_OK)
		return status;
	feed->window = bl_arena_new(WINDOW_BYTES);
	if (feed->window == NULL)
		return bl_items__no_memory(reterr);
	*ret_scan = s;
	return BL_OK;
}

/* Which of the wanted versions each filter keeps.  An error counts unless another filter leaves the
 * version out. */
static enum bl_status
filter_window(struct bl_scan *s, struct bl_vector_ask *ask, struct bl_err *reterr)
{
	uint32_t n = bl_store_n_versions(s->feed->tables->store, ask->type_no);
	uint8_t *keep = bl_new(s->feed->window, uint8_t, (size_t)n + 1);
	uint8_t *broken = bl_new(s->feed->window, uint8_t, (size_t)n + 1);
	struct bl_err first = {0};
	uint32_t n_broken = 0;
	enum bl_status status = BL_OK;

	if (keep == NULL || broken == NULL)
		return bl_items__no_memory(reterr);
	memcpy(keep, ask->wanted, n);
	for (uint32_t i = 0; i < n; i++)
		s->stats.versions += keep[i];
	ask->wanted = keep;
	for (uint32_t f = 0; f < s->feed->want->n_filters && status == BL_OK; f++) {
		struct bl_coded c = {0};

		status =
		    bl_vector_eval(s->feed->want->filters[f], ask, s->feed->window, &c, reterr);
		for (uint32_t i = 0; status == BL_OK && i < n; i++) {
			if (keep[i] == 0)
				continue;
			if (c.code[i] & BL_CODED_ERROR) {
				if (n_broken++ == 0)
					first = c.errors[c.code[i] & ~BL_CODED_ERROR];
				broken[i] = 1;
			} else if (c.values[c.code[i]].null || !c.values[c.code[i]].boolean) {
				keep[i] = broken[i] = 0;
			}
		}
	}
	for (uint32_t i = 0; status == BL_OK && n_broken > 0 && i < n; i++)
		if (keep[i] != 0 && broken[i] != 0) {
			if (reterr != NULL)
				*reterr = first;
			return first.status;
		}
	s->keep = keep;
	return status;
}

static enum bl_status
ask_window(struct bl_scan *s, uint32_t type_no, const uint8_t *wanted, struct bl_err *reterr)
{
	const struct bl_scan_want *want = s->feed->want;
	struct bl_vector_ask ask = {.columns = s->feed->tables->columns,
	    .type_no = type_no,
	    .wanted = wanted,
	    .go_on = want->go_on,
	    .ctx = want->ctx};
	uint32_t n = bl_store_n_versions(s->feed->tables->store, type_no);
	enum bl_status status = filter_window(s, &ask, reterr);

	ask.wanted = s->keep;
	for (uint32_t i = 0; i < want->n_outputs && status == BL_OK; i++) {
		struct bl_coded *c = &s->coded[i];

		if (s->exprs[i] == NULL)
			continue;
		status = bl_vector_eval(s->exprs[i], &ask, s->feed->window, c, reterr);
		s->dictionary[i] = ++s->n_dictionaries;
		for (uint32_t v = 0; status == BL_OK && c->n_errors > 0 && v < n; v++)
			if (s->keep[v] != 0 && (c->code[v] & BL_CODED_ERROR)) {
				if (reterr != NULL)
					*reterr = c->errors[c->code[v] & ~BL_CODED_ERROR];
				return c->errors[c->code[v] & ~BL_CODED_ERROR].status;
			}
	}
	return status;
}

static enum bl_status
fill(struct bl_scan *s, uint32_t n, struct bl_arena *batch, struct bl_batch *ret,
    struct bl_err *reterr)
{
	const struct bl_scan_want *want = s->feed->want;
	struct bl_vector *columns = bl_new(batch, struct bl_vector, want->n_outputs);

	if (columns == NULL)
		return bl_items__no_memory(reterr);
	for (uint32_t i = 0; i < want->n_outputs; i++) {
		struct bl_vector *v = &columns[i];
		struct bl_value *values;
		uint32_t *codes;

		if (s->exprs[i] == NULL) {
			values = bl_new(batch, struct bl_value, n);
			if (values == NULL)
				return bl_items__no_memory(reterr);
			for (uint32_t k = 0; k < n; k++)
				values[k] = s->feed->class->value(
				    s->feed, want->outputs[i].column, s->row[k]);
			*v = (struct bl_vector){.values = values, .n_values = n};
			continue;
		}
		codes = bl_new(batch, uint32_t, n);
		if (codes == NULL)
			return bl_items__no_memory(reterr);
		for (uint32_t k = 0; k < n; k++)
			codes[k] = s->coded[i].code[s->ordinal[k]];
		*v = (struct bl_vector){.codes = codes,
		    .values = s->coded[i].values,
		    .n_values = s->coded[i].n_values,
		    .dictionary = s->dictionary[i]};
	}
	*ret = (struct bl_batch){.n = n, .columns = columns, .n_columns = want->n_outputs};
	return BL_OK;
}

enum bl_status
bl_items__next(struct bl_scan *scan, struct bl_arena *batch, struct bl_batch *ret_batch,
    bool *ret_end, struct bl_err *reterr)
{
	struct bl_feed *feed = scan->feed;
	const struct bl_scan_want *want = feed->want;
	uint32_t n = 0;
	bool done = false;
	enum bl_status status = want->go_on == NULL ? BL_OK : want->go_on(want->ctx, reterr);

	if (status == BL_OK && !scan->in_window && !scan->end && scan->given < want->limit) {
		uint32_t type_no = 0;
		uint8_t *wanted = NULL;

		bl_arena_reset(feed->window);
		status = feed->class->window(feed, &type_no, &wanted, &scan->end, reterr);
		if (status == BL_OK && !scan->end)
			status = ask_window(scan, type_no, wanted, reterr);
		scan->in_window = status == BL_OK && !scan->end;
	}
	if (status == BL_OK && scan->in_window) {
		feed->class->rows(feed, scan->keep, scan->ordinal, scan->row, &n, &done);
		scan->in_window = !done;
	}
	if (status == BL_OK)
		status = fill(scan, n, batch, ret_batch, reterr);
	if (status != BL_OK)
		return status;
	scan->given += n;
	scan->stats.rows_read += n;
	*ret_end = scan->end || scan->given >= want->limit;
	return BL_OK;
}

void
bl_items__close(struct bl_scan **scan)
{
	if (*scan != NULL)
		bl_arena_free(&(*scan)->feed->window);
	*scan = NULL;
}

void
bl_items__stats(const struct bl_scan *scan, struct bl_scan_stats *ret_stats)
{
	*ret_stats = scan->stats;
	ret_stats->rows_pruned = scan->feed->pruned;
}
