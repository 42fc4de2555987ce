#ifndef BL_DELIVERY_WALK_H
#define BL_DELIVERY_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

struct bl_os;

/*
 * bl_walk(os, root, walker, reterr): every regular file below ${root} (or ${root} itself when
 * it is a file), in the order of the moments their names tell (snapshots and history of one account
 * and region in the order of time), else by path in byte order; deterministic.
 * ${key} is the path relative to ${root}'s nearest folder above "AWSLogs", else to ${root}.
 * ${enter}, when there is one, is asked before a folder is listed, also the root; what it refuses
 * is left out (it has told, where that is to be told).  ${found}, when there is one, is told once,
 * before the first visit, how many files there are and their bytes. Symbolic links are followed
 * only when they stay inside ${root}; one that leaves it, a cycle, a device or an unreadable folder
 * goes to visit() with its error in ${problem}, and the walk goes on. Depth limit 64, path limit
 * 4096 bytes.  Memory: bounded by the largest folder plus the list of paths.
 */
struct bl_walker {
	void *ctx;
	enum bl_status (*visit)(void *ctx, const char *path, struct bl_str key, uint64_t size_bytes,
	    const struct bl_err *problem, struct bl_err *reterr);
	bool (*enter)(void *ctx, struct bl_str key, uint64_t device, uint64_t inode);
	void (*found)(void *ctx, uint64_t n_files, uint64_t n_bytes);
};

BL_STATUS bl_walk(
    struct bl_os *os, const char *root, struct bl_walker walker, struct bl_err *reterr);

#endif
