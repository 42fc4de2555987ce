/*
 * A log file of CloudTrail holds whatever was done in an account; of all that,
 * only what was done to a recorder or its delivery channel matters here.
 */
#include "delivery/trail.h"

#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "json/json.h"

#define MAX_WRAPPING 8 /* As for notifications. */

static const char *const names[] = {
    [BL_TRAIL_STOP] = "StopConfigurationRecorder",
    [BL_TRAIL_START] = "StartConfigurationRecorder",
    [BL_TRAIL_DELETE] = "DeleteConfigurationRecorder",
    [BL_TRAIL_PUT] = "PutConfigurationRecorder",
    [BL_TRAIL_DELETE_CHANNEL] = "DeleteDeliveryChannel",
    [BL_TRAIL_PUT_CHANNEL] = "PutDeliveryChannel",
};
#define N_NAMES (sizeof(names) / sizeof(names[0]))

const char *
bl_trail_act_name(enum bl_trail_act act)
{
	return names[act];
}

static bool
find_act(struct bl_str name, enum bl_trail_act *ret_act)
{
	for (size_t i = 0; i < N_NAMES; i++)
		if (bl_str_eq(name, bl_str_of(names[i]))) {
			*ret_act = (enum bl_trail_act)i;
			return true;
		}
	return false;
}

static struct bl_str
text_of(const struct bl_json *object, const char *key)
{
	return bl_json_str(bl_json_get(object, bl_str_of(key)));
}

bool
bl_trail_is_record(const struct bl_json *object)
{
	return bl_str_eq(text_of(object, "eventSource"), BL_STR("config.amazonaws.com")) &&
	       text_of(object, "eventName").len > 0;
}

bool
bl_trail_is_act(const struct bl_json *object)
{
	enum bl_trail_act act;

	return bl_trail_is_record(object) && find_act(text_of(object, "eventName"), &act);
}

/* An element of lookup-events names source and event outside of the text that holds the record. */
static bool
is_looked_up_act(const struct bl_json *object)
{
	enum bl_trail_act act;

	return bl_str_eq(text_of(object, "EventSource"), BL_STR("config.amazonaws.com")) &&
	       find_act(text_of(object, "EventName"), &act);
}

static const struct bl_json *
log_array(const struct bl_json *root)
{
	const struct bl_json *records = bl_json_get(root, BL_STR("Records"));
	const struct bl_json *events = bl_json_get(root, BL_STR("Events"));
	const struct bl_json *first = bl_json_at(records, 0);

	if (text_of(first, "eventSource").len > 0 && text_of(first, "eventName").len > 0)
		return records;
	return text_of(bl_json_at(events, 0), "CloudTrailEvent").len > 0 ? events : NULL;
}

bool
bl_trail_is_log(const struct bl_json *root)
{
	return log_array(root) != NULL;
}

bool
bl_trail_log_has_act(const struct bl_json *root)
{
	const struct bl_json *array = log_array(root);

	if (array == NULL)
		return false;
	for (const struct bl_json *v = array->first; v != NULL; v = v->next)
		if (bl_trail_is_act(v) || is_looked_up_act(v))
			return true;
	return false;
}

/* ---- Reading. -------------------------------------------------------------- */

struct reading {
	struct bl_json_parser *parser;
	struct bl_arena *arena;
	bl_trail_fn fn;
	void *ctx;
};

static enum bl_status
give(const struct reading *r, const struct bl_json *record, struct bl_err *reterr)
{
	const struct bl_json *identity = bl_json_get(record, BL_STR("userIdentity"));
	struct bl_trail_event e = {.account = text_of(record, "recipientAccountId"),
	    .region = text_of(record, "awsRegion"),
	    .who = text_of(identity, "arn"),
	    .id = text_of(record, "eventID"),
	    .error = text_of(record, "errorCode")};

	if (!find_act(text_of(record, "eventName"), &e.act))
		return BL_OK; /* Another of AWS Config's calls. */
	if (e.account.len == 0)
		e.account = text_of(identity, "accountId");
	if (e.who.len == 0)
		e.who = text_of(identity, "invokedBy");
	if (e.who.len == 0)
		e.who = text_of(identity, "type");
	if (e.account.len == 0 || e.region.len == 0 ||
	    !bl_instant_parse(text_of(record, "eventTime"), &e.at_ns))
		return bl_fail(reterr, BL_EINPUT,
		    "a CloudTrail event %s lacks its account, region or time", names[e.act]);
	return r->fn(r->ctx, &e, reterr);
}

/* Members that hold a record or wrap one, from the outermost wrapping to the innermost. */
static bool
is_wrapping(struct bl_str key)
{
	static const char *const wrappings[] = {"Records", "Events", "Messages", "Sns", "body",
	    "Body", "Message", "detail", "CloudTrailEvent"};

	for (size_t i = 0; i < sizeof(wrappings) / sizeof(wrappings[0]); i++)
		if (bl_str_eq(key, bl_str_of(wrappings[i])))
			return true;
	return false;
}

/* Recursion: at most MAX_WRAPPING deep, whatever the input. */
static enum bl_status
visit(const struct reading *r, const struct bl_json *v, unsigned depth, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;
	const struct bl_json *inner = v;

	if (depth > MAX_WRAPPING)
		return BL_OK; /* Such a document was refused when it came. */
	if (v->kind == BL_JSON_STRING) {
		status = bl_json_decode(r->parser, v, r->arena, &inner, reterr);
		if (status != BL_OK || inner->kind == BL_JSON_STRING)
			return status;
	}
	if (bl_trail_is_record(inner))
		return give(r, inner, reterr);
	if (inner->kind != BL_JSON_OBJECT && inner->kind != BL_JSON_ARRAY)
		return BL_OK;
	for (const struct bl_json *c = inner->first; c != NULL && status == BL_OK; c = c->next)
		if (inner->kind == BL_JSON_ARRAY || is_wrapping(c->key))
			status = visit(r, c, depth + (c->kind != BL_JSON_ARRAY), reterr);
	return status;
}

enum bl_status
bl_trail_read(struct bl_json_parser *parser, const struct bl_json *root, struct bl_arena *arena,
    bl_trail_fn fn, void *ctx, struct bl_err *reterr)
{
	const struct reading r = {.parser = parser, .arena = arena, .fn = fn, .ctx = ctx};

	return visit(&r, root, 0, reterr);
}
