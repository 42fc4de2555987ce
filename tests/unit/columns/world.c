#include "unit/columns/world.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

static uint32_t
below(struct world *w, uint32_t n)
{
	return (uint32_t)(kit_random(&w->random) % n);
}

static void
need(bool ok)
{
	if (!ok)
		fail_msg("no memory for a test");
}

/* ---- Items. -------------------------------------------------------------- */

static const char *const keys[] = {"a", "b", "list", "deep", "a.b", "x y", "1a", "", "q\"", "b\\",
    "\xc3\xbc", "it's", "encrypted"};
#define N_KEYS 13

static void
put(struct bl_buf *out, const char *text)
{
	need(bl_buf_add(out, bl_str_of(text), NULL) == BL_OK);
}

/* A JSON string; now and then with an escape that is not needed. */
static void
put_string(struct world *w, struct bl_buf *out, const char *text)
{
	put(out, "\"");
	for (const char *p = text; *p != '\0'; p++) {
		char one[8] = {*p, '\0'};

		if (*p == '"' || *p == '\\' || (unsigned char)*p < 0x20 ||
		    ((unsigned char)*p < 0x80 && below(w, 90) == 0))
			(void)snprintf(one, sizeof(one), "\\u%04x", (unsigned char)*p);
		put(out, one);
	}
	put(out, "\"");
}

static void
put_scalar(struct world *w, struct bl_buf *out)
{
	static const char *const numbers[] = {"0", "-0", "7", "1.0", "1e5", "-12.50", "2E+3",
	    "12345678901234567890123", "9007199254740993"};
	static const char *const texts[] = {"", "x", "true", "{\"a\":1}", "[1]", "\"s\"", "null",
	    "tab\there", "\xe2\x82\xac", "a\\b", "5"};

	switch (below(w, 6)) {
	case 0: put(out, "null"); break;
	case 1: put(out, "true"); break;
	case 2: put(out, "false"); break;
	case 3: put(out, numbers[below(w, 9)]); break;
	default: put_string(w, out, texts[below(w, 11)]); break;
	}
}

static void put_value(struct world *w, struct bl_buf *out, uint32_t depth);

static void
put_object(struct world *w, struct bl_buf *out, uint32_t depth)
{
	uint32_t from = below(w, N_KEYS), n = below(w, 6);

	put(out, "{");
	for (uint32_t i = 0; i < n; i++) {
		put(out, i == 0 ? "" : ",");
		put_string(w, out, keys[(from + i) % N_KEYS]);
		put(out, ":");
		put_value(w, out, depth + 1);
	}
	put(out, "}");
}

static void
put_value(struct world *w, struct bl_buf *out, uint32_t depth)
{
	uint32_t kind = depth > 4 ? 0 : below(w, 4), n = below(w, 4);

	if (kind == 1) {
		put_object(w, out, depth);
	} else if (kind == 2) {
		put(out, "[");
		for (uint32_t i = 0; i < n; i++) {
			put(out, i == 0 ? "" : ",");
			put_value(w, out, depth + 1);
		}
		put(out, "]");
	} else {
		put_scalar(w, out);
	}
}

static void
put_key(struct world *w, struct bl_buf *out, const char *key)
{
	put(out, out->len == 1 ? "" : below(w, 300) == 0 ? ", " : ",");
	put_string(w, out, key);
	put(out, ":");
}

/* A value, or its JSON text as a string. */
static void
put_maybe_encoded(struct world *w, struct bl_buf *out, bool encode, uint32_t what)
{
	struct bl_buf inner = BL_BUF_INIT((size_t)1 << 20);

	what == 0 ? put_object(w, &inner, 0) : put_value(w, &inner, 1);
	put(&inner, "");
	need(bl_buf_add_byte(&inner, '\0', NULL) == BL_OK);
	encode ? put_string(w, out, inner.ptr) : put(out, inner.ptr);
	bl_buf_release(&inner);
}

static void
put_inner(struct world *w, struct bl_buf *out, uint32_t dialect)
{
	static const char *const names[4][3] = {{"configuration", "configuration", "Configuration"},
	    {"supplementaryConfiguration", "supplementaryConfiguration",
		"SupplementaryConfiguration"},
	    {"tags", "tags", "Tags"}, {"relationships", "relationships", "Relationships"}};
	uint32_t column = dialect == 3 ? 2 : 0, order = below(w, 4);

	for (uint32_t k = 0; k < 4; k++) {
		uint32_t which = (order + k) % 4;

		if (below(w, 8) == 0)
			continue;
		put_key(w, out, names[which][column]);
		if (below(w, 12) == 0) {
			put(out, "null");
		} else if (which == 0) {
			put_maybe_encoded(w, out, dialect == 1 || dialect == 3, 0);
		} else if (which == 1) {
			put(out, "{");
			put_string(w, out, keys[below(w, N_KEYS)]);
			put(out, ":");
			put_maybe_encoded(w, out, dialect == 1 || below(w, 3) == 0, 1);
			put(out, "}");
		} else if (which == 2) {
			put(out, "{\"a\":\"x\",");
			put_string(w, out, keys[4 + below(w, N_KEYS - 4)]);
			put(out, ":");
			put_string(w, out, keys[below(w, N_KEYS)]);
			put(out, "}");
		} else {
			put(out, dialect == 3
				     ? "[{\"ResourceId\":\"r\",\"RelationshipName\":\"n\"}]"
				     : "[{\"resourceId\":\"r\",\"name\":\"n\"},{}]");
		}
	}
}

struct bl_str
world_item(struct world *w)
{
	/* File, API, console, Go. */
	static const char *const names[4][9] = {
	    {"awsAccountId", "awsRegion", "resourceType", "resourceId",
		"configurationItemCaptureTime", "configurationItemStatus", "resourceName", "ARN",
		"configurationItemVersion"},
	    {"accountId", "awsRegion", "resourceType", "resourceId", "configurationItemCaptureTime",
		"configurationItemStatus", "resourceName", "arn", "version"},
	    {"accountId", "awsRegion", "resourceType", "resourceId", "configurationItemCaptureTime",
		"configurationItemStatus", "resourceName", "arn", "version"},
	    {"AccountId", "AwsRegion", "ResourceType", "ResourceId", "ConfigurationItemCaptureTime",
		"ConfigurationItemStatus", "ResourceName", "Arn", "Version"}};
	uint32_t dialect = below(w, 4), early = below(w, 2);
	struct bl_buf out = BL_BUF_INIT((size_t)1 << 20);
	char text[9][64];
	struct bl_str copy;

	(void)snprintf(text[0], 64, "11112222333%u", below(w, 3));
	(void)snprintf(text[1], 64, "eu-central-%u", below(w, 2));
	(void)snprintf(text[2], 64, "%s", WORLD_TYPE);
	(void)snprintf(text[3], 64, "thing-%u", w->n);
	(void)snprintf(text[4], 64, "2026-01-%02uT00:00:%02u.5Z", 1 + below(w, 28), w->n % 60);
	(void)snprintf(text[5], 64, "%s", below(w, 5) == 0 ? "ResourceDeleted" : "OK");
	(void)snprintf(text[6], 64, "name %u", below(w, 5));
	(void)snprintf(text[7], 64, "arn:%u", below(w, 5));
	(void)snprintf(text[8], 64, "1.3");
	put(&out, "{");
	if (early == 0)
		put_inner(w, &out, dialect);
	for (uint32_t i = 0; i < 9; i++) {
		if (i >= 6 && below(w, 4) == 0)
			continue;
		put_key(w, &out, names[dialect][i]);
		put_string(w, &out, text[i]);
	}
	if (below(w, 3) == 0) {
		put_key(w, &out, dialect == 3 ? "ConfigurationStateId" : "configurationStateId");
		(void)snprintf(text[0], 64, below(w, 2) == 0 ? "%u" : "\"%u\"", below(w, 9));
		put(&out, text[0]);
	}
	if (below(w, 3) == 0) {
		put_key(w, &out, dialect == 3 ? "RecordingFrequency" : "recordingFrequency");
		put(&out, below(w, 2) == 0 ? "\"DAILY\"" : "\"CONTINUOUS\"");
	}
	if (early == 1)
		put_inner(w, &out, dialect);
	put(&out, "}");
	need(bl_str_dup(w->arena, bl_buf_str(&out), &copy) == BL_OK);
	bl_buf_release(&out);
	return copy;
}

/* ---- The store. ---------------------------------------------------------- */

void
world_open(struct world *w, uint64_t seed)
{
	struct bl_err err;

	*w = (struct world){.random = seed, .arena = bl_arena_new((size_t)8 << 30)};
	need(w->arena != NULL);
	assert_ok(bl_json_parser_new((struct bl_json_limits){0}, &w->parser, &err), err);
	(void)snprintf(w->path, sizeof(w->path), "%s/store", kit_folder(w->folder));
}

void
world_close(struct world *w)
{
	bl_json_parser_free(&w->parser);
	bl_arena_free(&w->arena);
	free(w->bytes);
	free(w->item);
	kit_remove(w->folder);
}

static void
remember(struct world *w, struct bl_str bytes)
{
	struct bl_err err;

	if (w->n == w->cap) {
		w->cap = w->cap * 2 + 64;
		w->bytes = realloc(w->bytes, w->cap * sizeof(*w->bytes));
		w->item = realloc(w->item, w->cap * sizeof(*w->item));
		need(w->bytes != NULL && w->item != NULL);
	}
	assert_ok(bl_item_parse(w->parser, bytes, w->arena, &w->item[w->n], &err), err);
	w->bytes[w->n++] = bytes;
}

void
world_deliver(struct world *w, struct bl_store *store, uint32_t n)
{
	struct bl_delivery d = kit_delivery(w->n + 1, BL_DELIVERY_HISTORY, true);
	struct bl_err err;
	uint64_t position;

	assert_ok(bl_store_begin(store, &err), err);
	for (uint32_t i = 0; i < n; i++) {
		struct bl_str bytes = world_item(w);
		struct bl_version_id id;

		assert_ok(kit_add(store, BL_STR(WORLD_TYPE), bytes, &id, &err), err);
		if (id.ordinal == w->n)
			remember(w, bytes);
	}
	assert_ok(bl_store_commit(store, &d, &position, &err), err);
}

/* ---- Paths. -------------------------------------------------------------- */

static bool
plain(const char *key)
{
	return key[0] >= 'a' && strspn(key, "abcdefghijklmnopqrstuvwxyz") == strlen(key);
}

void
world_random_path(struct world *w, char out[WORLD_PATH])
{
	static const char *const inner[] = {"configuration", "configuration", "configuration",
	    "tags", "supplementaryConfiguration", "relationships"};
	static const char *const outer[] = {"version", "accountId", "awsRegion", "availabilityZone",
	    "resourceType", "resourceId", "resourceName", "arn", "configurationItemCaptureTime",
	    "resourceCreationTime", "configurationItemStatus", "configurationStateId"};
	uint32_t n = below(w, 5);

	if (below(w, 6) == 0) {
		(void)snprintf(out, WORLD_PATH, "%s", outer[below(w, 12)]);
		return;
	}
	(void)snprintf(out, WORLD_PATH, "%s", inner[below(w, 6)]);
	for (uint32_t i = 0; i < n; i++) {
		const char *key = keys[below(w, N_KEYS)];
		char step[64];

		switch (below(w, 6)) {
		case 0: (void)snprintf(step, sizeof(step), "[%u]", 1 + below(w, 3)); break;
		case 1: (void)snprintf(step, sizeof(step), "[*]"); break;
		default:
			if (plain(key))
				(void)snprintf(step, sizeof(step), ".%s", key);
			else
				(void)snprintf(step, sizeof(step), "['%s']", key);
		}
		need(strlen(out) + strlen(step) < WORLD_PATH);
		memcpy(out + strlen(out), step, strlen(step) + 1);
	}
}

/* ---- The plain way. ------------------------------------------------------ */

/* A value on the way: a JSON value, or what became of it. */
struct way {
	const struct bl_json *json;
	bool error;
};

static void
add_cell(struct cells *c, enum bl_cell kind, struct bl_str text)
{
	if (c->n == c->cap) {
		c->cap = c->cap * 2 + 64;
		c->cell = realloc(c->cell, c->cap * sizeof(*c->cell));
		need(c->cell != NULL);
	}
	c->cell[c->n++] = (struct cell){kind, text};
}

static void
add_count(struct cells *c, uint32_t count)
{
	if (c->n_counts == c->cap_counts) {
		c->cap_counts = c->cap_counts * 2 + 64;
		c->count = realloc(c->count, c->cap_counts * sizeof(*c->count));
		need(c->count != NULL);
	}
	c->count[c->n_counts++] = count;
}

void
cells_release(struct cells *cells)
{
	free(cells->cell);
	free(cells->count);
}

/* A step of text at *at: its kind by the return ('k', 'i', '*', 0 at the end). */
static char
next_step(const char **at, char key[64], uint32_t *index)
{
	const char *p = *at, *end;

	if (*p == '\0')
		return 0;
	if (strncmp(p, "[*]", 3) == 0) {
		*at = p + 3;
		return '*';
	}
	if (*p == '[' && p[1] != '\'') {
		*index = (uint32_t)strtoul(p + 1, NULL, 10);
		*at = strchr(p, ']') + 1;
		return 'i';
	}
	p += *p == '.' ? 1 : 2;
	end = p[-1] == '\'' ? strstr(p, "']") : p + strcspn(p, ".[");
	(void)snprintf(key, 64, "%.*s", (int)(end - p), p);
	*at = p[-1] == '\'' ? end + 2 : end;
	return 'k';
}

static struct way
step_to(struct way from, char kind, const char *key, uint32_t index)
{
	bool fits;

	if (from.error || from.json == NULL || from.json->kind == BL_JSON_NULL)
		return (struct way){NULL, from.error};
	fits = from.json->kind == (kind == 'k' ? BL_JSON_OBJECT : BL_JSON_ARRAY);
	if (!fits)
		return (struct way){NULL, true};
	return (struct way){
	    kind == 'k' ? bl_json_get(from.json, bl_str_of(key)) : bl_json_at(from.json, index - 1),
	    false};
}

static void
tell(struct world *w, struct way way, struct cells *ret)
{
	struct bl_buf dump = BL_BUF_INIT((size_t)1 << 24);
	struct bl_str text = {.ptr = NULL};

	if (way.json == NULL) {
		add_cell(ret, way.error ? BL_CELL_ERROR : BL_CELL_MISSING, text);
		return;
	}
	switch (way.json->kind) {
	case BL_JSON_NULL: add_cell(ret, BL_CELL_NULL, text); return;
	case BL_JSON_BOOL:
		add_cell(ret, way.json->boolean ? BL_CELL_TRUE : BL_CELL_FALSE, text);
		return;
	case BL_JSON_NUMBER: add_cell(ret, BL_CELL_NUMBER, way.json->text); return;
	case BL_JSON_STRING: add_cell(ret, BL_CELL_STRING, way.json->text); return;
	case BL_JSON_ARRAY:
	case BL_JSON_OBJECT: break;
	}
	need(bl_json_dump(way.json, &dump, NULL) == BL_OK);
	need(bl_str_dup(w->arena, bl_buf_str(&dump), &text) == BL_OK);
	bl_buf_release(&dump);
	add_cell(ret, way.json->kind == BL_JSON_ARRAY ? BL_CELL_ARRAY : BL_CELL_OBJECT, text);
}

static void
expect_json(
    struct world *w, const struct bl_json *root, const char *steps, bool counts, struct cells *ret)
{
	static struct way now[100000], next[100000];
	size_t n = 1;
	uint32_t index = 0;
	char key[64], kind;

	now[0] = (struct way){root, false};
	while ((kind = next_step(&steps, key, &index)) != 0) {
		size_t n_next = 0;

		for (size_t i = 0; i < n; i++) {
			const struct bl_json *e = now[i].json;

			if (kind != '*') {
				next[n_next++] = step_to(now[i], kind, key, index);
				continue;
			}
			if (counts && *steps == '\0')
				add_count(ret, e != NULL && e->kind == BL_JSON_ARRAY ? e->n : 0);
			if (e == NULL || e->kind != BL_JSON_ARRAY)
				continue;
			for (e = e->first; e != NULL; e = e->next)
				next[n_next++] = (struct way){e, false};
		}
		n = n_next;
		assert_true(n < 50000);
		memcpy(now, next, n * sizeof(now[0]));
	}
	for (size_t i = 0; i < n && !counts; i++)
		tell(w, now[i], ret);
}

static void
expect_outer(struct world *w, const struct bl_item *item, struct bl_str root, struct cells *ret)
{
	const struct {
		const char *name;
		struct bl_str text;
	} texts[] = {{"version", item->version}, {"accountId", item->account},
	    {"awsRegion", item->region}, {"availabilityZone", item->zone},
	    {"resourceType", item->type}, {"resourceId", item->id}, {"resourceName", item->name},
	    {"arn", item->arn},
	    {"configurationItemStatus", bl_str_of(bl_item_status_name(item->status))}};
	char when[BL_INSTANT_TEXT];
	struct bl_str text = {.ptr = NULL};

	for (size_t i = 0; i < 9; i++)
		if (bl_str_eq(root, bl_str_of(texts[i].name))) {
			add_cell(ret, texts[i].text.ptr == NULL ? BL_CELL_MISSING : BL_CELL_STRING,
			    texts[i].text);
			return;
		}
	if (bl_str_eq(root, BL_STR("configurationStateId")) && item->state_id != 0) {
		(void)snprintf(when, sizeof(when), "%lld", (long long)item->state_id);
		need(bl_str_dup(w->arena, bl_str_of(when), &text) == BL_OK);
		add_cell(ret, BL_CELL_NUMBER, text);
	} else if (bl_str_eq(root, BL_STR("configurationItemCaptureTime"))) {
		need(bl_str_dup(w->arena, bl_str_of(bl_instant_format(item->capture_ns, when)),
			 &text) == BL_OK);
		add_cell(ret, BL_CELL_STRING, text);
	} else {
		add_cell(ret, BL_CELL_MISSING, text);
	}
}

void
world_expect(struct world *w, const char *path, bool counts, struct cells *ret)
{
	size_t len = strcspn(path, ".[");
	struct bl_str root = {path, len};

	*ret = (struct cells){.cell = NULL};
	for (uint32_t i = 0; i < w->n; i++) {
		const struct bl_item *item = &w->item[i];

		if (bl_str_eq(root, BL_STR("configuration")))
			expect_json(w, item->configuration, path + len, counts, ret);
		else if (bl_str_eq(root, BL_STR("tags")))
			expect_json(w, item->tags, path + len, counts, ret);
		else if (bl_str_eq(root, BL_STR("supplementaryConfiguration")))
			expect_json(w, item->supplementary, path + len, counts, ret);
		else if (bl_str_eq(root, BL_STR("relationships")))
			expect_json(w, item->relationships, path + len, counts, ret);
		else
			expect_outer(w, item, root, ret);
	}
}

/* ---- Comparing. ---------------------------------------------------------- */

static void
check_zones(const struct bl_column *c, const char *path, const char *why)
{
	assert_int_equal(c->n_zones, (c->n + BL_ZONE_ROWS - 1) / BL_ZONE_ROWS);
	for (uint32_t i = 0; i < c->n; i++) {
		const struct bl_zone *zone = &c->zones[i / BL_ZONE_ROWS];
		bool inside = (zone->kinds & 1u << c->kind[i]) != 0;

		if (c->code[i] != BL_COLUMN_NONE)
			inside = inside && zone->least_code <= c->code[i] &&
				 c->code[i] <= zone->greatest_code;
		if (c->kind[i] == BL_CELL_NUMBER) {
			double d = strtod(c->text[c->code[i]].ptr, NULL);

			inside = inside && zone->least < d && d < zone->greatest;
		}
		if (!inside)
			fail_msg("%s: %s: row %u is outside of its zone", why, path, i);
	}
}

static void
check_elements(struct world *w, struct bl_columns *columns, const char *path, const char *why)
{
	const struct bl_elements *e = NULL;
	struct bl_err err;
	struct cells want;
	uint32_t sum = 0;

	world_expect(w, path, true, &want);
	assert_ok(bl_columns_elements(columns, 0, bl_str_of(path), &e, &err), err);
	if (e->n_parents != want.n_counts)
		fail_msg(
		    "%s: %s: %u parents, expected %zu", why, path, e->n_parents, want.n_counts);
	for (uint32_t i = 0; i < e->n_parents; i++) {
		if (e->first[i] != sum)
			fail_msg("%s: %s: parent %u begins at %u, expected %u", why, path, i,
			    e->first[i], sum);
		sum += want.count[i];
	}
	assert_int_equal(e->first[e->n_parents], sum);
	assert_int_equal(e->n_rows, sum);
	cells_release(&want);
}

void
world_check_path(struct world *w, struct bl_columns *columns, const char *path, const char *why)
{
	const struct bl_column *c = NULL;
	struct bl_err err;
	struct cells want;
	size_t len = strlen(path);

	world_expect(w, path, false, &want);
	assert_ok(bl_columns_get(columns, 0, bl_str_of(path), &c, &err), err);
	if (c->n != want.n)
		fail_msg("%s: %s: %u rows, expected %zu", why, path, c->n, want.n);
	for (uint32_t i = 0; i < c->n; i++) {
		const struct cell *cell = &want.cell[i];
		struct bl_str text = {.ptr = NULL};

		if (c->code[i] != BL_COLUMN_NONE)
			text = c->text[c->code[i]];
		if (c->kind[i] != cell->kind || (text.ptr == NULL) != (cell->text.ptr == NULL) ||
		    !bl_str_eq(text, cell->text))
			fail_msg("%s: %s: row %u is %u \"%.*s\", expected %u \"%.*s\"; item: %.*s",
			    why, path, i, c->kind[i], BL_STR_ARG(text), (unsigned)cell->kind,
			    BL_STR_ARG(cell->text), BL_STR_ARG(w->bytes[i < w->n ? i : 0]));
	}
	check_zones(c, path, why);
	cells_release(&want);
	if (len > 3 && strcmp(path + len - 3, "[*]") == 0)
		check_elements(w, columns, path, why);
}

static bool
same(const struct bl_heads *h, uint32_t code, struct bl_str want)
{
	return code == BL_HEADS_ABSENT ? want.ptr == NULL
				       : want.ptr != NULL && bl_str_eq(h->text[code], want);
}

void
world_check_heads(struct world *w, struct bl_columns *columns, const char *why)
{
	const struct bl_heads *h = NULL;
	struct bl_err err;

	assert_ok(bl_columns_heads(columns, 0, &h, &err), err);
	assert_int_equal(h->n, w->n);
	for (uint32_t i = 0; i < w->n; i++) {
		const struct bl_item *item = &w->item[i];
		struct bl_str often =
		    bl_json_str(bl_json_get(item->root, BL_STR("recordingFrequency")));

		if (often.ptr == NULL)
			often = bl_json_str(bl_json_get(item->root, BL_STR("RecordingFrequency")));
		if (!same(h, h->account[i], item->account) ||
		    !same(h, h->region[i], item->region) || !same(h, h->id[i], item->id) ||
		    !same(h, h->name[i], item->name) || !same(h, h->arn[i], item->arn) ||
		    h->capture_ns[i] != item->capture_ns || h->state_id[i] != item->state_id ||
		    h->status[i] != (uint8_t)item->status ||
		    h->daily[i] != (bl_str_eq(often, BL_STR("DAILY")) ? 1 : 0))
			fail_msg("%s: the head of version %u is wrong: %.*s", why, i,
			    BL_STR_ARG(w->bytes[i]));
	}
}
