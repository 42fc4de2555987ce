/*
 * An expression over a batch, by the cheapest way that is right:
 *
 *	a slot alone		the column as it is
 *	no slot			once
 *	CODED slots alone	once for each tuple of codes that comes, kept for later batches
 *	else			row by row
 *
 * There is one evaluator; only rows that are there are ever evaluated, so an error is one of a
 * row.
 */
#include <assert.h>
#include <string.h>

#include "query/node.h"
#include "sql/exec_priv.h"

/* Results of tuples that are kept, at most; then they are forgotten and made again. */
#define MANY_RESULTS (UINT64_C(1) << 20)

struct slots {
	uint32_t *list;
	uint32_t n, cap, highest;
};

/* Depth: BL_NODE_MAX_DEPTH. */
static void
collect(const struct bl_node *node, struct slots *slots)
{
	bool known = false;

	for (uint32_t i = 0; i < node->n_kids; i++)
		collect(node->kids[i], slots);
	if (node->kind != BL_NODE_SLOT)
		return;
	if (slots->list == NULL) {
		slots->cap++;
		return;
	}
	for (uint32_t i = 0; !known && i < slots->n; i++)
		known = slots->list[i] == node->slot;
	if (known)
		return;
	slots->list[slots->n++] = node->slot;
	if (node->slot > slots->highest)
		slots->highest = node->slot;
}

BL_STATUS
bl_batch_expr__open(struct bl_batch_expr *be, const struct bl_expr *expr, struct bl_exec_op *op,
    struct bl_err *reterr)
{
	struct slots slots = {0};
	const struct bl_node *root = expr->root;

	*be = (struct bl_batch_expr){.expr = expr, .exec = op->exec, .kept = op->kept};
	collect(root, &slots);
	slots.list = bl_new(op->kept, uint32_t, slots.cap);
	if (slots.list == NULL)
		return bl_batch__no_memory(reterr);
	collect(root, &slots);
	be->slots = slots.list;
	be->n_slots = slots.n;
	be->row = bl_new(op->kept, struct bl_value, (size_t)slots.highest + 1);
	if (be->row == NULL)
		return bl_batch__no_memory(reterr);
	be->plain = root->kind == BL_NODE_SLOT &&
		    (expr->wanted.kind == BL_TYPE_UNKNOWN || expr->wanted.kind == root->type.kind);
	be->memo = bl_arena_new_of(&op->exec->pool);
	return be->memo == NULL ? bl_batch__no_memory(reterr) : BL_OK;
}

void
bl_batch_expr__close(struct bl_batch_expr *be)
{
	bl_arena_free(&be->memo);
}

BL_STATUS
bl_batch_expr__open_all(const struct bl_expr *const *exprs, uint32_t n, struct bl_exec_op *op,
    struct bl_batch_expr **ret_list, struct bl_err *reterr)
{
	struct bl_batch_expr *list = bl_new(op->kept, struct bl_batch_expr, n);
	enum bl_status status = BL_OK;

	if (list == NULL)
		return bl_batch__no_memory(reterr);
	*ret_list = list; /* Also when it fails: what is open is to be closed. */
	for (uint32_t i = 0; !status && i < n; i++)
		status = bl_batch_expr__open(&list[i], exprs[i], op, reterr);
	return status;
}

void
bl_batch_expr__close_all(struct bl_batch_expr *list, uint32_t n)
{
	for (uint32_t i = 0; list != NULL && i < n; i++)
		bl_batch_expr__close(&list[i]);
}

static BL_STATUS
eval_row(struct bl_batch_expr *be, const struct bl_batch *in, uint32_t row, struct bl_arena *arena,
    struct bl_value *ret, struct bl_err *reterr)
{
	struct bl_expr_scope scope = {
	    .row = be->row, .params = be->exec->options.params, .parser = be->exec->parser};
	enum bl_status status;

	for (uint32_t i = 0; i < be->n_slots; i++)
		be->row[be->slots[i]] = *bl_vector_at(&in->columns[be->slots[i]], row);
	status = bl_expr_eval(be->expr, &scope, arena, ret, reterr);
	return status ? status : bl_exec__work(be->exec, 1, reterr);
}

static BL_STATUS
eval_flat(struct bl_batch_expr *be, const struct bl_batch *in, struct bl_arena *arena,
    struct bl_vector *ret_out, struct bl_err *reterr)
{
	struct bl_value *values = bl_new(arena, struct bl_value, in->n);
	enum bl_status status = BL_OK;

	if (values == NULL)
		return bl_batch__no_memory(reterr);
	for (uint32_t i = 0; !status && i < in->n; i++)
		status = eval_row(be, in, i, arena, &values[i], reterr);
	*ret_out = (struct bl_vector){.values = values, .n_values = in->n};
	return status;
}

/* Booleans have three results, however many tuples there are. */
static uint32_t
known_boolean(const struct bl_batch_expr *be, const struct bl_value *value)
{
	if (!value->null && value->kind != BL_TYPE_BOOLEAN)
		return UINT32_MAX;
	for (uint32_t i = 0; i < be->n_values && i < 3; i++) {
		const struct bl_value *v = &be->values[i];

		if (v->null == value->null && v->kind == value->kind &&
		    (v->null || v->boolean == value->boolean))
			return i;
	}
	return UINT32_MAX;
}

/* The result of row ${row} is kept; *ret_code is its number. */
static BL_STATUS
remember(struct bl_batch_expr *be, const struct bl_batch *in, uint32_t row,
    struct bl_arena *scratch, uint32_t *ret_code, struct bl_err *reterr)
{
	struct bl_value value, *grown;
	enum bl_status status = eval_row(be, in, row, scratch, &value, reterr);

	if (status)
		return status;
	*ret_code = known_boolean(be, &value);
	if (*ret_code != UINT32_MAX)
		return BL_OK;
	grown = bl_batch__grow(be->memo, be->values, be->n_values, &be->cap_values, sizeof(*grown));
	if (grown == NULL)
		return bl_batch__no_memory(reterr);
	be->values = grown;
	status = bl_batch__dup(be->memo, &value, &grown[be->n_values], reterr);
	*ret_code = (uint32_t)be->n_values;
	be->n_values += status ? 0 : 1;
	return status;
}

/* Everything that was remembered is void. */
static BL_STATUS
forget(struct bl_batch_expr *be, uint32_t n_cells, struct bl_err *reterr)
{
	bl_arena_reset(be->memo);
	be->n_values = be->cap_values = 0;
	be->values = NULL;
	be->dictionary = ++be->exec->dictionaries;
	be->known_cells = n_cells;
	be->known = bl_new(be->memo, uint32_t, n_cells);
	return be->known == NULL ? bl_batch__no_memory(reterr) : BL_OK;
}

static BL_STATUS
eval_cells(struct bl_batch_expr *be, const struct bl_batch *in, const uint32_t *cell,
    struct bl_arena *arena, struct bl_vector *ret_out, struct bl_err *reterr)
{
	uint32_t *codes = bl_new(arena, uint32_t, in->n), new = 0;
	enum bl_status status = BL_OK;

	if (codes == NULL)
		return bl_batch__no_memory(reterr);
	if (be->generation != be->cells.generation || be->n_values > MANY_RESULTS) {
		be->generation = be->cells.generation;
		status = forget(be, be->cells.n_cells, reterr);
	}
	for (uint32_t i = 0; i < in->n && !status; i++) {
		codes[i] = be->known[cell[i]] - 1;
		new |= codes[i] == UINT32_MAX ? 1 : 0;
	}
	for (uint32_t i = 0; !status && new != 0 && i < in->n; i++) {
		uint32_t *known = &be->known[cell[i]];

		if (*known == 0) {
			status = remember(be, in, i, arena, &codes[i], reterr);
			*known = status ? 0 : codes[i] + 1;
		}
		codes[i] = *known - 1;
	}
	*ret_out = (struct bl_vector){.codes = codes,
	    .values = be->values,
	    .n_values = (uint32_t)be->n_values,
	    .dictionary = be->dictionary};
	return status;
}

static BL_STATUS
eval_constant(struct bl_batch_expr *be, const struct bl_batch *in, struct bl_arena *arena,
    struct bl_vector *ret_out, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;
	uint32_t code;

	if (!be->constant_known) {
		status = forget(be, 0, reterr);
		if (!status)
			status = remember(be, in, 0, arena, &code, reterr);
		be->constant_known = !status;
	}
	if (!status)
		status = bl_batch__constant(be->values, in->n, arena, ret_out, reterr);
	if (!status)
		ret_out->dictionary = be->dictionary;
	return status;
}

BL_STATUS
bl_batch_expr__eval(struct bl_batch_expr *be, const struct bl_batch *in, struct bl_arena *arena,
    struct bl_vector *ret_out, struct bl_err *reterr)
{
	const struct bl_vector *columns[BL_CELLS_COLUMNS];
	const uint32_t *cell;
	uint32_t *room = NULL;

	if (in->n == 0) {
		*ret_out = (struct bl_vector){.values = be->row};
		return BL_OK;
	}
	if (be->plain) {
		*ret_out = in->columns[be->expr->root->slot];
		return BL_OK;
	}
	if (be->n_slots == 0)
		return eval_constant(be, in, arena, ret_out, reterr);
	if (be->n_slots > BL_CELLS_COLUMNS)
		return eval_flat(be, in, arena, ret_out, reterr);
	for (uint32_t i = 0; i < be->n_slots; i++)
		columns[i] = &in->columns[be->slots[i]];
	if (be->n_slots > 1) {
		room = bl_new(arena, uint32_t, in->n);
		if (room == NULL)
			return bl_batch__no_memory(reterr);
	}
	if (!bl_cells__of(&be->cells, columns, be->n_slots, in->n, room, &cell))
		return eval_flat(be, in, arena, ret_out, reterr);
	return eval_cells(be, in, cell, arena, ret_out, reterr);
}

static bool
is_true(const struct bl_value *value)
{
	struct bl_value plain = bl_value_plain(*value);

	return !plain.null && plain.kind == BL_TYPE_BOOLEAN && plain.boolean;
}

BL_STATUS
bl_batch_expr__select(struct bl_batch_expr *be, const struct bl_batch *in, struct bl_arena *arena,
    uint32_t **ret_rows, uint32_t *ret_n, struct bl_err *reterr)
{
	struct bl_vector v;
	uint32_t *rows = bl_new(arena, uint32_t, in->n), n = 0;
	enum bl_status status = bl_batch_expr__eval(be, in, arena, &v, reterr);

	if (status)
		return status;
	if (rows == NULL)
		return bl_batch__no_memory(reterr);
	if (v.codes != NULL && v.n_values <= 256) {
		uint8_t keep[256];

		for (uint32_t i = 0; i < v.n_values; i++)
			keep[i] = is_true(&v.values[i]) ? 1 : 0;
		for (uint32_t i = 0; i < in->n; i++) {
			rows[n] = i;
			n += keep[v.codes[i]];
		}
	} else {
		for (uint32_t i = 0; i < in->n; i++) {
			rows[n] = i;
			n += is_true(bl_vector_at(&v, i)) ? 1 : 0;
		}
	}
	*ret_rows = rows;
	*ret_n = n;
	return BL_OK;
}
