#ifndef BL_QUERY_AST_H
#define BL_QUERY_AST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"
#include "query/expr.h"
#include "query/value.h"

/*
 * The expression tree.  The parser makes it, the checker gives every node its type
 * and resolves names, the evaluator reads it.  Private to this folder.
 */

/* A node's depth counts itself and its deepest child: it bounds every recursion over the tree. */
#define BL_AST_MAX_DEPTH 100
#define BL_AST_MAX_NODES 20000
/* Lambdas of one expression; each has its own variable. */
#define BL_AST_MAX_VARS 64
#define BL_AST_MAX_TEXT ((size_t)64 << 10)

struct bl_type {
	enum bl_type_kind kind;
	enum bl_type_kind element; /* ARRAY */
};

enum bl_node_kind {
	BL_NODE_LITERAL, /* value */
	BL_NODE_PARAM,	 /* text: the name; slot: which */
	BL_NODE_NAME,	 /* text: not resolved yet; gone after the check */
	BL_NODE_COLUMN,	 /* slot: which of the item's */
	BL_NODE_VAR,	 /* slot: which of the lambdas' */
	BL_NODE_MEMBER,	 /* kid[0].text */
	BL_NODE_INDEX,	 /* kid[0][kid[1]] */
	BL_NODE_CALL,	 /* text: the function's name; kids: its arguments */
	BL_NODE_LAMBDA,	 /* text -> kid[0]; slot */
	BL_NODE_AND,	 /* kids: two or more */
	BL_NODE_OR,
	BL_NODE_NOT,
	BL_NODE_COMPARE, /* op */
	BL_NODE_IS_NULL, /* negated */
	BL_NODE_IN,	 /* kid[0] [NOT] IN (kid[1], ...) */
	BL_NODE_BETWEEN, /* kid[0] [NOT] BETWEEN kid[1] AND kid[2] */
	BL_NODE_LIKE,	 /* kid[0] [NOT] LIKE kid[1] [ESCAPE kid[2]] */
	BL_NODE_ARITH,	 /* op */
	BL_NODE_MINUS,	 /* -kid[0] */
	BL_NODE_CONCAT,	 /* kid[0] || kid[1] */
	BL_NODE_CASE,	 /* [operand,] when, then, ..., [else] */
	BL_NODE_CAST,	 /* type: the target; negated: TRY_CAST */
	BL_NODE_ARRAY,	 /* ARRAY[kid, ...] */
};

enum bl_op {
	BL_OP_NONE,
	BL_OP_EQ,
	BL_OP_NE,
	BL_OP_LT,
	BL_OP_LE,
	BL_OP_GT,
	BL_OP_GE,
	BL_OP_ADD,
	BL_OP_SUB,
	BL_OP_MUL,
	BL_OP_DIV,
	BL_OP_MOD,
};

struct bl_function;

struct bl_node {
	enum bl_node_kind kind;
	enum bl_op op;
	uint32_t line, column;
	uint32_t depth;
	uint32_t n_kids;
	uint32_t slot;
	uint32_t cell;	  /* Paths: 1 + which of the expression's cells; 0: none. */
	bool negated;	  /* NOT; TRY_CAST. */
	bool has_operand; /* CASE x WHEN ... */
	bool has_else;
	struct bl_type type;
	struct bl_node **kids;
	struct bl_str text;
	struct bl_str path;		    /* Of paths: "configuration.attachments[*].state". */
	struct bl_value value;		    /* LITERAL */
	const struct bl_function *function; /* CALL */
	void *prepared;			    /* CALL: what the function made of its literals. */
};

struct bl_expr {
	struct bl_node *root;
	struct bl_type wanted;
	const struct bl_expr_param *params;
	size_t n_params;
	uint32_t n_vars;
	const struct bl_str *reads; /* [n_reads] the paths that it reads, in byte order */
	size_t n_reads;
	const struct bl_str *cells; /* [n_cells] the paths that cells stand for, each once */
	size_t n_cells;
	bool has_cells; /* No path is such that its text does not tell it. */
};

/* bl_parser__parse(text, arena, &root, reterr): one whole expression; names unresolved. */
BL_STATUS bl_parser__parse(
    struct bl_str text, struct bl_arena *arena, struct bl_node **ret_root, struct bl_err *reterr);

/* bl_check__expr(expr, arena, reterr): types, names, functions; fills root's types, n_vars. */
BL_STATUS bl_check__expr(struct bl_expr *expr, struct bl_arena *arena, struct bl_err *reterr);

/* bl_check__comparable: may values of these types be compared (as far as types can tell)? */
bool bl_check__comparable(struct bl_type a, struct bl_type b);

/* bl_path__find(name): the item's column, without regard to case, or SIZE_MAX. */
size_t bl_path__find(struct bl_str name);
struct bl_str bl_path__name(size_t i);
struct bl_type bl_path__type(size_t i);
/* bl_path__nearest(name): the known name nearest to a misspelt one, or absent. */
struct bl_str bl_path__nearest(struct bl_str name);
/* bl_path__distance: edits that make one word the other (Levenshtein); SIZE_MAX for long ones. */
size_t bl_path__distance(struct bl_str a, struct bl_str b);
struct bl_value bl_path__column(size_t i, const struct bl_item *item);

/* bl_path__reads(expr, arena, reterr): fills expr->reads. */
BL_STATUS bl_path__reads(struct bl_expr *expr, struct bl_arena *arena, struct bl_err *reterr);

/* bl_path__cells(expr, arena, reterr): fills expr->cells, after bl_path__reads. */
BL_STATUS bl_path__cells(struct bl_expr *expr, struct bl_arena *arena, struct bl_err *reterr);

/* bl_path__cell(node, json, &value): what a node with a cell is when ${json} stands there; false
 * when it cannot be that in an item. */
bool bl_path__cell(
    const struct bl_node *node, const struct bl_json *json, struct bl_value *ret_value);

#endif
