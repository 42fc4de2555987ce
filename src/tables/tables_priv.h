#ifndef BL_TABLES_TABLES_PRIV_H
#define BL_TABLES_TABLES_PRIV_H

#include <stdbool.h>
#include <stdint.h>

#include "query/vector.h"
#include "sql/source.h"
#include "tables/tables.h"

struct bl_arena;
struct bl_columns;
struct bl_coverage;
struct bl_gaps;
struct bl_heads;
struct bl_timeline;

/* The time line at one position, made once. */
struct bl_tables_world {
	uint64_t position; /* 0: all */
	const struct bl_timeline *timeline;
	const struct bl_coverage *coverage;
	const uint32_t *n_known; /* [store types] versions known then: the first ones */
	struct bl_tables_world *next;
};

struct bl_tables {
	struct bl_store *store;
	struct bl_columns *columns;
	struct bl_arena *arena; /* Lives as long as the tables. */
	struct bl_tables_options options;
	struct bl_tables_world *worlds;
	struct bl_catalog catalog;
};

/* bl_tables__world(tables, position, &world, reterr): kept for the next who asks. */
BL_STATUS bl_tables__world(struct bl_tables *tables, uint64_t position,
    const struct bl_tables_world **ret_world, struct bl_err *reterr);

/* ---- Tables whose rows are versions of items. --------------------------------------- */

/* What stands behind the rows: which versions, in which order, how often.  Rows come window by
 * window: all of a window are of one type. */
struct bl_feed;
struct bl_feed_class {
	/* The next window: its type, and which versions its rows are of (wanted: [versions of the
	 * type], 1).  *ret_end: there is none. */
	BL_STATUS(*window)
	(struct bl_feed *feed, uint32_t *ret_type_no, uint8_t **ret_wanted, bool *ret_end,
	    struct bl_err *reterr);
	/* The next rows of the window whose version is kept: at most BL_BATCH_ROWS.  ${row}: which
	 * row it is to value(). */
	void (*rows)(struct bl_feed *feed, const uint8_t *keep, uint32_t *ordinal, uint32_t *row,
	    uint32_t *ret_n, bool *ret_done);
	/* A column that is not of the item. */
	struct bl_value (*value)(const struct bl_feed *feed, uint32_t column, uint32_t row);
};
struct bl_feed {
	const struct bl_feed_class *class;
	struct bl_tables *tables;
	const struct bl_scan_want *want;
	const struct bl_source *source;
	struct bl_arena *arena;	 /* The statement's. */
	struct bl_arena *window; /* Of the window. */
	uint64_t pruned;
};

/* bl_items__open(feed, &scan, reterr): the scan over a feed. */
BL_STATUS bl_items__open(struct bl_feed *feed, struct bl_scan **ret_scan, struct bl_err *reterr);
BL_STATUS bl_items__next(struct bl_scan *scan, struct bl_arena *batch, struct bl_batch *ret_batch,
    bool *ret_end, struct bl_err *reterr);
void bl_items__close(struct bl_scan **scan);
void bl_items__stats(const struct bl_scan *scan, struct bl_scan_stats *ret_stats);

/* bl_items__may(want, column, text): do the bounds allow rows with this text in the column? */
bool bl_items__may(const struct bl_scan_want *want, uint32_t column, struct bl_str text);
/* bl_items__may_ns: the same of an instant. */
bool bl_items__may_ns(const struct bl_scan_want *want, uint32_t column, int64_t ns);
/* bl_items__no_memory(reterr) */
BL_STATUS bl_items__no_memory(struct bl_err *reterr);

/* bl_items__columns(own, n_own, arena, &columns, &n, reterr): the item's columns, numbered as
 * bl_path_name does, and behind them ${own}. */
#define BL_ITEMS__N 16u
#define BL_ITEMS__TYPE 4u /* resourceType */
#define BL_ITEMS__ACCOUNT 1u
#define BL_ITEMS__REGION 2u
#define BL_ITEMS__CAPTURE 8u
BL_STATUS bl_items__columns(const struct bl_source_column *own, uint32_t n_own,
    struct bl_arena *arena, const struct bl_source_column **ret_columns, uint32_t *ret_n,
    struct bl_err *reterr);
/* bl_items__instant(ns, none): a timestamp; NULL when it is ${none}. */
struct bl_value bl_items__instant(int64_t ns, int64_t none);

/* The source of each table. */
BL_STATUS bl_versions__source(struct bl_tables *tables, const struct bl_as_of *as_of,
    struct bl_arena *arena, const struct bl_source **ret_source, struct bl_err *reterr);
BL_STATUS bl_resources__source(struct bl_tables *tables, bool unknown, const struct bl_as_of *as_of,
    struct bl_arena *arena, const struct bl_source **ret_source, struct bl_err *reterr);

#endif
