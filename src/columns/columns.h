#ifndef BL_COLUMNS_COLUMNS_H
#define BL_COLUMNS_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

struct bl_store;

/*
 * Derived columns: what the versions of a resource type say, by ordinal, so that a question need
 * not parse them.  Everything here follows from the canonical layer and can be made again
 * (`beleg reindex`); answers are the same with and without the files.
 *
 * Lazy: what is asked for first is read out of the canonical items, for the versions that no file
 * covers yet, and written beside the store (STORE/derived/) as a courtesy to the next process: when
 * it cannot be written, nobody is told.  A file that is damaged, or was made from other versions,
 * is made again.
 *
 * One thread at a time for a handle.  What is given out lives as long as the handle.
 */
struct bl_columns;

enum bl_columns_mode {
	BL_COLUMNS_FILES,     /* Derived files are read, and written where they are missing. */
	BL_COLUMNS_CANONICAL, /* From the canonical items alone: for evidence that is signed. */
};

/* bl_columns_new(store, mode, &columns, reterr): ${store} outlives the handle, and no delivery may
 * be in work in it.  The handle speaks of the versions that are there when it is first asked for a
 * type; after further deliveries make a new one. */
BL_STATUS bl_columns_new(struct bl_store *store, enum bl_columns_mode mode,
    struct bl_columns **ret_columns, struct bl_err *reterr);
void bl_columns_free(struct bl_columns **columns);
struct bl_store *bl_columns_store(const struct bl_columns *columns);

/* What the outside of each version of one type says.  Arrays of [n], by ordinal. */
#define BL_HEADS_ABSENT UINT32_MAX
struct bl_heads {
	uint32_t type_no;
	uint32_t n;
	const int64_t *capture_ns, *state_id;		    /* state_id: 0 when absent */
	const uint8_t *status;				    /* enum bl_item_status */
	const uint8_t *daily;				    /* 1: recorded once a day */
	const uint32_t *account, *region, *id, *name, *arn; /* Numbers of text[], or ABSENT */
	const struct bl_str *text; /* [n_texts], each distinct text once; a NUL behind each */
	uint32_t n_texts;
};

/* bl_columns_heads(columns, type_no, &heads, reterr): BL_ENOTFOUND when there is no such type. */
BL_STATUS bl_columns_heads(struct bl_columns *columns, uint32_t type_no,
    const struct bl_heads **ret_heads, struct bl_err *reterr);

/* ---- Paths. -------------------------------------------------------------- */

enum bl_cell {
	BL_CELL_MISSING, /* No such member, or JSON null on the way: evaluates to NULL. */
	BL_CELL_NULL,	 /* JSON null itself: NULL too. */
	BL_CELL_FALSE,
	BL_CELL_TRUE,
	BL_CELL_NUMBER, /* text: as written */
	BL_CELL_STRING, /* text: unescaped */
	BL_CELL_ARRAY,	/* text: compact JSON, numbers as written */
	BL_CELL_OBJECT,
	BL_CELL_ERROR, /* A member of what is no object, or [n] of what is no array, lies on the
			  way: to evaluate the path is an error, not NULL. */
};

/* What occurs in 4096 rows, so that a search may pass them over. */
#define BL_ZONE_ROWS 4096u
struct bl_zone {
	uint32_t kinds;			    /* Bit 1 << enum bl_cell. */
	uint32_t least_code, greatest_code; /* UINT32_MAX, 0 when no row has a code. */
	/* No number in the rows is smaller, or greater; INFINITY, -INFINITY when there is none. */
	double least, greatest;
};

#define BL_COLUMN_NONE UINT32_MAX
struct bl_column {
	uint32_t n;
	const uint8_t *kind;	   /* [n], enum bl_cell */
	const uint32_t *code;	   /* [n], a number of text[]; NONE where the kind has no text */
	const struct bl_str *text; /* [n_texts], each distinct text once; a NUL behind each */
	uint32_t n_texts;
	const struct bl_zone *zones; /* [n_zones], of BL_ZONE_ROWS rows each */
	size_t n_zones;
};

/*
 * bl_columns_get(columns, type_no, path, &column, reterr): what a path says in each version,
 * exactly as an expression that reads it finds it in the item as bl_item_parse gives it.  Paths as
 * bl_expr_paths writes them: configuration.encrypted, configuration['a.b'], configuration.list[2]
 * (from 1), tags.Owner, resourceName ...  Instants are STRINGs as bl_instant_format writes them,
 * configurationStateId is a NUMBER.
 *
 * With [*] on the way, a row per element of the innermost [*]: see bl_columns_elements.
 *
 * A path that never has a value gives MISSING.  BL_EINPUT with the byte for a path that is none,
 * BL_ELIMIT for its length and its steps, and when rows or texts are too many.
 */
BL_STATUS bl_columns_get(struct bl_columns *columns, uint32_t type_no, struct bl_str path,
    const struct bl_column **ret_column, struct bl_err *reterr);

/* Which rows belong to which parent.  Parents are versions, or the rows of the table one [*]
 * further out.  What is no array has no rows; its own column tells why. */
struct bl_elements {
	uint32_t n_parents, n_rows;
	const uint32_t *first; /* [n_parents + 1]: parent p has the rows [first[p], first[p + 1]) */
};

/* bl_columns_elements(columns, type_no, "configuration.ipPermissions[*]", &elements, reterr):
 * ${path} ends with [*].  Errors as bl_columns_get. */
BL_STATUS bl_columns_elements(struct bl_columns *columns, uint32_t type_no, struct bl_str path,
    const struct bl_elements **ret_elements, struct bl_err *reterr);

/* bl_columns_load(columns, type_no, paths, n_paths, reterr): heads and all of these paths, so that
 * the items are read once for all that no file covers.  Duplicates are allowed. */
BL_STATUS bl_columns_load(struct bl_columns *columns, uint32_t type_no, const struct bl_str *paths,
    size_t n_paths, struct bl_err *reterr);

#endif
