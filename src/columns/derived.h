#ifndef BL_COLUMNS_DERIVED_H
#define BL_COLUMNS_DERIVED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/status.h"
#include "base/str.h"
#include "columns/part.h"

/*
 * A derived file: the rows that the versions [first, first + count) of a type give, bound to these
 * versions by their fingerprint.  docs/format/derived.md has it byte by byte:
 *
 *   0  "BLderiv1"   8  u32 format   12 u32 kind   16 u32 first   20 u32 count
 *   24 u64 low, 32 u64 high of the fingerprint    40 u64 bytes of the file
 *   48 u32 rows     52 u32 texts    56 u32 sections   60 u32 0
 *   64 per section, 24 bytes: tag, u32 0, u64 offset, u64 bytes
 *   .. sections, each at a multiple of 8 behind zeros
 *   .. u64 XXH3-64 of everything before
 */
#define BL_DERIVED__FORMAT 1u
#define BL_DERIVED__HEAD 64
#define BL_DERIVED__SECTION 24
#define BL_DERIVED__SECTIONS 16u

/* What a file is about. */
struct bl_derived {
	enum bl_part_kind kind;
	uint32_t first, count;
	struct bl_hash128 print;
	struct bl_str type, path; /* path: empty for heads. */
};

/* bl_derived__about(bytes, &derived): what a file with a sound checksum says it is about; the
 * fingerprint and the range are its own word.  False when it is none. */
bool bl_derived__about(struct bl_str bytes, struct bl_derived *ret_derived);

BL_STATUS bl_derived__encode(const struct bl_derived *derived, const struct bl_part *part,
    struct bl_buf *out, struct bl_err *reterr);

/* bl_derived__decode(bytes, want, part): appends nothing unless all of it is sound and about what
 * ${want} says; then ${part}, which is empty, holds its rows.  BL_ECORRUPT otherwise. */
BL_STATUS bl_derived__decode(struct bl_str bytes, const struct bl_derived *want,
    struct bl_part *part, struct bl_err *reterr);

#endif
