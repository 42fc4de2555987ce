/*
 * Dates as texts.  AWS writes the day of a delivery into its key without padding, 2026/1/31, and a
 * text that is compared as a text then says '2026/01/31' is another day and '2026/10/1' comes
 * before '2026/9/1'.  A column that is marked so is compared as a date, whatever is written; where
 * Athena would have compared wrongly, a note says so.  'latest' is the newest one.
 */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "sql/bind_priv.h"

static bool
is_date_text(const struct bl_binder *b, const struct bl_node *node)
{
	const struct bl_bind_id *id;

	if (node->kind != BL_NODE_SLOT)
		return false;
	id = &b->ids[node->slot];
	return id->scan != NULL && id->column != UINT32_MAX &&
	       id->scan->source->columns[id->column].date_text;
}

static bool
is_text(const struct bl_node *node)
{
	return node->kind == BL_NODE_LITERAL && node->value.kind == BL_TYPE_VARCHAR &&
	       !node->value.null;
}

static bool
is_latest(const struct bl_node *node)
{
	return is_text(node) && bl_str_eq_ci(node->value.str, BL_STR("latest"));
}

/* A number of one to four digits, and what stands behind it. */
static bool
take_number(struct bl_str *rest, uint32_t *ret, bool *ret_padded)
{
	size_t n = 0;

	*ret = 0;
	while (n < rest->len && n < 5 && rest->ptr[n] >= '0' && rest->ptr[n] <= '9')
		*ret = *ret * 10 + (uint32_t)(rest->ptr[n++] - '0');
	*ret_padded = n > 1 && rest->ptr[0] == '0';
	*rest = bl_str_sub(*rest, n, rest->len);
	return n > 0 && n < 5;
}

/* Days since 1970 of 2026/1/31, 2026-01-31, 20260131 is none; Hinnant's days_from_civil. */
static bool
days_of(struct bl_str text, int64_t *ret, bool *ret_plain)
{
	static const uint32_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	uint32_t part[3] = {0};
	bool padded, plain = true;
	int64_t y, era, yoe, doy;

	for (uint32_t i = 0; i < 3; i++) {
		if (i > 0 && (text.len == 0 || (text.ptr[0] != '/' && text.ptr[0] != '-')))
			return false;
		plain = plain && (i == 0 || text.ptr[0] == '/');
		if (i > 0)
			text = bl_str_sub(text, 1, text.len);
		if (!take_number(&text, &part[i], &padded))
			return false;
		plain = plain && !padded;
	}
	if (text.len > 0 || part[0] < 1000 || part[1] < 1 || part[1] > 12 || part[2] < 1 ||
	    part[2] > lengths[part[1] - 1] + (part[1] == 2 && part[0] % 4 == 0 &&
							 (part[0] % 100 != 0 || part[0] % 400 == 0)
						     ? 1
						     : 0))
		return false;
	y = (int64_t)part[0] - (part[1] <= 2 ? 1 : 0);
	era = y / 400;
	yoe = y - era * 400;
	doy = (153 * ((int64_t)part[1] + (part[1] > 2 ? -3 : 9)) + 2) / 5 + part[2] - 1;
	*ret = era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
	*ret_plain = plain;
	return true;
}

static BL_STATUS
new_literal(
    struct bl_binder *b, const struct bl_node *at, struct bl_value value, struct bl_node **ret)
{
	enum bl_status status = bl_tree__bigint(b, at, 0, ret);

	if (!status) {
		(*ret)->value = value;
		(*ret)->type = *bl_type_of(value.kind);
	}
	return status;
}

/* CAST(date_parse(replace(x, '-', '/'), '%Y/%m/%d') AS date) */
static BL_STATUS
parsed(struct bl_binder *b, struct bl_node *node, struct bl_node **ret)
{
	struct bl_node *args[3] = {node, NULL, NULL}, *text = NULL, *date = NULL;
	enum bl_status status = new_literal(b, node, bl_value_varchar(BL_STR("-")), &args[1]);

	if (!status)
		status = new_literal(b, node, bl_value_varchar(BL_STR("/")), &args[2]);
	if (!status)
		status = bl_tree__call(b, node, "replace", args, 3, &text);
	args[0] = text;
	if (!status)
		status = new_literal(b, node, bl_value_varchar(BL_STR("%Y/%m/%d")), &args[1]);
	if (!status)
		status = bl_tree__call(b, node, "date_parse", args, 2, &date);
	return status ? status : bl_tree__cast(b, date, *bl_type_of(BL_TYPE_DATE), ret);
}

/* The other side of the comparison, as a date. */
static BL_STATUS
other_side(
    struct bl_binder *b, const struct bl_node *column, struct bl_node *node, struct bl_node **ret)
{
	const struct bl_bind_id *id = &b->ids[column->slot];
	struct bl_str name = id->scan->source->columns[id->column].name;
	struct bl_value value = {.kind = BL_TYPE_DATE};
	bool plain;
	enum bl_status status;

	if (!is_text(node))
		return parsed(b, node, ret);
	if (!days_of(node->value.str, &value.i64, &plain))
		return bl_bind__fail(b, node->line, node->column,
		    "%.*s is a date, and '%.*s' is none; write '2026/1/31'%s", BL_STR_ARG(name),
		    BL_STR_ARG(node->value.str), is_latest(node) ? " ('latest' only with =)" : "");
	status = new_literal(b, node, value, ret);
	if (status || plain)
		return status;
	return bl_bind__note(b, node->line, node->column,
	    "%.*s is compared as a date; Athena compares texts, and AWS writes days like "
	    "2026/1/31: '%.*s' would find nothing there",
	    BL_STR_ARG(name), BL_STR_ARG(node->value.str));
}

/* dt = 'latest': the hidden column "$latest" of the same table. */
static BL_STATUS
latest(struct bl_binder *b, const struct bl_node *column, const struct bl_node *node,
    struct bl_node **ret)
{
	const struct bl_rel *scan = b->ids[column->slot].scan;

	for (uint32_t i = 0; i < scan->source->n_columns; i++)
		if (bl_str_eq(scan->source->columns[i].name, BL_STR("$latest")))
			return bl_tree__slot(b, scan->out[i], node->line, node->column, ret);
	return bl_bind__refuse(b, node->line, node->column,
	    "'latest' is not supported for the table %.*s", BL_STR_ARG(scan->source->name));
}

static BL_STATUS
rewrite_compare(struct bl_binder *b, struct bl_node *node, struct bl_node **ret)
{
	uint32_t c = is_date_text(b, node->kids[0]) ? 0 : 1;
	struct bl_node *column = node->kids[c], *other = node->kids[1 - c];
	bool order = node->op != BL_OP_EQ && node->op != BL_OP_NE;
	enum bl_status status;

	if (is_date_text(b, other))
		return BL_OK;
	if (is_latest(other) && !order) {
		struct bl_node *slot = NULL, *value = NULL;

		status = latest(b, column, other, &slot);
		if (!status)
			status = new_literal(b, other, bl_value_boolean(true), &value);
		if (status)
			return status;
		node->kids[0] = slot;
		node->kids[1] = value;
		*ret = node;
		return BL_OK;
	}
	if (other->kind == BL_NODE_LITERAL && !is_text(other))
		return BL_OK; /* The checker says what is wrong with it. */
	status = other_side(b, column, other, &node->kids[1 - c]);
	if (!status)
		status = parsed(b, column, &node->kids[c]);
	if (!status && order && is_text(other))
		status = bl_bind__note(b, node->line, node->column,
		    "this compares days; Athena compares texts, where '2026/10/1' comes before "
		    "'2026/9/1'");
	*ret = node;
	return status;
}

/* x IN ('latest', ...) and dates: each in its own way. */
static BL_STATUS
rewrite_list(struct bl_binder *b, struct bl_node *node, struct bl_node **ret)
{
	struct bl_node *column = node->kids[0];
	enum bl_status status = BL_OK;

	for (uint32_t i = 1; i < node->n_kids; i++)
		if (is_latest(node->kids[i]))
			return bl_bind__refuse(b, node->kids[i]->line, node->kids[i]->column,
			    "'latest' is supported only with =, not in IN or BETWEEN");
	for (uint32_t i = 1; !status && i < node->n_kids; i++)
		status = other_side(b, column, node->kids[i], &node->kids[i]);
	if (!status)
		status = parsed(b, column, &node->kids[0]);
	*ret = node;
	return status;
}

static void
deepen(struct bl_node *node)
{
	for (uint32_t i = 0; i < node->n_kids; i++)
		if (node->depth <= node->kids[i]->depth)
			node->depth = node->kids[i]->depth + 1;
}

BL_STATUS
bl_dates__rewrite(struct bl_binder *b, struct bl_node *node, struct bl_node **ret)
{
	enum bl_status status = BL_OK;

	if (node->kind == BL_NODE_COMPARE &&
	    (is_date_text(b, node->kids[0]) || is_date_text(b, node->kids[1])))
		status = rewrite_compare(b, node, ret);
	else if (node->kind != BL_NODE_COMPARE && is_date_text(b, node->kids[0]))
		status = rewrite_list(b, node, ret);
	deepen(node);
	return status;
}
