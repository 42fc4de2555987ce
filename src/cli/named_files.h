#ifndef BL_CLI_NAMED_FILES_H
#define BL_CLI_NAMED_FILES_H

#include "rules/catalogue.h"

/* The files of queries/, by name, as tools/embed.py writes them into the build. */
extern const struct bl_builtin_file bl_named__files[];
extern const size_t bl_named__n_files;

#endif
