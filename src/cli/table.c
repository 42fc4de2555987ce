#include "cli/table.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"

struct row {
	struct row *next;
	struct bl_str *cells;
};

struct bl_table {
	struct bl_arena *arena;
	const struct bl_table_column *columns;
	size_t n_columns;
	struct row *first, **end;
};

/* Terminal cells of a text: bytes that begin a character (good enough for ids and German). */
static size_t
width(struct bl_str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
	return n;
}

enum bl_status
bl_table_new(struct bl_arena *arena, const struct bl_table_column *columns, size_t n_columns,
    struct bl_table **ret_table, struct bl_err *reterr)
{
	struct bl_table *t = bl_new(arena, struct bl_table, 1);

	if (t == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for a table");
	*t = (struct bl_table){.arena = arena, .columns = columns, .n_columns = n_columns};
	t->end = &t->first;
	*ret_table = t;
	return BL_OK;
}

enum bl_status
bl_table_row(struct bl_table *table, const struct bl_str *cells, struct bl_err *reterr)
{
	struct row *row = bl_new(table->arena, struct row, 1);

	if (row != NULL)
		row->cells = bl_new(table->arena, struct bl_str, table->n_columns);
	if (row == NULL || row->cells == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for a table");
	for (size_t i = 0; i < table->n_columns; i++) {
		char *p = bl_new(table->arena, char, cells[i].len);

		if (p == NULL)
			return bl_fail(reterr, BL_ENOMEM, "no memory for a table");
		for (size_t k = 0; k < cells[i].len; k++) {
			unsigned char c = (unsigned char)cells[i].ptr[k];

			/* A name from AWS must not move the cursor. */
			p[k] = '?';
			if (c >= 0x20 && c != 0x7f)
				p[k] = (char)c;
		}
		row->cells[i] = (struct bl_str){p, cells[i].len};
	}
	*table->end = row;
	table->end = &row->next;
	return BL_OK;
}

static enum bl_status
print_cell(struct bl_str cell, size_t wide, bool right, bool last, struct bl_buf *out,
    struct bl_err *reterr)
{
	size_t pad = wide > width(cell) ? wide - width(cell) : 0;
	enum bl_status status = BL_OK;

	if (right)
		status = bl_buf_printf(out, reterr, "%*s", (int)pad, "");
	if (status == BL_OK)
		status = bl_buf_add(out, cell, reterr);
	if (status == BL_OK && !right && !last)
		status = bl_buf_printf(out, reterr, "%*s", (int)pad, "");
	if (status == BL_OK)
		status = bl_buf_add(out, last ? BL_STR("\n") : BL_STR("  "), reterr);
	return status;
}

enum bl_status
bl_table_print(const struct bl_table *table, bool bold, struct bl_buf *out, struct bl_err *reterr)
{
	size_t *wide = bl_new(table->arena, size_t, table->n_columns);
	enum bl_status status = BL_OK;

	if (wide == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for a table");
	for (size_t i = 0; i < table->n_columns; i++)
		wide[i] = width(bl_str_of(table->columns[i].title));
	for (const struct row *r = table->first; r != NULL; r = r->next)
		for (size_t i = 0; i < table->n_columns; i++)
			if (width(r->cells[i]) > wide[i])
				wide[i] = width(r->cells[i]);
	if (bold)
		status = bl_buf_add(out, BL_STR("\033[1m"), reterr);
	for (size_t i = 0; i < table->n_columns && status == BL_OK; i++)
		status = print_cell(bl_str_of(table->columns[i].title), wide[i],
		    table->columns[i].number, i + 1 == table->n_columns, out, reterr);
	if (bold && status == BL_OK)
		status = bl_buf_add(out, BL_STR("\033[0m"), reterr);
	for (const struct row *r = table->first; r != NULL && status == BL_OK; r = r->next)
		for (size_t i = 0; i < table->n_columns && status == BL_OK; i++)
			status = print_cell(r->cells[i], wide[i], table->columns[i].number,
			    i + 1 == table->n_columns, out, reterr);
	return status;
}

const char *
bl_table_number(uint64_t n, char text[BL_NUMBER_TEXT])
{
	char plain[BL_NUMBER_TEXT];
	int len = snprintf(plain, sizeof(plain), "%" PRIu64, n);
	size_t k = 0;

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			text[k++] = ',';
		text[k++] = plain[i];
	}
	text[k] = '\0';
	return text;
}

const char *
bl_table_bytes(uint64_t n, char text[BL_NUMBER_TEXT])
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
	double v = (double)n;
	size_t u = 0;

	while (v >= 999.5 && u + 1 < sizeof(units) / sizeof(units[0])) {
		v /= 1000;
		u++;
	}
	(void)snprintf(
	    text, BL_NUMBER_TEXT, u == 0 || v >= 99.5 ? "%.0f %s" : "%.1f %s", v, units[u]);
	return text;
}

enum bl_status
bl_table_csv(const struct bl_str *cells, size_t n, struct bl_buf *out, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	for (size_t i = 0; i < n && status == BL_OK; i++) {
		status = bl_buf_add_csv(out, cells[i], reterr);
		if (status == BL_OK)
			status = bl_buf_add(out, i + 1 < n ? BL_STR(",") : BL_STR("\r\n"), reterr);
	}
	return status;
}
