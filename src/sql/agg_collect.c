/*
 * Aggregates that keep many values: array_agg, listagg, map_agg, histogram, approx_distinct and
 * approx_percentile (both exact here).
 */
#include <math.h>
#include <string.h>

#include "sql/agg_priv.h"

struct list {
	struct bl_value *values;
	uint64_t n, cap;
};

static BL_STATUS
push(struct bl_agg *agg, struct list *l, const struct bl_value *value, struct bl_err *reterr)
{
	uint64_t cap = l->cap == 0 ? 2 : 2 * l->cap;
	struct bl_value *values;
	enum bl_status status;

	if (l->n == l->cap) {
		values = bl_new(agg->arena, struct bl_value, cap);
		if (values == NULL)
			return bl_batch__no_memory(reterr);
		if (l->n > 0)
			memcpy(values, l->values, l->n * sizeof(*values));
		l->values = values;
		l->cap = cap;
	}
	status = bl_batch__dup(agg->arena, value, &l->values[l->n], reterr);
	l->n += status ? 0 : 1;
	return status;
}

static BL_STATUS
array_add(
    struct bl_agg *agg, void *state, const struct bl_value *const *args, struct bl_err *reterr)
{
	return push(agg, state, args[0], reterr);
}

static BL_STATUS
array_end(struct bl_agg *agg, void *state, struct bl_arena *arena, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	const struct list *l = state;

	(void)agg;
	(void)arena;
	(void)reterr;
	*ret_value = (struct bl_value){.kind = BL_TYPE_ARRAY, .elements = l->values, .n = l->n};
	ret_value->null = l->n == 0;
	return BL_OK;
}

const struct bl_agg_class bl_agg__array_agg = {
    "array_agg", sizeof(struct list), true, array_add, array_end};

/* LISTAGG */
struct text {
	bool any;
	char *ptr;
	size_t len, cap;
};

static BL_STATUS
append(struct bl_agg *agg, struct text *t, struct bl_str s, struct bl_err *reterr)
{
	size_t cap = t->cap == 0 ? 32 : t->cap;
	char *ptr;

	while (cap < t->len + s.len)
		cap *= 2;
	if (cap != t->cap) {
		ptr = bl_new(agg->arena, char, cap);
		if (ptr == NULL)
			return bl_batch__no_memory(reterr);
		if (t->len > 0)
			memcpy(ptr, t->ptr, t->len);
		t->ptr = ptr;
		t->cap = cap;
	}
	if (s.len > 0)
		memcpy(t->ptr + t->len, s.ptr, s.len);
	t->len += s.len;
	return BL_OK;
}

static BL_STATUS
listagg_add(
    struct bl_agg *agg, void *state, const struct bl_value *const *args, struct bl_err *reterr)
{
	struct text *t = state;
	struct bl_value v = bl_value_plain(*args[0]);
	enum bl_status status = BL_OK;

	if (v.kind != BL_TYPE_VARCHAR)
		return bl_fail_pos(reterr, BL_EINPUT, agg->call->line, agg->call->column,
		    "listagg wants a varchar, this is %s", bl_value_what(args[0]));
	if (t->any && agg->call->n_args > 1 && !args[1]->null)
		status = append(agg, t, args[1]->str, reterr);
	t->any = true;
	return status ? status : append(agg, t, v.str, reterr);
}

static BL_STATUS
listagg_end(struct bl_agg *agg, void *state, struct bl_arena *arena, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	const struct text *t = state;

	(void)agg;
	(void)arena;
	(void)reterr;
	*ret_value = bl_value_varchar((struct bl_str){t->ptr == NULL ? "" : t->ptr, t->len});
	ret_value->null = !t->any;
	return BL_OK;
}

const struct bl_agg_class bl_agg__listagg = {
    "listagg", sizeof(struct text), false, listagg_add, listagg_end};

/* A set of keys, with a list beside it: values of a map, or counts. */
struct keyed {
	struct bl_set set;
	struct list values;
};

static BL_STATUS
put_key(struct bl_agg *agg, struct keyed *k, const struct bl_value *key, uint32_t *ret_number,
    bool *ret_new, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	if (k->set.slots == NULL)
		status = bl_set__init(&k->set, agg->arena, 1, reterr);
	return status ? status : bl_set__put(&k->set, &key, ret_number, ret_new, reterr);
}

static BL_STATUS
map_add(struct bl_agg *agg, void *state, const struct bl_value *const *args, struct bl_err *reterr)
{
	struct keyed *k = state;
	uint32_t number;
	bool is_new = false;
	enum bl_status status = put_key(agg, k, args[0], &number, &is_new, reterr);

	/* Of one key the first value counts. */
	if (!status && is_new)
		status = push(agg, &k->values, args[1], reterr);
	return status;
}

static BL_STATUS
histogram_add(
    struct bl_agg *agg, void *state, const struct bl_value *const *args, struct bl_err *reterr)
{
	struct keyed *k = state;
	struct bl_value one = bl_value_bigint(1);
	uint32_t number = 0;
	bool is_new = false;
	enum bl_status status = put_key(agg, k, args[0], &number, &is_new, reterr);

	if (status)
		return status;
	if (is_new)
		return push(agg, &k->values, &one, reterr);
	k->values.values[number].i64++;
	return BL_OK;
}

static BL_STATUS
map_end(struct bl_agg *agg, void *state, struct bl_arena *arena, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	const struct keyed *k = state;
	struct bl_value *elements = bl_new(arena, struct bl_value, 2 * k->set.n);

	if (elements == NULL)
		return bl_batch__no_memory(reterr);
	for (uint64_t i = 0; i < k->set.n; i++) {
		elements[2 * i] = k->set.tuples[i];
		elements[2 * i + 1] = k->values.values[i];
	}
	*ret_value =
	    (struct bl_value){.kind = agg->call->type.kind, .elements = elements, .n = k->set.n};
	ret_value->null = k->set.n == 0;
	return BL_OK;
}

static BL_STATUS
distinct_add(
    struct bl_agg *agg, void *state, const struct bl_value *const *args, struct bl_err *reterr)
{
	uint32_t number;
	bool is_new;

	return put_key(agg, state, args[0], &number, &is_new, reterr);
}

static BL_STATUS
distinct_end(struct bl_agg *agg, void *state, struct bl_arena *arena, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	const struct keyed *k = state;

	(void)agg;
	(void)arena;
	(void)reterr;
	*ret_value = bl_value_bigint((int64_t)k->set.n);
	return BL_OK;
}

const struct bl_agg_class bl_agg__map_agg = {
    "map_agg", sizeof(struct keyed), false, map_add, map_end};
const struct bl_agg_class bl_agg__histogram = {
    "histogram", sizeof(struct keyed), false, histogram_add, map_end};
const struct bl_agg_class bl_agg__approx_distinct = {
    "approx_distinct", sizeof(struct keyed), false, distinct_add, distinct_end};

/* APPROX_PERCENTILE */
struct percentile {
	struct list list;
	struct bl_value fraction;
};

static BL_STATUS
percentile_add(
    struct bl_agg *agg, void *state, const struct bl_value *const *args, struct bl_err *reterr)
{
	struct percentile *p = state;
	enum bl_status status = BL_OK;

	if (args[1]->null)
		return bl_fail_pos(reterr, BL_EINPUT, agg->call->line, agg->call->column,
		    "approx_percentile wants a fraction, this is NULL");
	if (p->list.n == 0)
		status = bl_batch__dup(agg->arena, args[1], &p->fraction, reterr);
	return status ? status : push(agg, &p->list, args[0], reterr);
}

/* Heap sort: no recursion, no room. */
static void
sift(struct bl_value *v, uint64_t at, uint64_t n)
{
	for (uint64_t kid = 2 * at + 1; kid < n; kid = 2 * at + 1) {
		struct bl_value swap;
		int order = 0;

		if (kid + 1 < n && bl_batch__order(&v[kid], &v[kid + 1], &order) && order < 0)
			kid++;
		if (!bl_batch__order(&v[at], &v[kid], &order) || order >= 0)
			return;
		swap = v[at];
		v[at] = v[kid];
		v[kid] = swap;
		at = kid;
	}
}

static void
sort_values(struct bl_value *v, uint64_t n)
{
	for (uint64_t i = n / 2; i > 0; i--)
		sift(v, i - 1, n);
	for (uint64_t end = n; end > 1; end--) {
		struct bl_value swap = v[0];

		v[0] = v[end - 1];
		v[end - 1] = swap;
		sift(v, 0, end - 1);
	}
}

/* The value that the fraction of all values is not above. */
static BL_STATUS
percentile_of(const struct bl_agg *agg, const struct list *l, const struct bl_value *fraction,
    struct bl_value *ret, struct bl_err *reterr)
{
	struct bl_value f = bl_value_plain(*fraction);
	double d = f.kind == BL_TYPE_BIGINT ? (double)f.i64 : f.dbl;
	double at;

	if (f.null || (f.kind != BL_TYPE_BIGINT && f.kind != BL_TYPE_DOUBLE) || !(d >= 0 && d <= 1))
		return bl_fail_pos(reterr, BL_EINPUT, agg->call->line, agg->call->column,
		    "approx_percentile wants a fraction from 0 to 1");
	at = ceil(d * (double)l->n);
	*ret = l->values[at < 1 ? 0 : (uint64_t)at - 1];
	return BL_OK;
}

static BL_STATUS
percentile_end(struct bl_agg *agg, void *state, struct bl_arena *arena, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	struct percentile *p = state;
	struct bl_value *out;
	enum bl_status status = BL_OK;

	*ret_value = bl_value_null(agg->call->type.kind);
	if (p->list.n == 0)
		return BL_OK;
	sort_values(p->list.values, p->list.n);
	if (p->fraction.kind != BL_TYPE_ARRAY)
		return percentile_of(agg, &p->list, &p->fraction, ret_value, reterr);
	out = bl_new(arena, struct bl_value, p->fraction.n);
	if (out == NULL)
		return bl_batch__no_memory(reterr);
	for (uint64_t i = 0; !status && i < p->fraction.n; i++)
		status = percentile_of(agg, &p->list, &p->fraction.elements[i], &out[i], reterr);
	*ret_value = (struct bl_value){.kind = BL_TYPE_ARRAY, .elements = out, .n = p->fraction.n};
	return status;
}

const struct bl_agg_class bl_agg__approx_percentile = {
    "approx_percentile", sizeof(struct percentile), false, percentile_add, percentile_end};
