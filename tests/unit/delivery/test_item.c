/* One item in its dialects, and the traps on the way. */
#include "delivery/item.h"

#include <stdio.h>

#include "base/instant.h"
#include "support.h"
#include "json/json.h"

static struct bl_arena *arena;
static struct bl_json_parser *parser;

static struct bl_item
parse(const char *text)
{
	struct bl_item item;
	struct bl_err err;

	if (bl_item_parse(parser, bl_str_of(text), arena, &item, &err) != BL_OK)
		fail_msg("%s: %s", text, err.text);
	return item;
}

static void
fails(const char *text, const char *message)
{
	struct bl_item item;
	struct bl_err err;

	assert_int_equal(bl_item_parse(parser, bl_str_of(text), arena, &item, &err), BL_EINPUT);
	assert_string_equal(err.text, message);
}

static void
is(struct bl_str s, const char *want)
{
	if (want == NULL ? s.ptr != NULL : !bl_str_eq(s, bl_str_of(want)))
		fail_msg("\"%.*s\" is not \"%s\"", BL_STR_ARG(s), want == NULL ? "(absent)" : want);
}

static void
is_json(const struct bl_json *v, const char *want)
{
	struct bl_buf out = BL_BUF_INIT(1 << 20);
	struct bl_err err;

	assert_non_null(v);
	assert_int_equal(bl_json_dump(v, &out, &err), BL_OK);
	if (!bl_str_eq(bl_buf_str(&out), bl_str_of(want)))
		fail_msg("%.*s is not %s", BL_STR_ARG(bl_buf_str(&out)), want);
	bl_buf_release(&out);
}

static void
is_time(int64_t ns, const char *want)
{
	char text[BL_INSTANT_TEXT];

	assert_string_equal(bl_instant_format(ns, text), want);
}

/* What every item must have, in the file dialect, for the cases below to add to. */
#define MUST_BUT_TIME                                                                              \
	"\"configurationItemStatus\":\"OK\",\"awsAccountId\":\"111122223333\","                    \
	"\"resourceType\":\"AWS::EC2::Volume\",\"resourceId\":\"vol-1\",\"awsRegion\":\"eu-west-"  \
	"1\""
#define MUST MUST_BUT_TIME ",\"configurationItemCaptureTime\":\"2026-01-02T03:04:05.678Z\""

static const char file_item[] =
    "{\"relatedEvents\":[],\"relationships\":[{\"resourceType\":\"AWS::IAM::Role\","
    "\"resourceName\":\"r\",\"name\":\"Is associated with \"}],"
    "\"configuration\":{\"encrypted\":true,\"size\":300.0},"
    "\"supplementaryConfiguration\":{\"P\":\"{\\\"a\\\":null}\",\"R\":false},"
    "\"tags\":{\"Owner\":\"x\",\"owner\":\"y\"},\"configurationItemVersion\":\"1.3\","
    "\"configurationItemCaptureTime\":\"2026-02-13T06:24:42.227Z\","
    "\"configurationStateId\":1770963882227,\"awsAccountId\":\"111122223333\","
    "\"configurationItemStatus\":\"ResourceDiscovered\",\"resourceType\":\"AWS::EC2::Volume\","
    "\"resourceId\":\"vol-1\",\"ARN\":\"arn:x\",\"awsRegion\":\"eu-west-1\","
    "\"availabilityZone\":\"eu-west-1a\",\"configurationStateMd5Hash\":\"\","
    "\"resourceCreationTime\":\"2026-02-13T06:00:00.000Z\"}";

static const char api_item[] =
    "{\"version\":\"1.3\",\"accountId\":\"111122223333\",\"configurationItemCaptureTime\":"
    "1770963882.227,\"configurationItemStatus\":\"ResourceDiscovered\",\"configurationStateId\":"
    "\"1770963882227\",\"configurationItemMD5Hash\":\"\",\"arn\":\"arn:x\",\"resourceType\":"
    "\"AWS::EC2::Volume\",\"resourceId\":\"vol-1\",\"awsRegion\":\"eu-west-1\","
    "\"availabilityZone\":\"eu-west-1a\",\"resourceCreationTime\":1770962400.0,"
    "\"tags\":{\"Owner\":\"x\",\"owner\":\"y\"},\"relatedEvents\":[],\"relationships\":["
    "{\"resourceType\":\"AWS::IAM::Role\",\"resourceName\":\"r\",\"relationshipName\":"
    "\"Is associated with \"}],\"configuration\":\"{\\\"encrypted\\\":true,\\\"size\\\":300.0}\","
    "\"supplementaryConfiguration\":{\"P\":\"\\\"{\\\\\\\"a\\\\\\\":null}\\\"\",\"R\":\"false\"}}";

static const char go_item[] =
    "{\"Version\":\"1.3\",\"AccountId\":\"111122223333\",\"ConfigurationItemCaptureTime\":"
    "\"2026-02-13T06:24:42.227Z\",\"ConfigurationItemStatus\":\"ResourceDiscovered\","
    "\"ConfigurationStateId\":\"1770963882227\",\"Arn\":\"arn:x\",\"ResourceType\":"
    "\"AWS::EC2::Volume\",\"ResourceId\":\"vol-1\",\"AwsRegion\":\"eu-west-1\","
    "\"AvailabilityZone\":\"eu-west-1a\",\"ResourceCreationTime\":\"2026-02-13T06:00:00Z\","
    "\"Tags\":{\"Owner\":\"x\",\"owner\":\"y\"},\"ResourceName\":null,\"Relationships\":["
    "{\"ResourceType\":\"AWS::IAM::Role\",\"ResourceId\":null,\"ResourceName\":\"r\","
    "\"RelationshipName\":\"Is associated with \"}],"
    "\"Configuration\":\"{\\\"encrypted\\\":true,\\\"size\\\":300.0}\","
    "\"SupplementaryConfiguration\":{\"P\":\"\\\"{\\\\\\\"a\\\\\\\":null}\\\"\",\"R\":\"false\"}}";

static void
check_same(const struct bl_item *item)
{
	assert_int_equal(item->status, BL_ITEM_DISCOVERED);
	is(item->version, "1.3");
	is(item->account, "111122223333");
	is(item->region, "eu-west-1");
	is(item->type, "AWS::EC2::Volume");
	is(item->id, "vol-1");
	is(item->name, NULL);
	is(item->arn, "arn:x");
	is(item->zone, "eu-west-1a");
	is_time(item->capture_ns, "2026-02-13T06:24:42.227Z");
	is_time(item->created_ns, "2026-02-13T06:00:00Z");
	assert_true(item->state_id == 1770963882227);
	is_json(item->configuration, "{\"encrypted\":true,\"size\":300.0}");
	is_json(item->tags, "{\"Owner\":\"x\",\"owner\":\"y\"}");
	is_json(item->relationships,
	    "[{\"resourceType\":\"AWS::IAM::Role\",\"resourceName\":\"r\",\"name\":"
	    "\"Is associated with \"}]");
	assert_non_null(item->root);
}

static void
test_dialects_are_one_item(void **state)
{
	struct bl_item file = parse(file_item), api = parse(api_item), go = parse(go_item);

	(void)state;
	assert_int_equal(file.dialect, BL_DIALECT_FILE);
	assert_int_equal(api.dialect, BL_DIALECT_API);
	assert_int_equal(go.dialect, BL_DIALECT_API);
	check_same(&file);
	check_same(&api);
	check_same(&go);
	is_json(file.supplementary, "{\"P\":{\"a\":null},\"R\":false}");
	is_json(api.supplementary, "{\"P\":{\"a\":null},\"R\":false}");
	is_json(go.supplementary, "{\"P\":{\"a\":null},\"R\":false}");
	/* In a file, a text is a text, though it reads like a scalar. */
	is_json(parse("{" MUST ",\"supplementaryConfiguration\":{\"R\":\"false\"}}").supplementary,
	    "{\"R\":\"false\"}");
}

static void
test_console(void **state)
{
	struct bl_item item =
	    parse("{" MUST_BUT_TIME ",\"version\":\"1.3\",\"configuration\":{\"a\":1},"
		  "\"configurationStateId\":\"17\","
		  "\"configurationItemCaptureTime\":\"2026-01-02T03:04:05Z\"}");

	(void)state;
	assert_int_equal(item.dialect, BL_DIALECT_CONSOLE);
	assert_true(item.state_id == 17);
}

/* Absent, null, "null" and {} are told apart where it matters, and only there. */
static void
test_absent(void **state)
{
	struct bl_item item = parse("{" MUST "}");

	(void)state;
	is(item.version, NULL);
	is(item.name, NULL);
	assert_null(item.configuration);
	assert_null(item.supplementary);
	assert_null(item.tags);
	assert_null(item.relationships);
	assert_true(item.state_id == 0);
	assert_true(item.created_ns == BL_INSTANT_MIN);
	item = parse("{" MUST ",\"resourceName\":null,\"configuration\":null,\"tags\":null,"
		     "\"relationships\":null,\"supplementaryConfiguration\":null,"
		     "\"resourceCreationTime\":null,\"configurationStateId\":null,\"arn\":null,"
		     "\"ARN\":\"arn:x\"}");
	is(item.name, NULL);
	assert_null(item.configuration);
	assert_null(item.tags);
	is(item.arn, "arn:x"); /* null under the other name is no contradiction. */
	item = parse("{" MUST ",\"configuration\":\"null\",\"supplementaryConfiguration\":{},"
		     "\"tags\":{},\"relationships\":[]}");
	assert_null(item.configuration);
	is_json(item.supplementary, "{}");
	is_json(item.tags, "{}");
	is_json(item.relationships, "[]");
	item = parse("{" MUST ",\"configuration\":{}}");
	is_json(item.configuration, "{}");
}

static void
test_statuses(void **state)
{
	static const char *const names[] = {"OK", "ResourceDiscovered", "ResourceNotRecorded",
	    "ResourceDeleted", "ResourceDeletedNotRecorded"};

	(void)state;
	for (int i = 0; i < 5; i++) {
		char text[600];

		(void)snprintf(text, sizeof(text),
		    "{\"configurationItemStatus\":\"%s\",\"awsAccountId\":\"111122223333\","
		    "\"resourceType\":\"AWS::::Account\",\"resourceId\":\"111122223333\","
		    "\"awsRegion\":"
		    "\"global\",\"configurationItemCaptureTime\":\"2026-01-02T03:04:05Z\"}",
		    names[i]);
		assert_int_equal(parse(text).status, i);
		assert_string_equal(bl_item_status_name((enum bl_item_status)i), names[i]);
		assert_int_equal(bl_item_exists((enum bl_item_status)i), i < 2);
	}
}

static void
test_capture_times(void **state)
{
	static const struct {
		const char *json, *want;
	} times[] = {
	    {"\"2026-02-13T06:24:42.227Z\"", "2026-02-13T06:24:42.227Z"},
	    {"\"2023-01-25T21:59:15.695000-08:00\"", "2023-01-26T05:59:15.695Z"},
	    {"\"2023-01-25T20:23:40-08:00\"", "2023-01-26T04:23:40Z"},
	    {"1539799966.921", "2018-10-17T18:12:46.921Z"},
	    {"1.539799966921E9", "2018-10-17T18:12:46.921Z"},
	    {"1414708529.9219999", "2014-10-30T22:35:29.922Z"},
	    {"1414708529", "2014-10-30T22:35:29Z"},
	    {"{\"__class__\":\"datetime\",\"year\":2018,\"month\":10,\"day\":17,\"hour\":18,"
	     "\"minute\":12,\"second\":46,\"microsecond\":921000}",
		"2018-10-17T18:12:46.921Z"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		char text[600];

		(void)snprintf(text, sizeof(text),
		    "{" MUST_BUT_TIME ",\"configurationItemCaptureTime\":%s}", times[i].json);
		is_time(parse(text).capture_ns, times[i].want);
	}
}

static void
test_state_ids(void **state)
{
	(void)state;
	assert_true(parse("{" MUST ",\"configurationStateId\":9007199254740993}").state_id ==
		    9007199254740993);
	assert_true(parse("{" MUST ",\"configurationStateId\":\"949\"}").state_id == 949);
	assert_true(parse("{" MUST ",\"configurationStateId\":16.0}").state_id == 16);
	assert_true(parse("{" MUST ",\"configurationStateId\":\"\"}").state_id == 0);
	fails("{" MUST ",\"configurationStateId\":\"test\"}",
	    "the item's configurationStateId \"test\" is no whole number");
	fails("{" MUST ",\"configurationStateId\":1.5}",
	    "the item's configurationStateId \"1.5\" is no whole number");
}

/* Strings that hold JSON, in strings; and strings that only look like it. */
static void
test_nested_json(void **state)
{
	struct bl_item item =
	    parse("{" MUST ",\"configuration\":{\"Policy\":\"{\\\"a\\\":1}\"},"
		  "\"supplementaryConfiguration\":{\"A\":\"{broken\",\"B\":\"text\","
		  "\"C\":null,\"D\":\"[1]\",\"E\":{\"policyText\":\"{}\"},\"F\":"
		  "\"%7B%22Version%22\"}}");

	(void)state;
	/* Values within the configuration stay as they are. */
	is_json(item.configuration, "{\"Policy\":\"{\\\"a\\\":1}\"}");
	is_json(item.supplementary,
	    "{\"A\":\"{broken\",\"B\":\"text\",\"C\":null,\"D\":[1],\"E\":{\"policyText\":\"{}\"},"
	    "\"F\":\"%7B%22Version%22\"}");
	/* The item as written is not changed by the decoding. */
	is_json(
	    bl_json_get(bl_json_get(item.root, BL_STR("supplementaryConfiguration")), BL_STR("D")),
	    "\"[1]\"");
}

static void
test_key_case_is_kept(void **state)
{
	/* Two tags that differ by case, PascalCase configuration, a name in the wrong case. */
	struct bl_item item = parse("{" MUST ",\"configuration\":{\"State\":1,\"state\":2},"
				    "\"Tags2\":{},\"resourcename\":\"no\"}");

	(void)state;
	is_json(item.configuration, "{\"State\":1,\"state\":2}");
	is(item.name, NULL);
	fails("{\"resourcetype\":\"AWS::EC2::Volume\"}", "the item has no resourceType");
}

static void
test_refused(void **state)
{
	(void)state;
	fails("[]", "the item is no JSON object");
	fails("{}", "the item has no resourceType");
	fails("{" MUST ",\"accountId\":\"111122223333\"}",
	    "the item has both awsAccountId and accountId: which one holds?");
	fails("{" MUST ",\"ResourceType\":\"x\"}",
	    "the item has both resourceType and ResourceType: which one holds?");
	fails("{" MUST ",\"configuration\":[1]}",
	    "the item's configuration is neither a JSON object nor a string that holds one");
	fails("{" MUST ",\"configuration\":\"text\"}",
	    "the item's configuration is neither a JSON object nor a string that holds one");
	fails("{" MUST ",\"tags\":[{\"key\":\"a\",\"value\":\"b\"}]}",
	    "the item's tags is no JSON object of keys and values");
	fails("{" MUST ",\"tags\":{\"a\":1}}", "the value of the item's tag \"a\" is no string");
	fails("{" MUST ",\"relationships\":{}}", "the item's relationships is no JSON array");
	fails("{" MUST ",\"relationships\":[1]}",
	    "one of the item's relationships is no JSON object");
	fails("{" MUST ",\"relationships\":[{\"name\":1}]}",
	    "name in one of the item's relationships is no string");
	fails("{" MUST ",\"supplementaryConfiguration\":[]}",
	    "the item's supplementaryConfiguration is no JSON object");
	fails("{" MUST ",\"resourceName\":7}", "the item's resourceName is no string");
	fails("{" MUST ",\"resourceCreationTime\":\"soon\"}",
	    "the item's resourceCreationTime \"soon\" is no instant (ISO 8601 with Z or offset, or "
	    "seconds since 1970)");
	fails("{" MUST_BUT_TIME "}", "the item has no configurationItemCaptureTime");
	fails("{" MUST_BUT_TIME ",\"configurationItemCaptureTime\":\"2026-01-02T03:04:05\"}",
	    "the item's configurationItemCaptureTime \"2026-01-02T03:04:05\" is no instant (ISO "
	    "8601 "
	    "with Z or offset, or seconds since 1970)");
	fails("{\"resourceType\":\"T\",\"resourceId\":\"\"}", "the item's resourceId is empty");
	fails("{\"resourceType\":\"T\",\"resourceId\":\"i\"}", "the item has no awsAccountId");
	fails("{\"resourceType\":\"T\",\"resourceId\":\"i\",\"accountId\":\"12345678901\"}",
	    "the item has no awsRegion");
	fails("{\"resourceType\":\"T\",\"resourceId\":\"i\",\"accountId\":\"12345678901\","
	      "\"awsRegion\":\"r\"}",
	    "the item's accountId \"12345678901\" is no account (12 digits)");
	fails("{\"resourceType\":\"T\",\"resourceId\":\"i\",\"accountId\":\"123456789012\","
	      "\"awsRegion\":\"r\",\"configurationItemCaptureTime\":1,\"configurationItemStatus\":"
	      "\"Fine\"}",
	    "the item's configurationItemStatus \"Fine\" is unknown");
}

static void
test_hostile(void **state)
{
	struct bl_item item;
	struct bl_err err;
	static const struct bl_str bad[] = {
	    {"{\"resourceType\":\"\xff\"}", 20},
	    {"{\"a\":1,\"a\":2}", 13},
	    {"{\"a\":\"\0\"}", 9},
	    {"{\"a\":1}x", 8},
	    {"{\"a\":1", 6},
	    {"", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(bl_item_parse(parser, bad[i], arena, &item, &err), BL_EINPUT);
		assert_true(err.text[0] != '\0');
	}
}

static void
test_no_memory(void **state)
{
	static const char *const texts[] = {file_item, api_item, go_item};

	(void)state;
	for (size_t i = 0; i < 3; i++)
		for (size_t budget = 0;; budget += 64) {
			struct bl_arena *small = bl_arena_new(budget);
			struct bl_item item;
			struct bl_err err;
			enum bl_status status =
			    bl_item_parse(parser, bl_str_of(texts[i]), small, &item, &err);

			bl_arena_free(&small);
			assert_true(status == BL_OK || status == BL_ENOMEM);
			if (status == BL_OK) {
				assert_true(budget > 1000);
				break;
			}
		}
}

static int
setup(void **state)
{
	struct bl_err err;

	(void)state;
	arena = bl_arena_new(1 << 24);
	return arena == NULL ||
	       bl_json_parser_new((struct bl_json_limits){0}, &parser, &err) != BL_OK;
}

static int
teardown(void **state)
{
	(void)state;
	bl_json_parser_free(&parser);
	bl_arena_free(&arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_dialects_are_one_item),
	    cmocka_unit_test(test_console),
	    cmocka_unit_test(test_absent),
	    cmocka_unit_test(test_statuses),
	    cmocka_unit_test(test_capture_times),
	    cmocka_unit_test(test_state_ids),
	    cmocka_unit_test(test_nested_json),
	    cmocka_unit_test(test_key_case_is_kept),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_hostile),
	    cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
