/* os.c: repetition, and the words of the errors, over a system that fails. */
#include "support/test.h"

#include <errno.h>

#include "base/arena.h"
#include "base/mem.h"
#include "os/os.h"
#include "support/os_crash.h"
#include "support/os_fault.h"

struct fixture {
	struct os_crash *disk;
	struct os_fault fault;
	struct bl_os *os;
	struct bl_arena *arena;
	struct bl_err err;
};

static int
setup(void **state)
{
	static struct fixture f;

	memset(&f, 0, sizeof(f));
	f.disk = os_crash_new();
	os_fault_init(&f.fault, &f.disk->os);
	f.os = &f.fault.os;
	f.arena = bl_arena_new(1 << 20);
	*state = &f;
	return f.arena == NULL ? -1 : 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	bl_mem_fail_at(0);
	bl_arena_free(&f->arena);
	os_crash_free(&f->disk);
	return 0;
}

static struct bl_file *
create(struct fixture *f, const char *path)
{
	struct bl_file *file = NULL;

	assert_ok(bl_os_open(f->os, path, BL_OPEN_CREATE, &file, &f->err), f->err);
	return file;
}

static void
short_and_interrupted_calls_are_repeated(void **state)
{
	struct fixture *f = *state;
	struct bl_file *file;
	char buf[26], random[40] = {0}, zero[40] = {0};
	size_t n = 0, sum = 0;

	f->fault.io_max = 3;
	f->fault.eintr_every = 2;
	file = create(f, "a");
	assert_ok(bl_file_write(file, BL_STR("abcdefghijklmnopqrstuvwxyz"), &f->err), f->err);
	assert_ok(bl_file_sync(file, &f->err), f->err);
	assert_ok(bl_file_pread(file, 0, buf, 26, &f->err), f->err);
	assert_memory_equal(buf, "abcdefghijklmnopqrstuvwxyz", 26);
	assert_ok(bl_file_pread(file, 24, buf, 2, &f->err), f->err);
	assert_memory_equal(buf, "yz", 2);
	assert_ok(bl_file_truncate(file, 20, &f->err), f->err);
	bl_file_close(&file);
	assert_null(file);

	assert_ok(bl_os_open(f->os, "a", BL_OPEN_READ, &file, &f->err), f->err);
	do {
		assert_ok(bl_file_read(file, buf + sum, sizeof(buf) - sum, &n, &f->err), f->err);
		sum += n;
	} while (n > 0);
	assert_int_equal(sum, 20);
	assert_memory_equal(buf, "abcdefghijklmnopqrst", 20);
	bl_file_close(&file);

	assert_ok(bl_os_random(f->os, random, sizeof(random), &f->err), f->err);
	assert_memory_not_equal(random, zero, sizeof(zero));
	assert_memory_not_equal(random + 37, zero, 3);
	assert_ok(bl_os_sync_folder(f->os, "/", &f->err), f->err);
}

static void
a_read_beyond_the_end_is_corruption(void **state)
{
	struct fixture *f = *state;
	struct bl_file *file = create(f, "segment");
	char buf[10];

	assert_ok(bl_file_write(file, BL_STR("12345678"), &f->err), f->err);
	assert_err(bl_file_pread(file, 4, buf, 6, &f->err), f->err, BL_ECORRUPT,
	    "segment: ends before byte 10, where 6 bytes from byte 4 on were expected");
	assert_int_equal(f->err.offset, 8);
	assert_ok(bl_file_pread(file, 4, buf, 4, &f->err), f->err);
	assert_ok(bl_file_pread(file, 99, buf, 0, &f->err), f->err);
	bl_file_close(&file);
}

static void
a_missing_name_is_told_from_other_failures(void **state)
{
	struct fixture *f = *state;
	struct bl_file *file = NULL;
	struct bl_file_info info;

	assert_err(bl_os_open(f->os, "no", BL_OPEN_READ, &file, &f->err), f->err, BL_ENOTFOUND,
	    "cannot open no: No such file or directory");
	assert_int_equal(f->err.sys_errno, ENOENT);
	assert_err(bl_os_info(f->os, "x/no", &info, &f->err), f->err, BL_ENOTFOUND,
	    "cannot inspect x/no: No such file or directory");
	assert_err(bl_os_rename(f->os, "no", "yes", &f->err), f->err, BL_ENOTFOUND,
	    "cannot rename no to yes: No such file or directory");
	file = create(f, "yes");
	bl_file_close(&file);
	assert_err(bl_os_open(f->os, "yes", BL_OPEN_CREATE, &file, &f->err), f->err, BL_EIO,
	    "cannot create yes: File exists");
	assert_int_equal(f->err.sys_errno, EEXIST);
	assert_int_equal(bl_os_open(f->os, "no", BL_OPEN_READ, &file, NULL), BL_ENOTFOUND);
	assert_null(file);
}

/* Each call fails once with EIO, and names what it could not do to what. */
static void
every_failure_names_the_call_and_the_path(void **state)
{
	struct fixture *f = *state;
	struct bl_file *file = create(f, "f");
	struct bl_file_info info;
	struct bl_dir_entry *entries;
	struct bl_str s;
	struct bl_err *e = &f->err;
	int64_t pid = 0;
	size_t n = 0;
	char c;

#define FAILS(kind, call, golden)                                                                  \
	do {                                                                                       \
		os_fault_arm(&f->fault, (kind), 1, EIO);                                           \
		assert_err((call), f->err, BL_EIO, golden ": Input/output error");                 \
		assert_true(f->fault.hit);                                                         \
		assert_int_equal(f->err.sys_errno, EIO);                                           \
	} while (0)
	FAILS(FAULT_READ, bl_file_read(file, &c, 1, &n, e), "cannot read f");
	FAILS(FAULT_PREAD, bl_file_pread(file, 0, &c, 1, e), "cannot read f");
	FAILS(FAULT_WRITE, bl_file_write(file, BL_STR("x"), e), "cannot write to f");
	FAILS(FAULT_SYNC, bl_file_sync(file, e), "cannot sync f");
	FAILS(FAULT_TRUNCATE, bl_file_truncate(file, 0, e), "cannot truncate f");
	FAILS(FAULT_INFO, bl_file_info(file, &info, e), "cannot inspect f");
	FAILS(FAULT_LOCK, bl_file_lock(file, &pid, e), "cannot lock f");
	FAILS(FAULT_INFO, bl_os_linfo(f->os, "f", &info, e), "cannot inspect f");
	FAILS(FAULT_LIST, bl_os_list(f->os, f->arena, ".", &entries, &n, e), "cannot list .");
	FAILS(FAULT_REAL_PATH, bl_os_real_path(f->os, f->arena, "f", &s, e), "cannot resolve f");
	FAILS(FAULT_RENAME, bl_os_rename(f->os, "f", "g", e), "cannot rename f to g");
	FAILS(FAULT_UNLINK, bl_os_unlink(f->os, "f", e), "cannot remove f");
	FAILS(FAULT_MKDIR, bl_os_mkdir(f->os, "d", e), "cannot make the folder d");
	FAILS(FAULT_RMDIR, bl_os_rmdir(f->os, "d", e), "cannot remove the folder d");
	FAILS(FAULT_SYNC_FOLDER, bl_os_sync_folder(f->os, ".", e), "cannot sync the folder .");
	FAILS(FAULT_CHMOD, bl_os_chmod(f->os, "f", 0400, e), "cannot set the permissions of f");
	FAILS(FAULT_RANDOM, bl_os_random(f->os, &c, 1, e), "cannot read random bytes");
	bl_file_close(&file);
	FAILS(FAULT_OPEN, bl_os_open(f->os, "f", BL_OPEN_APPEND, &file, e), "cannot open f");
	FAILS(FAULT_OPEN, bl_os_open(f->os, "g", BL_OPEN_CREATE, &file, e), "cannot create g");
#undef FAILS
	assert_null(file);
}

static void
a_long_path_leaves_room_for_the_reason(void **state)
{
	struct fixture *f = *state;
	char path[3000];
	struct bl_file_info info;

	memset(path, 'x', sizeof(path));
	memcpy(path + 2990, "/the-end\0", 9);
	assert_int_equal(bl_os_info(f->os, path, &info, &f->err), BL_EIO);
	assert_non_null(strstr(f->err.text, "inspect ...xxx"));
	assert_non_null(strstr(f->err.text, "/the-end: File name too long"));
	assert_int_equal(bl_os_rename(f->os, path, path, &f->err), BL_EIO);
	assert_non_null(strstr(f->err.text, "/the-end: File name too long"));
}

static void
a_lock_tells_its_holder(void **state)
{
	struct fixture *f = *state;
	struct bl_file *one = create(f, "LOCK"), *two = NULL;
	int64_t pid = -1;

	assert_ok(bl_file_lock(one, &pid, &f->err), f->err);
	assert_int_equal(pid, -1);
	assert_ok(bl_os_open(f->os, "LOCK", BL_OPEN_APPEND, &two, &f->err), f->err);
	assert_err(
	    bl_file_lock(two, &pid, &f->err), f->err, BL_ELOCKED, "LOCK is locked by process 4711");
	assert_int_equal(pid, 4711);
	bl_file_close(&one);
	assert_ok(bl_file_lock(two, &pid, &f->err), f->err);
	bl_file_close(&two);
}

static void
folders_are_made_with_their_parents(void **state)
{
	struct fixture *f = *state;
	struct bl_file_info info;
	struct bl_file *file;

	assert_ok(bl_os_mkdirs(f->os, "a//b/./c/", &f->err), f->err);
	assert_ok(bl_os_mkdirs(f->os, "/a/b/c", &f->err), f->err);
	assert_ok(bl_os_mkdirs(f->os, "a/b/d", &f->err), f->err);
	assert_ok(bl_os_info(f->os, "a/b/c", &info, &f->err), f->err);
	assert_int_equal(info.kind, BL_FILE_FOLDER);
	file = create(f, "a/file");
	bl_file_close(&file);
	assert_err(bl_os_mkdirs(f->os, "a/file", &f->err), f->err, BL_EIO,
	    "cannot make the folder a/file: File exists");
	assert_err(bl_os_mkdirs(f->os, "a/file/x", &f->err), f->err, BL_EIO,
	    "cannot make the folder a/file: File exists");
}

static void
a_listing_is_sorted_by_bytes(void **state)
{
	static const char *const names[] = {
	    "b", "a", "B", "a.b", "a-b", "\xc3\xa4", "aa", "10", "9"};
	static const char *const sorted[] = {
	    "10", "9", "B", "a", "a-b", "a.b", "aa", "b", "\xc3\xa4"};
	struct fixture *f = *state;
	struct bl_dir_entry *entries = NULL;
	struct bl_arena *small = bl_arena_new(64);
	size_t n = 99;

	assert_non_null(small);
	assert_ok(bl_os_list(f->os, f->arena, ".", &entries, &n, &f->err), f->err);
	assert_int_equal(n, 0);
	assert_non_null(entries);
	for (size_t i = 0; i < 9; i++) {
		struct bl_file *file = i == 1 ? NULL : create(f, names[i]);

		if (i == 1)
			assert_ok(bl_os_mkdir(f->os, names[i], &f->err), f->err);
		bl_file_close(&file);
	}
	assert_ok(bl_os_list(f->os, f->arena, ".", &entries, &n, &f->err), f->err);
	assert_int_equal(n, 9);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(entries[i].name.ptr, sorted[i]);
		assert_int_equal(entries[i].name.len, strlen(sorted[i]));
		assert_int_equal(entries[i].kind, i == 3 ? BL_FILE_FOLDER : BL_FILE_REGULAR);
	}
	assert_err(bl_os_list(f->os, small, ".", &entries, &n, &f->err), f->err, BL_ENOMEM,
	    "no memory for the entries of .");
	bl_arena_free(&small);
}

static void
no_memory_leaves_no_file_behind(void **state)
{
	struct fixture *f = *state;
	struct bl_file *file = NULL;
	struct bl_file_info info;

	bl_mem_fail_at(1);
	assert_err(bl_os_open(f->os, "n", BL_OPEN_CREATE, &file, &f->err), f->err, BL_ENOMEM,
	    "no memory for an open file");
	assert_true(bl_mem_fail_hit());
	assert_int_equal(bl_os_info(f->os, "n", &info, NULL), BL_ENOTFOUND);
	bl_mem_fail_at(1);
	assert_int_equal(bl_os_stdin(f->os, &file, &f->err), BL_ENOMEM);
	assert_null(file);
	bl_file_close(&file);
}

static void
the_clock_is_the_systems(void **state)
{
	struct fixture *f = *state;
	int64_t tick;

	assert_int_equal(bl_os_now_ns(f->os), 1769817600000000000);
	f->fault.now_ns = 5;
	assert_int_equal(bl_os_now_ns(f->os), 5);
	tick = bl_os_tick_ns(f->os);
	assert_true(bl_os_tick_ns(f->os) > tick);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(short_and_interrupted_calls_are_repeated),
	    T(a_read_beyond_the_end_is_corruption),
	    T(a_missing_name_is_told_from_other_failures),
	    T(every_failure_names_the_call_and_the_path),
	    T(a_long_path_leaves_room_for_the_reason),
	    T(a_lock_tells_its_holder),
	    T(folders_are_made_with_their_parents),
	    T(a_listing_is_sorted_by_bytes),
	    T(no_memory_leaves_no_file_behind),
	    T(the_clock_is_the_systems),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
