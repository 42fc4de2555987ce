/*
 * Readers in threads, and one committer: the thread that calls.  Jobs stand in the walk's order and
 * are taken by readers and committed in it.
 *
 * Memory: what readers have found and the committer has not taken yet is bounded.  The first job
 * may always go on when none of its batches waits, so there is no deadlock whatever the others
 * hold, and however large one item is: a reader takes the jobs in their order, so the first is
 * being read or has ended.
 */
#include <assert.h>
#include <stdatomic.h>

#include "base/mem.h"
#include "os/thread.h"
#include "store/ingest_priv.h"

/* Many small files stand between two large ones, which are to be read at the same time. */
#define MOST_JOBS 1024
#define ALL_BYTES ((size_t)64 << 20)   /* In all batches, above which only the first job goes on. */
#define FIRST_BYTES ((size_t)32 << 20) /* Of the first job. */
/* Committed batches are filled again: memory fresh from the system costs more than a copy. */
#define MOST_SPARE 4
#define SPARE_BYTES ((size_t)4 << 20) /* A larger one held a large item, and goes. */

struct worker {
	struct bl_ingest__queue *queue;
	struct bl_ingest__reader *reader;
	struct bl_thread *thread;
};

struct bl_ingest__queue {
	struct bl_ingest__commit *commit;
	struct worker *worker;
	uint32_t n_workers;
	struct bl_mutex *guard; /* Of the catalogue. */
	struct bl_mutex *mutex; /* Of what follows. */
	struct bl_cond *more;	/* For readers: a job, or room. */
	struct bl_cond *found;	/* For the committer: a batch, or an end. */
	struct bl_ingest__job *first, *last;
	uint32_t n_jobs;
	size_t bytes; /* Of all jobs. */
	struct bl_ingest__batch *spare;
	uint32_t n_spare;
	bool quit;
	atomic_bool stop; /* A job failed: what is being read is for nothing. */
};

/* ---- Readers. ------------------------------------------------------------ */

static bool
has_room(const struct bl_ingest__queue *q, const struct bl_ingest__job *job, size_t size)
{
	if (job == q->first)
		return job->first == NULL || job->queued + size <= FIRST_BYTES;
	return q->bytes + size <= ALL_BYTES;
}

/* Wait until ${size} more bytes of the job may lie there; false when nobody wants them. */
static bool
wait_for_room(struct bl_ingest__queue *q, struct bl_ingest__job *job, size_t size)
{
	while (!atomic_load(&q->stop) && !has_room(q, job, size))
		bl_cond_wait(q->more, q->mutex);
	if (atomic_load(&q->stop))
		return false;
	job->queued += size;
	q->bytes += size;
	return true;
}

static enum bl_status
on_batch(
    void *ctx, struct bl_ingest__job *job, struct bl_ingest__batch **batch, struct bl_err *reterr)
{
	struct bl_ingest__queue *q = ((struct worker *)ctx)->queue;
	struct bl_ingest__batch *b = *batch;
	bool wanted;

	bl_mutex_lock(q->mutex);
	wanted = wait_for_room(q, job, bl_ingest__batch_size(b));
	if (wanted) {
		b->next = NULL;
		if (job->first == NULL)
			job->first = b;
		else
			job->last->next = b;
		job->last = b;
		*batch = NULL;
		bl_cond_wake(q->found);
	}
	bl_mutex_unlock(q->mutex);
	return wanted ? BL_OK
		      : bl_fail(reterr, BL_EIO, "the rest is not read: an earlier file failed");
}

static struct bl_ingest__batch *
spare(void *ctx)
{
	struct bl_ingest__queue *q = ((struct worker *)ctx)->queue;
	struct bl_ingest__batch *batch;

	bl_mutex_lock(q->mutex);
	batch = q->spare;
	if (batch != NULL) {
		q->spare = batch->next;
		q->n_spare--;
	}
	bl_mutex_unlock(q->mutex);
	return batch;
}

static bool
is_stored(void *ctx, const struct bl_sha256 *sha256, const struct bl_key *key)
{
	return bl_ingest__commit_is_stored(((struct worker *)ctx)->queue->commit, sha256, key);
}

static bool
stopped(void *ctx)
{
	return atomic_load_explicit(&((struct worker *)ctx)->queue->stop, memory_order_relaxed);
}

static struct bl_ingest__job *
next_job(const struct bl_ingest__queue *q)
{
	struct bl_ingest__job *job = q->first;

	while (job != NULL && job->taken)
		job = job->next;
	return job;
}

static void
work(void *ctx)
{
	struct worker *w = ctx;
	struct bl_ingest__queue *q = w->queue;

	bl_mutex_lock(q->mutex);
	while (!q->quit) {
		struct bl_ingest__job *job = next_job(q);

		if (job == NULL) {
			bl_cond_wait(q->more, q->mutex);
			continue;
		}
		job->taken = true;
		bl_mutex_unlock(q->mutex);
		bl_ingest__reader_read(w->reader, job, true);
		bl_mutex_lock(q->mutex);
		/* An evidence file kept whole counts like a batch. */
		(void)wait_for_room(q, job, job->text.cap);
		job->ended = true;
		bl_cond_wake(q->found);
	}
	bl_mutex_unlock(q->mutex);
}

/* ---- The committer. ------------------------------------------------------ */

/* The first job's next batch, NULL when it has ended. */
static struct bl_ingest__batch *
next_batch(struct bl_ingest__queue *q, struct bl_ingest__job *job)
{
	struct bl_ingest__batch *batch;

	bl_mutex_lock(q->mutex);
	while (job->first == NULL && !job->ended)
		bl_cond_wait(q->found, q->mutex);
	batch = job->first;
	if (batch != NULL)
		job->first = batch->next;
	bl_mutex_unlock(q->mutex);
	return batch;
}

/* A batch that was committed. */
static void
give_back(struct bl_ingest__queue *q, struct bl_ingest__job *job, struct bl_ingest__batch *batch)
{
	size_t size = bl_ingest__batch_size(batch);

	bl_ingest__batch_clear(batch);
	bl_mutex_lock(q->mutex);
	job->queued -= size;
	q->bytes -= size;
	if (q->n_spare < MOST_SPARE && size <= SPARE_BYTES) {
		batch->next = q->spare;
		q->spare = batch;
		q->n_spare++;
		batch = NULL;
	}
	bl_cond_wake(q->more);
	bl_mutex_unlock(q->mutex);
	bl_ingest__batch_free(&batch);
}

static void
remove_first(struct bl_ingest__queue *q)
{
	struct bl_ingest__job *job = q->first;

	bl_mutex_lock(q->mutex);
	q->first = job->next;
	if (q->first == NULL)
		q->last = NULL;
	q->n_jobs--;
	q->bytes -= job->queued;
	bl_cond_wake(q->more); /* Another one is the first now. */
	bl_mutex_unlock(q->mutex);
	bl_ingest__job_free(&job);
}

static enum bl_status
commit_first(struct bl_ingest__queue *q, struct bl_err *reterr)
{
	struct bl_ingest__job *job = q->first;
	struct bl_ingest__batch *batch;
	enum bl_status status = BL_OK;

	bl_ingest__commit_begin(q->commit, job);
	while (status == BL_OK && (batch = next_batch(q, job)) != NULL) {
		status = bl_ingest__commit_batch(q->commit, job, batch, reterr);
		give_back(q, job, batch);
	}
	if (status == BL_OK)
		status = bl_ingest__commit_end(q->commit, job, reterr);
	if (status != BL_OK) {
		if (job->path != NULL)
			bl_err_prefix(reterr, "%s", job->path);
		return status;
	}
	remove_first(q);
	return BL_OK;
}

enum bl_status
bl_ingest__queue_add(struct bl_ingest__queue *q, struct bl_ingest__job **job, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	while (status == BL_OK && q->n_jobs >= MOST_JOBS)
		status = commit_first(q, reterr);
	if (status != BL_OK) {
		bl_ingest__job_free(job);
		return status;
	}
	bl_mutex_lock(q->mutex);
	if (q->first == NULL)
		q->first = *job;
	else
		q->last->next = *job;
	q->last = *job;
	q->n_jobs++;
	bl_cond_wake(q->more);
	bl_mutex_unlock(q->mutex);
	*job = NULL;
	return BL_OK;
}

enum bl_status
bl_ingest__queue_wait_like(
    struct bl_ingest__queue *q, const struct bl_ingest__job *job, struct bl_err *reterr)
{
	const struct bl_ingest__job *other = q->first;
	enum bl_status status = BL_OK;

	/* Only this thread adds and removes jobs, and their sizes stay. */
	while (status == BL_OK && other != NULL) {
		/* AWS's names are unique: the same bytes under another one are another delivery. */
		if (other->size_bytes != job->size_bytes ||
		    (other->aws_name != job->aws_name && other->aws_name != 0 &&
			job->aws_name != 0)) {
			other = other->next;
			continue;
		}
		status = commit_first(q, reterr);
		other = q->first;
	}
	return status;
}

enum bl_status
bl_ingest__queue_drain(struct bl_ingest__queue *q, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	while (status == BL_OK && q->first != NULL)
		status = commit_first(q, reterr);
	return status;
}

void
bl_ingest__queue_cancel(struct bl_ingest__queue *q)
{
	bl_mutex_lock(q->mutex);
	atomic_store(&q->stop, true);
	for (struct bl_ingest__job *job = q->first; job != NULL; job = job->next) {
		/* What no reader has taken, none takes. */
		if (!job->taken)
			job->taken = job->ended = true;
	}
	bl_cond_wake(q->more);
	while (q->first != NULL) {
		struct bl_ingest__job *job = q->first;

		while (!job->ended)
			bl_cond_wait(q->found, q->mutex);
		q->first = job->next;
		bl_ingest__job_free(&job);
	}
	q->last = NULL;
	q->n_jobs = 0;
	q->bytes = 0;
	atomic_store(&q->stop, false);
	bl_mutex_unlock(q->mutex);
}

/* ---- Beginning and end. --------------------------------------------------- */

static enum bl_status
start(struct bl_ingest__queue *q, struct bl_os *os, struct bl_store *store, uint32_t n,
    struct bl_err *reterr)
{
	enum bl_status status = bl_mutex_new(&q->guard, reterr);

	if (status == BL_OK)
		status = bl_mutex_new(&q->mutex, reterr);
	if (status == BL_OK)
		status = bl_cond_new(&q->more, reterr);
	if (status == BL_OK)
		status = bl_cond_new(&q->found, reterr);
	if (status == BL_OK)
		status = bl_store__share(store, reterr);
	for (uint32_t i = 0; i < n && status == BL_OK; i++) {
		struct worker *w = &q->worker[i];
		struct bl_ingest__reader_sink sink = {.ctx = w,
		    .batch = on_batch,
		    .spare = spare,
		    .is_stored = is_stored,
		    .stopped = stopped};

		*w = (struct worker){.queue = q};
		q->n_workers++;
		status = bl_ingest__reader_new(os, store, sink, &w->reader, reterr);
		if (status == BL_OK)
			status = bl_thread_start(work, w, &w->thread, reterr);
	}
	return status;
}

enum bl_status
bl_ingest__queue_new(struct bl_os *os, struct bl_store *store, struct bl_ingest__commit *commit,
    uint32_t n_readers, struct bl_ingest__queue **ret_queue, struct bl_err *reterr)
{
	struct bl_ingest__queue *q = bl_mem_alloc(sizeof(*q));
	enum bl_status status;

	assert(n_readers > 0);
	if (q == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to ingest");
	*q = (struct bl_ingest__queue){.commit = commit};
	q->worker = bl_mem_alloc(n_readers * sizeof(*q->worker));
	status = q->worker == NULL ? bl_fail(reterr, BL_ENOMEM, "no memory to ingest")
				   : start(q, os, store, n_readers, reterr);
	if (status != BL_OK) {
		bl_ingest__queue_free(&q);
		return status;
	}
	bl_ingest__commit_guard(commit, q->guard);
	*ret_queue = q;
	return BL_OK;
}

void
bl_ingest__queue_free(struct bl_ingest__queue **queue)
{
	struct bl_ingest__queue *q = *queue;

	if (q == NULL)
		return;
	if (q->n_workers > 0) {
		bl_ingest__queue_cancel(q);
		bl_mutex_lock(q->mutex);
		q->quit = true;
		bl_cond_wake(q->more);
		bl_mutex_unlock(q->mutex);
	}
	for (uint32_t i = 0; i < q->n_workers; i++) {
		bl_thread_join(&q->worker[i].thread);
		bl_ingest__reader_free(&q->worker[i].reader);
	}
	bl_mem_free(q->worker);
	while (q->spare != NULL) {
		struct bl_ingest__batch *batch = q->spare;

		q->spare = batch->next;
		bl_ingest__batch_free(&batch);
	}
	bl_cond_free(&q->more);
	bl_cond_free(&q->found);
	bl_mutex_free(&q->mutex);
	bl_mutex_free(&q->guard);
	bl_mem_free(q);
	*queue = NULL;
}
