#ifndef BL_SQL_PLAN_H
#define BL_SQL_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"
#include "query/expr.h"
#include "query/value.h"
#include "sql/ast.h"
#include "sql/source.h"

struct bl_arena;

/*
 * What is to be done, as a tree of operators.  Rows are lists of values ("slots"); an expression's
 * SLOT nodes are numbers of the input row's slots (bl_expr_scope.row).  Made by bind.h, run by
 * exec.h; both trust it wholly: every type is right, every slot exists.
 */
enum bl_plan_kind {
	BL_PLAN_SCAN,	   /* source, want; output: want.outputs */
	BL_PLAN_VALUES,	   /* rows of constants: expr[n_rows * n_slots]; one row of nothing is "no
			      FROM" */
	BL_PLAN_FILTER,	   /* expr[0] is TRUE */
	BL_PLAN_PROJECT,   /* output: expr[n_slots] over the input */
	BL_PLAN_AGGREGATE, /* output: groups, then calls; no groups: one row */
	BL_PLAN_WINDOW,	   /* output: the input's slots, then calls */
	BL_PLAN_SORT,	   /* keys; offset, limit */
	BL_PLAN_LIMIT,	   /* offset, limit */
	BL_PLAN_JOIN,	   /* input, right */
	BL_PLAN_UNNEST,	   /* output: the input's slots, then what is unnested */
	BL_PLAN_UNION,	   /* parts[n_parts], one after the other (UNION ALL) */
	BL_PLAN_INTERSECT, /* input, right; all */
	BL_PLAN_EXCEPT,
	BL_PLAN_SHARED, /* input, which others read too (a CTE): run once, kept.  The same struct
			   stands in the tree once for each of its n_readers. */
};

enum bl_plan_join {
	BL_PLAN_INNER,
	BL_PLAN_LEFT,
	BL_PLAN_RIGHT,
	BL_PLAN_FULL,
	BL_PLAN_MARK, /* Output: the left's slots, then a boolean: has a match.  null_aware: as x IN
			 (...): NULL when nothing equals and the left or a right key is NULL. */
	BL_PLAN_SCALAR, /* Output: the left's slots, then the right's first slot of the one
			   matching row; NULL without; more than one is an error at line, column.
			   Slots behind the right's first are only for its keys. */
};

struct bl_plan_key {
	const struct bl_expr *expr;
	bool descending, nulls_first;
};

enum bl_aggregate {
	BL_AGG_COUNT_STAR,
	BL_AGG_COUNT,
	BL_AGG_COUNT_IF,
	BL_AGG_SUM,
	BL_AGG_AVG,
	BL_AGG_MIN,
	BL_AGG_MAX,
	BL_AGG_MIN_BY,
	BL_AGG_MAX_BY,
	BL_AGG_ARBITRARY, /* any_value */
	BL_AGG_BOOL_AND,  /* every */
	BL_AGG_BOOL_OR,
	BL_AGG_ARRAY_AGG,
	BL_AGG_LISTAGG, /* args: text, separator (constant) */
	BL_AGG_MAP_AGG,
	BL_AGG_HISTOGRAM,
	BL_AGG_APPROX_DISTINCT,	  /* Exact here. */
	BL_AGG_APPROX_PERCENTILE, /* Exact here; args: x, fraction. */
	BL_AGG_STDDEV,
	BL_AGG_VARIANCE,
	BL_AGG_CHECKSUM,
	BL_AGG_GEOMETRIC_MEAN,
	/* Window functions only. */
	BL_AGG_ROW_NUMBER,
	BL_AGG_RANK,
	BL_AGG_DENSE_RANK,
	BL_AGG_PERCENT_RANK,
	BL_AGG_CUME_DIST,
	BL_AGG_NTILE,
	BL_AGG_LAG, /* args: x, offset, default */
	BL_AGG_LEAD,
	BL_AGG_FIRST_VALUE,
	BL_AGG_LAST_VALUE,
	BL_AGG_NTH_VALUE,
};

struct bl_plan_call {
	enum bl_aggregate fn;
	uint32_t line, column;
	const struct bl_expr *const *args; /* [n_args] */
	uint32_t n_args;
	struct bl_datatype type; /* Of the result. */
	bool distinct, ignore_nulls;
	const struct bl_expr *filter; /* NULL: none */
	const struct bl_plan_key *order;
	uint32_t n_order;
	/* WINDOW: all calls of one plan share partition and order. */
	bool rows, has_frame;
	enum bl_frame_bound from, to;
	const struct bl_expr *from_offset, *to_offset;
};

struct bl_plan {
	enum bl_plan_kind kind;
	uint32_t line, column;
	const struct bl_datatype *types; /* [n_slots] of the output */
	uint32_t n_slots;
	struct bl_plan *input, *right;
	uint32_t id; /* 0, 1, ... in the whole plan: where exec.h counts. */

	const struct bl_source *source; /* SCAN */
	struct bl_scan_want want;

	const struct bl_expr *const *expr; /* VALUES, FILTER, PROJECT, UNNEST: arrays and maps */
	uint32_t n_expr;
	uint32_t n_rows; /* VALUES */

	const struct bl_expr *const *groups; /* AGGREGATE: [n_groups] */
	uint32_t n_groups;
	const uint64_t
	    *sets; /* GROUPING SETS: bit i: group i is in; others are NULL; NULL: one set
		      of all.  grouping_slot: the last output is the number of the set. */
	uint32_t n_sets;
	bool grouping_slot;
	const struct bl_plan_call *calls; /* AGGREGATE, WINDOW */
	uint32_t n_calls;
	const struct bl_expr *const *partition; /* WINDOW */
	uint32_t n_partition;

	const struct bl_plan_key *keys; /* SORT, WINDOW */
	uint32_t n_keys;
	uint64_t offset, limit; /* SORT, LIMIT; UINT64_MAX: no limit */

	enum bl_plan_join join;					    /* JOIN */
	const struct bl_expr *const *left_keys, *const *right_keys; /* [n_join_keys] equal; over the
							left's row, over the right's */
	uint32_t n_join_keys;
	const struct bl_expr *condition; /* Over left slots then right slots; NULL: none */
	bool null_aware;

	bool ordinality, outer; /* UNNEST; outer: LEFT JOIN UNNEST ... ON TRUE */
	const bool *whole; /* UNNEST: [n_expr] an array's ROW stays one slot (Athena's one alias);
			      else its fields are slots.  A map gives two. */

	struct bl_plan *const *parts; /* UNION */
	uint32_t n_parts;
	bool all;	    /* INTERSECT, EXCEPT */
	uint32_t n_readers; /* SHARED */
};

/* A note for the person: not wrong, but worth knowing. */
struct bl_sql_note {
	uint32_t line, column;
	struct bl_str text;
	struct bl_sql_note *next;
};

struct bl_bound_query {
	struct bl_plan *plan;
	uint32_t n_plans;
	const struct bl_str *names; /* [plan->n_slots] of the result's columns */
	struct bl_sql_note *notes;
};

struct bl_bind_options {
	const struct bl_catalog *catalog;
	int64_t now_ns;
	const struct bl_value *params;	  /* ? and :name */
	const struct bl_str *param_names; /* absent: by place */
	uint32_t n_params;
};

/* bl_sql_bind(query, options, arena, &bound, reterr): names, types, plan, push-down.  BL_EINPUT,
 * BL_EUNSUPPORTED with line and column. */
BL_STATUS bl_sql_bind(struct bl_query *query, const struct bl_bind_options *options,
    struct bl_arena *arena, struct bl_bound_query *ret_bound, struct bl_err *reterr);

/* bl_plan_text(bound, stats, arena, &text, reterr): the plan for a person, an operator a line,
 * indented; ${stats}: [n_plans] what exec.h counted, or NULL. */
struct bl_plan_stats {
	uint64_t rows;	/* Given out. */
	int64_t ns;	/* In it and below. */
	uint64_t bytes; /* Kept at most. */
	struct bl_scan_stats scan;
};
BL_STATUS bl_plan_text(const struct bl_bound_query *bound, const struct bl_plan_stats *stats,
    struct bl_arena *arena, struct bl_str *ret_text, struct bl_err *reterr);

#endif
