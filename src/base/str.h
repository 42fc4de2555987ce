#ifndef BL_BASE_STR_H
#define BL_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct bl_arena;

/* A view of bytes: not NUL-terminated, never owned.  ptr may be NULL only when
 * len is 0; an absent string has ptr == NULL, an empty one has not. */
struct bl_str {
	const char *ptr;
	size_t len;
};

/* BL_STR("literal"), and the pair for printf: "%.*s", BL_STR_ARG(s). */
#define BL_STR(literal) ((struct bl_str){(literal), sizeof(literal) - 1})
#define BL_STR_INIT(literal)                                                                       \
	{                                                                                          \
		(literal), sizeof(literal) - 1                                                     \
	} /* For static tables. */
#define BL_STR_ARG(s) ((int)((s).len > 1000 ? 1000 : (s).len)), ((s).len == 0 ? "" : (s).ptr)

/* bl_str_of(z): a view of a NUL-terminated string (NULL gives the absent one). */
struct bl_str bl_str_of(const char *z);

bool bl_str_eq(struct bl_str a, struct bl_str b);
bool bl_str_eq_ci(struct bl_str a, struct bl_str b); /* ASCII letters only. */
int bl_str_cmp(struct bl_str a, struct bl_str b);    /* By bytes; <0, 0, >0. */
bool bl_str_starts(struct bl_str s, struct bl_str prefix);
bool bl_str_ends(struct bl_str s, struct bl_str suffix);

/* bl_str_find(s, needle): index of the first occurrence, or SIZE_MAX. */
size_t bl_str_find(struct bl_str s, struct bl_str needle);

/* bl_str_find_byte, bl_str_rfind_byte: index of the first, last ${byte}, or SIZE_MAX. */
size_t bl_str_find_byte(struct bl_str s, char byte);
size_t bl_str_rfind_byte(struct bl_str s, char byte);

/* bl_str_sub(s, from, to): the bytes [from, to), cut to what there is. */
struct bl_str bl_str_sub(struct bl_str s, size_t from, size_t to);

/* bl_str_trim(s): without leading and trailing blanks, tabs, CR and LF. */
struct bl_str bl_str_trim(struct bl_str s);

/* bl_str_split(&rest, sep, &part): the next part up to ${sep}; false when
 * ${rest} is absent.  "a,b" gives a, b; "" gives one empty part. */
bool bl_str_split(struct bl_str *rest, char sep, struct bl_str *ret_part);

/* bl_str_dup(arena, s, &copy): a copy with a NUL behind it.  BL_ENOMEM. */
BL_STATUS bl_str_dup(struct bl_arena *arena, struct bl_str s, struct bl_str *ret_copy);

/* bl_str_printf(arena, &str, reterr, fmt, ...): formatted text in the arena. */
BL_STATUS bl_str_printf(struct bl_arena *arena, struct bl_str *ret_str, struct bl_err *reterr,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* bl_str_to_i64(s, &value): an optional '-' and decimal digits, all of ${s}.
 * bl_str_to_u64: digits only.  False when it is not, or does not fit. */
bool bl_str_to_i64(struct bl_str s, int64_t *ret_value);
bool bl_str_to_u64(struct bl_str s, uint64_t *ret_value);

/* bl_str_percent_decode(arena, s, &out): %XX becomes its byte; '+' stays.  A '%'
 * that two hex digits do not follow stays as it is (keys may hold one). */
BL_STATUS bl_str_percent_decode(struct bl_arena *arena, struct bl_str s, struct bl_str *ret_out);

/* bl_str_percent_encode(arena, s, &out): every byte but [A-Za-z0-9_.-] becomes %XX. */
BL_STATUS bl_str_percent_encode(struct bl_arena *arena, struct bl_str s, struct bl_str *ret_out);

/* bl_str_utf8(p, left): bytes of the UTF-8 sequence at ${p}, 1 to 4; 0 when there is
 * none (overlong, surrogate, beyond U+10FFFF, cut).  ${left} > 0. */
size_t bl_str_utf8(const char *p, size_t left);

#endif
