/*
 * Which types were recorded, and by whom.  A type of a region is recorded from its first item there
 * on, until a recorder item says otherwise.  A global type is told by one recorder for the whole
 * account: the others go on delivering without a word of it, so that what they deliver shows
 * nothing once that one is silent.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "base/instant.h"
#include "rules/assess_priv.h"

bool
bl_assess__has_type(const struct bl_str *types, size_t n, struct bl_str type)
{
	for (size_t i = 0; i < n; i++)
		if (bl_str_eq(types[i], type))
			return true;
	return false;
}

/* ---- What was shown. ---------------------------------------------------------- */

static bool
is_global(const struct bl_assess *a, const struct bl_resource *r)
{
	return bl_str_eq(r->region, BL_STR("global")) &&
	       bl_coverage_find(a->coverage, r->account, r->region) == NULL;
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

/* When nothing is known of what a recorder records. */
static enum bl_status
unknown_of(struct bl_assess *a, size_t i_recorder, struct bl_span_set *ret)
{
	size_t n = a->n_unknown[i_recorder];
	struct bl_span *spans = bl_new(a->work, struct bl_span, n);

	if (spans == NULL)
		return bl_assess__no_memory(a);
	for (size_t i = 0; i < n; i++)
		spans[i] = (struct bl_span){
		    a->unknown[i_recorder][i].from_ns, a->unknown[i_recorder][i].to_ns};
	return bl_coverage_span_set(a->work, spans, n, ret, a->err);
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

/* Since when the recorder is known to record a global type; BL_INSTANT_MAX: it is not. */
static int64_t
records_since(
    const struct bl_assess *a, size_t i_recorder, struct bl_str type, const struct bl_seen *seen)
{
	const struct bl_recorder_cover *r = &a->coverage->recorders[i_recorder];
	int64_t from_ns = a->options->from_ns > r->first_ns ? a->options->from_ns : r->first_ns;
	struct bl_span span;

	if (seen[i_recorder].since_ns < BL_INSTANT_MAX || from_ns >= a->options->to_ns)
		return seen[i_recorder].since_ns;
	return bl_coverage_records(r, type, from_ns, a->options->to_ns, &span) == BL_RECORDS_YES
		   ? r->first_ns
		   : BL_INSTANT_MAX;
}

/* ${resources} [n] are the global ones of one account. */
static enum bl_status
mark_account(struct bl_assess *a, struct bl_str type, const struct bl_resource *resources, size_t n,
    struct bl_seen *seen)
{
	struct bl_span_set shown = {0}, off = {0}, one = {0};
	size_t first = 0,
	       n_recorders = bl_coverage_account(a->coverage, resources[0].account, &first);
	enum bl_status status = witnessed(a, resources, n, &shown);

	for (size_t i = 0; i < n; i++)
		mark_tellers(a, &resources[i], seen);
	for (size_t k = first; k < first + n_recorders && status == BL_OK; k++) {
		struct bl_span since = {records_since(a, k, type, seen), BL_INSTANT_MAX};

		status = unknown_of(a, k, &off);
		if (status == BL_OK)
			status = bl_coverage_span_set(a->work, &since, 1, &one, a->err);
		if (status == BL_OK)
			status = bl_coverage_span_minus(a->work, one, off, &one, a->err);
		if (status == BL_OK)
			status = bl_coverage_span_union(a->work, shown, one, &shown, a->err);
	}
	for (size_t k = first; k < first + n_recorders && status == BL_OK; k++) {
		seen[k].global = true;
		seen[k].shown = shown;
	}
	return status;
}

enum bl_status
bl_assess__mark_seen(struct bl_assess *a, struct bl_str type, const struct bl_resource *resources,
    size_t n, struct bl_seen *seen)
{
	enum bl_status status = BL_OK;

	for (size_t i = 0, next; i < n && status == BL_OK; i = next) {
		const struct bl_resource *r = &resources[i];
		const struct bl_recorder_cover *cover =
		    bl_coverage_find(a->coverage, r->account, r->region);

		next = i + 1;
		if (cover != NULL)
			note_since(
			    &seen[cover - a->coverage->recorders].since_ns, r->states[0].from_ns);
		if (!is_global(a, r))
			continue;
		while (next < n && is_global(a, &resources[next]) &&
		       bl_str_eq(resources[next].account, r->account))
			next++;
		status = mark_account(a, type, r, next - i, seen);
	}
	return status;
}

/* ---- What is lacking. --------------------------------------------------------- */

/* Types of which it is not known whether they were recorded; the first by name, the time of all. */
struct lacking {
	size_t n;
	struct bl_str first;
	struct bl_span span;
};

static void
note_lacking(struct lacking *l, struct bl_str type, struct bl_span span)
{
	if (l->n++ == 0) {
		l->first = type;
		l->span = span;
		return;
	}
	if (span.from_ns < l->span.from_ns)
		l->span.from_ns = span.from_ns;
	if (span.to_ns > l->span.to_ns)
		l->span.to_ns = span.to_ns;
}

static enum bl_status
say_lacking(struct bl_assess *a, size_t i_rule, const struct bl_recorder_cover *r,
    const struct lacking *l, const char *one, const char *many)
{
	struct bl_str annotation;
	enum bl_status status;

	if (l->n == 0)
		return BL_OK;
	if (l->n == 1)
		status = bl_str_printf(
		    a->arena, &annotation, a->err, "%.*s %s", BL_STR_ARG(l->first), one);
	else
		status = bl_str_printf(a->arena, &annotation, a->err,
		    "%zu of the rule's resource types (%.*s and others) %s", l->n,
		    BL_STR_ARG(l->first), many);
	if (status != BL_OK)
		return status;
	return bl_assess__add_account_finding(a, i_rule, r, l->span,
	    &(struct bl_ruling){.verdict = BL_INSUFFICIENT_DATA,
		.reason = BL_REASON_NOT_RECORDED,
		.annotation = annotation});
}

/* A global type in the part of ${span} in which this recorder delivers and none shows the type. */
static enum bl_status
note_unwatched(struct bl_assess *a, size_t i_recorder, const struct bl_seen *seen,
    struct bl_str type, struct bl_span span, struct lacking *l)
{
	struct bl_span_set off = {0}, left = {0};
	enum bl_status status = unknown_of(a, i_recorder, &off);

	if (status == BL_OK)
		status = bl_coverage_span_set(a->work, &span, 1, &left, a->err);
	if (status == BL_OK)
		status = bl_coverage_span_minus(a->work, left, off, &left, a->err);
	if (status == BL_OK)
		status = bl_coverage_span_minus(a->work, left, seen->shown, &left, a->err);
	if (status == BL_OK && left.n > 0)
		note_lacking(
		    l, type, (struct bl_span){left.at[0].from_ns, left.at[left.n - 1].to_ns});
	return status;
}

/* Types that the recorder leaves out, and types that neither an item nor a recorder item vouches
 * for. */
enum bl_status
bl_assess__check_types(struct bl_assess *a, size_t i_rule, size_t i_recorder,
    const struct bl_seen *seen, const struct bl_str *all_types, size_t n_all)
{
	const struct bl_recorder_cover *r = &a->coverage->recorders[i_recorder];
	const struct bl_rule *rule = a->rules[i_rule].rule;
	int64_t from_ns = a->options->from_ns > r->first_ns ? a->options->from_ns : r->first_ns;
	struct lacking left_out = {0}, unseen = {0}, unwatched = {0};
	size_t n;
	const struct bl_str *types = bl_assess__types_of(a, i_rule, &n);
	enum bl_status status;

	for (size_t i = 0; i < n_all && from_ns < a->options->to_ns; i++) {
		const struct bl_seen *one = &seen[i * a->coverage->n + i_recorder];
		struct bl_span span;
		enum bl_records says;

		if (!bl_assess__has_type(types, n, all_types[i]) ||
		    !bl_assess__has_type(rule->types, rule->n_types, all_types[i]))
			continue;
		says = bl_coverage_records(r, all_types[i], from_ns, a->options->to_ns, &span);
		if (says == BL_RECORDS_NO) {
			note_lacking(&left_out, all_types[i], span);
		} else if (says == BL_RECORDS_UNKNOWN && one->global) {
			status = note_unwatched(a, i_recorder, one, all_types[i], span, &unwatched);
			if (status != BL_OK)
				return status;
		} else if (says == BL_RECORDS_UNKNOWN && one->since_ns > span.from_ns) {
			note_lacking(&unseen, all_types[i],
			    (struct bl_span){.from_ns = span.from_ns,
				.to_ns = one->since_ns < span.to_ns ? one->since_ns : span.to_ns});
		}
	}
	status = say_lacking(
	    a, i_rule, r, &left_out, "is left out by the recorder", "are left out by the recorder");
	if (status != BL_OK)
		return status;
	status = say_lacking(a, i_rule, r, &unseen,
	    "is not shown to be recorded here: no item of it, and no recorder item that names it",
	    "are not shown to be recorded here: no item of them, and no recorder item that names "
	    "them");
	if (status != BL_OK)
		return status;
	return say_lacking(a, i_rule, r, &unwatched,
	    "is not shown to be recorded then by any recorder of the account",
	    "are not shown to be recorded then by any recorder of the account");
}
