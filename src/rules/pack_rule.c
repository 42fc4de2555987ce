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

/* --- the parts of a rule ------------------------------------------------- */

static bool
is_blank(struct bl_str s)
{
	return bl_str_trim(s).len == 0;
}

static bool
has_control_byte(struct bl_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
			return true;
	return false;
}

static void
rule_name(struct bl_pack__ctx *ctx, const struct bl_pack__node *props, struct bl_pack_rule *rule)
{
	struct bl_str text;
	enum bl_pack__got got = bl_pack__text(ctx, props, "ConfigRuleName", &text);

	if (got == BL_PACK__GOT_NONE) {
		bl_pack__error(ctx, bl_pack__at_key(props),
		    "the rule %.*s has no ConfigRuleName; give it one",
		    BL_STR_ARG(bl_pack__q(ctx, rule->logical_id)));
		return;
	}
	if (got != BL_PACK__GOT_IT)
		return;
	if (is_blank(text))
		bl_pack__error(ctx, bl_pack__at(bl_pack__get(props, "ConfigRuleName")),
		    "ConfigRuleName is blank");
	else if (has_control_byte(text))
		bl_pack__error(ctx, bl_pack__at(bl_pack__get(props, "ConfigRuleName")),
		    "ConfigRuleName holds a control character or a line break; remove it");
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

	if (bl_pack__text(ctx, props, "Description", &text) != BL_PACK__GOT_IT)
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

	if (bl_pack__part(ctx, source, "SourceDetails", BL_PACK__LIST, &list) != BL_PACK__GOT_IT)
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
		bl_pack__known_keys(
		    ctx, c, "SourceDetails", detail_keys, BL_PACK_COUNT(detail_keys));
		(void)bl_pack__word(
		    ctx, c, "EventSource", event_sources, BL_PACK_COUNT(event_sources), &text);
		if (bl_pack__word(ctx, c, "MessageType", messages, BL_PACK_COUNT(messages),
			&text) == BL_PACK__GOT_NONE)
			bl_pack__error(
			    ctx, bl_pack__at(c), "an element of SourceDetails has no MessageType");
		(void)bl_pack__word(ctx, c, "MaximumExecutionFrequency", frequencies,
		    BL_PACK_COUNT(frequencies), &text);
	}
}

/* Guard rules: the text is not kept, because nothing here runs it; their verdicts are AWS's. */
static void
custom_policy(struct bl_pack__ctx *ctx, const struct bl_pack__node *source)
{
	const struct bl_pack__node *policy = NULL;
	struct bl_str text;
	enum bl_pack__got got =
	    bl_pack__part(ctx, source, "CustomPolicyDetails", BL_PACK__MAP, &policy);

	if (got == BL_PACK__GOT_NONE)
		bl_pack__error(ctx, bl_pack__at_key(source),
		    "a rule with Owner CUSTOM_POLICY needs CustomPolicyDetails (PolicyRuntime, "
		    "PolicyText)");
	if (got != BL_PACK__GOT_IT)
		return;
	bl_pack__known_keys(
	    ctx, policy, "CustomPolicyDetails", policy_keys, BL_PACK_COUNT(policy_keys));
	for (size_t i = 0; i < 2; i++) {
		got = bl_pack__text(ctx, policy, policy_keys[i], &text);
		if (got == BL_PACK__GOT_NONE || (got == BL_PACK__GOT_IT && is_blank(text)))
			bl_pack__error(ctx,
			    bl_pack__at_key(bl_pack__get(source, "CustomPolicyDetails")),
			    "CustomPolicyDetails has no %s", policy_keys[i]);
	}
	bl_pack__check_bool(ctx, policy, "EnableDebugLogDelivery");
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
	enum bl_pack__got got = bl_pack__text(ctx, source, "SourceIdentifier", &text);
	const struct bl_pack__node *node = bl_pack__get(source, "SourceIdentifier");

	if (bl_str_eq(rule->owner, BL_STR("CUSTOM_POLICY"))) {
		if (got != BL_PACK__GOT_NONE)
			bl_pack__error(ctx, bl_pack__at_key(node),
			    "SourceIdentifier is not for a rule with Owner CUSTOM_POLICY; remove "
			    "it");
		return;
	}
	if (got == BL_PACK__GOT_NONE)
		bl_pack__error(ctx, bl_pack__at_key(source),
		    "Source has no SourceIdentifier; give the managed rule's identifier or the "
		    "function's ARN");
	if (got != BL_PACK__GOT_IT)
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
	enum bl_pack__got got = bl_pack__part(ctx, props, "Source", BL_PACK__MAP, &source);

	if (got == BL_PACK__GOT_NONE)
		bl_pack__error(ctx, bl_pack__at_key(props),
		    "the rule %.*s has no Source; add Source with Owner and SourceIdentifier",
		    BL_STR_ARG(bl_pack__q(ctx, rule->logical_id)));
	if (got != BL_PACK__GOT_IT)
		return;
	bl_pack__known_keys(ctx, source, "Source", source_keys, BL_PACK_COUNT(source_keys));
	got = bl_pack__word(ctx, source, "Owner", owners, BL_PACK_COUNT(owners), &owner);
	if (got == BL_PACK__GOT_NONE)
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
	struct bl_pack__texts types = {NULL, 0, 0};

	if (bl_pack__part(ctx, props, "Scope", BL_PACK__MAP, &scope) != BL_PACK__GOT_IT)
		return;
	bl_pack__known_keys(ctx, scope, "Scope", scope_keys, BL_PACK_COUNT(scope_keys));
	/* A narrower scope than the rule is judged with would be a wrong population. */
	for (size_t i = 1; i < BL_PACK_COUNT(scope_keys); i++)
		if (bl_pack__get(scope, scope_keys[i]) != NULL)
			bl_pack__error(ctx, bl_pack__at_key(bl_pack__get(scope, scope_keys[i])),
			    "Scope.%s is known to AWS but not supported here; scope by "
			    "ComplianceResourceTypes",
			    scope_keys[i]);
	if (bl_pack__texts(ctx, scope, "ComplianceResourceTypes", &types) != BL_PACK__GOT_IT ||
	    types.n == 0)
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
		bl_pack__say_missing(ctx, node, &value, what.ptr);
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

	if (bl_pack__part(ctx, props, "InputParameters", BL_PACK__MAP, &map) != BL_PACK__GOT_IT)
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

	if (bl_pack__part(ctx, props, "EvaluationModes", BL_PACK__LIST, &list) != BL_PACK__GOT_IT)
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
		bl_pack__known_keys(ctx, c, "EvaluationModes", mode_keys, BL_PACK_COUNT(mode_keys));
		(void)bl_pack__word(ctx, c, "Mode", modes, BL_PACK_COUNT(modes), &text);
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
	if (condition->truth == BL_PACK__UNKNOWN && condition->missing != NULL)
		ctx->n_waiting++;
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
	bl_pack__known_keys(ctx, props, "a ConfigRule", rule_keys, BL_PACK_COUNT(rule_keys));
	rule_name(ctx, props, rule);
	rule_description(ctx, props, rule);
	rule_source(ctx, props, rule);
	rule_scope(ctx, props, rule);
	rule_inputs(ctx, props, rule);
	rule_modes(ctx, props);
	if (bl_pack__word(ctx, props, "MaximumExecutionFrequency", frequencies,
		BL_PACK_COUNT(frequencies), &frequency) == BL_PACK__GOT_IT)
		rule->frequency = bl_pack__keep(ctx, frequency);
}

static void
remediation_rule(
    struct bl_pack__ctx *ctx, const struct bl_pack__node *props, const struct bl_pack *pack)
{
	struct bl_str name;

	if (bl_pack__text(ctx, props, "ConfigRuleName", &name) != BL_PACK__GOT_IT)
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
	bl_pack__known_keys(ctx, props, "a RemediationConfiguration", remediation_keys,
	    BL_PACK_COUNT(remediation_keys));
	for (size_t i = 0; i < BL_PACK_COUNT(needed); i++)
		if (bl_pack__text(ctx, props, needed[i], &text) == BL_PACK__GOT_NONE)
			bl_pack__error(ctx, bl_pack__at_key(props),
			    "the remediation %.*s has no %s",
			    BL_STR_ARG(bl_pack__q(ctx, node->key)), needed[i]);
	remediation_rule(ctx, props, pack);
	(void)bl_pack__word(
	    ctx, props, "TargetType", target_types, BL_PACK_COUNT(target_types), &text);
	(void)bl_pack__text(ctx, props, "ResourceType", &text);
	(void)bl_pack__text(ctx, props, "TargetVersion", &text);
	(void)bl_pack__part(ctx, props, "Parameters", BL_PACK__MAP, &map);
	(void)bl_pack__part(ctx, props, "ExecutionControls", BL_PACK__MAP, &map);
	bl_pack__check_bool(ctx, props, "Automatic");
	bl_pack__check_number(ctx, props, "MaximumAutomaticAttempts", 1, 25);
	bl_pack__check_number(ctx, props, "RetryAttemptSeconds", 1, 2678000);
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
	bl_pack__known_keys(ctx, node, "a resource", resource_keys, BL_PACK_COUNT(resource_keys));
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
	pack->n_waiting = ctx->n_waiting;
}
