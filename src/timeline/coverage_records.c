/* What recorders were told to record: types, by their recording groups. */
#include <assert.h>

#include "base/arena.h"
#include "base/instant.h"
#include "timeline/coverage_priv.h"

/* IAM is recorded in one region, where the recorder is told so. */
bool
bl_coverage_is_global(struct bl_str type)
{
	return bl_str_eq(type, BL_STR("AWS::IAM::User")) ||
	       bl_str_eq(type, BL_STR("AWS::IAM::Group")) ||
	       bl_str_eq(type, BL_STR("AWS::IAM::Role")) ||
	       bl_str_eq(type, BL_STR("AWS::IAM::Policy"));
}

enum bl_records
bl_coverage__group_says(const struct bl_recording_group *g, struct bl_str type)
{
	if (g->all_types)
		return bl_coverage_is_global(type) && !g->global_types ? BL_RECORDS_UNKNOWN
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
		enum bl_records says = bl_coverage__group_says(g, type);

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

enum bl_status
bl_coverage_says(const struct bl_recorder_cover *r, struct bl_str type, struct bl_span of,
    struct bl_arena *arena, struct bl_span_set *ret_no, struct bl_span_set *ret_yes,
    struct bl_err *reterr)
{
	/* Each group begins and ends once: at most so many pieces. */
	size_t room = 2 * r->n_groups + 1, n_no = 0, n_yes = 0;
	struct bl_span *no = bl_new(arena, struct bl_span, room);
	struct bl_span *yes = bl_new(arena, struct bl_span, room);
	enum bl_status status;

	if (no == NULL || yes == NULL)
		return bl_coverage__no_memory(reterr);
	for (int64_t at = of.from_ns, until; at < of.to_ns; at = until) {
		enum bl_records says;

		until = of.to_ns;
		says = records_at(r, type, at, &until);
		assert(n_no + n_yes < room);
		if (says == BL_RECORDS_NO)
			no[n_no++] = (struct bl_span){at, until};
		else if (says == BL_RECORDS_YES)
			yes[n_yes++] = (struct bl_span){at, until};
	}
	status = bl_coverage_span_set(arena, no, n_no, ret_no, reterr);
	return status == BL_OK ? bl_coverage_span_set(arena, yes, n_yes, ret_yes, reterr) : status;
}
