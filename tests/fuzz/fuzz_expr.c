/*
 * An expression, and behind a line "---" the item's configuration as JSON: compile, name the paths,
 * evaluate, name what is missing.  Whatever the bytes: an answer or an error, within budget.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/instant.h"
#include "delivery/item.h"
#include "query/expr.h"
#include "json/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
run(struct bl_str text, struct bl_str json, struct bl_arena *arena, struct bl_json_parser *parser)
{
	static const struct bl_expr_param params[2] = {
	    {{"text", 4}, BL_TYPE_VARCHAR, BL_TYPE_UNKNOWN},
	    {{"list", 4}, BL_TYPE_ARRAY, BL_TYPE_BIGINT},
	};
	struct bl_value element = {.kind = BL_TYPE_BIGINT, .i64 = 22};
	struct bl_value values[2] = {{.kind = BL_TYPE_VARCHAR, .str = BL_STR("x")},
	    {.kind = BL_TYPE_ARRAY, .element = BL_TYPE_BIGINT, .elements = &element, .n = 1}};
	struct bl_item item = {.type = BL_STR("AWS::EC2::Volume"),
	    .id = BL_STR("vol-1"),
	    .created_ns = BL_INSTANT_MIN};
	struct bl_expr_scope scope = {
	    .item = &item, .params = values, .parser = parser, .budget_steps = 100000};
	struct bl_expr *expr = NULL;
	struct bl_value value;
	struct bl_str *paths;
	struct bl_err err = {0};
	size_t n;

	if (bl_json_parse(parser, json, arena, &item.configuration, &err))
		item.configuration = NULL;
	if (bl_expr_compile(text, params, 2, BL_TYPE_UNKNOWN, arena, &expr, &err)) {
		if (err.text[0] == '\0')
			abort(); /* A failure without words helps nobody. */
		return;
	}
	if (bl_expr_paths(expr, arena, &paths, &n, &err) && err.status != BL_ENOMEM)
		abort();
	if (bl_expr_eval(expr, &scope, arena, &value, &err) == BL_OK) {
		if (bl_expr_missing(expr, &scope, arena, &paths, &n, &err) &&
		    err.status != BL_ENOMEM)
			abort(); /* What could be evaluated once can be again. */
	} else if (err.text[0] == '\0') {
		abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bl_str all = {(const char *)data, size};
	size_t cut = bl_str_find(all, BL_STR("\n---\n"));
	struct bl_str json = cut == SIZE_MAX ? BL_STR("{}") : bl_str_sub(all, cut + 5, all.len);
	struct bl_arena *arena = bl_arena_new((size_t)8 << 20);
	struct bl_json_parser *parser = NULL;
	struct bl_json_limits limits = {.max_bytes = (size_t)1 << 20, .max_depth = 64};

	if (arena == NULL || bl_json_parser_new(limits, &parser, NULL))
		abort();
	run(bl_str_sub(all, 0, cut), json, arena, parser);
	bl_json_parser_free(&parser);
	bl_arena_free(&arena);
	return 0;
}
