#ifndef BL_OS_OS_PRIV_H
#define BL_OS_OS_PRIV_H

#include "os/os.h"

/* Told of each entry of a folder; a failure (-errno) ends the listing. */
typedef int (*bl_os_entry_fn)(void *ctx, const char *name, enum bl_file_kind kind);

/*
 * What a system must offer; os.c adds the repetition of short and interrupted
 * calls and the words of the errors.  Calls return 0 or more on success and
 * -errno on failure.  The one header of this folder that tests include, to
 * stand in.
 *
 *	lock       -EAGAIN when another open file has the lock
 *	list       every entry but . and .., in any order
 *	real_path  the NUL-terminated path into buf[cap]; -ENAMETOOLONG
 *	random     bytes written, which may be fewer than asked for
 */
struct bl_os_ops {
	int (*open)(struct bl_os *os, const char *path, enum bl_open_mode mode);
	int (*close)(struct bl_os *os, int fd);
	int64_t (*read)(struct bl_os *os, int fd, void *buf, size_t len);
	int64_t (*pread)(struct bl_os *os, int fd, void *buf, size_t len, uint64_t offset);
	int64_t (*write)(struct bl_os *os, int fd, const void *buf, size_t len);
	int (*sync)(struct bl_os *os, int fd);
	int (*truncate)(struct bl_os *os, int fd, uint64_t size);
	int (*fd_info)(struct bl_os *os, int fd, struct bl_file_info *ret);
	int (*lock)(struct bl_os *os, int fd, int64_t *ret_holder_pid);
	int (*info)(struct bl_os *os, const char *path, bool follow, struct bl_file_info *ret);
	int (*list)(struct bl_os *os, const char *path, bl_os_entry_fn each, void *ctx);
	int (*real_path)(struct bl_os *os, const char *path, char *buf, size_t cap);
	int (*rename)(struct bl_os *os, const char *from, const char *to);
	int (*unlink)(struct bl_os *os, const char *path);
	int (*mkdir)(struct bl_os *os, const char *path);
	int (*rmdir)(struct bl_os *os, const char *path);
	int (*sync_folder)(struct bl_os *os, const char *path);
	int (*chmod)(struct bl_os *os, const char *path, uint32_t mode);
	int64_t (*now_ns)(struct bl_os *os);
	int64_t (*tick_ns)(struct bl_os *os);
	int (*random)(struct bl_os *os, void *buf, size_t len);
};

struct bl_os {
	const struct bl_os_ops *ops;
};

/* The operations of the real system, for a stand-in to fall back on. */
extern const struct bl_os_ops bl_os__posix_ops;

#endif
