/* Packages as a whole: deterministic, all or nothing, and with figures that add up. */
#include "support/test.h"

#include <errno.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/instant.h"
#include "base/mem.h"
#include "evidence/keys.h"
#include "evidence/package.h"
#include "os/os.h"
#include "support/os_crash.h"
#include "support/os_fault.h"
#include "unit/evidence/fixture.h"
#include "json/json.h"

struct desk {
	struct bl_arena *arena; /* Holds the fixture. */
	struct fixture *fixture;
	struct os_crash *fs;
	struct bl_key_pair *key;
};

static int
setup(void **state)
{
	struct desk *d = test_calloc(1, sizeof(*d));
	struct bl_err err;

	d->arena = bl_arena_new((size_t)64 << 20);
	d->fixture = fixture_make(d->arena, 0);
	d->fs = os_crash_new();
	assert_ok(bl_keys_new(&d->fs->os, "key", BL_STR("test"), &err), err);
	assert_ok(bl_keys_load(&d->fs->os, "key", &d->key, &err), err);
	*state = d;
	return 0;
}

static int
teardown(void **state)
{
	struct desk *d = *state;

	bl_keys_free(&d->key);
	os_crash_free(&d->fs);
	bl_arena_free(&d->arena);
	test_free(d);
	return 0;
}

static enum bl_status
write_to(struct desk *d, struct bl_os *os, const char *folder, struct bl_package_report *report,
    struct bl_err *reterr)
{
	struct bl_arena *arena = bl_arena_new((size_t)64 << 20);
	struct bl_package_options options = {
	    .folder = folder, .key = d->key, .version = BL_STR("0.1.0")};
	enum bl_status status;

	assert_non_null(arena);
	*reterr = (struct bl_err){0};
	status = bl_package_write(
	    os, &d->fixture->store, &d->fixture->assessment, &options, arena, report, reterr);
	bl_arena_free(&arena);
	return status;
}

static struct bl_str
read_at(struct desk *d, struct bl_os *os, const char *folder, const char *name)
{
	struct bl_str bytes = {0};
	char path[600];
	struct bl_err err;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_ok(bl_os_read_file(os, d->arena, path, 64 << 20, &bytes, &err), err);
	return bytes;
}

static const struct bl_json *
parse(struct desk *d, struct bl_str text)
{
	struct bl_json_limits limits = {0};
	struct bl_json_parser *parser = NULL;
	const struct bl_json *root = NULL;
	struct bl_err err;

	assert_ok(bl_json_parser_new(limits, &parser, &err), err);
	assert_ok(bl_json_parse(parser, text, d->arena, &root, &err), err);
	bl_json_parser_free(&parser);
	return root;
}

static bool
exists(struct bl_os *os, const char *path)
{
	struct bl_file_info info;
	struct bl_err err;

	return bl_os_info(os, path, &info, &err) == BL_OK;
}

static void
same_assessment_same_bytes(void **state)
{
	struct desk *d = *state;
	struct bl_package_report one, two;
	const struct bl_json *files;
	size_t n = 0;
	struct bl_err err;

	assert_ok(write_to(d, &d->fs->os, "a", &one, &err), err);
	d->fs->now_ns += 77 * BL_NS_PER_DAY; /* The clock is no part of evidence. */
	assert_ok(write_to(d, &d->fs->os, "b//", &two, &err), err);
	assert_memory_equal(
	    &one.manifest_sha256, &two.manifest_sha256, sizeof(one.manifest_sha256));
	assert_int_equal(one.bytes, two.bytes);
	files =
	    bl_json_get(parse(d, read_at(d, &d->fs->os, "a", "manifest.json")), BL_STR("files"));
	for (const struct bl_json *f = files->first; f != NULL; f = f->next, n++) {
		struct bl_str path = bl_json_str(bl_json_get(f, BL_STR("path")));
		struct bl_str a, b;
		char name[200], hex[BL_SHA256_HEX];
		struct bl_sha256 digest;

		(void)snprintf(name, sizeof(name), "%.*s", BL_STR_ARG(path));
		a = read_at(d, &d->fs->os, "a", name);
		b = read_at(d, &d->fs->os, "b", name);
		assert_true(bl_str_eq(a, b));
		assert_ok(bl_sha256_of(a, &digest, &err), err);
		assert_true(bl_str_eq(bl_str_of(bl_sha256_hex(&digest, hex)),
		    bl_json_str(bl_json_get(f, BL_STR("sha256")))));
	}
	assert_int_equal(n + 2, one.n_files);
	assert_true(bl_str_eq(read_at(d, &d->fs->os, "a", "manifest.json.sig"),
	    read_at(d, &d->fs->os, "b", "manifest.json.sig")));
}

static int64_t
number(const struct bl_json *object, const char *key)
{
	int64_t v = -1;

	if (!bl_json_i64(bl_json_get(object, bl_str_of(key)), &v))
		fail_msg("no number %s", key);
	return v;
}

static void
counts_add_up(const struct bl_json *c)
{
	assert_int_equal(number(c, "resources"),
	    number(c, "COMPLIANT") + number(c, "NON_COMPLIANT") + number(c, "NOT_APPLICABLE") +
		number(c, "INSUFFICIENT_DATA") + number(c, "ERROR"));
	assert_int_equal(number(c, "decided"), number(c, "COMPLIANT") + number(c, "NON_COMPLIANT"));
}

static size_t
lines_of(struct bl_str text)
{
	size_t n = 0;
	bool quoted = false;

	for (size_t i = 0; i < text.len; i++) {
		quoted ^= text.ptr[i] == '"';
		n += text.ptr[i] == '\n' && !quoted;
	}
	return n;
}

#define REPORTS "compliance-reports/2026/01/"

static void
the_summary_adds_up(void **state)
{
	static const char *const table[] = {"non-compliant-resources.csv",
	    "compliant-resources.csv", "undetermined-resources.csv",
	    "not-applicable-resources.csv"};
	struct desk *d = *state;
	struct bl_package_report report;
	const struct bl_json *s, *rows;
	int64_t resources = 0, findings = 0, all_rows = 0;
	struct bl_err err;

	assert_ok(write_to(d, &d->fs->os, "a", &report, &err), err);
	s = parse(d, read_at(d, &d->fs->os, "a", REPORTS "summary.json"));
	counts_add_up(bl_json_get(s, BL_STR("over_period")));
	counts_add_up(bl_json_get(s, BL_STR("at_end")));
	for (const struct bl_json *r = bl_json_get(s, BL_STR("rules"))->first; r != NULL;
	     r = r->next) {
		counts_add_up(bl_json_get(r, BL_STR("over_period")));
		counts_add_up(bl_json_get(r, BL_STR("at_end")));
		resources += number(bl_json_get(r, BL_STR("over_period")), "resources");
		findings += number(r, "findings");
	}
	assert_int_equal(resources, number(bl_json_get(s, BL_STR("over_period")), "resources"));
	rows = bl_json_get(s, BL_STR("rows"));
	for (size_t i = 0; i < 4; i++) {
		char path[100];
		struct bl_str text;

		(void)snprintf(path, sizeof(path), REPORTS "%s", table[i]);
		text = read_at(d, &d->fs->os, "a", path);
		assert_int_equal(lines_of(text), number(rows, table[i]) + 1);
		all_rows += number(rows, table[i]);
	}
	assert_int_equal(all_rows, findings);
	assert_int_equal(findings, number(rows, "findings"));
	assert_int_equal(report.n_non_compliant, number(rows, table[0]));
	assert_true(report.n_non_compliant > 0);
}

static void
rows_say_it_in_words(void **state)
{
	struct desk *d = *state;
	struct bl_package_report report;
	struct bl_str text;
	struct bl_err err;

	assert_ok(write_to(d, &d->fs->os, "a", &report, &err), err);
	text = read_at(d, &d->fs->os, "a", REPORTS "non-compliant-resources.csv");
	assert_true(bl_str_starts(text,
	    BL_STR("rule_name,account_id,region,resource_type,resource_id,compliance,recorded_time,"
		   "annotation\r\n")));
	assert_true(
	    bl_str_find(
		text, BL_STR("nis2-s3-sse-enabled,111122223333,eu-central-1,AWS::S3::Bucket,"
			     "billing-exports,NON_COMPLIANT,2026-01-09T07:00:00Z,\"the bucket has "
			     "no default encryption; from 2026-01-09T07:00:00Z to "
			     "2026-01-12T16:00:00Z (3 d 9 h), then COMPLIANT\"\r\n")) != SIZE_MAX);
	assert_true(bl_str_find(text, BL_STR("(31 d 0 h), goes on")) != SIZE_MAX);
	assert_true(bl_str_find(text, BL_STR("; recorded by AWS Config\"")) != SIZE_MAX);
	assert_true(bl_str_find(text, BL_STR("then vanished between two snapshots")) != SIZE_MAX);
	/* Exact bytes: a formula stays what it is, a line break is quoted. */
	assert_true(
	    bl_str_find(text, BL_STR(",\"=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\",")) != SIZE_MAX);
	assert_true(bl_str_find(text, BL_STR("\"quote \"\" comma , line\r\nbreak; ")) != SIZE_MAX);
	text = read_at(d, &d->fs->os, "a", REPORTS "undetermined-resources.csv");
	assert_true(bl_str_find(text, BL_STR("; reason: missing-data\"")) != SIZE_MAX ||
		    bl_str_find(text, BL_STR("; reason: missing-data")) != SIZE_MAX);
}

static void
other_periods_have_other_names(void **state)
{
	struct desk *d = *state;
	struct bl_assessment *a = &d->fixture->assessment;
	struct bl_package_report report;
	struct bl_err err;

	a->to_ns = bl_instant_civil(2026, 1, 15);
	assert_ok(write_to(d, &d->fs->os, "half", &report, &err), err);
	assert_true(exists(
	    &d->fs->os, "half/compliance-reports/20260101T000000Z-20260115T000000Z/report.html"));
	a->from_ns = bl_instant_civil(2026, 1, 31) + 18 * BL_NS_PER_HOUR;
	a->to_ns = a->from_ns + 1;
	a->moment = true;
	assert_ok(write_to(d, &d->fs->os, "moment", &report, &err), err);
	assert_true(exists(&d->fs->os, "moment/compliance-reports/20260131T180000Z/report.html"));
}

/* No rule found anything, nobody delivered anything: still a package, and it says so. */
static void
nothing_known_is_said(void **state)
{
	struct desk *d = *state;
	struct bl_assessment *a = &d->fixture->assessment;
	struct bl_package_report report;
	struct bl_str text;
	struct bl_err err;

	a->n_findings = a->n_recorders = a->n_disagreements = a->n_deliveries = 0;
	a->n_quarantined = 0;
	a->newest_ns = BL_INSTANT_MIN;
	fixture_count(d->fixture);
	assert_ok(write_to(d, &d->fs->os, "a", &report, &err), err);
	assert_int_equal(report.n_non_compliant, 0);
	text = read_at(d, &d->fs->os, "a", REPORTS "report.html");
	assert_true(
	    bl_str_find(text, BL_STR("There is no delivery of any recorder for this period")) !=
	    SIZE_MAX);
	assert_true(
	    bl_str_find(text, BL_STR("0 of 0 decided check points were compliant throughout "
				     "(nothing decided)")) != SIZE_MAX);
	assert_bytes(read_at(d, &d->fs->os, "a", REPORTS "non-compliant-resources.csv"),
	    "rule_name,account_id,region,resource_type,resource_id,compliance,recorded_time,"
	    "annotation\r\n");
}

static void
a_full_folder_is_refused(void **state)
{
	struct desk *d = *state;
	struct bl_os *os = &d->fs->os;
	struct bl_package_report report;
	struct bl_err err;

	assert_ok(bl_os_mkdir(os, "full", &err), err);
	assert_ok(bl_os_write_file(os, "full/x", BL_STR("x"), &err), err);
	assert_err(write_to(d, os, "full", &report, &err), err, BL_EUSAGE,
	    "the folder 'full' is not empty: a package goes into a new or empty one");
	assert_err(write_to(d, os, "full/x", &report, &err), err, BL_EUSAGE,
	    "'full/x' is there and is no folder");
	assert_err(write_to(d, os, "", &report, &err), err, BL_EUSAGE,
	    "a folder for the package is needed");
	assert_ok(bl_os_mkdir(os, "new.partial", &err), err);
	assert_err(write_to(d, os, "new", &report, &err), err, BL_EUSAGE,
	    "'new.partial' is left from a run that was interrupted: look at it, remove it, try "
	    "again");
	assert_ok(bl_os_mkdir(os, "empty", &err), err);
	assert_ok(write_to(d, os, "empty", &report, &err), err);
	assert_true(exists(os, "empty/manifest.json.sig"));
	assert_ok(write_to(d, os, "deep/er/still", &report, &err), err);
	assert_true(exists(os, "deep/er/still/manifest.json.sig"));
}

static void
figures_that_contradict_are_no_evidence(void **state)
{
	struct desk *d = *state;
	struct bl_assessment *a = &d->fixture->assessment;
	struct bl_package_report report;
	struct bl_err err;

	a->rules[1].over_period.verdict[BL_COMPLIANT]++;
	assert_err(write_to(d, &d->fs->os, "a", &report, &err), err, BL_ECORRUPT,
	    "the counts of a rule over the period do not add up (35 verdicts of 34 resources): no "
	    "package is written");
	a->rules[1].over_period.verdict[BL_COMPLIANT]--;
	a->n_findings--;
	assert_err(write_to(d, &d->fs->os, "a", &report, &err), err, BL_ECORRUPT,
	    "the findings of rule 11 are not where they should be");
	a->n_findings++;
	a->deliveries[2] = 1000;
	assert_err(write_to(d, &d->fs->os, "a", &report, &err), err, BL_ECORRUPT,
	    "deliveries.csv: the assessment used delivery 1000, which the store does not have");
	a->deliveries[2] = 3;
	for (uint32_t i = 0; i < d->fixture->store.n_items; i++)
		d->fixture->store.items[i] = BL_STR("{}");
	assert_err(write_to(d, &d->fs->os, "a", &report, &err), err, BL_ECORRUPT,
	    "the store gives another item than the one that was judged");
	assert_false(exists(&d->fs->os, "a"));
	assert_false(exists(&d->fs->os, "a.partial"));
}

/* Each call to the system fails once: an error, and nothing under the name or beside it. */
static void
a_failing_system_leaves_nothing(void **state)
{
	struct desk *d = *state;
	struct bl_package_report report;
	struct bl_err err;
	uint64_t n = 1;

	for (;; n++) {
		struct os_crash *fs = os_crash_new();
		struct os_fault fault;
		enum bl_status status;

		os_fault_init(&fault, &fs->os);
		os_fault_arm(&fault,
		    FAULT_OPEN | FAULT_WRITE | FAULT_SYNC | FAULT_MKDIR | FAULT_RENAME |
			FAULT_INFO | FAULT_LIST,
		    n, ENOSPC);
		status = write_to(d, &fault.os, "a", &report, &err);
		if (fault.hit) {
			assert_int_equal(status, BL_EIO);
			assert_false(exists(&fs->os, "a"));
			if (exists(&fs->os, "a.partial"))
				fail_msg("call %d left a.partial", (int)n);
		} else
			assert_ok(status, err);
		os_crash_free(&fs);
		if (!fault.hit)
			break;
	}
	assert_true(n > 150);
}

/* Power fails at any moment: under the name there is a whole package or none. */
static void
power_may_fail(void **state)
{
	struct desk *d = *state;
	struct os_crash *whole = os_crash_new();
	struct bl_package_report report;
	struct bl_err err;
	uint64_t n_calls;

	assert_ok(write_to(d, &whole->os, "a", &report, &err), err);
	n_calls = whole->n_calls;
	for (uint64_t at = 1; at <= n_calls; at += at + 12 < n_calls ? 11 : 1) {
		struct os_crash *fs = os_crash_new();

		fs->calls_left = at;
		(void)!write_to(d, &fs->os, "a", &report, &err);
		for (uint64_t s = 0; s < 12; s++) {
			struct os_crash *after = os_crash_reboot(fs, s);

			if (exists(&after->os, "a/manifest.json")) {
				assert_true(bl_str_eq(read_at(d, &after->os, "a", "manifest.json"),
				    read_at(d, &whole->os, "a", "manifest.json")));
				assert_true(
				    bl_str_eq(read_at(d, &after->os, "a", REPORTS "report.html"),
					read_at(d, &whole->os, "a", REPORTS "report.html")));
				assert_true(
				    bl_str_eq(read_at(d, &after->os, "a", "manifest.json.sig"),
					read_at(d, &whole->os, "a", "manifest.json.sig")));
			}
			os_crash_free(&after);
		}
		os_crash_free(&fs);
	}
	os_crash_free(&whole);
}

static void
memory_may_run_out(void **state)
{
	struct desk *d = *state;
	struct bl_package_options options = {
	    .folder = "a", .key = d->key, .version = BL_STR("0.1.0")};
	uint64_t n = 1;
	bool hit = true;

	for (; hit; n++) {
		struct os_crash *fs = os_crash_new();
		struct bl_arena *arena = bl_arena_new((size_t)64 << 20);
		struct bl_package_report report;
		struct bl_err err = {0};
		enum bl_status status;

		bl_mem_fail_at(n);
		status = bl_package_write(&fs->os, &d->fixture->store, &d->fixture->assessment,
		    &options, arena, &report, &err);
		hit = bl_mem_fail_hit();
		bl_mem_fail_at(0);
		if (status == BL_OK)
			assert_true(exists(&fs->os, "a/manifest.json.sig"));
		else {
			assert_int_equal(status, BL_ENOMEM);
			assert_false(exists(&fs->os, "a"));
		}
		if (!hit)
			assert_ok(status, err);
		bl_arena_free(&arena);
		os_crash_free(&fs);
	}
	assert_true(n > 100);
}

static void
a_small_budget_is_an_ordinary_error(void **state)
{
	struct desk *d = *state;
	struct bl_package_options options = {
	    .folder = "a", .key = d->key, .version = BL_STR("0.1.0")};
	struct bl_arena *arena = bl_arena_new(100000);
	struct bl_package_report report;
	struct bl_err err;

	assert_int_equal(bl_package_write(&d->fs->os, &d->fixture->store, &d->fixture->assessment,
			     &options, arena, &report, &err),
	    BL_ENOMEM);
	assert_false(exists(&d->fs->os, "a"));
	bl_arena_free(&arena);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(same_assessment_same_bytes),
	    T(the_summary_adds_up),
	    T(rows_say_it_in_words),
	    T(other_periods_have_other_names),
	    T(nothing_known_is_said),
	    T(a_full_folder_is_refused),
	    T(figures_that_contradict_are_no_evidence),
	    T(a_failing_system_leaves_nothing),
	    T(power_may_fail),
	    T(memory_may_run_out),
	    T(a_small_budget_is_an_ordinary_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
