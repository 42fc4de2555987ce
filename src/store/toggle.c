#include "store/toggle.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "store/code.h"

void
bl_toggles__release(struct bl_toggles *set)
{
	bl_mem_free(set->at);
	*set = (struct bl_toggles){.at = NULL};
}

static enum bl_status
reserve(struct bl_toggles *set, size_t cap, struct bl_err *reterr)
{
	uint64_t *at;

	if (cap <= set->cap)
		return BL_OK;
	at = bl_mem_realloc(set->at, sizeof(*at) * cap);
	if (at == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the members of a delivery");
	set->at = at;
	set->cap = cap;
	return BL_OK;
}

enum bl_status
bl_toggles__push(struct bl_toggles *set, uint64_t point, struct bl_err *reterr)
{
	enum bl_status status;

	assert(set->n == 0 || set->at[set->n - 1] < point);
	if (set->n == set->cap) {
		status = reserve(set, set->cap < 64 ? 64 : set->cap * 2, reterr);
		if (status != BL_OK)
			return status;
	}
	set->at[set->n++] = point;
	return BL_OK;
}

enum bl_status
bl_toggles__xor(const struct bl_toggles *a, const struct bl_toggles *b, struct bl_toggles *ret,
    struct bl_err *reterr)
{
	size_t i = 0, j = 0;
	enum bl_status status;

	assert(ret->n == 0 && ret != a && ret != b);
	status = reserve(ret, a->n + b->n, reterr);
	if (status != BL_OK)
		return status;
	while (i < a->n || j < b->n) {
		if (i < a->n && j < b->n && a->at[i] == b->at[j]) {
			i++;
			j++;
		} else if (j == b->n || (i < a->n && a->at[i] < b->at[j])) {
			ret->at[ret->n++] = a->at[i++];
		} else {
			ret->at[ret->n++] = b->at[j++];
		}
	}
	assert(ret->n % 2 == 0 && ret->n <= ret->cap);
	return BL_OK;
}

uint64_t
bl_toggles__count(const struct bl_toggles *set)
{
	uint64_t count = 0;

	for (size_t i = 0; i + 1 < set->n; i += 2)
		count += set->at[i + 1] - set->at[i];
	return count;
}

void
bl_toggles__encode(const struct bl_toggles *set, struct bl_code__out *out)
{
	uint64_t last = 0;

	bl_code__add_varint(out, set->n);
	for (size_t i = 0; i < set->n; i++) {
		bl_code__add_varint(out, set->at[i] - last);
		last = set->at[i];
	}
}

enum bl_status
bl_toggles__decode(struct bl_str bytes, struct bl_toggles *ret, struct bl_err *reterr)
{
	struct bl_code__in in = bl_code__read(bytes);
	uint64_t n = bl_code__get_upto(&in, bytes.len), point = 0;
	enum bl_status status;

	assert(ret->n == 0);
	if (!in.bad && n % 2 == 0) {
		/* A point takes a byte at least, so n is at most the length. */
		status = reserve(ret, n, reterr);
		if (status != BL_OK)
			return status;
		for (uint64_t i = 0; i < n && !in.bad; i++) {
			uint64_t gap = bl_code__get_varint(&in);

			if ((gap == 0 && i > 0) || __builtin_add_overflow(point, gap, &point))
				in.bad = true;
			ret->at[ret->n++] = point;
		}
	}
	if (in.bad || n % 2 != 0 || bl_code__left(&in) > 0) {
		ret->n = 0;
		return bl_fail(reterr, BL_ECORRUPT, "a list of members is malformed");
	}
	return BL_OK;
}

void
bl_bitmap__release(struct bl_bitmap *map)
{
	bl_mem_free(map->word);
	*map = (struct bl_bitmap){.word = NULL};
}

enum bl_status
bl_bitmap__add(struct bl_bitmap *map, uint32_t ordinal, struct bl_err *reterr)
{
	uint32_t w = ordinal / 64;

	if (w >= map->cap) {
		uint32_t cap = w + 1 + w / 2 + 7;
		uint64_t *word = bl_mem_realloc(map->word, sizeof(*word) * cap);

		if (word == NULL)
			return bl_fail(
			    reterr, BL_ENOMEM, "no memory for the members of a delivery");
		memset(word + map->cap, 0, sizeof(*word) * (cap - map->cap));
		map->word = word;
		map->cap = cap;
	}
	map->word[w] |= (uint64_t)1 << (ordinal % 64);
	if (map->lo == map->hi) {
		map->lo = w;
		map->hi = w + 1;
	} else {
		map->lo = w < map->lo ? w : map->lo;
		map->hi = w >= map->hi ? w + 1 : map->hi;
	}
	return BL_OK;
}

void
bl_bitmap__clear(struct bl_bitmap *map)
{
	if (map->hi > map->lo)
		memset(map->word + map->lo, 0, sizeof(*map->word) * (map->hi - map->lo));
	map->lo = map->hi = 0;
}

enum bl_status
bl_bitmap__toggles(
    const struct bl_bitmap *map, uint32_t type_no, struct bl_toggles *set, struct bl_err *reterr)
{
	uint64_t base = (uint64_t)type_no << 32;
	bool inside = false;

	for (uint32_t w = map->lo; w < map->hi; w++) {
		uint64_t bits = inside ? ~map->word[w] : map->word[w];

		/* Each set bit of ${bits} is where membership changes; below it all is settled. */
		while (bits != 0) {
			unsigned bit = (unsigned)__builtin_ctzll(bits);
			enum bl_status status =
			    bl_toggles__push(set, base + (uint64_t)w * 64 + bit, reterr);

			if (status != BL_OK)
				return status;
			inside = !inside;
			bits = ~bits & (UINT64_MAX << bit);
		}
	}
	if (inside)
		return bl_toggles__push(set, base + (uint64_t)map->hi * 64, reterr);
	return BL_OK;
}
