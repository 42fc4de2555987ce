#ifndef BL_COLUMNS_NODE_H
#define BL_COLUMNS_NODE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct bl_json;

/*
 * A JSON value that is looked at in its place: in the item's own compact bytes, where nothing is
 * parsed but what lies on the way, or in a tree.  Bytes that are not plain enough (an escape in a
 * key, white space, anything that is no JSON) give BL_NODE_UNSURE: then the tree must tell.
 */
enum bl_node_shape {
	BL_NODE_UNSURE,
	BL_NODE_ABSENT,
	BL_NODE_NIL,
	BL_NODE_NO,
	BL_NODE_YES,
	BL_NODE_DIGITS,
	BL_NODE_QUOTED,
	BL_NODE_LIST,
	BL_NODE_MAP,
};

struct bl_place {
	const struct bl_json *json; /* A tree's; else raw is set, or the value is absent. */
	struct bl_str raw;	    /* From the value's first byte to the end of the item. */
};

enum bl_node_shape bl_place__shape(struct bl_place place);

/* bl_place__member(map, key, &value): the shape of the value, ABSENT when there is none. */
enum bl_node_shape bl_place__member(
    struct bl_place map, struct bl_str key, struct bl_place *ret_value);

/* bl_place__next(list, &cursor, &element): the next element's shape; ABSENT behind the last.  The
 * cursor begins as a place of {0}. */
enum bl_node_shape bl_place__next(
    struct bl_place list, struct bl_place *cursor, struct bl_place *ret_element);

/* bl_place__bytes(place, &bytes): the raw bytes of the value; false when unsure.  Raw places only.
 */
bool bl_place__bytes(struct bl_place place, struct bl_str *ret_bytes);

/* bl_place__skip(s): the length of the value that ${s} begins with, or SIZE_MAX. */
size_t bl_place__skip(struct bl_str s);

#endif
