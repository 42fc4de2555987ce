#ifndef BL_QUERY_FUNCTIONS_H
#define BL_QUERY_FUNCTIONS_H

#include "query/ast.h"
#include "query/eval.h"

/*
 * The function table.  One row is one form of one function; a name may have several, and the
 * first whose arguments fit is taken.
 *
 * args, one letter each; '+' behind the last: one or more of it:
 *	s varchar   i bigint   d bigint or double   b boolean   t timestamp
 *	j json      J json, or varchar that holds JSON text     x any value
 *	a array or JSON array  m map   l lambda
 * A JSON value fits every letter but t and m: whether it is what is wanted shows at evaluation.
 *
 * result: s i d b t j as above, S array(varchar), e the first argument's element, a an array of
 *those, l an array of the lambda's results, 0 the first argument's type, u what the x arguments
 *have in common
 */
typedef enum bl_status bl_function_fn(struct bl_eval *ev, const struct bl_node *call,
    const struct bl_value *args, struct bl_value *ret_value, struct bl_err *reterr);

/* Makes something of the literal arguments once, at compilation, into call->prepared. */
typedef enum bl_status bl_prepare_fn(
    struct bl_node *call, struct bl_arena *arena, struct bl_err *reterr);

enum bl_function_mode {
	BL_STRICT, /* NULL if an argument is; never called then. */
	BL_LAZY,   /* Evaluates its own arguments; args is NULL. */
};

struct bl_function {
	const char *name;
	const char *args;
	char result;
	enum bl_function_mode mode;
	bl_function_fn *eval;
	bl_prepare_fn *prepare; /* May be NULL. */
};

extern const struct bl_function bl_functions__all[];
extern const size_t bl_functions__n;

/* bl_functions__nearest(name): the known name nearest to a misspelt one, or absent. */
struct bl_str bl_functions__nearest(struct bl_str name);

/* Not every function needs all that it is given. */
#define BL_UNUSED __attribute__((unused))
#define BL_FUNCTION(name)                                                                          \
	enum bl_status name(struct bl_eval *ev BL_UNUSED, const struct bl_node *call BL_UNUSED,    \
	    const struct bl_value *args BL_UNUSED, struct bl_value *ret_value,                     \
	    struct bl_err *reterr BL_UNUSED)
#define BL_PREPARE(name)                                                                           \
	enum bl_status name(struct bl_node *call, struct bl_arena *arena, struct bl_err *reterr)

/* fn_text.c */
BL_FUNCTION(bl_fn__lower);
BL_FUNCTION(bl_fn__upper);
BL_FUNCTION(bl_fn__trim);
BL_FUNCTION(bl_fn__length);
BL_FUNCTION(bl_fn__substr);
BL_FUNCTION(bl_fn__strpos);
BL_FUNCTION(bl_fn__starts_with);
BL_FUNCTION(bl_fn__split);
BL_FUNCTION(bl_fn__split_part);
BL_FUNCTION(bl_fn__replace);
BL_FUNCTION(bl_fn__concat);
BL_FUNCTION(bl_fn__url_decode);
BL_FUNCTION(bl_fn__is_any_address);
BL_FUNCTION(bl_fn__wildcard_match);

/* fn_regexp.c */
BL_FUNCTION(bl_fn__regexp_like);
BL_PREPARE(bl_fn__regexp_prepare);

/* fn_json.c */
BL_FUNCTION(bl_fn__json_parse);
BL_FUNCTION(bl_fn__json_extract);
BL_FUNCTION(bl_fn__json_extract_scalar);
BL_FUNCTION(bl_fn__json_array_contains);
BL_FUNCTION(bl_fn__json_array_length);
BL_FUNCTION(bl_fn__json_size);
BL_FUNCTION(bl_fn__json_type);
BL_FUNCTION(bl_fn__to_list);
BL_FUNCTION(bl_fn__enum_name);
BL_PREPARE(bl_fn__json_path_prepare);

/* fn_array.c */
BL_FUNCTION(bl_fn__any_match);
BL_FUNCTION(bl_fn__all_match);
BL_FUNCTION(bl_fn__none_match);
BL_FUNCTION(bl_fn__filter);
BL_FUNCTION(bl_fn__transform);
BL_FUNCTION(bl_fn__cardinality);
BL_FUNCTION(bl_fn__map_size);
BL_FUNCTION(bl_fn__map_keys);
BL_FUNCTION(bl_fn__map_values);
BL_FUNCTION(bl_fn__contains);
BL_FUNCTION(bl_fn__element_at);
BL_FUNCTION(bl_fn__array_join);

/* fn_time.c */
BL_FUNCTION(bl_fn__from_iso8601);
BL_FUNCTION(bl_fn__date_diff);
BL_FUNCTION(bl_fn__date_add);
BL_PREPARE(bl_fn__unit_prepare);

/* fn_logic.c */
BL_FUNCTION(bl_fn__coalesce);
BL_FUNCTION(bl_fn__nullif);
BL_FUNCTION(bl_fn__if);
BL_FUNCTION(bl_fn__try);

#endif
