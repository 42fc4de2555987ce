/*
 * Text to tree: what stands behind WHERE.  OR < AND < NOT < one test.  Nesting is bounded by
 * BL_ADVANCED_MAX_DEPTH, so the recursion here and over the tree is.
 */
#include "advanced/advanced_priv.h"
#include "base/arena.h"
#include "query/lexer.h"

static BL_STATUS parse_logic(
    struct bl_advanced_parser *p, bool or, const struct bl_advanced_cond **ret);

static BL_STATUS
new_cond(struct bl_advanced_parser *p, enum bl_advanced_cond_kind kind, const struct bl_token *at,
    struct bl_advanced_cond **ret)
{
	*ret = bl_new(p->arena, struct bl_advanced_cond, 1);
	if (*ret == NULL)
		return bl_advanced__no_memory(p->reterr);
	(*ret)->kind = kind;
	(*ret)->line = at->line;
	(*ret)->column = at->column;
	return BL_OK;
}

static BL_STATUS
deeper(struct bl_advanced_parser *p)
{
	if (++p->depth > BL_ADVANCED_MAX_DEPTH)
		return bl_fail_pos(p->reterr, BL_EINPUT, p->token.line, p->token.column,
		    "the condition is nested more than %d deep", BL_ADVANCED_MAX_DEPTH);
	return BL_OK;
}

/* ---- One test. -------------------------------------------------------------------------- */

static BL_STATUS
add_operand(struct bl_advanced_parser *p, struct bl_match_test *test)
{
	struct bl_match_operand operand;
	enum bl_status status = bl_advanced__literal(p, &operand);

	return status ? status
		      : bl_advanced__push(
			    p, &test->operands, &test->n_operands, sizeof(operand), &operand);
}

/* Strict: a wildcard stands at the end, behind three characters or more. */
static BL_STATUS
check_pattern(struct bl_advanced_parser *p, const struct bl_token *at, struct bl_str pattern)
{
	size_t chars = 0;

	for (size_t i = 0; i < pattern.len; i++) {
		bool wild = pattern.ptr[i] == '%' || pattern.ptr[i] == '_';

		if (wild && i + 1 < pattern.len)
			return bl_advanced__extend(
			    p, at, "a wildcard (% or _) before the end of a LIKE pattern");
		if (wild && chars < 3)
			return bl_advanced__extend(
			    p, at, "a wildcard behind fewer than three characters");
		chars += ((unsigned char)pattern.ptr[i] & 0xC0) != 0x80;
	}
	return BL_OK;
}

/* The escape character stands before a wildcard or itself: else the pattern means nothing. */
static BL_STATUS
check_escape(struct bl_advanced_parser *p, const struct bl_token *at, char escape)
{
	for (size_t i = 0; i < at->text.len; i++) {
		if (at->text.ptr[i] != escape)
			continue;
		i++;
		if (i == at->text.len ||
		    (at->text.ptr[i] != '%' && at->text.ptr[i] != '_' && at->text.ptr[i] != escape))
			return bl_fail_pos(p->reterr, BL_EINPUT, at->line, at->column,
			    "the escape character %c must stand before %%, _ or itself", escape);
	}
	return BL_OK;
}

static BL_STATUS
parse_like(struct bl_advanced_parser *p, struct bl_match_test *test)
{
	struct bl_token at = p->token;
	enum bl_status status;

	if (at.kind != BL_TOKEN_STRING)
		return bl_advanced__expected(p, "a text in single quotes");
	status = add_operand(p, test);
	if (!status && bl_advanced__at_word(p, "ESCAPE")) {
		status = bl_advanced__extend(p, &p->token, "ESCAPE");
		if (!status)
			status = bl_advanced__next(p);
		if (!status && (p->token.kind != BL_TOKEN_STRING || p->token.text.len != 1))
			return bl_advanced__expected(p, "one character in single quotes");
		if (!status)
			status = check_escape(p, &at, p->token.text.ptr[0]);
		return status ? status : add_operand(p, test);
	}
	return status ? status : check_pattern(p, &at, at.text);
}

static BL_STATUS
parse_in(struct bl_advanced_parser *p, struct bl_match_test *test)
{
	enum bl_status status = bl_advanced__expect_sign(p, "(");

	while (!status) {
		status = add_operand(p, test);
		if (!status && !bl_advanced__at_sign(p, ","))
			return bl_advanced__expect_sign(p, ")");
		if (!status)
			status = bl_advanced__next(p);
	}
	return status;
}

static BL_STATUS
parse_between(struct bl_advanced_parser *p, struct bl_match_test *test)
{
	enum bl_status status = add_operand(p, test);

	if (!status && !bl_advanced__at_word(p, "AND"))
		return bl_advanced__expected(p, "AND");
	if (!status)
		status = bl_advanced__next(p);
	return status ? status : add_operand(p, test);
}

/* [NOT] IN, BETWEEN, LIKE */
static BL_STATUS
parse_word_test(struct bl_advanced_parser *p, struct bl_advanced_cond *cond)
{
	enum bl_status status;

	if (bl_advanced__at_word(p, "NOT")) {
		cond->negated = true;
		status = bl_advanced__next(p);
		if (status)
			return status;
	}
	if (bl_advanced__at_word(p, "IN"))
		cond->test.op = BL_MATCH_IN;
	else if (bl_advanced__at_word(p, "BETWEEN"))
		cond->test.op = BL_MATCH_BETWEEN;
	else if (bl_advanced__at_word(p, "LIKE"))
		cond->test.op = BL_MATCH_LIKE;
	else if (cond->negated)
		return bl_advanced__expected(p, "IN, BETWEEN or LIKE behind NOT");
	else
		return bl_advanced__expected(
		    p, "an operator (=, <>, <, <=, >, >=, IN, BETWEEN, LIKE)");
	status = bl_advanced__next(p);
	if (status)
		return status;
	return cond->test.op == BL_MATCH_IN	   ? parse_in(p, &cond->test)
	       : cond->test.op == BL_MATCH_BETWEEN ? parse_between(p, &cond->test)
						   : parse_like(p, &cond->test);
}

/* IS [NOT] NULL */
static BL_STATUS
parse_is(struct bl_advanced_parser *p, struct bl_advanced_cond *cond)
{
	enum bl_status status = bl_advanced__extend(p, &p->token, "IS NULL and IS NOT NULL");

	cond->test.op = BL_MATCH_EXISTS;
	cond->negated = true;
	if (!status)
		status = bl_advanced__next(p);
	if (!status && bl_advanced__at_word(p, "NOT")) {
		cond->negated = false;
		status = bl_advanced__next(p);
	}
	if (!status && !bl_advanced__at_word(p, "NULL"))
		return bl_advanced__expected(p, "NULL");
	return status ? status : bl_advanced__next(p);
}

static BL_STATUS
parse_test(struct bl_advanced_parser *p, const struct bl_advanced_cond **ret)
{
	static const struct {
		const char *sign;
		enum bl_match_op op;
		bool negated;
	} signs[] = {{"=", BL_MATCH_EQ, false}, {"<>", BL_MATCH_EQ, true},
	    {"!=", BL_MATCH_EQ, true}, {"<", BL_MATCH_LT, false}, {"<=", BL_MATCH_LE, false},
	    {">", BL_MATCH_GT, false}, {">=", BL_MATCH_GE, false}};
	struct bl_advanced_cond *cond = NULL;
	enum bl_status status = new_cond(p, BL_ADVANCED_TEST, &p->token, &cond);

	if (!status)
		status = bl_advanced__path(p, &cond->path);
	if (status)
		return status;
	*ret = cond;
	if (bl_advanced__at_word(p, "IS"))
		return parse_is(p, cond);
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		if (!bl_advanced__at_sign(p, signs[i].sign))
			continue;
		cond->test.op = signs[i].op;
		cond->negated = signs[i].negated;
		status = bl_advanced__next(p);
		return status ? status : add_operand(p, &cond->test);
	}
	return parse_word_test(p, cond);
}

/* ---- What joins them. --------------------------------------------------------------------- */

/* ELEMENT(path WHERE condition), behind the opening parenthesis. */
static BL_STATUS
parse_element(
    struct bl_advanced_parser *p, const struct bl_token *at, const struct bl_advanced_cond **ret)
{
	struct bl_advanced_cond *cond = NULL;
	const struct bl_advanced_cond *kid = NULL;
	enum bl_status status = new_cond(p, BL_ADVANCED_ELEMENT, at, &cond);

	if (!status)
		status = bl_advanced__extend(p, at, "ELEMENT()");
	if (!status)
		status = deeper(p);
	if (!status)
		status = bl_advanced__path(p, &cond->path);
	if (!status && !bl_advanced__at_word(p, "WHERE"))
		return bl_advanced__expected(p, "WHERE");
	if (!status)
		status = bl_advanced__next(p);
	if (!status)
		status = parse_logic(p, true, &kid);
	if (!status)
		status = bl_advanced__expect_sign(p, ")");
	if (!status)
		status = bl_advanced__push(p, &cond->kids, &cond->n_kids, sizeof(kid), &kid);
	p->depth--;
	*ret = cond;
	return status;
}

static BL_STATUS
parse_operand(struct bl_advanced_parser *p, const struct bl_advanced_cond **ret)
{
	struct bl_lexer before = p->lexer;
	struct bl_token first = p->token;
	enum bl_status status;

	if (bl_advanced__at_sign(p, "(")) {
		status = deeper(p);
		if (!status)
			status = bl_advanced__next(p);
		if (!status)
			status = parse_logic(p, true, ret);
		p->depth--;
		return status ? status : bl_advanced__expect_sign(p, ")");
	}
	if (!bl_advanced__at_word(p, "ELEMENT"))
		return parse_test(p, ret);
	status = bl_advanced__next(p);
	if (!status && bl_advanced__at_sign(p, "(")) {
		status = bl_advanced__next(p);
		return status ? status : parse_element(p, &first, ret);
	}
	p->lexer = before; /* A property called element. */
	p->token = first;
	return status ? status : parse_test(p, ret);
}

static BL_STATUS
parse_not(struct bl_advanced_parser *p, const struct bl_advanced_cond **ret)
{
	struct bl_advanced_cond *cond = NULL;
	const struct bl_advanced_cond *kid = NULL;
	enum bl_status status;

	if (!bl_advanced__at_word(p, "NOT"))
		return parse_operand(p, ret);
	status = new_cond(p, BL_ADVANCED_NOT, &p->token, &cond);
	if (!status)
		status = deeper(p);
	if (!status)
		status = bl_advanced__next(p);
	if (!status)
		status = parse_not(p, &kid);
	if (!status)
		status = bl_advanced__push(p, &cond->kids, &cond->n_kids, sizeof(kid), &kid);
	p->depth--;
	*ret = cond;
	return status;
}

/* One node however long the chain, so that a long list is not a deep tree. */
static BL_STATUS
parse_logic(struct bl_advanced_parser *p, bool or, const struct bl_advanced_cond **ret)
{
	const char *word = or ? "OR" : "AND";
	struct bl_token at = p->token;
	struct bl_advanced_cond *cond = NULL;
	const struct bl_advanced_cond *kid = NULL;
	enum bl_status status = or ? parse_logic(p, false, &kid) : parse_not(p, &kid);

	*ret = kid;
	if (status || !bl_advanced__at_word(p, word))
		return status;
	status = new_cond(p, or ? BL_ADVANCED_OR : BL_ADVANCED_AND, &at, &cond);
	if (!status)
		status = bl_advanced__push(p, &cond->kids, &cond->n_kids, sizeof(kid), &kid);
	while (!status && bl_advanced__at_word(p, word)) {
		status = bl_advanced__next(p);
		if (!status)
			status = or ? parse_logic(p, false, &kid) : parse_not(p, &kid);
		if (!status)
			status =
			    bl_advanced__push(p, &cond->kids, &cond->n_kids, sizeof(kid), &kid);
	}
	*ret = cond;
	return status;
}

BL_STATUS
bl_advanced__condition(struct bl_advanced_parser *p, const struct bl_advanced_cond **ret_cond)
{
	return parse_logic(p, true, ret_cond);
}
