/*
 * A small store, damaged as the input says: the first byte's low bit asks for right checksums of
 * the records after all; then five bytes a change: file, what (0 a byte, 1 cut, 2 gone), offset
 * (u16), value.
 *
 * What must hold: the examination comes to its end; a changed byte is a problem, unless checksums
 * were made right; and a store that is called sound opens and gives every version and every
 * membership.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "store/code.h"
#include "store/fsck.h"
#include "store/store_priv.h"
#include "support/os_crash.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define N_FILES 6
static const char *const files[N_FILES] = {"st/beleg-store.json", "st/manifest", "st/catalogue.log",
    "st/tail/2.log", "st/versions/type=AWS%3A%3AEC2%3A%3AVolume/000000000000.ndjson.zst",
    "st/versions/type=AWS%3A%3AEC2%3A%3AVolume/_000000000000.idx"};

static void
must(bool ok)
{
	if (!ok)
		abort();
}

/* Three snapshots of one volume or two; the first two are sealed. */
static struct os_crash *
build(void)
{
	struct os_crash *fs = os_crash_new();
	struct bl_store *store = NULL;

	must(bl_store_open(&fs->os, "st", BL_STORE_CREATE, &store, NULL) == BL_OK);
	for (int n = 0; n < 3; n++) {
		char item[2][500];
		struct bl_delivery d = {.kind = BL_DELIVERY_SNAPSHOT,
		    .complete = true,
		    .key = BL_STR("AWSLogs/a.json.gz"),
		    .name = BL_STR("a.json.gz"),
		    .account = BL_STR("111122223333"),
		    .region = BL_STR("eu-central-1"),
		    .n_new = n == 0 ? 2 : 1,
		    .n_known = n == 0 ? 0 : 1,
		    .n_items = 2};
		uint64_t position;

		must(bl_store_begin(store, NULL) == BL_OK);
		for (int i = 0; i < 2; i++) {
			struct bl_hash128 hash;
			struct bl_version_id id;
			struct bl_str bytes;

			(void)snprintf(item[i], sizeof(item[i]),
			    "{\"configurationItemCaptureTime\":\"2026-01-0%dT00:00:00Z\","
			    "\"awsAccountId\":\"111122223333\",\"configurationItemStatus\":\"OK\","
			    "\"resourceType\":\"AWS::EC2::Volume\",\"resourceId\":\"vol-%d\","
			    "\"awsRegion\":\"eu-central-1\"}",
			    i == 0 ? n + 1 : 1, i);
			bytes = bl_str_of(item[i]);
			if (!bl_store_find(store, bytes, &hash, &id))
				must(bl_store_put(store, BL_STR("AWS::EC2::Volume"), bytes, hash,
					 &id, NULL) == BL_OK);
			must(bl_store_member(store, id, NULL) == BL_OK);
		}
		d.sha256.byte[0] = (uint8_t)n;
		must(bl_store_commit(store, &d, &position, NULL) == BL_OK);
		if (n == 1)
			must(bl_store_seal(store, NULL) == BL_OK);
	}
	bl_store_close(&store);
	return fs;
}

static struct bl_str
slurp(struct os_crash *fs, const char *path, struct bl_arena *arena)
{
	struct bl_str bytes;

	if (bl_os_read_file(&fs->os, arena, path, (size_t)1 << 20, &bytes, NULL) != BL_OK)
		return (struct bl_str){.ptr = NULL};
	return bytes;
}

/* One change; true when the file is another one now. */
static bool
change(struct os_crash *fs, const uint8_t step[5], struct bl_arena *arena)
{
	const char *path = files[step[0] % N_FILES];
	struct bl_str bytes = slurp(fs, path, arena);
	size_t at = (size_t)(step[2] | step[3] << 8);
	char *copy = bl_new(arena, char, bytes.len + 1);

	if (bytes.len == 0)
		return false;
	at %= bytes.len;
	memcpy(copy, bytes.ptr, bytes.len);
	if (step[1] % 3 == 2)
		return bl_os_unlink(&fs->os, path, NULL) == BL_OK;
	if (step[1] % 3 == 1)
		bytes.len = at;
	copy[at] = (char)((uint8_t)copy[at] ^ step[4]);
	must(bl_os_write_file(&fs->os, path, (struct bl_str){copy, bytes.len}, NULL) == BL_OK);
	return true;
}

/* Every record whose head is sound gets the checksum of what it holds now. */
static void
make_right(struct os_crash *fs, const char *path, struct bl_arena *arena)
{
	struct bl_str bytes = slurp(fs, path, arena);
	char *copy = bl_new(arena, char, bytes.len + 1);
	struct bl_log__record head;

	if (bytes.len == 0)
		return;
	memcpy(copy, bytes.ptr, bytes.len);
	for (size_t at = BL_LOG__FILE_HEAD; at + BL_LOG__HEAD <= bytes.len; at += 8)
		if (bl_log__parse_head(copy + at, at, &head) &&
		    at + BL_LOG__HEAD + head.len <= bytes.len)
			bl_code__put_u64(copy + at + 32,
			    bl_hash64_of((struct bl_str){copy + at + BL_LOG__HEAD, head.len}));
	must(bl_os_write_file(&fs->os, path, (struct bl_str){copy, bytes.len}, NULL) == BL_OK);
}

static void
on_problem(void *ctx, const struct bl_fsck_problem *problem)
{
	(void)ctx;
	must(problem->what[0] != '\0');
}

static enum bl_status
take(void *ctx, struct bl_version_id id, struct bl_str bytes, struct bl_err *reterr)
{
	(void)ctx, (void)id, (void)reterr;
	must(bytes.len > 0);
	return BL_OK;
}

/* What is called sound must be. */
static void
read_all(struct os_crash *fs, struct bl_arena *arena)
{
	struct bl_store *store = NULL;

	must(bl_store_open(&fs->os, "st", BL_STORE_READ, &store, NULL) == BL_OK);
	for (uint32_t t = 0; t < bl_store_n_types(store); t++)
		must(bl_store_scan(store, t, take, NULL, NULL) == BL_OK);
	for (uint64_t p = 1; p <= bl_store_n_deliveries(store); p++) {
		struct bl_version_id *ids;
		size_t n;

		must(bl_store_members(store, p, arena, &ids, &n, NULL) == BL_OK);
	}
	bl_store_close(&store);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bl_arena *arena = bl_arena_new((size_t)64 << 20);
	struct os_crash *fs = build();
	struct bl_fsck_observer observer = {.problem = on_problem};
	struct bl_fsck_totals t;
	bool right = size > 0 && (data[0] & 1) != 0, changed = false;
	struct bl_str before[N_FILES];

	for (size_t i = 0; i < N_FILES; i++)
		before[i] = slurp(fs, files[i], arena);
	for (size_t at = 1; at + 5 <= size && at < 100; at += 5)
		(void)change(fs, data + at, arena);
	if (right) {
		make_right(fs, files[2], arena);
		make_right(fs, files[3], arena);
	}
	for (size_t i = 0; i < N_FILES; i++)
		changed = changed || !bl_str_eq(before[i], slurp(fs, files[i], arena));
	if (bl_fsck_run(&fs->os, "st", observer, &t, NULL) == BL_OK) {
		uint64_t n = t.problems[0] + t.problems[1] + t.problems[2];

		/* The ACK at the end may be cut off: nothing stands behind it. */
		must(n > 0 || !changed || right || slurp(fs, files[2], arena).len < before[2].len);
		if (n == 0)
			read_all(fs, arena);
	}
	os_crash_free(&fs);
	bl_arena_free(&arena);
	return 0;
}
