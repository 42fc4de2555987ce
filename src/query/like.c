/*
 * LIKE and its kin: match a whole text against a pattern, without recursion.
 *
 * Behind a mismatch it goes on from the last "any" of the pattern, one code point further in the
 * text; earlier ones need no second look (the leftmost match of each part leaves the most for the
 * rest).  So the steps are bounded by the product of the lengths, and they are counted against the
 * budget.
 */
#include "query/eval.h"

static size_t
point_bytes(struct bl_str s, size_t at)
{
	size_t n = 1;

	while (at + n < s.len && ((unsigned char)s.ptr[at + n] & 0xC0) == 0x80)
		n++;
	return n;
}

static int
byte_at(struct bl_str s, size_t at)
{
	return at < s.len ? (unsigned char)s.ptr[at] : -2;
}

/* The escape character must stand before a wildcard or itself. */
static bool
is_pattern(struct bl_str pattern, const struct bl_wildcards *w)
{
	for (size_t i = 0; w->escape >= 0 && i < pattern.len; i++) {
		int next = byte_at(pattern, i + 1);

		if (byte_at(pattern, i) != w->escape)
			continue;
		if (next != w->any && next != w->one && next != w->escape)
			return false;
		i++;
	}
	return true;
}

static bool
match(struct bl_str text, struct bl_str pattern, const struct bl_wildcards *w, uint64_t *steps)
{
	size_t t = 0, p = 0, any_p = SIZE_MAX, any_t = 0;

	while (t < text.len) {
		int c = byte_at(pattern, p);
		bool escaped = c == w->escape;

		(*steps)++;
		if (!escaped && c == w->any) {
			any_p = ++p;
			any_t = t;
		} else if (!escaped && c == w->one) {
			p++;
			t += point_bytes(text, t);
		} else if (byte_at(pattern, p + (escaped ? 1 : 0)) == byte_at(text, t)) {
			p += escaped ? 2 : 1;
			t++;
		} else if (any_p != SIZE_MAX) {
			p = any_p;
			any_t += point_bytes(text, any_t);
			t = any_t;
		} else {
			return false;
		}
	}
	while (byte_at(pattern, p) == w->any && w->any != w->escape)
		p++;
	return p == pattern.len;
}

BL_STATUS
bl_eval__like(struct bl_eval *ev, const struct bl_node *at, struct bl_str text,
    struct bl_str pattern, const struct bl_wildcards *wildcards, bool *ret_found,
    struct bl_err *reterr)
{
	uint64_t steps = 0;

	if (!is_pattern(pattern, wildcards))
		return bl_fail_pos(reterr, BL_EINPUT, at->kids[1]->line, at->kids[1]->column,
		    "the pattern's escape character must stand before a wildcard or itself");
	/* Bounded before it is begun. */
	if (text.len > 0 && pattern.len / 8 > ev->steps_left / text.len)
		return bl_eval__spend(ev, at, UINT64_MAX, reterr);
	*ret_found = match(text, pattern, wildcards, &steps);
	return bl_eval__spend(ev, at, steps / 16, reterr);
}
