/* os_posix.c: the real system, in a folder of its own under the build folder. */
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "os/os.h"

static struct bl_os *os;
static struct bl_arena *arena;
static struct bl_err err;

static int
setup(void **state)
{
	char folder[] = "test_os_posix.XXXXXX";

	(void)state;
	os = bl_os_posix();
	arena = bl_arena_new(1 << 22);
	return arena == NULL || mkdtemp(folder) == NULL || chdir(folder) != 0 ? -1 : 0;
}

static int
teardown(void **state)
{
	struct bl_dir_entry *entries = NULL;
	struct bl_str here = {NULL, 0};
	size_t n = 0;

	(void)state;
	assert_ok(bl_os_real_path(os, arena, ".", &here, &err), err);
	assert_ok(bl_os_list(os, arena, ".", &entries, &n, &err), err);
	for (size_t i = 0; i < n; i++)
		(void)remove(entries[i].name.ptr);
	assert_int_equal(chdir(".."), 0);
	assert_ok(bl_os_rmdir(os, here.ptr, &err), err);
	bl_arena_free(&arena);
	return 0;
}

static void
a_file_is_made_written_and_read(void **state)
{
	struct bl_file *file = NULL;
	struct bl_file_info info;
	char buf[8] = {0};
	size_t n = 0;

	(void)state;
	assert_ok(bl_os_open(os, "f", BL_OPEN_CREATE, &file, &err), err);
	assert_ok(bl_file_write(file, BL_STR("hello"), &err), err);
	assert_ok(bl_file_sync(file, &err), err);
	assert_ok(bl_file_info(file, &info, &err), err);
	assert_int_equal(info.kind, BL_FILE_REGULAR);
	assert_int_equal(info.size_bytes, 5);
	assert_int_equal(info.mode & 0111, 0);
	assert_true(info.modified_ns > 1700000000 * (int64_t)1000000000);
	assert_ok(bl_file_truncate(file, 4, &err), err);
	assert_ok(bl_file_pread(file, 1, buf, 3, &err), err);
	assert_string_equal(buf, "ell");
	assert_int_equal(bl_file_pread(file, UINT64_MAX - 9, buf, 3, &err), BL_ECORRUPT);
	assert_int_equal(bl_file_pread(file, 2, buf, 3, &err), BL_ECORRUPT);
	bl_file_close(&file);

	assert_ok(bl_os_open(os, "f", BL_OPEN_APPEND, &file, &err), err);
	assert_ok(bl_file_write(file, BL_STR("o!"), &err), err);
	bl_file_close(&file);
	assert_ok(bl_os_open(os, "f", BL_OPEN_READ, &file, &err), err);
	assert_ok(bl_file_read(file, buf, sizeof(buf), &n, &err), err);
	assert_int_equal(n, 6);
	assert_memory_equal(buf, "hello!", 6);
	assert_ok(bl_file_read(file, buf, sizeof(buf), &n, &err), err);
	assert_int_equal(n, 0);
	assert_err(bl_file_write(file, BL_STR("x"), &err), err, BL_EIO,
	    "cannot write to f: Bad file descriptor");
	bl_file_close(&file);
	assert_err(bl_os_open(os, "f", BL_OPEN_CREATE, &file, &err), err, BL_EIO,
	    "cannot create f: File exists");
}

static void
a_secret_is_for_its_owner_alone(void **state)
{
	struct bl_file *file = NULL;
	struct bl_file_info info;

	(void)state;
	assert_ok(bl_os_open(os, "key", BL_OPEN_CREATE_KEY, &file, &err), err);
	bl_file_close(&file);
	assert_ok(bl_os_info(os, "key", &info, &err), err);
	assert_int_equal(info.mode, 0600);
	assert_ok(bl_os_chmod(os, "key", 0400, &err), err);
	assert_ok(bl_os_info(os, "key", &info, &err), err);
	assert_int_equal(info.mode, 0400);
}

static void
descriptors_do_not_leak_into_children(void **state)
{
	struct bl_file *file = NULL;
	int fd = dup(0);

	(void)state;
	(void)close(fd); /* The next descriptor to be given out. */
	assert_ok(bl_os_open(os, "cloexec", BL_OPEN_CREATE, &file, &err), err);
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	bl_file_close(&file);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
}

static void
links_are_followed_only_on_request(void **state)
{
	struct bl_file_info info;
	struct bl_str real = {NULL, 0}, here = {NULL, 0};

	(void)state;
	assert_ok(bl_os_write_file(os, "target", BL_STR("12"), &err), err);
	assert_int_equal(symlink("target", "link"), 0);
	assert_int_equal(symlink("nowhere", "broken"), 0);
	assert_ok(bl_os_info(os, "link", &info, &err), err);
	assert_int_equal(info.kind, BL_FILE_REGULAR);
	assert_ok(bl_os_linfo(os, "link", &info, &err), err);
	assert_int_equal(info.kind, BL_FILE_SYMLINK);
	assert_int_equal(bl_os_info(os, "broken", &info, &err), BL_ENOTFOUND);
	assert_ok(bl_os_linfo(os, "broken", &info, &err), err);
	assert_ok(bl_os_real_path(os, arena, ".", &here, &err), err);
	assert_ok(bl_os_real_path(os, arena, "./link", &real, &err), err);
	assert_true(bl_str_starts(real, here));
	assert_bytes(bl_str_sub(real, here.len, real.len), "/target");
	assert_int_equal(bl_os_real_path(os, arena, "broken", &real, &err), BL_ENOTFOUND);
}

static void
a_listing_tells_kinds(void **state)
{
	struct bl_dir_entry *entries = NULL;
	size_t n = 0;

	(void)state;
	assert_ok(bl_os_mkdirs(os, "l/sub", &err), err);
	assert_ok(bl_os_write_file(os, "l/b", BL_STR(""), &err), err);
	assert_ok(bl_os_write_file(os, "l/.hidden", BL_STR(""), &err), err);
	assert_int_equal(symlink("b", "l/a"), 0);
	assert_int_equal(mkfifo("l/fifo", 0600), 0);
	assert_ok(bl_os_list(os, arena, "l", &entries, &n, &err), err);
	assert_int_equal(n, 5);
	assert_string_equal(entries[0].name.ptr, ".hidden");
	assert_string_equal(entries[1].name.ptr, "a");
	assert_int_equal(entries[1].kind, BL_FILE_SYMLINK);
	assert_int_equal(entries[2].kind, BL_FILE_REGULAR);
	assert_int_equal(entries[3].kind, BL_FILE_OTHER);
	assert_string_equal(entries[4].name.ptr, "sub");
	assert_int_equal(entries[4].kind, BL_FILE_FOLDER);
	assert_err(bl_os_rmdir(os, "l", &err), err, BL_EIO,
	    "cannot remove the folder l: Directory not empty");
	assert_ok(bl_os_rmdir(os, "l/sub", &err), err);
	assert_ok(bl_os_rename(os, "l/b", "l/c", &err), err);
	assert_ok(bl_os_sync_folder(os, "l", &err), err);
	assert_err(bl_os_sync_folder(os, "l/c", &err), err, BL_EIO,
	    "cannot sync the folder l/c: Not a directory");
	assert_err(bl_os_list(os, arena, "l/c", &entries, &n, &err), err, BL_EIO,
	    "cannot list l/c: Not a directory");
	assert_int_equal(bl_os_list(os, arena, "l/none", &entries, &n, &err), BL_ENOTFOUND);
	assert_ok(bl_os_unlink(os, "l/c", &err), err);
	assert_ok(bl_os_unlink(os, "l/a", &err), err);
	assert_ok(bl_os_unlink(os, "l/fifo", &err), err);
	assert_ok(bl_os_unlink(os, "l/.hidden", &err), err);
}

static void
a_lock_keeps_others_out_and_ends_with_its_file(void **state)
{
	struct bl_file *one = NULL, *two = NULL;
	int64_t pid = 0;
	char want[100];
	pid_t child;
	int status = 0;

	(void)state;
	assert_ok(bl_os_open(os, "LOCK", BL_OPEN_CREATE, &one, &err), err);
	assert_ok(bl_file_lock(one, &pid, &err), err);
	/* The same process, another file. */
	assert_ok(bl_os_open(os, "LOCK", BL_OPEN_APPEND, &two, &err), err);
	(void)snprintf(want, sizeof(want), "LOCK is locked by process %ld", (long)getpid());
	assert_err(bl_file_lock(two, &pid, &err), err, BL_ELOCKED, want);
	assert_int_equal(pid, getpid());
	/* Another process. */
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(bl_os_open(os, "LOCK", BL_OPEN_APPEND, &two, NULL) == BL_OK &&
			      bl_file_lock(two, &pid, NULL) == BL_ELOCKED && pid == getppid()
			  ? 0
			  : 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	bl_file_close(&one);
	assert_ok(bl_file_lock(two, &pid, &err), err);
	bl_file_close(&two);
}

static void
clocks_and_randomness_move(void **state)
{
	char a[600] = {0}, b[600] = {0};
	int64_t tick = bl_os_tick_ns(os);

	(void)state;
	assert_true(bl_os_now_ns(os) > 1700000000 * (int64_t)1000000000);
	assert_true(bl_os_tick_ns(os) >= tick);
	assert_ok(bl_os_random(os, a, sizeof(a), &err), err);
	assert_ok(bl_os_random(os, b, sizeof(b), &err), err);
	assert_memory_not_equal(a, b, sizeof(a));
	assert_memory_not_equal(a + 580, b + 580, 20);
}

static void
standard_input_is_read_to_its_end(void **state)
{
	struct bl_file *file = NULL;
	int ends[2], saved = dup(0);
	char buf[8];
	size_t n = 0;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "abc", 3), 3);
	(void)close(ends[1]);
	assert_int_equal(dup2(ends[0], 0), 0);
	(void)close(ends[0]);
	assert_ok(bl_os_stdin(os, &file, &err), err);
	assert_ok(bl_file_read(file, buf, sizeof(buf), &n, &err), err);
	assert_int_equal(n, 3);
	assert_ok(bl_file_read(file, buf, sizeof(buf), &n, &err), err);
	assert_int_equal(n, 0);
	assert_err(bl_file_pread(file, 0, buf, 1, &err), err, BL_EIO,
	    "cannot read standard input: Illegal seek");
	bl_file_close(&file);
	assert_true(fcntl(0, F_GETFD) >= 0); /* It is not ours to close. */
	assert_int_equal(dup2(saved, 0), 0);
	(void)close(saved);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_file_is_made_written_and_read),
	    cmocka_unit_test(a_secret_is_for_its_owner_alone),
	    cmocka_unit_test(descriptors_do_not_leak_into_children),
	    cmocka_unit_test(links_are_followed_only_on_request),
	    cmocka_unit_test(a_listing_tells_kinds),
	    cmocka_unit_test(a_lock_keeps_others_out_and_ends_with_its_file),
	    cmocka_unit_test(clocks_and_randomness_move),
	    cmocka_unit_test(standard_input_is_read_to_its_end),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
