#ifndef BL_QUERY_VALUE_PRIV_H
#define BL_QUERY_VALUE_PRIV_H

#include "query/ast.h"

struct bl_json;

/* What the folder knows about values that others need not. */

#define BL_TYPE_TEXT 32

/* bl_value__type_name(type, text): "bigint", "array(varchar)". */
const char *bl_value__type_name(struct bl_type type, char text[BL_TYPE_TEXT]);

/* bl_value__what(value): what it is, for an error: "a JSON string", "a bigint". */
const char *bl_value__what(const struct bl_value *value);

/* bl_value__to_double(text, &d): decimal text; false when it is none or not finite. */
bool bl_value__to_double(struct bl_str text, double *ret_double);

struct bl_value bl_value__null(enum bl_type_kind kind);
struct bl_value bl_value__boolean(bool boolean);
struct bl_value bl_value__bigint(int64_t i64);
struct bl_value bl_value__varchar(struct bl_str str);
/* bl_value__json: NULL and JSON null give the NULL of type JSON. */
struct bl_value bl_value__json(const struct bl_json *json);

/* bl_value__plain(value): a JSON scalar as boolean, bigint, double or varchar; else as it is.
 * A number outside of double's range stays JSON. */
struct bl_value bl_value__plain(struct bl_value value);

/* bl_value__compare(a, b, &order): of two plain values that are not NULL: <0, 0, >0; false when
 * they are of unlike types or have no order.  Numbers compare by their exact text where they have
 * one. */
bool bl_value__compare(const struct bl_value *a, const struct bl_value *b, int *ret_order);

/* bl_value__decimal_order(a, b): two JSON numbers as texts, compared exactly. */
int bl_value__decimal_order(struct bl_str a, struct bl_str b);

/* The elements of an ARRAY or a JSON array, one after the other. */
struct bl_list {
	const struct bl_json *json;
	const struct bl_value *elements;
	uint64_t n, i;
};
/* bl_list__open: false when the value is neither. */
bool bl_list__open(const struct bl_value *value, struct bl_list *ret_list);
bool bl_list__next(struct bl_list *list, struct bl_value *ret_value);

#endif
