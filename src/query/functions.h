#ifndef BL_QUERY_FUNCTIONS_H
#define BL_QUERY_FUNCTIONS_H

#include "query/eval.h"
#include "query/node.h"

/*
 * The function table.  One row is one form of one function; a name may have several, and the
 * first whose arguments fit is taken.
 *
 * args, one letter each; '+' behind the last: one or more of it:
 *	s varchar   i bigint   d bigint or double   b boolean   x any value
 *	t timestamp   D date   T timestamp or date
 *	j json      J json, or varchar that holds JSON text
 *	a array or JSON array   A array of arrays   r array of rows of two fields   m map
 * lambdas, by what they are given: l an element of the first argument, k a key and its value, y two
 * elements of the first, z an element of the first and one of the second, q the state and an
 * element, Q the state, g array(varchar)
 * A JSON value fits every letter but t, D, T, A, r and m: whether it is what is wanted shows at
 * evaluation.
 *
 * result: s i d b t j D as above; S array(varchar), I array(bigint), P map(varchar, varchar);
 *	0 the first argument's type, z the last's, u what the x arguments have in common,
 *	e the first's element, k a map's value, a an array of the first's elements, p an array of
 *the first, 1 an array of the last, l an array of the lambda's results, q the last lambda's result,
 *	K, V arrays of a map's keys, values; R an array of rows; M a map of two arrays, E of an
 *array of rows, v, w a map with the lambda's results for its values, for its keys
 */
typedef enum bl_status bl_function_fn(struct bl_eval *ev, const struct bl_node *call,
    const struct bl_value *args, struct bl_value *ret_value, struct bl_err *reterr);

/* Makes something of the literal arguments once, at compilation, into call->prepared. */
typedef enum bl_status bl_prepare_fn(
    struct bl_node *call, struct bl_arena *arena, struct bl_err *reterr);

enum bl_function_mode {
	BL_STRICT, /* NULL if an argument is; never called then. */
	BL_LAZY,   /* Evaluates its own arguments; args is NULL. */
	BL_LOOSE,  /* Called with NULL arguments, too. */
};

/* What arguments must have in common besides. */
enum bl_relation_of {
	BL_UNRELATED,
	BL_RELATED_ELEMENT, /* The second compares with the first's elements. */
	BL_RELATED_ARRAYS,  /* The elements of the first and second compare. */
	BL_RELATED_KEY,	    /* The second compares with the first's keys, if it is a map. */
	BL_RELATED_ALL,	    /* All compare with the first. */
};

struct bl_function {
	const char *name;
	const char *args;
	char result;
	enum bl_function_mode mode;
	bl_function_fn *eval;
	bl_prepare_fn *prepare; /* May be NULL. */
	enum bl_relation_of relation;
};

/* bl_function_is_lambda: does the argument's letter stand for a lambda? */
bool bl_function_is_lambda(char letter);

extern const struct bl_function bl_functions_all[];
extern const size_t bl_functions_n;

/* bl_functions_nearest(name): the known name nearest to a misspelt one, or absent. */
struct bl_str bl_functions_nearest(struct bl_str name);

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
BL_FUNCTION(bl_fn__concat_arrays);

/* fn_time.c */
BL_FUNCTION(bl_fn__from_iso8601);
BL_FUNCTION(bl_fn__date_diff);
BL_FUNCTION(bl_fn__date_add);
BL_PREPARE(bl_fn__unit_prepare);

/* fn_path.c: for trees only */
BL_FUNCTION(bl_fn__match);
BL_FUNCTION(bl_fn__pick);

/* fn_math.c, fn_set.c, fn_map.c, fn_format.c, fn_more_text.c, and more of the files above */
BL_FUNCTION(bl_fn__array_extreme);
BL_FUNCTION(bl_fn__array_position);
BL_FUNCTION(bl_fn__array_remove);
BL_FUNCTION(bl_fn__array_set);
BL_FUNCTION(bl_fn__array_sort);
BL_FUNCTION(bl_fn__arrays_overlap);
BL_FUNCTION(bl_fn__bitwise);
BL_FUNCTION(bl_fn__chr);
BL_FUNCTION(bl_fn__codepoint);
BL_FUNCTION(bl_fn__concat_ws);
BL_FUNCTION(bl_fn__contains_address);
BL_FUNCTION(bl_fn__date);
BL_FUNCTION(bl_fn__date_format);
BL_FUNCTION(bl_fn__date_parse);
BL_FUNCTION(bl_fn__date_trunc);
BL_FUNCTION(bl_fn__ends_with);
BL_FUNCTION(bl_fn__extreme);
BL_FUNCTION(bl_fn__flatten);
BL_FUNCTION(bl_fn__format);
BL_FUNCTION(bl_fn__from_unixtime);
BL_FUNCTION(bl_fn__is_json_scalar);
BL_FUNCTION(bl_fn__is_nan);
BL_FUNCTION(bl_fn__json_array_get);
BL_FUNCTION(bl_fn__json_format);
BL_FUNCTION(bl_fn__last_day_of_month);
BL_FUNCTION(bl_fn__log);
BL_FUNCTION(bl_fn__map);
BL_FUNCTION(bl_fn__map_concat);
BL_FUNCTION(bl_fn__map_entries);
BL_FUNCTION(bl_fn__map_from_entries);
BL_FUNCTION(bl_fn__map_lambda);
BL_FUNCTION(bl_fn__math);
BL_FUNCTION(bl_fn__mod);
BL_FUNCTION(bl_fn__pad);
BL_FUNCTION(bl_fn__part);
BL_FUNCTION(bl_fn__power);
BL_FUNCTION(bl_fn__reduce);
BL_FUNCTION(bl_fn__regexp_all);
BL_FUNCTION(bl_fn__regexp_extract);
BL_FUNCTION(bl_fn__regexp_replace);
BL_FUNCTION(bl_fn__repeat);
BL_FUNCTION(bl_fn__reverse);
BL_FUNCTION(bl_fn__round_to);
BL_FUNCTION(bl_fn__sequence);
BL_FUNCTION(bl_fn__slice);
BL_FUNCTION(bl_fn__split_to_map);
BL_FUNCTION(bl_fn__to_iso8601);
BL_FUNCTION(bl_fn__to_unixtime);
BL_FUNCTION(bl_fn__translate);
BL_FUNCTION(bl_fn__trim_side);
BL_FUNCTION(bl_fn__typeof);
BL_FUNCTION(bl_fn__url_encode);
BL_FUNCTION(bl_fn__whole);
BL_FUNCTION(bl_fn__zip);

/* fn_logic.c */
BL_FUNCTION(bl_fn__coalesce);
BL_FUNCTION(bl_fn__nullif);
BL_FUNCTION(bl_fn__if);
BL_FUNCTION(bl_fn__try);

#endif
