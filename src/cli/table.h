#ifndef BL_CLI_TABLE_H
#define BL_CLI_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"
#include "base/str.h"

struct bl_arena;

/* Rows of text for a person: columns as wide as their longest cell (in characters,
 * not bytes), numbers right-aligned, the last column not padded. */
struct bl_table;

struct bl_table_column {
	const char *title;
	bool number;
};

BL_STATUS bl_table_new(struct bl_arena *arena, const struct bl_table_column *columns,
    size_t n_columns, struct bl_table **ret_table, struct bl_err *reterr);
/* bl_table_row(table, cells): [n_columns], copied. */
BL_STATUS bl_table_row(struct bl_table *table, const struct bl_str *cells, struct bl_err *reterr);
/* bl_table_print(table, bold, out): titles (bold when asked) and rows. */
BL_STATUS bl_table_print(
    const struct bl_table *table, bool bold, struct bl_buf *out, struct bl_err *reterr);

/* bl_table_number(n, text): "1,234,567". */
#define BL_NUMBER_TEXT 32
const char *bl_table_number(uint64_t n, char text[BL_NUMBER_TEXT]);
/* bl_table_bytes(n, text): "1.4 GB". */
const char *bl_table_bytes(uint64_t n, char text[BL_NUMBER_TEXT]);

/* bl_table_csv(cells, n, out): one record of RFC 4180, with its line end. */
BL_STATUS bl_table_csv(
    const struct bl_str *cells, size_t n, struct bl_buf *out, struct bl_err *reterr);

#endif
