/*
 * A type's versions are sorted by resource and capture, so that what is the same recorded item, and
 * what is the same resource, stands together: no table of resources is needed.
 */
#include "timeline/stats.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/instant.h"
#include "columns/columns.h"
#include "store/stats.h"
#include "store/store.h"

#define WORK_BYTES ((size_t)64 << 30)
#define ROWS_LIMIT ((size_t)1 << 22)

struct item {
	uint32_t account, region, id;
	uint32_t ordinal;
	int64_t capture_ns, state_id;
};

struct build {
	const struct bl_stats_options *o;
	struct bl_stats *stats;
	struct bl_arena *arena, *work;
	size_t cap_rows;
	uint32_t *slot; /* Open hash table of row numbers + 1. */
	size_t n_slots; /* A power of two. */
};

static enum bl_status
no_memory(struct bl_err *reterr)
{
	return bl_fail(reterr, BL_ENOMEM, "no memory for statistics");
}

/* ---- Rows. ----------------------------------------------------------------- */

static uint64_t
hash_of(const struct bl_str *key, size_t n)
{
	uint64_t hash = 0;

	for (size_t i = 0; i < n; i++)
		hash = hash * 0x9e3779b97f4a7c15u + bl_hash64_of(key[i]);
	return hash;
}

static bool
same_key(const struct bl_str *a, const struct bl_str *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!bl_str_eq(a[i], b[i]))
			return false;
	return true;
}

static enum bl_status
more_rows(struct build *b, struct bl_err *reterr)
{
	size_t cap = b->cap_rows == 0 ? 256 : b->cap_rows * 2, n_slots = cap * 2;
	struct bl_stats_row *rows = bl_new(b->work, struct bl_stats_row, cap);
	uint32_t *slot = bl_new(b->work, uint32_t, n_slots);

	if (cap > ROWS_LIMIT)
		return bl_fail(reterr, BL_ELIMIT,
		    "more than %zu rows of statistics; group by less, or name a shorter period",
		    ROWS_LIMIT);
	if (rows == NULL || slot == NULL)
		return no_memory(reterr);
	for (size_t i = 0; i < b->stats->n; i++) {
		size_t at = hash_of(b->stats->rows[i].key, b->o->n_by) & (n_slots - 1);

		rows[i] = b->stats->rows[i];
		while (slot[at] != 0)
			at = (at + 1) & (n_slots - 1);
		slot[at] = (uint32_t)i + 1;
	}
	b->stats->rows = rows;
	b->cap_rows = cap;
	b->slot = slot;
	b->n_slots = n_slots;
	return BL_OK;
}

static enum bl_status
row_of(struct build *b, const struct bl_str *key, struct bl_stats_row **ret, struct bl_err *reterr)
{
	struct bl_stats_row *row;
	size_t at;
	enum bl_status status = BL_OK;

	if (b->stats->n == b->cap_rows)
		status = more_rows(b, reterr);
	if (status != BL_OK)
		return status;
	assert(b->slot != NULL);
	at = hash_of(key, b->o->n_by) & (b->n_slots - 1);
	while (b->slot[at] != 0 && !same_key(b->stats->rows[b->slot[at] - 1].key, key, b->o->n_by))
		at = (at + 1) & (b->n_slots - 1);
	if (b->slot[at] == 0) {
		row = &b->stats->rows[b->stats->n];
		for (size_t i = 0; i < b->o->n_by; i++)
			if (bl_str_dup(b->arena, key[i], &row->key[i]) != BL_OK)
				return no_memory(reterr);
		b->slot[at] = (uint32_t)++b->stats->n;
	}
	*ret = &b->stats->rows[b->slot[at] - 1];
	return BL_OK;
}

/* ---- One type. ------------------------------------------------------------- */

static int
compare_u32(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int
compare_items(const void *va, const void *vb)
{
	const struct item *a = va, *b = vb;
	int order = compare_u32(a->account, b->account);

	if (order == 0)
		order = compare_u32(a->region, b->region);
	if (order == 0)
		order = compare_u32(a->id, b->id);
	if (order == 0)
		order = (a->capture_ns > b->capture_ns) - (a->capture_ns < b->capture_ns);
	if (order == 0)
		order = (a->state_id > b->state_id) - (a->state_id < b->state_id);
	return order != 0 ? order : compare_u32(a->ordinal, b->ordinal);
}

static struct bl_str
text_of(const struct bl_heads *heads, uint32_t number)
{
	return number == BL_HEADS_ABSENT ? BL_STR("") : heads->text[number];
}

static void
make_key(const struct build *b, const struct bl_heads *heads, struct bl_str type,
    const struct item *item, char day[BL_INSTANT_TEXT], struct bl_str key[BL_STATS_BY_LIMIT])
{
	for (size_t i = 0; i < b->o->n_by; i++)
		switch (b->o->by[i]) {
		case BL_STATS_TYPE: key[i] = type; break;
		case BL_STATS_ACCOUNT: key[i] = text_of(heads, item->account); break;
		case BL_STATS_REGION: key[i] = text_of(heads, item->region); break;
		case BL_STATS_DAY:
			key[i] =
			    bl_str_sub(bl_str_of(bl_instant_format(item->capture_ns, day)), 0, 10);
			break;
		}
}

/* The resource is one of the first few, if it has more than the last of them. */
static enum bl_status
offer_top(struct build *b, const struct bl_heads *heads, struct bl_str type,
    const struct item *item, uint64_t recorded, struct bl_err *reterr)
{
	struct bl_stats *s = b->stats;
	struct bl_stats_resource r = {.type = type,
	    .account = text_of(heads, item->account),
	    .region = text_of(heads, item->region),
	    .id = text_of(heads, item->id),
	    .recorded = recorded};
	size_t at = s->n_top;

	if (recorded == 0 || b->o->n_top == 0 ||
	    (s->n_top == b->o->n_top && s->top[at - 1].recorded >= recorded))
		return BL_OK;
	if (bl_str_dup(b->arena, r.id, &r.id) != BL_OK ||
	    bl_str_dup(b->arena, r.account, &r.account) != BL_OK ||
	    bl_str_dup(b->arena, r.region, &r.region) != BL_OK)
		return no_memory(reterr);
	if (s->n_top < b->o->n_top)
		s->n_top++;
	else
		at--;
	while (at > 0 && s->top[at - 1].recorded < recorded) {
		s->top[at] = s->top[at - 1];
		at--;
	}
	s->top[at] = r;
	return BL_OK;
}

struct counts {
	const uint32_t *length, *held;
};

/* item [n]: sorted. */
static enum bl_status
count_items(struct build *b, const struct bl_heads *heads, struct bl_str type,
    const struct item *item, uint32_t n, struct counts counts, struct bl_err *reterr)
{
	struct bl_stats_row *total = &b->stats->total, *last = NULL;
	uint64_t of_resource = 0;
	bool churned_row = false;

	for (uint32_t i = 0; i < n; i++) {
		const struct item *it = &item[i], *before = i > 0 ? it - 1 : NULL;
		bool same = before != NULL && before->account == it->account &&
			    before->region == it->region && before->id == it->id;
		bool first = !same || before->capture_ns != it->capture_ns ||
			     before->state_id != it->state_id;
		bool in = it->capture_ns >= b->stats->from_ns && it->capture_ns < b->stats->to_ns;
		struct bl_str key[BL_STATS_BY_LIMIT];
		struct bl_stats_row *row;
		char day[BL_INSTANT_TEXT];
		enum bl_status status;
		size_t was = b->stats->n;

		make_key(b, heads, type, it, day, key);
		status = row_of(b, key, &row, reterr);
		if (status == BL_OK && !same && before != NULL)
			status = offer_top(b, heads, type, before, of_resource, reterr);
		if (status != BL_OK)
			return status;
		/* Rows may have moved; by day, a resource stands in several of them. */
		if (!same || row != last || was != b->stats->n) {
			row->resources++;
			churned_row = false;
		}
		if (!same)
			of_resource = 0;
		total->resources += !same;
		if (first && in && !churned_row) {
			row->churned++;
			churned_row = true;
		}
		total->churned += first && in && of_resource == 0;
		of_resource += first && in;
		row->recorded += first && in;
		total->recorded += first && in;
		b->stats->recorded_ever += first;
		row->versions++;
		total->versions++;
		row->bytes += counts.length[it->ordinal];
		total->bytes += counts.length[it->ordinal];
		row->delivered += counts.held[it->ordinal];
		total->delivered += counts.held[it->ordinal];
		last = row;
	}
	return n == 0 ? BL_OK : offer_top(b, heads, type, &item[n - 1], of_resource, reterr);
}

static enum bl_status
count_type(struct build *b, struct bl_columns *columns, uint32_t type_no, const uint32_t *held,
    struct bl_err *reterr)
{
	struct bl_store *store = bl_columns_store(columns);
	struct bl_arena *scratch = bl_arena_new(WORK_BYTES);
	const struct bl_heads *heads;
	struct item *item = NULL;
	uint32_t *length = NULL, n = 0;
	enum bl_status status = bl_columns_heads(columns, type_no, &heads, reterr);

	if (status == BL_OK && scratch != NULL) {
		item = bl_new(scratch, struct item, heads->n);
		length = bl_new(scratch, uint32_t, heads->n);
	}
	if (status == BL_OK && (item == NULL || length == NULL))
		status = no_memory(reterr);
	if (status == BL_OK)
		status = bl_store_lengths(store, type_no, length, reterr);
	if (status == BL_OK) {
		for (uint32_t i = 0; i < heads->n; i++)
			if (b->o->position == 0 || held[i] > 0)
				item[n++] = (struct item){.account = heads->account[i],
				    .region = heads->region[i],
				    .id = heads->id[i],
				    .ordinal = i,
				    .capture_ns = heads->capture_ns[i],
				    .state_id = heads->state_id[i]};
		if (n > 0)
			qsort(item, n, sizeof(*item), compare_items);
		status = count_items(b, heads, bl_store_type_name(store, type_no), item, n,
		    (struct counts){length, held}, reterr);
	}
	bl_arena_free(&scratch);
	return status;
}

/* ---- The whole. ------------------------------------------------------------ */

static int64_t
floor_day(int64_t ns)
{
	int64_t rest = ns % BL_NS_PER_DAY;

	return ns - rest - (rest < 0 ? BL_NS_PER_DAY : 0);
}

static bool
is_known(const void *ctx, uint64_t position)
{
	const struct bl_stats_options *o = ctx;

	return o->position == 0 || position <= o->position;
}

/* Without a period: the whole days that deliveries speak for. */
static void
default_period(const struct bl_store *store, const struct bl_stats_options *o, struct bl_stats *s)
{
	int64_t first = BL_INSTANT_MAX, last = BL_INSTANT_MIN;

	for (uint64_t p = 1; p <= bl_store_n_deliveries(store) && is_known(o, p); p++) {
		int64_t at = bl_store_delivery(store, p)->as_of_ns;

		if (at == BL_INSTANT_MIN || at == BL_INSTANT_MAX)
			continue;
		first = at < first ? at : first;
		last = at > last ? at : last;
	}
	if (first > last)
		return;
	if (s->from_ns == BL_INSTANT_MIN)
		s->from_ns = floor_day(first);
	if (s->to_ns == BL_INSTANT_MAX)
		s->to_ns = floor_day(last) + BL_NS_PER_DAY;
}

static int
compare_rows(const void *va, const void *vb)
{
	const struct bl_stats_row *a = va, *b = vb;

	if (a->recorded != b->recorded)
		return a->recorded > b->recorded ? -1 : 1;
	for (size_t i = 0; i < BL_STATS_BY_LIMIT; i++) {
		int order = bl_str_cmp(a->key[i], b->key[i]);

		if (order != 0)
			return order;
	}
	return 0;
}

enum bl_status
bl_stats_build(struct bl_columns *columns, const struct bl_stats_options *options,
    struct bl_arena *arena, const struct bl_stats **ret_stats, struct bl_err *reterr)
{
	struct bl_store *store = bl_columns_store(columns);
	struct build b = {.o = options, .arena = arena, .work = bl_arena_new(WORK_BYTES)};
	uint32_t *const *held;
	struct bl_stats_row *rows;
	enum bl_status status = BL_OK;

	assert(options->n_by > 0 && options->n_by <= BL_STATS_BY_LIMIT);
	b.stats = bl_new(arena, struct bl_stats, 1);
	if (b.work == NULL || b.stats == NULL) {
		status = no_memory(reterr);
		goto out;
	}
	b.stats->from_ns = options->from_ns;
	b.stats->to_ns = options->to_ns;
	b.stats->top = bl_new(arena, struct bl_stats_resource, options->n_top);
	if (b.stats->top == NULL)
		status = no_memory(reterr);
	default_period(store, options, b.stats);
	if (status == BL_OK)
		status = bl_store_held(store, is_known, options, b.work, &held, NULL, reterr);
	for (uint32_t t = 0; t < bl_store_n_types(store) && status == BL_OK; t++)
		status = count_type(&b, columns, t, held[t], reterr);
	if (status != BL_OK)
		goto out;
	rows = bl_new(arena, struct bl_stats_row, b.stats->n);
	if (rows == NULL) {
		status = no_memory(reterr);
		goto out;
	}
	if (b.stats->n > 0) {
		memcpy(rows, b.stats->rows, b.stats->n * sizeof(*rows));
		qsort(rows, b.stats->n, sizeof(*rows), compare_rows);
	}
	b.stats->rows = rows;
	*ret_stats = b.stats;
out:
	bl_arena_free(&b.work);
	return status;
}
