/* The parser's predicates: comparisons, IS, IN, BETWEEN, LIKE, and those with sub-queries. */
#include <assert.h>

#include "query/parser.h"

/* What follows [NOT] IN, BETWEEN, LIKE. */
static BL_STATUS
parse_operands(struct bl_parser *p, struct bl_node *node, struct bl_nodes *list)
{
	struct bl_node *kid = NULL;
	enum bl_status status;

	if (node->kind == BL_NODE_IN)
		return bl_parser_parse_list(p, ")", list);
	status = bl_parser_sum(p, &kid);
	if (!status)
		status = bl_parser_push(p, list, kid);
	if (status)
		return status;
	if (node->kind == BL_NODE_LIKE && !bl_parser_at_word(p, "ESCAPE"))
		return BL_OK;
	status = bl_parser_expect_word(p, node->kind == BL_NODE_LIKE ? "ESCAPE" : "AND");
	if (!status)
		status = bl_parser_sum(p, &kid);
	return status ? status : bl_parser_push(p, list, kid);
}

static BL_STATUS
parse_in_between_like(struct bl_parser *p, struct bl_node *left, struct bl_node **ret)
{
	struct bl_token at = p->token;
	bool negated = bl_parser_at_word(p, "NOT");
	struct bl_nodes list = {0};
	struct bl_node *node = NULL;
	enum bl_node_kind kind;
	enum bl_status status = negated ? bl_parser_next(p) : BL_OK;

	if (status)
		return status;
	if (bl_parser_at_word(p, "IN"))
		kind = BL_NODE_IN;
	else if (bl_parser_at_word(p, "BETWEEN"))
		kind = BL_NODE_BETWEEN;
	else if (bl_parser_at_word(p, "LIKE"))
		kind = BL_NODE_LIKE;
	else
		return bl_parser_fail_expected(p, "IN, BETWEEN or LIKE behind NOT");
	status = bl_parser_next(p);
	if (!status && kind == BL_NODE_IN)
		status = bl_parser_expect_sign(p, "(");
	if (!status && kind == BL_NODE_IN && bl_parser_at_query(p)) {
		status = bl_parser_subquery(p, &at, BL_SUBQUERY_IN, left, &node);
		if (!status)
			node->negated = negated;
		*ret = node;
		return status;
	}
	if (!status && kind == BL_NODE_IN && bl_parser_at_word(p, "SELECT"))
		return bl_parser_refuse_word(p, &p->token);
	if (!status)
		status = bl_parser_new_node(p, kind, &at, &node);
	if (!status)
		status = bl_parser_push(p, &list, left);
	if (!status)
		status = parse_operands(p, node, &list);
	if (!status)
		status = bl_parser_adopt(p, node, &list);
	if (status)
		return status;
	node->negated = negated;
	*ret = node;
	return BL_OK;
}

/* DISTINCT FROM e, behind IS [NOT]. */
static BL_STATUS
parse_distinct(struct bl_parser *p, const struct bl_token *at, bool negated, struct bl_node *left,
    struct bl_node **ret)
{
	struct bl_node *node = NULL, *right = NULL;
	enum bl_status status = bl_parser_next(p);

	if (!status)
		status = bl_parser_expect_word(p, "FROM");
	if (!status)
		status = bl_parser_sum(p, &right);
	if (!status)
		status = bl_parser_new_node(p, BL_NODE_DISTINCT, at, &node);
	if (!status)
		status = bl_parser_join(p, node, left, right);
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
	enum bl_status status = bl_parser_next(p);

	if (!status && bl_parser_at_word(p, "NOT")) {
		negated = true;
		status = bl_parser_next(p);
	}
	if (!status && bl_parser_at_word(p, "DISTINCT"))
		return parse_distinct(p, &at, negated, left, ret);
	if (!status)
		status = bl_parser_expect_word(p, "NULL");
	if (!status)
		status = bl_parser_new_node(p, BL_NODE_IS_NULL, &at, &node);
	if (!status)
		status = bl_parser_join(p, node, left, NULL);
	if (status)
		return status;
	node->negated = negated;
	*ret = node;
	return BL_OK;
}

static const char *const comparisons[] = {"=", "<>", "!=", "<", "<=", ">", ">="};
static const enum bl_op comparison_ops[] = {
    BL_OP_EQ, BL_OP_NE, BL_OP_NE, BL_OP_LT, BL_OP_LE, BL_OP_GT, BL_OP_GE};

/* ANY|SOME|ALL (SELECT ...) behind a comparison's sign; *ret stays NULL when there is none. */
static BL_STATUS
parse_quantified(
    struct bl_parser *p, const struct bl_token *at, struct bl_node *left, struct bl_node **ret)
{
	bool all = bl_parser_at_word(p, "ALL");
	struct bl_parser ahead = *p;
	enum bl_status status;

	if (!all && !bl_parser_at_word(p, "ANY") && !bl_parser_at_word(p, "SOME"))
		return BL_OK;
	ahead.reterr = NULL;
	if (bl_parser_next(&ahead) || !bl_parser_at_sign(&ahead, "(") || bl_parser_next(&ahead))
		return BL_OK;
	if (!bl_parser_at_query(&ahead) && bl_parser_at_word(&ahead, "SELECT"))
		return bl_parser_refuse_word(p, &ahead.token);
	if (!bl_parser_at_query(&ahead))
		return BL_OK;
	status = bl_parser_next(p);
	if (!status)
		status = bl_parser_expect_sign(p, "(");
	if (!status)
		status =
		    bl_parser_subquery(p, at, all ? BL_SUBQUERY_ALL : BL_SUBQUERY_ANY, left, ret);
	return status;
}

BL_STATUS
bl_parser_predicate(struct bl_parser *p, struct bl_node **ret)
{
	struct bl_node *node = NULL, *left = NULL, *right = NULL;
	enum bl_status status = bl_parser_sum(p, &left);
	struct bl_token at = p->token;
	enum bl_op op;

	if (status)
		return status;
	*ret = left;
	if (bl_parser_at_word(p, "IS"))
		return parse_is_null(p, left, ret);
	if (bl_parser_at_word(p, "NOT") || bl_parser_at_word(p, "IN") ||
	    bl_parser_at_word(p, "BETWEEN") || bl_parser_at_word(p, "LIKE"))
		return parse_in_between_like(p, left, ret);
	op = bl_parser_op(p, comparisons, comparison_ops, 7);
	if (op == BL_OP_NONE)
		return BL_OK;
	status = bl_parser_next(p);
	if (!status)
		status = parse_quantified(p, &at, left, &node);
	if (!status && node == NULL) {
		status = bl_parser_sum(p, &right);
		if (!status)
			status = bl_parser_new_node(p, BL_NODE_COMPARE, &at, &node);
		if (!status)
			status = bl_parser_join(p, node, left, right);
	}
	if (status)
		return status;
	if (bl_parser_op(p, comparisons, comparison_ops, 7) != BL_OP_NONE)
		return bl_fail_pos(p->reterr, BL_EINPUT, p->token.line, p->token.column,
		    "comparisons cannot be chained; join them with AND");
	node->op = op; /* Of the sub-query, too. */
	*ret = node;
	return BL_OK;
}
