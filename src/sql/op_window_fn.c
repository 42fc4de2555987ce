/*
 * Window functions, a partition at a time.
 *
 * An aggregate's state goes on while the frame's beginning stays and its end moves on; else it is
 * made anew from the frame's rows.
 */
#include <string.h>

#include "sql/window_priv.h"

static const struct bl_value *
arg_at(const struct bl_window_run *w, const struct bl_window_call *c, uint64_t row, uint32_t arg)
{
	return bl_rows__at(w->rows, w->ids[row], c->first_arg + arg);
}

static bool
passes(const struct bl_window_run *w, const struct bl_window_call *c, uint64_t row)
{
	struct bl_value v;

	if (c->filter == UINT32_MAX)
		return true;
	v = bl_value_plain(*bl_rows__at(w->rows, w->ids[row], c->filter));
	return !v.null && v.boolean;
}

static BL_STATUS
add_rows(struct bl_window_run *w, struct bl_window_call *c, void *state, uint64_t from, uint64_t to,
    struct bl_err *reterr)
{
	const struct bl_value *args[32];
	enum bl_status status = BL_OK;

	for (uint64_t r = from; !status && r < to; r++) {
		if (!passes(w, c, r))
			continue;
		for (uint32_t k = 0; k < c->call->n_args && k < 32; k++)
			args[k] = arg_at(w, c, r, k);
		status = bl_agg__add(&c->agg, state, args, reterr);
		if (!status)
			status = bl_exec__work(w->exec, 1, reterr);
	}
	return status;
}

static BL_STATUS
aggregate(struct bl_window_run *w, struct bl_window_call *c, struct bl_err *reterr)
{
	size_t bytes = c->agg.class->state_bytes;
	void *state = bl_arena_alloc(w->arena, bytes, 16, 1);
	uint64_t from = 0, to = 0, at_from = 0, at_to = 0;
	bool any = false;
	enum bl_status status = BL_OK;

	if (state == NULL)
		return bl_batch__no_memory(reterr);
	if (c->call->n_args > 32)
		return bl_fail_pos(reterr, BL_ELIMIT, c->call->line, c->call->column,
		    "an aggregate has 32 arguments at most");
	for (uint64_t r = w->start; !status && r < w->end; r++) {
		status = bl_op_window__frame(w, c, r, &from, &to, reterr);
		if (status)
			return status;
		if (any && from == at_from && to == at_to) {
			c->results[r] = c->results[r - 1];
			continue;
		}
		if (!any || from != at_from || to < at_to) {
			memset(state, 0, bytes);
			at_to = from;
		}
		status = add_rows(w, c, state, at_to, to, reterr);
		any = true;
		at_from = from;
		at_to = to;
		if (!status)
			status =
			    c->agg.class->end(&c->agg, state, w->arena, &c->results[r], reterr);
	}
	return status;
}

/* Numbers that follow from a row's place alone. */
static struct bl_value
rank_of(const struct bl_window_run *w, enum bl_aggregate fn, uint64_t row, uint64_t dense)
{
	double n = (double)(w->end - w->start);
	struct bl_value d = {.kind = BL_TYPE_DOUBLE};

	if (fn == BL_AGG_ROW_NUMBER)
		return bl_value_bigint((int64_t)(row - w->start + 1));
	if (fn == BL_AGG_RANK)
		return bl_value_bigint((int64_t)(w->peers_start[row] - w->start + 1));
	if (fn == BL_AGG_DENSE_RANK)
		return bl_value_bigint((int64_t)dense);
	if (fn == BL_AGG_PERCENT_RANK)
		d.dbl = n <= 1 ? 0 : (double)(w->peers_start[row] - w->start) / (n - 1);
	else
		d.dbl = (double)(w->peers_end[row] - w->start) / n;
	return d;
}

static BL_STATUS
ranks(struct bl_window_run *w, struct bl_window_call *c, struct bl_err *reterr)
{
	uint64_t dense = 0;

	for (uint64_t r = w->start; r < w->end; r++) {
		dense += w->peers_start[r] == r ? 1 : 0;
		c->results[r] = rank_of(w, c->call->fn, r, dense);
	}
	return bl_exec__work(w->exec, w->end - w->start, reterr);
}

static BL_STATUS
whole_number(const struct bl_window_run *w, const struct bl_window_call *c, uint64_t row,
    uint32_t arg, int64_t least, int64_t *ret, struct bl_err *reterr)
{
	struct bl_value v = bl_value_plain(*arg_at(w, c, row, arg));

	if (v.null || v.kind != BL_TYPE_BIGINT || v.i64 < least)
		return bl_fail_pos(reterr, BL_EINPUT, c->call->line, c->call->column,
		    "this function wants a whole number from %lld on", (long long)least);
	*ret = v.i64;
	return BL_OK;
}

static BL_STATUS
ntile(struct bl_window_run *w, struct bl_window_call *c, struct bl_err *reterr)
{
	uint64_t n = w->end - w->start;
	enum bl_status status = BL_OK;
	int64_t k = 1;

	for (uint64_t r = w->start; !status && r < w->end; r++) {
		uint64_t i = r - w->start, tiles, size, larger;

		status = whole_number(w, c, r, 0, 1, &k, reterr);
		tiles = (uint64_t)k;
		size = n / tiles;
		larger = n % tiles; /* So many first tiles have a row more. */
		c->results[r] = bl_value_bigint(
		    (int64_t)(i < larger * (size + 1)
				  ? i / (size + 1)
				  : larger + (i - larger * (size + 1)) / (size == 0 ? 1 : size)) +
		    1);
	}
	return status;
}

/* LAG, LEAD: the row so many before or behind within the partition. */
static BL_STATUS
shifted(struct bl_window_run *w, struct bl_window_call *c, struct bl_err *reterr)
{
	bool lag = c->call->fn == BL_AGG_LAG;
	enum bl_status status = BL_OK;

	for (uint64_t r = w->start; !status && r < w->end; r++) {
		int64_t left = 1;
		uint64_t at = r;

		if (c->call->n_args > 1)
			status = whole_number(w, c, r, 1, 0, &left, reterr);
		c->results[r] =
		    c->call->n_args > 2 ? *arg_at(w, c, r, 2) : bl_value_null(c->call->type.kind);
		if (!c->call->ignore_nulls) {
			uint64_t room = lag ? r - w->start : w->end - 1 - r;

			if ((uint64_t)left > room)
				continue;
			at = lag ? r - (uint64_t)left : r + (uint64_t)left;
			c->results[r] = *arg_at(w, c, at, 0);
			continue;
		}
		while (!status && left > 0 && (lag ? at > w->start : at + 1 < w->end)) {
			at = lag ? at - 1 : at + 1;
			left -= arg_at(w, c, at, 0)->null ? 0 : 1;
			status = bl_exec__work(w->exec, 1, reterr);
		}
		if (left == 0)
			c->results[r] = *arg_at(w, c, at, 0);
	}
	return status ? status : bl_exec__work(w->exec, w->end - w->start, reterr);
}

/* FIRST_VALUE, LAST_VALUE, NTH_VALUE: of the frame. */
static BL_STATUS
picked(struct bl_window_run *w, struct bl_window_call *c, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;
	uint64_t from = 0, to = 0;

	for (uint64_t r = w->start; !status && r < w->end; r++) {
		int64_t left = 1;
		bool last = c->call->fn == BL_AGG_LAST_VALUE;

		status = bl_op_window__frame(w, c, r, &from, &to, reterr);
		if (!status && c->call->fn == BL_AGG_NTH_VALUE)
			status = whole_number(w, c, r, 1, 1, &left, reterr);
		c->results[r] = bl_value_null(c->call->type.kind);
		if (status)
			return status;
		if (!c->call->ignore_nulls) {
			if ((uint64_t)left <= to - from)
				c->results[r] =
				    *arg_at(w, c, last ? to - 1 : from + (uint64_t)left - 1, 0);
			continue;
		}
		for (uint64_t i = 0; !status && left > 0 && i < to - from; i++) {
			const struct bl_value *v = arg_at(w, c, last ? to - 1 - i : from + i, 0);

			left -= v->null ? 0 : 1;
			if (left == 0)
				c->results[r] = *v;
			status = bl_exec__work(w->exec, 1, reterr);
		}
	}
	return status ? status : bl_exec__work(w->exec, w->end - w->start, reterr);
}

BL_STATUS
bl_op_window__call(struct bl_window_run *w, struct bl_window_call *c, struct bl_err *reterr)
{
	if (c->agg.class != NULL)
		return aggregate(w, c, reterr);
	if (c->call->fn == BL_AGG_NTILE)
		return ntile(w, c, reterr);
	if (c->call->fn == BL_AGG_LAG || c->call->fn == BL_AGG_LEAD)
		return shifted(w, c, reterr);
	if (c->call->fn == BL_AGG_FIRST_VALUE || c->call->fn == BL_AGG_LAST_VALUE ||
	    c->call->fn == BL_AGG_NTH_VALUE)
		return picked(w, c, reterr);
	return ranks(w, c, reterr);
}
