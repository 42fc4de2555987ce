/*
 * Values as groups, DISTINCT and set operations see them.
 *
 * Sameness must agree with bl_value_compare, and the hash with both: a number is hashed as the
 * double next to it, so that 1, 1.0 and a JSON 1 meet; what is outside of double's range has one
 * hash for all.
 */
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/hash.h"
#include "sql/batch_priv.h"
#include "json/json.h"

#define HASH_NULL UINT64_C(0x9e3779b97f4a7c15)
#define HASH_HUGE UINT64_C(0xc2b2ae3d27d4eb4f)

BL_STATUS
bl_batch__no_memory(struct bl_err *reterr)
{
	return bl_fail(reterr, BL_ENOMEM, "no memory to run the statement");
}

static uint64_t
mix(uint64_t h)
{
	h = (h ^ (h >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	h = (h ^ (h >> 27)) * UINT64_C(0x94d049bb133111eb);
	return h ^ (h >> 31);
}

static uint64_t
hash_number(double d)
{
	uint64_t bits;

	if (isnan(d))
		return HASH_HUGE;
	d = d == 0.0 ? 0.0 : d; /* -0.0 = 0.0 */
	memcpy(&bits, &d, sizeof(bits));
	return mix(bits + 1);
}

/* Entry i of a map. */
static void
map_entry(const struct bl_value *map, uint64_t i, const struct bl_json **at, struct bl_value *key,
    struct bl_value *value)
{
	if (map->json == NULL) {
		*key = map->elements[2 * i];
		*value = map->elements[2 * i + 1];
		return;
	}
	*at = i == 0 ? map->json->first : (*at)->next;
	*key = bl_value_varchar((*at)->key);
	*value = bl_value_plain(bl_value_json(*at));
}

static uint64_t
map_size(const struct bl_value *map)
{
	return map->json != NULL ? map->json->n : map->n;
}

static uint64_t
hash_elements(const struct bl_value *value)
{
	struct bl_value key, element;
	const struct bl_json *at = NULL;
	struct bl_list list;
	uint64_t h = 7;

	if (value->kind == BL_TYPE_MAP) {
		for (uint64_t i = 0; i < map_size(value); i++) {
			map_entry(value, i, &at, &key, &element);
			h += mix(bl_batch__hash(&key) * 3 + bl_batch__hash(&element));
		}
		return h;
	}
	if (value->kind == BL_TYPE_ROW) {
		for (uint64_t i = 0; i < value->n; i++)
			h = mix(h * 31 + bl_batch__hash(&value->elements[i]));
		return h;
	}
	if (bl_list_open(value, &list)) {
		while (bl_list_next(&list, &element))
			h = mix(h * 31 + bl_batch__hash(&element));
		return h;
	}
	/* A JSON object: the order of members does not count. */
	for (const struct bl_json *m = value->json->first; m != NULL; m = m->next) {
		element = bl_value_json(m);
		h += mix(bl_hash64_of(m->key) * 3 + bl_batch__hash(&element));
	}
	return h;
}

uint64_t
bl_batch__hash(const struct bl_value *given)
{
	struct bl_value value;

	if (given->null)
		return HASH_NULL;
	value = given->kind == BL_TYPE_JSON ? bl_value_plain(*given) : *given;
	switch (value.kind) {
	case BL_TYPE_BOOLEAN: return value.boolean ? 11 : 13;
	case BL_TYPE_BIGINT: return hash_number((double)value.i64);
	case BL_TYPE_DOUBLE: return hash_number(value.dbl);
	case BL_TYPE_VARCHAR: return bl_hash64_of(value.str);
	case BL_TYPE_DATE:
	case BL_TYPE_TIMESTAMP:
	case BL_TYPE_SPAN:
	case BL_TYPE_MONTHS: return mix((uint64_t)value.i64);
	case BL_TYPE_JSON:
		if (value.json->kind == BL_JSON_NUMBER)
			return HASH_HUGE;
		return hash_elements(&value);
	case BL_TYPE_ARRAY:
	case BL_TYPE_MAP:
	case BL_TYPE_ROW: return hash_elements(&value);
	case BL_TYPE_UNKNOWN: break;
	}
	return HASH_NULL;
}

static bool
same_json_object(const struct bl_json *a, const struct bl_json *b)
{
	const struct bl_json *n = b->first;

	if (a->n != b->n)
		return false;
	for (const struct bl_json *m = a->first; m != NULL; m = m->next) {
		/* Mostly the order is the same. */
		const struct bl_json *o =
		    n != NULL && bl_str_eq(n->key, m->key) ? n : bl_json_get(b, m->key);
		struct bl_value x, y;

		if (o == NULL)
			return false;
		x = bl_value_json(m);
		y = bl_value_json(o);
		if (!bl_batch__same(&x, &y))
			return false;
		n = n != NULL ? n->next : NULL;
	}
	return true;
}

static bool
same_map(const struct bl_value *a, const struct bl_value *b)
{
	struct bl_value ka, va, kb, vb;
	const struct bl_json *at_a = NULL, *at_b = NULL;
	uint64_t n = map_size(a);

	if (n != map_size(b))
		return false;
	for (uint64_t i = 0; i < n; i++) {
		bool found = false;

		map_entry(a, i, &at_a, &ka, &va);
		for (uint64_t j = 0; !found && j < n; j++) {
			map_entry(b, j, &at_b, &kb, &vb);
			found = bl_batch__same(&ka, &kb);
		}
		if (!found || !bl_batch__same(&va, &vb))
			return false;
	}
	return true;
}

static bool
same_elements(const struct bl_value *a, const struct bl_value *b)
{
	struct bl_value x, y;
	struct bl_list p, q;

	if (a->kind == BL_TYPE_MAP && b->kind == BL_TYPE_MAP)
		return same_map(a, b);
	if (a->kind == BL_TYPE_ROW || b->kind == BL_TYPE_ROW) {
		if (a->kind != b->kind || a->n != b->n)
			return false;
		for (uint64_t i = 0; i < a->n; i++)
			if (!bl_batch__same(&a->elements[i], &b->elements[i]))
				return false;
		return true;
	}
	if (bl_list_open(a, &p) && bl_list_open(b, &q)) {
		if (p.n != q.n)
			return false;
		while (bl_list_next(&p, &x) && bl_list_next(&q, &y))
			if (!bl_batch__same(&x, &y))
				return false;
		return true;
	}
	return a->kind == BL_TYPE_JSON && b->kind == BL_TYPE_JSON &&
	       a->json->kind == BL_JSON_OBJECT && b->json->kind == BL_JSON_OBJECT &&
	       same_json_object(a->json, b->json);
}

static bool
has_parts(const struct bl_value *v)
{
	return v->kind == BL_TYPE_ARRAY || v->kind == BL_TYPE_MAP || v->kind == BL_TYPE_ROW ||
	       (v->kind == BL_TYPE_JSON && v->json->kind != BL_JSON_NUMBER);
}

bool
bl_batch__same(const struct bl_value *a, const struct bl_value *b)
{
	struct bl_value x, y;
	int order;

	if (a->null || b->null)
		return a->null && b->null;
	x = a->kind == BL_TYPE_JSON ? bl_value_plain(*a) : *a;
	y = b->kind == BL_TYPE_JSON ? bl_value_plain(*b) : *b;
	if (x.kind == BL_TYPE_VARCHAR && y.kind == BL_TYPE_VARCHAR)
		return bl_str_eq(x.str, y.str);
	if (has_parts(&x) || has_parts(&y))
		return same_elements(&x, &y);
	return bl_value_compare(&x, &y, &order) && order == 0;
}

bool
bl_batch__order(const struct bl_value *a, const struct bl_value *b, int *ret_order)
{
	struct bl_value x, y;

	if (a->kind != BL_TYPE_JSON && b->kind != BL_TYPE_JSON)
		return bl_value_compare(a, b, ret_order);
	x = bl_value_plain(*a);
	y = bl_value_plain(*b);
	return bl_value_compare(&x, &y, ret_order);
}

/* ${to}'s key and text are copied from ${from}; its children too.  Depth: BL_JSON_MAX_DEPTH. */
static BL_STATUS
dup_json(
    struct bl_arena *arena, const struct bl_json *from, struct bl_json *to, struct bl_err *reterr)
{
	const struct bl_json *child = from->first;
	struct bl_json *children;
	enum bl_status status = BL_OK;

	*to = *from;
	to->first = NULL;
	to->next = NULL;
	if (from->key.ptr != NULL && bl_str_dup(arena, from->key, &to->key))
		return bl_batch__no_memory(reterr);
	if (from->text.ptr != NULL && bl_str_dup(arena, from->text, &to->text))
		return bl_batch__no_memory(reterr);
	if (from->n == 0 || child == NULL)
		return BL_OK;
	children = bl_new(arena, struct bl_json, from->n);
	if (children == NULL)
		return bl_batch__no_memory(reterr);
	for (uint32_t i = 0; !status && i < from->n; i++, child = child->next) {
		status = dup_json(arena, child, &children[i], reterr);
		if (i > 0)
			children[i - 1].next = &children[i];
	}
	to->first = children;
	return status;
}

BL_STATUS
bl_batch__dup(struct bl_arena *arena, const struct bl_value *value, struct bl_value *ret_copy,
    struct bl_err *reterr)
{
	struct bl_value copy = *value;
	uint64_t n = value->kind == BL_TYPE_MAP ? 2 * value->n : value->n;
	struct bl_json *json = NULL;
	struct bl_value *elements;
	enum bl_status status = BL_OK;

	if (value->null) {
		*ret_copy = bl_value_null(value->kind);
		return BL_OK;
	}
	if (value->str.ptr != NULL && bl_str_dup(arena, value->str, &copy.str))
		return bl_batch__no_memory(reterr);
	if (value->json != NULL) {
		json = bl_new(arena, struct bl_json, 1);
		if (json == NULL)
			return bl_batch__no_memory(reterr);
		status = dup_json(arena, value->json, json, reterr);
		copy.json = json;
	}
	if (!status && value->elements != NULL) {
		elements = bl_new(arena, struct bl_value, n);
		if (elements == NULL)
			return bl_batch__no_memory(reterr);
		for (uint64_t i = 0; !status && i < n; i++)
			status = bl_batch__dup(arena, &value->elements[i], &elements[i], reterr);
		copy.elements = elements;
	}
	if (!status)
		*ret_copy = copy;
	return status;
}
