/* Texts that grow. */
#include "query/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
bl_text_add(struct bl_text *text, struct bl_str s)
{
	if (!text->failed && s.len > text->cap - text->len) {
		size_t cap =
		    text->cap * 2 > text->len + s.len ? text->cap * 2 : text->len + s.len + 32;
		char *grown = bl_new(text->arena, char, cap);

		text->failed = grown == NULL;
		if (grown != NULL && text->len > 0)
			memcpy(grown, text->ptr, text->len);
		if (grown != NULL) {
			text->ptr = grown;
			text->cap = cap;
		}
	}
	if (text->failed || s.len == 0)
		return;
	memcpy(text->ptr + text->len, s.ptr, s.len);
	text->len += s.len;
}

void
bl_text_printf(struct bl_text *text, const char *fmt, ...)
{
	char room[100];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(room, sizeof(room), fmt, ap);
	va_end(ap);
	bl_text_add(text, bl_str_of(room));
}

bool
bl_text_end(const struct bl_text *text, struct bl_str *ret_str)
{
	*ret_str = (struct bl_str){text->len == 0 ? "" : text->ptr, text->len};
	return !text->failed;
}
