/*
 * The difference of two trees.
 *
 * Equal subtrees are found by a hash of each value that does not depend on the order of members,
 * and then compared whole: a collision costs time, never exactness.  Recursion is as deep as the
 * values, which the parser bounds (BL_JSON_MAX_DEPTH).
 */
#include "json/diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/hash.h"

struct diff {
	struct bl_arena *arena;
	struct bl_json_change *changes;
	size_t n, cap;
	struct bl_err *err;
};

static enum bl_status
no_memory(struct bl_err *reterr)
{
	return bl_fail(reterr, BL_ENOMEM, "no memory for a JSON difference");
}

const char *
bl_json_op_name(enum bl_json_op op)
{
	switch (op) {
	case BL_JSON_ADD: return "add";
	case BL_JSON_REMOVE: return "remove";
	case BL_JSON_REPLACE: return "replace";
	}
	return "?";
}

/* ---- The same value. ------------------------------------------------------------ */

static int
cmp_members(const void *pa, const void *pb)
{
	const struct bl_json *a = *(const struct bl_json *const *)pa;
	const struct bl_json *b = *(const struct bl_json *const *)pb;

	return bl_str_cmp(a->key, b->key);
}

/* The members by key; NULL without memory. */
static const struct bl_json **
by_key(const struct bl_json *object, struct bl_arena *arena)
{
	const struct bl_json **members = bl_new(arena, const struct bl_json *, object->n);
	size_t n = 0;

	if (members == NULL)
		return NULL;
	for (const struct bl_json *m = object->first; m != NULL; m = m->next)
		members[n++] = m;
	if (n > 1)
		qsort(members, n, sizeof(const struct bl_json *), cmp_members);
	return members;
}

static enum bl_status
equal_members(const struct bl_json *a, const struct bl_json *b, struct bl_arena *arena,
    bool *ret_equal, struct bl_err *reterr)
{
	const struct bl_json **x = by_key(a, arena), **y = by_key(b, arena);
	enum bl_status status = BL_OK;

	if (x == NULL || y == NULL)
		return no_memory(reterr);
	*ret_equal = true;
	for (uint32_t i = 0; i < a->n && *ret_equal && status == BL_OK; i++) {
		*ret_equal = bl_str_eq(x[i]->key, y[i]->key);
		if (*ret_equal)
			status = bl_json_equal(x[i], y[i], arena, ret_equal, reterr);
	}
	return status;
}

enum bl_status
bl_json_equal(const struct bl_json *a, const struct bl_json *b, struct bl_arena *arena,
    bool *ret_equal, struct bl_err *reterr)
{
	struct bl_arena_mark mark = bl_arena_mark(arena);
	enum bl_status status = BL_OK;

	*ret_equal = false;
	if (a->kind != b->kind || a->n != b->n)
		return BL_OK;
	switch (a->kind) {
	case BL_JSON_NULL: *ret_equal = true; break;
	case BL_JSON_BOOL: *ret_equal = a->boolean == b->boolean; break;
	case BL_JSON_NUMBER:
	case BL_JSON_STRING: *ret_equal = bl_str_eq(a->text, b->text); break;
	case BL_JSON_ARRAY:
		*ret_equal = true;
		a = a->first;
		b = b->first;
		for (; a != NULL && *ret_equal && status == BL_OK; a = a->next, b = b->next)
			status = bl_json_equal(a, b, arena, ret_equal, reterr);
		break;
	case BL_JSON_OBJECT: status = equal_members(a, b, arena, ret_equal, reterr); break;
	}
	bl_arena_rewind(arena, mark);
	return status;
}

static uint64_t
mix(uint64_t a, uint64_t b)
{
	uint64_t both[2] = {a, b};

	return bl_hash64_of((struct bl_str){(const char *)both, sizeof(both)});
}

static uint64_t
hash_of(const struct bl_json *v)
{
	uint64_t hash = (uint64_t)v->kind * 2 + (v->kind == BL_JSON_BOOL && v->boolean);

	if (v->kind == BL_JSON_NUMBER || v->kind == BL_JSON_STRING)
		return mix(hash, bl_hash64_of(v->text));
	for (const struct bl_json *c = v->first; c != NULL; c = c->next) {
		uint64_t h = hash_of(c);

		hash =
		    v->kind == BL_JSON_ARRAY ? mix(hash, h) : hash + mix(bl_hash64_of(c->key), h);
	}
	return hash;
}

/* ---- Paths and changes. --------------------------------------------------------- */

/* Can the key stand behind a dot without quotes? */
static bool
is_plain(struct bl_str key)
{
	if (key.len == 0 || (key.ptr[0] >= '0' && key.ptr[0] <= '9'))
		return false;
	for (size_t i = 0; i < key.len; i++) {
		char c = key.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			c == '_'))
			return false;
	}
	return true;
}

enum bl_status
bl_json_path_add(struct bl_str base, struct bl_str key, struct bl_arena *arena,
    struct bl_str *ret_path, struct bl_err *reterr)
{
	bool plain = is_plain(key);
	/* Dot or brackets and quotes, and each quote doubled. */
	char *p = bl_new(arena, char, base.len + 2 * key.len + 4);
	size_t n = base.len;

	if (p == NULL)
		return no_memory(reterr);
	if (n > 0)
		memcpy(p, base.ptr, n);
	if (plain && n > 0) {
		p[n++] = '.';
	} else if (!plain) {
		p[n++] = '[';
		p[n++] = '\'';
	}
	for (size_t i = 0; i < key.len; i++) {
		if (key.ptr[i] == '\'')
			p[n++] = '\'';
		p[n++] = key.ptr[i];
	}
	if (!plain) {
		p[n++] = '\'';
		p[n++] = ']';
	}
	*ret_path = (struct bl_str){p, n};
	return BL_OK;
}

/* base[i], counted from 1. */
static enum bl_status
path_index(struct diff *d, struct bl_str base, size_t i, struct bl_str *ret)
{
	char digits[24];
	size_t n = 0;
	char *p = bl_new(d->arena, char, base.len + sizeof(digits) + 2);

	if (p == NULL)
		return no_memory(d->err);
	for (size_t v = i + 1; v > 0; v /= 10)
		digits[n++] = (char)('0' + v % 10);
	if (base.len > 0)
		memcpy(p, base.ptr, base.len);
	*ret = (struct bl_str){p, base.len + n + 2};
	p += base.len;
	*p++ = '[';
	while (n > 0)
		*p++ = digits[--n];
	*p = ']';
	return BL_OK;
}

static enum bl_status
add_change(
    struct diff *d, struct bl_str path, const struct bl_json *before, const struct bl_json *after)
{
	if (d->n == d->cap) {
		size_t cap = d->cap == 0 ? 8 : d->cap * 2;
		struct bl_json_change *more = bl_new(d->arena, struct bl_json_change, cap);

		if (more == NULL)
			return no_memory(d->err);
		if (d->n > 0)
			memcpy(more, d->changes, d->n * sizeof(*more));
		d->changes = more;
		d->cap = cap;
	}
	d->changes[d->n++] = (struct bl_json_change){.op = before == NULL  ? BL_JSON_ADD
							   : after == NULL ? BL_JSON_REMOVE
									   : BL_JSON_REPLACE,
	    .path = path,
	    .before = before,
	    .after = after};
	return BL_OK;
}

static enum bl_status diff_value(
    struct diff *d, struct bl_str path, const struct bl_json *before, const struct bl_json *after);

/* ---- Objects. ------------------------------------------------------------------- */

static enum bl_status
diff_objects(
    struct diff *d, struct bl_str path, const struct bl_json *before, const struct bl_json *after)
{
	const struct bl_json **x = by_key(before, d->arena), **y = by_key(after, d->arena);
	uint32_t i = 0, j = 0;
	enum bl_status status = BL_OK;

	if (x == NULL || y == NULL)
		return no_memory(d->err);
	while (status == BL_OK && (i < before->n || j < after->n)) {
		int c = i == before->n ? 1 : j == after->n ? -1 : bl_str_cmp(x[i]->key, y[j]->key);
		struct bl_str member;

		status = bl_json_path_add(
		    path, c <= 0 ? x[i]->key : y[j]->key, d->arena, &member, d->err);
		if (status != BL_OK)
			break;
		if (c == 0)
			status = diff_value(d, member, x[i], y[j]);
		else
			status = add_change(d, member, c < 0 ? x[i] : NULL, c < 0 ? NULL : y[j]);
		i += c <= 0;
		j += c >= 0;
	}
	return status;
}

/* ---- Arrays. -------------------------------------------------------------------- */

struct element {
	const struct bl_json *value;
	uint64_t hash;
	uint32_t class; /* Equal elements have the same, counted from 1. */
	bool stays;	/* Has an equal partner on the other side. */
};

struct arrays {
	struct element *a, *b;
	size_t n, m; /* Of them. */
};

static int
cmp_hashes(const void *pa, const void *pb)
{
	const struct element *a = *(const struct element *const *)pa;
	const struct element *b = *(const struct element *const *)pb;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return 0;
}

/* Numbers the classes of equal elements: within one hash each new one is compared with the first of
 * each class so far (one, but for collisions). */
static enum bl_status
classify(struct diff *d, struct arrays *s)
{
	size_t n = s->n + s->m;
	struct element **order = bl_new(d->arena, struct element *, n);
	uint32_t classes = 0;

	if (order == NULL)
		return no_memory(d->err);
	for (size_t i = 0; i < n; i++)
		order[i] = i < s->n ? &s->a[i] : &s->b[i - s->n];
	qsort(order, n, sizeof(struct element *), cmp_hashes);
	for (size_t i = 0, run = 0; i < n; i++) {
		if (order[i]->hash != order[run]->hash)
			run = i;
		for (size_t k = run; k < i && order[i]->class == 0; k++) {
			bool equal = false;
			enum bl_status status;

			if (k > run && order[k]->class == order[k - 1]->class)
				continue;
			status = bl_json_equal(
			    order[k]->value, order[i]->value, d->arena, &equal, d->err);
			if (status != BL_OK)
				return status;
			if (equal)
				order[i]->class = order[k]->class;
		}
		if (order[i]->class == 0)
			order[i]->class = ++classes;
	}
	return BL_OK;
}

static enum bl_status
list_elements(struct diff *d, const struct bl_json *array, struct element **ret)
{
	struct element *e = bl_new(d->arena, struct element, array->n);
	size_t n = 0;

	if (e == NULL)
		return no_memory(d->err);
	for (const struct bl_json *v = array->first; v != NULL; v = v->next)
		e[n++] = (struct element){.value = v, .hash = hash_of(v)};
	*ret = e;
	return BL_OK;
}

/* Marks a longest common subsequence of a[0, n) and b[0, m), which differ at both ends. */
static enum bl_status
align(struct diff *d, struct element *a, size_t n, struct element *b, size_t m)
{
	size_t width = m + 1;
	uint32_t *best;

	if (n == 0 || m == 0)
		return BL_OK;
	if (n > BL_JSON_DIFF_PAIRS || m > BL_JSON_DIFF_PAIRS || n * m > BL_JSON_DIFF_PAIRS)
		return BL_OK; /* Counts of elements are 32 bits: no overflow. */
	best = bl_new(d->arena, uint32_t, (n + 1) * width);
	if (best == NULL)
		return no_memory(d->err);
	for (size_t i = n; i-- > 0;)
		for (size_t j = m; j-- > 0;) {
			uint32_t down = best[(i + 1) * width + j];
			uint32_t right = best[i * width + j + 1];

			best[i * width + j] =
			    a[i].class == b[j].class ? best[(i + 1) * width + j + 1] + 1
			    : down > right	     ? down
						     : right;
		}
	for (size_t i = 0, j = 0; i < n && j < m;) {
		if (a[i].class == b[j].class) {
			a[i++].stays = true;
			b[j++].stays = true;
		} else if (best[(i + 1) * width + j] >= best[i * width + j + 1]) {
			i++;
		} else {
			j++;
		}
	}
	return BL_OK;
}

/* Between two elements that stayed: is the pair compared inside? */
static bool
is_pair(const struct bl_json *a, const struct bl_json *b)
{
	return a->kind == b->kind || (a->kind != BL_JSON_OBJECT && a->kind != BL_JSON_ARRAY &&
					 b->kind != BL_JSON_OBJECT && b->kind != BL_JSON_ARRAY);
}

/* a[i, i_end) became b[j, j_end). */
static enum bl_status
diff_run(struct diff *d, struct bl_str path, const struct arrays *s, size_t i, size_t i_end,
    size_t j, size_t j_end)
{
	enum bl_status status = BL_OK;

	while (status == BL_OK && (i < i_end || j < j_end)) {
		bool both = i < i_end && j < j_end;
		bool pair = both && is_pair(s->a[i].value, s->b[j].value);
		bool removes = !pair && i < i_end;
		struct bl_str place;

		status = path_index(d, path, removes ? i : j, &place);
		if (status != BL_OK)
			break;
		if (pair)
			status = diff_value(d, place, s->a[i++].value, s->b[j++].value);
		else if (removes)
			status = add_change(d, place, s->a[i++].value, NULL);
		else
			status = add_change(d, place, NULL, s->b[j++].value);
	}
	return status;
}

static enum bl_status
diff_arrays(
    struct diff *d, struct bl_str path, const struct bl_json *before, const struct bl_json *after)
{
	struct arrays s = {.n = before->n, .m = after->n};
	size_t head = 0, tail = 0, i = 0, j = 0;
	enum bl_status status = list_elements(d, before, &s.a);

	if (status == BL_OK)
		status = list_elements(d, after, &s.b);
	if (status == BL_OK)
		status = classify(d, &s);
	if (status != BL_OK)
		return status;
	for (; head < s.n && head < s.m && s.a[head].class == s.b[head].class; head++)
		s.a[head].stays = s.b[head].stays = true;
	for (; tail < s.n - head && tail < s.m - head &&
	       s.a[s.n - 1 - tail].class == s.b[s.m - 1 - tail].class;
	     tail++)
		s.a[s.n - 1 - tail].stays = s.b[s.m - 1 - tail].stays = true;
	status = align(d, s.a + head, s.n - head - tail, s.b + head, s.m - head - tail);
	while (status == BL_OK && (i < s.n || j < s.m)) {
		size_t i_end = i, j_end = j;

		while (i_end < s.n && !s.a[i_end].stays)
			i_end++;
		while (j_end < s.m && !s.b[j_end].stays)
			j_end++;
		status = diff_run(d, path, &s, i, i_end, j, j_end);
		i = i_end + 1;
		j = j_end + 1;
	}
	return status;
}

/* ---- Values. -------------------------------------------------------------------- */

static enum bl_status
diff_value(
    struct diff *d, struct bl_str path, const struct bl_json *before, const struct bl_json *after)
{
	bool equal = false;
	enum bl_status status;

	if (before->kind == after->kind && before->kind == BL_JSON_OBJECT)
		return diff_objects(d, path, before, after);
	if (before->kind == after->kind && before->kind == BL_JSON_ARRAY)
		return diff_arrays(d, path, before, after);
	status = bl_json_equal(before, after, d->arena, &equal, d->err);
	if (status != BL_OK || equal)
		return status;
	return add_change(d, path, before, after);
}

enum bl_status
bl_json_diff(const struct bl_json *before, const struct bl_json *after, struct bl_arena *arena,
    struct bl_json_change **ret_changes, size_t *ret_n, struct bl_err *reterr)
{
	struct diff d = {.arena = arena, .err = reterr};
	enum bl_status status = BL_OK;

	if (before != NULL && after != NULL)
		status = diff_value(&d, BL_STR(""), before, after);
	else if (before != after)
		status = add_change(&d, BL_STR(""), before, after);
	if (status != BL_OK)
		return status;
	*ret_changes = d.changes;
	*ret_n = d.n;
	return BL_OK;
}

bool
bl_json_path_below(struct bl_str path, struct bl_str pattern)
{
	size_t i = 0, k = 0;

	while (k < pattern.len) {
		if (bl_str_starts(bl_str_sub(pattern, k, pattern.len), BL_STR("[*]"))) {
			size_t from = i + 1;

			if (i == path.len || path.ptr[i] != '[')
				return false;
			for (i++; i < path.len && path.ptr[i] >= '0' && path.ptr[i] <= '9';)
				i++;
			if (i == from || i == path.len || path.ptr[i] != ']')
				return false;
			i++;
			k += 3;
			continue;
		}
		if (i == path.len || path.ptr[i] != pattern.ptr[k])
			return false;
		i++;
		k++;
	}
	return i == path.len || path.ptr[i] == '.' || path.ptr[i] == '[';
}
