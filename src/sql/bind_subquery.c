/*
 * Sub-queries in expressions become joins: EXISTS and IN a MARK, a scalar one a SCALAR or LEFT
 * join. What a sub-query reads from outside of it are ids older than it is: conditions with such
 * ids are pulled up out of it and become the join's.  Where one stays behind (below an aggregate,
 * an outer join, a LIMIT), bind_lower.c finds no such column and refuses the statement.
 */
#include <assert.h>

#include "base/arena.h"
#include "sql/bind_priv.h"
#include "sql/list.h"

struct pulled {
	uint32_t first_id;
	struct bl_node **nodes;
	uint32_t n;
};

BL_STATUS
bl_subquery__add(struct bl_binder *b, const struct bl_scope *scope, const struct bl_node *node,
    struct bl_node *left, struct bl_node **ret)
{
	struct bl_pending *p = bl_new(b->arena, struct bl_pending, 1), **end = &b->pending;
	struct bl_datatype type = *bl_type_of(BL_TYPE_BOOLEAN);
	struct bl_node **kids = bl_new(b->arena, struct bl_node *, 1), *slot = NULL;
	bool in = node->subquery != BL_SUBQUERY_EXISTS;
	bool negated = node->negated;
	struct bl_name *names;
	uint32_t n = 0;
	enum bl_status status;

	if (p == NULL || kids == NULL)
		return bl_bind__no_memory(b);
	*p = (struct bl_pending){.node = node, .left = left, .first_id = b->n_ids};
	if ((node->subquery == BL_SUBQUERY_ANY && node->op != BL_OP_EQ) ||
	    (node->subquery == BL_SUBQUERY_ALL && node->op != BL_OP_NE))
		return bl_bind__refuse(b, node->line, node->column,
		    "comparisons with ANY and ALL are not supported but for = ANY and <> ALL");
	negated = negated || node->subquery == BL_SUBQUERY_ALL;
	status = bl_bind__query(b, node->query, scope, &p->rel, &names, &n);
	if (!status && in && n != 1)
		return bl_bind__fail(b, node->line, node->column,
		    "a sub-query here gives one column, not %u", (unsigned)n);
	if (!status && node->subquery == BL_SUBQUERY_SCALAR)
		type = b->ids[p->rel->out[0]].type;
	if (!status)
		status = bl_rel__id(b, type, &p->id);
	if (!status)
		status = bl_tree__slot(b, p->id, node->line, node->column, &slot);
	if (status)
		return status;
	while (*end != NULL)
		end = &(*end)->next;
	*end = p;
	*ret = slot;
	if (!negated)
		return BL_OK;
	*ret = bl_new(b->arena, struct bl_node, 1);
	if (*ret == NULL)
		return bl_bind__no_memory(b);
	kids[0] = slot;
	**ret = (struct bl_node){.kind = BL_NODE_NOT,
	    .line = node->line,
	    .column = node->column,
	    .depth = 2,
	    .kids = kids,
	    .n_kids = 1};
	return BL_OK;
}

static bool
is_inner(void *ctx, uint32_t id)
{
	return id >= *(const uint32_t *)ctx;
}

static bool
is_outer(void *ctx, uint32_t id)
{
	return id < *(const uint32_t *)ctx;
}

/* Takes the conditions with older ids out of a list. */
static BL_STATUS
pull_nodes(struct bl_binder *b, struct bl_rel *rel, struct pulled *pulled)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < rel->n_nodes; i++) {
		struct bl_node *node = rel->nodes[i];

		if (bl_tree__ids(node, is_inner, &pulled->first_id)) {
			rel->nodes[kept++] = node;
			continue;
		}
		if (!BL_LIST_ROOM(b->arena, &pulled->nodes, pulled->n))
			return bl_bind__no_memory(b);
		pulled->nodes[pulled->n++] = node;
	}
	rel->n_nodes = kept;
	return BL_OK;
}

static BL_STATUS
pull(struct bl_binder *b, struct bl_rel **at, struct pulled *pulled)
{
	struct bl_rel *rel = *at;
	enum bl_status status = BL_OK;

	switch ((int)rel->kind) {
	case BL_PLAN_FILTER:
		status = pull_nodes(b, rel, pulled);
		if (!status)
			status = pull(b, &rel->input, pulled);
		if (!status && rel->n_nodes == 0)
			*at = rel->input;
		return status;
	case BL_PLAN_JOIN:
		if (rel->join == BL_PLAN_INNER)
			status = pull_nodes(b, rel, pulled);
		if (!status && rel->join != BL_PLAN_RIGHT && rel->join != BL_PLAN_FULL)
			status = pull(b, &rel->input, pulled);
		if (!status && rel->join == BL_PLAN_INNER)
			status = pull(b, &rel->right, pulled);
		return status;
	case BL_PLAN_PROJECT: return pull(b, &rel->input, pulled);
	case BL_PLAN_UNNEST: return rel->outer ? BL_OK : pull(b, &rel->input, pulled);
	case BL_PLAN_SORT:
		return rel->limit != UINT64_MAX || rel->offset > 0 ? BL_OK
								   : pull(b, &rel->input, pulled);
	default: return BL_OK;
	}
}

/* What does not change whether there is a row at all. */
static struct bl_rel *
strip(struct bl_rel *rel)
{
	while (true) {
		bool sorted =
		    rel->kind == BL_PLAN_SORT && rel->limit == UINT64_MAX && rel->offset == 0;
		bool grouped =
		    rel->kind == BL_PLAN_AGGREGATE && rel->n_nodes > 0 && rel->n_sets == 0;

		if (!sorted && !grouped && rel->kind != BL_PLAN_PROJECT)
			return rel;
		rel = rel->input;
	}
}

static BL_STATUS
add_key(struct bl_binder *b, struct bl_rel *join, struct bl_node *left, struct bl_node *right)
{
	if (!BL_LIST_ROOM(b->arena, &join->left_keys, join->n_keys_joined) ||
	    !BL_LIST_ROOM(b->arena, &join->right_keys, join->n_keys_joined))
		return bl_bind__no_memory(b);
	join->left_keys[join->n_keys_joined] = left;
	join->right_keys[join->n_keys_joined++] = right;
	return BL_OK;
}

/* outer = inner: which side is which; false: the condition is not of this kind. */
static bool
as_equality(const struct bl_node *node, uint32_t *first_id, struct bl_node **ret_outer,
    struct bl_node **ret_inner)
{
	if (node->kind != BL_NODE_COMPARE || node->op != BL_OP_EQ)
		return false;
	for (uint32_t i = 0; i < 2; i++) {
		*ret_outer = node->kids[i];
		*ret_inner = node->kids[1 - i];
		if (bl_tree__ids(*ret_outer, is_outer, first_id) &&
		    bl_tree__ids(*ret_inner, is_inner, first_id) &&
		    !bl_tree__is_constant(*ret_inner))
			return true;
	}
	return false;
}

static BL_STATUS
add_conditions(struct bl_binder *b, struct bl_rel *join, struct pulled *pulled)
{
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; !status && i < pulled->n; i++) {
		struct bl_node *outer, *inner;

		if (as_equality(pulled->nodes[i], &pulled->first_id, &outer, &inner))
			status = add_key(b, join, outer, inner);
		else
			status = bl_rel__node(b, join, pulled->nodes[i]);
	}
	return status;
}

static BL_STATUS
new_join(struct bl_binder *b, const struct bl_pending *p, enum bl_plan_join kind,
    struct bl_rel *left, struct bl_rel *right, struct bl_rel **ret)
{
	enum bl_status status =
	    bl_rel__new(b, BL_PLAN_JOIN, left, p->node->line, p->node->column, ret);

	if (status)
		return status;
	(*ret)->right = right;
	(*ret)->join = kind;
	if (kind != BL_PLAN_MARK && kind != BL_PLAN_SCALAR)
		return BL_OK;
	(*ret)->made = p->id;
	return bl_rel__out(b, *ret, p->id);
}

static BL_STATUS
join_mark(struct bl_binder *b, struct bl_pending *p, struct bl_rel **rel)
{
	bool exists = p->node->subquery == BL_SUBQUERY_EXISTS;
	struct bl_rel *right = exists ? strip(p->rel) : p->rel, *join = NULL;
	struct pulled pulled = {.first_id = p->first_id};
	struct bl_node *value = NULL;
	enum bl_status status = pull(b, &right, &pulled);

	if (!status)
		status = new_join(b, p, BL_PLAN_MARK, *rel, right, &join);
	if (!status && !exists) {
		struct bl_node *pair[2] = {p->left, NULL}, *equal = NULL;

		if (pulled.n > 0 && !p->only_true)
			return bl_bind__refuse(b, p->node->line, p->node->column,
			    "IN with a sub-query that reads outer columns is supported only where "
			    "WHERE's AND joins it; write EXISTS");
		status = bl_tree__slot(b, p->rel->out[0], p->node->line, p->node->column, &value);
		pair[1] = value;
		if (!status)
			status = bl_tree__and(b, pair, 2, &equal);
		if (!status) {
			equal->kind = BL_NODE_COMPARE;
			equal->op = BL_OP_EQ;
			equal->line = p->node->line;
			equal->column = p->node->column;
			status = bl_tree__check(b, equal, BL_TYPE_BOOLEAN);
		}
		if (!status)
			status = add_key(b, join, p->left, value);
		join->null_aware = pulled.n == 0;
	}
	if (!status)
		status = add_conditions(b, join, &pulled);
	if (!status)
		*rel = join;
	return status;
}

struct counts {
	struct bl_rel *aggregate;
};

/* Where no row matches, a count is 0, not NULL. */
static enum bl_status
zero_counts(struct bl_binder *b, void *ctx, const struct bl_node *node, struct bl_node **ret)
{
	const struct counts *c = ctx;
	struct bl_node *pair[2];
	enum bl_status status;

	if (node->kind != BL_NODE_SLOT)
		return BL_OK;
	for (uint32_t i = 0; i < c->aggregate->n_calls; i++) {
		enum bl_aggregate fn = c->aggregate->calls[i].fn;

		if (c->aggregate->calls[i].id != node->slot ||
		    (fn != BL_AGG_COUNT && fn != BL_AGG_COUNT_STAR && fn != BL_AGG_COUNT_IF &&
			fn != BL_AGG_APPROX_DISTINCT))
			continue;
		status = bl_tree__slot(b, node->slot, node->line, node->column, &pair[0]);
		if (!status)
			status = bl_tree__bigint(b, node, 0, &pair[1]);
		return status ? status : bl_tree__call(b, node, "coalesce", pair, 2, ret);
	}
	return BL_OK;
}

/* (SELECT f(aggregates) FROM ... WHERE inner = outer): grouped by what is equal, then joined. */
static BL_STATUS
join_aggregate(struct bl_binder *b, struct bl_pending *p, struct bl_rel *project,
    struct pulled *pulled, struct bl_rel **rel)
{
	struct counts counts = {.aggregate = project->input};
	struct bl_rel *join = NULL, *top = NULL;
	struct bl_node *value = NULL;
	uint32_t *calls = counts.aggregate->out, n_calls = counts.aggregate->n_out;
	enum bl_status status = new_join(b, p, BL_PLAN_LEFT, *rel, counts.aggregate, &join);

	counts.aggregate->out = NULL;
	counts.aggregate->n_out = 0;
	for (uint32_t i = 0; !status && i < pulled->n; i++) {
		struct bl_node *outer, *inner, *group = NULL;
		uint32_t id = 0;

		if (!as_equality(pulled->nodes[i], &pulled->first_id, &outer, &inner))
			return bl_bind__refuse(b, pulled->nodes[i]->line, pulled->nodes[i]->column,
			    "a sub-query with an aggregate may compare outer columns only by =; "
			    "this is not supported");
		status = bl_tree__check(b, inner, BL_TYPE_UNKNOWN);
		if (!status)
			status = bl_rel__id(b, inner->type, &id);
		if (!status)
			status = bl_rel__node(b, counts.aggregate, inner);
		if (!status)
			status = bl_rel__out(b, counts.aggregate, id);
		if (!status)
			status = bl_tree__slot(b, id, inner->line, inner->column, &group);
		if (!status)
			status = add_key(b, join, outer, group);
	}
	for (uint32_t i = 0; !status && i < n_calls; i++)
		status = bl_rel__out(b, counts.aggregate, calls[i]);
	for (uint32_t i = 0; !status && i < counts.aggregate->n_out; i++)
		status = bl_rel__out(b, join, counts.aggregate->out[i]);
	if (!status)
		status = bl_tree__map(b, project->nodes[0], zero_counts, &counts, &value);
	if (!status)
		status =
		    bl_rel__new(b, BL_PLAN_PROJECT, join, p->node->line, p->node->column, &top);
	for (uint32_t i = 0; !status && i < (*rel)->n_out; i++) {
		struct bl_node *slot = NULL;

		status = bl_tree__slot(b, (*rel)->out[i], p->node->line, p->node->column, &slot);
		if (!status)
			status = bl_rel__node(b, top, slot);
		if (!status)
			status = bl_rel__out(b, top, slot->slot);
	}
	if (!status)
		status = bl_rel__node(b, top, value);
	if (!status)
		status = bl_rel__out(b, top, p->id);
	if (!status)
		*rel = top;
	return status;
}

static BL_STATUS
join_scalar(struct bl_binder *b, struct bl_pending *p, struct bl_rel **rel)
{
	struct pulled pulled = {.first_id = p->first_id};
	struct bl_rel *right = p->rel, *join = NULL;
	bool aggregate = right->kind == BL_PLAN_PROJECT &&
			 right->input->kind == BL_PLAN_AGGREGATE && right->input->n_nodes == 0 &&
			 right->input->n_sets == 0;
	enum bl_status status =
	    aggregate ? pull(b, &right->input->input, &pulled) : pull(b, &right, &pulled);

	if (!status && aggregate && pulled.n > 0)
		return join_aggregate(b, p, right, &pulled, rel);
	if (!status)
		status = new_join(b, p, BL_PLAN_SCALAR, *rel, right, &join);
	if (!status)
		status = add_conditions(b, join, &pulled);
	if (!status)
		*rel = join;
	return status;
}

static bool
is_not(void *ctx, uint32_t id)
{
	return id != *(const uint32_t *)ctx;
}

BL_STATUS
bl_subquery__join(
    struct bl_binder *b, struct bl_node *const *nodes, uint32_t n, struct bl_rel **rel)
{
	enum bl_status status = BL_OK;

	for (struct bl_pending *p = b->pending; !status && p != NULL; p = p->next) {
		bool used = false;

		for (uint32_t i = 0; i < n && !p->joined; i++)
			used = used || !bl_tree__ids(nodes[i], is_not, &p->id);
		if (!used)
			continue;
		p->joined = true;
		if (p->left != NULL) /* Other sub-queries in it come first. */
			status = bl_subquery__join(b, &p->left, 1, rel);
		if (!status)
			status = p->node->subquery == BL_SUBQUERY_SCALAR ? join_scalar(b, p, rel)
									 : join_mark(b, p, rel);
	}
	return status;
}
