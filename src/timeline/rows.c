/*
 * Why sorting and no index: a time line is built for the few types that a question names, and one
 * sort of small rows is quicker than the hash table that would replace it, and deterministic.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/instant.h"
#include "columns/columns.h"
#include "timeline/timeline_priv.h"

#define SCRATCH_BYTES ((size_t)64 << 20)

/* ---- 1. One row per version. -------------------------------------------- */

/* A text of the heads, copied into the result's arena the first time. */
static enum bl_status
text_of(const struct bl_timeline__build *b, const struct bl_heads *heads, struct bl_str *copies,
    uint32_t number, struct bl_str *ret)
{
	*ret = (struct bl_str){NULL, 0};
	if (number == BL_HEADS_ABSENT)
		return BL_OK;
	if (copies[number].ptr == NULL &&
	    bl_str_dup(b->arena, heads->text[number], &copies[number]) != BL_OK)
		return bl_timeline__no_memory(b->err);
	*ret = copies[number];
	return BL_OK;
}

static enum bl_status
add_row(const struct bl_timeline__build *b, struct bl_rows *rows, const struct bl_heads *heads,
    struct bl_str *copies, uint32_t i)
{
	struct bl_row *row = &rows->row[rows->n];
	enum bl_status status;

	*row = (struct bl_row){.capture_ns = heads->capture_ns[i],
	    .state_id = heads->state_id[i],
	    .version = {heads->type_no, i},
	    .status = (enum bl_item_status)heads->status[i],
	    .daily = heads->daily[i] != 0};
	status = text_of(b, heads, copies, heads->account[i], &row->account);
	if (status == BL_OK)
		status = text_of(b, heads, copies, heads->region[i], &row->region);
	if (status == BL_OK)
		status = text_of(b, heads, copies, heads->id[i], &row->id);
	if (status == BL_OK)
		status = text_of(b, heads, copies, heads->name[i], &row->name);
	if (status == BL_OK)
		status = text_of(b, heads, copies, heads->arn[i], &row->arn);
	if (status != BL_OK)
		return status;
	rows->row_of[heads->type_no][i] = (uint32_t)rows->n;
	rows->n++;
	return BL_OK;
}

static enum bl_status
add_type(const struct bl_timeline__build *b, struct bl_rows *rows, uint32_t type_no)
{
	const struct bl_heads *heads;
	struct bl_str *copies;
	enum bl_status status = bl_columns_heads(b->columns, type_no, &heads, b->err);

	if (status != BL_OK)
		return status;
	copies = bl_new(b->work, struct bl_str, heads->n_texts);
	if (copies == NULL)
		return bl_timeline__no_memory(b->err);
	for (uint32_t i = 0; i < heads->n && status == BL_OK; i++)
		status = add_row(b, rows, heads, copies, i);
	return status;
}

static enum bl_status
list_rows(const struct bl_timeline__build *b, struct bl_rows *rows)
{
	size_t total = 0;
	enum bl_status status = BL_OK;

	rows->row_of = bl_new(b->work, uint32_t *, (size_t)bl_store_n_types(b->store) + 1);
	if (rows->row_of == NULL)
		return bl_timeline__no_memory(b->err);
	for (size_t i = 0; i < b->n_types; i++) {
		uint32_t n = bl_store_n_versions(b->store, b->type_nos[i]);

		rows->row_of[b->type_nos[i]] = bl_new(b->work, uint32_t, (size_t)n + 1);
		if (rows->row_of[b->type_nos[i]] == NULL)
			return bl_timeline__no_memory(b->err);
		total += n;
	}
	if (total > UINT32_MAX - 1)
		return bl_fail(b->err, BL_ELIMIT, "more than 4 billion versions in one question");
	rows->row = bl_new(b->work, struct bl_row, total + 1);
	if (rows->row == NULL)
		return bl_timeline__no_memory(b->err);
	for (size_t i = 0; i < b->n_types && status == BL_OK; i++)
		status = add_type(b, rows, b->type_nos[i]);
	assert(status != BL_OK || rows->n == total);
	return status;
}

/* ---- 2. Which delivery held a version first. ---------------------------- */

/* Ordinals are given in the order of first arrival: a delivery's new versions of a type are those
 * between the type's counts before and after it. */
static enum bl_status
mark_new(const struct bl_timeline__build *b, struct bl_rows *rows, uint64_t position,
    uint32_t *n_known, struct bl_arena *scratch)
{
	const struct bl_version_run *grown;
	size_t n;
	enum bl_status status = bl_store_growth(b->store, position, scratch, &grown, &n, b->err);

	for (size_t i = 0; status == BL_OK && i < n; i++) {
		const uint32_t *row_of = rows->row_of[grown[i].type_no];
		uint32_t ordinal = n_known[grown[i].type_no];

		n_known[grown[i].type_no] = grown[i].n;
		for (; row_of != NULL && ordinal < grown[i].n; ordinal++)
			rows->row[row_of[ordinal]].position = position;
	}
	return status;
}

static enum bl_status
mark_positions(const struct bl_timeline__build *b, struct bl_rows *rows)
{
	struct bl_arena *scratch = bl_arena_new(SCRATCH_BYTES);
	uint32_t *n_known = bl_new(b->work, uint32_t, (size_t)bl_store_n_types(b->store) + 1);
	enum bl_status status = BL_OK;

	if (scratch == NULL || n_known == NULL)
		status = bl_timeline__no_memory(b->err);
	for (uint64_t p = 1; p <= b->n_deliveries && status == BL_OK; p++) {
		if (bl_store_delivery(b->store, p)->n_new == 0)
			continue;
		bl_arena_reset(scratch);
		status = mark_new(b, rows, p, n_known, scratch);
	}
	bl_arena_free(&scratch);
	return status;
}

/* ---- 3. Rows in order, grouped by resource. ----------------------------- */

static int
cmp_identity(const struct bl_row *a, const struct bl_row *b)
{
	int c;

	if (a->version.type_no != b->version.type_no)
		return a->version.type_no < b->version.type_no ? -1 : 1;
	c = bl_str_cmp(a->account, b->account);
	if (c == 0)
		c = bl_str_cmp(a->region, b->region);
	return c != 0 ? c : bl_str_cmp(a->id, b->id);
}

static int
cmp_i64(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
cmp_rows(const void *pa, const void *pb)
{
	const struct bl_row *a = pa, *b = pb;
	int c = cmp_identity(a, b);

	if (c == 0)
		c = cmp_i64(a->capture_ns, b->capture_ns);
	if (c == 0)
		c = cmp_i64(a->state_id, b->state_id);
	if (c == 0 && a->position != b->position)
		c = a->position < b->position ? -1 : 1;
	/* Two versions of one delivery: the order of first arrival. */
	if (c == 0)
		c = a->version.ordinal < b->version.ordinal ? -1 : 1;
	return c;
}

static enum bl_status
group_rows(const struct bl_timeline__build *b, struct bl_rows *rows)
{
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++) {
		struct bl_version_id version = rows->row[i].version;

		if (rows->row[i].position != 0)
			rows->row[n++] = rows->row[i];
		else /* Not known yet at that position. */
			rows->row_of[version.type_no][version.ordinal] = UINT32_MAX;
	}
	rows->n = n;
	if (n > 0)
		qsort(rows->row, n, sizeof(rows->row[0]), cmp_rows);
	rows->first = bl_new(b->work, size_t, n + 1);
	if (rows->first == NULL)
		return bl_timeline__no_memory(b->err);
	for (size_t i = 0; i < n; i++) {
		struct bl_row *row = &rows->row[i];

		if (i == 0 || cmp_identity(row - 1, row) != 0)
			rows->first[rows->n_resources++] = i;
		row->resource = rows->n_resources - 1;
		rows->row_of[row->version.type_no][row->version.ordinal] = (uint32_t)i;
	}
	rows->first[rows->n_resources] = n;
	return BL_OK;
}

enum bl_status
bl_rows__make(const struct bl_timeline__build *b, struct bl_rows *ret)
{
	struct bl_rows rows = {.n = 0};
	enum bl_status status = list_rows(b, &rows);

	if (status == BL_OK)
		status = mark_positions(b, &rows);
	if (status == BL_OK)
		status = group_rows(b, &rows);
	if (status == BL_OK)
		*ret = rows;
	return status;
}
