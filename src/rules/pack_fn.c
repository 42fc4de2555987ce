/*
 * CloudFormation's functions, as far as conformance packs use them, and Conditions.
 *
 * Two passes: bl_pack__check walks every value once and reports what is wrong with it, also in
 * branches that are not taken (AWS refuses those too); bl_pack__eval then computes without a word.
 * Both rest on the depth limit of the reader: recursion is over nesting, at most BL_PACK_MAX_DEPTH.
 */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "rules/pack_priv.h"

enum fn_kind {
	FN_NONE,
	FN_REF,
	FN_IF,
	FN_SUB,
	FN_EQUALS,
	FN_NOT,
	FN_AND,
	FN_OR,
	FN_CONDITION,
	FN_OTHER,
};

struct fn {
	enum fn_kind kind;
	struct bl_str name;		 /* Without "Fn::" or "!". */
	const struct bl_pack__node *arg; /* Of the short form: the tagged node itself. */
	struct bl_pack__pos pos;
	bool alone; /* Long form: nothing else in the map. */
};

static enum fn_kind
kind_of(struct bl_str name)
{
	static const struct {
		const char *name;
		enum fn_kind kind;
	} known[] = {{"Ref", FN_REF}, {"If", FN_IF}, {"Sub", FN_SUB}, {"Equals", FN_EQUALS},
	    {"Not", FN_NOT}, {"And", FN_AND}, {"Or", FN_OR}, {"Condition", FN_CONDITION}};

	for (size_t i = 0; i < BL_PACK_COUNT(known); i++)
		if (bl_str_eq(name, bl_str_of(known[i].name)))
			return known[i].kind;
	return FN_OTHER;
}

/* ${in_condition}: there {Condition: name} is a function; elsewhere it is a key like any other. */
static struct fn
fn_of(const struct bl_pack__node *node, bool in_condition)
{
	struct fn fn = {FN_NONE, {NULL, 0}, node, bl_pack__at(node), true};

	if (node->tag.ptr != NULL) {
		fn.name = node->tag;
		fn.kind = kind_of(node->tag);
		return fn;
	}
	if (node->kind != BL_PACK__MAP)
		return fn;
	for (const struct bl_pack__node *c = node->first; c != NULL; c = c->next) {
		bool fn_key = bl_str_starts(c->key, BL_STR("Fn::"));
		bool ref_key = bl_str_eq(c->key, BL_STR("Ref")) ||
			       (in_condition && bl_str_eq(c->key, BL_STR("Condition")));

		if (!fn_key && !ref_key)
			continue;
		fn.name = fn_key ? bl_str_sub(c->key, 4, c->key.len) : c->key;
		fn.kind = kind_of(fn.name);
		if (fn_key && (fn.kind == FN_REF || fn.kind == FN_CONDITION))
			fn.kind = FN_OTHER; /* There is no Fn::Ref. */
		fn.arg = c;
		fn.pos = bl_pack__at_key(c);
		fn.alone = node->n == 1;
		return fn;
	}
	return fn;
}

/* The argument list of ${fn}, or NULL: a tagged argument would be another function. */
static const struct bl_pack__node *
arg_list(const struct bl_pack__node *node, const struct fn *fn)
{
	if (fn->arg->kind != BL_PACK__LIST || (fn->arg != node && fn->arg->tag.ptr != NULL))
		return NULL;
	return fn->arg;
}

/* The argument as literal text, or the absent string. */
static struct bl_str
arg_text(const struct bl_pack__node *node, const struct fn *fn)
{
	if (fn->arg->kind != BL_PACK__SCALAR || (fn->arg != node && fn->arg->tag.ptr != NULL))
		return (struct bl_str){NULL, 0};
	return fn->arg->text;
}

static const char *
fn_prefix(const struct fn *fn)
{
	return fn->kind == FN_REF || fn->kind == FN_CONDITION ? "" : "Fn::";
}

/* --- checking ------------------------------------------------------------ */

static const struct bl_pack__node *
resource(const struct bl_pack__ctx *ctx, struct bl_str id)
{
	if (ctx->resources == NULL)
		return NULL;
	for (const struct bl_pack__node *c = ctx->resources->first; c != NULL; c = c->next)
		if (bl_str_eq(c->key, id))
			return c;
	return NULL;
}

/* The ConfigRuleName that a Ref to a rule stands for; NULL when ${id} is no rule. */
static const struct bl_pack__node *
rule_name_of(const struct bl_pack__ctx *ctx, struct bl_str id)
{
	const struct bl_pack__node *node = resource(ctx, id);
	const struct bl_pack__node *type = bl_pack__get(node, "Type");

	if (type == NULL || type->kind != BL_PACK__SCALAR ||
	    !bl_str_eq(type->text, BL_STR("AWS::Config::ConfigRule")))
		return NULL;
	return bl_pack__get(bl_pack__get(node, "Properties"), "ConfigRuleName");
}

/* Is ${name} something that has a value?  If not, says so. */
static bool
check_name(struct bl_pack__ctx *ctx, struct bl_str name, struct bl_pack__pos pos, bool in_condition)
{
	if (bl_str_eq(name, BL_STR("AWS::NoValue")) || bl_pack__param(ctx, name) != NULL)
		return true;
	if (bl_str_starts(name, BL_STR("AWS::"))) {
		bl_pack__error(ctx, pos,
		    "%.*s depends on where the pack is deployed and is not known here; make it a "
		    "parameter",
		    BL_STR_ARG(bl_pack__q(ctx, name)));
		return false;
	}
	if (!in_condition && rule_name_of(ctx, name) != NULL)
		return true;
	if (bl_pack__condition(ctx, name) != NULL)
		bl_pack__error(ctx, pos, "Ref names %.*s, which is a condition, not a parameter",
		    BL_STR_ARG(bl_pack__q(ctx, name)));
	else
		bl_pack__error(ctx, pos,
		    "Ref names %.*s, but no parameter of that name is declared",
		    BL_STR_ARG(bl_pack__q(ctx, name)));
	return false;
}

static bool
check_ref(struct bl_pack__ctx *ctx, const struct bl_pack__node *node, const struct fn *fn,
    bool in_condition)
{
	struct bl_str name = arg_text(node, fn);

	if (name.len == 0) {
		bl_pack__error(ctx, fn->pos, "Ref wants the name of a parameter");
		return false;
	}
	return check_name(ctx, name, bl_pack__at(fn->arg), in_condition);
}

/* One step through a Fn::Sub text: the literal before ${...}, and the name inside (absent at the
 * end).  False when a brace is not closed. */
static bool
sub_next(struct bl_str *rest, struct bl_str *ret_literal, struct bl_str *ret_name)
{
	size_t open = bl_str_find(*rest, BL_STR("${")), close;
	struct bl_str inner;

	*ret_name = (struct bl_str){NULL, 0};
	if (open == SIZE_MAX) {
		*ret_literal = *rest;
		*rest = (struct bl_str){NULL, 0};
		return true;
	}
	*ret_literal = bl_str_sub(*rest, 0, open);
	inner = bl_str_sub(*rest, open + 2, rest->len);
	close = bl_str_find_byte(inner, '}');
	if (close == SIZE_MAX)
		return false;
	*ret_name = bl_str_sub(inner, 0, close);
	*rest = bl_str_sub(inner, close + 1, inner.len);
	return true;
}

static bool
check_sub(struct bl_pack__ctx *ctx, const struct bl_pack__node *node, const struct fn *fn)
{
	struct bl_str rest = arg_text(node, fn), literal, name;

	if (rest.ptr == NULL) {
		bl_pack__error(ctx, fn->pos,
		    "Fn::Sub is supported only with a text such as \"a-${Parameter}\"");
		return false;
	}
	while (rest.ptr != NULL) {
		if (!sub_next(&rest, &literal, &name)) {
			bl_pack__error(
			    ctx, bl_pack__at(fn->arg), "Fn::Sub: a ${ has no closing brace");
			return false;
		}
		if (name.ptr == NULL || (name.len > 0 && name.ptr[0] == '!'))
			continue;
		name = bl_str_trim(name);
		if (bl_str_find_byte(name, '.') != SIZE_MAX ||
		    bl_str_eq(name, BL_STR("AWS::NoValue"))) {
			bl_pack__error(ctx, bl_pack__at(fn->arg),
			    "Fn::Sub: ${%.*s} is not supported; only parameters are",
			    BL_STR_ARG(bl_pack__q(ctx, name)));
			return false;
		}
		if (!check_name(ctx, name, bl_pack__at(fn->arg), true))
			return false;
	}
	return true;
}

static bool
check_condition_name(
    struct bl_pack__ctx *ctx, struct bl_str name, struct bl_pack__pos pos, const char *what)
{
	if (name.len == 0) {
		bl_pack__error(ctx, pos, "%s wants the name of a condition", what);
		return false;
	}
	if (bl_pack__condition(ctx, name) != NULL)
		return true;
	bl_pack__error(ctx, pos, "%s names the condition %.*s, which is not declared", what,
	    BL_STR_ARG(bl_pack__q(ctx, name)));
	return false;
}

static bool
check_if(struct bl_pack__ctx *ctx, const struct bl_pack__node *node, const struct fn *fn,
    bool in_condition)
{
	const struct bl_pack__node *list = arg_list(node, fn), *name;

	if (in_condition) {
		bl_pack__error(ctx, fn->pos,
		    "Fn::If is not allowed in Conditions; use Fn::And, Fn::Or or Fn::Not");
		return false;
	}
	if (list == NULL || list->n != 3) {
		bl_pack__error(ctx, fn->pos,
		    "Fn::If wants a list of three: condition, value if true, value if false");
		return false;
	}
	name = list->first;
	bl_pack__check(ctx, list->first->next, false);
	bl_pack__check(ctx, list->first->next->next, false);
	return check_condition_name(ctx,
	    name->kind == BL_PACK__SCALAR && name->tag.ptr == NULL ? name->text : BL_STR(""),
	    bl_pack__at(name), "Fn::If");
}

static bool
is_truth_fn(const struct bl_pack__node *node)
{
	enum fn_kind kind = fn_of(node, true).kind;

	return kind == FN_EQUALS || kind == FN_NOT || kind == FN_AND || kind == FN_OR ||
	       kind == FN_CONDITION;
}

static void
check_truth(struct bl_pack__ctx *ctx, struct bl_pack__node *node)
{
	if (!is_truth_fn(node) && !node->bad && fn_of(node, true).kind != FN_OTHER) {
		bl_pack__error(ctx, bl_pack__at(node),
		    "a condition is wanted here: Fn::Equals, Fn::Not, Fn::And, Fn::Or or "
		    "Condition");
		node->bad = true;
		return;
	}
	bl_pack__check(ctx, node, true);
}

/* Equals, Not, And, Or: a list of so many. */
static bool
check_logic(struct bl_pack__ctx *ctx, const struct bl_pack__node *node, const struct fn *fn,
    bool in_condition)
{
	const struct bl_pack__node *list = arg_list(node, fn);
	uint32_t low = fn->kind == FN_NOT ? 1 : 2;
	uint32_t high = fn->kind == FN_NOT ? 1 : fn->kind == FN_EQUALS ? 2 : 10;

	if (!in_condition) {
		bl_pack__error(ctx, fn->pos,
		    "%s%.*s is allowed in Conditions only; declare a condition and use Fn::If",
		    fn_prefix(fn), BL_STR_ARG(fn->name));
		return false;
	}
	if (list == NULL || list->n < low || list->n > high) {
		if (low == high)
			bl_pack__error(
			    ctx, fn->pos, "Fn::%.*s wants a list of %u", BL_STR_ARG(fn->name), low);
		else
			bl_pack__error(ctx, fn->pos, "Fn::%.*s wants a list of %u to %u conditions",
			    BL_STR_ARG(fn->name), low, high);
		return false;
	}
	for (struct bl_pack__node *c = list->first; c != NULL; c = c->next) {
		if (fn->kind != FN_EQUALS)
			check_truth(ctx, c);
		else if (is_truth_fn(c)) {
			bl_pack__error(
			    ctx, bl_pack__at(c), "Fn::Equals compares two values, not conditions");
			return false;
		} else
			bl_pack__check(ctx, c, true);
	}
	return true;
}

static bool
check_other(struct bl_pack__ctx *ctx, const struct fn *fn)
{
	bool tag = fn->arg->tag.ptr == fn->name.ptr;

	bl_pack__error(ctx, fn->pos,
	    "the function %s%.*s is not supported here; write the value out or make it a parameter",
	    tag ? "!" : "Fn::", BL_STR_ARG(bl_pack__q(ctx, fn->name)));
	return false;
}

static bool
check_fn(struct bl_pack__ctx *ctx, const struct bl_pack__node *node, const struct fn *fn,
    bool in_condition)
{
	if (!fn->alone) {
		bl_pack__error(ctx, fn->pos, "%s%.*s must be the only key of its map",
		    fn_prefix(fn), BL_STR_ARG(bl_pack__q(ctx, fn->name)));
		return false;
	}
	switch (fn->kind) {
	case FN_REF: return check_ref(ctx, node, fn, in_condition);
	case FN_SUB: return check_sub(ctx, node, fn);
	case FN_IF: return check_if(ctx, node, fn, in_condition);
	case FN_EQUALS:
	case FN_NOT:
	case FN_AND:
	case FN_OR: return check_logic(ctx, node, fn, in_condition);
	case FN_CONDITION:
		if (in_condition)
			return check_condition_name(ctx, arg_text(node, fn), fn->pos, "Condition");
		bl_pack__error(ctx, fn->pos, "!Condition is allowed in Conditions only");
		return false;
	case FN_OTHER: return check_other(ctx, fn);
	case FN_NONE: break;
	}
	return true;
}

void
bl_pack__check(struct bl_pack__ctx *ctx, struct bl_pack__node *node, bool in_condition)
{
	struct fn fn = fn_of(node, in_condition);

	if (ctx->nomem || node->bad)
		return;
	if (fn.kind != FN_NONE) {
		if (!check_fn(ctx, node, &fn, in_condition))
			node->bad = true;
		return;
	}
	if (node->kind == BL_PACK__SCALAR && !bl_pack__scalar_fit(ctx, node))
		node->bad = true;
	for (struct bl_pack__node *c = node->first; c != NULL; c = c->next)
		bl_pack__check(ctx, c, in_condition);
}

/* --- evaluating ---------------------------------------------------------- */

static struct bl_pack__value
value_of(enum bl_pack__vkind kind, const struct bl_pack__node *node)
{
	return (struct bl_pack__value){.kind = kind, .node = node, .origin = BL_ORIGIN_LITERAL};
}

static struct bl_pack__value
param_value(const struct bl_pack__param *param, const struct bl_pack__node *node)
{
	struct bl_pack__value value = value_of(BL_PACK__V_TEXT, node);

	if (param->bad && param->value.ptr == NULL)
		value.kind = BL_PACK__V_BAD;
	else if (param->value.ptr == NULL)
		value.kind = BL_PACK__V_MISSING;
	value.text = param->value;
	value.param = param;
	value.origin = param->origin;
	return value;
}

static struct bl_pack__value
sub_value(struct bl_pack__ctx *ctx, const struct bl_pack__node *node, struct bl_str rest)
{
	struct bl_pack__value value = value_of(BL_PACK__V_TEXT, node);
	struct bl_buf out = BL_BUF_INIT(BL_PACK_MAX_BYTES);
	struct bl_str literal, name;
	bool good = true;

	while (good && rest.ptr != NULL && sub_next(&rest, &literal, &name)) {
		good = bl_buf_add(&out, literal, NULL) == BL_OK;
		if (name.ptr == NULL)
			break;
		if (name.len > 0 && name.ptr[0] == '!') {
			good = good && bl_buf_printf(&out, NULL, "${%.*s}", (int)(name.len - 1),
					   name.ptr + 1) == BL_OK;
			continue;
		}
		value.param = bl_pack__param(ctx, bl_str_trim(name));
		assert(value.param != NULL); /* bl_pack__check has seen to it. */
		if (value.param->value.ptr == NULL) {
			value.kind = value.param->bad ? BL_PACK__V_BAD : BL_PACK__V_MISSING;
			goto out;
		}
		if (value.origin != BL_ORIGIN_OVERRIDE)
			value.origin = value.param->origin;
		good = good && bl_buf_add(&out, value.param->value, NULL) == BL_OK;
	}
	value.param = NULL; /* The text is no longer the parameter's own. */
	if (!good || bl_str_dup(ctx->scratch, bl_buf_str(&out), &value.text) != BL_OK)
		ctx->nomem = true;
out:
	bl_buf_release(&out);
	return value;
}

/* Which branch of Fn::If; NULL with ${ret_value} when that is not known. */
static const struct bl_pack__node *
branch(struct bl_pack__ctx *ctx, const struct bl_pack__node *list, struct bl_pack__value *ret_value)
{
	const struct bl_pack__condition *condition = bl_pack__condition(ctx, list->first->text);

	assert(condition != NULL); /* bl_pack__check has seen to it. */
	if (condition->truth != BL_PACK__UNKNOWN)
		return condition->truth == BL_PACK__TRUE ? list->first->next
							 : list->first->next->next;
	*ret_value =
	    value_of(condition->missing == NULL ? BL_PACK__V_BAD : BL_PACK__V_MISSING, list);
	ret_value->param = condition->missing;
	return NULL;
}

struct bl_pack__value
bl_pack__eval(struct bl_pack__ctx *ctx, const struct bl_pack__node *node)
{
	struct bl_pack__value value;

	/* Each round goes one If deeper, or from a Ref to a rule's name: only the latter can turn
	 * round. */
	for (int step = 0; step < BL_PACK_MAX_DEPTH + BL_PACK_MAX_CHAIN; step++) {
		struct fn fn = fn_of(node, false);
		const struct bl_pack__param *param;

		if (node->bad || ctx->nomem)
			return value_of(BL_PACK__V_BAD, node);
		switch (fn.kind) {
		case FN_NONE:
			value = value_of(
			    node->kind == BL_PACK__SCALAR ? BL_PACK__V_TEXT : BL_PACK__V_NODE,
			    node);
			value.text = node->text;
			return value;
		case FN_IF:
			node = branch(ctx, fn.arg, &value);
			if (node == NULL)
				return value;
			continue;
		case FN_REF:
			if (bl_str_eq(fn.arg->text, BL_STR("AWS::NoValue")))
				return value_of(BL_PACK__V_GONE, node);
			param = bl_pack__param(ctx, fn.arg->text);
			if (param != NULL)
				return param_value(param, node);
			node = rule_name_of(ctx, fn.arg->text);
			assert(node != NULL);
			continue;
		case FN_SUB: return sub_value(ctx, node, fn.arg->text);
		case FN_EQUALS:
		case FN_NOT:
		case FN_AND:
		case FN_OR:
		case FN_CONDITION:
		case FN_OTHER: return value_of(BL_PACK__V_BAD, node);
		}
	}
	bl_pack__error(
	    ctx, bl_pack__at(node), "this name refers to itself through Ref; write it out");
	return value_of(BL_PACK__V_BAD, node);
}

/* --- conditions ---------------------------------------------------------- */

struct bl_pack__condition *
bl_pack__condition(struct bl_pack__ctx *ctx, struct bl_str name)
{
	for (size_t i = 0; i < ctx->n_conditions; i++)
		if (bl_str_eq(ctx->conditions[i].name, name))
			return &ctx->conditions[i];
	return NULL;
}

static enum bl_pack__truth decide(struct bl_pack__ctx *ctx, struct bl_pack__condition *condition,
    struct bl_pack__condition *asker, const struct bl_pack__node *from, int chain);

static enum bl_pack__truth
equals(struct bl_pack__ctx *ctx, const struct bl_pack__node *list, struct bl_pack__condition *self)
{
	struct bl_pack__value side[2];
	const struct bl_pack__node *c = list->first;

	for (int i = 0; i < 2; i++, c = c->next) {
		side[i] = bl_pack__eval(ctx, c);
		if (side[i].kind == BL_PACK__V_MISSING)
			self->missing = side[i].param;
		if (side[i].kind == BL_PACK__V_NODE || side[i].kind == BL_PACK__V_GONE)
			bl_pack__error(ctx, bl_pack__at(c), "Fn::Equals compares text, not %s",
			    side[i].kind == BL_PACK__V_GONE ? "AWS::NoValue"
							    : bl_pack__kind_name(side[i].node));
	}
	if (side[0].kind != BL_PACK__V_TEXT || side[1].kind != BL_PACK__V_TEXT)
		return BL_PACK__UNKNOWN;
	return bl_str_eq(side[0].text, side[1].text) ? BL_PACK__TRUE : BL_PACK__FALSE;
}

static enum bl_pack__truth
truth_of(struct bl_pack__ctx *ctx, const struct bl_pack__node *node,
    struct bl_pack__condition *self, int chain)
{
	struct fn fn = fn_of(node, true);
	enum bl_pack__truth all = fn.kind == FN_OR ? BL_PACK__FALSE : BL_PACK__TRUE, one;
	enum bl_pack__truth decisive = fn.kind == FN_OR ? BL_PACK__TRUE : BL_PACK__FALSE;

	if (node->bad || ctx->nomem)
		return BL_PACK__UNKNOWN;
	if (fn.kind == FN_CONDITION)
		return decide(ctx, bl_pack__condition(ctx, fn.arg->text), self, node, chain + 1);
	if (fn.kind == FN_EQUALS)
		return equals(ctx, fn.arg, self);
	if (fn.kind == FN_NOT) {
		one = truth_of(ctx, fn.arg->first, self, chain);
		return one == BL_PACK__UNKNOWN ? one
		       : one == BL_PACK__TRUE  ? BL_PACK__FALSE
					       : BL_PACK__TRUE;
	}
	assert(fn.kind == FN_AND || fn.kind == FN_OR);
	for (const struct bl_pack__node *c = fn.arg->first; c != NULL; c = c->next) {
		one = truth_of(ctx, c, self, chain);
		if (one == decisive || (one == BL_PACK__UNKNOWN && all != decisive))
			all = one;
	}
	return all;
}

static enum bl_pack__truth
decide(struct bl_pack__ctx *ctx, struct bl_pack__condition *condition,
    struct bl_pack__condition *asker, const struct bl_pack__node *from, int chain)
{
	if (condition->state == BL_PACK__OPEN || chain > BL_PACK_MAX_CHAIN) {
		bl_pack__error(ctx, bl_pack__at(from),
		    condition->state == BL_PACK__OPEN
			? "the condition %.*s refers to itself; break the circle"
			: "conditions refer to conditions more than 16 times before %.*s",
		    BL_STR_ARG(bl_pack__q(ctx, condition->name)));
		return BL_PACK__UNKNOWN;
	}
	if (condition->state == BL_PACK__UNSEEN) {
		condition->state = BL_PACK__OPEN;
		condition->truth = truth_of(ctx, condition->node, condition, chain);
		condition->state = BL_PACK__DONE;
	}
	if (asker != NULL && condition->missing != NULL)
		asker->missing = condition->missing;
	return condition->truth;
}

void
bl_pack__conditions(struct bl_pack__ctx *ctx, struct bl_pack__node *section)
{
	if (section == NULL)
		return;
	ctx->conditions = bl_new(ctx->scratch, struct bl_pack__condition, section->n);
	if (ctx->conditions == NULL) {
		ctx->nomem = true;
		return;
	}
	for (struct bl_pack__node *c = section->first; c != NULL; c = c->next) {
		ctx->conditions[ctx->n_conditions++] = (struct bl_pack__condition){
		    .node = c, .name = c->key, .truth = BL_PACK__UNKNOWN};
		if (!bl_pack__is_id(c->key))
			bl_pack__error(ctx, bl_pack__at_key(c),
			    "the condition name %.*s must be letters and digits only, at most 255",
			    BL_STR_ARG(bl_pack__q(ctx, c->key)));
	}
	for (struct bl_pack__node *c = section->first; c != NULL; c = c->next)
		check_truth(ctx, c);
	for (size_t i = 0; i < ctx->n_conditions; i++)
		(void)decide(ctx, &ctx->conditions[i], NULL, ctx->conditions[i].node, 0);
}
