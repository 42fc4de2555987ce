#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/instant.h"
#include "cli/cli.h"
#include "cli/coverage_out.h"
#include "cli/load.h"
#include "cli/verbs.h"
#include "columns/columns.h"
#include "os/os.h"
#include "store/store.h"
#include "timeline/coverage_report.h"

#define PRINT_BYTES ((size_t)1 << 30)
#define LIST_BYTES ((size_t)256 << 20)

/* The days that deliveries speak for: whole ones where there is one. */
static enum bl_status
default_period(struct bl_cli *cli, const struct bl_coverage *c, struct bl_coverage_options *o)
{
	int64_t first_ns = BL_INSTANT_MAX;

	if (c->n == 0)
		return bl_fail(&cli->err, BL_ENOTFOUND,
		    "the store holds no delivery of any account and region: name the period "
		    "(--month 2026-01)");
	for (size_t i = 0; i < c->n; i++)
		if (c->recorders[i].first_ns < first_ns)
			first_ns = c->recorders[i].first_ns;
	o->from_ns = first_ns;
	o->to_ns = c->newest_ns + 1;
	if (c->newest_ns - first_ns >= 2 * BL_NS_PER_DAY) {
		o->from_ns = first_ns - first_ns % BL_NS_PER_DAY + BL_NS_PER_DAY;
		o->to_ns = c->newest_ns - c->newest_ns % BL_NS_PER_DAY;
	}
	return BL_OK;
}

static enum bl_status
choose_period(struct bl_cli *cli, const struct bl_coverage *c, struct bl_coverage_options *o)
{
	const char *month = bl_cli_value(cli, "month");
	enum bl_status status = BL_OK;

	if (month != NULL && (bl_cli_value(cli, "from") != NULL || bl_cli_value(cli, "to") != NULL))
		return bl_fail(
		    &cli->err, BL_EUSAGE, "--month and --from or --to exclude each other");
	if (month != NULL) {
		if (!bl_instant_month(bl_str_of(month), &o->from_ns, &o->to_ns))
			return bl_fail(&cli->err, BL_EUSAGE,
			    "--month wants a month such as 2026-01, not '%s'", month);
		return BL_OK;
	}
	if (bl_cli_value(cli, "from") == NULL || bl_cli_value(cli, "to") == NULL)
		status = default_period(cli, c, o);
	if (status == BL_OK && bl_cli_value(cli, "from") != NULL)
		status = bl_load_instant(cli, "from", &o->from_ns);
	if (status == BL_OK && bl_cli_value(cli, "to") != NULL)
		status = bl_load_instant(cli, "to", &o->to_ns);
	if (status == BL_OK && o->from_ns >= o->to_ns)
		status = bl_fail(&cli->err, BL_EUSAGE, "--from must lie before --to");
	return status;
}

static enum bl_status
choose_by(struct bl_cli *cli, enum bl_coverage_by *ret)
{
	static const char *const names[] = {[BL_BY_RECORDER] = "recorder",
	    [BL_BY_ACCOUNT] = "account",
	    [BL_BY_TYPE] = "type",
	    [BL_BY_DAY] = "day"};
	const char *by = bl_cli_value(cli, "by");

	*ret = BL_BY_NONE;
	if (by == NULL)
		return BL_OK;
	for (int i = BL_BY_RECORDER; i <= BL_BY_DAY; i++)
		if (strcmp(by, names[i]) == 0) {
			*ret = (enum bl_coverage_by)i;
			return BL_OK;
		}
	return bl_fail(&cli->err, BL_EUSAGE, "--by is recorder, account, type or day, not %s", by);
}

static enum bl_status
load_accounts(struct bl_cli *cli, struct bl_account_list *list, struct bl_coverage_options *o)
{
	const char *path = bl_cli_value(cli, "accounts");
	struct bl_str text;
	enum bl_status status;

	if (path == NULL)
		return BL_OK;
	status = bl_os_read_file(cli->os, cli->arena, path, LIST_BYTES, &text, &cli->err);
	if (status == BL_OK) {
		status = bl_coverage_accounts_read(text, cli->arena, list, &cli->err);
		if (status != BL_OK)
			bl_err_prefix(&cli->err, "%s", path);
	}
	o->accounts = list;
	o->accounts_name = bl_str_of(path);
	return status;
}

static enum bl_status
print(struct bl_cli *cli, const struct bl_coverage_report *report, enum bl_coverage_by by)
{
	struct bl_buf out = BL_BUF_INIT(PRINT_BYTES);
	struct bl_coverage_picture picture;
	const char *svg = bl_cli_value(cli, "svg");
	char at[2][BL_INSTANT_TEXT];
	enum bl_status status =
	    bl_coverage_out_picture(report, by == BL_BY_RECORDER, cli->arena, &picture, &cli->err);

	if (status == BL_OK && svg != NULL)
		status = bl_coverage_out_svg(report, &picture, &out, &cli->err);
	if (status == BL_OK && svg != NULL)
		status = bl_os_write_file(cli->os, svg, bl_buf_str(&out), &cli->err);
	out.len = 0;
	if (status == BL_OK && cli->format == BL_FORMAT_TABLE)
		bl_cli_note(cli, "%s to %s, as known at position %" PRIu64,
		    bl_instant_format(report->from_ns, at[0]),
		    bl_instant_format(report->to_ns, at[1]), report->position);
	if (status == BL_OK)
		status = cli->format == BL_FORMAT_JSON
			     ? bl_coverage_out_json(report, &picture, &out, &cli->err)
			 : cli->format == BL_FORMAT_CSV
			     ? bl_coverage_out_csv(report, by, &out, &cli->err)
			     : bl_coverage_out_table(
				   report, by, cli->color, cli->arena, &out, &cli->err);
	if (status == BL_OK)
		bl_cli_write(bl_buf_str(&out));
	bl_buf_release(&out);
	return status;
}

static struct bl_str
filter(const struct bl_cli *cli, const char *name)
{
	return bl_str_of(bl_cli_value(cli, name));
}

static int
run(struct bl_cli *cli)
{
	struct bl_coverage_options o = {.account = filter(cli, "account"),
	    .region = filter(cli, "region"),
	    .type = filter(cli, "type")};
	const struct bl_coverage_report *report = NULL;
	const struct bl_coverage *coverage = NULL;
	struct bl_account_list list;
	struct bl_store *store = NULL;
	struct bl_columns *columns = NULL;
	enum bl_coverage_by by = BL_BY_NONE;
	enum bl_status status;
	int code;

	if (cli->n_args > 0)
		return bl_cli_usage(cli, "no argument expected, found '%s'", cli->args[0]);
	status = choose_by(cli, &by);
	if (status == BL_OK)
		status = load_accounts(cli, &list, &o);
	if (status == BL_OK)
		status = bl_cli_open_store(cli, BL_STORE_READ, &store);
	if (status == BL_OK)
		status = bl_load_known_at(cli, store, &o.position);
	if (status == BL_OK)
		status = bl_columns_new(store, BL_COLUMNS_FILES, &columns, &cli->err);
	if (status == BL_OK)
		status = bl_coverage_build(columns, o.position, cli->arena, &coverage, &cli->err);
	if (status == BL_OK)
		status = choose_period(cli, coverage, &o);
	if (status == BL_OK)
		status =
		    bl_coverage_report_build(columns, coverage, &o, cli->arena, &report, &cli->err);
	/* A filter that fits nothing must not look like coverage without a gap. */
	if (status == BL_OK && report->n_places == 0)
		status = bl_fail(&cli->err, BL_ENOTFOUND,
		    "no account and region of the store or the account list is what was asked for");
	if (status == BL_OK)
		status = print(cli, report, by);
	code = status != BL_OK	    ? bl_cli_fail(cli)
	       : report->n_gaps > 0 ? BL_EXIT_INCOMPLETE
				    : BL_EXIT_OK;
	bl_columns_free(&columns);
	bl_store_close(&store);
	return code;
}

static const struct bl_option options[] = {
    BL_OPTION_STORE,
    {"month", 'm', "YYYY-MM", "the period: one month, UTC", NULL, NULL},
    {"from", 0, "INSTANT", "the period's beginning (default: the first whole day delivered)", NULL,
	NULL},
    {"to", 0, "INSTANT",
	"the period's end, not part of it (default: the end of the last whole day)", NULL, NULL},
    {"accounts", 0, "FILE",
	"the population: output of aws organizations list-accounts (default: the newest such list "
	"in the store)",
	NULL, NULL},
    {"account", 0, "ID", "only this account", NULL, NULL},
    {"region", 0, "REGION", "only this region", NULL, NULL},
    {"type", 0, "TYPE", "only this resource type: time when it was left out is not known", NULL,
	NULL},
    {"by", 0, "GROUP",
	"how to group: recorder, account, type or day (default: recorders and gaps; CSV: gaps)",
	NULL, NULL},
    {"svg", 0, "FILE", "also draw accounts (--by recorder: recorders) by days", NULL, NULL},
    BL_OPTION_KNOWN_AT,
    BL_OPTION_FORMAT,
    BL_OPTION_QUIET,
    BL_OPTION_END,
};

const struct bl_verb bl_verb_coverage = {
    .name = "coverage",
    .synopsis = "",
    .summary = "show what was recorded and delivered, and what is missing",
    .text =
	"For each account, region and resource type: was the recorder on, was it delivered, what\n"
	"is missing from when to when, how is that known, and what to do about it. Accounts come\n"
	"from the account list, so that one that never delivered is a gap too; without a list the\n"
	"population is unknown, and the output says so.\n"
	"\n"
	"Sources: recorder items, the deliveries and their cadence, the account list, and what\n"
	"CloudTrail says of recorders (its log files or events, ingested like deliveries). Where\n"
	"item and event contradict each other, the recorder counts as stopped.\n"
	"\n"
	"Exit code 3 when there is a gap in the period, 0 when there is none.\n",
    .examples = "  $ beleg coverage -s store --month 2026-01\n"
		"      recorders, gaps, and the share of the month that is known\n"
		"  $ beleg coverage -s store --month 2026-01 --svg coverage.svg --by account\n"
		"      the same as a picture: accounts by days\n"
		"  $ beleg coverage -s store --month 2026-01 --format csv > gaps.csv\n"
		"      one row a gap\n",
    .options = options,
    .run = run,
};
