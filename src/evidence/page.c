#include "evidence/page.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "evidence/out.h"
#include "evidence/package_priv.h"

void
bl_page__html(struct bl_page *page, const char *markup)
{
	bl_out__z(page->out, markup);
}

/* ---- Text ----------------------------------------------------------------- */

/* The code point at the start of ${s}, its length in ${ret_len}; UINT32_MAX and 1 when it is none.
 */
static uint32_t
code_point(struct bl_str s, size_t *ret_len)
{
	static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
	uint8_t first = (uint8_t)s.ptr[0];
	size_t len = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
	uint32_t c = first < 0x80 ? first : first & (0xffu >> (len + 1));

	*ret_len = 1;
	if ((first >= 0x80 && first < 0xc2) || first > 0xf4 || len > s.len)
		return UINT32_MAX;
	for (size_t i = 1; i < len; i++) {
		if (((uint8_t)s.ptr[i] & 0xc0) != 0x80)
			return UINT32_MAX;
		c = c << 6 | ((uint8_t)s.ptr[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return UINT32_MAX;
	*ret_len = len;
	return c;
}

/* Characters that are not seen, or that change how others are seen. */
static bool
is_sly(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0xad || c == 0x61c ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
	       (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef) ||
	       (c >= 0xe0000 && c <= 0xe0fff);
}

static const char *
entity_of(uint32_t c)
{
	switch (c) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '"': return "&quot;";
	case '\'': return "&#39;";
	default: return NULL;
	}
}

void
bl_page__text(struct bl_page *page, struct bl_str s)
{
	while (s.len > 0 && !page->out->failed) {
		size_t len;
		uint32_t c = code_point(s, &len);
		const char *entity = entity_of(c);

		if (c == UINT32_MAX)
			bl_out__z(page->out, "\xef\xbf\xbd");
		else if (entity != NULL)
			bl_out__z(page->out, entity);
		else if (is_sly(c))
			bl_out__printf(page->out, "[U+%04" PRIX32 "]", c);
		else
			bl_out__put(page->out, bl_str_sub(s, 0, len));
		s = bl_str_sub(s, len, s.len);
	}
}

void
bl_page__name(struct bl_page *page, struct bl_str s)
{
	size_t from = 0;

	for (size_t i = 0; i + 1 < s.len; i++) {
		if (s.ptr[i] != '_' && (s.ptr[i] != ':' || s.ptr[i + 1] == ':'))
			continue;
		bl_page__text(page, bl_str_sub(s, from, i + 1));
		bl_page__html(page, "<wbr>");
		from = i + 1;
	}
	bl_page__text(page, bl_str_sub(s, from, s.len));
}

void
bl_page__say(struct bl_page *page, enum bl_word word, const struct bl_str *arg, size_t n)
{
	struct bl_str rest = bl_str_of(bl_words__text(word, page->lang));

	for (;;) {
		size_t at = bl_str_find_byte(rest, '{');
		size_t i;

		if (at == SIZE_MAX)
			break;
		assert(at + 2 < rest.len && rest.ptr[at + 2] == '}');
		i = (size_t)(rest.ptr[at + 1] - '0');
		assert(i < n);
		bl_page__text(page, bl_str_sub(rest, 0, at));
		bl_page__text(page, arg[i]);
		rest = bl_str_sub(rest, at + 3, rest.len);
	}
	bl_page__text(page, rest);
}

void
bl_page__word(struct bl_page *page, enum bl_word word)
{
	bl_page__say(page, word, NULL, 0);
}

void
bl_page__p(struct bl_page *page, enum bl_word word, const struct bl_str *arg, size_t n)
{
	bl_page__html(page, "<p>");
	bl_page__say(page, word, arg, n);
	bl_page__html(page, "</p>\n");
}

/* ---- Sections and tables --------------------------------------------------- */

void
bl_page__section(struct bl_page *page, enum bl_word title)
{
	page->section++;
	bl_out__printf(page->out, "<section id=\"%s-%d\">\n<h2>%d ",
	    page->lang == BL_LANG_DE ? "de" : "en", page->section, page->section);
	bl_page__word(page, title);
	bl_page__html(page, "</h2>\n");
}

void
bl_page__end_section(struct bl_page *page)
{
	bl_page__html(page, "</section>\n");
}

/* Columns of numbers have their headings at the right, too. */
static bool
is_number(enum bl_word word)
{
	static const enum bl_word number[] = {BL_WORD_COMPLIANT, BL_WORD_NON_COMPLIANT,
	    BL_WORD_UNDETERMINED, BL_WORD_NOT_APPLICABLE, BL_WORD_C_SHARE, BL_WORD_C_RESOURCES,
	    BL_WORD_C_N_REGIONS, BL_WORD_C_SNAPSHOTS, BL_WORD_C_FILES, BL_WORD_C_SILENCE,
	    BL_WORD_C_KNOWN, BL_WORD_C_DURATION, BL_WORD_C_SINCE_LAST, BL_WORD_C_ROWS, BL_WORD_C_NO,
	    BL_WORD_C_ITEM, BL_WORD_C_OFFSET};

	for (size_t i = 0; i < sizeof(number) / sizeof(number[0]); i++)
		if (number[i] == word)
			return true;
	return false;
}

void
bl_page__table(struct bl_page *page, const char *class_name, enum bl_word caption,
    const enum bl_word *column, size_t n)
{
	bl_out__printf(page->out, "<table class=\"%s\">\n<caption>", class_name);
	bl_page__word(page, caption);
	bl_page__html(page, "</caption>\n<thead><tr>");
	for (size_t i = 0; i < n; i++) {
		bl_page__html(page,
		    is_number(column[i]) ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">");
		bl_page__word(page, column[i]);
		bl_page__html(page, "</th>");
	}
	bl_page__html(page, "</tr></thead>\n<tbody>\n");
}

void
bl_page__end_table(struct bl_page *page)
{
	bl_page__html(page, "</tbody>\n</table>\n");
}

void
bl_page__row(struct bl_page *page)
{
	bl_arena_rewind(page->arena, page->mark);
	bl_page__html(page, "<tr>");
}

void
bl_page__end_row(struct bl_page *page)
{
	bl_page__html(page, "</tr>\n");
}

void
bl_page__cell(struct bl_page *page, struct bl_str s)
{
	bl_page__html(page, "<td>");
	bl_page__text(page, s);
	bl_page__html(page, "</td>");
}

void
bl_page__cell_number(struct bl_page *page, struct bl_str s)
{
	bl_page__html(page, "<td class=\"n\">");
	bl_page__text(page, s);
	bl_page__html(page, "</td>");
}

void
bl_page__cell_instant(struct bl_page *page, int64_t ns)
{
	struct bl_str when = bl_page__instant(page, ns);
	size_t blank = bl_str_find_byte(when, ' ');

	bl_page__html(page, "<td class=\"d\"><span>");
	bl_page__text(page, bl_str_sub(when, 0, blank == SIZE_MAX ? when.len : blank));
	if (blank != SIZE_MAX) {
		bl_page__html(page, "</span> <span>");
		bl_page__text(page, bl_str_sub(when, blank + 1, when.len));
	}
	bl_page__html(page, "</span></td>");
}

void
bl_page__cell_word(struct bl_page *page, enum bl_word word)
{
	bl_page__html(page, "<td class=\"w\">");
	bl_page__word(page, word);
	bl_page__html(page, "</td>");
}

void
bl_page__more(struct bl_page *page, uint64_t n_shown, uint64_t n_all, const char *file)
{
	if (n_all <= n_shown)
		return;
	bl_page__html(page, "<p class=\"more\"><strong>");
	bl_page__say(page, BL_WORD_MORE_ROWS,
	    (const struct bl_str[]){bl_page__number(page, n_shown),
		bl_page__number(page, n_all - n_shown), bl_str_of(file)},
	    3);
	bl_page__html(page, "</strong></p>\n");
}

/* ---- Formats ---------------------------------------------------------------- */

/* A copy in the page's arena; a full arena becomes the file's failure. */
static struct bl_str
keep(struct bl_page *page, const char *text, size_t len)
{
	struct bl_str copy = {0};
	struct bl_err err;

	if (bl_str_dup(page->arena, (struct bl_str){text, len}, &copy) != BL_OK &&
	    bl_fail(&err, BL_ENOMEM, "no memory for a number") != BL_OK)
		bl_out__fail(page->out, &err);
	return copy;
}

struct bl_str
bl_page__number(struct bl_page *page, uint64_t value)
{
	char text[32];
	char *p = text + sizeof(text);

	for (int digit = 0; value > 0 || digit == 0; digit++, value /= 10) {
		if (digit > 0 && digit % 3 == 0)
			*--p = page->lang == BL_LANG_DE ? '.' : ',';
		*--p = (char)('0' + value % 10);
	}
	return keep(page, p, (size_t)(text + sizeof(text) - p));
}

struct bl_str
bl_page__percent(struct bl_page *page, uint32_t bp)
{
	char text[32];
	/* A narrow no-break space before the sign in German. */
	int n = snprintf(text, sizeof(text), "%" PRIu32 "%s%" PRIu32 "%s", bp / 100,
	    page->lang == BL_LANG_DE ? "," : ".", bp / 10 % 10,
	    page->lang == BL_LANG_DE ? "\xc2\xa0%" : "%");

	return keep(page, text, (size_t)n);
}

struct bl_str
bl_page__instant(struct bl_page *page, int64_t ns)
{
	char iso[BL_INSTANT_TEXT], text[BL_INSTANT_TEXT];
	size_t n;

	if (ns == BL_INSTANT_MIN || ns == BL_INSTANT_MAX)
		return BL_STR("-");
	(void)bl_instant_format(ns, iso);
	/* To the second, without T and Z; the exact instant stands in the CSV files. */
	n = ns % (60 * BL_NS_PER_S) == 0 ? 16 : 19;
	assert(strlen(iso) >= 19);
	memcpy(text, iso, n);
	text[10] = ' ';
	return keep(page, text, n);
}

struct bl_str
bl_page__duration(struct bl_page *page, int64_t ns)
{
	char text[BL_DURATION_TEXT];

	(void)bl_duration_format(ns, text);
	return keep(page, text, strlen(text));
}
