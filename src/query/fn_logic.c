/* Functions that choose which of their arguments to evaluate. */
#include "query/functions.h"
#include "query/value_priv.h"

/* A value of the call's own type: bigint becomes double where the branches differ. */
static void
widen(const struct bl_node *call, struct bl_value *value)
{
	if (value->null)
		value->kind = call->type.kind;
	if (call->type.kind == BL_TYPE_DOUBLE && value->kind == BL_TYPE_BIGINT) {
		value->kind = BL_TYPE_DOUBLE;
		value->dbl = (double)value->i64;
	}
}

BL_FUNCTION(bl_fn__coalesce)
{
	for (uint32_t i = 0; i < call->n_kids; i++) {
		enum bl_status status = bl_eval__node(ev, call->kids[i], ret_value, reterr);

		if (status)
			return status;
		if (!ret_value->null)
			break;
	}
	widen(call, ret_value);
	return BL_OK;
}

BL_FUNCTION(bl_fn__if)
{
	struct bl_value condition;
	enum bl_status status = bl_eval__as(ev, call->kids[0], 'b', &condition, reterr);
	bool yes = !status && !condition.null && condition.boolean;

	if (status)
		return status;
	*ret_value = bl_value__null(call->type.kind);
	if (yes || call->n_kids > 2)
		status = bl_eval__node(ev, call->kids[yes ? 1 : 2], ret_value, reterr);
	if (!status)
		widen(call, ret_value);
	return status;
}

BL_FUNCTION(bl_fn__nullif)
{
	struct bl_value first, a, b;
	int order = 1;
	enum bl_status status = bl_eval__node(ev, call->kids[0], &first, reterr);

	if (!status)
		status = bl_eval__node(ev, call->kids[1], &b, reterr);
	if (status)
		return status;
	a = bl_value__plain(first);
	b = bl_value__plain(b);
	if (!a.null && !b.null)
		status = bl_eval__compare(call, &a, &b, &order, reterr);
	*ret_value = order == 0 ? bl_value__null(call->type.kind) : first;
	return status;
}

/* try(x): NULL where x fails for this row's data; limits and memory still fail. */
BL_FUNCTION(bl_fn__try)
{
	enum bl_status status = bl_eval__node(ev, call->kids[0], ret_value, reterr);

	if (status != BL_EINPUT)
		return status;
	*ret_value = bl_value__null(call->type.kind);
	return BL_OK;
}
