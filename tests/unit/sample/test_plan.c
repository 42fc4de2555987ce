/* Accounts, grid, and the refusals of options. */
#include "support/test.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/instant.h"
#include "sample/sample_priv.h"

static enum bl_status
plan(const struct bl_sample_options *options, struct bl_sample_plan *ret_plan,
    struct bl_arena *arena, struct bl_err *reterr)
{
	return bl_sample__plan(options, arena, ret_plan, reterr);
}

static void
options_out_of_range(void **state)
{
	struct bl_arena *arena = bl_arena_new((size_t)1 << 20);
	struct bl_sample_options good = bl_sample_defaults(), bad;
	struct bl_sample_plan p;
	struct bl_err err;

	(void)state;
	bad = good;
	bad.n_accounts = 0;
	assert_err(plan(&bad, &p, arena, &err), err, BL_EUSAGE,
	    "the sample's number of accounts is 0; it must be 1 to 1000");
	bad = good;
	bad.n_regions = 21;
	assert_err(plan(&bad, &p, arena, &err), err, BL_EUSAGE,
	    "the sample's number of regions is 21; it must be 1 to 20");
	bad = good;
	bad.n_days = 401;
	assert_err(plan(&bad, &p, arena, &err), err, BL_EUSAGE,
	    "the sample's number of days is 401; it must be 1 to 400");
	bad = good;
	bad.n_resources = 200001;
	assert_err(plan(&bad, &p, arena, &err), err, BL_EUSAGE,
	    "the sample's number of resources is 200001; it must be 1 to 200000");
	bad = good;
	bad.start_ns = 0;
	assert_err(plan(&bad, &p, arena, &err), err, BL_EUSAGE,
	    "the sample's start must lie in 1975 to 2250");
	bl_arena_free(&arena);
}

static int
by_text(const void *a, const void *b)
{
	const struct bl_sample_account *x = a, *y = b;

	return strcmp(x->id, y->id);
}

static void
a_thousand_accounts_differ(void **state)
{
	struct bl_arena *arena = bl_arena_new((size_t)1 << 20);
	struct bl_sample_options options = bl_sample_defaults();
	struct bl_sample_plan p;
	struct bl_err err;

	(void)state;
	options.n_accounts = 1000;
	options.n_regions = 20;
	for (uint64_t seed = 0; seed < 5; seed++) {
		options.seed = seed;
		bl_arena_reset(arena);
		assert_ok(plan(&options, &p, arena, &err), err);
		qsort(p.accounts, 1000, sizeof(p.accounts[0]), by_text);
		for (uint32_t i = 0; i < 1000; i++) {
			assert_int_equal(strlen(p.accounts[i].id), 12);
			assert_int_equal(strspn(p.accounts[i].id, "0123456789"), 12);
			assert_true(i == 0 || strcmp(p.accounts[i - 1].id, p.accounts[i].id) < 0);
		}
	}
	bl_arena_free(&arena);
}

/* Whole seconds, at most five minutes behind the grid, later in a later period. */
static void
deliveries_follow_the_grid(void **state)
{
	struct bl_arena *arena = bl_arena_new((size_t)1 << 20);
	struct bl_sample_options options = bl_sample_defaults();
	struct bl_sample_plan p;
	struct bl_err err;

	(void)state;
	options.n_accounts = 50;
	options.n_regions = 20;
	assert_ok(plan(&options, &p, arena, &err), err);
	for (uint32_t a = 0; a < 50; a++) {
		for (uint32_t r = 0; r < 20; r++) {
			for (uint32_t slot = 0; slot < p.n_slots; slot++) {
				int64_t behind = bl_sample__delivery_ms(&p, a, r, slot) -
						 bl_sample__grid_ms(&p, slot);

				assert_int_equal(behind % 1000, 0);
				assert_in_range(behind, 1000, 5 * MS_PER_MIN);
			}
		}
	}
	assert_int_equal(p.n_moments, 3);
	bl_arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(options_out_of_range),
	    cmocka_unit_test(a_thousand_accounts_differ),
	    cmocka_unit_test(deliveries_follow_the_grid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
