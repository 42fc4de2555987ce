/*
 * Every rule over every real item at hand: no rule may break on what AWS delivers.
 * The items lie outside of the project (BELEG_REFERENCE, or ../shared/reference beside the source);
 * without them the test is skipped, with CI=true it fails.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "delivery/item.h"
#include "delivery/reader.h"
#include "delivery/walk.h"
#include "os/os.h"
#include "rules/catalogue.h"
#include "rules/rule.h"
#include "json/json.h"

#define MAX_RULES 64

struct run {
	const struct bl_catalogue *catalogue;
	const struct bl_bound_rule *bound[MAX_RULES];
	unsigned n[MAX_RULES][BL_N_VERDICTS];
	unsigned n_items, n_broken;
	struct bl_os *os;
	struct bl_arena *arena;
	struct bl_json_parser *parser;
};

static enum bl_status
judge_item(void *ctx, struct bl_str bytes, uint64_t index, uint64_t offset, struct bl_err *reterr)
{
	struct run *run = ctx;
	struct bl_arena_mark mark = bl_arena_mark(run->arena);
	struct bl_item item;
	struct bl_err err = {0};

	(void)index, (void)offset, (void)reterr;
	if (bl_item_parse(run->parser, bytes, run->arena, &item, &err))
		return BL_OK; /* The delivery folder's own tests judge these. */
	run->n_items++;
	for (size_t i = 0; i < run->catalogue->n; i++) {
		struct bl_judgement j;

		assert_ok(
		    bl_rule_judge(run->bound[i], &item, run->parser, run->arena, &j, &err), err);
		run->n[i][j.verdict]++;
		if (j.verdict == BL_ERROR) {
			run->n_broken++;
			print_error("%.*s: %.*s\n", BL_STR_ARG(item.id), BL_STR_ARG(j.annotation));
		}
	}
	bl_arena_rewind(run->arena, mark);
	return BL_OK;
}

static enum bl_status
ignore_quarantine(void *ctx, const struct bl_quarantine *q, struct bl_err *reterr)
{
	(void)ctx, (void)q, (void)reterr;
	return BL_OK;
}

static enum bl_status
read_file(void *ctx, const char *path, struct bl_str key, uint64_t size_bytes,
    const struct bl_err *problem, struct bl_err *reterr)
{
	struct run *run = ctx;
	struct bl_arena_mark mark = bl_arena_mark(run->arena);
	struct bl_reader_sink sink = {
	    .ctx = run, .item = judge_item, .quarantine = ignore_quarantine};
	struct bl_reader_result result;
	struct bl_file *file = NULL;
	enum bl_status status;

	(void)size_bytes;
	if (problem != NULL)
		return BL_OK;
	status = bl_os_open(run->os, path, BL_OPEN_READ, &file, reterr);
	if (!status)
		status = bl_reader_read(file, key, run->parser, run->arena, sink, &result, reterr);
	bl_file_close(&file);
	bl_arena_rewind(run->arena, mark);
	return status;
}

static void
bind_all(struct run *run)
{
	static const struct {
		const char *identifier;
		struct bl_rule_input input;
	} inputs[] = {
	    {"RESTRICTED_INCOMING_TRAFFIC",
		{{"blockedPorts", 12}, {"20,21,3389,3306,4333,8080", 25}}},
	    {"REQUIRED_TAGS", {{"tag1Key", 7}, {"Name", 4}}},
	};
	struct bl_err err = {0};

	assert_true(run->catalogue->n <= MAX_RULES);
	for (size_t i = 0; i < run->catalogue->n; i++) {
		const struct bl_rule *rule = run->catalogue->rules[i];
		const struct bl_rule_input *input = NULL;

		for (size_t k = 0; k < 2; k++)
			if (bl_str_eq(rule->identifier, bl_str_of(inputs[k].identifier)))
				input = &inputs[k].input;
		assert_ok(bl_rule_bind(
			      rule, input, input == NULL ? 0 : 1, run->arena, &run->bound[i], &err),
		    err);
	}
}

static void
no_rule_breaks(void **state)
{
	const char *reference = getenv("BELEG_REFERENCE");
	const char *ci = getenv("CI");
	struct run run = {.os = bl_os_posix(), .arena = bl_arena_new((size_t)512 << 20)};
	struct bl_file_info info;
	struct bl_err err = {0};
	char root[4096];

	(void)state;
	(void)snprintf(root, sizeof(root), "%s/corpus",
	    reference != NULL ? reference : SOURCE_ROOT "/../shared/reference");
	if (bl_os_info(run.os, root, &info, &err)) {
		bl_arena_free(&run.arena);
		if (ci != NULL && strcmp(ci, "true") == 0)
			fail_msg("no items at %s", root);
		skip();
	}
	assert_non_null(run.arena);
	assert_ok(bl_json_parser_new((struct bl_json_limits){0}, &run.parser, &err), err);
	assert_ok(bl_catalogue_load(run.arena, &run.catalogue, &err), err);
	bind_all(&run);
	assert_ok(
	    bl_walk(run.os, root, (struct bl_walker){.ctx = &run, .visit = read_file}, &err), err);
	for (size_t i = 0; i < run.catalogue->n; i++) {
		unsigned *n = run.n[i];

		printf("%-42.*s %u compliant, %u not, %u unclear\n",
		    BL_STR_ARG(run.catalogue->rules[i]->identifier), n[BL_COMPLIANT],
		    n[BL_NON_COMPLIANT], n[BL_INSUFFICIENT_DATA]);
		assert_int_equal(n[BL_COMPLIANT] + n[BL_NON_COMPLIANT] + n[BL_INSUFFICIENT_DATA] +
				     n[BL_NOT_APPLICABLE] + n[BL_ERROR],
		    run.n_items);
		/* Each rule has met its type, and could say something about it. */
		assert_true(n[BL_COMPLIANT] + n[BL_NON_COMPLIANT] + n[BL_INSUFFICIENT_DATA] > 0);
	}
	printf("%u items\n", run.n_items);
	assert_true(run.n_items > 300);
	assert_int_equal(run.n_broken, 0);
	bl_json_parser_free(&run.parser);
	bl_arena_free(&run.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(no_rule_breaks)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
