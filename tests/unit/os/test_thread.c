/* thread.c: what threads do to shared numbers is seen, once each, and waiting ends. */
#include "os/thread.h"

#include <sched.h>

#include "base/mem.h"
#include "support/test.h"

#define THREADS 4
#define ROUNDS 10000

struct shared {
	struct bl_mutex *mutex;
	struct bl_cond *cond;
	uint64_t count, waiting;
	bool go;
};

static void
counts(void *ctx)
{
	struct shared *s = ctx;

	bl_mutex_lock(s->mutex);
	s->waiting++;
	bl_cond_wake(s->cond);
	while (!s->go)
		bl_cond_wait(s->cond, s->mutex);
	bl_mutex_unlock(s->mutex);
	for (int i = 0; i < ROUNDS; i++) {
		bl_mutex_lock(s->mutex);
		s->count++;
		bl_mutex_unlock(s->mutex);
	}
}

static void
threads_share(void **state)
{
	struct bl_thread *thread[THREADS] = {NULL};
	struct shared s = {.count = 0};
	struct bl_err err;

	(void)state;
	assert_ok(bl_mutex_new(&s.mutex, &err), err);
	assert_ok(bl_cond_new(&s.cond, &err), err);
	for (int i = 0; i < THREADS; i++)
		assert_ok(bl_thread_start(counts, &s, &thread[i], &err), err);
	bl_mutex_lock(s.mutex);
	while (s.waiting < THREADS)
		bl_cond_wait(s.cond, s.mutex);
	assert_int_equal(s.count, 0);
	s.go = true;
	bl_cond_wake(s.cond);
	bl_mutex_unlock(s.mutex);
	for (int i = 0; i < THREADS; i++) {
		bl_thread_join(&thread[i]);
		assert_null(thread[i]);
	}
	assert_int_equal(s.count, THREADS * ROUNDS);
	bl_thread_join(&thread[0]);
	bl_cond_free(&s.cond);
	bl_mutex_free(&s.mutex);
	bl_cond_free(&s.cond);
	bl_mutex_free(&s.mutex);
}

static void
no_memory_is_an_error(void **state)
{
	struct bl_thread *thread = NULL;
	struct bl_mutex *mutex = NULL;
	struct bl_cond *cond = NULL;
	struct bl_err err;

	(void)state;
	bl_mem_fail_at(1);
	assert_err(bl_mutex_new(&mutex, &err), err, BL_ENOMEM, "no memory for a mutex");
	bl_mem_fail_at(1);
	assert_err(bl_cond_new(&cond, &err), err, BL_ENOMEM, "no memory for a condition");
	bl_mem_fail_at(1);
	assert_err(
	    bl_thread_start(counts, NULL, &thread, &err), err, BL_ENOMEM, "no memory for a thread");
	assert_true(bl_mem_fail_hit());
	bl_mem_fail_at(0);
	assert_true(thread == NULL && mutex == NULL && cond == NULL);
}

static void
cores_are_those_allowed(void **state)
{
	cpu_set_t before, one;
	uint32_t n = bl_thread_n_cores();

	(void)state;
	assert_true(n >= 1);
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	assert_int_equal(n, CPU_COUNT(&before));
	CPU_ZERO(&one);
	for (size_t i = 0; i < CPU_SETSIZE && CPU_COUNT(&one) == 0; i++)
		if (CPU_ISSET(i, &before))
			CPU_SET(i, &one);
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	assert_int_equal(bl_thread_n_cores(), 1);
	assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(threads_share),
	    cmocka_unit_test(no_memory_is_an_error),
	    cmocka_unit_test(cores_are_those_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
