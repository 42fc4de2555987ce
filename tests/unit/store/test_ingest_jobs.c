/*
 * Reading several files at the same time changes nothing: the store is the same byte for byte, and
 * the observer is told the same in the same order, whatever the tree holds and whatever fails.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kit.h"
#include "os/os_priv.h"
#include "store/ingest.h"
#include "support/os_fault.h"

#define N_MANY 60
#define LOG_BYTES ((size_t)1 << 20)

/* The real system, but for what makes two stores differ: its clock and its randomness stand still.
 */
static struct bl_os_ops still_ops;
static struct bl_os still = {&still_ops};

static int64_t
still_now(struct bl_os *os)
{
	(void)os;
	return 1767225600000000000;
}

static int
still_random(struct bl_os *os, void *buf, size_t len)
{
	(void)os;
	memset(buf, 7, len);
	return (int)len;
}

/* ---- A tree with everything in it. ---------------------------------------- */

static void
add_item(struct bl_buf *out, int n, const char *pad)
{
	struct bl_err err;

	assert_ok(bl_buf_printf(out, &err,
		      "%s{\"configuration\":{\"x\":\"%s\"},\"configurationItemVersion\":\"1.3\","
		      "\"configurationItemCaptureTime\":\"2026-01-01T00:00:00.%03dZ\","
		      "\"configurationStateId\":%d,\"awsAccountId\":\"111122223333\","
		      "\"configurationItemStatus\":\"OK\",\"resourceType\":\"AWS::EC2::%s\","
		      "\"resourceId\":\"vol-%d\",\"awsRegion\":\"eu-central-1\"}",
		      out->len > 0 && out->ptr[out->len - 1] == '}' ? "," : "", pad, n % 1000, n,
		      n % 3 == 0 ? "Volume" : "VPC", n),
	    err);
}

/* A delivery of items [first, first + n), one of them unreadable when ${bad}; then ${rest}. */
static struct bl_buf
text_of(int first, int n, bool bad, const char *pad, const char *rest)
{
	struct bl_buf out = BL_BUF_INIT((size_t)128 << 20);
	struct bl_err err;

	assert_ok(
	    bl_buf_add(&out, BL_STR("{\"fileVersion\":\"1.0\",\"configurationItems\":["), &err),
	    err);
	for (int i = 0; i < n; i++)
		add_item(&out, first + i, pad);
	if (bad)
		assert_ok(
		    bl_buf_add(&out, BL_STR(",{\"resourceType\":\"AWS::EC2::VPC\"}"), &err), err);
	assert_ok(bl_buf_add(&out, bl_str_of(rest), &err), err);
	return out;
}

static void
write_text(const char *tree, const char *name, struct bl_buf *text)
{
	char path[600];

	(void)snprintf(path, sizeof(path), "%s/%s", tree, name);
	kit_write_file(bl_os_posix(), path, text->ptr, text->len);
	bl_buf_release(text);
}

/* gzip without compression (one stored block), whose checksum is wrong. */
static struct bl_buf
bad_gzip(struct bl_buf *text)
{
	static const char head[] = {0x1f, (char)0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1};
	uint16_t len = (uint16_t)text->len, not_len = (uint16_t)~len;
	struct bl_buf out = BL_BUF_INIT((size_t)1 << 20);
	struct bl_err err;

	assert_true(text->len < 65536);
	assert_ok(bl_buf_add(&out, (struct bl_str){head, sizeof(head)}, &err), err);
	assert_ok(bl_buf_add(&out, (struct bl_str){(const char *)&len, 2}, &err), err);
	assert_ok(bl_buf_add(&out, (struct bl_str){(const char *)&not_len, 2}, &err), err);
	assert_ok(bl_buf_add(&out, bl_buf_str(text), &err), err);
	assert_ok(bl_buf_add(&out, BL_STR("\x01\x02\x03\x04\x05\x06\x07\x08"), &err), err);
	bl_buf_release(text);
	return out;
}

static void
make_tree(const char *tree)
{
	static const char report[] =
	    "user,arn,user_creation_time,password_enabled,password_last_used,"
	    "password_last_changed,password_next_rotation,mfa_active\n"
	    "<root_account>,arn:aws:iam::111122223333:root,2020-01-01T00:00:00+00:00,"
	    "not_supported,2025-01-01T00:00:00+00:00,not_supported,not_supported,true\n";
	char *pad = malloc(2500001), name[64], path[600];
	struct bl_buf text;

	assert_non_null(pad);
	memset(pad, 'x', 2500000);
	pad[2500000] = '\0';
	/* Most share items with their neighbours; every fifth has one that cannot be read. */
	for (int i = 0; i < N_MANY; i++) {
		text = text_of(i * 10, 25, i % 5 == 0, "", "]}");
		(void)snprintf(name, sizeof(name), "m%02d.json", i);
		write_text(tree, name, &text);
	}
	/* Its items are new, forgotten, and new again in the next one. */
	text = text_of(5000, 30, true, "", "]}");
	text = bad_gzip(&text);
	write_text(tree, "n1-bad.json.gz", &text);
	text = text_of(5000, 30, false, "", "]}");
	write_text(tree, "n2.json", &text);
	/* The same bytes twice, with an item that is told once. */
	text = text_of(6000, 3, true, "", "]}");
	write_text(tree, "o1.json", &text);
	text = text_of(6000, 3, true, "", "]}");
	write_text(tree, "o2.json", &text);
	text = text_of(7000, 30, false, pad, "]}"); /* 75 MB: more than may wait. */
	write_text(tree, "p.json", &text);
	text = text_of(8000, 20, false, "", ",{\"broken");
	write_text(tree, "q.json", &text);
	text = text_of(0, 200, false, "", "]}");
	write_text(tree, "z.json", &text);
	(void)snprintf(path, sizeof(path), "%s/r.csv", tree);
	kit_write_file(bl_os_posix(), path, report, sizeof(report) - 1);
	(void)snprintf(path, sizeof(path), "%s/s.csv", tree);
	kit_write_file(bl_os_posix(), path, report, sizeof(report) - 1);
	(void)snprintf(path, sizeof(path), "%s/t.txt", tree);
	kit_write_file(bl_os_posix(), path, "no delivery", 11);
	(void)snprintf(path, sizeof(path), "%s/u.json", tree);
	kit_write_file(bl_os_posix(), path, "", 0);
	(void)snprintf(path, sizeof(path), "%s/v.json", tree);
	assert_int_equal(symlink("/nowhere/at/all", path), 0);
	free(pad);
}

/* ---- One run, and what it said. ------------------------------------------- */

struct run {
	char *log;
	size_t len;
	enum bl_status status;
	struct bl_err err;
	struct bl_ingest_totals totals;
};

static void
say(struct run *run, const char *what, uint64_t a, uint64_t b, struct bl_str key,
    struct bl_str text)
{
	int n = snprintf(run->log + run->len, LOG_BYTES - run->len, "%s %llu %llu %.*s: %.*s\n",
	    what, (unsigned long long)a, (unsigned long long)b, BL_STR_ARG(key), BL_STR_ARG(text));

	assert_true(n > 0 && (size_t)n < LOG_BYTES - run->len);
	run->len += (size_t)n;
}

static void
on_file(void *ctx, struct bl_str key, enum bl_ingest_outcome outcome, struct bl_str reason)
{
	say(ctx, "file", (uint64_t)outcome, 0, key, reason);
}

static void
on_item(void *ctx, struct bl_str key, uint64_t index, uint64_t offset, struct bl_str reason)
{
	say(ctx, "item", index, offset, key, reason);
}

static void
on_progress(void *ctx, const struct bl_ingest_progress *p)
{
	(void)ctx;
	assert_true(p->bytes_done <= p->bytes_found);
	assert_int_equal(p->totals.items_seen,
	    p->totals.items_new + p->totals.items_known + p->totals.items_quarantined);
}

/* Each entry of the tree as a path of its own, and at last one that is not there. */
static enum bl_status
give_each(struct bl_ingest *in, const char *tree, struct bl_err *reterr)
{
	struct bl_arena *arena = bl_arena_new((size_t)16 << 20);
	struct bl_dir_entry *entry;
	enum bl_status status;
	char path[700];
	size_t n;

	status = bl_os_list(&still, arena, tree, &entry, &n, reterr);
	for (size_t i = 0; i < n && status == BL_OK; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", tree, entry[i].name.ptr);
		if (strcmp(entry[i].name.ptr, "v.json") != 0) /* Leads nowhere. */
			status = bl_ingest_path(in, path, reterr);
	}
	(void)snprintf(path, sizeof(path), "%s/not-there", tree);
	if (status == BL_OK)
		status = bl_ingest_path(in, path, reterr);
	bl_arena_free(&arena);
	return status;
}

static void
ingest_as(struct run *run, const char *tree, const char *path, struct bl_os *store_os,
    uint32_t jobs, bool each)
{
	struct bl_ingest_observer observer = {
	    .ctx = run, .file = on_file, .item = on_item, .progress = on_progress};
	struct bl_store *store = NULL;
	struct bl_ingest *in = NULL;

	*run = (struct run){.log = malloc(LOG_BYTES)};
	assert_non_null(run->log);
	run->log[0] = '\0';
	run->status = bl_store_open(store_os, path, BL_STORE_CREATE, &store, &run->err);
	if (run->status == BL_OK)
		run->status = bl_ingest_new(&still, store, observer, &in, &run->err);
	if (run->status == BL_OK)
		run->status = bl_ingest_jobs(in, jobs, &run->err);
	if (run->status == BL_OK)
		run->status =
		    each ? give_each(in, tree, &run->err) : bl_ingest_path(in, tree, &run->err);
	if (run->status == BL_OK)
		run->status = bl_ingest_end(in, &run->err);
	else if (each)
		assert_int_equal(bl_ingest_end(in, NULL), BL_OK); /* What was read stays. */
	if (in != NULL)
		run->totals = *bl_ingest_total(in);
	bl_ingest_free(&in);
	bl_store_close(&store);
}

static void
ingest(struct run *run, const char *tree, const char *path, struct bl_os *store_os, uint32_t jobs)
{
	ingest_as(run, tree, path, store_os, jobs, false);
}

static void
same_run(const struct run *a, const struct run *b)
{
	assert_string_equal(a->log, b->log);
	assert_int_equal(a->status, b->status);
	if (a->status != BL_OK)
		assert_string_equal(a->err.text, b->err.text);
	assert_memory_equal(&a->totals, &b->totals, sizeof(a->totals));
}

/* Both folders hold the same names with the same bytes. */
static uint64_t
same_folder(const char *a, const char *b)
{
	struct bl_arena *arena = bl_arena_new((size_t)16 << 20);
	struct bl_dir_entry *ea, *eb;
	struct bl_err err;
	uint64_t files = 0;
	size_t na, nb;

	assert_ok(bl_os_list(&still, arena, a, &ea, &na, &err), err);
	assert_ok(bl_os_list(&still, arena, b, &eb, &nb, &err), err);
	assert_int_equal(na, nb);
	for (size_t i = 0; i < na; i++) {
		char pa[700], pb[700], *ta, *tb;
		size_t la, lb;

		assert_string_equal(ea[i].name.ptr, eb[i].name.ptr);
		(void)snprintf(pa, sizeof(pa), "%s/%s", a, ea[i].name.ptr);
		(void)snprintf(pb, sizeof(pb), "%s/%s", b, eb[i].name.ptr);
		if (ea[i].kind == BL_FILE_FOLDER) {
			files += same_folder(pa, pb);
			continue;
		}
		ta = kit_read_file(&still, pa, &la);
		tb = kit_read_file(&still, pb, &lb);
		if (la != lb || memcmp(ta, tb, la) != 0)
			fail_msg("%s and %s differ", pa, pb);
		free(ta);
		free(tb);
		files++;
	}
	bl_arena_free(&arena);
	return files;
}

static void
paths(const char *folder, char tree[400], char one[400], char many[400])
{
	(void)snprintf(tree, 400, "%s/tree", folder);
	(void)snprintf(one, 400, "%s/one", folder);
	(void)snprintf(many, 400, "%s/many", folder);
	assert_int_equal(mkdir(tree, 0755), 0);
}

static void
remove_store(const char *path)
{
	struct bl_file_info info;

	if (bl_os_info(&still, path, &info, NULL) == BL_OK)
		kit_remove(path);
}

static void
test_same_store(void **state)
{
	static const uint32_t jobs[] = {2, 4, 2, 4, 7};
	char folder[256], tree[400], one[400], many[400];
	struct run a, b;

	(void)state;
	paths(kit_folder(folder), tree, one, many);
	make_tree(tree);
	ingest(&a, tree, one, &still, 1);
	assert_ok(a.status, a.err);
	assert_int_equal(a.totals.files_seen, N_MANY + 12);
	assert_int_equal(a.totals.files_quarantined, 3); /* n1-bad, q, v. */
	assert_int_equal(a.totals.files_known, 1);
	assert_int_equal(a.totals.items_new, N_MANY * 10 + 15 + 30 + 3 + 30 + 20);
	for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++) {
		ingest(&b, tree, many, &still, jobs[i]);
		same_run(&a, &b);
		assert_true(same_folder(one, many) > 5);
		free(b.log);
		/* Once more: all is known now, and the same is said. */
		ingest(&b, tree, many, &still, jobs[i]);
		assert_int_equal(b.totals.files_known, a.totals.files_read + 3);
		assert_int_equal(b.totals.items_seen, 0);
		free(b.log);
		kit_remove(many);
	}
	free(a.log);
	kit_remove(folder);
}

/* Several paths, of which the last one is not there: what came before is taken all the same. */
static void
test_several_paths(void **state)
{
	char folder[256], tree[400], one[400], many[400];
	struct run a, b;

	(void)state;
	paths(kit_folder(folder), tree, one, many);
	make_tree(tree);
	ingest_as(&a, tree, one, &still, 1, true);
	assert_int_equal(a.status, BL_ENOTFOUND);
	assert_true(a.totals.files_read > N_MANY);
	for (uint32_t jobs = 2; jobs <= 4; jobs += 2) {
		ingest_as(&b, tree, many, &still, jobs, true);
		same_run(&a, &b);
		assert_true(same_folder(one, many) > 5);
		free(b.log);
		kit_remove(many);
	}
	free(a.log);
	kit_remove(folder);
}

/* Each call of the store fails in turn: the same end, with the same words. */
static void
test_same_failure(void **state)
{
	char folder[256], tree[400], one[400], many[400], name[64];
	uint32_t failed = 0;
	bool hit = true;

	(void)state;
	paths(kit_folder(folder), tree, one, many);
	for (int i = 0; i < 12; i++) {
		struct bl_buf text = text_of(i * 3, 5, i % 4 == 0, "", "]}");

		(void)snprintf(name, sizeof(name), "m%02d.json", i);
		write_text(tree, name, &text);
	}
	for (uint64_t n = 1; hit; n++) {
		struct os_fault fault;
		struct run a, b;

		os_fault_init(&fault, &still);
		os_fault_arm(&fault, FAULT_ALL, n, n % 2 == 0 ? ENOSPC : EIO);
		ingest(&a, tree, one, &fault.os, 1);
		hit = fault.hit;
		remove_store(one);
		os_fault_init(&fault, &still);
		os_fault_arm(&fault, FAULT_ALL, n, n % 2 == 0 ? ENOSPC : EIO);
		ingest(&b, tree, one, &fault.os, 3);
		assert_int_equal(hit, fault.hit);
		same_run(&a, &b);
		failed += a.status != BL_OK;
		free(a.log);
		free(b.log);
		remove_store(one);
	}
	assert_true(failed > 15);
	kit_remove(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_same_store),
	    cmocka_unit_test(test_several_paths),
	    cmocka_unit_test(test_same_failure),
	};

	still_ops = bl_os__posix_ops;
	still_ops.now_ns = still_now;
	still_ops.random = still_random;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
