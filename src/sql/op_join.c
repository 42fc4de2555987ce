/*
 * JOIN: the right side is kept, by the hash of its keys where there are keys; the left's batches go
 * through.
 *
 * For each batch of the left: pairs whose keys are equal (all pairs, without keys), a batch of
 * pairs at a time; the condition is asked of them; what is left matches.  Then the left's rows
 * that had no match, or the left's rows with their mark or value.  At the very end the right's
 * rows that had no match.
 */
#include <assert.h>
#include <string.h>

#include "sql/exec_priv.h"

enum phase { LEFT, PAIRS, NULLS, REST, RIGHT_REST, DONE };

struct join {
	struct bl_batch_expr *left_keys, *right_keys;
	struct bl_batch_expr *condition; /* NULL: none */
	struct bl_rows right;		 /* The right's slots, then its keys. */
	bool built;
	uint64_t *ids; /* [n_right] numbers of right's rows */
	uint32_t n_right;
	uint64_t *hashes;	/* [n_right] */
	uint32_t *heads, *next; /* [n_heads], [n_right]: 1 + index; 0: none */
	uint64_t n_heads;
	uint32_t *with_null; /* [n_with_null] rows with a NULL among the keys */
	uint32_t n_with_null;
	uint8_t *right_matched; /* [n_right] */

	enum phase phase;
	struct bl_arena *arena; /* Of the left's batch. */
	struct bl_batch left;
	bool left_end;
	struct bl_vector *keys; /* [n_join_keys] of the left's batch */
	uint8_t *matched;	/* [BL_BATCH_ROWS] 1: yes, 2: unknown */
	uint32_t *found;	/* [BL_BATCH_ROWS] SCALAR: 1 + index */
	uint32_t row;		/* Of the left: where pairs go on; */
	bool row_open;
	uint32_t at;			  /* and with which one of the right. */
	uint32_t *pair_left, *pair_right; /* [BL_BATCH_ROWS] */
};

static bool
keeps_right(const struct bl_plan *plan)
{
	return plan->join == BL_PLAN_RIGHT || plan->join == BL_PLAN_FULL;
}

static BL_STATUS
join_open(struct bl_exec_op *op, struct bl_err *reterr)
{
	struct join *j = bl_new(op->kept, struct join, 1);
	const struct bl_plan *plan = op->plan;
	enum bl_status status;

	if (j == NULL)
		return bl_batch__no_memory(reterr);
	op->state = j;
	j->arena = bl_arena_new_of(&op->exec->pool);
	j->keys = bl_new(op->kept, struct bl_vector, plan->n_join_keys);
	j->matched = bl_new(op->kept, uint8_t, BL_BATCH_ROWS);
	j->found = bl_new(op->kept, uint32_t, BL_BATCH_ROWS);
	j->pair_left = bl_new(op->kept, uint32_t, BL_BATCH_ROWS);
	j->pair_right = bl_new(op->kept, uint32_t, BL_BATCH_ROWS);
	if (j->arena == NULL || j->keys == NULL || j->matched == NULL || j->found == NULL ||
	    j->pair_left == NULL || j->pair_right == NULL)
		return bl_batch__no_memory(reterr);
	status =
	    bl_batch_expr__open_all(plan->left_keys, plan->n_join_keys, op, &j->left_keys, reterr);
	if (!status)
		status = bl_batch_expr__open_all(
		    plan->right_keys, plan->n_join_keys, op, &j->right_keys, reterr);
	if (!status && plan->condition != NULL)
		status = bl_batch_expr__open_all(&plan->condition, 1, op, &j->condition, reterr);
	if (status)
		return status;
	return bl_rows__init(&j->right, op->kept, &op->exec->dictionaries,
	    plan->right->n_slots + plan->n_join_keys, reterr);
}

/* Does "=" with it give NULL? */
static bool
is_null(const struct bl_value *v)
{
	if (v->null)
		return true;
	if (v->kind != BL_TYPE_ARRAY && v->kind != BL_TYPE_ROW)
		return false;
	for (uint64_t i = 0; i < v->n; i++)
		if (is_null(&v->elements[i]))
			return true;
	return false;
}

static uint64_t
add_hash(uint64_t h, const struct bl_value *value)
{
	return (h ^ (h >> 29)) * UINT64_C(0x9e3779b97f4a7c15) + bl_batch__hash(value);
}

static const struct bl_value *
right_key(const struct bl_exec_op *op, uint32_t index, uint32_t key)
{
	const struct join *j = op->state;

	return bl_rows__at(&j->right, j->ids[index], op->plan->right->n_slots + key);
}

/* The right's row number ${i} into the table, or among those with a NULL. */
static BL_STATUS
enter(struct bl_exec_op *op, uint32_t i, struct bl_err *reterr)
{
	struct join *j = op->state;
	uint64_t h = 0, slot;
	bool null = false;

	for (uint32_t k = 0; k < op->plan->n_join_keys; k++) {
		const struct bl_value *v = right_key(op, i, k);

		null = null || is_null(v);
		h = add_hash(h, v);
	}
	if (null) {
		j->with_null[j->n_with_null++] = i;
	} else {
		h ^= h >> 32;
		slot = h & (j->n_heads - 1);
		j->hashes[i] = h;
		j->next[i] = j->heads[slot];
		j->heads[slot] = i + 1;
	}
	return bl_exec__work(op->exec, 1, reterr);
}

static BL_STATUS
make_table(struct bl_exec_op *op, struct bl_err *reterr)
{
	struct join *j = op->state;
	enum bl_status status;

	if (j->right.n >= UINT32_MAX - 1)
		return bl_fail_pos(reterr, BL_ELIMIT, op->plan->line, op->plan->column,
		    "a side of the join has more than 4 billion rows");
	j->n_right = (uint32_t)j->right.n;
	status = bl_rows__ids(&j->right, op->kept, &j->ids, reterr);
	if (status)
		return status;
	j->right_matched = bl_new(op->kept, uint8_t, j->n_right);
	if (j->right_matched == NULL)
		return bl_batch__no_memory(reterr);
	if (op->plan->n_join_keys == 0)
		return BL_OK;
	j->n_heads = 16;
	while (j->n_heads < 2 * (uint64_t)j->n_right)
		j->n_heads *= 2;
	j->heads = bl_new(op->kept, uint32_t, j->n_heads);
	j->next = bl_new(op->kept, uint32_t, j->n_right);
	j->hashes = bl_new(op->kept, uint64_t, j->n_right);
	j->with_null = bl_new(op->kept, uint32_t, j->n_right);
	if (j->heads == NULL || j->next == NULL || j->hashes == NULL || j->with_null == NULL)
		return bl_batch__no_memory(reterr);
	/* Backwards: a chain then gives the rows in their order. */
	for (uint32_t i = j->n_right; !status && i > 0; i--)
		status = enter(op, i - 1, reterr);
	return status;
}

static BL_STATUS
build(struct bl_exec_op *op, struct bl_err *reterr)
{
	struct join *j = op->state;
	uint32_t n = op->plan->right->n_slots, n_keys = op->plan->n_join_keys;
	struct bl_vector *columns = bl_new(op->kept, struct bl_vector, n + n_keys);
	struct bl_batch in;
	bool end = false;
	enum bl_status status = BL_OK;

	if (columns == NULL)
		return bl_batch__no_memory(reterr);
	while (!status && !end) {
		bl_arena_reset(op->batch);
		status = bl_op__next(op->right, &in, &end, reterr);
		if (status || in.n == 0)
			continue;
		if (n > 0)
			memcpy(columns, in.columns, n * sizeof(*columns));
		for (uint32_t k = 0; !status && k < n_keys; k++)
			status = bl_batch_expr__eval(
			    &j->right_keys[k], &in, op->batch, &columns[n + k], reterr);
		if (!status)
			status = bl_rows__add(&j->right, columns, in.n, reterr);
	}
	if (!status)
		status = make_table(op, reterr);
	j->built = !status;
	return status;
}

static BL_STATUS
next_left(struct bl_exec_op *op, struct bl_err *reterr)
{
	struct join *j = op->state;
	enum bl_status status;

	bl_arena_reset(j->arena);
	status = bl_op__next(op->input, &j->left, &j->left_end, reterr);
	for (uint32_t k = 0; !status && j->left.n > 0 && k < op->plan->n_join_keys; k++)
		status =
		    bl_batch_expr__eval(&j->left_keys[k], &j->left, j->arena, &j->keys[k], reterr);
	memset(j->matched, 0, BL_BATCH_ROWS);
	memset(j->found, 0, BL_BATCH_ROWS * sizeof(*j->found));
	j->row = j->at = 0;
	j->row_open = false;
	j->phase = j->left.n > 0 ? PAIRS : REST;
	return status;
}

/* The first of the chain for the left's row; 0: none. */
static uint32_t
chain_of(const struct bl_exec_op *op, uint64_t *ret_hash)
{
	const struct join *j = op->state;
	uint64_t h = 0;

	for (uint32_t k = 0; k < op->plan->n_join_keys; k++) {
		const struct bl_value *v = bl_vector_at(&j->keys[k], j->row);

		if (is_null(v))
			return 0;
		h = add_hash(h, v);
	}
	*ret_hash = h ^ (h >> 32);
	return j->heads[*ret_hash & (j->n_heads - 1)];
}

static bool
keys_equal(const struct bl_exec_op *op, uint32_t index)
{
	const struct join *j = op->state;

	for (uint32_t k = 0; k < op->plan->n_join_keys; k++)
		if (!bl_batch__same(bl_vector_at(&j->keys[k], j->row), right_key(op, index, k)))
			return false;
	return true;
}

/* Is enough known of the left's row, so that no further pair of it matters? */
static bool
row_done(const struct bl_exec_op *op, uint32_t paired)
{
	const struct join *j = op->state;

	if (op->plan->join != BL_PLAN_MARK)
		return false;
	return j->matched[j->row] == 1 || (j->condition == NULL && paired > 0);
}

/* Pairs by the hash table, as many as fit. */
static BL_STATUS
pairs_by_hash(struct bl_exec_op *op, uint32_t *ret_n, struct bl_err *reterr)
{
	struct join *j = op->state;
	enum bl_status status = BL_OK;
	uint32_t n = 0, paired;
	uint64_t hash = 0;

	for (; !status && j->row < j->left.n && n < BL_BATCH_ROWS; j->row++) {
		uint32_t first = chain_of(op, &hash);

		paired = 0;
		if (!j->row_open)
			j->at = first;
		j->row_open = true;
		for (; !status && j->at != 0 && n < BL_BATCH_ROWS && !row_done(op, paired);
		     j->at = j->next[j->at - 1]) {
			uint32_t i = j->at - 1;

			if (j->hashes[i] == hash && keys_equal(op, i)) {
				j->pair_left[n] = j->row;
				j->pair_right[n++] = i;
				paired++;
			}
			status = bl_exec__work(op->exec, 1, reterr);
		}
		if (j->at != 0 && n == BL_BATCH_ROWS && !row_done(op, paired))
			break; /* The row goes on in the next batch of pairs. */
		j->row_open = false;
	}
	*ret_n = n;
	return status;
}

/* Pairs of every row with every row. */
static BL_STATUS
pairs_of_all(struct bl_exec_op *op, uint32_t *ret_n, struct bl_err *reterr)
{
	struct join *j = op->state;
	uint32_t n = 0, paired;

	for (; j->row < j->left.n; j->row++) {
		for (paired = 0; j->at < j->n_right && n < BL_BATCH_ROWS && !row_done(op, paired);
		     j->at++) {
			j->pair_left[n] = j->row;
			j->pair_right[n++] = j->at;
			paired++;
		}
		if (j->at < j->n_right && n == BL_BATCH_ROWS && !row_done(op, paired))
			break;
		j->at = 0;
	}
	*ret_n = n;
	return bl_exec__work(op->exec, n, reterr);
}

/* May the keys be equal, if NULLs were known? */
static bool
keys_unknown(const struct bl_exec_op *op, uint32_t index, bool *ret_left_null)
{
	const struct join *j = op->state;
	bool unknown = true;

	*ret_left_null = false;
	for (uint32_t k = 0; k < op->plan->n_join_keys; k++) {
		const struct bl_value *a = bl_vector_at(&j->keys[k], j->row);
		const struct bl_value *b = index == UINT32_MAX ? a : right_key(op, index, k);

		*ret_left_null = *ret_left_null || is_null(a);
		unknown = unknown && (is_null(a) || is_null(b) || bl_batch__same(a, b));
	}
	return unknown;
}

/* Null-aware: pairs whose equality is NULL, of rows without a match. */
static BL_STATUS
pairs_of_nulls(struct bl_exec_op *op, uint32_t *ret_n, struct bl_err *reterr)
{
	struct join *j = op->state;
	enum bl_status status = BL_OK;
	bool left_null, ignored;
	uint32_t n = 0;

	for (; !status && j->row < j->left.n; j->row++) {
		uint32_t most;

		(void)keys_unknown(op, UINT32_MAX, &left_null);
		most = left_null ? j->n_right : j->n_with_null;
		for (; !status && j->at < most && n < BL_BATCH_ROWS && j->matched[j->row] == 0;
		     j->at++) {
			uint32_t i = left_null ? j->at : j->with_null[j->at];

			j->pair_left[n] = j->row;
			j->pair_right[n] = i;
			n += keys_unknown(op, i, &ignored) ? 1 : 0;
			status = bl_exec__work(op->exec, 1, reterr);
			if (j->condition == NULL && n > 0 && j->pair_left[n - 1] == j->row)
				j->matched[j->row] = 2;
		}
		if (j->at < most && n == BL_BATCH_ROWS && j->matched[j->row] == 0)
			break;
		j->at = 0;
	}
	*ret_n = n;
	return status;
}

/* Columns of pairs, the left's and then the right's; ${only}: just the slots that it reads. */
static BL_STATUS
columns_of(struct bl_exec_op *op, uint32_t n, const struct bl_batch_expr *only,
    struct bl_batch *ret_batch, struct bl_err *reterr)
{
	struct join *j = op->state;
	uint32_t n_left = op->plan->input->n_slots, n_right = op->plan->right->n_slots;
	uint32_t most = only != NULL ? only->n_slots : n_left + n_right;
	struct bl_vector *columns = bl_new(op->batch, struct bl_vector, n_left + n_right);
	uint64_t *ids = bl_new(op->batch, uint64_t, n);
	enum bl_status status = BL_OK;

	if (columns == NULL || ids == NULL)
		return bl_batch__no_memory(reterr);
	for (uint32_t i = 0; i < n; i++)
		ids[i] = j->ids[j->pair_right[i]];
	for (uint32_t i = 0; !status && i < most; i++) {
		uint32_t slot = only != NULL ? only->slots[i] : i;

		if (slot < n_left)
			status = bl_batch__gather_vector(&j->left.columns[slot], j->pair_left, n,
			    op->batch, &columns[slot], reterr);
		else
			status = bl_rows__gather(
			    &j->right, slot - n_left, 1, ids, n, op->batch, &columns[slot], reterr);
	}
	*ret_batch = (struct bl_batch){.n = n, .columns = columns, .n_columns = n_left + n_right};
	return status;
}

/* Pairs for which the condition does not hold are taken out. */
static BL_STATUS
ask_condition(struct bl_exec_op *op, uint32_t *n, struct bl_err *reterr)
{
	struct join *j = op->state;
	struct bl_batch pairs;
	uint32_t *rows, kept;
	enum bl_status status;

	if (j->condition == NULL || *n == 0)
		return BL_OK;
	status = columns_of(op, *n, j->condition, &pairs, reterr);
	if (!status)
		status =
		    bl_batch_expr__select(j->condition, &pairs, op->batch, &rows, &kept, reterr);
	if (status)
		return status;
	for (uint32_t i = 0; i < kept; i++) {
		j->pair_left[i] = j->pair_left[rows[i]];
		j->pair_right[i] = j->pair_right[rows[i]];
	}
	*n = kept;
	return BL_OK;
}

static BL_STATUS
note_matches(struct bl_exec_op *op, uint32_t n, struct bl_err *reterr)
{
	struct join *j = op->state;
	uint8_t as = j->phase == PAIRS ? 1 : 2;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t left = j->pair_left[i], right = j->pair_right[i];

		if (op->plan->join == BL_PLAN_SCALAR && j->found[left] != 0)
			return bl_fail_pos(reterr, BL_EINPUT, op->plan->line, op->plan->column,
			    "the sub-query gives more than one row where one value is wanted");
		j->found[left] = right + 1;
		j->matched[left] = as;
		j->right_matched[right] = 1;
	}
	return BL_OK;
}

/* A batch of pairs: matches are noted, and given out where the join gives pairs. */
static BL_STATUS
do_pairs(struct bl_exec_op *op, struct bl_batch *ret_batch, struct bl_err *reterr)
{
	struct join *j = op->state;
	enum bl_status status;
	uint32_t n = 0, row = j->row;

	if (j->phase == NULLS)
		status = pairs_of_nulls(op, &n, reterr);
	else if (op->plan->n_join_keys > 0)
		status = pairs_by_hash(op, &n, reterr);
	else
		status = pairs_of_all(op, &n, reterr);
	if (!status)
		status = ask_condition(op, &n, reterr);
	if (!status)
		status = note_matches(op, n, reterr);
	if (!status && n > 0 && op->plan->join <= BL_PLAN_FULL)
		status = columns_of(op, n, NULL, ret_batch, reterr);
	assert(row <= j->row);
	if (j->row < j->left.n)
		return status;
	j->row = j->at = 0;
	j->row_open = false;
	j->phase = j->phase == PAIRS && op->plan->join == BL_PLAN_MARK && op->plan->null_aware &&
			   op->plan->n_join_keys > 0
		       ? NULLS
		       : REST;
	return status;
}

/* MARK and SCALAR: the left's rows with one slot more. */
static BL_STATUS
with_slot(struct bl_exec_op *op, struct bl_batch *ret_batch, struct bl_err *reterr)
{
	struct join *j = op->state;
	uint32_t n = j->left.n, n_left = op->plan->input->n_slots;
	struct bl_vector *columns = bl_new(op->batch, struct bl_vector, n_left + 1);
	struct bl_value *values = bl_new(op->batch, struct bl_value, n);

	if (columns == NULL || values == NULL)
		return bl_batch__no_memory(reterr);
	if (n > 0 && n_left > 0)
		memcpy(columns, j->left.columns, n_left * sizeof(*columns));
	for (uint32_t i = 0; i < n; i++) {
		if (op->plan->join == BL_PLAN_MARK) {
			values[i] = bl_value_boolean(j->matched[i] == 1);
			values[i].null = j->matched[i] == 2;
		} else if (j->found[i] != 0) {
			values[i] = *bl_rows__at(&j->right, j->ids[j->found[i] - 1], 0);
		} else {
			values[i] = bl_value_null(op->plan->types[n_left].kind);
		}
	}
	columns[n_left] = (struct bl_vector){.values = values, .n_values = n};
	*ret_batch = (struct bl_batch){.n = n, .columns = columns, .n_columns = n_left + 1};
	return BL_OK;
}

static BL_STATUS
nulls(struct bl_exec_op *op, struct bl_vector *columns, uint32_t first, uint32_t n_columns,
    uint32_t n, struct bl_err *reterr)
{
	struct bl_value *null = bl_new(op->batch, struct bl_value, n_columns);
	enum bl_status status = BL_OK;

	if (null == NULL)
		return bl_batch__no_memory(reterr);
	for (uint32_t i = 0; !status && i < n_columns; i++) {
		null[i] = bl_value_null(op->plan->types[first + i].kind);
		status = bl_batch__constant(&null[i], n, op->batch, &columns[first + i], reterr);
	}
	return status;
}

/* LEFT, FULL: the left's rows without a match. */
static BL_STATUS
left_rest(struct bl_exec_op *op, struct bl_batch *ret_batch, struct bl_err *reterr)
{
	struct join *j = op->state;
	uint32_t n_left = op->plan->input->n_slots, n_right = op->plan->right->n_slots, n = 0;
	struct bl_vector *columns = bl_new(op->batch, struct bl_vector, n_left + n_right);
	uint32_t *rows = bl_new(op->batch, uint32_t, j->left.n);
	enum bl_status status = BL_OK;

	if (columns == NULL || rows == NULL)
		return bl_batch__no_memory(reterr);
	for (uint32_t i = 0; i < j->left.n; i++) {
		rows[n] = i;
		n += j->matched[i] == 0 ? 1 : 0;
	}
	for (uint32_t i = 0; !status && n > 0 && i < n_left; i++)
		status = bl_batch__gather_vector(
		    &j->left.columns[i], rows, n, op->batch, &columns[i], reterr);
	if (!status)
		status = nulls(op, columns, n_left, n_right, n, reterr);
	*ret_batch = (struct bl_batch){.n = n, .columns = columns, .n_columns = n_left + n_right};
	return status;
}

static BL_STATUS
do_rest(struct bl_exec_op *op, struct bl_batch *ret_batch, struct bl_err *reterr)
{
	struct join *j = op->state;

	j->phase = !j->left_end ? LEFT : keeps_right(op->plan) ? RIGHT_REST : DONE;
	j->row = 0;
	if (j->left.n == 0)
		return BL_OK;
	if (op->plan->join == BL_PLAN_MARK || op->plan->join == BL_PLAN_SCALAR)
		return with_slot(op, ret_batch, reterr);
	if (op->plan->join == BL_PLAN_LEFT || op->plan->join == BL_PLAN_FULL)
		return left_rest(op, ret_batch, reterr);
	return BL_OK;
}

/* RIGHT, FULL: the right's rows without a match, from j->row on. */
static BL_STATUS
right_rest(struct bl_exec_op *op, struct bl_batch *ret_batch, struct bl_err *reterr)
{
	struct join *j = op->state;
	uint32_t n_left = op->plan->input->n_slots, n_right = op->plan->right->n_slots, n = 0;
	struct bl_vector *columns = bl_new(op->batch, struct bl_vector, n_left + n_right);
	uint64_t *ids = bl_new(op->batch, uint64_t, BL_BATCH_ROWS);
	enum bl_status status;

	if (columns == NULL || ids == NULL)
		return bl_batch__no_memory(reterr);
	for (; j->row < j->n_right && n < BL_BATCH_ROWS; j->row++) {
		ids[n] = j->ids[j->row];
		n += j->right_matched[j->row] == 0 ? 1 : 0;
	}
	status = nulls(op, columns, 0, n_left, n, reterr);
	if (!status)
		status = bl_rows__gather(
		    &j->right, 0, n_right, ids, n, op->batch, columns + n_left, reterr);
	if (j->row == j->n_right)
		j->phase = DONE;
	*ret_batch = (struct bl_batch){.n = n, .columns = columns, .n_columns = n_left + n_right};
	return status;
}

static BL_STATUS
join_next(struct bl_exec_op *op, struct bl_batch *ret_batch, bool *ret_end, struct bl_err *reterr)
{
	struct join *j = op->state;
	enum bl_status status = j->built ? BL_OK : build(op, reterr);

	while (!status && j->phase != DONE && ret_batch->n == 0) {
		bl_arena_reset(op->batch);
		switch (j->phase) {
		case LEFT: status = next_left(op, reterr); break;
		case PAIRS:
		case NULLS: status = do_pairs(op, ret_batch, reterr); break;
		case REST: status = do_rest(op, ret_batch, reterr); break;
		case RIGHT_REST: status = right_rest(op, ret_batch, reterr); break;
		case DONE: break;
		}
	}
	*ret_end = j->phase == DONE;
	return status;
}

static void
join_close(struct bl_exec_op *op)
{
	struct join *j = op->state;

	bl_batch_expr__close_all(j->left_keys, op->plan->n_join_keys);
	bl_batch_expr__close_all(j->right_keys, op->plan->n_join_keys);
	bl_batch_expr__close_all(j->condition, 1);
	bl_arena_free(&j->arena);
}

const struct bl_op_class bl_op__join = {"JOIN", join_open, join_next, join_close};
