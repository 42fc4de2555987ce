#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

void
bl_buf_release(struct bl_buf *buf)
{
	bl_mem_free(buf->ptr);
	*buf = (struct bl_buf)BL_BUF_INIT(buf->limit);
}

enum bl_status
bl_buf_reserve(struct bl_buf *buf, size_t more, struct bl_err *reterr)
{
	size_t cap;
	char *p;

	assert(buf->len <= buf->cap);
	if (more <= buf->cap - buf->len)
		return BL_OK;
	if (buf->len > buf->limit || more > buf->limit - buf->len)
		return bl_fail(reterr, BL_ELIMIT, "more than %zu bytes in one buffer", buf->limit);
	cap = buf->cap < 256 ? 256 : buf->cap + buf->cap / 2;
	if (cap < buf->len + more)
		cap = buf->len + more;
	if (cap > buf->limit)
		cap = buf->limit;
	/* One byte more than is counted: bl_buf_printf() ends with a NUL there. */
	p = bl_mem_realloc(buf->ptr, cap + 1);
	if (p == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for a buffer of %zu bytes", cap);
	buf->ptr = p;
	buf->cap = cap;
	return BL_OK;
}

enum bl_status
bl_buf_add(struct bl_buf *buf, struct bl_str s, struct bl_err *reterr)
{
	enum bl_status status = bl_buf_reserve(buf, s.len, reterr);

	if (status != BL_OK)
		return status;
	if (s.len > 0)
		memcpy(buf->ptr + buf->len, s.ptr, s.len);
	buf->len += s.len;
	return BL_OK;
}

enum bl_status
bl_buf_add_byte(struct bl_buf *buf, char byte, struct bl_err *reterr)
{
	return bl_buf_add(buf, (struct bl_str){&byte, 1}, reterr);
}

enum bl_status
bl_buf_printf(struct bl_buf *buf, struct bl_err *reterr, const char *fmt, ...)
{
	enum bl_status status;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	assert(n >= 0);
	status = bl_buf_reserve(buf, (size_t)n, reterr);
	if (status != BL_OK || n == 0)
		return status;
	va_start(ap, fmt);
	(void)vsnprintf(buf->ptr + buf->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	buf->len += (size_t)n;
	return BL_OK;
}

struct bl_str
bl_buf_str(const struct bl_buf *buf)
{
	return (struct bl_str){buf->ptr == NULL ? "" : buf->ptr, buf->len};
}

enum bl_status
bl_buf_add_csv(struct bl_buf *out, struct bl_str field, struct bl_err *reterr)
{
	bool quote = false;
	enum bl_status status;

	for (size_t i = 0; i < field.len && !quote; i++)
		quote = memchr(",\"\r\n", field.ptr[i], 4) != NULL;
	if (!quote)
		return bl_buf_add(out, field, reterr);
	status = bl_buf_add_byte(out, '"', reterr);
	for (size_t i = 0; i < field.len && status == BL_OK; i++) {
		if (field.ptr[i] == '"')
			status = bl_buf_add_byte(out, '"', reterr);
		if (status == BL_OK)
			status = bl_buf_add_byte(out, field.ptr[i], reterr);
	}
	return status == BL_OK ? bl_buf_add_byte(out, '"', reterr) : status;
}
