/* The crashing file system itself: what it must be able to lose, and must not. */
#include "support/test.h"

#include "base/arena.h"
#include "os/os.h"
#include "support/os_crash.h"

static struct bl_err err;

static struct bl_file *
create(struct os_crash *fs, const char *path)
{
	struct bl_file *file = NULL;

	assert_ok(bl_os_open(&fs->os, path, BL_OPEN_CREATE, &file, &err), err);
	return file;
}

/* In how many of the states does ${path} hold ${want}?  NULL: is it missing? */
static unsigned
count(const struct os_crash *fs, const char *path, const char *want)
{
	unsigned n = 0;

	for (uint64_t s = 0; s < os_crash_n_states(fs) + 200; s++) {
		struct os_crash *after = os_crash_reboot(fs, s);
		struct bl_arena *arena = bl_arena_new(1 << 16);
		struct bl_str got = {NULL, 0};
		enum bl_status status = bl_os_read_file(&after->os, arena, path, 999, &got, NULL);

		if (want == NULL)
			n += status == BL_ENOTFOUND;
		else
			n += status == BL_OK && bl_str_eq(got, bl_str_of(want));
		bl_arena_free(&arena);
		os_crash_free(&after);
	}
	return n;
}

static unsigned
all(const struct os_crash *fs)
{
	return (unsigned)os_crash_n_states(fs) + 200;
}

static void
bytes_without_a_sync_may_be_lost_torn_or_zero(void **state)
{
	struct os_crash *fs = os_crash_new();
	struct bl_file *file = create(fs, "f");

	(void)state;
	assert_ok(bl_os_sync_folder(&fs->os, "/", &err), err);
	assert_ok(bl_file_write(file, BL_STR("ab"), &err), err);
	assert_ok(bl_file_write(file, BL_STR("cd"), &err), err);
	assert_true(count(fs, "f", "") > 0);
	assert_true(count(fs, "f", "a") > 0);
	assert_true(count(fs, "f", "ab") > 0);
	assert_true(count(fs, "f", "abc") > 0);
	assert_true(count(fs, "f", "abcd") > 0);
	assert_int_equal(count(fs, "f", NULL), 0); /* The name is safe. */
	assert_ok(bl_file_sync(file, &err), err);
	assert_int_equal(count(fs, "f", "abcd"), all(fs));
	/* Of synced bytes only what follows is in danger. */
	assert_ok(bl_file_truncate(file, 1, &err), err);
	assert_true(count(fs, "f", "a") > 0);
	assert_int_equal(count(fs, "f", "a") + count(fs, "f", "abcd"), all(fs));
	bl_file_close(&file);
	os_crash_free(&fs);
}

static void
names_without_a_sync_of_the_folder_may_be_lost(void **state)
{
	struct os_crash *fs = os_crash_new();
	struct bl_file *file;

	(void)state;
	assert_ok(bl_os_mkdir(&fs->os, "d", &err), err);
	file = create(fs, "d/f");
	assert_ok(bl_file_write(file, BL_STR("x"), &err), err);
	assert_ok(bl_file_sync(file, &err), err);
	bl_file_close(&file);
	assert_true(count(fs, "d/f", NULL) > 0);
	assert_true(count(fs, "d/f", "x") > 0);
	assert_int_equal(count(fs, "d/f", "x") + count(fs, "d/f", NULL), all(fs));
	assert_ok(bl_os_sync_folder(&fs->os, "d", &err), err);
	assert_true(count(fs, "d/f", NULL) > 0); /* d itself is not safe yet. */
	assert_ok(bl_os_sync_folder(&fs->os, ".", &err), err);
	assert_int_equal(count(fs, "d/f", "x"), all(fs));
	assert_ok(bl_os_unlink(&fs->os, "d/f", &err), err);
	assert_true(count(fs, "d/f", NULL) > 0 && count(fs, "d/f", "x") > 0);
	os_crash_free(&fs);
}

static void
a_renaming_is_whole(void **state)
{
	struct os_crash *fs = os_crash_new();
	unsigned moved, stayed;

	(void)state;
	assert_ok(bl_os_mkdir(&fs->os, "d", &err), err);
	assert_ok(bl_os_write_file(&fs->os, "f", BL_STR("x"), &err), err);
	assert_ok(bl_os_sync_folder(&fs->os, "/", &err), err);
	assert_ok(bl_os_rename(&fs->os, "f", "d/g", &err), err);
	moved = count(fs, "d/g", "x");
	stayed = count(fs, "f", "x");
	assert_true(moved > 0 && stayed > 0);
	assert_int_equal(moved + stayed, all(fs));
	assert_ok(bl_os_sync_folder(&fs->os, "d", &err), err);
	assert_int_equal(count(fs, "d/g", "x"), all(fs));
	assert_int_equal(count(fs, "f", NULL), all(fs));
	os_crash_free(&fs);
}

static void
a_renaming_does_not_sync_the_bytes(void **state)
{
	struct os_crash *fs = os_crash_new();
	struct bl_file *file = create(fs, "f.tmp");

	(void)state;
	assert_ok(bl_file_write(file, BL_STR("new"), &err), err);
	bl_file_close(&file);
	assert_ok(bl_os_rename(&fs->os, "f.tmp", "f", &err), err);
	assert_ok(bl_os_sync_folder(&fs->os, "/", &err), err);
	assert_true(count(fs, "f", "") > 0); /* The classical empty file. */
	os_crash_free(&fs);
}

static void
after_the_power_is_gone_nothing_works(void **state)
{
	struct os_crash *fs = os_crash_new();
	struct bl_file *file = create(fs, "f");
	struct bl_file_info info;
	char c;

	(void)state;
	fs->calls_left = 2;
	assert_ok(bl_file_write(file, BL_STR("1"), &err), err);
	assert_int_equal(bl_file_write(file, BL_STR("2"), &err), BL_EIO);
	assert_true(fs->dead);
	assert_int_equal(bl_file_write(file, BL_STR("3"), &err), BL_EIO);
	assert_int_equal(bl_file_pread(file, 0, &c, 1, &err), BL_EIO);
	assert_int_equal(bl_file_sync(file, &err), BL_EIO);
	assert_int_equal(bl_os_info(&fs->os, "f", &info, &err), BL_EIO);
	assert_int_equal(bl_os_sync_folder(&fs->os, "/", &err), BL_EIO);
	bl_file_close(&file);
	assert_true(count(fs, "f", "12") > 0);
	assert_true(count(fs, "f", "1") > 0);
	assert_int_equal(count(fs, "f", "123"), 0);
	os_crash_free(&fs);
}

static void
a_reboot_leaves_the_original_and_repeats(void **state)
{
	struct os_crash *fs = os_crash_new(), *one, *two;
	struct bl_file *file = create(fs, "f");
	struct bl_arena *arena = bl_arena_new(1 << 20);
	struct bl_str a = {NULL, 0}, b = {NULL, 0};

	(void)state;
	assert_ok(bl_os_sync_folder(&fs->os, "/", &err), err);
	for (int i = 0; i < 20; i++)
		assert_ok(bl_file_write(file, BL_STR("0123456789"), &err), err);
	for (uint64_t s = 0; s < 300; s++) {
		one = os_crash_reboot(fs, s);
		two = os_crash_reboot(fs, s);
		assert_ok(bl_os_read_file(&one->os, arena, "f", 999, &a, &err), err);
		assert_ok(bl_os_read_file(&two->os, arena, "f", 999, &b, &err), err);
		assert_true(bl_str_eq(a, b));
		assert_int_equal(one->n_changes, 0);
		os_crash_free(&one);
		os_crash_free(&two);
		bl_arena_reset(arena);
	}
	assert_ok(bl_os_read_file(&fs->os, arena, "f", 999, &a, &err), err);
	assert_int_equal(a.len, 200);
	bl_file_close(&file);
	bl_arena_free(&arena);
	os_crash_free(&fs);
}

static void
it_refuses_what_a_real_system_refuses(void **state)
{
	struct os_crash *fs = os_crash_new();
	struct bl_file *file = create(fs, "f");
	struct bl_arena *arena = bl_arena_new(1 << 16);
	struct bl_str s = {NULL, 0};

	(void)state;
	bl_file_close(&file);
	assert_ok(bl_os_mkdirs(&fs->os, "d/e", &err), err);
	assert_err(bl_os_rmdir(&fs->os, "d", &err), err, BL_EIO,
	    "cannot remove the folder d: Directory not empty");
	assert_err(
	    bl_os_unlink(&fs->os, "d", &err), err, BL_EIO, "cannot remove d: Is a directory");
	assert_err(bl_os_rmdir(&fs->os, "f", &err), err, BL_EIO,
	    "cannot remove the folder f: Not a directory");
	assert_err(bl_os_read_file(&fs->os, arena, "d", 9, &s, &err), err, BL_EIO,
	    "cannot read d: Is a directory");
	assert_err(bl_os_rename(&fs->os, "f", "d", &err), err, BL_EIO,
	    "cannot rename f to d: Is a directory");
	assert_err(bl_os_mkdir(&fs->os, "f/x", &err), err, BL_EIO,
	    "cannot make the folder f/x: Not a directory");
	assert_int_equal(bl_os_mkdir(&fs->os, "no/x", &err), BL_ENOTFOUND);
	assert_int_equal(bl_os_mkdir(&fs->os, "../x", &err), BL_EIO);
	assert_ok(bl_os_real_path(&fs->os, arena, "./d//e", &s, &err), err);
	assert_bytes(s, "/d/e");
	bl_arena_free(&arena);
	os_crash_free(&fs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bytes_without_a_sync_may_be_lost_torn_or_zero),
	    cmocka_unit_test(names_without_a_sync_of_the_folder_may_be_lost),
	    cmocka_unit_test(a_renaming_is_whole),
	    cmocka_unit_test(a_renaming_does_not_sync_the_bytes),
	    cmocka_unit_test(after_the_power_is_gone_nothing_works),
	    cmocka_unit_test(a_reboot_leaves_the_original_and_repeats),
	    cmocka_unit_test(it_refuses_what_a_real_system_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
