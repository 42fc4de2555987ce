/*
 * ISA-L keeps its own window, so each piece may be given away as soon as it is
 * full.  It checks each member's CRC and length itself (ISAL_GZIP); what remains
 * here is to know where the object ends.
 */
#include "delivery/stream.h"

#include <assert.h>
#include <inttypes.h>
#include <isa-l/igzip_lib.h>
#include <string.h>

#include "base/mem.h"
#include "os/os.h"

#define PIECE_BYTES ((size_t)256 << 10)
#define PACKED_BYTES ((size_t)64 << 10)
#define RATIO_FROM_BYTES ((uint64_t)64 << 20)

struct bl_stream {
	struct bl_file *file;
	struct bl_stream_limits limits;
	struct bl_sha256_run *sha;
	struct bl_stream_stats stats;
	struct bl_err failure; /* Kept: a broken stream stays broken. */
	bool opened;	       /* The first two bytes have been looked at. */
	bool ended;	       /* The last piece has been given. */
	size_t n_packed;       /* Bytes in packed[]: sniffed ones of a plain object. */
	struct inflate_state inflate;
	uint8_t packed[PACKED_BYTES];
	uint8_t piece[PIECE_BYTES];
};

enum bl_status
bl_stream_open(struct bl_file *file, struct bl_stream_limits limits, struct bl_stream **ret_stream,
    struct bl_err *reterr)
{
	struct bl_stream *stream = NULL;
	enum bl_status status;

	assert(file != NULL && ret_stream != NULL);
	stream = bl_mem_alloc(sizeof(*stream));
	if (stream == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to read a file");
	/* Not the buffers: ISA-L and the reads fill them. */
	memset(stream, 0, offsetof(struct bl_stream, packed));
	stream->file = file;
	stream->limits = limits;
	if (stream->limits.max_json_bytes == 0)
		stream->limits.max_json_bytes = (uint64_t)64 << 30;
	if (stream->limits.max_ratio == 0)
		stream->limits.max_ratio = 500;
	status = bl_sha256_run_new(&stream->sha, reterr);
	if (status != BL_OK)
		goto out;
	*ret_stream = stream;
	stream = NULL;
out:
	bl_stream_close(&stream);
	return status;
}

void
bl_stream_close(struct bl_stream **stream)
{
	if (*stream == NULL)
		return;
	bl_sha256_run_free(&(*stream)->sha);
	bl_mem_free(*stream);
	*stream = NULL;
}

/* The object's next bytes, counted and hashed; n == 0 at its end. */
static BL_STATUS
read_packed(struct bl_stream *stream, uint8_t *to, size_t cap, size_t *ret_n, struct bl_err *reterr)
{
	enum bl_status status;
	size_t n;

	if (stream->stats.at_end) {
		*ret_n = 0;
		return BL_OK;
	}
	status = bl_file_read(stream->file, (char *)to, cap, &n, reterr);
	if (status != BL_OK)
		return status;
	stream->stats.bytes_in += n;
	if (n > 0) {
		status = bl_sha256_run_add(stream->sha, (struct bl_str){(char *)to, n}, reterr);
	} else {
		status = bl_sha256_run_end(stream->sha, &stream->stats.sha256, reterr);
		stream->stats.at_end = status == BL_OK;
	}
	if (status == BL_OK)
		*ret_n = n;
	return status;
}

/* Read until the first two bytes are there, and see whether they are gzip's. */
static BL_STATUS
sniff(struct bl_stream *stream, struct bl_err *reterr)
{
	while (stream->n_packed < 2) {
		size_t n;
		enum bl_status status = read_packed(stream, stream->packed + stream->n_packed,
		    PACKED_BYTES - stream->n_packed, &n, reterr);

		if (status != BL_OK)
			return status;
		if (n == 0)
			break;
		stream->n_packed += n;
	}
	stream->opened = true;
	stream->stats.gzip =
	    stream->n_packed >= 2 && stream->packed[0] == 0x1f && stream->packed[1] == 0x8b;
	if (!stream->stats.gzip)
		return BL_OK;
	isal_inflate_init(&stream->inflate);
	stream->inflate.crc_flag = ISAL_GZIP;
	stream->inflate.next_in = stream->packed;
	stream->inflate.avail_in = (uint32_t)stream->n_packed;
	return BL_OK;
}

/* How many packed bytes have been used up: where an error is. */
static uint64_t
packed_offset(const struct bl_stream *stream)
{
	return stream->stats.bytes_in - stream->inflate.avail_in;
}

static const char *
inflate_problem(int code)
{
	switch (code) {
	case ISAL_INCORRECT_CHECKSUM: return "its checksum or length is wrong";
	case ISAL_INVALID_WRAPPER: return "a gzip header is malformed";
	case ISAL_UNSUPPORTED_METHOD: return "its compression method is not deflate";
	case ISAL_INVALID_BLOCK:
	case ISAL_INVALID_SYMBOL:
	case ISAL_INVALID_LOOKBACK: return "its compressed data is damaged";
	case ISAL_NEED_DICT: return "it needs a dictionary";
	default: return "its data cannot be unpacked";
	}
}

static BL_STATUS
check_limits(const struct bl_stream *stream, struct bl_err *reterr)
{
	uint64_t out = stream->stats.bytes_json, in = packed_offset(stream);

	if (out > stream->limits.max_json_bytes)
		return bl_fail_at(reterr, BL_ELIMIT, in,
		    "unpacks to more than %" PRIu64 " bytes (limit max_json_bytes)",
		    stream->limits.max_json_bytes);
	if (stream->stats.gzip && out > RATIO_FROM_BYTES &&
	    out / stream->limits.max_ratio > (in > 0 ? in : 1))
		return bl_fail_at(reterr, BL_ELIMIT, in,
		    "%" PRIu64 " packed bytes unpack to %" PRIu64
		    ": more than %u times as much, a gzip bomb (limit max_ratio)",
		    in, out, stream->limits.max_ratio);
	return BL_OK;
}

/* Make sure of packed bytes; ${*ret_end} when there are none left. */
static BL_STATUS
refill(struct bl_stream *stream, bool *ret_end, struct bl_err *reterr)
{
	enum bl_status status;
	size_t n = 0;

	if (stream->inflate.avail_in == 0) {
		status = read_packed(stream, stream->packed, PACKED_BYTES, &n, reterr);
		if (status != BL_OK)
			return status;
		stream->inflate.next_in = stream->packed;
		stream->inflate.avail_in = (uint32_t)n;
	}
	*ret_end = stream->inflate.avail_in == 0;
	return BL_OK;
}

/* Fill the piece from as many members as it takes. */
static BL_STATUS
next_unpacked(struct bl_stream *stream, size_t *ret_n, struct bl_err *reterr)
{
	struct inflate_state *z = &stream->inflate;

	z->next_out = stream->piece;
	z->avail_out = PIECE_BYTES;
	while (z->avail_out > 0) {
		bool member_ended = z->block_state == ISAL_BLOCK_FINISH, end;
		enum bl_status status = refill(stream, &end, reterr);
		uint32_t in_before = z->avail_in, out_before = z->avail_out;
		int code;

		if (status != BL_OK)
			return status;
		if (end && member_ended)
			break;
		if (member_ended)
			isal_inflate_reset(z);
		code = isal_inflate(z);
		if (code < 0)
			return bl_fail_at(reterr, BL_EINPUT, packed_offset(stream),
			    "not a whole gzip file: %s, at packed byte %" PRIu64,
			    inflate_problem(code), packed_offset(stream));
		if (end && z->avail_in == in_before && z->avail_out == out_before &&
		    z->block_state != ISAL_BLOCK_FINISH)
			return bl_fail_at(reterr, BL_EINPUT, stream->stats.bytes_in,
			    "the gzip file ends early, after %" PRIu64 " packed bytes",
			    stream->stats.bytes_in);
	}
	*ret_n = PIECE_BYTES - z->avail_out;
	return BL_OK;
}

static BL_STATUS
next_plain(struct bl_stream *stream, size_t *ret_n, struct bl_err *reterr)
{
	size_t n = stream->n_packed;

	if (n > 0) {
		static_assert(PACKED_BYTES <= PIECE_BYTES, "the sniffed bytes are one piece");
		memcpy(stream->piece, stream->packed, n);
		stream->n_packed = 0;
		*ret_n = n;
		return BL_OK;
	}
	return read_packed(stream, stream->piece, PIECE_BYTES, ret_n, reterr);
}

enum bl_status
bl_stream_next(struct bl_stream *stream, struct bl_str *ret_piece, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;
	struct bl_err err = {.status = BL_OK};
	size_t n = 0;

	if (stream->failure.status != BL_OK) {
		if (reterr != NULL)
			*reterr = stream->failure;
		return stream->failure.status;
	}
	if (!stream->opened)
		status = sniff(stream, &err);
	if (status == BL_OK && !stream->ended)
		status = stream->stats.gzip ? next_unpacked(stream, &n, &err)
					    : next_plain(stream, &n, &err);
	if (status == BL_OK) {
		stream->ended = n == 0;
		stream->stats.bytes_json += n;
		status = check_limits(stream, &err);
	}
	if (status != BL_OK) {
		stream->failure = err;
		if (reterr != NULL)
			*reterr = err;
		return status;
	}
	*ret_piece = (struct bl_str){(char *)stream->piece, n};
	return BL_OK;
}

enum bl_status
bl_stream_drain(struct bl_stream *stream, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;
	size_t n;

	while (status == BL_OK && !stream->stats.at_end)
		status = read_packed(stream, stream->piece, PIECE_BYTES, &n, reterr);
	return status;
}

enum bl_status
bl_stream_stats(struct bl_stream *stream, struct bl_stream_stats *ret_stats, struct bl_err *reterr)
{
	(void)reterr;
	*ret_stats = stream->stats;
	return BL_OK;
}
