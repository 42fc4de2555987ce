/* The check without a tree: what it accepts the parser accepts, and what it shows. */
#include "json/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"

static struct bl_arena *arena;
static struct bl_json_parser *parser;

struct log {
	struct bl_buf out;
	const char *enter; /* Key whose children to show. */
	const char *stop;
};

static enum bl_json_visit
on_value(void *ctx, const struct bl_json_seen *seen)
{
	struct log *log = ctx;

	assert_int_equal(
	    bl_buf_printf(&log->out, NULL, "%u%c%.*s=%.*s%s;", seen->depth, "0btsao"[seen->kind],
		BL_STR_ARG(seen->key), BL_STR_ARG(seen->text), seen -> escaped ? "\\" : ""),
	    BL_OK);
	if (bl_str_eq(seen->key, bl_str_of(log->stop)))
		return BL_JSON_VISIT_STOP;
	return bl_str_eq(seen->key, bl_str_of(log->enter)) ? BL_JSON_VISIT_ENTER : BL_JSON_VISIT_ON;
}

static bool
shows(const char *text, const char *enter, const char *stop, const char *want)
{
	struct log log = {BL_BUF_INIT(4096), enter, stop};
	struct bl_json_visitor visitor = {&log, on_value};
	bool ok = bl_json_check(parser, bl_str_of(text), &visitor);

	if (!bl_str_eq(bl_buf_str(&log.out), bl_str_of(want)))
		fail_msg("%.*s is not %s", BL_STR_ARG(bl_buf_str(&log.out)), want);
	bl_buf_release(&log.out);
	return ok;
}

static void
test_shown(void **state)
{
	static const char text[] =
	    " {\"a\" : 1 , \"b\":{\"c\":\"d\",\"e\":[2]},\"f\":[true,null],\"g\":\"\\n\"} ";

	(void)state;
	assert_true(shows(text, "x", "x", "1ta=1;1ob=;1af=;1sg=\\n\\;"));
	assert_true(shows(text, "b", "x", "1ta=1;1ob=;2sc=d;2ae=;1af=;1sg=\\n\\;"));
	assert_true(shows(text, "f", "x", "1ta=1;1ob=;1af=;2b=;20=;1sg=\\n\\;"));
	assert_false(shows(text, "b", "e", "1ta=1;1ob=;2sc=d;2ae=;"));
	assert_true(shows("[1,{\"a\":2}]", "x", "x", "1t=1;1o=;"));
}

static void
test_verdicts(void **state)
{
	static const char *const right[] = {"{}", "[]", "[1]", "{\"\":[]}", "[[],{},\"\"]",
	    "[0,-1,2.5,1e9]", "[\"\\u00e4\\ud83d\\ude00\"]", "{\"a\":{\"a\":{\"a\":1}}}"};
	static const char *const wrong[] = {"", " ", "{", "[", "]", "[}", "{]", "{}}", "[1", "[1,",
	    "[1,]", "[,1]", "[1 1]", "[1]1", "{1:2}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "[01]",
	    "[tru]", "[truee]", "[\"\\x\"]", "[\"\\ud800\"]", "[\"a]", "[\"\xc3\"]",
	    "{\"a\":1,\"a\":2}", "[\\]", "[\"a\"b]", "{\"a\":1:2}", "[{\"a\":1]}"};

	(void)state;
	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++)
		if (!bl_json_check(parser, bl_str_of(right[i]), NULL))
			fail_msg("refused: %s", right[i]);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (bl_json_check(parser, bl_str_of(wrong[i]), NULL))
			fail_msg("accepted: %s", wrong[i]);
}

static void
test_limits(void **state)
{
	struct bl_json_parser *small = NULL;

	(void)state;
	assert_int_equal(bl_json_parser_new((struct bl_json_limits){9, 2}, &small, NULL), BL_OK);
	assert_true(bl_json_check(small, BL_STR("[[1],[2]]"), NULL));
	assert_false(bl_json_check(small, BL_STR("[[1],[22]]"), NULL));
	assert_false(bl_json_check(small, BL_STR("[[[]]]"), NULL));
	bl_json_parser_free(&small);
}

static void
test_unescape(void **state)
{
	struct bl_str out;
	struct bl_err err;

	(void)state;
	assert_int_equal(bl_json_unescape(arena, BL_STR("a\\n\\u0041"), &out, &err), BL_OK);
	assert_true(bl_str_eq(out, BL_STR("a\nA")));
	assert_int_equal(bl_json_unescape(arena, BL_STR(""), &out, &err), BL_OK);
	assert_true(out.len == 0 && out.ptr != NULL);
	assert_int_equal(bl_json_unescape(arena, BL_STR("a\\q"), &out, &err), BL_EINPUT);
	assert_int_equal(err.offset, 1);
}

static int
setup(void **state)
{
	(void)state;
	arena = bl_arena_new(1 << 20);
	return arena == NULL ||
	       bl_json_parser_new((struct bl_json_limits){0}, &parser, NULL) != BL_OK;
}

static int
teardown(void **state)
{
	(void)state;
	bl_json_parser_free(&parser);
	bl_arena_free(&arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_shown),
	    cmocka_unit_test(test_verdicts),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_unescape),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
