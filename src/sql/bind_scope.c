/*
 * Names.  a.b.c may be a column c of b in the schema a, a field c of the column b of a, or a field
 * of a field of the column a: the first of these that there is, as Trino looks for them.  At last,
 * a bare name may be the field of a row, if there is one such row only.  All without regard to
 * case.
 */
#include <assert.h>
#include <stdio.h>

#include "base/arena.h"
#include "sql/bind_priv.h"
#include "sql/list.h"

#define MAX_PARTS 8

struct path {
	const struct bl_node *node[MAX_PARTS]; /* NAME, MEMBER, ...: from the left */
	uint32_t n;
};

BL_STATUS
bl_scope__add(struct bl_binder *b, struct bl_scope *scope, struct bl_name name)
{
	if (!BL_LIST_ROOM(b->arena, &scope->names, scope->n_names))
		return bl_bind__no_memory(b);
	scope->names[scope->n_names++] = name;
	return BL_OK;
}

/* The row that a whole-row column is made of: CAST(ROW(...) AS row(...)). */
static struct bl_node *
made_row(const struct bl_node *node)
{
	return node->kind == BL_NODE_CAST && node->kids[0]->kind == BL_NODE_ROW ? node->kids[0]
										: NULL;
}

static uint32_t
find_field(struct bl_datatype type, struct bl_str name)
{
	for (uint32_t i = 0; type.kind == BL_TYPE_ROW && i < type.n_fields; i++)
		if (bl_str_eq_ci(type.fields[i].name, name))
			return i;
	return UINT32_MAX;
}

/* node.name, of a row; else a MEMBER, which the checker judges. */
static BL_STATUS
make_field(
    struct bl_binder *b, struct bl_node *base, const struct bl_node *at, struct bl_node **ret)
{
	struct bl_node *node, *row = made_row(base), **kids;
	uint32_t i = find_field(base->type, at->text);

	if (base->type.kind == BL_TYPE_ROW && i == UINT32_MAX)
		return bl_bind__fail(
		    b, at->line, at->column, "the row has no field %.*s", BL_STR_ARG(at->text));
	node = bl_new(b->arena, struct bl_node, 1);
	kids = bl_new(b->arena, struct bl_node *, 1);
	if (node == NULL || kids == NULL)
		return bl_bind__no_memory(b);
	if (row != NULL && i != UINT32_MAX) {
		*node = *row->kids[i];
		node->line = at->line;
		node->column = at->column;
		*ret = node;
		return BL_OK;
	}
	*node = *at;
	kids[0] = base;
	node->kids = kids;
	node->n_kids = 1;
	node->depth = base->depth + 1;
	/* Of a row the field's own spelling, so that a.X and a.x are one. */
	if (i != UINT32_MAX) {
		node->text = base->type.fields[i].name;
		node->type = base->type.fields[i].type;
	}
	*ret = node;
	return BL_OK;
}

static bool
fits(const struct bl_name *name, const struct path *path, uint32_t n)
{
	if (!bl_str_eq_ci(name->name, path->node[n - 1]->text))
		return false;
	if (n == 1)
		return !name->merged;
	if (!bl_str_eq_ci(name->relation, path->node[n - 2]->text))
		return false;
	return n == 2 || bl_str_eq_ci(name->schema, path->node[n - 3]->text);
}

/* The column that the first ${n} parts name; *ret NULL: none. */
static BL_STATUS
find_column(struct bl_binder *b, const struct bl_scope *scope, const struct path *path, uint32_t n,
    const struct bl_name **ret)
{
	const struct bl_node *at = path->node[n - 1];

	*ret = NULL;
	for (uint32_t i = 0; i < scope->n_names; i++) {
		const struct bl_name *name = &scope->names[i];

		if (!fits(name, path, n))
			continue;
		/* The same value under two names is not ambiguous. */
		if (*ret != NULL && !bl_tree__equal((*ret)->node, name->node))
			return bl_bind__fail(b, at->line, at->column,
			    "%.*s is ambiguous: it is a column of %.*s and of %.*s",
			    BL_STR_ARG(at->text), BL_STR_ARG((*ret)->relation),
			    BL_STR_ARG(name->relation));
		*ret = name;
	}
	return BL_OK;
}

/* A bare field of the one row that has it. */
static BL_STATUS
find_bare_field(struct bl_binder *b, const struct bl_scope *scope, const struct path *path,
    struct bl_node **ret)
{
	const struct bl_node *at = path->node[0];
	const struct bl_name *found = NULL;

	*ret = NULL;
	for (uint32_t i = 0; i < scope->n_names; i++) {
		const struct bl_name *name = &scope->names[i];

		if (find_field(name->node->type, at->text) == UINT32_MAX)
			continue;
		if (found != NULL)
			return bl_bind__fail(b, at->line, at->column,
			    "%.*s is ambiguous: it is a field of %.*s and of %.*s",
			    BL_STR_ARG(at->text), BL_STR_ARG(found->name), BL_STR_ARG(name->name));
		found = name;
	}
	return found == NULL ? BL_OK : make_field(b, found->node, at, ret);
}

/* Looks in one scope. */
static BL_STATUS
find_path(struct bl_binder *b, const struct bl_scope *scope, const struct path *path,
    struct bl_node **ret)
{
	const struct bl_name *name = NULL;
	uint32_t used = path->n < 3 ? path->n : 3;
	enum bl_status status = BL_OK;

	*ret = NULL;
	for (; used > 0; used--) {
		status = find_column(b, scope, path, used, &name);
		if (status || name != NULL)
			break;
	}
	if (!status && name == NULL) {
		status = find_bare_field(b, scope, path, ret);
		used = 1;
	} else if (!status) {
		*ret = bl_new(b->arena, struct bl_node, 1);
		if (*ret == NULL)
			return bl_bind__no_memory(b);
		**ret = *name->node;
		if (name->node->kind == BL_NODE_SLOT) {
			(*ret)->line = path->node[used - 1]->line;
			(*ret)->column = path->node[used - 1]->column;
		}
	}
	while (!status && *ret != NULL && used < path->n)
		status = make_field(b, *ret, path->node[used++], ret);
	return status;
}

/* The known name nearest to a misspelt one; of the fields of rows, too. */
static struct bl_str
nearest(const struct bl_scope *scope, struct bl_str name)
{
	struct bl_str best = {0};
	size_t best_distance = name.len < 4 ? 2 : 3;

	for (; scope != NULL; scope = scope->outer)
		for (uint32_t i = 0; i < scope->n_names; i++) {
			struct bl_datatype type = scope->names[i].node->type;
			size_t distance = bl_path_distance(name, scope->names[i].name);

			if (distance < best_distance) {
				best_distance = distance;
				best = scope->names[i].name;
			}
			for (uint32_t k = 0; type.kind == BL_TYPE_ROW && k < type.n_fields; k++) {
				distance = bl_path_distance(name, type.fields[k].name);
				if (distance >= best_distance)
					continue;
				best_distance = distance;
				best = type.fields[k].name;
			}
		}
	return best;
}

static BL_STATUS
fail_path(struct bl_binder *b, const struct bl_scope *scope, const struct path *path)
{
	const struct bl_node *at = path->node[0];
	struct bl_str near;

	/* A relation there is, and not this column of it. */
	for (const struct bl_scope *s = scope; s != NULL && path->n > 1; s = s->outer)
		for (uint32_t i = 0; i < s->n_names; i++)
			if (bl_str_eq_ci(s->names[i].relation, at->text)) {
				at = path->node[1];
				near = nearest(scope, at->text);
				return bl_bind__fail(b, at->line, at->column,
				    near.ptr != NULL ? "%.*s has no column %.*s; is %.*s meant?"
						     : "%.*s has no column %.*s%.*s",
				    BL_STR_ARG(path->node[0]->text), BL_STR_ARG(at->text),
				    BL_STR_ARG(near));
			}
	near = nearest(scope, at->text);
	if (near.ptr != NULL)
		return bl_bind__fail(b, at->line, at->column,
		    "there is no column %.*s; is %.*s meant?", BL_STR_ARG(at->text),
		    BL_STR_ARG(near));
	return bl_bind__fail(
	    b, at->line, at->column, "there is no column %.*s", BL_STR_ARG(at->text));
}

static bool
is_lambda_variable(const struct bl_binder *b, struct bl_str name)
{
	for (uint32_t i = 0; i < b->n_lambdas; i++)
		for (uint32_t k = 0; k < b->lambda_n[i]; k++)
			if (bl_str_eq_ci(b->lambda[i][k], name))
				return true;
	return false;
}

BL_STATUS
bl_scope__path(struct bl_binder *b, const struct bl_scope *scope, const struct bl_node *node,
    struct bl_node **ret)
{
	struct path path = {.n = 0};
	const struct bl_node *at = node;
	enum bl_status status = BL_OK;

	*ret = NULL;
	for (; at->kind == BL_NODE_MEMBER; at = at->kids[0])
		path.n++;
	if (at->kind != BL_NODE_NAME || is_lambda_variable(b, at->text) || path.n >= MAX_PARTS)
		return BL_OK;
	path.n++;
	at = node;
	for (uint32_t i = path.n; i-- > 0;) {
		path.node[i] = at;
		at = i > 0 ? at->kids[0] : at;
	}
	for (const struct bl_scope *s = scope; !status && *ret == NULL && s != NULL; s = s->outer)
		status = find_path(b, s, &path, ret);
	if (status || *ret != NULL)
		return status;
	return fail_path(b, scope, &path);
}

static BL_STATUS
resolve_param(struct bl_binder *b, const struct bl_node *node, struct bl_node **ret)
{
	const struct bl_bind_options *o = b->options;
	uint64_t number = 0;
	uint32_t i;

	for (i = 0; o->param_names != NULL && i < o->n_params; i++)
		if (bl_str_eq(o->param_names[i], node->text))
			break;
	if ((o->param_names == NULL || i == o->n_params) && bl_str_to_u64(node->text, &number))
		i = number > 0 && number <= o->n_params ? (uint32_t)number - 1 : o->n_params;
	if (o->param_names == NULL && number == 0)
		i = o->n_params;
	if (i >= o->n_params && number > 0)
		return bl_bind__fail(b, node->line, node->column,
		    "there is no value for the %u. ?: %u are given", (unsigned)number,
		    (unsigned)o->n_params);
	if (i >= o->n_params || o->params == NULL)
		return bl_bind__fail(b, node->line, node->column, "there is no parameter :%.*s",
		    BL_STR_ARG(node->text));
	if (o->params[i].kind >= BL_TYPE_ARRAY)
		return bl_bind__refuse(b, node->line, node->column,
		    "parameters of more than one value are not supported");
	*ret = bl_new(b->arena, struct bl_node, 1);
	if (*ret == NULL)
		return bl_bind__no_memory(b);
	**ret = (struct bl_node){.kind = BL_NODE_LITERAL,
	    .line = node->line,
	    .column = node->column,
	    .depth = 1,
	    .type = *bl_type_of(o->params[i].kind),
	    .value = o->params[i]};
	return BL_OK;
}

static enum bl_status resolve(
    struct bl_binder *b, void *ctx, const struct bl_node *node, struct bl_node **ret);

static BL_STATUS
resolve_lambda(struct bl_binder *b, void *ctx, const struct bl_node *node, struct bl_node **ret)
{
	struct bl_node *copy = bl_new(b->arena, struct bl_node, 1);
	struct bl_node **kids = bl_new(b->arena, struct bl_node *, 1);
	enum bl_status status;

	if (copy == NULL || kids == NULL)
		return bl_bind__no_memory(b);
	if (b->n_lambdas == BL_NODE_MAX_VARS)
		return bl_bind__fail(
		    b, node->line, node->column, "lambdas are too deep in each other");
	b->lambda[b->n_lambdas] = node->vars;
	b->lambda_n[b->n_lambdas++] = node->n_vars;
	*copy = *node;
	copy->kids = kids;
	status = bl_tree__map(b, node->kids[0], resolve, ctx, &kids[0]);
	b->n_lambdas--;
	copy->depth = status ? 1 : kids[0]->depth + 1;
	*ret = copy;
	return status;
}

/* The kids first, then what becomes of the whole. */
static BL_STATUS
resolve_dates(struct bl_binder *b, void *ctx, const struct bl_node *node, struct bl_node **ret)
{
	struct bl_node *copy = bl_new(b->arena, struct bl_node, 1), *made = NULL;
	struct bl_node **kids = bl_new(b->arena, struct bl_node *, node->n_kids);
	enum bl_status status = BL_OK;

	if (copy == NULL || kids == NULL)
		return bl_bind__no_memory(b);
	*copy = *node;
	copy->kids = kids;
	copy->depth = 1;
	for (uint32_t i = 0; !status && i < node->n_kids; i++) {
		status = bl_tree__map(b, node->kids[i], resolve, ctx, &kids[i]);
		if (!status && copy->depth <= kids[i]->depth)
			copy->depth = kids[i]->depth + 1;
	}
	if (!status)
		status = bl_dates__rewrite(b, copy, &made);
	*ret = made != NULL ? made : copy;
	return status;
}

static enum bl_status
resolve(struct bl_binder *b, void *ctx, const struct bl_node *node, struct bl_node **ret)
{
	const struct bl_scope *scope = ctx;
	struct bl_node *left = NULL;
	enum bl_status status = BL_OK;

	switch ((int)node->kind) {
	case BL_NODE_NAME:
	case BL_NODE_MEMBER: return bl_scope__path(b, scope, node, ret);
	case BL_NODE_PARAM: return resolve_param(b, node, ret);
	case BL_NODE_LAMBDA: return resolve_lambda(b, ctx, node, ret);
	case BL_NODE_COMPARE:
	case BL_NODE_IN:
	case BL_NODE_BETWEEN: return resolve_dates(b, ctx, node, ret);
	case BL_NODE_SUBQUERY:
		if (b->n_lambdas > 0)
			return bl_bind__refuse(b, node->line, node->column,
			    "sub-queries in lambdas are not supported");
		if (node->n_kids > 0)
			status = bl_tree__map(b, node->kids[0], resolve, ctx, &left);
		return status ? status : bl_subquery__add(b, scope, node, left, ret);
	default: return BL_OK;
	}
}

BL_STATUS
bl_scope__resolve(struct bl_binder *b, const struct bl_scope *scope, const struct bl_node *node,
    struct bl_node **ret)
{
	struct bl_scope copy = *scope;

	return bl_tree__map(b, node, resolve, &copy, ret);
}
