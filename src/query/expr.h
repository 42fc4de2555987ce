#ifndef BL_QUERY_EXPR_H
#define BL_QUERY_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"
#include "query/value.h"

struct bl_arena;
struct bl_item;
struct bl_json;
struct bl_json_parser;

/*
 * The one expression engine: compile once, evaluate per row.  Rules use it now;
 * advanced queries and SQL are meant to use the same tree, types and functions.
 *
 * Trino's expression syntax, typed and strict: what is not supported is refused by name and
 * position (line and column of the expression's text); comparing unlike types is an error, never
 * FALSE. JSON is dynamic: its type counts when it is looked at; a missing member and JSON null are
 * NULL. An error at evaluation (a JSON string compared with a number, say) is returned as BL_EINPUT
 * with the position, never swallowed.
 */
struct bl_expr;

/* A named value that the text may use as :name. */
struct bl_expr_param {
	struct bl_str name;
	enum bl_type_kind kind; /* BOOLEAN, BIGINT, DOUBLE, VARCHAR, ARRAY (of varchar or bigint) */
	enum bl_type_kind element;
};

/*
 * bl_expr_compile(text, params, n_params, wanted, arena, &expr, reterr): names are the item's:
 * version, accountId, awsRegion, availabilityZone, resourceType, resourceId, resourceName, arn,
 * configurationItemCaptureTime (timestamp), resourceCreationTime (timestamp),
 * configurationItemStatus, configurationStateId (bigint), tags (map), configuration,
 * supplementaryConfiguration, relationships (JSON); paths go on with .member, ['key'] and [n]
 * (1-based, as Trino). Inside an array a path reads "configuration.attachments[*].state".
 * ${wanted}: the type the whole must have (UNKNOWN: any).  BL_EINPUT with line and column;
 * BL_EUNSUPPORTED, with them too, for what SQL knows and this engine does not; BL_ELIMIT for size,
 * depth and number of parts.
 */
BL_STATUS bl_expr_compile(struct bl_str text, const struct bl_expr_param *params, size_t n_params,
    enum bl_type_kind wanted, struct bl_arena *arena, struct bl_expr **ret_expr,
    struct bl_err *reterr);

/*
 * Cells: a row told path by path instead of as an item, so that columns can be asked and equal
 * rows be evaluated once.  bl_expr_cells(expr, &paths, &n): the longest paths that go from the item
 * without a variable or computed step; each is a path of bl_columns_get.  false: a path's text does
 * not tell it (a quote in a key, more than 900 bytes); evaluate on items then.
 */
bool bl_expr_cells(const struct bl_expr *expr, const struct bl_str **ret_paths, size_t *ret_n);

struct bl_expr_scope {
	const struct bl_item *item; /* NULL: cells */
	/* [n of bl_expr_cells] the value at each path, NULL for none; instants as texts.  What is
	 * an error on the way to a path has no cell: evaluate such a row on its item.  Then the
	 * result is that of the item; an error's words are not, and fewer steps are counted. */
	const struct bl_json *const *cells;
	const struct bl_value *params; /* [n_params], in the order given to compile. */
	struct bl_json_parser *parser; /* For json_parse() at evaluation. */
	uint64_t budget_steps;	       /* 0: 10 million; more is BL_ELIMIT. */
};

/* bl_expr_eval(expr, scope, arena, &value, reterr): one row; the value lives in ${arena} or in the
 * item. */
BL_STATUS bl_expr_eval(const struct bl_expr *expr, const struct bl_expr_scope *scope,
    struct bl_arena *arena, struct bl_value *ret_value, struct bl_err *reterr);

/* bl_expr_paths: every item path that the expression reads, as text ("configuration.encrypted"),
 * for documentation, columns and the naming of missing data. */
BL_STATUS bl_expr_paths(const struct bl_expr *expr, struct bl_arena *arena,
    struct bl_str **ret_paths, size_t *ret_n, struct bl_err *reterr);

/*
 * bl_expr_missing(expr, scope, arena, &paths, &n, reterr): evaluates once more and gives the paths
 * that had no value on the way (of a.b and a.b.c only a.b; what AND, OR, CASE did not come to is
 * not named): what a NULL is for want of.
 */
BL_STATUS bl_expr_missing(const struct bl_expr *expr, const struct bl_expr_scope *scope,
    struct bl_arena *arena, struct bl_str **ret_paths, size_t *ret_n, struct bl_err *reterr);

#endif
