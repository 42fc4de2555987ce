#include "support/test.h"

#include "base/mem.h"

static void
the_nth_request_fails_once(void **state)
{
	void *a, *b, *c;

	(void)state;
	bl_mem_fail_at(2);
	assert_false(bl_mem_fail_hit());
	a = bl_mem_alloc(1);
	assert_non_null(a);
	assert_false(bl_mem_fail_hit());
	b = bl_mem_realloc(a, 2); /* Fails; a is still ours. */
	assert_null(b);
	assert_true(bl_mem_fail_hit());
	c = bl_mem_alloc(3);
	assert_non_null(c);
	a = bl_mem_realloc(a, 100);
	assert_non_null(a);
	bl_mem_free(a);
	bl_mem_free(c);
	bl_mem_free(NULL);
	bl_mem_fail_at(1);
	bl_mem_fail_at(0);
	assert_false(bl_mem_fail_hit());
	a = bl_mem_alloc(1);
	assert_non_null(a);
	bl_mem_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_nth_request_fails_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
