#ifndef BL_STORE_FSCK_H
#define BL_STORE_FSCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

struct bl_os;

/*
 * Everything that a store holds, held against everything that it says of it.  Nothing is written
 * and no lock is taken: a writer may be at work, and a store that cannot be opened is examined all
 * the same, layer by layer (marker, manifest, catalogue, segments, tail, attachments, names), as
 * far as each of them can be read.
 *
 * What a problem is worth is its grade.  Only DAMAGE touches evidence.
 */
enum bl_fsck_grade {
	BL_FSCK_LEFTOVER,  /* Nothing names it: never acknowledged, or superseded. */
	BL_FSCK_DERIVABLE, /* Wrong, but made again from what is sound. */
	BL_FSCK_DAMAGE,	   /* Evidence, or what proves it, is not as it was stored. */
};
#define BL_FSCK_GRADES 3

/* code, its name, grade, what it means for evidence, what to do. */
#define BL_FSCK_CODES(X)                                                                           \
	X(MARKER, "marker", DAMAGE,                                                                \
	    "without the marker and its key nothing here is taken for a store",                    \
	    "restore beleg-store.json from a copy; the rest is examined without the key")          \
	X(MANIFEST, "manifest", DAMAGE,                                                            \
	    "nothing says any more which segments are in force and what they must hold",           \
	    "restore the file manifest from a copy of the same moment as the segments")            \
	X(MANIFEST_CATALOGUE, "manifest-catalogue", DAMAGE,                                        \
	    "manifest and catalogue tell of different stores: one of them is of another moment",   \
	    "restore both from the same copy")                                                     \
	X(SEGMENT_MISSING, "segment-missing", DAMAGE,                                              \
	    "the versions in it are lost here; no answer about them can be proved",                \
	    "restore the file from a copy, or ingest the same deliveries into a new store")        \
	X(SEGMENT_SHA256, "segment-sha256", DAMAGE,                                                \
	    "not the sealed file: only frames that pass their own checks are as stored",           \
	    "restore the file from a copy, or ingest the same deliveries into a new store")        \
	X(FRAME, "frame", DAMAGE,                                                                  \
	    "the versions in this frame cannot be read or are not as stored",                      \
	    "restore the segment from a copy")                                                     \
	X(SEGMENT_ITEMS, "segment-items", DAMAGE,                                                  \
	    "the segment does not hold the versions that were sealed",                             \
	    "restore the segment and the manifest from the same copy")                             \
	X(ITEM, "item", DAMAGE, "the version cannot be read as a configuration item of its type",  \
	    "restore the file from a copy; if the copy is the same, keep both and report it")      \
	X(ITEM_TWICE, "item-twice", DAMAGE,                                                        \
	    "one version has two names, so counts of versions are too high",                       \
	    "ingest the same deliveries into a new store; keep this one")                          \
	X(ITEM_ALIKE, "item-alike", DAMAGE,                                                        \
	    "known versions are found by that hash: a delivery may name the wrong one of them",    \
	    "ingest the same deliveries into a new store, which has another key; keep this one")   \
	X(INDEX, "index", DERIVABLE, "none of itself: it is made again from its segment",          \
	    "nothing, or open the store for writing once (beleg seal)")                            \
	X(TAIL, "tail", DAMAGE, "versions that are not sealed yet cannot be read",                 \
	    "restore the file from a copy of the same moment")                                     \
	X(TAIL_RECORD, "tail-record", DAMAGE,                                                      \
	    "what this record holds cannot be trusted; the store will not open",                   \
	    "restore the file from a copy of the same moment")                                     \
	X(TAIL_VERSIONS, "tail-versions", DAMAGE,                                                  \
	    "acknowledged versions are lost here; deliveries still say that they held them",       \
	    "restore the tail from a copy, or ingest the same deliveries into a new store")        \
	X(TAIL_END, "tail-end", LEFTOVER,                                                          \
	    "none: no delivery was acknowledged with it (a crash, or a writer at work)",           \
	    "nothing: the next writer cuts it")                                                    \
	X(CATALOGUE, "catalogue", DAMAGE,                                                          \
	    "nothing says any more which deliveries there were and what they held",                \
	    "restore catalogue.log from a copy of the same moment")                                \
	X(CATALOGUE_RECORD, "catalogue-record", DAMAGE,                                            \
	    "an acknowledged delivery is lost here: its provenance and members cannot be proved",  \
	    "restore catalogue.log from a copy; later records are still examined")                 \
	X(CATALOGUE_END, "catalogue-end", LEFTOVER,                                                \
	    "none if it was never acknowledged; a damaged last record looks the same",             \
	    "ingest the last deliveries once more: known ones change nothing")                     \
	X(DELIVERY, "delivery", DAMAGE,                                                            \
	    "the record passes its checksum but contradicts itself or the records before it",      \
	    "keep the file, restore a copy beside it and compare")                                 \
	X(MEMBERS, "members", DAMAGE,                                                              \
	    "which versions this delivery held cannot be proved; absence cannot be inferred",      \
	    "restore catalogue.log from a copy")                                                   \
	X(ATTACHMENT, "attachment", DAMAGE, "an evidence file is missing or not as it was stored", \
	    "restore it from a copy or from its source: its name is its SHA-256")                  \
	X(PADDING, "padding", DERIVABLE,                                                           \
	    "none: these bytes carry nothing; but something has changed the file",                 \
	    "look at the disk and at who may write; restore the file from a copy")                 \
	X(NAME, "leftover", LEFTOVER,                                                              \
	    "none: nothing in force names it (a crash, a writer at work, or another program)",     \
	    "nothing: what is beleg's own is removed by the next writer")                          \
	X(UNREADABLE, "unreadable", DAMAGE, "what lies there could not be examined",               \
	    "look at the disk and the permissions, then run fsck again")

enum bl_fsck_code {
#define X(code, name, grade, means, todo) BL_FSCK_##code,
	BL_FSCK_CODES(X)
#undef X
};
const char *bl_fsck_name(enum bl_fsck_code code); /* "segment-sha256": stable */
enum bl_fsck_grade bl_fsck_grade(enum bl_fsck_code code);
const char *bl_fsck_grade_name(enum bl_fsck_grade grade); /* "damage", "derivable", "leftover" */
const char *bl_fsck_means(enum bl_fsck_code code);
const char *bl_fsck_todo(enum bl_fsck_code code);

#define BL_FSCK_NONE UINT64_MAX

/* Where; BL_FSCK_NONE and the absent string where it does not apply. */
struct bl_fsck_place {
	struct bl_str file; /* Below the store. */
	struct bl_str type;
	uint64_t byte;	   /* In the file. */
	uint64_t frame;	   /* Of a segment, from 0. */
	uint64_t first, n; /* Versions of the type. */
	uint64_t delivery; /* Its ledger position. */
};
struct bl_fsck_problem {
	enum bl_fsck_code code;
	struct bl_fsck_place at;
	const char *what; /* One sentence without period. */
};

struct bl_fsck_totals {
	uint64_t generation; /* Of the manifest; 0: not readable. */
	uint64_t types, deliveries, members, versions;
	uint64_t segments, frames, indexes, tail_records, attachments;
	uint64_t bytes_total, bytes_done;      /* total grows when attachments become known. */
	uint64_t derived_files, derived_bytes; /* Below derived/: told, not examined. */
	uint64_t problems[BL_FSCK_GRADES];
};

/* Called during bl_fsck_run; what they are given is valid during the call. */
struct bl_fsck_observer {
	void *ctx;
	void (*problem)(void *ctx, const struct bl_fsck_problem *problem);
	void (*progress)(void *ctx, const struct bl_fsck_totals *totals); /* May be NULL. */
};

/*
 * bl_fsck_run(os, path, observer, &totals, reterr): examine the store at ${path}.  BL_OK says that
 * the examination came to its end, whatever it found: see totals.problems.  BL_ENOTFOUND: there is
 * no such folder, or nothing of a store in it.  BL_ENOMEM: the budget (about 40 bytes for each
 * version of the largest type, 60 a delivery, 320 MiB besides) is not to be had.  BL_ELOCKED:
 * sealed again and again meanwhile.
 */
BL_STATUS bl_fsck_run(struct bl_os *os, const char *path, struct bl_fsck_observer observer,
    struct bl_fsck_totals *ret_totals, struct bl_err *reterr);

#endif
