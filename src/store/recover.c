/*
 * From files to memory.
 *
 * The catalogue says what was acknowledged; everything else is held against it.  A record that is
 * not whole ends the catalogue, unless an ACK stands behind it: an ACK is written only when all
 * before it was on the disk, so then the damage is in acknowledged work and is reported, never cut.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "os/os.h"
#include "store/code.h"
#include "store/store_priv.h"

#define WINDOW ((size_t)256 << 10)
#define ATTEMPTS 8
#define MANIFEST_BUDGET ((size_t)1 << 30)

/* Does a valid ACK stand at or behind ${from}? */
static enum bl_status
ack_behind(const struct bl_log *log, uint64_t from, bool *ret_found, struct bl_err *reterr)
{
	uint64_t end = bl_log__size(log), at = (from + 7) & ~(uint64_t)7;
	char *win = bl_mem_alloc(WINDOW);
	enum bl_status status = BL_OK;

	if (win == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to examine %s", log->path);
	*ret_found = false;
	while (at + BL_LOG__HEAD <= end && !*ret_found) {
		size_t len = end - at < WINDOW ? (size_t)(end - at) : WINDOW;

		status = bl_log__pread(log, at, win, len, reterr);
		if (status != BL_OK)
			break;
		for (size_t i = 0; i + BL_LOG__HEAD <= len && !*ret_found; i += 8) {
			struct bl_log__record record;

			*ret_found = bl_log__parse_head(win + i, at + i, &record) &&
				     record.kind == BL_STORE__ACK;
		}
		if (len < WINDOW)
			break;
		at += WINDOW - BL_LOG__HEAD; /* A head may lie across the windows' border. */
	}
	bl_mem_free(win);
	return status;
}

/* The whole catalogue into memory.  *ret_acked: does an ACK stand last? */
static enum bl_status
load_catalogue(struct bl_store *store, bool *ret_acked, struct bl_err *reterr)
{
	struct bl_log__walk walk;
	struct bl_log__record record;
	struct bl_str payload;
	bool found = true, later = false;
	enum bl_status status = BL_OK;

	*ret_acked = false;
	bl_log__walk_begin(&walk, &store->catalogue, true);
	while (status == BL_OK) {
		status = bl_log__walk_next(&walk, &found, &record, &payload, reterr);
		if (status != BL_OK || !found)
			break;
		*ret_acked = record.kind == BL_STORE__ACK;
		if (record.kind == BL_STORE__DELIVERY)
			status = bl_catalogue__apply(store, payload, record.offset, true, reterr);
		else if (record.kind != BL_STORE__ACK)
			status = bl_fail(
			    reterr, BL_ECORRUPT, "a record of unknown kind %u", record.kind);
		if (status != BL_OK)
			bl_err_prefix(reterr, "%s: byte %llu", store->catalogue.path,
			    (unsigned long long)record.offset);
	}
	if (status == BL_OK && !walk.whole)
		status = ack_behind(&store->catalogue, walk.offset + 1, &later, reterr);
	if (later)
		status = bl_fail_at(reterr, BL_ECORRUPT, walk.offset,
		    "%s: the record at byte %llu (delivery %llu) is damaged, and acknowledged ones "
		    "stand "
		    "behind it; restore the file from a copy",
		    store->catalogue.path, (unsigned long long)walk.offset,
		    (unsigned long long)store->n_deliveries + 1);
	/* What is left over was never acknowledged; a reader's view simply ends before it. */
	if (status == BL_OK && store->writer)
		status = bl_log__cut(&store->catalogue, walk.offset, reterr);
	bl_log__walk_end(&walk);
	return status;
}

static enum bl_status
take_segments(struct bl_store *store, const struct bl_manifest *m, struct bl_err *reterr)
{
	if (m->n_types > store->n_types)
		return bl_fail(reterr, BL_ECORRUPT,
		    "%s: its manifest knows %u resource types, the catalogue %u", store->root,
		    m->n_types, store->n_types);
	for (uint32_t t = 0; t < m->n_types; t++)
		if (!bl_str_eq(m->type[t], store->type[t].name))
			return bl_fail(reterr, BL_ECORRUPT,
			    "%s: resource type %u is \"%.*s\" in the manifest and \"%.*s\" in the "
			    "catalogue",
			    store->root, t, BL_STR_ARG(m->type[t]),
			    BL_STR_ARG(store->type[t].name));
	for (uint64_t i = 0; i < m->n_segments; i++) {
		const struct bl_manifest_segment *s = &m->segment[i];
		struct bl_type *type = &store->type[s->type_no];
		enum bl_status status = bl_type__reserve_segments(type, 1, reterr);

		if (status != BL_OK)
			return status;
		/* The manifest's parser has checked that a type's segments follow on one another.
		 */
		if (s->count > type->n - type->n_sealed)
			return bl_fail(reterr, BL_ECORRUPT,
			    "%s: the manifest has more versions of %.*s than the catalogue",
			    store->root, BL_STR_ARG(type->name));
		type->segment[type->n_segments++] = (struct bl_segment){
		    .first = s->first, .count = s->count, .size = s->size, .sha256 = s->sha256};
		type->n_sealed += s->count;
	}
	return BL_OK;
}

static enum bl_status
tail_damage(const struct bl_store *store, uint64_t offset, const char *what, struct bl_err *reterr)
{
	return bl_fail_at(reterr, BL_ECORRUPT, offset, "%s: the record at byte %llu %s",
	    store->tail.path, (unsigned long long)offset, what);
}

static enum bl_status
filter_block(struct bl_store *store, const struct bl_log__record *record, struct bl_str payload,
    struct bl_err *reterr)
{
	for (uint32_t i = 0; i < record->c; i++) {
		struct bl_index_item entry =
		    bl_index_item__get(payload.ptr + (size_t)i * BL_ITEM_ENTRY);
		struct bl_version_id id = {record->a, record->b + i};
		enum bl_status status = bl_filter__add(&store->filter, entry.hash, id, reterr);

		if (status == BL_EINPUT)
			return tail_damage(store, record->offset, "repeats a version", reterr);
		if (status != BL_OK)
			return status;
	}
	return BL_OK;
}

/* One ITEMS record of acknowledged versions. */
static enum bl_status
take_block(struct bl_store *store, const struct bl_log__record *record, struct bl_str payload,
    struct bl_err *reterr)
{
	struct bl_type *type = &store->type[record->a];
	enum bl_status status;

	if (record->b + record->c <= type->n_sealed) {
		store->dead_bytes += record->d; /* It lies in a segment by now. */
		return BL_OK;
	}
	if (type->named_at == 0 ||
	    record->b != (type->n_blocks > 0 ? type->block[type->n_blocks - 1].first +
						   type->block[type->n_blocks - 1].n
					     : type->n_sealed))
		return tail_damage(
		    store, record->offset, "does not follow on the one before", reterr);
	status = bl_type__reserve_block(type, reterr);
	if (status == BL_OK && store->writer)
		status = filter_block(store, record, payload, reterr);
	if (status != BL_OK)
		return status;
	type->block[type->n_blocks++] = (struct bl_block){
	    .offset = record->offset, .first = record->b, .n = record->c, .raw = record->d};
	type->waiting_bytes += record->d;
	return BL_OK;
}

/* One record of the tail.  *ret_acked: false when it, and all behind it, was never acknowledged. */
static enum bl_status
take_tail_record(struct bl_store *store, const struct bl_log__record *record, struct bl_str payload,
    bool *ret_acked, struct bl_err *reterr)
{
	struct bl_type *type;

	*ret_acked = record->a < store->n_types;
	if (!*ret_acked)
		return BL_OK;
	type = &store->type[record->a];
	if (record->kind == BL_STORE__TYPE) {
		if (store->writer && !bl_str_eq(payload, type->name))
			return tail_damage(store, record->offset, "names another type", reterr);
		type->named_at = record->offset;
		return BL_OK;
	}
	if (record->kind != BL_STORE__ITEMS || record->c == 0 ||
	    (uint64_t)record->c * BL_ITEM_ENTRY > record->len)
		return tail_damage(store, record->offset, "is of no known kind", reterr);
	*ret_acked = (uint64_t)record->b + record->c <= type->n;
	return *ret_acked ? take_block(store, record, payload, reterr) : BL_OK;
}

static enum bl_status
load_tail(struct bl_store *store, struct bl_err *reterr)
{
	struct bl_log__walk walk;
	struct bl_log__record record;
	struct bl_str payload;
	uint64_t end = BL_LOG__FILE_HEAD;
	bool found = true, acked = true;
	enum bl_status status = BL_OK;

	/* A reader checks what it reads when it reads it. */
	bl_log__walk_begin(&walk, &store->tail, store->writer);
	while (status == BL_OK && acked) {
		status = bl_log__walk_next(&walk, &found, &record, &payload, reterr);
		if (status != BL_OK || !found)
			break;
		status = take_tail_record(store, &record, payload, &acked, reterr);
		if (acked)
			end = walk.offset;
	}
	bl_log__walk_end(&walk);
	for (uint32_t t = 0; t < store->n_types && status == BL_OK; t++) {
		struct bl_type *type = &store->type[t];
		uint32_t have = type->n_blocks == 0 ? type->n_sealed
						    : type->block[type->n_blocks - 1].first +
							  type->block[type->n_blocks - 1].n;

		if (have != type->n)
			status = bl_fail_at(reterr, BL_ECORRUPT, end,
			    "%s holds versions of %.*s up to %u, where the catalogue acknowledges "
			    "%u; it is "
			    "damaged behind byte %llu; restore the file from a copy",
			    store->tail.path, BL_STR_ARG(type->name), have, type->n,
			    (unsigned long long)end);
		/* A name that stands behind the end is cut. */
		if (type->named_at >= end)
			type->named_at = 0;
		type->open_first = type->n;
	}
	if (status == BL_OK && store->writer)
		status = bl_log__cut(&store->tail, end, reterr);
	return status;
}

static enum bl_status
load_filter(struct bl_store *store, struct bl_err *reterr)
{
	struct bl_buf index = BL_BUF_INIT((size_t)1 << 31);
	enum bl_status status = BL_OK;

	for (uint32_t t = 0; t < store->n_types && status == BL_OK; t++) {
		struct bl_type *type = &store->type[t];

		for (uint32_t s = 0; s < type->n_segments && status == BL_OK; s++) {
			const struct bl_segment *segment = &type->segment[s];
			bool rebuilt;

			status = bl_read__index(store, type, segment, &index, &rebuilt, reterr);
			for (uint32_t i = 0; i < segment->count && status == BL_OK; i++) {
				struct bl_index_item entry = bl_index__item(bl_buf_str(&index), i);
				struct bl_version_id id = {t, segment->first + i};

				status = bl_filter__add(&store->filter, entry.hash, id, reterr);
				if (status == BL_EINPUT)
					status = bl_fail(reterr, BL_ECORRUPT,
					    "%s: version %u of %.*s is there twice", store->root,
					    id.ordinal, BL_STR_ARG(type->name));
			}
		}
	}
	bl_buf_release(&index);
	return status;
}

/* What the files held when a process was killed may be in the kernel's memory only. */
static enum bl_status
settle(struct bl_store *store, bool acked, struct bl_err *reterr)
{
	struct bl_log__record ack = {.kind = BL_STORE__ACK};
	uint64_t offset;
	enum bl_status status;

	store->tail.unsynced = true;
	store->catalogue.unsynced = true;
	status = bl_log__sync(&store->tail, reterr);
	if (status == BL_OK)
		status = bl_log__sync(&store->catalogue, reterr);
	/* So may the manifest's name, before what only the older one names is removed. */
	if (status == BL_OK)
		status = bl_os_sync_folder(store->os, store->root, reterr);
	if (status == BL_OK && !acked && store->n_deliveries > 0) {
		status = bl_log__add(&store->catalogue, ack, NULL, 0, &offset, reterr);
		if (status == BL_OK && bl_log__write(&store->catalogue, NULL) != BL_OK)
			status = bl_log__cut(&store->catalogue, offset, reterr);
	}
	bl_store__save(store, &store->at_flush);
	for (uint32_t t = 0; t < store->n_types; t++)
		store->type[t].n_at_flush = store->type[t].n_at_begin = store->type[t].n;
	return status;
}

static void
forget(struct bl_store *store)
{
	bl_log__close(&store->tail);
	bl_log__close(&store->catalogue);
	bl_type__keep(store, 0);
	bl_catalogue__keep(store, 0, 0);
	bl_mem_free(store->tail_path);
	bl_mem_free(store->catalogue_path);
	store->tail_path = store->catalogue_path = NULL;
	store->dead_bytes = 0;
}

static enum bl_status
open_logs(struct bl_store *store, struct bl_err *reterr)
{
	enum bl_status status;

	status = bl_store__log_path(store, store->tail_no, &store->tail_path, reterr);
	if (status == BL_OK)
		status = bl_store__log_path(store, 0, &store->catalogue_path, reterr);
	if (status == BL_OK)
		status = bl_log__open(&store->tail, store->os, store->tail_path,
		    BL_STORE__TAIL_MAGIC, store->tail_no, store->writer, reterr);
	if (status == BL_OK)
		status = bl_log__open(&store->catalogue, store->os, store->catalogue_path,
		    BL_STORE__CATALOGUE_MAGIC, 1, store->writer, reterr);
	if (status == BL_ENOTFOUND)
		status = bl_fail(reterr, BL_ECORRUPT, "%s is missing",
		    store->tail.file == NULL ? store->tail_path : store->catalogue_path);
	return status;
}

/*
 * One attempt.  A reader takes no lock: a seal may switch to another manifest and another tail
 * between the reading of both.  *ret_changed says that it did, and then nothing read holds.
 */
static enum bl_status
load(struct bl_store *store, struct bl_arena *arena, bool *ret_changed, struct bl_err *reterr)
{
	struct bl_manifest manifest, again;
	bool acked = false;
	enum bl_status status;

	*ret_changed = false;
	status = bl_manifest__load(store, arena, &manifest, reterr);
	if (status != BL_OK)
		return status;
	store->generation = manifest.generation;
	store->tail_no = manifest.tail_no;
	status = open_logs(store, reterr);
	if (status == BL_OK)
		status = load_catalogue(store, &acked, reterr);
	if (status == BL_OK)
		status = take_segments(store, &manifest, reterr);
	if (status == BL_OK)
		status = load_tail(store, reterr);
	if (!store->writer) {
		struct bl_err ignored;

		*ret_changed = bl_manifest__load(store, arena, &again, &ignored) == BL_OK &&
			       again.generation != manifest.generation;
		return status;
	}
	if (status == BL_OK)
		status = load_filter(store, reterr);
	if (status == BL_OK)
		status = settle(store, acked, reterr);
	return status;
}

enum bl_status
bl_recover__load(struct bl_store *store, struct bl_err *reterr)
{
	struct bl_arena *arena = bl_arena_new(MANIFEST_BUDGET);
	bool changed = false;
	enum bl_status status = BL_OK;

	if (arena == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to open a store");
	for (int i = 0; i < ATTEMPTS; i++) {
		bl_arena_reset(arena);
		status = load(store, arena, &changed, reterr);
		if (!changed)
			break;
		forget(store);
	}
	if (changed)
		status = bl_fail(reterr, BL_ELOCKED,
		    "%s is being sealed again and again; try once more", store->root);
	bl_arena_free(&arena);
	return status;
}

/* ---- Tidying: files that no manifest names are what a crash left. -------- */

static bool
is_tail_name(struct bl_str name)
{
	uint64_t no;

	return bl_str_ends(name, BL_STR(".log")) &&
	       bl_str_to_u64(bl_str_sub(name, 0, name.len - 4), &no);
}

/* "000000001234.ndjson.zst" or "_000000001234.idx": its ordinal. */
static bool
segment_name(struct bl_str name, uint64_t *ret_first)
{
	bool index = bl_str_starts(name, BL_STR("_")) && bl_str_ends(name, BL_STR(".idx"));
	struct bl_str digits = bl_str_sub(name, index ? 1 : 0, index ? 13 : 12);

	if (!index && !bl_str_ends(name, BL_STR(".ndjson.zst")))
		return false;
	return name.len == (index ? 17u : 23u) && bl_str_to_u64(digits, ret_first);
}

static enum bl_status
tidy_type(struct bl_store *store, const struct bl_type *type, struct bl_arena *arena,
    struct bl_err *reterr)
{
	char path[BL_STORE__PATH];
	struct bl_dir_entry *entry;
	size_t n;
	enum bl_status status;

	bl_store__path(store, path, "versions/%s", type->folder);
	status = bl_os_list(store->os, arena, path, &entry, &n, reterr);
	if (status == BL_ENOTFOUND)
		return type->n_segments == 0 ? BL_OK
					     : bl_fail(reterr, BL_ECORRUPT, "%s is missing", path);
	for (size_t i = 0; i < n && status == BL_OK; i++) {
		uint64_t first;

		if (!segment_name(entry[i].name, &first) || first < type->n_sealed)
			continue;
		bl_store__path(
		    store, path, "versions/%s/%.*s", type->folder, BL_STR_ARG(entry[i].name));
		status = bl_os_unlink(store->os, path, reterr);
	}
	return status;
}

enum bl_status
bl_recover__tidy(struct bl_store *store, struct bl_err *reterr)
{
	struct bl_arena *arena = bl_arena_new(MANIFEST_BUDGET);
	char path[BL_STORE__PATH], mine[32];
	struct bl_dir_entry *entry;
	size_t n;
	enum bl_status status;

	if (arena == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to open a store");
	(void)snprintf(mine, sizeof(mine), "%llu.log", (unsigned long long)store->tail_no);
	bl_store__path(store, path, "tail");
	status = bl_os_list(store->os, arena, path, &entry, &n, reterr);
	for (size_t i = 0; status == BL_OK && i < n; i++) {
		if (!is_tail_name(entry[i].name) || bl_str_eq(entry[i].name, bl_str_of(mine)))
			continue;
		bl_store__path(store, path, "tail/%.*s", BL_STR_ARG(entry[i].name));
		status = bl_os_unlink(store->os, path, reterr);
	}
	for (uint32_t t = 0; t < store->n_types && status == BL_OK; t++) {
		bl_arena_reset(arena);
		status = tidy_type(store, &store->type[t], arena, reterr);
	}
	bl_arena_free(&arena);
	return status;
}
