/* Sets of moments, and what they share. */
#include "timeline/coverage_span.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

static int
cmp_spans(const void *pa, const void *pb)
{
	const struct bl_span *a = pa, *b = pb;

	if (a->from_ns != b->from_ns)
		return a->from_ns < b->from_ns ? -1 : 1;
	return (a->to_ns > b->to_ns) - (a->to_ns < b->to_ns);
}

static enum bl_status
room(struct bl_arena *arena, size_t n, struct bl_span **ret, struct bl_err *reterr)
{
	*ret = bl_new(arena, struct bl_span, n);
	return *ret != NULL ? BL_OK : bl_fail(reterr, BL_ENOMEM, "no memory for stretches of time");
}

/* Append, or make the last longer; spans come by their beginning. */
static void
push(struct bl_span_set *set, struct bl_span s)
{
	struct bl_span *last = set->n > 0 ? &set->at[set->n - 1] : NULL;

	if (s.from_ns >= s.to_ns)
		return;
	assert(last == NULL || last->from_ns <= s.from_ns);
	if (last == NULL || last->to_ns < s.from_ns)
		set->at[set->n++] = s;
	else if (last->to_ns < s.to_ns)
		last->to_ns = s.to_ns;
}

enum bl_status
bl_coverage_span_set(struct bl_arena *arena, const struct bl_span *spans, size_t n,
    struct bl_span_set *ret_set, struct bl_err *reterr)
{
	struct bl_span_set out = {.n = 0};
	struct bl_span *sorted;
	enum bl_status status = room(arena, n, &sorted, reterr);

	if (status == BL_OK)
		status = room(arena, n, &out.at, reterr);
	if (status != BL_OK)
		return status;
	if (n > 0)
		memcpy(sorted, spans, n * sizeof(*spans));
	qsort(sorted, n, sizeof(*sorted), cmp_spans);
	for (size_t i = 0; i < n; i++)
		push(&out, sorted[i]);
	*ret_set = out;
	return BL_OK;
}

enum bl_status
bl_coverage_span_union(struct bl_arena *arena, struct bl_span_set a, struct bl_span_set b,
    struct bl_span_set *ret_set, struct bl_err *reterr)
{
	struct bl_span_set out = {.n = 0};
	size_t i = 0, j = 0;
	enum bl_status status = room(arena, a.n + b.n, &out.at, reterr);

	if (status != BL_OK)
		return status;
	while (i < a.n || j < b.n)
		if (j == b.n || (i < a.n && a.at[i].from_ns <= b.at[j].from_ns))
			push(&out, a.at[i++]);
		else
			push(&out, b.at[j++]);
	*ret_set = out;
	return BL_OK;
}

enum bl_status
bl_coverage_span_common(struct bl_arena *arena, struct bl_span_set a, struct bl_span_set b,
    struct bl_span_set *ret_set, struct bl_err *reterr)
{
	struct bl_span_set out = {.n = 0};
	size_t i = 0, j = 0;
	enum bl_status status = room(arena, a.n + b.n, &out.at, reterr);

	if (status != BL_OK)
		return status;
	while (i < a.n && j < b.n) {
		const struct bl_span *x = &a.at[i], *y = &b.at[j];

		push(&out, (struct bl_span){x->from_ns > y->from_ns ? x->from_ns : y->from_ns,
			       x->to_ns < y->to_ns ? x->to_ns : y->to_ns});
		if (x->to_ns < y->to_ns)
			i++;
		else
			j++;
	}
	*ret_set = out;
	return BL_OK;
}

enum bl_status
bl_coverage_span_minus(struct bl_arena *arena, struct bl_span_set a, struct bl_span_set b,
    struct bl_span_set *ret_set, struct bl_err *reterr)
{
	struct bl_span_set out = {.n = 0};
	size_t j = 0;
	enum bl_status status = room(arena, a.n + b.n, &out.at, reterr);

	if (status != BL_OK)
		return status;
	for (size_t i = 0; i < a.n; i++) {
		struct bl_span rest = a.at[i];

		while (j < b.n && b.at[j].to_ns <= rest.from_ns)
			j++;
		for (size_t k = j; k < b.n && b.at[k].from_ns < rest.to_ns; k++) {
			push(&out, (struct bl_span){rest.from_ns, b.at[k].from_ns});
			rest.from_ns = b.at[k].to_ns;
		}
		push(&out, rest);
	}
	*ret_set = out;
	return BL_OK;
}

int64_t
bl_coverage_span_within(struct bl_span_set set, int64_t from_ns, int64_t to_ns)
{
	int64_t sum = 0;

	for (size_t i = 0; i < set.n; i++) {
		int64_t from = set.at[i].from_ns > from_ns ? set.at[i].from_ns : from_ns;
		int64_t to = set.at[i].to_ns < to_ns ? set.at[i].to_ns : to_ns;

		if (from < to)
			sum += to - from;
	}
	return sum;
}
