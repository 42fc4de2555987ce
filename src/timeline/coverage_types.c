/*
 * Types that a recorder was told to leave out.  Looked for only where the
 * recorder was on and delivered: the rest of the time is missing altogether.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "columns/columns.h"
#include "store/store.h"
#include "timeline/coverage_priv.h"
#include "timeline/timeline.h"

#define NEVER_LEFT_OUT "AWS::Config::ConfigurationRecorder"

struct typing {
	struct bl_coverage__reporting *r;
	const struct bl_timeline *timeline;
	struct bl_cover_type *types; /* [n_types] by name */
	size_t n_types;
	struct bl_span_set *left_out; /* [places]: of any type */
};

static int
cmp_strs(const void *pa, const void *pb)
{
	return bl_str_cmp(*(const struct bl_str *)pa, *(const struct bl_str *)pb);
}

/* Every resource of the store at the position: which types there are, and where. */
static enum bl_status
read_timeline(struct typing *t)
{
	struct bl_coverage__reporting *r = t->r;
	uint32_t n = bl_store_n_types(r->store);
	uint32_t *nos = bl_new(r->work, uint32_t, n);

	if (nos == NULL)
		return bl_coverage__no_memory(r->err);
	for (uint32_t i = 0; i < n; i++)
		nos[i] = i;
	return bl_timeline_build(r->columns, nos, n, r->position, r->work, &t->timeline, r->err);
}

/* Types of which there are items, and types that a recording group names. */
static enum bl_status
list_types(struct typing *t)
{
	struct bl_coverage__reporting *r = t->r;
	size_t n = 1, n_out = 0;
	struct bl_str *names;

	assert(t->timeline != NULL);
	for (size_t i = 0; i < t->timeline->n; i++)
		n += i == 0 ||
		     t->timeline->resources[i].type_no != t->timeline->resources[i - 1].type_no;
	for (size_t k = 0; k < r->n_places; k++) {
		const struct bl_recorder_cover *c = r->places[k].out->recorder;

		for (size_t g = 0; c != NULL && g < c->n_groups; g++)
			n += c->groups[g].n_types;
	}
	names = bl_new(r->work, struct bl_str, n);
	t->types = bl_new(r->arena, struct bl_cover_type, n);
	if (names == NULL || t->types == NULL)
		return bl_coverage__no_memory(r->err);
	n = 0;
	if (r->o->type.len > 0)
		names[n++] = r->o->type;
	for (size_t i = 0; i < t->timeline->n; i++)
		if (i == 0 ||
		    t->timeline->resources[i].type_no != t->timeline->resources[i - 1].type_no)
			names[n++] = t->timeline->resources[i].type;
	for (size_t k = 0; k < r->n_places; k++) {
		const struct bl_recorder_cover *c = r->places[k].out->recorder;

		for (size_t g = 0; c != NULL && g < c->n_groups; g++)
			for (size_t i = 0; i < c->groups[g].n_types; i++)
				names[n++] = c->groups[g].types[i];
	}
	qsort(names, n, sizeof(names[0]), cmp_strs);
	for (size_t i = 0; i < n; i++)
		if ((i == 0 || !bl_str_eq(names[i], names[i - 1])) &&
		    !bl_str_eq(names[i], BL_STR(NEVER_LEFT_OUT)) &&
		    (r->o->type.len == 0 || bl_str_eq(names[i], r->o->type)) &&
		    bl_str_dup(r->arena, names[i], &t->types[n_out++].type) != BL_OK)
			return bl_coverage__no_memory(r->err);
	t->n_types = n_out;
	return BL_OK;
}

/* Is there an item of the type, of the account, and (unless absent) of the region? */
static bool
is_seen(const struct typing *t, struct bl_str type, struct bl_str account, struct bl_str region)
{
	const struct bl_resource *all = t->timeline->resources;
	uint32_t no = bl_store_type_no(t->r->store, type);
	size_t low = 0, high = t->timeline->n;

	/* By type's number, account, region: the first of this type and place. */
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = (all[mid].type_no > no) - (all[mid].type_no < no);

		if (c == 0)
			c = bl_str_cmp(all[mid].account, account);
		if (c == 0 && region.len > 0)
			c = bl_str_cmp(all[mid].region, region);
		if (c == 0)
			return true;
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

/* The recording group that left it out at ${at_ns}. */
static enum bl_status
tell_group(struct bl_coverage__reporting *r, const struct bl_recorder_cover *c, struct bl_str type,
    int64_t at_ns, struct bl_str *ret_how)
{
	char when[BL_INSTANT_TEXT];

	for (size_t i = 0; i < c->n_groups; i++) {
		const struct bl_recording_group *g = &c->groups[i];

		if (g->from_ns > at_ns || g->to_ns <= at_ns ||
		    bl_coverage__group_says(g, type) == BL_RECORDS_YES)
			continue;
		return bl_str_printf(r->arena, ret_how, r->err,
		    "the recorder item of %s %s (position %llu)",
		    bl_instant_format(g->from_ns, when),
		    g->excludes	   ? "excludes the type"
		    : g->all_types ? "leaves global types out"
				   : "does not name the type",
		    (unsigned long long)g->position);
	}
	*ret_how = BL_STR("no recorder item of the account that was on says so");
	return BL_OK;
}

static enum bl_status
add_gaps(struct typing *t, struct bl_cover_type *type, const struct bl_cover_place *place,
    struct bl_str region, struct bl_span_set set)
{
	for (size_t i = 0; i < set.n; i++) {
		struct bl_gap gap = {.account = place->account,
		    .region = region,
		    .type = type->type,
		    .from_ns = set.at[i].from_ns,
		    .to_ns = set.at[i].to_ns,
		    .kind = BL_GAP_NOT_RECORDED};
		enum bl_status status =
		    tell_group(t->r, place->recorder, type->type, gap.from_ns, &gap.how);

		if (status == BL_OK)
			status = bl_coverage__add_gap(t->r, &gap);
		if (status != BL_OK)
			return status;
		type->left_out_ns += gap.to_ns - gap.from_ns;
	}
	return BL_OK;
}

/* What was left out of the time that is known otherwise, and what was recorded of it. */
static enum bl_status
words_of(struct typing *t, size_t i_place, struct bl_str type, struct bl_span_set *ret_no,
    struct bl_span_set *ret_yes)
{
	struct bl_coverage__reporting *r = t->r;
	const struct bl_coverage__place *p = &r->places[i_place];
	const struct bl_span period = {r->o->from_ns, r->o->to_ns};
	enum bl_status status =
	    bl_coverage_says(p->out->recorder, type, period, r->work, ret_no, ret_yes, r->err);

	if (status == BL_OK)
		status = bl_coverage_span_common(
		    r->work, p->part[BL_COVER_KNOWN], *ret_no, ret_no, r->err);
	if (status == BL_OK)
		status = bl_coverage_span_common(
		    r->work, p->part[BL_COVER_KNOWN], *ret_yes, ret_yes, r->err);
	return status;
}

static enum bl_status
regional_type(struct typing *t, struct bl_cover_type *type)
{
	struct bl_coverage__reporting *r = t->r;
	enum bl_status status = BL_OK;

	for (size_t k = 0; k < r->n_places && status == BL_OK; k++) {
		const struct bl_cover_place *p = r->places[k].out;
		struct bl_span_set no, yes;

		if (p->recorder == NULL)
			continue;
		status = words_of(t, k, type->type, &no, &yes);
		if (status == BL_OK && no.n > 0)
			status = bl_coverage_span_union(
			    r->work, t->left_out[k], no, &t->left_out[k], r->err);
		if (status == BL_OK)
			status = add_gaps(t, type, p, p->region, no);
		type->n_left_out += no.n > 0;
		type->n_recorded += no.n == 0 && yes.n > 0;
		type->n_not_told +=
		    no.n == 0 && yes.n == 0 && is_seen(t, type->type, p->account, p->region);
	}
	return status;
}

/* When a recorder's own items told it anything: the type is left out while it was not named. */
static enum bl_status
told_at_all(struct typing *t, size_t i_place, struct bl_span_set *ret)
{
	struct bl_coverage__reporting *r = t->r;
	const struct bl_recorder_cover *c = r->places[i_place].out->recorder;
	struct bl_span *spans = bl_new(r->work, struct bl_span, c->n_groups);
	enum bl_status status;

	if (spans == NULL)
		return bl_coverage__no_memory(r->err);
	for (size_t i = 0; i < c->n_groups; i++)
		spans[i] = (struct bl_span){c->groups[i].from_ns, c->groups[i].to_ns};
	status = bl_coverage_span_set(r->work, spans, c->n_groups, ret, r->err);
	return status == BL_OK ? bl_coverage_span_common(r->work, *ret,
				     r->places[i_place].part[BL_COVER_KNOWN], ret, r->err)
			       : status;
}

/*
 * One recorder of the account that records it is enough.  It is left out while
 * recorders were told something and none was told to record it, unless there is
 * a recorder of which nothing is told.
 */
static enum bl_status
global_type(struct typing *t, struct bl_cover_type *type, const struct bl_cover_account *a)
{
	struct bl_coverage__reporting *r = t->r;
	struct bl_span_set any = {.at = NULL}, covered = {.at = NULL}, told = {.at = NULL};
	struct bl_span_set no = {.at = NULL}, yes = {.at = NULL}, silent = {.at = NULL};
	size_t speaker = SIZE_MAX;
	enum bl_status status = BL_OK;

	for (size_t k = a->first; k < a->first + a->n && status == BL_OK; k++) {
		if (r->places[k].out->recorder == NULL)
			continue;
		status = words_of(t, k, type->type, &no, &yes);
		if (status == BL_OK)
			status = told_at_all(t, k, &told);
		if (status == BL_OK)
			status = bl_coverage_span_minus(
			    r->work, r->places[k].part[BL_COVER_KNOWN], told, &silent, r->err);
		if (status == BL_OK)
			status = bl_coverage_span_union(r->work, any, told, &any, r->err);
		if (status == BL_OK)
			status = bl_coverage_span_union(r->work, covered, yes, &covered, r->err);
		if (status == BL_OK)
			status = bl_coverage_span_union(r->work, covered, silent, &covered, r->err);
		if (status == BL_OK && speaker == SIZE_MAX && told.n > 0)
			speaker = k;
	}
	if (status == BL_OK)
		status = bl_coverage_span_minus(r->work, any, covered, &no, r->err);
	if (status != BL_OK || speaker == SIZE_MAX)
		return status;
	if (no.n == 0) {
		type->n_recorded++;
		return BL_OK;
	}
	/* All supported types, without a word of the global ones, and yet there are items. */
	if (is_seen(t, type->type, a->id, BL_STR(""))) {
		type->n_not_told++;
		return BL_OK;
	}
	type->n_left_out++;
	return add_gaps(t, type, r->places[speaker].out, BL_STR("global"), no);
}

enum bl_status
bl_coverage__types(struct bl_coverage__reporting *r)
{
	struct typing t = {.r = r, .left_out = bl_new(r->work, struct bl_span_set, r->n_places)};
	enum bl_status status =
	    t.left_out == NULL ? bl_coverage__no_memory(r->err) : read_timeline(&t);

	if (status == BL_OK)
		status = list_types(&t);
	for (size_t i = 0; i < t.n_types && status == BL_OK; i++) {
		if (!bl_coverage_is_global(t.types[i].type)) {
			status = regional_type(&t, &t.types[i]);
			continue;
		}
		if (r->o->region.len > 0 && !bl_str_eq(r->o->region, BL_STR("global")))
			continue; /* The other regions may record it. */
		for (size_t k = 0; k < r->out->n_accounts && status == BL_OK; k++)
			status = global_type(&t, &t.types[i], &r->accounts[k]);
	}
	for (size_t k = 0; k < r->n_places && status == BL_OK; k++) {
		struct bl_span_set *known = &r->places[k].part[BL_COVER_KNOWN];

		r->places[k].part[BL_COVER_NOT_RECORDED] = t.left_out[k];
		status = bl_coverage_span_minus(r->work, *known, t.left_out[k], known, r->err);
	}
	r->out->types = t.types;
	r->out->n_types = t.n_types;
	return status;
}
