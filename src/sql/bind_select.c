/* SELECT: FROM, WHERE, items, GROUP BY, HAVING, windows, DISTINCT and ORDER BY, in that order. */
#include <assert.h>

#include "base/arena.h"
#include "sql/bind_priv.h"
#include "sql/list.h"

/* A copy's place is where it is used; the name is what the person wrote. */
static BL_STATUS
add_output(struct bl_binder *b, struct bl_selecting *s, struct bl_str name, struct bl_node *node)
{
	if (!BL_LIST_ROOM(b->arena, &s->outputs, s->n_outputs))
		return bl_bind__no_memory(b);
	if (name.ptr == NULL &&
	    bl_str_printf(b->arena, &name, b->reterr, "_col%u", (unsigned)s->n_outputs))
		return bl_bind__no_memory(b);
	s->outputs[s->n_outputs++] = (struct bl_output){.name = name, .node = node};
	return BL_OK;
}

static BL_STATUS
add_all(struct bl_binder *b, struct bl_selecting *s, const struct bl_ident *qualifier)
{
	bool all = qualifier->text.ptr == NULL, found = false;
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; !status && i < s->scope.n_names; i++) {
		const struct bl_name *name = &s->scope.names[i];

		if (name->hidden || (all && name->merged))
			continue;
		if (!all && !bl_str_eq_ci(name->relation, qualifier->text))
			continue;
		status = add_output(b, s, name->name, name->node);
		found = true;
	}
	if (status || found)
		return status;
	if (!all)
		return bl_bind__fail(b, qualifier->line, qualifier->column,
		    "there is no relation %.*s", BL_STR_ARG(qualifier->text));
	return bl_bind__fail(
	    b, qualifier->line, qualifier->column, "SELECT * wants a FROM with columns");
}

static struct bl_str
name_of(const struct bl_select_item *item)
{
	if (item->alias.text.ptr != NULL)
		return item->alias.text;
	if (item->node->kind == BL_NODE_NAME || item->node->kind == BL_NODE_MEMBER)
		return item->node->text;
	return (struct bl_str){0};
}

static BL_STATUS
bind_items(struct bl_binder *b, struct bl_selecting *s)
{
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; !status && i < s->select->n_items; i++) {
		const struct bl_select_item *item = &s->select->items[i];
		struct bl_node *node = NULL;

		if (item->node == NULL) {
			status = add_all(b, s, &item->qualifier);
			continue;
		}
		status = bl_scope__resolve(b, &s->scope, item->node, &node);
		if (!status)
			status = add_output(b, s, name_of(item), node);
	}
	return status;
}

/* The output that a bare name or a number of ORDER BY means; *ret NULL: none. */
static BL_STATUS
order_output(struct bl_binder *b, const struct bl_selecting *s, const struct bl_node *at,
    struct bl_node **ret)
{
	*ret = NULL;
	if (at->kind == BL_NODE_LITERAL && at->value.kind == BL_TYPE_BIGINT) {
		if (at->value.i64 < 1 || at->value.i64 > (int64_t)s->n_outputs)
			return bl_bind__fail(b, at->line, at->column,
			    "ORDER BY %lld: there are %u columns", (long long)at->value.i64,
			    (unsigned)s->n_outputs);
		*ret = s->outputs[at->value.i64 - 1].node;
		return BL_OK;
	}
	for (uint32_t i = 0; at->kind == BL_NODE_NAME && i < s->n_outputs; i++) {
		if (!bl_str_eq_ci(s->outputs[i].name, at->text))
			continue;
		if (*ret != NULL && !bl_tree__equal(*ret, s->outputs[i].node))
			return bl_bind__fail(b, at->line, at->column,
			    "%.*s is ambiguous: several columns of SELECT have this name",
			    BL_STR_ARG(at->text));
		*ret = s->outputs[i].node;
	}
	return BL_OK;
}

static BL_STATUS
bind_order(struct bl_binder *b, struct bl_selecting *s, const struct bl_query *query)
{
	struct bl_name *names = bl_new(b->arena, struct bl_name, s->n_outputs);
	struct bl_scope scope = {.names = names, .n_names = s->n_outputs, .outer = &s->scope};
	enum bl_status status = BL_OK;

	s->order = bl_new(b->arena, struct bl_sort_key, query->n_order);
	if (names == NULL || s->order == NULL)
		return bl_bind__no_memory(b);
	s->n_order = query->n_order;
	for (uint32_t i = 0; i < s->n_outputs; i++)
		names[i] = (struct bl_name){.name = s->outputs[i].name, .node = s->outputs[i].node};
	for (uint32_t i = 0; !status && i < query->n_order; i++) {
		struct bl_node *node = NULL;

		s->order[i] = query->order[i];
		status = order_output(b, s, query->order[i].node, &node);
		if (!status && node == NULL)
			status = bl_scope__resolve(b, &scope, query->order[i].node, &node);
		s->order[i].node = node;
	}
	return status;
}

static BL_STATUS
bind_where(struct bl_binder *b, struct bl_selecting *s)
{
	struct bl_node *node = NULL;
	struct bl_node **conjuncts = NULL;
	uint32_t n = 0;
	enum bl_status status;

	if (s->select->where == NULL)
		return BL_OK;
	status = bl_scope__resolve(b, &s->scope, s->select->where, &node);
	if (!status)
		status = bl_aggregate__refuse(b, node, "WHERE");
	if (!status)
		status = bl_tree__check(b, node, BL_TYPE_BOOLEAN);
	if (!status)
		status = bl_tree__conjuncts(b, node, &conjuncts, &n);
	for (struct bl_pending *p = b->pending; !status && p != NULL; p = p->next)
		for (uint32_t i = 0; i < n; i++)
			if (conjuncts[i]->kind == BL_NODE_SLOT && conjuncts[i]->slot == p->id)
				p->only_true = true;
	if (!status)
		status = bl_subquery__join(b, conjuncts, n, &s->rel);
	return status ? status : bl_rel__filter(b, &s->rel, node);
}

static BL_STATUS
join_pending(struct bl_binder *b, struct bl_selecting *s)
{
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; !status && i < s->n_outputs; i++)
		status = bl_subquery__join(b, &s->outputs[i].node, 1, &s->rel);
	for (uint32_t i = 0; !status && i < s->n_order; i++)
		status = bl_subquery__join(b, &s->order[i].node, 1, &s->rel);
	return status;
}

static BL_STATUS
project(struct bl_binder *b, struct bl_selecting *s, struct bl_name **ret_names)
{
	struct bl_rel *project = NULL;
	struct bl_name *names = bl_new(b->arena, struct bl_name, s->n_outputs);
	enum bl_status status =
	    bl_rel__new(b, BL_PLAN_PROJECT, s->rel, s->select->line, s->select->column, &project);

	if (names == NULL)
		return bl_bind__no_memory(b);
	for (uint32_t i = 0; !status && i < s->n_outputs; i++) {
		struct bl_node *node = s->outputs[i].node;
		uint32_t id = 0;

		status = bl_tree__check(b, node, BL_TYPE_UNKNOWN);
		if (!status && node->kind == BL_NODE_SLOT && bl_rel__has(b, s->rel, node->slot))
			id = node->slot;
		else if (!status)
			status = bl_rel__id(b, node->type, &id);
		if (!status)
			status = bl_rel__out(b, project, id);
		if (!status)
			status = bl_rel__node(b, project, node);
		names[i] = (struct bl_name){.name = s->outputs[i].name};
		if (!status)
			status = bl_tree__slot(b, id, node->line, node->column, &names[i].node);
	}
	s->rel = project;
	*ret_names = names;
	return status;
}

/* A key that is an output is the output; of DISTINCT there is nothing else. */
static BL_STATUS
sort(struct bl_binder *b, struct bl_selecting *s, const struct bl_name *names)
{
	struct bl_rel *sort = NULL;
	enum bl_status status =
	    bl_rel__new(b, BL_PLAN_SORT, s->rel, s->select->line, s->select->column, &sort);

	for (uint32_t i = 0; !status && i < s->n_order; i++) {
		struct bl_node *node = s->order[i].node;
		uint32_t k = 0;
		char text[BL_TYPE_TEXT];

		while (k < s->n_outputs && !bl_tree__equal(s->outputs[k].node, node))
			k++;
		if (k < s->n_outputs)
			s->order[i].node = names[k].node;
		else if (s->select->distinct)
			return bl_bind__fail(b, node->line, node->column,
			    "of SELECT DISTINCT, ORDER BY may use only what is selected");
		else
			status = bl_tree__check(b, node, BL_TYPE_UNKNOWN);
		node = s->order[i].node;
		if (!status && (node->type.kind == BL_TYPE_JSON || node->type.kind == BL_TYPE_MAP))
			return bl_bind__fail(b, node->line, node->column,
			    "ORDER BY wants a type that has an order, found %s",
			    bl_value_type_name(node->type, text));
	}
	if (status)
		return status;
	sort->keys = s->order;
	sort->n_keys = s->n_order;
	s->rel = sort;
	return BL_OK;
}

static BL_STATUS
bind_rest(struct bl_binder *b, struct bl_selecting *s, const struct bl_query *query,
    struct bl_name **ret_names)
{
	enum bl_status status = bind_items(b, s);

	if (!status && query != NULL && query->n_order > 0)
		status = bind_order(b, s, query);
	if (!status && s->select->having != NULL)
		status = bl_scope__resolve(b, &s->scope, s->select->having, &s->having);
	if (!status)
		status = bl_group__apply(b, s);
	if (!status && s->having != NULL) {
		status = bl_tree__check(b, s->having, BL_TYPE_BOOLEAN);
		if (!status)
			status = bl_subquery__join(b, &s->having, 1, &s->rel);
		if (!status)
			status = bl_rel__filter(b, &s->rel, s->having);
	}
	if (!status)
		status = join_pending(b, s);
	if (!status)
		status = bl_window__apply(b, s);
	if (!status)
		status = project(b, s, ret_names);
	if (!status && s->select->distinct)
		status = bl_rel__distinct(b, &s->rel);
	if (!status && s->n_order > 0)
		status = sort(b, s, *ret_names);
	if (!status && query != NULL)
		status = bl_bind__limit(b, query, &s->rel);
	return status;
}

BL_STATUS
bl_bind__select(struct bl_binder *b, const struct bl_select *select, const struct bl_query *order,
    const struct bl_scope *outer, struct bl_rel **ret, struct bl_name **ret_names, uint32_t *ret_n)
{
	struct bl_selecting s = {.select = select, .scope = {.outer = outer}};
	struct bl_pending *around = b->pending;
	enum bl_status status;

	b->pending = NULL;
	if (select->from != NULL)
		status = bl_bind__from(b, select->from, &s.scope, &s.rel);
	else
		status = bl_rel__one_row(b, select->line, select->column, &s.rel);
	if (!status)
		status = bind_where(b, &s);
	if (!status)
		status = bind_rest(b, &s, order, ret_names);
	b->pending = around;
	if (status)
		return status;
	*ret = s.rel;
	*ret_n = s.n_outputs;
	return BL_OK;
}
