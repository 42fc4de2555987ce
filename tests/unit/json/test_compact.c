/* compact.c: white space goes, and nothing else; both ways of doing it agree. */
#include "support/test.h"

#include "base/buf.h"
#include "base/mem.h"
#include "json/json.h"

static struct bl_err err;

static void
compacts(const char *in, const char *want)
{
	struct bl_buf out = BL_BUF_INIT(1000);
	/* With a tight limit there is no room for the quick way. */
	struct bl_buf tight = BL_BUF_INIT(strlen(want));

	assert_ok(bl_json_compact(bl_str_of(in), &out, &err), err);
	assert_true(bl_str_eq(bl_buf_str(&out), bl_str_of(want)));
	assert_ok(bl_json_compact(bl_str_of(in), &tight, &err), err);
	assert_true(bl_str_eq(bl_buf_str(&tight), bl_str_of(want)));
	bl_buf_release(&out);
	bl_buf_release(&tight);
}

static void
only_white_space_outside_strings_goes(void **state)
{
	(void)state;
	compacts("", "");
	compacts(" \n\t\r", "");
	compacts("{}", "{}");
	compacts(" { \"a b\\\" \" : [ 1 , 2.50 ,\t-0e+1 ] ,\r\n \"\\\\\" : \" \\t \" } ",
	    "{\"a b\\\" \":[1,2.50,-0e+1],\"\\\\\":\" \\t \"}");
	compacts("[\"\xc3\xa4  \xe2\x82\xac\" , \"\\u0020 \\/\"]",
	    "[\"\xc3\xa4  \xe2\x82\xac\",\"\\u0020 \\/\"]");
	compacts("\"\\\\\" \"\\\\\\\" \" ", "\"\\\\\"\"\\\\\\\" \"");
	/* Not checked, not changed: a string that is not closed. */
	compacts("[ \"a b", "[\"a b");
	compacts("[ \"a b\\", "[\"a b\\");
}

static void
the_limit_is_kept_and_nothing_half_is_left(void **state)
{
	struct bl_buf out = BL_BUF_INIT(8);

	(void)state;
	assert_ok(bl_buf_add(&out, BL_STR("ab"), &err), err);
	assert_err(bl_json_compact(BL_STR("[ 1 , 2 , 3 ]"), &out, &err), err, BL_ELIMIT,
	    "more than 8 bytes in one buffer");
	assert_bytes(bl_buf_str(&out), "ab");
	assert_ok(bl_json_compact(BL_STR("[ 1 , 2 ]\n\n\n\n"), &out, &err), err);
	assert_bytes(bl_buf_str(&out), "ab[1,2]");
	bl_buf_release(&out);
	out = (struct bl_buf)BL_BUF_INIT(100000);
	bl_mem_fail_at(1);
	assert_int_equal(bl_json_compact(BL_STR("[ 1 ]"), &out, &err), BL_ENOMEM);
	bl_mem_fail_at(0);
	assert_int_equal(out.len, 0);
	bl_buf_release(&out);
}

static uint32_t
next(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

/* Random runs of what matters, of all lengths around the width of vectors. */
static void
both_ways_agree_on_any_text(void **state)
{
	static const char *const pieces[] = {" ", "\n", "  \t\r", "\"", "\"a b\"", "\"\\\"\"",
	    "\"\\\\\"", "x", "12 34", "{", "}", ":", ",",
	    "\"                                                 \"",
	    "                                                                  ", "\xc3\xa4",
	    "\"\\\\\\\""};
	uint32_t seed = 7;
	char text[512];

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct bl_buf quick = BL_BUF_INIT(4000), slow = BL_BUF_INIT(sizeof(text));
		size_t len = 0, max = next(&seed) % 400;

		while (len < max) {
			const char *p = pieces[next(&seed) % (sizeof(pieces) / sizeof(*pieces))];

			memcpy(text + len, p, strlen(p));
			len += strlen(p);
		}
		assert_ok(bl_json_compact((struct bl_str){text, len}, &quick, &err), err);
		/* What the slow way gives is what it needs: exactly so much room. */
		slow.limit = quick.len;
		assert_ok(bl_json_compact((struct bl_str){text, len}, &slow, &err), err);
		assert_true(bl_str_eq(bl_buf_str(&quick), bl_buf_str(&slow)));
		bl_buf_release(&quick);
		bl_buf_release(&slow);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_white_space_outside_strings_goes),
	    cmocka_unit_test(the_limit_is_kept_and_nothing_half_is_left),
	    cmocka_unit_test(both_ways_agree_on_any_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
