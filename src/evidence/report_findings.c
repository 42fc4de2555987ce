/* Deficiencies, one by one: those still open first. */
#include "base/arena.h"
#include "base/instant.h"
#include "evidence/out.h"
#include "evidence/package_priv.h"
#include "evidence/page.h"

static void
resource_cell(struct bl_page *page, const struct bl_finding *f)
{
	bl_page__html(page, "<td>");
	bl_page__name(page, f->type);
	if (f->id.len > 0) {
		bl_page__html(page, "<br><span class=\"mono\">");
		bl_page__text(page, f->id);
		bl_page__html(page, "</span>");
	}
	if (f->name.len > 0 && !bl_str_eq(f->name, f->id)) {
		bl_page__html(page, "<br>");
		bl_page__text(page, f->name);
	}
	bl_page__html(page, "</td>");
}

static void
observed_cell(struct bl_page *page, const struct bl_finding *f)
{
	char hex[BL_SHA256_HEX];
	const struct bl_str prefix =
	    f->has_version ? (struct bl_str){bl_sha256_hex(&f->version_sha256, hex), 16}
			   : BL_STR("");

	bl_page__html(page, "<td>");
	bl_page__text(page, f->annotation);
	if (f->source == BL_SOURCE_RECORDED) {
		bl_page__html(page, "<br><span class=\"small\">");
		bl_page__word(page, BL_WORD_BY_AWS);
		bl_page__html(page, "</span>");
	}
	if (f->has_version) {
		bl_page__html(page, "<br><span class=\"mono small\">");
		bl_page__say(page, BL_WORD_VERSION_SHA, &prefix, 1);
		bl_page__html(page, "</span>");
	}
	bl_page__html(page, "</td>");
}

static void
since_cell(struct bl_page *page, const struct bl_finding *f)
{
	const struct bl_str since = bl_page__instant(page, f->since_ns);

	bl_page__html(page, "<td>");
	if (f->since_ns == BL_INSTANT_MIN)
		bl_page__word(page, BL_WORD_SINCE_UNKNOWN);
	else if (f->since_ns < page->package->assessment->from_ns)
		bl_page__say(page, BL_WORD_SINCE_BEFORE, &since, 1);
	else
		bl_page__text(page, since);
	bl_page__html(page, "</td>");
}

/* That a finding stopped does not mean that it was mended. */
static enum bl_word
state_word(const struct bl_finding *f)
{
	switch (f->then) {
	case BL_THEN_GOES_ON: break;
	case BL_THEN_KNOWN:
	case BL_THEN_CHANGED:
		return f->next == BL_COMPLIANT ? BL_WORD_ST_MENDED : BL_WORD_ST_CHANGED;
	case BL_THEN_GONE: return BL_WORD_ST_GONE;
	case BL_THEN_VANISHED: return BL_WORD_ST_VANISHED;
	case BL_THEN_UNKNOWN: return BL_WORD_ST_UNKNOWN;
	case BL_THEN_LOST: return BL_WORD_ST_UNKNOWN_SINCE;
	}
	return BL_WORD_ST_OPEN;
}

/* The lists of the report: open, lost from sight, ended. */
enum list { LIST_OPEN, LIST_LOST, LIST_ENDED };

static enum list
list_of(enum bl_then then)
{
	switch (then) {
	case BL_THEN_GOES_ON: return LIST_OPEN;
	case BL_THEN_LOST: return LIST_LOST;
	case BL_THEN_CHANGED:
	case BL_THEN_GONE:
	case BL_THEN_VANISHED:
	case BL_THEN_UNKNOWN:
	case BL_THEN_KNOWN: break;
	}
	return LIST_ENDED;
}

static void
finding_row(struct bl_page *page, const struct bl_finding *f, uint64_t number)
{
	bl_page__row(page);
	bl_page__cell_number(page, bl_page__number(page, number));
	bl_page__html(page, "<th scope=\"row\">");
	bl_page__text(page, page->package->assessment->rules[f->i_rule].pack_rule->name);
	bl_page__html(page, "</th><td class=\"a\"><span class=\"mono\">");
	bl_page__text(page, f->account);
	bl_page__html(page, "</span><br>");
	bl_page__text(page, f->region);
	bl_page__html(page, "</td>");
	resource_cell(page, f);
	observed_cell(page, f);
	since_cell(page, f);
	bl_page__cell_instant(page, f->from_ns);
	bl_page__cell_instant(page, f->to_ns);
	bl_page__cell_number(page, bl_page__duration(page, f->to_ns - f->from_ns));
	bl_page__html(page, "<td class=\"st\">");
	bl_page__word(page, state_word(f));
	bl_page__html(page, "</td>");
	bl_page__end_row(page);
}

/* Numbers are those of deficiencies.csv: the place among all non-compliant findings. */
static void
list(struct bl_page *page, enum list which, enum bl_word caption, enum bl_word none)
{
	static const enum bl_word column[] = {BL_WORD_C_NO, BL_WORD_C_RULE, BL_WORD_C_PLACE,
	    BL_WORD_C_RESOURCE, BL_WORD_C_OBSERVED, BL_WORD_C_SINCE, BL_WORD_C_FROM, BL_WORD_C_TO,
	    BL_WORD_C_DURATION, BL_WORD_C_STATE};
	const struct bl_assessment *a = page->package->assessment;
	uint64_t number = 0, n_all = 0, n_shown = 0;

	for (size_t i = 0; i < a->n_findings && !page->out->failed; i++) {
		const struct bl_finding *f = &a->findings[i];

		if (bl_finding__table(f) != BL_TABLE_NON_COMPLIANT)
			continue;
		number++;
		if (list_of(f->then) != which)
			continue;
		if (n_all++ == 0)
			bl_page__table(page, "findings", caption, column, 10);
		if (n_shown < BL_PAGE_MAX_ROWS) {
			finding_row(page, f, number);
			n_shown++;
		}
	}
	if (n_all == 0)
		bl_page__p(page, none, NULL, 0);
	else
		bl_page__end_table(page);
	bl_page__more(page, n_shown, n_all, "deficiencies.csv");
}

void
bl_page__deficiencies(struct bl_page *page)
{
	bl_page__html(page, "<div class=\"wide\">\n");
	bl_page__section(page, BL_WORD_S_DEFICIENCIES);
	bl_page__p(page, BL_WORD_DEF_TEXT, NULL, 0);
	list(page, LIST_OPEN, BL_WORD_T_OPEN, BL_WORD_NO_OPEN);
	list(page, LIST_LOST, BL_WORD_T_LOST, BL_WORD_NO_LOST);
	list(page, LIST_ENDED, BL_WORD_T_CLOSED, BL_WORD_NO_CLOSED);
	bl_page__end_section(page);
	bl_page__html(page, "</div>\n");
}
