/* Expressions on the versions of rows, type by type; each version is read once. */
#include <assert.h>

#include "advanced/run_priv.h"
#include "base/arena.h"
#include "delivery/item.h"
#include "json/json.h"

struct ask {
	struct bl_advanced_run *run;
	const struct bl_expr *const *exprs;
	size_t n_exprs;
	struct bl_value *values; /* [n_exprs] */
	bl_advanced_told_fn fn;
	void *ctx;
	struct bl_advanced_row **row_of; /* [versions of the type] NULL: not asked */
};

static BL_STATUS
ask_item(void *ctx, struct bl_version_id id, struct bl_str bytes, struct bl_err *reterr)
{
	struct ask *a = ctx;
	struct bl_advanced_run *run = a->run;
	struct bl_expr_scope scope = {.parser = run->parser};
	struct bl_item item;
	enum bl_status status;

	if (a->row_of[id.ordinal] == NULL)
		return BL_OK;
	bl_arena_reset(run->scratch);
	status = bl_advanced__go_on(run);
	if (!status)
		status = bl_item_parse(run->parser, bytes, run->scratch, &item, reterr);
	scope.item = &item;
	for (size_t i = 0; !status && i < a->n_exprs; i++)
		status = bl_expr_eval(a->exprs[i], &scope, run->scratch, &a->values[i], reterr);
	return status ? status : a->fn(a->ctx, a->row_of[id.ordinal], &item, a->values);
}

/* Rows [from, to), which are of one type. */
static BL_STATUS
ask_type(struct ask *a, bool (*wanted)(const struct bl_advanced_row *row), size_t from, size_t to)
{
	struct bl_advanced_run *run = a->run;
	uint32_t type_no = run->rows[from].type_no, n = bl_store_n_versions(run->store, type_no);
	struct bl_arena_mark mark = bl_arena_mark(run->arena);
	size_t asked = 0;
	enum bl_status status = BL_OK;

	a->row_of = bl_new(run->arena, struct bl_advanced_row *, n);
	if (a->row_of == NULL)
		return bl_advanced__no_memory(run->reterr);
	for (size_t i = from; i < to; i++) {
		if (!wanted(&run->rows[i]))
			continue;
		assert(run->rows[i].ordinal < n);
		a->row_of[run->rows[i].ordinal] = &run->rows[i];
		asked++;
	}
	if (asked > 0)
		status = bl_store_scan(run->store, type_no, ask_item, a, run->reterr);
	/* What ${fn} keeps it takes from the arena: only an unused table can be given back. */
	if (asked == 0)
		bl_arena_rewind(run->arena, mark);
	return status;
}

BL_STATUS
bl_advanced__ask(struct bl_advanced_run *run, bool (*wanted)(const struct bl_advanced_row *row),
    const struct bl_expr *const *exprs, size_t n_exprs, bl_advanced_told_fn fn, void *ctx)
{
	struct ask a = {.run = run, .exprs = exprs, .n_exprs = n_exprs, .fn = fn, .ctx = ctx};
	enum bl_status status = BL_OK;

	a.values = bl_new(run->arena, struct bl_value, n_exprs);
	if (a.values == NULL)
		return bl_advanced__no_memory(run->reterr);
	for (size_t from = 0, to; !status && from < run->n_rows; from = to) {
		to = from + 1;
		while (to < run->n_rows && run->rows[to].type_no == run->rows[from].type_no)
			to++;
		status = ask_type(&a, wanted, from, to);
	}
	return status;
}
