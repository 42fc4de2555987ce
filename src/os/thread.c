/* pthreads behind it.  What fails here but for memory and the number of threads is a bug. */
#include "os/thread.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>

#include "base/mem.h"

struct bl_thread {
	pthread_t id;
	void (*fn)(void *ctx);
	void *ctx;
};

struct bl_mutex {
	pthread_mutex_t m;
};

struct bl_cond {
	pthread_cond_t c;
};

uint32_t
bl_thread_n_cores(void)
{
	cpu_set_t set;
	int n;

	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		return 1; /* More than CPU_SETSIZE of them, or forbidden: then the safe answer. */
	n = CPU_COUNT(&set);
	return n > 0 ? (uint32_t)n : 1;
}

static void *
begin(void *arg)
{
	struct bl_thread *thread = arg;

	thread->fn(thread->ctx);
	return NULL;
}

enum bl_status
bl_thread_start(
    void (*fn)(void *ctx), void *ctx, struct bl_thread **ret_thread, struct bl_err *reterr)
{
	struct bl_thread *thread = bl_mem_alloc(sizeof(*thread));
	sigset_t all, before;
	int code;

	if (thread == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for a thread");
	*thread = (struct bl_thread){.fn = fn, .ctx = ctx};
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	code = pthread_create(&thread->id, NULL, begin, thread);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (code != 0) {
		bl_mem_free(thread);
		errno = code;
		return bl_fail_sys(reterr, "a thread cannot be started");
	}
	*ret_thread = thread;
	return BL_OK;
}

void
bl_thread_join(struct bl_thread **thread)
{
	int code;

	if (*thread == NULL)
		return;
	code = pthread_join((*thread)->id, NULL);
	assert(code == 0);
	bl_mem_free(*thread);
	*thread = NULL;
}

enum bl_status
bl_mutex_new(struct bl_mutex **ret_mutex, struct bl_err *reterr)
{
	struct bl_mutex *mutex = bl_mem_alloc(sizeof(*mutex));

	if (mutex == NULL || pthread_mutex_init(&mutex->m, NULL) != 0) {
		bl_mem_free(mutex);
		return bl_fail(reterr, BL_ENOMEM, "no memory for a mutex");
	}
	*ret_mutex = mutex;
	return BL_OK;
}

void
bl_mutex_free(struct bl_mutex **mutex)
{
	int code;

	if (*mutex == NULL)
		return;
	code = pthread_mutex_destroy(&(*mutex)->m);
	assert(code == 0);
	bl_mem_free(*mutex);
	*mutex = NULL;
}

void
bl_mutex_lock(struct bl_mutex *mutex)
{
	int code = pthread_mutex_lock(&mutex->m);

	assert(code == 0);
}

void
bl_mutex_unlock(struct bl_mutex *mutex)
{
	int code = pthread_mutex_unlock(&mutex->m);

	assert(code == 0);
}

enum bl_status
bl_cond_new(struct bl_cond **ret_cond, struct bl_err *reterr)
{
	struct bl_cond *cond = bl_mem_alloc(sizeof(*cond));

	if (cond == NULL || pthread_cond_init(&cond->c, NULL) != 0) {
		bl_mem_free(cond);
		return bl_fail(reterr, BL_ENOMEM, "no memory for a condition");
	}
	*ret_cond = cond;
	return BL_OK;
}

void
bl_cond_free(struct bl_cond **cond)
{
	int code;

	if (*cond == NULL)
		return;
	code = pthread_cond_destroy(&(*cond)->c);
	assert(code == 0);
	bl_mem_free(*cond);
	*cond = NULL;
}

void
bl_cond_wait(struct bl_cond *cond, struct bl_mutex *mutex)
{
	int code = pthread_cond_wait(&cond->c, &mutex->m);

	assert(code == 0);
}

void
bl_cond_wake(struct bl_cond *cond)
{
	int code = pthread_cond_broadcast(&cond->c);

	assert(code == 0);
}
