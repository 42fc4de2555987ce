/* FROM: tables, views, queries of WITH, sub-queries, UNNEST, joins. */
#include <assert.h>

#include "base/arena.h"
#include "sql/bind_priv.h"
#include "sql/list.h"

/* The columns of a scan, as ids. */
BL_STATUS
bl_bind__scan_columns(struct bl_binder *b, struct bl_rel *scan, uint32_t from)
{
	enum bl_status status = BL_OK;

	for (uint32_t i = from; !status && i < scan->source->n_columns; i++) {
		const struct bl_source_column *column = &scan->source->columns[i];
		struct bl_node *item = NULL;
		uint32_t id;

		status = bl_rel__id(b, column->type, &id);
		if (!status && column->item.ptr != NULL)
			status = bl_parser_tree(column->item, NULL, b->arena, &item, b->reterr);
		if (!status)
			status = bl_rel__out(b, scan, id);
		if (status)
			return status;
		b->ids[id].scan = scan;
		b->ids[id].column = i;
		b->ids[id].item = item;
	}
	return status;
}

BL_STATUS
bl_bind__names(struct bl_binder *b, struct bl_scope *scope, const struct bl_name *names, uint32_t n,
    struct bl_str schema, const struct bl_relation *relation, struct bl_str fallback)
{
	bool alias = relation->alias.text.ptr != NULL;
	enum bl_status status = BL_OK;
	uint32_t visible = 0;

	for (uint32_t i = 0; !status && i < n; i++) {
		struct bl_name name = names[i];

		name.schema = alias ? (struct bl_str){0} : schema;
		name.relation = alias ? relation->alias.text : fallback;
		if (!name.hidden && relation->n_columns > 0) {
			if (visible < relation->n_columns)
				name.name = relation->columns[visible].text;
			visible++;
		}
		status = bl_scope__add(b, scope, name);
	}
	if (!status && relation->n_columns > 0 && visible != relation->n_columns)
		return bl_bind__fail(b, relation->alias.line, relation->alias.column,
		    "%.*s names %u columns, but there are %u", BL_STR_ARG(relation->alias.text),
		    (unsigned)relation->n_columns, (unsigned)visible);
	return status;
}

static BL_STATUS
bind_scan(struct bl_binder *b, const struct bl_source *source, const struct bl_relation *relation,
    struct bl_scope *scope, struct bl_rel **ret)
{
	struct bl_name *names = bl_new(b->arena, struct bl_name, source->n_columns);
	enum bl_status status =
	    bl_rel__new(b, BL_PLAN_SCAN, NULL, relation->line, relation->column, ret);

	if (names == NULL)
		return bl_bind__no_memory(b);
	if (status)
		return status;
	(*ret)->source = source;
	status = bl_bind__scan_columns(b, *ret, 0);
	for (uint32_t i = 0; !status && i < source->n_columns; i++) {
		names[i] = (struct bl_name){
		    .name = source->columns[i].name, .hidden = source->columns[i].hidden};
		status = bl_tree__slot(
		    b, (*ret)->out[i], relation->line, relation->column, &names[i].node);
	}
	return status ? status
		      : bl_bind__names(b, scope, names, source->n_columns, relation->schema.text,
			    relation, relation->name.text);
}

/* A view's text, bound as if it stood here in parentheses, with no names around it. */
static BL_STATUS
bind_view(struct bl_binder *b, struct bl_str text, const struct bl_relation *relation,
    struct bl_scope *scope, struct bl_rel **ret)
{
	struct bl_statement *statement = NULL;
	const struct bl_env *env = b->env;
	struct bl_name *names = NULL;
	struct bl_str rest;
	uint32_t n = 0;
	enum bl_status status;

	if (++b->n_views > BL_BIND_MAX_VIEWS)
		return bl_fail_pos(b->reterr, BL_ELIMIT, relation->line, relation->column,
		    "views are more than %d deep in each other", BL_BIND_MAX_VIEWS);
	b->env = NULL;
	status = bl_sql_parse(text, b->options->now_ns, b->arena, &statement, &rest, b->reterr);
	if (!status && statement->kind != BL_STATEMENT_QUERY)
		status = bl_fail(b->reterr, BL_ECORRUPT, "its text is no query");
	if (!status)
		status = bl_bind__query(b, statement->query, NULL, ret, &names, &n);
	if (status && b->n_views == 1)
		bl_err_prefix(b->reterr, "in the view %.*s", BL_STR_ARG(relation->name.text));
	b->env = env;
	b->n_views--;
	return status ? status
		      : bl_bind__names(b, scope, names, n, relation->schema.text, relation,
			    relation->name.text);
}

static BL_STATUS
as_of(struct bl_binder *b, const struct bl_relation *relation, struct bl_as_of *ret)
{
	struct bl_scope nothing = {0};
	struct bl_value value = {0};
	struct bl_node *node = NULL;
	enum bl_status status = BL_OK;

	if (relation->at != NULL) {
		status = bl_scope__resolve(b, &nothing, relation->at, &node);
		if (!status)
			status = bl_tree__check(b, node, BL_TYPE_UNKNOWN);
		if (!status && node->type.kind == BL_TYPE_DATE)
			status = bl_tree__cast(b, node, *bl_type_of(BL_TYPE_TIMESTAMP), &node);
		if (!status)
			status = bl_tree__constant(b, node, BL_TYPE_TIMESTAMP, &value);
		if (!status && value.null)
			return bl_bind__fail(b, relation->at->line, relation->at->column,
			    "FOR TIMESTAMP AS OF wants a timestamp, not NULL");
		ret->has_at = true;
		ret->at_ns = value.i64;
	}
	if (!status && relation->known != NULL) {
		status = bl_scope__resolve(b, &nothing, relation->known, &node);
		if (!status)
			status = bl_tree__constant(b, node, BL_TYPE_BIGINT, &value);
		if (!status && (value.null || value.i64 < 0))
			return bl_bind__fail(b, relation->known->line, relation->known->column,
			    "FOR VERSION AS OF wants a position of the ledger");
		ret->has_known = true;
		ret->known_position = (uint64_t)value.i64;
	}
	return status;
}

static BL_STATUS
bind_shared(struct bl_binder *b, struct bl_env *env, const struct bl_relation *relation,
    struct bl_scope *scope, struct bl_rel **ret)
{
	struct bl_name *names;
	enum bl_status status = BL_OK;

	if (env->shared == NULL) {
		const struct bl_env *around = b->env;
		struct bl_rel *rel = NULL;

		b->env = env->outer;
		status =
		    bl_bind__query(b, env->cte->query, NULL, &rel, &env->columns, &env->n_columns);
		b->env = around;
		if (status)
			return status;
		if (env->cte->n_columns > 0 && env->cte->n_columns != env->n_columns)
			return bl_bind__fail(b, env->cte->name.line, env->cte->name.column,
			    "%.*s names %u columns, but there are %u",
			    BL_STR_ARG(env->cte->name.text), (unsigned)env->cte->n_columns,
			    (unsigned)env->n_columns);
		env->shared = bl_new(b->arena, struct bl_shared, 1);
		if (env->shared == NULL)
			return bl_bind__no_memory(b);
		env->shared->rel = rel;
	}
	names = bl_new(b->arena, struct bl_name, env->n_columns);
	if (names == NULL)
		return bl_bind__no_memory(b);
	status = bl_rel__new(b, BL_PLAN_SHARED, NULL, relation->line, relation->column, ret);
	if (status)
		return status;
	(*ret)->shared = env->shared;
	env->shared->n_readers++;
	for (uint32_t i = 0; !status && i < env->n_columns; i++) {
		uint32_t id;

		status = bl_rel__id(b, b->ids[env->shared->rel->out[i]].type, &id);
		if (!status)
			status = bl_rel__out(b, *ret, id);
		names[i] = env->columns[i];
		if (env->cte->n_columns > 0)
			names[i].name = env->cte->columns[i].text;
		if (!status)
			status =
			    bl_tree__slot(b, id, relation->line, relation->column, &names[i].node);
	}
	return status ? status
		      : bl_bind__names(b, scope, names, env->n_columns, (struct bl_str){0},
			    relation, relation->name.text);
}

static BL_STATUS
bind_table(struct bl_binder *b, const struct bl_relation *relation, struct bl_scope *scope,
    struct bl_rel **ret)
{
	const struct bl_catalog *catalog = b->options->catalog;
	struct bl_as_of moment = {0};
	struct bl_found found = {0};
	enum bl_status status;

	/* An element is the environment's own; only its reader count and query change. */
	for (const struct bl_env *env = b->env; env != NULL && relation->schema.text.ptr == NULL;
	     env = env->outer)
		if (bl_str_eq_ci(env->cte->name.text, relation->name.text)) {
			if (relation->at != NULL || relation->known != NULL)
				return bl_bind__fail(b, relation->line, relation->column,
				    "a query of WITH has no FOR ... AS OF");
			return bind_shared(b, env->self, relation, scope, ret);
		}
	if (relation->catalog.text.ptr != NULL &&
	    !bl_str_eq_ci(relation->catalog.text, BL_STR("AwsDataCatalog")))
		return bl_bind__fail(b, relation->catalog.line, relation->catalog.column,
		    "there is no catalog %.*s; there is AwsDataCatalog",
		    BL_STR_ARG(relation->catalog.text));
	status = as_of(b, relation, &moment);
	if (!status)
		status = catalog->find(catalog->ctx, relation->schema.text, relation->name.text,
		    &moment, b->arena, &found, b->reterr);
	if (status && b->reterr != NULL && b->reterr->line == 0) {
		b->reterr->line = relation->line;
		b->reterr->column = relation->column;
	}
	if (status)
		return status;
	if (found.source != NULL)
		return bind_scan(b, found.source, relation, scope, ret);
	if (moment.has_at || moment.has_known)
		return bl_bind__refuse(b, relation->line, relation->column,
		    "FOR ... AS OF behind a view is not supported");
	return bind_view(b, found.view, relation, scope, ret);
}

static BL_STATUS
bind_derived(struct bl_binder *b, const struct bl_relation *relation, struct bl_scope *scope,
    struct bl_rel **ret)
{
	struct bl_name *names = NULL;
	uint32_t n = 0;
	enum bl_status status;

	if (relation->lateral)
		return bl_bind__refuse(
		    b, relation->line, relation->column, "LATERAL sub-queries are not supported");
	/* It sees what is around the whole query, not its neighbours in FROM. */
	status = bl_bind__query(b, relation->query, scope->outer, ret, &names, &n);
	return status ? status
		      : bl_bind__names(
			    b, scope, names, n, (struct bl_str){0}, relation, (struct bl_str){0});
}

/* USING (a): the two are equal, and one column stands for both. */
static BL_STATUS
bind_using(struct bl_binder *b, const struct bl_relation *relation, struct bl_scope *scope,
    uint32_t from, uint32_t middle, struct bl_rel *join)
{
	enum bl_status status = BL_OK;
	uint32_t end = scope->n_names;

	for (uint32_t i = 0; !status && i < relation->n_using; i++) {
		const struct bl_ident *name = &relation->using[i];
		struct bl_node at = {.line = name->line, .column = name->column};
		struct bl_node *side[2] = {NULL, NULL}, *one = NULL, *equal, **kids;

		for (uint32_t k = from; k < end; k++) {
			struct bl_name *known = &scope->names[k];

			if (known->merged || !bl_str_eq_ci(known->name, name->text))
				continue;
			if (side[k >= middle] != NULL)
				return bl_bind__fail(b, name->line, name->column,
				    "%.*s is ambiguous on one side of the join",
				    BL_STR_ARG(name->text));
			side[k >= middle] = known->node;
			known->merged = true;
		}
		if (side[0] == NULL || side[1] == NULL)
			return bl_bind__fail(b, name->line, name->column,
			    "USING: the %s side of the join has no column %.*s",
			    side[0] == NULL ? "left" : "right", BL_STR_ARG(name->text));
		status = bl_tree__and(b, side, 2, &equal);
		if (status)
			return status;
		kids = equal->kids;
		*equal = (struct bl_node){.kind = BL_NODE_COMPARE,
		    .op = BL_OP_EQ,
		    .line = name->line,
		    .column = name->column,
		    .depth = equal->depth,
		    .kids = kids,
		    .n_kids = 2};
		status = bl_tree__check(b, equal, BL_TYPE_BOOLEAN);
		if (!status)
			status = bl_rel__node(b, join, equal);
		one = side[relation->join == BL_JOIN_RIGHT];
		if (!status && relation->join == BL_JOIN_FULL)
			status = bl_tree__call(b, &at, "coalesce", side, 2, &one);
		if (!status)
			status = bl_tree__check(b, one, BL_TYPE_UNKNOWN);
		if (!status)
			status = bl_scope__add(
			    b, scope, (struct bl_name){.name = name->text, .node = one});
	}
	return status;
}

static BL_STATUS
join_two(struct bl_binder *b, const struct bl_relation *relation, struct bl_scope *scope,
    uint32_t from, uint32_t middle, struct bl_rel *left, struct bl_rel *right, struct bl_rel **ret)
{
	static const enum bl_plan_join kinds[] = {[BL_JOIN_INNER] = BL_PLAN_INNER,
	    [BL_JOIN_LEFT] = BL_PLAN_LEFT,
	    [BL_JOIN_RIGHT] = BL_PLAN_RIGHT,
	    [BL_JOIN_FULL] = BL_PLAN_FULL,
	    [BL_JOIN_CROSS] = BL_PLAN_INNER};
	struct bl_pending *before = b->pending;
	struct bl_node *on = NULL;
	enum bl_status status =
	    bl_rel__new(b, BL_PLAN_JOIN, left, relation->line, relation->column, ret);

	if (status)
		return status;
	(*ret)->right = right;
	(*ret)->join = kinds[relation->join];
	for (uint32_t i = 0; !status && i < right->n_out; i++)
		status = bl_rel__out(b, *ret, right->out[i]);
	if (!status && relation->n_using > 0)
		status = bind_using(b, relation, scope, from, middle, *ret);
	if (status || relation->on == NULL)
		return status;
	status = bl_scope__resolve(b, scope, relation->on, &on);
	if (!status && b->pending != before)
		return bl_bind__refuse(b, relation->on->line, relation->on->column,
		    "sub-queries in ON are not supported");
	if (!status)
		status = bl_tree__check(b, on, BL_TYPE_BOOLEAN);
	return status ? status : bl_tree__conjuncts(b, on, &(*ret)->nodes, &(*ret)->n_nodes);
}

/* The alias of a join in parentheses takes the place of the names in it. */
static BL_STATUS
rename_join(
    struct bl_binder *b, const struct bl_relation *relation, struct bl_scope *scope, uint32_t from)
{
	uint32_t n = scope->n_names - from;
	struct bl_name *names = bl_new(b->arena, struct bl_name, n);

	if (names == NULL)
		return bl_bind__no_memory(b);
	for (uint32_t i = 0; i < n; i++)
		names[i] = scope->names[from + i];
	scope->n_names = from;
	return bl_bind__names(b, scope, names, n, (struct bl_str){0}, relation, (struct bl_str){0});
}

static bool
is_true(const struct bl_node *node)
{
	return node == NULL || (node->kind == BL_NODE_LITERAL &&
				   node->value.kind == BL_TYPE_BOOLEAN && node->value.boolean);
}

static BL_STATUS
bind_join(struct bl_binder *b, const struct bl_relation *relation, struct bl_scope *scope,
    struct bl_rel **ret)
{
	const struct bl_relation *right_relation = relation->right;
	struct bl_rel *left = NULL, *right = NULL;
	uint32_t from = scope->n_names, middle;
	enum bl_status status = bl_bind__from(b, relation->left, scope, &left);

	middle = scope->n_names;
	if (status)
		return status;
	if (right_relation->kind == BL_RELATION_UNNEST) {
		bool outer = relation->join == BL_JOIN_LEFT;

		if (relation->join == BL_JOIN_RIGHT || relation->join == BL_JOIN_FULL ||
		    relation->n_using > 0 || (outer && !is_true(relation->on)))
			return bl_bind__refuse(b, relation->line, relation->column,
			    "UNNEST is joined by CROSS JOIN, by INNER JOIN, or by LEFT JOIN ... "
			    "ON TRUE; this is not supported");
		status = bl_bind__unnest(b, right_relation, scope, left, outer, ret);
		if (!status && !is_true(relation->on)) {
			struct bl_node *on = NULL;

			status = bl_scope__resolve(b, scope, relation->on, &on);
			if (!status)
				status = bl_tree__check(b, on, BL_TYPE_BOOLEAN);
			if (!status)
				status = bl_rel__filter(b, ret, on);
		}
	} else {
		status = bl_bind__from(b, right_relation, scope, &right);
		if (!status)
			status = join_two(b, relation, scope, from, middle, left, right, ret);
	}
	if (!status && relation->alias.text.ptr != NULL)
		status = rename_join(b, relation, scope, from);
	return status;
}

BL_STATUS
bl_bind__from(struct bl_binder *b, const struct bl_relation *relation, struct bl_scope *scope,
    struct bl_rel **ret)
{
	struct bl_rel *row = NULL;
	enum bl_status status = bl_bind__deeper(b, relation->line, relation->column);

	if (status)
		return status;
	switch (relation->kind) {
	case BL_RELATION_TABLE: status = bind_table(b, relation, scope, ret); break;
	case BL_RELATION_VALUES:
	case BL_RELATION_QUERY: status = bind_derived(b, relation, scope, ret); break;
	case BL_RELATION_JOIN: status = bind_join(b, relation, scope, ret); break;
	case BL_RELATION_UNNEST:
		status = bl_rel__one_row(b, relation->line, relation->column, &row);
		if (!status)
			status = bl_bind__unnest(b, relation, scope, row, false, ret);
		break;
	}
	b->depth--;
	return status;
}
