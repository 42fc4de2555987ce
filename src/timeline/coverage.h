#ifndef BL_STORE_COVERAGE_H
#define BL_STORE_COVERAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"
#include "delivery/trail.h"
#include "timeline/coverage_span.h"

struct bl_arena;
struct bl_columns;

/* Without a delivery for longer than this, and with snapshots before and after,
 * nothing shows that the recorder worked: the slowest delivery frequency is 24 hours. */
#define BL_COVERAGE_SILENCE_NS (25 * BL_NS_PER_HOUR)

/* What a recorder was told to record, while one of its items holds. */
struct bl_recording_group {
	int64_t from_ns, to_ns;
	bool all_types;		    /* Every supported type, */
	bool global_types;	    /* IAM's among them. */
	const struct bl_str *types; /* Else: the types that it names, or excludes. */
	size_t n_types;
	bool excludes;
	bool daily;	   /* Recording mode: at most one item a day, states in between are lost. */
	uint64_t position; /* Of the delivery that told it first. */
};

/* What one recorder item says of recording, while it holds. */
enum bl_recorder_says {
	BL_RECORDER_ON,
	BL_RECORDER_OFF,
	BL_RECORDER_DELETED,
	BL_RECORDER_VANISHED, /* Gone from the snapshots without a deletion item. */
};
struct bl_recorder_word {
	int64_t from_ns, to_ns;
	enum bl_recorder_says says;
	uint64_t position; /* Of the delivery that told it first. */
};

/* What CloudTrail says that somebody did to it.  Each event once, however often it came. */
struct bl_recorder_event {
	int64_t at_ns;
	enum bl_trail_act act;
	bool failed; /* It was tried, and did not happen. */
	struct bl_str who;
	struct bl_str id; /* May be absent. */
	uint64_t position;
};

/*
 * What the deliveries show of each recorder (one per account and region): from
 * when to when, and where they show nothing.
 */
struct bl_recorder_cover {
	struct bl_str account, region;
	int64_t first_ns, last_ns; /* last_ns: the last complete snapshot; without any, the last
				      moment that a delivery speaks for. */
	uint64_t n_snapshots, n_histories, n_others;
	const struct bl_span *stopped; /* By a recorder item (Recording = false) or by CloudTrail:
					  where they contradict each other, both count. */
	size_t n_stopped;
	struct bl_span_set told_stopped;      /* Of these, what items say. */
	struct bl_span_set acted_stopped;     /* Of these, what events say. */
	const struct bl_recorder_word *words; /* [n_words] by from_ns */
	size_t n_words;
	const struct bl_recorder_event *events; /* [n_events] by time */
	size_t n_events;
	const struct bl_span *silent; /* Gaps longer than BL_COVERAGE_SILENCE_NS. */
	size_t n_silent;
	const int64_t *snapshots;		 /* [n_snapshots] their moments, sorted */
	const struct bl_recording_group *groups; /* [n_groups] what recorder items say, over time */
	size_t n_groups;
	bool has_stops;	       /* A recorder item spoke of recording at all, */
	int64_t stops_from_ns; /* since then. */
};

struct bl_coverage {
	const struct bl_recorder_cover *recorders; /* [n], by account, region */
	size_t n;
	/* Nothing was ever delivered of these: an item of another recorder or CloudTrail tells of
	 * them.  first_ns is BL_INSTANT_MAX, last_ns BL_INSTANT_MIN.  By account, region. */
	const struct bl_recorder_cover *others;
	size_t n_others;
	int64_t newest_ns; /* The latest last_ns. */
};

BL_STATUS bl_coverage_build(struct bl_columns *columns, uint64_t position, struct bl_arena *arena,
    const struct bl_coverage **ret_coverage, struct bl_err *reterr);

const struct bl_recorder_cover *bl_coverage_find(
    const struct bl_coverage *coverage, struct bl_str account, struct bl_str region);

/* bl_coverage_account(coverage, account, &first): how many recorders the account has; they are
 * recorders[first .. first + n - 1].  O(log recorders). */
size_t bl_coverage_account(
    const struct bl_coverage *coverage, struct bl_str account, size_t *ret_first);

/*
 * bl_coverage_records(recorder, type, from_ns, to_ns, &span): do recorder items say that the type
 * was recorded, all the time in [from_ns, to_ns)?  The worst of the time counts: NO, UNKNOWN, YES;
 * ${span} is from its first to its last moment.
 */
enum bl_records { BL_RECORDS_YES, BL_RECORDS_UNKNOWN, BL_RECORDS_NO };
enum bl_records bl_coverage_records(const struct bl_recorder_cover *recorder, struct bl_str type,
    int64_t from_ns, int64_t to_ns, struct bl_span *ret_span);

/* bl_coverage_says(recorder, type, of, arena, &no, &yes, reterr): the moments of ${of} at which its
 * items say NO, and YES; of the others nothing is told.  bl_coverage_is_global(type): IAM's, which
 * one recorder of an account tells of for all. */
BL_STATUS bl_coverage_says(const struct bl_recorder_cover *recorder, struct bl_str type,
    struct bl_span of, struct bl_arena *arena, struct bl_span_set *ret_no,
    struct bl_span_set *ret_yes, struct bl_err *reterr);
bool bl_coverage_is_global(struct bl_str type);

#endif
