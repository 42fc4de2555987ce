/* writer.c: the bytes that calls give, and errors that stick. */
#include "support/test.h"

#include "base/arena.h"
#include "base/instant.h"
#include "base/mem.h"
#include "json/json.h"
#include "json/writer.h"

static struct bl_err err;

static void
write_sample(struct bl_json_w *w)
{
	bl_json_w_object(w);
	bl_json_w_key(w, "accounts");
	bl_json_w_u64(w, UINT64_MAX);
	bl_json_w_key_str(w, BL_STR("a\"b"));
	bl_json_w_array(w);
	bl_json_w_i64(w, INT64_MIN);
	bl_json_w_bool(w, true);
	bl_json_w_bool(w, false);
	bl_json_w_null(w);
	bl_json_w_object(w);
	bl_json_w_close(w);
	bl_json_w_array(w);
	bl_json_w_close(w);
	bl_json_w_close(w);
	bl_json_w_key(w, "at");
	bl_json_w_instant(w, 1769817600500000000);
	bl_json_w_key(w, "end");
	bl_json_w_instant(w, BL_INSTANT_MAX);
	bl_json_w_key(w, "raw");
	bl_json_w_raw(w, BL_STR("{\"x\":1}"));
	bl_json_w_close(w);
}

static void
calls_give_these_bytes(void **state)
{
	struct bl_buf out = BL_BUF_INIT(10000);
	struct bl_json_w w;

	(void)state;
	bl_json_w_begin(&w, &out, 0);
	write_sample(&w);
	assert_ok(bl_json_w_end(&w, &err), err);
	assert_bytes(bl_buf_str(&out),
	    "{\"accounts\":18446744073709551615,\"a\\\"b\":[-9223372036854775808,true,false,null,{}"
	    ","
	    "[]],\"at\":\"2026-01-31T00:00:00.500Z\",\"end\":null,\"raw\":{\"x\":1}}");
	out.len = 0;
	bl_json_w_begin(&w, &out, 2);
	write_sample(&w);
	assert_ok(bl_json_w_end(&w, &err), err);
	assert_bytes(bl_buf_str(&out),
	    "{\n  \"accounts\": 18446744073709551615,\n  \"a\\\"b\": [\n    -9223372036854775808,\n"
	    "    true,\n    false,\n    null,\n    {},\n    []\n  ],\n"
	    "  \"at\": \"2026-01-31T00:00:00.500Z\",\n  \"end\": null,\n  \"raw\": {\"x\":1}\n}");
	bl_buf_release(&out);
}

static void
strings_are_escaped(void **state)
{
	const struct {
		struct bl_str in;
		struct bl_str want;
	} cases[] = {
	    {BL_STR(""), BL_STR("\"\"")},
	    {BL_STR("\"\\/\b\f\n\r\t\x7f"), BL_STR("\"\\\"\\\\/\\b\\f\\n\\r\\t\x7f\"")},
	    {BL_STR("\0\x01\x1f"), BL_STR("\"\\u0000\\u0001\\u001f\"")},
	    {BL_STR("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"),
		BL_STR("\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"")},
	    {BL_STR("a\xff\xc3z\xed\xa0\x80"),
		BL_STR("\"a\xef\xbf\xbd\xef\xbf\xbdz\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"")},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct bl_buf out = BL_BUF_INIT(100);
		struct bl_json_w w;

		bl_json_w_begin(&w, &out, 0);
		bl_json_w_str(&w, cases[i].in);
		assert_ok(bl_json_w_end(&w, &err), err);
		assert_true(bl_str_eq(bl_buf_str(&out), cases[i].want));
		bl_buf_release(&out);
	}
}

static void
the_first_error_sticks(void **state)
{
	struct bl_json_w w;

	(void)state;
	for (size_t limit = 0;; limit++) {
		struct bl_buf out = BL_BUF_INIT(limit);
		enum bl_status status;

		bl_json_w_begin(&w, &out, 0);
		write_sample(&w);
		status = bl_json_w_end(&w, &err);
		assert_int_equal(status, bl_json_w_end(&w, NULL));
		assert_true(out.len <= limit);
		bl_buf_release(&out);
		if (status == BL_OK)
			break;
		assert_int_equal(status, BL_ELIMIT);
		assert_non_null(strstr(err.text, "bytes in one buffer"));
		assert_true(limit < 1000);
	}
	for (uint64_t n = 1;; n++) {
		struct bl_buf out = BL_BUF_INIT(10000);
		enum bl_status status;

		bl_mem_fail_at(n);
		bl_json_w_begin(&w, &out, 16);
		write_sample(&w);
		status = bl_json_w_end(&w, &err);
		bl_mem_fail_at(0);
		bl_buf_release(&out);
		if (status == BL_OK) {
			assert_true(n > 1);
			break;
		}
		assert_int_equal(status, BL_ENOMEM);
	}
}

static void
a_dump_is_bounded(void **state)
{
	struct bl_json node[600];
	struct bl_buf out = BL_BUF_INIT(10000);

	(void)state;
	memset(node, 0, sizeof(node));
	for (size_t i = 0; i < 600; i++) {
		node[i].kind = BL_JSON_ARRAY;
		if (i + 1 < 600) {
			node[i].n = 1;
			node[i].first = &node[i + 1];
		}
	}
	assert_ok(bl_json_dump(&node[600 - 512], &out, &err), err);
	assert_int_equal(out.len, 1024);
	assert_err(bl_json_dump(&node[600 - 513], &out, &err), err, BL_ELIMIT,
	    "arrays and objects nested deeper than 512 levels");
	assert_int_equal(out.len, 1024);
	bl_buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(calls_give_these_bytes),
	    cmocka_unit_test(strings_are_escaped),
	    cmocka_unit_test(the_first_error_sticks),
	    cmocka_unit_test(a_dump_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
