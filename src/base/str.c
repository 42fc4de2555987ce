#include "base/str.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"

struct bl_str
bl_str_of(const char *z)
{
	return (struct bl_str){z, z == NULL ? 0 : strlen(z)};
}

bool
bl_str_eq(struct bl_str a, struct bl_str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static char
lower(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c;
}

bool
bl_str_eq_ci(struct bl_str a, struct bl_str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.ptr[i]) != lower(b.ptr[i]))
			return false;
	return true;
}

int
bl_str_cmp(struct bl_str a, struct bl_str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int c = n == 0 ? 0 : memcmp(a.ptr, b.ptr, n);

	return c != 0 ? c : (a.len > b.len) - (a.len < b.len);
}

bool
bl_str_starts(struct bl_str s, struct bl_str prefix)
{
	return s.len >= prefix.len && bl_str_eq((struct bl_str){s.ptr, prefix.len}, prefix);
}

bool
bl_str_ends(struct bl_str s, struct bl_str suffix)
{
	return s.len >= suffix.len &&
	       bl_str_eq((struct bl_str){s.ptr + (s.len - suffix.len), suffix.len}, suffix);
}

size_t
bl_str_find(struct bl_str s, struct bl_str needle)
{
	const char *p;

	if (needle.len == 0)
		return 0;
	p = s.len == 0 ? NULL : memmem(s.ptr, s.len, needle.ptr, needle.len);
	return p == NULL ? SIZE_MAX : (size_t)(p - s.ptr);
}

size_t
bl_str_find_byte(struct bl_str s, char byte)
{
	const char *p = s.len == 0 ? NULL : memchr(s.ptr, byte, s.len);

	return p == NULL ? SIZE_MAX : (size_t)(p - s.ptr);
}

size_t
bl_str_rfind_byte(struct bl_str s, char byte)
{
	const char *p = s.len == 0 ? NULL : memrchr(s.ptr, byte, s.len);

	return p == NULL ? SIZE_MAX : (size_t)(p - s.ptr);
}

struct bl_str
bl_str_sub(struct bl_str s, size_t from, size_t to)
{
	if (to > s.len)
		to = s.len;
	if (from > to)
		from = to;
	return (struct bl_str){s.ptr == NULL ? NULL : s.ptr + from, to - from};
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct bl_str
bl_str_trim(struct bl_str s)
{
	while (s.len > 0 && is_space(s.ptr[0])) {
		s.ptr++;
		s.len--;
	}
	while (s.len > 0 && is_space(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

bool
bl_str_split(struct bl_str *rest, char sep, struct bl_str *ret_part)
{
	size_t at;

	if (rest->ptr == NULL)
		return false;
	at = bl_str_find_byte(*rest, sep);
	if (at == SIZE_MAX) {
		*ret_part = *rest;
		*rest = (struct bl_str){NULL, 0};
		return true;
	}
	*ret_part = bl_str_sub(*rest, 0, at);
	*rest = bl_str_sub(*rest, at + 1, rest->len);
	return true;
}

enum bl_status
bl_str_dup(struct bl_arena *arena, struct bl_str s, struct bl_str *ret_copy)
{
	char *p = bl_new(arena, char, s.len + 1);

	if (p == NULL)
		return BL_ENOMEM;
	if (s.len > 0)
		memcpy(p, s.ptr, s.len);
	*ret_copy = (struct bl_str){p, s.len};
	return BL_OK;
}

enum bl_status
bl_str_printf(
    struct bl_arena *arena, struct bl_str *ret_str, struct bl_err *reterr, const char *fmt, ...)
{
	va_list ap, again;
	char *p;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	p = n < 0 ? NULL : bl_new(arena, char, (size_t)n + 1);
	if (p != NULL)
		(void)vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	if (p == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for a text");
	*ret_str = (struct bl_str){p, (size_t)n};
	return BL_OK;
}

bool
bl_str_to_u64(struct bl_str s, uint64_t *ret_value)
{
	uint64_t v = 0;

	if (s.ptr == NULL || s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(s.ptr[i] - '0'), &v))
			return false;
	}
	*ret_value = v;
	return true;
}

bool
bl_str_to_i64(struct bl_str s, int64_t *ret_value)
{
	bool negative = s.len > 0 && s.ptr[0] == '-';
	uint64_t v;

	if (!bl_str_to_u64(negative ? bl_str_sub(s, 1, s.len) : s, &v))
		return false;
	if (negative) {
		if (v > (uint64_t)INT64_MAX + 1)
			return false;
		*ret_value = (int64_t)(0 - v);
		return true;
	}
	if (v > INT64_MAX)
		return false;
	*ret_value = (int64_t)v;
	return true;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

enum bl_status
bl_str_percent_decode(struct bl_arena *arena, struct bl_str s, struct bl_str *ret_out)
{
	char *p = bl_new(arena, char, s.len + 1);
	size_t n = 0;

	if (p == NULL)
		return BL_ENOMEM;
	for (size_t i = 0; i < s.len; i++) {
		int hi = s.ptr[i] == '%' && s.len - i > 2 ? hex_digit(s.ptr[i + 1]) : -1;
		int lo = hi >= 0 ? hex_digit(s.ptr[i + 2]) : -1;

		if (lo >= 0) {
			p[n++] = (char)(hi * 16 + lo);
			i += 2;
		} else {
			p[n++] = s.ptr[i];
		}
	}
	*ret_out = (struct bl_str){p, n};
	return BL_OK;
}

static bool
is_plain(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '.' || c == '-';
}

enum bl_status
bl_str_percent_encode(struct bl_arena *arena, struct bl_str s, struct bl_str *ret_out)
{
	static const char digits[] = "0123456789ABCDEF";
	char *p = bl_new(arena, char, s.len * 3 + 1);
	size_t n = 0;

	if (p == NULL)
		return BL_ENOMEM;
	for (size_t i = 0; i < s.len; i++) {
		if (is_plain(s.ptr[i])) {
			p[n++] = s.ptr[i];
			continue;
		}
		p[n++] = '%';
		p[n++] = digits[(unsigned char)s.ptr[i] >> 4];
		p[n++] = digits[(unsigned char)s.ptr[i] & 15];
	}
	*ret_out = (struct bl_str){p, n};
	return BL_OK;
}

static bool
is_tail(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Source: RFC 3629, section 4. */
size_t
bl_str_utf8(const char *p, size_t left)
{
	unsigned char c = (unsigned char)p[0], d;

	assert(left > 0);
	if (c < 0x80)
		return 1;
	if (c < 0xc2 || c > 0xf4 || left < 2 || !is_tail(p[1]))
		return 0;
	if (c < 0xe0)
		return 2;
	d = (unsigned char)p[1];
	if (left < 3 || !is_tail(p[2]))
		return 0;
	if (c < 0xf0) /* No overlong forms, no surrogates. */
		return (c == 0xe0 && d < 0xa0) || (c == 0xed && d > 0x9f) ? 0 : 3;
	if (left < 4 || !is_tail(p[3]))
		return 0;
	return (c == 0xf0 && d < 0x90) || (c == 0xf4 && d > 0x8f) ? 0 : 4;
}
