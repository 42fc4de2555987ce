#ifndef BL_CLI_CONFIG_H
#define BL_CLI_CONFIG_H

#include "base/status.h"
#include "base/str.h"

struct bl_arena;

struct bl_config_entry {
	struct bl_str key;
	struct bl_str value; /* NUL-terminated. */
};

/*
 * bl_config_parse(file, text, arena, &entries, &n, reterr): the lines of a TOML file as far as
 * beleg needs it: comments, key = "basic string" or 'literal string' or a bare word of letters,
 * digits, and . _ -; tables, arrays and multi-line strings are refused with line and column.
 */
BL_STATUS bl_config_parse(struct bl_str file, struct bl_str text, struct bl_arena *arena,
    struct bl_config_entry **ret_entries, size_t *ret_n, struct bl_err *reterr);

#endif
