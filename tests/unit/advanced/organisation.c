#include "organisation.h"

#include <stdio.h>

#include "advanced/advanced.h"

#define SG "AWS::EC2::SecurityGroup"
#define RC "AWS::Config::ResourceCompliance"
#define BUCKET "AWS::S3::Bucket"

/* Members behind configuration: tags and relationships are the item's own. */
#define TAGS(text) ",\"tags\":" text
#define RELATED(text) ",\"relationships\":" text

static const struct thing things[] = {
    {.id = "vol-1",
	.hour = 0,
	.state = 1,
	.what = "{\"size\":100,\"encrypted\":true,\"state\":{\"value\":\"in-use\"},"
		"\"createTime\":\"2026-01-01T00:00:00.000Z\"}" TAGS(
		    "{\"Owner\":\"a=b\",\"Stage\":\"prod\"}")
		    RELATED("[{\"resourceType\":\"AWS::EC2::Instance\",\"resourceId\":\"i-1\","
			    "\"name\":\"Is attached to Instance\"}]")},
    {.id = "vol-2",
	.hour = 0,
	.state = 2,
	.what = "{\"size\":8.0,\"encrypted\":false,\"state\":{\"value\":\"available\"},"
		"\"createTime\":1767225600000}" TAGS("{\"Owner\":\"x\"}")},
    {.id = "vol-3",
	.hour = 0,
	.state = 3,
	.what = "{\"size\":\"250\",\"encrypted\":\"false\",\"state\":\"available\","
		"\"createTime\":\"Jan 2, 2026 3:04:05 PM\",\"kmsKeyId\":null}"},
    {.type = SG,
	.id = "sg-any",
	.hour = 0,
	.state = 4,
	.what =
	    "{\"ipPermissions\":[{\"fromPort\":22,\"toPort\":22,\"ipRanges\":[\"10.0.0.0/24\"]},"
	    "{\"fromPort\":443,\"toPort\":443,\"ipRanges\":[\"0.0.0.0/0\",\"::/0\"]}]}"},
    {.type = SG,
	.id = "sg-ten",
	.hour = 0,
	.state = 5,
	.what =
	    "{\"ipPermissions\":[{\"fromPort\":22,\"toPort\":22,\"ipRanges\":[\"10.0.0.0/24\"]},"
	    "{\"ipProtocol\":\"-1\"}]}"},
    {.type = SG, .id = "sg-none", .hour = 0, .state = 6, .what = "{\"ipPermissions\":[]}"},
    {.type = RC,
	.id = "AWS::EC2::Volume/vol-1",
	.hour = 0,
	.state = 7,
	.what = "{\"complianceType\":\"NON_COMPLIANT\",\"configRuleList\":["
		"{\"configRuleName\":\"A\",\"complianceType\":\"COMPLIANT\"},"
		"{\"configRuleName\":\"B\",\"complianceType\":\"NON_COMPLIANT\"}]}"},
    {.type = RC,
	.id = "AWS::EC2::Volume/vol-2",
	.hour = 0,
	.state = 8,
	.what = "{\"complianceType\":\"COMPLIANT\",\"configRuleList\":["
		"{\"configRuleName\":\"A\",\"complianceType\":\"COMPLIANT\"}]}"},
    {.type = BUCKET, .id = "plain", .hour = 0, .state = 9, .what = "{\"name\":\"plain\"}"},
    {.type = BUCKET,
	.id = "safe",
	.hour = 0,
	.state = 10,
	.what = "{\"serverSideEncryptionConfiguration\":{\"rules\":[{\"alg\":\"aws:kms\"},"
		"{\"alg\":\"AES256\"}]}}"},
    {.type = "AWS::EC2::Instance",
	.id = "i-off",
	.hour = 0,
	.state = 11,
	.status = "ResourceNotRecorded",
	.what = "{}"},
    {.type = "AWS::IAM::Role",
	.region = "global",
	.id = "role-1",
	.hour = 0,
	.state = 12,
	.what = "{\"path\":\"/\",\"a\":{\"b.c\":\"\\u00e4\\\"\\n\"}}"},
};

void
organisation_open(struct scene *s)
{
	size_t n = sizeof(things) / sizeof(things[0]);

	scene_open(s);
	(void)scene_deliver(s, BL_DELIVERY_SNAPSHOT, "eu-central-1", 1, true, things, n);
	(void)scene_deliver(s, BL_DELIVERY_SNAPSHOT, "eu-central-1", 7, true, things, n);
}

const char *
organisation_ask(struct scene *s, const char *query, bool extended)
{
	static char out[1 << 16];
	struct bl_advanced_options o = {
	    .mode = extended ? BL_ADVANCED_EXTENDED : BL_ADVANCED_STRICT, .at_ns = BL_INSTANT_MAX};
	struct bl_arena *arena = bl_arena_new((size_t)64 << 20);
	struct bl_advanced_result r = {.n_rows = 0};
	enum bl_advanced_code code;
	struct bl_err err = {0};
	size_t n = 0;

	assert_non_null(arena);
	out[0] = '\0';
	if (bl_advanced_run(s->store, bl_str_of(query), &o, arena, &r, &code, &err))
		(void)snprintf(out, sizeof(out), "%s: %s\n", bl_advanced_code_name(code), err.text);
	for (size_t i = 0; i < r.n_rows; i++)
		n += (size_t)snprintf(out + n, sizeof(out) - n, "%.*s\n", BL_STR_ARG(r.rows[i]));
	for (size_t i = 0; i < r.n_notes; i++)
		n +=
		    (size_t)snprintf(out + n, sizeof(out) - n, "-- %.*s\n", BL_STR_ARG(r.notes[i]));
	assert_true(n < sizeof(out));
	assert_null(r.next_token.ptr);
	bl_arena_free(&arena);
	return out;
}
