#ifndef BL_QUERY_EVAL_H
#define BL_QUERY_EVAL_H

#include "query/ast.h"

/* One evaluation under way.  Private to this folder. */
struct bl_eval {
	const struct bl_expr *expr;
	const struct bl_expr_scope *scope;
	struct bl_arena *arena;
	uint64_t steps_left;
	struct bl_str *missing; /* [n_reads] if not NULL: paths that were NULL, each once. */
	size_t n_missing;
	struct bl_value vars[BL_AST_MAX_VARS];
};

/* bl_eval__node: any value; a JSON value stays JSON. */
BL_STATUS bl_eval__node(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr);

/* bl_eval__as(ev, node, letter, &value): evaluate, and require what a function's argument letter
 * says (functions.h); NULL passes. */
BL_STATUS bl_eval__as(struct bl_eval *ev, const struct bl_node *node, char letter,
    struct bl_value *ret_value, struct bl_err *reterr);

/* bl_eval__compare(at, a, b, &order): plain values, not NULL; unlike types are an error at
 * ${at}, whose first two children are what is compared. */
BL_STATUS bl_eval__compare(const struct bl_node *at, const struct bl_value *a,
    const struct bl_value *b, int *ret_order, struct bl_err *reterr);

/* bl_eval__cast(ev, node, value, &out): CAST to node->type. */
BL_STATUS bl_eval__cast(struct bl_eval *ev, const struct bl_node *node,
    const struct bl_value *value, struct bl_value *ret_value, struct bl_err *reterr);

/* bl_eval__spend(ev, node, steps): work beyond the step that every node costs. */
BL_STATUS bl_eval__spend(
    struct bl_eval *ev, const struct bl_node *node, uint64_t steps, struct bl_err *reterr);

/* bl_eval__fail(node, value, fmt...): "PATH is a JSON string, " and the rest, at the node. */
BL_STATUS bl_eval__fail(const struct bl_node *node, const struct bl_value *value,
    struct bl_err *reterr, const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* bl_eval__no_memory(reterr) */
BL_STATUS bl_eval__no_memory(struct bl_err *reterr);

struct bl_wildcards {
	int any, one, escape; /* Bytes; escape -1: none. */
};

/* bl_eval__like(ev, at, text, pattern, wildcards, &found, reterr): the whole text. */
BL_STATUS bl_eval__like(struct bl_eval *ev, const struct bl_node *at, struct bl_str text,
    struct bl_str pattern, const struct bl_wildcards *wildcards, bool *ret_found,
    struct bl_err *reterr);

#endif
