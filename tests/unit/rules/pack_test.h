#ifndef TESTS_UNIT_RULES_PACK_TEST_H
#define TESTS_UNIT_RULES_PACK_TEST_H

/* What the tests of packs share: loading a text, and asking for one problem or input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/mem.h"
#include "rules/pack.h"

struct loaded {
	struct bl_arena *arena;
	enum bl_status status;
	const struct bl_pack *pack;
	const struct bl_pack_problem *problems;
	size_t n_problems;
	struct bl_err err;
};

static inline struct loaded
load_with(const char *text, const struct bl_rule_input *overrides, size_t n)
{
	struct loaded l = {.arena = bl_arena_new((size_t)64 << 20)};

	assert_non_null(l.arena);
	l.status = bl_pack_load(BL_STR("dir/test.yaml"), bl_str_of(text), overrides, n, l.arena,
	    &l.pack, &l.problems, &l.n_problems, &l.err);
	return l;
}

static inline struct loaded
load(const char *text)
{
	return load_with(text, NULL, 0);
}

static inline void
unload(struct loaded *l)
{
	bl_arena_free(&l->arena);
}

/* The problem ${i} as "LINE:COLUMN level text". */
static inline void
assert_problem(const struct loaded *l, size_t i, const char *expected)
{
	char text[1200];

	assert_true(i < l->n_problems);
	(void)snprintf(text, sizeof(text), "%u:%u %s %.*s", l->problems[i].line,
	    l->problems[i].column, l->problems[i].error ? "error" : "warning",
	    BL_STR_ARG(l->problems[i].text));
	assert_string_equal(text, expected);
}

static inline void
assert_text(struct bl_str got, const char *expected)
{
	if (expected == NULL) {
		assert_null(got.ptr);
		return;
	}
	assert_non_null(got.ptr);
	assert_int_equal(got.len, strlen(expected));
	assert_memory_equal(got.ptr, expected, got.len);
}

static inline const struct bl_pack_input *
input_of(const struct loaded *l, size_t rule, const char *name)
{
	assert_true(rule < l->pack->n_rules);
	for (size_t i = 0; i < l->pack->rules[rule].n_inputs; i++)
		if (bl_str_eq(l->pack->rules[rule].inputs[i].name, bl_str_of(name)))
			return &l->pack->rules[rule].inputs[i];
	return NULL;
}

static inline void
assert_input(const struct loaded *l, size_t rule, const char *name, const char *value,
    enum bl_pack_origin origin)
{
	const struct bl_pack_input *input = input_of(l, rule, name);

	if (input == NULL) {
		fail_msg("no input %s", name);
		return;
	}
	assert_text(input->value, value);
	assert_int_equal(input->origin, origin);
}

#define RULE(id, name)                                                                             \
	"  " id ":\n"                                                                              \
	"    Type: AWS::Config::ConfigRule\n"                                                      \
	"    Properties:\n"                                                                        \
	"      ConfigRuleName: " name "\n"                                                         \
	"      Source: {Owner: AWS, SourceIdentifier: ENCRYPTED_VOLUMES}\n"

#endif
