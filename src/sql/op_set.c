/*
 * Tuples of values, numbered; INTERSECT and EXCEPT, which count them.
 */
#include "sql/exec_priv.h"

#define FIRST_SLOTS 64u

BL_STATUS
bl_set__init(struct bl_set *set, struct bl_arena *arena, uint32_t width, struct bl_err *reterr)
{
	*set = (struct bl_set){.arena = arena, .width = width, .n_slots = FIRST_SLOTS};
	set->slots = bl_new(arena, uint32_t, FIRST_SLOTS);
	return set->slots == NULL ? bl_batch__no_memory(reterr) : BL_OK;
}

static uint64_t
hash_tuple(const struct bl_set *set, const struct bl_value *const *tuple)
{
	uint64_t h = 0;

	for (uint32_t i = 0; i < set->width; i++)
		h = (h ^ (h >> 29)) * UINT64_C(0x9e3779b97f4a7c15) + bl_batch__hash(tuple[i]);
	return h ^ (h >> 32);
}

/* The place of the tuple, or the empty one where it belongs. */
static uint64_t
place(const struct bl_set *set, const struct bl_value *const *tuple, uint64_t hash)
{
	uint64_t at = hash & (set->n_slots - 1);

	for (; set->slots[at] != 0; at = (at + 1) & (set->n_slots - 1)) {
		uint32_t number = set->slots[at] - 1, i = 0;

		if (set->hashes[number] != hash)
			continue;
		while (i < set->width &&
		       bl_batch__same(&set->tuples[(size_t)number * set->width + i], tuple[i]))
			i++;
		if (i == set->width)
			break;
	}
	return at;
}

uint32_t
bl_set__find(const struct bl_set *set, const struct bl_value *const *tuple)
{
	uint32_t found = set->slots[place(set, tuple, hash_tuple(set, tuple))];

	return found == 0 ? UINT32_MAX : found - 1;
}

static BL_STATUS
rehash(struct bl_set *set, struct bl_err *reterr)
{
	uint64_t n_slots = set->n_slots * 2;
	uint32_t *slots = bl_new(set->arena, uint32_t, n_slots);

	if (slots == NULL)
		return bl_batch__no_memory(reterr);
	for (uint64_t i = 0; i < set->n; i++) {
		uint64_t at = set->hashes[i] & (n_slots - 1);

		while (slots[at] != 0)
			at = (at + 1) & (n_slots - 1);
		slots[at] = (uint32_t)i + 1;
	}
	set->slots = slots;
	set->n_slots = n_slots;
	return BL_OK;
}

/* Room for one more tuple and its hash. */
static BL_STATUS
fit(struct bl_set *set, struct bl_err *reterr)
{
	uint64_t cap = set->cap;
	struct bl_value *tuples;
	uint64_t *hashes;

	if (set->n >= UINT32_MAX - 1)
		return bl_fail(reterr, BL_ELIMIT, "more than 4 billion different rows");
	if (set->n * 2 >= set->n_slots && rehash(set, reterr))
		return BL_ENOMEM;
	hashes = bl_batch__grow(set->arena, set->hashes, set->n, &cap, sizeof(*hashes));
	cap = set->cap;
	tuples = bl_batch__grow(set->arena, set->tuples, set->n, &cap,
	    sizeof(*tuples) * (set->width == 0 ? 1 : set->width));
	if (hashes == NULL || tuples == NULL)
		return bl_batch__no_memory(reterr);
	set->hashes = hashes;
	set->tuples = tuples;
	set->cap = cap;
	return BL_OK;
}

BL_STATUS
bl_set__put(struct bl_set *set, const struct bl_value *const *tuple, uint32_t *ret_number,
    bool *ret_new, struct bl_err *reterr)
{
	uint64_t hash = hash_tuple(set, tuple), at = place(set, tuple, hash);
	enum bl_status status;

	*ret_new = set->slots[at] == 0;
	if (!*ret_new) {
		*ret_number = set->slots[at] - 1;
		return BL_OK;
	}
	status = fit(set, reterr);
	for (uint32_t i = 0; !status && i < set->width; i++)
		status = bl_batch__dup(
		    set->arena, tuple[i], &set->tuples[set->n * set->width + i], reterr);
	if (status)
		return status;
	set->hashes[set->n] = hash;
	*ret_number = (uint32_t)set->n++;
	set->slots[place(set, tuple, hash)] = *ret_number + 1;
	return BL_OK;
}

/*
 * The right side is counted; then the left's rows go through.  INTERSECT gives a row as often as
 * both have it, EXCEPT as often as the left has it more; without ALL: once.
 */
struct counted {
	struct bl_set set;
	uint64_t *n; /* [cap]; of the right, what is left over */
	bool *given; /* [cap] without ALL */
	uint64_t cap;
	bool ready;
	const struct bl_value **tuple;
};

static BL_STATUS
counted_open(struct bl_exec_op *op, struct bl_err *reterr)
{
	struct counted *c = bl_new(op->kept, struct counted, 1);

	if (c == NULL)
		return bl_batch__no_memory(reterr);
	op->state = c;
	c->tuple = bl_new(op->kept, const struct bl_value *, op->plan->n_slots);
	if (c->tuple == NULL)
		return bl_batch__no_memory(reterr);
	return bl_set__init(&c->set, op->kept, op->plan->n_slots, reterr);
}

/* The number of row ${r}'s tuple; it has a count from now on. */
static BL_STATUS
number_of(struct bl_exec_op *op, const struct bl_batch *in, uint32_t r, uint32_t *ret_number,
    struct bl_err *reterr)
{
	struct counted *c = op->state;
	uint64_t cap = c->cap;
	enum bl_status status;
	bool is_new;

	for (uint32_t i = 0; i < in->n_columns; i++)
		c->tuple[i] = bl_vector_at(&in->columns[i], r);
	status = bl_set__put(&c->set, c->tuple, ret_number, &is_new, reterr);
	if (status || c->set.n <= c->cap)
		return status ? status : bl_exec__work(op->exec, 1, reterr);
	c->n = bl_batch__grow(op->kept, c->n, c->cap, &cap, sizeof(*c->n));
	cap = c->cap;
	c->given = bl_batch__grow(op->kept, c->given, c->cap, &cap, sizeof(*c->given));
	if (c->n == NULL || c->given == NULL)
		return bl_batch__no_memory(reterr);
	c->cap = cap;
	return bl_exec__work(op->exec, 1, reterr);
}

static BL_STATUS
count_right(struct bl_exec_op *op, struct bl_err *reterr)
{
	struct counted *c = op->state;
	struct bl_batch in;
	bool end = false;
	uint32_t number = 0;
	enum bl_status status = BL_OK;

	while (!status && !end) {
		status = bl_op__next(op->right, &in, &end, reterr);
		for (uint32_t r = 0; !status && r < in.n; r++) {
			status = number_of(op, &in, r, &number, reterr);
			if (!status)
				c->n[number]++;
		}
	}
	c->ready = !status;
	return status;
}

/* Is this row of the left given out? */
static bool
gives(struct bl_exec_op *op, uint32_t number)
{
	struct counted *c = op->state;
	bool except = op->plan->kind == BL_PLAN_EXCEPT;
	bool there = c->n[number] > 0;

	if (op->plan->all) {
		if (there)
			c->n[number]--;
		return there != except;
	}
	if (there == except || c->given[number])
		return false;
	c->given[number] = true;
	return true;
}

static BL_STATUS
counted_next(
    struct bl_exec_op *op, struct bl_batch *ret_batch, bool *ret_end, struct bl_err *reterr)
{
	struct counted *c = op->state;
	struct bl_batch in;
	uint32_t *rows, n = 0, number = 0;
	enum bl_status status = c->ready ? BL_OK : count_right(op, reterr);

	if (!status)
		status = bl_op__next(op->input, &in, ret_end, reterr);
	if (status)
		return status;
	rows = bl_new(op->batch, uint32_t, in.n);
	if (rows == NULL)
		return bl_batch__no_memory(reterr);
	for (uint32_t r = 0; !status && r < in.n; r++) {
		status = number_of(op, &in, r, &number, reterr);
		if (!status && gives(op, number))
			rows[n++] = r;
	}
	return status ? status : bl_batch__gather(&in, rows, n, op->batch, ret_batch, reterr);
}

const struct bl_op_class bl_op__intersect = {"INTERSECT", counted_open, counted_next, NULL};
const struct bl_op_class bl_op__except = {"EXCEPT", counted_open, counted_next, NULL};
