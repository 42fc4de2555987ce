#include "support/test.h"

#include "evidence/wire.h"

static void
numbers_are_big_endian(void **state)
{
	uint8_t bytes[32];
	struct bl_wire_w w = {bytes, sizeof(bytes), 0, false};
	struct bl_str rest, s;
	uint32_t v;

	(void)state;
	bl_wire__put_u32(&w, 0x01020304);
	bl_wire__put_str(&w, BL_STR("ab"));
	assert_memory_equal(bytes, "\1\2\3\4\0\0\0\2ab", 10);
	rest = (struct bl_str){(const char *)bytes, w.len};
	assert_true(bl_wire__u32(&rest, &v));
	assert_int_equal(v, 0x01020304);
	assert_true(bl_wire__str(&rest, &s));
	assert_bytes(s, "ab");
	assert_int_equal(rest.len, 0);
	assert_false(bl_wire__u32(&rest, &v));
}

static void
a_string_longer_than_the_rest_is_refused(void **state)
{
	struct bl_str rest = BL_STR("\0\0\0\5abcd"), s;

	(void)state;
	assert_false(bl_wire__str(&rest, &s));
	assert_int_equal(rest.len, 8); /* Nothing was taken. */
	rest = BL_STR("\xff\xff\xff\xff");
	assert_false(bl_wire__str(&rest, &s));
}

static void
a_full_writer_stays_full(void **state)
{
	uint8_t bytes[4];
	struct bl_wire_w w = {bytes, sizeof(bytes), 0, false};

	(void)state;
	bl_wire__put(&w, "abc", 3);
	bl_wire__put(&w, "de", 2);
	assert_true(w.full);
	bl_wire__put(&w, "f", 1);
	assert_int_equal(w.len, 3);
}

/* The vectors of RFC 4648, section 10. */
static void
base64_vectors(void **state)
{
	static const char *const vector[][2] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="},
	    {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};

	(void)state;
	for (size_t i = 0; i < 7; i++) {
		uint8_t text[32], back[32];
		struct bl_wire_w w = {text, sizeof(text), 0, false};
		struct bl_wire_w r = {back, sizeof(back), 0, false};

		bl_wire__base64(&w, bl_str_of(vector[i][0]), 0);
		assert_int_equal(w.len, strlen(vector[i][1]));
		assert_memory_equal(text, vector[i][1], w.len);
		assert_true(bl_wire__unbase64(&r, bl_str_of(vector[i][1])));
		assert_int_equal(r.len, strlen(vector[i][0]));
		assert_memory_equal(back, vector[i][0], r.len);
	}
}

static void
lines_are_wrapped(void **state)
{
	uint8_t text[32];
	struct bl_wire_w w = {text, sizeof(text), 0, false};

	(void)state;
	bl_wire__base64(&w, BL_STR("foobar"), 4);
	assert_memory_equal(text, "Zm9v\nYmFy\n", 10);
	assert_int_equal(w.len, 10);
}

static void
what_is_no_base64_is_refused(void **state)
{
	static const char *const bad[] = {"Z", "Zg", "Zg=", "Zg===", "=", "Zm9v=", "Zh==", "Zm9=",
	    "Z*==", "Zg==Zg==", "Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9v"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		uint8_t back[32];
		struct bl_wire_w r = {back, sizeof(back), 0, false};

		if (bl_wire__unbase64(&r, bl_str_of(bad[i])))
			fail_msg("%s was taken", bad[i]);
	}
}

/* Every length, every byte: there and back. */
static void
base64_round_trips(void **state)
{
	uint8_t bytes[256], text[400], back[256];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 167 + 13);
	for (size_t len = 0; len <= sizeof(bytes); len++) {
		struct bl_wire_w w = {text, sizeof(text), 0, false};
		struct bl_wire_w r = {back, sizeof(back), 0, false};

		bl_wire__base64(&w, (struct bl_str){(const char *)bytes, len}, 70);
		assert_false(w.full);
		assert_true(bl_wire__unbase64(&r, (struct bl_str){(const char *)text, w.len}));
		assert_int_equal(r.len, len);
		assert_memory_equal(back, bytes, len);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_are_big_endian),
	    cmocka_unit_test(a_string_longer_than_the_rest_is_refused),
	    cmocka_unit_test(a_full_writer_stays_full),
	    cmocka_unit_test(base64_vectors),
	    cmocka_unit_test(lines_are_wrapped),
	    cmocka_unit_test(what_is_no_base64_is_refused),
	    cmocka_unit_test(base64_round_trips),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
