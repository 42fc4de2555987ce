/*
 * Functions over arrays and maps, with and without lambdas.
 *
 * Three-valued, as in Trino: any_match is TRUE when one element gives TRUE, else NULL when one
 * gives NULL, else FALSE; over no element it is FALSE, over NULL it is NULL.
 */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "query/functions.h"
#include "query/value_priv.h"
#include "json/json.h"

/* Evaluates the first argument and opens it; a NULL one gives *ret_null. */
static BL_STATUS
open_list(struct bl_eval *ev, const struct bl_node *call, struct bl_list *list, bool *ret_null,
    struct bl_err *reterr)
{
	struct bl_value array;
	enum bl_status status = bl_eval__as(ev, call->kids[0], 'a', &array, reterr);

	if (status)
		return status;
	*ret_null = array.null;
	if (!array.null && !bl_list__open(&array, list))
		assert(false); /* bl_eval__as let nothing else through. */
	return BL_OK;
}

/*
 * Ends at the first element whose result is ${stop}, and gives that; else NULL if any was NULL,
 * else !stop. What an element's evaluation takes from the arena is given back before the next.
 */
static BL_STATUS
match(struct bl_eval *ev, const struct bl_node *call, bool stop, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	const struct bl_node *lambda = call->kids[1];
	struct bl_list list = {0};
	bool null = false;
	struct bl_value element, result;
	enum bl_status status = open_list(ev, call, &list, &null, reterr);

	*ret_value = bl_value__null(BL_TYPE_BOOLEAN);
	if (status || null)
		return status;
	while (bl_list__next(&list, &element)) {
		struct bl_arena_mark mark = bl_arena_mark(ev->arena);

		ev->vars[lambda->slot] = element;
		status = bl_eval__as(ev, lambda->kids[0], 'b', &result, reterr);
		bl_arena_rewind(ev->arena, mark);
		if (status)
			return status;
		null = null || result.null;
		if (!result.null && result.boolean == stop) {
			*ret_value = bl_value__boolean(stop);
			return BL_OK;
		}
	}
	if (!null)
		*ret_value = bl_value__boolean(!stop);
	return BL_OK;
}

BL_FUNCTION(bl_fn__any_match)
{
	return match(ev, call, true, ret_value, reterr);
}

BL_FUNCTION(bl_fn__all_match)
{
	return match(ev, call, false, ret_value, reterr);
}

BL_FUNCTION(bl_fn__none_match)
{
	enum bl_status status = match(ev, call, true, ret_value, reterr);

	ret_value->boolean = !ret_value->boolean;
	return status;
}

static BL_STATUS
map(struct bl_eval *ev, const struct bl_node *call, bool filter, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	const struct bl_node *lambda = call->kids[1];
	struct bl_list list = {0};
	bool null = false;
	struct bl_value element, result, *out;
	uint64_t n = 0;
	enum bl_status status = open_list(ev, call, &list, &null, reterr);

	*ret_value = bl_value__null(BL_TYPE_ARRAY);
	ret_value->element = call->type.element;
	if (status || null)
		return status;
	out = bl_new(ev->arena, struct bl_value, list.n);
	if (out == NULL)
		return bl_eval__no_memory(reterr);
	while (bl_list__next(&list, &element)) {
		ev->vars[lambda->slot] = element;
		status = filter ? bl_eval__as(ev, lambda->kids[0], 'b', &result, reterr)
				: bl_eval__node(ev, lambda->kids[0], &result, reterr);
		if (status)
			return status;
		if (!filter)
			out[n++] = result;
		else if (!result.null && result.boolean)
			out[n++] = element;
	}
	ret_value->null = false;
	ret_value->elements = out;
	ret_value->n = n;
	return BL_OK;
}

BL_FUNCTION(bl_fn__filter)
{
	return map(ev, call, true, ret_value, reterr);
}

BL_FUNCTION(bl_fn__transform)
{
	return map(ev, call, false, ret_value, reterr);
}

BL_FUNCTION(bl_fn__cardinality)
{
	struct bl_list list;

	if (!bl_list__open(&args[0], &list))
		assert(false);
	*ret_value = bl_value__bigint((int64_t)list.n);
	return BL_OK;
}

BL_FUNCTION(bl_fn__map_size)
{
	*ret_value = bl_value__bigint(args[0].json->n);
	return BL_OK;
}

static BL_STATUS
map_texts(struct bl_eval *ev, const struct bl_json *map, bool keys, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	struct bl_value *out = bl_new(ev->arena, struct bl_value, map->n);
	uint64_t n = 0;

	if (out == NULL)
		return bl_eval__no_memory(reterr);
	for (const struct bl_json *m = map->first; m != NULL; m = m->next) {
		out[n] = bl_value__varchar(keys ? m->key : bl_json_str(m));
		out[n].null = out[n].str.ptr == NULL;
		n++;
	}
	*ret_value = (struct bl_value){
	    .kind = BL_TYPE_ARRAY, .element = BL_TYPE_VARCHAR, .elements = out, .n = n};
	return BL_OK;
}

BL_FUNCTION(bl_fn__map_keys)
{
	return map_texts(ev, args[0].json, true, ret_value, reterr);
}

BL_FUNCTION(bl_fn__map_values)
{
	return map_texts(ev, args[0].json, false, ret_value, reterr);
}

BL_FUNCTION(bl_fn__contains)
{
	struct bl_value wanted = bl_value__plain(args[1]), element;
	struct bl_list list;
	bool null = false;
	int order;
	enum bl_status status;

	if (!bl_list__open(&args[0], &list))
		assert(false);
	*ret_value = bl_value__boolean(true);
	status = bl_eval__spend(ev, call, list.n, reterr);
	while (!status && bl_list__next(&list, &element)) {
		element = bl_value__plain(element);
		if (element.null) {
			null = true;
			continue;
		}
		status = bl_eval__compare(call, &element, &wanted, &order, reterr);
		if (!status && order == 0)
			return BL_OK;
	}
	*ret_value = bl_value__boolean(false);
	ret_value->null = null;
	return status;
}

/* element_at(array, n): from 1, or from the end when negative; (map or object, key).  What is not
 * there is NULL. */
BL_FUNCTION(bl_fn__element_at)
{
	struct bl_value element = bl_value__null(BL_TYPE_UNKNOWN);
	struct bl_list list;
	int64_t i;

	*ret_value = bl_value__null(call->type.kind);
	if (args[0].kind == BL_TYPE_MAP) {
		const struct bl_json *value = bl_json_get(args[0].json, args[1].str);

		if (value != NULL && value->kind == BL_JSON_STRING)
			*ret_value = bl_value__varchar(value->text);
		return BL_OK;
	}
	if (args[1].kind == BL_TYPE_VARCHAR) {
		if (args[0].kind != BL_TYPE_JSON || args[0].json->kind != BL_JSON_OBJECT)
			return bl_eval__fail(call->kids[0], args, reterr,
			    "and has no members to look '%.*s' up in", BL_STR_ARG(args[1].str));
		*ret_value = bl_value__json(bl_json_get(args[0].json, args[1].str));
		return BL_OK;
	}
	if (!bl_list__open(&args[0], &list))
		return bl_eval__fail(call->kids[0], args, reterr, "and has no elements");
	i = args[1].i64;
	if (i == 0)
		return bl_fail_pos(reterr, BL_EINPUT, call->kids[1]->line, call->kids[1]->column,
		    "element_at() counts from 1");
	if (i < 0)
		i += (int64_t)list.n + 1;
	if (i < 1 || (uint64_t)i > list.n)
		return BL_OK;
	while (i-- > 0)
		if (!bl_list__next(&list, &element))
			assert(false);
	*ret_value = element;
	return bl_eval__spend(ev, call, list.i, reterr);
}

/* array_join(array of varchar, separator): NULL elements are left out. */
BL_FUNCTION(bl_fn__array_join)
{
	struct bl_list list;
	struct bl_value element;
	size_t len = 0, at = 0;
	char *out = NULL;
	bool any = false;

	for (int pass = 0; pass < 2; pass++) {
		if (!bl_list__open(&args[0], &list))
			assert(false);
		for (any = false; bl_list__next(&list, &element);) {
			element = bl_value__plain(element);
			if (element.null)
				continue;
			if (element.kind != BL_TYPE_VARCHAR)
				return bl_eval__fail(call->kids[0], &args[0], reterr,
				    "and array_join() wants texts in it, not %s",
				    bl_value__what(&element));
			if (pass == 0) {
				len += (any ? args[1].str.len : 0) + element.str.len;
			} else {
				if (any && args[1].str.len > 0)
					memcpy(out + at, args[1].str.ptr, args[1].str.len);
				at += any ? args[1].str.len : 0;
				if (element.str.len > 0)
					memcpy(out + at, element.str.ptr, element.str.len);
				at += element.str.len;
			}
			any = true;
		}
		if (pass == 0)
			out = bl_new(ev->arena, char, len);
		if (out == NULL)
			return bl_eval__no_memory(reterr);
	}
	*ret_value = bl_value__varchar((struct bl_str){out, len});
	return bl_eval__spend(ev, call, len / 16, reterr);
}
