#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/instant.h"
#include "cli/cli.h"
#include "cli/load.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "columns/columns.h"
#include "os/os.h"
#include "rules/retention.h"
#include "store/store.h"
#include "json/writer.h"

#define OUT_BYTES ((size_t)1 << 30)
#define POLICY_BYTES ((size_t)256 << 10)

/* In the order of enum bl_fate. */
static const char *const fates[BL_FATES] = {"current", "within", "held", "needed", "removable"};

static uint64_t
sum(const uint64_t n[BL_FATES])
{
	uint64_t total = 0;

	for (size_t i = 0; i < BL_FATES; i++)
		total += n[i];
	return total;
}

/* ---- For people. ------------------------------------------------------------- */

static enum bl_status
print_words(struct bl_cli *cli, const struct bl_retention *policy,
    const struct bl_retention_plan *plan, struct bl_buf *out)
{
	static const char *const why[BL_FATES] = {"hold at that moment", "are within their period",
	    "are covered by a hold", "are needed by a delivery that stays", "would be removable"};
	char at[BL_INSTANT_TEXT], a[BL_NUMBER_TEXT], b[BL_NUMBER_TEXT];
	uint64_t versions = sum(plan->total.n);
	enum bl_status status;

	status = bl_buf_printf(out, &cli->err,
	    "At %s, of %s versions (%s of JSON). Nothing is removed: this is what could be.\n",
	    bl_instant_format(plan->at_ns, at), bl_table_number(versions, a),
	    bl_table_bytes(sum(plan->total.bytes), b));
	for (size_t i = 0; i < BL_FATES && status == BL_OK; i++)
		status = bl_buf_printf(out, &cli->err, "%14s  %s, %s\n",
		    bl_table_number(plan->total.n[i], a), why[i],
		    bl_table_bytes(plan->total.bytes[i], b));
	if (status == BL_OK)
		status = bl_buf_printf(out, &cli->err,
		    "Of %" PRIu64 " deliveries: %" PRIu64 " within their period, %" PRIu64
		    " held, %" PRIu64 " removable\n",
		    sum(plan->deliveries), plan->deliveries[BL_FATE_WITHIN],
		    plan->deliveries[BL_FATE_HELD], plan->deliveries[BL_FATE_REMOVABLE]);
	for (size_t i = 0; i < policy->n_holds && status == BL_OK; i++)
		status = bl_buf_printf(out, &cli->err,
		    "Hold of line %u (%.*s): %s%" PRIu64 " versions, %" PRIu64 " deliveries\n",
		    policy->holds[i].line, BL_STR_ARG(policy->holds[i].reason),
		    plan->holds[i].expired ? "expired, " : "", plan->holds[i].versions,
		    plan->holds[i].deliveries);
	return status != BL_OK ? status : bl_buf_add_byte(out, '\n', &cli->err);
}

static enum bl_status
print_rows(struct bl_cli *cli, const struct bl_retention_plan *plan, bool csv, struct bl_buf *out)
{
	static const struct bl_table_column columns[] = {{"resource type", false},
	    {"account", false}, {"versions", true}, {"current", true}, {"within", true},
	    {"held", true}, {"needed", true}, {"removable", true}, {"removable JSON", true}};
	static const char *const fields[] = {"resource_type", "account_id", "versions", "current",
	    "within", "held", "needed", "removable", "removable_bytes"};
	struct bl_table *table;
	struct bl_str cells[9];
	enum bl_status status = bl_table_new(cli->arena, columns, 9, &table, &cli->err);

	for (size_t i = 0; i < 9; i++)
		cells[i] = bl_str_of(fields[i]);
	if (csv && status == BL_OK)
		status = bl_table_csv(cells, 9, out, &cli->err);
	for (size_t r = 0; r <= plan->n && status == BL_OK; r++) {
		const struct bl_retention_row *row = r < plan->n ? &plan->rows[r] : &plan->total;
		const uint64_t numbers[] = {sum(row->n), row->n[0], row->n[1], row->n[2], row->n[3],
		    row->n[4], row->bytes[BL_FATE_REMOVABLE]};
		char text[7][BL_NUMBER_TEXT];

		if (r == plan->n && csv)
			break;
		cells[0] = r < plan->n ? row->type : BL_STR("all");
		cells[1] = r < plan->n ? row->account : BL_STR("");
		for (size_t i = 0; i < 7; i++) {
			(void)snprintf(text[i], BL_NUMBER_TEXT, "%" PRIu64, numbers[i]);
			if (!csv)
				(void)(i == 6 ? bl_table_bytes(numbers[i], text[i])
					      : bl_table_number(numbers[i], text[i]));
			cells[i + 2] = bl_str_of(text[i]);
		}
		status = csv ? bl_table_csv(cells, 9, out, &cli->err)
			     : bl_table_row(table, cells, &cli->err);
	}
	return status != BL_OK || csv ? status : bl_table_print(table, cli->color, out, &cli->err);
}

/* ---- For programs. ----------------------------------------------------------- */

static void
json_number(struct bl_json_w *w, const char *name, uint64_t value)
{
	bl_json_w_key(w, name);
	bl_json_w_u64(w, value);
}

static void
json_row(struct bl_json_w *w, const struct bl_retention_row *row)
{
	json_number(w, "versions", sum(row->n));
	json_number(w, "bytes", sum(row->bytes));
	for (size_t i = 0; i < BL_FATES; i++)
		json_number(w, fates[i], row->n[i]);
	json_number(w, "removable_bytes", row->bytes[BL_FATE_REMOVABLE]);
}

static void
json_holds(
    struct bl_json_w *w, const struct bl_retention *policy, const struct bl_retention_plan *plan)
{
	bl_json_w_key(w, "holds");
	bl_json_w_array(w);
	for (size_t i = 0; i < policy->n_holds; i++) {
		bl_json_w_object(w);
		json_number(w, "line", policy->holds[i].line);
		bl_json_w_key(w, "reason");
		bl_json_w_str(w, policy->holds[i].reason);
		bl_json_w_key(w, "expired");
		bl_json_w_bool(w, plan->holds[i].expired);
		json_number(w, "versions", plan->holds[i].versions);
		json_number(w, "bytes", plan->holds[i].bytes);
		json_number(w, "deliveries", plan->holds[i].deliveries);
		bl_json_w_close(w);
	}
	bl_json_w_close(w);
}

static enum bl_status
print_json(struct bl_cli *cli, const struct bl_retention *policy,
    const struct bl_retention_plan *plan, struct bl_buf *out)
{
	struct bl_json_w w;
	enum bl_status status;

	bl_json_w_begin(&w, out, 0);
	bl_json_w_object(&w);
	bl_json_w_key(&w, "at");
	bl_json_w_instant(&w, plan->at_ns);
	bl_json_w_key(&w, "removed");
	bl_json_w_u64(&w, 0);
	bl_json_w_key(&w, "total");
	bl_json_w_object(&w);
	json_row(&w, &plan->total);
	bl_json_w_close(&w);
	bl_json_w_key(&w, "deliveries");
	bl_json_w_object(&w);
	json_number(&w, "all", sum(plan->deliveries));
	json_number(&w, "within", plan->deliveries[BL_FATE_WITHIN]);
	json_number(&w, "held", plan->deliveries[BL_FATE_HELD]);
	json_number(&w, "removable", plan->deliveries[BL_FATE_REMOVABLE]);
	bl_json_w_close(&w);
	json_holds(&w, policy, plan);
	bl_json_w_key(&w, "rows");
	bl_json_w_array(&w);
	for (size_t i = 0; i < plan->n; i++) {
		bl_json_w_object(&w);
		bl_json_w_key(&w, "resource_type");
		bl_json_w_str(&w, plan->rows[i].type);
		bl_json_w_key(&w, "account_id");
		bl_json_w_str(&w, plan->rows[i].account);
		json_row(&w, &plan->rows[i]);
		bl_json_w_close(&w);
	}
	bl_json_w_close(&w);
	bl_json_w_close(&w);
	status = bl_json_w_end(&w, &cli->err);
	return status != BL_OK ? status : bl_buf_add_byte(out, '\n', &cli->err);
}

/* ---- The verb. --------------------------------------------------------------- */

static enum bl_status
load_policy(struct bl_cli *cli, const struct bl_retention **ret_policy)
{
	const char *path = bl_cli_value(cli, "policy");
	struct bl_str text;
	enum bl_status status =
	    bl_os_read_file(cli->os, cli->arena, path, POLICY_BYTES, &text, &cli->err);

	if (status != BL_OK)
		return status;
	status = bl_retention_parse(text, cli->arena, ret_policy, &cli->err);
	if (status != BL_OK && cli->err.line > 0)
		bl_err_prefix(&cli->err, "%s:%u:%u", path, cli->err.line, cli->err.column);
	else if (status != BL_OK)
		bl_err_prefix(&cli->err, "%s", path);
	return status;
}

static enum bl_status
plan_and_print(struct bl_cli *cli, const struct bl_retention *policy, struct bl_store *store,
    int64_t at_ns, struct bl_buf *out)
{
	const struct bl_retention_plan *plan;
	struct bl_columns *columns = NULL;
	enum bl_status status;

	status = bl_columns_new(store, BL_COLUMNS_FILES, &columns, &cli->err);
	if (status == BL_OK)
		status = bl_retention_plan(policy, columns, at_ns, cli->arena, &plan, &cli->err);
	if (status == BL_OK && cli->format == BL_FORMAT_JSON)
		status = print_json(cli, policy, plan, out);
	else if (status == BL_OK && cli->format == BL_FORMAT_TABLE)
		status = print_words(cli, policy, plan, out);
	if (status == BL_OK && cli->format != BL_FORMAT_JSON)
		status = print_rows(cli, plan, cli->format == BL_FORMAT_CSV, out);
	bl_columns_free(&columns);
	return status;
}

static int
run(struct bl_cli *cli)
{
	struct bl_buf out = BL_BUF_INIT(OUT_BYTES);
	const struct bl_retention *policy;
	struct bl_store *store = NULL;
	int64_t at_ns = bl_os_now_ns(cli->os);
	int code = BL_EXIT_OK;

	if (cli->n_args > 0)
		return bl_cli_usage(cli, "no argument expected, found '%s'", cli->args[0]);
	if (bl_cli_value(cli, "dry-run") == NULL)
		return bl_cli_usage(cli,
		    "what is evidence is never removed by this version: only --dry-run exists, "
		    "which says what a policy would let go");
	if (bl_cli_value(cli, "policy") == NULL)
		return bl_cli_usage(
		    cli, "no policy named: give --policy FILE; there is no default");
	if ((bl_cli_value(cli, "at") != NULL && bl_load_instant(cli, "at", &at_ns) != BL_OK) ||
	    load_policy(cli, &policy) != BL_OK ||
	    bl_cli_open_store(cli, BL_STORE_READ, &store) != BL_OK ||
	    plan_and_print(cli, policy, store, at_ns, &out) != BL_OK)
		code = bl_cli_fail(cli);
	else
		bl_cli_write(bl_buf_str(&out));
	bl_store_close(&store);
	bl_buf_release(&out);
	return code;
}

static const struct bl_option options[] = {
    BL_OPTION_STORE,
    {"policy", 0, "FILE", "how long what must stay, and what is held (YAML)", NULL, NULL},
    {"dry-run", 'n', NULL, "say what would be removable; the only way there is", NULL, NULL},
    {"at", 0, "INSTANT", "the moment to ask for (default: now)", NULL, NULL},
    BL_OPTION_FORMAT,
    BL_OPTION_QUIET,
    BL_OPTION_END,
};

const struct bl_verb bl_verb_gc = {
    .name = "gc",
    .synopsis = "--dry-run --policy FILE",
    .summary = "what a retention policy would let go (nothing is removed)",
    .text =
	"Reads a policy (keep at the top; rules by account and type; holds with a reason) and "
	"says\n"
	"for each resource type and account which versions hold at the moment asked for, are\n"
	"within their period, are covered by a hold, are needed because a delivery that stays "
	"held\n"
	"them, or would be removable.\n"
	"\n"
	"A version may go only when its interval ended before the horizon, no hold covers it and\n"
	"no kept delivery held it: otherwise a kept snapshot would name what is no longer there,\n"
	"and absence could not be told from removal. This version removes nothing at all.\n",
    .examples = "  $ beleg gc --dry-run --policy retention.yaml -s store\n"
		"  $ beleg gc --dry-run --policy retention.yaml -s store --at 2036-01-01 --format "
		"csv\n"
		"      what could go ten years from now\n",
    .options = options,
    .run = run,
};
