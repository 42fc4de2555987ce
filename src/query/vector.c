/*
 * The face of vectors: the plan is made and run, block by block; what only items can tell is asked
 * of them, errors among it: an error's words are those of the item.
 */
#include "query/vector.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "delivery/item.h"
#include "query/vector_priv.h"
#include "store/store.h"
#include "json/json.h"

#define BLOCK 1024u /* Versions at a time: their elements' results stay in the cache. */
#define SCRATCH_BYTES ((size_t)8 << 30)
#define PLAN_BYTES ((size_t)1 << 30)
#define SINGLE_READS 4u		  /* More versions than these are read in one scan. */
#define OPEN UINT32_C(0x40000000) /* Of a code in work: the item is to be asked. */

struct eval {
	const struct bl_expr *expr;
	struct bl_vector_run run;
	struct bl_arena *plan; /* Of units. */
	struct bl_arena *arena;
	struct bl_store *store;
	uint32_t *code; /* [n], in the arena of the result */
	uint32_t n, n_open, first_open;
	struct bl_buf errors; /* struct bl_err */
	uint32_t n_errors;
};

static enum bl_status
no_memory(struct bl_err *reterr)
{
	return bl_fail(reterr, BL_ENOMEM, "no memory to evaluate the expression");
}

/* ---- By items. ------------------------------------------------------------------- */

static void
leave_open(struct eval *e, uint32_t i)
{
	e->first_open = e->n_open == 0 ? i : e->first_open;
	e->n_open++;
	e->code[i] = OPEN;
}

static enum bl_status
keep_error(struct eval *e, const struct bl_err *err, uint32_t *ret_code, struct bl_err *reterr)
{
	enum bl_status status =
	    bl_buf_add(&e->errors, (struct bl_str){(const char *)err, sizeof(*err)}, reterr);

	if (status != BL_OK)
		return status;
	if (e->n_errors >= OPEN)
		return bl_fail(reterr, BL_ELIMIT, "more than %u errors", OPEN);
	*ret_code = BL_CODED_ERROR | e->n_errors++;
	return BL_OK;
}

static enum bl_status
ask_item(void *ctx, struct bl_version_id id, struct bl_str bytes, struct bl_err *reterr)
{
	struct eval *e = ctx;
	struct bl_expr_scope scope = {.params = e->run.ask->params,
	    .parser = e->run.parser,
	    .budget_steps = e->run.ask->budget_steps};
	struct bl_value value = {0};
	struct bl_err err = {0};
	struct bl_item item;
	enum bl_status status;

	if (id.ordinal >= e->n || e->code[id.ordinal] != OPEN)
		return BL_OK;
	bl_arena_reset(e->run.scratch);
	status = bl_vector__go_on(&e->run, reterr);
	if (status == BL_OK)
		status = bl_item_parse(e->run.parser, bytes, e->run.scratch, &item, reterr);
	if (status == BL_EINPUT) /* It was read when it was stored. */
		return bl_fail(reterr, BL_ECORRUPT, "a stored item cannot be read any more");
	if (status != BL_OK)
		return status;
	scope.item = &item;
	status = bl_expr_eval(e->expr, &scope, e->run.scratch, &value, &err);
	if (status == BL_OK)
		return bl_vector__intern(&e->run.values, &value, &e->code[id.ordinal], reterr);
	if (status != BL_ENOMEM)
		return keep_error(e, &err, &e->code[id.ordinal], reterr);
	if (reterr != NULL)
		*reterr = err;
	return status;
}

static enum bl_status
ask_single(struct eval *e, struct bl_err *reterr)
{
	struct bl_version_id id = {.type_no = e->run.ask->type_no};
	enum bl_status status = BL_OK;

	for (uint32_t i = e->first_open; i < e->n && status == BL_OK; i++) {
		struct bl_arena_mark mark = bl_arena_mark(e->plan);
		struct bl_sha256 digest;
		struct bl_str bytes;

		if (e->code[i] != OPEN)
			continue;
		id.ordinal = i;
		status = bl_store_read(e->store, id, e->plan, &bytes, &digest, reterr);
		if (status == BL_OK)
			status = ask_item(e, id, bytes, reterr);
		bl_arena_rewind(e->plan, mark);
	}
	return status;
}

static enum bl_status
ask_items(struct eval *e, struct bl_err *reterr)
{
	if (e->n_open == 0)
		return BL_OK;
	if (e->n_open <= SINGLE_READS)
		return ask_single(e, reterr);
	return bl_store_scan_from(
	    e->store, e->run.ask->type_no, e->first_open, ask_item, e, reterr);
}

/* ---- By columns. ----------------------------------------------------------------- */

/* Is none of ${n} wanted? */
static bool
is_idle(const uint8_t *wanted, uint32_t n)
{
	for (uint32_t i = 0; wanted != NULL && i < n; i++)
		if (wanted[i] != 0)
			return false;
	return wanted != NULL;
}

static enum bl_status
ask_blocks(struct eval *e, struct bl_vector_unit *root, struct bl_err *reterr)
{
	const uint8_t *wanted = e->run.ask->wanted;
	enum bl_status status = BL_OK;

	for (uint32_t from = 0; from < e->n && status == BL_OK; from += BLOCK) {
		uint32_t n = e->n - from < BLOCK ? e->n - from : BLOCK;
		const uint8_t *mine = wanted == NULL ? NULL : wanted + from;
		const uint32_t *code;

		if (is_idle(mine, n))
			continue;
		status = bl_vector__rows(&e->run, root, from, n, mine, reterr);
		code = (const uint32_t *)(const void *)root->code.ptr;
		for (uint32_t i = 0; i < n && status == BL_OK; i++) {
			if (mine != NULL && mine[i] == 0)
				continue;
			/* The root's NULL is a value like any other. */
			if (code[i] < BL_VECTOR_FIRST)
				leave_open(e, from + i);
			else
				e->code[from + i] = code[i] - BL_VECTOR_FIRST;
		}
	}
	return status;
}

/* A path alone: its column is the answer, each distinct cell one value. */
static bool
is_bare(const struct bl_expr *expr, const struct bl_vector_unit *root)
{
	const struct bl_node *node = root->expr.root;

	return root->n_leaves == 1 && node->cell == 1 && root->leaf[0].kind == BL_VECTOR_COLUMN &&
	       (node->kind == BL_NODE_COLUMN || node->kind == BL_NODE_MEMBER ||
		   node->kind == BL_NODE_INDEX) &&
	       (expr->wanted.kind == BL_TYPE_UNKNOWN || expr->wanted.kind == node->type.kind);
}

/* Everything to the items. */
static void
open_all(struct eval *e)
{
	const uint8_t *wanted = e->run.ask->wanted;

	for (uint32_t i = 0; i < e->n; i++)
		if (wanted == NULL || wanted[i] != 0)
			leave_open(e, i);
}

static enum bl_status
ask_columns(struct eval *e, struct bl_err *reterr)
{
	const struct bl_vector_ask *ask = e->run.ask;
	struct bl_vector_table versions = {.n = e->n};
	struct bl_vector_unit *root = NULL;
	bool told = false;
	enum bl_status status = bl_vector__plan(e->expr, &versions, e->plan, &root, reterr);

	if (status == BL_OK && root != NULL)
		status = bl_vector__open(root, ask->columns, ask->type_no, e->plan, &told, reterr);
	if (status == BL_OK && told && is_bare(e->expr, root))
		root->is_bare = e->run.values.is_distinct = true;
	if (status == BL_OK && told)
		status = ask_blocks(e, root, reterr);
	else if (status == BL_OK)
		open_all(e);
	bl_vector__release(root);
	return status;
}

/* ---- The result. ----------------------------------------------------------------- */

static enum bl_status
begin(struct eval *e, const struct bl_vector_ask *ask, struct bl_err *reterr)
{
	enum bl_status status;

	e->store = bl_columns_store(ask->columns);
	if (ask->type_no >= bl_store_n_types(e->store))
		return bl_fail(reterr, BL_ENOTFOUND, "there is no resource type %u", ask->type_no);
	e->n = bl_store_n_versions(e->store, ask->type_no);
	e->plan = bl_arena_new(PLAN_BYTES);
	e->run.scratch = bl_arena_new(SCRATCH_BYTES);
	e->code = bl_new(e->arena, uint32_t, e->n);
	if (e->plan == NULL || e->run.scratch == NULL || e->code == NULL)
		return no_memory(reterr);
	memset(e->code, 0xff, (size_t)e->n * sizeof(*e->code)); /* UNASKED */
	status = bl_json_parser_new((struct bl_json_limits){0}, &e->run.parser, reterr);
	if (status == BL_OK)
		bl_vector__values_init(&e->run.values, e->arena);
	return status;
}

static enum bl_status
give(struct eval *e, struct bl_coded *ret_coded, struct bl_err *reterr)
{
	struct bl_value *values = bl_new(e->arena, struct bl_value, e->run.values.n);
	struct bl_err *errors = bl_new(e->arena, struct bl_err, e->n_errors);

	if (values == NULL || errors == NULL)
		return no_memory(reterr);
	if (e->run.values.n > 0)
		memcpy(values, e->run.values.value.ptr, e->run.values.value.len);
	if (e->n_errors > 0)
		memcpy(errors, e->errors.ptr, e->errors.len);
	*ret_coded = (struct bl_coded){.n = e->n,
	    .code = e->code,
	    .values = values,
	    .n_values = e->run.values.n,
	    .errors = errors,
	    .n_errors = e->n_errors};
	return BL_OK;
}

enum bl_status
bl_vector_eval(const struct bl_expr *expr, const struct bl_vector_ask *ask, struct bl_arena *arena,
    struct bl_coded *ret_coded, struct bl_err *reterr)
{
	struct eval e = {
	    .expr = expr, .run = {.ask = ask}, .arena = arena, .errors = BL_BUF_INIT(SIZE_MAX / 2)};
	enum bl_status status;

	assert(expr != NULL && ask->columns != NULL && arena != NULL);
	status = begin(&e, ask, reterr);
	if (status == BL_OK)
		status = ask_columns(&e, reterr);
	if (status == BL_OK)
		status = ask_items(&e, reterr);
	if (status == BL_OK)
		status = give(&e, ret_coded, reterr);
	bl_json_parser_free(&e.run.parser);
	bl_vector__values_release(&e.run.values);
	bl_buf_release(&e.errors);
	bl_arena_free(&e.run.scratch);
	bl_arena_free(&e.plan);
	return status;
}
