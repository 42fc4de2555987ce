#include "support/test.h"

#include "evidence/csv.h"
#include "unit/evidence/draft.h"

static void
fields_are_quoted_when_they_must(void **state)
{
	struct draft d;

	(void)state;
	draft_begin(&d);
	bl_csv__head(&d.out, "a,b");
	bl_csv__row(&d.out,
	    (const struct bl_str[]){BL_STR("plain"), BL_STR("with,comma"), BL_STR("say \"x\""),
		BL_STR("two\nlines"), BL_STR("cr\r"), BL_STR(""), BL_STR("=1+1"),
		BL_STR(" blank ")},
	    8);
	bl_csv__row(&d.out, (const struct bl_str[]){{NULL, 0}, BL_STR("\"")}, 2);
	bl_csv__row(&d.out, (const struct bl_str[]){BL_STR("")}, 1);
	assert_bytes(draft_end(&d),
	    "a,b\r\n"
	    "plain,\"with,comma\",\"say \"\"x\"\"\",\"two\nlines\",\"cr\r\",,=1+1, blank \r\n"
	    ",\"\"\"\"\r\n"
	    "\"\"\r\n");
	draft_free(&d);
}

static void
numbers_are_exact(void **state)
{
	char text[BL_CSV_NUMBER];

	(void)state;
	assert_bytes(bl_csv__u64(0, text), "0");
	assert_bytes(bl_csv__u64(UINT64_MAX, text), "18446744073709551615");
}

/* Longer than any buffer in between. */
static void
a_long_field_goes_through(void **state)
{
	static char big[3 << 20];
	struct draft d;
	struct bl_str text;

	(void)state;
	memset(big, 'x', sizeof(big));
	big[1 << 20] = '"';
	draft_begin(&d);
	bl_csv__row(&d.out, (const struct bl_str[]){{big, sizeof(big)}}, 1);
	text = draft_end(&d);
	assert_int_equal(text.len, sizeof(big) + 1 + 2 + 2);
	assert_memory_equal(text.ptr + 1 + (1 << 20), "\"\"xx", 4);
	draft_free(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fields_are_quoted_when_they_must),
	    cmocka_unit_test(numbers_are_exact),
	    cmocka_unit_test(a_long_field_goes_through),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
