#ifndef BL_QUERY_EVAL_H
#define BL_QUERY_EVAL_H

#include "query/node.h"

/* One evaluation under way.  Private to this folder. */
struct bl_eval {
	const struct bl_expr *expr;
	const struct bl_expr_scope *scope;
	struct bl_arena *arena;
	uint64_t steps_left;
	struct bl_str *missing; /* [n_reads] if not NULL: paths that were NULL, each once. */
	size_t n_missing;
	struct bl_value vars[BL_NODE_MAX_VARS];
};

/* bl_eval_node: any value; a JSON value stays JSON. */
BL_STATUS bl_eval_node(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr);

/* bl_eval_as(ev, node, letter, &value): evaluate, and require what a function's argument letter
 * says (functions.h); NULL passes. */
BL_STATUS bl_eval_as(struct bl_eval *ev, const struct bl_node *node, char letter,
    struct bl_value *ret_value, struct bl_err *reterr);

/* bl_eval_compare(at, a, b, &order): plain values, not NULL; unlike types are an error at
 * ${at}, whose first two children are what is compared. */
BL_STATUS bl_eval_compare(const struct bl_node *at, const struct bl_value *a,
    const struct bl_value *b, int *ret_order, struct bl_err *reterr);

/* bl_eval_equal(ev, at, a, b, &boolean): values that are not NULL, JSON scalars as plain values. */
BL_STATUS bl_eval_equal(struct bl_eval *ev, const struct bl_node *at, const struct bl_value *a,
    const struct bl_value *b, struct bl_value *ret_value, struct bl_err *reterr);

/* bl_eval_widen(at, type, &value): a bigint where a double, a date where a timestamp is the common
 * type; a NULL gets the type's kind. */
BL_STATUS bl_eval_widen(const struct bl_node *at, struct bl_datatype type, struct bl_value *value,
    struct bl_err *reterr);

/* bl_eval_map_get(ev, at, map, key, &value): NULL when the key is not there. */
BL_STATUS bl_eval_map_get(struct bl_eval *ev, const struct bl_node *at, const struct bl_value *map,
    const struct bl_value *key, struct bl_value *ret_value, struct bl_err *reterr);

/* bl_eval_add_months(&value, months): of a date or timestamp; false when it leaves the calendar. */
bool bl_eval_add_months(struct bl_value *value, int64_t months);

/* One kind of node each: eval_predicate.c, eval_arith.c, eval_path.c. */
#define BL_EVAL_NODE(name)                                                                         \
	BL_STATUS name(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value, \
	    struct bl_err *reterr)
BL_EVAL_NODE(bl_eval__logic);
BL_EVAL_NODE(bl_eval__compare);
BL_EVAL_NODE(bl_eval__distinct);
BL_EVAL_NODE(bl_eval__in);
BL_EVAL_NODE(bl_eval__between);
BL_EVAL_NODE(bl_eval__like);
BL_EVAL_NODE(bl_eval__case);
BL_EVAL_NODE(bl_eval__arith);
BL_EVAL_NODE(bl_eval__minus);
BL_EVAL_NODE(bl_eval__list);
BL_EVAL_NODE(bl_eval__path);

/* bl_eval_cast(ev, node, value, &out): CAST to node->type. */
BL_STATUS bl_eval_cast(struct bl_eval *ev, const struct bl_node *node, const struct bl_value *value,
    struct bl_value *ret_value, struct bl_err *reterr);

/* bl_eval_text(ev, value, &text): a scalar as CAST to varchar writes it. */
BL_STATUS bl_eval_text(struct bl_eval *ev, const struct bl_value *value, struct bl_str *ret_text,
    struct bl_err *reterr);

/* bl_eval_to_json(ev, at, type, value, &json): NULL is JSON null.  ${type} names the fields of
 * rows; NULL: not known. */
BL_STATUS bl_eval_to_json(struct bl_eval *ev, const struct bl_node *at,
    const struct bl_datatype *type, const struct bl_value *value, const struct bl_json **ret_json,
    struct bl_err *reterr);

/* bl_eval_spend(ev, node, steps): work beyond the step that every node costs. */
BL_STATUS bl_eval_spend(
    struct bl_eval *ev, const struct bl_node *node, uint64_t steps, struct bl_err *reterr);

/* bl_eval_fail(node, value, fmt...): "PATH is a JSON string, " and the rest, at the node. */
BL_STATUS bl_eval_fail(const struct bl_node *node, const struct bl_value *value,
    struct bl_err *reterr, const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* bl_eval_no_memory(reterr) */
BL_STATUS bl_eval_no_memory(struct bl_err *reterr);

struct bl_wildcards {
	int any, one, escape; /* Bytes; escape -1: none. */
};

/* bl_eval_like(ev, at, text, pattern, wildcards, &found, reterr): the whole text. */
BL_STATUS bl_eval_like(struct bl_eval *ev, const struct bl_node *at, struct bl_str text,
    struct bl_str pattern, const struct bl_wildcards *wildcards, bool *ret_found,
    struct bl_err *reterr);

#endif
