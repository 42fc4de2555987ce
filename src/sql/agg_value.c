/*
 * Aggregates that keep a value: min, max, min_by, max_by, arbitrary.
 *
 * A value that is kept is a copy.  Texts are copied into room that the state has, so that a
 * hundred better ones do not cost a hundred times the memory.
 */
#include <string.h>

#include "sql/agg_priv.h"

struct kept {
	bool any;
	struct bl_value value; /* What is given. */
	struct bl_value key;   /* What it is chosen by. */
	char *room;	       /* For a text of key. */
	size_t room_bytes;
};

static BL_STATUS
keep_key(struct bl_agg *agg, struct kept *s, const struct bl_value *key, struct bl_err *reterr)
{
	size_t want = key->str.len < 8 ? 16 : 2 * key->str.len;

	if (key->json != NULL || key->elements != NULL || key->str.ptr == NULL)
		return bl_batch__dup(agg->arena, key, &s->key, reterr);
	if (s->room_bytes < key->str.len) {
		s->room_bytes = 0;
		s->room = bl_new(agg->arena, char, want);
		if (s->room == NULL)
			return bl_batch__no_memory(reterr);
		s->room_bytes = want;
	}
	if (key->str.len > 0)
		memmove(s->room, key->str.ptr, key->str.len);
	s->key = *key;
	s->key.str.ptr = s->room == NULL ? "" : s->room;
	return BL_OK;
}

/* Is ${key} better (${sign}: 1 for the greatest, -1 for the least)? */
static BL_STATUS
is_better(struct bl_agg *agg, const struct kept *s, const struct bl_value *key, int sign,
    bool *ret_better, struct bl_err *reterr)
{
	int order = 0;

	*ret_better = !s->any;
	if (!s->any)
		return BL_OK;
	if (!bl_batch__order(key, &s->key, &order))
		return bl_fail_pos(reterr, BL_EINPUT, agg->call->line, agg->call->column,
		    "%s and %s have no order", bl_value_what(key), bl_value_what(&s->key));
	*ret_better = sign > 0 ? order > 0 : order < 0;
	return BL_OK;
}

static BL_STATUS
choose(struct bl_agg *agg, void *state, const struct bl_value *key, int sign, bool *ret_better,
    struct bl_err *reterr)
{
	struct kept *s = state;
	enum bl_status status = is_better(agg, s, key, sign, ret_better, reterr);

	if (!status && *ret_better)
		status = keep_key(agg, s, key, reterr);
	s->any = s->any || !status;
	return status;
}

static BL_STATUS
min_add(struct bl_agg *agg, void *state, const struct bl_value *const *args, struct bl_err *reterr)
{
	bool better;

	return choose(agg, state, args[0], -1, &better, reterr);
}

static BL_STATUS
max_add(struct bl_agg *agg, void *state, const struct bl_value *const *args, struct bl_err *reterr)
{
	bool better;

	return choose(agg, state, args[0], 1, &better, reterr);
}

static BL_STATUS
by_add(struct bl_agg *agg, void *state, const struct bl_value *const *args, int sign,
    struct bl_err *reterr)
{
	struct kept *s = state;
	bool better = false;
	enum bl_status status = BL_OK;

	if (args[1]->null)
		return BL_OK;
	status = choose(agg, s, args[1], sign, &better, reterr);
	if (!status && better)
		status = bl_batch__dup(agg->arena, args[0], &s->value, reterr);
	return status;
}

static BL_STATUS
min_by_add(
    struct bl_agg *agg, void *state, const struct bl_value *const *args, struct bl_err *reterr)
{
	return by_add(agg, state, args, -1, reterr);
}

static BL_STATUS
max_by_add(
    struct bl_agg *agg, void *state, const struct bl_value *const *args, struct bl_err *reterr)
{
	return by_add(agg, state, args, 1, reterr);
}

static BL_STATUS
arbitrary_add(
    struct bl_agg *agg, void *state, const struct bl_value *const *args, struct bl_err *reterr)
{
	struct kept *s = state;

	if (s->any)
		return BL_OK;
	s->any = true;
	return bl_batch__dup(agg->arena, args[0], &s->key, reterr);
}

static BL_STATUS
key_end(struct bl_agg *agg, void *state, struct bl_arena *arena, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	const struct kept *s = state;

	if (!s->any) {
		*ret_value = bl_value_null(agg->call->type.kind);
		return BL_OK;
	}
	/* A window's state goes on; its room may be written again. */
	return bl_batch__dup(arena, &s->key, ret_value, reterr);
}

static BL_STATUS
value_end(struct bl_agg *agg, void *state, struct bl_arena *arena, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	const struct kept *s = state;

	(void)arena;
	(void)reterr;
	*ret_value = s->any ? s->value : bl_value_null(agg->call->type.kind);
	return BL_OK;
}

const struct bl_agg_class bl_agg__min = {"min", sizeof(struct kept), false, min_add, key_end};
const struct bl_agg_class bl_agg__max = {"max", sizeof(struct kept), false, max_add, key_end};
const struct bl_agg_class bl_agg__min_by = {
    "min_by", sizeof(struct kept), true, min_by_add, value_end};
const struct bl_agg_class bl_agg__max_by = {
    "max_by", sizeof(struct kept), true, max_by_add, value_end};
const struct bl_agg_class bl_agg__arbitrary = {
    "arbitrary", sizeof(struct kept), false, arbitrary_add, key_end};
