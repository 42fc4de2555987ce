#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/instant.h"
#include "cli/cli.h"
#include "cli/content.h"
#include "cli/find_resource.h"
#include "cli/verbs.h"
#include "cli/view.h"
#include "columns/columns.h"
#include "timeline/timeline.h"
#include "json/diff.h"
#include "json/writer.h"

#define PRINT_BYTES ((size_t)4 << 30)
#define FEW_PATHS 3
#define N_COLUMNS 13
#define N_OF_RESOURCE 4 /* Columns that a table tells once, above, */
#define N_OF_CSV 1	/* and the last, which it tells with the status. */
#define DAILY "once a day"

static const struct bl_table_column columns[N_COLUMNS] = {{"account id", false}, {"region", false},
    {"resource type", false}, {"resource id", false}, {"from", false}, {"to", false},
    {"ended", false}, {"status", false}, {"changed", false}, {"version", false}, {"position", true},
    {"delivery", false}, {"recorded", false}};

/* One row: a state of the resource, or a stretch of which nothing is known. */
struct row {
	int64_t from_ns, to_ns;
	const struct bl_state *state; /* NULL: a gap. */
	enum bl_gap_why why;
	const char *ended;
	const struct bl_json_change *changes;
	size_t n_changes;
	bool again; /* The version of before, seen again. */
};

struct history {
	struct bl_view view;
	struct bl_rows rows;
	struct bl_buf out;
	struct bl_json_w w;
	bool first; /* No resource printed yet. */
};

/* ---- Rows of one resource. ------------------------------------------------------- */

static bool
is_deletion(const struct bl_state *s)
{
	return s->status == BL_ITEM_DELETED || s->status == BL_ITEM_DELETED_NOT_RECORDED;
}

/* How the ${i}th state ended. */
static const char *
how_ended(const struct bl_resource *r, size_t i)
{
	const struct bl_state *s = &r->states[i], *next = i + 1 < r->n_states ? s + 1 : NULL;

	switch (s->end) {
	case BL_STATE_OPEN: return "";
	case BL_STATE_INFERRED: return s->kind == BL_STATE_VANISHED ? "gone" : "vanished";
	case BL_STATE_OBSERVED: break;
	}
	if (next != NULL && is_deletion(next))
		return "deleted";
	return next != NULL && next->version.ordinal == s->version.ordinal ? "seen again"
									   : "next version";
}

/* What changed against the last version that told the resource's content. */
static enum bl_status
tell_changes(struct history *h, struct row *row, const struct bl_state *before)
{
	struct bl_view_item x, y;
	struct bl_json_change *changes = NULL;
	enum bl_status status;

	if (before == NULL || is_deletion(row->state))
		return BL_OK;
	row->again = before->version.ordinal == row->state->version.ordinal;
	if (row->again)
		return BL_OK;
	status = bl_view_item(&h->view, before->version, h->view.scratch, &x);
	if (status == BL_OK)
		status = bl_view_item(&h->view, row->state->version, h->view.scratch, &y);
	if (status == BL_OK)
		status = bl_content_diff(&x.item, &y.item, h->view.scratch, &changes,
		    &row->n_changes, &h->view.cli->err);
	row->changes = changes;
	return status;
}

static int
cmp_rows(const void *pa, const void *pb)
{
	const struct row *a = pa, *b = pb;

	if (a->from_ns != b->from_ns)
		return a->from_ns < b->from_ns ? -1 : 1;
	return (a->state == NULL) - (b->state == NULL);
}

/* The time of which the resource's states speak, deletions aside. */
static struct bl_gap
life_of(const struct bl_resource *r)
{
	struct bl_gap life = {.from_ns = r->states[0].from_ns, .to_ns = r->states[0].from_ns};

	for (size_t i = 0; i < r->n_states; i++)
		if (!is_deletion(&r->states[i]))
			life.to_ns = r->states[i].to_ns;
	return life;
}

/* States and gaps by time, in the scratch arena. */
static enum bl_status
list_rows(struct history *h, const struct bl_resource *r, struct row **ret_rows, size_t *ret_n)
{
	struct bl_gap life = life_of(r);
	struct bl_gap_list gaps = {0};
	const struct bl_state *before = NULL;
	struct row *rows;
	size_t n = 0;
	enum bl_status status =
	    bl_gaps_of_resource(h->view.gaps, r, h->view.scratch, &gaps, &h->view.cli->err);

	if (status != BL_OK)
		return status;
	rows = bl_new(h->view.scratch, struct row, r->n_states + gaps.n);
	if (rows == NULL)
		return bl_fail(&h->view.cli->err, BL_ENOMEM, "no memory for the history");
	for (size_t i = 0; i < r->n_states && status == BL_OK; i++) {
		const struct bl_state *s = &r->states[i];

		rows[n] = (struct row){
		    .from_ns = s->from_ns, .to_ns = s->to_ns, .state = s, .ended = how_ended(r, i)};
		if (s->kind == BL_STATE_ITEM)
			status = tell_changes(h, &rows[n], before);
		if (s->kind == BL_STATE_ITEM && !is_deletion(s))
			before = s;
		n++;
	}
	for (size_t i = 0; i < gaps.n; i++) {
		int64_t from_ns = gaps.gaps[i].from_ns, to_ns = gaps.gaps[i].to_ns;

		from_ns = from_ns > life.from_ns ? from_ns : life.from_ns;
		to_ns = to_ns < life.to_ns ? to_ns : life.to_ns;
		if (from_ns < to_ns)
			rows[n++] = (struct row){.from_ns = from_ns,
			    .to_ns = to_ns,
			    .ended = "",
			    .why = gaps.gaps[i].why};
	}
	qsort(rows, n, sizeof(rows[0]), cmp_rows);
	*ret_rows = rows;
	*ret_n = n;
	return status;
}

/* ---- Table and CSV. -------------------------------------------------------------- */

static enum bl_status
changed_text(struct history *h, const struct row *row, struct bl_str *ret)
{
	struct bl_err *err = &h->view.cli->err;
	struct bl_arena *scratch = h->view.scratch;
	enum bl_status status;

	*ret = row->again ? BL_STR("nothing: the same version again") : BL_STR("");
	if (row->n_changes == 0)
		return BL_OK;
	status = bl_str_printf(scratch, ret, err, "%zu: ", row->n_changes);
	for (size_t i = 0; i < row->n_changes && i < FEW_PATHS && status == BL_OK; i++)
		status = bl_str_printf(scratch, ret, err, "%.*s%s%.*s", BL_STR_ARG(*ret),
		    i == 0 ? "" : ", ", BL_STR_ARG(row->changes[i].path));
	if (status == BL_OK && row->n_changes > FEW_PATHS)
		status = bl_str_printf(scratch, ret, err, "%.*s, ...", BL_STR_ARG(*ret));
	return status;
}

static enum bl_status
print_row(struct history *h, const struct bl_resource *r, const struct row *row)
{
	char from[BL_INSTANT_TEXT], to[BL_INSTANT_TEXT], number[BL_NUMBER_TEXT];
	const struct bl_state *s = row->state;
	bool whole = h->view.cli->format == BL_FORMAT_CSV;
	struct bl_str cells[N_COLUMNS] = {r->account, r->region, r->type, r->id,
	    bl_view_when(row->from_ns, from), bl_view_when(row->to_ns, to), bl_str_of(row->ended)};
	enum bl_status status;

	if (s == NULL || s->kind == BL_STATE_VANISHED) {
		status = bl_str_printf(h->view.scratch, &cells[7], &h->view.cli->err,
		    "not known: %s", bl_gap_text(s == NULL ? row->why : BL_GAP_VANISHED));
	} else {
		const struct bl_delivery *d = bl_store_delivery(h->view.store, s->position);

		status = bl_str_printf(h->view.scratch, &cells[7], &h->view.cli->err, "%s%s",
		    bl_item_status_name(s->status), s->daily && !whole ? ", recorded " DAILY : "");
		if (s->daily)
			cells[12] = BL_STR(DAILY);
		(void)snprintf(number, sizeof(number), "%" PRIu64, s->position);
		cells[10] = bl_str_of(number);
		if (d != NULL)
			cells[11] = whole || d->name.len == 0 ? d->key : d->name;
		if (status == BL_OK)
			status = changed_text(h, row, &cells[8]);
		if (status == BL_OK)
			status = bl_view_version(&h->view, s->version, h->view.scratch, &cells[9]);
	}
	if (status != BL_OK)
		return status;
	return bl_rows_add(&h->rows, cells + (whole ? 0 : N_OF_RESOURCE));
}

/* ---- JSON. ----------------------------------------------------------------------- */

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
write_state(struct history *h, const struct row *row)
{
	const struct bl_delivery *d = bl_store_delivery(h->view.store, row->state->position);
	struct bl_json_w *w = &h->w;
	struct bl_str version;
	enum bl_status status =
	    bl_view_version(&h->view, row->state->version, h->view.scratch, &version);

	if (status != BL_OK)
		return status;
	bl_json_w_key(w, "ended");
	if (row->ended[0] == '\0')
		bl_json_w_null(w);
	else
		bl_json_w_z(w, row->ended);
	put_str(w, "status", bl_str_of(bl_item_status_name(row->state->status)));
	bl_json_w_key(w, "recorded_daily");
	bl_json_w_bool(w, row->state->daily);
	put_str(w, "version", version);
	bl_json_w_key(w, "captured");
	bl_json_w_instant(w, row->state->capture_ns);
	bl_json_w_key(w, "position");
	bl_json_w_u64(w, row->state->position);
	put_str(w, "delivery", d == NULL ? (struct bl_str){NULL, 0} : d->key);
	bl_json_w_key(w, "n_changed");
	bl_json_w_u64(w, row->n_changes);
	bl_json_w_key(w, "changed");
	bl_json_w_array(w);
	for (size_t i = 0; i < row->n_changes; i++)
		bl_json_w_str(w, row->changes[i].path);
	bl_json_w_close(w);
	return BL_OK;
}

static enum bl_status
write_row(struct history *h, const struct row *row)
{
	const struct bl_state *s = row->state;
	struct bl_json_w *w = &h->w;
	enum bl_status status = BL_OK;

	bl_json_w_object(w);
	bl_json_w_key(w, "kind");
	bl_json_w_z(w, s != NULL && s->kind == BL_STATE_ITEM ? "state" : "not-known");
	bl_json_w_key(w, "from");
	bl_json_w_instant(w, row->from_ns);
	bl_json_w_key(w, "to");
	bl_json_w_instant(w, row->to_ns);
	if (s != NULL && s->kind == BL_STATE_ITEM) {
		status = write_state(h, row);
	} else {
		bl_json_w_key(w, "reason");
		bl_json_w_z(w, bl_gap_code(s == NULL ? row->why : BL_GAP_VANISHED));
		if (row->ended[0] != '\0') { /* "gone", "seen again" */
			bl_json_w_key(w, "ended");
			bl_json_w_z(w, row->ended);
		}
	}
	bl_json_w_close(w);
	return status;
}

static enum bl_status
write_resource(struct history *h, const struct bl_resource *r, const struct row *rows, size_t n)
{
	struct bl_json_w *w = &h->w;
	enum bl_status status = BL_OK;

	bl_json_w_object(w);
	put_str(w, "account_id", r->account);
	put_str(w, "region", r->region);
	put_str(w, "resource_type", r->type);
	put_str(w, "resource_id", r->id);
	put_str(w, "resource_name", r->name);
	put_str(w, "arn", r->arn);
	bl_json_w_key(w, "history");
	bl_json_w_array(w);
	for (size_t i = 0; i < n && status == BL_OK; i++)
		status = write_row(h, &rows[i]);
	bl_json_w_close(w);
	bl_json_w_close(w);
	return status;
}

/* ---- The verb. ------------------------------------------------------------------- */

static enum bl_status
begin_table(struct history *h, const struct bl_resource *r)
{
	struct bl_str title;
	enum bl_status status = bl_view_title(&h->view, r, h->view.scratch, &title);

	if (status != BL_OK)
		return status;
	bl_cli_write(h->first ? BL_STR("") : BL_STR("\n"));
	bl_cli_write(title);
	bl_cli_write(BL_STR("\n"));
	return bl_rows_begin(
	    h->view.cli, columns + N_OF_RESOURCE, N_COLUMNS - N_OF_RESOURCE - N_OF_CSV, &h->rows);
}

static enum bl_status
print_resource(struct history *h, const struct bl_resource *r)
{
	enum bl_format format = h->view.cli->format;
	struct row *rows = NULL;
	size_t n = 0;
	enum bl_status status;

	bl_arena_reset(h->view.scratch);
	status = list_rows(h, r, &rows, &n);
	if (status == BL_OK && format == BL_FORMAT_JSON)
		status = write_resource(h, r, rows, n);
	if (status == BL_OK && format == BL_FORMAT_TABLE)
		status = begin_table(h, r);
	for (size_t i = 0; i < n && format != BL_FORMAT_JSON && status == BL_OK; i++)
		status = print_row(h, r, &rows[i]);
	if (status == BL_OK && format == BL_FORMAT_TABLE)
		status = bl_rows_end(&h->rows);
	h->first = false;
	return status;
}

static enum bl_status
print_found(struct history *h, const struct bl_found *found)
{
	struct bl_cli *cli = h->view.cli;
	bool json = cli->format == BL_FORMAT_JSON;
	enum bl_status status = BL_OK;

	if (cli->format == BL_FORMAT_CSV)
		status = bl_rows_begin(cli, columns, N_COLUMNS, &h->rows);
	if (json) {
		bl_json_w_begin(&h->w, &h->out, 0);
		bl_json_w_object(&h->w);
		bl_json_w_key(&h->w, "resources");
		bl_json_w_array(&h->w);
	}
	for (size_t i = 0; i < found->n && status == BL_OK; i++)
		status = print_resource(h, found->resources[i]);
	if (!json || status != BL_OK)
		return status;
	bl_json_w_close(&h->w);
	bl_json_w_close(&h->w);
	status = bl_json_w_end(&h->w, &cli->err);
	if (status == BL_OK)
		status = bl_buf_add_byte(&h->out, '\n', &cli->err);
	if (status == BL_OK)
		bl_cli_write(bl_buf_str(&h->out));
	return status;
}

static int
run(struct bl_cli *cli)
{
	struct history h = {.out = BL_BUF_INIT(PRINT_BYTES), .first = true};
	const struct bl_resource *one = NULL;
	struct bl_found found = {0};
	enum bl_status status = BL_OK;
	int code = BL_EXIT_OK;

	if (cli->n_args < 1 || cli->n_args > 2)
		return bl_cli_usage(
		    cli, "which resource? [TYPE] and its id, name or ARN are wanted");
	status = bl_view_open(cli, &h.view);
	if (status == BL_OK && bl_cli_value(cli, "all") != NULL) {
		status = bl_find_resources(&h.view, cli->args, cli->n_args, &found);
	} else if (status == BL_OK) {
		status = bl_find_one(&h.view, cli->args, cli->n_args, &one);
		found = (struct bl_found){.resources = &one, .n = 1};
	}
	if (status == BL_OK)
		status = print_found(&h, &found);
	if (status != BL_OK)
		code = bl_cli_fail(cli);
	bl_buf_release(&h.out);
	bl_view_close(&h.view);
	return code;
}

static const struct bl_option options[] = {
    BL_OPTION_STORE,
    BL_OPTION_ACCOUNT,
    BL_OPTION_REGION,
    BL_OPTION_TYPE,
    {"all", 0, NULL, "when several resources fit, print all of them", NULL, NULL},
    BL_OPTION_KNOWN_AT,
    BL_OPTION_FORMAT,
    BL_OPTION_QUIET,
    BL_OPTION_END,
};

const struct bl_verb bl_verb_history = {
    .name = "history",
    .synopsis = "[TYPE] ID|ARN|NAME",
    .summary = "print every state of a resource over time, and what is not known",
    .text =
	"One row for each state: from when to when it held, how it ended (next version, deleted,\n"
	"vanished between two snapshots), what changed against the state before, the version,\n"
	"and the delivery that told it first. Rows \"not known\" stand where the recorder was\n"
	"stopped or silent, and after the last delivery: whatever the last state says, nothing\n"
	"shows that it still held. A state \"recorded once a day\" tells how the resource stood "
	"at\n"
	"its capture: changes between two captures are not seen.\n"
	"\n"
	"A name, ARN or id is looked for in all accounts, regions and types. When several fit,\n"
	"they are listed and the exit code is 1; --account, --region and --type choose.\n",
    .examples = "  $ beleg history -s store default --all\n"
		"      every state of every resource of that name\n"
		"  $ beleg history -s store AWS::Config::ConfigurationRecorder default --all "
		"--format csv\n",
    .options = options,
    .run = run,
};
