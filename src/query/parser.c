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
#include "base/instant.h"
#include "query/ast.h"
#include "query/lexer.h"
#include "query/value_priv.h"

struct parser {
	struct bl_lexer lexer;
	struct bl_token token; /* The next one. */
	struct bl_arena *arena;
	struct bl_err *reterr;
	uint32_t depth;
	uint32_t n_nodes;
};

struct list {
	struct bl_node **kids;
	uint32_t n, cap;
};

static BL_STATUS parse_expr(struct parser *p, struct bl_node **ret);

static BL_STATUS
next(struct parser *p)
{
	return bl_lexer__next(&p->lexer, &p->token, p->reterr);
}

static bool
at_word(const struct parser *p, const char *word)
{
	return p->token.kind == BL_TOKEN_WORD && bl_str_eq_ci(p->token.text, bl_str_of(word));
}

static bool
at_sign(const struct parser *p, const char *text)
{
	return p->token.kind == BL_TOKEN_SIGN && bl_str_eq(p->token.text, bl_str_of(text));
}

static BL_STATUS
fail_expected(struct parser *p, const char *what)
{
	if (p->token.kind == BL_TOKEN_END)
		return bl_fail_pos(p->reterr, BL_EINPUT, p->token.line, p->token.column,
		    "%s is expected here, but the expression ends", what);
	return bl_fail_pos(p->reterr, BL_EINPUT, p->token.line, p->token.column,
	    "%s is expected here, found %s%.*s", what,
	    p->token.kind == BL_TOKEN_STRING ? "the text " : "", BL_STR_ARG(p->token.text));
}

static BL_STATUS
expect_sign(struct parser *p, const char *text)
{
	if (!at_sign(p, text))
		return fail_expected(p, text);
	return next(p);
}

static BL_STATUS
expect_word(struct parser *p, const char *word)
{
	if (!at_word(p, word))
		return fail_expected(p, word);
	return next(p);
}

static BL_STATUS
new_node(struct parser *p, enum bl_node_kind kind, const struct bl_token *at, struct bl_node **ret)
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

static BL_STATUS
push(struct parser *p, struct list *list, struct bl_node *kid)
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
static BL_STATUS
adopt(struct parser *p, struct bl_node *node, const struct list *list)
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
static BL_STATUS
join(struct parser *p, struct bl_node *node, struct bl_node *a, struct bl_node *b)
{
	struct list list = {0};
	enum bl_status status = push(p, &list, a);

	if (!status && b != NULL)
		status = push(p, &list, b);
	return status ? status : adopt(p, node, &list);
}

/* a, b, c up to a closing sign, which is taken. */
static BL_STATUS
parse_list(struct parser *p, const char *closer, struct list *list)
{
	enum bl_status status;
	struct bl_node *kid;

	while (true) {
		status = parse_expr(p, &kid);
		if (!status)
			status = push(p, list, kid);
		if (status)
			return status;
		if (!at_sign(p, ","))
			return expect_sign(p, closer);
		status = next(p);
		if (status)
			return status;
	}
}

/* TYPE or array(TYPE) behind CAST(x AS. */
static BL_STATUS
parse_type(struct parser *p, struct bl_type *ret)
{
	static const struct {
		const char *word;
		enum bl_type_kind kind;
	} types[] = {{"boolean", BL_TYPE_BOOLEAN}, {"bigint", BL_TYPE_BIGINT},
	    {"integer", BL_TYPE_BIGINT}, {"int", BL_TYPE_BIGINT}, {"double", BL_TYPE_DOUBLE},
	    {"varchar", BL_TYPE_VARCHAR}, {"timestamp", BL_TYPE_TIMESTAMP}, {"json", BL_TYPE_JSON}};
	struct bl_token at = p->token;
	enum bl_status status;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (!at_word(p, types[i].word))
			continue;
		ret->kind = types[i].kind;
		return next(p);
	}
	if (!at_word(p, "array")) {
		if (at.kind != BL_TOKEN_WORD)
			return fail_expected(p, "a type");
		return bl_fail_pos(p->reterr, BL_EUNSUPPORTED, at.line, at.column,
		    "the type %.*s is not supported in CAST; there are boolean, bigint, double, "
		    "varchar, timestamp, json, array(...)",
		    BL_STR_ARG(at.text));
	}
	status = next(p);
	if (!status)
		status = expect_sign(p, "(");
	if (!status)
		status = parse_type(p, ret);
	if (status)
		return status;
	if (ret->kind == BL_TYPE_ARRAY)
		return bl_fail_pos(p->reterr, BL_EUNSUPPORTED, at.line, at.column,
		    "arrays of arrays are not supported; use array(json)");
	ret->element = ret->kind;
	ret->kind = BL_TYPE_ARRAY;
	return expect_sign(p, ")");
}

static BL_STATUS
parse_cast(struct parser *p, const struct bl_token *at, struct bl_node **ret)
{
	struct bl_node *node = NULL, *kid = NULL;
	enum bl_status status = new_node(p, BL_NODE_CAST, at, &node);

	if (!status)
		status = next(p);
	if (!status)
		status = parse_expr(p, &kid);
	if (!status)
		status = expect_word(p, "AS");
	if (!status)
		status = parse_type(p, &node->type);
	if (!status)
		status = expect_sign(p, ")");
	if (!status)
		status = join(p, node, kid, NULL);
	if (status)
		return status;
	node->negated = bl_str_eq_ci(at->text, BL_STR("TRY_CAST"));
	*ret = node;
	return BL_OK;
}

/* WORD expr, appended to the list. */
static BL_STATUS
parse_branch(struct parser *p, const char *word, struct list *list)
{
	struct bl_node *kid = NULL;
	enum bl_status status = expect_word(p, word);

	if (!status)
		status = parse_expr(p, &kid);
	return status ? status : push(p, list, kid);
}

static BL_STATUS
parse_case(struct parser *p, const struct bl_token *at, struct bl_node **ret)
{
	struct list list = {0};
	struct bl_node *node = NULL, *kid = NULL;
	enum bl_status status = new_node(p, BL_NODE_CASE, at, &node);

	if (!status && !at_word(p, "WHEN")) {
		node->has_operand = true;
		status = parse_expr(p, &kid);
		if (!status)
			status = push(p, &list, kid);
	}
	do {
		if (!status)
			status = parse_branch(p, "WHEN", &list);
		if (!status)
			status = parse_branch(p, "THEN", &list);
	} while (!status && at_word(p, "WHEN"));
	if (!status && at_word(p, "ELSE")) {
		node->has_else = true;
		status = parse_branch(p, "ELSE", &list);
	}
	if (!status)
		status = expect_word(p, "END");
	if (!status)
		status = adopt(p, node, &list);
	if (!status)
		*ret = node;
	return status;
}

static BL_STATUS
parse_call(struct parser *p, const struct bl_token *at, struct bl_node **ret)
{
	struct list list = {0};
	struct bl_node *node = NULL;
	enum bl_status status = new_node(p, BL_NODE_CALL, at, &node);

	if (!status)
		status = next(p);
	if (status)
		return status;
	node->text = at->text;
	status = at_sign(p, ")") ? next(p) : parse_list(p, ")", &list);
	if (!status)
		status = adopt(p, node, &list);
	if (!status)
		*ret = node;
	return status;
}

static BL_STATUS
parse_array(struct parser *p, const struct bl_token *at, struct bl_node **ret)
{
	struct list list = {0};
	struct bl_node *node = NULL;
	enum bl_status status = new_node(p, BL_NODE_ARRAY, at, &node);

	if (!status)
		status = next(p);
	if (!status)
		status = at_sign(p, "]") ? next(p) : parse_list(p, "]", &list);
	if (!status)
		status = adopt(p, node, &list);
	if (!status)
		*ret = node;
	return status;
}

static BL_STATUS
parse_lambda(struct parser *p, const struct bl_token *at, struct bl_node **ret)
{
	struct bl_node *node = NULL, *body = NULL;
	enum bl_status status = new_node(p, BL_NODE_LAMBDA, at, &node);

	if (!status)
		status = next(p);
	if (!status)
		status = parse_expr(p, &body);
	if (!status)
		status = join(p, node, body, NULL);
	if (status)
		return status;
	node->text = at->text;
	*ret = node;
	return BL_OK;
}

static BL_STATUS
parse_timestamp(struct parser *p, const struct bl_token *at, struct bl_node **ret)
{
	struct bl_node *node = NULL;
	enum bl_status status = new_node(p, BL_NODE_LITERAL, at, &node);

	if (status)
		return status;
	node->value.kind = BL_TYPE_TIMESTAMP;
	if (!bl_instant_parse(p->token.text, &node->value.i64))
		return bl_fail_pos(p->reterr, BL_EINPUT, p->token.line, p->token.column,
		    "'%.*s' is no instant; write '2026-01-31T18:00:00Z' (with Z or an offset)",
		    BL_STR_ARG(p->token.text));
	*ret = node;
	return next(p);
}

/* What SQL knows and this engine does not: better its name than "unexpected word". */
static BL_STATUS
refuse_word(struct parser *p, const struct bl_token *at)
{
	static const char *const known[][2] = {
	    {"EXISTS", "EXISTS and sub-queries are"},
	    {"SELECT", "EXISTS and sub-queries are"},
	    {"INTERVAL", "INTERVAL literals are"},
	    {"EXTRACT", "EXTRACT is"},
	    {"ROW", "ROW values are"},
	    {"CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP is"},
	    {"CURRENT_DATE", "CURRENT_DATE is"},
	};
	static const char *const reserved[] = {"AND", "OR", "NOT", "IN", "IS", "NULL", "LIKE",
	    "ESCAPE", "BETWEEN", "CASE", "WHEN", "THEN", "ELSE", "END", "CAST", "TRY_CAST", "AS",
	    "TRUE", "FALSE", "FROM", "WHERE", "GROUP", "ORDER", "BY", "HAVING", "LIMIT", "JOIN",
	    "ON", "UNION", "WITH", "DISTINCT"};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (bl_str_eq_ci(at->text, bl_str_of(known[i][0])))
			return bl_fail_pos(p->reterr, BL_EUNSUPPORTED, at->line, at->column,
			    "%s not supported in this expression", known[i][1]);
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (bl_str_eq_ci(at->text, bl_str_of(reserved[i])))
			return bl_fail_pos(p->reterr, BL_EINPUT, at->line, at->column,
			    "a value is expected here, found %.*s", BL_STR_ARG(at->text));
	return BL_OK;
}

/* A word or quoted name: a call, a lambda or a name.  The word is taken already. */
static BL_STATUS
parse_name(struct parser *p, const struct bl_token *at, struct bl_node **ret)
{
	bool word = at->kind == BL_TOKEN_WORD;
	enum bl_status status = BL_OK;

	if (at_sign(p, "->"))
		return parse_lambda(p, at, ret);
	if (word && at_sign(p, "(") &&
	    (bl_str_eq_ci(at->text, BL_STR("CAST")) || bl_str_eq_ci(at->text, BL_STR("TRY_CAST"))))
		return parse_cast(p, at, ret);
	if (word && bl_str_eq_ci(at->text, BL_STR("CASE")))
		return parse_case(p, at, ret);
	if (word && at_sign(p, "[") && bl_str_eq_ci(at->text, BL_STR("ARRAY")))
		return parse_array(p, at, ret);
	if (word && p->token.kind == BL_TOKEN_STRING && bl_str_eq_ci(at->text, BL_STR("TIMESTAMP")))
		return parse_timestamp(p, at, ret);
	if (p->token.kind == BL_TOKEN_STRING)
		return bl_fail_pos(p->reterr, BL_EUNSUPPORTED, at->line, at->column,
		    "%.*s literals are not supported", BL_STR_ARG(at->text));
	if (word)
		status = refuse_word(p, at);
	if (status)
		return status;
	if (at_sign(p, "("))
		return parse_call(p, at, ret);
	status = new_node(p, BL_NODE_NAME, at, ret);
	if (!status)
		(*ret)->text = at->text;
	return status;
}

static BL_STATUS
parse_literal(struct parser *p, const struct bl_token *at, struct bl_node **ret)
{
	struct bl_value value = {.kind = BL_TYPE_VARCHAR, .str = at->text};
	enum bl_status status;

	if (at->kind == BL_TOKEN_INTEGER) {
		value = (struct bl_value){.kind = BL_TYPE_BIGINT};
		if (!bl_str_to_i64(at->text, &value.i64))
			return bl_fail_pos(p->reterr, BL_EINPUT, at->line, at->column,
			    "the number %.*s does not fit a bigint", BL_STR_ARG(at->text));
	} else if (at->kind == BL_TOKEN_DECIMAL) {
		value.kind = BL_TYPE_DOUBLE;
		if (!bl_value__to_double(at->text, &value.dbl))
			return bl_fail_pos(p->reterr, BL_EINPUT, at->line, at->column,
			    "the number %.*s does not fit a double", BL_STR_ARG(at->text));
	} else if (at->kind == BL_TOKEN_WORD) {
		bool null = bl_str_eq_ci(at->text, BL_STR("NULL"));

		value = (struct bl_value){.kind = null ? BL_TYPE_UNKNOWN : BL_TYPE_BOOLEAN,
		    .null = null,
		    .boolean = bl_str_eq_ci(at->text, BL_STR("TRUE"))};
	}
	status = new_node(p, BL_NODE_LITERAL, at, ret);
	if (!status)
		(*ret)->value = value;
	return status;
}

static BL_STATUS
parse_primary(struct parser *p, struct bl_node **ret)
{
	struct bl_token at = p->token;
	enum bl_status status;

	switch (at.kind) {
	case BL_TOKEN_END: return fail_expected(p, "a value");
	case BL_TOKEN_SIGN:
		if (!at_sign(p, "("))
			return fail_expected(p, "a value");
		status = next(p);
		if (!status)
			status = parse_expr(p, ret);
		if (!status && at_sign(p, ","))
			return bl_fail_pos(p->reterr, BL_EUNSUPPORTED, p->token.line,
			    p->token.column,
			    "rows and lambdas with several arguments are not supported");
		return status ? status : expect_sign(p, ")");
	case BL_TOKEN_WORD:
	case BL_TOKEN_QUOTED:
		status = next(p);
		if (status)
			return status;
		if (at.kind == BL_TOKEN_WORD && (bl_str_eq_ci(at.text, BL_STR("NULL")) ||
						    bl_str_eq_ci(at.text, BL_STR("TRUE")) ||
						    bl_str_eq_ci(at.text, BL_STR("FALSE"))))
			return parse_literal(p, &at, ret);
		return parse_name(p, &at, ret);
	case BL_TOKEN_PARAM:
		status = new_node(p, BL_NODE_PARAM, &at, ret);
		if (!status)
			(*ret)->text = at.text;
		return status ? status : next(p);
	case BL_TOKEN_STRING:
	case BL_TOKEN_INTEGER:
	case BL_TOKEN_DECIMAL: break;
	}
	status = parse_literal(p, &at, ret);
	return status ? status : next(p);
}

/* .member and [index] behind a value. */
static BL_STATUS
parse_postfix(struct parser *p, struct bl_node **ret)
{
	enum bl_status status = parse_primary(p, ret);
	struct bl_node *node = NULL, *index = NULL;

	while (!status && (at_sign(p, ".") || at_sign(p, "["))) {
		struct bl_token at = p->token;
		bool member = at_sign(p, ".");

		status = next(p);
		at.line = member ? p->token.line : at.line;
		at.column = member ? p->token.column : at.column;
		if (!status)
			status = new_node(p, member ? BL_NODE_MEMBER : BL_NODE_INDEX, &at, &node);
		if (status)
			return status;
		if (member) {
			if (p->token.kind != BL_TOKEN_WORD && p->token.kind != BL_TOKEN_QUOTED)
				return fail_expected(p, "a member's name");
			node->text = p->token.text;
			status = join(p, node, *ret, NULL);
			if (!status)
				status = next(p);
		} else {
			status = parse_expr(p, &index);
			if (!status)
				status = expect_sign(p, "]");
			if (!status)
				status = join(p, node, *ret, index);
		}
		*ret = node;
	}
	return status;
}

static BL_STATUS
parse_unary(struct parser *p, struct bl_node **ret)
{
	struct bl_token at = p->token;
	struct bl_node *node = NULL, *kid = NULL;
	enum bl_status status;

	if (!at_sign(p, "-") && !at_sign(p, "+"))
		return parse_postfix(p, ret);
	if (++p->depth > BL_AST_MAX_DEPTH)
		return bl_fail_pos(p->reterr, BL_ELIMIT, at.line, at.column,
		    "the expression is nested more than %d deep", BL_AST_MAX_DEPTH);
	status = next(p);
	if (!status)
		status = parse_unary(p, &kid);
	if (!status)
		status = new_node(p, BL_NODE_MINUS, &at, &node);
	if (!status)
		status = join(p, node, kid, NULL);
	p->depth--;
	if (status)
		return status;
	node->negated = bl_str_eq(at.text, BL_STR("+")); /* +x: checked as a number, unchanged. */
	*ret = node;
	return BL_OK;
}

static enum bl_op
op_of(const struct parser *p, const char *const signs[], const enum bl_op ops[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (at_sign(p, signs[i]))
			return ops[i];
	return BL_OP_NONE;
}

/* A chain of binary operators of one precedence: level 0 is * / %, 1 is + -, 2 is ||. */
static BL_STATUS
parse_chain(struct parser *p, int level, struct bl_node **ret)
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

		status = next(p);
		if (!status)
			status =
			    level == 0 ? parse_unary(p, &right) : parse_chain(p, level - 1, &right);
		if (!status)
			status =
			    new_node(p, level == 2 ? BL_NODE_CONCAT : BL_NODE_ARITH, &at, &node);
		if (!status)
			status = join(p, node, *ret, right);
		if (status)
			return status;
		node->op = op;
		*ret = node;
	}
	return status;
}

static BL_STATUS
parse_add(struct parser *p, struct bl_node **ret)
{
	return parse_chain(p, 2, ret);
}

/* What follows [NOT] IN, BETWEEN, LIKE. */
static BL_STATUS
parse_operands(struct parser *p, struct bl_node *node, struct list *list)
{
	struct bl_node *kid = NULL;
	enum bl_status status;

	if (node->kind == BL_NODE_IN) {
		status = expect_sign(p, "(");
		if (!status && at_word(p, "SELECT"))
			return refuse_word(p, &p->token);
		return status ? status : parse_list(p, ")", list);
	}
	status = parse_add(p, &kid);
	if (!status)
		status = push(p, list, kid);
	if (status)
		return status;
	if (node->kind == BL_NODE_LIKE && !at_word(p, "ESCAPE"))
		return BL_OK;
	status = expect_word(p, node->kind == BL_NODE_LIKE ? "ESCAPE" : "AND");
	if (!status)
		status = parse_add(p, &kid);
	return status ? status : push(p, list, kid);
}

static BL_STATUS
parse_in_between_like(struct parser *p, struct bl_node *left, struct bl_node **ret)
{
	struct bl_token at = p->token;
	bool negated = at_word(p, "NOT");
	struct list list = {0};
	struct bl_node *node = NULL;
	enum bl_node_kind kind;
	enum bl_status status = negated ? next(p) : BL_OK;

	if (status)
		return status;
	if (at_word(p, "IN"))
		kind = BL_NODE_IN;
	else if (at_word(p, "BETWEEN"))
		kind = BL_NODE_BETWEEN;
	else if (at_word(p, "LIKE"))
		kind = BL_NODE_LIKE;
	else
		return fail_expected(p, "IN, BETWEEN or LIKE behind NOT");
	status = new_node(p, kind, &at, &node);
	if (!status)
		status = next(p);
	if (!status)
		status = push(p, &list, left);
	if (!status)
		status = parse_operands(p, node, &list);
	if (!status)
		status = adopt(p, node, &list);
	if (status)
		return status;
	node->negated = negated;
	*ret = node;
	return BL_OK;
}

static BL_STATUS
parse_is_null(struct parser *p, struct bl_node *left, struct bl_node **ret)
{
	struct bl_token at = p->token;
	struct bl_node *node = NULL;
	bool negated = false;
	enum bl_status status = next(p);

	if (!status && at_word(p, "NOT")) {
		negated = true;
		status = next(p);
	}
	if (!status)
		status = expect_word(p, "NULL");
	if (!status)
		status = new_node(p, BL_NODE_IS_NULL, &at, &node);
	if (!status)
		status = join(p, node, left, NULL);
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
parse_predicate(struct parser *p, struct bl_node **ret)
{
	struct bl_node *node = NULL, *left = NULL, *right = NULL;
	enum bl_status status = parse_add(p, &left);
	struct bl_token at = p->token;
	enum bl_op op;

	if (status)
		return status;
	*ret = left;
	if (at_word(p, "IS"))
		return parse_is_null(p, left, ret);
	if (at_word(p, "NOT") || at_word(p, "IN") || at_word(p, "BETWEEN") || at_word(p, "LIKE"))
		return parse_in_between_like(p, left, ret);
	op = op_of(p, comparisons, comparison_ops, 7);
	if (op == BL_OP_NONE)
		return BL_OK;
	status = next(p);
	if (!status)
		status = parse_add(p, &right);
	if (!status)
		status = new_node(p, BL_NODE_COMPARE, &at, &node);
	if (!status)
		status = join(p, node, left, right);
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
parse_not(struct parser *p, struct bl_node **ret)
{
	struct bl_token at = p->token;
	struct bl_node *node = NULL, *kid = NULL;
	enum bl_status status;

	if (!at_word(p, "NOT"))
		return parse_predicate(p, ret);
	if (++p->depth > BL_AST_MAX_DEPTH)
		return bl_fail_pos(p->reterr, BL_ELIMIT, at.line, at.column,
		    "the expression is nested more than %d deep", BL_AST_MAX_DEPTH);
	status = next(p);
	if (!status)
		status = parse_not(p, &kid);
	if (!status)
		status = new_node(p, BL_NODE_NOT, &at, &node);
	if (!status)
		status = join(p, node, kid, NULL);
	p->depth--;
	if (!status)
		*ret = node;
	return status;
}

/* AND and OR take any number of operands as one node, so that a long list is not a deep tree. */
static BL_STATUS
parse_logic(struct parser *p, bool or, struct bl_node **ret)
{
	const char *word = or ? "OR" : "AND";
	struct bl_token at = p->token;
	struct list list = {0};
	struct bl_node *kid = NULL;
	enum bl_status status = or ? parse_logic(p, false, &kid) : parse_not(p, &kid);

	if (status)
		return status;
	*ret = kid;
	if (!at_word(p, word))
		return BL_OK;
	at = p->token;
	status = push(p, &list, kid);
	while (!status && at_word(p, word)) {
		status = next(p);
		if (!status)
			status = or ? parse_logic(p, false, &kid) : parse_not(p, &kid);
		if (!status)
			status = push(p, &list, kid);
	}
	if (!status)
		status = new_node(p, or ? BL_NODE_OR : BL_NODE_AND, &at, ret);
	return status ? status : adopt(p, *ret, &list);
}

static BL_STATUS
parse_expr(struct parser *p, struct bl_node **ret)
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
	struct parser p = {.arena = arena, .reterr = reterr};
	struct bl_node *root = NULL;
	enum bl_status status;

	if (text.len > BL_AST_MAX_TEXT)
		return bl_fail(
		    reterr, BL_ELIMIT, "the expression is longer than %zu bytes", BL_AST_MAX_TEXT);
	bl_lexer__init(&p.lexer, text, arena);
	status = next(&p);
	if (!status)
		status = parse_expr(&p, &root);
	if (status)
		return status;
	if (p.token.kind != BL_TOKEN_END)
		return fail_expected(&p, "an operator or the end");
	*ret_root = root;
	return BL_OK;
}
