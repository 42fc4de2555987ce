#ifndef BL_SQL_BIND_PRIV_H
#define BL_SQL_BIND_PRIV_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "query/node.h"
#include "sql/ast.h"
#include "sql/plan.h"
#include "sql/source.h"

/*
 * The logical plan, between statements and plan.h.
 *
 * Every value that flows has a number of its own in the whole statement, its "id": SLOT nodes hold
 * ids here, and only bind_lower.c makes places in rows of them.  So an operator may be moved, and
 * a condition pushed through a join, without renumbering anything; and what a sub-query reads from
 * outside of it is an id that is older than the sub-query.
 */
#define BL_BIND_MAX_DEPTH 150	 /* Relations, queries and views in each other. */
#define BL_BIND_MAX_VIEWS 16	 /* Views in each other. */
#define BL_BIND_MAX_IDS 100000u	 /* Values of one statement. */
#define BL_BIND_MAX_INLINE 2000u /* Nodes that an expression may grow to by putting others in. */
#define BL_BIND_NO_ID UINT32_MAX

struct bl_rel;

/* What an id is. */
struct bl_bind_id {
	struct bl_datatype type;
	struct bl_rel *scan;	    /* Where it is scanned, or NULL. */
	uint32_t column;	    /* Of scan->source; UINT32_MAX: an item expression. */
	const struct bl_node *item; /* What it is of the item; NULL: nothing. */
	uint32_t same;		    /* It is nothing but another id; NO_ID: itself. */
};

struct bl_rel_call {
	enum bl_aggregate fn;
	uint32_t id, line, column;
	const struct bl_node *source; /* As resolved: equal calls are made once. */
	struct bl_node **args;
	uint32_t n_args;
	struct bl_node *filter;
	struct bl_sort_key *order;
	uint32_t n_order;
	bool distinct, ignore_nulls;
	struct bl_window *window; /* NULL: none */
};

struct bl_rel {
	enum bl_plan_kind kind;
	uint32_t line, column;
	uint32_t *out; /* [n_out] */
	uint32_t n_out;
	struct bl_rel *input, *right;

	const struct bl_source *source; /* SCAN */
	bool unnested;
	struct bl_node **filters; /* SCAN: over the item, ids are the scan's own */
	uint32_t n_filters;
	struct bl_bound *bounds;
	uint32_t n_bounds;
	uint64_t enough;

	/* FILTER and JOIN: conditions, all hold.  PROJECT: [n_out].  VALUES: [n_rows * n_out].
	 * UNNEST: arrays.  AGGREGATE: groups, whose ids are the first of out. */
	struct bl_node **nodes;
	uint32_t n_nodes;
	uint32_t n_rows;

	struct bl_rel_call *calls; /* AGGREGATE, WINDOW */
	uint32_t n_calls;
	uint64_t *sets; /* AGGREGATE */
	uint32_t n_sets;
	struct bl_sort_key *keys; /* SORT */
	uint32_t n_keys;
	uint64_t offset, limit;

	enum bl_plan_join join;
	struct bl_node **left_keys, **right_keys;
	uint32_t n_keys_joined;
	bool null_aware;
	uint32_t made; /* MARK, SCALAR: the id of the last slot */

	bool ordinality, outer;
	bool *whole;	    /* UNNEST; whole: [n_nodes] */
	uint32_t *made_ids; /* UNNEST: what is unnested, [n_made] */
	uint32_t n_made;

	struct bl_rel **parts; /* UNION: [n_parts]; INTERSECT, EXCEPT: two */
	uint32_t n_parts;
	bool all;

	struct bl_shared *shared; /* SHARED */
};

/* A query that several read; n_readers is known when all is bound. */
struct bl_shared {
	struct bl_rel *rel;
	uint32_t n_readers;
	bool pushed, told;    /* By bind_push.c, bind_items.c: once. */
	struct bl_plan *plan; /* Made by the first who is lowered. */
};

/* A name that expressions may use. */
struct bl_name {
	struct bl_str schema, relation, name; /* Absent: none */
	struct bl_node *node;
	bool hidden; /* Not of SELECT *. */
	bool merged; /* By USING: not of SELECT *, and only with its relation's name. */
};

struct bl_scope {
	struct bl_name *names;
	uint32_t n_names;
	const struct bl_scope *outer;
};

/* WITH: what its names stand for. */
struct bl_env {
	const struct bl_cte *cte;
	struct bl_env *self;
	const struct bl_env *outer; /* What the query of the CTE itself may use. */
	struct bl_shared *shared;   /* Bound by its first reader. */
	struct bl_name *columns;
	uint32_t n_columns;
};

/* A sub-query in an expression, for which a slot stands until it is joined. */
struct bl_pending {
	uint32_t id;
	const struct bl_node *node;
	struct bl_node *left; /* x IN (...): x */
	struct bl_rel *rel;
	uint32_t first_id;	/* Older ids come from outside. */
	bool joined, only_true; /* Where NULL and FALSE are one. */
	struct bl_pending *next;
};

struct bl_binder {
	const struct bl_bind_options *options;
	struct bl_arena *arena;
	struct bl_err *reterr;
	struct bl_bind_id *ids;
	uint32_t n_ids;
	uint32_t depth, n_views;
	const struct bl_env *env;
	struct bl_pending *pending; /* Not joined yet, of the SELECT that is being bound. */
	const struct bl_str *lambda[BL_NODE_MAX_VARS]; /* Names of variables around. */
	uint32_t lambda_n[BL_NODE_MAX_VARS];
	uint32_t n_lambdas;
	struct bl_sql_note *notes, **notes_end;
	uint32_t n_plans;
};

BL_STATUS bl_bind__no_memory(struct bl_binder *b);
BL_STATUS bl_bind__fail(struct bl_binder *b, uint32_t line, uint32_t column, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
BL_STATUS bl_bind__refuse(struct bl_binder *b, uint32_t line, uint32_t column, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
BL_STATUS bl_bind__note(struct bl_binder *b, uint32_t line, uint32_t column, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
BL_STATUS bl_bind__deeper(struct bl_binder *b, uint32_t line, uint32_t column);

/* bind_tree.c: expressions as trees. */
typedef enum bl_status bl_tree_fn(
    struct bl_binder *b, void *ctx, const struct bl_node *node, struct bl_node **ret);
/* bl_tree__map(b, node, fn, ctx, &copy): a copy in which ${fn} has put others in the place of
 * nodes; where it gives none, the node is copied and its kids are mapped. */
BL_STATUS bl_tree__map(struct bl_binder *b, const struct bl_node *node, bl_tree_fn *fn, void *ctx,
    struct bl_node **ret);
bool bl_tree__equal(const struct bl_node *a, const struct bl_node *b);
/* bl_tree__ids(node, fn, ctx): asks ${fn} of every SLOT's id; false as soon as it says so. */
bool bl_tree__ids(const struct bl_node *node, bool (*fn)(void *ctx, uint32_t id), void *ctx);
uint32_t bl_tree__size(const struct bl_node *node, uint32_t enough);
BL_STATUS bl_tree__slot(
    struct bl_binder *b, uint32_t id, uint32_t line, uint32_t column, struct bl_node **ret);
BL_STATUS bl_tree__call(struct bl_binder *b, const struct bl_node *at, const char *name,
    struct bl_node *const *args, uint32_t n, struct bl_node **ret);
BL_STATUS bl_tree__bigint(
    struct bl_binder *b, const struct bl_node *at, int64_t value, struct bl_node **ret);
BL_STATUS bl_tree__cast(
    struct bl_binder *b, struct bl_node *node, struct bl_datatype type, struct bl_node **ret);
/* bl_tree__and(b, nodes, n, &node): n > 0 */
BL_STATUS bl_tree__and(
    struct bl_binder *b, struct bl_node *const *nodes, uint32_t n, struct bl_node **ret);
/* bl_tree__check(b, node, wanted): types. */
BL_STATUS bl_tree__check(struct bl_binder *b, struct bl_node *node, enum bl_type_kind wanted);
/* bl_tree__constant(b, node, wanted, &value): what reads no slot, evaluated now. */
BL_STATUS bl_tree__constant(struct bl_binder *b, const struct bl_node *node,
    enum bl_type_kind wanted, struct bl_value *ret);
bool bl_tree__is_constant(const struct bl_node *node);
/* bl_tree__conjuncts(b, node, &list, &n): appends what AND joins. */
BL_STATUS bl_tree__conjuncts(
    struct bl_binder *b, struct bl_node *node, struct bl_node ***list, uint32_t *n);
/* bl_tree__unify(a, b, &common): Trino's rules; false: there is no common type. */
bool bl_tree__unify(struct bl_datatype a, struct bl_datatype b, struct bl_datatype *ret);

/* bind_rel.c */
BL_STATUS bl_rel__new(struct bl_binder *b, enum bl_plan_kind kind, struct bl_rel *input,
    uint32_t line, uint32_t column, struct bl_rel **ret);
BL_STATUS bl_rel__id(struct bl_binder *b, struct bl_datatype type, uint32_t *ret);
uint32_t bl_rel__same(const struct bl_binder *b, uint32_t id);
BL_STATUS bl_rel__out(struct bl_binder *b, struct bl_rel *rel, uint32_t id);
BL_STATUS bl_rel__node(struct bl_binder *b, struct bl_rel *rel, struct bl_node *node);
bool bl_rel__has(const struct bl_binder *b, const struct bl_rel *rel, uint32_t id);
BL_STATUS bl_rel__filter(struct bl_binder *b, struct bl_rel **rel, struct bl_node *node);
/* bl_rel__distinct(b, &rel): its rows once each. */
BL_STATUS bl_rel__distinct(struct bl_binder *b, struct bl_rel **rel);
/* bl_rel__one_row(b, &rel): one row of nothing. */
BL_STATUS bl_rel__one_row(struct bl_binder *b, uint32_t line, uint32_t column, struct bl_rel **ret);

/* bind_scope.c: names. */
BL_STATUS bl_scope__add(struct bl_binder *b, struct bl_scope *scope, struct bl_name name);
/* bl_scope__resolve(b, scope, node, &resolved): a copy without names; sub-queries become pending
 * slots; texts of dates are compared as dates. */
BL_STATUS bl_scope__resolve(struct bl_binder *b, const struct bl_scope *scope,
    const struct bl_node *node, struct bl_node **ret);
/* bl_scope__path(b, scope, node, &resolved): a name or path; NULL: it is none. */
BL_STATUS bl_scope__path(struct bl_binder *b, const struct bl_scope *scope,
    const struct bl_node *node, struct bl_node **ret);

/* bind_dates.c: comparisons of texts that are dates. */
BL_STATUS bl_dates__rewrite(struct bl_binder *b, struct bl_node *node, struct bl_node **ret);

/* bind_aggregate.c */
/* bl_aggregate__is(name): an aggregate; bl_aggregate__is_window: one that wants OVER. */
bool bl_aggregate__is(struct bl_str name);
bool bl_aggregate__is_window(struct bl_str name);
/* bl_aggregate__in(node): does it hold an aggregate (without OVER)? */
bool bl_aggregate__in(const struct bl_node *node);
/* bl_aggregate__refuse(b, node, where): an aggregate or window function there is an error. */
BL_STATUS bl_aggregate__refuse(struct bl_binder *b, const struct bl_node *node, const char *where);
/* bl_aggregate__make(b, call, &made): its function, arguments and type (ids[made.id]). */
BL_STATUS bl_aggregate__make(
    struct bl_binder *b, const struct bl_node *call, struct bl_rel_call *ret);

/* bind_select.c, bind_group.c, bind_query.c, bind_from.c, bind_subquery.c */
struct bl_output {
	struct bl_str name;
	struct bl_node *node;
};
BL_STATUS bl_bind__query(struct bl_binder *b, const struct bl_query *query,
    const struct bl_scope *outer, struct bl_rel **ret, struct bl_name **ret_names, uint32_t *ret_n);
BL_STATUS bl_bind__select(struct bl_binder *b, const struct bl_select *select,
    const struct bl_query *order, const struct bl_scope *outer, struct bl_rel **ret,
    struct bl_name **ret_names, uint32_t *ret_n);
BL_STATUS bl_bind__from(struct bl_binder *b, const struct bl_relation *relation,
    struct bl_scope *scope, struct bl_rel **ret);
BL_STATUS bl_bind__unnest(struct bl_binder *b, const struct bl_relation *relation,
    struct bl_scope *scope, struct bl_rel *left, bool outer, struct bl_rel **ret);
/* bl_bind__scan_columns(b, scan, from): the columns of its source from ${from} on, as ids. */
BL_STATUS bl_bind__scan_columns(struct bl_binder *b, struct bl_rel *scan, uint32_t from);
/* bl_bind__names(b, scope, names, n, schema, relation, fallback): under the relation's alias, or
 * ${schema} and ${fallback}. */
BL_STATUS bl_bind__names(struct bl_binder *b, struct bl_scope *scope, const struct bl_name *names,
    uint32_t n, struct bl_str schema, const struct bl_relation *relation, struct bl_str fallback);
/* bl_bind__limit(b, query, &rel): OFFSET and LIMIT. */
BL_STATUS bl_bind__limit(struct bl_binder *b, const struct bl_query *query, struct bl_rel **rel);
/* A SELECT on its way. */
struct bl_selecting {
	const struct bl_select *select;
	struct bl_scope scope;
	struct bl_rel *rel;
	struct bl_output *outputs;
	uint32_t n_outputs;
	struct bl_sort_key *order;
	uint32_t n_order;
	struct bl_node *having;
};
/* bl_group__apply(b, s): GROUP BY and aggregates, if there are any. */
BL_STATUS bl_group__apply(struct bl_binder *b, struct bl_selecting *s);
/* bl_window__apply(b, s): window functions. */
BL_STATUS bl_window__apply(struct bl_binder *b, struct bl_selecting *s);
/* bl_subquery__add(b, scope, node, left, &slot): binds it, pending. */
BL_STATUS bl_subquery__add(struct bl_binder *b, const struct bl_scope *scope,
    const struct bl_node *node, struct bl_node *left, struct bl_node **ret);
/* bl_subquery__join(b, nodes, n, &rel): joins those pending that the nodes read. */
BL_STATUS bl_subquery__join(
    struct bl_binder *b, struct bl_node *const *nodes, uint32_t n, struct bl_rel **rel);

/* bind_push.c: conditions down to where they can be answered. */
BL_STATUS bl_push__all(struct bl_binder *b, struct bl_rel **rel);
/* bind_bounds.c: what a condition says of a scan's columns. */
BL_STATUS bl_bounds__add(struct bl_binder *b, struct bl_rel *scan, const struct bl_node *node);
/* bind_items.c: expressions over one item to its scan. */
BL_STATUS bl_items__all(struct bl_binder *b, struct bl_rel *rel);
/* bl_items__of(b, scan, node, &item): the node as an expression over the item; NULL: it is none. */
BL_STATUS bl_items__of(struct bl_binder *b, const struct bl_rel *scan, const struct bl_node *node,
    struct bl_node **ret);
/* bind_lower.c: to plan.h. */
BL_STATUS bl_lower__plan(struct bl_binder *b, struct bl_rel *rel, struct bl_plan **ret);

#endif
