/* What changes in six hours: drawn, planted, or found when a recorder starts again. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sample/sample_priv.h"

/* 0.5 % of what exists changes; what was deleted comes back, as another, sooner. */
#define CHANGE_PER_2_32 UINT32_C(21474836)
#define CREATE_PER_2_32 UINT32_C(214748364)
#define DELETE_PERMILLE 150

static struct bl_sample_res *
resources(struct bl_sample_run *run)
{
	return (struct bl_sample_res *)(void *)run->res.ptr;
}

static BL_STATUS
add_event(struct bl_sample_run *run, struct bl_sample_event event, struct bl_err *reterr)
{
	enum bl_status status =
	    bl_buf_add(&run->events, (struct bl_str){(const char *)&event, sizeof(event)}, reterr);

	if (!status)
		run->n_events++;
	return status;
}

static int64_t
not_whole_second(int64_t ms)
{
	return ms % 1000 == 0 ? ms + 1 : ms;
}

/* What ${res} does in this period by itself; false: nothing. */
static bool
draw_event(const struct bl_sample_run *run, const struct bl_sample_res *res, uint32_t slot,
    struct bl_sample_event *ret_event)
{
	const struct bl_sample_type_row *row = &bl_sample__types[res->type];
	const uint64_t draw = bl_sample__mix(res->key, 7000 + slot);
	const bool live = (res->flags & F_LIVE) != 0;
	uint64_t more;

	if ((res->flags & F_PIN) != 0 ||
	    (uint32_t)draw >= (live ? CHANGE_PER_2_32 : CREATE_PER_2_32))
		return false;
	more = bl_sample__mix(draw, 1);
	*ret_event = (struct bl_sample_event){.i_step = -1, .kind = live ? EV_CHANGE : EV_CREATE};
	ret_event->at_ms =
	    not_whole_second(bl_sample__grid_ms(run->plan, slot - 1) + 15 * MS_PER_MIN +
			     bl_sample__below(more, (uint32_t)(325 * MS_PER_MIN)));
	if (!live)
		return true;
	if (row->deletable && (res->flags & F_KEEP) == 0 && (draw >> 32) % 1000 < DELETE_PERMILLE) {
		ret_event->kind = EV_DELETE;
	} else if (row->toggle.flag != 0 && (more & 1023) < row->toggle.permille) {
		if ((res->flags & row->toggle.flag) != 0)
			ret_event->clear = row->toggle.flag;
		else
			ret_event->set = row->toggle.flag;
	}
	return true;
}

/* An account's IAM rests while one of its recorders does: else this region would
 * miss a version that the others have (invariant 4). */
static bool
is_resting(const struct bl_sample_run *run, const struct bl_sample_res *res, uint32_t slot)
{
	const bool iam = res->type >= T_USER && res->type <= T_POLICY;
	const struct bl_sample_story *outage =
	    bl_sample__outage(run->plan, run->account, iam ? NO_SLOT : run->region);

	if (outage == NULL)
		return false;
	if (iam)
		return slot >= outage->slot && slot <= outage->slot + OUTAGE_SLOTS;
	return slot == outage->slot + OUTAGE_SLOTS;
}

static BL_STATUS
ordinary_events(struct bl_sample_run *run, uint32_t slot, struct bl_err *reterr)
{
	const struct bl_sample_story *outage =
	    bl_sample__outage(run->plan, run->account, run->region);
	int64_t latest = INT64_MAX;
	enum bl_status status = BL_OK;

	/* What AWS would judge only after the stop is not delivered. */
	if (outage != NULL && outage->slot == slot)
		latest = bl_sample__step_ms(run->plan, outage, 0) - 10 * MS_PER_MIN;
	for (uint32_t i = 0; i < run->n_res && !status; i++) {
		const struct bl_sample_res *res = &resources(run)[i];
		struct bl_sample_event event;

		if (!draw_event(run, res, slot, &event) || event.at_ms > latest ||
		    is_resting(run, res, slot))
			continue;
		event.i_res = i;
		status = add_event(run, event, reterr);
	}
	return status;
}

static BL_STATUS
story_events(struct bl_sample_run *run, uint32_t slot, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; i < run->n_res && !status; i++) {
		const struct bl_sample_res *res = &resources(run)[i];
		const struct bl_sample_story *story;

		if (res->type == T_RECORDER)
			story = bl_sample__outage(run->plan, run->account, run->region);
		else
			story = res->story == 0 ? NULL : &run->plan->stories[res->story - 1];
		for (uint32_t s = 0; story != NULL && s < story->kind->n_steps && !status; s++) {
			const struct bl_sample_step *step = &story->kind->step[s];

			if (story->slot + step->slot != slot)
				continue;
			status = add_event(run,
			    (struct bl_sample_event){
				.at_ms = bl_sample__step_ms(run->plan, story, s),
				.i_res = i,
				.kind = step->event,
				.stale = story->kind->stale,
				.i_step = (int8_t)s,
				.set = step->set,
				.clear = step->clear},
			    reterr);
		}
	}
	return status;
}

/* In the ten minutes after its start the recorder finds what has changed. */
static BL_STATUS
found_events(struct bl_sample_run *run, uint32_t slot, struct bl_err *reterr)
{
	const struct bl_sample_story *outage =
	    bl_sample__outage(run->plan, run->account, run->region);
	enum bl_status status = BL_OK;

	if (outage == NULL || slot != outage->slot + OUTAGE_SLOTS)
		return BL_OK;
	for (uint32_t i = 0; i < run->n_res && !status; i++) {
		const struct bl_sample_res *res = &resources(run)[i];
		const uint64_t draw = bl_sample__mix(res->key, 43);

		if ((res->flags & F_DIRTY) == 0)
			continue;
		status = add_event(run,
		    (struct bl_sample_event){
			.at_ms =
			    not_whole_second(bl_sample__step_ms(run->plan, outage, 1) + MS_PER_MIN +
					     bl_sample__below(draw, (uint32_t)(9 * MS_PER_MIN))),
			.i_res = i,
			.kind = EV_CHANGE,
			.i_step = -1,
			.clear = F_DIRTY},
		    reterr);
		run->plan->stories[run->plan->i_outage].n_changed += !status;
	}
	return status;
}

/* AWS judges the age of keys once a day. */
static BL_STATUS
daily_events(struct bl_sample_run *run, uint32_t slot, struct bl_err *reterr)
{
	const struct bl_sample_scope *scope = &run->scope;
	const struct bl_sample_story *outage =
	    bl_sample__outage(run->plan, run->account, run->region);
	const bool restart = outage != NULL && slot == outage->slot + OUTAGE_SLOTS;
	int64_t at = bl_sample__grid_ms(run->plan, slot - 1) + 4 * MS_PER_HOUR + 1;
	enum bl_status status = BL_OK;

	if ((slot % 4 != 0 && !restart) || (outage != NULL && slot == outage->slot))
		return BL_OK;
	for (uint32_t i = scope->first[T_USER]; i < run->n_res && !status; i++) {
		if (resources(run)[i].type != T_USER)
			continue;
		status = add_event(run,
		    (struct bl_sample_event){
			.at_ms = at, .i_res = i, .kind = EV_RECHECK, .i_step = -1},
		    reterr);
	}
	return status;
}

static int
by_time(const void *a, const void *b)
{
	const struct bl_sample_event *x = a, *y = b;

	if (x->at_ms != y->at_ms)
		return x->at_ms < y->at_ms ? -1 : 1;
	return x->i_res < y->i_res ? -1 : x->i_res > y->i_res;
}

BL_STATUS
bl_sample__slot_events(struct bl_sample_run *run, uint32_t slot, struct bl_err *reterr)
{
	enum bl_status status;

	run->events.len = 0;
	run->n_events = 0;
	status = ordinary_events(run, slot, reterr);
	if (!status)
		status = story_events(run, slot, reterr);
	if (!status)
		status = found_events(run, slot, reterr);
	if (!status)
		status = daily_events(run, slot, reterr);
	if (!status && run->n_events > 1)
		qsort(run->events.ptr, run->n_events, sizeof(struct bl_sample_event), by_time);
	return status;
}

/* While the recorder is stopped the world goes on unseen. */
void
bl_sample__slot_quiet(struct bl_sample_run *run, uint32_t slot)
{
	for (uint32_t i = 0; i < run->n_res; i++) {
		struct bl_sample_res *res = &resources(run)[i];
		struct bl_sample_event event;

		if (res->type >= T_USER || !draw_event(run, res, slot, &event) ||
		    event.kind != EV_CHANGE)
			continue;
		res->flags = (res->flags & ~event.clear) | event.set | F_DIRTY;
		res->rev++;
	}
}

static BL_STATUS
add_change(struct bl_sample_run *run, const struct bl_sample_res *res, bool is_verdict,
    bool deleted, struct bl_err *reterr)
{
	struct bl_sample_change change = {.res = *res,
	    .is_verdict = is_verdict,
	    .deleted = deleted,
	    .at_ms = is_verdict ? res->verdict_ms : res->captured_ms};
	enum bl_status status = bl_buf_add(
	    &run->changes, (struct bl_str){(const char *)&change, sizeof(change)}, reterr);

	if (!status)
		run->n_changes++;
	return status;
}

/* AWS's verdict item follows the change by one to six minutes. */
static BL_STATUS
judge_again(
    struct bl_sample_run *run, struct bl_sample_res *res, int64_t at_ms, struct bl_err *reterr)
{
	const uint16_t before = res->verdict, verdict = bl_sample__verdict(res);
	const uint64_t draw = bl_sample__mix(res->key, (uint64_t)at_ms);

	if (verdict == before)
		return BL_OK;
	res->verdict_ms = not_whole_second(
	    at_ms + MS_PER_MIN + bl_sample__below(draw, (uint32_t)(5 * MS_PER_MIN)));
	if (verdict == 0) {
		enum bl_status status = add_change(run, res, true, true, reterr);

		res->verdict = 0;
		res->flags &= ~(uint32_t)F_SEEN;
		return status;
	}
	res->verdict = verdict;
	if (before != 0)
		res->flags |= F_SEEN;
	return add_change(run, res, true, false, reterr);
}

static BL_STATUS
apply_delete(struct bl_sample_run *run, struct bl_sample_res *res, struct bl_err *reterr)
{
	enum bl_status status = add_change(run, res, false, true, reterr);

	res->flags &= ~(uint32_t)(F_LIVE | F_DIRTY);
	return status;
}

static void
apply_create(struct bl_sample_res *res, const struct bl_sample_event *event)
{
	const uint64_t draw = bl_sample__mix(res->key, 44);

	if (res->story == 0)
		bl_sample__renew(res);
	res->flags |= F_LIVE | F_NEW;
	res->rev = 0;
	res->created_ms = event->at_ms - 2000 - bl_sample__below(draw, 50000);
	if (bl_sample__types[res->type].whole_second_creation)
		res->created_ms -= res->created_ms % 1000;
}

static BL_STATUS
apply(struct bl_sample_run *run, const struct bl_sample_event *event, struct bl_err *reterr)
{
	struct bl_sample_res *res = &resources(run)[event->i_res];
	enum bl_status status = BL_OK;

	if (event->kind == EV_RECHECK) {
		int64_t rotated = bl_sample__key_rotated(run->plan, res, event->at_ms);

		res->flags &= ~(uint32_t)F_OLD;
		if (event->at_ms - rotated > KEY_MAX_AGE_MS)
			res->flags |= F_OLD;
		return judge_again(run, res, event->at_ms, reterr);
	}
	if (event->kind == EV_VANISH) {
		res->flags &= ~(uint32_t)F_LIVE;
		res->verdict = 0;
		return BL_OK;
	}
	if (event->kind == EV_CREATE) {
		apply_create(res, event);
	} else {
		res->flags = (res->flags & ~(event->clear | F_NEW)) | event->set;
		res->rev++;
	}
	res->captured_ms = event->at_ms;
	if (event->kind == EV_DELETE)
		status = apply_delete(run, res, reterr);
	else
		status = add_change(run, res, false, false, reterr);
	if (!status && !event->stale)
		status = judge_again(run, res, event->at_ms, reterr);
	return status;
}

static void
note_story(struct bl_sample_run *run, const struct bl_sample_event *event)
{
	const struct bl_sample_res *res = &resources(run)[event->i_res];

	if (event->i_step < 0)
		return;
	if (res->type == T_RECORDER)
		run->plan->stories[run->plan->i_outage].step_ms[event->i_step] = event->at_ms;
	else
		run->plan->stories[res->story - 1].step_ms[event->i_step] = event->at_ms;
}

BL_STATUS
bl_sample__slot_apply(struct bl_sample_run *run, uint32_t slot, struct bl_err *reterr)
{
	const struct bl_sample_event *event =
	    (const struct bl_sample_event *)(const void *)run->events.ptr;
	uint32_t i_moment = 0;
	enum bl_status status = BL_OK;

	run->changes.len = 0;
	run->n_changes = 0;
	while (i_moment < run->plan->n_moments && run->plan->moment_slot[i_moment] != slot)
		i_moment++;
	for (uint32_t i = 0; i < run->n_events && !status; i++) {
		if (i_moment < run->plan->n_moments &&
		    event[i].at_ms > run->plan->moment_ms[i_moment]) {
			bl_sample__count(run, i_moment, false);
			i_moment = run->plan->n_moments;
		}
		note_story(run, &event[i]);
		status = apply(run, &event[i], reterr);
	}
	if (!status && i_moment < run->plan->n_moments)
		bl_sample__count(run, i_moment, false);
	return status;
}

bool
bl_sample__is_stopped(const struct bl_sample_run *run, int64_t at_ms)
{
	const struct bl_sample_story *outage =
	    bl_sample__outage(run->plan, run->account, run->region);

	return outage != NULL && at_ms >= bl_sample__step_ms(run->plan, outage, 0) &&
	       at_ms < bl_sample__step_ms(run->plan, outage, 1);
}

void
bl_sample__count(struct bl_sample_run *run, uint32_t i_moment, bool unknown)
{
	unknown = unknown || bl_sample__is_stopped(run, run->plan->moment_ms[i_moment]);
	for (uint32_t i = 0; i < run->n_res; i++) {
		const struct bl_sample_res *res = &resources(run)[i];

		if (res->type >= N_REGIONAL || (res->flags & F_LIVE) == 0)
			continue;
		for (size_t r = 0; r < bl_sample__n_rules; r++) {
			const struct bl_sample_rule *rule = &bl_sample__rules[r];
			int judged;

			if (rule->type != res->type || rule->i_expect < 0)
				continue;
			judged = unknown ? J_UNKNOWN : bl_sample__judge(res->flags, rule);
			run->totals.expect[i_moment][rule->i_expect][judged]++;
		}
	}
}
