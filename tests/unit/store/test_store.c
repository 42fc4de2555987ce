/* The contract of store.h, verb by verb, on the real file system. */
#include "kit.h"

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"

extern char **environ;

/* A shell command's exit code. */
static int
run(const char *command)
{
	char *argv[] = {
	    (char[]){"sh"}, (char[]){"-c"}, bl_store__dup(command, strlen(command)), NULL};
	int status = -1;
	pid_t pid;

	assert_non_null(argv[2]);
	assert_int_equal(posix_spawnp(&pid, "sh", NULL, NULL, argv, environ), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	bl_mem_free(argv[2]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

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

static void
test_refusals(void **state)
{
	struct room *r = *state;
	struct bl_store *second = NULL;
	char want[600];

	(void)snprintf(want, sizeof(want), "%s is being written by process %ld; wait for its end",
	    r->path, (long)getpid());
	assert_err(bl_store_open(r->os, r->path, BL_STORE_WRITE, &second, &r->err), r->err,
	    BL_ELOCKED, want);
	(void)snprintf(want, sizeof(want),
	    "%s is no store and not empty (it holds \"deep\"); name an empty folder", r->folder);
	assert_err(bl_store_open(r->os, r->folder, BL_STORE_CREATE, &second, &r->err), r->err,
	    BL_EINPUT, want);
	(void)snprintf(
	    want, sizeof(want), "%s is no store of beleg: it holds no beleg-store.json", r->folder);
	assert_err(bl_store_open(r->os, r->folder, BL_STORE_READ, &second, &r->err), r->err,
	    BL_ENOTFOUND, want);
	assert_int_equal(bl_store_open(r->os, "", BL_STORE_CREATE, &second, &r->err), BL_EUSAGE);
}

static void
test_refused_items(void **state)
{
	struct room *r = *state;
	struct bl_version_id id;
	struct bl_hash128 hash = {1, 2};
	struct bl_delivery d = kit_delivery(1, BL_DELIVERY_HISTORY, true);
	struct bl_quarantine q = {.reason = {.ptr = r->folder, .len = BL_STORE__STRING_LIMIT + 1}};
	char *big = bl_mem_alloc(BL_STORE__ITEM_LIMIT + 1), type[258];
	uint64_t position;

	assert_ok(bl_store_begin(r->store, &r->err), r->err);
	assert_err(bl_store_put(r->store, kit_type(0), BL_STR(""), hash, &id, &r->err), r->err,
	    BL_EINPUT, "an item is empty, so it cannot be kept as one line");
	assert_err(bl_store_put(r->store, kit_type(0), BL_STR("{\n}"), hash, &id, &r->err), r->err,
	    BL_EINPUT, "an item is more than one line, so it cannot be kept as one line");
	assert_err(bl_store_put(r->store, BL_STR(""), BL_STR("{}"), hash, &id, &r->err), r->err,
	    BL_EINPUT, "the resource type is empty");
	assert_err(bl_store_put(r->store, BL_STR("A\x01"), BL_STR("{}"), hash, &id, &r->err),
	    r->err, BL_EINPUT, "the resource type \"A?\" holds a control byte or is not UTF-8");
	assert_int_equal(
	    bl_store_put(r->store, BL_STR("A\xc0\x80"), BL_STR("{}"), hash, &id, &r->err),
	    BL_EINPUT);
	memset(type, 'x', sizeof(type));
	assert_err(
	    bl_store_put(r->store, (struct bl_str){type, 257}, BL_STR("{}"), hash, &id, &r->err),
	    r->err, BL_ELIMIT,
	    "a resource type of 257 bytes is too long: at most 256, and 250 escaped as a folder");
	assert_int_equal(
	    bl_store_put(r->store, (struct bl_str){type, 251}, BL_STR("{}"), hash, &id, &r->err),
	    BL_ELIMIT);
	assert_non_null(big);
	memset(big, 'a', BL_STORE__ITEM_LIMIT + 1);
	assert_err(bl_store_put(r->store, kit_type(0),
		       (struct bl_str){big, BL_STORE__ITEM_LIMIT + 1}, hash, &id, &r->err),
	    r->err, BL_ELIMIT, "an item of 67108865 bytes is larger than 67108864");
	assert_int_equal(bl_store_n_types(r->store), 0);
	assert_ok(
	    bl_store_put(r->store, (struct bl_str){type, 250}, BL_STR("{}"), hash, &id, &r->err),
	    r->err);
	assert_err(bl_store_put(r->store, kit_type(0), BL_STR("{}"), hash, &id, &r->err), r->err,
	    BL_EINPUT, "this version is in the store already");
	assert_int_equal(bl_store_n_types(r->store), 1);
	assert_err(bl_store_member(r->store, (struct bl_version_id){0, 1}, &r->err), r->err,
	    BL_EINPUT, "there is no version 1 of resource type 0");
	q.reason.ptr = big;
	assert_int_equal(bl_store_refuse(r->store, &q, &r->err), BL_ELIMIT);
	q.reason = BL_STR("x");
	for (int i = 0; i < BL_STORE__QUARANTINE_LIMIT; i++)
		assert_ok(bl_store_refuse(r->store, &q, &r->err), r->err);
	assert_err(bl_store_refuse(r->store, &q, &r->err), r->err, BL_ELIMIT,
	    "more than 100000 items of one delivery are unreadable");
	d.note = (struct bl_str){big, BL_STORE__STRING_LIMIT + 1};
	assert_err(bl_store_commit(r->store, &d, &position, &r->err), r->err, BL_ELIMIT,
	    "the note of a delivery has 4097 bytes; at most 4096 are kept");
	/* A commit that fails forgets everything; abort has nothing left to do. */
	assert_ok(bl_store_abort(r->store, &r->err), r->err);
	assert_int_equal(bl_store_n_types(r->store), 0);
	assert_int_equal(bl_store_n_deliveries(r->store), 0);
	assert_err(bl_store_members(r->store, 1, r->arena, NULL, NULL, &r->err), r->err,
	    BL_ENOTFOUND, "there is no delivery 1; the last is 0");
	bl_mem_free(big);
}

/* The largest item, put, committed, sealed, read. */
static void
test_large_item(void **state)
{
	struct room *r = *state;
	struct bl_str item, bytes;
	struct bl_version_id id[2];
	struct bl_sha256 sha256;

	assert_ok(bl_buf_reserve(&r->buf, BL_STORE__ITEM_LIMIT, &r->err), r->err);
	for (size_t i = 0; i < BL_STORE__ITEM_LIMIT; i++)
		r->buf.ptr[i] = (char)('a' + i / 4096 % 26);
	item = (struct bl_str){r->buf.ptr, BL_STORE__ITEM_LIMIT};
	assert_ok(bl_store_begin(r->store, &r->err), r->err);
	assert_ok(kit_add(r->store, kit_type(1), BL_STR("{}"), &id[0], &r->err), r->err);
	assert_ok(kit_add(r->store, kit_type(1), item, &id[1], &r->err), r->err);
	(void)commit(r, 1);
	for (int sealed = 0; sealed < 2; sealed++) {
		bl_arena_reset(r->arena);
		assert_ok(
		    bl_store_read(r->store, id[1], r->arena, &bytes, &sha256, &r->err), r->err);
		assert_true(bl_str_eq(bytes, item));
		assert_ok(
		    bl_store_read(r->store, id[0], r->arena, &bytes, &sha256, &r->err), r->err);
		assert_bytes(bytes, "{}");
		assert_ok(bl_store_seal(r->store, &r->err), r->err);
	}
}

static void
test_find_delivery(void **state)
{
	struct room *r = *state;
	struct bl_delivery a = kit_delivery(1, BL_DELIVERY_HISTORY, true), b = a, c = a;
	struct bl_str none = {.ptr = NULL};
	uint64_t position;

	b.key = b.name = BL_STR("other.json.gz");
	c.sha256.byte[9] = 77;
	c.name = none;
	assert_int_equal(bl_store_find_delivery(r->store, &a.sha256, none), 0);
	assert_ok(bl_store_begin(r->store, &r->err), r->err);
	assert_ok(bl_store_commit(r->store, &a, &position, &r->err), r->err);
	assert_int_equal(bl_store_find_delivery(r->store, &a.sha256, a.name), 1);
	assert_int_equal(bl_store_find_delivery(r->store, &a.sha256, b.name), 0);
	assert_int_equal(bl_store_find_delivery(r->store, &a.sha256, none), 1);
	assert_ok(bl_store_begin(r->store, &r->err), r->err);
	assert_ok(bl_store_commit(r->store, &b, &position, &r->err), r->err);
	assert_ok(bl_store_begin(r->store, &r->err), r->err);
	assert_ok(bl_store_commit(r->store, &c, &position, &r->err), r->err);
	reopen(r, BL_STORE_READ);
	assert_int_equal(bl_store_find_delivery(r->store, &b.sha256, b.name), 2);
	assert_int_equal(bl_store_find_delivery(r->store, &b.sha256, none), 1);
	assert_int_equal(bl_store_find_delivery(r->store, &c.sha256, none), 3);
	/* By size alone, so that a file of another size need not be hashed. */
	assert_true(bl_store_may_hold(r->store, a.bytes_in, none));
	assert_true(bl_store_may_hold(r->store, a.bytes_in, a.name));
	assert_false(bl_store_may_hold(r->store, a.bytes_in + 1, none));
	assert_false(bl_store_may_hold(r->store, a.bytes_in, BL_STR("another")));
	assert_null(bl_store_delivery(r->store, 3)->name.ptr);
	assert_null(bl_store_delivery(r->store, 0));
}

/* A hundred snapshots with small changes: differences, in full at least every 32nd time. */
static void
test_differences(void **state)
{
	struct room *r = *state;
	uint64_t full = 0;
	struct bl_version_id *ids;
	size_t n;

	for (uint64_t s = 0; s < 100; s++) {
		assert_ok(bl_store_begin(r->store, &r->err), r->err);
		/* The hundred items from s on, but every seventh. */
		for (uint64_t i = s; i < s + 100; i++) {
			struct bl_version_id id;

			if (i % 7 == s % 7)
				continue;
			assert_ok(kit_add(r->store, kit_type(0), kit_item(&r->buf, 0, i, 200), &id,
				      &r->err),
			    r->err);
		}
		(void)commit(r, 2 * s); /* Always the same account. */
	}
	reopen(r, BL_STORE_READ);
	for (uint64_t s = 0; s < 100; s++) {
		size_t k = 0;

		bl_arena_reset(r->arena);
		assert_ok(bl_store_members(r->store, s + 1, r->arena, &ids, &n, &r->err), r->err);
		full += r->store->entry[s].base == 0;
		assert_true(r->store->entry[s].depth < BL_STORE__FULL_EVERY);
		for (uint64_t i = s; i < s + 100; i++)
			k += i % 7 != s % 7;
		assert_int_equal(n, k);
	}
	assert_in_range(full, 4, 100);
	assert_err(bl_store_members(r->store, 101, r->arena, &ids, &n, &r->err), r->err,
	    BL_ENOTFOUND, "there is no delivery 101; the last is 100");
}

/* What a group holds is not there before its flush. */
static void
test_group(void **state)
{
	struct room *r = *state;

	bl_store_group(r->store, true);
	for (uint64_t i = 0; i < 3; i++) {
		assert_ok(bl_store_begin(r->store, &r->err), r->err);
		add_items(r, i * 10, i * 10 + 10, 300);
		assert_int_equal(commit(r, i), i + 1);
	}
	reopen(r, BL_STORE_WRITE);
	assert_int_equal(bl_store_n_deliveries(r->store), 0);
	assert_int_equal(bl_store_n_types(r->store), 0);
	bl_store_group(r->store, true);
	assert_ok(bl_store_begin(r->store, &r->err), r->err);
	add_items(r, 0, 10, 300);
	(void)commit(r, 5);
	assert_ok(bl_store_flush(r->store, &r->err), r->err);
	reopen(r, BL_STORE_READ);
	assert_int_equal(bl_store_n_deliveries(r->store), 1);
}

static void
test_attachment(void **state)
{
	struct bl_sha256 *attached = NULL;
	size_t n_attached = 0;
	struct room *r = *state;
	struct bl_str bytes, text = BL_STR("user,arn\nroot,x\n");
	char path[500], hex[BL_SHA256_HEX];
	struct bl_sha256 sha256;
	struct bl_file_info info;

	assert_ok(bl_sha256_of(text, &sha256, &r->err), r->err);
	(void)snprintf(path, sizeof(path), "%s/evidence/%s", r->path, bl_sha256_hex(&sha256, hex));
	assert_ok(bl_store_begin(r->store, &r->err), r->err);
	assert_ok(bl_store_attach(r->store, text, &r->err), r->err);
	assert_ok(bl_store_abort(r->store, &r->err), r->err);
	assert_int_equal(bl_os_info(r->os, path, &info, &r->err), BL_ENOTFOUND);
	for (int i = 0; i < 2; i++) {
		assert_ok(bl_store_begin(r->store, &r->err), r->err);
		assert_ok(bl_store_attach(r->store, text, &r->err), r->err);
		if (i == 0)
			(void)commit(r, 1);
		else /* It was there before this delivery, and stays. */
			assert_ok(bl_store_abort(r->store, &r->err), r->err);
	}
	/* The delivery knows what it brought. */
	assert_ok(bl_store_attached(r->store, bl_store_n_deliveries(r->store), r->arena, &attached,
		      &n_attached, &r->err),
	    r->err);
	assert_int_equal(n_attached, 1);
	assert_memory_equal(attached[0].byte, sha256.byte, BL_SHA256_BYTES);
	assert_int_equal(bl_store_attached(r->store, bl_store_n_deliveries(r->store) + 1, r->arena,
			     &attached, &n_attached, &r->err),
	    BL_ENOTFOUND);
	assert_ok(bl_store_attachment(r->store, &sha256, r->arena, &bytes, &r->err), r->err);
	assert_true(bl_str_eq(bytes, text));
	sha256.byte[0] ^= 1;
	assert_int_equal(
	    bl_store_attachment(r->store, &sha256, r->arena, &bytes, &r->err), BL_ENOTFOUND);
}

/* The same deliveries in the same order: the same segments, however they were grouped, split or
 * aborted. */
static void
test_deterministic(void **state)
{
	struct room *r = *state;
	struct bl_store *other = NULL;
	char path[2][500], *bytes[2];
	size_t len[2];

	(void)snprintf(path[0], sizeof(path[0]), "%s/other", r->folder);
	assert_ok(bl_store_open(r->os, path[0], BL_STORE_CREATE, &other, &r->err), r->err);
	for (int k = 0; k < 2; k++) {
		bl_store_group(r->store, k == 1);
		for (uint64_t i = 0; i < 4; i++) {
			assert_ok(bl_store_begin(r->store, &r->err), r->err);
			add_items(r, i * 100, i * 100 + 400, 3000);
			if (k == 1) { /* Abort, and the same again. */
				assert_ok(bl_store_abort(r->store, &r->err), r->err);
				assert_ok(bl_store_begin(r->store, &r->err), r->err);
				add_items(r, i * 100, i * 100 + 400, 3000);
			}
			(void)commit(r, i);
		}
		assert_ok(bl_store_seal(r->store, &r->err), r->err);
		if (k == 0) {
			struct bl_store *swap = r->store;

			r->store = other;
			other = swap;
		}
	}
	for (int k = 0; k < 2; k++) {
		(void)snprintf(path[k], sizeof(path[k]),
		    "%s/versions/type=AWS%%3A%%3AEC2%%3A%%3AVolume/000000000000.ndjson.zst",
		    k == 0 ? other->root : r->store->root);
		bytes[k] = kit_read_file(r->os, path[k], &len[k]);
	}
	assert_int_equal(len[0], len[1]);
	assert_memory_equal(bytes[0], bytes[1], len[0]);
	free(bytes[0]);
	free(bytes[1]);
	bl_store_close(&other);
}

/* Sealing copies the frames of large blocks as they are, and joins small ones. */
static void
test_seal_frames(void **state)
{
	static const size_t size[] = {200000, 900, 700, 800, 150000, 100000, 90000};
	struct room *r = *state;
	struct bl_buf index = BL_BUF_INIT((size_t)1 << 20);
	char *tail, *segment, path[600];
	size_t tail_len, segment_len;
	bool rebuilt;

	for (uint64_t i = 0; i < 7; i++) {
		struct bl_delivery d = kit_delivery(i + 1, BL_DELIVERY_API, true);
		struct bl_str item = kit_item(&r->buf, 0, i, size[i]);
		struct bl_version_id id;
		uint64_t position;

		assert_ok(bl_store_begin(r->store, &r->err), r->err);
		assert_ok(kit_add(r->store, kit_type(0), item, &id, &r->err), r->err);
		assert_ok(bl_store_commit(r->store, &d, &position, &r->err), r->err);
	}
	(void)snprintf(path, sizeof(path), "%s/tail/1.log", r->path);
	tail = kit_read_file(r->os, path, &tail_len);
	assert_ok(bl_store_seal(r->store, &r->err), r->err);
	assert_ok(bl_read__index(r->store, &r->store->type[0], &r->store->type[0].segment[0],
		      &index, &rebuilt, &r->err),
	    r->err);
	assert_false(rebuilt);
	(void)snprintf(path, sizeof(path), "%s/versions/%s/000000000000.ndjson.zst", r->path,
	    r->store->type[0].folder);
	segment = kit_read_file(r->os, path, &segment_len);
	/* 200000 | 900 + 700 + 800 | 150000 | 100000 + 90000 */
	assert_int_equal(bl_index__n_frames(bl_buf_str(&index)), 4);
	for (uint32_t i = 0; i < 4; i++) {
		static const uint32_t count[] = {1, 3, 1, 2};
		struct bl_index_frame frame = bl_index__frame(bl_buf_str(&index), i);
		bool copied;

		assert_int_equal(frame.count, count[i]);
		copied = memmem(tail, tail_len, segment + frame.offset, frame.len) != NULL;
		assert_int_equal(copied, i % 2 == 0);
	}
	free(tail);
	free(segment);
	bl_buf_release(&index);
}

/* Types that wait with much are sealed at commit, and the others stay. */
static void
test_auto_seal(void **state)
{
	struct room *r = *state;
	struct bl_store *reader = NULL;

	r->store->seal_type = 1 << 20;
	assert_ok(bl_store_begin(r->store, &r->err), r->err);
	add_items(r, 0, 1000, 3000);
	(void)commit(r, 1);
	assert_int_equal(r->store->type[0].n_segments, 0);
	assert_ok(bl_store_open(r->os, r->path, BL_STORE_READ, &reader, &r->err), r->err);
	assert_ok(bl_store_begin(r->store, &r->err), r->err);
	for (uint64_t n = 1000; n < 2000; n += 5) {
		struct bl_version_id id;

		assert_ok(
		    kit_add(r->store, kit_type(0), kit_item(&r->buf, 0, n, 3000), &id, &r->err),
		    r->err);
	}
	(void)commit(r, 2);
	assert_int_equal(r->store->type[0].n_segments, 1);
	assert_int_equal(r->store->type[1].n_segments, 0);
	assert_ok(bl_store_seal(r->store, &r->err), r->err);
	assert_int_equal(r->store->type[1].n_segments, 1);
	/* The reader of before sees what it saw, though its tail has been removed. */
	{
		struct bl_store *writer = r->store;

		r->store = reader;
		check_all(r, 1000);
		r->store = writer;
	}
	bl_store_close(&reader);
}

/* Strangers read a segment: zstd and jq here, DuckDB in the end-to-end scripts. */
static void
test_strangers(void **state)
{
	struct room *r = *state;
	char command[2000];

	if (run("command -v zstd >/dev/null && command -v jq >/dev/null") != 0) {
		if (getenv("CI") != NULL)
			fail_msg("zstd and jq are needed for this test");
		print_message("skipped: zstd or jq is missing\n");
		skip();
	}
	assert_ok(bl_store_begin(r->store, &r->err), r->err);
	add_items(r, 0, 2000, 3000);
	(void)commit(r, 1);
	assert_ok(bl_store_seal(r->store, &r->err), r->err);
	for (uint32_t t = 0; t < 5; t++) {
		(void)snprintf(command, sizeof(command), "%s/want", r->folder);
		FILE *want = fopen(command, "wb");

		assert_non_null(want);
		for (uint64_t n = t; n < 2000; n += 5) {
			struct bl_str item = kit_item(&r->buf, t, n, 3000);

			assert_int_equal(fwrite(item.ptr, 1, item.len, want), item.len);
			assert_int_equal(fputc('\n', want), '\n');
		}
		assert_int_equal(fclose(want), 0);
		(void)snprintf(command, sizeof(command),
		    "zstd -dc '%s/versions/%s/000000000000.ndjson.zst' | jq -c . | cmp - '%s/want'",
		    r->path, r->store->type[t].folder, r->folder);
		assert_int_equal(run(command), 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_round_trip, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_refusals, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_refused_items, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_large_item, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_find_delivery, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_differences, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_group, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_attachment, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_deterministic, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_auto_seal, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_seal_frames, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_strangers, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
