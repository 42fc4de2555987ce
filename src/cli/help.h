#ifndef BL_CLI_HELP_H
#define BL_CLI_HELP_H

struct bl_verb;

/* Everything a person reads of a verb comes from its table: help, man page and
 * completion cannot drift apart.  All print on standard output; exit code. */
int bl_help_all(void);
int bl_help_verb(const struct bl_verb *verb);
int bl_help_version(void);

/* The verb "help": help [VERB], --man [VERB], --completion. */
extern const struct bl_verb bl_verb_help;

#endif
