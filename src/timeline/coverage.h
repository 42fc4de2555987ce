#ifndef BL_STORE_COVERAGE_H
#define BL_STORE_COVERAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

struct bl_arena;
struct bl_columns;

struct bl_span {
	int64_t from_ns, to_ns; /* Half open. */
};

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
	const struct bl_span *stopped; /* Recorder items with Recording = false. */
	size_t n_stopped;
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

#endif
