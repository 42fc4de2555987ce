/*
 * The second stage of parsing: from the offsets of the tokens to a tree.
 *
 * The text is copied into the arena once.  Strings are views of the copy, and
 * those with escapes are unescaped in their place (no escape is shorter than
 * what it stands for).  Nesting is kept in the parser's own array of levels: no
 * recursion.
 *
 * Invariants: 1. everything between the end of a token and the next token's
 * offset is white space (simdjson begins a token at each other byte);
 * 2. w->i <= w->n.
 */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "json/json_priv.h"

#define CHUNK ((size_t)64) /* Nodes taken from the arena at a time, at most. */
#define QUOTED 60	   /* Bytes of the input that an error shows. */

struct walk {
	struct bl_json_parser *parser;
	struct bl_arena *arena;
	struct bl_err *reterr;
	char *text; /* Our copy. */
	size_t len;
	const uint32_t *at; /* [n], the offsets of the tokens. */
	size_t n, i;	    /* i: the next token. */
	size_t slash;	    /* The first backslash not before the current token. */
	struct bl_json *spare;
	size_t n_spare;
	uint32_t depth; /* Open levels. */
	struct bl_json *root;
};

static enum bl_status
node_new(struct walk *w, struct bl_json **ret_node)
{
	if (w->n_spare == 0) {
		/* Four tokens a value at the usual mix of members and elements. */
		size_t want = (w->n - w->i) / 4 + 1;

		w->n_spare = want < CHUNK ? want : CHUNK;
		w->spare = bl_new(w->arena, struct bl_json, w->n_spare);
		if (w->spare == NULL) {
			w->n_spare = 0;
			return bl_fail(w->reterr, BL_ENOMEM,
			    "no memory for the JSON from byte %zu on", w->len);
		}
	}
	w->n_spare--;
	*ret_node = w->spare++;
	return BL_OK;
}

/* The end of the token at at[i], without the white space behind it. */
static size_t
token_end(const struct walk *w, size_t i)
{
	size_t end = i + 1 < w->n ? w->at[i + 1] : w->len;

	while (end > w->at[i] + 1 && (w->text[end - 1] == ' ' || w->text[end - 1] == '\n' ||
					 w->text[end - 1] == '\r' || w->text[end - 1] == '\t'))
		end--;
	return end;
}

static enum bl_status
bad_escape(struct walk *w, size_t at)
{
	if (w->text[at + 1] != 'u')
		return bl_fail_at(w->reterr, BL_EINPUT, at, "\\%c is no escape", w->text[at + 1]);
	for (size_t i = at + 2; i < at + 6; i++)
		if (strchr("0123456789abcdefABCDEF", w->text[i]) == NULL || w->text[i] == '\0')
			return bl_fail_at(
			    w->reterr, BL_EINPUT, at, "\\u must be followed by four hex digits");
	return bl_fail_at(
	    w->reterr, BL_EINPUT, at, "\\u%.4s is half of a surrogate pair", w->text + at + 2);
}

/* The string token at w->i, unescaped; takes it. */
static enum bl_status
take_string(struct walk *w, struct bl_str *ret)
{
	size_t from = (size_t)w->at[w->i] + 1, end = token_end(w, w->i), len, bad = 0;

	/* Invariant 1: behind the closing quote comes nothing but white space. */
	if (end <= from || w->text[end - 1] != '"')
		return bl_fail_at(w->reterr, BL_EINPUT, from - 1, "a string that is not closed");
	len = end - 1 - from;
	w->i++;
	if (w->slash < from) {
		const char *p = memchr(w->text + from, '\\', w->len - from);

		w->slash = p == NULL ? w->len : (size_t)(p - w->text);
	}
	if (w->slash < from + len) {
		/* A bad escape is shown from the text as it was: what precedes it
		 * has moved, what follows has not. */
		len = bl_json__unescape(w->text + from, len, &bad);
		if (len == SIZE_MAX)
			return bad_escape(w, from + bad);
	}
	*ret = (struct bl_str){w->text + from, len};
	return BL_OK;
}

static enum bl_status
take_scalar(struct walk *w, struct bl_json *node)
{
	size_t at = w->at[w->i], end = token_end(w, w->i);
	struct bl_str s = {w->text + at, end - at};
	unsigned char c = (unsigned char)s.ptr[0];

	w->i++;
	if ((c >= '0' && c <= '9') || c == '-') {
		if (!bl_json__is_number(s))
			return bl_fail_at(w->reterr, BL_EINPUT, at, "'%.*s' is no JSON number",
			    (int)(s.len < QUOTED ? s.len : QUOTED), s.ptr);
		node->kind = BL_JSON_NUMBER;
		node->text = s;
		return BL_OK;
	}
	if (bl_str_eq(s, BL_STR("null"))) {
		node->kind = BL_JSON_NULL;
	} else if (bl_str_eq(s, BL_STR("true"))) {
		node->kind = BL_JSON_BOOL;
		node->boolean = true;
	} else if (bl_str_eq(s, BL_STR("false"))) {
		node->kind = BL_JSON_BOOL;
	} else if (memchr(s.ptr, '\0', s.len) != NULL) {
		const char *nul = memchr(s.ptr, '\0', s.len);

		return bl_fail_at(w->reterr, BL_EINPUT, (uint64_t)(nul - w->text), "a NUL byte");
	} else if (c == 0xef && s.len >= 3 && memcmp(s.ptr, "\xef\xbb\xbf", 3) == 0) {
		return bl_fail_at(w->reterr, BL_EINPUT, at,
		    "a byte order mark; the text must be UTF-8 without one");
	} else {
		return bl_fail_at(w->reterr, BL_EINPUT, at, "'%.*s' is no JSON value",
		    (int)(s.len < QUOTED ? s.len : QUOTED), s.ptr);
	}
	return BL_OK;
}

static enum bl_status
ended(struct walk *w)
{
	const struct bl_json__level *top = &w->parser->level[w->depth - 1];

	assert(w->depth > 0);
	return bl_fail_at(w->reterr, BL_EINPUT, w->len, "the text ends inside an %s",
	    top->node->kind == BL_JSON_OBJECT ? "object" : "array");
}

static enum bl_status
unexpected(struct walk *w, const char *instead)
{
	size_t at = w->at[w->i], end = token_end(w, w->i);

	if (w->text[at] == '\0')
		return bl_fail_at(w->reterr, BL_EINPUT, at, "a NUL byte");
	if (w->text[at] == '"')
		end = at + 1;
	return bl_fail_at(w->reterr, BL_EINPUT, at, "'%.*s' where %s was expected",
	    (int)(end - at < QUOTED ? end - at : QUOTED), w->text + at, instead);
}

static enum bl_status
open_level(struct walk *w, struct bl_json *node, char bracket)
{
	if (w->depth == w->parser->limits.max_depth)
		return bl_fail_at(w->reterr, BL_ELIMIT, w->at[w->i],
		    "arrays and objects nested deeper than %u levels", w->depth);
	node->kind = bracket == '{' ? BL_JSON_OBJECT : BL_JSON_ARRAY;
	w->parser->level[w->depth++] = (struct bl_json__level){.node = node};
	w->i++;
	return BL_OK;
}

static enum bl_status
close_level(struct walk *w)
{
	struct bl_json *node = w->parser->level[w->depth - 1].node;
	const struct bl_json *twice = NULL;
	enum bl_status status;

	w->depth--;
	w->i++;
	if (node->kind == BL_JSON_ARRAY)
		return BL_OK;
	status = bl_json__duplicate(w->parser, node, &twice, w->reterr);
	if (status != BL_OK || twice == NULL)
		return status;
	/* A key is a view of the copy, one byte behind its opening quote. */
	return bl_fail_at(w->reterr, BL_EINPUT, (uint64_t)(twice->key.ptr - w->text) - 1,
	    "the key \"%.*s\" appears twice in one object",
	    (int)(twice->key.len < QUOTED ? twice->key.len : QUOTED), twice->key.ptr);
}

/* "key": of a member. */
static enum bl_status
take_key(struct walk *w, struct bl_str *ret_key)
{
	enum bl_status status;

	if (w->i == w->n)
		return ended(w);
	if (w->text[w->at[w->i]] != '"')
		return unexpected(w, "a key in double quotes");
	status = take_string(w, ret_key);
	if (status != BL_OK)
		return status;
	if (w->i == w->n)
		return ended(w);
	if (w->text[w->at[w->i]] != ':')
		return unexpected(w, "a colon behind a key");
	w->i++;
	return BL_OK;
}

static void
adopt(struct walk *w, struct bl_json *node)
{
	struct bl_json__level *top;

	if (w->depth == 0) {
		w->root = node;
		return;
	}
	top = &w->parser->level[w->depth - 1];
	if (top->last == NULL)
		top->node->first = node;
	else
		top->last->next = node;
	top->last = node;
	top->node->n++;
}

/* One value with its key; an array or object is only opened. */
static enum bl_status
take_value(struct walk *w)
{
	struct bl_json *node = NULL;
	enum bl_status status = node_new(w, &node);
	char c;

	if (status != BL_OK)
		return status;
	assert(node != NULL);
	if (w->depth > 0 && w->parser->level[w->depth - 1].node->kind == BL_JSON_OBJECT) {
		status = take_key(w, &node->key);
		if (status != BL_OK)
			return status;
	}
	if (w->i == w->n)
		return ended(w);
	adopt(w, node);
	c = w->text[w->at[w->i]];
	if (c == '{' || c == '[')
		return open_level(w, node, c);
	if (c == '"') {
		node->kind = BL_JSON_STRING;
		return take_string(w, &node->text);
	}
	if (c == '}' || c == ']' || c == ',' || c == ':')
		return unexpected(w, "a value");
	return take_scalar(w, node);
}

/* What may follow a value or an opening bracket, up to where the next value
 * begins; *ret_more is false when the whole is complete. */
static enum bl_status
take_between(struct walk *w, bool *ret_more)
{
	while (w->depth > 0) {
		const struct bl_json__level *top = &w->parser->level[w->depth - 1];
		bool object = top->node->kind == BL_JSON_OBJECT;
		enum bl_status status;
		char c;

		if (w->i == w->n)
			return ended(w);
		c = w->text[w->at[w->i]];
		if (c == (object ? '}' : ']')) {
			status = close_level(w);
			if (status != BL_OK)
				return status;
			continue;
		}
		*ret_more = true;
		if (top->last == NULL)
			return BL_OK;
		if (c != ',')
			return unexpected(w, object ? "a comma or }" : "a comma or ]");
		w->i++;
		return BL_OK;
	}
	*ret_more = false;
	return BL_OK;
}

static enum bl_status
walk(struct walk *w)
{
	enum bl_status status = BL_OK;
	bool more = true;

	assert(w->n > 0);
	while (status == BL_OK && more) {
		status = take_value(w);
		if (status == BL_OK)
			status = take_between(w, &more);
	}
	if (status != BL_OK || w->i == w->n)
		return status;
	if (w->text[w->at[w->i]] == '\0')
		return bl_fail_at(w->reterr, BL_EINPUT, w->at[w->i], "a NUL byte");
	return bl_fail_at(w->reterr, BL_EINPUT, w->at[w->i], "text behind the value");
}

static enum bl_status
parse(struct bl_json_parser *parser, struct bl_str text, struct bl_arena *arena,
    const struct bl_json **ret_root, struct bl_err *reterr)
{
	struct walk w = {.parser = parser, .arena = arena, .reterr = reterr, .len = text.len};
	enum bl_status status;

	switch (bl_json__index_run(parser->index, text.ptr, text.len, &w.at, &w.n)) {
	case BL_JSON__FOUND_OK: break;
	case BL_JSON__FOUND_NOMEM:
		return bl_fail(reterr, BL_ENOMEM, "no memory to index %zu bytes of JSON", text.len);
	case BL_JSON__FOUND_ERROR: return bl_json__explain(text, reterr);
	}
	w.text = bl_new(arena, char, text.len);
	if (w.text == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for %zu bytes of JSON", text.len);
	memcpy(w.text, text.ptr, text.len);
	status = walk(&w);
	if (status == BL_OK)
		*ret_root = w.root;
	return status;
}

enum bl_status
bl_json_parse(struct bl_json_parser *parser, struct bl_str text, struct bl_arena *arena,
    const struct bl_json **ret_root, struct bl_err *reterr)
{
	struct bl_arena_mark mark = bl_arena_mark(arena);
	enum bl_status status;

	if (text.len == 0)
		return bl_fail(reterr, BL_EINPUT, "the text is empty");
	if (text.len > parser->limits.max_bytes)
		return bl_fail(reterr, BL_ELIMIT, "%zu bytes of JSON in one text, more than %zu",
		    text.len, parser->limits.max_bytes);
	status = parse(parser, text, arena, ret_root, reterr);
	if (status != BL_OK)
		bl_arena_rewind(arena, mark);
	bl_json__index_trim(parser->index);
	return status;
}
