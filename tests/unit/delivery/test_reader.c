/* What objects turn out to be, trap by trap; every fixture is made here. */
#include "delivery/reader.h"

#include <stdio.h>

#include "reader_run.h"
#include "json/json.h"

#define UUID "0f3cb2d1-1111-2222-3333-444455556666"
#define SNAPSHOT_KEY                                                                               \
	"AWSLogs/123456789012/Config/eu-central-1/2026/1/5/ConfigSnapshot/"                        \
	"123456789012_Config_eu-central-1_ConfigSnapshot_20260105T063000Z_" UUID ".json.gz"
#define HISTORY_KEY                                                                                \
	"AWSLogs/123456789012/Config/eu-central-1/2026/1/5/ConfigHistory/"                         \
	"123456789012_Config_eu-central-1_ConfigHistory_AWS::EC2::Volume_20260105T063000Z_"        \
	"20260105T063000Z_1.json.gz"
#define ITEM                                                                                       \
	"{\"configurationItemStatus\":\"OK\",\"awsAccountId\":\"123456789012\",\"resourceType\":"  \
	"\"AWS::EC2::Volume\",\"resourceId\":\"vol-1\",\"awsRegion\":\"eu-central-1\","            \
	"\"configurationItemCaptureTime\":\"2026-01-02T03:04:05.678Z\"}"
#define CHANGE                                                                                     \
	"{\"configurationItemDiff\":null,\"configurationItem\":" ITEM                              \
	",\"messageType\":\"ConfigurationItemChangeNotification\"}"

enum { WHOLE, BROKEN, UNTRUSTED };

/* Read ${text}, plain and packed, in large and in single bytes: always the same. */
static void
check(const char *key, struct bl_str text, enum bl_delivery_kind kind, int state, const char *log)
{
	struct bl_buf packed = BL_BUF_INIT(1 << 26);

	gzip_into(&packed, text);
	for (int form = 0; form < 4; form++) {
		struct run run = new_run();
		struct bl_str bytes = form < 2 ? text : bl_buf_str(&packed);

		if (read_bytes(&run, key, bytes, form % 2 == 0 ? 0 : 1) != BL_OK)
			fail_msg("%.*s: %s", BL_STR_ARG(text), run.err.text);
		if (!bl_str_eq(bl_buf_str(&run.log), bl_str_of(log)))
			fail_msg(
			    "%.*s gave %.*s", BL_STR_ARG(text), BL_STR_ARG(bl_buf_str(&run.log)));
		assert_string_equal(
		    bl_delivery_kind_name(run.result.kind), bl_delivery_kind_name(kind));
		assert_int_equal(run.result.complete, state == WHOLE);
		assert_int_equal(run.result.trusted, state != UNTRUSTED);
		assert_true(run.result.stats.at_end);
		assert_int_equal(run.result.stats.gzip, form >= 2);
		assert_int_equal(run.result.stats.bytes_in, bytes.len);
		end_run(&run);
	}
	bl_buf_release(&packed);
}

static void
check_z(const char *key, const char *text, enum bl_delivery_kind kind, int state, const char *log)
{
	check(key, bl_str_of(text), kind, state, log);
}

static void
skipped(const char *key, struct bl_str text, const char *reason)
{
	struct run run = new_run();

	assert_int_equal(read_bytes(&run, key, text, 0), BL_OK);
	assert_int_equal(run.result.kind, BL_DELIVERY_NONE);
	assert_true(run.result.complete && run.result.trusted);
	assert_int_equal(run.log.len, 0);
	if (!bl_str_eq(run.result.skip_reason, bl_str_of(reason)))
		fail_msg("\"%.*s\" is not \"%s\"", BL_STR_ARG(run.result.skip_reason), reason);
	end_run(&run);
}

static void
test_snapshot(void **state)
{
	struct run run = new_run();

	(void)state;
	check_z(SNAPSHOT_KEY,
	    "{\"fileVersion\":\"1.0\",\"configSnapshotId\":\"" UUID
	    "\",\"configurationItems\":[" ITEM ",{\"a\":1}]}",
	    BL_DELIVERY_SNAPSHOT, WHOLE, "item 0 @101 " ITEM "\nitem 1 @304 {\"a\":1}\n");
	assert_int_equal(read_bytes(&run, "x.json",
			     BL_STR("{\"fileVersion\":\"1.0\",\"configSnapshotId\":\"" UUID
				    "\",\"configurationItems\":[]}"),
			     0),
	    BL_OK);
	assert_int_equal(run.result.kind, BL_DELIVERY_SNAPSHOT);
	assert_true(bl_str_eq(run.result.snapshot_id, BL_STR(UUID)));
	end_run(&run);
}

/* A snapshot's own bytes: white space goes, nothing else. */
static void
test_canonical_bytes(void **state)
{
	(void)state;
	check_z("a.json",
	    "\xef\xbb\xbf\n{ \"configurationItems\" : [\r\n\t{ \"a\" : \"b  c\\u003d\\/\", \"n\" : "
	    "1.50e+3 } ] }\n",
	    BL_DELIVERY_API, WHOLE, "item 0 @33 {\"a\":\"b  c\\u003d\\/\",\"n\":1.50e+3}\n");
}

static void
test_history(void **state)
{
	(void)state;
	check_z(HISTORY_KEY, "{\"fileVersion\":\"1.0\",\"configurationItems\":[{}]}",
	    BL_DELIVERY_HISTORY, WHOLE, "item 0 @43 {}\n");
	check_z(HISTORY_KEY,
	    "{\"fileVersion\":\"1.0\",\"configSnapshotId\":\"x\",\"configurationItems\":[{}]}",
	    BL_DELIVERY_HISTORY, WHOLE, "item 0 @66 {}\n");
	check_z("h.json",
	    "{\"fileVersion\":\"1.0\",\"configSnapshotId\":null,\"configurationItems\":[{}]}",
	    BL_DELIVERY_HISTORY, WHOLE, "item 0 @67 {}\n");
}

static void
test_notifications(void **state)
{
	struct run run = new_run();

	(void)state;
	check_z("n.json", CHANGE, BL_DELIVERY_NOTIFICATION, WHOLE, "item 0 @0 " ITEM "\n");
	/* The SNS envelope: a text in reality, an object in the guide. */
	check_z("n.json",
	    "{\"Type\":\"Notification\",\"TopicArn\":\"t\",\"Subject\":\"[AWS Config] in Account "
	    "123...\","
	    "\"Message\":" CHANGE "}",
	    BL_DELIVERY_NOTIFICATION, WHOLE, "item 0 @0 " ITEM "\n");
	check_z("n.json",
	    "{\"Type\":\"Notification\",\"Message\":\"{\\\"messageType\\\":"
	    "\\\"ConfigurationItemChange"
	    "Notification\\\",\\\"configurationItem\\\":{ \\\"a\\\":\\\"\\\\u003d "
	    "\\\\\\\"\\\"}}\"}",
	    BL_DELIVERY_NOTIFICATION, WHOLE, "item 0 @0 {\"a\":\"\\u003d \\\"\"}\n");
	/* SQS with SNS within, raw SQS, Lambda's SNS and SQS events, EventBridge, a rule's event.
	 */
	check_z("n.json",
	    "{\"Messages\":[{\"MessageId\":\"1\",\"Body\":\"{\\\"Type\\\":\\\"Notification\\\","
	    "\\\"Message\\\":\\\"{\\\\\\\"configurationItem\\\\\\\":{\\\\\\\"a\\\\\\\":1}}\\\"}\"},"
	    "{\"Body\":\"{\\\"configurationItem\\\":{\\\"b\\\":2}}\"}]}",
	    BL_DELIVERY_NOTIFICATION, WHOLE, "item 0 @0 {\"a\":1}\nitem 1 @0 {\"b\":2}\n");
	check_z("n.json",
	    "{\"Records\":[{\"EventSource\":\"aws:sns\",\"Sns\":{\"Message\":" CHANGE "}}]}",
	    BL_DELIVERY_NOTIFICATION, WHOLE, "item 0 @0 " ITEM "\n");
	check_z("n.json",
	    "{\"Records\":[{\"messageId\":\"1\",\"body\":\"{\\\"configurationItem\\\":{}}\"}]}",
	    BL_DELIVERY_NOTIFICATION, WHOLE, "item 0 @0 {}\n");
	check_z("n.json",
	    "{\"version\":\"0\",\"source\":\"aws.config\",\"detail-type\":\"Config Configuration "
	    "Item Change\","
	    "\"detail\":" CHANGE "}",
	    BL_DELIVERY_NOTIFICATION, WHOLE, "item 0 @0 " ITEM "\n");
	check_z("n.json",
	    "{\"invokingEvent\":\"{\\\"configurationItem\\\":{\\\"a\\\":1}}\",\"ruleParameters\":"
	    "\"{}\"}",
	    BL_DELIVERY_NOTIFICATION, WHOLE, "item 0 @0 {\"a\":1}\n");
	/* A recorded queue, and a line of text in front, as e-mail has it. */
	check_z("n.json",
	    "{\"status_code\":200,\"data\":{\"Messages\":[{\"Body\":\"{\\\"configurationItem\\\":{}"
	    "}\"}]}}",
	    BL_DELIVERY_NOTIFICATION, WHOLE, "item 0 @0 {}\n");
	check_z("n.txt",
	    "View the Timeline for this Resource in the Console:\nhttps://x/?a={b}\n\nNew "
	    "State:\n----\n{\"configurationItem\":{\"a\":1}}\n",
	    BL_DELIVERY_NOTIFICATION, WHOLE, "item 0 @0 {\"a\":1}\n");
	assert_int_equal(
	    read_bytes(&run, "n.json",
		BL_STR(
		    "{\"detail-type\":\"Config Something\",\"detail\":{\"configurationItem\":{}}}"),
		0),
	    BL_OK);
	assert_true(bl_str_eq(run.result.message_type, BL_STR("Config Something")));
	end_run(&run);
}

static void
test_messages_without_item(void **state)
{
	static const char *const types[] = {"ConfigurationSnapshotDeliveryStarted",
	    "ConfigurationSnapshotDeliveryCompleted", "ConfigurationSnapshotDeliveryFailed",
	    "ConfigurationHistoryDeliveryCompleted", "ComplianceChangeNotification",
	    "ConfigRulesEvaluationStarted", "ScheduledNotification",
	    "OversizedConfigurationItemChangeNotification",
	    "OversizedConfigurationItemChangeDeliveryFailed"};

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct run run = new_run();
		char text[300];

		(void)snprintf(text, sizeof(text),
		    "{\"Type\":\"Notification\",\"Message\":{\"messageType\":\"%s\","
		    "\"resourceType\":"
		    "\"AWS::EC2::Volume\",\"configurationItemCaptureTime\":1}}",
		    types[i]);
		assert_int_equal(read_bytes(&run, "n.json", bl_str_of(text), 0), BL_OK);
		assert_int_equal(run.result.kind, BL_DELIVERY_NOTIFICATION);
		assert_true(run.result.complete);
		assert_int_equal(run.result.n_items, 0);
		assert_true(bl_str_eq(run.result.message_type, bl_str_of(types[i])));
		end_run(&run);
	}
	check_z("n.json", "{\"messageType\":\"ConfigurationItemChangeNotification\"}",
	    BL_DELIVERY_NOTIFICATION, WHOLE,
	    "bad 0 @0 +53 the change notification has no configurationItem\n");
}

static void
test_api_forms(void **state)
{
	(void)state;
	check_z("a.json", "{\"configurationItems\":[{\"a\":1}],\"nextToken\":\"x\"}",
	    BL_DELIVERY_API, WHOLE, "item 0 @23 {\"a\":1}\n");
	check_z("a.json", "{\"baseConfigurationItems\":[{\"a\":1}],\"unprocessedResourceKeys\":[]}",
	    BL_DELIVERY_API, WHOLE, "item 0 @27 {\"a\":1}\n");
	check_z("a.json", "{\"status_code\":200,\"data\":{\"configurationItems\":[{\"a\":1}]}}",
	    BL_DELIVERY_API, WHOLE, "item 0 @49 {\"a\":1}\n");
	check_z("a.json", "{\"ConfigurationItem\":" ITEM "}", BL_DELIVERY_API, WHOLE,
	    "item 0 @0 " ITEM "\n");
	/* A bare item, an array and lines of them. */
	check_z("a.json", ITEM, BL_DELIVERY_API, WHOLE, "item 0 @0 " ITEM "\n");
	check_z("a.json", "[" ITEM ", " ITEM "]", BL_DELIVERY_API, WHOLE,
	    "item 0 @1 " ITEM "\nitem 1 @205 " ITEM "\n");
	check_z("a.ndjson", ITEM "\n" ITEM "\n", BL_DELIVERY_API, WHOLE,
	    "item 0 @0 " ITEM "\nitem 1 @203 " ITEM "\n");
	check_z("a.ndjson", CHANGE "\n" ITEM, BL_DELIVERY_NOTIFICATION, WHOLE,
	    "item 0 @0 " ITEM "\nitem 1 @306 " ITEM "\n");
	/* An item that lacks what it must have is the receiver's to refuse, not nobody's. */
	check_z("a.json", "{\"ResourceType\":\"T\",\"SupplementaryConfiguration\":{}}",
	    BL_DELIVERY_API, WHOLE,
	    "item 0 @0 {\"ResourceType\":\"T\",\"SupplementaryConfiguration\":{}}\n");
}

static void
test_evidence(void **state)
{
	static const struct {
		const char *text;
		enum bl_delivery_kind kind;
	} files[] = {
	    {"user,arn,user_creation_time,mfa_active\nroot,arn:x,2026-01-01T00:00:00Z,true\n",
		BL_DELIVERY_CREDENTIAL_REPORT},
	    {"{\"SummaryMap\":{\"AccountMFAEnabled\":1}}", BL_DELIVERY_ACCOUNT_SUMMARY},
	    {"{\"Accounts\":[{\"Id\":\"123456789012\",\"Arn\":\"a\"}]}", BL_DELIVERY_ACCOUNT_LIST},
	};

	struct run encoded = new_run();

	(void)state;
	for (size_t i = 0; i < 3; i++)
		for (size_t step = 0; step < 2; step++) {
			struct run run = new_run();

			assert_int_equal(
			    read_bytes(&run, "e", bl_str_of(files[i].text), step), BL_OK);
			assert_int_equal(run.result.kind, files[i].kind);
			assert_true(run.result.complete);
			assert_true(bl_str_eq(run.result.whole, bl_str_of(files[i].text)));
			assert_int_equal(run.log.len, 0);
			end_run(&run);
		}
	/* The API's reply holds the report in base64; what is kept is the report. */
	assert_int_equal(
	    read_bytes(&encoded, "e.json",
		BL_STR("{\"Content\":\"dXNlcixhcm4sdXNlcl9jcmVhdGlvbl90aW1lLHgKYSxiLGMsZAo=\","
		       "\"ReportFormat\":\"text/csv\"}"),
		0),
	    BL_OK);
	assert_int_equal(encoded.result.kind, BL_DELIVERY_CREDENTIAL_REPORT);
	assert_true(
	    bl_str_eq(encoded.result.whole, BL_STR("user,arn,user_creation_time,x\na,b,c,d\n")));
	end_run(&encoded);
	skipped("e.json", BL_STR("{\"Content\":\"dXNl*\",\"ReportFormat\":\"text/csv\"}"),
	    "no configuration items: JSON object with members Content, ReportFormat");
	check_z("e.json", "{\"SummaryMap\":{}}{\"SummaryMap\":{}}", BL_DELIVERY_ACCOUNT_SUMMARY,
	    BROKEN, "bad -1 @17 +0 several documents in one evidence file: keep one in each\n");
	skipped("e.json", BL_STR("{\"Accounts\":[{\"Name\":\"x\"}]}"),
	    "no configuration items: JSON object with members Accounts");
}

#define ACT(name)                                                                                  \
	"{\"eventSource\":\"config.amazonaws.com\",\"eventName\":\"" name "\",\"eventTime\":"      \
	"\"2026-01-05T10:00:00Z\",\"awsRegion\":\"eu-central-1\",\"recipientAccountId\":"          \
	"\"123456789012\",\"userIdentity\":{\"type\":\"Root\"}}"
#define OTHER "{\"eventSource\":\"ec2.amazonaws.com\",\"eventName\":\"RunInstances\"}"

/* What CloudTrail says of recorders, and that it is kept as it came. */
static void
test_trail(void **state)
{
	static const struct {
		const char *text, *kept; /* kept NULL: the text itself */
	} files[] = {
	    {"{\"Records\":[" OTHER "," ACT("StopConfigurationRecorder") "]}", NULL},
	    {"{\"detail-type\":\"AWS API Call via CloudTrail\",\"source\":\"aws.config\","
	     "\"detail\":" ACT("PutDeliveryChannel") "}",
		NULL},
	    {"{\"Type\":\"Notification\",\"Message\":\"{\\\"detail\\\":{\\\"eventSource\\\":"
	     "\\\"config.amazonaws.com\\\",\\\"eventName\\\":"
	     "\\\"DeleteConfigurationRecorder\\\",\\\"eventTime\\\":"
	     "\\\"2026-01-05T10:00:00Z\\\",\\\"awsRegion\\\":\\\"eu-central-1\\\","
	     "\\\"recipientAccountId\\\":\\\"123456789012\\\"}}\"}",
		NULL},
	    {"{\"Events\":[{\"EventName\":\"StartConfigurationRecorder\",\"EventSource\":"
	     "\"config.amazonaws.com\",\"CloudTrailEvent\":\"{}\"}]}",
		NULL},
	    {ACT("StopConfigurationRecorder") "\n" ACT("StartConfigurationRecorder") "\n",
		ACT("StopConfigurationRecorder") "\n" ACT("StartConfigurationRecorder")},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		for (size_t step = 0; step < 2; step++) {
			struct run run = new_run();
			const char *kept = files[i].kept == NULL ? files[i].text : files[i].kept;

			assert_int_equal(
			    read_bytes(&run, "e", bl_str_of(files[i].text), step), BL_OK);
			assert_string_equal(bl_delivery_kind_name(run.result.kind), "cloudtrail");
			assert_true(run.result.complete);
			if (!bl_str_eq(run.result.whole, bl_str_of(kept)))
				fail_msg("kept %.*s", BL_STR_ARG(run.result.whole));
			assert_int_equal(run.log.len, 0);
			end_run(&run);
		}
	skipped("e.json", BL_STR("{\"Records\":[" OTHER "," ACT("DescribeConfigRules") "]}"),
	    "a CloudTrail log in which nothing was done to a recorder");
	skipped("e.json", BL_STR("{\"detail\":" ACT("DescribeConfigRules") "}"),
	    "a CloudTrail event that says nothing of a recorder");
	skipped("e.json", BL_STR("{\"detail\":" OTHER "}"),
	    "no configuration items: JSON object with members detail");
	/* An event that nobody could place later. */
	check_z("e.json",
	    "{\"eventSource\":\"config.amazonaws.com\",\"eventName\":"
	    "\"StopConfigurationRecorder\"}",
	    BL_DELIVERY_API, WHOLE,
	    "bad 0 @0 +78 a CloudTrail event StopConfigurationRecorder lacks its account, region "
	    "or "
	    "time\n");
	/* Among notifications with items both are read. */
	check_z("e.json",
	    "{\"Messages\":[{\"Body\":{\"messageType\":\"ConfigurationItemChangeNotification\","
	    "\"configurationItem\":" ITEM
	    "}},{\"Body\":{\"detail\":" ACT("StopConfigurationRecorder") "}}]}",
	    BL_DELIVERY_TRAIL, WHOLE, "item 0 @0 " ITEM "\n");
}

static void
test_skipped(void **state)
{
	(void)state;
	skipped("README.md", BL_STR("# A file\nfor people"), "not JSON: begins with # A file");
	skipped("MANIFEST.tsv", BL_STR("file\tgrade"), "not JSON: begins with file\\x09grade");
	skipped("x.png", (struct bl_str){"\x89PNG\r\n\x1a\n", 8}, "not JSON: begins with \\x89PNG");
	skipped("x", BL_STR("{{ template }}"), "not JSON: begins with {{ template }}");
	skipped("x.ini", BL_STR("[section]\na=1"), "not JSON: begins with [section]");
	skipped("x", BL_STR(""), "the file is empty");
	skipped("x", BL_STR(" \n\n"), "the file is empty");
	skipped("x.json", BL_STR("[]"), "no configuration items: an empty JSON array");
	skipped("x.json", BL_STR("{}"), "no configuration items: an empty JSON object");
	skipped(
	    "x.json", BL_STR("[1,2]"), "no configuration items: a JSON value that is no object");
	skipped("x.json",
	    BL_STR(
		"{\"ConfigRules\":[],\"NextToken\":\"\",\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1}"),
	    "no configuration items: JSON object with members ConfigRules, NextToken, a, b, c, d, "
	    "...");
	/* Answers to advanced queries hold parts of items, which are no items. */
	skipped("q.json",
	    BL_STR("{\"Results\":[\"{\\\"configurationItemCaptureTime\\\":\\\"x\\\"}\"],"
		   "\"QueryInfo\":{}}"),
	    "no configuration items: JSON object with members Results, QueryInfo");
	/* Somebody else's messages. */
	skipped("m.json", BL_STR("{\"Type\":\"Notification\",\"Message\":\"hello\"}"),
	    "no configuration items: JSON object with members Type, Message");
	skipped("m.json", BL_STR("{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[]}"),
	    "no configuration items: JSON object with members messageType, logEvents");
	skipped("AWSLogs/123456789012/Config/ConfigWritabilityCheckFile", BL_STR(""),
	    "AWS Config's test whether it may write here: always empty");
}

static void
test_named_but_broken(void **state)
{
	(void)state;
	check_z(SNAPSHOT_KEY, "", BL_DELIVERY_SNAPSHOT, BROKEN, "bad -1 @0 +0 the file is empty\n");
	check_z(SNAPSHOT_KEY, "<xml/>", BL_DELIVERY_SNAPSHOT, BROKEN,
	    "bad -1 @0 +0 not JSON: begins with <xml/>\n");
	check_z(HISTORY_KEY, "{\"fileVersion\":\"1.0\"}", BL_DELIVERY_HISTORY, BROKEN,
	    "bad -1 @0 +0 the file has no configurationItems\n");
	check_z(HISTORY_KEY, "[]", BL_DELIVERY_HISTORY, BROKEN,
	    "bad -1 @0 +0 the file has no configurationItems\n");
	/* Lines of items under a snapshot's name are items all the same. */
	check_z(SNAPSHOT_KEY, ITEM "\n", BL_DELIVERY_API, WHOLE, "item 0 @0 " ITEM "\n");
	check_z("123456789012_Config_eu-central-1_ChangeNotification_AWS::EC2::Volume_vol-1_"
		"20260105T063000Z_1.json.gz",
	    "{\"a\":1}", BL_DELIVERY_NOTIFICATION, BROKEN,
	    "bad -1 @0 +0 the file holds no notification\n");
	check_z("AWSLogs/999999999999/" SNAPSHOT_KEY, "{}", BL_DELIVERY_SNAPSHOT, BROKEN,
	    "bad -1 @0 +0 the file has no configurationItems\n");
}

static void
test_contradictory_name(void **state)
{
	struct run run = new_run();

	(void)state;
	assert_int_equal(
	    read_bytes(&run,
		"AWSLogs/999999999999/Config/eu-central-1/2026/1/5/ConfigSnapshot/"
		"123456789012_Config_eu-central-1_ConfigSnapshot_20260105T063000Z_" UUID ".json.gz",
		BL_STR("{\"configurationItems\":[{}]}"), 0),
	    BL_OK);
	assert_false(run.result.complete || run.result.trusted);
	assert_int_equal(run.n_items, 0);
	assert_true(run.result.stats.at_end);
	assert_true(bl_str_starts(
	    bl_buf_str(&run.log), BL_STR("bad -1 @-1 +0 the folder says account 999999999999")));
	end_run(&run);
}

/* Items before a break are given, the break is told, the checksums are still read. */
static void
test_broken_structure(void **state)
{
	(void)state;
	check_z(SNAPSHOT_KEY, "{\"configurationItems\":[{\"a\":1}{\"b\":2}]}", BL_DELIVERY_SNAPSHOT,
	    BROKEN,
	    "item 0 @23 {\"a\":1}\nbad -1 @30 +0 broken JSON at byte 30: ',' or ']' behind an item "
	    "expected, not '{'\n");
	check_z("x.json", "{\"configurationItems\":[{\"a\":1}", BL_DELIVERY_API, BROKEN,
	    "item 0 @23 {\"a\":1}\nbad -1 @30 +0 the JSON text ends within a value at byte 30: the "
	    "file is cut off or damaged\n");
	/* A good outline around bad items: the receiver's matter. */
	check_z(SNAPSHOT_KEY, "{\"configurationItems\":[{\"a\":tru},{\"b\" 2},3]}",
	    BL_DELIVERY_SNAPSHOT, WHOLE,
	    "item 0 @23 {\"a\":tru}\nitem 1 @33 {\"b\"2}\nitem 2 @41 3\n");
	check_z(SNAPSHOT_KEY, "{\"configurationItems\":[{\"a\":1}],\"x\":01}", BL_DELIVERY_SNAPSHOT,
	    BROKEN,
	    "item 0 @23 {\"a\":1}\nbad -1 @0 +0 around the configuration items: '01' is no JSON "
	    "number\n");
}

static void
test_looks_like_items(void **state)
{
	(void)state;
	check_z("x.json", "{\"page\":{\"items\":{\"configurationItemCaptureTime\":1}}}",
	    BL_DELIVERY_API, WHOLE,
	    "bad 0 @0 +53 holds configuration items in a form that is not understood\n");
	check_z("x.json", "{\"configurationItem\\u0073\":[" ITEM "]}", BL_DELIVERY_API, WHOLE,
	    "bad 0 @0 +232 holds configuration items in a form that is not understood\n");
	/* One stranger among items is told, the items are given. */
	check_z("x.json", "[" ITEM ",{\"foo\":1}]", BL_DELIVERY_API, BROKEN,
	    "item 0 @1 " ITEM
	    "\nbad -1 @204 +0 1 of its values or messages are none of AWS Config's\n");
	check_z("x.json",
	    "{\"Messages\":[{\"Body\":\"hello\"},{\"Body\":\"{\\\"configurationItem\\\":{}}\"}]}",
	    BL_DELIVERY_NOTIFICATION, BROKEN,
	    "item 0 @0 {}\nbad -1 @0 +0 1 of its values or messages are none of AWS Config's\n");
	/* Envelopes whose text is cut off. */
	check_z("x.json", "{\"Type\":\"Notification\",\"Message\":\"{\\\"configurationItem\\\":\"}",
	    BL_DELIVERY_NOTIFICATION, WHOLE,
	    "bad 0 @0 +21 the text in the envelope: the text ends inside an object\n");
}

static void
test_deep_wrapping(void **state)
{
	struct bl_buf text = BL_BUF_INIT(1 << 20);
	struct bl_err err;

	(void)state;
	for (int i = 0; i < 20; i++)
		assert_int_equal(bl_buf_add(&text, BL_STR("{\"detail\":"), &err), BL_OK);
	assert_int_equal(bl_buf_add(&text, BL_STR("{}"), &err), BL_OK);
	for (int i = 0; i < 20; i++)
		assert_int_equal(bl_buf_add(&text, BL_STR("}"), &err), BL_OK);
	check("x.json", bl_buf_str(&text), BL_DELIVERY_NOTIFICATION, WHOLE,
	    "bad 0 @0 +123 messages within messages, more than 8 deep\n");
	bl_buf_release(&text);
}

static void
test_damaged_gzip(void **state)
{
	struct bl_buf packed = BL_BUF_INIT(1 << 20);
	struct run run = new_run();
	static const char text[] = "{\"configurationItems\":[" ITEM "]}";

	(void)state;
	gzip_into(&packed, bl_str_of(text));
	/* Cut off. */
	for (size_t len = 2; len < packed.len; len++) {
		assert_int_equal(
		    read_bytes(&run, SNAPSHOT_KEY, bl_str_sub(bl_buf_str(&packed), 0, len), 3),
		    BL_OK);
		assert_int_equal(run.result.kind, BL_DELIVERY_SNAPSHOT);
		assert_false(run.result.complete || run.result.trusted);
		assert_true(run.result.stats.at_end);
		assert_int_equal(run.result.stats.bytes_in, len);
		assert_true(bl_str_find(bl_buf_str(&run.log), BL_STR("bad -1 @")) != SIZE_MAX);
	}
	/* A wrong checksum: all items came, none is to be taken. */
	packed.ptr[packed.len - 6] = (char)(packed.ptr[packed.len - 6] ^ 1);
	assert_int_equal(read_bytes(&run, "x.gz", bl_buf_str(&packed), 0), BL_OK);
	assert_false(run.result.complete || run.result.trusted);
	assert_true(
	    bl_str_find(bl_buf_str(&run.log),
		BL_STR("not a whole gzip file: its checksum or length is wrong")) != SIZE_MAX);
	end_run(&run);
	bl_buf_release(&packed);
}

static void
test_very_deep_item(void **state)
{
	struct bl_buf text = BL_BUF_INIT(1 << 20);
	struct bl_err err;

	(void)state;
	assert_int_equal(bl_buf_add(&text, BL_STR("{\"configurationItems\":["), &err), BL_OK);
	for (int i = 0; i < 10000; i++)
		assert_int_equal(bl_buf_add(&text, BL_STR("["), &err), BL_OK);
	for (int i = 0; i < 10000; i++)
		assert_int_equal(bl_buf_add(&text, BL_STR("]"), &err), BL_OK);
	assert_int_equal(bl_buf_add(&text, BL_STR(",{\"a\":1}]}"), &err), BL_OK);
	check("x.json", bl_buf_str(&text), BL_DELIVERY_API, WHOLE,
	    "bad 0 @23 +20000 nested more than 512 deep\nitem 1 @20024 {\"a\":1}\n");
	bl_buf_release(&text);
}

static void
test_very_large_item(void **state)
{
	struct bl_buf text = BL_BUF_INIT((size_t)80 << 20);
	struct run run = new_run();
	struct bl_err err;
	size_t n = ((size_t)64 << 20) + 10;

	(void)state;
	assert_int_equal(bl_buf_add(&text, BL_STR("{\"configurationItems\":[\""), &err), BL_OK);
	assert_int_equal(bl_buf_reserve(&text, n, &err), BL_OK);
	memset(text.ptr + text.len, 'x', n);
	text.len += n;
	assert_int_equal(bl_buf_add(&text, BL_STR("\",{\"a\":1}]}"), &err), BL_OK);
	assert_int_equal(read_bytes(&run, "x.json", bl_buf_str(&text), 0), BL_OK);
	assert_true(bl_str_eq(bl_buf_str(&run.log),
	    BL_STR("bad 0 @23 +67108876 larger than 64 MiB (the limit of one item)\n"
		   "item 1 @67108900 {\"a\":1}\n")));
	assert_true(run.result.complete);
	assert_int_equal(run.result.n_items, 2);
	end_run(&run);
	bl_buf_release(&text);
}

/* Documents whose trees are large for their texts: read, not out of memory. */
static void
test_dense_documents(void **state)
{
	static const char *const parts[] = {"1,", "[],", "{},", "\"\",", "\"a\",", "null,"};

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct bl_buf text = BL_BUF_INIT(4 << 20);
		struct bl_err err;

		assert_int_equal(bl_buf_add(&text, BL_STR("{\"a\":["), &err), BL_OK);
		while (text.len < (1 << 20))
			assert_int_equal(bl_buf_add(&text, bl_str_of(parts[i]), &err), BL_OK);
		assert_int_equal(bl_buf_add(&text, BL_STR("0]}"), &err), BL_OK);
		skipped("x.json", bl_buf_str(&text),
		    "no configuration items: JSON object with members a");
		bl_buf_release(&text);
	}
}

static void
test_failures_are_passed_on(void **state)
{
	struct run run = new_run();
	struct mem_os os;
	struct bl_file *file = NULL;

	(void)state;
	run.sink_fails = BL_EINPUT; /* Even one that looks like the object's own fault. */
	assert_int_equal(
	    read_bytes(&run, "x", BL_STR("{\"configurationItems\":[1,2,3]}"), 0), BL_EINPUT);
	assert_string_equal(run.err.text, "the store is full");
	assert_int_equal(run.n_items, 2);
	run.sink_fails = BL_OK;
	run.piece_fails = BL_EINPUT;
	assert_int_equal(
	    read_bytes(&run, "x", BL_STR("{\"configurationItems\":[1,2,3]}"), 0), BL_EINPUT);
	assert_string_equal(run.err.text, "no room for what waited");
	assert_int_equal(run.n_items, 3);
	run.piece_fails = BL_OK;
	mem_os_init(&os, BL_STR("{\"configurationItems\":[1,2,3]}"), 4);
	os.fail_at = 12;
	assert_int_equal(bl_os_open(&os.os, "x", BL_OPEN_READ, &file, &run.err), BL_OK);
	assert_int_equal(
	    bl_reader_read(file, BL_STR("x"), parser, run.arena,
		(struct bl_reader_sink){.ctx = &run, .item = on_item, .quarantine = on_quarantine},
		&run.result, &run.err),
	    BL_EIO);
	bl_file_close(&file);
	end_run(&run);
}

/* An item that lies whole in a piece is a view of it, one that does not is elsewhere. */
static void
test_views_of_a_piece(void **state)
{
#define BEFORE "{\"fileVersion\":\"1.0\",\"configSnapshotId\":\"" UUID "\",\"configurationItems\":["
	struct bl_str text = BL_STR(BEFORE "{\"a\":1},{\"b\":2},{ \"c\":3}]}");
	struct run run = new_run();

	(void)state;
	assert_int_equal(read_bytes(&run, "x", text, 0), BL_OK);
	assert_int_equal(run.n_items, 3);
	assert_int_equal(run.n_stayed, 2); /* The third is written anew without its blank. */
	assert_int_equal(read_bytes(&run, "x", text, strlen(BEFORE) + 10), BL_OK);
	assert_int_equal(run.n_items, 3);
	assert_int_equal(run.n_stayed, 1); /* The second one only begins in the first piece. */
	end_run(&run);
}

static void
test_no_memory(void **state)
{
	static const char *const texts[] = {
	    "{\"fileVersion\":\"1\",\"configurationItems\":[{ \"a\":1},{}]}",
	    "{\"Type\":\"Notification\",\"Message\":\"{\\\"configurationItem\\\":{},"
	    "\\\"messageType\\\":\\\"x\\\"}\"}",
	    "{\"foo\":1}", "user,arn,user_creation_time,x\n", "x", SNAPSHOT_KEY};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		uint64_t n = 1;

		for (;; n++) {
			struct run run = new_run();
			enum bl_status status;
			bool hit;
			struct bl_err err;

			assert_int_equal(bl_buf_reserve(&run.log, 4096, &err), BL_OK);
			bl_mem_fail_at(n);
			status = read_bytes(&run, "k%41", bl_str_of(texts[i]), 9);
			hit = bl_mem_fail_hit();
			bl_mem_fail_at(0);
			end_run(&run);
			if (!hit) {
				assert_int_equal(status, BL_OK);
				break;
			}
			assert_int_equal(status, BL_ENOMEM);
		}
		assert_true(n >= 4);
	}
}

static int
setup(void **state)
{
	struct bl_err err;

	(void)state;
	return bl_json_parser_new((struct bl_json_limits){0}, &parser, &err) != BL_OK;
}

static int
teardown(void **state)
{
	(void)state;
	bl_json_parser_free(&parser);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_snapshot),
	    cmocka_unit_test(test_canonical_bytes),
	    cmocka_unit_test(test_history),
	    cmocka_unit_test(test_notifications),
	    cmocka_unit_test(test_messages_without_item),
	    cmocka_unit_test(test_api_forms),
	    cmocka_unit_test(test_evidence),
	    cmocka_unit_test(test_trail),
	    cmocka_unit_test(test_skipped),
	    cmocka_unit_test(test_named_but_broken),
	    cmocka_unit_test(test_contradictory_name),
	    cmocka_unit_test(test_broken_structure),
	    cmocka_unit_test(test_looks_like_items),
	    cmocka_unit_test(test_deep_wrapping),
	    cmocka_unit_test(test_damaged_gzip),
	    cmocka_unit_test(test_very_deep_item),
	    cmocka_unit_test(test_very_large_item),
	    cmocka_unit_test(test_dense_documents),
	    cmocka_unit_test(test_failures_are_passed_on),
	    cmocka_unit_test(test_views_of_a_piece),
	    cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
