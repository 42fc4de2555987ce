#include "cli/shell.h"

#include <editline/readline.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/instant.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/load.h"
#include "cli/session.h"
#include "cli/shell_words.h"
#include "os/os.h"
#include "sql/source.h"

#define STATEMENT_BYTES ((size_t)1 << 20)
#define HISTORY_LINES 1000
#define WORDS_BYTES ((size_t)16 << 20)

struct shell {
	struct bl_session *session;
	struct bl_arena *arena; /* The words to complete. */
	struct bl_shell_words words;
	struct bl_buf text; /* The statement so far. */
	char *history;	    /* Its file; NULL: none */
	volatile bool cancel;
	bool over;
};

/* See shell.h: what a signal handler and libedit's call-backs can reach. */
static struct shell *current;

static void
on_interrupt(int signal_no)
{
	(void)signal_no;
	if (current != NULL)
		current->cancel = true;
}

/* ---- Completion. ----------------------------------------------------------------- */

static char *
next_word(const char *text, int state)
{
	return current == NULL ? NULL : bl_shell_words_next(&current->words, text, state);
}

static char **
complete(const char *text, int start, int end)
{
	(void)start;
	(void)end;
	rl_attempted_completion_over = 1; /* No file names. */
	return rl_completion_matches(text, next_word);
}

static enum bl_status
read_words(struct shell *s)
{
	bl_arena_reset(s->arena);
	s->words = (struct bl_shell_words){0};
	return bl_shell_words_read(&s->words, s->session->catalog, s->arena, &s->session->cli->err);
}

/* ---- History. -------------------------------------------------------------------- */

/* $XDG_STATE_HOME/beleg/history, or ~/.local/state/beleg/history. */
static void
open_history(struct shell *s)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	struct bl_cli *cli = s->session->cli;
	struct bl_str path = {0};
	enum bl_status status = BL_ENOTFOUND;

	if (state != NULL && state[0] == '/')
		status = bl_str_printf(cli->arena, &path, NULL, "%s/beleg", state);
	else if (home != NULL && home[0] == '/')
		status = bl_str_printf(cli->arena, &path, NULL, "%s/.local/state/beleg", home);
	if (status == BL_OK)
		status = bl_os_mkdirs(cli->os, path.ptr, NULL);
	if (status == BL_OK)
		status = bl_str_printf(cli->arena, &path, NULL, "%s/history", path.ptr);
	if (status != BL_OK)
		return;
	s->history = bl_new(cli->arena, char, path.len + 1);
	if (s->history == NULL)
		return;
	memcpy(s->history, path.ptr, path.len);
	(void)read_history(s->history);
	stifle_history(HISTORY_LINES);
}

static void
close_history(const struct shell *s)
{
	struct bl_os *os = s->session->cli->os;

	/* It holds what was asked: the owner's alone. */
	if (s->history != NULL && write_history(s->history) == 0)
		(void)!bl_os_chmod(os, s->history, 0600, NULL);
}

/* ---- Commands. ------------------------------------------------------------------- */

static const char help[] =
    "  SELECT ... ;          a statement, over as many lines as it needs, ends with ;\n"
    "  \\d                    tables and views        \\d NAME     its columns\n"
    "  \\at INSTANT           ask as of that moment   \\at last    the last known\n"
    "  \\format FORM          table, csv, json or ndjson\n"
    "  \\o FILE               rows go into FILE       \\o          to the screen again\n"
    "  \\timing               how long statements take, on and off\n"
    "  \\i FILE               runs the statements of a file\n"
    "  \\r                    forgets the lines typed so far\n"
    "  \\q                    ends (so does Ctrl-D)\n"
    "  Tab completes keywords, tables, columns, functions; Ctrl-C ends a query that runs.\n";

static enum bl_status
run_text(struct shell *s, const char *before, const char *argument, const char *after)
{
	struct bl_str text;
	enum bl_status status = bl_str_printf(
	    s->arena, &text, &s->session->cli->err, "%s%s%s", before, argument, after);

	if (status != BL_OK)
		return status;
	(void)!bl_session_run(s->session, (struct bl_str){0}, text);
	return BL_OK;
}

static enum bl_status
set_form(struct shell *s, const char *argument)
{
	static const char *const names[] = {[BL_ROWS_TABLE] = "table",
	    [BL_ROWS_JSON] = "json",
	    [BL_ROWS_NDJSON] = "ndjson",
	    [BL_ROWS_CSV] = "csv"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(argument, names[i]) == 0) {
			s->session->form = (enum bl_rows_form)i;
			return BL_OK;
		}
	return bl_fail(&s->session->cli->err, BL_EUSAGE,
	    "\\format is one of table, csv, json, ndjson, not '%s'", argument);
}

static enum bl_status
set_moment(struct shell *s, const char *argument)
{
	struct bl_cli *cli = s->session->cli;
	int64_t at_ns = BL_INSTANT_MAX;
	enum bl_status status = BL_OK;

	if (strcmp(argument, "last") != 0)
		status = bl_load_instant_text(cli, "\\at", argument, &at_ns);
	return status == BL_OK ? bl_session_moment(s->session, at_ns) : status;
}

static enum bl_status
run_file(struct shell *s, const char *path)
{
	struct bl_cli *cli = s->session->cli;
	struct bl_str text;
	enum bl_status status =
	    bl_os_read_file(cli->os, s->arena, path, STATEMENT_BYTES, &text, &cli->err);

	if (status == BL_OK)
		(void)!bl_session_run(s->session, bl_str_of(path), text);
	return status;
}

static enum bl_status
set_output(struct shell *s, const char *argument)
{
	struct bl_cli *cli = s->session->cli;
	struct bl_str path = {0};
	enum bl_status status = BL_OK;

	if (argument[0] != '\0') {
		status = bl_str_dup(cli->arena, bl_str_of(argument), &path);
		if (status == BL_OK)
			status = bl_rows_form_of(cli, path.ptr, &s->session->form);
	}
	if (status == BL_OK)
		s->session->output = path.ptr;
	return status;
}

/* A line that begins with a backslash. */
static enum bl_status
command(struct shell *s, char *line)
{
	char *argument = line + strcspn(line, " \t");
	struct bl_session *session = s->session;

	if (*argument != '\0')
		*argument++ = '\0';
	argument += strspn(argument, " \t");
	if (strcmp(line, "\\q") == 0)
		s->over = true;
	else if (strcmp(line, "\\?") == 0 || strcmp(line, "\\h") == 0)
		bl_cli_write(bl_str_of(help));
	else if (strcmp(line, "\\d") == 0 && *argument == '\0')
		return run_text(s, "SHOW TABLES", "", "");
	else if (strcmp(line, "\\d") == 0)
		return run_text(s, "DESCRIBE ", argument, "");
	else if (strcmp(line, "\\at") == 0)
		return set_moment(s, *argument == '\0' ? "last" : argument);
	else if (strcmp(line, "\\format") == 0)
		return set_form(s, argument);
	else if (strcmp(line, "\\o") == 0)
		return set_output(s, argument);
	else if (strcmp(line, "\\i") == 0)
		return run_file(s, argument);
	else if (strcmp(line, "\\r") == 0)
		s->text.len = 0;
	else if (strcmp(line, "\\timing") == 0)
		session->timing = !session->timing;
	else
		return bl_fail(
		    &session->cli->err, BL_EUSAGE, "there is no command %s; \\? names them", line);
	return BL_OK;
}

/* ---- Lines. ---------------------------------------------------------------------- */

/* Does the text end with a ';' that ends a statement (not in quotes or a comment)? */
static bool
is_whole(struct bl_str text)
{
	bool whole = false;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '\'' || c == '"') {
			for (i++; i < text.len && text.ptr[i] != c;)
				i++;
			whole = false;
		} else if (c == '-' && i + 1 < text.len && text.ptr[i + 1] == '-') {
			while (i + 1 < text.len && text.ptr[i + 1] != '\n')
				i++;
		} else if (c == ';') {
			whole = true;
		} else if (strchr(" \t\r\n", c) == NULL) {
			whole = false;
		}
	}
	return whole;
}

static enum bl_status
take_line(struct shell *s, char *line)
{
	struct bl_err *err = &s->session->cli->err;
	struct bl_str trimmed = bl_str_trim(bl_str_of(line));
	enum bl_status status;

	if (trimmed.len == 0 && s->text.len == 0)
		return BL_OK;
	add_history(line);
	if (trimmed.len > 0 && trimmed.ptr[0] == '\\') {
		line += trimmed.ptr - line;
		line[trimmed.len] = '\0';
		status = command(s, line);
		if (status != BL_OK)
			bl_cli_error(s->session->cli, "%s", err->text);
		return status == BL_ENOMEM ? status : BL_OK;
	}
	status = bl_buf_add(&s->text, bl_str_of(line), err);
	if (status == BL_OK)
		status = bl_buf_add_byte(&s->text, '\n', err);
	if (status != BL_OK || !is_whole(bl_buf_str(&s->text)))
		return status;
	(void)!bl_session_run(s->session, (struct bl_str){0}, bl_buf_str(&s->text));
	s->text.len = 0;
	return read_words(s); /* Tables may have come or gone. */
}

static enum bl_status
loop(struct shell *s)
{
	enum bl_status status = BL_OK;

	while (!s->over && status == BL_OK) {
		char *line = readline(s->text.len == 0 ? "beleg> " : "    -> ");

		/* Ctrl-C at the prompt: the lines typed so far are forgotten. */
		if (line == NULL && s->cancel) {
			s->cancel = false;
			s->text.len = 0;
			(void)fputc('\n', stdout);
			continue;
		}
		if (line == NULL)
			break;
		s->cancel = false;
		status = take_line(s, line);
		bl_mem_free(line);
	}
	return status;
}

enum bl_status
bl_shell_run(struct bl_session *session)
{
	struct shell s = {.session = session,
	    .arena = bl_arena_new(WORDS_BYTES),
	    .text = BL_BUF_INIT(STATEMENT_BYTES)};
	struct sigaction interrupt = {.sa_handler = on_interrupt}, before;
	enum bl_status status;

	if (s.arena == NULL)
		return bl_fail(&session->cli->err, BL_ENOMEM, "no memory for the prompt");
	(void)sigemptyset(&interrupt.sa_mask);
	current = &s;
	session->cancel = &s.cancel;
	rl_readline_name = "beleg";
	rl_attempted_completion_function = complete;
	rl_basic_word_break_characters = " \t\n\"'`@$><=;|&{(,.)[]+-*/%";
	open_history(&s);
	(void)sigaction(SIGINT, &interrupt, &before);
	bl_cli_note(session->cli, "\\? for help, \\d for the tables, \\q to end");
	status = read_words(&s);
	if (status == BL_OK)
		status = loop(&s);
	(void)sigaction(SIGINT, &before, NULL);
	close_history(&s);
	session->cancel = NULL;
	current = NULL;
	bl_buf_release(&s.text);
	bl_arena_free(&s.arena);
	return status;
}
