#ifndef BL_OS_OS_PRIV_H
#define BL_OS_OS_PRIV_H

#include "os/os.h"

/*
 * What a system must offer; os.c adds the repetition of short calls and the
 * words of the errors.  Calls return 0 or more on success and -errno on
 * failure.  The one header of this folder that tests include, to stand in.
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
