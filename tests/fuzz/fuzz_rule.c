/* A rule file: load it, and run its own worked examples. */
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "rules/rule.h"
#include "json/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bl_arena *arena = bl_arena_new((size_t)32 << 20);
	struct bl_json_parser *parser = NULL;
	struct bl_json_limits limits = {.max_bytes = (size_t)1 << 20, .max_depth = 64};
	const struct bl_rule *rule = NULL;
	struct bl_err err = {0};
	size_t n;

	if (arena == NULL || bl_json_parser_new(limits, &parser, NULL))
		abort();
	if (bl_rule_load(
		BL_STR("f.yaml"), (struct bl_str){(const char *)data, size}, arena, &rule, &err) ||
	    bl_rule_test(rule, parser, arena, &n, &err)) {
		if (err.text[0] == '\0')
			abort(); /* A failure without words helps nobody. */
	}
	bl_json_parser_free(&parser);
	bl_arena_free(&arena);
	return 0;
}
