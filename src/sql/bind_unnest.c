/*
 * UNNEST.  The arrays may read what stands left of it.  An array of rows gives the fields of the
 * rows as columns, or, where Athena's users name one column for it, each row whole.  Directly above
 * a table that can unnest the array itself, the table does.
 */
#include <assert.h>

#include "base/arena.h"
#include "sql/bind_priv.h"
#include "sql/list.h"

struct unnest {
	const struct bl_relation *relation;
	struct bl_node **arrays;
	struct bl_name *names;
	uint32_t n_names;
	bool whole; /* Rows stay whole. */
};

static bool
left_has(void *ctx, uint32_t id)
{
	void **pair = ctx;

	return bl_rel__has(pair[0], pair[1], id);
}

static BL_STATUS
resolve_arrays(
    struct bl_binder *b, struct unnest *u, const struct bl_scope *scope, struct bl_rel *left)
{
	const struct bl_relation *r = u->relation;
	void *pair[2] = {b, left};
	enum bl_status status = BL_OK;
	char text[BL_TYPE_TEXT];

	u->arrays = bl_new(b->arena, struct bl_node *, r->n_arrays);
	if (u->arrays == NULL)
		return bl_bind__no_memory(b);
	for (uint32_t i = 0; !status && i < r->n_arrays; i++) {
		const struct bl_node *at = r->arrays[i];

		status = bl_scope__resolve(b, scope, at, &u->arrays[i]);
		if (!status)
			status = bl_tree__check(b, u->arrays[i], BL_TYPE_UNKNOWN);
		if (status)
			return status;
		if (u->arrays[i]->type.kind == BL_TYPE_JSON)
			return bl_bind__fail(b, at->line, at->column,
			    "UNNEST wants an array or a map here, found json; write CAST(... AS "
			    "array(json))");
		if (u->arrays[i]->type.kind != BL_TYPE_ARRAY &&
		    u->arrays[i]->type.kind != BL_TYPE_MAP)
			return bl_bind__fail(b, at->line, at->column,
			    "UNNEST wants an array or a map here, found %s",
			    bl_value_type_name(u->arrays[i]->type, text));
		if (!bl_tree__ids(u->arrays[i], left_has, pair))
			return bl_bind__refuse(b, at->line, at->column,
			    "UNNEST may read only what it is joined to here; this is not "
			    "supported");
	}
	return status;
}

/* How many columns: with rows whole, with rows as fields. */
static void
count(const struct unnest *u, uint32_t *ret_whole, uint32_t *ret_fields)
{
	*ret_whole = *ret_fields = u->relation->ordinality ? 1 : 0;
	for (uint32_t i = 0; i < u->relation->n_arrays; i++) {
		struct bl_datatype type = u->arrays[i]->type;
		bool map = type.kind == BL_TYPE_MAP;
		bool row = !map && type.element->kind == BL_TYPE_ROW;

		*ret_whole += map ? 2 : 1;
		*ret_fields += map ? 2 : row ? type.element->n_fields : 1;
	}
}

static BL_STATUS
choose_whole(struct bl_binder *b, struct unnest *u)
{
	const struct bl_relation *r = u->relation;
	uint32_t whole, fields;

	count(u, &whole, &fields);
	u->whole = r->n_columns == whole;
	if (r->n_columns == 0 || r->n_columns == whole || r->n_columns == fields)
		return BL_OK;
	if (whole == fields)
		return bl_bind__fail(b, r->alias.line, r->alias.column,
		    "%.*s names %u columns, but UNNEST gives %u", BL_STR_ARG(r->alias.text),
		    (unsigned)r->n_columns, (unsigned)whole);
	return bl_bind__fail(b, r->alias.line, r->alias.column,
	    "%.*s names %u columns, but UNNEST gives %u (or %u, rows whole)",
	    BL_STR_ARG(r->alias.text), (unsigned)r->n_columns, (unsigned)fields, (unsigned)whole);
}

static BL_STATUS
add_name(struct bl_binder *b, struct unnest *u, struct bl_str name, struct bl_node *node)
{
	if (!BL_LIST_ROOM(b->arena, &u->names, u->n_names))
		return bl_bind__no_memory(b);
	u->names[u->n_names++] = (struct bl_name){.name = name, .node = node};
	return BL_OK;
}

/* The row of a scan's fields, for who wants it whole. */
static BL_STATUS
whole_row(struct bl_binder *b, const struct bl_rel *scan, uint32_t from, const struct bl_node *at,
    struct bl_node **ret)
{
	struct bl_datatype type = *at->type.element;
	struct bl_node *row = bl_new(b->arena, struct bl_node, 1);
	struct bl_node **kids = bl_new(b->arena, struct bl_node *, type.n_fields);
	enum bl_status status = BL_OK;

	if (row == NULL || kids == NULL)
		return bl_bind__no_memory(b);
	*row = (struct bl_node){.kind = BL_NODE_ROW,
	    .line = at->line,
	    .column = at->column,
	    .depth = 2,
	    .kids = kids,
	    .n_kids = type.n_fields,
	    .type = type};
	for (uint32_t i = 0; !status && i < type.n_fields; i++)
		status = bl_tree__slot(b, scan->out[from + i], at->line, at->column, &kids[i]);
	return status ? status : bl_tree__cast(b, row, type, ret);
}

/* Lets the scan itself unnest; *ret_done: it does. */
static BL_STATUS
unnest_scan(struct bl_binder *b, struct unnest *u, struct bl_rel *left, bool *ret_done)
{
	const struct bl_node *array = u->arrays[0];
	const struct bl_source *source = NULL;
	uint32_t from;
	struct bl_node *row;
	enum bl_status status;

	*ret_done = false;
	if (left->kind != BL_PLAN_SCAN || left->unnested || left->source->class->unnest == NULL ||
	    u->relation->n_arrays != 1 || u->relation->ordinality || array->kind != BL_NODE_SLOT ||
	    b->ids[array->slot].scan != left || array->type.kind != BL_TYPE_ARRAY ||
	    array->type.element->kind != BL_TYPE_ROW)
		return BL_OK;
	from = left->source->n_columns;
	status = left->source->class->unnest(
	    left->source, b->ids[array->slot].column, b->arena, &source, b->reterr);
	if (status == BL_EUNSUPPORTED)
		return BL_OK;
	if (status)
		return status;
	if (source->n_columns != from + array->type.element->n_fields)
		return bl_bind__refuse(b, u->relation->line, u->relation->column,
		    "the table's unnested columns are not its row's fields");
	left->source = source;
	left->unnested = true;
	*ret_done = true;
	status = bl_bind__scan_columns(b, left, from);
	if (!status && u->whole) {
		status = whole_row(b, left, from, array, &row);
		return status ? status : add_name(b, u, (struct bl_str){0}, row);
	}
	for (uint32_t i = 0; !status && i < array->type.element->n_fields; i++) {
		status = bl_tree__slot(b, left->out[from + i], array->line, array->column, &row);
		if (!status)
			status = add_name(b, u, array->type.element->fields[i].name, row);
	}
	return status;
}

static BL_STATUS
add_column(struct bl_binder *b, struct unnest *u, struct bl_rel *rel, struct bl_str name,
    struct bl_datatype type)
{
	struct bl_node *slot;
	uint32_t id;
	enum bl_status status = bl_rel__id(b, type, &id);

	if (!status)
		status = bl_rel__out(b, rel, id);
	if (!status && !BL_LIST_ROOM(b->arena, &rel->made_ids, rel->n_made))
		return bl_bind__no_memory(b);
	if (status)
		return status;
	rel->made_ids[rel->n_made++] = id;
	status = bl_tree__slot(b, id, u->relation->line, u->relation->column, &slot);
	return status ? status : add_name(b, u, name, slot);
}

static BL_STATUS
add_array(struct bl_binder *b, struct unnest *u, struct bl_rel *rel, struct bl_node *array)
{
	struct bl_datatype element = *array->type.element;
	bool row = array->type.kind == BL_TYPE_ARRAY && element.kind == BL_TYPE_ROW;
	enum bl_status status;

	rel->whole[rel->n_nodes] = u->whole && row;
	status = bl_rel__node(b, rel, array);
	if (!status && array->type.kind == BL_TYPE_MAP)
		status = add_column(b, u, rel, BL_STR("key"), *array->type.key);
	if (status)
		return status;
	if (array->type.kind == BL_TYPE_MAP)
		return add_column(b, u, rel, BL_STR("value"), element);
	if (!row || u->whole)
		return add_column(b, u, rel, (struct bl_str){0}, element);
	for (uint32_t i = 0; !status && i < element.n_fields; i++)
		status = add_column(b, u, rel, element.fields[i].name, element.fields[i].type);
	return status;
}

static BL_STATUS
unnest_rows(
    struct bl_binder *b, struct unnest *u, struct bl_rel *left, bool outer, struct bl_rel **ret)
{
	const struct bl_relation *r = u->relation;
	struct bl_rel *rel = NULL;
	enum bl_status status = bl_rel__new(b, BL_PLAN_UNNEST, left, r->line, r->column, &rel);

	if (status)
		return status;
	rel->outer = outer;
	rel->ordinality = r->ordinality;
	rel->whole = bl_new(b->arena, bool, r->n_arrays);
	if (rel->whole == NULL)
		return bl_bind__no_memory(b);
	for (uint32_t i = 0; !status && i < r->n_arrays; i++)
		status = add_array(b, u, rel, u->arrays[i]);
	if (!status && r->ordinality)
		status = add_column(b, u, rel, BL_STR("ordinality"), *bl_type_of(BL_TYPE_BIGINT));
	*ret = rel;
	return status;
}

BL_STATUS
bl_bind__unnest(struct bl_binder *b, const struct bl_relation *relation, struct bl_scope *scope,
    struct bl_rel *left, bool outer, struct bl_rel **ret)
{
	struct unnest u = {.relation = relation};
	struct bl_pending *before = b->pending;
	bool done = false;
	enum bl_status status = resolve_arrays(b, &u, scope, left);

	if (!status && b->pending != before)
		return bl_bind__refuse(
		    b, relation->line, relation->column, "sub-queries in UNNEST are not supported");
	if (!status)
		status = choose_whole(b, &u);
	if (!status && !outer)
		status = unnest_scan(b, &u, left, &done);
	if (!status && !done)
		status = unnest_rows(b, &u, left, outer, ret);
	if (!status && done)
		*ret = left;
	return status ? status
		      : bl_bind__names(b, scope, u.names, u.n_names, (struct bl_str){0}, relation,
			    (struct bl_str){0});
}
