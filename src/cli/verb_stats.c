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
#include "store/stats.h"
#include "store/store.h"
#include "timeline/stats.h"
#include "json/member.h"
#include "json/writer.h"

#define OUT_BYTES ((size_t)1 << 30)
#define MONEY_TEXT 32
#define TOP_LIMIT 100000

struct report {
	struct bl_cli *cli;
	struct bl_store *store;
	struct bl_store_sizes sizes;
	const struct bl_stats *stats; /* NULL when counting by kind. */
	struct bl_stats_options o;
	struct bl_stats_kinds kinds;
	bool priced;
	uint64_t price; /* Of one recorded item, in millionths. */
	struct bl_buf out;
};

static const char *const by_names[] = {"type", "account", "region", "day"};
static const char *const by_titles[] = {"resource type", "account", "region", "day"};
static const char *const by_fields[] = {"resource_type", "account_id", "region", "day"};
/* ---- Options. ---------------------------------------------------------------- */

static enum bl_status
read_by(struct report *r, bool *ret_kind)
{
	const char *text = bl_cli_value(r->cli, "by");
	struct bl_str rest = bl_str_of(text == NULL ? "type" : text), part;

	*ret_kind = bl_str_eq(rest, BL_STR("kind"));
	if (*ret_kind)
		return BL_OK;
	while (bl_str_split(&rest, ',', &part)) {
		size_t i = 0;

		while (i < 4 && !bl_str_eq(part, bl_str_of(by_names[i])))
			i++;
		for (size_t k = 0; k < r->o.n_by; k++)
			if (i < 4 && r->o.by[k] == (enum bl_stats_by)i)
				i = 4;
		if (i == 4)
			return bl_fail(&r->cli->err, BL_EUSAGE,
			    "--by wants type, account, region, day, several of them with commas "
			    "between, or kind; not '%s'",
			    text);
		r->o.by[r->o.n_by++] = (enum bl_stats_by)i;
	}
	return BL_OK;
}

/* "0.003" in millionths. */
static enum bl_status
read_price(struct report *r)
{
	const char *text = bl_cli_value(r->cli, "price");
	struct bl_str s = bl_str_of(text), whole, part;
	uint64_t units, fraction = 0;
	size_t dot;
	bool good;

	if (text == NULL)
		return BL_OK;
	dot = bl_str_find_byte(s, '.');
	whole = dot == SIZE_MAX ? s : bl_str_sub(s, 0, dot);
	part = dot == SIZE_MAX ? BL_STR("0") : bl_str_sub(s, dot + 1, s.len);
	good = bl_str_to_u64(whole, &units) && units <= 1000 && part.len <= 6 &&
	       bl_str_to_u64(part, &fraction);
	if (!good)
		return bl_fail(&r->cli->err, BL_EUSAGE,
		    "--price wants what one recorded item costs, such as 0.003 (at most six digits "
		    "behind the point), not '%s'",
		    text);
	for (size_t i = part.len; i < 6; i++)
		fraction *= 10;
	r->price = units * 1000000 + fraction;
	r->priced = true;
	return BL_OK;
}

static enum bl_status
read_options(struct report *r, bool *ret_kind)
{
	const char *top = bl_cli_value(r->cli, "top");
	uint64_t n_top = 10;
	enum bl_status status = read_by(r, ret_kind);

	r->o.from_ns = BL_INSTANT_MIN;
	r->o.to_ns = BL_INSTANT_MAX;
	if (status == BL_OK)
		status = read_price(r);
	if (status == BL_OK && bl_cli_value(r->cli, "from") != NULL)
		status = bl_load_instant(r->cli, "from", &r->o.from_ns);
	if (status == BL_OK && bl_cli_value(r->cli, "to") != NULL)
		status = bl_load_instant(r->cli, "to", &r->o.to_ns);
	if (status == BL_OK && r->o.from_ns >= r->o.to_ns)
		status = bl_fail(&r->cli->err, BL_EUSAGE, "--from is not before --to");
	if (status == BL_OK && top != NULL &&
	    (!bl_str_to_u64(bl_str_of(top), &n_top) || n_top > TOP_LIMIT))
		status = bl_fail(&r->cli->err, BL_EUSAGE, "--top wants a number up to %d, not '%s'",
		    TOP_LIMIT, top);
	r->o.n_top = (size_t)n_top;
	return status;
}

/* ---- Numbers. ---------------------------------------------------------------- */

/* "12.34": recorded * price, rounded to a hundredth; exact, for it may be held against a bill. */
static const char *
money(const struct report *r, uint64_t recorded, char text[MONEY_TEXT])
{
	uint64_t micro;

	if (__builtin_mul_overflow(recorded, r->price, &micro) || micro > UINT64_MAX - 5000)
		return "more than can be told";
	micro = (micro + 5000) / 10000;
	(void)snprintf(text, MONEY_TEXT, "%" PRIu64 ".%02u", micro / 100, (unsigned)(micro % 100));
	return text;
}

static double
ratio(uint64_t a, uint64_t b)
{
	return b == 0 ? 0 : (double)a / (double)b;
}

static double
period_days(const struct bl_stats *s)
{
	return s->from_ns == BL_INSTANT_MIN || s->to_ns == BL_INSTANT_MAX
		   ? 0
		   : (double)(s->to_ns - s->from_ns) / (double)BL_NS_PER_DAY;
}

/* Items recorded per resource and day. */
static double
churn(const struct bl_stats *s, const struct bl_stats_row *row)
{
	double days = period_days(s);

	return row->resources == 0 || days <= 0
		   ? 0
		   : (double)row->recorded / ((double)row->resources * days);
}

/* ---- Tables. ----------------------------------------------------------------- */

#define CELLS (BL_STATS_BY_LIMIT + 10)

static enum bl_status
cell(struct report *r, struct bl_str *ret, const char *text)
{
	if (bl_str_dup(r->cli->arena, bl_str_of(text), ret) != BL_OK)
		return bl_fail(&r->cli->err, BL_ENOMEM, "no memory for a table");
	return BL_OK;
}

/* One row's cells.  exact: plain numbers, for CSV. */
static enum bl_status
row_cells(struct report *r, const struct bl_stats_row *row, bool total, bool exact,
    struct bl_str cells[CELLS], size_t *ret_n)
{
	const struct bl_stats *s = r->stats;
	const uint64_t numbers[] = {
	    row->resources, row->churned, row->versions, row->delivered, row->bytes};
	char text[BL_NUMBER_TEXT + MONEY_TEXT];
	enum bl_status status = BL_OK;
	size_t n = 0;

	for (size_t i = 0; i < r->o.n_by && status == BL_OK; i++)
		status = cell(r, &cells[n++], total ? (i == 0 ? "all" : "") : "");
	for (size_t i = 0; i < r->o.n_by && !total; i++)
		cells[i] = row->key[i];
	(void)snprintf(text, sizeof(text), "%" PRIu64, row->recorded);
	if (status == BL_OK)
		status = cell(r, &cells[n++], exact ? text : bl_table_number(row->recorded, text));
	(void)snprintf(text, sizeof(text), exact ? "%.4f" : "%.1f %%",
	    (exact ? 1 : 100) * ratio(row->recorded, s->total.recorded));
	if (status == BL_OK)
		status = cell(r, &cells[n++], text);
	(void)snprintf(text, sizeof(text), "%.4f", churn(s, row));
	if (status == BL_OK)
		status = cell(r, &cells[n++], text);
	if (r->priced && status == BL_OK)
		status = cell(r, &cells[n++], money(r, row->recorded, text));
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]) && status == BL_OK; i++) {
		(void)snprintf(text, sizeof(text), "%" PRIu64, numbers[i]);
		if (!exact)
			(void)(i == 4 ? bl_table_bytes(numbers[i], text)
				      : bl_table_number(numbers[i], text));
		status = cell(r, &cells[n++], text);
	}
	*ret_n = n;
	return status;
}

static size_t
titles(const struct report *r, bool fields, struct bl_table_column out[CELLS])
{
	static const char *const words[] = {"recorded", "share", "per resource and day", "cost",
	    "resources", "changed", "versions", "delivered", "JSON"};
	static const char *const names[] = {"recorded", "share", "recorded_per_resource_and_day",
	    "cost", "resources", "resources_changed", "versions", "delivered", "bytes"};
	size_t n = 0;

	for (size_t i = 0; i < r->o.n_by; i++)
		out[n++] = (struct bl_table_column){
		    fields ? by_fields[r->o.by[i]] : by_titles[r->o.by[i]], false};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (i != 3 || r->priced)
			out[n++] = (struct bl_table_column){fields ? names[i] : words[i], true};
	return n;
}

static enum bl_status
print_rows(struct report *r)
{
	struct bl_table_column *columns = bl_new(r->cli->arena, struct bl_table_column, CELLS);
	struct bl_table *table;
	struct bl_str cells[CELLS];
	enum bl_status status;
	size_t n;

	if (columns == NULL)
		return bl_fail(&r->cli->err, BL_ENOMEM, "no memory for a table");
	n = titles(r, false, columns);
	status = bl_table_new(r->cli->arena, columns, n, &table, &r->cli->err);
	for (size_t i = 0; i <= r->stats->n && status == BL_OK; i++) {
		bool total = i == r->stats->n;

		status = row_cells(
		    r, total ? &r->stats->total : &r->stats->rows[i], total, false, cells, &n);
		if (status == BL_OK)
			status = bl_table_row(table, cells, &r->cli->err);
	}
	return status != BL_OK ? status
			       : bl_table_print(table, r->cli->color, &r->out, &r->cli->err);
}

static enum bl_status
print_rows_csv(struct report *r)
{
	struct bl_table_column columns[CELLS];
	struct bl_str cells[CELLS];
	size_t n = titles(r, true, columns);
	enum bl_status status;

	for (size_t i = 0; i < n; i++)
		cells[i] = bl_str_of(columns[i].title);
	status = bl_table_csv(cells, n, &r->out, &r->cli->err);
	for (size_t i = 0; i < r->stats->n && status == BL_OK; i++) {
		status = row_cells(r, &r->stats->rows[i], false, true, cells, &n);
		if (status == BL_OK)
			status = bl_table_csv(cells, n, &r->out, &r->cli->err);
	}
	return status;
}

static enum bl_status
print_top(struct report *r)
{
	static const struct bl_table_column columns[] = {{"recorded", true},
	    {"resource type", false}, {"account", false}, {"region", false}, {"resource", false}};
	struct bl_table *table;
	enum bl_status status;

	if (r->stats->n_top == 0)
		return BL_OK;
	status = bl_buf_printf(&r->out, &r->cli->err,
	    "\nThe %zu resources with most recorded items, of %" PRIu64 " that changed:\n",
	    r->stats->n_top, r->stats->total.churned);
	if (status == BL_OK)
		status = bl_table_new(r->cli->arena, columns, 5, &table, &r->cli->err);
	for (size_t i = 0; i < r->stats->n_top && status == BL_OK; i++) {
		const struct bl_stats_resource *t = &r->stats->top[i];
		char number[BL_NUMBER_TEXT];

		status = bl_table_row(table,
		    (struct bl_str[]){bl_str_of(bl_table_number(t->recorded, number)), t->type,
			t->account, t->region, t->id},
		    &r->cli->err);
	}
	return status != BL_OK ? status
			       : bl_table_print(table, r->cli->color, &r->out, &r->cli->err);
}

static enum bl_status
print_kinds(struct report *r, bool csv)
{
	static const struct bl_table_column columns[] = {{"kind", false}, {"deliveries", true},
	    {"items", true}, {"new", true}, {"known", true}, {"quarantined", true},
	    {"bytes read", true}, {"bytes of JSON", true}};
	static const char *const fields[] = {
	    "kind", "deliveries", "items", "new", "known", "quarantined", "bytes_in", "bytes_json"};
	struct bl_table *table;
	struct bl_str cells[8];
	enum bl_status status = bl_table_new(r->cli->arena, columns, 8, &table, &r->cli->err);

	for (size_t i = 0; i < 8; i++)
		cells[i] = bl_str_of(fields[i]);
	if (csv && status == BL_OK)
		status = bl_table_csv(cells, 8, &r->out, &r->cli->err);
	for (size_t k = 0; k <= r->kinds.n && status == BL_OK; k++) {
		const struct bl_stats_kind *t = k == r->kinds.n ? &r->kinds.all : &r->kinds.rows[k];
		const uint64_t numbers[] = {t->deliveries, t->items, t->new_items, t->known,
		    t->quarantined, t->bytes_in, t->bytes_json};
		char text[7][BL_NUMBER_TEXT];

		if (csv && k == r->kinds.n)
			continue;
		cells[0] = t->name;
		for (size_t i = 0; i < 7; i++) {
			(void)snprintf(text[i], BL_NUMBER_TEXT, "%" PRIu64, numbers[i]);
			cells[i + 1] =
			    bl_str_of(csv ? text[i] : bl_table_number(numbers[i], text[i]));
		}
		status = csv ? bl_table_csv(cells, 8, &r->out, &r->cli->err)
			     : bl_table_row(table, cells, &r->cli->err);
	}
	if (status == BL_OK && !csv)
		status = bl_table_print(table, r->cli->color, &r->out, &r->cli->err);
	return status;
}

static enum bl_status
print_disk(struct report *r)
{
	const struct bl_store_sizes *z = &r->sizes;
	const struct {
		const char *name;
		uint64_t bytes;
	} parts[] = {{"segments", z->segments}, {"indexes", z->indexes}, {"tail", z->tail},
	    {"catalogue", z->catalogue}, {"evidence files", z->evidence}, {"derived", z->derived},
	    {"other", z->other}};
	char a[BL_NUMBER_TEXT];
	enum bl_status status = BL_OK;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && status == BL_OK; i++)
		status =
		    bl_buf_printf(&r->out, &r->cli->err, "%s%s %s%s", i == 0 ? "on disk    " : ", ",
			parts[i].name, bl_table_bytes(parts[i].bytes, a), i == 6 ? "\n" : "");
	return status;
}

/* What lies on the disk is today's, whatever was known when: it is left out of an older answer. */
static enum bl_status
print_head(struct report *r)
{
	const struct bl_stats_kind *all = &r->kinds.all;
	const struct bl_store_sizes *z = &r->sizes;
	char a[BL_NUMBER_TEXT], b[BL_NUMBER_TEXT], c[BL_NUMBER_TEXT];
	uint64_t versions = 0;
	enum bl_status status = bl_buf_printf(&r->out, &r->cli->err,
	    "delivered  %s items in %s deliveries, %s of JSON\n", bl_table_number(all->items, a),
	    bl_table_number(all->deliveries, b), bl_table_bytes(all->bytes_json, c));

	if (status == BL_OK && r->o.position > 0)
		return bl_buf_printf(&r->out, &r->cli->err,
		    "kept       %s versions: %.1f items delivered for each version\n",
		    bl_table_number(all->new_items, a), ratio(all->items, all->new_items));
	for (uint32_t t = 0; t < bl_store_n_types(r->store); t++)
		versions += bl_store_n_versions(r->store, t);
	if (status == BL_OK)
		status = bl_buf_printf(&r->out, &r->cli->err,
		    "kept       %s versions in %s: %.1f items delivered for each version, %.0f "
		    "bytes of JSON for each byte on disk\n",
		    bl_table_number(versions, a), bl_table_bytes(z->total, b),
		    ratio(all->items, versions), ratio(all->bytes_json, z->total));
	return status == BL_OK ? print_disk(r) : status;
}

static enum bl_status
print_period(struct report *r)
{
	const struct bl_stats *s = r->stats;
	char from[BL_INSTANT_TEXT], to[BL_INSTANT_TEXT], a[BL_NUMBER_TEXT], b[BL_NUMBER_TEXT];

	return bl_buf_printf(&r->out, &r->cli->err,
	    "period     %s to %s (%.1f days): %s of %s items recorded; the others were captured "
	    "before or after\n\n",
	    s->from_ns == BL_INSTANT_MIN ? "the first" : bl_instant_format(s->from_ns, from),
	    s->to_ns == BL_INSTANT_MAX ? "the last" : bl_instant_format(s->to_ns, to),
	    period_days(s), bl_table_number(s->total.recorded, a),
	    bl_table_number(s->recorded_ever, b));
}

/* ---- JSON. ------------------------------------------------------------------- */

static void
json_ratio(struct bl_json_w *w, const char *name, double value)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "%.6f", value);
	bl_json_member_raw(w, name, bl_str_of(text));
}

static void
json_totals(struct bl_json_w *w, const struct bl_stats_kind *t)
{
	bl_json_member_u64(w, "deliveries", t->deliveries);
	bl_json_member_u64(w, "items", t->items);
	bl_json_member_u64(w, "new", t->new_items);
	bl_json_member_u64(w, "known", t->known);
	bl_json_member_u64(w, "quarantined", t->quarantined);
	bl_json_member_u64(w, "bytes_in", t->bytes_in);
	bl_json_member_u64(w, "bytes_json", t->bytes_json);
}

static void
json_row(struct report *r, struct bl_json_w *w, const struct bl_stats_row *row)
{
	char text[MONEY_TEXT];

	bl_json_member_u64(w, "recorded", row->recorded);
	json_ratio(w, "recorded_per_resource_and_day", churn(r->stats, row));
	if (r->priced) {
		bl_json_member_z(w, "cost", money(r, row->recorded, text));
	}
	bl_json_member_u64(w, "resources", row->resources);
	bl_json_member_u64(w, "resources_changed", row->churned);
	bl_json_member_u64(w, "versions", row->versions);
	bl_json_member_u64(w, "delivered", row->delivered);
	bl_json_member_u64(w, "bytes", row->bytes);
}

static void
json_stats(struct report *r, struct bl_json_w *w)
{
	const struct bl_stats *s = r->stats;

	bl_json_member_object(w, "period");
	bl_json_member_instant(w, "from", s->from_ns);
	bl_json_member_instant(w, "to", s->to_ns);
	json_ratio(w, "days", period_days(s));
	bl_json_w_close(w);
	bl_json_member_object(w, "total");
	json_row(r, w, &s->total);
	bl_json_member_u64(w, "recorded_ever", s->recorded_ever);
	bl_json_w_close(w);
	bl_json_member_array(w, "rows");
	for (size_t i = 0; i < s->n; i++) {
		bl_json_w_object(w);
		for (size_t k = 0; k < r->o.n_by; k++) {
			bl_json_member_str(w, by_fields[r->o.by[k]], s->rows[i].key[k]);
		}
		json_row(r, w, &s->rows[i]);
		bl_json_w_close(w);
	}
	bl_json_w_close(w);
	bl_json_member_array(w, "top");
	for (size_t i = 0; i < s->n_top; i++) {
		const struct bl_str texts[] = {
		    s->top[i].type, s->top[i].account, s->top[i].region, s->top[i].id};
		static const char *const names[] = {
		    "resource_type", "account_id", "region", "resource_id"};

		bl_json_w_object(w);
		bl_json_member_u64(w, "recorded", s->top[i].recorded);
		for (size_t k = 0; k < 4; k++) {
			bl_json_member_str(w, names[k], texts[k]);
		}
		bl_json_w_close(w);
	}
	bl_json_w_close(w);
}

static void
json_disk(struct bl_json_w *w, const struct bl_store_sizes *z)
{
	bl_json_w_object(w);
	bl_json_member_u64(w, "segments", z->segments);
	bl_json_member_u64(w, "indexes", z->indexes);
	bl_json_member_u64(w, "tail", z->tail);
	bl_json_member_u64(w, "catalogue", z->catalogue);
	bl_json_member_u64(w, "evidence", z->evidence);
	bl_json_member_u64(w, "derived", z->derived);
	bl_json_member_u64(w, "other", z->other);
	bl_json_member_u64(w, "total", z->total);
	bl_json_w_close(w);
}

static enum bl_status
print_json(struct report *r)
{
	struct bl_json_w w;
	enum bl_status status;

	bl_json_w_begin(&w, &r->out, 0);
	bl_json_w_object(&w);
	bl_json_member_u64(
	    &w, "position", r->o.position > 0 ? r->o.position : bl_store_n_deliveries(r->store));
	bl_json_w_key(&w, "disk");
	if (r->o.position > 0)
		bl_json_w_null(&w);
	else
		json_disk(&w, &r->sizes);
	bl_json_member_object(&w, "deliveries");
	json_totals(&w, &r->kinds.all);
	bl_json_w_close(&w);
	bl_json_member_array(&w, "kinds");
	for (size_t k = 0; k < r->kinds.n; k++) {
		bl_json_w_object(&w);
		bl_json_member_str(&w, "kind", r->kinds.rows[k].name);
		json_totals(&w, &r->kinds.rows[k]);
		bl_json_w_close(&w);
	}
	bl_json_w_close(&w);
	if (r->stats != NULL)
		json_stats(r, &w);
	bl_json_w_close(&w);
	status = bl_json_w_end(&w, &r->cli->err);
	return status != BL_OK ? status : bl_buf_add_byte(&r->out, '\n', &r->cli->err);
}

/* ---- The verb. --------------------------------------------------------------- */

static enum bl_status
print(struct report *r)
{
	enum bl_status status;

	if (r->cli->format == BL_FORMAT_JSON)
		return print_json(r);
	if (r->cli->format == BL_FORMAT_CSV)
		return r->stats == NULL ? print_kinds(r, true) : print_rows_csv(r);
	status = print_head(r);
	if (status == BL_OK && r->stats == NULL)
		status = bl_buf_add_byte(&r->out, '\n', &r->cli->err);
	if (status == BL_OK && r->stats == NULL)
		return print_kinds(r, false);
	if (status == BL_OK)
		status = print_period(r);
	if (status == BL_OK)
		status = print_rows(r);
	return status != BL_OK ? status : print_top(r);
}

static int
run(struct bl_cli *cli)
{
	struct report r = {.cli = cli, .out = BL_BUF_INIT(OUT_BYTES)};
	struct bl_columns *columns = NULL;
	bool kind = false;
	int code = BL_EXIT_OK;

	if (cli->n_args > 0)
		return bl_cli_usage(cli, "no argument expected, found '%s'", cli->args[0]);
	if (read_options(&r, &kind) != BL_OK)
		return bl_cli_usage(cli, "%s", cli->err.text);
	if (bl_cli_open_store(cli, BL_STORE_READ, &r.store) != BL_OK ||
	    bl_load_known_at(cli, r.store, &r.o.position) != BL_OK ||
	    bl_stats_kinds(r.store, r.o.position, cli->arena, &r.kinds, &cli->err) != BL_OK ||
	    bl_store_sizes(cli->os, bl_store_root(r.store), &r.sizes, &cli->err) != BL_OK) {
		code = bl_cli_fail(cli);
		goto out;
	}
	if ((!kind &&
		(bl_columns_new(r.store, BL_COLUMNS_FILES, &columns, &cli->err) != BL_OK ||
		    bl_stats_build(columns, &r.o, cli->arena, &r.stats, &cli->err) != BL_OK)) ||
	    print(&r) != BL_OK)
		code = bl_cli_fail(cli);
	else
		bl_cli_write(bl_buf_str(&r.out));
out:
	bl_columns_free(&columns);
	bl_store_close(&r.store);
	bl_buf_release(&r.out);
	return code;
}

static const struct bl_option options[] = {
    BL_OPTION_STORE,
    BL_OPTION_FORMAT,
    {"by", 0, "WHAT,...",
	"count by type, account, region, day, or several of them; or by kind of delivery (default: "
	"type)",
	NULL, NULL},
    {"from", 0, "INSTANT", "count items captured from here (default: the first day delivered)",
	NULL, NULL},
    {"to", 0, "INSTANT", "up to here, not included (default: the end of the last day)", NULL, NULL},
    {"price", 0, "AMOUNT", "what one recorded item costs you: adds a column", NULL, NULL},
    BL_OPTION_KNOWN_AT,
    {"top", 0, "N", "name the N resources with most recorded items (default: 10)", NULL, NULL},
    BL_OPTION_QUIET,
    BL_OPTION_END,
};

const struct bl_verb bl_verb_stats = {
    .name = "stats",
    .synopsis = "",
    .summary = "size of the store, and what is recorded most",
    .text =
	"What lies on the disk by part, how many items were delivered for each version kept, and\n"
	"what changes most: recorded items by resource type, account, region or day, and the\n"
	"resources that have most of them.\n"
	"\n"
	"A recorded item is one state of one resource (account, region, type, id, capture time,\n"
	"state id): what AWS Config records once and bills once, however often snapshots deliver\n"
	"it. Counted is what was delivered to this store; with --known-at, by then, and without "
	"the\n"
	"size of the store. beleg knows no prices: --price takes yours.\n",
    .examples = "  $ beleg stats -s store\n"
		"  $ beleg stats -s store --by account,type --from 2026-01-01 --to 2026-02-01 "
		"--price 0.003\n"
		"      what January costs, by account and type\n"
		"  $ beleg stats -s store --by kind --format csv\n",
    .options = options,
    .run = run,
};
