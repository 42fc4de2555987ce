/* A row a resource: in order, cut to the page, projected. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "advanced/run_priv.h"
#include "base/arena.h"
#include "base/hash.h"
#include "delivery/item.h"
#include "json/json.h"

/* Up to so many rows are read one by one; more are found by going through their types. */
#define FEW 64

struct listing {
	struct bl_advanced_run *run;
	const struct bl_advanced_shape *shape;
	struct bl_advanced_table *table;
	size_t from; /* The place of the page's first row. */
};

bool
bl_advanced__is_matched(const struct bl_advanced_row *row)
{
	return row->known && row->matched;
}

static bool
is_shown(const struct bl_advanced_row *row)
{
	return row->shown;
}

/* ---- ORDER BY. ------------------------------------------------------------------------- */

struct sorted {
	struct bl_advanced_row *row;
	const struct bl_advanced_key *keys; /* [n] */
	const struct bl_advanced_query *query;
};

/* Of many values the least orders upwards, the greatest downwards. */
static BL_STATUS
keep_keys(void *ctx, struct bl_advanced_row *row, const struct bl_item *item,
    const struct bl_value *values)
{
	struct listing *l = ctx;
	const struct bl_advanced_query *q = l->run->query;
	struct bl_advanced_key *keys = bl_new(l->run->arena, struct bl_advanced_key, q->n_orders);

	(void)item;
	if (keys == NULL)
		return bl_advanced__no_memory(l->run->reterr);
	for (uint32_t i = 0; i < q->n_orders; i++) {
		keys[i].rank = BL_ADVANCED_ABSENT;
		for (uint64_t k = 0; k < values[i].n; k++) {
			struct bl_advanced_key key;
			enum bl_status status =
			    bl_advanced__key(l->run, values[i].elements[k].json, &key);
			int order = status ? 0 : bl_advanced__key_order(&key, &keys[i]);

			if (status)
				return status;
			if (k == 0 || (q->orders[i].descending ? order > 0 : order < 0))
				keys[i] = key;
		}
	}
	row->keys = keys;
	return BL_OK;
}

static int
cmp_sorted(const void *pa, const void *pb)
{
	const struct sorted *a = pa, *b = pb;

	for (uint32_t i = 0; i < a->query->n_orders; i++) {
		int order = bl_advanced__key_order(&a->keys[i], &b->keys[i]);
		bool absent =
		    a->keys[i].rank == BL_ADVANCED_ABSENT || b->keys[i].rank == BL_ADVANCED_ABSENT;

		if (order != 0)
			return a->query->orders[i].descending && !absent ? -order : order;
	}
	/* Rows lie by type, account, region, id. */
	return a->row < b->row ? -1 : a->row > b->row;
}

/* The matched rows in order. */
static BL_STATUS
sort_rows(struct listing *l, struct sorted **ret_sorted, size_t *ret_n)
{
	struct bl_advanced_run *run = l->run;
	const struct bl_advanced_query *q = run->query;
	struct sorted *sorted = bl_new(run->arena, struct sorted, run->n_rows);
	const struct bl_expr **exprs = bl_new(run->arena, const struct bl_expr *, q->n_orders);
	size_t n = 0;
	enum bl_status status = BL_OK;

	if (sorted == NULL || exprs == NULL)
		return bl_advanced__no_memory(run->reterr);
	for (uint32_t i = 0; !status && i < q->n_orders; i++)
		status = bl_advanced__values(run, &q->orders[i].key.path, &exprs[i]);
	if (!status && q->n_orders > 0)
		status = bl_advanced__ask(
		    run, bl_advanced__is_matched, exprs, q->n_orders, keep_keys, l);
	for (size_t i = 0; !status && i < run->n_rows; i++)
		if (bl_advanced__is_matched(&run->rows[i]))
			sorted[n++] = (struct sorted){
			    .row = &run->rows[i], .keys = run->rows[i].keys, .query = q};
	if (!status && n > 0 && q->n_orders > 0)
		qsort(sorted, n, sizeof(*sorted), cmp_sorted);
	*ret_sorted = sorted;
	*ret_n = n;
	return status;
}

/* ---- Projection. ------------------------------------------------------------------------- */

BL_STATUS
bl_advanced__take(struct bl_advanced_run *run, struct bl_str *ret_text)
{
	if (bl_str_dup(run->out, bl_buf_str(&run->buf), ret_text))
		return bl_advanced__no_memory(run->reterr);
	return BL_OK;
}

static BL_STATUS
take_cell(struct listing *l, const struct bl_json *document, const struct bl_match_step *steps,
    uint32_t n_steps, struct bl_str *ret_cell)
{
	enum bl_status status;

	l->run->buf.len = 0;
	status = bl_advanced__cell(document, steps, n_steps, &l->run->buf, l->run->reterr);
	if (status || l->run->buf.len == 0)
		return status;
	return bl_advanced__take(l->run, ret_cell);
}

static BL_STATUS
take_cells(struct listing *l, const struct bl_json *document, struct bl_str *cells)
{
	const struct bl_advanced_query *q = l->run->query;
	enum bl_status status = BL_OK;
	size_t column = 0;

	for (uint32_t i = 0; !status && i < q->n_items; i++) {
		struct bl_match_step step = {.kind = BL_MATCH_MEMBER};

		if (!q->items[i].star)
			status = take_cell(l, document, q->items[i].path.steps,
			    q->items[i].path.n_steps, &cells[column++]);
		for (size_t k = 0; !status && q->items[i].star && k < BL_ADVANCED_N_SCALARS; k++) {
			step.name = bl_str_of(bl_advanced__scalars[k]);
			status = take_cell(l, document, &step, 1, &cells[column++]);
		}
	}
	return status;
}

static BL_STATUS
show(void *ctx, struct bl_advanced_row *row, const struct bl_item *item,
    const struct bl_value *values)
{
	struct listing *l = ctx;
	struct bl_advanced_run *run = l->run;
	size_t at = row->place - l->from;
	const struct bl_json *document = NULL;
	enum bl_status status = bl_advanced__document(item, run->scratch, &document, run->reterr);

	(void)values;
	run->buf.len = 0;
	if (!status)
		status = bl_advanced__project(l->shape, document, &run->buf, run->reterr);
	if (!status)
		status = bl_advanced__take(run, &l->table->rows[at]);
	return status ? status
		      : take_cells(l, document, l->table->cells + at * l->table->n_columns);
}

static BL_STATUS
show_one(struct listing *l, struct bl_advanced_row *row)
{
	struct bl_advanced_run *run = l->run;
	struct bl_version_id id = {.type_no = row->type_no, .ordinal = row->ordinal};
	struct bl_str bytes;
	struct bl_sha256 sha256;
	struct bl_item item;
	enum bl_status status = bl_advanced__go_on(run);

	bl_arena_reset(run->scratch);
	if (!status)
		status = bl_store_read(run->store, id, run->scratch, &bytes, &sha256, run->reterr);
	if (!status)
		status = bl_item_parse(run->parser, bytes, run->scratch, &item, run->reterr);
	return status ? status : show(l, row, &item, NULL);
}

static BL_STATUS
new_table(struct listing *l, size_t n)
{
	struct bl_advanced_run *run = l->run;

	l->table->n = n;
	l->table->rows = bl_new(run->out, struct bl_str, n);
	if (l->table->n_columns > 0 && n > SIZE_MAX / l->table->n_columns)
		return bl_advanced__no_memory(run->reterr);
	l->table->cells = bl_new(run->out, struct bl_str, n * l->table->n_columns);
	return l->table->rows == NULL || l->table->cells == NULL
		   ? bl_advanced__no_memory(run->reterr)
		   : BL_OK;
}

/* The rows with places [from, to). */
static BL_STATUS
show_rows(struct listing *l, const struct sorted *sorted, size_t from, size_t to)
{
	enum bl_status status = new_table(l, to - from);

	l->from = from;
	for (size_t i = from; i < to; i++) {
		sorted[i].row->shown = true;
		sorted[i].row->place = i;
	}
	if (!status && to - from > FEW)
		return bl_advanced__ask(l->run, is_shown, NULL, 0, show, l);
	for (size_t i = from; !status && i < to; i++)
		status = show_one(l, sorted[i].row);
	return status;
}

/* DISTINCT: the first of equal rows stays. */
static BL_STATUS
drop_equal(struct listing *l)
{
	struct bl_advanced_table *t = l->table;
	size_t n_slots = 64, n = 0, *slots;

	while (n_slots < t->n * 2)
		n_slots *= 2;
	slots = bl_new(l->run->arena, size_t, n_slots);
	if (slots == NULL)
		return bl_advanced__no_memory(l->run->reterr);
	for (size_t i = 0; i < t->n; i++) {
		size_t at = bl_hash128_of(t->rows[i], 0).low & (n_slots - 1);

		while (slots[at] != 0 && !bl_str_eq(t->rows[slots[at] - 1], t->rows[i]))
			at = (at + 1) & (n_slots - 1);
		if (slots[at] != 0)
			continue;
		t->rows[n] = t->rows[i];
		if (n != i)
			memcpy(t->cells + n * t->n_columns, t->cells + i * t->n_columns,
			    t->n_columns * sizeof(*t->cells));
		slots[at] = ++n;
	}
	t->n = n;
	return BL_OK;
}

static void
cut(struct bl_advanced_run *run, struct bl_advanced_table *t)
{
	size_t from, to;

	t->n_all = t->n;
	bl_advanced__page(run, t->n_all, &from, &to);
	t->rows += from;
	t->cells += from * t->n_columns;
	t->n = to - from;
}

BL_STATUS
bl_advanced__list(struct bl_advanced_run *run, struct bl_advanced_table *ret_table)
{
	struct listing l = {.run = run, .table = ret_table};
	struct sorted *sorted = NULL;
	size_t n = 0, from, to;
	enum bl_status status = bl_advanced__shape(run, &l.shape);

	if (!status)
		status = sort_rows(&l, &sorted, &n);
	if (status)
		return status;
	if (!run->query->distinct) {
		ret_table->n_all = n;
		bl_advanced__page(run, n, &from, &to);
		return show_rows(&l, sorted, from, to);
	}
	status = show_rows(&l, sorted, 0, n);
	if (!status)
		status = drop_equal(&l);
	if (!status)
		cut(run, ret_table);
	return status;
}
