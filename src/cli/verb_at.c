#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/instant.h"
#include "cli/cli.h"
#include "cli/inventory.h"
#include "cli/verbs.h"
#include "cli/view.h"
#include "cli/where.h"
#include "timeline/coverage.h"
#include "timeline/timeline.h"
#include "json/writer.h"

#define PRINT_BYTES ((size_t)8 << 30)
#define FLUSH_BYTES ((size_t)1 << 20)

enum { BY_TYPE, BY_ACCOUNT, BY_REGION, N_BY };
static const char *const by_names[N_BY] = {"type", "account", "region"};
static const char *const by_titles[N_BY] = {"resource type", "account id", "region"};

struct at {
	struct bl_view view;
	struct bl_moment moment;
	struct bl_where *where;
	const struct bl_inventory *inventory;
	int by[N_BY]; /* [n_by], in the order asked for */
	size_t n_by;
	struct bl_buf out;
};

/* One line of the counts. */
struct group {
	struct bl_str key[N_BY];
	uint64_t counts[BL_N_OUTCOMES];
};

/* Accounts and regions of the choice that had not delivered anything by the moment. */
static size_t
count_silent(const struct at *a)
{
	size_t n = 0;

	for (size_t i = 0; i < a->view.coverage->n; i++) {
		const struct bl_recorder_cover *r = &a->view.coverage->recorders[i];

		n +=
		    r->first_ns > a->moment.at_ns && bl_view_wants(&a->view, r->account, r->region);
	}
	return n;
}

/* ---- Counts. --------------------------------------------------------------------- */

static enum bl_status
read_by(struct at *a)
{
	const char *text = bl_cli_value(a->view.cli, "by");
	struct bl_str rest = bl_str_of(text == NULL ? "type" : text), part;

	while (bl_str_split(&rest, ',', &part)) {
		int by = 0;

		part = bl_str_trim(part);
		while (by < N_BY && !bl_str_eq(part, bl_str_of(by_names[by])))
			by++;
		for (size_t i = 0; i < a->n_by && by < N_BY; i++)
			if (a->by[i] == by)
				by = N_BY;
		if (by == N_BY)
			return bl_fail(&a->view.cli->err, BL_EUSAGE,
			    "--by wants some of account, region, type, each once, not '%s'", text);
		a->by[a->n_by++] = by;
	}
	return BL_OK;
}

static int
cmp_groups(const void *pa, const void *pb)
{
	const struct group *a = pa, *b = pb;
	int c = 0;

	for (size_t i = 0; i < N_BY && c == 0; i++)
		c = bl_str_cmp(a->key[i], b->key[i]);
	return c;
}

/* Sorted by the keys, each once. */
static enum bl_status
group_entries(struct at *a, struct group **ret_groups, size_t *ret_n)
{
	struct group *groups = bl_new(a->view.cli->arena, struct group, a->inventory->n);
	size_t n = 0;

	if (groups == NULL)
		return bl_fail(&a->view.cli->err, BL_ENOMEM, "no memory for the counts");
	for (size_t i = 0; i < a->inventory->n; i++) {
		const struct bl_resource *r = a->inventory->entries[i].resource;
		const struct bl_str keys[N_BY] = {r->type, r->account, r->region};

		for (size_t k = 0; k < a->n_by; k++)
			groups[i].key[k] = keys[a->by[k]];
		groups[i].counts[a->inventory->entries[i].outcome] = 1;
	}
	if (a->inventory->n > 0)
		qsort(groups, a->inventory->n, sizeof(groups[0]), cmp_groups);
	for (size_t i = 0; i < a->inventory->n; i++) {
		if (n > 0 && cmp_groups(&groups[n - 1], &groups[i]) == 0)
			for (size_t k = 0; k < BL_N_OUTCOMES; k++)
				groups[n - 1].counts[k] += groups[i].counts[k];
		else
			groups[n++] = groups[i];
	}
	*ret_groups = groups;
	*ret_n = n;
	return BL_OK;
}

static uint64_t
all_of(const uint64_t *counts)
{
	return counts[BL_OUT_COUNTED] + counts[BL_OUT_OTHER] + counts[BL_OUT_NOT_KNOWN];
}

#define N_NUMBERS 5
static const char *const number_titles[N_NUMBERS] = {
    "counted", "others", "not known", "all", "not recorded"};

static void
numbers_of(const uint64_t *counts, uint64_t ret[N_NUMBERS])
{
	ret[0] = counts[BL_OUT_COUNTED];
	ret[1] = counts[BL_OUT_OTHER];
	ret[2] = counts[BL_OUT_NOT_KNOWN];
	ret[3] = all_of(counts);
	ret[4] = counts[BL_OUT_NOT_RECORDED];
}

static enum bl_status
add_group(struct at *a, struct bl_rows *rows, const struct group *g)
{
	bool plain = a->view.cli->format == BL_FORMAT_CSV;
	char text[N_NUMBERS][BL_NUMBER_TEXT];
	struct bl_str cells[N_BY + N_NUMBERS];
	uint64_t numbers[N_NUMBERS];
	size_t n = 0;

	numbers_of(g->counts, numbers);
	for (size_t k = 0; k < a->n_by; k++)
		cells[n++] = g->key[k];
	for (size_t k = 0; k < N_NUMBERS; k++) {
		if (k == 1 && a->where == NULL)
			continue;
		if (plain)
			(void)snprintf(text[k], sizeof(text[k]), "%" PRIu64, numbers[k]);
		else
			(void)bl_table_number(numbers[k], text[k]);
		cells[n++] = bl_str_of(text[k]);
	}
	return bl_rows_add(rows, cells);
}

static enum bl_status
print_counts(struct at *a, const struct group *groups, size_t n)
{
	struct bl_table_column columns[N_BY + N_NUMBERS];
	struct group total = {0};
	struct bl_rows rows;
	size_t n_columns = 0;
	enum bl_status status;

	for (size_t k = 0; k < a->n_by; k++)
		columns[n_columns++] = (struct bl_table_column){by_titles[a->by[k]], false};
	for (size_t k = 0; k < N_NUMBERS; k++)
		if (k != 1 || a->where != NULL)
			columns[n_columns++] = (struct bl_table_column){number_titles[k], true};
	status = bl_rows_begin(a->view.cli, columns, n_columns, &rows);
	for (size_t i = 0; i < n && status == BL_OK; i++)
		status = add_group(a, &rows, &groups[i]);
	if (status == BL_OK && a->view.cli->format == BL_FORMAT_TABLE && n != 1) {
		total.key[0] = BL_STR("all");
		memcpy(total.counts, a->inventory->counts, sizeof(total.counts));
		status = add_group(a, &rows, &total);
	}
	return status == BL_OK ? bl_rows_end(&rows) : status;
}

/* ---- The resources. -------------------------------------------------------------- */

#define N_LIST 9
static const struct bl_table_column list_columns[N_LIST] = {{"resource type", false},
    {"account id", false}, {"region", false}, {"resource id", false}, {"resource name", false},
    {"status", false}, {"since", false}, {"version", false}, {"known", false}};

static const char *
known_text(const struct bl_entry *e)
{
	if (e->outcome == BL_OUT_NOT_KNOWN)
		return bl_inventory_why_code(e->why);
	return e->outcome == BL_OUT_NOT_RECORDED ? "not-recorded" : "yes";
}

static enum bl_status
add_entry(struct at *a, struct bl_rows *rows, const struct bl_entry *e)
{
	const struct bl_resource *r = e->resource;
	char since[BL_INSTANT_TEXT];
	struct bl_str cells[N_LIST] = {r->type, r->account, r->region, r->id, r->name,
	    bl_str_of(bl_item_status_name(e->state->status)),
	    bl_view_when(e->state->capture_ns, since), BL_STR(""), bl_str_of(known_text(e))};
	enum bl_status status;

	bl_arena_reset(a->view.scratch);
	status = bl_view_version(&a->view, e->state->version, a->view.scratch, &cells[7]);
	return status == BL_OK ? bl_rows_add(rows, cells) : status;
}

static enum bl_status
list_table(struct at *a)
{
	struct bl_rows rows;
	enum bl_status status = bl_rows_begin(a->view.cli, list_columns, N_LIST, &rows);

	for (size_t i = 0; i < a->inventory->n && status == BL_OK; i++)
		if (a->inventory->entries[i].outcome != BL_OUT_OTHER)
			status = add_entry(a, &rows, &a->inventory->entries[i]);
	return status == BL_OK ? bl_rows_end(&rows) : status;
}

static void
put_str(struct bl_json_w *w, const char *key, struct bl_str value)
{
	bl_json_w_key(w, key);
	if (value.ptr == NULL)
		bl_json_w_null(w);
	else
		bl_json_w_str(w, value);
}

static enum bl_status
write_entry(struct at *a, struct bl_json_w *w, const struct bl_entry *e)
{
	const struct bl_resource *r = e->resource;
	struct bl_str version;
	enum bl_status status;

	bl_arena_reset(a->view.scratch);
	status = bl_view_version(&a->view, e->state->version, a->view.scratch, &version);
	if (status != BL_OK)
		return status;
	bl_json_w_object(w);
	put_str(w, "resource_type", r->type);
	put_str(w, "account_id", r->account);
	put_str(w, "region", r->region);
	put_str(w, "resource_id", r->id);
	put_str(w, "resource_name", r->name);
	put_str(w, "arn", r->arn);
	put_str(w, "status", bl_str_of(bl_item_status_name(e->state->status)));
	bl_json_w_key(w, "since");
	bl_json_w_instant(w, e->state->capture_ns);
	put_str(w, "version", version);
	put_str(w, "known", bl_str_of(known_text(e)));
	bl_json_w_close(w);
	if (a->out.len > FLUSH_BYTES) {
		bl_cli_write(bl_buf_str(&a->out));
		a->out.len = 0;
	}
	return BL_OK;
}

static void
write_counts(struct bl_json_w *w, const uint64_t *counts)
{
	static const char *const keys[N_NUMBERS] = {
	    "counted", "others", "not_known", "all", "not_recorded"};
	uint64_t numbers[N_NUMBERS];

	numbers_of(counts, numbers);
	for (size_t k = 0; k < N_NUMBERS; k++) {
		bl_json_w_key(w, keys[k]);
		bl_json_w_u64(w, numbers[k]);
	}
}

static void
write_head(struct at *a, struct bl_json_w *w)
{
	const char *where = bl_cli_value(a->view.cli, "where");

	bl_json_w_key(w, "at");
	bl_json_w_instant(w, a->moment.at_ns);
	bl_json_w_key(w, "each_at_its_last");
	bl_json_w_bool(w, a->moment.each_at_its_last);
	bl_json_w_key(w, "position");
	bl_json_w_u64(
	    w, a->view.position > 0 ? a->view.position : bl_store_n_deliveries(a->view.store));
	put_str(w, "where", bl_str_of(where));
	bl_json_w_key(w, "totals");
	bl_json_w_object(w);
	write_counts(w, a->inventory->counts);
	bl_json_w_close(w);
	bl_json_w_key(w, "not_known");
	bl_json_w_object(w);
	for (int i = 0; i < BL_N_WHYS; i++)
		if (a->inventory->whys[i] > 0) {
			bl_json_w_key(w, bl_inventory_why_code(i));
			bl_json_w_u64(w, a->inventory->whys[i]);
		}
	bl_json_w_close(w);
	/* What was deleted there before is in no count. */
	bl_json_w_key(w, "places_not_delivered_yet");
	bl_json_w_u64(w, count_silent(a));
}

static enum bl_status
print_json(struct at *a, const struct group *groups, size_t n)
{
	static const char *const keys[N_BY] = {"resource_type", "account_id", "region"};
	struct bl_json_w w;
	bool list = bl_cli_value(a->view.cli, "list") != NULL;
	enum bl_status status = BL_OK, ended;

	bl_json_w_begin(&w, &a->out, 0);
	bl_json_w_object(&w);
	write_head(a, &w);
	bl_json_w_key(&w, list ? "resources" : "counts");
	bl_json_w_array(&w);
	for (size_t i = 0; i < n; i++) {
		bl_json_w_object(&w);
		for (size_t k = 0; k < a->n_by; k++)
			put_str(&w, keys[a->by[k]], groups[i].key[k]);
		write_counts(&w, groups[i].counts);
		bl_json_w_close(&w);
	}
	for (size_t i = 0; list && i < a->inventory->n && status == BL_OK; i++)
		if (a->inventory->entries[i].outcome != BL_OUT_OTHER)
			status = write_entry(a, &w, &a->inventory->entries[i]);
	bl_json_w_close(&w);
	bl_json_w_close(&w);
	if (status != BL_OK)
		return status;
	ended = bl_json_w_end(&w, &a->view.cli->err);
	if (ended == BL_OK)
		ended = bl_buf_add_byte(&a->out, '\n', &a->view.cli->err);
	if (ended == BL_OK)
		bl_cli_write(bl_buf_str(&a->out));
	return ended;
}

/* ---- What a person must know beside the numbers. ---------------------------------- */

static void
tell_moment(const struct at *a)
{
	char text[BL_INSTANT_TEXT];
	size_t silent = count_silent(a);

	bl_cli_note(a->view.cli, "at %s%s, as known at position %" PRIu64,
	    bl_instant_format(a->moment.at_ns, text),
	    a->moment.each_at_its_last ? " (each account and region at its last delivery)" : "",
	    a->view.position > 0 ? a->view.position : bl_store_n_deliveries(a->view.store));
	for (int i = 0; i < BL_N_WHYS; i++)
		if (a->inventory->whys[i] > 0)
			bl_cli_note(a->view.cli, "not known: %" PRIu64 ", %s",
			    a->inventory->whys[i], bl_inventory_why_text(i));
	if (silent > 0)
		bl_cli_note(a->view.cli,
		    "%zu accounts and regions had not delivered anything by then: what was deleted "
		    "there before is not known",
		    silent);
}

/* ---- The verb. ------------------------------------------------------------------- */

static enum bl_status
take(struct at *a)
{
	struct bl_cli *cli = a->view.cli;
	const struct bl_timeline *timeline = NULL;
	const char *where = bl_cli_value(cli, "where");
	uint32_t *type_nos = NULL;
	size_t n_types = 0;
	enum bl_status status = read_by(a);

	if (status == BL_OK)
		status =
		    bl_view_moment(&a->view, cli->n_args > 0 ? cli->args[0] : "last", &a->moment);
	if (status == BL_OK && where != NULL)
		status = bl_where_new(&a->view, where, &a->where);
	if (status == BL_OK)
		status = bl_view_types(&a->view, &type_nos, &n_types);
	if (status == BL_OK)
		status = bl_view_timeline(&a->view, type_nos, n_types, &timeline);
	if (status == BL_OK)
		status = bl_view_check(&a->view, timeline);
	if (status == BL_OK)
		status = bl_inventory_take(&a->view, timeline, &a->moment, a->where, &a->inventory);
	return status;
}

static enum bl_status
print(struct at *a)
{
	struct group *groups = NULL;
	bool list = bl_cli_value(a->view.cli, "list") != NULL;
	size_t n = 0;
	enum bl_status status = list ? BL_OK : group_entries(a, &groups, &n);

	if (status != BL_OK)
		return status;
	if (a->view.cli->format == BL_FORMAT_JSON)
		return print_json(a, groups, n);
	tell_moment(a);
	return list ? list_table(a) : print_counts(a, groups, n);
}

static int
run(struct bl_cli *cli)
{
	struct at a = {.out = BL_BUF_INIT(PRINT_BYTES)};
	enum bl_status status;
	int code = BL_EXIT_OK;

	if (cli->n_args > 1)
		return bl_cli_usage(cli, "one moment expected, found also '%s'", cli->args[1]);
	if (bl_cli_value(cli, "list") != NULL && bl_cli_value(cli, "by") != NULL)
		return bl_cli_usage(cli, "--by counts and --list lists: give one of them");
	status = bl_view_open(cli, &a.view);
	if (status == BL_OK)
		status = take(&a);
	if (status == BL_OK)
		status = print(&a);
	if (status == BL_OK && a.where != NULL && bl_where_broken(a.where) > 0)
		status = bl_fail(&cli->err, BL_EINPUT,
		    "the condition cannot be evaluated on %" PRIu64
		    " versions%s; their resources are counted as not known",
		    bl_where_broken(a.where),
		    bl_where_broken(a.where) > BL_WHERE_TOLD ? " (the first 20 are told)" : "");
	if (status != BL_OK)
		code = bl_cli_fail(cli);
	bl_buf_release(&a.out);
	bl_view_close(&a.view);
	return code;
}

static const struct bl_option options[] = {
    BL_OPTION_STORE,
    {"by", 'b', "account,region,type", "count by these (default: type)", NULL, NULL},
    {"list", 'l', NULL, "the resources themselves", NULL, NULL},
    {"where", 'w', "EXPR", "only resources for which this is true, as in a rule", NULL, NULL},
    BL_OPTION_ACCOUNT,
    BL_OPTION_REGION,
    BL_OPTION_TYPE,
    BL_OPTION_KNOWN_AT,
    BL_OPTION_FORMAT,
    BL_OPTION_QUIET,
    BL_OPTION_END,
};

const struct bl_verb bl_verb_at = {
    .name = "at",
    .synopsis = "[INSTANT]",
    .summary = "count or list the resources that were there at a moment",
    .text =
	"Without INSTANT each account and region is asked at its own last delivery, provided "
	"that it\n"
	"is less than a day older than the newest of all (\"last\"); \"now\" is this very moment.\n"
	"\n"
	"counted + others + not known = all. Not known are the resources of a recorder that was\n"
	"stopped or silent then or has not delivered since, what vanished between two snapshots,\n"
	"and what the condition has no value for. Resources that AWS says it does not record are\n"
	"not in all.\n"
	"\n"
	"--where takes the rules' language (beleg rules show NAME has examples). A condition\n"
	"that cannot be evaluated on an item is told with resource and place, and the exit code\n"
	"is 1 after the rest was listed.\n",
    .examples = "  $ beleg at -s store\n"
		"  $ beleg at 2026-01-15T12:00Z -s store --by account,type --type 'AWS::EC2::*'\n"
		"  $ beleg at 2026-01-15T12:00Z -s store --type AWS::EC2::Volume \\\n"
		"        --where 'configuration.encrypted = false' --list --format csv\n",
    .options = options,
    .run = run,
};
