#include "cli/rows_out.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/table.h"
#include "cli/value_out.h"
#include "os/os.h"
#include "json/writer.h"

#define OUT_BYTES ((size_t)1 << 31)
#define FLUSH_BYTES ((size_t)1 << 18)
#define TABLE_ROWS 1000
#define CELL_CHARS 60 /* Of a table; longer ones are cut, and say so. */

struct bl_rows_out {
	struct bl_cli *cli;
	enum bl_rows_form form;
	const struct bl_str *names;
	const struct bl_datatype *types;
	uint32_t n;
	uint64_t rows;
	struct bl_arena *arena; /* The table's cells. */
	struct bl_table *table; /* Of the rows that are not printed yet. */
	bool cut;
	struct bl_buf out, cell;
	struct bl_file *file; /* NULL: standard output */
	struct bl_str path, tmp;
	bool ended;
};

enum bl_status
bl_rows_form_of(struct bl_cli *cli, const char *path, enum bl_rows_form *ret_form)
{
	static const enum bl_rows_form by_format[] = {[BL_FORMAT_TABLE] = BL_ROWS_TABLE,
	    [BL_FORMAT_JSON] = BL_ROWS_JSON,
	    [BL_FORMAT_CSV] = BL_ROWS_CSV,
	    [BL_FORMAT_NDJSON] = BL_ROWS_NDJSON};
	static const struct {
		const char *end;
		enum bl_rows_form form;
	} ends[] = {{".csv", BL_ROWS_CSV}, {".json", BL_ROWS_JSON}, {".ndjson", BL_ROWS_NDJSON},
	    {".jsonl", BL_ROWS_NDJSON}, {".txt", BL_ROWS_TABLE}};
	bool told = bl_cli_value(cli, "format") != NULL;

	*ret_form = by_format[cli->format];
	if (path == NULL || told)
		return BL_OK;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (bl_str_ends(bl_str_of(path), bl_str_of(ends[i].end))) {
			*ret_form = ends[i].form;
			return BL_OK;
		}
	return bl_fail(&cli->err, BL_EUSAGE,
	    "%s ends with none of .csv, .json, .ndjson, .txt: give --format too", path);
}

static enum bl_status
flush(struct bl_rows_out *o)
{
	enum bl_status status = BL_OK;

	if (o->file != NULL)
		status = bl_file_write(o->file, bl_buf_str(&o->out), &o->cli->err);
	else
		bl_cli_write(bl_buf_str(&o->out));
	o->out.len = 0;
	return status;
}

static enum bl_status
open_file(struct bl_rows_out *o, const char *path)
{
	struct bl_err *err = &o->cli->err;
	enum bl_status status;

	o->path = bl_str_of(path);
	status = bl_str_printf(o->cli->arena, &o->tmp, err, "%s.tmp", path);
	if (status == BL_OK)
		status = bl_os_unlink(o->cli->os, o->tmp.ptr, NULL);
	if (status == BL_OK || status == BL_ENOTFOUND)
		status = bl_os_open(o->cli->os, o->tmp.ptr, BL_OPEN_CREATE, &o->file, err);
	return status;
}

static bool
is_number(enum bl_type_kind kind)
{
	return kind == BL_TYPE_BIGINT || kind == BL_TYPE_DOUBLE;
}

static enum bl_status
begin_table(struct bl_rows_out *o)
{
	struct bl_table_column *columns = bl_new(o->arena, struct bl_table_column, o->n);

	if (columns == NULL)
		return bl_fail(&o->cli->err, BL_ENOMEM, "no memory for a table");
	for (uint32_t i = 0; i < o->n; i++) {
		char *title = bl_new(o->arena, char, o->names[i].len + 1);

		if (title == NULL)
			return bl_fail(&o->cli->err, BL_ENOMEM, "no memory for a table");
		if (o->names[i].len > 0)
			memcpy(title, o->names[i].ptr, o->names[i].len);
		columns[i] = (struct bl_table_column){title, is_number(o->types[i].kind)};
	}
	return bl_table_new(o->arena, columns, o->n, &o->table, &o->cli->err);
}

static enum bl_status
begin(struct bl_rows_out *o)
{
	switch (o->form) {
	case BL_ROWS_TABLE: return begin_table(o);
	case BL_ROWS_CSV: return bl_table_csv(o->names, o->n, &o->out, &o->cli->err);
	case BL_ROWS_JSON: return bl_buf_add(&o->out, BL_STR("["), &o->cli->err);
	case BL_ROWS_NDJSON: break;
	}
	return BL_OK;
}

enum bl_status
bl_rows_out_open(struct bl_cli *cli, enum bl_rows_form form, const char *path,
    const struct bl_str *names, const struct bl_datatype *types, uint32_t n,
    struct bl_rows_out **ret_out)
{
	struct bl_rows_out *o = bl_mem_alloc(sizeof(*o));
	enum bl_status status = BL_OK;

	if (o == NULL)
		return bl_fail(&cli->err, BL_ENOMEM, "no memory for the rows");
	*o = (struct bl_rows_out){.cli = cli,
	    .form = form,
	    .names = names,
	    .types = types,
	    .n = n,
	    .arena = bl_arena_new(OUT_BYTES),
	    .out = BL_BUF_INIT(OUT_BYTES),
	    .cell = BL_BUF_INIT(OUT_BYTES)};
	if (o->arena == NULL)
		status = bl_fail(&cli->err, BL_ENOMEM, "no memory for the rows");
	if (status == BL_OK && path != NULL)
		status = open_file(o, path);
	if (status == BL_OK)
		status = begin(o);
	if (status == BL_OK)
		*ret_out = o;
	else
		bl_rows_out_free(&o);
	return status;
}

/* ---- Rows. ----------------------------------------------------------------------- */

/* A cell of a table: cut at CELL_CHARS characters when there is a right neighbour. */
static void
cut_cell(struct bl_rows_out *o)
{
	size_t chars = 0;

	for (size_t i = 0; i < o->cell.len; i++) {
		if (((unsigned char)o->cell.ptr[i] & 0xc0) == 0x80)
			continue;
		if (++chars > CELL_CHARS) {
			o->cell.len = i;
			o->cut = true;
			(void)!bl_buf_add(&o->cell, BL_STR("..."), NULL);
			return;
		}
	}
}

static enum bl_status
text_cells(struct bl_rows_out *o, const struct bl_batch *b, uint32_t row, struct bl_str *cells,
    struct bl_arena *arena)
{
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; i < o->n && status == BL_OK; i++) {
		const struct bl_value *v = bl_vector_at(&b->columns[i], row);

		cells[i] = o->form == BL_ROWS_TABLE ? BL_STR("NULL") : (struct bl_str){0};
		if (v->null)
			continue;
		o->cell.len = 0;
		status = bl_value_out(&o->types[i], v, &o->cell, &o->cli->err);
		if (status == BL_OK && o->form == BL_ROWS_TABLE && i + 1 < o->n)
			cut_cell(o);
		if (status == BL_OK && bl_str_dup(arena, bl_buf_str(&o->cell), &cells[i]) != BL_OK)
			status = bl_fail(&o->cli->err, BL_ENOMEM, "no memory for a row");
	}
	return status;
}

static enum bl_status
print_table(struct bl_rows_out *o)
{
	enum bl_status status;

	status = bl_table_print(o->table, o->cli->color && o->file == NULL, &o->out, &o->cli->err);
	return status == BL_OK ? flush(o) : status;
}

/* Behind the first rows: a further table with titles, so that columns stay together. */
static enum bl_status
next_table(struct bl_rows_out *o)
{
	enum bl_status status = print_table(o);

	bl_arena_reset(o->arena);
	return status == BL_OK ? begin_table(o) : status;
}

/* A record of RFC 4180.  NULL is an empty field, an empty text is "": as Athena writes them. */
static enum bl_status
add_record(struct bl_rows_out *o, const struct bl_str *cells)
{
	struct bl_err *err = &o->cli->err;
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; i < o->n && status == BL_OK; i++) {
		if (cells[i].ptr != NULL && cells[i].len == 0)
			status = bl_buf_add(&o->out, BL_STR("\"\""), err);
		else if (cells[i].ptr != NULL)
			status = bl_buf_add_csv(&o->out, cells[i], err);
		if (status == BL_OK)
			status =
			    bl_buf_add(&o->out, i + 1 < o->n ? BL_STR(",") : BL_STR("\r\n"), err);
	}
	return status;
}

static enum bl_status
add_text(struct bl_rows_out *o, const struct bl_batch *b, uint32_t row)
{
	struct bl_arena_mark mark = bl_arena_mark(o->arena);
	struct bl_str *cells = bl_new(o->arena, struct bl_str, o->n);
	enum bl_status status =
	    cells == NULL ? bl_fail(&o->cli->err, BL_ENOMEM, "no memory for a row") : BL_OK;

	if (status == BL_OK)
		status = text_cells(o, b, row, cells, o->arena);
	if (status == BL_OK && o->form == BL_ROWS_TABLE)
		return bl_table_row(o->table, cells, &o->cli->err);
	if (status == BL_OK)
		status = add_record(o, cells);
	bl_arena_rewind(o->arena, mark);
	return status;
}

static enum bl_status
add_json(struct bl_rows_out *o, const struct bl_batch *b, uint32_t row)
{
	struct bl_json_w w;
	enum bl_status status;

	if (o->form == BL_ROWS_JSON) {
		status =
		    bl_buf_add(&o->out, o->rows > 0 ? BL_STR(",\n") : BL_STR("\n"), &o->cli->err);
		if (status != BL_OK)
			return status;
	}
	bl_json_w_begin(&w, &o->out, 0);
	bl_json_w_object(&w);
	for (uint32_t i = 0; i < o->n; i++) {
		bl_json_w_key_str(&w, o->names[i]);
		bl_value_out_json(&w, &o->types[i], bl_vector_at(&b->columns[i], row));
	}
	bl_json_w_close(&w);
	status = bl_json_w_end(&w, &o->cli->err);
	if (status == BL_OK && o->form == BL_ROWS_NDJSON)
		status = bl_buf_add_byte(&o->out, '\n', &o->cli->err);
	return status;
}

enum bl_status
bl_rows_out_batch(struct bl_rows_out *out, const struct bl_batch *batch)
{
	enum bl_status status = BL_OK;

	for (uint32_t row = 0; row < batch->n && status == BL_OK; row++) {
		if (out->form == BL_ROWS_TABLE && out->rows > 0 && out->rows % TABLE_ROWS == 0)
			status = next_table(out);
		if (status != BL_OK)
			break;
		status = out->form == BL_ROWS_JSON || out->form == BL_ROWS_NDJSON
			     ? add_json(out, batch, row)
			     : add_text(out, batch, row);
		out->rows++;
		if (status == BL_OK && out->out.len > FLUSH_BYTES)
			status = flush(out);
	}
	return status;
}

enum bl_status
bl_rows_out_end(struct bl_rows_out *out)
{
	struct bl_err *err = &out->cli->err;
	enum bl_status status = BL_OK;

	if (out->form == BL_ROWS_TABLE)
		status = print_table(out);
	if (out->form == BL_ROWS_JSON)
		status =
		    bl_buf_add(&out->out, out->rows > 0 ? BL_STR("\n]\n") : BL_STR("]\n"), err);
	if (status == BL_OK)
		status = flush(out);
	if (status == BL_OK && out->file != NULL) {
		status = bl_file_sync(out->file, err);
		bl_file_close(&out->file);
		if (status == BL_OK)
			status = bl_os_rename(out->cli->os, out->tmp.ptr, out->path.ptr, err);
	}
	if (status == BL_OK && out->cut)
		bl_cli_note(out->cli,
		    "cells longer than %d characters were cut; --format csv or json has them whole",
		    CELL_CHARS);
	out->ended = status == BL_OK;
	return status;
}

uint64_t
bl_rows_out_count(const struct bl_rows_out *out)
{
	return out->rows;
}

void
bl_rows_out_free(struct bl_rows_out **out)
{
	struct bl_rows_out *o = *out;

	if (o == NULL)
		return;
	bl_file_close(&o->file);
	if (!o->ended && o->tmp.ptr != NULL)
		(void)!bl_os_unlink(o->cli->os, o->tmp.ptr, NULL);
	bl_buf_release(&o->out);
	bl_buf_release(&o->cell);
	bl_arena_free(&o->arena);
	bl_mem_free(o);
	*out = NULL;
}

#define TEXT_COLUMNS 8

enum bl_status
bl_rows_out_texts(struct bl_cli *cli, enum bl_rows_form form, const char *path,
    const struct bl_str *names, uint32_t n, const struct bl_str *cells, size_t n_rows)
{
	struct bl_datatype types[TEXT_COLUMNS];
	struct bl_value values[TEXT_COLUMNS];
	struct bl_vector columns[TEXT_COLUMNS];
	struct bl_batch batch = {.n = 1, .columns = columns, .n_columns = n};
	struct bl_rows_out *out = NULL;
	enum bl_status status;

	assert(n <= TEXT_COLUMNS);
	for (uint32_t i = 0; i < n; i++) {
		types[i] = *bl_type_of(BL_TYPE_VARCHAR);
		columns[i] = (struct bl_vector){.values = &values[i], .n_values = 1};
	}
	status = bl_rows_out_open(cli, form, path, names, types, n, &out);
	for (size_t row = 0; row < n_rows && status == BL_OK; row++) {
		for (uint32_t i = 0; i < n; i++) {
			values[i] = bl_value_varchar(cells[row * n + i]);
			values[i].null = cells[row * n + i].ptr == NULL;
		}
		status = bl_rows_out_batch(out, &batch);
	}
	if (status == BL_OK)
		status = bl_rows_out_end(out);
	bl_rows_out_free(&out);
	return status;
}
