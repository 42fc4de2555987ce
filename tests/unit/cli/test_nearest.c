/* Did you mean. */
#include "support/test.h"

#include "cli/nearest.h"

static size_t
distance(const char *a, const char *b, size_t most)
{
	return bl_nearest_distance(bl_str_of(a), bl_str_of(b), most);
}

static void
edits_are_counted(void **state)
{
	(void)state;
	assert_int_equal(distance("", "", 9), 0);
	assert_int_equal(distance("abc", "", 9), 3);
	assert_int_equal(distance("kitten", "sitting", 9), 3);
	assert_int_equal(distance("kitten", "sitting", 3), 3);
	assert_int_equal(distance("kitten", "sitting", 2), 3); /* More than two. */
	assert_int_equal(distance("abcdefgh", "x", 2), 3);
	assert_int_equal(distance("abcd", "abdc", 9), 2);
}

static void
too_long_is_far(void **state)
{
	char a[BL_NEAREST_BYTES + 2];

	(void)state;
	memset(a, 'x', sizeof(a));
	assert_int_equal(bl_nearest_distance((struct bl_str){a, BL_NEAREST_BYTES},
			     (struct bl_str){a, BL_NEAREST_BYTES}, 3),
	    0);
	assert_int_equal(bl_nearest_distance((struct bl_str){a, BL_NEAREST_BYTES + 1},
			     (struct bl_str){a, BL_NEAREST_BYTES + 1}, 3),
	    4);
}

static void
the_nearest_three_in_order(void **state)
{
	static const char *const offered[] = {"archive-12", "archive-99", "orders", "archive-1x",
	    "archive-1", "archive-12", "archive-123"};
	struct bl_nearest n = {.wanted = BL_STR("archive-13")};

	(void)state;
	for (uint32_t i = 0; i < sizeof(offered) / sizeof(offered[0]); i++)
		bl_nearest_offer(&n, bl_str_of(offered[i]), i);
	assert_int_equal(n.n, 3);
	assert_true(bl_str_eq(n.best[0].text, BL_STR("archive-12")));
	assert_true(bl_str_eq(n.best[1].text, BL_STR("archive-1x")));
	assert_true(bl_str_eq(n.best[2].text, BL_STR("archive-1")));
	assert_int_equal(n.best[2].tag, 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(edits_are_counted),
	    cmocka_unit_test(too_long_is_far),
	    cmocka_unit_test(the_nearest_three_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
