/*
 * Conditions, from where they are written down to where they can be answered: through projections,
 * groups, unions and those sides of joins that a join does not fill with NULLs, into joins as keys,
 * into scans as filters of items and as bounds of columns.  What cannot go on stays as a FILTER.
 */
#include <assert.h>

#include "base/arena.h"
#include "sql/bind_priv.h"
#include "sql/list.h"

struct list {
	struct bl_node **nodes;
	uint32_t n;
};

static BL_STATUS push(struct bl_binder *b, struct bl_rel **at, const struct list *in);

static BL_STATUS
add(struct bl_binder *b, struct list *list, struct bl_node *node)
{
	if (!BL_LIST_ROOM(b->arena, &list->nodes, list->n))
		return bl_bind__no_memory(b);
	list->nodes[list->n++] = node;
	return BL_OK;
}

/* What stays is a FILTER above. */
static BL_STATUS
keep(struct bl_binder *b, struct bl_rel **at, const struct list *list)
{
	struct bl_rel *filter = NULL;
	enum bl_status status;

	if (list->n == 0)
		return BL_OK;
	status = bl_rel__new(
	    b, BL_PLAN_FILTER, *at, list->nodes[0]->line, list->nodes[0]->column, &filter);
	if (status)
		return status;
	filter->nodes = list->nodes;
	filter->n_nodes = list->n;
	*at = filter;
	return BL_OK;
}

struct within {
	const struct bl_binder *b;
	const struct bl_rel *rel;
};

static bool
has(void *ctx, uint32_t id)
{
	const struct within *w = ctx;

	return bl_rel__has(w->b, w->rel, id);
}

/* Does it read only what ${rel} gives? */
static bool
reads_only(const struct bl_binder *b, const struct bl_rel *rel, const struct bl_node *node)
{
	struct within w = {b, rel};

	return bl_tree__ids(node, has, &w);
}

/* ids[i] -> nodes[i] */
struct replace {
	const uint32_t *ids;
	struct bl_node *const *nodes;
	const uint32_t *others; /* Instead of nodes: other ids. */
	uint32_t n;
	uint32_t size; /* What would come in. */
};

static uint32_t
position(const struct bl_binder *b, const uint32_t *ids, uint32_t n, uint32_t id)
{
	id = bl_rel__same(b, id);
	for (uint32_t i = 0; i < n; i++)
		if (bl_rel__same(b, ids[i]) == id)
			return i;
	return UINT32_MAX;
}

static enum bl_status
copy_all(struct bl_binder *b, void *ctx, const struct bl_node *node, struct bl_node **ret)
{
	(void)b;
	(void)ctx;
	(void)node;
	(void)ret;
	return BL_OK;
}

static enum bl_status
put_in(struct bl_binder *b, void *ctx, const struct bl_node *node, struct bl_node **ret)
{
	struct replace *r = ctx;
	uint32_t i;

	if (node->kind != BL_NODE_SLOT)
		return BL_OK;
	i = position(b, r->ids, r->n, node->slot);
	if (i == UINT32_MAX)
		return BL_OK;
	if (r->others != NULL)
		return bl_tree__slot(b, r->others[i], node->line, node->column, ret);
	r->size += bl_tree__size(r->nodes[i], BL_BIND_MAX_INLINE);
	if (r->size > BL_BIND_MAX_INLINE)
		return bl_tree__slot(b, node->slot, node->line, node->column, ret);
	return bl_tree__map(b, r->nodes[i], copy_all, NULL, ret);
}

/* The condition over what is below; *ret NULL: it would grow too large. */
static BL_STATUS
replace(struct bl_binder *b, struct replace r, const struct bl_node *node, struct bl_node **ret)
{
	enum bl_status status;

	r.size = bl_tree__size(node, BL_BIND_MAX_INLINE);
	status = bl_tree__map(b, node, put_in, &r, ret);
	if (!status && (r.size > BL_BIND_MAX_INLINE || (*ret)->depth > BL_NODE_MAX_DEPTH))
		*ret = NULL;
	return status;
}

static BL_STATUS
push_scan(struct bl_binder *b, struct bl_rel **at, const struct list *in)
{
	struct bl_rel *scan = *at;
	struct list stay = {0};
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; !status && i < in->n; i++) {
		struct bl_node *item = NULL;

		status = bl_bounds__add(b, scan, in->nodes[i]);
		if (!status)
			status = bl_items__of(b, scan, in->nodes[i], &item);
		if (!status && item == NULL) {
			status = add(b, &stay, in->nodes[i]);
			continue;
		}
		if (!status && !BL_LIST_ROOM(b->arena, &scan->filters, scan->n_filters))
			return bl_bind__no_memory(b);
		if (!status)
			scan->filters[scan->n_filters++] = item;
	}
	return status ? status : keep(b, at, &stay);
}

static BL_STATUS
push_filter(struct bl_binder *b, struct bl_rel **at, const struct list *in)
{
	struct bl_rel *filter = *at;
	struct list all = {0};
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; !status && i < filter->n_nodes; i++)
		status = add(b, &all, filter->nodes[i]);
	for (uint32_t i = 0; !status && i < in->n; i++)
		status = add(b, &all, in->nodes[i]);
	*at = filter->input;
	return status ? status : push(b, at, &all);
}

static BL_STATUS
push_project(struct bl_binder *b, struct bl_rel **at, const struct list *in)
{
	struct bl_rel *rel = *at;
	struct replace r = {.ids = rel->out, .nodes = rel->nodes, .n = rel->n_out};
	struct list down = {0}, stay = {0};
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; !status && i < in->n; i++) {
		struct bl_node *node = NULL;

		status = replace(b, r, in->nodes[i], &node);
		if (!status)
			status = node != NULL ? add(b, &down, node) : add(b, &stay, in->nodes[i]);
	}
	if (!status)
		status = push(b, &rel->input, &down);
	return status ? status : keep(b, at, &stay);
}

static bool
is_group(void *ctx, uint32_t id)
{
	const struct within *w = ctx;

	return position(w->b, w->rel->out, w->rel->n_nodes, id) != UINT32_MAX;
}

static BL_STATUS
push_aggregate(struct bl_binder *b, struct bl_rel **at, const struct list *in)
{
	struct bl_rel *rel = *at;
	struct replace r = {.ids = rel->out, .nodes = rel->nodes, .n = rel->n_nodes};
	struct within w = {b, rel};
	struct list down = {0}, stay = {0};
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; !status && i < in->n; i++) {
		struct bl_node *node = NULL;

		if (rel->n_nodes > 0 && rel->n_sets == 0 &&
		    bl_tree__ids(in->nodes[i], is_group, &w))
			status = replace(b, r, in->nodes[i], &node);
		if (!status)
			status = node != NULL ? add(b, &down, node) : add(b, &stay, in->nodes[i]);
	}
	if (!status)
		status = push(b, &rel->input, &down);
	return status ? status : keep(b, at, &stay);
}

static bool
is_partition(void *ctx, uint32_t id)
{
	const struct within *w = ctx;
	const struct bl_window *window = w->rel->calls[0].window;

	for (uint32_t i = 0; i < window->n_partition; i++)
		if (window->partition[i]->kind == BL_NODE_SLOT &&
		    bl_rel__same(w->b, window->partition[i]->slot) == bl_rel__same(w->b, id))
			return true;
	return false;
}

static bool
is_not_made(void *ctx, uint32_t id)
{
	const struct within *w = ctx;

	return position(w->b, w->rel->made_ids, w->rel->n_made, id) == UINT32_MAX;
}

/* WINDOW: what reads only the partition.  UNNEST: what reads nothing that is unnested. */
static BL_STATUS
push_some(struct bl_binder *b, struct bl_rel **at, const struct list *in,
    bool (*may)(void *ctx, uint32_t id))
{
	struct within w = {b, *at};
	struct list down = {0}, stay = {0};
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; !status && i < in->n; i++)
		status = add(b, bl_tree__ids(in->nodes[i], may, &w) ? &down : &stay, in->nodes[i]);
	if (!status)
		status = push(b, &(*at)->input, &down);
	return status ? status : keep(b, at, &stay);
}

/* left = right as a key: when both have an order among each other that hashing keeps. */
static BL_STATUS
as_key(struct bl_binder *b, struct bl_rel *join, struct bl_node *node, bool *ret)
{
	struct bl_datatype common;

	*ret = false;
	if (node->kind != BL_NODE_COMPARE || node->op != BL_OP_EQ)
		return BL_OK;
	for (uint32_t i = 0; i < 2; i++) {
		struct bl_node *left = node->kids[i], *right = node->kids[1 - i];

		if (bl_tree__is_constant(left) || bl_tree__is_constant(right) ||
		    !reads_only(b, join->input, left) || !reads_only(b, join->right, right) ||
		    left->type.kind == BL_TYPE_JSON || right->type.kind == BL_TYPE_JSON ||
		    !bl_tree__unify(left->type, right->type, &common))
			continue;
		if (!BL_LIST_ROOM(b->arena, &join->left_keys, join->n_keys_joined) ||
		    !BL_LIST_ROOM(b->arena, &join->right_keys, join->n_keys_joined))
			return bl_bind__no_memory(b);
		join->left_keys[join->n_keys_joined] = left;
		join->right_keys[join->n_keys_joined++] = right;
		*ret = true;
		return BL_OK;
	}
	return BL_OK;
}

/* A condition of the join itself: ON, and WHERE above an inner one. */
static BL_STATUS
join_condition(struct bl_binder *b, struct bl_rel *join, struct bl_node *node, struct list *left,
    struct list *right, struct list *rest)
{
	bool fills_left = join->join == BL_PLAN_RIGHT || join->join == BL_PLAN_INNER;
	bool fills_right = join->join != BL_PLAN_RIGHT && join->join != BL_PLAN_FULL;
	bool key = false;
	enum bl_status status;

	if (fills_left && reads_only(b, join->input, node))
		return add(b, left, node);
	if (fills_right && reads_only(b, join->right, node) && !bl_tree__is_constant(node))
		return add(b, right, node);
	status = as_key(b, join, node, &key);
	return status || key ? status : add(b, rest, node);
}

static BL_STATUS
push_join(struct bl_binder *b, struct bl_rel **at, const struct list *in)
{
	struct bl_rel *join = *at;
	bool to_left = join->join != BL_PLAN_RIGHT && join->join != BL_PLAN_FULL;
	bool to_right = join->join == BL_PLAN_RIGHT || join->join == BL_PLAN_INNER;
	struct list left = {0}, right = {0}, rest = {0}, stay = {0};
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; !status && i < join->n_nodes; i++)
		status = join_condition(b, join, join->nodes[i], &left, &right, &rest);
	for (uint32_t i = 0; !status && i < in->n; i++) {
		if (join->join == BL_PLAN_INNER)
			status = join_condition(b, join, in->nodes[i], &left, &right, &rest);
		else if (to_left && reads_only(b, join->input, in->nodes[i]))
			status = add(b, &left, in->nodes[i]);
		else if (to_right && reads_only(b, join->right, in->nodes[i]))
			status = add(b, &right, in->nodes[i]);
		else
			status = add(b, &stay, in->nodes[i]);
	}
	join->nodes = rest.nodes;
	join->n_nodes = rest.n;
	if (!status)
		status = push(b, &join->input, &left);
	if (!status)
		status = push(b, &join->right, &right);
	return status ? status : keep(b, at, &stay);
}

static BL_STATUS
push_set(struct bl_binder *b, struct bl_rel **at, const struct list *in)
{
	struct bl_rel *rel = *at;
	bool all = rel->kind == BL_PLAN_UNION;
	enum bl_status status = BL_OK;

	for (uint32_t p = 0; !status && p < rel->n_parts; p++) {
		struct replace r = {.ids = rel->out, .others = rel->parts[p]->out, .n = rel->n_out};
		struct list down = {0};

		for (uint32_t i = 0; !status && all && i < in->n; i++) {
			struct bl_node *node = NULL;

			status = bl_tree__map(b, in->nodes[i], put_in, &r, &node);
			if (!status)
				status = add(b, &down, node);
		}
		if (!status)
			status = push(b, &rel->parts[p], &down);
	}
	return status || all ? status : keep(b, at, in);
}

static BL_STATUS
push_shared(struct bl_binder *b, struct bl_rel **at, const struct list *in)
{
	struct bl_rel *reader = *at;
	struct bl_shared *shared = reader->shared;
	struct list nothing = {0};
	enum bl_status status = BL_OK;

	if (shared->n_readers == 1) {
		/* The one reader is the query: its columns are the query's. */
		for (uint32_t i = 0; i < reader->n_out; i++)
			b->ids[reader->out[i]].same = bl_rel__same(b, shared->rel->out[i]);
		*at = shared->rel;
		return push(b, at, in);
	}
	if (!shared->pushed) {
		shared->pushed = true;
		status = push(b, &shared->rel, &nothing);
	}
	return status ? status : keep(b, at, in);
}

/* LIMIT right above a scan: so many rows are enough for it. */
static void
limit_scan(struct bl_rel *limit)
{
	struct bl_rel *rel = limit->input;

	while (rel->kind == BL_PLAN_PROJECT)
		rel = rel->input;
	if (rel->kind == BL_PLAN_SCAN && limit->limit < UINT64_MAX - limit->offset)
		rel->enough = limit->limit + limit->offset;
}

static BL_STATUS
push_ordered(struct bl_binder *b, struct bl_rel **at, const struct list *in)
{
	struct bl_rel *rel = *at;
	struct list nothing = {0};
	bool cuts = rel->limit != UINT64_MAX || rel->offset > 0;
	enum bl_status status = push(b, &rel->input, cuts ? &nothing : in);

	if (!status && rel->kind == BL_PLAN_LIMIT)
		limit_scan(rel);
	return status || !cuts ? status : keep(b, at, in);
}

static BL_STATUS
push(struct bl_binder *b, struct bl_rel **at, const struct list *in)
{
	switch ((*at)->kind) {
	case BL_PLAN_SCAN: return push_scan(b, at, in);
	case BL_PLAN_VALUES: return keep(b, at, in);
	case BL_PLAN_FILTER: return push_filter(b, at, in);
	case BL_PLAN_PROJECT: return push_project(b, at, in);
	case BL_PLAN_AGGREGATE: return push_aggregate(b, at, in);
	case BL_PLAN_WINDOW: return push_some(b, at, in, is_partition);
	case BL_PLAN_SORT:
	case BL_PLAN_LIMIT: return push_ordered(b, at, in);
	case BL_PLAN_JOIN: return push_join(b, at, in);
	case BL_PLAN_UNNEST: return push_some(b, at, in, is_not_made);
	case BL_PLAN_UNION:
	case BL_PLAN_INTERSECT:
	case BL_PLAN_EXCEPT: return push_set(b, at, in);
	case BL_PLAN_SHARED: return push_shared(b, at, in);
	}
	assert(false);
	return BL_OK;
}

BL_STATUS
bl_push__all(struct bl_binder *b, struct bl_rel **rel)
{
	struct list nothing = {0};

	return push(b, rel, &nothing);
}
