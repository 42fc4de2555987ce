#ifndef TESTS_FUZZ_MEM_FILE_H
#define TESTS_FUZZ_MEM_FILE_H

#include <string.h>

#include "os/os_priv.h"

/* A system whose one file is the fuzzer's input. */
struct mem_file {
	struct bl_os os;
	struct bl_os_ops ops;
	const uint8_t *data;
	size_t size, at, step;
};

static inline int
mem_file_open(struct bl_os *os, const char *path, enum bl_open_mode mode)
{
	(void)os;
	(void)path;
	(void)mode;
	return 3;
}

static inline int
mem_file_close(struct bl_os *os, int fd)
{
	(void)os;
	(void)fd;
	return 0;
}

static inline int64_t
mem_file_read(struct bl_os *os, int fd, void *buf, size_t len)
{
	struct mem_file *m = (struct mem_file *)os;
	size_t n = m->size - m->at;

	(void)fd;
	if (n > len)
		n = len;
	if (n > m->step)
		n = m->step;
	if (n > 0)
		memcpy(buf, m->data + m->at, n);
	m->at += n;
	return (int64_t)n;
}

static inline void
mem_file_init(struct mem_file *m, const uint8_t *data, size_t size, size_t step)
{
	*m = (struct mem_file){.ops = bl_os__posix_ops, .data = data, .size = size, .step = step};
	m->ops.open = mem_file_open;
	m->ops.close = mem_file_close;
	m->ops.read = mem_file_read;
	m->os.ops = &m->ops;
}

#endif
