/*
 * GROUP BY: rows get the number of their group; the states of a function lie in one array by that
 * number.
 *
 * Where all groups are CODED the number is found by the tuple of codes in an array; only a tuple
 * that is new goes to the table of values (two codes may stand for one value).
 * DISTINCT: a set of (group, arguments).  ORDER BY: rows are kept, sorted by group and keys at the
 * end, and only then added.
 */
#include <string.h>

#include "sql/agg_priv.h"

/* One call within one grouping set. */
struct cell {
	void *states; /* [cap] of agg.class->state_bytes */
	uint64_t cap;
	struct bl_set distinct;
	struct bl_rows rows; /* ORDER BY: arguments, group, keys */
};

struct call {
	struct bl_agg agg;
	struct bl_batch_expr *args, *keys;
	struct bl_batch_expr *filter; /* NULL: none */
	struct bl_plan_key *order;    /* [1 + n_order]: the group, then the call's */
	struct bl_vector *columns;    /* [n_args + 1 + n_order] of the batch at hand */
	uint8_t *taken;		      /* [BL_BATCH_ROWS] by the filter */
};

/* One grouping set. */
struct grouping {
	uint64_t mask;
	struct bl_set groups;
	struct bl_cells cells;
	uint64_t generation;
	struct bl_arena *arena; /* Of: */
	uint32_t *by_cell;	/* [n_by_cell] 1 + group */
	uint64_t *count;	/* [n_by_cell] rows, where nothing but rows is counted */
	uint32_t n_by_cell;
	struct cell *calls; /* [n_calls] */
};

struct aggregate {
	struct bl_batch_expr *groups;
	struct call *calls;
	struct grouping *sets;
	uint32_t n_sets;
	struct bl_vector *columns; /* [n_groups] of the batch at hand */
	const struct bl_value **tuple;
	uint32_t *group;  /* [BL_BATCH_ROWS] */
	bool only_counts; /* All calls are count(*) of all rows. */
	bool ready;
	uint32_t set;
	uint64_t next;
};

static const struct bl_value null_group = {.kind = BL_TYPE_UNKNOWN, .null = true};

static BL_STATUS
open_call(struct bl_exec_op *op, struct call *call, const struct bl_plan_call *plan,
    struct bl_err *reterr)
{
	const struct bl_expr **keys = bl_new(op->kept, const struct bl_expr *, plan->n_order);
	enum bl_status status;

	call->agg = (struct bl_agg){
	    .class = bl_agg__class(plan->fn), .call = plan, .exec = op->exec, .arena = op->kept};
	if (call->agg.class == NULL)
		return bl_fail_pos(reterr, BL_EUNSUPPORTED, plan->line, plan->column,
		    "this function wants OVER (...)");
	call->order = bl_new(op->kept, struct bl_plan_key, plan->n_order + 1);
	call->columns =
	    bl_new(op->kept, struct bl_vector, plan->n_args + 1 + (size_t)plan->n_order);
	call->taken = bl_new(op->kept, uint8_t, BL_BATCH_ROWS);
	if (keys == NULL || call->order == NULL || call->columns == NULL || call->taken == NULL)
		return bl_batch__no_memory(reterr);
	for (uint32_t i = 0; i < plan->n_order; i++) {
		keys[i] = plan->order[i].expr;
		call->order[1 + i] = plan->order[i];
	}
	status = bl_batch_expr__open_all(plan->args, plan->n_args, op, &call->args, reterr);
	if (!status)
		status = bl_batch_expr__open_all(keys, plan->n_order, op, &call->keys, reterr);
	if (!status && plan->filter != NULL)
		status = bl_batch_expr__open_all(&plan->filter, 1, op, &call->filter, reterr);
	return status;
}

/* Room for the states of one more group. */
static BL_STATUS
fit_states(struct bl_exec_op *op, struct grouping *set, struct bl_err *reterr)
{
	struct aggregate *a = op->state;

	for (uint32_t i = 0; i < op->plan->n_calls; i++) {
		struct cell *c = &set->calls[i];

		c->states = bl_batch__grow(op->kept, c->states, set->groups.n - 1, &c->cap,
		    a->calls[i].agg.class->state_bytes);
		if (c->states == NULL)
			return bl_batch__no_memory(reterr);
	}
	return BL_OK;
}

static BL_STATUS
put_group(struct bl_exec_op *op, struct grouping *set, uint32_t row, uint32_t *ret_group,
    struct bl_err *reterr)
{
	struct aggregate *a = op->state;
	bool is_new;
	enum bl_status status;

	for (uint32_t i = 0; i < op->plan->n_groups; i++)
		a->tuple[i] =
		    (set->mask >> i & 1) == 0 ? &null_group : bl_vector_at(&a->columns[i], row);
	status = bl_set__put(&set->groups, a->tuple, ret_group, &is_new, reterr);
	return status || !is_new ? status : fit_states(op, set, reterr);
}

static BL_STATUS
open_set(struct bl_exec_op *op, struct grouping *set, uint64_t mask, struct bl_err *reterr)
{
	enum bl_status status;
	uint32_t group;

	set->mask = mask;
	set->arena = bl_arena_new_of(&op->exec->pool);
	set->calls = bl_new(op->kept, struct cell, op->plan->n_calls);
	if (set->arena == NULL || set->calls == NULL)
		return bl_batch__no_memory(reterr);
	status = bl_set__init(&set->groups, op->kept, op->plan->n_groups, reterr);
	for (uint32_t i = 0; !status && i < op->plan->n_calls; i++) {
		const struct bl_plan_call *call = &op->plan->calls[i];

		if (call->distinct)
			status = bl_set__init(
			    &set->calls[i].distinct, op->kept, call->n_args + 1, reterr);
		if (!status && call->n_order > 0)
			status = bl_rows__init(&set->calls[i].rows, op->kept,
			    &op->exec->dictionaries, call->n_args + 1 + call->n_order, reterr);
	}
	/* A set of no groups has one row, whatever comes. */
	if (!status && mask == 0)
		status = put_group(op, set, 0, &group, reterr);
	return status;
}

static BL_STATUS
aggregate_open(struct bl_exec_op *op, struct bl_err *reterr)
{
	struct aggregate *a = bl_new(op->kept, struct aggregate, 1);
	const struct bl_plan *plan = op->plan;
	uint64_t all = plan->n_groups >= 64 ? UINT64_MAX : (UINT64_C(1) << plan->n_groups) - 1;
	enum bl_status status;

	if (a == NULL)
		return bl_batch__no_memory(reterr);
	op->state = a;
	a->calls = bl_new(op->kept, struct call, plan->n_calls);
	a->n_sets = plan->sets == NULL ? 1 : plan->n_sets;
	a->sets = bl_new(op->kept, struct grouping, a->n_sets);
	a->columns = bl_new(op->kept, struct bl_vector, plan->n_groups);
	a->tuple = bl_new(op->kept, const struct bl_value *, plan->n_groups);
	a->group = bl_new(op->kept, uint32_t, BL_BATCH_ROWS);
	if (a->calls == NULL || a->sets == NULL || a->columns == NULL || a->tuple == NULL ||
	    a->group == NULL)
		return bl_batch__no_memory(reterr);
	if (plan->n_groups > 64)
		return bl_fail_pos(reterr, BL_ELIMIT, plan->line, plan->column,
		    "GROUP BY has %u parts, 64 are allowed", plan->n_groups);
	status = bl_batch_expr__open_all(plan->groups, plan->n_groups, op, &a->groups, reterr);
	for (uint32_t i = 0; !status && i < plan->n_calls; i++)
		status = open_call(op, &a->calls[i], &plan->calls[i], reterr);
	a->only_counts = plan->n_calls > 0;
	for (uint32_t i = 0; i < plan->n_calls; i++)
		a->only_counts = a->only_counts && plan->calls[i].fn == BL_AGG_COUNT_STAR &&
				 plan->calls[i].filter == NULL && !plan->calls[i].distinct &&
				 plan->calls[i].n_order == 0;
	for (uint32_t i = 0; !status && i < a->n_sets; i++)
		status =
		    open_set(op, &a->sets[i], plan->sets == NULL ? all : plan->sets[i], reterr);
	return status;
}

/* Rows that were counted by cells are counted by groups. */
static void
flush_counts(struct bl_exec_op *op, struct grouping *set)
{
	for (uint32_t c = 0; set->count != NULL && c < set->n_by_cell; c++) {
		if (set->count[c] == 0)
			continue;
		for (uint32_t i = 0; i < op->plan->n_calls; i++) {
			struct bl_agg_count *counts = set->calls[i].states;

			counts[set->by_cell[c] - 1].n += set->count[c];
		}
		set->count[c] = 0;
	}
}

static BL_STATUS
new_cell(
    struct bl_exec_op *op, struct grouping *set, uint32_t row, uint32_t cell, struct bl_err *reterr)
{
	uint32_t group = 0;
	enum bl_status status = put_group(op, set, row, &group, reterr);

	set->by_cell[cell] = status ? 0 : group + 1;
	return status;
}

/* The question that is asked most: how many of each.  One array, one addition a row. */
static BL_STATUS
count_cells(struct bl_exec_op *op, struct grouping *set, const uint32_t *cell, uint32_t n,
    struct bl_err *reterr)
{
	uint64_t *count = set->count;

	for (uint32_t r = 0; r < n; r++) {
		if (count[cell[r]] == 0 && set->by_cell[cell[r]] == 0) {
			enum bl_status status = new_cell(op, set, r, cell[r], reterr);

			if (status)
				return status;
		}
		count[cell[r]]++;
	}
	return BL_OK;
}

static BL_STATUS
number_rows(struct bl_exec_op *op, struct grouping *set, const uint32_t *cell, uint32_t n,
    struct bl_err *reterr)
{
	struct aggregate *a = op->state;
	uint32_t *group = a->group, new = 0;
	enum bl_status status = BL_OK;

	for (uint32_t r = 0; r < n; r++) {
		group[r] = set->by_cell[cell[r]] - 1;
		new |= group[r] == UINT32_MAX ? 1 : 0;
	}
	for (uint32_t r = 0; !status && new != 0 && r < n; r++) {
		if (set->by_cell[cell[r]] == 0)
			status = new_cell(op, set, r, cell[r], reterr);
		group[r] = set->by_cell[cell[r]] - 1;
	}
	return status;
}

/* Groups by tuples of codes; *ret_done false: they are not CODED. */
static BL_STATUS
groups_by_cell(
    struct bl_exec_op *op, struct grouping *set, uint32_t n, bool *ret_done, struct bl_err *reterr)
{
	struct aggregate *a = op->state;
	const struct bl_vector *columns[BL_CELLS_COLUMNS];
	uint32_t *room = bl_new(op->batch, uint32_t, n), n_columns = 0;
	const uint32_t *cell;
	enum bl_status status = BL_OK;

	*ret_done = false;
	if (room == NULL)
		return bl_batch__no_memory(reterr);
	for (uint32_t i = 0; i < op->plan->n_groups; i++) {
		if ((set->mask >> i & 1) == 0)
			continue;
		if (n_columns == BL_CELLS_COLUMNS)
			return BL_OK;
		columns[n_columns++] = &a->columns[i];
	}
	if (!bl_cells__of(&set->cells, columns, n_columns, n, room, &cell))
		return BL_OK;
	if (set->generation != set->cells.generation) {
		flush_counts(op, set);
		set->generation = set->cells.generation;
		bl_arena_reset(set->arena);
		set->by_cell = bl_new(set->arena, uint32_t, set->cells.n_cells);
		set->n_by_cell = set->cells.n_cells;
		set->count = a->only_counts ? bl_new(set->arena, uint64_t, set->n_by_cell) : NULL;
		if (set->by_cell == NULL || (a->only_counts && set->count == NULL))
			return bl_batch__no_memory(reterr);
	}
	status = a->only_counts ? count_cells(op, set, cell, n, reterr)
				: number_rows(op, set, cell, n, reterr);
	*ret_done = true;
	return status;
}

/* *ret_counted: the calls have been served too. */
static BL_STATUS
find_groups(struct bl_exec_op *op, struct grouping *set, uint32_t n, bool *ret_counted,
    struct bl_err *reterr)
{
	struct aggregate *a = op->state;
	bool done = false;
	enum bl_status status;

	if (set->mask == 0 || op->plan->n_groups == 0) {
		memset(a->group, 0, n * sizeof(*a->group));
		return BL_OK;
	}
	status = groups_by_cell(op, set, n, &done, reterr);
	*ret_counted = done && a->only_counts;
	for (uint32_t r = 0; !status && !done && r < n; r++) {
		status = put_group(op, set, r, &a->group[r], reterr);
		if (!status)
			status = bl_exec__work(op->exec, 1, reterr);
	}
	return status;
}

/* Is (group, arguments) new? */
static BL_STATUS
is_distinct(struct bl_exec_op *op, struct cell *cell, const struct call *call, uint32_t row,
    bool *ret_new, struct bl_err *reterr)
{
	struct aggregate *a = op->state;
	struct bl_value group = bl_value_bigint(a->group[row]);
	const struct bl_value *tuple[32] = {&group};
	uint32_t number;

	if (call->agg.call->n_args > 31)
		return bl_fail_pos(reterr, BL_ELIMIT, call->agg.call->line, call->agg.call->column,
		    "a function of DISTINCT has 31 arguments at most");
	for (uint32_t i = 0; i < call->agg.call->n_args; i++)
		tuple[1 + i] = bl_vector_at(&call->columns[i], row);
	return bl_set__put(&cell->distinct, tuple, &number, ret_new, reterr);
}

/* The batch's rows, one by one. */
static BL_STATUS
add_rows(
    struct bl_exec_op *op, struct cell *cell, struct call *call, uint32_t n, struct bl_err *reterr)
{
	struct aggregate *a = op->state;
	size_t bytes = call->agg.class->state_bytes;
	const struct bl_value *args[32];
	enum bl_status status = BL_OK;
	uint32_t n_args = call->agg.call->n_args;

	if (n_args > 32)
		return bl_fail_pos(reterr, BL_ELIMIT, call->agg.call->line, call->agg.call->column,
		    "an aggregate has 32 arguments at most");
	for (uint32_t r = 0; !status && r < n; r++) {
		bool is_new = true;

		if (call->filter != NULL && call->taken[r] == 0)
			continue;
		if (call->agg.call->distinct)
			status = is_distinct(op, cell, call, r, &is_new, reterr);
		if (status || !is_new)
			continue;
		for (uint32_t i = 0; i < n_args; i++)
			args[i] = bl_vector_at(&call->columns[i], r);
		status = bl_agg__add(
		    &call->agg, (char *)cell->states + a->group[r] * bytes, args, reterr);
	}
	return status ? status : bl_exec__work(op->exec, n, reterr);
}

/* ORDER BY within the call: the rows are kept. */
static BL_STATUS
keep_rows(
    struct bl_exec_op *op, struct cell *cell, struct call *call, uint32_t n, struct bl_err *reterr)
{
	struct aggregate *a = op->state;
	uint32_t n_args = call->agg.call->n_args, width = n_args + 1 + call->agg.call->n_order;
	struct bl_value *groups = bl_new(op->batch, struct bl_value, n);
	struct bl_batch in = {.columns = call->columns, .n_columns = width}, out;
	uint32_t *rows = bl_new(op->batch, uint32_t, n);
	enum bl_status status = BL_OK;

	if (groups == NULL || rows == NULL)
		return bl_batch__no_memory(reterr);
	for (uint32_t r = 0; r < n; r++)
		groups[r] = bl_value_bigint(a->group[r]);
	call->columns[n_args] = (struct bl_vector){.values = groups, .n_values = n};
	for (uint32_t r = 0; !status && r < n; r++) {
		bool is_new = true;

		if (call->filter != NULL && call->taken[r] == 0)
			continue;
		if (call->agg.call->distinct)
			status = is_distinct(op, cell, call, r, &is_new, reterr);
		if (is_new)
			rows[in.n++] = r;
	}
	if (!status)
		status = bl_batch__gather(&in, rows, in.n, op->batch, &out, reterr);
	return status ? status : bl_rows__add(&cell->rows, out.columns, out.n, reterr);
}

/* count(*), and count(x) of a CODED x: the loops that questions over whole stores are made of. */
static bool
count_quickly(struct bl_exec_op *op, struct cell *cell, const struct call *call, uint32_t n)
{
	struct aggregate *a = op->state;
	struct bl_agg_count *counts = cell->states;

	if (call->filter != NULL || call->agg.call->distinct)
		return false;
	if (call->agg.call->fn == BL_AGG_COUNT_STAR) {
		for (uint32_t r = 0; r < n; r++)
			counts[a->group[r]].n++;
		return true;
	}
	if (call->agg.call->fn == BL_AGG_COUNT && call->columns[0].codes != NULL) {
		const struct bl_vector *v = &call->columns[0];

		for (uint32_t r = 0; r < n; r++)
			counts[a->group[r]].n += v->values[v->codes[r]].null ? 0 : 1;
		return true;
	}
	return false;
}

static BL_STATUS
eval_call(
    struct bl_exec_op *op, struct call *call, const struct bl_batch *in, struct bl_err *reterr)
{
	const struct bl_plan_call *plan = call->agg.call;
	enum bl_status status = BL_OK;
	uint32_t *rows, n;

	for (uint32_t i = 0; !status && i < plan->n_args; i++)
		status =
		    bl_batch_expr__eval(&call->args[i], in, op->batch, &call->columns[i], reterr);
	for (uint32_t i = 0; !status && i < plan->n_order; i++)
		status = bl_batch_expr__eval(
		    &call->keys[i], in, op->batch, &call->columns[plan->n_args + 1 + i], reterr);
	if (status || call->filter == NULL)
		return status;
	status = bl_batch_expr__select(call->filter, in, op->batch, &rows, &n, reterr);
	memset(call->taken, 0, BL_BATCH_ROWS);
	for (uint32_t i = 0; !status && i < n; i++)
		call->taken[rows[i]] = 1;
	return status;
}

static BL_STATUS
take(struct bl_exec_op *op, const struct bl_batch *in, struct bl_err *reterr)
{
	struct aggregate *a = op->state;
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; !status && i < op->plan->n_groups; i++)
		status = bl_batch_expr__eval(&a->groups[i], in, op->batch, &a->columns[i], reterr);
	for (uint32_t i = 0; !status && i < op->plan->n_calls; i++)
		status = eval_call(op, &a->calls[i], in, reterr);
	for (uint32_t s = 0; !status && s < a->n_sets; s++) {
		bool counted = false;

		status = find_groups(op, &a->sets[s], in->n, &counted, reterr);
		for (uint32_t i = 0; !status && !counted && i < op->plan->n_calls; i++) {
			struct cell *cell = &a->sets[s].calls[i];
			struct call *call = &a->calls[i];

			if (call->agg.call->n_order > 0)
				status = keep_rows(op, cell, call, in->n, reterr);
			else if (!count_quickly(op, cell, call, in->n))
				status = add_rows(op, cell, call, in->n, reterr);
		}
	}
	return status;
}

/* What was kept for a call's ORDER BY is sorted and added. */
static BL_STATUS
add_kept(struct bl_exec_op *op, struct cell *cell, struct call *call, struct bl_err *reterr)
{
	const struct bl_plan_call *plan = call->agg.call;
	struct bl_order order = {.exec = op->exec,
	    .rows = &cell->rows,
	    .first = plan->n_args,
	    .keys = call->order,
	    .n_keys = plan->n_order + 1,
	    .line = plan->line,
	    .column = plan->column};
	size_t bytes = call->agg.class->state_bytes;
	const struct bl_value *args[32];
	uint64_t *ids;
	enum bl_status status;

	if (plan->n_args > 32)
		return bl_fail_pos(reterr, BL_ELIMIT, plan->line, plan->column,
		    "an aggregate has 32 arguments at most");
	status = bl_rows__ids(&cell->rows, op->kept, &ids, reterr);
	if (!status)
		status = bl_order__sort(&order, ids, cell->rows.n, op->kept, reterr);
	for (uint64_t i = 0; !status && i < cell->rows.n; i++) {
		int64_t group = bl_rows__at(&cell->rows, ids[i], plan->n_args)->i64;

		for (uint32_t k = 0; k < plan->n_args; k++)
			args[k] = bl_rows__at(&cell->rows, ids[i], k);
		status = bl_agg__add(
		    &call->agg, (char *)cell->states + (size_t)group * bytes, args, reterr);
		if (!status)
			status = bl_exec__work(op->exec, 1, reterr);
	}
	return status;
}

static BL_STATUS
run(struct bl_exec_op *op, struct bl_err *reterr)
{
	struct aggregate *a = op->state;
	struct bl_batch in;
	bool end = false;
	enum bl_status status = BL_OK;

	while (!status && !end) {
		bl_arena_reset(op->batch);
		status = bl_op__next(op->input, &in, &end, reterr);
		if (!status && in.n > 0)
			status = take(op, &in, reterr);
	}
	for (uint32_t s = 0; !status && s < a->n_sets; s++)
		flush_counts(op, &a->sets[s]);
	for (uint32_t s = 0; !status && s < a->n_sets; s++)
		for (uint32_t i = 0; !status && i < op->plan->n_calls; i++)
			if (op->plan->calls[i].n_order > 0)
				status = add_kept(op, &a->sets[s].calls[i], &a->calls[i], reterr);
	a->ready = !status;
	return status;
}

/* Groups [a->next, + n) of a set, as columns. */
static BL_STATUS
give(struct bl_exec_op *op, struct grouping *set, uint32_t n, struct bl_vector *columns,
    struct bl_err *reterr)
{
	struct aggregate *a = op->state;
	uint32_t n_groups = op->plan->n_groups, n_calls = op->plan->n_calls;
	enum bl_status status = BL_OK;

	for (uint32_t c = 0; c < op->plan->n_slots; c++) {
		struct bl_value *values = bl_new(op->batch, struct bl_value, n);

		if (values == NULL)
			return bl_batch__no_memory(reterr);
		columns[c] = (struct bl_vector){.values = values, .n_values = n};
		for (uint32_t r = 0; !status && r < n; r++) {
			uint64_t g = a->next + r;

			if (c < n_groups) {
				values[r] = set->groups.tuples[g * n_groups + c];
			} else if (c < n_groups + n_calls) {
				struct bl_agg *agg = &a->calls[c - n_groups].agg;

				status = agg->class->end(agg,
				    (char *)set->calls[c - n_groups].states +
					g * agg->class->state_bytes,
				    op->batch, &values[r], reterr);
			} else {
				values[r] = bl_value_bigint(a->set);
			}
		}
	}
	return status;
}

static BL_STATUS
aggregate_next(
    struct bl_exec_op *op, struct bl_batch *ret_batch, bool *ret_end, struct bl_err *reterr)
{
	struct aggregate *a = op->state;
	struct bl_vector *columns;
	struct grouping *set;
	uint64_t n;
	enum bl_status status = a->ready ? BL_OK : run(op, reterr);

	if (status)
		return status;
	bl_arena_reset(op->batch);
	columns = bl_new(op->batch, struct bl_vector, op->plan->n_slots);
	if (columns == NULL)
		return bl_batch__no_memory(reterr);
	set = &a->sets[a->set];
	n = set->groups.n - a->next;
	n = n > BL_BATCH_ROWS ? BL_BATCH_ROWS : n;
	status = give(op, set, (uint32_t)n, columns, reterr);
	a->next += n;
	if (a->next == set->groups.n) {
		a->next = 0;
		a->set++;
	}
	*ret_batch =
	    (struct bl_batch){.n = (uint32_t)n, .columns = columns, .n_columns = op->plan->n_slots};
	*ret_end = a->set == a->n_sets;
	return status;
}

static void
aggregate_close(struct bl_exec_op *op)
{
	struct aggregate *a = op->state;

	bl_batch_expr__close_all(a->groups, op->plan->n_groups);
	for (uint32_t i = 0; a->calls != NULL && i < op->plan->n_calls; i++) {
		bl_batch_expr__close_all(a->calls[i].args, op->plan->calls[i].n_args);
		bl_batch_expr__close_all(a->calls[i].keys, op->plan->calls[i].n_order);
		bl_batch_expr__close_all(a->calls[i].filter, 1);
	}
	for (uint32_t i = 0; a->sets != NULL && i < a->n_sets; i++)
		bl_arena_free(&a->sets[i].arena);
}

const struct bl_op_class bl_op__aggregate = {
    "GROUP BY", aggregate_open, aggregate_next, aggregate_close};
