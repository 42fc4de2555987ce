#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/instant.h"
#include "cli/cli.h"
#include "cli/diff_two.h"
#include "cli/find_resource.h"
#include "cli/verbs.h"
#include "cli/view.h"
#include "timeline/timeline.h"
#include "json/diff.h"
#include "json/writer.h"

#define PRINT_BYTES ((size_t)8 << 30)
#define FLUSH_BYTES ((size_t)1 << 20)
#define SHOWN_BYTES 72 /* Of a value in a table. */
#define N_CSV 12

static const struct bl_table_column csv_columns[N_CSV] = {{"kind", false}, {"resource type", false},
    {"account id", false}, {"region", false}, {"resource id", false}, {"version before", false},
    {"version after", false}, {"reason", false}, {"path", false}, {"op", false}, {"before", false},
    {"after", false}};

/* Counts of one type. */
struct tally {
	struct bl_str type;
	uint64_t counts[BL_N_TWO];
};

struct diff {
	struct bl_view view;
	struct bl_moment from, to;
	struct bl_two_options options;
	const struct bl_resource **resources; /* [n_resources] */
	size_t n_resources;
	struct tally *tallies; /* [n_tallies], in the order of the resources */
	size_t n_tallies;
	uint64_t total[BL_N_TWO];
	struct bl_rows rows; /* CSV */
	struct bl_buf out;   /* Table: the resources; JSON: all. */
	struct bl_buf before, after;
	struct bl_json_w w;
};

/* ---- What is asked. -------------------------------------------------------------- */

static enum bl_status
read_moments(struct diff *d, int *ret_used)
{
	struct bl_cli *cli = d->view.cli;
	const char *period = bl_cli_value(cli, "period");
	enum bl_status status = BL_OK;

	*ret_used = 0;
	if (period != NULL) {
		d->from.gaps = d->to.gaps = d->view.gaps;
		if (!bl_instant_month(bl_str_of(period), &d->from.at_ns, &d->to.at_ns))
			return bl_fail(&cli->err, BL_EUSAGE,
			    "--period wants a month such as 2026-01, not '%s'", period);
		return BL_OK;
	}
	if (cli->n_args < 2)
		return bl_fail(&cli->err, BL_EUSAGE,
		    "two moments are wanted, such as 2026-01-01 2026-02-01, or --period 2026-01");
	*ret_used = 2;
	status = bl_view_moment(&d->view, cli->args[0], &d->from);
	if (status == BL_OK)
		status = bl_view_moment(&d->view, cli->args[1], &d->to);
	if (status == BL_OK && d->from.at_ns > d->to.at_ns)
		return bl_fail(&cli->err, BL_EUSAGE,
		    "%s is after %s: the earlier moment comes first", cli->args[0], cli->args[1]);
	return status;
}

static enum bl_status
read_ignored(struct diff *d)
{
	struct bl_str rest = bl_str_of(bl_cli_value(d->view.cli, "ignore")), part;
	struct bl_str *ignored = bl_new(d->view.cli->arena, struct bl_str, rest.len + 1);
	size_t n = 0;

	if (ignored == NULL)
		return bl_fail(&d->view.cli->err, BL_ENOMEM, "no memory for the options");
	while (rest.ptr != NULL && bl_str_split(&rest, ',', &part))
		if (bl_str_trim(part).len > 0)
			ignored[n++] = bl_str_trim(part);
	d->options.ignored = ignored;
	d->options.n_ignored = n;
	return BL_OK;
}

static enum bl_status
choose_resources(struct diff *d, int used)
{
	struct bl_cli *cli = d->view.cli;
	const struct bl_timeline *timeline = NULL;
	struct bl_found found = {0};
	uint32_t *type_nos = NULL;
	size_t n_types = 0;
	enum bl_status status;

	if (cli->n_args > used) {
		status = bl_find_resources(&d->view, cli->args + used, cli->n_args - used, &found);
		d->resources = found.resources;
		d->n_resources = found.n;
		return status;
	}
	status = bl_view_types(&d->view, &type_nos, &n_types);
	if (status == BL_OK)
		status = bl_view_timeline(&d->view, type_nos, n_types, &timeline);
	if (status == BL_OK)
		status = bl_view_check(&d->view, timeline);
	if (status != BL_OK)
		return status;
	d->resources = bl_new(cli->arena, const struct bl_resource *, timeline->n);
	if (d->resources == NULL)
		return bl_fail(&cli->err, BL_ENOMEM, "no memory for the resources");
	for (size_t i = 0; i < timeline->n; i++)
		if (bl_view_wants(
			&d->view, timeline->resources[i].account, timeline->resources[i].region))
			d->resources[d->n_resources++] = &timeline->resources[i];
	return BL_OK;
}

/* ---- One resource. --------------------------------------------------------------- */

static void
flush(struct bl_buf *out)
{
	bl_cli_write(bl_buf_str(out));
	out->len = 0;
}

static enum bl_status
dump(const struct bl_json *value, struct bl_buf *out, struct bl_err *err)
{
	out->len = 0;
	return value == NULL ? BL_OK : bl_json_dump(value, out, err);
}

/* The value for a table: cut, and marked as cut. */
static enum bl_status
add_short(const struct bl_json *value, struct diff *d)
{
	struct bl_err *err = &d->view.cli->err;
	enum bl_status status = dump(value, &d->before, err);
	size_t n = d->before.len;

	if (status != BL_OK)
		return status;
	if (n > SHOWN_BYTES)
		for (n = SHOWN_BYTES; n > 0 && ((unsigned char)d->before.ptr[n] & 0xc0) == 0x80;)
			n--;
	status = bl_buf_add(&d->out, (struct bl_str){d->before.ptr, n}, err);
	return status == BL_OK && n < d->before.len ? bl_buf_add(&d->out, BL_STR("..."), err)
						    : status;
}

static enum bl_status
print_change_lines(struct diff *d, const struct bl_two *two)
{
	struct bl_err *err = &d->view.cli->err;
	enum bl_status status = BL_OK;

	for (size_t i = 0; i < two->n_changes && status == BL_OK; i++) {
		const struct bl_json_change *c = &two->changes[i];
		size_t from = d->out.len;

		status =
		    bl_buf_printf(&d->out, err, "  %c %.*s: ", "+-~"[c->op], BL_STR_ARG(c->path));
		if (status == BL_OK && c->before != NULL)
			status = add_short(c->before, d);
		if (status == BL_OK && c->op == BL_JSON_REPLACE)
			status = bl_buf_add(&d->out, BL_STR(" -> "), err);
		if (status == BL_OK && c->after != NULL)
			status = add_short(c->after, d);
		for (size_t k = from; k < d->out.len; k++) /* A key must not move the cursor. */
			if ((unsigned char)d->out.ptr[k] < 0x20 || d->out.ptr[k] == 0x7f)
				d->out.ptr[k] = '?';
		if (status == BL_OK)
			status = bl_buf_add_byte(&d->out, '\n', err);
	}
	return status;
}

/* "changed AWS::EC2::Volume vol-1 111122223333 eu-central-1", and what changed. */
static enum bl_status
print_lines(struct diff *d, const struct bl_resource *r, const struct bl_two *two)
{
	struct bl_err *err = &d->view.cli->err;
	struct bl_str title;
	enum bl_status status;

	if (two->kind == BL_TWO_NOT_KNOWN)
		return BL_OK;
	status = bl_view_title(&d->view, r, d->view.scratch, &title);
	if (status == BL_OK)
		status = bl_buf_printf(
		    &d->out, err, "\n%s %.*s\n", bl_two_name(two->kind), BL_STR_ARG(title));
	return status == BL_OK ? print_change_lines(d, two) : status;
}

static enum bl_status
version_text(struct diff *d, const struct bl_state *state, struct bl_str *ret)
{
	*ret = BL_STR("");
	return state == NULL ? BL_OK
			     : bl_view_version(&d->view, state->version, d->view.scratch, ret);
}

static enum bl_status
print_csv(struct diff *d, const struct bl_resource *r, const struct bl_two *two)
{
	struct bl_err *err = &d->view.cli->err;
	struct bl_str cells[N_CSV] = {
	    bl_str_of(bl_two_name(two->kind)), r->type, r->account, r->region, r->id};
	enum bl_status status = version_text(d, two->before, &cells[5]);

	if (status == BL_OK)
		status = version_text(d, two->after, &cells[6]);
	if (two->kind == BL_TWO_NOT_KNOWN)
		cells[7] = bl_str_of(bl_gap_code(two->why));
	if (status == BL_OK && two->n_changes == 0)
		return bl_rows_add(&d->rows, cells);
	for (size_t i = 0; i < two->n_changes && status == BL_OK; i++) {
		const struct bl_json_change *c = &two->changes[i];

		status = dump(c->before, &d->before, err);
		if (status == BL_OK)
			status = dump(c->after, &d->after, err);
		if (status != BL_OK)
			break;
		cells[8] = c->path;
		cells[9] = bl_str_of(bl_json_op_name(c->op));
		cells[10] = bl_buf_str(&d->before);
		cells[11] = bl_buf_str(&d->after);
		status = bl_rows_add(&d->rows, cells);
	}
	return status;
}

static void
put_str(struct bl_json_w *w, const char *key, struct bl_str value)
{
	bl_json_w_key(w, key);
	if (value.len == 0)
		bl_json_w_null(w);
	else
		bl_json_w_str(w, value);
}

static enum bl_status
write_change(struct diff *d, const struct bl_json_change *c)
{
	struct bl_json_w *w = &d->w;
	enum bl_status status = dump(c->before, &d->before, &d->view.cli->err);

	if (status == BL_OK)
		status = dump(c->after, &d->after, &d->view.cli->err);
	if (status != BL_OK)
		return status;
	bl_json_w_object(w);
	bl_json_w_key(w, "path");
	bl_json_w_str(w, c->path);
	bl_json_w_key(w, "op");
	bl_json_w_z(w, bl_json_op_name(c->op));
	if (c->before != NULL) {
		bl_json_w_key(w, "before");
		bl_json_w_raw(w, bl_buf_str(&d->before));
	}
	if (c->after != NULL) {
		bl_json_w_key(w, "after");
		bl_json_w_raw(w, bl_buf_str(&d->after));
	}
	bl_json_w_close(w);
	return BL_OK;
}

static enum bl_status
write_resource(struct diff *d, const struct bl_resource *r, const struct bl_two *two)
{
	struct bl_json_w *w = &d->w;
	struct bl_str before, after;
	enum bl_status status = version_text(d, two->before, &before);

	if (status == BL_OK)
		status = version_text(d, two->after, &after);
	if (status != BL_OK)
		return status;
	bl_json_w_object(w);
	put_str(w, "kind", bl_str_of(bl_two_name(two->kind)));
	put_str(w, "resource_type", r->type);
	put_str(w, "account_id", r->account);
	put_str(w, "region", r->region);
	put_str(w, "resource_id", r->id);
	put_str(w, "resource_name", r->name);
	put_str(w, "version_before", before);
	put_str(w, "version_after", after);
	put_str(w, "reason",
	    two->kind == BL_TWO_NOT_KNOWN ? bl_str_of(bl_gap_code(two->why))
					  : (struct bl_str){NULL, 0});
	bl_json_w_key(w, "changes");
	bl_json_w_array(w);
	for (size_t i = 0; i < two->n_changes && status == BL_OK; i++)
		status = write_change(d, &two->changes[i]);
	bl_json_w_close(w);
	bl_json_w_close(w);
	if (d->out.len > FLUSH_BYTES)
		flush(&d->out);
	return status;
}

static void
count(struct diff *d, const struct bl_resource *r, enum bl_two_kind kind)
{
	if (d->n_tallies == 0 || !bl_str_eq(d->tallies[d->n_tallies - 1].type, r->type))
		d->tallies[d->n_tallies++].type = r->type;
	d->tallies[d->n_tallies - 1].counts[kind]++;
	d->total[kind]++;
}

static enum bl_status
compare_all(struct diff *d)
{
	enum bl_status status = BL_OK;

	d->tallies = bl_new(d->view.cli->arena, struct tally, d->n_resources);
	if (d->tallies == NULL)
		return bl_fail(&d->view.cli->err, BL_ENOMEM, "no memory for the counts");
	for (size_t i = 0; i < d->n_resources && status == BL_OK; i++) {
		const struct bl_resource *r = d->resources[i];
		struct bl_two two = {0};

		bl_arena_reset(d->view.scratch);
		status = bl_two_compare(&d->view, r, &d->from, &d->to, &d->options, &two);
		if (status != BL_OK || two.kind == BL_TWO_ABSENT)
			continue;
		count(d, r, two.kind);
		if (two.kind == BL_TWO_UNCHANGED)
			continue;
		switch (d->view.cli->format) {
		case BL_FORMAT_TABLE: status = print_lines(d, r, &two); break;
		case BL_FORMAT_JSON: status = write_resource(d, r, &two); break;
		case BL_FORMAT_CSV: status = print_csv(d, r, &two); break;
		}
	}
	return status;
}

/* ---- The whole. ------------------------------------------------------------------ */

static const enum bl_two_kind order[] = {BL_TWO_CREATED, BL_TWO_DELETED, BL_TWO_VANISHED,
    BL_TWO_CHANGED, BL_TWO_RECREATED, BL_TWO_PASSED, BL_TWO_NOT_KNOWN, BL_TWO_UNCHANGED};
#define N_ORDER (sizeof(order) / sizeof(order[0]))

static enum bl_status
add_tally(struct bl_rows *rows, struct bl_str type, const uint64_t *counts)
{
	char text[N_ORDER][BL_NUMBER_TEXT];
	struct bl_str cells[1 + N_ORDER] = {type};

	for (size_t k = 0; k < N_ORDER; k++)
		cells[k + 1] = bl_str_of(bl_table_number(counts[order[k]], text[k]));
	return bl_rows_add(rows, cells);
}

static enum bl_status
print_summary(struct diff *d)
{
	struct bl_table_column columns[1 + N_ORDER] = {{"resource type", false}};
	struct bl_rows rows;
	enum bl_status status;

	for (size_t k = 0; k < N_ORDER; k++)
		columns[k + 1] = (struct bl_table_column){bl_two_name(order[k]), true};
	status = bl_rows_begin(d->view.cli, columns, 1 + N_ORDER, &rows);
	for (size_t i = 0; i < d->n_tallies && status == BL_OK; i++)
		status = add_tally(&rows, d->tallies[i].type, d->tallies[i].counts);
	if (status == BL_OK && d->n_tallies > 1)
		status = add_tally(&rows, BL_STR("all"), d->total);
	if (status == BL_OK)
		status = bl_rows_end(&rows);
	if (status == BL_OK)
		flush(&d->out);
	return status;
}

static void
write_summary(struct diff *d)
{
	struct bl_json_w *w = &d->w;

	bl_json_w_key(w, "summary");
	bl_json_w_array(w);
	for (size_t i = 0; i < d->n_tallies; i++) {
		bl_json_w_object(w);
		put_str(w, "resource_type", d->tallies[i].type);
		for (size_t k = 0; k < N_ORDER; k++) {
			bl_json_w_key(w, bl_two_name(order[k]));
			bl_json_w_u64(w, d->tallies[i].counts[order[k]]);
		}
		bl_json_w_close(w);
	}
	bl_json_w_close(w);
}

static enum bl_status
print_json(struct diff *d)
{
	struct bl_json_w *w = &d->w;
	struct bl_err *err = &d->view.cli->err;
	enum bl_status status;

	bl_json_w_begin(w, &d->out, 0);
	bl_json_w_object(w);
	bl_json_w_key(w, "from");
	bl_json_w_instant(w, d->from.at_ns);
	bl_json_w_key(w, "to");
	bl_json_w_instant(w, d->to.at_ns);
	bl_json_w_key(w, "position");
	bl_json_w_u64(
	    w, d->view.position > 0 ? d->view.position : bl_store_n_deliveries(d->view.store));
	bl_json_w_key(w, "resources");
	bl_json_w_array(w);
	status = compare_all(d);
	if (status != BL_OK)
		return status;
	bl_json_w_close(w);
	write_summary(d);
	bl_json_w_close(w);
	status = bl_json_w_end(w, err);
	if (status == BL_OK)
		status = bl_buf_add_byte(&d->out, '\n', err);
	if (status == BL_OK)
		flush(&d->out);
	return status;
}

static enum bl_status
print(struct diff *d)
{
	char from[BL_INSTANT_TEXT], to[BL_INSTANT_TEXT];
	struct bl_cli *cli = d->view.cli;
	enum bl_status status = BL_OK;

	if (cli->format == BL_FORMAT_JSON)
		return print_json(d);
	bl_cli_note(cli, "from %s to %s", bl_instant_format(d->from.at_ns, from),
	    bl_instant_format(d->to.at_ns, to));
	if (cli->format == BL_FORMAT_CSV)
		status = bl_rows_begin(cli, csv_columns, N_CSV, &d->rows);
	if (status == BL_OK)
		status = compare_all(d);
	if (status == BL_OK && cli->format == BL_FORMAT_TABLE)
		status = print_summary(d);
	return status;
}

static int
run(struct bl_cli *cli)
{
	struct diff d = {.out = BL_BUF_INIT(PRINT_BYTES),
	    .before = BL_BUF_INIT(PRINT_BYTES),
	    .after = BL_BUF_INIT(PRINT_BYTES)};
	int used = 0, code = BL_EXIT_OK;
	enum bl_status status = bl_view_open(cli, &d.view);

	if (status == BL_OK)
		status = read_moments(&d, &used);
	if (status == BL_OK)
		status = read_ignored(&d);
	if (status == BL_OK)
		status = choose_resources(&d, used);
	if (status == BL_OK)
		status = print(&d);
	if (status != BL_OK)
		code = bl_cli_fail(cli);
	bl_buf_release(&d.out);
	bl_buf_release(&d.before);
	bl_buf_release(&d.after);
	bl_view_close(&d.view);
	return code;
}

static const struct bl_option options[] = {
    BL_OPTION_STORE,
    {"period", 0, "YYYY-MM", "from the month's begin to its end, for T1 T2", NULL, NULL},
    {"ignore", 'i', "PATH,...",
	"leave out changes at and below these paths; [*] stands for every element", NULL, NULL},
    BL_OPTION_ACCOUNT,
    BL_OPTION_REGION,
    BL_OPTION_TYPE,
    BL_OPTION_KNOWN_AT,
    BL_OPTION_FORMAT,
    BL_OPTION_QUIET,
    BL_OPTION_END,
};

const struct bl_verb bl_verb_diff = {
    .name = "diff",
    .synopsis = "T1 T2 [[TYPE] ID|ARN|NAME]",
    .summary = "print what was created, deleted and changed between two moments",
    .text =
	"Compares the resources as they stood at T1 and at T2 (instants, \"now\", or \"last\": "
	"each\n"
	"account and region at its last delivery). Of a changed resource each path is named with\n"
	"the value before and after: + added, - removed, ~ replaced. An element that was put into\n"
	"an array is one line; elements are counted from 1, as in rules. Items of different\n"
	"formats (delivered files, API output) are compared by what they say.\n"
	"\n"
	"created: not there at T1, there at T2. deleted: by a deletion item. vanished: gone from "
	"the\n"
	"snapshots without one. re-created: gone in between. came-and-went: there only in "
	"between.\n"
	"not-known: at T1 or T2 nothing shows how it stood; --format json and csv list them.\n",
    .examples =
	"  $ beleg diff 2026-01-15 2026-01-16 -s store --type AWS::S3::Bucket\n"
	"  $ beleg diff --period 2026-01 -s store --ignore tags,relationships --format json\n",
    .options = options,
    .run = run,
};
