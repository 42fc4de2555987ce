/* GROUP BY and aggregates: what is above them reads groups and results, never a single row. */
#include <assert.h>

#include "base/arena.h"
#include "sql/bind_priv.h"
#include "sql/list.h"

#define MAX_GROUPS 64
#define MAX_SETS 4096u

struct grouping {
	struct bl_selecting *s;
	struct bl_rel *rel; /* AGGREGATE; nodes: the groups */
};

/* GROUP BY's number, or an expression over the input. */
static BL_STATUS
group_node(struct bl_binder *b, struct grouping *g, const struct bl_node *at, struct bl_node **ret)
{
	struct bl_selecting *s = g->s;
	char text[BL_TYPE_TEXT];
	enum bl_status status = BL_OK;

	if (at->kind == BL_NODE_LITERAL && at->value.kind == BL_TYPE_BIGINT) {
		if (at->value.i64 < 1 || at->value.i64 > (int64_t)s->n_outputs)
			return bl_bind__fail(b, at->line, at->column,
			    "GROUP BY %lld: there are %u columns", (long long)at->value.i64,
			    (unsigned)s->n_outputs);
		*ret = s->outputs[at->value.i64 - 1].node;
	} else {
		status = bl_scope__resolve(b, &s->scope, at, ret);
	}
	if (!status)
		status = bl_aggregate__refuse(b, *ret, "GROUP BY");
	if (!status)
		status = bl_tree__check(b, *ret, BL_TYPE_UNKNOWN);
	if (!status && (*ret)->type.kind == BL_TYPE_JSON)
		return bl_bind__fail(b, at->line, at->column,
		    "GROUP BY wants a type that can be compared, found %s",
		    bl_value_type_name((*ret)->type, text));
	return status;
}

/* The number of a group; a new one is added. */
static BL_STATUS
add_group(struct bl_binder *b, struct grouping *g, const struct bl_node *at, uint32_t *ret)
{
	struct bl_node *node = NULL;
	uint32_t id;
	enum bl_status status = group_node(b, g, at, &node);

	if (status)
		return status;
	for (*ret = 0; *ret < g->rel->n_nodes; ++*ret)
		if (bl_tree__equal(g->rel->nodes[*ret], node))
			return BL_OK;
	if (*ret == MAX_GROUPS)
		return bl_fail_pos(b->reterr, BL_ELIMIT, at->line, at->column,
		    "GROUP BY has more than %d parts", MAX_GROUPS);
	status = bl_subquery__join(b, &node, 1, &g->rel->input);
	if (!status)
		status = bl_rel__node(b, g->rel, node);
	/* A plain column's value is the column's: the id stays. */
	id = node->slot;
	if (!status && node->kind != BL_NODE_SLOT)
		status = bl_rel__id(b, node->type, &id);
	return status ? status : bl_rel__out(b, g->rel, id);
}

/* The sets of one element of GROUP BY, as bits. */
static BL_STATUS
element_sets(struct bl_binder *b, struct grouping *g, const struct bl_group *group, uint64_t **ret,
    uint32_t *ret_n)
{
	uint64_t bits[MAX_GROUPS] = {0};
	uint64_t *sets;
	uint32_t n = group->n_parts[0], k = 0;

	if (group->kind != BL_GROUP_SETS && n > (group->kind == BL_GROUP_CUBE ? 12 : MAX_GROUPS))
		return bl_bind__fail(b, g->s->select->line, g->s->select->column,
		    "GROUP BY has too many parts in CUBE or ROLLUP");
	sets = bl_new(b->arena, uint64_t,
	    group->kind == BL_GROUP_CUBE   ? (size_t)1 << n
	    : group->kind == BL_GROUP_SETS ? group->n_sets
					   : (size_t)n + 1);
	if (sets == NULL)
		return bl_bind__no_memory(b);
	for (uint32_t s = 0; s < group->n_sets; s++)
		for (uint32_t i = 0; i < group->n_parts[s]; i++) {
			const struct bl_node *part = group->sets[s][i];
			bool row = part->kind == BL_NODE_ROW;
			uint64_t mask = 0;

			for (uint32_t x = 0; x < (row ? part->n_kids : 1); x++) {
				uint32_t no = 0;
				enum bl_status status =
				    add_group(b, g, row ? part->kids[x] : part, &no);

				if (status)
					return status;
				mask |= (uint64_t)1 << no;
			}
			if (group->kind == BL_GROUP_SETS)
				sets[s] |= mask;
			else
				bits[i] = mask;
		}
	if (group->kind == BL_GROUP_SETS) {
		k = group->n_sets;
	} else if (group->kind == BL_GROUP_CUBE) {
		for (uint32_t m = (uint32_t)1 << n; m-- > 0; k++)
			for (uint32_t i = 0; i < n; i++)
				sets[k] |= (m >> (n - 1 - i) & 1) != 0 ? bits[i] : 0;
	} else {
		uint32_t last = group->kind == BL_GROUP_ROLLUP ? 0 : n;

		for (uint32_t len = n + 1; len-- > last; k++)
			for (uint32_t i = 0; i < len; i++)
				sets[k] |= bits[i];
	}
	*ret = sets;
	*ret_n = k;
	return BL_OK;
}

/* All elements together: each set of the one with each of the other. */
static BL_STATUS
bind_groups(struct bl_binder *b, struct grouping *g)
{
	const struct bl_select *select = g->s->select;
	uint64_t *all = bl_new(b->arena, uint64_t, 1);
	bool plain = true;
	uint32_t n_all = 1;

	if (all == NULL)
		return bl_bind__no_memory(b);
	for (uint32_t i = 0; i < select->n_groups; i++) {
		uint64_t *sets = NULL, *product;
		uint32_t n = 0;
		enum bl_status status = element_sets(b, g, &select->groups[i], &sets, &n);

		if (status)
			return status;
		plain = plain && select->groups[i].kind == BL_GROUP_PLAIN;
		if ((uint64_t)n_all * n > MAX_SETS)
			return bl_fail_pos(b->reterr, BL_ELIMIT, select->line, select->column,
			    "GROUP BY has more than %u sets", (unsigned)MAX_SETS);
		product = bl_new(b->arena, uint64_t, (size_t)n_all * n);
		if (product == NULL)
			return bl_bind__no_memory(b);
		for (uint32_t x = 0; x < n_all; x++)
			for (uint32_t y = 0; y < n; y++)
				product[x * n + y] = all[x] | sets[y];
		all = product;
		n_all *= n;
	}
	if (!plain) {
		g->rel->sets = all;
		g->rel->n_sets = n_all;
	}
	return BL_OK;
}

static BL_STATUS
fail_ungrouped(struct bl_binder *b, const struct grouping *g, const struct bl_node *node)
{
	const struct bl_scope *scope = &g->s->scope;

	for (uint32_t i = 0; i < scope->n_names; i++) {
		const struct bl_node *known = scope->names[i].node;

		if (known->kind == BL_NODE_SLOT && known->slot == node->slot)
			return bl_bind__fail(b, node->line, node->column,
			    "%.*s must be an aggregate or appear in GROUP BY",
			    BL_STR_ARG(scope->names[i].name));
	}
	return bl_bind__fail(
	    b, node->line, node->column, "this column must be an aggregate or appear in GROUP BY");
}

static BL_STATUS
add_call(struct bl_binder *b, struct grouping *g, const struct bl_node *node, struct bl_node **ret)
{
	struct bl_rel *rel = g->rel;
	enum bl_status status = BL_OK;
	uint32_t i = 0;

	while (i < rel->n_calls && !bl_tree__equal(rel->calls[i].source, node))
		i++;
	if (i == rel->n_calls) {
		if (!BL_LIST_ROOM(b->arena, &rel->calls, rel->n_calls))
			return bl_bind__no_memory(b);
		status = bl_subquery__join(b, node->kids, node->n_kids, &rel->input);
		if (!status)
			status = bl_aggregate__make(b, node, &rel->calls[i]);
		if (status)
			return status;
		rel->n_calls++;
	}
	return bl_tree__slot(b, rel->calls[i].id, node->line, node->column, ret);
}

static enum bl_status
rewrite(struct bl_binder *b, void *ctx, const struct bl_node *node, struct bl_node **ret)
{
	struct grouping *g = ctx;

	for (uint32_t i = 0; i < g->rel->n_nodes; i++)
		if (bl_tree__equal(g->rel->nodes[i], node))
			return bl_tree__slot(b, g->rel->out[i], node->line, node->column, ret);
	if (node->kind == BL_NODE_CALL && bl_aggregate__is(node->text) &&
	    (node->extra == NULL || node->extra->window == NULL))
		return add_call(b, g, node, ret);
	if (node->kind == BL_NODE_SLOT && bl_rel__has(b, g->rel->input, node->slot))
		return fail_ungrouped(b, g, node);
	return BL_OK;
}

static bool
wanted(const struct bl_selecting *s)
{
	bool is = s->select->n_groups > 0 || s->having != NULL;

	for (uint32_t i = 0; !is && i < s->n_outputs; i++)
		is = bl_aggregate__in(s->outputs[i].node);
	for (uint32_t i = 0; !is && i < s->n_order; i++)
		is = bl_aggregate__in(s->order[i].node);
	return is;
}

BL_STATUS
bl_group__apply(struct bl_binder *b, struct bl_selecting *s)
{
	struct grouping g = {.s = s};
	enum bl_status status;

	if (!wanted(s))
		return BL_OK;
	status =
	    bl_rel__new(b, BL_PLAN_AGGREGATE, s->rel, s->select->line, s->select->column, &g.rel);
	if (!status)
		status = bind_groups(b, &g);
	for (uint32_t i = 0; !status && i < s->n_outputs; i++)
		status = bl_tree__map(b, s->outputs[i].node, rewrite, &g, &s->outputs[i].node);
	for (uint32_t i = 0; !status && i < s->n_order; i++)
		status = bl_tree__map(b, s->order[i].node, rewrite, &g, &s->order[i].node);
	if (!status && s->having != NULL)
		status = bl_tree__map(b, s->having, rewrite, &g, &s->having);
	for (struct bl_pending *p = b->pending; !status && p != NULL; p = p->next)
		if (!p->joined && p->left != NULL)
			status = bl_tree__map(b, p->left, rewrite, &g, &p->left);
	for (uint32_t i = 0; !status && i < g.rel->n_calls; i++)
		status = bl_rel__out(b, g.rel, g.rel->calls[i].id);
	s->rel = g.rel;
	return status;
}
