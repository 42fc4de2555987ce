/*
 * Tokens to a tree, by recursive descent with Trino's precedence:
 *
 *	OR < AND < NOT < one comparison or predicate < || < + - < * / % < unary - < . []
 *
 * Two bounds hold for every text: the nesting while parsing (parentheses make no node) and the
 *depth of the finished tree (a long chain of + makes a deep one) are at most BL_NODE_MAX_DEPTH, so
 *that the recursion here and in the checker and evaluator is bounded.
 */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "query/parser.h"

BL_STATUS
bl_parser_next(struct bl_parser *p)
{
	return bl_lexer_next(&p->lexer, &p->token, p->reterr);
}

bool
bl_parser_at_word(const struct bl_parser *p, const char *word)
{
	return p->token.kind == BL_TOKEN_WORD && bl_str_eq_ci(p->token.text, bl_str_of(word));
}

bool
bl_parser_at_sign(const struct bl_parser *p, const char *text)
{
	return p->token.kind == BL_TOKEN_SIGN && bl_str_eq(p->token.text, bl_str_of(text));
}

void
bl_parser_peek(const struct bl_parser *p, struct bl_token *ret_token)
{
	struct bl_lexer ahead = p->lexer;
	struct bl_err err = {0};

	*ret_token = (struct bl_token){.kind = BL_TOKEN_END};
	if (bl_lexer_next(&ahead, ret_token, &err))
		*ret_token = (struct bl_token){.kind = BL_TOKEN_END};
}

BL_STATUS
bl_parser_fail_expected(struct bl_parser *p, const char *what)
{
	if (p->token.kind == BL_TOKEN_END)
		return bl_fail_pos(p->reterr, BL_EINPUT, p->token.line, p->token.column,
		    "%s is expected here, but the expression ends", what);
	return bl_fail_pos(p->reterr, BL_EINPUT, p->token.line, p->token.column,
	    "%s is expected here, found %s%.*s", what,
	    p->token.kind == BL_TOKEN_STRING ? "the text " : "", BL_STR_ARG(p->token.text));
}

BL_STATUS
bl_parser_expect_sign(struct bl_parser *p, const char *text)
{
	if (!bl_parser_at_sign(p, text))
		return bl_parser_fail_expected(p, text);
	return bl_parser_next(p);
}

BL_STATUS
bl_parser_expect_word(struct bl_parser *p, const char *word)
{
	if (!bl_parser_at_word(p, word))
		return bl_parser_fail_expected(p, word);
	return bl_parser_next(p);
}

BL_STATUS
bl_parser_new_node(
    struct bl_parser *p, enum bl_node_kind kind, const struct bl_token *at, struct bl_node **ret)
{
	struct bl_node *node;

	if (++p->n_nodes > BL_NODE_MAX_NODES)
		return bl_fail_pos(p->reterr, BL_ELIMIT, at->line, at->column,
		    "the expression has more than %d parts", BL_NODE_MAX_NODES);
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
bl_parser_push(struct bl_parser *p, struct bl_nodes *list, struct bl_node *kid)
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
bl_parser_adopt(struct bl_parser *p, struct bl_node *node, const struct bl_nodes *list)
{
	node->kids = list->kids;
	node->n_kids = list->n;
	for (uint32_t i = 0; i < list->n; i++)
		if (node->depth < list->kids[i]->depth + 1)
			node->depth = list->kids[i]->depth + 1;
	if (node->depth > BL_NODE_MAX_DEPTH)
		return bl_fail_pos(p->reterr, BL_ELIMIT, node->line, node->column,
		    "the expression is more than %d operations deep", BL_NODE_MAX_DEPTH);
	return BL_OK;
}

/* A node over one or two children. */
BL_STATUS
bl_parser_join(struct bl_parser *p, struct bl_node *node, struct bl_node *a, struct bl_node *b)
{
	struct bl_nodes list = {0};
	enum bl_status status = bl_parser_push(p, &list, a);

	if (!status && b != NULL)
		status = bl_parser_push(p, &list, b);
	return status ? status : bl_parser_adopt(p, node, &list);
}

/* a, b, c up to a closing sign, which is taken. */
BL_STATUS
bl_parser_parse_list(struct bl_parser *p, const char *closer, struct bl_nodes *list)
{
	enum bl_status status;
	struct bl_node *kid;

	while (true) {
		status = bl_parser_expr(p, &kid);
		if (!status)
			status = bl_parser_push(p, list, kid);
		if (status)
			return status;
		if (!bl_parser_at_sign(p, ","))
			return bl_parser_expect_sign(p, closer);
		status = bl_parser_next(p);
		if (status)
			return status;
	}
}

static BL_STATUS
parse_not(struct bl_parser *p, struct bl_node **ret)
{
	struct bl_token at = p->token;
	struct bl_node *node = NULL, *kid = NULL;
	enum bl_status status;

	if (!bl_parser_at_word(p, "NOT"))
		return bl_parser_predicate(p, ret);
	if (++p->depth > BL_NODE_MAX_DEPTH)
		return bl_fail_pos(p->reterr, BL_ELIMIT, at.line, at.column,
		    "the expression is nested more than %d deep", BL_NODE_MAX_DEPTH);
	status = bl_parser_next(p);
	if (!status)
		status = parse_not(p, &kid);
	if (!status)
		status = bl_parser_new_node(p, BL_NODE_NOT, &at, &node);
	if (!status)
		status = bl_parser_join(p, node, kid, NULL);
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
	if (!bl_parser_at_word(p, word))
		return BL_OK;
	at = p->token;
	status = bl_parser_push(p, &list, kid);
	while (!status && bl_parser_at_word(p, word)) {
		status = bl_parser_next(p);
		if (!status)
			status = or ? parse_logic(p, false, &kid) : parse_not(p, &kid);
		if (!status)
			status = bl_parser_push(p, &list, kid);
	}
	if (!status)
		status = bl_parser_new_node(p, or ? BL_NODE_OR : BL_NODE_AND, &at, ret);
	return status ? status : bl_parser_adopt(p, *ret, &list);
}

BL_STATUS
bl_parser_expr(struct bl_parser *p, struct bl_node **ret)
{
	enum bl_status status;

	if (++p->depth > BL_NODE_MAX_DEPTH)
		return bl_fail_pos(p->reterr, BL_ELIMIT, p->token.line, p->token.column,
		    "the expression is nested more than %d deep", BL_NODE_MAX_DEPTH);
	status = parse_logic(p, true, ret);
	p->depth--;
	return status;
}

BL_STATUS
bl_parser_tree(struct bl_str text, const struct bl_parser_hooks *hooks, struct bl_arena *arena,
    struct bl_node **ret_root, struct bl_err *reterr)
{
	struct bl_parser p = {.arena = arena, .reterr = reterr, .hooks = hooks};
	struct bl_node *root = NULL;
	enum bl_status status;

	if (text.len > BL_NODE_MAX_TEXT)
		return bl_fail(
		    reterr, BL_ELIMIT, "the expression is longer than %zu bytes", BL_NODE_MAX_TEXT);
	bl_lexer_init(&p.lexer, text, arena);
	status = bl_parser_next(&p);
	if (!status)
		status = bl_parser_expr(&p, &root);
	if (status)
		return status;
	if (p.token.kind != BL_TOKEN_END)
		return bl_parser_fail_expected(&p, "an operator or the end");
	*ret_root = root;
	return BL_OK;
}
