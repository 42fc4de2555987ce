/*
 * An item as AWS shows it in the results of advanced queries: the names of its API, tags as a list
 * of {key, value, tag}, configurationStateId as a text.  What is absent is left out.
 */
#include <stdio.h>

#include "advanced/run_priv.h"
#include "base/arena.h"
#include "base/instant.h"
#include "delivery/item.h"
#include "json/json.h"

struct maker {
	struct bl_arena *arena;
	struct bl_json *object, *last;
	bool full; /* No memory. */
};

static void
add(struct maker *m, const char *key, const struct bl_json *value)
{
	struct bl_json *member;

	if (value == NULL || m->full)
		return;
	member = bl_new(m->arena, struct bl_json, 1);
	if (member == NULL) {
		m->full = true;
		return;
	}
	*member = *value;
	member->key = bl_str_of(key);
	member->next = NULL;
	if (m->last == NULL)
		m->object->first = member;
	else
		m->last->next = member;
	m->last = member;
	m->object->n++;
}

static void
add_text(struct maker *m, const char *key, struct bl_str text)
{
	struct bl_json value = {.kind = BL_JSON_STRING, .text = text};

	if (text.ptr != NULL)
		add(m, key, &value);
}

static void
add_instant(struct maker *m, const char *key, int64_t ns)
{
	char *room = bl_new(m->arena, char, BL_INSTANT_TEXT);

	if (room == NULL)
		m->full = true;
	else if (ns != BL_INSTANT_MIN)
		add_text(m, key, bl_str_of(bl_instant_format(ns, room)));
}

static void
add_state_id(struct maker *m, int64_t state_id)
{
	char *room = bl_new(m->arena, char, 24);

	if (room == NULL) {
		m->full = true;
	} else if (state_id != 0) {
		(void)snprintf(room, 24, "%lld", (long long)state_id);
		add_text(m, "configurationStateId", bl_str_of(room));
	}
}

/* Relationships with "relationshipName" for "name". */
static void
add_relationships(struct maker *m, const struct bl_json *list)
{
	struct bl_json copy = {.kind = BL_JSON_ARRAY}, *last = NULL;

	for (const struct bl_json *r = list == NULL ? NULL : list->first; r != NULL; r = r->next) {
		struct bl_json *one = bl_new(m->arena, struct bl_json, 1), *before = NULL;

		if (one == NULL) {
			m->full = true;
			return;
		}
		*one = *r;
		one->first = NULL;
		for (const struct bl_json *k = r->first; k != NULL; k = k->next) {
			struct bl_json *member = bl_new(m->arena, struct bl_json, 1);

			if (member == NULL) {
				m->full = true;
				return;
			}
			*member = *k;
			if (bl_str_eq(k->key, BL_STR("name")))
				member->key = BL_STR("relationshipName");
			if (before == NULL)
				one->first = member;
			else
				before->next = member;
			before = member;
		}
		one->next = NULL;
		if (last == NULL)
			copy.first = one;
		else
			last->next = one;
		last = one;
		copy.n++;
	}
	add(m, "relationships", &copy);
}

BL_STATUS
bl_advanced__document(const struct bl_item *item, struct bl_arena *arena,
    const struct bl_json **ret_document, struct bl_err *reterr)
{
	struct maker m = {.arena = arena, .object = bl_new(arena, struct bl_json, 1)};
	const struct bl_json *tags = NULL;
	enum bl_status status;

	if (m.object == NULL)
		return bl_advanced__no_memory(reterr);
	m.object->kind = BL_JSON_OBJECT;
	add_text(&m, "accountId", item->account);
	add_text(&m, "arn", item->arn);
	add_text(&m, "availabilityZone", item->zone);
	add_text(&m, "awsRegion", item->region);
	add_instant(&m, "configurationItemCaptureTime", item->capture_ns);
	add_text(&m, "configurationItemStatus", bl_str_of(bl_item_status_name(item->status)));
	add_state_id(&m, item->state_id);
	add_instant(&m, "resourceCreationTime", item->created_ns);
	add_text(&m, "resourceId", item->id);
	add_text(&m, "resourceName", item->name);
	add_text(&m, "resourceType", item->type);
	add_text(&m, "version", item->version);
	add(&m, "configuration", item->configuration);
	add(&m, "supplementaryConfiguration", item->supplementary);
	add_relationships(&m, item->relationships);
	status = bl_match_tags(item->tags, arena, &tags, reterr);
	if (status)
		return status;
	add(&m, "tags", tags);
	if (m.full)
		return bl_advanced__no_memory(reterr);
	*ret_document = m.object;
	return BL_OK;
}
