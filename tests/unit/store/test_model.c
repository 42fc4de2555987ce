/* The real store against the naive one, under random sequences of everything a writer can do. */
#include "model.h"

#include "support/os_crash.h"

static void
shrink(struct bl_store *store)
{
	store->seal_type = 6000; /* So that types seal by themselves, one by one. */
	store->seal_all = 20000;
	store->seal_small = 1500;
	store->spill = 700;
}

struct run {
	struct model model;
	struct os_crash *fs;
	struct bl_store *store;
	uint64_t random;
	size_t flushed; /* Deliveries that a crash must not lose. */
	bool group;
	uint64_t n_seals, n_aborts, n_opens, n_groups;
};

static void
open_store(struct run *run, enum bl_store_mode mode)
{
	struct bl_err err;

	bl_store_close(&run->store);
	assert_ok(bl_store_open(&run->fs->os, "s/t", mode, &run->store, &err), err);
	if (mode != BL_STORE_READ)
		shrink(run->store);
	run->group = false;
	run->n_opens++;
}

static void
deliver(struct run *run, uint32_t n_items, bool abort)
{
	struct model_delivery *d = model_next(&run->model, &run->random, n_items);
	struct bl_err err;
	uint64_t position = 0;

	assert_ok(model_give(run->store, d, &err), err);
	if (abort) {
		assert_ok(bl_store_abort(run->store, &err), err);
		model_pop(&run->model);
		run->n_aborts++;
		return;
	}
	assert_ok(model_commit(run->store, d, &position, &err), err);
	assert_int_equal(position, run->model.n);
	if (!run->group)
		run->flushed = run->model.n;
}

static void
step(struct run *run)
{
	struct bl_err err;
	struct bl_store *reader = NULL;

	switch (kit_random(&run->random) % 12) {
	case 0:
		assert_ok(bl_store_seal(run->store, &err), err);
		run->flushed = run->model.n;
		run->n_seals++;
		break;
	case 1:
		if (run->group)
			assert_ok(bl_store_flush(run->store, &err), err);
		run->flushed = run->model.n;
		open_store(run, BL_STORE_WRITE);
		assert_int_equal(model_check(&run->model, run->store, run->flushed), run->model.n);
		break;
	case 2: deliver(run, 40, true); break;
	case 3:
		run->group = !run->group;
		bl_store_group(run->store, run->group);
		assert_ok(bl_store_flush(run->store, &err), err);
		run->flushed = run->model.n;
		run->n_groups++;
		break;
	case 4:
		/* A reader beside the writer sees at least what was flushed. */
		assert_ok(bl_store_open(&run->fs->os, "s/t", BL_STORE_READ, &reader, &err), err);
		assert_true(model_check(&run->model, reader, run->flushed) >= run->flushed);
		bl_store_close(&reader);
		break;
	default: deliver(run, kit_random(&run->random) % 8 == 0 ? 150 : 20, false); break;
	}
}

static void
test_model(void **state)
{
	uint64_t seals = 0, aborts = 0, segments = 0, deltas = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 40; seed++) {
		struct run run = {.random = seed, .fs = os_crash_new()};
		struct bl_store *old = NULL;
		struct bl_err err;
		size_t old_n = 0;

		open_store(&run, BL_STORE_CREATE);
		for (int i = 0; i < 60; i++) {
			step(&run);
			if (i == 25) {
				/* This reader lives through all that follows. */
				assert_ok(bl_store_flush(run.store, &err), err);
				assert_ok(
				    bl_store_open(&run.fs->os, "s/t", BL_STORE_READ, &old, &err),
				    err);
				old_n = run.model.n;
			}
			if (i % 10 == 9)
				assert_int_equal(
				    model_check(&run.model, run.store, 0), run.model.n);
		}
		assert_int_equal(model_check(&run.model, old, old_n), old_n);
		bl_store_close(&old);
		for (uint32_t t = 0; t < run.store->n_types; t++)
			segments += run.store->type[t].n_segments;
		for (uint64_t i = 0; i < run.store->n_deliveries; i++)
			deltas += run.store->entry[i].base > 0;
		seals += run.n_seals;
		aborts += run.n_aborts;
		bl_store_close(&run.store);
		model_release(&run.model);
		os_crash_free(&run.fs);
	}
	print_message("%llu seals, %llu aborts, %llu segments, %llu memberships as differences\n",
	    (unsigned long long)seals, (unsigned long long)aborts, (unsigned long long)segments,
	    (unsigned long long)deltas);
	/* The sequences did reach what they are for. */
	assert_true(seals > 50 && aborts > 50 && segments > 500 && deltas > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_model)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
