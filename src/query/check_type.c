/* The checker's half that knows types alone: what holds both, what compares, what casts, what an
 * argument's letter takes. */
#include "query/check.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"

BL_STATUS
bl_check__fail(struct bl_checker *c, const struct bl_node *at, const char *fmt, ...)
{
	char text[300];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return bl_fail_pos(c->reterr, BL_EINPUT, at->line, at->column, "%s", text);
}

BL_STATUS
bl_check__keep(struct bl_checker *c, struct bl_datatype type, const struct bl_datatype **ret)
{
	struct bl_datatype *own = bl_new(c->arena, struct bl_datatype, 1);

	if (own == NULL)
		return bl_fail(c->reterr, BL_ENOMEM, "no memory for the expression's tree");
	*own = type;
	*ret = own;
	return BL_OK;
}

/* Parts of nested types: one of the two must hold the other. */
static bool
unify_nested(struct bl_datatype a, struct bl_datatype b, struct bl_datatype *ret)
{
	bool left = true, right = true;
	struct bl_datatype common;

	if (a.kind != b.kind || a.n_fields != b.n_fields)
		return false;
	for (uint32_t i = 0; i < (a.kind == BL_TYPE_ROW ? a.n_fields : 2); i++) {
		struct bl_datatype p, q;

		if (i == 1 && a.kind == BL_TYPE_ARRAY)
			break;
		p = a.kind == BL_TYPE_ROW ? a.fields[i].type : i == 0 ? *a.element : *a.key;
		q = a.kind == BL_TYPE_ROW ? b.fields[i].type : i == 0 ? *b.element : *b.key;
		if (!bl_check_unify(p, q, &common))
			return false;
		left = left && bl_type_equal(common, p);
		right = right && bl_type_equal(common, q);
	}
	*ret = left ? a : b;
	return left || right;
}

bool
bl_check_unify(struct bl_datatype a, struct bl_datatype b, struct bl_datatype *ret)
{
	*ret = a;
	if (bl_type_equal(a, b))
		return true;
	if (a.kind == BL_TYPE_UNKNOWN || b.kind == BL_TYPE_UNKNOWN) {
		*ret = a.kind == BL_TYPE_UNKNOWN ? b : a;
		return true;
	}
	if (bl_type_is_number(a) && bl_type_is_number(b)) {
		*ret = *bl_type_of(BL_TYPE_DOUBLE);
		return true;
	}
	if ((a.kind == BL_TYPE_DATE && b.kind == BL_TYPE_TIMESTAMP) ||
	    (a.kind == BL_TYPE_TIMESTAMP && b.kind == BL_TYPE_DATE)) {
		*ret = *bl_type_of(BL_TYPE_TIMESTAMP);
		return true;
	}
	if (bl_type_is_nested(a) && bl_type_is_nested(b))
		return unify_nested(a, b, ret);
	*ret = *bl_type_of(BL_TYPE_JSON);
	if (a.kind != BL_TYPE_JSON && b.kind != BL_TYPE_JSON)
		return false;
	a = a.kind == BL_TYPE_JSON ? b : a;
	return a.kind == BL_TYPE_BOOLEAN || bl_type_is_number(a) || a.kind == BL_TYPE_VARCHAR ||
	       a.kind == BL_TYPE_ARRAY;
}

bool
bl_check_comparable(struct bl_datatype a, struct bl_datatype b)
{
	struct bl_datatype common;
	bool good = a.n_fields == b.n_fields;

	if (a.kind == BL_TYPE_UNKNOWN || b.kind == BL_TYPE_UNKNOWN)
		return a.kind != BL_TYPE_MAP && b.kind != BL_TYPE_MAP;
	if (!bl_type_is_nested(a) && !bl_type_is_nested(b))
		return bl_check_unify(a, b, &common);
	if (a.kind != b.kind || a.kind == BL_TYPE_MAP)
		return false;
	if (a.kind == BL_TYPE_ARRAY)
		return bl_check_comparable(*a.element, *b.element);
	for (uint32_t i = 0; good && i < a.n_fields; i++)
		good = bl_check_comparable(a.fields[i].type, b.fields[i].type);
	return good;
}

static bool
castable_nested(struct bl_datatype from, struct bl_datatype to)
{
	bool good = from.n_fields == to.n_fields;

	if (from.kind == BL_TYPE_JSON && to.kind == BL_TYPE_ARRAY)
		return bl_check_castable(from, *to.element);
	if (from.kind == BL_TYPE_JSON && to.kind == BL_TYPE_MAP)
		return bl_check_castable(*bl_type_of(BL_TYPE_VARCHAR), *to.key) &&
		       bl_check_castable(from, *to.element);
	if (from.kind == BL_TYPE_JSON) {
		for (uint32_t i = 0; i < to.n_fields; i++)
			if (!bl_check_castable(from, to.fields[i].type))
				return false;
		return true;
	}
	if (from.kind != to.kind)
		return false;
	if (to.kind == BL_TYPE_ARRAY)
		return bl_check_castable(*from.element, *to.element);
	if (to.kind == BL_TYPE_MAP)
		return bl_check_castable(*from.key, *to.key) &&
		       bl_check_castable(*from.element, *to.element);
	for (uint32_t i = 0; good && i < to.n_fields; i++)
		good = bl_check_castable(from.fields[i].type, to.fields[i].type);
	return good;
}

/* Has a value of this type a JSON of its own? */
static bool
has_json(struct bl_datatype t)
{
	for (uint32_t i = 0; i < t.n_fields; i++)
		if (!has_json(t.fields[i].type))
			return false;
	if (t.kind == BL_TYPE_MAP && bl_type_is_nested(*t.key))
		return false;
	if (t.kind == BL_TYPE_ARRAY || t.kind == BL_TYPE_MAP)
		return has_json(*t.element);
	return t.kind != BL_TYPE_SPAN && t.kind != BL_TYPE_MONTHS;
}

bool
bl_check_castable(struct bl_datatype from, struct bl_datatype to)
{
	bool text = from.kind == BL_TYPE_VARCHAR || from.kind == BL_TYPE_JSON;

	if (from.kind == BL_TYPE_UNKNOWN || (bl_type_equal(from, to) && !bl_type_is_nested(to)))
		return true;
	switch (to.kind) {
	case BL_TYPE_BOOLEAN:
	case BL_TYPE_BIGINT:
	case BL_TYPE_DOUBLE: return text || from.kind == BL_TYPE_BOOLEAN || bl_type_is_number(from);
	case BL_TYPE_VARCHAR: return !bl_type_is_nested(from);
	case BL_TYPE_DATE:
	case BL_TYPE_TIMESTAMP:
		return from.kind == BL_TYPE_VARCHAR || from.kind == BL_TYPE_DATE ||
		       from.kind == BL_TYPE_TIMESTAMP;
	case BL_TYPE_JSON: return has_json(from);
	case BL_TYPE_ARRAY:
	case BL_TYPE_MAP:
	case BL_TYPE_ROW: return castable_nested(from, to);
	case BL_TYPE_SPAN:
	case BL_TYPE_MONTHS:
	case BL_TYPE_UNKNOWN: break;
	}
	return false;
}

bool
bl_check__fits(struct bl_datatype t, char letter)
{
	if (bl_function_is_lambda(letter))
		return false;
	if (letter == 'x' || t.kind == BL_TYPE_UNKNOWN)
		return true;
	if (t.kind == BL_TYPE_JSON)
		return strchr("tTDmrA", letter) == NULL;
	switch (letter) {
	case 's':
	case 'J': return t.kind == BL_TYPE_VARCHAR;
	case 'i': return t.kind == BL_TYPE_BIGINT;
	case 'd': return bl_type_is_number(t);
	case 'b': return t.kind == BL_TYPE_BOOLEAN;
	case 't': return t.kind == BL_TYPE_TIMESTAMP;
	case 'T': return t.kind == BL_TYPE_TIMESTAMP || t.kind == BL_TYPE_DATE;
	case 'D': return t.kind == BL_TYPE_DATE;
	case 'a': return t.kind == BL_TYPE_ARRAY;
	case 'A': return t.kind == BL_TYPE_ARRAY && t.element->kind == BL_TYPE_ARRAY;
	case 'r':
		return t.kind == BL_TYPE_ARRAY && t.element->kind == BL_TYPE_ROW &&
		       t.element->n_fields == 2;
	case 'm': return t.kind == BL_TYPE_MAP;
	default: return false;
	}
}

const char *
bl_check__letter_name(char letter)
{
	switch (letter) {
	case 's': return "varchar";
	case 'J': return "json or varchar";
	case 'j': return "json";
	case 'i': return "bigint";
	case 'd': return "number";
	case 'b': return "boolean";
	case 't': return "timestamp";
	case 'T': return "timestamp or date";
	case 'D': return "date";
	case 'a': return "array";
	case 'A': return "array of arrays";
	case 'r': return "array of rows of two fields";
	case 'm': return "map";
	case 'l':
	case 'g':
	case 'Q': return "lambda (x -> ...)";
	case 'k':
	case 'y':
	case 'z':
	case 'q': return "lambda ((x, y) -> ...)";
	default: return "value";
	}
}

struct bl_datatype
bl_check__element(struct bl_datatype array)
{
	if (array.kind == BL_TYPE_ARRAY)
		return *array.element;
	return *bl_type_of(BL_TYPE_JSON);
}

BL_STATUS
bl_check__require(struct bl_checker *c, const struct bl_node *kid, char letter, const char *what)
{
	char text[BL_TYPE_TEXT];

	if (bl_check__fits(kid->type, letter))
		return BL_OK;
	return bl_check__fail(c, kid, "%s wants a %s here, found %s", what,
	    bl_check__letter_name(letter), bl_value_type_name(kid->type, text));
}

BL_STATUS
bl_check__comparable(struct bl_checker *c, const struct bl_node *at, const struct bl_node *a,
    const struct bl_node *b)
{
	char left[BL_TYPE_TEXT], right[BL_TYPE_TEXT];

	if (bl_check_comparable(a->type, b->type))
		return BL_OK;
	(void)bl_value_type_name(a->type, left);
	(void)bl_value_type_name(b->type, right);
	if ((a->type.kind == BL_TYPE_TIMESTAMP && b->type.kind == BL_TYPE_JSON) ||
	    (a->type.kind == BL_TYPE_JSON && b->type.kind == BL_TYPE_TIMESTAMP))
		return bl_check__fail(c, at,
		    "cannot compare %s with %s; use from_iso8601_timestamp(...)", left, right);
	return bl_check__fail(c, at, "cannot compare %s with %s", left, right);
}

/* The common type of the kids [from, n_kids). */
BL_STATUS
bl_check__common(struct bl_checker *c, struct bl_node *node, uint32_t from, uint32_t step)
{
	struct bl_datatype common = {.kind = BL_TYPE_UNKNOWN};
	char left[BL_TYPE_TEXT], right[BL_TYPE_TEXT];

	for (uint32_t i = from; i < node->n_kids; i += step) {
		struct bl_datatype before = common;

		if (!bl_check_unify(before, node->kids[i]->type, &common))
			return bl_check__fail(c, node->kids[i],
			    "a %s here and a %s before have no common type",
			    bl_value_type_name(node->kids[i]->type, left),
			    bl_value_type_name(before, right));
	}
	node->type = common;
	return BL_OK;
}
