/*
 * Literals that begin with a word: DATE '...', TIMESTAMP '...', INTERVAL '...' DAY, JSON '...'; and
 * what the clock says.
 *
 * A timestamp without Z or offset is UTC in a statement, as in Trino's session here; a rule must
 * say what it means.
 */
#include "query/parser.h"

#include "base/instant.h"
#include "query/civil.h"
#include "json/json.h"

static BL_STATUS
parse_timestamp(struct bl_parser *p, const struct bl_token *at, struct bl_node **ret)
{
	struct bl_node *node = NULL;
	enum bl_status status = bl_parser_new_node(p, BL_NODE_LITERAL, at, &node);

	if (status)
		return status;
	node->value.kind = BL_TYPE_TIMESTAMP;
	if (p->hooks == NULL ? !bl_instant_parse(p->token.text, &node->value.i64)
			     : !bl_civil_parse_timestamp(p->token.text, &node->value.i64))
		return bl_fail_pos(p->reterr, BL_EINPUT, p->token.line, p->token.column,
		    "'%.*s' is no instant; write '2026-01-31T18:00:00Z' (with Z or an offset)",
		    BL_STR_ARG(p->token.text));
	*ret = node;
	return bl_parser_next(p);
}

static BL_STATUS
parse_date(struct bl_parser *p, const struct bl_token *at, struct bl_node **ret)
{
	struct bl_node *node = NULL;
	enum bl_status status = bl_parser_new_node(p, BL_NODE_LITERAL, at, &node);

	if (status)
		return status;
	node->value.kind = BL_TYPE_DATE;
	if (!bl_civil_parse_date(p->token.text, &node->value.i64))
		return bl_fail_pos(p->reterr, BL_EINPUT, p->token.line, p->token.column,
		    "'%.*s' is no date; write '2026-01-31'", BL_STR_ARG(p->token.text));
	*ret = node;
	return bl_parser_next(p);
}

static BL_STATUS
parse_json(struct bl_parser *p, const struct bl_token *at, struct bl_node **ret)
{
	struct bl_json_limits limits = {.max_bytes = BL_NODE_MAX_TEXT * 4};
	struct bl_json_parser *parser = NULL;
	const struct bl_json *json = NULL;
	enum bl_status status = bl_json_parser_new(limits, &parser, p->reterr);

	if (!status)
		status = bl_json_parse(parser, p->token.text, p->arena, &json, p->reterr);
	bl_json_parser_free(&parser);
	if (status == BL_EINPUT)
		return bl_fail_pos(
		    p->reterr, BL_EINPUT, p->token.line, p->token.column, "this is no JSON text");
	if (!status)
		status = bl_parser_new_node(p, BL_NODE_LITERAL, at, ret);
	if (status)
		return status;
	(*ret)->value = bl_value_json(json);
	return bl_parser_next(p);
}

/* The fields of an interval, from the largest: months, or nanoseconds, each. */
static const struct field {
	const char *word;
	enum bl_type_kind kind;
	int64_t size;
	char behind; /* What stands before the next smaller field. */
} fields[] = {{"YEAR", BL_TYPE_MONTHS, 12, '-'}, {"MONTH", BL_TYPE_MONTHS, 1, '\0'},
    {"WEEK", BL_TYPE_SPAN, 7 * BL_NS_PER_DAY, '\0'}, {"DAY", BL_TYPE_SPAN, BL_NS_PER_DAY, ' '},
    {"HOUR", BL_TYPE_SPAN, BL_NS_PER_HOUR, ':'}, {"MINUTE", BL_TYPE_SPAN, 60 * BL_NS_PER_S, ':'},
    {"SECOND", BL_TYPE_SPAN, BL_NS_PER_S, '.'}};
#define N_FIELDS (sizeof(fields) / sizeof(fields[0]))

static BL_STATUS
parse_field(struct bl_parser *p, size_t *ret_field)
{
	for (size_t i = 0; i < N_FIELDS; i++) {
		if (!bl_parser_at_word(p, fields[i].word))
			continue;
		*ret_field = i;
		return bl_parser_next(p);
	}
	return bl_parser_fail_expected(p, "YEAR, MONTH, WEEK, DAY, HOUR, MINUTE or SECOND");
}

/* "2 12:30:00.5" from a field to another; all of the text. */
static bool
interval_of(struct bl_str text, size_t from, size_t to, int64_t *ret)
{
	bool minus = text.len > 0 && text.ptr[0] == '-';
	int64_t sum = 0, part;

	text = bl_str_sub(text, minus ? 1 : 0, text.len);
	for (size_t i = from; i <= to; i++) {
		size_t end = 0;

		while (end < text.len && text.ptr[end] >= '0' && text.ptr[end] <= '9')
			end++;
		if (end == 0 || !bl_str_to_i64(bl_str_sub(text, 0, end), &part) ||
		    __builtin_mul_overflow(part, fields[i].size, &part) ||
		    __builtin_add_overflow(sum, part, &sum))
			return false;
		text = bl_str_sub(text, end, text.len);
		if (i < to && (text.len == 0 || text.ptr[0] != fields[i].behind))
			return false;
		if (i < to)
			text = bl_str_sub(text, 1, text.len);
	}
	if (to == N_FIELDS - 1 && text.len > 1 && text.len <= 10 && text.ptr[0] == '.') {
		uint64_t digits;

		if (!bl_str_to_u64(bl_str_sub(text, 1, text.len), &digits))
			return false;
		for (size_t i = text.len - 1; i < 9; i++)
			digits *= 10;
		sum += (int64_t)digits;
		text.len = 0;
	}
	*ret = minus ? -sum : sum;
	return text.len == 0;
}

/* INTERVAL [+|-] 'text' FIELD [TO FIELD], at the sign or text. */
static BL_STATUS
parse_interval(struct bl_parser *p, const struct bl_token *at, struct bl_node **ret)
{
	bool minus = bl_parser_at_sign(p, "-");
	struct bl_node *node = NULL;
	struct bl_token text;
	size_t from = 0, to = 0;
	enum bl_status status = p->token.kind == BL_TOKEN_SIGN ? bl_parser_next(p) : BL_OK;

	text = p->token;
	if (!status)
		status = bl_parser_next(p);
	if (!status)
		status = parse_field(p, &from);
	to = from;
	if (!status && bl_parser_at_word(p, "TO")) {
		status = bl_parser_next(p);
		if (!status)
			status = parse_field(p, &to);
	}
	if (!status)
		status = bl_parser_new_node(p, BL_NODE_LITERAL, at, &node);
	if (status)
		return status;
	node->value.kind = fields[from].kind;
	if (to < from || fields[to].kind != fields[from].kind ||
	    !interval_of(text.text, from, to, &node->value.i64))
		return bl_fail_pos(p->reterr, BL_EINPUT, text.line, text.column,
		    "'%.*s' is no interval of that kind", BL_STR_ARG(text.text));
	node->value.i64 = minus ? -node->value.i64 : node->value.i64;
	*ret = node;
	return BL_OK;
}

BL_STATUS
bl_parser_literal(struct bl_parser *p, const struct bl_token *word, struct bl_node **ret)
{
	bool text = p->token.kind == BL_TOKEN_STRING;
	struct bl_token next;

	if (bl_str_eq_ci(word->text, BL_STR("INTERVAL"))) {
		bl_parser_peek(p, &next);
		if (text || ((bl_parser_at_sign(p, "-") || bl_parser_at_sign(p, "+")) &&
				next.kind == BL_TOKEN_STRING))
			return parse_interval(p, word, ret);
	}
	if (text && bl_str_eq_ci(word->text, BL_STR("TIMESTAMP")))
		return parse_timestamp(p, word, ret);
	if (text && bl_str_eq_ci(word->text, BL_STR("DATE")))
		return parse_date(p, word, ret);
	if (text && bl_str_eq_ci(word->text, BL_STR("JSON")))
		return parse_json(p, word, ret);
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
