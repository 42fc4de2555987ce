/*
 * A tree cut into units.  A copy of the tree is made in which every path that a column can tell has
 * the number of a leaf as its cell, so that the one evaluator reads leaves where it would read the
 * item.  Two kinds of sub-trees become leaves of their own:
 *
 * - any_match and its like over an array that a path tells, when the lambda's body reads nothing
 *   but the element: the body is a unit over the rows of the array's element table;
 * - a condition on one single column: it has three results, where the column may have thousands of
 *   values that would be multiplied with those of other columns.
 *
 * Both may be evaluated for rows where the evaluator would not come to them.  That costs time, but
 * no result: an error in them is one only where the evaluator comes to it (bl_path_error).
 */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "query/functions.h"
#include "query/vector_priv.h"

struct plan {
	const struct bl_expr *expr;
	struct bl_arena *arena;
	struct bl_err *reterr;
	bool told; /* Every path can be a column. */
};

static enum bl_status
no_memory(struct plan *plan)
{
	return bl_fail(plan->reterr, BL_ENOMEM, "no memory to plan the expression");
}

/* ---- Leaves. --------------------------------------------------------------------- */

static enum bl_status
add_leaf(struct plan *plan, struct bl_vector_unit *unit, struct bl_vector_leaf leaf,
    struct bl_node *copy)
{
	if (unit->n_leaves == unit->cap) {
		size_t cap = unit->cap == 0 ? 4 : unit->cap * 2;
		struct bl_vector_leaf *grown = bl_new(plan->arena, struct bl_vector_leaf, cap);

		if (grown == NULL)
			return no_memory(plan);
		if (unit->n_leaves > 0)
			memcpy(grown, unit->leaf, unit->n_leaves * sizeof(*grown));
		unit->leaf = grown;
		unit->cap = cap;
	}
	leaf.slots = leaf.pairs = (struct bl_buf)BL_BUF_INIT(SIZE_MAX / 2);
	unit->leaf[unit->n_leaves++] = leaf;
	copy->cell = (uint32_t)unit->n_leaves;
	return BL_OK;
}

static enum bl_status
add_column(struct plan *plan, struct bl_vector_unit *unit, struct bl_str path, bool lenient,
    struct bl_node *copy)
{
	for (size_t i = 0; i < unit->n_leaves; i++) {
		struct bl_vector_leaf *leaf = &unit->leaf[i];

		if (leaf->kind == BL_VECTOR_COLUMN && leaf->lenient == lenient &&
		    bl_str_eq(leaf->path, path)) {
			copy->cell = (uint32_t)i + 1;
			return BL_OK;
		}
	}
	return add_leaf(plan, unit,
	    (struct bl_vector_leaf){.kind = BL_VECTOR_COLUMN, .path = path, .lenient = lenient},
	    copy);
}

static enum bl_status make_unit(struct plan *plan, const struct bl_vector_table *table,
    const struct bl_node *node, enum bl_type_kind wanted, struct bl_vector_unit **ret_unit);
static enum bl_status copy_tree(struct plan *plan, struct bl_vector_unit *unit,
    const struct bl_node *node, struct bl_node **ret_copy);

/* ---- Arrays. --------------------------------------------------------------------- */

/* The parts of a function over an array. */
struct over {
	enum bl_vector_way way;
	const struct bl_node *array;	 /* A path. */
	const struct bl_node *otherwise; /* coalesce(array, otherwise); may be NULL */
	const struct bl_node *lambda;	 /* NULL for LENGTH */
};

static bool
way_of(const struct bl_node *node, struct over *ret)
{
	const struct bl_node *call = node;

	*ret = (struct over){.way = BL_VECTOR_LENGTH};
	if (bl_vector__is_call(node, bl_fn__any_match, 2))
		ret->way = BL_VECTOR_ANY;
	else if (bl_vector__is_call(node, bl_fn__all_match, 2))
		ret->way = BL_VECTOR_ALL;
	else if (bl_vector__is_call(node, bl_fn__none_match, 2))
		ret->way = BL_VECTOR_NO;
	else if (!bl_vector__is_call(node, bl_fn__cardinality, 1))
		return false;
	if (ret->way == BL_VECTOR_LENGTH && bl_vector__is_call(node->kids[0], bl_fn__filter, 2)) {
		ret->way = BL_VECTOR_COUNT;
		call = node->kids[0];
	}
	ret->array = call->kids[0];
	if (ret->way != BL_VECTOR_LENGTH)
		ret->lambda = call->kids[1];
	return ret->lambda == NULL ||
	       (ret->lambda->kind == BL_NODE_LAMBDA && ret->lambda->n_kids == 1);
}

static bool
is_over(const struct bl_vector_table *table, const struct bl_node *node, struct over *ret)
{
	struct bl_vector_table rows = {.parent = table};

	if (!way_of(node, ret))
		return false;
	if (bl_vector__is_call(ret->array, bl_fn__coalesce, 2) &&
	    bl_vector__reads_only(NULL, ret->array->kids[1])) {
		ret->otherwise = ret->array->kids[1];
		ret->array = ret->array->kids[0];
	}
	if (!bl_vector__is_path(table, ret->array) || ret->array->type.kind != BL_TYPE_JSON)
		return false;
	if (ret->lambda == NULL)
		return true;
	rows.slot = ret->lambda->slot;
	return bl_vector__reads_only(&rows, ret->lambda->kids[0]);
}

/* The call with ${otherwise} for its array. */
static enum bl_status
make_otherwise(struct plan *plan, const struct bl_vector_table *table, const struct bl_node *node,
    const struct over *over, struct bl_vector_unit **ret_unit)
{
	struct bl_node *call = bl_new(plan->arena, struct bl_node, 1);
	struct bl_node **kids = bl_new(plan->arena, struct bl_node *, 2);
	struct bl_node *inner = bl_new(plan->arena, struct bl_node, 1);
	struct bl_node **inner_kids = bl_new(plan->arena, struct bl_node *, 2);

	if (call == NULL || kids == NULL || inner == NULL || inner_kids == NULL)
		return no_memory(plan);
	*call = *node;
	memcpy(kids, node->kids, node->n_kids * sizeof(struct bl_node *));
	call->kids = kids;
	if (over->way == BL_VECTOR_COUNT) {
		*inner = *node->kids[0];
		memcpy(inner_kids, inner->kids, 2 * sizeof(struct bl_node *));
		inner->kids = inner_kids;
		inner_kids[0] = inner_kids[0]->kids[1];
		kids[0] = inner;
	} else {
		kids[0] = node->kids[0]->kids[1];
	}
	return make_unit(plan, table, call,
	    over->way <= BL_VECTOR_NO ? BL_TYPE_BOOLEAN : BL_TYPE_BIGINT, ret_unit);
}

static enum bl_status
add_reduce(struct plan *plan, struct bl_vector_unit *unit, const struct bl_node *node,
    const struct over *over, struct bl_node *copy)
{
	struct bl_vector_reduce *r = bl_new(plan->arena, struct bl_vector_reduce, 1);
	enum bl_status status;

	if (r == NULL)
		return no_memory(plan);
	*r = (struct bl_vector_reduce){.way = over->way,
	    .table = {.parent = unit->table},
	    .code = BL_BUF_INIT(SIZE_MAX / 2),
	    .wanted = BL_BUF_INIT(SIZE_MAX / 2)};
	status = bl_str_printf(
	    plan->arena, &r->table.path, plan->reterr, "%.*s[*]", BL_STR_ARG(over->array->path));
	if (status == BL_OK && over->lambda != NULL) {
		r->table.slot = over->lambda->slot;
		status =
		    make_unit(plan, &r->table, over->lambda->kids[0], BL_TYPE_BOOLEAN, &r->body);
	}
	if (status == BL_OK && over->otherwise != NULL)
		status = make_otherwise(plan, unit->table, node, over, &r->otherwise);
	return status == BL_OK
		   ? add_leaf(plan, unit,
			 (struct bl_vector_leaf){.kind = BL_VECTOR_REDUCE, .reduce = r}, copy)
		   : status;
}

/* ---- JSON paths. ----------------------------------------------------------------- */

/* The same function of the whole of what stands at ${path}. */
static enum bl_status
add_extract(struct plan *plan, struct bl_vector_unit *unit, const struct bl_node *node,
    struct bl_str path, struct bl_node *copy)
{
	struct bl_node *parts = bl_new(plan->arena, struct bl_node, 2);
	struct bl_node **kids = bl_new(plan->arena, struct bl_node *, 2);

	if (parts == NULL || kids == NULL)
		return no_memory(plan);
	parts[0] = (struct bl_node){.kind = BL_NODE_VAR,
	    .line = node->line,
	    .column = node->column,
	    .path = path,
	    .type = *bl_type_of(BL_TYPE_JSON)};
	parts[1] = *node->kids[1];
	parts[1].value = bl_value_varchar(BL_STR("$"));
	kids[0] = &parts[0];
	kids[1] = &parts[1];
	copy->kids = kids;
	if (copy->function->prepare != NULL) {
		enum bl_status status = copy->function->prepare(copy, plan->arena, plan->reterr);

		if (status != BL_OK)
			return status;
	}
	return add_column(plan, unit, path, true, &parts[0]);
}

/* ---- Units. ---------------------------------------------------------------------- */

static enum bl_status
copy_kids(struct plan *plan, struct bl_vector_unit *unit, struct bl_node *copy)
{
	struct bl_node **kids = bl_new(plan->arena, struct bl_node *, copy->n_kids);
	enum bl_status status = BL_OK;

	if (kids == NULL)
		return no_memory(plan);
	for (uint32_t i = 0; i < copy->n_kids && status == BL_OK; i++)
		status = copy_tree(plan, unit, copy->kids[i], &kids[i]);
	copy->kids = kids;
	return status;
}

static enum bl_status
copy_tree(struct plan *plan, struct bl_vector_unit *unit, const struct bl_node *node,
    struct bl_node **ret_copy)
{
	struct bl_node *copy = bl_new(plan->arena, struct bl_node, 1);
	struct bl_str path = {.ptr = NULL};
	struct over over;
	enum bl_status status;

	if (copy == NULL)
		return no_memory(plan);
	*copy = *node;
	copy->cell = 0;
	*ret_copy = copy;
	if (bl_vector__is_path(unit->table, node))
		return add_column(plan, unit, node->path, false, copy);
	if (bl_vector__is_row(unit->table, node)) {
		plan->told = false;
		return BL_OK;
	}
	if (!unit->plain && bl_vector__is_condition(unit->table, node)) {
		struct bl_vector_leaf leaf = {.kind = BL_VECTOR_UNIT};

		status = make_unit(plan, unit->table, node, BL_TYPE_BOOLEAN, &leaf.unit);
		return status == BL_OK ? add_leaf(plan, unit, leaf, copy) : status;
	}
	if (is_over(unit->table, node, &over))
		return add_reduce(plan, unit, node, &over, copy);
	status = bl_vector__extract(unit->table, node, plan->arena, &path, plan->reterr);
	if (status == BL_OK && path.ptr != NULL)
		return add_extract(plan, unit, node, path, copy);
	return status == BL_OK ? copy_kids(plan, unit, copy) : status;
}

static enum bl_status
make_unit(struct plan *plan, const struct bl_vector_table *table, const struct bl_node *node,
    enum bl_type_kind wanted, struct bl_vector_unit **ret_unit)
{
	struct bl_vector_unit *unit = bl_new(plan->arena, struct bl_vector_unit, 1);
	enum bl_status status;

	if (unit == NULL)
		return no_memory(plan);
	*unit = (struct bl_vector_unit){.table = table,
	    .expr = *plan->expr,
	    .code = BL_BUF_INIT(SIZE_MAX / 2),
	    .other = BL_BUF_INIT(SIZE_MAX / 2),
	    .memo = BL_BUF_INIT(SIZE_MAX / 2)};
	unit->expr.wanted = *bl_type_of(wanted);
	unit->plain =
	    bl_vector__is_condition(table, node); /* Then it needs no conditions within it. */
	status = copy_tree(plan, unit, node, &unit->expr.root);
	if (status != BL_OK)
		return status;
	unit->expr.n_cells = unit->n_leaves;
	unit->expr.has_cells = true;
	unit->cells = bl_new(plan->arena, const struct bl_json *, unit->n_leaves);
	*ret_unit = unit;
	return unit->cells == NULL ? no_memory(plan) : BL_OK;
}

enum bl_status
bl_vector__plan(const struct bl_expr *expr, const struct bl_vector_table *versions,
    struct bl_arena *arena, struct bl_vector_unit **ret_root, struct bl_err *reterr)
{
	struct plan plan = {.expr = expr, .arena = arena, .reterr = reterr, .told = true};
	struct bl_vector_unit *root = NULL;
	enum bl_status status = make_unit(&plan, versions, expr->root, BL_TYPE_UNKNOWN, &root);

	if (status != BL_OK)
		return status;
	root->expr.wanted = expr->wanted;
	root->is_root = true;
	*ret_root = plan.told ? root : NULL;
	return BL_OK;
}
