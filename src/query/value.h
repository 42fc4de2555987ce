#ifndef BL_QUERY_VALUE_H
#define BL_QUERY_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct bl_json;

/* The types of the SQL dialect (Trino's names), as far as they stand. */
enum bl_type_kind {
	BL_TYPE_UNKNOWN, /* Of NULL alone; fits every type. */
	BL_TYPE_BOOLEAN,
	BL_TYPE_BIGINT,
	BL_TYPE_DOUBLE,
	BL_TYPE_VARCHAR,
	BL_TYPE_TIMESTAMP, /* Nanoseconds UTC. */
	BL_TYPE_JSON,	   /* A JSON value: its own type is known only when it is looked at. */
	BL_TYPE_ARRAY,	   /* Of element type `element` (a kind; arrays of arrays are JSON). */
	BL_TYPE_MAP,	   /* varchar -> varchar (tags). */
};

/* One value.  kind says which member holds; null: no value (three-valued logic).
 * JSON null is SQL NULL.  An expression of type JSON may give a value of another kind (what is
 * dynamic shows at evaluation: a JSON number plus 1 is a BIGINT).  Strings and arrays are borrowed
 * from the item or an arena. */
struct bl_value {
	enum bl_type_kind kind;
	enum bl_type_kind element; /* ARRAY */
	bool null;
	bool boolean;
	int64_t i64; /* BIGINT; TIMESTAMP */
	double dbl;
	struct bl_str str; /* VARCHAR; DOUBLE: its exact text, when it came from one. */
	const struct bl_json
	    *json; /* JSON; MAP (an object of strings); a scalar's origin, if JSON. */
	const struct bl_value *elements; /* ARRAY: [n] */
	uint64_t n;
};

#endif
