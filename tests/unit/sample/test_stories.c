/* Where the seed places the stories: properties over many seeds and shapes. */
#include "support/test.h"

#include "base/arena.h"
#include "sample/sample_priv.h"

static struct bl_arena *arena;

static struct bl_sample_plan *
plan_of(uint32_t accounts, uint32_t regions, uint32_t days, uint64_t seed)
{
	struct bl_sample_options options = bl_sample_defaults();
	struct bl_sample_plan *plan;
	struct bl_err err;

	options.n_accounts = accounts;
	options.n_regions = regions;
	options.n_days = days;
	options.seed = seed;
	bl_arena_reset(arena);
	plan = bl_new(arena, struct bl_sample_plan, 1);
	assert_non_null(plan);
	assert_ok(bl_sample__plan(&options, arena, plan, &err), err);
	return plan;
}

static void
check_story(const struct bl_sample_plan *plan, const struct bl_sample_story *story)
{
	const struct bl_sample_story *outage =
	    bl_sample__outage(plan, story->account, story->region);

	if (story->kind->scope == SCOPE_LEAVES || story->kind->scope == SCOPE_JOINS)
		return;
	assert_true(story->account != plan->leaves && story->account != plan->joins);
	assert_true(story->account < plan->options.n_accounts);
	assert_true(story->region < plan->options.n_regions);
	for (uint32_t s = 0; s < story->kind->n_steps; s++) {
		int64_t at = bl_sample__step_ms(plan, story, s);
		int64_t of_slot = (at - plan->start_ms) % MS_PER_SLOT;

		/* Invariant 3, and room for AWS's verdict behind it. */
		assert_true(at % 1000 != 0);
		assert_in_range(of_slot, 15 * MS_PER_MIN, MS_PER_SLOT - 22 * MS_PER_MIN);
		assert_true(at < bl_sample__grid_ms(plan, plan->n_slots - 2));
		if (outage != NULL && outage != story)
			assert_true(at < bl_sample__step_ms(plan, outage, 0) - MS_PER_SLOT / 2 ||
				    at > bl_sample__step_ms(plan, outage, 1) + MS_PER_HOUR);
	}
}

static void
every_story_is_observable(void **state)
{
	static const uint32_t shape[][3] = {
	    {4, 2, 35}, {1, 1, 35}, {2, 1, 20}, {3, 3, 12}, {40, 4, 31}, {1, 1, 400}, {1, 5, 3}};

	(void)state;
	for (uint64_t seed = 0; seed < 60; seed++) {
		for (size_t i = 0; i < sizeof(shape) / sizeof(shape[0]); i++) {
			const struct bl_sample_plan *plan =
			    plan_of(shape[i][0], shape[i][1], shape[i][2], seed);

			for (uint32_t k = 0; k < plan->n_stories; k++) {
				if (plan->stories[k].left_out == NULL)
					check_story(plan, &plan->stories[k]);
				else
					assert_true(strlen(plan->stories[k].left_out) > 10);
			}
		}
	}
}

/* A month holds every one of them, for any seed. */
static void
nothing_is_left_out_by_default(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 200; seed++) {
		const struct bl_sample_plan *plan = plan_of(4, 2, 35, seed);

		for (uint32_t k = 0; k < plan->n_stories; k++) {
			const struct bl_sample_story *story = &plan->stories[k];

			assert_null(story->left_out);
			/* Inside January 2026. */
			for (uint32_t s = 0; s < story->kind->n_steps; s++)
				assert_in_range(bl_sample__step_ms(plan, story, s),
				    INT64_C(1767225600000), INT64_C(1769903999999));
		}
		assert_true(plan->leaves != plan->joins);
	}
}

static void
what_does_not_fit_is_said(void **state)
{
	const struct bl_sample_plan *plan = plan_of(1, 1, 1, 1);

	(void)state;
	for (uint32_t k = 0; k < plan->n_stories; k++) {
		const struct bl_sample_story *story = &plan->stories[k];

		assert_true(
		    (story->left_out == NULL) == (strncmp(story->kind->name, "volume-", 7) == 0));
	}
	assert_int_equal(plan->i_outage, NO_SLOT);
	plan = plan_of(2, 1, 35, 1);
	for (uint32_t k = 0; k < plan->n_stories; k++) {
		const struct bl_sample_story *story = &plan->stories[k];

		if (strcmp(story->kind->name, "account-joins") == 0)
			assert_string_equal(story->left_out,
			    "it needs an account of its own: give it more accounts");
		else
			assert_null(story->left_out);
	}
}

static void
the_seed_decides(void **state)
{
	uint32_t differ = 0;
	uint32_t slot[MAX_STORIES];

	(void)state;
	for (uint32_t k = 0; k < bl_sample__n_stories; k++)
		slot[k] = plan_of(4, 2, 35, 1)->stories[k].slot;
	for (uint32_t k = 0; k < bl_sample__n_stories; k++) {
		assert_int_equal(plan_of(4, 2, 35, 1)->stories[k].slot, slot[k]);
		differ += plan_of(4, 2, 35, 2)->stories[k].slot != slot[k];
	}
	assert_true(differ > 8);
}

static int
set_up(void **state)
{
	(void)state;
	arena = bl_arena_new((size_t)4 << 20);
	return arena == NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	bl_arena_free(&arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_story_is_observable),
	    cmocka_unit_test(nothing_is_left_out_by_default),
	    cmocka_unit_test(what_does_not_fit_is_said),
	    cmocka_unit_test(the_seed_decides),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
