/*
 * A time line in three steps: the versions in order (rows), who held them when (witnesses), and for
 * each resource the chain of states, cut where it is not known to have been there (absence).
 */
#include "timeline/timeline.h"

#include "base/arena.h"
#include "base/instant.h"
#include "columns/columns.h"
#include "timeline/timeline_priv.h"

#define WORK_BYTES ((size_t)64 << 30)

enum bl_status
bl_timeline__no_memory(struct bl_err *reterr)
{
	return bl_fail(reterr, BL_ENOMEM, "no memory left to build the time line");
}

/* The last of the rows from ${i} on with one capture time. */
static size_t
last_of_capture(const struct bl_rows *rows, size_t i, size_t end)
{
	while (i + 1 < end && rows->row[i + 1].capture_ns == rows->row[i].capture_ns)
		i++;
	return i;
}

/* ${run} [n_runs] are the resource's. */
static enum bl_status
fill_resource(const struct bl_timeline__build *b, const struct bl_rows *rows,
    const struct bl_witnesses *w, uint32_t resource, const struct bl_witness_run *run,
    size_t n_runs, struct bl_resource *ret)
{
	size_t first = rows->first[resource], end = rows->first[resource + 1], n = 0;
	const struct bl_row *row = &rows->row[first];
	struct bl_arena_mark mark = bl_arena_mark(b->work);
	struct bl_absence absence;
	struct bl_state *states;
	enum bl_status status = bl_absence__of(b, rows, w, resource, run, n_runs, &absence);

	if (status != BL_OK)
		return status;
	/* Each version gives one state, each lack at most two more. */
	states = bl_new(b->arena, struct bl_state, end - first + 2 * absence.n_lacks);
	if (states == NULL)
		return bl_timeline__no_memory(b->err);
	*ret = (struct bl_resource){.account = row->account,
	    .region = row->region,
	    .id = row->id,
	    .type_no = row->version.type_no,
	    .type = bl_store_type_name(b->store, row->version.type_no),
	    .states = states};
	for (size_t i = first, after; i < end; i = after) {
		/* Of several with one capture time only the last holds. */
		size_t holds = last_of_capture(rows, i, end);

		after = holds + 1;
		for (; i <= holds; i++) {
			row = &rows->row[i];
			if (row->name.ptr != NULL)
				ret->name = row->name;
			if (row->arn.ptr != NULL)
				ret->arn = row->arn;
		}
		n += bl_absence__cut(&absence, row,
		    after < end ? &rows->row[last_of_capture(rows, after, end)] : NULL, &states[n]);
	}
	ret->n_states = n;
	status = bl_absence__witnessed(
	    b, &absence, &rows->row[first], end - first, &ret->witnessed, &ret->n_witnessed);
	bl_arena_rewind(b->work, mark);
	return status;
}

static enum bl_status
fill_timeline(const struct bl_timeline__build *b, const struct bl_rows *rows,
    const struct bl_witnesses *w, const struct bl_timeline **ret_timeline)
{
	struct bl_timeline *timeline = bl_new(b->arena, struct bl_timeline, 1);
	struct bl_resource *resources = bl_new(b->arena, struct bl_resource, rows->n_resources);
	size_t at = 0;
	enum bl_status status;

	if (timeline == NULL || resources == NULL)
		return bl_timeline__no_memory(b->err);
	for (uint32_t i = 0; i < rows->n_resources; i++) {
		size_t first = at;

		while (at < w->n_runs && w->run[at].resource == i)
			at++;
		status = fill_resource(
		    b, rows, w, i, at > first ? &w->run[first] : NULL, at - first, &resources[i]);
		if (status != BL_OK)
			return status;
	}
	*timeline = (struct bl_timeline){.resources = resources, .n = rows->n_resources};
	*ret_timeline = timeline;
	return BL_OK;
}

enum bl_status
bl_timeline_build(struct bl_columns *columns, const uint32_t *type_nos, size_t n_types,
    uint64_t position, struct bl_arena *arena, const struct bl_timeline **ret_timeline,
    struct bl_err *reterr)
{
	struct bl_timeline__build b = {.columns = columns,
	    .store = bl_columns_store(columns),
	    .type_nos = type_nos,
	    .n_types = n_types,
	    .arena = arena,
	    .work = bl_arena_new(WORK_BYTES),
	    .err = reterr};
	struct bl_witnesses witnesses = {.n = 0};
	struct bl_rows rows;
	enum bl_status status;

	if (b.work == NULL)
		return bl_timeline__no_memory(reterr);
	b.n_deliveries = bl_store_n_deliveries(b.store);
	if (position != 0 && position < b.n_deliveries)
		b.n_deliveries = position;
	status = bl_rows__make(&b, &rows);
	if (status == BL_OK)
		status = bl_witnesses__make(&b, &rows, &witnesses);
	if (status == BL_OK)
		status = fill_timeline(&b, &rows, &witnesses, ret_timeline);
	bl_witnesses__release(&witnesses);
	bl_arena_free(&b.work);
	return status;
}

const struct bl_state *
bl_timeline_at(const struct bl_resource *resource, int64_t at_ns)
{
	size_t low = 0, high = resource->n_states;

	while (low < high) { /* The last state that begins at or before at_ns. */
		size_t mid = low + (high - low) / 2;

		if (resource->states[mid].from_ns <= at_ns)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == 0 || at_ns >= resource->states[low - 1].to_ns)
		return NULL;
	return &resource->states[low - 1];
}
