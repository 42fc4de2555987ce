/* Queries: WITH, VALUES, set operations, ORDER BY and LIMIT behind them. */
#include <assert.h>

#include "base/arena.h"
#include "sql/bind_priv.h"
#include "sql/list.h"

struct bound {
	struct bl_rel *rel;
	struct bl_name *names;
	uint32_t n;
};

static BL_STATUS bind_body(struct bl_binder *b, const struct bl_body *body,
    const struct bl_query *order, const struct bl_scope *outer, struct bound *ret);

static BL_STATUS
constant_count(struct bl_binder *b, const struct bl_node *node, const char *what, uint64_t *ret)
{
	struct bl_scope nothing = {0};
	struct bl_node *copy = NULL;
	struct bl_value value = {0};
	enum bl_status status;

	if (node == NULL)
		return BL_OK;
	status = bl_scope__resolve(b, &nothing, node, &copy);
	if (!status && !bl_tree__is_constant(copy))
		return bl_bind__fail(b, node->line, node->column, "%s wants a number", what);
	if (!status)
		status = bl_tree__constant(b, copy, BL_TYPE_BIGINT, &value);
	if (status)
		return status;
	if (value.null || value.i64 < 0)
		return bl_bind__fail(
		    b, node->line, node->column, "%s wants a number that is not negative", what);
	*ret = (uint64_t)value.i64;
	return BL_OK;
}

BL_STATUS
bl_bind__limit(struct bl_binder *b, const struct bl_query *query, struct bl_rel **rel)
{
	uint64_t offset = 0, limit = UINT64_MAX;
	const struct bl_node *at = query->limit != NULL ? query->limit : query->offset;
	struct bl_rel *top = *rel;
	enum bl_status status = constant_count(b, query->offset, "OFFSET", &offset);

	if (!status)
		status = constant_count(b, query->limit, "LIMIT", &limit);
	if (status || at == NULL)
		return status;
	if (top->kind != BL_PLAN_SORT || top->limit != UINT64_MAX || top->offset != 0)
		status = bl_rel__new(b, BL_PLAN_LIMIT, top, at->line, at->column, &top);
	if (status)
		return status;
	top->offset = offset;
	top->limit = limit;
	*rel = top;
	return BL_OK;
}

/* Gives a column of the query another type, where a set operation wants it. */
static BL_STATUS
coerce(struct bl_binder *b, struct bound *q, const struct bl_datatype *types)
{
	struct bl_rel *project = NULL;
	bool same = true;
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; i < q->n; i++)
		same = same && (bl_type_equal(b->ids[q->rel->out[i]].type, types[i]) ||
				   b->ids[q->rel->out[i]].type.kind == BL_TYPE_UNKNOWN);
	if (same)
		return BL_OK;
	status = bl_rel__new(b, BL_PLAN_PROJECT, q->rel, q->rel->line, q->rel->column, &project);
	for (uint32_t i = 0; !status && i < q->n; i++) {
		uint32_t id = q->rel->out[i];
		struct bl_datatype has = b->ids[id].type;
		struct bl_node *node = NULL;

		status = bl_tree__slot(b, id, q->rel->line, q->rel->column, &node);
		if (!status && !bl_type_equal(has, types[i]) && has.kind != BL_TYPE_UNKNOWN) {
			status = bl_tree__cast(b, node, types[i], &node);
			if (!status)
				status = bl_rel__id(b, types[i], &id);
		}
		if (!status)
			status = bl_rel__node(b, project, node);
		if (!status)
			status = bl_rel__out(b, project, id);
	}
	if (!status)
		q->rel = project;
	return status;
}

static BL_STATUS
unify_sides(struct bl_binder *b, const struct bl_body *body, struct bound *left,
    struct bound *right, struct bl_datatype **ret)
{
	struct bl_datatype *types = bl_new(b->arena, struct bl_datatype, left->n);
	char one[BL_TYPE_TEXT], other[BL_TYPE_TEXT];
	enum bl_status status;

	if (types == NULL)
		return bl_bind__no_memory(b);
	if (left->n != right->n)
		return bl_bind__fail(b, body->line, body->column,
		    "the sides have %u and %u columns", (unsigned)left->n, (unsigned)right->n);
	for (uint32_t i = 0; i < left->n; i++) {
		struct bl_datatype l = b->ids[left->rel->out[i]].type;
		struct bl_datatype r = b->ids[right->rel->out[i]].type;

		if (!bl_tree__unify(l, r, &types[i]))
			return bl_bind__fail(b, body->line, body->column,
			    "column %u is %s on the left side and %s on the right", (unsigned)i + 1,
			    bl_value_type_name(l, one), bl_value_type_name(r, other));
	}
	status = coerce(b, left, types);
	if (!status)
		status = coerce(b, right, types);
	*ret = types;
	return status;
}

/* A UNION ALL of a UNION ALL is one of all their parts. */
static BL_STATUS
add_part(struct bl_binder *b, struct bl_rel *rel, struct bl_rel *part)
{
	enum bl_status status = BL_OK;

	if (rel->kind == BL_PLAN_UNION && part->kind == BL_PLAN_UNION && rel->all) {
		for (uint32_t i = 0; !status && i < part->n_parts; i++)
			status = add_part(b, rel, part->parts[i]);
		return status;
	}
	if (!BL_LIST_ROOM(b->arena, &rel->parts, rel->n_parts))
		return bl_bind__no_memory(b);
	rel->parts[rel->n_parts++] = part;
	return BL_OK;
}

static BL_STATUS
bind_set(struct bl_binder *b, const struct bl_body *body, const struct bl_scope *outer,
    struct bound *ret)
{
	enum bl_plan_kind kind = body->kind == BL_BODY_UNION	   ? BL_PLAN_UNION
				 : body->kind == BL_BODY_INTERSECT ? BL_PLAN_INTERSECT
								   : BL_PLAN_EXCEPT;
	struct bound left = {0}, right = {0};
	struct bl_datatype *types = NULL;
	struct bl_rel *rel = NULL;
	enum bl_status status = bind_body(b, body->left, NULL, outer, &left);

	if (!status)
		status = bind_body(b, body->right, NULL, outer, &right);
	if (!status)
		status = unify_sides(b, body, &left, &right, &types);
	if (!status)
		status = bl_rel__new(b, kind, NULL, body->line, body->column, &rel);
	if (status)
		return status;
	rel->all = kind == BL_PLAN_UNION || body->all;
	status = add_part(b, rel, left.rel);
	if (!status)
		status = add_part(b, rel, right.rel);
	ret->names = bl_new(b->arena, struct bl_name, left.n);
	if (ret->names == NULL)
		return bl_bind__no_memory(b);
	ret->n = left.n;
	for (uint32_t i = 0; !status && i < left.n; i++) {
		uint32_t id = 0;

		status = bl_rel__id(b, types[i], &id);
		if (!status)
			status = bl_rel__out(b, rel, id);
		ret->names[i] = left.names[i];
		if (!status)
			status =
			    bl_tree__slot(b, id, body->line, body->column, &ret->names[i].node);
	}
	if (!status && kind == BL_PLAN_UNION && !body->all)
		status = bl_rel__distinct(b, &rel);
	ret->rel = rel;
	return status;
}

static BL_STATUS
bind_values_row(struct bl_binder *b, const struct bl_scope *outer, const struct bl_node *row,
    struct bl_rel *rel, uint32_t width)
{
	bool many = row->kind == BL_NODE_ROW;
	struct bl_scope nothing = {.outer = outer};
	enum bl_status status = BL_OK;

	if ((many ? row->n_kids : 1) != width)
		return bl_bind__fail(b, row->line, row->column,
		    "this row of VALUES has %u columns, the first has %u",
		    (unsigned)(many ? row->n_kids : 1), (unsigned)width);
	for (uint32_t i = 0; !status && i < width; i++) {
		const struct bl_node *at = many ? row->kids[i] : row;
		struct bl_node *node = NULL;

		status = bl_scope__resolve(b, &nothing, at, &node);
		if (!status && !bl_tree__is_constant(node))
			return bl_bind__refuse(b, at->line, at->column,
			    "VALUES with sub-queries or outer columns is not supported");
		if (!status)
			status = bl_tree__check(b, node, BL_TYPE_UNKNOWN);
		if (!status)
			status = bl_rel__node(b, rel, node);
	}
	return status;
}

static BL_STATUS
bind_values(struct bl_binder *b, const struct bl_body *body, const struct bl_scope *outer,
    struct bound *ret)
{
	const struct bl_node *first = body->rows[0];
	uint32_t width = first->kind == BL_NODE_ROW ? first->n_kids : 1;
	struct bl_rel *rel = NULL;
	char one[BL_TYPE_TEXT], other[BL_TYPE_TEXT];
	enum bl_status status =
	    bl_rel__new(b, BL_PLAN_VALUES, NULL, body->line, body->column, &rel);

	for (uint32_t i = 0; !status && i < body->n_rows; i++)
		status = bind_values_row(b, outer, body->rows[i], rel, width);
	if (status)
		return status;
	rel->n_rows = body->n_rows;
	ret->names = bl_new(b->arena, struct bl_name, width);
	if (ret->names == NULL)
		return bl_bind__no_memory(b);
	for (uint32_t c = 0; !status && c < width; c++) {
		struct bl_datatype type = rel->nodes[c]->type;
		uint32_t id = 0;

		for (uint32_t r = 1; r < body->n_rows; r++) {
			struct bl_node *node = rel->nodes[r * width + c];

			if (!bl_tree__unify(type, node->type, &type))
				return bl_bind__fail(b, node->line, node->column,
				    "a %s here and a %s before have no common type",
				    bl_value_type_name(node->type, one),
				    bl_value_type_name(type, other));
		}
		for (uint32_t r = 0; !status && r < body->n_rows; r++) {
			struct bl_node **node = &rel->nodes[r * width + c];

			if (!bl_type_equal((*node)->type, type) &&
			    (*node)->type.kind != BL_TYPE_UNKNOWN)
				status = bl_tree__cast(b, *node, type, node);
		}
		if (!status)
			status = bl_rel__id(b, type, &id);
		if (!status)
			status = bl_rel__out(b, rel, id);
		if (!status)
			status = bl_str_printf(
			    b->arena, &ret->names[c].name, b->reterr, "_col%u", (unsigned)c);
		if (!status)
			status =
			    bl_tree__slot(b, id, body->line, body->column, &ret->names[c].node);
	}
	ret->n = width;
	ret->rel = rel;
	return status;
}

static BL_STATUS
bind_body(struct bl_binder *b, const struct bl_body *body, const struct bl_query *order,
    const struct bl_scope *outer, struct bound *ret)
{
	enum bl_status status = bl_bind__deeper(b, body->line, body->column);

	if (status)
		return status;
	switch (body->kind) {
	case BL_BODY_SELECT:
		status =
		    bl_bind__select(b, body->select, order, outer, &ret->rel, &ret->names, &ret->n);
		break;
	case BL_BODY_VALUES: status = bind_values(b, body, outer, ret); break;
	case BL_BODY_QUERY:
		status = bl_bind__query(b, body->query, outer, &ret->rel, &ret->names, &ret->n);
		break;
	case BL_BODY_UNION:
	case BL_BODY_INTERSECT:
	case BL_BODY_EXCEPT: status = bind_set(b, body, outer, ret); break;
	}
	b->depth--;
	return status;
}

/* ORDER BY over the columns that come out: of VALUES and set operations. */
static BL_STATUS
order_outputs(struct bl_binder *b, const struct bl_query *query, struct bound *q)
{
	struct bl_scope scope = {.names = q->names, .n_names = q->n};
	struct bl_rel *sort = NULL;
	enum bl_status status =
	    bl_rel__new(b, BL_PLAN_SORT, q->rel, query->line, query->column, &sort);

	if (status)
		return status;
	sort->keys = bl_new(b->arena, struct bl_sort_key, query->n_order);
	if (sort->keys == NULL)
		return bl_bind__no_memory(b);
	sort->n_keys = query->n_order;
	for (uint32_t i = 0; !status && i < query->n_order; i++) {
		const struct bl_node *at = query->order[i].node;

		sort->keys[i] = query->order[i];
		if (at->kind == BL_NODE_LITERAL && at->value.kind == BL_TYPE_BIGINT) {
			if (at->value.i64 < 1 || at->value.i64 > (int64_t)q->n)
				return bl_bind__fail(b, at->line, at->column,
				    "ORDER BY %lld: there are %u columns", (long long)at->value.i64,
				    (unsigned)q->n);
			sort->keys[i].node = q->names[at->value.i64 - 1].node;
			continue;
		}
		status = bl_scope__resolve(b, &scope, at, &sort->keys[i].node);
		if (!status)
			status = bl_tree__check(b, sort->keys[i].node, BL_TYPE_UNKNOWN);
	}
	q->rel = sort;
	return status;
}

/* Each name of WITH sees those before it, and what is around. */
static BL_STATUS
bind_ctes(struct bl_binder *b, const struct bl_query *query)
{
	for (uint32_t i = 0; i < query->n_ctes; i++) {
		struct bl_env *env = bl_new(b->arena, struct bl_env, 1);

		if (env == NULL)
			return bl_bind__no_memory(b);
		for (uint32_t k = 0; k < i; k++)
			if (bl_str_eq_ci(query->ctes[k].name.text, query->ctes[i].name.text))
				return bl_bind__fail(b, query->ctes[i].name.line,
				    query->ctes[i].name.column, "WITH names %.*s twice",
				    BL_STR_ARG(query->ctes[i].name.text));
		*env = (struct bl_env){.cte = &query->ctes[i], .self = env, .outer = b->env};
		b->env = env;
	}
	return BL_OK;
}

/* A query of WITH that nobody reads must be right, too. */
static BL_STATUS
check_unread(struct bl_binder *b, const struct bl_query *query)
{
	const struct bl_env *around = b->env;
	enum bl_status status = BL_OK;
	uint32_t i = query->n_ctes;

	for (const struct bl_env *env = around; !status && i-- > 0; env = env->outer) {
		struct bound unused = {0};

		if (env->shared != NULL)
			continue;
		b->env = env->outer;
		status =
		    bl_bind__query(b, env->cte->query, NULL, &unused.rel, &unused.names, &unused.n);
	}
	b->env = around;
	return status;
}

BL_STATUS
bl_bind__query(struct bl_binder *b, const struct bl_query *query, const struct bl_scope *outer,
    struct bl_rel **ret, struct bl_name **ret_names, uint32_t *ret_n)
{
	const struct bl_env *around = b->env;
	struct bound q = {0};
	bool select = query->body->kind == BL_BODY_SELECT;
	enum bl_status status = bl_bind__deeper(b, query->line, query->column);

	if (!status)
		status = bind_ctes(b, query);
	if (!status)
		status = bind_body(b, query->body, query, outer, &q);
	if (!status && !select && query->n_order > 0)
		status = order_outputs(b, query, &q);
	if (!status && !select)
		status = bl_bind__limit(b, query, &q.rel);
	if (!status)
		status = check_unread(b, query);
	b->env = around;
	b->depth--;
	if (status)
		return status;
	*ret = q.rel;
	*ret_names = q.names;
	*ret_n = q.n;
	return BL_OK;
}
