/*
 * Tables as they are wanted: what files hold of them, and the rest from the items; all that is
 * missing is read in one go over the items.
 */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "columns/columns_priv.h"
#include "store/store.h"

struct job {
	struct bl_table_entry *table; /* Not in the list yet. */
	struct bl_part fresh;	      /* What the items said. */
	struct bl_loaded loaded;
};

struct work {
	struct bl_columns *columns;
	uint32_t type_no, n; /* Versions. */
	struct job *job;
	size_t n_jobs;
};

static enum bl_status
no_memory(struct bl_err *reterr)
{
	return bl_fail(reterr, BL_ENOMEM, "no memory for columns");
}

struct bl_table_entry *
bl_tables__find(const struct bl_columns *columns, uint32_t type_no,
    const struct bl_part_layout *layout, struct bl_str path)
{
	struct bl_table_entry *table = columns->type[type_no].tables;

	while (table != NULL && (table->layout != layout || !bl_str_eq(table->path, path)))
		table = table->next;
	return table;
}

static bool
has_job(const struct work *w, const struct bl_table_want *want)
{
	for (size_t i = 0; i < w->n_jobs; i++)
		if (w->job[i].table->layout == want->layout &&
		    bl_str_eq(w->job[i].table->path, want->path))
			return true;
	return false;
}

/* A row per version? */
static bool
per_version(const struct bl_table_want *want)
{
	return want->steps == NULL ||
	       want->steps->n_each == (want->layout == &bl_elements__layout ? 1 : 0);
}

static enum bl_status
add_job(struct work *w, const struct bl_table_want *want, struct bl_err *reterr)
{
	struct job *job = &w->job[w->n_jobs];
	struct bl_table_entry *table;

	if (bl_tables__find(w->columns, w->type_no, want->layout, want->path) != NULL ||
	    has_job(w, want))
		return BL_OK;
	table = bl_new(w->columns->arena, struct bl_table_entry, 1);
	if (table == NULL)
		return no_memory(reterr);
	table->layout = want->layout;
	table->steps = want->steps;
	table->path = want->path;
	bl_part__init(&table->part, want->layout);
	*job = (struct job){.table = table};
	bl_part__init(&job->fresh, want->layout);
	w->n_jobs++;
	return bl_chunks__load(w->columns, w->type_no, want->path, per_version(want), &table->part,
	    &job->loaded, reterr);
}

static enum bl_status
shred_missing(struct work *w, struct bl_arena *scratch, struct bl_err *reterr)
{
	struct bl_shred_want *wants = bl_new(scratch, struct bl_shred_want, w->n_jobs);
	size_t n_wants = 0;

	if (wants == NULL)
		return no_memory(reterr);
	for (size_t i = 0; i < w->n_jobs; i++)
		if (w->job[i].loaded.upto < w->n)
			wants[n_wants++] = (struct bl_shred_want){.steps = w->job[i].table->steps,
			    .part = &w->job[i].fresh,
			    .from = w->job[i].loaded.upto,
			    .to = UINT32_MAX};
	return n_wants == 0 ? BL_OK
			    : bl_shred__run(w->columns->store, w->type_no, wants, n_wants, reterr);
}

/* What files held, and behind it what the items said; written for the next who asks. */
static enum bl_status
join(struct work *w, struct job *job, struct bl_err *reterr)
{
	struct bl_table_entry *table = job->table;
	bool merge = job->loaded.n_chunks >= BL_COLUMNS__CHUNKS;
	enum bl_status status;

	table->from_files = job->loaded.upto > 0;
	if (job->loaded.upto == w->n)
		return BL_OK;
	if (!merge)
		bl_chunks__save(w->columns, w->type_no, table->path, &job->fresh, job->loaded.upto,
		    w->n - job->loaded.upto);
	if (job->loaded.upto == 0) {
		struct bl_part empty = table->part;

		table->part = job->fresh;
		job->fresh = empty;
		return BL_OK;
	}
	status = bl_part__append(&table->part, &job->fresh, reterr);
	if (status == BL_OK && merge)
		bl_chunks__save(w->columns, w->type_no, table->path, &table->part, 0, w->n);
	return status;
}

static enum bl_status
view(struct work *w, struct bl_table_entry *table, struct bl_err *reterr)
{
	switch (table->layout->kind) {
	case BL_PART_HEADS: return bl_heads__view(table, w->type_no, reterr);
	case BL_PART_COLUMN: return bl_column__view(w->columns, table, reterr);
	case BL_PART_ELEMENTS: break;
	}
	return bl_elements__view(w->columns, table, reterr);
}

/* Sound files of the same versions have the rows that the element table counts; but what a file
 * says is not taken for certain. */
static bool
rows_agree(const struct work *w, const struct bl_table_entry *table)
{
	const struct bl_table_entry *rows = NULL;

	if (table->layout == &bl_column__layout && table->steps->n_each > 0)
		rows = bl_tables__find(
		    w->columns, w->type_no, &bl_elements__layout, bl_steps__rows(table->steps));
	return rows == NULL || rows->as.elements.n_rows == table->part.n;
}

/* Part of the type's list, in the order in which they were wanted; or gone. */
static void
settle(struct work *w, bool keep)
{
	for (size_t i = w->n_jobs; i-- > 0;) {
		struct bl_table_entry *table = w->job[i].table;

		bl_part__release(&w->job[i].fresh);
		if (!keep) {
			bl_part__release(&table->part);
			continue;
		}
		table->next = w->columns->type[w->type_no].tables;
		w->columns->type[w->type_no].tables = table;
	}
	if (!keep)
		w->n_jobs = 0;
}

static enum bl_status
fill(struct work *w, const struct bl_table_want *wants, size_t n_wants, struct bl_arena *scratch,
    struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	for (size_t i = 0; i < n_wants && status == BL_OK; i++)
		status = add_job(w, &wants[i], reterr);
	if (status == BL_OK)
		status = shred_missing(w, scratch, reterr);
	for (size_t i = 0; i < w->n_jobs && status == BL_OK; i++)
		status = join(w, &w->job[i], reterr);
	for (size_t i = 0; i < w->n_jobs && status == BL_OK; i++)
		status = view(w, w->job[i].table, reterr);
	return status;
}

/* Files that contradict each other count for nothing: what they hold is made again. */
static enum bl_status
check_rows(struct work *w, struct bl_err *reterr)
{
	for (size_t i = 0; i < w->n_jobs; i++)
		if (!rows_agree(w, w->job[i].table))
			return bl_fail(reterr, BL_ECORRUPT,
			    "the derived files of %.*s contradict each other; run beleg reindex",
			    BL_STR_ARG(w->job[i].table->path));
	return BL_OK;
}

enum bl_status
bl_tables__make(struct bl_columns *columns, uint32_t type_no, const struct bl_table_want *wants,
    size_t n_wants, struct bl_err *reterr)
{
	struct work w = {.columns = columns,
	    .type_no = type_no,
	    .n = bl_store_n_versions(columns->store, type_no)};
	struct bl_table_entry *before = columns->type[type_no].tables;
	struct bl_arena *scratch = bl_arena_new(SIZE_MAX / 4);
	enum bl_status status = BL_OK;

	if (scratch != NULL)
		w.job = bl_new(scratch, struct job, n_wants);
	if (w.job == NULL)
		status = no_memory(reterr);
	if (status == BL_OK)
		status = fill(&w, wants, n_wants, scratch, reterr);
	settle(&w, status == BL_OK);
	if (status == BL_OK)
		status = check_rows(&w, reterr);
	if (status == BL_ECORRUPT && columns->type[type_no].tables != before) {
		/* The list was not given out: take the new ones off again. */
		columns->type[type_no].tables = before;
		for (size_t i = 0; i < w.n_jobs; i++)
			bl_part__release(&w.job[i].table->part);
	}
	bl_arena_free(&scratch);
	return status;
}
