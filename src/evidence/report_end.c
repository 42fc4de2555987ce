/* Limits, method, and how to check. */
#include "base/arena.h"
#include "evidence/out.h"
#include "evidence/package_priv.h"
#include "evidence/page.h"

static void
limits_row(struct bl_page *page, const struct bl_rule_result *r)
{
	bl_page__row(page);
	bl_page__html(page, "<th scope=\"row\">");
	bl_page__text(page, r->pack_rule->name);
	bl_page__html(page, "</th><td>");
	if (r->rule == NULL)
		bl_page__word(page, BL_WORD_LIMITS_NOT_EVALUATED);
	else if (r->rule->n_limits == 0)
		bl_page__word(page, BL_WORD_LIMITS_NONE);
	for (size_t i = 0; r->rule != NULL && i < r->rule->n_limits; i++) {
		if (i > 0)
			bl_page__html(page, "<br>");
		bl_page__text(page, r->rule->limits[i]);
	}
	bl_page__html(page, "</td>");
	bl_page__end_row(page);
}

void
bl_page__limits(struct bl_page *page)
{
	static const enum bl_word column[] = {BL_WORD_C_RULE, BL_WORD_C_LIMITS};
	const struct bl_assessment *a = page->package->assessment;

	bl_page__section(page, BL_WORD_S_LIMITS);
	bl_page__html(page, "<h3>");
	bl_page__word(page, BL_WORD_GENERAL_LIMITS);
	bl_page__html(page, "</h3>\n<ul>\n");
	for (int i = 0; i < BL_N_LIMITS; i++) {
		bl_page__html(page, "<li>");
		bl_page__word(page, (enum bl_word)((int)BL_WORD_LIMIT_1 + i));
		bl_page__html(page, "</li>\n");
	}
	bl_page__html(page, "</ul>\n");
	bl_page__table(page, "limits", BL_WORD_T_LIMITS, column, 2);
	for (size_t i = 0; i < a->n_rules && !page->out->failed; i++)
		limits_row(page, &a->rules[i]);
	bl_page__end_table(page);
	bl_page__end_section(page);
}

void
bl_page__method(struct bl_page *page)
{
	const struct bl_str n_samples = bl_page__number(page, BL_PACKAGE_SAMPLES);

	bl_page__section(page, BL_WORD_S_METHOD);
	bl_page__p(page, BL_WORD_METHOD_1, NULL, 0);
	bl_page__p(page, BL_WORD_METHOD_2, NULL, 0);
	bl_page__p(page, BL_WORD_METHOD_3, NULL, 0);
	bl_page__p(page, BL_WORD_METHOD_4, NULL, 0);
	bl_page__p(page, BL_WORD_METHOD_5, &n_samples, 1);
	bl_page__p(page, BL_WORD_METHOD_6, NULL, 0);
	bl_page__end_section(page);
}

static void
command(struct bl_page *page, enum bl_word what, const char *text)
{
	bl_page__p(page, what, NULL, 0);
	bl_page__html(page, "<pre>");
	bl_page__text(page, bl_str_of(text));
	bl_page__html(page, "</pre>\n");
}

void
bl_page__verify(struct bl_page *page)
{
	bl_page__section(page, BL_WORD_S_VERIFY);
	bl_page__p(page, BL_WORD_VERIFY_1, NULL, 0);
	command(page, BL_WORD_VERIFY_4, page->package->fingerprint.ptr);
	command(page, BL_WORD_VERIFY_2, BL_PACKAGE_CHECK_SIGNATURE);
	command(page, BL_WORD_VERIFY_3, BL_PACKAGE_CHECK_FILES);
	command(page, BL_WORD_VERIFY_5, BL_PACKAGE_CHECK_NOTHING_MORE);
	bl_page__end_section(page);
}
