/* Vectors: rows taken out of them, one value many times, tuples of codes as one number. */
#include "sql/batch.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "sql/batch_priv.h"

void *
bl_batch__grow(struct bl_arena *arena, void *old, uint64_t n, uint64_t *cap, size_t size)
{
	uint64_t want = *cap == 0 ? 16 : *cap * 2;
	void *now;

	if (n < *cap)
		return old;
	now = bl_arena_alloc(arena, size, 16, want);
	if (now == NULL)
		return NULL;
	if (n > 0)
		memcpy(now, old, n * size);
	*cap = want;
	return now;
}

BL_STATUS
bl_batch__gather_vector(const struct bl_vector *in, const uint32_t *rows, uint32_t n,
    struct bl_arena *arena, struct bl_vector *ret_out, struct bl_err *reterr)
{
	uint32_t *codes;

	*ret_out = *in;
	if (in->codes == NULL) {
		/* The rows' numbers are codes of what is flat; nothing is copied. */
		ret_out->codes = rows;
		ret_out->dictionary = 0;
		return BL_OK;
	}
	codes = bl_new(arena, uint32_t, n);
	if (codes == NULL)
		return bl_batch__no_memory(reterr);
	for (uint32_t i = 0; i < n; i++)
		codes[i] = in->codes[rows[i]];
	ret_out->codes = codes;
	return BL_OK;
}

BL_STATUS
bl_batch__gather(const struct bl_batch *in, const uint32_t *rows, uint32_t n,
    struct bl_arena *arena, struct bl_batch *ret_out, struct bl_err *reterr)
{
	struct bl_vector *columns = bl_new(arena, struct bl_vector, in->n_columns);
	enum bl_status status = BL_OK;

	if (columns == NULL)
		return bl_batch__no_memory(reterr);
	for (uint32_t i = 0; !status && i < in->n_columns; i++)
		status =
		    bl_batch__gather_vector(&in->columns[i], rows, n, arena, &columns[i], reterr);
	*ret_out = (struct bl_batch){.n = n, .columns = columns, .n_columns = in->n_columns};
	return status;
}

BL_STATUS
bl_batch__constant(const struct bl_value *value, uint32_t n, struct bl_arena *arena,
    struct bl_vector *ret_out, struct bl_err *reterr)
{
	uint32_t *codes = bl_new(arena, uint32_t, n);

	if (codes == NULL)
		return bl_batch__no_memory(reterr);
	*ret_out = (struct bl_vector){.codes = codes, .values = value, .n_values = 1};
	return BL_OK;
}

/* Bits that hold all codes of the dictionary, and some that are still to come. */
static uint32_t
bits_for(uint32_t n_values)
{
	uint32_t bits = 1;

	while (bits < 32 && (n_values >> bits) != 0)
		bits++;
	return bits;
}

/* Is the layout still that of the columns?  If not: a new one, with its generation. */
static bool
lay_out(
    struct bl_cells *cells, const struct bl_vector *const *columns, uint32_t n_columns, uint32_t n)
{
	uint32_t bits[BL_CELLS_COLUMNS], sum = 0;
	bool same = cells->n_columns == n_columns;

	for (uint32_t i = 0; i < n_columns; i++) {
		const struct bl_vector *v = columns[i];

		if (v->codes == NULL || v->dictionary == 0)
			return false;
		bits[i] = bits_for(v->n_values);
		sum += bits[i];
		same = same && cells->dictionary[i] == v->dictionary && bits[i] <= cells->bits[i];
	}
	if (same)
		return true;
	/* A dictionary that is larger than the batch pays only if more batches share it: look at
	 * it twice before its size is spent. */
	if (sum > 20)
		return false;
	if ((UINT32_C(1) << sum) > 16 * BL_BATCH_ROWS && n < BL_BATCH_ROWS / 4)
		return false;
	for (uint32_t i = 0; i < n_columns; i++) {
		cells->dictionary[i] = columns[i]->dictionary;
		cells->bits[i] = bits[i];
	}
	cells->n_columns = n_columns;
	cells->n_cells = UINT32_C(1) << sum;
	cells->generation++;
	return true;
}

bool
bl_cells__of(struct bl_cells *cells, const struct bl_vector *const *columns, uint32_t n_columns,
    uint32_t n, uint32_t *room, const uint32_t **ret_cell)
{
	if (n_columns == 0 || n_columns > BL_CELLS_COLUMNS ||
	    !lay_out(cells, columns, n_columns, n))
		return false;
	*ret_cell = columns[0]->codes;
	if (n_columns == 1)
		return true;
	if (n_columns == 2) {
		const uint32_t *a = columns[0]->codes, *b = columns[1]->codes;
		uint32_t shift = cells->bits[1];

		for (uint32_t r = 0; r < n; r++)
			room[r] = a[r] << shift | b[r];
	} else {
		memcpy(room, columns[0]->codes, n * sizeof(*room));
		for (uint32_t i = 1; i < n_columns; i++)
			for (uint32_t r = 0; r < n; r++)
				room[r] = room[r] << cells->bits[i] | columns[i]->codes[r];
	}
	*ret_cell = room;
	return true;
}
