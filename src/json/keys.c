/*
 * The search for a key that an object has twice.  Few members are compared in
 * pairs, some by a small hash table, many by sorting: no choice of keys makes
 * it quadratic.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "json/json_priv.h"

#define FEW 8
#define SOME 128
#define SLOTS 256

static const struct bl_json *
among_few(const struct bl_json *object)
{
	for (const struct bl_json *a = object->first; a != NULL; a = a->next)
		for (const struct bl_json *b = a->next; b != NULL; b = b->next)
			if (bl_str_eq(a->key, b->key))
				return b;
	return NULL;
}

/* Open addressing; at most half of the slots are taken.  Equal hashes of unlike
 * keys cost one comparison each, and there are no more than SOME of them. */
static const struct bl_json *
among_some(const struct bl_json *object)
{
	const struct bl_json *member[SOME];
	uint64_t hash[SOME];
	uint8_t slot[SLOTS] = {0}; /* 0: free; else the member's number + 1. */
	uint8_t n = 0;

	for (const struct bl_json *m = object->first; m != NULL; m = m->next, n++) {
		uint64_t h = bl_hash64_of(m->key);
		size_t i = h % SLOTS;

		assert(n < SOME);
		for (; slot[i] != 0; i = (i + 1) % SLOTS)
			if (hash[slot[i] - 1] == h && bl_str_eq(member[slot[i] - 1]->key, m->key))
				return m;
		member[n] = m;
		hash[n] = h;
		slot[i] = (uint8_t)(n + 1);
	}
	return NULL;
}

/* By length and bytes; equal keys in the order in which they were written,
 * which is that of their addresses: keys are views of one copy of the text. */
static int
by_key(const void *a, const void *b)
{
	const struct bl_json *x = *(const struct bl_json *const *)a;
	const struct bl_json *y = *(const struct bl_json *const *)b;
	int c = (x->key.len > y->key.len) - (x->key.len < y->key.len);

	if (c == 0 && x->key.len > 0)
		c = memcmp(x->key.ptr, y->key.ptr, x->key.len);
	return c != 0 ? c : (x->key.ptr > y->key.ptr) - (x->key.ptr < y->key.ptr);
}

static enum bl_status
among_many(struct bl_json_parser *parser, const struct bl_json *object,
    const struct bl_json **ret_twice, struct bl_err *reterr)
{
	const struct bl_json *twice = NULL;
	size_t n = 0;

	if (parser->members_cap < object->n) {
		size_t cap = (size_t)object->n + object->n / 2;
		const struct bl_json **p =
		    bl_mem_realloc(parser->members, cap * sizeof(struct bl_json *));

		if (p == NULL)
			return bl_fail(
			    reterr, BL_ENOMEM, "no memory to compare %u keys", object->n);
		parser->members = p;
		parser->members_cap = cap;
	}
	for (const struct bl_json *m = object->first; m != NULL; m = m->next)
		parser->members[n++] = m;
	assert(n == object->n);
	qsort(parser->members, n, sizeof(struct bl_json *), by_key);
	/* The first in the text, whatever the order of the keys. */
	for (size_t i = 1; i < n; i++)
		if (bl_str_eq(parser->members[i - 1]->key, parser->members[i]->key) &&
		    (twice == NULL || parser->members[i]->key.ptr < twice->key.ptr))
			twice = parser->members[i];
	*ret_twice = twice;
	return BL_OK;
}

enum bl_status
bl_json__duplicate(struct bl_json_parser *parser, const struct bl_json *object,
    const struct bl_json **ret_twice, struct bl_err *reterr)
{
	assert(object->kind == BL_JSON_OBJECT);
	if (object->n > SOME)
		return among_many(parser, object, ret_twice, reterr);
	*ret_twice = object->n > FEW ? among_some(object) : among_few(object);
	return BL_OK;
}
