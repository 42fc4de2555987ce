/* A coverage report as JSON: everything that is known of it.  Durations are milliseconds. */
#include "base/instant.h"
#include "cli/coverage_out.h"
#include "json/writer.h"

static void
put_str(struct bl_json_w *w, const char *key, struct bl_str value)
{
	bl_json_w_key(w, key);
	if (value.ptr == NULL)
		bl_json_w_null(w);
	else
		bl_json_w_str(w, value);
}

static void
put_u64(struct bl_json_w *w, const char *key, uint64_t value)
{
	bl_json_w_key(w, key);
	bl_json_w_u64(w, value);
}

static void
put_instant(struct bl_json_w *w, const char *key, int64_t ns)
{
	bl_json_w_key(w, key);
	bl_json_w_instant(w, ns);
}

static void
put_bool(struct bl_json_w *w, const char *key, bool value)
{
	bl_json_w_key(w, key);
	bl_json_w_bool(w, value);
}

static void
put_ms(struct bl_json_w *w, const char *key, int64_t ns)
{
	bl_json_w_key(w, key);
	bl_json_w_i64(w, ns / 1000000);
}

static void
put_times(struct bl_json_w *w, const int64_t ns[BL_N_COVERS], int64_t known_ns, int64_t of_ns)
{
	put_ms(w, "known_ms", known_ns);
	put_ms(w, "of_ms", of_ns);
	bl_json_w_key(w, "states_ms");
	bl_json_w_object(w);
	for (int i = 0; i < BL_N_COVERS; i++)
		put_ms(w, bl_coverage_report_cover((enum bl_cover)i), ns[i]);
	bl_json_w_close(w);
}

static void
put_accounts(struct bl_json_w *w, const struct bl_coverage_report *report)
{
	bl_json_w_key(w, "accounts");
	bl_json_w_array(w);
	for (size_t i = 0; i < report->n_accounts; i++) {
		const struct bl_cover_account *a = &report->accounts[i];

		bl_json_w_object(w);
		put_str(w, "account_id", a->id);
		put_str(w, "name", a->name);
		put_str(w, "standing", bl_str_of(bl_coverage_report_standing(a->standing)));
		put_str(w, "status", a->status);
		put_instant(w, "joined", a->joined_ns);
		if (a->left_position > 0)
			put_u64(w, "last_listed_position", a->left_position);
		bl_json_w_key(w, "regions_only_elsewhere");
		bl_json_w_array(w);
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

	bl_json_w_key(w, "items");
	bl_json_w_array(w);
	for (size_t i = 0; i < c->n_words; i++) {
		bl_json_w_object(w);
		put_instant(w, "from", c->words[i].from_ns);
		put_instant(w, "to", c->words[i].to_ns);
		put_str(w, "says", bl_str_of(says[c->words[i].says]));
		put_u64(w, "position", c->words[i].position);
		bl_json_w_close(w);
	}
	bl_json_w_close(w);
	bl_json_w_key(w, "events");
	bl_json_w_array(w);
	for (size_t i = 0; i < c->n_events; i++) {
		const struct bl_recorder_event *e = &c->events[i];

		bl_json_w_object(w);
		put_instant(w, "at", e->at_ns);
		put_str(w, "event", bl_str_of(bl_trail_act_name(e->act)));
		put_str(w, "by", e->who);
		put_bool(w, "failed", e->failed);
		put_str(w, "id", e->id);
		put_u64(w, "position", e->position);
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
	put_str(w, "account_id", p->account);
	put_str(w, "region", p->region);
	put_str(w, "state", bl_str_of(bl_coverage_out_state(p->ns, p->of_ns, text)));
	put_instant(w, "first_delivery", c == NULL ? BL_INSTANT_MIN : c->first_ns);
	put_instant(w, "last_delivery", c == NULL ? BL_INSTANT_MIN : c->last_ns);
	put_u64(w, "snapshots", p->n_snapshots);
	bl_json_w_key(w, "snapshots_expected");
	if (p->n_expected == UINT64_MAX)
		bl_json_w_null(w);
	else
		bl_json_w_u64(w, p->n_expected);
	put_ms(w, "cadence_ms", p->cadence_ns);
	put_ms(w, "longest_silence_ms", p->longest_ns);
	put_u64(w, "history_files", p->n_histories);
	put_bool(w, "records_daily", p->daily);
	put_bool(w, "contradicted", p->contradicted);
	put_times(w, p->ns, p->known_ns, p->of_ns);
	if (c != NULL)
		put_events(w, c);
	bl_json_w_key(w, "stretches");
	bl_json_w_array(w);
	for (size_t i = 0; i < p->n_stretches; i++) {
		bl_json_w_object(w);
		put_instant(w, "from", p->stretches[i].from_ns);
		put_instant(w, "to", p->stretches[i].to_ns);
		put_str(w, "state", bl_str_of(bl_coverage_report_cover(p->stretches[i].cover)));
		bl_json_w_close(w);
	}
	bl_json_w_close(w);
	bl_json_w_close(w);
}

static void
put_gaps(struct bl_json_w *w, const struct bl_coverage_report *report)
{
	bl_json_w_key(w, "gaps");
	bl_json_w_array(w);
	for (size_t i = 0; i < report->n_gaps; i++) {
		const struct bl_gap *g = &report->gaps[i];

		bl_json_w_object(w);
		put_str(w, "account_id", g->account);
		put_str(w, "region", g->region);
		put_str(w, "resource_type", g->type);
		put_instant(w, "from", g->from_ns);
		put_instant(w, "to", g->to_ns);
		put_ms(w, "duration_ms", g->to_ns - g->from_ns);
		put_str(w, "gap", bl_str_of(bl_coverage_report_gap(g->kind)));
		put_str(w, "how_known", g->how);
		put_str(w, "what_to_do", bl_str_of(bl_coverage_report_todo(g->kind)));
		bl_json_w_close(w);
	}
	bl_json_w_close(w);
}

static void
put_types(struct bl_json_w *w, const struct bl_coverage_report *report)
{
	bl_json_w_key(w, "types");
	bl_json_w_array(w);
	for (size_t i = 0; i < report->n_types; i++) {
		const struct bl_cover_type *t = &report->types[i];

		bl_json_w_object(w);
		put_str(w, "resource_type", t->type);
		put_u64(w, "recorded", t->n_recorded);
		put_u64(w, "left_out", t->n_left_out);
		put_u64(w, "not_told", t->n_not_told);
		put_ms(w, "left_out_ms", t->left_out_ns);
		bl_json_w_close(w);
	}
	bl_json_w_close(w);
}

static void
put_days(struct bl_json_w *w, const struct bl_coverage_report *report)
{
	size_t n = bl_coverage_out_n_days(report);

	bl_json_w_key(w, "days");
	bl_json_w_array(w);
	for (size_t i = 0; i < n; i++) {
		struct bl_coverage_day d;

		bl_coverage_out_day(report, i, &d);
		bl_json_w_object(w);
		put_instant(w, "from", d.from_ns);
		put_instant(w, "to", d.to_ns);
		put_u64(w, "recorders", d.n_places);
		put_u64(w, "known_all_day", d.n_known);
		put_times(w, d.ns, d.known_ns, d.of_ns);
		bl_json_w_close(w);
	}
	bl_json_w_close(w);
}

static void
put_head(struct bl_json_w *w, const struct bl_coverage_report *report)
{
	put_instant(w, "from", report->from_ns);
	put_instant(w, "to", report->to_ns);
	put_u64(w, "position", report->position);
	bl_json_w_key(w, "population");
	bl_json_w_object(w);
	put_bool(w, "known", report->has_population);
	put_str(w, "source", report->population);
	put_u64(w, "listed", report->n_listed);
	put_u64(w, "lists_in_store", report->n_lists);
	put_bool(w, "list_has_more_pages", report->list_has_more);
	bl_json_w_close(w);
	bl_json_w_key(w, "totals");
	bl_json_w_object(w);
	put_u64(w, "accounts", report->n_accounts);
	put_u64(w, "accounts_expected", report->n_accounts_expected);
	put_u64(w, "accounts_known", report->n_accounts_known);
	put_u64(w, "recorders", report->n_places);
	put_u64(w, "gaps", report->n_gaps);
	put_times(w, report->ns, report->known_ns, report->of_ns);
	put_u64(w, "notifications_of_delivery", report->n_done_notes);
	put_u64(w, "notifications_of_failed_delivery", report->n_failed_notes);
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
	bl_json_w_key(&w, "recorders");
	bl_json_w_array(&w);
	for (size_t i = 0; i < report->n_places; i++)
		put_place(&w, &report->places[i]);
	bl_json_w_close(&w);
	put_types(&w, report);
	put_days(&w, report);
	put_gaps(&w, report);
	bl_json_w_key(&w, "picture");
	bl_json_w_object(&w);
	put_u64(&w, "rows", picture->n_rows);
	put_u64(&w, "columns", picture->n_columns);
	put_u64(&w, "days_per_column", picture->days_per_column);
	bl_json_w_key(&w, "cells");
	bl_json_w_object(&w);
	for (uint8_t i = 0; i < BL_N_CELLS; i++)
		put_u64(&w, bl_coverage_out_cell(i), picture->count[i]);
	bl_json_w_close(&w);
	bl_json_w_close(&w);
	bl_json_w_close(&w);
	status = bl_json_w_end(&w, reterr);
	return status == BL_OK ? bl_buf_add_byte(out, '\n', reterr) : status;
}
