#ifndef BL_CLI_SHELL_WORDS_H
#define BL_CLI_SHELL_WORDS_H

#include <stddef.h>

#include "base/status.h"
#include "base/str.h"

struct bl_arena;
struct bl_catalog;

/* What Tab may complete: keywords, functions, tables, columns. */
struct bl_shell_words {
	struct bl_str *words; /* [n], sorted without regard to case, each once */
	size_t n, cap;
	size_t at; /* Where the next match is looked for. */
};

/* bl_shell_words_read(words, catalog, arena, reterr): all of them, into ${arena}. */
BL_STATUS bl_shell_words_read(struct bl_shell_words *words, const struct bl_catalog *catalog,
    struct bl_arena *arena, struct bl_err *reterr);

/* bl_shell_words_next(words, text, state): readline's generator: a malloc'ed word that begins with
 * ${text}, the first when ${state} is 0; NULL behind the last. */
char *bl_shell_words_next(struct bl_shell_words *words, const char *text, int state);

#endif
