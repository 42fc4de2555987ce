/* keys.c: every pair of equal keys is found, at every size, and in time. */
#include "support/test.h"

#include <stdio.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "json/json.h"

static struct bl_err err;

/* An object of ${n} members; member ${b} repeats the key of ${a} when b > 0. */
static void
object(struct bl_buf *out, unsigned n, unsigned a, unsigned b)
{
	out->len = 0;
	assert_ok(bl_buf_add(out, BL_STR("{"), &err), err);
	for (unsigned i = 0; i < n; i++)
		assert_ok(bl_buf_printf(out, &err, "%s\"key %u\":%u", i > 0 ? "," : "",
			      b > 0 && i == b ? a : i, i),
		    err);
	assert_ok(bl_buf_add(out, BL_STR("}"), &err), err);
}

static void
a_pair_is_found_at_every_size(void **state)
{
	static const unsigned sizes[] = {1, 2, 8, 9, 10, 127, 128, 129, 1000};
	struct bl_json_parser *parser = NULL;
	struct bl_arena *arena = bl_arena_new(1 << 22);
	struct bl_buf text = BL_BUF_INIT(1 << 20);
	const struct bl_json *root = NULL;

	(void)state;
	assert_ok(bl_json_parser_new((struct bl_json_limits){0}, &parser, &err), err);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		unsigned n = sizes[i];

		bl_arena_reset(arena);
		object(&text, n, 0, 0);
		assert_ok(bl_json_parse(parser, bl_buf_str(&text), arena, &root, &err), err);
		assert_int_equal(root->n, n);
		for (unsigned b = 1; b < n; b += n / 7 + 1) {
			char want[100];

			object(&text, n, b / 2, b);
			(void)snprintf(want, sizeof(want),
			    "the key \"key %u\" appears twice in one object", b / 2);
			assert_err(bl_json_parse(parser, bl_buf_str(&text), arena, &root, &err),
			    err, BL_EINPUT, want);
			/* The place is that of the second one. */
			(void)snprintf(want, sizeof(want), "\"key %u\":%u", b / 2, b);
			assert_true(bl_str_starts(
			    bl_str_sub(bl_buf_str(&text), err.offset, text.len), bl_str_of(want)));
		}
	}
	bl_buf_release(&text);
	bl_json_parser_free(&parser);
	bl_arena_free(&arena);
}

static void
the_first_repetition_is_told(void **state)
{
	struct bl_json_parser *parser = NULL;
	struct bl_arena *arena = bl_arena_new(1 << 22);
	struct bl_buf text = BL_BUF_INIT(1 << 20);
	const struct bl_json *root = NULL;
	size_t z;

	(void)state;
	assert_ok(bl_json_parser_new((struct bl_json_limits){0}, &parser, &err), err);
	object(&text, 200, 0, 0);
	text.len--; /* The closing brace. */
	z = text.len + 1;
	assert_ok(bl_buf_add(&text, BL_STR(",\"key 9\":0,\"key 10\":0,\"key 9\":0}"), &err), err);
	assert_err(bl_json_parse(parser, bl_buf_str(&text), arena, &root, &err), err, BL_EINPUT,
	    "the key \"key 9\" appears twice in one object");
	assert_int_equal(err.offset, z);
	bl_buf_release(&text);
	bl_json_parser_free(&parser);
	bl_arena_free(&arena);
}

static void
a_hundred_thousand_keys_take_no_time(void **state)
{
	struct bl_json_parser *parser = NULL;
	struct bl_arena *arena = bl_arena_new((size_t)64 << 20);
	struct bl_buf text = BL_BUF_INIT((size_t)8 << 20);
	const struct bl_json *root = NULL;
	clock_t began;

	(void)state;
	assert_ok(bl_json_parser_new((struct bl_json_limits){0}, &parser, &err), err);
	object(&text, 100000, 0, 0);
	began = clock();
	assert_ok(bl_json_parse(parser, bl_buf_str(&text), arena, &root, &err), err);
	/* Pairs would be 5e9 comparisons: half a minute at the least. */
	assert_true((clock() - began) / CLOCKS_PER_SEC < 5);
	assert_int_equal(root->n, 100000);
	object(&text, 100000, 50000, 99999);
	assert_err(bl_json_parse(parser, bl_buf_str(&text), arena, &root, &err), err, BL_EINPUT,
	    "the key \"key 50000\" appears twice in one object");
	bl_buf_release(&text);
	bl_json_parser_free(&parser);
	bl_arena_free(&arena);
}

static void
no_memory_for_many_keys_is_an_error(void **state)
{
	struct bl_json_parser *parser = NULL;
	struct bl_arena *arena = bl_arena_new(1 << 22);
	struct bl_buf text = BL_BUF_INIT(1 << 20);
	const struct bl_json *root = NULL;
	unsigned failed = 0;

	(void)state;
	assert_ok(bl_json_parser_new((struct bl_json_limits){0}, &parser, &err), err);
	object(&text, 500, 0, 0);
	for (uint64_t n = 1;; n++) {
		enum bl_status status;

		bl_arena_reset(arena);
		bl_mem_fail_at(n);
		status = bl_json_parse(parser, bl_buf_str(&text), arena, &root, &err);
		bl_mem_fail_at(0);
		if (status == BL_OK)
			break;
		assert_int_equal(status, BL_ENOMEM);
		failed++;
	}
	assert_true(failed > 0);
	assert_int_equal(root->n, 500);
	bl_buf_release(&text);
	bl_json_parser_free(&parser);
	bl_arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_pair_is_found_at_every_size),
	    cmocka_unit_test(the_first_repetition_is_told),
	    cmocka_unit_test(a_hundred_thousand_keys_take_no_time),
	    cmocka_unit_test(no_memory_for_many_keys_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
