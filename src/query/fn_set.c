/*
 * Functions over arrays as a whole.  Equality is that of IS NOT DISTINCT FROM: NULLs are alike.
 * Each comparison costs a step.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "query/functions.h"

/* The elements of an argument as an array of values. */
static BL_STATUS
open_array(struct bl_eval *ev, const struct bl_node *call, const struct bl_value *arg,
    struct bl_value **ret, uint64_t *ret_n, struct bl_err *reterr)
{
	struct bl_list list;
	enum bl_status status;

	if (!bl_list_open(arg, &list))
		assert(false);
	*ret_n = list.n;
	status = bl_eval_spend(ev, call, list.n, reterr);
	*ret = status ? NULL : bl_new(ev->arena, struct bl_value, list.n);
	if (status || *ret == NULL)
		return status ? status : bl_eval_no_memory(reterr);
	for (uint64_t i = 0; bl_list_next(&list, &(*ret)[i]);)
		i++;
	return BL_OK;
}

static struct bl_value
array_of(struct bl_value *elements, uint64_t n)
{
	return (struct bl_value){.kind = BL_TYPE_ARRAY, .elements = elements, .n = n};
}

/* Where ${wanted} is among the first ${n}; n: nowhere. */
static BL_STATUS
find(struct bl_eval *ev, const struct bl_node *call, const struct bl_value *values, uint64_t n,
    const struct bl_value *wanted, uint64_t *ret_at, struct bl_err *reterr)
{
	struct bl_value equal;

	for (*ret_at = 0; *ret_at < n; ++*ret_at) {
		const struct bl_value *v = &values[*ret_at];
		enum bl_status status;

		if (v->null || wanted->null) {
			if (v->null && wanted->null)
				return BL_OK;
			continue;
		}
		status = bl_eval_equal(ev, call, v, wanted, &equal, reterr);
		if (status)
			return status;
		if (!equal.null && equal.boolean)
			return BL_OK;
	}
	return bl_eval_spend(ev, call, 1, reterr);
}

/* array_distinct(a), array_union, array_intersect, array_except(a, b): each element once, in the
 * order of its first place. */
BL_FUNCTION(bl_fn__array_set)
{
	const char *name = call->function->name;
	struct bl_value *a, *b = NULL, *out;
	uint64_t n, m = 0, n_out = 0, at;
	bool both = strcmp(name, "array_union") == 0;
	enum bl_status status = open_array(ev, call, &args[0], &a, &n, reterr);

	if (!status && call->n_kids > 1)
		status = open_array(ev, call, &args[1], &b, &m, reterr);
	out = status ? NULL : bl_new(ev->arena, struct bl_value, n + m);
	if (status || out == NULL)
		return status ? status : bl_eval_no_memory(reterr);
	for (uint64_t i = 0; i < n + (both ? m : 0); i++) {
		const struct bl_value *e = i < n ? &a[i] : &b[i - n];

		status = find(ev, call, out, n_out, e, &at, reterr);
		if (status)
			return status;
		if (at < n_out)
			continue;
		if (b != NULL && !both) {
			status = find(ev, call, b, m, e, &at, reterr);
			if (status)
				return status;
			if ((at < m) != (strcmp(name, "array_intersect") == 0))
				continue;
		}
		out[n_out++] = *e;
	}
	*ret_value = array_of(out, n_out);
	return BL_OK;
}

BL_FUNCTION(bl_fn__array_position)
{
	struct bl_value *a;
	uint64_t n, at;
	enum bl_status status = open_array(ev, call, &args[0], &a, &n, reterr);

	if (!status)
		status = find(ev, call, a, n, &args[1], &at, reterr);
	if (!status)
		*ret_value = bl_value_bigint(at < n ? (int64_t)at + 1 : 0);
	return status;
}

BL_FUNCTION(bl_fn__array_remove)
{
	struct bl_value *a;
	uint64_t n, at, n_out = 0;
	enum bl_status status = open_array(ev, call, &args[0], &a, &n, reterr);

	for (uint64_t i = 0; !status && i < n; i++) {
		status = find(ev, call, &a[i], 1, &args[1], &at, reterr);
		if (at == 1)
			a[n_out++] = a[i];
	}
	*ret_value = array_of(a, n_out);
	return status;
}

/* arrays_overlap(a, b): NULL when no element is in both, but one has a NULL. */
BL_FUNCTION(bl_fn__arrays_overlap)
{
	struct bl_value *a, *b;
	uint64_t n, m, at;
	bool null = false;
	enum bl_status status = open_array(ev, call, &args[0], &a, &n, reterr);

	if (!status)
		status = open_array(ev, call, &args[1], &b, &m, reterr);
	*ret_value = bl_value_boolean(true);
	for (uint64_t i = 0; !status && i < m; i++)
		null = null || b[i].null;
	for (uint64_t i = 0; !status && i < n; i++) {
		null = null || a[i].null;
		if (a[i].null)
			continue;
		status = find(ev, call, b, m, &a[i], &at, reterr);
		if (!status && at < m)
			return BL_OK;
	}
	*ret_value = bl_value_boolean(false);
	ret_value->null = null && n > 0 && m > 0;
	return status;
}

/* array_min, array_max: NULL when an element is, or there is none. */
BL_FUNCTION(bl_fn__array_extreme)
{
	bool most = strcmp(call->function->name, "array_max") == 0;
	struct bl_value *a;
	uint64_t n;
	int order = 0;
	enum bl_status status = open_array(ev, call, &args[0], &a, &n, reterr);

	*ret_value = bl_value_null(call->type.kind);
	for (uint64_t i = 0; !status && i < n; i++) {
		struct bl_value next = bl_value_plain(a[i]);

		if (next.null) {
			*ret_value = bl_value_null(call->type.kind);
			return BL_OK;
		}
		if (i > 0)
			status = bl_eval_compare(call, &next, ret_value, &order, reterr);
		if (i == 0 || (most ? order > 0 : order < 0))
			*ret_value = next;
	}
	return status;
}

/* Does ${b} stand before ${a}?  By the comparator, or by value with NULLs last. */
static BL_STATUS
is_before(struct bl_eval *ev, const struct bl_node *call, const struct bl_value *b,
    const struct bl_value *a, bool *ret, struct bl_err *reterr)
{
	struct bl_value p = bl_value_plain(*b), q = bl_value_plain(*a), result;
	enum bl_status status = bl_eval_spend(ev, call, 1, reterr);
	int order = 0;

	*ret = false;
	if (status)
		return status;
	if (call->n_kids > 1) {
		const struct bl_node *lambda = call->kids[1];

		ev->vars[lambda->slot] = *b;
		ev->vars[lambda->slot + 1] = *a;
		status = bl_eval_as(ev, lambda->kids[0], 'i', &result, reterr);
		if (!status && result.null)
			return bl_fail_pos(reterr, BL_EINPUT, lambda->line, lambda->column,
			    "the comparator of array_sort() gives NULL");
		*ret = !status && result.i64 < 0;
		return status;
	}
	if (p.null || q.null) {
		*ret = !p.null && q.null;
		return BL_OK;
	}
	status = bl_eval_compare(call, &p, &q, &order, reterr);
	*ret = order < 0;
	return status;
}

/* Merges the sorted halves [from, middle) and [middle, to) of ${a} into ${out}. */
static BL_STATUS
merge(struct bl_eval *ev, const struct bl_node *call, const struct bl_value *a,
    const uint64_t at[3], struct bl_value *out, struct bl_err *reterr)
{
	uint64_t i = at[0], j = at[1];
	enum bl_status status = BL_OK;

	for (uint64_t k = at[0]; !status && k < at[2]; k++) {
		bool second = i == at[1];

		if (i < at[1] && j < at[2])
			status = is_before(ev, call, &a[j], &a[i], &second, reterr);
		out[k] = second ? a[j++] : a[i++];
	}
	return status;
}

/* array_sort(a[, (x, y) -> ...]): stable, NULLs last. */
BL_FUNCTION(bl_fn__array_sort)
{
	struct bl_value array, *a, *b, *swap;
	uint64_t n;
	enum bl_status status = bl_eval_as(ev, call->kids[0], 'a', &array, reterr);

	*ret_value = bl_value_null(BL_TYPE_ARRAY);
	if (status || array.null)
		return status;
	status = open_array(ev, call, &array, &a, &n, reterr);
	b = status ? NULL : bl_new(ev->arena, struct bl_value, n);
	if (status || b == NULL)
		return status ? status : bl_eval_no_memory(reterr);
	for (uint64_t width = 1; width < n; width *= 2) {
		for (uint64_t from = 0; !status && from < n; from += 2 * width) {
			uint64_t middle = from + width < n ? from + width : n;
			uint64_t to = from + 2 * width < n ? from + 2 * width : n;

			status = merge(ev, call, a, (uint64_t[3]){from, middle, to}, b, reterr);
		}
		if (status)
			return status;
		swap = a;
		a = b;
		b = swap;
	}
	*ret_value = array_of(a, n);
	return BL_OK;
}

BL_FUNCTION(bl_fn__flatten)
{
	struct bl_value *out;
	uint64_t n = 0, at = 0;
	enum bl_status status;

	for (uint64_t i = 0; i < args[0].n; i++)
		n += args[0].elements[i].null ? 0 : args[0].elements[i].n;
	status = bl_eval_spend(ev, call, n + args[0].n, reterr);
	out = status ? NULL : bl_new(ev->arena, struct bl_value, n);
	if (status || out == NULL)
		return status ? status : bl_eval_no_memory(reterr);
	for (uint64_t i = 0; i < args[0].n; i++)
		for (uint64_t k = 0; !args[0].elements[i].null && k < args[0].elements[i].n; k++)
			out[at++] = args[0].elements[i].elements[k];
	*ret_value = array_of(out, n);
	return BL_OK;
}

/* slice(a, start, length): from 1, or from the end when negative. */
BL_FUNCTION(bl_fn__slice)
{
	struct bl_value *a;
	uint64_t n;
	int64_t start = args[1].i64, length = args[2].i64;
	enum bl_status status = open_array(ev, call, &args[0], &a, &n, reterr);

	if (status)
		return status;
	if (start == 0 || length < 0)
		return bl_fail_pos(reterr, BL_EINPUT, call->kids[1]->line, call->kids[1]->column,
		    "slice() counts from 1, and takes a length of 0 or more");
	start = start < 0 ? start + (int64_t)n : start - 1;
	if (start < 0 || start >= (int64_t)n)
		length = start = 0;
	if (length > (int64_t)n - start)
		length = (int64_t)n - start;
	*ret_value = array_of(a + start, (uint64_t)length);
	return BL_OK;
}

/* sequence(from, to[, step]) of bigints. */
BL_FUNCTION(bl_fn__sequence)
{
	int64_t from = args[0].i64, to = args[1].i64;
	int64_t step = call->n_kids > 2 ? args[2].i64 : from <= to ? 1 : -1, reach;
	uint64_t n;
	struct bl_value *out;
	enum bl_status status;

	if (step == 0 || (from < to && step < 0) || (from > to && step > 0) || step == INT64_MIN ||
	    __builtin_sub_overflow(to, from, &reach))
		return bl_fail_pos(reterr, BL_EINPUT, call->line, call->column,
		    "sequence() does not reach its end by this step");
	n = (uint64_t)(reach / step) + 1;
	status = bl_eval_spend(ev, call, n, reterr);
	out = status ? NULL : bl_new(ev->arena, struct bl_value, n);
	if (status || out == NULL)
		return status ? status : bl_eval_no_memory(reterr);
	for (uint64_t i = 0; i < n; i++)
		out[i] = bl_value_bigint(from + (int64_t)i * step);
	*ret_value = array_of(out, n);
	return BL_OK;
}

BL_FUNCTION(bl_fn__repeat)
{
	uint64_t n = args[1].null || args[1].i64 < 0 ? 0 : (uint64_t)args[1].i64;
	struct bl_value *out;
	enum bl_status status = bl_eval_spend(ev, call, n, reterr);

	out = status ? NULL : bl_new(ev->arena, struct bl_value, n);
	if (status || out == NULL)
		return status ? status : bl_eval_no_memory(reterr);
	for (uint64_t i = 0; i < n; i++)
		out[i] = args[0];
	*ret_value = array_of(out, n);
	ret_value->null = args[1].null;
	return BL_OK;
}

/* zip(a, b, ...): rows; what is shorter is filled with NULL. */
BL_FUNCTION(bl_fn__zip)
{
	struct bl_list lists[4];
	struct bl_value *out;
	uint64_t n = 0;
	enum bl_status status;

	for (uint32_t k = 0; k < call->n_kids; k++) {
		if (!bl_list_open(&args[k], &lists[k]))
			assert(false);
		n = lists[k].n > n ? lists[k].n : n;
	}
	status = bl_eval_spend(ev, call, n * call->n_kids, reterr);
	out = status ? NULL : bl_new(ev->arena, struct bl_value, n);
	if (status || out == NULL)
		return status ? status : bl_eval_no_memory(reterr);
	for (uint64_t i = 0; i < n; i++) {
		struct bl_value *row = bl_new(ev->arena, struct bl_value, call->n_kids);

		if (row == NULL)
			return bl_eval_no_memory(reterr);
		for (uint32_t k = 0; k < call->n_kids; k++)
			if (!bl_list_next(&lists[k], &row[k]))
				row[k] = bl_value_null(BL_TYPE_UNKNOWN);
		out[i] = (struct bl_value){.kind = BL_TYPE_ROW, .elements = row, .n = call->n_kids};
	}
	*ret_value = array_of(out, n);
	return BL_OK;
}

/* reduce(a, state, (s, x) -> s, s -> result) */
BL_FUNCTION(bl_fn__reduce)
{
	const struct bl_node *step = call->kids[2], *last = call->kids[3];
	struct bl_value array, state;
	struct bl_list list;
	enum bl_status status = bl_eval_as(ev, call->kids[0], 'a', &array, reterr);

	if (!status)
		status = bl_eval_node(ev, call->kids[1], &state, reterr);
	*ret_value = bl_value_null(call->type.kind);
	if (status || array.null)
		return status;
	if (!bl_list_open(&array, &list))
		assert(false);
	while (!status && bl_list_next(&list, &ev->vars[step->slot + 1])) {
		ev->vars[step->slot] = state;
		status = bl_eval_node(ev, step->kids[0], &state, reterr);
		if (!status)
			status = bl_eval_widen(call, step->type, &state, reterr);
	}
	ev->vars[last->slot] = state;
	return status ? status : bl_eval_node(ev, last->kids[0], ret_value, reterr);
}
