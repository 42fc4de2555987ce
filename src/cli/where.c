#include "cli/where.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "cli/cli.h"
#include "cli/view.h"
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
		a->says[id.ordinal] = value.null      ? BL_WHERE_NOT_KNOWN
				      : value.boolean ? BL_WHERE_TRUE
						      : BL_WHERE_FALSE;
	}
	return BL_OK;
}

enum bl_status
bl_where_ask(struct bl_where *where, uint32_t type_no, uint8_t *says)
{
	struct ask a = {.where = where, .says = says};

	return bl_store_scan(where->view->store, type_no, ask_item, &a, &where->view->cli->err);
}

uint64_t
bl_where_broken(const struct bl_where *where)
{
	return where->n_broken;
}
