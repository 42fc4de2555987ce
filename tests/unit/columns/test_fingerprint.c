/* What stands for a range of versions: the same wherever they lie, another one for others; and a
 * scan that begins in the middle. */
#include "unit/store/kit.h"

#include <stdio.h>

static struct bl_hash128
print_of(struct bl_store *store, uint32_t first, uint32_t count)
{
	struct bl_hash128 print = {0, 0};
	struct bl_err err;

	assert_ok(bl_store_fingerprint(store, 0, first, count, &print, &err), err);
	return print;
}

static bool
same(struct bl_hash128 a, struct bl_hash128 b)
{
	return a.low == b.low && a.high == b.high;
}

static void
deliver(struct bl_store *store, uint64_t from, uint64_t n)
{
	struct bl_delivery d = kit_delivery(from + 1, BL_DELIVERY_HISTORY, true);
	struct bl_buf buf = BL_BUF_INIT((size_t)1 << 20);
	struct bl_version_id id;
	struct bl_err err;
	uint64_t position;

	assert_ok(bl_store_begin(store, &err), err);
	for (uint64_t i = 0; i < n; i++)
		assert_ok(
		    kit_add(store, kit_type(0), kit_item(&buf, 0, from + i, 120), &id, &err), err);
	assert_ok(bl_store_commit(store, &d, &position, &err), err);
	bl_buf_release(&buf);
}

struct walk {
	uint32_t next, n;
};

static enum bl_status
step(void *ctx, struct bl_version_id id, struct bl_str bytes, struct bl_err *reterr)
{
	struct walk *w = ctx;

	(void)reterr;
	assert_int_equal(id.ordinal, w->next);
	assert_true(bytes.len > 0);
	w->next++;
	w->n++;
	return BL_OK;
}

static void
scan_from(struct bl_store *store, uint32_t first, uint32_t n)
{
	struct walk w = {.next = first};
	struct bl_err err;

	assert_ok(bl_store_scan_from(store, 0, first, step, &w, &err), err);
	assert_int_equal(w.n, n - first);
}

static void
prints_stay(void **state)
{
	/* Around the block of 4096 hashes, and over the borders of what is sealed and what is not.
	 */
	static const uint32_t range[][2] = {{0, 0}, {0, 1}, {0, 4095}, {0, 4096}, {0, 4097},
	    {1, 4096}, {2000, 100}, {4990, 20}, {0, 9000}, {8999, 1}, {100, 8192}};
	enum { N = sizeof(range) / sizeof(range[0]) };
	struct bl_hash128 before[N], other;
	struct bl_store *store = NULL;
	char folder[256], path[300];
	struct bl_err err;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/store", kit_folder(folder));
	assert_ok(bl_store_open(bl_os_posix(), path, BL_STORE_CREATE, &store, &err), err);
	deliver(store, 0, 5000);
	deliver(store, 5000, 4000);
	for (size_t i = 0; i < N; i++)
		before[i] = print_of(store, range[i][0], range[i][1]);
	for (size_t i = 0; i < N; i++)
		for (size_t k = 0; k < i; k++)
			assert_false(same(before[i], before[k]));
	assert_ok(bl_store_seal(store, &err), err);
	deliver(store, 9000, 300);
	for (size_t i = 0; i < N; i++)
		assert_true(same(before[i], print_of(store, range[i][0], range[i][1])));
	other = print_of(store, 8900, 300);
	assert_false(same(other, print_of(store, 8900, 301)));
	assert_false(same(other, print_of(store, 8901, 300)));
	assert_int_equal(bl_store_fingerprint(store, 0, 9000, 301, &other, &err), BL_ENOTFOUND);
	assert_int_equal(bl_store_fingerprint(store, 0, 9301, 0, &other, &err), BL_ENOTFOUND);
	assert_int_equal(bl_store_fingerprint(store, 1, 0, 0, &other, &err), BL_ENOTFOUND);
	for (uint32_t first = 0; first <= 9300; first += 155)
		scan_from(store, first, 9300);
	scan_from(store, 8999, 9300);
	scan_from(store, 9000, 9300);
	bl_store_close(&store);
	assert_ok(bl_store_open(bl_os_posix(), path, BL_STORE_READ, &store, &err), err);
	for (size_t i = 0; i < N; i++)
		assert_true(same(before[i], print_of(store, range[i][0], range[i][1])));
	scan_from(store, 9100, 9300);
	bl_store_close(&store);
	kit_remove(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(prints_stay)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
