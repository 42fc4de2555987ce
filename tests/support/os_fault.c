#include "support/os_fault.h"

#include <errno.h>

static struct os_fault *
fault(struct bl_os *os)
{
	return (struct os_fault *)os; /* os is its first member. */
}

/* 0, or the -errno with which this call has to fail. */
static int
due(struct bl_os *os, uint32_t kind)
{
	struct os_fault *f = fault(os);

	if ((f->kinds & kind) == 0)
		return 0;
	f->calls++;
	if (f->nth == 0 || f->calls < f->nth || (f->calls > f->nth && !f->sticky))
		return 0;
	f->hit = true;
	return -f->err;
}

/* For the calls that a signal may interrupt. */
static int
due_or_eintr(struct bl_os *os, uint32_t kind)
{
	struct os_fault *f = fault(os);

	if (f->eintr_every > 0 && !f->interrupted && ++f->any_calls % f->eintr_every == 0) {
		f->interrupted = true;
		return -EINTR;
	}
	f->interrupted = false;
	return due(os, kind);
}

static size_t
cut(struct bl_os *os, size_t len)
{
	size_t max = fault(os)->io_max;

	return max > 0 && len > max ? max : len;
}

#define UNDER(os) (fault(os)->under)
#define PASS(rc_expr, call)                                                                        \
	do {                                                                                       \
		int rc_ = (rc_expr);                                                               \
		return rc_ != 0 ? rc_ : UNDER(os)->ops->call;                                      \
	} while (0)

static int
fault_open(struct bl_os *os, const char *path, enum bl_open_mode mode)
{
	PASS(due_or_eintr(os, FAULT_OPEN), open(UNDER(os), path, mode));
}

static int
fault_close(struct bl_os *os, int fd)
{
	return UNDER(os)->ops->close(UNDER(os), fd);
}

static int64_t
fault_read(struct bl_os *os, int fd, void *buf, size_t len)
{
	PASS(due_or_eintr(os, FAULT_READ), read(UNDER(os), fd, buf, cut(os, len)));
}

static int64_t
fault_pread(struct bl_os *os, int fd, void *buf, size_t len, uint64_t offset)
{
	PASS(due_or_eintr(os, FAULT_PREAD), pread(UNDER(os), fd, buf, cut(os, len), offset));
}

static int64_t
fault_write(struct bl_os *os, int fd, const void *buf, size_t len)
{
	struct os_fault *f = fault(os);
	int rc = due_or_eintr(os, FAULT_WRITE);
	int64_t n;

	if (rc != 0)
		return rc;
	len = cut(os, len);
	if (f->space_bytes == 0 && len > 0) {
		f->hit = true;
		return -ENOSPC;
	}
	if (len > f->space_bytes)
		len = (size_t)f->space_bytes;
	n = f->under->ops->write(f->under, fd, buf, len);
	if (n > 0 && f->space_bytes != UINT64_MAX)
		f->space_bytes -= (uint64_t)n;
	return n;
}

static int
fault_sync(struct bl_os *os, int fd)
{
	PASS(due_or_eintr(os, FAULT_SYNC), sync(UNDER(os), fd));
}

static int
fault_truncate(struct bl_os *os, int fd, uint64_t size)
{
	PASS(due_or_eintr(os, FAULT_TRUNCATE), truncate(UNDER(os), fd, size));
}

static int
fault_fd_info(struct bl_os *os, int fd, struct bl_file_info *ret)
{
	PASS(due(os, FAULT_INFO), fd_info(UNDER(os), fd, ret));
}

static int
fault_lock(struct bl_os *os, int fd, int64_t *ret_holder_pid)
{
	PASS(due_or_eintr(os, FAULT_LOCK), lock(UNDER(os), fd, ret_holder_pid));
}

static int
fault_info(struct bl_os *os, const char *path, bool follow, struct bl_file_info *ret)
{
	PASS(due(os, FAULT_INFO), info(UNDER(os), path, follow, ret));
}

static int
fault_list(struct bl_os *os, const char *path, bl_os_entry_fn each, void *ctx)
{
	PASS(due(os, FAULT_LIST), list(UNDER(os), path, each, ctx));
}

static int
fault_real_path(struct bl_os *os, const char *path, char *buf, size_t cap)
{
	PASS(due(os, FAULT_REAL_PATH), real_path(UNDER(os), path, buf, cap));
}

static int
fault_rename(struct bl_os *os, const char *from, const char *to)
{
	PASS(due(os, FAULT_RENAME), rename(UNDER(os), from, to));
}

static int
fault_unlink(struct bl_os *os, const char *path)
{
	PASS(due(os, FAULT_UNLINK), unlink(UNDER(os), path));
}

static int
fault_mkdir(struct bl_os *os, const char *path)
{
	PASS(due(os, FAULT_MKDIR), mkdir(UNDER(os), path));
}

static int
fault_rmdir(struct bl_os *os, const char *path)
{
	PASS(due(os, FAULT_RMDIR), rmdir(UNDER(os), path));
}

static int
fault_sync_folder(struct bl_os *os, const char *path)
{
	PASS(due_or_eintr(os, FAULT_SYNC_FOLDER), sync_folder(UNDER(os), path));
}

static int
fault_chmod(struct bl_os *os, const char *path, uint32_t mode)
{
	PASS(due(os, FAULT_CHMOD), chmod(UNDER(os), path, mode));
}

static int64_t
fault_now_ns(struct bl_os *os)
{
	return fault(os)->now_ns != 0 ? fault(os)->now_ns : UNDER(os)->ops->now_ns(UNDER(os));
}

static int64_t
fault_tick_ns(struct bl_os *os)
{
	return UNDER(os)->ops->tick_ns(UNDER(os));
}

static int
fault_random(struct bl_os *os, void *buf, size_t len)
{
	PASS(due_or_eintr(os, FAULT_RANDOM), random(UNDER(os), buf, cut(os, len)));
}

static const struct bl_os_ops fault_ops = {
    .open = fault_open,
    .close = fault_close,
    .read = fault_read,
    .pread = fault_pread,
    .write = fault_write,
    .sync = fault_sync,
    .truncate = fault_truncate,
    .fd_info = fault_fd_info,
    .lock = fault_lock,
    .info = fault_info,
    .list = fault_list,
    .real_path = fault_real_path,
    .rename = fault_rename,
    .unlink = fault_unlink,
    .mkdir = fault_mkdir,
    .rmdir = fault_rmdir,
    .sync_folder = fault_sync_folder,
    .chmod = fault_chmod,
    .now_ns = fault_now_ns,
    .tick_ns = fault_tick_ns,
    .random = fault_random,
};

void
os_fault_init(struct os_fault *f, struct bl_os *under)
{
	*f =
	    (struct os_fault){.os = {.ops = &fault_ops}, .under = under, .space_bytes = UINT64_MAX};
}

void
os_fault_arm(struct os_fault *f, uint32_t kinds, uint64_t nth, int err)
{
	f->kinds = kinds;
	f->nth = nth;
	f->err = err;
	f->calls = 0;
	f->hit = false;
}
