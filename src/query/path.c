/*
 * The item's columns, and the paths that an expression reads from them.
 */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "delivery/item.h"
#include "query/ast.h"
#include "query/value_priv.h"
#include "json/json.h"

enum column {
	COL_VERSION,
	COL_ACCOUNT,
	COL_REGION,
	COL_ZONE,
	COL_TYPE,
	COL_ID,
	COL_NAME,
	COL_ARN,
	COL_CAPTURE,
	COL_CREATED,
	COL_STATUS,
	COL_STATE_ID,
	COL_TAGS,
	COL_CONFIGURATION,
	COL_SUPPLEMENTARY,
	COL_RELATIONSHIPS,
	N_COLUMNS
};

static const struct {
	const char *name;
	enum bl_type_kind kind;
} columns[N_COLUMNS] = {
    [COL_VERSION] = {"version", BL_TYPE_VARCHAR},
    [COL_ACCOUNT] = {"accountId", BL_TYPE_VARCHAR},
    [COL_REGION] = {"awsRegion", BL_TYPE_VARCHAR},
    [COL_ZONE] = {"availabilityZone", BL_TYPE_VARCHAR},
    [COL_TYPE] = {"resourceType", BL_TYPE_VARCHAR},
    [COL_ID] = {"resourceId", BL_TYPE_VARCHAR},
    [COL_NAME] = {"resourceName", BL_TYPE_VARCHAR},
    [COL_ARN] = {"arn", BL_TYPE_VARCHAR},
    [COL_CAPTURE] = {"configurationItemCaptureTime", BL_TYPE_TIMESTAMP},
    [COL_CREATED] = {"resourceCreationTime", BL_TYPE_TIMESTAMP},
    [COL_STATUS] = {"configurationItemStatus", BL_TYPE_VARCHAR},
    [COL_STATE_ID] = {"configurationStateId", BL_TYPE_BIGINT},
    [COL_TAGS] = {"tags", BL_TYPE_MAP},
    [COL_CONFIGURATION] = {"configuration", BL_TYPE_JSON},
    [COL_SUPPLEMENTARY] = {"supplementaryConfiguration", BL_TYPE_JSON},
    [COL_RELATIONSHIPS] = {"relationships", BL_TYPE_JSON},
};

size_t
bl_path__find(struct bl_str name)
{
	for (size_t i = 0; i < N_COLUMNS; i++)
		if (bl_str_eq_ci(name, bl_str_of(columns[i].name)))
			return i;
	return SIZE_MAX;
}

struct bl_str
bl_path__name(size_t i)
{
	assert(i < N_COLUMNS);
	return bl_str_of(columns[i].name);
}

struct bl_type
bl_path__type(size_t i)
{
	assert(i < N_COLUMNS);
	return (struct bl_type){.kind = columns[i].kind};
}

size_t
bl_path__distance(struct bl_str a, struct bl_str b)
{
	size_t row[64];

	if (a.len >= 64 || b.len >= 64)
		return SIZE_MAX;
	for (size_t j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t same = corner + (a.ptr[i - 1] == b.ptr[j - 1] ? 0 : 1);

			corner = row[j];
			row[j] = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
			if (same < row[j])
				row[j] = same;
		}
	}
	return row[b.len];
}

struct bl_str
bl_path__nearest(struct bl_str name)
{
	struct bl_str best = {0};
	size_t least = name.len / 2 + 1;

	for (size_t i = 0; i < N_COLUMNS; i++) {
		size_t d = bl_path__distance(name, bl_str_of(columns[i].name));

		if (d < least) {
			least = d;
			best = bl_str_of(columns[i].name);
		}
	}
	return best;
}

static struct bl_value
text_or_null(struct bl_str text)
{
	struct bl_value value = bl_value__varchar(text);

	value.null = text.ptr == NULL;
	return value;
}

static struct bl_value
instant_or_null(int64_t ns)
{
	return (struct bl_value){
	    .kind = BL_TYPE_TIMESTAMP, .null = ns == BL_INSTANT_MIN, .i64 = ns};
}

struct bl_value
bl_path__column(size_t i, const struct bl_item *item)
{
	struct bl_value value;

	switch ((enum column)i) {
	case COL_VERSION: return text_or_null(item->version);
	case COL_ACCOUNT: return text_or_null(item->account);
	case COL_REGION: return text_or_null(item->region);
	case COL_ZONE: return text_or_null(item->zone);
	case COL_TYPE: return text_or_null(item->type);
	case COL_ID: return text_or_null(item->id);
	case COL_NAME: return text_or_null(item->name);
	case COL_ARN: return text_or_null(item->arn);
	case COL_CAPTURE: return instant_or_null(item->capture_ns);
	case COL_CREATED: return instant_or_null(item->created_ns);
	case COL_STATUS: return text_or_null(bl_str_of(bl_item_status_name(item->status)));
	case COL_STATE_ID:
		value = bl_value__bigint(item->state_id);
		value.null = item->state_id == 0; /* 0 is how an item without one is kept. */
		return value;
	case COL_TAGS:
		value = bl_value__json(item->tags);
		value.kind = BL_TYPE_MAP;
		return value;
	case COL_CONFIGURATION: return bl_value__json(item->configuration);
	case COL_SUPPLEMENTARY: return bl_value__json(item->supplementary);
	case COL_RELATIONSHIPS: return bl_value__json(item->relationships);
	case N_COLUMNS: break;
	}
	assert(false);
	return bl_value__null(BL_TYPE_UNKNOWN);
}

/* Can the name stand behind a dot without quotes? */
static bool
is_plain(struct bl_str name)
{
	if (name.len == 0 || (name.ptr[0] >= '0' && name.ptr[0] <= '9'))
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			c == '_'))
			return false;
	}
	return true;
}

/* One step of a path behind the text so far; absent when the step is no path. */
static BL_STATUS
add_step(const struct bl_node *node, struct bl_str base, struct bl_arena *arena,
    struct bl_str *ret_text, struct bl_err *reterr)
{
	const struct bl_node *index = node->n_kids > 1 ? node->kids[1] : NULL;
	struct bl_str member = node->text;

	if (index != NULL && index->kind == BL_NODE_LITERAL && index->type.kind == BL_TYPE_BIGINT)
		return bl_str_printf(arena, ret_text, reterr, "%.*s[%lld]", BL_STR_ARG(base),
		    (long long)index->value.i64);
	if (index != NULL && index->kind == BL_NODE_LITERAL && index->type.kind == BL_TYPE_VARCHAR)
		member = index->value.str;
	else if (index != NULL)
		return bl_str_printf(arena, ret_text, reterr, "%.*s[?]", BL_STR_ARG(base));
	if (is_plain(member))
		return bl_str_printf(
		    arena, ret_text, reterr, "%.*s.%.*s", BL_STR_ARG(base), BL_STR_ARG(member));
	return bl_str_printf(
	    arena, ret_text, reterr, "%.*s['%.*s']", BL_STR_ARG(base), BL_STR_ARG(member));
}

/* What the lambda variables stand for while the tree is walked. */
struct names {
	struct bl_str vars[BL_AST_MAX_VARS];
	struct bl_str *reads;
	size_t n, cap;
	struct bl_arena *arena;
	struct bl_err *reterr;
};

/* Gives the node, and the nodes that it goes through, the path that they spell; absent where they
 * spell none. */
static BL_STATUS
name_path(struct bl_node *node, struct names *names)
{
	enum bl_status status;

	if (node->kind == BL_NODE_COLUMN)
		node->path = bl_path__name(node->slot);
	if (node->kind == BL_NODE_VAR)
		node->path = names->vars[node->slot];
	if (node->kind != BL_NODE_MEMBER && node->kind != BL_NODE_INDEX)
		return BL_OK;
	status = name_path(node->kids[0], names);
	if (status || node->kids[0]->path.ptr == NULL)
		return status;
	return add_step(node, node->kids[0]->path, names->arena, &node->path, names->reterr);
}

static BL_STATUS
add_read(struct names *names, struct bl_str text)
{
	size_t at = 0;

	/* Sorted, each once; few enough for insertion. */
	while (at < names->n && bl_str_cmp(names->reads[at], text) < 0)
		at++;
	if (at < names->n && bl_str_eq(names->reads[at], text))
		return BL_OK;
	if (names->n == names->cap) {
		size_t cap = names->cap == 0 ? 8 : names->cap * 2;
		struct bl_str *grown = bl_new(names->arena, struct bl_str, cap);

		if (grown == NULL)
			return bl_fail(
			    names->reterr, BL_ENOMEM, "no memory for the expression's paths");
		if (names->n > 0)
			memcpy(grown, names->reads, names->n * sizeof(*grown));
		names->reads = grown;
		names->cap = cap;
	}
	memmove(names->reads + at + 1, names->reads + at, (names->n - at) * sizeof(*names->reads));
	names->reads[at] = text;
	names->n++;
	return BL_OK;
}

/* The array that a lambda's variable runs over, seen through the functions that keep its elements.
 */
static struct bl_node *
source_of(struct bl_node *node)
{
	while (node->kind == BL_NODE_CALL && node->n_kids > 0 &&
	       (bl_str_eq_ci(node->text, BL_STR("filter")) ||
		   bl_str_eq_ci(node->text, BL_STR("to_list")) ||
		   bl_str_eq_ci(node->text, BL_STR("coalesce"))))
		node = node->kids[0];
	return node;
}

/* A lambda's variable stands for each element of the function's first argument. */
static BL_STATUS
name_variable(const struct bl_node *call, struct names *names)
{
	struct bl_node *source = source_of(call->kids[0]);
	enum bl_status status = name_path(source, names);

	if (status || source->path.ptr == NULL)
		return status;
	return bl_str_printf(names->arena, &names->vars[call->kids[1]->slot], names->reterr,
	    "%.*s[*]", BL_STR_ARG(source->path));
}

static BL_STATUS
walk(struct bl_node *node, struct names *names)
{
	enum bl_status status = name_path(node, names);
	bool path = !status && node->path.ptr != NULL;

	if (path)
		status = add_read(names, node->path);
	if (!status && node->kind == BL_NODE_CALL && node->n_kids == 2 &&
	    node->kids[1]->kind == BL_NODE_LAMBDA)
		status = name_variable(node, names);
	/* Of a path only what its last index reads is new. */
	for (uint32_t i = path ? 1 : 0; !status && i < node->n_kids; i++)
		status = walk(node->kids[i], names);
	return status;
}

BL_STATUS
bl_path__reads(struct bl_expr *expr, struct bl_arena *arena, struct bl_err *reterr)
{
	struct names names = {.arena = arena, .reterr = reterr};
	enum bl_status status = walk(expr->root, &names);

	if (status)
		return status;
	expr->reads = names.reads;
	expr->n_reads = names.n;
	return BL_OK;
}

/* ---- Cells. ---------------------------------------------------------------------- */

/* Longer paths would be cut in their text. */
#define CELL_PATH 900

struct cells {
	struct bl_str *paths;
	size_t n, cap;
	bool told; /* Each path's text tells it. */
};

static bool
has_quote(struct bl_str key)
{
	return bl_str_find_byte(key, '\'') != SIZE_MAX;
}

/* A path from the item on, each step of which is written out. */
static bool
is_fixed(const struct bl_node *node, bool *told)
{
	const struct bl_node *index = node->n_kids > 1 ? node->kids[1] : NULL;

	if (node->kind == BL_NODE_COLUMN)
		return true;
	if (node->kind != BL_NODE_MEMBER && node->kind != BL_NODE_INDEX)
		return false;
	if (index != NULL &&
	    (index->kind != BL_NODE_LITERAL || index->value.null ||
		(index->type.kind == BL_TYPE_BIGINT ? index->value.i64 < 1
						    : index->type.kind != BL_TYPE_VARCHAR)))
		return false;
	if (!is_fixed(node->kids[0], told))
		return false;
	if (node->path.ptr == NULL || node->path.len > CELL_PATH ||
	    (index == NULL && has_quote(node->text)) ||
	    (index != NULL && index->type.kind == BL_TYPE_VARCHAR && has_quote(index->value.str)))
		*told = false;
	return true;
}

static size_t
count_paths(const struct bl_node *node)
{
	size_t n = node->kind == BL_NODE_COLUMN;

	for (uint32_t i = 0; i < node->n_kids; i++)
		n += count_paths(node->kids[i]);
	return n;
}

static void
add_cells(struct bl_node *node, struct cells *cells)
{
	size_t at = 0;

	if (!is_fixed(node, &cells->told)) {
		for (uint32_t i = 0; i < node->n_kids; i++)
			add_cells(node->kids[i], cells);
		return;
	}
	while (at < cells->n && !bl_str_eq(cells->paths[at], node->path))
		at++;
	if (at == cells->n) {
		assert(cells->n < cells->cap);
		cells->paths[cells->n++] = node->path;
	}
	node->cell = (uint32_t)at + 1;
}

BL_STATUS
bl_path__cells(struct bl_expr *expr, struct bl_arena *arena, struct bl_err *reterr)
{
	/* Each path begins at one column. */
	struct cells cells = {.cap = count_paths(expr->root), .told = true};

	cells.paths = bl_new(arena, struct bl_str, cells.cap);
	if (cells.paths == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the expression's paths");
	add_cells(expr->root, &cells);
	expr->cells = cells.paths;
	expr->n_cells = cells.n;
	expr->has_cells = cells.told;
	return BL_OK;
}

bool
bl_path__cell(const struct bl_node *node, const struct bl_json *json, struct bl_value *ret_value)
{
	struct bl_value value = bl_value__json(json);
	enum bl_type_kind kind =
	    node->kind == BL_NODE_COLUMN ? node->type.kind : node->kids[0]->type.kind;

	*ret_value = bl_value__null(node->type.kind);
	if (node->kind != BL_NODE_COLUMN && kind != BL_TYPE_MAP) {
		*ret_value = value.null ? *ret_value : value;
		return true;
	}
	if (value.null)
		return true;
	if (node->kind != BL_NODE_COLUMN) /* A tag. */
		kind = BL_TYPE_VARCHAR;
	*ret_value = value;
	switch (kind) {
	case BL_TYPE_VARCHAR:
		*ret_value = bl_value__plain(value);
		return ret_value->kind == BL_TYPE_VARCHAR;
	case BL_TYPE_BIGINT:
		*ret_value = bl_value__plain(value);
		return ret_value->kind == BL_TYPE_BIGINT;
	case BL_TYPE_TIMESTAMP:
		*ret_value = (struct bl_value){.kind = BL_TYPE_TIMESTAMP};
		return json->kind == BL_JSON_STRING &&
		       bl_instant_parse(json->text, &ret_value->i64);
	case BL_TYPE_MAP: ret_value->kind = BL_TYPE_MAP; return json->kind == BL_JSON_OBJECT;
	case BL_TYPE_JSON: return true;
	case BL_TYPE_UNKNOWN:
	case BL_TYPE_BOOLEAN:
	case BL_TYPE_DOUBLE:
	case BL_TYPE_ARRAY: break; /* No column is one. */
	}
	return false;
}
