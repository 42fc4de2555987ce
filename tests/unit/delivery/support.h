#ifndef TESTS_DELIVERY_SUPPORT_H
#define TESTS_DELIVERY_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <isa-l/igzip_lib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/status.h"
#include "base/str.h"
#include "os/os_priv.h"

/* A system whose one file is a text at hand, read in steps of at most ${step} bytes. */
struct mem_os {
	struct bl_os os;
	struct bl_os_ops ops;
	struct bl_str bytes;
	size_t at;
	size_t step;	/* 0: no limit. */
	size_t fail_at; /* Reads beyond fail with EIO; 0: never. */
};

static inline int
mem_os_open(struct bl_os *os, const char *path, enum bl_open_mode mode)
{
	(void)path;
	(void)mode;
	((struct mem_os *)os)->at = 0;
	return 3;
}

static inline int
mem_os_close(struct bl_os *os, int fd)
{
	(void)os;
	(void)fd;
	return 0;
}

static inline int64_t
mem_os_read(struct bl_os *os, int fd, void *buf, size_t len)
{
	struct mem_os *m = (struct mem_os *)os;
	size_t n = m->bytes.len - m->at;

	(void)fd;
	if (m->fail_at > 0 && m->at >= m->fail_at)
		return -5; /* EIO */
	if (n > len)
		n = len;
	if (m->step > 0 && n > m->step)
		n = m->step;
	if (n > 0)
		memcpy(buf, m->bytes.ptr + m->at, n);
	m->at += n;
	return (int64_t)n;
}

static inline void
mem_os_init(struct mem_os *m, struct bl_str bytes, size_t step)
{
	*m = (struct mem_os){.ops = bl_os__posix_ops, .bytes = bytes, .step = step};
	m->ops.open = mem_os_open;
	m->ops.close = mem_os_close;
	m->ops.read = mem_os_read;
	m->os.ops = &m->ops;
}

/* One gzip member with ${text}, appended to ${out}. */
static inline void
gzip_into(struct bl_buf *out, struct bl_str text)
{
	struct isal_zstream z;
	struct bl_err err;
	size_t room = text.len + text.len / 8 + 1024;

	assert_int_equal(bl_buf_reserve(out, room, &err), BL_OK);
	isal_deflate_stateless_init(&z);
	z.next_in = (uint8_t *)(uintptr_t)text.ptr;
	z.avail_in = (uint32_t)text.len;
	z.next_out = (uint8_t *)out->ptr + out->len;
	z.avail_out = (uint32_t)room;
	z.gzip_flag = IGZIP_GZIP;
	z.end_of_stream = 1;
	assert_int_equal(isal_deflate_stateless(&z), COMP_OK);
	out->len += z.total_out;
}

/* Numbers that look random and are the same on every run (splitmix64). */
static inline uint64_t
next_random(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

#endif
