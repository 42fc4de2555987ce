#ifndef BL_QUERY_VALUE_H
#define BL_QUERY_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct bl_json;

/* The types of the SQL dialect, by Trino's names. */
enum bl_type_kind {
	BL_TYPE_UNKNOWN, /* Of NULL alone; fits every type. */
	BL_TYPE_BOOLEAN,
	BL_TYPE_BIGINT, /* Trino's integer, smallint and tinyint too. */
	BL_TYPE_DOUBLE, /* Trino's decimal and real too; see bl_value.str. */
	BL_TYPE_VARCHAR,
	BL_TYPE_DATE,	   /* Days since 1970-01-01. */
	BL_TYPE_TIMESTAMP, /* Nanoseconds UTC; with and without time zone. */
	BL_TYPE_SPAN,	   /* interval day to second: nanoseconds. */
	BL_TYPE_MONTHS,	   /* interval year to month: months. */
	BL_TYPE_JSON,	   /* A JSON value: its own type is known only when it is looked at. */
	BL_TYPE_ARRAY,	   /* Of `element`. */
	BL_TYPE_MAP,	   /* From `key` to `element`; tags are varchar -> varchar. */
	BL_TYPE_ROW,	   /* Of `fields`. */
};

struct bl_field;

/* A type.  What it points to is static or lives in the arena of the expression. */
struct bl_datatype {
	enum bl_type_kind kind;
	const struct bl_datatype *element; /* ARRAY, MAP: never NULL */
	const struct bl_datatype *key;	   /* MAP: never NULL */
	const struct bl_field *fields;	   /* ROW: [n_fields] */
	uint32_t n_fields;
	/* What CAST holds to; 0: nothing.  BIGINT: bits (integer 32, smallint 16, tinyint 8);
	 * VARCHAR: code points; DOUBLE: a decimal's precision << 8 | scale.  No part of the type.
	 */
	uint32_t bound;
};

struct bl_field {
	struct bl_str name; /* Absent: without a name. */
	struct bl_datatype type;
};

/* bl_type_of(kind): the type of a scalar or JSON, static. */
const struct bl_datatype *bl_type_of(enum bl_type_kind kind);
/* bl_type_array(&element), bl_type_map(&key, &value): over types that outlive the result. */
struct bl_datatype bl_type_array(const struct bl_datatype *element);
struct bl_datatype bl_type_map(const struct bl_datatype *key, const struct bl_datatype *element);
/* bl_type_equal: the same in all parts; names of fields do not count. */
bool bl_type_equal(struct bl_datatype a, struct bl_datatype b);

/* bl_type_is_number, bl_type_is_nested: BIGINT and DOUBLE; ARRAY, MAP and ROW. */
bool bl_type_is_number(struct bl_datatype type);
bool bl_type_is_nested(struct bl_datatype type);
/* bl_type_field(row, name): its number, without regard to case; UINT32_MAX: none has it. */
uint32_t bl_type_field(struct bl_datatype row, struct bl_str name);

#define BL_TYPE_TEXT 160
/* bl_value_type_name(type, text): "bigint", "array(varchar)"; cut with "..." when long. */
const char *bl_value_type_name(struct bl_datatype type, char text[BL_TYPE_TEXT]);

/* One value.  kind says which member holds; null: no value (three-valued logic).
 * JSON null is SQL NULL.  An expression of type JSON may give a value of another kind (what is
 * dynamic shows at evaluation: a JSON number plus 1 is a BIGINT).  Strings and elements are
 * borrowed from the item or an arena. */
struct bl_value {
	enum bl_type_kind kind;
	bool null;
	bool boolean;
	int64_t i64; /* BIGINT, DATE, TIMESTAMP, SPAN, MONTHS */
	double dbl;
	struct bl_str str; /* VARCHAR; DOUBLE: its exact text, when it came from one. */
	const struct bl_json
	    *json; /* JSON; MAP as an object of strings; a scalar's origin, if JSON. */
	const struct bl_value *elements; /* ARRAY, ROW: [n]; MAP without json: [2 n] key, value */
	uint64_t n;
};

struct bl_value bl_value_null(enum bl_type_kind kind);
struct bl_value bl_value_boolean(bool boolean);
struct bl_value bl_value_bigint(int64_t i64);
struct bl_value bl_value_varchar(struct bl_str str);
/* bl_value_json: NULL and JSON null give the NULL of type JSON. */
struct bl_value bl_value_json(const struct bl_json *json);

/* bl_value_plain(value): a JSON scalar as boolean, bigint, double or varchar; else as it is.
 * A number outside of double's range stays JSON. */
struct bl_value bl_value_plain(struct bl_value value);

/* bl_value_what(value): what it is, for an error: "a JSON string", "a bigint". */
const char *bl_value_what(const struct bl_value *value);

/* bl_value_compare(a, b, &order): of two plain values that are not NULL: <0, 0, >0; false when
 * they are of unlike types or have no order.  Numbers compare by their exact text where they have
 * one.  Arrays and rows compare element by element when no element is NULL. */
bool bl_value_compare(const struct bl_value *a, const struct bl_value *b, int *ret_order);

/* bl_value_equal(a, b, &steps): of two values that are not NULL, as SQL's "=" has it.  Arrays, rows
 * and JSON are equal when their parts are (JSON objects in any order, numbers by value); a NULL
 * within gives NULL where no other part decides, but JSON null equals itself.  UNLIKE: types that
 * do not compare.  STEPS: more than *steps parts. */
enum bl_equal { BL_EQUAL_NO, BL_EQUAL_YES, BL_EQUAL_NULL, BL_EQUAL_UNLIKE, BL_EQUAL_STEPS };
enum bl_equal bl_value_equal(const struct bl_value *a, const struct bl_value *b, uint64_t *steps);
/* bl_value_json_equal: whole JSON values, of whatever kinds. */
enum bl_equal bl_value_json_equal(
    const struct bl_json *a, const struct bl_json *b, uint64_t *steps);

/* bl_value_to_double(text, &d): decimal text; false when it is none or not finite. */
bool bl_value_to_double(struct bl_str text, double *ret_double);

/* bl_value_decimal_order(a, b): two JSON numbers as texts, compared exactly. */
int bl_value_decimal_order(struct bl_str a, struct bl_str b);

/* The elements of an ARRAY or a JSON array, one after the other. */
struct bl_list {
	const struct bl_json *json;
	const struct bl_value *elements;
	uint64_t n, i;
};
/* bl_list_open: false when the value is neither. */
bool bl_list_open(const struct bl_value *value, struct bl_list *ret_list);
bool bl_list_next(struct bl_list *list, struct bl_value *ret_value);

/* The entries of a MAP, one after the other.  n: how many. */
struct bl_entries {
	const struct bl_json *json;
	const struct bl_value *elements;
	uint64_t n, i;
};
struct bl_entries bl_entries_open(const struct bl_value *map);
bool bl_entries_next(
    struct bl_entries *entries, struct bl_value *ret_key, struct bl_value *ret_value);

#endif
