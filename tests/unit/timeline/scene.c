#include "scene.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void
scene_open(struct scene *s)
{
	*s = (struct scene){.n = 0};
	(void)snprintf(s->path, sizeof(s->path), "%s/store", kit_folder(s->folder));
	s->arena = bl_arena_new((size_t)1 << 28);
	assert_non_null(s->arena);
	assert_ok(
	    bl_store_open(bl_os_posix(), s->path, BL_STORE_CREATE, &s->store, &s->err), s->err);
}

void
scene_close(struct scene *s)
{
	bl_store_close(&s->store);
	bl_arena_free(&s->arena);
	kit_remove(s->folder);
}

static struct bl_str
item_text(const struct thing *t, char *buf, size_t size)
{
	char when[BL_INSTANT_TEXT];
	const char *status = t->status == NULL ? "OK" : t->status;
	bool gone = strcmp(status, "ResourceDeleted") == 0;
	int n = snprintf(buf, size,
	    "{\"relatedEvents\":[],%s%s%s%s\"configurationItemVersion\":\"1.3\","
	    "\"configurationItemCaptureTime\":\"%s\",\"configurationStateId\":%d,"
	    "\"awsAccountId\":\"111122223333\",\"configurationItemStatus\":\"%s\","
	    "\"resourceType\":\"%s\",\"resourceId\":\"%s\",\"awsRegion\":\"%s\"}",
	    gone ? "" : "\"configuration\":",
	    gone	      ? ""
	    : t->what == NULL ? "{\"x\":1}"
			      : t->what,
	    gone ? "" : ",", t->daily ? "\"recordingFrequency\":\"DAILY\"," : "",
	    bl_instant_format(HOUR(t->hour), when), t->state, status,
	    t->type == NULL ? "AWS::EC2::Volume" : t->type, t->id,
	    t->region == NULL ? "eu-central-1" : t->region);

	assert_true(n > 0 && (size_t)n < size);
	return (struct bl_str){buf, (size_t)n};
}

uint64_t
scene_deliver(struct scene *s, enum bl_delivery_kind kind, const char *region, int hour,
    bool complete, const struct thing *things, size_t n)
{
	char buf[4096], name[64];
	uint64_t position = 0;
	struct bl_delivery d = {.kind = kind,
	    .account = BL_STR("111122223333"),
	    .region = bl_str_of(region),
	    .as_of_ns = HOUR(hour),
	    .first_ns = HOUR(hour),
	    .complete = complete,
	    .n_items = n};

	s->n++;
	(void)snprintf(name, sizeof(name), "delivery-%" PRIu64, s->n);
	d.key = d.name = bl_str_of(name);
	memcpy(d.sha256.byte, &s->n, sizeof(s->n));
	assert_ok(bl_store_begin(s->store, &s->err), s->err);
	for (size_t i = 0; i < n; i++) {
		struct bl_version_id id;
		struct bl_hash128 hash;
		struct bl_str bytes = item_text(&things[i], buf, sizeof(buf));
		struct bl_str type =
		    things[i].type == NULL ? BL_STR("AWS::EC2::Volume") : bl_str_of(things[i].type);

		if (bl_store_find(s->store, bytes, &hash, &id)) {
			d.n_known++;
		} else {
			assert_ok(bl_store_put(s->store, type, bytes, hash, &id, &s->err), s->err);
			d.n_new++;
		}
		assert_ok(bl_store_member(s->store, id, &s->err), s->err);
	}
	assert_ok(bl_store_commit(s->store, &d, &position, &s->err), s->err);
	return position;
}

uint64_t
scene_evidence_named(struct scene *s, enum bl_delivery_kind kind, const char *key, const char *text)
{
	uint64_t position = 0;
	struct bl_delivery d = {
	    .kind = kind, .as_of_ns = BL_INSTANT_MIN, .first_ns = BL_INSTANT_MIN, .complete = true};

	s->n++;
	d.key = d.name = bl_str_of(key);
	memcpy(d.sha256.byte, &s->n, sizeof(s->n));
	assert_ok(bl_store_begin(s->store, &s->err), s->err);
	assert_ok(bl_store_attach(s->store, bl_str_of(text), &s->err), s->err);
	assert_ok(bl_store_commit(s->store, &d, &position, &s->err), s->err);
	return position;
}

uint64_t
scene_evidence(struct scene *s, enum bl_delivery_kind kind, const char *text)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "evidence-%" PRIu64, s->n + 1);
	return scene_evidence_named(s, kind, name, text);
}

uint64_t
scene_act(struct scene *s, const char *name, const char *region, int hour, const char *error)
{
	char text[1024], when[BL_INSTANT_TEXT];
	int n = snprintf(text, sizeof(text),
	    "{\"Records\":[{\"eventSource\":\"config.amazonaws.com\",\"eventName\":\"%s\","
	    "\"eventTime\":\"%s\",\"awsRegion\":\"%s\",\"recipientAccountId\":"
	    "\"111122223333\",\"eventID\":\"%s-%d\",%s%s%s\"userIdentity\":"
	    "{\"arn\":\"arn:aws:iam::111122223333:user/eve\"}}]}",
	    name, bl_instant_format(HOUR(hour), when), region, name, hour,
	    error == NULL ? "" : "\"errorCode\":\"", error == NULL ? "" : error,
	    error == NULL ? "" : "\",");

	assert_true(n > 0 && (size_t)n < sizeof(text));
	return scene_evidence(s, BL_DELIVERY_TRAIL, text);
}

static void
add_hours(char *out, size_t size, int64_t ns)
{
	int64_t hours = (ns - HOUR(0)) / BL_NS_PER_HOUR;

	if (ns == BL_INSTANT_MAX)
		return;
	(void)snprintf(out + strlen(out), size - strlen(out), "%" PRId64 "%s", hours,
	    HOUR(hours) == ns ? "" : "+");
}

enum bl_status
scene_timeline(struct scene *s, const char *type, uint64_t position, struct bl_arena *arena,
    const struct bl_timeline **ret_timeline)
{
	uint32_t type_no = bl_store_type_no(s->store, bl_str_of(type));
	struct bl_columns *columns = NULL;
	enum bl_status status;

	assert_int_not_equal(type_no, UINT32_MAX);
	status = bl_columns_new(s->store, BL_COLUMNS_CANONICAL, &columns, &s->err);
	if (status == BL_OK)
		status =
		    bl_timeline_build(columns, &type_no, 1, position, arena, ret_timeline, &s->err);
	bl_columns_free(&columns);
	return status;
}

/* The resource, or NULL. */
static const struct bl_resource *
find_resource(struct scene *s, const char *type, const char *id, uint64_t position)
{
	const struct bl_timeline *t = NULL;

	assert_ok(scene_timeline(s, type, position, s->arena, &t), s->err);
	for (size_t i = 0; i < t->n; i++)
		if (bl_str_eq(t->resources[i].id, bl_str_of(id)))
			return &t->resources[i];
	return NULL;
}

const char *
scene_states(struct scene *s, const char *type, const char *id, uint64_t position)
{
	static char out[1024];
	const struct bl_resource *r = find_resource(s, type, id, position);

	if (r == NULL)
		return "none";
	out[0] = '\0';
	for (size_t k = 0; k < r->n_states; k++) {
		const struct bl_state *state = &r->states[k];

		(void)snprintf(out + strlen(out), sizeof(out) - strlen(out), "%s%s ",
		    k == 0 ? "" : ", ",
		    state->kind == BL_STATE_VANISHED ? "vanished"
		    : bl_item_exists(state->status)  ? "item"
						     : bl_item_status_name(state->status));
		add_hours(out, sizeof(out), state->from_ns);
		(void)strncat(out, "-", 2);
		add_hours(out, sizeof(out), state->to_ns);
		/* Binary search and list agree. */
		assert_ptr_equal(bl_timeline_at(r, state->from_ns), state);
		assert_ptr_equal(bl_timeline_at(r, state->to_ns - 1), state);
	}
	return out;
}

const char *
scene_ends(struct scene *s, const char *type, const char *id, uint64_t position)
{
	static const char *const name[] = {[BL_STATE_OPEN] = "open",
	    [BL_STATE_OBSERVED] = "observed",
	    [BL_STATE_INFERRED] = "inferred"};
	static char out[256];
	const struct bl_resource *r = find_resource(s, type, id, position);

	out[0] = '\0';
	for (size_t k = 0; r != NULL && k < r->n_states; k++)
		(void)snprintf(out + strlen(out), sizeof(out) - strlen(out), "%s%s",
		    k == 0 ? "" : ", ", name[r->states[k].end]);
	return r == NULL ? "none" : out;
}
