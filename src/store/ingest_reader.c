/*
 * One file into batches of events.  Most items of a snapshot are known: their hash says so before
 * anything is parsed.  Nothing here changes the store, and of it only the filter is looked at, so
 * readers may run in several threads while another one writes.
 */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "base/mem.h"
#include "delivery/head.h"
#include "os/os.h"
#include "store/ingest_priv.h"
#include "json/json.h"

#define OBJECT_ARENA_BYTES ((size_t)192 << 20)
#define ITEM_ARENA_BYTES ((size_t)192 << 20)
#define HASH_PIECE_BYTES ((size_t)256 << 10)
/* A batch is full with so many events, bytes of new items, or bytes of JSON read for it. */
#define BATCH_EVENTS 4096
#define BATCH_BYTES ((size_t)1 << 20)
#define BATCH_JSON ((uint64_t)8 << 20)

/*
 * An item is looked up some items after it was hashed, when its slot of the filter has come from
 * memory: waiting for that would cost more than keeping it so long.  Most stay where they were cut;
 * of the others a small one is copied.
 */
#define N_WAITING 16
#define WAITING_BYTES ((size_t)8 << 10)

struct waiting {
	struct bl_hash128 hash;
	uint64_t index, offset;
	struct bl_str bytes; /* In the piece, or in copy[]. */
	char *copy;	     /* [WAITING_BYTES] */
};

struct bl_ingest__reader {
	struct bl_os *os;
	const struct bl_store *store; /* Its filter and its key. */
	struct bl_ingest__reader_sink sink;
	struct bl_json_parser *object_parser, *item_parser;
	struct bl_arena *object_arena, *item_arena;
	struct bl_sha256_run *sha; /* Of files that may be known. */
	char *piece;		   /* [HASH_PIECE_BYTES] */
	struct bl_ingest__batch *batch;
	char *waiting_bytes; /* [N_WAITING * WAITING_BYTES] */
	struct waiting waiting[N_WAITING];
	size_t n_waiting;
	struct bl_str lasting; /* The piece being cut: what lies in it stays until it goes. */
	/* The job at hand. */
	struct bl_ingest__job *job;
	uint64_t json_at_batch; /* Bytes of JSON read when the batch began. */
	uint64_t bytes_in, bytes_json;
	bool sink_failed; /* Not the object's fault. */
};

enum bl_status
bl_ingest__reader_new(struct bl_os *os, const struct bl_store *store,
    struct bl_ingest__reader_sink sink, struct bl_ingest__reader **ret_reader,
    struct bl_err *reterr)
{
	struct bl_ingest__reader *r = bl_mem_alloc(sizeof(*r));
	enum bl_status status;

	if (r == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to ingest");
	*r = (struct bl_ingest__reader){.os = os, .store = store, .sink = sink};
	r->object_arena = bl_arena_new(OBJECT_ARENA_BYTES);
	r->item_arena = bl_arena_new(ITEM_ARENA_BYTES);
	r->piece = bl_mem_alloc(HASH_PIECE_BYTES);
	r->waiting_bytes = bl_mem_alloc(N_WAITING * WAITING_BYTES);
	if (r->object_arena == NULL || r->item_arena == NULL || r->piece == NULL ||
	    r->waiting_bytes == NULL) {
		status = bl_fail(reterr, BL_ENOMEM, "no memory to ingest");
		goto out;
	}
	for (size_t i = 0; i < N_WAITING; i++)
		r->waiting[i].copy = r->waiting_bytes + i * WAITING_BYTES;
	status = bl_json_parser_new((struct bl_json_limits){0}, &r->object_parser, reterr);
	if (status == BL_OK)
		status = bl_json_parser_new((struct bl_json_limits){0}, &r->item_parser, reterr);
	if (status == BL_OK)
		status = bl_sha256_run_new(&r->sha, reterr);
	if (status != BL_OK)
		goto out;
	*ret_reader = r;
	r = NULL;
out:
	bl_ingest__reader_free(&r);
	return status;
}

void
bl_ingest__reader_free(struct bl_ingest__reader **reader)
{
	struct bl_ingest__reader *r = *reader;

	if (r == NULL)
		return;
	bl_json_parser_free(&r->object_parser);
	bl_json_parser_free(&r->item_parser);
	bl_arena_free(&r->object_arena);
	bl_arena_free(&r->item_arena);
	bl_sha256_run_free(&r->sha);
	bl_ingest__batch_free(&r->batch);
	bl_mem_free(r->piece);
	bl_mem_free(r->waiting_bytes);
	bl_mem_free(r);
	*reader = NULL;
}

/* ---- Batches. ------------------------------------------------------------ */

static enum bl_status
emit(struct bl_ingest__reader *r, struct bl_err *reterr)
{
	enum bl_status status;

	r->batch->bytes_in = r->bytes_in;
	r->batch->bytes_json = r->json_at_batch = r->bytes_json;
	status = r->sink.batch(r->sink.ctx, r->job, &r->batch, reterr);
	if (r->batch != NULL)
		bl_ingest__batch_clear(r->batch);
	return status;
}

static enum bl_status
add_event(struct bl_ingest__reader *r, struct bl_ingest__event event,
    const struct bl_ingest__detail *detail, struct bl_err *reterr)
{
	struct bl_ingest__batch *b = r->batch;
	enum bl_status status;

	status = bl_store__grow(
	    (void **)&b->event, &b->cap_events, b->n_events, sizeof(*b->event), reterr);
	if (status == BL_OK && detail != NULL)
		status = bl_store__grow(
		    (void **)&b->detail, &b->cap_details, b->n_details, sizeof(*b->detail), reterr);
	if (status != BL_OK)
		return status;
	if (detail != NULL) {
		event.i_detail = (uint32_t)b->n_details;
		b->detail[b->n_details++] = *detail;
	}
	b->event[b->n_events++] = event;
	if (b->n_events >= BATCH_EVENTS || b->bytes.len >= BATCH_BYTES ||
	    r->bytes_json - r->json_at_batch >= BATCH_JSON)
		return emit(r, reterr);
	return BL_OK;
}

static enum bl_status
copy(struct bl_ingest__reader *r, struct bl_str s, struct bl_ingest__span *ret_span,
    struct bl_err *reterr)
{
	*ret_span = (struct bl_ingest__span){r->batch->bytes.len, s.len};
	return bl_buf_add(&r->batch->bytes, s, reterr);
}

static enum bl_status
refuse(struct bl_ingest__reader *r, const struct bl_quarantine *q, struct bl_err *reterr)
{
	struct bl_ingest__detail detail = {
	    .index = q->item_index, .offset = q->offset, .length = q->length};
	enum bl_status status = copy(r, q->reason, &detail.reason, reterr);

	if (status != BL_OK)
		return status;
	return add_event(r, (struct bl_ingest__event){.kind = BL_INGEST__REFUSED}, &detail, reterr);
}

/* ---- Items. -------------------------------------------------------------- */

static enum bl_status
take_parsed(struct bl_ingest__reader *r, struct bl_str bytes, const struct bl_item_head *item,
    struct bl_ingest__event event, struct bl_ingest__detail detail, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	detail.capture_ns = item->capture_ns;
	if (event.kind == BL_INGEST__NEW)
		status = copy(r, bytes, &detail.bytes, reterr);
	if (status == BL_OK)
		status = copy(r, item->type, &detail.type, reterr);
	if (status == BL_OK)
		status = copy(r, item->account, &detail.account, reterr);
	if (status == BL_OK)
		status = copy(r, item->region, &detail.region, reterr);
	return status == BL_OK ? add_event(r, event, &detail, reterr) : status;
}

static enum bl_status
take_item(struct bl_ingest__reader *r, struct bl_str bytes, struct bl_hash128 hash, uint64_t index,
    uint64_t offset, struct bl_err *reterr)
{
	struct bl_ingest__event event = {.kind = BL_INGEST__NEW};
	struct bl_ingest__detail detail = {
	    .index = index, .offset = offset, .length = bytes.len, .hash = hash};
	struct bl_item_head item;
	struct bl_err why;
	enum bl_status status;

	if (bl_filter__find_settled(&r->store->filter, detail.hash, &event.id))
		event.kind = r->job->look_inside ? BL_INGEST__SEEN : BL_INGEST__KNOWN;
	if (event.kind == BL_INGEST__KNOWN)
		return add_event(r, event, NULL, reterr);
	bl_arena_reset(r->item_arena);
	status = bl_item_head_parse(r->item_parser, bytes, r->item_arena, &item, &why);
	if (status == BL_EINPUT || status == BL_ELIMIT || status == BL_EUNSUPPORTED ||
	    status == BL_ENOMEM) {
		struct bl_quarantine q = {.item_index = index,
		    .offset = offset,
		    .length = bytes.len,
		    .reason = bl_str_of(why.text)};

		return refuse(r, &q, reterr);
	}
	if (status == BL_OK)
		return take_parsed(r, bytes, &item, event, detail, reterr);
	if (reterr != NULL)
		*reterr = why;
	return status;
}

/* Before anything is added: is there a batch, and somebody who wants it? */
static enum bl_status
ready(struct bl_ingest__reader *r, struct bl_err *reterr)
{
	if (r->sink.stopped != NULL && r->sink.stopped(r->sink.ctx))
		return bl_fail(reterr, BL_EIO, "the rest is not read: an earlier file failed");
	if (r->batch == NULL && r->sink.spare != NULL)
		r->batch = r->sink.spare(r->sink.ctx);
	return r->batch != NULL ? BL_OK : bl_ingest__batch_new(&r->batch, reterr);
}

/* Look up all that waits, in its order. */
static enum bl_status
take_waiting(struct bl_ingest__reader *r, struct bl_err *reterr)
{
	size_t n = r->n_waiting;
	enum bl_status status = BL_OK;

	r->n_waiting = 0;
	for (size_t i = 0; i < n && status == BL_OK; i++) {
		const struct waiting *w = &r->waiting[i];

		status = ready(r, reterr);
		if (status == BL_OK)
			status = take_item(r, w->bytes, w->hash, w->index, w->offset, reterr);
	}
	return status;
}

static bool
stays(const struct bl_ingest__reader *r, struct bl_str bytes)
{
	/* As numbers: what lies elsewhere is another object. */
	uintptr_t piece = (uintptr_t)r->lasting.ptr, at = (uintptr_t)bytes.ptr;

	return piece != 0 && at >= piece && at - piece < r->lasting.len;
}

static enum bl_status
wait_or_take(struct bl_ingest__reader *r, struct bl_str bytes, uint64_t index, uint64_t offset,
    struct bl_err *reterr)
{
	struct bl_hash128 hash = bl_hash128_of(bytes, r->store->key);
	bool copied = !stays(r, bytes), large = copied && bytes.len > WAITING_BYTES;
	struct waiting *w;
	enum bl_status status = BL_OK;

	if (large || r->n_waiting == N_WAITING)
		status = take_waiting(r, reterr);
	if (status == BL_OK)
		status = ready(r, reterr);
	if (status != BL_OK)
		return status;
	if (large)
		return take_item(r, bytes, hash, index, offset, reterr);
	bl_filter__prefetch(&r->store->filter, hash);
	w = &r->waiting[r->n_waiting++];
	w->hash = hash;
	w->index = index;
	w->offset = offset;
	w->bytes = bytes;
	if (copied) {
		memcpy(w->copy, bytes.ptr, bytes.len);
		w->bytes.ptr = w->copy;
	}
	return BL_OK;
}

static enum bl_status
on_item(void *ctx, struct bl_str bytes, uint64_t index, uint64_t offset, struct bl_err *reterr)
{
	struct bl_ingest__reader *r = ctx;
	enum bl_status status = wait_or_take(r, bytes, index, offset, reterr);

	r->sink_failed = status != BL_OK;
	return status;
}

static enum bl_status
on_piece(void *ctx, struct bl_str piece, struct bl_err *reterr)
{
	struct bl_ingest__reader *r = ctx;
	enum bl_status status = BL_OK;

	/* What waits may lie in the one that goes. */
	if (piece.ptr == NULL && !r->sink_failed)
		status = take_waiting(r, reterr);
	r->lasting = piece;
	r->sink_failed = r->sink_failed || status != BL_OK;
	return status;
}

static enum bl_status
on_quarantine(void *ctx, const struct bl_quarantine *q, struct bl_err *reterr)
{
	struct bl_ingest__reader *r = ctx;
	enum bl_status status = take_waiting(r, reterr); /* What was read before is told before. */

	if (status == BL_OK)
		status = ready(r, reterr);
	if (status == BL_OK && q->item_index == BL_NO_OFFSET && r->job->reason.ptr == NULL &&
	    bl_str_dup(r->object_arena, q->reason, &r->job->reason) != BL_OK)
		return bl_fail(
		    reterr, BL_ENOMEM, "no memory for a reason"); /* The object's fault. */
	if (status == BL_OK)
		status = refuse(r, q, reterr);
	r->sink_failed = status != BL_OK;
	return status;
}

static void
on_progress(void *ctx, uint64_t bytes_in, uint64_t bytes_json)
{
	struct bl_ingest__reader *r = ctx;

	r->bytes_in = bytes_in;
	r->bytes_json = bytes_json;
}

/* ---- Objects. ------------------------------------------------------------ */

/* The SHA-256 of a file's bytes: far cheaper than unpacking what is known already. */
static enum bl_status
hash_file(
    struct bl_ingest__reader *r, struct bl_file *file, struct bl_sha256 *ret, struct bl_err *reterr)
{
	enum bl_status status = bl_sha256_run_again(r->sha, reterr);
	size_t n = 1;

	while (status == BL_OK && n > 0) {
		status = bl_file_read(file, r->piece, HASH_PIECE_BYTES, &n, reterr);
		if (status == BL_OK)
			status = bl_sha256_run_add(r->sha, (struct bl_str){r->piece, n}, reterr);
	}
	return status == BL_OK ? bl_sha256_run_end(r->sha, ret, reterr) : status;
}

/* Strings of a result into the job's own memory. */
static enum bl_status
detach(struct bl_ingest__job *job, struct bl_err *reterr)
{
	struct bl_reader_result *res = &job->result;
	struct bl_str *const part[] = {&res->key.path, &res->key.name, &res->key.account,
	    &res->key.region, &res->skip_reason, &res->message_type, &res->whole, &job->reason};
	size_t n = sizeof(part) / sizeof(part[0]), sum = 1;
	enum bl_status status;

	for (size_t i = 0; i < n; i++)
		sum += part[i]->len;
	job->text.len = 0;
	status = bl_buf_reserve(&job->text, sum, reterr);
	for (size_t i = 0; i < n && status == BL_OK; i++) {
		char *at = job->text.ptr + job->text.len;

		if (part[i]->ptr == NULL)
			continue;
		status = bl_buf_add(&job->text, *part[i], reterr);
		part[i]->ptr = at; /* There was room: the buffer has not moved. */
	}
	return status;
}

static void
end_job(struct bl_ingest__job *job, enum bl_ingest__end end, const struct bl_err *why)
{
	job->end = end;
	if (why != NULL)
		job->why = *why;
}

static void
read_object(struct bl_ingest__reader *r, struct bl_file *file, bool keep)
{
	struct bl_ingest__job *job = r->job;
	struct bl_reader_sink sink = {.ctx = r,
	    .item = on_item,
	    .piece = on_piece,
	    .quarantine = on_quarantine,
	    .progress = on_progress};
	struct bl_err why, failure;
	enum bl_status status, last;

	r->sink_failed = false;
	r->bytes_in = r->bytes_json = r->json_at_batch = 0;
	status = bl_reader_read(
	    file, bl_ingest__key(job), r->object_parser, r->object_arena, sink, &job->result, &why);
	if (status != BL_OK && r->sink_failed) {
		end_job(job, BL_INGEST__END_FAILED, &why);
		return;
	}
	/* Also what was found before it broke off is told. */
	last = take_waiting(r, &failure);
	if (last == BL_OK && r->batch != NULL && r->batch->n_events > 0)
		last = emit(r, &failure);
	if (last == BL_OK && status == BL_OK && keep)
		last = detach(job, &failure);
	if (last != BL_OK)
		end_job(job, BL_INGEST__END_FAILED, &failure);
	else if (status != BL_OK) /* It cannot be read, or wants more memory than one may have. */
		end_job(job, BL_INGEST__END_PROBLEM, &why);
	else
		end_job(job, BL_INGEST__END_READ, NULL);
}

/* Does the store hold it already?  Its SHA-256 tells, and then it must be opened again. */
static enum bl_status
is_known(struct bl_ingest__reader *r, struct bl_file **file, const struct bl_key *key,
    bool *ret_known, struct bl_err *reterr)
{
	struct bl_sha256 sha256;
	enum bl_status status = hash_file(r, *file, &sha256, reterr);

	bl_file_close(file);
	if (status != BL_OK)
		return status;
	*ret_known = r->sink.is_stored(r->sink.ctx, &sha256, key);
	if (*ret_known)
		return BL_OK;
	return bl_os_open(r->os, r->job->path, BL_OPEN_READ, file, reterr);
}

void
bl_ingest__reader_read(struct bl_ingest__reader *r, struct bl_ingest__job *job, bool keep)
{
	struct bl_file *file = NULL;
	struct bl_key key;
	struct bl_err why;
	enum bl_status status = BL_OK, parsed;
	bool known = false;

	assert(job->path != NULL || job->file != NULL);
	r->job = job;
	r->n_waiting = 0;
	r->lasting = (struct bl_str){NULL, 0};
	job->reason = (struct bl_str){NULL, 0};
	if (r->batch != NULL)
		bl_ingest__batch_clear(r->batch);
	bl_arena_reset(r->object_arena);
	if (job->problem.status != BL_OK) {
		end_job(job, BL_INGEST__END_PROBLEM, &job->problem);
		return;
	}
	/* The reader will say what is wrong with the name. */
	parsed = bl_key_parse(bl_ingest__key(job), r->object_arena, &key, &why);
	job->look_inside = parsed != BL_OK || key.account.len == 0 ||
			   key.last_ns == BL_INSTANT_MIN || key.kind == BL_KEY_OTHER;
	if (job->path != NULL)
		status = bl_os_open(r->os, job->path, BL_OPEN_READ, &file, &why);
	if (status == BL_OK && parsed == BL_OK && job->may_be_known)
		status = is_known(r, &file, &key, &known, &why);
	if (status != BL_OK)
		end_job(job,
		    status == BL_EIO || status == BL_ENOTFOUND ? BL_INGEST__END_PROBLEM
							       : BL_INGEST__END_FAILED,
		    &why);
	else if (known)
		end_job(job, BL_INGEST__END_KNOWN, NULL);
	else
		read_object(r, job->path != NULL ? file : job->file, keep);
	bl_file_close(&file);
}
