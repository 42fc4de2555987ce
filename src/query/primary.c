/* The parser's lower half: literals, names, calls, lambdas, CASE, CAST, arrays. */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "query/parser.h"
#include "query/value_priv.h"

/* TYPE or array(TYPE) behind CAST(x AS. */
static BL_STATUS
parse_type(struct bl_parser *p, struct bl_type *ret)
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
		if (!bl_parser__at_word(p, types[i].word))
			continue;
		ret->kind = types[i].kind;
		return bl_parser__next(p);
	}
	if (!bl_parser__at_word(p, "array")) {
		if (at.kind != BL_TOKEN_WORD)
			return bl_parser__fail_expected(p, "a type");
		return bl_fail_pos(p->reterr, BL_EUNSUPPORTED, at.line, at.column,
		    "the type %.*s is not supported in CAST; there are boolean, bigint, double, "
		    "varchar, timestamp, json, array(...)",
		    BL_STR_ARG(at.text));
	}
	status = bl_parser__next(p);
	if (!status)
		status = bl_parser__expect_sign(p, "(");
	if (!status)
		status = parse_type(p, ret);
	if (status)
		return status;
	if (ret->kind == BL_TYPE_ARRAY)
		return bl_fail_pos(p->reterr, BL_EUNSUPPORTED, at.line, at.column,
		    "arrays of arrays are not supported; use array(json)");
	ret->element = ret->kind;
	ret->kind = BL_TYPE_ARRAY;
	return bl_parser__expect_sign(p, ")");
}

static BL_STATUS
parse_cast(struct bl_parser *p, const struct bl_token *at, struct bl_node **ret)
{
	struct bl_node *node = NULL, *kid = NULL;
	enum bl_status status = bl_parser__new_node(p, BL_NODE_CAST, at, &node);

	if (!status)
		status = bl_parser__next(p);
	if (!status)
		status = bl_parser__expr(p, &kid);
	if (!status)
		status = bl_parser__expect_word(p, "AS");
	if (!status)
		status = parse_type(p, &node->type);
	if (!status)
		status = bl_parser__expect_sign(p, ")");
	if (!status)
		status = bl_parser__join(p, node, kid, NULL);
	if (status)
		return status;
	node->negated = bl_str_eq_ci(at->text, BL_STR("TRY_CAST"));
	*ret = node;
	return BL_OK;
}

/* WORD expr, appended to the list. */
static BL_STATUS
parse_branch(struct bl_parser *p, const char *word, struct bl_nodes *list)
{
	struct bl_node *kid = NULL;
	enum bl_status status = bl_parser__expect_word(p, word);

	if (!status)
		status = bl_parser__expr(p, &kid);
	return status ? status : bl_parser__push(p, list, kid);
}

static BL_STATUS
parse_case(struct bl_parser *p, const struct bl_token *at, struct bl_node **ret)
{
	struct bl_nodes list = {0};
	struct bl_node *node = NULL, *kid = NULL;
	enum bl_status status = bl_parser__new_node(p, BL_NODE_CASE, at, &node);

	if (!status && !bl_parser__at_word(p, "WHEN")) {
		node->has_operand = true;
		status = bl_parser__expr(p, &kid);
		if (!status)
			status = bl_parser__push(p, &list, kid);
	}
	do {
		if (!status)
			status = parse_branch(p, "WHEN", &list);
		if (!status)
			status = parse_branch(p, "THEN", &list);
	} while (!status && bl_parser__at_word(p, "WHEN"));
	if (!status && bl_parser__at_word(p, "ELSE")) {
		node->has_else = true;
		status = parse_branch(p, "ELSE", &list);
	}
	if (!status)
		status = bl_parser__expect_word(p, "END");
	if (!status)
		status = bl_parser__adopt(p, node, &list);
	if (!status)
		*ret = node;
	return status;
}

static BL_STATUS
parse_call(struct bl_parser *p, const struct bl_token *at, struct bl_node **ret)
{
	struct bl_nodes list = {0};
	struct bl_node *node = NULL;
	enum bl_status status = bl_parser__new_node(p, BL_NODE_CALL, at, &node);

	if (!status)
		status = bl_parser__next(p);
	if (status)
		return status;
	node->text = at->text;
	status =
	    bl_parser__at_sign(p, ")") ? bl_parser__next(p) : bl_parser__parse_list(p, ")", &list);
	if (!status)
		status = bl_parser__adopt(p, node, &list);
	if (!status)
		*ret = node;
	return status;
}

static BL_STATUS
parse_array(struct bl_parser *p, const struct bl_token *at, struct bl_node **ret)
{
	struct bl_nodes list = {0};
	struct bl_node *node = NULL;
	enum bl_status status = bl_parser__new_node(p, BL_NODE_ARRAY, at, &node);

	if (!status)
		status = bl_parser__next(p);
	if (!status)
		status = bl_parser__at_sign(p, "]") ? bl_parser__next(p)
						    : bl_parser__parse_list(p, "]", &list);
	if (!status)
		status = bl_parser__adopt(p, node, &list);
	if (!status)
		*ret = node;
	return status;
}

static BL_STATUS
parse_lambda(struct bl_parser *p, const struct bl_token *at, struct bl_node **ret)
{
	struct bl_node *node = NULL, *body = NULL;
	enum bl_status status = bl_parser__new_node(p, BL_NODE_LAMBDA, at, &node);

	if (!status)
		status = bl_parser__next(p);
	if (!status)
		status = bl_parser__expr(p, &body);
	if (!status)
		status = bl_parser__join(p, node, body, NULL);
	if (status)
		return status;
	node->text = at->text;
	*ret = node;
	return BL_OK;
}

static BL_STATUS
parse_timestamp(struct bl_parser *p, const struct bl_token *at, struct bl_node **ret)
{
	struct bl_node *node = NULL;
	enum bl_status status = bl_parser__new_node(p, BL_NODE_LITERAL, at, &node);

	if (status)
		return status;
	node->value.kind = BL_TYPE_TIMESTAMP;
	if (!bl_instant_parse(p->token.text, &node->value.i64))
		return bl_fail_pos(p->reterr, BL_EINPUT, p->token.line, p->token.column,
		    "'%.*s' is no instant; write '2026-01-31T18:00:00Z' (with Z or an offset)",
		    BL_STR_ARG(p->token.text));
	*ret = node;
	return bl_parser__next(p);
}

/* What SQL knows and this engine does not: better its name than "unexpected word". */
BL_STATUS
bl_parser__refuse_word(struct bl_parser *p, const struct bl_token *at)
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
parse_name(struct bl_parser *p, const struct bl_token *at, struct bl_node **ret)
{
	bool word = at->kind == BL_TOKEN_WORD;
	enum bl_status status = BL_OK;

	if (bl_parser__at_sign(p, "->"))
		return parse_lambda(p, at, ret);
	if (word && bl_parser__at_sign(p, "(") &&
	    (bl_str_eq_ci(at->text, BL_STR("CAST")) || bl_str_eq_ci(at->text, BL_STR("TRY_CAST"))))
		return parse_cast(p, at, ret);
	if (word && bl_str_eq_ci(at->text, BL_STR("CASE")))
		return parse_case(p, at, ret);
	if (word && bl_parser__at_sign(p, "[") && bl_str_eq_ci(at->text, BL_STR("ARRAY")))
		return parse_array(p, at, ret);
	if (word && p->token.kind == BL_TOKEN_STRING && bl_str_eq_ci(at->text, BL_STR("TIMESTAMP")))
		return parse_timestamp(p, at, ret);
	if (p->token.kind == BL_TOKEN_STRING)
		return bl_fail_pos(p->reterr, BL_EUNSUPPORTED, at->line, at->column,
		    "%.*s literals are not supported", BL_STR_ARG(at->text));
	if (word)
		status = bl_parser__refuse_word(p, at);
	if (status)
		return status;
	if (bl_parser__at_sign(p, "("))
		return parse_call(p, at, ret);
	status = bl_parser__new_node(p, BL_NODE_NAME, at, ret);
	if (!status)
		(*ret)->text = at->text;
	return status;
}

static BL_STATUS
parse_literal(struct bl_parser *p, const struct bl_token *at, struct bl_node **ret)
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
	status = bl_parser__new_node(p, BL_NODE_LITERAL, at, ret);
	if (!status)
		(*ret)->value = value;
	return status;
}

BL_STATUS
bl_parser__primary(struct bl_parser *p, struct bl_node **ret)
{
	struct bl_token at = p->token;
	enum bl_status status;

	switch (at.kind) {
	case BL_TOKEN_END: return bl_parser__fail_expected(p, "a value");
	case BL_TOKEN_SIGN:
		if (!bl_parser__at_sign(p, "("))
			return bl_parser__fail_expected(p, "a value");
		status = bl_parser__next(p);
		if (!status)
			status = bl_parser__expr(p, ret);
		if (!status && bl_parser__at_sign(p, ","))
			return bl_fail_pos(p->reterr, BL_EUNSUPPORTED, p->token.line,
			    p->token.column,
			    "rows and lambdas with several arguments are not supported");
		return status ? status : bl_parser__expect_sign(p, ")");
	case BL_TOKEN_WORD:
	case BL_TOKEN_QUOTED:
		status = bl_parser__next(p);
		if (status)
			return status;
		if (at.kind == BL_TOKEN_WORD && (bl_str_eq_ci(at.text, BL_STR("NULL")) ||
						    bl_str_eq_ci(at.text, BL_STR("TRUE")) ||
						    bl_str_eq_ci(at.text, BL_STR("FALSE"))))
			return parse_literal(p, &at, ret);
		return parse_name(p, &at, ret);
	case BL_TOKEN_PARAM:
		status = bl_parser__new_node(p, BL_NODE_PARAM, &at, ret);
		if (!status)
			(*ret)->text = at.text;
		return status ? status : bl_parser__next(p);
	case BL_TOKEN_STRING:
	case BL_TOKEN_INTEGER:
	case BL_TOKEN_DECIMAL: break;
	}
	status = parse_literal(p, &at, ret);
	return status ? status : bl_parser__next(p);
}
