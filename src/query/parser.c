/*
 * Tokens to a tree, by recursive descent with Trino's precedence:
 *
 *	OR < AND < NOT < one comparison or predicate < || < + - < * / % < unary - < . []
 *
 * Two bounds hold for every text: the nesting while parsing (parentheses make no node) and the
 *depth of the finished tree (a long chain of + makes a deep one) are at most BL_AST_MAX_DEPTH, so
 *that the recursion here and in the checker and evaluator is bounded.
 */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "query/parser.h"

BL_STATUS
bl_parser__next(struct bl_parser *p)
{
	return bl_lexer__next(&p->lexer, &p->token, p->reterr);
}

bool
bl_parser__at_word(const struct bl_parser *p, const char *word)
{
	return p->token.kind == BL_TOKEN_WORD && bl_str_eq_ci(p->token.text, bl_str_of(word));
}

bool
bl_parser__at_sign(const struct bl_parser *p, const char *text)
{
	return p->token.kind == BL_TOKEN_SIGN && bl_str_eq(p->token.text, bl_str_of(text));
}

BL_STATUS
bl_parser__fail_expected(struct bl_parser *p, const char *what)
{
	if (p->token.kind == BL_TOKEN_END)
		return bl_fail_pos(p->reterr, BL_EINPUT, p->token.line, p->token.column,
		    "%s is expected here, but the expression ends", what);
	return bl_fail_pos(p->reterr, BL_EINPUT, p->token.line, p->token.column,
	    "%s is expected here, found %s%.*s", what,
	    p->token.kind == BL_TOKEN_STRING ? "the text " : "", BL_STR_ARG(p->token.text));
}

BL_STATUS
bl_parser__expect_sign(struct bl_parser *p, const char *text)
{
	if (!bl_parser__at_sign(p, text))
		return bl_parser__fail_expected(p, text);
	return bl_parser__next(p);
}

BL_STATUS
bl_parser__expect_word(struct bl_parser *p, const char *word)
{
	if (!bl_parser__at_word(p, word))
		return bl_parser__fail_expected(p, word);
	return bl_parser__next(p);
}

BL_STATUS
bl_parser__new_node(
    struct bl_parser *p, enum bl_node_kind kind, const struct bl_token *at, struct bl_node **ret)
{
	struct bl_node *node;

	if (++p->n_nodes > BL_AST_MAX_NODES)
		return bl_fail_pos(p->reterr, BL_ELIMIT, at->line, at->column,
		    "the expression has more than %d parts", BL_AST_MAX_NODES);
	node = bl_new(p->arena, struct bl_node, 1);
	if (node == NULL)
		return bl_fail(p->reterr, BL_ENOMEM, "no memory for the expression's tree");
	node->kind = kind;
	node->line = at->line;
	node->column = at->column;
	node->depth = 1;
	*ret = node;
	return BL_OK;
}

BL_STATUS
bl_parser__push(struct bl_parser *p, struct bl_nodes *list, struct bl_node *kid)
{
	struct bl_node **grown;
	uint32_t cap = list->cap == 0 ? 4 : list->cap * 2;

	if (list->n == list->cap) {
		grown = bl_new(p->arena, struct bl_node *, cap);
		if (grown == NULL)
			return bl_fail(p->reterr, BL_ENOMEM, "no memory for the expression's tree");
		if (list->n > 0)
			memcpy(grown, list->kids, list->n * sizeof(struct bl_node *));
		list->kids = grown;
		list->cap = cap;
	}
	list->kids[list->n++] = kid;
	return BL_OK;
}

/* Gives ${node} its children and its depth. */
BL_STATUS
bl_parser__adopt(struct bl_parser *p, struct bl_node *node, const struct bl_nodes *list)
{
	node->kids = list->kids;
	node->n_kids = list->n;
	for (uint32_t i = 0; i < list->n; i++)
		if (node->depth < list->kids[i]->depth + 1)
			node->depth = list->kids[i]->depth + 1;
	if (node->depth > BL_AST_MAX_DEPTH)
		return bl_fail_pos(p->reterr, BL_ELIMIT, node->line, node->column,
		    "the expression is more than %d operations deep", BL_AST_MAX_DEPTH);
	return BL_OK;
}

/* A node over one or two children. */
BL_STATUS
bl_parser__join(struct bl_parser *p, struct bl_node *node, struct bl_node *a, struct bl_node *b)
{
	struct bl_nodes list = {0};
	enum bl_status status = bl_parser__push(p, &list, a);

	if (!status && b != NULL)
		status = bl_parser__push(p, &list, b);
	return status ? status : bl_parser__adopt(p, node, &list);
}

/* a, b, c up to a closing sign, which is taken. */
BL_STATUS
bl_parser__parse_list(struct bl_parser *p, const char *closer, struct bl_nodes *list)
{
	enum bl_status status;
	struct bl_node *kid;

	while (true) {
		status = bl_parser__expr(p, &kid);
		if (!status)
			status = bl_parser__push(p, list, kid);
		if (status)
			return status;
		if (!bl_parser__at_sign(p, ","))
			return bl_parser__expect_sign(p, closer);
		status = bl_parser__next(p);
		if (status)
			return status;
	}
}

/* .member and [index] behind a value. */
static BL_STATUS
parse_postfix(struct bl_parser *p, struct bl_node **ret)
{
	enum bl_status status = bl_parser__primary(p, ret);
	struct bl_node *node = NULL, *index = NULL;

	while (!status && (bl_parser__at_sign(p, ".") || bl_parser__at_sign(p, "["))) {
		struct bl_token at = p->token;
		bool member = bl_parser__at_sign(p, ".");

		status = bl_parser__next(p);
		at.line = member ? p->token.line : at.line;
		at.column = member ? p->token.column : at.column;
		if (!status)
			status = bl_parser__new_node(
			    p, member ? BL_NODE_MEMBER : BL_NODE_INDEX, &at, &node);
		if (status)
			return status;
		if (member) {
			if (p->token.kind != BL_TOKEN_WORD && p->token.kind != BL_TOKEN_QUOTED)
				return bl_parser__fail_expected(p, "a member's name");
			node->text = p->token.text;
			status = bl_parser__join(p, node, *ret, NULL);
			if (!status)
				status = bl_parser__next(p);
		} else {
			status = bl_parser__expr(p, &index);
			if (!status)
				status = bl_parser__expect_sign(p, "]");
			if (!status)
				status = bl_parser__join(p, node, *ret, index);
		}
		*ret = node;
	}
	return status;
}

static BL_STATUS
parse_unary(struct bl_parser *p, struct bl_node **ret)
{
	struct bl_token at = p->token;
	struct bl_node *node = NULL, *kid = NULL;
	enum bl_status status;

	if (!bl_parser__at_sign(p, "-") && !bl_parser__at_sign(p, "+"))
		return parse_postfix(p, ret);
	if (++p->depth > BL_AST_MAX_DEPTH)
		return bl_fail_pos(p->reterr, BL_ELIMIT, at.line, at.column,
		    "the expression is nested more than %d deep", BL_AST_MAX_DEPTH);
	status = bl_parser__next(p);
	if (!status)
		status = parse_unary(p, &kid);
	if (!status)
		status = bl_parser__new_node(p, BL_NODE_MINUS, &at, &node);
	if (!status)
		status = bl_parser__join(p, node, kid, NULL);
	p->depth--;
	if (status)
		return status;
	node->negated = bl_str_eq(at.text, BL_STR("+")); /* +x: checked as a number, unchanged. */
	*ret = node;
	return BL_OK;
}

static enum bl_op
op_of(const struct bl_parser *p, const char *const signs[], const enum bl_op ops[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bl_parser__at_sign(p, signs[i]))
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

	while (!status && (op = op_of(p, signs[level], ops[level], 3)) != BL_OP_NONE) {
		struct bl_token at = p->token;

		status = bl_parser__next(p);
		if (!status)
			status =
			    level == 0 ? parse_unary(p, &right) : parse_chain(p, level - 1, &right);
		if (!status)
			status = bl_parser__new_node(
			    p, level == 2 ? BL_NODE_CONCAT : BL_NODE_ARITH, &at, &node);
		if (!status)
			status = bl_parser__join(p, node, *ret, right);
		if (status)
			return status;
		node->op = op;
		*ret = node;
	}
	return status;
}

static BL_STATUS
parse_add(struct bl_parser *p, struct bl_node **ret)
{
	return parse_chain(p, 2, ret);
}

/* What follows [NOT] IN, BETWEEN, LIKE. */
static BL_STATUS
parse_operands(struct bl_parser *p, struct bl_node *node, struct bl_nodes *list)
{
	struct bl_node *kid = NULL;
	enum bl_status status;

	if (node->kind == BL_NODE_IN) {
		status = bl_parser__expect_sign(p, "(");
		if (!status && bl_parser__at_word(p, "SELECT"))
			return bl_parser__refuse_word(p, &p->token);
		return status ? status : bl_parser__parse_list(p, ")", list);
	}
	status = parse_add(p, &kid);
	if (!status)
		status = bl_parser__push(p, list, kid);
	if (status)
		return status;
	if (node->kind == BL_NODE_LIKE && !bl_parser__at_word(p, "ESCAPE"))
		return BL_OK;
	status = bl_parser__expect_word(p, node->kind == BL_NODE_LIKE ? "ESCAPE" : "AND");
	if (!status)
		status = parse_add(p, &kid);
	return status ? status : bl_parser__push(p, list, kid);
}

static BL_STATUS
parse_in_between_like(struct bl_parser *p, struct bl_node *left, struct bl_node **ret)
{
	struct bl_token at = p->token;
	bool negated = bl_parser__at_word(p, "NOT");
	struct bl_nodes list = {0};
	struct bl_node *node = NULL;
	enum bl_node_kind kind;
	enum bl_status status = negated ? bl_parser__next(p) : BL_OK;

	if (status)
		return status;
	if (bl_parser__at_word(p, "IN"))
		kind = BL_NODE_IN;
	else if (bl_parser__at_word(p, "BETWEEN"))
		kind = BL_NODE_BETWEEN;
	else if (bl_parser__at_word(p, "LIKE"))
		kind = BL_NODE_LIKE;
	else
		return bl_parser__fail_expected(p, "IN, BETWEEN or LIKE behind NOT");
	status = bl_parser__new_node(p, kind, &at, &node);
	if (!status)
		status = bl_parser__next(p);
	if (!status)
		status = bl_parser__push(p, &list, left);
	if (!status)
		status = parse_operands(p, node, &list);
	if (!status)
		status = bl_parser__adopt(p, node, &list);
	if (status)
		return status;
	node->negated = negated;
	*ret = node;
	return BL_OK;
}

static BL_STATUS
parse_is_null(struct bl_parser *p, struct bl_node *left, struct bl_node **ret)
{
	struct bl_token at = p->token;
	struct bl_node *node = NULL;
	bool negated = false;
	enum bl_status status = bl_parser__next(p);

	if (!status && bl_parser__at_word(p, "NOT")) {
		negated = true;
		status = bl_parser__next(p);
	}
	if (!status)
		status = bl_parser__expect_word(p, "NULL");
	if (!status)
		status = bl_parser__new_node(p, BL_NODE_IS_NULL, &at, &node);
	if (!status)
		status = bl_parser__join(p, node, left, NULL);
	if (status)
		return status;
	node->negated = negated;
	*ret = node;
	return BL_OK;
}

static const char *const comparisons[] = {"=", "<>", "!=", "<", "<=", ">", ">="};
static const enum bl_op comparison_ops[] = {
    BL_OP_EQ, BL_OP_NE, BL_OP_NE, BL_OP_LT, BL_OP_LE, BL_OP_GT, BL_OP_GE};

static BL_STATUS
parse_predicate(struct bl_parser *p, struct bl_node **ret)
{
	struct bl_node *node = NULL, *left = NULL, *right = NULL;
	enum bl_status status = parse_add(p, &left);
	struct bl_token at = p->token;
	enum bl_op op;

	if (status)
		return status;
	*ret = left;
	if (bl_parser__at_word(p, "IS"))
		return parse_is_null(p, left, ret);
	if (bl_parser__at_word(p, "NOT") || bl_parser__at_word(p, "IN") ||
	    bl_parser__at_word(p, "BETWEEN") || bl_parser__at_word(p, "LIKE"))
		return parse_in_between_like(p, left, ret);
	op = op_of(p, comparisons, comparison_ops, 7);
	if (op == BL_OP_NONE)
		return BL_OK;
	status = bl_parser__next(p);
	if (!status)
		status = parse_add(p, &right);
	if (!status)
		status = bl_parser__new_node(p, BL_NODE_COMPARE, &at, &node);
	if (!status)
		status = bl_parser__join(p, node, left, right);
	if (status)
		return status;
	if (op_of(p, comparisons, comparison_ops, 7) != BL_OP_NONE)
		return bl_fail_pos(p->reterr, BL_EINPUT, p->token.line, p->token.column,
		    "comparisons cannot be chained; join them with AND");
	node->op = op;
	*ret = node;
	return BL_OK;
}

static BL_STATUS
parse_not(struct bl_parser *p, struct bl_node **ret)
{
	struct bl_token at = p->token;
	struct bl_node *node = NULL, *kid = NULL;
	enum bl_status status;

	if (!bl_parser__at_word(p, "NOT"))
		return parse_predicate(p, ret);
	if (++p->depth > BL_AST_MAX_DEPTH)
		return bl_fail_pos(p->reterr, BL_ELIMIT, at.line, at.column,
		    "the expression is nested more than %d deep", BL_AST_MAX_DEPTH);
	status = bl_parser__next(p);
	if (!status)
		status = parse_not(p, &kid);
	if (!status)
		status = bl_parser__new_node(p, BL_NODE_NOT, &at, &node);
	if (!status)
		status = bl_parser__join(p, node, kid, NULL);
	p->depth--;
	if (!status)
		*ret = node;
	return status;
}

/* AND and OR take any number of operands as one node, so that a long list is not a deep tree. */
static BL_STATUS
parse_logic(struct bl_parser *p, bool or, struct bl_node **ret)
{
	const char *word = or ? "OR" : "AND";
	struct bl_token at = p->token;
	struct bl_nodes list = {0};
	struct bl_node *kid = NULL;
	enum bl_status status = or ? parse_logic(p, false, &kid) : parse_not(p, &kid);

	if (status)
		return status;
	*ret = kid;
	if (!bl_parser__at_word(p, word))
		return BL_OK;
	at = p->token;
	status = bl_parser__push(p, &list, kid);
	while (!status && bl_parser__at_word(p, word)) {
		status = bl_parser__next(p);
		if (!status)
			status = or ? parse_logic(p, false, &kid) : parse_not(p, &kid);
		if (!status)
			status = bl_parser__push(p, &list, kid);
	}
	if (!status)
		status = bl_parser__new_node(p, or ? BL_NODE_OR : BL_NODE_AND, &at, ret);
	return status ? status : bl_parser__adopt(p, *ret, &list);
}

BL_STATUS
bl_parser__expr(struct bl_parser *p, struct bl_node **ret)
{
	enum bl_status status;

	if (++p->depth > BL_AST_MAX_DEPTH)
		return bl_fail_pos(p->reterr, BL_ELIMIT, p->token.line, p->token.column,
		    "the expression is nested more than %d deep", BL_AST_MAX_DEPTH);
	status = parse_logic(p, true, ret);
	p->depth--;
	return status;
}

BL_STATUS
bl_parser__parse(
    struct bl_str text, struct bl_arena *arena, struct bl_node **ret_root, struct bl_err *reterr)
{
	struct bl_parser p = {.arena = arena, .reterr = reterr};
	struct bl_node *root = NULL;
	enum bl_status status;

	if (text.len > BL_AST_MAX_TEXT)
		return bl_fail(
		    reterr, BL_ELIMIT, "the expression is longer than %zu bytes", BL_AST_MAX_TEXT);
	bl_lexer__init(&p.lexer, text, arena);
	status = bl_parser__next(&p);
	if (!status)
		status = bl_parser__expr(&p, &root);
	if (status)
		return status;
	if (p.token.kind != BL_TOKEN_END)
		return bl_parser__fail_expected(&p, "an operator or the end");
	*ret_root = root;
	return BL_OK;
}
