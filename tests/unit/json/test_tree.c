/* tree.c: what a text becomes, and the words with which a bad one is refused. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "json/json.h"

static struct bl_json_parser *parser;
static struct bl_arena *arena;
static struct bl_err err;

static int
setup(void **state)
{
	(void)state;
	arena = bl_arena_new((size_t)64 << 20);
	return arena == NULL ||
		       bl_json_parser_new((struct bl_json_limits){0}, &parser, &err) != BL_OK
		   ? -1
		   : 0;
}

static int
teardown(void **state)
{
	(void)state;
	bl_json_parser_free(&parser);
	bl_arena_free(&arena);
	return 0;
}

static const struct bl_json *
parsed(struct bl_str text)
{
	const struct bl_json *root = NULL;
	/* A copy of the exact size that is gone afterwards: a sanitizer sees both
	 * a read behind its end and a pointer kept into it. */
	char *copy = malloc(text.len);

	assert_non_null(copy);
	memcpy(copy, text.ptr, text.len);
	assert_ok(bl_json_parse(parser, (struct bl_str){copy, text.len}, arena, &root, &err), err);
	free(copy);
	assert_non_null(root);
	return root;
}

static void
a_text_becomes_a_tree(void **state)
{
	const struct bl_json
	    *root = parsed(BL_STR(
		" {\"s\" : \"a\\u00e9\\n\\ud83d\\ude00/\\/\" ,\n\t\"n\":[1,-2.50,0,1E+5], \"o\":{},"
		"\"\":[ ],\r\"t\":true,\"f\":false , \"z\":null}\n ")),
	    *v;

	(void)state;
	assert_int_equal(root->kind, BL_JSON_OBJECT);
	assert_int_equal(root->n, 7);
	assert_null(root->next);
	assert_null(root->key.ptr);
	v = root->first;
	assert_bytes(v->key, "s");
	assert_int_equal(v->kind, BL_JSON_STRING);
	assert_bytes(v->text, "a\xc3\xa9\n\xf0\x9f\x98\x80//");
	v = v->next;
	assert_bytes(v->key, "n");
	assert_int_equal(v->kind, BL_JSON_ARRAY);
	assert_int_equal(v->n, 4);
	assert_bytes(v->first->text, "1");
	assert_bytes(v->first->next->text, "-2.50");
	assert_int_equal(v->first->next->kind, BL_JSON_NUMBER);
	assert_bytes(v->first->next->next->next->text, "1E+5");
	assert_null(v->first->next->next->next->next);
	assert_null(v->first->key.ptr);
	v = v->next;
	assert_int_equal(v->kind, BL_JSON_OBJECT);
	assert_int_equal(v->n, 0);
	assert_null(v->first);
	v = v->next;
	assert_int_equal(v->key.len, 0);
	assert_non_null(v->key.ptr); /* Empty, not absent. */
	assert_int_equal(v->kind, BL_JSON_ARRAY);
	v = v->next;
	assert_int_equal(v->kind, BL_JSON_BOOL);
	assert_true(v->boolean);
	v = v->next;
	assert_int_equal(v->kind, BL_JSON_BOOL);
	assert_false(v->boolean);
	v = v->next;
	assert_int_equal(v->kind, BL_JSON_NULL);
	assert_null(v->next);
}

static void
numbers_keep_their_text(void **state)
{
	static const char *const numbers[] = {"0", "-0", "1234567890123456789012345678901234567890",
	    "0.10", "-1.0e-0005", "1e999999", "9007199254740993", "-0.0E+0"};

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		const struct bl_json *v = parsed(bl_str_of(numbers[i]));

		assert_int_equal(v->kind, BL_JSON_NUMBER);
		assert_true(bl_str_eq(v->text, bl_str_of(numbers[i])));
	}
}

static void
strings_may_hold_nul(void **state)
{
	const struct bl_json *v = parsed(BL_STR("{\"a\\u0000b\":\"\\u0000\"}"));

	(void)state;
	assert_true(bl_str_eq(v->first->key, BL_STR("a\0b")));
	assert_true(bl_str_eq(v->first->text, BL_STR("\0")));
}

/* Each kind of bad text has words of its own, and a place. */
#define TEXT(literal)                                                                              \
	{                                                                                          \
		(literal), sizeof(literal) - 1                                                     \
	}
static const struct {
	struct bl_str text;
	int64_t offset; /* -1: none. */
	const char *words;
} bad[] = {
    {TEXT(""), -1, "the text is empty"},
    {TEXT(" \n\t\r "), -1, "the text is empty"},
    {TEXT("\xef\xbb\xbf{}"), 0, "a byte order mark; the text must be UTF-8 without one"},
    {TEXT("[\"\xff\"]"), 2, "byte 0xff is not valid UTF-8"},
    {TEXT("[\"a\xc3\"]"), 3, "byte 0xc3 is not valid UTF-8"},
    {TEXT("\"\xed\xa0\x80\""), 1, "byte 0xed is not valid UTF-8"},
    {TEXT("[1,\0]"), 3, "a NUL byte"},
    {TEXT("{\"a\0b\":1}"), 3, "a NUL byte"},
    {TEXT("[]\0"), 2, "a NUL byte"},
    {TEXT("\"a\nb\""), 2, "control byte 0x0a inside a string must be written as \\u000a"},
    {TEXT("{\"a\":\"b"), 7, "the text ends inside the string that begins at byte 5"},
    {TEXT("{\"a\":\"b\\\""), 9, "the text ends inside the string that begins at byte 5"},
    {TEXT("{\"a\":[1,2"), 9, "the text ends inside an array"},
    {TEXT("{\"a\":"), 5, "the text ends inside an object"},
    {TEXT("{\"a\""), 4, "the text ends inside an object"},
    {TEXT("{"), 1, "the text ends inside an object"},
    {TEXT("{} {}"), 3, "text behind the value"},
    {TEXT("1 2"), 2, "text behind the value"},
    {TEXT("[1]]"), 3, "text behind the value"},
    {TEXT("[1,]"), 3, "']' where a value was expected"},
    {TEXT("[,1]"), 1, "',' where a value was expected"},
    {TEXT("]"), 0, "']' where a value was expected"},
    {TEXT("[1 2]"), 3, "'2' where a comma or ] was expected"},
    {TEXT("[1}"), 2, "'}' where a comma or ] was expected"},
    {TEXT("{\"a\":1]"), 6, "']' where a comma or } was expected"},
    {TEXT("{\"a\":1 \"b\":2}"), 7, "'\"' where a comma or } was expected"},
    {TEXT("{\"a\" 1}"), 5, "'1' where a colon behind a key was expected"},
    {TEXT("{a:1}"), 1, "'a' where a key in double quotes was expected"},
    {TEXT("{\"a\":1,}"), 7, "'}' where a key in double quotes was expected"},
    {TEXT("{'a':1}"), 1, "''a'' where a key in double quotes was expected"},
    {TEXT("[01]"), 1, "'01' is no JSON number"},
    {TEXT("[1.]"), 1, "'1.' is no JSON number"},
    {TEXT("[-]"), 1, "'-' is no JSON number"},
    {TEXT("[1e+]"), 1, "'1e+' is no JSON number"},
    {TEXT("[0x10]"), 1, "'0x10' is no JSON number"},
    {TEXT("[+1]"), 1, "'+1' is no JSON value"},
    {TEXT("[.5]"), 1, "'.5' is no JSON value"},
    {TEXT("[NaN]"), 1, "'NaN' is no JSON value"},
    {TEXT("[nulL]"), 1, "'nulL' is no JSON value"},
    {TEXT("[true1]"), 1, "'true1' is no JSON value"},
    {TEXT("// x\n[]"), 0, "'//' is no JSON value"},
    {TEXT("[1\"a\"]"), 1, "'1\"a\"' is no JSON number"},
    {TEXT("[\"a\"b]"), 4, "'b' where a comma or ] was expected"},
    {TEXT("[\\]"), 1, "'\\' is no JSON value"},
    {TEXT("[\"\\q\"]"), 2, "\\q is no escape"},
    {TEXT("[\"ab\\n\\u12g4\"]"), 6, "\\u must be followed by four hex digits"},
    {TEXT("[\"\\u12"
	  "\"]"),
	2, "\\u must be followed by four hex digits"},
    {TEXT("[\"\\ud800\"]"), 2, "\\ud800 is half of a surrogate pair"},
    {TEXT("[\"\\uDC00\"]"), 2, "\\uDC00 is half of a surrogate pair"},
    {TEXT("[\"\\ud83dx\\ude00\"]"), 2, "\\ud83d is half of a surrogate pair"},
    {TEXT("{\"a\":1,\"b\":2,\"a\":3}"), 13, "the key \"a\" appears twice in one object"},
    {TEXT("[{\"x\":{\"a\":1,\"\\u0061\":2}}]"), 13, "the key \"a\" appears twice in one object"},
};
#undef TEXT

static void
a_bad_text_is_refused_with_reason_and_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		const struct bl_json *root = NULL;
		size_t used = bl_arena_used(arena);

		assert_err(bl_json_parse(parser, bad[i].text, arena, &root, &err), err, BL_EINPUT,
		    bad[i].words);
		assert_int_equal(err.offset, (uint64_t)bad[i].offset);
		assert_null(root);
		assert_int_equal(bl_arena_used(arena), used); /* Nothing is left behind. */
	}
}

static void
what_is_quoted_is_cut_and_printable(void **state)
{
	const struct bl_json *root = NULL;
	char text[1000];

	(void)state;
	memset(text, '9', sizeof(text));
	text[999] = 'x';
	assert_int_equal(
	    bl_json_parse(parser, (struct bl_str){text, 1000}, arena, &root, &err), BL_EINPUT);
	assert_int_equal(strlen(err.text), 62 + strlen(" is no JSON number"));
	assert_err(bl_json_parse(parser, BL_STR("[\x1b[2J]"), arena, &root, &err), err, BL_EINPUT,
	    "'?' is no JSON value");
}

static struct bl_str
nested(uint32_t depth, char open, char close)
{
	char *p = bl_new(arena, char, (size_t)depth * 2);

	assert_non_null(p);
	memset(p, open, depth);
	memset(p + depth, close, depth);
	return (struct bl_str){p, (size_t)depth * 2};
}

static void
nesting_has_a_limit(void **state)
{
	struct bl_json_parser *shallow = NULL;
	const struct bl_json *root = NULL;

	(void)state;
	root = parsed(nested(512, '[', ']'));
	for (int i = 0; i < 511; i++)
		root = root->first;
	assert_null(root->first);
	assert_err(bl_json_parse(parser, nested(513, '[', ']'), arena, &root, &err), err, BL_ELIMIT,
	    "arrays and objects nested deeper than 512 levels");
	assert_int_equal(err.offset, 512);
	assert_err(bl_json_parse(parser, nested(10000, '[', ']'), arena, &root, &err), err,
	    BL_ELIMIT, "arrays and objects nested deeper than 512 levels");
	assert_ok(bl_json_parser_new((struct bl_json_limits){.max_depth = 2}, &shallow, &err), err);
	assert_ok(bl_json_parse(shallow, BL_STR("[{\"a\":1}]"), arena, &root, &err), err);
	assert_err(bl_json_parse(shallow, BL_STR("[{\"a\":[]}]"), arena, &root, &err), err,
	    BL_ELIMIT, "arrays and objects nested deeper than 2 levels");
	bl_json_parser_free(&shallow);
}

static void
size_has_a_limit(void **state)
{
	struct bl_json_parser *small = NULL;
	const struct bl_json *root = NULL;

	(void)state;
	assert_ok(bl_json_parser_new((struct bl_json_limits){.max_bytes = 5}, &small, &err), err);
	assert_ok(bl_json_parse(small, BL_STR("[1,2]"), arena, &root, &err), err);
	assert_err(bl_json_parse(small, BL_STR("[1,20]"), arena, &root, &err), err, BL_ELIMIT,
	    "6 bytes of JSON in one text, more than 5");
	bl_json_parser_free(&small);
}

static void
a_full_arena_is_an_error(void **state)
{
	struct bl_arena *small = NULL;
	struct bl_str text = BL_STR("[{\"a\":1},{\"a\":2},{\"a\":3},{\"a\":4},{\"a\":5}]");
	const struct bl_json *root = NULL;
	unsigned failed = 0;

	(void)state;
	for (size_t budget = 16;; budget += 16) {
		enum bl_status status;

		small = bl_arena_new(budget);
		status = bl_json_parse(parser, text, small, &root, &err);
		if (status == BL_OK)
			break;
		assert_int_equal(status, BL_ENOMEM);
		assert_int_equal(bl_arena_used(small), 0);
		assert_null(root);
		bl_arena_free(&small);
		failed++;
	}
	assert_true(failed > 3);
	assert_int_equal(root->n, 5);
	bl_arena_free(&small);
}

/* The text ends where the readable memory ends. */
static void
nothing_behind_the_text_is_read(void **state)
{
	static const char json[] = "{\"a\":[1,2.5,\"x\\ny\"],\"b\":\"\xc3\xa4\","
				   "\"cccccccccccccccccccccccc\":null,  \"d\" : 17 }";
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *p = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct bl_buf out = BL_BUF_INIT(1000);

	(void)state;
	assert_true(p != MAP_FAILED);
	assert_int_equal(mprotect(p + page, page, PROT_NONE), 0);
	for (size_t len = 1; len < sizeof(json); len++) {
		struct bl_str text = {p + page - len, len};
		const struct bl_json *root = NULL;
		enum bl_status status;

		memcpy(p + page - len, json, len);
		status = bl_json_parse(parser, text, arena, &root, &err);
		assert_int_equal(status, len == sizeof(json) - 1 ? BL_OK : BL_EINPUT);
		out.len = 0;
		assert_ok(bl_json_compact(text, &out, &err), err);
	}
	bl_buf_release(&out);
	assert_int_equal(munmap(p, 2 * page), 0);
}

static void
a_parser_serves_texts_of_all_sizes(void **state)
{
	struct bl_buf big = BL_BUF_INIT((size_t)32 << 20);
	const struct bl_json *root = NULL;

	(void)state;
	assert_ok(bl_buf_add(&big, BL_STR("[0"), &err), err);
	while (big.len < (size_t)9 << 20)
		assert_ok(
		    bl_buf_add(&big, BL_STR(",\"0123456789abcdefghijklmnopqrstuvwxyz\""), &err),
		    err);
	assert_ok(bl_buf_add(&big, BL_STR("]"), &err), err);
	for (int i = 0; i < 3; i++) {
		bl_arena_reset(arena);
		assert_ok(bl_json_parse(parser, BL_STR("[1]"), arena, &root, &err), err);
		assert_int_equal(root->n, 1);
		assert_ok(bl_json_parse(parser, bl_buf_str(&big), arena, &root, &err), err);
		assert_int_equal(root->n, 1 + ((size_t)9 << 20) / 39 + 1);
	}
	bl_buf_release(&big);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(a_text_becomes_a_tree),
	    T(numbers_keep_their_text),
	    T(strings_may_hold_nul),
	    T(a_bad_text_is_refused_with_reason_and_place),
	    T(what_is_quoted_is_cut_and_printable),
	    T(nesting_has_a_limit),
	    T(size_has_a_limit),
	    T(a_full_arena_is_an_error),
	    T(nothing_behind_the_text_is_read),
	    T(a_parser_serves_texts_of_all_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
