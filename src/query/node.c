/* Copies of trees. */
#include "query/node.h"

#include <string.h>

#include "base/arena.h"

static BL_STATUS
copy_list(struct bl_node *const *list, uint32_t n, struct bl_arena *arena,
    struct bl_node ***ret_list, struct bl_err *reterr)
{
	struct bl_node **copy = bl_new(arena, struct bl_node *, n);
	enum bl_status status = BL_OK;

	if (copy == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the expression's tree");
	for (uint32_t i = 0; !status && i < n; i++)
		status = bl_node_copy(list[i], arena, &copy[i], reterr);
	*ret_list = copy;
	return status;
}

static BL_STATUS
copy_one(struct bl_node **node, struct bl_arena *arena, struct bl_err *reterr)
{
	return *node == NULL ? BL_OK : bl_node_copy(*node, arena, node, reterr);
}

static BL_STATUS
copy_keys(struct bl_sort_key **keys, uint32_t n, struct bl_arena *arena, struct bl_err *reterr)
{
	struct bl_sort_key *copy = bl_new(arena, struct bl_sort_key, n);
	enum bl_status status = BL_OK;

	if (copy == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the expression's tree");
	if (n > 0)
		memcpy(copy, *keys, n * sizeof(*copy));
	for (uint32_t i = 0; !status && i < n; i++)
		status = copy_one(&copy[i].node, arena, reterr);
	*keys = copy;
	return status;
}

static BL_STATUS
copy_window(struct bl_window **window, struct bl_arena *arena, struct bl_err *reterr)
{
	struct bl_window *copy = bl_new(arena, struct bl_window, 1);
	enum bl_status status;

	if (copy == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the expression's tree");
	*copy = **window;
	status = copy_list(copy->partition, copy->n_partition, arena, &copy->partition, reterr);
	if (!status)
		status = copy_keys(&copy->order, copy->n_order, arena, reterr);
	if (!status)
		status = copy_one(&copy->from_offset, arena, reterr);
	if (!status)
		status = copy_one(&copy->to_offset, arena, reterr);
	*window = copy;
	return status;
}

static BL_STATUS
copy_extra(struct bl_call_extra **extra, struct bl_arena *arena, struct bl_err *reterr)
{
	struct bl_call_extra *copy = bl_new(arena, struct bl_call_extra, 1);
	enum bl_status status;

	if (copy == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the expression's tree");
	*copy = **extra;
	status = copy_one(&copy->filter, arena, reterr);
	if (!status)
		status = copy_keys(&copy->order, copy->n_order, arena, reterr);
	if (!status && copy->window != NULL)
		status = copy_window(&copy->window, arena, reterr);
	*extra = copy;
	return status;
}

BL_STATUS
bl_node_copy(const struct bl_node *node, struct bl_arena *arena, struct bl_node **ret_copy,
    struct bl_err *reterr)
{
	struct bl_node *copy = bl_new(arena, struct bl_node, 1);
	enum bl_status status;

	if (copy == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the expression's tree");
	*copy = *node;
	status = copy_list(node->kids, node->n_kids, arena, &copy->kids, reterr);
	if (!status && node->extra != NULL)
		status = copy_extra(&copy->extra, arena, reterr);
	if (!status)
		*ret_copy = copy;
	return status;
}
