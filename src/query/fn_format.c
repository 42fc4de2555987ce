/*
 * Dates and times by format: MySQL's (date_parse, date_format) and Joda's (parse_datetime,
 * format_datetime).  Both are walked as a list of fields; English names, UTC.
 */
#include <assert.h>
#include <string.h>

#include "base/instant.h"
#include "query/civil.h"
#include "query/functions.h"
#include "query/text.h"

static const char *const months[] = {"January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December"};
static const char *const days[] = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

enum part {
	PART_TEXT, /* As it stands. */
	PART_YEAR,
	PART_YEAR2,
	PART_MONTH,
	PART_MONTH_NAME,
	PART_DAY,
	PART_DAY_OF_YEAR,
	PART_DAY_NAME,
	PART_HOUR,
	PART_HOUR12,
	PART_MINUTE,
	PART_SECOND,
	PART_FRACTION,
	PART_AM,
	PART_ZONE,
};

struct field {
	enum part part;
	int width; /* Least digits; of names: 3 for short ones, 0 for whole. */
	int most;  /* Most digits that are read. */
	struct bl_str text;
};

struct reading {
	struct bl_civil civil;
	int64_t day_of_year, offset;
	bool pm, has_half;
	struct bl_str rest;
};

/* The next field of a MySQL format; false: it is none that is known. */
static bool
next_mysql(struct bl_str *format, struct field *ret)
{
	static const struct {
		char letter;
		enum part part;
		int width, most;
	} known[] = {{'Y', PART_YEAR, 4, 4}, {'y', PART_YEAR2, 2, 2}, {'m', PART_MONTH, 2, 2},
	    {'c', PART_MONTH, 1, 2}, {'M', PART_MONTH_NAME, 0, 0}, {'b', PART_MONTH_NAME, 3, 0},
	    {'d', PART_DAY, 2, 2}, {'e', PART_DAY, 1, 2}, {'j', PART_DAY_OF_YEAR, 3, 3},
	    {'a', PART_DAY_NAME, 3, 0}, {'W', PART_DAY_NAME, 0, 0}, {'H', PART_HOUR, 2, 2},
	    {'k', PART_HOUR, 1, 2}, {'h', PART_HOUR12, 2, 2}, {'I', PART_HOUR12, 2, 2},
	    {'l', PART_HOUR12, 1, 2}, {'i', PART_MINUTE, 2, 2}, {'s', PART_SECOND, 2, 2},
	    {'S', PART_SECOND, 2, 2}, {'f', PART_FRACTION, 6, 9}, {'p', PART_AM, 0, 0}};
	char letter = format->len > 1 ? format->ptr[1] : '\0';

	*ret = (struct field){.text = bl_str_sub(*format, 0, 1)};
	if (format->ptr[0] != '%') {
		*format = bl_str_sub(*format, 1, format->len);
		return true;
	}
	*format = bl_str_sub(*format, 2, format->len);
	if (letter == '%')
		return true;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i].letter == letter) {
			*ret = (struct field){known[i].part, known[i].width, known[i].most, {0}};
			return true;
		}
	}
	return false;
}

/* A run of one letter of a Joda format. */
static bool
joda_field(char letter, int n, struct field *ret)
{
	int most = n > 2 ? n : 2;

	switch (letter) {
	case 'y':
	case 'Y':
		*ret = (struct field){n == 2 ? PART_YEAR2 : PART_YEAR, n, n == 2 ? 2 : 4, {0}};
		return true;
	case 'M':
		*ret = (struct field){n > 2 ? PART_MONTH_NAME : PART_MONTH,
		    n == 3  ? 3
		    : n > 3 ? 0
			    : n,
		    2, {0}};
		return true;
	case 'd': *ret = (struct field){PART_DAY, n, most, {0}}; return true;
	case 'D': *ret = (struct field){PART_DAY_OF_YEAR, n, 3, {0}}; return true;
	case 'E': *ret = (struct field){PART_DAY_NAME, n > 3 ? 0 : 3, 0, {0}}; return true;
	case 'H': *ret = (struct field){PART_HOUR, n, most, {0}}; return true;
	case 'h': *ret = (struct field){PART_HOUR12, n, most, {0}}; return true;
	case 'm': *ret = (struct field){PART_MINUTE, n, most, {0}}; return true;
	case 's': *ret = (struct field){PART_SECOND, n, most, {0}}; return true;
	case 'S': *ret = (struct field){PART_FRACTION, n, 9, {0}}; return n <= 9;
	case 'a': *ret = (struct field){PART_AM, 0, 0, {0}}; return true;
	case 'Z': *ret = (struct field){PART_ZONE, n, 0, {0}}; return n <= 2;
	default: return false;
	}
}

static bool
next_joda(struct bl_str *format, struct field *ret)
{
	char letter = format->ptr[0];
	size_t n = 1, end;

	*ret = (struct field){.text = bl_str_sub(*format, 0, 1)};
	if (letter == '\'') {
		end = bl_str_find_byte(bl_str_sub(*format, 1, format->len), '\'');
		if (end == SIZE_MAX)
			return false;
		ret->text = end == 0 ? bl_str_sub(*format, 0, 1) : bl_str_sub(*format, 1, 1 + end);
		*format = bl_str_sub(*format, end + 2, format->len);
		return true;
	}
	if (!((letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z'))) {
		*format = bl_str_sub(*format, 1, format->len);
		return true;
	}
	while (n < format->len && format->ptr[n] == letter)
		n++;
	*format = bl_str_sub(*format, n, format->len);
	return n <= 9 && joda_field(letter, (int)n, ret);
}

static bool
next_field(const struct bl_node *call, struct bl_str *format, struct field *ret)
{
	bool mysql = strcmp(call->function->name, "date_parse") == 0 ||
		     strcmp(call->function->name, "date_format") == 0;

	return mysql ? next_mysql(format, ret) : next_joda(format, ret);
}

static BL_STATUS
fail_format(const struct bl_node *call, struct bl_str format, struct bl_err *reterr)
{
	return bl_fail_pos(reterr, BL_EUNSUPPORTED, call->kids[1]->line, call->kids[1]->column,
	    "the format '%.*s' of %s() has a part that is not supported", BL_STR_ARG(format),
	    call->function->name);
}

static bool
read_digits(struct bl_str *rest, int most, int64_t *ret, int *ret_n)
{
	int n = 0;

	*ret = 0;
	while (n < most && (size_t)n < rest->len && rest->ptr[n] >= '0' && rest->ptr[n] <= '9')
		*ret = *ret * 10 + (rest->ptr[n++] - '0');
	*rest = bl_str_sub(*rest, (size_t)n, rest->len);
	if (ret_n != NULL)
		*ret_n = n;
	return n > 0;
}

/* A name, whole or its first three letters. */
static bool
read_name(struct bl_str *rest, const char *const names[], size_t n, int *ret)
{
	for (size_t i = 0; i < n; i++) {
		struct bl_str name = bl_str_of(names[i]);
		size_t len = bl_str_eq_ci(bl_str_sub(*rest, 0, name.len), name) ? name.len : 3;

		if (!bl_str_eq_ci(bl_str_sub(*rest, 0, len), bl_str_sub(name, 0, len)))
			continue;
		*rest = bl_str_sub(*rest, len, rest->len);
		*ret = (int)i + 1;
		return true;
	}
	return false;
}

/* Z, +hh, +hhmm or +hh:mm */
static bool
read_zone(struct reading *r)
{
	bool minus = r->rest.len > 0 && r->rest.ptr[0] == '-';
	int64_t hours, minutes = 0;
	int n;

	if (r->rest.len == 0)
		return false;
	if (r->rest.ptr[0] == 'Z') {
		r->rest = bl_str_sub(r->rest, 1, r->rest.len);
		return true;
	}
	if (!minus && r->rest.ptr[0] != '+')
		return false;
	r->rest = bl_str_sub(r->rest, 1, r->rest.len);
	if (!read_digits(&r->rest, 2, &hours, &n) || n != 2)
		return false;
	if (r->rest.len > 0 && r->rest.ptr[0] == ':')
		r->rest = bl_str_sub(r->rest, 1, r->rest.len);
	(void)read_digits(&r->rest, 2, &minutes, NULL);
	r->offset = (hours * 60 + minutes) * 60 * BL_NS_PER_S * (minus ? -1 : 1);
	return hours <= 18 && minutes < 60;
}

static bool
read_number(struct reading *r, const struct field *f)
{
	int64_t number = 0;
	int n = 0;

	if (!read_digits(&r->rest, f->most, &number, &n))
		return false;
	switch (f->part) {
	case PART_YEAR: r->civil.year = number; return true;
	case PART_YEAR2: r->civil.year = number + (number < 70 ? 2000 : 1900); return true;
	case PART_MONTH: r->civil.month = (int)number; return true;
	case PART_DAY: r->civil.day = (int)number; return true;
	case PART_DAY_OF_YEAR: r->day_of_year = number; return true;
	case PART_HOUR: r->civil.hour = (int)number; return true;
	case PART_HOUR12: r->civil.hour = (int)(number % 12); return number >= 1 && number <= 12;
	case PART_MINUTE: r->civil.minute = (int)number; return true;
	case PART_SECOND: r->civil.second = (int)number; return true;
	case PART_FRACTION:
		for (; n < 9; n++)
			number *= 10;
		r->civil.ns = (int)number;
		return true;
	case PART_TEXT:
	case PART_MONTH_NAME:
	case PART_DAY_NAME:
	case PART_AM:
	case PART_ZONE: break;
	}
	return false;
}

static bool
read_field(struct reading *r, const struct field *f)
{
	int n = 0;

	switch (f->part) {
	case PART_TEXT:
		if (!bl_str_starts(r->rest, f->text))
			return false;
		r->rest = bl_str_sub(r->rest, f->text.len, r->rest.len);
		return true;
	case PART_MONTH_NAME: return read_name(&r->rest, months, 12, &r->civil.month);
	case PART_DAY_NAME: return read_name(&r->rest, days, 7, &n);
	case PART_ZONE: return read_zone(r);
	case PART_AM:
		r->pm = r->rest.len > 0 && (r->rest.ptr[0] == 'P' || r->rest.ptr[0] == 'p');
		r->has_half = true;
		if (!r->pm && !bl_str_eq_ci(bl_str_sub(r->rest, 0, 2), BL_STR("am")))
			return false;
		if (r->pm && !bl_str_eq_ci(bl_str_sub(r->rest, 0, 2), BL_STR("pm")))
			return false;
		r->rest = bl_str_sub(r->rest, 2, r->rest.len);
		return true;
	case PART_YEAR:
	case PART_YEAR2:
	case PART_MONTH:
	case PART_DAY:
	case PART_DAY_OF_YEAR:
	case PART_HOUR:
	case PART_HOUR12:
	case PART_MINUTE:
	case PART_SECOND:
	case PART_FRACTION: return read_number(r, f);
	}
	return false;
}
static bool
finish(struct reading *r, int64_t *ret_ns)
{
	int64_t day;

	if (r->pm && r->has_half)
		r->civil.hour += 12;
	if (r->day_of_year > 0) {
		if (!bl_civil_to_day(r->civil.year, 1, 1, &day))
			return false;
		day += r->day_of_year - 1;
		if (bl_civil_of_day(day).year != r->civil.year)
			return false;
		r->civil.month = bl_civil_of_day(day).month;
		r->civil.day = bl_civil_of_day(day).day;
	}
	return bl_civil_to_instant(&r->civil, ret_ns) &&
	       !__builtin_sub_overflow(*ret_ns, r->offset, ret_ns);
}

BL_FUNCTION(bl_fn__date_parse)
{
	struct reading r = {.civil = {.year = 1970, .month = 1, .day = 1}, .rest = args[0].str};
	struct bl_str format = args[1].str;
	struct field f;
	bool good = true;
	enum bl_status status = bl_eval_spend(ev, call, format.len / 8, reterr);

	while (!status && good && format.len > 0) {
		if (!next_field(call, &format, &f))
			return fail_format(call, args[1].str, reterr);
		good = read_field(&r, &f);
	}
	if (status)
		return status;
	*ret_value = (struct bl_value){.kind = BL_TYPE_TIMESTAMP};
	if (!good || r.rest.len > 0 || !finish(&r, &ret_value->i64))
		return bl_eval_fail(call->kids[0], args, reterr,
		    "and '%.*s' is not as the format '%.*s' says", BL_STR_ARG(args[0].str),
		    BL_STR_ARG(args[1].str));
	return BL_OK;
}

static void
write_field(struct bl_text *out, const struct field *f, const struct bl_civil *c, int64_t day)
{
	static const int powers[] = {
	    1000000000, 100000000, 10000000, 1000000, 100000, 10000, 1000, 100, 10, 1};
	int64_t first = 0, weekday = day + 3 - bl_civil_floor(day + 3, 7) * 7;
	const char *name = f->part == PART_MONTH_NAME ? months[c->month - 1] : days[weekday];
	int64_t number = 0;

	switch (f->part) {
	case PART_TEXT: bl_text_add(out, f->text); return;
	case PART_MONTH_NAME:
	case PART_DAY_NAME:
		bl_text_add(out, bl_str_sub(bl_str_of(name), 0, f->width == 3 ? 3 : SIZE_MAX));
		return;
	case PART_AM: bl_text_add(out, c->hour < 12 ? BL_STR("AM") : BL_STR("PM")); return;
	case PART_ZONE:
		bl_text_add(out, f->width == 1 ? BL_STR("+0000") : BL_STR("+00:00"));
		return;
	case PART_YEAR: number = c->year; break;
	case PART_YEAR2: number = c->year % 100; break;
	case PART_MONTH: number = c->month; break;
	case PART_DAY: number = c->day; break;
	case PART_DAY_OF_YEAR:
		if (bl_civil_to_day(c->year, 1, 1, &first))
			number = day - first + 1;
		break;
	case PART_HOUR: number = c->hour; break;
	case PART_HOUR12: number = c->hour % 12 == 0 ? 12 : c->hour % 12; break;
	case PART_MINUTE: number = c->minute; break;
	case PART_SECOND: number = c->second; break;
	case PART_FRACTION: number = c->ns / powers[f->width]; break;
	}
	bl_text_printf(out, "%0*lld", f->width, (long long)number);
}

BL_FUNCTION(bl_fn__date_format)
{
	bool date = args[0].kind == BL_TYPE_DATE;
	struct bl_civil c = date ? bl_civil_of_day(args[0].i64) : bl_civil_of_instant(args[0].i64);
	struct bl_text out = {.arena = ev->arena};
	struct bl_str format = args[1].str;
	struct field f;
	enum bl_status status = bl_eval_spend(ev, call, format.len / 8, reterr);

	while (!status && format.len > 0) {
		if (!next_field(call, &format, &f))
			return fail_format(call, args[1].str, reterr);
		write_field(&out, &f, &c, date ? args[0].i64 : bl_civil_day(args[0].i64));
	}
	*ret_value = bl_value_varchar((struct bl_str){0});
	if (!status && !bl_text_end(&out, &ret_value->str))
		return bl_eval_no_memory(reterr);
	return status;
}
