/*
 * The quick way looks at values as the check of the text comes by them, and knows the plain forms
 * of delivered files only.  Whatever else turns up, right or wrong, ends it without a verdict, and
 * bl_item_parse decides: there is one set of rules and words for what is refused.
 *
 * Invariant: what is accepted here, bl_item_parse accepts with the same head.
 */
#include "delivery/head.h"

#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "delivery/item_priv.h"
#include "json/check.h"
#include "json/json.h"

/* A supplementary value that may hold JSON: to be looked at behind the text. */
struct held {
	struct bl_str text; /* As written. */
	const struct held *next;
};

struct quick {
	struct bl_arena *arena;
	struct bl_item_head head;
	const struct held *held;
	enum bl_item__member inside; /* The member whose children come by; N_MEMBERS: none. */
	bool has_time, has_status;
};

static bool
text(struct quick *q, const struct bl_json_seen *seen, struct bl_str *ret)
{
	if (seen->kind != BL_JSON_STRING)
		return false;
	if (seen->escaped)
		return bl_json_unescape(q->arena, seen->text, ret, NULL) == BL_OK;
	*ret = seen->text;
	return true;
}

static bool
instant(const struct bl_json_seen *seen, int64_t *ret_ns)
{
	if (seen->kind == BL_JSON_STRING)
		return !seen->escaped && bl_instant_parse(seen->text, ret_ns);
	return seen->kind == BL_JSON_NUMBER && bl_instant_from_seconds(seen->text, ret_ns);
}

static bool
state_id(const struct bl_json_seen *seen, int64_t *ret)
{
	if (seen->kind == BL_JSON_STRING && seen->text.len == 0)
		return true;
	if (seen->kind != BL_JSON_NUMBER && (seen->kind != BL_JSON_STRING || seen->escaped))
		return false;
	/* Written as 16.0 it is rare enough for the slow way. */
	return bl_str_to_i64(seen->text, ret);
}

static enum bl_json_visit
if_right(bool right)
{
	return right ? BL_JSON_VISIT_ON : BL_JSON_VISIT_STOP;
}

static enum bl_json_visit
enter(struct quick *q, const struct bl_json_seen *seen, enum bl_item__member m,
    enum bl_json_kind kind)
{
	q->inside = m;
	return seen->kind == kind ? BL_JSON_VISIT_ENTER : BL_JSON_VISIT_STOP;
}

/* A member of the item that is not null. */
static enum bl_json_visit
known_member(struct quick *q, const struct bl_json_seen *seen, enum bl_item__member m)
{
	struct bl_item_head *h = &q->head;
	struct bl_str s;
	int64_t ns;

	switch (m) {
	case BL_ITEM__TYPE: return if_right(text(q, seen, &h->type));
	case BL_ITEM__ID: return if_right(text(q, seen, &h->id));
	case BL_ITEM__REGION: return if_right(text(q, seen, &h->region));
	case BL_ITEM__NAME: return if_right(text(q, seen, &h->name));
	case BL_ITEM__ARN: return if_right(text(q, seen, &h->arn));
	case BL_ITEM__ACCOUNT:
		return if_right(text(q, seen, &h->account) && bl_item__is_account(h->account));
	case BL_ITEM__VERSION:
	case BL_ITEM__ZONE: return if_right(seen->kind == BL_JSON_STRING);
	case BL_ITEM__STATE_ID: return if_right(state_id(seen, &h->state_id));
	case BL_ITEM__CAPTURE_TIME:
		q->has_time = instant(seen, &h->capture_ns);
		return if_right(q->has_time);
	case BL_ITEM__CREATION_TIME: return if_right(instant(seen, &ns));
	case BL_ITEM__STATUS:
		q->has_status = text(q, seen, &s) && bl_item__status_of(s, &h->status);
		return if_right(q->has_status);
	case BL_ITEM__CONFIGURATION:
		return if_right(seen->kind == BL_JSON_OBJECT ||
				(seen->kind == BL_JSON_STRING && !seen->escaped &&
				    bl_str_eq(seen->text, BL_STR("null"))));
	case BL_ITEM__SUPPLEMENTARY:
	case BL_ITEM__TAGS: return enter(q, seen, m, BL_JSON_OBJECT);
	case BL_ITEM__RELATIONSHIPS: return enter(q, seen, m, BL_JSON_ARRAY);
	case BL_ITEM__N_MEMBERS: break;
	}
	return BL_JSON_VISIT_STOP;
}

static enum bl_json_visit
member(struct quick *q, const struct bl_json_seen *seen)
{
	enum bl_item__member m;
	enum bl_item__names names;
	struct bl_str s;

	if (seen->kind == BL_JSON_NULL)
		return BL_JSON_VISIT_ON;
	if (bl_item__member_of(seen->key, &m, &names))
		return names == BL_ITEM__OF_FILES ? known_member(q, seen, m) : BL_JSON_VISIT_STOP;
	if (!bl_str_eq(seen->key, BL_STR("recordingFrequency")))
		return bl_str_eq(seen->key, BL_STR("RecordingFrequency")) ? BL_JSON_VISIT_STOP
									  : BL_JSON_VISIT_ON;
	q->head.daily = text(q, seen, &s) && bl_str_eq(s, BL_STR("DAILY"));
	return BL_JSON_VISIT_ON;
}

static enum bl_json_visit
supplementary_value(struct quick *q, const struct bl_json_seen *seen)
{
	struct held *held;
	char first = 'x';

	if (seen->text.len > 0)
		first = seen->text.ptr[0];
	/* Only a text that begins with a bracket or a quote, perhaps behind blanks, is decoded. */
	if (seen->kind != BL_JSON_STRING ||
	    (first != '{' && first != '[' && first != '\\' && first != ' '))
		return BL_JSON_VISIT_ON;
	held = bl_new(q->arena, struct held, 1);
	if (held == NULL)
		return BL_JSON_VISIT_STOP;
	*held = (struct held){seen->text, q->held};
	q->held = held;
	return BL_JSON_VISIT_ON;
}

static enum bl_json_visit
relationship_member(const struct bl_json_seen *seen)
{
	static const struct bl_str names[] = {BL_STR_INIT("resourceType"),
	    BL_STR_INIT("ResourceType"), BL_STR_INIT("resourceId"), BL_STR_INIT("ResourceId"),
	    BL_STR_INIT("resourceName"), BL_STR_INIT("ResourceName"), BL_STR_INIT("name"),
	    BL_STR_INIT("relationshipName"), BL_STR_INIT("RelationshipName")};

	if (seen->kind == BL_JSON_STRING || seen->kind == BL_JSON_NULL)
		return BL_JSON_VISIT_ON;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (bl_str_eq(seen->key, names[i]))
			return BL_JSON_VISIT_STOP;
	return BL_JSON_VISIT_ON;
}

static enum bl_json_visit
on_value(void *ctx, const struct bl_json_seen *seen)
{
	struct quick *q = ctx;

	if (seen->depth == 1)
		return member(q, seen);
	if (q->inside == BL_ITEM__TAGS)
		return if_right(seen->kind == BL_JSON_STRING);
	if (q->inside == BL_ITEM__SUPPLEMENTARY)
		return supplementary_value(q, seen);
	if (seen->depth == 3)
		return relationship_member(seen);
	return seen->kind == BL_JSON_OBJECT ? BL_JSON_VISIT_ENTER : BL_JSON_VISIT_STOP;
}

/* Would bl_item_parse fail for what the text holds?  A text that is no JSON stays a text. */
static bool
held_is_right(struct bl_json_parser *parser, struct bl_arena *arena, const struct held *held)
{
	struct bl_json value = {.kind = BL_JSON_STRING};
	struct bl_arena_mark mark = bl_arena_mark(arena);
	const struct bl_json *out;
	bool right = bl_json_unescape(arena, held->text, &value.text, NULL) == BL_OK;

	if (right && !bl_json_check(parser, value.text, NULL))
		right = bl_json_decode(parser, &value, arena, &out, NULL) == BL_OK;
	bl_arena_rewind(arena, mark);
	return right;
}

static bool
parse_quickly(struct bl_json_parser *parser, struct bl_str bytes, struct quick *q)
{
	struct bl_json_visitor visitor = {q, on_value};
	const struct bl_item_head *h = &q->head;

	if (bytes.len == 0 || bytes.ptr[0] != '{' || !bl_json_check(parser, bytes, &visitor))
		return false;
	for (const struct held *held = q->held; held != NULL; held = held->next)
		if (!held_is_right(parser, q->arena, held))
			return false;
	return h->type.len > 0 && h->id.len > 0 && h->account.len > 0 && h->region.len > 0 &&
	       q->has_time && q->has_status;
}

static bool
is_daily(const struct bl_json *root)
{
	return bl_str_eq(
		   bl_json_str(bl_json_get(root, BL_STR("recordingFrequency"))), BL_STR("DAILY")) ||
	       bl_str_eq(
		   bl_json_str(bl_json_get(root, BL_STR("RecordingFrequency"))), BL_STR("DAILY"));
}

enum bl_status
bl_item_head_parse(struct bl_json_parser *parser, struct bl_str bytes, struct bl_arena *arena,
    struct bl_item_head *ret_head, struct bl_err *reterr)
{
	struct bl_arena_mark mark = bl_arena_mark(arena);
	struct quick q = {.arena = arena, .inside = BL_ITEM__N_MEMBERS};
	struct bl_item item;
	enum bl_status status;

	if (parse_quickly(parser, bytes, &q)) {
		*ret_head = q.head;
		return BL_OK;
	}
	bl_arena_rewind(arena, mark);
	status = bl_item_parse(parser, bytes, arena, &item, reterr);
	if (status != BL_OK)
		return status;
	*ret_head = (struct bl_item_head){
	    .type = item.type,
	    .id = item.id,
	    .account = item.account,
	    .region = item.region,
	    .name = item.name,
	    .arn = item.arn,
	    .capture_ns = item.capture_ns,
	    .state_id = item.state_id,
	    .status = item.status,
	    .daily = is_daily(item.root),
	};
	return BL_OK;
}
