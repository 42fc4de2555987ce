/*
 * Each call on the source fails in turn, then each call of the store: what cannot be read is named,
 * the rest is taken, the totals add up, the store opens, and a second run brings what was missing.
 */
#include "store/ingest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kit.h"
#include "support/os_fault.h"

#define N_FILES 5  /* Two deliveries, an evidence file, one that is none, one in a folder. */
#define N_ITEMS 5  /* In them, all different. */
#define N_STORED 4 /* Of the files. */
#define N_VERSIONS 5

struct seen {
	uint32_t n_file[3]; /* By outcome. */
	uint32_t n_whole;   /* Told as refused, not as an item. */
	uint32_t n_item;
	uint32_t n_progress;
	uint64_t last_done;
	char names[1024]; /* Of what was quarantined. */
};

static void
on_file(void *ctx, struct bl_str key, enum bl_ingest_outcome outcome, struct bl_str reason)
{
	struct seen *seen = ctx;
	size_t len = strlen(seen->names);

	seen->n_file[outcome]++;
	assert_true(outcome == BL_INGEST_READ || reason.len > 0);
	if (outcome == BL_INGEST_QUARANTINED)
		(void)snprintf(
		    seen->names + len, sizeof(seen->names) - len, "[%.*s]", BL_STR_ARG(key));
}

static void
on_item(void *ctx, struct bl_str key, uint64_t index, uint64_t offset, struct bl_str reason)
{
	struct seen *seen = ctx;

	(void)offset;
	assert_true(key.len > 0 && reason.len > 0);
	if (index == BL_NO_OFFSET)
		seen->n_whole++;
	else
		seen->n_item++;
}

static void
on_progress(void *ctx, const struct bl_ingest_progress *p)
{
	struct seen *seen = ctx;

	seen->n_progress++;
	assert_true(p->bytes_done <= p->bytes_found);
	assert_true(p->bytes_done >= seen->last_done);
	seen->last_done = p->bytes_done;
	assert_int_equal(p->totals.items_seen,
	    p->totals.items_new + p->totals.items_known + p->totals.items_quarantined);
}

static void
item(char out[1024], int n)
{
	(void)snprintf(out, 1024,
	    "{\"configuration\":{\"x\":%d},\"configurationItemVersion\":\"1.3\","
	    "\"configurationItemCaptureTime\":\"2026-01-01T00:00:00.%03dZ\","
	    "\"configurationStateId\":%d,\"awsAccountId\":\"111122223333\","
	    "\"configurationItemStatus\":\"OK\",\"resourceType\":\"AWS::EC2::Volume\","
	    "\"resourceId\":\"vol-%d\",\"awsRegion\":\"eu-central-1\"}",
	    n, n, n, n);
}

static void
delivery(const char *folder, const char *name, int first, int n)
{
	char path[512], text[8192] = "{\"fileVersion\":\"1.0\",\"configurationItems\":[";

	for (int i = 0; i < n; i++) {
		char one[1024];
		size_t len = strlen(text);

		item(one, first + i);
		(void)snprintf(text + len, sizeof(text) - len, "%s%s", i > 0 ? "," : "", one);
	}
	(void)snprintf(text + strlen(text), sizeof(text) - strlen(text), "]}");
	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	kit_write_file(bl_os_posix(), path, text, strlen(text));
}

static void
source(const char *folder)
{
	static const char report[] =
	    "user,arn,user_creation_time,password_enabled,password_last_used,"
	    "password_last_changed,password_next_rotation,mfa_active\n"
	    "<root_account>,arn:aws:iam::111122223333:root,2020-01-01T00:00:00+00:00,"
	    "not_supported,2025-01-01T00:00:00+00:00,not_supported,not_supported,true\n";
	char path[512];

	delivery(folder, "a.json", 1, 2);
	delivery(folder, "b.json", 3, 2);
	(void)snprintf(path, sizeof(path), "%s/c.csv", folder);
	kit_write_file(bl_os_posix(), path, report, sizeof(report) - 1);
	(void)snprintf(path, sizeof(path), "%s/d.txt", folder);
	kit_write_file(bl_os_posix(), path, "no delivery", 11);
	(void)snprintf(path, sizeof(path), "%s/e", folder);
	assert_int_equal(mkdir(path, 0755), 0);
	delivery(path, "f.json", 5, 1);
}

struct run {
	char folder[256], tree[300], path[300];
	struct bl_ingest_totals totals;
	struct seen seen;
};

static void
begin(struct run *run)
{
	*run = (struct run){.folder = ""};
	kit_folder(run->folder);
	(void)snprintf(run->tree, sizeof(run->tree), "%s/tree", run->folder);
	(void)snprintf(run->path, sizeof(run->path), "%s/store", run->folder);
	assert_int_equal(mkdir(run->tree, 0755), 0);
	source(run->tree);
}

/* One run of the command. */
static enum bl_status
ingest(struct run *run, struct bl_os *source_os, struct bl_os *store_os, struct bl_err *reterr)
{
	struct bl_ingest_observer observer = {
	    .ctx = &run->seen, .file = on_file, .item = on_item, .progress = on_progress};
	struct bl_store *store = NULL;
	struct bl_ingest *in = NULL;
	enum bl_status status;

	run->seen = (struct seen){.names = ""};
	run->totals = (struct bl_ingest_totals){0};
	status = bl_store_open(store_os, run->path, BL_STORE_CREATE, &store, reterr);
	if (status == BL_OK)
		status = bl_ingest_new(source_os, store, observer, &in, reterr);
	if (status == BL_OK)
		status = bl_ingest_path(in, run->tree, reterr);
	if (status == BL_OK)
		status = bl_ingest_end(in, reterr);
	if (in != NULL)
		run->totals = *bl_ingest_total(in);
	bl_ingest_free(&in);
	bl_store_close(&store);
	return status;
}

static void
adds_up(const struct run *run)
{
	const struct bl_ingest_totals *t = &run->totals;

	assert_int_equal(t->files_seen, t->files_read + t->files_skipped + t->files_quarantined);
	assert_int_equal(t->items_seen, t->items_new + t->items_known + t->items_quarantined);
	assert_int_equal(t->files_read, run->seen.n_file[BL_INGEST_READ]);
	assert_int_equal(t->files_skipped, run->seen.n_file[BL_INGEST_SKIPPED]);
	assert_int_equal(t->files_quarantined, run->seen.n_file[BL_INGEST_QUARANTINED]);
	assert_int_equal(t->items_quarantined, run->seen.n_item);
	assert_true(run->seen.n_whole >= t->files_quarantined);
}

/* A run without faults brings what is missing; then all of it is there once. */
static void
completes(struct run *run)
{
	struct bl_store *store = NULL;
	struct bl_err err;
	uint64_t good = 0;

	assert_ok(ingest(run, bl_os_posix(), bl_os_posix(), &err), err);
	adds_up(run);
	assert_int_equal(run->totals.files_read + run->totals.files_known, N_STORED);
	assert_int_equal(run->totals.files_quarantined, 0);
	assert_ok(bl_store_open(bl_os_posix(), run->path, BL_STORE_READ, &store, &err), err);
	for (uint64_t p = 1; p <= bl_store_n_deliveries(store); p++)
		good += bl_store_delivery(store, p)->complete;
	assert_int_equal(good, N_STORED);
	assert_int_equal(
	    bl_store_n_versions(store, bl_store_type_no(store, BL_STR("AWS::EC2::Volume"))),
	    N_VERSIONS);
	bl_store_close(&store);
}

static void
test_source_fails(void **state)
{
	uint32_t points = 0, named = 0;

	(void)state;
	for (uint64_t n = 1;; n++) {
		struct os_fault fault;
		struct bl_err err;
		struct run run;
		enum bl_status status;

		begin(&run);
		os_fault_init(&fault, bl_os_posix());
		os_fault_arm(&fault, FAULT_ALL, n, EIO);
		status = ingest(&run, &fault.os, bl_os_posix(), &err);
		adds_up(&run);
		if (status != BL_OK) { /* The root itself, or the store's own folder. */
			assert_int_equal(run.totals.files_seen, 0);
			assert_true(err.text[0] != '\0');
		} else if (fault.hit) {
			assert_int_equal(run.totals.files_quarantined, 1);
			assert_true(strlen(run.seen.names) > 2);
			/* A folder that cannot be listed stands for all that is in it. */
			if (strcmp(run.seen.names, "[tree]") != 0)
				assert_int_equal(run.totals.files_seen, N_FILES);
			named++;
		} else {
			assert_int_equal(run.totals.files_read, N_STORED);
			assert_int_equal(run.totals.items_new, N_ITEMS);
		}
		completes(&run);
		kit_remove(run.folder);
		if (!fault.hit)
			break;
		points++;
	}
	assert_true(points > 20);
	assert_true(named > 15);
}

static void
test_store_fails(void **state)
{
	uint32_t points = 0, failed = 0;

	(void)state;
	for (uint64_t n = 1;; n++) {
		struct os_fault fault;
		struct bl_err err;
		struct run run;
		enum bl_status status;

		begin(&run);
		os_fault_init(&fault, bl_os_posix());
		os_fault_arm(&fault, FAULT_ALL, n, n % 2 == 0 ? ENOSPC : EIO);
		status = ingest(&run, bl_os_posix(), &fault.os, &err);
		adds_up(&run);
		assert_int_equal(run.totals.files_quarantined, 0); /* Not the source's fault. */
		if (status == BL_OK) {
			assert_int_equal(run.totals.files_read, N_STORED);
		} else {
			assert_true(fault.hit);
			assert_true(err.text[0] != '\0');
			failed++;
		}
		completes(&run);
		kit_remove(run.folder);
		if (!fault.hit)
			break;
		points++;
	}
	assert_true(points > 20);
	assert_true(failed > 15);
}

/* The store in the tree that is read: its copies of evidence files are none. */
static void
test_store_within(void **state)
{
	struct bl_err err;
	struct run run;

	(void)state;
	begin(&run);
	(void)snprintf(run.path, sizeof(run.path), "%s/tree/store", run.folder);
	for (int i = 0; i < 3; i++) {
		assert_ok(ingest(&run, bl_os_posix(), bl_os_posix(), &err), err);
		adds_up(&run);
		assert_int_equal(run.totals.files_seen, N_FILES + 1);
		assert_int_equal(run.totals.files_read, i == 0 ? N_STORED : 0);
		assert_int_equal(run.totals.files_known, i == 0 ? 0 : N_STORED);
	}
	kit_remove(run.folder);
}

static void
test_progress(void **state)
{
	struct os_fault clock;
	struct bl_err err;
	struct run run;

	(void)state;
	begin(&run);
	os_fault_init(&clock, bl_os_posix());
	assert_ok(ingest(&run, &clock.os, bl_os_posix(), &err), err);
	assert_true(run.seen.n_progress > 0);
	assert_true(run.seen.last_done > 0);
	kit_remove(run.folder);
}

/* ---- Items whole in a piece of 256 KiB, over its end, larger than it, with blanks. ---- */

#define N_LARGE 1500

/* Number ${n} of them; of any size, and larger than a piece now and then. */
static struct bl_str
sized(struct bl_buf *buf, int n)
{
	static const char filling[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	size_t size = n % 401 == 400 ? 300000 : n % 37 == 36 ? 12000 : (size_t)(n % 29) * 61;
	char one[1024];
	struct bl_err err;

	buf->len = 0;
	item(one, n);
	assert_ok(bl_buf_add(buf, (struct bl_str){one, strlen(one) - 1}, &err), err);
	assert_ok(bl_buf_printf(buf, &err, ",\"relatedEvents\":[\""), err);
	for (size_t left = size; left > 0;) {
		size_t some = left < sizeof(filling) - 1 ? left : sizeof(filling) - 1;

		assert_ok(bl_buf_add(buf, (struct bl_str){filling, some}, &err), err);
		left -= some;
	}
	assert_ok(bl_buf_printf(buf, &err, "\"]}"), err);
	return bl_buf_str(buf);
}

static enum bl_status
is_sized(void *ctx, struct bl_version_id id, struct bl_str bytes, struct bl_err *reterr)
{
	struct bl_buf *buf = ctx;

	(void)reterr;
	assert_true(bl_str_eq(bytes, sized(buf, (int)id.ordinal)));
	return BL_OK;
}

static void
test_pieces(void **state)
{
	struct bl_buf text = BL_BUF_INIT((size_t)64 << 20), one = BL_BUF_INIT((size_t)1 << 20);
	struct bl_store *store = NULL;
	char path[512];
	struct bl_err err;
	struct run run;

	(void)state;
	begin(&run);
	assert_ok(bl_buf_printf(&text, &err, "{\"configurationItems\":["), err);
	for (int n = 0; n < N_LARGE; n++) {
		assert_ok(bl_buf_printf(&text, &err, "%s",
			      n == 0	   ? ""
			      : n % 5 == 0 ? ", "
					   : ","),
		    err);
		assert_ok(bl_buf_add(&text, sized(&one, n), &err), err);
		/* White space within an item is not kept. */
		if (n % 7 == 6) {
			text.len--;
			assert_ok(bl_buf_printf(&text, &err, " }"), err);
		}
	}
	assert_ok(bl_buf_printf(&text, &err, "]}"), err);
	(void)snprintf(path, sizeof(path), "%s/all", run.folder);
	assert_int_equal(mkdir(path, 0755), 0);
	(void)snprintf(run.tree, sizeof(run.tree), "%s/all", run.folder);
	(void)snprintf(path, sizeof(path), "%s/all/large.json", run.folder);
	kit_write_file(bl_os_posix(), path, text.ptr, text.len);
	assert_ok(ingest(&run, bl_os_posix(), bl_os_posix(), &err), err);
	adds_up(&run);
	assert_int_equal(run.totals.items_new, N_LARGE);
	assert_ok(bl_store_open(bl_os_posix(), run.path, BL_STORE_READ, &store, &err), err);
	assert_ok(bl_store_scan(store, bl_store_type_no(store, BL_STR("AWS::EC2::Volume")),
		      is_sized, &one, &err),
	    err);
	bl_store_close(&store);
	bl_buf_release(&text);
	bl_buf_release(&one);
	kit_remove(run.folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_source_fails),
	    cmocka_unit_test(test_store_fails),
	    cmocka_unit_test(test_store_within),
	    cmocka_unit_test(test_progress),
	    cmocka_unit_test(test_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
