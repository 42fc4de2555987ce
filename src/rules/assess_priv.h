#ifndef BL_RULES_ASSESS_PRIV_H
#define BL_RULES_ASSESS_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/assess.h"
#include "timeline/coverage_span.h"
#include "timeline/timeline.h"

struct bl_absent;
struct bl_json_parser;

/* What one version gives under one rule. */
struct bl_ruling {
	bool none; /* No verdict at all (AWS's item does not name the rule). */
	enum bl_verdict verdict;
	enum bl_reason reason;
	struct bl_str annotation;
};

/* A stretch of time with one verdict. */
struct bl_segment {
	int64_t from_ns, to_ns;
	struct bl_ruling ruling;
	const struct bl_state *state; /* The first that gave it; NULL for unknown stretches. */
	enum bl_then then;
	enum bl_verdict next; /* BL_THEN_CHANGED */
};

/* A stretch in which nothing is known of a recorder's resources. */
struct bl_unknown {
	int64_t from_ns, to_ns;
	enum bl_reason reason;
	struct bl_str annotation;
};

/* AWS's own verdict of one pack rule on one resource over one stretch. */
struct bl_recorded {
	uint32_t i_rule;
	struct bl_str account, region, type, id;
	struct bl_segment segment;
};

/* A stretch for which AWS's own verdicts of a rule say something of an account and region. */
struct bl_judged {
	uint32_t i_rule, i_recorder;
	int64_t from_ns, to_ns;
};

struct bl_assess {
	struct bl_columns *columns;
	struct bl_store *store;
	const struct bl_assess_options *options;
	uint64_t position;
	struct bl_arena *arena;	  /* The result. */
	struct bl_arena *work;	  /* Until the assessment is done. */
	struct bl_arena *scratch; /* One item. */
	struct bl_json_parser *parser;
	const struct bl_coverage *coverage;
	struct bl_unknown **unknown; /* [coverage->n] */
	size_t *n_unknown;
	struct bl_span_set *off; /* [coverage->n] the same from the first delivery to the end */
	struct bl_rule_result *rules; /* [n_rules] */
	size_t n_rules;
	const struct bl_bound_rule **bound; /* [n_rules]; NULL: not evaluated */
	struct bl_str *bind_problem;	    /* [n_rules]; absent: none */
	struct bl_recorded *recorded;	    /* Sorted by rule, account, type, id, region, from. */
	size_t n_recorded, cap_recorded;
	struct bl_sha256 *recorded_sha256; /* [versions of ResourceCompliance] */
	struct bl_judged *judged;	   /* [n_judged] by rule, recorder, from */
	size_t n_judged;
	struct bl_absent *absent; /* [n_absent] by account, region: first those of the list */
	size_t n_absent;
	uint64_t list_position, n_listed; /* The account list; 0: none. */
	uint64_t n_never;		  /* Accounts of which nothing was ever delivered. */
	struct bl_finding *findings;
	size_t n_findings, cap_findings;
	struct bl_disagreement *disagreements;
	size_t n_disagreements, cap_disagreements;
	bool *used; /* [deliveries + 1] */
	struct bl_err *err;
};

/* bl_assess__spans(a): fill a->unknown and a->off from the coverage.
 * bl_assess__unknown_of_account(a, account, arena, &unknown, &n): when nothing is known to any of
 * its recorders; all the time when it has none. */
BL_STATUS bl_assess__spans(struct bl_assess *a);
BL_STATUS bl_assess__unknown_of_account(struct bl_assess *a, struct bl_str account,
    struct bl_arena *arena, const struct bl_unknown **ret_unknown, size_t *ret_n);

/*
 * bl_assess__segments(a, resource, ruling, ctx, arena, &segments, &n): the verdicts of a resource
 * over all time up to the period's end, merged where they are equal, with the unknown stretches of
 * its recorder laid over.
 */
typedef struct bl_ruling (*bl_ruling_fn)(void *ctx, struct bl_version_id version);
BL_STATUS bl_assess__segments(struct bl_assess *a, const struct bl_resource *resource,
    bl_ruling_fn ruling, void *ctx, struct bl_arena *arena, struct bl_segment **ret_segments,
    size_t *ret_n);

/* bl_assess__recorded(a): read AWS's own verdicts of the pack's rules. */
BL_STATUS bl_assess__recorded(struct bl_assess *a);

/* bl_assess__compare(a, i_rule, resource, segments, n): note where AWS's verdicts differ. */
BL_STATUS bl_assess__compare(struct bl_assess *a, uint32_t i_rule,
    const struct bl_resource *resource, const struct bl_segment *segments, size_t n);

/* bl_assess__count(a, assessment): sort the findings, count resources, list deliveries. */
BL_STATUS bl_assess__count(struct bl_assess *a, struct bl_assessment *assessment);

/*
 * What the resources of one type show of one recorder.  A global type is told by one recorder of an
 * account for all: what its resources show of the account stands at the account's first recorder.
 */
struct bl_seen {
	int64_t since_ns;	   /* Its first item; BL_INSTANT_MAX: never. */
	struct bl_span_set untold; /* Of a->off: when no resource of the type speaks for itself. */
	bool global;		   /* The account has global resources of the type: */
	struct bl_span_set witnessed, global_untold;
};

/* bl_assess__mark_seen(a, resources, n, seen): ${resources} are all those of one type, ${seen}
 * [coverage->n] of its recorders; since_ns and untold are set before. */
BL_STATUS bl_assess__mark_seen(
    struct bl_assess *a, const struct bl_resource *resources, size_t n, struct bl_seen *seen);

/* bl_assess__global_untold(a, account, told, n, &set): when nothing is known to any recorder of the
 * account, and none of the resources ${told} speaks for itself. */
BL_STATUS bl_assess__global_untold(struct bl_assess *a, struct bl_str account,
    const struct bl_resource *told, size_t n, struct bl_span_set *ret);

/* bl_assess__has_globals(a, account): may the account have resources of the region "global"?  Not
 * when deliveries name that as a recorder's. */
bool bl_assess__has_globals(const struct bl_assess *a, struct bl_str account);

/*
 * bl_assess__check_place(a, i_rule, i_recorder, seen, types, n): findings on the account and region
 * for when nothing is known of types that the rule looks at: the recorder was off or silent and no
 * resource of the type speaks for that; it leaves the type out; or nothing shows that it records
 * the type.  For the account's first recorder also those of global types.  ${seen} [n *
 * coverage->n] by type.
 */
BL_STATUS bl_assess__check_place(struct bl_assess *a, size_t i_rule, size_t i_recorder,
    const struct bl_seen *seen, const struct bl_str *types, size_t n);

/* bl_assess__absent(a): the accounts (of the newest account list, or told of) and regions (told of)
 * of which nothing was ever delivered.  bl_assess__check_absent(a, i_rule): findings on them. */
BL_STATUS bl_assess__absent(struct bl_assess *a);
BL_STATUS bl_assess__check_absent(struct bl_assess *a, size_t i_rule);

/* bl_assess__types_of(a, i_rule, &n): the types that a pack rule looks at: its scope where it has
 * one, else the rule's own. */
const struct bl_str *bl_assess__types_of(const struct bl_assess *a, size_t i_rule, size_t *ret_n);
bool bl_assess__has_type(const struct bl_str *types, size_t n, struct bl_str type);

/* A verdict on an account and region as a whole. */
struct bl_place_verdict {
	struct bl_str account, region;
	struct bl_span span;
	int64_t since_ns; /* BL_INSTANT_MIN: not said. */
	bool more;	  /* Behind it nothing is known either. */
	struct bl_ruling ruling;
};
/* bl_assess__add_place_verdict(a, i_rule, v): in the part of the period. */
BL_STATUS bl_assess__add_place_verdict(
    struct bl_assess *a, size_t i_rule, const struct bl_place_verdict *v);

/* Append; the row's strings must live in a->arena. */
BL_STATUS bl_assess__add_finding(struct bl_assess *a, const struct bl_finding *finding);
BL_STATUS bl_assess__no_memory(struct bl_assess *a);

#endif
