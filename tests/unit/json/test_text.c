/* text.c: numbers and escapes. */
#include "support/test.h"

#include "json/json_priv.h"

static void
numbers_are_what_the_rfc_says(void **state)
{
	static const char *const good[] = {"0", "-0", "1", "10", "-1", "0.0", "1.50", "1e1", "1E+1",
	    "1e-01", "0e0", "123.456e-789"};
	static const char *const bad[] = {"", "-", "+1", "01", "-01", "00", "1.", ".1", "1.e1",
	    "1e", "1e+", "1e1.0", "1 ", " 1", "1a", "0x1", "--1", "1-", "1e1e1", "Infinity",
	    "1_000"};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		if (!bl_json__is_number(bl_str_of(good[i])))
			fail_msg("%s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (bl_json__is_number(bl_str_of(bad[i])))
			fail_msg("%s", bad[i]);
}

static void
unescape(const char *in, struct bl_str want)
{
	char text[100];
	size_t at = 99, n;

	memcpy(text, in, strlen(in));
	n = bl_json__unescape(text, strlen(in), &at);
	assert_int_equal(n, want.len);
	assert_memory_equal(text, want.ptr, want.len > 0 ? want.len : 1);
	assert_int_equal(at, 99);
}

static void
escapes_become_their_bytes(void **state)
{
	(void)state;
	unescape("plain", BL_STR("plain"));
	unescape("\\\"\\\\\\/\\b\\f\\n\\r\\t", BL_STR("\"\\/\b\f\n\r\t"));
	unescape("a\\u0041\\u00e4\\u20AC\\uD83D\\uDE00z",
	    BL_STR("aA\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80z"));
	unescape("\\u0000", BL_STR("\0"));
	unescape("\\u007f\\u0080\\u07ff\\u0800\\ud7ff\\ue000\\uffff",
	    BL_STR("\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf"));
	unescape("\\ud800\\udc00\\udbff\\udfff", BL_STR("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"));
	unescape("\\\\u0041", BL_STR("\\u0041"));
}

static void
bad_escapes_are_placed(void **state)
{
	static const struct {
		const char *text;
		size_t at;
	} bad[] = {{"ab\\", 2}, {"\\q", 0}, {"\\u", 0}, {"\\u123", 0}, {"\\n\\u12G4", 2},
	    {"\\udc00", 0}, {"\\ud800", 0}, {"\\ud800\\n", 0}, {"\\ud800\\ud800", 0},
	    {"\\ud800x\\udc00", 0}, {"\\U0041", 0}};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		char text[40];
		size_t at = 99, len = strlen(bad[i].text);

		memcpy(text, bad[i].text, len);
		assert_int_equal(bl_json__unescape(text, len, &at), SIZE_MAX);
		assert_int_equal(at, bad[i].at);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_are_what_the_rfc_says),
	    cmocka_unit_test(escapes_become_their_bytes),
	    cmocka_unit_test(bad_escapes_are_placed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
