/*
 * ORDER BY.  With a limit only the best rows are kept: when there are twice as many as are
 * wanted (and a batch), they are sorted and the worse half is forgotten; what is not better than
 * the last of the better half is not even taken.
 */
#include <string.h>

#include "sql/exec_priv.h"

BL_STATUS
bl_order__values(const struct bl_order *order, const struct bl_plan_key *key,
    const struct bl_value *a, const struct bl_value *b, int *ret_order, struct bl_err *reterr)
{
	int c = 0;

	*ret_order = 0;
	if (a == b || (a->null && b->null))
		return BL_OK;
	if (a->null || b->null) {
		*ret_order = a->null == key->nulls_first ? -1 : 1;
		return BL_OK;
	}
	if (!bl_batch__order(a, b, &c))
		return bl_fail_pos(reterr, BL_EINPUT, order->line, order->column,
		    "%s and %s have no order", bl_value_what(a), bl_value_what(b));
	*ret_order = key->descending ? -c : c;
	return BL_OK;
}

BL_STATUS
bl_order__compare(
    const struct bl_order *order, uint64_t a, uint64_t b, int *ret_order, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	*ret_order = 0;
	for (uint32_t i = 0; !status && *ret_order == 0 && i < order->n_keys; i++)
		status = bl_order__values(order, &order->keys[i],
		    bl_rows__at(order->rows, a, order->first + i),
		    bl_rows__at(order->rows, b, order->first + i), ret_order, reterr);
	return status;
}

/* Two sorted runs [from, mid), [mid, to) of ${in} become one of ${out}. */
static BL_STATUS
merge(const struct bl_order *order, const uint64_t *in, uint64_t from, uint64_t mid, uint64_t to,
    uint64_t *out, struct bl_err *reterr)
{
	uint64_t a = from, b = mid;
	enum bl_status status = BL_OK;
	int c = 0;

	for (uint64_t i = from; !status && i < to; i++) {
		if (a < mid && b < to)
			status = bl_order__compare(order, in[a], in[b], &c, reterr);
		if (status)
			return status;
		out[i] = a < mid && (b >= to || c <= 0) ? in[a++] : in[b++];
	}
	return bl_exec__work(order->exec, to - from, reterr);
}

BL_STATUS
bl_order__sort(const struct bl_order *order, uint64_t *ids, uint64_t n, struct bl_arena *arena,
    struct bl_err *reterr)
{
	uint64_t *room = bl_new(arena, uint64_t, n), *from = ids, *to = room, *swap;
	enum bl_status status = BL_OK;

	if (room == NULL)
		return bl_batch__no_memory(reterr);
	for (uint64_t width = 1; !status && width < n; width *= 2) {
		for (uint64_t at = 0; !status && at < n; at += 2 * width) {
			uint64_t mid = at + width < n ? at + width : n;
			uint64_t end = at + 2 * width < n ? at + 2 * width : n;

			status = merge(order, from, at, mid, end, to, reterr);
		}
		swap = from;
		from = to;
		to = swap;
	}
	if (!status && from != ids)
		memcpy(ids, from, n * sizeof(*ids));
	return status;
}

struct sort {
	struct bl_batch_expr *keys;
	struct bl_arena *arena; /* Of rows; a new one when rows are forgotten. */
	struct bl_rows rows;	/* The input's columns, then the keys. */
	struct bl_order order;
	struct bl_vector *columns; /* [input + keys] */
	uint32_t n_input;
	uint64_t wanted; /* offset + limit; UINT64_MAX: all */
	bool has_worst;	 /* The row after which nothing is taken. */
	uint64_t worst;
	bool ready;
	uint64_t *ids, next, n;
};

/* Keys are already evaluated when rows come out of the sort: the plan's own list, by number. */
static BL_STATUS
sort_open(struct bl_exec_op *op, struct bl_err *reterr)
{
	struct sort *s = bl_new(op->kept, struct sort, 1);
	const struct bl_plan *plan = op->plan;
	const struct bl_expr **exprs = bl_new(op->kept, const struct bl_expr *, plan->n_keys);
	enum bl_status status;

	if (s == NULL || exprs == NULL)
		return bl_batch__no_memory(reterr);
	op->state = s;
	for (uint32_t i = 0; i < plan->n_keys; i++)
		exprs[i] = plan->keys[i].expr;
	status = bl_batch_expr__open_all(exprs, plan->n_keys, op, &s->keys, reterr);
	if (status)
		return status;
	s->n_input = plan->input->n_slots;
	s->columns = bl_new(op->kept, struct bl_vector, s->n_input + plan->n_keys);
	s->arena = bl_arena_new_of(&op->exec->pool);
	if (s->columns == NULL || s->arena == NULL)
		return bl_batch__no_memory(reterr);
	s->wanted = UINT64_MAX;
	if (plan->limit != UINT64_MAX && plan->limit < UINT64_MAX - plan->offset)
		s->wanted = plan->offset + plan->limit;
	s->order = (struct bl_order){.exec = op->exec,
	    .rows = &s->rows,
	    .first = s->n_input,
	    .keys = plan->keys,
	    .n_keys = plan->n_keys,
	    .line = plan->line,
	    .column = plan->column};
	return bl_rows__init(
	    &s->rows, s->arena, &op->exec->dictionaries, s->n_input + plan->n_keys, reterr);
}

/* Rows that are not better than the worst that is wanted are left out. */
static BL_STATUS
leave_out(struct bl_exec_op *op, struct bl_batch *all, struct bl_err *reterr)
{
	struct sort *s = op->state;
	uint32_t *rows = bl_new(op->batch, uint32_t, all->n), n = 0;

	if (rows == NULL)
		return bl_batch__no_memory(reterr);
	for (uint32_t r = 0; r < all->n; r++) {
		int c = 0;

		for (uint32_t i = 0; c == 0 && i < op->plan->n_keys; i++) {
			enum bl_status status = bl_order__values(&s->order, &op->plan->keys[i],
			    bl_vector_at(&all->columns[s->n_input + i], r),
			    bl_rows__at(&s->rows, s->worst, s->n_input + i), &c, reterr);

			if (status)
				return status;
		}
		rows[n] = r;
		n += c < 0 ? 1 : 0;
	}
	return bl_batch__gather(all, rows, n, op->batch, all, reterr);
}

static BL_STATUS
sort_all(struct bl_exec_op *op, struct bl_err *reterr)
{
	struct sort *s = op->state;
	enum bl_status status = bl_rows__ids(&s->rows, s->arena, &s->ids, reterr);

	s->n = s->rows.n;
	return status ? status : bl_order__sort(&s->order, s->ids, s->n, s->arena, reterr);
}

/* Only the best rows go on, into a new arena. */
static BL_STATUS
forget_worse(struct bl_exec_op *op, struct bl_err *reterr)
{
	struct sort *s = op->state;
	uint32_t width = s->n_input + op->plan->n_keys;
	struct bl_arena *arena = bl_arena_new_of(&op->exec->pool);
	struct bl_rows rows;
	enum bl_status status;

	if (arena == NULL)
		return bl_batch__no_memory(reterr);
	status = sort_all(op, reterr);
	if (!status)
		status = bl_rows__init(&rows, arena, &op->exec->dictionaries, width, reterr);
	for (uint64_t at = 0; !status && at < s->wanted; at += BL_BATCH_ROWS) {
		uint64_t n = s->wanted - at < BL_BATCH_ROWS ? s->wanted - at : BL_BATCH_ROWS;
		struct bl_arena_mark mark = bl_arena_mark(op->batch);

		status = bl_rows__gather(
		    &s->rows, 0, width, s->ids + at, (uint32_t)n, op->batch, s->columns, reterr);
		if (!status)
			status = bl_rows__add(&rows, s->columns, (uint32_t)n, reterr);
		bl_arena_rewind(op->batch, mark);
	}
	if (status) {
		bl_arena_free(&arena);
		return status;
	}
	bl_arena_free(&s->arena);
	s->arena = arena;
	s->rows = rows;
	s->has_worst = true;
	s->worst = (rows.n_blocks - 1) * BL_BATCH_ROWS + rows.blocks[rows.n_blocks - 1].n - 1;
	return BL_OK;
}

static BL_STATUS
take(struct bl_exec_op *op, const struct bl_batch *in, struct bl_err *reterr)
{
	struct sort *s = op->state;
	struct bl_batch all = {.n = in->n, .columns = s->columns};
	enum bl_status status = BL_OK;

	if (in->n == 0)
		return BL_OK;
	all.n_columns = s->n_input + op->plan->n_keys;
	if (s->n_input > 0)
		memcpy(s->columns, in->columns, s->n_input * sizeof(*s->columns));
	for (uint32_t i = 0; !status && i < op->plan->n_keys; i++)
		status = bl_batch_expr__eval(
		    &s->keys[i], in, op->batch, &s->columns[s->n_input + i], reterr);
	if (!status && s->has_worst)
		status = leave_out(op, &all, reterr);
	if (!status)
		status = bl_rows__add(&s->rows, all.columns, all.n, reterr);
	if (!status && s->wanted > 0 && s->wanted < UINT64_MAX / 4 &&
	    s->rows.n > 2 * s->wanted + 2 * BL_BATCH_ROWS)
		status = forget_worse(op, reterr);
	return status;
}

static BL_STATUS
sort_next(struct bl_exec_op *op, struct bl_batch *ret_batch, bool *ret_end, struct bl_err *reterr)
{
	struct sort *s = op->state;
	struct bl_vector *columns;
	struct bl_batch in;
	bool end = s->ready;
	enum bl_status status = BL_OK;
	uint64_t n;

	while (!status && !end) {
		bl_arena_reset(op->batch);
		status = bl_op__next(op->input, &in, &end, reterr);
		if (!status)
			status = take(op, &in, reterr);
	}
	if (!status && !s->ready) {
		status = sort_all(op, reterr);
		s->ready = true;
		s->next = op->plan->offset < s->n ? op->plan->offset : s->n;
		s->n = s->wanted < s->n ? s->wanted : s->n;
	}
	if (status)
		return status;
	columns = bl_new(op->batch, struct bl_vector, s->n_input);
	if (columns == NULL)
		return bl_batch__no_memory(reterr);
	n = s->n - s->next < BL_BATCH_ROWS ? s->n - s->next : BL_BATCH_ROWS;
	status = bl_rows__gather(
	    &s->rows, 0, s->n_input, s->ids + s->next, (uint32_t)n, op->batch, columns, reterr);
	s->next += n;
	*ret_batch =
	    (struct bl_batch){.n = (uint32_t)n, .columns = columns, .n_columns = s->n_input};
	*ret_end = s->next == s->n;
	return status;
}

static void
sort_close(struct bl_exec_op *op)
{
	struct sort *s = op->state;

	bl_batch_expr__close_all(s->keys, op->plan->n_keys);
	bl_arena_free(&s->arena);
}

const struct bl_op_class bl_op__sort = {"ORDER BY", sort_open, sort_next, sort_close};
