#ifndef BL_SQL_EXEC_PRIV_H
#define BL_SQL_EXEC_PRIV_H

#include "base/arena.h"
#include "query/expr.h"
#include "sql/batch_priv.h"
#include "sql/exec.h"

/*
 * What operators share.  Each op_*.c is one class; an operator asks the one below by bl_op__next.
 *
 * Memory: all arenas of a run have one budget.  `kept` lives as long as the run, `batch` until the
 * operator is asked again.
 */
struct bl_exec_op;

struct bl_op_class {
	const char *name; /* For errors: "ORDER BY" */
	BL_STATUS (*open)(struct bl_exec_op *op, struct bl_err *reterr);
	BL_STATUS(*next)
	(struct bl_exec_op *op, struct bl_batch *ret_batch, bool *ret_end, struct bl_err *reterr);
	void (*close)(struct bl_exec_op *op); /* NULL: only arenas are to be freed */
};

struct bl_exec_op {
	const struct bl_op_class *class;
	const struct bl_plan *plan;
	struct bl_exec *exec;
	struct bl_exec_op *input, *right;
	struct bl_exec_op **parts;
	struct bl_arena *kept, *batch;
	void *state;
	bool ended;
	struct bl_exec_op *next_made; /* All operators, for the end. */
};

struct bl_exec {
	const struct bl_bound_query *bound;
	struct bl_exec_options options;
	struct bl_arena_pool pool;
	struct bl_arena *arena;
	struct bl_json_parser *parser;
	int64_t start_ns;
	uint64_t work; /* Since the clock was looked at. */
	uint64_t dictionaries;
	uint32_t depth;
	struct bl_exec_op *root, *made;
	struct bl_exec_op **shared; /* [n_plans] by id: SHARED ones that are open */
	struct bl_plan_stats *stats;
};

extern const struct bl_op_class bl_op__scan, bl_op__values, bl_op__filter, bl_op__project,
    bl_op__aggregate, bl_op__window, bl_op__sort, bl_op__limit, bl_op__join, bl_op__unnest,
    bl_op__union, bl_op__intersect, bl_op__except, bl_op__shared;

/* bl_op__next(op, &batch, &end, reterr): not called again after the end. */
BL_STATUS bl_op__next(
    struct bl_exec_op *op, struct bl_batch *ret_batch, bool *ret_end, struct bl_err *reterr);
/* bl_op__make(exec, plan, &op, reterr): opened, with all below it. */
BL_STATUS bl_op__make(struct bl_exec *exec, const struct bl_plan *plan, struct bl_exec_op **ret_op,
    struct bl_err *reterr);

/* bl_exec__work(exec, units, reterr): time-out and cancel; to be told of every few rows. */
BL_STATUS bl_exec__work(struct bl_exec *exec, uint64_t units, struct bl_err *reterr);

/*
 * An expression over batches.
 */
struct bl_batch_expr {
	const struct bl_expr *expr;
	struct bl_exec *exec;
	struct bl_arena *kept;
	const uint32_t *slots; /* [n_slots] that it reads, each once */
	uint32_t n_slots;
	struct bl_value *row; /* [highest slot + 1] */
	bool plain;	      /* A slot and nothing else. */
	/* What is known of tuples of codes. */
	struct bl_cells cells;
	uint64_t generation;
	struct bl_arena *memo;
	uint32_t *known; /* [known_cells] 0: not yet; else 1 + a number of values */
	uint32_t known_cells;
	struct bl_value *values;
	uint64_t n_values, cap_values, dictionary;
	bool constant_known;
};

/* bl_batch_expr__open(be, expr, op, reterr) */
BL_STATUS bl_batch_expr__open(struct bl_batch_expr *be, const struct bl_expr *expr,
    struct bl_exec_op *op, struct bl_err *reterr);
void bl_batch_expr__close(struct bl_batch_expr *be);
/* bl_batch_expr__open_all(exprs, n, op, &list, reterr): in op's arena. */
BL_STATUS bl_batch_expr__open_all(const struct bl_expr *const *exprs, uint32_t n,
    struct bl_exec_op *op, struct bl_batch_expr **ret_list, struct bl_err *reterr);
void bl_batch_expr__close_all(struct bl_batch_expr *list, uint32_t n);
/* bl_batch_expr__eval(be, in, arena, &out, reterr): [in->n]; lives in ${arena}, ${in} or be. */
BL_STATUS bl_batch_expr__eval(struct bl_batch_expr *be, const struct bl_batch *in,
    struct bl_arena *arena, struct bl_vector *ret_out, struct bl_err *reterr);
/* bl_batch_expr__select(be, in, arena, &rows, &n, reterr): the rows where it is TRUE. */
BL_STATUS bl_batch_expr__select(struct bl_batch_expr *be, const struct bl_batch *in,
    struct bl_arena *arena, uint32_t **ret_rows, uint32_t *ret_n, struct bl_err *reterr);

/*
 * A set of tuples of values, numbered 0, 1, ... in the order of their coming.
 */
struct bl_set {
	struct bl_arena *arena;
	uint32_t width;
	struct bl_value *tuples; /* [n * width] */
	uint64_t *hashes;	 /* [n] */
	uint64_t n, cap;
	uint32_t *slots; /* [n_slots] 1 + number; a power of two */
	uint64_t n_slots;
};
BL_STATUS bl_set__init(
    struct bl_set *set, struct bl_arena *arena, uint32_t width, struct bl_err *reterr);
/* bl_set__find(set, tuple): UINT32_MAX: not there. */
uint32_t bl_set__find(const struct bl_set *set, const struct bl_value *const *tuple);
/* bl_set__put(set, tuple, &number, &is_new, reterr): a copy of it, if it is new. */
BL_STATUS bl_set__put(struct bl_set *set, const struct bl_value *const *tuple, uint32_t *ret_number,
    bool *ret_new, struct bl_err *reterr);

/*
 * Order by keys that are columns of kept rows, from `first` on.
 */
struct bl_order {
	struct bl_exec *exec;
	const struct bl_rows *rows;
	uint32_t first;
	const struct bl_plan_key *keys;
	uint32_t n_keys;
	uint32_t line, column;
};
/* bl_order__compare(order, a, b, &c, reterr): of two rows' numbers. */
BL_STATUS bl_order__compare(
    const struct bl_order *order, uint64_t a, uint64_t b, int *ret_order, struct bl_err *reterr);
/* bl_order__values(order, key, a, b, &c, reterr): of two values by one key. */
BL_STATUS bl_order__values(const struct bl_order *order, const struct bl_plan_key *key,
    const struct bl_value *a, const struct bl_value *b, int *ret_order, struct bl_err *reterr);
/* bl_order__sort(order, ids, n, arena, reterr): stable; ${arena} for room. */
BL_STATUS bl_order__sort(const struct bl_order *order, uint64_t *ids, uint64_t n,
    struct bl_arena *arena, struct bl_err *reterr);

#endif
