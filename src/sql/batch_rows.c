/*
 * Rows that are kept.
 *
 * Of a dictionary only the codes that come are copied, each once, under numbers of their own; so a
 * kept row costs four bytes a CODED column.  A dictionary that grows moves; blocks point to the
 * array of their time, which stays.
 */
#include <string.h>

#include "base/arena.h"
#include "sql/batch_priv.h"

/* Of dictionaries that change all the time no map is made. */
#define MANY_VALUES (16 * BL_BATCH_ROWS)
#define MANY_CHANGES 4u

struct bl_rows_keeper {
	uint64_t dictionary; /* Of what comes. */
	uint32_t changes;
	uint32_t *map; /* [map_cap] 1 + number of values; 0: not kept yet */
	uint64_t map_cap;
	struct bl_value *values;
	uint64_t n_values, cap_values;
	uint64_t number; /* Of what is kept. */
};

BL_STATUS
bl_rows__init(struct bl_rows *rows, struct bl_arena *arena, uint64_t *dictionaries,
    uint32_t n_columns, struct bl_err *reterr)
{
	*rows =
	    (struct bl_rows){.arena = arena, .dictionaries = dictionaries, .n_columns = n_columns};
	rows->keepers = bl_new(arena, struct bl_rows_keeper, n_columns);
	return rows->keepers == NULL ? bl_batch__no_memory(reterr) : BL_OK;
}

static BL_STATUS
fit_map(struct bl_rows *rows, struct bl_rows_keeper *k, const struct bl_vector *v,
    struct bl_err *reterr)
{
	uint64_t cap = v->n_values;
	uint32_t *map;

	if (k->dictionary != v->dictionary) {
		k->dictionary = v->dictionary;
		k->changes++;
		k->n_values = k->cap_values = 0;
		k->values = NULL;
		k->number = ++*rows->dictionaries;
		if (k->map != NULL && k->map_cap >= cap) {
			memset(k->map, 0, k->map_cap * sizeof(*k->map));
			return BL_OK;
		}
		k->map_cap = 0;
	}
	if (k->map_cap >= cap)
		return BL_OK;
	cap = cap < 2 * k->map_cap ? 2 * k->map_cap : cap;
	map = bl_new(rows->arena, uint32_t, cap);
	if (map == NULL)
		return bl_batch__no_memory(reterr);
	if (k->map_cap > 0)
		memcpy(map, k->map, k->map_cap * sizeof(*map));
	k->map = map;
	k->map_cap = cap;
	return BL_OK;
}

static BL_STATUS
add_coded(struct bl_rows *rows, struct bl_rows_keeper *k, const struct bl_vector *v, uint32_t n,
    struct bl_vector *out, struct bl_err *reterr)
{
	uint32_t *codes = bl_new(rows->arena, uint32_t, n);
	enum bl_status status = fit_map(rows, k, v, reterr);

	if (codes == NULL)
		return bl_batch__no_memory(reterr);
	for (uint32_t i = 0; !status && i < n; i++) {
		uint32_t code = v->codes[i];

		if (k->map[code] == 0) {
			struct bl_value *grown = bl_batch__grow(
			    rows->arena, k->values, k->n_values, &k->cap_values, sizeof(*grown));

			if (grown == NULL)
				return bl_batch__no_memory(reterr);
			k->values = grown;
			status = bl_batch__dup(
			    rows->arena, &v->values[code], &k->values[k->n_values], reterr);
			k->map[code] = (uint32_t)++k->n_values;
		}
		codes[i] = k->map[code] - 1;
	}
	*out = (struct bl_vector){.codes = codes,
	    .values = k->values,
	    .n_values = (uint32_t)k->n_values,
	    .dictionary = k->number};
	return status;
}

static BL_STATUS
add_flat(struct bl_rows *rows, const struct bl_vector *v, uint32_t n, struct bl_vector *out,
    struct bl_err *reterr)
{
	struct bl_value *values;
	uint32_t *codes;
	enum bl_status status = BL_OK;

	if (v->codes != NULL && v->n_values == 1) {
		/* The same value in all rows. */
		values = bl_new(rows->arena, struct bl_value, 1);
		codes = bl_new(rows->arena, uint32_t, n);
		if (values == NULL || codes == NULL)
			return bl_batch__no_memory(reterr);
		*out = (struct bl_vector){.codes = codes, .values = values, .n_values = 1};
		return bl_batch__dup(rows->arena, v->values, values, reterr);
	}
	values = bl_new(rows->arena, struct bl_value, n);
	if (values == NULL)
		return bl_batch__no_memory(reterr);
	for (uint32_t i = 0; !status && i < n; i++)
		status = bl_batch__dup(rows->arena, bl_vector_at(v, i), &values[i], reterr);
	*out = (struct bl_vector){.values = values, .n_values = n};
	return status;
}

BL_STATUS
bl_rows__add(
    struct bl_rows *rows, const struct bl_vector *columns, uint32_t n, struct bl_err *reterr)
{
	struct bl_rows_block *grown = bl_batch__grow(
	    rows->arena, rows->blocks, rows->n_blocks, &rows->cap_blocks, sizeof(*grown));
	struct bl_rows_block *block;
	enum bl_status status = BL_OK;

	if (grown == NULL)
		return bl_batch__no_memory(reterr);
	rows->blocks = grown;
	if (n == 0)
		return BL_OK;
	block = &rows->blocks[rows->n_blocks];
	*block = (struct bl_rows_block){
	    .n = n, .columns = bl_new(rows->arena, struct bl_vector, rows->n_columns)};
	if (block->columns == NULL)
		return bl_batch__no_memory(reterr);
	for (uint32_t i = 0; !status && i < rows->n_columns; i++) {
		const struct bl_vector *v = &columns[i];
		struct bl_rows_keeper *k = &rows->keepers[i];

		if (v->codes == NULL || v->dictionary == 0 ||
		    (v->n_values > MANY_VALUES && k->changes > MANY_CHANGES &&
			k->dictionary != v->dictionary))
			status = add_flat(rows, v, n, &block->columns[i], reterr);
		else
			status = add_coded(rows, k, v, n, &block->columns[i], reterr);
	}
	if (status)
		return status;
	rows->n_blocks++;
	rows->n += n;
	return BL_OK;
}

BL_STATUS
bl_rows__ids(
    const struct bl_rows *rows, struct bl_arena *arena, uint64_t **ret_ids, struct bl_err *reterr)
{
	uint64_t *ids = bl_new(arena, uint64_t, rows->n), at = 0;

	if (ids == NULL)
		return bl_batch__no_memory(reterr);
	for (uint64_t b = 0; b < rows->n_blocks; b++)
		for (uint32_t r = 0; r < rows->blocks[b].n; r++)
			ids[at++] = b * BL_BATCH_ROWS + r;
	*ret_ids = ids;
	return BL_OK;
}

/* All of one block, and flat there: the rows' places are codes of it. */
static bool
one_block(const struct bl_rows *rows, uint32_t column, const uint64_t *ids, uint32_t n,
    struct bl_arena *arena, struct bl_vector *ret)
{
	const struct bl_vector *v;
	uint32_t *codes;

	for (uint32_t i = 0; i < n; i++)
		if (ids[i] / BL_BATCH_ROWS != ids[0] / BL_BATCH_ROWS || ids[i] == BL_ROWS_NONE)
			return false;
	if (n == 0)
		return false;
	v = &rows->blocks[ids[0] / BL_BATCH_ROWS].columns[column];
	codes = bl_new(arena, uint32_t, n);
	if (v->codes != NULL || codes == NULL)
		return false;
	for (uint32_t i = 0; i < n; i++)
		codes[i] = (uint32_t)(ids[i] % BL_BATCH_ROWS);
	*ret = *v;
	ret->codes = codes;
	return true;
}

/* One dictionary for all of these rows?  The longest array of it that a row's block has. */
static bool
one_dictionary(const struct bl_rows *rows, uint32_t column, const uint64_t *ids, uint32_t n,
    struct bl_vector *ret)
{
	*ret = (struct bl_vector){0};
	for (uint32_t i = 0; i < n; i++) {
		const struct bl_vector *v;

		if (ids[i] == BL_ROWS_NONE)
			return false;
		v = &rows->blocks[ids[i] / BL_BATCH_ROWS].columns[column];
		if (v->codes == NULL || v->dictionary == 0 ||
		    (i > 0 && v->dictionary != ret->dictionary))
			return false;
		if (v->n_values > ret->n_values)
			*ret = *v;
	}
	return n > 0;
}

static BL_STATUS
gather_column(const struct bl_rows *rows, uint32_t column, const uint64_t *ids, uint32_t n,
    struct bl_arena *arena, struct bl_vector *ret, struct bl_err *reterr)
{
	struct bl_value *values;
	uint32_t *codes;

	if (one_dictionary(rows, column, ids, n, ret)) {
		codes = bl_new(arena, uint32_t, n);
		if (codes == NULL)
			return bl_batch__no_memory(reterr);
		for (uint32_t i = 0; i < n; i++)
			codes[i] = rows->blocks[ids[i] / BL_BATCH_ROWS]
				       .columns[column]
				       .codes[ids[i] % BL_BATCH_ROWS];
		ret->codes = codes;
		return BL_OK;
	}
	if (one_block(rows, column, ids, n, arena, ret))
		return BL_OK;
	values = bl_new(arena, struct bl_value, n);
	if (values == NULL)
		return bl_batch__no_memory(reterr);
	for (uint32_t i = 0; i < n; i++)
		values[i] = ids[i] == BL_ROWS_NONE ? bl_value_null(BL_TYPE_UNKNOWN)
						   : *bl_rows__at(rows, ids[i], column);
	*ret = (struct bl_vector){.values = values, .n_values = n};
	return BL_OK;
}

BL_STATUS
bl_rows__gather(const struct bl_rows *rows, uint32_t first, uint32_t n_columns, const uint64_t *ids,
    uint32_t n, struct bl_arena *arena, struct bl_vector *ret_columns, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; !status && i < n_columns; i++)
		status = gather_column(rows, first + i, ids, n, arena, &ret_columns[i], reterr);
	return status;
}
