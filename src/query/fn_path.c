/*
 * The functions that only trees can call: tests and values of a path through arrays (match.h).
 * Their names begin with '$', which no text can spell; the path and the test are what the maker of
 * the tree put into call->prepared.
 */
#include <assert.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/instant.h"
#include "query/functions.h"
#include "query/match.h"
#include "json/json.h"

/* call->prepared */
struct prepared {
	const struct bl_match_step *steps;
	uint32_t n_steps;
	const struct bl_match_test *test; /* $match */
};

static BL_STATUS
make_call(struct bl_node *root, const char *name, const struct prepared *what,
    struct bl_arena *arena, struct bl_node **ret_call, struct bl_err *reterr)
{
	struct bl_node *call = bl_new(arena, struct bl_node, 1);
	struct bl_node **kids = bl_new(arena, struct bl_node *, 1);
	struct prepared *prepared = bl_new(arena, struct prepared, 1);

	if (call == NULL || kids == NULL || prepared == NULL)
		return bl_eval_no_memory(reterr);
	*prepared = *what;
	kids[0] = root;
	*call = (struct bl_node){.kind = BL_NODE_CALL,
	    .line = root->line,
	    .column = root->column,
	    .depth = root->depth + 1,
	    .kids = kids,
	    .n_kids = 1,
	    .text = bl_str_of(name),
	    .prepared = prepared};
	*ret_call = call;
	return BL_OK;
}

BL_STATUS
bl_match_call(struct bl_node *root, const struct bl_match_step *steps, uint32_t n_steps,
    const struct bl_match_test *test, struct bl_arena *arena, struct bl_node **ret_call,
    struct bl_err *reterr)
{
	struct prepared what = {.steps = steps, .n_steps = n_steps, .test = test};

	assert(test != NULL);
	return make_call(root, "$match", &what, arena, ret_call, reterr);
}

BL_STATUS
bl_match_pick(struct bl_node *root, const struct bl_match_step *steps, uint32_t n_steps,
    struct bl_arena *arena, struct bl_node **ret_call, struct bl_err *reterr)
{
	struct prepared what = {.steps = steps, .n_steps = n_steps};

	return make_call(root, "$pick", &what, arena, ret_call, reterr);
}

/* The root as JSON, whatever its type; NULL for none. */
static BL_STATUS
root_of(struct bl_eval *ev, const struct bl_node *call, const struct bl_json **ret,
    struct bl_err *reterr)
{
	struct bl_value v = {0};
	enum bl_status status = bl_eval_node(ev, call->kids[0], &v, reterr);
	struct bl_json *made;
	struct bl_str text = v.str;
	char *room;

	*ret = NULL;
	if (status || (v.null && v.kind != BL_TYPE_MAP && call->kids[0]->type.kind != BL_TYPE_MAP))
		return status;
	if (call->kids[0]->type.kind == BL_TYPE_MAP)
		return bl_match_tags(v.null ? NULL : v.json, ev->arena, ret, reterr);
	if (v.kind == BL_TYPE_JSON) {
		*ret = v.json;
		return BL_OK;
	}
	made = bl_new(ev->arena, struct bl_json, 1);
	room = bl_new(ev->arena, char, BL_INSTANT_TEXT);
	if (made == NULL || room == NULL)
		return bl_eval_no_memory(reterr);
	if (v.kind == BL_TYPE_TIMESTAMP)
		text = bl_str_of(bl_instant_format(v.i64, room));
	if (v.kind == BL_TYPE_BIGINT) {
		(void)snprintf(room, BL_INSTANT_TEXT, "%lld", (long long)v.i64);
		text = bl_str_of(room);
	}
	*made = (struct bl_json){.kind = BL_JSON_STRING, .text = text};
	if (v.kind == BL_TYPE_BOOLEAN) {
		made->kind = BL_JSON_BOOL;
		made->boolean = v.boolean;
	}
	if (v.kind == BL_TYPE_DOUBLE)
		made->kind = BL_JSON_NUMBER;
	*ret = made;
	return BL_OK;
}

/* ---- $match ------------------------------------------------------------------------ */

struct matching {
	struct bl_eval *ev;
	const struct bl_match_test *test;
	bool holds;
	enum bl_status status;
	struct bl_err *reterr;
};

static bool
match_one(void *ctx, const struct bl_json *value)
{
	struct matching *m = ctx;

	m->status = bl_match_value(m->test, value, &m->ev->steps_left, &m->holds, m->reterr);
	return m->holds || m->status != BL_OK;
}

BL_FUNCTION(bl_fn__match)
{
	const struct prepared *p = call->prepared;
	struct matching m = {.ev = ev, .test = p->test, .reterr = reterr};
	const struct bl_json *root = NULL;
	enum bl_status status = root_of(ev, call, &root, reterr);

	if (status)
		return status;
	(void)bl_match_walk(root, p->steps, p->n_steps, match_one, &m);
	*ret_value = bl_value_boolean(m.holds);
	return m.status;
}

/* ---- $pick ------------------------------------------------------------------------- */

struct picking {
	struct bl_eval *ev;
	struct bl_value *values; /* NULL: only counted. */
	uint64_t n;
};

static bool
pick_one(void *ctx, const struct bl_json *value)
{
	struct picking *p = ctx;

	if (p->values != NULL)
		p->values[p->n] = bl_value_json(value);
	p->n++;
	return false;
}

BL_FUNCTION(bl_fn__pick)
{
	const struct prepared *p = call->prepared;
	struct picking picking = {.ev = ev};
	const struct bl_json *root = NULL;
	enum bl_status status = root_of(ev, call, &root, reterr);

	if (status)
		return status;
	(void)bl_match_walk(root, p->steps, p->n_steps, pick_one, &picking);
	status = bl_eval_spend(ev, call, picking.n, reterr);
	if (status)
		return status;
	picking.values = bl_new(ev->arena, struct bl_value, picking.n);
	if (picking.values == NULL)
		return bl_eval_no_memory(reterr);
	picking.n = 0;
	(void)bl_match_walk(root, p->steps, p->n_steps, pick_one, &picking);
	*ret_value =
	    (struct bl_value){.kind = BL_TYPE_ARRAY, .elements = picking.values, .n = picking.n};
	return BL_OK;
}
