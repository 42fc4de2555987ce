/*
 * The parser's calls: arguments, and what aggregates and window functions may have besides.
 * That is read only for a statement's parser (bl_parser_hooks.aggregates); elsewhere its words are
 * what they are to any expression.
 */
#include <string.h>

#include "base/arena.h"
#include "query/parser.h"

static bool
wants_extra(const struct bl_parser *p)
{
	return p->hooks != NULL && p->hooks->aggregates;
}

/* Takes the word if it is at hand. */
static BL_STATUS
take_word(struct bl_parser *p, const char *word, bool *ret_taken)
{
	*ret_taken = bl_parser_at_word(p, word);
	return *ret_taken ? bl_parser_next(p) : BL_OK;
}

static BL_STATUS
parse_sort_key(struct bl_parser *p, struct bl_sort_key *key)
{
	bool taken = false;
	enum bl_status status = bl_parser_expr(p, &key->node);

	if (!status)
		status = take_word(p, "DESC", &key->descending);
	if (!status && !key->descending)
		status = take_word(p, "ASC", &taken);
	if (!status)
		status = take_word(p, "NULLS", &taken);
	if (status || !taken)
		return status;
	status = take_word(p, "FIRST", &key->nulls_first);
	if (!status && !key->nulls_first)
		status = bl_parser_expect_word(p, "LAST");
	return status;
}

BL_STATUS
bl_parser_sort_keys(struct bl_parser *p, struct bl_sort_key **ret_keys, uint32_t *ret_n)
{
	struct bl_sort_key *keys = NULL, *grown;
	uint32_t n = 0, cap = 0;
	enum bl_status status;

	do {
		if (n == cap) {
			cap = cap == 0 ? 4 : cap * 2;
			grown = bl_new(p->arena, struct bl_sort_key, cap);
			if (grown == NULL)
				return bl_fail(
				    p->reterr, BL_ENOMEM, "no memory for the expression's tree");
			if (n > 0)
				memcpy(grown, keys, n * sizeof(*keys));
			keys = grown;
		}
		status = n > 0 ? bl_parser_next(p) : BL_OK; /* The comma. */
		if (!status)
			status = parse_sort_key(p, &keys[n++]);
		if (status)
			return status;
	} while (bl_parser_at_sign(p, ","));
	*ret_keys = keys;
	*ret_n = n;
	return BL_OK;
}

static BL_STATUS
parse_order(struct bl_parser *p, struct bl_sort_key **ret_keys, uint32_t *ret_n)
{
	enum bl_status status = bl_parser_expect_word(p, "ORDER");

	if (!status)
		status = bl_parser_expect_word(p, "BY");
	return status ? status : bl_parser_sort_keys(p, ret_keys, ret_n);
}

/* UNBOUNDED PRECEDING|FOLLOWING, CURRENT ROW, e PRECEDING|FOLLOWING */
static BL_STATUS
parse_bound(struct bl_parser *p, enum bl_frame_bound *ret, struct bl_node **ret_offset)
{
	bool unbounded = false, current = false, before = false;
	enum bl_status status = take_word(p, "UNBOUNDED", &unbounded);

	if (!status && !unbounded)
		status = take_word(p, "CURRENT", &current);
	if (status)
		return status;
	if (current) {
		*ret = BL_FRAME_CURRENT;
		return bl_parser_expect_word(p, "ROW");
	}
	if (!unbounded)
		status = bl_parser_sum(p, ret_offset);
	if (!status)
		status = take_word(p, "PRECEDING", &before);
	if (!status && !before)
		status = bl_parser_expect_word(p, "FOLLOWING");
	*ret = before ? (unbounded ? BL_FRAME_UNBOUNDED_PRECEDING : BL_FRAME_PRECEDING)
		      : (unbounded ? BL_FRAME_UNBOUNDED_FOLLOWING : BL_FRAME_FOLLOWING);
	return status;
}

/* ROWS|RANGE bound, or BETWEEN bound AND bound */
static BL_STATUS
parse_frame(struct bl_parser *p, struct bl_window *window)
{
	struct bl_token at = p->token;
	bool between = false;
	enum bl_status status;

	if (bl_parser_at_word(p, "GROUPS"))
		return bl_fail_pos(p->reterr, BL_EUNSUPPORTED, at.line, at.column,
		    "GROUPS frames are not supported");
	window->rows = bl_parser_at_word(p, "ROWS");
	if (!window->rows && !bl_parser_at_word(p, "RANGE"))
		return BL_OK;
	window->has_frame = true;
	window->to = BL_FRAME_CURRENT;
	status = bl_parser_next(p);
	if (!status)
		status = take_word(p, "BETWEEN", &between);
	at = p->token;
	if (!status)
		status = parse_bound(p, &window->from, &window->from_offset);
	if (!status && between)
		status = bl_parser_expect_word(p, "AND");
	if (!status && between)
		status = parse_bound(p, &window->to, &window->to_offset);
	if (status)
		return status;
	if (window->from > window->to || window->from == BL_FRAME_UNBOUNDED_FOLLOWING ||
	    window->to == BL_FRAME_UNBOUNDED_PRECEDING)
		return bl_fail_pos(
		    p->reterr, BL_EINPUT, at.line, at.column, "the frame ends before it begins");
	return BL_OK;
}

/* OVER ([PARTITION BY e, ...] [ORDER BY keys] [frame]) */
static BL_STATUS
parse_over(struct bl_parser *p, struct bl_call_extra *extra)
{
	struct bl_window *window = bl_new(p->arena, struct bl_window, 1);
	struct bl_nodes list = {0};
	struct bl_node *kid = NULL;
	bool partition = false;
	enum bl_status status = bl_parser_next(p);

	if (window == NULL)
		return bl_fail(p->reterr, BL_ENOMEM, "no memory for the expression's tree");
	if (!status && !bl_parser_at_sign(p, "("))
		return bl_fail_pos(p->reterr, BL_EUNSUPPORTED, p->token.line, p->token.column,
		    "named windows are not supported; write the window in parentheses");
	if (!status)
		status = bl_parser_next(p);
	if (!status)
		status = take_word(p, "PARTITION", &partition);
	if (!status && partition)
		status = bl_parser_expect_word(p, "BY");
	while (!status && partition) {
		status = bl_parser_expr(p, &kid);
		if (!status)
			status = bl_parser_push(p, &list, kid);
		partition = bl_parser_at_sign(p, ",");
		if (!status && partition)
			status = bl_parser_next(p);
	}
	window->partition = list.kids;
	window->n_partition = list.n;
	if (!status && bl_parser_at_word(p, "ORDER"))
		status = parse_order(p, &window->order, &window->n_order);
	if (!status)
		status = parse_frame(p, window);
	extra->window = window;
	return status ? status : bl_parser_expect_sign(p, ")");
}

/* FILTER (WHERE e) */
static BL_STATUS
parse_filter(struct bl_parser *p, struct bl_call_extra *extra)
{
	enum bl_status status = bl_parser_next(p);

	if (!status)
		status = bl_parser_expect_sign(p, "(");
	if (!status)
		status = bl_parser_expect_word(p, "WHERE");
	if (!status)
		status = bl_parser_expr(p, &extra->filter);
	return status ? status : bl_parser_expect_sign(p, ")");
}

/* WITHIN GROUP (ORDER BY keys) */
static BL_STATUS
parse_within(struct bl_parser *p, struct bl_call_extra *extra)
{
	enum bl_status status = bl_parser_next(p);

	if (!status)
		status = bl_parser_expect_word(p, "GROUP");
	if (!status)
		status = bl_parser_expect_sign(p, "(");
	if (!status)
		status = parse_order(p, &extra->order, &extra->n_order);
	return status ? status : bl_parser_expect_sign(p, ")");
}

/* Is the word at hand followed by another, or by a parenthesis?  Then it means what it says here,
 * and is no alias ("count(*) filter"). */
static bool
at_clause(const struct bl_parser *p, const char *word, const char *next)
{
	struct bl_token behind;

	if (!bl_parser_at_word(p, word))
		return false;
	bl_parser_peek(p, &behind);
	return bl_str_eq_ci(behind.text, bl_str_of(next)) &&
	       (behind.kind == BL_TOKEN_WORD || behind.kind == BL_TOKEN_SIGN);
}

/* Behind the arguments' closing parenthesis. */
static BL_STATUS
parse_behind(struct bl_parser *p, struct bl_call_extra *extra)
{
	bool respect;
	enum bl_status status = BL_OK;

	if (at_clause(p, "WITHIN", "GROUP"))
		status = parse_within(p, extra);
	if (!status && at_clause(p, "FILTER", "("))
		status = parse_filter(p, extra);
	extra->ignore_nulls = !status && at_clause(p, "IGNORE", "NULLS");
	respect = !status && at_clause(p, "RESPECT", "NULLS");
	if (extra->ignore_nulls || respect) {
		status = bl_parser_next(p);
		if (!status)
			status = bl_parser_next(p);
	}
	if (!status && bl_parser_at_word(p, "OVER"))
		status = parse_over(p, extra);
	return status;
}

/* The arguments up to the closing parenthesis, which is taken. */
static BL_STATUS
parse_arguments(struct bl_parser *p, struct bl_nodes *list, struct bl_call_extra *extra)
{
	struct bl_node *kid = NULL;
	bool all = false;
	enum bl_status status = BL_OK;

	if (bl_parser_at_sign(p, "*")) {
		extra->star = true;
		status = bl_parser_next(p);
		return status ? status : bl_parser_expect_sign(p, ")");
	}
	status = take_word(p, "DISTINCT", &extra->distinct);
	if (!status && !extra->distinct)
		status = take_word(p, "ALL", &all);
	while (!status) {
		status = bl_parser_expr(p, &kid);
		if (!status)
			status = bl_parser_push(p, list, kid);
		if (status || !bl_parser_at_sign(p, ","))
			break;
		status = bl_parser_next(p);
	}
	if (!status && bl_parser_at_word(p, "ORDER"))
		status = parse_order(p, &extra->order, &extra->n_order);
	if (!status && bl_parser_at_word(p, "ON"))
		return bl_fail_pos(p->reterr, BL_EUNSUPPORTED, p->token.line, p->token.column,
		    "ON OVERFLOW is not supported: a text is never cut");
	return status ? status : bl_parser_expect_sign(p, ")");
}

static void
deepen(uint32_t *depth, const struct bl_node *node)
{
	if (node != NULL && *depth < node->depth + 1)
		*depth = node->depth + 1;
}

/* What stands in the extra counts for the depth, too: walks go through it. */
static BL_STATUS
measure(struct bl_parser *p, struct bl_node *call, const struct bl_call_extra *extra)
{
	const struct bl_window *window = extra->window;

	deepen(&call->depth, extra->filter);
	for (uint32_t i = 0; i < extra->n_order; i++)
		deepen(&call->depth, extra->order[i].node);
	for (uint32_t i = 0; window != NULL && i < window->n_partition; i++)
		deepen(&call->depth, window->partition[i]);
	for (uint32_t i = 0; window != NULL && i < window->n_order; i++)
		deepen(&call->depth, window->order[i].node);
	deepen(&call->depth, window != NULL ? window->from_offset : NULL);
	deepen(&call->depth, window != NULL ? window->to_offset : NULL);
	if (call->depth > BL_NODE_MAX_DEPTH)
		return bl_fail_pos(p->reterr, BL_ELIMIT, call->line, call->column,
		    "the expression is more than %d operations deep", BL_NODE_MAX_DEPTH);
	return BL_OK;
}

BL_STATUS
bl_parser_call(struct bl_parser *p, const struct bl_token *name, struct bl_node **ret)
{
	struct bl_call_extra extra = {0};
	struct bl_nodes list = {0};
	struct bl_node *node = NULL;
	bool with_extra;
	enum bl_status status = bl_parser_new_node(p, BL_NODE_CALL, name, &node);

	if (!status)
		status = bl_parser_next(p);
	if (status)
		return status;
	node->text = name->text;
	if (bl_parser_at_sign(p, ")"))
		status = bl_parser_next(p);
	else if (wants_extra(p))
		status = parse_arguments(p, &list, &extra);
	else
		status = bl_parser_parse_list(p, ")", &list);
	if (!status && wants_extra(p))
		status = parse_behind(p, &extra);
	if (!status)
		status = bl_parser_adopt(p, node, &list);
	if (status)
		return status;
	with_extra = extra.star || extra.distinct || extra.ignore_nulls || extra.filter != NULL ||
		     extra.n_order > 0 || extra.window != NULL;
	if (with_extra) {
		node->extra = bl_new(p->arena, struct bl_call_extra, 1);
		if (node->extra == NULL)
			return bl_fail(p->reterr, BL_ENOMEM, "no memory for the expression's tree");
		*node->extra = extra;
		status = measure(p, node, &extra);
	}
	if (!status)
		*ret = node;
	return status;
}
