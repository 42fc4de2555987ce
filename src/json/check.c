/*
 * The grammar of tree.c over the same tokens, but nothing is copied, built or explained: a text
 * that is not right is rare, and tree.c then says why.
 *
 * Equal keys: each key leaves a short hash on a stack; when its object closes, the hashes of the
 * object's own keys are the top of the stack.  Few are compared in pairs (four at a time in a
 * vector), more are sorted.  Equal hashes are no verdict, so a text made to collide costs one
 * parse, not more.
 *
 * Invariants: 1. the last token is a bracket, so that a token before it has a next one, and each
 * string and scalar ends before it; 2. keys has room for a key to every two tokens and four more,
 * and a key takes two (itself, and its colon).
 */
#include "json/check.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/mem.h"
#include "json/json_priv.h"

#define PAIRS 48u		    /* More keys than these are sorted. */
#define KEPT_KEYS ((size_t)1 << 18) /* More are given back behind the text. */

#define INLINE static inline __attribute__((always_inline))

struct check {
	struct bl_json_parser *parser;
	const struct bl_json_visitor *visitor;
	const char *text;
	const uint32_t *at;
	size_t len, n, i; /* i: the next token. */
	size_t slash;	  /* The first backslash not before the current token. */
	uint32_t depth;
	uint32_t watched; /* Values down to this depth are shown; 0: none. */
	uint32_t n_keys;
	char closer; /* Of the innermost level. */
};

INLINE bool
is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* Behind the token at w->i, without the white space that follows. */
INLINE size_t
token_end(const struct check *c)
{
	size_t end = c->at[c->i + 1]; /* invariant 1 */

	while (is_space(c->text[end - 1]))
		end--;
	return end;
}

/* The string at the current token, which is taken; false when it is not right. */
INLINE bool
take_string(struct check *c, struct bl_str *ret, bool *ret_escaped)
{
	size_t from = (size_t)c->at[c->i] + 1, end = token_end(c);

	if (end <= from || c->text[end - 1] != '"')
		return false;
	end--;
	c->i++;
	*ret = (struct bl_str){c->text + from, end - from};
	*ret_escaped = false;
	if (c->slash >= end)
		return true;
	if (c->slash < from) {
		const char *p = memchr(c->text + from, '\\', c->len - from);

		c->slash = p == NULL ? c->len : (size_t)(p - c->text);
		if (c->slash >= end)
			return true;
	}
	*ret_escaped = true;
	return bl_json__escapes_ok(*ret);
}

INLINE uint64_t
load64(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

INLINE uint32_t
load32(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

INLINE uint64_t
mixed(uint64_t h, uint64_t v)
{
	h = (h ^ v) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 32;
}

/* Tells keys apart; equal keys give equal hashes, nothing else is promised.  First and last bytes
 * overlap in between: together they are the whole key. */
INLINE uint32_t
short_hash(struct bl_str key)
{
	const char *p = key.ptr, *end = key.ptr + key.len;
	uint64_t h = key.len;

	if (key.len > 32)
		return (uint32_t)bl_hash64_of(key);
	if (key.len > 16)
		h = mixed(mixed(h, load64(p + 8)), load64(end - 16));
	if (key.len >= 8)
		return (uint32_t)mixed(mixed(h, load64(p)), load64(end - 8));
	if (key.len >= 4)
		return (uint32_t)mixed(h, (uint64_t)load32(p) << 32 | load32(end - 4));
	for (size_t i = 0; i < key.len; i++)
		h = h << 8 | (unsigned char)p[i];
	return (uint32_t)mixed(0, h);
}

/* A key and its colon. */
INLINE bool
take_key(struct check *c, struct bl_str *ret_key)
{
	bool escaped;

	if (c->text[c->at[c->i]] != '"' || c->i + 1 == c->n || !take_string(c, ret_key, &escaped))
		return false;
	if (escaped || c->text[c->at[c->i]] != ':')
		return false;
	c->i++;
	c->parser->keys[c->n_keys++] = short_hash(*ret_key) | 1; /* invariant 2 */
	return c->i < c->n;
}

static int
by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Each key with those behind it, four at a time.  No hash is 0, so the places behind the last
 * one are made to meet nothing. */
static bool
meets_among_pairs(uint32_t *key, size_t n)
{
	typedef uint32_t four __attribute__((vector_size(16)));
	four met = {0};
	uint64_t half[2];

	memset(key + n, 0, sizeof(four)); /* invariant 2 */
	for (size_t i = 0; i + 1 < n; i++) {
		four one = {key[i], key[i], key[i], key[i]}, others;

		for (size_t j = i + 1; j < n; j += 4) {
			memcpy(&others, key + j, sizeof(others));
			met |= (four)(others == one);
		}
	}
	memcpy(half, &met, sizeof(half));
	return (half[0] | half[1]) != 0;
}

static bool
meets(uint32_t *key, size_t n)
{
	if (n <= PAIRS)
		return meets_among_pairs(key, n);
	qsort(key, n, sizeof(*key), by_value);
	for (size_t i = 1; i < n; i++)
		if (key[i - 1] == key[i])
			return true;
	return false;
}

/* Takes the closing bracket at hand. */
INLINE bool
close_level(struct check *c)
{
	struct bl_json__open *open = &c->parser->open[--c->depth];

	c->i++;
	if (c->closer == '}') {
		uint32_t n = c->n_keys - open->n_keys;

		if (n > 1 && meets(c->parser->keys + open->n_keys, n))
			return false;
		c->n_keys = open->n_keys;
	}
	c->closer = open->closer;
	if (c->watched > c->depth)
		c->watched = c->depth;
	return true;
}

/* Takes the opening bracket at hand; an empty level is closed at once. */
INLINE bool
open_level(struct check *c, char bracket)
{
	if (c->depth == c->parser->limits.max_depth || c->i + 1 == c->n)
		return false;
	c->parser->open[c->depth++] = (struct bl_json__open){c->n_keys, c->closer};
	c->closer = bracket == '{' ? '}' : ']';
	c->i++;
	return true;
}

/* A number, true, false or null; taken. */
INLINE bool
take_scalar(struct check *c, char first, struct bl_json_seen *seen)
{
	size_t at = c->at[c->i];
	struct bl_str s = {c->text + at, token_end(c) - at};

	c->i++;
	if ((first >= '0' && first <= '9') || first == '-') {
		seen->kind = BL_JSON_NUMBER;
		seen->text = s;
		return bl_json__is_number(s);
	}
	seen->kind = first == 'n' ? BL_JSON_NULL : BL_JSON_BOOL;
	if (s.len == 4)
		return memcmp(s.ptr, "true", 4) == 0 || memcmp(s.ptr, "null", 4) == 0;
	return s.len == 5 && memcmp(s.ptr, "false", 5) == 0;
}

static bool
show(struct check *c, struct bl_json_seen *seen)
{
	seen->depth = c->depth;
	switch (c->visitor->value(c->visitor->ctx, seen)) {
	case BL_JSON_VISIT_ON: return true;
	case BL_JSON_VISIT_ENTER: c->watched = c->depth + 1; return true;
	case BL_JSON_VISIT_STOP: break;
	}
	return false;
}

/* One value with its key; of an array or object the opening bracket (*ret_open). */
INLINE bool
take_value(struct check *c, bool *ret_open)
{
	struct bl_json_seen seen = {.kind = BL_JSON_STRING};
	bool shown = c->depth <= c->watched;
	char first;

	*ret_open = false;
	if (c->closer == '}' && !take_key(c, &seen.key))
		return false;
	first = c->text[c->at[c->i]];
	if (first == '{' || first == '[') {
		seen.kind = first == '{' ? BL_JSON_OBJECT : BL_JSON_ARRAY;
		*ret_open = true;
		if (shown && !show(c, &seen))
			return false;
		return open_level(c, first);
	}
	if (c->i + 1 == c->n)
		return false;
	if (first == '"') {
		if (!take_string(c, &seen.text, &seen.escaped))
			return false;
	} else if (!take_scalar(c, first, &seen)) {
		return false;
	}
	return !shown || show(c, &seen);
}

/* From the first child of the root to behind the root. */
static bool
walk(struct check *c)
{
	bool opened = true;

	for (;;) {
		/* Behind an opening bracket, or a value. */
		char b = c->text[c->at[c->i]];

		if (b == c->closer) {
			if (!close_level(c))
				return false;
			if (c->depth == 0)
				return c->i == c->n;
			if (c->i == c->n)
				return false;
			opened = false;
			continue;
		}
		if (!opened) {
			if (b != ',' || ++c->i == c->n)
				return false;
		}
		if (!take_value(c, &opened))
			return false;
	}
}

static bool
reserve_keys(struct bl_json_parser *parser, size_t n_tokens)
{
	size_t want = n_tokens / 2 + 4;
	uint32_t *p;

	if (want <= parser->keys_cap)
		return true;
	want += want / 2;
	p = bl_mem_realloc(parser->keys, want * sizeof(*p));
	if (p == NULL)
		return false;
	parser->keys = p;
	parser->keys_cap = want;
	return true;
}

bool
bl_json_check(
    struct bl_json_parser *parser, struct bl_str text, const struct bl_json_visitor *visitor)
{
	struct check c = {.parser = parser, .visitor = visitor, .text = text.ptr, .len = text.len};
	bool ok = false;
	char last;

	if (text.len < 2 || text.len > parser->limits.max_bytes)
		return false;
	c.watched = visitor != NULL ? 1 : 0;
	if (bl_json__index_run(parser->index, text.ptr, text.len, &c.at, &c.n) != BL_JSON__FOUND_OK)
		goto out;
	last = text.ptr[c.at[c.n - 1]];
	if (c.n < 2 || (last != '}' && last != ']') || !reserve_keys(parser, c.n))
		goto out;
	if (text.ptr[c.at[0]] != '{' && text.ptr[c.at[0]] != '[')
		goto out;
	ok = open_level(&c, text.ptr[c.at[0]]) && walk(&c);
out:
	bl_json__index_trim(parser->index);
	if (parser->keys_cap > KEPT_KEYS) {
		bl_mem_free(parser->keys);
		parser->keys = NULL;
		parser->keys_cap = 0;
	}
	return ok;
}

enum bl_status
bl_json_unescape(
    struct bl_arena *arena, struct bl_str text, struct bl_str *ret_out, struct bl_err *reterr)
{
	char *copy = bl_new(arena, char, text.len + 1);
	size_t bad = 0, len;

	if (copy == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for %zu bytes of text", text.len);
	if (text.len > 0)
		memcpy(copy, text.ptr, text.len);
	len = bl_json__unescape(copy, text.len, &bad);
	if (len == SIZE_MAX)
		return bl_fail_at(reterr, BL_EINPUT, bad, "no valid escape");
	*ret_out = (struct bl_str){copy, len};
	return BL_OK;
}
