#ifndef BL_STORE_SEGMENT_H
#define BL_STORE_SEGMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/status.h"
#include "base/str.h"

struct bl_os;

/*
 * A sealed segment: independent zstd frames, each of whole lines, one item a line; and its index
 * beside it, which can be made again from the segment and the store's key:
 *
 *   0  "BLindex2"   8  u32 first ordinal   12 u32 items   16 u32 frames   20 u32 0
 *   24 u64 bytes of the segment            32 SHA-256 of the segment
 *   64 per frame, 32 bytes: u64 offset, u32 bytes, u32 plain bytes, u32 first item (from 0 in the
 *      segment), u32 items, u64 XXH3-64 of the frame's bytes
 *   .. per item, 20 bytes: u64 low and u64 high of the keyed XXH3-128, u32 bytes without the
 * newline
 *   .. u64 XXH3-64 of everything before
 *
 * The 20 bytes are an item's "entry", and stand in the tail's tables too.  Its SHA-256 is worked
 * out when its bytes are read: see docs/design/002.
 */
#define BL_INDEX__HEAD 64
#define BL_INDEX__FRAME 32
#define BL_ITEM_ENTRY 20

#define BL_SEGMENT__FRAME                                                                          \
	((size_t)256 << 10) /* Plain bytes of a frame, unless one item is larger. */
#define BL_SEGMENT__BYTES ((uint64_t)64 << 20) /* Plain bytes after which a segment ends. */
#define BL_SEGMENT__ITEMS 262144u
/* A block of the tail with so many plain bytes becomes a frame as it is; smaller ones are joined.
 */
#define BL_SEGMENT__COPY ((size_t)128 << 10)
/* No frame is larger: the limit of an item, its newline, and what was there before. */
#define BL_SEGMENT__PLAIN_LIMIT (((size_t)64 << 20) + BL_SEGMENT__FRAME + 1)
#define BL_SEGMENT__FILE_LIMIT ((uint64_t)256 << 20)

struct bl_segment {
	uint32_t first, count;
	uint64_t size;
	struct bl_sha256 sha256;
};

struct bl_index_item {
	struct bl_hash128 hash;
	uint32_t len;
};
void bl_index_item__put(char at[BL_ITEM_ENTRY], const struct bl_index_item *item);
struct bl_index_item bl_index_item__get(const char at[BL_ITEM_ENTRY]);

/* zstd, with its contexts kept.  unpack: exactly ${plain_len} bytes into ${plain}, or BL_ECORRUPT.
 */
struct bl_packer;
struct bl_unpacker;
BL_STATUS bl_packer__new(struct bl_packer **ret_packer, struct bl_err *reterr);
void bl_packer__free(struct bl_packer **packer);
BL_STATUS bl_packer__pack(
    struct bl_packer *packer, struct bl_str plain, struct bl_buf *out, struct bl_err *reterr);
BL_STATUS bl_unpacker__new(struct bl_unpacker **ret_unpacker, struct bl_err *reterr);
void bl_unpacker__free(struct bl_unpacker **unpacker);
BL_STATUS bl_unpacker__unpack(struct bl_unpacker *unpacker, struct bl_str packed, size_t plain_len,
    struct bl_buf *plain, struct bl_err *reterr);

/* Writing one segment and its index.  The paths live as long as the writer. */
struct bl_segment_writer;
BL_STATUS bl_segment_writer__new(struct bl_os *os, const char *path, const char *index_path,
    uint32_t first, struct bl_segment_writer **ret_writer, struct bl_err *reterr);
/* bl_segment_writer__free: removes the files when finish did not succeed. */
void bl_segment_writer__free(struct bl_segment_writer **writer);
BL_STATUS bl_segment_writer__add(struct bl_segment_writer *writer, struct bl_str bytes,
    const struct bl_index_item *item, struct bl_err *reterr);
/* bl_segment_writer__add_frame: ${n} items that stand in ${packed}, a frame as
 * bl_segment_writer__add would make it, with ${plain_len} bytes; ${table}: their n entries. */
BL_STATUS bl_segment_writer__add_frame(struct bl_segment_writer *writer, struct bl_str packed,
    uint32_t plain_len, const char *table, uint32_t n, struct bl_err *reterr);
bool bl_segment_writer__full(const struct bl_segment_writer *writer);
/* bl_segment_writer__finish: both files are whole and synced (not their folder).  *ret_sync_failed:
 * set when it was a sync that failed. */
BL_STATUS bl_segment_writer__finish(struct bl_segment_writer *writer,
    struct bl_segment *ret_segment, bool *ret_sync_failed, struct bl_err *reterr);

/* An index in memory.  check: is ${bytes} a sound index of ${segment}? */
struct bl_index_frame {
	uint64_t offset;
	uint32_t len, plain_len;
	uint32_t first, count; /* Items, from 0 in the segment. */
	uint64_t check;
};
BL_STATUS bl_index__check(
    struct bl_str bytes, const struct bl_segment *segment, struct bl_err *reterr);
uint32_t bl_index__n_frames(struct bl_str bytes);
struct bl_index_frame bl_index__frame(struct bl_str bytes, uint32_t i_frame);
struct bl_index_item bl_index__item(struct bl_str bytes, uint32_t i_item);
/* bl_index__find(bytes, i_item): the frame that holds it. */
uint32_t bl_index__find(struct bl_str bytes, uint32_t i_item);

/* bl_index__rebuild(file, segment, key, out): from the segment's bytes.  BL_ECORRUPT when they are
 * not the sealed ones. */
BL_STATUS bl_index__rebuild(struct bl_str file, const struct bl_segment *segment, uint64_t key,
    struct bl_buf *out, struct bl_err *reterr);

/* What writer and rebuild share: frames and items gathered, then the whole. */
struct bl_index_maker {
	struct bl_buf frames, items;
	uint32_t n_frames, n_items;
};
void bl_index_maker__release(struct bl_index_maker *maker);
BL_STATUS bl_index_maker__frame(struct bl_index_maker *maker, uint64_t offset, struct bl_str packed,
    uint32_t plain_len, uint32_t n_items, struct bl_err *reterr);
BL_STATUS bl_index_maker__item(
    struct bl_index_maker *maker, const struct bl_index_item *item, struct bl_err *reterr);
/* bl_index_maker__items: ${n} entries as they are. */
BL_STATUS bl_index_maker__items(
    struct bl_index_maker *maker, const char *table, uint32_t n, struct bl_err *reterr);
BL_STATUS bl_index_maker__end(const struct bl_index_maker *maker, const struct bl_segment *segment,
    struct bl_buf *out, struct bl_err *reterr);

#endif
