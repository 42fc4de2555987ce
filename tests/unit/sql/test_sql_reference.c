/* Every public query that people run on Athena over Config: each block parses and binds. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "front.h"

#define PATH "/work/shared/reference/athena-config-queries.sql"

static bool
read_all(struct bl_buf *out)
{
	FILE *file = fopen(PATH, "rb");
	char bytes[65536];
	size_t n;

	if (file == NULL)
		return false;
	while ((n = fread(bytes, 1, sizeof(bytes), file)) > 0)
		assert_int_equal(bl_buf_add(out, (struct bl_str){bytes, n}, NULL), BL_OK);
	(void)fclose(file);
	return true;
}

static void
each_block_binds(void **state)
{
	struct bl_buf all = BL_BUF_INIT((size_t)4 << 20);
	struct bl_arena *arena = bl_arena_new((size_t)64 << 20);
	struct bl_str rest;
	uint32_t n = 0, wrong = 0;

	(void)state;
	assert_non_null(arena);
	if (!read_all(&all)) {
		bl_arena_free(&arena);
		skip();
	}
	rest = bl_buf_str(&all);
	while (rest.len > 0) {
		size_t end = bl_str_find(rest, BL_STR("\n;"));
		struct bl_str block = bl_str_sub(rest, 0, end), text;
		struct bl_bound_query bound;
		struct bl_err err = {0};

		rest = end == SIZE_MAX ? (struct bl_str){0} : bl_str_sub(rest, end + 2, rest.len);
		if (bl_str_trim(block).len == 0)
			continue;
		n++;
		if (front_bind(arena, block, &bound, &err)) {
			wrong++;
			printf("block %u: %s %u:%u: %s\n", (unsigned)n, bl_status_name(err.status),
			    (unsigned)err.line, (unsigned)err.column, err.text);
		} else if (bound.plan != NULL) {
			assert_int_equal(bl_plan_text(&bound, NULL, arena, &text, &err), BL_OK);
			if (getenv("SHOW") != NULL)
				printf(
				    "--- block %u\n%.*s\n", (unsigned)n, (int)text.len, text.ptr);
		}
		bl_arena_reset(arena);
	}
	printf("%u blocks, %u wrong\n", (unsigned)n, (unsigned)wrong);
	assert_true(n >= 60);
	assert_int_equal(wrong, 0);
	bl_buf_release(&all);
	bl_arena_free(&arena);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_block_binds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
