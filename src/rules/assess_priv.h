#ifndef BL_RULES_ASSESS_PRIV_H
#define BL_RULES_ASSESS_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/assess.h"
#include "timeline/coverage_span.h"
#include "timeline/timeline.h"

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
	struct bl_rule_result *rules; /* [n_rules] */
	size_t n_rules;
	const struct bl_bound_rule **bound; /* [n_rules]; NULL: not evaluated */
	struct bl_str *bind_problem;	    /* [n_rules]; absent: none */
	struct bl_recorded *recorded;	    /* Sorted by rule, account, type, id, region, from. */
	size_t n_recorded, cap_recorded;
	struct bl_sha256 *recorded_sha256; /* [versions of ResourceCompliance] */
	struct bl_judged *judged;	   /* [n_judged] by rule, recorder, from */
	size_t n_judged;
	struct bl_finding *findings;
	size_t n_findings, cap_findings;
	struct bl_disagreement *disagreements;
	size_t n_disagreements, cap_disagreements;
	bool *used; /* [deliveries + 1] */
	struct bl_err *err;
};

/* bl_assess__spans(a): fill a->unknown from the coverage. */
BL_STATUS bl_assess__spans(struct bl_assess *a);

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

/* Since when a recorder has shown an item of a type.  Of a global type, which one recorder of an
 * account tells for all: when any of them showed it, delivering, or its resources were witnessed.
 */
struct bl_seen {
	int64_t since_ns; /* BL_INSTANT_MAX: never */
	bool global;
	struct bl_span_set shown; /* global */
};

/* bl_assess__mark_seen(a, type, resources, n, seen): ${resources} are all those of the type,
 * ${seen} [coverage->n] of its recorders.
 * bl_assess__check_types(a, i_rule, i_recorder, seen, types, n): findings on the account for the
 * rule's types that the recorder leaves out, and those of which nothing shows that they were
 * recorded.  ${seen} [n * coverage->n] by type. */
BL_STATUS bl_assess__mark_seen(struct bl_assess *a, struct bl_str type,
    const struct bl_resource *resources, size_t n, struct bl_seen *seen);
BL_STATUS bl_assess__check_types(struct bl_assess *a, size_t i_rule, size_t i_recorder,
    const struct bl_seen *seen, const struct bl_str *types, size_t n);

/* bl_assess__types_of(a, i_rule, &n): the types that a pack rule looks at: its scope where it has
 * one, else the rule's own. */
const struct bl_str *bl_assess__types_of(const struct bl_assess *a, size_t i_rule, size_t *ret_n);
bool bl_assess__has_type(const struct bl_str *types, size_t n, struct bl_str type);

/* A verdict on the account and region as a whole, in the part of ${span} that was delivered. */
BL_STATUS bl_assess__add_account_finding(struct bl_assess *a, size_t i_rule,
    const struct bl_recorder_cover *r, struct bl_span span, const struct bl_ruling *ruling);

/* Append; the row's strings must live in a->arena. */
BL_STATUS bl_assess__add_finding(struct bl_assess *a, const struct bl_finding *finding);
BL_STATUS bl_assess__no_memory(struct bl_assess *a);

#endif
