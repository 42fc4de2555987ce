#ifndef BL_SQL_EXEC_H
#define BL_SQL_EXEC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "sql/batch.h"
#include "sql/plan.h"

struct bl_os;

/*
 * Runs a plan: each operator asks the one below for batches.  What is kept (groups, sorted rows,
 * join sides) counts against the memory budget; beyond it: BL_ELIMIT, naming the operator.
 */
struct bl_exec_options {
	size_t memory;		       /* Bytes for everything that is kept; 0: 1 GiB. */
	int64_t timeout_ns;	       /* 0: none.  BL_ELIMIT "ran longer than ..." */
	const volatile bool *cancel;   /* NULL: never; BL_ELIMIT "was cancelled" */
	const struct bl_value *params; /* As given to bind. */
	struct bl_os *os;	       /* Its clock; NULL: the real one. */
	bool timing;		       /* Count nanoseconds an operator (EXPLAIN ANALYZE). */
};

struct bl_exec;

/* bl_exec_open(bound, options, &exec, reterr): ${bound} outlives it. */
BL_STATUS bl_exec_open(const struct bl_bound_query *bound, const struct bl_exec_options *options,
    struct bl_exec **ret_exec, struct bl_err *reterr);
/* bl_exec_next(exec, &batch, &end, reterr): the batch holds until the next call. */
BL_STATUS bl_exec_next(
    struct bl_exec *exec, struct bl_batch *ret_batch, bool *ret_end, struct bl_err *reterr);
/* bl_exec_stats(exec): [n_plans] by bl_plan.id, so far. */
const struct bl_plan_stats *bl_exec_stats(const struct bl_exec *exec);
void bl_exec_close(struct bl_exec **exec);

#endif
