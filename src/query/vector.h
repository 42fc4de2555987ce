#ifndef BL_QUERY_VECTOR_H
#define BL_QUERY_VECTOR_H

#include <stdint.h>

#include "base/status.h"
#include "query/expr.h"

struct bl_arena;
struct bl_columns;

/*
 * An expression over all versions of a resource type at once, on derived columns: equal rows are
 * evaluated once, arrays by their element tables.  The result is that of bl_expr_eval on each item
 * (tests: random expressions both ways); where columns cannot tell, the item is read.
 */

/* What an expression says of each version: a number of values[], or an error's. */
#define BL_CODED_ERROR UINT32_C(0x80000000)
#define BL_CODED_UNASKED UINT32_MAX
struct bl_coded {
	uint32_t n;		       /* Versions of the type. */
	const uint32_t *code;	       /* [n] < n_values; ERROR | k, k < n_errors; UNASKED */
	const struct bl_value *values; /* [n_values]; NULLs may be among them */
	uint32_t n_values;
	const struct bl_err *errors; /* [n_errors], as bl_expr_eval gives them */
	uint32_t n_errors;
};

struct bl_vector_ask {
	struct bl_columns *columns;
	uint32_t type_no;
	const uint8_t *wanted;	       /* [versions] 0: not asked; NULL: all are */
	const struct bl_value *params; /* As bl_expr_scope.params. */
	uint64_t budget_steps;	       /* Of each evaluation, as bl_expr_scope. */
	/* Asked every few thousand evaluations; not OK ends the work with that status.  NULL: never
	 * ends early. */
	enum bl_status (*go_on)(void *ctx, struct bl_err *reterr);
	void *ctx;
};

/* bl_vector_eval(expr, ask, arena, &coded, reterr): errors of single versions are in the result,
 * not returned; returned is what ends everything (BL_ENOMEM, BL_EIO, what go_on says). */
BL_STATUS bl_vector_eval(const struct bl_expr *expr, const struct bl_vector_ask *ask,
    struct bl_arena *arena, struct bl_coded *ret_coded, struct bl_err *reterr);

#endif
