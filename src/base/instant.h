#ifndef BL_BASE_INSTANT_H
#define BL_BASE_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/*
 * Instants are int64_t nanoseconds UTC since 1970-01-01, without leap seconds;
 * names end in _ns.  Intervals are half open: [from_ns, to_ns).
 * BL_INSTANT_MAX stands for "no end", BL_INSTANT_MIN for "no beginning".
 */
#define BL_INSTANT_MAX INT64_MAX
#define BL_INSTANT_MIN INT64_MIN
#define BL_NS_PER_S ((int64_t)1000000000)
#define BL_NS_PER_HOUR (3600 * BL_NS_PER_S)
#define BL_NS_PER_DAY (24 * BL_NS_PER_HOUR)

/* Room for any formatted instant and its NUL. */
#define BL_INSTANT_TEXT 36

/*
 * bl_instant_parse(s, &ns): the forms in which AWS and people write an instant:
 *	2026-02-13T06:24:42.227Z   2023-01-25T21:59:15.695000-08:00   (space for T too)
 *	20160927T183939Z           2026-01-31T18:00Z
 *	2026-01-31                 (midnight UTC)
 * A time of day without Z or offset is not accepted: whose time would it be?
 * False when the text is none of these or no real date (year 1678 to 2261).
 */
bool bl_instant_parse(struct bl_str s, int64_t *ret_ns);

/* bl_instant_from_seconds(s, &ns): decimal epoch seconds as text, with an
 * optional fraction (more than nine digits are cut: the noise of doubles in
 * AWS's API replies), such as 1539799966.921 or 1414708529.9219999; an exponent
 * (1.539799966921E9) is understood.  Milliseconds are rounded to the nearest. */
bool bl_instant_from_seconds(struct bl_str s, int64_t *ret_ns);

/* bl_instant_format(ns, text): "2026-02-13T06:24:42.227Z"; the fraction has 0, 3,
 * 6 or 9 digits, as many as are needed.  BL_INSTANT_MAX is "-".  Returns text. */
const char *bl_instant_format(int64_t ns, char text[BL_INSTANT_TEXT]);

/* bl_instant_civil(year, month, day): midnight UTC; bl_instant_date: the reverse. */
int64_t bl_instant_civil(int year, int month, int day);
void bl_instant_date(int64_t ns, int *ret_year, int *ret_month, int *ret_day);

/* bl_instant_month(s, &from, &to): "2026-01" is [2026-01-01, 2026-02-01). */
bool bl_instant_month(struct bl_str s, int64_t *ret_from_ns, int64_t *ret_to_ns);

/* bl_duration_format(ns, text): "3 d 4 h", "6 h 20 min", "45 s", for people. */
#define BL_DURATION_TEXT 40
const char *bl_duration_format(int64_t ns, char text[BL_DURATION_TEXT]);

#endif
