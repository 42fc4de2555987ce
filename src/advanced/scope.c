/*
 * Who is asked: the resources that are there, and those of which it is not known, at the moment and
 * as known at the position.  What type, account, region and id alone rule out is not looked at:
 * whole types are not even opened.
 */
#include <assert.h>

#include "advanced/run_priv.h"
#include "base/arena.h"
#include "base/instant.h"
#include "columns/columns.h"
#include "timeline/coverage.h"
#include "timeline/timeline.h"
#include "json/json.h"

#define STEPS ((uint64_t)10 * 1000 * 1000)

/* The part of the facts that a resource's name holds; absent: not of this resource (or type). */
static struct bl_str
fact(const struct bl_resource *r, const struct bl_advanced_path *path)
{
	struct bl_str name = path->steps[0].name;

	if (path->n_steps != 1)
		return (struct bl_str){0};
	if (bl_str_eq(name, BL_STR("resourceType")))
		return r->type;
	if (bl_str_eq(name, BL_STR("accountId")))
		return r->account;
	if (bl_str_eq(name, BL_STR("awsRegion")))
		return r->region;
	return bl_str_eq(name, BL_STR("resourceId")) ? r->id : (struct bl_str){0};
}

static BL_STATUS
test_says(struct bl_advanced_run *run, const struct bl_advanced_cond *cond,
    const struct bl_resource *r, enum bl_advanced_says *ret)
{
	struct bl_json value = {.kind = BL_JSON_STRING, .text = fact(r, &cond->path)};
	uint64_t steps = STEPS;
	bool holds = false;
	enum bl_status status;

	*ret = BL_ADVANCED_OPEN;
	if (value.text.ptr == NULL)
		return BL_OK;
	status = bl_match_value(&cond->test, &value, &steps, &holds, run->reterr);
	*ret = holds != cond->negated ? BL_ADVANCED_TRUE : BL_ADVANCED_FALSE;
	return status;
}

BL_STATUS
bl_advanced__says(struct bl_advanced_run *run, const struct bl_advanced_cond *cond,
    const struct bl_resource *r, enum bl_advanced_says *ret_says)
{
	/* AND ends at FALSE, OR at TRUE; else OPEN when one is. */
	enum bl_advanced_says stop =
	    cond->kind == BL_ADVANCED_OR ? BL_ADVANCED_TRUE : BL_ADVANCED_FALSE;
	enum bl_advanced_says says = !stop, kid = BL_ADVANCED_OPEN;
	enum bl_status status = BL_OK;

	*ret_says = BL_ADVANCED_OPEN;
	if (cond->kind == BL_ADVANCED_TEST)
		return test_says(run, cond, r, ret_says);
	if (cond->kind == BL_ADVANCED_ELEMENT)
		return BL_OK;
	for (uint32_t i = 0; !status && i < cond->n_kids; i++) {
		status = bl_advanced__says(run, cond->kids[i], r, &kid);
		if (cond->kind == BL_ADVANCED_NOT)
			says = kid == BL_ADVANCED_OPEN ? kid : !kid;
		else if (kid == stop)
			says = stop;
		else if (kid == BL_ADVANCED_OPEN && says != stop)
			says = kid;
	}
	*ret_says = says;
	return status;
}

static BL_STATUS
resource_says(
    struct bl_advanced_run *run, const struct bl_resource *r, enum bl_advanced_says *ret_says)
{
	*ret_says = BL_ADVANCED_TRUE;
	return run->query->where == NULL ? BL_OK
					 : bl_advanced__says(run, run->query->where, r, ret_says);
}

static BL_STATUS
choose_types(struct bl_advanced_run *run, uint32_t **ret_types, size_t *ret_n)
{
	uint32_t n_types = bl_store_n_types(run->store);
	uint32_t *types = bl_new(run->arena, uint32_t, (size_t)n_types + 1);
	size_t n = 0;

	if (types == NULL)
		return bl_advanced__no_memory(run->reterr);
	for (uint32_t t = 0; t < n_types; t++) {
		struct bl_resource any = {.type = bl_store_type_name(run->store, t)};
		enum bl_advanced_says says;
		enum bl_status status = resource_says(run, &any, &says);

		if (status)
			return status;
		if (says != BL_ADVANCED_FALSE && bl_store_n_versions(run->store, t) > 0)
			types[n++] = t;
	}
	*ret_types = types;
	*ret_n = n;
	return BL_OK;
}

static bool
is_among(struct bl_str s, const struct bl_str *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bl_str_eq(s, list[i]))
			return true;
	return n == 0;
}

/* One resource of the time lines. */
static BL_STATUS
add_row(struct bl_advanced_run *run, const struct bl_resource *r)
{
	const struct bl_advanced_options *o = run->options;
	struct bl_advanced_row row = {.resource = r, .type_no = r->type_no};
	enum bl_advanced_says says = BL_ADVANCED_OPEN;
	struct bl_standing s;
	enum bl_status status;

	if (!is_among(r->account, o->accounts, o->n_accounts) ||
	    !is_among(r->region, o->regions, o->n_regions))
		return BL_OK;
	status = resource_says(run, r, &says);
	if (status || says == BL_ADVANCED_FALSE)
		return status;
	bl_arena_reset(run->scratch);
	status = bl_gaps_standing(run->gaps, r, run->moment_ns, run->scratch, &s, run->reterr);
	if (status)
		return status;
	run->n_not_recorded += s.presence == BL_NOT_RECORDED;
	run->n_unproven += s.presence == BL_ABSENT && s.unproven;
	if (s.presence != BL_PRESENT && s.presence != BL_NOT_KNOWN)
		return BL_OK;
	row.known = s.presence == BL_PRESENT;
	row.why = s.why;
	row.ordinal = s.state->version.ordinal;
	row.matched = says == BL_ADVANCED_TRUE;
	run->rows[run->n_rows++] = row;
	return BL_OK;
}

BL_STATUS
bl_advanced__scope(struct bl_advanced_run *run)
{
	bool last = run->at_ns == BL_INSTANT_MAX;
	uint32_t *types = NULL;
	size_t n_types = 0;
	enum bl_status status =
	    bl_coverage_build(run->columns, run->position, run->arena, &run->coverage, run->reterr);

	if (!status && last && run->coverage->n == 0)
		return bl_fail(run->reterr, BL_ENOTFOUND,
		    "the store holds no delivery of any account and region yet");
	if (status)
		return status;
	run->moment_ns = last ? run->coverage->newest_ns : run->at_ns;
	status = bl_gaps_build(run->coverage, last ? run->moment_ns : BL_INSTANT_MIN, run->arena,
	    &run->gaps, run->reterr);
	if (!status)
		status = choose_types(run, &types, &n_types);
	if (!status)
		status = bl_advanced__go_on(run);
	if (!status)
		status = bl_timeline_build(run->columns, types, n_types, run->position, run->arena,
		    &run->timeline, run->reterr);
	if (status)
		return status;
	run->rows = bl_new(run->arena, struct bl_advanced_row, run->timeline->n);
	if (run->rows == NULL)
		return bl_advanced__no_memory(run->reterr);
	for (size_t i = 0; !status && i < run->timeline->n; i++) {
		status = add_row(run, &run->timeline->resources[i]);
		if (!status)
			status = bl_advanced__go_on(run);
	}
	return status;
}
