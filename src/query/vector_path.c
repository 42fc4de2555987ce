/* What sub-trees read: paths that columns can tell, and nothing else. */
#include "base/arena.h"
#include "query/vector_priv.h"

#define PATH_LIMIT 900 /* A longer path's text would be cut in messages. */

/* ---- Paths. ---------------------------------------------------------------------- */

static bool
has_quote(struct bl_str key)
{
	return bl_str_find_byte(key, '\'') != SIZE_MAX;
}

bool
bl_vector__is_row(const struct bl_vector_table *table, const struct bl_node *node)
{
	return table->parent == NULL ? node->kind == BL_NODE_COLUMN
				     : node->kind == BL_NODE_VAR && node->slot == table->slot;
}

/* A path from the table's row on, each step of which is written out and told by its text. */
bool
bl_vector__is_path(const struct bl_vector_table *table, const struct bl_node *node)
{
	while (!bl_vector__is_row(table, node)) {
		const struct bl_node *index = node->n_kids > 1 ? node->kids[1] : NULL;

		if ((node->kind != BL_NODE_MEMBER && node->kind != BL_NODE_INDEX) ||
		    node->path.ptr == NULL || node->path.len > PATH_LIMIT)
			return false;
		if (index == NULL ? has_quote(node->text)
				  : index->kind != BL_NODE_LITERAL || index->value.null)
			return false;
		if (index != NULL && index->type.kind == BL_TYPE_BIGINT && index->value.i64 < 1)
			return false;
		if (index != NULL && index->type.kind != BL_TYPE_BIGINT &&
		    (index->type.kind != BL_TYPE_VARCHAR || has_quote(index->value.str)))
			return false;
		node = node->kids[0];
	}
	return node->path.ptr != NULL && node->path.len <= PATH_LIMIT;
}

/* ---- What a sub-tree reads. ------------------------------------------------------ */

/* Is ${slot} the variable of a lambda in the tree? */
static bool
binds(const struct bl_node *node, uint32_t slot)
{
	bool found = node->kind == BL_NODE_LAMBDA && node->slot == slot;

	for (uint32_t i = 0; !found && i < node->n_kids; i++)
		found = binds(node->kids[i], slot);
	return found;
}

/* Nothing but the table's row, constants, and the variables of lambdas within ${top}. */
static bool
reads_only(
    const struct bl_vector_table *table, const struct bl_node *node, const struct bl_node *top)
{
	if (node->kind == BL_NODE_COLUMN || node->kind == BL_NODE_SLOT)
		return false;
	if (node->kind == BL_NODE_VAR && (table == NULL || node->slot != table->slot) &&
	    !binds(top, node->slot))
		return false;
	for (uint32_t i = 0; i < node->n_kids; i++)
		if (!reads_only(table, node->kids[i], top))
			return false;
	return true;
}

bool
bl_vector__reads_only(const struct bl_vector_table *table, const struct bl_node *node)
{
	return reads_only(table, node, node);
}

/* Reads one column only, by plain operators: *path is that column, absent before the first. */
static bool
is_simple(const struct bl_vector_table *table, const struct bl_node *node, struct bl_str *path)
{
	if (node->kind == BL_NODE_CALL || node->kind == BL_NODE_LAMBDA ||
	    node->kind == BL_NODE_CASE || node->kind == BL_NODE_SLOT)
		return false;
	if (bl_vector__is_path(table, node)) {
		if (path->ptr == NULL)
			*path = node->path;
		return bl_str_eq(*path, node->path);
	}
	if (node->kind == BL_NODE_VAR || node->kind == BL_NODE_COLUMN)
		return false;
	for (uint32_t i = 0; i < node->n_kids; i++)
		if (!is_simple(table, node->kids[i], path))
			return false;
	return true;
}

bool
bl_vector__is_condition(const struct bl_vector_table *table, const struct bl_node *node)
{
	static const enum bl_node_kind kinds[] = {BL_NODE_AND, BL_NODE_OR, BL_NODE_NOT,
	    BL_NODE_COMPARE, BL_NODE_IS_NULL, BL_NODE_IN, BL_NODE_BETWEEN, BL_NODE_LIKE};
	struct bl_str path = {.ptr = NULL};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (node->kind == kinds[i])
			return is_simple(table, node, &path) && path.ptr != NULL;
	return false;
}

bool
bl_vector__is_call(const struct bl_node *node, bl_function_fn *eval, uint32_t n_kids)
{
	return node->kind == BL_NODE_CALL && node->function != NULL &&
	       node->function->eval == eval && node->n_kids == n_kids;
}

/* ---- JSON paths. ----------------------------------------------------------------- */

static bool
is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/*
 * '$.a.b' behind ${base} as a column's path; absent when it is not of plain names.  A name that
 * begins with a digit, and an index, have other words in columns: left to the evaluator.
 */
static enum bl_status
path_behind(struct bl_arena *arena, struct bl_str base, struct bl_str text, struct bl_str *ret_path,
    struct bl_err *reterr)
{
	bool name = false;

	*ret_path = (struct bl_str){.ptr = NULL};
	if (text.len < 3 || text.ptr[0] != '$' || base.len + text.len > PATH_LIMIT)
		return BL_OK;
	for (size_t i = 1; i < text.len; i++) {
		bool dot = text.ptr[i] == '.';

		if (dot ? i + 1 == text.len || text.ptr[i + 1] == '.' ||
			      (text.ptr[i + 1] >= '0' && text.ptr[i + 1] <= '9')
			: !name || !is_name(text.ptr[i]))
			return BL_OK;
		name = true;
	}
	return bl_str_printf(arena, ret_path, reterr, "%.*s%.*s", BL_STR_ARG(base),
	    BL_STR_ARG(bl_str_sub(text, 1, text.len)));
}

static bool
is_named(const struct bl_node *node, const char *name)
{
	return node->kind == BL_NODE_CALL && node->n_kids == 1 &&
	       bl_str_eq_ci(node->text, bl_str_of(name));
}

/* json_extract(COLUMN, 'path') or json_extract_scalar: the column that tells it; absent: none. */
enum bl_status
bl_vector__extract(const struct bl_vector_table *table, const struct bl_node *node,
    struct bl_arena *arena, struct bl_str *ret_path, struct bl_err *reterr)
{
	const struct bl_node *base;

	*ret_path = (struct bl_str){.ptr = NULL};
	if ((!bl_vector__is_call(node, bl_fn__json_extract, 2) &&
		!bl_vector__is_call(node, bl_fn__json_extract_scalar, 2)) ||
	    node->kids[1]->kind != BL_NODE_LITERAL || node->kids[1]->value.null)
		return BL_OK;
	base = node->kids[0];
	/* What has been written as text and is read again is what it was. */
	if (is_named(base, "json_parse") && is_named(base->kids[0], "json_format"))
		base = base->kids[0];
	if (is_named(base, "json_format"))
		base = base->kids[0];
	if (!bl_vector__is_row(table, base) || !bl_vector__is_path(table, base) ||
	    base->type.kind != BL_TYPE_JSON)
		return BL_OK;
	return path_behind(arena, base->path, node->kids[1]->value.str, ret_path, reterr);
}
