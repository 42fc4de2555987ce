/* One run: text, moment, who is asked, WHERE, rows or groups, the page. */
#include <assert.h>

#include "advanced/run_priv.h"
#include "base/arena.h"
#include "base/instant.h"
#include "columns/columns.h"
#include "os/os.h"
#include "json/json.h"

#define MEMORY ((size_t)1 << 30)
#define MAX_PAGE 100 /* AWS's. */
#define BEATS 256

BL_STATUS
bl_advanced__go_on(struct bl_advanced_run *run)
{
	if (run->beats++ % BEATS != 0)
		return BL_OK;
	if (run->options->cancel != NULL && *run->options->cancel)
		return bl_fail(run->reterr, BL_ELIMIT, "the query was cancelled");
	if (run->end_ns != 0 && bl_os_tick_ns(bl_store_os(run->store)) > run->end_ns)
		return bl_fail(run->reterr, BL_ELIMIT, "the query took longer than it may");
	return BL_OK;
}

/* ---- The moment. -------------------------------------------------------------------------- */

static BL_STATUS
conflict(struct bl_advanced_run *run, const char *what)
{
	run->code = BL_ADVANCED_INVALID_EXPRESSION;
	return bl_fail(
	    run->reterr, BL_EINPUT, "the query says %s, and its caller another one", what);
}

static BL_STATUS
set_moment(struct bl_advanced_run *run, struct bl_str text)
{
	const struct bl_advanced_options *o = run->options;
	const struct bl_advanced_query *q = run->query;
	uint64_t n = bl_store_n_deliveries(run->store);
	enum bl_status status = BL_OK;

	run->at_ns = o->at_ns;
	run->position = o->known_position;
	if (q->has_at && o->at_ns != BL_INSTANT_MAX && o->at_ns != q->at_ns)
		return conflict(run, "AS OF a moment");
	if (q->known_position != 0 && o->known_position != 0 &&
	    o->known_position != q->known_position)
		return conflict(run, "KNOWN AT a position");
	if (q->has_at)
		run->at_ns = q->at_ns;
	if (q->known_position != 0)
		run->position = q->known_position;
	if (o->token.ptr != NULL)
		status = bl_advanced__token_read(run, text);
	if (status)
		return status;
	if (run->position > n) {
		run->code = BL_ADVANCED_INVALID_EXPRESSION;
		return bl_fail(run->reterr, BL_EINPUT,
		    "the ledger ends at position %llu, there is no %llu", (unsigned long long)n,
		    (unsigned long long)run->position);
	}
	if (run->position == 0)
		run->position = n;
	return BL_OK;
}

void
bl_advanced__page(const struct bl_advanced_run *run, size_t n_all, size_t *ret_from, size_t *ret_to)
{
	size_t n = run->query->limit < n_all ? (size_t)run->query->limit : n_all;

	*ret_from = run->offset < n ? (size_t)run->offset : n;
	*ret_to = n;
	if (run->options->limit > 0 && n - *ret_from > run->options->limit)
		*ret_to = *ret_from + run->options->limit;
}

/* ---- WHERE. --------------------------------------------------------------------------------- */

struct filtering {
	struct bl_advanced_run *run;
	bool filters;			       /* values[0] is WHERE's. */
	const struct bl_advanced_path **paths; /* [n_paths], behind it */
	uint32_t n_paths;
	bool *seen; /* [n_paths] */
};

static BL_STATUS
take_filter(void *ctx, struct bl_advanced_row *row, const struct bl_item *item,
    const struct bl_value *values)
{
	struct filtering *f = ctx;

	(void)item;
	if (f->filters)
		row->matched = !values[0].null && values[0].boolean;
	for (uint32_t i = 0; i < f->n_paths; i++)
		f->seen[i] = f->seen[i] || values[i + (f->filters ? 1 : 0)].boolean;
	return BL_OK;
}

static bool
is_any(const struct bl_advanced_row *row)
{
	(void)row;
	return true;
}

static bool
is_open(const struct bl_advanced_row *row)
{
	return !row->matched;
}

/* What every item has need not be looked for. */
static void
drop_certain(struct filtering *f)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < f->n_paths; i++) {
		struct bl_str text = f->paths[i]->text;

		if (f->paths[i]->n_steps > 1 || bl_path_find(text) == SIZE_MAX ||
		    !bl_str_eq(bl_path_name(bl_path_find(text)), text))
			f->paths[n++] = f->paths[i];
	}
	f->n_paths = n;
}

static BL_STATUS
filter(struct bl_advanced_run *run)
{
	struct filtering f = {.run = run, .filters = run->query->where != NULL};
	const struct bl_expr **exprs = NULL;
	uint32_t n = f.filters ? 1 : 0;
	enum bl_status status = bl_advanced__paths(run, &f.paths, &f.n_paths);

	if (status)
		return status;
	drop_certain(&f);
	exprs = bl_new(run->arena, const struct bl_expr *, (size_t)f.n_paths + 1);
	f.seen = bl_new(run->arena, bool, f.n_paths);
	if (exprs == NULL || f.seen == NULL)
		return bl_advanced__no_memory(run->reterr);
	if (f.filters)
		status = bl_advanced__filter(run, run->query->where, &exprs[0]);
	for (uint32_t i = 0; !status && i < f.n_paths; i++)
		status = bl_advanced__exists(run, f.paths[i], &exprs[n++]);
	if (!status && n > 0)
		status = bl_advanced__ask(
		    run, f.n_paths > 0 ? is_any : is_open, exprs, n, take_filter, &f);
	for (uint32_t i = 0; !status && run->n_rows > 0 && i < f.n_paths; i++)
		if (!f.seen[i])
			status = bl_advanced__note_unseen(run, f.paths[i]);
	return status;
}

/* ---- The result. ------------------------------------------------------------------------------
 */

static BL_STATUS
name_fields(struct bl_advanced_run *run, struct bl_advanced_result *r)
{
	const struct bl_advanced_query *q = run->query;
	size_t room = (size_t)q->n_items * BL_ADVANCED_N_SCALARS;
	struct bl_str *fields = bl_new(run->out, struct bl_str, q->n_items);
	struct bl_str *columns = bl_new(run->out, struct bl_str, room);

	if (fields == NULL || columns == NULL)
		return bl_advanced__no_memory(run->reterr);
	for (uint32_t i = 0; i < q->n_items; i++) {
		if (bl_str_dup(run->out, q->items[i].name, &fields[i]))
			return bl_advanced__no_memory(run->reterr);
		if (!q->items[i].star)
			columns[r->n_columns++] = fields[i];
		for (size_t k = 0; q->items[i].star && k < BL_ADVANCED_N_SCALARS; k++)
			columns[r->n_columns++] = bl_str_of(bl_advanced__scalars[k]);
	}
	r->fields = fields;
	r->n_fields = q->n_items;
	r->columns = columns;
	return BL_OK;
}

static BL_STATUS
answer(struct bl_advanced_run *run, struct bl_str text, struct bl_advanced_result *r)
{
	struct bl_advanced_table table = {.n = 0};
	struct bl_str *notes;
	size_t from, to;
	enum bl_status status = name_fields(run, r);

	table.n_columns = r->n_columns;
	if (!status)
		status = run->query->n_groups > 0 || run->query->has_fn
			     ? bl_advanced__group(run, &table)
			     : bl_advanced__list(run, &table);
	if (!status)
		status = bl_advanced__notes_after(run);
	if (status)
		return status;
	bl_advanced__page(run, table.n_all, &from, &to);
	if (to < table.n_all && to < run->query->limit)
		status = bl_advanced__token_make(run, text, to, &r->next_token);
	notes = bl_new(run->out, struct bl_str, run->n_notes);
	if (notes == NULL)
		return bl_advanced__no_memory(run->reterr);
	for (size_t i = 0; i < run->n_notes; i++)
		notes[i] = run->notes[i];
	r->notes = notes;
	r->n_notes = run->n_notes;
	r->rows = table.rows;
	r->n_rows = table.n;
	r->cells = table.cells;
	r->moment_ns = run->moment_ns;
	r->position = run->position;
	return status;
}

static BL_STATUS
run_all(struct bl_advanced_run *run, struct bl_str text, struct bl_advanced_result *r)
{
	const struct bl_advanced_options *o = run->options;
	enum bl_status status;

	if (o->mode == BL_ADVANCED_STRICT && o->limit > MAX_PAGE) {
		run->code = BL_ADVANCED_INVALID_LIMIT;
		return bl_fail(run->reterr, BL_EINPUT, "a page has at most %d rows, not %u",
		    MAX_PAGE, o->limit);
	}
	status = bl_advanced__parse_told(
	    text, o->mode, run->arena, &run->query, &run->code, run->reterr);
	if (!status)
		status = set_moment(run, text);
	if (!status)
		status = bl_advanced__notes_before(run);
	if (!status)
		status = bl_columns_new(run->store, BL_COLUMNS_FILES, &run->columns, run->reterr);
	if (!status)
		status = bl_advanced__scope(run);
	if (!status)
		status = filter(run);
	return status ? status : answer(run, text, r);
}

BL_STATUS
bl_advanced_run(struct bl_store *store, struct bl_str text,
    const struct bl_advanced_options *options, struct bl_arena *arena,
    struct bl_advanced_result *ret_result, enum bl_advanced_code *ret_code, struct bl_err *reterr)
{
	size_t memory = options->memory == 0 ? MEMORY : options->memory;
	struct bl_advanced_result result = {.n_rows = 0};
	struct bl_advanced_run run = {.store = store,
	    .options = options,
	    .arena = bl_arena_new(memory),
	    .scratch = bl_arena_new(memory),
	    .out = arena,
	    .buf = BL_BUF_INIT(memory),
	    .reterr = reterr};
	enum bl_status status;

	assert(store != NULL && options != NULL && arena != NULL);
	if (options->timeout_ns > 0)
		run.end_ns = bl_os_tick_ns(bl_store_os(store)) + options->timeout_ns;
	if (run.arena == NULL || run.scratch == NULL)
		status = bl_advanced__no_memory(reterr);
	else
		status = bl_json_parser_new((struct bl_json_limits){0}, &run.parser, reterr);
	if (!status)
		status = run_all(&run, text, &result);
	*ret_code = status ? run.code : BL_ADVANCED_OK;
	if (!status)
		*ret_result = result;
	bl_columns_free(&run.columns);
	bl_json_parser_free(&run.parser);
	bl_buf_release(&run.buf);
	bl_arena_free(&run.scratch);
	bl_arena_free(&run.arena);
	return status;
}
