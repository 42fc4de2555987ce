#include "support/test.h"

#include "base/buf.h"
#include "base/mem.h"

static struct bl_err err;

static void
bytes_are_appended_in_order(void **state)
{
	struct bl_buf buf = BL_BUF_INIT(1 << 20);

	(void)state;
	assert_int_equal(bl_buf_str(&buf).len, 0);
	assert_non_null(bl_buf_str(&buf).ptr); /* Empty, not absent. */
	assert_ok(bl_buf_add(&buf, BL_STR("ab"), &err), err);
	assert_ok(bl_buf_add(&buf, (struct bl_str){NULL, 0}, &err), err);
	assert_ok(bl_buf_add_byte(&buf, '\0', &err), err);
	assert_ok(bl_buf_printf(&buf, &err, "%d-%s", 17, "x"), err);
	assert_ok(bl_buf_printf(&buf, &err, "%s", ""), err);
	assert_true(bl_str_eq(bl_buf_str(&buf), BL_STR("ab\0"
						       "17-x")));
	bl_buf_release(&buf);
	assert_int_equal(buf.len, 0);
	assert_int_equal(buf.limit, 1 << 20);
	for (int i = 0; i < 100000; i++)
		assert_ok(bl_buf_add_byte(&buf, (char)(i % 100), &err), err);
	for (int i = 0; i < 100000; i++)
		assert_int_equal(buf.ptr[i], i % 100);
	bl_buf_release(&buf);
}

static void
the_limit_is_exact_and_appends_nothing(void **state)
{
	struct bl_buf buf = BL_BUF_INIT(5);

	(void)state;
	assert_ok(bl_buf_add(&buf, BL_STR("1234"), &err), err);
	assert_err(bl_buf_add(&buf, BL_STR("56"), &err), err, BL_ELIMIT,
	    "more than 5 bytes in one buffer");
	assert_bytes(bl_buf_str(&buf), "1234");
	assert_ok(bl_buf_add(&buf, BL_STR("5"), &err), err);
	assert_int_equal(bl_buf_add_byte(&buf, '6', NULL), BL_ELIMIT);
	assert_int_equal(bl_buf_reserve(&buf, SIZE_MAX, &err), BL_ELIMIT);
	assert_int_equal(bl_buf_reserve(&buf, SIZE_MAX - 3, &err), BL_ELIMIT);
	assert_bytes(bl_buf_str(&buf), "12345");
	bl_buf_release(&buf);
}

static void
formatted_text_may_fill_it_to_the_limit(void **state)
{
	struct bl_buf buf = BL_BUF_INIT(5);

	(void)state;
	assert_ok(bl_buf_printf(&buf, &err, "%d", 12345), err);
	assert_bytes(bl_buf_str(&buf), "12345");
	assert_err(
	    bl_buf_printf(&buf, &err, "%d", 6), err, BL_ELIMIT, "more than 5 bytes in one buffer");
	assert_bytes(bl_buf_str(&buf), "12345");
	bl_buf_release(&buf);
}

static void
no_memory_keeps_what_was_there(void **state)
{
	struct bl_buf buf = BL_BUF_INIT(10000);

	(void)state;
	assert_ok(bl_buf_add(&buf, BL_STR("kept"), &err), err);
	bl_mem_fail_at(1);
	assert_err(bl_buf_reserve(&buf, 1000, &err), err, BL_ENOMEM,
	    "no memory for a buffer of 1004 bytes");
	bl_mem_fail_at(1);
	assert_int_equal(bl_buf_printf(&buf, &err, "%0999d", 1), BL_ENOMEM);
	bl_mem_fail_at(0);
	assert_bytes(bl_buf_str(&buf), "kept");
	bl_buf_release(&buf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bytes_are_appended_in_order),
	    cmocka_unit_test(the_limit_is_exact_and_appends_nothing),
	    cmocka_unit_test(formatted_text_may_fill_it_to_the_limit),
	    cmocka_unit_test(no_memory_keeps_what_was_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
