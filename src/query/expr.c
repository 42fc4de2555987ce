/* The public face of the engine: compile once, evaluate per row. */
#include "query/expr.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "query/ast.h"
#include "query/eval.h"
#include "query/value_priv.h"

#define DEFAULT_STEPS ((uint64_t)10 * 1000 * 1000)

BL_STATUS
bl_expr_compile(struct bl_str text, const struct bl_expr_param *params, size_t n_params,
    enum bl_type_kind wanted, struct bl_arena *arena, struct bl_expr **ret_expr,
    struct bl_err *reterr)
{
	struct bl_expr *expr = bl_new(arena, struct bl_expr, 1);
	struct bl_expr_param *copy = bl_new(arena, struct bl_expr_param, n_params);
	struct bl_str own = {0};
	enum bl_status status;

	assert(n_params == 0 || params != NULL);
	if (expr == NULL || copy == NULL || bl_str_dup(arena, text, &own))
		return bl_fail(reterr, BL_ENOMEM, "no memory for the expression");
	if (n_params > 0)
		memcpy(copy, params, n_params * sizeof(*copy));
	expr->params = copy;
	expr->n_params = n_params;
	expr->wanted.kind = wanted;
	status = bl_parser__parse(own, arena, &expr->root, reterr);
	if (!status)
		status = bl_check__expr(expr, arena, reterr);
	if (!status)
		status = bl_path__reads(expr, arena, reterr);
	if (!status)
		status = bl_path__cells(expr, arena, reterr);
	if (!status)
		*ret_expr = expr;
	return status;
}

/* The letter of functions.h for a wanted type. */
static char
letter_of(enum bl_type_kind kind)
{
	switch (kind) {
	case BL_TYPE_BOOLEAN: return 'b';
	case BL_TYPE_BIGINT: return 'i';
	case BL_TYPE_DOUBLE: return 'd';
	case BL_TYPE_VARCHAR: return 's';
	case BL_TYPE_TIMESTAMP: return 't';
	case BL_TYPE_ARRAY: return 'a';
	case BL_TYPE_MAP: return 'm';
	case BL_TYPE_JSON: return 'j';
	case BL_TYPE_UNKNOWN: break;
	}
	return 'x';
}

static struct bl_eval
begin(const struct bl_expr *expr, const struct bl_expr_scope *scope, struct bl_arena *arena)
{
	return (struct bl_eval){.expr = expr,
	    .scope = scope,
	    .arena = arena,
	    .steps_left = scope->budget_steps == 0 ? DEFAULT_STEPS : scope->budget_steps};
}

BL_STATUS
bl_expr_eval(const struct bl_expr *expr, const struct bl_expr_scope *scope, struct bl_arena *arena,
    struct bl_value *ret_value, struct bl_err *reterr)
{
	struct bl_eval ev = begin(expr, scope, arena);
	struct bl_value value;
	enum bl_status status;

	assert((scope->item != NULL || (scope->cells != NULL && expr->has_cells)) &&
	       (expr->n_params == 0 || scope->params != NULL));
	status = bl_eval__as(&ev, expr->root, letter_of(expr->wanted.kind), &value, reterr);
	if (status)
		return status;
	if (expr->wanted.kind == BL_TYPE_DOUBLE && value.kind == BL_TYPE_BIGINT) {
		value.kind = BL_TYPE_DOUBLE;
		value.dbl = (double)value.i64;
	}
	if (value.null && expr->wanted.kind != BL_TYPE_UNKNOWN)
		value.kind = expr->wanted.kind;
	*ret_value = value;
	return BL_OK;
}

BL_STATUS
bl_expr_paths(const struct bl_expr *expr, struct bl_arena *arena, struct bl_str **ret_paths,
    size_t *ret_n, struct bl_err *reterr)
{
	struct bl_str *paths = bl_new(arena, struct bl_str, expr->n_reads);

	if (paths == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the expression's paths");
	for (size_t i = 0; i < expr->n_reads; i++)
		paths[i] = expr->reads[i];
	*ret_paths = paths;
	*ret_n = expr->n_reads;
	return BL_OK;
}

bool
bl_expr_cells(const struct bl_expr *expr, const struct bl_str **ret_paths, size_t *ret_n)
{
	*ret_paths = expr->cells;
	*ret_n = expr->n_cells;
	return expr->has_cells;
}

BL_STATUS
bl_expr_missing(const struct bl_expr *expr, const struct bl_expr_scope *scope,
    struct bl_arena *arena, struct bl_str **ret_paths, size_t *ret_n, struct bl_err *reterr)
{
	struct bl_eval ev = begin(expr, scope, arena);
	struct bl_value value;
	enum bl_status status;

	ev.missing = bl_new(arena, struct bl_str, expr->n_reads);
	if (ev.missing == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the expression's paths");
	status = bl_eval__node(&ev, expr->root, &value, reterr);
	if (status)
		return status;
	*ret_paths = ev.missing;
	*ret_n = ev.n_missing;
	return BL_OK;
}
