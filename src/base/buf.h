#ifndef BL_BASE_BUF_H
#define BL_BASE_BUF_H

#include <stddef.h>

#include "base/status.h"
#include "base/str.h"

/*
 * A growing run of bytes with a limit.  Caller's storage; release it.
 *
 *	struct bl_buf out = BL_BUF_INIT(16 << 20);
 *
 * Appending beyond the limit is BL_ELIMIT and appends nothing.
 */
struct bl_buf {
	char *ptr;
	size_t len;
	size_t cap;
	size_t limit;
};

#define BL_BUF_INIT(limit_bytes)                                                                   \
	{                                                                                          \
		NULL, 0, 0, (limit_bytes)                                                          \
	}

/* bl_buf_release: frees, and leaves an empty buffer with the same limit. */
void bl_buf_release(struct bl_buf *buf);

/* bl_buf_reserve: room for ${more} bytes behind len, so that the caller may
 * write there and add to len itself. */
BL_STATUS bl_buf_reserve(struct bl_buf *buf, size_t more, struct bl_err *reterr);

BL_STATUS bl_buf_add(struct bl_buf *buf, struct bl_str s, struct bl_err *reterr);
BL_STATUS bl_buf_add_byte(struct bl_buf *buf, char byte, struct bl_err *reterr);
BL_STATUS bl_buf_printf(struct bl_buf *buf, struct bl_err *reterr, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* bl_buf_str: a view, valid until the next append. */
struct bl_str bl_buf_str(const struct bl_buf *buf);

/* bl_buf_add_csv(buf, field): one CSV field, quoted where RFC 4180 wants it. */
BL_STATUS bl_buf_add_csv(struct bl_buf *buf, struct bl_str field, struct bl_err *reterr);

#endif
