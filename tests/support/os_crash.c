/* The calls of a file system in memory.  os_crash_disk.c holds what they work on. */
#include "support/os_crash_priv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct os_crash *
fs_of(struct bl_os *os)
{
	return (struct os_crash *)os; /* os is its first member. */
}

/* Counts a changing call; -EIO when the power is, or goes, off. */
static int
changing(struct os_crash *fs)
{
	if (!fs->dead && fs->calls_left != UINT64_MAX && fs->calls_left-- <= 1)
		fs->dead = true;
	fs->n_calls++;
	return fs->dead ? -EIO : 0;
}

/*
 * The folder in which the last part of ${path} lies, and that part into
 * name[256] ("" for the root).  -errno.
 */
static int
locate(const struct os_crash *fs, const char *path, size_t *ret_folder, char *name)
{
	size_t folder = ROOT, i;

	if (fs->dead)
		return -EIO;
	name[0] = '\0';
	while (*path != '\0') {
		size_t len = strcspn(path, "/");

		if (len > 0 && !(len == 1 && path[0] == '.')) {
			if (len > 255)
				return -ENAMETOOLONG;
			if (len == 2 && memcmp(path, "..", 2) == 0)
				return -EINVAL;
			if (name[0] != '\0') { /* What came before is a folder. */
				i = os_crash__folder_find(&fs->inode[folder].names, name);
				if (i == NONE)
					return -ENOENT;
				folder = fs->inode[folder].names.entry[i].inode;
				if (fs->inode[folder].kind != BL_FILE_FOLDER)
					return -ENOTDIR;
			}
			memcpy(name, path, len);
			name[len] = '\0';
		}
		path += len;
		path += *path == '/';
	}
	*ret_folder = folder;
	return 0;
}

static int
lookup(const struct os_crash *fs, const char *path, size_t *ret_inode)
{
	char name[256];
	size_t folder, i;
	int rc = locate(fs, path, &folder, name);

	if (rc != 0)
		return rc;
	if (name[0] == '\0') {
		*ret_inode = ROOT;
		return 0;
	}
	i = os_crash__folder_find(&fs->inode[folder].names, name);
	if (i == NONE)
		return -ENOENT;
	*ret_inode = fs->inode[folder].names.entry[i].inode;
	return 0;
}

/* A name made (from == NULL), removed (to == NULL) or both, live and pending. */
static void
names_change(struct os_crash *fs, size_t from_folder, const char *from, size_t to_folder,
    const char *to, size_t inode)
{
	struct os_crash_change *c = os_crash__change_new(fs);

	*c = (struct os_crash_change){.kind = CHANGE_NAMES,
	    .inode = inode,
	    .from_folder = from == NULL ? NONE : from_folder,
	    .to_folder = to == NULL ? NONE : to_folder,
	    .from = os_crash__copy_z(from),
	    .to = os_crash__copy_z(to)};
	if (from != NULL)
		os_crash__folder_remove(&fs->inode[from_folder].names, from);
	if (to != NULL)
		os_crash__folder_set(&fs->inode[to_folder].names, to, inode);
}

static int
fd_new(struct os_crash *fs, size_t inode, enum bl_open_mode mode)
{
	struct os_crash_open o = {.used = true,
	    .append = mode == BL_OPEN_APPEND,
	    .may_write = mode != BL_OPEN_READ,
	    .inode = inode};

	for (size_t i = 0; i < fs->n_open; i++)
		if (!fs->open[i].used) {
			fs->open[i] = o;
			return (int)i + 3;
		}
	fs->open = os_crash__grown(fs->open, fs->n_open + 1, sizeof(*fs->open));
	fs->open[fs->n_open] = o;
	return (int)fs->n_open++ + 3;
}

static struct os_crash_open *
opened(struct os_crash *fs, int fd)
{
	if (fd < 3 || (size_t)fd - 3 >= fs->n_open || !fs->open[fd - 3].used)
		return NULL;
	return &fs->open[fd - 3];
}

static int
crash_open(struct bl_os *os, const char *path, enum bl_open_mode mode)
{
	struct os_crash *fs = fs_of(os);
	char name[256];
	size_t folder = ROOT, inode = NONE;
	int rc;

	if (mode == BL_OPEN_READ || mode == BL_OPEN_APPEND) {
		rc = lookup(fs, path, &inode);
		if (rc == 0 && mode == BL_OPEN_APPEND && fs->inode[inode].kind == BL_FILE_FOLDER)
			rc = -EISDIR;
		return rc != 0 ? rc : fd_new(fs, inode, mode);
	}
	rc = locate(fs, path, &folder, name);
	if (rc != 0)
		return rc;
	if (name[0] == '\0' || os_crash__folder_find(&fs->inode[folder].names, name) != NONE)
		return -EEXIST;
	rc = changing(fs);
	inode = os_crash__inode_new(fs, BL_FILE_REGULAR, mode == BL_OPEN_CREATE_KEY ? 0600 : 0644);
	names_change(fs, NONE, NULL, folder, name, inode);
	return rc != 0 ? rc : fd_new(fs, inode, mode);
}

static int
crash_close(struct bl_os *os, int fd)
{
	struct os_crash *fs = fs_of(os);
	struct os_crash_open *o = opened(fs, fd);

	if (o == NULL)
		return -EBADF;
	if (o->has_lock)
		fs->inode[o->inode].locked = false;
	*o = (struct os_crash_open){.used = false};
	return fs->dead ? -EIO : 0;
}

static int64_t
crash_pread(struct bl_os *os, int fd, void *buf, size_t len, uint64_t offset)
{
	struct os_crash *fs = fs_of(os);
	struct os_crash_open *o = opened(fs, fd);
	const struct blob *b;

	if (fs->dead)
		return -EIO;
	if (o == NULL)
		return -EBADF;
	if (fs->inode[o->inode].kind == BL_FILE_FOLDER)
		return -EISDIR;
	b = &fs->inode[o->inode].live;
	if (offset >= b->len)
		return 0;
	if (len > b->len - offset)
		len = b->len - (size_t)offset;
	if (len > 0)
		memcpy(buf, b->ptr + offset, len);
	return (int64_t)len;
}

static int64_t
crash_read(struct bl_os *os, int fd, void *buf, size_t len)
{
	struct os_crash_open *o = opened(fs_of(os), fd);
	int64_t n = crash_pread(os, fd, buf, len, o == NULL ? 0 : o->at);

	if (n > 0)
		o->at += (uint64_t)n;
	return n;
}

static int64_t
crash_write(struct bl_os *os, int fd, const void *buf, size_t len)
{
	struct os_crash *fs = fs_of(os);
	struct os_crash_open *o = opened(fs, fd);
	struct os_crash_change *c;
	int rc;

	if (fs->dead)
		return -EIO;
	if (o == NULL || !o->may_write)
		return -EBADF;
	rc = changing(fs);
	if (o->append)
		o->at = fs->inode[o->inode].live.len;
	/* When the power fails just now, this write may be on the disk too. */
	c = os_crash__change_new(fs);
	c->kind = CHANGE_WRITE;
	c->inode = o->inode;
	c->offset = o->at;
	c->bytes = os_crash__blob_of(buf, len);
	os_crash__blob_write(&fs->inode[o->inode].live, o->at, c->bytes.ptr, len);
	o->at += len;
	return rc != 0 ? rc : (int64_t)len;
}

static int
crash_truncate(struct bl_os *os, int fd, uint64_t size)
{
	struct os_crash *fs = fs_of(os);
	struct os_crash_open *o = opened(fs, fd);
	struct os_crash_change *c;
	int rc;

	if (fs->dead)
		return -EIO;
	if (o == NULL || !o->may_write)
		return -EINVAL;
	if (size > (uint64_t)1 << 40)
		return -EFBIG;
	rc = changing(fs);
	c = os_crash__change_new(fs);
	c->kind = CHANGE_TRUNCATE;
	c->inode = o->inode;
	c->offset = size;
	os_crash__blob_resize(&fs->inode[o->inode].live, (size_t)size);
	return rc;
}

static int
crash_sync(struct bl_os *os, int fd)
{
	struct os_crash *fs = fs_of(os);
	struct os_crash_open *o = opened(fs, fd);
	struct os_crash_inode *inode;
	bool *gone;
	int rc;

	if (fs->dead)
		return -EIO;
	if (o == NULL)
		return -EBADF;
	rc = changing(fs);
	if (rc != 0)
		return rc;
	inode = &fs->inode[o->inode];
	free(inode->durable.ptr);
	inode->durable = os_crash__blob_of(inode->live.ptr, inode->live.len);
	gone = os_crash__need(calloc(fs->n_changes + 1, sizeof(*gone)));
	for (size_t i = 0; i < fs->n_changes; i++)
		gone[i] = fs->change[i].kind != CHANGE_NAMES && fs->change[i].inode == o->inode;
	os_crash__drop(fs, gone);
	free(gone);
	return 0;
}

static bool
same_name(size_t folder_a, const char *a, size_t folder_b, const char *b)
{
	return a != NULL && b != NULL && folder_a == folder_b && strcmp(a, b) == 0;
}

static bool
share_name(const struct os_crash_change *a, const struct os_crash_change *b)
{
	return same_name(a->from_folder, a->from, b->from_folder, b->from) ||
	       same_name(a->from_folder, a->from, b->to_folder, b->to) ||
	       same_name(a->to_folder, a->to, b->from_folder, b->from) ||
	       same_name(a->to_folder, a->to, b->to_folder, b->to);
}

static int
crash_sync_folder(struct bl_os *os, const char *path)
{
	struct os_crash *fs = fs_of(os);
	size_t folder;
	bool *gone;
	int rc = lookup(fs, path, &folder);

	if (rc == 0 && fs->inode[folder].kind != BL_FILE_FOLDER)
		rc = -ENOTDIR;
	if (rc == 0)
		rc = changing(fs);
	if (rc != 0)
		return rc;
	gone = os_crash__need(calloc(fs->n_changes + 1, sizeof(*gone)));
	/* From the last to the first: a change that a safe one builds on, by a
	 * name in another folder, is safe too. */
	for (size_t i = fs->n_changes; i-- > 0;) {
		const struct os_crash_change *c = &fs->change[i];

		if (c->kind != CHANGE_NAMES)
			continue;
		gone[i] = c->from_folder == folder || c->to_folder == folder;
		for (size_t j = i + 1; j < fs->n_changes && !gone[i]; j++)
			gone[i] = gone[j] && share_name(c, &fs->change[j]);
	}
	for (size_t i = 0; i < fs->n_changes; i++)
		if (gone[i])
			os_crash__names_apply(fs, &fs->change[i]);
	os_crash__drop(fs, gone);
	free(gone);
	return 0;
}

static void
info_of(const struct os_crash *fs, size_t inode, struct bl_file_info *ret)
{
	*ret = (struct bl_file_info){.kind = fs->inode[inode].kind,
	    .mode = fs->inode[inode].mode,
	    .size_bytes = fs->inode[inode].live.len,
	    .device = 1,
	    .inode = inode + 1,
	    .modified_ns = fs->now_ns};
}

static int
crash_fd_info(struct bl_os *os, int fd, struct bl_file_info *ret)
{
	struct os_crash *fs = fs_of(os);
	struct os_crash_open *o = opened(fs, fd);

	if (fs->dead)
		return -EIO;
	if (o == NULL)
		return -EBADF;
	info_of(fs, o->inode, ret);
	return 0;
}

static int
crash_info(struct bl_os *os, const char *path, bool follow, struct bl_file_info *ret)
{
	struct os_crash *fs = fs_of(os);
	size_t inode;
	int rc = lookup(fs, path, &inode);

	(void)follow;
	if (rc == 0)
		info_of(fs, inode, ret);
	return rc;
}

static int
crash_lock(struct bl_os *os, int fd, int64_t *ret_holder_pid)
{
	struct os_crash *fs = fs_of(os);
	struct os_crash_open *o = opened(fs, fd);

	if (fs->dead)
		return -EIO;
	if (o == NULL || !o->may_write)
		return -EBADF;
	if (fs->inode[o->inode].locked && !o->has_lock) {
		*ret_holder_pid = 4711;
		return -EAGAIN;
	}
	fs->inode[o->inode].locked = true;
	o->has_lock = true;
	return 0;
}

static int
crash_list(struct bl_os *os, const char *path, bl_os_entry_fn each, void *ctx)
{
	struct os_crash *fs = fs_of(os);
	size_t inode;
	int rc = lookup(fs, path, &inode);

	if (rc == 0 && fs->inode[inode].kind != BL_FILE_FOLDER)
		rc = -ENOTDIR;
	for (size_t i = 0; rc == 0 && i < fs->inode[inode].names.n; i++) {
		const struct entry *e = &fs->inode[inode].names.entry[i];

		rc = each(ctx, e->name, fs->inode[e->inode].kind);
	}
	return rc;
}

static int
crash_real_path(struct bl_os *os, const char *path, char *buf, size_t cap)
{
	size_t inode, n = 0;
	int rc = lookup(fs_of(os), path, &inode);

	if (rc != 0)
		return rc;
	while (*path != '\0') {
		size_t len = strcspn(path, "/");

		if (len > 0 && !(len == 1 && path[0] == '.')) {
			if (n + 1 + len + 1 > cap)
				return -ENAMETOOLONG;
			buf[n++] = '/';
			memcpy(buf + n, path, len);
			n += len;
		}
		path += len;
		path += *path == '/';
	}
	if (n == 0)
		buf[n++] = '/';
	buf[n] = '\0';
	return 0;
}

static int
crash_rename(struct bl_os *os, const char *from, const char *to)
{
	struct os_crash *fs = fs_of(os);
	char from_name[256], to_name[256];
	size_t from_folder, to_folder, inode, target;
	int rc = lookup(fs, from, &inode);

	if (rc == 0)
		rc = locate(fs, from, &from_folder, from_name);
	if (rc == 0)
		rc = locate(fs, to, &to_folder, to_name);
	if (rc != 0)
		return rc;
	if (from_name[0] == '\0' || to_name[0] == '\0')
		return -EBUSY;
	if (lookup(fs, to, &target) == 0) {
		bool folder = fs->inode[target].kind == BL_FILE_FOLDER;

		if (target == inode)
			return 0;
		if (folder != (fs->inode[inode].kind == BL_FILE_FOLDER))
			return folder ? -EISDIR : -ENOTDIR;
		if (folder && fs->inode[target].names.n > 0)
			return -ENOTEMPTY;
	}
	rc = changing(fs);
	names_change(fs, from_folder, from_name, to_folder, to_name, inode);
	return rc;
}

static int
remove_name(struct os_crash *fs, const char *path, enum bl_file_kind kind)
{
	char name[256];
	size_t folder, inode;
	int rc = lookup(fs, path, &inode);

	if (rc == 0)
		rc = locate(fs, path, &folder, name);
	if (rc != 0)
		return rc;
	if (name[0] == '\0')
		return -EBUSY;
	if (fs->inode[inode].kind != kind)
		return kind == BL_FILE_FOLDER ? -ENOTDIR : -EISDIR;
	if (fs->inode[inode].names.n > 0)
		return -ENOTEMPTY;
	rc = changing(fs);
	names_change(fs, folder, name, NONE, NULL, NONE);
	return rc;
}

static int
crash_unlink(struct bl_os *os, const char *path)
{
	return remove_name(fs_of(os), path, BL_FILE_REGULAR);
}

static int
crash_rmdir(struct bl_os *os, const char *path)
{
	return remove_name(fs_of(os), path, BL_FILE_FOLDER);
}

static int
crash_mkdir(struct bl_os *os, const char *path)
{
	struct os_crash *fs = fs_of(os);
	char name[256];
	size_t folder;
	int rc = locate(fs, path, &folder, name);

	if (rc != 0)
		return rc;
	if (name[0] == '\0' || os_crash__folder_find(&fs->inode[folder].names, name) != NONE)
		return -EEXIST;
	rc = changing(fs);
	names_change(fs, NONE, NULL, folder, name, os_crash__inode_new(fs, BL_FILE_FOLDER, 0755));
	return rc;
}

static int
crash_chmod(struct bl_os *os, const char *path, uint32_t mode)
{
	struct os_crash *fs = fs_of(os);
	size_t inode;
	int rc = lookup(fs, path, &inode);

	if (rc == 0)
		fs->inode[inode].mode = mode; /* At once: nothing here depends on it. */
	return rc;
}

static int64_t
crash_now_ns(struct bl_os *os)
{
	return fs_of(os)->now_ns;
}

static int64_t
crash_tick_ns(struct bl_os *os)
{
	return fs_of(os)->tick_ns += 1000000;
}

static int
crash_random(struct bl_os *os, void *buf, size_t len)
{
	uint64_t r = os_crash__random(&fs_of(os)->random);
	size_t n = len < sizeof(r) ? len : sizeof(r);

	memcpy(buf, &r, n);
	return (int)n;
}

const struct bl_os_ops os_crash__ops = {
    .open = crash_open,
    .close = crash_close,
    .read = crash_read,
    .pread = crash_pread,
    .write = crash_write,
    .sync = crash_sync,
    .truncate = crash_truncate,
    .fd_info = crash_fd_info,
    .lock = crash_lock,
    .info = crash_info,
    .list = crash_list,
    .real_path = crash_real_path,
    .rename = crash_rename,
    .unlink = crash_unlink,
    .mkdir = crash_mkdir,
    .rmdir = crash_rmdir,
    .sync_folder = crash_sync_folder,
    .chmod = crash_chmod,
    .now_ns = crash_now_ns,
    .tick_ns = crash_tick_ns,
    .random = crash_random,
};
