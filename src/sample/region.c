/* One account and region, from its first delivery to its last. */
#include <assert.h>

#include "sample/sample_priv.h"

static void
note_vanished(struct bl_sample_run *run, uint32_t slot)
{
	for (uint32_t i = 0; i < run->plan->n_stories; i++) {
		struct bl_sample_story *story = &run->plan->stories[i];

		if (story->left_out != NULL || story->slot != slot ||
		    story->account != run->account || story->region != run->region ||
		    story->kind->n_steps == 0 || story->kind->step[0].event != EV_VANISH)
			continue;
		story->seen_ms =
		    bl_sample__delivery_ms(run->plan, run->account, run->region, slot - 1);
		story->absent_ms =
		    bl_sample__delivery_ms(run->plan, run->account, run->region, slot);
	}
}

static BL_STATUS
one_slot(struct bl_sample_run *run, uint32_t slot, struct bl_err *reterr)
{
	const struct bl_sample_story *outage =
	    bl_sample__outage(run->plan, run->account, run->region);
	enum bl_status status;

	if (outage != NULL && slot > outage->slot && slot < outage->slot + OUTAGE_SLOTS) {
		bl_sample__slot_quiet(run, slot);
		for (uint32_t i = 0; i < run->plan->n_moments; i++) {
			if (run->plan->moment_slot[i] == slot)
				bl_sample__count(run, i, true);
		}
		return BL_OK;
	}
	if (slot > run->scope.account->first_slot) {
		status = bl_sample__slot_events(run, slot, reterr);
		if (!status)
			status = bl_sample__slot_apply(run, slot, reterr);
		if (!status)
			status = bl_sample__histories(run, slot, reterr);
		if (status)
			return status;
	}
	note_vanished(run, slot);
	/* The last history tells of the stop; a stopped recorder takes no snapshot. */
	if (outage != NULL && slot == outage->slot)
		return BL_OK;
	return bl_sample__snapshot(run, slot, reterr);
}

BL_STATUS
bl_sample__region(struct bl_sample_run *run, struct bl_err *reterr)
{
	const struct bl_sample_account *account = &run->plan->accounts[run->account];
	enum bl_status status;

	run->made_day[0] = 0;
	run->made_day[1] = 0;
	status = bl_sample__populate(run, reterr);
	for (uint32_t slot = account->first_slot; slot <= account->last_slot && !status; slot++) {
		status = one_slot(run, slot, reterr);
		run->n_done++;
		if (run->progress != NULL && !status) {
			struct bl_sample_report so_far = bl_sample__report(run);

			run->progress(run->progress_ctx, &so_far);
		}
	}
	for (uint32_t i = 0; i < run->plan->n_moments && !status; i++) {
		if (run->plan->moment_slot[i] > account->last_slot)
			bl_sample__count(run, i, true);
	}
	return status;
}
