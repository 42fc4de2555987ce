/*
 * JSON in its place.  The stored bytes were parsed completely when they came in, and their
 * checksum holds; so what is passed over here is only counted: strings and brackets.
 */
#include "columns/node.h"

#include <string.h>

#include "json/json.h"

/* Behind the string that begins at ${i}, or SIZE_MAX. */
static size_t
skip_string(struct bl_str s, size_t i)
{
	for (i++; i < s.len; i++) {
		const char *quote = memchr(s.ptr + i, '"', s.len - i);
		size_t at, back;

		if (quote == NULL)
			return SIZE_MAX;
		at = (size_t)(quote - s.ptr);
		for (back = at; back > i && s.ptr[back - 1] == '\\';)
			back--;
		if ((at - back) % 2 == 0)
			return at + 1;
		i = at;
	}
	return SIZE_MAX;
}

static size_t
skip_nest(struct bl_str s)
{
	size_t depth = 0, i = 0;

	while (i < s.len) {
		char c = s.ptr[i];

		if (c == '"') {
			i = skip_string(s, i);
			if (i == SIZE_MAX)
				return SIZE_MAX;
			continue;
		}
		i++;
		if (c == '{' || c == '[')
			depth++;
		else if ((c == '}' || c == ']') && --depth == 0)
			return i;
	}
	return SIZE_MAX;
}

size_t
bl_place__skip(struct bl_str s)
{
	size_t i = 0;

	if (s.len == 0)
		return SIZE_MAX;
	if (s.ptr[0] == '"')
		return skip_string(s, 0);
	if (s.ptr[0] == '{' || s.ptr[0] == '[')
		return skip_nest(s);
	while (i < s.len && s.ptr[i] != ',' && s.ptr[i] != '}' && s.ptr[i] != ']') {
		if (s.ptr[i] <= ' ' || s.ptr[i] == '"' || s.ptr[i] == '{' || s.ptr[i] == '[')
			return SIZE_MAX;
		i++;
	}
	return i == 0 || i == s.len ? SIZE_MAX : i;
}

static enum bl_node_shape
tree_shape(const struct bl_json *json)
{
	switch (json->kind) {
	case BL_JSON_NULL: return BL_NODE_NIL;
	case BL_JSON_BOOL: return json->boolean ? BL_NODE_YES : BL_NODE_NO;
	case BL_JSON_NUMBER: return BL_NODE_DIGITS;
	case BL_JSON_STRING: return BL_NODE_QUOTED;
	case BL_JSON_ARRAY: return BL_NODE_LIST;
	case BL_JSON_OBJECT: break;
	}
	return BL_NODE_MAP;
}

enum bl_node_shape
bl_place__shape(struct bl_place place)
{
	if (place.json != NULL)
		return tree_shape(place.json);
	if (place.raw.ptr == NULL)
		return BL_NODE_ABSENT;
	if (place.raw.len == 0)
		return BL_NODE_UNSURE;
	switch (place.raw.ptr[0]) {
	case '{': return BL_NODE_MAP;
	case '[': return BL_NODE_LIST;
	case '"': return BL_NODE_QUOTED;
	case 't': return BL_NODE_YES;
	case 'f': return BL_NODE_NO;
	case 'n': return BL_NODE_NIL;
	case '-':
	case '0':
	case '1':
	case '2':
	case '3':
	case '4':
	case '5':
	case '6':
	case '7':
	case '8':
	case '9': return BL_NODE_DIGITS;
	default: return BL_NODE_UNSURE;
	}
}

static enum bl_node_shape
give(struct bl_place place, struct bl_place *ret)
{
	*ret = place;
	return bl_place__shape(place);
}

/* The key at ${s} with its colon; false when it is none, or has an escape. */
static bool
take_key(struct bl_str s, struct bl_str *ret_key, size_t *ret_len)
{
	size_t end = s.len > 0 && s.ptr[0] == '"' ? skip_string(s, 0) : SIZE_MAX;

	if (end == SIZE_MAX || end >= s.len || s.ptr[end] != ':')
		return false;
	*ret_key = bl_str_sub(s, 1, end - 1);
	*ret_len = end + 1;
	return ret_key->len == 0 || memchr(ret_key->ptr, '\\', ret_key->len) == NULL;
}

static enum bl_node_shape
raw_member(struct bl_str s, struct bl_str key, struct bl_place *ret_value)
{
	size_t at = 1, len;

	if (s.len > 1 && s.ptr[1] == '}')
		return BL_NODE_ABSENT;
	for (;;) {
		struct bl_str name, rest = bl_str_sub(s, at, s.len);

		if (!take_key(rest, &name, &len))
			return BL_NODE_UNSURE;
		rest = bl_str_sub(rest, len, rest.len);
		if (bl_str_eq(name, key))
			return give((struct bl_place){.raw = rest}, ret_value);
		at += len;
		len = bl_place__skip(rest);
		if (len == SIZE_MAX || len >= rest.len)
			return BL_NODE_UNSURE;
		at += len + 1;
		if (rest.ptr[len] == '}')
			return BL_NODE_ABSENT;
		if (rest.ptr[len] != ',')
			return BL_NODE_UNSURE;
	}
}

enum bl_node_shape
bl_place__member(struct bl_place map, struct bl_str key, struct bl_place *ret_value)
{
	const struct bl_json *json;

	if (map.json == NULL)
		return raw_member(map.raw, key, ret_value);
	json = bl_json_get(map.json, key);
	if (json == NULL)
		return BL_NODE_ABSENT;
	return give((struct bl_place){.json = json}, ret_value);
}

static enum bl_node_shape
raw_next(struct bl_str list, struct bl_place *cursor, struct bl_place *ret_element)
{
	struct bl_str s = bl_str_sub(list, 1, list.len);
	bool first = cursor->raw.ptr == NULL;

	if (first && s.len > 0 && s.ptr[0] == ']')
		return BL_NODE_ABSENT;
	if (!first) {
		size_t len = bl_place__skip(cursor->raw);

		if (len == SIZE_MAX || len >= cursor->raw.len)
			return BL_NODE_UNSURE;
		if (cursor->raw.ptr[len] == ']')
			return BL_NODE_ABSENT;
		if (cursor->raw.ptr[len] != ',')
			return BL_NODE_UNSURE;
		s = bl_str_sub(cursor->raw, len + 1, cursor->raw.len);
	}
	cursor->raw = s;
	return give((struct bl_place){.raw = s}, ret_element);
}

enum bl_node_shape
bl_place__next(struct bl_place list, struct bl_place *cursor, struct bl_place *ret_element)
{
	if (list.json == NULL)
		return raw_next(list.raw, cursor, ret_element);
	cursor->json = cursor->json == NULL ? list.json->first : cursor->json->next;
	if (cursor->json == NULL)
		return BL_NODE_ABSENT;
	return give((struct bl_place){.json = cursor->json}, ret_element);
}

bool
bl_place__bytes(struct bl_place place, struct bl_str *ret_bytes)
{
	size_t len = bl_place__skip(place.raw);

	if (len == SIZE_MAX)
		return false;
	*ret_bytes = bl_str_sub(place.raw, 0, len);
	return true;
}
