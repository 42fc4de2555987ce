/* Sorting and counting: every number of a report is made here, once. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "rules/assess_priv.h"

/* The worst first: what a resource counts as over a period. */
static const enum bl_verdict worst_first[BL_N_VERDICTS] = {
    BL_NON_COMPLIANT, BL_ERROR, BL_INSUFFICIENT_DATA, BL_COMPLIANT, BL_NOT_APPLICABLE};

static int
cmp_same_resource(const struct bl_finding *a, const struct bl_finding *b)
{
	int c;

	if (a->i_rule != b->i_rule)
		return a->i_rule < b->i_rule ? -1 : 1;
	c = bl_str_cmp(a->account, b->account);
	if (c == 0)
		c = bl_str_cmp(a->region, b->region);
	if (c == 0)
		c = bl_str_cmp(a->type, b->type);
	return c != 0 ? c : bl_str_cmp(a->id, b->id);
}

static int
cmp_findings(const void *pa, const void *pb)
{
	const struct bl_finding *a = pa, *b = pb;
	int c = cmp_same_resource(a, b);

	if (c != 0)
		return c;
	if (a->from_ns != b->from_ns)
		return a->from_ns < b->from_ns ? -1 : 1;
	if (a->verdict != b->verdict)
		return a->verdict < b->verdict ? -1 : 1;
	return bl_str_cmp(a->annotation, b->annotation);
}

static int
cmp_disagreements(const void *pa, const void *pb)
{
	const struct bl_disagreement *a = pa, *b = pb;
	int c;

	if (a->i_rule != b->i_rule)
		return a->i_rule < b->i_rule ? -1 : 1;
	c = bl_str_cmp(a->account, b->account);
	if (c == 0)
		c = bl_str_cmp(a->region, b->region);
	if (c == 0)
		c = bl_str_cmp(a->type, b->type);
	if (c == 0)
		c = bl_str_cmp(a->id, b->id);
	if (c != 0)
		return c;
	return a->from_ns < b->from_ns ? -1 : a->from_ns > b->from_ns ? 1 : 0;
}

static void
count_one(struct bl_counts *counts, enum bl_verdict verdict)
{
	counts->verdict[verdict]++;
	counts->resources++;
}

/* Findings [first, end): all of one rule and resource. */
static void
count_resource(struct bl_assess *a, size_t first, size_t end)
{
	struct bl_rule_result *rule = &a->rules[a->findings[first].i_rule];
	bool has[BL_N_VERDICTS] = {false}, has_end[BL_N_VERDICTS] = {false};
	int64_t last_ns = a->options->to_ns - 1;

	for (size_t i = first; i < end; i++) {
		const struct bl_finding *f = &a->findings[i];

		has[f->verdict] = true;
		if (f->from_ns <= last_ns && last_ns < f->to_ns)
			has_end[f->verdict] = true;
	}
	for (size_t i = 0; i < BL_N_VERDICTS; i++)
		if (has[worst_first[i]]) {
			count_one(&rule->over_period, worst_first[i]);
			break;
		}
	for (size_t i = 0; i < BL_N_VERDICTS; i++)
		if (has_end[worst_first[i]]) {
			count_one(&rule->at_end, worst_first[i]);
			break;
		}
}

static void
add_counts(struct bl_counts *sum, const struct bl_counts *c)
{
	sum->resources += c->resources;
	for (size_t i = 0; i < BL_N_VERDICTS; i++)
		sum->verdict[i] += c->verdict[i];
}

static void
count_findings(struct bl_assess *a, struct bl_assessment *out)
{
	size_t end;

	for (size_t i = 0; i < a->n_findings; i = end) {
		for (end = i + 1; end < a->n_findings; end++)
			if (cmp_same_resource(&a->findings[i], &a->findings[end]) != 0)
				break;
		count_resource(a, i, end);
	}
	for (size_t i = 0, at = 0; i < a->n_rules; i++) {
		struct bl_rule_result *r = &a->rules[i];

		r->first_finding = at;
		while (at < a->n_findings && a->findings[at].i_rule == i)
			at++;
		r->n_findings = at - r->first_finding;
		add_counts(&out->over_period, &r->over_period);
		add_counts(&out->at_end, &r->at_end);
	}
}

/* Resources, not rows: one that differs twice is one disagreement of the rule. */
static void
count_disagreements(struct bl_assess *a)
{
	for (size_t i = 0; i < a->n_disagreements; i++) {
		const struct bl_disagreement *d = &a->disagreements[i];

		if (i > 0 && d[-1].i_rule == d->i_rule && bl_str_eq(d[-1].account, d->account) &&
		    bl_str_eq(d[-1].region, d->region) && bl_str_eq(d[-1].type, d->type) &&
		    bl_str_eq(d[-1].id, d->id))
			continue;
		a->rules[d->i_rule].n_disagreements++;
	}
}

/* ---- Recorders within the period. -------------------------------------------- */

static enum bl_status
clip_spans(struct bl_assess *a, const struct bl_span *spans, size_t n, const struct bl_span **ret,
    size_t *ret_n)
{
	struct bl_span *out = bl_new(a->arena, struct bl_span, n);
	size_t k = 0;

	if (out == NULL)
		return bl_assess__no_memory(a);
	for (size_t i = 0; i < n; i++) {
		struct bl_span s = spans[i];

		if (s.from_ns < a->options->from_ns)
			s.from_ns = a->options->from_ns;
		if (s.to_ns > a->options->to_ns)
			s.to_ns = a->options->to_ns;
		if (s.from_ns < s.to_ns)
			out[k++] = s;
	}
	*ret = out;
	*ret_n = k;
	return BL_OK;
}

static int64_t
known_time(const struct bl_assess *a, size_t i)
{
	const struct bl_recorder_cover *r = &a->coverage->recorders[i];
	int64_t from = r->first_ns > a->options->from_ns ? r->first_ns : a->options->from_ns;
	int64_t known = a->options->to_ns > from ? a->options->to_ns - from : 0;

	for (size_t k = 0; k < a->n_unknown[i]; k++) {
		const struct bl_unknown *u = &a->unknown[i][k];
		int64_t lo = u->from_ns > from ? u->from_ns : from;
		int64_t hi = u->to_ns < a->options->to_ns ? u->to_ns : a->options->to_ns;

		if (lo < hi)
			known -= hi - lo;
	}
	return known;
}

/* The longest time between two snapshots that reaches into the period. */
static int64_t
longest_silence(const struct bl_assess *a, const struct bl_recorder_cover *r)
{
	int64_t longest = 0;

	for (size_t i = 1; i < r->n_snapshots; i++) {
		int64_t gap = r->snapshots[i] - r->snapshots[i - 1];

		if (r->snapshots[i] > a->options->from_ns &&
		    r->snapshots[i - 1] < a->options->to_ns && gap > longest)
			longest = gap;
	}
	return longest;
}

static enum bl_status
fill_recorders(struct bl_assess *a, struct bl_assessment *out)
{
	out->recorders = bl_new(a->arena, struct bl_recorder, a->coverage->n);
	if (out->recorders == NULL)
		return bl_assess__no_memory(a);
	for (size_t i = 0; i < a->coverage->n; i++) {
		const struct bl_recorder_cover *r = &a->coverage->recorders[i];
		struct bl_recorder *to = &out->recorders[i];
		enum bl_status status;

		*to = (struct bl_recorder){.account = r->account,
		    .region = r->region,
		    .first_ns = r->first_ns,
		    .last_ns = r->last_ns,
		    .n_snapshots = r->n_snapshots,
		    .n_histories = r->n_histories,
		    .n_others = r->n_others,
		    .longest_silence_ns = longest_silence(a, r),
		    .known_ns = known_time(a, i)};
		status = clip_spans(a, r->stopped, r->n_stopped, &to->stopped, &to->n_stopped);
		if (status == BL_OK)
			status = clip_spans(a, r->silent, r->n_silent, &to->silent, &to->n_silent);
		if (status != BL_OK)
			return status;
	}
	out->n_recorders = a->coverage->n;
	return BL_OK;
}

/* ---- Deliveries. ------------------------------------------------------------- */

/* Used: what first brought a deciding version, and whatever speaks for the period or its edges. */
static enum bl_status
list_deliveries(struct bl_assess *a, struct bl_assessment *out)
{
	const struct bl_assess_options *o = a->options;

	out->deliveries = bl_new(a->arena, uint64_t, a->position);
	if (out->deliveries == NULL)
		return bl_assess__no_memory(a);
	for (uint64_t p = 1; p <= a->position; p++) {
		const struct bl_delivery *d = bl_store_delivery(a->store, p);

		if (a->used[p] || (d->as_of_ns != BL_INSTANT_MIN &&
				      d->as_of_ns >= o->from_ns - BL_COVERAGE_SILENCE_NS &&
				      d->first_ns <= o->to_ns + BL_COVERAGE_SILENCE_NS))
			out->deliveries[out->n_deliveries++] = p;
	}
	for (uint64_t i = 0; i < bl_store_n_quarantined(a->store); i++)
		if (bl_store_quarantined(a->store, i)->position <= a->position)
			out->n_quarantined++;
	return BL_OK;
}

static enum bl_status
keep(struct bl_assess *a, struct bl_assessment *out)
{
	out->findings = bl_new(a->arena, struct bl_finding, a->n_findings);
	out->disagreements = bl_new(a->arena, struct bl_disagreement, a->n_disagreements);
	if (out->findings == NULL || out->disagreements == NULL)
		return bl_assess__no_memory(a);
	if (a->n_findings > 0)
		memcpy(out->findings, a->findings, a->n_findings * sizeof(a->findings[0]));
	if (a->n_disagreements > 0)
		memcpy(out->disagreements, a->disagreements,
		    a->n_disagreements * sizeof(a->disagreements[0]));
	out->n_findings = a->n_findings;
	out->n_disagreements = a->n_disagreements;
	return BL_OK;
}

enum bl_status
bl_assess__count(struct bl_assess *a, struct bl_assessment *assessment)
{
	struct bl_assessment *out = assessment;
	enum bl_status status;

	if (a->n_findings > 0)
		qsort(a->findings, a->n_findings, sizeof(a->findings[0]), cmp_findings);
	if (a->n_disagreements > 0)
		qsort(a->disagreements, a->n_disagreements, sizeof(a->disagreements[0]),
		    cmp_disagreements);
	*out = (struct bl_assessment){.pack = a->options->pack,
	    .from_ns = a->options->from_ns,
	    .to_ns = a->options->to_ns,
	    .moment = a->options->to_ns == a->options->from_ns + 1,
	    .position = a->position,
	    .newest_ns = a->coverage->newest_ns,
	    .list_position = a->list_position,
	    .n_listed = a->n_listed,
	    .n_never = a->n_never,
	    .rules = a->rules,
	    .n_rules = a->n_rules};
	count_findings(a, out);
	count_disagreements(a);
	status = fill_recorders(a, out);
	if (status == BL_OK)
		status = list_deliveries(a, out);
	return status == BL_OK ? keep(a, out) : status;
}
