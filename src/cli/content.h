#ifndef BL_CLI_CONTENT_H
#define BL_CLI_CONTENT_H

#include "base/status.h"
#include "base/str.h"

struct bl_arena;
struct bl_item;
struct bl_json;
struct bl_json_change;

/*
 * bl_content_of(item, arena, &tree, reterr): what an item says of its resource, as one JSON object,
 * the same whatever dialect told it: status, name, ARN, zone, creation time, tags, relationships,
 * configuration, supplementaryConfiguration; absent where the item has none.  What only names the
 * version (capture time, state id, version of the format, hash of the item) and who it is of are
 * left out.
 */
BL_STATUS bl_content_of(const struct bl_item *item, struct bl_arena *arena,
    const struct bl_json **ret_tree, struct bl_err *reterr);

/* bl_content_diff(before, after, arena, &changes, &n, reterr): of two items; json/diff.h. */
BL_STATUS bl_content_diff(const struct bl_item *before, const struct bl_item *after,
    struct bl_arena *arena, struct bl_json_change **ret_changes, size_t *ret_n,
    struct bl_err *reterr);

#endif
