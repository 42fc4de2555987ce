/*
 * Names of types, as CAST has them.  Trino's integer types are BIGINT here with a bound, decimal
 * and real are DOUBLE (value.h).
 */
#include <string.h>

#include "base/arena.h"
#include "query/parser.h"

#define MAX_FIELDS 1000

static const struct {
	const char *word;
	enum bl_type_kind kind;
	uint32_t bound;
} plain_types[] = {{"boolean", BL_TYPE_BOOLEAN, 0}, {"bigint", BL_TYPE_BIGINT, 0},
    {"integer", BL_TYPE_BIGINT, 32}, {"int", BL_TYPE_BIGINT, 32}, {"smallint", BL_TYPE_BIGINT, 16},
    {"tinyint", BL_TYPE_BIGINT, 8}, {"double", BL_TYPE_DOUBLE, 0}, {"real", BL_TYPE_DOUBLE, 0},
    {"decimal", BL_TYPE_DOUBLE, 38 << 8}, {"numeric", BL_TYPE_DOUBLE, 38 << 8},
    {"varchar", BL_TYPE_VARCHAR, 0}, {"char", BL_TYPE_VARCHAR, 1}, {"date", BL_TYPE_DATE, 0},
    {"timestamp", BL_TYPE_TIMESTAMP, 0}, {"json", BL_TYPE_JSON, 0}};

/* (n) or (n, m) behind a type's word; *ret_n says how many there are. */
static BL_STATUS
parse_numbers(struct bl_parser *p, uint32_t numbers[2], uint32_t *ret_n)
{
	enum bl_status status = bl_parser_next(p);
	uint64_t number;

	for (*ret_n = 0; !status; ++*ret_n) {
		if (p->token.kind != BL_TOKEN_INTEGER || *ret_n == 2 ||
		    !bl_str_to_u64(p->token.text, &number) || number > INT32_MAX)
			return bl_parser_fail_expected(p, "a length");
		numbers[*ret_n] = (uint32_t)number;
		status = bl_parser_next(p);
		if (status || !bl_parser_at_sign(p, ","))
			break;
		status = bl_parser_next(p);
	}
	++*ret_n;
	return status ? status : bl_parser_expect_sign(p, ")");
}

static BL_STATUS
take_bound(struct bl_parser *p, const struct bl_token *at, struct bl_datatype *type)
{
	uint32_t numbers[2] = {0}, n = 0;
	enum bl_status status = parse_numbers(p, numbers, &n);

	if (status)
		return status;
	if (type->kind == BL_TYPE_VARCHAR && n == 1 && numbers[0] > 0) {
		type->bound = numbers[0];
		return BL_OK;
	}
	if (type->kind == BL_TYPE_DOUBLE && type->bound != 0 && numbers[0] >= 1 &&
	    numbers[0] <= 38 && numbers[1] <= numbers[0]) {
		type->bound = numbers[0] << 8 | numbers[1];
		return BL_OK;
	}
	if (type->kind == BL_TYPE_TIMESTAMP && n == 1 && numbers[0] <= 12)
		return BL_OK; /* All digits are kept. */
	return bl_fail_pos(p->reterr, BL_EINPUT, at->line, at->column, "%.*s has no such length",
	    BL_STR_ARG(at->text));
}

/* WITH|WITHOUT TIME ZONE: here all are UTC. */
static BL_STATUS
skip_zone(struct bl_parser *p)
{
	enum bl_status status;

	if (!bl_parser_at_word(p, "WITH") && !bl_parser_at_word(p, "WITHOUT"))
		return BL_OK;
	status = bl_parser_next(p);
	if (!status)
		status = bl_parser_expect_word(p, "TIME");
	return status ? status : bl_parser_expect_word(p, "ZONE");
}

/* DAY TO SECOND, YEAR TO MONTH */
static BL_STATUS
parse_interval(struct bl_parser *p, struct bl_datatype *ret)
{
	enum bl_status status = bl_parser_next(p);
	bool day = !status && bl_parser_at_word(p, "DAY");

	*ret = *bl_type_of(day ? BL_TYPE_SPAN : BL_TYPE_MONTHS);
	if (!status)
		status = bl_parser_expect_word(p, day ? "DAY" : "YEAR");
	if (!status)
		status = bl_parser_expect_word(p, "TO");
	return status ? status : bl_parser_expect_word(p, day ? "SECOND" : "MONTH");
}

static BL_STATUS
keep_type(struct bl_parser *p, struct bl_datatype type, const struct bl_datatype **ret)
{
	struct bl_datatype *own = bl_new(p->arena, struct bl_datatype, 1);

	if (own == NULL)
		return bl_fail(p->reterr, BL_ENOMEM, "no memory for the expression's tree");
	*own = type;
	*ret = own;
	return BL_OK;
}

/* array(T), map(K, V) */
static BL_STATUS
parse_container(struct bl_parser *p, bool map, struct bl_datatype *ret)
{
	struct bl_datatype key = {0}, element = {0};
	const struct bl_datatype *own_key = NULL, *own_element = NULL;
	enum bl_status status = bl_parser_next(p);

	if (!status)
		status = bl_parser_expect_sign(p, "(");
	if (!status && map)
		status = bl_parser_type(p, &key);
	if (!status && map && bl_type_is_nested(key))
		return bl_fail_pos(p->reterr, BL_EUNSUPPORTED, p->token.line, p->token.column,
		    "keys of maps that are arrays, maps or rows are not supported");
	if (!status && map)
		status = bl_parser_expect_sign(p, ",");
	if (!status)
		status = bl_parser_type(p, &element);
	if (!status)
		status = bl_parser_expect_sign(p, ")");
	if (!status)
		status = keep_type(p, key, &own_key);
	if (!status)
		status = keep_type(p, element, &own_element);
	if (!status)
		*ret = map ? bl_type_map(own_key, own_element) : bl_type_array(own_element);
	return status;
}

/* Is the word at hand a field's name, and not its type? */
static bool
at_field_name(const struct bl_parser *p)
{
	static const char *const behind_types[] = {"precision", "with", "without", "day", "year"};
	struct bl_token next;

	if (p->token.kind == BL_TOKEN_QUOTED)
		return true;
	bl_parser_peek(p, &next);
	if (next.kind != BL_TOKEN_WORD)
		return false;
	for (size_t i = 0; i < sizeof(behind_types) / sizeof(behind_types[0]); i++)
		if (bl_str_eq_ci(next.text, bl_str_of(behind_types[i])))
			return false;
	return true;
}

/* row(name type, ...), row(type, ...) */
static BL_STATUS
parse_row_type(struct bl_parser *p, struct bl_datatype *ret)
{
	struct bl_field *fields = NULL, *grown;
	uint32_t n = 0, cap = 0;
	enum bl_status status = bl_parser_next(p);

	if (!status)
		status = bl_parser_expect_sign(p, "(");
	while (!status) {
		if (n == MAX_FIELDS)
			return bl_fail_pos(p->reterr, BL_ELIMIT, p->token.line, p->token.column,
			    "a row has at most %d fields", MAX_FIELDS);
		if (n == cap) {
			cap = cap == 0 ? 8 : cap * 2;
			grown = bl_new(p->arena, struct bl_field, cap);
			if (grown == NULL)
				return bl_fail(
				    p->reterr, BL_ENOMEM, "no memory for the expression's tree");
			if (n > 0)
				memcpy(grown, fields, n * sizeof(*fields));
			fields = grown;
		}
		if (at_field_name(p)) {
			fields[n].name = p->token.text;
			status = bl_parser_next(p);
		}
		if (!status)
			status = bl_parser_type(p, &fields[n++].type);
		if (status || !bl_parser_at_sign(p, ","))
			break;
		status = bl_parser_next(p);
	}
	*ret = (struct bl_datatype){.kind = BL_TYPE_ROW, .fields = fields, .n_fields = n};
	return status ? status : bl_parser_expect_sign(p, ")");
}

static BL_STATUS
parse_plain(struct bl_parser *p, size_t which, struct bl_datatype *ret)
{
	struct bl_token at = p->token;
	enum bl_status status = bl_parser_next(p);

	*ret = *bl_type_of(plain_types[which].kind);
	ret->bound = plain_types[which].bound;
	if (!status && bl_parser_at_sign(p, "("))
		status = take_bound(p, &at, ret);
	if (!status && bl_str_eq_ci(at.text, BL_STR("double")) && bl_parser_at_word(p, "precision"))
		status = bl_parser_next(p);
	if (!status && ret->kind == BL_TYPE_TIMESTAMP)
		status = skip_zone(p);
	return status;
}

BL_STATUS
bl_parser_type(struct bl_parser *p, struct bl_datatype *ret)
{
	struct bl_token at = p->token;
	enum bl_status status = BL_OK;

	/* Athena's views say CAST(x AS "Date"). */
	if (at.kind == BL_TOKEN_QUOTED)
		p->token.kind = BL_TOKEN_WORD;
	else if (at.kind != BL_TOKEN_WORD)
		return bl_parser_fail_expected(p, "a type");
	if (++p->depth > BL_NODE_MAX_DEPTH)
		return bl_fail_pos(p->reterr, BL_ELIMIT, at.line, at.column,
		    "the expression is nested more than %d deep", BL_NODE_MAX_DEPTH);
	*ret = (struct bl_datatype){0};
	if (bl_parser_at_word(p, "array") || bl_parser_at_word(p, "map"))
		status = parse_container(p, bl_parser_at_word(p, "map"), ret);
	else if (bl_parser_at_word(p, "row"))
		status = parse_row_type(p, ret);
	else if (bl_parser_at_word(p, "interval"))
		status = parse_interval(p, ret);
	for (size_t i = 0; !status && ret->kind == BL_TYPE_UNKNOWN &&
			   i < sizeof(plain_types) / sizeof(plain_types[0]);
	     i++)
		if (bl_parser_at_word(p, plain_types[i].word))
			status = parse_plain(p, i, ret);
	p->depth--;
	if (!status && ret->kind == BL_TYPE_UNKNOWN)
		return bl_fail_pos(p->reterr, BL_EUNSUPPORTED, at.line, at.column,
		    "the type %.*s is not supported; there are boolean, bigint, integer, smallint, "
		    "tinyint, double, real, decimal, varchar, char, date, timestamp, interval, "
		    "json, array(...), map(...), row(...)",
		    BL_STR_ARG(at.text));
	return status;
}
