/*
 * Expressions over one configuration item, handed to the scan: it asks each distinct version once,
 * however many rows it stands for.
 *
 * An error of such an expression may not come from a row that a condition above the scan leaves
 * out. So what may fail is handed down only where nothing stands between that could leave out rows.
 */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "sql/bind_priv.h"
#include "sql/list.h"

/* A scan whose columns flow up to here as they are. */
struct open {
	struct bl_rel *scan;
	bool direct; /* Every row of it comes up to here. */
};

struct opens {
	struct open *list;
	uint32_t n;
};

struct of_scan {
	const struct bl_binder *b;
	const struct bl_rel *scan;
	uint32_t n;
	uint32_t size;
};

static bool
is_item(void *ctx, uint32_t id)
{
	struct of_scan *s = ctx;

	id = bl_rel__same(s->b, id);
	s->n++;
	if (s->b->ids[id].scan != s->scan || s->b->ids[id].item == NULL)
		return false;
	s->size += bl_tree__size(s->b->ids[id].item, BL_BIND_MAX_INLINE);
	return s->size < BL_BIND_MAX_INLINE;
}

/* No variable of a lambda around it, and none that an item's name would be taken for. */
static bool
is_closed(const struct bl_node *node, const struct bl_node *lambda)
{
	bool found = false;

	if (node->kind == BL_NODE_NAME || node->kind == BL_NODE_VAR) {
		for (uint32_t i = 0; lambda != NULL && i < lambda->n_vars; i++)
			found = found || bl_str_eq_ci(lambda->vars[i], node->text);
		return found;
	}
	if (node->kind == BL_NODE_LAMBDA) {
		if (lambda != NULL) /* One in another stays above. */
			return false;
		for (uint32_t i = 0; i < node->n_vars; i++)
			if (bl_path_find(node->vars[i]) != SIZE_MAX)
				return false;
		lambda = node;
	}
	for (uint32_t i = 0; i < node->n_kids; i++)
		if (!is_closed(node->kids[i], lambda))
			return false;
	return true;
}

static enum bl_status
put_items(struct bl_binder *b, void *ctx, const struct bl_node *node, struct bl_node **ret)
{
	(void)ctx;
	if (node->kind != BL_NODE_SLOT)
		return BL_OK;
	return bl_node_copy(b->ids[bl_rel__same(b, node->slot)].item, b->arena, ret, b->reterr);
}

/* json_extract(json_format(x), ...) reads the JSON as it is; no text is made and read again. */
static void
skip_format(struct bl_node *node)
{
	static const char *const readers[] = {"json_extract", "json_extract_scalar", "json_size",
	    "json_array_length", "json_array_contains"};

	for (uint32_t i = 0; i < node->n_kids; i++)
		skip_format(node->kids[i]);
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		struct bl_node *text = node->n_kids > 0 ? node->kids[0] : NULL;

		if (node->kind == BL_NODE_CALL && text != NULL && text->kind == BL_NODE_CALL &&
		    text->n_kids == 1 && bl_str_eq_ci(node->text, bl_str_of(readers[i])) &&
		    bl_str_eq_ci(text->text, BL_STR("json_format")))
			node->kids[0] = text->kids[0];
	}
}

BL_STATUS
bl_items__of(struct bl_binder *b, const struct bl_rel *scan, const struct bl_node *node,
    struct bl_node **ret)
{
	struct of_scan s = {.b = b, .scan = scan, .size = bl_tree__size(node, BL_BIND_MAX_INLINE)};
	struct bl_err ignored = {0}, *reterr = b->reterr;
	struct bl_node *copy = NULL, *kept = NULL;
	struct bl_expr *expr = NULL;
	enum bl_status status;

	*ret = NULL;
	if (!bl_tree__ids(node, is_item, &s) || s.n == 0 || !is_closed(node, NULL))
		return BL_OK;
	status = bl_tree__map(b, node, put_items, NULL, &copy);
	if (!status)
		skip_format(copy);
	if (!status)
		status = bl_node_copy(copy, b->arena, &kept, b->reterr);
	if (status || copy->depth > BL_NODE_MAX_DEPTH)
		return status;
	b->reterr = &ignored;
	status = bl_expr_of_tree(copy, true, NULL, 0, BL_TYPE_UNKNOWN, b->arena, &expr, b->reterr);
	b->reterr = reterr;
	if (status == BL_ENOMEM)
		return bl_bind__no_memory(b);
	/* Where the item is of another kind than the column, the row decides. */
	if (!status && bl_type_equal(bl_expr_type(expr), node->type))
		*ret = kept;
	return BL_OK;
}

/* Can its evaluation be an error?  Told without looking at values. */
static bool
is_safe(const struct bl_node *node)
{
	static const char *const calls[] = {"json_extract_scalar", "json_extract", "lower", "upper",
	    "trim", "ltrim", "rtrim", "length", "strpos", "starts_with", "replace", "coalesce",
	    "nullif", "if", "try", "concat", "cardinality", "map_keys", "map_values", "json_format",
	    "regexp_like", "regexp_replace", "regexp_extract", "reverse", "json_array_length",
	    "json_size"};
	bool known = false;

	for (uint32_t i = 0; i < node->n_kids; i++)
		if (!is_safe(node->kids[i]) ||
		    (node->kids[i]->type.kind == BL_TYPE_JSON && node->kind != BL_NODE_CALL &&
			node->kind != BL_NODE_IS_NULL))
			return false;
	switch ((int)node->kind) {
	case BL_NODE_CALL:
		for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
			known = known || bl_str_eq_ci(node->text, bl_str_of(calls[i]));
		return known || (bl_str_eq_ci(node->text, BL_STR("element_at")) &&
				    node->kids[0]->type.kind == BL_TYPE_MAP);
	case BL_NODE_CAST: return node->negated || node->type.kind == BL_TYPE_VARCHAR;
	case BL_NODE_INDEX: return node->kids[0]->type.kind == BL_TYPE_MAP;
	case BL_NODE_ARITH:
	case BL_NODE_MINUS:
	case BL_NODE_LAMBDA:
	case BL_NODE_SUBQUERY: return false;
	default: return true;
	}
}

static bool
first_scan(void *ctx, uint32_t id)
{
	struct of_scan *s = ctx;

	s->scan = s->b->ids[bl_rel__same(s->b, id)].scan;
	return false;
}

/* The id under which the scan gives this; a new one, or that of the same expression. */
static BL_STATUS
intern(struct bl_binder *b, struct bl_rel *scan, const struct bl_node *item,
    struct bl_datatype type, uint32_t *ret)
{
	enum bl_status status;

	for (uint32_t i = 0; i < scan->n_out; i++)
		if (b->ids[scan->out[i]].item != NULL &&
		    bl_tree__equal(b->ids[scan->out[i]].item, item)) {
			*ret = scan->out[i];
			return BL_OK;
		}
	status = bl_rel__id(b, type, ret);
	if (status)
		return status;
	b->ids[*ret].scan = scan;
	b->ids[*ret].item = item;
	return bl_rel__out(b, scan, *ret);
}

static enum bl_status
hand_down(struct bl_binder *b, void *ctx, const struct bl_node *node, struct bl_node **ret)
{
	const struct opens *opens = ctx;
	struct of_scan s = {.b = b};
	struct bl_node *item = NULL;
	uint32_t id = 0, i = 0;
	enum bl_status status;

	if (node->kind == BL_NODE_SLOT || node->n_kids == 0 || node->kind == BL_NODE_LAMBDA ||
	    node->kind == BL_NODE_ROW)
		return BL_OK;
	(void)bl_tree__ids(node, first_scan, &s);
	while (i < opens->n && opens->list[i].scan != s.scan)
		i++;
	if (s.scan == NULL || i == opens->n)
		return BL_OK;
	if (!opens->list[i].direct && !is_safe(node))
		return BL_OK;
	status = bl_items__of(b, s.scan, node, &item);
	if (!status && item != NULL)
		status = intern(b, opens->list[i].scan, item, node->type, &id);
	if (status || item == NULL)
		return status;
	return bl_tree__slot(b, id, node->line, node->column, ret);
}

/* Types are wanted of every part before parts are handed down. */
static BL_STATUS
rewrite(struct bl_binder *b, const struct opens *opens, struct bl_node **node)
{
	struct opens copy = *opens;
	enum bl_status status = bl_tree__check(b, *node, BL_TYPE_UNKNOWN);

	return status ? status : bl_tree__map(b, *node, hand_down, &copy, node);
}

static BL_STATUS
rewrite_list(struct bl_binder *b, const struct opens *opens, struct bl_node **nodes, uint32_t n)
{
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; !status && i < n; i++)
		status = rewrite(b, opens, &nodes[i]);
	return status;
}

static BL_STATUS
rewrite_keys(struct bl_binder *b, const struct opens *opens, struct bl_sort_key *keys, uint32_t n)
{
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; !status && i < n; i++)
		status = rewrite(b, opens, &keys[i].node);
	return status;
}

static BL_STATUS
rewrite_calls(struct bl_binder *b, const struct opens *opens, struct bl_rel *rel)
{
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; !status && i < rel->n_calls; i++) {
		struct bl_rel_call *call = &rel->calls[i];

		status = rewrite_list(b, opens, call->args, call->n_args);
		if (!status && call->filter != NULL)
			status = rewrite(b, opens, &call->filter);
		if (!status)
			status = rewrite_keys(b, opens, call->order, call->n_order);
	}
	return status;
}

static BL_STATUS
append(struct bl_binder *b, struct opens *to, const struct opens *from, bool direct)
{
	for (uint32_t i = 0; i < from->n; i++) {
		if (!BL_LIST_ROOM(b->arena, &to->list, to->n))
			return bl_bind__no_memory(b);
		to->list[to->n] = from->list[i];
		to->list[to->n].direct = direct && from->list[i].direct;
		to->n++;
	}
	return BL_OK;
}

static BL_STATUS items(struct bl_binder *b, struct bl_rel *rel, struct opens *ret);

static BL_STATUS
items_scan(struct bl_binder *b, struct bl_rel *rel, struct opens *ret)
{
	if (!BL_LIST_ROOM(b->arena, &ret->list, 0))
		return bl_bind__no_memory(b);
	ret->list[ret->n++] = (struct open){.scan = rel, .direct = true};
	return BL_OK;
}

/* A column that is nothing but another one from now on is that one. */
static BL_STATUS
items_project(struct bl_binder *b, struct bl_rel *rel, struct opens *ret)
{
	enum bl_status status = items(b, rel->input, ret);

	if (!status)
		status = rewrite_list(b, ret, rel->nodes, rel->n_nodes);
	for (uint32_t i = 0; !status && i < rel->n_nodes; i++) {
		uint32_t from = bl_rel__same(b, rel->out[i]), to;

		if (rel->nodes[i]->kind != BL_NODE_SLOT)
			continue;
		to = bl_rel__same(b, rel->nodes[i]->slot);
		if (from != to && b->ids[from].scan == NULL)
			b->ids[from].same = to;
	}
	return status;
}

static BL_STATUS
items_join(struct bl_binder *b, struct bl_rel *rel, struct opens *ret)
{
	struct opens left = {0}, right = {0};
	bool keeps_left = rel->join != BL_PLAN_RIGHT && rel->join != BL_PLAN_FULL;
	bool keeps_right = rel->join == BL_PLAN_INNER || rel->join == BL_PLAN_RIGHT;
	enum bl_status status = items(b, rel->input, &left);

	if (!status)
		status = items(b, rel->right, &right);
	if (!status)
		status = rewrite_list(b, &left, rel->left_keys, rel->n_keys_joined);
	if (!status)
		status = rewrite_list(b, &right, rel->right_keys, rel->n_keys_joined);
	if (!status && keeps_left)
		status = append(b, ret, &left, false);
	if (!status && keeps_right)
		status = append(b, ret, &right, false);
	/* A condition is asked of pairs: what may fail stays in it. */
	return status ? status : rewrite_list(b, ret, rel->nodes, rel->n_nodes);
}

static BL_STATUS
items_above(struct bl_binder *b, struct bl_rel *rel, struct opens *ret)
{
	bool filter = rel->kind == BL_PLAN_FILTER, unnest = rel->kind == BL_PLAN_UNNEST;
	bool cuts = rel->kind == BL_PLAN_LIMIT || rel->limit != UINT64_MAX || rel->offset > 0;
	struct opens below = {0}, own = {0};
	enum bl_status status = items(b, rel->input, &below);

	if (!status)
		status = append(b, &own, &below, !filter || rel->n_nodes == 1);
	if (!status && (filter || unnest))
		status = rewrite_list(b, &own, rel->nodes, rel->n_nodes);
	if (!status)
		status = rewrite_keys(b, &own, rel->keys, rel->n_keys);
	if (!status)
		status = rewrite_calls(b, &own, rel);
	return status ? status : append(b, ret, &below, !filter && !unnest && !cuts);
}

static BL_STATUS
items_aggregate(struct bl_binder *b, struct bl_rel *rel)
{
	struct opens below = {0};
	enum bl_status status = items(b, rel->input, &below);

	if (!status)
		status = rewrite_list(b, &below, rel->nodes, rel->n_nodes);
	return status ? status : rewrite_calls(b, &below, rel);
}

static BL_STATUS
items(struct bl_binder *b, struct bl_rel *rel, struct opens *ret)
{
	struct opens unused = {0};
	enum bl_status status = BL_OK;

	switch (rel->kind) {
	case BL_PLAN_SCAN: return items_scan(b, rel, ret);
	case BL_PLAN_VALUES: return BL_OK;
	case BL_PLAN_PROJECT: return items_project(b, rel, ret);
	case BL_PLAN_AGGREGATE: return items_aggregate(b, rel);
	case BL_PLAN_JOIN: return items_join(b, rel, ret);
	case BL_PLAN_FILTER:
	case BL_PLAN_WINDOW:
	case BL_PLAN_SORT:
	case BL_PLAN_LIMIT:
	case BL_PLAN_UNNEST: return items_above(b, rel, ret);
	case BL_PLAN_UNION:
	case BL_PLAN_INTERSECT:
	case BL_PLAN_EXCEPT:
		for (uint32_t i = 0; !status && i < rel->n_parts; i++) {
			unused = (struct opens){0};
			status = items(b, rel->parts[i], &unused);
		}
		return status;
	case BL_PLAN_SHARED:
		if (rel->shared->told)
			return BL_OK;
		rel->shared->told = true;
		return items(b, rel->shared->rel, &unused);
	}
	assert(false);
	return BL_OK;
}

BL_STATUS
bl_items__all(struct bl_binder *b, struct bl_rel *rel)
{
	struct opens unused = {0};

	return items(b, rel, &unused);
}

BL_STATUS
bl_items__expr(struct bl_binder *b, const struct bl_node *node, enum bl_type_kind wanted,
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
