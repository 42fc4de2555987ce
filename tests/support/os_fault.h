#ifndef TESTS_SUPPORT_OS_FAULT_H
#define TESTS_SUPPORT_OS_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "os/os_priv.h"

/*
 * A system that fails on order, over another one (the real one, or an os_crash).
 *
 *	struct os_fault f;
 *	os_fault_init(&f, bl_os_posix());
 *	os_fault_arm(&f, FAULT_WRITE | FAULT_SYNC, 3, ENOSPC);
 *	status = work(&f.os, ...);	// the third write or sync fails
 *
 * To walk through every failure: arm with n = 1, 2, ... until f.hit stays false.
 */
enum {
	FAULT_OPEN = 1 << 0,
	FAULT_READ = 1 << 1,
	FAULT_PREAD = 1 << 2,
	FAULT_WRITE = 1 << 3,
	FAULT_SYNC = 1 << 4,
	FAULT_TRUNCATE = 1 << 5,
	FAULT_INFO = 1 << 6, /* Of a path or an open file. */
	FAULT_LOCK = 1 << 7,
	FAULT_LIST = 1 << 8,
	FAULT_REAL_PATH = 1 << 9,
	FAULT_RENAME = 1 << 10,
	FAULT_UNLINK = 1 << 11,
	FAULT_MKDIR = 1 << 12,
	FAULT_RMDIR = 1 << 13,
	FAULT_SYNC_FOLDER = 1 << 14,
	FAULT_CHMOD = 1 << 15,
	FAULT_RANDOM = 1 << 16,
	FAULT_ALL = (1 << 17) - 1,
};

struct os_fault {
	struct bl_os os; /* First: what is passed on. */
	struct bl_os *under;

	/* Free to set between calls; os_fault_init() turns all of it off. */
	uint32_t kinds;	      /* FAULT_*: which calls are counted, and fail. */
	uint64_t nth;	      /* The nth counted call fails (1: the next); 0: none. */
	int err;	      /* With this errno. */
	bool sticky;	      /* And so does each one after it. */
	size_t io_max;	      /* Reads and writes move so many bytes at most; 0: off. */
	uint32_t eintr_every; /* Each so-manyth call is interrupted first; 0: off. */
	uint64_t space_bytes; /* Written in all before ENOSPC; UINT64_MAX: off. */
	int64_t now_ns;	      /* What the clock says; 0: the clock below. */

	/* To be read. */
	uint64_t calls; /* Counted calls since os_fault_arm(). */
	bool hit;	/* Has one failed? */

	uint64_t any_calls; /* For eintr_every. */
	bool interrupted;   /* So that the repeated call goes through. */
};

void os_fault_init(struct os_fault *f, struct bl_os *under);
void os_fault_arm(struct os_fault *f, uint32_t kinds, uint64_t nth, int err);

#endif
