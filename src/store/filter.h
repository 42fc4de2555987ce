#ifndef BL_STORE_FILTER_H
#define BL_STORE_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/status.h"
#include "store/store.h"

/*
 * Which versions are there: XXH3-128 of an item's bytes -> its id.  24 bytes an
 * entry, between 64 and 80 % full: about 33 bytes a version.
 * 256 parts that grow one by one, so that growing never needs twice the memory.
 */
struct bl_filter__entry {
	struct bl_hash128 hash;
	struct bl_version_id id; /* type_no UINT32_MAX: free. */
};

struct bl_filter__part {
	struct bl_filter__entry *entry;
	uint32_t cap, n;
};

struct bl_mutex;

/* Where a part's entries lie and how many there is room for, to be read without its lock: the two
 * may not belong together, so it is good for nothing but a prefetch. */
struct bl_filter__place {
	struct bl_filter__entry *_Atomic entry;
	_Atomic uint32_t cap;
};

struct bl_filter {
	struct bl_filter__part part[256];
	struct bl_filter__place place[256];
	struct bl_mutex **lock; /* [256], of each part; NULL: one thread only. */
	/* By type: no version below is ever taken away.  NULL: one thread only. */
	_Atomic uint32_t *settled;
};

/* bl_filter__share: from now on other threads may call find_settled, for at most ${n_types} types,
 * of which nothing is settled yet. */
BL_STATUS bl_filter__share(struct bl_filter *filter, uint32_t n_types, struct bl_err *reterr);
void bl_filter__release(struct bl_filter *filter);
bool bl_filter__find(
    const struct bl_filter *filter, struct bl_hash128 hash, struct bl_version_id *ret_id);
/* bl_filter__find_settled: only what is settled, when the filter is shared.  bl_filter__settle: a
 * type's first ${n} versions are. */
bool bl_filter__find_settled(
    const struct bl_filter *filter, struct bl_hash128 hash, struct bl_version_id *ret_id);
/* bl_filter__prefetch: it will be looked for soon.  Takes no lock. */
void bl_filter__prefetch(const struct bl_filter *filter, struct bl_hash128 hash);
void bl_filter__settle(struct bl_filter *filter, uint32_t type_no, uint32_t n);

/* bl_filter__add: BL_EINPUT when the hash is there already. */
BL_STATUS bl_filter__add(struct bl_filter *filter, struct bl_hash128 hash, struct bl_version_id id,
    struct bl_err *reterr);

/* bl_filter__keep(filter, n, n_types): forget every version whose ordinal is not below n(type_no).
 * Takes no memory, so it cannot fail: abort stands on it.  O(capacity). */
void bl_filter__keep(
    struct bl_filter *filter, uint32_t (*n)(const void *ctx, uint32_t type_no), const void *ctx);

#endif
