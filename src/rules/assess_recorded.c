/*
 * AWS Config's own verdicts, which arrive as AWS::Config::ResourceCompliance
 * items: one per evaluated resource, with the list of the rules that judged it.
 * A rule that a conformance pack deployed is named "<name>-conformance-pack-<id>".
 */
#include <stdlib.h>

#include "base/arena.h"
#include "base/instant.h"
#include "base/mem.h"
#include "delivery/item.h"
#include "rules/assess_priv.h"
#include "json/json.h"

/* What one ResourceCompliance version says of the pack's rules. */
struct entry {
	uint32_t i_rule;
	enum bl_verdict verdict;
	struct bl_str deployed_name;
};

struct said {
	struct bl_str type, id; /* Of the judged resource. */
	struct entry *entries;	/* [n] */
	size_t n;
};

struct reading {
	struct bl_assess *a;
	struct said *said; /* [versions], by ordinal */
	uint32_t i_rule;   /* For the ruling callback. */
};

static bool
is_deployed_as(struct bl_str deployed, struct bl_str name)
{
	struct bl_str rest;

	if (!bl_str_starts(deployed, name))
		return false;
	rest = bl_str_sub(deployed, name.len, deployed.len);
	return rest.len == 0 || bl_str_starts(rest, BL_STR("-conformance-pack-"));
}

static bool
read_verdict(struct bl_str text, enum bl_verdict *ret)
{
	for (int v = 0; v < BL_ERROR; v++)
		if (bl_str_eq(text, bl_str_of(bl_verdict_name((enum bl_verdict)v)))) {
			*ret = (enum bl_verdict)v;
			return true;
		}
	return false;
}

static enum bl_status
read_entry(struct bl_assess *a, const struct bl_json *entry, struct said *said)
{
	struct bl_str deployed = bl_json_str(bl_json_get(entry, BL_STR("configRuleName")));
	struct bl_str verdict = bl_json_str(bl_json_get(entry, BL_STR("complianceType")));

	for (size_t i = 0; i < a->n_rules; i++) {
		struct entry *e = &said->entries[said->n];

		if (!is_deployed_as(deployed, a->rules[i].pack_rule->name))
			continue;
		e->i_rule = (uint32_t)i;
		if (!read_verdict(verdict, &e->verdict))
			e->verdict = BL_ERROR; /* A verdict that AWS does not have. */
		if (bl_str_dup(a->arena, deployed, &e->deployed_name) != BL_OK)
			return bl_assess__no_memory(a);
		said->n++;
		break;
	}
	return BL_OK;
}

/* "AWS::S3::Bucket/name": the id may hold slashes, the type none. */
static void
read_target(const struct bl_item *item, struct bl_str *ret_type, struct bl_str *ret_id)
{
	size_t slash = bl_str_find_byte(item->id, '/');

	*ret_type = bl_json_str(bl_json_get(item->configuration, BL_STR("targetResourceType")));
	*ret_id = bl_json_str(bl_json_get(item->configuration, BL_STR("targetResourceId")));
	if (ret_type->len == 0)
		*ret_type = bl_str_sub(item->id, 0, slash == SIZE_MAX ? item->id.len : slash);
	if (ret_id->len == 0 && slash != SIZE_MAX)
		*ret_id = bl_str_sub(item->id, slash + 1, item->id.len);
}

static enum bl_status
read_version(void *ctx, struct bl_version_id id, struct bl_str bytes, struct bl_err *reterr)
{
	struct reading *r = ctx;
	struct bl_assess *a = r->a;
	struct said *said = &r->said[id.ordinal];
	const struct bl_json *list;
	struct bl_str type, target;
	struct bl_item item;
	enum bl_status status;

	bl_arena_reset(a->scratch);
	status = bl_item_parse(a->parser, bytes, a->scratch, &item, reterr);
	if (status != BL_OK)
		return status;
	list = bl_json_get(item.configuration, BL_STR("configRuleList"));
	if (list == NULL || list->kind != BL_JSON_ARRAY)
		return BL_OK;
	read_target(&item, &type, &target);
	said->entries = bl_new(a->work, struct entry, list->n);
	if (said->entries == NULL || bl_str_dup(a->arena, type, &said->type) != BL_OK ||
	    bl_str_dup(a->arena, target, &said->id) != BL_OK)
		return bl_assess__no_memory(a);
	for (const struct bl_json *e = list->first; e != NULL && status == BL_OK; e = e->next)
		status = read_entry(a, e, said);
	return status == BL_OK && said->n > 0
		   ? bl_sha256_of(bytes, &a->recorded_sha256[id.ordinal], reterr)
		   : status;
}

static const struct entry *
entry_of(const struct reading *r, struct bl_version_id version)
{
	const struct said *said = &r->said[version.ordinal];

	for (size_t i = 0; i < said->n; i++)
		if (said->entries[i].i_rule == r->i_rule)
			return &said->entries[i];
	return NULL;
}

static struct bl_ruling
ruling_of(void *ctx, struct bl_version_id version)
{
	const struct entry *e = entry_of(ctx, version);

	if (e == NULL)
		return (struct bl_ruling){.none = true};
	return (struct bl_ruling){.verdict = e->verdict,
	    .reason = e->verdict == BL_ERROR ? BL_REASON_BROKEN : BL_REASON_RECORDED,
	    .annotation = e->deployed_name};
}

static enum bl_status
add_recorded(struct bl_assess *a, const struct bl_recorded *row)
{
	if (a->n_recorded == a->cap_recorded) {
		size_t cap = a->cap_recorded == 0 ? 256 : a->cap_recorded * 2;
		struct bl_recorded *more = bl_mem_realloc(a->recorded, cap * sizeof(*more));

		if (more == NULL)
			return bl_assess__no_memory(a);
		a->recorded = more;
		a->cap_recorded = cap;
	}
	a->recorded[a->n_recorded++] = *row;
	return BL_OK;
}

static enum bl_status
read_resource(struct reading *r, const struct bl_resource *resource)
{
	struct bl_assess *a = r->a;
	const struct said *said = NULL;

	/* A deletion names no rule and no target: whichever version does. */
	for (size_t k = 0; k < resource->n_states && said == NULL; k++)
		if (r->said[resource->states[k].version.ordinal].n > 0)
			said = &r->said[resource->states[k].version.ordinal];
	if (said == NULL)
		return BL_OK;
	for (uint32_t i = 0; i < a->n_rules; i++) {
		struct bl_segment *segments;
		size_t n;
		enum bl_status status;
		bool any = false;

		r->i_rule = i;
		for (size_t k = 0; k < resource->n_states && !any; k++)
			any = entry_of(r, resource->states[k].version) != NULL;
		if (!any)
			continue;
		status = bl_assess__segments(a, resource, ruling_of, r, a->work, &segments, &n);
		for (size_t k = 0; status == BL_OK && k < n; k++)
			status = add_recorded(a, &(struct bl_recorded){.i_rule = i,
						     .account = resource->account,
						     .region = resource->region,
						     .type = said->type,
						     .id = said->id,
						     .segment = segments[k]});
		if (status != BL_OK)
			return status;
	}
	return BL_OK;
}

static int
cmp_key(const struct bl_recorded *a, uint32_t i_rule, const struct bl_resource *b)
{
	int c;

	if (a->i_rule != i_rule)
		return a->i_rule < i_rule ? -1 : 1;
	c = bl_str_cmp(a->account, b->account);
	if (c == 0)
		c = bl_str_cmp(a->type, b->type);
	return c != 0 ? c : bl_str_cmp(a->id, b->id);
}

static int
cmp_recorded(const void *pa, const void *pb)
{
	const struct bl_recorded *a = pa, *b = pb;
	struct bl_resource key = {.account = b->account, .type = b->type, .id = b->id};
	int c = cmp_key(a, b->i_rule, &key);

	if (c == 0)
		c = bl_str_cmp(a->region, b->region);
	if (c != 0)
		return c;
	return a->segment.from_ns < b->segment.from_ns	 ? -1
	       : a->segment.from_ns > b->segment.from_ns ? 1
							 : 0;
}

static int
cmp_judged(const void *pa, const void *pb)
{
	const struct bl_judged *a = pa, *b = pb;

	if (a->i_rule != b->i_rule)
		return a->i_rule < b->i_rule ? -1 : 1;
	if (a->i_recorder != b->i_recorder)
		return a->i_recorder < b->i_recorder ? -1 : 1;
	return (a->from_ns > b->from_ns) - (a->from_ns < b->from_ns);
}

/* Of which recorder, and when, AWS's verdicts speak: elsewhere the rule is silent, not fulfilled.
 */
static enum bl_status
list_judged(struct bl_assess *a)
{
	a->judged = bl_new(a->work, struct bl_judged, a->n_recorded);
	if (a->judged == NULL)
		return bl_assess__no_memory(a);
	for (size_t i = 0; i < a->n_recorded; i++) {
		const struct bl_recorded *r = &a->recorded[i];
		const struct bl_recorder_cover *cover =
		    bl_coverage_find(a->coverage, r->account, r->region);

		if (cover != NULL)
			a->judged[a->n_judged++] = (struct bl_judged){.i_rule = r->i_rule,
			    .i_recorder = (uint32_t)(cover - a->coverage->recorders),
			    .from_ns = r->segment.from_ns,
			    .to_ns = r->segment.to_ns};
	}
	if (a->n_judged > 0)
		qsort(a->judged, a->n_judged, sizeof(a->judged[0]), cmp_judged);
	return BL_OK;
}

enum bl_status
bl_assess__recorded(struct bl_assess *a)
{
	uint32_t type_no = bl_store_type_no(a->store, BL_STR("AWS::Config::ResourceCompliance"));
	struct reading r = {.a = a};
	const struct bl_timeline *timeline = NULL;
	enum bl_status status;

	if (type_no == UINT32_MAX)
		return BL_OK;
	r.said = bl_new(a->work, struct said, bl_store_n_versions(a->store, type_no));
	a->recorded_sha256 =
	    bl_new(a->work, struct bl_sha256, bl_store_n_versions(a->store, type_no));
	if (r.said == NULL || a->recorded_sha256 == NULL)
		return bl_assess__no_memory(a);
	status = bl_store_scan(a->store, type_no, read_version, &r, a->err);
	if (status == BL_OK)
		status = bl_timeline_build(
		    a->columns, &type_no, 1, a->position, a->arena, &timeline, a->err);
	for (size_t i = 0; status == BL_OK && i < timeline->n; i++)
		status = read_resource(&r, &timeline->resources[i]);
	if (status == BL_OK && a->n_recorded > 0)
		qsort(a->recorded, a->n_recorded, sizeof(a->recorded[0]), cmp_recorded);
	return status == BL_OK ? list_judged(a) : status;
}

/* ---- Comparison. ----------------------------------------------------------- */

static bool
is_judgement(enum bl_verdict v)
{
	return v == BL_COMPLIANT || v == BL_NON_COMPLIANT;
}

static enum bl_status
note_difference(struct bl_assess *a, const struct bl_recorded *rec,
    const struct bl_resource *resource, const struct bl_segment *computed)
{
	int64_t from = computed->from_ns, to = computed->to_ns;

	if (rec->segment.from_ns > from)
		from = rec->segment.from_ns;
	if (a->options->from_ns > from)
		from = a->options->from_ns;
	if (rec->segment.to_ns < to)
		to = rec->segment.to_ns;
	if (from >= to || computed->ruling.verdict == rec->segment.ruling.verdict ||
	    !is_judgement(rec->segment.ruling.verdict) ||
	    computed->ruling.verdict == BL_INSUFFICIENT_DATA ||
	    computed->ruling.verdict == BL_ERROR)
		return BL_OK;
	if (a->n_disagreements == a->cap_disagreements) {
		size_t cap = a->cap_disagreements == 0 ? 64 : a->cap_disagreements * 2;
		struct bl_disagreement *more =
		    bl_mem_realloc(a->disagreements, cap * sizeof(*more));

		if (more == NULL)
			return bl_assess__no_memory(a);
		a->disagreements = more;
		a->cap_disagreements = cap;
	}
	a->disagreements[a->n_disagreements++] = (struct bl_disagreement){.i_rule = rec->i_rule,
	    .account = resource->account,
	    .region = resource->region,
	    .type = resource->type,
	    .id = resource->id,
	    .computed = computed->ruling.verdict,
	    .recorded = rec->segment.ruling.verdict,
	    .from_ns = from,
	    .to_ns = to};
	return BL_OK;
}

enum bl_status
bl_assess__compare(struct bl_assess *a, uint32_t i_rule, const struct bl_resource *resource,
    const struct bl_segment *segments, size_t n)
{
	size_t low = 0, high = a->n_recorded;
	bool global = bl_str_eq(resource->region, BL_STR("global"));

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (cmp_key(&a->recorded[mid], i_rule, resource) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < a->n_recorded && cmp_key(&a->recorded[low], i_rule, resource) == 0; low++) {
		const struct bl_recorded *rec = &a->recorded[low];

		if (!global && !bl_str_eq(rec->region, resource->region))
			continue;
		for (size_t i = 0; i < n; i++) {
			enum bl_status status = note_difference(a, rec, resource, &segments[i]);

			if (status != BL_OK)
				return status;
		}
	}
	return BL_OK;
}
