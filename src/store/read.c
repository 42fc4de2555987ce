/*
 * Reading versions.  A segment is read frame by frame, each checked against its index; an index
 * that is missing or damaged is made again from the segment (and written, by a writer).
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "os/os.h"
#include "store/store_priv.h"

#define CACHE_BYTES ((size_t)64 << 20) /* Of indexes. */

struct cached_index {
	uint32_t type_no, segment;
	uint64_t used;
	struct bl_buf bytes;
};

/* The frame or block that was read last, and the indexes of segments read lately. */
struct bl_cache {
	struct bl_unpacker *unpacker;
	struct bl_buf record, plain;
	bool valid;
	uint32_t type_no, first; /* Of plain: its type and first ordinal. */
	uint32_t count;
	struct cached_index *index;
	uint64_t n, cap;
	size_t bytes;
	uint64_t clock;
};

enum bl_status
bl_cache__new(struct bl_cache **ret_cache, struct bl_err *reterr)
{
	struct bl_cache *cache = bl_mem_alloc(sizeof(*cache));
	enum bl_status status;

	if (cache == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to read a store");
	*cache = (struct bl_cache){.record = BL_BUF_INIT((size_t)1 << 31),
	    .plain = BL_BUF_INIT(2 * BL_SEGMENT__PLAIN_LIMIT)};
	status = bl_unpacker__new(&cache->unpacker, reterr);
	if (status != BL_OK) {
		bl_mem_free(cache);
		return status;
	}
	*ret_cache = cache;
	return BL_OK;
}

void
bl_cache__forget(struct bl_cache *cache)
{
	cache->valid = false;
}

void
bl_cache__free(struct bl_cache **cache)
{
	struct bl_cache *c = *cache;

	if (c == NULL)
		return;
	for (uint64_t i = 0; i < c->n; i++)
		bl_buf_release(&c->index[i].bytes);
	bl_mem_free(c->index);
	bl_unpacker__free(&c->unpacker);
	bl_buf_release(&c->record);
	bl_buf_release(&c->plain);
	bl_mem_free(c);
	*cache = NULL;
}

/* ---- Indexes. ------------------------------------------------------------ */

static void
segment_path(const struct bl_store *store, const struct bl_type *type, uint32_t first, bool index,
    char path[BL_STORE__PATH])
{
	bl_store__path(store, path,
	    index ? "versions/%s/_%012u.idx" : "versions/%s/%012u.ndjson.zst", type->folder, first);
}

/* All of a file that is ${size} bytes long; BL_ECORRUPT when it is not. */
static enum bl_status
read_all(const struct bl_store *store, const char *path, uint64_t size, bool any_size,
    struct bl_buf *out, struct bl_err *reterr)
{
	struct bl_file *file = NULL;
	struct bl_file_info info;
	enum bl_status status;

	out->len = 0;
	status = bl_os_open(store->os, path, BL_OPEN_READ, &file, reterr);
	if (status != BL_OK)
		return status;
	status = bl_file_info(file, &info, reterr);
	if (status == BL_OK && !any_size && info.size_bytes != size)
		status = bl_fail(reterr, BL_ECORRUPT, "%s has %llu bytes; %llu were written", path,
		    (unsigned long long)info.size_bytes, (unsigned long long)size);
	if (status == BL_OK && info.size_bytes > out->limit)
		status = bl_fail(reterr, BL_ECORRUPT, "%s is too large", path);
	if (status == BL_OK)
		status =
		    bl_buf_reserve(out, info.size_bytes > 0 ? (size_t)info.size_bytes : 1, reterr);
	if (status == BL_OK)
		status = bl_file_pread(file, 0, out->ptr, (size_t)info.size_bytes, reterr);
	if (status == BL_OK)
		out->len = (size_t)info.size_bytes;
	bl_file_close(&file);
	return status;
}

/* A segment that the manifest names must be there. */
static enum bl_status
missing(enum bl_status status, const char *path, struct bl_err *reterr)
{
	if (status == BL_ENOTFOUND)
		return bl_fail(reterr, BL_ECORRUPT, "%s is missing", path);
	return status;
}

static enum bl_status
rebuild_index(const struct bl_store *store, const struct bl_type *type,
    const struct bl_segment *segment, struct bl_buf *ret_index, struct bl_err *reterr)
{
	struct bl_buf file = BL_BUF_INIT(BL_SEGMENT__FILE_LIMIT);
	char path[BL_STORE__PATH];
	enum bl_status status;

	segment_path(store, type, segment->first, false, path);
	status = missing(read_all(store, path, segment->size, false, &file, reterr), path, reterr);
	if (status == BL_OK) {
		status =
		    bl_index__rebuild(bl_buf_str(&file), segment, store->key, ret_index, reterr);
		if (status != BL_OK)
			bl_err_prefix(reterr, "%s", path);
	}
	bl_buf_release(&file);
	if (status != BL_OK || !store->writer)
		return status;
	segment_path(store, type, segment->first, true, path);
	return bl_os_write_file(store->os, path, bl_buf_str(ret_index), reterr);
}

enum bl_status
bl_read__index(const struct bl_store *store, const struct bl_type *type,
    const struct bl_segment *segment, struct bl_buf *ret_index, bool *ret_rebuilt,
    struct bl_err *reterr)
{
	char path[BL_STORE__PATH];
	enum bl_status status;

	*ret_rebuilt = false;
	segment_path(store, type, segment->first, true, path);
	status = read_all(store, path, 0, true, ret_index, reterr);
	if (status == BL_OK)
		status = bl_index__check(bl_buf_str(ret_index), segment, reterr);
	if (status != BL_ENOTFOUND && status != BL_ECORRUPT)
		return status;
	*ret_rebuilt = true;
	return rebuild_index(store, type, segment, ret_index, reterr);
}

static void
evict(struct bl_cache *cache)
{
	while (cache->bytes > CACHE_BYTES && cache->n > 1) {
		uint64_t oldest = 0;

		for (uint64_t i = 1; i < cache->n; i++)
			if (cache->index[i].used < cache->index[oldest].used)
				oldest = i;
		cache->bytes -= cache->index[oldest].bytes.len;
		bl_buf_release(&cache->index[oldest].bytes);
		cache->index[oldest] = cache->index[--cache->n];
	}
}

/* The index of a type's segment, from the cache; valid until the next call. */
static enum bl_status
cached_index(const struct bl_store *store, uint32_t type_no, uint32_t i_segment,
    struct bl_str *ret_index, struct bl_err *reterr)
{
	struct bl_cache *cache = store->cache;
	struct cached_index fresh = {.type_no = type_no,
	    .segment = i_segment,
	    .used = ++cache->clock,
	    .bytes = BL_BUF_INIT((size_t)1 << 31)};
	enum bl_status status;
	bool rebuilt;

	for (uint64_t i = 0; i < cache->n; i++)
		if (cache->index[i].type_no == type_no && cache->index[i].segment == i_segment) {
			cache->index[i].used = cache->clock;
			*ret_index = bl_buf_str(&cache->index[i].bytes);
			return BL_OK;
		}
	evict(cache);
	status = bl_store__grow(
	    (void **)&cache->index, &cache->cap, cache->n, sizeof(*cache->index), reterr);
	if (status == BL_OK)
		status = bl_read__index(store, &store->type[type_no],
		    &store->type[type_no].segment[i_segment], &fresh.bytes, &rebuilt, reterr);
	if (status != BL_OK) {
		bl_buf_release(&fresh.bytes);
		return status;
	}
	cache->bytes += fresh.bytes.len;
	cache->index[cache->n++] = fresh;
	*ret_index = bl_buf_str(&fresh.bytes);
	return BL_OK;
}

/* ---- Frames and blocks. -------------------------------------------------- */

/* An open segment and its index. */
struct opened {
	struct bl_file *file;
	const char *path;
	struct bl_str index;
};

/* Frame ${i} of an open segment into ${plain}; ${packed} is scratch. */
static enum bl_status
read_frame(struct opened segment, uint32_t i, struct bl_unpacker *unpacker, struct bl_buf *packed,
    struct bl_buf *plain, struct bl_err *reterr)
{
	struct bl_index_frame frame = bl_index__frame(segment.index, i);
	enum bl_status status;

	packed->len = 0;
	status = bl_buf_reserve(packed, frame.len > 0 ? frame.len : 1, reterr);
	if (status == BL_OK)
		status = bl_file_pread(segment.file, frame.offset, packed->ptr, frame.len, reterr);
	if (status != BL_OK)
		return status;
	packed->len = frame.len;
	if (bl_hash64_of(bl_buf_str(packed)) != frame.check)
		status = bl_fail(reterr, BL_ECORRUPT, "its checksum is wrong");
	else
		status = bl_unpacker__unpack(
		    unpacker, bl_buf_str(packed), frame.plain_len, plain, reterr);
	if (status != BL_OK)
		bl_err_prefix(reterr, "%s: frame %u at byte %llu", segment.path, i,
		    (unsigned long long)frame.offset);
	return status;
}

enum bl_status
bl_read__block(const struct bl_store *store, const struct bl_type *type,
    const struct bl_block *block, struct bl_unpacker *unpacker, struct bl_buf *record,
    struct bl_buf *plain, struct bl_err *reterr)
{
	size_t table = (size_t)block->n * BL_ITEM_ENTRY;
	struct bl_log__record head;
	uint64_t sum = 0;
	enum bl_status status;

	(void)type;
	status = bl_log__head_at(&store->tail, block->offset, &head, reterr);
	if (status == BL_OK)
		status = bl_log__payload(&store->tail, &head, record, reterr);
	if (status != BL_OK)
		return status;
	if (head.kind != BL_STORE__ITEMS || head.c != block->n || record->len < table)
		return bl_fail(reterr, BL_ECORRUPT, "%s: the record at byte %llu has changed",
		    store->tail.path, (unsigned long long)block->offset);
	for (uint32_t i = 0; i < block->n; i++)
		sum +=
		    (uint64_t)bl_index_item__get(record->ptr + (size_t)i * BL_ITEM_ENTRY).len + 1;
	status = bl_unpacker__unpack(
	    unpacker, bl_str_sub(bl_buf_str(record), table, record->len), head.d, plain, reterr);
	if (status == BL_OK && sum != plain->len)
		status = bl_fail(reterr, BL_ECORRUPT, "its items do not add up");
	if (status != BL_OK)
		bl_err_prefix(reterr, "%s: the record at byte %llu", store->tail.path,
		    (unsigned long long)block->offset);
	return status;
}

/* Items that lie together: ${table} has an entry for each, from ordinal ${first} on. */
struct run {
	uint32_t first;
	const char *table;
	struct bl_str plain;
};

/* ---- Scanning. ----------------------------------------------------------- */

struct scan {
	bl_store_scan_fn fn;
	void *ctx;
	uint32_t from; /* Versions before are passed over. */
	struct bl_unpacker *unpacker;
	struct bl_buf record, plain;
};

/* ${count} items of the type that stand in ${plain} one behind the other. */
static enum bl_status
give(struct scan *scan, uint32_t type_no, struct run run, uint32_t count, struct bl_err *reterr)
{
	size_t at = 0;

	for (uint32_t i = 0; i < count; i++) {
		struct bl_index_item entry =
		    bl_index_item__get(run.table + (size_t)i * BL_ITEM_ENTRY);
		enum bl_status status = BL_OK;

		if (entry.len >= run.plain.len - at || run.plain.ptr[at + entry.len] != '\n')
			return bl_fail(reterr, BL_ECORRUPT,
			    "version %u of type %u does not end where its index says",
			    run.first + i, type_no);
		if (run.first + i >= scan->from)
			status = scan->fn(scan->ctx, (struct bl_version_id){type_no, run.first + i},
			    (struct bl_str){run.plain.ptr + at, entry.len}, reterr);
		if (status != BL_OK)
			return status;
		at += (size_t)entry.len + 1;
	}
	return BL_OK;
}

static enum bl_status
scan_segment(const struct bl_store *store, struct scan *scan, uint32_t type_no,
    const struct bl_segment *segment, struct bl_err *reterr)
{
	const struct bl_type *type = &store->type[type_no];
	struct bl_buf index = BL_BUF_INIT((size_t)1 << 31);
	struct bl_file *file = NULL;
	char path[BL_STORE__PATH];
	enum bl_status status;
	bool rebuilt;

	if (segment->first + segment->count <= scan->from)
		return BL_OK;
	status = bl_read__index(store, type, segment, &index, &rebuilt, reterr);
	segment_path(store, type, segment->first, false, path);
	if (status == BL_OK)
		status =
		    missing(bl_os_open(store->os, path, BL_OPEN_READ, &file, reterr), path, reterr);
	for (uint32_t i = 0; status == BL_OK && i < bl_index__n_frames(bl_buf_str(&index)); i++) {
		struct bl_index_frame frame = bl_index__frame(bl_buf_str(&index), i);
		size_t table = BL_INDEX__HEAD +
			       (size_t)bl_index__n_frames(bl_buf_str(&index)) * BL_INDEX__FRAME;

		if (segment->first + frame.first + frame.count <= scan->from)
			continue;
		status = read_frame((struct opened){file, path, bl_buf_str(&index)}, i,
		    scan->unpacker, &scan->record, &scan->plain, reterr);
		if (status == BL_OK)
			status = give(scan, type_no,
			    (struct run){segment->first + frame.first,
				index.ptr + table + (size_t)frame.first * BL_ITEM_ENTRY,
				bl_buf_str(&scan->plain)},
			    frame.count, reterr);
	}
	bl_file_close(&file);
	bl_buf_release(&index);
	return status;
}

enum bl_status
bl_store_scan(
    struct bl_store *store, uint32_t type_no, bl_store_scan_fn fn, void *ctx, struct bl_err *reterr)
{
	return bl_store_scan_from(store, type_no, 0, fn, ctx, reterr);
}

enum bl_status
bl_store_scan_from(struct bl_store *store, uint32_t type_no, uint32_t first, bl_store_scan_fn fn,
    void *ctx, struct bl_err *reterr)
{
	struct scan scan = {.fn = fn,
	    .ctx = ctx,
	    .from = first,
	    .record = BL_BUF_INIT((size_t)1 << 31),
	    .plain = BL_BUF_INIT(2 * BL_SEGMENT__PLAIN_LIMIT)};
	const struct bl_type *type;
	enum bl_status status;

	if (type_no >= store->n_types)
		return bl_fail(reterr, BL_ENOTFOUND, "there is no resource type %u", type_no);
	type = &store->type[type_no];
	status = bl_unpacker__new(&scan.unpacker, reterr);
	for (uint32_t i = 0; i < type->n_segments && status == BL_OK; i++)
		status = scan_segment(store, &scan, type_no, &type->segment[i], reterr);
	for (uint32_t i = 0; i < type->n_blocks && status == BL_OK; i++) {
		const struct bl_block *block = &type->block[i];

		if (block->first + block->n <= first)
			continue;
		status = bl_read__block(
		    store, type, block, scan.unpacker, &scan.record, &scan.plain, reterr);
		if (status == BL_OK)
			status = give(&scan, type_no,
			    (struct run){block->first, scan.record.ptr, bl_buf_str(&scan.plain)},
			    block->n, reterr);
	}
	if (status == BL_OK)
		status = give(&scan, type_no,
		    (struct run){type->open_first, type->open_table.ptr, bl_buf_str(&type->open)},
		    (uint32_t)(type->open_table.len / BL_ITEM_ENTRY), reterr);
	bl_unpacker__free(&scan.unpacker);
	bl_buf_release(&scan.record);
	bl_buf_release(&scan.plain);
	return status;
}

/* ---- One version. -------------------------------------------------------- */

/* The segment or block that holds an ordinal: the last that does not begin behind it. */
static uint32_t
find_segment(const struct bl_type *type, uint32_t ordinal)
{
	uint32_t lo = 0, hi = type->n_segments;

	while (hi - lo > 1) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (type->segment[mid].first <= ordinal)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

static uint32_t
find_block(const struct bl_type *type, uint32_t ordinal)
{
	uint32_t lo = 0, hi = type->n_blocks;

	while (hi - lo > 1) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (type->block[mid].first <= ordinal)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

/* The frame of a sealed version into the cache; its items' table is a part of the index. */
static enum bl_status
load_frame(const struct bl_store *store, struct bl_version_id id, const char **ret_table,
    struct bl_err *reterr)
{
	const struct bl_type *type = &store->type[id.type_no];
	struct bl_cache *cache = store->cache;
	uint32_t i_segment = find_segment(type, id.ordinal), i_frame;
	const struct bl_segment *segment = &type->segment[i_segment];
	struct bl_index_frame frame;
	struct bl_file *file = NULL;
	char path[BL_STORE__PATH];
	struct bl_str index;
	enum bl_status status;

	status = cached_index(store, id.type_no, i_segment, &index, reterr);
	if (status != BL_OK)
		return status;
	i_frame = bl_index__find(index, id.ordinal - segment->first);
	frame = bl_index__frame(index, i_frame);
	*ret_table = index.ptr + BL_INDEX__HEAD +
		     (size_t)bl_index__n_frames(index) * BL_INDEX__FRAME +
		     (size_t)frame.first * BL_ITEM_ENTRY;
	if (cache->valid && cache->type_no == id.type_no &&
	    cache->first == segment->first + frame.first && cache->count == frame.count)
		return BL_OK;
	cache->valid = false;
	segment_path(store, type, segment->first, false, path);
	status = missing(bl_os_open(store->os, path, BL_OPEN_READ, &file, reterr), path, reterr);
	if (status == BL_OK)
		status = read_frame((struct opened){file, path, index}, i_frame, cache->unpacker,
		    &cache->record, &cache->plain, reterr);
	bl_file_close(&file);
	if (status != BL_OK)
		return status;
	cache->valid = true;
	cache->type_no = id.type_no;
	cache->first = segment->first + frame.first;
	cache->count = frame.count;
	return BL_OK;
}

static enum bl_status
load_block(const struct bl_store *store, struct bl_version_id id, struct bl_err *reterr)
{
	const struct bl_type *type = &store->type[id.type_no];
	const struct bl_block *block = &type->block[find_block(type, id.ordinal)];
	struct bl_cache *cache = store->cache;
	enum bl_status status;

	if (cache->valid && cache->type_no == id.type_no && cache->first == block->first &&
	    cache->count == block->n)
		return BL_OK;
	cache->valid = false;
	status = bl_read__block(
	    store, type, block, cache->unpacker, &cache->record, &cache->plain, reterr);
	if (status != BL_OK)
		return status;
	cache->valid = true;
	cache->type_no = id.type_no;
	cache->first = block->first;
	cache->count = block->n;
	return BL_OK;
}

/* Item ${i} of a run is what was stored; its SHA-256. */
static enum bl_status
check_item(const struct bl_store *store, const struct run *run, uint32_t i, struct bl_str plain,
    struct bl_sha256 *ret_sha256, struct bl_err *reterr)
{
	const char *at = run->table + (size_t)i * BL_ITEM_ENTRY;
	struct bl_hash128 hash = bl_hash128_of(plain, store->key);
	struct bl_index_item item = bl_index_item__get(at);

	if (hash.low != item.hash.low || hash.high != item.hash.high)
		return bl_fail(reterr, BL_ECORRUPT, "its hash is not the one that was stored");
	return bl_sha256_of(plain, ret_sha256, reterr);
}

static enum bl_status
take_item(const struct bl_store *store, struct bl_version_id id, struct run run,
    struct bl_arena *arena, struct bl_str *ret_bytes, struct bl_sha256 *ret_sha256,
    struct bl_err *reterr)
{
	uint32_t i_item = id.ordinal - run.first;
	struct bl_index_item entry = {.len = 0};
	struct bl_sha256 sha256;
	struct bl_str plain;
	size_t at = 0;
	enum bl_status status;

	for (uint32_t i = 0; i <= i_item; i++) {
		at += i > 0 ? (size_t)entry.len + 1 : 0;
		entry = bl_index_item__get(run.table + (size_t)i * BL_ITEM_ENTRY);
	}
	assert(at + entry.len < run.plain.len); /* The lengths have been added up. */
	plain = bl_str_sub(run.plain, at, at + entry.len);
	status = check_item(store, &run, i_item, plain, &sha256, reterr);
	if (status != BL_OK)
		return status;
	if (bl_str_dup(arena, plain, ret_bytes) != BL_OK)
		return bl_fail(reterr, BL_ENOMEM, "no room for an item of %zu bytes", plain.len);
	*ret_sha256 = sha256;
	return BL_OK;
}

enum bl_status
bl_store_read(struct bl_store *store, struct bl_version_id id, struct bl_arena *arena,
    struct bl_str *ret_bytes, struct bl_sha256 *ret_sha256, struct bl_err *reterr)
{
	const struct bl_type *type;
	struct bl_cache *cache = store->cache;
	const char *table = NULL;
	struct run run;
	enum bl_status status;

	if (id.type_no >= store->n_types || id.ordinal >= store->type[id.type_no].n)
		return bl_fail(reterr, BL_ENOTFOUND, "there is no version %u of resource type %u",
		    id.ordinal, id.type_no);
	type = &store->type[id.type_no];
	if (id.ordinal >= type->open_first && type->open_table.len > 0) {
		run = (struct run){type->open_first, type->open_table.ptr, bl_buf_str(&type->open)};
		status = BL_OK;
	} else if (id.ordinal >= type->n_sealed) {
		status = load_block(store, id, reterr);
		run = (struct run){cache->first, cache->record.ptr, bl_buf_str(&cache->plain)};
	} else {
		status = load_frame(store, id, &table, reterr);
		run = (struct run){cache->first, table, bl_buf_str(&cache->plain)};
	}
	if (status == BL_OK)
		status = take_item(store, id, run, arena, ret_bytes, ret_sha256, reterr);
	if (status == BL_ECORRUPT)
		bl_err_prefix(reterr, "version %u of %.*s", id.ordinal, BL_STR_ARG(type->name));
	return status;
}

enum bl_status
bl_store_attachment(struct bl_store *store, const struct bl_sha256 *sha256, struct bl_arena *arena,
    struct bl_str *ret_bytes, struct bl_err *reterr)
{
	char path[BL_STORE__PATH], hex[BL_SHA256_HEX];
	struct bl_sha256 digest;
	struct bl_str bytes;
	enum bl_status status;

	bl_store__path(store, path, "evidence/%s", bl_sha256_hex(sha256, hex));
	status =
	    bl_os_read_file(store->os, arena, path, BL_STORE__ATTACHMENT_LIMIT, &bytes, reterr);
	if (status == BL_OK)
		status = bl_sha256_of(bytes, &digest, reterr);
	if (status != BL_OK)
		return status;
	if (memcmp(digest.byte, sha256->byte, BL_SHA256_BYTES) != 0)
		return bl_fail(
		    reterr, BL_ECORRUPT, "%s does not have the SHA-256 of its name", path);
	*ret_bytes = bytes;
	return BL_OK;
}
