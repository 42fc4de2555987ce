/* Operators that look at a batch at a time: VALUES, FILTER, PROJECT, LIMIT, UNION. */
#include "sql/exec_priv.h"

/* VALUES: n_rows * n_slots expressions over nothing. */
struct values {
	struct bl_batch_expr *exprs;
	uint32_t next;
};

static BL_STATUS
values_open(struct bl_exec_op *op, struct bl_err *reterr)
{
	struct values *v = bl_new(op->kept, struct values, 1);

	if (v == NULL)
		return bl_batch__no_memory(reterr);
	op->state = v;
	return bl_batch_expr__open_all(
	    op->plan->expr, op->plan->n_rows * op->plan->n_slots, op, &v->exprs, reterr);
}

static BL_STATUS
values_next(struct bl_exec_op *op, struct bl_batch *ret_batch, bool *ret_end, struct bl_err *reterr)
{
	struct values *v = op->state;
	uint32_t n = op->plan->n_rows - v->next, width = op->plan->n_slots;
	struct bl_batch one = {.n = 1};
	struct bl_vector *columns = bl_new(op->batch, struct bl_vector, width), cell;
	struct bl_value *values;
	enum bl_status status = BL_OK;

	n = n > BL_BATCH_ROWS ? BL_BATCH_ROWS : n;
	if (columns == NULL)
		return bl_batch__no_memory(reterr);
	for (uint32_t c = 0; c < width; c++) {
		values = bl_new(op->batch, struct bl_value, n);
		if (values == NULL)
			return bl_batch__no_memory(reterr);
		columns[c] = (struct bl_vector){.values = values, .n_values = n};
		for (uint32_t r = 0; !status && r < n; r++) {
			status = bl_batch_expr__eval(&v->exprs[(size_t)(v->next + r) * width + c],
			    &one, op->batch, &cell, reterr);
			if (!status)
				values[r] = *bl_vector_at(&cell, 0);
		}
		if (status)
			return status;
	}
	v->next += n;
	*ret_batch = (struct bl_batch){.n = n, .columns = columns, .n_columns = width};
	*ret_end = v->next == op->plan->n_rows;
	return BL_OK;
}

static void
values_close(struct bl_exec_op *op)
{
	struct values *v = op->state;

	bl_batch_expr__close_all(v->exprs, op->plan->n_rows * op->plan->n_slots);
}

const struct bl_op_class bl_op__values = {"VALUES", values_open, values_next, values_close};

/* FILTER */
static BL_STATUS
filter_open(struct bl_exec_op *op, struct bl_err *reterr)
{
	struct bl_batch_expr *be = NULL;
	enum bl_status status = bl_batch_expr__open_all(op->plan->expr, 1, op, &be, reterr);

	op->state = be;
	return status;
}

static BL_STATUS
filter_next(struct bl_exec_op *op, struct bl_batch *ret_batch, bool *ret_end, struct bl_err *reterr)
{
	struct bl_batch in;
	uint32_t *rows, n;
	enum bl_status status;

	status = bl_op__next(op->input, &in, ret_end, reterr);
	if (!status)
		status = bl_batch_expr__select(op->state, &in, op->batch, &rows, &n, reterr);
	if (status)
		return status;
	*ret_batch = in;
	return n == in.n ? BL_OK : bl_batch__gather(&in, rows, n, op->batch, ret_batch, reterr);
}

static void
filter_close(struct bl_exec_op *op)
{
	bl_batch_expr__close(op->state);
}

const struct bl_op_class bl_op__filter = {"WHERE", filter_open, filter_next, filter_close};

/* PROJECT */
static BL_STATUS
project_open(struct bl_exec_op *op, struct bl_err *reterr)
{
	struct bl_batch_expr *list = NULL;
	enum bl_status status =
	    bl_batch_expr__open_all(op->plan->expr, op->plan->n_slots, op, &list, reterr);

	op->state = list;
	return status;
}

static BL_STATUS
project_next(
    struct bl_exec_op *op, struct bl_batch *ret_batch, bool *ret_end, struct bl_err *reterr)
{
	struct bl_batch_expr *list = op->state;
	struct bl_vector *columns = bl_new(op->batch, struct bl_vector, op->plan->n_slots);
	struct bl_batch in;
	enum bl_status status = bl_op__next(op->input, &in, ret_end, reterr);

	if (status)
		return status;
	if (columns == NULL)
		return bl_batch__no_memory(reterr);
	for (uint32_t i = 0; !status && i < op->plan->n_slots; i++)
		status = bl_batch_expr__eval(&list[i], &in, op->batch, &columns[i], reterr);
	*ret_batch =
	    (struct bl_batch){.n = in.n, .columns = columns, .n_columns = op->plan->n_slots};
	return status;
}

static void
project_close(struct bl_exec_op *op)
{
	bl_batch_expr__close_all(op->state, op->plan->n_slots);
}

const struct bl_op_class bl_op__project = {"SELECT", project_open, project_next, project_close};

/* LIMIT: what was given and left out so far. */
struct limit {
	uint64_t skipped, given;
};

static BL_STATUS
limit_open(struct bl_exec_op *op, struct bl_err *reterr)
{
	op->state = bl_new(op->kept, struct limit, 1);
	return op->state == NULL ? bl_batch__no_memory(reterr) : BL_OK;
}

static BL_STATUS
limit_next(struct bl_exec_op *op, struct bl_batch *ret_batch, bool *ret_end, struct bl_err *reterr)
{
	struct limit *l = op->state;
	uint64_t from = op->plan->offset - l->skipped, left = op->plan->limit - l->given;
	struct bl_batch in;
	enum bl_status status;
	uint32_t *rows, n;

	*ret_end = true;
	if (left == 0)
		return BL_OK;
	status = bl_op__next(op->input, &in, ret_end, reterr);
	if (status)
		return status;
	from = from > in.n ? in.n : from;
	n = in.n - (uint32_t)from;
	n = n > left ? (uint32_t)left : n;
	l->skipped += from;
	if (op->plan->limit != UINT64_MAX)
		l->given += n;
	*ret_end = *ret_end || l->given == op->plan->limit;
	*ret_batch = in;
	if (n == in.n)
		return BL_OK;
	rows = bl_new(op->batch, uint32_t, n);
	if (rows == NULL)
		return bl_batch__no_memory(reterr);
	for (uint32_t i = 0; i < n; i++)
		rows[i] = (uint32_t)from + i;
	return bl_batch__gather(&in, rows, n, op->batch, ret_batch, reterr);
}

const struct bl_op_class bl_op__limit = {"LIMIT", limit_open, limit_next, NULL};

/* UNION ALL: the parts one after the other. */
static BL_STATUS
union_open(struct bl_exec_op *op, struct bl_err *reterr)
{
	op->state = bl_new(op->kept, uint32_t, 1);
	return op->state == NULL ? bl_batch__no_memory(reterr) : BL_OK;
}

static BL_STATUS
union_next(struct bl_exec_op *op, struct bl_batch *ret_batch, bool *ret_end, struct bl_err *reterr)
{
	uint32_t *part = op->state;
	bool end = false;
	enum bl_status status = bl_op__next(op->parts[*part], ret_batch, &end, reterr);

	if (!status && end)
		++*part;
	*ret_end = *part == op->plan->n_parts;
	return status;
}

const struct bl_op_class bl_op__union = {"UNION", union_open, union_next, NULL};
