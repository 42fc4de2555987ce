#ifndef BL_SQL_AGG_PRIV_H
#define BL_SQL_AGG_PRIV_H

#include "sql/exec_priv.h"

/*
 * Aggregate functions: a state for each group, zeroed at first; rows are added; the end gives the
 * value.  What states point to lives in agg->arena.
 */
struct bl_agg;

struct bl_agg_class {
	const char *name;
	size_t state_bytes;
	bool takes_null; /* Rows whose first argument is NULL are added too. */
	BL_STATUS(*add)
	(struct bl_agg *agg, void *state, const struct bl_value *const *args,
	    struct bl_err *reterr);
	/* ${arena}: for what is made of the value; it may point into the state too. */
	BL_STATUS(*end)
	(struct bl_agg *agg, void *state, struct bl_arena *arena, struct bl_value *ret_value,
	    struct bl_err *reterr);
};

struct bl_agg {
	const struct bl_agg_class *class;
	const struct bl_plan_call *call;
	struct bl_exec *exec;
	struct bl_arena *arena;
};

/* bl_agg__class(fn): NULL: a window function only. */
const struct bl_agg_class *bl_agg__class(enum bl_aggregate fn);

/* bl_agg__add(agg, state, args): unless the class wants no NULL and the first one is. */
BL_STATUS bl_agg__add(
    struct bl_agg *agg, void *state, const struct bl_value *const *args, struct bl_err *reterr);

extern const struct bl_agg_class bl_agg__count_star, bl_agg__count, bl_agg__count_if, bl_agg__sum,
    bl_agg__avg, bl_agg__stddev, bl_agg__variance, bl_agg__geometric_mean, bl_agg__bool_and,
    bl_agg__bool_or, bl_agg__checksum, bl_agg__min, bl_agg__max, bl_agg__min_by, bl_agg__max_by,
    bl_agg__arbitrary, bl_agg__array_agg, bl_agg__listagg, bl_agg__map_agg, bl_agg__histogram,
    bl_agg__approx_distinct, bl_agg__approx_percentile;

/* States that the quick ways of op_aggregate.c know. */
struct bl_agg_count {
	uint64_t n;
};

#endif
