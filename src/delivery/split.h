#ifndef BL_DELIVERY_SPLIT_H
#define BL_DELIVERY_SPLIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

/*
 * Cuts a text that arrives in pieces into values, in memory bounded by the
 * largest single value, not by the text:
 *  - the text is one JSON value or several in a row (NDJSON, with or without newlines);
 *  - a top-level array gives each element as a document of its own;
 *  - in a top-level object the elements of the array members "configurationItems",
 *    "baseConfigurationItems" are given one by one as items, as they arrive (also one level
 *    down in "data", as API recordings have it); the rest of the object is given as a
 *    document at its end, with those arrays empty.
 * It checks nesting, strings and commas only as far as cutting needs; the JSON parser checks each value.
 */
struct bl_split_sink {
	void *ctx;
	/* One element of an items array: its raw bytes, its index within the text (0-based,
	 * over all arrays), its offset in the unpacked text. */
	enum bl_status (*item)(void *ctx, struct bl_str bytes, uint64_t index, uint64_t offset,
	    struct bl_err *reterr);
	/* An item too large to hold: not given, but told. */
	enum bl_status (*oversize)(void *ctx, uint64_t index, uint64_t offset, uint64_t length,
	    struct bl_err *reterr);
	/* A top-level value without its items; had_items: it contained an items array. */
	enum bl_status (*document)(void *ctx, struct bl_str bytes, bool had_items, uint64_t offset,
	    struct bl_err *reterr);
};

struct bl_split_limits {
	size_t max_item_bytes;     /* 0: 64 MiB */
	size_t max_document_bytes; /* 0: 64 MiB; larger is BL_ELIMIT. */
	uint32_t max_depth;        /* 0: 512; deeper is BL_ELIMIT. */
};

struct bl_split;
BL_STATUS bl_split_new(struct bl_split_limits limits, struct bl_split_sink sink,
    struct bl_split **ret_split, struct bl_err *reterr);
void bl_split_free(struct bl_split **split);

/* bl_split_feed: the next piece.  bl_split_end: the text has ended; BL_EINPUT when within a
 * value.  Errors carry the offset in the unpacked text.  A sink's failure stops and is returned. */
BL_STATUS bl_split_feed(struct bl_split *split, struct bl_str piece, struct bl_err *reterr);
BL_STATUS bl_split_end(struct bl_split *split, struct bl_err *reterr);

#endif
