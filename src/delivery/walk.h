#ifndef BL_DELIVERY_WALK_H
#define BL_DELIVERY_WALK_H

#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

struct bl_os;

/*
 * bl_walk(os, root, visit, ctx, reterr): every regular file below ${root} (or ${root} itself when
 * it is a file), in the order of the moments their names tell (snapshots and history of one account
 * and region in the order of time), else by path in byte order; deterministic.
 * ${key} is the path relative to ${root}'s nearest folder above "AWSLogs", else to ${root}.
 * Symbolic links are followed only when they stay inside ${root}; one that leaves it,
 * a cycle, a device or an unreadable folder goes to visit() with its error in ${problem}, and the
 * walk goes on. Depth limit 64, path limit 4096 bytes.  Memory: bounded by the largest folder plus
 * the list of paths.
 */
typedef enum bl_status (*bl_walk_fn)(void *ctx, const char *path, struct bl_str key,
    uint64_t size_bytes, const struct bl_err *problem, struct bl_err *reterr);

BL_STATUS bl_walk(
    struct bl_os *os, const char *root, bl_walk_fn visit, void *ctx, struct bl_err *reterr);

#endif
