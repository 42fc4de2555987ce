/*
 * Recognition goes by members, never by the file's name: AWS puts the same item
 * into files, notifications, queues and events, each with its own wrapping.
 * Nothing that looks like an item is passed over in silence: it is given to the
 * receiver or quarantined.
 */
#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "delivery/reader_priv.h"
#include "delivery/scan.h"
#include "delivery/trail.h"
#include "json/json.h"

#define MAX_WRAPPING 8 /* Lambda event, SNS, SQS, EventBridge, notification: five. */
#define MAX_ENVELOPE_BYTES ((size_t)16 << 20)

/* ---- To the receiver ---- */

static void
understood(struct bl_content *c, enum bl_delivery_kind kind)
{
	if (c->kind == BL_DELIVERY_NONE)
		c->kind = kind;
}

static BL_STATUS
sunk(struct bl_content *c, enum bl_status status, const struct bl_err *err, struct bl_err *reterr)
{
	if (status == BL_OK)
		return BL_OK;
	c->sink_status = status;
	c->sink_err = *err;
	if (reterr != NULL)
		*reterr = *err;
	return status;
}

enum bl_status
bl_content__item(struct bl_content *c, struct bl_str bytes, bool has_space, uint64_t offset,
    struct bl_err *reterr)
{
	struct bl_err err = {.status = BL_OK};
	enum bl_status status = BL_OK;

	if (has_space) {
		c->compacted.len = 0;
		status = bl_json_compact(bytes, &c->compacted, &err);
		bytes = bl_buf_str(&c->compacted);
	}
	if (status == BL_OK)
		status = c->sink.item(c->sink.ctx, bytes, c->n_items++, offset, &err);
	return sunk(c, status, &err, reterr);
}

static BL_STATUS
quarantine(struct bl_content *c, struct bl_quarantine q, struct bl_err *reterr)
{
	struct bl_err err = {.status = BL_OK};

	return sunk(c, c->sink.quarantine(c->sink.ctx, &q, &err), &err, reterr);
}

enum bl_status
bl_content__refuse(struct bl_content *c, uint64_t offset, uint64_t length, struct bl_str reason,
    struct bl_err *reterr)
{
	/* What is refused was meant as something; "no delivery" would be wrong. */
	understood(c, BL_DELIVERY_API);
	return quarantine(c, (struct bl_quarantine){c->n_items++, offset, length, reason}, reterr);
}

enum bl_status
bl_content__broken(
    struct bl_content *c, uint64_t offset, struct bl_str reason, struct bl_err *reterr)
{
	c->broken = true;
	return quarantine(c, (struct bl_quarantine){BL_NO_OFFSET, offset, 0, reason}, reterr);
}

enum bl_status
bl_content__no_memory(struct bl_content *c, struct bl_err *reterr)
{
	struct bl_err err;

	return sunk(c, bl_fail(&err, BL_ENOMEM, "no memory to read a document"), &err, reterr);
}

enum bl_status
bl_content__keep(struct bl_content *c, struct bl_str s, struct bl_str *ret, struct bl_err *reterr)
{
	return bl_str_dup(c->arena, s, ret) == BL_OK ? BL_OK : bl_content__no_memory(c, reterr);
}

/* ---- What is it? ---- */

/* A text within a document: its bytes, and its tree, which has checked them. */
struct part {
	struct bl_str raw;
	const struct bl_json *tree;
};

static bool
has(struct bl_str raw, const char *key)
{
	struct bl_str value;

	return bl_scan__member(raw, bl_str_of(key), &value);
}

/* An object that claims to be an item, whether or not it holds what an item must. */
static bool
is_item(struct bl_str raw)
{
	struct bl_scan_walk walk;
	struct bl_str key, value;
	bool type = false, fact = false, message = false;

	if (!bl_scan__walk(raw, &walk) || !walk.object)
		return false;
	while (bl_scan__next(&walk, &key, &value)) {
		type |= bl_str_eq(key, BL_STR("resourceType")) ||
			bl_str_eq(key, BL_STR("ResourceType"));
		fact |= bl_str_eq(key, BL_STR("configurationItemCaptureTime")) ||
			bl_str_eq(key, BL_STR("ConfigurationItemCaptureTime")) ||
			bl_str_eq(key, BL_STR("configurationItemStatus")) ||
			bl_str_eq(key, BL_STR("ConfigurationItemStatus")) ||
			bl_str_eq(key, BL_STR("supplementaryConfiguration")) ||
			bl_str_eq(key, BL_STR("SupplementaryConfiguration"));
		message |= bl_str_eq(key, BL_STR("messageType"));
	}
	return type && fact && !message;
}

static bool
is_message_type(struct bl_str s)
{
	static const char *const types[] = {"ConfigurationItemChangeNotification",
	    "OversizedConfigurationItemChangeNotification",
	    "OversizedConfigurationItemChangeDeliveryFailed", "ComplianceChangeNotification",
	    "ConfigRulesEvaluationStarted", "ConfigurationSnapshotDeliveryStarted",
	    "ConfigurationSnapshotDeliveryCompleted", "ConfigurationSnapshotDeliveryFailed",
	    "ConfigurationHistoryDeliveryStarted", "ConfigurationHistoryDeliveryCompleted",
	    "ConfigurationHistoryDeliveryFailed", "ScheduledNotification"};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (bl_str_eq(s, bl_str_of(types[i])))
			return true;
	return false;
}

/* ---- Notifications and their wrapping ---- */

static BL_STATUS look_into(
    struct bl_content *c, struct part p, unsigned depth, bool *ret_known, struct bl_err *reterr);

/* The item of a notification: an object, in one old sample an array of one. */
static BL_STATUS
notified_items(struct bl_content *c, struct bl_str raw, struct bl_err *reterr)
{
	struct bl_scan_walk walk;
	struct bl_str key, value;
	enum bl_status status = BL_OK;

	if (raw.ptr[0] != '[')
		return bl_content__item(c, raw, true, c->offset, reterr);
	if (!bl_scan__walk(raw, &walk))
		return BL_OK;
	while (status == BL_OK && bl_scan__next(&walk, &key, &value))
		status = bl_content__item(c, value, true, c->offset, reterr);
	return status;
}

static BL_STATUS
notification(struct bl_content *c, struct part p, bool *ret_known, struct bl_err *reterr)
{
	struct bl_str type = bl_json_str(bl_json_get(p.tree, BL_STR("messageType"))), item;
	const struct bl_json *tree = bl_json_get(p.tree, BL_STR("configurationItem"));
	enum bl_status status = BL_OK;

	if (bl_json_missing(tree) && !is_message_type(type))
		return BL_OK;
	*ret_known = true;
	understood(c, BL_DELIVERY_NOTIFICATION);
	if (type.ptr != NULL && c->message_type.ptr == NULL)
		status = bl_content__keep(c, type, &c->message_type, reterr);
	if (status != BL_OK)
		return status;
	if (!bl_json_missing(tree)) {
		if (bl_scan__member(p.raw, BL_STR("configurationItem"), &item))
			return notified_items(c, item, reterr);
		return bl_content__refuse(c, c->offset, p.raw.len,
		    BL_STR("the name configurationItem is written with escapes"), reterr);
	}
	if (bl_str_eq(type, BL_STR("ConfigurationItemChangeNotification")))
		return bl_content__refuse(c, c->offset, p.raw.len,
		    BL_STR("the change notification has no configurationItem"), reterr);
	return BL_OK;
}

/* Parse ${text} into an arena of its own and look into it. */
static BL_STATUS
look_into_text(struct bl_content *c, struct bl_str text, unsigned depth, bool *ret_known,
    struct bl_err *reterr)
{
	struct bl_str mail;
	struct bl_arena *arena;
	struct bl_err err = {.status = BL_OK};
	struct part p = {.raw = bl_str_trim(text)};
	enum bl_status status;

	if (bl_content__mail(p.raw, &mail))
		p.raw = bl_str_trim(mail);
	if (p.raw.len == 0 || (p.raw.ptr[0] != '{' && p.raw.ptr[0] != '['))
		return BL_OK; /* No JSON inside: the envelope is not for us. */
	arena = bl_arena_new(p.raw.len * BL_CONTENT__TREE_FACTOR + 65536);
	if (arena == NULL)
		return bl_content__no_memory(c, reterr);
	status = bl_json_parse(c->parser, p.raw, arena, &p.tree, &err);
	if (status == BL_OK) {
		status = look_into(c, p, depth, ret_known, reterr);
	} else if (status == BL_ENOMEM) {
		status = sunk(c, status, &err, reterr);
	} else {
		*ret_known = true;
		understood(c, BL_DELIVERY_NOTIFICATION);
		bl_err_prefix(&err, "the text in the envelope");
		status = bl_content__refuse(c, c->offset, p.raw.len, bl_str_of(err.text), reterr);
	}
	bl_arena_free(&arena);
	return status;
}

/* The value of a wrapping member: text, object, or array of either. */
static BL_STATUS
unwrap(struct bl_content *c, struct part p, unsigned depth, bool *ret_known, struct bl_err *reterr)
{
	struct bl_scan_walk walk;
	const struct bl_json *child;
	struct bl_str key;
	struct part element;
	enum bl_status status = BL_OK;

	if (p.tree->kind == BL_JSON_STRING)
		return look_into_text(c, p.tree->text, depth, ret_known, reterr);
	if (p.tree->kind == BL_JSON_OBJECT)
		return look_into(c, p, depth, ret_known, reterr);
	if (p.tree->kind != BL_JSON_ARRAY || !bl_scan__walk(p.raw, &walk))
		return BL_OK;
	for (child = p.tree->first; child != NULL && status == BL_OK; child = child->next) {
		bool known = false;

		if (!bl_scan__next(&walk, &key, &element.raw))
			break; /* The tree is valid JSON, so this does not happen. */
		element.tree = child;
		if (child->kind == BL_JSON_OBJECT)
			status = look_into(c, element, depth, &known, reterr);
		*ret_known |= known;
		if (!known && c->n_foreign++ == 0)
			c->foreign_offset = c->offset;
	}
	return status;
}

/* Members that hold a message, from the outermost wrapping to the innermost. */
static const char *const wrappings[] = {"Records", "Messages", "Sns", "body", "Body", "Message",
    "detail", "invokingEvent", "ConfigurationItem"};
#define N_WRAPPINGS (sizeof(wrappings) / sizeof(wrappings[0]))

static BL_STATUS
look_into(
    struct bl_content *c, struct part p, unsigned depth, bool *ret_known, struct bl_err *reterr)
{
	enum bl_status status;

	if (p.tree->kind != BL_JSON_OBJECT)
		return BL_OK;
	if (depth > MAX_WRAPPING) {
		*ret_known = true;
		understood(c, BL_DELIVERY_NOTIFICATION);
		return bl_content__refuse(c, c->offset, p.raw.len,
		    BL_STR("messages within messages, more than 8 deep"), reterr);
	}
	if (is_item(p.raw)) {
		*ret_known = true;
		understood(c, depth > 0 ? BL_DELIVERY_NOTIFICATION : BL_DELIVERY_API);
		return bl_content__item(c, p.raw, true, c->offset, reterr);
	}
	if (bl_trail_is_record(p.tree)) {
		*ret_known = true;
		c->has_act |= bl_trail_is_act(p.tree);
		if (c->foreign_why.ptr == NULL)
			c->foreign_why =
			    BL_STR("a CloudTrail event that says nothing of a recorder");
		return BL_OK;
	}
	status = notification(c, p, ret_known, reterr);
	for (size_t i = 0; i < N_WRAPPINGS; i++) {
		const struct bl_json *inner = bl_json_get(p.tree, bl_str_of(wrappings[i]));
		bool first = c->kind == BL_DELIVERY_NONE;
		struct part q = {.tree = inner};

		if (status != BL_OK || *ret_known)
			return status;
		if (bl_json_missing(inner) ||
		    !bl_scan__member(p.raw, bl_str_of(wrappings[i]), &q.raw))
			continue;
		status = unwrap(c, q, depth + 1, ret_known, reterr);
		/* The reply of get-aggregate-resource-config is no message. */
		if (*ret_known && first && i == N_WRAPPINGS - 1)
			c->kind = BL_DELIVERY_API;
		/* An event whose detail has no type of its own is named by the event. */
		if (status == BL_OK && *ret_known && c->message_type.ptr == NULL)
			status = bl_content__keep(c,
			    bl_json_str(bl_json_get(p.tree, BL_STR("detail-type"))),
			    &c->message_type, reterr);
	}
	return status;
}

/* ---- Top-level documents ---- */

/* The object around an items array: what kind of delivery it is. */
static BL_STATUS
around_items(struct bl_content *c, const struct bl_json *root, struct bl_err *reterr)
{
	struct bl_str id = bl_json_str(bl_json_get(root, BL_STR("configSnapshotId")));

	c->array_items = true;
	if (bl_json_get(root, BL_STR("fileVersion")) == NULL) {
		understood(c, BL_DELIVERY_API);
		return BL_OK;
	}
	understood(c, id.ptr != NULL ? BL_DELIVERY_SNAPSHOT : BL_DELIVERY_HISTORY);
	if (id.ptr == NULL || c->snapshot_id.ptr != NULL)
		return BL_OK;
	return bl_content__keep(c, id, &c->snapshot_id, reterr);
}

/* "JSON object with members a, b, c" */
static BL_STATUS
describe(struct bl_content *c, struct part p, struct bl_str *ret, struct bl_err *reterr)
{
	struct bl_buf out = BL_BUF_INIT(4096);
	enum bl_status status = BL_OK;
	unsigned n = 0;

	if (p.tree->kind != BL_JSON_OBJECT) {
		*ret = BL_STR("no configuration items: a JSON value that is no object");
		return BL_OK;
	}
	status = bl_buf_add(&out,
	    p.tree->n > 0 ? BL_STR("no configuration items: JSON object with members ")
			  : BL_STR("no configuration items: an empty JSON object"),
	    reterr);
	for (const struct bl_json *v = p.tree->first; v != NULL && status == BL_OK; v = v->next) {
		if (n++ == 6) {
			status = bl_buf_add(&out, BL_STR(", ..."), reterr);
			break;
		}
		status = bl_buf_printf(&out, reterr, "%s%.*s", n > 1 ? ", " : "",
		    BL_STR_ARG(bl_str_sub(v->key, 0, 60)));
	}
	if (status == BL_OK)
		status = bl_content__keep(c, bl_buf_str(&out), ret, reterr);
	else
		status = bl_content__no_memory(c, reterr);
	bl_buf_release(&out);
	return status;
}

/* A document that nobody knows.  If it speaks of configuration items, it is not
 * passed over; answers to advanced queries do so without being items. */
static BL_STATUS
foreign(struct bl_content *c, struct part p, struct bl_err *reterr)
{
	if (!(has(p.raw, "Results") || has(p.raw, "results")) &&
	    bl_str_find(p.raw, BL_STR("onfigurationItemCaptureTime")) != SIZE_MAX)
		return bl_content__refuse(c, c->offset, p.raw.len,
		    BL_STR("holds configuration items in a form that is not understood"), reterr);
	if (c->n_foreign++ > 0)
		return BL_OK;
	c->foreign_offset = c->offset;
	return describe(c, p, &c->foreign_why, reterr);
}

static BL_STATUS
classify(struct bl_content *c, struct part p, bool had_items, struct bl_err *reterr)
{
	const struct bl_json *data = bl_json_get(p.tree, BL_STR("data"));
	enum bl_status status;
	bool known = false;

	if (had_items) {
		bool inside = bl_json_get(p.tree, BL_STR("status_code")) != NULL && data != NULL;

		return around_items(c, inside ? data : p.tree, reterr);
	}
	status = bl_content__evidence(c, p.raw, p.tree, &known, reterr);
	c->has_act = false;
	if (status == BL_OK && !known)
		status = bl_content__trail(c, p.raw, p.tree, &known, reterr);
	if (status != BL_OK || known)
		return status;
	status = look_into(c, p, 0, &known, reterr);
	if (status == BL_OK && c->has_act)
		status = bl_content__keep_trail(c, p.raw, p.tree, reterr);
	/* A recording of an API reply without an items array. */
	if (status == BL_OK && !known && data != NULL &&
	    bl_json_get(p.tree, BL_STR("status_code")) != NULL) {
		struct part inner = {.tree = data};

		if (bl_scan__member(p.raw, BL_STR("data"), &inner.raw))
			status = look_into(c, inner, 1, &known, reterr);
		if (status == BL_OK && !known)
			return foreign(c, inner, reterr);
	}
	if (status != BL_OK || known)
		return status;
	return foreign(c, p, reterr);
}

enum bl_status
bl_content__document(
    struct bl_content *c, const struct bl_split_value *value, struct bl_err *reterr)
{
	struct bl_arena *arena;
	struct part p = {.raw = value->bytes};
	struct bl_err err = {.status = BL_OK};
	enum bl_status status;

	c->n_documents++;
	c->offset = value->offset;
	if (!value->had_items && is_item(value->bytes)) {
		understood(c, BL_DELIVERY_API);
		return bl_content__item(c, value->bytes, value->has_space, value->offset, reterr);
	}
	if (value->bytes.len > MAX_ENVELOPE_BYTES)
		return bl_content__refuse(c, value->offset, value->length,
		    BL_STR("a document of more than 16 MiB that is no configuration item"), reterr);
	arena = bl_arena_new(value->bytes.len * BL_CONTENT__TREE_FACTOR + 65536);
	if (arena == NULL)
		return bl_content__no_memory(c, reterr);
	status = bl_json_parse(c->parser, value->bytes, arena, &p.tree, &err);
	if (status == BL_OK) {
		status = classify(c, p, value->had_items, reterr);
	} else if (status == BL_ENOMEM) {
		status = sunk(c, status, &err, reterr);
	} else if (value->had_items) {
		c->array_items = true;
		bl_err_prefix(&err, "around the configuration items");
		understood(c, BL_DELIVERY_API);
		status = bl_content__broken(c, value->offset, bl_str_of(err.text), reterr);
	} else {
		status = bl_content__refuse(
		    c, value->offset, value->length, bl_str_of(err.text), reterr);
	}
	bl_arena_free(&arena);
	return status;
}

/* ---- Texts that are no JSON ---- */

bool
bl_content__mail(struct bl_str text, struct bl_str *ret_json)
{
	size_t at;

	if (!bl_str_starts(text, BL_STR("View the Timeline")))
		return false;
	at = bl_str_find(text, BL_STR("\n{"));
	if (at == SIZE_MAX)
		return false;
	*ret_json = bl_str_sub(text, at + 1, text.len);
	return true;
}

enum bl_status
bl_content__quote(
    struct bl_arena *arena, struct bl_str bytes, struct bl_str *ret_out, struct bl_err *reterr)
{
	static const char hex[] = "0123456789abcdef";
	char text[4 * 24 + 1];
	size_t n = 0;

	for (size_t i = 0; i < bytes.len && i < 24; i++) {
		unsigned char c = (unsigned char)bytes.ptr[i];

		if (c == '\n' || c == '\r')
			break;
		if (c >= 0x20 && c < 0x7f) {
			text[n++] = (char)c;
			continue;
		}
		text[n++] = '\\';
		text[n++] = 'x';
		text[n++] = hex[c >> 4];
		text[n++] = hex[c & 15];
	}
	if (bl_str_dup(arena, (struct bl_str){text, n}, ret_out) != BL_OK)
		return bl_fail(reterr, BL_ENOMEM, "no memory for a reason");
	return BL_OK;
}
