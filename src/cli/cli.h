#ifndef BL_CLI_CLI_H
#define BL_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "base/str.h"

struct bl_arena;
struct bl_os;
struct bl_store;

/* Exit codes are stable: scripts rely on them. */
enum bl_exit {
	BL_EXIT_OK = 0,
	BL_EXIT_ERROR = 1,
	BL_EXIT_NON_COMPLIANT = 2,
	BL_EXIT_INCOMPLETE = 3,
	BL_EXIT_NOT_VERIFIED = 4,
};

enum bl_format { BL_FORMAT_TABLE, BL_FORMAT_JSON, BL_FORMAT_CSV };

/* One option of a verb.  metavar NULL: a switch.  env, config: where its value
 * comes from when the flag is not given (flag > environment > file). */
struct bl_option {
	const char *name;
	char letter; /* 0: none. */
	const char *metavar;
	const char *help;
	const char *env;
	const char *config;
};

#define BL_MAX_OPTIONS 16

struct bl_cli;

/* A verb: one file, one table of options, from which help, man page and completion are made. */
struct bl_verb {
	const char *name;
	const char *synopsis;		 /* "SOURCE..." */
	const char *summary;		 /* One line. */
	const char *text;		 /* Paragraphs. */
	const char *examples;		 /* Lines "$ command" and "  what it does". */
	const struct bl_option *options; /* [..], ends with name NULL */
	int (*run)(struct bl_cli *cli);
};

struct bl_cli {
	struct bl_os *os;
	struct bl_arena *arena; /* For the run of the verb. */
	const struct bl_verb *verb;
	const char *value[BL_MAX_OPTIONS]; /* By option; NULL: not given; switches: "". */
	char **args;			   /* [n_args], what is no option */
	int n_args;
	bool out_tty, err_tty, color, quiet;
	enum bl_format format;
	struct bl_err err;
};

extern const struct bl_verb *const bl_cli_verbs[]; /* NULL ends it. */

/* bl_cli_value(cli, name): an option's value, or NULL.  The verb must have the option. */
const char *bl_cli_value(const struct bl_cli *cli, const char *name);

/* bl_cli_fail(cli): print cli->err as "beleg verb: text" and return BL_EXIT_ERROR. */
int bl_cli_fail(const struct bl_cli *cli);
/* bl_cli_usage(cli, fmt, ...): what is wrong with the command line, where help stands;
 * BL_EXIT_ERROR. */
int bl_cli_usage(const struct bl_cli *cli, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* bl_cli_error: an error beside the one that ends the run: a line on standard error, also with
 * --quiet. */
void bl_cli_error(const struct bl_cli *cli, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* bl_cli_note: a line for a person, on standard error; silent with --quiet. */
void bl_cli_note(const struct bl_cli *cli, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* bl_cli_progress: replaces the progress line (nothing when standard error is no terminal);
 * an empty text clears it. */
void bl_cli_progress(const struct bl_cli *cli, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* bl_cli_write: bytes to standard output. */
void bl_cli_write(struct bl_str bytes);

/* bl_cli_open_store(cli, mode, &store): from --store and its fallbacks. */
BL_STATUS bl_cli_open_store(struct bl_cli *cli, int mode, struct bl_store **ret_store);

/* Options that most verbs share. */
#define BL_OPTION_STORE                                                                            \
	{                                                                                          \
		"store", 's', "DIR", "the store", "BELEG_STORE", "store"                           \
	}
#define BL_OPTION_FORMAT                                                                           \
	{                                                                                          \
		"format", 'f', "table|json|csv", "how to print (default: table)", "BELEG_FORMAT",  \
		    "format"                                                                       \
	}
#define BL_OPTION_PACK                                                                             \
	{                                                                                          \
		"pack", 'p', "FILE",                                                               \
		    "the conformance pack (CloudFormation YAML), or the name of a pack "           \
		    "that beleg carries",                                                          \
		    "BELEG_PACK", "pack"                                                           \
	}
#define BL_OPTION_PARAM                                                                            \
	{                                                                                          \
		"param", 0, "NAME=VALUE,...", "values for the pack's parameters", NULL, NULL       \
	}
#define BL_OPTION_KNOWN_AT                                                                         \
	{                                                                                          \
		"known-at", 0, "POSITION|INSTANT",                                                 \
		    "as known at this ledger position, or at the last one ingested by this "       \
		    "instant (default: now)",                                                      \
		    NULL, NULL                                                                     \
	}
#define BL_OPTION_QUIET                                                                            \
	{                                                                                          \
		"quiet", 'q', NULL, "say nothing but results and errors", NULL, NULL               \
	}
#define BL_OPTION_END                                                                              \
	{                                                                                          \
		NULL, 0, NULL, NULL, NULL, NULL                                                    \
	}

#endif
