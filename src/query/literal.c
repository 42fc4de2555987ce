/* Literals that begin with a word: TIMESTAMP '...'; and what the clock says. */
#include "query/parser.h"

#include "base/instant.h"
#include "query/civil.h"

static BL_STATUS
parse_timestamp(struct bl_parser *p, const struct bl_token *at, struct bl_node **ret)
{
	struct bl_node *node = NULL;
	enum bl_status status = bl_parser_new_node(p, BL_NODE_LITERAL, at, &node);

	if (status)
		return status;
	node->value.kind = BL_TYPE_TIMESTAMP;
	if (!bl_instant_parse(p->token.text, &node->value.i64))
		return bl_fail_pos(p->reterr, BL_EINPUT, p->token.line, p->token.column,
		    "'%.*s' is no instant; write '2026-01-31T18:00:00Z' (with Z or an offset)",
		    BL_STR_ARG(p->token.text));
	*ret = node;
	return bl_parser_next(p);
}

BL_STATUS
bl_parser_literal(struct bl_parser *p, const struct bl_token *word, struct bl_node **ret)
{
	if (word->kind == BL_TOKEN_WORD && bl_str_eq_ci(word->text, BL_STR("TIMESTAMP")))
		return parse_timestamp(p, word, ret);
	return BL_OK;
}

BL_STATUS
bl_parser_now(struct bl_parser *p, const struct bl_token *word, struct bl_node **ret)
{
	static const char *const stamps[] = {"CURRENT_TIMESTAMP", "LOCALTIMESTAMP", "NOW"};
	bool date = bl_str_eq_ci(word->text, BL_STR("CURRENT_DATE")), stamp = false;
	struct bl_token next;
	enum bl_status status = BL_OK;

	if (p->hooks == NULL || p->hooks->now_ns == BL_INSTANT_MIN)
		return BL_OK;
	for (size_t i = 0; i < sizeof(stamps) / sizeof(stamps[0]); i++)
		stamp = stamp || bl_str_eq_ci(word->text, bl_str_of(stamps[i]));
	if (bl_str_eq_ci(word->text, BL_STR("NOW"))) {
		bl_parser_peek(p, &next);
		if (!bl_parser_at_sign(p, "(") || next.kind != BL_TOKEN_SIGN ||
		    !bl_str_eq(next.text, BL_STR(")")))
			return BL_OK;
		status = bl_parser_next(p);
		if (!status)
			status = bl_parser_next(p);
	}
	if (status || (!date && !stamp))
		return status;
	status = bl_parser_new_node(p, BL_NODE_LITERAL, word, ret);
	if (status)
		return status;
	(*ret)->value = (struct bl_value){.kind = BL_TYPE_TIMESTAMP, .i64 = p->hooks->now_ns};
	if (!date)
		return BL_OK;
	(*ret)->value.kind = BL_TYPE_DATE;
	(*ret)->value.i64 = bl_civil_day(p->hooks->now_ns);
	return BL_OK;
}
