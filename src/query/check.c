/*
 * Types and names.  Every node gets its type; what cannot be right for any row is refused here,
 * with its place.  JSON is the type of what only the row knows: it fits every scalar, and the
 * evaluator checks.
 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "query/check.h"
#include "query/functions.h"

static BL_STATUS
check_name(struct bl_checker *c, struct bl_node *node)
{
	struct bl_str near = c->expr->item ? bl_path_nearest(node->text) : (struct bl_str){0};
	size_t column;

	for (uint32_t i = c->n_scope; i-- > 0;) {
		if (!bl_str_eq_ci(node->text, c->var_names[c->scope[i]]))
			continue;
		node->kind = BL_NODE_VAR;
		node->slot = c->scope[i];
		node->type = c->var_types[node->slot];
		return BL_OK;
	}
	column = c->expr->item ? bl_path_find(node->text) : SIZE_MAX;
	if (column == SIZE_MAX && near.ptr != NULL)
		return bl_check__fail(c, node, "there is no %.*s here; is %.*s meant?",
		    BL_STR_ARG(node->text), BL_STR_ARG(near));
	if (column == SIZE_MAX)
		return bl_check__fail(c, node, "there is no %.*s here", BL_STR_ARG(node->text));
	node->kind = BL_NODE_COLUMN;
	node->slot = (uint32_t)column;
	node->type = bl_path_type(column);
	return BL_OK;
}

static BL_STATUS
check_param(struct bl_checker *c, struct bl_node *node)
{
	for (size_t i = 0; i < c->expr->n_params; i++) {
		const struct bl_expr_param *param = &c->expr->params[i];

		if (!bl_str_eq(param->name, node->text))
			continue;
		node->slot = (uint32_t)i;
		node->type = (struct bl_datatype){
		    .kind = param->kind, .element = bl_type_of(param->element)};
		return BL_OK;
	}
	return bl_check__fail(c, node, "there is no parameter :%.*s", BL_STR_ARG(node->text));
}

/* row.name, row[number]: which field goes into the node's slot. */
static BL_STATUS
check_field(struct bl_checker *c, struct bl_node *node)
{
	const struct bl_node *index = node->kind == BL_NODE_INDEX ? node->kids[1] : NULL;
	struct bl_datatype row = node->kids[0]->type;

	if (index == NULL) {
		node->slot = bl_type_field(row, node->text);
		if (node->slot == UINT32_MAX)
			return bl_check__fail(
			    c, node, "the row has no field %.*s", BL_STR_ARG(node->text));
	} else {
		if (index->kind != BL_NODE_LITERAL || index->type.kind != BL_TYPE_BIGINT ||
		    index->value.i64 < 1 || index->value.i64 > row.n_fields)
			return bl_check__fail(c, index,
			    "the fields of this row are numbered 1 to %u", (unsigned)row.n_fields);
		node->slot = (uint32_t)index->value.i64 - 1;
	}
	node->type = row.fields[node->slot].type;
	return BL_OK;
}

static BL_STATUS
check_path(struct bl_checker *c, struct bl_node *node)
{
	const struct bl_node *index = node->kind == BL_NODE_INDEX ? node->kids[1] : NULL;
	struct bl_datatype base = node->kids[0]->type;
	char text[BL_TYPE_TEXT];

	node->type = (struct bl_datatype){.kind = BL_TYPE_JSON};
	switch (base.kind) {
	case BL_TYPE_UNKNOWN:
	case BL_TYPE_JSON:
		if (index == NULL || bl_check__fits(index->type, 's') ||
		    bl_check__fits(index->type, 'i'))
			return BL_OK;
		return bl_check__fail(c, index, "[ ] wants a varchar or a bigint here, found %s",
		    bl_value_type_name(index->type, text));
	case BL_TYPE_MAP:
		node->type = *base.element;
		if (index == NULL && base.key->kind == BL_TYPE_VARCHAR)
			return BL_OK;
		if (index == NULL)
			break;
		if (base.key->kind == BL_TYPE_VARCHAR)
			return bl_check__require(c, index, 's', "a map's [ ]");
		{
			struct bl_node key = {.type = *base.key};

			return bl_check__comparable(c, index, &key, index);
		}
	case BL_TYPE_ROW: return check_field(c, node);
	case BL_TYPE_ARRAY:
		node->type = *base.element;
		if (index != NULL)
			return bl_check__require(c, index, 'i', "an array's [ ]");
		return bl_check__fail(c, node,
		    "an array has no member %.*s; use any_match(...) or [n]",
		    BL_STR_ARG(node->text));
	case BL_TYPE_BOOLEAN:
	case BL_TYPE_BIGINT:
	case BL_TYPE_DOUBLE:
	case BL_TYPE_VARCHAR:
	case BL_TYPE_DATE:
	case BL_TYPE_TIMESTAMP:
	case BL_TYPE_SPAN:
	case BL_TYPE_MONTHS: break;
	}
	(void)bl_value_type_name(base, text);
	if (index != NULL)
		return bl_check__fail(c, node, "a %s has no elements", text);
	return bl_check__fail(c, node, "a %s has no member %.*s", text, BL_STR_ARG(node->text));
}

static BL_STATUS
check_case(struct bl_checker *c, struct bl_node *node)
{
	uint32_t first = node->has_operand ? 1 : 0;
	uint32_t end = node->n_kids - (node->has_else ? 1 : 0);
	enum bl_status status = BL_OK;

	for (uint32_t i = first; !status && i < end; i += 2) {
		if (node->has_operand)
			status =
			    bl_check__comparable(c, node->kids[i], node->kids[0], node->kids[i]);
		else
			status = bl_check__require(c, node->kids[i], 'b', "WHEN");
	}
	if (status)
		return status;
	/* The THENs stand at every second place; ELSE would, too, had it a WHEN. */
	status = bl_check__common(c, node, first + 1, 2);
	if (!status && node->has_else) {
		struct bl_datatype then = node->type;
		const struct bl_node *other = node->kids[end];
		char left[BL_TYPE_TEXT], right[BL_TYPE_TEXT];

		if (!bl_check_unify(then, other->type, &node->type))
			return bl_check__fail(c, other,
			    "a %s here and a %s before have no common type",
			    bl_value_type_name(other->type, left), bl_value_type_name(then, right));
	}
	return status;
}

static BL_STATUS
check_cast(struct bl_checker *c, struct bl_node *node)
{
	struct bl_datatype from = node->kids[0]->type, to = node->type;
	char left[BL_TYPE_TEXT], right[BL_TYPE_TEXT];

	if (bl_check_castable(from, to))
		return BL_OK;
	return bl_fail_pos(c->reterr, BL_EUNSUPPORTED, node->line, node->column,
	    "CAST from %s to %s is not supported", bl_value_type_name(from, left),
	    bl_value_type_name(to, right));
}

static BL_STATUS
require_all(struct bl_checker *c, struct bl_node *node, char letter, const char *what)
{
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; !status && i < node->n_kids; i++)
		status = bl_check__require(c, node->kids[i], letter, what);
	return status;
}

static BL_STATUS
check_array(struct bl_checker *c, struct bl_node *node)
{
	enum bl_status status = bl_check__common(c, node, 0, 1);
	const struct bl_datatype *element = NULL;

	if (!status)
		status = bl_check__keep(c, node->type, &element);
	if (!status)
		node->type = bl_type_array(element);
	return status;
}

static BL_STATUS
check_row(struct bl_checker *c, struct bl_node *node)
{
	struct bl_field *fields = bl_new(c->arena, struct bl_field, node->n_kids);

	if (fields == NULL)
		return bl_fail(c->reterr, BL_ENOMEM, "no memory for the expression's tree");
	for (uint32_t i = 0; i < node->n_kids; i++)
		fields[i].type = node->kids[i]->type;
	node->type =
	    (struct bl_datatype){.kind = BL_TYPE_ROW, .fields = fields, .n_fields = node->n_kids};
	return BL_OK;
}

/* || joins texts, and arrays. */
static BL_STATUS
check_concat(struct bl_checker *c, struct bl_node *node)
{
	bool array =
	    node->kids[0]->type.kind == BL_TYPE_ARRAY || node->kids[1]->type.kind == BL_TYPE_ARRAY;
	enum bl_status status;

	if (array)
		return bl_check__common(c, node, 0, 1);
	status = require_all(c, node, 's', "||");
	node->type = *bl_type_of(BL_TYPE_VARCHAR);
	return status;
}

/* A node whose children have their types. */
static BL_STATUS
check_typed(struct bl_checker *c, struct bl_node *node)
{
	enum bl_status status = BL_OK;

	switch (node->kind) {
	case BL_NODE_LITERAL:
		/* What is nested cannot be told from the value: the maker has set it. */
		if (node->value.kind < BL_TYPE_ARRAY)
			node->type = *bl_type_of(node->value.kind);
		return BL_OK;
	case BL_NODE_PARAM: return check_param(c, node);
	case BL_NODE_VAR:
	case BL_NODE_NAME: return check_name(c, node);
	case BL_NODE_MEMBER:
	case BL_NODE_INDEX: return check_path(c, node);
	case BL_NODE_AND: status = require_all(c, node, 'b', "AND"); break;
	case BL_NODE_OR: status = require_all(c, node, 'b', "OR"); break;
	case BL_NODE_NOT: status = require_all(c, node, 'b', "NOT"); break;
	case BL_NODE_COMPARE:
	case BL_NODE_DISTINCT:
	case BL_NODE_IN:
	case BL_NODE_BETWEEN:
		for (uint32_t i = 1; !status && i < node->n_kids; i++)
			status = bl_check__comparable(c, node->n_kids == 2 ? node : node->kids[i],
			    node->kids[0], node->kids[i]);
		break;
	case BL_NODE_LIKE: status = require_all(c, node, 's', "LIKE"); break;
	case BL_NODE_CONCAT: return check_concat(c, node);
	case BL_NODE_ARITH:
	case BL_NODE_MINUS: return bl_check__arith(c, node);
	case BL_NODE_ROW: return check_row(c, node);
	case BL_NODE_CASE: return check_case(c, node);
	case BL_NODE_CAST: return check_cast(c, node);
	case BL_NODE_ARRAY: return check_array(c, node);
	case BL_NODE_IS_NULL: break;
	case BL_NODE_LAMBDA:
		return bl_check__fail(c, node, "a lambda stands only as a function's argument");
	case BL_NODE_SLOT:
	case BL_NODE_COLUMN: return BL_OK;
	case BL_NODE_SUBQUERY: return bl_check__fail(c, node, "sub-queries are not supported here");
	case BL_NODE_CALL: assert(false);
	}
	node->type = (struct bl_datatype){.kind = BL_TYPE_BOOLEAN};
	return status;
}

BL_STATUS
bl_check__node(struct bl_checker *c, struct bl_node *node)
{
	enum bl_status status = BL_OK;

	node->path = (struct bl_str){0};
	node->cell = 0;
	if (node->kind == BL_NODE_CALL)
		return bl_check__call(c, node);
	if (node->kind == BL_NODE_LAMBDA)
		return check_typed(c, node);
	for (uint32_t i = 0; !status && i < node->n_kids; i++)
		status = bl_check__node(c, node->kids[i]);
	return status ? status : check_typed(c, node);
}

BL_STATUS
bl_check_expr(struct bl_expr *expr, struct bl_arena *arena, struct bl_err *reterr)
{
	struct bl_checker c = {.expr = expr, .arena = arena, .reterr = reterr};
	enum bl_status status = bl_check__node(&c, expr->root);
	struct bl_datatype common, has = expr->root->type;
	char left[BL_TYPE_TEXT], right[BL_TYPE_TEXT];

	if (status || expr->wanted.kind == BL_TYPE_UNKNOWN)
		return status;
	if (bl_check_unify(has, expr->wanted, &common) &&
	    (common.kind == expr->wanted.kind || has.kind == BL_TYPE_JSON))
		return BL_OK;
	return bl_check__fail(&c, expr->root, "a %s is wanted, but this is a %s",
	    bl_value_type_name(expr->wanted, left), bl_value_type_name(has, right));
}
