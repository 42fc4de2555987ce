/* Aggregates and window functions: names, arguments, types. */
#include <assert.h>

#include "base/arena.h"
#include "sql/bind_priv.h"

/* args: one letter each, behind '/' those that may be left out: x any; o with an order; n number; b
 * boolean; i bigint; s varchar.  result: as in query/functions.h: i d b s, 0 the first argument's
 * type, a array of it, m map of the first two, h map to bigint. */
static const struct known {
	const char *name, *args;
	char result;
	enum bl_aggregate fn;
	bool window; /* Only with OVER. */
} known[] = {
    {"count", "/x", 'i', BL_AGG_COUNT, false},
    {"count_if", "b", 'i', BL_AGG_COUNT_IF, false},
    {"sum", "n", '0', BL_AGG_SUM, false},
    {"avg", "n", 'd', BL_AGG_AVG, false},
    {"min", "o", '0', BL_AGG_MIN, false},
    {"max", "o", '0', BL_AGG_MAX, false},
    {"min_by", "xo", '0', BL_AGG_MIN_BY, false},
    {"max_by", "xo", '0', BL_AGG_MAX_BY, false},
    {"arbitrary", "x", '0', BL_AGG_ARBITRARY, false},
    {"any_value", "x", '0', BL_AGG_ARBITRARY, false},
    {"bool_and", "b", 'b', BL_AGG_BOOL_AND, false},
    {"every", "b", 'b', BL_AGG_BOOL_AND, false},
    {"bool_or", "b", 'b', BL_AGG_BOOL_OR, false},
    {"array_agg", "x", 'a', BL_AGG_ARRAY_AGG, false},
    {"listagg", "s/s", 's', BL_AGG_LISTAGG, false},
    {"map_agg", "ox", 'm', BL_AGG_MAP_AGG, false},
    {"histogram", "o", 'h', BL_AGG_HISTOGRAM, false},
    {"approx_distinct", "x/n", 'i', BL_AGG_APPROX_DISTINCT, false},
    {"approx_percentile", "nn", '0', BL_AGG_APPROX_PERCENTILE, false},
    {"stddev", "n", 'd', BL_AGG_STDDEV, false},
    {"stddev_samp", "n", 'd', BL_AGG_STDDEV, false},
    {"variance", "n", 'd', BL_AGG_VARIANCE, false},
    {"var_samp", "n", 'd', BL_AGG_VARIANCE, false},
    {"checksum", "x", 's', BL_AGG_CHECKSUM, false},
    {"geometric_mean", "n", 'd', BL_AGG_GEOMETRIC_MEAN, false},
    {"row_number", "", 'i', BL_AGG_ROW_NUMBER, true},
    {"rank", "", 'i', BL_AGG_RANK, true},
    {"dense_rank", "", 'i', BL_AGG_DENSE_RANK, true},
    {"percent_rank", "", 'd', BL_AGG_PERCENT_RANK, true},
    {"cume_dist", "", 'd', BL_AGG_CUME_DIST, true},
    {"ntile", "i", 'i', BL_AGG_NTILE, true},
    {"lag", "x/ix", '0', BL_AGG_LAG, true},
    {"lead", "x/ix", '0', BL_AGG_LEAD, true},
    {"first_value", "x", '0', BL_AGG_FIRST_VALUE, true},
    {"last_value", "x", '0', BL_AGG_LAST_VALUE, true},
    {"nth_value", "xi", '0', BL_AGG_NTH_VALUE, true},
};

/* What Trino has besides. */
static const char *const refused[] = {"grouping", "stddev_pop", "var_pop", "corr", "covar_pop",
    "covar_samp", "regr_slope", "regr_intercept", "kurtosis", "skewness", "entropy", "approx_set",
    "merge", "map_union", "multimap_agg", "set_agg", "set_union", "reduce_agg", "bitwise_and_agg",
    "bitwise_or_agg", "approx_most_frequent", "numeric_histogram", "tdigest_agg", "qdigest_agg"};

static const struct known *
find(struct bl_str name)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (bl_str_eq_ci(name, bl_str_of(known[i].name)))
			return &known[i];
	return NULL;
}

bool
bl_aggregate__is(struct bl_str name)
{
	const struct known *k = find(name);

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (bl_str_eq_ci(name, bl_str_of(refused[i])))
			return true;
	return k != NULL && !k->window;
}

bool
bl_aggregate__is_window(struct bl_str name)
{
	const struct known *k = find(name);

	return k != NULL && k->window;
}

/* The first call of an aggregate (or window function) in a tree, or NULL. */
static const struct bl_node *
first_call(const struct bl_node *node)
{
	if (node->kind == BL_NODE_CALL &&
	    (find(node->text) != NULL || bl_aggregate__is(node->text)))
		return node;
	for (uint32_t i = 0; i < node->n_kids; i++) {
		const struct bl_node *found = first_call(node->kids[i]);

		if (found != NULL)
			return found;
	}
	return NULL;
}

bool
bl_aggregate__in(const struct bl_node *node)
{
	if (node->kind == BL_NODE_CALL && bl_aggregate__is(node->text) &&
	    (node->extra == NULL || node->extra->window == NULL))
		return true;
	for (uint32_t i = 0; i < node->n_kids; i++)
		if (bl_aggregate__in(node->kids[i]))
			return true;
	for (uint32_t i = 0;
	     node->extra != NULL && node->extra->window != NULL && i < node->extra->window->n_order;
	     i++)
		if (bl_aggregate__in(node->extra->window->order[i].node))
			return true;
	for (uint32_t i = 0; node->extra != NULL && node->extra->window != NULL &&
			     i < node->extra->window->n_partition;
	     i++)
		if (bl_aggregate__in(node->extra->window->partition[i]))
			return true;
	return false;
}

BL_STATUS
bl_aggregate__refuse(struct bl_binder *b, const struct bl_node *node, const char *where)
{
	const struct bl_node *call = first_call(node);

	if (call == NULL)
		return BL_OK;
	return bl_bind__fail(b, call->line, call->column,
	    "%.*s() cannot stand in %s: it is asked of many rows", BL_STR_ARG(call->text), where);
}

static bool
fits(struct bl_datatype type, char letter)
{
	bool row = type.kind == BL_TYPE_ROW || type.kind == BL_TYPE_ARRAY;

	if (type.kind == BL_TYPE_UNKNOWN)
		return true;
	switch (letter) {
	case 'o': return type.kind != BL_TYPE_JSON && type.kind != BL_TYPE_MAP;
	case 'n':
		return type.kind == BL_TYPE_BIGINT || type.kind == BL_TYPE_DOUBLE ||
		       type.kind == BL_TYPE_SPAN || type.kind == BL_TYPE_MONTHS;
	case 'b': return type.kind == BL_TYPE_BOOLEAN;
	case 'i': return type.kind == BL_TYPE_BIGINT;
	case 's': return type.kind == BL_TYPE_VARCHAR;
	default: return row || letter == 'x';
	}
}

static const char *
letter_name(char letter)
{
	switch (letter) {
	case 'o': return "a type that has an order";
	case 'n': return "a number";
	case 'b': return "a boolean";
	case 'i': return "a bigint";
	case 's': return "a varchar";
	default: return "a value";
	}
}

static BL_STATUS
check_args(struct bl_binder *b, const struct known *k, const struct bl_node *call)
{
	uint32_t least = UINT32_MAX, most = 0, i = 0;
	char text[BL_TYPE_TEXT];
	enum bl_status status;

	for (const char *at = k->args; *at != '\0'; at++) {
		if (*at == '/')
			least = most;
		else
			most++;
	}
	least = least == UINT32_MAX ? most : least;
	if (call->n_kids > most &&
	    (k->fn == BL_AGG_MIN || k->fn == BL_AGG_MAX || k->fn == BL_AGG_MIN_BY ||
		k->fn == BL_AGG_MAX_BY || k->fn == BL_AGG_APPROX_PERCENTILE))
		return bl_bind__refuse(b, call->line, call->column,
		    "%s() with %u arguments is not supported", k->name, (unsigned)call->n_kids);
	if (call->n_kids < least || call->n_kids > most)
		return bl_bind__fail(b, call->line, call->column,
		    "%s() takes %u argument%s, not %u", k->name,
		    (unsigned)(call->n_kids < least ? least : most),
		    (call->n_kids < least ? least : most) == 1 ? "" : "s", (unsigned)call->n_kids);
	for (const char *at = k->args; *at != '\0' && i < call->n_kids; at++) {
		struct bl_node *arg = call->kids[i];

		if (*at == '/')
			continue;
		status = bl_tree__check(b, arg, BL_TYPE_UNKNOWN);
		if (status)
			return status;
		if (!fits(arg->type, *at))
			return bl_bind__fail(b, arg->line, arg->column,
			    "%s() wants %s here, found %s", k->name, letter_name(*at),
			    bl_value_type_name(arg->type, text));
		i++;
	}
	return BL_OK;
}

static BL_STATUS
result_type(
    struct bl_binder *b, const struct known *k, const struct bl_node *call, struct bl_datatype *ret)
{
	struct bl_datatype *own = bl_new(b->arena, struct bl_datatype, 2);
	struct bl_datatype first =
	    call->n_kids > 0 ? call->kids[0]->type : *bl_type_of(BL_TYPE_UNKNOWN);

	if (own == NULL)
		return bl_bind__no_memory(b);
	own[0] = first;
	own[1] = call->n_kids > 1 ? call->kids[1]->type : first;
	switch (k->result) {
	case 'i': *ret = *bl_type_of(BL_TYPE_BIGINT); break;
	case 'd': *ret = *bl_type_of(BL_TYPE_DOUBLE); break;
	case 'b': *ret = *bl_type_of(BL_TYPE_BOOLEAN); break;
	case 's': *ret = *bl_type_of(BL_TYPE_VARCHAR); break;
	case 'a': *ret = bl_type_array(&own[0]); break;
	case 'm': *ret = bl_type_map(&own[0], &own[1]); break;
	case 'h': *ret = bl_type_map(&own[0], bl_type_of(BL_TYPE_BIGINT)); break;
	default: *ret = first; break;
	}
	return BL_OK;
}

static BL_STATUS
check_extra(struct bl_binder *b, const struct known *k, const struct bl_node *call)
{
	const struct bl_call_extra *x = call->extra;
	enum bl_status status = BL_OK;

	if (x == NULL)
		return BL_OK;
	if (x->distinct && (call->n_kids == 0 || k->window))
		return bl_bind__fail(
		    b, call->line, call->column, "%s() takes no DISTINCT here", k->name);
	if (x->star && k->fn != BL_AGG_COUNT)
		return bl_bind__fail(
		    b, call->line, call->column, "%s(*) has no meaning; count(*) has", k->name);
	if (x->window != NULL && (x->distinct || x->n_order > 0))
		return bl_bind__refuse(b, call->line, call->column,
		    "DISTINCT and ORDER BY in a call with OVER are not supported");
	if (x->filter != NULL) {
		status = bl_aggregate__refuse(b, x->filter, "FILTER");
		if (!status)
			status = bl_tree__check(b, x->filter, BL_TYPE_BOOLEAN);
	}
	for (uint32_t i = 0; !status && i < x->n_order; i++) {
		status = bl_aggregate__refuse(b, x->order[i].node, "ORDER BY of an aggregate");
		if (!status)
			status = bl_tree__check(b, x->order[i].node, BL_TYPE_UNKNOWN);
	}
	return status;
}

BL_STATUS
bl_aggregate__make(struct bl_binder *b, const struct bl_node *call, struct bl_rel_call *ret)
{
	static const struct bl_call_extra none = {0};
	const struct known *k = find(call->text);
	const struct bl_call_extra *x = call->extra != NULL ? call->extra : &none;
	struct bl_datatype type = {0};
	enum bl_status status = BL_OK;

	if (k == NULL)
		return bl_bind__refuse(
		    b, call->line, call->column, "%.*s() is not supported", BL_STR_ARG(call->text));
	if (k->window && x->window == NULL)
		return bl_bind__fail(
		    b, call->line, call->column, "%s() wants OVER (...) behind it", k->name);
	for (uint32_t i = 0; !status && i < call->n_kids; i++)
		if (bl_aggregate__in(call->kids[i]))
			status =
			    bl_aggregate__refuse(b, call->kids[i], "another aggregate's arguments");
	if (!status)
		status = check_args(b, k, call);
	if (!status && k->fn == BL_AGG_COUNT && call->n_kids == 0 && !x->star)
		return bl_bind__fail(
		    b, call->line, call->column, "count() wants an argument; count(*) counts rows");
	if (!status)
		status = check_extra(b, k, call);
	if (!status)
		status = result_type(b, k, call, &type);
	*ret = (struct bl_rel_call){.fn = x->star ? BL_AGG_COUNT_STAR : k->fn,
	    .line = call->line,
	    .column = call->column,
	    .source = call,
	    .args = call->kids,
	    .n_args = call->n_kids,
	    .filter = x->filter,
	    .order = x->order,
	    .n_order = x->n_order,
	    .distinct = x->distinct,
	    .ignore_nulls = x->ignore_nulls,
	    .window = x->window};
	return status ? status : bl_rel__id(b, type, &ret->id);
}
