/* From a folder tree to jobs: read and committed one by one, or by readers in threads. */
#include "store/ingest.h"

#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "delivery/walk.h"
#include "os/os.h"
#include "store/ingest_priv.h"
#include "store/store.h"

#define KEY_ARENA_BYTES ((size_t)1 << 20)
#define OWN_FOLDER "the folder of this store: not read"
#define MOST_READERS 256

struct bl_ingest {
	struct bl_os *os;
	struct bl_store *store;
	struct bl_ingest__commit *commit;
	struct bl_ingest__reader
	    *reader;			/* In this thread: with one job, and for standard input. */
	struct bl_ingest__queue *queue; /* NULL: one job. */
	struct bl_arena *key_arena;
	struct bl_file_info own; /* The store's folder: never a source. */
	bool failed;		 /* The last visit: the store takes no more. */
};

/* ---- One file in this thread. --------------------------------------------- */

static enum bl_status
on_batch(
    void *ctx, struct bl_ingest__job *job, struct bl_ingest__batch **batch, struct bl_err *reterr)
{
	struct bl_ingest *in = ctx;

	return bl_ingest__commit_batch(in->commit, job, *batch, reterr);
}

static bool
is_stored(void *ctx, const struct bl_sha256 *sha256, const struct bl_key *key)
{
	return bl_ingest__commit_is_stored(((struct bl_ingest *)ctx)->commit, sha256, key);
}

static enum bl_status
run_here(struct bl_ingest *in, struct bl_ingest__job *job, struct bl_err *reterr)
{
	enum bl_status status;

	bl_ingest__commit_begin(in->commit, job);
	bl_ingest__reader_read(in->reader, job, false);
	status = bl_ingest__commit_end(in->commit, job, reterr);
	if (status != BL_OK && job->path != NULL)
		bl_err_prefix(reterr, "%s", job->path);
	return status;
}

/* ---- Beginning and end. --------------------------------------------------- */

enum bl_status
bl_ingest_new(struct bl_os *os, struct bl_store *store, struct bl_ingest_observer observer,
    struct bl_ingest **ret_ingest, struct bl_err *reterr)
{
	struct bl_ingest *in = bl_mem_alloc(sizeof(*in));
	enum bl_status status;

	if (in == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to ingest");
	*in = (struct bl_ingest){.os = os, .store = store};
	in->key_arena = bl_arena_new(KEY_ARENA_BYTES);
	status = in->key_arena != NULL ? BL_OK : bl_fail(reterr, BL_ENOMEM, "no memory to ingest");
	if (status == BL_OK)
		status = bl_os_info(os, bl_store_root(store), &in->own, reterr);
	if (status == BL_OK)
		status = bl_ingest__commit_new(os, store, observer, &in->commit, reterr);
	if (status == BL_OK)
		status = bl_ingest__reader_new(os, store,
		    (struct bl_ingest__reader_sink){
			.ctx = in, .batch = on_batch, .is_stored = is_stored},
		    &in->reader, reterr);
	if (status != BL_OK)
		goto out;
	*ret_ingest = in;
	in = NULL;
out:
	bl_ingest_free(&in);
	return status;
}

enum bl_status
bl_ingest_jobs(struct bl_ingest *in, uint32_t n, struct bl_err *reterr)
{
	if (n < 2 || in->queue != NULL)
		return BL_OK;
	return bl_ingest__queue_new(
	    in->os, in->store, in->commit, n < MOST_READERS ? n : MOST_READERS, &in->queue, reterr);
}

void
bl_ingest_free(struct bl_ingest **ingest)
{
	struct bl_ingest *in = *ingest;

	if (in == NULL)
		return;
	bl_ingest__queue_free(&in->queue);
	bl_ingest__reader_free(&in->reader);
	if (in->commit != NULL)
		bl_ingest__commit_free(&in->commit);
	bl_arena_free(&in->key_arena);
	bl_mem_free(in);
	*ingest = NULL;
}

const struct bl_ingest_totals *
bl_ingest_total(const struct bl_ingest *ingest)
{
	return bl_ingest__commit_totals(ingest->commit);
}

/* ---- Files. --------------------------------------------------------------- */

/*
 * May the store hold the file already?  Its size alone nearly always says that it does not, and
 * then it is read once, not twice; what it is shows at its end again.
 */
static enum bl_status
look_up(struct bl_ingest *in, struct bl_ingest__job *job, struct bl_err *reterr)
{
	struct bl_str name = {NULL, 0};
	struct bl_key parsed;
	enum bl_status status = BL_OK;

	bl_arena_reset(in->key_arena);
	if (bl_key_parse(bl_ingest__key(job), in->key_arena, &parsed, NULL) != BL_OK)
		return BL_OK; /* The reader will say what is wrong with the name. */
	if (parsed.kind != BL_KEY_OTHER) {
		name = parsed.name;
		job->aws_name = bl_hash64_of(name);
	}
	/* The same file may come twice: the first decides. */
	if (in->queue != NULL)
		status = bl_ingest__queue_wait_like(in->queue, job, reterr);
	if (status == BL_OK)
		job->may_be_known = bl_store_may_hold(in->store, job->size_bytes, name);
	return status;
}

static enum bl_status
visit(void *ctx, const char *path, struct bl_str key, uint64_t size_bytes,
    const struct bl_err *problem, struct bl_err *reterr)
{
	struct bl_ingest *in = ctx;
	struct bl_ingest__job *job = NULL;
	enum bl_status status = bl_ingest__job_new(path, key, size_bytes, &job, reterr);

	if (status != BL_OK)
		return status;
	if (problem != NULL)
		job->problem = *problem;
	else
		status = look_up(in, job, reterr);
	if (status == BL_OK)
		status = in->queue != NULL ? bl_ingest__queue_add(in->queue, &job, reterr)
					   : run_here(in, job, reterr);
	in->failed = status != BL_OK;
	bl_ingest__job_free(&job);
	return status;
}

/* The store may lie in the tree: its copies of evidence files are no new evidence. */
static bool
may_enter(void *ctx, struct bl_str key, uint64_t device, uint64_t inode)
{
	struct bl_ingest *in = ctx;

	if (in->own.inode == 0 || device != in->own.device || inode != in->own.inode)
		return true;
	bl_ingest__commit_skip(in->commit, key, BL_STR(OWN_FOLDER));
	return false;
}

static void
note_found(void *ctx, uint64_t n_files, uint64_t n_bytes)
{
	struct bl_ingest *in = ctx;

	(void)n_files;
	bl_ingest__commit_found(in->commit, n_bytes);
}

enum bl_status
bl_ingest_path(struct bl_ingest *ingest, const char *path, struct bl_err *reterr)
{
	struct bl_walker walker = {
	    .ctx = ingest, .visit = visit, .enter = may_enter, .found = note_found};
	enum bl_status status;

	ingest->failed = false;
	status = bl_walk(ingest->os, path, walker, reterr);
	/* The readers go on meanwhile with the next path; end() waits for them. */
	if (ingest->queue == NULL || status == BL_OK)
		return status;
	/* What was visited before the walk itself failed is taken, as without threads. */
	if (!ingest->failed && bl_ingest__queue_drain(ingest->queue, NULL) != BL_OK)
		ingest->failed = true;
	bl_ingest__queue_cancel(ingest->queue);
	return status;
}

/* Everything visited so far is committed. */
static enum bl_status
drain(struct bl_ingest *in, struct bl_err *reterr)
{
	enum bl_status status;

	if (in->queue == NULL)
		return BL_OK;
	status = bl_ingest__queue_drain(in->queue, reterr);
	if (status != BL_OK)
		bl_ingest__queue_cancel(in->queue);
	return status;
}

enum bl_status
bl_ingest_stdin(struct bl_ingest *ingest, struct bl_str name, struct bl_err *reterr)
{
	struct bl_file *file = NULL;
	struct bl_ingest__job *job = NULL;
	enum bl_status status = drain(ingest, reterr);

	if (status == BL_OK)
		status = bl_ingest__job_new(NULL, name, 0, &job, reterr);
	if (status == BL_OK)
		status = bl_os_stdin(ingest->os, &file, reterr);
	if (status == BL_OK) {
		job->file = file;
		status = run_here(ingest, job, reterr);
	}
	bl_file_close(&file);
	bl_ingest__job_free(&job);
	return status;
}

enum bl_status
bl_ingest_end(struct bl_ingest *ingest, struct bl_err *reterr)
{
	enum bl_status status = drain(ingest, reterr);

	if (status == BL_OK)
		status = bl_store_flush(ingest->store, reterr);
	if (status == BL_OK)
		bl_ingest__commit_progress(ingest->commit);
	return status;
}
