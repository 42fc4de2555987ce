/*
 * report.html: one page without scripts and without references to anything
 * outside, the whole report in German and, behind a switch of plain CSS, in
 * English.  Without CSS both stand one after the other.
 */
#include "base/arena.h"
#include "base/instant.h"
#include "evidence/out.h"
#include "evidence/package_priv.h"
#include "evidence/page.h"

#define ARENA_BYTES ((size_t)16 << 20)

/* Bars carry their meaning as pattern and text too, not by colour alone. */
static const char head[] =
    "</style>\n</head>\n<body>\n"
    "<svg width=\"0\" height=\"0\" style=\"position:absolute\" aria-hidden=\"true\"><defs>"
    "<pattern id=\"p-nc\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
    "patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" fill=\"#b3261e\"/>"
    "<rect width=\"2\" height=\"6\" fill=\"#fff\"/></pattern>"
    "<pattern id=\"p-un\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\">"
    "<rect width=\"5\" height=\"5\" fill=\"#fff\"/>"
    "<circle cx=\"2.5\" cy=\"2.5\" r=\"1.4\" fill=\"#7a5a00\"/></pattern></defs></svg>\n"
    "<input class=\"pick\" type=\"radio\" name=\"lang\" id=\"lang-de\" checked>\n"
    "<input class=\"pick\" type=\"radio\" name=\"lang\" id=\"lang-en\">\n"
    "<div class=\"langs\"><label for=\"lang-de\">Deutsch</label> "
    "<label for=\"lang-en\">English</label></div>\n";

static const struct {
	void (*write)(struct bl_page *page);
	enum bl_word title;
} section[] = {
    {bl_page__summary, BL_WORD_S_SUMMARY},
    {bl_page__scope, BL_WORD_S_SCOPE},
    {bl_page__coverage, BL_WORD_S_COVERAGE},
    {bl_page__matrix, BL_WORD_S_MATRIX},
    {bl_page__deficiencies, BL_WORD_S_DEFICIENCIES},
    {bl_page__undetermined, BL_WORD_S_UNDETERMINED},
    {bl_page__disagreements, BL_WORD_S_DISAGREE},
    {bl_page__unreadable, BL_WORD_S_UNREADABLE},
    {bl_page__limits, BL_WORD_S_LIMITS},
    {bl_page__method, BL_WORD_S_METHOD},
    {bl_page__verify, BL_WORD_S_VERIFY},
};
#define N_SECTIONS (sizeof(section) / sizeof(section[0]))

static void
contents(struct bl_page *page)
{
	const char *lang = page->lang == BL_LANG_DE ? "de" : "en";

	bl_page__html(page, "<nav aria-label=\"");
	bl_page__word(page, BL_WORD_CONTENTS);
	bl_page__html(page, "\">\n<h3>");
	bl_page__word(page, BL_WORD_CONTENTS);
	bl_page__html(page, "</h3>\n<ol>\n");
	for (size_t i = 0; i < N_SECTIONS; i++) {
		bl_out__printf(page->out, "<li><a href=\"#%s-%zu\">", lang, i + 1);
		bl_page__word(page, section[i].title);
		bl_page__html(page, "</a></li>\n");
	}
	bl_page__html(page, "</ol>\n</nav>\n");
}

static void
one_language(struct bl_page *page)
{
	const char *lang = page->lang == BL_LANG_DE ? "de" : "en";

	bl_out__printf(page->out, "<main class=\"%s\" lang=\"%s\">\n", lang, lang);
	bl_page__html(page, "<div class=\"cover\">\n");
	bl_page__cover(page);
	contents(page);
	bl_page__html(page, "</div>\n");
	for (size_t i = 0; i < N_SECTIONS && !page->out->failed; i++) {
		bl_arena_rewind(page->arena, page->mark);
		section[i].write(page);
	}
	bl_page__html(page, "<footer>");
	bl_page__say(page, BL_WORD_FOOT, &page->package->options->version, 1);
	bl_page__html(page, "</footer>\n</main>\n");
}

static void
whole_page(const struct bl_package *package, struct bl_arena *arena, struct bl_out *out)
{
	struct bl_page page = {
	    .package = package, .out = out, .arena = arena, .mark = bl_arena_mark(arena)};

	bl_page__html(&page,
	    "<!DOCTYPE html>\n<html lang=\"de\">\n<head>\n<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
	    "'unsafe-inline'\">\n<title>");
	bl_page__word(&page, BL_WORD_TITLE);
	bl_page__html(&page, "</title>\n<style>\n");
	bl_page__html(&page, bl_page__style);
	bl_page__html(&page, head);
	for (int lang = 0; lang < BL_N_LANGS; lang++) {
		page.lang = (enum bl_lang)lang;
		page.section = 0;
		one_language(&page);
	}
	bl_page__html(&page, "</body>\n</html>\n");
}

enum bl_status
bl_package__report(struct bl_package *package, struct bl_err *reterr)
{
	struct bl_arena *arena = bl_arena_new(ARENA_BYTES);
	struct bl_str path;
	struct bl_out out;
	enum bl_status status;

	if (arena == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the report");
	status = bl_package__report_path(package, "report.html", &path, reterr);
	if (status == BL_OK) {
		bl_out__open(package, path, &out);
		whole_page(package, arena, &out);
		status = bl_out__close(&out, reterr);
	}
	bl_arena_free(&arena);
	return status;
}
