/*
 * Two sources, told apart in the result: what a recorder says of itself
 * (AWS::Config::ConfigurationRecorder items: recording on or off, which types)
 * and the cadence of the deliveries, which shows an outage that no item tells.
 */
#include "timeline/coverage.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "columns/columns.h"
#include "delivery/item.h"
#include "store/store.h"
#include "timeline/timeline.h"
#include "json/json.h"

#define SCRATCH_BYTES ((size_t)256 << 20)

struct moment {
	struct bl_str account, region;
	int64_t at_ns;
	enum bl_delivery_kind kind;
	bool complete;
};

struct build {
	struct bl_columns *columns;
	struct bl_store *store;
	uint64_t position;
	struct bl_arena *arena, *scratch;
	struct bl_json_parser *parser;
	struct moment *moments; /* [n_moments] */
	size_t n_moments;
	struct bl_recorder_cover *recorders; /* [n_recorders] */
	size_t n_recorders;
	struct bl_err *err;
};

static enum bl_status
no_memory(struct bl_err *reterr)
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
list_moments(struct build *b, struct bl_arena *work)
{
	uint64_t n = bl_store_n_deliveries(b->store);

	if (n > b->position)
		n = b->position;
	b->moments = bl_new(work, struct moment, n);
	if (b->moments == NULL)
		return no_memory(b->err);
	for (uint64_t p = 1; p <= n; p++) {
		const struct bl_delivery *d = bl_store_delivery(b->store, p);

		if (d->account.len == 0 || d->region.len == 0 || d->as_of_ns == BL_INSTANT_MIN)
			continue;
		b->moments[b->n_moments++] = (struct moment){.account = d->account,
		    .region = d->region,
		    .at_ns = d->as_of_ns,
		    .kind = d->kind,
		    .complete = d->complete};
	}
	qsort(b->moments, b->n_moments, sizeof(b->moments[0]), cmp_moments);
	return BL_OK;
}

/* The recorder of moments [first, end): all of one account and region, by time. */
static enum bl_status
fill_recorder(struct build *b, size_t first, size_t end, struct bl_recorder_cover *ret)
{
	struct bl_span *silent = bl_new(b->arena, struct bl_span, end - first);
	int64_t *snapshots = bl_new(b->arena, int64_t, end - first);
	size_t n_silent = 0, n_snapshots = 0;
	int64_t last_any = b->moments[end - 1].at_ns;

	if (silent == NULL || snapshots == NULL ||
	    bl_str_dup(b->arena, b->moments[first].account, &ret->account) != BL_OK ||
	    bl_str_dup(b->arena, b->moments[first].region, &ret->region) != BL_OK)
		return no_memory(b->err);
	ret->first_ns = b->moments[first].at_ns;
	for (size_t i = first; i < end; i++) {
		const struct moment *m = &b->moments[i];

		if (m->kind == BL_DELIVERY_SNAPSHOT && m->complete)
			snapshots[n_snapshots++] = m->at_ns;
		else if (m->kind == BL_DELIVERY_HISTORY)
			ret->n_histories++;
		else
			ret->n_others++;
		if (i > first && m->at_ns - m[-1].at_ns > BL_COVERAGE_SILENCE_NS)
			silent[n_silent++] =
			    (struct bl_span){.from_ns = m[-1].at_ns + 1, .to_ns = m->at_ns};
	}
	ret->snapshots = snapshots;
	ret->n_snapshots = n_snapshots;
	/* Where nobody asked for snapshots, a quiet week has no delivery: no gap. */
	ret->silent = silent;
	ret->n_silent = n_snapshots >= 2 ? n_silent : 0;
	ret->last_ns = n_snapshots > 0 ? snapshots[n_snapshots - 1] : last_any;
	return BL_OK;
}

static enum bl_status
fill_recorders(struct build *b)
{
	b->recorders = bl_new(b->arena, struct bl_recorder_cover, b->n_moments);
	if (b->recorders == NULL)
		return no_memory(b->err);
	for (size_t i = 0, end; i < b->n_moments; i = end) {
		enum bl_status status;

		for (end = i + 1; end < b->n_moments; end++)
			if (!bl_str_eq(b->moments[end].account, b->moments[i].account) ||
			    !bl_str_eq(b->moments[end].region, b->moments[i].region))
				break;
		status = fill_recorder(b, i, end, &b->recorders[b->n_recorders++]);
		if (status != BL_OK)
			return status;
	}
	return BL_OK;
}

/* ---- What the recorder says of itself. ----------------------------------- */

/* A member under its CloudFormation name or the name of the describe call. */
static const struct bl_json *
either(const struct bl_json *object, struct bl_str upper, struct bl_str lower)
{
	const struct bl_json *v = bl_json_get(object, upper);

	return v != NULL ? v : bl_json_get(object, lower);
}

/* true, or "true" as some dialects write it. */
static bool
is_said(const struct bl_json *v, struct bl_str word, bool boolean)
{
	if (v == NULL)
		return false;
	if (v->kind == BL_JSON_BOOL)
		return v->boolean == boolean;
	return bl_str_eq_ci(bl_json_str(v), word);
}

static enum bl_status
copy_types(struct build *b, const struct bl_json *list, struct bl_recording_group *g)
{
	struct bl_str *types;
	size_t n = 0;

	if (list == NULL || list->kind != BL_JSON_ARRAY)
		return BL_OK;
	types = bl_new(b->arena, struct bl_str, list->n);
	if (types == NULL)
		return no_memory(b->err);
	for (const struct bl_json *v = list->first; v != NULL; v = v->next)
		if (v->kind == BL_JSON_STRING &&
		    bl_str_dup(b->arena, v->text, &types[n++]) != BL_OK)
			return no_memory(b->err);
	g->types = types;
	g->n_types = n;
	return BL_OK;
}

static enum bl_status
read_group(struct build *b, const struct bl_json *configuration, const struct bl_state *state,
    struct bl_recording_group *groups, size_t *n_groups)
{
	const struct bl_json *group =
	    either(configuration, BL_STR("RecordingGroup"), BL_STR("recordingGroup"));
	const struct bl_json *exclusion =
	    either(group, BL_STR("ExclusionByResourceTypes"), BL_STR("exclusionByResourceTypes"));
	const struct bl_json *excluded =
	    either(exclusion, BL_STR("ResourceTypes"), BL_STR("resourceTypes"));
	struct bl_recording_group *g = &groups[*n_groups];

	if (group == NULL || group->kind != BL_JSON_OBJECT || state->kind == BL_STATE_VANISHED ||
	    !bl_item_exists(state->status))
		return BL_OK;
	(*n_groups)++;
	*g = (struct bl_recording_group){.from_ns = state->from_ns,
	    .to_ns = state->to_ns,
	    .all_types = is_said(either(group, BL_STR("AllSupported"), BL_STR("allSupported")),
		BL_STR("true"), true),
	    .global_types = is_said(either(group, BL_STR("IncludeGlobalResourceTypes"),
					BL_STR("includeGlobalResourceTypes")),
		BL_STR("true"), true)};
	if (g->all_types)
		return BL_OK;
	g->excludes = excluded != NULL && excluded->kind == BL_JSON_ARRAY && excluded->n > 0;
	if (g->excludes)
		return copy_types(b, excluded, g);
	return copy_types(b, either(group, BL_STR("ResourceTypes"), BL_STR("resourceTypes")), g);
}

/* What one recorder's items say over time: [its states] of room. */
struct recorder_words {
	struct bl_span *stopped;
	size_t n_stopped;
	struct bl_recording_group *groups;
	size_t n_groups;
};

static enum bl_status
read_state(
    struct build *b, const struct bl_state *state, struct recorder_words *words, bool *ret_internal)
{
	const struct bl_json *recording, *scope;
	struct bl_item item;
	struct bl_str bytes;
	struct bl_sha256 sha256;
	enum bl_status status;

	bl_arena_reset(b->scratch);
	status = bl_store_read(b->store, state->version, b->scratch, &bytes, &sha256, b->err);
	if (status == BL_OK)
		status = bl_item_parse(b->parser, bytes, b->scratch, &item, b->err);
	if (status != BL_OK)
		return status;
	scope = either(item.configuration, BL_STR("RecordingScope"), BL_STR("recordingScope"));
	*ret_internal = bl_str_eq(bl_json_str(scope), BL_STR("INTERNAL"));
	if (*ret_internal)
		return BL_OK;
	recording = either(item.configuration, BL_STR("Recording"), BL_STR("recording"));
	/* A recorder that was deleted, or of which it is not known whether it exists, does not
	 * record. */
	if (!bl_item_exists(state->status) || state->kind == BL_STATE_VANISHED ||
	    is_said(recording, BL_STR("false"), false)) {
		if (words->n_stopped > 0 &&
		    words->stopped[words->n_stopped - 1].to_ns == state->from_ns)
			words->stopped[words->n_stopped - 1].to_ns = state->to_ns;
		else
			words->stopped[words->n_stopped++] =
			    (struct bl_span){.from_ns = state->from_ns, .to_ns = state->to_ns};
	}
	return read_group(b, item.configuration, state, words->groups, &words->n_groups);
}

static struct bl_recorder_cover *
find_cover(struct build *b, const struct bl_resource *r)
{
	const struct bl_coverage all = {.recorders = b->recorders, .n = b->n_recorders};
	const struct bl_recorder_cover *found = bl_coverage_find(&all, r->account, r->region);

	return found == NULL ? NULL : &b->recorders[found - b->recorders];
}

/*
 * A region may have had several recorders, one after the other under other names: nothing was
 * recorded while one of them was stopped and no other is known to have existed, or was stopped too.
 * ${stopped} of the resource ${r}; what came before its first state is unknown of it.
 */
static enum bl_status
add_stopped(struct build *b, struct bl_recorder_cover *cover, const struct bl_resource *r,
    struct bl_span *stopped, size_t n_stopped)
{
	struct bl_span mine = {.from_ns = BL_INSTANT_MIN, .to_ns = r->states[0].from_ns};
	struct bl_span *all, *out;
	size_t n = 0, i = 0, j = 0, n_all = 0;

	if (!cover->has_stops) { /* The first of them. */
		cover->has_stops = true;
		cover->stops_from_ns = mine.to_ns;
		cover->stopped = stopped;
		cover->n_stopped = n_stopped;
		return BL_OK;
	}
	/* Before its first state, each says what the other says. */
	all = bl_new(b->arena, struct bl_span, n_stopped + 1);
	out = bl_new(b->arena, struct bl_span, 2 * (n_stopped + cover->n_stopped + 2));
	if (all == NULL || out == NULL)
		return no_memory(b->err);
	all[n_all++] = mine;
	for (size_t k = 0; k < n_stopped; k++)
		if (all[n_all - 1].to_ns == stopped[k].from_ns)
			all[n_all - 1].to_ns = stopped[k].to_ns;
		else
			all[n_all++] = stopped[k];
	for (struct bl_span other = {BL_INSTANT_MIN, cover->stops_from_ns};
	     i <= cover->n_stopped;) {
		int64_t from, to;

		if (j == n_all)
			break;
		from = other.from_ns > all[j].from_ns ? other.from_ns : all[j].from_ns;
		to = other.to_ns < all[j].to_ns ? other.to_ns : all[j].to_ns;
		/* Before either began to speak, nobody says that recording was off. */
		if (from < mine.to_ns && from < cover->stops_from_ns)
			from =
			    mine.to_ns < cover->stops_from_ns ? mine.to_ns : cover->stops_from_ns;
		if (from < to && n > 0 && out[n - 1].to_ns == from)
			out[n - 1].to_ns = to;
		else if (from < to)
			out[n++] = (struct bl_span){from, to};
		if (all[j].to_ns < other.to_ns) {
			j++;
		} else {
			if (i < cover->n_stopped)
				other = cover->stopped[i];
			i++;
		}
	}
	if (mine.to_ns < cover->stops_from_ns)
		cover->stops_from_ns = mine.to_ns;
	cover->stopped = out;
	cover->n_stopped = n;
	return BL_OK;
}

/* Behind those of another recorder of the same account and region. */
static enum bl_status
add_groups(struct build *b, struct bl_recorder_cover *cover, const struct recorder_words *words)
{
	struct bl_recording_group *all =
	    bl_new(b->arena, struct bl_recording_group, cover->n_groups + words->n_groups);

	if (all == NULL)
		return no_memory(b->err);
	if (cover->n_groups > 0)
		memcpy(all, cover->groups, cover->n_groups * sizeof(*all));
	if (words->n_groups > 0)
		memcpy(all + cover->n_groups, words->groups, words->n_groups * sizeof(*all));
	cover->groups = all;
	cover->n_groups += words->n_groups;
	return BL_OK;
}

static enum bl_status
read_recorder_items(struct build *b)
{
	uint32_t type_no = bl_store_type_no(b->store, BL_STR("AWS::Config::ConfigurationRecorder"));
	const struct bl_timeline *timeline = NULL;
	enum bl_status status;

	if (type_no == UINT32_MAX)
		return BL_OK;
	status =
	    bl_timeline_build(b->columns, &type_no, 1, b->position, b->arena, &timeline, b->err);
	for (size_t i = 0; status == BL_OK && i < timeline->n; i++) {
		const struct bl_resource *r = &timeline->resources[i];
		struct bl_recorder_cover *cover = find_cover(b, r);
		struct recorder_words words = {
		    .stopped = bl_new(b->arena, struct bl_span, r->n_states),
		    .groups = bl_new(b->arena, struct bl_recording_group, r->n_states)};
		bool internal = false;

		if (words.stopped == NULL || words.groups == NULL)
			return no_memory(b->err);
		/* Recorders that AWS services keep for themselves do not speak for the account. */
		for (size_t k = 0; k < r->n_states && cover != NULL && !internal && status == BL_OK;
		     k++)
			status = read_state(b, &r->states[k], &words, &internal);
		if (cover == NULL || internal || status != BL_OK)
			continue;
		status = add_stopped(b, cover, r, words.stopped, words.n_stopped);
		if (status == BL_OK)
			status = add_groups(b, cover, &words);
	}
	return status;
}

enum bl_status
bl_coverage_build(struct bl_columns *columns, uint64_t position, struct bl_arena *arena,
    const struct bl_coverage **ret_coverage, struct bl_err *reterr)
{
	struct build b = {.columns = columns,
	    .store = bl_columns_store(columns),
	    .position = position == 0 ? UINT64_MAX : position,
	    .arena = arena,
	    .err = reterr};
	struct bl_coverage *coverage = bl_new(arena, struct bl_coverage, 1);
	struct bl_arena *work = bl_arena_new((size_t)4 << 30);
	enum bl_status status = BL_ENOMEM;

	b.scratch = bl_arena_new(SCRATCH_BYTES);
	if (coverage == NULL || work == NULL || b.scratch == NULL) {
		status = no_memory(reterr);
		goto out;
	}
	status = bl_json_parser_new((struct bl_json_limits){0}, &b.parser, reterr);
	if (status == BL_OK)
		status = list_moments(&b, work);
	if (status == BL_OK)
		status = fill_recorders(&b);
	if (status == BL_OK)
		status = read_recorder_items(&b);
	if (status != BL_OK)
		goto out;
	*coverage = (struct bl_coverage){
	    .recorders = b.recorders, .n = b.n_recorders, .newest_ns = BL_INSTANT_MIN};
	for (size_t i = 0; i < b.n_recorders; i++)
		if (b.recorders[i].last_ns > coverage->newest_ns)
			coverage->newest_ns = b.recorders[i].last_ns;
	*ret_coverage = coverage;
out:
	bl_json_parser_free(&b.parser);
	bl_arena_free(&b.scratch);
	bl_arena_free(&work);
	return status;
}

const struct bl_recorder_cover *
bl_coverage_find(const struct bl_coverage *coverage, struct bl_str account, struct bl_str region)
{
	size_t low = 0, high = coverage->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct bl_recorder_cover *r = &coverage->recorders[mid];
		int c = bl_str_cmp(r->account, account);

		if (c == 0)
			c = bl_str_cmp(r->region, region);
		if (c == 0)
			return r;
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
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

/* IAM is recorded in one region, where the recorder is told so. */
static bool
is_global_type(struct bl_str type)
{
	return bl_str_eq(type, BL_STR("AWS::IAM::User")) ||
	       bl_str_eq(type, BL_STR("AWS::IAM::Group")) ||
	       bl_str_eq(type, BL_STR("AWS::IAM::Role")) ||
	       bl_str_eq(type, BL_STR("AWS::IAM::Policy"));
}

static enum bl_records
group_records(const struct bl_recording_group *g, struct bl_str type)
{
	if (g->all_types)
		return is_global_type(type) && !g->global_types ? BL_RECORDS_UNKNOWN
								: BL_RECORDS_YES;
	for (size_t i = 0; i < g->n_types; i++)
		if (bl_str_eq(g->types[i], type))
			return g->excludes ? BL_RECORDS_NO : BL_RECORDS_YES;
	return g->excludes ? BL_RECORDS_YES : BL_RECORDS_NO;
}

/* At one moment, and until when nothing changes.  One recorder that records is enough. */
static enum bl_records
records_at(const struct bl_recorder_cover *r, struct bl_str type, int64_t at_ns, int64_t *ret_until)
{
	enum bl_records best = BL_RECORDS_UNKNOWN;
	bool any = false;

	for (size_t i = 0; i < r->n_groups; i++) {
		const struct bl_recording_group *g = &r->groups[i];
		enum bl_records says = group_records(g, type);

		if (g->from_ns > at_ns) {
			if (g->from_ns < *ret_until)
				*ret_until = g->from_ns;
			continue;
		}
		if (g->to_ns <= at_ns)
			continue;
		if (g->to_ns < *ret_until)
			*ret_until = g->to_ns;
		if (!any || says < best)
			best = says;
		any = true;
	}
	return best;
}

enum bl_records
bl_coverage_records(const struct bl_recorder_cover *recorder, struct bl_str type, int64_t from_ns,
    int64_t to_ns, struct bl_span *ret_span)
{
	enum bl_records worst = BL_RECORDS_YES;

	assert(from_ns < to_ns);
	*ret_span = (struct bl_span){.from_ns = from_ns, .to_ns = from_ns};
	for (int64_t at = from_ns, until; at < to_ns; at = until) {
		enum bl_records says;

		until = to_ns;
		says = records_at(recorder, type, at, &until);
		if (says < worst)
			continue;
		if (says > worst || ret_span->to_ns == ret_span->from_ns)
			ret_span->from_ns = at;
		ret_span->to_ns = until;
		worst = says;
	}
	return worst;
}
