#ifndef BL_DELIVERY_TRAIL_H
#define BL_DELIVERY_TRAIL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

struct bl_arena;
struct bl_json;
struct bl_json_parser;

/*
 * What somebody did to a recorder, as CloudTrail tells it: in a log file ({"Records": [...]}), in
 * the reply of lookup-events, or as the EventBridge event "AWS API Call via CloudTrail", bare or
 * within SNS, SQS and Lambda envelopes.
 */
enum bl_trail_act {
	BL_TRAIL_STOP,		 /* StopConfigurationRecorder */
	BL_TRAIL_START,		 /* StartConfigurationRecorder */
	BL_TRAIL_DELETE,	 /* DeleteConfigurationRecorder */
	BL_TRAIL_PUT,		 /* PutConfigurationRecorder: settings; starts nothing */
	BL_TRAIL_DELETE_CHANNEL, /* DeleteDeliveryChannel */
	BL_TRAIL_PUT_CHANNEL,	 /* PutDeliveryChannel */
};

struct bl_trail_event {
	enum bl_trail_act act;
	int64_t at_ns; /* eventTime */
	struct bl_str account, region;
	struct bl_str who;   /* userIdentity.arn, else the service or kind of identity; or absent */
	struct bl_str id;    /* eventID; may be absent */
	struct bl_str error; /* errorCode: it was tried, and did not happen; absent: it did */
};

/* Views are valid during the call. */
typedef enum bl_status (*bl_trail_fn)(
    void *ctx, const struct bl_trail_event *event, struct bl_err *reterr);

/*
 * bl_trail_read(parser, root, arena, fn, ctx, reterr): every such event in a JSON document, in the
 * order of the document.  ${arena} takes what stands in texts.  An event without an account,
 * region or time that can be read is BL_EINPUT: it would be lost in silence.
 * Source: CloudTrail user guide (record contents), EventBridge user guide (events by CloudTrail).
 */
BL_STATUS bl_trail_read(struct bl_json_parser *parser, const struct bl_json *root,
    struct bl_arena *arena, bl_trail_fn fn, void *ctx, struct bl_err *reterr);

const char *bl_trail_act_name(enum bl_trail_act act); /* "StopConfigurationRecorder" */

/* bl_trail_is_record(object): a CloudTrail record of AWS Config's own API, whatever it did.
 * bl_trail_is_act(object): one of those above.
 * bl_trail_is_log(root): a whole log file, or the reply of lookup-events.
 * bl_trail_log_has_act(root): is one of ${root}'s records such an act? */
bool bl_trail_is_record(const struct bl_json *object);
bool bl_trail_is_act(const struct bl_json *object);
bool bl_trail_is_log(const struct bl_json *root);
bool bl_trail_log_has_act(const struct bl_json *root);

#endif
