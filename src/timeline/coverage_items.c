/*
 * What a recorder says of itself: AWS::Config::ConfigurationRecorder items tell
 * whether it records, and which types.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "delivery/item.h"
#include "store/store.h"
#include "timeline/coverage_priv.h"
#include "timeline/timeline.h"
#include "json/json.h"

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
copy_types(struct bl_coverage__build *b, const struct bl_json *list, struct bl_recording_group *g)
{
	struct bl_str *types;
	size_t n = 0;

	if (list == NULL || list->kind != BL_JSON_ARRAY)
		return BL_OK;
	types = bl_new(b->arena, struct bl_str, list->n);
	if (types == NULL)
		return bl_coverage__no_memory(b->err);
	for (const struct bl_json *v = list->first; v != NULL; v = v->next)
		if (v->kind == BL_JSON_STRING &&
		    bl_str_dup(b->arena, v->text, &types[n++]) != BL_OK)
			return bl_coverage__no_memory(b->err);
	g->types = types;
	g->n_types = n;
	return BL_OK;
}

static enum bl_status
read_group(struct bl_coverage__build *b, const struct bl_json *configuration,
    const struct bl_state *state, struct bl_recording_group *groups, size_t *n_groups)
{
	const struct bl_json *group =
	    either(configuration, BL_STR("RecordingGroup"), BL_STR("recordingGroup"));
	const struct bl_json *exclusion =
	    either(group, BL_STR("ExclusionByResourceTypes"), BL_STR("exclusionByResourceTypes"));
	const struct bl_json *excluded =
	    either(exclusion, BL_STR("ResourceTypes"), BL_STR("resourceTypes"));
	const struct bl_json *mode =
	    either(configuration, BL_STR("RecordingMode"), BL_STR("recordingMode"));
	struct bl_recording_group *g = &groups[*n_groups];

	if (group == NULL || group->kind != BL_JSON_OBJECT || state->kind == BL_STATE_VANISHED ||
	    !bl_item_exists(state->status))
		return BL_OK;
	(*n_groups)++;
	*g = (struct bl_recording_group){.from_ns = state->from_ns,
	    .position = state->position,
	    .daily = bl_str_eq(bl_json_str(either(mode, BL_STR("RecordingFrequency"),
				   BL_STR("recordingFrequency"))),
		BL_STR("DAILY")),
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
	struct bl_recorder_word *words;
	size_t n_words;
	struct bl_span *stopped;
	size_t n_stopped;
	struct bl_recording_group *groups;
	size_t n_groups;
};

static enum bl_status
read_state(struct bl_coverage__build *b, const struct bl_state *state, struct recorder_words *words,
    bool *ret_internal)
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
	words->words[words->n_words++] = (struct bl_recorder_word){.from_ns = state->from_ns,
	    .to_ns = state->to_ns,
	    .position = state->position,
	    .says = state->kind == BL_STATE_VANISHED		 ? BL_RECORDER_VANISHED
		    : !bl_item_exists(state->status)		 ? BL_RECORDER_DELETED
		    : is_said(recording, BL_STR("false"), false) ? BL_RECORDER_OFF
								 : BL_RECORDER_ON};
	/* A recorder that was deleted, or of which it is not known whether it exists, does not
	 * record. */
	if (words->words[words->n_words - 1].says != BL_RECORDER_ON) {
		if (words->n_stopped > 0 &&
		    words->stopped[words->n_stopped - 1].to_ns == state->from_ns)
			words->stopped[words->n_stopped - 1].to_ns = state->to_ns;
		else
			words->stopped[words->n_stopped++] =
			    (struct bl_span){.from_ns = state->from_ns, .to_ns = state->to_ns};
	}
	return read_group(b, item.configuration, state, words->groups, &words->n_groups);
}

/*
 * A region may have had several recorders, one after the other under other names: nothing was
 * recorded while one of them was stopped and no other is known to have existed, or was stopped too.
 * ${stopped} of the resource ${r}; what came before its first state is unknown of it.
 */
static enum bl_status
add_stopped(struct bl_coverage__build *b, struct bl_recorder_cover *cover,
    const struct bl_resource *r, struct bl_span *stopped, size_t n_stopped)
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
		return bl_coverage__no_memory(b->err);
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

static int
cmp_words(const void *pa, const void *pb)
{
	const struct bl_recorder_word *a = pa, *b = pb;

	if (a->from_ns != b->from_ns)
		return a->from_ns < b->from_ns ? -1 : 1;
	return (a->position > b->position) - (a->position < b->position);
}

static enum bl_status
add_words(struct bl_coverage__build *b, struct bl_recorder_cover *cover,
    const struct recorder_words *words)
{
	size_t n = cover->n_words + words->n_words;
	struct bl_recorder_word *all = bl_new(b->arena, struct bl_recorder_word, n);

	if (all == NULL)
		return bl_coverage__no_memory(b->err);
	if (cover->n_words > 0)
		memcpy(all, cover->words, cover->n_words * sizeof(*all));
	if (words->n_words > 0)
		memcpy(all + cover->n_words, words->words, words->n_words * sizeof(*all));
	qsort(all, n, sizeof(*all), cmp_words);
	cover->words = all;
	cover->n_words = n;
	return BL_OK;
}

/* Behind those of another recorder of the same account and region. */
static enum bl_status
add_groups(struct bl_coverage__build *b, struct bl_recorder_cover *cover,
    const struct recorder_words *words)
{
	struct bl_recording_group *all =
	    bl_new(b->arena, struct bl_recording_group, cover->n_groups + words->n_groups);

	if (all == NULL)
		return bl_coverage__no_memory(b->err);
	if (cover->n_groups > 0)
		memcpy(all, cover->groups, cover->n_groups * sizeof(*all));
	if (words->n_groups > 0)
		memcpy(all + cover->n_groups, words->groups, words->n_groups * sizeof(*all));
	cover->groups = all;
	cover->n_groups += words->n_groups;
	return BL_OK;
}

/* As a set, which the word of CloudTrail is laid over. */
static enum bl_status
keep_told(struct bl_coverage__build *b, struct bl_recorder_cover *covers, size_t n)
{
	enum bl_status status = BL_OK;

	for (size_t i = 0; i < n && status == BL_OK; i++) {
		status = bl_coverage_span_set(b->arena, covers[i].stopped, covers[i].n_stopped,
		    &covers[i].told_stopped, b->err);
		covers[i].stopped = covers[i].told_stopped.at;
		covers[i].n_stopped = covers[i].told_stopped.n;
	}
	return status;
}

enum bl_status
bl_coverage__items(struct bl_coverage__build *b)
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
		struct bl_recorder_cover *cover = NULL;
		struct recorder_words words = {
		    .words = bl_new(b->arena, struct bl_recorder_word, r->n_states),
		    .stopped = bl_new(b->arena, struct bl_span, r->n_states),
		    .groups = bl_new(b->arena, struct bl_recording_group, r->n_states)};
		bool internal = false;

		if (words.words == NULL || words.stopped == NULL || words.groups == NULL)
			return bl_coverage__no_memory(b->err);
		/* Recorders that AWS services keep for themselves do not speak for the account. */
		for (size_t k = 0; k < r->n_states && !internal && status == BL_OK; k++)
			status = read_state(b, &r->states[k], &words, &internal);
		if (internal || status != BL_OK)
			continue;
		status = bl_coverage__cover(b, r->account, r->region, &cover);
		if (status == BL_OK)
			status = add_words(b, cover, &words);
		if (status == BL_OK)
			status = add_stopped(b, cover, r, words.stopped, words.n_stopped);
		if (status == BL_OK)
			status = add_groups(b, cover, &words);
	}
	if (status == BL_OK)
		status = keep_told(b, b->recorders, b->n_recorders);
	return status == BL_OK ? keep_told(b, b->others, b->n_others) : status;
}
