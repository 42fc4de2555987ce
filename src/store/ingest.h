#ifndef BL_STORE_INGEST_H
#define BL_STORE_INGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

struct bl_os;
struct bl_store;

/*
 * From delivery objects into the store.  Every file seen has exactly one outcome,
 * every item seen exactly one of the three: so the totals add up:
 *	files_seen = files_read + files_skipped + files_quarantined
 *	items_seen = items_new + items_known + items_quarantined
 */
enum bl_ingest_outcome {
	BL_INGEST_READ,	       /* A delivery, read whole (single items may be quarantined). */
	BL_INGEST_SKIPPED,     /* No delivery, or already in the store. */
	BL_INGEST_QUARANTINED, /* Not readable, or not to its end. */
};

struct bl_ingest_totals {
	uint64_t files_seen, files_read, files_skipped, files_quarantined;
	uint64_t files_known; /* Of files_skipped: already in the store. */
	uint64_t items_seen, items_new, items_known, items_quarantined;
	uint64_t bytes_in, bytes_json;
};

struct bl_ingest_progress {
	struct bl_ingest_totals totals; /* With what is read of the object at hand. */
	/* As they lie there, of the paths given so far, known ones too.  Not known of standard
	 * input: nothing of it is in either. */
	uint64_t bytes_done, bytes_found;
};

struct bl_ingest_observer {
	void *ctx;
	/* One file is done.  reason: why skipped or quarantined; absent for READ. */
	void (*file)(
	    void *ctx, struct bl_str key, enum bl_ingest_outcome outcome, struct bl_str reason);
	/* One item was refused, or (index BL_NO_OFFSET) an object in part or as a whole. */
	void (*item)(
	    void *ctx, struct bl_str key, uint64_t index, uint64_t offset, struct bl_str reason);
	/* About ten times a second at most. */
	void (*progress)(void *ctx, const struct bl_ingest_progress *progress);
};

struct bl_ingest;
BL_STATUS bl_ingest_new(struct bl_os *os, struct bl_store *store,
    struct bl_ingest_observer observer, struct bl_ingest **ret_ingest, struct bl_err *reterr);
void bl_ingest_free(struct bl_ingest **ingest);

/* bl_ingest_jobs(ingest, n): before the first path: up to ${n} files are read at the same time, in
 * threads.  1, and without this call: one after the other, and no thread is started.  The store and
 * what the observer is told, in this thread, are the same. */
BL_STATUS bl_ingest_jobs(struct bl_ingest *ingest, uint32_t n, struct bl_err *reterr);

/* bl_ingest_path(ingest, path, reterr): a file or a folder tree, but for the store's own folder.
 * Fails only when the store cannot take more (what was acknowledged stays) or the path does not
 * exist (what was visited before is taken).  With jobs a file may be read and committed during
 * later calls, and what fails then is their failure. */
BL_STATUS bl_ingest_path(struct bl_ingest *ingest, const char *path, struct bl_err *reterr);

/* bl_ingest_stdin: one object from standard input; ${name} is its key ("-": none). */
BL_STATUS bl_ingest_stdin(struct bl_ingest *ingest, struct bl_str name, struct bl_err *reterr);

/* bl_ingest_end: everything is on the disk when it returns. */
BL_STATUS bl_ingest_end(struct bl_ingest *ingest, struct bl_err *reterr);

const struct bl_ingest_totals *bl_ingest_total(const struct bl_ingest *ingest);

#endif
