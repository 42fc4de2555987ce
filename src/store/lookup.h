#ifndef BL_STORE_LOOKUP_H
#define BL_STORE_LOOKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

/*
 * Hash -> number, several numbers a hash, in the order of adding.  Nothing is
 * ever removed but all at once.  The caller compares what the numbers stand for.
 */
struct bl_lookup__slot {
	uint64_t hash;
	uint64_t value; /* UINT64_MAX: free. */
};
struct bl_lookup {
	struct bl_lookup__slot *slot;
	uint64_t cap, n; /* cap: 0 or a power of two. */
};

void bl_lookup__release(struct bl_lookup *lookup);
void bl_lookup__clear(struct bl_lookup *lookup);
BL_STATUS bl_lookup__reserve(struct bl_lookup *lookup, struct bl_err *reterr);
/* bl_lookup__add: there must be room (reserve). */
void bl_lookup__add(struct bl_lookup *lookup, uint64_t hash, uint64_t value);
/* bl_lookup__next(lookup, hash, &cursor): the next value of ${hash}, or UINT64_MAX.  *cursor begins
 * as 0. */
uint64_t bl_lookup__next(const struct bl_lookup *lookup, uint64_t hash, uint64_t *cursor);
/* bl_lookup__set: replace a value that is there. */
void bl_lookup__set(struct bl_lookup *lookup, uint64_t hash, uint64_t old, uint64_t value);

#endif
