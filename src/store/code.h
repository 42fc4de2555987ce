#ifndef BL_STORE_CODE_H
#define BL_STORE_CODE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

struct bl_buf;

/*
 * The numbers of the store's files: little-endian, whatever the machine.
 * A varint is LEB128: seven bits a byte, low first, at most ten bytes, and only the
 * shortest form (so that one value has one encoding).
 */
void bl_code__put_u32(char *at, uint32_t value);
void bl_code__put_u64(char *at, uint64_t value);
uint32_t bl_code__u32(const char *at);
uint64_t bl_code__u64(const char *at);

/* Writing to a buffer.  The first failure sticks and is reported by status. */
struct bl_code__out {
	struct bl_buf *buf;
	enum bl_status status;
	struct bl_err *err;
};
void bl_code__add_u64(struct bl_code__out *out, uint64_t value);
void bl_code__add_varint(struct bl_code__out *out, uint64_t value);
void bl_code__add_bytes(struct bl_code__out *out, const void *ptr, size_t len);
/* A string with its length; an absent one stays absent. */
void bl_code__add_str(struct bl_code__out *out, struct bl_str s);

/* Reading: behind the end, or something malformed, sets bad and gives zeros. */
struct bl_code__in {
	const char *at;
	const char *end;
	bool bad;
};
struct bl_code__in bl_code__read(struct bl_str bytes);
size_t bl_code__left(const struct bl_code__in *in);
uint64_t bl_code__get_u64(struct bl_code__in *in);
uint64_t bl_code__get_varint(struct bl_code__in *in);
/* A varint that must be at most ${max}. */
uint64_t bl_code__get_upto(struct bl_code__in *in, uint64_t max);
struct bl_str bl_code__get_bytes(struct bl_code__in *in, size_t len);
struct bl_str bl_code__get_str(struct bl_code__in *in);

#endif
