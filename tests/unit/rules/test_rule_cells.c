/*
 * Every expression of every built-in rule, over the items of all worked examples and over items
 * with parts cut out of them: on cells it gives what it gives on the item.
 */
#include "support/test.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/instant.h"
#include "delivery/item.h"
#include "query/expr.h"
#include "query/value_priv.h"
#include "rules/catalogue.h"
#include "rules/rule.h"
#include "rules/rule_bind.h"
#include "rules/rule_priv.h"
#include "json/json.h"

static struct bl_arena *lasting, *scratch;
static struct bl_json_parser *parser;
static struct bl_err err;
static size_t n_compared, n_errors, n_nulls, n_true, n_without;

static uint32_t
rnd(uint64_t *seed, uint32_t below)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33) % below;
}

/* The value at a path, by evaluating the path alone; an error: false. */
static bool
cell_of(struct bl_str path, const struct bl_item *item, const struct bl_json **ret)
{
	struct bl_expr_scope scope = {.item = item, .parser = parser};
	struct bl_json *text;
	struct bl_expr *expr = NULL;
	struct bl_value v;

	assert_ok(bl_expr_compile(path, NULL, 0, BL_TYPE_UNKNOWN, scratch, &expr, &err), err);
	if (bl_expr_eval(expr, &scope, scratch, &v, &err) != BL_OK)
		return false;
	*ret = NULL;
	if (v.null)
		return true;
	if (v.kind == BL_TYPE_JSON || v.kind == BL_TYPE_MAP) {
		*ret = v.json;
		return true;
	}
	text = bl_new(scratch, struct bl_json, 1);
	text->kind = BL_JSON_STRING;
	text->text = v.str;
	if (v.kind == BL_TYPE_BIGINT) {
		text->kind = BL_JSON_NUMBER;
		assert_ok(bl_str_printf(scratch, &text->text, &err, "%lld", (long long)v.i64), err);
	} else if (v.kind == BL_TYPE_TIMESTAMP) {
		char instant[BL_INSTANT_TEXT];

		assert_ok(
		    bl_str_dup(scratch, bl_str_of(bl_instant_format(v.i64, instant)), &text->text),
		    err);
	}
	*ret = text;
	return true;
}

static bool
same_value(const struct bl_value *a, const struct bl_value *b)
{
	int order = 1;

	if (a->null || b->null)
		return a->null && b->null;
	return a->kind == b->kind && bl_value__compare(a, b, &order) && order == 0;
}

static void
compare(const struct bl_rule *rule, const struct bl_expr *expr, const struct bl_value *params,
    const struct bl_item *item)
{
	struct bl_expr_scope on_item = {.item = item, .params = params, .parser = parser};
	struct bl_expr_scope on_cells = {.params = params, .parser = parser};
	const struct bl_json **cells;
	const struct bl_str *paths;
	struct bl_value a = {0}, b = {0};
	enum bl_status x, y;
	size_t n;

	if (!bl_expr_cells(expr, &paths, &n)) {
		n_without++;
		return;
	}
	cells = bl_new(scratch, const struct bl_json *, n);
	for (size_t i = 0; i < n; i++)
		if (!cell_of(paths[i], item, &cells[i]))
			return; /* Such a row is evaluated on its item. */
	on_cells.cells = cells;
	x = bl_expr_eval(expr, &on_item, scratch, &a, &err);
	y = bl_expr_eval(expr, &on_cells, scratch, &b, &err);
	if (x != y || (x == BL_OK && !same_value(&a, &b)))
		fail_msg("%.*s: on the item status %d, on cells %d", BL_STR_ARG(rule->identifier),
		    (int)x, (int)y);
	n_compared++;
	n_errors += x != BL_OK;
	n_nulls += x == BL_OK && a.null;
	n_true += x == BL_OK && !a.null && a.kind == BL_TYPE_BOOLEAN && a.boolean;
}

static void
compare_all(const struct bl_rule *rule, const struct bl_bound_rule *bound, struct bl_item *item)
{
	const struct bl_rule_body *body = rule->body;
	const struct bl_expr *exprs[] = {
	    body->applicable.expr, body->compliant.expr, body->reason.expr};

	for (size_t i = 0; i < 3; i++)
		if (exprs[i] != NULL)
			compare(rule, exprs[i], bound->values, item);
	for (size_t i = 0; i < body->n_gaps; i++)
		compare(rule, body->gaps[i].when.expr, bound->values, item);
}

/* A copy with members and elements left out and scalars of another type, at random. */
static struct bl_json *
worn(uint64_t *seed, const struct bl_json *value)
{
	struct bl_json *copy = bl_new(scratch, struct bl_json, 1), *last = NULL;

	*copy = *value;
	copy->next = copy->first = NULL;
	copy->n = 0;
	if (value->kind < BL_JSON_ARRAY && rnd(seed, 12) == 0)
		*copy = (struct bl_json){.kind = (enum bl_json_kind)rnd(seed, 6),
		    .key = value->key,
		    .text = BL_STR("7")};
	for (const struct bl_json *c = value->first; c != NULL; c = c->next) {
		struct bl_json *child;

		if (rnd(seed, 8) == 0)
			continue;
		child = worn(seed, c);
		if (last == NULL)
			copy->first = child;
		else
			last->next = child;
		last = child;
		copy->n++;
	}
	return copy;
}

static void
compare_example(const struct bl_rule *rule, const struct bl_rule_example *example)
{
	const struct bl_bound_rule *bound = NULL;
	struct bl_item item;
	uint64_t seed = 42;

	if (bl_rule_bind(rule, example->inputs, example->n_inputs, lasting, &bound, &err) != BL_OK)
		return; /* The example is about that. */
	for (int round = 0; round < 60; round++) {
		bl_arena_reset(scratch);
		assert_ok(bl_item_parse(parser, example->item, scratch, &item, &err), err);
		if (round > 0 && item.configuration != NULL)
			item.configuration = worn(&seed, item.configuration);
		if (round > 0 && item.supplementary != NULL)
			item.supplementary = worn(&seed, item.supplementary);
		compare_all(rule, bound, &item);
	}
}

static void
every_expression_of_every_rule(void **state)
{
	const struct bl_catalogue *catalogue = NULL;

	(void)state;
	lasting = bl_arena_new((size_t)64 << 20);
	scratch = bl_arena_new((size_t)64 << 20);
	assert_non_null(lasting);
	assert_non_null(scratch);
	assert_ok(bl_json_parser_new((struct bl_json_limits){0}, &parser, &err), err);
	assert_ok(bl_catalogue_load(lasting, &catalogue, &err), err);
	for (size_t i = 0; i < catalogue->n; i++)
		for (size_t k = 0; k < catalogue->rules[i]->body->n_examples; k++)
			compare_example(
			    catalogue->rules[i], &catalogue->rules[i]->body->examples[k]);
	printf("%zu compared: %zu errors, %zu NULL, %zu TRUE; %zu without cells\n", n_compared,
	    n_errors, n_nulls, n_true, n_without);
	/* Each outcome occurs: the comparison could fail. */
	assert_true(n_compared > 10000 && n_errors > 100 && n_nulls > 100 && n_true > 1000);
	assert_int_equal(n_without, 0);
	bl_json_parser_free(&parser);
	bl_arena_free(&lasting);
	bl_arena_free(&scratch);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_expression_of_every_rule)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
