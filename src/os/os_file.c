/* Whole small files, over the calls of os.h alone. */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "os/os.h"

#define SHOWN 240
#define FIRST_BYTES ((size_t)4096)

/* Twice the room, but no more than ${limit} + 1: the one byte more tells a file
 * at the limit from a longer one. */
static char *
grow(struct bl_arena *arena, const char *old, size_t len, size_t *cap, size_t limit)
{
	size_t want = *cap < FIRST_BYTES ? FIRST_BYTES : *cap * 2;
	char *p;

	if (want > limit + 1)
		want = limit + 1;
	p = bl_new(arena, char, want + 1); /* One for a NUL behind the text. */
	if (p == NULL)
		return NULL;
	if (len > 0)
		memcpy(p, old, len);
	*cap = want;
	return p;
}

static enum bl_status
read_all(struct bl_file *file, struct bl_arena *arena, const char *path, size_t limit,
    struct bl_str *ret_bytes, struct bl_err *reterr)
{
	struct bl_file_info info;
	size_t len = 0, cap = 0, n = 0;
	char *p = NULL;
	enum bl_status status = bl_file_info(file, &info, reterr);

	if (status != BL_OK)
		return status;
	/* A hint only: the file may grow, and pipes have no size. */
	if (info.size_bytes < limit)
		cap = (size_t)info.size_bytes / 2 + 1;
	do {
		if (p == NULL || len == cap)
			p = grow(arena, p, len, &cap, limit);
		if (p == NULL)
			return bl_fail(reterr, BL_ENOMEM, "no memory to read %.*s", SHOWN, path);
		status = bl_file_read(file, p + len, cap - len, &n, reterr);
		if (status != BL_OK)
			return status;
		len += n;
		if (len > limit)
			return bl_fail(
			    reterr, BL_ELIMIT, "%.*s is larger than %zu bytes", SHOWN, path, limit);
	} while (n > 0);
	*ret_bytes = (struct bl_str){p, len};
	return BL_OK;
}

enum bl_status
bl_os_read_file(struct bl_os *os, struct bl_arena *arena, const char *path, size_t limit,
    struct bl_str *ret_bytes, struct bl_err *reterr)
{
	struct bl_file *file = NULL;
	enum bl_status status;

	assert(limit < SIZE_MAX / 4);
	status = bl_os_open(os, path, BL_OPEN_READ, &file, reterr);
	if (status != BL_OK)
		return status;
	status = read_all(file, arena, path, limit, ret_bytes, reterr);
	bl_file_close(&file);
	return status;
}

/* The folder that ${path} lies in, into folder[4096]. */
static void
folder_of(const char *path, char *folder)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash == NULL ? 0 : (size_t)(slash - path);

	if (slash == NULL) {
		memcpy(folder, ".", 2);
		return;
	}
	if (len == 0)
		len = 1;
	memcpy(folder, path, len);
	folder[len] = '\0';
}

static enum bl_status
write_synced(struct bl_os *os, const char *path, struct bl_str bytes, struct bl_err *reterr)
{
	struct bl_file *file = NULL;
	enum bl_status status;

	status = bl_os_open(os, path, BL_OPEN_CREATE, &file, reterr);
	if (status != BL_OK)
		return status;
	status = bl_file_write(file, bytes, reterr);
	if (status == BL_OK)
		status = bl_file_sync(file, reterr);
	bl_file_close(&file);
	return status;
}

enum bl_status
bl_os_write_file(struct bl_os *os, const char *path, struct bl_str bytes, struct bl_err *reterr)
{
	char tmp[4096], folder[4096];
	size_t len = strlen(path);
	enum bl_status status;

	if (len + sizeof(".tmp") > sizeof(tmp))
		return bl_fail(reterr, BL_ELIMIT, "a path of %zu bytes is too long", len);
	memcpy(tmp, path, len);
	memcpy(tmp + len, ".tmp", sizeof(".tmp"));
	folder_of(path, folder);

	/* What an interrupted run left behind was never the file. */
	status = bl_os_unlink(os, tmp, reterr);
	if (status != BL_OK && status != BL_ENOTFOUND)
		return status;
	status = write_synced(os, tmp, bytes, reterr);
	if (status == BL_OK)
		status = bl_os_rename(os, tmp, path, reterr);
	if (status == BL_OK)
		return bl_os_sync_folder(os, folder, reterr);
	if (bl_os_unlink(os, tmp, NULL) != BL_OK)
		return status; /* The first failure is the one to tell. */
	return status;
}
