#include "store/stats.h"

#include <stdio.h>

#include "base/arena.h"
#include "os/os.h"
#include "store/store_priv.h"

#define NAMES_BYTES ((size_t)256 << 20)
#define DEPTH 8

/* ---- Sizes. ---------------------------------------------------------------- */

static uint64_t *
part_of(struct bl_store_sizes *sizes, struct bl_str top, struct bl_str name)
{
	if (bl_str_eq(top, BL_STR("versions")))
		return bl_str_ends(name, BL_STR(".idx")) ? &sizes->indexes : &sizes->segments;
	if (bl_str_eq(top, BL_STR("tail")))
		return &sizes->tail;
	if (bl_str_eq(top, BL_STR("evidence")))
		return &sizes->evidence;
	if (bl_str_eq(top, BL_STR("derived")))
		return &sizes->derived;
	return bl_str_eq(name, BL_STR("catalogue.log")) ? &sizes->catalogue : &sizes->other;
}

/* Recursion: at most DEPTH; the store itself is three deep. */
static enum bl_status
add_folder(struct bl_os *os, const char *path, struct bl_str top, int depth, struct bl_arena *arena,
    struct bl_store_sizes *sizes, struct bl_err *reterr)
{
	struct bl_dir_entry *entry;
	size_t n;
	enum bl_status status = bl_os_list(os, arena, path, &entry, &n, reterr);

	for (size_t i = 0; i < n && status == BL_OK; i++) {
		struct bl_str first = top.ptr == NULL ? entry[i].name : top;
		char name[BL_STORE__PATH];
		struct bl_file_info info;

		if (snprintf(name, sizeof(name), "%s/%s", path, entry[i].name.ptr) >=
		    (int)sizeof(name))
			return bl_fail(reterr, BL_ELIMIT, "%s holds a path that is too long", path);
		if (entry[i].kind == BL_FILE_FOLDER && depth == DEPTH)
			return bl_fail(reterr, BL_ELIMIT, "%s is more than %d deep", name, DEPTH);
		if (entry[i].kind == BL_FILE_FOLDER) {
			status = add_folder(os, name, first, depth + 1, arena, sizes, reterr);
			continue;
		}
		/* A writer may remove an old tail meanwhile. */
		if (bl_os_linfo(os, name, &info, reterr) != BL_OK)
			continue;
		*part_of(sizes, first, entry[i].name) += info.size_bytes;
		sizes->total += info.size_bytes;
	}
	return status;
}

enum bl_status
bl_store_sizes(
    struct bl_os *os, const char *root, struct bl_store_sizes *ret_sizes, struct bl_err *reterr)
{
	struct bl_store_sizes sizes = {.total = 0};
	struct bl_arena *arena = bl_arena_new(NAMES_BYTES);
	enum bl_status status;

	if (arena == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to list a store");
	status = add_folder(os, root, (struct bl_str){.ptr = NULL}, 0, arena, &sizes, reterr);
	bl_arena_free(&arena);
	if (status == BL_OK)
		*ret_sizes = sizes;
	return status;
}

/* ---- Lengths. -------------------------------------------------------------- */

static enum bl_status
tail_lengths(const struct bl_store *store, const struct bl_type *type, uint32_t *lengths,
    struct bl_err *reterr)
{
	struct bl_buf record = BL_BUF_INIT((size_t)1 << 31);
	enum bl_status status = BL_OK;

	for (uint32_t b = 0; b < type->n_blocks && status == BL_OK; b++) {
		const struct bl_block *block = &type->block[b];
		struct bl_log__record head;

		status = bl_log__head_at(&store->tail, block->offset, &head, reterr);
		if (status == BL_OK)
			status = bl_log__payload(&store->tail, &head, &record, reterr);
		if (status == BL_OK && record.len < (size_t)block->n * BL_ITEM_ENTRY)
			status =
			    bl_fail(reterr, BL_ECORRUPT, "%s: the record at byte %llu has changed",
				store->tail.path, (unsigned long long)block->offset);
		for (uint32_t i = 0; i < block->n && status == BL_OK; i++)
			lengths[block->first + i] =
			    bl_item_entry__get(record.ptr + (size_t)i * BL_ITEM_ENTRY).len;
	}
	bl_buf_release(&record);
	return status;
}

enum bl_status
bl_store_lengths(struct bl_store *store, uint32_t type_no, uint32_t *lengths, struct bl_err *reterr)
{
	struct bl_buf index = BL_BUF_INIT((size_t)1 << 31);
	const struct bl_type *type;
	enum bl_status status = BL_OK;

	if (type_no >= store->n_types)
		return bl_fail(reterr, BL_ENOTFOUND, "there is no resource type %u", type_no);
	type = &store->type[type_no];
	for (uint32_t s = 0; s < type->n_segments && status == BL_OK; s++) {
		const struct bl_segment *segment = &type->segment[s];
		bool rebuilt;

		status = bl_read__index(store, type, segment, &index, &rebuilt, reterr);
		for (uint32_t i = 0; i < segment->count && status == BL_OK; i++)
			lengths[segment->first + i] = bl_index__item(bl_buf_str(&index), i).len;
	}
	bl_buf_release(&index);
	if (status == BL_OK)
		status = tail_lengths(store, type, lengths, reterr);
	for (size_t i = 0; i * BL_ITEM_ENTRY < type->open_table.len && status == BL_OK; i++)
		lengths[type->open_first + i] =
		    bl_item_entry__get(type->open_table.ptr + i * BL_ITEM_ENTRY).len;
	return status;
}

/* ---- How many deliveries held each version. -------------------------------- */

/* Each set adds one where it begins and takes one where it ends; sums come at the end. */
static void
mark(uint32_t **held, const struct bl_toggles *set)
{
	for (size_t i = 0; i + 1 < set->n; i += 2) {
		uint32_t *type = held[set->at[i] >> 32];

		type[(uint32_t)set->at[i]]++;
		type[set->at[i + 1] - (set->at[i] >> 32 << 32)]--;
	}
}

enum bl_status
bl_store_held(struct bl_store *store, bool (*wanted)(const void *ctx, uint64_t position),
    const void *ctx, struct bl_arena *arena, uint32_t *const **ret_held, uint64_t *ret_n_members,
    struct bl_err *reterr)
{
	uint32_t **held = bl_new(arena, uint32_t *, store->n_types);
	uint64_t n_members = 0;
	enum bl_status status = BL_OK;

	for (uint32_t t = 0; held != NULL && t < store->n_types; t++) {
		held[t] = bl_new(arena, uint32_t, (size_t)store->type[t].n + 1);
		if (held[t] == NULL)
			held = NULL;
	}
	if (held == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to count what deliveries held");
	for (uint64_t p = 1; p <= store->n_deliveries && status == BL_OK; p++) {
		struct bl_toggles set = {.at = NULL};

		if (wanted != NULL && !wanted(ctx, p))
			continue;
		status = bl_catalogue__members(store, p, &set, reterr);
		if (status == BL_OK) {
			mark(held, &set);
			n_members += store->entry[p - 1].n_members;
		}
		bl_toggles__release(&set);
	}
	if (status != BL_OK)
		return status;
	for (uint32_t t = 0; t < store->n_types; t++)
		for (uint32_t i = 1; i < store->type[t].n; i++)
			held[t][i] += held[t][i - 1];
	*ret_held = held;
	if (ret_n_members != NULL)
		*ret_n_members = n_members;
	return BL_OK;
}
