/* truth.json: what a reader of the deliveries must find. */
#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "sample/sample_priv.h"
#include "json/member.h"
#include "json/writer.h"

/* NO_TIME is null: no such moment. */
static void
put_ms(struct bl_json_w *w, const char *key, int64_t ms)
{
	bl_json_member_instant(w, key, ms == NO_TIME ? BL_INSTANT_MIN : ms * 1000000);
}

static void
put_options(struct bl_json_w *w, const struct bl_sample_options *options)
{
	bl_json_member_object(w, "options");
	bl_json_member_u64(w, "accounts", options->n_accounts);
	bl_json_member_u64(w, "regions", options->n_regions);
	bl_json_member_u64(w, "days", options->n_days);
	bl_json_member_u64(w, "resources", options->n_resources);
	bl_json_member_u64(w, "seed", options->seed);
	bl_json_member_instant(w, "start", options->start_ns);
	bl_json_w_close(w);
}

static void
put_accounts(struct bl_json_w *w, const struct bl_sample_plan *plan)
{
	bl_json_member_array(w, "accounts");
	for (uint32_t i = 0; i < plan->options.n_accounts; i++) {
		const struct bl_sample_account *account = &plan->accounts[i];

		bl_json_w_object(w);
		bl_json_member_z(w, "id", account->id);
		bl_json_member_z(w, "name", account->name);
		/* Its first and last delivery, where these are not the organisation's. */
		put_ms(w, "joined",
		    account->first_slot == 0
			? NO_TIME
			: bl_sample__delivery_ms(plan, i, 0, account->first_slot));
		put_ms(w, "left",
		    account->last_slot + 1 == plan->n_slots
			? NO_TIME
			: bl_sample__delivery_ms(
			      plan, i, plan->options.n_regions - 1, account->last_slot));
		bl_json_w_close(w);
	}
	bl_json_w_close(w);
	bl_json_member_array(w, "regions");
	for (uint32_t i = 0; i < plan->options.n_regions; i++)
		bl_json_w_z(w, bl_sample__regions[i]);
	bl_json_w_close(w);
}

static void
put_totals(struct bl_json_w *w, const struct bl_sample_totals *totals)
{
	static const char *const kinds[N_KINDS] = {
	    "snapshot", "history", "oversized", "check", "evidence", "organization"};
	uint64_t files = 0, versions = 0;

	for (int i = 0; i < N_KINDS; i++)
		files += totals->files[i];
	for (int i = 0; i < N_TYPES_COUNTED; i++)
		versions += totals->versions[i];
	bl_json_member_object(w, "totals");
	bl_json_member_u64(w, "files", files);
	bl_json_member_object(w, "files_by_kind");
	for (int i = 0; i < N_KINDS; i++)
		bl_json_member_u64(w, kinds[i], totals->files[i]);
	bl_json_w_close(w);
	bl_json_member_u64(w, "items_delivered", totals->items_delivered);
	bl_json_member_u64(w, "bytes_json", totals->bytes_json);
	bl_json_member_u64(w, "versions", versions);
	bl_json_member_object(w, "by_type");
	for (int i = 0; i < N_TYPES_COUNTED; i++) {
		if (totals->versions[i] != 0)
			bl_json_member_u64(w,
			    i == T_COMPLIANCE ? "AWS::Config::ResourceCompliance"
					      : bl_sample__types[i].resource_type,
			    totals->versions[i]);
	}
	bl_json_w_close(w);
	bl_json_w_close(w);
}

/* The verdict's interval; the planted user's begins when the key is 90 days old. */
static void
put_interval(
    struct bl_json_w *w, const struct bl_sample_plan *plan, const struct bl_sample_story *story)
{
	const struct bl_sample_story_kind *kind = story->kind;
	int64_t from = kind->from < 0 ? story->first_ms : story->step_ms[kind->from];
	int64_t to = kind->to < 0 ? NO_TIME : story->step_ms[kind->to];

	if (kind->scope == SCOPE_IAM) {
		from = bl_sample__grid_ms(plan, story->slot - 1) + story->hour_ms;
		from -= from % 1000;
		put_ms(w, "key_rotated", from - KEY_MAX_AGE_MS);
	} else if (kind->scope == SCOPE_LEAVES || kind->scope == SCOPE_JOINS) {
		const struct bl_sample_account *account = &plan->accounts[story->account];
		const uint32_t last_region = plan->options.n_regions - 1;

		from = kind->scope == SCOPE_LEAVES
			   ? bl_sample__delivery_ms(
				 plan, story->account, last_region, account->last_slot)
			   : bl_sample__delivery_ms(plan, story->account, 0, account->first_slot);
		put_ms(w, kind->scope == SCOPE_LEAVES ? "last_delivery" : "first_delivery", from);
	}
	put_ms(w, "from", from);
	put_ms(w, "to", to);
}

static void
put_details(
    struct bl_json_w *w, const struct bl_sample_plan *plan, const struct bl_sample_story *story)
{
	if (story->file[0] != '\0') {
		bl_json_member_z(w, "file", story->file);
		bl_json_member_z(w, "after_snapshot", story->after);
		put_ms(w, "delivered", story->seen_ms);
	}
	if (story->absent_ms != 0) {
		put_ms(w, "last_seen", story->seen_ms);
		put_ms(w, "absent_from", story->absent_ms);
	}
	if (story->kind->scope == SCOPE_OUTAGE) {
		put_ms(w, "last_snapshot",
		    bl_sample__delivery_ms(plan, story->account, story->region, story->slot - 1));
		put_ms(w, "next_snapshot",
		    bl_sample__delivery_ms(
			plan, story->account, story->region, story->slot + OUTAGE_SLOTS));
		bl_json_member_u64(w, "found_after", story->n_changed);
	}
	if (story->kind->stale)
		bl_json_member_z(w, "recorded_verdict", "COMPLIANT");
}

static void
put_story(
    struct bl_json_w *w, const struct bl_sample_plan *plan, const struct bl_sample_story *story)
{
	const struct bl_sample_story_kind *kind = story->kind;
	const bool of_account = kind->scope == SCOPE_LEAVES || kind->scope == SCOPE_JOINS;

	bl_json_w_object(w);
	bl_json_member_z(w, "story", kind->name);
	bl_json_member_z(w, "account", plan->accounts[story->account].id);
	if (kind->scope == SCOPE_IAM)
		bl_json_member_z(w, "region", "global");
	else if (!of_account)
		bl_json_member_z(w, "region", bl_sample__regions[story->region]);
	if (!of_account) {
		bl_json_member_z(w, "resource_type", bl_sample__types[kind->type].resource_type);
		bl_json_member_z(
		    w, "resource_id", kind->scope == SCOPE_OUTAGE ? "default" : story->id);
	}
	if (story->name[0] != '\0')
		bl_json_member_z(w, "resource_name", story->name);
	if (kind->identifier != NULL)
		bl_json_member_z(w, "identifier", kind->identifier);
	if (kind->rule != NULL)
		bl_json_member_z(w, "rule", kind->rule);
	if (kind->verdict != NULL)
		bl_json_member_z(w, "verdict", kind->verdict);
	put_interval(w, plan, story);
	put_details(w, plan, story);
	bl_json_w_close(w);
}

static void
put_stories(struct bl_json_w *w, const struct bl_sample_plan *plan)
{
	bl_json_member_array(w, "stories");
	for (uint32_t i = 0; i < plan->n_stories; i++) {
		if (plan->stories[i].left_out == NULL)
			put_story(w, plan, &plan->stories[i]);
	}
	bl_json_w_close(w);
	bl_json_member_array(w, "left_out");
	for (uint32_t i = 0; i < plan->n_stories; i++) {
		if (plan->stories[i].left_out == NULL)
			continue;
		bl_json_w_object(w);
		bl_json_member_z(w, "story", plan->stories[i].kind->name);
		bl_json_member_z(w, "why", plan->stories[i].left_out);
		bl_json_w_close(w);
	}
	bl_json_w_close(w);
}

static void
put_expect(struct bl_json_w *w, const struct bl_sample_run *run)
{
	static const char *const words[N_JUDGED] = {
	    "compliant", "non_compliant", "not_applicable", "unknown"};

	bl_json_member_array(w, "expect");
	for (uint32_t m = 0; m < run->plan->n_moments; m++) {
		for (int e = 0; e < N_EXPECT; e++) {
			bl_json_w_object(w);
			put_ms(w, "at", run->plan->moment_ms[m]);
			bl_json_member_z(w, "identifier", bl_sample__expect[e]);
			for (int j = 0; j < N_JUDGED; j++)
				bl_json_member_u64(w, words[j], run->totals.expect[m][e][j]);
			bl_json_w_close(w);
		}
	}
	bl_json_w_close(w);
}

BL_STATUS
bl_sample__truth(struct bl_sample_run *run, struct bl_err *reterr)
{
	const struct bl_sample_plan *plan = run->plan;
	struct bl_buf out = BL_BUF_INIT((size_t)8 << 20);
	char path[1400];
	struct bl_json_w w;
	enum bl_status status;

	bl_json_w_begin(&w, &out, 2);
	bl_json_w_object(&w);
	bl_json_member_z(&w, "format", "beleg-sample-truth");
	bl_json_member_u64(&w, "version", 1);
	put_options(&w, &plan->options);
	put_ms(&w, "from", plan->start_ms);
	put_ms(&w, "to", plan->start_ms + plan->n_slots * MS_PER_SLOT);
	put_accounts(&w, plan);
	put_totals(&w, &run->totals);
	put_stories(&w, plan);
	put_expect(&w, run);
	bl_json_w_close(&w);
	status = bl_json_w_end(&w, reterr);
	(void)snprintf(path, sizeof(path), "%s/truth.json", run->folder);
	if (!status)
		status = bl_sample__plain(run, path, bl_buf_str(&out), N_KINDS, reterr);
	bl_buf_release(&out);
	return status;
}
