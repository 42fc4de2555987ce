/*
 * What would be removable.  Versions first: is its interval over for long enough, does a hold cover
 * it? Then deliveries, because those that stay need the versions they held; then the sum.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "columns/columns.h"
#include "rules/retention.h"
#include "store/stats.h"
#include "store/store.h"
#include "timeline/timeline.h"

#define WORK_BYTES ((size_t)64 << 30)
#define NO_HOLD UINT16_MAX

struct version {
	uint32_t row;  /* Of the type's accounts. */
	uint16_t hold; /* Or NO_HOLD. */
	uint8_t fate;  /* CURRENT, WITHIN; else it is due. */
};

struct build {
	const struct bl_retention *policy;
	struct bl_columns *columns;
	struct bl_store *store;
	struct bl_retention_plan *plan;
	struct bl_arena *arena, *work;
	struct version **version; /* [types][versions] */
	uint32_t **length;
	uint8_t *kept; /* [deliveries + 1] */
	bool any_held;
	size_t cap_rows;
};

static enum bl_status
no_memory(struct bl_err *reterr)
{
	return bl_fail(reterr, BL_ENOMEM, "no memory for the plan");
}

static struct bl_retention_period
period_of(const struct bl_retention *p, struct bl_str account, struct bl_str type)
{
	for (size_t i = 0; i < p->n_rules; i++)
		if (bl_retention_matches(p->rules[i].account, account) &&
		    bl_retention_matches(p->rules[i].type, type))
			return p->rules[i].keep;
	return p->keep;
}

static bool
active(const struct build *b, const struct bl_retention_hold *hold)
{
	return hold->until_ns > b->plan->at_ns;
}

/* ---- Rows. ----------------------------------------------------------------- */

static enum bl_status
add_row(struct build *b, struct bl_str type, struct bl_str account, uint32_t *ret_row,
    struct bl_err *reterr)
{
	struct bl_retention_plan *plan = b->plan;

	if (plan->n == b->cap_rows) {
		size_t cap = b->cap_rows == 0 ? 64 : b->cap_rows * 2;
		struct bl_retention_row *rows = bl_new(b->arena, struct bl_retention_row, cap);

		if (rows == NULL)
			return no_memory(reterr);
		if (plan->n > 0)
			memcpy(rows, plan->rows, plan->n * sizeof(*rows));
		plan->rows = rows;
		b->cap_rows = cap;
	}
	*ret_row = (uint32_t)plan->n;
	plan->rows[plan->n] = (struct bl_retention_row){.type = type};
	if (bl_str_dup(b->arena, account, &plan->rows[plan->n].account) != BL_OK)
		return no_memory(reterr);
	plan->n++;
	return BL_OK;
}

/* ---- Versions. ------------------------------------------------------------- */

/* When each version of a type stopped to hold; BL_INSTANT_MAX: it holds.  A deletion is over at
 * once. */
static enum bl_status
find_ends(const struct bl_timeline *timeline, uint32_t type_no, const struct bl_heads *heads,
    struct bl_arena *scratch, int64_t **ret_ends, struct bl_err *reterr)
{
	int64_t *end = bl_new(scratch, int64_t, heads->n);

	if (end == NULL)
		return no_memory(reterr);
	for (uint32_t i = 0; i < heads->n; i++)
		end[i] = heads->capture_ns[i];
	for (size_t i = 0; i < timeline->n; i++)
		for (size_t k = 0; timeline->resources[i].type_no == type_no &&
				   k < timeline->resources[i].n_states;
		     k++) {
			const struct bl_state *s = &timeline->resources[i].states[k];
			int64_t to = s->kind == BL_STATE_ITEM && bl_item_exists(s->status)
					 ? s->to_ns
					 : s->from_ns;

			assert(s->version.ordinal < heads->n);
			if (to > end[s->version.ordinal])
				end[s->version.ordinal] = to;
		}
	*ret_ends = end;
	return BL_OK;
}

static uint16_t
find_hold(const struct build *b, struct bl_str account, struct bl_str type, struct bl_str id,
    int64_t from_ns, int64_t to_ns)
{
	for (size_t i = 0; i < b->policy->n_holds; i++) {
		const struct bl_retention_hold *h = &b->policy->holds[i];

		if (active(b, h) && from_ns < h->to_ns &&
		    (to_ns > h->from_ns || to_ns == from_ns) &&
		    (to_ns != from_ns || from_ns >= h->from_ns) &&
		    bl_retention_matches(h->account, account) &&
		    bl_retention_matches(h->type, type) && bl_retention_matches(h->resource, id))
			return (uint16_t)i;
	}
	return NO_HOLD;
}

static enum bl_status
judge_versions(struct build *b, uint32_t type_no, const struct bl_heads *heads, const int64_t *end,
    struct bl_arena *scratch, struct bl_err *reterr)
{
	struct bl_str type = bl_store_type_name(b->store, type_no);
	uint32_t *row_of = bl_new(scratch, uint32_t, (size_t)heads->n_texts + 1);

	if (row_of == NULL)
		return no_memory(reterr);
	for (uint32_t i = 0; i < heads->n; i++) {
		struct version *v = &b->version[type_no][i];
		uint32_t number = heads->account[i];
		struct bl_str account = heads->text[number], id = heads->text[heads->id[i]];

		if (row_of[number] == 0) {
			enum bl_status status = add_row(b, type, account, &row_of[number], reterr);

			if (status != BL_OK)
				return status;
			row_of[number]++;
		}
		v->row = row_of[number] - 1;
		v->fate = BL_FATE_HELD; /* Due; what keeps it is asked later. */
		if (end[i] > b->plan->at_ns)
			v->fate = BL_FATE_CURRENT;
		else if (end[i] >=
			 bl_retention_horizon(period_of(b->policy, account, type), b->plan->at_ns))
			v->fate = BL_FATE_WITHIN;
		v->hold = find_hold(b, account, type, id, heads->capture_ns[i], end[i]);
		b->any_held = b->any_held || v->hold != NO_HOLD;
	}
	return BL_OK;
}

static enum bl_status
judge_type(struct build *b, const struct bl_timeline *timeline, uint32_t type_no,
    struct bl_arena *scratch, struct bl_err *reterr)
{
	uint32_t n = bl_store_n_versions(b->store, type_no);
	const struct bl_heads *heads;
	int64_t *end;
	enum bl_status status;

	b->version[type_no] = bl_new(b->work, struct version, n);
	b->length[type_no] = bl_new(b->work, uint32_t, n);
	if (b->version[type_no] == NULL || b->length[type_no] == NULL)
		return no_memory(reterr);
	status = bl_columns_heads(b->columns, type_no, &heads, reterr);
	if (status == BL_OK)
		status = bl_store_lengths(b->store, type_no, b->length[type_no], reterr);
	if (status == BL_OK)
		status = find_ends(timeline, type_no, heads, scratch, &end, reterr);
	return status != BL_OK ? status : judge_versions(b, type_no, heads, end, scratch, reterr);
}

/* Every snapshot's members are walked for each building of time lines, so types are taken together,
 * up to this many versions. */
#define BATCH_VERSIONS 1000000u
#define BATCH_TYPES 256u

static enum bl_status
judge_types(struct build *b, struct bl_err *reterr)
{
	uint32_t n_types = bl_store_n_types(b->store), t = 0;
	enum bl_status status = BL_OK;

	while (t < n_types && status == BL_OK) {
		struct bl_arena *scratch = bl_arena_new(WORK_BYTES);
		const struct bl_timeline *timeline;
		uint32_t type_no[BATCH_TYPES], n = 0;
		uint64_t versions = 0;

		if (scratch == NULL)
			return no_memory(reterr);
		while (t < n_types && n < BATCH_TYPES &&
		       (n == 0 || versions + bl_store_n_versions(b->store, t) <= BATCH_VERSIONS)) {
			versions += bl_store_n_versions(b->store, t);
			type_no[n++] = t++;
		}
		status = bl_timeline_build(b->columns, type_no, n, 0, scratch, &timeline, reterr);
		for (uint32_t i = 0; i < n && status == BL_OK; i++)
			status = judge_type(b, timeline, type_no[i], scratch, reterr);
		bl_arena_free(&scratch);
	}
	return status;
}

/* ---- Deliveries. ----------------------------------------------------------- */

/* The period of what a delivery proves as a whole: that of the first rule of its account that names
 * no type.  An unknown account may be any: the longest. */
static int64_t
horizon_of(const struct build *b, const struct bl_delivery *d)
{
	const struct bl_retention *p = b->policy;
	int64_t horizon = bl_retention_horizon(p->keep, b->plan->at_ns);

	for (size_t i = 0; i < p->n_rules; i++) {
		int64_t other = bl_retention_horizon(p->rules[i].keep, b->plan->at_ns);

		if (p->rules[i].type.ptr != NULL)
			continue;
		if (d->account.len == 0)
			horizon = other < horizon ? other : horizon;
		else if (bl_retention_matches(p->rules[i].account, d->account))
			return other;
	}
	return horizon;
}

/* A hold that names neither type nor resource covers deliveries too. */
static uint16_t
hold_of_delivery(const struct build *b, const struct bl_delivery *d, int64_t at_ns)
{
	for (size_t i = 0; i < b->policy->n_holds; i++) {
		const struct bl_retention_hold *h = &b->policy->holds[i];

		if (active(b, h) && h->type.ptr == NULL && h->resource.ptr == NULL &&
		    at_ns >= h->from_ns && at_ns < h->to_ns &&
		    (d->account.len == 0 || bl_retention_matches(h->account, d->account)))
			return (uint16_t)i;
	}
	return NO_HOLD;
}

/* Does it hold a version that is held?  It proves where that one came from. */
static enum bl_status
hold_of_members(struct build *b, uint64_t position, uint16_t *ret_hold, struct bl_err *reterr)
{
	struct bl_arena_mark mark = bl_arena_mark(b->work);
	struct bl_version_id *ids;
	size_t n;
	enum bl_status status = bl_store_members(b->store, position, b->work, &ids, &n, reterr);

	for (size_t i = 0; status == BL_OK && i < n && *ret_hold == NO_HOLD; i++)
		*ret_hold = b->version[ids[i].type_no][ids[i].ordinal].hold;
	bl_arena_rewind(b->work, mark);
	return status;
}

static enum bl_status
judge_deliveries(struct build *b, struct bl_err *reterr)
{
	uint64_t n = bl_store_n_deliveries(b->store);

	b->kept = bl_new(b->work, uint8_t, n + 1);
	if (b->kept == NULL)
		return no_memory(reterr);
	for (uint64_t p = 1; p <= n; p++) {
		const struct bl_delivery *d = bl_store_delivery(b->store, p);
		int64_t at = d->as_of_ns == BL_INSTANT_MIN ? d->ingested_ns : d->as_of_ns;
		enum bl_fate fate = BL_FATE_REMOVABLE;
		uint16_t hold = NO_HOLD;
		enum bl_status status = BL_OK;

		if (at >= horizon_of(b, d)) {
			fate = BL_FATE_WITHIN;
		} else {
			hold = hold_of_delivery(b, d, at);
			if (hold == NO_HOLD && b->any_held)
				status = hold_of_members(b, p, &hold, reterr);
			if (hold != NO_HOLD)
				fate = BL_FATE_HELD;
		}
		if (status != BL_OK)
			return status;
		if (hold != NO_HOLD)
			b->plan->holds[hold].deliveries++;
		b->kept[p] = fate != BL_FATE_REMOVABLE;
		b->plan->deliveries[fate]++;
	}
	return BL_OK;
}

static bool
is_kept(const void *ctx, uint64_t position)
{
	return ((const uint8_t *)ctx)[position] != 0;
}

/* ---- The sum. -------------------------------------------------------------- */

static void
tally(struct build *b, uint32_t *const *needed)
{
	for (uint32_t t = 0; t < bl_store_n_types(b->store); t++)
		for (uint32_t i = 0; i < bl_store_n_versions(b->store, t); i++) {
			const struct version *v = &b->version[t][i];
			struct bl_retention_row *row = &b->plan->rows[v->row];
			uint64_t bytes = b->length[t][i];
			size_t fate = v->fate;

			if (fate == BL_FATE_HELD && v->hold == NO_HOLD)
				fate = needed[t][i] > 0 ? BL_FATE_NEEDED : BL_FATE_REMOVABLE;
			if (v->hold != NO_HOLD) {
				b->plan->holds[v->hold].versions++;
				b->plan->holds[v->hold].bytes += bytes;
			}
			row->n[fate]++;
			row->bytes[fate] += bytes;
			b->plan->total.n[fate]++;
			b->plan->total.bytes[fate] += bytes;
		}
}

static int
compare_rows(const void *va, const void *vb)
{
	const struct bl_retention_row *a = va, *b = vb;
	int order = bl_str_cmp(a->type, b->type);

	return order != 0 ? order : bl_str_cmp(a->account, b->account);
}

enum bl_status
bl_retention_plan(const struct bl_retention *policy, struct bl_columns *columns, int64_t at_ns,
    struct bl_arena *arena, const struct bl_retention_plan **ret_plan, struct bl_err *reterr)
{
	struct build b = {.policy = policy,
	    .columns = columns,
	    .store = bl_columns_store(columns),
	    .arena = arena,
	    .work = bl_arena_new(WORK_BYTES)};
	uint32_t n_types = bl_store_n_types(b.store);
	uint32_t *const *needed;
	enum bl_status status = BL_OK;

	assert(policy->n_holds <= BL_RETENTION_LIMIT);
	if (b.work == NULL)
		return no_memory(reterr);
	b.plan = bl_new(arena, struct bl_retention_plan, 1);
	b.version = bl_new(b.work, struct version *, n_types);
	b.length = bl_new(b.work, uint32_t *, n_types);
	if (b.plan != NULL)
		b.plan->holds = bl_new(arena, struct bl_retention_held, policy->n_holds);
	if (b.plan == NULL || b.version == NULL || b.length == NULL || b.plan->holds == NULL) {
		status = no_memory(reterr);
		goto out;
	}
	b.plan->at_ns = at_ns;
	for (size_t i = 0; i < policy->n_holds; i++)
		b.plan->holds[i].expired = !active(&b, &policy->holds[i]);
	status = judge_types(&b, reterr);
	if (status == BL_OK)
		status = judge_deliveries(&b, reterr);
	if (status == BL_OK)
		status = bl_store_held(b.store, is_kept, b.kept, b.work, &needed, NULL, reterr);
	if (status != BL_OK)
		goto out;
	tally(&b, needed);
	if (b.plan->n > 0)
		qsort(b.plan->rows, b.plan->n, sizeof(*b.plan->rows), compare_rows);
	*ret_plan = b.plan;
out:
	bl_arena_free(&b.work);
	return status;
}
