#ifndef BL_RULES_CATALOGUE_H
#define BL_RULES_CATALOGUE_H

#include <stddef.h>

#include "base/status.h"
#include "base/str.h"

struct bl_arena;
struct bl_rule;

/* The rules that this build carries (the files of rules/, put in at build time), compiled. */
struct bl_catalogue {
	const struct bl_rule *const *rules; /* [n], by identifier in byte order. */
	size_t n;
};

BL_STATUS bl_catalogue_load(
    struct bl_arena *arena, const struct bl_catalogue **ret_catalogue, struct bl_err *reterr);

/* bl_catalogue_find: NULL when this build does not have the rule. */
const struct bl_rule *bl_catalogue_find(
    const struct bl_catalogue *catalogue, struct bl_str identifier);

/* The conformance packs that this build carries: name and text. */
struct bl_builtin_file {
	const char *name; /* "nis2-kritis.yaml" */
	struct bl_str text;
};
extern const struct bl_builtin_file bl_catalogue_packs[];
extern const size_t bl_catalogue_n_packs;

#endif
