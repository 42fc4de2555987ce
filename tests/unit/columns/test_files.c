/*
 * Derived files in every state: damaged at each byte, cut at each length, of another store, of the
 * same store restored and grown otherwise, many small ones, none that can be written; and each call
 * and each request for memory failing.  Never a wrong answer.
 */
#include "unit/columns/world.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "columns/reindex.h"
#include "support/os_fault.h"

static const char *const paths[] = {"configuration.a", "configuration.list[*]",
    "configuration.list[*].deep", "tags.a", "resourceName", "supplementaryConfiguration"};
#define N_PATHS 6

static struct bl_store *
open_store(struct bl_os *os, const char *path, enum bl_store_mode mode)
{
	struct bl_store *store = NULL;
	struct bl_err err;

	assert_ok(bl_store_open(os, path, mode, &store, &err), err);
	return store;
}

static void
check_all(struct world *w, struct bl_store *store, const char *why)
{
	struct bl_columns *columns = NULL;
	struct bl_err err;

	assert_ok(bl_columns_new(store, BL_COLUMNS_FILES, &columns, &err), err);
	world_check_heads(w, columns, why);
	for (size_t i = 0; i < N_PATHS; i++)
		world_check_path(w, columns, paths[i], why);
	bl_columns_free(&columns);
}

static void
folder_of(const char *store, char out[400])
{
	(void)snprintf(out, 400, "%s/derived/type=AWS%%3A%%3AMade%%3A%%3AThing", store);
}

struct listing {
	struct bl_arena *arena;
	struct bl_dir_entry *entry;
	size_t n;
};

static struct listing
list_files(const char *store)
{
	struct listing list = {.arena = bl_arena_new((size_t)64 << 20)};
	char folder[400];
	struct bl_err err;

	folder_of(store, folder);
	if (bl_os_list(bl_os_posix(), list.arena, folder, &list.entry, &list.n, &err) != BL_OK)
		list.n = 0;
	return list;
}

/* Each byte of a file changed, the file cut at each length; what else is there stays. */
static void
damage_file(struct world *w, struct bl_store *store, const char *name)
{
	char folder[400], path[900];
	size_t len = 0;
	char *good;

	folder_of(w->path, folder);
	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	good = kit_read_file(bl_os_posix(), path, &len);
	assert_true(len > 100);
	for (size_t i = 0; i<len; i += len> 3000 ? 7 : 1) {
		char *bad = malloc(len);

		assert_non_null(bad);
		memcpy(bad, good, len);
		bad[i] = (char)(bad[i] ^ (1 << (i % 8)));
		kit_write_file(bl_os_posix(), path, bad, i % 3 == 2 ? i : len);
		check_all(w, store, name);
		free(bad);
	}
	kit_write_file(bl_os_posix(), path, good, len);
	free(good);
}

static void
damage_is_made_good(void **state)
{
	struct world w;
	struct bl_store *store;
	struct listing list;

	(void)state;
	world_open(&w, 7);
	store = open_store(bl_os_posix(), w.path, BL_STORE_CREATE);
	world_deliver(&w, store, 12);
	check_all(&w, store, "first");
	list = list_files(w.path);
	assert_int_equal(list.n, N_PATHS + 2);
	for (size_t i = 0; i < list.n; i++)
		damage_file(&w, store, list.entry[i].name.ptr);
	bl_arena_free(&list.arena);
	bl_store_close(&store);
	world_close(&w);
}

/* ---- Of other versions. -------------------------------------------------- */

static void
copy_derived(const char *from, const char *to)
{
	struct listing list = list_files(from);
	char source[400], target[400], path[900];
	struct bl_err err;

	assert_true(list.n > 0);
	folder_of(from, source);
	folder_of(to, target);
	assert_ok(bl_os_mkdirs(bl_os_posix(), target, &err), err);
	for (size_t i = 0; i < list.n; i++) {
		size_t len = 0;
		char *bytes;

		(void)snprintf(path, sizeof(path), "%s/%s", source, list.entry[i].name.ptr);
		bytes = kit_read_file(bl_os_posix(), path, &len);
		(void)snprintf(path, sizeof(path), "%s/%s", target, list.entry[i].name.ptr);
		kit_write_file(bl_os_posix(), path, bytes, len);
		free(bytes);
	}
	bl_arena_free(&list.arena);
}

static enum bl_status
count_file(void *ctx, const struct bl_reindex_file *file, struct bl_err *reterr)
{
	size_t *n = ctx;

	(void)file;
	(void)reterr;
	(*n)++;
	return BL_OK;
}

static void
remove_all(const char *store)
{
	struct listing list = list_files(store);
	char folder[400], path[900];
	struct bl_err err;

	folder_of(store, folder);
	for (size_t i = 0; i < list.n; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, list.entry[i].name.ptr);
		assert_ok(bl_os_unlink(bl_os_posix(), path, &err), err);
	}
	bl_arena_free(&list.arena);
}

/* One of several files of a table is unsound: what is made in its place begins with it and goes to
 * the end, and nothing unsound or superseded stays. */
static void
what_is_cut_is_made_again(void **state)
{
	struct world w;
	struct bl_store *store;
	struct listing list;
	char good[400];

	(void)state;
	world_open(&w, 8);
	(void)snprintf(good, sizeof(good), "%s/good", w.folder);
	store = open_store(bl_os_posix(), w.path, BL_STORE_CREATE);
	for (int i = 0; i < 4; i++) {
		world_deliver(&w, store, 9);
		check_all(&w, store, "grown");
	}
	list = list_files(w.path);
	assert_int_equal(list.n, 4 * (N_PATHS + 2));
	copy_derived(w.path, good);
	for (size_t i = 0; i < list.n; i++) {
		size_t n_files = 0, n_differ = 1, len = 0;
		char folder[400], path[900];
		struct bl_err err;
		char *bytes;

		folder_of(w.path, folder);
		(void)snprintf(path, sizeof(path), "%s/%s", folder, list.entry[i].name.ptr);
		bytes = kit_read_file(bl_os_posix(), path, &len);
		kit_write_file(bl_os_posix(), path, bytes, i % 3 == 0 ? len / 2 : 0);
		free(bytes);
		check_all(&w, store, list.entry[i].name.ptr);
		assert_ok(bl_reindex_check(store, count_file, &n_files, &n_differ, &err), err);
		assert_int_equal(n_differ, 0);
		/* The cut file is the first, second, third or last of its table's four. */
		assert_true(n_files <= list.n && n_files >= list.n - 3);
		remove_all(w.path);
		copy_derived(good, w.path);
	}
	bl_arena_free(&list.arena);
	bl_store_close(&store);
	world_close(&w);
}

static void
files_of_another_store_are_not_believed(void **state)
{
	struct world a, b;
	struct bl_store *store;

	(void)state;
	world_open(&a, 11);
	world_open(&b, 12);
	store = open_store(bl_os_posix(), a.path, BL_STORE_CREATE);
	world_deliver(&a, store, 50);
	check_all(&a, store, "a");
	bl_store_close(&store);
	store = open_store(bl_os_posix(), b.path, BL_STORE_CREATE);
	world_deliver(&b, store, 50);
	copy_derived(a.path, b.path);
	check_all(&b, store, "b with a's files");
	bl_store_close(&store);
	world_close(&a);
	world_close(&b);
}

/* A store of one key and the same items in another order: the marker's key is copied before
 * anything is stored. */
static void
the_same_items_in_another_order_are_others(void **state)
{
	struct world a, b;
	char path[400];
	struct bl_store *store;
	struct bl_err err;
	size_t len;
	char *marker;

	(void)state;
	world_open(&a, 13);
	world_open(&b, 13);
	store = open_store(bl_os_posix(), a.path, BL_STORE_CREATE);
	bl_store_close(&store);
	(void)snprintf(path, sizeof(path), "%s/beleg-store.json", a.path);
	marker = kit_read_file(bl_os_posix(), path, &len);
	store = open_store(bl_os_posix(), b.path, BL_STORE_CREATE);
	bl_store_close(&store);
	(void)snprintf(path, sizeof(path), "%s/beleg-store.json", b.path);
	kit_write_file(bl_os_posix(), path, marker, len);
	free(marker);
	store = open_store(bl_os_posix(), a.path, BL_STORE_WRITE);
	world_deliver(&a, store, 30);
	world_deliver(&a, store, 30);
	check_all(&a, store, "a");
	bl_store_close(&store);
	/* b: a's items from the last to the first. */
	store = open_store(bl_os_posix(), b.path, BL_STORE_WRITE);
	b.n = 0;
	for (uint32_t i = a.n; i-- > 0;) {
		struct bl_delivery d = kit_delivery(i + 1, BL_DELIVERY_HISTORY, true);
		struct bl_version_id id;
		uint64_t position;

		assert_ok(bl_store_begin(store, &err), err);
		assert_ok(kit_add(store, BL_STR(WORLD_TYPE), a.bytes[i], &id, &err), err);
		assert_ok(bl_store_commit(store, &d, &position, &err), err);
	}
	for (uint32_t i = 0; i < a.n / 2; i++) {
		struct bl_str bytes = a.bytes[i];
		struct bl_item item = a.item[i];

		a.bytes[i] = a.bytes[a.n - 1 - i];
		a.item[i] = a.item[a.n - 1 - i];
		a.bytes[a.n - 1 - i] = bytes;
		a.item[a.n - 1 - i] = item;
	}
	copy_derived(a.path, b.path);
	check_all(&a, store, "the other order");
	bl_store_close(&store);
	world_close(&a);
	world_close(&b);
}

/* ---- Growing. ------------------------------------------------------------ */

static size_t
count_files(struct world *w, const char *begins, uint64_t *ret_least)
{
	struct listing list = list_files(w->path);
	char folder[400], path[900];
	struct bl_file_info info;
	struct bl_err err;
	size_t n = 0;

	*ret_least = UINT64_MAX;
	folder_of(w->path, folder);
	for (size_t i = 0; i < list.n; i++) {
		assert_true(bl_str_ends(list.entry[i].name, BL_STR(".bld")));
		if (!bl_str_starts(list.entry[i].name, bl_str_of(begins)))
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", folder, list.entry[i].name.ptr);
		assert_ok(bl_os_info(bl_os_posix(), path, &info, &err), err);
		*ret_least = info.size_bytes < *ret_least ? info.size_bytes : *ret_least;
		n++;
	}
	bl_arena_free(&list.arena);
	return n;
}

static void
small_deliveries_write_small_files(void **state)
{
	struct bl_store *store;
	struct world w;
	uint64_t least, whole;
	struct bl_err err;

	(void)state;
	world_open(&w, 17);
	store = open_store(bl_os_posix(), w.path, BL_STORE_CREATE);
	world_deliver(&w, store, 1000);
	check_all(&w, store, "large");
	assert_int_equal(count_files(&w, "heads-", &whole), 1);
	for (size_t i = 2; i <= 8; i++) {
		world_deliver(&w, store, 10);
		if (i == 5)
			assert_ok(bl_store_seal(store, &err), err);
		check_all(&w, store, "small");
		assert_int_equal(count_files(&w, "heads-", &least), i);
		assert_true(least < whole / 10);
	}
	world_deliver(&w, store, 10);
	check_all(&w, store, "merged");
	assert_int_equal(count_files(&w, "heads-", &least), 1);
	assert_true(least > whole);
	assert_int_equal(count_files(&w, "", &least), N_PATHS + 2);
	check_all(&w, store, "merged, from files");
	bl_store_close(&store);
	world_close(&w);
}

static void
what_cannot_be_written_is_no_error(void **state)
{
	struct os_fault fault;
	struct bl_store *store;
	struct world w;
	char path[400];
	uint64_t least;

	(void)state;
	world_open(&w, 19);
	store = open_store(bl_os_posix(), w.path, BL_STORE_CREATE);
	world_deliver(&w, store, 50);
	bl_store_close(&store);
	/* A full disk. */
	os_fault_init(&fault, bl_os_posix());
	store = open_store(&fault.os, w.path, BL_STORE_READ);
	fault.space_bytes = 100;
	check_all(&w, store, "full disk");
	assert_int_equal(count_files(&w, "", &least), 0);
	bl_store_close(&store);
	/* A file where the folder should be. */
	(void)snprintf(path, sizeof(path), "%s/derived/type=AWS%%3A%%3AMade%%3A%%3AThing", w.path);
	(void)remove(path);
	kit_write_file(bl_os_posix(), path, "x", 1);
	store = open_store(bl_os_posix(), w.path, BL_STORE_READ);
	check_all(&w, store, "no folder");
	bl_store_close(&store);
	world_close(&w);
}

/* ---- Failures. ----------------------------------------------------------- */

/* Everything is asked for; an answer that came must be right. */
static bool
ask(struct world *w, struct bl_store *store, struct os_fault *fault, uint64_t nth, bool memory,
    int *ret_failures)
{
	struct bl_columns *columns = NULL;
	struct bl_err err;
	enum bl_status status;
	bool ok[N_PATHS + 1] = {false}, hit;

	memory ? bl_mem_fail_at(nth) : os_fault_arm(fault, FAULT_ALL, nth, EIO);
	status = bl_columns_new(store, BL_COLUMNS_FILES, &columns, &err);
	assert_true(status == BL_OK || (memory && status == BL_ENOMEM && columns == NULL));
	for (size_t i = 0; i <= N_PATHS && columns != NULL; i++) {
		const struct bl_column *c = NULL;
		const struct bl_heads *h = NULL;

		status = i == N_PATHS ? bl_columns_heads(columns, 0, &h, &err)
				      : bl_columns_get(columns, 0, bl_str_of(paths[i]), &c, &err);
		ok[i] = status == BL_OK;
		*ret_failures += ok[i] ? 0 : 1;
		if (!ok[i] && status != (memory ? BL_ENOMEM : BL_EIO))
			fail_msg("%s: %s", bl_status_name(status), err.text);
	}
	hit = memory ? bl_mem_fail_hit() : fault->hit;
	bl_mem_fail_at(0);
	os_fault_arm(fault, 0, 0, 0);
	for (size_t i = 0; i <= N_PATHS && columns != NULL; i++) {
		if (ok[i] && i == N_PATHS)
			world_check_heads(w, columns, "after a failure");
		else if (ok[i])
			world_check_path(w, columns, paths[i], "after a failure");
	}
	bl_columns_free(&columns);
	return hit;
}

static void
remove_files(struct world *w)
{
	struct listing list = list_files(w->path);
	char folder[400], path[900];

	folder_of(w->path, folder);
	for (size_t i = 0; i < list.n; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, list.entry[i].name.ptr);
		assert_int_equal(remove(path), 0);
	}
	bl_arena_free(&list.arena);
}

/* With the files as the last ask left them; or one version more each time; or without files. */
enum walk { WALK_KEPT, WALK_GROWN, WALK_BARE };

static void
walk_failures(bool memory, enum walk walk)
{
	struct os_fault fault;
	struct bl_store *store;
	struct world w;
	int failures = 0;
	uint64_t nth = 1;
	struct bl_err err;

	world_open(&w, 23);
	os_fault_init(&fault, bl_os_posix());
	store = open_store(&fault.os, w.path, BL_STORE_CREATE);
	world_deliver(&w, store, 20);
	if (walk == WALK_BARE)
		assert_ok(bl_store_seal(store, &err), err);
	for (bool hit = true; hit; nth++) {
		if (walk == WALK_GROWN && w.n < 60)
			world_deliver(&w, store, 1);
		if (walk == WALK_BARE)
			remove_files(&w);
		hit = ask(&w, store, &fault, nth, memory, &failures);
		check_all(&w, store, "afterwards");
	}
	print_message("%d asks failed, %llu places\n", failures, (unsigned long long)nth);
	assert_true(nth > 20);
	assert_true(failures > 0 || walk != WALK_BARE);
	bl_store_close(&store);
	world_close(&w);
}

static void
each_call_fails(void **state)
{
	(void)state;
	walk_failures(false, WALK_KEPT);
	walk_failures(false, WALK_GROWN);
	walk_failures(false, WALK_BARE);
}

static void
each_request_for_memory_fails(void **state)
{
	(void)state;
	walk_failures(true, WALK_KEPT);
	walk_failures(true, WALK_GROWN);
	walk_failures(true, WALK_BARE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(damage_is_made_good),
	    cmocka_unit_test(what_is_cut_is_made_again),
	    cmocka_unit_test(files_of_another_store_are_not_believed),
	    cmocka_unit_test(the_same_items_in_another_order_are_others),
	    cmocka_unit_test(small_deliveries_write_small_files),
	    cmocka_unit_test(what_cannot_be_written_is_no_error), cmocka_unit_test(each_call_fails),
	    cmocka_unit_test(each_request_for_memory_fails)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
