/* Members, byte for byte what the writer's two calls give. */
#include "support/test.h"

#include "base/instant.h"
#include "json/member.h"
#include "json/writer.h"

static void
each_kind_is_written(void **state)
{
	struct bl_buf out = BL_BUF_INIT((size_t)1 << 16);
	struct bl_json_w w;
	struct bl_err err;

	(void)state;
	bl_json_w_begin(&w, &out, 0);
	bl_json_w_object(&w);
	bl_json_member_null(&w, "a");
	bl_json_member_bool(&w, "b", true);
	bl_json_member_i64(&w, "c", -3);
	bl_json_member_u64(&w, "d", UINT64_MAX);
	bl_json_member_str(&w, "e", BL_STR("x\"y"));
	bl_json_member_opt(&w, "f", (struct bl_str){.ptr = NULL});
	bl_json_member_opt(&w, "f1", BL_STR("x"));
	bl_json_member_str(&w, "f2", (struct bl_str){.ptr = NULL});
	bl_json_member_str(&w, "g", BL_STR(""));
	bl_json_member_z(&w, "h", "z");
	bl_json_member_instant(&w, "i", bl_instant_civil(2026, 1, 31));
	bl_json_member_instant(&w, "j", BL_INSTANT_MIN);
	bl_json_member_raw(&w, "k", BL_STR("1.50"));
	bl_json_member_object(&w, "l");
	bl_json_member_array(&w, "m");
	bl_json_w_u64(&w, 1);
	bl_json_w_close(&w);
	bl_json_w_close(&w);
	bl_json_w_close(&w);
	assert_ok(bl_json_w_end(&w, &err), err);
	assert_true(bl_str_eq(bl_buf_str(&out),
	    BL_STR("{\"a\":null,\"b\":true,\"c\":-3,\"d\":18446744073709551615,\"e\":\"x\\\"y\","
		   "\"f\":null,\"f1\":\"x\",\"f2\":\"\",\"g\":\"\",\"h\":\"z\",\"i\":\"2026-01-"
		   "31T00:00:00Z\",\"j\":null,"
		   "\"k\":1.50,\"l\":{\"m\":[1]}}")));
	bl_buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(each_kind_is_written)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
