/* Templates compiled and emitted, for every type, with any flags: JSON without null. */
#include "support/test.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/mem.h"
#include "sample/sample_priv.h"
#include "json/json.h"

static struct fixture {
	struct bl_arena *arena, *trees;
	struct bl_sample_templates templates;
	struct bl_sample_account account;
	struct bl_sample_scope scope;
	struct bl_json_parser *parser;
	struct bl_sample_out out;
	char text[64 << 10];
} fx;

static int
set_up(void **state)
{
	(void)state;
	fx.arena = bl_arena_new((size_t)4 << 20);
	fx.trees = bl_arena_new((size_t)4 << 20);
	memcpy(fx.account.id, "111122223333", 13);
	fx.scope = (struct bl_sample_scope){.templates = &fx.templates,
	    .account = &fx.account,
	    .region = "eu-central-1",
	    .account_key = 1,
	    .region_key = 2};
	fx.out = (struct bl_sample_out){fx.text, 0, sizeof(fx.text)};
	return fx.arena == NULL || fx.trees == NULL ||
	       bl_sample__compile(fx.arena, &fx.templates, NULL) != BL_OK ||
	       bl_json_parser_new((struct bl_json_limits){0}, &fx.parser, NULL) != BL_OK;
}

static int
tear_down(void **state)
{
	(void)state;
	bl_json_parser_free(&fx.parser);
	bl_arena_free(&fx.trees);
	bl_arena_free(&fx.arena);
	return 0;
}

static const struct bl_json *
parsed(void)
{
	const struct bl_json *root = NULL;
	struct bl_err err;

	bl_arena_reset(fx.trees);
	assert_ok(
	    bl_json_parse(fx.parser, (struct bl_str){fx.text, fx.out.len}, fx.trees, &root, &err),
	    err);
	return root;
}

static struct bl_sample_res
of_type(uint8_t type, uint32_t flags)
{
	return (struct bl_sample_res){.key = 99,
	    .type = type,
	    .flags = flags,
	    .created_ms = INT64_C(1700000000000),
	    .captured_ms = INT64_C(1770963882227),
	    .verdict_ms = INT64_C(1770963942227)};
}

static void
a_whole_item(void **state)
{
	const struct bl_sample_res res = of_type(T_RECORDER, F_LIVE | F_ON);

	(void)state;
	fx.out.len = 0;
	bl_sample__emit_item(&fx.out, &fx.scope, &res, false);
	assert_bytes(((struct bl_str){fx.text, fx.out.len}),
	    "{\"relatedEvents\":[],\"relationships\":[],\"configuration\":{\"Name\":\"default\","
	    "\"RoleARN\":\"arn:aws:iam::111122223333:role/config-recorder\",\"RecordingGroup\":"
	    "{\"AllSupported\":true,\"IncludeGlobalResourceTypes\":true,\"ResourceTypes\":[],"
	    "\"ExclusionByResourceTypes\":{\"ResourceTypes\":[]},\"RecordingStrategy\":"
	    "{\"UseOnly\":\"ALL_SUPPORTED_RESOURCE_TYPES\"}},\"RecordingMode\":"
	    "{\"RecordingFrequency\":\"CONTINUOUS\",\"RecordingModeOverrides\":[]},"
	    "\"RecordingScope\":\"PAID\",\"Recording\":true},\"supplementaryConfiguration\":{},"
	    "\"tags\":{},\"configurationItemVersion\":\"1.3\",\"configurationItemCaptureTime\":"
	    "\"2026-02-13T06:24:42.227Z\",\"configurationStateId\":1770963882227,\"awsAccountId\":"
	    "\"111122223333\",\"configurationItemStatus\":\"OK\",\"resourceType\":"
	    "\"AWS::Config::ConfigurationRecorder\",\"resourceId\":\"default\",\"awsRegion\":"
	    "\"eu-central-1\",\"configurationStateMd5Hash\":\"\"}");
}

static void
a_deleted_item_keeps_its_identity_only(void **state)
{
	const struct bl_sample_res res = of_type(T_TABLE, F_LIVE | F_TAG | F_ENC);
	const struct bl_json *item;

	(void)state;
	fx.out.len = 0;
	bl_sample__emit_item(&fx.out, &fx.scope, &res, true);
	item = parsed();
	assert_bytes(
	    bl_json_str(bl_json_get(item, BL_STR("configurationItemStatus"))), "ResourceDeleted");
	assert_null(bl_json_get(item, BL_STR("configuration")));
	assert_null(bl_json_get(item, BL_STR("availabilityZone")));
	assert_int_equal(bl_json_get(item, BL_STR("tags"))->n, 0);
	assert_int_equal(bl_json_get(item, BL_STR("supplementaryConfiguration"))->n, 0);
	assert_non_null(bl_json_get(item, BL_STR("ARN")));
}

static bool
has_null(const struct bl_json *value)
{
	if (value->kind == BL_JSON_NULL)
		return true;
	if (value->kind != BL_JSON_ARRAY && value->kind != BL_JSON_OBJECT)
		return false;
	for (const struct bl_json *child = value->first; child != NULL; child = child->next) {
		if (has_null(child))
			return true;
	}
	return false;
}

/* Any flags, any draws: it parses, holds no null, and ids are what references say. */
static void
every_type_is_json(void **state)
{
	(void)state;
	for (uint8_t type = 0; type < N_TYPES; type++) {
		for (uint64_t i = 0; i < 200; i++) {
			struct bl_sample_res res = of_type(type, (uint32_t)bl_sample__mix(5, i));

			res.key = bl_sample__mix(type, i);
			res.rev = (uint32_t)i;
			res.verdict = (uint16_t)(V_COMPLIANT | (i & 1) << 2);
			fx.out.len = 0;
			if (type != T_ACCOUNT) {
				bl_sample__emit_item(&fx.out, &fx.scope, &res, i % 7 == 0);
				assert_false(has_null(parsed()));
				assert_true(fx.out.len < 8000);
			}
			fx.out.len = 0;
			bl_sample__emit_verdict(&fx.out, &fx.scope, &res, i % 7 == 0);
			assert_false(has_null(parsed()));
		}
	}
}

static void
strings_within_strings(void **state)
{
	struct bl_sample_res res = of_type(T_BUCKET, F_LIVE | F_DENY);
	const struct bl_json *supplement, *decoded;
	struct bl_err err;

	(void)state;
	fx.out.len = 0;
	bl_sample__emit_part(&fx.out, &fx.scope, &res, PART_SUPP);
	supplement = parsed();
	assert_ok(bl_json_decode(fx.parser, bl_json_get(supplement, BL_STR("AccessControlList")),
		      fx.trees, &decoded, &err),
	    err);
	assert_int_equal(decoded->kind, BL_JSON_OBJECT);
	assert_int_equal(bl_json_get(decoded, BL_STR("grantSet"))->kind, BL_JSON_NULL);
	assert_ok(
	    bl_json_decode(fx.parser,
		bl_json_get(bl_json_get(supplement, BL_STR("BucketPolicy")), BL_STR("policyText")),
		fx.trees, &decoded, &err),
	    err);
	assert_non_null(bl_json_get(decoded, BL_STR("Statement")));
	res = of_type(T_POLICY, F_LIVE);
	fx.out.len = 0;
	bl_sample__emit_part(&fx.out, &fx.scope, &res, PART_CONF);
	assert_true(
	    bl_str_find((struct bl_str){fx.text, fx.out.len},
		BL_STR("%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B")) != SIZE_MAX);
	assert_true(bl_str_find((struct bl_str){fx.text, fx.out.len}, BL_STR("%2A")) != SIZE_MAX);
}

static void
each_allocation_may_fail(void **state)
{
	(void)state;
	for (uint64_t n = 1;; n++) {
		struct bl_sample_templates templates;
		struct bl_arena *arena;
		enum bl_status status = BL_ENOMEM;
		bool hit;

		bl_mem_fail_at(n);
		arena = bl_arena_new((size_t)4 << 20);
		if (arena != NULL)
			status = bl_sample__compile(arena, &templates, NULL);
		hit = bl_mem_fail_hit();
		bl_mem_fail_at(0);
		bl_arena_free(&arena);
		if (!hit) {
			assert_int_equal(status, BL_OK);
			assert_true(n > 2);
			break;
		}
		assert_int_equal(status, BL_ENOMEM);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_whole_item),
	    cmocka_unit_test(a_deleted_item_keeps_its_identity_only),
	    cmocka_unit_test(every_type_is_json),
	    cmocka_unit_test(strings_within_strings),
	    cmocka_unit_test(each_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
