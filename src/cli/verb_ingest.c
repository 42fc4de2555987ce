#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "cli/cli.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "os/os.h"
#include "os/thread.h"
#include "store/ingest.h"
#include "store/store.h"
#include "json/writer.h"

#define LIST_BYTES ((size_t)1 << 30)
#define LEFT_TEXT 48
#define LEFT_AFTER_SECONDS 2.0 /* Before, a guess would jump about. */

/* What the summary lists besides the counts. */
struct listing {
	struct bl_cli *cli;
	struct bl_buf skipped, quarantined; /* JSON objects, comma-separated */
	bool failed;			    /* No memory for a line: told at the end. */
	struct bl_err err;
	int64_t started_ns;
	bool all_found; /* The last source is listed: what is left to read is known. */
};

static void
keep(struct listing *l, struct bl_buf *list, struct bl_str key, uint64_t index, uint64_t offset,
    struct bl_str reason)
{
	struct bl_json_w w;

	if (l->failed || (list->len > 0 && bl_buf_add_byte(list, ',', &l->err) != BL_OK)) {
		l->failed = true;
		return;
	}
	bl_json_w_begin(&w, list, 0);
	bl_json_w_object(&w);
	bl_json_w_key(&w, "key");
	bl_json_w_str(&w, key);
	if (list == &l->quarantined) {
		bl_json_w_key(&w, "item_index");
		if (index == BL_NO_OFFSET)
			bl_json_w_null(&w);
		else
			bl_json_w_u64(&w, index);
		bl_json_w_key(&w, "offset");
		if (offset == BL_NO_OFFSET)
			bl_json_w_null(&w);
		else
			bl_json_w_u64(&w, offset);
	}
	bl_json_w_key(&w, "reason");
	bl_json_w_str(&w, reason);
	bl_json_w_close(&w);
	l->failed = bl_json_w_end(&w, &l->err) != BL_OK;
}

static void
on_file(void *ctx, struct bl_str key, enum bl_ingest_outcome outcome, struct bl_str reason)
{
	struct listing *l = ctx;

	if (outcome == BL_INGEST_QUARANTINED) {
		bl_cli_note(l->cli, "quarantined %.*s: %.*s", BL_STR_ARG(key), BL_STR_ARG(reason));
	} else if (outcome == BL_INGEST_SKIPPED &&
		   !bl_str_eq(reason, BL_STR("already in the store"))) {
		keep(l, &l->skipped, key, 0, 0, reason);
		bl_cli_note(l->cli, "skipped %.*s: %.*s", BL_STR_ARG(key), BL_STR_ARG(reason));
	}
}

static void
on_item(void *ctx, struct bl_str key, uint64_t index, uint64_t offset, struct bl_str reason)
{
	struct listing *l = ctx;

	keep(l, &l->quarantined, key, index, offset, reason);
	if (index != BL_NO_OFFSET)
		bl_cli_note(l->cli, "quarantined %.*s: item %" PRIu64 " at byte %" PRIu64 ": %.*s",
		    BL_STR_ARG(key), index, offset, BL_STR_ARG(reason));
}

/* ", about 3 min left": empty while nobody can know. */
static const char *
time_left(const struct listing *l, const struct bl_ingest_progress *p, double seconds,
    char text[LEFT_TEXT])
{
	double left;

	text[0] = '\0';
	if (!l->all_found || p->bytes_done == 0 || p->bytes_done > p->bytes_found ||
	    seconds < LEFT_AFTER_SECONDS)
		return text;
	left = seconds * (double)(p->bytes_found - p->bytes_done) / (double)p->bytes_done;
	if (left < 90)
		(void)snprintf(text, LEFT_TEXT, ", about %.0f s left", left);
	else if (left < 90 * 60)
		(void)snprintf(text, LEFT_TEXT, ", about %.0f min left", left / 60);
	else
		(void)snprintf(text, LEFT_TEXT, ", about %.1f h left", left / 3600);
	return text;
}

static void
on_progress(void *ctx, const struct bl_ingest_progress *p)
{
	struct listing *l = ctx;
	const struct bl_ingest_totals *t = &p->totals;
	char left[LEFT_TEXT], of[BL_NUMBER_TEXT + 8] = "", found[BL_NUMBER_TEXT];
	char files[BL_NUMBER_TEXT], in[BL_NUMBER_TEXT], json[BL_NUMBER_TEXT], items[BL_NUMBER_TEXT],
	    rate[BL_NUMBER_TEXT];
	int64_t ns = bl_os_tick_ns(l->cli->os) - l->started_ns;
	double s = (double)(ns > 0 ? ns : 1) / 1e9;

	if (l->all_found && p->bytes_found > 0)
		(void)snprintf(of, sizeof(of), " of %s", bl_table_bytes(p->bytes_found, found));
	bl_cli_progress(l->cli, "%s files, %s%s read, %s of JSON, %s items, %s/s%s",
	    bl_table_number(t->files_seen, files),
	    bl_table_bytes(l->all_found && p->bytes_found > 0 ? p->bytes_done : t->bytes_in, in),
	    of, bl_table_bytes(t->bytes_json, json), bl_table_number(t->items_seen, items),
	    bl_table_bytes((uint64_t)((double)t->bytes_json / s), rate), time_left(l, p, s, left));
}

struct total {
	const char *name;
	uint64_t value;
	const char *words;
};

static enum bl_status
print_json(struct bl_cli *cli, const struct listing *l, const struct total *totals, size_t n,
    uint64_t position)
{
	struct bl_buf out = BL_BUF_INIT(4096);
	struct bl_json_w w;
	enum bl_status status;

	bl_json_w_begin(&w, &out, 0);
	bl_json_w_object(&w);
	for (size_t i = 0; i < n; i++) {
		bl_json_w_key(&w, totals[i].name);
		bl_json_w_u64(&w, totals[i].value);
	}
	bl_json_w_key(&w, "position");
	bl_json_w_u64(&w, position);
	bl_json_w_close(&w);
	status = bl_json_w_end(&w, &cli->err);
	if (status == BL_OK) {
		/* The two lists are JSON already: set in before the closing brace. */
		bl_cli_write(bl_str_sub(bl_buf_str(&out), 0, out.len - 1));
		bl_cli_write(BL_STR(",\"skipped\":["));
		bl_cli_write(bl_buf_str(&l->skipped));
		bl_cli_write(BL_STR("],\"quarantined\":["));
		bl_cli_write(bl_buf_str(&l->quarantined));
		bl_cli_write(BL_STR("]}\n"));
	}
	bl_buf_release(&out);
	return status;
}

static enum bl_status
print_totals(
    struct bl_cli *cli, struct listing *l, const struct bl_ingest_totals *t, uint64_t position)
{
	const struct total totals[] = {
	    {"files_seen", t->files_seen, "files seen"},
	    {"files_read", t->files_read, "read"},
	    {"files_skipped", t->files_skipped, "skipped (no delivery, or known)"},
	    {"files_known", t->files_known, "  of these already in the store"},
	    {"files_quarantined", t->files_quarantined,
		"quarantined (unreadable, or not to the end)"},
	    {"items_seen", t->items_seen, "items seen"},
	    {"items_new", t->items_new, "new"},
	    {"items_known", t->items_known, "known"},
	    {"items_quarantined", t->items_quarantined, "quarantined"},
	    {"bytes_in", t->bytes_in, "bytes read"},
	    {"bytes_json", t->bytes_json, "bytes of JSON"},
	};
	size_t n = sizeof(totals) / sizeof(totals[0]);

	if (l->failed) {
		cli->err = l->err;
		return BL_ENOMEM;
	}
	if (cli->format == BL_FORMAT_JSON)
		return print_json(cli, l, totals, n, position);
	if (cli->format == BL_FORMAT_CSV)
		bl_cli_write(BL_STR("name,value\r\n"));
	for (size_t i = 0; i < n; i++) {
		char number[BL_NUMBER_TEXT];

		if (cli->format == BL_FORMAT_CSV)
			(void)printf("%s,%" PRIu64 "\r\n", totals[i].name, totals[i].value);
		else
			(void)printf("%20s  %s\n", bl_table_number(totals[i].value, number),
			    totals[i].words);
	}
	return BL_OK;
}

/* All sources are there, before anything is made or read. */
static enum bl_status
check_sources(struct bl_cli *cli)
{
	enum bl_status status = BL_OK;

	for (int i = 0; i < cli->n_args && status == BL_OK; i++) {
		struct bl_file_info info;

		if (strcmp(cli->args[i], "-") == 0)
			continue;
		status = bl_os_info(cli->os, cli->args[i], &info, &cli->err);
		if (status == BL_OK && info.kind == BL_FILE_OTHER)
			status = bl_fail(&cli->err, BL_EUSAGE,
			    "%s is neither a file nor a folder; - reads standard input",
			    cli->args[i]);
	}
	return status;
}

static enum bl_status
ingest_all(struct bl_cli *cli, struct listing *l, struct bl_ingest *ingest)
{
	const char *name = bl_cli_value(cli, "name");
	enum bl_status status = BL_OK;

	for (int i = 0; i < cli->n_args && status == BL_OK; i++) {
		bool is_stdin = strcmp(cli->args[i], "-") == 0;

		l->all_found = i + 1 == cli->n_args && !is_stdin;
		status = is_stdin ? bl_ingest_stdin(
					ingest, bl_str_of(name == NULL ? "-" : name), &cli->err)
				  : bl_ingest_path(ingest, cli->args[i], &cli->err);
	}
	if (status != BL_OK) {
		/* What was read until then stays, if the store takes it; the first failure is told.
		 */
		(void)!bl_ingest_end(ingest, NULL);
		return status;
	}
	return bl_ingest_end(ingest, &cli->err);
}

static bool
n_jobs(const struct bl_cli *cli, uint32_t *ret_jobs)
{
	const char *text = bl_cli_value(cli, "jobs");
	uint64_t n = bl_thread_n_cores();

	if (text != NULL && (!bl_str_to_u64(bl_str_of(text), &n) || n < 1 || n > 256))
		return false;
	*ret_jobs = n < 256 ? (uint32_t)n : 256;
	return true;
}

static int
run(struct bl_cli *cli)
{
	struct listing l = {.cli = cli,
	    .skipped = BL_BUF_INIT(LIST_BYTES),
	    .quarantined = BL_BUF_INIT(LIST_BYTES),
	    .started_ns = bl_os_tick_ns(cli->os)};
	struct bl_ingest_observer observer = {
	    .ctx = &l, .file = on_file, .item = on_item, .progress = on_progress};
	struct bl_ingest *ingest = NULL;
	struct bl_store *store = NULL;
	const struct bl_ingest_totals *t;
	uint32_t jobs;
	int code = BL_EXIT_ERROR;

	if (cli->n_args == 0)
		return bl_cli_usage(cli,
		    "nothing to ingest: name a folder, a file, or - for standard "
		    "input");
	if (!n_jobs(cli, &jobs))
		return bl_cli_usage(cli, "--jobs is a number from 1 to 256");
	if ((bl_cli_value(cli, "store") != NULL && check_sources(cli) != BL_OK) ||
	    bl_cli_open_store(cli, BL_STORE_CREATE, &store) != BL_OK ||
	    bl_ingest_new(cli->os, store, observer, &ingest, &cli->err) != BL_OK ||
	    bl_ingest_jobs(ingest, jobs, &cli->err) != BL_OK ||
	    ingest_all(cli, &l, ingest) != BL_OK) {
		code = bl_cli_fail(cli);
		goto out;
	}
	bl_cli_progress(cli, "%s", "");
	t = bl_ingest_total(ingest);
	if (print_totals(cli, &l, t, bl_store_n_deliveries(store)) != BL_OK) {
		code = bl_cli_fail(cli);
		goto out;
	}
	code =
	    t->files_quarantined > 0 || t->items_quarantined > 0 ? BL_EXIT_INCOMPLETE : BL_EXIT_OK;
out:
	bl_ingest_free(&ingest);
	bl_store_close(&store);
	bl_buf_release(&l.skipped);
	bl_buf_release(&l.quarantined);
	return code;
}

static const struct bl_option options[] = {
    BL_OPTION_STORE,
    BL_OPTION_FORMAT,
    {"jobs", 'j', "N", "files that are read at the same time (default: one a core)", NULL, NULL},
    {"name", 0, "KEY", "the key of the object on standard input", NULL, NULL},
    BL_OPTION_QUIET,
    BL_OPTION_END,
};

const struct bl_verb bl_verb_ingest = {
    .name = "ingest",
    .synopsis = "SOURCE...",
    .summary = "read delivery objects into the store",
    .text =
	"Reads folder trees, single files, or one object from standard input (-): configuration\n"
	"snapshots and histories as AWS Config delivers them (gzip or plain), notifications (SNS,\n"
	"SQS, EventBridge, rule events), output of get-resource-config-history and\n"
	"batch-get-resource-config, credential reports and account summaries. Every item version "
	"is\n"
	"stored once; which delivery held it is kept exactly.\n"
	"\n"
	"Reading the same objects again changes nothing. What cannot be read is quarantined with\n"
	"file, item, byte and reason, counted here and in every package; the rest goes on. Files\n"
	"that are no deliveries are named and skipped. The counts add up: files_seen = files_read "
	"+\n"
	"files_skipped + files_quarantined, items_seen = items_new + items_known +\n"
	"items_quarantined. Exit code 3 when anything was quarantined.\n",
    .examples = "  $ beleg ingest --store /var/lib/beleg /mnt/config-bucket\n"
		"      a whole bucket, synchronised or mounted\n"
		"  $ aws configservice get-resource-config-history --resource-type "
		"AWS::EC2::Volume \\\n"
		"        --resource-id vol-0abc --output json | beleg ingest -s store -\n"
		"      what the API says of one resource\n"
		"  $ beleg ingest -s store --format json bucket | jq .items_new\n",
    .options = options,
    .run = run,
};
