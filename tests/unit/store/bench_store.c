/*
 * What the store costs: `meson test --benchmark`, or by hand: bench_store [MiB of new items]
 * [folder]. Items of about 3 KB in 10 types, all new; then the same again, all known; reopen, seal,
 * scan, read.
 */
#include "kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

static struct bl_os *os;
static int64_t t0;
static double cpu0;

static void
lap(const char *what, double mib)
{
	int64_t t = bl_os_tick_ns(os);
	double s = (double)(t - t0) / 1e9;
	struct rusage u;
	double all, cpu;

	(void)getrusage(RUSAGE_SELF, &u);
	all = (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	      (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
	cpu = all - cpu0;
	cpu0 = all;
	if (mib > 0)
		printf("%-34s %8.3f s %8.0f MB/s  cpu %.3f s %8.0f MB/s  peak %ld MB\n", what, s,
		    mib * 1.048576 / s, cpu, mib * 1.048576 / cpu, u.ru_maxrss / 1024);
	else
		printf("%-34s %8.3f s               cpu %.3f s\n", what, s, cpu);
	t0 = bl_os_tick_ns(os);
}

static enum bl_status
count(void *ctx, struct bl_version_id id, struct bl_str bytes, struct bl_err *reterr)
{
	(void)id;
	(void)reterr;
	*(uint64_t *)ctx += bytes.len;
	return BL_OK;
}

static uint64_t
folder_bytes(const char *path)
{
	struct bl_arena *arena = bl_arena_new((size_t)64 << 20);
	struct bl_dir_entry *entry;
	struct bl_err err;
	uint64_t sum = 0;
	size_t n;

	assert_ok(bl_os_list(os, arena, path, &entry, &n, &err), err);
	for (size_t i = 0; i < n; i++) {
		char name[1024];
		struct bl_file_info info;

		(void)snprintf(name, sizeof(name), "%s/%s", path, entry[i].name.ptr);
		if (entry[i].kind == BL_FILE_FOLDER) {
			sum += folder_bytes(name);
		} else {
			assert_ok(bl_os_info(os, name, &info, &err), err);
			sum += info.size_bytes;
		}
	}
	bl_arena_free(&arena);
	return sum;
}

/* One delivery from the prepared items; returns how many were new. */
static uint64_t
ingest(struct bl_store *store, const char *data, const uint32_t *len, size_t n, uint64_t number)
{
	struct bl_delivery d = kit_delivery(number, BL_DELIVERY_SNAPSHOT, true);
	struct bl_err err;
	uint64_t fresh = 0, position;
	size_t at = 0;

	assert_ok(bl_store_begin(store, &err), err);
	for (size_t i = 0; i < n; i++) {
		struct bl_str bytes = {data + at, len[i]};
		struct bl_version_id id;
		struct bl_hash128 hash;

		if (!bl_store_find(store, bytes, &hash, &id)) {
			assert_ok(bl_store_put(
				      store, kit_type((uint32_t)(i % 8)), bytes, hash, &id, &err),
			    err);
			fresh++;
		}
		assert_ok(bl_store_member(store, id, &err), err);
		at += len[i];
	}
	assert_ok(bl_store_commit(store, &d, &position, &err), err);
	return fresh;
}

static void
read_at_random(struct bl_store *store)
{
	struct bl_arena *arena = bl_arena_new((size_t)64 << 20);
	uint64_t random = 7;
	struct bl_err err;

	for (int i = 0; i < 1000; i++) {
		uint32_t type = (uint32_t)(kit_random(&random) % 8);
		struct bl_version_id id = {
		    type, (uint32_t)(kit_random(&random) % bl_store_n_versions(store, type))};
		struct bl_str bytes;
		struct bl_sha256 sha256;

		bl_arena_reset(arena);
		assert_ok(bl_store_read(store, id, arena, &bytes, &sha256, &err), err);
	}
	bl_arena_free(&arena);
}

static void
bench(const char *folder, size_t mib)
{
	struct bl_buf buf = BL_BUF_INIT((size_t)1 << 20);
	size_t n = mib * 1048576 / 3000, bytes = 0;
	char *data = malloc(n * 3100), path[400];
	uint32_t *len = malloc(n * sizeof(*len));
	struct bl_store *store = NULL;
	struct bl_err err;
	uint64_t sum = 0;

	assert_non_null(data);
	assert_non_null(len);
	for (size_t i = 0; i < n; i++) {
		struct bl_str item = kit_item(&buf, (uint32_t)(i % 8), i, 3000);

		memcpy(data + bytes, item.ptr, item.len);
		len[i] = (uint32_t)item.len;
		bytes += item.len;
	}
	(void)snprintf(path, sizeof(path), "%s/store", folder);
	double real = (double)bytes / 1048576;
	printf("%zu items, %.1f MB of JSON\n", n, (double)bytes / 1e6);
	t0 = bl_os_tick_ns(os);
	assert_ok(bl_store_open(os, path, BL_STORE_CREATE, &store, &err), err);
	lap("create", 0);
	assert_int_equal(ingest(store, data, len, n, 2), n);
	lap("put + commit, all new", real);
	assert_int_equal(ingest(store, data, len, n, 4), 0);
	lap("find + member + commit, all known", real);
	bl_store_close(&store);
	t0 = bl_os_tick_ns(os);
	assert_ok(bl_store_open(os, path, BL_STORE_WRITE, &store, &err), err);
	lap("open to write", 0);
	assert_ok(bl_store_seal(store, &err), err);
	lap("seal what waits", real);
	bl_store_close(&store);
	t0 = bl_os_tick_ns(os);
	assert_ok(bl_store_open(os, path, BL_STORE_WRITE, &store, &err), err);
	lap("open to write, all sealed", 0);
	bl_store_close(&store);
	t0 = bl_os_tick_ns(os);
	assert_ok(bl_store_open(os, path, BL_STORE_READ, &store, &err), err);
	lap("open to read", 0);
	for (uint32_t t = 0; t < bl_store_n_types(store); t++)
		assert_ok(bl_store_scan(store, t, count, &sum, &err), err);
	lap("scan", real);
	assert_int_equal(sum, bytes);
	read_at_random(store);
	lap("1000 random reads", 0);
	bl_store_close(&store);
	printf("on disk %.1f MB: JSON / disk = %.2f (segments alone %.2f)\n",
	    (double)folder_bytes(path) / 1e6, (double)bytes / (double)folder_bytes(path),
	    (double)bytes / ((double)folder_bytes(path) - 20.0 * (double)n));
	free(data);
	free(len);
	bl_buf_release(&buf);
}

int
main(int argc, char **argv)
{
	char folder[256];

	os = bl_os_posix();
	(void)kit_folder(folder);
	bench(folder, argc > 1 ? strtoul(argv[1], NULL, 10) : 200);
	kit_remove(folder);
	return 0;
}
