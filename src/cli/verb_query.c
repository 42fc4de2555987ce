/* AWS Config's advanced queries over the store; and the queries that beleg carries. */
#include <stdio.h>
#include <string.h>

#include "advanced/advanced.h"
#include "base/arena.h"
#include "base/instant.h"
#include "cli/cli.h"
#include "cli/load.h"
#include "cli/named.h"
#include "cli/rows_out.h"
#include "cli/session.h"
#include "cli/verbs.h"
#include "store/store.h"
#include "json/writer.h"

/* A page with everything it needs. */
#define PAGE_BYTES ((size_t)4 << 30)

struct ask {
	struct bl_cli *cli;
	struct bl_store *store;
	struct bl_arena *arena;
	struct bl_advanced_options options;
	struct bl_advanced_result result;
	struct bl_str text;
	enum bl_rows_form form;
};

/* "a,b" */
static enum bl_status
split(struct bl_cli *cli, const char *option, const struct bl_str **ret, size_t *ret_n)
{
	struct bl_str rest = bl_str_of(bl_cli_value(cli, option)), part;
	struct bl_str *parts;
	size_t n = 0, cap = 1;

	for (size_t i = 0; i < rest.len; i++)
		cap += rest.ptr[i] == ',';
	parts = bl_new(cli->arena, struct bl_str, cap);
	if (parts == NULL)
		return bl_fail(&cli->err, BL_ENOMEM, "no memory for the options");
	while (rest.ptr != NULL && bl_str_split(&rest, ',', &part))
		parts[n++] = bl_str_trim(part);
	*ret = parts;
	*ret_n = n;
	return BL_OK;
}

static enum bl_status
read_page(struct ask *a)
{
	struct bl_cli *cli = a->cli;
	const char *limit = bl_cli_value(cli, "limit"), *memory = bl_cli_value(cli, "memory");
	const char *timeout = bl_cli_value(cli, "timeout");
	int64_t n = 0;

	if (limit != NULL && (!bl_str_to_i64(bl_str_of(limit), &n) || n < 1 || n > UINT32_MAX))
		return bl_fail(
		    &cli->err, BL_EUSAGE, "--limit wants a number of rows, not '%s'", limit);
	a->options.limit = (uint32_t)n;
	a->options.token = bl_str_of(bl_cli_value(cli, "next-token"));
	if (memory != NULL && !bl_session_bytes(memory, &a->options.memory))
		return bl_fail(&cli->err, BL_EUSAGE,
		    "--memory wants a size such as 512MB or 2G, not '%s'", memory);
	if (timeout != NULL && !bl_session_time(timeout, &a->options.timeout_ns))
		return bl_fail(&cli->err, BL_EUSAGE,
		    "--timeout wants a time such as 30s or 5m, not '%s'", timeout);
	return BL_OK;
}

static enum bl_status
read_options(struct ask *a)
{
	struct bl_cli *cli = a->cli;
	const char *at = bl_cli_value(cli, "at");
	bool strict = bl_cli_value(cli, "strict") != NULL;
	enum bl_status status;

	a->options.mode = strict ? BL_ADVANCED_STRICT : BL_ADVANCED_EXTENDED;
	a->options.at_ns = BL_INSTANT_MAX;
	status = read_page(a);
	if (status == BL_OK && at != NULL && strcmp(at, "last") != 0)
		status = bl_load_instant(cli, "at", &a->options.at_ns);
	if (status == BL_OK)
		status = split(cli, "account", &a->options.accounts, &a->options.n_accounts);
	if (status == BL_OK)
		status = split(cli, "region", &a->options.regions, &a->options.n_regions);
	if (status == BL_OK)
		status = bl_load_known_at(cli, a->store, &a->options.known_position);
	return status;
}

/* ---- What comes out. ------------------------------------------------------------- */

/* As the API answers: QueryInfo, Results (each a JSON text), NextToken. */
static enum bl_status
print_json(const struct ask *a)
{
	const struct bl_advanced_result *r = &a->result;
	struct bl_buf out = BL_BUF_INIT(PAGE_BYTES);
	struct bl_json_w w;
	enum bl_status status;

	bl_json_w_begin(&w, &out, 2);
	bl_json_w_object(&w);
	bl_json_w_key(&w, "QueryInfo");
	bl_json_w_object(&w);
	bl_json_w_key(&w, "SelectFields");
	bl_json_w_array(&w);
	for (size_t i = 0; i < r->n_fields; i++) {
		bl_json_w_object(&w);
		bl_json_w_key(&w, "Name");
		bl_json_w_str(&w, r->fields[i]);
		bl_json_w_close(&w);
	}
	bl_json_w_close(&w);
	bl_json_w_close(&w);
	bl_json_w_key(&w, "Results");
	bl_json_w_array(&w);
	for (size_t i = 0; i < r->n_rows; i++)
		bl_json_w_str(&w, r->rows[i]);
	bl_json_w_close(&w);
	if (r->next_token.ptr != NULL) {
		bl_json_w_key(&w, "NextToken");
		bl_json_w_str(&w, r->next_token);
	}
	bl_json_w_close(&w);
	status = bl_json_w_end(&w, &a->cli->err);
	if (status == BL_OK)
		status = bl_buf_add_byte(&out, '\n', &a->cli->err);
	if (status == BL_OK)
		bl_cli_write(bl_buf_str(&out));
	bl_buf_release(&out);
	return status;
}

static void
print_ndjson(const struct ask *a)
{
	for (size_t i = 0; i < a->result.n_rows; i++) {
		bl_cli_write(a->result.rows[i]);
		bl_cli_write(BL_STR("\n"));
	}
}

/* A cell is JSON text; a string is shown without its quotes when it needs no escapes. */
static struct bl_str
plain(struct bl_str cell)
{
	if (cell.len >= 2 && cell.ptr[0] == '"' && bl_str_find_byte(cell, '\\') == SIZE_MAX)
		return bl_str_sub(cell, 1, cell.len - 1);
	return cell;
}

static enum bl_status
print_rows(const struct ask *a)
{
	const struct bl_advanced_result *r = &a->result;
	struct bl_datatype *types = bl_new(a->arena, struct bl_datatype, r->n_fields);
	struct bl_value *values = bl_new(a->arena, struct bl_value, r->n_fields);
	struct bl_vector *columns = bl_new(a->arena, struct bl_vector, r->n_fields);
	struct bl_batch batch = {.n = 1, .columns = columns, .n_columns = (uint32_t)r->n_fields};
	struct bl_rows_out *out = NULL;
	enum bl_status status;

	if (types == NULL || values == NULL || columns == NULL)
		return bl_fail(&a->cli->err, BL_ENOMEM, "no memory for the rows");
	for (size_t i = 0; i < r->n_fields; i++) {
		types[i] = *bl_type_of(BL_TYPE_VARCHAR);
		columns[i] = (struct bl_vector){.values = &values[i], .n_values = 1};
	}
	status =
	    bl_rows_out_open(a->cli, a->form, NULL, r->fields, types, (uint32_t)r->n_fields, &out);
	for (size_t row = 0; row < r->n_rows && status == BL_OK; row++) {
		for (size_t i = 0; i < r->n_fields; i++) {
			values[i] = bl_value_varchar(plain(r->cells[row * r->n_fields + i]));
			values[i].null = values[i].str.ptr == NULL;
		}
		status = bl_rows_out_batch(out, &batch);
	}
	if (status == BL_OK)
		status = bl_rows_out_end(out);
	bl_rows_out_free(&out);
	return status;
}

static enum bl_status
print(const struct ask *a)
{
	enum bl_status status = BL_OK;

	for (size_t i = 0; i < a->result.n_notes; i++)
		bl_cli_note(a->cli, "note: %.*s", BL_STR_ARG(a->result.notes[i]));
	if (a->form == BL_ROWS_JSON)
		return print_json(a);
	if (a->form == BL_ROWS_NDJSON)
		print_ndjson(a);
	else
		status = print_rows(a);
	if (status == BL_OK && a->result.next_token.ptr != NULL)
		bl_cli_note(
		    a->cli, "more rows: --next-token %.*s", BL_STR_ARG(a->result.next_token));
	return status;
}

static enum bl_status
ask(struct ask *a, bool *ret_told)
{
	enum bl_advanced_code code = BL_ADVANCED_OK;
	struct bl_err *err = &a->cli->err;
	const struct bl_session session = {.cli = a->cli};
	enum bl_status status =
	    bl_advanced_run(a->store, a->text, &a->options, a->arena, &a->result, &code, err);

	if (status == BL_OK)
		return print(a);
	if (code != BL_ADVANCED_OK)
		bl_err_prefix(err, "%s", bl_advanced_code_name(code));
	bl_session_tell(&session, (struct bl_str){0}, a->text);
	*ret_told = true;
	return status;
}

static enum bl_status
take_text(struct ask *a)
{
	const char *name = bl_cli_value(a->cli, "name");
	struct bl_named_query query;
	enum bl_status status;

	if (name == NULL) {
		a->text = bl_str_of(a->cli->args[0]);
		return BL_OK;
	}
	status = bl_named_find(a->cli, name, &query);
	if (status == BL_OK && !query.advanced)
		status =
		    bl_fail(&a->cli->err, BL_EUSAGE, "%s is SQL: beleg sql --name %s", name, name);
	a->text = query.text;
	return status;
}

static int
run_query(struct bl_cli *cli)
{
	struct ask a = {.cli = cli, .arena = bl_arena_new(PAGE_BYTES)};
	bool told = false;
	enum bl_status status = a.arena == NULL ? bl_fail(&cli->err, BL_ENOMEM, "no memory")
						: bl_rows_form_of(cli, NULL, &a.form);
	int code = BL_EXIT_OK;

	if (status == BL_OK)
		status = take_text(&a);
	if (status == BL_OK)
		status = bl_cli_open_store(cli, BL_STORE_READ, &a.store);
	if (status == BL_OK)
		status = read_options(&a);
	if (status == BL_OK)
		status = ask(&a, &told);
	if (status != BL_OK)
		code = told ? BL_EXIT_ERROR : bl_cli_fail(cli);
	bl_store_close(&a.store);
	bl_arena_free(&a.arena);
	return code;
}

static int
run(struct bl_cli *cli)
{
	bool list = bl_cli_value(cli, "list") != NULL;
	int ways = (cli->n_args > 0) + (bl_cli_value(cli, "name") != NULL) + list;

	if (cli->n_args > 1)
		return bl_cli_usage(
		    cli, "one query expected, found also '%s' (quote the query)", cli->args[1]);
	if (ways != 1)
		return bl_cli_usage(cli, "give one of QUERY, --name and --list");
	if (list)
		return bl_named_list(cli) == BL_OK ? BL_EXIT_OK : bl_cli_fail(cli);
	return run_query(cli);
}

static const struct bl_option options[] = {
    BL_OPTION_STORE,
    {"list", 'l', NULL, "the queries that beleg carries, of both languages", NULL, NULL},
    {"name", 'n', "NAME", "run one of them", NULL, NULL},
    {"strict", 0, NULL, "refuse what AWS refuses", NULL, NULL},
    {"at", 0, "INSTANT", "as of that moment (default: last)", NULL, NULL},
    BL_OPTION_KNOWN_AT,
    {"account", 'a', "ID,...", "only these accounts", NULL, NULL},
    {"region", 'r', "NAME,...", "only these regions", NULL, NULL},
    {"limit", 0, "N", "rows of a page (default: all)", NULL, NULL},
    {"next-token", 0, "TOKEN", "the next page of the same query", NULL, NULL},
    {"memory", 0, "SIZE", "what the query may keep in memory (default: 1G)", "BELEG_MEMORY",
	"memory"},
    {"timeout", 0, "TIME", "how long it may run: 30s, 5m (default: no end)", "BELEG_TIMEOUT",
	"timeout"},
    BL_OPTION_ROWS_FORMAT,
    BL_OPTION_QUIET,
    BL_OPTION_END,
};

const struct bl_verb bl_verb_query = {
    .name = "query",
    .synopsis = "[QUERY]",
    .summary = "ask what is there in AWS Config's advanced query language",
    .text =
	"QUERY is what SelectResourceConfig takes: SELECT without FROM, over the resources that\n"
	"are there now (or --at a moment). A path goes through arrays, and a condition is true\n"
	"when any element meets it; ELEMENT(path: condition) asks one element for all of it.\n"
	"\n"
	"Without --strict also AS OF, IS NULL, DISTINCT, LIMIT, AS, any LIKE and [n] are\n"
	"understood; a note names what AWS would refuse. --format json answers as AWS does.\n"
	"\n"
	"--list shows the queries that beleg carries; those in SQL run with beleg sql --name.\n",
    .examples =
	"  $ beleg query \"SELECT accountId, awsRegion, resourceId \\\n"
	"        WHERE resourceType = 'AWS::EC2::Volume' AND configuration.encrypted = false\" \\\n"
	"        --store store\n"
	"  $ beleg query 'SELECT accountId, COUNT(*) GROUP BY accountId' --store store \\\n"
	"        --strict --format json\n"
	"  $ beleg query --list\n",
    .options = options,
    .run = run,
};
