/*
 * Time, cut into stretches.  A state of the resource gives a verdict; where the
 * recorder was off, silent, or has not delivered any more, that verdict is
 * taken back: nothing is COMPLIANT for a moment of which nothing is known.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "rules/assess_priv.h"
#include "timeline/gaps.h"

static int
cmp_unknown(const void *pa, const void *pb)
{
	const struct bl_unknown *a = pa, *b = pb;

	if (a->from_ns != b->from_ns)
		return a->from_ns < b->from_ns ? -1 : 1;
	return (int)a->reason - (int)b->reason;
}

static enum bl_status
say(struct bl_assess *a, const struct bl_recorder_cover *r, struct bl_unknown *u)
{
	char from[BL_INSTANT_TEXT], to[BL_INSTANT_TEXT];
	enum bl_status status;

	(void)bl_instant_format(u->from_ns, from);
	(void)bl_instant_format(u->to_ns, to);
	if (u->reason == BL_REASON_STOPPED)
		status = bl_str_printf(a->arena, &u->annotation, a->err,
		    "the configuration recorder of %.*s %.*s was stopped from %s to %s",
		    BL_STR_ARG(r->account), BL_STR_ARG(r->region), from,
		    u->to_ns == BL_INSTANT_MAX ? "now" : to);
	else if (u->to_ns == BL_INSTANT_MAX)
		status = bl_str_printf(a->arena, &u->annotation, a->err,
		    "nothing was delivered for %.*s %.*s after %s", BL_STR_ARG(r->account),
		    BL_STR_ARG(r->region), bl_instant_format(r->last_ns, from));
	else
		status = bl_str_printf(a->arena, &u->annotation, a->err,
		    "nothing was delivered for %.*s %.*s between %s and %s", BL_STR_ARG(r->account),
		    BL_STR_ARG(r->region), bl_instant_format(u->from_ns - 1, from), to);
	return status;
}

/* Before the first delivery it is another reason. */
static enum bl_status
off_of(struct bl_assess *a, size_t i_recorder)
{
	const struct bl_recorder_cover *r = &a->coverage->recorders[i_recorder];
	const struct bl_span of = {r->first_ns, a->options->to_ns};
	size_t n = a->n_unknown[i_recorder];
	struct bl_span *spans = bl_new(a->work, struct bl_span, n);
	struct bl_span_set within;
	enum bl_status status;

	if (spans == NULL)
		return bl_assess__no_memory(a);
	for (size_t i = 0; i < n; i++)
		spans[i] = (struct bl_span){
		    a->unknown[i_recorder][i].from_ns, a->unknown[i_recorder][i].to_ns};
	status = bl_coverage_span_set(a->work, spans, n, &a->off[i_recorder], a->err);
	if (status == BL_OK)
		status = bl_coverage_span_set(a->work, &of, 1, &within, a->err);
	return status == BL_OK ? bl_coverage_span_common(a->work, a->off[i_recorder], within,
				     &a->off[i_recorder], a->err)
			       : status;
}

static enum bl_status
spans_of(struct bl_assess *a, const struct bl_gaps *gaps, size_t i_recorder)
{
	const struct bl_recorder_cover *r = &a->coverage->recorders[i_recorder];
	struct bl_gap_list list;
	struct bl_unknown *u;
	enum bl_status status = bl_gaps_of(gaps, r->account, r->region, a->work, &list, a->err);

	if (status != BL_OK)
		return status;
	u = bl_new(a->arena, struct bl_unknown, list.n);
	if (u == NULL)
		return bl_assess__no_memory(a);
	for (size_t i = 0; i < list.n && status == BL_OK; i++) {
		const struct bl_gap *g = &list.gaps[i];

		u[i] = (struct bl_unknown){.from_ns = g->from_ns,
		    .to_ns = g->to_ns,
		    .reason = g->why == BL_GAP_STOPPED ? BL_REASON_STOPPED : BL_REASON_STALE};
		status = say(a, r, &u[i]);
	}
	a->unknown[i_recorder] = u;
	a->n_unknown[i_recorder] = list.n;
	return status == BL_OK ? off_of(a, i_recorder) : status;
}

enum bl_status
bl_assess__spans(struct bl_assess *a)
{
	const struct bl_gaps *gaps = NULL;
	enum bl_status status = bl_gaps_build(a->coverage,
	    a->options->each_at_its_last ? a->options->from_ns : BL_INSTANT_MIN, a->work, &gaps,
	    a->err);

	if (status != BL_OK)
		return status;
	a->unknown = bl_new(a->work, struct bl_unknown *, a->coverage->n);
	a->n_unknown = bl_new(a->work, size_t, a->coverage->n);
	a->off = bl_new(a->work, struct bl_span_set, a->coverage->n);
	if (a->unknown == NULL || a->n_unknown == NULL || a->off == NULL)
		return bl_assess__no_memory(a);
	for (size_t i = 0; i < a->coverage->n && status == BL_OK; i++)
		status = spans_of(a, gaps, i);
	return status;
}

/* ---- The unknown stretches that matter to one resource. ------------------ */

struct overlay {
	const struct bl_unknown *spans;
	size_t n;
};

static const struct bl_unknown everything = {.from_ns = BL_INSTANT_MIN,
    .to_ns = BL_INSTANT_MAX,
    .reason = BL_REASON_NOBODY,
    .annotation = BL_STR_INIT("no delivery names this account and region as its own")};

/* What is unknown to both: a global resource has a witness in each recording region. */
static enum bl_status
intersect(
    struct bl_assess *a, struct bl_arena *arena, struct overlay *o, const struct overlay *with)
{
	struct bl_unknown *out = bl_new(arena, struct bl_unknown, o->n + with->n);
	size_t n = 0, i = 0, j = 0;

	if (out == NULL)
		return bl_assess__no_memory(a);
	while (i < o->n && j < with->n) {
		const struct bl_unknown *x = &o->spans[i], *y = &with->spans[j];
		int64_t from = x->from_ns > y->from_ns ? x->from_ns : y->from_ns;
		int64_t to = x->to_ns < y->to_ns ? x->to_ns : y->to_ns;

		if (from < to) {
			out[n] = *x;
			out[n].from_ns = from;
			out[n++].to_ns = to;
		}
		if (x->to_ns < y->to_ns)
			i++;
		else
			j++;
	}
	*o = (struct overlay){.spans = out, .n = n};
	return BL_OK;
}

/*
 * A recorder that delivers says nothing of a global resource that it does not hold: where no news
 * of the resource itself came for too long, nothing is known of it, whoever else went on.
 */
static enum bl_status
add_unwatched(struct bl_assess *a, const struct bl_resource *resource, struct bl_arena *arena,
    struct overlay *o)
{
	size_t n = o->n;
	struct bl_unknown *out = bl_new(arena, struct bl_unknown, n + resource->n_witnessed);

	if (out == NULL)
		return bl_assess__no_memory(a);
	if (n > 0)
		memcpy(out, o->spans, n * sizeof(*out));
	for (size_t i = 0; i < resource->n_witnessed; i++) {
		bool last = i + 1 == resource->n_witnessed;
		struct bl_unknown u = {.from_ns = resource->witnessed[i].to_ns,
		    .to_ns = last ? BL_INSTANT_MAX : resource->witnessed[i + 1].from_ns,
		    .reason = BL_REASON_STALE};
		char from[BL_INSTANT_TEXT], to[BL_INSTANT_TEXT];
		enum bl_status status;

		if (last && a->options->each_at_its_last &&
		    a->options->from_ns - (u.from_ns - 1) < BL_NS_PER_DAY)
			continue;
		status = bl_str_printf(a->arena, &u.annotation, a->err,
		    last ? "no recorder delivered it after %s%s%s"
			 : "no recorder delivered it between %s%s%s",
		    bl_instant_format(u.from_ns - 1, from), last ? "" : " and ",
		    last ? "" : bl_instant_format(u.to_ns, to));
		if (status != BL_OK)
			return status;
		out[n++] = u;
	}
	qsort(out, n, sizeof(out[0]), cmp_unknown);
	*o = (struct overlay){.spans = out, .n = n};
	return BL_OK;
}

enum bl_status
bl_assess__unknown_of_account(struct bl_assess *a, struct bl_str account, struct bl_arena *arena,
    const struct bl_unknown **ret_unknown, size_t *ret_n)
{
	size_t first = 0, n = bl_coverage_account(a->coverage, account, &first);
	struct overlay all = {.spans = &everything, .n = 1};

	for (size_t i = first; i < first + n; i++) {
		struct overlay o = {.spans = a->unknown[i], .n = a->n_unknown[i]};
		enum bl_status status;

		if (i == first) {
			all = o;
			continue;
		}
		status = intersect(a, arena, &all, &o);
		if (status != BL_OK)
			return status;
	}
	*ret_unknown = all.spans;
	*ret_n = all.n;
	return BL_OK;
}

static enum bl_status
overlay_of(struct bl_assess *a, const struct bl_resource *resource, struct bl_arena *arena,
    struct overlay *ret)
{
	const struct bl_recorder_cover *r =
	    bl_coverage_find(a->coverage, resource->account, resource->region);
	enum bl_status status;

	*ret = (struct overlay){.spans = &everything, .n = 1};
	if (r != NULL) {
		size_t i = (size_t)(r - a->coverage->recorders);

		*ret = (struct overlay){.spans = a->unknown[i], .n = a->n_unknown[i]};
		return BL_OK;
	}
	if (!bl_str_eq(resource->region, BL_STR("global")))
		return BL_OK;
	status = bl_assess__unknown_of_account(a, resource->account, arena, &ret->spans, &ret->n);
	return status == BL_OK ? add_unwatched(a, resource, arena, ret) : status;
}

/* ---- Segments. ------------------------------------------------------------ */

struct segments {
	struct bl_segment *s;
	size_t n, cap;
};

static bool
same_ruling(const struct bl_ruling *a, const struct bl_ruling *b)
{
	return a->verdict == b->verdict && a->reason == b->reason &&
	       bl_str_eq(a->annotation, b->annotation);
}

static void
push(struct segments *out, struct bl_segment s)
{
	struct bl_segment *last = out->n > 0 ? &out->s[out->n - 1] : NULL;

	if (s.from_ns >= s.to_ns || s.ruling.none)
		return;
	if (last != NULL && last->to_ns == s.from_ns && same_ruling(&last->ruling, &s.ruling)) {
		last->to_ns = s.to_ns;
		last->then = s.then;
		return;
	}
	assert(out->n < out->cap);
	out->s[out->n++] = s;
}

static struct bl_segment
unknown_segment(int64_t from_ns, int64_t to_ns, const struct bl_unknown *u)
{
	return (struct bl_segment){.from_ns = from_ns,
	    .to_ns = to_ns,
	    .ruling = {
		.verdict = BL_INSUFFICIENT_DATA, .reason = u->reason, .annotation = u->annotation}};
}

/* One state's stretch, with what is unknown taken out of it. */
static void
push_state(struct segments *out, const struct overlay *o, struct bl_segment s)
{
	int64_t at = s.from_ns;

	for (size_t i = 0; i < o->n && at < s.to_ns; i++) {
		struct bl_segment known = s;
		/* The item itself shows the moment of its capture. */
		int64_t from = o->spans[i].from_ns > s.state->capture_ns ? o->spans[i].from_ns
									 : s.state->capture_ns + 1;
		int64_t to = o->spans[i].to_ns < s.to_ns ? o->spans[i].to_ns : s.to_ns;

		if (from < at)
			from = at;
		if (from >= to)
			continue;
		known.from_ns = at;
		known.to_ns = from;
		push(out, known);
		push(out, unknown_segment(from, to, &o->spans[i]));
		at = to;
	}
	s.from_ns = at;
	push(out, s);
}

/* From the ${i}th stretch on, is nothing known any more? */
static bool
is_lost(const struct segments *out, size_t i)
{
	for (; i < out->n; i++)
		if (out->s[i].state != NULL ||
		    (i + 1 < out->n && out->s[i + 1].from_ns > out->s[i].to_ns))
			return false;
	return true;
}

/* What comes after each stretch: whoever reads "it ended" must know how. */
static void
tell_what_follows(struct segments *out, int64_t period_end_ns)
{
	for (size_t i = 0; i < out->n; i++) {
		struct bl_segment *s = &out->s[i];
		const struct bl_segment *next = i + 1 < out->n ? s + 1 : NULL;

		if (s->to_ns >= period_end_ns) {
			s->then = BL_THEN_GOES_ON;
		} else if (next == NULL || next->from_ns > s->to_ns) {
			/* Inferred: only that it is in no snapshot any more. */
			s->then = s->then == BL_THEN_VANISHED ? BL_THEN_VANISHED : BL_THEN_GONE;
		} else if (next->ruling.reason == BL_REASON_VANISHED) {
			s->then = BL_THEN_VANISHED;
		} else if (next->state == NULL) {
			s->then = is_lost(out, i + 1) ? BL_THEN_LOST : BL_THEN_UNKNOWN;
		} else {
			s->then = BL_THEN_CHANGED;
			s->next = next->ruling.verdict;
		}
	}
}

enum bl_status
bl_assess__segments(struct bl_assess *a, const struct bl_resource *resource, bl_ruling_fn ruling,
    void *ctx, struct bl_arena *arena, struct bl_segment **ret_segments, size_t *ret_n)
{
	static const struct bl_str vanished =
	    BL_STR_INIT("it was in one snapshot and absent from the next, without a deletion item");
	struct segments out = {0};
	struct overlay o;
	enum bl_status status = overlay_of(a, resource, arena, &o);

	if (status != BL_OK)
		return status;
	out.cap = resource->n_states * (2 * o.n + 1);
	out.s = bl_new(arena, struct bl_segment, out.cap);
	if (out.s == NULL)
		return bl_assess__no_memory(a);
	for (size_t i = 0; i < resource->n_states; i++) {
		const struct bl_state *state = &resource->states[i];
		struct bl_segment s = {.from_ns = state->from_ns,
		    .to_ns = state->to_ns < a->options->to_ns ? state->to_ns : a->options->to_ns,
		    .state = state,
		    .then = state->end == BL_STATE_INFERRED ? BL_THEN_VANISHED : BL_THEN_GOES_ON};

		if (state->status == BL_ITEM_DELETED ||
		    state->status == BL_ITEM_DELETED_NOT_RECORDED)
			continue;
		if (state->kind == BL_STATE_VANISHED) {
			s.state = NULL;
			s.ruling = (struct bl_ruling){.verdict = BL_INSUFFICIENT_DATA,
			    .reason = BL_REASON_VANISHED,
			    .annotation = vanished};
			push(&out, s);
			continue;
		}
		s.ruling = ruling(ctx, state->version);
		push_state(&out, &o, s);
	}
	tell_what_follows(&out, a->options->to_ns);
	*ret_segments = out.s;
	*ret_n = out.n;
	return BL_OK;
}
