/*
 * Sealing: what waits in the tail becomes segments.
 *
 *   1 segments and their indexes are written and synced, then their folders;
 *   2 a new tail with what still waits is written and synced, then its folder (or the old one
 * stays); 3 the new manifest takes the old one's place: from here on the segments count; 4 the old
 * tail is removed. A crash before 3 leaves files that no manifest names, which the next writer's
 * open removes.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "os/os.h"
#include "store/store_priv.h"

struct sealed {
	uint32_t type_no;
	struct bl_segment segment;
};

struct seal {
	struct bl_store *store;
	bool *chosen; /* By type. */
	struct sealed *sealed;
	uint64_t n_sealed, cap_sealed;
	struct bl_unpacker *unpacker;
	struct bl_buf record, plain;
	struct bl_arena *arena;
	bool sync_failed;
	/* The new tail; path NULL: the old one stays. */
	char *tail_path;
	struct bl_log tail;
	struct bl_block
	    *moved; /* The waiting blocks of the types not chosen, at their new places. */
	uint64_t n_moved, cap_moved;
	uint64_t *named_at; /* By type. */
};

static uint64_t
all_waiting(const struct bl_store *store)
{
	uint64_t sum = 0;

	for (uint32_t t = 0; t < store->n_types; t++)
		sum += store->type[t].waiting_bytes;
	return sum;
}

static bool
wants(const struct bl_store *store, const struct bl_type *type, uint64_t all)
{
	return type->waiting_bytes >= store->seal_type ||
	       (all >= store->seal_all && type->waiting_bytes >= store->seal_small);
}

bool
bl_seal__due(const struct bl_store *store)
{
	uint64_t all = all_waiting(store);

	for (uint32_t t = 0; t < store->n_types; t++)
		if (wants(store, &store->type[t], all))
			return true;
	return false;
}

static enum bl_status
sync_named(struct seal *seal, const char *name, struct bl_err *reterr)
{
	enum bl_status status = bl_store__sync_folder(seal->store, name, reterr);

	if (status != BL_OK)
		seal->sync_failed = true;
	return status;
}

/* ---- 1: segments. -------------------------------------------------------- */

struct output {
	char path[BL_STORE__PATH], index_path[BL_STORE__PATH];
	struct bl_segment_writer *writer;
};

static enum bl_status
end_segment(struct seal *seal, uint32_t type_no, struct output *out, struct bl_err *reterr)
{
	struct sealed *sealed;
	enum bl_status status;

	if (out->writer == NULL)
		return BL_OK;
	status = bl_store__grow((void **)&seal->sealed, &seal->cap_sealed, seal->n_sealed,
	    sizeof(*seal->sealed), reterr);
	if (status != BL_OK)
		return status;
	sealed = &seal->sealed[seal->n_sealed];
	sealed->type_no = type_no;
	status =
	    bl_segment_writer__finish(out->writer, &sealed->segment, &seal->sync_failed, reterr);
	if (status != BL_OK)
		return status;
	seal->n_sealed++;
	bl_segment_writer__free(&out->writer);
	return BL_OK;
}

/* A segment that can take more, which begins with ${ordinal} when it is a new one. */
static enum bl_status
need_segment(struct seal *seal, uint32_t type_no, struct output *out, uint32_t ordinal,
    struct bl_err *reterr)
{
	const struct bl_type *type = &seal->store->type[type_no];
	enum bl_status status = BL_OK;

	if (out->writer != NULL && bl_segment_writer__full(out->writer))
		status = end_segment(seal, type_no, out, reterr);
	if (status != BL_OK || out->writer != NULL)
		return status;
	bl_store__path(
	    seal->store, out->path, "versions/%s/%012u.ndjson.zst", type->folder, ordinal);
	bl_store__path(
	    seal->store, out->index_path, "versions/%s/_%012u.idx", type->folder, ordinal);
	return bl_segment_writer__new(
	    seal->store->os, out->path, out->index_path, ordinal, &out->writer, reterr);
}

/* What is sealed is sealed for ever: is every item of the block still the one that was put? */
static enum bl_status
check_block(const struct seal *seal, const struct bl_block *block, struct bl_err *reterr)
{
	size_t at = 0;

	for (uint32_t i = 0; i < block->n; i++) {
		struct bl_index_item item =
		    bl_index_item__get(seal->record.ptr + (size_t)i * BL_ITEM_ENTRY);
		struct bl_str bytes = {seal->plain.ptr + at, item.len};
		struct bl_hash128 hash = bl_hash128_of(bytes, seal->store->key);

		/* The lengths have been added up: each byte behind an item is there. */
		if (hash.low != item.hash.low || hash.high != item.hash.high ||
		    bytes.ptr[bytes.len] != '\n')
			return bl_fail(reterr, BL_ECORRUPT,
			    "%s: an item of the record at byte %llu has changed",
			    seal->store->tail.path, (unsigned long long)block->offset);
		at += (size_t)item.len + 1;
	}
	return BL_OK;
}

/* The block's frame is fit for a segment as it is. */
static enum bl_status
copy_block(struct seal *seal, uint32_t type_no, const struct bl_block *block, struct output *out,
    struct bl_err *reterr)
{
	enum bl_status status = need_segment(seal, type_no, out, block->first, reterr);
	struct bl_str packed = bl_str_sub(
	    bl_buf_str(&seal->record), (size_t)block->n * BL_ITEM_ENTRY, seal->record.len);

	if (status != BL_OK)
		return status;
	return bl_segment_writer__add_frame(
	    out->writer, packed, (uint32_t)seal->plain.len, seal->record.ptr, block->n, reterr);
}

static enum bl_status
seal_block(struct seal *seal, uint32_t type_no, const struct bl_block *block, struct output *out,
    struct bl_err *reterr)
{
	size_t at = 0;
	enum bl_status status;

	status = bl_read__block(seal->store, &seal->store->type[type_no], block, seal->unpacker,
	    &seal->record, &seal->plain, reterr);
	if (status == BL_OK)
		status = check_block(seal, block, reterr);
	if (status == BL_OK && seal->plain.len >= BL_SEGMENT__COPY)
		return copy_block(seal, type_no, block, out, reterr);
	for (uint32_t i = 0; i < block->n && status == BL_OK; i++) {
		struct bl_index_item item =
		    bl_index_item__get(seal->record.ptr + (size_t)i * BL_ITEM_ENTRY);

		status = need_segment(seal, type_no, out, block->first + i, reterr);
		if (status == BL_OK)
			status = bl_segment_writer__add(out->writer,
			    (struct bl_str){seal->plain.ptr + at, item.len}, &item, reterr);
		at += (size_t)item.len + 1;
	}
	return status;
}

static enum bl_status
seal_type(struct seal *seal, uint32_t type_no, struct bl_err *reterr)
{
	const struct bl_type *type = &seal->store->type[type_no];
	struct output *out = bl_mem_alloc(sizeof(*out));
	char name[BL_STORE__FOLDER_LIMIT + 16], path[BL_STORE__PATH];
	enum bl_status status;

	if (out == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to seal");
	out->writer = NULL;
	(void)snprintf(name, sizeof(name), "versions/%s", type->folder);
	bl_store__path(seal->store, path, "%s", name);
	status = bl_os_mkdir(seal->store->os, path, reterr);
	for (uint32_t i = 0; i < type->n_blocks && status == BL_OK; i++)
		status = seal_block(seal, type_no, &type->block[i], out, reterr);
	if (status == BL_OK)
		status = end_segment(seal, type_no, out, reterr);
	if (status == BL_OK)
		status = sync_named(seal, name, reterr);
	bl_segment_writer__free(&out->writer);
	bl_mem_free(out);
	return status;
}

/* ---- 2: the new tail. ---------------------------------------------------- */

static enum bl_status
move_block(struct seal *seal, uint32_t type_no, const struct bl_block *block, struct bl_err *reterr)
{
	struct bl_store *store = seal->store;
	struct bl_log__record head;
	struct bl_block moved = *block;
	struct bl_str part;
	enum bl_status status;

	status = bl_store__grow(
	    (void **)&seal->moved, &seal->cap_moved, seal->n_moved, sizeof(*seal->moved), reterr);
	if (status == BL_OK)
		status = bl_log__head_at(&store->tail, block->offset, &head, reterr);
	if (status == BL_OK)
		status = bl_log__payload(&store->tail, &head, &seal->record, reterr);
	if (status == BL_OK && seal->named_at[type_no] == 0)
		status = bl_log__add(&seal->tail,
		    (struct bl_log__record){.kind = BL_STORE__TYPE, .a = type_no},
		    &store->type[type_no].name, 1, &seal->named_at[type_no], reterr);
	part = bl_buf_str(&seal->record);
	if (status == BL_OK)
		status = bl_log__add(&seal->tail, head, &part, 1, &moved.offset, reterr);
	if (status == BL_OK && seal->tail.buf.len > (size_t)1 << 20)
		status = bl_log__write(&seal->tail, reterr);
	if (status == BL_OK)
		seal->moved[seal->n_moved++] = moved;
	return status;
}

static enum bl_status
new_tail(struct seal *seal, struct bl_err *reterr)
{
	struct bl_store *store = seal->store;
	enum bl_status status;

	status = bl_store__log_path(store, store->tail_no + 1, &seal->tail_path, reterr);
	if (status == BL_OK)
		status = bl_log__create(
		    store->os, seal->tail_path, BL_STORE__TAIL_MAGIC, store->tail_no + 1, reterr);
	if (status == BL_OK)
		status = bl_log__open(&seal->tail, store->os, seal->tail_path, BL_STORE__TAIL_MAGIC,
		    store->tail_no + 1, true, reterr);
	for (uint32_t t = 0; t < store->n_types && status == BL_OK; t++)
		for (uint32_t i = 0; i < store->type[t].n_blocks && status == BL_OK; i++)
			if (!seal->chosen[t])
				status = move_block(seal, t, &store->type[t].block[i], reterr);
	if (status == BL_OK)
		status = bl_log__write(&seal->tail, reterr);
	if (status != BL_OK)
		return status;
	status = bl_log__sync(&seal->tail, reterr);
	if (status != BL_OK) {
		seal->sync_failed = true;
		return status;
	}
	return sync_named(seal, "tail", reterr);
}

/* ---- 3: the manifest. ---------------------------------------------------- */

static enum bl_status
new_manifest(struct seal *seal, struct bl_manifest *ret, struct bl_err *reterr)
{
	struct bl_store *store = seal->store;
	struct bl_manifest m = {.generation = store->generation + 1,
	    .tail_no = store->tail_no + (seal->tail_path != NULL ? 1 : 0),
	    .n_types = store->n_types};
	uint64_t n = seal->n_sealed, k = 0;

	for (uint32_t t = 0; t < store->n_types; t++)
		n += store->type[t].n_segments;
	m.type = bl_new(seal->arena, struct bl_str, store->n_types);
	m.segment = bl_new(seal->arena, struct bl_manifest_segment, n);
	if (m.type == NULL || m.segment == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the manifest");
	/* seal->sealed is in the order of types, too. */
	for (uint32_t t = 0; t < store->n_types; t++) {
		const struct bl_type *type = &store->type[t];

		m.type[t] = type->name;
		for (uint32_t i = 0; i < type->n_segments; i++)
			m.segment[m.n_segments++] = (struct bl_manifest_segment){t,
			    type->segment[i].first, type->segment[i].count, type->segment[i].size,
			    type->segment[i].sha256};
		for (; k < seal->n_sealed && seal->sealed[k].type_no == t; k++)
			m.segment[m.n_segments++] = (struct bl_manifest_segment){t,
			    seal->sealed[k].segment.first, seal->sealed[k].segment.count,
			    seal->sealed[k].segment.size, seal->sealed[k].segment.sha256};
	}
	assert(m.n_segments == n && k == seal->n_sealed);
	*ret = m;
	return BL_OK;
}

/* ---- 4: memory follows.  Nothing here can fail. -------------------------- */

static void
switch_over(struct seal *seal)
{
	struct bl_store *store = seal->store;

	for (uint64_t k = 0; k < seal->n_sealed; k++) {
		struct bl_type *type = &store->type[seal->sealed[k].type_no];

		assert(type->n_segments < type->cap_segments);
		assert(seal->sealed[k].segment.first == type->n_sealed);
		type->segment[type->n_segments++] = seal->sealed[k].segment;
		type->n_sealed += seal->sealed[k].segment.count;
	}
	for (uint32_t t = 0; t < store->n_types; t++) {
		if (!seal->chosen[t])
			continue;
		assert(store->type[t].n_sealed == store->type[t].n);
		store->dead_bytes += store->type[t].waiting_bytes;
		store->type[t].n_blocks = 0;
		store->type[t].waiting_bytes = 0;
	}
	store->generation++;
	bl_cache__forget(store->cache);
	if (seal->tail_path == NULL)
		return;
	for (uint32_t t = 0, m = 0; t < store->n_types; t++) {
		store->type[t].named_at = seal->named_at[t];
		for (uint32_t i = 0; i < store->type[t].n_blocks; i++)
			store->type[t].block[i] = seal->moved[m++];
	}
	store->tail_no++;
	store->dead_bytes = 0;
	bl_log__close(&store->tail);
	/* One that stays is removed by the next writer's open. */
	(void)!bl_os_unlink(store->os, store->tail_path, NULL);
	bl_mem_free(store->tail_path);
	store->tail = seal->tail;
	store->tail_path = seal->tail_path;
	seal->tail = (struct bl_log){.file = NULL};
	seal->tail_path = NULL;
}

/* Files that were made for nothing; what cannot be removed is left to the next open. */
static void
clean_up(struct seal *seal)
{
	struct bl_store *store = seal->store;
	char path[BL_STORE__PATH];

	for (uint64_t k = 0; k < seal->n_sealed; k++) {
		const struct bl_type *type = &store->type[seal->sealed[k].type_no];
		uint32_t first = seal->sealed[k].segment.first;

		bl_store__path(store, path, "versions/%s/%012u.ndjson.zst", type->folder, first);
		(void)!bl_os_unlink(store->os, path, NULL);
		bl_store__path(store, path, "versions/%s/_%012u.idx", type->folder, first);
		(void)!bl_os_unlink(store->os, path, NULL);
	}
	if (seal->tail_path != NULL) {
		bl_log__close(&seal->tail);
		(void)!bl_os_unlink(store->os, seal->tail_path, NULL);
	}
}

static enum bl_status
begin_seal(struct seal *seal, struct bl_err *reterr)
{
	size_t n = seal->store->n_types;
	enum bl_status status;

	seal->arena = bl_arena_new((size_t)1 << 30);
	if (seal->arena == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to seal");
	seal->chosen = bl_new(seal->arena, bool, n);
	seal->named_at = bl_new(seal->arena, uint64_t, n);
	if (seal->chosen == NULL || seal->named_at == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to seal");
	status = bl_unpacker__new(&seal->unpacker, reterr);
	return status;
}

static void
end_seal(struct seal *seal)
{
	bl_mem_free(seal->sealed);
	bl_mem_free(seal->moved);
	bl_mem_free(seal->tail_path);
	bl_log__close(&seal->tail);
	bl_unpacker__free(&seal->unpacker);
	bl_buf_release(&seal->record);
	bl_buf_release(&seal->plain);
	bl_arena_free(&seal->arena);
}

/* Steps 1 to 3.  *ret_switched: nobody can say which manifest is in force. */
static enum bl_status
make(struct seal *seal, bool all, bool *ret_switched, struct bl_err *reterr)
{
	struct bl_store *store = seal->store;
	uint64_t waiting = all_waiting(store), sealed = 0;
	struct bl_manifest manifest;
	enum bl_status status = BL_OK;

	for (uint32_t t = 0; t < store->n_types && status == BL_OK; t++) {
		const struct bl_type *type = &store->type[t];

		seal->chosen[t] = type->n_blocks > 0 && (all || wants(store, type, waiting));
		if (!seal->chosen[t])
			continue;
		sealed += type->waiting_bytes;
		status = seal_type(seal, t, reterr);
	}
	if (status == BL_OK)
		status = sync_named(seal, "versions", reterr);
	/* The old tail stays until copying the rest costs no more than what was sealed since. */
	if (status == BL_OK && store->dead_bytes + sealed >= waiting - sealed)
		status = new_tail(seal, reterr);
	for (uint64_t k = 0; k < seal->n_sealed && status == BL_OK; k++)
		status = bl_type__reserve_segments(
		    &store->type[seal->sealed[k].type_no], (uint32_t)seal->n_sealed, reterr);
	if (status == BL_OK)
		status = new_manifest(seal, &manifest, reterr);
	if (status == BL_OK)
		status = bl_manifest__replace(store, &manifest, ret_switched, reterr);
	return status;
}

enum bl_status
bl_seal__run(struct bl_store *store, bool all, struct bl_err *reterr)
{
	struct seal seal = {.store = store,
	    .record = BL_BUF_INIT((size_t)1 << 31),
	    .plain = BL_BUF_INIT(2 * BL_SEGMENT__PLAIN_LIMIT)};
	struct bl_err err;
	bool switched = false;
	enum bl_status status;

	assert(!store->in_delivery);
	status = bl_store_flush(store, reterr); /* Only what is acknowledged is sealed. */
	if (status != BL_OK || all_waiting(store) == 0)
		return status;
	status = begin_seal(&seal, &err);
	if (status == BL_OK)
		status = make(&seal, all, &switched, &err);
	if (status == BL_OK) {
		switch_over(&seal);
		bl_store__save(store, &store->at_flush);
	} else {
		if (seal.sync_failed || switched)
			bl_store__break(store, &err);
		/* After an unclear switch the files may be the ones in force. */
		if (!switched)
			clean_up(&seal);
		if (reterr != NULL)
			*reterr = err;
	}
	end_seal(&seal);
	return status;
}

enum bl_status
bl_store_seal(struct bl_store *store, struct bl_err *reterr)
{
	enum bl_status status = bl_store__writable(store, reterr);

	return status != BL_OK ? status : bl_seal__run(store, true, reterr);
}
