#ifndef BL_DELIVERY_SPLIT_H
#define BL_DELIVERY_SPLIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

/*
 * Cuts a text that arrives in pieces into values, in memory bounded by the
 * largest single value, not by the text:
 *  - the text is one JSON value or several in a row (NDJSON, with or without newlines);
 *  - a top-level array gives each element as a document of its own;
 *  - in a top-level object the elements of the array members "configurationItems",
 *    "baseConfigurationItems" and their PascalCase forms are given one by one as items, as they
 *    arrive (also one level down in "data", as API recordings have it); the rest of the object is
 *    given as a document at its end, with those arrays empty.
 * It checks nesting, strings and commas only as far as cutting needs; the JSON parser checks each
 * value.
 */
struct bl_split_value {
	struct bl_str bytes; /* As written; absent when refused. */
	uint64_t offset;     /* In the unpacked text. */
	uint64_t length;     /* Bytes in the unpacked text. */
	uint64_t index;	     /* Items: 0-based, over all arrays of the text. */
	bool item;	     /* An element of an items array, else a document. */
	bool had_items;	     /* Documents: an items array was in it. */
	bool has_space;	     /* May hold white space outside of strings. */
};

enum bl_split_refusal {
	BL_SPLIT_TOO_LARGE, /* max_item_bytes or max_document_bytes. */
	BL_SPLIT_TOO_DEEP,  /* max_depth */
};

/* A sink's views are valid during the call. */
struct bl_split_sink {
	void *ctx;
	/* An item, or a document. */
	enum bl_status (*value)(
	    void *ctx, const struct bl_split_value *value, struct bl_err *reterr);
	/* A value that is not given, because of a limit; the text goes on behind it. */
	enum bl_status (*refused)(void *ctx, const struct bl_split_value *value,
	    enum bl_split_refusal why, struct bl_err *reterr);
};

struct bl_split_limits {
	size_t max_item_bytes;	   /* Items and elements of a top-level array; 0: 64 MiB. */
	size_t max_document_bytes; /* 0: 64 MiB */
	uint32_t max_depth;	   /* Of nesting within one value; 0: 512. */
	uint64_t base_offset;	   /* Of the first piece, when something lies before it. */
};

struct bl_split;
BL_STATUS bl_split_new(struct bl_split_limits limits, struct bl_split_sink sink,
    struct bl_split **ret_split, struct bl_err *reterr);
void bl_split_free(struct bl_split **split);

/* bl_split_feed: the next piece.  bl_split_end: the text has ended; BL_EINPUT when within a
 * value.  Errors carry the offset in the unpacked text.  A sink's failure stops and is returned.
 * After a failure only bl_split_free may follow. */
BL_STATUS bl_split_feed(struct bl_split *split, struct bl_str piece, struct bl_err *reterr);
BL_STATUS bl_split_end(struct bl_split *split, struct bl_err *reterr);

#endif
