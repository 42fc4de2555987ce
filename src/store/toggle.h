#ifndef BL_STORE_TOGGLE_H
#define BL_STORE_TOGGLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"
#include "store/store.h"

struct bl_code__out;

/*
 * A set of versions as the points at which it begins and ends: walking over all ids in order
 * (type_no << 32 | ordinal), membership toggles at each point.  {3, 4, 5, 9} is 3 6 9 10.
 * Points are strictly ascending and even in number.
 *
 * The difference of two sets (what was added and what was removed) is the exclusive or, which is
 * the merge of both lists without the points they share; applying it twice gives
 * the first set again.  Dense sets are short, whatever their size.
 */
struct bl_toggles {
	uint64_t *at;
	size_t n, cap;
};

void bl_toggles__release(struct bl_toggles *set);
BL_STATUS bl_toggles__push(struct bl_toggles *set, uint64_t point, struct bl_err *reterr);

/* bl_toggles__xor(a, b, &out): ${out} (empty, not a or b) becomes a xor b. */
BL_STATUS bl_toggles__xor(const struct bl_toggles *a, const struct bl_toggles *b,
    struct bl_toggles *ret, struct bl_err *reterr);

/* bl_toggles__count(set): how many versions. */
uint64_t bl_toggles__count(const struct bl_toggles *set);

/* Encoded: varint number of points, then varint gaps (the first from 0).  decode: BL_ECORRUPT for
 * anything that is not such a list, or has bytes behind it. */
void bl_toggles__encode(const struct bl_toggles *set, struct bl_code__out *out);
BL_STATUS bl_toggles__decode(struct bl_str bytes, struct bl_toggles *ret, struct bl_err *reterr);

/* A set being collected for one type: a bitmap over its ordinals. */
struct bl_bitmap {
	uint64_t *word;
	uint32_t cap;	 /* Words. */
	uint32_t lo, hi; /* Words [lo, hi) may be other than 0; lo == hi: empty. */
};
void bl_bitmap__release(struct bl_bitmap *map);
BL_STATUS bl_bitmap__add(struct bl_bitmap *map, uint32_t ordinal, struct bl_err *reterr);
void bl_bitmap__clear(struct bl_bitmap *map);
/* bl_bitmap__toggles: append the points of type ${type_no}'s bitmap. */
BL_STATUS bl_bitmap__toggles(
    const struct bl_bitmap *map, uint32_t type_no, struct bl_toggles *set, struct bl_err *reterr);

#endif
