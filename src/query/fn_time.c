/*
 * Functions over instants.  Days and weeks are UTC; a month later is the same day of the next
 * month, or its last day.
 */
#include <assert.h>

#include "base/arena.h"
#include "base/instant.h"
#include "query/functions.h"
#include "query/value_priv.h"

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
	const struct time_unit **ret = bl_new(arena, const struct time_unit *, 1);

	if (ret == NULL)
		return bl_eval__no_memory(reterr);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (arg->kind == BL_NODE_LITERAL && !arg->value.null &&
		    bl_str_eq_ci(arg->value.str, bl_str_of(units[i].name)))
			*ret = &units[i];
	if (*ret == NULL)
		return bl_fail_pos(reterr, BL_EINPUT, arg->line, arg->column,
		    "%.*s() wants a unit here: 'millisecond', 'second', 'minute', 'hour', 'day', "
		    "'week', 'month', 'quarter' or 'year'",
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
	if (!bl_instant_parse(args[0].str, &ret_value->i64))
		return bl_eval__fail(call->kids[0], args, reterr,
		    "and '%.*s' is no instant (with Z or an offset)", BL_STR_ARG(args[0].str));
	return BL_OK;
}

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

static bool
is_leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* ${months} later, in whole; false when it leaves the years that an instant can hold. */
static bool
add_months(int64_t ns, int64_t months, int64_t *ret_ns)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t of_day = ns - floor_div(ns, BL_NS_PER_DAY) * BL_NS_PER_DAY, index, y;
	int year, month, day, last;

	bl_instant_date(ns, &year, &month, &day);
	if (__builtin_add_overflow((int64_t)year * 12 + month - 1, months, &index))
		return false;
	y = floor_div(index, 12);
	if (y < 1679 || y > 2260)
		return false;
	month = (int)(index - y * 12) + 1;
	last = days[month - 1] + (month == 2 && is_leap(y) ? 1 : 0);
	*ret_ns = bl_instant_civil((int)y, month, day < last ? day : last) + of_day;
	return true;
}

BL_FUNCTION(bl_fn__date_add)
{
	const struct time_unit *unit = unit_of(call);
	int64_t amount;
	bool fits = !__builtin_mul_overflow(args[1].i64, unit->size, &amount);

	*ret_value = args[2];
	if (fits && unit->unit == UNIT_FIXED)
		fits = !__builtin_add_overflow(args[2].i64, amount, &ret_value->i64) &&
		       ret_value->i64 != BL_INSTANT_MIN && ret_value->i64 != BL_INSTANT_MAX;
	else if (fits)
		fits = add_months(args[2].i64, amount, &ret_value->i64);
	if (!fits)
		return bl_fail_pos(reterr, BL_EINPUT, call->line, call->column,
		    "date_add() leaves the years 1678 to 2261");
	return BL_OK;
}

/* Complete months from a to b, a <= b. */
static int64_t
months_between(int64_t a, int64_t b)
{
	int ya, ma, da, yb, mb, db;
	int64_t n, reached;

	bl_instant_date(a, &ya, &ma, &da);
	bl_instant_date(b, &yb, &mb, &db);
	n = ((int64_t)yb * 12 + mb) - ((int64_t)ya * 12 + ma);
	if (n > 0 && (!add_months(a, n, &reached) || reached > b))
		n--;
	return n;
}

/* date_diff(unit, from, to): complete units; negative when to is before from. */
BL_FUNCTION(bl_fn__date_diff)
{
	const struct time_unit *unit = unit_of(call);
	int64_t from = args[1].i64, to = args[2].i64, diff;

	if (unit->unit == UNIT_MONTH)
		diff = from <= to ? months_between(from, to) : -months_between(to, from);
	else if (__builtin_sub_overflow(to, from, &diff))
		return bl_fail_pos(reterr, BL_EINPUT, call->line, call->column,
		    "the instants are too far apart for date_diff()");
	*ret_value = bl_value__bigint(diff / unit->size);
	return BL_OK;
}
