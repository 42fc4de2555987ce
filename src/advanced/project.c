/*
 * Documents to the rows that AWS writes: the selected paths nested again, arrays element by
 * element, what is absent left out.
 *
 * The paths are a tree, so that two of them through one array meet in its elements.  Its members
 * keep the order in which SELECT names them.  An element of an array that has nothing of what is
 * selected is {}, so that elements keep their places.
 */
#include <assert.h>

#include "advanced/run_priv.h"
#include "base/arena.h"
#include "json/json.h"

const char *const bl_advanced__scalars[BL_ADVANCED_N_SCALARS] = {"accountId", "awsRegion", "arn",
    "availabilityZone", "configurationItemCaptureTime", "resourceCreationTime", "resourceId",
    "resourceName", "resourceType", "version"};

struct bl_advanced_shape {
	struct bl_match_step step;
	bool whole;			     /* All that is there. */
	const struct bl_advanced_path *cell; /* An alias: the cell of this path. */
	uint32_t item;			     /* Of texts. */
	struct bl_advanced_shape *first, *last, *next;
};

/* ---- The shape. ---------------------------------------------------------------------- */

static struct bl_advanced_shape *
grow(struct bl_advanced_run *run, struct bl_advanced_shape *at, const struct bl_match_step *step)
{
	struct bl_advanced_shape *kid = at->first;

	while (kid != NULL && (kid->step.kind != step->kind || kid->step.index != step->index ||
				  !bl_str_eq(kid->step.name, step->name)))
		kid = kid->next;
	if (kid != NULL)
		return kid;
	kid = bl_new(run->arena, struct bl_advanced_shape, 1);
	if (kid == NULL)
		return NULL;
	kid->step = *step;
	if (at->first == NULL)
		at->first = kid;
	else
		at->last->next = kid;
	at->last = kid;
	return kid;
}

static BL_STATUS
add_item(struct bl_advanced_run *run, struct bl_advanced_shape *root, uint32_t i)
{
	const struct bl_advanced_item *item = &run->query->items[i];
	struct bl_match_step named = {.kind = BL_MATCH_MEMBER, .name = item->name};
	struct bl_advanced_shape *at = root;

	for (size_t k = 0; item->star && k < BL_ADVANCED_N_SCALARS; k++) {
		named.name = bl_str_of(bl_advanced__scalars[k]);
		at = grow(run, root, &named);
		if (at == NULL)
			return bl_advanced__no_memory(run->reterr);
		at->whole = true;
	}
	if (item->star)
		return BL_OK;
	if (item->alias.ptr != NULL || item->fn != BL_ADVANCED_NO_FN)
		at = grow(run, root, &named);
	for (uint32_t k = 0; at == root || (at != NULL && k < item->path.n_steps); k++) {
		if (item->alias.ptr != NULL || item->fn != BL_ADVANCED_NO_FN)
			break;
		if (item->path.steps[k].kind != BL_MATCH_EACH)
			at = grow(run, at, &item->path.steps[k]);
	}
	if (at == NULL)
		return bl_advanced__no_memory(run->reterr);
	at->whole = true;
	at->item = i;
	if (item->alias.ptr != NULL && item->fn == BL_ADVANCED_NO_FN)
		at->cell = &item->path;
	return BL_OK;
}

BL_STATUS
bl_advanced__shape(struct bl_advanced_run *run, const struct bl_advanced_shape **ret_shape)
{
	struct bl_advanced_shape *root = bl_new(run->arena, struct bl_advanced_shape, 1);
	enum bl_status status = BL_OK;

	if (root == NULL)
		return bl_advanced__no_memory(run->reterr);
	for (uint32_t i = 0; !status && i < run->query->n_items; i++)
		status = add_item(run, root, i);
	if (!status)
		*ret_shape = root;
	return status;
}

/* ---- JSON. ----------------------------------------------------------------------------- */

static BL_STATUS
write_key(struct bl_buf *out, struct bl_str key, bool *first, struct bl_err *reterr)
{
	struct bl_json name = {.kind = BL_JSON_STRING, .text = key};
	enum bl_status status = *first ? BL_OK : bl_buf_add_byte(out, ',', reterr);

	*first = false;
	if (!status)
		status = bl_json_dump(&name, out, reterr);
	return status ? status : bl_buf_add_byte(out, ':', reterr);
}

BL_STATUS
bl_advanced__dump(const struct bl_json *value, struct bl_buf *out, struct bl_err *reterr)
{
	bool object = value->kind == BL_JSON_OBJECT, first = true;
	enum bl_status status;

	if (!object && value->kind != BL_JSON_ARRAY)
		return bl_json_dump(value, out, reterr);
	status = bl_buf_add_byte(out, object ? '{' : '[', reterr);
	for (const struct bl_json *k = value->first; !status && k != NULL; k = k->next) {
		if (object && bl_json_missing(k))
			continue;
		if (object)
			status = write_key(out, k->key, &first, reterr);
		else if (!first)
			status = bl_buf_add_byte(out, ',', reterr);
		first = false;
		if (!status)
			status = bl_advanced__dump(k, out, reterr);
	}
	return status ? status : bl_buf_add_byte(out, object ? '}' : ']', reterr);
}

/* ---- Rows of documents. ------------------------------------------------------------------ */

/* Is there anything of the shape in the value? */
static bool
has(const struct bl_advanced_shape *shape, const struct bl_json *value)
{
	if (bl_json_missing(value))
		return false;
	if (shape->whole)
		return true;
	for (const struct bl_advanced_shape *k = shape->first; k != NULL; k = k->next) {
		if (k->step.kind == BL_MATCH_INDEX) {
			if (value->kind == BL_JSON_ARRAY &&
			    has(k, bl_json_at(value, k->step.index)))
				return true;
		} else if (value->kind == BL_JSON_OBJECT &&
			   has(k, bl_json_get(value, k->step.name))) {
			return true;
		}
	}
	for (const struct bl_json *e = value->kind == BL_JSON_ARRAY ? value->first : NULL;
	     e != NULL; e = e->next)
		if (has(shape, e))
			return true;
	return false;
}

static BL_STATUS write_value(const struct bl_advanced_shape *shape, const struct bl_json *value,
    struct bl_buf *out, struct bl_err *reterr);

static BL_STATUS
write_object(const struct bl_advanced_shape *shape, const struct bl_json *value, struct bl_buf *out,
    struct bl_err *reterr)
{
	enum bl_status status = bl_buf_add_byte(out, '{', reterr);
	bool first = true;

	for (const struct bl_advanced_shape *k = shape->first; !status && k != NULL; k = k->next) {
		const struct bl_json *member;

		if (k->step.kind != BL_MATCH_MEMBER)
			continue;
		member = bl_json_get(value, k->step.name);
		if (!has(k, member))
			continue;
		status = write_key(out, k->step.name, &first, reterr);
		if (!status)
			status = write_value(k, member, out, reterr);
	}
	return status ? status : bl_buf_add_byte(out, '}', reterr);
}

static BL_STATUS
write_array(const struct bl_advanced_shape *shape, const struct bl_json *value, struct bl_buf *out,
    struct bl_err *reterr)
{
	enum bl_status status = bl_buf_add_byte(out, '[', reterr);
	bool members = false, first = true;

	for (const struct bl_advanced_shape *k = shape->first; k != NULL; k = k->next)
		members = members || k->step.kind == BL_MATCH_MEMBER;
	for (const struct bl_json *e = value->first; !status && members && e != NULL; e = e->next) {
		status = first ? BL_OK : bl_buf_add_byte(out, ',', reterr);
		first = false;
		if (!status)
			status = has(shape, e) ? write_value(shape, e, out, reterr)
					       : bl_buf_add(out, BL_STR("{}"), reterr);
	}
	for (const struct bl_advanced_shape *k = shape->first; !status && !members && k != NULL;
	     k = k->next) {
		const struct bl_json *e = bl_json_at(value, k->step.index);

		if (!has(k, e))
			continue;
		status = first ? BL_OK : bl_buf_add_byte(out, ',', reterr);
		first = false;
		if (!status)
			status = write_value(k, e, out, reterr);
	}
	return status ? status : bl_buf_add_byte(out, ']', reterr);
}

static BL_STATUS
write_value(const struct bl_advanced_shape *shape, const struct bl_json *value, struct bl_buf *out,
    struct bl_err *reterr)
{
	if (shape->whole)
		return bl_advanced__dump(value, out, reterr);
	if (value->kind == BL_JSON_ARRAY)
		return write_array(shape, value, out, reterr);
	return write_object(shape, value, out, reterr);
}

BL_STATUS
bl_advanced__project(const struct bl_advanced_shape *shape, const struct bl_json *document,
    struct bl_buf *out, struct bl_err *reterr)
{
	enum bl_status status = bl_buf_add_byte(out, '{', reterr);
	bool first = true;

	for (const struct bl_advanced_shape *k = shape->first; !status && k != NULL; k = k->next) {
		const struct bl_json *member = bl_json_get(document, k->step.name);
		size_t before = out->len;
		bool was_first = first;

		if (k->cell == NULL && !has(k, member))
			continue;
		status = write_key(out, k->step.name, &first, reterr);
		if (!status && k->cell == NULL) {
			status = write_value(k, member, out, reterr);
		} else if (!status) {
			size_t start = out->len;

			status = bl_advanced__cell(
			    document, k->cell->steps, k->cell->n_steps, out, reterr);
			if (!status && out->len == start) { /* Nothing: no member either. */
				out->len = before;
				first = was_first;
			}
		}
	}
	return status ? status : bl_buf_add_byte(out, '}', reterr);
}

/* ---- Rows of texts: groups. --------------------------------------------------------------- */

static bool
has_text(const struct bl_advanced_shape *shape, const struct bl_str *texts)
{
	if (shape->whole)
		return texts[shape->item].ptr != NULL;
	for (const struct bl_advanced_shape *k = shape->first; k != NULL; k = k->next)
		if (has_text(k, texts))
			return true;
	return false;
}

BL_STATUS
bl_advanced__project_texts(const struct bl_advanced_shape *shape, const struct bl_str *texts,
    struct bl_buf *out, struct bl_err *reterr)
{
	enum bl_status status;
	bool first = true;

	if (shape->whole)
		return bl_buf_add(out, texts[shape->item], reterr);
	status = bl_buf_add_byte(out, '{', reterr);
	for (const struct bl_advanced_shape *k = shape->first; !status && k != NULL; k = k->next) {
		if (!has_text(k, texts))
			continue;
		if (k->step.kind == BL_MATCH_MEMBER) {
			status = write_key(out, k->step.name, &first, reterr);
			if (!status)
				status = bl_advanced__project_texts(k, texts, out, reterr);
		} else { /* An element of an array has no name of its own here. */
			status = write_key(out, BL_STR("element"), &first, reterr);
			if (!status)
				status = bl_advanced__project_texts(k, texts, out, reterr);
		}
	}
	return status ? status : bl_buf_add_byte(out, '}', reterr);
}

/* ---- One cell. ------------------------------------------------------------------------------ */

struct cell {
	struct bl_buf *out;
	struct bl_err *reterr;
	enum bl_status status;
	bool first;
};

static bool
add_to_list(void *ctx, const struct bl_json *value)
{
	struct cell *c = ctx;

	c->status = c->first ? BL_OK : bl_buf_add_byte(c->out, ',', c->reterr);
	c->first = false;
	if (!c->status)
		c->status = bl_advanced__dump(value, c->out, c->reterr);
	return c->status != BL_OK;
}

BL_STATUS
bl_advanced__cell(const struct bl_json *document, const struct bl_match_step *steps,
    uint32_t n_steps, struct bl_buf *out, struct bl_err *reterr)
{
	struct cell c = {.out = out, .reterr = reterr, .first = true};
	const struct bl_json *at = document;
	size_t start = out->len;
	enum bl_status status;

	while (n_steps > 0 && at != NULL) {
		if (steps->kind == BL_MATCH_INDEX)
			at = at->kind == BL_JSON_ARRAY ? bl_json_at(at, steps->index) : NULL;
		else if (at->kind == BL_JSON_ARRAY)
			break;
		else
			at = steps->kind == BL_MATCH_MEMBER ? bl_json_get(at, steps->name) : NULL;
		steps++;
		n_steps--;
	}
	if (bl_json_missing(at))
		return BL_OK;
	if (n_steps == 0)
		return bl_advanced__dump(at, out, reterr);
	status = bl_buf_add_byte(out, '[', reterr);
	if (status)
		return status;
	(void)bl_match_walk(at, steps, n_steps, add_to_list, &c);
	if (c.first) /* No value: no cell. */
		out->len = start;
	else if (!c.status)
		c.status = bl_buf_add_byte(out, ']', reterr);
	return c.status;
}
