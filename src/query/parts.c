/* Values with parts: the elements of arrays, the entries of maps; and equality, which goes through
 * all parts. */
#include "query/value.h"

#include "json/json.h"

bool
bl_list_open(const struct bl_value *value, struct bl_list *ret_list)
{
	*ret_list = (struct bl_list){0};
	if (value->null)
		return false;
	if (value->kind == BL_TYPE_ARRAY) {
		ret_list->elements = value->elements;
		ret_list->n = value->n;
		return true;
	}
	if (value->kind != BL_TYPE_JSON || value->json->kind != BL_JSON_ARRAY)
		return false;
	ret_list->json = value->json->first;
	ret_list->n = value->json->n;
	return true;
}

bool
bl_list_next(struct bl_list *list, struct bl_value *ret_value)
{
	if (list->i >= list->n)
		return false;
	if (list->elements != NULL) {
		*ret_value = list->elements[list->i];
	} else {
		*ret_value = bl_value_json(list->json);
		list->json = list->json->next;
	}
	list->i++;
	return true;
}

struct bl_entries
bl_entries_open(const struct bl_value *map)
{
	if (map->json != NULL)
		return (struct bl_entries){.json = map->json->first, .n = map->json->n};
	return (struct bl_entries){.elements = map->elements, .n = map->n};
}

bool
bl_entries_next(struct bl_entries *entries, struct bl_value *ret_key, struct bl_value *ret_value)
{
	if (entries->i >= entries->n)
		return false;
	if (entries->elements != NULL) {
		*ret_key = entries->elements[2 * entries->i];
		*ret_value = entries->elements[2 * entries->i + 1];
	} else {
		*ret_key = bl_value_varchar(entries->json->key);
		*ret_value = bl_value_varchar(bl_json_str(entries->json));
		ret_value->null = ret_value->str.ptr == NULL;
		entries->json = entries->json->next;
	}
	entries->i++;
	return true;
}

static enum bl_equal
json_object_equal(const struct bl_json *a, const struct bl_json *b, uint64_t *steps)
{
	const struct bl_json *q = b->first;

	for (const struct bl_json *p = a->first; p != NULL; p = p->next) {
		/* Mostly the members stand in the same order. */
		const struct bl_json *other = q;
		enum bl_equal equal;

		if (other == NULL || !bl_str_eq(other->key, p->key)) {
			if (*steps < b->n)
				return BL_EQUAL_STEPS;
			*steps -= b->n;
			other = bl_json_get(b, p->key);
		}
		if (other == NULL)
			return BL_EQUAL_NO;
		equal = bl_value_json_equal(p, other, steps);
		if (equal != BL_EQUAL_YES)
			return equal;
		q = other->next;
	}
	return BL_EQUAL_YES;
}

enum bl_equal
bl_value_json_equal(const struct bl_json *a, const struct bl_json *b, uint64_t *steps)
{
	const struct bl_json *q;
	enum bl_equal equal = BL_EQUAL_YES;
	bool yes = a->kind == b->kind && a->n == b->n;

	if (*steps == 0)
		return BL_EQUAL_STEPS;
	--*steps;
	if (!yes)
		return BL_EQUAL_NO;
	switch (a->kind) {
	case BL_JSON_NULL: return BL_EQUAL_YES;
	case BL_JSON_BOOL: yes = a->boolean == b->boolean; break;
	case BL_JSON_NUMBER: yes = bl_value_decimal_order(a->text, b->text) == 0; break;
	case BL_JSON_STRING: yes = bl_str_eq(a->text, b->text); break;
	case BL_JSON_OBJECT: return json_object_equal(a, b, steps);
	case BL_JSON_ARRAY:
		q = b->first;
		for (const struct bl_json *p = a->first; p != NULL && equal == BL_EQUAL_YES;
		     p = p->next, q = q->next)
			equal = bl_value_json_equal(p, q, steps);
		return equal;
	}
	return yes ? BL_EQUAL_YES : BL_EQUAL_NO;
}

/* Rows and arrays: one part that differs decides, else one that is NULL. */
static enum bl_equal
parts_equal(const struct bl_value *a, const struct bl_value *b, uint64_t *steps)
{
	enum bl_equal all = BL_EQUAL_YES;

	if (a->n != b->n)
		return a->kind == BL_TYPE_ARRAY ? BL_EQUAL_NO : BL_EQUAL_UNLIKE;
	for (uint64_t i = 0; i < a->n; i++) {
		enum bl_equal one = BL_EQUAL_NULL;

		if (!a->elements[i].null && !b->elements[i].null)
			one = bl_value_equal(&a->elements[i], &b->elements[i], steps);
		if (one != BL_EQUAL_YES && one != BL_EQUAL_NULL)
			return one;
		all = one == BL_EQUAL_NULL ? one : all;
	}
	return all;
}

enum bl_equal
bl_value_equal(const struct bl_value *a, const struct bl_value *b, uint64_t *steps)
{
	struct bl_value p = bl_value_plain(*a), q = bl_value_plain(*b);
	int order;

	if (*steps == 0)
		return BL_EQUAL_STEPS;
	--*steps;
	if (p.kind == BL_TYPE_JSON && q.kind == BL_TYPE_JSON && p.json->kind != BL_JSON_NUMBER &&
	    q.json->kind != BL_JSON_NUMBER)
		return bl_value_json_equal(p.json, q.json, steps);
	if (p.kind == q.kind && (p.kind == BL_TYPE_ARRAY || p.kind == BL_TYPE_ROW))
		return parts_equal(&p, &q, steps);
	if (!bl_value_compare(&p, &q, &order))
		return BL_EQUAL_UNLIKE;
	return order == 0 ? BL_EQUAL_YES : BL_EQUAL_NO;
}
