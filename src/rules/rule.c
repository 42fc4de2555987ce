/*
 * A rule file to a rule: keys, parameters, expressions.  Everything that can be wrong in
 * the file is found here, with line and column, so that judging cannot fail for the rule's text.
 */
#include "rules/rule.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "rules/rule_priv.h"

BL_STATUS
bl_rule__fail(const struct bl_yaml *at, struct bl_err *reterr, const char *fmt, ...)
{
	char text[300];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return bl_fail_pos(reterr, BL_EINPUT, at->line, at->column, "%s", text);
}

BL_STATUS
bl_rule__text(
    const struct bl_yaml *node, const char *what, struct bl_str *ret_text, struct bl_err *reterr)
{
	struct bl_str text;

	assert(node != NULL);
	if (node->kind != BL_YAML_SCALAR)
		return bl_rule__fail(node, reterr, "%s is a text", what);
	text = bl_str_trim(node->text);
	if (text.len == 0)
		return bl_rule__fail(node, reterr, "%s is empty", what);
	*ret_text = text;
	return BL_OK;
}

BL_STATUS
bl_rule__check_keys(const struct bl_yaml *mapping, const char *const keys[], size_t n,
    const char *what, struct bl_err *reterr)
{
	if (mapping->kind != BL_YAML_MAPPING)
		return bl_rule__fail(mapping, reterr, "%s is a mapping (key: value)", what);
	for (const struct bl_yaml *v = mapping->first; v != NULL; v = v->next) {
		bool known = false;

		for (size_t i = 0; i < n; i++)
			known = known || bl_str_eq(v->key, bl_str_of(keys[i]));
		if (!known)
			return bl_fail_pos(reterr, BL_EINPUT, v->key_line, v->key_column,
			    "%s has no key '%.*s'", what, BL_STR_ARG(v->key));
	}
	return BL_OK;
}

size_t
bl_rule__count(const struct bl_yaml *node)
{
	size_t n = 0;

	for (const struct bl_yaml *v = node == NULL ? NULL : node->first; v != NULL; v = v->next)
		n++;
	return n;
}

struct loader {
	struct bl_str file_text;
	const struct bl_yaml *root;
	struct bl_rule *rule;
	struct bl_rule_body *body;
	struct bl_expr_param *expr_params;
	struct bl_arena *arena;
	struct bl_err *reterr;
};

static BL_STATUS
no_memory(struct loader *l)
{
	return bl_fail(l->reterr, BL_ENOMEM, "no memory for the rule");
}

/* A key that must be there. */
static BL_STATUS
need_text(struct loader *l, const char *key, struct bl_str *ret_text)
{
	const struct bl_yaml *node = bl_rule_yaml__get(l->root, key);

	if (node == NULL)
		return bl_rule__fail(l->root, l->reterr, "the key '%s' is missing", key);
	return bl_rule__text(node, key, ret_text, l->reterr);
}

/* A list of texts; absent: none. */
static BL_STATUS
read_texts(struct loader *l, const char *key, const struct bl_str **ret_texts, size_t *ret_n)
{
	const struct bl_yaml *node = bl_rule_yaml__get(l->root, key);
	size_t n = bl_rule__count(node), i = 0;
	struct bl_str *texts = bl_new(l->arena, struct bl_str, n);

	if (texts == NULL)
		return no_memory(l);
	if (node != NULL && node->kind != BL_YAML_SEQUENCE)
		return bl_rule__fail(node, l->reterr, "%s is a list (- ...)", key);
	if (n > BL_RULE_MAX_LIST)
		return bl_rule__fail(
		    node, l->reterr, "%s has more than %d entries", key, BL_RULE_MAX_LIST);
	for (const struct bl_yaml *v = node == NULL ? NULL : node->first; v != NULL; v = v->next) {
		enum bl_status status = bl_rule__text(v, key, &texts[i++], l->reterr);

		if (status)
			return status;
	}
	*ret_texts = texts;
	*ret_n = n;
	return BL_OK;
}

static BL_STATUS
read_bool(const struct bl_yaml *node, const char *what, bool *ret, struct bl_err *reterr)
{
	*ret = false;
	if (node == NULL)
		return BL_OK;
	*ret = node->kind == BL_YAML_SCALAR && bl_str_eq(node->text, BL_STR("true"));
	if (*ret || (node->kind == BL_YAML_SCALAR && bl_str_eq(node->text, BL_STR("false"))))
		return BL_OK;
	return bl_rule__fail(node, reterr, "%s is true or false", what);
}

static const struct {
	const char *name;
	enum bl_rule_param_kind kind;
	enum bl_type_kind type, element;
} param_kinds[] = {
    {"string", BL_PARAM_STRING, BL_TYPE_VARCHAR, BL_TYPE_UNKNOWN},
    {"int", BL_PARAM_INT, BL_TYPE_BIGINT, BL_TYPE_UNKNOWN},
    {"boolean", BL_PARAM_BOOLEAN, BL_TYPE_BOOLEAN, BL_TYPE_UNKNOWN},
    {"csv", BL_PARAM_CSV, BL_TYPE_ARRAY, BL_TYPE_VARCHAR},
    {"int-csv", BL_PARAM_INT_CSV, BL_TYPE_ARRAY, BL_TYPE_BIGINT},
};

static BL_STATUS
read_param_kind(struct loader *l, const struct bl_yaml *node, struct bl_rule_param *param,
    struct bl_expr_param *expr_param)
{
	for (size_t i = 0; i < sizeof(param_kinds) / sizeof(param_kinds[0]); i++) {
		if (node->kind != BL_YAML_SCALAR ||
		    !bl_str_eq(node->text, bl_str_of(param_kinds[i].name)))
			continue;
		param->kind = param_kinds[i].kind;
		*expr_param = (struct bl_expr_param){
		    param->name, param_kinds[i].type, param_kinds[i].element};
		return BL_OK;
	}
	return bl_rule__fail(
	    node, l->reterr, "a parameter's kind is string, int, boolean, csv or int-csv");
}

static BL_STATUS
read_param(struct loader *l, const struct bl_yaml *node, struct bl_rule_param *param,
    struct bl_expr_param *expr_param)
{
	static const char *const keys[] = {"name", "kind", "required", "default", "description"};
	const struct bl_yaml *name, *kind, *fallback, *description;
	enum bl_status status = bl_rule__check_keys(node, keys, 5, "a parameter", l->reterr);

	if (status)
		return status;
	name = bl_rule_yaml__get(node, "name");
	kind = bl_rule_yaml__get(node, "kind");
	fallback = bl_rule_yaml__get(node, "default");
	description = bl_rule_yaml__get(node, "description");
	if (name == NULL || kind == NULL)
		return bl_rule__fail(node, l->reterr, "a parameter has a name and a kind");
	status = bl_rule__text(name, "a parameter's name", &param->name, l->reterr);
	if (!status)
		status = read_param_kind(l, kind, param, expr_param);
	if (!status)
		status = read_bool(
		    bl_rule_yaml__get(node, "required"), "required", &param->required, l->reterr);
	if (!status && fallback != NULL)
		status = bl_rule__text(fallback, "default", &param->fallback, l->reterr);
	if (!status && description != NULL)
		status = bl_rule__text(description, "description", &param->description, l->reterr);
	return status;
}

static BL_STATUS
read_params(struct loader *l)
{
	const struct bl_yaml *list = bl_rule_yaml__get(l->root, "parameters");
	size_t n = bl_rule__count(list), i = 0;
	struct bl_rule_param *params = bl_new(l->arena, struct bl_rule_param, n);

	l->expr_params = bl_new(l->arena, struct bl_expr_param, n);
	if (params == NULL || l->expr_params == NULL)
		return no_memory(l);
	if (list != NULL && list->kind != BL_YAML_SEQUENCE)
		return bl_rule__fail(list, l->reterr, "parameters is a list (- name: ...)");
	if (n > BL_RULE_MAX_PARAMS)
		return bl_rule__fail(
		    list, l->reterr, "a rule has at most %d parameters", BL_RULE_MAX_PARAMS);
	for (const struct bl_yaml *v = list == NULL ? NULL : list->first; v != NULL;
	     v = v->next, i++) {
		enum bl_status status = read_param(l, v, &params[i], &l->expr_params[i]);

		for (size_t k = 0; !status && k < i; k++)
			if (bl_str_eq(params[k].name, params[i].name))
				status = bl_rule__fail(v, l->reterr,
				    "the parameter %.*s stands here twice",
				    BL_STR_ARG(params[i].name));
		if (status)
			return status;
	}
	l->rule->params = params;
	l->rule->n_params = n;
	return BL_OK;
}

/* A path under configuration (or configuration itself)? */
static bool
is_configuration(struct bl_str path)
{
	size_t len = sizeof("configuration") - 1;

	return bl_str_starts(path, BL_STR("configuration")) &&
	       (path.len == len || path.ptr[len] == '.' || path.ptr[len] == '[');
}

static BL_STATUS
read_expr(struct loader *l, const struct bl_yaml *node, enum bl_type_kind wanted,
    struct bl_rule_expr *ret_expr)
{
	struct bl_str *paths;
	size_t n_paths;
	enum bl_status status;

	assert(node != NULL);
	if (node->kind != BL_YAML_SCALAR || node->text.len == 0)
		return bl_rule__fail(node, l->reterr, "an expression is expected here");
	if (!bl_rule_yaml__one_to_one(l->file_text, node))
		return bl_rule__fail(node, l->reterr,
		    "write this expression as a block (|), so that errors can point into it");
	ret_expr->at = node;
	status = bl_expr_compile(node->text, l->expr_params, l->rule->n_params, wanted, l->arena,
	    &ret_expr->expr, l->reterr);
	if (status) {
		if (status != BL_ENOMEM && l->reterr != NULL)
			bl_rule_yaml__place(
			    l->file_text, node, &l->reterr->line, &l->reterr->column);
		return status;
	}
	status = bl_expr_paths(ret_expr->expr, l->arena, &paths, &n_paths, l->reterr);
	for (size_t i = 0; !status && i < n_paths; i++)
		l->body->reads_configuration =
		    l->body->reads_configuration || is_configuration(paths[i]);
	return status;
}

static BL_STATUS
read_gaps(struct loader *l)
{
	static const char *const keys[] = {"when", "reason"};
	const struct bl_yaml *list = bl_rule_yaml__get(l->root, "insufficient");
	struct bl_rule_gap *gap;
	enum bl_status status;

	l->body->gaps = bl_new(l->arena, struct bl_rule_gap, bl_rule__count(list));
	if (l->body->gaps == NULL)
		return no_memory(l);
	if (list != NULL && list->kind != BL_YAML_SEQUENCE)
		return bl_rule__fail(list, l->reterr, "insufficient is a list (- when: ...)");
	for (const struct bl_yaml *v = list == NULL ? NULL : list->first; v != NULL; v = v->next) {
		const struct bl_yaml *when = bl_rule_yaml__get(v, "when");
		const struct bl_yaml *reason = bl_rule_yaml__get(v, "reason");

		status = bl_rule__check_keys(v, keys, 2, "an entry of insufficient", l->reterr);
		if (status)
			return status;
		if (when == NULL || reason == NULL)
			return bl_rule__fail(
			    v, l->reterr, "an entry of insufficient has when and reason");
		gap = &l->body->gaps[l->body->n_gaps++];
		status = read_expr(l, when, BL_TYPE_BOOLEAN, &gap->when);
		if (!status)
			status = bl_rule__text(reason, "reason", &gap->reason, l->reterr);
		if (status)
			return status;
	}
	return BL_OK;
}

static BL_STATUS
read_reasons(struct loader *l)
{
	const struct bl_yaml *expr = bl_rule_yaml__get(l->root, "reason");
	const struct bl_yaml *text = bl_rule_yaml__get(l->root, "reason_text");
	const struct bl_yaml *outside = bl_rule_yaml__get(l->root, "not_applicable_reason");
	enum bl_status status;

	if (expr != NULL && text == NULL)
		status = read_expr(l, expr, BL_TYPE_VARCHAR, &l->body->reason);
	else if (text != NULL && expr == NULL)
		status = bl_rule__text(text, "reason_text", &l->body->reason_text, l->reterr);
	else
		status = bl_rule__fail(l->root, l->reterr,
		    "a rule has either reason (an expression) or reason_text (plain words)");
	if (!status && outside != NULL)
		status = bl_rule__text(
		    outside, "not_applicable_reason", &l->body->not_applicable_reason, l->reterr);
	return status;
}

static BL_STATUS
read_conditions(struct loader *l)
{
	const struct bl_yaml *applicable = bl_rule_yaml__get(l->root, "applicable");
	const struct bl_yaml *compliant = bl_rule_yaml__get(l->root, "compliant");
	enum bl_status status = BL_OK;

	if (compliant == NULL)
		return bl_rule__fail(l->root, l->reterr, "the key 'compliant' is missing");
	if (applicable != NULL)
		status = read_expr(l, applicable, BL_TYPE_BOOLEAN, &l->body->applicable);
	if (!status)
		status = read_gaps(l);
	if (!status)
		status = read_expr(l, compliant, BL_TYPE_BOOLEAN, &l->body->compliant);
	return status ? status : read_reasons(l);
}

static BL_STATUS
read_head(struct loader *l)
{
	struct bl_rule *rule = l->rule;
	enum bl_status status = need_text(l, "identifier", &rule->identifier);

	if (!status)
		status = need_text(l, "name", &rule->name);
	if (!status)
		status = need_text(l, "title", &rule->title);
	if (!status)
		status = need_text(l, "trigger", &rule->trigger);
	if (!status && !bl_str_eq(rule->trigger, BL_STR("change")) &&
	    !bl_str_eq(rule->trigger, BL_STR("periodic")) &&
	    !bl_str_eq(rule->trigger, BL_STR("both")))
		status = bl_rule__fail(bl_rule_yaml__get(l->root, "trigger"), l->reterr,
		    "trigger is change, periodic or both");
	if (!status)
		status = read_texts(l, "types", &rule->types, &rule->n_types);
	if (!status && rule->n_types == 0)
		status = bl_rule__fail(l->root, l->reterr, "the key 'types' is missing or empty");
	if (!status)
		status = read_texts(l, "limits", &rule->limits, &rule->n_limits);
	return status;
}

static BL_STATUS
load(struct loader *l)
{
	static const char *const keys[] = {"identifier", "name", "title", "types", "trigger",
	    "parameters", "applicable", "insufficient", "compliant", "reason", "reason_text",
	    "not_applicable_reason", "limits", "examples"};
	enum bl_status status = bl_rule_yaml__read(l->file_text, l->arena, &l->root, l->reterr);

	if (!status)
		status = bl_rule__check_keys(
		    l->root, keys, sizeof(keys) / sizeof(keys[0]), "a rule", l->reterr);
	if (!status)
		status = read_head(l);
	if (!status)
		status = read_params(l);
	if (!status)
		status = read_conditions(l);
	if (!status)
		status = bl_rule__examples(
		    l->rule, l->body, bl_rule_yaml__get(l->root, "examples"), l->arena, l->reterr);
	return status;
}

BL_STATUS
bl_rule_load(struct bl_str file, struct bl_str text, struct bl_arena *arena,
    const struct bl_rule **ret_rule, struct bl_err *reterr)
{
	struct bl_rule *rule = bl_new(arena, struct bl_rule, 1);
	struct bl_rule_body *body = bl_new(arena, struct bl_rule_body, 1);
	struct loader l = {.rule = rule, .body = body, .arena = arena, .reterr = reterr};
	enum bl_status status;

	if (rule == NULL || body == NULL || bl_str_dup(arena, text, &rule->text) ||
	    bl_str_dup(arena, file, &body->file))
		return no_memory(&l);
	l.file_text = rule->text;
	rule->body = body;
	status = load(&l);
	if (!status)
		status = bl_sha256_of(rule->text, &rule->sha256, reterr);
	if (status) {
		bl_err_prefix(reterr, "%.*s", BL_STR_ARG(file));
		return status;
	}
	*ret_rule = rule;
	return BL_OK;
}
