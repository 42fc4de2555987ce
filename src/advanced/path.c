/* Text to tree: properties and the values that they are compared with. */
#include <string.h>

#include "advanced/advanced_priv.h"
#include "base/arena.h"
#include "base/buf.h"
#include "query/lexer.h"

/* Words that no property begins with. */
static const char *const reserved[] = {"ALL", "AND", "AS", "BETWEEN", "BY", "CASE", "DISTINCT",
    "EXISTS", "FROM", "GROUP", "HAVING", "IN", "IS", "JOIN", "LIKE", "LIMIT", "NOT", "NULL", "OR",
    "ORDER", "SELECT", "UNION", "WHERE"};

static bool
is_reserved(const struct bl_advanced_parser *p)
{
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (bl_advanced__at_word(p, reserved[i]))
			return true;
	return false;
}

/* A name at hand, as a step. */
static BL_STATUS
parse_name(struct bl_advanced_parser *p, struct bl_match_step *ret)
{
	enum bl_status status = BL_OK;

	if (p->token.kind == BL_TOKEN_QUOTED)
		status = bl_advanced__extend(p, &p->token, "names in double quotes");
	else if (p->token.kind != BL_TOKEN_WORD)
		return bl_advanced__expected(p, "a property's name");
	*ret = (struct bl_match_step){.kind = BL_MATCH_MEMBER, .name = p->token.text};
	return status ? status : bl_advanced__next(p);
}

/* [n] or [*], at the opening bracket. */
static BL_STATUS
parse_subscript(struct bl_advanced_parser *p, struct bl_match_step *ret)
{
	enum bl_status status =
	    bl_advanced__extend(p, &p->token, "[ ] in a property: its paths go through arrays");
	uint64_t n = 0;

	if (!status)
		status = bl_advanced__next(p);
	if (status)
		return status;
	*ret = (struct bl_match_step){.kind = BL_MATCH_EACH};
	if (!bl_advanced__at_sign(p, "*")) {
		if (p->token.kind != BL_TOKEN_INTEGER || !bl_str_to_u64(p->token.text, &n) ||
		    n > UINT32_MAX)
			return bl_advanced__expected(p, "* or a number from 0");
		*ret = (struct bl_match_step){.kind = BL_MATCH_INDEX, .index = (uint32_t)n};
	}
	status = bl_advanced__next(p);
	return status ? status : bl_advanced__expect_sign(p, "]");
}

/* The path as it is told. */
static BL_STATUS
add_text(struct bl_advanced_parser *p, struct bl_str *text, const struct bl_match_step *step)
{
	bool first = text->len == 0;
	struct bl_str had = *text;

	switch (step->kind) {
	case BL_MATCH_MEMBER:
		return bl_str_printf(p->arena, text, p->reterr, "%.*s%s%.*s", BL_STR_ARG(had),
		    first ? "" : ".", BL_STR_ARG(step->name));
	case BL_MATCH_INDEX:
		return bl_str_printf(
		    p->arena, text, p->reterr, "%.*s[%u]", BL_STR_ARG(had), (unsigned)step->index);
	case BL_MATCH_EACH: break;
	}
	return bl_str_printf(p->arena, text, p->reterr, "%.*s[*]", BL_STR_ARG(had));
}

BL_STATUS
bl_advanced__path(struct bl_advanced_parser *p, struct bl_advanced_path *ret_path)
{
	struct bl_advanced_path path = {.line = p->token.line, .column = p->token.column};
	struct bl_token first = p->token;
	struct bl_match_step step;
	enum bl_status status;

	*ret_path = path;
	if (p->token.kind == BL_TOKEN_STRING)
		return bl_fail_pos(p->reterr, BL_EINPUT, path.line, path.column,
		    "a property is expected here, found the text '%.*s'; properties stand without "
		    "quotes, and their names take no wildcards",
		    BL_STR_ARG(p->token.text));
	if (is_reserved(p) || (p->token.kind != BL_TOKEN_WORD && p->token.kind != BL_TOKEN_QUOTED))
		return bl_advanced__expected(p, "a property");
	status = parse_name(p, &step);
	if (!status && bl_advanced__at_sign(p, "("))
		return bl_fail_pos(p->reterr, BL_EINPUT, first.line, first.column,
		    "%.*s(): functions are not supported here; COUNT, AVG, MAX, MIN and SUM of one "
		    "property may be selected",
		    BL_STR_ARG(first.text));
	while (!status) {
		status = bl_advanced__push(p, &path.steps, &path.n_steps, sizeof(step), &step);
		if (!status)
			status = add_text(p, &path.text, &step);
		if (status)
			return status;
		if (path.n_steps > BL_ADVANCED_MAX_STEPS || path.text.len > 900)
			return bl_fail_pos(p->reterr, BL_EINPUT, path.line, path.column,
			    "the property has more than %d steps or 900 bytes",
			    BL_ADVANCED_MAX_STEPS);
		if (bl_advanced__at_sign(p, ".")) {
			status = bl_advanced__next(p);
			if (!status)
				status = parse_name(p, &step);
		} else if (bl_advanced__at_sign(p, "[")) {
			status = parse_subscript(p, &step);
		} else {
			break;
		}
	}
	*ret_path = path;
	return status;
}

/* -5: the sign and the number that follows. */
static BL_STATUS
parse_negative(struct bl_advanced_parser *p, struct bl_match_operand *ret)
{
	struct bl_str text;
	enum bl_status status = bl_advanced__next(p);

	if (status)
		return status;
	if (p->token.kind != BL_TOKEN_INTEGER && p->token.kind != BL_TOKEN_DECIMAL)
		return bl_advanced__expected(p, "a number behind -");
	status = bl_str_printf(p->arena, &text, p->reterr, "-%.*s", BL_STR_ARG(p->token.text));
	if (!status)
		*ret = bl_match_operand(BL_MATCH_NUMBER, text);
	return status ? status : bl_advanced__next(p);
}

BL_STATUS
bl_advanced__literal(struct bl_advanced_parser *p, struct bl_match_operand *ret_operand)
{
	const struct bl_token *t = &p->token;

	if (bl_advanced__at_sign(p, "-"))
		return parse_negative(p, ret_operand);
	if (t->kind == BL_TOKEN_STRING)
		*ret_operand = bl_match_operand(BL_MATCH_TEXT, t->text);
	else if (t->kind == BL_TOKEN_INTEGER || t->kind == BL_TOKEN_DECIMAL)
		*ret_operand = bl_match_operand(BL_MATCH_NUMBER, t->text);
	else if (bl_advanced__at_word(p, "TRUE"))
		*ret_operand = bl_match_operand(BL_MATCH_BOOLEAN, BL_STR("true"));
	else if (bl_advanced__at_word(p, "FALSE"))
		*ret_operand = bl_match_operand(BL_MATCH_BOOLEAN, BL_STR("false"));
	else if (bl_advanced__at_word(p, "NULL"))
		return bl_fail_pos(p->reterr, BL_EINPUT, t->line, t->column, "%s",
		    p->mode == BL_ADVANCED_STRICT
			? "AWS Config does not support questions for NULL"
			: "nothing is equal to NULL; IS NULL asks for what is absent");
	else if (bl_advanced__at_word(p, "SELECT") || t->kind == BL_TOKEN_END)
		return bl_advanced__expected(p, "a value");
	else if (t->kind == BL_TOKEN_WORD || t->kind == BL_TOKEN_QUOTED)
		return bl_fail_pos(p->reterr, BL_EINPUT, t->line, t->column,
		    "a value is expected here, found %.*s; texts stand in single quotes, and "
		    "properties are compared with values only",
		    BL_STR_ARG(t->text));
	else
		return bl_advanced__expected(p, "a value");
	return bl_advanced__next(p);
}
