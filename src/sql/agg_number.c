/*
 * Aggregates that count and add.  As in Trino: the sum of bigints is a bigint or an error, avg is a
 * double; without a row all but the counts are NULL.
 */
#include <math.h>

#include "sql/agg_priv.h"

#define AGG_ADD(name)                                                                              \
	enum bl_status name(struct bl_agg *agg, void *state_, const struct bl_value *const *args,  \
	    struct bl_err *reterr)
#define AGG_END(name)                                                                              \
	enum bl_status name(struct bl_agg *agg, void *state_, struct bl_arena *arena,              \
	    struct bl_value *ret_value, struct bl_err *reterr)
#define UNUSED(x) ((void)(x))

static AGG_ADD(count_add)
{
	struct bl_agg_count *s = state_;

	UNUSED(agg);
	UNUSED(args);
	UNUSED(reterr);
	s->n++;
	return BL_OK;
}

static AGG_END(count_end)
{
	struct bl_agg_count *s = state_;

	UNUSED(agg);
	UNUSED(arena);
	UNUSED(reterr);
	*ret_value = bl_value_bigint((int64_t)s->n);
	return BL_OK;
}

static BL_STATUS
fail_kind(const struct bl_agg *agg, const struct bl_value *value, const char *wanted,
    struct bl_err *reterr)
{
	return bl_fail_pos(reterr, BL_EINPUT, agg->call->line, agg->call->column,
	    "%s wants %s, this is %s", agg->class->name, wanted, bl_value_what(value));
}

static AGG_ADD(count_if_add)
{
	struct bl_agg_count *s = state_;
	struct bl_value v = bl_value_plain(*args[0]);

	if (v.kind != BL_TYPE_BOOLEAN)
		return fail_kind(agg, args[0], "a boolean", reterr);
	s->n += v.boolean ? 1 : 0;
	return BL_OK;
}

const struct bl_agg_class bl_agg__count_star = {
    "count", sizeof(struct bl_agg_count), true, count_add, count_end};
const struct bl_agg_class bl_agg__count = {
    "count", sizeof(struct bl_agg_count), false, count_add, count_end};
const struct bl_agg_class bl_agg__count_if = {
    "count_if", sizeof(struct bl_agg_count), false, count_if_add, count_end};

/* SUM, AVG. */
struct sum {
	uint64_t n;
	int64_t i64;
	double dbl;
};

static BL_STATUS
number_of(struct bl_agg *agg, const struct bl_value *arg, struct bl_value *ret, double *ret_double,
    struct bl_err *reterr)
{
	*ret = bl_value_plain(*arg);
	switch (ret->kind) {
	case BL_TYPE_BIGINT:
	case BL_TYPE_SPAN:
	case BL_TYPE_MONTHS: *ret_double = (double)ret->i64; return BL_OK;
	case BL_TYPE_DOUBLE: *ret_double = ret->dbl; return BL_OK;
	case BL_TYPE_UNKNOWN:
	case BL_TYPE_BOOLEAN:
	case BL_TYPE_VARCHAR:
	case BL_TYPE_DATE:
	case BL_TYPE_TIMESTAMP:
	case BL_TYPE_JSON:
	case BL_TYPE_ARRAY:
	case BL_TYPE_MAP:
	case BL_TYPE_ROW: break;
	}
	return fail_kind(agg, arg, "a number", reterr);
}

static AGG_ADD(sum_add)
{
	struct sum *s = state_;
	struct bl_value v;
	double d = 0;
	enum bl_status status = number_of(agg, args[0], &v, &d, reterr);

	if (status)
		return status;
	s->n++;
	s->dbl += d;
	if (agg->call->type.kind == BL_TYPE_DOUBLE)
		return BL_OK;
	if (v.kind == BL_TYPE_DOUBLE)
		return fail_kind(agg, args[0], "a bigint", reterr);
	if (__builtin_add_overflow(s->i64, v.i64, &s->i64))
		return bl_fail_pos(reterr, BL_EINPUT, agg->call->line, agg->call->column,
		    "the sum does not fit a bigint");
	return BL_OK;
}

static BL_STATUS
give_double(const struct bl_agg *agg, double d, struct bl_value *ret_value, struct bl_err *reterr)
{
	if (!isfinite(d))
		return bl_fail_pos(reterr, BL_EINPUT, agg->call->line, agg->call->column,
		    "the result of %s does not fit a double", agg->class->name);
	*ret_value = (struct bl_value){.kind = BL_TYPE_DOUBLE, .dbl = d};
	return BL_OK;
}

static AGG_END(sum_end)
{
	struct sum *s = state_;

	UNUSED(arena);
	*ret_value = bl_value_null(agg->call->type.kind);
	if (s->n == 0)
		return BL_OK;
	if (agg->call->type.kind == BL_TYPE_DOUBLE)
		return give_double(agg, s->dbl, ret_value, reterr);
	*ret_value = (struct bl_value){.kind = agg->call->type.kind, .i64 = s->i64};
	return BL_OK;
}

static AGG_ADD(avg_add)
{
	struct sum *s = state_;
	struct bl_value v;
	double d = 0;
	enum bl_status status = number_of(agg, args[0], &v, &d, reterr);

	s->n += status ? 0 : 1;
	s->dbl += d;
	return status;
}

static AGG_END(avg_end)
{
	struct sum *s = state_;

	UNUSED(arena);
	*ret_value = bl_value_null(agg->call->type.kind);
	if (s->n == 0)
		return BL_OK;
	if (agg->call->type.kind == BL_TYPE_DOUBLE || agg->call->type.kind == BL_TYPE_UNKNOWN)
		return give_double(agg, s->dbl / (double)s->n, ret_value, reterr);
	/* Intervals. */
	*ret_value = (struct bl_value){
	    .kind = agg->call->type.kind, .i64 = (int64_t)llround(s->dbl / (double)s->n)};
	return BL_OK;
}

const struct bl_agg_class bl_agg__sum = {"sum", sizeof(struct sum), false, sum_add, sum_end};
const struct bl_agg_class bl_agg__avg = {"avg", sizeof(struct sum), false, avg_add, avg_end};

/* Variance by Welford's way: the mean and the squares around it. */
struct spread {
	uint64_t n;
	double mean, squares;
};

static AGG_ADD(spread_add)
{
	struct spread *s = state_;
	struct bl_value v;
	double d = 0, delta;
	enum bl_status status = number_of(agg, args[0], &v, &d, reterr);

	if (status)
		return status;
	delta = d - s->mean;
	s->n++;
	s->mean += delta / (double)s->n;
	s->squares += delta * (d - s->mean);
	return BL_OK;
}

static AGG_END(variance_end)
{
	struct spread *s = state_;

	UNUSED(arena);
	*ret_value = bl_value_null(BL_TYPE_DOUBLE);
	if (s->n < 2)
		return BL_OK;
	return give_double(agg, s->squares / (double)(s->n - 1), ret_value, reterr);
}

static AGG_END(stddev_end)
{
	struct spread *s = state_;

	UNUSED(arena);
	*ret_value = bl_value_null(BL_TYPE_DOUBLE);
	if (s->n < 2)
		return BL_OK;
	return give_double(agg, sqrt(s->squares / (double)(s->n - 1)), ret_value, reterr);
}

const struct bl_agg_class bl_agg__variance = {
    "variance", sizeof(struct spread), false, spread_add, variance_end};
const struct bl_agg_class bl_agg__stddev = {
    "stddev", sizeof(struct spread), false, spread_add, stddev_end};

static AGG_ADD(logs_add)
{
	struct sum *s = state_;
	struct bl_value v;
	double d = 0;
	enum bl_status status = number_of(agg, args[0], &v, &d, reterr);

	s->n += status ? 0 : 1;
	s->dbl += log(d);
	return status;
}

static AGG_END(logs_end)
{
	struct sum *s = state_;

	UNUSED(arena);
	*ret_value = bl_value_null(BL_TYPE_DOUBLE);
	return s->n == 0 ? BL_OK : give_double(agg, exp(s->dbl / (double)s->n), ret_value, reterr);
}

const struct bl_agg_class bl_agg__geometric_mean = {
    "geometric_mean", sizeof(struct sum), false, logs_add, logs_end};

struct truth {
	bool any, all_true, one_true;
};

static AGG_ADD(truth_add)
{
	struct truth *s = state_;
	struct bl_value v = bl_value_plain(*args[0]);

	if (v.kind != BL_TYPE_BOOLEAN)
		return fail_kind(agg, args[0], "a boolean", reterr);
	s->all_true = v.boolean && (s->all_true || !s->any);
	s->one_true = v.boolean || s->one_true;
	s->any = true;
	return BL_OK;
}

static AGG_END(and_end)
{
	struct truth *s = state_;

	UNUSED(agg);
	UNUSED(arena);
	UNUSED(reterr);
	*ret_value = bl_value_boolean(s->all_true);
	ret_value->null = !s->any;
	return BL_OK;
}

static AGG_END(or_end)
{
	struct truth *s = state_;

	UNUSED(agg);
	UNUSED(arena);
	UNUSED(reterr);
	*ret_value = bl_value_boolean(s->one_true);
	ret_value->null = !s->any;
	return BL_OK;
}

const struct bl_agg_class bl_agg__bool_and = {
    "bool_and", sizeof(struct truth), false, truth_add, and_end};
const struct bl_agg_class bl_agg__bool_or = {
    "bool_or", sizeof(struct truth), false, truth_add, or_end};

/* CHECKSUM: the same for the same rows in any order; the value is this engine's own. */
static AGG_ADD(checksum_add)
{
	struct bl_agg_count *s = state_;

	UNUSED(agg);
	UNUSED(reterr);
	s->n += bl_batch__hash(args[0]) | 1;
	return BL_OK;
}

static AGG_END(checksum_end)
{
	struct bl_agg_count *s = state_;

	UNUSED(agg);
	if (s->n == 0) {
		*ret_value = bl_value_null(BL_TYPE_VARCHAR);
		return BL_OK;
	}
	*ret_value = bl_value_varchar((struct bl_str){0});
	return bl_str_printf(arena, &ret_value->str, reterr, "%016llx", (unsigned long long)s->n);
}

const struct bl_agg_class bl_agg__checksum = {
    "checksum", sizeof(struct bl_agg_count), true, checksum_add, checksum_end};
