/* Expressions as trees: copies with parts replaced, equality, types, constants. */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "sql/bind_priv.h"
#include "sql/list.h"

static BL_STATUS
map_keys(struct bl_binder *b, const struct bl_sort_key *keys, uint32_t n, bl_tree_fn *fn, void *ctx,
    struct bl_sort_key **ret)
{
	enum bl_status status = BL_OK;
	struct bl_sort_key *copy = bl_new(b->arena, struct bl_sort_key, n);

	if (copy == NULL)
		return bl_bind__no_memory(b);
	for (uint32_t i = 0; !status && i < n; i++) {
		copy[i] = keys[i];
		status = bl_tree__map(b, keys[i].node, fn, ctx, &copy[i].node);
	}
	*ret = copy;
	return status;
}

static BL_STATUS
map_list(struct bl_binder *b, struct bl_node *const *list, uint32_t n, bl_tree_fn *fn, void *ctx,
    struct bl_node ***ret)
{
	enum bl_status status = BL_OK;
	struct bl_node **copy = bl_new(b->arena, struct bl_node *, n);

	if (copy == NULL)
		return bl_bind__no_memory(b);
	for (uint32_t i = 0; !status && i < n; i++)
		status = bl_tree__map(b, list[i], fn, ctx, &copy[i]);
	*ret = copy;
	return status;
}

static BL_STATUS
map_window(struct bl_binder *b, const struct bl_window *window, bl_tree_fn *fn, void *ctx,
    struct bl_window **ret)
{
	struct bl_window *copy = bl_new(b->arena, struct bl_window, 1);
	enum bl_status status;

	if (copy == NULL)
		return bl_bind__no_memory(b);
	*copy = *window;
	status = map_list(b, window->partition, window->n_partition, fn, ctx, &copy->partition);
	if (!status)
		status = map_keys(b, window->order, window->n_order, fn, ctx, &copy->order);
	if (!status && window->from_offset != NULL)
		status = bl_tree__map(b, window->from_offset, fn, ctx, &copy->from_offset);
	if (!status && window->to_offset != NULL)
		status = bl_tree__map(b, window->to_offset, fn, ctx, &copy->to_offset);
	*ret = copy;
	return status;
}

static BL_STATUS
map_extra(struct bl_binder *b, const struct bl_call_extra *extra, bl_tree_fn *fn, void *ctx,
    struct bl_call_extra **ret)
{
	struct bl_call_extra *copy = bl_new(b->arena, struct bl_call_extra, 1);
	enum bl_status status = BL_OK;

	if (copy == NULL)
		return bl_bind__no_memory(b);
	*copy = *extra;
	if (extra->filter != NULL)
		status = bl_tree__map(b, extra->filter, fn, ctx, &copy->filter);
	if (!status)
		status = map_keys(b, extra->order, extra->n_order, fn, ctx, &copy->order);
	if (!status && extra->window != NULL)
		status = map_window(b, extra->window, fn, ctx, &copy->window);
	*ret = copy;
	return status;
}

BL_STATUS
bl_tree__map(struct bl_binder *b, const struct bl_node *node, bl_tree_fn *fn, void *ctx,
    struct bl_node **ret)
{
	struct bl_node *copy = NULL;
	enum bl_status status = fn(b, ctx, node, &copy);

	if (status)
		return status;
	if (copy != NULL) {
		*ret = copy;
		return BL_OK;
	}
	copy = bl_new(b->arena, struct bl_node, 1);
	if (copy == NULL)
		return bl_bind__no_memory(b);
	*copy = *node;
	copy->depth = 1;
	status = map_list(b, node->kids, node->n_kids, fn, ctx, &copy->kids);
	for (uint32_t i = 0; !status && i < copy->n_kids; i++)
		if (copy->depth <= copy->kids[i]->depth)
			copy->depth = copy->kids[i]->depth + 1;
	if (!status && node->extra != NULL)
		status = map_extra(b, node->extra, fn, ctx, &copy->extra);
	*ret = copy;
	return status;
}

static bool
equal_values(const struct bl_value *a, const struct bl_value *b)
{
	int order;

	if (a->kind != b->kind || a->null != b->null)
		return false;
	if (a->null)
		return true;
	/* 1.0 and 1.00 are equal, but not the same text. */
	if (a->kind == BL_TYPE_VARCHAR || a->kind == BL_TYPE_DOUBLE)
		return a->dbl == b->dbl && bl_str_eq(a->str, b->str);
	return bl_value_compare(a, b, &order) && order == 0;
}

static bool
equal_lists(struct bl_node *const *a, struct bl_node *const *b, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (!bl_tree__equal(a[i], b[i]))
			return false;
	return true;
}

static bool
equal_keys(const struct bl_sort_key *a, const struct bl_sort_key *b, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (a[i].descending != b[i].descending || a[i].nulls_first != b[i].nulls_first ||
		    !bl_tree__equal(a[i].node, b[i].node))
			return false;
	return true;
}

static bool
equal_maybe(const struct bl_node *a, const struct bl_node *b)
{
	return a == NULL || b == NULL ? a == b : bl_tree__equal(a, b);
}

static bool
equal_windows(const struct bl_window *a, const struct bl_window *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return a->n_partition == b->n_partition && a->n_order == b->n_order && a->rows == b->rows &&
	       a->has_frame == b->has_frame && a->from == b->from && a->to == b->to &&
	       equal_lists(a->partition, b->partition, a->n_partition) &&
	       equal_keys(a->order, b->order, a->n_order) &&
	       equal_maybe(a->from_offset, b->from_offset) &&
	       equal_maybe(a->to_offset, b->to_offset);
}

static bool
equal_extras(const struct bl_call_extra *a, const struct bl_call_extra *b)
{
	static const struct bl_call_extra none = {0};

	a = a == NULL ? &none : a;
	b = b == NULL ? &none : b;
	return a->star == b->star && a->distinct == b->distinct &&
	       a->ignore_nulls == b->ignore_nulls && a->n_order == b->n_order &&
	       equal_maybe(a->filter, b->filter) && equal_keys(a->order, b->order, a->n_order) &&
	       equal_windows(a->window, b->window);
}

bool
bl_tree__equal(const struct bl_node *a, const struct bl_node *b)
{
	if (a->kind != b->kind || a->op != b->op || a->negated != b->negated ||
	    a->n_kids != b->n_kids || a->has_operand != b->has_operand ||
	    a->has_else != b->has_else)
		return false;
	switch ((int)a->kind) {
	case BL_NODE_LITERAL:
		if (!equal_values(&a->value, &b->value))
			return false;
		break;
	case BL_NODE_SLOT:
		if (a->slot != b->slot)
			return false;
		break;
	case BL_NODE_CAST:
		if (!bl_type_equal(a->type, b->type))
			return false;
		break;
	case BL_NODE_SUBQUERY: return false;
	case BL_NODE_CALL:
		if (!bl_str_eq_ci(a->text, b->text) || !equal_extras(a->extra, b->extra))
			return false;
		break;
	case BL_NODE_NAME:
	case BL_NODE_VAR:
	case BL_NODE_COLUMN:
	case BL_NODE_PARAM:
		if (!bl_str_eq_ci(a->text, b->text))
			return false;
		break;
	case BL_NODE_MEMBER: /* Of JSON: by case. */
		if (!bl_str_eq(a->text, b->text))
			return false;
		break;
	case BL_NODE_LAMBDA:
		if (a->n_vars != b->n_vars)
			return false;
		for (uint32_t i = 0; i < a->n_vars; i++)
			if (!bl_str_eq_ci(a->vars[i], b->vars[i]))
				return false;
		break;
	default: break;
	}
	return equal_lists(a->kids, b->kids, a->n_kids);
}

bool
bl_tree__ids(const struct bl_node *node, bool (*fn)(void *ctx, uint32_t id), void *ctx)
{
	const struct bl_call_extra *x = node->extra;

	if (node->kind == BL_NODE_SLOT && !fn(ctx, node->slot))
		return false;
	for (uint32_t i = 0; i < node->n_kids; i++)
		if (!bl_tree__ids(node->kids[i], fn, ctx))
			return false;
	if (x == NULL)
		return true;
	if (x->filter != NULL && !bl_tree__ids(x->filter, fn, ctx))
		return false;
	for (uint32_t i = 0; i < x->n_order; i++)
		if (!bl_tree__ids(x->order[i].node, fn, ctx))
			return false;
	for (uint32_t i = 0; x->window != NULL && i < x->window->n_partition; i++)
		if (!bl_tree__ids(x->window->partition[i], fn, ctx))
			return false;
	for (uint32_t i = 0; x->window != NULL && i < x->window->n_order; i++)
		if (!bl_tree__ids(x->window->order[i].node, fn, ctx))
			return false;
	return true;
}

uint32_t
bl_tree__size(const struct bl_node *node, uint32_t enough)
{
	uint32_t n = 1;

	for (uint32_t i = 0; i < node->n_kids && n < enough; i++)
		n += bl_tree__size(node->kids[i], enough - n);
	return n;
}

static BL_STATUS
make(struct bl_binder *b, enum bl_node_kind kind, uint32_t line, uint32_t column,
    struct bl_node *const *kids, uint32_t n, struct bl_node **ret)
{
	struct bl_node *node = bl_new(b->arena, struct bl_node, 1);
	struct bl_node **copy = bl_new(b->arena, struct bl_node *, n);

	if (node == NULL || copy == NULL)
		return bl_bind__no_memory(b);
	*node = (struct bl_node){
	    .kind = kind, .line = line, .column = column, .depth = 1, .kids = copy, .n_kids = n};
	for (uint32_t i = 0; i < n; i++) {
		copy[i] = kids[i];
		if (node->depth <= kids[i]->depth)
			node->depth = kids[i]->depth + 1;
	}
	*ret = node;
	return BL_OK;
}

BL_STATUS
bl_tree__slot(
    struct bl_binder *b, uint32_t id, uint32_t line, uint32_t column, struct bl_node **ret)
{
	enum bl_status status = make(b, BL_NODE_SLOT, line, column, NULL, 0, ret);

	if (status)
		return status;
	(*ret)->slot = id;
	(*ret)->type = b->ids[id].type;
	return BL_OK;
}

BL_STATUS
bl_tree__call(struct bl_binder *b, const struct bl_node *at, const char *name,
    struct bl_node *const *args, uint32_t n, struct bl_node **ret)
{
	enum bl_status status = make(b, BL_NODE_CALL, at->line, at->column, args, n, ret);

	if (!status)
		(*ret)->text = bl_str_of(name);
	return status;
}

BL_STATUS
bl_tree__bigint(struct bl_binder *b, const struct bl_node *at, int64_t value, struct bl_node **ret)
{
	enum bl_status status = make(b, BL_NODE_LITERAL, at->line, at->column, NULL, 0, ret);

	if (!status)
		(*ret)->value = bl_value_bigint(value);
	return status;
}

BL_STATUS
bl_tree__cast(
    struct bl_binder *b, struct bl_node *node, struct bl_datatype type, struct bl_node **ret)
{
	enum bl_status status = make(b, BL_NODE_CAST, node->line, node->column, &node, 1, ret);

	if (!status)
		(*ret)->type = type;
	return status;
}

BL_STATUS
bl_tree__and(struct bl_binder *b, struct bl_node *const *nodes, uint32_t n, struct bl_node **ret)
{
	assert(n > 0);
	*ret = nodes[0];
	return n == 1 ? BL_OK
		      : make(b, BL_NODE_AND, nodes[0]->line, nodes[0]->column, nodes, n, ret);
}

BL_STATUS
bl_tree__check(struct bl_binder *b, struct bl_node *node, enum bl_type_kind wanted)
{
	struct bl_expr *expr;

	return bl_expr_of_tree(node, false, NULL, 0, wanted, b->arena, &expr, b->reterr);
}

static bool
never(void *ctx, uint32_t id)
{
	(void)ctx;
	(void)id;
	return false;
}

bool
bl_tree__is_constant(const struct bl_node *node)
{
	return bl_tree__ids(node, never, NULL);
}

static enum bl_status
map_nothing(struct bl_binder *b, void *ctx, const struct bl_node *node, struct bl_node **ret)
{
	(void)b;
	(void)ctx;
	(void)node;
	(void)ret;
	return BL_OK;
}

BL_STATUS
bl_tree__constant(
    struct bl_binder *b, const struct bl_node *node, enum bl_type_kind wanted, struct bl_value *ret)
{
	struct bl_expr_scope scope = {0};
	struct bl_node *copy;
	struct bl_expr *expr;
	enum bl_status status = bl_tree__map(b, node, map_nothing, NULL, &copy);

	if (!status)
		status = bl_expr_of_tree(copy, false, NULL, 0, wanted, b->arena, &expr, b->reterr);
	return status ? status : bl_expr_eval(expr, &scope, b->arena, ret, b->reterr);
}

BL_STATUS
bl_tree__conjuncts(struct bl_binder *b, struct bl_node *node, struct bl_node ***list, uint32_t *n)
{
	enum bl_status status = BL_OK;

	if (node->kind == BL_NODE_AND) {
		for (uint32_t i = 0; !status && i < node->n_kids; i++)
			status = bl_tree__conjuncts(b, node->kids[i], list, n);
		return status;
	}
	if (!BL_LIST_ROOM(b->arena, list, *n))
		return bl_bind__no_memory(b);
	(*list)[(*n)++] = node;
	return BL_OK;
}

bool
bl_tree__unify(struct bl_datatype a, struct bl_datatype b, struct bl_datatype *ret)
{
	*ret = a;
	if (bl_type_equal(a, b) || b.kind == BL_TYPE_UNKNOWN)
		return true;
	*ret = b;
	if (a.kind == BL_TYPE_UNKNOWN)
		return true;
	if ((a.kind == BL_TYPE_BIGINT && b.kind == BL_TYPE_DOUBLE) ||
	    (a.kind == BL_TYPE_DATE && b.kind == BL_TYPE_TIMESTAMP))
		return true;
	*ret = a;
	if ((a.kind == BL_TYPE_DOUBLE && b.kind == BL_TYPE_BIGINT) ||
	    (a.kind == BL_TYPE_TIMESTAMP && b.kind == BL_TYPE_DATE))
		return true;
	if (a.kind == BL_TYPE_ARRAY && b.kind == BL_TYPE_ARRAY) {
		if (b.element->kind == BL_TYPE_UNKNOWN)
			return true;
		*ret = b;
		return a.element->kind == BL_TYPE_UNKNOWN;
	}
	return false;
}
