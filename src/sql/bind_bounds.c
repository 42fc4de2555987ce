/* What conditions say of a scan's plain columns, so that the source can leave rows out unread. */
#include <assert.h>

#include "base/arena.h"
#include "sql/bind_priv.h"
#include "sql/list.h"

#define MAX_VALUES 10000u
#define DAY_NS (INT64_C(86400) * 1000000000)

struct side {
	uint32_t column;
	enum bl_type_kind kind; /* Of the values. */
	bool day;		/* An instant stands for its day. */
};

/* The column of the scan that a node is; as a date, where its text is parsed as one. */
static bool
as_column(const struct bl_binder *b, const struct bl_rel *scan, const struct bl_node *node,
    struct side *ret)
{
	bool parsed = false;
	const struct bl_bind_id *id;

	*ret = (struct side){0};
	if ((node->kind == BL_NODE_CAST && !node->negated && node->type.kind == BL_TYPE_DATE) ||
	    (node->kind == BL_NODE_CALL && node->n_kids == 1 &&
		bl_str_eq_ci(node->text, BL_STR("date"))))
		node = node->kids[0];
	if (node->kind == BL_NODE_CALL && node->n_kids == 2 &&
	    bl_str_eq_ci(node->text, BL_STR("date_parse"))) {
		parsed = true;
		node = node->kids[0];
		if (node->kind == BL_NODE_CALL && node->n_kids == 3 &&
		    bl_str_eq_ci(node->text, BL_STR("replace")))
			node = node->kids[0];
	}
	if (node->kind != BL_NODE_SLOT)
		return false;
	id = &b->ids[bl_rel__same(b, node->slot)];
	if (id->scan != scan || id->column == UINT32_MAX ||
	    parsed != scan->source->columns[id->column].date_text)
		return false;
	ret->column = id->column;
	ret->kind = parsed ? BL_TYPE_DATE : id->type.kind;
	ret->day = parsed;
	return true;
}

/* A constant of the column's kind; false: it is none, or cannot be known now. */
static bool
as_value(
    struct bl_binder *b, const struct side *side, const struct bl_node *node, struct bl_value *ret)
{
	struct bl_err ignored, *reterr = b->reterr;
	enum bl_status status;

	if (!bl_tree__is_constant(node))
		return false;
	b->reterr = &ignored;
	status = bl_tree__constant(b, node, BL_TYPE_UNKNOWN, ret);
	b->reterr = reterr;
	if (status || ret->null)
		return false;
	if (side->day && ret->kind == BL_TYPE_TIMESTAMP) {
		int64_t days = ret->i64 / DAY_NS;

		if (ret->i64 % DAY_NS < 0)
			days--;
		*ret = (struct bl_value){.kind = BL_TYPE_DATE, .i64 = days};
	}
	if (side->kind == BL_TYPE_DOUBLE && ret->kind == BL_TYPE_BIGINT &&
	    ret->i64 > -(INT64_C(1) << 53) && ret->i64 < INT64_C(1) << 53)
		*ret = (struct bl_value){.kind = BL_TYPE_DOUBLE, .dbl = (double)ret->i64};
	return ret->kind == side->kind && ret->kind < BL_TYPE_JSON;
}

static BL_STATUS
add(struct bl_binder *b, struct bl_rel *scan, uint32_t column, enum bl_bound_op op,
    const struct bl_value *values, uint32_t n)
{
	struct bl_value *copy = bl_new(b->arena, struct bl_value, n);

	if (copy == NULL || !BL_LIST_ROOM(b->arena, &scan->bounds, scan->n_bounds))
		return bl_bind__no_memory(b);
	for (uint32_t i = 0; i < n; i++)
		copy[i] = values[i];
	scan->bounds[scan->n_bounds++] =
	    (struct bl_bound){.column = column, .op = op, .values = copy, .n = n};
	return BL_OK;
}

static BL_STATUS
add_compare(struct bl_binder *b, struct bl_rel *scan, const struct bl_node *node)
{
	for (uint32_t i = 0; i < 2; i++) {
		struct side side;
		struct bl_value value;
		enum bl_op op = node->op;

		if (!as_column(b, scan, node->kids[i], &side) ||
		    !as_value(b, &side, node->kids[1 - i], &value))
			continue;
		if (op == BL_OP_EQ)
			return add(b, scan, side.column, BL_BOUND_IN, &value, 1);
		if (op == BL_OP_NE)
			return BL_OK;
		/* 5 < x is x > 5. */
		if ((op == BL_OP_GT || op == BL_OP_GE) == (i == 0))
			return add(b, scan, side.column, BL_BOUND_GE, &value, 1);
		return add(b, scan, side.column, BL_BOUND_LE, &value, 1);
	}
	return BL_OK;
}

/* x IN (...), x = 'a', or an OR of such of one column: its values are appended. */
static bool
as_list(struct bl_binder *b, struct bl_rel *scan, const struct bl_node *node, struct side *side,
    bool first, struct bl_value *values, uint32_t *n)
{
	struct side own;
	uint32_t column = 0, from = 1;

	if (node->kind == BL_NODE_OR) {
		for (uint32_t i = 0; i < node->n_kids; i++)
			if (!as_list(b, scan, node->kids[i], side, first && i == 0, values, n))
				return false;
		return true;
	}
	if (node->negated ||
	    (node->kind != BL_NODE_IN && (node->kind != BL_NODE_COMPARE || node->op != BL_OP_EQ)))
		return false;
	if (!as_column(b, scan, node->kids[0], &own)) {
		column = 1;
		from = 0;
		if (node->kind != BL_NODE_COMPARE || !as_column(b, scan, node->kids[1], &own))
			return false;
	}
	if (first)
		*side = own;
	if (own.column != side->column || own.day != side->day)
		return false;
	for (uint32_t i = from; i < node->n_kids; i++) {
		if (i == column)
			continue;
		if (*n == MAX_VALUES || !as_value(b, side, node->kids[i], &values[*n]))
			return false;
		++*n;
	}
	return true;
}

static uint32_t
count_values(const struct bl_node *node)
{
	uint32_t n = 0;

	if (node->kind != BL_NODE_OR)
		return node->n_kids;
	for (uint32_t i = 0; i < node->n_kids && n < MAX_VALUES; i++)
		n += count_values(node->kids[i]);
	return n;
}

static BL_STATUS
add_list(struct bl_binder *b, struct bl_rel *scan, const struct bl_node *node)
{
	uint32_t most = count_values(node), n = 0;
	struct bl_value *values;
	struct side side = {0};

	if (most > MAX_VALUES)
		return BL_OK;
	values = bl_new(b->arena, struct bl_value, most);
	if (values == NULL)
		return bl_bind__no_memory(b);
	if (!as_list(b, scan, node, &side, true, values, &n) || n == 0)
		return BL_OK;
	return add(b, scan, side.column, BL_BOUND_IN, values, n);
}

static BL_STATUS
add_between(struct bl_binder *b, struct bl_rel *scan, const struct bl_node *node)
{
	struct side side;
	struct bl_value value;
	enum bl_status status = BL_OK;

	if (node->negated || !as_column(b, scan, node->kids[0], &side))
		return BL_OK;
	if (as_value(b, &side, node->kids[1], &value))
		status = add(b, scan, side.column, BL_BOUND_GE, &value, 1);
	if (!status && as_value(b, &side, node->kids[2], &value))
		status = add(b, scan, side.column, BL_BOUND_LE, &value, 1);
	return status;
}

static BL_STATUS
add_prefix(struct bl_binder *b, struct bl_rel *scan, const struct bl_node *node)
{
	struct side side;
	struct bl_value value;
	size_t len = 0;

	if (node->negated || node->n_kids != 2 || !as_column(b, scan, node->kids[0], &side) ||
	    side.day || side.kind != BL_TYPE_VARCHAR || !as_value(b, &side, node->kids[1], &value))
		return BL_OK;
	while (node->kind == BL_NODE_LIKE && len < value.str.len && value.str.ptr[len] != '%' &&
	       value.str.ptr[len] != '_')
		len++;
	if (node->kind == BL_NODE_LIKE)
		value.str.len = len;
	if (value.str.len == 0)
		return BL_OK;
	return add(b, scan, side.column, BL_BOUND_PREFIX, &value, 1);
}

BL_STATUS
bl_bounds__add(struct bl_binder *b, struct bl_rel *scan, const struct bl_node *node)
{
	switch ((int)node->kind) {
	case BL_NODE_COMPARE: return add_compare(b, scan, node);
	case BL_NODE_IN:
	case BL_NODE_OR: return add_list(b, scan, node);
	case BL_NODE_BETWEEN: return add_between(b, scan, node);
	case BL_NODE_LIKE: return add_prefix(b, scan, node);
	case BL_NODE_CALL:
		return bl_str_eq_ci(node->text, BL_STR("starts_with")) ? add_prefix(b, scan, node)
								       : BL_OK;
	default: return BL_OK;
	}
}
