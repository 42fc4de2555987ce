/*
 * SHARED: a part that several read.  Its first reader runs it to its end and keeps the rows; each
 * reader goes through them by itself.  With one reader nothing is kept.
 */
#include "sql/exec_priv.h"

struct shared {
	struct bl_exec_op *first; /* The reader that keeps the rows; this one or another. */
	struct bl_rows rows;	  /* Of the first. */
	bool ready;
	uint64_t next; /* Block. */
};

static BL_STATUS
shared_open(struct bl_exec_op *op, struct bl_err *reterr)
{
	struct shared *s = bl_new(op->kept, struct shared, 1);
	struct bl_exec_op **known = &op->exec->shared[op->plan->id];

	if (s == NULL)
		return bl_batch__no_memory(reterr);
	op->state = s;
	s->first = *known;
	if (s->first != NULL)
		return BL_OK;
	s->first = op;
	*known = op;
	if (bl_rows__init(&s->rows, op->kept, &op->exec->dictionaries, op->plan->n_slots, reterr))
		return BL_ENOMEM;
	return bl_op__make(op->exec, op->plan->input, &op->input, reterr);
}

static BL_STATUS
run(struct bl_exec_op *op, struct bl_err *reterr)
{
	struct shared *s = op->state;
	struct bl_batch in;
	bool end = false;
	enum bl_status status = BL_OK;

	while (!status && !end) {
		status = bl_op__next(op->input, &in, &end, reterr);
		if (!status)
			status = bl_rows__add(&s->rows, in.columns, in.n, reterr);
	}
	s->ready = !status;
	return status;
}

static BL_STATUS
shared_next(struct bl_exec_op *op, struct bl_batch *ret_batch, bool *ret_end, struct bl_err *reterr)
{
	struct shared *s = op->state, *first = s->first->state;
	const struct bl_rows_block *block;
	enum bl_status status;

	if (op->plan->n_readers == 1)
		return bl_op__next(op->input, ret_batch, ret_end, reterr);
	status = first->ready ? BL_OK : run(s->first, reterr);
	if (status)
		return status;
	if (s->next < first->rows.n_blocks) {
		block = &first->rows.blocks[s->next++];
		*ret_batch = (struct bl_batch){
		    .n = block->n, .columns = block->columns, .n_columns = op->plan->n_slots};
	}
	*ret_end = s->next == first->rows.n_blocks;
	return BL_OK;
}

const struct bl_op_class bl_op__shared = {"WITH", shared_open, shared_next, NULL};
