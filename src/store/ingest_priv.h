#ifndef BL_STORE_INGEST_PRIV_H
#define BL_STORE_INGEST_PRIV_H

#include "base/buf.h"
#include "base/hash.h"
#include "delivery/reader.h"
#include "store/ingest.h"
#include "store/store_priv.h"

/*
 * How a file gets into the store, in two halves that share nothing but this:
 *
 *	reader	reads, cuts and hashes one file, looks each item up, checks the new ones, and
 *		puts what it found into batches of events, in the file's order
 *	commit	applies the events to the store, file after file in the walk's order
 *
 * With one job the reader hands each batch to commit as a call.  With more, readers run in threads
 * and the queue lies between: the same code in the same order, so the store is the same.
 */
struct bl_arena;
struct bl_file;
struct bl_json_parser;
struct bl_os;
struct bl_store;

/* ---- What a reader tells. ------------------------------------------------ */

enum bl_ingest__kind {
	BL_INGEST__KNOWN,   /* ${id} is a member. */
	BL_INGEST__SEEN,    /* The same, and what the item says of itself counts too. */
	BL_INGEST__NEW,	    /* Not there when the reader looked. */
	BL_INGEST__REFUSED, /* The item or the object cannot be read. */
};

struct bl_ingest__event {
	enum bl_ingest__kind kind;
	uint32_t i_detail;	 /* All but KNOWN. */
	struct bl_version_id id; /* KNOWN, SEEN. */
};

/* Strings are places in the batch's bytes. */
struct bl_ingest__span {
	size_t at, len;
};

struct bl_ingest__detail {
	uint64_t index, offset, length;
	struct bl_ingest__span reason;		      /* REFUSED. */
	struct bl_ingest__span type, account, region; /* SEEN, NEW. */
	int64_t capture_ns;
	struct bl_ingest__span bytes; /* NEW, and its keyed hash. */
	struct bl_hash128 hash;
};

struct bl_ingest__batch {
	struct bl_ingest__batch *next;
	struct bl_ingest__event *event;
	uint64_t n_events, cap_events;
	struct bl_ingest__detail *detail;
	uint64_t n_details, cap_details;
	struct bl_buf bytes;
	uint64_t bytes_in, bytes_json; /* How far the file was read. */
};
/* bl_ingest__batch_free(&batch): NULL-safe. */
BL_STATUS bl_ingest__batch_new(struct bl_ingest__batch **ret_batch, struct bl_err *reterr);
void bl_ingest__batch_free(struct bl_ingest__batch **batch);
void bl_ingest__batch_clear(struct bl_ingest__batch *batch);
/* bl_ingest__batch_size: bytes of memory. */
size_t bl_ingest__batch_size(const struct bl_ingest__batch *batch);

/* ---- One file. ----------------------------------------------------------- */

enum bl_ingest__end {
	BL_INGEST__END_READ,	/* ${result} says what it was. */
	BL_INGEST__END_KNOWN,	/* Its SHA-256 is in the store already. */
	BL_INGEST__END_PROBLEM, /* ${why}: it cannot be read; the file's own fault. */
	BL_INGEST__END_FAILED,	/* ${why}: ours: no memory, or the store takes no more. */
};

struct bl_ingest__job {
	char *path; /* Heap; NULL: ${file} is given. */
	char *key;  /* Heap. */
	size_t key_len;
	struct bl_file *file;  /* Borrowed. */
	uint64_t size_bytes;   /* 0: unknown. */
	uint64_t aws_name;     /* Hash of the name when that is one of AWS's, else 0. */
	bool may_be_known;     /* By its size: the SHA-256 must tell. */
	struct bl_err problem; /* Of the walk; status BL_OK: none. */
	/* Written by the reader, read by commit once it has ended. */
	enum bl_ingest__end end;
	struct bl_err why;
	struct bl_reader_result result;
	struct bl_str reason; /* The first one of the object as a whole. */
	struct bl_buf text;   /* What the strings of ${result} and ${reason} lie in; see detach. */
	bool look_inside;     /* The name does not tell account and time: known items count too. */
	/* Commit's. */
	bool begun;
	/* The queue's, under its mutex. */
	struct bl_ingest__job *next;
	struct bl_ingest__batch *first, *last;
	size_t queued; /* Bytes of the batches, and of ${text}. */
	bool taken, ended;
};
static inline struct bl_str
bl_ingest__key(const struct bl_ingest__job *job)
{
	return (struct bl_str){job->key, job->key_len};
}

/* ---- reader -------------------------------------------------------------- */

struct bl_ingest__reader;
struct bl_ingest__reader_sink {
	void *ctx;
	/* A batch is full.  It may be taken (*batch becomes NULL); else it is used again. */
	enum bl_status (*batch)(void *ctx, struct bl_ingest__job *job,
	    struct bl_ingest__batch **batch, struct bl_err *reterr);
	/* An empty batch of before, or NULL; may be NULL. */
	struct bl_ingest__batch *(*spare)(void *ctx);
	/* Is the object in the store? */
	bool (*is_stored)(void *ctx, const struct bl_sha256 *sha256, const struct bl_key *key);
	/* Nobody wants to know any more. */
	bool (*stopped)(void *ctx);
};
BL_STATUS bl_ingest__reader_new(struct bl_os *os, const struct bl_store *store,
    struct bl_ingest__reader_sink sink, struct bl_ingest__reader **ret_reader,
    struct bl_err *reterr);
void bl_ingest__reader_free(struct bl_ingest__reader **reader);
/* bl_ingest__reader_read(reader, job): to its end; how it ended stands in ${job}, whose strings are
 * valid until the next call, or with ${detach} as long as the job. */
void bl_ingest__reader_read(
    struct bl_ingest__reader *reader, struct bl_ingest__job *job, bool detach);

/* ---- commit -------------------------------------------------------------- */

struct bl_ingest__commit;
BL_STATUS bl_ingest__commit_new(struct bl_os *os, struct bl_store *store,
    struct bl_ingest_observer observer, struct bl_ingest__commit **ret_commit,
    struct bl_err *reterr);
void bl_ingest__commit_free(struct bl_ingest__commit **commit);
/* bl_ingest__commit_begin, batch, end: of one job; after a failure nothing of it is taken. */
void bl_ingest__commit_begin(struct bl_ingest__commit *commit, const struct bl_ingest__job *job);
BL_STATUS bl_ingest__commit_batch(struct bl_ingest__commit *commit, struct bl_ingest__job *job,
    const struct bl_ingest__batch *batch, struct bl_err *reterr);
BL_STATUS bl_ingest__commit_end(
    struct bl_ingest__commit *commit, struct bl_ingest__job *job, struct bl_err *reterr);
/* bl_ingest__commit_skip: a file or folder that is not looked at. */
void bl_ingest__commit_skip(
    struct bl_ingest__commit *commit, struct bl_str key, struct bl_str reason);
/* The catalogue's answer, for a reader's sink. */
bool bl_ingest__commit_is_stored(const struct bl_ingest__commit *commit,
    const struct bl_sha256 *sha256, const struct bl_key *key);
void bl_ingest__commit_found(struct bl_ingest__commit *commit, uint64_t n_bytes);
/* bl_ingest__commit_progress: tell it now, however lately it was told. */
void bl_ingest__commit_progress(struct bl_ingest__commit *commit);
const struct bl_ingest_totals *bl_ingest__commit_totals(const struct bl_ingest__commit *commit);
/* bl_ingest__commit_guard(commit, mutex): held whenever the catalogue changes. */
struct bl_mutex;
void bl_ingest__commit_guard(struct bl_ingest__commit *commit, struct bl_mutex *mutex);

/* ---- queue --------------------------------------------------------------- */

struct bl_ingest__queue;
/* bl_ingest__queue_new: starts ${n_readers} threads. */
BL_STATUS bl_ingest__queue_new(struct bl_os *os, struct bl_store *store,
    struct bl_ingest__commit *commit, uint32_t n_readers, struct bl_ingest__queue **ret_queue,
    struct bl_err *reterr);
/* bl_ingest__queue_free: waits for its threads; what was not committed is forgotten. */
void bl_ingest__queue_free(struct bl_ingest__queue **queue);
/* bl_ingest__queue_add(queue, &job): takes the job in any case.  Commits earlier ones while there
 * are too many. */
BL_STATUS bl_ingest__queue_add(
    struct bl_ingest__queue *queue, struct bl_ingest__job **job, struct bl_err *reterr);
/* bl_ingest__queue_wait_like: commit until no job that may be the same object is left. */
BL_STATUS bl_ingest__queue_wait_like(
    struct bl_ingest__queue *queue, const struct bl_ingest__job *job, struct bl_err *reterr);
/* bl_ingest__queue_drain: commit all.  bl_ingest__queue_cancel: after a failure, forget all. */
BL_STATUS bl_ingest__queue_drain(struct bl_ingest__queue *queue, struct bl_err *reterr);
void bl_ingest__queue_cancel(struct bl_ingest__queue *queue);

/* ---- job ----------------------------------------------------------------- */

BL_STATUS bl_ingest__job_new(const char *path, struct bl_str key, uint64_t size_bytes,
    struct bl_ingest__job **ret_job, struct bl_err *reterr);
void bl_ingest__job_free(struct bl_ingest__job **job);

#endif
