/*
 * One row through the tree.
 *
 * Recursion follows the tree, whose depth the parser bounds (BL_NODE_MAX_DEPTH).  Every node costs
 * a step of the budget.  AND, OR, CASE, IF and COALESCE evaluate from left to right and stop when
 * the result is known.
 */
#include "query/eval.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "query/civil.h"
#include "query/functions.h"
#include "json/json.h"

BL_STATUS
bl_eval_no_memory(struct bl_err *reterr)
{
	return bl_fail(reterr, BL_ENOMEM, "no memory to evaluate the expression");
}

BL_STATUS
bl_eval_spend(struct bl_eval *ev, const struct bl_node *node, uint64_t steps, struct bl_err *reterr)
{
	if (steps > ev->steps_left)
		return bl_fail_pos(reterr, BL_ELIMIT, node->line, node->column,
		    "the expression takes more steps than it is allowed");
	ev->steps_left -= steps;
	return BL_OK;
}

BL_STATUS
bl_eval_fail(const struct bl_node *node, const struct bl_value *value, struct bl_err *reterr,
    const char *fmt, ...)
{
	char text[240];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (node->path.ptr != NULL)
		return bl_fail_pos(reterr, BL_EINPUT, node->line, node->column, "%.*s is %s, %s",
		    BL_STR_ARG(node->path), bl_value_what(value), text);
	return bl_fail_pos(reterr, BL_EINPUT, node->line, node->column, "this is %s, %s",
	    bl_value_what(value), text);
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
	case 'D': return v->kind == BL_TYPE_DATE;
	case 'T': return v->kind == BL_TYPE_TIMESTAMP || v->kind == BL_TYPE_DATE;
	case 'A':
	case 'r': return v->kind == BL_TYPE_ARRAY;
	case 'j': return v->kind == BL_TYPE_JSON;
	case 'J': return v->kind == BL_TYPE_JSON || v->kind == BL_TYPE_VARCHAR;
	case 'a': return bl_list_open(v, &list);
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
bl_eval_as(struct bl_eval *ev, const struct bl_node *node, char letter, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	struct bl_value value = {0};
	enum bl_status status = bl_eval_node(ev, node, &value, reterr);

	if (status)
		return status;
	*ret_value = value;
	if (value.null || letter == 'x')
		return BL_OK;
	/* A JSON value wanted as JSON stays one, also when it is a string of JSON text. */
	if (letter != 'j' && letter != 'J' && letter != 'a')
		*ret_value = bl_value_plain(value);
	if (is_kind(ret_value, letter))
		return BL_OK;
	return bl_eval_fail(node, &value, reterr, "%s", wanted_words(letter));
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
			return bl_eval_no_memory(reterr);
	}
	for (uint32_t i = 0; i < node->n_kids; i++) {
		status = bl_eval_as(ev, node->kids[i], *letter, &args[i], reterr);
		if (status)
			return status;
		if (args[i].null && f->mode == BL_STRICT) {
			*ret_value = bl_value_null(node->type.kind);
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
	enum bl_status status = bl_eval_node(ev, node->kids[0], &value, reterr);

	if (status)
		return status;
	status = bl_eval_cast(ev, node, &value, ret_value, reterr);
	if (status != BL_EINPUT || !node->negated)
		return status;
	*ret_value = bl_value_null(node->type.kind); /* TRY_CAST */
	return BL_OK;
}

static BL_STATUS
eval_concat(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	struct bl_value args[2];
	bool array = node->type.kind == BL_TYPE_ARRAY;
	enum bl_status status = bl_eval_as(ev, node->kids[0], array ? 'a' : 's', &args[0], reterr);

	if (!status)
		status = bl_eval_as(ev, node->kids[1], array ? 'a' : 's', &args[1], reterr);
	if (status)
		return status;
	*ret_value = bl_value_null(node->type.kind);
	if (args[0].null || args[1].null)
		return BL_OK;
	if (array)
		return bl_fn__concat_arrays(ev, node, args, ret_value, reterr);
	return bl_fn__concat(ev, node, args, ret_value, reterr);
}

static BL_STATUS
eval_node(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	enum bl_status status = bl_eval_spend(ev, node, 1, reterr);

	if (status)
		return status;
	if (node->cell != 0 && ev->scope->item == NULL) {
		if (bl_path_cell(node, ev->scope->cells[node->cell - 1], ret_value))
			return BL_OK;
		return bl_fail_pos(reterr, BL_EINPUT, node->line, node->column,
		    "%.*s cannot be read from its cell", BL_STR_ARG(node->path));
	}
	switch (node->kind) {
	case BL_NODE_LITERAL: *ret_value = node->value; return BL_OK;
	case BL_NODE_PARAM: *ret_value = ev->scope->params[node->slot]; return BL_OK;
	case BL_NODE_COLUMN: *ret_value = bl_path_column(node->slot, ev->scope->item); return BL_OK;
	case BL_NODE_SLOT: *ret_value = ev->scope->row[node->slot]; return BL_OK;
	case BL_NODE_VAR: *ret_value = ev->vars[node->slot]; return BL_OK;
	case BL_NODE_MEMBER:
	case BL_NODE_INDEX: return bl_eval__path(ev, node, ret_value, reterr);
	case BL_NODE_CALL: return eval_call(ev, node, ret_value, reterr);
	case BL_NODE_AND:
	case BL_NODE_OR: return bl_eval__logic(ev, node, ret_value, reterr);
	case BL_NODE_NOT:
		status = bl_eval_as(ev, node->kids[0], 'b', ret_value, reterr);
		ret_value->boolean = !ret_value->boolean;
		return status;
	case BL_NODE_IS_NULL:
		status = bl_eval_node(ev, node->kids[0], ret_value, reterr);
		*ret_value = bl_value_boolean(!status && ret_value->null != node->negated);
		return status;
	case BL_NODE_COMPARE: return bl_eval__compare(ev, node, ret_value, reterr);
	case BL_NODE_DISTINCT: return bl_eval__distinct(ev, node, ret_value, reterr);
	case BL_NODE_IN: return bl_eval__in(ev, node, ret_value, reterr);
	case BL_NODE_BETWEEN: return bl_eval__between(ev, node, ret_value, reterr);
	case BL_NODE_LIKE: return bl_eval__like(ev, node, ret_value, reterr);
	case BL_NODE_ARITH: return bl_eval__arith(ev, node, ret_value, reterr);
	case BL_NODE_MINUS: return bl_eval__minus(ev, node, ret_value, reterr);
	case BL_NODE_CONCAT: return eval_concat(ev, node, ret_value, reterr);
	case BL_NODE_CASE: return bl_eval__case(ev, node, ret_value, reterr);
	case BL_NODE_CAST: return eval_cast(ev, node, ret_value, reterr);
	case BL_NODE_ROW:
	case BL_NODE_ARRAY: return bl_eval__list(ev, node, ret_value, reterr);
	case BL_NODE_SUBQUERY:
	case BL_NODE_NAME:
	case BL_NODE_LAMBDA: break;
	}
	assert(false); /* The checker leaves none of these. */
	return BL_EINPUT;
}

BL_STATUS
bl_eval_widen(const struct bl_node *at, struct bl_datatype type, struct bl_value *value,
    struct bl_err *reterr)
{
	if (value->null)
		value->kind = type.kind;
	if (value->null)
		return BL_OK;
	if (type.kind == BL_TYPE_DOUBLE && value->kind == BL_TYPE_BIGINT) {
		value->kind = BL_TYPE_DOUBLE;
		value->dbl = (double)value->i64;
	}
	if (type.kind == BL_TYPE_TIMESTAMP && value->kind == BL_TYPE_DATE) {
		value->kind = BL_TYPE_TIMESTAMP;
		if (!bl_civil_instant(value->i64, &value->i64))
			return bl_fail_pos(reterr, BL_EINPUT, at->line, at->column,
			    "the date leaves the years 1678 to 2261 that timestamps have");
	}
	return BL_OK;
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
bl_eval_node(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	enum bl_status status = eval_node(ev, node, ret_value, reterr);

	/* The path that is missing first is the shortest: its base is evaluated before it. */
	if (ev->missing != NULL && !status && ret_value->null && node->path.ptr != NULL &&
	    ev->n_missing < ev->expr->n_reads && !is_covered(ev, node->path))
		ev->missing[ev->n_missing++] = node->path;
	return status;
}
