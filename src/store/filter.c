/*
 * Open addressing with linear probing; deletion shifts back, so there are no tombstones.  The home
 * of an entry is hash * cap / 2^32, which lets the capacity be any number.
 */
#include "store/filter.h"

#include <assert.h>
#include <stdatomic.h>

#include "base/mem.h"
#include "os/thread.h"

#define NONE UINT32_MAX
#define FIRST_CAP 16u

static uint32_t
home(struct bl_hash128 hash, uint64_t cap)
{
	return (uint32_t)(((hash.low & UINT32_MAX) * cap) >> 32);
}

static uint32_t
next(const struct bl_filter__part *part, uint32_t i)
{
	return i + 1 == part->cap ? 0 : i + 1;
}

static void
unshare(struct bl_filter *filter)
{
	for (size_t i = 0; i < 256 && filter->lock != NULL; i++)
		bl_mutex_free(&filter->lock[i]);
	bl_mem_free(filter->lock);
	bl_mem_free(filter->settled);
	filter->lock = NULL;
	filter->settled = NULL;
}

enum bl_status
bl_filter__share(struct bl_filter *filter, uint32_t n_types, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	if (filter->lock != NULL)
		return BL_OK;
	filter->lock = bl_mem_alloc(256 * sizeof(struct bl_mutex *));
	if (filter->lock == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the filter of known versions");
	for (size_t i = 0; i < 256; i++)
		filter->lock[i] = NULL;
	for (size_t i = 0; i < 256 && status == BL_OK; i++)
		status = bl_mutex_new(&filter->lock[i], reterr);
	if (status == BL_OK) {
		filter->settled = bl_mem_alloc(n_types * sizeof(*filter->settled));
		if (filter->settled == NULL)
			status = bl_fail(
			    reterr, BL_ENOMEM, "no memory for the filter of known versions");
	}
	if (status != BL_OK) {
		unshare(filter);
		return status;
	}
	for (uint32_t t = 0; t < n_types; t++)
		atomic_init(&filter->settled[t], 0);
	return BL_OK;
}

void
bl_filter__release(struct bl_filter *filter)
{
	for (size_t i = 0; i < 256; i++)
		bl_mem_free(filter->part[i].entry);
	unshare(filter);
	*filter = (struct bl_filter){.part = {{.entry = NULL}}};
}

static void
lock(const struct bl_filter *filter, size_t i_part)
{
	if (filter->lock != NULL)
		bl_mutex_lock(filter->lock[i_part]);
}

static void
unlock(const struct bl_filter *filter, size_t i_part)
{
	if (filter->lock != NULL)
		bl_mutex_unlock(filter->lock[i_part]);
}

/* The slot of ${hash}, or the free one where it belongs.  A part is never full. */
static uint32_t
slot(const struct bl_filter__part *part, struct bl_hash128 hash)
{
	uint32_t i = home(hash, part->cap);

	while (part->entry[i].id.type_no != NONE &&
	       (part->entry[i].hash.low != hash.low || part->entry[i].hash.high != hash.high))
		i = next(part, i);
	return i;
}

static bool
find(const struct bl_filter *filter, struct bl_hash128 hash, const _Atomic uint32_t *settled,
    struct bl_version_id *ret_id)
{
	const struct bl_filter__part *part = &filter->part[hash.high >> 56];
	bool found = false;
	uint32_t i;

	lock(filter, hash.high >> 56);
	if (part->n > 0) {
		i = slot(part, hash);
		/*
		 * Within the lock: while the entry is here, nobody else has its id, so a limit
		 * above it can only mean this one.
		 */
		found = part->entry[i].id.type_no != NONE &&
			(settled == NULL || part->entry[i].id.ordinal <
						atomic_load(&settled[part->entry[i].id.type_no]));
		if (found)
			*ret_id = part->entry[i].id;
	}
	unlock(filter, hash.high >> 56);
	return found;
}

bool
bl_filter__find(
    const struct bl_filter *filter, struct bl_hash128 hash, struct bl_version_id *ret_id)
{
	return find(filter, hash, NULL, ret_id);
}

bool
bl_filter__find_settled(
    const struct bl_filter *filter, struct bl_hash128 hash, struct bl_version_id *ret_id)
{
	return find(filter, hash, filter->settled, ret_id);
}

void
bl_filter__prefetch(const struct bl_filter *filter, struct bl_hash128 hash)
{
	const struct bl_filter__place *place = &filter->place[hash.high >> 56];
	uint64_t cap = atomic_load_explicit(&place->cap, memory_order_relaxed);
	const struct bl_filter__entry *at =
	    atomic_load_explicit(&place->entry, memory_order_relaxed);

	if (at == NULL)
		return;
	/* An address that is none (any more) does no harm. */
	at += home(hash, cap);
	__builtin_prefetch(at);
	__builtin_prefetch((const char *)at + 64); /* A run of full slots goes on there. */
}

void
bl_filter__settle(struct bl_filter *filter, uint32_t type_no, uint32_t n)
{
	if (filter->settled != NULL)
		atomic_store(&filter->settled[type_no], n);
}

static enum bl_status
grow(struct bl_filter__part *part, struct bl_filter__place *place, struct bl_err *reterr)
{
	uint32_t cap = part->cap == 0 ? FIRST_CAP : part->cap + part->cap / 4;
	struct bl_filter__part bigger = {.cap = cap, .n = part->n};

	if (cap > (uint32_t)1 << 30)
		return bl_fail(reterr, BL_ELIMIT, "the store holds too many versions");
	bigger.entry = bl_mem_alloc(sizeof(*bigger.entry) * cap);
	if (bigger.entry == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the filter of known versions");
	for (uint32_t i = 0; i < cap; i++)
		bigger.entry[i].id.type_no = NONE;
	for (uint32_t i = 0; i < part->cap; i++)
		if (part->entry[i].id.type_no != NONE)
			bigger.entry[slot(&bigger, part->entry[i].hash)] = part->entry[i];
	bl_mem_free(part->entry);
	*part = bigger;
	atomic_store_explicit(&place->entry, part->entry, memory_order_relaxed);
	atomic_store_explicit(&place->cap, cap, memory_order_relaxed);
	return BL_OK;
}

static enum bl_status
add(struct bl_filter__part *part, struct bl_filter__place *place, struct bl_hash128 hash,
    struct bl_version_id id, struct bl_err *reterr)
{
	enum bl_status status;
	uint32_t i;

	if ((uint64_t)part->n * 5 >= (uint64_t)part->cap * 4) {
		status = grow(part, place, reterr);
		if (status != BL_OK)
			return status;
	}
	i = slot(part, hash);
	if (part->entry[i].id.type_no != NONE)
		return bl_fail(reterr, BL_EINPUT, "this version is in the store already");
	part->entry[i] = (struct bl_filter__entry){hash, id};
	part->n++;
	return BL_OK;
}

enum bl_status
bl_filter__add(struct bl_filter *filter, struct bl_hash128 hash, struct bl_version_id id,
    struct bl_err *reterr)
{
	size_t i = hash.high >> 56;
	enum bl_status status;

	assert(id.type_no != NONE);
	lock(filter, i);
	status = add(&filter->part[i], &filter->place[i], hash, id, reterr);
	unlock(filter, i);
	return status;
}

/* Free slot i and move later entries of the same run back, so that each stays reachable from its
 * home. */
static void
erase(struct bl_filter__part *part, uint32_t i)
{
	uint32_t hole = i;

	for (uint32_t j = next(part, i); part->entry[j].id.type_no != NONE; j = next(part, j)) {
		uint32_t h = home(part->entry[j].hash, part->cap);
		/* Does h lie cyclically in (hole, j]?  Then the entry must stay. */
		bool stays = hole <= j ? (hole < h && h <= j) : (hole < h || h <= j);

		if (stays)
			continue;
		part->entry[hole] = part->entry[j];
		hole = j;
	}
	part->entry[hole].id.type_no = NONE;
	part->n--;
}

void
bl_filter__keep(
    struct bl_filter *filter, uint32_t (*n)(const void *ctx, uint32_t type_no), const void *ctx)
{
	for (size_t p = 0; p < 256; p++) {
		struct bl_filter__part *part = &filter->part[p];

		lock(filter, p);
		/*
		 * What erase moves into slot i comes from behind it and is looked at again; what it
		 * moves around the end into slots above i has been looked at already, and stays.
		 */
		for (uint32_t i = 0; i < part->cap;) {
			struct bl_version_id id = part->entry[i].id;

			if (id.type_no != NONE && id.ordinal >= n(ctx, id.type_no))
				erase(part, i);
			else
				i++;
		}
		unlock(filter, p);
	}
}
