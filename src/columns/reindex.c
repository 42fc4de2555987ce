/* Derived files made again, or held against what they must be. */
#include "columns/reindex.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "columns/columns_priv.h"
#include "os/os.h"
#include "store/store.h"

#define LIST_BYTES ((size_t)1 << 30)
#define PATHS_LIMIT ((size_t)50000) /* Of one type. */

struct work {
	struct bl_columns *columns;
	struct bl_arena *arena; /* For one type. */
	bl_reindex_fn fn;
	void *ctx;
	size_t n_differ;
};

static enum bl_status
no_memory(struct bl_err *reterr)
{
	return bl_fail(reterr, BL_ENOMEM, "no memory to make derived files again");
}

static enum bl_status
begin(struct bl_store *store, enum bl_columns_mode mode, struct work *w, struct bl_err *reterr)
{
	w->arena = bl_arena_new(LIST_BYTES);
	if (w->arena == NULL)
		return no_memory(reterr);
	return bl_columns_new(store, mode, &w->columns, reterr);
}

static void
end(struct work *w)
{
	bl_columns_free(&w->columns);
	bl_arena_free(&w->arena);
}

static const struct bl_part_layout *
layout_of(enum bl_part_kind kind)
{
	switch (kind) {
	case BL_PART_HEADS: return &bl_heads__layout;
	case BL_PART_COLUMN: return &bl_column__layout;
	case BL_PART_ELEMENTS: break;
	}
	return &bl_elements__layout;
}

/* ---- One file that is there. --------------------------------------------- */

struct found {
	const struct bl_chunk *chunk;
	struct bl_str file;
	struct bl_buf bytes;
	bool whole; /* about holds. */
	struct bl_derived about;
	const struct bl_steps *steps;
	struct bl_part part; /* What it must say. */
};

static enum bl_status
read_found(struct work *w, uint32_t type_no, const struct bl_chunk *chunk, struct found *f,
    struct bl_err *reterr)
{
	char folder[BL_COLUMNS__PATH];
	enum bl_status status;

	*f = (struct found){.chunk = chunk, .bytes = BL_BUF_INIT(BL_COLUMNS__FILE_LIMIT)};
	bl_part__init(&f->part, &bl_heads__layout);
	bl_chunks__folder(w->columns, type_no, folder);
	status =
	    bl_str_printf(w->arena, &f->file, reterr, "%s/%.*s", folder, BL_STR_ARG(chunk->name));
	if (status == BL_OK)
		status = bl_chunks__read(w->columns, f->file.ptr, &f->bytes, reterr);
	if (status == BL_ECORRUPT || status == BL_ENOTFOUND)
		return BL_OK; /* It was cut, or removed, meanwhile. */
	if (status != BL_OK)
		return status;
	f->whole = bl_derived__about(bl_buf_str(&f->bytes), &f->about) &&
		   bl_str_eq(f->about.type, bl_store_type_name(w->columns->store, type_no));
	if (f->whole && f->about.kind != BL_PART_HEADS) {
		status = bl_steps__parse(f->about.path, w->arena, &f->steps, reterr);
		f->whole = status == BL_OK;
	}
	if (f->whole)
		bl_part__init(&f->part, layout_of(f->about.kind));
	return status == BL_EINPUT || status == BL_ELIMIT ? BL_OK : status;
}

static void
release_found(struct found *f)
{
	bl_buf_release(&f->bytes);
	bl_part__release(&f->part);
}

/* ---- Checking. ----------------------------------------------------------- */

static enum bl_status
compare(struct work *w, uint32_t type_no, struct found *f, bool *ret_same, struct bl_err *reterr)
{
	struct bl_buf bytes = BL_BUF_INIT(BL_COLUMNS__FILE_LIMIT);
	struct bl_derived want = f->about;
	enum bl_status status;

	*ret_same = false;
	if (!f->whole)
		return BL_OK;
	status = bl_chunks__print(
	    w->columns, type_no, f->about.first, f->about.count, &want.print, reterr);
	if (status == BL_OK)
		status = bl_derived__encode(&want, &f->part, &bytes, reterr);
	if (status == BL_OK)
		*ret_same = bl_str_eq(bl_buf_str(&bytes), bl_buf_str(&f->bytes));
	bl_buf_release(&bytes);
	return status;
}

static enum bl_status
tell(struct work *w, uint32_t type_no, struct found *f, struct bl_err *reterr)
{
	struct bl_reindex_file file = {.type = bl_store_type_name(w->columns->store, type_no),
	    .kind = bl_str_sub(f->chunk->stem, 0, bl_str_find_byte(f->chunk->stem, '-')),
	    .path = f->whole ? f->about.path : (struct bl_str){"", 0},
	    .file = f->file,
	    .first = f->chunk->first,
	    .n_versions = f->chunk->count,
	    .n_rows = f->part.n,
	    .n_bytes = f->bytes.len};
	bool same = false;
	enum bl_status status = compare(w, type_no, f, &same, reterr);

	if (status != BL_OK)
		return status;
	file.state = same ? BL_REINDEX_SAME : BL_REINDEX_DIFFERS;
	w->n_differ += same ? 0 : 1;
	return w->fn(w->ctx, &file, reterr);
}

/* Every file of a type: read, its rows made again in one go over the items, compared. */
static enum bl_status
check_type(struct work *w, uint32_t type_no, struct bl_err *reterr)
{
	const struct bl_columns__type *type = &w->columns->type[type_no];
	uint32_t n = bl_store_n_versions(w->columns->store, type_no);
	struct bl_shred_want *wants = bl_new(w->arena, struct bl_shred_want, type->n_chunks);
	struct found *found = bl_new(w->arena, struct found, type->n_chunks);
	size_t n_found = 0, n_wants = 0;
	enum bl_status status = BL_OK;

	if (wants == NULL || found == NULL)
		return no_memory(reterr);
	for (size_t i = 0; i < type->n_chunks && status == BL_OK; i++) {
		struct found *f = &found[n_found++];

		status = read_found(w, type_no, &type->chunk[i], f, reterr);
		f->whole = f->whole && f->about.first <= n && f->about.count <= n - f->about.first;
		if (status == BL_OK && f->whole)
			wants[n_wants++] = (struct bl_shred_want){.steps = f->steps,
			    .part = &f->part,
			    .from = f->about.first,
			    .to = f->about.first + f->about.count};
	}
	if (status == BL_OK && n_wants > 0)
		status = bl_shred__run(w->columns->store, type_no, wants, n_wants, reterr);
	for (size_t i = 0; i < n_found && status == BL_OK; i++)
		status = tell(w, type_no, &found[i], reterr);
	for (size_t i = 0; i < n_found; i++)
		release_found(&found[i]);
	return status;
}

enum bl_status
bl_reindex_check(struct bl_store *store, bl_reindex_fn fn, void *ctx, size_t *ret_n_differ,
    struct bl_err *reterr)
{
	struct work w = {.fn = fn, .ctx = ctx};
	enum bl_status status = begin(store, BL_COLUMNS_CANONICAL, &w, reterr);

	for (uint32_t t = 0; status == BL_OK && t < w.columns->n_types; t++) {
		bl_arena_reset(w.arena);
		status = bl_chunks__list(w.columns, t, reterr);
		if (status == BL_OK)
			status = check_type(&w, t, reterr);
	}
	end(&w);
	if (status == BL_OK)
		*ret_n_differ = w.n_differ;
	return status;
}

/* ---- Making. ------------------------------------------------------------- */

struct list {
	struct bl_table_want *want; /* [2 * PATHS_LIMIT + 1] */
	size_t n;
};

static enum bl_status
add_table(struct work *w, struct list *list, const struct bl_part_layout *layout,
    struct bl_str path, struct bl_err *reterr)
{
	struct bl_table_want want = {.layout = layout, .path = {"", 0}};
	enum bl_status status = BL_OK;

	if (list->n > 2 * PATHS_LIMIT)
		return bl_fail(
		    reterr, BL_ELIMIT, "more than %zu tables of one type", 2 * PATHS_LIMIT);
	/* As long as the handle: what is made keeps them. */
	if (layout != &bl_heads__layout) {
		status = bl_steps__parse(path, w->columns->arena, &want.steps, reterr);
		if (status == BL_OK)
			want.path = want.steps->text;
	}
	if (status == BL_OK)
		list->want[list->n++] = want;
	return status;
}

/* A column, and the element table that its rows are counted by. */
static enum bl_status
add_path(struct work *w, struct list *list, struct bl_str path, struct bl_err *reterr)
{
	const struct bl_steps *steps = NULL;
	enum bl_status status = bl_steps__parse(path, w->columns->arena, &steps, reterr);

	if (status == BL_OK && steps->n_each > 0)
		status = add_table(w, list, &bl_elements__layout, bl_steps__rows(steps), reterr);
	return status == BL_OK ? add_table(w, list, &bl_column__layout, path, reterr) : status;
}

/* The tables that are there. */
static enum bl_status
known_tables(struct work *w, uint32_t type_no, struct list *list, struct bl_err *reterr)
{
	const struct bl_columns__type *type = &w->columns->type[type_no];
	enum bl_status status = BL_OK;

	for (size_t i = 0; i < type->n_chunks && status == BL_OK; i++) {
		struct found f;

		status = read_found(w, type_no, &type->chunk[i], &f, reterr);
		if (status == BL_OK && f.whole && f.about.kind == BL_PART_COLUMN)
			status = add_path(w, list, f.about.path, reterr);
		else if (status == BL_OK && f.whole && f.about.kind == BL_PART_ELEMENTS)
			status = add_table(w, list, &bl_elements__layout, f.about.path, reterr);
		release_found(&f);
	}
	return status;
}

/* What beleg wrote into the type's folder, whole or not. */
static enum bl_status
remove_files(struct work *w, uint32_t type_no, struct bl_err *reterr)
{
	char folder[BL_COLUMNS__PATH];
	struct bl_dir_entry *entry = NULL;
	size_t n = 0;
	enum bl_status status;

	bl_chunks__folder(w->columns, type_no, folder);
	status = bl_os_list(w->columns->os, w->arena, folder, &entry, &n, reterr);
	if (status == BL_ENOTFOUND)
		return BL_OK;
	for (size_t i = 0; i < n && status == BL_OK; i++) {
		struct bl_str path = {.ptr = NULL};

		if (!bl_str_ends(entry[i].name, BL_STR(".bld")) &&
		    !(bl_str_find(entry[i].name, BL_STR(".bld.")) != SIZE_MAX &&
			bl_str_ends(entry[i].name, BL_STR(".tmp"))))
			continue;
		status = bl_str_printf(
		    w->arena, &path, reterr, "%s/%.*s", folder, BL_STR_ARG(entry[i].name));
		if (status == BL_OK)
			status = bl_os_unlink(w->columns->os, path.ptr, reterr);
		if (status == BL_ENOTFOUND)
			status = BL_OK;
	}
	w->columns->type[type_no].n_chunks = 0;
	return status;
}

static enum bl_status
tell_made(
    struct work *w, uint32_t type_no, const struct bl_table_entry *table, struct bl_err *reterr)
{
	struct bl_reindex_file file = {.type = bl_store_type_name(w->columns->store, type_no),
	    .kind = bl_str_of(table->layout->name),
	    .path = table->path,
	    .n_versions = bl_store_n_versions(w->columns->store, type_no),
	    .n_rows = table->part.n,
	    .state = BL_REINDEX_MADE};
	char folder[BL_COLUMNS__PATH], stem[BL_CHUNKS__STEM];
	struct bl_file_info info = {.size_bytes = 0};
	enum bl_status status;

	bl_chunks__folder(w->columns, type_no, folder);
	bl_chunks__stem(table->layout, table->path, stem);
	status = bl_str_printf(w->arena, &file.file, reterr, "%s/%s-%012u-%012u.bld", folder, stem,
	    0, file.n_versions);
	if (status == BL_OK)
		status = bl_os_info(w->columns->os, file.file.ptr, &info, reterr);
	file.n_bytes = info.size_bytes;
	return status == BL_OK ? w->fn(w->ctx, &file, reterr) : status;
}

static enum bl_status
make_type(struct work *w, uint32_t type_no, const struct bl_reindex_path *paths, size_t n_paths,
    struct bl_err *reterr)
{
	struct bl_columns *c = w->columns;
	struct bl_str name = bl_store_type_name(c->store, type_no);
	struct list list = {.want = bl_new(w->arena, struct bl_table_want, 2 * PATHS_LIMIT + 1)};
	enum bl_status status = list.want == NULL ? no_memory(reterr) : BL_OK;

	if (status == BL_OK)
		status = bl_chunks__list(c, type_no, reterr);
	if (status == BL_OK)
		status = add_table(w, &list, &bl_heads__layout, (struct bl_str){"", 0}, reterr);
	if (status == BL_OK)
		status = known_tables(w, type_no, &list, reterr);
	for (size_t i = 0; i < n_paths && status == BL_OK; i++)
		if (bl_str_eq(paths[i].type, name))
			status = add_path(w, &list, paths[i].path, reterr);
	if (status == BL_OK)
		status = remove_files(w, type_no, reterr);
	if (status == BL_OK)
		status = bl_tables__make(c, type_no, list.want, list.n, reterr);
	if (status == BL_OK && c->unwritten.status != BL_OK) {
		if (reterr != NULL)
			*reterr = c->unwritten;
		return c->unwritten.status;
	}
	for (const struct bl_table_entry *e = c->type[type_no].tables; e != NULL && status == BL_OK;
	     e = e->next)
		status = tell_made(w, type_no, e, reterr);
	return status;
}

enum bl_status
bl_reindex_make(struct bl_store *store, const struct bl_reindex_path *paths, size_t n_paths,
    bl_reindex_fn fn, void *ctx, struct bl_err *reterr)
{
	uint32_t n_types = bl_store_n_types(store);
	enum bl_status status = BL_OK;

	for (size_t i = 0; i < n_paths; i++)
		if (bl_store_type_no(store, paths[i].type) == UINT32_MAX)
			return bl_fail(reterr, BL_ENOTFOUND, "the store has no versions of %.*s",
			    BL_STR_ARG(paths[i].type));
	/* A handle per type, so that memory is that of the largest. */
	for (uint32_t t = 0; t < n_types && status == BL_OK; t++) {
		struct work w = {.fn = fn, .ctx = ctx};

		status = begin(store, BL_COLUMNS_FILES, &w, reterr);
		if (status == BL_OK)
			status = make_type(&w, t, paths, n_paths, reterr);
		end(&w);
	}
	return status;
}
