/*
 * Conditions to expressions of the query engine, so that one evaluator answers all dialects.
 *
 * AND, OR and NOT are the engine's own nodes; a test is a call of $match, ELEMENT(path WHERE ...)
 * is any_match($pick(path), element -> ...).  None of them is ever NULL, so NOT means "no element".
 */
#include <assert.h>
#include <string.h>

#include "advanced/run_priv.h"
#include "base/arena.h"

struct builder {
	struct bl_arena *arena;
	struct bl_err *reterr;
	uint32_t line, column;	/* Of what is built. */
	struct bl_str variable; /* Within ELEMENT; absent: the item. */
	uint32_t n_variables;
};

static BL_STATUS build(
    struct builder *b, const struct bl_advanced_cond *cond, struct bl_node **ret);

static BL_STATUS
new_node(struct builder *b, enum bl_node_kind kind, uint32_t n_kids, struct bl_node **ret)
{
	struct bl_node *node = bl_new(b->arena, struct bl_node, 1);
	struct bl_node **kids = bl_new(b->arena, struct bl_node *, n_kids);

	if (node == NULL || kids == NULL)
		return bl_advanced__no_memory(b->reterr);
	*node = (struct bl_node){.kind = kind,
	    .line = b->line,
	    .column = b->column,
	    .depth = 1,
	    .kids = kids,
	    .n_kids = n_kids};
	*ret = node;
	return BL_OK;
}

static void
adopt(struct bl_node *node, uint32_t i, struct bl_node *kid)
{
	node->kids[i] = kid;
	if (node->depth < kid->depth + 1)
		node->depth = kid->depth + 1;
	assert(node->depth <= BL_NODE_MAX_DEPTH); /* BL_ADVANCED_MAX_DEPTH bounds it. */
}

/* The item's column of exactly this name, or SIZE_MAX: case matters. */
static size_t
find_column(struct bl_str name)
{
	size_t column = bl_path_find(name);

	return column != SIZE_MAX && bl_str_eq(bl_path_name(column), name) ? column : SIZE_MAX;
}

/* What items have as "name", AWS shows as relationshipName. */
static BL_STATUS
item_steps(
    struct builder *b, const struct bl_advanced_path *path, const struct bl_match_step **ret_steps)
{
	struct bl_match_step *copy;

	*ret_steps = path->steps;
	if (path->n_steps < 2 || !bl_str_eq(path->steps[0].name, BL_STR("relationships")))
		return BL_OK;
	copy = bl_new(b->arena, struct bl_match_step, path->n_steps);
	if (copy == NULL)
		return bl_advanced__no_memory(b->reterr);
	memcpy(copy, path->steps, path->n_steps * sizeof(*copy));
	for (uint32_t i = 1; i < path->n_steps; i++)
		if (copy[i].kind == BL_MATCH_MEMBER &&
		    bl_str_eq(copy[i].name, BL_STR("relationshipName")))
			copy[i].name = BL_STR("name");
	*ret_steps = copy;
	return BL_OK;
}

/* What a path starts from, and the steps that are left.  What no item has starts from NULL. */
static BL_STATUS
build_root(struct builder *b, const struct bl_advanced_path *path, struct bl_node **ret_root,
    const struct bl_match_step **ret_steps, uint32_t *ret_n)
{
	bool outer = b->variable.ptr == NULL;
	enum bl_status status = BL_OK;

	b->line = path->line;
	b->column = path->column;
	*ret_steps = path->steps;
	*ret_n = path->n_steps;
	if (outer)
		status = item_steps(b, path, ret_steps);
	if (!status && outer && find_column(path->steps[0].name) == SIZE_MAX) {
		status = new_node(b, BL_NODE_LITERAL, 0, ret_root);
		if (!status)
			(*ret_root)->value = bl_value_null(BL_TYPE_UNKNOWN);
		return status;
	}
	if (!status)
		status = new_node(b, BL_NODE_NAME, 0, ret_root);
	if (status)
		return status;
	(*ret_root)->text = outer ? path->steps[0].name : b->variable;
	*ret_steps += outer ? 1 : 0;
	*ret_n -= outer ? 1 : 0;
	return BL_OK;
}

static BL_STATUS
build_match(struct builder *b, const struct bl_advanced_path *path,
    const struct bl_match_test *test, struct bl_node **ret)
{
	const struct bl_match_step *steps;
	struct bl_node *root;
	uint32_t n;
	enum bl_status status = build_root(b, path, &root, &steps, &n);

	return status ? status : bl_match_call(root, steps, n, test, b->arena, ret, b->reterr);
}

static BL_STATUS
build_pick(struct builder *b, const struct bl_advanced_path *path, struct bl_node **ret)
{
	const struct bl_match_step *steps;
	struct bl_node *root;
	uint32_t n;
	enum bl_status status = build_root(b, path, &root, &steps, &n);

	return status ? status : bl_match_pick(root, steps, n, b->arena, ret, b->reterr);
}

static BL_STATUS
build_test(struct builder *b, const struct bl_advanced_cond *cond, struct bl_node **ret)
{
	struct bl_node *call, *not ;
	enum bl_status status = build_match(b, &cond->path, &cond->test, &call);

	*ret = call;
	if (status || !cond->negated)
		return status;
	status = new_node(b, BL_NODE_NOT, 1, &not );
	if (status)
		return status;
	adopt(not, 0, call);
	*ret = not ;
	return BL_OK;
}

/* any_match($pick(path), element -> condition) */
static BL_STATUS
build_element(struct builder *b, const struct bl_advanced_cond *cond, struct bl_node **ret)
{
	struct bl_str around = b->variable, *name = bl_new(b->arena, struct bl_str, 1);
	struct bl_node *pick = NULL, *lambda = NULL, *body = NULL, *call = NULL;
	enum bl_status status = build_pick(b, &cond->path, &pick);

	if (name == NULL)
		return bl_advanced__no_memory(b->reterr);
	if (!status)
		status =
		    bl_str_printf(b->arena, name, b->reterr, "$%u", (unsigned)b->n_variables++);
	if (!status)
		status = new_node(b, BL_NODE_LAMBDA, 1, &lambda);
	if (!status)
		status = new_node(b, BL_NODE_CALL, 2, &call);
	b->variable = *name;
	if (!status)
		status = build(b, cond->kids[0], &body);
	b->variable = around;
	if (status)
		return status;
	lambda->text = *name;
	lambda->vars = name;
	lambda->n_vars = 1;
	adopt(lambda, 0, body);
	call->text = BL_STR("any_match");
	adopt(call, 0, pick);
	adopt(call, 1, lambda);
	*ret = call;
	return BL_OK;
}

static BL_STATUS
build(struct builder *b, const struct bl_advanced_cond *cond, struct bl_node **ret)
{
	enum bl_node_kind kind = cond->kind == BL_ADVANCED_AND	? BL_NODE_AND
				 : cond->kind == BL_ADVANCED_OR ? BL_NODE_OR
								: BL_NODE_NOT;
	struct bl_node *node, *kid;
	enum bl_status status;

	b->line = cond->line;
	b->column = cond->column;
	if (cond->kind == BL_ADVANCED_TEST)
		return build_test(b, cond, ret);
	if (cond->kind == BL_ADVANCED_ELEMENT)
		return build_element(b, cond, ret);
	status = new_node(b, kind, cond->n_kids, &node);
	for (uint32_t i = 0; !status && i < cond->n_kids; i++) {
		status = build(b, cond->kids[i], &kid);
		if (!status)
			adopt(node, i, kid);
	}
	if (!status)
		*ret = node;
	return status;
}

static BL_STATUS
compile(struct builder *b, struct bl_node *root, enum bl_type_kind wanted,
    const struct bl_expr **ret_expr)
{
	struct bl_expr *expr = NULL;
	enum bl_status status =
	    bl_expr_of_tree(root, true, NULL, 0, wanted, b->arena, &expr, b->reterr);

	if (!status)
		*ret_expr = expr;
	return status;
}

BL_STATUS
bl_advanced__filter(struct bl_advanced_run *run, const struct bl_advanced_cond *cond,
    const struct bl_expr **ret_expr)
{
	struct builder b = {.arena = run->arena, .reterr = run->reterr};
	struct bl_node *root = NULL;
	enum bl_status status = build(&b, cond, &root);

	return status ? status : compile(&b, root, BL_TYPE_BOOLEAN, ret_expr);
}

BL_STATUS
bl_advanced__exists(struct bl_advanced_run *run, const struct bl_advanced_path *path,
    const struct bl_expr **ret_expr)
{
	static const struct bl_match_test exists = {.op = BL_MATCH_EXISTS};
	struct builder b = {.arena = run->arena, .reterr = run->reterr};
	struct bl_node *root = NULL;
	enum bl_status status = build_match(&b, path, &exists, &root);

	return status ? status : compile(&b, root, BL_TYPE_BOOLEAN, ret_expr);
}

BL_STATUS
bl_advanced__values(struct bl_advanced_run *run, const struct bl_advanced_path *path,
    const struct bl_expr **ret_expr)
{
	struct builder b = {.arena = run->arena, .reterr = run->reterr};
	struct bl_node *root = NULL;
	enum bl_status status = build_pick(&b, path, &root);

	return status ? status : compile(&b, root, BL_TYPE_UNKNOWN, ret_expr);
}
