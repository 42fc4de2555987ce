/*
 * Two sources, told apart in the result: what a recorder says of itself
 * (AWS::Config::ConfigurationRecorder items: recording on or off, which types)
 * and the cadence of the deliveries, which shows an outage that no item tells.
 */
#include "timeline/coverage_priv.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "columns/columns.h"
#include "store/store.h"
#include "json/json.h"

#define SCRATCH_BYTES ((size_t)256 << 20)

struct moment {
	struct bl_str account, region;
	int64_t at_ns;
	enum bl_delivery_kind kind;
	bool complete;
};

struct moments {
	struct moment *at; /* [n] */
	size_t n;
};

enum bl_status
bl_coverage__no_memory(struct bl_err *reterr)
{
	return bl_fail(reterr, BL_ENOMEM, "no memory left to compute the coverage");
}

static int
cmp_moments(const void *pa, const void *pb)
{
	const struct moment *a = pa, *b = pb;
	int c = bl_str_cmp(a->account, b->account);

	if (c == 0)
		c = bl_str_cmp(a->region, b->region);
	if (c == 0)
		c = (a->at_ns > b->at_ns) - (a->at_ns < b->at_ns);
	return c != 0 ? c : (int)a->kind - (int)b->kind;
}

static enum bl_status
list_moments(struct bl_coverage__build *b, struct moments *ret)
{
	uint64_t n = bl_store_n_deliveries(b->store);

	if (n > b->position)
		n = b->position;
	ret->at = bl_new(b->work, struct moment, n);
	if (ret->at == NULL)
		return bl_coverage__no_memory(b->err);
	for (uint64_t p = 1; p <= n; p++) {
		const struct bl_delivery *d = bl_store_delivery(b->store, p);

		if (d->account.len == 0 || d->region.len == 0 || d->as_of_ns == BL_INSTANT_MIN)
			continue;
		ret->at[ret->n++] = (struct moment){.account = d->account,
		    .region = d->region,
		    .at_ns = d->as_of_ns,
		    .kind = d->kind,
		    .complete = d->complete};
	}
	qsort(ret->at, ret->n, sizeof(ret->at[0]), cmp_moments);
	return BL_OK;
}

/* The recorder of moments m[0 .. n - 1]: all of one account and region, by time. */
static enum bl_status
fill_recorder(
    struct bl_coverage__build *b, const struct moment *m, size_t n, struct bl_recorder_cover *ret)
{
	struct bl_span *silent = bl_new(b->arena, struct bl_span, n);
	int64_t *snapshots = bl_new(b->arena, int64_t, n);
	size_t n_silent = 0, n_snapshots = 0;
	int64_t last_any = m[n - 1].at_ns;

	if (silent == NULL || snapshots == NULL ||
	    bl_str_dup(b->arena, m[0].account, &ret->account) != BL_OK ||
	    bl_str_dup(b->arena, m[0].region, &ret->region) != BL_OK)
		return bl_coverage__no_memory(b->err);
	ret->first_ns = m[0].at_ns;
	for (size_t i = 0; i < n; i++) {
		if (m[i].kind == BL_DELIVERY_SNAPSHOT && m[i].complete)
			snapshots[n_snapshots++] = m[i].at_ns;
		else if (m[i].kind == BL_DELIVERY_HISTORY)
			ret->n_histories++;
		else
			ret->n_others++;
		if (i > 0 && m[i].at_ns - m[i - 1].at_ns > BL_COVERAGE_SILENCE_NS)
			silent[n_silent++] =
			    (struct bl_span){.from_ns = m[i - 1].at_ns + 1, .to_ns = m[i].at_ns};
	}
	ret->snapshots = snapshots;
	ret->n_snapshots = n_snapshots;
	/* Where nobody asked for snapshots, a quiet week has no delivery: no gap. */
	ret->silent = silent;
	ret->n_silent = n_snapshots >= 2 ? n_silent : 0;
	ret->last_ns = n_snapshots > 0 ? snapshots[n_snapshots - 1] : last_any;
	return BL_OK;
}

static bool
same_place(const struct moment *a, const struct moment *b)
{
	return bl_str_eq(a->account, b->account) && bl_str_eq(a->region, b->region);
}

static enum bl_status
fill_recorders(struct bl_coverage__build *b, const struct moments *moments)
{
	const struct moment *m = moments->at;
	size_t n_places = 0;

	for (size_t i = 0; i < moments->n; i++)
		n_places += i == 0 || !same_place(&m[i], &m[i - 1]);
	b->recorders = bl_new(b->arena, struct bl_recorder_cover, n_places);
	if (b->recorders == NULL)
		return bl_coverage__no_memory(b->err);
	for (size_t i = 0, end; i < moments->n; i = end) {
		enum bl_status status;

		for (end = i + 1; end < moments->n && same_place(&m[end], &m[i]);)
			end++;
		status = fill_recorder(b, &m[i], end - i, &b->recorders[b->n_recorders++]);
		if (status != BL_OK)
			return status;
	}
	return BL_OK;
}

/* Where ${account} and ${region} stand, or would stand, among sorted covers. */
static size_t
place_in(const struct bl_recorder_cover *covers, size_t n, struct bl_str account,
    struct bl_str region, bool *ret_found)
{
	size_t low = 0, high = n;

	*ret_found = false;
	while (low < high && !*ret_found) {
		size_t mid = low + (high - low) / 2;
		int c = bl_str_cmp(covers[mid].account, account);

		if (c == 0)
			c = bl_str_cmp(covers[mid].region, region);
		*ret_found = c == 0;
		if (c == 0)
			low = mid;
		else if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static enum bl_status
add_other(struct bl_coverage__build *b, size_t at, struct bl_str account, struct bl_str region)
{
	struct bl_recorder_cover cover = {.first_ns = BL_INSTANT_MAX, .last_ns = BL_INSTANT_MIN};

	if (b->n_others == b->cap_others) {
		size_t cap = 2 * b->cap_others + 16;
		struct bl_recorder_cover *more = bl_new(b->arena, struct bl_recorder_cover, cap);

		if (more == NULL)
			return bl_coverage__no_memory(b->err);
		if (b->n_others > 0)
			memcpy(more, b->others, b->n_others * sizeof(*more));
		b->others = more;
		b->cap_others = cap;
	}
	if (bl_str_dup(b->arena, account, &cover.account) != BL_OK ||
	    bl_str_dup(b->arena, region, &cover.region) != BL_OK)
		return bl_coverage__no_memory(b->err);
	memmove(&b->others[at + 1], &b->others[at], (b->n_others - at) * sizeof(cover));
	b->others[at] = cover;
	b->n_others++;
	return BL_OK;
}

enum bl_status
bl_coverage__cover(struct bl_coverage__build *b, struct bl_str account, struct bl_str region,
    struct bl_recorder_cover **ret_cover)
{
	bool found;
	size_t at = place_in(b->recorders, b->n_recorders, account, region, &found);
	enum bl_status status = BL_OK;

	if (found) {
		*ret_cover = &b->recorders[at];
		return BL_OK;
	}
	at = place_in(b->others, b->n_others, account, region, &found);
	if (!found)
		status = add_other(b, at, account, region);
	if (status == BL_OK)
		*ret_cover = &b->others[at];
	return status;
}

enum bl_status
bl_coverage_build(struct bl_columns *columns, uint64_t position, struct bl_arena *arena,
    const struct bl_coverage **ret_coverage, struct bl_err *reterr)
{
	struct bl_coverage__build b = {.columns = columns,
	    .store = bl_columns_store(columns),
	    .position = position == 0 ? UINT64_MAX : position,
	    .arena = arena,
	    .err = reterr};
	struct bl_coverage *coverage = bl_new(arena, struct bl_coverage, 1);
	struct moments moments = {.n = 0};
	enum bl_status status = BL_ENOMEM;

	b.work = bl_arena_new((size_t)4 << 30);
	b.scratch = bl_arena_new(SCRATCH_BYTES);
	if (coverage == NULL || b.work == NULL || b.scratch == NULL) {
		status = bl_coverage__no_memory(reterr);
		goto out;
	}
	status = bl_json_parser_new((struct bl_json_limits){0}, &b.parser, reterr);
	if (status == BL_OK)
		status = list_moments(&b, &moments);
	if (status == BL_OK)
		status = fill_recorders(&b, &moments);
	if (status == BL_OK)
		status = bl_coverage__items(&b);
	if (status == BL_OK)
		status = bl_coverage__trail(&b);
	if (status != BL_OK)
		goto out;
	*coverage = (struct bl_coverage){.recorders = b.recorders,
	    .n = b.n_recorders,
	    .others = b.others,
	    .n_others = b.n_others,
	    .newest_ns = BL_INSTANT_MIN};
	for (size_t i = 0; i < b.n_recorders; i++)
		if (b.recorders[i].last_ns > coverage->newest_ns)
			coverage->newest_ns = b.recorders[i].last_ns;
	*ret_coverage = coverage;
out:
	bl_json_parser_free(&b.parser);
	bl_arena_free(&b.scratch);
	bl_arena_free(&b.work);
	return status;
}

const struct bl_recorder_cover *
bl_coverage_find(const struct bl_coverage *coverage, struct bl_str account, struct bl_str region)
{
	bool found;
	size_t at = place_in(coverage->recorders, coverage->n, account, region, &found);

	return found ? &coverage->recorders[at] : NULL;
}

size_t
bl_coverage_account(const struct bl_coverage *coverage, struct bl_str account, size_t *ret_first)
{
	size_t low = 0, high = coverage->n, n = 0;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (bl_str_cmp(coverage->recorders[mid].account, account) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	while (low + n < coverage->n && bl_str_eq(coverage->recorders[low + n].account, account))
		n++;
	*ret_first = low;
	return n;
}
