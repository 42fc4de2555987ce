#include "support/test.h"

#include "base/instant.h"
#include "evidence/page.h"
#include "unit/evidence/draft.h"

static struct bl_page
page_of(struct draft *d, enum bl_lang lang)
{
	draft_begin(d);
	return (struct bl_page){.package = &d->package,
	    .out = &d->out,
	    .arena = d->arena,
	    .mark = bl_arena_mark(d->arena),
	    .lang = lang};
}

static void
text_becomes(struct bl_str s, const char *want)
{
	struct draft d;
	struct bl_page page = page_of(&d, BL_LANG_EN);
	struct bl_str got;

	bl_page__text(&page, s);
	got = draft_end(&d);
	if (!bl_str_eq(got, bl_str_of(want)))
		fail_msg("\"%.*s\" is not \"%s\"", BL_STR_ARG(got), want);
	draft_free(&d);
}

static void
markup_is_escaped(void **state)
{
	(void)state;
	text_becomes(BL_STR("<a href='x' b=\"y\">&amp;"),
	    "&lt;a href=&#39;x&#39; b=&quot;y&quot;&gt;&amp;amp;");
	text_becomes(BL_STR("Prüfung €\xf0\x9f\x94\x91"), "Prüfung €\xf0\x9f\x94\x91");
}

static void
what_hides_is_shown(void **state)
{
	(void)state;
	text_becomes(BL_STR("a\0b\n\x1b[1m\x7f"), "a[U+0000]b[U+000A][U+001B][1m[U+007F]");
	text_becomes(BL_STR("\xe2\x80\xae\xe2\x80\x8b\xef\xbb\xbf\xc2\x85"),
	    "[U+202E][U+200B][U+FEFF][U+0085]");
}

static void
invalid_utf8_is_replaced(void **state)
{
	(void)state;
	text_becomes(BL_STR("\xff|\xc3|\xc0\xaf|\xed\xa0\x80|\xf4\x90\x80\x80|\xe2\x82"),
	    "\xef\xbf\xbd|\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd|"
	    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd|"
	    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd");
}

static void
figures_follow_the_language(void **state)
{
	struct draft d;
	struct bl_page page = page_of(&d, BL_LANG_DE);

	(void)state;
	assert_bytes(bl_page__number(&page, 0), "0");
	assert_bytes(bl_page__number(&page, 1234567), "1.234.567");
	assert_bytes(bl_page__percent(&page, 9999), "99,9\xc2\xa0%");
	page.lang = BL_LANG_EN;
	assert_bytes(bl_page__number(&page, 1234), "1,234");
	assert_bytes(bl_page__percent(&page, 10000), "100.0%");
	assert_bytes(bl_page__percent(&page, 7), "0.0%");
	assert_bytes(bl_page__instant(&page, bl_instant_civil(2026, 1, 31)), "2026-01-31 00:00");
	assert_bytes(bl_page__instant(&page, bl_instant_civil(2026, 1, 31) + 1500000000),
	    "2026-01-31 00:00:01");
	assert_bytes(bl_page__instant(&page, BL_INSTANT_MIN), "-");
	(void)draft_end(&d);
	draft_free(&d);
}

static void
arguments_are_escaped_too(void **state)
{
	struct draft d;
	struct bl_page page = page_of(&d, BL_LANG_EN);
	const struct bl_str arg[] = {BL_STR("<b>"), BL_STR("2"), BL_STR("{0}")};

	(void)state;
	bl_page__say(&page, BL_WORD_MORE_ROWS, arg, 3);
	assert_bytes(draft_end(&d), "The first &lt;b&gt; rows are shown. 2 more stand in {0}.");
	draft_free(&d);
}

static void
nothing_is_said_of_nothing(void **state)
{
	struct draft d;
	struct bl_page page = page_of(&d, BL_LANG_EN);

	(void)state;
	bl_page__more(&page, 500, 500, "x.csv");
	assert_int_equal(draft_end(&d).len, 0);
	draft_free(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(markup_is_escaped),
	    cmocka_unit_test(what_hides_is_shown),
	    cmocka_unit_test(invalid_utf8_is_replaced),
	    cmocka_unit_test(figures_follow_the_language),
	    cmocka_unit_test(arguments_are_escaped_too),
	    cmocka_unit_test(nothing_is_said_of_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
