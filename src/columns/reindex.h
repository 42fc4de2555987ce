#ifndef BL_COLUMNS_REINDEX_H
#define BL_COLUMNS_REINDEX_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

struct bl_store;

/* All derived files made again, or compared with what they must be. */

struct bl_reindex_path {
	struct bl_str type, path;
};

enum bl_reindex_state {
	BL_REINDEX_MADE,
	BL_REINDEX_SAME,    /* Byte for byte. */
	BL_REINDEX_DIFFERS, /* Damaged, of other versions, or wrong. */
};

/* One file. */
struct bl_reindex_file {
	struct bl_str type, kind, path;	    /* kind: "heads", "column", "elements" */
	struct bl_str file;		    /* Its path, NUL-terminated. */
	uint32_t first, n_versions, n_rows; /* 0 rows when it cannot be told. */
	uint64_t n_bytes;
	enum bl_reindex_state state;
};
typedef enum bl_status (*bl_reindex_fn)(
    void *ctx, const struct bl_reindex_file *file, struct bl_err *reterr);

/*
 * bl_reindex_make(store, paths, n_paths, fn, ctx, reterr): removes what lies in STORE/derived/ and
 * writes the heads of every type, the columns and element tables that were there, and ${paths}
 * (BL_ENOTFOUND for a type that the store does not have).  ${fn} hears of each file.  Here a file
 * that cannot be written is an error.
 */
BL_STATUS bl_reindex_make(struct bl_store *store, const struct bl_reindex_path *paths,
    size_t n_paths, bl_reindex_fn fn, void *ctx, struct bl_err *reterr);

/* bl_reindex_check(store, fn, ctx, &n_differ, reterr): makes each file's rows again in memory and
 * compares. */
BL_STATUS bl_reindex_check(struct bl_store *store, bl_reindex_fn fn, void *ctx,
    size_t *ret_n_differ, struct bl_err *reterr);

#endif
