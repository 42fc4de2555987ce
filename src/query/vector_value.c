/* Distinct values by number.  A value's key is bytes that only an equal value has. */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/hash.h"
#include "query/vector_priv.h"
#include "json/json.h"

#define LIMIT (SIZE_MAX / 2)

static enum bl_status
no_memory(struct bl_err *reterr)
{
	return bl_fail(reterr, BL_ENOMEM, "no memory for the expression's values");
}

void
bl_vector__values_init(struct bl_vector_values *values, struct bl_arena *arena)
{
	*values = (struct bl_vector_values){.arena = arena,
	    .value = BL_BUF_INIT(LIMIT),
	    .slots = BL_BUF_INIT(LIMIT),
	    .keys = BL_BUF_INIT(LIMIT),
	    .bytes = BL_BUF_INIT(LIMIT),
	    .ends = BL_BUF_INIT(LIMIT),
	    .key = BL_BUF_INIT(LIMIT)};
}

void
bl_vector__values_release(struct bl_vector_values *v)
{
	bl_buf_release(&v->value);
	bl_buf_release(&v->slots);
	bl_buf_release(&v->keys);
	bl_buf_release(&v->bytes);
	bl_buf_release(&v->ends);
	bl_buf_release(&v->key);
}

/* ---- Copies. --------------------------------------------------------------------- */

struct pair {
	const struct bl_json *from;
	struct bl_json *to;
};

/* One node; its children are to do when it has any. */
static enum bl_status
dup_node(const struct bl_json *from, struct bl_json *to, struct bl_buf *todo,
    struct bl_arena *arena, struct bl_err *reterr)
{
	struct pair pair = {from, to};

	*to = *from;
	to->first = to->next = NULL;
	if ((from->key.ptr != NULL && bl_str_dup(arena, from->key, &to->key) != BL_OK) ||
	    (from->text.ptr != NULL && bl_str_dup(arena, from->text, &to->text) != BL_OK))
		return no_memory(reterr);
	if (from->first == NULL)
		return BL_OK;
	return bl_buf_add(todo, (struct bl_str){(const char *)&pair, sizeof(pair)}, reterr);
}

static enum bl_status
dup_children(struct pair pair, struct bl_buf *todo, struct bl_arena *arena, struct bl_err *reterr)
{
	struct bl_json *copy = bl_new(arena, struct bl_json, pair.from->n);
	const struct bl_json *child = pair.from->first;
	enum bl_status status = BL_OK;

	if (copy == NULL)
		return no_memory(reterr);
	for (uint32_t i = 0; i < pair.from->n && status == BL_OK; i++, child = child->next) {
		status = dup_node(child, &copy[i], todo, arena, reterr);
		if (i > 0)
			copy[i - 1].next = &copy[i];
	}
	pair.to->first = copy;
	return status;
}

/* Without recursion: JSON may be as deep as it likes. */
static enum bl_status
dup_json(const struct bl_json *json, struct bl_arena *arena, const struct bl_json **ret_copy,
    struct bl_err *reterr)
{
	struct bl_buf todo = BL_BUF_INIT(LIMIT);
	struct bl_json *copy = bl_new(arena, struct bl_json, 1);
	enum bl_status status =
	    copy == NULL ? no_memory(reterr) : dup_node(json, copy, &todo, arena, reterr);

	while (status == BL_OK && todo.len > 0) {
		struct pair pair;

		todo.len -= sizeof(pair);
		memcpy(&pair, todo.ptr + todo.len, sizeof(pair));
		status = dup_children(pair, &todo, arena, reterr);
	}
	bl_buf_release(&todo);
	*ret_copy = copy;
	return status;
}

/* Values in arrays, rows and maps; their depth is that of the expression's types. */
static uint64_t
n_inner(const struct bl_value *value)
{
	if (value->null || value->elements == NULL)
		return 0;
	return value->kind == BL_TYPE_MAP ? value->n * 2 : value->n;
}

enum bl_status
bl_vector__dup(const struct bl_value *value, struct bl_arena *arena, struct bl_value *ret_copy,
    struct bl_err *reterr)
{
	struct bl_value copy = *value, *inner;
	uint64_t n = n_inner(value);
	enum bl_status status = BL_OK;

	if (value->null) {
		*ret_copy = bl_value_null(value->kind);
		return BL_OK;
	}
	if (value->str.ptr != NULL && bl_str_dup(arena, value->str, &copy.str) != BL_OK)
		return no_memory(reterr);
	if (value->json != NULL)
		status = dup_json(value->json, arena, &copy.json, reterr);
	if (value->elements != NULL && status == BL_OK) {
		inner = bl_new(arena, struct bl_value, n);
		if (inner == NULL)
			return no_memory(reterr);
		for (uint64_t i = 0; i < n && status == BL_OK; i++)
			status = bl_vector__dup(&value->elements[i], arena, &inner[i], reterr);
		copy.elements = inner;
	}
	if (status == BL_OK)
		*ret_copy = copy;
	return status;
}

/* ---- Keys. ----------------------------------------------------------------------- */

static enum bl_status
add_sized(struct bl_buf *out, struct bl_str s, struct bl_err *reterr)
{
	uint64_t len = s.ptr == NULL ? UINT64_MAX : s.len;
	enum bl_status status =
	    bl_buf_add(out, (struct bl_str){(const char *)&len, sizeof(len)}, reterr);

	return status == BL_OK && s.len > 0 ? bl_buf_add(out, s, reterr) : status;
}

/* A scalar's JSON is where it came from: it counts too, for an error's words name it. */
static enum bl_status
add_key(const struct bl_value *value, struct bl_buf *out, struct bl_err *reterr)
{
	uint8_t head[3] = {(uint8_t)value->kind, value->null ? 1 : 0, value->json != NULL ? 1 : 0};
	uint64_t number[2] = {(uint64_t)value->i64, n_inner(value)};
	uint64_t n = number[1];
	enum bl_status status;

	if (value->kind == BL_TYPE_BOOLEAN)
		number[0] = value->boolean ? 1 : 0;
	if (value->kind == BL_TYPE_DOUBLE)
		memcpy(&number[0], &value->dbl, sizeof(number[0]));
	status = bl_buf_add(out, (struct bl_str){(const char *)head, value->null ? 2 : 3}, reterr);
	if (value->null || status != BL_OK)
		return status;
	status = bl_buf_add(out, (struct bl_str){(const char *)number, sizeof(number)}, reterr);
	if (status == BL_OK)
		status = add_sized(out, value->str, reterr);
	if (status == BL_OK && value->json != NULL)
		status = bl_json_dump(value->json, out, reterr);
	for (uint64_t i = 0; i < n && status == BL_OK; i++)
		status = add_key(&value->elements[i], out, reterr);
	return status;
}

/* ---- Numbers. -------------------------------------------------------------------- */

static struct bl_str
key_at(const struct bl_vector_values *v, uint32_t i)
{
	uint64_t from = 0, to;

	if (i > 0)
		memcpy(&from, v->ends.ptr + (size_t)(i - 1) * 8, 8);
	memcpy(&to, v->ends.ptr + (size_t)i * 8, 8);
	return (struct bl_str){v->bytes.ptr + from, (size_t)(to - from)};
}

static enum bl_status
grow(struct bl_vector_values *v, struct bl_err *reterr)
{
	uint64_t n = 64, hash;
	uint32_t *slot;
	enum bl_status status;

	while (n < (uint64_t)v->n * 4)
		n *= 2;
	v->slots.len = 0;
	status = bl_buf_reserve(&v->slots, (size_t)n * sizeof(*slot), reterr);
	if (status != BL_OK)
		return status;
	slot = (uint32_t *)(void *)v->slots.ptr;
	memset(slot, 0, (size_t)n * sizeof(*slot));
	v->slots.len = (size_t)n * sizeof(*slot);
	for (uint32_t i = 0; i < v->n; i++) {
		memcpy(&hash, v->keys.ptr + (size_t)i * 8, 8);
		while (slot[hash & (n - 1)] != 0)
			hash++;
		slot[hash & (n - 1)] = i + 1;
	}
	return BL_OK;
}

static enum bl_status
add(struct bl_vector_values *v, const struct bl_value *value, uint32_t *ret_number,
    struct bl_err *reterr)
{
	struct bl_value copy;
	enum bl_status status;

	if (v->n >= BL_CODED_ERROR)
		return bl_fail(reterr, BL_ELIMIT, "more than %u different values", BL_CODED_ERROR);
	status = bl_vector__dup(value, v->arena, &copy, reterr);
	if (status == BL_OK)
		status = bl_buf_add(
		    &v->value, (struct bl_str){(const char *)&copy, sizeof(copy)}, reterr);
	if (status == BL_OK)
		*ret_number = v->n++;
	return status;
}

/* A key behind the others. */
static enum bl_status
keep_key(struct bl_vector_values *v, uint64_t hash, struct bl_err *reterr)
{
	uint64_t end;
	enum bl_status status = bl_buf_add(&v->bytes, bl_buf_str(&v->key), reterr);

	end = v->bytes.len;
	if (status == BL_OK)
		status = bl_buf_add(&v->ends, (struct bl_str){(const char *)&end, 8}, reterr);
	if (status == BL_OK)
		status = bl_buf_add(&v->keys, (struct bl_str){(const char *)&hash, 8}, reterr);
	return status;
}

enum bl_status
bl_vector__intern(struct bl_vector_values *v, const struct bl_value *value, uint32_t *ret_number,
    struct bl_err *reterr)
{
	uint64_t n, at, hash;
	uint32_t *slot;
	enum bl_status status = BL_OK;

	if (v->is_distinct)
		return add(v, value, ret_number, reterr);
	assert(v->keys.len == (size_t)v->n * 8);
	if ((uint64_t)v->n * 2 >= v->slots.len / sizeof(*slot))
		status = grow(v, reterr);
	v->key.len = 0;
	if (status == BL_OK)
		status = add_key(value, &v->key, reterr);
	if (status != BL_OK)
		return status;
	n = v->slots.len / sizeof(*slot);
	slot = (uint32_t *)(void *)v->slots.ptr;
	hash = at = bl_hash64_of(bl_buf_str(&v->key));
	for (; slot[at & (n - 1)] != 0; at++)
		if (bl_str_eq(key_at(v, slot[at & (n - 1)] - 1), bl_buf_str(&v->key))) {
			*ret_number = slot[at & (n - 1)] - 1;
			return BL_OK;
		}
	status = keep_key(v, hash, reterr);
	if (status == BL_OK)
		status = add(v, value, ret_number, reterr);
	if (status == BL_OK)
		slot[at & (n - 1)] = v->n;
	return status;
}
