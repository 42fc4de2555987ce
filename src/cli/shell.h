#ifndef BL_CLI_SHELL_H
#define BL_CLI_SHELL_H

#include "base/status.h"

struct bl_session;

/*
 * The prompt of `beleg sql`: lines until a ';', history, completion of words, tables, columns and
 * functions (libedit), and commands that begin with a backslash.  One at a time in a process:
 * signals and completion have no other way to their session.
 */

/* bl_shell_run(session): until \q or the end of input.  A statement that fails is told and the
 * prompt goes on. */
BL_STATUS bl_shell_run(struct bl_session *session);

#endif
