#ifndef BL_SQL_WINDOW_PRIV_H
#define BL_SQL_WINDOW_PRIV_H

#include "sql/agg_priv.h"

/*
 * What the operator WINDOW (op_window.c) and its functions (op_window_fn.c) share.
 */

/* One call, and which columns of the kept rows hold what it reads. */
struct bl_window_call {
	const struct bl_plan_call *call;
	uint32_t first_arg, filter, from_offset, to_offset; /* UINT32_MAX: none */
	struct bl_agg agg;				    /* class NULL: a window function */
	struct bl_value *results;			    /* [rows] in the order of ids */
};

/* The rows, sorted by partition and keys; [start, end) is the partition at hand. */
struct bl_window_run {
	struct bl_exec *exec;
	struct bl_arena *arena;
	const struct bl_rows *rows;
	const uint64_t *ids;
	uint64_t start, end;
	uint64_t *peers_start, *peers_end; /* [rows] */
	struct bl_order order;		   /* By the keys alone. */
};

/* bl_op_window__call(w, call, reterr): its results of the partition. */
BL_STATUS bl_op_window__call(
    struct bl_window_run *w, struct bl_window_call *call, struct bl_err *reterr);

/* bl_op_window__frame(w, call, row, &from, &to, reterr): rows [from, to) of the frame. */
BL_STATUS bl_op_window__frame(const struct bl_window_run *w, const struct bl_window_call *call,
    uint64_t row, uint64_t *ret_from, uint64_t *ret_to, struct bl_err *reterr);

#endif
