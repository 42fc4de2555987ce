/* diff.c: the words of a difference; and, over random values, that applying it to the one before
 * gives the one after. */
#include "support/test.h"

#include <stdio.h>

#include "base/buf.h"
#include "unit/json/json_apply.h"

static struct bl_json_parser *parser;
static struct bl_arena *arena;
static struct bl_err err;

static int
setup(void **state)
{
	(void)state;
	arena = bl_arena_new((size_t)1 << 30);
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

/* "op path before after; ..." */
static const char *
told(const char *before, const char *after)
{
	static char text[4096];
	struct bl_buf out = BL_BUF_INIT(sizeof(text) - 1);
	struct bl_json_change *changes = NULL;
	size_t n = 0;

	bl_arena_reset(arena);
	assert_ok(bl_json_diff(parsed(before), parsed(after), arena, &changes, &n, &err), err);
	for (size_t i = 0; i < n; i++) {
		assert_ok(bl_buf_printf(&out, &err, "%s%s %.*s", i == 0 ? "" : "; ",
			      bl_json_op_name(changes[i].op), BL_STR_ARG(changes[i].path)),
		    err);
		if (changes[i].before != NULL) {
			assert_ok(bl_buf_add_byte(&out, ' ', &err), err);
			assert_ok(bl_json_dump(changes[i].before, &out, &err), err);
		}
		if (changes[i].after != NULL) {
			assert_ok(bl_buf_add(&out, BL_STR(" => "), &err), err);
			assert_ok(bl_json_dump(changes[i].after, &out, &err), err);
		}
	}
	if (out.len > 0)
		memcpy(text, out.ptr, out.len);
	text[out.len] = '\0';
	bl_buf_release(&out);
	return text;
}

static void
members_by_key(void **state)
{
	(void)state;
	assert_string_equal(told("{\"a\":1,\"b\":[]}", "{\"b\":[],\"a\":1}"), "");
	assert_string_equal(
	    told("{\"a\":1,\"c\":true,\"b\":null}", "{\"a\":2,\"d\":{},\"b\":null}"),
	    "replace a 1 => 2; remove c true; add d => {}");
	assert_string_equal(
	    told("{\"a\":{\"x y\":1}}", "{\"a\":{\"x y\":\"1\"}}"), "replace a['x y'] 1 => \"1\"");
	assert_string_equal(told("{\"it's\":1}", "{\"it's\":2}"), "replace ['it''s'] 1 => 2");
	assert_string_equal(told("{\"\":1,\"9\":1}", "{\"\":2,\"9\":2}"),
	    "replace [''] 1 => 2; replace ['9'] 1 => 2");
	assert_string_equal(told("1", "[1]"), "replace  1 => [1]");
}

static void
numbers_as_written(void **state)
{
	(void)state;
	assert_string_equal(told("[1]", "[1.0]"), "replace [1] 1 => 1.0");
	assert_string_equal(
	    told("{\"n\":12345678901234567890123}", "{\"n\":12345678901234567890124}"),
	    "replace n 12345678901234567890123 => 12345678901234567890124");
}

static void
an_inserted_element_is_one_change(void **state)
{
	(void)state;
	assert_string_equal(told("[1,2,3,4]", "[1,9,2,3,4]"), "add [2] => 9");
	assert_string_equal(told("[1,2,3,4]", "[2,3,4]"), "remove [1] 1");
	assert_string_equal(told("[{\"a\":1},{\"a\":2}]", "[{\"a\":0},{\"a\":1},{\"a\":2}]"),
	    "add [1] => {\"a\":0}");
	/* Equal but for the order of members. */
	assert_string_equal(
	    told("[{\"a\":1,\"b\":2},5]", "[7,{\"b\":2,\"a\":1},5]"), "add [1] => 7");
	/* Behind an insertion the indices are those after the change. */
	assert_string_equal(told("[1,{\"x\":1,\"y\":[]},3]", "[0,1,{\"x\":2,\"y\":[]},3]"),
	    "add [1] => 0; replace [3].x 1 => 2");
	assert_string_equal(told("[1,2,3]", "[3,1]"), "remove [1] 1; remove [2] 2; add [2] => 1");
	assert_string_equal(told("[[1],2]", "[{},2]"), "remove [1] [1]; add [1] => {}");
}

static void
one_side_is_no_value(void **state)
{
	struct bl_json_change *changes = NULL;
	size_t n = 0;

	(void)state;
	bl_arena_reset(arena);
	assert_ok(bl_json_diff(NULL, NULL, arena, &changes, &n, &err), err);
	assert_int_equal(n, 0);
	assert_ok(bl_json_diff(NULL, parsed("{}"), arena, &changes, &n, &err), err);
	assert_int_equal(n, 1);
	assert_int_equal(changes[0].op, BL_JSON_ADD);
	assert_int_equal(changes[0].path.len, 0);
}

static void
paths_below_a_pattern(void **state)
{
	static const struct {
		const char *path, *pattern;
		bool below;
	} rows[] = {
	    {"tags", "tags", true},
	    {"tags.Owner", "tags", true},
	    {"tags['a b']", "tags", true},
	    {"tagset", "tags", false},
	    {"tag", "tags", false},
	    {"a[3].b", "a[*].b", true},
	    {"a[12].b.c", "a[*]", true},
	    {"a[3].b", "a[2]", false},
	    {"a.b", "a[*]", false},
	    {"a['3']", "a[*]", false},
	    {"a[", "a[*]", false},
	    {"a[1", "a[*]", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (bl_json_path_below(bl_str_of(rows[i].path), bl_str_of(rows[i].pattern)) !=
		    rows[i].below)
			fail_msg("%s below %s", rows[i].path, rows[i].pattern);
}

/* Long arrays without a common end: aligned by ends only, and as exact. */
static void
beyond_the_limit_of_pairs(void **state)
{
	struct bl_buf x = BL_BUF_INIT((size_t)1 << 20), y = BL_BUF_INIT((size_t)1 << 20);
	struct bl_json_change *changes = NULL;
	size_t n = 0;

	(void)state;
	bl_arena_reset(arena);
	for (int i = 0; i < 4100; i++) {
		assert_ok(bl_buf_printf(&x, &err, "%s%d", i == 0 ? "[" : ",", i), err);
		assert_ok(bl_buf_printf(&y, &err, "%s%d", i == 0 ? "[" : ",", 2 * i + 1), err);
	}
	assert_ok(bl_buf_add(&x, BL_STR("]\0"), &err), err);
	assert_ok(bl_buf_add(&y, BL_STR(",0]\0"), &err), err);
	assert_true((size_t)4100 * 4101 > BL_JSON_DIFF_PAIRS);
	assert_ok(bl_json_diff(parsed(x.ptr), parsed(y.ptr), arena, &changes, &n, &err), err);
	assert_int_equal(n, 4101);
	for (size_t i = 0; i < n; i++) {
		char path[32];

		(void)snprintf(path, sizeof(path), "[%zu]", i + 1);
		assert_true(bl_str_eq(changes[i].path, bl_str_of(path)));
		assert_int_equal(changes[i].op, i < 4100 ? BL_JSON_REPLACE : BL_JSON_ADD);
	}
	bl_buf_release(&x);
	bl_buf_release(&y);
}

static void
no_memory_is_an_ordinary_failure(void **state)
{
	struct bl_json_change *changes = NULL;
	const struct bl_json *a, *b;
	struct bl_arena *small = bl_arena_new(600);
	size_t n = 0;

	(void)state;
	bl_arena_reset(arena);
	a = parsed("{\"a\":[1,2,3,4,5,6,7,8,9,10,11,12],\"b\":1}");
	b = parsed("{\"a\":[2,4,6,8,10,12,14,16,18,20,22],\"b\":2}");
	assert_non_null(small);
	assert_int_equal(bl_json_diff(a, b, small, &changes, &n, &err), BL_ENOMEM);
	bl_arena_free(&small);
}

/* ---- The property. ---------------------------------------------------------------- */

static uint32_t
rnd(uint64_t *seed, uint32_t below)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33) % below;
}

/* Few values and keys, so that much is equal. */
static struct bl_json *
random_value(uint64_t *seed, uint32_t depth)
{
	static const char *const keys[] = {
	    "a", "b", "c d", "it's", "", "e.f", "g[1]", "']", "\xc3\xa4", "h"};
	static const char *const numbers[] = {"0", "1", "1.0", "-2e5"};
	struct bl_json *v = bl_new(arena, struct bl_json, 1), *last = NULL;

	v->kind = (enum bl_json_kind)rnd(seed, depth > 0 ? 6 : 4);
	if (depth > 0 && rnd(seed, 2) == 0)
		v->kind = rnd(seed, 2) == 0 ? BL_JSON_ARRAY : BL_JSON_OBJECT;
	if (v->kind == BL_JSON_BOOL)
		v->boolean = rnd(seed, 2) == 1;
	if (v->kind == BL_JSON_NUMBER)
		v->text = bl_str_of(numbers[rnd(seed, 4)]);
	if (v->kind == BL_JSON_STRING)
		v->text = bl_str_of(keys[rnd(seed, 10)]);
	for (uint32_t n = v->kind >= BL_JSON_ARRAY ? rnd(seed, 7) : 0; n > 0; n--) {
		struct bl_json *child = random_value(seed, depth - 1);

		if (v->kind == BL_JSON_OBJECT) {
			child->key = bl_str_of(keys[rnd(seed, 10)]);
			if (bl_json_get(v, child->key) != NULL)
				continue;
		}
		append(arena, v, &last, child, child->key);
	}
	return v;
}

/* The value with some parts changed, removed, put in, moved. */
static struct bl_json *
mutated(uint64_t *seed, const struct bl_json *value, uint32_t depth)
{
	struct bl_json *v = bl_new(arena, struct bl_json, 1), *last = NULL;

	if (rnd(seed, 12) == 0)
		return random_value(seed, depth);
	*v = *value;
	v->first = NULL;
	v->n = 0;
	for (const struct bl_json *c = value->first; c != NULL; c = c->next) {
		if (rnd(seed, 8) == 0)
			continue;
		if (v->kind == BL_JSON_ARRAY && rnd(seed, 8) == 0)
			append(arena, v, &last, random_value(seed, 2), c->key);
		append(arena, v, &last, mutated(seed, c, depth > 0 ? depth - 1 : 0), c->key);
	}
	return v;
}

static void
applied_it_gives_the_value_after(void **state)
{
	uint64_t seed = 20260131;
	size_t most = 0;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		const struct bl_json *a, *b, *c;
		struct bl_json_change *changes = NULL;
		uint64_t at = seed;
		bool same = false, equal = false;
		size_t n = 0;

		bl_arena_reset(arena);
		a = random_value(&seed, 4);
		b = rnd(&seed, 5) == 0 ? random_value(&seed, 4) : mutated(&seed, a, 4);
		assert_ok(bl_json_diff(a, b, arena, &changes, &n, &err), err);
		c = json_apply(arena, a, changes, n);
		if (c != NULL)
			assert_ok(bl_json_equal(c, b, arena, &equal, &err), err);
		assert_ok(bl_json_equal(a, b, arena, &same, &err), err);
		if (!equal || same != (n == 0))
			fail_msg("seed %llu: applying %zu changes does not give the value after",
			    (unsigned long long)at, n);
		most = n > most ? n : most;
	}
	assert_true(most > 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(members_by_key),
	    cmocka_unit_test(numbers_as_written),
	    cmocka_unit_test(an_inserted_element_is_one_change),
	    cmocka_unit_test(one_side_is_no_value),
	    cmocka_unit_test(paths_below_a_pattern),
	    cmocka_unit_test(beyond_the_limit_of_pairs),
	    cmocka_unit_test(no_memory_is_an_ordinary_failure),
	    cmocka_unit_test(applied_it_gives_the_value_after),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
