#include "json/writer.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "json/json.h"
#include "json/json_priv.h"

static void
put(struct bl_json_w *w, struct bl_str s)
{
	struct bl_buf *out = w->out;

	if (w->err.status != BL_OK)
		return;
	if (s.len <= out->cap - out->len && s.len > 0) {
		memcpy(out->ptr + out->len, s.ptr, s.len);
		out->len += s.len;
		return;
	}
	if (bl_buf_add(out, s, &w->err) != BL_OK)
		return; /* w->err sticks. */
}

static void
line(struct bl_json_w *w)
{
	static const char blanks[] = "                ";
	int left = w->depth * w->indent;

	if (w->indent == 0)
		return;
	put(w, BL_STR("\n"));
	for (; left > 0; left -= 16)
		put(w, (struct bl_str){blanks, (size_t)(left < 16 ? left : 16)});
}

/* What precedes a value or a key. */
static void
before_child(struct bl_json_w *w)
{
	if (!w->first[w->depth])
		put(w, BL_STR(","));
	w->first[w->depth] = false;
	if (w->depth > 0)
		line(w);
}

static void
before_value(struct bl_json_w *w)
{
	if (w->after_key) {
		w->after_key = false;
		return;
	}
	assert(w->depth == 0 || w->closer[w->depth] == ']'); /* An object wants a key. */
	assert(w->depth > 0 || w->first[0]);		     /* One value at the top. */
	before_child(w);
}

/* The length of the run of bytes at the beginning of ${s} that need no escape. */
static size_t
plain_run(struct bl_str s)
{
	size_t i = 0, n;

	while (i < s.len) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c < 0x80) {
			if (c < 0x20 || c == '"' || c == '\\')
				break;
			i++;
			continue;
		}
		n = bl_str_utf8(s.ptr + i, s.len - i);
		if (n == 0)
			break;
		i += n;
	}
	return i;
}

static void
put_escaped(struct bl_json_w *w, unsigned char c)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *simple = c == 0 ? NULL : strchr(from, c);
	char text[8];
	int n;

	if (c >= 0x80) {
		put(w, BL_STR("\xef\xbf\xbd"));
		return;
	}
	n = simple != NULL ? snprintf(text, sizeof(text), "\\%c", to[simple - from])
			   : snprintf(text, sizeof(text), "\\u%04x", c);
	put(w, (struct bl_str){text, (size_t)n});
}

static void
put_string(struct bl_json_w *w, struct bl_str s)
{
	put(w, BL_STR("\""));
	while (s.len > 0) {
		size_t n = plain_run(s);

		put(w, bl_str_sub(s, 0, n));
		s = bl_str_sub(s, n, s.len);
		if (s.len == 0)
			break;
		put_escaped(w, (unsigned char)s.ptr[0]);
		s = bl_str_sub(s, 1, s.len);
	}
	put(w, BL_STR("\""));
}

void
bl_json_w_begin(struct bl_json_w *w, struct bl_buf *out, int indent)
{
	assert(indent >= 0 && indent <= 16);
	*w = (struct bl_json_w){.out = out, .indent = indent};
	w->first[0] = true;
}

enum bl_status
bl_json_w_end(struct bl_json_w *w, struct bl_err *reterr)
{
	assert(w->err.status != BL_OK || (w->depth == 0 && !w->first[0] && !w->after_key));
	if (w->err.status != BL_OK && reterr != NULL)
		*reterr = w->err;
	return w->err.status;
}

static void
open_level(struct bl_json_w *w, const char *bracket, char closer)
{
	before_value(w);
	assert(w->depth < BL_JSON_W_DEPTH);
	put(w, bl_str_of(bracket));
	w->depth++;
	w->first[w->depth] = true;
	w->closer[w->depth] = closer;
}

void
bl_json_w_object(struct bl_json_w *w)
{
	open_level(w, "{", '}');
}

void
bl_json_w_array(struct bl_json_w *w)
{
	open_level(w, "[", ']');
}

void
bl_json_w_close(struct bl_json_w *w)
{
	char closer;
	bool empty;

	assert(w->depth > 0 && !w->after_key);
	closer = w->closer[w->depth];
	empty = w->first[w->depth];
	w->depth--;
	if (!empty)
		line(w);
	put(w, (struct bl_str){&closer, 1});
}

void
bl_json_w_key_str(struct bl_json_w *w, struct bl_str key)
{
	assert(w->depth > 0 && w->closer[w->depth] == '}' && !w->after_key);
	before_child(w);
	put_string(w, key);
	put(w, w->indent > 0 ? BL_STR(": ") : BL_STR(":"));
	w->after_key = true;
}

void
bl_json_w_key(struct bl_json_w *w, const char *key)
{
	bl_json_w_key_str(w, bl_str_of(key));
}

void
bl_json_w_null(struct bl_json_w *w)
{
	bl_json_w_raw(w, BL_STR("null"));
}

void
bl_json_w_bool(struct bl_json_w *w, bool value)
{
	bl_json_w_raw(w, value ? BL_STR("true") : BL_STR("false"));
}

void
bl_json_w_i64(struct bl_json_w *w, int64_t value)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%" PRId64, value);

	bl_json_w_raw(w, (struct bl_str){text, (size_t)n});
}

void
bl_json_w_u64(struct bl_json_w *w, uint64_t value)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%" PRIu64, value);

	bl_json_w_raw(w, (struct bl_str){text, (size_t)n});
}

void
bl_json_w_str(struct bl_json_w *w, struct bl_str value)
{
	before_value(w);
	put_string(w, value);
}

void
bl_json_w_z(struct bl_json_w *w, const char *value)
{
	assert(value != NULL);
	bl_json_w_str(w, bl_str_of(value));
}

void
bl_json_w_instant(struct bl_json_w *w, int64_t ns)
{
	char text[BL_INSTANT_TEXT];

	if (ns == BL_INSTANT_MIN || ns == BL_INSTANT_MAX)
		bl_json_w_null(w);
	else
		bl_json_w_z(w, bl_instant_format(ns, text));
}

void
bl_json_w_raw(struct bl_json_w *w, struct bl_str json)
{
	assert(json.len > 0);
	before_value(w);
	put(w, json);
}

/* The tree is no deeper than BL_JSON_MAX_DEPTH, and so is this recursion. */
static void
dump(struct bl_json_w *w, const struct bl_json *value, uint32_t depth)
{
	const char *brackets = value->kind == BL_JSON_OBJECT ? "{}" : "[]";

	switch (value->kind) {
	case BL_JSON_NULL: put(w, BL_STR("null")); return;
	case BL_JSON_BOOL: put(w, value->boolean ? BL_STR("true") : BL_STR("false")); return;
	case BL_JSON_NUMBER: put(w, value->text); return;
	case BL_JSON_STRING: put_string(w, value->text); return;
	case BL_JSON_ARRAY:
	case BL_JSON_OBJECT: break;
	}
	if (w->err.status == BL_OK && depth == BL_JSON_MAX_DEPTH)
		w->err.status = bl_fail(
		    &w->err, BL_ELIMIT, "arrays and objects nested deeper than %u levels", depth);
	if (w->err.status != BL_OK)
		return;
	put(w, (struct bl_str){brackets, 1});
	for (const struct bl_json *c = value->first; c != NULL; c = c->next) {
		if (value->kind == BL_JSON_OBJECT) {
			put_string(w, c->key);
			put(w, BL_STR(":"));
		}
		dump(w, c, depth + 1);
		if (c->next != NULL)
			put(w, BL_STR(","));
	}
	put(w, (struct bl_str){brackets + 1, 1});
}

enum bl_status
bl_json_dump(const struct bl_json *value, struct bl_buf *out, struct bl_err *reterr)
{
	struct bl_json_w w;
	size_t was = out->len;

	bl_json_w_begin(&w, out, 0);
	dump(&w, value, 0);
	if (w.err.status != BL_OK)
		out->len = was;
	w.first[0] = false;
	return bl_json_w_end(&w, reterr);
}
