#include "timeline/check.h"

#include "base/arena.h"
#include "columns/columns.h"
#include "store/store.h"
#include "timeline/timeline.h"

#define RESULT_BYTES ((size_t)64 << 30)

const char *
bl_timeline_check_chain(const struct bl_resource *resource, uint32_t n_versions)
{
	for (size_t i = 0; i < resource->n_states; i++) {
		const struct bl_state *s = &resource->states[i];

		if (s->version.type_no != resource->type_no || s->version.ordinal >= n_versions)
			return "a state is of a version that is not there";
		if (s->from_ns >= s->to_ns)
			return "a state ends before it begins";
		if (i > 0 && s->from_ns < resource->states[i - 1].to_ns)
			return "two states overlap";
		if (s->kind == BL_STATE_ITEM && s->capture_ns > s->from_ns)
			return "a state begins before its version was captured";
	}
	return NULL;
}

static enum bl_status
check_type(struct bl_store *store, uint32_t type_no, struct bl_timeline_check *check,
    struct bl_err *reterr)
{
	struct bl_timeline_problem problem = {.type = bl_store_type_name(store, type_no)};
	struct bl_arena *arena = bl_arena_new(RESULT_BYTES);
	struct bl_columns *columns = NULL;
	const struct bl_timeline *timeline;
	enum bl_status status;
	struct bl_err err;

	if (arena == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to check time lines");
	status = bl_columns_new(store, BL_COLUMNS_CANONICAL, &columns, &err);
	if (status == BL_OK)
		status = bl_timeline_build(columns, &type_no, 1, 0, arena, &timeline, &err);
	for (size_t i = 0; status == BL_OK && i < timeline->n; i++) {
		const struct bl_resource *r = &timeline->resources[i];

		check->n_resources++;
		check->n_states += r->n_states;
		problem.what = bl_timeline_check_chain(r, bl_store_n_versions(store, type_no));
		if (problem.what == NULL)
			continue;
		problem.account = r->account;
		problem.region = r->region;
		problem.id = r->id;
		check->problem(check->ctx, &problem);
	}
	if (status != BL_OK && status != BL_ENOMEM) {
		problem.what = err.text;
		check->problem(check->ctx, &problem);
	}
	bl_columns_free(&columns);
	bl_arena_free(&arena);
	return status == BL_ENOMEM ? bl_fail(reterr, status, "%s", err.text) : BL_OK;
}

enum bl_status
bl_timeline_check(struct bl_store *store, struct bl_timeline_check *check, struct bl_err *reterr)
{
	uint32_t n = bl_store_n_types(store);
	enum bl_status status = BL_OK;

	for (uint32_t t = 0; t < n && status == BL_OK; t++) {
		if (check->progress != NULL)
			check->progress(check->ctx, t, n);
		status = check_type(store, t, check, reterr);
	}
	return status;
}
