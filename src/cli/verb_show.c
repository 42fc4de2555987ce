#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/instant.h"
#include "cli/cli.h"
#include "cli/find_resource.h"
#include "cli/verbs.h"
#include "cli/view.h"
#include "columns/columns.h"
#include "timeline/timeline.h"
#include "json/writer.h"

#define PRINT_BYTES ((size_t)4 << 30)
#define N_COLUMNS 7

static const struct bl_table_column columns[N_COLUMNS] = {{"position", true}, {"kind", false},
    {"speaks for", false}, {"ingested", false}, {"complete", false}, {"sha256", false},
    {"key", false}};

struct show {
	struct bl_view view;
	struct bl_version_id version;
	struct bl_view_item item;
	const struct bl_resource *resource; /* Of the version. */
	const struct bl_state *state;	    /* In which the version holds; NULL: it has none. */
	bool unknown; /* Nothing shows that it held at the moment asked for. */
	enum bl_gap_why why;
	uint64_t *positions; /* [n_positions] deliveries that held it, in order */
	size_t n_positions;
	bool daily;		     /* Recorded once a day. */
	struct bl_version_id *twins; /* [n_twins] same capture time and state id, other bytes */
	size_t n_twins;
	struct bl_buf out;
};

/* ---- Which version. -------------------------------------------------------------- */

/* "AWS::EC2::Volume:12", if that is what it is. */
static bool
parse_version(const struct bl_view *view, const char *text, struct bl_version_id *ret)
{
	struct bl_str s = bl_str_of(text);
	size_t colon = bl_str_rfind_byte(s, ':');
	uint64_t ordinal;

	if (colon == SIZE_MAX || !bl_str_to_u64(bl_str_sub(s, colon + 1, s.len), &ordinal))
		return false;
	ret->type_no = bl_store_type_no(view->store, bl_str_sub(s, 0, colon));
	ret->ordinal = (uint32_t)ordinal;
	return ret->type_no != UINT32_MAX && ordinal < UINT32_MAX;
}

/* The resource that the version is of, and the state in which it holds. */
static enum bl_status
place_version(struct show *s)
{
	const struct bl_timeline *timeline = NULL;
	enum bl_status status = bl_view_timeline(&s->view, &s->version.type_no, 1, &timeline);

	if (status != BL_OK)
		return status;
	for (size_t i = 0; i < timeline->n; i++) {
		const struct bl_resource *r = &timeline->resources[i];

		if (!bl_str_eq(r->id, s->item.item.id) ||
		    !bl_str_eq(r->account, s->item.item.account) ||
		    !bl_str_eq(r->region, s->item.item.region))
			continue;
		s->resource = r;
		for (size_t k = 0; k < r->n_states && s->state == NULL; k++)
			if (r->states[k].version.ordinal == s->version.ordinal &&
			    r->states[k].kind == BL_STATE_ITEM)
				s->state = &r->states[k];
	}
	return BL_OK;
}

static enum bl_status
absent(struct show *s, const struct bl_standing *standing, const char *at, int64_t at_ns)
{
	struct bl_err *err = &s->view.cli->err;
	const struct bl_resource *r = s->resource;
	char text[BL_INSTANT_TEXT];

	if (standing->state != NULL)
		return bl_fail(err, BL_ENOTFOUND, "%.*s had been deleted at %s (since %s)",
		    BL_STR_ARG(r->id), at, bl_instant_format(standing->state->from_ns, text));
	if (at_ns < r->states[0].from_ns && standing->unproven)
		return bl_fail(err, BL_ENOTFOUND,
		    "whether %.*s was there at %s is not known (%s): its first state begins at %s",
		    BL_STR_ARG(r->id), at, bl_gap_text(standing->why),
		    bl_instant_format(r->states[0].from_ns, text));
	if (at_ns < r->states[0].from_ns)
		return bl_fail(err, BL_ENOTFOUND,
		    "%.*s was not there at %s: its first state begins at %s", BL_STR_ARG(r->id), at,
		    bl_instant_format(r->states[0].from_ns, text));
	return bl_fail(err, BL_ENOTFOUND,
	    "%.*s was not there at %s: gone from the snapshots (see: beleg history)",
	    BL_STR_ARG(r->id), at);
}

/* The version that held at --at; without it, the last that told of the resource. */
static enum bl_status
choose_state(struct show *s)
{
	const char *at = bl_cli_value(s->view.cli, "at");
	struct bl_standing standing = {0};
	struct bl_moment moment;
	enum bl_status status;

	if (at == NULL) {
		for (size_t i = 0; i < s->resource->n_states; i++)
			if (s->resource->states[i].kind == BL_STATE_ITEM)
				s->state = &s->resource->states[i];
		s->version = s->state->version;
		return BL_OK;
	}
	status = bl_view_moment(&s->view, at, &moment);
	if (status == BL_OK)
		status = bl_gaps_standing(moment.gaps, s->resource, moment.at_ns, s->view.scratch,
		    &standing, &s->view.cli->err);
	if (status == BL_OK && standing.presence == BL_ABSENT)
		status = absent(s, &standing, at, moment.at_ns);
	if (status != BL_OK)
		return status;
	s->state = standing.state;
	s->version = standing.state->version;
	s->unknown = standing.presence == BL_NOT_KNOWN;
	s->why = standing.why;
	return BL_OK;
}

static enum bl_status
choose_version(struct show *s)
{
	struct bl_cli *cli = s->view.cli;
	enum bl_status status;

	if (cli->n_args == 1 && parse_version(&s->view, cli->args[0], &s->version)) {
		if (bl_cli_value(cli, "at") != NULL)
			return bl_fail(&cli->err, BL_EUSAGE,
			    "--at goes with a resource: %s is a version", cli->args[0]);
		if (s->version.ordinal >= s->view.n_known[s->version.type_no])
			return bl_fail(&cli->err, BL_ENOTFOUND,
			    "there is no version %s: the type has %u, counted from 0", cli->args[0],
			    s->view.n_known[s->version.type_no]);
		status = bl_view_item(&s->view, s->version, cli->arena, &s->item);
		return status == BL_OK ? place_version(s) : status;
	}
	status = bl_find_one(&s->view, cli->args, cli->n_args, &s->resource);
	if (status == BL_OK)
		status = choose_state(s);
	if (status == BL_OK)
		status = bl_view_item(&s->view, s->version, cli->arena, &s->item);
	return status;
}

/* ---- Where it comes from. -------------------------------------------------------- */

static bool
holds(const struct bl_version_id *ids, size_t n, struct bl_version_id id)
{
	size_t low = 0, high = n;

	while (low < high) { /* Sorted by type, ordinal. */
		size_t mid = low + (high - low) / 2;

		if (ids[mid].type_no < id.type_no ||
		    (ids[mid].type_no == id.type_no && ids[mid].ordinal < id.ordinal))
			low = mid + 1;
		else
			high = mid;
	}
	return low < n && ids[low].type_no == id.type_no && ids[low].ordinal == id.ordinal;
}

/* Every delivery is asked: an item may come in another account's file too. */
static enum bl_status
find_deliveries(struct show *s)
{
	uint64_t n = s->view.position > 0 ? s->view.position : bl_store_n_deliveries(s->view.store);
	enum bl_status status = BL_OK;

	s->positions = bl_new(s->view.cli->arena, uint64_t, n + 1);
	if (s->positions == NULL)
		return bl_fail(&s->view.cli->err, BL_ENOMEM, "no memory for the deliveries");
	for (uint64_t p = 1; p <= n && status == BL_OK; p++) {
		struct bl_version_id *ids = NULL;
		size_t n_ids = 0;

		bl_arena_reset(s->view.scratch);
		status = bl_store_members(
		    s->view.store, p, s->view.scratch, &ids, &n_ids, &s->view.cli->err);
		if (status == BL_OK && holds(ids, n_ids, s->version))
			s->positions[s->n_positions++] = p;
	}
	return status;
}

static enum bl_status
find_twins(struct show *s)
{
	const struct bl_heads *h = NULL;
	uint32_t me = s->version.ordinal;
	enum bl_status status =
	    bl_columns_heads(s->view.columns, s->version.type_no, &h, &s->view.cli->err);

	if (status != BL_OK)
		return status;
	s->daily = h->daily[me] != 0;
	for (int pass = 0; pass < 2; pass++) {
		size_t n = 0;

		for (uint32_t i = 0; i < s->view.n_known[s->version.type_no]; i++) {
			if (i == me || h->capture_ns[i] != h->capture_ns[me] ||
			    h->state_id[i] != h->state_id[me] || h->id[i] != h->id[me] ||
			    h->account[i] != h->account[me] || h->region[i] != h->region[me])
				continue;
			if (s->twins != NULL)
				s->twins[n] = (struct bl_version_id){s->version.type_no, i};
			n++;
		}
		s->n_twins = n;
		if (n > 0 && s->twins == NULL)
			s->twins = bl_new(s->view.cli->arena, struct bl_version_id, n);
		if (n > 0 && s->twins == NULL)
			return bl_fail(&s->view.cli->err, BL_ENOMEM, "no memory for versions");
	}
	return BL_OK;
}

/* ---- Printing. ------------------------------------------------------------------- */

/* The item's own bytes with line breaks and blanks between the tokens; no token is touched. */
static enum bl_status
add_pretty(struct bl_str json, struct bl_buf *out, struct bl_err *err)
{
	enum bl_status status = BL_OK;
	bool quoted = false;
	size_t depth = 0;

	for (size_t i = 0; i < json.len && status == BL_OK; i++) {
		char c = json.ptr[i];
		bool opens = !quoted && (c == '{' || c == '[');
		bool closes = !quoted && (c == '}' || c == ']');
		bool empty =
		    opens && i + 1 < json.len && (json.ptr[i + 1] == '}' || json.ptr[i + 1] == ']');

		if (c == '"')
			quoted = !quoted;
		if (quoted && c == '\\' && i + 1 < json.len) {
			status = bl_buf_add(out, (struct bl_str){json.ptr + i++, 2}, err);
			continue;
		}
		depth -= closes && depth > 0;
		if (closes)
			status = bl_buf_printf(out, err, "\n%*s", (int)(2 * depth), "");
		if (status == BL_OK)
			status = bl_buf_add_byte(out, c, err);
		if (status == BL_OK && empty)
			status = bl_buf_add_byte(out, json.ptr[++i], err);
		depth += opens && !empty;
		if (status == BL_OK && !quoted && ((opens && !empty) || c == ','))
			status = bl_buf_printf(out, err, "\n%*s", (int)(2 * depth), "");
		if (status == BL_OK && !quoted && c == ':')
			status = bl_buf_add_byte(out, ' ', err);
	}
	return status == BL_OK ? bl_buf_add_byte(out, '\n', err) : status;
}

static const char *
how_known(const struct show *s)
{
	static const char vanished[] =
	    "vanished: absent from the next snapshot, without a deletion item";
	const struct bl_state *next;

	if (s->state == NULL)
		return "no interval: another version has the same capture time and came later";
	if (s->state->kind ==
	    BL_STATE_VANISHED) /* However it ended: the version may not have held. */
		return vanished;
	switch (s->state->end) {
	case BL_STATE_OPEN: return "nothing that was delivered ended it";
	case BL_STATE_INFERRED: return vanished;
	case BL_STATE_OBSERVED: break;
	}
	next = s->state + 1 < s->resource->states + s->resource->n_states ? s->state + 1 : NULL;
	return next != NULL && (next->status == BL_ITEM_DELETED ||
				   next->status == BL_ITEM_DELETED_NOT_RECORDED)
		   ? "ended by a deletion item"
		   : "ended by the next version";
}

static enum bl_status
add_line(struct show *s, const char *label, struct bl_str value)
{
	size_t from = s->out.len;
	enum bl_status status =
	    bl_buf_printf(&s->out, &s->view.cli->err, "%-15s %.*s\n", label, BL_STR_ARG(value));

	for (size_t i = from; status == BL_OK && i + 1 < s->out.len; i++)
		if ((unsigned char)s->out.ptr[i] < 0x20 || s->out.ptr[i] == 0x7f)
			s->out.ptr[i] = '?';
	return status;
}

static enum bl_status
add_interval(struct show *s)
{
	char from[BL_INSTANT_TEXT], to[BL_INSTANT_TEXT];
	struct bl_str text = BL_STR("");
	enum bl_status status = BL_OK;

	if (s->state != NULL && s->state->kind == BL_STATE_ITEM)
		status = bl_str_printf(s->view.cli->arena, &text, &s->view.cli->err, "%s to %s, ",
		    bl_instant_format(s->state->from_ns, from),
		    bl_instant_format(s->state->to_ns, to));
	if (status == BL_OK)
		status = bl_str_printf(s->view.cli->arena, &text, &s->view.cli->err, "%.*s%s",
		    BL_STR_ARG(text), how_known(s));
	return status == BL_OK ? add_line(s, "held", text) : status;
}

static enum bl_status
add_twins(struct show *s)
{
	enum bl_status status = BL_OK;

	for (size_t i = 0; i < s->n_twins && status == BL_OK; i++) {
		struct bl_str text;

		status = bl_view_version(&s->view, s->twins[i], s->view.cli->arena, &text);
		if (status == BL_OK)
			status = add_line(s, i == 0 ? "other bytes" : "", text);
	}
	return status;
}

static enum bl_status
add_delivery_row(struct bl_rows *rows, const struct bl_delivery *d)
{
	char position[BL_NUMBER_TEXT], as_of[BL_INSTANT_TEXT], ingested[BL_INSTANT_TEXT];
	char sha[BL_SHA256_HEX];
	struct bl_str cells[N_COLUMNS] = {[1] = bl_str_of(bl_delivery_kind_name(d->kind)),
	    [4] = d->complete ? BL_STR("yes") : BL_STR("no"),
	    [6] = d->key};

	(void)snprintf(position, sizeof(position), "%" PRIu64, d->position);
	cells[0] = bl_str_of(position);
	cells[2] = bl_view_when(d->as_of_ns, as_of);
	cells[3] = bl_view_when(d->ingested_ns, ingested);
	cells[5] = bl_str_of(bl_sha256_hex(&d->sha256, sha));
	return bl_rows_add(rows, cells);
}

/* Of many the first and the last, unless all are asked for. */
static bool
is_listed(const struct show *s, size_t i)
{
	return i == 0 || i + 1 == s->n_positions || s->view.cli->format == BL_FORMAT_CSV ||
	       bl_cli_value(s->view.cli, "deliveries") != NULL;
}

static enum bl_status
add_delivery_rows(struct show *s)
{
	struct bl_rows rows;
	enum bl_status status = bl_rows_begin(s->view.cli, columns, N_COLUMNS, &rows);

	for (size_t i = 0; i < s->n_positions && status == BL_OK; i++)
		if (is_listed(s, i))
			status = add_delivery_row(
			    &rows, bl_store_delivery(s->view.store, s->positions[i]));
	return status == BL_OK ? bl_rows_end(&rows) : status;
}

static enum bl_status
print_table(struct show *s)
{
	char sha[BL_SHA256_HEX], number[BL_NUMBER_TEXT], text[BL_INSTANT_TEXT];
	struct bl_str version, count;
	struct bl_err *err = &s->view.cli->err;
	enum bl_status status = add_pretty(s->item.bytes, &s->out, err);

	if (status == BL_OK)
		status = bl_view_version(&s->view, s->version, s->view.cli->arena, &version);
	if (status == BL_OK)
		status = bl_buf_add_byte(&s->out, '\n', err);
	if (status == BL_OK)
		status = add_line(s, "version", version);
	if (status == BL_OK)
		status = add_line(s, "sha256", bl_str_of(bl_sha256_hex(&s->item.sha256, sha)));
	if (status == BL_OK)
		status = add_line(s, "captured", bl_view_when(s->item.item.capture_ns, text));
	if (status == BL_OK)
		status = add_interval(s);
	if (status == BL_OK && s->daily)
		status = add_line(
		    s, "recorded", BL_STR("once a day: changes between captures are not seen"));
	if (status == BL_OK)
		status = add_twins(s);
	if (status == BL_OK)
		status = bl_str_printf(s->view.cli->arena, &count, err, "%s%s",
		    bl_table_number(s->n_positions, number),
		    s->n_positions > 2 && bl_cli_value(s->view.cli, "deliveries") == NULL
			? " (first and last below; --deliveries lists all)"
			: "");
	if (status == BL_OK)
		status = add_line(s, "deliveries", count);
	if (status == BL_OK)
		bl_cli_write(bl_buf_str(&s->out));
	return status == BL_OK ? add_delivery_rows(s) : status;
}

static void
write_deliveries(struct show *s, struct bl_json_w *w)
{
	bl_json_w_key(w, "n_deliveries");
	bl_json_w_u64(w, s->n_positions);
	bl_json_w_key(w, "deliveries");
	bl_json_w_array(w);
	for (size_t i = 0; i < s->n_positions; i++) {
		const struct bl_delivery *d = bl_store_delivery(s->view.store, s->positions[i]);
		char sha[BL_SHA256_HEX];

		if (!is_listed(s, i))
			continue;
		bl_json_w_object(w);
		bl_json_w_key(w, "position");
		bl_json_w_u64(w, d->position);
		bl_json_w_key(w, "kind");
		bl_json_w_z(w, bl_delivery_kind_name(d->kind));
		bl_json_w_key(w, "speaks_for");
		bl_json_w_instant(w, d->as_of_ns);
		bl_json_w_key(w, "ingested");
		bl_json_w_instant(w, d->ingested_ns);
		bl_json_w_key(w, "complete");
		bl_json_w_bool(w, d->complete);
		bl_json_w_key(w, "sha256");
		bl_json_w_z(w, bl_sha256_hex(&d->sha256, sha));
		bl_json_w_key(w, "key");
		bl_json_w_str(w, d->key);
		bl_json_w_close(w);
	}
	bl_json_w_close(w);
}

static enum bl_status
print_json(struct show *s)
{
	char sha[BL_SHA256_HEX];
	struct bl_json_w w;
	struct bl_str text;
	enum bl_status status = bl_view_version(&s->view, s->version, s->view.cli->arena, &text);

	bl_json_w_begin(&w, &s->out, 0);
	bl_json_w_object(&w);
	bl_json_w_key(&w, "version");
	bl_json_w_str(&w, text);
	bl_json_w_key(&w, "sha256");
	bl_json_w_z(&w, bl_sha256_hex(&s->item.sha256, sha));
	bl_json_w_key(&w, "from");
	bl_json_w_instant(&w, s->state == NULL ? BL_INSTANT_MIN : s->state->from_ns);
	bl_json_w_key(&w, "to");
	bl_json_w_instant(&w, s->state == NULL ? BL_INSTANT_MAX : s->state->to_ns);
	bl_json_w_key(&w, "how_known");
	bl_json_w_z(&w, how_known(s));
	bl_json_w_key(&w, "recorded_daily");
	bl_json_w_bool(&w, s->daily);
	bl_json_w_key(&w, "not_known");
	if (s->unknown)
		bl_json_w_z(&w, bl_gap_code(s->why));
	else
		bl_json_w_null(&w);
	bl_json_w_key(&w, "other_bytes");
	bl_json_w_array(&w);
	for (size_t i = 0; i < s->n_twins && status == BL_OK; i++) {
		status = bl_view_version(&s->view, s->twins[i], s->view.cli->arena, &text);
		bl_json_w_str(&w, text);
	}
	bl_json_w_close(&w);
	write_deliveries(s, &w);
	bl_json_w_key(&w, "item");
	bl_json_w_raw(&w, s->item.bytes);
	bl_json_w_close(&w);
	if (status == BL_OK)
		status = bl_json_w_end(&w, &s->view.cli->err);
	if (status == BL_OK)
		status = bl_buf_add_byte(&s->out, '\n', &s->view.cli->err);
	if (status == BL_OK)
		bl_cli_write(bl_buf_str(&s->out));
	return status;
}

static enum bl_status
print(struct show *s)
{
	enum bl_status status;

	if (bl_cli_value(s->view.cli, "raw") != NULL) {
		bl_cli_write(s->item.bytes);
		bl_cli_write(BL_STR("\n"));
		return BL_OK;
	}
	status = find_deliveries(s);
	if (status == BL_OK)
		status = find_twins(s);
	if (status != BL_OK)
		return status;
	switch (s->view.cli->format) {
	case BL_FORMAT_TABLE: return print_table(s);
	case BL_FORMAT_JSON: return print_json(s);
	case BL_FORMAT_CSV: return add_delivery_rows(s);
	}
	return BL_OK;
}

static int
run(struct bl_cli *cli)
{
	struct show s = {.out = BL_BUF_INIT(PRINT_BYTES)};
	enum bl_status status;
	int code = BL_EXIT_OK;

	if (cli->n_args < 1 || cli->n_args > 2)
		return bl_cli_usage(cli,
		    "what? [TYPE] and an id, name or ARN are wanted, or a version such as "
		    "AWS::EC2::Volume:12");
	status = bl_view_open(cli, &s.view);
	if (status == BL_OK)
		status = choose_version(&s);
	if (status == BL_OK)
		status = print(&s);
	if (status == BL_OK && s.unknown) {
		bl_cli_note(cli, "not known whether it held then: %s", bl_gap_text(s.why));
		code = BL_EXIT_INCOMPLETE;
	}
	if (status != BL_OK)
		code = bl_cli_fail(cli);
	bl_buf_release(&s.out);
	bl_view_close(&s.view);
	return code;
}

static const struct bl_option options[] = {
    BL_OPTION_STORE,
    {"at", 't', "INSTANT", "the version that held then (default: the last that was delivered)",
	NULL, NULL},
    {"raw", 0, NULL, "only the item's bytes, and a line end", NULL, NULL},
    {"deliveries", 'd', NULL, "every delivery that held it, not the first and last only", NULL,
	NULL},
    BL_OPTION_ACCOUNT,
    BL_OPTION_REGION,
    BL_OPTION_TYPE,
    BL_OPTION_KNOWN_AT,
    BL_OPTION_FORMAT,
    BL_OPTION_QUIET,
    BL_OPTION_END,
};

const struct bl_verb bl_verb_show = {
    .name = "show",
    .synopsis = "[TYPE] ID|ARN|NAME | VERSION",
    .summary = "print an item as it was delivered, and where it comes from",
    .text =
	"The item's own bytes (only white space between its tokens is beleg's), their SHA-256,\n"
	"when it held and how that is known, and each delivery object that held it: key,\n"
	"SHA-256, ledger position. Versions with the same capture time and state id but other\n"
	"bytes are named.\n"
	"\n"
	"With --at the version that held at that moment; exit code 3 when nothing shows that it\n"
	"still held then. --format csv prints the deliveries.\n",
    .examples = "  $ beleg show -s store AWS::EC2::Volume:0\n"
		"  $ beleg show -s store AWS::EC2::Volume:0 --raw | sha256sum\n"
		"      with the line end; printf %s \"$(...)\" gives the item's own hash\n",
    .options = options,
    .run = run,
};
