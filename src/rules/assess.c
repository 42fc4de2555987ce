/*
 * The order of work: what the deliveries show of the recorders; AWS's own
 * verdicts; then one resource type after the other: each version judged once
 * per rule, each resource's states turned into stretches of verdicts. What no
 * resource speaks for (a rule that is not evaluated, a type that was not
 * recorded) becomes a finding on the account and region, never silence.
 */
#include "rules/assess.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/instant.h"
#include "base/mem.h"
#include "columns/columns.h"
#include "delivery/item.h"
#include "rules/assess_priv.h"
#include "rules/catalogue.h"
#include "json/json.h"

#define WORK_BYTES ((size_t)64 << 30)
#define SCRATCH_BYTES ((size_t)256 << 20)

enum bl_status
bl_assess__no_memory(struct bl_assess *a)
{
	return bl_fail(a->err, BL_ENOMEM, "no memory left to judge the period");
}

enum bl_status
bl_assess__add_finding(struct bl_assess *a, const struct bl_finding *finding)
{
	if (a->n_findings == a->cap_findings) {
		size_t cap = a->cap_findings == 0 ? 1024 : a->cap_findings * 2;
		struct bl_finding *more = bl_mem_realloc(a->findings, cap * sizeof(*more));

		if (more == NULL)
			return bl_assess__no_memory(a);
		a->findings = more;
		a->cap_findings = cap;
	}
	a->findings[a->n_findings++] = *finding;
	return BL_OK;
}

/* ---- Rules. ----------------------------------------------------------------- */

static enum bl_status
bind_rule(struct bl_assess *a, size_t i)
{
	const struct bl_pack_rule *p = a->rules[i].pack_rule;
	const struct bl_rule *rule = NULL;
	struct bl_rule_input *inputs = bl_new(a->work, struct bl_rule_input, p->n_inputs);
	struct bl_err why;
	enum bl_status status;

	if (inputs == NULL)
		return bl_assess__no_memory(a);
	if (bl_str_eq(p->owner, BL_STR("AWS")))
		rule = bl_catalogue_find(a->options->catalogue, p->identifier);
	a->rules[i].rule = rule;
	a->rules[i].source = rule == NULL ? BL_SOURCE_RECORDED : BL_SOURCE_COMPUTED;
	if (rule == NULL)
		return BL_OK;
	for (size_t k = 0; k < p->n_inputs; k++)
		inputs[k] = (struct bl_rule_input){p->inputs[k].name, p->inputs[k].value};
	status = bl_rule_bind(rule, inputs, p->n_inputs, a->arena, &a->bound[i], &why);
	if (status == BL_EINPUT) /* Told per account and region: the rule judges nothing. */
		return bl_str_dup(a->arena, bl_str_of(why.text), &a->bind_problem[i]) == BL_OK
			   ? BL_OK
			   : bl_assess__no_memory(a);
	if (status != BL_OK && a->err != NULL)
		*a->err = why;
	return status;
}

static enum bl_status
bind_rules(struct bl_assess *a)
{
	const struct bl_pack *pack = a->options->pack;

	a->n_rules = pack->n_rules;
	a->rules = bl_new(a->arena, struct bl_rule_result, a->n_rules);
	a->bound = bl_new(a->work, const struct bl_bound_rule *, a->n_rules);
	a->bind_problem = bl_new(a->work, struct bl_str, a->n_rules);
	if (a->rules == NULL || a->bound == NULL || a->bind_problem == NULL)
		return bl_assess__no_memory(a);
	for (size_t i = 0; i < a->n_rules; i++) {
		enum bl_status status;

		a->rules[i].pack_rule = &pack->rules[i];
		status = bind_rule(a, i);
		if (status != BL_OK)
			return status;
	}
	return BL_OK;
}

/* The types that a pack rule looks at: its scope where it has one, else the rule's own. */
const struct bl_str *
bl_assess__types_of(const struct bl_assess *a, size_t i_rule, size_t *ret_n)
{
	const struct bl_rule_result *r = &a->rules[i_rule];

	*ret_n = r->pack_rule->n_types > 0 ? r->pack_rule->n_types : r->rule->n_types;
	return r->pack_rule->n_types > 0 ? r->pack_rule->types : r->rule->types;
}

/* ---- One resource type. ------------------------------------------------------ */

struct judging {
	struct bl_assess *a;
	struct bl_str type;
	uint32_t *rules; /* [n_rules] numbers of the pack rules that look at the type */
	size_t n_rules;
	struct bl_ruling *rulings; /* [versions * n_rules] */
	struct bl_sha256 *sha256;  /* [versions] */
	size_t i_current;	   /* For the ruling callback: index in rules. */
};

static enum bl_status
judge_version(void *ctx, struct bl_version_id id, struct bl_str bytes, struct bl_err *reterr)
{
	struct judging *j = ctx;
	struct bl_assess *a = j->a;
	struct bl_item item;
	enum bl_status status;

	bl_arena_reset(a->scratch);
	status = bl_item_parse(a->parser, bytes, a->scratch, &item, reterr);
	if (status == BL_OK)
		status = bl_sha256_of(bytes, &j->sha256[id.ordinal], reterr);
	for (size_t i = 0; i < j->n_rules && status == BL_OK; i++) {
		struct bl_ruling *ruling = &j->rulings[id.ordinal * j->n_rules + i];
		struct bl_judgement judgement;

		status = bl_rule_judge(
		    a->bound[j->rules[i]], &item, a->parser, a->scratch, &judgement, reterr);
		if (status != BL_OK)
			break;
		*ruling =
		    (struct bl_ruling){.verdict = judgement.verdict, .reason = judgement.reason};
		if (judgement.annotation.len > 0 &&
		    bl_str_dup(a->arena, judgement.annotation, &ruling->annotation) != BL_OK)
			return bl_assess__no_memory(a);
	}
	return status;
}

static struct bl_ruling
ruling_of(void *ctx, struct bl_version_id version)
{
	const struct judging *j = ctx;

	return j->rulings[version.ordinal * j->n_rules + j->i_current];
}

static enum bl_status
add_segment(struct bl_assess *a, uint32_t i_rule, const struct bl_resource *r,
    const struct bl_segment *s, const struct bl_sha256 *sha256)
{
	const struct bl_assess_options *o = a->options;
	struct bl_finding f = {.i_rule = i_rule,
	    .source = BL_SOURCE_COMPUTED,
	    .account = r->account,
	    .region = r->region,
	    .type = r->type,
	    .id = r->id,
	    .name = r->name,
	    .verdict = s->ruling.verdict,
	    .reason = s->ruling.reason,
	    .annotation = s->ruling.annotation,
	    .from_ns = s->from_ns > o->from_ns ? s->from_ns : o->from_ns,
	    .to_ns = s->to_ns < o->to_ns ? s->to_ns : o->to_ns,
	    .since_ns = s->from_ns,
	    .then = s->then,
	    .next = s->next,
	    .recorded_ns = BL_INSTANT_MIN};

	if (f.from_ns >= f.to_ns)
		return BL_OK;
	if (s->state != NULL) {
		f.recorded_ns = s->state->capture_ns;
		f.has_version = true;
		f.version = s->state->version;
		f.version_sha256 = sha256[s->state->version.ordinal];
		a->used[s->state->position] = true;
	}
	return bl_assess__add_finding(a, &f);
}

static enum bl_status
judge_resource(struct judging *j, const struct bl_resource *resource)
{
	struct bl_assess *a = j->a;
	enum bl_status status = BL_OK;

	for (size_t i = 0; i < j->n_rules && status == BL_OK; i++) {
		struct bl_segment *segments;
		size_t n = 0;

		bl_arena_reset(a->scratch);
		j->i_current = i;
		status = bl_assess__segments(a, resource, ruling_of, j, a->scratch, &segments, &n);
		for (size_t k = 0; k < n && status == BL_OK; k++)
			status = add_segment(a, j->rules[i], resource, &segments[k], j->sha256);
		if (status == BL_OK)
			status = bl_assess__compare(a, j->rules[i], resource, segments, n);
	}
	return status;
}

/* The resources of one type: the time line is sorted by type. */
static const struct bl_resource *
resources_of(const struct bl_timeline *timeline, uint32_t type_no, size_t *ret_n)
{
	size_t low = 0, high = timeline->n, n = 0;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (timeline->resources[mid].type_no < type_no)
			low = mid + 1;
		else
			high = mid;
	}
	while (low + n < timeline->n && timeline->resources[low + n].type_no == type_no)
		n++;
	*ret_n = n;
	return timeline->resources + low;
}

static enum bl_status
judge_type(struct bl_assess *a, struct bl_str type, const struct bl_timeline *timeline,
    struct bl_seen *seen)
{
	uint32_t type_no = bl_store_type_no(a->store, type);
	struct judging j = {.a = a, .type = type};
	const struct bl_resource *resources;
	size_t n_versions, n_resources = 0;
	enum bl_status status;

	if (type_no == UINT32_MAX)
		return BL_OK;
	n_versions = bl_store_n_versions(a->store, type_no);
	j.rules = bl_new(a->work, uint32_t, a->n_rules);
	if (j.rules == NULL)
		return bl_assess__no_memory(a);
	for (size_t i = 0; i < a->n_rules; i++) {
		size_t n;
		const struct bl_str *types;

		if (a->bound[i] == NULL)
			continue;
		types = bl_assess__types_of(a, i, &n);
		if (bl_assess__has_type(types, n, type))
			j.rules[j.n_rules++] = (uint32_t)i;
	}
	j.rulings = bl_new(a->work, struct bl_ruling, n_versions * j.n_rules);
	j.sha256 = bl_new(a->work, struct bl_sha256, n_versions);
	if (j.rulings == NULL || j.sha256 == NULL)
		return bl_assess__no_memory(a);
	status = bl_store_scan(a->store, type_no, judge_version, &j, a->err);
	if (status != BL_OK)
		return status;
	resources = resources_of(timeline, type_no, &n_resources);
	status = bl_assess__mark_seen(a, resources, n_resources, seen);
	for (size_t i = 0; i < n_resources && status == BL_OK; i++)
		status = judge_resource(&j, &resources[i]);
	return status;
}

/* ---- What no resource speaks for. ---------------------------------------------- */

enum bl_status
bl_assess__add_place_verdict(struct bl_assess *a, size_t i_rule, const struct bl_place_verdict *v)
{
	const struct bl_assess_options *o = a->options;
	struct bl_finding f = {.i_rule = (uint32_t)i_rule,
	    .source = a->rules[i_rule].source,
	    .account = v->account,
	    .region = v->region,
	    .type = BL_STR("AWS::::Account"),
	    .id = v->account,
	    .verdict = v->ruling.verdict,
	    .reason = v->ruling.reason,
	    .annotation = v->ruling.annotation,
	    .from_ns = v->span.from_ns > o->from_ns ? v->span.from_ns : o->from_ns,
	    .to_ns = v->span.to_ns < o->to_ns ? v->span.to_ns : o->to_ns,
	    .since_ns = v->since_ns,
	    .next = v->ruling.verdict,
	    .recorded_ns = BL_INSTANT_MIN};

	if (f.from_ns >= f.to_ns)
		return BL_OK;
	f.then = f.to_ns >= o->to_ns ? BL_THEN_GOES_ON : v->more ? BL_THEN_CHANGED : BL_THEN_KNOWN;
	return bl_assess__add_finding(a, &f);
}

/* The same of a recorder, behind its first delivery: add_before_first speaks for the rest. */
static enum bl_status
add_account_finding(struct bl_assess *a, size_t i_rule, const struct bl_recorder_cover *r,
    struct bl_span span, const struct bl_ruling *ruling)
{
	struct bl_place_verdict v = {.account = r->account,
	    .region = r->region,
	    .span = span,
	    .since_ns = BL_INSTANT_MIN,
	    .ruling = *ruling};

	if (v.span.from_ns < r->first_ns)
		v.span.from_ns = r->first_ns;
	return bl_assess__add_place_verdict(a, i_rule, &v);
}

/*
 * Items tell the past of whatever still existed at the first delivery, from
 * their capture on.  What was deleted before is not known, so that until then the
 * population is incomplete: said once per rule, of the recorder.
 */
static enum bl_status
add_before_first(struct bl_assess *a, size_t i_rule, const struct bl_recorder_cover *r)
{
	int64_t to_ns = r->first_ns < a->options->to_ns ? r->first_ns : a->options->to_ns;
	char first[BL_INSTANT_TEXT];
	struct bl_finding f = {.i_rule = (uint32_t)i_rule,
	    .source = a->rules[i_rule].source,
	    .account = r->account,
	    .region = r->region,
	    .type = BL_STR("AWS::Config::ConfigurationRecorder"),
	    .id = BL_STR("default"),
	    .verdict = BL_INSUFFICIENT_DATA,
	    .reason = BL_REASON_BEFORE,
	    .from_ns = a->options->from_ns,
	    .to_ns = to_ns,
	    .since_ns = BL_INSTANT_MIN,
	    .then = to_ns < a->options->to_ns ? BL_THEN_KNOWN : BL_THEN_GOES_ON,
	    .recorded_ns = BL_INSTANT_MIN};
	enum bl_status status;

	if (r->first_ns <= a->options->from_ns)
		return BL_OK;
	status = bl_str_printf(a->arena, &f.annotation, a->err,
	    "nothing was delivered for %.*s %.*s before %s: what was deleted before is not known",
	    BL_STR_ARG(r->account), BL_STR_ARG(r->region), bl_instant_format(r->first_ns, first));
	return status == BL_OK ? bl_assess__add_finding(a, &f) : status;
}

/* Where AWS's own verdicts of a rule say nothing; ${at} walks through a->judged. */
static enum bl_status
check_judged(struct bl_assess *a, size_t i_rule, size_t i_recorder, size_t *at, struct bl_str text)
{
	const struct bl_recorder_cover *r = &a->coverage->recorders[i_recorder];
	const struct bl_ruling ruling = {.verdict = BL_INSUFFICIENT_DATA,
	    .reason = BL_REASON_NOT_IMPLEMENTED,
	    .annotation = text};
	int64_t from_ns = BL_INSTANT_MIN;
	enum bl_status status = BL_OK;

	while (*at < a->n_judged &&
	       (a->judged[*at].i_rule < i_rule ||
		   (a->judged[*at].i_rule == i_rule && a->judged[*at].i_recorder < i_recorder)))
		(*at)++;
	for (; *at < a->n_judged && status == BL_OK; (*at)++) {
		const struct bl_judged *j = &a->judged[*at];

		if (j->i_rule != i_rule || j->i_recorder != i_recorder)
			break;
		if (j->from_ns > from_ns)
			status = add_account_finding(
			    a, i_rule, r, (struct bl_span){from_ns, j->from_ns}, &ruling);
		if (j->to_ns > from_ns)
			from_ns = j->to_ns;
	}
	return status != BL_OK ? status
			       : add_account_finding(a, i_rule, r,
				     (struct bl_span){from_ns, BL_INSTANT_MAX}, &ruling);
}

static enum bl_status
add_recorded_findings(struct bl_assess *a)
{
	const struct bl_assess_options *o = a->options;

	for (size_t i = 0; i < a->n_recorded; i++) {
		const struct bl_recorded *r = &a->recorded[i];
		struct bl_resource resource = {
		    .account = r->account, .region = r->region, .type = r->type, .id = r->id};
		struct bl_finding *f;
		size_t before = a->n_findings;
		enum bl_status status;

		if (a->rules[r->i_rule].rule != NULL || r->segment.from_ns >= o->to_ns ||
		    r->segment.to_ns <= o->from_ns)
			continue;
		status = add_segment(a, r->i_rule, &resource,
		    &(struct bl_segment){.from_ns = r->segment.from_ns,
			.to_ns = r->segment.to_ns,
			.ruling = r->segment.ruling,
			.then = r->segment.then,
			.next = r->segment.next},
		    NULL);
		if (status != BL_OK)
			return status;
		if (a->n_findings == before)
			continue;
		f = &a->findings[before];
		f->source = BL_SOURCE_RECORDED;
		if (r->segment.state == NULL)
			continue;
		f->recorded_ns = r->segment.state->capture_ns;
		f->has_version = true;
		f->version = r->segment.state->version;
		f->version_sha256 = a->recorded_sha256[f->version.ordinal];
		a->used[r->segment.state->position] = true;
		status = bl_str_printf(a->arena, &f->annotation, a->err,
		    "AWS Config's own verdict, rule %.*s",
		    BL_STR_ARG(r->segment.ruling.annotation));
		if (status != BL_OK)
			return status;
	}
	return BL_OK;
}

static enum bl_status
speak_for_accounts(
    struct bl_assess *a, const struct bl_seen *seen, const struct bl_str *types, size_t n_types)
{
	static const struct bl_span always = {BL_INSTANT_MIN, BL_INSTANT_MAX};
	size_t at = 0;

	for (size_t i = 0; i < a->n_rules; i++) {
		struct bl_str text;
		enum bl_status status = bl_str_printf(a->arena, &text, a->err,
		    "%.*s is not evaluated by this version of beleg, and AWS delivered no verdict "
		    "of "
		    "%.*s for this account and region",
		    BL_STR_ARG(a->rules[i].pack_rule->identifier.len > 0
				   ? a->rules[i].pack_rule->identifier
				   : a->rules[i].pack_rule->owner),
		    BL_STR_ARG(a->rules[i].pack_rule->name));

		for (size_t k = 0; k < a->coverage->n && status == BL_OK; k++) {
			const struct bl_recorder_cover *r = &a->coverage->recorders[k];

			status = add_before_first(a, i, r);
			if (status != BL_OK)
				break;
			if (a->bind_problem[i].ptr != NULL)
				status = add_account_finding(a, i, r, always,
				    &(struct bl_ruling){.verdict = BL_ERROR,
					.reason = BL_REASON_BROKEN,
					.annotation = a->bind_problem[i]});
			else if (a->rules[i].rule != NULL)
				status = bl_assess__check_place(a, i, k, seen, types, n_types);
			else
				status = check_judged(a, i, k, &at, text);
		}
		if (status == BL_OK)
			status = bl_assess__check_absent(a, i);
		if (status != BL_OK)
			return status;
	}
	return add_recorded_findings(a);
}

/* Every type that any evaluated rule of the pack looks at, once. */
static enum bl_status
list_types(struct bl_assess *a, struct bl_str **ret_types, size_t *ret_n)
{
	size_t cap = 0, n = 0;
	struct bl_str *out;

	for (size_t i = 0; i < a->n_rules; i++) {
		size_t k = 0;

		if (a->bound[i] != NULL)
			(void)bl_assess__types_of(a, i, &k);
		cap += k;
	}
	out = bl_new(a->work, struct bl_str, cap);
	if (out == NULL)
		return bl_assess__no_memory(a);
	for (size_t i = 0; i < a->n_rules; i++) {
		const struct bl_str *types = NULL;
		size_t k = 0;

		if (a->bound[i] != NULL)
			types = bl_assess__types_of(a, i, &k);
		for (size_t t = 0; t < k; t++)
			if (!bl_assess__has_type(out, n, types[t]))
				out[n++] = types[t];
	}
	*ret_types = out;
	*ret_n = n;
	return BL_OK;
}

static enum bl_status
judge_all(struct bl_assess *a)
{
	struct bl_str *types = NULL;
	const struct bl_timeline *timeline = NULL;
	size_t n_types = 0, n_nos = 0;
	uint32_t *type_nos;
	struct bl_seen *seen;
	enum bl_status status = list_types(a, &types, &n_types);

	if (status != BL_OK)
		return status;
	type_nos = bl_new(a->work, uint32_t, n_types);
	seen = bl_new(a->work, struct bl_seen, n_types * a->coverage->n);
	if (type_nos == NULL || seen == NULL)
		return bl_assess__no_memory(a);
	for (size_t i = 0; i < n_types * a->coverage->n; i++)
		seen[i] = (struct bl_seen){
		    .since_ns = BL_INSTANT_MAX, .untold = a->off[i % a->coverage->n]};
	for (size_t i = 0; i < n_types; i++) {
		uint32_t type_no = bl_store_type_no(a->store, types[i]);

		if (type_no != UINT32_MAX)
			type_nos[n_nos++] = type_no;
	}
	/* All types at once: what a delivery held is read once, not once per type. */
	status = bl_timeline_build(
	    a->columns, type_nos, n_nos, a->position, a->arena, &timeline, a->err);
	for (size_t i = 0; i < n_types && status == BL_OK; i++)
		status = judge_type(a, types[i], timeline, &seen[i * a->coverage->n]);
	return status == BL_OK ? speak_for_accounts(a, seen, types, n_types) : status;
}

/* What an assessment takes from the heap besides its arenas. */
static void
release(struct bl_assess *a)
{
	bl_mem_free(a->recorded);
	bl_mem_free(a->findings);
	bl_mem_free(a->disagreements);
	bl_json_parser_free(&a->parser);
	bl_arena_free(&a->scratch);
	bl_arena_free(&a->work);
}

enum bl_status
bl_assess(struct bl_columns *columns, const struct bl_assess_options *options,
    struct bl_arena *arena, const struct bl_assessment **ret_assessment, struct bl_err *reterr)
{
	struct bl_assess a = {.columns = columns,
	    .store = bl_columns_store(columns),
	    .options = options,
	    .arena = arena,
	    .err = reterr};
	struct bl_assessment *out = bl_new(arena, struct bl_assessment, 1);
	uint64_t n_deliveries = bl_store_n_deliveries(a.store);
	enum bl_status status;

	assert(options->from_ns < options->to_ns);
	a.position = options->position == 0 || options->position > n_deliveries ? n_deliveries
										: options->position;
	a.work = bl_arena_new(WORK_BYTES);
	a.scratch = bl_arena_new(SCRATCH_BYTES);
	if (a.work != NULL)
		a.used = bl_new(a.work, bool, n_deliveries + 1);
	if (out == NULL || a.work == NULL || a.scratch == NULL || a.used == NULL) {
		status = bl_assess__no_memory(&a);
		goto out;
	}
	status = bl_json_parser_new((struct bl_json_limits){0}, &a.parser, reterr);
	if (status == BL_OK)
		status = bl_coverage_build(columns, a.position, arena, &a.coverage, reterr);
	if (status == BL_OK)
		status = bl_assess__spans(&a);
	if (status == BL_OK)
		status = bl_assess__absent(&a);
	if (status == BL_OK)
		status = bind_rules(&a);
	if (status == BL_OK)
		status = bl_assess__recorded(&a);
	if (status == BL_OK)
		status = judge_all(&a);
	if (status == BL_OK)
		status = bl_assess__count(&a, out);
	if (status == BL_OK)
		*ret_assessment = out;
out:
	release(&a);
	return status;
}
