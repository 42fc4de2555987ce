#include "cli/view.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/instant.h"
#include "cli/cli.h"
#include "cli/load.h"
#include "cli/nearest.h"
#include "columns/columns.h"
#include "timeline/coverage.h"
#include "timeline/timeline.h"
#include "json/json.h"

#define SCRATCH_BYTES ((size_t)4 << 30)
#define ROW_BYTES ((size_t)1 << 30)

/* ---- The choice. ----------------------------------------------------------------- */

/* "a,b" */
static enum bl_status
split_option(struct bl_cli *cli, const char *option, const struct bl_str **ret, size_t *ret_n)
{
	struct bl_str rest = bl_str_of(bl_cli_value(cli, option)), part;
	struct bl_str *parts;
	size_t n = 0, cap = 1;

	for (size_t i = 0; i < rest.len; i++)
		cap += rest.ptr[i] == ',';
	parts = bl_new(cli->arena, struct bl_str, cap);
	if (parts == NULL)
		return bl_fail(&cli->err, BL_ENOMEM, "no memory for the options");
	while (rest.ptr != NULL && bl_str_split(&rest, ',', &part)) {
		part = bl_str_trim(part);
		if (part.len == 0)
			return bl_fail(&cli->err, BL_EUSAGE,
			    "--%s wants names with commas between them", option);
		parts[n++] = part;
	}
	*ret = parts;
	*ret_n = n;
	return BL_OK;
}

static bool
is_among(struct bl_str s, const struct bl_str *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bl_str_eq(s, list[i]))
			return true;
	return n == 0;
}

bool
bl_view_wants(const struct bl_view *view, struct bl_str account, struct bl_str region)
{
	const struct bl_choice *c = &view->choice;

	return is_among(account, c->accounts, c->n_accounts) &&
	       is_among(region, c->regions, c->n_regions);
}

static bool
fits_type(struct bl_str type, struct bl_str wanted)
{
	if (bl_str_ends(wanted, BL_STR("*")))
		return bl_str_starts(type, bl_str_sub(wanted, 0, wanted.len - 1));
	return bl_str_eq(type, wanted);
}

static enum bl_status
no_such_type(const struct bl_view *view, struct bl_str wanted)
{
	struct bl_nearest nearest = {.wanted = wanted};

	for (uint32_t t = 0; t < bl_store_n_types(view->store); t++)
		if (view->n_known[t] > 0)
			bl_nearest_offer(&nearest, bl_store_type_name(view->store, t), t);
	if (nearest.n == 0)
		return bl_fail(&view->cli->err, BL_ENOTFOUND,
		    "no item of type %.*s was ever delivered", BL_STR_ARG(wanted));
	return bl_fail(&view->cli->err, BL_ENOTFOUND,
	    "no item of type %.*s was ever delivered; did you mean %.*s?", BL_STR_ARG(wanted),
	    BL_STR_ARG(nearest.best[0].text));
}

enum bl_status
bl_view_types(const struct bl_view *view, uint32_t **ret_type_nos, size_t *ret_n)
{
	const struct bl_choice *c = &view->choice;
	uint32_t all = bl_store_n_types(view->store);
	uint32_t *type_nos = bl_new(view->cli->arena, uint32_t, (size_t)all + 1);
	bool *taken = bl_new(view->cli->arena, bool, (size_t)all + 1);
	size_t n = 0;

	if (type_nos == NULL || taken == NULL)
		return bl_fail(&view->cli->err, BL_ENOMEM, "no memory for the types");
	for (size_t i = 0; i < c->n_types; i++) {
		bool found = false;

		for (uint32_t t = 0; t < all; t++)
			if (view->n_known[t] > 0 &&
			    fits_type(bl_store_type_name(view->store, t), c->types[i]))
				found = taken[t] = true;
		if (!found)
			return no_such_type(view, c->types[i]);
	}
	for (uint32_t t = 0; t < all; t++)
		if (view->n_known[t] > 0 && (c->n_types == 0 || taken[t]))
			type_nos[n++] = t;
	*ret_type_nos = type_nos;
	*ret_n = n;
	return BL_OK;
}

/* How many versions of each type are known at the position.  They are numbered as they came. */
static enum bl_status
count_known(struct bl_view *v)
{
	uint32_t n_types = bl_store_n_types(v->store);
	uint32_t *n_known = bl_new(v->cli->arena, uint32_t, (size_t)n_types + 1);
	enum bl_status status = BL_OK;

	if (n_known == NULL)
		return bl_fail(&v->cli->err, BL_ENOMEM, "no memory for the types");
	for (uint32_t t = 0; v->position == 0 && t < n_types; t++)
		n_known[t] = bl_store_n_versions(v->store, t);
	for (uint64_t p = 1; p <= v->position && status == BL_OK; p++) {
		const struct bl_version_run *grown;
		size_t n = 0;

		if (bl_store_delivery(v->store, p)->n_new == 0)
			continue;
		bl_arena_reset(v->scratch);
		status = bl_store_growth(v->store, p, v->scratch, &grown, &n, &v->cli->err);
		for (size_t i = 0; status == BL_OK && i < n; i++)
			n_known[grown[i].type_no] = grown[i].n;
	}
	v->n_known = n_known;
	return status;
}

/* ---- The view. ------------------------------------------------------------------- */

enum bl_status
bl_view_open(struct bl_cli *cli, struct bl_view *ret_view)
{
	struct bl_view *v = ret_view;
	struct bl_choice *c = &v->choice;
	enum bl_status status;

	*v = (struct bl_view){.cli = cli, .scratch = bl_arena_new(SCRATCH_BYTES)};
	if (v->scratch == NULL)
		return bl_fail(&cli->err, BL_ENOMEM, "no memory");
	status = split_option(cli, "account", &c->accounts, &c->n_accounts);
	if (status == BL_OK)
		status = split_option(cli, "region", &c->regions, &c->n_regions);
	if (status == BL_OK)
		status = split_option(cli, "type", &c->types, &c->n_types);
	if (status == BL_OK)
		status = bl_json_parser_new((struct bl_json_limits){0}, &v->parser, &cli->err);
	if (status == BL_OK)
		status = bl_cli_open_store(cli, BL_STORE_READ, &v->store);
	if (status == BL_OK)
		status = bl_load_known_at(cli, v->store, &v->position);
	if (status == BL_OK)
		status = count_known(v);
	if (status == BL_OK)
		status = bl_columns_new(v->store, BL_COLUMNS_FILES, &v->columns, &cli->err);
	if (status == BL_OK)
		status =
		    bl_coverage_build(v->columns, v->position, cli->arena, &v->coverage, &cli->err);
	if (status == BL_OK)
		status =
		    bl_gaps_build(v->coverage, BL_INSTANT_MIN, cli->arena, &v->gaps, &cli->err);
	return status;
}

void
bl_view_close(struct bl_view *view)
{
	bl_columns_free(&view->columns);
	bl_store_close(&view->store);
	bl_json_parser_free(&view->parser);
	bl_arena_free(&view->scratch);
}

enum bl_status
bl_view_timeline(const struct bl_view *view, const uint32_t *type_nos, size_t n,
    const struct bl_timeline **ret_timeline)
{
	return bl_timeline_build(view->columns, type_nos, n, view->position, view->cli->arena,
	    ret_timeline, &view->cli->err);
}

static bool
is_anywhere(const struct bl_view *view, const struct bl_timeline *timeline, struct bl_str wanted,
    bool account)
{
	const struct bl_coverage *c = view->coverage;

	for (size_t i = 0; i < c->n + c->n_others; i++) {
		const struct bl_recorder_cover *r =
		    i < c->n ? &c->recorders[i] : &c->others[i - c->n];

		if (bl_str_eq(wanted, account ? r->account : r->region))
			return true;
	}
	for (size_t i = 0; i < timeline->n; i++)
		if (bl_str_eq(wanted,
			account ? timeline->resources[i].account : timeline->resources[i].region))
			return true;
	return !account && bl_str_eq(wanted, BL_STR("global"));
}

enum bl_status
bl_view_check(const struct bl_view *view, const struct bl_timeline *timeline)
{
	const struct bl_choice *c = &view->choice;

	for (size_t i = 0; i < c->n_accounts + c->n_regions; i++) {
		bool account = i < c->n_accounts;
		struct bl_str wanted = account ? c->accounts[i] : c->regions[i - c->n_accounts];

		if (!is_anywhere(view, timeline, wanted, account))
			return bl_fail(&view->cli->err, BL_ENOTFOUND,
			    "no delivery and no resource is of %s %.*s",
			    account ? "account" : "region", BL_STR_ARG(wanted));
	}
	return BL_OK;
}

enum bl_status
bl_view_moment(const struct bl_view *view, const char *text, struct bl_moment *ret)
{
	struct bl_err *err = &view->cli->err;
	enum bl_status status = BL_OK;

	*ret =
	    (struct bl_moment){.gaps = view->gaps, .each_at_its_last = strcmp(text, "last") == 0};
	if (!ret->each_at_its_last)
		return bl_load_instant_text(view->cli, "a moment", text, &ret->at_ns);
	if (view->coverage->n == 0)
		return bl_fail(err, BL_ENOTFOUND,
		    "the store holds no delivery of any account and region yet: beleg ingest");
	ret->at_ns = view->coverage->newest_ns;
	status = bl_gaps_build(view->coverage, ret->at_ns, view->cli->arena, &ret->gaps, err);
	return status;
}

enum bl_status
bl_view_item(const struct bl_view *view, struct bl_version_id version, struct bl_arena *arena,
    struct bl_view_item *ret_item)
{
	struct bl_err *err = &view->cli->err;
	enum bl_status status =
	    bl_store_read(view->store, version, arena, &ret_item->bytes, &ret_item->sha256, err);

	if (status == BL_OK)
		status = bl_item_parse(view->parser, ret_item->bytes, arena, &ret_item->item, err);
	return status;
}

enum bl_status
bl_view_version(const struct bl_view *view, struct bl_version_id version, struct bl_arena *arena,
    struct bl_str *ret_text)
{
	return bl_str_printf(arena, ret_text, &view->cli->err, "%.*s:%u",
	    BL_STR_ARG(bl_store_type_name(view->store, version.type_no)), version.ordinal);
}

enum bl_status
bl_view_title(const struct bl_view *view, const struct bl_resource *resource,
    struct bl_arena *arena, struct bl_str *ret_text)
{
	const struct bl_resource *r = resource;
	bool named = r->name.len > 0 && !bl_str_eq(r->name, r->id);
	struct bl_str name = named ? r->name : BL_STR(""), text = {0};
	enum bl_status status =
	    bl_str_printf(arena, &text, &view->cli->err, "%.*s %.*s%s%.*s%s %.*s %.*s",
		BL_STR_ARG(r->type), BL_STR_ARG(r->id), named ? " (" : "", BL_STR_ARG(name),
		named ? ")" : "", BL_STR_ARG(r->account), BL_STR_ARG(r->region));
	char *copy = status == BL_OK ? bl_new(arena, char, text.len) : NULL;

	if (status != BL_OK)
		return status;
	if (copy == NULL)
		return bl_fail(&view->cli->err, BL_ENOMEM, "no memory for a title");
	for (size_t i = 0; i < text.len; i++) { /* A name must not move the cursor. */
		unsigned char c = (unsigned char)text.ptr[i];

		copy[i] = '?';
		if (c >= 0x20 && c != 0x7f)
			copy[i] = (char)c;
	}
	*ret_text = (struct bl_str){copy, text.len};
	return BL_OK;
}

struct bl_str
bl_view_when(int64_t ns, char *text)
{
	return ns == BL_INSTANT_MIN ? BL_STR("") : bl_str_of(bl_instant_format(ns, text));
}

/* ---- Rows. ----------------------------------------------------------------------- */

static enum bl_status
write_csv(struct bl_cli *cli, const struct bl_str *cells, size_t n)
{
	struct bl_buf out = BL_BUF_INIT(ROW_BYTES);
	enum bl_status status = bl_table_csv(cells, n, &out, &cli->err);

	if (status == BL_OK)
		bl_cli_write(bl_buf_str(&out));
	bl_buf_release(&out);
	return status;
}

enum bl_status
bl_rows_begin(struct bl_cli *cli, const struct bl_table_column *columns, size_t n_columns,
    struct bl_rows *ret_rows)
{
	struct bl_str *titles = bl_new(cli->arena, struct bl_str, n_columns);

	*ret_rows = (struct bl_rows){.cli = cli, .columns = columns, .n_columns = n_columns};
	if (titles == NULL)
		return bl_fail(&cli->err, BL_ENOMEM, "no memory for a table");
	if (cli->format == BL_FORMAT_TABLE)
		return bl_table_new(cli->arena, columns, n_columns, &ret_rows->table, &cli->err);
	for (size_t i = 0; i < n_columns; i++) {
		size_t len = strlen(columns[i].title);
		char *title = bl_new(cli->arena, char, len);

		if (title == NULL)
			return bl_fail(&cli->err, BL_ENOMEM, "no memory for a table");
		memcpy(title, columns[i].title, len);
		for (size_t k = 0; k < len; k++)
			if (title[k] == ' ')
				title[k] = '_';
		titles[i] = (struct bl_str){title, len};
	}
	return write_csv(cli, titles, n_columns);
}

enum bl_status
bl_rows_add(struct bl_rows *rows, const struct bl_str *cells)
{
	rows->n++;
	if (rows->table != NULL)
		return bl_table_row(rows->table, cells, &rows->cli->err);
	return write_csv(rows->cli, cells, rows->n_columns);
}

enum bl_status
bl_rows_end(struct bl_rows *rows)
{
	struct bl_buf out = BL_BUF_INIT((size_t)64 << 30);
	enum bl_status status = BL_OK;

	if (rows->table != NULL && rows->n > 0) {
		status = bl_table_print(rows->table, rows->cli->color, &out, &rows->cli->err);
		if (status == BL_OK)
			bl_cli_write(bl_buf_str(&out));
		bl_buf_release(&out);
	}
	return status;
}
