/*
 * A small store of real ingestion, and every damage of it: each byte of each file changed in three
 * ways, each file shortened, and named kinds of damage whose words are compared with
 * tests/golden/fsck.txt (BELEG_GOLDEN=write makes it again).
 */
#include "kit.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "store/fsck.h"
#include "store/ingest.h"
#include "support/os_crash.h"

#define ST "st"

static struct os_crash *sound;

/* ---- The store. ------------------------------------------------------------ */

static int
put_item(char *to, size_t cap, int id, int state, const char *type)
{
	return snprintf(to, cap,
	    "{\"configurationItemVersion\":\"1.3\",\"configurationItemCaptureTime\":"
	    "\"2026-01-%02dT0%d:00:00.000Z\",\"configurationStateId\":%d,\"awsAccountId\":"
	    "\"111122223333\",\"configurationItemStatus\":\"OK\",\"resourceType\":\"%s\","
	    "\"resourceId\":\"vol-%d\",\"awsRegion\":\"eu-central-1\",\"configuration\":{\"size\":"
	    "%d}}",
	    1 + state, id % 10, state + 1, type, id, state * 7 + id);
}

/* A snapshot of day ${day}: volume 0 has changed each day, the others stay; one bucket. */
static void
put_snapshot(struct bl_os *os, int day, int n_volumes, bool broken)
{
	static char text[16384];
	char path[300];
	struct bl_err err;
	int n = snprintf(text, sizeof(text),
	    "{\"fileVersion\":\"1.0\",\"configSnapshotId\":\"s-%d\",\"configurationItems\":[", day);

	for (int i = 0; i < n_volumes; i++) {
		n += put_item(
		    text + n, sizeof(text) - (size_t)n, i, i == 0 ? day : 0, "AWS::EC2::Volume");
		n += snprintf(text + n, sizeof(text) - (size_t)n, ",");
	}
	if (broken)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "{\"resourceType\":\"AWS::X\"},");
	n += put_item(text + n, sizeof(text) - (size_t)n, 9, 0, "AWS::S3::Bucket");
	n += snprintf(text + n, sizeof(text) - (size_t)n, "]}");
	(void)snprintf(path, sizeof(path),
	    "src/111122223333_Config_eu-central-1_ConfigSnapshot_202601%02dT120000Z_"
	    "0a0b0c0d-0000-4000-8000-00000000000%d.json",
	    day + 1, day);
	assert_ok(bl_os_mkdirs(os, "src", &err), err);
	assert_ok(bl_os_write_file(os, path, (struct bl_str){text, (size_t)n}, &err), err);
}

static void
ignore_file(void *ctx, struct bl_str key, enum bl_ingest_outcome outcome, struct bl_str reason)
{
	(void)ctx, (void)key, (void)outcome, (void)reason;
}

static void
ignore_item(void *ctx, struct bl_str key, uint64_t index, uint64_t offset, struct bl_str reason)
{
	(void)ctx, (void)key, (void)index, (void)offset, (void)reason;
}

static void
ignore_progress(void *ctx, const struct bl_ingest_progress *p)
{
	(void)ctx, (void)p;
}

static void
ingest(struct bl_os *os, bool seal)
{
	const struct bl_ingest_observer observer = {
	    .file = ignore_file, .item = ignore_item, .progress = ignore_progress};
	struct bl_ingest *in = NULL;
	struct bl_store *store = NULL;
	struct bl_err err;

	assert_ok(bl_store_open(os, ST, BL_STORE_CREATE, &store, &err), err);
	assert_ok(bl_ingest_new(os, store, observer, &in, &err), err);
	assert_ok(bl_ingest_path(in, "src", &err), err);
	assert_ok(bl_ingest_end(in, &err), err);
	if (seal)
		assert_ok(bl_store_seal(store, &err), err);
	bl_ingest_free(&in);
	bl_store_close(&store);
}

static int
build(void **state)
{
	static const char report[] =
	    "user,arn,user_creation_time,mfa_active\n<root_account>,"
	    "arn:aws:iam::111122223333:root,2020-01-01T00:00:00+00:00,true\n";
	struct bl_err err;

	(void)state;
	sound = os_crash_new();
	put_snapshot(&sound->os, 0, 4, false);
	put_snapshot(&sound->os, 1, 4, true);
	assert_ok(bl_os_write_file(&sound->os, "src/credential-report.csv",
		      (struct bl_str){report, sizeof(report) - 1}, &err),
	    err);
	ingest(&sound->os, true);
	put_snapshot(&sound->os, 2, 5, false);
	put_snapshot(&sound->os, 3, 3, false);
	ingest(&sound->os, false);
	return 0;
}

static int
release(void **state)
{
	(void)state;
	os_crash_free(&sound);
	return 0;
}

/* ---- Examining. ------------------------------------------------------------ */

struct seen {
	struct bl_buf text; /* "grade code file unit: what", masked; a line each. */
	uint64_t n;
};

/* Digits that depend on zstd's version or on the key. */
static void
add_masked(struct bl_buf *out, const char *what)
{
	struct bl_err err;

	while (*what != '\0') {
		size_t hex = strspn(what, "0123456789abcdef"), dec = strspn(what, "0123456789");

		if (hex >= 16) {
			assert_ok(bl_buf_add(out, BL_STR("HEX"), &err), err);
			what += hex;
		} else if (dec >= 3 && (out->len == 0 || out->ptr[out->len - 1] != '-')) {
			assert_ok(bl_buf_add(out, BL_STR("N"), &err), err);
			what += dec;
		} else {
			size_t n = dec > 0 ? dec : 1;

			assert_ok(bl_buf_add(out, (struct bl_str){what, n}, &err), err);
			what += n;
		}
	}
}

static void
on_problem(void *ctx, const struct bl_fsck_problem *p)
{
	struct seen *s = ctx;
	struct bl_err err;
	char file[1000];

	assert_true(strlen(bl_fsck_means(p->code)) > 4 && strlen(bl_fsck_todo(p->code)) > 4);
	s->n++;
	if (s->n > 40)
		return;
	(void)snprintf(file, sizeof(file), "%.*s", BL_STR_ARG(p->at.file));
	assert_ok(bl_buf_printf(&s->text, &err, "  %s %s ",
		      bl_fsck_grade_name(bl_fsck_grade(p->code)), bl_fsck_name(p->code)),
	    err);
	add_masked(&s->text, file);
	if (p->at.byte != BL_FSCK_NONE)
		assert_ok(bl_buf_printf(&s->text, &err, " byte N"), err);
	if (p->at.frame != BL_FSCK_NONE)
		assert_ok(
		    bl_buf_printf(&s->text, &err, " frame %llu", (unsigned long long)p->at.frame),
		    err);
	if (p->at.delivery != BL_FSCK_NONE)
		assert_ok(bl_buf_printf(
			      &s->text, &err, " delivery %llu", (unsigned long long)p->at.delivery),
		    err);
	if (p->at.first != BL_FSCK_NONE)
		assert_ok(bl_buf_printf(&s->text, &err, " %.*s %llu+%llu", BL_STR_ARG(p->at.type),
			      (unsigned long long)p->at.first, (unsigned long long)p->at.n),
		    err);
	assert_ok(bl_buf_printf(&s->text, &err, ": "), err);
	add_masked(&s->text, p->what);
	assert_ok(bl_buf_printf(&s->text, &err, "\n"), err);
}

static struct bl_fsck_totals
examine(struct os_crash *fs, struct seen *s)
{
	struct bl_fsck_totals totals = {.versions = 0};
	struct bl_fsck_observer observer = {.ctx = s, .problem = on_problem};
	uint64_t calls = fs->n_calls;
	struct bl_err err;

	*s = (struct seen){.text = BL_BUF_INIT((size_t)1 << 22)};
	assert_ok(bl_fsck_run(&fs->os, ST, observer, &totals, &err), err);
	assert_int_equal(fs->n_calls, calls); /* It never writes. */
	assert_int_equal(s->n, totals.problems[0] + totals.problems[1] + totals.problems[2]);
	return totals;
}

static void
test_sound(void **state)
{
	struct os_crash *fs = os_crash_reboot(sound, 1);
	struct bl_fsck_totals t;
	struct seen s;

	(void)state;
	t = examine(fs, &s);
	if (s.n > 0)
		fail_msg("%.*s", BL_STR_ARG(bl_buf_str(&s.text)));
	assert_int_equal(t.deliveries, 5);
	assert_int_equal(t.versions, 9); /* Volumes 4, 1, 2, 1; one bucket. */
	assert_int_equal(t.members, 5 + 5 + 6 + 4);
	assert_int_equal(t.segments, 2);
	assert_int_equal(t.indexes, 2);
	assert_int_equal(t.attachments, 1);
	assert_true(t.tail_records >= 2);
	bl_buf_release(&s.text);
	os_crash_free(&fs);
}

/* ---- Every byte. ----------------------------------------------------------- */

struct tried {
	uint64_t flips, found, harmless, cuts, cuts_found;
};

static bool
damaged_is_found(const char *path, const char *bytes, size_t len)
{
	struct os_crash *fs = os_crash_reboot(sound, 1);
	struct seen s;
	uint64_t n;

	kit_write_file(&fs->os, path, bytes, len);
	(void)examine(fs, &s);
	n = s.n;
	bl_buf_release(&s.text);
	os_crash_free(&fs);
	return n > 0;
}

static void
flip_file(const char *path, struct tried *t)
{
	static const unsigned char ways[] = {0x01, 0xff, 0x03};
	size_t len;
	char *bytes = kit_read_file(&sound->os, path, &len);
	bool lock = strcmp(path, ST "/lock") == 0;

	for (size_t at = 0; at < len; at++)
		for (size_t w = 0; w < 3; w++) {
			unsigned char mask = w == 0 ? (unsigned char)(1u << (at % 8)) : ways[w];
			bool found;

			bytes[at] = (char)((unsigned char)bytes[at] ^ mask);
			found = damaged_is_found(path, bytes, len);
			bytes[at] = (char)((unsigned char)bytes[at] ^ mask);
			t->flips++;
			t->found += found;
			t->harmless += !found && lock;
			/* Only the lock's bytes say nothing: they are the pid of who held it. */
			if (!found && !lock)
				fail_msg(
				    "%s: byte %zu changed by 0x%02x is not found", path, at, mask);
		}
	for (size_t at = 0; at < len; at += 5) {
		t->cuts++;
		t->cuts_found += damaged_is_found(path, bytes, at);
	}
	free(bytes);
}

static void
flip_folder(const char *path, struct tried *t)
{
	struct bl_arena *arena = bl_arena_new((size_t)1 << 20);
	struct bl_dir_entry *entry;
	struct bl_err err;
	size_t n;

	assert_ok(bl_os_list(&sound->os, arena, path, &entry, &n, &err), err);
	for (size_t i = 0; i < n; i++) {
		char name[512];

		(void)snprintf(name, sizeof(name), "%s/%s", path, entry[i].name.ptr);
		if (entry[i].kind == BL_FILE_FOLDER)
			flip_folder(name, t);
		else
			flip_file(name, t);
	}
	bl_arena_free(&arena);
}

static void
test_every_byte(void **state)
{
	struct tried t = {.flips = 0};

	(void)state;
	flip_folder(ST, &t);
	print_message("%llu changed bytes: %llu found, %llu harmless (the lock's pid); %llu cuts, "
		      "%llu found\n",
	    (unsigned long long)t.flips, (unsigned long long)t.found,
	    (unsigned long long)t.harmless, (unsigned long long)t.cuts,
	    (unsigned long long)t.cuts_found);
	assert_int_equal(t.found + t.harmless, t.flips);
	assert_true(t.flips > 5000 && t.harmless < 20);
	/* A catalogue that ends with a whole record looks like an earlier one; its versions do
	 * not. */
	assert_true(t.cuts_found + 4 >= t.cuts);
}

/* ---- Named damage. --------------------------------------------------------- */

static void
flip(struct os_crash *fs, const char *path, size_t at)
{
	size_t len;
	char *bytes = kit_read_file(&fs->os, path, &len);

	assert_true(at < len);
	bytes[at] = (char)(bytes[at] ^ 0x10);
	kit_write_file(&fs->os, path, bytes, len);
	free(bytes);
}

static void
cut(struct os_crash *fs, const char *path, size_t by)
{
	size_t len;
	char *bytes = kit_read_file(&fs->os, path, &len);

	kit_write_file(&fs->os, path, bytes, len - by);
	free(bytes);
}

static void
drop(struct os_crash *fs, const char *path)
{
	struct bl_err err;

	assert_ok(bl_os_unlink(&fs->os, path, &err), err);
}

/* The catalogue again with right checksums, but ${change} made to delivery ${position}. */
static void
rewrite(struct os_crash *fs, uint64_t position, void (*change)(struct bl_record *r))
{
	struct bl_log from, to;
	struct bl_log__walk walk;
	struct bl_log__record head;
	struct bl_str payload;
	struct bl_err err;
	uint64_t offset, n = 0;
	bool found;

	assert_ok(bl_log__open(&from, &fs->os, ST "/catalogue.log", BL_STORE__CATALOGUE_MAGIC, 1,
		      false, &err),
	    err);
	assert_ok(bl_log__create(&fs->os, "new.log", BL_STORE__CATALOGUE_MAGIC, 1, &err), err);
	assert_ok(
	    bl_log__open(&to, &fs->os, "new.log", BL_STORE__CATALOGUE_MAGIC, 1, true, &err), err);
	bl_log__walk_begin(&walk, &from, true);
	for (;;) {
		struct bl_buf buf = BL_BUF_INIT((size_t)1 << 20);
		struct bl_record r;

		assert_ok(bl_log__walk_next(&walk, &found, &head, &payload, &err), err);
		if (!found)
			break;
		if (head.kind == BL_STORE__DELIVERY && ++n == position) {
			assert_ok(bl_catalogue__decode(payload, &r, &err), err);
			change(&r);
			assert_ok(bl_catalogue__encode(&r, &buf, &err), err);
			payload = bl_buf_str(&buf);
		}
		assert_ok(bl_log__add(&to, head, &payload, 1, &offset, &err), err);
		bl_buf_release(&buf);
	}
	assert_ok(bl_log__write(&to, &err), err);
	bl_log__walk_end(&walk);
	bl_log__close(&from);
	bl_log__close(&to);
	assert_ok(bl_os_rename(&fs->os, "new.log", ST "/catalogue.log", &err), err);
}

static void
change_count(struct bl_record *r)
{
	r->d.n_items++;
}
static void
change_members(struct bl_record *r)
{
	r->n_members++;
}
static void
change_base(struct bl_record *r)
{
	r->base = 3;
}
static void
change_later(struct bl_record *r)
{
	r->base = 9;
}
static void
change_position(struct bl_record *r)
{
	r->d.position = 2;
}
static void
change_known(struct bl_record *r)
{
	r->d.n_known = 1, r->d.n_items = r->d.n_new + 1;
}
static void
change_refused(struct bl_record *r)
{
	r->quarantine.len = 0;
}
static void
change_types(struct bl_record *r)
{
	r->types.len = 0;
}
static void
change_short(struct bl_record *r)
{
	r->types.len--;
}
static void
change_set(struct bl_record *r)
{
	r->members.len--;
}
static void
change_none(struct bl_record *r)
{
	r->members = (struct bl_str){"\0", 1};
	r->n_members = 0;
	r->base = 0;
}
static void
change_far(struct bl_record *r)
{
	r->members = (struct bl_str){"\2\0\144", 3}; /* Versions 0 to 99. */
	r->n_members = 100;
	r->base = 0;
}

#define VOLUMES ST "/versions/type=AWS%3A%3AEC2%3A%3AVolume/"
static const char catalogue[] = ST "/catalogue.log", marker[] = ST "/beleg-store.json",
		  manifest[] = ST "/manifest", tail[] = ST "/tail/2.log",
		  segment[] = VOLUMES "000000000000.ndjson.zst",
		  index_file[] = VOLUMES "_000000000000.idx";

/* The first byte that fills the space between two records of the catalogue. */
static size_t
padding_of(struct os_crash *fs)
{
	struct bl_log log;
	struct bl_log__walk walk;
	struct bl_log__record head = {.len = 0};
	struct bl_str payload;
	struct bl_err err;
	bool found = true;

	assert_ok(
	    bl_log__open(&log, &fs->os, catalogue, BL_STORE__CATALOGUE_MAGIC, 1, false, &err), err);
	bl_log__walk_begin(&walk, &log, true);
	while (head.len % 8 == 0) {
		assert_ok(bl_log__walk_next(&walk, &found, &head, &payload, &err), err);
		assert_true(found);
	}
	bl_log__walk_end(&walk);
	bl_log__close(&log);
	return (size_t)head.offset + BL_LOG__HEAD + head.len;
}

/* The only evidence file. */
static const char *
attachment(struct os_crash *fs)
{
	static char path[200];
	struct bl_arena *arena = bl_arena_new((size_t)1 << 20);
	struct bl_dir_entry *entry;
	struct bl_err err;
	size_t n;

	assert_ok(bl_os_list(&fs->os, arena, ST "/evidence", &entry, &n, &err), err);
	assert_int_equal(n, 1);
	(void)snprintf(path, sizeof(path), ST "/evidence/%s", entry[0].name.ptr);
	bl_arena_free(&arena);
	return path;
}

/* What a broken writer could have stored: items under a wrong type, unreadable, twice. */
static void
store_nonsense(struct os_crash *fs)
{
	struct bl_delivery d = {
	    .kind = BL_DELIVERY_API, .n_items = 3, .n_new = 3, .complete = true};
	struct bl_store *store = NULL;
	struct bl_version_id id;
	struct bl_hash128 hash;
	uint64_t position;
	struct bl_err err;
	char item[600];

	(void)put_item(item, sizeof(item), 0, 0, "AWS::EC2::Volume");
	assert_ok(bl_store_open(&fs->os, ST, BL_STORE_WRITE, &store, &err), err);
	assert_ok(bl_store_begin(store, &err), err);
	assert_true(bl_store_find(store, bl_str_of(item), &hash, &id));
	hash.low++; /* Another key than the store's. */
	assert_ok(
	    bl_store_put(store, BL_STR("AWS::EC2::Volume"), bl_str_of(item), hash, &id, &err), err);
	assert_ok(bl_store_member(store, id, &err), err);
	hash.low++;
	assert_ok(
	    bl_store_put(store, BL_STR("AWS::S3::Bucket"), bl_str_of(item), hash, &id, &err), err);
	assert_ok(bl_store_member(store, id, &err), err);
	hash.low++;
	assert_ok(
	    bl_store_put(store, BL_STR("AWS::S3::Bucket"), BL_STR("{\"a\":"), hash, &id, &err),
	    err);
	assert_ok(bl_store_member(store, id, &err), err);
	assert_ok(bl_store_commit(store, &d, &position, &err), err);
	bl_store_close(&store);
}

static void
leave_files(struct os_crash *fs)
{
	struct bl_err err;

	kit_write_file(&fs->os, VOLUMES "000000000777.ndjson.zst", "x", 1);
	kit_write_file(&fs->os, ST "/tail/1.log", "x", 1);
	kit_write_file(&fs->os, ST "/notes.txt", "x", 1);
	kit_write_file(&fs->os, ST "/evidence/abc", "x", 1);
	assert_ok(bl_os_mkdir(&fs->os, ST "/derived", &err), err);
	kit_write_file(&fs->os, ST "/derived/x", "x", 1);
}

static const struct {
	const char *name;
	uint64_t position;
	void (*change)(struct bl_record *r);
} changes[] = {
    {"delivery-items-do-not-add-up", 4, change_count},
    {"delivery-counts-other-members", 4, change_members},
    {"delivery-base-is-no-snapshot", 4, change_base},
    {"delivery-base-is-later", 4, change_later},
    {"delivery-position-repeated", 4, change_position},
    {"delivery-more-members-than-items", 4, change_known},
    {"delivery-quarantine-is-gone", 2, change_refused},
    {"delivery-types-do-not-grow", 4, change_types},
    {"delivery-types-malformed", 4, change_short},
    {"delivery-members-malformed", 4, change_set},
    {"delivery-new-versions-are-no-members", 4, change_none},
    {"delivery-members-that-are-not-there", 5, change_far},
};

static const struct {
	const char *name, *path;
	enum { DROP, CUT, FLIP } how;
	size_t at;
} files[] = {
    {"marker-missing", marker, DROP, 0},
    {"marker-key", marker, FLIP, 62},
    {"manifest-missing", manifest, DROP, 0},
    {"manifest-damaged", manifest, FLIP, 30},
    {"segment-missing", segment, DROP, 0},
    {"segment-cut", segment, CUT, 20},
    {"segment-flipped", segment, FLIP, 60},
    {"index-missing", index_file, DROP, 0},
    {"index-flipped", index_file, FLIP, 70},
    {"tail-missing", tail, DROP, 0},
    {"tail-head", tail, FLIP, 3},
    {"tail-record", tail, FLIP, 20},
    {"tail-cut", tail, CUT, 8},
    {"catalogue-missing", catalogue, DROP, 0},
    {"catalogue-head", catalogue, FLIP, 3},
    {"catalogue-record", catalogue, FLIP, 60},
    {"catalogue-end", catalogue, CUT, 8},
};

static void
damage(struct os_crash *fs, const char *name)
{
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		if (strcmp(name, changes[i].name) == 0) {
			rewrite(fs, changes[i].position, changes[i].change);
			return;
		}
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (strcmp(name, files[i].name) == 0) {
			if (files[i].how == DROP)
				drop(fs, files[i].path);
			else if (files[i].how == CUT)
				cut(fs, files[i].path, files[i].at);
			else
				flip(fs, files[i].path, files[i].at);
			return;
		}
	if (strcmp(name, "segment-flipped-without-index") == 0) {
		flip(fs, segment, 60);
		drop(fs, index_file);
	} else if (strcmp(name, "items-that-are-none") == 0)
		store_nonsense(fs);
	else if (strcmp(name, "attachment-missing") == 0)
		drop(fs, attachment(fs));
	else if (strcmp(name, "attachment-changed") == 0)
		flip(fs, attachment(fs), 5);
	else if (strcmp(name, "padding") == 0)
		flip(fs, catalogue, padding_of(fs));
	else if (strcmp(name, "left-over-files") == 0)
		leave_files(fs);
	else
		fail_msg("there is no damage called %s", name);
}

static void
test_named(void **state)
{
	static const char *const names[] = {"marker-missing", "marker-key", "manifest-missing",
	    "manifest-damaged", "segment-missing", "segment-cut", "segment-flipped",
	    "segment-flipped-without-index", "index-missing", "index-flipped", "tail-missing",
	    "tail-head", "tail-record", "tail-cut", "catalogue-missing", "catalogue-head",
	    "catalogue-record", "catalogue-end", "padding", "items-that-are-none",
	    "attachment-missing", "attachment-changed", "left-over-files",
	    "delivery-items-do-not-add-up", "delivery-counts-other-members",
	    "delivery-base-is-no-snapshot", "delivery-base-is-later", "delivery-position-repeated",
	    "delivery-more-members-than-items", "delivery-quarantine-is-gone",
	    "delivery-types-do-not-grow", "delivery-types-malformed", "delivery-members-malformed",
	    "delivery-new-versions-are-no-members", "delivery-members-that-are-not-there"};
	struct bl_buf all = BL_BUF_INIT((size_t)1 << 22);
	struct bl_arena *arena = bl_arena_new((size_t)1 << 24);
	const char *write = getenv("BELEG_GOLDEN");
	struct bl_str golden;
	struct bl_err err;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct os_crash *fs = os_crash_reboot(sound, 1);
		struct seen s;

		damage(fs, names[i]);
		(void)examine(fs, &s);
		if (s.n == 0)
			fail_msg("%s is not found", names[i]);
		assert_ok(bl_buf_printf(&all, &err, "%s\n", names[i]), err);
		assert_ok(bl_buf_add(&all, bl_buf_str(&s.text), &err), err);
		bl_buf_release(&s.text);
		os_crash_free(&fs);
	}
	if (write != NULL)
		assert_ok(bl_os_write_file(bl_os_posix(), GOLDEN, bl_buf_str(&all), &err), err);
	assert_ok(
	    bl_os_read_file(bl_os_posix(), arena, GOLDEN, (size_t)1 << 20, &golden, &err), err);
	if (!bl_str_eq(golden, bl_buf_str(&all)))
		fail_msg("not as in %s:\n%.*s", GOLDEN, (int)all.len, all.ptr);
	bl_buf_release(&all);
	bl_arena_free(&arena);
}

static void
test_no_store(void **state)
{
	struct bl_fsck_observer observer = {.problem = on_problem};
	struct os_crash *fs = os_crash_new();
	struct bl_fsck_totals totals;
	struct bl_err err;

	(void)state;
	assert_int_equal(bl_fsck_run(&fs->os, "nowhere", observer, &totals, &err), BL_ENOTFOUND);
	assert_string_equal(err.text, "nowhere is no store of beleg, not even a damaged one");
	os_crash_free(&fs);
}

/* Each request for memory fails in turn: an error, never a crash; and "sound" only of what was all
 * examined (an item whose quick check finds no memory is read the slow way). */
static void
test_memory(void **state)
{
	struct bl_fsck_observer observer = {.problem = on_problem};
	struct seen undisturbed = {.text = BL_BUF_INIT((size_t)1 << 22)};
	struct bl_fsck_totals want = {0};
	uint64_t n_failed = 0;
	struct bl_err first;

	(void)state;
	observer.ctx = &undisturbed;
	assert_ok(bl_fsck_run(&sound->os, ST, observer, &want, &first), first);
	bl_buf_release(&undisturbed.text);
	for (uint64_t n = 1;; n++) {
		struct seen s = {.text = BL_BUF_INIT((size_t)1 << 22)};
		struct bl_fsck_totals totals = {0};
		struct bl_err err;
		enum bl_status status;
		bool hit;

		observer.ctx = &s;
		bl_mem_fail_at(n);
		status = bl_fsck_run(&sound->os, ST, observer, &totals, &err);
		hit = bl_mem_fail_hit();
		bl_mem_fail_at(0);
		bl_buf_release(&s.text);
		if (!hit)
			break;
		n_failed++;
		if (status == BL_OK && s.n == 0 && memcmp(&totals, &want, sizeof(want)) != 0)
			fail_msg("request %llu failed and nothing was told", (unsigned long long)n);
	}
	assert_true(n_failed > 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_sound),
	    cmocka_unit_test(test_named), cmocka_unit_test(test_no_store),
	    cmocka_unit_test(test_memory), cmocka_unit_test(test_every_byte)};

	return cmocka_run_group_tests(tests, build, release);
}
