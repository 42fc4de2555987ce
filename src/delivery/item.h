#ifndef BL_DELIVERY_ITEM_H
#define BL_DELIVERY_ITEM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

struct bl_arena;
struct bl_json;
struct bl_json_parser;

enum bl_item_status {
	BL_ITEM_OK,
	BL_ITEM_DISCOVERED,
	BL_ITEM_NOT_RECORDED,
	BL_ITEM_DELETED,
	BL_ITEM_DELETED_NOT_RECORDED,
};

enum bl_dialect {
	BL_DIALECT_FILE,    /* Snapshot and history files, notifications, events. */
	BL_DIALECT_API,	    /* get-resource-config-history, batch-get-resource-config. */
	BL_DIALECT_CONSOLE, /* "View configuration item (JSON)". */
};

/*
 * A configuration item, the same whatever its dialect: names, types and nesting
 * as in the delivered files.  Absent members are absent strings and NULL; JSON null is absent.
 */
struct bl_item {
	enum bl_dialect dialect;
	enum bl_item_status status;
	struct bl_str version; /* configurationItemVersion, "1.3" */
	struct bl_str account; /* 12 digits */
	struct bl_str region;  /* awsRegion: "eu-central-1" or "global" */
	struct bl_str type;    /* resourceType, "AWS::EC2::Volume" */
	struct bl_str id;      /* resourceId */
	struct bl_str name;    /* resourceName */
	struct bl_str arn;
	struct bl_str zone; /* availabilityZone */
	int64_t capture_ns;
	int64_t created_ns;		     /* resourceCreationTime; BL_INSTANT_MIN when absent */
	int64_t state_id;		     /* configurationStateId; 0 when absent */
	const struct bl_json *configuration; /* Object; NULL when absent, null or "null". */
	const struct bl_json *supplementary; /* Object of decoded values; NULL when absent. */
	const struct bl_json *tags;	     /* Object key -> string; NULL when absent. */
	const struct bl_json
	    *relationships;	    /* Array of {resourceType, resourceId?, resourceName?, name}. */
	const struct bl_json *root; /* The item as written. */
};

/*
 * bl_item_parse(parser, bytes, arena, &item, reterr): read one item in any dialect.
 * JSON in JSON is decoded (configuration, each supplementary value); configuration values inside
 * stay as they are.  Required, else BL_EINPUT naming the member: resourceType, resourceId,
 * account, awsRegion, configurationItemCaptureTime, configurationItemStatus.  Everything lives in
 * ${arena}. Key names are never folded by case, and a member under two dialects' names at once is
 * an error.
 */
BL_STATUS bl_item_parse(struct bl_json_parser *parser, struct bl_str bytes, struct bl_arena *arena,
    struct bl_item *ret_item, struct bl_err *reterr);

const char *bl_item_status_name(enum bl_item_status status); /* "OK", "ResourceDiscovered", ... */

/* bl_item_exists(status): does the resource exist and is it recorded? (OK, DISCOVERED) */
bool bl_item_exists(enum bl_item_status status);

#endif
