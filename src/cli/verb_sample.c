#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "cli/cli.h"
#include "cli/load.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "os/os.h"
#include "sample/sample.h"

static enum bl_status
read_number(struct bl_cli *cli, const char *option, uint64_t max, uint64_t *value)
{
	const char *text = bl_cli_value(cli, option);

	if (text == NULL)
		return BL_OK;
	if (!bl_str_to_u64(bl_str_of(text), value) || *value > max)
		return bl_fail(&cli->err, BL_EUSAGE,
		    "--%s wants a number up to %" PRIu64 ", not '%s'", option, max, text);
	return BL_OK;
}

static enum bl_status
read_options(struct bl_cli *cli, struct bl_sample_options *o)
{
	uint64_t accounts = o->n_accounts, regions = o->n_regions, days = o->n_days;
	uint64_t resources = o->n_resources;
	enum bl_status status = read_number(cli, "accounts", 1000, &accounts);

	if (status == BL_OK)
		status = read_number(cli, "regions", 20, &regions);
	if (status == BL_OK)
		status = read_number(cli, "days", 400, &days);
	if (status == BL_OK)
		status = read_number(cli, "resources", 200000, &resources);
	if (status == BL_OK)
		status = read_number(cli, "seed", UINT64_MAX, &o->seed);
	if (status == BL_OK && bl_cli_value(cli, "start") != NULL)
		status = bl_load_instant(cli, "start", &o->start_ns);
	o->n_accounts = (uint32_t)accounts;
	o->n_regions = (uint32_t)regions;
	o->n_days = (uint32_t)days;
	o->n_resources = (uint32_t)resources;
	return status;
}

static void
on_progress(void *ctx, const struct bl_sample_report *report)
{
	char files[BL_NUMBER_TEXT], bytes[BL_NUMBER_TEXT];

	bl_cli_progress(ctx, "%s files, %s of JSON", bl_table_number(report->n_files, files),
	    bl_table_bytes(report->bytes_json, bytes));
}

static int
run(struct bl_cli *cli)
{
	struct bl_sample_options o = bl_sample_defaults();
	struct bl_sample_report r = {0};
	char files[BL_NUMBER_TEXT], items[BL_NUMBER_TEXT], json[BL_NUMBER_TEXT], gz[BL_NUMBER_TEXT];

	if (cli->n_args != 1)
		return bl_cli_usage(cli, "name one folder to write");
	if (read_options(cli, &o) != BL_OK ||
	    bl_sample_write(cli->os, cli->args[0], &o, on_progress, cli, &r, &cli->err) != BL_OK)
		return bl_cli_fail(cli);
	bl_cli_progress(cli, "%s", "");
	if (cli->format == BL_FORMAT_JSON)
		(void)printf("{\"files\":%" PRIu64 ",\"items\":%" PRIu64 ",\"bytes_json\":%" PRIu64
			     ",\"bytes_written\":%" PRIu64 "}\n",
		    r.n_files, r.n_items, r.bytes_json, r.bytes_written);
	else
		(void)printf(
		    "%s: %s files, %s items, %s of JSON in %s; truth.json states its facts\n",
		    cli->args[0], bl_table_number(r.n_files, files),
		    bl_table_number(r.n_items, items), bl_table_bytes(r.bytes_json, json),
		    bl_table_bytes(r.bytes_written, gz));
	return BL_EXIT_OK;
}

static const struct bl_option options[] = {
    {"accounts", 'a', "N", "accounts, up to 1000 (default: 4)", NULL, NULL},
    {"regions", 'r', "N", "regions, up to 20 (default: 2)", NULL, NULL},
    {"days", 'd', "N", "days, up to 400 (default: 35)", NULL, NULL},
    {"resources", 'n', "N", "resources per account and region (default: 60)", NULL, NULL},
    {"seed", 0, "N", "the same seed gives the same bytes (default: 1)", NULL, NULL},
    {"start", 0, "DATE", "the first day (default: 2025-12-30)", NULL, NULL},
    BL_OPTION_FORMAT,
    BL_OPTION_QUIET,
    BL_OPTION_END,
};

const struct bl_verb bl_verb_sample = {
    .name = "sample",
    .synopsis = "DIR",
    .summary = "write the deliveries of an invented organisation",
    .text =
	"Writes a folder tree as AWS Config delivers it: snapshots every six hours, history "
	"files,\n"
	"recorder items, AWS's own verdicts, credential reports, account summaries, the account\n"
	"list. Stories are planted in it (a recorder stopped for nine days, SSH open for three "
	"days,\n"
	"a bucket unencrypted until a known hour, ...); truth.json states each story's facts, so "
	"that\n"
	"any tool can be tested against them. Nothing in it is anybody's real data.\n",
    .examples = "  $ beleg sample organisation\n"
		"  $ beleg sample big --accounts 40 --regions 4 --days 365\n",
    .options = options,
    .run = run,
};
