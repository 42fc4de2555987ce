/*
 * Where a resource is not known to have been there: the rules are in timeline.h.
 *
 * A *lack* is the moment of a complete snapshot that does not hold the resource although it should:
 * the recorder's snapshot before held it, or the recorder is one that must hold a version captured
 * since.  A lack is told for one recorder alone; what the others saw decides what it means.
 *
 * Sightings cut time into gaps.  A lack lies in exactly one of them: from the last sighting at or
 * before it to the first after it.  Either one recorder saw the resource at both ends of the gap
 * without silence between (the lack is bridged and says nothing), or nothing is known of the gap.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "timeline/coverage.h"
#include "timeline/timeline_priv.h"

/* The first of the witness's snapshots behind ${at_ns}; its n when none is. */
static uint32_t
snapshot_after(const struct bl_witness *w, int64_t at_ns)
{
	uint32_t low = 0, high = w->n;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (w->at_ns[mid] <= at_ns)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Does one of the runs hold the witness's ${i}th snapshot? */
static bool
is_held(const struct bl_witness_run *run, size_t n_runs, uint32_t witness, uint32_t i)
{
	size_t low = 0, high = n_runs;

	while (low < high) { /* The last run that begins at or before it. */
		size_t mid = low + (high - low) / 2;

		if (run[mid].witness < witness ||
		    (run[mid].witness == witness && run[mid].first <= i))
			low = mid + 1;
		else
			high = mid;
	}
	return low > 0 && run[low - 1].witness == witness && i <= run[low - 1].last;
}

/* ---- Lacks. ----------------------------------------------------------------- */

/*
 * Whose snapshots must hold the version: those of its own account and region, whoever told of it;
 * a global resource has no such recorder, so the one that did.
 */
static uint32_t
heard_by(const struct bl_witnesses *w, const struct bl_row *row, uint32_t own)
{
	if (!bl_item_exists(row->status))
		return BL_WITNESS__NONE;
	return bl_str_eq(row->region, BL_STR("global")) ? w->of_delivery[row->position] : own;
}

/* The recorder's first snapshot behind the capture lacks the version's resource, and no later
 * version was captured up to there. */
static bool
lacks_heard(const struct bl_witnesses *w, const struct bl_row *row, const struct bl_row *next,
    uint32_t witness, const struct bl_witness_run *run, size_t n_runs, int64_t *ret_ns)
{
	const struct bl_witness *one;
	uint32_t i;

	if (witness == BL_WITNESS__NONE)
		return false;
	one = &w->witness[witness];
	i = snapshot_after(one, row->capture_ns);
	if (i == one->n || (next != NULL && next->capture_ns <= one->at_ns[i]) ||
	    is_held(run, n_runs, witness, i))
		return false;
	*ret_ns = one->at_ns[i];
	return true;
}

static int
cmp_i64(const void *pa, const void *pb)
{
	int64_t a = *(const int64_t *)pa, b = *(const int64_t *)pb;

	return (a > b) - (a < b);
}

enum bl_status
bl_absence__of(const struct bl_timeline__build *b, const struct bl_rows *rows,
    const struct bl_witnesses *w, uint32_t resource, const struct bl_witness_run *run,
    size_t n_runs, struct bl_absence *ret)
{
	size_t first = rows->first[resource], end = rows->first[resource + 1], n = 0, distinct = 0;
	const struct bl_row *row = &rows->row[first];
	uint32_t own = bl_witnesses__find(w, row->account, row->region);
	int64_t *lack_ns = bl_new(b->work, int64_t, n_runs + end - first);

	if (lack_ns == NULL)
		return bl_timeline__no_memory(b->err);
	for (size_t i = 0; i < n_runs; i++) {
		const struct bl_witness *one = &w->witness[run[i].witness];

		if (run[i].last + 1 < one->n)
			lack_ns[n++] = one->at_ns[run[i].last + 1];
	}
	for (size_t i = first; i < end; i++) {
		row = &rows->row[i];
		if (lacks_heard(w, row, i + 1 < end ? row + 1 : NULL, heard_by(w, row, own), run,
			n_runs, &lack_ns[n]))
			n++;
	}
	qsort(lack_ns, n, sizeof(lack_ns[0]), cmp_i64);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || lack_ns[i] != lack_ns[distinct - 1])
			lack_ns[distinct++] = lack_ns[i];
	*ret = (struct bl_absence){
	    .witnesses = w, .run = run, .n_runs = n_runs, .lack_ns = lack_ns, .n_lacks = distinct};
	return BL_OK;
}

/* ---- What the others saw. --------------------------------------------------- */

struct view {
	int64_t seen_ns; /* The last sighting at or before; BL_INSTANT_MIN none. */
	int64_t back_ns; /* The first after; BL_INSTANT_MAX none. */
	bool held;	 /* The last snapshot of some recorder, at or before, holds it. */
	bool bridged;	 /* A recorder held it before and after, without silence between. */
};

/* One witness's runs, at a moment. */
static void
look_at(const struct bl_witness *w, const struct bl_witness_run *run, size_t n, int64_t at_ns,
    struct view *v)
{
	uint32_t after = snapshot_after(w, at_ns), last;
	size_t low = 0, high = n;

	while (low < high) { /* The last run that begins at or before. */
		size_t mid = low + (high - low) / 2;

		if (run[mid].first < after)
			low = mid + 1;
		else
			high = mid;
	}
	if (low < n && w->at_ns[run[low].first] < v->back_ns)
		v->back_ns = w->at_ns[run[low].first];
	if (low == 0)
		return;
	run += low - 1;
	last = after - 1 < run->last ? after - 1 : run->last;
	if (w->at_ns[last] > v->seen_ns)
		v->seen_ns = w->at_ns[last];
	v->held |= run->last >= after - 1;
	if (run->last < after)
		return;
	if (w->at_ns[after] < v->back_ns)
		v->back_ns = w->at_ns[after];
	v->bridged |= !bl_witness__silent(w->at_ns[last], w->at_ns[after]);
}

static struct view
look(const struct bl_absence *a, int64_t at_ns)
{
	struct view v = {.seen_ns = BL_INSTANT_MIN, .back_ns = BL_INSTANT_MAX};

	for (size_t i = 0, n; i < a->n_runs; i += n) {
		uint32_t witness = a->run[i].witness;

		for (n = 1; i + n < a->n_runs && a->run[i + n].witness == witness;)
			n++;
		look_at(&a->witnesses->witness[witness], &a->run[i], n, at_ns, &v);
	}
	return v;
}

/* ---- Where it was watched. -------------------------------------------------- */

static int
cmp_spans(const void *pa, const void *pb)
{
	const struct bl_span *a = pa, *b = pb;

	return (a->from_ns > b->from_ns) - (a->from_ns < b->from_ns);
}

/* The stretches without silence of one run; how many; into ${out} unless that is NULL. */
static size_t
cut_run(const struct bl_witness *w, const struct bl_witness_run *run, struct bl_span *out)
{
	size_t n = 0;

	for (uint32_t i = run->first, end; i <= run->last; i = end + 1, n++) {
		end = w->until[i] < run->last ? w->until[i] : run->last;
		if (out != NULL)
			out[n] = (struct bl_span){w->at_ns[i], w->at_ns[end] + 1};
	}
	return n;
}

/* Sorted; those without silence between become one. */
static size_t
merge_spans(struct bl_span *spans, size_t n)
{
	size_t merged = 0;

	qsort(spans, n, sizeof(spans[0]), cmp_spans);
	for (size_t i = 0; i < n; i++) {
		struct bl_span *last = merged == 0 ? NULL : &spans[merged - 1];

		if (last == NULL || (spans[i].from_ns >= last->to_ns &&
					bl_witness__silent(last->to_ns - 1, spans[i].from_ns)))
			spans[merged++] = spans[i];
		else if (spans[i].to_ns > last->to_ns)
			last->to_ns = spans[i].to_ns;
	}
	return merged;
}

enum bl_status
bl_absence__witnessed(const struct bl_timeline__build *b, const struct bl_absence *a,
    const struct bl_row *row, size_t n_rows, const struct bl_span **ret_spans, size_t *ret_n)
{
	int64_t first_ns = look(a, BL_INSTANT_MIN).back_ns; /* The first sighting. */
	struct bl_span *spans, *copy;
	size_t n = n_rows;

	for (size_t i = 0; i < a->n_runs; i++)
		n += cut_run(&a->witnesses->witness[a->run[i].witness], &a->run[i], NULL);
	spans = bl_new(b->work, struct bl_span, n);
	if (spans == NULL)
		return bl_timeline__no_memory(b->err);
	n = 0;
	for (size_t i = 0; i < a->n_runs; i++)
		n += cut_run(&a->witnesses->witness[a->run[i].witness], &a->run[i], &spans[n]);
	for (size_t i = 0; i < n_rows && a->n_runs > 0; i++)
		if (bl_item_exists(row[i].status))
			spans[n++] = (struct bl_span){row[i].capture_ns,
			    (row[i].capture_ns < first_ns ? first_ns : row[i].capture_ns) + 1};
	n = merge_spans(spans, n);
	copy = bl_new(b->arena, struct bl_span, n);
	if (copy == NULL)
		return bl_timeline__no_memory(b->err);
	if (n > 0)
		memcpy(copy, spans, n * sizeof(*copy));
	*ret_spans = copy;
	*ret_n = n;
	return BL_OK;
}

/* ---- States. ---------------------------------------------------------------- */

static struct bl_state
state_of(const struct bl_row *row, int64_t from_ns, int64_t to_ns, enum bl_state_end end)
{
	return (struct bl_state){.kind = BL_STATE_ITEM,
	    .end = end,
	    .from_ns = from_ns,
	    .to_ns = to_ns,
	    .version = row->version,
	    .status = row->status,
	    .daily = row->daily,
	    .capture_ns = row->capture_ns,
	    .position = row->position};
}

/* From the ${i}th lack on nobody sees it before ${to_ns}: the moment at which it was gone at the
 * latest.  That is the first lack after which no recorder's last snapshot holds it; while one that
 * has fallen silent still does, the last lack. */
static int64_t
gone_at(const struct bl_absence *a, size_t i, int64_t to_ns)
{
	int64_t gone_ns = a->lack_ns[i];

	for (; i < a->n_lacks && a->lack_ns[i] < to_ns; i++) {
		gone_ns = a->lack_ns[i];
		if (!look(a, gone_ns).held)
			break;
	}
	return gone_ns;
}

size_t
bl_absence__cut(const struct bl_absence *a, const struct bl_row *row, const struct bl_row *next,
    struct bl_state *out)
{
	int64_t from_ns = row->capture_ns, to_ns = next == NULL ? BL_INSTANT_MAX : next->capture_ns;
	size_t n = 0;

	for (size_t i = 0; i < a->n_lacks && a->lack_ns[i] < to_ns && bl_item_exists(row->status);
	     i++) {
		enum bl_state_end end;
		int64_t until_ns, seen_ns;
		struct view v;

		/* Told of another version, or within a gap that is done. */
		if (a->lack_ns[i] <= row->capture_ns || a->lack_ns[i] < from_ns)
			continue;
		v = look(a, a->lack_ns[i]);
		if (v.bridged)
			continue;
		seen_ns = v.seen_ns > from_ns ? v.seen_ns : from_ns;
		end = BL_STATE_OBSERVED;
		until_ns = v.back_ns < to_ns ? v.back_ns : to_ns;
		if (v.back_ns >= to_ns && (next == NULL || next->status == BL_ITEM_DISCOVERED)) {
			end = BL_STATE_INFERRED;
			until_ns = gone_at(a, i, to_ns);
		}
		out[n++] = state_of(row, from_ns, seen_ns + 1, BL_STATE_INFERRED);
		if (until_ns > seen_ns + 1) {
			out[n] = state_of(row, seen_ns + 1, until_ns, end);
			out[n++].kind = BL_STATE_VANISHED;
		}
		if (v.back_ns >= to_ns)
			return n;
		from_ns = v.back_ns;
	}
	assert(from_ns < to_ns);
	out[n++] = state_of(row, from_ns, to_ns, next == NULL ? BL_STATE_OPEN : BL_STATE_OBSERVED);
	return n;
}
