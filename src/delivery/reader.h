#ifndef BL_DELIVERY_READER_H
#define BL_DELIVERY_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/status.h"
#include "base/str.h"
#include "delivery/key.h"
#include "delivery/split.h"
#include "delivery/stream.h"

struct bl_arena;
struct bl_file;
struct bl_json_parser;

/*
 * What an object turned out to be, by its content (the name only helps).  NONE is said only of
 * whole objects that hold nothing of ours; what is broken has the kind that its name tells, else
 * API.
 */
enum bl_delivery_kind {
	BL_DELIVERY_NONE, /* No delivery: skipped, with the reason. */
	BL_DELIVERY_SNAPSHOT,
	BL_DELIVERY_HISTORY,
	BL_DELIVERY_NOTIFICATION, /* SNS, SQS, EventBridge, rule events: with or without an item. */
	BL_DELIVERY_API,	  /* API output, bare items, NDJSON of items. */
	BL_DELIVERY_CREDENTIAL_REPORT, /* Evidence files, kept whole. */
	BL_DELIVERY_ACCOUNT_SUMMARY,
	BL_DELIVERY_ACCOUNT_LIST,
	BL_DELIVERY_TRAIL, /* CloudTrail's word of recorders (trail.h): documents kept whole. */
};

/* Something that could not be read.  item: an index, or BL_NO_OFFSET for the
 * file as a whole; offset: in the unpacked text (for the file: as reason says).  Valid during the
 * call. */
struct bl_quarantine {
	uint64_t item_index;
	uint64_t offset;
	uint64_t length; /* Bytes; 0 unknown. */
	struct bl_str reason;
};

struct bl_reader_sink {
	void *ctx;
	/* An item's own bytes without insignificant white space.  Not parsed yet: the receiver
	 * knows most of them already by their hash.  index and offset: for messages. */
	enum bl_status (*item)(
	    void *ctx, struct bl_str bytes, uint64_t index, uint64_t offset, struct bl_err *reterr);
	enum bl_status (*quarantine)(
	    void *ctx, const struct bl_quarantine *q, struct bl_err *reterr);
	/* Views that stay; may be absent.  ${piece}: the bytes that are cut next.  What item() is
	 * given of them stays until the call with an absent ${piece}, which always comes, also
	 * behind a failure; what lies elsewhere is valid during its call, as ever. */
	enum bl_status (*piece)(void *ctx, struct bl_str piece, struct bl_err *reterr);
	/* How far it is, after each piece of at most 256 KiB; may be absent. */
	void (*progress)(void *ctx, uint64_t bytes_in, uint64_t bytes_json);
};

struct bl_reader_result {
	enum bl_delivery_kind kind;
	struct bl_key key;
	struct bl_stream_stats stats;
	bool complete;	  /* Read to its end, all checksums right, structure whole. */
	bool trusted;	  /* false: checksum failed or truncated gzip: take nothing from it. */
	uint64_t n_items; /* Given to item() or to quarantine() with an index. */
	struct bl_str skip_reason;  /* kind NONE */
	struct bl_str snapshot_id;  /* configSnapshotId of the content; absent else */
	struct bl_str message_type; /* NOTIFICATION: messageType or detail-type */
	struct bl_str whole;	    /* Evidence files: the bytes (in the arena). */
};

/*
 * bl_reader_read(file, path, parser, arena, sink, &result, reterr): read one object.
 * ${path} is its key or relative path.
 * Success also when the object is no delivery (kind NONE) or broken (complete false; the reason
 * went to sink.quarantine).  Fails only for what is not the object's fault: BL_EIO while reading,
 * BL_ENOMEM, and what a sink returned.
 *
 * Understood: ConfigSnapshot and ConfigHistory files; SNS envelopes (Message a string or an
 * object); SQS receive output and Lambda events that hold such (Records[].Sns.Message,
 * Records[].body, Messages[].Body); bare notification bodies; EventBridge events (detail);
 * rule Lambda events (invokingEvent); notifications as e-mail has them; API output, in PascalCase
 * too; arrays and NDJSON of items; recordings {"status_code", "data": {...}}.
 */
BL_STATUS bl_reader_read(struct bl_file *file, struct bl_str path, struct bl_json_parser *parser,
    struct bl_arena *arena, struct bl_reader_sink sink, struct bl_reader_result *ret_result,
    struct bl_err *reterr);

const char *bl_delivery_kind_name(enum bl_delivery_kind kind); /* "snapshot", ... */

#endif
