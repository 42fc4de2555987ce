/*
 * Loss of power at every changing call, with what was not synced kept, lost, torn or zeroed, in
 * every systematic combination and some random ones.  What must hold afterwards: the store opens;
 * all acknowledged deliveries are there, with their exact members and bytes; nothing dangles; a
 * second recovery, also after a crash within the first, finds the same; work goes on.
 * BELEG_CRASH_SEEDS: how many scripts (2).
 */
#include "model.h"

#include <errno.h>
#include <stdlib.h>

#include "support/os_crash.h"
#include "support/os_fault.h"

struct run {
	struct model model;
	struct os_crash *fs;
	struct bl_store *store;
	uint64_t random;
	size_t acked;
	bool group;
	struct bl_os *os; /* What the store sees. */
};

static uint64_t n_points, n_states, n_checks;

static bool
open_store(struct run *run)
{
	bl_store_close(&run->store);
	if (bl_store_open(run->os, "a/b/store", BL_STORE_CREATE, &run->store, NULL) != BL_OK)
		return false;
	run->store->seal_type = 2500;
	run->store->seal_all = 8000;
	run->store->seal_small = 700;
	run->store->spill = 400;
	run->group = false;
	return true;
}

static bool
deliver(struct run *run, uint32_t n_items, bool abort)
{
	struct model_delivery *d = model_next(&run->model, &run->random, n_items);
	uint64_t position;

	if (abort) {
		bool ok = model_give(run->store, d, NULL) == BL_OK &&
			  bl_store_abort(run->store, NULL) == BL_OK;

		model_pop(&run->model);
		return ok;
	}
	if (model_give(run->store, d, NULL) != BL_OK) {
		model_pop(&run->model); /* Never committed: it must not be seen. */
		return false;
	}
	if (model_commit(run->store, d, &position, NULL) != BL_OK)
		return false;
	if (!run->group)
		run->acked = run->model.n;
	return true;
}

/* One step of the script; false when the power is off. */
static bool
step(struct run *run, int i)
{
	bool ok;

	switch (i) {
	case 3: return deliver(run, 8, true);
	case 4:
	case 11:
		if (bl_store_seal(run->store, NULL) != BL_OK)
			return false;
		return true;
	case 5:
		run->group = true;
		bl_store_group(run->store, true);
		return true;
	case 8:
		if (bl_store_flush(run->store, NULL) != BL_OK)
			return false;
		run->acked = run->model.n;
		run->group = false;
		bl_store_group(run->store, false);
		return true;
	case 10: ok = open_store(run); return ok;
	default: return deliver(run, 12, false);
	}
}

#define STEPS 14

static void
script(struct run *run)
{
	if (!open_store(run))
		return;
	for (int i = 0; i < STEPS; i++)
		if (!step(run, i))
			return;
	/* The last calls of a step may fail without a word: a courtesy, or a file to remove. */
	if (!run->fs->dead && run->os == &run->fs->os)
		assert_int_equal(model_check(&run->model, run->store, run->model.n), run->model.n);
}

/* Work goes on: one more delivery, a seal, and all of it is there. */
static void
go_on(struct os_crash *fs, const struct model *model, size_t n, uint64_t random)
{
	struct model longer = {.delivery = calloc(n + 1, sizeof(*longer.delivery)), .n = n};
	struct bl_store *store = NULL;
	struct bl_err err;
	uint64_t position;
	bool seal = random % 3 == 0;

	assert_non_null(longer.delivery);
	for (size_t i = 0; i < n; i++)
		longer.delivery[i] = model->delivery[i];
	(void)model_next(&longer, &random, 9);
	assert_ok(bl_store_open(&fs->os, "a/b/store", BL_STORE_WRITE, &store, &err), err);
	assert_ok(model_give(store, &longer.delivery[n], &err), err);
	assert_ok(model_commit(store, &longer.delivery[n], &position, &err), err);
	if (seal)
		assert_ok(bl_store_seal(store, &err), err);
	assert_int_equal(model_check(&longer, store, n + 1), n + 1);
	bl_store_close(&store);
	assert_ok(bl_store_open(&fs->os, "a/b/store", BL_STORE_READ, &store, &err), err);
	assert_int_equal(model_check(&longer, store, n + 1), n + 1);
	bl_store_close(&store);
	free(longer.delivery[n].item);
	free(longer.delivery);
}

/* Power fails again while the store is opened, at the ${m}th changing call. */
static void
crash_again(const struct os_crash *disk, const struct run *run, size_t n, uint64_t random)
{
	for (uint64_t m = 1; m < 40; m++) {
		struct os_crash *fs = os_crash_reboot(disk, 0), *after;
		struct bl_store *store = NULL;
		struct bl_err err;
		bool done;

		fs->calls_left = m;
		done = bl_store_open(&fs->os, "a/b/store", BL_STORE_CREATE, &store, NULL) == BL_OK;
		bl_store_close(&store);
		after = os_crash_reboot(fs, kit_random(&random) % (os_crash_n_states(fs) + 3));
		assert_ok(
		    bl_store_open(&after->os, "a/b/store", BL_STORE_CREATE, &store, &err), err);
		assert_int_equal(model_check(&run->model, store, run->acked), n);
		bl_store_close(&store);
		os_crash_free(&after);
		os_crash_free(&fs);
		n_checks++;
		if (done)
			return;
	}
}

static void
check_state(const struct run *run, uint64_t state)
{
	struct os_crash *after = os_crash_reboot(run->fs, state);
	struct os_crash *disk = os_crash_reboot(after, 0);
	struct bl_store *store = NULL;
	struct bl_err err;
	size_t n;

	assert_ok(bl_store_open(&after->os, "a/b/store",
		      run->acked == 0 ? BL_STORE_CREATE : BL_STORE_WRITE, &store, &err),
	    err);
	n = model_check(&run->model, store, run->acked);
	bl_store_close(&store);
	assert_ok(bl_store_open(&after->os, "a/b/store", BL_STORE_READ, &store, &err), err);
	assert_int_equal(model_check(&run->model, store, run->acked), n);
	bl_store_close(&store);
	n_checks += 2;
	if (state % 5 == 1)
		crash_again(disk, run, n, state * 977 + run->random);
	if (state % 3 == 0)
		go_on(after, &run->model, n, state + run->random);
	os_crash_free(&after);
	os_crash_free(&disk);
}

/* Runs the script with a failure at call ${point}; false when the script ended before. */
static bool
crash_at(uint64_t seed, uint64_t point)
{
	struct run run = {.random = seed, .fs = os_crash_new()};
	bool dead;

	run.os = &run.fs->os;
	run.fs->calls_left = point;
	script(&run);
	dead = run.fs->dead;
	bl_store_close(&run.store);
	if (dead) {
		uint64_t states = os_crash_n_states(run.fs) + 4;

		for (uint64_t s = 0; s < states; s++)
			check_state(&run, s);
		n_points++;
		n_states += states;
	}
	model_release(&run.model);
	os_crash_free(&run.fs);
	return dead;
}

/*
 * The process ends at call ${point} (every later call of it fails), another one opens the store,
 * sees what it sees, and then the power fails: what was seen and what came on top must stay.
 */
static bool
kill_at(uint64_t seed, uint64_t point)
{
	struct run run = {.random = seed, .fs = os_crash_new()};
	struct bl_store *store = NULL;
	struct os_fault fault;
	struct bl_err err;
	bool hit;

	os_fault_init(&fault, &run.fs->os);
	os_fault_arm(&fault,
	    FAULT_WRITE | FAULT_SYNC | FAULT_TRUNCATE | FAULT_RENAME | FAULT_UNLINK | FAULT_MKDIR |
		FAULT_SYNC_FOLDER,
	    point, EIO);
	fault.sticky = true;
	run.os = &fault.os;
	script(&run);
	hit = fault.hit;
	bl_store_close(&run.store);
	if (hit && run.acked > 0) {
		assert_ok(
		    bl_store_open(&run.fs->os, "a/b/store", BL_STORE_WRITE, &store, &err), err);
		run.acked = model_check(&run.model, store, run.acked);
		bl_store_close(&store);
		for (uint64_t s = 0; s < os_crash_n_states(run.fs) + 2; s++)
			check_state(&run, s);
	}
	n_points += hit;
	model_release(&run.model);
	os_crash_free(&run.fs);
	return hit;
}

static void
test_killed(void **state)
{
	(void)state;
	n_points = 0;
	for (uint64_t point = 1; kill_at(9, point); point++)
		continue;
	print_message("%llu points at which the process was ended\n", (unsigned long long)n_points);
	assert_true(n_points > 50);
}

static void
test_crash(void **state)
{
	const char *seeds = getenv("BELEG_CRASH_SEEDS");
	long n = seeds == NULL ? 2 : strtol(seeds, NULL, 10);

	(void)state;
	for (long seed = 1; seed <= n; seed++)
		for (uint64_t point = 1; crash_at((uint64_t)seed, point); point++)
			continue;
	print_message("%llu crash points, %llu crash states, %llu checked stores\n",
	    (unsigned long long)n_points, (unsigned long long)n_states,
	    (unsigned long long)n_checks);
	assert_true(n_points > 100 && n_states > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_crash), cmocka_unit_test(test_killed)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
