#ifndef BL_EVIDENCE_PACKAGE_H
#define BL_EVIDENCE_PACKAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/status.h"
#include "base/str.h"

struct bl_arena;
struct bl_assessment;
struct bl_key_pair;
struct bl_os;
struct bl_store;

/*
 * Writes a signed evidence package for an assessed period into a folder:
 *
 *	compliance-reports/2026/01/, with
 *		report.html                    German and English
 *		summary.json                   all figures with their denominators
 *		non-compliant-resources.csv    the eight columns, exactly
 *		non-compliant-resources.json   the same rows
 *		compliant-resources.csv
 *		undetermined-resources.csv     INSUFFICIENT_DATA and ERROR
 *		not-applicable-resources.csv
 *		deficiencies.csv               non-compliant rows, more columns
 *		samples.csv                    what was drawn
 *		disagreements.csv              where AWS Config judged otherwise
 *		quarantine.csv                 what could not be read
 *		coverage.csv                   the recorders and their gaps
 *	samples/SHA256.json             the raw items of samples.csv
 *	rules/IDENTIFIER.yaml           the texts that judged
 *	pack/NAME.yaml                  the pack
 *	deliveries.csv                  every delivery object used
 *	VERIFY.md                       how to check
 *	allowed_signers                 the key
 *	SHA256SUMS                      for a quick look
 *	manifest.json                   every file and delivery, SHA-256
 *	manifest.json.sig               its signature
 *
 * Same assessment and key: same bytes.  The folder must be new or empty; it is written beside and
 * renamed when whole, so that a half package never stands under its name.
 */
struct bl_package_options {
	const char *folder;
	struct bl_str aggregator; /* The name in the JSON report; "beleg" when absent. */
	const struct bl_key_pair *key;
	struct bl_str version; /* Of beleg. */
};

struct bl_package_report {
	struct bl_str report_path; /* folder/compliance-reports/.../report.html */
	size_t n_files;
	uint64_t bytes;
	struct bl_sha256 manifest_sha256;
	uint64_t n_non_compliant; /* Rows of the CSV. */
};

BL_STATUS bl_package_write(struct bl_os *os, struct bl_store *store,
    const struct bl_assessment *assessment, const struct bl_package_options *options,
    struct bl_arena *arena, struct bl_package_report *ret_report, struct bl_err *reterr);

#endif
