/*
 * Values: names of types, JSON scalars as typed values, and the one comparison.
 *
 * Numbers: a bigint is exact.  A double that comes from a text (a literal, a JSON number) keeps the
 * text in `str`, and two numbers that both have an exact text compare by it: 16.0 = 16, and 2^64 is
 * not 2^64 + 1. Only results of arithmetic compare as doubles.
 */
#include "query/value.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "query/value_priv.h"
#include "json/json.h"

static const char *
kind_name(enum bl_type_kind kind)
{
	switch (kind) {
	case BL_TYPE_UNKNOWN: return "NULL";
	case BL_TYPE_BOOLEAN: return "boolean";
	case BL_TYPE_BIGINT: return "bigint";
	case BL_TYPE_DOUBLE: return "double";
	case BL_TYPE_VARCHAR: return "varchar";
	case BL_TYPE_TIMESTAMP: return "timestamp";
	case BL_TYPE_JSON: return "json";
	case BL_TYPE_ARRAY: return "array";
	case BL_TYPE_MAP: return "map(varchar, varchar)";
	}
	return "unknown";
}

const char *
bl_value__type_name(struct bl_type type, char text[BL_TYPE_TEXT])
{
	if (type.kind == BL_TYPE_ARRAY && type.element != BL_TYPE_UNKNOWN)
		(void)snprintf(text, BL_TYPE_TEXT, "array(%s)", kind_name(type.element));
	else
		(void)snprintf(text, BL_TYPE_TEXT, "%s", kind_name(type.kind));
	return text;
}

const char *
bl_value__what(const struct bl_value *value)
{
	if (value->null)
		return "NULL";
	switch (value->kind) {
	case BL_TYPE_UNKNOWN: return "NULL";
	case BL_TYPE_BOOLEAN: return value->json != NULL ? "a JSON boolean" : "a boolean";
	case BL_TYPE_BIGINT: return value->json != NULL ? "a JSON number" : "a bigint";
	case BL_TYPE_DOUBLE: return value->json != NULL ? "a JSON number" : "a double";
	case BL_TYPE_VARCHAR: return value->json != NULL ? "a JSON string" : "a varchar";
	case BL_TYPE_TIMESTAMP: return "a timestamp";
	case BL_TYPE_ARRAY: return "an array";
	case BL_TYPE_MAP: return "a map";
	case BL_TYPE_JSON: break;
	}
	switch (value->json->kind) {
	case BL_JSON_NULL: return "NULL";
	case BL_JSON_BOOL: return "a JSON boolean";
	case BL_JSON_NUMBER: return "a JSON number";
	case BL_JSON_STRING: return "a JSON string";
	case BL_JSON_ARRAY: return "a JSON array";
	case BL_JSON_OBJECT: return "a JSON object";
	}
	return "a JSON value";
}

bool
bl_value__to_double(struct bl_str text, double *ret_double)
{
	char copy[512];
	char *end = NULL;
	double d;

	/* strtod needs the NUL, and takes "inf", "0x1" and blanks, which no number here may be. */
	if (text.len == 0 || text.len >= sizeof(copy))
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (strchr("0123456789+-.eE", text.ptr[i]) == NULL || text.ptr[i] == '\0')
			return false;
	memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	d = strtod(copy, &end);
	if (end != copy + text.len || !isfinite(d))
		return false;
	*ret_double = d;
	return true;
}

struct bl_value
bl_value__null(enum bl_type_kind kind)
{
	return (struct bl_value){.kind = kind, .null = true};
}

struct bl_value
bl_value__boolean(bool boolean)
{
	return (struct bl_value){.kind = BL_TYPE_BOOLEAN, .boolean = boolean};
}

struct bl_value
bl_value__bigint(int64_t i64)
{
	return (struct bl_value){.kind = BL_TYPE_BIGINT, .i64 = i64};
}

struct bl_value
bl_value__varchar(struct bl_str str)
{
	return (struct bl_value){.kind = BL_TYPE_VARCHAR, .str = str};
}

struct bl_value
bl_value__json(const struct bl_json *json)
{
	return (struct bl_value){.kind = BL_TYPE_JSON, .null = bl_json_missing(json), .json = json};
}

struct bl_value
bl_value__plain(struct bl_value value)
{
	struct bl_value plain = {.json = value.json};

	if (value.kind != BL_TYPE_JSON || value.null)
		return value;
	switch (value.json->kind) {
	case BL_JSON_BOOL:
		plain.kind = BL_TYPE_BOOLEAN;
		plain.boolean = value.json->boolean;
		return plain;
	case BL_JSON_STRING:
		plain.kind = BL_TYPE_VARCHAR;
		plain.str = value.json->text;
		return plain;
	case BL_JSON_NUMBER:
		plain.kind = BL_TYPE_BIGINT;
		if (bl_json_i64(value.json, &plain.i64))
			return plain;
		plain.kind = BL_TYPE_DOUBLE;
		plain.str = value.json->text;
		return bl_value__to_double(plain.str, &plain.dbl) ? plain : value;
	case BL_JSON_NULL:
	case BL_JSON_ARRAY:
	case BL_JSON_OBJECT: break;
	}
	return value;
}

/* A number's text taken apart: digits without leading zeros, and where the point is. */
struct decimal {
	bool negative;
	bool zero;
	const char *digits, *end; /* May hold one '.', to be skipped. */
	int64_t magnitude; /* Digits before the point, counted from the first that is not 0. */
};

static struct decimal
decimal_of(struct bl_str text)
{
	struct decimal d = {.zero = true};
	struct bl_str exponent = {0};
	size_t e = text.len;
	bool point = false;
	int64_t shift = 0;

	for (size_t i = 0; i < text.len && e == text.len; i++)
		if (text.ptr[i] == 'e' || text.ptr[i] == 'E')
			e = i;
	if (e < text.len) {
		exponent = bl_str_sub(text, e + 1, text.len);
		if (exponent.len > 0 && exponent.ptr[0] == '+')
			exponent = bl_str_sub(exponent, 1, exponent.len);
		/* An exponent beyond int64 is as good as the largest one. */
		if (!bl_str_to_i64(exponent, &shift) || shift > INT32_MAX || shift < -INT32_MAX)
			shift = exponent.len > 0 && exponent.ptr[0] == '-' ? -INT32_MAX : INT32_MAX;
	}
	d.end = text.ptr + e;
	for (const char *p = text.ptr; p < d.end; p++) {
		if (*p == '-') {
			d.negative = true;
		} else if (*p == '.') {
			point = true;
		} else if (d.zero && *p == '0') {
			d.magnitude -= point ? 1 : 0;
		} else {
			if (d.zero)
				d.digits = p;
			d.zero = false;
			d.magnitude += point ? 0 : 1;
		}
	}
	d.magnitude += shift;
	d.negative = d.negative && !d.zero;
	return d;
}

static char
next_digit(struct decimal *d)
{
	if (d->digits < d->end && *d->digits == '.')
		d->digits++;
	if (d->digits == d->end)
		return '0';
	return *d->digits++;
}

int
bl_value__decimal_order(struct bl_str a, struct bl_str b)
{
	struct decimal x = decimal_of(a), y = decimal_of(b);
	int sign;

	if (x.negative != y.negative)
		return x.negative ? -1 : 1;
	sign = x.negative ? -1 : 1;
	if (x.zero || y.zero)
		return x.zero && y.zero ? 0 : x.zero ? -sign : sign;
	if (x.magnitude != y.magnitude)
		return x.magnitude < y.magnitude ? -sign : sign;
	while (x.digits < x.end || y.digits < y.end) {
		char p = next_digit(&x), q = next_digit(&y);

		if (p != q)
			return p < q ? -sign : sign;
	}
	return 0;
}

static bool
is_number(const struct bl_value *v)
{
	return v->kind == BL_TYPE_BIGINT || v->kind == BL_TYPE_DOUBLE ||
	       (v->kind == BL_TYPE_JSON && v->json->kind == BL_JSON_NUMBER);
}

/* Any finite double is exact in 767 significant digits. */
#define EXACT_TEXT 800

/* The decimal text of a number: its own, or one that is exactly its value. */
static struct bl_str
exact_text(const struct bl_value *v, char room[EXACT_TEXT])
{
	if (v->kind == BL_TYPE_JSON)
		return v->json->text;
	if (v->kind == BL_TYPE_DOUBLE && v->str.ptr != NULL)
		return v->str;
	if (v->kind == BL_TYPE_DOUBLE)
		(void)snprintf(room, EXACT_TEXT, "%.766e", v->dbl);
	else
		(void)snprintf(room, EXACT_TEXT, "%lld", (long long)v->i64);
	return bl_str_of(room);
}

/* A result of arithmetic: what it should have been exactly is not known. */
static bool
is_computed(const struct bl_value *v)
{
	return v->kind == BL_TYPE_DOUBLE && v->str.ptr == NULL;
}

static int
number_order(const struct bl_value *a, const struct bl_value *b)
{
	char room_a[EXACT_TEXT], room_b[EXACT_TEXT];
	double p, q;

	if (a->kind == BL_TYPE_BIGINT && b->kind == BL_TYPE_BIGINT)
		return a->i64 < b->i64 ? -1 : a->i64 > b->i64;
	/* JSON is left here only for what does not fit a double: by its text, then. */
	if ((!is_computed(a) && !is_computed(b)) || a->kind == BL_TYPE_JSON ||
	    b->kind == BL_TYPE_JSON)
		return bl_value__decimal_order(exact_text(a, room_a), exact_text(b, room_b));
	p = a->kind == BL_TYPE_BIGINT ? (double)a->i64 : a->dbl;
	q = b->kind == BL_TYPE_BIGINT ? (double)b->i64 : b->dbl;
	return p < q ? -1 : p > q;
}

bool
bl_value__compare(const struct bl_value *a, const struct bl_value *b, int *ret_order)
{
	assert(!a->null && !b->null);
	if (is_number(a) && is_number(b)) {
		*ret_order = number_order(a, b);
		return true;
	}
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case BL_TYPE_BOOLEAN: *ret_order = (int)a->boolean - (int)b->boolean; return true;
	case BL_TYPE_VARCHAR: *ret_order = bl_str_cmp(a->str, b->str); return true;
	case BL_TYPE_TIMESTAMP: *ret_order = a->i64 < b->i64 ? -1 : a->i64 > b->i64; return true;
	case BL_TYPE_UNKNOWN:
	case BL_TYPE_BIGINT:
	case BL_TYPE_DOUBLE:
	case BL_TYPE_JSON:
	case BL_TYPE_ARRAY:
	case BL_TYPE_MAP: break;
	}
	return false;
}

bool
bl_list__open(const struct bl_value *value, struct bl_list *ret_list)
{
	*ret_list = (struct bl_list){0};
	if (value->null)
		return false;
	if (value->kind == BL_TYPE_ARRAY) {
		ret_list->elements = value->elements;
		ret_list->n = value->n;
		return true;
	}
	if (value->kind != BL_TYPE_JSON || value->json->kind != BL_JSON_ARRAY)
		return false;
	ret_list->json = value->json->first;
	ret_list->n = value->json->n;
	return true;
}

bool
bl_list__next(struct bl_list *list, struct bl_value *ret_value)
{
	if (list->i >= list->n)
		return false;
	if (list->elements != NULL) {
		*ret_value = list->elements[list->i];
	} else {
		*ret_value = bl_value__json(list->json);
		list->json = list->json->next;
	}
	list->i++;
	return true;
}
