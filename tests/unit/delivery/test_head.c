/* The quick way to an item's head against the one that builds its tree. */
#include "delivery/head.h"

#include <stdio.h>

#include "head_same.h"
#include "support.h"

static struct bl_arena *arena;
static struct bl_json_parser *parser;

static enum bl_status
same(struct bl_str bytes)
{
	enum bl_status status = BL_OK;
	const char *difference;

	bl_arena_reset(arena);
	difference = head_difference(parser, bytes, arena, &status);
	if (difference != NULL)
		fail_msg("%s differs: %.*s", difference, BL_STR_ARG(bytes));
	return status;
}

static enum bl_status
same_text(const char *text)
{
	return same(bl_str_of(text));
}

#define MUST_BUT(status, time)                                                                     \
	"\"configurationItemStatus\":" status ",\"awsAccountId\":\"111122223333\","                \
	"\"resourceType\":\"AWS::EC2::Volume\",\"resourceId\":\"vol-1\",\"awsRegion\":\"eu-west-"  \
	"1\",\"configurationItemCaptureTime\":" time
#define MUST MUST_BUT("\"OK\"", "\"2026-01-02T03:04:05.678Z\"")

static const char whole[] =
    "{" MUST ",\"relatedEvents\":[],\"relationships\":[{\"resourceType\":\"AWS::IAM::Role\","
    "\"resourceName\":\"r\",\"resourceId\":null,\"name\":\"Is associated with \"}],"
    "\"configuration\":{\"encrypted\":true,\"size\":300.0,\"list\":[1,-2.5e3,[],{},null,false],"
    "\"deep\":{\"a\":{\"b\":\"\\u00e4\\n\"}}},\"supplementaryConfiguration\":{\"P\":\"{\\\"a\\\":"
    "null}\",\"R\":false,\"S\":\"[text\"},\"tags\":{\"Owner\":\"x\",\"owner\":\"y\"},"
    "\"configurationItemVersion\":\"1.3\",\"configurationStateId\":1770963882227,\"ARN\":"
    "\"arn:x\",\"resourceName\":\"n\\\"m\",\"availabilityZone\":\"eu-west-1a\","
    "\"recordingFrequency\":\"DAILY\",\"resourceCreationTime\":\"2026-02-13T06:00:00.000Z\"}";

static void
test_head(void **state)
{
	struct bl_item_head h;
	struct bl_err err;

	(void)state;
	assert_int_equal(bl_item_head_parse(parser, bl_str_of(whole), arena, &h, &err), BL_OK);
	assert_true(bl_str_eq(h.type, BL_STR("AWS::EC2::Volume")));
	assert_true(bl_str_eq(h.id, BL_STR("vol-1")));
	assert_true(bl_str_eq(h.account, BL_STR("111122223333")));
	assert_true(bl_str_eq(h.region, BL_STR("eu-west-1")));
	assert_true(bl_str_eq(h.name, BL_STR("n\"m")));
	assert_true(bl_str_eq(h.arn, BL_STR("arn:x")));
	assert_true(h.capture_ns == INT64_C(1767323045678000000));
	assert_true(h.state_id == 1770963882227);
	assert_int_equal(h.status, BL_ITEM_OK);
	assert_true(h.daily);
	/* The plain forms take no tree: a view of the bytes. */
	assert_true(h.id.ptr > whole && h.id.ptr < whole + sizeof(whole));
	assert_int_equal(same_text(whole), BL_OK);
}

static void
test_accepted(void **state)
{
	static const char *const texts[] = {
	    "{" MUST "}",
	    " { " MUST " , \"a\" : [ 1 , 2 ] , \"b\" : { } } \n",
	    "{" MUST ",\"configuration\":null,\"tags\":null,\"relationships\":null}",
	    "{" MUST ",\"configuration\":\"null\"}",
	    "{" MUST ",\"configuration\":\"{\\\"a\\\":1}\"}",
	    "{" MUST ",\"configurationStateId\":\"17\"}",
	    "{" MUST ",\"configurationStateId\":\"\"}",
	    "{" MUST ",\"configurationStateId\":17.0}",
	    "{" MUST ",\"recordingFrequency\":null}",
	    "{" MUST ",\"recordingFrequency\":7}",
	    "{" MUST ",\"recordingFrequency\":\"CONTINUOUS\"}",
	    "{" MUST ",\"resource\\u004eame\":\"n\"}",
	    "{" MUST ",\"relationships\":[{\"other\":1,\"name\":null,\"relationshipName\":\"x\"}]}",
	    "{" MUST ",\"supplementaryConfiguration\":{\"a\":\"{broken\",\"b\":\"\\\\\"}}",
	    "{" MUST_BUT("\"ResourceDeleted\"", "1770963882.227") "}",
	    "{" MUST_BUT("\"OK\"",
		"{\"__class__\":\"datetime\",\"year\":2026,\"month\":1,\"day\":1,"
		"\"hour\":1,\"minute\":1,\"second\":1,\"microsecond\":5}") "}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (same_text(texts[i]) != BL_OK)
			fail_msg("refused: %s", texts[i]);
}

static void
test_refused(void **state)
{
	static const char *const texts[] = {
	    "",
	    "[]",
	    "{}",
	    "7",
	    "{" MUST,
	    "{" MUST "}x",
	    "{" MUST "}}",
	    "{" MUST "]",
	    "{" MUST ",}",
	    "{" MUST ",\"a\"}",
	    "{" MUST ",\"a\":}",
	    "{" MUST ",\"a\":01}",
	    "{" MUST ",\"a\":nul}",
	    "{" MUST ",\"a\":[1,]}",
	    "{" MUST ",\"a\":[1 2]}",
	    "{" MUST ",\"a\":[,]}",
	    "{" MUST ",\"a\":{\"b\" 1}}",
	    "{" MUST ",\"a\":{\"b\":1,\"c\":{\"d\":1,\"e\":2,\"d\":3}}}",
	    "{" MUST ",\"a\":{\"b\":1,\"\\u0062\":2}}",
	    "{" MUST ",\"a\":\"\\x\"}",
	    "{" MUST ",\"a\":\"\\ud800\"}",
	    "{" MUST ",\"a\":\"\xff\"}",
	    "{" MUST ",\"a\":\"\n\"}",
	    "{" MUST ",\"arn\":\"x\",\"ARN\":\"y\"}",
	    "{" MUST ",\"resourceName\":7}",
	    "{" MUST ",\"availabilityZone\":7}",
	    "{" MUST ",\"tags\":{\"a\":null}}",
	    "{" MUST ",\"tags\":[]}",
	    "{" MUST ",\"relationships\":[1]}",
	    "{" MUST ",\"relationships\":[{\"relationshipName\":1}]}",
	    "{" MUST ",\"configuration\":[]}",
	    "{" MUST ",\"supplementaryConfiguration\":[]}",
	    "{" MUST ",\"configurationStateId\":\"x\"}",
	    "{" MUST ",\"resourceCreationTime\":\"soon\"}",
	    "{" MUST_BUT("\"Fine\"", "1") "}",
	    "{" MUST_BUT("null", "1") "}",
	    "{" MUST_BUT("\"OK\"", "null") "}",
	    "{" MUST_BUT("\"OK\"", "\"2026-01-02T03:04:05\"") "}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (same_text(texts[i]) == BL_OK)
			fail_msg("accepted: %s", texts[i]);
}

/* ${n} brackets in a member of the item, or in a supplementary text. */
static enum bl_status
nested(size_t n, bool in_text)
{
	struct bl_buf out = BL_BUF_INIT(1 << 20);
	enum bl_status status;

	assert_int_equal(bl_buf_add(&out,
			     in_text ? BL_STR("{" MUST ",\"supplementaryConfiguration\":{\"a\":\"")
				     : BL_STR("{" MUST ",\"a\":"),
			     NULL),
	    BL_OK);
	for (size_t i = 0; i < 2 * n; i++)
		assert_int_equal(bl_buf_add(&out, i < n ? BL_STR("[") : BL_STR("]"), NULL), BL_OK);
	assert_int_equal(bl_buf_add(&out, in_text ? BL_STR("\"}}") : BL_STR("}"), NULL), BL_OK);
	status = same(bl_buf_str(&out));
	bl_buf_release(&out);
	return status;
}

static void
test_limits(void **state)
{
	(void)state;
	assert_int_equal(nested(511, false), BL_OK);
	assert_int_equal(nested(512, false), BL_ELIMIT);
	assert_int_equal(nested(512, true), BL_OK);
	assert_int_equal(nested(513, true), BL_ELIMIT);
}

/* Keys of one object, ${n} of them, the last one equal to the first if ${twice}. */
static void
test_many_keys(void **state)
{
	static const size_t counts[] = {2, 7, 8, 9, 47, 48, 49, 128, 129, 5000};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(counts) / sizeof(counts[0]); i++) {
		struct bl_buf out = BL_BUF_INIT(1 << 24);
		bool twice = i % 2 == 1;
		size_t n = counts[i / 2];

		assert_int_equal(
		    bl_buf_add(&out, BL_STR("{" MUST ",\"a\":{\"k0\":1"), NULL), BL_OK);
		for (size_t k = 1; k < n; k++)
			assert_int_equal(bl_buf_printf(&out, NULL, ",\"k%zu%s\":{\"k\":1}",
					     twice && k == n - 1 ? 0 : k,
					     k % 3 == 1 && k != n - 1 ? "-and-more-of-it" : ""),
			    BL_OK);
		assert_int_equal(bl_buf_add(&out, BL_STR("}}"), NULL), BL_OK);
		assert_int_equal(same(bl_buf_str(&out)), twice ? BL_EINPUT : BL_OK);
		bl_buf_release(&out);
	}
}

/* Bytes of a right item are changed, taken, put in, moved: thousands of almost right ones. */
static void
test_mutated(void **state)
{
	static const char set[] = "\"\"\\{}[],:0aune1.-u \n\xc3\xa4\xff";
	uint64_t seed = 20260213, accepted = 0;
	char text[sizeof(whole) + 64];

	(void)state;
	for (int round = 0; round < 60000; round++) {
		size_t len = sizeof(whole) - 1;

		memcpy(text, whole, len);
		for (uint64_t k = next_random(&seed) % 3 + 1; k > 0; k--) {
			size_t at = next_random(&seed) % len, from = next_random(&seed) % len;
			size_t n = 1 + next_random(&seed) % 16;

			switch (next_random(&seed) % 4) {
			case 0: text[at] = set[next_random(&seed) % (sizeof(set) - 1)]; break;
			case 1:
				memmove(text + at, text + at + 1, len - at - 1);
				len--;
				break;
			case 2:
				memmove(text + at + 1, text + at, len - at);
				text[at] = set[next_random(&seed) % (sizeof(set) - 1)];
				len++;
				break;
			default:
				n = at + n > len ? len - at : n;
				n = from + n > len ? len - from : n;
				memmove(text + at, text + from, n);
			}
		}
		accepted += same((struct bl_str){text, len}) == BL_OK;
	}
	/* Both kinds must have come up, else this compares nothing. */
	assert_true(accepted > 6000 && accepted < 54000);
}

/* Each member of the item as null, as another kind, under another name, and gone. */
static void
test_members(void **state)
{
	static const char *const values[] = {"null", "7", "\"\"", "\"x\"", "{}", "[]", "true",
	    "\"{\\\"a\\\":1}\"", "[{}]", "{\"a\":\"b\"}", "1.50", "\"\\u0041\""};
	static const char *const names[] = {"configurationItemVersion", "version", "Version",
	    "awsAccountId", "accountId", "AccountId", "ARN", "arn", "Arn", "configurationStateId",
	    "ConfigurationStateId", "configurationItemCaptureTime", "ConfigurationItemCaptureTime",
	    "configurationItemStatus", "ConfigurationItemStatus", "resourceType", "ResourceType",
	    "resourceId", "ResourceId", "resourceName", "ResourceName", "awsRegion", "AwsRegion",
	    "availabilityZone", "AvailabilityZone", "resourceCreationTime", "ResourceCreationTime",
	    "configuration", "Configuration", "supplementaryConfiguration",
	    "SupplementaryConfiguration", "tags", "Tags", "relationships", "Relationships",
	    "recordingFrequency", "RecordingFrequency", "arnold", "tag"};
	size_t accepted = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		for (size_t k = 0; k < sizeof(values) / sizeof(values[0]); k++) {
			char text[1024];

			(void)snprintf(
			    text, sizeof(text), "{" MUST ",\"%s\":%s}", names[i], values[k]);
			accepted += same_text(text) == BL_OK;
			(void)snprintf(text, sizeof(text), "{\"%s\":%s}", names[i], values[k]);
			assert_int_equal(same_text(text), BL_EINPUT);
		}
	assert_true(accepted > 100);
}

static int
setup(void **state)
{
	struct bl_err err;

	(void)state;
	arena = bl_arena_new(1 << 26);
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
	    cmocka_unit_test(test_head),
	    cmocka_unit_test(test_accepted),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_many_keys),
	    cmocka_unit_test(test_mutated),
	    cmocka_unit_test(test_members),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
