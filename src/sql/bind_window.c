/* Window functions: those of one PARTITION BY and ORDER BY share an operator. */
#include <assert.h>

#include "base/arena.h"
#include "sql/bind_priv.h"
#include "sql/list.h"

static bool
same_window(const struct bl_window *a, const struct bl_window *b)
{
	if (a->n_partition != b->n_partition || a->n_order != b->n_order)
		return false;
	for (uint32_t i = 0; i < a->n_partition; i++)
		if (!bl_tree__equal(a->partition[i], b->partition[i]))
			return false;
	for (uint32_t i = 0; i < a->n_order; i++)
		if (a->order[i].descending != b->order[i].descending ||
		    a->order[i].nulls_first != b->order[i].nulls_first ||
		    !bl_tree__equal(a->order[i].node, b->order[i].node))
			return false;
	return true;
}

static BL_STATUS
check_window(struct bl_binder *b, const struct bl_window *w)
{
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; !status && i < w->n_partition; i++)
		status = bl_tree__check(b, w->partition[i], BL_TYPE_UNKNOWN);
	for (uint32_t i = 0; !status && i < w->n_order; i++)
		status = bl_tree__check(b, w->order[i].node, BL_TYPE_UNKNOWN);
	if (!status && w->from_offset != NULL)
		status = bl_tree__check(b, w->from_offset, BL_TYPE_BIGINT);
	if (!status && w->to_offset != NULL)
		status = bl_tree__check(b, w->to_offset, BL_TYPE_BIGINT);
	return status;
}

/* The operator with this window above ${s->rel}, made if there is none. */
static BL_STATUS
window_rel(
    struct bl_binder *b, struct bl_selecting *s, const struct bl_node *call, struct bl_rel **ret)
{
	struct bl_rel *rel = s->rel;
	enum bl_status status;

	for (; rel != NULL && rel->kind == BL_PLAN_WINDOW; rel = rel->input)
		if (same_window(rel->calls[0].window, call->extra->window)) {
			*ret = rel;
			return BL_OK;
		}
	status = check_window(b, call->extra->window);
	if (!status)
		status = bl_rel__new(b, BL_PLAN_WINDOW, s->rel, call->line, call->column, ret);
	if (!status)
		s->rel = *ret;
	return status;
}

static enum bl_status
rewrite(struct bl_binder *b, void *ctx, const struct bl_node *node, struct bl_node **ret)
{
	struct bl_selecting *s = ctx;
	struct bl_rel *rel = NULL;
	enum bl_status status;
	uint32_t i = 0;

	if (node->kind == BL_NODE_CALL && bl_aggregate__is_window(node->text) &&
	    (node->extra == NULL || node->extra->window == NULL))
		return bl_bind__fail(b, node->line, node->column,
		    "%.*s() wants OVER (...) behind it", BL_STR_ARG(node->text));
	if (node->kind != BL_NODE_CALL || node->extra == NULL || node->extra->window == NULL)
		return BL_OK;
	status = window_rel(b, s, node, &rel);
	if (status)
		return status;
	while (i < rel->n_calls && !bl_tree__equal(rel->calls[i].source, node))
		i++;
	if (i == rel->n_calls) {
		if (!BL_LIST_ROOM(b->arena, &rel->calls, rel->n_calls))
			return bl_bind__no_memory(b);
		status = bl_aggregate__make(b, node, &rel->calls[i]);
		if (status)
			return status;
		rel->n_calls++;
		for (struct bl_rel *r = s->rel; !status; r = r->input) {
			status = bl_rel__out(b, r, rel->calls[i].id);
			if (r == rel)
				break;
		}
	}
	return status ? status : bl_tree__slot(b, rel->calls[i].id, node->line, node->column, ret);
}

BL_STATUS
bl_window__apply(struct bl_binder *b, struct bl_selecting *s)
{
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; !status && i < s->n_outputs; i++)
		status = bl_tree__map(b, s->outputs[i].node, rewrite, s, &s->outputs[i].node);
	for (uint32_t i = 0; !status && i < s->n_order; i++)
		status = bl_tree__map(b, s->order[i].node, rewrite, s, &s->order[i].node);
	return status;
}
