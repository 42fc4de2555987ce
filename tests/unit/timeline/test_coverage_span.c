/* Sets of moments, held against an array of hours. */
#include "support/test.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "timeline/coverage_span.h"

#define HOURS 48

static uint64_t
draw(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return *seed >> 33;
}

/* Spans in any order, overlapping, empty ones and reversed ones among them. */
static size_t
random_spans(uint64_t *seed, struct bl_span *spans, bool *hours)
{
	size_t n = draw(seed) % 9;

	memset(hours, 0, HOURS * sizeof(*hours));
	for (size_t i = 0; i < n; i++) {
		spans[i].from_ns = (int64_t)(draw(seed) % HOURS);
		spans[i].to_ns = (int64_t)(draw(seed) % (HOURS + 1));
		for (int64_t h = spans[i].from_ns; h < spans[i].to_ns; h++)
			hours[h] = true;
	}
	return n;
}

static void
same(struct bl_span_set set, const bool *hours, uint64_t seed, const char *what)
{
	int64_t end = -1;
	bool found[HOURS] = {false};

	for (size_t i = 0; i < set.n; i++) {
		if (set.at[i].from_ns <= end || set.at[i].from_ns >= set.at[i].to_ns)
			fail_msg("seed %llu: %s is not in order, or touches",
			    (unsigned long long)seed, what);
		end = set.at[i].to_ns;
		for (int64_t h = set.at[i].from_ns; h < end; h++)
			found[h] = true;
	}
	if (memcmp(found, hours, sizeof(found)) != 0)
		fail_msg("seed %llu: %s differs", (unsigned long long)seed, what);
}

static void
sets_agree_with_hours(void **state)
{
	(void)state;
	for (uint64_t first = 1; first <= 3000; first++) {
		struct bl_arena *arena = bl_arena_new(1 << 20);
		struct bl_span spans[16];
		struct bl_span_set a, b, out;
		bool in_a[HOURS], in_b[HOURS], want[HOURS];
		uint64_t seed = first;
		size_t n = random_spans(&seed, spans, in_a);
		int64_t from, to, sum = 0;

		assert_int_equal(bl_coverage_span_set(arena, spans, n, &a, NULL), 0);
		same(a, in_a, first, "the set");
		n = random_spans(&seed, spans, in_b);
		assert_int_equal(bl_coverage_span_set(arena, spans, n, &b, NULL), 0);
		assert_int_equal(bl_coverage_span_union(arena, a, b, &out, NULL), 0);
		for (int h = 0; h < HOURS; h++)
			want[h] = in_a[h] || in_b[h];
		same(out, want, first, "the union");
		assert_int_equal(bl_coverage_span_common(arena, a, b, &out, NULL), 0);
		for (int h = 0; h < HOURS; h++)
			want[h] = in_a[h] && in_b[h];
		same(out, want, first, "what is common");
		assert_int_equal(bl_coverage_span_minus(arena, a, b, &out, NULL), 0);
		for (int h = 0; h < HOURS; h++)
			want[h] = in_a[h] && !in_b[h];
		same(out, want, first, "the difference");
		from = (int64_t)(draw(&seed) % HOURS);
		to = (int64_t)(draw(&seed) % (HOURS + 1));
		for (int64_t h = from; h < to; h++)
			sum += in_a[h];
		assert_int_equal(bl_coverage_span_within(a, from, to), sum);
		bl_arena_free(&arena);
	}
}

static void
spans_without_an_end_do_not_overflow(void **state)
{
	const struct bl_span all = {INT64_MIN, INT64_MAX}, day = {0, 86400};
	struct bl_arena *arena = bl_arena_new(1 << 16);
	struct bl_span_set a, b, out;

	(void)state;
	assert_int_equal(bl_coverage_span_set(arena, &all, 1, &a, NULL), 0);
	assert_int_equal(bl_coverage_span_set(arena, &day, 1, &b, NULL), 0);
	assert_int_equal(bl_coverage_span_minus(arena, a, b, &out, NULL), 0);
	assert_int_equal(out.n, 2);
	assert_true(out.at[0].from_ns == INT64_MIN && out.at[0].to_ns == 0);
	assert_true(out.at[1].from_ns == 86400 && out.at[1].to_ns == INT64_MAX);
	assert_int_equal(bl_coverage_span_within(a, 10, 20), 10);
	bl_arena_free(&arena);
}

static void
a_full_arena_is_reported(void **state)
{
	const struct bl_span day = {0, 86400};
	struct bl_arena *arena = bl_arena_new(8);
	struct bl_span_set set;
	struct bl_err err;

	(void)state;
	assert_int_equal(bl_coverage_span_set(arena, &day, 1, &set, &err), BL_ENOMEM);
	bl_arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(sets_agree_with_hours),
	    cmocka_unit_test(spans_without_an_end_do_not_overflow),
	    cmocka_unit_test(a_full_arena_is_reported)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
