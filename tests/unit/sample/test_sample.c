/* The whole, on a disk in memory: determinism, counts, and every failure of the disk. */
#include "support/test.h"

#include <errno.h>
#include <isa-l/igzip_lib.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/mem.h"
#include "os/os.h"
#include "sample/sample.h"
#include "support/os_crash.h"
#include "support/os_fault.h"
#include "json/json.h"

#define JSON_MAX ((size_t)8 << 20)

static const struct bl_sample_options small = {.n_accounts = 2,
    .n_regions = 2,
    .n_days = 3,
    .n_resources = 20,
    .seed = 7,
    .start_ns = INT64_C(1767052800000000000)};

/* What a walk over the tree finds. */
struct tree {
	struct bl_os *os;
	struct bl_arena *arena;
	struct bl_sha256_run *digest;
	struct bl_json_parser *parser;
	char *json;
	uint64_t n_files, n_items, bytes_json, bytes;
};

static void
inflate_and_count(struct tree *t, struct bl_str gz)
{
	struct inflate_state inflate;
	struct bl_arena *arena = bl_arena_new((size_t)64 << 20);
	const struct bl_json *root, *items;
	struct bl_err err;
	size_t n;

	isal_inflate_init(&inflate);
	inflate.crc_flag = ISAL_GZIP;
	inflate.next_in = (uint8_t *)(uintptr_t)gz.ptr;
	inflate.avail_in = (uint32_t)gz.len;
	inflate.next_out = (uint8_t *)t->json;
	inflate.avail_out = (uint32_t)JSON_MAX;
	assert_int_equal(isal_inflate(&inflate), ISAL_DECOMP_OK);
	n = JSON_MAX - inflate.avail_out;
	assert_true(n > 0 && n < JSON_MAX);
	assert_null(memchr(t->json, '\n', n));
	t->bytes_json += n;
	assert_ok(bl_json_parse(t->parser, (struct bl_str){t->json, n}, arena, &root, &err), err);
	items = bl_json_get(root, BL_STR("configurationItems"));
	t->n_items += items != NULL ? items->n : 1;
	bl_arena_free(&arena);
}

static void
walk(struct tree *t, const char *folder, int depth)
{
	struct bl_dir_entry *entry;
	struct bl_err err;
	size_t n;

	assert_true(depth < 16);
	assert_ok(bl_os_list(t->os, t->arena, folder, &entry, &n, &err), err);
	for (size_t i = 0; i < n; i++) {
		char path[1000];
		struct bl_str bytes;

		(void)snprintf(path, sizeof(path), "%.480s/%.480s", folder, entry[i].name.ptr);
		if (entry[i].kind == BL_FILE_FOLDER) {
			walk(t, path, depth + 1);
			continue;
		}
		assert_ok(bl_os_read_file(t->os, t->arena, path, JSON_MAX, &bytes, &err), err);
		assert_ok(bl_sha256_run_add(t->digest, bl_str_of(path), &err), err);
		assert_ok(bl_sha256_run_add(t->digest, bytes, &err), err);
		t->n_files++;
		t->bytes += bytes.len;
		if (bl_str_ends(entry[i].name, BL_STR(".gz")))
			inflate_and_count(t, bytes);
	}
}

static struct bl_sha256
look(struct bl_os *os, struct tree *ret_tree)
{
	struct tree t = {.os = os, .arena = bl_arena_new((size_t)64 << 20)};
	struct bl_sha256 digest;
	struct bl_err err;

	t.json = bl_mem_alloc(JSON_MAX);
	assert_true(t.arena != NULL && t.json != NULL);
	assert_ok(bl_sha256_run_new(&t.digest, &err), err);
	assert_ok(bl_json_parser_new((struct bl_json_limits){0}, &t.parser, &err), err);
	walk(&t, "sample", 0);
	assert_ok(bl_sha256_run_end(t.digest, &digest, &err), err);
	bl_sha256_run_free(&t.digest);
	bl_json_parser_free(&t.parser);
	bl_mem_free(t.json);
	bl_arena_free(&t.arena);
	*ret_tree = t;
	return digest;
}

struct made {
	struct os_crash *disk;
	struct tree tree;
	struct bl_sample_report report;
	struct bl_sha256 digest;
};

static struct made
make(const struct bl_sample_options *options)
{
	struct made m = {.disk = os_crash_new()};
	struct bl_err err;

	assert_ok(
	    bl_sample_write(&m.disk->os, "sample", options, NULL, NULL, &m.report, &err), err);
	m.digest = look(&m.disk->os, &m.tree);
	return m;
}

/* ---- What differs, so that a run that fails explains itself. ---- */

static size_t
first_other(struct bl_str a, struct bl_str b)
{
	size_t at = 0;

	while (at < a.len && at < b.len && a.ptr[at] == b.ptr[at])
		at++;
	return at;
}

static struct bl_str
unpacked(struct bl_arena *arena, struct bl_str gz)
{
	struct inflate_state *inflate = bl_new(arena, struct inflate_state, 1);
	char *out = bl_new(arena, char, JSON_MAX);

	assert_true(inflate != NULL && out != NULL);
	isal_inflate_init(inflate);
	inflate->crc_flag = ISAL_GZIP;
	inflate->next_in = (uint8_t *)(uintptr_t)gz.ptr;
	inflate->avail_in = (uint32_t)gz.len;
	inflate->next_out = (uint8_t *)out;
	inflate->avail_out = (uint32_t)JSON_MAX;
	assert_int_equal(isal_inflate(inflate), ISAL_DECOMP_OK);
	return (struct bl_str){out, JSON_MAX - inflate->avail_out};
}

static struct bl_str
around(struct bl_str s, size_t at)
{
	size_t from = at < 40 ? 0 : at - 40, to = at + 40 < s.len ? at + 40 : s.len;

	return from < to ? bl_str_sub(s, from, to) : BL_STR("(its end)");
}

/* The files differ: are the packed bytes other ones, or the text in them? */
static void
tell_files(struct bl_arena *arena, const char *path, struct bl_str a, struct bl_str b)
{
	size_t at = first_other(a, b);

	print_error("%s: %zu and %zu bytes, the same up to byte %zu\n", path, a.len, b.len, at);
	if (bl_str_ends(bl_str_of(path), BL_STR(".gz"))) {
		a = unpacked(arena, a);
		b = unpacked(arena, b);
		at = first_other(a, b);
		print_error("unpacked: %zu and %zu bytes, the same up to byte %zu%s\n", a.len,
		    b.len, at, bl_str_eq(a, b) ? ": only the packing differs" : "");
	}
	print_error(
	    "one:   %.*s\nother: %.*s\n", BL_STR_ARG(around(a, at)), BL_STR_ARG(around(b, at)));
}

/* The first thing that differs below a folder; false: nothing does. */
static bool
tell_folder(
    struct bl_os *one, struct bl_os *other, struct bl_arena *arena, const char *folder, int depth)
{
	struct bl_dir_entry *a, *b;
	struct bl_err err;
	size_t n_a, n_b;

	assert_true(depth < 16);
	assert_ok(bl_os_list(one, arena, folder, &a, &n_a, &err), err);
	assert_ok(bl_os_list(other, arena, folder, &b, &n_b, &err), err);
	for (size_t i = 0; i < n_a || i < n_b; i++) {
		char path[1000];
		struct bl_str x, y;

		if (i == n_a || i == n_b || !bl_str_eq(a[i].name, b[i].name)) {
			print_error("%s: %zu and %zu names; the first that differs: %s and %s\n",
			    folder, n_a, n_b, i < n_a ? a[i].name.ptr : "-",
			    i < n_b ? b[i].name.ptr : "-");
			return true;
		}
		(void)snprintf(path, sizeof(path), "%.480s/%.480s", folder, a[i].name.ptr);
		if (a[i].kind == BL_FILE_FOLDER) {
			if (tell_folder(one, other, arena, path, depth + 1))
				return true;
			continue;
		}
		assert_ok(bl_os_read_file(one, arena, path, JSON_MAX, &x, &err), err);
		assert_ok(bl_os_read_file(other, arena, path, JSON_MAX, &y, &err), err);
		if (!bl_str_eq(x, y)) {
			tell_files(arena, path, x, y);
			return true;
		}
	}
	return false;
}

static void
assert_same(const struct made *one, const struct made *other)
{
	struct bl_arena *arena;

	if (memcmp(&one->digest, &other->digest, sizeof(one->digest)) == 0)
		return;
	arena = bl_arena_new((size_t)256 << 20);
	assert_non_null(arena);
	if (!tell_folder(&one->disk->os, &other->disk->os, arena, "sample", 0))
		print_error("every file is the same: the digest itself differs\n");
	bl_arena_free(&arena);
	fail_msg("the same options gave another sample");
}

static void
same_seed_same_bytes_and_the_counts_add_up(void **state)
{
	struct bl_sample_options other = small;
	struct made first = make(&small), second = make(&small), third;

	(void)state;
	assert_int_equal(first.tree.n_files, first.report.n_files + 1); /* And truth.json. */
	assert_int_equal(first.tree.n_items, first.report.n_items);
	assert_int_equal(first.tree.bytes_json, first.report.bytes_json);
	assert_int_equal(first.tree.bytes, first.report.bytes_written);
	assert_same(&first, &second);
	assert_memory_equal(&first.report, &second.report, sizeof(first.report));
	other.seed++;
	third = make(&other);
	assert_memory_not_equal(&first.digest, &third.digest, sizeof(first.digest));
	os_crash_free(&first.disk);
	os_crash_free(&second.disk);
	os_crash_free(&third.disk);
}

static void
on_progress(void *ctx, const struct bl_sample_report *progress)
{
	struct bl_sample_report *last = ctx;

	assert_int_equal(progress->n_done, last->n_done + 1);
	assert_true(progress->bytes_json >= last->bytes_json);
	*last = *progress;
}

static void
progress_ends_at_the_total(void **state)
{
	struct os_crash *disk = os_crash_new();
	struct bl_sample_report last = {0};
	struct bl_sample_report report;
	struct bl_err err;

	(void)state;
	assert_ok(
	    bl_sample_write(&disk->os, "sample", &small, on_progress, &last, &report, &err), err);
	assert_true(last.n_done > 0);
	assert_int_equal(last.n_done, last.n_total);
	assert_int_equal(last.bytes_json, report.bytes_json);
	os_crash_free(&disk);
}

static void
refusals(void **state)
{
	struct os_crash *disk = os_crash_new();
	struct bl_sample_options options = small;
	struct bl_sample_report report;
	char name[800];
	struct bl_err err;

	(void)state;
	assert_ok(bl_os_mkdirs(&disk->os, "full/of", &err), err);
	assert_err(bl_sample_write(&disk->os, "full", &small, NULL, NULL, &report, &err), err,
	    BL_EUSAGE, "the folder \"full\" is not empty; name a new one for the sample");
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_err(bl_sample_write(&disk->os, name, &small, NULL, NULL, &report, &err), err,
	    BL_EUSAGE, "the folder's name is longer than 700 bytes");
	options.n_days = 0;
	assert_err(bl_sample_write(&disk->os, "x", &options, NULL, NULL, &report, &err), err,
	    BL_EUSAGE, "the sample's number of days is 0; it must be 1 to 400");
	os_crash_free(&disk);
}

static const struct bl_sample_options tiny = {.n_accounts = 1,
    .n_regions = 1,
    .n_days = 1,
    .n_resources = 3,
    .seed = 1,
    .start_ns = INT64_C(1767052800000000000)};

static void
every_call_of_the_disk_may_fail(void **state)
{
	uint64_t n = 1;

	(void)state;
	for (;; n++) {
		struct os_crash *disk = os_crash_new();
		struct bl_sample_report report;
		struct os_fault fault;
		struct bl_err err;
		enum bl_status status;

		os_fault_init(&fault, &disk->os);
		os_fault_arm(
		    &fault, FAULT_OPEN | FAULT_WRITE | FAULT_MKDIR | FAULT_LIST, n, ENOSPC);
		status = bl_sample_write(&fault.os, "sample", &tiny, NULL, NULL, &report, &err);
		os_crash_free(&disk);
		if (!fault.hit) {
			assert_int_equal(status, BL_OK);
			break;
		}
		assert_int_equal(status, BL_EIO);
		assert_int_equal(err.sys_errno, ENOSPC);
	}
	assert_true(n > 20);
}

static void
every_allocation_may_fail(void **state)
{
	uint64_t n = 1;

	(void)state;
	for (;; n++) {
		struct os_crash *disk = os_crash_new();
		struct bl_sample_report report;
		struct bl_err err;
		enum bl_status status;
		bool hit;

		bl_mem_fail_at(n);
		status = bl_sample_write(&disk->os, "sample", &tiny, NULL, NULL, &report, &err);
		hit = bl_mem_fail_hit();
		bl_mem_fail_at(0);
		os_crash_free(&disk);
		if (!hit) {
			assert_int_equal(status, BL_OK);
			break;
		}
		assert_int_equal(status, BL_ENOMEM);
	}
	assert_true(n > 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(same_seed_same_bytes_and_the_counts_add_up),
	    cmocka_unit_test(progress_ends_at_the_total),
	    cmocka_unit_test(refusals),
	    cmocka_unit_test(every_call_of_the_disk_may_fail),
	    cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
