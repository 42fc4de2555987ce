/*
 * One item, whatever its dialect: which that is, the names found say (member.c).
 */
#include "delivery/item.h"

#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "delivery/item_priv.h"
#include "json/json.h"

static const struct bl_str status_names[] = {
    [BL_ITEM_OK] = BL_STR_INIT("OK"),
    [BL_ITEM_DISCOVERED] = BL_STR_INIT("ResourceDiscovered"),
    [BL_ITEM_NOT_RECORDED] = BL_STR_INIT("ResourceNotRecorded"),
    [BL_ITEM_DELETED] = BL_STR_INIT("ResourceDeleted"),
    [BL_ITEM_DELETED_NOT_RECORDED] = BL_STR_INIT("ResourceDeletedNotRecorded"),
};
#define N_STATUSES (sizeof(status_names) / sizeof(status_names[0]))

struct found {
	const struct bl_json *value; /* NULL: absent or null. */
	enum bl_item__names names;   /* Under whose name. */
};

/* The work on one item. */
struct work {
	struct bl_json_parser *parser;
	struct bl_arena *arena;
	struct found found[BL_ITEM__N_MEMBERS];
	struct bl_err *reterr;
};

const char *
bl_item_status_name(enum bl_item_status status)
{
	return status_names[status].ptr;
}

bool
bl_item__status_of(struct bl_str s, enum bl_item_status *ret_status)
{
	for (size_t i = 0; i < N_STATUSES; i++) {
		if (!bl_str_eq(s, status_names[i]))
			continue;
		*ret_status = (enum bl_item_status)i;
		return true;
	}
	return false;
}

bool
bl_item_exists(enum bl_item_status status)
{
	return status == BL_ITEM_OK || status == BL_ITEM_DISCOVERED;
}

/* ---- Which member is it? ---- */

static BL_STATUS
find_members(struct work *w, const struct bl_json *root)
{
	for (const struct bl_json *v = root->first; v != NULL; v = v->next) {
		enum bl_item__member m;
		enum bl_item__names i;

		if (bl_json_missing(v) || !bl_item__member_of(v->key, &m, &i))
			continue;
		if (w->found[m].value != NULL)
			return bl_fail(w->reterr, BL_EINPUT,
			    "the item has both %s and %s: which one holds?",
			    bl_item__member_name(m, w->found[m].names), bl_item__member_name(m, i));
		w->found[m] = (struct found){v, i};
	}
	return BL_OK;
}

static const char *
name_of(const struct work *w, enum bl_item__member m)
{
	return bl_item__member_name(m, w->found[m].names);
}

static enum bl_dialect
dialect_of(const struct work *w)
{
	static const enum bl_item__member telling[] = {
	    BL_ITEM__VERSION, BL_ITEM__ACCOUNT, BL_ITEM__ARN};
	bool api = false;

	for (size_t i = 0; i < sizeof(telling) / sizeof(telling[0]); i++)
		api |= w->found[telling[i]].value != NULL &&
		       w->found[telling[i]].names != BL_ITEM__OF_FILES;
	if (!api)
		return BL_DIALECT_FILE;
	return w->found[BL_ITEM__CONFIGURATION].value != NULL &&
		       w->found[BL_ITEM__CONFIGURATION].value->kind == BL_JSON_OBJECT
		   ? BL_DIALECT_CONSOLE
		   : BL_DIALECT_API;
}

/* ---- Plain members ---- */

static BL_STATUS
text(struct work *w, enum bl_item__member m, bool required, struct bl_str *ret)
{
	const struct bl_json *v = w->found[m].value;

	if (v == NULL && !required)
		return BL_OK;
	if (v == NULL)
		return bl_fail(w->reterr, BL_EINPUT, "the item has no %s",
		    bl_item__member_name(m, BL_ITEM__OF_FILES));
	if (v->kind != BL_JSON_STRING)
		return bl_fail(w->reterr, BL_EINPUT, "the item's %s is no string", name_of(w, m));
	if (required && v->text.len == 0)
		return bl_fail(w->reterr, BL_EINPUT, "the item's %s is empty", name_of(w, m));
	*ret = v->text;
	return BL_OK;
}

/* A member of a recorded datetime, {"__class__": "datetime", "year": ...}: UTC. */
static bool
part(const struct bl_json *v, struct bl_str key, int64_t min, int64_t max, int64_t *ret)
{
	return bl_json_i64(bl_json_get(v, key), ret) && *ret >= min && *ret <= max;
}

static bool
recorded_datetime(const struct bl_json *v, int64_t *ret_ns)
{
	int64_t year, month, day, hour, minute, second, us, check;
	int y, m, d;

	if (!bl_str_eq(bl_json_str(bl_json_get(v, BL_STR("__class__"))), BL_STR("datetime")) ||
	    !part(v, BL_STR("year"), 1678, 2261, &year) ||
	    !part(v, BL_STR("month"), 1, 12, &month) || !part(v, BL_STR("day"), 1, 31, &day) ||
	    !part(v, BL_STR("hour"), 0, 23, &hour) || !part(v, BL_STR("minute"), 0, 59, &minute) ||
	    !part(v, BL_STR("second"), 0, 59, &second) ||
	    !part(v, BL_STR("microsecond"), 0, 999999, &us))
		return false;
	check = bl_instant_civil((int)year, (int)month, (int)day);
	bl_instant_date(check, &y, &m, &d);
	if (y != year || m != month || d != day)
		return false;
	*ret_ns = check + (hour * 3600 + minute * 60 + second) * BL_NS_PER_S + us * 1000;
	return true;
}

static bool
instant(const struct bl_json *v, int64_t *ret_ns)
{
	if (v->kind == BL_JSON_STRING)
		return bl_instant_parse(v->text, ret_ns);
	if (v->kind == BL_JSON_NUMBER)
		return bl_instant_from_seconds(v->text, ret_ns);
	return v->kind == BL_JSON_OBJECT && recorded_datetime(v, ret_ns);
}

static BL_STATUS
time_of(struct work *w, enum bl_item__member m, bool required, int64_t *ret_ns)
{
	const struct bl_json *v = w->found[m].value;

	if (v == NULL && !required)
		return BL_OK;
	if (v == NULL)
		return bl_fail(w->reterr, BL_EINPUT, "the item has no %s",
		    bl_item__member_name(m, BL_ITEM__OF_FILES));
	if (!instant(v, ret_ns))
		return bl_fail(w->reterr, BL_EINPUT,
		    "the item's %s \"%.*s\" is no instant (ISO 8601 with Z or offset, or seconds "
		    "since 1970)",
		    name_of(w, m), BL_STR_ARG(bl_str_sub(v->text, 0, 60)));
	return BL_OK;
}

static BL_STATUS
state_id(struct work *w, int64_t *ret)
{
	const struct bl_json *v = w->found[BL_ITEM__STATE_ID].value;

	if (v == NULL || (v->kind == BL_JSON_STRING && v->text.len == 0))
		return BL_OK;
	if (v->kind == BL_JSON_STRING ? bl_str_to_i64(v->text, ret) : bl_json_i64(v, ret))
		return BL_OK;
	return bl_fail(w->reterr, BL_EINPUT, "the item's %s \"%.*s\" is no whole number",
	    name_of(w, BL_ITEM__STATE_ID), BL_STR_ARG(bl_str_sub(v->text, 0, 60)));
}

static BL_STATUS
item_status(struct work *w, enum bl_item_status *ret)
{
	struct bl_str s;
	enum bl_status status = text(w, BL_ITEM__STATUS, true, &s);

	if (status != BL_OK)
		return status;
	if (bl_item__status_of(s, ret))
		return BL_OK;
	return bl_fail(w->reterr, BL_EINPUT, "the item's %s \"%.*s\" is unknown",
	    name_of(w, BL_ITEM__STATUS), BL_STR_ARG(bl_str_sub(s, 0, 60)));
}

/* ---- Nested members ---- */

static BL_STATUS
configuration(struct work *w, const struct bl_json **ret)
{
	const struct bl_json *v = w->found[BL_ITEM__CONFIGURATION].value, *decoded;
	enum bl_status status;

	if (v == NULL || bl_str_eq(bl_json_str(v), BL_STR("null")))
		return BL_OK;
	status = bl_json_decode(w->parser, v, w->arena, &decoded, w->reterr);
	if (status != BL_OK)
		return status;
	if (decoded->kind != BL_JSON_OBJECT)
		return bl_fail(w->reterr, BL_EINPUT,
		    "the item's %s is neither a JSON object nor a string that holds one",
		    name_of(w, BL_ITEM__CONFIGURATION));
	*ret = decoded;
	return BL_OK;
}

/* A copy of ${v} under another key, without its sibling. */
static BL_STATUS
copy_as(struct work *w, const struct bl_json *v, struct bl_str key, struct bl_json **ret)
{
	struct bl_json *node = bl_new(w->arena, struct bl_json, 1);

	if (node == NULL)
		return bl_fail(w->reterr, BL_ENOMEM, "no memory for an item");
	*node = *v;
	node->key = key;
	node->next = NULL;
	*ret = node;
	return BL_OK;
}

/*
 * One supplementary value as the delivered files have it.  API output holds the
 * JSON text of that value ("false" for false, a quoted text for a text), so one decoding is due
 * there whatever it gives; behind it, and in files, a text may still hold an object.
 */
static BL_STATUS
supplementary_value(struct work *w, bool api, const struct bl_json *v, const struct bl_json **ret)
{
	if (api && v->kind == BL_JSON_STRING) {
		const struct bl_json *once;
		struct bl_err err;
		enum bl_status status = bl_json_parse(w->parser, v->text, w->arena, &once, &err);

		if (status == BL_OK) {
			v = once;
		} else if (status != BL_EINPUT) {
			if (w->reterr != NULL)
				*w->reterr = err;
			return status;
		}
	}
	return bl_json_decode(w->parser, v, w->arena, ret, w->reterr);
}

static BL_STATUS
supplementary(struct work *w, const struct bl_json **ret)
{
	const struct bl_json *from = w->found[BL_ITEM__SUPPLEMENTARY].value, *decoded;
	bool api = dialect_of(w) == BL_DIALECT_API;
	const struct bl_json **tail;
	struct bl_json *object, *node = NULL;
	enum bl_status status;

	if (from == NULL)
		return BL_OK;
	/* A recorder that encodes the whole of it is no dialect of AWS, but readable. */
	status = bl_json_decode(w->parser, from, w->arena, &from, w->reterr);
	if (status != BL_OK)
		return status;
	if (from->kind != BL_JSON_OBJECT)
		return bl_fail(w->reterr, BL_EINPUT, "the item's %s is no JSON object",
		    name_of(w, BL_ITEM__SUPPLEMENTARY));
	status = copy_as(w, from, (struct bl_str){NULL, 0}, &object);
	if (status != BL_OK)
		return status;
	tail = &object->first;
	for (const struct bl_json *v = from->first; v != NULL; v = v->next) {
		status = supplementary_value(w, api, v, &decoded);
		if (status == BL_OK)
			status = copy_as(w, decoded, v->key, &node);
		if (status != BL_OK)
			return status;
		*tail = node;
		tail = &node->next;
	}
	*tail = NULL;
	*ret = object;
	return BL_OK;
}

static BL_STATUS
tags(struct work *w, const struct bl_json **ret)
{
	const struct bl_json *v = w->found[BL_ITEM__TAGS].value;

	if (v == NULL)
		return BL_OK;
	if (v->kind != BL_JSON_OBJECT)
		return bl_fail(w->reterr, BL_EINPUT,
		    "the item's %s is no JSON object of keys and values",
		    name_of(w, BL_ITEM__TAGS));
	for (const struct bl_json *t = v->first; t != NULL; t = t->next)
		if (t->kind != BL_JSON_STRING)
			return bl_fail(w->reterr, BL_EINPUT,
			    "the value of the item's tag \"%.*s\" is no string",
			    BL_STR_ARG(bl_str_sub(t->key, 0, 60)));
	*ret = v;
	return BL_OK;
}

/* One relationship under the names of the delivered files. */
static BL_STATUS
relationship(struct work *w, const struct bl_json *from, struct bl_json **ret)
{
	static const struct {
		struct bl_str to, from[3];
	} map[] = {
	    {BL_STR_INIT("resourceType"),
		{BL_STR_INIT("resourceType"), BL_STR_INIT("ResourceType")}},
	    {BL_STR_INIT("resourceId"), {BL_STR_INIT("resourceId"), BL_STR_INIT("ResourceId")}},
	    {BL_STR_INIT("resourceName"),
		{BL_STR_INIT("resourceName"), BL_STR_INIT("ResourceName")}},
	    {BL_STR_INIT("name"), {BL_STR_INIT("name"), BL_STR_INIT("relationshipName"),
				      BL_STR_INIT("RelationshipName")}},
	};
	const struct bl_json **tail;
	struct bl_json *object, *node = NULL;
	enum bl_status status;

	if (from->kind != BL_JSON_OBJECT)
		return bl_fail(w->reterr, BL_EINPUT, "one of the item's %s is no JSON object",
		    name_of(w, BL_ITEM__RELATIONSHIPS));
	status = copy_as(w, from, (struct bl_str){NULL, 0}, &object);
	if (status != BL_OK)
		return status;
	object->n = 0;
	tail = &object->first;
	for (size_t i = 0; i < sizeof(map) / sizeof(map[0]); i++) {
		const struct bl_json *v = NULL;

		for (size_t k = 0; k < 3 && bl_json_missing(v) && map[i].from[k].ptr != NULL; k++)
			v = bl_json_get(from, map[i].from[k]);
		if (v == NULL || bl_json_missing(v))
			continue;
		if (v->kind != BL_JSON_STRING)
			return bl_fail(w->reterr, BL_EINPUT,
			    "%s in one of the item's %s is no string", map[i].to.ptr,
			    name_of(w, BL_ITEM__RELATIONSHIPS));
		status = copy_as(w, v, map[i].to, &node);
		if (status != BL_OK)
			return status;
		*tail = node;
		tail = &node->next;
		object->n++;
	}
	*tail = NULL;
	*ret = object;
	return BL_OK;
}

static BL_STATUS
relationships(struct work *w, const struct bl_json **ret)
{
	const struct bl_json *from = w->found[BL_ITEM__RELATIONSHIPS].value;
	const struct bl_json **tail;
	struct bl_json *array, *node = NULL;
	enum bl_status status;

	if (from == NULL)
		return BL_OK;
	if (from->kind != BL_JSON_ARRAY)
		return bl_fail(w->reterr, BL_EINPUT, "the item's %s is no JSON array",
		    name_of(w, BL_ITEM__RELATIONSHIPS));
	status = copy_as(w, from, (struct bl_str){NULL, 0}, &array);
	if (status != BL_OK)
		return status;
	tail = &array->first;
	for (const struct bl_json *v = from->first; v != NULL; v = v->next) {
		status = relationship(w, v, &node);
		if (status != BL_OK)
			return status;
		*tail = node;
		tail = &node->next;
	}
	*tail = NULL;
	*ret = array;
	return BL_OK;
}

/* ---- The item ---- */

bool
bl_item__is_account(struct bl_str s)
{
	if (s.len != 12)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	return true;
}

static BL_STATUS
identity(struct work *w, struct bl_item *item)
{
	static const struct {
		enum bl_item__member member;
		bool required;
		size_t at;
	} members[] = {
	    {BL_ITEM__TYPE, true, offsetof(struct bl_item, type)},
	    {BL_ITEM__ID, true, offsetof(struct bl_item, id)},
	    {BL_ITEM__ACCOUNT, true, offsetof(struct bl_item, account)},
	    {BL_ITEM__REGION, true, offsetof(struct bl_item, region)},
	    {BL_ITEM__VERSION, false, offsetof(struct bl_item, version)},
	    {BL_ITEM__NAME, false, offsetof(struct bl_item, name)},
	    {BL_ITEM__ARN, false, offsetof(struct bl_item, arn)},
	    {BL_ITEM__ZONE, false, offsetof(struct bl_item, zone)},
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		struct bl_str s = {NULL, 0};
		enum bl_status status = text(w, members[i].member, members[i].required, &s);

		if (status != BL_OK)
			return status;
		memcpy((char *)item + members[i].at, &s, sizeof(s));
	}
	if (!bl_item__is_account(item->account))
		return bl_fail(w->reterr, BL_EINPUT,
		    "the item's %s \"%.*s\" is no account (12 digits)",
		    name_of(w, BL_ITEM__ACCOUNT), BL_STR_ARG(bl_str_sub(item->account, 0, 60)));
	return BL_OK;
}

enum bl_status
bl_item_parse(struct bl_json_parser *parser, struct bl_str bytes, struct bl_arena *arena,
    struct bl_item *ret_item, struct bl_err *reterr)
{
	struct work w = {.parser = parser, .arena = arena, .reterr = reterr};
	struct bl_item item = {.created_ns = BL_INSTANT_MIN};
	enum bl_status status = bl_json_parse(parser, bytes, arena, &item.root, reterr);

	if (status != BL_OK)
		return status;
	if (item.root->kind != BL_JSON_OBJECT)
		return bl_fail(reterr, BL_EINPUT, "the item is no JSON object");
	status = find_members(&w, item.root);
	if (status == BL_OK)
		status = identity(&w, &item);
	if (status == BL_OK)
		status = time_of(&w, BL_ITEM__CAPTURE_TIME, true, &item.capture_ns);
	if (status == BL_OK)
		status = item_status(&w, &item.status);
	if (status == BL_OK)
		status = time_of(&w, BL_ITEM__CREATION_TIME, false, &item.created_ns);
	if (status == BL_OK)
		status = state_id(&w, &item.state_id);
	if (status == BL_OK)
		status = configuration(&w, &item.configuration);
	if (status == BL_OK)
		status = supplementary(&w, &item.supplementary);
	if (status == BL_OK)
		status = tags(&w, &item.tags);
	if (status == BL_OK)
		status = relationships(&w, &item.relationships);
	if (status != BL_OK)
		return status;
	item.dialect = dialect_of(&w);
	*ret_item = item;
	return BL_OK;
}
