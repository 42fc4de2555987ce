/* instant.c: every form, and the calendar against timegm(3) as an oracle. */
#include "support/test.h"

#include <stdio.h>
#include <time.h>

#include "base/instant.h"

#define S BL_NS_PER_S

static void
parses(const char *text, int64_t want)
{
	int64_t got = 77;

	if (!bl_instant_parse(bl_str_of(text), &got))
		fail_msg("%s is refused", text);
	if (got != want)
		fail_msg("%s is %lld and not %lld", text, (long long)got, (long long)want);
}

static void
every_form_is_understood(void **state)
{
	(void)state;
	parses("2026-02-13T06:24:42.227Z", 1770963882 * S + 227000000);
	parses("2026-02-13 06:24:42.227Z", 1770963882 * S + 227000000);
	parses("2023-01-25T21:59:15.695000-08:00", 1674712755 * S + 695000000);
	parses("2023-01-26T05:59:15.695z", 1674712755 * S + 695000000);
	parses("2023-01-26T05:59:15.695+0000", 1674712755 * S + 695000000);
	parses("20160927T183939Z", 1475001579 * S);
	parses("2026-01-31T18:00Z", 1769882400 * S);
	parses("2026-01-31T20:30+02:30", 1769882400 * S);
	parses("2026-01-31", 1769817600 * S);
	parses("1970-01-01T00:00:00Z", 0);
	parses("1969-12-31T23:59:59.999999999Z", -1);
	parses("1970-01-01T00:00:00.1Z", 100000000);
	parses("1970-01-01T00:00:00.123456789Z", 123456789);
	parses("1970-01-01T00:00:00.1234567899999Z", 123456789); /* Below a nanosecond: cut. */
	parses("2024-02-29", 1709164800 * S);
	parses("2016-12-31T23:59:60Z", 1483228800 * S); /* A leap second is the next one. */
	parses("1678-01-01", -9214560000 * S);
	parses("2261-12-31T23:59:59Z", 9214646399 * S);
}

static void
what_is_no_instant_is_refused(void **state)
{
	static const char *const bad[] = {"", "2026", "2026-01", "20260131", "2026-1-31",
	    "2026-01-32", "2026-02-29", "2100-02-29", "2026-00-10", "2026-13-01", "2026-01-00",
	    "2026-01-31T18:00", "2026-01-31T18:00:00", "2026-01-31T", "2026-01-31TZ",
	    "2026-01-31T24:00:00Z", "2026-01-31T23:60:00Z", "2026-01-31T23:00:61Z",
	    "2026-01-31T23:00:00.Z", "2026-01-31T23:00:00,5Z", "2026-01-31T23:00:00Z ",
	    " 2026-01-31", "2026-01-31x", "2026-01-31T23:00:00+19:00", "2026-01-31T23:00:00+02:60",
	    "2026-01-31T23:00:00+2", "2026-01-31T23:00:00+02", "2026-0131", "1677-12-31",
	    "2262-01-01", "9999-99-99", "-026-01-31", "2026-01-31T23:00:00ZZ", "2026/01/31",
	    "2026-01-31T23:0000Z"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		int64_t ns = 77;

		if (bl_instant_parse(bl_str_of(bad[i]), &ns))
			fail_msg("%s is taken for %lld", bad[i], (long long)ns);
		assert_int_equal(ns, 77);
	}
	assert_false(bl_instant_parse((struct bl_str){NULL, 0}, &(int64_t){0}));
}

/* Each day from 1678 to 2261, and back. */
static void
the_calendar_is_that_of_timegm(void **state)
{
	int64_t day = -9214560000 / 86400, last = 9214646399 / 86400;
	int count = 0;

	(void)state;
	for (; day <= last; day++, count++) {
		time_t t = (time_t)(day * 86400 + (day * 7919 % 86400 + 86400) % 86400);
		int64_t ns = (int64_t)t * S + (count % 3 == 0	   ? 0
						  : count % 3 == 1 ? 5000000
								   : 999999999),
			back = 0;
		char text[BL_INSTANT_TEXT], want[80];
		int year, month, d;
		struct tm tm;

		assert_non_null(gmtime_r(&t, &tm));
		bl_instant_date(ns, &year, &month, &d);
		assert_int_equal(year, tm.tm_year + 1900);
		assert_int_equal(month, tm.tm_mon + 1);
		assert_int_equal(d, tm.tm_mday);
		assert_int_equal(bl_instant_civil(year, month, d), day * 86400 * S);
		(void)snprintf(want, sizeof(want), "%04d-%02d-%02dT%02d:%02d:%02d%s", year, month,
		    d, tm.tm_hour, tm.tm_min, tm.tm_sec,
		    count % 3 == 0   ? "Z"
		    : count % 3 == 1 ? ".005Z"
				     : ".999999999Z");
		assert_string_equal(bl_instant_format(ns, text), want);
		assert_true(bl_instant_parse(bl_str_of(text), &back));
		assert_int_equal(back, ns);
		assert_int_equal(timegm(&tm), t);
	}
	assert_int_equal(count, 213301);
}

static void
fractions_have_as_many_digits_as_needed(void **state)
{
	char text[BL_INSTANT_TEXT];

	(void)state;
	assert_string_equal(bl_instant_format(0, text), "1970-01-01T00:00:00Z");
	assert_string_equal(bl_instant_format(1000000, text), "1970-01-01T00:00:00.001Z");
	assert_string_equal(bl_instant_format(1000, text), "1970-01-01T00:00:00.000001Z");
	assert_string_equal(bl_instant_format(1, text), "1970-01-01T00:00:00.000000001Z");
	assert_string_equal(bl_instant_format(-1, text), "1969-12-31T23:59:59.999999999Z");
	assert_string_equal(bl_instant_format(BL_INSTANT_MAX, text), "-");
	assert_string_equal(bl_instant_format(BL_INSTANT_MIN, text), "-");
	assert_string_equal(
	    bl_instant_format(BL_INSTANT_MAX - 1, text), "2262-04-11T23:47:16.854775806Z");
	assert_string_equal(
	    bl_instant_format(BL_INSTANT_MIN + 1, text), "1677-09-21T00:12:43.145224193Z");
}

static void
epoch_seconds_are_rounded_to_milliseconds(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		int64_t ms;
	} cases[] = {
	    {"1539799966.921", true, 1539799966921},
	    {"1414708529.9219999", true, 1414708529922},
	    {"1414708529.921999931335", true, 1414708529922},
	    {"1.539799966921E9", true, 1539799966921},
	    {"1.539799966921e9", true, 1539799966921},
	    {"1.539799966921E+9", true, 1539799966921},
	    {"1.5397999669219999E9", true, 1539799966922},
	    {"1.5E9", true, 1500000000000},
	    {"15E8", true, 1500000000000},
	    {"1539799966", true, 1539799966000},
	    {"1539799966.0", true, 1539799966000},
	    {"1539799966.9215", true, 1539799966922},
	    {"1539799966.9214", true, 1539799966921},
	    {"1539799966.99999999999999999999", true, 1539799967000},
	    {"0", true, 0},
	    {"0.0005", true, 1},
	    {"-1.5", true, -1500},
	    {"-1539799966.921", true, -1539799966921},
	    {"9223372035", true, 9223372035000},
	    {"9999999999", false, 0},
	    {"99999999999999999999", false, 0},
	    {"1E11", false, 0},
	    {"1E-3", false, 0},
	    {"", false, 0},
	    {"-", false, 0},
	    {".5", false, 0},
	    {"1.", false, 0},
	    {"1..5", false, 0},
	    {"1.5.5", false, 0},
	    {"1e", false, 0},
	    {"1e+", false, 0},
	    {"1e+-5", false, 0},
	    {"e5", false, 0},
	    {"+1", false, 0},
	    {" 1", false, 0},
	    {"1x", false, 0},
	    {"--1", false, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int64_t ns = 77;
		bool ok = bl_instant_from_seconds(bl_str_of(cases[i].text), &ns);

		if (ok != cases[i].ok || ns != (ok ? cases[i].ms * 1000000 : 77))
			fail_msg("%s: %d, %lld", cases[i].text, ok, (long long)ns);
	}
}

/* All the ways in which the same milliseconds reach us. */
static void
any_millisecond_survives_a_double(void **state)
{
	uint64_t seed = 5;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char text[60];
		int64_t ms, ns = 0;

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		ms = (int64_t)(seed >> 22) % 4000000000000;
		(void)snprintf(text, sizeof(text), "%.7f", (double)ms / 1000);
		assert_true(bl_instant_from_seconds(bl_str_of(text), &ns));
		assert_int_equal(ns, ms * 1000000);
		(void)snprintf(text, sizeof(text), "%.17g", (double)ms / 1000);
		assert_true(bl_instant_from_seconds(bl_str_of(text), &ns));
		assert_int_equal(ns, ms * 1000000);
		if (ms < 1000)
			continue;
		(void)snprintf(text, sizeof(text), "%.16E", (double)ms / 1000);
		assert_true(bl_instant_from_seconds(bl_str_of(text), &ns));
		assert_int_equal(ns, ms * 1000000);
	}
}

static void
months_are_half_open(void **state)
{
	static const char *const bad[] = {"2026", "2026-1", "2026-13", "2026-00", "1969-12",
	    "2261-01", "2026-01-01", "202601", "", "2026-01 "};
	int64_t from = 0, to = 0;

	(void)state;
	assert_true(bl_instant_month(BL_STR("2026-01"), &from, &to));
	assert_int_equal(from, 1767225600 * S);
	assert_int_equal(to, 1769904000 * S);
	assert_true(bl_instant_month(BL_STR("2024-02"), &from, &to));
	assert_int_equal(to - from, 29 * BL_NS_PER_DAY);
	assert_true(bl_instant_month(BL_STR("2025-12"), &from, &to));
	assert_int_equal(to, 1767225600 * S);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(bl_instant_month(bl_str_of(bad[i]), &from, &to));
	assert_int_equal(to, 1767225600 * S);
}

static void
durations_are_for_people(void **state)
{
	char text[BL_DURATION_TEXT];

	(void)state;
	assert_string_equal(bl_duration_format(0, text), "0 s");
	assert_string_equal(bl_duration_format(45 * S + 999999999, text), "45 s");
	assert_string_equal(bl_duration_format(60 * S, text), "1 min 0 s");
	assert_string_equal(bl_duration_format(6 * BL_NS_PER_HOUR + 1200 * S, text), "6 h 20 min");
	assert_string_equal(
	    bl_duration_format(3 * BL_NS_PER_DAY + 4 * BL_NS_PER_HOUR, text), "3 d 4 h");
	assert_string_equal(bl_duration_format(INT64_MAX, text), "106751 d 23 h");
	assert_string_equal(bl_duration_format(-90 * S, text), "-1 min 30 s");
	assert_string_equal(bl_duration_format(INT64_MIN, text), "-106751 d 23 h");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_form_is_understood),
	    cmocka_unit_test(what_is_no_instant_is_refused),
	    cmocka_unit_test(the_calendar_is_that_of_timegm),
	    cmocka_unit_test(fractions_have_as_many_digits_as_needed),
	    cmocka_unit_test(epoch_seconds_are_rounded_to_milliseconds),
	    cmocka_unit_test(any_millisecond_survives_a_double),
	    cmocka_unit_test(months_are_half_open),
	    cmocka_unit_test(durations_are_for_people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
