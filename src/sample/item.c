/* The envelope of an item: key order and the absent keys of delivered files. */
#include <assert.h>
#include <string.h>

#include "sample/sample_priv.h"

static const char *const owners[8] = {"team-orders", "team-billing", "team-platform", "team-data",
    "team-grid", "team-portal", "team-security", "team-archive"};
static const char *const classes[4] = {"internal", "confidential", "public", "restricted"};
static const char *const environments[4] = {"prod", "prod", "staging", "dev"};

static void
put_tag(struct bl_sample_out *out, int form, bool *first, const char *key, const char *value)
{
	static const char *const open[] = {"\"", "{\"key\":\"", "{\"Key\":\""};
	static const char *const middle[] = {"\":\"", "\",\"value\":\"", "\",\"Value\":\""};
	static const char *const end[] = {"\"", "\"}", "\"}"};

	if (!*first)
		bl_sample__put(out, ",", 1);
	*first = false;
	bl_sample__put_z(out, open[form]);
	bl_sample__put_z(out, key);
	bl_sample__put_z(out, middle[form]);
	bl_sample__put_z(out, value);
	bl_sample__put_z(out, end[form]);
}

/*
 * Four ways to miss a tag: none at all, DataClass absent, Owner spelled in lower
 * case (keys are case-sensitive), Owner absent.
 */
void
bl_sample__emit_tags(struct bl_sample_out *out, const struct bl_sample_scope *scope,
    const struct bl_sample_res *res, int form)
{
	const uint64_t draw = bl_sample__mix(res->key, 70);
	const bool all = (res->flags & F_TAG) != 0;
	const int missing = (res->flags & F_NOTAG) != 0 ? 0 : (int)(draw >> 40 & 3);
	char cost[] = "4000";
	bool first = true;

	(void)scope;
	cost[1] = (char)('0' + (draw >> 20) % 10);
	cost[2] = (char)('0' + (draw >> 24) % 10);
	bl_sample__put(out, form == TAGS_MAP ? "{" : "[", 1);
	if (bl_sample__types[res->type].tags && (all || missing != 0)) {
		put_tag(out, form, &first, "CostCenter", cost);
		if (all || missing != 1)
			put_tag(out, form, &first, "DataClass", classes[draw >> 4 & 3]);
		put_tag(out, form, &first, "Environment", environments[draw >> 8 & 3]);
		if (all || missing != 3)
			put_tag(out, form, &first, all || missing == 1 ? "Owner" : "owner",
			    owners[draw & 7]);
	}
	bl_sample__put(out, form == TAGS_MAP ? "}" : "]", 1);
}

static void
put_pair(struct bl_sample_out *out, const char *before, const char *value)
{
	bl_sample__put_z(out, before);
	bl_sample__put_z(out, value);
	bl_sample__put(out, "\"", 1);
}

static void
put_part(struct bl_sample_out *out, const struct bl_sample_scope *scope,
    const struct bl_sample_res *res, const char *before, int part)
{
	if (scope->templates->part[res->type][part].n_ops == 0)
		return;
	bl_sample__put_z(out, before);
	bl_sample__emit_part(out, scope, res, part);
	bl_sample__put(out, "\"", 1);
}

static void
put_capture(struct bl_sample_out *out, const struct bl_sample_scope *scope, int64_t at_ms,
    const char *status, const char *resource_type)
{
	bl_sample__put_z(
	    out, ",\"configurationItemVersion\":\"1.3\",\"configurationItemCaptureTime\":\"");
	bl_sample__put_iso(out, at_ms);
	bl_sample__put_z(out, "\",\"configurationStateId\":");
	bl_sample__put_u64(out, (uint64_t)at_ms);
	put_pair(out, ",\"awsAccountId\":\"", scope->account->id);
	put_pair(out, ",\"configurationItemStatus\":\"", status);
	put_pair(out, ",\"resourceType\":\"", resource_type);
}

static const char *
status_of(const struct bl_sample_res *res, bool deleted)
{
	if (deleted)
		return "ResourceDeleted";
	return (res->flags & F_NEW) != 0 ? "ResourceDiscovered" : "OK";
}

void
bl_sample__emit_item(struct bl_sample_out *out, const struct bl_sample_scope *scope,
    const struct bl_sample_res *res, bool deleted)
{
	const struct bl_sample_type_row *row = &bl_sample__types[res->type];

	assert(res->type != T_ACCOUNT);
	bl_sample__put_z(out, "{\"relatedEvents\":[],\"relationships\":[");
	if (!deleted) {
		bl_sample__emit_part(out, scope, res, PART_REL);
		bl_sample__put_z(out, "],\"configuration\":");
		bl_sample__emit_part(out, scope, res, PART_CONF);
	} else {
		bl_sample__put(out, "]", 1);
	}
	bl_sample__put_z(out, ",\"supplementaryConfiguration\":");
	if (deleted || row->supplementary == NULL)
		bl_sample__put(out, "{}", 2);
	else
		bl_sample__emit_part(out, scope, res, PART_SUPP);
	bl_sample__put_z(out, ",\"tags\":");
	if (deleted)
		bl_sample__put(out, "{}", 2);
	else
		bl_sample__emit_tags(out, scope, res, TAGS_MAP);
	put_capture(out, scope, res->captured_ms, status_of(res, deleted), row->resource_type);
	put_part(out, scope, res, ",\"resourceId\":\"", PART_ID);
	put_part(out, scope, res, ",\"resourceName\":\"", PART_NAME);
	put_part(out, scope, res, ",\"ARN\":\"", PART_ARN);
	put_pair(out, ",\"awsRegion\":\"", row->region != NULL ? row->region : scope->region);
	if (row->zone != NULL && !deleted) {
		bool zone = strcmp(row->zone, "az") == 0;
		char text[32];
		size_t len = strlen(scope->region);

		assert(len + 2 <= sizeof(text));
		memcpy(text, scope->region, len);
		text[len] = (char)('a' + res->ordinal % 3);
		text[len + 1] = '\0';
		put_pair(out, ",\"availabilityZone\":\"", zone ? text : row->zone);
	}
	bl_sample__put_z(out, ",\"configurationStateMd5Hash\":\"\"");
	if (!row->no_creation_time && !deleted) {
		bl_sample__put_z(out, ",\"resourceCreationTime\":\"");
		bl_sample__put_iso(out, res->created_ms);
		bl_sample__put(out, "\"", 1);
	}
	bl_sample__put(out, "}", 1);
}

/* One entry of configRuleList; rules of a pack belong to its service role. */
static void
put_rule(struct bl_sample_out *out, const struct bl_sample_scope *scope,
    const struct bl_sample_rule *rule, const char *verdict)
{
	uint64_t key = scope->region_key;

	for (const char *p = rule->name; *p != '\0'; p++)
		key = bl_sample__mix(key, (unsigned char)*p);
	bl_sample__put_z(out, "{\"configRuleArn\":\"arn:aws:config:");
	bl_sample__put_z(out, scope->region);
	bl_sample__put(out, ":", 1);
	bl_sample__put_z(out, scope->account->id);
	bl_sample__put_z(
	    out, ":config-rule/aws-service-rule/config-conforms.amazonaws.com/config-rule-");
	bl_sample__put_hex(out, key, 6);
	bl_sample__put_z(out, "\",\"configRuleId\":\"config-rule-");
	bl_sample__put_hex(out, key, 6);
	put_pair(out, "\",\"configRuleName\":\"", rule->name);
	out->len--; /* The name goes on. */
	bl_sample__put_z(out, "-conformance-pack-");
	bl_sample__put_hex(out, bl_sample__mix(scope->region_key, 77), 8);
	put_pair(out, "\",\"complianceType\":\"", verdict);
	bl_sample__put(out, "}", 1);
}

static void
put_verdict_configuration(
    struct bl_sample_out *out, const struct bl_sample_scope *scope, const struct bl_sample_res *res)
{
	static const char *const words[] = {"", "COMPLIANT", "NON_COMPLIANT"};
	int worst = V_COMPLIANT;
	uint32_t shift = 0;
	bool first = true;

	for (uint32_t s = 0; s < 16; s += 2) {
		if ((res->verdict >> s & 3) == V_NON_COMPLIANT)
			worst = V_NON_COMPLIANT;
	}
	put_pair(out, "{\"complianceType\":\"", words[worst]);
	put_part(out, scope, res, ",\"targetResourceId\":\"", PART_ID);
	put_pair(out, ",\"targetResourceType\":\"", bl_sample__types[res->type].resource_type);
	bl_sample__put_z(out, ",\"configRuleList\":[");
	for (size_t i = 0; i < bl_sample__n_rules; i++) {
		const struct bl_sample_rule *rule = &bl_sample__rules[i];
		int verdict;

		if (rule->type != res->type || rule->name == NULL)
			continue;
		verdict = res->verdict >> shift & 3;
		shift += 2;
		if (verdict == V_NONE)
			continue;
		if (!first)
			bl_sample__put(out, ",", 1);
		first = false;
		put_rule(out, scope, rule, words[verdict]);
	}
	bl_sample__put_z(out, "]}");
}

void
bl_sample__emit_verdict(struct bl_sample_out *out, const struct bl_sample_scope *scope,
    const struct bl_sample_res *res, bool deleted)
{
	const char *type = bl_sample__types[res->type].resource_type;
	const bool account = res->type == T_ACCOUNT;
	const char *status = (res->flags & F_SEEN) != 0 ? "OK" : "ResourceDiscovered";

	bl_sample__put_z(out, "{\"relatedEvents\":[],\"relationships\":[");
	if (!deleted && !account) {
		put_part(out, scope, res, "{\"resourceId\":\"", PART_ID);
		put_pair(out, ",\"resourceType\":\"", type);
		bl_sample__put_z(out, ",\"name\":\"Is associated with \"}");
	}
	bl_sample__put(out, "]", 1);
	if (!deleted) {
		bl_sample__put_z(out, ",\"configuration\":");
		put_verdict_configuration(out, scope, res);
	}
	bl_sample__put_z(out, ",\"supplementaryConfiguration\":{");
	if (!deleted && account) {
		put_part(out, scope, res, "\"unsupportedResources\":[{\"resourceId\":\"", PART_ID);
		put_pair(out, ",\"resourceType\":\"", type);
		bl_sample__put_z(out, "}]");
	}
	bl_sample__put_z(out, "},\"tags\":{}");
	put_capture(out, scope, res->verdict_ms, deleted ? "ResourceDeleted" : status,
	    "AWS::Config::ResourceCompliance");
	bl_sample__put_z(out, ",\"resourceId\":\"");
	bl_sample__put_z(out, type);
	bl_sample__put(out, "/", 1);
	bl_sample__emit_part(out, scope, res, PART_ID);
	put_pair(out, "\",\"awsRegion\":\"", scope->region);
	bl_sample__put_z(out, ",\"configurationStateMd5Hash\":\"\"}");
}
