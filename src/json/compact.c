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

enum bl_status
bl_json_compact(struct bl_str text, struct bl_buf *out, struct bl_err *reterr)
{
	size_t from = 0, i = 0, was = out->len;

	while (i < text.len) {
		enum bl_status status;

		if (text.ptr[i] == '"') {
			i = skip_string(text, i);
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
	return bl_buf_add(out, bl_str_sub(text, from, text.len), reterr);
}
