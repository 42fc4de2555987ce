/*
 * Items to rows.  A path into configuration or tags is followed in the item's own bytes, and only
 * what stands at its end is read; where the bytes are not plain enough, and for every other column
 * that is no part of the outside, the item is parsed.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/instant.h"
#include "columns/columns_priv.h"
#include "columns/node.h"
#include "delivery/item.h"
#include "store/store.h"
#include "json/json.h"

#define SCRATCH_BYTES ((size_t)8 << 30)
#define DUMP_BYTES ((size_t)1 << 30)

enum { KIND, CODE };

struct shred {
	const struct bl_shred_want *wants;
	size_t n_wants;
	struct bl_json_parser *parser;
	struct bl_arena *scratch; /* For one item. */
	struct bl_buf dump, reduced;
	unsigned keep; /* BL_REDUCE_* that some path wants. */
	/* The item in work. */
	struct bl_str bytes;
	bool has_outer, has_whole;
	struct bl_item outer, whole; /* outer: without what keep does not name. */
	bool unsure;		     /* The bytes on the way were not plain enough. */
};

/* ---- One cell. ----------------------------------------------------------- */

static enum bl_status
put_cell(
    const struct bl_shred_want *want, enum bl_cell kind, struct bl_str text, struct bl_err *reterr)
{
	struct bl_part *part = want->part;
	uint32_t code = BL_PART_NONE;
	enum bl_status status = bl_part__text(part, text, &code, reterr);

	if (status == BL_OK)
		status = bl_part__put(part, KIND, (uint64_t)kind, reterr);
	if (status == BL_OK)
		status = bl_part__put(part, CODE, code, reterr);
	return status == BL_OK ? bl_part__row_end(part, reterr) : status;
}

static enum bl_status
put_count(const struct bl_shred_want *want, uint32_t count, struct bl_err *reterr)
{
	enum bl_status status = bl_part__put(want->part, 0, count, reterr);

	return status == BL_OK ? bl_part__row_end(want->part, reterr) : status;
}

static enum bl_status
tree_text(struct shred *sh, const struct bl_json *json, struct bl_str *ret, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	*ret = json->text;
	if (json->kind == BL_JSON_ARRAY || json->kind == BL_JSON_OBJECT) {
		sh->dump.len = 0;
		status = bl_json_dump(json, &sh->dump, reterr);
		*ret = bl_buf_str(&sh->dump);
	}
	return status;
}

/* The text of a value that has one.  Without a backslash in it, compact JSON is what a dump of its
 * tree would write. */
static enum bl_status
text_of(struct shred *sh, struct bl_place place, enum bl_node_shape shape, struct bl_str *ret,
    struct bl_err *reterr)
{
	const struct bl_json *json = place.json;
	struct bl_str bytes;
	enum bl_status status;

	if (json != NULL)
		return tree_text(sh, json, ret, reterr);
	if (!bl_place__bytes(place, &bytes)) {
		sh->unsure = true;
		return BL_OK;
	}
	if (memchr(bytes.ptr, '\\', bytes.len) == NULL) {
		*ret = shape == BL_NODE_QUOTED ? bl_str_sub(bytes, 1, bytes.len - 1) : bytes;
		return BL_OK;
	}
	status = bl_json_parse(sh->parser, bytes, sh->scratch, &json, reterr);
	if (status == BL_EINPUT) {
		sh->unsure = true;
		return BL_OK;
	}
	return status == BL_OK ? tree_text(sh, json, ret, reterr) : status;
}

static enum bl_status
put_value(struct shred *sh, const struct bl_shred_want *want, struct bl_place place,
    enum bl_node_shape shape, struct bl_err *reterr)
{
	static const enum bl_cell cells[] = {[BL_NODE_ABSENT] = BL_CELL_MISSING,
	    [BL_NODE_NIL] = BL_CELL_NULL,
	    [BL_NODE_NO] = BL_CELL_FALSE,
	    [BL_NODE_YES] = BL_CELL_TRUE,
	    [BL_NODE_DIGITS] = BL_CELL_NUMBER,
	    [BL_NODE_QUOTED] = BL_CELL_STRING,
	    [BL_NODE_LIST] = BL_CELL_ARRAY,
	    [BL_NODE_MAP] = BL_CELL_OBJECT};
	struct bl_str text = {.ptr = NULL};
	enum bl_status status = BL_OK;

	if (shape >= BL_NODE_DIGITS)
		status = text_of(sh, place, shape, &text, reterr);
	if (status != BL_OK || sh->unsure)
		return status;
	if (text.ptr == NULL && shape >= BL_NODE_DIGITS)
		text = BL_STR("");
	return put_cell(want, cells[shape], text, reterr);
}

/* ---- A path. ------------------------------------------------------------- */

/* The steps from ${i} on lead nowhere: ${cell} for a row that is there all the same. */
static enum bl_status
put_nothing(const struct bl_shred_want *want, uint32_t i, enum bl_cell cell, struct bl_err *reterr)
{
	uint32_t each = 0;

	for (; i < want->steps->n; i++)
		each += want->steps->step[i].kind == BL_STEP_EACH ? 1 : 0;
	if (want->part->layout->kind == BL_PART_ELEMENTS)
		return each == 1 ? put_count(want, 0, reterr) : BL_OK;
	return each == 0 ? put_cell(want, cell, (struct bl_str){.ptr = NULL}, reterr) : BL_OK;
}

static enum bl_status walk(struct shred *sh, const struct bl_shred_want *want, uint32_t i,
    struct bl_place place, enum bl_node_shape shape, struct bl_err *reterr);

/* [*] at step ${i}. */
static enum bl_status
walk_each(struct shred *sh, const struct bl_shred_want *want, uint32_t i, struct bl_place place,
    enum bl_node_shape shape, struct bl_err *reterr)
{
	bool counts = want->part->layout->kind == BL_PART_ELEMENTS && i + 1 == want->steps->n;
	struct bl_place cursor = {.json = NULL}, element;
	uint32_t n = 0;
	enum bl_status status = BL_OK;

	if (shape != BL_NODE_LIST)
		return counts ? put_count(want, 0, reterr) : BL_OK;
	while (status == BL_OK && !sh->unsure &&
	       (shape = bl_place__next(place, &cursor, &element)) != BL_NODE_ABSENT) {
		n++;
		if (shape == BL_NODE_UNSURE)
			sh->unsure = true;
		else if (!counts)
			status = walk(sh, want, i + 1, element, shape, reterr);
	}
	return status == BL_OK && counts && !sh->unsure ? put_count(want, n, reterr) : status;
}

static enum bl_node_shape
element_at(struct bl_place list, uint64_t index, struct bl_place *ret_element)
{
	struct bl_place cursor = {.json = NULL};
	enum bl_node_shape shape = BL_NODE_ABSENT;

	for (uint64_t k = 0; k <= index; k++) {
		shape = bl_place__next(list, &cursor, ret_element);
		if (shape == BL_NODE_ABSENT || shape == BL_NODE_UNSURE)
			break;
	}
	return shape;
}

/* The steps from ${i} on; recursion is bounded by BL_STEPS_LIMIT. */
static enum bl_status
walk(struct shred *sh, const struct bl_shred_want *want, uint32_t i, struct bl_place place,
    enum bl_node_shape shape, struct bl_err *reterr)
{
	for (; i < want->steps->n; i++) {
		const struct bl_step *step = &want->steps->step[i];

		if (step->kind == BL_STEP_EACH)
			return walk_each(sh, want, i, place, shape, reterr);
		if (shape == BL_NODE_ABSENT || shape == BL_NODE_NIL)
			return put_nothing(want, i, BL_CELL_MISSING, reterr);
		if (shape != (step->kind == BL_STEP_KEY ? BL_NODE_MAP : BL_NODE_LIST))
			return put_nothing(want, i, BL_CELL_ERROR, reterr);
		shape = step->kind == BL_STEP_KEY ? bl_place__member(place, step->key, &place)
						  : element_at(place, step->index, &place);
		if (shape == BL_NODE_UNSURE) {
			sh->unsure = true;
			return BL_OK;
		}
	}
	return put_value(sh, want, place, shape, reterr);
}

/* ---- An item. ------------------------------------------------------------ */

static enum bl_status
parse(struct shred *sh, struct bl_str bytes, struct bl_item *ret_item, struct bl_err *reterr)
{
	enum bl_status status = bl_item_parse(sh->parser, bytes, sh->scratch, ret_item, reterr);

	if (status == BL_EINPUT) /* It was read when it was stored. */
		return bl_fail(reterr, BL_ECORRUPT, "a stored item cannot be read any more");
	return status;
}

static enum bl_status
whole_item(struct shred *sh, const struct bl_item **ret_item, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	if (!sh->has_whole)
		status = parse(sh, sh->bytes, &sh->whole, reterr);
	sh->has_whole = status == BL_OK;
	*ret_item = &sh->whole;
	return status;
}

/* The item but for configuration and tags. */
static enum bl_status
outer_item(struct shred *sh, const struct bl_item **ret_item, struct bl_err *reterr)
{
	bool sure = false;
	enum bl_status status;

	*ret_item = &sh->outer;
	if (sh->has_outer)
		return BL_OK;
	status = bl_reduce__item(sh->bytes, sh->keep, &sh->reduced, &sure, reterr);
	if (status == BL_OK && !sure)
		return whole_item(sh, ret_item, reterr);
	if (status == BL_OK)
		status = parse(sh, bl_buf_str(&sh->reduced), &sh->outer, reterr);
	sh->has_outer = status == BL_OK;
	return status;
}

static enum bl_status
put_instant(const struct bl_shred_want *want, int64_t ns, struct bl_err *reterr)
{
	char text[BL_INSTANT_TEXT];

	if (ns == BL_INSTANT_MIN)
		return put_cell(want, BL_CELL_MISSING, (struct bl_str){.ptr = NULL}, reterr);
	return put_cell(want, BL_CELL_STRING, bl_str_of(bl_instant_format(ns, text)), reterr);
}

static enum bl_status
put_state_id(const struct bl_shred_want *want, int64_t id, struct bl_err *reterr)
{
	char text[32];

	if (id == 0) /* How an item without one is kept. */
		return put_cell(want, BL_CELL_MISSING, (struct bl_str){.ptr = NULL}, reterr);
	(void)snprintf(text, sizeof(text), "%lld", (long long)id);
	return put_cell(want, BL_CELL_NUMBER, bl_str_of(text), reterr);
}

static enum bl_status
put_text(const struct bl_shred_want *want, struct bl_str text, struct bl_err *reterr)
{
	return put_cell(want, text.ptr == NULL ? BL_CELL_MISSING : BL_CELL_STRING, text, reterr);
}

static enum bl_status
put_tree(struct shred *sh, const struct bl_shred_want *want, const struct bl_json *json,
    struct bl_err *reterr)
{
	struct bl_place place = {.json = json};

	sh->unsure = false; /* A tree never is. */
	return walk(sh, want, 0, place, bl_place__shape(place), reterr);
}

/* What the parsed item says. */
static enum bl_status
put_parsed(struct shred *sh, const struct bl_shred_want *want, const struct bl_item *item,
    struct bl_err *reterr)
{
	switch (want->steps->root) {
	case BL_ROOT_VERSION: return put_text(want, item->version, reterr);
	case BL_ROOT_ACCOUNT: return put_text(want, item->account, reterr);
	case BL_ROOT_REGION: return put_text(want, item->region, reterr);
	case BL_ROOT_ZONE: return put_text(want, item->zone, reterr);
	case BL_ROOT_TYPE: return put_text(want, item->type, reterr);
	case BL_ROOT_ID: return put_text(want, item->id, reterr);
	case BL_ROOT_NAME: return put_text(want, item->name, reterr);
	case BL_ROOT_ARN: return put_text(want, item->arn, reterr);
	case BL_ROOT_CAPTURE: return put_instant(want, item->capture_ns, reterr);
	case BL_ROOT_CREATED: return put_instant(want, item->created_ns, reterr);
	case BL_ROOT_STATUS:
		return put_text(want, bl_str_of(bl_item_status_name(item->status)), reterr);
	case BL_ROOT_STATE_ID: return put_state_id(want, item->state_id, reterr);
	case BL_ROOT_TAGS: return put_tree(sh, want, item->tags, reterr);
	case BL_ROOT_CONFIGURATION: return put_tree(sh, want, item->configuration, reterr);
	case BL_ROOT_SUPPLEMENTARY: return put_tree(sh, want, item->supplementary, reterr);
	case BL_ROOT_RELATIONSHIPS: return put_tree(sh, want, item->relationships, reterr);
	}
	assert(false);
	return BL_EINPUT;
}

/* In the bytes; *ret_done is false when they must be parsed. */
static enum bl_status
put_in_place(
    struct shred *sh, const struct bl_shred_want *want, bool *ret_done, struct bl_err *reterr)
{
	struct bl_place place = {.json = NULL};
	uint32_t n = want->part->n;
	enum bl_status status;

	*ret_done = false;
	if (!bl_reduce__find(sh->bytes, want->steps->root, &place.raw))
		return BL_OK;
	sh->unsure = false;
	status = walk(sh, want, 0, place, bl_place__shape(place), reterr);
	*ret_done = !sh->unsure;
	if (sh->unsure)
		bl_part__cut(want->part, n);
	sh->unsure = false;
	return status;
}

static enum bl_status
put_item(struct shred *sh, const struct bl_shred_want *want, struct bl_err *reterr)
{
	const struct bl_item *item = NULL;
	bool done = false, inner;
	enum bl_status status = BL_OK;

	if (want->steps == NULL) {
		status = outer_item(sh, &item, reterr);
		return status == BL_OK ? bl_heads__add(want->part, item, reterr) : status;
	}
	inner = want->steps->root == BL_ROOT_CONFIGURATION || want->steps->root == BL_ROOT_TAGS;
	if (inner)
		status = put_in_place(sh, want, &done, reterr);
	if (status == BL_OK && !done)
		status = inner ? whole_item(sh, &item, reterr) : outer_item(sh, &item, reterr);
	return status == BL_OK && !done ? put_parsed(sh, want, item, reterr) : status;
}

static enum bl_status
add(void *ctx, struct bl_version_id id, struct bl_str bytes, struct bl_err *reterr)
{
	struct shred *sh = ctx;
	enum bl_status status = BL_OK;

	bl_arena_reset(sh->scratch);
	sh->bytes = bytes;
	sh->has_outer = sh->has_whole = false;
	for (size_t i = 0; i < sh->n_wants && status == BL_OK; i++)
		if (id.ordinal >= sh->wants[i].from && id.ordinal < sh->wants[i].to)
			status = put_item(sh, &sh->wants[i], reterr);
	return status;
}

enum bl_status
bl_shred__run(struct bl_store *store, uint32_t type_no, const struct bl_shred_want *wants,
    size_t n_wants, struct bl_err *reterr)
{
	struct shred sh = {.wants = wants,
	    .n_wants = n_wants,
	    .dump = BL_BUF_INIT(DUMP_BYTES),
	    .reduced = BL_BUF_INIT(DUMP_BYTES)};
	uint32_t from = UINT32_MAX;
	enum bl_status status;

	for (size_t i = 0; i < n_wants; i++) {
		from = wants[i].from < from ? wants[i].from : from;
		if (wants[i].steps != NULL && wants[i].steps->root == BL_ROOT_SUPPLEMENTARY)
			sh.keep |= BL_REDUCE_SUPPLEMENTARY;
		if (wants[i].steps != NULL && wants[i].steps->root == BL_ROOT_RELATIONSHIPS)
			sh.keep |= BL_REDUCE_RELATIONSHIPS;
	}
	sh.scratch = bl_arena_new(SCRATCH_BYTES);
	if (sh.scratch == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for columns");
	status = bl_json_parser_new((struct bl_json_limits){0}, &sh.parser, reterr);
	if (status == BL_OK)
		status = bl_store_scan_from(store, type_no, from, add, &sh, reterr);
	bl_json_parser_free(&sh.parser);
	bl_arena_free(&sh.scratch);
	bl_buf_release(&sh.dump);
	bl_buf_release(&sh.reduced);
	return status;
}
