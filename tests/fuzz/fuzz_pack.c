/* Any bytes as a conformance pack: an ordinary answer, and what is given back holds together. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "rules/pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

/* libfyaml 0.7 forgets a block of 4 KB for a single-quoted text with dozens of '' in it. */
const char *
__lsan_default_suppressions(void)
{
	return "leak:libfyaml";
}

static void
check_pack(const struct bl_pack *pack)
{
	assert(pack->n_rules <= 130);
	for (size_t i = 0; i < pack->n_rules; i++) {
		const struct bl_pack_rule *rule = &pack->rules[i];

		assert(rule->name.ptr == NULL || rule->name.len > 0);
		assert(rule->line > 0 && rule->column > 0);
		for (size_t k = 0; k < rule->n_inputs; k++)
			assert(
			    rule->inputs[k].name.ptr != NULL && rule->inputs[k].value.ptr != NULL);
		for (size_t k = 0; k < i; k++)
			assert(
			    rule->name.ptr == NULL || !bl_str_eq(rule->name, pack->rules[k].name));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct bl_rule_input given[] = {{BL_STR("Age"), BL_STR("30")}};
	struct bl_arena *arena = bl_arena_new((size_t)64 << 20);
	const struct bl_pack *pack = NULL;
	const struct bl_pack_problem *problems = NULL;
	size_t n_problems = 0, n_errors = 0;
	struct bl_err err = {0};
	struct bl_str text = {(const char *)data, size};
	enum bl_status status;

	if (arena == NULL)
		return 0;
	status = bl_pack_load(
	    BL_STR("fuzz.yaml"), text, given, size % 2, arena, &pack, &problems, &n_problems, &err);
	if (status != BL_OK && status != BL_EINPUT)
		abort(); /* 64 MB are enough for 300 KB of text. */
	assert(n_problems <= 100);
	for (size_t i = 0; i < n_problems; i++) {
		n_errors += problems[i].error;
		assert(problems[i].line > 0 && problems[i].column > 0 && problems[i].text.len > 0);
		assert(i == 0 || problems[i - 1].line <= problems[i].line);
	}
	assert((status == BL_OK) == (n_errors == 0));
	assert((status == BL_OK) == (pack != NULL));
	if (pack != NULL)
		check_pack(pack);
	bl_arena_free(&arena);
	return 0;
}
