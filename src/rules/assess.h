#ifndef BL_RULES_ASSESS_H
#define BL_RULES_ASSESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/status.h"
#include "base/str.h"
#include "rules/pack.h"
#include "rules/rule.h"
#include "rules/verdict.h"
#include "store/store.h"
#include "timeline/coverage.h"

struct bl_arena;
struct bl_catalogue;
struct bl_columns;

/*
 * A pack judged over a period (or at one moment), from what the store holds.
 * Everything is in the caller's arena and sorted; the same store position,
 * pack and period give the same assessment.
 */

enum bl_source { BL_SOURCE_COMPUTED, BL_SOURCE_RECORDED };

/* What came after a verdict's interval: that a finding stopped does not mean that it was mended. */
enum bl_then {
	BL_THEN_GOES_ON,  /* Not over at the period's end. */
	BL_THEN_CHANGED,  /* Another verdict: next. */
	BL_THEN_GONE,	  /* The resource was deleted (or AWS gave no verdict any more). */
	BL_THEN_VANISHED, /* Absent from the next snapshot, without a deletion item: the end lies
			     between two snapshots. */
	BL_THEN_UNKNOWN,  /* Nothing is known for a time; later something is. */
	BL_THEN_LOST,	  /* Nothing is known from there to the period's end. */
	BL_THEN_KNOWN,	  /* Of an account as a whole: from then on it delivered. */
};

/* One verdict of one rule on one resource over one interval. */
struct bl_finding {
	uint32_t i_rule; /* In bl_assessment.rules. */
	enum bl_source source;
	struct bl_str account, region, type, id,
	    name; /* id and name absent: the account and region as a whole. */
	enum bl_verdict verdict;
	enum bl_reason reason;
	struct bl_str annotation;
	int64_t from_ns, to_ns; /* Within the period. */
	int64_t since_ns;	/* Since when: may lie before the period; BL_INSTANT_MIN unknown. */
	enum bl_then then;
	enum bl_verdict next; /* BL_THEN_CHANGED */
	int64_t recorded_ns;  /* Capture time of the deciding version; BL_INSTANT_MIN none. */
	bool has_version;
	struct bl_version_id version; /* The version that decided (the first of the interval). */
	struct bl_sha256 version_sha256;
};

/* Counts of resources, each counted once.  Over the period the worst counts:
 * NON_COMPLIANT, ERROR, INSUFFICIENT_DATA, COMPLIANT, NOT_APPLICABLE. */
struct bl_counts {
	uint64_t resources; /* Sum of the verdicts. */
	uint64_t verdict[BL_N_VERDICTS];
};

struct bl_rule_result {
	const struct bl_pack_rule *pack_rule;
	const struct bl_rule *rule; /* NULL: this build does not evaluate it. */
	enum bl_source source;	    /* Where its findings come from. */
	struct bl_counts over_period;
	struct bl_counts at_end;  /* At the period's last instant (or the moment). */
	uint64_t n_disagreements; /* Resources where AWS's own verdict differs at some time. */
	size_t first_finding, n_findings;
};

/* What is known of one recorder: one account and region. */
struct bl_recorder {
	struct bl_str account, region;
	int64_t first_ns, last_ns; /* First and last moment that its deliveries speak for. */
	uint64_t n_snapshots, n_histories, n_others;
	const struct bl_span *stopped; /* When its recorder was off, within the period. */
	size_t n_stopped;
	const struct bl_span
	    *silent; /* Longer than the slowest delivery frequency without any delivery. */
	size_t n_silent;
	int64_t longest_silence_ns; /* Longest time between two snapshots in the period. */
	int64_t known_ns;	    /* How much of the period is known. */
};

struct bl_disagreement {
	uint32_t i_rule;
	struct bl_str account, region, type, id;
	enum bl_verdict computed, recorded;
	int64_t from_ns, to_ns;
};

struct bl_assessment {
	const struct bl_pack *pack;
	int64_t from_ns, to_ns; /* A moment T is [T, T + 1 ns). */
	bool moment;
	uint64_t position;	      /* As known at this ledger position. */
	int64_t newest_ns;	      /* The last moment that any delivery speaks for. */
	struct bl_rule_result *rules; /* [n_rules], in the pack's order */
	size_t n_rules;
	struct bl_finding *findings; /* [n_findings], by rule, account, region, type, id, from */
	size_t n_findings;
	struct bl_recorder *recorders; /* [n_recorders], by account, region */
	size_t n_recorders;
	struct bl_disagreement *disagreements;
	size_t n_disagreements;
	uint64_t *deliveries; /* [n_deliveries] positions whose items were looked at */
	size_t n_deliveries;
	/* Who should have delivered. */
	uint64_t list_position; /* Of the newest account list; 0: there is none. */
	uint64_t n_listed;	/* Accounts that it names. */
	uint64_t n_never;	/* Accounts, listed or told of, of which nothing was delivered. */
	uint64_t n_quarantined; /* Unreadable things in the store up to position. */
	struct bl_counts over_period, at_end; /* Sums over the rules. */
};

struct bl_assess_options {
	const struct bl_pack *pack;
	const struct bl_catalogue *catalogue;
	int64_t from_ns, to_ns; /* to_ns == from_ns + 1 for a moment. */
	bool each_at_its_last;	/* A moment: each recorder at its own last delivery, when that is
				   less than a day before from_ns. */
	uint64_t position;	/* 0: now. */
};

BL_STATUS bl_assess(struct bl_columns *columns, const struct bl_assess_options *options,
    struct bl_arena *arena, const struct bl_assessment **ret_assessment, struct bl_err *reterr);

#endif
