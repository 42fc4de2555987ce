/* The handle: what has been asked for is kept until it is closed. */
#include "columns/columns.h"

#include "base/arena.h"
#include "base/mem.h"
#include "columns/columns_priv.h"
#include "store/store.h"

#define BUDGET ((size_t)64 << 30)
#define PATHS_LIMIT ((size_t)100000) /* Of one call. */

enum bl_status
bl_columns_new(struct bl_store *store, enum bl_columns_mode mode, struct bl_columns **ret_columns,
    struct bl_err *reterr)
{
	struct bl_columns *c = bl_mem_alloc(sizeof(*c));

	if (c == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for columns");
	*c = (struct bl_columns){.store = store,
	    .mode = mode,
	    .os = bl_store_os(store),
	    .arena = bl_arena_new(BUDGET),
	    .n_types = bl_store_n_types(store)};
	if (c->arena != NULL)
		c->type = bl_new(c->arena, struct bl_columns__type, c->n_types);
	if (c->type == NULL) {
		bl_columns_free(&c);
		return bl_fail(reterr, BL_ENOMEM, "no memory for columns");
	}
	*ret_columns = c;
	return BL_OK;
}

void
bl_columns_free(struct bl_columns **columns)
{
	struct bl_columns *c = *columns;

	if (c == NULL)
		return;
	for (uint32_t t = 0; c->type != NULL && t < c->n_types; t++)
		for (struct bl_table_entry *e = c->type[t].tables; e != NULL; e = e->next)
			bl_part__release(&e->part);
	bl_arena_free(&c->arena);
	bl_mem_free(c);
	*columns = NULL;
}

struct bl_store *
bl_columns_store(const struct bl_columns *columns)
{
	return columns->store;
}

static enum bl_status
check_type(const struct bl_columns *columns, uint32_t type_no, struct bl_err *reterr)
{
	return type_no < columns->n_types
		   ? BL_OK
		   : bl_fail(reterr, BL_ENOTFOUND, "there is no resource type %u", type_no);
}

static const struct bl_table_want heads_want = {.layout = &bl_heads__layout, .path = {"", 0}};

enum bl_status
bl_columns_heads(struct bl_columns *columns, uint32_t type_no, const struct bl_heads **ret_heads,
    struct bl_err *reterr)
{
	enum bl_status status = check_type(columns, type_no, reterr);

	if (status == BL_OK)
		status = bl_tables__make(columns, type_no, &heads_want, 1, reterr);
	if (status == BL_OK)
		*ret_heads = &bl_tables__find(columns, type_no, &bl_heads__layout, heads_want.path)
				  ->as.heads;
	return status;
}

/* What a path wants: its column, and before it the table of its rows; *n grows. */
static enum bl_status
want_path(struct bl_columns *columns, struct bl_str path, struct bl_table_want *wants, size_t *n,
    struct bl_err *reterr)
{
	const struct bl_steps *steps = NULL, *rows = NULL;
	enum bl_status status = bl_steps__parse(path, columns->arena, &steps, reterr);

	if (status == BL_OK && steps->n_each > 0)
		status = bl_steps__parse(bl_steps__rows(steps), columns->arena, &rows, reterr);
	if (status != BL_OK)
		return status;
	if (rows != NULL)
		wants[(*n)++] = (struct bl_table_want){&bl_elements__layout, rows, rows->text};
	wants[(*n)++] = (struct bl_table_want){&bl_column__layout, steps, steps->text};
	return BL_OK;
}

enum bl_status
bl_columns_get(struct bl_columns *columns, uint32_t type_no, struct bl_str path,
    const struct bl_column **ret_column, struct bl_err *reterr)
{
	struct bl_table_entry *table;
	struct bl_table_want wants[2];
	size_t n = 0;
	enum bl_status status = check_type(columns, type_no, reterr);

	if (status != BL_OK)
		return status;
	table = bl_tables__find(columns, type_no, &bl_column__layout, path);
	if (table == NULL) {
		status = want_path(columns, path, wants, &n, reterr);
		if (status == BL_OK)
			status = bl_tables__make(columns, type_no, wants, n, reterr);
		if (status != BL_OK)
			return status;
		table = bl_tables__find(columns, type_no, &bl_column__layout, path);
	}
	*ret_column = &table->as.column;
	return BL_OK;
}

enum bl_status
bl_columns_elements(struct bl_columns *columns, uint32_t type_no, struct bl_str path,
    const struct bl_elements **ret_elements, struct bl_err *reterr)
{
	struct bl_table_want want = {.layout = &bl_elements__layout, .path = path};
	enum bl_status status = check_type(columns, type_no, reterr);

	if (status == BL_OK)
		status = bl_steps__parse(path, columns->arena, &want.steps, reterr);
	if (status != BL_OK)
		return status;
	want.path = want.steps->text;
	if (want.steps->n == 0 || want.steps->step[want.steps->n - 1].kind != BL_STEP_EACH)
		return bl_fail_at(reterr, BL_EINPUT, path.len,
		    "the path \"%.*s\" does not end with [*]: it has no elements of its own",
		    BL_STR_ARG(bl_str_sub(path, 0, 120)));
	status = bl_tables__make(columns, type_no, &want, 1, reterr);
	if (status == BL_OK)
		*ret_elements =
		    &bl_tables__find(columns, type_no, &bl_elements__layout, path)->as.elements;
	return status;
}

enum bl_status
bl_columns_load(struct bl_columns *columns, uint32_t type_no, const struct bl_str *paths,
    size_t n_paths, struct bl_err *reterr)
{
	struct bl_arena *scratch;
	struct bl_table_want *wants = NULL;
	size_t n = 0;
	enum bl_status status = check_type(columns, type_no, reterr);

	if (status != BL_OK)
		return status;
	if (n_paths > PATHS_LIMIT)
		return bl_fail(
		    reterr, BL_ELIMIT, "%zu paths at once; at most %zu", n_paths, PATHS_LIMIT);
	scratch = bl_arena_new(SIZE_MAX / 4);
	if (scratch != NULL)
		wants = bl_new(scratch, struct bl_table_want, 2 * n_paths + 1);
	if (wants == NULL)
		status = bl_fail(reterr, BL_ENOMEM, "no memory for columns");
	else
		wants[n++] = heads_want;
	for (size_t i = 0; i < n_paths && status == BL_OK; i++)
		status = want_path(columns, paths[i], wants, &n, reterr);
	if (status == BL_OK)
		status = bl_tables__make(columns, type_no, wants, n, reterr);
	bl_arena_free(&scratch);
	return status;
}
