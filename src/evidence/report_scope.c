/* Scope and population, coverage and gaps. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/instant.h"
#include "evidence/out.h"
#include "evidence/package_priv.h"
#include "evidence/page.h"

/* One row an account: its regions, one after the other. */
static size_t
account_row(struct bl_page *page, size_t first)
{
	const struct bl_assessment *a = page->package->assessment;
	uint64_t n_snapshots = 0;
	size_t end = first;

	bl_page__row(page);
	bl_page__html(page, "<th scope=\"row\" class=\"mono\">");
	bl_page__text(page, a->recorders[first].account);
	bl_page__html(page, "</th><td>");
	for (; end < a->n_recorders &&
	       bl_str_eq(a->recorders[end].account, a->recorders[first].account);
	     end++) {
		if (end > first)
			bl_page__html(page, ", ");
		bl_page__text(page, a->recorders[end].region);
		n_snapshots += a->recorders[end].n_snapshots;
	}
	bl_page__html(page, "</td>");
	bl_page__cell_number(page, bl_page__number(page, end - first));
	bl_page__cell_number(page, bl_page__number(page, n_snapshots));
	bl_page__end_row(page);
	return end;
}

void
bl_page__scope(struct bl_page *page)
{
	static const enum bl_word column[] = {
	    BL_WORD_C_ACCOUNT, BL_WORD_C_REGIONS, BL_WORD_C_N_REGIONS, BL_WORD_C_SNAPSHOTS};
	const struct bl_assessment *a = page->package->assessment;
	uint64_t n_shown = 0, n_accounts = 0;

	bl_page__section(page, BL_WORD_S_SCOPE);
	bl_page__p(page, BL_WORD_SCOPE_TEXT, NULL, 0);
	if (a->list_position == 0)
		bl_page__p(page, BL_WORD_SCOPE_COMPLETE, NULL, 0);
	else
		bl_page__p(page, BL_WORD_SCOPE_LIST,
		    (const struct bl_str[]){bl_page__number(page, a->list_position),
			bl_page__number(page, a->n_listed), bl_page__number(page, a->n_never)},
		    3);
	for (size_t i = 0; i < a->n_recorders; i++)
		n_accounts +=
		    i == 0 || !bl_str_eq(a->recorders[i].account, a->recorders[i - 1].account);
	if (n_accounts > 0) {
		bl_page__table(page, "accounts", BL_WORD_T_ACCOUNTS, column, 4);
		for (size_t i = 0; i < a->n_recorders && n_shown < BL_PAGE_MAX_ROWS; n_shown++)
			i = account_row(page, i);
		bl_page__end_table(page);
	}
	bl_page__more(page, n_shown, n_accounts, "coverage.csv");
	bl_page__end_section(page);
}

/* ---- Coverage ----------------------------------------------------------------- */

static void
files_cell(struct bl_page *page, const struct bl_recorder *r)
{
	bl_page__html(page, "<td class=\"n\">");
	bl_page__text(page, bl_page__number(page, r->n_snapshots));
	bl_page__html(page, " / ");
	bl_page__text(page, bl_page__number(page, r->n_histories));
	bl_page__html(page, " / ");
	bl_page__text(page, bl_page__number(page, r->n_others));
	bl_page__html(page, "</td>");
}

static void
remark_cell(struct bl_page *page, const struct bl_recorder *r)
{
	const struct {
		bool is;
		enum bl_word word;
	} remark[] = {
	    {r->first_ns > page->package->assessment->from_ns, BL_WORD_R_LATE},
	    {r->n_stopped > 0, BL_WORD_R_STOPPED},
	    {r->n_silent > 0, BL_WORD_R_GAPS},
	    {bl_package__silent_at_end(page->package, r), BL_WORD_R_SILENT},
	};
	bool first = true;

	bl_page__html(page, "<td>");
	for (size_t i = 0; i < sizeof(remark) / sizeof(remark[0]); i++) {
		if (!remark[i].is)
			continue;
		if (!first)
			bl_page__html(page, "; ");
		first = false;
		bl_page__word(page, remark[i].word);
	}
	if (first)
		bl_page__word(page, BL_WORD_R_NONE);
	bl_page__html(page, "</td>");
}

static void
recorder_row(struct bl_page *page, const struct bl_recorder *r)
{
	bl_page__row(page);
	bl_page__html(page, "<th scope=\"row\" class=\"mono\">");
	bl_page__text(page, r->account);
	bl_page__html(page, "</th>");
	bl_page__cell(page, r->region);
	bl_page__cell_instant(page, r->first_ns);
	bl_page__cell_instant(page, r->last_ns);
	files_cell(page, r);
	bl_page__cell_number(page, bl_page__duration(page, r->longest_silence_ns));
	bl_page__cell_number(page, bl_page__percent(page, bl_package__known_bp(page->package, r)));
	remark_cell(page, r);
	bl_page__end_row(page);
}

static void
recorders(struct bl_page *page)
{
	static const enum bl_word column[] = {BL_WORD_C_ACCOUNT, BL_WORD_C_REGION, BL_WORD_C_FIRST,
	    BL_WORD_C_LAST, BL_WORD_C_FILES, BL_WORD_C_SILENCE, BL_WORD_C_KNOWN, BL_WORD_C_REMARK};
	const struct bl_assessment *a = page->package->assessment;
	size_t i = 0;

	if (a->n_recorders == 0) {
		bl_page__p(page, BL_WORD_SUM_NO_RECORDER, NULL, 0);
		return;
	}
	bl_page__table(page, "recorders", BL_WORD_T_COVERAGE, column, 8);
	for (; i < a->n_recorders && i < BL_PAGE_MAX_ROWS; i++)
		recorder_row(page, &a->recorders[i]);
	bl_page__end_table(page);
	bl_page__more(page, i, a->n_recorders, "coverage.csv");
}

static void
gap_row(struct bl_page *page, const struct bl_recorder *r, const struct bl_span *span,
    enum bl_word reason)
{
	bl_page__row(page);
	bl_page__html(page, "<th scope=\"row\" class=\"mono\">");
	bl_page__text(page, r->account);
	bl_page__html(page, "</th>");
	bl_page__cell(page, r->region);
	bl_page__cell_instant(page, span->from_ns);
	bl_page__cell_instant(page, span->to_ns);
	bl_page__cell_number(page, bl_page__duration(page, span->to_ns - span->from_ns));
	bl_page__cell_word(page, reason);
	bl_page__end_row(page);
}

/* Each stretch for itself: a recorder that was stopped may also have delivered nothing meanwhile.
 */
static void
recorder_gaps(struct bl_page *page, const struct bl_recorder *r, uint64_t *n_shown)
{
	for (size_t i = 0; i < r->n_stopped && *n_shown < BL_PAGE_MAX_ROWS; i++, ++*n_shown)
		gap_row(page, r, &r->stopped[i], BL_WORD_REASON_STOPPED);
	for (size_t i = 0; i < r->n_silent && *n_shown < BL_PAGE_MAX_ROWS; i++, ++*n_shown)
		gap_row(page, r, &r->silent[i], BL_WORD_G_SILENT);
}

static void
gaps(struct bl_page *page)
{
	static const enum bl_word column[] = {BL_WORD_C_ACCOUNT, BL_WORD_C_REGION, BL_WORD_C_FROM,
	    BL_WORD_C_TO, BL_WORD_C_DURATION, BL_WORD_C_REASON};
	const struct bl_assessment *a = page->package->assessment;
	uint64_t n_all = 0, n_shown = 0;

	for (size_t i = 0; i < a->n_recorders; i++)
		n_all += a->recorders[i].n_stopped + a->recorders[i].n_silent;
	if (n_all == 0) {
		bl_page__p(page, BL_WORD_NO_GAPS, NULL, 0);
		return;
	}
	bl_page__table(page, "gaps", BL_WORD_T_GAPS, column, 6);
	for (size_t i = 0; i < a->n_recorders; i++)
		recorder_gaps(page, &a->recorders[i], &n_shown);
	bl_page__end_table(page);
	bl_page__more(page, n_shown, n_all, "coverage.csv");
}

static void
silent_row(struct bl_page *page, const struct bl_recorder *r)
{
	bl_page__row(page);
	bl_page__html(page, "<th scope=\"row\" class=\"mono\">");
	bl_page__text(page, r->account);
	bl_page__html(page, "</th>");
	bl_page__cell(page, r->region);
	bl_page__cell_instant(page, r->last_ns);
	bl_page__cell_number(
	    page, r->last_ns == BL_INSTANT_MIN
		      ? BL_STR("-")
		      : bl_page__duration(page, page->package->end_ns - r->last_ns));
	bl_page__end_row(page);
}

static void
silent(struct bl_page *page)
{
	static const enum bl_word column[] = {
	    BL_WORD_C_ACCOUNT, BL_WORD_C_REGION, BL_WORD_C_LAST, BL_WORD_C_SINCE_LAST};
	const struct bl_assessment *a = page->package->assessment;
	uint64_t n_all = 0, n_shown = 0;

	for (size_t i = 0; i < a->n_recorders; i++)
		n_all += bl_package__silent_at_end(page->package, &a->recorders[i]);
	if (a->n_recorders == 0)
		return;
	if (n_all == 0) {
		bl_page__p(page, BL_WORD_NO_SILENT, NULL, 0);
		return;
	}
	bl_page__table(page, "silent", BL_WORD_T_SILENT, column, 4);
	for (size_t i = 0; i < a->n_recorders && n_shown < BL_PAGE_MAX_ROWS; i++) {
		if (!bl_package__silent_at_end(page->package, &a->recorders[i]))
			continue;
		silent_row(page, &a->recorders[i]);
		n_shown++;
	}
	bl_page__end_table(page);
	bl_page__more(page, n_shown, n_all, "coverage.csv");
}

void
bl_page__coverage(struct bl_page *page)
{
	bl_page__section(page, BL_WORD_S_COVERAGE);
	bl_page__p(page, BL_WORD_COVERAGE_TEXT, NULL, 0);
	gaps(page);
	silent(page);
	recorders(page);
	bl_page__end_section(page);
}
