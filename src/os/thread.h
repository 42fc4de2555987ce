#ifndef BL_OS_THREAD_H
#define BL_OS_THREAD_H

#include <stdint.h>

#include "base/status.h"

/*
 * The door to threads.  A thread is started with what it works on and joined by the one who started
 * it; what two of them share is guarded by a mutex, and waiting for a change of it is a
 * condition's. Nothing here can be cancelled: who wants a thread to end tells it so through what
 * they share.
 */
struct bl_thread;
struct bl_mutex;
struct bl_cond;

/* bl_thread_n_cores(): how many threads can run at once here (the process's affinity); at least 1.
 */
uint32_t bl_thread_n_cores(void);

/* bl_thread_start(fn, ctx, &thread, reterr): ${fn} runs with ${ctx}, which must live until the
 * join. Signals go to the threads that were there before.  BL_ENOMEM when there is no memory,
 * BL_EIO when the system allows no more threads. */
BL_STATUS bl_thread_start(
    void (*fn)(void *ctx), void *ctx, struct bl_thread **ret_thread, struct bl_err *reterr);
/* bl_thread_join(&thread): wait until its function has returned; NULL-safe, sets it to NULL. */
void bl_thread_join(struct bl_thread **thread);

/* A mutex: not recursive; unlocked by the thread that locked it.  free: NULL-safe, unlocked. */
BL_STATUS bl_mutex_new(struct bl_mutex **ret_mutex, struct bl_err *reterr);
void bl_mutex_free(struct bl_mutex **mutex);
void bl_mutex_lock(struct bl_mutex *mutex);
void bl_mutex_unlock(struct bl_mutex *mutex);

/* A condition.  wait: ${mutex} is held, given back while waiting, and held again; it may return
 * without a reason, so look again.  wake: all who wait. */
BL_STATUS bl_cond_new(struct bl_cond **ret_cond, struct bl_err *reterr);
void bl_cond_free(struct bl_cond **cond);
void bl_cond_wait(struct bl_cond *cond, struct bl_mutex *mutex);
void bl_cond_wake(struct bl_cond *cond);

#endif
