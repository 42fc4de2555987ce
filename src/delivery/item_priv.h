#ifndef BL_DELIVERY_ITEM_PRIV_H
#define BL_DELIVERY_ITEM_PRIV_H

#include <stdbool.h>

#include "delivery/item.h"

/* The members of an item that mean something here, under whatever name. */
enum bl_item__member {
	BL_ITEM__VERSION,
	BL_ITEM__ACCOUNT,
	BL_ITEM__ARN,
	BL_ITEM__STATE_ID,
	BL_ITEM__CAPTURE_TIME,
	BL_ITEM__STATUS,
	BL_ITEM__TYPE,
	BL_ITEM__ID,
	BL_ITEM__NAME,
	BL_ITEM__REGION,
	BL_ITEM__ZONE,
	BL_ITEM__CREATION_TIME,
	BL_ITEM__CONFIGURATION,
	BL_ITEM__SUPPLEMENTARY,
	BL_ITEM__TAGS,
	BL_ITEM__RELATIONSHIPS,
	BL_ITEM__N_MEMBERS
};

/* Whose name it is. */
enum bl_item__names {
	BL_ITEM__OF_FILES,
	BL_ITEM__OF_API,
	BL_ITEM__OF_GO, /* API output as the Go SDK marshals it. */
	BL_ITEM__N_NAMES
};

/* bl_item__member_of(key, &member, &names): which member ${key} names; false when none.
 * A name that files and the API share counts as the files'. */
bool bl_item__member_of(
    struct bl_str key, enum bl_item__member *ret_member, enum bl_item__names *ret_names);

/* bl_item__member_name(member, names): the reverse, for messages. */
const char *bl_item__member_name(enum bl_item__member member, enum bl_item__names names);

/* bl_item__status_of(s, &status): false when ${s} is no status. */
bool bl_item__status_of(struct bl_str s, enum bl_item_status *ret_status);

/* bl_item__is_account(s): twelve digits. */
bool bl_item__is_account(struct bl_str s);

#endif
