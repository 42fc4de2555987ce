/* A rule with its parameters' values: texts from the wire to typed values. */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "rules/rule_bind.h"

static const char *
kind_words(enum bl_rule_param_kind kind)
{
	switch (kind) {
	case BL_PARAM_INT: return "a whole number";
	case BL_PARAM_BOOLEAN: return "true or false";
	case BL_PARAM_INT_CSV: return "whole numbers with commas between";
	case BL_PARAM_STRING:
	case BL_PARAM_CSV: break;
	}
	return "text";
}

static bool
to_scalar(enum bl_rule_param_kind kind, struct bl_str text, struct bl_value *ret)
{
	struct bl_str trimmed = bl_str_trim(text);

	*ret = (struct bl_value){.kind = BL_TYPE_VARCHAR, .str = text};
	if (kind == BL_PARAM_INT) {
		ret->kind = BL_TYPE_BIGINT;
		return bl_str_to_i64(trimmed, &ret->i64);
	}
	if (kind == BL_PARAM_BOOLEAN) {
		ret->kind = BL_TYPE_BOOLEAN;
		ret->boolean = bl_str_eq_ci(trimmed, BL_STR("true"));
		return ret->boolean || bl_str_eq_ci(trimmed, BL_STR("false"));
	}
	return true;
}

/* Split on commas, trimmed, empty parts dropped. */
static BL_STATUS
to_list(enum bl_rule_param_kind kind, struct bl_str text, struct bl_arena *arena,
    struct bl_value *ret, bool *ret_good)
{
	enum bl_rule_param_kind each = kind == BL_PARAM_INT_CSV ? BL_PARAM_INT : BL_PARAM_STRING;
	struct bl_str rest = text, part;
	struct bl_value *elements;
	size_t most = 0;

	while (bl_str_split(&rest, ',', &part))
		most++;
	elements = bl_new(arena, struct bl_value, most);
	if (elements == NULL)
		return BL_ENOMEM;
	*ret = (struct bl_value){.kind = BL_TYPE_ARRAY,
	    .element = each == BL_PARAM_INT ? BL_TYPE_BIGINT : BL_TYPE_VARCHAR,
	    .elements = elements};
	*ret_good = true;
	rest = text;
	while (bl_str_split(&rest, ',', &part)) {
		part = bl_str_trim(part);
		if (part.len > 0)
			*ret_good = to_scalar(each, part, &elements[ret->n++]) && *ret_good;
	}
	return BL_OK;
}

static BL_STATUS
read_value(const struct bl_rule_param *param, struct bl_str given, struct bl_arena *arena,
    struct bl_value *ret, struct bl_err *reterr)
{
	bool list = param->kind == BL_PARAM_CSV || param->kind == BL_PARAM_INT_CSV;
	struct bl_str text = {0};
	bool good = true;

	if (bl_str_dup(arena, given, &text) ||
	    (list && to_list(param->kind, text, arena, ret, &good)))
		return bl_fail(reterr, BL_ENOMEM, "no memory for the rule's parameters");
	if (!list)
		good = to_scalar(param->kind, text, ret);
	if (good)
		return BL_OK;
	return bl_fail(reterr, BL_EINPUT, "the parameter %.*s is %s, not '%.*s'",
	    BL_STR_ARG(param->name), kind_words(param->kind), BL_STR_ARG(given));
}

static BL_STATUS
check_names(
    const struct bl_rule *rule, const struct bl_rule_input *inputs, size_t n, struct bl_err *reterr)
{
	for (size_t i = 0; i < n; i++) {
		bool known = false;

		for (size_t k = 0; k < rule->n_params; k++)
			known = known || bl_str_eq(inputs[i].name, rule->params[k].name);
		if (!known)
			return bl_fail(reterr, BL_EINPUT, "%.*s has no parameter %.*s",
			    BL_STR_ARG(rule->identifier), BL_STR_ARG(inputs[i].name));
		for (size_t k = 0; k < i; k++)
			if (bl_str_eq(inputs[i].name, inputs[k].name))
				return bl_fail(reterr, BL_EINPUT,
				    "the parameter %.*s is given twice",
				    BL_STR_ARG(inputs[i].name));
	}
	return BL_OK;
}

/* What a parameter is given as; a blank text is as good as none (packs write blanks so). */
static struct bl_str
find_input(const struct bl_rule_param *param, const struct bl_rule_input *inputs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bl_str_eq(inputs[i].name, param->name) && bl_str_trim(inputs[i].value).len > 0)
			return inputs[i].value;
	return (struct bl_str){0};
}

BL_STATUS
bl_rule_bind(const struct bl_rule *rule, const struct bl_rule_input *inputs, size_t n,
    struct bl_arena *arena, const struct bl_bound_rule **ret_bound, struct bl_err *reterr)
{
	struct bl_bound_rule *bound = bl_new(arena, struct bl_bound_rule, 1);
	struct bl_value *values = bl_new(arena, struct bl_value, rule->n_params);
	enum bl_status status = check_names(rule, inputs, n, reterr);

	if (bound == NULL || values == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the rule's parameters");
	for (size_t i = 0; !status && i < rule->n_params; i++) {
		const struct bl_rule_param *param = &rule->params[i];
		struct bl_str given = find_input(param, inputs, n);

		values[i] = (struct bl_value){.null = true};
		if (given.ptr == NULL)
			given = param->fallback;
		if (given.ptr != NULL)
			status = read_value(param, given, arena, &values[i], reterr);
		else if (param->required)
			status = bl_fail(reterr, BL_EINPUT, "%.*s needs the parameter %.*s",
			    BL_STR_ARG(rule->identifier), BL_STR_ARG(param->name));
	}
	if (status)
		return status;
	bound->rule = rule;
	bound->values = values;
	*ret_bound = bound;
	return BL_OK;
}
