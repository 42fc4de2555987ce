#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "cli/cli.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "columns/reindex.h"
#include "rules/catalogue.h"
#include "rules/rule.h"
#include "store/store.h"
#include "json/writer.h"

#define N_COLUMNS 8
#define PATHS_LIMIT ((size_t)20000)
#define PRINT_BYTES ((size_t)256 << 20)

static const struct bl_table_column columns[N_COLUMNS] = {{"resource_type", false}, {"kind", false},
    {"path", false}, {"first", true}, {"versions", true}, {"rows", true}, {"bytes", true},
    {"state", false}};

struct reindex {
	struct bl_cli *cli;
	struct bl_store *store;
	struct bl_reindex_path *path; /* [PATHS_LIMIT] */
	size_t n_paths;
	struct bl_table *table;
	struct bl_buf out;
	uint64_t n_files, n_bytes;
};

/* ---- Which paths. -------------------------------------------------------- */

static enum bl_status
add_path(struct reindex *r, struct bl_str type, struct bl_str path)
{
	if (r->n_paths == PATHS_LIMIT)
		return bl_fail(&r->cli->err, BL_ELIMIT, "more than %zu paths", PATHS_LIMIT);
	r->path[r->n_paths++] = (struct bl_reindex_path){type, path};
	return BL_OK;
}

/* Worth a column?  An index that depends on the row has none, and all of an item's configuration
 * would be the store once more. */
static bool
is_worth_it(struct bl_str path)
{
	return bl_str_find(path, BL_STR("[?]")) == SIZE_MAX &&
	       !bl_str_eq(path, BL_STR("configuration")) &&
	       !bl_str_eq(path, BL_STR("supplementaryConfiguration"));
}

static enum bl_status
add_rule(struct reindex *r, const struct bl_rule *rule)
{
	const struct bl_str *paths = NULL;
	size_t n = 0;
	enum bl_status status = bl_rule_paths(rule, r->cli->arena, &paths, &n, &r->cli->err);

	for (size_t t = 0; t < rule->n_types; t++) {
		if (bl_store_type_no(r->store, rule->types[t]) == UINT32_MAX)
			continue;
		for (size_t i = 0; i < n && status == BL_OK; i++)
			if (is_worth_it(paths[i]))
				status = add_path(r, rule->types[t], paths[i]);
	}
	return status;
}

static enum bl_status
add_rules(struct reindex *r)
{
	const struct bl_catalogue *catalogue = NULL;
	enum bl_status status = bl_catalogue_load(r->cli->arena, &catalogue, &r->cli->err);

	for (size_t i = 0; status == BL_OK && i < catalogue->n; i++)
		status = add_rule(r, catalogue->rules[i]);
	return status;
}

/* The next of "TYPE:PATH,TYPE:PATH": a comma in brackets is a part of the path. */
static struct bl_str
next_part(struct bl_str *rest)
{
	struct bl_str part = *rest;
	bool inside = false;

	for (size_t i = 0; i < rest->len; i++) {
		if (rest->ptr[i] == '[')
			inside = true;
		else if (rest->ptr[i] == ']')
			inside = false;
		if (inside || rest->ptr[i] != ',')
			continue;
		part.len = i;
		*rest = bl_str_sub(*rest, i + 1, rest->len);
		return part;
	}
	*rest = (struct bl_str){.ptr = NULL};
	return part;
}

/* TYPE:PATH is cut at the first colon that stands alone. */
static enum bl_status
add_given(struct reindex *r, const char *text)
{
	struct bl_str rest = bl_str_of(text);
	enum bl_status status = BL_OK;

	while (rest.ptr != NULL && status == BL_OK) {
		struct bl_str part = bl_str_trim(next_part(&rest));
		size_t at = 0;

		while (at < part.len &&
		       (part.ptr[at] != ':' || (at + 1 < part.len && part.ptr[at + 1] == ':')))
			at += part.ptr[at] == ':' ? 2 : 1;
		if (at == 0 || at + 1 >= part.len)
			return bl_fail(&r->cli->err, BL_EUSAGE,
			    "--path is TYPE:PATH, as "
			    "AWS::EC2::Volume:configuration.encrypted, not \"%.*s\"",
			    BL_STR_ARG(part));
		status = add_path(r, bl_str_sub(part, 0, at), bl_str_sub(part, at + 1, part.len));
	}
	return status;
}

/* ---- Printing. ----------------------------------------------------------- */

static const char *
state_word(enum bl_reindex_state state)
{
	switch (state) {
	case BL_REINDEX_MADE: return "made";
	case BL_REINDEX_SAME: return "same";
	case BL_REINDEX_DIFFERS: break;
	}
	return "differs";
}

static enum bl_status
print_json(struct reindex *r, const struct bl_str *cells, struct bl_str file)
{
	struct bl_json_w w;
	enum bl_status status;

	bl_json_w_begin(&w, &r->out, 0);
	bl_json_w_object(&w);
	for (size_t i = 0; i < N_COLUMNS; i++) {
		bl_json_w_key(&w, columns[i].title);
		if (columns[i].number)
			bl_json_w_raw(&w, cells[i]);
		else
			bl_json_w_str(&w, cells[i]);
	}
	bl_json_w_key(&w, "file");
	bl_json_w_str(&w, file);
	bl_json_w_close(&w);
	status = bl_json_w_end(&w, &r->cli->err);
	return status == BL_OK ? bl_buf_add_byte(&r->out, '\n', &r->cli->err) : status;
}

static enum bl_status
hear(void *ctx, const struct bl_reindex_file *f, struct bl_err *reterr)
{
	struct reindex *r = ctx;
	char number[4][BL_NUMBER_TEXT];
	struct bl_str cells[N_COLUMNS] = {f->type, f->kind, f->path};
	const uint64_t numbers[4] = {f->first, f->n_versions, f->n_rows, f->n_bytes};
	enum bl_status status = BL_OK;

	for (size_t i = 0; i < 4; i++) {
		(void)snprintf(number[i], BL_NUMBER_TEXT, "%llu", (unsigned long long)numbers[i]);
		cells[3 + i] = bl_str_of(number[i]);
	}
	cells[7] = bl_str_of(state_word(f->state));
	r->n_files++;
	r->n_bytes += f->n_bytes;
	bl_cli_progress(
	    r->cli, "%llu files, %.*s", (unsigned long long)r->n_files, BL_STR_ARG(f->type));
	if (f->state == BL_REINDEX_DIFFERS)
		bl_cli_note(r->cli, "%.*s differs from what the versions say", BL_STR_ARG(f->file));
	switch (r->cli->format) {
	case BL_FORMAT_TABLE: status = bl_table_row(r->table, cells, reterr); break;
	case BL_FORMAT_CSV: status = bl_table_csv(cells, N_COLUMNS, &r->out, reterr); break;
	case BL_FORMAT_JSON: status = print_json(r, cells, f->file); break;
	}
	if (status == BL_OK)
		bl_cli_write(bl_buf_str(&r->out));
	r->out.len = 0;
	return status;
}

/* ---- The verb. ----------------------------------------------------------- */

static enum bl_status
prepare(struct reindex *r, bool check)
{
	struct bl_cli *cli = r->cli;
	const char *given = bl_cli_value(cli, "path");
	enum bl_status status = BL_OK;

	r->path = bl_new(cli->arena, struct bl_reindex_path, PATHS_LIMIT);
	if (r->path == NULL)
		return bl_fail(&cli->err, BL_ENOMEM, "no memory");
	/* A writer's lock keeps others from changing what is read here; --check changes nothing. */
	status = bl_cli_open_store(cli, check ? BL_STORE_READ : BL_STORE_WRITE, &r->store);
	if (status == BL_OK)
		status = bl_table_new(cli->arena, columns, N_COLUMNS, &r->table, &cli->err);
	if (status == BL_OK && !check && bl_cli_value(cli, "no-rules") == NULL)
		status = add_rules(r);
	if (status == BL_OK && given != NULL)
		status = add_given(r, given);
	return status;
}

static int
run(struct bl_cli *cli)
{
	struct reindex r = {.cli = cli, .out = BL_BUF_INIT(PRINT_BYTES)};
	bool check = bl_cli_value(cli, "check") != NULL;
	char bytes[BL_NUMBER_TEXT];
	size_t n_differ = 0;
	enum bl_status status;
	int code = BL_EXIT_OK;

	if (cli->n_args > 0)
		return bl_cli_usage(cli, "no argument expected, found '%s'", cli->args[0]);
	if (check && bl_cli_value(cli, "path") != NULL)
		return bl_cli_usage(
		    cli, "--check looks at the files that are there; --path adds some");
	status = prepare(&r, check);
	if (status == BL_OK && cli->format == BL_FORMAT_CSV)
		(void)fputs("resource_type,kind,path,first,versions,rows,bytes,state\r\n", stdout);
	if (status == BL_OK)
		status = check ? bl_reindex_check(r.store, hear, &r, &n_differ, &cli->err)
			       : bl_reindex_make(r.store, r.path, r.n_paths, hear, &r, &cli->err);
	bl_cli_progress(cli, "%s", "");
	if (status == BL_OK && cli->format == BL_FORMAT_TABLE)
		status = bl_table_print(r.table, cli->color, &r.out, &cli->err);
	if (status == BL_OK && cli->format == BL_FORMAT_TABLE)
		bl_cli_write(bl_buf_str(&r.out));
	if (status == BL_OK)
		bl_cli_note(cli, "%llu files of %s%s", (unsigned long long)r.n_files,
		    bl_table_bytes(r.n_bytes, bytes),
		    !check	   ? " made"
		    : n_differ > 0 ? "; some differ: run beleg reindex"
				   : ", each as its versions say");
	if (status != BL_OK)
		code = bl_cli_fail(cli);
	else if (n_differ > 0)
		code = BL_EXIT_NOT_VERIFIED;
	bl_store_close(&r.store);
	bl_buf_release(&r.out);
	return code;
}

static const struct bl_option options[] = {
    BL_OPTION_STORE,
    {"path", 0, "TYPE:PATH,...", "these paths too, each of one resource type", NULL, NULL},
    {"no-rules", 0, NULL, "not the paths that the rules of this program read", NULL, NULL},
    {"check", 0, NULL, "change nothing: make each file's rows again and compare", NULL, NULL},
    BL_OPTION_FORMAT,
    BL_OPTION_QUIET,
    BL_OPTION_END,
};

const struct bl_verb bl_verb_reindex = {
    .name = "reindex",
    .synopsis = "",
    .summary = "make the derived files again, or check them",
    .text =
	"What versions say is kept in columns beside the store (STORE/derived/), so that a "
	"question\n"
	"need not parse every item. All of it follows from the versions: it is made when it is "
	"first\n"
	"asked for, and may be removed at any time. reindex removes it and makes it again: the "
	"heads\n"
	"of every type, the columns that were there, those that the built-in rules read, and "
	"those of\n"
	"--path. Paths are configuration.encrypted, configuration['a.b'], configuration.list[2],\n"
	"tags.Owner, configuration.ipPermissions[*].fromPort (a row for each element).\n"
	"\n"
	"--check changes nothing: it makes the rows of each file again in memory, compares byte "
	"for\n"
	"byte, names each file that differs, and ends with 4 if there is one. With --format "
	"json one\n"
	"object a line.\n",
    .examples = "  $ beleg reindex -s store\n"
		"  $ beleg reindex -s store --path "
		"AWS::EC2::Volume:configuration.kmsKeyId,AWS::EC2::Volume:tags.Owner\n"
		"  $ beleg reindex -s store --check\n",
    .options = options,
    .run = run,
};
