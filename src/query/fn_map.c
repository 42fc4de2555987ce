/* Functions that make maps, and go through them.  A key stands once: twice is an error. */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "query/functions.h"

static BL_STATUS
new_entries(struct bl_eval *ev, const struct bl_node *call, uint64_t n, struct bl_value **ret,
    struct bl_err *reterr)
{
	enum bl_status status = bl_eval_spend(ev, call, n, reterr);

	*ret = status ? NULL : bl_new(ev->arena, struct bl_value, 2 * n);
	return status || *ret != NULL ? status : bl_eval_no_memory(reterr);
}

/* Appends an entry; ${replace}: a key that is there already gets the new value. */
static BL_STATUS
put(struct bl_eval *ev, const struct bl_node *call, struct bl_value *map, struct bl_value *room,
    const struct bl_value entry[2], bool replace, struct bl_err *reterr)
{
	struct bl_value key = bl_value_plain(entry[0]);
	int order;
	enum bl_status status = bl_eval_spend(ev, call, map->n / 4 + 1, reterr);

	if (!status && key.null)
		return bl_fail_pos(
		    reterr, BL_EINPUT, call->line, call->column, "a key of the map is NULL");
	for (uint64_t i = 0; !status && i < map->n; i++) {
		if (!bl_value_compare(&room[2 * i], &key, &order) || order != 0)
			continue;
		if (!replace)
			return bl_fail_pos(reterr, BL_EINPUT, call->line, call->column,
			    "a key of the map stands twice");
		room[2 * i + 1] = entry[1];
		return BL_OK;
	}
	room[2 * map->n] = key;
	room[2 * map->n + 1] = entry[1];
	map->n++;
	return status;
}

/* map(), map(keys, values) */
BL_FUNCTION(bl_fn__map)
{
	struct bl_list keys = {0}, values = {0};
	struct bl_value entry[2], *room;
	enum bl_status status;

	*ret_value = (struct bl_value){.kind = BL_TYPE_MAP};
	if (call->n_kids > 0 &&
	    (!bl_list_open(&args[0], &keys) || !bl_list_open(&args[1], &values)))
		assert(false);
	if (keys.n != values.n)
		return bl_fail_pos(reterr, BL_EINPUT, call->line, call->column,
		    "map() wants as many keys as values");
	status = new_entries(ev, call, keys.n, &room, reterr);
	ret_value->elements = room;
	while (!status && bl_list_next(&keys, &entry[0]) && bl_list_next(&values, &entry[1]))
		status = put(ev, call, ret_value, room, entry, false, reterr);
	return status;
}

BL_FUNCTION(bl_fn__map_from_entries)
{
	struct bl_value *room;
	enum bl_status status = new_entries(ev, call, args[0].n, &room, reterr);

	*ret_value = (struct bl_value){.kind = BL_TYPE_MAP, .elements = room};
	for (uint64_t i = 0; !status && i < args[0].n; i++) {
		if (args[0].elements[i].null)
			return bl_fail_pos(reterr, BL_EINPUT, call->line, call->column,
			    "an entry of the map is NULL");
		status =
		    put(ev, call, ret_value, room, args[0].elements[i].elements, false, reterr);
	}
	return status;
}

BL_FUNCTION(bl_fn__map_entries)
{
	struct bl_entries entries = bl_entries_open(&args[0]);
	struct bl_value *parts, *rows = NULL;
	enum bl_status status = new_entries(ev, call, entries.n, &parts, reterr);

	if (!status)
		rows = bl_new(ev->arena, struct bl_value, entries.n);
	if (status || rows == NULL)
		return status ? status : bl_eval_no_memory(reterr);
	for (uint64_t i = 0; bl_entries_next(&entries, &parts[2 * i], &parts[2 * i + 1]); i++)
		rows[i] = (struct bl_value){.kind = BL_TYPE_ROW, .elements = &parts[2 * i], .n = 2};
	*ret_value = (struct bl_value){.kind = BL_TYPE_ARRAY, .elements = rows, .n = entries.n};
	return BL_OK;
}

/* map_concat(a, b, ...): of a key in several the last one's value. */
BL_FUNCTION(bl_fn__map_concat)
{
	struct bl_value entry[2], *room;
	uint64_t n = 0;
	enum bl_status status;

	for (uint32_t i = 0; i < call->n_kids; i++)
		n += bl_entries_open(&args[i]).n;
	status = new_entries(ev, call, n, &room, reterr);
	*ret_value = (struct bl_value){.kind = BL_TYPE_MAP, .elements = room};
	for (uint32_t i = 0; !status && i < call->n_kids; i++) {
		struct bl_entries entries = bl_entries_open(&args[i]);

		while (!status && bl_entries_next(&entries, &entry[0], &entry[1]))
			status = put(ev, call, ret_value, room, entry, true, reterr);
	}
	return status;
}

/* map_filter, transform_values, transform_keys(map, (k, v) -> ...) */
BL_FUNCTION(bl_fn__map_lambda)
{
	const struct bl_node *lambda = call->kids[1];
	const char *name = call->function->name;
	bool filter = strcmp(name, "map_filter") == 0, keys = strcmp(name, "transform_keys") == 0;
	struct bl_value map, entry[2], result, *room;
	struct bl_entries entries;
	enum bl_status status = bl_eval_node(ev, call->kids[0], &map, reterr);

	*ret_value = bl_value_null(BL_TYPE_MAP);
	if (status || map.null)
		return status;
	entries = bl_entries_open(&map);
	status = new_entries(ev, call, entries.n, &room, reterr);
	*ret_value = (struct bl_value){.kind = BL_TYPE_MAP, .elements = room};
	while (!status && bl_entries_next(&entries, &entry[0], &entry[1])) {
		ev->vars[lambda->slot] = entry[0];
		ev->vars[lambda->slot + 1] = entry[1];
		status = filter ? bl_eval_as(ev, lambda->kids[0], 'b', &result, reterr)
				: bl_eval_node(ev, lambda->kids[0], &result, reterr);
		if (status || (filter && (result.null || !result.boolean)))
			continue;
		if (!filter)
			entry[keys ? 0 : 1] = result;
		status = put(ev, call, ret_value, room, entry, false, reterr);
	}
	return status;
}

/* split_to_map(text, between entries, between key and value) */
BL_FUNCTION(bl_fn__split_to_map)
{
	struct bl_str rest = args[0].str, part, between = args[1].str, inner = args[2].str;
	struct bl_value entry[2], *room;
	uint64_t n = 1;
	enum bl_status status;

	if (between.len == 0 || inner.len == 0)
		return bl_fail_pos(reterr, BL_EINPUT, call->line, call->column,
		    "the separators of split_to_map() must not be empty");
	for (size_t at; (at = bl_str_find(rest, between)) != SIZE_MAX; n++)
		rest = bl_str_sub(rest, at + between.len, rest.len);
	status = new_entries(ev, call, n, &room, reterr);
	*ret_value = (struct bl_value){.kind = BL_TYPE_MAP, .elements = room};
	rest = args[0].str;
	while (!status && rest.len > 0) {
		size_t at = bl_str_find(rest, between), cut;

		part = bl_str_sub(rest, 0, at);
		rest = at == SIZE_MAX ? (struct bl_str){0}
				      : bl_str_sub(rest, at + between.len, rest.len);
		cut = bl_str_find(part, inner);
		if (cut == SIZE_MAX)
			return bl_eval_fail(call->kids[0], args, reterr,
			    "and split_to_map() finds no '%.*s' in '%.*s'", BL_STR_ARG(inner),
			    BL_STR_ARG(part));
		entry[0] = bl_value_varchar(bl_str_sub(part, 0, cut));
		entry[1] = bl_value_varchar(bl_str_sub(part, cut + inner.len, part.len));
		status = put(ev, call, ret_value, room, entry, false, reterr);
	}
	return status;
}
