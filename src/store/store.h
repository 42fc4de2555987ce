#ifndef BL_STORE_STORE_H
#define BL_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/status.h"
#include "base/str.h"
#include "delivery/reader.h"

struct bl_arena;
struct bl_os;

/*
 * Every item version once, and for every delivery object exactly which versions
 * it held.  This header is the canonical layer: the precious one.
 *
 * A version is named by its resource type's number and its ordinal among that
 * type's versions, both counted from 0 in the order of first arrival.  Names are
 * stable for ever; a segment's index can be rebuilt from the segment alone.
 * A delivery is named by its ledger position, counted from 1: beleg's system time.
 */
struct bl_store;

struct bl_version_id {
	uint32_t type_no;
	uint32_t ordinal;
};

enum bl_store_mode {
	BL_STORE_READ,	 /* Must exist; a consistent view as of the open. */
	BL_STORE_WRITE,	 /* Must exist; one writer (BL_ELOCKED names the pid). */
	BL_STORE_CREATE, /* As WRITE; made when there is none (the folder may exist and be empty).
			  */
};

BL_STATUS bl_store_open(struct bl_os *os, const char *path, enum bl_store_mode mode,
    struct bl_store **ret_store, struct bl_err *reterr);
/* bl_store_root(store): its folder, as it was opened. */
const char *bl_store_root(const struct bl_store *store);
/* bl_store_os(store): the system that it was opened with. */
struct bl_os *bl_store_os(const struct bl_store *store);
/* bl_store_close(&store): NULL-safe.  Uncommitted work is forgotten. */
void bl_store_close(struct bl_store **store);

/* One delivery object, as the catalogue keeps it. */
struct bl_delivery {
	uint64_t position;  /* 1.. */
	struct bl_str key;  /* Path in the bucket or source, decoded. */
	struct bl_str name; /* Last segment. */
	enum bl_delivery_kind kind;
	struct bl_str account;	 /* Absent when mixed or unknown. */
	struct bl_str region;	 /* Of the recorder (key), absent when unknown. */
	int64_t as_of_ns;	 /* What it speaks for: a snapshot's time, the last capture of a
				    history file or notification; BL_INSTANT_MIN unknown. */
	int64_t first_ns;	 /* The first capture in it (history), else as_of_ns. */
	int64_t ingested_ns;	 /* Wall clock; not part of any evidence. */
	struct bl_sha256 sha256; /* Of the object's bytes. */
	uint64_t bytes_in, bytes_json;
	uint64_t n_items, n_new, n_known, n_quarantined; /* n_items is the sum of the rest. */
	bool complete;	    /* Read whole; only such a snapshot proves absence. */
	struct bl_str note; /* message type, or why it is incomplete; may be absent. */
};

struct bl_store_quarantine {
	uint64_t position; /* Of the delivery. */
	struct bl_quarantine what;
};

/* ---- Writing: one delivery is one transaction. -------------------------- */

/* bl_store_find_delivery(store, sha256, name): its position, or 0.  The same bytes under another
 * AWS name are another delivery; under names that are not AWS's (${name} absent) they are the same.
 */
uint64_t bl_store_find_delivery(
    const struct bl_store *store, const struct bl_sha256 *sha256, struct bl_str name);

/* bl_store_may_hold(store, bytes_in, name): false when no delivery has so many packed bytes (under
 * that name; absent: under any): then none can be found by the SHA-256 of an object of this size,
 * and it need not be worked out. */
bool bl_store_may_hold(const struct bl_store *store, uint64_t bytes_in, struct bl_str name);

BL_STATUS bl_store_begin(struct bl_store *store, struct bl_err *reterr);

/* bl_store_find(store, bytes, &hash, &id): is this version there already?  ${hash} is for put. */
bool bl_store_find(const struct bl_store *store, struct bl_str bytes, struct bl_hash128 *ret_hash,
    struct bl_version_id *ret_id);

/* bl_store_put(store, type, bytes, hash, &id): a version that is not there yet. */
BL_STATUS bl_store_put(struct bl_store *store, struct bl_str type, struct bl_str bytes,
    struct bl_hash128 hash, struct bl_version_id *ret_id, struct bl_err *reterr);

/* bl_store_member(store, id): this delivery held that version (also for one just put). */
BL_STATUS bl_store_member(struct bl_store *store, struct bl_version_id id, struct bl_err *reterr);

/* bl_store_refuse(store, what): this delivery held something unreadable. */
BL_STATUS bl_store_refuse(
    struct bl_store *store, const struct bl_quarantine *what, struct bl_err *reterr);

/* bl_store_attach(store, bytes): an evidence file's own bytes, kept whole under its SHA-256. */
BL_STATUS bl_store_attach(struct bl_store *store, struct bl_str bytes, struct bl_err *reterr);

/* bl_store_commit(store, delivery, &position): everything since begin becomes one delivery, on the
 * disk when it returns, unless ${delivery} is within a group (bl_store_group): then at
 * bl_store_flush(). position, n_new etc. of ${delivery} are as the caller counted, but position is
 * given here. */
BL_STATUS bl_store_commit(struct bl_store *store, const struct bl_delivery *delivery,
    uint64_t *ret_position, struct bl_err *reterr);
/* bl_store_abort(store): forget everything since begin. */
BL_STATUS bl_store_abort(struct bl_store *store, struct bl_err *reterr);

/* bl_store_group(store, on): commits are acknowledged together by bl_store_flush (group commit). */
void bl_store_group(struct bl_store *store, bool on);
BL_STATUS bl_store_flush(struct bl_store *store, struct bl_err *reterr);

/* bl_store_seal(store): all waiting items become sealed segments. */
BL_STATUS bl_store_seal(struct bl_store *store, struct bl_err *reterr);

/* ---- Reading ------------------------------------------------------------ */

uint32_t bl_store_n_types(const struct bl_store *store);
struct bl_str bl_store_type_name(const struct bl_store *store, uint32_t type_no);
/* bl_store_type_no: UINT32_MAX when no version of the type was ever stored. */
uint32_t bl_store_type_no(const struct bl_store *store, struct bl_str type);
uint32_t bl_store_n_versions(const struct bl_store *store, uint32_t type_no);

/* bl_store_scan(store, type_no, fn, ctx): every version of a type in ordinal order; ${bytes} is
 * valid during the call.  Checks each frame; damage is BL_ECORRUPT naming file and frame. */
typedef enum bl_status (*bl_store_scan_fn)(
    void *ctx, struct bl_version_id id, struct bl_str bytes, struct bl_err *reterr);
BL_STATUS bl_store_scan(struct bl_store *store, uint32_t type_no, bl_store_scan_fn fn, void *ctx,
    struct bl_err *reterr);
/* bl_store_scan_from: the same from ordinal ${first} on; what lies before is not read. */
BL_STATUS bl_store_scan_from(struct bl_store *store, uint32_t type_no, uint32_t first,
    bl_store_scan_fn fn, void *ctx, struct bl_err *reterr);

/* bl_store_fingerprint(store, type_no, first, count, &print, reterr): stands for the versions
 * [first, first + count) in their order: over the keyed XXH3-128 of their bytes, so the same before
 * and after sealing, and another one in a store with another key.  Reads indexes, no items.
 * BL_ENOTFOUND when there are no such versions. */
BL_STATUS bl_store_fingerprint(struct bl_store *store, uint32_t type_no, uint32_t first,
    uint32_t count, struct bl_hash128 *ret_print, struct bl_err *reterr);

/* bl_store_read(store, id, arena, &bytes, &sha256): one version. */
BL_STATUS bl_store_read(struct bl_store *store, struct bl_version_id id, struct bl_arena *arena,
    struct bl_str *ret_bytes, struct bl_sha256 *ret_sha256, struct bl_err *reterr);

uint64_t bl_store_n_deliveries(const struct bl_store *store);
/* bl_store_delivery(store, position): valid until the next commit or close; NULL when out of range.
 */
const struct bl_delivery *bl_store_delivery(const struct bl_store *store, uint64_t position);

/* bl_store_members(store, position, arena, &ids, &n): the versions a delivery held, sorted,
 * distinct. */
BL_STATUS bl_store_members(struct bl_store *store, uint64_t position, struct bl_arena *arena,
    struct bl_version_id **ret_ids, size_t *ret_n, struct bl_err *reterr);

/* Versions [first, first + n) of one type. */
struct bl_version_run {
	uint32_t type_no, first, n;
};

/*
 * bl_store_change(store, from, to, arena, &runs, &n, reterr): the versions that exactly one of two
 * deliveries held, in order; from 0: those that ${to} held.  Memberships are kept as differences:
 * from one snapshot of a recorder to its next this costs what changed, not what they held.
 * BL_ENOTFOUND when there is no such delivery.
 */
BL_STATUS bl_store_change(struct bl_store *store, uint64_t from, uint64_t to,
    struct bl_arena *arena, const struct bl_version_run **ret_runs, size_t *ret_n,
    struct bl_err *reterr);

/* bl_store_growth(store, position, arena, &runs, &n): the types of which this delivery held
 * versions that none before it did, each as all its versions up to there: [0, n). */
BL_STATUS bl_store_growth(struct bl_store *store, uint64_t position, struct bl_arena *arena,
    const struct bl_version_run **ret_runs, size_t *ret_n, struct bl_err *reterr);

uint64_t bl_store_n_quarantined(const struct bl_store *store);
const struct bl_store_quarantine *bl_store_quarantined(const struct bl_store *store, uint64_t i);

/* bl_store_attached(store, position, arena, &sha256, &n): which evidence files a delivery brought:
 * [n] (0 or 1 today), for bl_store_attachment.  Their SHA-256 is that of the text that was kept: it
 * differs from the object's where that was packed or had white space around. */
BL_STATUS bl_store_attached(struct bl_store *store, uint64_t position, struct bl_arena *arena,
    struct bl_sha256 **ret_sha256, size_t *ret_n, struct bl_err *reterr);

/* bl_store_attachment(store, sha256, arena, &bytes): an evidence file's bytes, checked. */
BL_STATUS bl_store_attachment(struct bl_store *store, const struct bl_sha256 *sha256,
    struct bl_arena *arena, struct bl_str *ret_bytes, struct bl_err *reterr);

#endif
