/* reindex makes what was there and what is asked for; check finds each byte that differs. */
#include "unit/columns/world.h"

#include <stdio.h>
#include <stdlib.h>

#include "columns/reindex.h"
#include "support/os_fault.h"

struct heard {
	size_t n, n_differ, n_heads, n_columns, n_elements;
	char differs[900];
};

static enum bl_status
hear(void *ctx, const struct bl_reindex_file *f, struct bl_err *reterr)
{
	struct heard *h = ctx;

	(void)reterr;
	h->n++;
	h->n_heads += bl_str_eq(f->kind, BL_STR("heads")) ? 1 : 0;
	h->n_columns += bl_str_eq(f->kind, BL_STR("column")) ? 1 : 0;
	h->n_elements += bl_str_eq(f->kind, BL_STR("elements")) ? 1 : 0;
	if (f->state == BL_REINDEX_DIFFERS) {
		h->n_differ++;
		(void)snprintf(h->differs, sizeof(h->differs), "%.*s", BL_STR_ARG(f->file));
	}
	return BL_OK;
}

static size_t
check(struct bl_store *store, struct heard *h)
{
	size_t n = SIZE_MAX;
	struct bl_err err;

	*h = (struct heard){.n = 0};
	assert_ok(bl_reindex_check(store, hear, h, &n, &err), err);
	assert_int_equal(n, h->n_differ);
	return n;
}

static void
reindex_makes_and_checks(void **state)
{
	static const struct bl_reindex_path asked[] = {
	    {BL_STR_INIT(WORLD_TYPE), BL_STR_INIT("configuration.list[*].deep")},
	    {BL_STR_INIT(WORLD_TYPE), BL_STR_INIT("tags.a")}};
	static const struct bl_reindex_path unknown = {
	    BL_STR_INIT("AWS::No::One"), BL_STR_INIT("tags.a")};
	struct bl_columns *columns = NULL;
	struct bl_store *store = NULL;
	struct heard h;
	struct world w;
	struct bl_err err;

	(void)state;
	world_open(&w, 31);
	assert_ok(bl_store_open(bl_os_posix(), w.path, BL_STORE_CREATE, &store, &err), err);
	world_deliver(&w, store, 60);
	for (int i = 0; i < 3; i++) {
		assert_ok(bl_columns_new(store, BL_COLUMNS_FILES, &columns, &err), err);
		world_check_path(&w, columns, "configuration.a", "first");
		world_check_heads(&w, columns, "first");
		bl_columns_free(&columns);
		world_deliver(&w, store, 10);
	}
	assert_int_equal(check(store, &h), 0);
	assert_int_equal(h.n, 6);
	h = (struct heard){.n = 0};
	assert_ok(bl_reindex_make(store, asked, 2, hear, &h, &err), err);
	assert_int_equal(h.n, 5);
	assert_int_equal(h.n_heads, 1);
	assert_int_equal(h.n_columns, 3);
	assert_int_equal(h.n_elements, 1);
	assert_int_equal(check(store, &h), 0);
	assert_int_equal(h.n, 5);
	/* Again: the same files, made of what is there. */
	assert_ok(bl_reindex_make(store, NULL, 0, hear, &h, &err), err);
	assert_int_equal(check(store, &h), 0);
	assert_int_equal(h.n, 5);
	assert_err(bl_reindex_make(store, &unknown, 1, hear, &h, &err), err, BL_ENOTFOUND,
	    "the store has no versions of AWS::No::One");
	bl_store_close(&store);
	world_close(&w);
}

static void
check_finds_each_byte(void **state)
{
	struct bl_arena *arena = bl_arena_new((size_t)1 << 24);
	static const struct bl_reindex_path asked = {
	    BL_STR_INIT(WORLD_TYPE), BL_STR_INIT("configuration.a")};
	struct bl_dir_entry *entry = NULL;
	struct bl_store *store = NULL;
	char folder[400], path[900];
	size_t n = 0;
	struct heard h;
	struct world w;
	struct bl_err err;

	(void)state;
	world_open(&w, 37);
	assert_ok(bl_store_open(bl_os_posix(), w.path, BL_STORE_CREATE, &store, &err), err);
	world_deliver(&w, store, 8);
	assert_ok(bl_reindex_make(store, &asked, 1, hear, &h, &err), err);
	(void)snprintf(
	    folder, sizeof(folder), "%s/derived/type=AWS%%3A%%3AMade%%3A%%3AThing", w.path);
	assert_ok(bl_os_list(bl_os_posix(), arena, folder, &entry, &n, &err), err);
	assert_int_equal(n, 2);
	for (size_t i = 0; i < n; i++) {
		size_t len = 0;
		char *bytes;

		(void)snprintf(path, sizeof(path), "%s/%s", folder, entry[i].name.ptr);
		bytes = kit_read_file(bl_os_posix(), path, &len);
		for (size_t k = 0; k < len; k++) {
			bytes[k] = (char)(bytes[k] ^ 1);
			kit_write_file(bl_os_posix(), path, bytes, len);
			assert_int_equal(check(store, &h), 1);
			assert_string_equal(h.differs, path);
			bytes[k] = (char)(bytes[k] ^ 1);
		}
		kit_write_file(bl_os_posix(), path, bytes, len);
		free(bytes);
	}
	assert_int_equal(check(store, &h), 0);
	bl_store_close(&store);
	world_close(&w);
	bl_arena_free(&arena);
}

static void
a_file_that_cannot_be_written_is_an_error(void **state)
{
	struct os_fault fault;
	struct bl_store *store = NULL;
	struct heard h;
	struct world w;
	struct bl_err err;

	(void)state;
	world_open(&w, 41);
	os_fault_init(&fault, bl_os_posix());
	assert_ok(bl_store_open(&fault.os, w.path, BL_STORE_CREATE, &store, &err), err);
	world_deliver(&w, store, 8);
	fault.space_bytes = 10;
	assert_int_equal(bl_reindex_make(store, NULL, 0, hear, &h, &err), BL_EIO);
	assert_non_null(strstr(err.text, "derived/type="));
	bl_store_close(&store);
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(reindex_makes_and_checks),
	    cmocka_unit_test(check_finds_each_byte),
	    cmocka_unit_test(a_file_that_cannot_be_written_is_an_error)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
