#ifndef BL_RULES_BUILTIN_H
#define BL_RULES_BUILTIN_H

#include "rules/catalogue.h"

/* The files of rules/, by name, as tools/embed.py writes them into the build. */
extern const struct bl_builtin_file bl_builtin__rules[];
extern const size_t bl_builtin__n_rules;

#endif
