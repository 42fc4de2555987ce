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

/* Every snapshot's members are walked for each building, so types are taken together, up to this
 * many versions. */
#define BATCH_VERSIONS 1000000u
#define BATCH_TYPES 256u

struct batch {
	uint32_t type_no[BATCH_TYPES];
	uint32_t n;
};

static void
check_resources(
    struct bl_store *store, const struct bl_timeline *timeline, struct bl_timeline_check *check)
{
	for (size_t i = 0; i < timeline->n; i++) {
		const struct bl_resource *r = &timeline->resources[i];
		struct bl_timeline_problem problem = {.type = r->type,
		    .account = r->account,
		    .region = r->region,
		    .id = r->id,
		    .what = bl_timeline_check_chain(r, bl_store_n_versions(store, r->type_no))};

		check->n_resources++;
		check->n_states += r->n_states;
		if (problem.what != NULL)
			check->problem(check->ctx, &problem);
	}
}

static enum bl_status
check_batch(struct bl_store *store, const struct batch *batch, struct bl_timeline_check *check,
    struct bl_err *reterr)
{
	struct bl_arena *arena = bl_arena_new(RESULT_BYTES);
	struct bl_columns *columns = NULL;
	const struct bl_timeline *timeline;
	enum bl_status status;
	struct bl_err err;

	if (arena == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to check time lines");
	status = bl_columns_new(store, BL_COLUMNS_CANONICAL, &columns, &err);
	if (status == BL_OK)
		status =
		    bl_timeline_build(columns, batch->type_no, batch->n, 0, arena, &timeline, &err);
	if (status == BL_OK)
		check_resources(store, timeline, check);
	bl_columns_free(&columns);
	bl_arena_free(&arena);
	if (status == BL_ENOMEM)
		return bl_fail(reterr, status, "%s", err.text);
	if (status != BL_OK) {
		struct bl_timeline_problem problem = {
		    .type = bl_store_type_name(store, batch->type_no[0]), .what = err.text};

		check->problem(check->ctx, &problem);
	}
	return BL_OK;
}

enum bl_status
bl_timeline_check(struct bl_store *store, struct bl_timeline_check *check, struct bl_err *reterr)
{
	uint32_t n = bl_store_n_types(store), t = 0;
	enum bl_status status = BL_OK;

	while (t < n && status == BL_OK) {
		struct batch batch = {.n = 0};
		uint64_t versions = 0;

		while (
		    t < n && batch.n < BATCH_TYPES &&
		    (batch.n == 0 || versions + bl_store_n_versions(store, t) <= BATCH_VERSIONS)) {
			versions += bl_store_n_versions(store, t);
			batch.type_no[batch.n++] = t++;
		}
		if (check->progress != NULL)
			check->progress(check->ctx, t - batch.n, n);
		status = check_batch(store, &batch, check, reterr);
	}
	return status;
}
