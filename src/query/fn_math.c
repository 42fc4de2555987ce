/* Functions over numbers.  Bigints stay bigints where Trino's do; what is not finite is an error.
 */
#include <math.h>
#include <string.h>

#include "query/functions.h"

static double
number(const struct bl_value *v)
{
	return v->kind == BL_TYPE_BIGINT ? (double)v->i64 : v->dbl;
}

static BL_STATUS
give(const struct bl_node *call, double d, struct bl_value *ret_value, struct bl_err *reterr)
{
	*ret_value = (struct bl_value){.kind = BL_TYPE_DOUBLE, .dbl = d};
	if (isfinite(d))
		return BL_OK;
	return bl_fail_pos(reterr, BL_EINPUT, call->line, call->column,
	    "%s() of this has no finite value", call->function->name);
}

/* One number in, a double out, by the function's name. */
BL_FUNCTION(bl_fn__math)
{
	static const struct {
		const char *name;
		double (*of)(double);
	} known[] = {{"sqrt", sqrt}, {"cbrt", cbrt}, {"exp", exp}, {"ln", log}, {"log2", log2},
	    {"log10", log10}};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].name, call->function->name) == 0)
			return give(call, known[i].of(number(&args[0])), ret_value, reterr);
	return give(call, NAN, ret_value, reterr);
}

/* abs, sign, floor, ceiling, truncate, round: of a bigint a bigint. */
BL_FUNCTION(bl_fn__whole)
{
	const char *name = call->function->name;
	double d = number(&args[0]);

	*ret_value = bl_value_bigint(args[0].i64);
	if (args[0].kind == BL_TYPE_BIGINT) {
		if (strcmp(name, "sign") == 0)
			ret_value->i64 = (args[0].i64 > 0) - (args[0].i64 < 0);
		if (strcmp(name, "abs") == 0 && args[0].i64 < 0 &&
		    __builtin_sub_overflow(0, args[0].i64, &ret_value->i64))
			return bl_fail_pos(reterr, BL_EINPUT, call->line, call->column,
			    "the result does not fit a bigint");
		return BL_OK;
	}
	switch (name[0]) {
	case 'a': return give(call, fabs(d), ret_value, reterr);
	case 's': return give(call, (d > 0) - (d < 0), ret_value, reterr);
	case 'f': return give(call, floor(d), ret_value, reterr);
	case 'c': return give(call, ceil(d), ret_value, reterr);
	case 't': return give(call, trunc(d), ret_value, reterr);
	default: return give(call, round(d), ret_value, reterr);
	}
}

/* round(x, n), truncate(x, n): to n digits behind the point, before it when negative. */
BL_FUNCTION(bl_fn__round_to)
{
	double scale, d = number(&args[0]);
	int64_t n = args[1].i64;
	bool cut = strcmp(call->function->name, "truncate") == 0;

	*ret_value = args[0];
	if (n > 17 || (args[0].kind == BL_TYPE_BIGINT && n >= 0))
		return BL_OK;
	if (args[0].kind == BL_TYPE_BIGINT) {
		int64_t unit = 1, half;

		*ret_value = bl_value_bigint(0);
		for (; n < 0 && unit != 0; n++)
			unit = __builtin_mul_overflow(unit, 10, &unit) ? 0 : unit;
		if (unit == 0)
			return BL_OK;
		half = cut ? 0 : args[0].i64 % unit * 2 / unit;
		if (__builtin_mul_overflow(args[0].i64 / unit + half, unit, &ret_value->i64))
			return bl_fail_pos(reterr, BL_EINPUT, call->line, call->column,
			    "the result does not fit a bigint");
		return BL_OK;
	}
	scale = pow(10, (double)n);
	return give(call, (cut ? trunc(d * scale) : round(d * scale)) / scale, ret_value, reterr);
}

BL_FUNCTION(bl_fn__power)
{
	return give(call, pow(number(&args[0]), number(&args[1])), ret_value, reterr);
}

BL_FUNCTION(bl_fn__log)
{
	return give(call, log(number(&args[1])) / log(number(&args[0])), ret_value, reterr);
}

BL_FUNCTION(bl_fn__mod)
{
	double d;

	if (number(&args[1]) == 0.0)
		return bl_fail_pos(reterr, BL_EINPUT, call->line, call->column, "division by zero");
	*ret_value = bl_value_bigint(0);
	if (args[0].kind == BL_TYPE_BIGINT && args[1].kind == BL_TYPE_BIGINT) {
		ret_value->i64 = args[1].i64 == -1 ? 0 : args[0].i64 % args[1].i64;
		return BL_OK;
	}
	d = fmod(number(&args[0]), number(&args[1]));
	return give(call, d, ret_value, reterr);
}

/* No computation here gives one: what is not finite is an error. */
BL_FUNCTION(bl_fn__is_nan)
{
	*ret_value = bl_value_boolean(false);
	return BL_OK;
}

BL_FUNCTION(bl_fn__bitwise)
{
	const char *name = call->function->name;
	int64_t a = args[0].i64, b = args[1].i64;

	*ret_value = bl_value_bigint(strcmp(name, "bitwise_and") == 0  ? a & b
				     : strcmp(name, "bitwise_or") == 0 ? a | b
								       : a ^ b);
	return BL_OK;
}

/* greatest, least: NULL if one is. */
BL_FUNCTION(bl_fn__extreme)
{
	bool most = strcmp(call->function->name, "greatest") == 0;
	struct bl_value best = bl_value_plain(args[0]), next;
	int order = 0;

	for (uint32_t i = 1; i < call->n_kids; i++) {
		enum bl_status status;

		next = bl_value_plain(args[i]);
		status = bl_eval_compare(call, &next, &best, &order, reterr);
		if (status)
			return status;
		if (most ? order > 0 : order < 0)
			best = next;
	}
	*ret_value = best;
	return bl_eval_widen(call, call->type, ret_value, reterr);
}

BL_FUNCTION(bl_fn__typeof)
{
	char text[BL_TYPE_TEXT];

	*ret_value = bl_value_varchar((struct bl_str){0});
	if (bl_str_dup(ev->arena, bl_str_of(bl_value_type_name(call->kids[0]->type, text)),
		&ret_value->str))
		return bl_eval_no_memory(reterr);
	return BL_OK;
}
