/*
 * Functions over instants.  Days and weeks are UTC; a month later is the same day of the next
 * month, or its last day.
 */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "query/civil.h"
#include "query/functions.h"
#include "query/text.h"

enum unit { UNIT_FIXED, UNIT_MONTH };

struct time_unit {
	const char *name;
	enum unit unit;
	int64_t size; /* Nanoseconds, or months. */
};

static const struct time_unit units[] = {
    {"millisecond", UNIT_FIXED, BL_NS_PER_S / 1000},
    {"second", UNIT_FIXED, BL_NS_PER_S},
    {"minute", UNIT_FIXED, 60 * BL_NS_PER_S},
    {"hour", UNIT_FIXED, BL_NS_PER_HOUR},
    {"day", UNIT_FIXED, BL_NS_PER_DAY},
    {"week", UNIT_FIXED, 7 * BL_NS_PER_DAY},
    {"month", UNIT_MONTH, 1},
    {"quarter", UNIT_MONTH, 3},
    {"year", UNIT_MONTH, 12},
};

BL_PREPARE(bl_fn__unit_prepare)
{
	const struct bl_node *arg = call->kids[0];
	bool last_is_date = call->kids[call->n_kids - 1]->type.kind == BL_TYPE_DATE;
	const struct time_unit **ret = bl_new(arena, const struct time_unit *, 1);

	if (ret == NULL)
		return bl_eval_no_memory(reterr);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (arg->kind == BL_NODE_LITERAL && !arg->value.null &&
		    bl_str_eq_ci(arg->value.str, bl_str_of(units[i].name)))
			*ret = &units[i];
	if (*ret == NULL)
		return bl_fail_pos(reterr, BL_EINPUT, arg->line, arg->column,
		    "%.*s() wants a unit here: 'millisecond', 'second', 'minute', 'hour', 'day', "
		    "'week', 'month', 'quarter' or 'year'",
		    BL_STR_ARG(call->text));
	if (last_is_date && call->type.kind == BL_TYPE_DATE && (*ret)->unit == UNIT_FIXED &&
	    (*ret)->size < BL_NS_PER_DAY)
		return bl_fail_pos(reterr, BL_EINPUT, arg->line, arg->column,
		    "%.*s() of a date wants a day or more; use a timestamp",
		    BL_STR_ARG(call->text));
	call->prepared = ret;
	return BL_OK;
}

static const struct time_unit *
unit_of(const struct bl_node *call)
{
	return *(const struct time_unit *const *)call->prepared;
}

BL_FUNCTION(bl_fn__from_iso8601)
{
	*ret_value = (struct bl_value){.kind = BL_TYPE_TIMESTAMP};
	if (ev->expr->strict ? !bl_instant_parse(args[0].str, &ret_value->i64)
			     : !bl_civil_parse_timestamp(args[0].str, &ret_value->i64))
		return bl_eval_fail(call->kids[0], args, reterr,
		    "and '%.*s' is no instant (with Z or an offset)", BL_STR_ARG(args[0].str));
	return BL_OK;
}

BL_FUNCTION(bl_fn__date_add)
{
	const struct time_unit *unit = unit_of(call);
	int64_t amount;
	bool date = args[2].kind == BL_TYPE_DATE;
	bool fits = !__builtin_mul_overflow(args[1].i64, unit->size, &amount);

	*ret_value = args[2];
	if (fits && date && unit->unit == UNIT_FIXED)
		amount /= BL_NS_PER_DAY;
	if (fits && unit->unit == UNIT_FIXED)
		fits = !__builtin_add_overflow(args[2].i64, amount, &ret_value->i64) &&
		       ret_value->i64 != BL_INSTANT_MIN && ret_value->i64 != BL_INSTANT_MAX;
	else if (fits)
		fits = bl_eval_add_months(ret_value, amount);
	if (fits && date)
		fits = bl_civil_of_day(ret_value->i64).year >= 1 &&
		       bl_civil_of_day(ret_value->i64).year <= 9999;
	if (!fits)
		return bl_fail_pos(reterr, BL_EINPUT, call->line, call->column,
		    date ? "date_add() leaves the years 1 to 9999"
			 : "date_add() leaves the years 1678 to 2261");
	return BL_OK;
}

/* Complete months from a to b, a <= b. */
static int64_t
months_between(int64_t a, int64_t b)
{
	struct bl_civil p = bl_civil_of_instant(a), q = bl_civil_of_instant(b);
	struct bl_value reached = {.kind = BL_TYPE_TIMESTAMP, .i64 = a};
	int64_t n = (q.year * 12 + q.month) - (p.year * 12 + p.month);

	if (n > 0 && (!bl_eval_add_months(&reached, n) || reached.i64 > b))
		n--;
	return n;
}

/* date_diff(unit, from, to): complete units; negative when to is before from. */
BL_FUNCTION(bl_fn__date_diff)
{
	const struct time_unit *unit = unit_of(call);
	int64_t from = args[1].i64, to = args[2].i64, diff = 0;
	bool good = true;

	if (args[1].kind == BL_TYPE_DATE)
		good = bl_civil_instant(from, &from);
	if (good && args[2].kind == BL_TYPE_DATE)
		good = bl_civil_instant(to, &to);
	if (good && unit->unit == UNIT_MONTH)
		diff = from <= to ? months_between(from, to) : -months_between(to, from);
	else if (good)
		good = !__builtin_sub_overflow(to, from, &diff);
	if (!good)
		return bl_fail_pos(reterr, BL_EINPUT, call->line, call->column,
		    "the instants are too far apart for date_diff()");
	*ret_value = bl_value_bigint(diff / unit->size);
	return BL_OK;
}

/* The day that a date or timestamp is, or lies in. */
static int64_t
day_of(const struct bl_value *v)
{
	return v->kind == BL_TYPE_DATE ? v->i64 : bl_civil_day(v->i64);
}

/* date_trunc(unit, x): the beginning of the unit that x lies in. */
BL_FUNCTION(bl_fn__date_trunc)
{
	const struct time_unit *unit = unit_of(call);
	int64_t day = day_of(&args[1]), month;
	struct bl_civil c = bl_civil_of_day(day);
	bool good = true;

	*ret_value = args[1];
	if (unit->unit == UNIT_FIXED && unit->size < BL_NS_PER_DAY) {
		ret_value->i64 = bl_civil_floor(args[1].i64, unit->size) * unit->size;
		return BL_OK;
	}
	if (unit->unit == UNIT_MONTH) {
		month = (c.month - 1) / unit->size * unit->size + 1;
		good = bl_civil_to_day(c.year, month, 1, &day);
	} else if (unit->size > BL_NS_PER_DAY) {
		day = bl_civil_floor(day + 3, 7) * 7 - 3; /* Mondays. */
	}
	ret_value->i64 = day;
	if (args[1].kind == BL_TYPE_TIMESTAMP)
		good = good && bl_civil_instant(day, &ret_value->i64);
	return good ? BL_OK
		    : bl_fail_pos(reterr, BL_EINPUT, call->line, call->column,
			  "date_trunc() leaves the years 1678 to 2261");
}

BL_FUNCTION(bl_fn__last_day_of_month)
{
	struct bl_civil c = bl_civil_of_day(day_of(&args[0]));

	*ret_value = (struct bl_value){.kind = BL_TYPE_DATE};
	if (!bl_civil_to_day(c.year, c.month, bl_civil_last_day(c.year, c.month), &ret_value->i64))
		assert(false);
	return BL_OK;
}

/* year(x), month(x), ...: the function's name says which part. */
BL_FUNCTION(bl_fn__part)
{
	const char *name = call->function->name;
	int64_t day = day_of(&args[0]), first = 0, week_year;
	struct bl_civil c =
	    args[0].kind == BL_TYPE_DATE ? bl_civil_of_day(day) : bl_civil_of_instant(args[0].i64);
	int week;

	bl_civil_week(day, &week_year, &week);
	*ret_value = bl_value_bigint(0);
	if (strcmp(name, "year") == 0)
		ret_value->i64 = c.year;
	else if (strcmp(name, "quarter") == 0)
		ret_value->i64 = (c.month + 2) / 3;
	else if (strcmp(name, "month") == 0)
		ret_value->i64 = c.month;
	else if (strcmp(name, "day") == 0 || strcmp(name, "day_of_month") == 0)
		ret_value->i64 = c.day;
	else if (strcmp(name, "hour") == 0)
		ret_value->i64 = c.hour;
	else if (strcmp(name, "minute") == 0)
		ret_value->i64 = c.minute;
	else if (strcmp(name, "second") == 0)
		ret_value->i64 = c.second;
	else if (strcmp(name, "millisecond") == 0)
		ret_value->i64 = c.ns / 1000000;
	else if (strcmp(name, "week") == 0 || strcmp(name, "week_of_year") == 0)
		ret_value->i64 = week;
	else if (strcmp(name, "year_of_week") == 0)
		ret_value->i64 = week_year;
	else if (strcmp(name, "day_of_week") == 0)
		ret_value->i64 = day + 3 - bl_civil_floor(day + 3, 7) * 7 + 1;
	else if (bl_civil_to_day(c.year, 1, 1, &first)) /* day_of_year */
		ret_value->i64 = day - first + 1;
	return BL_OK;
}

BL_FUNCTION(bl_fn__date)
{
	*ret_value = (struct bl_value){.kind = BL_TYPE_DATE};
	if (args[0].kind != BL_TYPE_VARCHAR) {
		ret_value->i64 = day_of(&args[0]);
		return BL_OK;
	}
	if (!bl_civil_parse_date(args[0].str, &ret_value->i64))
		return bl_eval_fail(
		    call->kids[0], args, reterr, "and '%.*s' is no date", BL_STR_ARG(args[0].str));
	return BL_OK;
}

BL_FUNCTION(bl_fn__from_unixtime)
{
	double seconds = args[0].kind == BL_TYPE_BIGINT ? (double)args[0].i64 : args[0].dbl;

	*ret_value = (struct bl_value){.kind = BL_TYPE_TIMESTAMP};
	if (!(seconds > -9.2e9 && seconds < 9.2e9))
		return bl_fail_pos(reterr, BL_EINPUT, call->line, call->column,
		    "from_unixtime() leaves the years 1678 to 2261");
	/* To milliseconds, as Trino. */
	ret_value->i64 = args[0].kind == BL_TYPE_BIGINT ? args[0].i64 * BL_NS_PER_S
							: (int64_t)round(seconds * 1e3) * 1000000;
	return BL_OK;
}

BL_FUNCTION(bl_fn__to_unixtime)
{
	int64_t ns = args[0].i64;

	if (args[0].kind == BL_TYPE_DATE && !bl_civil_instant(args[0].i64, &ns))
		return bl_fail_pos(reterr, BL_EINPUT, call->line, call->column,
		    "the date leaves the years 1678 to 2261");
	*ret_value = (struct bl_value){.kind = BL_TYPE_DOUBLE, .dbl = (double)ns / 1e9};
	return BL_OK;
}

BL_FUNCTION(bl_fn__to_iso8601)
{
	char civil[BL_CIVIL_TEXT], instant[BL_INSTANT_TEXT];
	const char *text = args[0].kind == BL_TYPE_DATE ? bl_civil_date_text(args[0].i64, civil)
							: bl_instant_format(args[0].i64, instant);

	*ret_value = bl_value_varchar((struct bl_str){0});
	if (bl_str_dup(ev->arena, bl_str_of(text), &ret_value->str))
		return bl_eval_no_memory(reterr);
	return BL_OK;
}
