/* Rows of a path as a column with its zones; rows of [*] as an element table. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "columns/columns_priv.h"

enum { KIND, CODE };
enum { NUMBER };

static bool
has_text(uint8_t kind)
{
	return kind >= BL_CELL_NUMBER && kind <= BL_CELL_OBJECT;
}

static bool
column_is_sound(const struct bl_part *part)
{
	const uint8_t *kind = bl_part__u8(part, KIND);
	const uint32_t *code = bl_part__u32(part, CODE);

	for (uint32_t i = 0; i < part->n; i++)
		if (kind[i] > BL_CELL_ERROR || has_text(kind[i]) != (code[i] != BL_PART_NONE))
			return false;
	return true;
}

static bool
elements_are_sound(const struct bl_part *part)
{
	const uint32_t *number = bl_part__u32(part, NUMBER);
	uint64_t sum = 0;

	for (uint32_t i = 0; i < part->n; i++)
		sum += number[i];
	return sum <= BL_PART_ROWS && part->n_texts == 0;
}

const struct bl_part_layout bl_column__layout = {
    .kind = BL_PART_COLUMN,
    .name = "column",
    .n_arrays = 2,
    .array = {[KIND] = {"KIND", 1, false}, [CODE] = {"CODE", 4, true}},
    .sound = column_is_sound,
};

const struct bl_part_layout bl_elements__layout = {
    .kind = BL_PART_ELEMENTS,
    .name = "elements",
    .n_arrays = 1,
    .array = {[NUMBER] = {"NUMB", 4, false}},
    .sound = elements_are_sound,
};

static enum bl_status
no_memory(struct bl_err *reterr)
{
	return bl_fail(reterr, BL_ENOMEM, "no memory for columns");
}

/*
 * A double is seldom a number's exact value, so the bounds are moved outwards by one step: a zone
 * may be looked at in vain, but is never passed over wrongly.
 */
static void
widen(struct bl_zone *zone, double number)
{
	double below = nextafter(number, -INFINITY), above = nextafter(number, INFINITY);

	if (below < zone->least)
		zone->least = below;
	if (above > zone->greatest)
		zone->greatest = above;
}

static void
fill_zone(struct bl_zone *zone, const struct bl_column *column, const double *number, uint32_t from)
{
	uint32_t to = column->n - from < BL_ZONE_ROWS ? column->n : from + BL_ZONE_ROWS;

	*zone =
	    (struct bl_zone){.least_code = UINT32_MAX, .least = INFINITY, .greatest = -INFINITY};
	for (uint32_t i = from; i < to; i++) {
		uint32_t code = column->code[i];

		zone->kinds |= 1u << column->kind[i];
		if (code == BL_COLUMN_NONE)
			continue;
		if (code < zone->least_code)
			zone->least_code = code;
		if (code > zone->greatest_code)
			zone->greatest_code = code;
		if (column->kind[i] == BL_CELL_NUMBER && number != NULL)
			widen(zone, number[code]);
	}
}

/* The value of each text that some row has as a number. */
static enum bl_status
numbers(const struct bl_column *column, struct bl_arena *scratch, double **ret_number,
    struct bl_err *reterr)
{
	double *number = NULL;

	for (uint32_t i = 0; i < column->n; i++) {
		if (column->kind[i] != BL_CELL_NUMBER)
			continue;
		if (number == NULL)
			number = bl_new(scratch, double, column->n_texts);
		if (number == NULL)
			return no_memory(reterr);
		if (number[column->code[i]] == 0) /* 0 is read again: that is as well. */
			number[column->code[i]] = strtod(column->text[column->code[i]].ptr, NULL);
	}
	*ret_number = number;
	return BL_OK;
}

enum bl_status
bl_column__view(struct bl_columns *columns, struct bl_table_entry *table, struct bl_err *reterr)
{
	struct bl_part *part = &table->part;
	struct bl_arena *scratch;
	struct bl_zone *zones;
	double *number = NULL;
	size_t n_zones = (part->n + (size_t)BL_ZONE_ROWS - 1) / BL_ZONE_ROWS;
	enum bl_status status = bl_part__finish(part, reterr);

	if (status != BL_OK)
		return status;
	table->as.column = (struct bl_column){.n = part->n,
	    .kind = bl_part__u8(part, KIND),
	    .code = bl_part__u32(part, CODE),
	    .text = bl_part__texts(part),
	    .n_texts = part->n_texts,
	    .n_zones = n_zones};
	zones = bl_new(columns->arena, struct bl_zone, n_zones);
	scratch = bl_arena_new(SIZE_MAX / 4);
	if (zones == NULL || scratch == NULL)
		status = no_memory(reterr);
	if (status == BL_OK)
		status = numbers(&table->as.column, scratch, &number, reterr);
	for (size_t i = 0; i < n_zones && status == BL_OK; i++)
		fill_zone(&zones[i], &table->as.column, number, (uint32_t)(i * BL_ZONE_ROWS));
	table->as.column.zones = zones;
	bl_arena_free(&scratch);
	return status;
}

enum bl_status
bl_elements__view(struct bl_columns *columns, struct bl_table_entry *table, struct bl_err *reterr)
{
	const struct bl_part *part = &table->part;
	const uint32_t *number = bl_part__u32(part, NUMBER);
	uint32_t *first = bl_new(columns->arena, uint32_t, (size_t)part->n + 1);

	if (first == NULL)
		return no_memory(reterr);
	for (uint32_t i = 0; i < part->n; i++) {
		if (number[i] > BL_PART_ROWS - first[i])
			return bl_fail(reterr, BL_ELIMIT,
			    "%.*s has more than %u elements in all versions together",
			    BL_STR_ARG(table->path), BL_PART_ROWS);
		first[i + 1] = first[i] + number[i];
	}
	table->as.elements =
	    (struct bl_elements){.n_parents = part->n, .n_rows = first[part->n], .first = first};
	return BL_OK;
}
