/* Dates and times of day. */
#include "query/civil.h"

#include <stdio.h>

#include "base/instant.h"

int64_t
bl_civil_floor(int64_t a, int64_t b)
{
	return a / b - (a % b < 0 ? 1 : 0);
}

int64_t
bl_civil_day(int64_t ns)
{
	return bl_civil_floor(ns, BL_NS_PER_DAY);
}

bool
bl_civil_instant(int64_t day, int64_t *ret_ns)
{
	return !__builtin_mul_overflow(day, BL_NS_PER_DAY, ret_ns);
}

/* Howard Hinnant's days_from_civil and civil_from_days: years begin in March, eras have 400. */
struct bl_civil
bl_civil_of_day(int64_t day)
{
	int64_t z = day + 719468, era = bl_civil_floor(z, 146097), doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
	int month = (int)(mp < 10 ? mp + 3 : mp - 9);

	return (struct bl_civil){.year = yoe + era * 400 + (month <= 2 ? 1 : 0),
	    .month = month,
	    .day = (int)(doy - (153 * mp + 2) / 5 + 1)};
}

static int64_t
days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t y = year - (month <= 2 ? 1 : 0), era = bl_civil_floor(y, 400), yoe = y - era * 400;
	int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

int
bl_civil_last_day(int64_t year, int64_t month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

bool
bl_civil_to_day(int64_t year, int64_t month, int64_t day, int64_t *ret_day)
{
	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 ||
	    day > bl_civil_last_day(year, month))
		return false;
	*ret_day = days_of(year, month, day);
	return true;
}

struct bl_civil
bl_civil_of_instant(int64_t ns)
{
	int64_t day = bl_civil_day(ns), rest = ns - day * BL_NS_PER_DAY, s = rest / BL_NS_PER_S;
	struct bl_civil civil = bl_civil_of_day(day);

	civil.ns = (int)(rest - s * BL_NS_PER_S);
	civil.hour = (int)(s / 3600);
	civil.minute = (int)(s / 60 % 60);
	civil.second = (int)(s % 60);
	return civil;
}

bool
bl_civil_to_instant(const struct bl_civil *c, int64_t *ret_ns)
{
	int64_t day, of_day;

	if (!bl_civil_to_day(c->year, c->month, c->day, &day) || c->hour < 0 || c->hour > 23 ||
	    c->minute < 0 || c->minute > 59 || c->second < 0 || c->second > 59)
		return false;
	of_day = ((int64_t)c->hour * 3600 + c->minute * 60 + c->second) * BL_NS_PER_S + c->ns;
	return bl_civil_instant(day, ret_ns) && !__builtin_add_overflow(*ret_ns, of_day, ret_ns);
}

bool
bl_civil_add_months(int64_t day, int64_t months, int64_t *ret_day)
{
	struct bl_civil c = bl_civil_of_day(day);
	int64_t index, year, month;
	int last;

	if (__builtin_add_overflow(c.year * 12 + c.month - 1, months, &index))
		return false;
	year = bl_civil_floor(index, 12);
	month = index - year * 12 + 1;
	if (year < 1 || year > 9999)
		return false;
	last = bl_civil_last_day(year, month);
	return bl_civil_to_day(year, month, c.day < last ? c.day : last, ret_day);
}

void
bl_civil_week(int64_t day, int64_t *ret_year, int *ret_week)
{
	/* The week belongs to the year that its Thursday lies in. */
	int64_t thursday = bl_civil_floor(day + 3, 7) * 7; /* 1970-01-01 was one. */

	*ret_year = bl_civil_of_day(thursday).year;
	*ret_week = (int)((thursday - days_of(*ret_year, 1, 1)) / 7) + 1;
}

/* Digits at *at, at most ${most} of them; false when there is none. */
static bool
take_digits(struct bl_str s, size_t *at, size_t most, int64_t *ret)
{
	size_t start = *at;

	*ret = 0;
	while (*at < s.len && *at - start < most && s.ptr[*at] >= '0' && s.ptr[*at] <= '9')
		*ret = *ret * 10 + (s.ptr[(*at)++] - '0');
	return *at > start;
}

static bool
take_byte(struct bl_str s, size_t *at, char byte)
{
	if (*at >= s.len || s.ptr[*at] != byte)
		return false;
	++*at;
	return true;
}

static bool
take_date(struct bl_str s, size_t *at, struct bl_civil *ret)
{
	int64_t month, day, days;

	if (!take_digits(s, at, 4, &ret->year) || *at < 4 || !take_byte(s, at, '-') ||
	    !take_digits(s, at, 2, &month) || !take_byte(s, at, '-') ||
	    !take_digits(s, at, 2, &day) || !bl_civil_to_day(ret->year, month, day, &days))
		return false;
	ret->month = (int)month;
	ret->day = (int)day;
	return true;
}

bool
bl_civil_parse_date(struct bl_str s, int64_t *ret_day)
{
	struct bl_civil c = {0};
	size_t at = 0;

	s = bl_str_trim(s);
	return take_date(s, &at, &c) && at == s.len &&
	       bl_civil_to_day(c.year, c.month, c.day, ret_day);
}

/* A fraction of a second behind its point: up to nine digits. */
static bool
take_fraction(struct bl_str s, size_t *at, int *ret_ns)
{
	size_t start = *at;
	int64_t digits;

	if (!take_digits(s, at, 9, &digits))
		return false;
	for (size_t n = *at - start; n < 9; n++)
		digits *= 10;
	*ret_ns = (int)digits;
	return true;
}

bool
bl_civil_parse_timestamp(struct bl_str s, int64_t *ret_ns)
{
	struct bl_civil c = {0};
	int64_t hour, minute, second = 0;
	size_t at = 0;

	s = bl_str_trim(s);
	if (s.len > 4 && bl_str_eq_ci(bl_str_sub(s, s.len - 4, s.len), BL_STR(" UTC")))
		s = bl_str_sub(s, 0, s.len - 4);
	if (bl_instant_parse(s, ret_ns))
		return true;
	if (!take_date(s, &at, &c))
		return false;
	if (at < s.len) {
		if ((!take_byte(s, &at, ' ') && !take_byte(s, &at, 'T')) ||
		    !take_digits(s, &at, 2, &hour) || !take_byte(s, &at, ':') ||
		    !take_digits(s, &at, 2, &minute) ||
		    (take_byte(s, &at, ':') && !take_digits(s, &at, 2, &second)) ||
		    (take_byte(s, &at, '.') && !take_fraction(s, &at, &c.ns)))
			return false;
		c.hour = (int)hour;
		c.minute = (int)minute;
		c.second = (int)second;
	}
	return at == s.len && bl_civil_to_instant(&c, ret_ns);
}

const char *
bl_civil_date_text(int64_t day, char text[BL_CIVIL_TEXT])
{
	struct bl_civil c = bl_civil_of_day(day);

	(void)snprintf(text, BL_CIVIL_TEXT, "%04lld-%02d-%02d", (long long)c.year, c.month, c.day);
	return text;
}

/* ".123", ".123456" or ".123456789": as many as are needed. */
static void
add_fraction(char text[BL_CIVIL_TEXT], int n, int64_t ns)
{
	if (ns % 1000000 == 0)
		(void)snprintf(text + n, BL_CIVIL_TEXT - (size_t)n, ".%03d", (int)(ns / 1000000));
	else if (ns % 1000 == 0)
		(void)snprintf(text + n, BL_CIVIL_TEXT - (size_t)n, ".%06d", (int)(ns / 1000));
	else
		(void)snprintf(text + n, BL_CIVIL_TEXT - (size_t)n, ".%09d", (int)ns);
}

const char *
bl_civil_timestamp_text(int64_t ns, char text[BL_CIVIL_TEXT])
{
	struct bl_civil c = bl_civil_of_instant(ns);
	int n = snprintf(text, BL_CIVIL_TEXT, "%04lld-%02d-%02d %02d:%02d:%02d", (long long)c.year,
	    c.month, c.day, c.hour, c.minute, c.second);

	add_fraction(text, n, c.ns);
	return text;
}

const char *
bl_civil_span_text(int64_t ns, char text[BL_CIVIL_TEXT])
{
	uint64_t all = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
	uint64_t s = all / (uint64_t)BL_NS_PER_S;
	int n = snprintf(text, BL_CIVIL_TEXT, "%s%llu %02d:%02d:%02d", ns < 0 ? "-" : "",
	    (unsigned long long)(s / 86400), (int)(s / 3600 % 24), (int)(s / 60 % 60),
	    (int)(s % 60));

	add_fraction(text, n, (int64_t)(all % (uint64_t)BL_NS_PER_S));
	return text;
}

const char *
bl_civil_months_text(int64_t months, char text[BL_CIVIL_TEXT])
{
	uint64_t all = months < 0 ? 0 - (uint64_t)months : (uint64_t)months;

	(void)snprintf(text, BL_CIVIL_TEXT, "%s%llu-%llu", months < 0 ? "-" : "",
	    (unsigned long long)(all / 12), (unsigned long long)(all % 12));
	return text;
}
