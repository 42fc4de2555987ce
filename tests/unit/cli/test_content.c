/* What an item says, whatever dialect tells it. */
#include "support/test.h"

#include "base/arena.h"
#include "cli/content.h"
#include "delivery/item.h"
#include "json/diff.h"
#include "json/json.h"

/* The same volume as a snapshot file has it and as get-resource-config-history replies. */
static const char file[] =
    "{\"relatedEvents\":[],\"relationships\":[{\"resourceId\":\"i-1\",\"resourceType\":"
    "\"AWS::EC2::Instance\",\"name\":\"Is attached to Instance\"}],\"configuration\":{\"size\":8,"
    "\"encrypted\":true},\"supplementaryConfiguration\":{\"A\":{\"b\":[1]}},\"tags\":{\"Owner\":"
    "\"x\"},\"configurationItemVersion\":\"1.3\",\"configurationItemCaptureTime\":"
    "\"2026-01-01T00:00:00.000Z\",\"configurationStateId\":5,\"awsAccountId\":\"111122223333\","
    "\"configurationItemStatus\":\"OK\",\"resourceType\":\"AWS::EC2::Volume\",\"resourceId\":"
    "\"vol-1\",\"ARN\":\"arn:aws:ec2:x:1:volume/vol-1\",\"awsRegion\":\"eu-central-1\","
    "\"availabilityZone\":\"eu-central-1a\",\"configurationStateMd5Hash\":\"\","
    "\"resourceCreationTime\":\"2025-12-01T00:00:00.000Z\"}";
static const char api[] =
    "{\"version\":\"1.3\",\"accountId\":\"111122223333\",\"configurationItemCaptureTime\":"
    "1767312000.0,\"configurationItemStatus\":\"OK\",\"configurationStateId\":\"9\",\"arn\":"
    "\"arn:aws:ec2:x:1:volume/vol-1\",\"resourceType\":\"AWS::EC2::Volume\",\"resourceId\":"
    "\"vol-1\",\"awsRegion\":\"eu-central-1\",\"availabilityZone\":\"eu-central-1a\","
    "\"resourceCreationTime\":1764547200.0,\"tags\":{\"Owner\":\"x\"},\"relatedEvents\":[],"
    "\"relationships\":[{\"resourceType\":\"AWS::EC2::Instance\",\"resourceId\":\"i-1\","
    "\"relationshipName\":\"Is attached to Instance\"}],\"configuration\":"
    "\"{\\\"encrypted\\\":true,\\\"size\\\":8}\",\"supplementaryConfiguration\":{\"A\":"
    "\"{\\\"b\\\":[1]}\"}}";

static void
a_change_of_dialect_is_no_difference(void **state)
{
	struct bl_arena *arena = bl_arena_new((size_t)16 << 20);
	struct bl_json_parser *parser = NULL;
	struct bl_json_change *changes = NULL;
	struct bl_item a, b;
	struct bl_err err;
	size_t n = 99;

	(void)state;
	assert_non_null(arena);
	assert_ok(bl_json_parser_new((struct bl_json_limits){0}, &parser, &err), err);
	assert_ok(bl_item_parse(parser, bl_str_of(file), arena, &a, &err), err);
	assert_ok(bl_item_parse(parser, bl_str_of(api), arena, &b, &err), err);
	assert_int_equal(a.dialect, BL_DIALECT_FILE);
	assert_int_equal(b.dialect, BL_DIALECT_API);
	assert_ok(bl_content_diff(&a, &b, arena, &changes, &n, &err), err);
	for (size_t i = 0; i < n; i++)
		print_message("%.*s\n", BL_STR_ARG(changes[i].path));
	assert_int_equal(n, 0);
	/* And what differs is told: nothing was left out. */
	b.status = BL_ITEM_DELETED;
	b.tags = NULL;
	b.name = BL_STR("n");
	b.zone = (struct bl_str){0};
	b.created_ns++;
	b.relationships = NULL;
	b.configuration = NULL;
	b.supplementary = NULL;
	b.arn = BL_STR("other");
	assert_ok(bl_content_diff(&a, &b, arena, &changes, &n, &err), err);
	assert_int_equal(n, 9);
	bl_json_parser_free(&parser);
	bl_arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_change_of_dialect_is_no_difference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
