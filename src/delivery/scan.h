#ifndef BL_DELIVERY_SCAN_H
#define BL_DELIVERY_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/*
 * Finds where a JSON object or array ends, without parsing it: 64 bytes at a
 * time, as bit masks of quotes, backslashes and brackets.  Whether '{' is closed
 * by '}' or ']' is not looked at: the JSON parser judges what was cut.
 */
struct bl_scan {
	uint64_t depth;	    /* Brackets open now; 0 once the value has ended. */
	uint64_t max_depth; /* More sets too_deep; the scan goes on. */
	bool in_string;
	bool escaped;	/* The next byte follows a backslash. */
	bool has_space; /* A byte up to 0x20 was seen outside of strings. */
	bool too_deep;
	unsigned way; /* Which of the ways below follows the bytes. */
};

/* bl_scan__begin(scan, max_depth): the next byte is the '{' or '[' itself. */
void bl_scan__begin(struct bl_scan *scan, uint32_t max_depth);

/* bl_scan__run(scan, bytes, n): follow ${n} bytes.  Returns how many belong to the
 * value: less than ${n}, or all with scan->depth == 0, when it has ended. */
size_t bl_scan__run(struct bl_scan *scan, const char *bytes, size_t n);

/* bl_scan__string(bytes, n, &escaped): bytes up to and with the closing quote, or
 * SIZE_MAX when it is not among them.  ${bytes} begins behind the opening quote. */
size_t bl_scan__string(const char *bytes, size_t n, bool *escaped);

/*
 * A walk over the members of an object or the elements of an array whose text
 * is at hand.  Text that is no JSON ends the walk early: parse it to know.
 */
struct bl_scan_walk {
	struct bl_str text;
	size_t at;
	bool object;
	bool first;
};

/* bl_scan__walk(text, &walk): false when ${text} begins with neither '{' nor '['. */
bool bl_scan__walk(struct bl_str text, struct bl_scan_walk *ret_walk);

/* bl_scan__next(walk, &key, &value): raw views; the key without its quotes and with
 * its escapes, absent in arrays.  False behind the last. */
bool bl_scan__next(struct bl_scan_walk *walk, struct bl_str *ret_key, struct bl_str *ret_value);

/* bl_scan__member(text, key, &value): the raw value of a member.  A key that is
 * written with escapes is not found. */
bool bl_scan__member(struct bl_str text, struct bl_str key, struct bl_str *ret_value);

/*
 * The ways to follow bytes, from the portable one (0) to the quickest; bl_scan__begin takes the
 * last one that the processor has.  bl_scan__n_ways: those it has.  For tests:
 * bl_scan__begin_as takes another, bl_scan__way_name tells what it is called.
 */
unsigned bl_scan__n_ways(void);
void bl_scan__begin_as(struct bl_scan *scan, uint32_t max_depth, unsigned way);
const char *bl_scan__way_name(unsigned way);

/* The bit masks of 64 bytes, one bit a byte, the first one lowest. */
struct bl_scan_mask {
	uint64_t quote, backslash, open, close, space;
};
void bl_scan__mask_portable(const char bytes[64], struct bl_scan_mask *ret_mask);

static inline bool
bl_scan__is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

#endif
