#ifndef BL_TABLES_ITEMS_H
#define BL_TABLES_ITEMS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "query/vector.h"
#include "sql/source.h"

struct bl_arena;
struct bl_tables;

/*
 * What every table whose rows are versions has in common: filters and expressions over the item are
 * asked of each type's versions once (query/vector.h), rows come out in blocks of one type.
 *
 * The maker of rows names them; this gives the batches.
 */

/* Rows of one type: row i is the version ordinal[i]; row[i] is what its maker calls it. */
struct bl_items_block {
	uint32_t type_no;
	const uint32_t *ordinal; /* [n] */
	const uint32_t *row;	 /* [n] */
	uint32_t n;
};

struct bl_items_maker {
	/* The next rows, any number; *ret_end: no more behind these.  Valid until the next call. */
	BL_STATUS(*block)
	(void *ctx, struct bl_items_block *ret_block, bool *ret_end, struct bl_err *reterr);
	/* A column that is nothing of the item (no item text) for these rows. ${batch}: its arena.
	 */
	BL_STATUS(*column)
	(void *ctx, uint32_t column, uint32_t type_no, const uint32_t *row, uint32_t n,
	    struct bl_arena *batch, struct bl_vector *ret_vector, struct bl_err *reterr);
};

struct bl_items;

/* bl_items_open(tables, source, want, maker, ctx, arena, &items, reterr): ${ctx} is the maker's.
 * What it keeps lives in ${arena}. */
BL_STATUS bl_items_open(struct bl_tables *tables, const struct bl_source *source,
    const struct bl_scan_want *want, const struct bl_items_maker *maker, void *ctx,
    struct bl_arena *arena, struct bl_items **ret_items, struct bl_err *reterr);
BL_STATUS bl_items_next(struct bl_items *items, struct bl_arena *batch, struct bl_batch *ret_batch,
    bool *ret_end, struct bl_err *reterr);
void bl_items_stats(const struct bl_items *items, struct bl_scan_stats *ret_stats);

/* bl_items_types(tables, want, column, position, arena, &type_nos, &n, reterr): the types that the
 * bounds on ${column} (the resource type) leave, with versions known at ${position}; *ret_n_known:
 * [store types] how many versions of each are known then. */
BL_STATUS bl_items_types(struct bl_tables *tables, const struct bl_scan_want *want, uint32_t column,
    uint64_t position, struct bl_arena *arena, uint32_t **ret_type_nos, size_t *ret_n,
    const uint32_t **ret_n_known, struct bl_err *reterr);

/* bl_bounds_allow(want, column, value): may a row with that value be kept? */
bool bl_bounds_allow(
    const struct bl_scan_want *want, uint32_t column, const struct bl_value *value);

/* The item's own columns, in the order of expr.h, for sources: columns[BL_ITEM_COLUMNS]. */
#define BL_ITEM_COLUMNS 16
extern const struct bl_source_column bl_item_columns[BL_ITEM_COLUMNS];
enum {
	BL_ITEM_ACCOUNT = 1,
	BL_ITEM_REGION = 2,
	BL_ITEM_TYPE = 4,
	BL_ITEM_CAPTURE = 8,
};

#endif
