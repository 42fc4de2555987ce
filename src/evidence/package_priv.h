#ifndef BL_EVIDENCE_PACKAGE_PRIV_H
#define BL_EVIDENCE_PACKAGE_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/status.h"
#include "base/str.h"
#include "evidence/package.h"
#include "rules/assess.h"

struct bl_json_w;

#define BL_PACKAGE_MAX_FILES 4096
#define BL_PACKAGE_MAX_FOLDERS 64
#define BL_PACKAGE_NAME_SPACE "beleg-package"
#define BL_PACKAGE_PRINCIPAL "beleg"
#define BL_PACKAGE_FORMAT "beleg-package-1"

/*
 * How anyone checks a package, with tools of every system (and bash, zsh or ksh for the second).
 * The checksums come from the signed manifest itself, not from a file that nobody signed.
 */
#define BL_PACKAGE_CHECK_SIGNATURE                                                                 \
	"ssh-keygen -Y verify -f allowed_signers -I " BL_PACKAGE_PRINCIPAL                         \
	" -n " BL_PACKAGE_NAME_SPACE " -s manifest.json.sig < manifest.json"
#define BL_PACKAGE_CHECK_FILES                                                                     \
	"sha256sum -c --strict <(sed -n "                                                          \
	"'s/^    {\"sha256\": \"\\([0-9a-f]*\\)\".*\"path\": \"\\(.*\\)\"}.*/\\1  \\2/p' "         \
	"manifest.json)"
/*
 * What is no plain file, and names that hold a line break (which could cancel out in the comparison
 * of lines that follows), are printed as they are; then each name that only one of the two sides
 * has.
 */
#define BL_PACKAGE_CHECK_NOTHING_MORE                                                              \
	"( LC_ALL=C; export LC_ALL; find . -name '*[[:cntrl:]]*' -o ! -type d ! -type f; "         \
	"{ sed -n 's/^    {\"sha256\": .*\"path\": \"\\(.*\\)\"}.*/\\1/p' manifest.json; "         \
	"printf '%s\\n' manifest.json manifest.json.sig; "                                         \
	"find . -type f | sed 's/^..//'; } | sort | uniq -u )"

#define BL_PACKAGE_SAMPLES 5 /* Of each rule and verdict. */

struct bl_package_file {
	struct bl_str path; /* Relative to the package, '/' between. */
	uint64_t bytes;
	struct bl_sha256 sha256;
	bool whole; /* Written to its end; bytes and sha256 hold. */
};

/* Which file a finding goes to. */
enum bl_table {
	BL_TABLE_NON_COMPLIANT,
	BL_TABLE_COMPLIANT,
	BL_TABLE_UNDETERMINED,
	BL_TABLE_NOT_APPLICABLE,
};
#define BL_N_TABLES 4

/* A package while it is written. */
struct bl_package {
	struct bl_os *os;
	struct bl_store *store; /* May be NULL when the assessment names nothing in it. */
	const struct bl_assessment *assessment;
	const struct bl_package_options *options;
	struct bl_arena *arena;
	struct bl_str folder;  /* Without '/' at the end; NUL-terminated, as all paths here. */
	struct bl_str partial; /* folder.partial */
	struct bl_str reports; /* "compliance-reports/2026/01", within the package */
	struct bl_str aggregator;
	struct bl_str fingerprint;     /* Of the key. */
	int64_t end_ns;		       /* The last moment this package speaks for. */
	struct bl_package_file *files; /* [n_files], BL_PACKAGE_MAX_FILES at most */
	size_t n_files;
	struct bl_str *folders; /* [n_folders] made, full paths, parents first */
	size_t n_folders;
	uint64_t n_rows[BL_N_TABLES];
	uint64_t n_lost; /* Non-compliant findings with BL_THEN_LOST. */
	size_t n_samples;
};

/* bl_package__is_month: a calendar month, UTC. */
bool bl_package__is_month(const struct bl_package *package);
/* bl_package__folder(package, full): make the folder and those above it, as far as they are within
 * the package. */
BL_STATUS bl_package__folder(struct bl_package *package, struct bl_str full, struct bl_err *reterr);
/* bl_package__note(package, path): a file that is about to be made, so that a failure can remove
 * it. */
BL_STATUS bl_package__note(struct bl_package *package, struct bl_str path, struct bl_err *reterr);
/* bl_package__report_path(package, name, &path): "compliance-reports/2026/01/NAME". */
BL_STATUS bl_package__report_path(
    struct bl_package *package, const char *name, struct bl_str *ret_path, struct bl_err *reterr);
/* bl_package__put_file(package, path, bytes): a file whose bytes are there already. */
BL_STATUS bl_package__put_file(
    struct bl_package *package, struct bl_str path, struct bl_str bytes, struct bl_err *reterr);

/* ---- What the parts share ------------------------------------------------ */

/* bl_finding__table: which file it stands in. */
enum bl_table bl_finding__table(const struct bl_finding *finding);

/* bl_finding__then(finding): what followed it: "COMPLIANT", "deleted", "unknown since" ...; "" when
 * it goes on. */
const char *bl_finding__then(const struct bl_finding *finding);

/* bl_finding__annotation(package, finding, &text): its annotation with its interval in words, in
 * the arena. */
BL_STATUS bl_finding__annotation(const struct bl_package *package, const struct bl_finding *finding,
    struct bl_str *ret_text, struct bl_err *reterr);

/* bl_package__delivery, bl_package__quarantined: from the store; BL_ECORRUPT when it has no such
 * thing. */
BL_STATUS bl_package__delivery(const struct bl_package *package, uint64_t position,
    const struct bl_delivery **ret_delivery, struct bl_err *reterr);
BL_STATUS bl_package__quarantined(const struct bl_package *package, uint64_t i,
    const struct bl_store_quarantine **ret_q, struct bl_err *reterr);

/* bl_package__known_bp(package, recorder): known share of the period in 1/100 percent, rounded
 * down. */
uint32_t bl_package__known_bp(const struct bl_package *package, const struct bl_recorder *recorder);

/* bl_share_bp(part, whole): part of whole in 1/100 percent, rounded down, so that only all is 100
 * %; whole > 0. */
uint32_t bl_package__share_bp(uint64_t part, uint64_t whole);

/* bl_package__silent_at_end(package, recorder): nothing of the period's last day is known of it. */
bool bl_package__silent_at_end(
    const struct bl_package *package, const struct bl_recorder *recorder);

/* ---- The parts, in the order in which they are written ------------------- */

BL_STATUS bl_package__findings_csv(struct bl_package *package, struct bl_err *reterr);
BL_STATUS bl_package__findings_json(struct bl_package *package, struct bl_err *reterr);
BL_STATUS bl_package__deficiencies(struct bl_package *package, struct bl_err *reterr);
BL_STATUS bl_package__disagreements(struct bl_package *package, struct bl_err *reterr);
BL_STATUS bl_package__quarantine(struct bl_package *package, struct bl_err *reterr);
BL_STATUS bl_package__coverage(struct bl_package *package, struct bl_err *reterr);
BL_STATUS bl_package__deliveries(struct bl_package *package, struct bl_err *reterr);
BL_STATUS bl_package__texts(struct bl_package *package, struct bl_err *reterr);
BL_STATUS bl_package__samples(struct bl_package *package, struct bl_err *reterr);
BL_STATUS bl_package__summary(struct bl_package *package, struct bl_err *reterr);
BL_STATUS bl_package__report(struct bl_package *package, struct bl_err *reterr);
BL_STATUS bl_package__verify_md(struct bl_package *package, struct bl_err *reterr);
BL_STATUS bl_package__signers(struct bl_package *package, struct bl_err *reterr);
BL_STATUS bl_package__sums(struct bl_package *package, struct bl_err *reterr);
BL_STATUS bl_package__manifest(
    struct bl_package *package, struct bl_sha256 *ret_sha256, struct bl_err *reterr);

#endif
