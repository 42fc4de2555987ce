#include "base/status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

const char *
bl_status_name(enum bl_status status)
{
	switch (status) {
#define X(name, http, text)                                                                        \
	case BL_##name: return #name;
		BL_STATUS_LIST(X)
#undef X
	}
	return "UNKNOWN";
}

const char *
bl_status_text(enum bl_status status)
{
	switch (status) {
#define X(name, http, text)                                                                        \
	case BL_##name: return text;
		BL_STATUS_LIST(X)
#undef X
	}
	return "unknown status";
}

/*
 * Text that quotes hostile input must not move the cursor of a terminal: no
 * control characters, neither of ASCII nor of Latin-1, and nothing but UTF-8
 * (which a cut at the end of the room may have spoilt too).
 */
static void
make_printable(char *text)
{
	size_t left = strlen(text);

	while (left > 0) {
		unsigned char c = (unsigned char)text[0];
		size_t n = bl_str_utf8(text, left);
		bool control =
		    c < 0x20 || c == 0x7f || (c == 0xc2 && (unsigned char)text[1] < 0xa0);

		n = n == 0 ? 1 : n;
		if (control || (n == 1 && c >= 0x80))
			memset(text, '?', n);
		text += n;
		left -= n;
	}
}

static void fill(struct bl_err *err, enum bl_status status, const char *fmt, va_list ap)
    __attribute__((format(printf, 3, 0)));

static void
fill(struct bl_err *err, enum bl_status status, const char *fmt, va_list ap)
{
	err->status = status;
	err->sys_errno = 0;
	err->offset = BL_NO_OFFSET;
	err->line = 0;
	err->column = 0;
	(void)vsnprintf(err->text, sizeof(err->text), fmt, ap);
	make_printable(err->text);
}

void
bl_err_set(struct bl_err *reterr, enum bl_status status, const char *fmt, ...)
{
	va_list ap;

	if (reterr == NULL)
		return;
	va_start(ap, fmt);
	fill(reterr, status, fmt, ap);
	va_end(ap);
}

void
bl_err_set_at(struct bl_err *reterr, enum bl_status status, uint64_t offset, const char *fmt, ...)
{
	va_list ap;

	if (reterr == NULL)
		return;
	va_start(ap, fmt);
	fill(reterr, status, fmt, ap);
	va_end(ap);
	reterr->offset = offset;
}

void
bl_err_set_pos(struct bl_err *reterr, enum bl_status status, uint32_t line, uint32_t column,
    const char *fmt, ...)
{
	va_list ap;

	if (reterr == NULL)
		return;
	va_start(ap, fmt);
	fill(reterr, status, fmt, ap);
	va_end(ap);
	reterr->line = line;
	reterr->column = column;
}

void
bl_err_set_sys(struct bl_err *reterr, const char *fmt, ...)
{
	int saved = errno;
	char words[128];
	size_t len;
	va_list ap;

	if (reterr == NULL)
		return;
	va_start(ap, fmt);
	fill(reterr, BL_EIO, fmt, ap);
	va_end(ap);
	reterr->sys_errno = saved;
	len = strlen(reterr->text);
	(void)snprintf(reterr->text + len, sizeof(reterr->text) - len, ": %s",
	    strerror_r(saved, words, sizeof(words)));
}

void
bl_err_prefix(struct bl_err *reterr, const char *fmt, ...)
{
	char old[sizeof(reterr->text)];
	size_t len;
	va_list ap;

	if (reterr == NULL)
		return;
	memcpy(old, reterr->text, sizeof(old));
	va_start(ap, fmt);
	(void)vsnprintf(reterr->text, sizeof(reterr->text), fmt, ap);
	va_end(ap);
	len = strlen(reterr->text);
	(void)snprintf(reterr->text + len, sizeof(reterr->text) - len, ": %s", old);
	make_printable(reterr->text);
}
