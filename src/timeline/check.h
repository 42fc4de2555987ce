#ifndef BL_TIMELINE_CHECK_H
#define BL_TIMELINE_CHECK_H

#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

struct bl_store;
struct bl_resource;

/* What a chain of states breaks; "" stands for nothing. */
struct bl_timeline_problem {
	struct bl_str type, account, region, id; /* id absent: the type as a whole. */
	const char *what;
};

struct bl_timeline_check {
	void *ctx;
	void (*problem)(void *ctx, const struct bl_timeline_problem *problem);
	void (*progress)(void *ctx, uint32_t type_no, uint32_t n_types); /* May be NULL. */
	uint64_t n_resources, n_states;					 /* Counted. */
};

/*
 * bl_timeline_check(store, check, reterr): build the time lines of each type from the canonical
 * items and hold every chain against its rules: states in order, none empty, none overlapping, each
 * of a version that is there.  Types are built together up to a million versions.  BL_OK when all
 * were examined; a type whose time lines cannot be built is a problem, but for BL_ENOMEM.
 */
BL_STATUS bl_timeline_check(
    struct bl_store *store, struct bl_timeline_check *check, struct bl_err *reterr);

/* bl_timeline_check_chain(resource, n_versions): what its chain breaks, or NULL. */
const char *bl_timeline_check_chain(const struct bl_resource *resource, uint32_t n_versions);

#endif
