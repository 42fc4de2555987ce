#include "support/test.h"

#include "base/arena.h"
#include "base/str.h"

static struct bl_arena *arena;

static int
setup(void **state)
{
	(void)state;
	arena = bl_arena_new(1 << 20);
	return arena == NULL ? -1 : 0;
}

static int
teardown(void **state)
{
	(void)state;
	bl_arena_free(&arena);
	return 0;
}

static const struct bl_str absent = {NULL, 0};

static void
strings_compare_by_bytes(void **state)
{
	(void)state;
	assert_true(bl_str_eq(BL_STR("a\0b"), BL_STR("a\0b")));
	assert_false(bl_str_eq(BL_STR("a\0b"), BL_STR("a\0c")));
	assert_false(bl_str_eq(BL_STR("a"), BL_STR("ab")));
	assert_true(bl_str_eq(absent, BL_STR("")));
	assert_true(bl_str_eq_ci(BL_STR("Ab-Z"), BL_STR("aB-z")));
	assert_false(bl_str_eq_ci(BL_STR("@["), BL_STR("`{"))); /* Letters alone. */
	assert_false(bl_str_eq_ci(BL_STR("\xc3\x84"), BL_STR("\xc3\xa4")));
	assert_false(bl_str_eq_ci(BL_STR("a"), BL_STR("aa")));
	assert_true(bl_str_cmp(BL_STR("a"), BL_STR("b")) < 0);
	assert_true(bl_str_cmp(BL_STR("b"), BL_STR("a")) > 0);
	assert_true(bl_str_cmp(BL_STR("a"), BL_STR("aa")) < 0);
	assert_true(bl_str_cmp(BL_STR("aa"), BL_STR("a")) > 0);
	assert_true(bl_str_cmp(BL_STR("\xc3"), BL_STR("z")) > 0); /* Unsigned. */
	assert_int_equal(bl_str_cmp(absent, BL_STR("")), 0);
	assert_true(bl_str_cmp(absent, BL_STR("\0")) < 0);
	assert_int_equal(bl_str_of(NULL).len, 0);
	assert_null(bl_str_of(NULL).ptr);
	assert_bytes(bl_str_of("xy"), "xy");
}

static void
parts_are_found(void **state)
{
	struct bl_str s = BL_STR("abcabc");

	(void)state;
	assert_true(bl_str_starts(s, BL_STR("abca")));
	assert_false(bl_str_starts(BL_STR("ab"), BL_STR("abc")));
	assert_true(bl_str_starts(absent, BL_STR("")));
	assert_true(bl_str_ends(s, BL_STR("cabc")));
	assert_false(bl_str_ends(s, BL_STR("ab")));
	assert_false(bl_str_ends(BL_STR("c"), s));
	assert_true(bl_str_ends(s, absent));
	assert_int_equal(bl_str_find(s, BL_STR("ca")), 2);
	assert_int_equal(bl_str_find(s, BL_STR("cb")), SIZE_MAX);
	assert_int_equal(bl_str_find(s, BL_STR("")), 0);
	assert_int_equal(bl_str_find(absent, BL_STR("x")), SIZE_MAX);
	assert_int_equal(bl_str_find(BL_STR("a\0b"), BL_STR("\0b")), 1);
	assert_int_equal(bl_str_find_byte(s, 'c'), 2);
	assert_int_equal(bl_str_rfind_byte(s, 'c'), 5);
	assert_int_equal(bl_str_find_byte(s, 'x'), SIZE_MAX);
	assert_int_equal(bl_str_rfind_byte(absent, 'x'), SIZE_MAX);
	assert_int_equal(bl_str_find_byte(absent, 'x'), SIZE_MAX);
	assert_bytes(bl_str_sub(s, 1, 3), "bc");
	assert_bytes(bl_str_sub(s, 4, 99), "bc");
	assert_bytes(bl_str_sub(s, 5, 2), "");
	assert_bytes(bl_str_sub(s, 99, 100), "");
	assert_null(bl_str_sub(absent, 3, 7).ptr);
	assert_bytes(bl_str_trim(BL_STR(" \t\r\n a b \n")), "a b");
	assert_bytes(bl_str_trim(BL_STR(" \n ")), "");
	assert_bytes(bl_str_trim(BL_STR("\va")), "\va");
	assert_int_equal(bl_str_trim(absent).len, 0);
}

static void
splitting_gives_every_part(void **state)
{
	struct bl_str rest = BL_STR("a,,b,"), part;

	(void)state;
	assert_true(bl_str_split(&rest, ',', &part));
	assert_bytes(part, "a");
	assert_true(bl_str_split(&rest, ',', &part));
	assert_bytes(part, "");
	assert_true(bl_str_split(&rest, ',', &part));
	assert_bytes(part, "b");
	assert_true(bl_str_split(&rest, ',', &part));
	assert_bytes(part, "");
	assert_false(bl_str_split(&rest, ',', &part));
	rest = BL_STR("");
	assert_true(bl_str_split(&rest, ',', &part));
	assert_bytes(part, "");
	assert_false(bl_str_split(&rest, ',', &part));
	rest = absent;
	assert_false(bl_str_split(&rest, ',', &part));
}

static void
copies_end_with_a_nul(void **state)
{
	struct bl_str copy = absent;
	struct bl_arena *small = bl_arena_new(8);
	struct bl_err err;
	char text[3] = "ab";

	(void)state;
	assert_int_equal(bl_str_dup(arena, bl_str_of(text), &copy), BL_OK);
	text[0] = 'x';
	assert_string_equal(copy.ptr, "ab");
	assert_int_equal(copy.len, 2);
	assert_int_equal(bl_str_dup(arena, absent, &copy), BL_OK);
	assert_string_equal(copy.ptr, "");
	assert_ok(bl_str_printf(arena, &copy, &err, "%s-%d", "n", 5), err);
	assert_string_equal(copy.ptr, "n-5");
	assert_int_equal(copy.len, 3);
	assert_int_equal(bl_str_dup(small, BL_STR("123456789"), &copy), BL_ENOMEM);
	assert_err(
	    bl_str_printf(small, &copy, &err, "%09d", 1), err, BL_ENOMEM, "no memory for a text");
	assert_int_equal(bl_str_percent_encode(small, BL_STR("123456789"), &copy), BL_ENOMEM);
	assert_int_equal(bl_str_percent_decode(small, BL_STR("123456789"), &copy), BL_ENOMEM);
	assert_string_equal(copy.ptr, "n-5"); /* Untouched by failures. */
	bl_arena_free(&small);
}

static void
integers_have_exact_limits(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		int64_t value;
	} i64[] = {{"0", true, 0}, {"-0", true, 0}, {"007", true, 7}, {"-1", true, -1},
	    {"9223372036854775807", true, INT64_MAX}, {"9223372036854775808", false, 0},
	    {"-9223372036854775808", true, INT64_MIN}, {"-9223372036854775809", false, 0},
	    {"99999999999999999999", false, 0}, {"", false, 0}, {"-", false, 0}, {"+1", false, 0},
	    {" 1", false, 0}, {"1 ", false, 0}, {"1.0", false, 0}, {"--1", false, 0},
	    {"0x1", false, 0}, {"1/", false, 0}, {"1:", false, 0}};
	static const struct {
		const char *text;
		bool ok;
		uint64_t value;
	} u64[] = {{"18446744073709551615", true, UINT64_MAX}, {"18446744073709551616", false, 0},
	    {"18446744073709551620", false, 0}, {"-0", false, 0}, {"", false, 0},
	    {"00000000000000000000000001", true, 1}};

	(void)state;
	for (size_t i = 0; i < sizeof(i64) / sizeof(*i64); i++) {
		int64_t v = 77;

		assert_int_equal(bl_str_to_i64(bl_str_of(i64[i].text), &v), i64[i].ok);
		assert_int_equal(v, i64[i].ok ? i64[i].value : 77);
	}
	for (size_t i = 0; i < sizeof(u64) / sizeof(*u64); i++) {
		uint64_t v = 77;

		assert_int_equal(bl_str_to_u64(bl_str_of(u64[i].text), &v), u64[i].ok);
		assert_int_equal(v, u64[i].ok ? u64[i].value : 77);
	}
	assert_false(bl_str_to_i64(absent, &(int64_t){0}));
	assert_false(bl_str_to_i64(BL_STR("1\0"), &(int64_t){0}));
}

static void
percent_coding_goes_there_and_back(void **state)
{
	struct bl_str s = absent, back = absent;
	char every[256];

	(void)state;
	assert_int_equal(bl_str_percent_encode(arena, BL_STR("AWS::EC2::Volume"), &s), BL_OK);
	assert_bytes(s, "AWS%3A%3AEC2%3A%3AVolume");
	assert_int_equal(bl_str_percent_encode(arena, BL_STR("aZ09_.-~/ +%\xc3\xa4"), &s), BL_OK);
	assert_bytes(s, "aZ09_.-%7E%2F%20%2B%25%C3%A4");
	for (int i = 0; i < 256; i++)
		every[i] = (char)i;
	assert_int_equal(bl_str_percent_encode(arena, (struct bl_str){every, 256}, &s), BL_OK);
	assert_int_equal(s.len, 65 + (256 - 65) * 3);
	assert_int_equal(bl_str_percent_decode(arena, s, &back), BL_OK);
	assert_true(bl_str_eq(back, (struct bl_str){every, 256}));
	/* Lower-case digits too; a '%' that is none stays; '+' is no blank. */
	assert_int_equal(bl_str_percent_decode(arena, BL_STR("%3a%2F+%"), &s), BL_OK);
	assert_bytes(s, ":/+%");
	assert_int_equal(bl_str_percent_decode(arena, BL_STR("%4"), &s), BL_OK);
	assert_bytes(s, "%4");
	assert_int_equal(bl_str_percent_decode(arena, BL_STR("%g1%1g%%41%"), &s), BL_OK);
	assert_bytes(s, "%g1%1g%A%");
	assert_int_equal(bl_str_percent_decode(arena, BL_STR("a%41"), &s), BL_OK);
	assert_bytes(s, "aA");
	assert_int_equal(bl_str_percent_decode(arena, absent, &s), BL_OK);
	assert_bytes(s, "");
}

/* Which code point do the first ${n} bytes encode?  Straight from the table of
 * RFC 3629, without the short cuts of the code under test. */
static int
is_sequence(const unsigned char *p, size_t n)
{
	uint32_t c;

	for (size_t i = 1; i < n; i++)
		if (p[i] < 0x80 || p[i] > 0xbf)
			return 0;
	switch (n) {
	case 1: return p[0] < 0x80;
	case 2:
		c = (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
		return (p[0] & 0xe0) == 0xc0 && c >= 0x80;
	case 3:
		c = (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
		return (p[0] & 0xf0) == 0xe0 && c >= 0x800 && (c < 0xd800 || c > 0xdfff);
	default:
		c = (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3f) << 12 |
		    (uint32_t)(p[2] & 0x3f) << 6 | (p[3] & 0x3f);
		return (p[0] & 0xf8) == 0xf0 && c >= 0x10000 && c <= 0x10ffff;
	}
}

static void
utf8_is_what_the_rfc_says(void **state)
{
	static const unsigned char tails[] = {
	    0x00, 0x22, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff};
	unsigned accepted = 0;

	(void)state;
	for (unsigned a = 0; a < 256; a++)
		for (unsigned b = 0; b < 256; b++)
			for (size_t i = 0; i < sizeof(tails) * sizeof(tails); i++) {
				unsigned char p[4] = {(unsigned char)a, (unsigned char)b,
				    tails[i % sizeof(tails)], tails[i / sizeof(tails)]};

				for (size_t left = 1; left <= 4; left++) {
					size_t want = 0, got;

					for (size_t n = 1; n <= left; n++)
						if (is_sequence(p, n))
							want = n;
					got = bl_str_utf8((const char *)p, left);
					if (got != want)
						fail_msg(
						    "%02x %02x %02x %02x", p[0], p[1], p[2], p[3]);
					accepted += got > 0;
				}
			}
	assert_true(accepted > 100000);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(strings_compare_by_bytes),
	    T(parts_are_found),
	    T(splitting_gives_every_part),
	    T(copies_end_with_a_nul),
	    T(integers_have_exact_limits),
	    T(percent_coding_goes_there_and_back),
	    T(utf8_is_what_the_rfc_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
