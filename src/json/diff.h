#ifndef BL_JSON_DIFF_H
#define BL_JSON_DIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "base/str.h"
#include "json/json.h"

struct bl_arena;

/*
 * What changed between two JSON values, exactly: whoever applies it to the one
 * before gets the one after (members in any order).
 *
 * Members are matched by key.  The elements of two arrays are aligned by a longest common
 * subsequence, so that one inserted element is one change; what stands between two that stayed is
 * paired in order, object with object and array with array, and compared inside.  Numbers are
 * compared as written: 1 and 1.0 differ.
 *
 * A path is written as the expression language writes it, without a beginning: "encrypted",
 * "tags['a b']", "attachments[2].state"; elements are counted from 1.  A quote in a key is doubled,
 * and "" is the whole value.  An index names the element's place after the change; only the last
 * index of a REMOVE names its place before.
 */
enum bl_json_op { BL_JSON_ADD, BL_JSON_REMOVE, BL_JSON_REPLACE };

struct bl_json_change {
	enum bl_json_op op;
	struct bl_str path;
	const struct bl_json *before; /* NULL: ADD */
	const struct bl_json *after;  /* NULL: REMOVE */
};

/* Two arrays whose differing middles have more pairs of elements than this are aligned by their
 * beginnings and ends only: the changes are more, and as exact. */
#define BL_JSON_DIFF_PAIRS ((size_t)16 << 20)

/* bl_json_diff(before, after, arena, &changes, &n, reterr): in the order of the paths of one level
 * (members by key, elements by place).  NULL is the same as no value: one side NULL gives one ADD
 * or REMOVE of "".  BL_ENOMEM when the arena is full. */
BL_STATUS bl_json_diff(const struct bl_json *before, const struct bl_json *after,
    struct bl_arena *arena, struct bl_json_change **ret_changes, size_t *ret_n,
    struct bl_err *reterr);

/* bl_json_equal(a, b, arena, &equal, reterr): the same value, members in any order; what the arena
 * gives is given back. */
BL_STATUS bl_json_equal(const struct bl_json *a, const struct bl_json *b, struct bl_arena *arena,
    bool *ret_equal, struct bl_err *reterr);

const char *bl_json_op_name(enum bl_json_op op); /* "add", "remove", "replace" */

/* bl_json_path_add(base, key, arena, &path, reterr): the path of a member. */
BL_STATUS bl_json_path_add(struct bl_str base, struct bl_str key, struct bl_arena *arena,
    struct bl_str *ret_path, struct bl_err *reterr);

/* bl_json_path_below(path, pattern): is ${path} the pattern's, or below it?  [*] in the pattern is
 * any index. */
bool bl_json_path_below(struct bl_str path, struct bl_str pattern);

#endif
