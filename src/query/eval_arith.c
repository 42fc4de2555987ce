/* Arithmetic: numbers, dates, timestamps and intervals. */
#include <assert.h>
#include <math.h>

#include "base/arena.h"
#include "base/instant.h"
#include "query/civil.h"
#include "query/eval.h"

static BL_STATUS
fail_number(const struct bl_node *node, struct bl_err *reterr, const char *what)
{
	return bl_fail_pos(reterr, BL_EINPUT, node->line, node->column, "%s", what);
}

static BL_STATUS
arith_bigint(const struct bl_node *node, int64_t a, int64_t b, int64_t *ret, struct bl_err *reterr)
{
	bool overflow = false;

	switch (node->op) {
	case BL_OP_ADD: overflow = __builtin_add_overflow(a, b, ret); break;
	case BL_OP_SUB: overflow = __builtin_sub_overflow(a, b, ret); break;
	case BL_OP_MUL: overflow = __builtin_mul_overflow(a, b, ret); break;
	case BL_OP_DIV:
	case BL_OP_MOD:
		if (b == 0)
			return fail_number(node, reterr, "division by zero");
		if (b == -1) {
			/* INT64_MIN / -1 overflows; the remainder by -1 is always 0. */
			*ret = 0;
			overflow = node->op == BL_OP_DIV && __builtin_sub_overflow(0, a, ret);
			break;
		}
		*ret = node->op == BL_OP_DIV ? a / b : a % b;
		break;
	case BL_OP_NONE:
	case BL_OP_EQ:
	case BL_OP_NE:
	case BL_OP_LT:
	case BL_OP_LE:
	case BL_OP_GT:
	case BL_OP_GE: assert(false);
	}
	return overflow ? fail_number(node, reterr, "the result does not fit a bigint") : BL_OK;
}

static BL_STATUS
arith_double(const struct bl_node *node, double a, double b, double *ret, struct bl_err *reterr)
{
	if ((node->op == BL_OP_DIV || node->op == BL_OP_MOD) && b == 0.0)
		return fail_number(node, reterr, "division by zero");
	*ret = node->op == BL_OP_ADD   ? a + b
	       : node->op == BL_OP_SUB ? a - b
	       : node->op == BL_OP_MUL ? a * b
	       : node->op == BL_OP_DIV ? a / b
				       : fmod(a, b);
	return isfinite(*ret) ? BL_OK
			      : fail_number(node, reterr, "the result does not fit a double");
}

static double
as_double(const struct bl_value *v)
{
	return v->kind == BL_TYPE_BIGINT ? (double)v->i64 : v->dbl;
}

static bool
is_time(enum bl_type_kind kind)
{
	return kind == BL_TYPE_DATE || kind == BL_TYPE_TIMESTAMP || kind == BL_TYPE_SPAN ||
	       kind == BL_TYPE_MONTHS;
}

/* A date as a timestamp: its midnight. */
static bool
as_instant(const struct bl_value *v, int64_t *ret_ns)
{
	*ret_ns = v->i64;
	return v->kind != BL_TYPE_DATE || bl_civil_instant(v->i64, ret_ns);
}

bool
bl_eval_add_months(struct bl_value *value, int64_t months)
{
	int64_t day = value->i64, of_day = 0;

	if (value->kind == BL_TYPE_TIMESTAMP) {
		day = bl_civil_day(value->i64);
		of_day = value->i64 - day * BL_NS_PER_DAY;
	}
	if (!bl_civil_add_months(day, months, &value->i64))
		return false;
	if (value->kind == BL_TYPE_DATE)
		return true;
	return bl_civil_instant(value->i64, &value->i64) &&
	       !__builtin_add_overflow(value->i64, of_day, &value->i64) &&
	       value->i64 != BL_INSTANT_MAX;
}

/* ${when} a date or timestamp, and an interval. */
static BL_STATUS
shift(const struct bl_node *node, struct bl_value when, const struct bl_value *interval,
    struct bl_value *ret_value, struct bl_err *reterr)
{
	int64_t amount = interval->i64;
	bool good = node->op != BL_OP_SUB || !__builtin_sub_overflow(0, amount, &amount);

	if (when.kind == BL_TYPE_DATE && interval->kind == BL_TYPE_SPAN) {
		if (amount % BL_NS_PER_DAY != 0)
			return fail_number(node, reterr,
			    "hours, minutes and seconds cannot be added to a date; use a "
			    "timestamp");
		amount /= BL_NS_PER_DAY;
	}
	if (good && interval->kind == BL_TYPE_MONTHS)
		good = bl_eval_add_months(&when, amount);
	else
		good = good && !__builtin_add_overflow(when.i64, amount, &when.i64) &&
		       when.i64 != BL_INSTANT_MIN && when.i64 != BL_INSTANT_MAX;
	if (good && when.kind == BL_TYPE_DATE) {
		struct bl_civil c = bl_civil_of_day(when.i64);

		good = c.year >= 1 && c.year <= 9999;
	}
	*ret_value = when;
	return good ? BL_OK : fail_number(node, reterr, "the result is no date that there is here");
}

/* An interval by a number. */
static BL_STATUS
scale(const struct bl_node *node, const struct bl_value *interval, const struct bl_value *by,
    struct bl_value *ret_value, struct bl_err *reterr)
{
	double scaled;

	*ret_value = *interval;
	if (node->op == BL_OP_DIV && as_double(by) == 0.0)
		return fail_number(node, reterr, "division by zero");
	if (by->kind == BL_TYPE_BIGINT && node->op == BL_OP_MUL) {
		if (__builtin_mul_overflow(interval->i64, by->i64, &ret_value->i64))
			return fail_number(node, reterr, "the interval is too long");
		return BL_OK;
	}
	scaled = node->op == BL_OP_MUL ? (double)interval->i64 * as_double(by)
				       : (double)interval->i64 / as_double(by);
	if (!(scaled > -9.2e18 && scaled < 9.2e18))
		return fail_number(node, reterr, "the interval is too long");
	ret_value->i64 = (int64_t)scaled;
	return BL_OK;
}

/* + - * / over dates, timestamps and intervals, as the checker let them through. */
static BL_STATUS
eval_time(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	struct bl_value a, b;
	int64_t p, q;
	bool good;
	enum bl_status status = bl_eval_node(ev, node->kids[0], &a, reterr);

	if (!status)
		status = bl_eval_node(ev, node->kids[1], &b, reterr);
	if (status)
		return status;
	a = bl_value_plain(a);
	b = bl_value_plain(b);
	*ret_value = bl_value_null(node->type.kind);
	if (a.null || b.null)
		return BL_OK;
	if (node->op == BL_OP_MUL || node->op == BL_OP_DIV)
		return is_time(a.kind) ? scale(node, &a, &b, ret_value, reterr)
				       : scale(node, &b, &a, ret_value, reterr);
	if (node->type.kind == BL_TYPE_DATE || node->type.kind == BL_TYPE_TIMESTAMP)
		return a.kind == node->type.kind ? shift(node, a, &b, ret_value, reterr)
						 : shift(node, b, &a, ret_value, reterr);
	*ret_value = (struct bl_value){.kind = node->type.kind};
	good = as_instant(&a, &p) && as_instant(&b, &q) &&
	       (node->op == BL_OP_ADD ? !__builtin_add_overflow(p, q, &ret_value->i64)
				      : !__builtin_sub_overflow(p, q, &ret_value->i64));
	return good ? BL_OK : fail_number(node, reterr, "the interval is too long");
}

BL_STATUS
bl_eval__arith(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	struct bl_value a, b;
	enum bl_status status;

	if (is_time(node->kids[0]->type.kind) || is_time(node->kids[1]->type.kind))
		return eval_time(ev, node, ret_value, reterr);
	status = bl_eval_as(ev, node->kids[0], 'd', &a, reterr);

	if (!status)
		status = bl_eval_as(ev, node->kids[1], 'd', &b, reterr);
	if (status)
		return status;
	*ret_value = bl_value_null(node->type.kind);
	if (a.null || b.null)
		return BL_OK;
	if (a.kind == BL_TYPE_BIGINT && b.kind == BL_TYPE_BIGINT) {
		*ret_value = bl_value_bigint(0);
		return arith_bigint(node, a.i64, b.i64, &ret_value->i64, reterr);
	}
	*ret_value = (struct bl_value){.kind = BL_TYPE_DOUBLE};
	return arith_double(node, as_double(&a), as_double(&b), &ret_value->dbl, reterr);
}

BL_STATUS
bl_eval__minus(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	struct bl_value a;
	char letter = is_time(node->type.kind) ? 'x' : 'd';
	enum bl_status status = bl_eval_as(ev, node->kids[0], letter, &a, reterr);

	if (status)
		return status;
	*ret_value = a;
	if (a.null || node->negated)
		return BL_OK;
	ret_value->json = NULL;
	ret_value->str = (struct bl_str){0}; /* The exact text was the positive one's. */
	ret_value->dbl = -a.dbl;
	if (a.kind != BL_TYPE_DOUBLE && __builtin_sub_overflow(0, a.i64, &ret_value->i64))
		return fail_number(node, reterr,
		    a.kind == BL_TYPE_BIGINT ? "the result does not fit a bigint"
					     : "the interval is too long");
	if (a.kind == BL_TYPE_DOUBLE && a.str.ptr != NULL)
		return bl_str_printf(ev->arena, &ret_value->str, reterr, "%s%.*s",
		    a.str.ptr[0] == '-' ? "" : "-", (int)(a.str.len - (a.str.ptr[0] == '-')),
		    a.str.ptr + (a.str.ptr[0] == '-'));
	return BL_OK;
}
