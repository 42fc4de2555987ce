/* What is there: SHOW TABLES, SHOW COLUMNS, DESCRIBE, SHOW CREATE. */
#include "base/arena.h"
#include "cli/cli.h"
#include "cli/rows_out.h"
#include "cli/session.h"
#include "cli/session_run.h"
#include "query/value.h"
#include "sql/ast.h"
#include "sql/source.h"

static enum bl_status
show_texts(struct bl_session_run *r, const struct bl_str *names, uint32_t n,
    const struct bl_str *cells, size_t n_rows)
{
	const struct bl_session *s = r->session;

	return bl_rows_out_texts(s->cli, s->form, s->output, names, n, cells, n_rows);
}

enum bl_status
bl_session_show_tables(struct bl_session_run *r)
{
	static const struct bl_str names[] = {
	    {"schema", sizeof("schema") - 1}, {"table", sizeof("table") - 1}};
	const struct bl_catalog *c = r->session->catalog;
	struct bl_err *err = &r->session->cli->err;
	struct bl_name_list list = {0};
	struct bl_str *cells;
	enum bl_status status = c->list(c->ctx, r->arena, &list, err);

	if (status != BL_OK)
		return status;
	cells = bl_new(r->arena, struct bl_str, list.n * 2);
	if (cells == NULL)
		return bl_fail(err, BL_ENOMEM, "no memory for the tables' names");
	for (size_t i = 0; i < list.n; i++) {
		cells[2 * i] = list.schemas[i];
		cells[2 * i + 1] = list.names[i];
	}
	return show_texts(r, names, 2, cells, list.n);
}

static const struct bl_str column_names[] = {{"column", sizeof("column") - 1},
    {"type", sizeof("type") - 1}, {"shown by *", sizeof("shown by *") - 1}};

static enum bl_status
show_source(struct bl_session_run *r, const struct bl_source *source)
{
	struct bl_str *cells = bl_new(r->arena, struct bl_str, (size_t)source->n_columns * 3);

	if (cells == NULL)
		return bl_fail(&r->session->cli->err, BL_ENOMEM, "no memory for the columns");
	for (uint32_t i = 0; i < source->n_columns; i++) {
		char text[BL_TYPE_TEXT];

		cells[3 * (size_t)i] = source->columns[i].name;
		if (bl_str_dup(r->arena,
			bl_str_of(bl_value_type_name(source->columns[i].type, text)),
			&cells[3 * (size_t)i + 1]) != BL_OK)
			return bl_fail(
			    &r->session->cli->err, BL_ENOMEM, "no memory for the columns");
		cells[3 * (size_t)i + 2] = source->columns[i].hidden ? BL_STR("no") : BL_STR("yes");
	}
	return show_texts(r, column_names, 3, cells, source->n_columns);
}

static enum bl_status
find(struct bl_session_run *r, struct bl_found *ret_found)
{
	const struct bl_catalog *c = r->session->catalog;
	const struct bl_statement *st = r->statement;
	enum bl_status status = c->find(c->ctx, st->schema.text, st->name.text,
	    &(struct bl_as_of){0}, r->arena, ret_found, &r->session->cli->err);

	if (status != BL_OK && r->session->cli->err.line == 0) {
		r->session->cli->err.line = st->name.line;
		r->session->cli->err.column = st->name.column;
	}
	return status;
}

static enum bl_status
show_bound_view(struct bl_session_run *r, struct bl_str view)
{
	struct bl_session *s = r->session;
	struct bl_statement *st = NULL;
	struct bl_str rest, *cells;
	const struct bl_bind_options options = {.catalog = s->catalog, .now_ns = s->now_ns};
	enum bl_status status = bl_sql_parse(view, s->now_ns, r->arena, &st, &rest, &s->cli->err);

	if (status == BL_OK)
		status = bl_sql_bind(st->query, &options, r->arena, &r->bound, &s->cli->err);
	if (status != BL_OK)
		return status;
	cells = bl_new(r->arena, struct bl_str, (size_t)r->bound.plan->n_slots * 3);
	if (cells == NULL)
		return bl_fail(&s->cli->err, BL_ENOMEM, "no memory for the columns");
	for (uint32_t i = 0; i < r->bound.plan->n_slots; i++) {
		char text[BL_TYPE_TEXT];

		cells[3 * (size_t)i] = r->bound.names[i];
		cells[3 * (size_t)i + 2] = BL_STR("yes");
		if (bl_str_dup(r->arena,
			bl_str_of(bl_value_type_name(r->bound.plan->types[i], text)),
			&cells[3 * (size_t)i + 1]) != BL_OK)
			return bl_fail(&s->cli->err, BL_ENOMEM, "no memory for the columns");
	}
	return show_texts(r, column_names, 3, cells, r->bound.plan->n_slots);
}

enum bl_status
bl_session_show_columns(struct bl_session_run *r)
{
	struct bl_found found = {0};
	enum bl_status status = find(r, &found);

	if (status != BL_OK)
		return status;
	return found.source != NULL ? show_source(r, found.source) : show_bound_view(r, found.view);
}

enum bl_status
bl_session_show_create(struct bl_session_run *r)
{
	static const struct bl_str names[] = {{"statement", sizeof("statement") - 1}};
	struct bl_found found = {0};
	enum bl_status status = find(r, &found);

	if (status == BL_OK && found.definition.ptr == NULL)
		return bl_fail_pos(&r->session->cli->err, BL_ENOTFOUND, r->statement->name.line,
		    r->statement->name.column,
		    "%.*s is built in: no statement made it; DESCRIBE tells its columns",
		    BL_STR_ARG(r->statement->name.text));
	return status == BL_OK ? show_texts(r, names, 1, &found.definition, 1) : status;
}
