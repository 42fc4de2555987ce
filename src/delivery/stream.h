#ifndef BL_DELIVERY_STREAM_H
#define BL_DELIVERY_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/status.h"
#include "base/str.h"

struct bl_file;

/*
 * The bytes of a delivery object: gunzipped when they begin with 1f 8b (whatever
 * the name says), plain otherwise; in pieces of at most 256 KiB, so that a 15 GB
 * snapshot needs no more memory than a small one.  Several gzip members in a row
 * are one text.  Bytes behind the last member that are no member are an error.
 *
 * The SHA-256 is that of the object as it lies there (compressed).
 */
struct bl_stream_limits {
	uint64_t max_json_bytes; /* Of one object, unpacked; 0: 64 GiB. */
	uint32_t max_ratio;	 /* Unpacked to packed, once 64 MiB are unpacked; 0: 500. */
};

struct bl_stream;

/* The stream borrows ${file}; close the stream first. */
BL_STATUS bl_stream_open(struct bl_file *file, struct bl_stream_limits limits,
    struct bl_stream **ret_stream, struct bl_err *reterr);
void bl_stream_close(struct bl_stream **stream);

/*
 * bl_stream_next(stream, &piece, reterr): the next piece, valid until the next call; len 0 only
 * at the end, when all checksums have been verified.
 * BL_EINPUT: truncated, checksum or format error, with the offset in the packed bytes;
 * BL_ELIMIT: a limit above (a gzip bomb); BL_EIO.
 */
BL_STATUS bl_stream_next(struct bl_stream *stream, struct bl_str *ret_piece, struct bl_err *reterr);

/* bl_stream_drain: read the object's packed bytes to their end, without
 * unpacking, so that its SHA-256 is known although its content is refused. */
BL_STATUS bl_stream_drain(struct bl_stream *stream, struct bl_err *reterr);

struct bl_stream_stats {
	uint64_t bytes_in;   /* Packed bytes read. */
	uint64_t bytes_json; /* Unpacked bytes given out. */
	bool gzip;
	bool at_end;		 /* sha256 is that of the whole object. */
	struct bl_sha256 sha256; /* Valid when at_end. */
};
BL_STATUS bl_stream_stats(
    struct bl_stream *stream, struct bl_stream_stats *ret_stats, struct bl_err *reterr);

#endif
