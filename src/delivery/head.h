#ifndef BL_DELIVERY_HEAD_H
#define BL_DELIVERY_HEAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"
#include "delivery/item.h"

struct bl_arena;
struct bl_json_parser;

/*
 * What an item says of itself: enough to file it.  Absent members are absent strings.
 */
struct bl_item_head {
	struct bl_str type;    /* resourceType */
	struct bl_str id;      /* resourceId */
	struct bl_str account; /* 12 digits */
	struct bl_str region;  /* awsRegion */
	struct bl_str name;    /* resourceName */
	struct bl_str arn;
	int64_t capture_ns;
	int64_t state_id; /* configurationStateId; 0 when absent */
	enum bl_item_status status;
	bool daily; /* recordingFrequency is "DAILY" */
};

/*
 * bl_item_head_parse(parser, bytes, arena, &head, reterr): accepts exactly the items that
 * bl_item_parse accepts (given the memory) and fails for the others as it does, with its status
 * and words; but an item in the dialect of delivered files is checked without building its tree.
 * Texts are views of ${bytes} or live in ${arena}.
 */
BL_STATUS bl_item_head_parse(struct bl_json_parser *parser, struct bl_str bytes,
    struct bl_arena *arena, struct bl_item_head *ret_head, struct bl_err *reterr);

#endif
