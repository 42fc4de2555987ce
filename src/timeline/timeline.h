#ifndef BL_STORE_TIMELINE_H
#define BL_STORE_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"
#include "delivery/item.h"
#include "store/store.h"

struct bl_arena;
struct bl_columns;
struct bl_span; /* timeline/coverage.h */

/*
 * What was true, and when: the versions of each resource as a chain of states
 * in valid time, as known at a ledger position.
 *
 * Order of versions within one resource: capture time, then configurationStateId,
 * then ledger position of the first delivery that held it.  Version n holds in
 * [capture(n), capture(n+1)).  Of several versions with the same capture time
 * only the last has an interval; the others stay in the store with their provenance.
 *
 * Absence.  A complete snapshot *lacks* a resource when its recorder's snapshot before held it, or
 * when it is the recorder's first after the capture of a version that the recorder must hold (the
 * one of the resource's own account and region; for a global resource the one that told of the
 * version first) and no later version was captured up to it.  Of several complete snapshots of one
 * recorder for one moment only the last in the ledger counts.
 *
 * A lack at g, while a version captured before it holds, leaves the resource in doubt from the last
 * sighting at or before g (or the capture) to the first after g:
 *  - Some recorder held it in its last snapshot at or before g and in its next one, and these are
 *    at most BL_COVERAGE_SILENCE_NS apart: it was there in between; the lack says nothing.
 *  - Else, when it is seen again before the next version: all the time between is VANISHED.
 *  - Else it ended somewhere after the last sighting and, at the latest, at the first lack after
 *    which no recorder's last snapshot holds it; while one that speaks no more does, at the last
 *    lack.  VANISHED up to there, then nothing until the next version.  But when that is not
 *    ResourceDiscovered it speaks of a resource that was there already: VANISHED up to it.
 *
 * Witnessed.  News of a resource are the complete snapshots that hold it and the captures of its
 * versions that exist.  It is witnessed at them, and between two that follow each other within
 * BL_COVERAGE_SILENCE_NS, and from its first capture to the first snapshot that holds it (what that
 * one holds has been so since its capture, before anyone delivered).  Elsewhere a state is told for
 * want of other news only.  That a recorder of the account goes on delivering says nothing of a
 * global resource that it does not hold: there only these spans show that it was watched.  None
 * when no snapshot ever held the resource.
 */
enum bl_state_kind {
	BL_STATE_ITEM,	   /* The version holds. */
	BL_STATE_VANISHED, /* Lacked by complete snapshots, and no deletion item: nothing is known.
			    */
};

/* How it is known that a state ended. */
enum bl_state_end {
	BL_STATE_OPEN,	   /* It has not: to_ns is BL_INSTANT_MAX. */
	BL_STATE_OBSERVED, /* By the next version (a deletion item is one) or, of a VANISHED, by
			      seeing the resource again: at to_ns. */
	BL_STATE_INFERRED, /* By a snapshot that lacks it.  An item: at to_ns or later, in the
			      VANISHED behind it.  A VANISHED: it was gone by to_ns. */
};

struct bl_state {
	enum bl_state_kind kind;
	enum bl_state_end end;
	int64_t from_ns, to_ns;	      /* to_ns: BL_INSTANT_MAX while nothing ended it. */
	struct bl_version_id version; /* VANISHED: the last version seen. */
	enum bl_item_status status;
	bool daily; /* The version was recorded once a day: other versions may have come and gone
		       unseen between its capture and those of its neighbours. */
	int64_t capture_ns;
	uint64_t position; /* First delivery that held the version. */
};

struct bl_resource {
	struct bl_str account, region, type, id, name,
	    arn; /* name, arn: of the last version that had one. */
	uint32_t type_no;
	const struct bl_state *states; /* [n_states], by time, not overlapping */
	size_t n_states;
	const struct bl_span *witnessed; /* [n_witnessed], see above; in order, apart */
	size_t n_witnessed;
};

struct bl_timeline {
	const struct bl_resource *resources; /* [n], by type, account, region, id */
	size_t n;
};

/*
 * bl_timeline_build(columns, type_nos, n_types, position, arena, &timeline, reterr): the chains of
 * every resource of these types, from the deliveries up to ${position} (0: all).  Reads the heads
 * of the types and, of the catalogue, what changed from each snapshot to the next.
 * O(versions log versions + deliveries log deliveries + changes).
 */
BL_STATUS bl_timeline_build(struct bl_columns *columns, const uint32_t *type_nos, size_t n_types,
    uint64_t position, struct bl_arena *arena, const struct bl_timeline **ret_timeline,
    struct bl_err *reterr);

/* bl_timeline_at(resource, at_ns): the state that holds then, or NULL. */
const struct bl_state *bl_timeline_at(const struct bl_resource *resource, int64_t at_ns);

#endif
