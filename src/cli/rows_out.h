#ifndef BL_CLI_ROWS_OUT_H
#define BL_CLI_ROWS_OUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"
#include "query/value.h"
#include "sql/batch.h"

struct bl_cli;

/*
 * The rows of a query: to standard output or into a file, as a table, CSV, JSON (one array of
 * objects) or NDJSON.  A table is laid out by its first 1,000 rows; the other forms are written as
 * they come, so that a large result needs no memory.
 */
enum bl_rows_form { BL_ROWS_TABLE, BL_ROWS_JSON, BL_ROWS_NDJSON, BL_ROWS_CSV };

struct bl_rows_out;

/* bl_rows_form_of(cli, path, &form): --format, or what the path's end says (.csv, .json, .ndjson).
 * ${path} NULL: standard output. */
BL_STATUS bl_rows_form_of(struct bl_cli *cli, const char *path, enum bl_rows_form *ret_form);

/* bl_rows_out_open(cli, form, path, names, types, n, &out): ${names} and ${types} outlive it.  A
 * file appears under its name when all rows are in it (close); an existing one is replaced. */
BL_STATUS bl_rows_out_open(struct bl_cli *cli, enum bl_rows_form form, const char *path,
    const struct bl_str *names, const struct bl_datatype *types, uint32_t n,
    struct bl_rows_out **ret_out);
BL_STATUS bl_rows_out_batch(struct bl_rows_out *out, const struct bl_batch *batch);
/* bl_rows_out_end(out): the rest, and the file's name. */
BL_STATUS bl_rows_out_end(struct bl_rows_out *out);
uint64_t bl_rows_out_count(const struct bl_rows_out *out);
/* bl_rows_out_free(&out): without an end before, the file is removed. */
void bl_rows_out_free(struct bl_rows_out **out);

/* bl_rows_out_texts(cli, form, path, names, n, cells, n_rows): a whole result of texts;
 * ${cells}: [n_rows * n], absent: NULL.  n at most 8. */
BL_STATUS bl_rows_out_texts(struct bl_cli *cli, enum bl_rows_form form, const char *path,
    const struct bl_str *names, uint32_t n, const struct bl_str *cells, size_t n_rows);

#endif
