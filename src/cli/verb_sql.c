/* SQL over the store: one text, a file, a named query, or a prompt. */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "cli/cli.h"
#include "cli/named.h"
#include "cli/session.h"
#include "cli/shell.h"
#include "cli/verbs.h"
#include "os/os.h"

#define TEXT_BYTES ((size_t)16 << 20)

/* Standard input, whole. */
static enum bl_status
read_input(struct bl_cli *cli, struct bl_str *ret_text)
{
	struct bl_file *file = NULL;
	char *text = bl_new(cli->arena, char, TEXT_BYTES);
	size_t len = 0, n = 1;
	enum bl_status status = text == NULL
				    ? bl_fail(&cli->err, BL_ENOMEM, "no memory for the statements")
				    : bl_os_stdin(cli->os, &file, &cli->err);

	while (status == BL_OK && n > 0) {
		if (len == TEXT_BYTES) {
			status = bl_fail(&cli->err, BL_ELIMIT,
			    "standard input holds more than %zu bytes of statements", TEXT_BYTES);
			break;
		}
		status = bl_file_read(file, text + len, TEXT_BYTES - len, &n, &cli->err);
		len += status == BL_OK ? n : 0;
	}
	bl_file_close(&file);
	*ret_text = (struct bl_str){text, len};
	return status;
}

/* A named query; its parameters that are not given have their defaults. */
static enum bl_status
take_named(struct bl_session *s, const char *name, struct bl_str *ret_text)
{
	struct bl_cli *cli = s->cli;
	struct bl_named_query query;
	struct bl_str *names, param, value;
	struct bl_value *values;
	size_t extra = 0;
	enum bl_status status = bl_named_find(cli, name, &query);

	if (status == BL_OK && query.advanced)
		status = bl_fail(&cli->err, BL_EUSAGE,
		    "%s is an advanced query: beleg query --name %s", name, name);
	if (status != BL_OK)
		return status;
	while (bl_named_default(&query, extra, &param, &value))
		extra++;
	names = bl_new(cli->arena, struct bl_str, s->n_params + extra);
	values = bl_new(cli->arena, struct bl_value, s->n_params + extra);
	if (names == NULL || values == NULL)
		return bl_fail(&cli->err, BL_ENOMEM, "no memory for the parameters");
	if (s->n_params > 0) {
		memcpy(names, s->param_names, s->n_params * sizeof(names[0]));
		memcpy(values, s->params, s->n_params * sizeof(values[0]));
	}
	for (size_t i = 0; bl_named_default(&query, i, &param, &value); i++) {
		bool given = false;

		for (uint32_t k = 0; k < s->n_params; k++)
			given = given || bl_str_eq(names[k], param);
		if (given)
			continue;
		names[s->n_params] = param;
		values[s->n_params++] = bl_value_varchar(value);
	}
	s->param_names = names;
	s->params = values;
	*ret_text = query.text;
	return BL_OK;
}

static bool
is_asked(const struct bl_cli *cli)
{
	return cli->n_args > 0 || bl_cli_value(cli, "file") != NULL ||
	       bl_cli_value(cli, "name") != NULL;
}

static enum bl_status
run_session(struct bl_session *s, bool *ret_told)
{
	struct bl_cli *cli = s->cli;
	const char *file = bl_cli_value(cli, "file"), *name = bl_cli_value(cli, "name");
	bool input = file != NULL && strcmp(file, "-") == 0;
	struct bl_str text = {0}, called = {0};
	enum bl_status status = BL_OK;

	if (!is_asked(cli) && cli->in_tty)
		return bl_shell_run(s);
	if (name != NULL) {
		called = bl_str_of(name);
		status = take_named(s, name, &text);
	} else if (cli->n_args > 0) {
		text = bl_str_of(cli->args[0]);
	} else if (file != NULL && !input) {
		called = bl_str_of(file);
		status = bl_os_read_file(cli->os, cli->arena, file, TEXT_BYTES, &text, &cli->err);
	} else {
		status = read_input(cli, &text);
	}
	if (status != BL_OK)
		return status;
	*ret_told = true;
	return bl_session_run(s, called, text);
}

static int
run(struct bl_cli *cli)
{
	int ways = (cli->n_args > 0) + (bl_cli_value(cli, "file") != NULL) +
		   (bl_cli_value(cli, "name") != NULL);
	struct bl_session session = {0};
	bool told = false;
	enum bl_status status;
	int code = BL_EXIT_OK;

	if (cli->n_args > 1)
		return bl_cli_usage(cli,
		    "one text of statements expected, found also '%s' (quote the statement)",
		    cli->args[1]);
	if (ways > 1)
		return bl_cli_usage(cli, "give one of STATEMENT, --file and --name");
	status = bl_session_open(cli, &session);
	if (status == BL_OK)
		status = run_session(&session, &told);
	if (status != BL_OK)
		code = told ? BL_EXIT_ERROR : bl_cli_fail(cli);
	bl_session_close(&session);
	return code;
}

static const struct bl_option options[] = {
    BL_OPTION_STORE,
    {"file", 'i', "FILE", "run the statements of a file; - is standard input", NULL, NULL},
    {"name", 'n', "NAME", "run a query that beleg carries (beleg query --list)", NULL, NULL},
    {"param", 'P', "NAME=VALUE,...", "what :NAME stands for in the statement, as a text", NULL,
	NULL},
    {"at", 'a', "INSTANT", "the moment that resources, findings ... tell of (default: last)", NULL,
	NULL},
    BL_OPTION_KNOWN_AT,
    {"now", 0, "INSTANT", "what current_date and now() are (default: the clock)", NULL, NULL},
    {"output", 'o', "FILE", "write the rows into a file: .csv, .json, .ndjson, .txt", NULL, NULL},
    {"memory", 0, "SIZE", "what a query may keep in memory (default: 1G)", "BELEG_MEMORY",
	"memory"},
    {"timeout", 0, "TIME", "how long a statement may run: 30s, 5m (default: no end)",
	"BELEG_TIMEOUT", "timeout"},
    BL_OPTION_ROWS_FORMAT,
    BL_OPTION_QUIET,
    BL_OPTION_END,
};

const struct bl_verb bl_verb_sql = {
    .name = "sql",
    .synopsis = "[STATEMENT]",
    .summary = "ask the store in SQL, as Athena understands it",
    .text =
	"STATEMENT is Trino's SELECT over the store's tables: aws_config.config_snapshots and\n"
	"config_history as Athena has them, versions, resources, deliveries, coverage, findings\n"
	"and others (SHOW TABLES; DESCRIBE name). Several statements are separated by ';'.\n"
	"CREATE VIEW and CREATE EXTERNAL TABLE are kept in the store. Without a statement: a\n"
	"prompt, or what comes on standard input.\n"
	"\n"
	"What is not supported is refused by name and place. Comparing unlike types is an error,\n"
	"never false. EXPLAIN shows what would be done, EXPLAIN ANALYZE also what it took.\n"
	"\n"
	"Notes (a date that Athena would compare as text, a definition that does not fit AWS's\n"
	"layout) go to standard error.\n",
    .examples =
	"  $ beleg sql \"SELECT resourceType, count(*) AS n FROM resources \\\n"
	"        GROUP BY resourceType ORDER BY n DESC\" --store store\n"
	"  $ beleg sql \"SELECT accountId, resourceId FROM resources \\\n"
	"        FOR TIMESTAMP AS OF TIMESTAMP '2026-01-15 12:00:00' \\\n"
	"        WHERE resourceType = 'AWS::EC2::Volume' AND configuration.encrypted = false\" \\\n"
	"        --store store --output volumes.csv\n"
	"  $ beleg sql --name unencrypted-volumes --store store\n",
    .options = options,
    .run = run,
};
