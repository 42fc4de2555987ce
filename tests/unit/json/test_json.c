/* json.c: parsers, questions to a tree, and JSON in JSON. */
#include "support/test.h"

#include "base/arena.h"
#include "base/mem.h"
#include "json/json.h"

static struct bl_json_parser *parser;
static struct bl_arena *arena;
static struct bl_err err;

static int
setup(void **state)
{
	(void)state;
	arena = bl_arena_new((size_t)8 << 20);
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
parsed(const char *text)
{
	const struct bl_json *root = NULL;

	assert_ok(bl_json_parse(parser, bl_str_of(text), arena, &root, &err), err);
	return root;
}

static void
a_parser_needs_memory_and_sane_limits(void **state)
{
	struct bl_json_parser *p = NULL;

	(void)state;
	assert_err(bl_json_parser_new((struct bl_json_limits){.max_depth = 513}, &p, &err), err,
	    BL_EUSAGE, "the limits of a JSON text are at most 512 levels and 2147483648 bytes");
	assert_int_equal(
	    bl_json_parser_new((struct bl_json_limits){.max_bytes = SIZE_MAX}, &p, &err),
	    BL_EUSAGE);
	for (uint64_t n = 1; n <= 2; n++) {
		bl_mem_fail_at(n);
		assert_err(bl_json_parser_new((struct bl_json_limits){0}, &p, &err), err, BL_ENOMEM,
		    "no memory for a JSON parser");
		bl_mem_fail_at(0);
	}
	assert_null(p);
	bl_json_parser_free(&p); /* NULL is allowed. */
}

static void
members_and_elements_are_found(void **state)
{
	const struct bl_json *o = parsed("{\"a\":[10,20,30],\"b\":null,\"\":\"empty\"}");
	const struct bl_json *a = bl_json_get(o, BL_STR("a"));

	(void)state;
	assert_bytes(bl_json_at(a, 0)->text, "10");
	assert_bytes(bl_json_at(a, 2)->text, "30");
	assert_null(bl_json_at(a, 3));
	assert_null(bl_json_at(o, 0));
	assert_null(bl_json_at(NULL, 0));
	assert_null(bl_json_get(o, BL_STR("A")));
	assert_null(bl_json_get(a, BL_STR("a")));
	assert_null(bl_json_get(NULL, BL_STR("a")));
	assert_bytes(bl_json_str(bl_json_get(o, BL_STR(""))), "empty");
	assert_null(bl_json_str(a).ptr);
	assert_null(bl_json_str(NULL).ptr);
	assert_true(bl_json_missing(bl_json_get(o, BL_STR("b"))));
	assert_true(bl_json_missing(NULL));
	assert_false(bl_json_missing(a));
}

static void
integers_are_read_exactly(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		int64_t value;
	} cases[] = {
	    {"0", true, 0},
	    {"-0", true, 0},
	    {"16", true, 16},
	    {"16.0", true, 16},
	    {"-16.000", true, -16},
	    {"16.5", false, 0},
	    {"16.05", false, 0},
	    {"9223372036854775807", true, INT64_MAX},
	    {"9223372036854775807.0", true, INT64_MAX},
	    {"9223372036854775808", false, 0},
	    {"-9223372036854775808", true, INT64_MIN},
	    {"-9223372036854775809", false, 0},
	    {"1e3", false, 0},
	    {"1.0e3", false, 0},
	    {"\"16\"", false, 0},
	    {"true", false, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int64_t v = 77;

		assert_int_equal(bl_json_i64(parsed(cases[i].text), &v), cases[i].ok);
		assert_int_equal(v, cases[i].ok ? cases[i].value : 77);
	}
	assert_false(bl_json_i64(NULL, &(int64_t){0}));
}

static const struct bl_json *
decoded(const char *text)
{
	const struct bl_json *out = NULL;

	assert_ok(bl_json_decode(parser, parsed(text), arena, &out, &err), err);
	return out;
}

static void
json_in_a_string_is_taken_out(void **state)
{
	const struct bl_json *v;

	(void)state;
	v = decoded("\"{\\\"a\\\":[1]}\"");
	assert_int_equal(v->kind, BL_JSON_OBJECT);
	assert_bytes(v->first->key, "a");
	v = decoded("\" [1,2] \"");
	assert_int_equal(v->kind, BL_JSON_ARRAY);
	/* Twice: a string that holds a string that holds an object. */
	v = decoded("\"\\\"{\\\\\\\"a\\\\\\\":1}\\\"\"");
	assert_int_equal(v->kind, BL_JSON_OBJECT);
	/* The innermost may be an ordinary string. */
	v = decoded("\"\\\"plain\\\"\"");
	assert_int_equal(v->kind, BL_JSON_STRING);
	assert_bytes(v->text, "plain");
}

static void
what_only_looks_like_json_stays(void **state)
{
	static const char *const same[] = {"\"\"", "\"x\"", "\"17\"", "\"true\"", "\"null\"",
	    "\"{not json}\"", "\"[1,2\"", "\"{\\\"a\\\":1,\\\"a\\\":2}\"", "\"{\"", "\"{} {}\"",
	    "\"[]x[]\"", "17", "null", "{\"a\":\"{}\"}", "[\"[]\"]", "\"\\\"\""};

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++) {
		const struct bl_json *in = parsed(same[i]), *out = NULL;
		size_t used = bl_arena_used(arena);

		assert_ok(bl_json_decode(parser, in, arena, &out, &err), err);
		assert_ptr_equal(in, out);
		assert_int_equal(bl_arena_used(arena), used);
	}
	assert_null(decoded("\"[1]\"")->next);
	{
		const struct bl_json *out = parsed("1");

		assert_ok(bl_json_decode(parser, NULL, arena, &out, &err), err);
		assert_null(out);
	}
}

static void
json_in_json_has_limits(void **state)
{
	struct bl_json_parser *shallow = NULL;
	struct bl_arena *small = bl_arena_new(64);
	const struct bl_json *out = NULL, *in = parsed("\"[[[1]]]\"");
	struct bl_json wrapped = {.kind = BL_JSON_STRING};
	char text[1 << 11] = "[]", next[1 << 12];

	(void)state;
	assert_ok(bl_json_parser_new((struct bl_json_limits){.max_depth = 2}, &shallow, &err), err);
	assert_err(bl_json_decode(shallow, in, arena, &out, &err), err, BL_ELIMIT,
	    "arrays and objects nested deeper than 2 levels");
	bl_json_parser_free(&shallow);
	assert_int_equal(bl_json_decode(parser, in, small, &out, &err), BL_ENOMEM);
	bl_arena_free(&small);
	assert_null(out);
	/* Wrap it again and again; doubling backslashes would grow without end, so
	 * eight layers are as much as a kilobyte holds. */
	for (int layers = 1; layers <= 9; layers++) {
		size_t n = 0, len = strlen(text);

		wrapped.text = bl_str_of(text);
		if (layers <= 8)
			assert_ok(bl_json_decode(parser, &wrapped, arena, &out, &err), err);
		else
			assert_err(bl_json_decode(parser, &wrapped, arena, &out, &err), err,
			    BL_ELIMIT, "JSON in a string in JSON, more than 8 times");
		if (layers <= 8)
			assert_int_equal(out->kind, BL_JSON_ARRAY);
		next[n++] = '"';
		for (size_t i = 0; i < len; i++) {
			if (text[i] == '"' || text[i] == '\\')
				next[n++] = '\\';
			next[n++] = text[i];
		}
		next[n++] = '"';
		assert_true(n < sizeof(text));
		memcpy(text, next, n);
		text[n] = '\0';
	}
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(a_parser_needs_memory_and_sane_limits),
	    T(members_and_elements_are_found),
	    T(integers_are_read_exactly),
	    T(json_in_a_string_is_taken_out),
	    T(what_only_looks_like_json_stays),
	    T(json_in_json_has_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
