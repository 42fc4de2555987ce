/* The policy's text. */
#include "rules/retention.h"

#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "rules/rule_yaml.h"

#define YEARS_LIMIT 200
#define DAYS_LIMIT 73000

bool
bl_retention_matches(struct bl_str pattern, struct bl_str text)
{
	size_t p = 0, t = 0, star = SIZE_MAX, retry = 0;

	if (pattern.ptr == NULL)
		return true;
	while (t < text.len) {
		if (p < pattern.len && pattern.ptr[p] == '*') {
			star = p++;
			retry = t;
		} else if (p < pattern.len && pattern.ptr[p] == text.ptr[t]) {
			p++;
			t++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			t = ++retry;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.ptr[p] == '*')
		p++;
	return p == pattern.len;
}

int64_t
bl_retention_horizon(struct bl_retention_period period, int64_t at_ns)
{
	int year, month, day;
	int64_t days = (int64_t)period.days * BL_NS_PER_DAY, ns;

	if (period.years == 0)
		return at_ns < BL_INSTANT_MIN + days ? BL_INSTANT_MIN : at_ns - days;
	bl_instant_date(at_ns, &year, &month, &day);
	if (year - (int)period.years < 1680)
		return BL_INSTANT_MIN;
	/* The 29th of February of a year without one: the day before, so that all stays longer. */
	if (month == 2 && day == 29)
		day = 28;
	ns = at_ns - bl_instant_civil(year, month, month == 2 && day == 28 ? 28 : day);
	if (ns >= BL_NS_PER_DAY)
		ns = BL_NS_PER_DAY - 1;
	return bl_instant_civil(year - (int)period.years, month, day) + ns;
}

/* ---- Values. --------------------------------------------------------------- */

static enum bl_status
take_period(const struct bl_yaml *node, struct bl_retention_period *ret, struct bl_err *reterr)
{
	struct bl_str s = node->text;
	bool years = s.len > 1 && s.ptr[s.len - 1] == 'y';
	uint64_t n;

	if (node->kind != BL_YAML_SCALAR || s.len < 2 || (!years && s.ptr[s.len - 1] != 'd') ||
	    !bl_str_to_u64(bl_str_sub(s, 0, s.len - 1), &n) || n == 0 ||
	    n > (years ? YEARS_LIMIT : DAYS_LIMIT))
		return bl_fail_pos(reterr, BL_EINPUT, node->line, node->column,
		    "keep wants years or days, such as 10y (at most %dy) or 400d (at most %dd), "
		    "not "
		    "\"%.*s\"",
		    YEARS_LIMIT, DAYS_LIMIT, BL_STR_ARG(s));
	*ret = years ? (struct bl_retention_period){.years = (uint32_t)n}
		     : (struct bl_retention_period){.days = (uint32_t)n};
	return BL_OK;
}

static enum bl_status
take_text(const struct bl_yaml *node, struct bl_str *ret, struct bl_err *reterr)
{
	if (node->kind != BL_YAML_SCALAR || node->text.len == 0)
		return bl_fail_pos(reterr, BL_EINPUT, node->line, node->column, "%.*s wants a text",
		    BL_STR_ARG(node->key));
	*ret = node->text;
	return BL_OK;
}

static enum bl_status
take_instant(const struct bl_yaml *node, int64_t *ret, struct bl_err *reterr)
{
	if (node->kind != BL_YAML_SCALAR || !bl_instant_parse(node->text, ret))
		return bl_fail_pos(reterr, BL_EINPUT, node->line, node->column,
		    "%.*s wants a date such as 2026-01-31 (midnight UTC) or an instant such as "
		    "2026-01-31T12:00:00Z",
		    BL_STR_ARG(node->key));
	return BL_OK;
}

static enum bl_status
unknown(const struct bl_yaml *node, const char *where, const char *keys, struct bl_err *reterr)
{
	return bl_fail_pos(reterr, BL_EINPUT, node->key_line, node->key_column,
	    "%s has no \"%.*s\": it may have %s", where, BL_STR_ARG(node->key), keys);
}

static bool
is(const struct bl_yaml *node, const char *key)
{
	return bl_str_eq(node->key, bl_str_of(key));
}

/* ---- Rules and holds. ------------------------------------------------------ */

static enum bl_status
take_rule(const struct bl_yaml *node, struct bl_retention_rule *ret, struct bl_err *reterr)
{
	struct bl_retention_rule rule = {.keep = {.years = 0}};
	enum bl_status status = BL_OK;

	for (const struct bl_yaml *c = node->first; c != NULL && status == BL_OK; c = c->next)
		if (is(c, "account"))
			status = take_text(c, &rule.account, reterr);
		else if (is(c, "type"))
			status = take_text(c, &rule.type, reterr);
		else if (is(c, "keep"))
			status = take_period(c, &rule.keep, reterr);
		else
			status = unknown(c, "a rule", "account, type and keep", reterr);
	if (status == BL_OK && rule.keep.years == 0 && rule.keep.days == 0)
		status = bl_fail_pos(
		    reterr, BL_EINPUT, node->line, node->column, "a rule wants keep: how long");
	if (status == BL_OK && rule.account.ptr == NULL && rule.type.ptr == NULL)
		status = bl_fail_pos(reterr, BL_EINPUT, node->line, node->column,
		    "a rule wants account, type or both; for all of them there is keep at the top");
	*ret = rule;
	return status;
}

static enum bl_status
take_hold(const struct bl_yaml *node, struct bl_retention_hold *ret, struct bl_err *reterr)
{
	struct bl_retention_hold hold = {.from_ns = BL_INSTANT_MIN,
	    .to_ns = BL_INSTANT_MAX,
	    .until_ns = BL_INSTANT_MAX,
	    .line = node->line};
	enum bl_status status = BL_OK;

	for (const struct bl_yaml *c = node->first; c != NULL && status == BL_OK; c = c->next)
		if (is(c, "account"))
			status = take_text(c, &hold.account, reterr);
		else if (is(c, "type"))
			status = take_text(c, &hold.type, reterr);
		else if (is(c, "resource"))
			status = take_text(c, &hold.resource, reterr);
		else if (is(c, "reason"))
			status = take_text(c, &hold.reason, reterr);
		else if (is(c, "from"))
			status = take_instant(c, &hold.from_ns, reterr);
		else if (is(c, "to"))
			status = take_instant(c, &hold.to_ns, reterr);
		else if (is(c, "until"))
			status = take_instant(c, &hold.until_ns, reterr);
		else
			status = unknown(c, "a hold",
			    "account, type, resource, from, to, until and reason", reterr);
	if (status == BL_OK && hold.reason.ptr == NULL)
		status = bl_fail_pos(reterr, BL_EINPUT, node->line, node->column,
		    "a hold wants a reason: who asked for it, and why");
	if (status == BL_OK && hold.from_ns >= hold.to_ns)
		status = bl_fail_pos(
		    reterr, BL_EINPUT, node->line, node->column, "from is not before to");
	*ret = hold;
	return status;
}

/* How many mappings the list has. */
static enum bl_status
count(const struct bl_yaml *list, size_t *ret_n, struct bl_err *reterr)
{
	size_t n = 0;

	if (list->kind != BL_YAML_SEQUENCE && !bl_rule_yaml__is_null(list))
		return bl_fail_pos(reterr, BL_EINPUT, list->line, list->column, "%.*s wants a list",
		    BL_STR_ARG(list->key));
	for (const struct bl_yaml *c = list->first; c != NULL; c = c->next) {
		if (c->kind != BL_YAML_MAPPING)
			return bl_fail_pos(reterr, BL_EINPUT, c->line, c->column,
			    "each of %.*s is a mapping", BL_STR_ARG(list->key));
		if (++n > BL_RETENTION_LIMIT)
			return bl_fail_pos(reterr, BL_ELIMIT, c->line, c->column,
			    "more than %d %.*s", BL_RETENTION_LIMIT, BL_STR_ARG(list->key));
	}
	*ret_n = n;
	return BL_OK;
}

static enum bl_status
take_list(const struct bl_yaml *list, struct bl_arena *arena, struct bl_retention *policy,
    struct bl_err *reterr)
{
	bool rules = is(list, "rules");
	enum bl_status status;
	size_t n, i = 0;

	status = count(list, &n, reterr);
	if (status != BL_OK)
		return status;
	if (rules) {
		policy->rules = bl_new(arena, struct bl_retention_rule, n);
		policy->n_rules = n;
	} else {
		policy->holds = bl_new(arena, struct bl_retention_hold, n);
		policy->n_holds = n;
	}
	if ((rules && policy->rules == NULL) || (!rules && policy->holds == NULL))
		return bl_fail(reterr, BL_ENOMEM, "no memory for the policy");
	for (const struct bl_yaml *c = list->first; c != NULL && status == BL_OK; c = c->next, i++)
		status = rules ? take_rule(c, &policy->rules[i], reterr)
			       : take_hold(c, &policy->holds[i], reterr);
	return status;
}

enum bl_status
bl_retention_parse(struct bl_str text, struct bl_arena *arena,
    const struct bl_retention **ret_policy, struct bl_err *reterr)
{
	struct bl_retention *policy = bl_new(arena, struct bl_retention, 1);
	const struct bl_yaml *root;
	enum bl_status status;

	if (policy == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the policy");
	status = bl_rule_yaml__read(text, arena, &root, reterr);
	if (status != BL_OK)
		return status;
	if (root->kind != BL_YAML_MAPPING)
		return bl_fail_pos(reterr, BL_EINPUT, 1, 1,
		    "a policy is a mapping with keep, and rules and holds if there are any");
	for (const struct bl_yaml *c = root->first; c != NULL && status == BL_OK; c = c->next)
		if (is(c, "keep"))
			status = take_period(c, &policy->keep, reterr);
		else if (is(c, "rules") || is(c, "holds"))
			status = take_list(c, arena, policy, reterr);
		else
			status = unknown(c, "a policy", "keep, rules and holds", reterr);
	if (status == BL_OK && policy->keep.years == 0 && policy->keep.days == 0)
		status = bl_fail_pos(reterr, BL_EINPUT, 1, 1,
		    "a policy wants keep at the top: how long all stays that no rule names");
	if (status == BL_OK)
		*ret_policy = policy;
	return status;
}
