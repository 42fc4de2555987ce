#ifndef BL_OS_OS_H
#define BL_OS_OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

struct bl_arena;

/*
 * The only door to files, clocks and randomness.  A program makes one real
 * system (bl_os_posix) in main() and passes it down; tests pass one that fails,
 * loses unsynced writes or stands still.  Paths are NUL-terminated, relative to
 * the working directory or absolute.
 *
 * Every call below fails with BL_EIO and errno (bl_err.sys_errno), or
 * BL_ENOTFOUND where the name does not exist; the text names the path.
 * Interrupted and short reads and writes are repeated inside; the caller
 * sees whole ones.
 */
struct bl_os;	/* A system. */
struct bl_file; /* An open file. */

enum bl_open_mode {
	BL_OPEN_READ,	    /* Must exist. */
	BL_OPEN_CREATE,	    /* Must not exist; read and write; mode 0644. */
	BL_OPEN_CREATE_KEY, /* Must not exist; mode 0600 (secrets). */
	BL_OPEN_APPEND,	    /* Must exist; writes go to the end; may be read. */
};

enum bl_file_kind { BL_FILE_REGULAR, BL_FILE_FOLDER, BL_FILE_SYMLINK, BL_FILE_OTHER };

struct bl_file_info {
	enum bl_file_kind kind;
	uint32_t mode; /* Permission bits. */
	uint64_t size_bytes;
	uint64_t device, inode;
	int64_t modified_ns;
};

struct bl_dir_entry {
	struct bl_str name; /* NUL-terminated too. */
	enum bl_file_kind kind;
};

/* bl_os_posix(): the real one; nothing to free. */
struct bl_os *bl_os_posix(void);

/* bl_os_hold_standard(): once, before anything is opened.  A caller may have closed standard
 * input, output or error; the next file that is opened would get its number, and what is printed
 * would go into it.  Each such number is taken by something that fails (EBADF) as the closed one
 * would.  False when even that cannot be done. */
bool bl_os_hold_standard(void);

BL_STATUS bl_os_open(struct bl_os *os, const char *path, enum bl_open_mode mode,
    struct bl_file **ret_file, struct bl_err *reterr);

/* bl_os_stdin(os, &file): standard input as a file that can only be read once. */
BL_STATUS bl_os_stdin(struct bl_os *os, struct bl_file **ret_file, struct bl_err *reterr);

/* bl_file_close(&file): NULL-safe; what was written but not synced may be lost. */
void bl_file_close(struct bl_file **file);

/* bl_file_read(file, buf, cap, &n): the next bytes, as many as are there; n == 0
 * only at the end.  bl_file_pread: exactly ${len} bytes at ${offset}, else
 * BL_ECORRUPT ("ends before ..."). */
BL_STATUS bl_file_read(
    struct bl_file *file, char *buf, size_t cap, size_t *ret_n, struct bl_err *reterr);
BL_STATUS bl_file_pread(
    struct bl_file *file, uint64_t offset, char *buf, size_t len, struct bl_err *reterr);

/* bl_file_write(file, bytes): all of it.  bl_file_sync: on the disk when it
 * returns BL_OK; after a failure nothing written since the last good sync may
 * be trusted, and a further sync may lie: treat the file as lost. */
BL_STATUS bl_file_write(struct bl_file *file, struct bl_str bytes, struct bl_err *reterr);
BL_STATUS bl_file_sync(struct bl_file *file, struct bl_err *reterr);
BL_STATUS bl_file_truncate(struct bl_file *file, uint64_t size_bytes, struct bl_err *reterr);
BL_STATUS bl_file_info(struct bl_file *file, struct bl_file_info *ret_info, struct bl_err *reterr);

/* bl_file_lock(file, &holder_pid): an exclusive advisory lock until the file is closed, without
 * waiting; BL_ELOCKED when another open file has it, and only then holder_pid is written: the
 * pid of its process, 0 if unknown.  ${file} must be open for writing and serve as a lock
 * only: its content becomes the pid of the holder. */
BL_STATUS bl_file_lock(struct bl_file *file, int64_t *ret_holder_pid, struct bl_err *reterr);

/* bl_os_info follows symbolic links, bl_os_linfo does not. */
BL_STATUS bl_os_info(
    struct bl_os *os, const char *path, struct bl_file_info *ret_info, struct bl_err *reterr);
BL_STATUS bl_os_linfo(
    struct bl_os *os, const char *path, struct bl_file_info *ret_info, struct bl_err *reterr);

/* bl_os_real_path(os, arena, path, &real): absolute, without links. */
BL_STATUS bl_os_real_path(struct bl_os *os, struct bl_arena *arena, const char *path,
    struct bl_str *ret_real, struct bl_err *reterr);

/* bl_os_list(os, arena, path, &entries, &n): the folder's entries but . and ..,
 * sorted by name in byte order, in the arena.  kind is the entry's own (no link
 * is followed). */
BL_STATUS bl_os_list(struct bl_os *os, struct bl_arena *arena, const char *path,
    struct bl_dir_entry **ret_entries, size_t *ret_n, struct bl_err *reterr);

/* bl_os_mkdir: an existing folder is success.  bl_os_mkdirs: with its parents. */
BL_STATUS bl_os_mkdir(struct bl_os *os, const char *path, struct bl_err *reterr);
BL_STATUS bl_os_mkdirs(struct bl_os *os, const char *path, struct bl_err *reterr);
BL_STATUS bl_os_rename(struct bl_os *os, const char *from, const char *to, struct bl_err *reterr);
BL_STATUS bl_os_unlink(struct bl_os *os, const char *path, struct bl_err *reterr);
/* bl_os_rmdir: an empty folder. */
BL_STATUS bl_os_rmdir(struct bl_os *os, const char *path, struct bl_err *reterr);
/* bl_os_sync_folder: names made, renamed or removed in it are on the disk. */
BL_STATUS bl_os_sync_folder(struct bl_os *os, const char *path, struct bl_err *reterr);
/* bl_os_chmod: permission bits. */
BL_STATUS bl_os_chmod(struct bl_os *os, const char *path, uint32_t mode, struct bl_err *reterr);

/* Whole small files.  read: ${limit} bytes at most, else BL_ELIMIT.  write: to
 * "path.tmp", synced, renamed, folder synced: all or nothing. */
BL_STATUS bl_os_read_file(struct bl_os *os, struct bl_arena *arena, const char *path, size_t limit,
    struct bl_str *ret_bytes, struct bl_err *reterr);
BL_STATUS bl_os_write_file(
    struct bl_os *os, const char *path, struct bl_str bytes, struct bl_err *reterr);

/* bl_os_now_ns: UTC.  bl_os_tick_ns: monotonic, for progress and timing. */
int64_t bl_os_now_ns(struct bl_os *os);
int64_t bl_os_tick_ns(struct bl_os *os);
BL_STATUS bl_os_random(struct bl_os *os, void *ret_bytes, size_t len, struct bl_err *reterr);

#endif
