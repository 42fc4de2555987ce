/* Functions that choose which of their arguments to evaluate. */
#include "query/functions.h"

BL_FUNCTION(bl_fn__coalesce)
{
	for (uint32_t i = 0; i < call->n_kids; i++) {
		enum bl_status status = bl_eval_node(ev, call->kids[i], ret_value, reterr);

		if (status)
			return status;
		if (!ret_value->null)
			break;
	}
	return bl_eval_widen(call, call->type, ret_value, reterr);
}

BL_FUNCTION(bl_fn__if)
{
	struct bl_value condition;
	enum bl_status status = bl_eval_as(ev, call->kids[0], 'b', &condition, reterr);
	bool yes = !status && !condition.null && condition.boolean;

	if (status)
		return status;
	*ret_value = bl_value_null(call->type.kind);
	if (yes || call->n_kids > 2)
		status = bl_eval_node(ev, call->kids[yes ? 1 : 2], ret_value, reterr);
	return status ? status : bl_eval_widen(call, call->type, ret_value, reterr);
}

BL_FUNCTION(bl_fn__nullif)
{
	struct bl_value first, a, b, equal = {0};
	enum bl_status status = bl_eval_node(ev, call->kids[0], &first, reterr);

	if (!status)
		status = bl_eval_node(ev, call->kids[1], &b, reterr);
	if (status)
		return status;
	a = bl_value_plain(first);
	b = bl_value_plain(b);
	if (!a.null && !b.null)
		status = bl_eval_equal(ev, call, &a, &b, &equal, reterr);
	*ret_value = equal.boolean && !equal.null ? bl_value_null(call->type.kind) : first;
	return status;
}

/* try(x): NULL where x fails for this row's data; limits and memory still fail. */
BL_FUNCTION(bl_fn__try)
{
	enum bl_status status = bl_eval_node(ev, call->kids[0], ret_value, reterr);

	if (status != BL_EINPUT)
		return status;
	*ret_value = bl_value_null(call->type.kind);
	return BL_OK;
}
