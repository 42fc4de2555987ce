/*
 * What a key of a map stands for after Ref, If and NoValue, as the kind that is wanted.  One
 * mistake is one message: a value that is bad, or that waits for a parameter, is told once and
 * then taken as absent.
 */
#include <assert.h>

#include "base/arena.h"
#include "rules/pack_priv.h"

void
bl_pack__say_missing(struct bl_pack__ctx *ctx, const struct bl_pack__node *node,
    const struct bl_pack__value *value, const char *what)
{
	ctx->n_waiting++;
	if (!ctx->supplied) /* Else the parameter itself is an error already. */
		bl_pack__warn(ctx, bl_pack__at_key(node),
		    "%s is left out: it rests on the parameter %.*s, which has no value yet", what,
		    BL_STR_ARG(bl_pack__q(ctx, value->param->name)));
}

/* The text of map[key].  BL_PACK__GOT_NONE: not there (or AWS::NoValue); BL_PACK__GOT_BAD:
 * reported, or waiting for a parameter's value. */
enum bl_pack__got
bl_pack__text(struct bl_pack__ctx *ctx, const struct bl_pack__node *map, const char *key,
    struct bl_str *ret_text)
{
	const struct bl_pack__node *node = bl_pack__get(map, key);
	struct bl_pack__value value;

	if (node == NULL)
		return BL_PACK__GOT_NONE;
	value = bl_pack__eval(ctx, node);
	switch (value.kind) {
	case BL_PACK__V_GONE: return BL_PACK__GOT_NONE;
	case BL_PACK__V_BAD: return BL_PACK__GOT_BAD;
	case BL_PACK__V_MISSING:
		bl_pack__say_missing(ctx, node, &value, key);
		return BL_PACK__GOT_BAD;
	case BL_PACK__V_NODE:
		bl_pack__error(ctx, bl_pack__at(node), "%s must be text, not %s", key,
		    bl_pack__kind_name(value.node));
		return BL_PACK__GOT_BAD;
	case BL_PACK__V_TEXT:
		if (value.param != NULL && value.param->list) {
			bl_pack__error(ctx, bl_pack__at(node),
			    "%s must be text, but the parameter %.*s is a list", key,
			    BL_STR_ARG(bl_pack__q(ctx, value.param->name)));
			return BL_PACK__GOT_BAD;
		}
		*ret_text = value.text;
		return BL_PACK__GOT_IT;
	}
	return BL_PACK__GOT_BAD;
}

/* map[key] as it stands after Fn::If: a map or list. */
enum bl_pack__got
bl_pack__part(struct bl_pack__ctx *ctx, const struct bl_pack__node *map, const char *key,
    enum bl_pack__kind kind, const struct bl_pack__node **ret_node)
{
	const struct bl_pack__node *node = bl_pack__get(map, key);
	struct bl_pack__value value;

	if (node == NULL)
		return BL_PACK__GOT_NONE;
	value = bl_pack__eval(ctx, node);
	if (value.kind == BL_PACK__V_GONE)
		return BL_PACK__GOT_NONE;
	if (value.kind == BL_PACK__V_MISSING)
		bl_pack__say_missing(ctx, node, &value, key);
	if (value.kind == BL_PACK__V_BAD || value.kind == BL_PACK__V_MISSING)
		return BL_PACK__GOT_BAD;
	if (value.kind != BL_PACK__V_NODE || value.node->kind != kind) {
		bl_pack__error(ctx, bl_pack__at(node), "%s must be %s, not %s", key,
		    kind == BL_PACK__MAP ? "a map" : "a list",
		    value.kind == BL_PACK__V_TEXT ? "text" : bl_pack__kind_name(value.node));
		return BL_PACK__GOT_BAD;
	}
	*ret_node = value.node;
	return BL_PACK__GOT_IT;
}

static bool
is_among(struct bl_str s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bl_str_eq(s, bl_str_of(words[i])))
			return true;
	return false;
}

/* The text of map[key], which must be one of ${words}. */
enum bl_pack__got
bl_pack__word(struct bl_pack__ctx *ctx, const struct bl_pack__node *map, const char *key,
    const char *const *words, size_t n, struct bl_str *ret_text)
{
	struct bl_str text, all = BL_STR("");
	enum bl_pack__got got = bl_pack__text(ctx, map, key, &text);

	if (got != BL_PACK__GOT_IT)
		return got;
	if (is_among(text, words, n)) {
		*ret_text = text;
		return BL_PACK__GOT_IT;
	}
	for (size_t i = 0; i < n && !ctx->nomem; i++)
		if (bl_str_printf(ctx->scratch, &all, NULL, "%.*s%s%s", BL_STR_ARG(all),
			i > 0 ? ", " : "", words[i]) != BL_OK)
			ctx->nomem = true;
	bl_pack__error(ctx, bl_pack__at(bl_pack__get(map, key)), "%s is %.*s; it can be: %.*s", key,
	    BL_STR_ARG(bl_pack__q(ctx, text)), BL_STR_ARG(all));
	return BL_PACK__GOT_BAD;
}

void
bl_pack__check_bool(struct bl_pack__ctx *ctx, const struct bl_pack__node *map, const char *key)
{
	static const char *const words[] = {"true", "false"};
	struct bl_str text;

	(void)bl_pack__word(ctx, map, key, words, BL_PACK_COUNT(words), &text);
}

void
bl_pack__check_number(struct bl_pack__ctx *ctx, const struct bl_pack__node *map, const char *key,
    uint64_t low, uint64_t high)
{
	struct bl_str text;
	uint64_t value;

	if (bl_pack__text(ctx, map, key, &text) != BL_PACK__GOT_IT)
		return;
	if (!bl_str_to_u64(text, &value) || value < low || value > high)
		bl_pack__error(ctx, bl_pack__at(bl_pack__get(map, key)),
		    "%s is %.*s; it must be a number from %llu to %llu", key,
		    BL_STR_ARG(bl_pack__q(ctx, text)), (unsigned long long)low,
		    (unsigned long long)high);
}

static void
add_item(struct bl_pack__ctx *ctx, struct bl_pack__texts *texts, struct bl_str text)
{
	assert(texts->n < texts->room);
	texts->items[texts->n++] = bl_pack__keep(ctx, text);
}

static void
split_items(struct bl_pack__ctx *ctx, struct bl_pack__texts *texts, struct bl_str csv)
{
	struct bl_str rest = csv, part = {NULL, 0};

	texts->room = 1;
	for (size_t i = 0; i < csv.len; i++)
		texts->room += csv.ptr[i] == ',';
	texts->items = bl_new(ctx->arena, struct bl_str, texts->room);
	if (texts->items == NULL) {
		ctx->nomem = true;
		return;
	}
	while (bl_str_split(&rest, ',', &part))
		if (bl_str_trim(part).len > 0)
			add_item(ctx, texts, bl_str_trim(part));
}

static void
list_items(struct bl_pack__ctx *ctx, struct bl_pack__texts *texts, const struct bl_pack__node *list,
    const char *key)
{
	texts->room = list->n;
	texts->items = bl_new(ctx->arena, struct bl_str, texts->room);
	if (texts->items == NULL) {
		ctx->nomem = true;
		return;
	}
	for (const struct bl_pack__node *c = list->first; c != NULL; c = c->next) {
		struct bl_pack__value value = bl_pack__eval(ctx, c);

		if (value.kind == BL_PACK__V_MISSING)
			bl_pack__say_missing(ctx, c, &value, "an element");
		else if (value.kind == BL_PACK__V_NODE)
			bl_pack__error(ctx, bl_pack__at(c), "an element of %s must be text, not %s",
			    key, bl_pack__kind_name(value.node));
		else if (value.kind == BL_PACK__V_TEXT)
			add_item(ctx, texts, value.text);
	}
}

enum bl_pack__got
bl_pack__texts(struct bl_pack__ctx *ctx, const struct bl_pack__node *map, const char *key,
    struct bl_pack__texts *ret_texts)
{
	const struct bl_pack__node *node = bl_pack__get(map, key), *list;
	struct bl_pack__value value;
	enum bl_pack__got got;

	if (node == NULL)
		return BL_PACK__GOT_NONE;
	value = bl_pack__eval(ctx, node);
	if (value.kind == BL_PACK__V_TEXT && value.param != NULL && value.param->list) {
		split_items(ctx, ret_texts, value.text);
		return BL_PACK__GOT_IT;
	}
	got = bl_pack__part(ctx, map, key, BL_PACK__LIST, &list);
	if (got == BL_PACK__GOT_IT)
		list_items(ctx, ret_texts, list, key);
	return got;
}
