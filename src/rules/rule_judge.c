/*
 * One item version, one verdict.  The order of the questions: does the resource exist, is it of the
 * rule's types, is there anything to read, does the rule apply, is something known to be missing,
 * does it comply.
 */
#include <assert.h>

#include "base/arena.h"
#include "delivery/item.h"
#include "rules/rule_bind.h"
#include "rules/rule_priv.h"
#include "json/json.h"

struct judge {
	const struct bl_rule *rule;
	struct bl_expr_scope scope;
	struct bl_arena *arena;
	struct bl_judgement *judgement;
	struct bl_err *reterr;
	bool done; /* The verdict stands. */
};

/* A text in one line: what a resource's name carries must not break a report. */
static BL_STATUS
one_line(struct judge *j, struct bl_str text, struct bl_str *ret_text)
{
	char *copy = bl_new(j->arena, char, text.len);

	if (copy == NULL)
		return bl_fail(j->reterr, BL_ENOMEM, "no memory for an annotation");
	for (size_t i = 0; i < text.len; i++) {
		copy[i] = text.ptr[i];
		if ((unsigned char)copy[i] < 0x20 || copy[i] == 0x7f)
			copy[i] = ' ';
	}
	*ret_text = (struct bl_str){copy, text.len};
	return BL_OK;
}

static BL_STATUS
decide(struct judge *j, enum bl_verdict verdict, enum bl_reason reason, struct bl_str annotation)
{
	*j->judgement = (struct bl_judgement){.verdict = verdict, .reason = reason};
	j->done = true;
	return one_line(j, annotation, &j->judgement->annotation);
}

/* A rule that breaks is a verdict of its own, with the place in its file. */
static BL_STATUS
decide_broken(struct judge *j, const struct bl_rule_expr *expr, struct bl_err *err)
{
	struct bl_str words = {0};
	enum bl_status status;

	bl_rule_yaml__place(j->rule->text, expr->at, &err->line, &err->column);
	status = bl_str_printf(j->arena, &words, j->reterr, "%.*s:%u:%u: %s",
	    BL_STR_ARG(j->rule->body->file), (unsigned)err->line, (unsigned)err->column, err->text);
	return status ? status : decide(j, BL_ERROR, BL_REASON_BROKEN, words);
}

/* Evaluates; a failure for the item's data becomes the verdict. */
static BL_STATUS
evaluate(struct judge *j, const struct bl_rule_expr *expr, struct bl_value *ret_value)
{
	struct bl_err err = {0};
	enum bl_status status = bl_expr_eval(expr->expr, &j->scope, j->arena, ret_value, &err);

	if (!status)
		return BL_OK;
	if (status != BL_ENOMEM)
		return decide_broken(j, expr, &err);
	if (j->reterr != NULL)
		*j->reterr = err;
	return status;
}

static BL_STATUS
decide_unknown(struct judge *j, const struct bl_rule_expr *expr)
{
	struct bl_str *paths = NULL, words = BL_STR("the condition has no value for this item");
	size_t n = 0;
	enum bl_status status =
	    bl_expr_missing(expr->expr, &j->scope, j->arena, &paths, &n, j->reterr);

	for (size_t i = 0; !status && i < n; i++)
		status = bl_str_printf(j->arena, &words, j->reterr, "%.*s%s%.*s", BL_STR_ARG(words),
		    i == 0 ? ": there is no " : ", ", BL_STR_ARG(paths[i]));
	return status ? status : decide(j, BL_INSUFFICIENT_DATA, BL_REASON_UNKNOWN, words);
}

static bool
has_type(const struct bl_rule *rule, struct bl_str type)
{
	for (size_t i = 0; i < rule->n_types; i++)
		if (bl_str_eq(rule->types[i], type))
			return true;
	return false;
}

static BL_STATUS
judge_envelope(struct judge *j, const struct bl_item *item)
{
	const struct bl_rule_body *body = j->rule->body;

	if (!bl_item_exists(item->status))
		return decide(j, BL_NOT_APPLICABLE, BL_REASON_STATUS,
		    item->status == BL_ITEM_NOT_RECORDED
			? BL_STR("AWS Config did not record the resource")
			: BL_STR("the resource is deleted"));
	if (!has_type(j->rule, item->type))
		return decide(j, BL_NOT_APPLICABLE, BL_REASON_SCOPE,
		    BL_STR("the rule does not apply to this resource type"));
	if (item->configuration == NULL && body->reads_configuration)
		return decide(j, BL_INSUFFICIENT_DATA, BL_REASON_MISSING,
		    BL_STR("the item has no configuration"));
	return BL_OK;
}

static BL_STATUS
judge_applicable(struct judge *j)
{
	const struct bl_rule_body *body = j->rule->body;
	struct bl_value value;
	enum bl_status status;

	if (body->applicable.expr == NULL)
		return BL_OK;
	status = evaluate(j, &body->applicable, &value);
	if (status || j->done)
		return status;
	if (value.null)
		return decide_unknown(j, &body->applicable);
	if (value.boolean)
		return BL_OK;
	return decide(j, BL_NOT_APPLICABLE, BL_REASON_SCOPE,
	    body->not_applicable_reason.ptr != NULL
		? body->not_applicable_reason
		: BL_STR("the rule does not apply to this resource"));
}

static BL_STATUS
judge_gaps(struct judge *j)
{
	const struct bl_rule_body *body = j->rule->body;
	enum bl_status status = BL_OK;

	for (size_t i = 0; !status && !j->done && i < body->n_gaps; i++) {
		struct bl_value value;

		status = evaluate(j, &body->gaps[i].when, &value);
		if (!status && !j->done && !value.null && value.boolean)
			status = decide(
			    j, BL_INSUFFICIENT_DATA, BL_REASON_MISSING, body->gaps[i].reason);
	}
	return status;
}

static BL_STATUS
judge_compliant(struct judge *j)
{
	const struct bl_rule_body *body = j->rule->body;
	struct bl_value value;
	struct bl_str words = body->reason_text;
	enum bl_status status = evaluate(j, &body->compliant, &value);

	if (status || j->done)
		return status;
	if (value.null)
		return decide_unknown(j, &body->compliant);
	if (value.boolean)
		return decide(j, BL_COMPLIANT, BL_REASON_CONDITION, BL_STR(""));
	if (body->reason.expr != NULL) {
		status = evaluate(j, &body->reason, &value);
		if (status || j->done)
			return status;
		/* A reason without value must not hide the finding. */
		words = value.null ? j->rule->title : value.str;
	}
	return decide(j, BL_NON_COMPLIANT, BL_REASON_CONDITION, words);
}

BL_STATUS
bl_rule_judge(const struct bl_bound_rule *bound, const struct bl_item *item,
    struct bl_json_parser *parser, struct bl_arena *arena, struct bl_judgement *ret_judgement,
    struct bl_err *reterr)
{
	struct bl_judgement judgement = {0};
	struct judge j = {.rule = bound->rule,
	    .arena = arena,
	    .judgement = &judgement,
	    .reterr = reterr,
	    .scope = {.item = item, .params = bound->values, .parser = parser}};
	enum bl_status status = judge_envelope(&j, item);

	if (!status && !j.done)
		status = judge_applicable(&j);
	if (!status && !j.done)
		status = judge_gaps(&j);
	if (!status && !j.done)
		status = judge_compliant(&j);
	if (status)
		return status;
	assert(j.done);
	*ret_judgement = judgement;
	return BL_OK;
}
