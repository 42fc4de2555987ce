/* What is open to question: undetermined check points, disagreements, unreadable things. */
#include "base/arena.h"
#include "base/instant.h"
#include "evidence/out.h"
#include "evidence/package_priv.h"
#include "evidence/page.h"

enum {
#define X(name, code, text) COUNTED_##name,
	BL_REASON_LIST(X)
#undef X
	    N_REASONS
};

static enum bl_word
verdict_word(enum bl_verdict verdict)
{
	static const enum bl_word word[BL_N_VERDICTS] = {
	    [BL_COMPLIANT] = BL_WORD_COMPLIANT,
	    [BL_NON_COMPLIANT] = BL_WORD_NON_COMPLIANT,
	    [BL_NOT_APPLICABLE] = BL_WORD_NOT_APPLICABLE,
	    [BL_INSUFFICIENT_DATA] = BL_WORD_UNDETERMINED,
	    [BL_ERROR] = BL_WORD_RULE_FAILED,
	};

	return word[verdict];
}

static enum bl_word
reason_word(enum bl_reason reason)
{
	static const enum bl_word word[N_REASONS] = {
#define X(name, code, text) [BL_REASON_##name] = BL_WORD_REASON_##name,
	    BL_REASON_LIST(X)
#undef X
	};

	return word[reason];
}

static void
reason_text(struct bl_page *page, enum bl_reason reason)
{
	bl_page__word(page, reason_word(reason));
	bl_page__html(page, "<br><span class=\"mono small\">");
	bl_page__text(page, bl_str_of(bl_reason_code(reason)));
	bl_page__html(page, "</span>");
}

/* The rows of one rule, verdict and reason. */
struct group {
	uint64_t n;
	const struct bl_finding *example;
};

static void
group_row(struct bl_page *page, const struct bl_rule_result *rule, const struct group *group)
{
	const struct bl_finding *f = group->example;

	bl_page__row(page);
	bl_page__html(page, "<th scope=\"row\">");
	bl_page__text(page, rule->pack_rule->name);
	bl_page__html(page, "</th>");
	bl_page__cell_word(page, verdict_word(f->verdict));
	bl_page__html(page, "<td>");
	reason_text(page, f->reason);
	bl_page__html(page, "</td>");
	bl_page__cell_number(page, bl_page__number(page, group->n));
	bl_page__html(page, "<td><span class=\"mono\">");
	bl_page__text(page, f->account);
	bl_page__html(page, "</span> ");
	bl_page__text(page, f->region);
	bl_page__html(page, " ");
	bl_page__text(page, f->id);
	if (f->annotation.len > 0)
		bl_page__html(page, "<br>");
	bl_page__text(page, f->annotation);
	bl_page__html(page, "</td>");
	bl_page__end_row(page);
}

/* The groups of one rule; the table is begun with the first group of all. */
static void
rule_groups(struct bl_page *page, const struct bl_rule_result *rule, bool *begun)
{
	static const enum bl_word column[] = {
	    BL_WORD_C_RULE, BL_WORD_C_VERDICT, BL_WORD_C_REASON, BL_WORD_C_ROWS, BL_WORD_C_EXAMPLE};
	const struct bl_finding *f = page->package->assessment->findings + rule->first_finding;
	struct group group[2][N_REASONS] = {{{0, NULL}}};

	for (size_t i = 0; i < rule->n_findings; i++) {
		struct group *g = &group[f[i].verdict == BL_ERROR][f[i].reason];

		if (bl_finding__table(&f[i]) != BL_TABLE_UNDETERMINED)
			continue;
		if (g->n++ == 0)
			g->example = &f[i];
	}
	for (int error = 0; error < 2; error++)
		for (int reason = 0; reason < N_REASONS; reason++) {
			if (group[error][reason].n == 0)
				continue;
			if (!*begun)
				bl_page__table(page, "reasons", BL_WORD_T_UNDETERMINED, column, 5);
			*begun = true;
			group_row(page, rule, &group[error][reason]);
		}
}

static enum bl_word
todo_word(enum bl_reason reason)
{
	switch (reason) {
	case BL_REASON_STALE:
	case BL_REASON_BEFORE:
	case BL_REASON_NOBODY: return BL_WORD_TODO_DELIVERY;
	case BL_REASON_STOPPED: return BL_WORD_TODO_STOPPED;
	case BL_REASON_NOT_RECORDED: return BL_WORD_TODO_RECORD;
	case BL_REASON_VANISHED: return BL_WORD_TODO_VANISHED;
	case BL_REASON_NOT_IMPLEMENTED: return BL_WORD_TODO_RULE;
	case BL_REASON_BROKEN: return BL_WORD_TODO_BROKEN;
	case BL_REASON_CONDITION:
	case BL_REASON_SCOPE:
	case BL_REASON_STATUS:
	case BL_REASON_MISSING:
	case BL_REASON_UNKNOWN:
	case BL_REASON_RECORDED: break;
	}
	return BL_WORD_TODO_DATA;
}

/* What is not known is of use only with what to do about it: each reason that occurs, once. */
static void
todo(struct bl_page *page)
{
	static const enum bl_word column[] = {BL_WORD_C_REASON, BL_WORD_C_ROWS, BL_WORD_C_TODO};
	const struct bl_assessment *a = page->package->assessment;
	uint64_t n[N_REASONS] = {0};

	for (size_t i = 0; i < a->n_findings; i++)
		n[a->findings[i].reason] +=
		    bl_finding__table(&a->findings[i]) == BL_TABLE_UNDETERMINED;
	bl_page__table(page, "todo", BL_WORD_T_TODO, column, 3);
	for (int reason = 0; reason < N_REASONS; reason++) {
		if (n[reason] == 0)
			continue;
		bl_page__row(page);
		bl_page__html(page, "<th scope=\"row\">");
		reason_text(page, (enum bl_reason)reason);
		bl_page__html(page, "</th>");
		bl_page__cell_number(page, bl_page__number(page, n[reason]));
		bl_page__cell_word(page, todo_word((enum bl_reason)reason));
		bl_page__end_row(page);
	}
	bl_page__end_table(page);
}

void
bl_page__undetermined(struct bl_page *page)
{
	const struct bl_assessment *a = page->package->assessment;
	bool begun = false, some = false;

	bl_page__section(page, BL_WORD_S_UNDETERMINED);
	bl_page__p(page, BL_WORD_UND_TEXT, NULL, 0);
	for (size_t i = 0; i < a->n_findings && !some; i++)
		some = bl_finding__table(&a->findings[i]) == BL_TABLE_UNDETERMINED;
	if (some)
		todo(page);
	for (size_t i = 0; i < a->n_rules && !page->out->failed; i++)
		rule_groups(page, &a->rules[i], &begun);
	if (begun)
		bl_page__end_table(page);
	else
		bl_page__p(page, BL_WORD_NO_UNDETERMINED, NULL, 0);
	bl_page__end_section(page);
}

/* ---- Disagreements --------------------------------------------------------------- */

static void
disagreement_row(struct bl_page *page, const struct bl_disagreement *d)
{
	bl_page__row(page);
	bl_page__html(page, "<th scope=\"row\">");
	bl_page__text(page, page->package->assessment->rules[d->i_rule].pack_rule->name);
	bl_page__html(page, "</th><td class=\"a\"><span class=\"mono\">");
	bl_page__text(page, d->account);
	bl_page__html(page, "</span><br>");
	bl_page__text(page, d->region);
	bl_page__html(page, "</td><td>");
	bl_page__name(page, d->type);
	bl_page__html(page, "<br><span class=\"mono\">");
	bl_page__text(page, d->id);
	bl_page__html(page, "</span></td>");
	bl_page__cell_word(page, verdict_word(d->computed));
	bl_page__cell_word(page, verdict_word(d->recorded));
	bl_page__cell_instant(page, d->from_ns);
	bl_page__cell_instant(page, d->to_ns);
	bl_page__end_row(page);
}

void
bl_page__disagreements(struct bl_page *page)
{
	static const enum bl_word column[] = {BL_WORD_C_RULE, BL_WORD_C_PLACE, BL_WORD_C_RESOURCE,
	    BL_WORD_C_COMPUTED, BL_WORD_C_RECORDED, BL_WORD_C_FROM, BL_WORD_C_TO};
	const struct bl_assessment *a = page->package->assessment;
	size_t i = 0;

	bl_page__section(page, BL_WORD_S_DISAGREE);
	bl_page__p(page, BL_WORD_DIS_TEXT, NULL, 0);
	if (a->n_disagreements == 0)
		bl_page__p(page, BL_WORD_NO_DISAGREE, NULL, 0);
	else {
		bl_page__table(page, "disagreements", BL_WORD_T_DISAGREE, column, 7);
		for (; i < a->n_disagreements && i < BL_PAGE_MAX_ROWS; i++)
			disagreement_row(page, &a->disagreements[i]);
		bl_page__end_table(page);
	}
	bl_page__more(page, i, a->n_disagreements, "disagreements.csv");
	bl_page__end_section(page);
}

/* ---- Unreadable things -------------------------------------------------------------- */

static void
quarantine_row(struct bl_page *page, uint64_t i)
{
	const struct bl_store_quarantine *q = NULL;
	const struct bl_delivery *delivery = NULL;
	struct bl_err err;

	if (bl_package__quarantined(page->package, i, &q, &err) != BL_OK ||
	    bl_package__delivery(page->package, q->position, &delivery, &err) != BL_OK) {
		bl_out__fail(page->out, &err);
		return;
	}
	bl_page__row(page);
	bl_page__cell(page, delivery->key);
	if (q->what.item_index == BL_NO_OFFSET)
		bl_page__cell_word(page, BL_WORD_WHOLE_FILE);
	else
		bl_page__cell_number(page, bl_page__number(page, q->what.item_index));
	bl_page__cell_number(page,
	    q->what.offset == BL_NO_OFFSET ? BL_STR("-") : bl_page__number(page, q->what.offset));
	bl_page__cell(page, q->what.reason);
	bl_page__end_row(page);
}

void
bl_page__unreadable(struct bl_page *page)
{
	static const enum bl_word column[] = {
	    BL_WORD_C_FILE, BL_WORD_C_ITEM, BL_WORD_C_OFFSET, BL_WORD_C_REASON};
	const struct bl_assessment *a = page->package->assessment;
	uint64_t i = 0;

	bl_page__section(page, BL_WORD_S_UNREADABLE);
	bl_page__p(page, BL_WORD_UNR_TEXT, NULL, 0);
	if (a->n_quarantined == 0)
		bl_page__p(page, BL_WORD_NO_UNREADABLE, NULL, 0);
	else {
		bl_page__table(page, "unreadable", BL_WORD_T_UNREADABLE, column, 4);
		for (; i < a->n_quarantined && i < BL_PAGE_MAX_ROWS && !page->out->failed; i++)
			quarantine_row(page, i);
		bl_page__end_table(page);
	}
	bl_page__more(page, i, a->n_quarantined, "quarantine.csv");
	bl_page__end_section(page);
}
