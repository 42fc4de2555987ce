#include "cli/content.h"

#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "delivery/item.h"
#include "json/diff.h"
#include "json/json.h"

struct content {
	struct bl_arena *arena;
	struct bl_json *root, *last;
	struct bl_err *err;
};

/* A copy: the value may have siblings in its own tree. */
static enum bl_status
add(struct content *c, const char *key, struct bl_json value)
{
	struct bl_json *member = bl_new(c->arena, struct bl_json, 1);

	if (member == NULL)
		return bl_fail(c->err, BL_ENOMEM, "no memory for an item's content");
	*member = value;
	member->key = bl_str_of(key);
	member->next = NULL;
	if (c->last == NULL)
		c->root->first = member;
	else
		c->last->next = member;
	c->last = member;
	c->root->n++;
	return BL_OK;
}

static enum bl_status
add_tree(struct content *c, const char *key, const struct bl_json *tree)
{
	return bl_json_missing(tree) ? BL_OK : add(c, key, *tree);
}

static enum bl_status
add_text(struct content *c, const char *key, struct bl_str text)
{
	if (text.ptr == NULL)
		return BL_OK;
	return add(c, key, (struct bl_json){.kind = BL_JSON_STRING, .text = text});
}

static enum bl_status
add_instant(struct content *c, const char *key, int64_t ns)
{
	char text[BL_INSTANT_TEXT];
	struct bl_str copy;

	if (ns == BL_INSTANT_MIN)
		return BL_OK;
	if (bl_str_dup(c->arena, bl_str_of(bl_instant_format(ns, text)), &copy) != BL_OK)
		return bl_fail(c->err, BL_ENOMEM, "no memory for an item's content");
	return add_text(c, key, copy);
}

enum bl_status
bl_content_of(const struct bl_item *item, struct bl_arena *arena, const struct bl_json **ret_tree,
    struct bl_err *reterr)
{
	struct content c = {
	    .arena = arena, .root = bl_new(arena, struct bl_json, 1), .err = reterr};
	enum bl_status status;

	if (c.root == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for an item's content");
	c.root->kind = BL_JSON_OBJECT;
	status =
	    add_text(&c, "configurationItemStatus", bl_str_of(bl_item_status_name(item->status)));
	if (status == BL_OK)
		status = add_text(&c, "resourceName", item->name);
	if (status == BL_OK)
		status = add_text(&c, "arn", item->arn);
	if (status == BL_OK)
		status = add_text(&c, "availabilityZone", item->zone);
	if (status == BL_OK)
		status = add_instant(&c, "resourceCreationTime", item->created_ns);
	if (status == BL_OK)
		status = add_tree(&c, "tags", item->tags);
	if (status == BL_OK)
		status = add_tree(&c, "relationships", item->relationships);
	if (status == BL_OK)
		status = add_tree(&c, "configuration", item->configuration);
	if (status == BL_OK)
		status = add_tree(&c, "supplementaryConfiguration", item->supplementary);
	if (status == BL_OK)
		*ret_tree = c.root;
	return status;
}

enum bl_status
bl_content_diff(const struct bl_item *before, const struct bl_item *after, struct bl_arena *arena,
    struct bl_json_change **ret_changes, size_t *ret_n, struct bl_err *reterr)
{
	const struct bl_json *x = NULL, *y = NULL;
	enum bl_status status = bl_content_of(before, arena, &x, reterr);

	if (status == BL_OK)
		status = bl_content_of(after, arena, &y, reterr);
	return status == BL_OK ? bl_json_diff(x, y, arena, ret_changes, ret_n, reterr) : status;
}
