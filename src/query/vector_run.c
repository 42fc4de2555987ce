/*
 * Units over rows, a block at a time: numbers of leaves become the number of a tuple, and a tuple
 * that has been evaluated is not evaluated again.
 *
 * Tuples are numbered leaf by leaf.  As long as the product of the leaves' numbers is small it is
 * the number; where it grows too large the pairs that occur are counted by a hash table.  Numbers,
 * tables and results are kept from block to block.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "query/vector_priv.h"
#include "json/json.h"

#define GO_ON_EVERY 4096u
#define PRODUCT_LIMIT ((uint64_t)1 << 16)
#define MANY ((uint64_t)BL_VECTOR_TEXTS * 8) /* Numbers of a leaf, when nobody knows how many. */

static enum bl_status
no_memory(struct bl_err *reterr)
{
	return bl_fail(reterr, BL_ENOMEM, "no memory to evaluate the expression");
}

/* Room for ${n} numbers, whatever they are. */
static enum bl_status
room(struct bl_buf *buf, uint64_t n, uint32_t **ret, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	if (n > SIZE_MAX / 8)
		return no_memory(reterr);
	buf->len = 0;
	if (buf->cap < n * sizeof(uint32_t) || buf->ptr == NULL)
		status = bl_buf_reserve(buf, (size_t)n * sizeof(uint32_t) + 1, reterr);
	*ret = (uint32_t *)(void *)buf->ptr;
	return status;
}

/* ---- Numbers of leaves. ---------------------------------------------------------- */

/* A cell's number: 4 kinds have texts, the others come behind all of those. */
static uint64_t
column_numbers(const struct bl_column *column)
{
	return (uint64_t)column->n_texts * 4 + BL_CELL_ERROR + 1;
}

static void
number_column(const struct bl_column *column, uint32_t from, uint32_t n, uint32_t *out)
{
	const uint32_t *code = column->code + from;
	const uint8_t *kind = column->kind + from;
	uint32_t rest = column->n_texts * 4;

	for (uint32_t i = 0; i < n; i++)
		out[i] = code[i] == BL_COLUMN_NONE ? rest + kind[i]
						   : code[i] * 4 + kind[i] - BL_CELL_NUMBER;
}

/* A leaf's numbers for these rows: in ${unit}->other, or where the leaf keeps them. */
static enum bl_status
number_leaf(struct bl_vector_run *run, struct bl_vector_unit *unit, struct bl_vector_leaf *leaf,
    uint32_t from, uint32_t n, const uint8_t *wanted, const uint32_t **ret, uint64_t *ret_n,
    struct bl_err *reterr)
{
	uint32_t *out = NULL;
	enum bl_status status;

	switch (leaf->kind) {
	case BL_VECTOR_UNIT:
		status = bl_vector__rows(run, leaf->unit, from, n, wanted, reterr);
		*ret = (const uint32_t *)(const void *)leaf->unit->code.ptr;
		*ret_n = BL_VECTOR_N_BOOLEAN;
		return status;
	case BL_VECTOR_REDUCE:
		status = bl_vector__reduce(run, leaf->reduce, from, n, wanted, reterr);
		*ret = (const uint32_t *)(const void *)leaf->reduce->code.ptr;
		*ret_n = leaf->reduce->way < BL_VECTOR_COUNT ? BL_VECTOR_N_BOOLEAN : MANY;
		return status;
	case BL_VECTOR_COLUMN: break;
	}
	status = room(&unit->other, n, &out, reterr);
	if (status == BL_OK)
		number_column(leaf->column, from, n, out);
	*ret = out;
	*ret_n = column_numbers(leaf->column);
	return status;
}

/* ---- Numbers of tuples. ---------------------------------------------------------- */

/* Twice as many slots as pairs, at least. */
static enum bl_status
grow_slots(struct bl_vector_leaf *leaf, struct bl_err *reterr)
{
	const uint64_t *pair = (const uint64_t *)(const void *)leaf->pairs.ptr;
	uint64_t n_pairs = leaf->pairs.len / sizeof(uint64_t), n = 1024;
	uint32_t *slot;
	enum bl_status status;

	while (n < n_pairs * 4)
		n *= 2;
	status = room(&leaf->slots, n, &slot, reterr);
	if (status != BL_OK)
		return status;
	memset(slot, 0, (size_t)n * sizeof(*slot));
	leaf->slots.len = (size_t)n * sizeof(*slot);
	for (uint64_t i = 0; i < n_pairs; i++) {
		uint64_t at = (pair[i] * UINT64_C(0x9e3779b97f4a7c15)) >> 32 & (n - 1);

		while (slot[at] != 0)
			at = (at + 1) & (n - 1);
		slot[at] = (uint32_t)i + 1;
	}
	return BL_OK;
}

static enum bl_status
number_pair(struct bl_vector_leaf *leaf, uint64_t pair, uint32_t *ret, struct bl_err *reterr)
{
	uint64_t n = leaf->slots.len / sizeof(uint32_t), at;
	uint64_t n_pairs = leaf->pairs.len / sizeof(uint64_t);
	uint32_t *slot;
	enum bl_status status = BL_OK;

	if (n_pairs * 2 >= n)
		status = n_pairs < BL_VECTOR_TEXTS
			     ? grow_slots(leaf, reterr)
			     : bl_fail(reterr, BL_ELIMIT, "too many different rows");
	if (status != BL_OK)
		return status;
	slot = (uint32_t *)(void *)leaf->slots.ptr;
	n = leaf->slots.len / sizeof(uint32_t);
	at = (pair * UINT64_C(0x9e3779b97f4a7c15)) >> 32 & (n - 1);
	while (slot[at] != 0) {
		uint64_t there;

		memcpy(&there, leaf->pairs.ptr + (size_t)(slot[at] - 1) * 8, 8);
		if (there == pair) {
			*ret = slot[at] - 1;
			return BL_OK;
		}
		at = (at + 1) & (n - 1);
	}
	status =
	    bl_buf_add(&leaf->pairs, (struct bl_str){(const char *)&pair, sizeof(pair)}, reterr);
	slot[at] = (uint32_t)n_pairs + 1;
	*ret = (uint32_t)n_pairs;
	return status;
}

/* One leaf more: ${code} is the number of the tuple so far. */
static enum bl_status
join_leaf(struct bl_vector_leaf *leaf, uint32_t *code, uint32_t n, const uint8_t *wanted,
    const uint32_t *other, uint64_t n_other, uint64_t *n_codes, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	/* The same way in every block: neither number depends on the block. */
	if (*n_codes * n_other <= PRODUCT_LIMIT) {
		for (uint32_t i = 0; i < n; i++)
			code[i] = code[i] * (uint32_t)n_other + other[i];
		*n_codes *= n_other;
		return BL_OK;
	}
	for (uint32_t i = 0; i < n && status == BL_OK; i++)
		if (wanted == NULL || wanted[i] != 0)
			status =
			    number_pair(leaf, (uint64_t)code[i] << 32 | other[i], &code[i], reterr);
	*n_codes = MANY;
	return status;
}

/* ---- One tuple. ------------------------------------------------------------------ */

enum bl_status
bl_vector__go_on(struct bl_vector_run *run, struct bl_err *reterr)
{
	if (++run->n_evaluated % GO_ON_EVERY != 0 || run->ask->go_on == NULL)
		return BL_OK;
	return run->ask->go_on(run->ask->ctx, reterr);
}

static enum bl_status
parse_cell(struct bl_vector_run *run, struct bl_str text, const struct bl_json **ret_json,
    bool *ret_known, struct bl_err *reterr)
{
	enum bl_status status = bl_json_parse(run->parser, text, run->scratch, ret_json, reterr);

	/* JSON in JSON may nest deeper than one text may. */
	if (status != BL_OK)
		*ret_known = false;
	return status == BL_ENOMEM ? status : BL_OK;
}

enum bl_status
bl_vector__cell(struct bl_vector_run *run, struct bl_vector_leaf *leaf, uint32_t row,
    const struct bl_json **ret_json, bool *ret_known, struct bl_err *reterr)
{
	const struct bl_column *c = leaf->column;
	enum bl_cell kind = (enum bl_cell)c->kind[row];

	*ret_json = NULL;
	switch (kind) {
	case BL_CELL_MISSING: *ret_known = *ret_known && !leaf->lenient; return BL_OK;
	case BL_CELL_NULL: return BL_OK;
	case BL_CELL_ERROR: *ret_json = leaf->lenient ? NULL : &bl_path_error; return BL_OK;
	case BL_CELL_ARRAY:
	case BL_CELL_OBJECT:
		return parse_cell(run, c->text[c->code[row]], ret_json, ret_known, reterr);
	case BL_CELL_FALSE:
	case BL_CELL_TRUE:
	case BL_CELL_NUMBER:
	case BL_CELL_STRING: break;
	}
	leaf->json = (struct bl_json){.kind = kind == BL_CELL_NUMBER   ? BL_JSON_NUMBER
					      : kind == BL_CELL_STRING ? BL_JSON_STRING
								       : BL_JSON_BOOL,
	    .boolean = kind == BL_CELL_TRUE};
	if (leaf->json.kind != BL_JSON_BOOL)
		leaf->json.text = c->text[c->code[row]];
	*ret_json = &leaf->json;
	return BL_OK;
}

/* What a unit's result is as a cell. */
static enum bl_status
result_cell(struct bl_vector_run *run, struct bl_vector_leaf *leaf, uint32_t code, bool counts,
    const struct bl_json **ret_json, bool *ret_known, struct bl_err *reterr)
{
	char text[24];

	*ret_json = code == BL_VECTOR_ERROR ? &bl_path_error : NULL;
	*ret_known = *ret_known && code != BL_VECTOR_UNKNOWN;
	if (code < BL_VECTOR_FIRST)
		return BL_OK;
	leaf->json = (struct bl_json){
	    .kind = counts ? BL_JSON_NUMBER : BL_JSON_BOOL, .boolean = code == BL_VECTOR_TRUE};
	*ret_json = &leaf->json;
	if (!counts)
		return BL_OK;
	(void)snprintf(text, sizeof(text), "%u", code - BL_VECTOR_FIRST);
	return bl_str_dup(run->scratch, bl_str_of(text), &leaf->json.text) == BL_OK
		   ? BL_OK
		   : no_memory(reterr);
}

static enum bl_status
read_leaves(struct bl_vector_run *run, struct bl_vector_unit *unit, uint32_t row, uint32_t i_row,
    bool *ret_known, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	*ret_known = true;
	for (size_t i = 0; i < unit->n_leaves && status == BL_OK; i++) {
		struct bl_vector_leaf *leaf = &unit->leaf[i];
		const uint32_t *code;

		if (leaf->kind == BL_VECTOR_COLUMN) {
			status =
			    bl_vector__cell(run, leaf, row, &unit->cells[i], ret_known, reterr);
			continue;
		}
		code = (const uint32_t *)(const void *)(leaf->kind == BL_VECTOR_UNIT
							    ? leaf->unit->code.ptr
							    : leaf->reduce->code.ptr);
		status = result_cell(run, leaf, code[i_row],
		    leaf->kind == BL_VECTOR_REDUCE && leaf->reduce->way >= BL_VECTOR_COUNT,
		    &unit->cells[i], ret_known, reterr);
	}
	return status;
}

/* A result that is not an error. */
static enum bl_status
code_of(struct bl_vector_run *run, const struct bl_vector_unit *unit, const struct bl_value *value,
    uint32_t *ret_code, struct bl_err *reterr)
{
	uint32_t number = 0;
	enum bl_status status;

	if (unit->is_root) {
		status = bl_vector__intern(&run->values, value, &number, reterr);
		*ret_code = BL_VECTOR_FIRST + number;
		return status;
	}
	if (value->null)
		*ret_code = BL_VECTOR_NULL;
	else if (value->kind == BL_TYPE_BOOLEAN)
		*ret_code = value->boolean ? BL_VECTOR_TRUE : BL_VECTOR_FALSE;
	else
		*ret_code = BL_VECTOR_FIRST + (uint32_t)value->i64; /* Elements of a constant. */
	return BL_OK;
}

static enum bl_status
evaluate(struct bl_vector_run *run, struct bl_vector_unit *unit, uint32_t row, uint32_t i_row,
    uint32_t *ret_code, struct bl_err *reterr)
{
	struct bl_expr_scope scope = {.cells = unit->cells,
	    .params = run->ask->params,
	    .parser = run->parser,
	    .budget_steps = run->ask->budget_steps};
	struct bl_value value = {0};
	bool known = true;
	enum bl_status status;

	bl_arena_reset(run->scratch);
	*ret_code = BL_VECTOR_UNKNOWN;
	status = read_leaves(run, unit, row, i_row, &known, reterr);
	if (status != BL_OK || !known)
		return status;
	status = bl_vector__go_on(run, reterr);
	if (status != BL_OK)
		return status;
	if (unit->is_bare)
		return bl_path_cell(unit->expr.root, unit->cells[0], &value)
			   ? code_of(run, unit, &value, ret_code, reterr)
			   : BL_OK;
	status = bl_expr_eval(&unit->expr, &scope, run->scratch, &value, reterr);
	if (status == BL_OK)
		return code_of(run, unit, &value, ret_code, reterr);
	/* A mistake of the data is one wherever it is seen; of a limit only the item knows. */
	*ret_code = status == BL_EINPUT ? BL_VECTOR_ERROR : BL_VECTOR_UNKNOWN;
	return status == BL_ENOMEM ? status : BL_OK;
}

/* ---- Rows. ----------------------------------------------------------------------- */

/* Tuples to results, in place. */
static enum bl_status
evaluate_tuples(struct bl_vector_run *run, struct bl_vector_unit *unit, uint32_t from, uint32_t n,
    const uint8_t *wanted, uint32_t *code, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;
	uint32_t *memo = (uint32_t *)(void *)unit->memo.ptr;
	uint64_t n_memo = unit->memo.len / sizeof(*memo);

	for (uint32_t i = 0; i < n; i++) {
		uint32_t tuple = code[i], result = 0;

		if (wanted != NULL && wanted[i] == 0)
			continue;
		if (tuple < n_memo && memo[tuple] != 0) {
			code[i] = memo[tuple] - 1;
			continue;
		}
		if (tuple >= n_memo) {
			uint64_t want = (uint64_t)tuple * 2 + 64;
			size_t more = (size_t)(want - n_memo) * sizeof(*memo);

			status = bl_buf_reserve(&unit->memo, more, reterr);
			if (status != BL_OK)
				return status;
			memset(unit->memo.ptr + unit->memo.len, 0, more);
			unit->memo.len += more;
			memo = (uint32_t *)(void *)unit->memo.ptr;
			n_memo = want;
		}
		status = evaluate(run, unit, from + i, i, &result, reterr);
		if (status != BL_OK)
			return status;
		memo[tuple] = result + 1;
		code[i] = result;
	}
	return BL_OK;
}

enum bl_status
bl_vector__rows(struct bl_vector_run *run, struct bl_vector_unit *unit, uint32_t from, uint32_t n,
    const uint8_t *wanted, struct bl_err *reterr)
{
	uint64_t n_codes = 1;
	uint32_t *code = NULL;
	enum bl_status status = room(&unit->code, n, &code, reterr);

	assert(n <= unit->table->n && from <= unit->table->n - n);
	if (status == BL_OK)
		memset(code, 0, (size_t)n * sizeof(*code));
	for (size_t i = 0; i < unit->n_leaves && status == BL_OK; i++) {
		const uint32_t *other = NULL;
		uint64_t n_other = 0;

		status = number_leaf(
		    run, unit, &unit->leaf[i], from, n, wanted, &other, &n_other, reterr);
		if (status == BL_OK && i == 0)
			memcpy(code, other, (size_t)n * sizeof(*code));
		else if (status == BL_OK)
			status = join_leaf(
			    &unit->leaf[i], code, n, wanted, other, n_other, &n_codes, reterr);
		if (i == 0)
			n_codes = n_other;
	}
	return status == BL_OK ? evaluate_tuples(run, unit, from, n, wanted, code, reterr) : status;
}
