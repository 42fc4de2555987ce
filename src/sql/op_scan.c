/*
 * SCAN: asks the source.
 *
 * Numbers of dictionaries are the source's own; two scans may use the same ones.  Each column gets
 * numbers of the run for them.
 */
#include <assert.h>

#include "sql/exec_priv.h"

struct numbers {
	uint64_t theirs, ours;
};

struct scan {
	struct bl_scan_want want;
	struct bl_scan *scan;
	struct numbers *numbers; /* [n_outputs] */
};

static enum bl_status
go_on(void *ctx, struct bl_err *reterr)
{
	struct bl_exec_op *op = ctx;

	return bl_exec__work(op->exec, BL_BATCH_ROWS, reterr);
}

static BL_STATUS
scan_open(struct bl_exec_op *op, struct bl_err *reterr)
{
	struct scan *s = bl_new(op->kept, struct scan, 1);

	if (s == NULL)
		return bl_batch__no_memory(reterr);
	op->state = s;
	s->want = op->plan->want;
	s->want.go_on = go_on;
	s->want.ctx = op;
	s->numbers = bl_new(op->kept, struct numbers, s->want.n_outputs);
	if (s->numbers == NULL)
		return bl_batch__no_memory(reterr);
	return op->plan->source->class->open(
	    op->plan->source, &s->want, op->kept, &s->scan, reterr);
}

static void
take_stats(struct bl_exec_op *op)
{
	struct scan *s = op->state;

	if (s->scan != NULL && op->plan->source->class->stats != NULL)
		op->plan->source->class->stats(s->scan, &op->exec->stats[op->plan->id].scan);
}

static BL_STATUS
scan_next(struct bl_exec_op *op, struct bl_batch *ret_batch, bool *ret_end, struct bl_err *reterr)
{
	struct scan *s = op->state;
	struct bl_vector *columns = bl_new(op->batch, struct bl_vector, s->want.n_outputs);
	struct bl_batch in = {0};
	enum bl_status status;

	if (columns == NULL)
		return bl_batch__no_memory(reterr);
	status = op->plan->source->class->next(s->scan, op->batch, &in, ret_end, reterr);
	take_stats(op);
	if (status || in.n == 0)
		return status;
	assert(in.n_columns == s->want.n_outputs);
	for (uint32_t i = 0; i < in.n_columns; i++) {
		struct numbers *number = &s->numbers[i];

		columns[i] = in.columns[i];
		if (columns[i].codes == NULL || columns[i].dictionary == 0)
			continue;
		if (number->theirs != columns[i].dictionary) {
			number->theirs = columns[i].dictionary;
			number->ours = ++op->exec->dictionaries;
		}
		columns[i].dictionary = number->ours;
	}
	*ret_batch = (struct bl_batch){.n = in.n, .columns = columns, .n_columns = in.n_columns};
	return BL_OK;
}

static void
scan_close(struct bl_exec_op *op)
{
	struct scan *s = op->state;

	take_stats(op);
	if (s->scan != NULL)
		op->plan->source->class->close(&s->scan);
}

const struct bl_op_class bl_op__scan = {"the scan", scan_open, scan_next, scan_close};
