/*
 * The Resources section: rules, and remediations that are checked, counted and never acted on.
 * A rule whose Condition is false is checked like the others, then left out.
 *
 * Source: Config API, ConfigRule, Source, Scope, CustomPolicyDetails, RemediationConfiguration.
 */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "rules/pack_priv.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define RULE_TYPE "AWS::Config::ConfigRule"
#define REMEDIATION_TYPE "AWS::Config::RemediationConfiguration"

/* The three in brackets have no meaning for a rule's verdict. */
static const char *const resource_keys[] = {"Type", "Properties", "Condition", "DependsOn",
    "Controls", "Description", "Metadata", "DeletionPolicy", "UpdateReplacePolicy"};
static const char *const rule_keys[] = {"ConfigRuleName", "Description", "Source", "Scope",
    "InputParameters", "MaximumExecutionFrequency", "EvaluationModes"};
static const char *const source_keys[] = {
    "Owner", "SourceIdentifier", "SourceDetails", "CustomPolicyDetails"};
static const char *const detail_keys[] = {
    "EventSource", "MessageType", "MaximumExecutionFrequency"};
static const char *const policy_keys[] = {"PolicyRuntime", "PolicyText", "EnableDebugLogDelivery"};
static const char *const scope_keys[] = {
    "ComplianceResourceTypes", "ComplianceResourceId", "TagKey", "TagValue"};
static const char *const remediation_keys[] = {"ConfigRuleName", "ResourceType", "TargetId",
    "TargetType", "TargetVersion", "Parameters", "Automatic", "ExecutionControls",
    "MaximumAutomaticAttempts", "RetryAttemptSeconds"};

static const char *const frequencies[] = {
    "One_Hour", "Three_Hours", "Six_Hours", "Twelve_Hours", "TwentyFour_Hours"};
static const char *const messages[] = {"ConfigurationItemChangeNotification",
    "OversizedConfigurationItemChangeNotification", "ScheduledNotification",
    "ConfigurationSnapshotDeliveryCompleted"};

/* --- values by kind ------------------------------------------------------ */

static void
say_missing(struct bl_pack__ctx *ctx, const struct bl_pack__node *node,
    const struct bl_pack__value *value, const char *what)
{
	if (!ctx->supplied) /* Else the parameter itself is an error already. */
		bl_pack__warn(ctx, bl_pack__at_key(node),
		    "%s is left out: it rests on the parameter %.*s, which has no value yet", what,
		    BL_STR_ARG(bl_pack__q(ctx, value->param->name)));
}

/* A value that stands in for what could not be said, so that one mistake is one message. */
enum got { GOT_NONE, GOT_IT, GOT_BAD };

/* The text of map[key].  GOT_NONE: not there (or AWS::NoValue); GOT_BAD: reported, or waiting for
 * a parameter's value. */
static enum got
get_text(struct bl_pack__ctx *ctx, const struct bl_pack__node *map, const char *key,
    struct bl_str *ret_text)
{
	const struct bl_pack__node *node = bl_pack__get(map, key);
	struct bl_pack__value value;

	if (node == NULL)
		return GOT_NONE;
	value = bl_pack__eval(ctx, node);
	switch (value.kind) {
	case BL_PACK__V_GONE: return GOT_NONE;
	case BL_PACK__V_BAD: return GOT_BAD;
	case BL_PACK__V_MISSING: say_missing(ctx, node, &value, key); return GOT_BAD;
	case BL_PACK__V_NODE:
		bl_pack__error(ctx, bl_pack__at(node), "%s must be text, not %s", key,
		    bl_pack__kind_name(value.node));
		return GOT_BAD;
	case BL_PACK__V_TEXT:
		if (value.param != NULL && value.param->list) {
			bl_pack__error(ctx, bl_pack__at(node),
			    "%s must be text, but the parameter %.*s is a list", key,
			    BL_STR_ARG(bl_pack__q(ctx, value.param->name)));
			return GOT_BAD;
		}
		*ret_text = value.text;
		return GOT_IT;
	}
	return GOT_BAD;
}

/* map[key] as it stands after Fn::If: a map or list. */
static enum got
get_node(struct bl_pack__ctx *ctx, const struct bl_pack__node *map, const char *key,
    enum bl_pack__kind kind, const struct bl_pack__node **ret_node)
{
	const struct bl_pack__node *node = bl_pack__get(map, key);
	struct bl_pack__value value;

	if (node == NULL)
		return GOT_NONE;
	value = bl_pack__eval(ctx, node);
	if (value.kind == BL_PACK__V_GONE)
		return GOT_NONE;
	if (value.kind == BL_PACK__V_MISSING)
		say_missing(ctx, node, &value, key);
	if (value.kind == BL_PACK__V_BAD || value.kind == BL_PACK__V_MISSING)
		return GOT_BAD;
	if (value.kind != BL_PACK__V_NODE || value.node->kind != kind) {
		bl_pack__error(ctx, bl_pack__at(node), "%s must be %s, not %s", key,
		    kind == BL_PACK__MAP ? "a map" : "a list",
		    value.kind == BL_PACK__V_TEXT ? "text" : bl_pack__kind_name(value.node));
		return GOT_BAD;
	}
	*ret_node = value.node;
	return GOT_IT;
}

static bool
is_among(struct bl_str s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bl_str_eq(s, bl_str_of(words[i])))
			return true;
	return false;
}

/* The text of map[key], which must be one of ${words}. */
static enum got
get_word(struct bl_pack__ctx *ctx, const struct bl_pack__node *map, const char *key,
    const char *const *words, size_t n, struct bl_str *ret_text)
{
	struct bl_str text, all = BL_STR("");
	enum got got = get_text(ctx, map, key, &text);

	if (got != GOT_IT)
		return got;
	if (is_among(text, words, n)) {
		*ret_text = text;
		return GOT_IT;
	}
	for (size_t i = 0; i < n && !ctx->nomem; i++)
		if (bl_str_printf(ctx->scratch, &all, NULL, "%.*s%s%s", BL_STR_ARG(all),
			i > 0 ? ", " : "", words[i]) != BL_OK)
			ctx->nomem = true;
	bl_pack__error(ctx, bl_pack__at(bl_pack__get(map, key)), "%s is %.*s; it can be: %.*s", key,
	    BL_STR_ARG(bl_pack__q(ctx, text)), BL_STR_ARG(all));
	return GOT_BAD;
}

static void
check_bool(struct bl_pack__ctx *ctx, const struct bl_pack__node *map, const char *key)
{
	static const char *const words[] = {"true", "false"};
	struct bl_str text;

	(void)get_word(ctx, map, key, words, COUNT(words), &text);
}

static void
check_number(struct bl_pack__ctx *ctx, const struct bl_pack__node *map, const char *key,
    uint64_t low, uint64_t high)
{
	struct bl_str text;
	uint64_t value;

	if (get_text(ctx, map, key, &text) != GOT_IT)
		return;
	if (!bl_str_to_u64(text, &value) || value < low || value > high)
		bl_pack__error(ctx, bl_pack__at(bl_pack__get(map, key)),
		    "%s is %.*s; it must be a number from %llu to %llu", key,
		    BL_STR_ARG(bl_pack__q(ctx, text)), (unsigned long long)low,
		    (unsigned long long)high);
}

/* Elements of a text list: literal items, items by Ref, or one Ref to a list parameter.  The array
 * is in the caller's arena. */
struct texts {
	struct bl_str *items;
	size_t n;
	size_t room;
};

static void
add_item(struct bl_pack__ctx *ctx, struct texts *texts, struct bl_str text)
{
	assert(texts->n < texts->room);
	texts->items[texts->n++] = bl_pack__keep(ctx, text);
}

static void
split_items(struct bl_pack__ctx *ctx, struct texts *texts, struct bl_str csv)
{
	struct bl_str rest = csv, part = {NULL, 0};

	texts->room = 1;
	for (size_t i = 0; i < csv.len; i++)
		texts->room += csv.ptr[i] == ',';
	texts->items = bl_new(ctx->arena, struct bl_str, texts->room);
	if (texts->items == NULL) {
		ctx->nomem = true;
		return;
	}
	while (bl_str_split(&rest, ',', &part))
		if (bl_str_trim(part).len > 0)
			add_item(ctx, texts, bl_str_trim(part));
}

static void
list_items(struct bl_pack__ctx *ctx, struct texts *texts, const struct bl_pack__node *list,
    const char *key)
{
	texts->room = list->n;
	texts->items = bl_new(ctx->arena, struct bl_str, texts->room);
	if (texts->items == NULL) {
		ctx->nomem = true;
		return;
	}
	for (const struct bl_pack__node *c = list->first; c != NULL; c = c->next) {
		struct bl_pack__value value = bl_pack__eval(ctx, c);

		if (value.kind == BL_PACK__V_MISSING)
			say_missing(ctx, c, &value, "an element");
		else if (value.kind == BL_PACK__V_NODE)
			bl_pack__error(ctx, bl_pack__at(c), "an element of %s must be text, not %s",
			    key, bl_pack__kind_name(value.node));
		else if (value.kind == BL_PACK__V_TEXT)
			add_item(ctx, texts, value.text);
	}
}

static enum got
get_texts(struct bl_pack__ctx *ctx, const struct bl_pack__node *map, const char *key,
    struct texts *ret_texts)
{
	const struct bl_pack__node *node = bl_pack__get(map, key), *list;
	struct bl_pack__value value;
	enum got got;

	if (node == NULL)
		return GOT_NONE;
	value = bl_pack__eval(ctx, node);
	if (value.kind == BL_PACK__V_TEXT && value.param != NULL && value.param->list) {
		split_items(ctx, ret_texts, value.text);
		return GOT_IT;
	}
	got = get_node(ctx, map, key, BL_PACK__LIST, &list);
	if (got == GOT_IT)
		list_items(ctx, ret_texts, list, key);
	return got;
}

/* --- the parts of a rule ------------------------------------------------- */

static bool
is_blank(struct bl_str s)
{
	return bl_str_trim(s).len == 0;
}

static void
rule_name(struct bl_pack__ctx *ctx, const struct bl_pack__node *props, struct bl_pack_rule *rule)
{
	struct bl_str text;
	enum got got = get_text(ctx, props, "ConfigRuleName", &text);

	if (got == GOT_NONE) {
		bl_pack__error(ctx, bl_pack__at_key(props),
		    "the rule %.*s has no ConfigRuleName; give it one",
		    BL_STR_ARG(bl_pack__q(ctx, rule->logical_id)));
		return;
	}
	if (got != GOT_IT)
		return;
	if (is_blank(text))
		bl_pack__error(ctx, bl_pack__at(bl_pack__get(props, "ConfigRuleName")),
		    "ConfigRuleName is blank");
	else if (bl_pack__chars(text) > BL_PACK_MAX_RULE_NAME)
		bl_pack__error(ctx, bl_pack__at(bl_pack__get(props, "ConfigRuleName")),
		    "ConfigRuleName has %zu characters; AWS allows %d", bl_pack__chars(text),
		    BL_PACK_MAX_RULE_NAME);
	rule->name = bl_pack__keep(ctx, text);
}

static void
rule_description(
    struct bl_pack__ctx *ctx, const struct bl_pack__node *props, struct bl_pack_rule *rule)
{
	struct bl_str text;

	if (get_text(ctx, props, "Description", &text) != GOT_IT)
		return;
	if (bl_pack__chars(text) > BL_PACK_MAX_DESCRIPTION)
		bl_pack__error(ctx, bl_pack__at(bl_pack__get(props, "Description")),
		    "the Description has %zu characters; AWS allows %d", bl_pack__chars(text),
		    BL_PACK_MAX_DESCRIPTION);
	rule->description = bl_pack__keep(ctx, text);
}

static void
source_details(
    struct bl_pack__ctx *ctx, const struct bl_pack__node *source, const struct bl_pack_rule *rule)
{
	static const char *const event_sources[] = {"aws.config"};
	const struct bl_pack__node *list = NULL;
	struct bl_str text;

	if (get_node(ctx, source, "SourceDetails", BL_PACK__LIST, &list) != GOT_IT)
		return;
	if (bl_str_eq(rule->owner, BL_STR("AWS")))
		bl_pack__error(ctx, bl_pack__at_key(bl_pack__get(source, "SourceDetails")),
		    "SourceDetails is not for a managed rule (Owner AWS); remove it");
	for (const struct bl_pack__node *c = list->first; c != NULL; c = c->next) {
		if (c->bad)
			continue;
		if (c->kind != BL_PACK__MAP) {
			bl_pack__error(ctx, bl_pack__at(c),
			    "an element of SourceDetails must be a map, not %s",
			    bl_pack__kind_name(c));
			continue;
		}
		bl_pack__known_keys(ctx, c, "SourceDetails", detail_keys, COUNT(detail_keys));
		(void)get_word(ctx, c, "EventSource", event_sources, COUNT(event_sources), &text);
		if (get_word(ctx, c, "MessageType", messages, COUNT(messages), &text) == GOT_NONE)
			bl_pack__error(
			    ctx, bl_pack__at(c), "an element of SourceDetails has no MessageType");
		(void)get_word(
		    ctx, c, "MaximumExecutionFrequency", frequencies, COUNT(frequencies), &text);
	}
}

/* Guard rules: the text is not kept, because nothing here runs it; their verdicts are AWS's. */
static void
custom_policy(struct bl_pack__ctx *ctx, const struct bl_pack__node *source)
{
	const struct bl_pack__node *policy = NULL;
	struct bl_str text;
	enum got got = get_node(ctx, source, "CustomPolicyDetails", BL_PACK__MAP, &policy);

	if (got == GOT_NONE)
		bl_pack__error(ctx, bl_pack__at_key(source),
		    "a rule with Owner CUSTOM_POLICY needs CustomPolicyDetails (PolicyRuntime, "
		    "PolicyText)");
	if (got != GOT_IT)
		return;
	bl_pack__known_keys(ctx, policy, "CustomPolicyDetails", policy_keys, COUNT(policy_keys));
	for (size_t i = 0; i < 2; i++) {
		got = get_text(ctx, policy, policy_keys[i], &text);
		if (got == GOT_NONE || (got == GOT_IT && is_blank(text)))
			bl_pack__error(ctx,
			    bl_pack__at_key(bl_pack__get(source, "CustomPolicyDetails")),
			    "CustomPolicyDetails has no %s", policy_keys[i]);
	}
	check_bool(ctx, policy, "EnableDebugLogDelivery");
}

static bool
is_managed_identifier(struct bl_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
			return false;
	}
	return s.len > 0;
}

static void
source_identifier(
    struct bl_pack__ctx *ctx, const struct bl_pack__node *source, struct bl_pack_rule *rule)
{
	struct bl_str text;
	enum got got = get_text(ctx, source, "SourceIdentifier", &text);
	const struct bl_pack__node *node = bl_pack__get(source, "SourceIdentifier");

	if (bl_str_eq(rule->owner, BL_STR("CUSTOM_POLICY"))) {
		if (got != GOT_NONE)
			bl_pack__error(ctx, bl_pack__at_key(node),
			    "SourceIdentifier is not for a rule with Owner CUSTOM_POLICY; remove "
			    "it");
		return;
	}
	if (got == GOT_NONE)
		bl_pack__error(ctx, bl_pack__at_key(source),
		    "Source has no SourceIdentifier; give the managed rule's identifier or the "
		    "function's ARN");
	if (got != GOT_IT)
		return;
	if (bl_str_eq(rule->owner, BL_STR("AWS")) && !is_managed_identifier(text))
		bl_pack__error(ctx, bl_pack__at(node),
		    "%.*s is no managed rule's identifier (capitals, digits and _, such as "
		    "ENCRYPTED_VOLUMES)",
		    BL_STR_ARG(bl_pack__q(ctx, text)));
	else if (bl_str_eq(rule->owner, BL_STR("CUSTOM_LAMBDA")) &&
		 !bl_str_starts(text, BL_STR("arn:")))
		bl_pack__error(ctx, bl_pack__at(node),
		    "a custom rule's SourceIdentifier must be the function's ARN, not %.*s",
		    BL_STR_ARG(bl_pack__q(ctx, text)));
	else if (bl_pack__chars(text) > BL_PACK_MAX_IDENTIFIER)
		bl_pack__error(ctx, bl_pack__at(node),
		    "SourceIdentifier has %zu characters; AWS allows %d", bl_pack__chars(text),
		    BL_PACK_MAX_IDENTIFIER);
	rule->identifier = bl_pack__keep(ctx, text);
}

static void
rule_source(struct bl_pack__ctx *ctx, const struct bl_pack__node *props, struct bl_pack_rule *rule)
{
	static const char *const owners[] = {"AWS", "CUSTOM_LAMBDA", "CUSTOM_POLICY"};
	const struct bl_pack__node *source = NULL;
	struct bl_str owner = {NULL, 0};
	enum got got = get_node(ctx, props, "Source", BL_PACK__MAP, &source);

	if (got == GOT_NONE)
		bl_pack__error(ctx, bl_pack__at_key(props),
		    "the rule %.*s has no Source; add Source with Owner and SourceIdentifier",
		    BL_STR_ARG(bl_pack__q(ctx, rule->logical_id)));
	if (got != GOT_IT)
		return;
	bl_pack__known_keys(ctx, source, "Source", source_keys, COUNT(source_keys));
	got = get_word(ctx, source, "Owner", owners, COUNT(owners), &owner);
	if (got == GOT_NONE)
		bl_pack__error(ctx, bl_pack__at_key(source),
		    "Source has no Owner; add Owner: AWS for a managed rule");
	rule->owner = bl_pack__keep(ctx, owner);
	source_identifier(ctx, source, rule);
	if (owner.ptr == NULL)
		return;
	source_details(ctx, source, rule);
	if (bl_str_eq(owner, BL_STR("CUSTOM_POLICY")))
		custom_policy(ctx, source);
	else if (bl_pack__get(source, "CustomPolicyDetails") != NULL)
		bl_pack__error(ctx, bl_pack__at_key(bl_pack__get(source, "CustomPolicyDetails")),
		    "CustomPolicyDetails is only for a rule with Owner CUSTOM_POLICY; remove it");
}

/* AWS::EC2::Volume: three parts of letters and digits; or the account itself. */
static bool
is_resource_type(struct bl_str s)
{
	size_t parts = 1;

	if (bl_str_eq(s, BL_STR("AWS::::Account")))
		return true;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (c == ':' && i > 0 && i + 2 < s.len && s.ptr[i + 1] == ':' &&
		    s.ptr[i + 2] != ':') {
			parts++;
			i++;
		} else if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			       (c >= '0' && c <= '9'))) {
			return false;
		}
	}
	return parts == 3;
}

static void
rule_scope(struct bl_pack__ctx *ctx, const struct bl_pack__node *props, struct bl_pack_rule *rule)
{
	const struct bl_pack__node *scope = NULL;
	struct texts types = {NULL, 0, 0};

	if (get_node(ctx, props, "Scope", BL_PACK__MAP, &scope) != GOT_IT)
		return;
	bl_pack__known_keys(ctx, scope, "Scope", scope_keys, COUNT(scope_keys));
	/* A narrower scope than the rule is judged with would be a wrong population. */
	for (size_t i = 1; i < COUNT(scope_keys); i++)
		if (bl_pack__get(scope, scope_keys[i]) != NULL)
			bl_pack__error(ctx, bl_pack__at_key(bl_pack__get(scope, scope_keys[i])),
			    "Scope.%s is known to AWS but not supported here; scope by "
			    "ComplianceResourceTypes",
			    scope_keys[i]);
	if (get_texts(ctx, scope, "ComplianceResourceTypes", &types) != GOT_IT || types.n == 0)
		return;
	if (types.n > BL_PACK_MAX_TYPES)
		bl_pack__error(ctx, bl_pack__at_key(bl_pack__get(scope, "ComplianceResourceTypes")),
		    "ComplianceResourceTypes has %zu entries; AWS allows %d", types.n,
		    BL_PACK_MAX_TYPES);
	for (size_t i = 0; i < types.n; i++)
		if (!is_resource_type(types.items[i]))
			bl_pack__error(ctx,
			    bl_pack__at(bl_pack__get(scope, "ComplianceResourceTypes")),
			    "%.*s is no resource type (such as AWS::EC2::Volume)",
			    BL_STR_ARG(bl_pack__q(ctx, types.items[i])));
	rule->types = types.items;
	rule->n_types = types.n;
}

/* Bytes of ${s} as a JSON string. */
static size_t
json_len(struct bl_str s)
{
	size_t n = 2 + s.len;

	for (size_t i = 0; i < s.len; i++)
		n += s.ptr[i] == '"' || s.ptr[i] == '\\' || (unsigned char)s.ptr[i] < 0x20;
	return n;
}

static void
warn_literal(
    struct bl_pack__ctx *ctx, const struct bl_pack__node *node, const struct bl_pack__value *value)
{
	if (value->node->kind != BL_PACK__SCALAR || value->node->tag.ptr != NULL)
		return;
	if (bl_pack__param(ctx, value->text) != NULL)
		bl_pack__warn(ctx, bl_pack__at(node),
		    "the input %.*s is the text %.*s, which is also a parameter's name; is !Ref "
		    "meant?",
		    BL_STR_ARG(bl_pack__q(ctx, node->key)),
		    BL_STR_ARG(bl_pack__q(ctx, value->text)));
}

/* One input; false when there is none to keep. */
static bool
rule_input(struct bl_pack__ctx *ctx, const struct bl_pack__node *node, struct bl_pack_input *input)
{
	struct bl_pack__value value = bl_pack__eval(ctx, node);
	struct bl_str what;

	if (value.kind == BL_PACK__V_GONE || value.kind == BL_PACK__V_BAD)
		return false;
	if (bl_str_printf(ctx->scratch, &what, NULL, "the input %.*s",
		BL_STR_ARG(bl_pack__q(ctx, node->key))) != BL_OK) {
		ctx->nomem = true;
		return false;
	}
	if (value.kind == BL_PACK__V_MISSING) {
		say_missing(ctx, node, &value, what.ptr);
		return false;
	}
	if (value.kind == BL_PACK__V_NODE || (value.param != NULL && value.param->list)) {
		bl_pack__error(ctx, bl_pack__at(node), "%.*s must be text, not %s",
		    BL_STR_ARG(what),
		    value.kind == BL_PACK__V_NODE ? bl_pack__kind_name(value.node) : "a list");
		return false;
	}
	warn_literal(ctx, node, &value);
	if (is_blank(value.text))
		bl_pack__warn(ctx, bl_pack__at(node),
		    "%.*s is blank, which AWS Config refuses; leave it out with Fn::If and "
		    "AWS::NoValue",
		    BL_STR_ARG(what));
	input->name = bl_pack__keep(ctx, node->key);
	input->value = bl_pack__keep(ctx, value.text);
	input->origin = value.origin;
	return true;
}

static void
rule_inputs(struct bl_pack__ctx *ctx, const struct bl_pack__node *props, struct bl_pack_rule *rule)
{
	const struct bl_pack__node *map = NULL;
	struct bl_pack_input *inputs;
	size_t n = 0, json = 1;

	if (get_node(ctx, props, "InputParameters", BL_PACK__MAP, &map) != GOT_IT)
		return;
	inputs = bl_new(ctx->arena, struct bl_pack_input, map->n);
	if (inputs == NULL) {
		ctx->nomem = true;
		return;
	}
	for (const struct bl_pack__node *c = map->first; c != NULL && !ctx->nomem; c = c->next) {
		if (!rule_input(ctx, c, &inputs[n]))
			continue;
		json += json_len(inputs[n].name) + 1 + json_len(inputs[n].value) + 1;
		n++;
	}
	if (json > BL_PACK_MAX_INPUT_JSON)
		bl_pack__error(ctx, bl_pack__at_key(bl_pack__get(props, "InputParameters")),
		    "InputParameters take %zu characters as JSON; AWS allows %d", json,
		    BL_PACK_MAX_INPUT_JSON);
	rule->inputs = inputs;
	rule->n_inputs = n;
}

static void
rule_modes(struct bl_pack__ctx *ctx, const struct bl_pack__node *props)
{
	static const char *const mode_keys[] = {"Mode"};
	static const char *const modes[] = {"DETECTIVE"};
	const struct bl_pack__node *list = NULL;
	struct bl_str text;

	if (get_node(ctx, props, "EvaluationModes", BL_PACK__LIST, &list) != GOT_IT)
		return;
	for (const struct bl_pack__node *c = list->first; c != NULL; c = c->next) {
		if (c->bad)
			continue;
		if (c->kind != BL_PACK__MAP) {
			bl_pack__error(ctx, bl_pack__at(c),
			    "an element of EvaluationModes must be a map with Mode, not %s",
			    bl_pack__kind_name(c));
			continue;
		}
		bl_pack__known_keys(ctx, c, "EvaluationModes", mode_keys, COUNT(mode_keys));
		(void)get_word(ctx, c, "Mode", modes, COUNT(modes), &text);
	}
}

/* --- resources ----------------------------------------------------------- */

static void
rule_controls(struct bl_pack__ctx *ctx, const struct bl_pack__node *node, struct bl_pack_rule *rule)
{
	const struct bl_pack__node *list = bl_pack__get(node, "Controls");
	struct bl_str *controls, text;
	size_t n = 0;

	if (list == NULL || list->bad)
		return;
	if (list->kind != BL_PACK__LIST || list->tag.ptr != NULL) {
		bl_pack__error(ctx, bl_pack__at(list),
		    "Controls must be a list of control ids, not %s",
		    list->tag.ptr != NULL ? "a function" : bl_pack__kind_name(list));
		return;
	}
	controls = bl_new(ctx->arena, struct bl_str, list->n);
	if (controls == NULL) {
		ctx->nomem = true;
		return;
	}
	for (const struct bl_pack__node *c = list->first; c != NULL; c = c->next)
		if (bl_pack__literal(ctx, c, "a control id", &text))
			controls[n++] = bl_pack__keep(ctx, text);
	rule->controls = controls;
	rule->n_controls = n;
}

static void
one_dependence(
    struct bl_pack__ctx *ctx, const struct bl_pack__node *node, const struct bl_pack__node *self)
{
	struct bl_str id;

	if (!bl_pack__literal(ctx, node, "DependsOn", &id))
		return;
	if (bl_str_eq(id, self->key)) {
		bl_pack__error(ctx, bl_pack__at(node), "%.*s depends on itself",
		    BL_STR_ARG(bl_pack__q(ctx, id)));
		return;
	}
	for (const struct bl_pack__node *c = ctx->resources->first; c != NULL; c = c->next)
		if (bl_str_eq(c->key, id))
			return;
	bl_pack__error(ctx, bl_pack__at(node),
	    "DependsOn names %.*s, but the pack has no such resource",
	    BL_STR_ARG(bl_pack__q(ctx, id)));
}

static void
check_depends(struct bl_pack__ctx *ctx, const struct bl_pack__node *node)
{
	const struct bl_pack__node *depends = bl_pack__get(node, "DependsOn");

	if (depends == NULL || depends->bad)
		return;
	if (depends->kind != BL_PACK__LIST || depends->tag.ptr != NULL) {
		one_dependence(ctx, depends, node);
		return;
	}
	for (const struct bl_pack__node *c = depends->first; c != NULL; c = c->next)
		one_dependence(ctx, c, node);
}

/* False when the resource's Condition is false. */
static bool
is_wanted(struct bl_pack__ctx *ctx, const struct bl_pack__node *node)
{
	const struct bl_pack__node *name = bl_pack__get(node, "Condition");
	const struct bl_pack__condition *condition;
	struct bl_str text;

	if (name == NULL || !bl_pack__literal(ctx, name, "Condition", &text))
		return true;
	condition = bl_pack__condition(ctx, text);
	if (condition == NULL) {
		bl_pack__error(ctx, bl_pack__at(name),
		    "Condition names %.*s, which is not declared in Conditions",
		    BL_STR_ARG(bl_pack__q(ctx, text)));
		return true;
	}
	if (condition->truth == BL_PACK__UNKNOWN && condition->missing != NULL && !ctx->supplied)
		bl_pack__warn(ctx, bl_pack__at(name),
		    "whether the condition %.*s holds rests on the parameter %.*s, which has no "
		    "value yet; "
		    "the resource is kept",
		    BL_STR_ARG(bl_pack__q(ctx, text)),
		    BL_STR_ARG(bl_pack__q(ctx, condition->missing->name)));
	return condition->truth != BL_PACK__FALSE;
}

/* The Properties of a resource, checked; NULL when there is nothing to read. */
static const struct bl_pack__node *
properties(struct bl_pack__ctx *ctx, const struct bl_pack__node *node)
{
	struct bl_pack__node *props = bl_pack__get(node, "Properties");

	if (props == NULL) {
		bl_pack__error(ctx, bl_pack__at_key(node), "the resource %.*s has no Properties",
		    BL_STR_ARG(bl_pack__q(ctx, node->key)));
		return NULL;
	}
	if (props->bad)
		return NULL;
	if (props->kind != BL_PACK__MAP || props->tag.ptr != NULL) {
		bl_pack__error(ctx, bl_pack__at_key(props), "Properties must be a map, not %s",
		    props->tag.ptr != NULL ? "a function" : bl_pack__kind_name(props));
		return NULL;
	}
	bl_pack__check(ctx, props, false);
	return props->bad ? NULL : props;
}

static void
one_rule(struct bl_pack__ctx *ctx, const struct bl_pack__node *node, struct bl_pack_rule *rule)
{
	const struct bl_pack__node *props = properties(ctx, node);
	struct bl_str frequency;

	rule->logical_id = bl_pack__keep(ctx, node->key);
	rule->line = node->key_line;
	rule->column = node->key_column;
	rule_controls(ctx, node, rule);
	if (props == NULL)
		return;
	bl_pack__known_keys(ctx, props, "a ConfigRule", rule_keys, COUNT(rule_keys));
	rule_name(ctx, props, rule);
	rule_description(ctx, props, rule);
	rule_source(ctx, props, rule);
	rule_scope(ctx, props, rule);
	rule_inputs(ctx, props, rule);
	rule_modes(ctx, props);
	if (get_word(ctx, props, "MaximumExecutionFrequency", frequencies, COUNT(frequencies),
		&frequency) == GOT_IT)
		rule->frequency = bl_pack__keep(ctx, frequency);
}

static void
remediation_rule(
    struct bl_pack__ctx *ctx, const struct bl_pack__node *props, const struct bl_pack *pack)
{
	struct bl_str name;

	if (get_text(ctx, props, "ConfigRuleName", &name) != GOT_IT)
		return;
	for (size_t i = 0; i < pack->n_rules; i++)
		if (bl_str_eq(pack->rules[i].name, name))
			return;
	bl_pack__warn(ctx, bl_pack__at(bl_pack__get(props, "ConfigRuleName")),
	    "the remediation is for the rule %.*s, which is not in this pack",
	    BL_STR_ARG(bl_pack__q(ctx, name)));
}

static void
one_remediation(
    struct bl_pack__ctx *ctx, const struct bl_pack__node *node, const struct bl_pack *pack)
{
	static const char *const needed[] = {"ConfigRuleName", "TargetId", "TargetType"};
	static const char *const target_types[] = {"SSM_DOCUMENT"};
	const struct bl_pack__node *props = properties(ctx, node), *map;
	struct bl_str text;

	if (props == NULL)
		return;
	bl_pack__known_keys(
	    ctx, props, "a RemediationConfiguration", remediation_keys, COUNT(remediation_keys));
	for (size_t i = 0; i < COUNT(needed); i++)
		if (get_text(ctx, props, needed[i], &text) == GOT_NONE)
			bl_pack__error(ctx, bl_pack__at_key(props),
			    "the remediation %.*s has no %s",
			    BL_STR_ARG(bl_pack__q(ctx, node->key)), needed[i]);
	remediation_rule(ctx, props, pack);
	(void)get_word(ctx, props, "TargetType", target_types, COUNT(target_types), &text);
	(void)get_text(ctx, props, "ResourceType", &text);
	(void)get_text(ctx, props, "TargetVersion", &text);
	(void)get_node(ctx, props, "Parameters", BL_PACK__MAP, &map);
	(void)get_node(ctx, props, "ExecutionControls", BL_PACK__MAP, &map);
	check_bool(ctx, props, "Automatic");
	check_number(ctx, props, "MaximumAutomaticAttempts", 1, 25);
	check_number(ctx, props, "RetryAttemptSeconds", 1, 2678000);
}

/* The type of a resource, after the checks that both types share; absent: skip it. */
static struct bl_str
resource_type(struct bl_pack__ctx *ctx, const struct bl_pack__node *node)
{
	const struct bl_pack__node *type = bl_pack__get(node, "Type"), *description;
	struct bl_str text = {NULL, 0}, none = {NULL, 0};

	if (!bl_pack__is_id(node->key))
		bl_pack__error(ctx, bl_pack__at_key(node),
		    "the resource name %.*s must be letters and digits only, at most 255",
		    BL_STR_ARG(bl_pack__q(ctx, node->key)));
	if (node->bad)
		return none;
	if (node->kind != BL_PACK__MAP || node->tag.ptr != NULL) {
		bl_pack__error(ctx, bl_pack__at_key(node),
		    "the resource %.*s must be a map with Type and Properties, not %s",
		    BL_STR_ARG(bl_pack__q(ctx, node->key)),
		    node->tag.ptr != NULL ? "a function" : bl_pack__kind_name(node));
		return none;
	}
	bl_pack__known_keys(ctx, node, "a resource", resource_keys, COUNT(resource_keys));
	description = bl_pack__get(node, "Description");
	if (description != NULL)
		bl_pack__warn(ctx, bl_pack__at_key(description),
		    "this Description is beside Properties and says nothing to AWS Config; move it "
		    "into Properties");
	if (type == NULL) {
		bl_pack__error(ctx, bl_pack__at_key(node),
		    "the resource %.*s has no Type; add Type: " RULE_TYPE,
		    BL_STR_ARG(bl_pack__q(ctx, node->key)));
		return none;
	}
	if (!bl_pack__literal(ctx, type, "Type", &text))
		return none;
	if (bl_str_eq(text, BL_STR(RULE_TYPE)) || bl_str_eq(text, BL_STR(REMEDIATION_TYPE)))
		return text;
	bl_pack__error(ctx, bl_pack__at(type),
	    "%.*s is not allowed in a conformance pack; only " RULE_TYPE " and " REMEDIATION_TYPE
	    " are",
	    BL_STR_ARG(bl_pack__q(ctx, text)));
	return none;
}

/* At most 130 rules are compared, or the pack is refused anyway. */
static void
check_names(struct bl_pack__ctx *ctx, const struct bl_pack_rule *rules, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i && rules[i].name.ptr != NULL; k++)
			if (bl_str_eq(rules[i].name, rules[k].name) && rules[k].name.ptr != NULL) {
				bl_pack__error(ctx,
				    (struct bl_pack__pos){rules[i].line, rules[i].column},
				    "the ConfigRuleName %.*s is used twice (first by %.*s in line "
				    "%u); rename one",
				    BL_STR_ARG(bl_pack__q(ctx, rules[i].name)),
				    BL_STR_ARG(rules[k].logical_id), rules[k].line);
				break;
			}
}

static void
check_count(struct bl_pack__ctx *ctx, const struct bl_pack *pack)
{
	struct bl_pack__pos pos = bl_pack__at_key(ctx->resources);

	if (pack->n_rules > BL_PACK_MAX_RULES)
		bl_pack__error(ctx, pos, "the pack has %zu rules; AWS allows %d; split it",
		    pack->n_rules, BL_PACK_MAX_RULES);
	else if (pack->n_rules + pack->n_dropped > BL_PACK_MAX_RULES)
		bl_pack__warn(ctx, pos,
		    "the pack has %zu rules with those left out by a Condition; AWS allows %d",
		    pack->n_rules + pack->n_dropped, BL_PACK_MAX_RULES);
	if (ctx->resources->n == 0)
		bl_pack__error(ctx, pos, "Resources is empty; a pack needs at least one rule");
}

void
bl_pack__rules(struct bl_pack__ctx *ctx, struct bl_pack *pack)
{
	struct bl_pack_rule *rules = bl_new(ctx->arena, struct bl_pack_rule, ctx->resources->n);
	struct bl_pack_rule scratch_rule;
	struct bl_str type;

	if (rules == NULL) {
		ctx->nomem = true;
		return;
	}
	pack->rules = rules;
	for (const struct bl_pack__node *c = ctx->resources->first; c != NULL && !ctx->nomem;
	     c = c->next) {
		type = resource_type(ctx, c);
		if (!bl_str_eq(type, BL_STR(RULE_TYPE)))
			continue;
		check_depends(ctx, c);
		memset(&scratch_rule, 0, sizeof(scratch_rule));
		one_rule(ctx, c, &scratch_rule);
		if (is_wanted(ctx, c))
			rules[pack->n_rules++] = scratch_rule;
		else
			pack->n_dropped++;
	}
	check_count(ctx, pack);
	if (pack->n_rules <= BL_PACK_MAX_RULES)
		check_names(ctx, rules, pack->n_rules);
	for (const struct bl_pack__node *c = ctx->resources->first; c != NULL && !ctx->nomem;
	     c = c->next) {
		const struct bl_pack__node *node = bl_pack__get(c, "Type");

		if (node == NULL || node->kind != BL_PACK__SCALAR ||
		    !bl_str_eq(node->text, BL_STR(REMEDIATION_TYPE)))
			continue;
		check_depends(ctx, c);
		one_remediation(ctx, c, pack);
		pack->n_remediations += is_wanted(ctx, c);
	}
}
