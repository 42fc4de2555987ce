/*
 * Which recorder's snapshots held which resource, and from which to which of them.
 *
 * A recorder's snapshots are walked in the order of the moments they speak for, and only what
 * differs from one to the next is looked at: a year of snapshots in which nothing changes costs
 * what is written down of them, not what they hold.  What a run of snapshots holds is one row, so
 * "last seen at" needs no work either: it is the last moment of the run.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/instant.h"
#include "base/mem.h"
#include "timeline/coverage.h"
#include "timeline/timeline_priv.h"

#define SCRATCH_BYTES ((size_t)4 << 30)
#define OPEN UINT32_MAX /* run.last while the walk is in it. */

bool
bl_witness__silent(int64_t from_ns, int64_t to_ns)
{
	assert(from_ns <= to_ns); /* So this cannot wrap: */
	return (uint64_t)to_ns - (uint64_t)from_ns > (uint64_t)BL_COVERAGE_SILENCE_NS;
}

/* ---- Recorders and their snapshots. --------------------------------------- */

struct order {
	struct bl_store *store;
	const uint32_t *of_delivery;
};

static int
cmp_recorders(const void *pa, const void *pb, void *ctx)
{
	const struct order *o = ctx;
	uint64_t p = *(const uint64_t *)pa, q = *(const uint64_t *)pb;
	const struct bl_delivery *d = bl_store_delivery(o->store, p);
	const struct bl_delivery *e = bl_store_delivery(o->store, q);
	int c = bl_str_cmp(d->account, e->account);

	if (c == 0)
		c = bl_str_cmp(d->region, e->region);
	return c != 0 ? c : (p > q) - (p < q);
}

/* Numbers the recorders (account and region); NONE where a delivery names none. */
static enum bl_status
number_recorders(const struct bl_timeline__build *b, struct bl_witnesses *w)
{
	uint64_t n = b->n_deliveries;
	uint64_t *order = bl_new(b->work, uint64_t, n + 1);
	struct order ctx = {.store = b->store};

	w->of_delivery = bl_new(b->work, uint32_t, n + 1);
	w->a_delivery = bl_new(b->work, uint64_t, n + 1);
	if (order == NULL || w->of_delivery == NULL || w->a_delivery == NULL)
		return bl_timeline__no_memory(b->err);
	for (uint64_t p = 1; p <= n; p++)
		order[p - 1] = p;
	qsort_r(order, n, sizeof(order[0]), cmp_recorders, &ctx);
	for (uint64_t i = 0; i < n; i++) {
		const struct bl_delivery *d = bl_store_delivery(b->store, order[i]);
		const struct bl_delivery *before =
		    i == 0 ? NULL : bl_store_delivery(b->store, order[i - 1]);

		w->of_delivery[order[i]] = BL_WITNESS__NONE;
		if (d->account.len == 0 || d->region.len == 0)
			continue;
		if (before == NULL || !bl_str_eq(before->account, d->account) ||
		    !bl_str_eq(before->region, d->region))
			w->a_delivery[w->n++] = order[i];
		w->of_delivery[order[i]] = w->n - 1;
	}
	return BL_OK;
}

/* By recorder, moment, ledger. */
static int
cmp_snapshots(const void *pa, const void *pb, void *ctx)
{
	const struct order *o = ctx;
	uint64_t p = *(const uint64_t *)pa, q = *(const uint64_t *)pb;
	int64_t s = bl_store_delivery(o->store, p)->as_of_ns;
	int64_t t = bl_store_delivery(o->store, q)->as_of_ns;

	if (o->of_delivery[p] != o->of_delivery[q])
		return o->of_delivery[p] < o->of_delivery[q] ? -1 : 1;
	return s != t ? (s > t) - (s < t) : (p > q) - (p < q);
}

static enum bl_status
find_silences(const struct bl_timeline__build *b, struct bl_witness *w)
{
	w->until = bl_new(b->work, uint32_t, w->n);
	if (w->until == NULL)
		return bl_timeline__no_memory(b->err);
	for (uint32_t i = w->n; i-- > 0;)
		w->until[i] = i + 1 < w->n && !bl_witness__silent(w->at_ns[i], w->at_ns[i + 1])
				  ? w->until[i + 1]
				  : i;
	return BL_OK;
}

static enum bl_status
list_snapshots(const struct bl_timeline__build *b, struct bl_witnesses *w)
{
	struct order ctx = {.store = b->store, .of_delivery = w->of_delivery};
	uint64_t *position = bl_new(b->work, uint64_t, b->n_deliveries + 1);
	int64_t *at_ns = bl_new(b->work, int64_t, b->n_deliveries + 1);
	uint64_t n = 0, distinct = 0;

	w->witness = bl_new(b->work, struct bl_witness, (size_t)w->n + 1);
	if (position == NULL || at_ns == NULL || w->witness == NULL)
		return bl_timeline__no_memory(b->err);
	for (uint64_t p = 1; p <= b->n_deliveries; p++) {
		const struct bl_delivery *d = bl_store_delivery(b->store, p);

		if (d->kind == BL_DELIVERY_SNAPSHOT && d->complete &&
		    w->of_delivery[p] != BL_WITNESS__NONE && d->as_of_ns != BL_INSTANT_MIN)
			position[n++] = p;
	}
	if (n > UINT32_MAX - 1)
		return bl_fail(b->err, BL_ELIMIT, "more than 4 billion snapshots");
	qsort_r(position, n, sizeof(position[0]), cmp_snapshots, &ctx);
	for (uint64_t i = 0; i < n; i++) {
		uint32_t r = w->of_delivery[position[i]];
		struct bl_witness *one = &w->witness[r];
		int64_t at = bl_store_delivery(b->store, position[i])->as_of_ns;

		if (one->n > 0 && one->at_ns[one->n - 1] == at) {
			position[distinct - 1] = position[i]; /* The last in the ledger. */
			continue;
		}
		if (one->n++ == 0) {
			one->at_ns = &at_ns[distinct];
			one->position = &position[distinct];
		}
		at_ns[distinct] = at;
		position[distinct++] = position[i];
	}
	for (uint32_t r = 0; r < w->n; r++) {
		enum bl_status status = find_silences(b, &w->witness[r]);

		if (status != BL_OK)
			return status;
	}
	return BL_OK;
}

/* ---- Runs. ------------------------------------------------------------------ */

/* The walk.  A mark is the number of the witness + 1 for which what it marks holds: nothing need be
 * cleared from one witness to the next. */
struct walk {
	const struct bl_timeline__build *b;
	const struct bl_rows *rows;
	struct bl_witnesses *w;
	struct bl_arena *scratch;
	uint32_t *held;	   /* [rows] mark: the witness's last snapshot holds it */
	uint32_t *mark;	   /* [resources] count and run are of this witness */
	uint32_t *count;   /* [resources] versions that its last snapshot holds */
	size_t *run;	   /* [resources] its run, while count > 0 */
	uint32_t *touched; /* [n_touched] resources, */
	bool *is_touched;  /* [resources] of those */
	size_t n_touched;
	bool *was_held; /* [resources] before the snapshot, of those touched */
};

static enum bl_status
add_run(struct bl_witnesses *w, struct bl_witness_run run, struct bl_err *reterr)
{
	if (w->n_runs == w->cap_runs) {
		size_t cap = w->cap_runs == 0 ? 256 : w->cap_runs * 2;
		struct bl_witness_run *more = bl_mem_realloc(w->run, cap * sizeof(*more));

		if (more == NULL)
			return bl_timeline__no_memory(reterr);
		w->run = more;
		w->cap_runs = cap;
	}
	w->run[w->n_runs++] = run;
	return BL_OK;
}

static void
toggle(struct walk *k, uint32_t at, uint32_t mark)
{
	uint32_t resource = k->rows->row[at].resource;

	if (k->mark[resource] != mark) {
		k->mark[resource] = mark;
		k->count[resource] = 0;
	}
	if (!k->is_touched[resource]) {
		k->is_touched[resource] = true;
		k->was_held[resource] = k->count[resource] > 0;
		k->touched[k->n_touched++] = resource;
	}
	if (k->held[at] == mark) {
		k->held[at] = 0;
		k->count[resource]--;
	} else {
		k->held[at] = mark;
		k->count[resource]++;
	}
}

/* What changed from the witness's snapshot before to its ${i}th. */
static enum bl_status
toggle_all(struct walk *k, uint32_t witness, uint32_t i)
{
	const struct bl_witness *one = &k->w->witness[witness];
	const struct bl_version_run *changed;
	size_t n;
	enum bl_status status;

	bl_arena_reset(k->scratch);
	status = bl_store_change(k->b->store, i == 0 ? 0 : one->position[i - 1], one->position[i],
	    k->scratch, &changed, &n, k->b->err);
	for (size_t c = 0; status == BL_OK && c < n; c++) {
		const uint32_t *row_of = k->rows->row_of[changed[c].type_no];

		for (uint32_t o = 0; row_of != NULL && o < changed[c].n; o++) {
			uint32_t at = row_of[changed[c].first + o];

			if (at == UINT32_MAX)
				return bl_fail(k->b->err, BL_ECORRUPT,
				    "delivery %llu holds versions that came after it",
				    (unsigned long long)one->position[i]);
			toggle(k, at, witness + 1);
		}
	}
	return status;
}

static enum bl_status
step_snapshot(struct walk *k, uint32_t witness, uint32_t i)
{
	enum bl_status status = toggle_all(k, witness, i);

	for (size_t t = 0; t < k->n_touched; t++) {
		uint32_t resource = k->touched[t];
		bool is_held = k->count[resource] > 0;

		k->is_touched[resource] = false;
		if (k->was_held[resource] && !is_held) {
			k->w->run[k->run[resource]].last = i - 1;
		} else if (!k->was_held[resource] && is_held && status == BL_OK) {
			k->run[resource] = k->w->n_runs;
			status = add_run(k->w,
			    (struct bl_witness_run){
				.resource = resource, .witness = witness, .first = i, .last = OPEN},
			    k->b->err);
		}
	}
	k->n_touched = 0;
	return status;
}

static int
cmp_runs(const void *pa, const void *pb)
{
	const struct bl_witness_run *a = pa, *b = pb;

	if (a->resource != b->resource)
		return a->resource < b->resource ? -1 : 1;
	if (a->witness != b->witness)
		return a->witness < b->witness ? -1 : 1;
	return (a->first > b->first) - (a->first < b->first);
}

static enum bl_status
walk_all(struct walk *k)
{
	size_t n = (size_t)k->rows->n_resources + 1;
	enum bl_status status = BL_OK;

	k->held = bl_new(k->b->work, uint32_t, k->rows->n + 1);
	k->mark = bl_new(k->b->work, uint32_t, n);
	k->count = bl_new(k->b->work, uint32_t, n);
	k->run = bl_new(k->b->work, size_t, n);
	k->touched = bl_new(k->b->work, uint32_t, n);
	k->is_touched = bl_new(k->b->work, bool, n);
	k->was_held = bl_new(k->b->work, bool, n);
	if (k->held == NULL || k->mark == NULL || k->count == NULL || k->run == NULL ||
	    k->touched == NULL || k->is_touched == NULL || k->was_held == NULL)
		return bl_timeline__no_memory(k->b->err);
	for (uint32_t r = 0; r < k->w->n; r++)
		for (uint32_t i = 0; i < k->w->witness[r].n && status == BL_OK; i++)
			status = step_snapshot(k, r, i);
	for (size_t i = 0; i < k->w->n_runs; i++)
		if (k->w->run[i].last == OPEN)
			k->w->run[i].last = k->w->witness[k->w->run[i].witness].n - 1;
	if (k->w->n_runs > 0)
		qsort(k->w->run, k->w->n_runs, sizeof(k->w->run[0]), cmp_runs);
	return status;
}

enum bl_status
bl_witnesses__make(
    const struct bl_timeline__build *b, const struct bl_rows *rows, struct bl_witnesses *ret)
{
	struct bl_witnesses w = {.store = b->store};
	struct walk k = {.b = b, .rows = rows, .w = &w, .scratch = bl_arena_new(SCRATCH_BYTES)};
	enum bl_status status = BL_OK;

	if (k.scratch == NULL)
		status = bl_timeline__no_memory(b->err);
	if (status == BL_OK)
		status = number_recorders(b, &w);
	if (status == BL_OK)
		status = list_snapshots(b, &w);
	if (status == BL_OK)
		status = walk_all(&k);
	bl_arena_free(&k.scratch);
	if (status == BL_OK)
		*ret = w;
	else
		bl_witnesses__release(&w);
	return status;
}

void
bl_witnesses__release(struct bl_witnesses *w)
{
	bl_mem_free(w->run);
	w->run = NULL;
	w->n_runs = w->cap_runs = 0;
}

uint32_t
bl_witnesses__find(const struct bl_witnesses *w, struct bl_str account, struct bl_str region)
{
	uint32_t low = 0, high = w->n;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		const struct bl_delivery *d = bl_store_delivery(w->store, w->a_delivery[mid]);
		int c = bl_str_cmp(d->account, account);

		if (c == 0)
			c = bl_str_cmp(d->region, region);
		if (c == 0)
			return mid;
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return BL_WITNESS__NONE;
}
