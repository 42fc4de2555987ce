#ifndef BL_STORE_STATS_H
#define BL_STORE_STATS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "store/store.h"

struct bl_arena;
struct bl_os;

/* What lies on the disk, in bytes, by what it is for. */
struct bl_store_sizes {
	uint64_t segments, indexes, tail, catalogue, evidence, derived;
	uint64_t other; /* Marker, manifest, lock, and whatever else is in the folder. */
	uint64_t total; /* The sum. */
};

/* bl_store_sizes(os, root, &sizes, reterr): of every file below the store's folder. */
BL_STATUS bl_store_sizes(
    struct bl_os *os, const char *root, struct bl_store_sizes *ret_sizes, struct bl_err *reterr);

/* bl_store_lengths(store, type_no, lengths, reterr): bytes of each version's JSON, without its
 * newline.  ${lengths} [bl_store_n_versions].  Reads indexes, not items. */
BL_STATUS bl_store_lengths(
    struct bl_store *store, uint32_t type_no, uint32_t *lengths, struct bl_err *reterr);

/*
 * bl_store_held(store, wanted, ctx, arena, &held, &n_members, reterr): how many of the deliveries
 * that ${wanted} wants (NULL: all) held each version.
 *
 *   ret_held       [types][versions]
 *   ret_n_members  the sum; may be NULL
 *
 * O(changes of membership), not O(members).
 */
BL_STATUS bl_store_held(struct bl_store *store, bool (*wanted)(const void *ctx, uint64_t position),
    const void *ctx, struct bl_arena *arena, uint32_t *const **ret_held, uint64_t *ret_n_members,
    struct bl_err *reterr);

#endif
