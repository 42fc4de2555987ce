#ifndef BL_CLI_FIND_RESOURCE_H
#define BL_CLI_FIND_RESOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "base/str.h"

struct bl_resource;
struct bl_view;

/*
 * Which resource is meant: by its id, its ARN, or any name that one of its versions had; in every
 * account, region and type, or in those of the view's choice.
 */
struct bl_found {
	const struct bl_resource **resources; /* [n], by type, account, region, id */
	size_t n;
};

/*
 * bl_find_resources(view, args, n_args, &found): of the arguments [TYPE] ID|ARN|NAME every resource
 * that fits, with its whole time line.  BL_EUSAGE for another number of arguments; BL_ENOTFOUND
 * names the nearest that are there.  Errors go to the cli.
 */
BL_STATUS bl_find_resources(
    const struct bl_view *view, char **args, int n_args, struct bl_found *ret_found);

/* bl_find_one(view, args, n_args, &resource): as above; several are BL_EUSAGE, and listed on
 * standard error. */
BL_STATUS bl_find_one(
    const struct bl_view *view, char **args, int n_args, const struct bl_resource **ret_resource);

#endif
