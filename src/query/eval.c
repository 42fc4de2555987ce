/*
 * One row through the tree.
 *
 * Recursion follows the tree, whose depth the parser bounds (BL_AST_MAX_DEPTH).  Every node costs a
 * step of the budget.  AND, OR, CASE, IF and COALESCE evaluate from left to right and stop when the
 * result is known.
 */
#include "query/eval.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "query/functions.h"
#include "query/value_priv.h"
#include "json/json.h"

BL_STATUS
bl_eval__no_memory(struct bl_err *reterr)
{
	return bl_fail(reterr, BL_ENOMEM, "no memory to evaluate the expression");
}

BL_STATUS
bl_eval__spend(
    struct bl_eval *ev, const struct bl_node *node, uint64_t steps, struct bl_err *reterr)
{
	if (steps > ev->steps_left)
		return bl_fail_pos(reterr, BL_ELIMIT, node->line, node->column,
		    "the expression takes more steps than it is allowed");
	ev->steps_left -= steps;
	return BL_OK;
}

BL_STATUS
bl_eval__fail(const struct bl_node *node, const struct bl_value *value, struct bl_err *reterr,
    const char *fmt, ...)
{
	char text[240];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (node->path.ptr != NULL)
		return bl_fail_pos(reterr, BL_EINPUT, node->line, node->column, "%.*s is %s, %s",
		    BL_STR_ARG(node->path), bl_value__what(value), text);
	return bl_fail_pos(reterr, BL_EINPUT, node->line, node->column, "this is %s, %s",
	    bl_value__what(value), text);
}

BL_STATUS
bl_eval__compare(const struct bl_node *at, const struct bl_value *a, const struct bl_value *b,
    int *ret_order, struct bl_err *reterr)
{
	const struct bl_node *named = at->kids[0];
	const struct bl_value *left = a, *right = b;
	enum bl_status status;

	if (bl_value__compare(a, b, ret_order))
		return BL_OK;
	/* Name the side that is JSON: its type is what surprises. */
	if (left->json == NULL && right->json != NULL && at->n_kids > 1) {
		named = at->kids[1];
		left = b;
		right = a;
	}
	status = bl_eval__fail(
	    named, left, reterr, "which cannot be compared with %s", bl_value__what(right));
	if (reterr != NULL) {
		reterr->line = at->line;
		reterr->column = at->column;
	}
	return status;
}

static bool
is_kind(const struct bl_value *v, char letter)
{
	struct bl_list list;

	switch (letter) {
	case 's': return v->kind == BL_TYPE_VARCHAR;
	case 'i': return v->kind == BL_TYPE_BIGINT;
	case 'd': return v->kind == BL_TYPE_BIGINT || v->kind == BL_TYPE_DOUBLE;
	case 'b': return v->kind == BL_TYPE_BOOLEAN;
	case 't': return v->kind == BL_TYPE_TIMESTAMP;
	case 'j': return v->kind == BL_TYPE_JSON;
	case 'J': return v->kind == BL_TYPE_JSON || v->kind == BL_TYPE_VARCHAR;
	case 'a': return bl_list__open(v, &list);
	case 'm': return v->kind == BL_TYPE_MAP;
	default: return true;
	}
}

static const char *
wanted_words(char letter)
{
	switch (letter) {
	case 's': return "where a varchar is wanted";
	case 'i': return "where a bigint is wanted";
	case 'd': return "where a number is wanted";
	case 'b': return "where a boolean is wanted";
	case 'a': return "where an array is wanted";
	default: return "where json is wanted";
	}
}

BL_STATUS
bl_eval__as(struct bl_eval *ev, const struct bl_node *node, char letter, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	struct bl_value value = {0};
	enum bl_status status = bl_eval__node(ev, node, &value, reterr);

	if (status)
		return status;
	*ret_value = value;
	if (value.null || letter == 'x')
		return BL_OK;
	/* A JSON value wanted as JSON stays one, also when it is a string of JSON text. */
	if (letter != 'j' && letter != 'J' && letter != 'a')
		*ret_value = bl_value__plain(value);
	if (is_kind(ret_value, letter))
		return BL_OK;
	return bl_eval__fail(node, &value, reterr, "%s", wanted_words(letter));
}

/* AND (stop at FALSE) and OR (stop at TRUE). */
static BL_STATUS
eval_logic(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	bool stop = node->kind == BL_NODE_OR, null = false;
	struct bl_value value;

	for (uint32_t i = 0; i < node->n_kids; i++) {
		enum bl_status status = bl_eval__as(ev, node->kids[i], 'b', &value, reterr);

		if (status)
			return status;
		null = null || value.null;
		if (!value.null && value.boolean == stop) {
			*ret_value = bl_value__boolean(stop);
			return BL_OK;
		}
	}
	*ret_value = bl_value__boolean(!stop);
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

/* kids[0] OP kids[i], three-valued. */
static BL_STATUS
compare_with(struct bl_eval *ev, const struct bl_node *node, const struct bl_value *left,
    uint32_t i, enum bl_op op, struct bl_value *ret_value, struct bl_err *reterr)
{
	struct bl_value right;
	int order = 0;
	enum bl_status status = bl_eval__node(ev, node->kids[i], &right, reterr);

	if (status)
		return status;
	*ret_value = bl_value__null(BL_TYPE_BOOLEAN);
	if (left->null || right.null)
		return BL_OK;
	right = bl_value__plain(right);
	status = bl_eval__compare(node, left, &right, &order, reterr);
	if (!status)
		*ret_value = bl_value__boolean(holds(op, order));
	return status;
}

static BL_STATUS
eval_left(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_left,
    struct bl_err *reterr)
{
	enum bl_status status = bl_eval__node(ev, node->kids[0], ret_left, reterr);

	if (!status)
		*ret_left = bl_value__plain(*ret_left);
	return status;
}

static BL_STATUS
eval_compare(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	struct bl_value left;
	enum bl_status status = eval_left(ev, node, &left, reterr);

	return status ? status : compare_with(ev, node, &left, 1, node->op, ret_value, reterr);
}

static BL_STATUS
eval_in(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
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
	*ret_value = bl_value__boolean(found != node->negated);
	ret_value->null = !found && null;
	return status;
}

static BL_STATUS
eval_between(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
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
	*ret_value = bl_value__boolean(outside == node->negated);
	ret_value->null = !outside && (low.null || high.null);
	return BL_OK;
}

static BL_STATUS
eval_like(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	struct bl_wildcards sql = {.any = '%', .one = '_', .escape = -1};
	struct bl_value operand[3] = {{0}};
	enum bl_status status = BL_OK;
	bool null = false, found = false;

	for (uint32_t i = 0; !status && i < node->n_kids; i++) {
		status = bl_eval__as(ev, node->kids[i], 's', &operand[i], reterr);
		null = null || operand[i].null;
	}
	*ret_value = bl_value__null(BL_TYPE_BOOLEAN);
	if (status || null)
		return status;
	if (node->n_kids > 2) {
		if (operand[2].str.len != 1 || (unsigned char)operand[2].str.ptr[0] >= 0x80)
			return bl_fail_pos(reterr, BL_EINPUT, node->kids[2]->line,
			    node->kids[2]->column, "ESCAPE wants one ASCII character");
		sql.escape = (unsigned char)operand[2].str.ptr[0];
	}
	status = bl_eval__like(ev, node, operand[0].str, operand[1].str, &sql, &found, reterr);
	if (!status)
		*ret_value = bl_value__boolean(found != node->negated);
	return status;
}

static BL_STATUS
fail_number(const struct bl_node *node, struct bl_err *reterr, const char *what)
{
	return bl_fail_pos(reterr, BL_EINPUT, node->line, node->column, "%s", what);
}

static BL_STATUS
arith_bigint(const struct bl_node *node, int64_t a, int64_t b, int64_t *ret, struct bl_err *reterr)
{
	bool overflow = false;

	switch (node->op) {
	case BL_OP_ADD: overflow = __builtin_add_overflow(a, b, ret); break;
	case BL_OP_SUB: overflow = __builtin_sub_overflow(a, b, ret); break;
	case BL_OP_MUL: overflow = __builtin_mul_overflow(a, b, ret); break;
	case BL_OP_DIV:
	case BL_OP_MOD:
		if (b == 0)
			return fail_number(node, reterr, "division by zero");
		if (b == -1) {
			/* INT64_MIN / -1 overflows; the remainder by -1 is always 0. */
			*ret = 0;
			overflow = node->op == BL_OP_DIV && __builtin_sub_overflow(0, a, ret);
			break;
		}
		*ret = node->op == BL_OP_DIV ? a / b : a % b;
		break;
	case BL_OP_NONE:
	case BL_OP_EQ:
	case BL_OP_NE:
	case BL_OP_LT:
	case BL_OP_LE:
	case BL_OP_GT:
	case BL_OP_GE: assert(false);
	}
	return overflow ? fail_number(node, reterr, "the result does not fit a bigint") : BL_OK;
}

static BL_STATUS
arith_double(const struct bl_node *node, double a, double b, double *ret, struct bl_err *reterr)
{
	if ((node->op == BL_OP_DIV || node->op == BL_OP_MOD) && b == 0.0)
		return fail_number(node, reterr, "division by zero");
	*ret = node->op == BL_OP_ADD   ? a + b
	       : node->op == BL_OP_SUB ? a - b
	       : node->op == BL_OP_MUL ? a * b
	       : node->op == BL_OP_DIV ? a / b
				       : fmod(a, b);
	return isfinite(*ret) ? BL_OK
			      : fail_number(node, reterr, "the result does not fit a double");
}

static double
as_double(const struct bl_value *v)
{
	return v->kind == BL_TYPE_BIGINT ? (double)v->i64 : v->dbl;
}

static BL_STATUS
eval_arith(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	struct bl_value a, b;
	enum bl_status status = bl_eval__as(ev, node->kids[0], 'd', &a, reterr);

	if (!status)
		status = bl_eval__as(ev, node->kids[1], 'd', &b, reterr);
	if (status)
		return status;
	*ret_value = bl_value__null(node->type.kind);
	if (a.null || b.null)
		return BL_OK;
	if (a.kind == BL_TYPE_BIGINT && b.kind == BL_TYPE_BIGINT) {
		*ret_value = bl_value__bigint(0);
		return arith_bigint(node, a.i64, b.i64, &ret_value->i64, reterr);
	}
	*ret_value = (struct bl_value){.kind = BL_TYPE_DOUBLE};
	return arith_double(node, as_double(&a), as_double(&b), &ret_value->dbl, reterr);
}

static BL_STATUS
eval_minus(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	struct bl_value a;
	enum bl_status status = bl_eval__as(ev, node->kids[0], 'd', &a, reterr);

	if (status)
		return status;
	*ret_value = a;
	if (a.null || node->negated)
		return BL_OK;
	ret_value->json = NULL;
	ret_value->str = (struct bl_str){0}; /* The exact text was the positive one's. */
	ret_value->dbl = -a.dbl;
	if (a.kind == BL_TYPE_BIGINT && __builtin_sub_overflow(0, a.i64, &ret_value->i64))
		return fail_number(node, reterr, "the result does not fit a bigint");
	if (a.kind == BL_TYPE_DOUBLE && a.str.ptr != NULL)
		return bl_str_printf(ev->arena, &ret_value->str, reterr, "%s%.*s",
		    a.str.ptr[0] == '-' ? "" : "-", (int)(a.str.len - (a.str.ptr[0] == '-')),
		    a.str.ptr + (a.str.ptr[0] == '-'));
	return BL_OK;
}

static BL_STATUS
eval_case(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	uint32_t first = node->has_operand ? 1 : 0;
	uint32_t end = node->n_kids - (node->has_else ? 1 : 0), chosen = UINT32_MAX;
	struct bl_value operand = {0}, when;
	enum bl_status status = node->has_operand ? eval_left(ev, node, &operand, reterr) : BL_OK;

	for (uint32_t i = first; !status && chosen == UINT32_MAX && i < end; i += 2) {
		status = node->has_operand
			     ? compare_with(ev, node, &operand, i, BL_OP_EQ, &when, reterr)
			     : bl_eval__as(ev, node->kids[i], 'b', &when, reterr);
		if (!status && !when.null && when.boolean)
			chosen = i + 1;
	}
	if (status)
		return status;
	if (chosen == UINT32_MAX && node->has_else)
		chosen = end;
	*ret_value = bl_value__null(node->type.kind);
	if (chosen != UINT32_MAX)
		status = bl_eval__node(ev, node->kids[chosen], ret_value, reterr);
	if (!status && node->type.kind == BL_TYPE_DOUBLE && ret_value->kind == BL_TYPE_BIGINT) {
		ret_value->kind = BL_TYPE_DOUBLE;
		ret_value->dbl = (double)ret_value->i64;
	}
	return status;
}

static BL_STATUS
eval_array(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	struct bl_value *elements = bl_new(ev->arena, struct bl_value, node->n_kids);
	enum bl_status status = BL_OK;

	if (elements == NULL)
		return bl_eval__no_memory(reterr);
	for (uint32_t i = 0; !status && i < node->n_kids; i++)
		status = bl_eval__node(ev, node->kids[i], &elements[i], reterr);
	*ret_value = (struct bl_value){.kind = BL_TYPE_ARRAY,
	    .element = node->type.element,
	    .elements = elements,
	    .n = node->n_kids};
	return status;
}

static BL_STATUS
member_of(const struct bl_node *node, const struct bl_value *base, struct bl_str name,
    struct bl_value *ret_value, struct bl_err *reterr)
{
	const struct bl_json *value;

	if (base->kind == BL_TYPE_JSON && base->json->kind == BL_JSON_ARRAY)
		return bl_eval__fail(node->kids[0], base, reterr,
		    "which has no member %.*s; use any_match(...) or [n]", BL_STR_ARG(name));
	if (base->kind != BL_TYPE_MAP &&
	    (base->kind != BL_TYPE_JSON || base->json->kind != BL_JSON_OBJECT))
		return bl_eval__fail(
		    node->kids[0], base, reterr, "which has no member %.*s", BL_STR_ARG(name));
	value = bl_json_get(base->json, name);
	*ret_value = bl_value__json(value);
	if (base->kind != BL_TYPE_MAP)
		return BL_OK;
	*ret_value = bl_value__plain(*ret_value);
	if (!ret_value->null && ret_value->kind != BL_TYPE_VARCHAR)
		return bl_eval__fail(node, ret_value, reterr, "where a tag's text is wanted");
	ret_value->kind = BL_TYPE_VARCHAR;
	return BL_OK;
}

/* [n]: what is behind the end of a JSON array is NULL, as a missing member is; of an ARRAY it is
 * an error, as in Trino. */
static BL_STATUS
element_of(struct bl_eval *ev, const struct bl_node *node, const struct bl_value *base, int64_t i,
    struct bl_value *ret_value, struct bl_err *reterr)
{
	const struct bl_node *at = node->kids[1];

	if (i < 1)
		return bl_fail_pos(reterr, BL_EINPUT, at->line, at->column,
		    "elements are counted from 1, not from %lld", (long long)i);
	if (base->kind == BL_TYPE_ARRAY) {
		if ((uint64_t)i > base->n)
			return bl_fail_pos(reterr, BL_EINPUT, at->line, at->column,
			    "the array has %llu elements, there is no [%lld]; element_at() gives "
			    "NULL",
			    (unsigned long long)base->n, (long long)i);
		*ret_value = base->elements[i - 1];
		return BL_OK;
	}
	if (base->kind != BL_TYPE_JSON || base->json->kind != BL_JSON_ARRAY)
		return bl_eval__fail(node->kids[0], base, reterr, "which has no elements");
	if ((uint64_t)i <= base->json->n) {
		*ret_value = bl_value__json(bl_json_at(base->json, (size_t)i - 1));
		return bl_eval__spend(ev, node, (uint64_t)i, reterr);
	}
	return BL_OK;
}

static BL_STATUS
eval_path(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	struct bl_value base, index;
	enum bl_status status = bl_eval__node(ev, node->kids[0], &base, reterr);

	*ret_value = bl_value__null(node->type.kind);
	if (status || base.null)
		return status;
	if (node->kind == BL_NODE_MEMBER)
		return member_of(node, &base, node->text, ret_value, reterr);
	status = bl_eval__node(ev, node->kids[1], &index, reterr);
	if (status || index.null)
		return status;
	index = bl_value__plain(index);
	if (index.kind == BL_TYPE_VARCHAR)
		return member_of(node, &base, index.str, ret_value, reterr);
	if (index.kind == BL_TYPE_BIGINT)
		return element_of(ev, node, &base, index.i64, ret_value, reterr);
	return bl_eval__fail(node->kids[1], &index, reterr, "where a varchar or bigint is wanted");
}

static BL_STATUS
eval_call(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	const struct bl_function *f = node->function;
	struct bl_value few[4], *args = few;
	const char *letter = f->args;
	enum bl_status status = BL_OK;

	if (f->mode == BL_LAZY)
		return f->eval(ev, node, NULL, ret_value, reterr);
	if (node->n_kids > 4) {
		args = bl_new(ev->arena, struct bl_value, node->n_kids);
		if (args == NULL)
			return bl_eval__no_memory(reterr);
	}
	for (uint32_t i = 0; i < node->n_kids; i++) {
		status = bl_eval__as(ev, node->kids[i], *letter, &args[i], reterr);
		if (status)
			return status;
		if (args[i].null) {
			*ret_value = bl_value__null(node->type.kind);
			ret_value->element = node->type.element;
			return BL_OK;
		}
		letter += letter[1] == '+' ? 0 : 1;
	}
	return f->eval(ev, node, args, ret_value, reterr);
}

static BL_STATUS
eval_cast(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	struct bl_value value;
	enum bl_status status = bl_eval__node(ev, node->kids[0], &value, reterr);

	if (status)
		return status;
	status = bl_eval__cast(ev, node, &value, ret_value, reterr);
	if (status != BL_EINPUT || !node->negated)
		return status;
	*ret_value = bl_value__null(node->type.kind); /* TRY_CAST */
	return BL_OK;
}

static BL_STATUS
eval_concat(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	struct bl_value args[2];
	enum bl_status status = bl_eval__as(ev, node->kids[0], 's', &args[0], reterr);

	if (!status)
		status = bl_eval__as(ev, node->kids[1], 's', &args[1], reterr);
	if (status)
		return status;
	*ret_value = bl_value__null(BL_TYPE_VARCHAR);
	if (args[0].null || args[1].null)
		return BL_OK;
	return bl_fn__concat(ev, node, args, ret_value, reterr);
}

static BL_STATUS
eval_node(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	enum bl_status status = bl_eval__spend(ev, node, 1, reterr);

	if (status)
		return status;
	if (node->cell != 0 && ev->scope->item == NULL) {
		if (bl_path__cell(node, ev->scope->cells[node->cell - 1], ret_value))
			return BL_OK;
		return bl_fail_pos(reterr, BL_EINPUT, node->line, node->column,
		    "%.*s cannot be read from its cell", BL_STR_ARG(node->path));
	}
	switch (node->kind) {
	case BL_NODE_LITERAL: *ret_value = node->value; return BL_OK;
	case BL_NODE_PARAM: *ret_value = ev->scope->params[node->slot]; return BL_OK;
	case BL_NODE_COLUMN:
		*ret_value = bl_path__column(node->slot, ev->scope->item);
		return BL_OK;
	case BL_NODE_VAR: *ret_value = ev->vars[node->slot]; return BL_OK;
	case BL_NODE_MEMBER:
	case BL_NODE_INDEX: return eval_path(ev, node, ret_value, reterr);
	case BL_NODE_CALL: return eval_call(ev, node, ret_value, reterr);
	case BL_NODE_AND:
	case BL_NODE_OR: return eval_logic(ev, node, ret_value, reterr);
	case BL_NODE_NOT:
		status = bl_eval__as(ev, node->kids[0], 'b', ret_value, reterr);
		ret_value->boolean = !ret_value->boolean;
		return status;
	case BL_NODE_IS_NULL:
		status = bl_eval__node(ev, node->kids[0], ret_value, reterr);
		*ret_value = bl_value__boolean(!status && ret_value->null != node->negated);
		return status;
	case BL_NODE_COMPARE: return eval_compare(ev, node, ret_value, reterr);
	case BL_NODE_IN: return eval_in(ev, node, ret_value, reterr);
	case BL_NODE_BETWEEN: return eval_between(ev, node, ret_value, reterr);
	case BL_NODE_LIKE: return eval_like(ev, node, ret_value, reterr);
	case BL_NODE_ARITH: return eval_arith(ev, node, ret_value, reterr);
	case BL_NODE_MINUS: return eval_minus(ev, node, ret_value, reterr);
	case BL_NODE_CONCAT: return eval_concat(ev, node, ret_value, reterr);
	case BL_NODE_CASE: return eval_case(ev, node, ret_value, reterr);
	case BL_NODE_CAST: return eval_cast(ev, node, ret_value, reterr);
	case BL_NODE_ARRAY: return eval_array(ev, node, ret_value, reterr);
	case BL_NODE_NAME:
	case BL_NODE_LAMBDA: break;
	}
	assert(false); /* The checker leaves none of these. */
	return BL_EINPUT;
}

/* Does one of the missing paths begin ${path}?  Then that one names the gap. */
static bool
is_covered(const struct bl_eval *ev, struct bl_str path)
{
	for (size_t i = 0; i < ev->n_missing; i++)
		if (bl_str_starts(path, ev->missing[i]) &&
		    (path.len == ev->missing[i].len || path.ptr[ev->missing[i].len] == '.' ||
			path.ptr[ev->missing[i].len] == '['))
			return true;
	return false;
}

BL_STATUS
bl_eval__node(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	enum bl_status status = eval_node(ev, node, ret_value, reterr);

	/* The path that is missing first is the shortest: its base is evaluated before it. */
	if (ev->missing != NULL && !status && ret_value->null && node->path.ptr != NULL &&
	    ev->n_missing < ev->expr->n_reads && !is_covered(ev, node->path))
		ev->missing[ev->n_missing++] = node->path;
	return status;
}
