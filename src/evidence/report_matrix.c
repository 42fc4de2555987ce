/* The control matrix: two rows a rule, over the period and at its end. */
#include "base/arena.h"
#include "evidence/controls.h"
#include "evidence/out.h"
#include "evidence/package_priv.h"
#include "evidence/page.h"

/* A line of references; every one but the first begins with a break. */
static void
reference(struct bl_page *page, enum bl_word word, struct bl_str value, bool *first)
{
	if (value.len == 0)
		return;
	if (!*first)
		bl_page__html(page, "<br>");
	*first = false;
	bl_page__say(page, word, &value, 1);
}

static void
read_reference(struct bl_page *page, const struct bl_control_ref *ref, char named, bool *first)
{
	const char letter[2] = {ref->letter, '\0'}, pack_letter[2] = {named, '\0'};

	reference(page, BL_WORD_REF_NIS2, bl_str_of(letter), first);
	reference(page, BL_WORD_REF_BSIG,
	    bl_page__number(page, (uint64_t)bl_controls__bsig_no(ref->letter)), first);
	if (ref->detection)
		reference(page, BL_WORD_REF_BSIG_31, BL_STR("31"), first);
	reference(page, BL_WORD_REF_ANNEX, bl_str_of(ref->annex), first);
	reference(page, BL_WORD_REF_ISO, bl_str_of(ref->iso), first);
	if (named == 0 || named == ref->letter)
		return;
	bl_page__html(page, "<br><em>");
	bl_page__say(page, BL_WORD_REF_DIFFERS,
	    (const struct bl_str[]){bl_str_of(pack_letter), bl_str_of(letter)}, 2);
	bl_page__html(page, "</em>");
}

static void
references(struct bl_page *page, const struct bl_pack_rule *rule)
{
	const struct bl_control_ref *ref = bl_controls__find(rule->identifier);
	char named = bl_controls__letter(rule->description);
	const char letter[2] = {named, '\0'};
	bool first = true;

	bl_page__html(page, "<td class=\"q\" rowspan=\"2\">");
	if (ref != NULL)
		read_reference(page, ref, named, &first);
	else if (named != 0) {
		reference(page, BL_WORD_REF_NIS2, bl_str_of(letter), &first);
		reference(page, BL_WORD_REF_BSIG,
		    bl_page__number(page, (uint64_t)bl_controls__bsig_no(named)), &first);
	}
	for (size_t i = 0; i < rule->n_controls; i++)
		reference(page, BL_WORD_REF_PACK, rule->controls[i], &first);
	if (first)
		bl_page__word(page, BL_WORD_REF_NONE);
	bl_page__html(page, "</td>");
}

static void
rule_cell(struct bl_page *page, const struct bl_rule_result *r)
{
	const struct bl_pack_rule *p = r->pack_rule;

	bl_page__html(page, "<th scope=\"row\" class=\"r\" rowspan=\"2\">");
	bl_page__text(page, p->name);
	bl_page__html(page, "<br><span class=\"mono small\">");
	bl_page__name(page, p->identifier.len > 0 ? p->identifier : p->owner);
	bl_page__html(page, "</span>");
	if (p->description.len > 0) {
		bl_page__html(page, "<br><span class=\"small\">");
		bl_page__text(page, p->description);
		bl_page__html(page, "</span>");
	}
	for (size_t i = 0; i < p->n_inputs; i++) {
		bl_page__html(page, "<br><span class=\"mono small\">");
		bl_page__text(page, p->inputs[i].name);
		bl_page__html(page, " = ");
		bl_page__text(page, p->inputs[i].value);
		bl_page__html(page, "</span>");
	}
	bl_page__html(page, "<br><span class=\"small\">");
	bl_page__word(page, r->source == BL_SOURCE_RECORDED ? BL_WORD_BY_AWS
			    : r->rule != NULL		    ? BL_WORD_BY_BELEG
							    : BL_WORD_BY_NOBODY);
	bl_page__html(page, "</span></th>");
}

static void
count_cells(struct bl_page *page, enum bl_word when, const struct bl_counts *c)
{
	uint64_t n_decided = c->verdict[BL_COMPLIANT] + c->verdict[BL_NON_COMPLIANT];

	bl_page__html(page, "<th scope=\"row\" class=\"t\">");
	bl_page__word(page, when);
	bl_page__html(page, "</th>");
	bl_page__cell_number(page, bl_page__number(page, c->resources));
	bl_page__cell_number(page, bl_page__number(page, c->verdict[BL_COMPLIANT]));
	bl_page__html(
	    page, c->verdict[BL_NON_COMPLIANT] > 0 ? "<td class=\"n st\">" : "<td class=\"n\">");
	bl_page__text(page, bl_page__number(page, c->verdict[BL_NON_COMPLIANT]));
	bl_page__html(page, "</td>");
	bl_page__cell_number(
	    page, bl_page__number(page, c->verdict[BL_INSUFFICIENT_DATA] + c->verdict[BL_ERROR]));
	bl_page__cell_number(page, bl_page__number(page, c->verdict[BL_NOT_APPLICABLE]));
	bl_page__html(page, "<td class=\"n\">");
	if (n_decided == 0)
		bl_page__word(page, BL_WORD_SHARE_NONE);
	else
		bl_page__say(page, BL_WORD_SHARE_OF,
		    (const struct bl_str[]){
			bl_page__percent(
			    page, bl_package__share_bp(c->verdict[BL_COMPLIANT], n_decided)),
			bl_page__number(page, c->verdict[BL_COMPLIANT]),
			bl_page__number(page, n_decided)},
		    3);
	bl_page__html(page, "</td>");
}

void
bl_page__matrix(struct bl_page *page)
{
	static const enum bl_word column[] = {BL_WORD_C_NO, BL_WORD_C_RULE, BL_WORD_C_REFERENCES,
	    BL_WORD_C_WHEN, BL_WORD_C_RESOURCES, BL_WORD_COMPLIANT, BL_WORD_NON_COMPLIANT,
	    BL_WORD_UNDETERMINED, BL_WORD_NOT_APPLICABLE, BL_WORD_C_SHARE};
	const struct bl_assessment *a = page->package->assessment;

	bl_page__html(page, "<div class=\"wide\">\n");
	bl_page__section(page, BL_WORD_S_MATRIX);
	bl_page__p(page, BL_WORD_MATRIX_TEXT, NULL, 0);
	bl_page__table(page, "matrix", BL_WORD_T_MATRIX, column, 10);
	for (size_t i = 0; i < a->n_rules && !page->out->failed; i++) {
		bl_page__row(page);
		bl_page__html(page, "<td class=\"n\" rowspan=\"2\">");
		bl_page__text(page, bl_page__number(page, i + 1));
		bl_page__html(page, "</td>");
		rule_cell(page, &a->rules[i]);
		references(page, a->rules[i].pack_rule);
		count_cells(page, BL_WORD_W_PERIOD, &a->rules[i].over_period);
		bl_page__end_row(page);
		bl_page__row(page);
		count_cells(page, BL_WORD_W_END, &a->rules[i].at_end);
		bl_page__end_row(page);
	}
	bl_page__end_table(page);
	bl_page__p(page, BL_WORD_LEGAL_TEXT, NULL, 0);
	bl_page__end_section(page);
	bl_page__html(page, "</div>\n");
}
