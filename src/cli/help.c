/* Help, man pages and completion, all from the verbs' own tables. */
#include "cli/help.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "cli/cli.h"

#ifndef BL_VERSION
#define BL_VERSION "unknown"
#endif

static const char *const intro =
    "beleg turns what AWS Config delivers for a whole organisation into audit evidence.\n";

static const char *const exit_codes[][2] = {
    {"0", "all well"},
    {"1", "an error; the message says what and where"},
    {"2", "non-compliant resources were found (verbs that judge)"},
    {"3", "the evidence is incomplete: something is unknown or could not be read"},
    {"4", "a verification failed"},
};
#define N_EXIT_CODES (sizeof(exit_codes) / sizeof(exit_codes[0]))

int
bl_help_version(void)
{
	(void)puts("beleg " BL_VERSION);
	return BL_EXIT_OK;
}

int
bl_help_all(void)
{
	(void)printf("%s\nUsage: beleg VERB [OPTION...] [ARGUMENT...]\n\nVerbs:\n", intro);
	for (size_t i = 0; bl_cli_verbs[i] != NULL; i++)
		(void)printf("  %-10s %s\n", bl_cli_verbs[i]->name, bl_cli_verbs[i]->summary);
	(void)puts("\nOptions of every verb:\n  -h, --help     what the verb does, its options and "
		   "examples\n  -V, --version  the version\n\n"
		   "From deliveries to a signed package:\n"
		   "  $ beleg keys new ~/.config/beleg/signing-key\n"
		   "  $ beleg ingest --store /var/lib/beleg /mnt/config-bucket\n"
		   "  $ beleg package --store /var/lib/beleg --month 2026-01 -o package-2026-01\n\n"
		   "Exit codes:");
	for (size_t i = 0; i < N_EXIT_CODES; i++)
		(void)printf("  %s  %s\n", exit_codes[i][0], exit_codes[i][1]);
	return BL_EXIT_OK;
}

static void
option_left(const struct bl_option *o, char *text, size_t size)
{
	char letter[8] = "    ";

	if (o->letter != 0)
		(void)snprintf(letter, sizeof(letter), "-%c, ", o->letter);
	(void)snprintf(text, size, "%s--%s%s%s", letter, o->name, o->metavar != NULL ? " " : "",
	    o->metavar != NULL ? o->metavar : "");
}

int
bl_help_verb(const struct bl_verb *verb)
{
	char left[80];

	(void)printf("beleg %s: %s\n\nUsage: beleg %s [OPTION...] %s\n\n%s\n", verb->name,
	    verb->summary, verb->name, verb->synopsis, verb->text);
	if (verb->options[0].name != NULL)
		(void)puts("Options:");
	for (const struct bl_option *o = verb->options; o->name != NULL; o++) {
		option_left(o, left, sizeof(left));
		(void)printf("  %-28s %s", left, o->help);
		if (o->env != NULL)
			(void)printf(" [%s]", o->env);
		(void)puts("");
	}
	(void)printf("\nExamples:\n%s", verb->examples);
	return BL_EXIT_OK;
}

/* ---- Man pages. ------------------------------------------------------------------ */

/* Text with the characters that roff would take for commands made harmless. */
static void
roff(const char *text)
{
	bool line_start = true;

	for (const char *p = text; *p != '\0'; p++) {
		if (line_start && (*p == '.' || *p == '\''))
			(void)fputs("\\&", stdout);
		if (*p == '\\')
			(void)fputs("\\e", stdout);
		else if (*p == '-')
			(void)fputs("\\-", stdout);
		else
			(void)putchar(*p);
		line_start = *p == '\n';
	}
}

static void
roff_paragraphs(const char *text)
{
	const char *p = text;

	while (*p != '\0') {
		const char *end = strstr(p, "\n\n");
		char part[2048];
		size_t len = end == NULL ? strlen(p) : (size_t)(end - p);

		if (len >= sizeof(part))
			len = sizeof(part) - 1;
		memcpy(part, p, len);
		part[len] = '\0';
		(void)puts(".PP");
		roff(part);
		(void)puts("");
		p += len;
		while (*p == '\n')
			p++;
	}
}

static void
man_exit_codes(void)
{
	(void)puts(".SH EXIT STATUS");
	for (size_t i = 0; i < N_EXIT_CODES; i++)
		(void)printf(".TP\n.B %s\n%s\n", exit_codes[i][0], exit_codes[i][1]);
}

static int
man_all(void)
{
	(void)printf(".TH BELEG 1 \"\" \"beleg %s\"\n.SH NAME\nbeleg \\- audit evidence from AWS "
		     "Config deliveries\n.SH SYNOPSIS\n.B beleg\n.I VERB\n[\\fIOPTION\\fR...] "
		     "[\\fIARGUMENT\\fR...]\n.SH DESCRIPTION\n",
	    BL_VERSION);
	roff(intro);
	(void)puts(".SH VERBS");
	for (size_t i = 0; bl_cli_verbs[i] != NULL; i++) {
		(void)printf(".TP\n.BR beleg\\-%s (1)\n", bl_cli_verbs[i]->name);
		roff(bl_cli_verbs[i]->summary);
		(void)puts("");
	}
	(void)puts(".SH CONFIGURATION\nAn option's value comes from the flag, else from the "
		   "environment variable that its help names, else from the first of\n"
		   ".IR $BELEG_CONFIG ,\n.IR ./beleg.toml ,\n.I ~/.config/beleg/beleg.toml\n"
		   "that has it: lines such as\n.B store = \"/var/lib/beleg\"\nNO_COLOR turns "
		   "colours off.");
	man_exit_codes();
	return BL_EXIT_OK;
}

static int
man_verb(const struct bl_verb *verb)
{
	char left[80];

	(void)printf(".TH BELEG-%s 1 \"\" \"beleg %s\"\n.SH NAME\nbeleg-%s \\- ", verb->name,
	    BL_VERSION, verb->name);
	roff(verb->summary);
	(void)printf("\n.SH SYNOPSIS\n.B beleg %s\n[\\fIOPTION\\fR...] ", verb->name);
	roff(verb->synopsis);
	(void)puts("\n.SH DESCRIPTION");
	roff_paragraphs(verb->text);
	(void)puts(".SH OPTIONS");
	for (const struct bl_option *o = verb->options; o->name != NULL; o++) {
		option_left(o, left, sizeof(left));
		(void)puts(".TP");
		(void)fputs(".B ", stdout);
		roff(left + strspn(left, " "));
		(void)puts("");
		roff(o->help);
		if (o->env != NULL)
			(void)printf(" (environment: %s)", o->env);
		if (o->config != NULL)
			(void)printf(" (file: %s)", o->config);
		(void)puts("");
	}
	(void)puts(".SH EXAMPLES\n.nf");
	roff(verb->examples);
	(void)puts(".fi");
	man_exit_codes();
	(void)puts(".SH SEE ALSO\n.BR beleg (1)");
	return BL_EXIT_OK;
}

/* ---- Completion. ------------------------------------------------------------------ */

static int
completion(void)
{
	(void)puts(
	    "# bash completion for beleg; made by: beleg help --completion\n_beleg() {\n"
	    "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words=\n"
	    "\tCOMPREPLY=()\n"
	    "\tcase $prev in\n"
	    "\t--format|-f) COMPREPLY=($(compgen -W 'table json csv' -- \"$cur\")); return;;\n"
	    "\tesac\n"
	    "\tif [ \"$COMP_CWORD\" -eq 1 ]; then");
	(void)fputs("\t\twords='", stdout);
	for (size_t i = 0; bl_cli_verbs[i] != NULL; i++)
		(void)printf("%s ", bl_cli_verbs[i]->name);
	(void)puts("--help --version'\n\telse\n\t\tcase ${COMP_WORDS[1]} in");
	for (size_t i = 0; bl_cli_verbs[i] != NULL; i++) {
		(void)printf("\t\t%s) words='", bl_cli_verbs[i]->name);
		for (const struct bl_option *o = bl_cli_verbs[i]->options; o->name != NULL; o++)
			(void)printf("--%s ", o->name);
		(void)puts("--help';;");
	}
	(void)puts("\t\tesac\n\tfi\n"
		   "\tif [ \"${cur#-}\" != \"$cur\" ] || [ \"$COMP_CWORD\" -eq 1 ]; then\n"
		   "\t\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
		   "\telse\n\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n\tfi\n}\n"
		   "complete -o filenames -F _beleg beleg");
	return BL_EXIT_OK;
}

static int
run(struct bl_cli *cli)
{
	bool man = bl_cli_value(cli, "man") != NULL;

	if (bl_cli_value(cli, "completion") != NULL)
		return completion();
	if (bl_cli_value(cli, "list") != NULL) {
		for (size_t i = 0; bl_cli_verbs[i] != NULL; i++)
			(void)puts(bl_cli_verbs[i]->name);
		return BL_EXIT_OK;
	}
	if (cli->n_args == 0)
		return man ? man_all() : bl_help_all();
	for (size_t i = 0; bl_cli_verbs[i] != NULL; i++)
		if (strcmp(bl_cli_verbs[i]->name, cli->args[0]) == 0)
			return man ? man_verb(bl_cli_verbs[i]) : bl_help_verb(bl_cli_verbs[i]);
	return bl_cli_usage(cli, "there is no verb '%s'", cli->args[0]);
}

static const struct bl_option options[] = {
    {"man", 0, NULL, "print it as a man page (roff)", NULL, NULL},
    {"completion", 0, NULL, "print the bash completion", NULL, NULL},
    {"list", 0, NULL, "print the names of the verbs, one a line", NULL, NULL},
    BL_OPTION_END,
};

const struct bl_verb bl_verb_help = {
    .name = "help",
    .synopsis = "[VERB]",
    .summary = "what beleg or one of its verbs does",
    .text = "Without a verb: the list of all verbs. The same as beleg VERB --help.\n",
    .examples = "  $ beleg help ingest\n"
		"  $ beleg help --man package | man -l -\n"
		"  $ beleg help --completion > /etc/bash_completion.d/beleg\n",
    .options = options,
    .run = run,
};
