/*
 * Frames: which rows of the partition a row's function sees.
 *
 * RANGE with an offset goes by the one key's value; rows are sorted by it, so the bounds are found
 * by halving.  Long double holds every bigint exactly.
 */
#include "sql/window_priv.h"

#define NS_A_DAY (86400.0L * 1e9L)

static BL_STATUS
fail_offset(const struct bl_window_call *c, struct bl_err *reterr)
{
	return bl_fail_pos(reterr, BL_EINPUT, c->call->line, c->call->column,
	    "the offset of a frame must not be NULL or negative");
}

static BL_STATUS
rows_offset(const struct bl_window_run *w, const struct bl_window_call *c, uint64_t row,
    uint32_t column, uint64_t *ret, struct bl_err *reterr)
{
	struct bl_value v = bl_value_plain(*bl_rows__at(w->rows, w->ids[row], column));

	if (v.null || v.kind != BL_TYPE_BIGINT || v.i64 < 0)
		return fail_offset(c, reterr);
	*ret = (uint64_t)v.i64;
	return BL_OK;
}

/* One bound of ROWS, as the place of a row, from start to end; ${after}: what is behind it. */
static BL_STATUS
rows_bound(const struct bl_window_run *w, const struct bl_window_call *c, uint64_t row,
    enum bl_frame_bound bound, uint32_t column, bool after, uint64_t *ret, struct bl_err *reterr)
{
	uint64_t n = 0, plus = after ? 1 : 0;
	enum bl_status status = BL_OK;

	if (bound == BL_FRAME_PRECEDING || bound == BL_FRAME_FOLLOWING)
		status = rows_offset(w, c, row, column, &n, reterr);
	switch (bound) {
	case BL_FRAME_UNBOUNDED_PRECEDING: *ret = w->start; break;
	case BL_FRAME_PRECEDING:
		*ret = row - w->start + plus < n ? w->start : row + plus - n;
		break;
	case BL_FRAME_CURRENT: *ret = row + plus; break;
	case BL_FRAME_FOLLOWING:
		*ret = w->end - row < n + plus || n == UINT64_MAX ? w->end : row + n + plus;
		break;
	case BL_FRAME_UNBOUNDED_FOLLOWING: *ret = w->end; break;
	}
	return status;
}

/* A key or an offset as a number; false: it is none. */
static bool
as_number(const struct bl_value *given, bool days, long double *ret)
{
	struct bl_value v = bl_value_plain(*given);

	*ret = v.kind == BL_TYPE_DOUBLE ? (long double)v.dbl : (long double)v.i64;
	if (v.kind == BL_TYPE_SPAN && days)
		*ret /= NS_A_DAY;
	return v.kind == BL_TYPE_DOUBLE || v.kind == BL_TYPE_BIGINT || v.kind == BL_TYPE_DATE ||
	       v.kind == BL_TYPE_TIMESTAMP || v.kind == BL_TYPE_SPAN;
}

/* The first place whose key is not before ${bound}, or (${after}) is behind it. */
static uint64_t
search(const struct bl_window_run *w, uint64_t from, uint64_t to, long double bound, bool after)
{
	int sign = w->order.keys[0].descending ? -1 : 1;

	while (from < to) {
		uint64_t mid = from + (to - from) / 2;
		const struct bl_value *key = bl_rows__at(w->rows, w->ids[mid], w->order.first);
		long double k = 0;

		(void)as_number(key, false, &k);
		k *= sign;
		if (after ? k <= bound : k < bound)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

static BL_STATUS
range_bound(const struct bl_window_run *w, const struct bl_window_call *c, uint64_t row,
    enum bl_frame_bound bound, uint32_t column, bool after, uint64_t *ret, struct bl_err *reterr)
{
	const struct bl_value *key, *offset;
	uint64_t from = w->start, to = w->end;
	long double k = 0, o = 0;

	*ret = after ? w->peers_end[row] : w->peers_start[row];
	if (bound == BL_FRAME_UNBOUNDED_PRECEDING)
		*ret = w->start;
	if (bound == BL_FRAME_UNBOUNDED_FOLLOWING)
		*ret = w->end;
	if (bound != BL_FRAME_PRECEDING && bound != BL_FRAME_FOLLOWING)
		return BL_OK;
	if (w->order.n_keys != 1)
		return bl_fail_pos(reterr, BL_EINPUT, c->call->line, c->call->column,
		    "a RANGE with an offset wants one ORDER BY key");
	key = bl_rows__at(w->rows, w->ids[row], w->order.first);
	offset = bl_rows__at(w->rows, w->ids[row], column);
	if (key->null)
		return BL_OK; /* NULLs are each other's peers. */
	if (offset->null || !as_number(offset, key->kind == BL_TYPE_DATE, &o) || o < 0)
		return fail_offset(c, reterr);
	if (!as_number(key, false, &k))
		return bl_fail_pos(reterr, BL_EUNSUPPORTED, c->call->line, c->call->column,
		    "a RANGE with an offset over %s", bl_value_what(key));
	k *= w->order.keys[0].descending ? -1 : 1;
	k += bound == BL_FRAME_PRECEDING ? -o : o;
	while (from < to && bl_rows__at(w->rows, w->ids[from], w->order.first)->null)
		from++;
	while (from < to && bl_rows__at(w->rows, w->ids[to - 1], w->order.first)->null)
		to--;
	*ret = search(w, from, to, k, after);
	return BL_OK;
}

BL_STATUS
bl_op_window__frame(const struct bl_window_run *w, const struct bl_window_call *c, uint64_t row,
    uint64_t *ret_from, uint64_t *ret_to, struct bl_err *reterr)
{
	const struct bl_plan_call *call = c->call;
	enum bl_status status;

	if (!call->has_frame) {
		*ret_from = w->start;
		*ret_to = w->order.n_keys > 0 ? w->peers_end[row] : w->end;
		return BL_OK;
	}
	if (call->rows) {
		status = rows_bound(w, c, row, call->from, c->from_offset, false, ret_from, reterr);
		if (!status)
			status =
			    rows_bound(w, c, row, call->to, c->to_offset, true, ret_to, reterr);
	} else {
		status =
		    range_bound(w, c, row, call->from, c->from_offset, false, ret_from, reterr);
		if (!status)
			status =
			    range_bound(w, c, row, call->to, c->to_offset, true, ret_to, reterr);
	}
	if (!status && *ret_from > *ret_to)
		*ret_from = *ret_to;
	return status;
}
