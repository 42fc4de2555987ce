/* Trees as statements make them: hooks of the parser, slots, copies, checks that come again. */
#include "expr_support.h"

#include "query/parser.h"

/* A query is what stands up to its closing parenthesis; where it begins is kept. */
struct bl_query {
	uint32_t column;
};

static enum bl_status
read_query(void *ctx, struct bl_parser *p, struct bl_query **ret)
{
	int open = 0;
	struct bl_query *query = bl_new(p->arena, struct bl_query, 1);

	assert_non_null(query);
	query->column = p->token.column;
	++*(int *)ctx;
	while (open > 0 || !bl_parser_at_sign(p, ")")) {
		enum bl_status status;

		open += bl_parser_at_sign(p, "(") ? 1 : bl_parser_at_sign(p, ")") ? -1 : 0;
		if (p->token.kind == BL_TOKEN_END)
			return bl_parser_fail_expected(p, ")");
		status = bl_parser_next(p);
		if (status)
			return status;
	}
	*ret = query;
	return BL_OK;
}

static struct bl_node *
tree(struct fixture *f, const char *text, int *ret_queries)
{
	struct bl_parser_hooks hooks = {.subquery = read_query,
	    .ctx = ret_queries,
	    .now_ns = INT64_C(1769882400000000000),
	    .aggregates = true};
	struct bl_node *root = NULL;
	struct bl_err err = {0};

	*ret_queries = 0;
	assert_ok(bl_parser_tree(bl_str_of(text), &hooks, f->arena, &root, &err), err);
	return root;
}

static void
subqueries(void **state)
{
	static const struct {
		const char *text;
		enum bl_subquery_kind kind;
		bool left, negated;
	} rows[] = {
	    {"(SELECT 1)", BL_SUBQUERY_SCALAR, false, false},
	    {"(WITH a AS (SELECT 1) SELECT 2)", BL_SUBQUERY_SCALAR, false, false},
	    {"EXISTS (SELECT 1)", BL_SUBQUERY_EXISTS, false, false},
	    {"x IN (SELECT (1))", BL_SUBQUERY_IN, true, false},
	    {"x NOT IN (VALUES 1)", BL_SUBQUERY_IN, true, true},
	    {"x = ANY (SELECT 1)", BL_SUBQUERY_ANY, true, false},
	    {"x <> SOME (SELECT 1)", BL_SUBQUERY_ANY, true, false},
	    {"x > ALL (SELECT 1)", BL_SUBQUERY_ALL, true, false},
	};
	struct fixture f;
	int n;

	(void)state;
	fixture_begin(&f);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bl_node *root = tree(&f, rows[i].text, &n);

		assert_int_equal(root->kind, BL_NODE_SUBQUERY);
		assert_int_equal(root->subquery, rows[i].kind);
		assert_int_equal(root->n_kids, rows[i].left ? 1 : 0);
		assert_int_equal(root->negated, rows[i].negated);
		assert_int_equal(n, 1);
		assert_non_null(root->query);
	}
	assert_int_equal(tree(&f, "x > ALL (SELECT 1)", &n)->op, BL_OP_GT);
	assert_int_equal(tree(&f, "(SELECT 1) + (SELECT 2)", &n)->kind, BL_NODE_ARITH);
	assert_int_equal(n, 2);
	fixture_end(&f);
}

static void
calls_with_more(void **state)
{
	struct fixture f;
	struct bl_node *root;
	const struct bl_window *w;
	int n;

	(void)state;
	fixture_begin(&f);
	assert_true(tree(&f, "count(*)", &n)->extra->star);
	assert_null(tree(&f, "count(x)", &n)->extra);
	assert_null(tree(&f, "count(ALL x)", &n)->extra);
	root =
	    tree(&f, "array_agg(DISTINCT x ORDER BY y DESC NULLS FIRST, z) FILTER (WHERE w)", &n);
	assert_true(root->extra->distinct);
	assert_int_equal(root->n_kids, 1);
	assert_int_equal(root->extra->n_order, 2);
	assert_true(root->extra->order[0].descending && root->extra->order[0].nulls_first);
	assert_true(!root->extra->order[1].descending && !root->extra->order[1].nulls_first);
	assert_non_null(root->extra->filter);
	root = tree(&f, "listagg(x, ',') WITHIN GROUP (ORDER BY x)", &n);
	assert_int_equal(root->extra->n_order, 1);
	root = tree(&f,
	    "lag(x, 1) IGNORE NULLS OVER (PARTITION BY a, b ORDER BY c "
	    "ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)",
	    &n);
	w = root->extra->window;
	assert_true(root->extra->ignore_nulls && w->rows && w->has_frame);
	assert_int_equal(w->n_partition, 2);
	assert_int_equal(w->n_order, 1);
	assert_int_equal(w->from, BL_FRAME_PRECEDING);
	assert_int_equal(w->to, BL_FRAME_CURRENT);
	assert_int_equal(w->from_offset->value.i64, 2);
	assert_null(w->to_offset);
	w = tree(&f, "sum(x) OVER ()", &n)->extra->window;
	assert_true(!w->has_frame && w->n_partition == 0);
	fixture_end(&f);
}

static void
the_clock(void **state)
{
	struct fixture f;
	int n;

	(void)state;
	fixture_begin(&f);
	assert_int_equal(tree(&f, "current_date", &n)->value.i64, 20484);
	assert_int_equal(tree(&f, "now()", &n)->value.kind, BL_TYPE_TIMESTAMP);
	assert_int_equal(
	    tree(&f, "CURRENT_TIMESTAMP", &n)->value.i64, INT64_C(1769882400000000000));
	fixture_end(&f);
}

static void
slots_and_second_checks(void **state)
{
	struct bl_value row[2] = {bl_value_bigint(41), bl_value_varchar(BL_STR("vol-1"))};
	struct bl_expr_scope scope = {.row = row};
	struct bl_value value;
	struct bl_expr *expr = NULL;
	struct bl_err err = {0};
	struct fixture f;
	struct bl_node *root, *copy = NULL;
	int n;

	(void)state;
	fixture_begin(&f);
	root = tree(&f, "x + 1 = 42 AND any_match(ARRAY[1], x -> x = 1)", &n);
	root->kids[0]->kids[0]->kids[0]->kind = BL_NODE_SLOT;
	root->kids[0]->kids[0]->kids[0]->type = *bl_type_of(BL_TYPE_BIGINT);
	assert_ok(bl_node_copy(root, f.arena, &copy, &err), err);
	for (int again = 0; again < 3; again++) {
		assert_ok(bl_expr_of_tree(again < 2 ? root : copy, false, NULL, 0, BL_TYPE_UNKNOWN,
			      f.arena, &expr, &err),
		    err);
		assert_int_equal(bl_expr_type(expr).kind, BL_TYPE_BOOLEAN);
		assert_ok(bl_expr_eval(expr, &scope, f.arena, &value, &err), err);
		assert_true(!value.null && value.boolean);
	}
	/* Names: the item's, or an error. */
	root = tree(&f, "resourceId", &n);
	assert_err(bl_expr_of_tree(root, false, NULL, 0, BL_TYPE_UNKNOWN, f.arena, &expr, &err),
	    err, BL_EINPUT, "there is no resourceId here");
	scope.item = &f.item;
	for (int again = 0; again < 2; again++) {
		assert_ok(
		    bl_expr_of_tree(root, true, NULL, 0, BL_TYPE_VARCHAR, f.arena, &expr, &err),
		    err);
		assert_ok(bl_expr_eval(expr, &scope, f.arena, &value, &err), err);
		assert_true(bl_str_eq(value.str, BL_STR("vol-1")));
	}
	/* What the statement leaves in the tree is refused. */
	assert_err(bl_expr_of_tree(tree(&f, "count(*)", &n), false, NULL, 0, BL_TYPE_UNKNOWN,
		       f.arena, &expr, &err),
	    err, BL_EUNSUPPORTED, "count() is no aggregate or window function that can stand here");
	assert_err(bl_expr_of_tree(tree(&f, "(SELECT 1)", &n), false, NULL, 0, BL_TYPE_UNKNOWN,
		       f.arena, &expr, &err),
	    err, BL_EINPUT, "sub-queries are not supported here");
	fixture_end(&f);
}

/* What statements have and rules have not: times without a zone, paths without regard to case; and
 * JSON that would be written only to be read again. */
static void
statements_are_less_strict(void **state)
{
	static const struct row rows[] = {
	    {"TIMESTAMP '2026-01-31 10:00:00'", "2026-01-31T10:00:00Z"},
	    {"CAST('2026-01-31 10:00' AS timestamp)", "2026-01-31T10:00:00Z"},
	    {"from_iso8601_timestamp('2026-01-31T10:00:00')", "2026-01-31T10:00:00Z"},
	    {"date_diff('day', date '2026-01-01', current_date)", "30"},
	    {"json_extract_scalar('{\"volumeType\":\"gp3\"}', '$.volumetype')", "'gp3'"},
	    {"json_extract_scalar('{\"A\":1,\"a\":2}', '$.a')", "'2'"},
	    {"json_extract_scalar(json_format(configuration), '$.obj.a.b')", "'deep'"},
	    {"json_parse(json_format(configuration)).obj.a.b", "{\"deep\"}"},
	};
	struct bl_expr_scope scope = {0};
	struct fixture f;
	int n;

	(void)state;
	fixture_begin(&f);
	scope.item = &f.item;
	scope.parser = f.parser;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bl_node *root = tree(&f, rows[i].text, &n);
		struct bl_expr *expr = NULL;
		struct bl_value value;
		struct bl_err err = {0};
		char got[500];

		assert_ok(
		    bl_expr_of_tree(root, true, NULL, 0, BL_TYPE_UNKNOWN, f.arena, &expr, &err),
		    err);
		assert_ok(bl_expr_eval(expr, &scope, f.arena, &value, &err), err);
		show(&value, got, sizeof(got));
		assert_string_equal(got, rows[i].want);
		if (i == 6) /* Reads the column, writes no text. */
			assert_int_equal(root->kids[0]->kind, BL_NODE_COLUMN);
		if (i == 7)
			assert_string_equal(expr->reads[0].ptr, "configuration.obj.a.b");
	}
	fixture_end(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(subqueries),
	    cmocka_unit_test(calls_with_more),
	    cmocka_unit_test(the_clock),
	    cmocka_unit_test(slots_and_second_checks),
	    cmocka_unit_test(statements_are_less_strict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
