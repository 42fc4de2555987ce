/* The parser's lower half: literals, names, calls, lambdas, CASE, CAST, arrays. */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "query/parser.h"

/* More than any function takes. */
#define MAX_LAMBDA_VARS 4

static BL_STATUS
parse_cast(struct bl_parser *p, const struct bl_token *at, struct bl_node **ret)
{
	struct bl_node *node = NULL, *kid = NULL;
	enum bl_status status = bl_parser_new_node(p, BL_NODE_CAST, at, &node);

	if (!status)
		status = bl_parser_next(p);
	if (!status)
		status = bl_parser_expr(p, &kid);
	if (!status)
		status = bl_parser_expect_word(p, "AS");
	if (!status)
		status = bl_parser_type(p, &node->type);
	if (!status)
		status = bl_parser_expect_sign(p, ")");
	if (!status)
		status = bl_parser_join(p, node, kid, NULL);
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
	enum bl_status status = bl_parser_expect_word(p, word);

	if (!status)
		status = bl_parser_expr(p, &kid);
	return status ? status : bl_parser_push(p, list, kid);
}

static BL_STATUS
parse_case(struct bl_parser *p, const struct bl_token *at, struct bl_node **ret)
{
	struct bl_nodes list = {0};
	struct bl_node *node = NULL, *kid = NULL;
	enum bl_status status = bl_parser_new_node(p, BL_NODE_CASE, at, &node);

	if (!status && !bl_parser_at_word(p, "WHEN")) {
		node->has_operand = true;
		status = bl_parser_expr(p, &kid);
		if (!status)
			status = bl_parser_push(p, &list, kid);
	}
	do {
		if (!status)
			status = parse_branch(p, "WHEN", &list);
		if (!status)
			status = parse_branch(p, "THEN", &list);
	} while (!status && bl_parser_at_word(p, "WHEN"));
	if (!status && bl_parser_at_word(p, "ELSE")) {
		node->has_else = true;
		status = parse_branch(p, "ELSE", &list);
	}
	if (!status)
		status = bl_parser_expect_word(p, "END");
	if (!status)
		status = bl_parser_adopt(p, node, &list);
	if (!status)
		*ret = node;
	return status;
}

static BL_STATUS
parse_array(struct bl_parser *p, const struct bl_token *at, struct bl_node **ret)
{
	struct bl_nodes list = {0};
	struct bl_node *node = NULL;
	enum bl_status status = bl_parser_new_node(p, BL_NODE_ARRAY, at, &node);

	if (!status)
		status = bl_parser_next(p);
	if (!status)
		status = bl_parser_at_sign(p, "]") ? bl_parser_next(p)
						   : bl_parser_parse_list(p, "]", &list);
	if (!status)
		status = bl_parser_adopt(p, node, &list);
	if (!status)
		*ret = node;
	return status;
}

/* vars -> body, at the arrow. */
static BL_STATUS
parse_lambda(struct bl_parser *p, const struct bl_token *at, const struct bl_str *vars,
    uint32_t n_vars, struct bl_node **ret)
{
	struct bl_node *node = NULL, *body = NULL;
	struct bl_str *own = bl_new(p->arena, struct bl_str, n_vars);
	enum bl_status status = bl_parser_new_node(p, BL_NODE_LAMBDA, at, &node);

	if (own == NULL)
		return bl_fail(p->reterr, BL_ENOMEM, "no memory for the expression's tree");
	memcpy(own, vars, n_vars * sizeof(*own));
	if (!status)
		status = bl_parser_next(p);
	if (!status)
		status = bl_parser_expr(p, &body);
	if (!status)
		status = bl_parser_join(p, node, body, NULL);
	if (status)
		return status;
	node->text = own[0];
	node->vars = own;
	node->n_vars = n_vars;
	*ret = node;
	return BL_OK;
}

/* Is "(a, b) ->" what begins behind the parenthesis at hand?  Then it is taken up to the arrow. */
static BL_STATUS
parse_variables(struct bl_parser *p, struct bl_str vars[MAX_LAMBDA_VARS], uint32_t *ret_n)
{
	struct bl_parser ahead = *p;
	uint32_t n = 0;

	*ret_n = 0;
	ahead.reterr = NULL; /* What is wrong in the text is told when it is read. */
	do {
		if (n == MAX_LAMBDA_VARS || bl_parser_next(&ahead) ||
		    (ahead.token.kind != BL_TOKEN_WORD && ahead.token.kind != BL_TOKEN_QUOTED))
			return BL_OK;
		vars[n++] = ahead.token.text;
		if (bl_parser_next(&ahead))
			return BL_OK;
	} while (bl_parser_at_sign(&ahead, ","));
	if (!bl_parser_at_sign(&ahead, ")") || bl_parser_next(&ahead) ||
	    !bl_parser_at_sign(&ahead, "->"))
		return BL_OK;
	ahead.reterr = p->reterr;
	*p = ahead;
	*ret_n = n;
	return BL_OK;
}

bool
bl_parser_at_query(const struct bl_parser *p)
{
	return p->hooks != NULL && p->hooks->subquery != NULL &&
	       (bl_parser_at_word(p, "SELECT") || bl_parser_at_word(p, "WITH") ||
		   bl_parser_at_word(p, "VALUES"));
}

BL_STATUS
bl_parser_subquery(struct bl_parser *p, const struct bl_token *at, enum bl_subquery_kind kind,
    struct bl_node *left, struct bl_node **ret)
{
	struct bl_node *node = NULL;
	enum bl_status status = bl_parser_new_node(p, BL_NODE_SUBQUERY, at, &node);

	if (!status)
		status = p->hooks->subquery(p->hooks->ctx, p, &node->query);
	if (!status)
		status = bl_parser_expect_sign(p, ")");
	if (!status && left != NULL)
		status = bl_parser_join(p, node, left, NULL);
	if (status)
		return status;
	node->subquery = kind;
	*ret = node;
	return BL_OK;
}

/* (a, b, ...) and ROW(a, ...): behind the first of them, or behind the parenthesis. */
static BL_STATUS
parse_row(
    struct bl_parser *p, const struct bl_token *at, struct bl_node *first, struct bl_node **ret)
{
	struct bl_nodes list = {0};
	struct bl_node *node = NULL;
	enum bl_status status = bl_parser_new_node(p, BL_NODE_ROW, at, &node);

	if (!status && first != NULL)
		status = bl_parser_push(p, &list, first);
	if (!status && first != NULL)
		status = bl_parser_next(p);
	if (!status)
		status = bl_parser_parse_list(p, ")", &list);
	if (!status)
		status = bl_parser_adopt(p, node, &list);
	if (!status)
		*ret = node;
	return status;
}

/* What begins with a parenthesis: a sub-query, a lambda of several variables, a row, or just a
 * value. */
static BL_STATUS
parse_parenthesis(struct bl_parser *p, struct bl_node **ret)
{
	struct bl_token at = p->token;
	struct bl_str vars[MAX_LAMBDA_VARS];
	uint32_t n_vars = 0;
	enum bl_status status = parse_variables(p, vars, &n_vars);

	if (!status && n_vars > 0)
		return parse_lambda(p, &at, vars, n_vars, ret);
	if (!status)
		status = bl_parser_next(p);
	if (!status && bl_parser_at_query(p))
		return bl_parser_subquery(p, &at, BL_SUBQUERY_SCALAR, NULL, ret);
	if (!status)
		status = bl_parser_expr(p, ret);
	if (!status && bl_parser_at_sign(p, ","))
		return parse_row(p, &at, *ret, ret);
	return status ? status : bl_parser_expect_sign(p, ")");
}

/* What SQL knows and this engine does not: better its name than "unexpected word". */
BL_STATUS
bl_parser_refuse_word(struct bl_parser *p, const struct bl_token *at)
{
	static const char *const known[][2] = {
	    {"EXISTS", "EXISTS and sub-queries are"},
	    {"SELECT", "EXISTS and sub-queries are"},
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

/* EXTRACT(field FROM x): the function of the field's name. */
static BL_STATUS
parse_extract(struct bl_parser *p, struct bl_node **ret)
{
	static const char *const names[][2] = {{"DOW", "day_of_week"}, {"DOY", "day_of_year"},
	    {"YOW", "year_of_week"}, {"DAY_OF_MONTH", "day"}};
	struct bl_node *node = NULL, *kid = NULL;
	enum bl_status status = bl_parser_next(p);
	struct bl_token field = p->token;

	if (!status && field.kind != BL_TOKEN_WORD)
		return bl_parser_fail_expected(p, "YEAR, MONTH, DAY, HOUR or their like");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (bl_str_eq_ci(field.text, bl_str_of(names[i][0])))
			field.text = bl_str_of(names[i][1]);
	if (!status)
		status = bl_parser_next(p);
	if (!status)
		status = bl_parser_expect_word(p, "FROM");
	if (!status)
		status = bl_parser_expr(p, &kid);
	if (!status)
		status = bl_parser_expect_sign(p, ")");
	if (!status)
		status = bl_parser_new_node(p, BL_NODE_CALL, &field, &node);
	if (!status)
		status = bl_parser_join(p, node, kid, NULL);
	if (status)
		return status;
	node->text = field.text;
	*ret = node;
	return BL_OK;
}

/* POSITION(x IN y) is strpos(y, x). */
static BL_STATUS
parse_position(struct bl_parser *p, const struct bl_token *at, struct bl_node **ret)
{
	struct bl_node *node = NULL, *part = NULL, *text = NULL;
	enum bl_status status = bl_parser_next(p);

	if (!status)
		status = bl_parser_sum(p, &part);
	if (!status)
		status = bl_parser_expect_word(p, "IN");
	if (!status)
		status = bl_parser_expr(p, &text);
	if (!status)
		status = bl_parser_expect_sign(p, ")");
	if (!status)
		status = bl_parser_new_node(p, BL_NODE_CALL, at, &node);
	if (!status)
		status = bl_parser_join(p, node, text, part);
	if (status)
		return status;
	node->text = BL_STR("strpos");
	*ret = node;
	return BL_OK;
}

/* A word or quoted name: a call, a lambda or a name.  The word is taken already. */
static BL_STATUS
parse_name(struct bl_parser *p, const struct bl_token *at, struct bl_node **ret)
{
	bool word = at->kind == BL_TOKEN_WORD;
	enum bl_status status = BL_OK;

	*ret = NULL;
	if (bl_parser_at_sign(p, "->"))
		return parse_lambda(p, at, &at->text, 1, ret);
	if (word && bl_parser_at_sign(p, "(") &&
	    (bl_str_eq_ci(at->text, BL_STR("CAST")) || bl_str_eq_ci(at->text, BL_STR("TRY_CAST"))))
		return parse_cast(p, at, ret);
	if (word && bl_parser_at_sign(p, "(") && bl_str_eq_ci(at->text, BL_STR("EXTRACT")))
		return parse_extract(p, ret);
	if (word && bl_parser_at_sign(p, "(") && bl_str_eq_ci(at->text, BL_STR("POSITION")))
		return parse_position(p, at, ret);
	if (word && bl_str_eq_ci(at->text, BL_STR("CASE")))
		return parse_case(p, at, ret);
	if (word && bl_parser_at_sign(p, "[") && bl_str_eq_ci(at->text, BL_STR("ARRAY")))
		return parse_array(p, at, ret);
	if (word && bl_parser_at_sign(p, "(") && bl_str_eq_ci(at->text, BL_STR("ROW"))) {
		status = bl_parser_next(p);
		return status ? status : parse_row(p, at, NULL, ret);
	}
	if (word && bl_parser_at_sign(p, "(") && bl_str_eq_ci(at->text, BL_STR("EXISTS"))) {
		struct bl_parser ahead = *p;

		ahead.reterr = NULL;
		if (bl_parser_next(&ahead) == BL_OK && bl_parser_at_query(&ahead)) {
			status = bl_parser_next(p);
			return status ? status
				      : bl_parser_subquery(p, at, BL_SUBQUERY_EXISTS, NULL, ret);
		}
	}
	if (word)
		status = bl_parser_literal(p, at, ret);
	if (!status && word && *ret == NULL)
		status = bl_parser_now(p, at, ret);
	if (status || *ret != NULL)
		return status;
	if (p->token.kind == BL_TOKEN_STRING)
		return bl_fail_pos(p->reterr, BL_EUNSUPPORTED, at->line, at->column,
		    "%.*s literals are not supported", BL_STR_ARG(at->text));
	if (word)
		status = bl_parser_refuse_word(p, at);
	if (status)
		return status;
	if (bl_parser_at_sign(p, "("))
		return bl_parser_call(p, at, ret);
	status = bl_parser_new_node(p, BL_NODE_NAME, at, ret);
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
		if (!bl_value_to_double(at->text, &value.dbl))
			return bl_fail_pos(p->reterr, BL_EINPUT, at->line, at->column,
			    "the number %.*s does not fit a double", BL_STR_ARG(at->text));
	} else if (at->kind == BL_TOKEN_WORD) {
		bool null = bl_str_eq_ci(at->text, BL_STR("NULL"));

		value = (struct bl_value){.kind = null ? BL_TYPE_UNKNOWN : BL_TYPE_BOOLEAN,
		    .null = null,
		    .boolean = bl_str_eq_ci(at->text, BL_STR("TRUE"))};
	}
	status = bl_parser_new_node(p, BL_NODE_LITERAL, at, ret);
	if (!status)
		(*ret)->value = value;
	return status;
}

BL_STATUS
bl_parser_primary(struct bl_parser *p, struct bl_node **ret)
{
	struct bl_token at = p->token;
	enum bl_status status;

	switch (at.kind) {
	case BL_TOKEN_END: return bl_parser_fail_expected(p, "a value");
	case BL_TOKEN_SIGN:
		if (!bl_parser_at_sign(p, "("))
			return bl_parser_fail_expected(p, "a value");
		return parse_parenthesis(p, ret);
	case BL_TOKEN_WORD:
	case BL_TOKEN_QUOTED:
		status = bl_parser_next(p);
		if (status)
			return status;
		if (at.kind == BL_TOKEN_WORD && (bl_str_eq_ci(at.text, BL_STR("NULL")) ||
						    bl_str_eq_ci(at.text, BL_STR("TRUE")) ||
						    bl_str_eq_ci(at.text, BL_STR("FALSE"))))
			return parse_literal(p, &at, ret);
		return parse_name(p, &at, ret);
	case BL_TOKEN_PARAM:
		status = bl_parser_new_node(p, BL_NODE_PARAM, &at, ret);
		if (!status)
			(*ret)->text = at.text;
		return status ? status : bl_parser_next(p);
	case BL_TOKEN_STRING:
	case BL_TOKEN_INTEGER:
	case BL_TOKEN_DECIMAL: break;
	}
	status = parse_literal(p, &at, ret);
	return status ? status : bl_parser_next(p);
}
