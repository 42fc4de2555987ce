#ifndef BL_COLUMNS_PART_H
#define BL_COLUMNS_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"
#include "base/str.h"

/*
 * Rows in memory: arrays of equal length, and the texts that some of them name by number.  Texts
 * are numbered in the order of their first appearance, so the same rows give the same numbers
 * however many parts they were put together from.
 */
#define BL_PART_ARRAYS 9
#define BL_PART_NONE UINT32_MAX		 /* A code that names no text. */
#define BL_PART_ROWS (UINT32_MAX - 64)	 /* Of a part, at most. */
#define BL_PART_TEXTS ((size_t)16 << 30) /* Bytes of its texts, at most. */

struct bl_part;

enum bl_part_kind { BL_PART_HEADS = 1, BL_PART_COLUMN = 2, BL_PART_ELEMENTS = 3 };

struct bl_part_array {
	char tag[5];
	uint8_t width; /* 1, 4 or 8 bytes. */
	bool code;     /* Numbers of texts, or BL_PART_NONE. */
};

struct bl_part_layout {
	enum bl_part_kind kind;
	const char *name; /* Begins the names of its files. */
	uint32_t n_arrays;
	struct bl_part_array array[BL_PART_ARRAYS];
	/* Are the rows such as we write?  Codes have been checked. */
	bool (*sound)(const struct bl_part *part);
};

struct bl_part {
	const struct bl_part_layout *layout;
	uint32_t n;
	struct bl_buf array[BL_PART_ARRAYS];
	uint32_t n_texts;
	struct bl_buf bytes; /* The texts, a NUL behind each. */
	struct bl_buf ends;  /* u64: where each ends (its NUL). */
	struct bl_buf slots; /* u32: an open hash table of numbers + 1. */
	uint32_t n_slots;    /* A power of two, or 0. */
	struct bl_buf views; /* struct bl_str [n_texts], after finish. */
};

void bl_part__init(struct bl_part *part, const struct bl_part_layout *layout);
void bl_part__release(struct bl_part *part);

/* bl_part__put(part, i_array, value): one more value; row_end: the row is whole. */
BL_STATUS bl_part__put(
    struct bl_part *part, uint32_t i_array, uint64_t value, struct bl_err *reterr);
BL_STATUS bl_part__row_end(struct bl_part *part, struct bl_err *reterr);

/* bl_part__cut(part, n): forget the rows from ${n} on; texts stay. */
void bl_part__cut(struct bl_part *part, uint32_t n);

/* bl_part__text(part, s, &code): the number of a text; absent gives BL_PART_NONE. */
BL_STATUS bl_part__text(
    struct bl_part *part, struct bl_str s, uint32_t *ret_code, struct bl_err *reterr);
struct bl_str bl_part__text_at(const struct bl_part *part, uint32_t code);

/* bl_part__append(part, more): its rows behind ours. */
BL_STATUS bl_part__append(struct bl_part *part, const struct bl_part *more, struct bl_err *reterr);

/* bl_part__finish(part): texts may be viewed; nothing is added any more. */
BL_STATUS bl_part__finish(struct bl_part *part, struct bl_err *reterr);
const struct bl_str *bl_part__texts(const struct bl_part *part);

const uint8_t *bl_part__u8(const struct bl_part *part, uint32_t i_array);
const uint32_t *bl_part__u32(const struct bl_part *part, uint32_t i_array);
const int64_t *bl_part__i64(const struct bl_part *part, uint32_t i_array);

#endif
