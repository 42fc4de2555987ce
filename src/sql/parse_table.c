/* CREATE [EXTERNAL] TABLE in Hive's grammar, as Athena takes it. */
#include <assert.h>

#include "base/arena.h"
#include "sql/list.h"
#include "sql/parse_priv.h"

static const char *const types[] = {"string", "varchar", "char", "boolean", "bigint", "int",
    "integer", "smallint", "tinyint", "double", "float", "decimal", "date", "timestamp", "binary",
    "array", "map", "struct"};

static BL_STATUS parse_type(struct bl_parser *p, struct bl_hive_type *ret);

static BL_STATUS
parse_inner(struct bl_parser *p, struct bl_hive_type **ret)
{
	*ret = bl_new(p->arena, struct bl_hive_type, 1);
	return *ret == NULL ? bl_parse__no_memory(p) : parse_type(p, *ret);
}

static BL_STATUS
skip_comment(struct bl_parser *p)
{
	struct bl_str text;
	bool yes;
	enum bl_status status = bl_parse__accept(p, "COMMENT", &yes);

	return status || !yes ? status : bl_parse__text(p, "a text behind COMMENT", &text);
}

/* name : type, where ":type" may be one token. */
static BL_STATUS
parse_field(struct bl_parser *p, struct bl_hive_column *field)
{
	enum bl_status status;

	*field = (struct bl_hive_column){0};
	status = bl_parse__ident(p, "a field's name", &field->name);
	if (status)
		return status;
	if (p->token.kind == BL_TOKEN_PARAM)
		p->token.kind = BL_TOKEN_WORD;
	else
		status = bl_parse__sign(p, ":");
	if (!status)
		status = parse_type(p, &field->type);
	return status ? status : skip_comment(p);
}

static BL_STATUS
parse_struct(struct bl_parser *p, struct bl_hive_type *ret)
{
	enum bl_status status;

	while (true) {
		if (!BL_LIST_ROOM(p->arena, &ret->fields, ret->n_fields))
			return bl_parse__no_memory(p);
		status = parse_field(p, &ret->fields[ret->n_fields++]);
		if (status || !bl_parser_at_sign(p, ","))
			return status;
		status = bl_parser_next(p);
		if (status)
			return status;
	}
}

/* (10, 2) of decimal and varchar. */
static BL_STATUS
skip_size(struct bl_parser *p)
{
	enum bl_status status = bl_parser_next(p);

	while (!status && p->token.kind == BL_TOKEN_INTEGER) {
		status = bl_parser_next(p);
		if (!status && bl_parser_at_sign(p, ","))
			status = bl_parser_next(p);
	}
	return status ? status : bl_parse__sign(p, ")");
}

static BL_STATUS
parse_parts(struct bl_parser *p, struct bl_hive_type *ret)
{
	enum bl_status status = bl_parse__sign(p, "<");

	if (status)
		return status;
	if (bl_str_eq(ret->word, BL_STR("struct"))) {
		status = parse_struct(p, ret);
	} else if (bl_str_eq(ret->word, BL_STR("map"))) {
		status = parse_inner(p, &ret->key);
		if (!status)
			status = bl_parse__sign(p, ",");
		if (!status)
			status = parse_inner(p, &ret->element);
	} else {
		status = parse_inner(p, &ret->element);
	}
	return status ? status : bl_parse__sign(p, ">");
}

static BL_STATUS
parse_type(struct bl_parser *p, struct bl_hive_type *ret)
{
	enum bl_status status = bl_parse__deeper(p);
	struct bl_token at = p->token;

	if (status)
		return status;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (at.kind == BL_TOKEN_WORD && bl_str_eq_ci(at.text, bl_str_of(types[i])))
			ret->word = bl_str_of(types[i]);
	if (at.kind != BL_TOKEN_WORD)
		return bl_parse__fail(p, "a type");
	if (ret->word.ptr == NULL)
		return bl_fail_pos(p->reterr, BL_EUNSUPPORTED, at.line, at.column,
		    "the type %.*s is not supported", BL_STR_ARG(at.text));
	status = bl_parser_next(p);
	if (!status &&
	    (bl_str_eq(ret->word, BL_STR("struct")) || bl_str_eq(ret->word, BL_STR("map")) ||
		bl_str_eq(ret->word, BL_STR("array"))))
		status = parse_parts(p, ret);
	else if (!status && bl_parser_at_sign(p, "("))
		status = skip_size(p);
	p->depth--;
	return status;
}

static BL_STATUS
parse_columns(struct bl_parser *p, struct bl_hive_column **ret, uint32_t *ret_n)
{
	enum bl_status status = bl_parse__sign(p, "(");

	while (!status) {
		struct bl_hive_column *column;

		if (!BL_LIST_ROOM(p->arena, ret, *ret_n))
			return bl_parse__no_memory(p);
		column = &(*ret)[*ret_n];
		*column = (struct bl_hive_column){0};
		status = bl_parse__ident(p, "a column's name", &column->name);
		if (!status)
			status = parse_type(p, &column->type);
		if (!status)
			status = skip_comment(p);
		++*ret_n;
		if (status || !bl_parser_at_sign(p, ","))
			break;
		status = bl_parser_next(p);
	}
	return status ? status : bl_parse__sign(p, ")");
}

/* ('name' = 'value', ...) */
static BL_STATUS
parse_properties(struct bl_parser *p, struct bl_property **ret, uint32_t *ret_n)
{
	enum bl_status status = bl_parse__sign(p, "(");

	while (!status) {
		struct bl_property *property;

		if (!BL_LIST_ROOM(p->arena, ret, *ret_n))
			return bl_parse__no_memory(p);
		property = &(*ret)[(*ret_n)++];
		*property = (struct bl_property){0};
		status = bl_parse__text(p, "a property's name in quotes", &property->name);
		if (!status)
			status = bl_parse__sign(p, "=");
		if (!status)
			status =
			    bl_parse__text(p, "a property's value in quotes", &property->value);
		if (status || !bl_parser_at_sign(p, ","))
			break;
		status = bl_parser_next(p);
	}
	return status ? status : bl_parse__sign(p, ")");
}

static BL_STATUS
parse_stored(struct bl_parser *p, struct bl_statement *s)
{
	enum bl_status status;
	bool yes;

	status = bl_parse__accept(p, "INPUTFORMAT", &yes);
	if (status)
		return status;
	if (!yes) {
		if (p->token.kind != BL_TOKEN_WORD)
			return bl_parse__fail(p, "a format");
		s->stored_as = p->token.text;
		return bl_parser_next(p);
	}
	status = bl_parse__text(p, "a class in quotes", &s->input_format);
	if (!status)
		status = bl_parse__expect(p, "OUTPUTFORMAT");
	return status ? status : bl_parse__text(p, "a class in quotes", &s->output_format);
}

/* One clause behind the columns; *ret: there was one. */
static BL_STATUS
parse_clause(struct bl_parser *p, struct bl_statement *s, bool *ret)
{
	enum bl_status status = BL_OK;

	*ret = true;
	if (bl_parse__at(p, "ROW FORMAT DELIMITED"))
		return bl_parse__refuse(p, "ROW FORMAT DELIMITED is");
	if (bl_parse__at(p, "CLUSTERED"))
		return bl_parse__refuse(p, "CLUSTERED BY is");
	if (bl_parse__at(p, "COMMENT")) {
		status = bl_parser_next(p);
		return status ? status : bl_parse__text(p, "a text behind COMMENT", &s->comment);
	}
	status = bl_parse__accept(p, "PARTITIONED BY", ret);
	if (status || *ret)
		return status ? status : parse_columns(p, &s->partitions, &s->n_partitions);
	status = bl_parse__accept(p, "ROW FORMAT SERDE", ret);
	if (status || *ret)
		return status ? status : bl_parse__text(p, "a class in quotes", &s->serde);
	status = bl_parse__accept(p, "WITH SERDEPROPERTIES", ret);
	if (status || *ret)
		return status ? status
			      : parse_properties(p, &s->serde_properties, &s->n_serde_properties);
	status = bl_parse__accept(p, "STORED AS", ret);
	if (status || *ret)
		return status ? status : parse_stored(p, s);
	status = bl_parse__accept(p, "LOCATION", ret);
	if (status || *ret)
		return status ? status : bl_parse__text(p, "a place in quotes", &s->location);
	status = bl_parse__accept(p, "TBLPROPERTIES", ret);
	if (status || *ret)
		return status ? status : parse_properties(p, &s->properties, &s->n_properties);
	return BL_OK;
}

BL_STATUS
bl_parse__table(struct bl_parser *p, struct bl_statement *s)
{
	enum bl_status status;
	bool go_on = true;

	s->kind = BL_STATEMENT_TABLE;
	status = bl_parse__accept(p, "IF NOT EXISTS", &s->if_not_exists);
	if (!status)
		status = bl_parse__name(p, "a table's name", &s->catalog, &s->schema, &s->name);
	if (!status && (bl_parse__at(p, "AS") || bl_parse__at(p, "WITH")))
		return bl_parse__refuse(p, "CREATE TABLE ... AS SELECT is");
	if (!status)
		status = parse_columns(p, &s->columns, &s->n_columns);
	while (!status && go_on)
		status = parse_clause(p, s, &go_on);
	return status;
}
