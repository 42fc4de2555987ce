#ifndef BL_QUERY_VECTOR_PRIV_H
#define BL_QUERY_VECTOR_PRIV_H

#include "base/buf.h"
#include "columns/columns.h"
#include "query/functions.h"
#include "query/vector.h"
#include "json/json.h"

/*
 * What the vector files share.  A unit is a tree over the rows of one table (the versions of a
 * type, or the elements of an array); its leaves are columns, and units or reduced units whose
 * results are few.  Equal tuples of leaves are evaluated once.
 */

/* What a unit says of a row; from FIRST on its values. */
#define BL_VECTOR_ERROR 0u   /* An error, if evaluation comes to it. */
#define BL_VECTOR_UNKNOWN 1u /* Only the item can tell. */
#define BL_VECTOR_NULL 2u
#define BL_VECTOR_FIRST 3u
/* Of what is BOOLEAN below the root. */
#define BL_VECTOR_FALSE 3u
#define BL_VECTOR_TRUE 4u
#define BL_VECTOR_N_BOOLEAN 5u
/* Texts of a column, elements of one parent, tuples of a unit: beyond, the items are asked. */
#define BL_VECTOR_TEXTS (UINT32_C(1) << 27)

struct bl_vector_unit;

struct bl_vector_table {
	const struct bl_vector_table *parent; /* NULL: the versions */
	struct bl_str path;		      /* Ends with [*]; "" for versions. */
	uint32_t slot;			      /* The variable that is an element. */
	const struct bl_elements *elements;   /* NULL for versions */
	uint32_t n;			      /* Rows. */
};

enum bl_vector_way {
	BL_VECTOR_ANY,	  /* any_match */
	BL_VECTOR_ALL,	  /* all_match */
	BL_VECTOR_NO,	  /* none_match */
	BL_VECTOR_COUNT,  /* cardinality(filter()) */
	BL_VECTOR_LENGTH, /* cardinality() */
};

/* A function over an array, by its element table. */
struct bl_vector_reduce {
	enum bl_vector_way way;
	struct bl_vector_table table;
	struct bl_vector_unit *body;	  /* NULL for LENGTH */
	struct bl_vector_unit *otherwise; /* What NULL gives; NULL: NULL */
	bool has_null;			  /* It has been worked out. */
	uint32_t of_null;
	struct bl_buf code;   /* u32, of the rows in work */
	struct bl_buf wanted; /* u8, of the elements in work */
};

enum bl_vector_kind { BL_VECTOR_COLUMN, BL_VECTOR_UNIT, BL_VECTOR_REDUCE };

struct bl_vector_leaf {
	enum bl_vector_kind kind;
	struct bl_str path; /* COLUMN */
	bool lenient;	    /* COLUMN of a JSON path: an error on the way is NULL, and what is
			       missing may be there under a key of another case. */
	const struct bl_column *column;
	struct bl_vector_unit *unit;
	struct bl_vector_reduce *reduce;
	/* Number pairs of what is before this leaf and this leaf, where products are too many. */
	struct bl_buf slots; /* u32: 1 + number */
	struct bl_buf pairs; /* u64, by number */
	struct bl_json json; /* A scalar cell. */
};

struct bl_vector_unit {
	const struct bl_vector_table *table;
	struct bl_expr expr; /* Its nodes' cells are the leaves. */
	struct bl_vector_leaf *leaf;
	size_t n_leaves, cap;
	const struct bl_json **cells; /* [n_leaves] */
	bool is_root;		      /* Values of any type, kept by the run. */
	bool is_bare;		      /* The root is a path: its cells are the values. */
	bool plain;		      /* A condition on one column. */
	struct bl_buf code;	      /* u32, of the rows in work */
	struct bl_buf other;	      /* u32: a leaf's */
	struct bl_buf memo;	      /* u32: what a tuple gave + 1; 0: not yet */
};

/* vector_plan.c.  bl_vector__plan(expr, table, arena, &root, reterr): *ret_root stays NULL when
 * columns cannot stand for the item. */
BL_STATUS bl_vector__plan(const struct bl_expr *expr, const struct bl_vector_table *versions,
    struct bl_arena *arena, struct bl_vector_unit **ret_root, struct bl_err *reterr);
/* vector_path.c.  bl_vector__is_row(table, node): the row itself: a version's column, or the
 * variable that is an element.  bl_vector__is_path: a path from there on that a column can tell. */
bool bl_vector__is_row(const struct bl_vector_table *table, const struct bl_node *node);
bool bl_vector__is_path(const struct bl_vector_table *table, const struct bl_node *node);
/* bl_vector__is_condition: one on one single column, by plain operators. */
bool bl_vector__is_condition(const struct bl_vector_table *table, const struct bl_node *node);
/* bl_vector__reads_only(table, node): nothing but the row and constants; NULL: constants. */
bool bl_vector__reads_only(const struct bl_vector_table *table, const struct bl_node *node);
/* bl_vector__is_call: of the function that ${eval} evaluates. */
bool bl_vector__is_call(const struct bl_node *node, bl_function_fn *eval, uint32_t n_kids);
/* bl_vector__extract(table, node, arena, &path, reterr): json_extract(ROW, '$.a.b') or
 * json_extract_scalar: the path of the column that tells it; absent: it is none. */
BL_STATUS bl_vector__extract(const struct bl_vector_table *table, const struct bl_node *node,
    struct bl_arena *arena, struct bl_str *ret_path, struct bl_err *reterr);
/* vector_open.c.  bl_vector__open(root, columns, type_no, arena, &told, reterr): loads what the
 * units read; false: a path is none that a column can have. */
BL_STATUS bl_vector__open(struct bl_vector_unit *root, struct bl_columns *columns, uint32_t type_no,
    struct bl_arena *arena, bool *ret_told, struct bl_err *reterr);
void bl_vector__release(struct bl_vector_unit *root);

/* vector_value.c: distinct values, each once, in the arena of the result. */
struct bl_vector_values {
	struct bl_arena *arena;
	bool is_distinct;    /* No value comes twice: they need no keys. */
	struct bl_buf value; /* struct bl_value */
	struct bl_buf slots; /* u32: 1 + number */
	struct bl_buf keys;  /* u64 hash of each */
	struct bl_buf bytes; /* The keys' texts */
	struct bl_buf ends;  /* u64: where each ends */
	struct bl_buf key;   /* In work */
	uint32_t n;
};
void bl_vector__values_init(struct bl_vector_values *values, struct bl_arena *arena);
void bl_vector__values_release(struct bl_vector_values *values);
BL_STATUS bl_vector__intern(struct bl_vector_values *values, const struct bl_value *value,
    uint32_t *ret_number, struct bl_err *reterr);
/* bl_vector__dup(value, arena, &copy, reterr): all of it. */
BL_STATUS bl_vector__dup(const struct bl_value *value, struct bl_arena *arena,
    struct bl_value *ret_copy, struct bl_err *reterr);

/* vector_run.c. */
struct bl_vector_run {
	const struct bl_vector_ask *ask;
	struct bl_json_parser *parser;
	struct bl_arena *scratch; /* Of one evaluation. */
	struct bl_vector_values values;
	uint32_t n_evaluated;
};
/* bl_vector__rows(run, unit, from, n, wanted, reterr): unit->code for the rows [from, from + n);
 * ${wanted}: [n], NULL: all.  What is not wanted gets any code. */
BL_STATUS bl_vector__rows(struct bl_vector_run *run, struct bl_vector_unit *unit, uint32_t from,
    uint32_t n, const uint8_t *wanted, struct bl_err *reterr);
/* bl_vector__reduce(run, reduce, from, n, wanted, reterr): reduce->code for these parents. */
BL_STATUS bl_vector__reduce(struct bl_vector_run *run, struct bl_vector_reduce *reduce,
    uint32_t from, uint32_t n, const uint8_t *wanted, struct bl_err *reterr);
/* bl_vector__go_on(run, reterr): one evaluation more. */
BL_STATUS bl_vector__go_on(struct bl_vector_run *run, struct bl_err *reterr);
/* bl_vector__cell(run, leaf, row, &json, &known, reterr): what a column's cell holds, in scratch;
 * bl_path_error for an error. */
BL_STATUS bl_vector__cell(struct bl_vector_run *run, struct bl_vector_leaf *leaf, uint32_t row,
    const struct bl_json **ret_json, bool *ret_known, struct bl_err *reterr);

#endif
