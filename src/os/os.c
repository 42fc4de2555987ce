/*
 * What every system shares: short and interrupted calls are repeated here, and
 * here the -errno of an operation becomes an error that names the path.
 */
#include "os/os.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "os/os_priv.h"

/* Of a path, so many last bytes are shown: its end tells more than its start,
 * and the reason behind it must fit too. */
#define SHOWN_BYTES ((size_t)240)
#define PATH_BYTES ((size_t)4096)

struct bl_file {
	struct bl_os *os;
	int fd;
	bool borrowed; /* Standard input: not ours to close. */
	char path[];
};

/* The last ${max} bytes of a path. */
static const char *
shown(const char *path, size_t max)
{
	size_t len = strlen(path);

	return len > max ? path + (len - max) : path;
}

/* What is missing has a status of its own. */
static enum bl_status
missing(int64_t rc, enum bl_status status, struct bl_err *reterr)
{
	if (rc != -ENOENT)
		return status;
	if (reterr != NULL)
		reterr->status = BL_ENOTFOUND;
	return BL_ENOTFOUND;
}

/* ${rc}, a -errno, as an error: "cannot open PATH: No such file or directory". */
static enum bl_status
fail(struct bl_err *reterr, int64_t rc, const char *what, const char *path)
{
	const char *end = shown(path, SHOWN_BYTES);
	enum bl_status status;

	assert(rc < 0);
	errno = (int)-rc;
	status = bl_fail_sys(reterr, "cannot %s %s%s", what, end != path ? "..." : "", end);
	return missing(rc, status, reterr);
}

static enum bl_status
done(int rc, const char *what, const char *path, struct bl_err *reterr)
{
	return rc < 0 ? fail(reterr, rc, what, path) : BL_OK;
}

static enum bl_status
file_new(struct bl_os *os, const char *path, struct bl_file **ret_file, struct bl_err *reterr)
{
	size_t len = strlen(path);
	struct bl_file *file = bl_mem_alloc(sizeof(*file) + len + 1);

	if (file == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for an open file");
	*file = (struct bl_file){.os = os, .fd = -1};
	memcpy(file->path, path, len + 1);
	*ret_file = file;
	return BL_OK;
}

enum bl_status
bl_os_open(struct bl_os *os, const char *path, enum bl_open_mode mode, struct bl_file **ret_file,
    struct bl_err *reterr)
{
	bool create = mode == BL_OPEN_CREATE || mode == BL_OPEN_CREATE_KEY;
	struct bl_file *file = NULL;
	enum bl_status status;

	/* Memory first: a created file must not stay behind without an owner. */
	status = file_new(os, path, &file, reterr);
	if (status != BL_OK)
		return status;
	assert(file != NULL);
	do {
		file->fd = os->ops->open(os, path, mode);
	} while (file->fd == -EINTR);
	if (file->fd < 0) {
		status = fail(reterr, file->fd, create ? "create" : "open", path);
		bl_mem_free(file);
		return status;
	}
	*ret_file = file;
	return BL_OK;
}

enum bl_status
bl_os_stdin(struct bl_os *os, struct bl_file **ret_file, struct bl_err *reterr)
{
	struct bl_file *file = NULL;
	enum bl_status status = file_new(os, "standard input", &file, reterr);

	if (status != BL_OK)
		return status;
	assert(file != NULL);
	file->fd = 0;
	file->borrowed = true;
	*ret_file = file;
	return BL_OK;
}

void
bl_file_close(struct bl_file **file)
{
	if (*file == NULL)
		return;
	/* Not repeated: on Linux the descriptor is gone even after EINTR. */
	if (!(*file)->borrowed)
		(void)(*file)->os->ops->close((*file)->os, (*file)->fd);
	bl_mem_free(*file);
	*file = NULL;
}

enum bl_status
bl_file_read(struct bl_file *file, char *buf, size_t cap, size_t *ret_n, struct bl_err *reterr)
{
	int64_t n;

	assert(cap > 0);
	do {
		n = file->os->ops->read(file->os, file->fd, buf, cap);
	} while (n == -EINTR);
	if (n < 0)
		return fail(reterr, n, "read", file->path);
	assert((uint64_t)n <= cap);
	*ret_n = (size_t)n;
	return BL_OK;
}

enum bl_status
bl_file_pread(struct bl_file *file, uint64_t offset, char *buf, size_t len, struct bl_err *reterr)
{
	size_t have = 0;

	while (have < len) {
		int64_t n =
		    file->os->ops->pread(file->os, file->fd, buf + have, len - have, offset + have);

		if (n == -EINTR)
			continue;
		if (n < 0)
			return fail(reterr, n, "read", file->path);
		if (n == 0) {
			uint64_t end = offset + len;
			enum bl_status status = bl_fail_at(reterr, BL_ECORRUPT, offset + have,
			    "ends before byte %" PRIu64 ", where %zu bytes from byte %" PRIu64
			    " on were "
			    "expected",
			    end, len, offset);

			bl_err_prefix(reterr, "%.*s", (int)SHOWN_BYTES, file->path);
			return status;
		}
		have += (size_t)n;
	}
	return BL_OK;
}

enum bl_status
bl_file_write(struct bl_file *file, struct bl_str bytes, struct bl_err *reterr)
{
	while (bytes.len > 0) {
		int64_t n = file->os->ops->write(file->os, file->fd, bytes.ptr, bytes.len);

		if (n == -EINTR)
			continue;
		if (n == 0)
			n = -EIO; /* No progress and no reason: do not spin. */
		if (n < 0)
			return fail(reterr, n, "write to", file->path);
		assert((uint64_t)n <= bytes.len);
		bytes = bl_str_sub(bytes, (size_t)n, bytes.len);
	}
	return BL_OK;
}

enum bl_status
bl_file_sync(struct bl_file *file, struct bl_err *reterr)
{
	int rc;

	do {
		rc = file->os->ops->sync(file->os, file->fd);
	} while (rc == -EINTR);
	return done(rc, "sync", file->path, reterr);
}

enum bl_status
bl_file_truncate(struct bl_file *file, uint64_t size_bytes, struct bl_err *reterr)
{
	int rc;

	do {
		rc = file->os->ops->truncate(file->os, file->fd, size_bytes);
	} while (rc == -EINTR);
	return done(rc, "truncate", file->path, reterr);
}

enum bl_status
bl_file_info(struct bl_file *file, struct bl_file_info *ret_info, struct bl_err *reterr)
{
	struct bl_file_info info = {0};
	int rc = file->os->ops->fd_info(file->os, file->fd, &info);

	if (rc < 0)
		return fail(reterr, rc, "inspect", file->path);
	*ret_info = info;
	return BL_OK;
}

enum bl_status
bl_file_lock(struct bl_file *file, int64_t *ret_holder_pid, struct bl_err *reterr)
{
	int64_t holder = 0;
	int rc;

	do {
		rc = file->os->ops->lock(file->os, file->fd, &holder);
	} while (rc == -EINTR);
	if (rc != -EAGAIN)
		return done(rc, "lock", file->path, reterr);
	*ret_holder_pid = holder;
	if (holder == 0)
		return bl_fail(reterr, BL_ELOCKED, "%.*s is locked by another process",
		    (int)SHOWN_BYTES, file->path);
	return bl_fail(reterr, BL_ELOCKED, "%.*s is locked by process %lld", (int)SHOWN_BYTES,
	    file->path, (long long)holder);
}

static enum bl_status
info(struct bl_os *os, const char *path, bool follow, struct bl_file_info *ret_info,
    struct bl_err *reterr)
{
	struct bl_file_info found = {0};
	int rc = os->ops->info(os, path, follow, &found);

	if (rc < 0)
		return fail(reterr, rc, "inspect", path);
	*ret_info = found;
	return BL_OK;
}

enum bl_status
bl_os_info(struct bl_os *os, const char *path, struct bl_file_info *ret_info, struct bl_err *reterr)
{
	return info(os, path, true, ret_info, reterr);
}

enum bl_status
bl_os_linfo(
    struct bl_os *os, const char *path, struct bl_file_info *ret_info, struct bl_err *reterr)
{
	return info(os, path, false, ret_info, reterr);
}

enum bl_status
bl_os_real_path(struct bl_os *os, struct bl_arena *arena, const char *path, struct bl_str *ret_real,
    struct bl_err *reterr)
{
	char real[PATH_BYTES];
	int rc = os->ops->real_path(os, path, real, sizeof(real));

	if (rc < 0)
		return fail(reterr, rc, "resolve", path);
	if (bl_str_dup(arena, bl_str_of(real), ret_real) != BL_OK)
		return bl_fail(
		    reterr, BL_ENOMEM, "no memory for the path of %.*s", (int)SHOWN_BYTES, path);
	return BL_OK;
}

/* A listing under way: a chain of entries in the arena, the last one first. */
struct listed {
	struct bl_dir_entry entry;
	struct listed *before;
};

struct listing {
	struct bl_arena *arena;
	struct listed *last;
	size_t n;
};

static int
add_entry(void *ctx, const char *name, enum bl_file_kind kind)
{
	struct listing *l = ctx;
	struct listed *e = bl_new(l->arena, struct listed, 1);

	if (e == NULL || bl_str_dup(l->arena, bl_str_of(name), &e->entry.name) != BL_OK)
		return -ENOMEM;
	e->entry.kind = kind;
	e->before = l->last;
	l->last = e;
	l->n++;
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	const struct bl_dir_entry *x = a, *y = b;

	return bl_str_cmp(x->name, y->name);
}

enum bl_status
bl_os_list(struct bl_os *os, struct bl_arena *arena, const char *path,
    struct bl_dir_entry **ret_entries, size_t *ret_n, struct bl_err *reterr)
{
	struct listing l = {.arena = arena};
	struct bl_dir_entry *entries = NULL;
	int rc = os->ops->list(os, path, add_entry, &l);
	size_t i = 0;

	if (rc == 0) {
		entries = bl_new(arena, struct bl_dir_entry, l.n);
		rc = entries == NULL ? -ENOMEM : 0;
	}
	if (rc == -ENOMEM)
		return bl_fail(
		    reterr, BL_ENOMEM, "no memory for the entries of %.*s", (int)SHOWN_BYTES, path);
	if (rc < 0)
		return fail(reterr, rc, "list", path);
	assert(entries != NULL);
	for (const struct listed *e = l.last; e != NULL; e = e->before)
		entries[i++] = e->entry;
	assert(i == l.n);
	if (l.n > 1)
		qsort(entries, l.n, sizeof(*entries), by_name);
	*ret_entries = entries;
	*ret_n = l.n;
	return BL_OK;
}

enum bl_status
bl_os_mkdir(struct bl_os *os, const char *path, struct bl_err *reterr)
{
	struct bl_file_info found = {0};
	int rc = os->ops->mkdir(os, path);

	if (rc == -EEXIST && os->ops->info(os, path, true, &found) == 0 &&
	    found.kind == BL_FILE_FOLDER)
		return BL_OK;
	return done(rc, "make the folder", path, reterr);
}

enum bl_status
bl_os_mkdirs(struct bl_os *os, const char *path, struct bl_err *reterr)
{
	char part[PATH_BYTES];
	size_t len = strlen(path);

	if (len >= sizeof(part))
		return fail(reterr, -ENAMETOOLONG, "make the folder", path);
	memcpy(part, path, len + 1);
	for (size_t i = 1; i < len; i++) {
		enum bl_status status;

		if (part[i] != '/' || part[i - 1] == '/')
			continue;
		part[i] = '\0';
		status = bl_os_mkdir(os, part, reterr);
		if (status != BL_OK)
			return status;
		part[i] = '/';
	}
	return bl_os_mkdir(os, path, reterr);
}

enum bl_status
bl_os_rename(struct bl_os *os, const char *from, const char *to, struct bl_err *reterr)
{
	int rc = os->ops->rename(os, from, to);
	enum bl_status status;

	if (rc >= 0)
		return BL_OK;
	errno = -rc;
	status = bl_fail_sys(reterr, "cannot rename %s to %s", shown(from, 120), shown(to, 120));
	return missing(rc, status, reterr);
}

enum bl_status
bl_os_unlink(struct bl_os *os, const char *path, struct bl_err *reterr)
{
	return done(os->ops->unlink(os, path), "remove", path, reterr);
}

enum bl_status
bl_os_rmdir(struct bl_os *os, const char *path, struct bl_err *reterr)
{
	return done(os->ops->rmdir(os, path), "remove the folder", path, reterr);
}

enum bl_status
bl_os_sync_folder(struct bl_os *os, const char *path, struct bl_err *reterr)
{
	int rc;

	do {
		rc = os->ops->sync_folder(os, path);
	} while (rc == -EINTR);
	return done(rc, "sync the folder", path, reterr);
}

enum bl_status
bl_os_chmod(struct bl_os *os, const char *path, uint32_t mode, struct bl_err *reterr)
{
	return done(os->ops->chmod(os, path, mode), "set the permissions of", path, reterr);
}

int64_t
bl_os_now_ns(struct bl_os *os)
{
	return os->ops->now_ns(os);
}

int64_t
bl_os_tick_ns(struct bl_os *os)
{
	return os->ops->tick_ns(os);
}

enum bl_status
bl_os_random(struct bl_os *os, void *ret_bytes, size_t len, struct bl_err *reterr)
{
	char *p = ret_bytes;

	while (len > 0) {
		int n = os->ops->random(os, p, len);

		if (n == -EINTR)
			continue;
		if (n == 0)
			n = -EIO;
		if (n < 0)
			return fail(reterr, n, "read", "random bytes");
		assert((size_t)n <= len);
		p += n;
		len -= (size_t)n;
	}
	return BL_OK;
}
