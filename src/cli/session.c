#include "cli/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "cli/cli.h"
#include "cli/load.h"
#include "cli/session_run.h"
#include "os/os.h"
#include "query/value.h"
#include "sql/ast.h"
#include "sql/exec.h"
#include "sql/plan.h"
#include "sql/source.h"
#include "store/store.h"
#include "tables/tables.h"

#define STATEMENT_BYTES ((size_t)256 << 20) /* Trees and plans; what a query keeps is apart. */
#define SHOWN_LINE 160

/* ---- Options. -------------------------------------------------------------------- */

/* ${text} is digits and one of the units; their factor. */
static bool
read_unit(const char *text, const char *const *units, const uint64_t *factors, size_t n_units,
    uint64_t *ret_n)
{
	size_t digits = strspn(text, "0123456789");
	int64_t n = 0;

	if (digits == 0 || !bl_str_to_i64((struct bl_str){text, digits}, &n))
		return false;
	for (size_t i = 0; i < n_units; i++)
		if (bl_str_eq_ci(bl_str_of(text + digits), bl_str_of(units[i])))
			return !__builtin_mul_overflow((uint64_t)n, factors[i], ret_n) &&
			       *ret_n > 0 && *ret_n <= INT64_MAX;
	return false;
}

bool
bl_session_bytes(const char *text, size_t *ret_n)
{
	static const char *const units[] = {"", "B", "K", "kB", "M", "MB", "G", "GB"};
	static const uint64_t factors[] = {1, 1, (uint64_t)1 << 10, 1000, (uint64_t)1 << 20,
	    1000000, (uint64_t)1 << 30, 1000000000};
	uint64_t n;

	if (!read_unit(text, units, factors, 8, &n))
		return false;
	*ret_n = (size_t)n;
	return true;
}

bool
bl_session_time(const char *text, int64_t *ret_ns)
{
	static const char *const units[] = {"ms", "s", "m", "min", "h", ""};
	static const uint64_t factors[] = {1000000, 1000000000, (uint64_t)60 * 1000000000,
	    (uint64_t)60 * 1000000000, (uint64_t)3600 * 1000000000, 1000000000};
	uint64_t n;

	if (!read_unit(text, units, factors, 6, &n))
		return false;
	*ret_ns = (int64_t)n;
	return true;
}

enum bl_status
bl_session_params(struct bl_cli *cli, const struct bl_str **ret_names,
    const struct bl_value **ret_values, uint32_t *ret_n)
{
	struct bl_str rest = bl_str_of(bl_cli_value(cli, "param")), part;
	struct bl_str *names;
	struct bl_value *values;
	size_t cap = 1;
	uint32_t n = 0;

	for (size_t i = 0; i < rest.len; i++)
		cap += rest.ptr[i] == ',';
	names = bl_new(cli->arena, struct bl_str, cap);
	values = bl_new(cli->arena, struct bl_value, cap);
	if (names == NULL || values == NULL)
		return bl_fail(&cli->err, BL_ENOMEM, "no memory for the parameters");
	while (rest.ptr != NULL && bl_str_split(&rest, ',', &part)) {
		size_t equals = bl_str_find_byte(part, '=');

		if (equals == SIZE_MAX || equals == 0)
			return bl_fail(&cli->err, BL_EUSAGE, "--param wants NAME=VALUE, not '%.*s'",
			    BL_STR_ARG(part));
		names[n] = bl_str_trim(bl_str_sub(part, 0, equals));
		values[n++] = bl_value_varchar(bl_str_sub(part, equals + 1, part.len));
	}
	*ret_names = names;
	*ret_values = values;
	*ret_n = n;
	return BL_OK;
}

static enum bl_status
read_limits(struct bl_session *s)
{
	struct bl_cli *cli = s->cli;
	const char *memory = bl_cli_value(cli, "memory"), *timeout = bl_cli_value(cli, "timeout");

	s->memory = (size_t)1 << 30;
	if (memory != NULL && !bl_session_bytes(memory, &s->memory))
		return bl_fail(&cli->err, BL_EUSAGE,
		    "--memory wants a size such as 512MB or 2G, not '%s'", memory);
	if (timeout != NULL && !bl_session_time(timeout, &s->timeout_ns))
		return bl_fail(&cli->err, BL_EUSAGE,
		    "--timeout wants a time such as 30s or 5m, not '%s'", timeout);
	return BL_OK;
}

static enum bl_status
read_moments(struct bl_session *s)
{
	struct bl_cli *cli = s->cli;
	const char *at = bl_cli_value(cli, "at");
	enum bl_status status = BL_OK;

	s->at_ns = BL_INSTANT_MAX;
	s->now_ns = bl_os_now_ns(cli->os);
	if (bl_cli_value(cli, "now") != NULL)
		status = bl_load_instant(cli, "now", &s->now_ns);
	if (status == BL_OK && at != NULL && strcmp(at, "last") != 0)
		status = bl_load_instant(cli, "at", &s->at_ns);
	return status;
}

static enum bl_status
open_tables(struct bl_session *s)
{
	const struct bl_tables_options options = {.at_ns = s->at_ns,
	    .known_position = s->known_position,
	    .now_ns = s->now_ns,
	    .keep = s->keep};
	enum bl_status status = bl_tables_new(s->store, &options, &s->tables, &s->cli->err);

	if (status == BL_OK)
		s->catalog = bl_tables_catalog(s->tables);
	return status;
}

enum bl_status
bl_session_open(struct bl_cli *cli, struct bl_session *ret_session)
{
	struct bl_session *s = ret_session;
	enum bl_status status;

	*s = (struct bl_session){.cli = cli, .output = bl_cli_value(cli, "output"), .keep = true};
	status = bl_rows_form_of(cli, s->output, &s->form);
	if (status == BL_OK)
		status = read_limits(s);
	if (status == BL_OK)
		status = read_moments(s);
	if (status == BL_OK)
		status = bl_session_params(cli, &s->param_names, &s->params, &s->n_params);
	if (status == BL_OK)
		status = bl_cli_open_store(cli, BL_STORE_READ, &s->store);
	if (status == BL_OK)
		status = bl_load_known_at(cli, s->store, &s->known_position);
	return status == BL_OK ? open_tables(s) : status;
}

enum bl_status
bl_session_moment(struct bl_session *session, int64_t at_ns)
{
	bl_tables_free(&session->tables);
	session->at_ns = at_ns;
	return open_tables(session);
}

void
bl_session_close(struct bl_session *session)
{
	bl_tables_free(&session->tables);
	bl_store_close(&session->store);
}

/* ---- Errors. --------------------------------------------------------------------- */

/* The line of a text, without its end; absent behind the last. */
static struct bl_str
line_of(struct bl_str text, uint32_t line)
{
	struct bl_str rest = text, part = {0};

	for (uint32_t i = 0; i < line; i++)
		if (rest.ptr == NULL || !bl_str_split(&rest, '\n', &part))
			return (struct bl_str){0};
	return part;
}

void
bl_session_tell(const struct bl_session *session, struct bl_str name, struct bl_str text)
{
	const struct bl_err *err = &session->cli->err;
	struct bl_str line = err->line > 0 ? line_of(text, err->line) : (struct bl_str){0};
	char mark[SHOWN_LINE + 1];
	size_t column = err->column > 0 ? err->column - 1 : 0;

	if (err->line == 0) {
		bl_cli_error(session->cli, "%s", err->text);
		return;
	}
	bl_cli_error(session->cli, "%.*s%s%u:%u: %s", BL_STR_ARG(name), name.len > 0 ? ":" : "",
	    err->line, err->column, err->text);
	if (line.len == 0 || line.len >= SHOWN_LINE || column > line.len)
		return;
	for (size_t i = 0; i < column; i++)
		mark[i] = line.ptr[i] == '\t' ? '\t' : ' ';
	mark[column] = '^';
	mark[column + 1] = '\0';
	(void)fprintf(stderr, "    %.*s\n    %s\n", BL_STR_ARG(line), mark);
}

static void
tell_notes(const struct bl_session *s, const struct bl_sql_note *note)
{
	for (; note != NULL; note = note->next)
		bl_cli_note(
		    s->cli, "note: %u:%u: %.*s", note->line, note->column, BL_STR_ARG(note->text));
}

/* ---- Statements. ----------------------------------------------------------------- */

static enum bl_status
bind(struct bl_session_run *r)
{
	const struct bl_session *s = r->session;
	const struct bl_bind_options options = {.catalog = s->catalog,
	    .now_ns = s->now_ns,
	    .params = s->params,
	    .param_names = s->param_names,
	    .n_params = s->n_params};
	enum bl_status status =
	    bl_sql_bind(r->statement->query, &options, r->arena, &r->bound, &s->cli->err);

	if (status == BL_OK)
		tell_notes(s, r->bound.notes);
	return status;
}

static enum bl_status
start(struct bl_session_run *r)
{
	const struct bl_session *s = r->session;
	const struct bl_exec_options options = {.memory = s->memory,
	    .timeout_ns = s->timeout_ns,
	    .cancel = s->cancel,
	    .params = s->params,
	    .timing = r->statement->analyze};

	return bl_exec_open(&r->bound, &options, &r->exec, &s->cli->err);
}

/* All batches; into ${out} when there is one. */
static enum bl_status
drain(struct bl_session_run *r)
{
	struct bl_batch batch;
	bool end = false;
	enum bl_status status = BL_OK;

	while (!end && status == BL_OK) {
		status = bl_exec_next(r->exec, &batch, &end, &r->session->cli->err);
		if (status == BL_OK && r->out != NULL)
			status = bl_rows_out_batch(r->out, &batch);
	}
	return status;
}

static enum bl_status
run_query(struct bl_session_run *r)
{
	struct bl_session *s = r->session;
	const struct bl_plan *plan = r->bound.plan;
	int64_t begin_ns = bl_os_tick_ns(s->cli->os);
	enum bl_status status = start(r);

	if (status == BL_OK)
		status = bl_rows_out_open(s->cli, s->form, s->output, r->bound.names, plan->types,
		    plan->n_slots, &r->out);
	if (status == BL_OK)
		status = drain(r);
	if (status == BL_OK)
		status = bl_rows_out_end(r->out);
	if (status == BL_OK && (s->timing || s->output != NULL))
		bl_cli_note(s->cli, "%llu row%s%s%s in %.1f ms",
		    (unsigned long long)bl_rows_out_count(r->out),
		    bl_rows_out_count(r->out) == 1 ? "" : "s", s->output != NULL ? " to " : "",
		    s->output != NULL ? s->output : "",
		    (double)(bl_os_tick_ns(s->cli->os) - begin_ns) / 1e6);
	return status;
}

static enum bl_status
run_explain(struct bl_session_run *r)
{
	struct bl_session *s = r->session;
	const struct bl_plan_stats *stats = NULL;
	struct bl_str text;
	enum bl_status status = BL_OK;

	if (r->statement->analyze) {
		status = start(r);
		if (status == BL_OK)
			status = drain(r);
		if (status == BL_OK)
			stats = bl_exec_stats(r->exec);
	}
	if (status == BL_OK)
		status = bl_plan_text(&r->bound, stats, r->arena, &text, &s->cli->err);
	if (status == BL_OK)
		bl_cli_write(text);
	return status;
}

static enum bl_status
define(struct bl_session_run *r, struct bl_str text)
{
	const struct bl_catalog *c = r->session->catalog;
	struct bl_str note = {0};
	enum bl_status status = c->define(c->ctx, r->statement, text, &note, &r->session->cli->err);

	if (status == BL_OK && note.ptr != NULL)
		bl_cli_note(r->session->cli, "%.*s", BL_STR_ARG(note));
	return status;
}

static enum bl_status
run_statement(struct bl_session_run *r, struct bl_str text)
{
	enum bl_status status = BL_OK;

	switch (r->statement->kind) {
	case BL_STATEMENT_QUERY: status = bind(r); return status == BL_OK ? run_query(r) : status;
	case BL_STATEMENT_EXPLAIN:
		status = bind(r);
		return status == BL_OK ? run_explain(r) : status;
	case BL_STATEMENT_VIEW:
	case BL_STATEMENT_TABLE:
	case BL_STATEMENT_DATABASE:
	case BL_STATEMENT_DROP: return define(r, text);
	case BL_STATEMENT_SHOW_TABLES: return bl_session_show_tables(r);
	case BL_STATEMENT_SHOW_COLUMNS: return bl_session_show_columns(r);
	case BL_STATEMENT_SHOW_CREATE: return bl_session_show_create(r);
	}
	return status;
}

/* Places in a text that is not the first statement count from the beginning of all. */
static void
shift_error(struct bl_err *err, struct bl_str all, struct bl_str rest)
{
	size_t before = (size_t)(rest.ptr - all.ptr), line_start = 0;
	uint32_t lines = 0;

	if (err->line == 0)
		return;
	for (size_t i = 0; i < before; i++)
		if (all.ptr[i] == '\n') {
			lines++;
			line_start = i + 1;
		}
	if (err->line == 1)
		err->column += (uint32_t)(before - line_start);
	err->line += lines;
}

/* One statement of ${all}, which begins at ${text}. */
static enum bl_status
run_one(struct bl_session *s, struct bl_str all, struct bl_str text, struct bl_str *ret_rest)
{
	struct bl_session_run r = {.session = s, .arena = bl_arena_new(STATEMENT_BYTES)};
	struct bl_statement *statement = NULL;
	struct bl_str own = text;
	enum bl_status status;

	if (r.arena == NULL)
		return bl_fail(&s->cli->err, BL_ENOMEM, "no memory for the statement");
	status = bl_sql_parse(text, s->now_ns, r.arena, &statement, ret_rest, &s->cli->err);
	if (status == BL_OK) {
		if (ret_rest->ptr != NULL)
			own = bl_str_sub(text, 0, (size_t)(ret_rest->ptr - text.ptr));
		r.statement = statement;
		status = run_statement(&r, bl_str_trim(own));
	}
	if (status != BL_OK)
		shift_error(&s->cli->err, all, text);
	bl_rows_out_free(&r.out);
	bl_exec_close(&r.exec);
	bl_arena_free(&r.arena);
	return status;
}

/* Is there anything but blanks, comments and ';'? */
static bool
is_empty(struct bl_str text)
{
	while (text.len > 0) {
		size_t end = 1;

		if (bl_str_starts(text, BL_STR("--"))) {
			end = bl_str_find_byte(text, '\n');
			end = end == SIZE_MAX ? text.len : end;
		} else if (strchr(" \t\r\n;", text.ptr[0]) == NULL) {
			return false;
		}
		text = bl_str_sub(text, end, text.len);
	}
	return true;
}

enum bl_status
bl_session_run(struct bl_session *session, struct bl_str name, struct bl_str text)
{
	struct bl_str rest = text;
	enum bl_status status = BL_OK;

	while (status == BL_OK && rest.ptr != NULL && !is_empty(rest)) {
		struct bl_str next = {0};

		status = run_one(session, text, rest, &next);
		rest = next;
	}
	if (status != BL_OK)
		bl_session_tell(session, name, text);
	return status;
}
