/* A coverage report as tables for people, and as CSV. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "cli/coverage_out.h"
#include "cli/table.h"

#define MAX_CELLS 16

/* Rows go either into a table or into CSV. */
struct rows {
	struct bl_arena *arena; /* NULL: CSV */
	struct bl_table *table;
	struct bl_buf *out;
	size_t n_columns;
	struct bl_err *err;
};

static enum bl_status
begin(struct rows *r, const struct bl_table_column *columns, size_t n)
{
	struct bl_str titles[MAX_CELLS];

	r->n_columns = n;
	if (r->arena != NULL)
		return bl_table_new(r->arena, columns, n, &r->table, r->err);
	for (size_t i = 0; i < n; i++)
		titles[i] = bl_str_of(columns[i].title);
	return bl_table_csv(titles, n, r->out, r->err);
}

static enum bl_status
row(struct rows *r, const struct bl_str *cells)
{
	return r->arena != NULL ? bl_table_row(r->table, cells, r->err)
				: bl_table_csv(cells, r->n_columns, r->out, r->err);
}

static enum bl_status
end(struct rows *r, bool bold)
{
	return r->arena != NULL ? bl_table_print(r->table, bold, r->out, r->err) : BL_OK;
}

/* An instant for people is one of the second; "-" when there is none. */
static struct bl_str
when(const struct rows *r, int64_t ns, char text[BL_INSTANT_TEXT])
{
	if (ns == BL_INSTANT_MIN || ns == BL_INSTANT_MAX)
		return r->arena != NULL ? BL_STR("-") : BL_STR("");
	return bl_str_of(bl_instant_format(r->arena != NULL ? ns - ns % BL_NS_PER_S : ns, text));
}

static enum bl_status
notes_of(const struct bl_coverage_report *report, const struct bl_cover_place *p,
    struct bl_buf *out, struct bl_err *reterr)
{
	const struct bl_cover_account *a = &report->accounts[p->i_account];
	char text[BL_INSTANT_TEXT];
	enum bl_status status = BL_OK;

	out->len = 0;
	if (a->standing != BL_ACCOUNT_ACTIVE && a->standing != BL_ACCOUNT_UNKNOWN)
		status = bl_buf_printf(out, reterr, "account %s",
		    a->status.len > 0 && !bl_str_eq(a->status, BL_STR("SUSPENDED"))
			? a->status.ptr
			: bl_coverage_report_standing(a->standing));
	if (status == BL_OK && a->joined_ns > report->from_ns && a->joined_ns < report->to_ns)
		status = bl_buf_printf(out, reterr, "%sjoined %s", out->len > 0 ? "; " : "",
		    bl_instant_format(a->joined_ns, text));
	if (status == BL_OK && p->daily)
		status = bl_buf_printf(out, reterr, "%srecords daily", out->len > 0 ? "; " : "");
	if (status == BL_OK && p->contradicted)
		status = bl_buf_printf(out, reterr, "%sitem and CloudTrail contradict each other",
		    out->len > 0 ? "; " : "");
	return status;
}

static enum bl_status
recorder_rows(struct rows *r, const struct bl_coverage_report *report)
{
	static const struct bl_table_column columns[] = {{"account", false}, {"name", false},
	    {"region", false}, {"state", false}, {"known", true}, {"known_hours", true},
	    {"hours", true}, {"first_delivery", false}, {"last_delivery", false},
	    {"snapshots", true}, {"expected", true}, {"stopped_hours", true},
	    {"silent_hours", true}, {"longest_hours", true}, {"notes", false}};
	struct bl_buf notes = BL_BUF_INIT(4096);
	enum bl_status status = begin(r, columns, 15);

	for (size_t i = 0; i < report->n_places && status == BL_OK; i++) {
		const struct bl_cover_place *p = &report->places[i];
		const struct bl_recorder_cover *c = p->recorder;
		char t[7][BL_COVERAGE_TEXT], at[2][BL_INSTANT_TEXT], n[2][BL_NUMBER_TEXT];

		(void)snprintf(n[0], sizeof(n[0]), "%" PRIu64, p->n_snapshots);
		(void)snprintf(n[1], sizeof(n[1]), "%" PRIu64, p->n_expected);
		status = notes_of(report, p, &notes, r->err);
		if (status == BL_OK)
			status = row(r,
			    (struct bl_str[]){p->account, report->accounts[p->i_account].name,
				p->region, bl_str_of(bl_coverage_out_state(p->ns, p->of_ns, t[0])),
				bl_str_of(bl_coverage_out_share(p->known_ns, p->of_ns, t[1])),
				bl_str_of(bl_coverage_out_hours(p->known_ns, t[2])),
				bl_str_of(bl_coverage_out_hours(p->of_ns, t[3])),
				when(r, c == NULL ? BL_INSTANT_MIN : c->first_ns, at[0]),
				when(r, c == NULL ? BL_INSTANT_MIN : c->last_ns, at[1]),
				bl_str_of(n[0]),
				p->n_expected == UINT64_MAX ? BL_STR("-") : bl_str_of(n[1]),
				bl_str_of(bl_coverage_out_hours(p->ns[BL_COVER_STOPPED], t[4])),
				bl_str_of(bl_coverage_out_hours(p->ns[BL_COVER_SILENT], t[5])),
				bl_str_of(bl_coverage_out_hours(p->longest_ns, t[6])),
				bl_buf_str(&notes)});
	}
	bl_buf_release(&notes);
	return status;
}

/* Where other accounts record, and nothing tells of this one: nobody can say whether on purpose. */
static enum bl_status
regions_elsewhere(const struct bl_coverage_report *report, const struct bl_cover_account *a,
    struct bl_buf *out, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	out->len = 0;
	for (size_t k = 0; k < report->n_regions && status == BL_OK; k++)
		if (!bl_coverage_report_has(report, a, report->regions[k]))
			status = bl_buf_printf(out, reterr, "%s%.*s", out->len > 0 ? " " : "",
			    BL_STR_ARG(report->regions[k]));
	return status;
}

static enum bl_status
account_rows(struct rows *r, const struct bl_coverage_report *report)
{
	static const struct bl_table_column columns[] = {{"account", false}, {"name", false},
	    {"standing", false}, {"joined", false}, {"regions", true}, {"state", false},
	    {"known", true}, {"known_hours", true}, {"hours", true},
	    {"regions_only_elsewhere", false}};
	struct bl_buf elsewhere = BL_BUF_INIT(1 << 16);
	enum bl_status status = begin(r, columns, 10);

	for (size_t i = 0; i < report->n_accounts && status == BL_OK; i++) {
		const struct bl_cover_account *a = &report->accounts[i];
		bool none = a->n == 1 && bl_str_eq(report->places[a->first].region, BL_STR("*"));
		char t[4][BL_COVERAGE_TEXT], at[BL_INSTANT_TEXT], n[BL_NUMBER_TEXT];

		(void)snprintf(n, sizeof(n), "%zu", none ? 0 : a->n);
		status = regions_elsewhere(report, a, &elsewhere, r->err);
		if (status != BL_OK)
			break;
		status = row(r,
		    (struct bl_str[]){a->id, a->name,
			bl_str_of(bl_coverage_report_standing(a->standing)),
			when(r, a->joined_ns, at), bl_str_of(n),
			bl_str_of(bl_coverage_out_state(a->ns, a->of_ns, t[0])),
			bl_str_of(bl_coverage_out_share(a->known_ns, a->of_ns, t[1])),
			bl_str_of(bl_coverage_out_hours(a->known_ns, t[2])),
			bl_str_of(bl_coverage_out_hours(a->of_ns, t[3])), bl_buf_str(&elsewhere)});
	}
	bl_buf_release(&elsewhere);
	return status;
}

static enum bl_status
type_rows(struct rows *r, const struct bl_coverage_report *report)
{
	static const struct bl_table_column columns[] = {{"type", false}, {"recorded", true},
	    {"left_out", true}, {"not_told", true}, {"left_out_hours", true}};
	enum bl_status status = begin(r, columns, 5);

	for (size_t i = 0; i < report->n_types && status == BL_OK; i++) {
		const struct bl_cover_type *t = &report->types[i];
		char n[3][BL_NUMBER_TEXT], hours[BL_COVERAGE_TEXT];

		(void)snprintf(n[0], sizeof(n[0]), "%" PRIu64, t->n_recorded);
		(void)snprintf(n[1], sizeof(n[1]), "%" PRIu64, t->n_left_out);
		(void)snprintf(n[2], sizeof(n[2]), "%" PRIu64, t->n_not_told);
		status = row(
		    r, (struct bl_str[]){t->type, bl_str_of(n[0]), bl_str_of(n[1]), bl_str_of(n[2]),
			   bl_str_of(bl_coverage_out_hours(t->left_out_ns, hours))});
	}
	return status;
}

static enum bl_status
day_rows(struct rows *r, const struct bl_coverage_report *report)
{
	static const struct bl_table_column columns[] = {{"day", false}, {"recorders", true},
	    {"known_all_day", true}, {"known", true}, {"known_hours", true}, {"hours", true},
	    {"stopped_hours", true}, {"silent_hours", true}, {"no_delivery_hours", true},
	    {"not_in_organisation_hours", true}};
	size_t n_days = bl_coverage_out_n_days(report);
	enum bl_status status = begin(r, columns, 10);

	for (size_t i = 0; i < n_days && status == BL_OK; i++) {
		struct bl_coverage_day d;
		char t[7][BL_COVERAGE_TEXT], n[2][BL_NUMBER_TEXT], at[BL_INSTANT_TEXT];

		bl_coverage_out_day(report, i, &d);
		(void)snprintf(n[0], sizeof(n[0]), "%" PRIu64, d.n_places);
		(void)snprintf(n[1], sizeof(n[1]), "%" PRIu64, d.n_known);
		(void)bl_instant_format(d.from_ns, at);
		status =
		    row(r, (struct bl_str[]){bl_str_sub(bl_str_of(at), 0, 10), bl_str_of(n[0]),
			       bl_str_of(n[1]),
			       bl_str_of(bl_coverage_out_share(d.known_ns, d.of_ns, t[0])),
			       bl_str_of(bl_coverage_out_hours(d.known_ns, t[1])),
			       bl_str_of(bl_coverage_out_hours(d.of_ns, t[2])),
			       bl_str_of(bl_coverage_out_hours(d.ns[BL_COVER_STOPPED], t[3])),
			       bl_str_of(bl_coverage_out_hours(d.ns[BL_COVER_SILENT], t[4])),
			       bl_str_of(bl_coverage_out_hours(d.ns[BL_COVER_NONE], t[5])),
			       bl_str_of(bl_coverage_out_hours(d.ns[BL_COVER_OUTSIDE], t[6]))});
	}
	return status;
}

static enum bl_status
gap_rows(struct rows *r, const struct bl_coverage_report *report)
{
	static const struct bl_table_column columns[] = {{"account", false}, {"region", false},
	    {"type", false}, {"from", false}, {"to", false}, {"duration", true}, {"gap", false},
	    {"how_known", false}, {"what_to_do", false}};
	/* For people, what to do stands once for each kind, below. */
	enum bl_status status = begin(r, columns, r->arena != NULL ? 8 : 9);

	for (size_t i = 0; i < report->n_gaps && status == BL_OK; i++) {
		const struct bl_gap *g = &report->gaps[i];
		char at[2][BL_INSTANT_TEXT], lasts[BL_DURATION_TEXT];

		(void)bl_duration_format(g->to_ns - g->from_ns, lasts);
		status = row(r, (struct bl_str[]){g->account, g->region, g->type,
				    when(r, g->from_ns, at[0]), when(r, g->to_ns, at[1]),
				    bl_str_of(lasts), bl_str_of(bl_coverage_report_gap(g->kind)),
				    g->how, bl_str_of(bl_coverage_report_todo(g->kind))});
	}
	return status;
}

static enum bl_status
rows_by(struct rows *r, const struct bl_coverage_report *report, enum bl_coverage_by by)
{
	switch (by) {
	case BL_BY_RECORDER: return recorder_rows(r, report);
	case BL_BY_ACCOUNT: return account_rows(r, report);
	case BL_BY_TYPE: return type_rows(r, report);
	case BL_BY_DAY: return day_rows(r, report);
	case BL_BY_NONE: break;
	}
	return gap_rows(r, report);
}

enum bl_status
bl_coverage_out_csv(const struct bl_coverage_report *report, enum bl_coverage_by by,
    struct bl_buf *out, struct bl_err *reterr)
{
	struct rows r = {.out = out, .err = reterr};

	return rows_by(&r, report, by);
}

static enum bl_status
one_table(const struct bl_coverage_report *report, enum bl_coverage_by by, bool bold,
    struct bl_arena *arena, struct bl_buf *out, struct bl_err *reterr)
{
	struct rows r = {.arena = arena, .out = out, .err = reterr};
	enum bl_status status = rows_by(&r, report, by);

	return status == BL_OK ? end(&r, bold) : status;
}

static enum bl_status
what_to_do(const struct bl_coverage_report *report, struct bl_buf *out, struct bl_err *reterr)
{
	enum bl_status status = bl_buf_add(out, BL_STR("\nwhat to do\n"), reterr);

	for (int kind = 0; kind <= BL_GAP_NOT_RECORDED && status == BL_OK; kind++) {
		size_t n = 0;

		for (size_t i = 0; i < report->n_gaps; i++)
			n += report->gaps[i].kind == (enum bl_gap_kind)kind;
		if (n > 0)
			status = bl_buf_printf(out, reterr, "  %s (%zu): %s\n",
			    bl_coverage_report_gap((enum bl_gap_kind)kind), n,
			    bl_coverage_report_todo((enum bl_gap_kind)kind));
	}
	return status;
}

enum bl_status
bl_coverage_out_table(const struct bl_coverage_report *report, enum bl_coverage_by by, bool bold,
    struct bl_arena *arena, struct bl_buf *out, struct bl_err *reterr)
{
	char share[BL_COVERAGE_TEXT], hours[2][BL_COVERAGE_TEXT];
	enum bl_status status =
	    one_table(report, by == BL_BY_NONE ? BL_BY_RECORDER : by, bold, arena, out, reterr);

	if (status == BL_OK && report->n_gaps > 0)
		status = bl_buf_printf(out, reterr, "\n%zu gaps\n", report->n_gaps);
	if (status == BL_OK && report->n_gaps > 0)
		status = one_table(report, BL_BY_NONE, bold, arena, out, reterr);
	if (status == BL_OK && report->n_gaps > 0)
		status = what_to_do(report, out, reterr);
	if (status != BL_OK)
		return status;
	return bl_buf_printf(out, reterr,
	    "\nknown: %" PRIu64 " of %" PRIu64 " accounts all the time; %s of %s recorder-hours "
	    "(%s)\npopulation: %.*s%s\n",
	    report->n_accounts_known, report->n_accounts_expected,
	    bl_coverage_out_hours(report->known_ns, hours[0]),
	    bl_coverage_out_hours(report->of_ns, hours[1]),
	    bl_coverage_out_share(report->known_ns, report->of_ns, share),
	    BL_STR_ARG(report->population),
	    !report->has_population
		? "; accounts that never delivered cannot be seen (give --accounts FILE)"
	    : report->list_has_more
		? "; its last page names a further one: it is not complete"
		: "; regions: those that each account ever delivered or that are told of");
}
