#ifndef TESTS_DELIVERY_HEAD_SAME_H
#define TESTS_DELIVERY_HEAD_SAME_H

#include <string.h>

#include "base/arena.h"
#include "delivery/head.h"
#include "delivery/item.h"
#include "json/json.h"

static inline bool
str_same(struct bl_str a, struct bl_str b)
{
	return (a.ptr == NULL) == (b.ptr == NULL) && bl_str_eq(a, b);
}

/* What bl_item_head_parse and bl_item_parse differ in for ${bytes}; NULL: nothing.
 * *ret_status is the verdict. */
static inline const char *
head_difference(struct bl_json_parser *parser, struct bl_str bytes, struct bl_arena *arena,
    enum bl_status *ret_status)
{
	struct bl_item_head head;
	struct bl_item item;
	struct bl_err head_err = {.status = BL_OK}, item_err = {.status = BL_OK};
	enum bl_status status = bl_item_head_parse(parser, bytes, arena, &head, &head_err);
	struct bl_str often;

	*ret_status = bl_item_parse(parser, bytes, arena, &item, &item_err);
	if (status != *ret_status)
		return "the verdict";
	if (status != BL_OK)
		return head_err.status == item_err.status && head_err.offset == item_err.offset &&
			       strcmp(head_err.text, item_err.text) == 0
			   ? NULL
			   : "the words";
	if (!str_same(head.type, item.type) || !str_same(head.id, item.id) ||
	    !str_same(head.account, item.account) || !str_same(head.region, item.region))
		return "the identity";
	if (!str_same(head.name, item.name) || !str_same(head.arn, item.arn))
		return "the names";
	if (head.capture_ns != item.capture_ns || head.state_id != item.state_id)
		return "the time";
	if (head.status != item.status)
		return "the status";
	often = bl_json_str(bl_json_get(item.root, BL_STR("recordingFrequency")));
	if (bl_json_get(item.root, BL_STR("RecordingFrequency")) == NULL &&
	    head.daily != bl_str_eq(often, BL_STR("DAILY")))
		return "the frequency";
	return NULL;
}

#endif
