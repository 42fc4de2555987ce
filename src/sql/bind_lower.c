/*
 * From ids to places in rows.  From the top down it is known which ids are wanted; an operator
 * hands on what it has of them, and nothing else is carried.  A PROJECT also hands on what it does
 * not make: so ORDER BY and pulled-up conditions reach what SELECT did not select.
 */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "sql/bind_priv.h"
#include "sql/list.h"

/* A set of ids. */
struct need {
	uint8_t *bits;
};

/* A plan, and which id stands in each of its slots. */
struct lowered {
	struct bl_plan *plan;
	uint32_t *ids; /* [n] */
	uint32_t n;
};

static BL_STATUS lower(
    struct bl_binder *b, struct bl_rel *rel, const struct need *need, struct lowered *ret);

static BL_STATUS
new_need(struct bl_binder *b, const struct need *from, struct need *ret)
{
	size_t n = b->n_ids / 8 + 1;

	ret->bits = bl_new(b->arena, uint8_t, n);
	if (ret->bits == NULL)
		return bl_bind__no_memory(b);
	if (from != NULL)
		memcpy(ret->bits, from->bits, n);
	return BL_OK;
}

struct add_ctx {
	const struct bl_binder *b;
	struct need *need;
};

static bool
add_id(void *ctx, uint32_t id)
{
	struct add_ctx *c = ctx;

	id = bl_rel__same(c->b, id);
	c->need->bits[id / 8] |= (uint8_t)(1u << (id % 8));
	return true;
}

static void
add_nodes(const struct bl_binder *b, struct need *need, struct bl_node *const *nodes, uint32_t n)
{
	struct add_ctx ctx = {b, need};

	for (uint32_t i = 0; i < n; i++)
		(void)bl_tree__ids(nodes[i], add_id, &ctx);
}

static void
add_keys(const struct bl_binder *b, struct need *need, const struct bl_sort_key *keys, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		add_nodes(b, need, &keys[i].node, 1);
}

static bool
is_needed(const struct bl_binder *b, const struct need *need, uint32_t id)
{
	id = bl_rel__same(b, id);
	return (need->bits[id / 8] >> (id % 8) & 1) != 0;
}

static BL_STATUS
new_plan(struct bl_binder *b, const struct bl_rel *rel, struct bl_plan **ret)
{
	struct bl_plan *plan = bl_new(b->arena, struct bl_plan, 1);

	if (plan == NULL)
		return bl_bind__no_memory(b);
	plan->kind = rel->kind;
	plan->line = rel->line;
	plan->column = rel->column;
	plan->limit = UINT64_MAX;
	plan->id = b->n_plans++;
	*ret = plan;
	return BL_OK;
}

/* One more slot. */
static BL_STATUS
add_slot(struct bl_binder *b, struct lowered *l, uint32_t id)
{
	if (!BL_LIST_ROOM(b->arena, &l->ids, l->n))
		return bl_bind__no_memory(b);
	l->ids[l->n++] = bl_rel__same(b, id);
	return BL_OK;
}

static BL_STATUS
add_slots(struct bl_binder *b, struct lowered *l, const struct lowered *from)
{
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; !status && i < from->n; i++)
		status = add_slot(b, l, from->ids[i]);
	return status;
}

static BL_STATUS
finish(struct bl_binder *b, struct bl_plan *plan, struct lowered *l)
{
	struct bl_datatype *types = bl_new(b->arena, struct bl_datatype, l->n);

	if (types == NULL)
		return bl_bind__no_memory(b);
	for (uint32_t i = 0; i < l->n; i++)
		types[i] = b->ids[l->ids[i]].type;
	plan->types = types;
	plan->n_slots = l->n;
	l->plan = plan;
	return BL_OK;
}

static uint32_t
find(const struct bl_binder *b, const struct lowered *l, uint32_t id)
{
	id = bl_rel__same(b, id);
	for (uint32_t i = 0; i < l->n; i++)
		if (l->ids[i] == id)
			return i;
	return UINT32_MAX;
}

static enum bl_status
place(struct bl_binder *b, void *ctx, const struct bl_node *node, struct bl_node **ret)
{
	const struct lowered *l = ctx;
	uint32_t slot;

	if (node->kind != BL_NODE_SLOT)
		return BL_OK;
	slot = find(b, l, node->slot);
	if (slot == UINT32_MAX)
		return bl_bind__refuse(b, node->line, node->column,
		    "an outer column is not supported at this place of a sub-query");
	*ret = bl_new(b->arena, struct bl_node, 1);
	if (*ret == NULL)
		return bl_bind__no_memory(b);
	**ret = *node;
	(*ret)->slot = slot;
	(*ret)->type = b->ids[node->slot].type;
	return BL_OK;
}

static BL_STATUS
make_expr(struct bl_binder *b, const struct bl_node *node, const struct lowered *over,
    const struct bl_expr **ret)
{
	struct lowered copy = *over;
	struct bl_node *placed = NULL;
	struct bl_expr *expr = NULL;
	enum bl_status status = bl_tree__map(b, node, place, &copy, &placed);

	if (!status)
		status = bl_expr_of_tree(
		    placed, false, NULL, 0, BL_TYPE_UNKNOWN, b->arena, &expr, b->reterr);
	if (!status)
		*ret = expr;
	return status;
}

static BL_STATUS
make_exprs(struct bl_binder *b, struct bl_node *const *nodes, uint32_t n,
    const struct lowered *over, const struct bl_expr *const **ret)
{
	const struct bl_expr **list = bl_new(b->arena, const struct bl_expr *, n);
	enum bl_status status = BL_OK;

	if (list == NULL)
		return bl_bind__no_memory(b);
	for (uint32_t i = 0; !status && i < n; i++)
		status = make_expr(b, nodes[i], over, &list[i]);
	*ret = list;
	return status;
}

static BL_STATUS
make_keys(struct bl_binder *b, const struct bl_sort_key *keys, uint32_t n,
    const struct lowered *over, const struct bl_plan_key **ret)
{
	struct bl_plan_key *list = bl_new(b->arena, struct bl_plan_key, n);
	enum bl_status status = BL_OK;

	if (list == NULL)
		return bl_bind__no_memory(b);
	for (uint32_t i = 0; !status && i < n; i++) {
		list[i].descending = keys[i].descending;
		list[i].nulls_first = keys[i].nulls_first;
		status = make_expr(b, keys[i].node, over, &list[i].expr);
	}
	*ret = list;
	return status;
}

static BL_STATUS
item_expr(struct bl_binder *b, const struct bl_node *node, enum bl_type_kind wanted,
    const struct bl_expr **ret)
{
	struct bl_node *copy = NULL;
	struct bl_expr *expr = NULL;
	enum bl_status status = bl_node_copy(node, b->arena, &copy, b->reterr);

	if (!status)
		status = bl_expr_of_tree(copy, true, NULL, 0, wanted, b->arena, &expr, b->reterr);
	if (!status)
		*ret = expr;
	return status;
}

static BL_STATUS
lower_scan(struct bl_binder *b, struct bl_rel *rel, const struct need *need, struct lowered *ret)
{
	struct bl_scan_output *outputs = bl_new(b->arena, struct bl_scan_output, rel->n_out);
	const struct bl_expr **filters = bl_new(b->arena, const struct bl_expr *, rel->n_filters);
	struct bl_plan *plan = NULL;
	enum bl_status status = new_plan(b, rel, &plan);

	if (outputs == NULL || filters == NULL)
		return bl_bind__no_memory(b);
	for (uint32_t i = 0; !status && i < rel->n_out; i++) {
		uint32_t id = rel->out[i];

		if (bl_rel__same(b, id) != id || !is_needed(b, need, id))
			continue;
		outputs[ret->n].column = b->ids[id].column;
		if (b->ids[id].column == UINT32_MAX)
			status =
			    item_expr(b, b->ids[id].item, BL_TYPE_UNKNOWN, &outputs[ret->n].expr);
		if (!status)
			status = add_slot(b, ret, id);
	}
	for (uint32_t i = 0; !status && i < rel->n_filters; i++)
		status = item_expr(b, rel->filters[i], BL_TYPE_BOOLEAN, &filters[i]);
	if (status)
		return status;
	plan->source = rel->source;
	plan->want = (struct bl_scan_want){.outputs = outputs,
	    .n_outputs = ret->n,
	    .filters = filters,
	    .n_filters = rel->n_filters,
	    .bounds = rel->bounds,
	    .n_bounds = rel->n_bounds,
	    .limit = rel->enough};
	return finish(b, plan, ret);
}

static BL_STATUS
lower_values(struct bl_binder *b, struct bl_rel *rel, struct lowered *ret)
{
	struct lowered nothing = {0};
	struct bl_plan *plan = NULL;
	enum bl_status status = new_plan(b, rel, &plan);

	if (!status)
		status = make_exprs(b, rel->nodes, rel->n_nodes, &nothing, &plan->expr);
	for (uint32_t i = 0; !status && i < rel->n_out; i++)
		status = add_slot(b, ret, rel->out[i]);
	if (status)
		return status;
	plan->n_expr = rel->n_nodes;
	plan->n_rows = rel->n_rows;
	return finish(b, plan, ret);
}

static BL_STATUS
lower_filter(struct bl_binder *b, struct bl_rel *rel, const struct need *need, struct lowered *ret)
{
	struct need below;
	struct lowered input = {0};
	struct bl_node *node = NULL;
	const struct bl_expr **one = bl_new(b->arena, const struct bl_expr *, 1);
	struct bl_plan *plan = NULL;
	enum bl_status status = new_need(b, need, &below);

	if (one == NULL)
		return bl_bind__no_memory(b);
	if (status)
		return status;
	add_nodes(b, &below, rel->nodes, rel->n_nodes);
	status = lower(b, rel->input, &below, &input);
	if (!status)
		status = bl_tree__and(b, rel->nodes, rel->n_nodes, &node);
	if (!status)
		status = make_expr(b, node, &input, &one[0]);
	if (!status)
		status = new_plan(b, rel, &plan);
	if (!status)
		status = add_slots(b, ret, &input);
	if (status)
		return status;
	plan->input = input.plan;
	plan->expr = one;
	plan->n_expr = 1;
	return finish(b, plan, ret);
}

/* Is every wanted column one that the input has as it is? */
static bool
only_names(const struct bl_binder *b, const struct bl_rel *rel, const struct need *need)
{
	for (uint32_t i = 0; i < rel->n_out; i++) {
		const struct bl_node *node = rel->nodes[i];

		if (is_needed(b, need, rel->out[i]) &&
		    (node->kind != BL_NODE_SLOT ||
			bl_rel__same(b, node->slot) != bl_rel__same(b, rel->out[i])))
			return false;
	}
	return true;
}

static BL_STATUS
lower_project(struct bl_binder *b, struct bl_rel *rel, const struct need *need, struct lowered *ret)
{
	const struct bl_expr **exprs;
	struct need below;
	struct lowered input = {0};
	struct bl_plan *plan = NULL;
	uint32_t n = 0;
	enum bl_status status = new_need(b, need, &below);

	if (!status && only_names(b, rel, need))
		return lower(b, rel->input, need, ret);
	for (uint32_t i = 0; !status && i < rel->n_out; i++)
		if (is_needed(b, need, rel->out[i]))
			add_nodes(b, &below, &rel->nodes[i], 1);
	if (!status)
		status = lower(b, rel->input, &below, &input);
	if (!status)
		status = new_plan(b, rel, &plan);
	if (status)
		return status;
	exprs = bl_new(b->arena, const struct bl_expr *, rel->n_out + input.n);
	if (exprs == NULL)
		return bl_bind__no_memory(b);
	for (uint32_t i = 0; !status && i < rel->n_out; i++) {
		if (!is_needed(b, need, rel->out[i]) || find(b, ret, rel->out[i]) != UINT32_MAX)
			continue;
		status = make_expr(b, rel->nodes[i], &input, &exprs[n++]);
		if (!status)
			status = add_slot(b, ret, rel->out[i]);
	}
	for (uint32_t i = 0; !status && i < input.n; i++) {
		struct bl_node slot = {.kind = BL_NODE_SLOT, .depth = 1, .slot = input.ids[i]};

		if (!is_needed(b, need, input.ids[i]) || find(b, ret, input.ids[i]) != UINT32_MAX)
			continue;
		status = make_expr(b, &slot, &input, &exprs[n++]);
		if (!status)
			status = add_slot(b, ret, input.ids[i]);
	}
	if (status)
		return status;
	plan->input = input.plan;
	plan->expr = exprs;
	plan->n_expr = n;
	return finish(b, plan, ret);
}

static BL_STATUS
make_call(struct bl_binder *b, const struct bl_rel_call *call, const struct lowered *input,
    struct bl_plan_call *ret)
{
	enum bl_status status;

	*ret = (struct bl_plan_call){.fn = call->fn,
	    .line = call->line,
	    .column = call->column,
	    .n_args = call->n_args,
	    .type = b->ids[call->id].type,
	    .distinct = call->distinct,
	    .ignore_nulls = call->ignore_nulls,
	    .n_order = call->n_order};
	status = make_exprs(b, call->args, call->n_args, input, &ret->args);
	if (!status && call->filter != NULL)
		status = make_expr(b, call->filter, input, &ret->filter);
	if (!status)
		status = make_keys(b, call->order, call->n_order, input, &ret->order);
	if (status || call->window == NULL)
		return status;
	ret->rows = call->window->rows;
	ret->has_frame = call->window->has_frame;
	ret->from = call->window->from;
	ret->to = call->window->to;
	if (call->window->from_offset != NULL)
		status = make_expr(b, call->window->from_offset, input, &ret->from_offset);
	if (!status && call->window->to_offset != NULL)
		status = make_expr(b, call->window->to_offset, input, &ret->to_offset);
	return status;
}

static void
add_calls(const struct bl_binder *b, const struct bl_rel *rel, const struct need *need,
    struct need *below)
{
	for (uint32_t i = 0; i < rel->n_calls; i++) {
		const struct bl_rel_call *call = &rel->calls[i];

		if (!is_needed(b, need, call->id))
			continue;
		add_nodes(b, below, call->args, call->n_args);
		if (call->filter != NULL)
			add_nodes(b, below, &call->filter, 1);
		add_keys(b, below, call->order, call->n_order);
		if (call->window == NULL)
			continue;
		if (call->window->from_offset != NULL)
			add_nodes(b, below, &call->window->from_offset, 1);
		if (call->window->to_offset != NULL)
			add_nodes(b, below, &call->window->to_offset, 1);
	}
}

static BL_STATUS
make_calls(struct bl_binder *b, const struct bl_rel *rel, const struct need *need,
    const struct lowered *input, struct bl_plan *plan, struct lowered *ret)
{
	struct bl_plan_call *calls = bl_new(b->arena, struct bl_plan_call, rel->n_calls);
	enum bl_status status = BL_OK;

	if (calls == NULL)
		return bl_bind__no_memory(b);
	for (uint32_t i = 0; !status && i < rel->n_calls; i++) {
		if (!is_needed(b, need, rel->calls[i].id))
			continue;
		status = make_call(b, &rel->calls[i], input, &calls[plan->n_calls++]);
		if (!status)
			status = add_slot(b, ret, rel->calls[i].id);
	}
	plan->calls = calls;
	return status;
}

static BL_STATUS
lower_aggregate(
    struct bl_binder *b, struct bl_rel *rel, const struct need *need, struct lowered *ret)
{
	struct need below;
	struct lowered input = {0};
	struct bl_plan *plan = NULL;
	enum bl_status status = new_need(b, NULL, &below);

	if (status)
		return status;
	add_nodes(b, &below, rel->nodes, rel->n_nodes);
	add_calls(b, rel, need, &below);
	status = lower(b, rel->input, &below, &input);
	if (!status)
		status = new_plan(b, rel, &plan);
	if (!status)
		status = make_exprs(b, rel->nodes, rel->n_nodes, &input, &plan->groups);
	for (uint32_t i = 0; !status && i < rel->n_nodes; i++)
		status = add_slot(b, ret, rel->out[i]);
	if (!status)
		status = make_calls(b, rel, need, &input, plan, ret);
	if (status)
		return status;
	plan->input = input.plan;
	plan->n_groups = rel->n_nodes;
	plan->sets = rel->sets;
	plan->n_sets = rel->n_sets;
	return finish(b, plan, ret);
}

static BL_STATUS
lower_window(struct bl_binder *b, struct bl_rel *rel, const struct need *need, struct lowered *ret)
{
	const struct bl_window *w = rel->calls[0].window;
	struct need below;
	struct lowered input = {0};
	struct bl_plan *plan = NULL;
	enum bl_status status = new_need(b, need, &below);

	if (status)
		return status;
	add_nodes(b, &below, w->partition, w->n_partition);
	add_keys(b, &below, w->order, w->n_order);
	add_calls(b, rel, need, &below);
	status = lower(b, rel->input, &below, &input);
	if (!status)
		status = new_plan(b, rel, &plan);
	if (!status)
		status = make_exprs(b, w->partition, w->n_partition, &input, &plan->partition);
	if (!status)
		status = make_keys(b, w->order, w->n_order, &input, &plan->keys);
	if (!status)
		status = add_slots(b, ret, &input);
	if (!status)
		status = make_calls(b, rel, need, &input, plan, ret);
	if (status)
		return status;
	plan->input = input.plan;
	plan->n_partition = w->n_partition;
	plan->n_keys = w->n_order;
	return finish(b, plan, ret);
}

static BL_STATUS
lower_sort(struct bl_binder *b, struct bl_rel *rel, const struct need *need, struct lowered *ret)
{
	struct need below;
	struct lowered input = {0};
	struct bl_plan *plan = NULL;
	enum bl_status status = new_need(b, need, &below);

	if (status)
		return status;
	add_keys(b, &below, rel->keys, rel->n_keys);
	status = lower(b, rel->input, &below, &input);
	if (!status)
		status = new_plan(b, rel, &plan);
	if (!status)
		status = make_keys(b, rel->keys, rel->n_keys, &input, &plan->keys);
	if (!status)
		status = add_slots(b, ret, &input);
	if (status)
		return status;
	plan->input = input.plan;
	plan->n_keys = rel->n_keys;
	plan->offset = rel->offset;
	plan->limit = rel->limit;
	return finish(b, plan, ret);
}

static BL_STATUS
lower_unnest(struct bl_binder *b, struct bl_rel *rel, const struct need *need, struct lowered *ret)
{
	struct need below;
	struct lowered input = {0};
	struct bl_plan *plan = NULL;
	enum bl_status status = new_need(b, need, &below);

	if (status)
		return status;
	add_nodes(b, &below, rel->nodes, rel->n_nodes);
	status = lower(b, rel->input, &below, &input);
	if (!status)
		status = new_plan(b, rel, &plan);
	if (!status)
		status = make_exprs(b, rel->nodes, rel->n_nodes, &input, &plan->expr);
	if (!status)
		status = add_slots(b, ret, &input);
	for (uint32_t i = 0; !status && i < rel->n_made; i++)
		status = add_slot(b, ret, rel->made_ids[i]);
	if (status)
		return status;
	plan->input = input.plan;
	plan->n_expr = rel->n_nodes;
	plan->ordinality = rel->ordinality;
	plan->outer = rel->outer;
	plan->whole = rel->whole;
	return finish(b, plan, ret);
}

/* Makes the slots just these ids, in this order. */
static BL_STATUS
reorder(struct bl_binder *b, const struct bl_rel *rel, const struct lowered *input,
    const uint32_t *ids, uint32_t n, struct lowered *ret)
{
	const struct bl_expr **exprs = bl_new(b->arena, const struct bl_expr *, n);
	struct bl_plan *plan = NULL;
	bool same = input->n == n;
	enum bl_status status = BL_OK;

	if (exprs == NULL)
		return bl_bind__no_memory(b);
	for (uint32_t i = 0; same && i < n; i++)
		same = input->ids[i] == bl_rel__same(b, ids[i]);
	if (same) {
		*ret = *input;
		return BL_OK;
	}
	status = new_plan(b, rel, &plan);
	for (uint32_t i = 0; !status && i < n; i++) {
		struct bl_node slot = {.kind = BL_NODE_SLOT, .depth = 1, .slot = ids[i]};

		status = make_expr(b, &slot, input, &exprs[i]);
		if (!status)
			status = add_slot(b, ret, ids[i]);
	}
	if (status)
		return status;
	plan->kind = BL_PLAN_PROJECT;
	plan->input = input->plan;
	plan->expr = exprs;
	plan->n_expr = n;
	return finish(b, plan, ret);
}

/* Lowers so that the slots are just these ids, in this order. */
static BL_STATUS
lower_exact(
    struct bl_binder *b, struct bl_rel *rel, const uint32_t *ids, uint32_t n, struct lowered *ret)
{
	struct need need;
	struct lowered input = {0};
	struct add_ctx ctx = {b, &need};
	enum bl_status status = new_need(b, NULL, &need);

	for (uint32_t i = 0; !status && i < n; i++)
		(void)add_id(&ctx, ids[i]);
	if (!status)
		status = lower(b, rel, &need, &input);
	return status ? status : reorder(b, rel, &input, ids, n, ret);
}

/* The right side of a SCALAR join: its value is the first slot, what its keys read comes behind. */
static BL_STATUS
lower_scalar(struct bl_binder *b, struct bl_rel *rel, const struct need *need, struct lowered *ret)
{
	struct lowered input = {0};
	uint32_t *ids;
	enum bl_status status = lower(b, rel, need, &input);

	if (status)
		return status;
	ids = bl_new(b->arena, uint32_t, input.n + 1);
	if (ids == NULL)
		return bl_bind__no_memory(b);
	ids[0] = bl_rel__same(b, rel->out[0]);
	for (uint32_t i = 0, n = 1; i < input.n; i++)
		if (input.ids[i] != ids[0])
			ids[n++] = input.ids[i];
	return reorder(b, rel, &input, ids, input.n, ret);
}

static BL_STATUS
lower_join(struct bl_binder *b, struct bl_rel *rel, const struct need *need, struct lowered *ret)
{
	bool marks = rel->join == BL_PLAN_MARK || rel->join == BL_PLAN_SCALAR;
	struct need below, right_need;
	struct lowered left = {0}, right = {0}, both = {0};
	struct bl_node *condition = NULL;
	struct bl_plan *plan = NULL;
	struct add_ctx first = {b, &right_need};
	enum bl_status status = new_need(b, need, &below);

	if (!status)
		add_nodes(b, &below, rel->nodes, rel->n_nodes);
	if (!status)
		status = new_need(b, marks ? NULL : &below, &right_need);
	if (status)
		return status;
	add_nodes(b, &below, rel->left_keys, rel->n_keys_joined);
	add_nodes(b, &right_need, rel->nodes, rel->n_nodes);
	add_nodes(b, &right_need, rel->right_keys, rel->n_keys_joined);
	if (rel->join == BL_PLAN_SCALAR)
		(void)add_id(&first, rel->right->out[0]);
	status = lower(b, rel->input, &below, &left);
	if (!status)
		status = rel->join == BL_PLAN_SCALAR
			     ? lower_scalar(b, rel->right, &right_need, &right)
			     : lower(b, rel->right, &right_need, &right);
	if (!status)
		status = new_plan(b, rel, &plan);
	if (!status)
		status = add_slots(b, &both, &left);
	if (!status)
		status = add_slots(b, &both, &right);
	if (!status)
		status = make_exprs(b, rel->left_keys, rel->n_keys_joined, &left, &plan->left_keys);
	if (!status)
		status =
		    make_exprs(b, rel->right_keys, rel->n_keys_joined, &right, &plan->right_keys);
	if (!status && rel->n_nodes > 0)
		status = bl_tree__and(b, rel->nodes, rel->n_nodes, &condition);
	if (!status && condition != NULL)
		status = make_expr(b, condition, &both, &plan->condition);
	if (!status)
		status = add_slots(b, ret, marks ? &left : &both);
	if (!status && marks)
		status = add_slot(b, ret, rel->made);
	if (status)
		return status;
	plan->input = left.plan;
	plan->right = right.plan;
	plan->join = rel->join;
	plan->n_join_keys = rel->n_keys_joined;
	plan->null_aware = rel->null_aware;
	return finish(b, plan, ret);
}

static BL_STATUS
lower_set(struct bl_binder *b, struct bl_rel *rel, const struct need *need, struct lowered *ret)
{
	bool every = rel->kind != BL_PLAN_UNION;
	struct bl_plan **parts = bl_new(b->arena, struct bl_plan *, rel->n_parts);
	uint32_t *ids = bl_new(b->arena, uint32_t, rel->n_out);
	struct bl_plan *plan = NULL;
	enum bl_status status = new_plan(b, rel, &plan);

	if (parts == NULL || ids == NULL)
		return bl_bind__no_memory(b);
	for (uint32_t i = 0; !status && i < rel->n_out; i++)
		if (every || is_needed(b, need, rel->out[i]))
			status = add_slot(b, ret, rel->out[i]);
	for (uint32_t p = 0; !status && p < rel->n_parts; p++) {
		struct lowered part = {0};
		uint32_t n = 0;

		for (uint32_t i = 0; i < rel->n_out; i++)
			if (every || is_needed(b, need, rel->out[i]))
				ids[n++] = rel->parts[p]->out[i];
		status = lower_exact(b, rel->parts[p], ids, n, &part);
		parts[p] = part.plan;
	}
	if (status)
		return status;
	if (every) {
		plan->input = parts[0];
		plan->right = parts[1];
		plan->all = rel->all;
	} else {
		plan->parts = parts;
		plan->n_parts = rel->n_parts;
	}
	return finish(b, plan, ret);
}

static BL_STATUS
lower_shared(struct bl_binder *b, struct bl_rel *rel, const struct need *need, struct lowered *ret)
{
	struct bl_shared *shared = rel->shared;
	struct lowered inner = {0};
	struct bl_plan *plan = NULL;
	enum bl_status status;

	if (shared->n_readers == 1)
		return lower(b, shared->rel, need, ret);
	for (uint32_t i = 0; i < rel->n_out; i++) {
		status = add_slot(b, ret, rel->out[i]);
		if (status)
			return status;
	}
	if (shared->plan != NULL) {
		ret->plan = shared->plan;
		return BL_OK;
	}
	status = lower_exact(b, shared->rel, shared->rel->out, shared->rel->n_out, &inner);
	if (!status)
		status = new_plan(b, rel, &plan);
	if (status)
		return status;
	plan->input = inner.plan;
	plan->n_readers = shared->n_readers;
	shared->plan = plan;
	return finish(b, plan, ret);
}

static BL_STATUS
lower(struct bl_binder *b, struct bl_rel *rel, const struct need *need, struct lowered *ret)
{
	switch (rel->kind) {
	case BL_PLAN_SCAN: return lower_scan(b, rel, need, ret);
	case BL_PLAN_VALUES: return lower_values(b, rel, ret);
	case BL_PLAN_FILTER: return lower_filter(b, rel, need, ret);
	case BL_PLAN_PROJECT: return lower_project(b, rel, need, ret);
	case BL_PLAN_AGGREGATE: return lower_aggregate(b, rel, need, ret);
	case BL_PLAN_WINDOW: return lower_window(b, rel, need, ret);
	case BL_PLAN_SORT:
	case BL_PLAN_LIMIT: return lower_sort(b, rel, need, ret);
	case BL_PLAN_JOIN: return lower_join(b, rel, need, ret);
	case BL_PLAN_UNNEST: return lower_unnest(b, rel, need, ret);
	case BL_PLAN_UNION:
	case BL_PLAN_INTERSECT:
	case BL_PLAN_EXCEPT: return lower_set(b, rel, need, ret);
	case BL_PLAN_SHARED: return lower_shared(b, rel, need, ret);
	}
	assert(false);
	return BL_OK;
}

BL_STATUS
bl_lower__plan(struct bl_binder *b, struct bl_rel *rel, struct bl_plan **ret)
{
	struct lowered top = {0};
	enum bl_status status = lower_exact(b, rel, rel->out, rel->n_out, &top);

	if (!status)
		*ret = top.plan;
	return status;
}
