#include "cli/where.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "cli/cli.h"
#include "cli/view.h"
#include "columns/columns.h"
#include "query/expr.h"
#include "json/json.h"

struct bl_where {
	const struct bl_view *view;
	struct bl_expr *expr;
	uint64_t n_broken;
};

/* One type under way. */
struct ask {
	struct bl_where *where;
	uint8_t *says;
};

enum bl_status
bl_where_new(const struct bl_view *view, const char *text, struct bl_where **ret_where)
{
	struct bl_where *w = bl_new(view->cli->arena, struct bl_where, 1);
	struct bl_err *err = &view->cli->err;
	enum bl_status status;

	if (w == NULL)
		return bl_fail(err, BL_ENOMEM, "no memory for the condition");
	*w = (struct bl_where){.view = view};
	status = bl_expr_compile(
	    bl_str_of(text), NULL, 0, BL_TYPE_BOOLEAN, view->cli->arena, &w->expr, err);
	if (status != BL_OK) {
		bl_err_prefix(err, "--where, line %u column %u", err->line, err->column);
		return status;
	}
	*ret_where = w;
	return BL_OK;
}

static void
tell(struct bl_where *w, const struct bl_item *item, struct bl_version_id id,
    const struct bl_err *err)
{
	w->n_broken++;
	if (w->n_broken > BL_WHERE_TOLD)
		return;
	bl_cli_error(w->view->cli, "%.*s %.*s of %.*s %.*s, version %.*s:%u: %u:%u: %s",
	    BL_STR_ARG(item->type), BL_STR_ARG(item->id), BL_STR_ARG(item->account),
	    BL_STR_ARG(item->region), BL_STR_ARG(item->type), id.ordinal, err->line, err->column,
	    err->text);
}

static uint8_t
what_of(const struct bl_value *value)
{
	if (value->null)
		return BL_WHERE_NOT_KNOWN;
	return value->boolean ? BL_WHERE_TRUE : BL_WHERE_FALSE;
}

static enum bl_status
ask_item(void *ctx, struct bl_version_id id, struct bl_str bytes, struct bl_err *reterr)
{
	struct ask *a = ctx;
	const struct bl_view *view = a->where->view;
	struct bl_expr_scope scope = {.parser = view->parser};
	struct bl_value value = {0};
	struct bl_err err = {0};
	struct bl_item item;
	enum bl_status status;

	if (a->says[id.ordinal] == BL_WHERE_NOT_ASKED)
		return BL_OK;
	bl_arena_reset(view->scratch);
	status = bl_item_parse(view->parser, bytes, view->scratch, &item, reterr);
	if (status != BL_OK)
		return status;
	scope.item = &item;
	status = bl_expr_eval(a->where->expr, &scope, view->scratch, &value, &err);
	if (status == BL_ENOMEM) {
		if (reterr != NULL)
			*reterr = err;
		return status;
	}
	if (status != BL_OK) {
		a->says[id.ordinal] = BL_WHERE_BROKEN;
		tell(a->where, &item, id, &err);
	} else {
		a->says[id.ordinal] = what_of(&value);
	}
	return BL_OK;
}

/* ---- By columns: equal rows once. ------------------------------------------------- */

/* The columns of one type, and which distinct rows have been asked. */
struct table {
	struct bl_where *where;
	const struct bl_column **columns; /* [n] */
	const struct bl_json **cells;	  /* [n] */
	size_t n;
	uint32_t *slot;	  /* [n_slots] open hash table: 1 + a version with that row; 0 free */
	uint64_t n_slots; /* A power of two. */
	uint8_t *says;	  /* [versions] */
};

static bool
same_row(const struct table *t, uint32_t a, uint32_t b)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->columns[i]->kind[a] != t->columns[i]->kind[b] ||
		    t->columns[i]->code[a] != t->columns[i]->code[b])
			return false;
	return true;
}

/* Where the row stands, or would. */
static uint64_t
slot_of(const struct table *t, uint32_t row)
{
	uint64_t hash = 0;

	for (size_t i = 0; i < t->n; i++) {
		uint64_t part = (uint64_t)t->columns[i]->code[row] << 8 | t->columns[i]->kind[row];

		hash = (hash ^ part) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 29;
	}
	hash &= t->n_slots - 1;
	while (t->slot[hash] != 0 && !same_row(t, t->slot[hash] - 1, row))
		hash = (hash + 1) & (t->n_slots - 1);
	return hash;
}

/* What a cell holds; false: only the item can tell. */
static enum bl_status
read_cell(const struct table *t, size_t i, uint32_t row, bool *ret_told)
{
	const struct bl_view *view = t->where->view;
	const struct bl_column *c = t->columns[i];
	struct bl_json *value;

	t->cells[i] = NULL;
	switch ((enum bl_cell)c->kind[row]) {
	case BL_CELL_MISSING:
	case BL_CELL_NULL: return BL_OK;
	case BL_CELL_ERROR: *ret_told = false; return BL_OK;
	case BL_CELL_ARRAY:
	case BL_CELL_OBJECT:
		return bl_json_parse(view->parser, c->text[c->code[row]], view->scratch,
		    &t->cells[i], &view->cli->err);
	case BL_CELL_FALSE:
	case BL_CELL_TRUE:
	case BL_CELL_NUMBER:
	case BL_CELL_STRING: break;
	}
	value = bl_new(view->scratch, struct bl_json, 1);
	if (value == NULL)
		return bl_fail(&view->cli->err, BL_ENOMEM, "no memory for the condition");
	value->kind = c->kind[row] == BL_CELL_NUMBER   ? BL_JSON_NUMBER
		      : c->kind[row] == BL_CELL_STRING ? BL_JSON_STRING
						       : BL_JSON_BOOL;
	value->boolean = c->kind[row] == BL_CELL_TRUE;
	if (value->kind != BL_JSON_BOOL)
		value->text = c->text[c->code[row]];
	t->cells[i] = value;
	return BL_OK;
}

/* One distinct row.  An error leaves it BROKEN: its items say what is wrong. */
static enum bl_status
ask_row(struct table *t, uint32_t row)
{
	const struct bl_view *view = t->where->view;
	struct bl_expr_scope scope = {.cells = t->cells, .parser = view->parser};
	struct bl_value value = {0};
	bool told = true;
	enum bl_status status = BL_OK;

	bl_arena_reset(view->scratch);
	for (size_t i = 0; i < t->n && status == BL_OK; i++)
		status = read_cell(t, i, row, &told);
	t->says[row] = BL_WHERE_BROKEN;
	if (status != BL_OK || !told)
		return status;
	status = bl_expr_eval(t->where->expr, &scope, view->scratch, &value, &view->cli->err);
	if (status != BL_OK)
		return status == BL_ENOMEM ? status : BL_OK;
	t->says[row] = what_of(&value);
	return BL_OK;
}

/* The rows that only their items can tell. */
static enum bl_status
ask_broken(struct table *t, uint32_t type_no, uint32_t n)
{
	struct ask a = {.where = t->where, .says = bl_new(t->where->view->cli->arena, uint8_t, n)};
	struct bl_err *err = &t->where->view->cli->err;
	bool any = false;
	enum bl_status status;

	if (a.says == NULL)
		return bl_fail(err, BL_ENOMEM, "no memory for the condition");
	for (uint32_t i = 0; i < n; i++) {
		a.says[i] = t->says[i] == BL_WHERE_BROKEN ? BL_WHERE_BROKEN : BL_WHERE_NOT_ASKED;
		any = any || t->says[i] == BL_WHERE_BROKEN;
	}
	if (!any)
		return BL_OK;
	status = bl_store_scan(t->where->view->store, type_no, ask_item, &a, err);
	for (uint32_t i = 0; i < n; i++)
		if (a.says[i] != BL_WHERE_NOT_ASKED)
			t->says[i] = a.says[i];
	return status;
}

static enum bl_status
ask_rows(struct table *t, uint32_t type_no, uint32_t n)
{
	struct bl_arena *arena = t->where->view->cli->arena;
	enum bl_status status = BL_OK;

	for (t->n_slots = 64; t->n_slots < (uint64_t)n * 2;)
		t->n_slots *= 2;
	t->slot = bl_new(arena, uint32_t, t->n_slots);
	if (t->slot == NULL)
		return bl_fail(&t->where->view->cli->err, BL_ENOMEM, "no memory for the condition");
	for (uint32_t i = 0; i < n && status == BL_OK; i++) {
		uint64_t at;

		if (t->says[i] == BL_WHERE_NOT_ASKED)
			continue;
		at = slot_of(t, i);
		if (t->slot[at] == 0) {
			t->slot[at] = i + 1;
			status = ask_row(t, i);
		} else {
			t->says[i] = t->says[t->slot[at] - 1];
		}
	}
	return status == BL_OK ? ask_broken(t, type_no, n) : status;
}

/* The columns of the paths; NULL where they cannot be had for this expression. */
static enum bl_status
open_columns(struct bl_where *where, uint32_t type_no, struct table *t)
{
	const struct bl_view *view = where->view;
	const struct bl_str *paths = NULL;
	enum bl_status status = BL_OK;

	if (!bl_expr_cells(where->expr, &paths, &t->n))
		return BL_OK;
	t->cells = bl_new(view->cli->arena, const struct bl_json *, t->n);
	t->columns = bl_new(view->cli->arena, const struct bl_column *, t->n);
	if (t->cells == NULL || t->columns == NULL)
		return bl_fail(&view->cli->err, BL_ENOMEM, "no memory for the condition");
	status = bl_columns_load(view->columns, type_no, paths, t->n, &view->cli->err);
	for (size_t i = 0; i < t->n && status == BL_OK; i++)
		status = bl_columns_get(
		    view->columns, type_no, paths[i], &t->columns[i], &view->cli->err);
	/* A path that no column can have. */
	if (status == BL_EINPUT || status == BL_ELIMIT) {
		t->columns = NULL;
		status = BL_OK;
	}
	return status;
}

enum bl_status
bl_where_ask(struct bl_where *where, uint32_t type_no, uint8_t *says)
{
	const struct bl_view *view = where->view;
	struct ask a = {.where = where, .says = says};
	struct table t = {.where = where, .says = says};
	enum bl_status status = open_columns(where, type_no, &t);

	if (status != BL_OK)
		return status;
	if (t.columns != NULL)
		return ask_rows(&t, type_no, bl_store_n_versions(view->store, type_no));
	return bl_store_scan(view->store, type_no, ask_item, &a, &view->cli->err);
}

uint64_t
bl_where_broken(const struct bl_where *where)
{
	return where->n_broken;
}
