/*
 * Random items in every dialect, random expressions: over all versions at once an expression says
 * what it says of each item, words of errors among it: with derived files, without them, and after
 * they were damaged.
 */
#include "unit/columns/world.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "query/expr.h"
#include "query/vector.h"

#define N_ITEMS 200
#define N_EXPRS 150
#define EXPR_BYTES 6000

static struct {
	size_t tried, refused, errors, nulls, values, trues;
} count;

static uint64_t
seed(void)
{
	const char *z = getenv("BELEG_SEED");
	uint64_t s = z != NULL ? strtoull(z, NULL, 0) : 20260131;

	print_message("seed %llu\n", (unsigned long long)s);
	return s;
}

/* ---- Random expressions. --------------------------------------------------------- */

struct gen {
	uint64_t random;
	char text[EXPR_BYTES];
	size_t len;
	uint32_t n_vars; /* In scope: v0, v1, ... */
};

static uint32_t
below(struct gen *g, uint32_t n)
{
	return (uint32_t)(kit_random(&g->random) % n);
}

static void
put(struct gen *g, const char *s)
{
	size_t len = strlen(s);

	if (g->len + len + 1 < EXPR_BYTES) {
		memcpy(g->text + g->len, s, len + 1);
		g->len += len;
	}
}

static void
put_steps(struct gen *g, uint32_t n)
{
	static const char *const step[] = {".a", ".b", ".list", ".deep", ".encrypted", "['a.b']",
	    "['x y']", "['it''s']", "[1]", "[2]", "['']", "['q\"']", ".A"};

	for (uint32_t i = 0; i < n; i++)
		put(g, step[below(g, below(g, 3) == 0 ? 13 : 5)]);
}

static void
put_row(struct gen *g)
{
	char var[16];

	if (g->n_vars > 0 && below(g, 5) != 0) {
		(void)snprintf(var, sizeof(var), "v%u",
		    below(g, 6) == 0 ? below(g, g->n_vars) : g->n_vars - 1);
		put(g, var);
	} else {
		put(g, below(g, 8) == 0 ? "supplementaryConfiguration" : "configuration");
	}
}

static void
put_path(struct gen *g)
{
	static const char *const outer[] = {"resourceId", "accountId", "resourceName", "tags.a",
	    "tags['x y']", "configurationItemStatus"};

	if (g->n_vars == 0 && below(g, 4) == 0) {
		put(g, outer[below(g, 6)]);
		return;
	}
	put_row(g);
	put_steps(g, below(g, 3));
}

static void
put_literal(struct gen *g)
{
	static const char *const literals[] = {"'x'", "'true'", "7", "1.0", "true", "'5'", "0",
	    "'thing-7'", "'a'", "NULL", "'OK'", ":p"};

	put(g, literals[below(g, 12)]);
}

static void put_condition(struct gen *g, uint32_t depth);

static void
put_array(struct gen *g)
{
	uint32_t way = below(g, 8);

	put(g, way == 0 ? "coalesce(" : way == 1 ? "to_list(" : "");
	put_row(g);
	put(g, below(g, 2) == 0 ? ".list" : "");
	put_steps(g, below(g, 2));
	put(g, way == 0 ? ", ARRAY[1, 2])" : way == 1 ? ")" : "");
}

static void
put_lambda(struct gen *g, uint32_t depth)
{
	char text[32];
	uint32_t before = g->n_vars;

	(void)snprintf(text, sizeof(text), ", v%u -> ", g->n_vars);
	put(g, text);
	g->n_vars++;
	put_condition(g, depth + 1);
	g->n_vars = before;
	put(g, ")");
}

static void
put_match(struct gen *g, uint32_t depth)
{
	static const char *const names[] = {"any_match(", "all_match(", "none_match("};
	uint32_t way = below(g, 5);

	if (way < 3) {
		put(g, names[way]);
		put_array(g);
		put_lambda(g, depth);
	} else if (way == 3) {
		put(g, "cardinality(filter(");
		put_array(g);
		put_lambda(g, depth);
		put(g, below(g, 2) == 0 ? ") > 0" : ") = 1");
	} else {
		put(g, "cardinality(");
		put_array(g);
		put(g, ") > 1");
	}
}

static void
put_extract(struct gen *g)
{
	static const char *const paths[] = {"$.a", "$.a.b", "$.list", "$.list[0]", "$.A",
	    "$.deep.a", "$.encrypted", "$[\"a.b\"]", "$", "$.1a", "$.Encrypted.b"};
	bool text = below(g, 4) == 0;

	put(g, below(g, 2) == 0 ? "json_extract_scalar(" : "json_extract(");
	put(g, text ? "json_parse('{\"a\":1}')" : "");
	if (!text)
		put_row(g);
	put(g, ", '");
	put(g, paths[below(g, 11)]);
	put(g, "')");
}

static void
put_scalar(struct gen *g, uint32_t depth)
{
	switch (below(g, 9)) {
	case 0: put_literal(g); break;
	case 1: put_extract(g); break;
	case 2:
		put(g, "coalesce(");
		put_path(g);
		put(g, ", ");
		put_literal(g);
		put(g, ")");
		break;
	case 3:
		put(g, "TRY_CAST(");
		put_path(g);
		put(g, " AS varchar)");
		break;
	case 4:
		if (depth < 4) {
			put(g, "if(");
			put_condition(g, depth + 1);
			put(g, ", ");
			put_path(g);
			put(g, ")");
			break;
		}
		put_path(g);
		break;
	default: put_path(g); break;
	}
}

static void
put_comparison(struct gen *g, uint32_t depth)
{
	static const char *const ops[] = {" = ", " <> ", " < ", " >= "};

	put_scalar(g, depth);
	switch (below(g, 6)) {
	case 0: put(g, below(g, 2) == 0 ? " IS NULL" : " IS NOT NULL"); break;
	case 1: put(g, " IN ('x', '', 'true')"); break;
	case 2: put(g, below(g, 2) == 0 ? " LIKE 't%'" : " LIKE '%'"); break;
	case 3: put(g, " BETWEEN 0 AND 7"); break;
	default: put(g, ops[below(g, 4)]); below(g, 3) == 0 ? put_scalar(g, depth) : put_literal(g);
	}
}

static void
put_condition(struct gen *g, uint32_t depth)
{
	uint32_t n = 2 + below(g, 2);

	switch (depth > 4 ? 0 : below(g, 9)) {
	case 0:
	case 1:
	case 2: put_comparison(g, depth); break;
	case 3:
		put(g, "NOT (");
		put_condition(g, depth + 1);
		put(g, ")");
		break;
	case 4:
		put(g, "coalesce(try(");
		put_condition(g, depth + 1);
		put(g, "), true)");
		break;
	case 5:
	case 6:
		put(g, "(");
		for (uint32_t i = 0; i < n; i++) {
			put(g, i == 0 ? "" : depth % 2 == 0 ? " AND " : " OR ");
			put_condition(g, depth + 1);
		}
		put(g, ")");
		break;
	default: put_match(g, depth); break;
	}
}

/* ---- Comparing. ------------------------------------------------------------------ */

static bool
same_json(const struct bl_json *a, const struct bl_json *b)
{
	struct bl_buf x = BL_BUF_INIT((size_t)1 << 26), y = BL_BUF_INIT((size_t)1 << 26);
	bool same = (a == NULL) == (b == NULL);

	if (same && a != NULL) {
		assert_int_equal(bl_json_dump(a, &x, NULL), BL_OK);
		assert_int_equal(bl_json_dump(b, &y, NULL), BL_OK);
		same = bl_str_eq(bl_buf_str(&x), bl_buf_str(&y));
	}
	bl_buf_release(&x);
	bl_buf_release(&y);
	return same;
}

static bool
same_value(const struct bl_value *a, const struct bl_value *b)
{
	if (a->kind != b->kind || a->null != b->null)
		return false;
	if (a->null)
		return true;
	if (a->boolean != b->boolean || a->i64 != b->i64 ||
	    memcmp(&a->dbl, &b->dbl, sizeof(a->dbl)) != 0 || !bl_str_eq(a->str, b->str) ||
	    a->n != b->n || (a->elements == NULL) != (b->elements == NULL))
		return false;
	if (a->kind == BL_TYPE_JSON || a->kind == BL_TYPE_MAP)
		return same_json(a->json, b->json);
	for (uint64_t i = 0; a->elements != NULL && i < a->n; i++)
		if (!same_value(&a->elements[i], &b->elements[i]))
			return false;
	return true;
}

static const struct bl_value params[] = {{.kind = BL_TYPE_VARCHAR, .str = {"x", 1}}};
static const struct bl_expr_param param = {.name = {"p", 1}, .kind = BL_TYPE_VARCHAR};

static void
check_row(struct world *w, const struct bl_expr *expr, const char *text,
    const struct bl_coded *coded, uint32_t i, const char *why)
{
	struct bl_expr_scope scope = {.item = &w->item[i], .parser = w->parser, .params = params};
	struct bl_arena_mark mark = bl_arena_mark(w->arena);
	struct bl_value value = {0};
	struct bl_err err = {0};
	uint32_t code = coded->code[i];
	enum bl_status status = bl_expr_eval(expr, &scope, w->arena, &value, &err);

	if (status != BL_OK) {
		const struct bl_err *told;

		if (code < BL_CODED_ERROR || code == BL_CODED_UNASKED)
			fail_msg("%s: %s: version %u has code %x, the item says: %s; %.*s", why,
			    text, i, code, err.text, BL_STR_ARG(w->bytes[i]));
		assert_true((code & ~BL_CODED_ERROR) < coded->n_errors);
		told = &coded->errors[code & ~BL_CODED_ERROR];
		assert_int_equal(told->status, status);
		assert_string_equal(told->text, err.text);
		assert_int_equal(told->line, err.line);
		assert_int_equal(told->column, err.column);
		count.errors++;
	} else if (code >= BL_CODED_ERROR) {
		fail_msg("%s: %s: version %u has code %x (%s), the item has a value; %.*s", why,
		    text, i, code,
		    code == BL_CODED_UNASKED ? "unasked"
					     : coded->errors[code & ~BL_CODED_ERROR].text,
		    BL_STR_ARG(w->bytes[i]));
	} else {
		assert_true(code < coded->n_values);
		if (!same_value(&coded->values[code], &value))
			fail_msg("%s: %s: version %u: %s%s, the item says %s%s; %.*s", why, text, i,
			    bl_value_what(&coded->values[code]),
			    coded->values[code].boolean ? " true" : "", bl_value_what(&value),
			    value.boolean ? " true" : "", BL_STR_ARG(w->bytes[i]));
		count.nulls += value.null;
		count.values += !value.null;
		count.trues += !value.null && value.boolean;
	}
	bl_arena_rewind(w->arena, mark);
}

static void
check_expr(struct world *w, struct bl_columns *columns, const char *text, const uint8_t *wanted,
    const char *why)
{
	struct bl_vector_ask ask = {.columns = columns, .wanted = wanted, .params = params};
	struct bl_arena *arena = bl_arena_new((size_t)1 << 30);
	struct bl_expr *expr = NULL;
	struct bl_coded coded;
	struct bl_err err;

	assert_non_null(arena);
	if (bl_expr_compile(bl_str_of(text), &param, 1, BL_TYPE_UNKNOWN, arena, &expr, &err)) {
		count.refused++;
		bl_arena_free(&arena);
		return;
	}
	count.tried++;
	assert_ok(bl_vector_eval(expr, &ask, arena, &coded, &err), err);
	assert_int_equal(coded.n, w->n);
	for (uint32_t i = 0; i < coded.n; i++)
		if (wanted == NULL || wanted[i] != 0)
			check_row(w, expr, text, &coded, i, why);
		else
			assert_int_equal(coded.code[i], BL_CODED_UNASKED);
	bl_arena_free(&arena);
}

static void
random_expr(struct gen *g, char out[EXPR_BYTES])
{
	g->len = 0;
	g->n_vars = 0;
	if (below(g, 5) == 0)
		put_scalar(g, 0);
	else
		put_condition(g, 0);
	memcpy(out, g->text, g->len + 1);
}

static void
check_all(struct world *w, struct bl_store *store, enum bl_columns_mode mode,
    char exprs[N_EXPRS][EXPR_BYTES], const uint8_t *wanted, const char *why)
{
	struct bl_columns *columns = NULL;
	struct bl_err err;

	assert_ok(bl_columns_new(store, mode, &columns, &err), err);
	for (size_t i = 0; i < N_EXPRS; i++)
		check_expr(w, columns, exprs[i], wanted, why);
	bl_columns_free(&columns);
}

static struct bl_store *
open_store(struct world *w, enum bl_store_mode mode)
{
	struct bl_store *store = NULL;
	struct bl_err err;

	assert_ok(bl_store_open(bl_os_posix(), w->path, mode, &store, &err), err);
	return store;
}

static void
vectors_say_what_items_say(void **state)
{
	static char exprs[N_EXPRS][EXPR_BYTES];
	static uint8_t wanted[N_ITEMS * 4];
	struct gen g = {.random = seed()};
	struct world w;
	struct bl_store *store;
	struct bl_err err;

	(void)state;
	world_open(&w, g.random + 7);
	for (size_t i = 0; i < N_EXPRS; i++)
		random_expr(&g, exprs[i]);
	store = open_store(&w, BL_STORE_CREATE);
	world_deliver(&w, store, N_ITEMS);
	check_all(&w, store, BL_COLUMNS_CANONICAL, exprs, NULL, "canonical");
	check_all(&w, store, BL_COLUMNS_FILES, exprs, NULL, "files, first");
	world_deliver(&w, store, 30);
	for (uint32_t i = 0; i < w.n; i++)
		wanted[i] = (uint8_t)(below(&g, 3) == 0);
	check_all(&w, store, BL_COLUMNS_FILES, exprs, wanted, "some");
	assert_ok(bl_store_seal(store, &err), err);
	check_all(&w, store, BL_COLUMNS_FILES, exprs, NULL, "sealed");
	bl_store_close(&store);
	world_close(&w);
	print_message("%zu evaluations of types, %zu refused; rows: %zu errors, %zu NULL, %zu "
		      "values, %zu of them true\n",
	    count.tried, count.refused, count.errors, count.nulls, count.values, count.trues);
	assert_true(count.tried > N_EXPRS && count.errors > 1000 && count.nulls > 1000 &&
		    count.values > 1000 && count.trues > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(vectors_say_what_items_say)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
