/* SELECT: its items, WHERE, GROUP BY, HAVING. */
#include <assert.h>

#include "base/arena.h"
#include "sql/list.h"
#include "sql/parse_priv.h"

/* t.* : looked at ahead, for it begins as an expression does. */
static BL_STATUS
parse_all_of(struct bl_parser *p, struct bl_select_item *item, bool *ret)
{
	struct bl_parser ahead = *p;
	struct bl_err ignored;
	struct bl_ident name;

	*ret = false;
	ahead.reterr = &ignored;
	if (!bl_parse__is_name(p))
		return BL_OK;
	if (bl_parse__ident(&ahead, "a name", &name) || !bl_parser_at_sign(&ahead, ".") ||
	    bl_parser_next(&ahead) || !bl_parser_at_sign(&ahead, "*") || bl_parser_next(&ahead))
		return BL_OK;
	*ret = true;
	item->qualifier = name;
	ahead.reterr = p->reterr;
	*p = ahead;
	return BL_OK;
}

static BL_STATUS
parse_item(struct bl_parser *p, struct bl_select_item *item)
{
	enum bl_status status;
	bool all = bl_parser_at_sign(p, "*"), as = false;

	*item = (struct bl_select_item){0};
	if (all) {
		item->qualifier.line = p->token.line;
		item->qualifier.column = p->token.column;
		return bl_parser_next(p);
	}
	status = parse_all_of(p, item, &all);
	if (status || all)
		return status;
	status = bl_parser_expr(p, &item->node);
	if (!status)
		status = bl_parse__accept(p, "AS", &as);
	if (!status && (as || bl_parse__is_name(p)))
		status = bl_parse__ident(p, "a column's name behind AS", &item->alias);
	return status;
}

/* (a, b) or () or a, as one set of GROUPING SETS. */
static BL_STATUS
parse_set(struct bl_parser *p, struct bl_nodes *list)
{
	struct bl_node *node;
	enum bl_status status;

	if (!bl_parser_at_sign(p, "(")) {
		status = bl_parser_expr(p, &node);
		return status ? status : bl_parser_push(p, list, node);
	}
	status = bl_parser_next(p);
	if (!status && bl_parser_at_sign(p, ")"))
		return bl_parser_next(p);
	return status ? status : bl_parser_parse_list(p, ")", list);
}

static BL_STATUS
add_set(struct bl_parser *p, struct bl_group *group, const struct bl_nodes *list)
{
	if (!BL_LIST_ROOM(p->arena, &group->sets, group->n_sets) ||
	    !BL_LIST_ROOM(p->arena, &group->n_parts, group->n_sets))
		return bl_parse__no_memory(p);
	group->sets[group->n_sets] = list->kids;
	group->n_parts[group->n_sets++] = list->n;
	return BL_OK;
}

static BL_STATUS
parse_group(struct bl_parser *p, struct bl_group *group)
{
	struct bl_nodes list = {0};
	enum bl_status status = BL_OK;
	bool yes = false;

	*group = (struct bl_group){.kind = BL_GROUP_PLAIN};
	if (bl_parse__at(p, "ROLLUP") || bl_parse__at(p, "CUBE")) {
		group->kind = bl_parse__at(p, "CUBE") ? BL_GROUP_CUBE : BL_GROUP_ROLLUP;
		status = bl_parser_next(p);
		if (!status && !bl_parser_at_sign(p, "("))
			return bl_parse__fail(p, "(");
		if (!status)
			status = parse_set(p, &list);
		return status ? status : add_set(p, group, &list);
	}
	status = bl_parse__accept(p, "GROUPING SETS", &yes);
	if (status)
		return status;
	if (!yes) {
		struct bl_node *node;

		/* () alone is the set of nothing; (a, b) is a ROW here, told apart by the binder.
		 */
		status = bl_parser_expr(p, &node);
		if (!status)
			status = bl_parser_push(p, &list, node);
		return status ? status : add_set(p, group, &list);
	}
	group->kind = BL_GROUP_SETS;
	if (!bl_parser_at_sign(p, "("))
		return bl_parse__fail(p, "(");
	do {
		list = (struct bl_nodes){0};
		status = bl_parser_next(p);
		if (!status)
			status = parse_set(p, &list);
		if (!status)
			status = add_set(p, group, &list);
	} while (!status && bl_parser_at_sign(p, ","));
	return status ? status : bl_parse__sign(p, ")");
}

static BL_STATUS
parse_groups(struct bl_parser *p, struct bl_select *select)
{
	enum bl_status status = BL_OK;
	bool yes;

	if (bl_parse__at(p, "DISTINCT"))
		return bl_parse__refuse(p, "GROUP BY DISTINCT is");
	status = bl_parse__accept(p, "ALL", &yes);
	while (!status) {
		if (!BL_LIST_ROOM(p->arena, &select->groups, select->n_groups))
			return bl_parse__no_memory(p);
		status = parse_group(p, &select->groups[select->n_groups++]);
		if (status || !bl_parser_at_sign(p, ","))
			return status;
		status = bl_parser_next(p);
	}
	return status;
}

/* FROM a, b, c: a comma is CROSS JOIN, and binds less than JOIN does. */
static BL_STATUS
parse_from(struct bl_parser *p, struct bl_select *select)
{
	enum bl_status status = bl_parse__relation(p, &select->from);
	uint32_t n = 0;

	while (!status && bl_parser_at_sign(p, ",")) {
		struct bl_relation *join = bl_new(p->arena, struct bl_relation, 1);

		if (join == NULL)
			return bl_parse__no_memory(p);
		if (++n > BL_NODE_MAX_DEPTH)
			return bl_fail_pos(p->reterr, BL_ELIMIT, p->token.line, p->token.column,
			    "FROM has more than %d relations", BL_NODE_MAX_DEPTH);
		*join = (struct bl_relation){.kind = BL_RELATION_JOIN,
		    .line = p->token.line,
		    .column = p->token.column,
		    .join = BL_JOIN_CROSS,
		    .left = select->from};
		status = bl_parser_next(p);
		if (!status)
			status = bl_parse__relation(p, &join->right);
		select->from = join;
	}
	return status;
}

BL_STATUS
bl_parse__select(struct bl_parser *p, struct bl_select **ret)
{
	struct bl_select *select = bl_new(p->arena, struct bl_select, 1);
	enum bl_status status;
	bool yes;

	if (select == NULL)
		return bl_parse__no_memory(p);
	*ret = select;
	select->line = p->token.line;
	select->column = p->token.column;
	status = bl_parser_next(p);
	if (!status)
		status = bl_parse__accept(p, "DISTINCT", &select->distinct);
	if (!status && !select->distinct)
		status = bl_parse__accept(p, "ALL", &yes);
	do {
		if (!status && select->n_items > 0)
			status = bl_parser_next(p);
		if (!status && !BL_LIST_ROOM(p->arena, &select->items, select->n_items))
			return bl_parse__no_memory(p);
		if (!status)
			status = parse_item(p, &select->items[select->n_items++]);
	} while (!status && bl_parser_at_sign(p, ","));
	if (!status)
		status = bl_parse__accept(p, "FROM", &yes);
	if (!status && yes)
		status = parse_from(p, select);
	if (!status)
		status = bl_parse__accept(p, "WHERE", &yes);
	if (!status && yes)
		status = bl_parser_expr(p, &select->where);
	if (!status)
		status = bl_parse__accept(p, "GROUP BY", &yes);
	if (!status && yes)
		status = parse_groups(p, select);
	if (!status)
		status = bl_parse__accept(p, "HAVING", &yes);
	if (!status && yes)
		status = bl_parser_expr(p, &select->having);
	if (!status && bl_parse__at(p, "WINDOW"))
		return bl_parse__refuse(p, "the WINDOW clause is");
	return status;
}
