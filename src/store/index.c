#include <assert.h>
#include <string.h>
#include <zstd.h>

#include "store/code.h"
#include "store/segment.h"

static const char magic[8] = {'B', 'L', 'i', 'n', 'd', 'e', 'x', '2'};

void
bl_index_maker__release(struct bl_index_maker *maker)
{
	bl_buf_release(&maker->frames);
	bl_buf_release(&maker->items);
}

enum bl_status
bl_index_maker__frame(struct bl_index_maker *maker, uint64_t offset, struct bl_str packed,
    uint32_t plain_len, uint32_t n_items, struct bl_err *reterr)
{
	char at[BL_INDEX__FRAME];
	enum bl_status status;

	assert(n_items <= maker->n_items && packed.len <= UINT32_MAX);
	bl_code__put_u64(at, offset);
	bl_code__put_u32(at + 8, (uint32_t)packed.len);
	bl_code__put_u32(at + 12, plain_len);
	bl_code__put_u32(at + 16, maker->n_items - n_items);
	bl_code__put_u32(at + 20, n_items);
	bl_code__put_u64(at + 24, bl_hash64_of(packed));
	status = bl_buf_add(&maker->frames, (struct bl_str){at, sizeof(at)}, reterr);
	if (status == BL_OK)
		maker->n_frames++;
	return status;
}

enum bl_status
bl_index_maker__items(
    struct bl_index_maker *maker, const char *table, uint32_t n, struct bl_err *reterr)
{
	enum bl_status status;

	status =
	    bl_buf_add(&maker->items, (struct bl_str){table, (size_t)n * BL_ITEM_ENTRY}, reterr);
	if (status == BL_OK)
		maker->n_items += n;
	return status;
}

enum bl_status
bl_index_maker__item(
    struct bl_index_maker *maker, const struct bl_index_item *item, struct bl_err *reterr)
{
	char at[BL_ITEM_ENTRY];

	bl_index_item__put(at, item);
	return bl_index_maker__items(maker, at, 1, reterr);
}

enum bl_status
bl_index_maker__end(const struct bl_index_maker *maker, const struct bl_segment *segment,
    struct bl_buf *out, struct bl_err *reterr)
{
	char head[BL_INDEX__HEAD] = {0}, check[8];
	enum bl_status status;

	assert(out->len == 0 && maker->n_items == segment->count);
	memcpy(head, magic, 8);
	bl_code__put_u32(head + 8, segment->first);
	bl_code__put_u32(head + 12, segment->count);
	bl_code__put_u32(head + 16, maker->n_frames);
	bl_code__put_u64(head + 24, segment->size);
	memcpy(head + 32, segment->sha256.byte, BL_SHA256_BYTES);
	status = bl_buf_add(out, (struct bl_str){head, sizeof(head)}, reterr);
	if (status == BL_OK)
		status = bl_buf_add(out, bl_buf_str(&maker->frames), reterr);
	if (status == BL_OK)
		status = bl_buf_add(out, bl_buf_str(&maker->items), reterr);
	if (status != BL_OK)
		return status;
	bl_code__put_u64(check, bl_hash64_of(bl_buf_str(out)));
	return bl_buf_add(out, (struct bl_str){check, sizeof(check)}, reterr);
}

uint32_t
bl_index__n_frames(struct bl_str bytes)
{
	return bl_code__u32(bytes.ptr + 16);
}

struct bl_index_frame
bl_index__frame(struct bl_str bytes, uint32_t i_frame)
{
	const char *at = bytes.ptr + BL_INDEX__HEAD + (size_t)i_frame * BL_INDEX__FRAME;

	assert(i_frame < bl_index__n_frames(bytes));
	return (struct bl_index_frame){.offset = bl_code__u64(at),
	    .len = bl_code__u32(at + 8),
	    .plain_len = bl_code__u32(at + 12),
	    .first = bl_code__u32(at + 16),
	    .count = bl_code__u32(at + 20),
	    .check = bl_code__u64(at + 24)};
}

struct bl_index_item
bl_index__item(struct bl_str bytes, uint32_t i_item)
{
	return bl_index_item__get(bytes.ptr + BL_INDEX__HEAD +
				  (size_t)bl_index__n_frames(bytes) * BL_INDEX__FRAME +
				  (size_t)i_item * BL_ITEM_ENTRY);
}

uint32_t
bl_index__find(struct bl_str bytes, uint32_t i_item)
{
	uint32_t lo = 0, hi = bl_index__n_frames(bytes);

	while (hi - lo > 1) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (bl_index__frame(bytes, mid).first <= i_item)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

/* Do frames and items add up: no gap, no overlap, every length accounted for? */
static bool
adds_up(struct bl_str bytes, const struct bl_segment *segment)
{
	uint64_t offset = 0;
	uint32_t items = 0;

	for (uint32_t i = 0; i < bl_index__n_frames(bytes); i++) {
		struct bl_index_frame frame = bl_index__frame(bytes, i);
		uint64_t plain = 0;

		if (frame.offset != offset || frame.first != items || frame.count == 0 ||
		    frame.count > segment->count - items ||
		    frame.plain_len > BL_SEGMENT__PLAIN_LIMIT)
			return false;
		for (uint32_t k = 0; k < frame.count; k++)
			plain += (uint64_t)bl_index__item(bytes, items + k).len + 1;
		if (plain != frame.plain_len)
			return false;
		offset += frame.len;
		items += frame.count;
	}
	return offset == segment->size && items == segment->count;
}

enum bl_status
bl_index__check(struct bl_str bytes, const struct bl_segment *segment, struct bl_err *reterr)
{
	uint64_t want;

	if (bytes.len < BL_INDEX__HEAD + 8 || memcmp(bytes.ptr, magic, 8) != 0)
		return bl_fail(reterr, BL_ECORRUPT, "it is no index of a segment");
	want = BL_INDEX__HEAD + (uint64_t)bl_code__u32(bytes.ptr + 16) * BL_INDEX__FRAME +
	       (uint64_t)bl_code__u32(bytes.ptr + 12) * BL_ITEM_ENTRY + 8;
	if (bytes.len != want || bl_code__u64(bytes.ptr + want - 8) !=
				     bl_hash64_of((struct bl_str){bytes.ptr, bytes.len - 8}))
		return bl_fail(reterr, BL_ECORRUPT, "it fails its checksum");
	if (bl_code__u32(bytes.ptr + 8) != segment->first ||
	    bl_code__u32(bytes.ptr + 12) != segment->count ||
	    bl_code__u64(bytes.ptr + 24) != segment->size ||
	    memcmp(bytes.ptr + 32, segment->sha256.byte, BL_SHA256_BYTES) != 0)
		return bl_fail(reterr, BL_ECORRUPT, "it belongs to another segment");
	if (!adds_up(bytes, segment))
		return bl_fail(reterr, BL_ECORRUPT, "its frames and items do not add up");
	return BL_OK;
}

/* The lines of one frame into the maker. */
static enum bl_status
add_lines(struct bl_index_maker *maker, struct bl_str plain, uint64_t key, uint32_t *ret_lines,
    struct bl_err *reterr)
{
	uint32_t lines = 0;
	struct bl_str rest = plain;

	while (rest.len > 0) {
		size_t end = bl_str_find_byte(rest, '\n');
		struct bl_str line = {rest.ptr, end};
		struct bl_index_item item;
		enum bl_status status;

		if (end == SIZE_MAX || end == 0)
			return bl_fail(reterr, BL_ECORRUPT, "a frame does not hold whole lines");
		item.hash = bl_hash128_of(line, key);
		item.len = (uint32_t)line.len;
		status = bl_index_maker__item(maker, &item, reterr);
		if (status != BL_OK)
			return status;
		lines++;
		rest = bl_str_sub(rest, end + 1, rest.len);
	}
	*ret_lines = lines;
	return BL_OK;
}

static enum bl_status
rebuild_frames(struct bl_index_maker *maker, struct bl_str file, uint64_t key,
    struct bl_unpacker *unpacker, struct bl_buf *plain, struct bl_err *reterr)
{
	uint64_t offset = 0;

	while (offset < file.len) {
		struct bl_str rest = bl_str_sub(file, offset, file.len);
		size_t len = ZSTD_findFrameCompressedSize(rest.ptr, rest.len);
		unsigned long long plain_len;
		uint32_t lines = 0;
		enum bl_status status;

		if (ZSTD_isError(len))
			return bl_fail(reterr, BL_ECORRUPT, "zstd: %s", ZSTD_getErrorName(len));
		rest.len = len;
		plain_len = ZSTD_getFrameContentSize(rest.ptr, rest.len);
		if (plain_len > BL_SEGMENT__PLAIN_LIMIT)
			return bl_fail(reterr, BL_ECORRUPT, "a frame does not tell its length");
		status = bl_unpacker__unpack(unpacker, rest, plain_len, plain, reterr);
		if (status == BL_OK)
			status = add_lines(maker, bl_buf_str(plain), key, &lines, reterr);
		if (status == BL_OK)
			status = bl_index_maker__frame(
			    maker, offset, rest, (uint32_t)plain_len, lines, reterr);
		if (status != BL_OK)
			return status;
		offset += len;
	}
	return BL_OK;
}

enum bl_status
bl_index__rebuild(struct bl_str file, const struct bl_segment *segment, uint64_t key,
    struct bl_buf *out, struct bl_err *reterr)
{
	struct bl_index_maker maker = {
	    .frames = BL_BUF_INIT((size_t)1 << 30), .items = BL_BUF_INIT((size_t)1 << 31)};
	struct bl_buf plain = BL_BUF_INIT(2 * BL_SEGMENT__PLAIN_LIMIT);
	struct bl_unpacker *unpacker = NULL;
	struct bl_sha256 sha256;
	enum bl_status status;

	status = bl_sha256_of(file, &sha256, reterr);
	if (status != BL_OK)
		return status;
	if (file.len != segment->size ||
	    memcmp(sha256.byte, segment->sha256.byte, BL_SHA256_BYTES) != 0)
		return bl_fail(reterr, BL_ECORRUPT, "its SHA-256 is not the sealed one");
	status = bl_unpacker__new(&unpacker, reterr);
	if (status == BL_OK)
		status = rebuild_frames(&maker, file, key, unpacker, &plain, reterr);
	if (status == BL_OK && maker.n_items != segment->count)
		status = bl_fail(reterr, BL_ECORRUPT, "it holds %u items where %u were sealed",
		    maker.n_items, segment->count);
	out->len = 0;
	if (status == BL_OK)
		status = bl_index_maker__end(&maker, segment, out, reterr);
	bl_unpacker__free(&unpacker);
	bl_index_maker__release(&maker);
	bl_buf_release(&plain);
	return status;
}
