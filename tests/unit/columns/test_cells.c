/*
 * Random items in every dialect, random paths: a column says what evaluating the path on the parsed
 * item says: worked out by a plain walk over the tree, and by the query engine where it knows the
 * path.  The same without files, with them, sealed, grown and merged.
 */
#include "unit/columns/world.h"

#include <stdio.h>
#include <stdlib.h>

#include "query/expr.h"

#define N_PATHS 60

static uint64_t
seed(void)
{
	const char *z = getenv("BELEG_SEED");
	uint64_t s = z != NULL ? strtoull(z, NULL, 0) : 20260131;

	print_message("seed %llu\n", (unsigned long long)s);
	return s;
}

static struct bl_store *
open_store(struct world *w, enum bl_store_mode mode)
{
	struct bl_store *store = NULL;
	struct bl_err err;

	assert_ok(bl_store_open(bl_os_posix(), w->path, mode, &store, &err), err);
	return store;
}

static void
check_all(struct world *w, struct bl_store *store, enum bl_columns_mode mode,
    char paths[N_PATHS][WORLD_PATH], const char *why)
{
	struct bl_columns *columns = NULL;
	struct bl_err err;

	assert_ok(bl_columns_new(store, mode, &columns, &err), err);
	world_check_heads(w, columns, why);
	for (size_t i = 0; i < N_PATHS; i++)
		world_check_path(w, columns, paths[i], why);
	bl_columns_free(&columns);
}

static void
cells_are_what_the_items_say(void **state)
{
	static char paths[N_PATHS][WORLD_PATH];
	struct world w;
	struct bl_store *store;
	struct bl_err err;

	(void)state;
	world_open(&w, seed());
	for (size_t i = 0; i < N_PATHS; i++)
		world_random_path(&w, paths[i]);
	store = open_store(&w, BL_STORE_CREATE);
	world_deliver(&w, store, 400);
	check_all(&w, store, BL_COLUMNS_CANONICAL, paths, "canonical");
	check_all(&w, store, BL_COLUMNS_FILES, paths, "files, first");
	check_all(&w, store, BL_COLUMNS_FILES, paths, "files, again");
	for (int i = 0; i < 12; i++) {
		world_deliver(&w, store, 20);
		check_all(&w, store, BL_COLUMNS_FILES, paths, "grown");
		if (i == 5)
			assert_ok(bl_store_seal(store, &err), err);
	}
	check_all(&w, store, BL_COLUMNS_CANONICAL, paths, "canonical, grown");
	bl_store_close(&store);
	store = open_store(&w, BL_STORE_READ);
	check_all(&w, store, BL_COLUMNS_FILES, paths, "a reader");
	bl_store_close(&store);
	world_close(&w);
}

/* ---- The query engine's word. -------------------------------------------- */

static void
compare_with_engine(struct world *w, const struct bl_column *c, const char *path)
{
	struct bl_expr *expr = NULL;
	struct bl_err err;

	assert_ok(
	    bl_expr_compile(bl_str_of(path), NULL, 0, BL_TYPE_UNKNOWN, w->arena, &expr, &err), err);
	for (uint32_t i = 0; i < w->n; i++) {
		struct bl_expr_scope scope = {.item = &w->item[i], .parser = w->parser};
		enum bl_cell cell = c->kind[i];
		struct bl_value value;
		enum bl_status status = bl_expr_eval(expr, &scope, w->arena, &value, &err);

		if (status != BL_OK) {
			assert_int_equal(status, BL_EINPUT);
			if (cell != BL_CELL_ERROR)
				fail_msg(
				    "%s: row %u is %u, the engine: %s", path, i, cell, err.text);
		} else if (value.null != (cell == BL_CELL_MISSING || cell == BL_CELL_NULL) ||
			   cell == BL_CELL_ERROR) {
			fail_msg("%s: row %u is %u, the engine's value is %sNULL", path, i, cell,
			    value.null ? "" : "not ");
		} else if (!value.null && value.kind == BL_TYPE_JSON &&
			   (cell == BL_CELL_STRING || cell == BL_CELL_NUMBER)) {
			assert_true(bl_str_eq(c->text[c->code[i]], value.json->text));
		} else if (!value.null && value.kind == BL_TYPE_VARCHAR) {
			assert_true(bl_str_eq(c->text[c->code[i]], value.str));
		}
	}
}

static void
cells_are_what_the_engine_says(void **state)
{
	struct bl_columns *columns = NULL;
	struct bl_store *store;
	char path[WORLD_PATH];
	size_t tried = 0;
	struct world w;
	struct bl_err err;

	(void)state;
	world_open(&w, seed() + 1);
	store = open_store(&w, BL_STORE_CREATE);
	world_deliver(&w, store, 300);
	assert_ok(bl_columns_new(store, BL_COLUMNS_CANONICAL, &columns, &err), err);
	for (size_t i = 0; i < 300; i++) {
		const struct bl_column *c = NULL;

		/* The engine types tags: their members have none; and a quote in a key is doubled
		 * in an expression. */
		world_random_path(&w, path);
		if (strstr(path, "[*]") != NULL || strstr(path, "it's") != NULL ||
		    strncmp(path, "tags", 4) == 0)
			continue;
		assert_ok(bl_columns_get(columns, 0, bl_str_of(path), &c, &err), err);
		compare_with_engine(&w, c, path);
		tried++;
	}
	assert_true(tried > 50);
	bl_columns_free(&columns);
	bl_store_close(&store);
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(cells_are_what_the_items_say),
	    cmocka_unit_test(cells_are_what_the_engine_says)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
