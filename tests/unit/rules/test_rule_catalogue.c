/* Every rule that the build carries compiles, and its worked examples give what they state. */
#include "support/test.h"

#include <stdio.h>

#include "base/arena.h"
#include "rules/catalogue.h"
#include "rules/rule.h"
#include "json/json.h"

#define MIN_EXAMPLES 6

static void
every_example_of_every_rule(void **state)
{
	struct bl_arena *arena = bl_arena_new((size_t)64 << 20);
	struct bl_json_parser *parser = NULL;
	const struct bl_catalogue *catalogue = NULL;
	struct bl_err err = {0};
	size_t n = 0;

	(void)state;
	assert_non_null(arena);
	assert_ok(bl_json_parser_new((struct bl_json_limits){0}, &parser, &err), err);
	assert_ok(bl_catalogue_load(arena, &catalogue, &err), err);
	assert_true(catalogue->n >= 8);
	for (size_t i = 0; i < catalogue->n; i++) {
		const struct bl_rule *rule = catalogue->rules[i];

		assert_ok(bl_rule_test(rule, parser, arena, &n, &err), err);
		if (n < MIN_EXAMPLES)
			fail_msg("%.*s has only %zu examples", BL_STR_ARG(rule->identifier), n);
		assert_true(rule->n_limits > 0);
		assert_ptr_equal(bl_catalogue_find(catalogue, rule->identifier), rule);
		if (i > 0)
			assert_true(
			    bl_str_cmp(catalogue->rules[i - 1]->identifier, rule->identifier) < 0);
		printf("%.*s: %zu examples\n", BL_STR_ARG(rule->identifier), n);
	}
	assert_null(bl_catalogue_find(catalogue, BL_STR("NO_SUCH_RULE")));
	bl_json_parser_free(&parser);
	bl_arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_example_of_every_rule)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
