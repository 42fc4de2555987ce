/*
 * UNNEST: for each row as many as its longest array has elements; shorter ones are filled up with
 * NULLs.  A batch is filled from several rows, and a row may fill several batches.
 */
#include <string.h>

#include "query/node.h"
#include "sql/exec_priv.h"
#include "json/json.h"

struct opened {
	struct bl_list list; /* ARRAY, JSON array */
	const struct bl_value *map;
	const struct bl_json *member; /* The next one of a map of JSON. */
	uint64_t i, n;
};

struct unnest {
	struct bl_batch_expr *exprs;
	uint32_t *width; /* [n_expr] slots that each gives */
	struct opened *opened;
	struct bl_vector *arrays; /* [n_expr] of the input at hand */
	struct bl_arena *arena;	  /* Theirs. */
	struct bl_batch in;
	bool has_in, in_end, row_open;
	uint32_t row;  /* Of the input. */
	uint64_t i, n; /* Of the row's elements. */
};

static uint32_t
width_of(const struct bl_plan *plan, uint32_t i)
{
	struct bl_datatype type = bl_expr_type(plan->expr[i]);

	if (type.kind == BL_TYPE_MAP)
		return 2;
	if (type.kind == BL_TYPE_ARRAY && type.element->kind == BL_TYPE_ROW &&
	    !(plan->whole != NULL && plan->whole[i]))
		return type.element->n_fields;
	return 1;
}

static BL_STATUS
unnest_open(struct bl_exec_op *op, struct bl_err *reterr)
{
	struct unnest *u = bl_new(op->kept, struct unnest, 1);
	uint32_t n = op->plan->n_expr;

	if (u == NULL)
		return bl_batch__no_memory(reterr);
	op->state = u;
	u->width = bl_new(op->kept, uint32_t, n);
	u->opened = bl_new(op->kept, struct opened, n);
	u->arrays = bl_new(op->kept, struct bl_vector, n);
	u->arena = bl_arena_new_of(&op->exec->pool);
	if (u->width == NULL || u->opened == NULL || u->arrays == NULL || u->arena == NULL)
		return bl_batch__no_memory(reterr);
	for (uint32_t i = 0; i < n; i++)
		u->width[i] = width_of(op->plan, i);
	return bl_batch_expr__open_all(op->plan->expr, n, op, &u->exprs, reterr);
}

/* The row's arrays are opened; u->n: rows that it gives. */
static BL_STATUS
open_row(struct bl_exec_op *op, struct bl_err *reterr)
{
	struct unnest *u = op->state;

	u->i = u->n = 0;
	for (uint32_t k = 0; k < op->plan->n_expr; k++) {
		const struct bl_value *v = bl_vector_at(&u->arrays[k], u->row);
		struct opened *o = &u->opened[k];

		*o = (struct opened){0};
		if (v->null)
			continue;
		if (v->kind == BL_TYPE_MAP) {
			o->map = v;
			o->n = v->json != NULL ? v->json->n : v->n;
			o->member = v->json != NULL ? v->json->first : NULL;
		} else if (bl_list_open(v, &o->list)) {
			o->n = o->list.n;
		} else {
			return bl_fail_pos(reterr, BL_EINPUT, op->plan->line, op->plan->column,
			    "UNNEST wants an array, this is %s", bl_value_what(v));
		}
		u->n = o->n > u->n ? o->n : u->n;
	}
	if (u->n == 0 && op->plan->outer)
		u->n = 1;
	u->row_open = true;
	return BL_OK;
}

/* The next element of one array into its slots. */
static BL_STATUS
put_next(struct bl_exec_op *op, struct opened *o, uint32_t width, bool fields,
    struct bl_value *out[], uint32_t at, struct bl_err *reterr)
{
	struct bl_value value = bl_value_null(BL_TYPE_UNKNOWN);

	if (o->i++ >= o->n) {
		for (uint32_t k = 0; k < width; k++)
			out[k][at] = value;
		return BL_OK;
	}
	if (o->map != NULL && o->member != NULL) {
		out[0][at] = bl_value_varchar(o->member->key);
		out[1][at] = bl_value_plain(bl_value_json(o->member));
		o->member = o->member->next;
		return BL_OK;
	}
	if (o->map != NULL) {
		out[0][at] = o->map->elements[2 * (o->i - 1)];
		out[1][at] = o->map->elements[2 * (o->i - 1) + 1];
		return BL_OK;
	}
	(void)bl_list_next(&o->list, &value);
	if (!fields) {
		out[0][at] = value;
		return BL_OK;
	}
	if (!value.null && (value.kind != BL_TYPE_ROW || value.n != width))
		return bl_fail_pos(reterr, BL_EINPUT, op->plan->line, op->plan->column,
		    "UNNEST wants rows of %u fields, this is %s", width, bl_value_what(&value));
	for (uint32_t k = 0; k < width; k++)
		out[k][at] = value.null ? bl_value_null(BL_TYPE_UNKNOWN) : value.elements[k];
	return BL_OK;
}

/* One row of output. */
static BL_STATUS
put_row(struct bl_exec_op *op, struct bl_value **out, uint32_t at, struct bl_err *reterr)
{
	struct unnest *u = op->state;
	const struct bl_plan *plan = op->plan;
	enum bl_status status = BL_OK;
	uint32_t slot = 0;

	for (uint32_t k = 0; !status && k < plan->n_expr; k++) {
		struct bl_datatype type = bl_expr_type(plan->expr[k]);
		bool fields = type.kind == BL_TYPE_ARRAY && type.element->kind == BL_TYPE_ROW &&
			      !(plan->whole != NULL && plan->whole[k]);

		status = put_next(op, &u->opened[k], u->width[k], fields, out + slot, at, reterr);
		slot += u->width[k];
	}
	if (!status && plan->ordinality)
		out[slot][at] = bl_value_bigint((int64_t)u->i + 1);
	u->i++;
	return status;
}

/* The next input, and its arrays. */
static BL_STATUS
next_input(struct bl_exec_op *op, struct bl_err *reterr)
{
	struct unnest *u = op->state;
	enum bl_status status;

	bl_arena_reset(u->arena);
	status = bl_op__next(op->input, &u->in, &u->in_end, reterr);
	for (uint32_t i = 0; !status && i < op->plan->n_expr; i++)
		status = bl_batch_expr__eval(&u->exprs[i], &u->in, u->arena, &u->arrays[i], reterr);
	u->has_in = !status;
	u->row = 0;
	u->row_open = false;
	return status;
}

/* Rows of the input at hand, as many as fit. */
static BL_STATUS
fill(struct bl_exec_op *op, uint32_t *from, struct bl_value **out, uint32_t *ret_n,
    struct bl_err *reterr)
{
	struct unnest *u = op->state;
	enum bl_status status = BL_OK;
	uint32_t n = 0;

	while (!status && n < BL_BATCH_ROWS && u->row < u->in.n) {
		if (!u->row_open)
			status = open_row(op, reterr);
		while (!status && n < BL_BATCH_ROWS && u->i < u->n) {
			status = put_row(op, out, n, reterr);
			from[n++] = u->row;
		}
		if (!status && u->i == u->n) {
			u->row++;
			u->row_open = false;
		}
	}
	*ret_n = n;
	return status ? status : bl_exec__work(op->exec, n, reterr);
}

static BL_STATUS
unnest_next(struct bl_exec_op *op, struct bl_batch *ret_batch, bool *ret_end, struct bl_err *reterr)
{
	struct unnest *u = op->state;
	uint32_t n_in = op->plan->input->n_slots, n_new = op->plan->n_slots - n_in, n = 0;
	uint32_t *from = bl_new(op->batch, uint32_t, BL_BATCH_ROWS);
	struct bl_value **out = bl_new(op->batch, struct bl_value *, n_new);
	struct bl_vector *columns = bl_new(op->batch, struct bl_vector, op->plan->n_slots);
	enum bl_status status = u->has_in ? BL_OK : next_input(op, reterr);

	if (from == NULL || out == NULL || columns == NULL)
		return bl_batch__no_memory(reterr);
	for (uint32_t i = 0; i < n_new; i++) {
		out[i] = bl_new(op->batch, struct bl_value, BL_BATCH_ROWS);
		if (out[i] == NULL)
			return bl_batch__no_memory(reterr);
		columns[n_in + i] = (struct bl_vector){.values = out[i]};
	}
	if (!status)
		status = fill(op, from, out, &n, reterr);
	for (uint32_t i = 0; !status && n > 0 && i < n_in; i++)
		status = bl_batch__gather_vector(
		    &u->in.columns[i], from, n, op->batch, &columns[i], reterr);
	for (uint32_t i = 0; i < n_new; i++)
		columns[n_in + i].n_values = n;
	u->has_in = u->has_in && u->row < u->in.n;
	*ret_end = !u->has_in && u->in_end;
	*ret_batch = (struct bl_batch){.n = n, .columns = columns, .n_columns = op->plan->n_slots};
	return status;
}

static void
unnest_close(struct bl_exec_op *op)
{
	struct unnest *u = op->state;

	bl_batch_expr__close_all(u->exprs, op->plan->n_expr);
	bl_arena_free(&u->arena);
}

const struct bl_op_class bl_op__unnest = {"UNNEST", unnest_open, unnest_next, unnest_close};
