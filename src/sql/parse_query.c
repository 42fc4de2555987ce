/* Queries: WITH, bodies joined by UNION and its like, ORDER BY, LIMIT; SELECT and its parts. */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "sql/list.h"
#include "sql/parse_priv.h"

bool
bl_parse__at_query(const struct bl_parser *p)
{
	return bl_parser_at_word(p, "SELECT") || bl_parser_at_word(p, "WITH") ||
	       bl_parser_at_word(p, "VALUES") || bl_parser_at_word(p, "TABLE");
}

static BL_STATUS
new_body(struct bl_parser *p, enum bl_body_kind kind, struct bl_body **ret)
{
	struct bl_body *body = bl_new(p->arena, struct bl_body, 1);

	if (body == NULL)
		return bl_parse__no_memory(p);
	body->kind = kind;
	body->line = p->token.line;
	body->column = p->token.column;
	*ret = body;
	return BL_OK;
}

/* [ROW] (a, b), (c, d), ... */
static BL_STATUS
parse_values(struct bl_parser *p, struct bl_body **ret)
{
	enum bl_status status = new_body(p, BL_BODY_VALUES, ret);
	struct bl_body *body = *ret;

	do {
		if (!status)
			status = bl_parser_next(p);
		if (!status && !BL_LIST_ROOM(p->arena, &body->rows, body->n_rows))
			return bl_parse__no_memory(p);
		if (!status)
			status = bl_parser_expr(p, &body->rows[body->n_rows]);
		if (!status)
			body->n_rows++;
	} while (!status && bl_parser_at_sign(p, ","));
	return status;
}

/* TABLE name is SELECT * FROM name. */
static BL_STATUS
parse_table(struct bl_parser *p, struct bl_body **ret)
{
	struct bl_select *select = bl_new(p->arena, struct bl_select, 1);
	struct bl_select_item *item = bl_new(p->arena, struct bl_select_item, 1);
	struct bl_relation *from = bl_new(p->arena, struct bl_relation, 1);
	enum bl_status status = new_body(p, BL_BODY_SELECT, ret);

	if (select == NULL || item == NULL || from == NULL)
		return bl_parse__no_memory(p);
	if (!status)
		status = bl_parser_next(p);
	if (status)
		return status;
	from->line = p->token.line;
	from->column = p->token.column;
	*select = (struct bl_select){.line = (*ret)->line,
	    .column = (*ret)->column,
	    .items = item,
	    .n_items = 1,
	    .from = from};
	(*ret)->select = select;
	return bl_parse__name(p, "a table's name", &from->catalog, &from->schema, &from->name);
}

static BL_STATUS
parse_body_term(struct bl_parser *p, struct bl_body **ret)
{
	enum bl_status status;

	if (bl_parser_at_word(p, "VALUES"))
		return parse_values(p, ret);
	if (bl_parser_at_word(p, "TABLE"))
		return parse_table(p, ret);
	if (bl_parser_at_word(p, "SELECT")) {
		status = new_body(p, BL_BODY_SELECT, ret);
		return status ? status : bl_parse__select(p, &(*ret)->select);
	}
	if (!bl_parser_at_sign(p, "("))
		return bl_parse__fail(p, "SELECT");
	status = new_body(p, BL_BODY_QUERY, ret);
	if (!status)
		status = bl_parser_next(p);
	if (!status)
		status = bl_parse__query(p, &(*ret)->query);
	return status ? status : bl_parse__sign(p, ")");
}

static bool
at_set_operation(struct bl_parser *p, bool intersect, enum bl_body_kind *ret)
{
	*ret = BL_BODY_INTERSECT;
	if (intersect)
		return bl_parser_at_word(p, "INTERSECT");
	*ret = bl_parser_at_word(p, "UNION") ? BL_BODY_UNION : BL_BODY_EXCEPT;
	return *ret == BL_BODY_UNION || bl_parser_at_word(p, "EXCEPT");
}

/* INTERSECT binds tighter than UNION and EXCEPT.  ${first}: read already, or NULL. */
static BL_STATUS
parse_body(struct bl_parser *p, bool intersect, struct bl_body *first, struct bl_body **ret)
{
	enum bl_body_kind kind;
	uint32_t n = 0;
	enum bl_status status = BL_OK;

	if (!intersect)
		status = parse_body(p, true, first, ret);
	else if (first != NULL)
		*ret = first;
	else
		status = parse_body_term(p, ret);
	while (!status && at_set_operation(p, intersect, &kind)) {
		struct bl_body *body = NULL;
		bool distinct;

		/* The tree leans to the left: its depth is that of the chain. */
		if (++n > BL_NODE_MAX_DEPTH)
			return bl_fail_pos(p->reterr, BL_ELIMIT, p->token.line, p->token.column,
			    "more than %d queries are joined by UNION or its like",
			    BL_NODE_MAX_DEPTH);
		status = new_body(p, kind, &body);
		if (!status)
			status = bl_parser_next(p);
		if (!status)
			status = bl_parse__accept(p, "ALL", &body->all);
		if (!status && !body->all)
			status = bl_parse__accept(p, "DISTINCT", &distinct);
		if (status)
			return status;
		body->left = *ret;
		status = intersect ? parse_body_term(p, &body->right)
				   : parse_body(p, true, NULL, &body->right);
		*ret = body;
	}
	return status;
}

BL_STATUS
bl_parse__order(struct bl_parser *p, struct bl_sort_key **ret, uint32_t *ret_n)
{
	enum bl_status status = BL_OK;
	bool yes;

	do {
		struct bl_sort_key *key;

		if (*ret_n > 0)
			status = bl_parser_next(p);
		if (!status && !BL_LIST_ROOM(p->arena, ret, *ret_n))
			return bl_parse__no_memory(p);
		if (status)
			return status;
		key = &(*ret)[*ret_n];
		*key = (struct bl_sort_key){0};
		status = bl_parser_expr(p, &key->node);
		if (!status)
			status = bl_parse__accept(p, "DESC", &key->descending);
		if (!status && !key->descending)
			status = bl_parse__accept(p, "ASC", &yes);
		if (!status)
			status = bl_parse__accept(p, "NULLS FIRST", &key->nulls_first);
		if (!status && !key->nulls_first)
			status = bl_parse__accept(p, "NULLS LAST", &yes);
		++*ret_n;
	} while (!status && bl_parser_at_sign(p, ","));
	return status;
}

/* OFFSET n [ROW|ROWS], then LIMIT n|ALL or FETCH FIRST n ROWS ONLY. */
static BL_STATUS
parse_limit(struct bl_parser *p, struct bl_query *query)
{
	enum bl_status status = BL_OK;
	bool yes = false, fetch = false;

	status = bl_parse__accept(p, "OFFSET", &yes);
	if (!status && yes)
		status = bl_parser_expr(p, &query->offset);
	if (!status && yes && (bl_parse__at(p, "ROW") || bl_parse__at(p, "ROWS")))
		status = bl_parser_next(p);
	if (!status)
		status = bl_parse__accept(p, "LIMIT", &yes);
	if (!status && yes) {
		status = bl_parse__accept(p, "ALL", &yes);
		return status || yes ? status : bl_parser_expr(p, &query->limit);
	}
	if (!status)
		status = bl_parse__accept(p, "FETCH", &fetch);
	if (status || !fetch)
		return status;
	if (!bl_parse__at(p, "FIRST") && !bl_parse__at(p, "NEXT"))
		return bl_parse__fail(p, "FIRST");
	status = bl_parser_next(p);
	if (!status)
		status = bl_parser_expr(p, &query->limit);
	if (!status && !bl_parse__at(p, "ROW") && !bl_parse__at(p, "ROWS"))
		return bl_parse__fail(p, "ROWS");
	if (!status)
		status = bl_parser_next(p);
	if (!status && bl_parse__at(p, "WITH TIES"))
		return bl_parse__refuse(p, "WITH TIES is");
	return status ? status : bl_parse__expect(p, "ONLY");
}

static BL_STATUS
parse_ctes(struct bl_parser *p, struct bl_query *query)
{
	enum bl_status status = bl_parser_next(p);

	if (!status && bl_parse__at(p, "RECURSIVE"))
		return bl_parse__refuse(p, "WITH RECURSIVE is");
	while (!status) {
		struct bl_cte *cte;

		if (!BL_LIST_ROOM(p->arena, &query->ctes, query->n_ctes))
			return bl_parse__no_memory(p);
		cte = &query->ctes[query->n_ctes++];
		*cte = (struct bl_cte){0};
		status = bl_parse__ident(p, "a name behind WITH", &cte->name);
		if (!status && bl_parser_at_sign(p, "(")) {
			status = bl_parser_next(p);
			if (!status)
				status = bl_parse__idents(
				    p, "a column's name", &cte->columns, &cte->n_columns);
		}
		if (!status)
			status = bl_parse__expect(p, "AS");
		if (!status)
			status = bl_parse__sign(p, "(");
		if (!status)
			status = bl_parse__query(p, &cte->query);
		if (!status)
			status = bl_parse__sign(p, ")");
		if (status || !bl_parser_at_sign(p, ","))
			return status;
		status = bl_parser_next(p);
	}
	return status;
}

BL_STATUS
bl_parse__query_from(struct bl_parser *p, struct bl_body *first, struct bl_query **ret)
{
	struct bl_query *query = bl_new(p->arena, struct bl_query, 1);
	enum bl_status status = bl_parse__deeper(p);
	bool yes = false;

	if (status)
		return status;
	if (query == NULL)
		return bl_parse__no_memory(p);
	query->line = first != NULL ? first->line : p->token.line;
	query->column = first != NULL ? first->column : p->token.column;
	if (first == NULL && bl_parser_at_word(p, "WITH"))
		status = parse_ctes(p, query);
	if (!status)
		status = parse_body(p, false, first, &query->body);
	if (!status)
		status = bl_parse__accept(p, "ORDER BY", &yes);
	if (!status && yes)
		status = bl_parse__order(p, &query->order, &query->n_order);
	if (!status)
		status = parse_limit(p, query);
	p->depth--;
	if (!status)
		*ret = query;
	return status;
}

BL_STATUS
bl_parse__query(struct bl_parser *p, struct bl_query **ret)
{
	return bl_parse__query_from(p, NULL, ret);
}
