/*
 * Civil-date arithmetic on the proleptic Gregorian calendar, by counting days
 * from 0000-03-01: the leap day is then the last day of its year, and no table
 * of months is needed.
 */
#include "base/instant.h"

#include <inttypes.h>
#include <stdio.h>

static int64_t
days_from_civil(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

int64_t
bl_instant_civil(int year, int month, int day)
{
	return days_from_civil(year, month, day) * BL_NS_PER_DAY;
}

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

void
bl_instant_date(int64_t ns, int *ret_year, int *ret_month, int *ret_day)
{
	int64_t z = floor_div(ns, BL_NS_PER_DAY) + 719468;
	int64_t era = floor_div(z, 146097);
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*ret_day = (int)(doy - (153 * mp + 2) / 5 + 1);
	*ret_month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*ret_year = (int)(yoe + era * 400 + (*ret_month <= 2));
}

/* A reader over the text: each step says whether it matched. */
struct scan {
	struct bl_str s;
	size_t at;
};

static bool
digits(struct scan *sc, size_t n, int *ret)
{
	int v = 0;

	if (sc->s.len - sc->at < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = sc->s.ptr[sc->at + i];

		if (c < '0' || c > '9')
			return false;
		v = v * 10 + (c - '0');
	}
	sc->at += n;
	*ret = v;
	return true;
}

static bool
byte_is(struct scan *sc, char c)
{
	if (sc->at >= sc->s.len || sc->s.ptr[sc->at] != c)
		return false;
	sc->at++;
	return true;
}

static int
days_in_month(int year, int month)
{
	int64_t from = days_from_civil(year, month, 1);
	int64_t to = days_from_civil(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1);

	return (int)(to - from);
}

static bool
fraction(struct scan *sc, int64_t *ret_ns)
{
	int64_t unit = BL_NS_PER_S / 10, v = 0;
	size_t n = 0;
	int d;

	while (digits(sc, 1, &d)) {
		v += d * unit;
		unit /= 10;
		n++;
	}
	*ret_ns = v;
	return n > 0;
}

/* "Z", "+HH:MM", "-HHMM"; seconds to subtract. */
static bool
zone(struct scan *sc, int64_t *ret_s)
{
	int hh, mm, sign;

	if (byte_is(sc, 'Z') || byte_is(sc, 'z')) {
		*ret_s = 0;
		return true;
	}
	if (byte_is(sc, '+'))
		sign = 1;
	else if (byte_is(sc, '-'))
		sign = -1;
	else
		return false;
	if (!digits(sc, 2, &hh))
		return false;
	(void)byte_is(sc, ':');
	if (!digits(sc, 2, &mm) || hh > 18 || mm > 59)
		return false;
	*ret_s = (int64_t)sign * (hh * 3600 + mm * 60);
	return true;
}

bool
bl_instant_parse(struct bl_str s, int64_t *ret_ns)
{
	struct scan sc = {s, 0};
	int year, month, day, hh = 0, mm = 0, ss = 0;
	int64_t frac = 0, offset = 0;
	bool dashed, colons;

	if (!digits(&sc, 4, &year))
		return false;
	dashed = byte_is(&sc, '-');
	if (!digits(&sc, 2, &month) || (dashed && !byte_is(&sc, '-')) || !digits(&sc, 2, &day))
		return false;
	if (year < 1678 || year > 2261 || month < 1 || month > 12 || day < 1 ||
	    day > days_in_month(year, month))
		return false;
	if (sc.at < s.len) {
		if (!byte_is(&sc, 'T') && !byte_is(&sc, ' '))
			return false;
		if (!digits(&sc, 2, &hh))
			return false;
		colons = byte_is(&sc, ':');
		if (!digits(&sc, 2, &mm))
			return false;
		if (colons ? byte_is(&sc, ':') : (sc.at < s.len && s.ptr[sc.at] != 'Z')) {
			if (!digits(&sc, 2, &ss))
				return false;
			if (byte_is(&sc, '.') && !fraction(&sc, &frac))
				return false;
		}
		if (!zone(&sc, &offset) || hh > 23 || mm > 59 || ss > 60)
			return false;
	} else if (!dashed) {
		return false; /* 20260131 alone may be any number. */
	}
	if (sc.at != s.len)
		return false;
	*ret_ns = (days_from_civil(year, month, day) * 86400 + (int64_t)hh * 3600 +
		      (int64_t)mm * 60 + ss - offset) *
		      BL_NS_PER_S +
		  frac;
	return true;
}

bool
bl_instant_from_seconds(struct bl_str s, int64_t *ret_ns)
{
	size_t e = bl_str_find_byte(s, 'E');
	int64_t exponent = 0, scale = BL_NS_PER_S, v = 0, ms;
	bool point = false, any = false, negative = s.len > 0 && s.ptr[0] == '-';

	if (e == SIZE_MAX)
		e = bl_str_find_byte(s, 'e');
	if (e != SIZE_MAX) {
		struct bl_str digits_of = bl_str_sub(s, e + 1, s.len);

		if (bl_str_starts(digits_of, BL_STR("+")))
			digits_of = bl_str_sub(digits_of, 1, digits_of.len);
		if (bl_str_starts(digits_of, BL_STR("-")) || !bl_str_to_i64(digits_of, &exponent) ||
		    exponent > 10)
			return false;
		s = bl_str_sub(s, 0, e);
	}
	for (size_t i = negative ? 1 : 0; i < s.len; i++) {
		if (s.ptr[i] == '.' && !point && any) {
			point = true;
			continue;
		}
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
		any = true;
		if (point && exponent > 0)
			exponent--;
		else if (point)
			scale /= 10;
		if (scale > 0 && (__builtin_mul_overflow(v, 10, &v) ||
				     __builtin_add_overflow(v, s.ptr[i] - '0', &v)))
			return false;
	}
	for (; exponent > 0; exponent--)
		if (__builtin_mul_overflow(v, 10, &v))
			return false;
	if (!any || s.ptr[s.len - 1] == '.')
		return false;
	if (scale == 0) /* More than nine digits: the rest was cut. */
		scale = 1;
	if (__builtin_mul_overflow(v, scale, &v) || v > INT64_MAX - BL_NS_PER_S)
		return false;
	/* AWS keeps milliseconds; what lies below them is the noise of a double. */
	ms = floor_div(v + 500000, 1000000);
	*ret_ns = (negative ? -ms : ms) * 1000000;
	return true;
}

const char *
bl_instant_format(int64_t ns, char text[BL_INSTANT_TEXT])
{
	int64_t s = floor_div(ns, BL_NS_PER_S), day_s = s - floor_div(s, 86400) * 86400;
	int64_t frac = ns - s * BL_NS_PER_S;
	int year, month, day, n;

	if (ns == BL_INSTANT_MAX || ns == BL_INSTANT_MIN) {
		(void)snprintf(text, BL_INSTANT_TEXT, "-");
		return text;
	}
	bl_instant_date(ns, &year, &month, &day);
	n = snprintf(text, BL_INSTANT_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d", year, month, day,
	    (int)(day_s / 3600), (int)(day_s / 60 % 60), (int)(day_s % 60));
	if (frac == 0)
		(void)snprintf(text + n, (size_t)(BL_INSTANT_TEXT - n), "Z");
	else if (frac % 1000000 == 0)
		(void)snprintf(
		    text + n, (size_t)(BL_INSTANT_TEXT - n), ".%03dZ", (int)(frac / 1000000));
	else if (frac % 1000 == 0)
		(void)snprintf(
		    text + n, (size_t)(BL_INSTANT_TEXT - n), ".%06dZ", (int)(frac / 1000));
	else
		(void)snprintf(text + n, (size_t)(BL_INSTANT_TEXT - n), ".%09dZ", (int)frac);
	return text;
}

bool
bl_instant_month(struct bl_str s, int64_t *ret_from_ns, int64_t *ret_to_ns)
{
	struct scan sc = {s, 0};
	int year, month;

	if (!digits(&sc, 4, &year) || !byte_is(&sc, '-') || !digits(&sc, 2, &month) ||
	    sc.at != s.len || year < 1970 || year > 2260 || month < 1 || month > 12)
		return false;
	*ret_from_ns = bl_instant_civil(year, month, 1);
	*ret_to_ns =
	    bl_instant_civil(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1);
	return true;
}

const char *
bl_duration_format(int64_t ns, char text[BL_DURATION_TEXT])
{
	const char *sign = ns < 0 ? "-" : "";
	int64_t s = ns / BL_NS_PER_S;

	if (s < 0)
		s = -s;
	if (s >= 86400)
		(void)snprintf(text, BL_DURATION_TEXT, "%s%" PRId64 " d %" PRId64 " h", sign,
		    s / 86400, s / 3600 % 24);
	else if (s >= 3600)
		(void)snprintf(text, BL_DURATION_TEXT, "%s%" PRId64 " h %" PRId64 " min", sign,
		    s / 3600, s / 60 % 60);
	else if (s >= 60)
		(void)snprintf(text, BL_DURATION_TEXT, "%s%" PRId64 " min %" PRId64 " s", sign,
		    s / 60, s % 60);
	else
		(void)snprintf(text, BL_DURATION_TEXT, "%s%" PRId64 " s", s == 0 ? "" : sign, s);
	return text;
}
