/* Names of objects as AWS writes them, and as tools and people alter them. */
#include "delivery/key.h"

#include "base/instant.h"
#include "support.h"

#define UUID "0f3cb2d1-1111-2222-3333-444455556666"

static struct bl_arena *arena;

static struct bl_key
parse(const char *path)
{
	struct bl_key key;
	struct bl_err err;

	if (bl_key_parse(bl_str_of(path), arena, &key, &err) != BL_OK)
		fail_msg("%s: %s", path, err.text);
	return key;
}

static void
is(struct bl_str s, const char *want)
{
	if (want == NULL ? s.ptr != NULL : !bl_str_eq(s, bl_str_of(want)))
		fail_msg("\"%.*s\" is not \"%s\"", BL_STR_ARG(s), want == NULL ? "(absent)" : want);
}

static void
is_time(int64_t ns, const char *want)
{
	char text[BL_INSTANT_TEXT];

	assert_string_equal(bl_instant_format(ns, text), want);
}

static void
test_snapshot(void **state)
{
	struct bl_key k = parse(
	    "AWSLogs/123456789012/Config/eu-central-1/2026/1/5/ConfigSnapshot/"
	    "123456789012_Config_eu-central-1_ConfigSnapshot_20260105T063000Z_" UUID ".json.gz");

	(void)state;
	assert_int_equal(k.kind, BL_KEY_SNAPSHOT);
	is(k.account, "123456789012");
	is(k.region, "eu-central-1");
	is(k.snapshot_id, UUID);
	is(k.prefix, "");
	is(k.type, NULL);
	is_time(k.first_ns, "2026-01-05T06:30:00Z");
	is_time(k.last_ns, "2026-01-05T06:30:00Z");
	assert_int_equal(k.year, 2026);
	assert_int_equal(k.month, 1);
	assert_int_equal(k.day, 5);
}

static void
test_history(void **state)
{
	struct bl_key k =
	    parse("o-abc123def4/AWSLogs/123456789012/Config/us-east-1/2026/11/23/ConfigHistory/"
		  "123456789012_Config_us-east-1_ConfigHistory_AWS::EC2::Volume_"
		  "20261123T011226Z_20261123T025845Z_3.json.gz");

	(void)state;
	assert_int_equal(k.kind, BL_KEY_HISTORY);
	is(k.prefix, "o-abc123def4");
	is(k.type, "AWS::EC2::Volume");
	is_time(k.first_ns, "2026-11-23T01:12:26Z");
	is_time(k.last_ns, "2026-11-23T02:58:45Z");
	assert_int_equal(k.part, 3);
	assert_int_equal(k.month, 11);
	/* A service word in the type is no other service's log. */
	k = parse("123456789012_Config_us-east-1_ConfigHistory_AWS::GuardDuty::Detector_"
		  "20261123T011226Z_20261123T025845Z_1.json.gz");
	assert_int_equal(k.kind, BL_KEY_HISTORY);
	is(k.type, "AWS::GuardDuty::Detector");
	/* The empty service. */
	k = parse("123456789012_Config_us-east-1_ConfigHistory_AWS::::Account_"
		  "20261123T011226Z_20261123T025845Z_1.json.gz");
	assert_int_equal(k.kind, BL_KEY_HISTORY);
	is(k.type, "AWS::::Account");
}

static void
test_oversized(void **state)
{
	struct bl_key k = parse(
	    "a/b/c/AWSLogs/123456789012/Config/us-west-2/2026/10/10/OversizedChangeNotification/"
	    "AWS::SSM::ManagedInstanceInventory/i-0a_b/123456789012_Config_us-west-2_"
	    "ChangeNotification_AWS::SSM::ManagedInstanceInventory_i-0a_b_20261010T203453Z_"
	    "1790000000000.json.gz");

	(void)state;
	assert_int_equal(k.kind, BL_KEY_OVERSIZED);
	is(k.prefix, "a/b/c");
	is(k.type, "AWS::SSM::ManagedInstanceInventory");
	is(k.resource_id, "i-0a_b");
	is_time(k.last_ns, "2026-10-10T20:34:53Z");
	/* Ids with slashes and colons: the name has them too. */
	k = parse(
	    "AWSLogs/123456789012/Config/us-west-2/2026/10/10/OversizedChangeNotification/"
	    "AWS::ECS::Service/arn:aws:ecs:us-west-2:1:service/x/y/123456789012_Config_us-west-2_"
	    "ChangeNotification_AWS::ECS::Service_arn:aws:ecs:us-west-2:1:service/x/y_"
	    "20261010T203453Z_0.json.gz");
	assert_int_equal(k.kind, BL_KEY_OVERSIZED);
	is(k.resource_id, "arn:aws:ecs:us-west-2:1:service/x/y");
	assert_true(bl_str_starts(k.name, BL_STR("123456789012_Config_us-west-2_Change")));
	/* The folder "global" beside the recorder's region in the name. */
	k = parse("AWSLogs/123456789012/Config/global/2026/1/2/OversizedChangeNotification/"
		  "AWS::IAM::Policy/ANPA1/123456789012_Config_us-east-1_ChangeNotification_"
		  "AWS::IAM::Policy_ANPA1_20260102T000000Z_1.json.gz");
	assert_int_equal(k.kind, BL_KEY_OVERSIZED);
	is(k.region, "us-east-1");
}

static void
test_writability_check(void **state)
{
	struct bl_key k = parse("AWSLogs/123456789012/Config/ConfigWritabilityCheckFile");

	(void)state;
	assert_int_equal(k.kind, BL_KEY_WRITABILITY_CHECK);
	is(k.account, "123456789012");
	is(k.region, NULL);
	assert_int_equal(k.year, 0);
}

static void
test_altered_names(void **state)
{
	static const char *const names[] = {
	    "AWSLogs%2F123456789012%2FConfig%2Feu-west-1%2F2026%2F01%2F02%2FConfigHistory%2F"
	    "123456789012_Config_eu-west-1_ConfigHistory_AWS%3A%3AEC2%3A%3AVolume_20260102T000000Z_"
	    "20260102T010000Z_1.json.gz",
	    "AWSLogs/123456789012/Config/eu-west-1/2026/01/02/ConfigHistory/"
	    "123456789012_Config_eu-west-1_ConfigHistory_AWS__EC2__Volume_20260102T000000Z_"
	    "20260102T010000Z_1.json.gz",
	    "AWSLogs/123456789012/Config/eu-west-1/2026/1/02/ConfigHistory/"
	    "123456789012_Config_eu-west-1_ConfigHistory_AWS--EC2--Volume_20260102T000000Z_"
	    "20260102T010000Z_1.json",
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct bl_key k = parse(names[i]);

		assert_int_equal(k.kind, BL_KEY_HISTORY);
		is(k.type, "AWS::EC2::Volume");
		is(k.region, "eu-west-1");
		assert_int_equal(k.year, 2026);
		assert_int_equal(k.month, 1);
		assert_int_equal(k.day, 2);
	}
	is(parse("123456789012_Config_us-west-2_ChangeNotification_AWS__SSM__Thing_i-0_b__c_"
		 "20261010T203453Z_0.json.gz")
		.resource_id,
	    "i-0_b__c");
	is(parse("123456789012_Config_us-east-1_ConfigHistory_AWS____Account_20261123T011226Z_"
		 "20261123T025845Z_1.json.gz")
		.type,
	    "AWS::::Account");
	/* A name alone, and one with '%' that means itself. */
	assert_int_equal(
	    parse("123456789012_Config_cn-north-1_ConfigSnapshot_20260105T063000Z_" UUID ".json")
		.kind,
	    BL_KEY_SNAPSHOT);
	is(parse("100%/x.json").path, "100%/x.json");
}

static void
test_other(void **state)
{
	static const char *const names[] = {"", "/", "README.md", "AWSLogs/",
	    "AWSLogs/123456789012/Config/",
	    "AWSLogs/123456789012/CloudTrail/us-east-1/2026/01/02/"
	    "123456789012_CloudTrail_us-east-1_20260102T0000Z_abc.json.gz",
	    "12345678901_Config_us-east-1_ConfigSnapshot_20260105T063000Z_" UUID ".json.gz",
	    "123456789012_Config_us-east-1_ConfigSnapshot_20260105T063000Z_short.json.gz",
	    "123456789012_Config_us-east-1_ConfigSnapshot_20261305T063000Z_" UUID ".json.gz",
	    "123456789012_Config_US_ConfigSnapshot_20260105T063000Z_" UUID ".json.gz",
	    "123456789012_Config_us-east-1_ConfigSnapshot_20260105T063000Z_" UUID ".txt",
	    "123456789012_Config_us-east-1_ConfigHistory_Volume_20260102T000000Z_20260102T010000Z_"
	    "1.json.gz",
	    "123456789012_Config_us-east-1_ConfigHistory_AWS::EC2::Volume_20260102T000000Z_1.json."
	    "gz",
	    "123456789012_Config_us-east-1_ChangeNotification_AWS::EC2::Volume_20260102T000000Z_1."
	    "json.gz",
	    "123456789012_Config_us-east-1_", "_Config_", "credential-report.csv"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(parse(names[i]).kind, BL_KEY_OTHER);
	is_time(parse("x").first_ns, "-");
	/* The folders still tell whose it is. */
	is(parse("p/AWSLogs/123456789012/Config/us-east-1/2026/1/2/x.json").account,
	    "123456789012");
	is(parse("p/AWSLogs/123456789012/Config/us-east-1/2026/1/2/x.json").name, "x.json");
	/* A date that is none is no date. */
	assert_int_equal(parse("AWSLogs/123456789012/Config/us-east-1/2026/13/2/x.json").year, 0);
}

static void
fails(const char *path, const char *message)
{
	struct bl_key key;
	struct bl_err err;

	assert_int_equal(bl_key_parse(bl_str_of(path), arena, &key, &err), BL_EINPUT);
	assert_string_equal(err.text, message);
}

static void
test_contradiction(void **state)
{
	(void)state;
	fails("AWSLogs/999999999999/Config/us-east-1/2026/1/5/ConfigSnapshot/"
	      "123456789012_Config_us-east-1_ConfigSnapshot_20260105T063000Z_" UUID ".json.gz",
	    "the folder says account 999999999999, the file name 123456789012: it was moved or "
	    "renamed, put it back where AWS wrote it");
	fails("AWSLogs/123456789012/Config/us-east-2/2026/1/5/ConfigSnapshot/"
	      "123456789012_Config_us-east-1_ConfigSnapshot_20260105T063000Z_" UUID ".json.gz",
	    "the folder says region us-east-2, the file name us-east-1: it was moved or renamed, "
	    "put "
	    "it back where AWS wrote it");
}

static void
test_last_awslogs_counts(void **state)
{
	struct bl_key k = parse("AWSLogs/111111111111/Config/copy/AWSLogs/123456789012/Config/"
				"us-east-1/2026/1/5/ConfigSnapshot/123456789012_Config_us-east-1_"
				"ConfigSnapshot_20260105T063000Z_" UUID ".json.gz");

	(void)state;
	is(k.prefix, "AWSLogs/111111111111/Config/copy");
	is(k.account, "123456789012");
}

static void
test_every_cut_and_byte(void **state)
{
	/* Whatever a name is: an answer, no crash. */
	static const char path[] =
	    "p/AWSLogs/123456789012/Config/us-west-2/2026/10/10/OversizedChangeNotification/"
	    "AWS::EC2::Volume/i-0/"
	    "123456789012_Config_us-west-2_ChangeNotification_AWS::EC2::Volume_i-0_"
	    "20261010T203453Z_5.json.gz";
	static const char bytes[] = "/_:%-.\0A1";
	char copy[sizeof(path)];
	struct bl_key key;
	struct bl_err err;

	(void)state;
	for (size_t i = 0; i < sizeof(path); i++)
		for (size_t b = 0; b < sizeof(bytes); b++) {
			enum bl_status status;

			memcpy(copy, path, sizeof(path));
			copy[i] = bytes[b];
			status = bl_key_parse(
			    (struct bl_str){copy, sizeof(path) - 1}, arena, &key, &err);
			assert_true(status == BL_OK || status == BL_EINPUT);
			status = bl_key_parse(
			    (struct bl_str){copy + i, sizeof(path) - 1 - i}, arena, &key, &err);
			assert_true(status == BL_OK || status == BL_EINPUT);
		}
}

static int
setup(void **state)
{
	(void)state;
	arena = bl_arena_new(1 << 24);
	return arena == NULL;
}

static int
teardown(void **state)
{
	(void)state;
	bl_arena_free(&arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_snapshot),
	    cmocka_unit_test(test_history),
	    cmocka_unit_test(test_oversized),
	    cmocka_unit_test(test_writability_check),
	    cmocka_unit_test(test_altered_names),
	    cmocka_unit_test(test_other),
	    cmocka_unit_test(test_contradiction),
	    cmocka_unit_test(test_last_awslogs_counts),
	    cmocka_unit_test(test_every_cut_and_byte),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
