/*
 * Types and names.  Every node gets its type; what cannot be right for any row is refused here,
 * with its place.  JSON is the type of what only the row knows: it fits every scalar, and the
 * evaluator checks.
 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "query/ast.h"
#include "query/functions.h"
#include "query/value_priv.h"

struct checker {
	struct bl_expr *expr;
	struct bl_arena *arena;
	struct bl_err *reterr;
	struct bl_str var_names[BL_AST_MAX_VARS];
	struct bl_type var_types[BL_AST_MAX_VARS];
	uint32_t scope[BL_AST_MAX_VARS]; /* Slots of the lambdas around, innermost last. */
	uint32_t n_scope;
};

static BL_STATUS check(struct checker *c, struct bl_node *node);

static BL_STATUS fail(struct checker *c, const struct bl_node *at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static BL_STATUS
fail(struct checker *c, const struct bl_node *at, const char *fmt, ...)
{
	char text[300];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return bl_fail_pos(c->reterr, BL_EINPUT, at->line, at->column, "%s", text);
}

static bool
is_number(struct bl_type t)
{
	return t.kind == BL_TYPE_BIGINT || t.kind == BL_TYPE_DOUBLE;
}

/* The type that holds values of both; false when there is none. */
static bool
unify(struct bl_type a, struct bl_type b, struct bl_type *ret)
{
	*ret = a;
	if (a.kind == b.kind && (a.kind != BL_TYPE_ARRAY || a.element == b.element))
		return true;
	if (a.kind == BL_TYPE_UNKNOWN || b.kind == BL_TYPE_UNKNOWN) {
		*ret = a.kind == BL_TYPE_UNKNOWN ? b : a;
		return true;
	}
	if (is_number(a) && is_number(b)) {
		ret->kind = BL_TYPE_DOUBLE;
		return true;
	}
	if (a.kind == BL_TYPE_ARRAY && b.kind == BL_TYPE_ARRAY) {
		ret->element = a.element == BL_TYPE_UNKNOWN ? b.element : a.element;
		return a.element == BL_TYPE_UNKNOWN || b.element == BL_TYPE_UNKNOWN;
	}
	*ret = (struct bl_type){.kind = BL_TYPE_JSON};
	if (a.kind != BL_TYPE_JSON && b.kind != BL_TYPE_JSON)
		return false;
	a = a.kind == BL_TYPE_JSON ? b : a;
	return a.kind != BL_TYPE_TIMESTAMP && a.kind != BL_TYPE_MAP;
}

bool
bl_check__comparable(struct bl_type a, struct bl_type b)
{
	struct bl_type common;

	return unify(a, b, &common) && a.kind != BL_TYPE_ARRAY && b.kind != BL_TYPE_ARRAY &&
	       a.kind != BL_TYPE_MAP && b.kind != BL_TYPE_MAP;
}

static bool
fits(struct bl_type t, char letter)
{
	if (letter == 'l')
		return false;
	if (letter == 'x' || t.kind == BL_TYPE_UNKNOWN)
		return true;
	if (t.kind == BL_TYPE_JSON)
		return letter != 't' && letter != 'm';
	switch (letter) {
	case 's':
	case 'J': return t.kind == BL_TYPE_VARCHAR;
	case 'i': return t.kind == BL_TYPE_BIGINT;
	case 'd': return is_number(t);
	case 'b': return t.kind == BL_TYPE_BOOLEAN;
	case 't': return t.kind == BL_TYPE_TIMESTAMP;
	case 'a': return t.kind == BL_TYPE_ARRAY;
	case 'm': return t.kind == BL_TYPE_MAP;
	default: return false;
	}
}

static const char *
letter_name(char letter)
{
	switch (letter) {
	case 's': return "varchar";
	case 'J': return "json or varchar";
	case 'j': return "json";
	case 'i': return "bigint";
	case 'd': return "number";
	case 'b': return "boolean";
	case 't': return "timestamp";
	case 'a': return "array";
	case 'm': return "map";
	case 'l': return "lambda (x -> ...)";
	default: return "value";
	}
}

/* Requires a child's type; ${what} is who asks: "AND", "LIKE". */
static BL_STATUS
require(struct checker *c, const struct bl_node *kid, char letter, const char *what)
{
	char text[BL_TYPE_TEXT];

	if (fits(kid->type, letter))
		return BL_OK;
	return fail(c, kid, "%s wants a %s here, found %s", what, letter_name(letter),
	    bl_value__type_name(kid->type, text));
}

static BL_STATUS
require_comparable(
    struct checker *c, const struct bl_node *at, const struct bl_node *a, const struct bl_node *b)
{
	char left[BL_TYPE_TEXT], right[BL_TYPE_TEXT];

	if (bl_check__comparable(a->type, b->type))
		return BL_OK;
	(void)bl_value__type_name(a->type, left);
	(void)bl_value__type_name(b->type, right);
	if ((a->type.kind == BL_TYPE_TIMESTAMP && b->type.kind == BL_TYPE_JSON) ||
	    (a->type.kind == BL_TYPE_JSON && b->type.kind == BL_TYPE_TIMESTAMP))
		return fail(c, at, "cannot compare %s with %s; use from_iso8601_timestamp(...)",
		    left, right);
	return fail(c, at, "cannot compare %s with %s", left, right);
}

static BL_STATUS
check_name(struct checker *c, struct bl_node *node)
{
	struct bl_str near = bl_path__nearest(node->text);
	size_t column;

	for (uint32_t i = c->n_scope; i-- > 0;) {
		if (!bl_str_eq_ci(node->text, c->var_names[c->scope[i]]))
			continue;
		node->kind = BL_NODE_VAR;
		node->slot = c->scope[i];
		node->type = c->var_types[node->slot];
		return BL_OK;
	}
	column = bl_path__find(node->text);
	if (column == SIZE_MAX && near.ptr != NULL)
		return fail(c, node, "there is no %.*s here; is %.*s meant?",
		    BL_STR_ARG(node->text), BL_STR_ARG(near));
	if (column == SIZE_MAX)
		return fail(c, node, "there is no %.*s here", BL_STR_ARG(node->text));
	node->kind = BL_NODE_COLUMN;
	node->slot = (uint32_t)column;
	node->type = bl_path__type(column);
	return BL_OK;
}

static BL_STATUS
check_param(struct checker *c, struct bl_node *node)
{
	for (size_t i = 0; i < c->expr->n_params; i++) {
		const struct bl_expr_param *param = &c->expr->params[i];

		if (!bl_str_eq(param->name, node->text))
			continue;
		node->slot = (uint32_t)i;
		node->type = (struct bl_type){param->kind, param->element};
		return BL_OK;
	}
	return fail(c, node, "there is no parameter :%.*s", BL_STR_ARG(node->text));
}

static BL_STATUS
check_path(struct checker *c, struct bl_node *node)
{
	const struct bl_node *index = node->kind == BL_NODE_INDEX ? node->kids[1] : NULL;
	struct bl_type base = node->kids[0]->type;
	char text[BL_TYPE_TEXT];

	node->type = (struct bl_type){.kind = BL_TYPE_JSON};
	switch (base.kind) {
	case BL_TYPE_UNKNOWN:
	case BL_TYPE_JSON:
		if (index == NULL || fits(index->type, 's') || fits(index->type, 'i'))
			return BL_OK;
		return fail(c, index, "[ ] wants a varchar or a bigint here, found %s",
		    bl_value__type_name(index->type, text));
	case BL_TYPE_MAP:
		node->type.kind = BL_TYPE_VARCHAR;
		return index == NULL ? BL_OK : require(c, index, 's', "a map's [ ]");
	case BL_TYPE_ARRAY:
		node->type.kind = base.element;
		if (index != NULL)
			return require(c, index, 'i', "an array's [ ]");
		return fail(c, node, "an array has no member %.*s; use any_match(...) or [n]",
		    BL_STR_ARG(node->text));
	case BL_TYPE_BOOLEAN:
	case BL_TYPE_BIGINT:
	case BL_TYPE_DOUBLE:
	case BL_TYPE_VARCHAR:
	case BL_TYPE_TIMESTAMP: break;
	}
	(void)bl_value__type_name(base, text);
	if (index != NULL)
		return fail(c, node, "a %s has no elements", text);
	return fail(c, node, "a %s has no member %.*s", text, BL_STR_ARG(node->text));
}

/* Does the function's form take these arguments?  Lambdas are told by their node. */
static bool
form_fits(const struct bl_function *f, const struct bl_node *call, uint32_t *ret_wrong)
{
	const char *letter = f->args;

	for (uint32_t i = 0; i < call->n_kids; i++) {
		bool lambda = call->kids[i]->kind == BL_NODE_LAMBDA;

		*ret_wrong = i;
		if (*letter == '\0')
			return false;
		if (lambda ? *letter != 'l' : !fits(call->kids[i]->type, *letter))
			return false;
		letter += letter[1] == '+' ? 0 : 1;
	}
	*ret_wrong = call->n_kids;
	return *letter == '\0' || (letter[0] != '\0' && letter[1] == '+' && call->n_kids > 0);
}

static size_t
form_count(const struct bl_function *f)
{
	size_t n = 0;

	while (f->args[n] != '\0' && f->args[n] != '+')
		n++;
	return n;
}

static BL_STATUS
fail_call(
    struct checker *c, const struct bl_node *call, const struct bl_function *f, uint32_t wrong)
{
	struct bl_str near = bl_functions__nearest(call->text);
	const struct bl_node *arg;
	char text[BL_TYPE_TEXT];
	char letter;

	if (f == NULL && near.ptr != NULL)
		return fail(c, call, "there is no function %.*s(); is %.*s() meant?",
		    BL_STR_ARG(call->text), BL_STR_ARG(near));
	if (f == NULL)
		return fail(c, call, "there is no function %.*s()", BL_STR_ARG(call->text));
	if (wrong >= call->n_kids || wrong >= form_count(f))
		return fail(c, call, "%s() takes %zu argument%s, not %u", f->name, form_count(f),
		    form_count(f) == 1 ? "" : "s", (unsigned)call->n_kids);
	arg = call->kids[wrong];
	letter = f->args[wrong];
	if (arg->kind == BL_NODE_LAMBDA)
		return fail(c, arg, "%s() takes no lambda here", f->name);
	return fail(c, arg, "%s() wants a %s here, found %s", f->name, letter_name(letter),
	    bl_value__type_name(arg->type, text));
}

/* The first form of the function that fits; on failure the one that came furthest explains. */
static BL_STATUS
find_form(struct checker *c, struct bl_node *call)
{
	const struct bl_function *best = NULL;
	uint32_t best_wrong = 0;
	bool best_count = false;

	for (size_t i = 0; i < bl_functions__n; i++) {
		const struct bl_function *f = &bl_functions__all[i];
		bool count = form_count(f) == call->n_kids;
		uint32_t wrong = 0;

		if (!bl_str_eq_ci(call->text, bl_str_of(f->name)))
			continue;
		if (form_fits(f, call, &wrong)) {
			call->function = f;
			return BL_OK;
		}
		if (best == NULL || (count && !best_count) ||
		    (count == best_count && wrong > best_wrong)) {
			best = f;
			best_wrong = wrong;
			best_count = count;
		}
	}
	return fail_call(c, call, best, best_wrong);
}

static struct bl_type
element_type(struct bl_type array)
{
	if (array.kind == BL_TYPE_ARRAY)
		return (struct bl_type){.kind = array.element};
	return (struct bl_type){.kind = BL_TYPE_JSON};
}

/* The common type of the kids [from, n_kids). */
static BL_STATUS
check_common(struct checker *c, struct bl_node *node, uint32_t from, uint32_t step)
{
	struct bl_type common = {.kind = BL_TYPE_UNKNOWN};
	char left[BL_TYPE_TEXT], right[BL_TYPE_TEXT];

	for (uint32_t i = from; i < node->n_kids; i += step) {
		struct bl_type before = common;

		if (!unify(before, node->kids[i]->type, &common))
			return fail(c, node->kids[i],
			    "a %s here and a %s before have no common type",
			    bl_value__type_name(node->kids[i]->type, left),
			    bl_value__type_name(before, right));
	}
	node->type = common;
	return BL_OK;
}

static BL_STATUS
check_result(struct checker *c, struct bl_node *call)
{
	struct bl_type first = call->n_kids > 0 ? call->kids[0]->type : (struct bl_type){0};
	struct bl_type body;
	bool if_form = call->function->args[0] == 'b';

	call->type.element = BL_TYPE_UNKNOWN;
	switch (call->function->result) {
	case 's': call->type.kind = BL_TYPE_VARCHAR; break;
	case 'i': call->type.kind = BL_TYPE_BIGINT; break;
	case 'd': call->type.kind = BL_TYPE_DOUBLE; break;
	case 'b': call->type.kind = BL_TYPE_BOOLEAN; break;
	case 't': call->type.kind = BL_TYPE_TIMESTAMP; break;
	case 'j': call->type.kind = BL_TYPE_JSON; break;
	case 'S': call->type = (struct bl_type){BL_TYPE_ARRAY, BL_TYPE_VARCHAR}; break;
	case 'e': call->type = element_type(first); break;
	case 'a': call->type = (struct bl_type){BL_TYPE_ARRAY, element_type(first).kind}; break;
	case 'l':
		body = call->kids[1]->type;
		if (body.kind == BL_TYPE_ARRAY || body.kind == BL_TYPE_MAP)
			return fail(c, call->kids[1], "arrays of arrays are not supported");
		call->type = (struct bl_type){BL_TYPE_ARRAY, body.kind};
		break;
	case '0': call->type = first; break;
	case 'u': return check_common(c, call, if_form ? 1 : 0, 1);
	default: assert(false);
	}
	return BL_OK;
}

static BL_STATUS
check_lambda(struct checker *c, struct bl_node *call, uint32_t i)
{
	struct bl_node *lambda = call->kids[i];
	enum bl_status status;

	if (i == 0 || !fits(call->kids[0]->type, 'a') || call->kids[0]->kind == BL_NODE_LAMBDA)
		return fail(c, lambda, "a lambda stands behind the array that it is for");
	if (c->expr->n_vars == BL_AST_MAX_VARS)
		return bl_fail_pos(c->reterr, BL_ELIMIT, lambda->line, lambda->column,
		    "the expression has more than %d lambdas", BL_AST_MAX_VARS);
	lambda->slot = c->expr->n_vars++;
	c->var_names[lambda->slot] = lambda->text;
	c->var_types[lambda->slot] = element_type(call->kids[0]->type);
	c->scope[c->n_scope++] = lambda->slot;
	status = check(c, lambda->kids[0]);
	c->n_scope--;
	lambda->type = lambda->kids[0]->type;
	return status;
}

static BL_STATUS
check_call(struct checker *c, struct bl_node *call)
{
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; !status && i < call->n_kids; i++) {
		if (call->kids[i]->kind == BL_NODE_LAMBDA)
			status = check_lambda(c, call, i);
		else
			status = check(c, call->kids[i]);
	}
	if (!status)
		status = find_form(c, call);
	if (status)
		return status;
	/* What a lambda must give, and what two arguments must have in common. */
	if (call->function->args[1] == 'l' && call->function->result != 'l')
		status = require(c, call->kids[1]->kids[0], 'b', call->function->name);
	if (!status && call->function->eval == bl_fn__contains) {
		struct bl_node element = {.type = element_type(call->kids[0]->type)};

		status = require_comparable(c, call->kids[1], &element, call->kids[1]);
	}
	if (!status && call->function->eval == bl_fn__nullif)
		status = require_comparable(c, call, call->kids[0], call->kids[1]);
	if (!status)
		status = check_result(c, call);
	if (!status && call->function->prepare != NULL)
		status = call->function->prepare(call, c->arena, c->reterr);
	return status;
}

static BL_STATUS
check_arith(struct checker *c, struct bl_node *node)
{
	static const char *const names[] = {[BL_OP_ADD] = "+",
	    [BL_OP_SUB] = "-",
	    [BL_OP_MUL] = "*",
	    [BL_OP_DIV] = "/",
	    [BL_OP_MOD] = "%"};
	const char *name = node->kind == BL_NODE_MINUS ? "-" : names[node->op];
	bool json = false, wide = false;

	for (uint32_t i = 0; i < node->n_kids; i++) {
		enum bl_type_kind kind = node->kids[i]->type.kind;
		enum bl_status status;

		if (kind == BL_TYPE_TIMESTAMP)
			return fail(c, node->kids[i],
			    "%s wants numbers; for timestamps there are date_add() and date_diff()",
			    name);
		status = require(c, node->kids[i], 'd', name);
		if (status)
			return status;
		json = json || kind == BL_TYPE_JSON;
		wide = wide || kind == BL_TYPE_DOUBLE;
	}
	node->type.kind = json ? BL_TYPE_JSON : wide ? BL_TYPE_DOUBLE : BL_TYPE_BIGINT;
	return BL_OK;
}

static BL_STATUS
check_case(struct checker *c, struct bl_node *node)
{
	uint32_t first = node->has_operand ? 1 : 0;
	uint32_t end = node->n_kids - (node->has_else ? 1 : 0);
	enum bl_status status = BL_OK;

	for (uint32_t i = first; !status && i < end; i += 2) {
		if (node->has_operand)
			status = require_comparable(c, node->kids[i], node->kids[0], node->kids[i]);
		else
			status = require(c, node->kids[i], 'b', "WHEN");
	}
	if (status)
		return status;
	/* The THENs stand at every second place; ELSE would, too, had it a WHEN. */
	status = check_common(c, node, first + 1, 2);
	if (!status && node->has_else) {
		struct bl_type then = node->type;
		const struct bl_node *other = node->kids[end];
		char left[BL_TYPE_TEXT], right[BL_TYPE_TEXT];

		if (!unify(then, other->type, &node->type))
			return fail(c, other, "a %s here and a %s before have no common type",
			    bl_value__type_name(other->type, left),
			    bl_value__type_name(then, right));
	}
	return status;
}

static BL_STATUS
check_cast(struct checker *c, struct bl_node *node)
{
	struct bl_type from = node->kids[0]->type, to = node->type;
	char left[BL_TYPE_TEXT], right[BL_TYPE_TEXT];
	bool possible = from.kind == BL_TYPE_UNKNOWN;

	switch (to.kind) {
	case BL_TYPE_BOOLEAN:
		possible = possible || from.kind == BL_TYPE_VARCHAR || from.kind == BL_TYPE_JSON;
		break;
	case BL_TYPE_BIGINT:
	case BL_TYPE_DOUBLE:
		possible = possible || from.kind == BL_TYPE_VARCHAR || from.kind == BL_TYPE_JSON ||
			   is_number(from);
		break;
	case BL_TYPE_VARCHAR:
		possible = possible || from.kind == BL_TYPE_BIGINT ||
			   from.kind == BL_TYPE_BOOLEAN || from.kind == BL_TYPE_JSON;
		break;
	case BL_TYPE_TIMESTAMP: possible = possible || from.kind == BL_TYPE_VARCHAR; break;
	case BL_TYPE_ARRAY: possible = possible || from.kind == BL_TYPE_JSON; break;
	case BL_TYPE_JSON:
		if (from.kind == BL_TYPE_VARCHAR)
			return fail(c, node,
			    "CAST of varchar to json makes a JSON string in SQL; for "
			    "JSON text use json_parse(...)");
		break;
	case BL_TYPE_UNKNOWN:
	case BL_TYPE_MAP: break;
	}
	if (possible || (from.kind == to.kind && from.element == to.element))
		return BL_OK;
	return bl_fail_pos(c->reterr, BL_EUNSUPPORTED, node->line, node->column,
	    "CAST from %s to %s is not supported", bl_value__type_name(from, left),
	    bl_value__type_name(to, right));
}

static BL_STATUS
check_array(struct checker *c, struct bl_node *node)
{
	enum bl_status status = check_common(c, node, 0, 1);

	if (status)
		return status;
	if (node->type.kind == BL_TYPE_ARRAY || node->type.kind == BL_TYPE_MAP)
		return fail(c, node, "arrays of arrays are not supported");
	node->type = (struct bl_type){BL_TYPE_ARRAY, node->type.kind};
	return BL_OK;
}

static BL_STATUS
require_all(struct checker *c, struct bl_node *node, char letter, const char *what)
{
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; !status && i < node->n_kids; i++)
		status = require(c, node->kids[i], letter, what);
	return status;
}

/* A node whose children have their types. */
static BL_STATUS
check_typed(struct checker *c, struct bl_node *node)
{
	enum bl_status status = BL_OK;

	switch (node->kind) {
	case BL_NODE_LITERAL: node->type = (struct bl_type){.kind = node->value.kind}; return BL_OK;
	case BL_NODE_PARAM: return check_param(c, node);
	case BL_NODE_NAME: return check_name(c, node);
	case BL_NODE_MEMBER:
	case BL_NODE_INDEX: return check_path(c, node);
	case BL_NODE_AND: status = require_all(c, node, 'b', "AND"); break;
	case BL_NODE_OR: status = require_all(c, node, 'b', "OR"); break;
	case BL_NODE_NOT: status = require_all(c, node, 'b', "NOT"); break;
	case BL_NODE_COMPARE:
	case BL_NODE_IN:
	case BL_NODE_BETWEEN:
		for (uint32_t i = 1; !status && i < node->n_kids; i++)
			status = require_comparable(c, node->n_kids == 2 ? node : node->kids[i],
			    node->kids[0], node->kids[i]);
		break;
	case BL_NODE_LIKE: status = require_all(c, node, 's', "LIKE"); break;
	case BL_NODE_CONCAT:
		status = require_all(c, node, 's', "||");
		node->type.kind = BL_TYPE_VARCHAR;
		return status;
	case BL_NODE_ARITH:
	case BL_NODE_MINUS: return check_arith(c, node);
	case BL_NODE_CASE: return check_case(c, node);
	case BL_NODE_CAST: return check_cast(c, node);
	case BL_NODE_ARRAY: return check_array(c, node);
	case BL_NODE_IS_NULL: break;
	case BL_NODE_LAMBDA: return fail(c, node, "a lambda stands only as a function's argument");
	case BL_NODE_COLUMN:
	case BL_NODE_VAR:
	case BL_NODE_CALL: assert(false);
	}
	node->type = (struct bl_type){.kind = BL_TYPE_BOOLEAN};
	return status;
}

static BL_STATUS
check(struct checker *c, struct bl_node *node)
{
	enum bl_status status = BL_OK;

	if (node->kind == BL_NODE_CALL)
		return check_call(c, node);
	if (node->kind == BL_NODE_LAMBDA)
		return check_typed(c, node);
	for (uint32_t i = 0; !status && i < node->n_kids; i++)
		status = check(c, node->kids[i]);
	return status ? status : check_typed(c, node);
}

BL_STATUS
bl_check__expr(struct bl_expr *expr, struct bl_arena *arena, struct bl_err *reterr)
{
	struct checker c = {.expr = expr, .arena = arena, .reterr = reterr};
	enum bl_status status = check(&c, expr->root);
	struct bl_type common, has = expr->root->type;
	char left[BL_TYPE_TEXT], right[BL_TYPE_TEXT];

	if (status || expr->wanted.kind == BL_TYPE_UNKNOWN)
		return status;
	if (unify(has, expr->wanted, &common) &&
	    (common.kind == expr->wanted.kind || has.kind == BL_TYPE_JSON))
		return BL_OK;
	return fail(&c, expr->root, "a %s is wanted, but this is a %s",
	    bl_value__type_name(expr->wanted, left), bl_value__type_name(has, right));
}
