#ifndef BL_QUERY_CIVIL_H
#define BL_QUERY_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/*
 * Dates and times of day, UTC, proleptic Gregorian, as Trino counts them.  Days are those since
 * 1970-01-01; a DATE may lie in the years 1 to 9999, an instant in 1678 to 2261.
 */
struct bl_civil {
	int64_t year;	/* 1 to 9999 */
	int month, day; /* from 1 */
	int hour, minute, second;
	int ns;
};

/* bl_civil_floor(a, b): a / b, rounded down; b > 0. */
int64_t bl_civil_floor(int64_t a, int64_t b);
/* bl_civil_day(ns): the day that an instant lies in. */
int64_t bl_civil_day(int64_t ns);
/* bl_civil_instant(day, &ns): its midnight; false beyond the years of instants. */
bool bl_civil_instant(int64_t day, int64_t *ret_ns);
/* bl_civil_of_day, bl_civil_of_instant: the parts. */
struct bl_civil bl_civil_of_day(int64_t day);
struct bl_civil bl_civil_of_instant(int64_t ns);
/* bl_civil_to_day(year, month, day, &days): false when there is no such date. */
bool bl_civil_to_day(int64_t year, int64_t month, int64_t day, int64_t *ret_day);
/* bl_civil_to_instant(parts, &ns): false when there is no such date or time of day. */
bool bl_civil_to_instant(const struct bl_civil *civil, int64_t *ret_ns);
int bl_civil_last_day(int64_t year, int64_t month);
/* bl_civil_add_months(day, months, &out): the same day of the month, or its last. */
bool bl_civil_add_months(int64_t day, int64_t months, int64_t *ret_day);
/* bl_civil_week(day, &year, &week): ISO 8601. */
void bl_civil_week(int64_t day, int64_t *ret_year, int *ret_week);

/* bl_civil_parse_date(s, &day): "2026-1-31", "2026-01-31". */
bool bl_civil_parse_date(struct bl_str s, int64_t *ret_day);
/* bl_civil_parse_timestamp(s, &ns): what base/instant.h takes, and a date with a time of day that
 * has no zone: UTC, as Trino's session here. */
bool bl_civil_parse_timestamp(struct bl_str s, int64_t *ret_ns);

/* "2026-01-31"; "2026-01-31 18:00:00.000": as Trino shows them; the fraction has at least 3
 * digits. */
#define BL_CIVIL_TEXT 48
const char *bl_civil_date_text(int64_t day, char text[BL_CIVIL_TEXT]);
const char *bl_civil_timestamp_text(int64_t ns, char text[BL_CIVIL_TEXT]);
/* "2 12:00:00.000", "-1-2" (years, months). */
const char *bl_civil_span_text(int64_t ns, char text[BL_CIVIL_TEXT]);
const char *bl_civil_months_text(int64_t months, char text[BL_CIVIL_TEXT]);

#endif
