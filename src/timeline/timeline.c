/*
 * Why sorting and no index: a timeline is built for the few types that a
 * question names, and one sort of small rows is quicker than the hash table
 * that would replace it, and deterministic.
 *
 * Absence.  The complete snapshots are walked in the order of the moments they
 * speak for.  Each recorder has the set of resources of its previous snapshot;
 * a resource is "witnessed" by as many recorders as hold it.  When the last
 * witness drops it and its chain has no later word, it vanished between the two
 * snapshots.  IAM resources have several witnesses, all others one.
 */
#include "timeline/timeline.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "base/mem.h"
#include "columns/columns.h"

#define SCRATCH_BYTES ((size_t)256 << 20)
#define NO_RECORDER UINT32_MAX

struct row {
	struct bl_str account, region, id, name, arn;
	int64_t capture_ns, state_id;
	struct bl_version_id version;
	enum bl_item_status status;
	uint64_t position; /* 0: in no delivery up to the wanted position. */
	uint32_t resource; /* After grouping. */
};

/* Seen in a snapshot at seen_ns, gone from the one at gone_ns. */
struct absence {
	uint32_t resource;
	int64_t seen_ns, gone_ns, back_ns; /* back_ns: seen again; BL_INSTANT_MAX never */
};

struct build {
	struct bl_columns *columns;
	struct bl_store *store;
	const uint32_t *type_nos;
	size_t n_types;
	uint64_t position;
	struct bl_arena *arena;	  /* The result. */
	struct bl_arena *work;	  /* Rows, maps: freed at the end. */
	struct bl_arena *scratch; /* One snapshot. */
	struct row *rows;	  /* [n_rows] */
	size_t n_rows;
	uint32_t **row_of; /* [store types][ordinal]: row's number; NULL for other types. */
	uint32_t n_resources;
	size_t *first_row;     /* [n_resources + 1] */
	uint64_t n_deliveries; /* Up to the wanted position. */
	uint32_t *recorder_of; /* [n_deliveries + 1], by position */
	uint64_t *a_delivery;  /* [n_recorders] some delivery of each */
	uint32_t n_recorders;
	struct absence *absences;
	size_t n_absences, cap_absences;
	struct bl_err *err;
};

static enum bl_status
no_memory(struct bl_err *reterr)
{
	return bl_fail(reterr, BL_ENOMEM, "no memory left to build the time line");
}

/* ---- 1. One row per version. -------------------------------------------- */

/* A text of the heads, copied into the result's arena the first time. */
static enum bl_status
text_of(struct build *b, const struct bl_heads *heads, struct bl_str *copies, uint32_t number,
    struct bl_str *ret)
{
	*ret = (struct bl_str){NULL, 0};
	if (number == BL_HEADS_ABSENT)
		return BL_OK;
	if (copies[number].ptr == NULL &&
	    bl_str_dup(b->arena, heads->text[number], &copies[number]) != BL_OK)
		return no_memory(b->err);
	*ret = copies[number];
	return BL_OK;
}

static enum bl_status
add_row(struct build *b, const struct bl_heads *heads, struct bl_str *copies, uint32_t i)
{
	struct row *row = &b->rows[b->n_rows];
	enum bl_status status;

	*row = (struct row){.capture_ns = heads->capture_ns[i],
	    .state_id = heads->state_id[i],
	    .version = {heads->type_no, i},
	    .status = (enum bl_item_status)heads->status[i]};
	status = text_of(b, heads, copies, heads->account[i], &row->account);
	if (status == BL_OK)
		status = text_of(b, heads, copies, heads->region[i], &row->region);
	if (status == BL_OK)
		status = text_of(b, heads, copies, heads->id[i], &row->id);
	if (status == BL_OK)
		status = text_of(b, heads, copies, heads->name[i], &row->name);
	if (status == BL_OK)
		status = text_of(b, heads, copies, heads->arn[i], &row->arn);
	if (status != BL_OK)
		return status;
	b->row_of[heads->type_no][i] = (uint32_t)b->n_rows;
	b->n_rows++;
	return BL_OK;
}

static enum bl_status
add_type(struct build *b, uint32_t type_no)
{
	const struct bl_heads *heads;
	struct bl_str *copies;
	enum bl_status status = bl_columns_heads(b->columns, type_no, &heads, b->err);

	if (status != BL_OK)
		return status;
	copies = bl_new(b->work, struct bl_str, heads->n_texts);
	if (copies == NULL)
		return no_memory(b->err);
	for (uint32_t i = 0; i < heads->n && status == BL_OK; i++)
		status = add_row(b, heads, copies, i);
	return status;
}

static enum bl_status
list_rows(struct build *b)
{
	uint32_t all = bl_store_n_types(b->store);
	size_t total = 0;
	enum bl_status status = BL_OK;

	b->row_of = bl_new(b->work, uint32_t *, (size_t)all + 1);
	if (b->row_of == NULL)
		return no_memory(b->err);
	for (size_t i = 0; i < b->n_types; i++) {
		uint32_t n = bl_store_n_versions(b->store, b->type_nos[i]);

		b->row_of[b->type_nos[i]] = bl_new(b->work, uint32_t, (size_t)n + 1);
		if (b->row_of[b->type_nos[i]] == NULL)
			return no_memory(b->err);
		total += n;
	}
	if (total > UINT32_MAX - 1)
		return bl_fail(b->err, BL_ELIMIT, "more than 4 billion versions in one question");
	b->rows = bl_new(b->work, struct row, total + 1);
	if (b->rows == NULL)
		return no_memory(b->err);
	for (size_t i = 0; i < b->n_types && status == BL_OK; i++)
		status = add_type(b, b->type_nos[i]);
	assert(status != BL_OK || b->n_rows == total);
	return status;
}

/* ---- 2. Which delivery held a version first. ---------------------------- */

static enum bl_status
mark_positions(struct build *b)
{
	uint64_t n = bl_store_n_deliveries(b->store);

	for (uint64_t p = 1; p <= n && p <= b->position; p++) {
		struct bl_version_id *ids;
		size_t n_ids;
		enum bl_status status;

		if (bl_store_delivery(b->store, p)->n_new == 0)
			continue;
		bl_arena_reset(b->scratch);
		status = bl_store_members(b->store, p, b->scratch, &ids, &n_ids, b->err);
		if (status != BL_OK)
			return status;
		for (size_t i = 0; i < n_ids; i++) {
			struct row *row;

			if (b->row_of[ids[i].type_no] == NULL)
				continue;
			row = &b->rows[b->row_of[ids[i].type_no][ids[i].ordinal]];
			if (row->position == 0)
				row->position = p;
		}
	}
	return BL_OK;
}

/* ---- 3. Rows in order, grouped by resource. ----------------------------- */

static int
cmp_i64(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
cmp_identity(const struct row *a, const struct row *b)
{
	int c;

	if (a->version.type_no != b->version.type_no)
		return a->version.type_no < b->version.type_no ? -1 : 1;
	c = bl_str_cmp(a->account, b->account);
	if (c == 0)
		c = bl_str_cmp(a->region, b->region);
	return c != 0 ? c : bl_str_cmp(a->id, b->id);
}

static int
cmp_rows(const void *pa, const void *pb)
{
	const struct row *a = pa, *b = pb;
	int c = cmp_identity(a, b);

	if (c == 0)
		c = cmp_i64(a->capture_ns, b->capture_ns);
	if (c == 0)
		c = cmp_i64(a->state_id, b->state_id);
	if (c == 0 && a->position != b->position)
		c = a->position < b->position ? -1 : 1;
	/* Two versions of one delivery: the order of first arrival. */
	if (c == 0)
		c = a->version.ordinal < b->version.ordinal ? -1 : 1;
	return c;
}

static enum bl_status
group_rows(struct build *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n_rows; i++) /* Not known yet at that position. */
		if (b->rows[i].position != 0)
			b->rows[n++] = b->rows[i];
		else
			b->row_of[b->rows[i].version.type_no][b->rows[i].version.ordinal] =
			    UINT32_MAX;
	b->n_rows = n;
	qsort(b->rows, n, sizeof(b->rows[0]), cmp_rows);
	b->first_row = bl_new(b->work, size_t, n + 1);
	if (b->first_row == NULL)
		return no_memory(b->err);
	for (size_t i = 0; i < n; i++) {
		struct row *row = &b->rows[i];

		if (i == 0 || cmp_identity(row - 1, row) != 0)
			b->first_row[b->n_resources++] = i;
		row->resource = b->n_resources - 1;
		b->row_of[row->version.type_no][row->version.ordinal] = (uint32_t)i;
	}
	b->first_row[b->n_resources] = n;
	return BL_OK;
}

/* ---- 4. What vanished between two snapshots. ---------------------------- */

struct snapshot {
	int64_t as_of_ns;
	uint64_t position;
	uint32_t recorder; /* Number of (account, region). */
};

struct recorder {
	uint32_t *held; /* [n_held] resources of its last snapshot, sorted, in the heap */
	size_t n_held;
	uint32_t *heard; /* [n_heard] rows that its snapshots must hold, by capture time */
	size_t n_heard, next_heard;
};

static int
cmp_snapshots(const void *pa, const void *pb)
{
	const struct snapshot *a = pa, *b = pb;
	int c = cmp_i64(a->as_of_ns, b->as_of_ns);

	return c != 0 ? c : (a->position > b->position) - (a->position < b->position);
}

static int
cmp_u32(const void *pa, const void *pb)
{
	uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;

	return (a > b) - (a < b);
}

static int
cmp_recorders(const void *pa, const void *pb, void *ctx)
{
	const struct build *b = ctx;
	uint64_t p = *(const uint64_t *)pa, q = *(const uint64_t *)pb;
	const struct bl_delivery *d = bl_store_delivery(b->store, p);
	const struct bl_delivery *e = bl_store_delivery(b->store, q);
	int c = bl_str_cmp(d->account, e->account);

	if (c == 0)
		c = bl_str_cmp(d->region, e->region);
	return c != 0 ? c : (p > q) - (p < q);
}

/* Numbers the recorders (account and region); NO_RECORDER where a delivery names none. */
static enum bl_status
number_recorders(struct build *b)
{
	uint64_t n = bl_store_n_deliveries(b->store);
	uint64_t *order;

	if (n > b->position)
		n = b->position;
	order = bl_new(b->work, uint64_t, n + 1);
	b->recorder_of = bl_new(b->work, uint32_t, n + 1);
	b->a_delivery = bl_new(b->work, uint64_t, n + 1);
	if (order == NULL || b->recorder_of == NULL || b->a_delivery == NULL)
		return no_memory(b->err);
	b->n_deliveries = n;
	for (uint64_t p = 1; p <= n; p++)
		order[p - 1] = p;
	qsort_r(order, n, sizeof(order[0]), cmp_recorders, b);
	for (uint64_t i = 0; i < n; i++) {
		const struct bl_delivery *d = bl_store_delivery(b->store, order[i]);
		const struct bl_delivery *before =
		    i == 0 ? NULL : bl_store_delivery(b->store, order[i - 1]);

		b->recorder_of[order[i]] = NO_RECORDER;
		if (d->account.len == 0 || d->region.len == 0)
			continue;
		if (before == NULL || !bl_str_eq(before->account, d->account) ||
		    !bl_str_eq(before->region, d->region))
			b->a_delivery[b->n_recorders++] = order[i];
		b->recorder_of[order[i]] = b->n_recorders - 1;
	}
	return BL_OK;
}

static enum bl_status
list_snapshots(struct build *b, struct snapshot **ret_snapshots, size_t *ret_n)
{
	struct snapshot *snapshots = bl_new(b->work, struct snapshot, b->n_deliveries + 1);
	size_t n_snapshots = 0;

	if (snapshots == NULL)
		return no_memory(b->err);
	for (uint64_t p = 1; p <= b->n_deliveries; p++) {
		const struct bl_delivery *d = bl_store_delivery(b->store, p);

		if (d->kind != BL_DELIVERY_SNAPSHOT || !d->complete ||
		    b->recorder_of[p] == NO_RECORDER || d->as_of_ns == BL_INSTANT_MIN)
			continue;
		snapshots[n_snapshots++] = (struct snapshot){
		    .as_of_ns = d->as_of_ns, .position = p, .recorder = b->recorder_of[p]};
	}
	qsort(snapshots, n_snapshots, sizeof(snapshots[0]), cmp_snapshots);
	*ret_snapshots = snapshots;
	*ret_n = n_snapshots;
	return BL_OK;
}

/* The resources (of the wanted types) that a snapshot holds: sorted, distinct, in the heap. */
static enum bl_status
held_resources(struct build *b, uint64_t position, uint32_t **ret_held, size_t *ret_n)
{
	struct bl_version_id *ids;
	size_t n_ids, n = 0, distinct = 0;
	enum bl_status status;
	uint32_t *held;

	bl_arena_reset(b->scratch);
	status = bl_store_members(b->store, position, b->scratch, &ids, &n_ids, b->err);
	if (status != BL_OK)
		return status;
	held = bl_mem_alloc((n_ids + 1) * sizeof(*held));
	if (held == NULL)
		return no_memory(b->err);
	for (size_t i = 0; i < n_ids; i++) {
		uint32_t at;

		if (b->row_of[ids[i].type_no] == NULL)
			continue;
		at = b->row_of[ids[i].type_no][ids[i].ordinal];
		assert(at != UINT32_MAX); /* A member of a delivery up to the position. */
		held[n++] = b->rows[at].resource;
	}
	qsort(held, n, sizeof(held[0]), cmp_u32);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || held[i] != held[i - 1])
			held[distinct++] = held[i];
	*ret_held = held;
	*ret_n = distinct;
	return BL_OK;
}

static enum bl_status
add_absence(struct build *b, struct absence a)
{
	if (b->n_absences == b->cap_absences) {
		size_t cap = b->cap_absences == 0 ? 64 : b->cap_absences * 2;
		struct absence *more = bl_mem_realloc(b->absences, cap * sizeof(*more));

		if (more == NULL)
			return no_memory(b->err);
		b->absences = more;
		b->cap_absences = cap;
	}
	b->absences[b->n_absences++] = a;
	return BL_OK;
}

struct witness {
	uint32_t n;	 /* Recorders whose last snapshot holds it. */
	int64_t seen_ns; /* Last moment at which a snapshot held it. */
	size_t absence;	 /* Open absence + 1; 0 none. */
};

/*
 * A version captured before this snapshot, and neither this snapshot nor any
 * other since the capture holds its resource: it vanished without ever having
 * been witnessed, also when an earlier absence is still open.
 */
static enum bl_status
check_heard(
    struct build *b, struct witness *witnesses, const struct snapshot *s, struct recorder *recorder)
{
	while (recorder->next_heard < recorder->n_heard) {
		const struct row *row = &b->rows[recorder->heard[recorder->next_heard]];
		struct witness *w = &witnesses[row->resource];
		enum bl_status status;

		if (row->capture_ns >= s->as_of_ns)
			break;
		recorder->next_heard++;
		if (w->n > 0 || w->seen_ns >= row->capture_ns ||
		    (w->absence != 0 && b->absences[w->absence - 1].gone_ns > row->capture_ns) ||
		    (row + 1 < b->rows + b->n_rows && row[1].resource == row->resource &&
			row[1].capture_ns <= s->as_of_ns))
			continue;
		status = add_absence(b, (struct absence){.resource = row->resource,
					    .seen_ns = row->capture_ns,
					    .gone_ns = s->as_of_ns,
					    .back_ns = BL_INSTANT_MAX});
		if (status != BL_OK)
			return status;
		w->absence = b->n_absences;
	}
	return BL_OK;
}

/* One snapshot replaces its recorder's previous one. */
static enum bl_status
step_snapshot(
    struct build *b, struct witness *witnesses, const struct snapshot *s, struct recorder *recorder)
{
	uint32_t *held = NULL;
	size_t n = 0, i = 0, j = 0;
	enum bl_status status = held_resources(b, s->position, &held, &n);

	if (status != BL_OK)
		return status;
	for (size_t k = 0; k < n; k++) {
		struct witness *w = &witnesses[held[k]];

		w->seen_ns = s->as_of_ns;
		if (w->absence != 0) {
			b->absences[w->absence - 1].back_ns = s->as_of_ns;
			w->absence = 0;
		}
	}
	while (status == BL_OK && (i < recorder->n_held || j < n)) {
		if (j == n || (i < recorder->n_held && recorder->held[i] < held[j])) {
			struct witness *w = &witnesses[recorder->held[i]];

			assert(w->n > 0);
			if (--w->n == 0) {
				status =
				    add_absence(b, (struct absence){.resource = recorder->held[i],
						       .seen_ns = w->seen_ns,
						       .gone_ns = s->as_of_ns,
						       .back_ns = BL_INSTANT_MAX});
				w->absence = b->n_absences;
			}
			i++;
		} else if (i == recorder->n_held || held[j] < recorder->held[i]) {
			witnesses[held[j++]].n++;
		} else {
			i++;
			j++;
		}
	}
	bl_mem_free(recorder->held);
	recorder->held = held;
	recorder->n_held = n;
	return status != BL_OK ? status : check_heard(b, witnesses, s, recorder);
}

static int
cmp_absences(const void *pa, const void *pb)
{
	const struct absence *a = pa, *b = pb;

	if (a->resource != b->resource)
		return a->resource < b->resource ? -1 : 1;
	return cmp_i64(a->gone_ns, b->gone_ns);
}

/* By capture time. */
static int
cmp_heard(const void *pa, const void *pb, void *ctx)
{
	const struct build *b = ctx;
	uint32_t a = *(const uint32_t *)pa, c = *(const uint32_t *)pb;
	int by_time = cmp_i64(b->rows[a].capture_ns, b->rows[c].capture_ns);

	return by_time != 0 ? by_time : (a > c) - (a < c);
}

/* The recorder of an account and region, or NO_RECORDER. */
static uint32_t
find_recorder(const struct build *b, struct bl_str account, struct bl_str region)
{
	uint32_t low = 0, high = b->n_recorders;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		const struct bl_delivery *d = bl_store_delivery(b->store, b->a_delivery[mid]);
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
	return NO_RECORDER;
}

/*
 * Whose snapshots must hold the version: those of its own account and region,
 * whoever told of it; a global resource has no such recorder, so the one that did.
 */
static uint32_t
heard_by(const struct build *b, const struct row *row)
{
	if (!bl_item_exists(row->status))
		return NO_RECORDER;
	if (bl_str_eq(row->region, BL_STR("global")))
		return b->recorder_of[row->position];
	return find_recorder(b, row->account, row->region);
}

static enum bl_status
list_heard(struct build *b, struct recorder *recorders)
{
	for (size_t i = 0; i < b->n_rows; i++) {
		uint32_t r = heard_by(b, &b->rows[i]);

		if (r != NO_RECORDER)
			recorders[r].n_heard++;
	}
	for (uint32_t r = 0; r < b->n_recorders; r++) {
		recorders[r].heard = bl_new(b->work, uint32_t, recorders[r].n_heard);
		if (recorders[r].heard == NULL)
			return no_memory(b->err);
		recorders[r].n_heard = 0;
	}
	for (size_t i = 0; i < b->n_rows; i++) {
		uint32_t r = heard_by(b, &b->rows[i]);

		if (r != NO_RECORDER)
			recorders[r].heard[recorders[r].n_heard++] = (uint32_t)i;
	}
	for (uint32_t r = 0; r < b->n_recorders; r++)
		qsort_r(recorders[r].heard, recorders[r].n_heard, sizeof(uint32_t), cmp_heard, b);
	return BL_OK;
}

static enum bl_status
find_absences(struct build *b)
{
	struct snapshot *snapshots = NULL;
	struct recorder *recorders = bl_new(b->work, struct recorder, (size_t)b->n_recorders + 1);
	struct witness *witnesses = bl_new(b->work, struct witness, (size_t)b->n_resources + 1);
	size_t n = 0;
	enum bl_status status;

	if (witnesses == NULL || recorders == NULL)
		return no_memory(b->err);
	for (uint32_t i = 0; i < b->n_resources; i++)
		witnesses[i].seen_ns = BL_INSTANT_MIN;
	status = list_snapshots(b, &snapshots, &n);
	if (status == BL_OK)
		status = list_heard(b, recorders);
	if (status != BL_OK)
		return status;
	for (size_t i = 0; i < n && status == BL_OK; i++)
		status =
		    step_snapshot(b, witnesses, &snapshots[i], &recorders[snapshots[i].recorder]);
	for (uint32_t r = 0; r < b->n_recorders; r++)
		bl_mem_free(recorders[r].held);
	if (b->n_absences > 0)
		qsort(b->absences, b->n_absences, sizeof(b->absences[0]), cmp_absences);
	return status;
}

/* ---- 5. States. ---------------------------------------------------------- */

static struct bl_state
item_state(const struct row *row, int64_t from_ns, int64_t to_ns)
{
	return (struct bl_state){.kind = BL_STATE_ITEM,
	    .from_ns = from_ns,
	    .to_ns = to_ns,
	    .version = row->version,
	    .status = row->status,
	    .capture_ns = row->capture_ns,
	    .position = row->position};
}

/* The states of one version in [row's capture, to), cut by the absences that fall into it. */
static size_t
cut_state(const struct row *row, int64_t to_ns, const struct absence *absences, size_t n_absences,
    struct bl_state *out)
{
	int64_t from_ns = row->capture_ns;
	size_t n = 0;

	for (size_t i = 0; i < n_absences && bl_item_exists(row->status); i++) {
		const struct absence *a = &absences[i];
		int64_t seen_ns = a->seen_ns > from_ns ? a->seen_ns : from_ns;
		int64_t back_ns = a->back_ns < to_ns ? a->back_ns : to_ns;
		int64_t gone_ns = a->gone_ns;

		/* Not this version's absence; or a later version, captured between the
		 * two snapshots, tells the end itself. */
		if (a->gone_ns <= from_ns || to_ns <= a->gone_ns)
			continue;
		out[n++] = item_state(row, from_ns, seen_ns + 1);
		/* Seen again with the same old version: nothing is known in between. */
		if (a->back_ns < to_ns)
			gone_ns = back_ns;
		if (gone_ns > seen_ns + 1) {
			out[n] = item_state(row, seen_ns + 1, gone_ns);
			out[n++].kind = BL_STATE_VANISHED;
		}
		if (a->back_ns >= to_ns)
			return n;
		from_ns = back_ns;
	}
	if (from_ns < to_ns)
		out[n++] = item_state(row, from_ns, to_ns);
	return n;
}

static enum bl_status
fill_resource(struct build *b, uint32_t i_resource, size_t *i_absence, struct bl_resource *ret)
{
	size_t first = b->first_row[i_resource], end = b->first_row[i_resource + 1];
	size_t n_absences = 0, n = 0;
	const struct absence *absences = b->n_absences > 0 ? &b->absences[*i_absence] : NULL;
	struct bl_state *states;

	while (
	    *i_absence + n_absences < b->n_absences && absences[n_absences].resource == i_resource)
		n_absences++;
	*i_absence += n_absences;
	/* Each version gives one state, each absence at most two more. */
	states = bl_new(b->arena, struct bl_state, end - first + 2 * n_absences);
	if (states == NULL)
		return no_memory(b->err);
	*ret = (struct bl_resource){.account = b->rows[first].account,
	    .region = b->rows[first].region,
	    .id = b->rows[first].id,
	    .type_no = b->rows[first].version.type_no,
	    .type = bl_store_type_name(b->store, b->rows[first].version.type_no),
	    .states = states};
	for (size_t i = first; i < end; i++) {
		const struct row *row = &b->rows[i];
		int64_t to_ns = i + 1 < end ? row[1].capture_ns : BL_INSTANT_MAX;

		if (row->name.ptr != NULL)
			ret->name = row->name;
		if (row->arn.ptr != NULL)
			ret->arn = row->arn;
		if (to_ns > row->capture_ns)
			n += cut_state(row, to_ns, absences, n_absences, &states[n]);
	}
	ret->n_states = n;
	return BL_OK;
}

static enum bl_status
fill_timeline(struct build *b, const struct bl_timeline **ret_timeline)
{
	struct bl_timeline *timeline = bl_new(b->arena, struct bl_timeline, 1);
	struct bl_resource *resources = bl_new(b->arena, struct bl_resource, b->n_resources);
	size_t i_absence = 0;
	enum bl_status status;

	if (timeline == NULL || resources == NULL)
		return no_memory(b->err);
	for (uint32_t i = 0; i < b->n_resources; i++) {
		status = fill_resource(b, i, &i_absence, &resources[i]);
		if (status != BL_OK)
			return status;
	}
	*timeline = (struct bl_timeline){.resources = resources, .n = b->n_resources};
	*ret_timeline = timeline;
	return BL_OK;
}

enum bl_status
bl_timeline_build(struct bl_columns *columns, const uint32_t *type_nos, size_t n_types,
    uint64_t position, struct bl_arena *arena, const struct bl_timeline **ret_timeline,
    struct bl_err *reterr)
{
	struct build b = {.columns = columns,
	    .store = bl_columns_store(columns),
	    .type_nos = type_nos,
	    .n_types = n_types,
	    .position = position == 0 ? UINT64_MAX : position,
	    .arena = arena,
	    .err = reterr};
	enum bl_status status = BL_ENOMEM;

	b.work = bl_arena_new((size_t)64 << 30);
	b.scratch = bl_arena_new(SCRATCH_BYTES);
	if (b.work == NULL || b.scratch == NULL) {
		status = no_memory(reterr);
		goto out;
	}
	status = list_rows(&b);
	if (status == BL_OK)
		status = mark_positions(&b);
	if (status == BL_OK)
		status = group_rows(&b);
	if (status == BL_OK)
		status = number_recorders(&b);
	if (status == BL_OK)
		status = find_absences(&b);
	if (status == BL_OK)
		status = fill_timeline(&b, ret_timeline);
out:
	bl_mem_free(b.absences);
	bl_arena_free(&b.scratch);
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
