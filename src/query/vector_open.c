/* The columns and element tables that units read: all of them out of one scan. */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "query/vector_priv.h"

struct list {
	struct bl_str *path;
	size_t n, cap;
};

/* What all units read. */
struct reads {
	struct list columns, rows;
	struct bl_arena *arena;
	struct bl_err *reterr;
};

static enum bl_status
add(struct reads *reads, struct list *list, struct bl_str path)
{
	if (list->n == list->cap) {
		size_t cap = list->cap == 0 ? 16 : list->cap * 2;
		struct bl_str *grown = bl_new(reads->arena, struct bl_str, cap);

		if (grown == NULL)
			return bl_fail(
			    reads->reterr, BL_ENOMEM, "no memory to plan the expression");
		if (list->n > 0)
			memcpy(grown, list->path, list->n * sizeof(*grown));
		list->path = grown;
		list->cap = cap;
	}
	list->path[list->n++] = path;
	return BL_OK;
}

static enum bl_status
collect(struct reads *reads, const struct bl_vector_unit *unit)
{
	enum bl_status status = BL_OK;

	for (size_t i = 0; i < unit->n_leaves && status == BL_OK; i++) {
		const struct bl_vector_leaf *leaf = &unit->leaf[i];

		if (leaf->kind == BL_VECTOR_COLUMN)
			status = add(reads, &reads->columns, leaf->path);
		if (leaf->kind == BL_VECTOR_UNIT)
			status = collect(reads, leaf->unit);
		if (leaf->kind != BL_VECTOR_REDUCE)
			continue;
		status = add(reads, &reads->rows, leaf->reduce->table.path);
		if (status == BL_OK && leaf->reduce->body != NULL)
			status = collect(reads, leaf->reduce->body);
	}
	return status;
}

/* ---- Pointers. ------------------------------------------------------------------- */

struct opening {
	struct bl_columns *columns;
	uint32_t type_no;
	struct bl_err *reterr;
};

static enum bl_status open_unit(struct opening *o, struct bl_vector_unit *unit);

static enum bl_status
disagree(struct opening *o, struct bl_str path)
{
	return bl_fail(o->reterr, BL_ECORRUPT,
	    "the derived files of %.*s contradict each other; run beleg reindex", BL_STR_ARG(path));
}

static enum bl_status
open_reduce(struct opening *o, struct bl_vector_reduce *r)
{
	enum bl_status status = bl_columns_elements(
	    o->columns, o->type_no, r->table.path, &r->table.elements, o->reterr);

	if (status != BL_OK)
		return status;
	if (r->table.elements->n_parents != r->table.parent->n)
		return disagree(o, r->table.path);
	r->table.n = r->table.elements->n_rows;
	if (r->otherwise != NULL)
		status = open_unit(o, r->otherwise);
	return status == BL_OK && r->body != NULL ? open_unit(o, r->body) : status;
}

static enum bl_status
open_unit(struct opening *o, struct bl_vector_unit *unit)
{
	enum bl_status status = BL_OK;

	for (size_t i = 0; i < unit->n_leaves && status == BL_OK; i++) {
		struct bl_vector_leaf *leaf = &unit->leaf[i];

		switch (leaf->kind) {
		case BL_VECTOR_COLUMN:
			status = bl_columns_get(
			    o->columns, o->type_no, leaf->path, &leaf->column, o->reterr);
			if (status == BL_OK && leaf->column->n != unit->table->n)
				status = disagree(o, leaf->path);
			else if (status == BL_OK && leaf->column->n_texts > BL_VECTOR_TEXTS)
				status = bl_fail(o->reterr, BL_ELIMIT, "too many different texts");
			break;
		case BL_VECTOR_UNIT: status = open_unit(o, leaf->unit); break;
		case BL_VECTOR_REDUCE: status = open_reduce(o, leaf->reduce); break;
		}
	}
	return status;
}

enum bl_status
bl_vector__open(struct bl_vector_unit *root, struct bl_columns *columns, uint32_t type_no,
    struct bl_arena *arena, bool *ret_told, struct bl_err *reterr)
{
	struct reads reads = {.arena = arena, .reterr = reterr};
	struct opening o = {.columns = columns, .type_no = type_no, .reterr = reterr};
	enum bl_status status = collect(&reads, root);

	if (status == BL_OK)
		status = bl_columns_load_only(columns, type_no, reads.columns.path, reads.columns.n,
		    reads.rows.path, reads.rows.n, reterr);
	if (status == BL_OK)
		status = open_unit(&o, root);
	/* A path that no column can have. */
	*ret_told = status == BL_OK;
	return status == BL_EINPUT || status == BL_ELIMIT ? BL_OK : status;
}

void
bl_vector__release(struct bl_vector_unit *unit)
{
	if (unit == NULL)
		return;
	bl_buf_release(&unit->code);
	bl_buf_release(&unit->other);
	bl_buf_release(&unit->memo);
	for (size_t i = 0; i < unit->n_leaves; i++) {
		struct bl_vector_leaf *leaf = &unit->leaf[i];

		bl_buf_release(&leaf->slots);
		bl_buf_release(&leaf->pairs);
		bl_vector__release(leaf->unit);
		if (leaf->reduce == NULL)
			continue;
		bl_vector__release(leaf->reduce->body);
		bl_vector__release(leaf->reduce->otherwise);
		bl_buf_release(&leaf->reduce->code);
		bl_buf_release(&leaf->reduce->wanted);
	}
}
