#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "cli/cli.h"
#include "cli/load.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "columns/columns.h"
#include "evidence/keys.h"
#include "evidence/package.h"
#include "rules/assess.h"
#include "rules/catalogue.h"
#include "store/store.h"
#include "json/writer.h"

#ifndef BL_VERSION
#define BL_VERSION "unknown"
#endif

static enum bl_status
choose_period(struct bl_cli *cli, struct bl_assess_options *o)
{
	const char *month = bl_cli_value(cli, "month");
	enum bl_status status = BL_OK;

	if (month != NULL) {
		if (!bl_instant_month(bl_str_of(month), &o->from_ns, &o->to_ns))
			return bl_fail(&cli->err, BL_EUSAGE,
			    "--month wants a month such as 2026-01, not '%s'", month);
		return BL_OK;
	}
	if (bl_cli_value(cli, "from") == NULL || bl_cli_value(cli, "to") == NULL)
		return bl_fail(&cli->err, BL_EUSAGE,
		    "name the period: --month 2026-01, or --from DATE --to DATE");
	status = bl_load_instant(cli, "from", &o->from_ns);
	if (status == BL_OK)
		status = bl_load_instant(cli, "to", &o->to_ns);
	if (status == BL_OK && o->from_ns >= o->to_ns)
		status = bl_fail(&cli->err, BL_EUSAGE, "--from must lie before --to");
	return status;
}

static enum bl_status
load_key(struct bl_cli *cli, struct bl_key_pair **ret_key)
{
	const char *path = bl_cli_value(cli, "key"), *home = getenv("HOME");
	struct bl_str standard;
	enum bl_status status;

	if (path == NULL && home == NULL)
		return bl_fail(&cli->err, BL_EUSAGE, "name the signing key: --key FILE");
	if (path == NULL) {
		status = bl_str_printf(
		    cli->arena, &standard, &cli->err, "%s/.config/beleg/signing-key", home);
		if (status != BL_OK)
			return status;
		path = standard.ptr;
	}
	status = bl_keys_load(cli->os, path, ret_key, &cli->err);
	if (status == BL_ENOTFOUND)
		return bl_fail(&cli->err, BL_ENOTFOUND,
		    "there is no signing key at %s: make one with beleg keys new %s", path, path);
	return status;
}

static enum bl_status
print_json(struct bl_cli *cli, const struct bl_assessment *a, const struct bl_package_report *r,
    const char *folder)
{
	struct bl_buf out = BL_BUF_INIT((size_t)1 << 20);
	char sha[BL_SHA256_HEX];
	struct bl_json_w w;
	enum bl_status status;

	bl_json_w_begin(&w, &out, 0);
	bl_json_w_object(&w);
	bl_json_w_key(&w, "folder");
	bl_json_w_z(&w, folder);
	bl_json_w_key(&w, "report");
	bl_json_w_str(&w, r->report_path);
	bl_json_w_key(&w, "from");
	bl_json_w_instant(&w, a->from_ns);
	bl_json_w_key(&w, "to");
	bl_json_w_instant(&w, a->to_ns);
	bl_json_w_key(&w, "position");
	bl_json_w_u64(&w, a->position);
	bl_json_w_key(&w, "files");
	bl_json_w_u64(&w, r->n_files);
	bl_json_w_key(&w, "bytes");
	bl_json_w_u64(&w, r->bytes);
	bl_json_w_key(&w, "manifest_sha256");
	bl_json_w_z(&w, bl_sha256_hex(&r->manifest_sha256, sha));
	bl_json_w_key(&w, "non_compliant_rows");
	bl_json_w_u64(&w, r->n_non_compliant);
	for (int v = 0; v < BL_N_VERDICTS; v++) {
		bl_json_w_key(&w, bl_verdict_name((enum bl_verdict)v));
		bl_json_w_u64(&w, a->over_period.verdict[v]);
	}
	bl_json_w_close(&w);
	status = bl_json_w_end(&w, &cli->err);
	if (status == BL_OK)
		status = bl_buf_add_byte(&out, '\n', &cli->err);
	if (status == BL_OK)
		bl_cli_write(bl_buf_str(&out));
	bl_buf_release(&out);
	return status;
}

static void
print_words(const struct bl_assessment *a, const struct bl_package_report *r, const char *folder)
{
	char n[BL_NUMBER_TEXT], bytes[BL_NUMBER_TEXT], from[BL_INSTANT_TEXT], to[BL_INSTANT_TEXT];

	(void)printf(
	    "package   %s (%zu files, %s)\n", folder, r->n_files, bl_table_bytes(r->bytes, bytes));
	(void)printf("report    %.*s\n", BL_STR_ARG(r->report_path));
	(void)printf("period    %s to %s, as known at position %" PRIu64 "\n",
	    bl_instant_format(a->from_ns, from), bl_instant_format(a->to_ns, to), a->position);
	(void)printf("found     %s judged: ", bl_table_number(a->over_period.resources, n));
	(void)printf("%s non-compliant at some time, ",
	    bl_table_number(a->over_period.verdict[BL_NON_COMPLIANT], n));
	(void)printf("%s compliant, ", bl_table_number(a->over_period.verdict[BL_COMPLIANT], n));
	(void)printf(
	    "%s unknown, ", bl_table_number(a->over_period.verdict[BL_INSUFFICIENT_DATA], n));
	(void)printf(
	    "%s not applicable, ", bl_table_number(a->over_period.verdict[BL_NOT_APPLICABLE], n));
	(void)printf("%s errors\n", bl_table_number(a->over_period.verdict[BL_ERROR], n));
	(void)printf(
	    "verify    %s/VERIFY.md says how, with sha256sum and ssh-keygen only\n", folder);
}

static int
exit_code(const struct bl_cli *cli, const struct bl_assessment *a)
{
	if (bl_cli_value(cli, "strict") == NULL)
		return BL_EXIT_OK;
	if (a->over_period.verdict[BL_NON_COMPLIANT] > 0)
		return BL_EXIT_NON_COMPLIANT;
	if (a->over_period.verdict[BL_INSUFFICIENT_DATA] > 0 ||
	    a->over_period.verdict[BL_ERROR] > 0 || a->n_quarantined > 0)
		return BL_EXIT_INCOMPLETE;
	return BL_EXIT_OK;
}

static enum bl_status
write_package(struct bl_cli *cli, struct bl_store *store, const struct bl_assess_options *o,
    const struct bl_key_pair *key, const struct bl_assessment **ret_a,
    struct bl_package_report *ret_report)
{
	const char *aggregator = bl_cli_value(cli, "aggregator");
	struct bl_package_options p = {.folder = bl_cli_value(cli, "output"),
	    .aggregator = aggregator == NULL ? (struct bl_str){NULL, 0} : bl_str_of(aggregator),
	    .key = key,
	    .version = BL_STR(BL_VERSION)};
	struct bl_columns *columns = NULL;
	enum bl_status status;

	/* What is signed rests on canonical bytes only. */
	status = bl_columns_new(store, BL_COLUMNS_CANONICAL, &columns, &cli->err);
	if (status == BL_OK)
		status = bl_assess(columns, o, cli->arena, ret_a, &cli->err);
	bl_columns_free(&columns);

	/* A package of nothing would look like a month without findings. */
	if (status == BL_OK && (*ret_a)->n_recorders == 0)
		status = bl_fail(&cli->err, BL_ENOTFOUND,
		    "the store holds no delivery of any account and region: there is nothing to "
		    "show");
	if (status != BL_OK)
		return status;
	return bl_package_write(cli->os, store, *ret_a, &p, cli->arena, ret_report, &cli->err);
}

static int
run(struct bl_cli *cli)
{
	struct bl_assess_options o = {0};
	struct bl_package_report report = {0};
	const struct bl_assessment *a = NULL;
	struct bl_key_pair *key = NULL;
	struct bl_store *store = NULL;
	enum bl_status status;
	int code;

	if (cli->n_args > 0)
		return bl_cli_usage(cli, "no argument expected, found '%s'", cli->args[0]);
	if (bl_cli_value(cli, "output") == NULL)
		return bl_cli_usage(cli, "name the folder to write: -o DIR");
	status = choose_period(cli, &o);
	if (status == BL_OK)
		status = bl_load_pack(cli, NULL, &o.pack);
	if (status == BL_OK)
		status = load_key(cli, &key);
	if (status == BL_OK)
		status = bl_catalogue_load(cli->arena, &o.catalogue, &cli->err);
	if (status == BL_OK)
		status = bl_cli_open_store(cli, BL_STORE_READ, &store);
	if (status == BL_OK)
		status = bl_load_known_at(cli, store, &o.position);
	if (status == BL_OK)
		status = write_package(cli, store, &o, key, &a, &report);
	if (status == BL_OK && cli->format == BL_FORMAT_JSON)
		status = print_json(cli, a, &report, bl_cli_value(cli, "output"));
	else if (status == BL_OK)
		print_words(a, &report, bl_cli_value(cli, "output"));
	code = status == BL_OK ? exit_code(cli, a) : bl_cli_fail(cli);
	bl_keys_free(&key);
	bl_store_close(&store);
	return code;
}

static const struct bl_option options[] = {
    BL_OPTION_STORE,
    {"month", 'm', "YYYY-MM", "the period: one month, UTC", NULL, NULL},
    {"from", 0, "INSTANT", "the period's beginning, instead of --month", NULL, NULL},
    {"to", 0, "INSTANT", "the period's end, not part of it", NULL, NULL},
    BL_OPTION_PACK,
    BL_OPTION_PARAM,
    {"output", 'o', "DIR", "the folder to write; must be new or empty", NULL, NULL},
    {"key", 'k', "FILE", "the signing key (default: ~/.config/beleg/signing-key)", "BELEG_KEY",
	"key"},
    BL_OPTION_KNOWN_AT,
    {"aggregator", 0, "NAME", "the aggregator's name in the JSON report", NULL, "aggregator"},
    {"strict", 0, NULL, "exit with 2 or 3 as beleg evaluate does", NULL, NULL},
    BL_OPTION_FORMAT,
    BL_OPTION_QUIET,
    BL_OPTION_END,
};

const struct bl_verb bl_verb_package = {
    .name = "package",
    .synopsis = "",
    .summary = "write a signed evidence package for a period",
    .text =
	"Judges the pack over the whole period and writes one folder: every non-compliant,\n"
	"compliant, undetermined and not applicable result with its interval, counts with their\n"
	"denominators, coverage and gaps, the texts of the rules that judged, the SHA-256 of "
	"every\n"
	"delivery object used, a report for people in German and English, a manifest and its\n"
	"signature. VERIFY.md in the folder tells how anyone checks it without beleg.\n"
	"\n"
	"The same store, position, period, pack and key give the same bytes, also years later.\n"
	"The exit code is 0 when the package was written, whatever it says; with --strict 2 when\n"
	"something was non-compliant, 3 when the evidence is incomplete.\n",
    .examples = "  $ beleg package -s store --month 2026-01 -o package-2026-01\n"
		"  $ beleg package -s store --from 2025-10-01 --to 2026-01-01 --pack my.yaml -o "
		"q4\n"
		"  $ beleg package -s store --month 2026-01 --known-at 8123 -o again\n"
		"      what was known then: the same bytes as the package of that day\n",
    .options = options,
    .run = run,
};
