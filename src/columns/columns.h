#ifndef BL_COLUMNS_COLUMNS_H
#define BL_COLUMNS_COLUMNS_H

#include <stdbool.h>
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
 * be in work in it. */
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
	const uint32_t *account, *region, *id, *name, *arn; /* Numbers of text[], or ABSENT */
	const struct bl_str *text; /* [n_texts], each distinct text once, in no order */
	uint32_t n_texts;
};

/* bl_columns_heads(columns, type_no, &heads, reterr): BL_ENOTFOUND when there is no such type. */
BL_STATUS bl_columns_heads(struct bl_columns *columns, uint32_t type_no,
    const struct bl_heads **ret_heads, struct bl_err *reterr);

#endif
