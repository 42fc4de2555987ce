/*
 * The real system: one call of the kernel behind each operation, and no words.
 *
 * Locks are "open file description" locks: unlike the traditional ones they do
 * not vanish when some other part of the process closes the same file.  They do
 * not tell who holds them, so the holder writes its pid into the file.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "os/os_priv.h"

static int
result(int rc)
{
	return rc < 0 ? -errno : rc;
}

static int
posix_open(struct bl_os *os, const char *path, enum bl_open_mode mode)
{
	int flags = O_CLOEXEC | O_NOCTTY;

	(void)os;
	switch (mode) {
	case BL_OPEN_READ: return result(open(path, flags | O_RDONLY));
	case BL_OPEN_CREATE: return result(open(path, flags | O_RDWR | O_CREAT | O_EXCL, 0644));
	case BL_OPEN_CREATE_KEY: return result(open(path, flags | O_RDWR | O_CREAT | O_EXCL, 0600));
	case BL_OPEN_APPEND: return result(open(path, flags | O_RDWR | O_APPEND));
	}
	return -EINVAL;
}

static int
posix_close(struct bl_os *os, int fd)
{
	(void)os;
	return result(close(fd));
}

static int64_t
posix_read(struct bl_os *os, int fd, void *buf, size_t len)
{
	ssize_t n = read(fd, buf, len);

	(void)os;
	return n < 0 ? -errno : n;
}

static int64_t
posix_pread(struct bl_os *os, int fd, void *buf, size_t len, uint64_t offset)
{
	ssize_t n;

	(void)os;
	if (offset > INT64_MAX)
		return 0; /* No file is so long: beyond its end. */
	n = pread(fd, buf, len, (off_t)offset);
	return n < 0 ? -errno : n;
}

static int64_t
posix_write(struct bl_os *os, int fd, const void *buf, size_t len)
{
	ssize_t n = write(fd, buf, len);

	(void)os;
	return n < 0 ? -errno : n;
}

static int
posix_sync(struct bl_os *os, int fd)
{
	(void)os;
	return result(fsync(fd));
}

static int
posix_truncate(struct bl_os *os, int fd, uint64_t size)
{
	(void)os;
	return size > INT64_MAX ? -EFBIG : result(ftruncate(fd, (off_t)size));
}

static enum bl_file_kind
kind_of(mode_t mode)
{
	if (S_ISREG(mode))
		return BL_FILE_REGULAR;
	if (S_ISDIR(mode))
		return BL_FILE_FOLDER;
	return S_ISLNK(mode) ? BL_FILE_SYMLINK : BL_FILE_OTHER;
}

static void
info_from(const struct stat *st, struct bl_file_info *ret)
{
	*ret = (struct bl_file_info){
	    .kind = kind_of(st->st_mode),
	    .mode = st->st_mode & 07777,
	    .size_bytes = (uint64_t)st->st_size,
	    .device = st->st_dev,
	    .inode = st->st_ino,
	    .modified_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec,
	};
}

static int
posix_fd_info(struct bl_os *os, int fd, struct bl_file_info *ret)
{
	struct stat st;

	(void)os;
	if (fstat(fd, &st) != 0)
		return -errno;
	info_from(&st, ret);
	return 0;
}

static int
posix_info(struct bl_os *os, const char *path, bool follow, struct bl_file_info *ret)
{
	struct stat st;

	(void)os;
	if (fstatat(AT_FDCWD, path, &st, follow ? 0 : AT_SYMLINK_NOFOLLOW) != 0)
		return -errno;
	info_from(&st, ret);
	return 0;
}

/* The pid that the holder wrote; 0 when there is none to be read. */
static int64_t
read_holder(int fd)
{
	char text[24];
	ssize_t n = pread(fd, text, sizeof(text), 0);
	int64_t pid = 0;

	for (ssize_t i = 0; i < n && text[i] >= '0' && text[i] <= '9'; i++) {
		if (pid > INT_MAX)
			return 0;
		pid = pid * 10 + (text[i] - '0');
	}
	return pid;
}

static int
posix_lock(struct bl_os *os, int fd, int64_t *ret_holder_pid)
{
	struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char text[24];
	int n;

	(void)os;
	if (fcntl(fd, F_OFD_SETLK, &range) != 0) {
		int saved = errno;

		*ret_holder_pid = read_holder(fd);
		return saved == EACCES ? -EAGAIN : -saved;
	}
	n = snprintf(text, sizeof(text), "%ld\n", (long)getpid());
	/* The lock holds even when the disk is too full for the pid, which is a courtesy. */
	if (ftruncate(fd, 0) == 0)
		(void)!pwrite(fd, text, (size_t)n, 0);
	return 0;
}

static int
entry_kind(DIR *dir, const struct dirent *e, enum bl_file_kind *ret)
{
	struct stat st;

	switch (e->d_type) {
	case DT_REG: *ret = BL_FILE_REGULAR; return 0;
	case DT_DIR: *ret = BL_FILE_FOLDER; return 0;
	case DT_LNK: *ret = BL_FILE_SYMLINK; return 0;
	case DT_UNKNOWN: break; /* Some file systems do not tell. */
	default: *ret = BL_FILE_OTHER; return 0;
	}
	if (fstatat(dirfd(dir), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return -errno;
	*ret = kind_of(st.st_mode);
	return 0;
}

static int
posix_list(struct bl_os *os, const char *path, bl_os_entry_fn each, void *ctx)
{
	DIR *dir = opendir(path);
	enum bl_file_kind kind = BL_FILE_OTHER;
	int rc = 0;

	(void)os;
	if (dir == NULL)
		return -errno;
	while (rc == 0) {
		struct dirent *e;

		errno = 0;
		e = readdir(dir);
		if (e == NULL) {
			rc = -errno;
			break;
		}
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		rc = entry_kind(dir, e, &kind);
		if (rc == -ENOENT)
			rc = 0; /* Gone since; as if listed a moment later. */
		else if (rc == 0)
			rc = each(ctx, e->d_name, kind);
	}
	(void)closedir(dir);
	return rc;
}

static int
posix_real_path(struct bl_os *os, const char *path, char *buf, size_t cap)
{
	char real[PATH_MAX];
	size_t len;

	(void)os;
	if (realpath(path, real) == NULL)
		return -errno;
	len = strlen(real);
	if (len >= cap)
		return -ENAMETOOLONG;
	memcpy(buf, real, len + 1);
	return 0;
}

static int
posix_rename(struct bl_os *os, const char *from, const char *to)
{
	(void)os;
	return result(rename(from, to));
}

static int
posix_unlink(struct bl_os *os, const char *path)
{
	(void)os;
	return result(unlink(path));
}

static int
posix_mkdir(struct bl_os *os, const char *path)
{
	(void)os;
	return result(mkdir(path, 0755));
}

static int
posix_rmdir(struct bl_os *os, const char *path)
{
	(void)os;
	return result(rmdir(path));
}

static int
posix_sync_folder(struct bl_os *os, const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc;

	(void)os;
	if (fd < 0)
		return -errno;
	rc = result(fsync(fd));
	(void)close(fd);
	return rc;
}

static int
posix_chmod(struct bl_os *os, const char *path, uint32_t mode)
{
	(void)os;
	return result(chmod(path, (mode_t)mode));
}

static int64_t
clock_ns(clockid_t id)
{
	struct timespec ts = {0};

	(void)clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static int64_t
posix_now_ns(struct bl_os *os)
{
	(void)os;
	return clock_ns(CLOCK_REALTIME);
}

static int64_t
posix_tick_ns(struct bl_os *os)
{
	(void)os;
	return clock_ns(CLOCK_MONOTONIC);
}

static int
posix_random(struct bl_os *os, void *buf, size_t len)
{
	ssize_t n = getrandom(buf, len > 256 ? 256 : len, 0);

	(void)os;
	return n < 0 ? -errno : (int)n;
}

const struct bl_os_ops bl_os__posix_ops = {
    .open = posix_open,
    .close = posix_close,
    .read = posix_read,
    .pread = posix_pread,
    .write = posix_write,
    .sync = posix_sync,
    .truncate = posix_truncate,
    .fd_info = posix_fd_info,
    .lock = posix_lock,
    .info = posix_info,
    .list = posix_list,
    .real_path = posix_real_path,
    .rename = posix_rename,
    .unlink = posix_unlink,
    .mkdir = posix_mkdir,
    .rmdir = posix_rmdir,
    .sync_folder = posix_sync_folder,
    .chmod = posix_chmod,
    .now_ns = posix_now_ns,
    .tick_ns = posix_tick_ns,
    .random = posix_random,
};

struct bl_os *
bl_os_posix(void)
{
	static struct bl_os os = {.ops = &bl_os__posix_ops};

	return &os;
}

bool
bl_os_hold_standard(void)
{
	/* In this order: open() gives the lowest number that is free. */
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			return false;
	return true;
}
