/* A coverage report as JSON: everything that is known of it.  Durations are milliseconds. */
#include "base/instant.h"
#include "cli/coverage_out.h"
#include "json/member.h"
#include "json/writer.h"

static void
put_ms(struct bl_json_w *w, const char *key, int64_t ns)
{
	bl_json_member_i64(w, key, ns / 1000000);
}

static void
put_times(struct bl_json_w *w, const int64_t ns[BL_N_COVERS], int64_t known_ns, int64_t of_ns)
{
	put_ms(w, "known_ms", known_ns);
	put_ms(w, "of_ms", of_ns);
	bl_json_member_object(w, "states_ms");
	for (int i = 0; i < BL_N_COVERS; i++)
		put_ms(w, bl_coverage_report_cover((enum bl_cover)i), ns[i]);
	bl_json_w_close(w);
}

static void
put_accounts(struct bl_json_w *w, const struct bl_coverage_report *report)
{
	bl_json_member_array(w, "accounts");
	for (size_t i = 0; i < report->n_accounts; i++) {
		const struct bl_cover_account *a = &report->accounts[i];

		bl_json_w_object(w);
		bl_json_member_opt(w, "account_id", a->id);
		bl_json_member_opt(w, "name", a->name);
		bl_json_member_opt(
		    w, "standing", bl_str_of(bl_coverage_report_standing(a->standing)));
		bl_json_member_opt(w, "status", a->status);
		bl_json_member_instant(w, "joined", a->joined_ns);
		if (a->left_position > 0)
			bl_json_member_u64(w, "last_listed_position", a->left_position);
		bl_json_member_array(w, "regions_only_elsewhere");
		for (size_t k = 0; k < report->n_regions; k++)
			if (!bl_coverage_report_has(report, a, report->regions[k]))
				bl_json_w_str(w, report->regions[k]);
		bl_json_w_close(w);
		put_times(w, a->ns, a->known_ns, a->of_ns);
		bl_json_w_close(w);
	}
	bl_json_w_close(w);
}

static void
put_events(struct bl_json_w *w, const struct bl_recorder_cover *c)
{
	static const char *const says[] = {[BL_RECORDER_ON] = "on",
	    [BL_RECORDER_OFF] = "off",
	    [BL_RECORDER_DELETED] = "deleted",
	    [BL_RECORDER_VANISHED] = "vanished"};

	bl_json_member_array(w, "items");
	for (size_t i = 0; i < c->n_words; i++) {
		bl_json_w_object(w);
		bl_json_member_instant(w, "from", c->words[i].from_ns);
		bl_json_member_instant(w, "to", c->words[i].to_ns);
		bl_json_member_opt(w, "says", bl_str_of(says[c->words[i].says]));
		bl_json_member_u64(w, "position", c->words[i].position);
		bl_json_w_close(w);
	}
	bl_json_w_close(w);
	bl_json_member_array(w, "events");
	for (size_t i = 0; i < c->n_events; i++) {
		const struct bl_recorder_event *e = &c->events[i];

		bl_json_w_object(w);
		bl_json_member_instant(w, "at", e->at_ns);
		bl_json_member_opt(w, "event", bl_str_of(bl_trail_act_name(e->act)));
		bl_json_member_opt(w, "by", e->who);
		bl_json_member_bool(w, "failed", e->failed);
		bl_json_member_opt(w, "id", e->id);
		bl_json_member_u64(w, "position", e->position);
		bl_json_w_close(w);
	}
	bl_json_w_close(w);
}

static void
put_place(struct bl_json_w *w, const struct bl_cover_place *p)
{
	const struct bl_recorder_cover *c = p->recorder;
	char text[BL_COVERAGE_TEXT];

	bl_json_w_object(w);
	bl_json_member_opt(w, "account_id", p->account);
	bl_json_member_opt(w, "region", p->region);
	bl_json_member_opt(w, "state", bl_str_of(bl_coverage_out_state(p->ns, p->of_ns, text)));
	bl_json_member_instant(w, "first_delivery", c == NULL ? BL_INSTANT_MIN : c->first_ns);
	bl_json_member_instant(w, "last_delivery", c == NULL ? BL_INSTANT_MIN : c->last_ns);
	bl_json_member_u64(w, "snapshots", p->n_snapshots);
	bl_json_w_key(w, "snapshots_expected");
	if (p->n_expected == UINT64_MAX)
		bl_json_w_null(w);
	else
		bl_json_w_u64(w, p->n_expected);
	put_ms(w, "cadence_ms", p->cadence_ns);
	put_ms(w, "longest_silence_ms", p->longest_ns);
	bl_json_member_u64(w, "history_files", p->n_histories);
	bl_json_member_bool(w, "records_daily", p->daily);
	bl_json_member_bool(w, "contradicted", p->contradicted);
	put_times(w, p->ns, p->known_ns, p->of_ns);
	if (c != NULL)
		put_events(w, c);
	bl_json_member_array(w, "stretches");
	for (size_t i = 0; i < p->n_stretches; i++) {
		bl_json_w_object(w);
		bl_json_member_instant(w, "from", p->stretches[i].from_ns);
		bl_json_member_instant(w, "to", p->stretches[i].to_ns);
		bl_json_member_opt(
		    w, "state", bl_str_of(bl_coverage_report_cover(p->stretches[i].cover)));
		bl_json_w_close(w);
	}
	bl_json_w_close(w);
	bl_json_w_close(w);
}

static void
put_gaps(struct bl_json_w *w, const struct bl_coverage_report *report)
{
	bl_json_member_array(w, "gaps");
	for (size_t i = 0; i < report->n_gaps; i++) {
		const struct bl_gap *g = &report->gaps[i];

		bl_json_w_object(w);
		bl_json_member_opt(w, "account_id", g->account);
		bl_json_member_opt(w, "region", g->region);
		bl_json_member_opt(w, "resource_type", g->type);
		bl_json_member_instant(w, "from", g->from_ns);
		bl_json_member_instant(w, "to", g->to_ns);
		put_ms(w, "duration_ms", g->to_ns - g->from_ns);
		bl_json_member_opt(w, "gap", bl_str_of(bl_coverage_report_gap(g->kind)));
		bl_json_member_opt(w, "how_known", g->how);
		bl_json_member_opt(w, "what_to_do", bl_str_of(bl_coverage_report_todo(g->kind)));
		bl_json_w_close(w);
	}
	bl_json_w_close(w);
}

static void
put_types(struct bl_json_w *w, const struct bl_coverage_report *report)
{
	bl_json_member_array(w, "types");
	for (size_t i = 0; i < report->n_types; i++) {
		const struct bl_cover_type *t = &report->types[i];

		bl_json_w_object(w);
		bl_json_member_opt(w, "resource_type", t->type);
		bl_json_member_u64(w, "recorded", t->n_recorded);
		bl_json_member_u64(w, "left_out", t->n_left_out);
		bl_json_member_u64(w, "not_told", t->n_not_told);
		put_ms(w, "left_out_ms", t->left_out_ns);
		bl_json_w_close(w);
	}
	bl_json_w_close(w);
}

static void
put_days(struct bl_json_w *w, const struct bl_coverage_report *report)
{
	size_t n = bl_coverage_out_n_days(report);

	bl_json_member_array(w, "days");
	for (size_t i = 0; i < n; i++) {
		struct bl_coverage_day d;

		bl_coverage_out_day(report, i, &d);
		bl_json_w_object(w);
		bl_json_member_instant(w, "from", d.from_ns);
		bl_json_member_instant(w, "to", d.to_ns);
		bl_json_member_u64(w, "recorders", d.n_places);
		bl_json_member_u64(w, "known_all_day", d.n_known);
		put_times(w, d.ns, d.known_ns, d.of_ns);
		bl_json_w_close(w);
	}
	bl_json_w_close(w);
}

static void
put_head(struct bl_json_w *w, const struct bl_coverage_report *report)
{
	bl_json_member_instant(w, "from", report->from_ns);
	bl_json_member_instant(w, "to", report->to_ns);
	bl_json_member_u64(w, "position", report->position);
	bl_json_member_object(w, "population");
	bl_json_member_bool(w, "known", report->has_population);
	bl_json_member_opt(w, "source", report->population);
	bl_json_member_u64(w, "listed", report->n_listed);
	bl_json_member_u64(w, "lists_in_store", report->n_lists);
	bl_json_member_bool(w, "list_has_more_pages", report->list_has_more);
	bl_json_w_close(w);
	bl_json_member_object(w, "totals");
	bl_json_member_u64(w, "accounts", report->n_accounts);
	bl_json_member_u64(w, "accounts_expected", report->n_accounts_expected);
	bl_json_member_u64(w, "accounts_known", report->n_accounts_known);
	bl_json_member_u64(w, "recorders", report->n_places);
	bl_json_member_u64(w, "gaps", report->n_gaps);
	put_times(w, report->ns, report->known_ns, report->of_ns);
	bl_json_member_u64(w, "notifications_of_delivery", report->n_done_notes);
	bl_json_member_u64(w, "notifications_of_failed_delivery", report->n_failed_notes);
	bl_json_w_close(w);
}

enum bl_status
bl_coverage_out_json(const struct bl_coverage_report *report,
    const struct bl_coverage_picture *picture, struct bl_buf *out, struct bl_err *reterr)
{
	struct bl_json_w w;
	enum bl_status status;

	bl_json_w_begin(&w, out, 0);
	bl_json_w_object(&w);
	put_head(&w, report);
	put_accounts(&w, report);
	bl_json_member_array(&w, "recorders");
	for (size_t i = 0; i < report->n_places; i++)
		put_place(&w, &report->places[i]);
	bl_json_w_close(&w);
	put_types(&w, report);
	put_days(&w, report);
	put_gaps(&w, report);
	bl_json_member_object(&w, "picture");
	bl_json_member_u64(&w, "rows", picture->n_rows);
	bl_json_member_u64(&w, "columns", picture->n_columns);
	bl_json_member_u64(&w, "days_per_column", picture->days_per_column);
	bl_json_member_object(&w, "cells");
	for (uint8_t i = 0; i < BL_N_CELLS; i++)
		bl_json_member_u64(&w, bl_coverage_out_cell(i), picture->count[i]);
	bl_json_w_close(&w);
	bl_json_w_close(&w);
	bl_json_w_close(&w);
	status = bl_json_w_end(&w, reterr);
	return status == BL_OK ? bl_buf_add_byte(out, '\n', reterr) : status;
}
