/* Predicates, AND, OR, CASE: three-valued, from left to right, until the result is known. */
#include "query/eval.h"

#include <assert.h>

#include "json/json.h"

BL_STATUS
bl_eval_compare(const struct bl_node *at, const struct bl_value *a, const struct bl_value *b,
    int *ret_order, struct bl_err *reterr)
{
	const struct bl_node *named = at->kids[0];
	const struct bl_value *left = a, *right = b;
	enum bl_status status;

	if (bl_value_compare(a, b, ret_order))
		return BL_OK;
	/* Name the side that is JSON: its type is what surprises. */
	if (left->json == NULL && right->json != NULL && at->n_kids > 1) {
		named = at->kids[1];
		left = b;
		right = a;
	}
	status = bl_eval_fail(
	    named, left, reterr, "which cannot be compared with %s", bl_value_what(right));
	if (reterr != NULL) {
		reterr->line = at->line;
		reterr->column = at->column;
	}
	return status;
}

/* kids[0] IS [NOT] DISTINCT FROM kids[1]: NULLs are alike. */
BL_STATUS
bl_eval__distinct(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	struct bl_value a, b, equal = {0};
	enum bl_status status = bl_eval_node(ev, node->kids[0], &a, reterr);

	if (!status)
		status = bl_eval_node(ev, node->kids[1], &b, reterr);
	if (!status && !a.null && !b.null)
		status = bl_eval_equal(ev, node, &a, &b, &equal, reterr);
	if (status)
		return status;
	if (equal.null)
		return bl_fail_pos(reterr, BL_EUNSUPPORTED, node->line, node->column,
		    "IS DISTINCT FROM over values with NULLs within is not supported");
	if (a.null || b.null)
		equal.boolean = a.null && b.null;
	*ret_value = bl_value_boolean(equal.boolean == node->negated);
	return BL_OK;
}

/* AND (stop at FALSE) and OR (stop at TRUE). */
BL_STATUS
bl_eval__logic(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	bool stop = node->kind == BL_NODE_OR, null = false;
	struct bl_value value;

	for (uint32_t i = 0; i < node->n_kids; i++) {
		enum bl_status status = bl_eval_as(ev, node->kids[i], 'b', &value, reterr);

		if (status)
			return status;
		null = null || value.null;
		if (!value.null && value.boolean == stop) {
			*ret_value = bl_value_boolean(stop);
			return BL_OK;
		}
	}
	*ret_value = bl_value_boolean(!stop);
	ret_value->null = null;
	return BL_OK;
}

static bool
holds(enum bl_op op, int order)
{
	switch (op) {
	case BL_OP_EQ: return order == 0;
	case BL_OP_NE: return order != 0;
	case BL_OP_LT: return order < 0;
	case BL_OP_LE: return order <= 0;
	case BL_OP_GT: return order > 0;
	case BL_OP_GE: return order >= 0;
	case BL_OP_NONE:
	case BL_OP_ADD:
	case BL_OP_SUB:
	case BL_OP_MUL:
	case BL_OP_DIV:
	case BL_OP_MOD: break;
	}
	assert(false);
	return false;
}

static bool
is_json_literal(const struct bl_node *node)
{
	return node->kind == BL_NODE_LITERAL && node->type.kind == BL_TYPE_JSON;
}

/* ${whole}: beside a JSON '...' the values compare as JSON does: what is of another kind is not
 * equal, and no error. */
static BL_STATUS
equal_with(struct bl_eval *ev, const struct bl_node *at, const struct bl_value *a,
    const struct bl_value *b, bool whole, struct bl_value *ret_value, struct bl_err *reterr)
{
	enum bl_equal equal = BL_EQUAL_UNLIKE;
	int order;

	if (whole && a->json != NULL && b->json != NULL)
		equal = bl_value_json_equal(a->json, b->json, &ev->steps_left);
	else
		equal = bl_value_equal(a, b, &ev->steps_left);
	if (equal == BL_EQUAL_STEPS)
		return bl_eval_spend(ev, at, UINT64_MAX, reterr);
	if (equal == BL_EQUAL_UNLIKE) {
		struct bl_value p = bl_value_plain(*a), q = bl_value_plain(*b);
		enum bl_status status = bl_eval_compare(at, &p, &q, &order, reterr);

		/* Lists that only within are unlike have no words of their own. */
		return status ? status
			      : bl_fail_pos(reterr, BL_EINPUT, at->line, at->column,
				    "the values have parts of unlike types");
	}
	*ret_value = bl_value_boolean(equal == BL_EQUAL_YES);
	ret_value->null = equal == BL_EQUAL_NULL;
	return BL_OK;
}

BL_STATUS
bl_eval_equal(struct bl_eval *ev, const struct bl_node *at, const struct bl_value *a,
    const struct bl_value *b, struct bl_value *ret_value, struct bl_err *reterr)
{
	return equal_with(ev, at, a, b, false, ret_value, reterr);
}

/* kids[0] OP kids[i], three-valued. */
static BL_STATUS
compare_with(struct bl_eval *ev, const struct bl_node *node, const struct bl_value *left,
    uint32_t i, enum bl_op op, struct bl_value *ret_value, struct bl_err *reterr)
{
	struct bl_value right;
	int order = 0;
	enum bl_status status = bl_eval_node(ev, node->kids[i], &right, reterr);

	if (status)
		return status;
	*ret_value = bl_value_null(BL_TYPE_BOOLEAN);
	if (left->null || right.null)
		return BL_OK;
	if (op == BL_OP_EQ || op == BL_OP_NE) {
		bool whole = is_json_literal(node->kids[0]) || is_json_literal(node->kids[i]);

		status = equal_with(ev, node, left, &right, whole, ret_value, reterr);
		ret_value->boolean = ret_value->boolean == (op == BL_OP_EQ);
		return status;
	}
	right = bl_value_plain(right);
	status = bl_eval_compare(node, left, &right, &order, reterr);
	if (!status)
		*ret_value = bl_value_boolean(holds(op, order));
	return status;
}

static BL_STATUS
eval_left(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_left,
    struct bl_err *reterr)
{
	enum bl_status status = bl_eval_node(ev, node->kids[0], ret_left, reterr);

	if (!status)
		*ret_left = bl_value_plain(*ret_left);
	return status;
}

BL_STATUS
bl_eval__compare(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	struct bl_value left;
	enum bl_status status = eval_left(ev, node, &left, reterr);

	return status ? status : compare_with(ev, node, &left, 1, node->op, ret_value, reterr);
}

BL_STATUS
bl_eval__in(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	struct bl_value left, equal;
	bool null = false, found = false;
	enum bl_status status = eval_left(ev, node, &left, reterr);

	for (uint32_t i = 1; !status && !found && i < node->n_kids; i++) {
		status = compare_with(ev, node, &left, i, BL_OP_EQ, &equal, reterr);
		if (status)
			return status;
		null = null || equal.null;
		found = !equal.null && equal.boolean;
	}
	*ret_value = bl_value_boolean(found != node->negated);
	ret_value->null = !found && null;
	return status;
}

BL_STATUS
bl_eval__between(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	struct bl_value left, low = {0}, high = {0};
	enum bl_status status = eval_left(ev, node, &left, reterr);
	bool outside;

	if (!status)
		status = compare_with(ev, node, &left, 1, BL_OP_GE, &low, reterr);
	if (!status)
		status = compare_with(ev, node, &left, 2, BL_OP_LE, &high, reterr);
	if (status)
		return status;
	outside = (!low.null && !low.boolean) || (!high.null && !high.boolean);
	*ret_value = bl_value_boolean(outside == node->negated);
	ret_value->null = !outside && (low.null || high.null);
	return BL_OK;
}

BL_STATUS
bl_eval__like(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	struct bl_wildcards sql = {.any = '%', .one = '_', .escape = -1};
	struct bl_value operand[3] = {{0}};
	enum bl_status status = BL_OK;
	bool null = false, found = false;

	for (uint32_t i = 0; !status && i < node->n_kids; i++) {
		status = bl_eval_as(ev, node->kids[i], 's', &operand[i], reterr);
		null = null || operand[i].null;
	}
	*ret_value = bl_value_null(BL_TYPE_BOOLEAN);
	if (status || null)
		return status;
	if (node->n_kids > 2) {
		if (operand[2].str.len != 1 || (unsigned char)operand[2].str.ptr[0] >= 0x80)
			return bl_fail_pos(reterr, BL_EINPUT, node->kids[2]->line,
			    node->kids[2]->column, "ESCAPE wants one ASCII character");
		sql.escape = (unsigned char)operand[2].str.ptr[0];
	}
	status = bl_eval_like(ev, node, operand[0].str, operand[1].str, &sql, &found, reterr);
	if (!status)
		*ret_value = bl_value_boolean(found != node->negated);
	return status;
}

BL_STATUS
bl_eval__case(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	uint32_t first = node->has_operand ? 1 : 0;
	uint32_t end = node->n_kids - (node->has_else ? 1 : 0), chosen = UINT32_MAX;
	struct bl_value operand = {0}, when;
	enum bl_status status = node->has_operand ? eval_left(ev, node, &operand, reterr) : BL_OK;

	for (uint32_t i = first; !status && chosen == UINT32_MAX && i < end; i += 2) {
		status = node->has_operand
			     ? compare_with(ev, node, &operand, i, BL_OP_EQ, &when, reterr)
			     : bl_eval_as(ev, node->kids[i], 'b', &when, reterr);
		if (!status && !when.null && when.boolean)
			chosen = i + 1;
	}
	if (status)
		return status;
	if (chosen == UINT32_MAX && node->has_else)
		chosen = end;
	*ret_value = bl_value_null(node->type.kind);
	if (chosen != UINT32_MAX)
		status = bl_eval_node(ev, node->kids[chosen], ret_value, reterr);
	return status ? status : bl_eval_widen(node, node->type, ret_value, reterr);
}
