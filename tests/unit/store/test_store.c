/* The contract of store.h, verb by verb, on the real file system. */
#include "kit.h"

#include <stdio.h>

struct room {
	char folder[256];
	char path[300];
	struct bl_os *os;
	struct bl_store *store;
	struct bl_arena *arena;
	struct bl_buf buf;
	struct bl_err err;
};

static int
setup(void **state)
{
	static struct room r;

	r = (struct room){.os = bl_os_posix(), .buf = BL_BUF_INIT((size_t)80 << 20)};
	(void)snprintf(r.path, sizeof(r.path), "%s/deep/store", kit_folder(r.folder));
	r.arena = bl_arena_new((size_t)1 << 30);
	assert_non_null(r.arena);
	assert_ok(bl_store_open(r.os, r.path, BL_STORE_CREATE, &r.store, &r.err), r.err);
	*state = &r;
	return 0;
}

static int
teardown(void **state)
{
	struct room *r = *state;

	bl_store_close(&r->store);
	bl_arena_free(&r->arena);
	bl_buf_release(&r->buf);
	kit_remove(r->folder);
	return 0;
}

static void
reopen(struct room *r, enum bl_store_mode mode)
{
	bl_store_close(&r->store);
	assert_ok(bl_store_open(r->os, r->path, mode, &r->store, &r->err), r->err);
}

static uint64_t
commit(struct room *r, uint64_t n)
{
	struct bl_delivery d = kit_delivery(n, BL_DELIVERY_SNAPSHOT, true);
	uint64_t position = 0;

	assert_ok(bl_store_commit(r->store, &d, &position, &r->err), r->err);
	return position;
}

static void
add_items(struct room *r, uint64_t from, uint64_t to, size_t size)
{
	for (uint64_t n = from; n < to; n++) {
		struct bl_version_id id;
		uint32_t type = (uint32_t)(n % 5);
		struct bl_str bytes = kit_item(&r->buf, type, n, size);

		assert_ok(kit_add(r->store, kit_type(type), bytes, &id, &r->err), r->err);
	}
}

struct seen {
	uint64_t n;
	struct room *r;
	uint32_t type;
};

static enum bl_status
see(void *ctx, struct bl_version_id id, struct bl_str bytes, struct bl_err *reterr)
{
	struct seen *seen = ctx;
	struct bl_str want =
	    kit_item(&seen->r->buf, seen->type, (uint64_t)id.ordinal * 5 + seen->type, 3000);

	(void)reterr;
	assert_int_equal(id.ordinal, seen->n);
	assert_true(bl_str_eq(bytes, want));
	seen->n++;
	return BL_OK;
}

static void
check_all(struct room *r, uint64_t n)
{
	for (uint32_t t = 0; t < 5; t++) {
		struct seen seen = {.r = r, .type = t};
		uint32_t no = bl_store_type_no(r->store, kit_type(t));

		assert_int_equal(no, t);
		assert_int_equal(bl_store_n_versions(r->store, no), n / 5);
		assert_ok(bl_store_scan(r->store, no, see, &seen, &r->err), r->err);
		assert_int_equal(seen.n, n / 5);
		for (uint32_t i = 0; i < n / 5; i += 37) {
			struct bl_str bytes, want;
			struct bl_sha256 sha256, want_sha;

			bl_arena_reset(r->arena);
			assert_ok(bl_store_read(r->store, (struct bl_version_id){no, i}, r->arena,
				      &bytes, &sha256, &r->err),
			    r->err);
			want = kit_item(&r->buf, t, (uint64_t)i * 5 + t, 3000);
			assert_true(bl_str_eq(bytes, want));
			assert_ok(bl_sha256_of(want, &want_sha, &r->err), r->err);
			assert_memory_equal(sha256.byte, want_sha.byte, BL_SHA256_BYTES);
		}
	}
}

static void
test_round_trip(void **state)
{
	struct room *r = *state;
	struct bl_version_id *ids;
	size_t n;

	assert_ok(bl_store_begin(r->store, &r->err), r->err);
	add_items(r, 0, 1000, 3000);
	check_all(r, 1000); /* The writer sees its own work. */
	assert_int_equal(commit(r, 1), 1);
	check_all(r, 1000);
	reopen(r, BL_STORE_READ);
	check_all(r, 1000);
	reopen(r, BL_STORE_WRITE);
	check_all(r, 1000);
	assert_ok(bl_store_begin(r->store, &r->err), r->err);
	add_items(r, 500, 2000, 3000);
	assert_int_equal(commit(r, 3), 2);
	assert_ok(bl_store_seal(r->store, &r->err), r->err);
	check_all(r, 2000);
	reopen(r, BL_STORE_READ);
	check_all(r, 2000);
	bl_arena_reset(r->arena);
	assert_ok(bl_store_members(r->store, 1, r->arena, &ids, &n, &r->err), r->err);
	assert_int_equal(n, 1000);
	assert_ok(bl_store_members(r->store, 2, r->arena, &ids, &n, &r->err), r->err);
	assert_int_equal(n, 1500);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(ids[i].type_no, i / 300);
		assert_int_equal(ids[i].ordinal, 100 + i % 300);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_round_trip, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
