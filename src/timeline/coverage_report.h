#ifndef BL_TIMELINE_COVERAGE_REPORT_H
#define BL_TIMELINE_COVERAGE_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"
#include "timeline/coverage.h"
#include "timeline/coverage_accounts.h"

struct bl_arena;
struct bl_columns;

/*
 * For each account and region, each moment of the period has exactly one state; of several that
 * would fit, the first of this list counts.
 */
#define BL_COVER_LIST(X)                                                                           \
	X(OUTSIDE, "not-in-organisation", "not in the organisation then")                          \
	X(STOPPED, "stopped", "the recorder was stopped")                                          \
	X(NONE, "no-delivery", "before the first delivery, after the last one, or never any")      \
	X(SILENT, "silent", "nothing was delivered between two deliveries")                        \
	X(NOT_RECORDED, "not-recorded", "on and delivered, but a type was left out")               \
	X(KNOWN, "known", "on, and delivered")
enum bl_cover {
#define X(name, code, text) BL_COVER_##name,
	BL_COVER_LIST(X)
#undef X
};
#define BL_N_COVERS 6

struct bl_cover_stretch {
	int64_t from_ns, to_ns;
	enum bl_cover cover;
};

enum bl_account_standing {
	BL_ACCOUNT_ACTIVE,
	BL_ACCOUNT_SUSPENDED, /* Or closing: it is listed, but not ACTIVE. */
	BL_ACCOUNT_LEFT,      /* In an older list, not in the newest. */
	BL_ACCOUNT_UNLISTED,  /* It delivers, and no list names it. */
	BL_ACCOUNT_UNKNOWN,   /* There is no list. */
};

/* One account and region.  A listed account of which nothing was ever told has one with the
 * region "*". */
struct bl_cover_place {
	uint32_t i_account;
	struct bl_str account, region;
	const struct bl_recorder_cover *recorder; /* NULL: nothing was ever told of it. */
	const struct bl_cover_stretch *stretches; /* [n_stretches], the whole period in order */
	size_t n_stretches;
	int64_t ns[BL_N_COVERS];	   /* How much of the period each has. */
	uint64_t n_snapshots, n_histories; /* Snapshots of the period; history files of all time. */
	uint64_t n_expected;	 /* Snapshots by their own cadence; UINT64_MAX: no cadence. */
	int64_t cadence_ns;	 /* Median interval of all its snapshots; 0: fewer than two. */
	int64_t longest_ns;	 /* The longest time without a delivery that touches the period. */
	bool daily;		 /* The recorder's mode in the period was daily at some time. */
	bool contradicted;	 /* Items and CloudTrail say different things of the period. */
	int64_t known_ns, of_ns; /* Of the time in the organisation. */
};

struct bl_cover_account {
	struct bl_str id, name;
	enum bl_account_standing standing;
	struct bl_str status;	 /* As the list has it; absent: not listed. */
	int64_t joined_ns;	 /* BL_INSTANT_MIN: not told, or before the period. */
	uint64_t left_position;	 /* LEFT: the last list that names it. */
	size_t first, n;	 /* Its places. */
	int64_t ns[BL_N_COVERS]; /* The sums of its places. */
	int64_t known_ns, of_ns;
};

#define BL_GAP_LIST(X)                                                                             \
	X(NEVER, "never-delivered",                                                                \
	    "set up a recorder and a delivery channel in this account, or ingest its bucket")      \
	X(BEFORE, "before-first-delivery",                                                         \
	    "ingest older deliveries if there are any; what was deleted before is lost else")      \
	X(STOPPED, "recorder-stopped",                                                             \
	    "find out who stopped it and why; deny StopConfigurationRecorder by policy")           \
	X(SILENT, "silent",                                                                        \
	    "look for undelivered or not ingested files of these days; check bucket and channel")  \
	X(AFTER, "after-last-delivery",                                                            \
	    "ingest newer deliveries; if there are none, check recorder, channel and bucket")      \
	X(SUSPENDED, "account-suspended",                                                          \
	    "state when it was suspended; what lives in it is not recorded")                       \
	X(LEFT, "account-left", "state when it left; keep its last deliveries")                    \
	X(NOT_RECORDED, "not-recorded", "record the type, or state why it is out of scope")
enum bl_gap_kind {
#define X(name, code, todo) BL_GAP_##name,
	BL_GAP_LIST(X)
#undef X
};

/* What is missing.  It begins with the last moment that is known. */
struct bl_gap {
	struct bl_str account, region, type; /* type "*": all; region "*": all */
	int64_t from_ns, to_ns;		     /* Within the period. */
	enum bl_gap_kind kind;
	struct bl_str how; /* How it is known. */
};

/* What the recorders were told of one type. */
struct bl_cover_type {
	struct bl_str type;
	uint64_t n_recorded, n_left_out, n_not_told; /* Places (a global type: accounts). */
	int64_t left_out_ns;			     /* Sum over its places. */
};

struct bl_coverage_options {
	int64_t from_ns, to_ns;
	uint64_t position;			/* 0: now */
	const struct bl_account_list *accounts; /* NULL: the newest of the store */
	struct bl_str accounts_name;		/* Where that came from, for people. */
	struct bl_str account, region, type;	/* Only these; absent: all. */
};

struct bl_coverage_report {
	int64_t from_ns, to_ns;
	uint64_t position;
	bool one_type; /* Options named one: NOT_RECORDED is of it, and not known. */
	bool has_population;
	struct bl_str population; /* Where the account list came from, in words. */
	uint64_t n_listed, n_lists;
	bool list_has_more;
	const struct bl_cover_account *accounts; /* [n_accounts] by id */
	size_t n_accounts;
	const struct bl_cover_place *places; /* [n_places] by account, region */
	size_t n_places;
	const struct bl_str *regions; /* [n_regions] of the places, by name, each once */
	size_t n_regions;
	const struct bl_gap *gaps; /* [n_gaps] by account, region, type, from */
	size_t n_gaps;
	const struct bl_cover_type *types; /* [n_types] by name */
	size_t n_types;
	int64_t ns[BL_N_COVERS];
	/* Known: KNOWN and, unless one type was asked for, NOT_RECORDED. */
	int64_t known_ns, of_ns;
	uint64_t n_accounts_expected; /* In the organisation at some time of the period. */
	uint64_t n_accounts_known;    /* Of these, known all that time. */
	uint64_t n_failed_notes;      /* Stored notifications that a delivery failed, */
	uint64_t n_done_notes;	      /* or was completed (they name no account when kept). */
};

/*
 * bl_coverage_report_build(columns, coverage, options, arena, &report, reterr): what is known of
 * the period, what is missing, and how that is known.  ${coverage} is of the same position, and
 * lives as long as the report.  Deterministic.  O(versions log versions) for the types.
 */
BL_STATUS bl_coverage_report_build(struct bl_columns *columns, const struct bl_coverage *coverage,
    const struct bl_coverage_options *options, struct bl_arena *arena,
    const struct bl_coverage_report **ret_report, struct bl_err *reterr);

/* bl_coverage_report_has(report, account, region): is it a place of the account? */
bool bl_coverage_report_has(const struct bl_coverage_report *report,
    const struct bl_cover_account *account, struct bl_str region);

/* bl_coverage_report_cell(place, from_ns, to_ns, &cover): the one state of [from_ns, to_ns), but
 * for what lies outside of the organisation; false when there are several. */
bool bl_coverage_report_cell(
    const struct bl_cover_place *place, int64_t from_ns, int64_t to_ns, enum bl_cover *ret_cover);

const char *bl_coverage_report_cover(enum bl_cover cover);		    /* "no-delivery" */
const char *bl_coverage_report_gap(enum bl_gap_kind kind);		    /* "recorder-stopped" */
const char *bl_coverage_report_todo(enum bl_gap_kind kind);		    /* what to do */
const char *bl_coverage_report_standing(enum bl_account_standing standing); /* "active" */

#endif
