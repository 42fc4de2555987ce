#ifndef BL_SQL_SOURCE_H
#define BL_SQL_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"
#include "query/expr.h"
#include "query/value.h"
#include "sql/batch.h"

struct bl_arena;
struct bl_statement;

/*
 * A table, as statements see it: columns, and a scan that gives rows in batches.  Whoever has data
 * (the folder tables, tests) implements struct bl_source_class.
 */

struct bl_source_column {
	struct bl_str name; /* As shown; found without regard to case. */
	struct bl_datatype type;
	bool hidden;	/* Not of SELECT *: "$path". */
	/* A date as text, yyyy/M/d or yyyy-M-d: comparisons are made as dates.  If the table has a
	 * hidden boolean column "$latest" (the newest of its account and region), = 'latest' asks
	 * for that. */
	bool date_text;
	/* What this column is of the configuration item, so that expressions over such columns
	 * alone can be asked of each version once: the text of an item expression of the column's
	 * type
	 * ("resourceId", "json_format(configuration)").  Absent: nothing of the item. */
	struct bl_str item;
};

enum bl_bound_op {
	BL_BOUND_IN, /* The column is one of values[n]. */
	BL_BOUND_GE, /* >= values[0] */
	BL_BOUND_LE,
	BL_BOUND_PREFIX, /* A text that begins with values[0]. */
};

/* What holds for every row that the statement keeps: a source may leave out other rows. */
struct bl_bound {
	uint32_t column;
	enum bl_bound_op op;
	const struct bl_value *values; /* [n], plain, not NULL, of the column's type (a DATE for
					  date_text) */
	uint32_t n;
};

/* One column that a scan gives. */
struct bl_scan_output {
	uint32_t column;	    /* UINT32_MAX: expr */
	const struct bl_expr *expr; /* An expression over the item (expr.h), asked of versions.  Its
				       error counts only for rows that are given. */
};

struct bl_scan_want {
	const struct bl_scan_output *outputs; /* [n_outputs] */
	uint32_t n_outputs;
	/* Boolean expressions over the item: only rows where each is TRUE are given.  An error of
	 * one is the scan's unless another one is FALSE or NULL for the row. */
	const struct bl_expr *const *filters; /* [n_filters] */
	uint32_t n_filters;
	const struct bl_bound *bounds; /* [n_bounds], all hold */
	uint32_t n_bounds;
	uint64_t limit; /* So many rows are enough; UINT64_MAX: all. */
	/* Time-out and cancel: asked at least every BL_BATCH_ROWS rows read. */
	enum bl_status (*go_on)(void *ctx, struct bl_err *reterr);
	void *ctx;
};

/* What a scan did, for EXPLAIN ANALYZE. */
struct bl_scan_stats {
	uint64_t rows_read;   /* Looked at. */
	uint64_t rows_pruned; /* Not looked at for the sake of bounds, as far as it is known. */
	uint64_t versions;    /* On which filters were evaluated. */
};

struct bl_source;
struct bl_scan;

struct bl_source_class {
	/* ${arena}: the statement's, with its memory budget; the scan may keep things there. */
	BL_STATUS(*open)
	(const struct bl_source *source, const struct bl_scan_want *want, struct bl_arena *arena,
	    struct bl_scan **ret_scan, struct bl_err *reterr);
	/* n_columns = n_outputs.  ${batch} is the arena of this batch: reset before the next.
	 * *ret_end: no more rows behind this batch. */
	BL_STATUS(*next)
	(struct bl_scan *scan, struct bl_arena *batch, struct bl_batch *ret_batch, bool *ret_end,
	    struct bl_err *reterr);
	void (*close)(struct bl_scan **scan);
	void (*stats)(const struct bl_scan *scan, struct bl_scan_stats *ret_stats);
	/* NULL, or: the rows of the ARRAY(ROW) column as a source of its own.  Its columns are
	 * those of ${source} (same numbers) and behind them the fields of the row. */
	BL_STATUS(*unnest)
	(const struct bl_source *source, uint32_t column, struct bl_arena *arena,
	    const struct bl_source **ret_source, struct bl_err *reterr);
};

struct bl_source {
	struct bl_str name;
	const struct bl_source_column *columns; /* [n_columns] */
	uint32_t n_columns;
	const struct bl_source_class *class;
	void *ctx;
};

/* FOR TIMESTAMP AS OF, FOR VERSION AS OF behind a table's name; what is not told is the session's.
 */
struct bl_as_of {
	bool has_at, has_known;
	int64_t at_ns;
	uint64_t known_position;
};

/* What a name stands for. */
struct bl_found {
	const struct bl_source *source; /* A table, or NULL: */
	struct bl_str view;		/* a view: its SELECT's text. */
	struct bl_str definition;	/* The CREATE statement that made it; absent: built in. */
};

struct bl_name_list {
	const struct bl_str *schemas, *names; /* [n] */
	size_t n;
};

/* Where tables and views are found. */
struct bl_catalog {
	/* ${schema} may be absent.  BL_ENOTFOUND: no such table (the message names the nearest). */
	BL_STATUS(*find)
	(void *ctx, struct bl_str schema, struct bl_str name, const struct bl_as_of *as_of,
	    struct bl_arena *arena, struct bl_found *ret_found, struct bl_err *reterr);
	/* Every table and view, for SHOW TABLES and completion. */
	BL_STATUS(*list)
	(void *ctx, struct bl_arena *arena, struct bl_name_list *ret_list, struct bl_err *reterr);
	/* CREATE [OR REPLACE] VIEW, CREATE [EXTERNAL] TABLE, CREATE DATABASE, DROP: the statement's
	 * own text (sql/ast.h); NULL: refused. */
	BL_STATUS(*define)
	(void *ctx, const struct bl_statement *statement, struct bl_str text,
	    struct bl_str *ret_note, struct bl_err *reterr);
	void *ctx;
};

#endif
