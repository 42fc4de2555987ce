/* What stands behind FROM: tables, sub-queries, UNNEST, and their joins. */
#include <assert.h>

#include "base/arena.h"
#include "sql/list.h"
#include "sql/parse_priv.h"

static BL_STATUS
new_relation(struct bl_parser *p, enum bl_relation_kind kind, struct bl_relation **ret)
{
	struct bl_relation *relation = bl_new(p->arena, struct bl_relation, 1);

	if (relation == NULL)
		return bl_parse__no_memory(p);
	relation->kind = kind;
	relation->line = p->token.line;
	relation->column = p->token.column;
	*ret = relation;
	return BL_OK;
}

static BL_STATUS
parse_unnest(struct bl_parser *p, struct bl_relation **ret)
{
	enum bl_status status = new_relation(p, BL_RELATION_UNNEST, ret);
	struct bl_nodes list = {0};

	if (!status)
		status = bl_parser_next(p);
	if (!status)
		status = bl_parse__sign(p, "(");
	if (!status)
		status = bl_parser_parse_list(p, ")", &list);
	if (status)
		return status;
	(*ret)->arrays = list.kids;
	(*ret)->n_arrays = list.n;
	return bl_parse__accept(p, "WITH ORDINALITY", &(*ret)->ordinality);
}

/* FOR TIMESTAMP|SYSTEM_TIME AS OF e, FOR VERSION|SYSTEM_VERSION AS OF e */
static BL_STATUS
parse_as_of(struct bl_parser *p, struct bl_relation *relation)
{
	enum bl_status status = BL_OK;

	while (!status && bl_parse__at(p, "FOR")) {
		struct bl_node **where = NULL;

		status = bl_parser_next(p);
		if (status)
			return status;
		if (bl_parse__at(p, "TIMESTAMP") || bl_parse__at(p, "SYSTEM_TIME"))
			where = &relation->at;
		else if (bl_parse__at(p, "VERSION") || bl_parse__at(p, "SYSTEM_VERSION"))
			where = &relation->known;
		else
			return bl_parse__fail(p, "TIMESTAMP or VERSION");
		if (*where != NULL)
			return bl_fail_pos(p->reterr, BL_EINPUT, p->token.line, p->token.column,
			    "FOR %.*s is told twice", BL_STR_ARG(p->token.text));
		status = bl_parser_next(p);
		if (!status)
			status = bl_parse__expect(p, "AS OF");
		if (!status)
			status = bl_parser_expr(p, where);
	}
	return status;
}

static BL_STATUS
parse_table_name(struct bl_parser *p, struct bl_relation **ret)
{
	enum bl_status status = new_relation(p, BL_RELATION_TABLE, ret);
	struct bl_relation *r = *ret;

	if (!status)
		status = bl_parse__name(p, "a table's name", &r->catalog, &r->schema, &r->name);
	if (!status && bl_parser_at_sign(p, "("))
		return bl_fail_pos(p->reterr, BL_EUNSUPPORTED, r->line, r->column,
		    "table functions are not supported");
	return status ? status : parse_as_of(p, r);
}

static BL_STATUS
wrap_query(struct bl_parser *p, struct bl_query *query, struct bl_relation **ret)
{
	enum bl_status status = new_relation(p, BL_RELATION_QUERY, ret);

	if (status)
		return status;
	(*ret)->line = query->line;
	(*ret)->column = query->column;
	(*ret)->query = query;
	return BL_OK;
}

static bool
goes_on_as_query(struct bl_parser *p)
{
	return bl_parse__at(p, "UNION") || bl_parse__at(p, "INTERSECT") ||
	       bl_parse__at(p, "EXCEPT") || bl_parse__at(p, "ORDER") || bl_parse__at(p, "LIMIT") ||
	       bl_parse__at(p, "OFFSET") || bl_parse__at(p, "FETCH");
}

/*
 * Behind an opening parenthesis: a query, or a relation.  ((SELECT 1) UNION (SELECT 2)) shows only
 * behind its first part that it is a query: the part, read as a relation, then becomes its body.
 */
static BL_STATUS
parse_parenthesis(struct bl_parser *p, struct bl_relation **ret)
{
	struct bl_query *query;
	enum bl_status status = bl_parse__deeper(p);

	if (!status)
		status = bl_parser_next(p);
	if (!status && bl_parse__at_query(p)) {
		status = bl_parse__query(p, &query);
		if (!status)
			status = wrap_query(p, query, ret);
	} else if (!status) {
		status = bl_parse__relation(p, ret);
		if (!status && (*ret)->kind == BL_RELATION_QUERY &&
		    (*ret)->alias.text.ptr == NULL && goes_on_as_query(p)) {
			struct bl_body *body = bl_new(p->arena, struct bl_body, 1);

			if (body == NULL)
				return bl_parse__no_memory(p);
			*body = (struct bl_body){.kind = BL_BODY_QUERY,
			    .line = (*ret)->line,
			    .column = (*ret)->column,
			    .query = (*ret)->query};
			status = bl_parse__query_from(p, body, &query);
			if (!status)
				status = wrap_query(p, query, ret);
		}
	}
	p->depth--;
	return status ? status : bl_parse__sign(p, ")");
}

/* [AS] alias [(column, ...)] */
static BL_STATUS
parse_alias(struct bl_parser *p, struct bl_relation *relation)
{
	enum bl_status status;
	bool as;

	if (bl_parse__at(p, "TABLESAMPLE"))
		return bl_parse__refuse(p, "TABLESAMPLE is");
	if (bl_parse__at(p, "MATCH_RECOGNIZE"))
		return bl_parse__refuse(p, "MATCH_RECOGNIZE is");
	status = bl_parse__accept(p, "AS", &as);
	if (status || (!as && !bl_parse__is_name(p)))
		return status;
	if (relation->alias.text.ptr != NULL)
		return bl_parse__fail(p, "one alias, not two,");
	status = bl_parse__ident(p, "an alias", &relation->alias);
	if (!status && bl_parser_at_sign(p, "(")) {
		status = bl_parser_next(p);
		if (!status)
			status = bl_parse__idents(
			    p, "a column's name", &relation->columns, &relation->n_columns);
	}
	if (!status && bl_parse__at(p, "TABLESAMPLE"))
		return bl_parse__refuse(p, "TABLESAMPLE is");
	return status ? status : parse_as_of(p, relation);
}

static BL_STATUS
parse_primary(struct bl_parser *p, struct bl_relation **ret)
{
	enum bl_status status;

	if (bl_parse__at(p, "UNNEST")) {
		status = parse_unnest(p, ret);
	} else if (bl_parse__at(p, "LATERAL")) {
		status = bl_parser_next(p);
		if (!status && !bl_parser_at_sign(p, "("))
			return bl_parse__fail(p, "(");
		if (!status)
			status = parse_parenthesis(p, ret);
		if (!status && (*ret)->kind == BL_RELATION_QUERY)
			(*ret)->lateral = true;
	} else if (bl_parser_at_sign(p, "(")) {
		status = parse_parenthesis(p, ret);
	} else {
		status = parse_table_name(p, ret);
	}
	return status ? status : parse_alias(p, *ret);
}

/* [INNER] JOIN, LEFT|RIGHT|FULL [OUTER] JOIN, CROSS JOIN: takes the words. */
static BL_STATUS
parse_join_words(struct bl_parser *p, bool *ret_is, enum bl_join_kind *ret)
{
	static const struct {
		const char *words;
		enum bl_join_kind kind;
	} joins[] = {{"JOIN", BL_JOIN_INNER}, {"INNER JOIN", BL_JOIN_INNER},
	    {"LEFT JOIN", BL_JOIN_LEFT}, {"LEFT OUTER JOIN", BL_JOIN_LEFT},
	    {"RIGHT JOIN", BL_JOIN_RIGHT}, {"RIGHT OUTER JOIN", BL_JOIN_RIGHT},
	    {"FULL JOIN", BL_JOIN_FULL}, {"FULL OUTER JOIN", BL_JOIN_FULL},
	    {"CROSS JOIN", BL_JOIN_CROSS}};
	enum bl_status status = BL_OK;

	*ret_is = false;
	if (bl_parse__at(p, "NATURAL"))
		return bl_parse__refuse(p, "NATURAL JOIN is");
	for (size_t i = 0; !status && i < sizeof(joins) / sizeof(joins[0]); i++) {
		status = bl_parse__accept(p, joins[i].words, ret_is);
		if (*ret_is) {
			*ret = joins[i].kind;
			return status;
		}
	}
	if (!status &&
	    (bl_parse__at(p, "INNER") || bl_parse__at(p, "CROSS") || bl_parse__at(p, "LEFT") ||
		bl_parse__at(p, "RIGHT") || bl_parse__at(p, "FULL"))) {
		status = bl_parser_next(p);
		return status ? status : bl_parse__fail(p, "JOIN");
	}
	return status;
}

static BL_STATUS
parse_join_condition(struct bl_parser *p, struct bl_relation *join)
{
	enum bl_status status;
	bool using = false;

	if (join->join == BL_JOIN_CROSS)
		return BL_OK;
	status = bl_parse__accept(p, "USING", &using);
	if (!status && using) {
		status = bl_parse__sign(p, "(");
		return status
			   ? status
			   : bl_parse__idents(p, "a column's name", &join->using, &join->n_using);
	}
	if (!status && !bl_parse__at(p, "ON"))
		return bl_parse__fail(p, "ON or USING");
	if (!status)
		status = bl_parser_next(p);
	return status ? status : bl_parser_expr(p, &join->on);
}

/* a JOIN b ON ... JOIN c ON ... leans to the left. */
BL_STATUS
bl_parse__relation(struct bl_parser *p, struct bl_relation **ret)
{
	enum bl_status status = bl_parse__deeper(p);
	enum bl_join_kind kind = BL_JOIN_CROSS;
	uint32_t n = 0;
	bool is;

	if (!status)
		status = parse_primary(p, ret);
	while (!status) {
		struct bl_relation *join = NULL;

		status = parse_join_words(p, &is, &kind);
		if (status || !is)
			break;
		if (++n > BL_NODE_MAX_DEPTH)
			return bl_fail_pos(p->reterr, BL_ELIMIT, p->token.line, p->token.column,
			    "FROM has more than %d joins", BL_NODE_MAX_DEPTH);
		status = new_relation(p, BL_RELATION_JOIN, &join);
		if (status || join == NULL)
			break;
		join->join = kind;
		join->left = *ret;
		status = parse_primary(p, &join->right);
		if (!status)
			status = parse_join_condition(p, join);
		if (!status)
			*ret = join;
	}
	p->depth--;
	return status;
}
