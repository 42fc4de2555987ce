#ifndef BL_QUERY_CHECK_H
#define BL_QUERY_CHECK_H

#include "query/functions.h"
#include "query/node.h"

/* What the files of the checker share: check.c (nodes), check_call.c (functions), check_type.c
 * (types alone). */
struct bl_checker {
	struct bl_expr *expr;
	struct bl_arena *arena;
	struct bl_err *reterr;
	struct bl_str var_names[BL_NODE_MAX_VARS];
	struct bl_datatype var_types[BL_NODE_MAX_VARS];
	uint32_t scope[BL_NODE_MAX_VARS]; /* Slots of the lambdas around, innermost last. */
	uint32_t n_scope;
};

/* bl_check__node: types the node and all below it. */
BL_STATUS bl_check__node(struct bl_checker *c, struct bl_node *node);
BL_STATUS bl_check__call(struct bl_checker *c, struct bl_node *call);
BL_STATUS bl_check__arith(struct bl_checker *c, struct bl_node *node);

BL_STATUS bl_check__fail(struct bl_checker *c, const struct bl_node *at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* bl_check__keep: a type that outlives the check. */
BL_STATUS bl_check__keep(
    struct bl_checker *c, struct bl_datatype type, const struct bl_datatype **ret);

/* bl_check__fits: does an argument letter (functions.h) take the type? */
bool bl_check__fits(struct bl_datatype t, char letter);
const char *bl_check__letter_name(char letter);
/* bl_check__element: of an array; JSON of what may be a JSON array. */
struct bl_datatype bl_check__element(struct bl_datatype array);

/* bl_check__require(c, kid, letter, what): ${what} is who asks: "AND", "LIKE". */
BL_STATUS bl_check__require(
    struct bl_checker *c, const struct bl_node *kid, char letter, const char *what);
BL_STATUS bl_check__comparable(struct bl_checker *c, const struct bl_node *at,
    const struct bl_node *a, const struct bl_node *b);
/* bl_check__common: the common type of the kids from, from + step, ... as the node's. */
BL_STATUS bl_check__common(
    struct bl_checker *c, struct bl_node *node, uint32_t from, uint32_t step);

#endif
