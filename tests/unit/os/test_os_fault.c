/* The failing system itself: a tool of tests that lies would hide defects. */
#include "support/test.h"

#include <errno.h>

#include "os/os.h"
#include "support/os_crash.h"
#include "support/os_fault.h"

static void
the_nth_call_fails_once_or_from_then_on(void **state)
{
	struct os_crash *disk = os_crash_new();
	struct bl_file *file = NULL;
	struct os_fault f;
	struct bl_err err;

	(void)state;
	os_fault_init(&f, &disk->os);
	assert_ok(bl_os_open(&f.os, "f", BL_OPEN_CREATE, &file, &err), err);
	os_fault_arm(&f, FAULT_WRITE | FAULT_SYNC, 3, EROFS);
	assert_ok(bl_file_write(file, BL_STR("a"), &err), err);
	assert_ok(bl_file_truncate(file, 1, &err), err); /* Not counted. */
	assert_ok(bl_file_sync(file, &err), err);
	assert_false(f.hit);
	assert_int_equal(bl_file_write(file, BL_STR("b"), &err), BL_EIO);
	assert_int_equal(err.sys_errno, EROFS);
	assert_true(f.hit);
	assert_int_equal(f.calls, 3);
	assert_ok(bl_file_write(file, BL_STR("c"), &err), err);
	os_fault_arm(&f, FAULT_ALL, 2, EIO);
	f.sticky = true;
	assert_ok(bl_file_write(file, BL_STR("d"), &err), err);
	assert_int_equal(bl_file_write(file, BL_STR("e"), &err), BL_EIO);
	assert_int_equal(bl_file_sync(file, &err), BL_EIO);
	bl_file_close(&file);
	os_crash_free(&disk);
}

static void
the_disk_fills_up_at_the_byte(void **state)
{
	struct os_crash *disk = os_crash_new();
	struct bl_file *file = NULL;
	struct bl_file_info info;
	struct os_fault f;
	struct bl_err err;

	(void)state;
	os_fault_init(&f, &disk->os);
	f.space_bytes = 10;
	assert_ok(bl_os_open(&f.os, "f", BL_OPEN_CREATE, &file, &err), err);
	assert_ok(bl_file_write(file, BL_STR("123456"), &err), err);
	assert_err(bl_file_write(file, BL_STR("abcdef"), &err), err, BL_EIO,
	    "cannot write to f: No space left on device");
	assert_ok(bl_file_info(file, &info, &err), err);
	assert_int_equal(info.size_bytes, 10); /* As a real disk: the first part is there. */
	bl_file_close(&file);
	os_crash_free(&disk);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_nth_call_fails_once_or_from_then_on),
	    cmocka_unit_test(the_disk_fills_up_at_the_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
