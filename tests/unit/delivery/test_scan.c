/* The bit masks against a byte-wise reading of the same text. */
#include "delivery/scan.h"

#include "support.h"

static void
test_mask_of_each_byte(void **state)
{
	(void)state;
	for (unsigned c = 0; c < 256; c++)
		for (unsigned at = 0; at < 64; at += 9) {
			char bytes[64];
			struct bl_scan_mask m;
			uint64_t bit = UINT64_C(1) << at;

			memset(bytes, 'x', sizeof(bytes));
			bytes[at] = (char)c;
			bl_scan__mask_portable(bytes, &m);
			assert_true(m.quote == (c == '"' ? bit : 0));
			assert_true(m.backslash == (c == '\\' ? bit : 0));
			assert_true(m.open == (c == '{' || c == '[' ? bit : 0));
			assert_true(m.close == (c == '}' || c == ']' ? bit : 0));
			assert_true(m.space == (c <= 0x20 ? bit : 0));
		}
}

/* The measure: byte by byte.  A backslash takes the meaning of the quote or
 * backslash behind it, also outside of strings, where JSON allows none. */
struct plain {
	size_t end; /* Behind the value; 0: not ended. */
	uint64_t deepest, depth;
	bool space;
};

static struct plain
read_plainly(struct bl_str s)
{
	struct plain p = {0};
	uint64_t depth = 0;
	bool in_string = false, escaped = false;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		bool special = !escaped;

		escaped = special && c == '\\';
		if (c == '"' && special)
			in_string = !in_string;
		if (in_string)
			continue;
		if ((unsigned char)c <= 0x20)
			p.space = true;
		if ((c == '{' || c == '[') && ++depth > p.deepest)
			p.deepest = depth;
		if ((c == '}' || c == ']') && --depth == 0) {
			p.end = i + 1;
			break;
		}
	}
	p.depth = depth;
	return p;
}

static size_t
make_text(uint64_t *seed, char *text, size_t cap)
{
	static const char set[] = "\"\"\"\\\\{}[]aa, :\\\"bcdefghijklmnopqrstuvw";
	size_t n = 1 + next_random(seed) % (cap - 1);

	text[0] = next_random(seed) % 2 == 0 ? '{' : '[';
	for (size_t i = 1; i < n; i++)
		text[i] = set[next_random(seed) % (sizeof(set) - 1)];
	return n;
}

/* ${text} in pieces of ${step} bytes, in one of the ways, against the plain reading. */
static void
check_run(struct bl_str s, size_t step, unsigned way)
{
	struct plain want = read_plainly(s);
	struct bl_scan scan;
	size_t at = 0;

	bl_scan__begin_as(&scan, 5, way);
	while (at < s.len && (at == 0 || scan.depth > 0)) {
		size_t n = s.len - at < step ? s.len - at : step;
		size_t took = bl_scan__run(&scan, s.ptr + at, n);

		assert_true(took == n || scan.depth == 0);
		at += took;
	}
	if ((scan.depth == 0 ? at : 0) != want.end || scan.has_space != want.space ||
	    scan.too_deep != (want.deepest > 5) || (want.end == 0 && scan.depth != want.depth))
		fail_msg("%s, pieces of %zu, another end than %zu: %.*s", bl_scan__way_name(way),
		    step, want.end, BL_STR_ARG(s));
}

static void
test_run_in_every_cut(void **state)
{
	uint64_t seed = 2;
	char text[400];

	(void)state;
	for (int round = 0; round < 6000; round++) {
		struct bl_str s = {text, make_text(&seed, text, sizeof(text))};
		size_t step = 1 + next_random(&seed) % (s.len + 70);

		for (unsigned way = 0; way < bl_scan__n_ways(); way++)
			check_run(s, step, way);
	}
}

/* Each byte at each place of a block, inside and outside of a string. */
static void
test_run_each_byte(void **state)
{
	char text[200];

	(void)state;
	for (unsigned c = 0; c < 256; c++)
		for (unsigned at = 1; at < 130; at += 7)
			for (unsigned way = 0; way < bl_scan__n_ways(); way++) {
				memset(text, 'x', sizeof(text));
				text[0] = '[';
				text[sizeof(text) - 1] = ']';
				text[at] = (char)c;
				check_run((struct bl_str){text, sizeof(text)}, 200, way);
				text[1] = '"';
				text[at < 150 ? at + 30 : at] = '"';
				check_run((struct bl_str){text, sizeof(text)}, 200, way);
			}
}

static void
test_ways(void **state)
{
	struct bl_scan scan;
	unsigned n = bl_scan__n_ways();

	(void)state;
	assert_true(n >= 1);
	bl_scan__begin(&scan, 5);
	assert_int_equal(scan.way, n - 1);
	for (unsigned way = 0; way < n; way++)
		assert_true(bl_scan__way_name(way)[0] != '\0');
}

static void
test_string(void **state)
{
	bool escaped = false;

	(void)state;
	assert_int_equal(bl_scan__string("abc\"d", 5, &escaped), 4);
	assert_int_equal(bl_scan__string("a\\\"c\"d", 6, &escaped), 5);
	assert_int_equal(bl_scan__string("a\\\\\"d", 5, &escaped), 4);
	assert_true(bl_scan__string("a\\", 2, &escaped) == SIZE_MAX);
	assert_true(escaped);
	assert_int_equal(bl_scan__string("\"\"", 2, &escaped), 2);
	assert_false(escaped);
}

static void
test_walk_members(void **state)
{
	struct bl_scan_walk walk;
	struct bl_str key, value;

	(void)state;
	assert_true(bl_scan__walk(
	    BL_STR("{ \"a\" : [1, {\"b\":2}] ,\"c\\\"\":\"x}\",\"d\":-1.5e3}"), &walk));
	assert_true(bl_scan__next(&walk, &key, &value));
	assert_true(bl_str_eq(key, BL_STR("a")) && bl_str_eq(value, BL_STR("[1, {\"b\":2}]")));
	assert_true(bl_scan__next(&walk, &key, &value));
	assert_true(bl_str_eq(key, BL_STR("c\\\"")) && bl_str_eq(value, BL_STR("\"x}\"")));
	assert_true(bl_scan__next(&walk, &key, &value));
	assert_true(bl_str_eq(key, BL_STR("d")) && bl_str_eq(value, BL_STR("-1.5e3")));
	assert_false(bl_scan__next(&walk, &key, &value));
	assert_true(bl_scan__walk(BL_STR("[1,[],\"s\"]"), &walk));
	for (int i = 0; i < 3; i++)
		assert_true(bl_scan__next(&walk, &key, &value) && key.ptr == NULL);
	assert_true(bl_str_eq(value, BL_STR("\"s\"")));
	assert_false(bl_scan__next(&walk, &key, &value));
	assert_false(bl_scan__walk(BL_STR("3"), &walk));
	assert_false(bl_scan__walk(BL_STR(""), &walk));
}

static void
test_walk_ends_at_damage(void **state)
{
	static const char *const texts[] = {"{", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":{", "{a:1}",
	    "{\"a\" 1}", "{\"a\":\"b", "[", "[,1]", "{\"a\":,}"};
	struct bl_str key, value;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct bl_scan_walk walk;

		assert_true(bl_scan__walk(bl_str_of(texts[i]), &walk));
		assert_false(bl_scan__next(&walk, &key, &value));
	}
	assert_false(bl_scan__member(BL_STR("[1]"), BL_STR("a"), &value));
	assert_false(bl_scan__member(BL_STR("{\"a\":1}"), BL_STR("b"), &value));
	assert_true(bl_scan__member(BL_STR("{\"a\":1}"), BL_STR("a"), &value));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_mask_of_each_byte),
	    cmocka_unit_test(test_run_in_every_cut),
	    cmocka_unit_test(test_run_each_byte),
	    cmocka_unit_test(test_ways),
	    cmocka_unit_test(test_string),
	    cmocka_unit_test(test_walk_members),
	    cmocka_unit_test(test_walk_ends_at_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
