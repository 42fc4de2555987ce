/* Logical operators and the ids that flow through them. */
#include <assert.h>

#include "base/arena.h"
#include "sql/bind_priv.h"
#include "sql/list.h"

BL_STATUS
bl_rel__new(struct bl_binder *b, enum bl_plan_kind kind, struct bl_rel *input, uint32_t line,
    uint32_t column, struct bl_rel **ret)
{
	struct bl_rel *rel = bl_new(b->arena, struct bl_rel, 1);
	enum bl_status status = BL_OK;

	if (rel == NULL)
		return bl_bind__no_memory(b);
	*rel = (struct bl_rel){.kind = kind,
	    .line = line,
	    .column = column,
	    .input = input,
	    .limit = UINT64_MAX,
	    .enough = UINT64_MAX,
	    .made = BL_BIND_NO_ID};
	/* These hand on what they are given. */
	if (kind == BL_PLAN_FILTER || kind == BL_PLAN_SORT || kind == BL_PLAN_LIMIT ||
	    kind == BL_PLAN_WINDOW || kind == BL_PLAN_UNNEST || kind == BL_PLAN_JOIN)
		for (uint32_t i = 0; !status && i < input->n_out; i++)
			status = bl_rel__out(b, rel, input->out[i]);
	*ret = rel;
	return status;
}

BL_STATUS
bl_rel__id(struct bl_binder *b, struct bl_datatype type, uint32_t *ret)
{
	if (b->n_ids == BL_BIND_MAX_IDS)
		return bl_fail(b->reterr, BL_ELIMIT, "the statement has more than %u columns",
		    (unsigned)BL_BIND_MAX_IDS);
	if (!BL_LIST_ROOM(b->arena, &b->ids, b->n_ids))
		return bl_bind__no_memory(b);
	b->ids[b->n_ids] =
	    (struct bl_bind_id){.type = type, .column = UINT32_MAX, .same = BL_BIND_NO_ID};
	*ret = b->n_ids++;
	return BL_OK;
}

uint32_t
bl_rel__same(const struct bl_binder *b, uint32_t id)
{
	while (b->ids[id].same != BL_BIND_NO_ID)
		id = b->ids[id].same;
	return id;
}

BL_STATUS
bl_rel__out(struct bl_binder *b, struct bl_rel *rel, uint32_t id)
{
	if (!BL_LIST_ROOM(b->arena, &rel->out, rel->n_out))
		return bl_bind__no_memory(b);
	rel->out[rel->n_out++] = id;
	return BL_OK;
}

BL_STATUS
bl_rel__node(struct bl_binder *b, struct bl_rel *rel, struct bl_node *node)
{
	if (!BL_LIST_ROOM(b->arena, &rel->nodes, rel->n_nodes))
		return bl_bind__no_memory(b);
	rel->nodes[rel->n_nodes++] = node;
	return BL_OK;
}

bool
bl_rel__has(const struct bl_binder *b, const struct bl_rel *rel, uint32_t id)
{
	id = bl_rel__same(b, id);
	for (uint32_t i = 0; i < rel->n_out; i++)
		if (bl_rel__same(b, rel->out[i]) == id)
			return true;
	return false;
}

BL_STATUS
bl_rel__filter(struct bl_binder *b, struct bl_rel **rel, struct bl_node *node)
{
	struct bl_rel *filter;
	enum bl_status status =
	    bl_rel__new(b, BL_PLAN_FILTER, *rel, node->line, node->column, &filter);

	if (!status)
		status = bl_tree__conjuncts(b, node, &filter->nodes, &filter->n_nodes);
	if (!status)
		*rel = filter;
	return status;
}

BL_STATUS
bl_rel__distinct(struct bl_binder *b, struct bl_rel **rel)
{
	struct bl_rel *distinct, *input = *rel;
	struct bl_node *slot;
	enum bl_status status =
	    bl_rel__new(b, BL_PLAN_AGGREGATE, input, input->line, input->column, &distinct);

	for (uint32_t i = 0; !status && i < input->n_out; i++) {
		status = bl_tree__slot(b, input->out[i], input->line, input->column, &slot);
		if (!status)
			status = bl_rel__node(b, distinct, slot);
		/* A group's value is the column's: the id stays. */
		if (!status)
			status = bl_rel__out(b, distinct, input->out[i]);
	}
	if (!status)
		*rel = distinct;
	return status;
}

BL_STATUS
bl_rel__one_row(struct bl_binder *b, uint32_t line, uint32_t column, struct bl_rel **ret)
{
	enum bl_status status = bl_rel__new(b, BL_PLAN_VALUES, NULL, line, column, ret);

	if (!status)
		(*ret)->n_rows = 1;
	return status;
}
