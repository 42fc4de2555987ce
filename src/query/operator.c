/* The parser's middle: members and indexes, signs, arithmetic and ||. */
#include <assert.h>

#include "query/parser.h"

/* AT TIME ZONE 'UTC' behind a value: all are. */
static BL_STATUS
skip_zone(struct bl_parser *p)
{
	struct bl_token next;
	enum bl_status status;

	bl_parser_peek(p, &next);
	if (!bl_parser_at_word(p, "AT") || !bl_str_eq_ci(next.text, BL_STR("TIME")))
		return BL_OK;
	status = bl_parser_next(p);
	if (!status)
		status = bl_parser_next(p);
	if (!status)
		status = bl_parser_expect_word(p, "ZONE");
	if (!status &&
	    (p->token.kind != BL_TOKEN_STRING || !bl_str_eq_ci(p->token.text, BL_STR("UTC"))))
		return bl_fail_pos(p->reterr, BL_EUNSUPPORTED, p->token.line, p->token.column,
		    "only the time zone 'UTC' is supported");
	return status ? status : bl_parser_next(p);
}

/* .member and [index] behind a value. */
static BL_STATUS
parse_postfix(struct bl_parser *p, struct bl_node **ret)
{
	enum bl_status status = bl_parser_primary(p, ret);
	struct bl_node *node = NULL, *index = NULL;

	while (!status && (bl_parser_at_sign(p, ".") || bl_parser_at_sign(p, "["))) {
		struct bl_token at = p->token;
		bool member = bl_parser_at_sign(p, ".");

		status = bl_parser_next(p);
		at.line = member ? p->token.line : at.line;
		at.column = member ? p->token.column : at.column;
		if (!status)
			status = bl_parser_new_node(
			    p, member ? BL_NODE_MEMBER : BL_NODE_INDEX, &at, &node);
		if (status)
			return status;
		if (member) {
			if (p->token.kind != BL_TOKEN_WORD && p->token.kind != BL_TOKEN_QUOTED)
				return bl_parser_fail_expected(p, "a member's name");
			node->text = p->token.text;
			status = bl_parser_join(p, node, *ret, NULL);
			if (!status)
				status = bl_parser_next(p);
		} else {
			status = bl_parser_expr(p, &index);
			if (!status)
				status = bl_parser_expect_sign(p, "]");
			if (!status)
				status = bl_parser_join(p, node, *ret, index);
		}
		*ret = node;
	}
	return status ? status : skip_zone(p);
}

static BL_STATUS
parse_unary(struct bl_parser *p, struct bl_node **ret)
{
	struct bl_token at = p->token;
	struct bl_node *node = NULL, *kid = NULL;
	enum bl_status status;

	if (!bl_parser_at_sign(p, "-") && !bl_parser_at_sign(p, "+"))
		return parse_postfix(p, ret);
	if (++p->depth > BL_NODE_MAX_DEPTH)
		return bl_fail_pos(p->reterr, BL_ELIMIT, at.line, at.column,
		    "the expression is nested more than %d deep", BL_NODE_MAX_DEPTH);
	status = bl_parser_next(p);
	if (!status)
		status = parse_unary(p, &kid);
	if (!status)
		status = bl_parser_new_node(p, BL_NODE_MINUS, &at, &node);
	if (!status)
		status = bl_parser_join(p, node, kid, NULL);
	p->depth--;
	if (status)
		return status;
	node->negated = bl_str_eq(at.text, BL_STR("+")); /* +x: checked as a number, unchanged. */
	*ret = node;
	return BL_OK;
}

enum bl_op
bl_parser_op(const struct bl_parser *p, const char *const signs[], const enum bl_op ops[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bl_parser_at_sign(p, signs[i]))
			return ops[i];
	return BL_OP_NONE;
}

/* A chain of binary operators of one precedence: level 0 is * / %, 1 is + -, 2 is ||. */
static BL_STATUS
parse_chain(struct bl_parser *p, int level, struct bl_node **ret)
{
	static const char *const signs[3][3] = {
	    {"*", "/", "%"}, {"+", "-", "-"}, {"||", "||", "||"}};
	static const enum bl_op ops[3][3] = {{BL_OP_MUL, BL_OP_DIV, BL_OP_MOD},
	    {BL_OP_ADD, BL_OP_SUB, BL_OP_SUB}, {BL_OP_ADD, BL_OP_ADD, BL_OP_ADD}};
	struct bl_node *node = NULL, *right = NULL;
	enum bl_status status = level == 0 ? parse_unary(p, ret) : parse_chain(p, level - 1, ret);
	enum bl_op op;

	while (!status && (op = bl_parser_op(p, signs[level], ops[level], 3)) != BL_OP_NONE) {
		struct bl_token at = p->token;

		status = bl_parser_next(p);
		if (!status)
			status =
			    level == 0 ? parse_unary(p, &right) : parse_chain(p, level - 1, &right);
		if (!status)
			status = bl_parser_new_node(
			    p, level == 2 ? BL_NODE_CONCAT : BL_NODE_ARITH, &at, &node);
		if (!status)
			status = bl_parser_join(p, node, *ret, right);
		if (status)
			return status;
		node->op = op;
		*ret = node;
	}
	return status;
}

BL_STATUS
bl_parser_sum(struct bl_parser *p, struct bl_node **ret)
{
	return parse_chain(p, 2, ret);
}
