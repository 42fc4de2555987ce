#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "json/json_priv.h"

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Behind the string that begins at ${i}, or the end of the text. */
static size_t
skip_string(struct bl_str text, size_t i)
{
	for (i++; i < text.len; i++) {
		const char *quote = memchr(text.ptr + i, '"', text.len - i);
		size_t end = quote == NULL ? text.len : (size_t)(quote - text.ptr);
		const char *slash = memchr(text.ptr + i, '\\', end - i);

		if (slash == NULL)
			return quote == NULL ? end : end + 1;
		i = (size_t)(slash - text.ptr) + 1; /* The escaped byte; may be a quote. */
	}
	return text.len;
}

/* The exact way, for what the quick way refuses: a string that is not closed,
 * or an output near its limit. */
static enum bl_status
compact_slowly(struct bl_str text, struct bl_buf *out, struct bl_err *reterr)
{
	size_t from = 0, i = 0, was = out->len;
	enum bl_status status;

	while (i < text.len) {
		if (text.ptr[i] == '"') {
			i = skip_string(text, i);
			continue;
		}
		if (text.ptr[i] == '\\') {
			/* No JSON; but simdjson takes it for an escape here too, and the
			 * two ways must agree. */
			i += i + 1 < text.len && !is_space(text.ptr[i + 1]) ? 2 : 1;
			continue;
		}
		if (!is_space(text.ptr[i])) {
			i++;
			continue;
		}
		status = bl_buf_add(out, bl_str_sub(text, from, i), reterr);
		if (status != BL_OK) {
			out->len = was;
			return status;
		}
		while (i < text.len && is_space(text.ptr[i]))
			i++;
		from = i;
	}
	status = bl_buf_add(out, bl_str_sub(text, from, text.len), reterr);
	if (status != BL_OK)
		out->len = was;
	return status;
}

enum bl_status
bl_json_compact(struct bl_str text, struct bl_buf *out, struct bl_err *reterr)
{
	size_t room = out->limit > out->len ? out->limit - out->len : 0, n = 0;
	enum bl_status status;

	if (text.len == 0 || room < BL_JSON__MINIFY_SLACK ||
	    text.len > room - BL_JSON__MINIFY_SLACK)
		return compact_slowly(text, out, reterr);
	status = bl_buf_reserve(out, text.len + BL_JSON__MINIFY_SLACK, reterr);
	if (status != BL_OK)
		return status;
	if (bl_json__minify(text.ptr, text.len, out->ptr + out->len, &n) != BL_JSON__FOUND_OK)
		return compact_slowly(text, out, reterr);
	assert(n <= text.len);
	out->len += n;
	return BL_OK;
}
