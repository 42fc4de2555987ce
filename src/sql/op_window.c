/*
 * WINDOW: all rows are kept, with what the calls read as further columns; sorted by the number of
 * their partition and the keys; then each call gives a value for each row.
 */
#include <string.h>

#include "sql/window_priv.h"

struct window {
	const struct bl_expr **list; /* All expressions: partition, keys, then the calls' */
	struct bl_batch_expr *exprs;
	uint32_t n_exprs, n_input, n_columns;
	struct bl_window_call *calls;
	struct bl_set partitions;
	const struct bl_value **tuple;
	struct bl_vector *columns; /* [n_columns]: input, partition number, keys, the calls' */
	struct bl_rows rows;
	struct bl_plan_key *keys; /* The partition's number, then the plan's */
	uint64_t *ids;
	bool ready;
	uint64_t next;
};

/* The number of the column that expression ${expr} gets; NULL: none. */
static uint32_t
add_expr(struct window *w, const struct bl_expr *expr)
{
	if (expr == NULL)
		return UINT32_MAX;
	w->list[w->n_exprs++] = expr;
	return w->n_columns++;
}

static BL_STATUS
open_calls(struct bl_exec_op *op, struct window *w, struct bl_err *reterr)
{
	for (uint32_t i = 0; i < op->plan->n_calls; i++) {
		struct bl_window_call *c = &w->calls[i];
		const struct bl_plan_call *call = &op->plan->calls[i];

		if (call->distinct || call->n_order > 0)
			return bl_fail_pos(reterr, BL_EUNSUPPORTED, call->line, call->column,
			    "DISTINCT and ORDER BY within a window function");
		c->call = call;
		c->agg = (struct bl_agg){.class = bl_agg__class(call->fn),
		    .call = call,
		    .exec = op->exec,
		    .arena = op->kept};
		c->first_arg = w->n_columns;
		for (uint32_t k = 0; k < call->n_args; k++)
			(void)add_expr(w, call->args[k]);
		c->filter = add_expr(w, call->filter);
		c->from_offset = add_expr(w, call->from_offset);
		c->to_offset = add_expr(w, call->to_offset);
	}
	return BL_OK;
}

static BL_STATUS
window_open(struct bl_exec_op *op, struct bl_err *reterr)
{
	struct window *w = bl_new(op->kept, struct window, 1);
	const struct bl_plan *plan = op->plan;
	size_t most = (size_t)plan->n_partition + plan->n_keys;
	enum bl_status status;

	if (w == NULL)
		return bl_batch__no_memory(reterr);
	op->state = w;
	for (uint32_t i = 0; i < plan->n_calls; i++)
		most += plan->calls[i].n_args + (size_t)3;
	w->list = bl_new(op->kept, const struct bl_expr *, most);
	w->calls = bl_new(op->kept, struct bl_window_call, plan->n_calls);
	w->tuple = bl_new(op->kept, const struct bl_value *, plan->n_partition);
	w->keys = bl_new(op->kept, struct bl_plan_key, plan->n_keys + 1);
	if (w->list == NULL || w->calls == NULL || w->tuple == NULL || w->keys == NULL)
		return bl_batch__no_memory(reterr);
	w->n_input = plan->input->n_slots;
	for (uint32_t i = 0; i < plan->n_partition; i++)
		w->list[w->n_exprs++] = plan->partition[i];
	w->n_columns = w->n_input + 1;
	for (uint32_t i = 0; i < plan->n_keys; i++) {
		(void)add_expr(w, plan->keys[i].expr);
		w->keys[1 + i] = plan->keys[i];
	}
	status = open_calls(op, w, reterr);
	if (!status)
		status = bl_batch_expr__open_all(w->list, w->n_exprs, op, &w->exprs, reterr);
	if (!status)
		status = bl_set__init(&w->partitions, op->kept, plan->n_partition, reterr);
	if (!status)
		status = bl_rows__init(
		    &w->rows, op->kept, &op->exec->dictionaries, w->n_columns, reterr);
	w->columns = bl_new(op->kept, struct bl_vector, w->n_columns + plan->n_partition);
	return status ? status : w->columns == NULL ? bl_batch__no_memory(reterr) : BL_OK;
}

/* The batch's rows get the numbers of their partitions. */
static BL_STATUS
number_partitions(
    struct bl_exec_op *op, const struct bl_vector *by, uint32_t n, struct bl_err *reterr)
{
	struct window *w = op->state;
	struct bl_value *numbers = bl_new(op->batch, struct bl_value, n);
	enum bl_status status = BL_OK;
	uint32_t number = 0;
	bool is_new;

	if (numbers == NULL)
		return bl_batch__no_memory(reterr);
	for (uint32_t r = 0; !status && r < n; r++) {
		for (uint32_t i = 0; i < op->plan->n_partition; i++)
			w->tuple[i] = bl_vector_at(&by[i], r);
		status = bl_set__put(&w->partitions, w->tuple, &number, &is_new, reterr);
		numbers[r] = bl_value_bigint(number);
	}
	w->columns[w->n_input] = (struct bl_vector){.values = numbers, .n_values = n};
	return status;
}

static BL_STATUS
take(struct bl_exec_op *op, const struct bl_batch *in, struct bl_err *reterr)
{
	struct window *w = op->state;
	uint32_t n_by = op->plan->n_partition;
	struct bl_vector *by = w->columns + w->n_columns;
	enum bl_status status = BL_OK;

	if (in->n == 0)
		return BL_OK;
	if (w->n_input > 0)
		memcpy(w->columns, in->columns, w->n_input * sizeof(*w->columns));
	for (uint32_t i = 0; !status && i < w->n_exprs; i++) {
		struct bl_vector *to = i < n_by ? &by[i] : &w->columns[w->n_input + 1 + i - n_by];

		status = bl_batch_expr__eval(&w->exprs[i], in, op->batch, to, reterr);
	}
	if (!status)
		status = number_partitions(op, by, in->n, reterr);
	if (!status)
		status = bl_rows__add(&w->rows, w->columns, in->n, reterr);
	return status;
}

/* Rows that are equal in all keys are peers. */
static BL_STATUS
find_peers(struct bl_window_run *run, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	for (uint64_t i = run->start; !status && i < run->end;) {
		uint64_t j = i + 1;
		int order = 0;

		while (!status && j < run->end) {
			status = bl_order__compare(
			    &run->order, run->ids[i], run->ids[j], &order, reterr);
			if (order != 0)
				break;
			j++;
		}
		for (uint64_t k = i; k < j; k++) {
			run->peers_start[k] = i;
			run->peers_end[k] = j;
		}
		if (!status)
			status = bl_exec__work(run->exec, j - i, reterr);
		i = j;
	}
	return status;
}

/* Each partition, each call. */
static BL_STATUS
compute(struct bl_exec_op *op, struct bl_window_run *run, struct bl_err *reterr)
{
	struct window *w = op->state;
	uint64_t n = w->rows.n;
	enum bl_status status = BL_OK;

	run->peers_start = bl_new(op->kept, uint64_t, n);
	run->peers_end = bl_new(op->kept, uint64_t, n);
	if (run->peers_start == NULL || run->peers_end == NULL)
		return bl_batch__no_memory(reterr);
	for (uint32_t i = 0; i < op->plan->n_calls; i++) {
		w->calls[i].results = bl_new(op->kept, struct bl_value, n);
		if (w->calls[i].results == NULL)
			return bl_batch__no_memory(reterr);
	}
	while (!status && run->start < n) {
		int64_t number = bl_rows__at(&w->rows, run->ids[run->start], w->n_input)->i64;

		run->end = run->start + 1;
		while (run->end < n &&
		       bl_rows__at(&w->rows, run->ids[run->end], w->n_input)->i64 == number)
			run->end++;
		status = find_peers(run, reterr);
		for (uint32_t i = 0; !status && i < op->plan->n_calls; i++)
			status = bl_op_window__call(run, &w->calls[i], reterr);
		run->start = run->end;
	}
	return status;
}

static BL_STATUS
run_all(struct bl_exec_op *op, struct bl_err *reterr)
{
	struct window *w = op->state;
	struct bl_window_run run = {.exec = op->exec, .arena = op->kept, .rows = &w->rows};
	struct bl_batch in;
	bool end = false;
	enum bl_status status = BL_OK;

	while (!status && !end) {
		bl_arena_reset(op->batch);
		status = bl_op__next(op->input, &in, &end, reterr);
		if (!status)
			status = take(op, &in, reterr);
	}
	if (status)
		return status;
	run.order = (struct bl_order){.exec = op->exec,
	    .rows = &w->rows,
	    .first = w->n_input,
	    .keys = w->keys,
	    .n_keys = op->plan->n_keys + 1,
	    .line = op->plan->line,
	    .column = op->plan->column};
	status = bl_rows__ids(&w->rows, op->kept, &w->ids, reterr);
	if (!status)
		status = bl_order__sort(&run.order, w->ids, w->rows.n, op->kept, reterr);
	run.ids = w->ids;
	run.order.first++;
	run.order.keys++;
	run.order.n_keys--;
	if (!status)
		status = compute(op, &run, reterr);
	w->ready = !status;
	return status;
}

static BL_STATUS
window_next(struct bl_exec_op *op, struct bl_batch *ret_batch, bool *ret_end, struct bl_err *reterr)
{
	struct window *w = op->state;
	struct bl_vector *columns;
	uint64_t n;
	enum bl_status status = w->ready ? BL_OK : run_all(op, reterr);

	if (status)
		return status;
	columns = bl_new(op->batch, struct bl_vector, op->plan->n_slots);
	if (columns == NULL)
		return bl_batch__no_memory(reterr);
	n = w->rows.n - w->next;
	n = n > BL_BATCH_ROWS ? BL_BATCH_ROWS : n;
	status = bl_rows__gather(
	    &w->rows, 0, w->n_input, w->ids + w->next, (uint32_t)n, op->batch, columns, reterr);
	for (uint32_t i = 0; i < op->plan->n_calls; i++)
		columns[w->n_input + i] = (struct bl_vector){
		    .values = w->calls[i].results + w->next, .n_values = (uint32_t)n};
	w->next += n;
	*ret_batch =
	    (struct bl_batch){.n = (uint32_t)n, .columns = columns, .n_columns = op->plan->n_slots};
	*ret_end = w->next == w->rows.n;
	return status;
}

static void
window_close(struct bl_exec_op *op)
{
	struct window *w = op->state;

	bl_batch_expr__close_all(w->exprs, w->n_exprs);
}

const struct bl_op_class bl_op__window = {"OVER", window_open, window_next, window_close};
