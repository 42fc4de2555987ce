/*
 * What the resources of a type show: since when a recorder records it, and when they speak for
 * themselves.  A global type is told by one recorder for the whole account: the others go on
 * delivering without a word of it, so that what they deliver shows nothing once that one is silent.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "base/instant.h"
#include "rules/assess_priv.h"

#define MOST_SPANS ((size_t)1 << 14)

bool
bl_assess__has_type(const struct bl_str *types, size_t n, struct bl_str type)
{
	for (size_t i = 0; i < n; i++)
		if (bl_str_eq(types[i], type))
			return true;
	return false;
}

bool
bl_assess__has_globals(const struct bl_assess *a, struct bl_str account)
{
	return bl_coverage_find(a->coverage, account, BL_STR("global")) == NULL;
}

static bool
is_global(const struct bl_assess *a, const struct bl_resource *r)
{
	return bl_str_eq(r->region, BL_STR("global")) && bl_assess__has_globals(a, r->account);
}

static void
note_since(int64_t *since_ns, int64_t at_ns)
{
	if (at_ns < *since_ns)
		*since_ns = at_ns;
}

/* Whose deliveries told of the versions of a global resource. */
static void
mark_tellers(const struct bl_assess *a, const struct bl_resource *r, struct bl_seen *seen)
{
	for (size_t i = 0; i < r->n_states; i++) {
		const struct bl_delivery *d = bl_store_delivery(a->store, r->states[i].position);
		const struct bl_recorder_cover *cover =
		    bl_coverage_find(a->coverage, d->account, d->region);

		if (cover != NULL && bl_str_eq(cover->account, r->account))
			note_since(
			    &seen[cover - a->coverage->recorders].since_ns, r->states[i].from_ns);
	}
}

/* When one of the resources [n] was witnessed. */
static enum bl_status
witnessed(
    struct bl_assess *a, const struct bl_resource *resources, size_t n, struct bl_span_set *ret)
{
	const struct bl_assess_options *o = a->options;
	struct bl_span *spans;
	size_t n_spans = 0;

	for (size_t i = 0; i < n; i++)
		n_spans += resources[i].n_witnessed;
	spans = bl_new(a->work, struct bl_span, n_spans);
	if (spans == NULL)
		return bl_assess__no_memory(a);
	n_spans = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < resources[i].n_witnessed; k++) {
			struct bl_span s = resources[i].witnessed[k];

			if (o->each_at_its_last && k + 1 == resources[i].n_witnessed &&
			    o->from_ns - (s.to_ns - 1) < BL_NS_PER_DAY)
				s.to_ns = BL_INSTANT_MAX;
			spans[n_spans++] = s;
		}
	return bl_coverage_span_set(a->work, spans, n_spans, ret, a->err);
}

/* ---- When they speak for themselves. -------------------------------------------- */

/* The times of the states of resources [n]; ${spans} has room for all. */
static size_t
list_told(const struct bl_resource *resources, size_t n, struct bl_span *spans)
{
	size_t n_spans = 0;

	for (size_t i = 0; i < n; i++) {
		size_t first = n_spans;

		for (size_t k = 0; k < resources[i].n_states; k++) {
			const struct bl_state *s = &resources[i].states[k];

			if (s->status == BL_ITEM_DELETED ||
			    s->status == BL_ITEM_DELETED_NOT_RECORDED)
				continue;
			if (n_spans > first && spans[n_spans - 1].to_ns == s->from_ns)
				spans[n_spans - 1].to_ns = s->to_ns;
			else
				spans[n_spans++] = (struct bl_span){s->from_ns, s->to_ns};
		}
	}
	return n_spans;
}

/* Take the times of the states of resources [n] out of ${untold}.  Most often the first resource
 * speaks for all of it: so a few are looked at, then more at a time. */
static enum bl_status
take_told(
    struct bl_assess *a, const struct bl_resource *resources, size_t n, struct bl_span_set *untold)
{
	size_t most = 1;
	enum bl_status status = BL_OK;

	for (size_t i = 0, end; i < n && untold->n > 0 && status == BL_OK; i = end) {
		struct bl_span_set told = {0};
		struct bl_span *spans;
		size_t room = 0;

		for (end = i; end < n && (end == i || room < most); end++)
			room += resources[end].n_states;
		spans = bl_new(a->work, struct bl_span, room);
		if (spans == NULL)
			return bl_assess__no_memory(a);
		status = bl_coverage_span_set(
		    a->work, spans, list_told(resources + i, end - i, spans), &told, a->err);
		if (status == BL_OK)
			status = bl_coverage_span_minus(a->work, *untold, told, untold, a->err);
		most = most < MOST_SPANS ? most * 4 : most;
	}
	return status;
}

enum bl_status
bl_assess__global_untold(struct bl_assess *a, struct bl_str account, const struct bl_resource *told,
    size_t n, struct bl_span_set *ret)
{
	const struct bl_unknown *unknown;
	struct bl_span *spans;
	size_t n_unknown;
	enum bl_status status =
	    bl_assess__unknown_of_account(a, account, a->work, &unknown, &n_unknown);

	if (status != BL_OK)
		return status;
	spans = bl_new(a->work, struct bl_span, n_unknown);
	if (spans == NULL)
		return bl_assess__no_memory(a);
	for (size_t i = 0; i < n_unknown; i++)
		spans[i] = (struct bl_span){unknown[i].from_ns, unknown[i].to_ns};
	status = bl_coverage_span_set(a->work, spans, n_unknown, ret, a->err);
	return status == BL_OK ? take_told(a, told, n, ret) : status;
}

/* ---- All of one type. ------------------------------------------------------------ */

/* ${resources} [n] are the global ones of one account. */
static enum bl_status
mark_account(
    struct bl_assess *a, const struct bl_resource *resources, size_t n, struct bl_seen *seen)
{
	size_t first = 0;
	enum bl_status status;

	if (bl_coverage_account(a->coverage, resources[0].account, &first) == 0)
		return BL_OK; /* Each says for itself that nobody tells of it. */
	for (size_t i = 0; i < n; i++)
		mark_tellers(a, &resources[i], seen);
	seen[first].global = true;
	status = witnessed(a, resources, n, &seen[first].witnessed);
	return status == BL_OK ? bl_assess__global_untold(a, resources[0].account, resources, n,
				     &seen[first].global_untold)
			       : status;
}

static bool
same_place(const struct bl_resource *a, const struct bl_resource *b)
{
	return bl_str_eq(a->account, b->account) && bl_str_eq(a->region, b->region);
}

enum bl_status
bl_assess__mark_seen(
    struct bl_assess *a, const struct bl_resource *resources, size_t n, struct bl_seen *seen)
{
	enum bl_status status = BL_OK;

	for (size_t i = 0, next; i < n && status == BL_OK; i = next) {
		const struct bl_resource *r = &resources[i];
		const struct bl_recorder_cover *cover =
		    bl_coverage_find(a->coverage, r->account, r->region);

		for (next = i + 1; next < n && same_place(&resources[next], r);)
			next++;
		if (cover != NULL) {
			struct bl_seen *one = &seen[cover - a->coverage->recorders];

			for (size_t k = i; k < next; k++)
				note_since(&one->since_ns, resources[k].states[0].from_ns);
			status = take_told(a, r, next - i, &one->untold);
		} else if (is_global(a, r)) {
			status = mark_account(a, r, next - i, seen);
		}
	}
	return status;
}
