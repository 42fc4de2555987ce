/*
 * The command: finds the verb, gathers its options (flag, then environment,
 * then file) and runs it.  The only place that wires the parts together.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "cli/cli.h"
#include "cli/config.h"
#include "cli/help.h"
#include "os/os.h"
#include "store/store.h"

#define ARENA_BYTES ((size_t)64 << 30)
#define CONFIG_BYTES ((size_t)64 << 10)

/* ---- Options. ----------------------------------------------------------------- */

static int
take_value(struct bl_cli *cli, size_t i, const char *inline_value, int argc, char **argv, int *at)
{
	const struct bl_option *o = &cli->verb->options[i];

	if (o->metavar == NULL) {
		if (inline_value != NULL)
			return bl_cli_usage(cli, "--%s takes no value", o->name);
		cli->value[i] = "";
		return BL_EXIT_OK;
	}
	if (inline_value == NULL) {
		if (*at + 1 >= argc)
			return bl_cli_usage(cli, "--%s wants a value (%s)", o->name, o->metavar);
		inline_value = argv[++*at];
	}
	cli->value[i] = inline_value;
	return BL_EXIT_OK;
}

static int
long_option(struct bl_cli *cli, const char *text, int argc, char **argv, int *at)
{
	const char *equals = strchr(text, '=');
	size_t len = equals == NULL ? strlen(text) : (size_t)(equals - text);

	for (size_t i = 0; cli->verb->options[i].name != NULL; i++)
		if (strlen(cli->verb->options[i].name) == len &&
		    memcmp(cli->verb->options[i].name, text, len) == 0)
			return take_value(
			    cli, i, equals == NULL ? NULL : equals + 1, argc, argv, at);
	return bl_cli_usage(cli, "there is no option --%.*s", (int)len, text);
}

static int
short_option(struct bl_cli *cli, const char *text, int argc, char **argv, int *at)
{
	for (size_t i = 0; cli->verb->options[i].name != NULL; i++)
		if (cli->verb->options[i].letter == text[0])
			return take_value(
			    cli, i, text[1] == '\0' ? NULL : text + 1, argc, argv, at);
	return bl_cli_usage(cli, "there is no option -%c", text[0]);
}

/* Options may stand anywhere; "--" ends them; "-" is an argument. */
static int
parse_args(struct bl_cli *cli, int argc, char **argv)
{
	bool only_args = false;

	for (int i = 0; i < argc; i++) {
		int code = BL_EXIT_OK;

		if (only_args || argv[i][0] != '-' || argv[i][1] == '\0')
			cli->args[cli->n_args++] = argv[i];
		else if (strcmp(argv[i], "--") == 0)
			only_args = true;
		else if (argv[i][1] == '-')
			code = long_option(cli, argv[i] + 2, argc, argv, &i);
		else
			code = short_option(cli, argv[i] + 1, argc, argv, &i);
		if (code != BL_EXIT_OK)
			return code;
	}
	return BL_EXIT_OK;
}

/* A setting of any verb: a misspelt one must not be ignored. */
static bool
is_config_key(struct bl_str key)
{
	for (size_t v = 0; bl_cli_verbs[v] != NULL; v++)
		for (const struct bl_option *o = bl_cli_verbs[v]->options; o->name != NULL; o++)
			if (o->config != NULL && bl_str_eq(key, bl_str_of(o->config)))
				return true;
	return false;
}

static enum bl_status
read_config(struct bl_cli *cli, const char *path, bool must_exist)
{
	struct bl_config_entry *entries;
	struct bl_str text;
	size_t n = 0;
	enum bl_status status =
	    bl_os_read_file(cli->os, cli->arena, path, CONFIG_BYTES, &text, &cli->err);

	if (status == BL_ENOTFOUND && !must_exist)
		return BL_OK;
	if (status == BL_OK)
		status =
		    bl_config_parse(bl_str_of(path), text, cli->arena, &entries, &n, &cli->err);
	if (status != BL_OK)
		return status;
	for (size_t k = 0; k < n; k++) {
		if (!is_config_key(entries[k].key))
			return bl_fail(&cli->err, BL_EINPUT, "%s: there is no setting '%.*s'", path,
			    BL_STR_ARG(entries[k].key));
		for (size_t i = 0; cli->verb->options[i].name != NULL; i++) {
			const char *key = cli->verb->options[i].config;

			if (key != NULL && cli->value[i] == NULL &&
			    bl_str_eq(entries[k].key, bl_str_of(key)))
				cli->value[i] = entries[k].value.ptr;
		}
	}
	return BL_OK;
}

static enum bl_status
fall_back(struct bl_cli *cli)
{
	const char *config = getenv("BELEG_CONFIG"), *home = getenv("HOME");
	char path[4096];
	enum bl_status status;

	for (size_t i = 0; cli->verb->options[i].name != NULL; i++) {
		const char *env = cli->verb->options[i].env;
		const char *value = env == NULL ? NULL : getenv(env);

		if (cli->value[i] == NULL && value != NULL && value[0] != '\0')
			cli->value[i] = value;
	}
	if (config != NULL && config[0] != '\0')
		return read_config(cli, config, true);
	status = read_config(cli, "beleg.toml", false);
	if (status != BL_OK || home == NULL)
		return status;
	(void)snprintf(path, sizeof(path), "%s/.config/beleg/beleg.toml", home);
	return read_config(cli, path, false);
}

static int
prepare(struct bl_cli *cli)
{
	const char *format;

	if (fall_back(cli) != BL_OK)
		return bl_cli_fail(cli);
	cli->quiet = bl_cli_value(cli, "quiet") != NULL;
	format = bl_cli_value(cli, "format");
	if (format == NULL || strcmp(format, "table") == 0)
		cli->format = BL_FORMAT_TABLE;
	else if (strcmp(format, "json") == 0)
		cli->format = BL_FORMAT_JSON;
	else if (strcmp(format, "csv") == 0)
		cli->format = BL_FORMAT_CSV;
	else
		return bl_cli_usage(cli, "--format is table, json or csv, not %s", format);
	return BL_EXIT_OK;
}

static int
run_verb(struct bl_cli *cli, int argc, char **argv)
{
	int code;

	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--") == 0)
			break;
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return bl_help_verb(cli->verb);
	}
	cli->args = bl_new(cli->arena, char *, (size_t)argc + 1);
	if (cli->args == NULL)
		return BL_EXIT_ERROR;
	code = parse_args(cli, argc, argv);
	if (code == BL_EXIT_OK)
		code = prepare(cli);
	return code == BL_EXIT_OK ? cli->verb->run(cli) : code;
}

static const struct bl_verb *
find_verb(const char *name)
{
	for (size_t i = 0; bl_cli_verbs[i] != NULL; i++)
		if (strcmp(bl_cli_verbs[i]->name, name) == 0)
			return bl_cli_verbs[i];
	return NULL;
}

static int
start(struct bl_cli *cli, int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "--help";

	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		return bl_help_all();
	if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0)
		return bl_help_version();
	cli->verb = find_verb(name);
	if (cli->verb == NULL) {
		(void)fprintf(stderr, "beleg: there is no verb '%s'\nTry: beleg --help\n", name);
		return BL_EXIT_ERROR;
	}
	return run_verb(cli, argc - 2, argv + 2);
}

/* Can a line on standard error be replaced? */
static bool
has_progress_line(void)
{
	const char *term = getenv("TERM");

	return isatty(STDERR_FILENO) == 1 && (term == NULL || strcmp(term, "dumb") != 0);
}

int
main(int argc, char **argv)
{
	const bool held = bl_os_hold_standard();
	const char *no_color = getenv("NO_COLOR");
	struct bl_cli cli = {.os = bl_os_posix(),
	    .arena = bl_arena_new(ARENA_BYTES),
	    .out_tty = isatty(STDOUT_FILENO) == 1,
	    .err_tty = has_progress_line()};
	char words[128];
	int code;

	if (!held)
		return BL_EXIT_ERROR;
	if (cli.arena == NULL) {
		(void)fputs("beleg: no memory\n", stderr);
		return BL_EXIT_ERROR;
	}
	cli.color = cli.out_tty && (no_color == NULL || no_color[0] == '\0');
	code = start(&cli, argc, argv);
	bl_cli_progress(&cli, "%s", "");
	if (fflush(stdout) != 0 || ferror(stdout)) {
		(void)fprintf(stderr, "beleg: standard output: %s\n",
		    strerror_r(errno, words, sizeof(words)));
		code = BL_EXIT_ERROR;
	}
	bl_arena_free(&cli.arena);
	return code;
}
