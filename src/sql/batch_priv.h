#ifndef BL_SQL_BATCH_PRIV_H
#define BL_SQL_BATCH_PRIV_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "query/value.h"
#include "sql/batch.h"

struct bl_arena;

/*
 * What operators do with values and vectors.  Private to this folder.
 */

/* bl_batch__same(a, b): not distinct: NULLs are the same, numbers by their value (1 = 1.0), JSON
 * by what it holds.  bl_batch__hash: the same for what is the same. */
bool bl_batch__same(const struct bl_value *a, const struct bl_value *b);
uint64_t bl_batch__hash(const struct bl_value *value);

/* bl_batch__order(a, b, &order): of two values that are not NULL; false when they have none. */
bool bl_batch__order(const struct bl_value *a, const struct bl_value *b, int *ret_order);

/* bl_batch__dup(arena, value, &copy): with all that it points to.  BL_ENOMEM. */
BL_STATUS bl_batch__dup(struct bl_arena *arena, const struct bl_value *value,
    struct bl_value *ret_copy, struct bl_err *reterr);

/* bl_batch__no_memory(reterr): BL_ENOMEM, in words. */
BL_STATUS bl_batch__no_memory(struct bl_err *reterr);

/* bl_batch__grow(arena, old, n, &cap, size): room for n + 1 objects; old is copied when it moves.
 * NULL: no memory. */
void *bl_batch__grow(struct bl_arena *arena, void *old, uint64_t n, uint64_t *cap, size_t size);

/* bl_batch__gather(in, rows, n, arena, &out): the rows of that many numbers, by codes. */
BL_STATUS bl_batch__gather(const struct bl_batch *in, const uint32_t *rows, uint32_t n,
    struct bl_arena *arena, struct bl_batch *ret_out, struct bl_err *reterr);
BL_STATUS bl_batch__gather_vector(const struct bl_vector *in, const uint32_t *rows, uint32_t n,
    struct bl_arena *arena, struct bl_vector *ret_out, struct bl_err *reterr);

/* bl_batch__constant(value, n, arena, &out): the same value n times. */
BL_STATUS bl_batch__constant(const struct bl_value *value, uint32_t n, struct bl_arena *arena,
    struct bl_vector *ret_out, struct bl_err *reterr);

/*
 * Tuples of codes as one number each, so that what is known of a tuple is an array's element.
 */
#define BL_CELLS_COLUMNS 8u
#define BL_CELLS_MANY (UINT32_C(1) << 20)
struct bl_cells {
	uint64_t dictionary[BL_CELLS_COLUMNS];
	uint32_t bits[BL_CELLS_COLUMNS];
	uint32_t n_columns;
	uint32_t n_cells;    /* What cells are below. */
	uint64_t generation; /* Another one: what cells stood for is void. */
};
/* bl_cells__of(cells, columns, n_columns, n, room, &cell): [n] cells of the rows; ${room}: [n] for
 * them, of the caller.  false: not all are CODED, or too many cells. */
bool bl_cells__of(struct bl_cells *cells, const struct bl_vector *const *columns,
    uint32_t n_columns, uint32_t n, uint32_t *room, const uint32_t **ret_cell);

/*
 * Rows that are kept: blocks of columns, CODED ones as codes.  A row's number is its block's
 * times BL_BATCH_ROWS and its place there.
 */
struct bl_rows_block {
	struct bl_vector *columns;
	uint32_t n;
};
struct bl_rows_keeper;
struct bl_rows {
	struct bl_arena *arena;
	uint64_t *dictionaries; /* The counter that new dictionaries are numbered from. */
	uint32_t n_columns;
	struct bl_rows_keeper *keepers;
	struct bl_rows_block *blocks;
	uint64_t n_blocks, cap_blocks;
	uint64_t n; /* Rows. */
};
BL_STATUS bl_rows__init(struct bl_rows *rows, struct bl_arena *arena, uint64_t *dictionaries,
    uint32_t n_columns, struct bl_err *reterr);
/* bl_rows__add(rows, columns, n, reterr): [n_columns] vectors of n rows. */
BL_STATUS bl_rows__add(
    struct bl_rows *rows, const struct bl_vector *columns, uint32_t n, struct bl_err *reterr);
/* bl_rows__ids(rows, arena, &ids, reterr): [rows->n] all numbers in order. */
BL_STATUS bl_rows__ids(
    const struct bl_rows *rows, struct bl_arena *arena, uint64_t **ret_ids, struct bl_err *reterr);
/* bl_rows__gather(rows, first, n_columns, ids, n, arena, columns): UINT64_MAX: a row of NULLs. */
#define BL_ROWS_NONE UINT64_MAX
BL_STATUS bl_rows__gather(const struct bl_rows *rows, uint32_t first, uint32_t n_columns,
    const uint64_t *ids, uint32_t n, struct bl_arena *arena, struct bl_vector *ret_columns,
    struct bl_err *reterr);

static inline const struct bl_value *
bl_rows__at(const struct bl_rows *rows, uint64_t id, uint32_t column)
{
	return bl_vector_at(
	    &rows->blocks[id / BL_BATCH_ROWS].columns[column], (uint32_t)(id % BL_BATCH_ROWS));
}

#endif
