/* EXPLAIN: a plan for a person.  An operator a line, what it reads indented below it. */
#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/instant.h"
#include "query/node.h"
#include "sql/plan.h"

#define MAX_TEXT ((size_t)4 << 20)

struct writer {
	struct bl_buf out;
	struct bl_err *reterr;
	enum bl_status status;
	const struct bl_plan_stats *stats;
	const struct bl_source *source; /* Whose columns a scan's bounds name. */
	uint8_t *seen;			/* [n_plans] of SHARED: told already */
	uint32_t depth;
};

static void put(struct writer *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void put_node(struct writer *w, const struct bl_node *node);

static void
put_str(struct writer *w, struct bl_str s)
{
	if (!w->status)
		w->status = bl_buf_add(&w->out, s, w->reterr);
}

static void
put(struct writer *w, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	put_str(w, bl_str_of(text));
}

static void
put_quoted(struct writer *w, struct bl_str s)
{
	put(w, "'");
	for (size_t i = 0; i < s.len && i < 200; i++) {
		char c = s.ptr[i];

		put(w, "%s%c", c == '\'' ? "'" : "", (unsigned char)c < 0x20 ? '?' : c);
	}
	put(w, s.len > 200 ? "...'" : "'");
}

static void
put_value(struct writer *w, const struct bl_value *v)
{
	char text[BL_INSTANT_TEXT];

	if (v->null) {
		put(w, "NULL");
		return;
	}
	switch ((int)v->kind) {
	case BL_TYPE_BOOLEAN: put(w, v->boolean ? "TRUE" : "FALSE"); break;
	case BL_TYPE_BIGINT: put(w, "%" PRId64, v->i64); break;
	case BL_TYPE_DOUBLE:
		if (v->str.len > 0)
			put(w, "%.*s", BL_STR_ARG(v->str));
		else
			put(w, "%.17g", v->dbl);
		break;
	case BL_TYPE_VARCHAR: put_quoted(w, v->str); break;
	case BL_TYPE_DATE:
		/* Within the years that instants can tell; else the days. */
		if (v->i64 > -100000 && v->i64 < 100000) {
			bl_instant_format(v->i64 * 86400 * INT64_C(1000000000), text);
			put(w, "DATE '%.10s'", text);
		} else {
			put(w, "DATE %" PRId64, v->i64);
		}
		break;
	case BL_TYPE_TIMESTAMP:
		bl_instant_format(v->i64, text);
		put(w, "TIMESTAMP '%s'", text);
		break;
	case BL_TYPE_SPAN: put(w, "INTERVAL %" PRId64 " ns", v->i64); break;
	case BL_TYPE_MONTHS: put(w, "INTERVAL %" PRId64 " MONTH", v->i64); break;
	default: put(w, "(%s)", bl_value_what(v)); break;
	}
}

static void
put_list(struct writer *w, struct bl_node *const *kids, uint32_t n, const char *between)
{
	for (uint32_t i = 0; i < n; i++) {
		put(w, "%s", i == 0 ? "" : between);
		put_node(w, kids[i]);
	}
}

/* In parentheses but for what needs none. */
static void
put_part(struct writer *w, const struct bl_node *node)
{
	bool simple = node->n_kids == 0 || node->kind == BL_NODE_CALL ||
		      node->kind == BL_NODE_CAST || node->kind == BL_NODE_MEMBER ||
		      node->kind == BL_NODE_INDEX || node->kind == BL_NODE_ARRAY ||
		      node->kind == BL_NODE_ROW || node->kind == BL_NODE_CASE;

	put(w, "%s", simple ? "" : "(");
	put_node(w, node);
	put(w, "%s", simple ? "" : ")");
}

static void
put_parts(struct writer *w, const struct bl_node *node, const char *between)
{
	for (uint32_t i = 0; i < node->n_kids; i++) {
		put(w, "%s", i == 0 ? "" : between);
		put_part(w, node->kids[i]);
	}
}

static const char *
op_name(enum bl_op op)
{
	static const char *const names[] = {
	    "?", "=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "/", "%"};

	return names[op];
}

static void
put_case(struct writer *w, const struct bl_node *node)
{
	uint32_t i = node->has_operand ? 1 : 0, end = node->n_kids - (node->has_else ? 1 : 0);

	put(w, "CASE");
	if (node->has_operand) {
		put(w, " ");
		put_part(w, node->kids[0]);
	}
	for (; i + 1 < end; i += 2) {
		put(w, " WHEN ");
		put_node(w, node->kids[i]);
		put(w, " THEN ");
		put_node(w, node->kids[i + 1]);
	}
	if (node->has_else) {
		put(w, " ELSE ");
		put_node(w, node->kids[end]);
	}
	put(w, " END");
}

static void
put_predicate(struct writer *w, const struct bl_node *node)
{
	const char *not = node->negated ? " NOT" : "";

	put_part(w, node->kids[0]);
	switch ((int)node->kind) {
	case BL_NODE_IS_NULL: put(w, " IS%s NULL", not ); break;
	case BL_NODE_IN:
		put(w, "%s IN (", not );
		put_list(w, node->kids + 1, node->n_kids - 1, ", ");
		put(w, ")");
		break;
	case BL_NODE_BETWEEN:
		put(w, "%s BETWEEN ", not );
		put_part(w, node->kids[1]);
		put(w, " AND ");
		put_part(w, node->kids[2]);
		break;
	default:
		put(w, "%s LIKE ", not );
		put_part(w, node->kids[1]);
		if (node->n_kids > 2) {
			put(w, " ESCAPE ");
			put_part(w, node->kids[2]);
		}
		break;
	}
}

static void
put_lambda(struct writer *w, const struct bl_node *node)
{
	put(w, "%s", node->n_vars == 1 ? "" : "(");
	for (uint32_t i = 0; i < node->n_vars; i++)
		put(w, "%s%.*s", i == 0 ? "" : ", ", BL_STR_ARG(node->vars[i]));
	put(w, "%s -> ", node->n_vars == 1 ? "" : ")");
	put_node(w, node->kids[0]);
}

static void
put_operator(struct writer *w, const struct bl_node *node)
{
	char type[BL_TYPE_TEXT];

	switch ((int)node->kind) {
	case BL_NODE_AND: put_parts(w, node, " AND "); break;
	case BL_NODE_OR: put_parts(w, node, " OR "); break;
	case BL_NODE_CONCAT: put_parts(w, node, " || "); break;
	case BL_NODE_COMPARE:
	case BL_NODE_ARITH:
		put_part(w, node->kids[0]);
		put(w, " %s ", op_name(node->op));
		put_part(w, node->kids[1]);
		break;
	case BL_NODE_NOT:
		put(w, "NOT ");
		put_part(w, node->kids[0]);
		break;
	case BL_NODE_MINUS:
		put(w, "%s", node->negated ? "+" : "-");
		put_part(w, node->kids[0]);
		break;
	case BL_NODE_CAST:
		put(w, "%sCAST(", node->negated ? "TRY_" : "");
		put_node(w, node->kids[0]);
		put(w, " AS %s)", bl_value_type_name(node->type, type));
		break;
	case BL_NODE_CASE: put_case(w, node); break;
	default: put_predicate(w, node); break;
	}
}

static void
put_node(struct writer *w, const struct bl_node *node)
{
	switch ((int)node->kind) {
	case BL_NODE_LITERAL: put_value(w, &node->value); break;
	case BL_NODE_PARAM: put(w, ":%.*s", BL_STR_ARG(node->text)); break;
	case BL_NODE_NAME:
	case BL_NODE_COLUMN:
	case BL_NODE_VAR: put(w, "%.*s", BL_STR_ARG(node->text)); break;
	case BL_NODE_SLOT: put(w, "#%u", (unsigned)node->slot); break;
	case BL_NODE_MEMBER:
		put_part(w, node->kids[0]);
		put(w, ".%.*s", BL_STR_ARG(node->text));
		break;
	case BL_NODE_INDEX:
		put_part(w, node->kids[0]);
		put(w, "[");
		put_node(w, node->kids[1]);
		put(w, "]");
		break;
	case BL_NODE_CALL:
		put(w, "%.*s(", BL_STR_ARG(node->text));
		put_list(w, node->kids, node->n_kids, ", ");
		put(w, ")");
		break;
	case BL_NODE_LAMBDA: put_lambda(w, node); break;
	case BL_NODE_ARRAY:
	case BL_NODE_ROW:
		put(w, node->kind == BL_NODE_ROW ? "ROW(" : "ARRAY[");
		put_list(w, node->kids, node->n_kids, ", ");
		put(w, node->kind == BL_NODE_ROW ? ")" : "]");
		break;
	case BL_NODE_SUBQUERY: put(w, "(SELECT ...)"); break;
	default: put_operator(w, node); break;
	}
}

static void
put_expr(struct writer *w, const struct bl_expr *expr)
{
	put_node(w, expr->root);
}

static void
put_exprs(struct writer *w, const struct bl_expr *const *list, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		put(w, "%s", i == 0 ? "" : ", ");
		put_expr(w, list[i]);
	}
}

static void
put_keys(struct writer *w, const struct bl_plan_key *keys, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		put(w, "%s", i == 0 ? "" : ", ");
		put_expr(w, keys[i].expr);
		put(w, "%s%s", keys[i].descending ? " DESC" : "",
		    keys[i].nulls_first ? " NULLS FIRST" : "");
	}
}

static void
line(struct writer *w, uint32_t depth)
{
	put(w, "\n");
	for (uint32_t i = 0; i < depth; i++)
		put(w, "  ");
}

static void
put_bound(struct writer *w, const struct bl_bound *bound)
{
	put(w, "%.*s", BL_STR_ARG(w->source->columns[bound->column].name));
	switch (bound->op) {
	case BL_BOUND_IN: put(w, bound->n == 1 ? " = " : " in "); break;
	case BL_BOUND_GE: put(w, " >= "); break;
	case BL_BOUND_LE: put(w, " <= "); break;
	case BL_BOUND_PREFIX: put(w, " begins with "); break;
	}
	for (uint32_t i = 0; i < bound->n && i < 10; i++) {
		put(w, "%s", i == 0 ? "" : ", ");
		put_value(w, &bound->values[i]);
	}
	if (bound->n > 10)
		put(w, ", ... (%u)", (unsigned)bound->n);
}

static void
put_scan(struct writer *w, const struct bl_plan *plan)
{
	const struct bl_scan_want *want = &plan->want;

	w->source = plan->source;
	put(w, "Scan %.*s", BL_STR_ARG(plan->source->name));
	if (want->limit != UINT64_MAX)
		put(w, ", %" PRIu64 " rows are enough", want->limit);
	for (uint32_t i = 0; i < want->n_outputs; i++) {
		line(w, w->depth + 2);
		put(w, "#%u ", (unsigned)i);
		if (want->outputs[i].column != UINT32_MAX) {
			put(w, "%.*s",
			    BL_STR_ARG(plan->source->columns[want->outputs[i].column].name));
		} else {
			put(w, "once a version: ");
			put_expr(w, want->outputs[i].expr);
		}
	}
	for (uint32_t i = 0; i < want->n_filters; i++) {
		line(w, w->depth + 2);
		put(w, "where, once a version: ");
		put_expr(w, want->filters[i]);
	}
	for (uint32_t i = 0; i < want->n_bounds; i++) {
		line(w, w->depth + 2);
		put(w, "only ");
		put_bound(w, &want->bounds[i]);
	}
}

static const char *
aggregate_name(enum bl_aggregate fn)
{
	static const char *const names[] = {"count", "count", "count_if", "sum", "avg", "min",
	    "max", "min_by", "max_by", "arbitrary", "bool_and", "bool_or", "array_agg", "listagg",
	    "map_agg", "histogram", "approx_distinct", "approx_percentile", "stddev", "variance",
	    "checksum", "geometric_mean", "row_number", "rank", "dense_rank", "percent_rank",
	    "cume_dist", "ntile", "lag", "lead", "first_value", "last_value", "nth_value"};

	static_assert(sizeof(names) / sizeof(names[0]) == BL_AGG_NTH_VALUE + 1, "a name for each");
	return names[fn];
}

static void
put_calls(struct writer *w, const struct bl_plan *plan)
{
	for (uint32_t i = 0; i < plan->n_calls; i++) {
		const struct bl_plan_call *call = &plan->calls[i];

		line(w, w->depth + 2);
		put(w, "#%u ", (unsigned)(plan->n_slots - plan->n_calls + i));
		put(w, "%s(%s%s", aggregate_name(call->fn), call->distinct ? "DISTINCT " : "",
		    call->fn == BL_AGG_COUNT_STAR ? "*" : "");
		put_exprs(w, call->args, call->n_args);
		if (call->n_order > 0) {
			put(w, " ORDER BY ");
			put_keys(w, call->order, call->n_order);
		}
		put(w, ")");
		if (call->filter != NULL) {
			put(w, " FILTER (WHERE ");
			put_expr(w, call->filter);
			put(w, ")");
		}
	}
}

static void
put_aggregate(struct writer *w, const struct bl_plan *plan)
{
	put(w, plan->n_calls == 0 ? "Distinct" : "Aggregate");
	if (plan->n_groups > 0) {
		put(w, plan->n_calls == 0 ? " " : " by ");
		put_exprs(w, plan->groups, plan->n_groups);
	}
	if (plan->n_sets > 0)
		put(w, ", %u grouping sets", (unsigned)plan->n_sets);
	put_calls(w, plan);
}

static void
put_join(struct writer *w, const struct bl_plan *plan)
{
	static const char *const names[] = {"Inner join", "Left join", "Right join", "Full join",
	    "Mark (has a match)", "Look up one value"};

	put(w, "%s",
	    plan->join == BL_PLAN_INNER && plan->n_join_keys == 0 && plan->condition == NULL
		? "Cross join"
		: names[plan->join]);
	for (uint32_t i = 0; i < plan->n_join_keys; i++) {
		put(w, "%s", i == 0 ? " on " : " and ");
		put_expr(w, plan->left_keys[i]);
		put(w, " = right ");
		put_expr(w, plan->right_keys[i]);
	}
	if (plan->condition != NULL) {
		put(w, " where ");
		put_expr(w, plan->condition);
	}
	if (plan->null_aware)
		put(w, ", NULL when it cannot be known");
}

static void
put_limits(struct writer *w, const struct bl_plan *plan)
{
	if (plan->offset > 0)
		put(w, ", behind the first %" PRIu64, plan->offset);
	if (plan->limit != UINT64_MAX)
		put(w, ", the first %" PRIu64, plan->limit);
}

static void
put_stats(struct writer *w, const struct bl_plan *plan)
{
	const struct bl_plan_stats *s;

	if (w->stats == NULL)
		return;
	s = &w->stats[plan->id];
	put(w, "  [%" PRIu64 " rows, %.3f ms", s->rows, (double)s->ns / 1e6);
	if (s->bytes > 0)
		put(w, ", %" PRIu64 " KiB kept", (s->bytes + 1023) / 1024);
	if (plan->kind == BL_PLAN_SCAN)
		put(w, ", %" PRIu64 " read, %" PRIu64 " left out, %" PRIu64 " versions asked",
		    s->scan.rows_read, s->scan.rows_pruned, s->scan.versions);
	put(w, "]");
}

static void
put_head(struct writer *w, const struct bl_plan *plan)
{
	switch (plan->kind) {
	case BL_PLAN_SCAN: put_scan(w, plan); break;
	case BL_PLAN_VALUES:
		put(w, plan->n_slots == 0 ? "One row of nothing" : "Values, %u rows",
		    (unsigned)plan->n_rows);
		break;
	case BL_PLAN_FILTER:
		put(w, "Filter ");
		put_expr(w, plan->expr[0]);
		break;
	case BL_PLAN_PROJECT:
		put(w, "Project ");
		put_exprs(w, plan->expr, plan->n_expr);
		break;
	case BL_PLAN_AGGREGATE: put_aggregate(w, plan); break;
	case BL_PLAN_WINDOW:
		put(w, "Window");
		if (plan->n_partition > 0) {
			put(w, " partition by ");
			put_exprs(w, plan->partition, plan->n_partition);
		}
		if (plan->n_keys > 0) {
			put(w, " order by ");
			put_keys(w, plan->keys, plan->n_keys);
		}
		put_calls(w, plan);
		break;
	case BL_PLAN_SORT:
		put(w, "Sort by ");
		put_keys(w, plan->keys, plan->n_keys);
		put_limits(w, plan);
		break;
	case BL_PLAN_LIMIT:
		put(w, "Limit");
		put_limits(w, plan);
		break;
	case BL_PLAN_JOIN: put_join(w, plan); break;
	case BL_PLAN_UNNEST:
		put(w, plan->outer ? "Unnest, keeping rows without elements, " : "Unnest ");
		put_exprs(w, plan->expr, plan->n_expr);
		put(w, "%s", plan->ordinality ? " with ordinality" : "");
		break;
	case BL_PLAN_UNION: put(w, "Union all"); break;
	case BL_PLAN_INTERSECT: put(w, plan->all ? "Intersect all" : "Intersect"); break;
	case BL_PLAN_EXCEPT: put(w, plan->all ? "Except all" : "Except"); break;
	case BL_PLAN_SHARED: put(w, "Kept for %u readers", (unsigned)plan->n_readers); break;
	}
}

static void
put_plan(struct writer *w, const struct bl_plan *plan, uint32_t depth)
{
	for (uint32_t i = 0; i < depth; i++)
		put(w, "  ");
	w->depth = depth;
	if (plan->kind == BL_PLAN_SHARED && w->seen[plan->id]) {
		put(w, "The same as kept above\n");
		return;
	}
	w->seen[plan->id] = 1;
	put_head(w, plan);
	put_stats(w, plan);
	put(w, "\n");
	if (plan->input != NULL)
		put_plan(w, plan->input, depth + 1);
	if (plan->right != NULL)
		put_plan(w, plan->right, depth + 1);
	for (uint32_t i = 0; i < plan->n_parts; i++)
		put_plan(w, plan->parts[i], depth + 1);
}

BL_STATUS
bl_plan_text(const struct bl_bound_query *bound, const struct bl_plan_stats *stats,
    struct bl_arena *arena, struct bl_str *ret_text, struct bl_err *reterr)
{
	struct writer w = {.out = BL_BUF_INIT(MAX_TEXT), .reterr = reterr, .stats = stats};

	w.seen = bl_new(arena, uint8_t, bound->n_plans);
	if (w.seen == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the plan's text");
	put_plan(&w, bound->plan, 0);
	for (const struct bl_sql_note *note = bound->notes; note != NULL; note = note->next)
		put(&w, "note %u:%u: %.*s\n", (unsigned)note->line, (unsigned)note->column,
		    BL_STR_ARG(note->text));
	if (!w.status && bl_str_dup(arena, bl_buf_str(&w.out), ret_text))
		w.status = bl_fail(reterr, BL_ENOMEM, "no memory for the plan's text");
	bl_buf_release(&w.out);
	return w.status;
}
