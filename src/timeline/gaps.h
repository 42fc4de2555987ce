#ifndef BL_TIMELINE_GAPS_H
#define BL_TIMELINE_GAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

struct bl_arena;
struct bl_coverage;
struct bl_recorder_cover;
struct bl_resource;
struct bl_state;

/*
 * When nothing is known of a recorder's resources, whatever the last version says; and how a
 * resource stands at a moment, told with that in mind.
 */
enum bl_gap_why {
	BL_GAP_STOPPED, /* The recorder's own item says that it did not record. */
	BL_GAP_SILENT,	/* Two deliveries lie too far apart. */
	BL_GAP_ENDED,	/* After the last delivery. */
	BL_GAP_UNSEEN,	/* A global resource that no recorder told of for too long, whoever went on.
			 */
	BL_GAP_NOBODY,	/* No delivery names the account and region as its own. */
	BL_GAP_BEFORE,	/* Before the first delivery; no gap of the list, see unproven. */
	BL_GAP_TYPE,	/* Nothing shows that its type was recorded then; only of unproven. */
	BL_GAP_VANISHED, /* In one snapshot, absent from the next, no deletion item. */
	BL_N_GAPS
};

struct bl_gap {
	int64_t from_ns, to_ns; /* Half open; to_ns BL_INSTANT_MAX: no end. */
	enum bl_gap_why why;
};

struct bl_gap_list {
	const struct bl_gap *gaps; /* [n], by time, not overlapping */
	size_t n;
};

/* bl_gap_code(why): "recorder-stopped", stable; bl_gap_text(why): the same for a person. */
const char *bl_gap_code(enum bl_gap_why why);
const char *bl_gap_text(enum bl_gap_why why);

/*
 * bl_gaps_build(coverage, trusted_ns, arena, &gaps, reterr): the gaps of each recorder.  A recorder
 * whose last delivery lies less than a day before ${trusted_ns} is believed beyond it (a question
 * for "the last known" asks each recorder at its own end); BL_INSTANT_MIN: none is.
 */
struct bl_gaps;
BL_STATUS bl_gaps_build(const struct bl_coverage *coverage, int64_t trusted_ns,
    struct bl_arena *arena, const struct bl_gaps **ret_gaps, struct bl_err *reterr);

/* bl_gaps_of(gaps, account, region, arena, &list, reterr): those that matter to a resource there.
 * A global one has a witness in each recording region: what is unknown to all of them counts. */
BL_STATUS bl_gaps_of(const struct bl_gaps *gaps, struct bl_str account, struct bl_str region,
    struct bl_arena *arena, struct bl_gap_list *ret_list, struct bl_err *reterr);

/* bl_gaps_of_resource(gaps, resource, arena, &list, reterr): the same for one resource, with the
 * stretches in which it may exist and nobody told of it (bl_resource.witnessed). */
BL_STATUS bl_gaps_of_resource(const struct bl_gaps *gaps, const struct bl_resource *resource,
    struct bl_arena *arena, struct bl_gap_list *ret_list, struct bl_err *reterr);

/* How a resource stands at a moment. */
enum bl_presence {
	BL_ABSENT,	 /* Not there: not yet, deleted, or gone from the snapshots; or unproven. */
	BL_PRESENT,	 /* There, with the state's version. */
	BL_NOT_RECORDED, /* AWS says that it does not record it (any more). */
	BL_NOT_KNOWN,	 /* Its last version may or may not hold; why says so. */
};

struct bl_standing {
	enum bl_presence presence;
	enum bl_gap_why why;	      /* NOT_KNOWN; unproven */
	bool unproven;		      /* ABSENT, but nobody would have told of it then: nothing had
					 been delivered, the recorder was off, silent or not told to
					 record the type.  What was there may have gone untold. */
	const struct bl_state *state; /* PRESENT, NOT_RECORDED; NOT_KNOWN: the last one seen. */
};

/*
 * Many resources at one moment, in any order: what holds for an account, a region and a type is
 * worked out once for those that follow each other, as a time line lists them.  The walk lives in
 * ${scratch}, which is its own until the last next(); who rewinds it then ends the walk.
 */
struct bl_gaps_walk;
BL_STATUS bl_gaps_walk_begin(const struct bl_gaps *gaps, int64_t at_ns, struct bl_arena *scratch,
    struct bl_gaps_walk **ret_walk, struct bl_err *reterr);
/* bl_gaps_walk_next(walk, resource, &standing, reterr): ${resource} must stay until the next one.
 */
BL_STATUS bl_gaps_walk_next(struct bl_gaps_walk *walk, const struct bl_resource *resource,
    struct bl_standing *ret_standing, struct bl_err *reterr);

/* bl_gaps_standing(gaps, resource, at_ns, scratch, &standing, reterr): one of them; ${scratch} is
 * used and given back. */
BL_STATUS bl_gaps_standing(const struct bl_gaps *gaps, const struct bl_resource *resource,
    int64_t at_ns, struct bl_arena *scratch, struct bl_standing *ret_standing,
    struct bl_err *reterr);

#endif
