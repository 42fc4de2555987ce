/*
 * The order of things.  Every file is written, hashed and synced by bl_out;
 * what stands later in the list may speak of what stands before:
 *
 *	findings, coverage, deliveries, texts, samples
 *	summary.json, report.html       count the rows above
 *	allowed_signers, VERIFY.md
 *	SHA256SUMS                      every file above
 *	manifest.json                   every file above, SHA256SUMS too
 *	manifest.json.sig               signs manifest.json
 *
 * so that the signature covers every byte of the package but its own.
 */
#include "evidence/package.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "evidence/keys.h"
#include "evidence/out.h"
#include "evidence/package_priv.h"
#include "os/os.h"

static enum bl_status
check_counts(const struct bl_counts *counts, const char *what, struct bl_err *reterr)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < BL_N_VERDICTS; i++)
		sum += counts->verdict[i];
	if (sum != counts->resources)
		return bl_fail(reterr, BL_ECORRUPT,
		    "the counts of %s do not add up (%llu verdicts of %llu resources): no package "
		    "is written",
		    what, (unsigned long long)sum, (unsigned long long)counts->resources);
	return BL_OK;
}

/* Evidence whose figures contradict each other is worse than none. */
static enum bl_status
check_assessment(const struct bl_assessment *a, struct bl_err *reterr)
{
	size_t next = 0;
	enum bl_status status = check_counts(&a->over_period, "the period", reterr);

	if (status == BL_OK)
		status = check_counts(&a->at_end, "the period's end", reterr);
	for (size_t i = 0; status == BL_OK && i < a->n_rules; i++) {
		const struct bl_rule_result *rule = &a->rules[i];

		if (rule->first_finding != next || rule->n_findings > a->n_findings - next)
			return bl_fail(reterr, BL_ECORRUPT,
			    "the findings of rule %zu are not where they should be", i);
		next += rule->n_findings;
		status = check_counts(&rule->over_period, "a rule over the period", reterr);
		if (status == BL_OK)
			status = check_counts(&rule->at_end, "a rule at the period's end", reterr);
	}
	if (status == BL_OK && next != a->n_findings)
		return bl_fail(
		    reterr, BL_ECORRUPT, "%zu findings belong to no rule", a->n_findings - next);
	if (status == BL_OK && a->from_ns >= a->to_ns)
		return bl_fail(reterr, BL_EUSAGE, "the period ends before it begins");
	return status;
}

bool
bl_package__is_month(const struct bl_package *package)
{
	const struct bl_assessment *a = package->assessment;
	int year, month, day;

	bl_instant_date(a->from_ns, &year, &month, &day);
	return a->from_ns == bl_instant_civil(year, month, 1) &&
	       a->to_ns == bl_instant_civil(month == 12 ? year + 1 : year, month % 12 + 1, 1);
}

/* "2026/01" for a calendar month (UTC), else both ends: "20260101T000000Z-20260115T000000Z". */
static enum bl_status
reports_folder(struct bl_package *package, struct bl_err *reterr)
{
	const struct bl_assessment *a = package->assessment;
	char from[BL_INSTANT_TEXT], to[BL_INSTANT_TEXT], stamp[2 * BL_INSTANT_TEXT];
	int year, month, day;
	size_t n = 0;

	bl_instant_date(a->from_ns, &year, &month, &day);
	if (bl_package__is_month(package))
		return bl_str_printf(package->arena, &package->reports, reterr,
		    "compliance-reports/%04d/%02d", year, month);
	(void)bl_instant_format(a->from_ns, from);
	(void)bl_instant_format(a->to_ns, to);
	for (const char *p = from; *p != '\0'; p++)
		if (*p != '-' && *p != ':')
			stamp[n++] = *p;
	if (!a->moment) {
		stamp[n++] = '-';
		for (const char *p = to; *p != '\0'; p++)
			if (*p != '-' && *p != ':')
				stamp[n++] = *p;
	}
	return bl_str_printf(
	    package->arena, &package->reports, reterr, "compliance-reports/%.*s", (int)n, stamp);
}

static enum bl_status
check_target(struct bl_package *package, struct bl_err *reterr)
{
	struct bl_file_info info;
	struct bl_dir_entry *entries;
	struct bl_err err = {0};
	size_t n = 0;
	enum bl_status status = bl_os_linfo(package->os, package->folder.ptr, &info, &err);

	if (status == BL_OK && info.kind != BL_FILE_FOLDER)
		return bl_fail(
		    reterr, BL_EUSAGE, "'%s' is there and is no folder", package->folder.ptr);
	if (status == BL_OK) {
		status = bl_os_list(
		    package->os, package->arena, package->folder.ptr, &entries, &n, reterr);
		if (status != BL_OK)
			return status;
		if (n > 0)
			return bl_fail(reterr, BL_EUSAGE,
			    "the folder '%s' is not empty: a package goes into a new or empty one",
			    package->folder.ptr);
	} else if (status != BL_ENOTFOUND) {
		if (reterr != NULL)
			*reterr = err;
		return status;
	}
	status = bl_os_linfo(package->os, package->partial.ptr, &info, &err);
	if (status == BL_OK)
		return bl_fail(reterr, BL_EUSAGE,
		    "'%s' is left from a run that was interrupted: look at it, remove it, try "
		    "again",
		    package->partial.ptr);
	if (status != BL_ENOTFOUND && reterr != NULL)
		*reterr = err;
	return status == BL_ENOTFOUND ? BL_OK : status;
}

static enum bl_status
begin(struct bl_package *package, struct bl_err *reterr)
{
	const struct bl_assessment *a = package->assessment;
	struct bl_str folder = bl_str_of(package->options->folder);
	enum bl_status status;

	while (folder.len > 1 && folder.ptr[folder.len - 1] == '/')
		folder.len--;
	if (folder.len == 0 || bl_str_eq(folder, BL_STR("/")))
		return bl_fail(reterr, BL_EUSAGE, "a folder for the package is needed");
	package->files = bl_new(package->arena, struct bl_package_file, BL_PACKAGE_MAX_FILES);
	package->folders = bl_new(package->arena, struct bl_str, BL_PACKAGE_MAX_FOLDERS);
	if (package->files == NULL || package->folders == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the list of files");
	package->aggregator =
	    package->options->aggregator.len > 0 ? package->options->aggregator : BL_STR("beleg");
	/* Never the clock: the same assessment gives the same bytes at any time. */
	package->end_ns =
	    a->newest_ns != BL_INSTANT_MIN && a->newest_ns < a->to_ns ? a->newest_ns : a->to_ns;
	status = bl_str_printf(
	    package->arena, &package->folder, reterr, "%.*s", (int)folder.len, folder.ptr);
	if (status == BL_OK)
		status = bl_str_printf(package->arena, &package->partial, reterr, "%.*s.partial",
		    (int)folder.len, folder.ptr);
	if (status == BL_OK)
		status = bl_keys_fingerprint(
		    package->options->key, package->arena, &package->fingerprint, reterr);
	if (status == BL_OK)
		status = reports_folder(package, reterr);
	if (status == BL_OK)
		status = check_target(package, reterr);
	return status;
}

static enum bl_status
write_parts(struct bl_package *package, struct bl_sha256 *ret_manifest, struct bl_err *reterr)
{
	static enum bl_status (*const part[])(struct bl_package *, struct bl_err *) = {
	    bl_package__findings_csv,
	    bl_package__findings_json,
	    bl_package__deficiencies,
	    bl_package__disagreements,
	    bl_package__quarantine,
	    bl_package__coverage,
	    bl_package__deliveries,
	    bl_package__texts,
	    bl_package__samples,
	    bl_package__summary,
	    bl_package__report,
	    bl_package__signers,
	    bl_package__verify_md,
	    bl_package__sums,
	};

	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		enum bl_status status = part[i](package, reterr);

		if (status != BL_OK)
			return status;
	}
	return bl_package__manifest(package, ret_manifest, reterr);
}

/* Takes away what this run made; what cannot be removed stays under the name .partial. */
static void
sweep(struct bl_package *package)
{
	struct bl_str full;

	for (size_t i = 0; i < package->n_files; i++)
		if (bl_str_printf(package->arena, &full, NULL, "%s/%s", package->partial.ptr,
			package->files[i].path.ptr) == BL_OK &&
		    bl_os_unlink(package->os, full.ptr, NULL) == BL_EIO)
			return;
	for (size_t i = package->n_folders; i > 0; i--)
		if (bl_os_rmdir(package->os, package->folders[i - 1].ptr, NULL) != BL_OK)
			return;
}

static enum bl_status
publish(struct bl_package *package, struct bl_err *reterr)
{
	struct bl_str parent = BL_STR(".");
	size_t slash = bl_str_rfind_byte(package->folder, '/');
	enum bl_status status = BL_OK;

	for (size_t i = package->n_folders; status == BL_OK && i > 0; i--)
		status = bl_os_sync_folder(package->os, package->folders[i - 1].ptr, reterr);
	if (status == BL_OK && slash != SIZE_MAX)
		status = bl_str_printf(package->arena, &parent, reterr, "%.*s",
		    slash == 0 ? 1 : (int)slash, package->folder.ptr);
	/* An empty folder of that name gives way; one that got an entry meanwhile does not. */
	if (status == BL_OK)
		status =
		    bl_os_rename(package->os, package->partial.ptr, package->folder.ptr, reterr);
	if (status != BL_OK)
		return status;
	package->n_files = 0; /* Published: nothing may be swept any more. */
	package->n_folders = 0;
	return bl_os_sync_folder(package->os, parent.ptr, reterr);
}

static enum bl_status
fill_report(struct bl_package *package, struct bl_package_report *report, struct bl_err *reterr)
{
	report->n_files = package->n_files;
	report->n_non_compliant = package->n_rows[BL_TABLE_NON_COMPLIANT];
	report->bytes = 0;
	for (size_t i = 0; i < package->n_files; i++)
		report->bytes += package->files[i].bytes;
	return bl_str_printf(package->arena, &report->report_path, reterr, "%s/%s/report.html",
	    package->folder.ptr, package->reports.ptr);
}

enum bl_status
bl_package_write(struct bl_os *os, struct bl_store *store, const struct bl_assessment *assessment,
    const struct bl_package_options *options, struct bl_arena *arena,
    struct bl_package_report *ret_report, struct bl_err *reterr)
{
	struct bl_package package = {
	    .os = os, .store = store, .assessment = assessment, .options = options, .arena = arena};
	struct bl_package_report report = {0};
	enum bl_status status;

	assert(options->folder != NULL && options->key != NULL);
	status = check_assessment(assessment, reterr);
	if (status == BL_OK)
		status = begin(&package, reterr);
	if (status != BL_OK)
		return status;
	status = write_parts(&package, &report.manifest_sha256, reterr);
	if (status == BL_OK)
		status = fill_report(&package, &report, reterr);
	if (status == BL_OK)
		status = publish(&package, reterr);
	if (status == BL_OK)
		*ret_report = report;
	else
		sweep(&package);
	return status;
}

/* ---- Files and folders of the package ------------------------------------ */

enum bl_status
bl_package__folder(struct bl_package *package, struct bl_str full, struct bl_err *reterr)
{
	/* Each folder from the package itself downwards, once. */
	for (size_t end = package->partial.len; end <= full.len; end++) {
		struct bl_str folder;
		bool known = false;
		enum bl_status status;

		if (end < full.len && full.ptr[end] != '/')
			continue;
		for (size_t i = 0; i < package->n_folders && !known; i++)
			known = bl_str_eq(package->folders[i], bl_str_sub(full, 0, end));
		if (known)
			continue;
		if (package->n_folders == BL_PACKAGE_MAX_FOLDERS)
			return bl_fail(reterr, BL_ELIMIT, "more than %d folders in a package",
			    BL_PACKAGE_MAX_FOLDERS);
		status = bl_str_printf(package->arena, &folder, reterr, "%.*s", (int)end, full.ptr);
		if (status == BL_OK)
			status = end == package->partial.len
				     ? bl_os_mkdirs(package->os, folder.ptr, reterr)
				     : bl_os_mkdir(package->os, folder.ptr, reterr);
		if (status != BL_OK)
			return status;
		package->folders[package->n_folders++] = folder;
	}
	return BL_OK;
}

enum bl_status
bl_package__note(struct bl_package *package, struct bl_str path, struct bl_err *reterr)
{
	if (package->n_files == BL_PACKAGE_MAX_FILES)
		return bl_fail(
		    reterr, BL_ELIMIT, "more than %d files in a package", BL_PACKAGE_MAX_FILES);
	package->files[package->n_files++] = (struct bl_package_file){.path = path};
	return BL_OK;
}

enum bl_status
bl_package__report_path(
    struct bl_package *package, const char *name, struct bl_str *ret_path, struct bl_err *reterr)
{
	return bl_str_printf(package->arena, ret_path, reterr, "%s/%s", package->reports.ptr, name);
}

enum bl_status
bl_package__put_file(
    struct bl_package *package, struct bl_str path, struct bl_str bytes, struct bl_err *reterr)
{
	struct bl_out out;

	bl_out__open(package, path, &out);
	bl_out__put(&out, bytes);
	return bl_out__close(&out, reterr);
}
