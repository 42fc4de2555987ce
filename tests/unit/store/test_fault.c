/*
 * One call fails, or one request for memory, each in turn; the program goes on as a program would:
 * it aborts the delivery, opens the store again when that is asked for, and continues.  What was
 * committed is there in the end, what was refused is not, and no answer is wrong on the way.
 */
#include "model.h"

#include <errno.h>

#include "base/mem.h"
#include "support/os_crash.h"
#include "support/os_fault.h"

struct run {
	struct model model;
	struct os_crash *fs;
	struct os_fault fault;
	struct bl_store *store;
	uint64_t random;
	size_t flushed;
	bool memory;  /* Memory fails, and not a call. */
	int expected; /* The errno that may be seen. */
	uint64_t failures, broken;
};

static void
saw(struct run *run, enum bl_status status, const struct bl_err *err)
{
	assert_int_equal(err->status, status);
	if (status != (run->memory ? BL_ENOMEM : BL_EIO) || err->text[0] == '\0')
		fail_msg("%s: %s", bl_status_name(status), err->text);
	run->failures++;
}

static void
open_store(struct run *run)
{
	struct bl_err err;

	bl_store_close(&run->store);
	for (int attempt = 0; attempt < 3; attempt++) {
		enum bl_status status =
		    bl_store_open(&run->fault.os, "d/store", BL_STORE_CREATE, &run->store, &err);

		if (status == BL_OK) {
			run->store->seal_type = 2500;
			run->store->seal_all = 8000;
			run->store->seal_small = 700;
			run->store->spill = 400;
			return;
		}
		saw(run, status, &err);
	}
	fail_msg("the store does not open again: %s", err.text);
}

/* A store that broke keeps what was acknowledged and refuses every write until it is opened again.
 */
static void
after_failure(struct run *run)
{
	struct bl_err err;

	if (run->store->broken.status == BL_OK)
		return;
	run->broken++;
	assert_int_equal(bl_store_begin(run->store, &err), BL_EIO);
	assert_non_null(strstr(err.text, "takes no more writes"));
	assert_int_equal(bl_store_seal(run->store, &err), BL_EIO);
	open_store(run);
}

static void
deliver(struct run *run, uint32_t n_items)
{
	struct model_delivery *d = model_next(&run->model, &run->random, n_items);
	struct bl_err err, err2;
	uint64_t position;
	enum bl_status status = model_give(run->store, d, &err);

	if (status == BL_OK)
		status = model_commit(run->store, d, &position, &err);
	if (status == BL_OK) {
		assert_int_equal(position, run->model.n);
		if (!run->store->group)
			run->flushed = run->model.n;
		return;
	}
	saw(run, status, &err);
	if (bl_store_abort(run->store, &err2) != BL_OK)
		assert_int_equal(run->store->broken.status, BL_EIO);
	/* A flush within begin or commit forgets the whole group. */
	model_pop(&run->model);
	while (run->model.n > run->flushed && run->model.n > bl_store_n_deliveries(run->store))
		model_pop(&run->model);
	after_failure(run);
	/* What a broken store had not flushed is gone with it. */
	while (run->model.n > bl_store_n_deliveries(run->store))
		model_pop(&run->model);
	assert_true(run->model.n >= run->flushed);
}

static void
verb(struct run *run, BL_STATUS (*fn)(struct bl_store *, struct bl_err *))
{
	struct bl_err err;
	enum bl_status status = fn(run->store, &err);

	if (status != BL_OK) {
		saw(run, status, &err);
		after_failure(run);
		while (run->model.n > bl_store_n_deliveries(run->store))
			model_pop(&run->model);
	}
	assert_true(run->model.n >= run->flushed);
	run->flushed = run->model.n;
}

static void
script(struct run *run)
{
	open_store(run);
	deliver(run, 10);
	deliver(run, 14);
	verb(run, bl_store_seal);
	bl_store_group(run->store, true);
	deliver(run, 8);
	deliver(run, 30);
	verb(run, bl_store_flush);
	bl_store_group(run->store, false);
	deliver(run, 10);
	open_store(run);
	deliver(run, 10);
	verb(run, bl_store_seal);
}

static void
finish(struct run *run)
{
	struct bl_store *store = NULL;
	struct bl_err err;

	bl_mem_fail_at(0);
	os_fault_arm(&run->fault, 0, 0, 0);
	assert_int_equal(model_check(&run->model, run->store, run->model.n), run->model.n);
	bl_store_close(&run->store);
	assert_ok(bl_store_open(&run->fs->os, "d/store", BL_STORE_READ, &store, &err), err);
	assert_int_equal(model_check(&run->model, store, run->model.n), run->model.n);
	bl_store_close(&store);
	assert_ok(bl_store_open(&run->fs->os, "d/store", BL_STORE_WRITE, &store, &err), err);
	assert_int_equal(model_check(&run->model, store, run->model.n), run->model.n);
	bl_store_close(&store);
	model_release(&run->model);
	os_crash_free(&run->fs);
}

static void
begin(struct run *run, uint64_t seed)
{
	*run = (struct run){.random = seed, .fs = os_crash_new()};
	os_fault_init(&run->fault, &run->fs->os);
}

static void
walk_io(uint32_t kinds, int error, uint64_t *points, uint64_t *broken)
{
	for (uint64_t n = 1;; n++) {
		struct run run;
		bool hit;

		begin(&run, 3);
		os_fault_arm(&run.fault, kinds, n, error);
		script(&run);
		hit = run.fault.hit;
		*broken += run.broken;
		finish(&run);
		if (!hit)
			break;
		++*points;
	}
}

static void
test_io(void **state)
{
	uint64_t points = 0, broken = 0;

	(void)state;
	walk_io(FAULT_WRITE, ENOSPC, &points, &broken);
	assert_int_equal(broken, 0); /* A full disk is an ordinary error. */
	walk_io(FAULT_ALL & ~(uint32_t)FAULT_UNLINK, EIO, &points, &broken);
	walk_io(FAULT_SYNC | FAULT_SYNC_FOLDER, EIO, &points, &broken);
	assert_true(broken > 10);
	print_message("%llu failed calls, %llu stores made read-only\n", (unsigned long long)points,
	    (unsigned long long)broken);
	assert_true(points > 200);
}

static void
test_memory(void **state)
{
	uint64_t points = 0;

	(void)state;
	for (bool hit = true; hit;) {
		struct run run;

		begin(&run, 5);
		run.memory = true;
		bl_mem_fail_at(++points);
		script(&run);
		hit = bl_mem_fail_hit();
		finish(&run);
	}
	print_message("%llu requests for memory failed\n", (unsigned long long)points - 1);
	assert_true(points > 200);
}

/* A disk that is full for good: nothing acknowledged is lost, abort works, reading works. */
static void
test_full_disk(void **state)
{
	(void)state;
	for (uint64_t space = 500; space < 20000; space += 391) {
		struct run run;
		struct bl_err err;
		bool created;

		begin(&run, 11);
		run.fault.space_bytes = space;
		created = bl_store_open(
			      &run.fault.os, "d/store", BL_STORE_CREATE, &run.store, &err) == BL_OK;
		for (int i = 0; i < 12 && created; i++) {
			struct model_delivery *d = model_next(&run.model, &run.random, 12);
			uint64_t position;
			enum bl_status status = model_give(run.store, d, &err);

			if (status == BL_OK)
				status = model_commit(run.store, d, &position, &err);
			if (status != BL_OK) {
				assert_int_equal(err.sys_errno, ENOSPC);
				assert_ok(bl_store_abort(run.store, &err), err);
				model_pop(&run.model);
			}
			if (i == 6 && bl_store_seal(run.store, &err) != BL_OK)
				assert_int_equal(err.sys_errno, ENOSPC);
			assert_int_equal(
			    model_check(&run.model, run.store, run.model.n), run.model.n);
		}
		run.fault.space_bytes = UINT64_MAX;
		bl_store_close(&run.store);
		open_store(&run);
		finish(&run);
	}
}

/* Reads in pieces and interrupted calls change nothing. */
static void
test_short(void **state)
{
	struct run run;

	(void)state;
	begin(&run, 17);
	run.fault.io_max = 7;
	run.fault.eintr_every = 3;
	script(&run);
	assert_int_equal(run.failures, 0);
	run.fault.io_max = 0;
	finish(&run);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_io),
	    cmocka_unit_test(test_memory),
	    cmocka_unit_test(test_full_disk),
	    cmocka_unit_test(test_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
