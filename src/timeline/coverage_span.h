#ifndef BL_TIMELINE_COVERAGE_SPAN_H
#define BL_TIMELINE_COVERAGE_SPAN_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct bl_arena;

struct bl_span {
	int64_t from_ns, to_ns; /* Half open. */
};

/* A set of moments: sorted, disjoint, no two that touch, none empty. */
struct bl_span_set {
	struct bl_span *at; /* [n] */
	size_t n;
};

/* bl_coverage_span_set(arena, spans, n, &set, reterr): the set of any spans, in any order, empty
 * ones too.  O(n log n).
 * bl_coverage_span_union, _common, _minus: of two sets, O(n + m).  BL_ENOMEM. */
BL_STATUS bl_coverage_span_set(struct bl_arena *arena, const struct bl_span *spans, size_t n,
    struct bl_span_set *ret_set, struct bl_err *reterr);
BL_STATUS bl_coverage_span_union(struct bl_arena *arena, struct bl_span_set a, struct bl_span_set b,
    struct bl_span_set *ret_set, struct bl_err *reterr);
BL_STATUS bl_coverage_span_common(struct bl_arena *arena, struct bl_span_set a,
    struct bl_span_set b, struct bl_span_set *ret_set, struct bl_err *reterr);
BL_STATUS bl_coverage_span_minus(struct bl_arena *arena, struct bl_span_set a, struct bl_span_set b,
    struct bl_span_set *ret_set, struct bl_err *reterr);

/* bl_coverage_span_within(set, from_ns, to_ns): how much of [from_ns, to_ns) is in the set.
 * O(n). */
int64_t bl_coverage_span_within(struct bl_span_set set, int64_t from_ns, int64_t to_ns);

#endif
