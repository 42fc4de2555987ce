/* arena.c: the budget, rewinding, alignment, zeroes, and the gap under ASan. */
#include "support/test.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/mem.h"

static void
the_budget_is_kept(void **state)
{
	struct bl_arena *arena = bl_arena_new(100000);
	size_t sum = 0;

	(void)state;
	assert_int_equal(bl_arena_used(arena), 0);
	while (bl_new(arena, char, 100) != NULL)
		sum += 100;
	assert_true(sum <= 100000);
	assert_true(sum >= 50000); /* Most of the budget can be had. */
	assert_true(bl_arena_used(arena) <= 100000);
	assert_null(bl_new(arena, char, 100)); /* And it stays an ordinary failure. */
	bl_arena_reset(arena);
	assert_int_equal(bl_arena_used(arena), 0);
	assert_non_null(bl_new(arena, char, 100));
	bl_arena_free(&arena);
	assert_null(arena);
	bl_arena_free(&arena);
}

static void
sizes_do_not_overflow(void **state)
{
	struct bl_arena *arena = bl_arena_new(SIZE_MAX);

	(void)state;
	assert_null(bl_arena_alloc(arena, SIZE_MAX / 2 + 1, 1, 2));
	assert_null(bl_arena_alloc(arena, 2, 1, SIZE_MAX));
	assert_null(bl_arena_alloc(arena, SIZE_MAX, 1, 1));
	assert_non_null(bl_new(arena, char, 0));
	assert_non_null(bl_new(arena, uint64_t, 1));
	bl_arena_free(&arena);
	arena = bl_arena_new(0);
	assert_null(bl_new(arena, char, 1));
	bl_arena_free(&arena);
}

static void
memory_is_zeroed_and_aligned(void **state)
{
	struct bl_arena *arena = bl_arena_new(1 << 22);

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (size_t align = 1; align <= 64; align *= 2)
			for (size_t count = 1; count < 3000; count = count * 2 + 1) {
				unsigned char *p = bl_arena_alloc(arena, 1, align, count);

				assert_non_null(p);
				assert_int_equal((uintptr_t)p % align, 0);
				for (size_t i = 0; i < count; i++)
					assert_int_equal(p[i], 0);
				memset(p, 0xee, count); /* For the next round to find. */
			}
		bl_arena_reset(arena);
	}
	bl_arena_free(&arena);
}

static void
rewinding_forgets_what_came_later(void **state)
{
	struct bl_arena *arena = bl_arena_new(1 << 22);
	struct bl_arena_mark start = bl_arena_mark(arena), mark;
	char *kept = bl_new(arena, char, 10), *again, *first;
	size_t used;

	(void)state;
	first = kept;
	memcpy(kept, "keep this", 10);
	mark = bl_arena_mark(arena);
	used = bl_arena_used(arena);
	again = bl_new(arena, char, 50);
	for (int i = 0; i < 100; i++) /* Into further blocks. */
		assert_non_null(bl_new(arena, char, 5000));
	bl_arena_rewind(arena, mark);
	assert_int_equal(bl_arena_used(arena), used);
	assert_string_equal(kept, "keep this");
	assert_ptr_equal(bl_new(arena, char, 50), again);
	bl_arena_rewind(arena, start);
	assert_int_equal(bl_arena_used(arena), 0);
	assert_ptr_equal(bl_new(arena, char, 10), first);
	bl_arena_free(&arena);
}

/* The loop that every reader of items has. */
static void
a_loop_that_resets_asks_the_heap_no_more(void **state)
{
	struct bl_arena *arena = bl_arena_new(1 << 24);

	(void)state;
	for (int round = 0; round < 50; round++) {
		struct bl_arena_mark mark;

		if (round == 2)
			bl_mem_fail_at(1);
		for (size_t i = 1; i < 200; i++)
			assert_non_null(bl_new(arena, char, i * 13 % 7000 + 1));
		mark = bl_arena_mark(arena);
		assert_non_null(bl_new(arena, char, 100000));
		bl_arena_rewind(arena, mark);
		assert_non_null(bl_new(arena, char, 90000));
		bl_arena_reset(arena);
	}
	assert_false(bl_mem_fail_hit());
	bl_mem_fail_at(0);
	bl_arena_free(&arena);
}

static void
no_heap_is_an_ordinary_failure(void **state)
{
	struct bl_arena *arena;

	(void)state;
	bl_mem_fail_at(1);
	assert_null(bl_arena_new(1000));
	bl_mem_fail_at(2);
	arena = bl_arena_new(10000);
	assert_non_null(arena);
	assert_null(bl_new(arena, char, 10));
	assert_true(bl_mem_fail_hit());
	bl_mem_fail_at(0);
	assert_non_null(bl_new(arena, char, 10));
	bl_arena_free(&arena);
}

#if defined(__SANITIZE_ADDRESS__)
#define UNDER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_ASAN 1
#endif
#endif

/* In a child, because the sanitizer ends the process. */
static void
the_sanitizer_sees_an_overrun_inside_a_block(void **state)
{
	(void)state;
#ifdef UNDER_ASAN
	for (int which = 0; which < 3; which++) {
		pid_t child = fork();
		int status = 0;

		assert_true(child >= 0);
		if (child == 0) {
			struct bl_arena *arena = bl_arena_new(100000);
			struct bl_arena_mark mark = bl_arena_mark(arena);
			volatile char *p = bl_new(arena, char, 24);
			volatile char *q = bl_new(arena, char, 24);

			(void)close(2); /* The report is not for the log. */
			if (which == 0)
				p[24] = 'x';
			if (which == 1)
				q[31] = 'x';
			bl_arena_rewind(arena, mark);
			if (which == 2)
				p[0] = 'x';
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
#else
	skip();
#endif
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_budget_is_kept),
	    cmocka_unit_test(sizes_do_not_overflow),
	    cmocka_unit_test(memory_is_zeroed_and_aligned),
	    cmocka_unit_test(rewinding_forgets_what_came_later),
	    cmocka_unit_test(a_loop_that_resets_asks_the_heap_no_more),
	    cmocka_unit_test(no_heap_is_an_ordinary_failure),
	    cmocka_unit_test(the_sanitizer_sees_an_overrun_inside_a_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
