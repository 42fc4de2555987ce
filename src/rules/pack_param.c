/*
 * The Parameters section, and the values given with a deployment.  A value, wherever it comes
 * from, must keep all that its declaration demands; a pattern is the author's and may be
 * pathological, so its matching has a step limit.
 *
 * Source: CloudFormation, "Parameters"; Config, PutConformancePack.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "rules/pack_priv.h"

#define MATCH_STEPS 1000000
#define MATCH_DEPTH 10000
#define MATCH_HEAP_KB 16384

struct type {
	const char *name;
	bool number;
	bool list;
};

static const struct type types[] = {
    {"String", false, false},
    {"Number", true, false},
    {"List<Number>", false, true},
    {"CommaDelimitedList", false, true},
    /* The names in the Config guide. */
    {"int", true, false},
    {"double", true, false},
    {"boolean", false, false},
    {"CSV", false, false},
    {"StringMap", false, false},
};

static const char *const keys[] = {"Type", "Default", "Description", "AllowedValues",
    "AllowedPattern", "ConstraintDescription", "MinLength", "MaxLength", "MinValue", "MaxValue",
    "NoEcho"};

struct bl_pack__param *
bl_pack__param(struct bl_pack__ctx *ctx, struct bl_str name)
{
	for (size_t i = 0; i < ctx->n_params; i++)
		if (bl_str_eq(ctx->params[i].name, name))
			return &ctx->params[i];
	return NULL;
}

/* --- numbers ------------------------------------------------------------- */

static size_t
skip_digits(struct bl_str s, size_t i)
{
	while (i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9')
		i++;
	return i;
}

/* A decimal number, without the locale: good enough to compare with a bound. */
static bool
to_number(struct bl_str s, double *ret_value)
{
	size_t start = s.len > 0 && (s.ptr[0] == '-' || s.ptr[0] == '+'), i = skip_digits(s, start),
	       end;
	double value = 0, scale = 1;

	for (size_t k = start; k < i; k++)
		value = value * 10 + (s.ptr[k] - '0');
	end = i;
	if (i < s.len && s.ptr[i] == '.') {
		end = skip_digits(s, i + 1);
		for (size_t k = i + 1; k < end; k++)
			value += (s.ptr[k] - '0') * (scale /= 10);
		if (end == i + 1)
			return false;
	}
	if (end != s.len || i == start)
		return false;
	*ret_value = s.ptr[0] == '-' ? -value : value;
	return true;
}

/* A bound of the declaration; false when it is absent or (reported) unreadable. */
static bool
bound(struct bl_pack__ctx *ctx, const struct bl_pack__param *param, const char *key,
    double *ret_value)
{
	const struct bl_pack__node *node = bl_pack__get(param->node, key);
	struct bl_str text;

	if (node == NULL || !bl_pack__literal(ctx, node, key, &text))
		return false;
	if (to_number(text, ret_value))
		return true;
	bl_pack__error(ctx, bl_pack__at(node), "%s must be a number, not %.*s", key,
	    BL_STR_ARG(bl_pack__q(ctx, text)));
	return false;
}

/* --- what a value must keep ---------------------------------------------- */

/* A value on trial: whose it is and where to complain. */
struct trial {
	const struct bl_pack__param *param;
	struct bl_str value;
	struct bl_pack__pos pos;
	const char *what;   /* "the Default of" | "the value given for" */
	struct bl_str hint; /* " (" ConstraintDescription ")", or "". */
};

static void
breach(struct bl_pack__ctx *ctx, const struct trial *t, const char *must, struct bl_str limit)
{
	bl_pack__error(ctx, t->pos, "%s %.*s is \"%.*s\"; it must %s%.*s%.*s", t->what,
	    BL_STR_ARG(bl_pack__q(ctx, t->param->name)), BL_STR_ARG(bl_pack__q(ctx, t->value)),
	    must, BL_STR_ARG(limit), BL_STR_ARG(t->hint));
}

static void
check_type(struct bl_pack__ctx *ctx, const struct trial *t)
{
	struct bl_str type = t->param->type, rest = t->value, part = {NULL, 0};
	double number;
	int64_t integer;

	if (bl_str_eq(type, BL_STR("int")) && !bl_str_to_i64(t->value, &integer))
		breach(ctx, t, "be an integer", BL_STR(""));
	if ((bl_str_eq(type, BL_STR("Number")) || bl_str_eq(type, BL_STR("double"))) &&
	    !to_number(t->value, &number))
		breach(ctx, t, "be a number", BL_STR(""));
	if (bl_str_eq(type, BL_STR("boolean")) && !bl_str_eq_ci(t->value, BL_STR("true")) &&
	    !bl_str_eq_ci(t->value, BL_STR("false")))
		breach(ctx, t, "be true or false", BL_STR(""));
	if (!bl_str_eq(type, BL_STR("List<Number>")))
		return;
	while (bl_str_split(&rest, ',', &part)) {
		if (to_number(bl_str_trim(part), &number))
			continue;
		breach(ctx, t, "be numbers with commas between", BL_STR(""));
		break;
	}
}

/* "true, false": the allowed values, for the message. */
static struct bl_str
join(struct bl_pack__ctx *ctx, const struct bl_pack__node *list)
{
	struct bl_str out = BL_STR("");

	for (const struct bl_pack__node *c = list->first; c != NULL && out.len < 200; c = c->next)
		if (bl_str_printf(ctx->scratch, &out, NULL, "%.*s%s%.*s", BL_STR_ARG(out),
			out.len > 0 ? ", " : "", BL_STR_ARG(bl_pack__q(ctx, c->text))) != BL_OK) {
			ctx->nomem = true;
			break;
		}
	return out;
}

static void
check_allowed(struct bl_pack__ctx *ctx, const struct trial *t)
{
	const struct bl_pack__node *list = bl_pack__get(t->param->node, "AllowedValues");

	if (list == NULL || list->kind != BL_PACK__LIST)
		return; /* A wrong kind has been reported with the declaration. */
	for (const struct bl_pack__node *c = list->first; c != NULL; c = c->next)
		if (c->kind == BL_PACK__SCALAR && bl_str_eq(c->text, t->value))
			return;
	breach(ctx, t, "be one of: ", join(ctx, list));
}

static void
check_bounds(struct bl_pack__ctx *ctx, const struct trial *t)
{
	static const char *const bounds[] = {"MinLength", "MaxLength", "MinValue", "MaxValue"};
	static const char *const words[] = {
	    "have at least ", "have at most ", "be at least ", "be at most "};

	for (size_t i = 0; i < BL_PACK_COUNT(bounds); i++) {
		const struct bl_pack__node *node = bl_pack__get(t->param->node, bounds[i]);
		double limit, value;
		struct bl_str text;

		if (node == NULL || node->kind != BL_PACK__SCALAR || !to_number(node->text, &limit))
			continue;
		value = (double)bl_pack__chars(t->value);
		if (i >= 2 && !to_number(t->value, &value))
			continue;
		if (i % 2 == 0 ? value >= limit : value <= limit)
			continue;
		if (bl_str_printf(ctx->scratch, &text, NULL, "%.*s%s", BL_STR_ARG(node->text),
			i < 2 ? " characters" : "") != BL_OK) {
			ctx->nomem = true;
			return;
		}
		breach(ctx, t, words[i], text);
	}
}

static void *
regex_alloc(size_t bytes, void *data)
{
	(void)data;
	return bl_mem_alloc(bytes);
}

static void
regex_free(void *p, void *data)
{
	(void)data;
	bl_mem_free(p);
}

/* 1: all of ${value} matches, 0: not; negative: PCRE2's error. */
static int
match_all(const pcre2_code *code, pcre2_general_context *general, struct bl_str value)
{
	pcre2_match_context *limits = pcre2_match_context_create(general);
	pcre2_match_data *data = pcre2_match_data_create(1, general);
	int rc = PCRE2_ERROR_NOMEMORY;

	if (limits != NULL && data != NULL) {
		(void)pcre2_set_match_limit(limits, MATCH_STEPS);
		(void)pcre2_set_depth_limit(limits, MATCH_DEPTH);
		(void)pcre2_set_heap_limit(limits, MATCH_HEAP_KB);
		rc = pcre2_match(code, (PCRE2_SPTR)value.ptr, value.len, 0, 0, data, limits);
		if (rc >= 0)
			rc = 1;
		else if (rc == PCRE2_ERROR_NOMATCH)
			rc = 0;
	}
	pcre2_match_data_free(data);
	pcre2_match_context_free(limits);
	return rc;
}

static void
pattern_broken(struct bl_pack__ctx *ctx, const struct bl_pack__node *node, int code, size_t offset)
{
	PCRE2_UCHAR words[200];

	if (code == PCRE2_ERROR_NOMEMORY || code == PCRE2_ERROR_HEAP_FAILED) {
		ctx->nomem = true;
		return;
	}
	(void)pcre2_get_error_message(code, words, sizeof(words));
	bl_pack__error(ctx, bl_pack__at(node),
	    "AllowedPattern is no regular expression: %s (at character %zu)", (const char *)words,
	    offset + 1);
}

static void
match_value(struct bl_pack__ctx *ctx, const struct trial *t, const struct bl_pack__node *node,
    const pcre2_code *code, pcre2_general_context *general)
{
	int rc = match_all(code, general, t->value);

	if (rc == PCRE2_ERROR_NOMEMORY)
		ctx->nomem = true;
	else if (rc < 0)
		bl_pack__error(ctx, bl_pack__at(node),
		    "AllowedPattern takes too long on a value of %zu bytes; make it simpler",
		    t->value.len);
	else if (rc == 0)
		breach(ctx, t, "match ", bl_pack__q(ctx, node->text));
}

/* ${t} == NULL: only the pattern itself. */
static void
check_pattern(struct bl_pack__ctx *ctx, const struct bl_pack__param *param, const struct trial *t)
{
	const struct bl_pack__node *node = bl_pack__get(param->node, "AllowedPattern");
	pcre2_general_context *general;
	pcre2_compile_context *compile = NULL;
	pcre2_code *code = NULL;
	int error = 0;
	PCRE2_SIZE offset = 0;

	if (node == NULL || node->kind != BL_PACK__SCALAR)
		return;
	general = pcre2_general_context_create(regex_alloc, regex_free, NULL);
	if (general != NULL)
		compile = pcre2_compile_context_create(general);
	if (compile == NULL) {
		ctx->nomem = true;
		goto out;
	}
	(void)pcre2_set_max_pattern_length(compile, BL_PACK_MAX_PARAMETER_VALUE);
	code = pcre2_compile((PCRE2_SPTR)node->text.ptr, node->text.len,
	    PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_NEVER_BACKSLASH_C, &error,
	    &offset, compile);
	if (code == NULL && t == NULL)
		pattern_broken(ctx, node, error, offset);
	else if (code == NULL &&
		 (error == PCRE2_ERROR_NOMEMORY || error == PCRE2_ERROR_HEAP_FAILED))
		ctx->nomem = true;
	else if (code != NULL && t != NULL)
		match_value(ctx, t, node, code, general);
out:
	pcre2_code_free(code);
	pcre2_compile_context_free(compile);
	pcre2_general_context_free(general);
}

static struct bl_str
hint_of(struct bl_pack__ctx *ctx, const struct bl_pack__param *param)
{
	const struct bl_pack__node *node = bl_pack__get(param->node, "ConstraintDescription");
	struct bl_str hint = BL_STR("");

	if (node == NULL || node->kind != BL_PACK__SCALAR || node->text.len == 0)
		return hint;
	if (bl_str_printf(ctx->scratch, &hint, NULL, " (%.*s)",
		BL_STR_ARG(bl_pack__q(ctx, node->text))) != BL_OK) {
		ctx->nomem = true;
		return BL_STR("");
	}
	return hint;
}

static void
check_value(struct bl_pack__ctx *ctx, const struct bl_pack__param *param, struct bl_str value,
    struct bl_pack__pos pos, const char *what)
{
	struct trial t = {param, value, pos, what, hint_of(ctx, param)};

	if (bl_pack__chars(value) > BL_PACK_MAX_PARAMETER_VALUE) {
		bl_pack__error(ctx, pos, "%s %.*s has %zu characters; AWS allows %d", what,
		    BL_STR_ARG(bl_pack__q(ctx, param->name)), bl_pack__chars(value),
		    BL_PACK_MAX_PARAMETER_VALUE);
		return;
	}
	check_type(ctx, &t);
	check_allowed(ctx, &t);
	check_bounds(ctx, &t);
	check_pattern(ctx, param, &t);
}

/* --- declarations -------------------------------------------------------- */

static const struct type *
type_of(struct bl_str name)
{
	for (size_t i = 0; i < BL_PACK_COUNT(types); i++)
		if (bl_str_eq(name, bl_str_of(types[i].name)))
			return &types[i];
	return NULL;
}

static const struct type *
check_type_name(struct bl_pack__ctx *ctx, struct bl_pack__param *param)
{
	const struct bl_pack__node *node = bl_pack__get(param->node, "Type");
	const struct type *type;

	if (node == NULL) {
		bl_pack__error(ctx, bl_pack__at_key(param->node),
		    "the parameter %.*s has no Type; add Type: String",
		    BL_STR_ARG(bl_pack__q(ctx, param->name)));
		return NULL;
	}
	if (!bl_pack__literal(ctx, node, "Type", &param->type))
		return NULL;
	type = type_of(param->type);
	if (type != NULL)
		return type;
	if (bl_str_starts(param->type, BL_STR("AWS::")) ||
	    bl_str_starts(param->type, BL_STR("List<AWS::")))
		bl_pack__error(ctx, bl_pack__at(node),
		    "the parameter type %.*s takes its value from the account, which is not known "
		    "here; use String",
		    BL_STR_ARG(bl_pack__q(ctx, param->type)));
	else
		bl_pack__error(ctx, bl_pack__at(node),
		    "there is no parameter type %.*s; use String",
		    BL_STR_ARG(bl_pack__q(ctx, param->type)));
	return NULL;
}

static void
check_list(struct bl_pack__ctx *ctx, const struct bl_pack__param *param)
{
	const struct bl_pack__node *list = bl_pack__get(param->node, "AllowedValues");
	struct bl_str text;

	if (list == NULL || list->bad)
		return;
	if (list->kind != BL_PACK__LIST || list->tag.ptr != NULL) {
		bl_pack__error(ctx, bl_pack__at(list), "AllowedValues must be a list, not %s",
		    list->tag.ptr != NULL ? "a function" : bl_pack__kind_name(list));
		return;
	}
	if (list->n == 0)
		bl_pack__error(
		    ctx, bl_pack__at(list), "AllowedValues is empty; no value could ever fit");
	for (const struct bl_pack__node *c = list->first; c != NULL; c = c->next)
		(void)bl_pack__literal(ctx, c, "an allowed value", &text);
}

static void
check_facets(struct bl_pack__ctx *ctx, struct bl_pack__param *param, const struct type *type)
{
	static const char *const texts[] = {
	    "Description", "ConstraintDescription", "AllowedPattern", "NoEcho"};
	static const char *const bounds[] = {"MinLength", "MaxLength", "MinValue", "MaxValue"};
	double low[4] = {0};
	bool has[4];

	for (size_t i = 0; i < BL_PACK_COUNT(texts); i++) {
		const struct bl_pack__node *node = bl_pack__get(param->node, texts[i]);
		struct bl_str text;

		if (node != NULL && bl_pack__literal(ctx, node, texts[i], &text) && i == 0 &&
		    bl_pack__chars(text) > 4000)
			bl_pack__error(ctx, bl_pack__at(node),
			    "the Description has %zu characters; AWS allows 4000",
			    bl_pack__chars(text));
	}
	for (size_t i = 0; i < BL_PACK_COUNT(bounds); i++) {
		const struct bl_pack__node *node = bl_pack__get(param->node, bounds[i]);

		has[i] = bound(ctx, param, bounds[i], &low[i]);
		if (node != NULL && type != NULL && type->number != (i >= 2))
			bl_pack__error(ctx, bl_pack__at_key(node),
			    "%s is not for the type %s; use %s", bounds[i], type->name,
			    type->number ? "MinValue, MaxValue" : "MinLength, MaxLength");
	}
	for (size_t i = 0; i < BL_PACK_COUNT(bounds); i += 2)
		if (has[i] && has[i + 1] && low[i] > low[i + 1])
			bl_pack__error(ctx, bl_pack__at_key(bl_pack__get(param->node, bounds[i])),
			    "%s is above %s; no value could ever fit", bounds[i], bounds[i + 1]);
	check_list(ctx, param);
	check_pattern(ctx, param, NULL);
}

static void
declare(struct bl_pack__ctx *ctx, struct bl_pack__param *param)
{
	const struct bl_pack__node *node = param->node, *fallback;
	const struct type *type;
	size_t n_before = ctx->n_errors;

	if (!bl_pack__is_id(param->name))
		bl_pack__error(ctx, bl_pack__at_key(node),
		    "the parameter name %.*s must be letters and digits only, at most %d",
		    BL_STR_ARG(bl_pack__q(ctx, param->name)), BL_PACK_MAX_PARAMETER_NAME);
	if (node->kind != BL_PACK__MAP || node->tag.ptr != NULL) {
		if (!node->bad)
			bl_pack__error(ctx, bl_pack__at(node),
			    "the parameter %.*s must be a map with Type and Default, not %s",
			    BL_STR_ARG(bl_pack__q(ctx, param->name)),
			    node->tag.ptr != NULL ? "a function" : bl_pack__kind_name(node));
		param->bad = true;
		return;
	}
	bl_pack__known_keys(ctx, node, "a parameter", keys, BL_PACK_COUNT(keys));
	type = check_type_name(ctx, param);
	param->list = type != NULL && type->list;
	check_facets(ctx, param, type);
	fallback = bl_pack__get(node, "Default");
	if (fallback != NULL && bl_pack__literal(ctx, fallback, "Default", &param->value)) {
		param->origin = BL_ORIGIN_DEFAULT;
		check_value(ctx, param, param->value, bl_pack__at(fallback), "the Default of");
	}
	param->bad = ctx->n_errors > n_before;
}

/* --- overrides ----------------------------------------------------------- */

static void
override(struct bl_pack__ctx *ctx, const struct bl_rule_input *overrides, size_t i,
    struct bl_pack__pos section)
{
	const struct bl_rule_input *given = &overrides[i];
	struct bl_pack__param *param = bl_pack__param(ctx, given->name);

	for (size_t k = 0; k < i; k++)
		if (bl_str_eq(overrides[k].name, given->name)) {
			bl_pack__error(ctx, section,
			    "a value for the parameter %.*s is given twice",
			    BL_STR_ARG(bl_pack__q(ctx, given->name)));
			return;
		}
	if (param == NULL) {
		bl_pack__error(ctx, section,
		    "a value is given for %.*s, but the pack has no such parameter",
		    BL_STR_ARG(bl_pack__q(ctx, given->name)));
		return;
	}
	param->value = given->value.ptr == NULL ? BL_STR("") : given->value;
	param->origin = BL_ORIGIN_OVERRIDE;
	if (!param->bad)
		check_value(
		    ctx, param, param->value, bl_pack__at_key(param->node), "the value given for");
}

static void
miss(struct bl_pack__ctx *ctx, const struct bl_pack__param *param)
{
	if (param->value.ptr != NULL || param->bad)
		return;
	if (ctx->supplied)
		bl_pack__error(ctx, bl_pack__at_key(param->node),
		    "the parameter %.*s has no Default and no value is given; give one",
		    BL_STR_ARG(bl_pack__q(ctx, param->name)));
	else
		bl_pack__warn(ctx, bl_pack__at_key(param->node),
		    "the parameter %.*s has no Default; give a value when the pack is deployed",
		    BL_STR_ARG(bl_pack__q(ctx, param->name)));
}

void
bl_pack__params(struct bl_pack__ctx *ctx, const struct bl_pack__node *section,
    const struct bl_rule_input *overrides, size_t n_overrides)
{
	size_t n = section == NULL ? 0 : section->n;
	struct bl_pack__pos pos = {1, 1};
	size_t n_given =
	    n_overrides > BL_PACK_MAX_PARAMETERS ? BL_PACK_MAX_PARAMETERS : n_overrides;

	if (section != NULL)
		pos = bl_pack__at_key(section);
	if (n > BL_PACK_MAX_PARAMETERS || n_overrides > BL_PACK_MAX_PARAMETERS)
		bl_pack__error(ctx, pos, "%zu parameters %s; AWS allows %d",
		    n > BL_PACK_MAX_PARAMETERS ? n : n_overrides,
		    n > BL_PACK_MAX_PARAMETERS ? "are declared" : "are given",
		    BL_PACK_MAX_PARAMETERS);
	ctx->params = bl_new(ctx->scratch, struct bl_pack__param, n);
	if (ctx->params == NULL) {
		ctx->nomem = true;
		return;
	}
	for (struct bl_pack__node *c = section == NULL ? NULL : section->first; c != NULL;
	     c = c->next) {
		struct bl_pack__param *param = &ctx->params[ctx->n_params++];

		*param = (struct bl_pack__param){.node = c, .name = c->key};
		declare(ctx, param);
	}
	for (size_t i = 0; i < n_given; i++)
		override(ctx, overrides, i, pos);
	for (size_t i = 0; i < ctx->n_params; i++)
		miss(ctx, &ctx->params[i]);
}
