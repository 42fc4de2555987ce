/* os_file.c: whole files; write is all or nothing whatever fails or crashes. */
#include "support/test.h"

#include <errno.h>

#include "base/arena.h"
#include "os/os.h"
#include "support/os_crash.h"
#include "support/os_fault.h"

static struct bl_str
read_back(struct bl_os *os, struct bl_arena *arena, const char *path)
{
	struct bl_str s = {NULL, 0};
	struct bl_err err;

	assert_ok(bl_os_read_file(os, arena, path, 1000, &s, &err), err);
	return s;
}

static void
what_was_written_is_read(void **state)
{
	struct os_crash *disk = os_crash_new();
	struct bl_arena *arena = bl_arena_new(1 << 22);
	struct bl_str big = {NULL, 300000}, s = {NULL, 0};
	char *p = bl_new(arena, char, big.len);
	struct bl_err err;

	(void)state;
	for (size_t i = 0; i < big.len; i++)
		p[i] = (char)(i * 7 % 251);
	big.ptr = p;
	assert_ok(bl_os_write_file(&disk->os, "big", big, &err), err);
	assert_ok(bl_os_read_file(&disk->os, arena, "big", 300000, &s, &err), err);
	assert_true(bl_str_eq(s, big));
	assert_int_equal(s.ptr[s.len], '\0');
	assert_err(bl_os_read_file(&disk->os, arena, "big", 299999, &s, &err), err, BL_ELIMIT,
	    "big is larger than 299999 bytes");
	assert_ok(bl_os_write_file(&disk->os, "big", BL_STR(""), &err), err);
	assert_ok(bl_os_read_file(&disk->os, arena, "big", 0, &s, &err), err);
	assert_int_equal(s.len, 0);
	assert_non_null(s.ptr);
	assert_int_equal(bl_os_read_file(&disk->os, arena, "none", 9, &s, &err), BL_ENOTFOUND);
	bl_arena_free(&arena);
	os_crash_free(&disk);
}

static void
a_full_arena_is_an_error(void **state)
{
	struct os_crash *disk = os_crash_new();
	struct bl_arena *arena = bl_arena_new(1000);
	struct bl_str s = {NULL, 0};
	struct bl_err err;

	(void)state;
	assert_ok(bl_os_write_file(&disk->os, "f", BL_STR("x"), &err), err);
	assert_err(bl_os_read_file(&disk->os, arena, "f", 9999, &s, &err), err, BL_ENOMEM,
	    "no memory to read f");
	assert_null(s.ptr);
	bl_arena_free(&arena);
	os_crash_free(&disk);
}

static void
each_failing_call_leaves_the_old_file(void **state)
{
	struct os_crash *disk = os_crash_new();
	struct bl_arena *arena = bl_arena_new(1 << 20);
	struct bl_file_info info;
	struct os_fault f;
	struct bl_err err;
	uint64_t n = 0;

	(void)state;
	os_fault_init(&f, &disk->os);
	assert_ok(bl_os_mkdir(&f.os, "d", &err), err);
	assert_ok(bl_os_write_file(&f.os, "d/f", BL_STR("old"), &err), err);
	f.io_max = 2;
	for (;;) {
		enum bl_status status;

		os_fault_arm(&f, FAULT_ALL & ~(uint32_t)FAULT_SYNC_FOLDER, ++n, EIO);
		status = bl_os_write_file(&f.os, "d/f", BL_STR("new one"), &err);
		if (!f.hit) {
			assert_int_equal(status, BL_OK);
			break;
		}
		assert_int_equal(status, BL_EIO);
		os_fault_arm(&f, 0, 0, 0);
		assert_bytes(read_back(&f.os, arena, "d/f"), "old");
		if (n > 1) /* The removal of a stale d/f.tmp comes first. */
			assert_int_equal(bl_os_info(&f.os, "d/f.tmp", &info, NULL), BL_ENOTFOUND);
	}
	assert_true(n > 6);
	os_fault_arm(&f, 0, 0, 0);
	assert_bytes(read_back(&f.os, arena, "d/f"), "new one");
	os_fault_arm(&f, FAULT_SYNC_FOLDER, 1, EIO);
	assert_err(bl_os_write_file(&f.os, "d/f", BL_STR("x"), &err), err, BL_EIO,
	    "cannot sync the folder d: Input/output error");
	bl_arena_free(&arena);
	os_crash_free(&disk);
}

static void
a_full_disk_leaves_the_old_file(void **state)
{
	struct os_crash *disk = os_crash_new();
	struct bl_arena *arena = bl_arena_new(1 << 20);
	struct os_fault f;
	struct bl_err err;

	(void)state;
	os_fault_init(&f, &disk->os);
	assert_ok(bl_os_write_file(&f.os, "f", BL_STR("old"), &err), err);
	f.space_bytes = 5;
	assert_err(bl_os_write_file(&f.os, "f", BL_STR("longer"), &err), err, BL_EIO,
	    "cannot write to f.tmp: No space left on device");
	assert_int_equal(err.sys_errno, ENOSPC);
	assert_bytes(read_back(&f.os, arena, "f"), "old");
	bl_arena_free(&arena);
	os_crash_free(&disk);
}

/* The power fails at each call in turn; each state that it can leave is opened. */
static void
a_crash_leaves_the_old_or_the_new_file(void **state)
{
	unsigned old = 0, new = 0;

	(void)state;
	for (uint64_t calls = 1;; calls++) {
		struct os_crash *disk = os_crash_new();
		struct bl_err err;
		bool survived;

		assert_ok(bl_os_mkdir(&disk->os, "d", &err), err);
		assert_ok(bl_os_sync_folder(&disk->os, "/", &err), err);
		assert_ok(bl_os_write_file(&disk->os, "d/f", BL_STR("old"), &err), err);
		disk->calls_left = calls;
		survived = bl_os_write_file(&disk->os, "d/f", BL_STR("the new one"), &err) == BL_OK;
		for (uint64_t s = 0; s < os_crash_n_states(disk) + 10; s++) {
			struct os_crash *after = os_crash_reboot(disk, s);
			struct bl_arena *arena = bl_arena_new(1 << 16);
			struct bl_str got = read_back(&after->os, arena, "d/f");

			if (bl_str_eq(got, BL_STR("old")))
				old++;
			else
				new ++;
			if (survived || !bl_str_eq(got, BL_STR("old")))
				assert_bytes(got, "the new one");
			bl_arena_free(&arena);
			os_crash_free(&after);
		}
		os_crash_free(&disk);
		if (survived)
			break;
	}
	assert_true(old > 10 && new > 10);
}

static void
what_a_crash_left_behind_is_replaced(void **state)
{
	struct os_crash *disk = os_crash_new();
	struct bl_arena *arena = bl_arena_new(1 << 20);
	struct bl_file *stale = NULL;
	struct bl_err err;
	char path[4096];

	(void)state;
	assert_ok(bl_os_open(&disk->os, "f.tmp", BL_OPEN_CREATE, &stale, &err), err);
	assert_ok(bl_file_write(stale, BL_STR("a longer torn text"), &err), err);
	bl_file_close(&stale);
	assert_ok(bl_os_write_file(&disk->os, "f", BL_STR("new"), &err), err);
	assert_bytes(read_back(&disk->os, arena, "f"), "new");
	memset(path, 'p', sizeof(path));
	path[4095] = '\0';
	assert_err(bl_os_write_file(&disk->os, path, BL_STR("x"), &err), err, BL_ELIMIT,
	    "a path of 4095 bytes is too long");
	bl_arena_free(&arena);
	os_crash_free(&disk);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_written_is_read),
	    cmocka_unit_test(a_full_arena_is_an_error),
	    cmocka_unit_test(each_failing_call_leaves_the_old_file),
	    cmocka_unit_test(a_full_disk_leaves_the_old_file),
	    cmocka_unit_test(a_crash_leaves_the_old_or_the_new_file),
	    cmocka_unit_test(what_a_crash_left_behind_is_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
