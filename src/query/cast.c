/* CAST: a value as another type, or an error that says why not. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/instant.h"
#include "query/civil.h"
#include "query/eval.h"
#include "json/json.h"

static BL_STATUS
fail_cast(const struct bl_node *node, const struct bl_value *value, struct bl_err *reterr)
{
	char target[BL_TYPE_TEXT];
	enum bl_status status;

	(void)bl_value_type_name(node->type, target);
	if (value->kind == BL_TYPE_VARCHAR)
		status = bl_eval_fail(node->kids[0], value, reterr, "'%.*s', which is no %s",
		    BL_STR_ARG(value->str), target);
	else
		status = bl_eval_fail(node->kids[0], value, reterr, "which cannot be a %s", target);
	return status;
}

static bool
to_boolean(const struct bl_value *value, struct bl_value *ret)
{
	bool yes = value->kind == BL_TYPE_VARCHAR &&
		   (bl_str_eq_ci(value->str, BL_STR("true")) ||
		       bl_str_eq_ci(value->str, BL_STR("t")) || bl_str_eq(value->str, BL_STR("1")));
	bool no = value->kind == BL_TYPE_VARCHAR &&
		  (bl_str_eq_ci(value->str, BL_STR("false")) ||
		      bl_str_eq_ci(value->str, BL_STR("f")) || bl_str_eq(value->str, BL_STR("0")));

	*ret = bl_value_boolean(value->kind == BL_TYPE_BOOLEAN ? value->boolean : yes);
	if (bl_type_is_number((struct bl_datatype){.kind = value->kind})) {
		ret->boolean = value->kind == BL_TYPE_BIGINT ? value->i64 != 0 : value->dbl != 0.0;
		return true;
	}
	return value->kind == BL_TYPE_BOOLEAN || yes || no;
}

static bool
to_bigint(const struct bl_value *value, struct bl_value *ret)
{
	double rounded;

	*ret =
	    bl_value_bigint(value->kind == BL_TYPE_BOOLEAN ? (int64_t)value->boolean : value->i64);
	if (value->kind == BL_TYPE_BIGINT || value->kind == BL_TYPE_BOOLEAN)
		return true;
	if (value->kind == BL_TYPE_VARCHAR)
		return bl_str_to_i64(value->str, &ret->i64);
	if (value->kind != BL_TYPE_DOUBLE)
		return false;
	rounded = round(value->dbl);
	if (!(rounded >= -9223372036854775808.0 && rounded < 9223372036854775808.0))
		return false;
	ret->i64 = (int64_t)rounded;
	return true;
}

static bool
to_double(const struct bl_value *value, struct bl_value *ret)
{
	*ret = *value;
	ret->kind = BL_TYPE_DOUBLE;
	ret->json = NULL;
	ret->str = (struct bl_str){0};
	if (value->kind == BL_TYPE_DOUBLE) {
		ret->str = value->str;
		return true;
	}
	if (value->kind == BL_TYPE_BIGINT || value->kind == BL_TYPE_BOOLEAN) {
		ret->dbl =
		    value->kind == BL_TYPE_BIGINT ? (double)value->i64 : (double)value->boolean;
		return true;
	}
	return value->kind == BL_TYPE_VARCHAR && bl_value_to_double(value->str, &ret->dbl);
}

static BL_STATUS
to_varchar(struct bl_eval *ev, const struct bl_node *node, const struct bl_value *value,
    struct bl_value *ret, struct bl_err *reterr)
{
	*ret = bl_value_varchar(value->str);
	if (value->kind == BL_TYPE_VARCHAR)
		return BL_OK;
	if (value->kind == BL_TYPE_BOOLEAN) {
		ret->str = value->boolean ? BL_STR("true") : BL_STR("false");
		return BL_OK;
	}
	/* A JSON number is its own text: nothing is lost. */
	if (value->json != NULL && value->json->kind == BL_JSON_NUMBER) {
		ret->str = value->json->text;
		return BL_OK;
	}
	if (value->kind == BL_TYPE_JSON)
		return fail_cast(node, value, reterr);
	return bl_eval_text(ev, value, &ret->str, reterr);
}

/* The shortest text that reads back as the same double. */
static void
shortest(double d, char text[40])
{
	for (int digits = 15; digits <= 17; digits++) {
		(void)snprintf(text, 40, "%.*g", digits, d);
		if (strtod(text, NULL) == d)
			return;
	}
}

BL_STATUS
bl_eval_text(struct bl_eval *ev, const struct bl_value *value, struct bl_str *ret_text,
    struct bl_err *reterr)
{
	char text[BL_CIVIL_TEXT] = "";

	switch (value->kind) {
	case BL_TYPE_VARCHAR: *ret_text = value->str; return BL_OK;
	case BL_TYPE_BOOLEAN:
		*ret_text = value->boolean ? BL_STR("true") : BL_STR("false");
		return BL_OK;
	case BL_TYPE_BIGINT:
		(void)snprintf(text, sizeof(text), "%lld", (long long)value->i64);
		break;
	case BL_TYPE_DOUBLE:
		if (value->str.ptr != NULL) {
			*ret_text = value->str;
			return BL_OK;
		}
		shortest(value->dbl, text);
		break;
	case BL_TYPE_DATE: (void)bl_civil_date_text(value->i64, text); break;
	case BL_TYPE_TIMESTAMP: (void)bl_civil_timestamp_text(value->i64, text); break;
	case BL_TYPE_SPAN: (void)bl_civil_span_text(value->i64, text); break;
	case BL_TYPE_MONTHS: (void)bl_civil_months_text(value->i64, text); break;
	case BL_TYPE_UNKNOWN:
	case BL_TYPE_JSON:
	case BL_TYPE_ARRAY:
	case BL_TYPE_MAP:
	case BL_TYPE_ROW: assert(false);
	}
	if (bl_str_dup(ev->arena, bl_str_of(text), ret_text))
		return bl_eval_no_memory(reterr);
	return BL_OK;
}

static bool
to_date(const struct bl_value *value, struct bl_value *ret)
{
	*ret = (struct bl_value){.kind = BL_TYPE_DATE, .i64 = value->i64};
	if (value->kind == BL_TYPE_TIMESTAMP)
		ret->i64 = bl_civil_day(value->i64);
	return value->kind == BL_TYPE_DATE || value->kind == BL_TYPE_TIMESTAMP ||
	       (value->kind == BL_TYPE_VARCHAR && bl_civil_parse_date(value->str, &ret->i64));
}

static bool
to_timestamp(const struct bl_value *value, bool strict, struct bl_value *ret)
{
	*ret = (struct bl_value){.kind = BL_TYPE_TIMESTAMP, .i64 = value->i64};
	if (value->kind == BL_TYPE_DATE)
		return bl_civil_instant(value->i64, &ret->i64);
	return value->kind == BL_TYPE_TIMESTAMP ||
	       (value->kind == BL_TYPE_VARCHAR &&
		   (strict ? bl_instant_parse(value->str, &ret->i64)
			   : bl_civil_parse_timestamp(value->str, &ret->i64)));
}

/* Holds a value to its type's bound (value.h); false: it does not fit. */
static BL_STATUS
hold(struct bl_eval *ev, struct bl_datatype to, struct bl_value *value, bool *ret_fits,
    struct bl_err *reterr)
{
	uint32_t scale = to.bound & 0xff, whole = (to.bound >> 8) - scale;
	struct bl_str text;
	enum bl_status status;
	uint32_t points = 0;
	double d;

	*ret_fits = true;
	if (to.bound == 0)
		return BL_OK;
	if (to.kind == BL_TYPE_BIGINT) {
		int64_t most = (INT64_C(1) << (to.bound - 1)) - 1;

		*ret_fits = value->i64 <= most && value->i64 >= -most - 1;
		return BL_OK;
	}
	if (to.kind == BL_TYPE_VARCHAR) {
		for (size_t i = 0; i < value->str.len; i++) {
			if (((unsigned char)value->str.ptr[i] & 0xC0) == 0x80)
				continue;
			if (points++ == to.bound)
				value->str.len = i;
		}
		return BL_OK;
	}
	d = fabs(value->dbl);
	status = bl_str_printf(ev->arena, &text, reterr, "%.*f", (int)scale, value->dbl);
	if (status)
		return status;
	*ret_fits = d < pow(10, whole) && bl_value_to_double(text, &value->dbl);
	value->str = text;
	return BL_OK;
}

static BL_STATUS
cast_scalar(struct bl_eval *ev, const struct bl_node *node, struct bl_datatype to,
    const struct bl_value *value, struct bl_value *ret, struct bl_err *reterr)
{
	struct bl_value plain = bl_value_plain(*value);
	enum bl_status status = BL_OK;
	bool good = false;

	if (plain.null) {
		*ret = bl_value_null(to.kind);
		return BL_OK;
	}
	if (to.kind == BL_TYPE_VARCHAR) {
		status = to_varchar(ev, node, &plain, ret, reterr);
		good = true;
	} else if (to.kind == BL_TYPE_BOOLEAN) {
		good = to_boolean(&plain, ret);
	} else if (to.kind == BL_TYPE_BIGINT) {
		good = to_bigint(&plain, ret);
	} else if (to.kind == BL_TYPE_DOUBLE) {
		good = to_double(&plain, ret);
	} else if (to.kind == BL_TYPE_TIMESTAMP) {
		good = to_timestamp(&plain, ev->expr->strict, ret);
	} else if (to.kind == BL_TYPE_DATE) {
		good = to_date(&plain, ret);
	} else {
		*ret = plain;
		good = plain.kind == to.kind;
	}
	if (!status && good)
		status = hold(ev, to, ret, &good, reterr);
	return status || good ? status : fail_cast(node, &plain, reterr);
}

static BL_STATUS cast_to(struct bl_eval *ev, const struct bl_node *node, struct bl_datatype to,
    const struct bl_value *value, struct bl_value *ret, struct bl_err *reterr);

static BL_STATUS
new_values(struct bl_eval *ev, const struct bl_node *node, uint64_t n, struct bl_value **ret,
    struct bl_err *reterr)
{
	enum bl_status status = bl_eval_spend(ev, node, n, reterr);

	*ret = status ? NULL : bl_new(ev->arena, struct bl_value, n);
	return status || *ret != NULL ? status : bl_eval_no_memory(reterr);
}

static BL_STATUS
cast_array(struct bl_eval *ev, const struct bl_node *node, struct bl_datatype to,
    const struct bl_value *value, struct bl_value *ret, struct bl_err *reterr)
{
	struct bl_list list;
	struct bl_value element, *out = NULL;
	uint64_t n = 0;
	enum bl_status status;

	if (!bl_list_open(value, &list))
		return fail_cast(node, value, reterr);
	status = new_values(ev, node, list.n, &out, reterr);
	while (!status && bl_list_next(&list, &element))
		status = cast_to(ev, node, *to.element, &element, &out[n++], reterr);
	*ret = (struct bl_value){.kind = BL_TYPE_ARRAY, .elements = out, .n = n};
	return status;
}

/* An object's members, or a map's entries. */
static BL_STATUS
cast_map(struct bl_eval *ev, const struct bl_node *node, struct bl_datatype to,
    const struct bl_value *value, struct bl_value *ret, struct bl_err *reterr)
{
	const struct bl_json *member = NULL;
	struct bl_entries entries = {0};
	struct bl_value key, element, *out = NULL;
	enum bl_status status;

	if (value->kind == BL_TYPE_JSON && value->json->kind == BL_JSON_OBJECT) {
		member = value->json->first;
		entries.n = value->json->n;
	} else if (value->kind == BL_TYPE_MAP) {
		entries = bl_entries_open(value);
	} else {
		return fail_cast(node, value, reterr);
	}
	status = new_values(ev, node, entries.n * 2, &out, reterr);
	for (uint64_t i = 0; !status && i < entries.n; i++) {
		if (member != NULL) {
			key = bl_value_varchar(member->key);
			element = bl_value_json(member);
			member = member->next;
		} else if (!bl_entries_next(&entries, &key, &element)) {
			assert(false);
		}
		status = cast_to(ev, node, *to.key, &key, &out[2 * i], reterr);
		if (!status)
			status = cast_to(ev, node, *to.element, &element, &out[2 * i + 1], reterr);
	}
	*ret = (struct bl_value){.kind = BL_TYPE_MAP, .elements = out, .n = entries.n};
	return status;
}

/* A member by a field's name, without regard to case when it is not there as written. */
static const struct bl_json *
member_named(const struct bl_json *object, struct bl_str name)
{
	const struct bl_json *member = bl_json_get(object, name);

	for (const struct bl_json *m = object->first; member == NULL && m != NULL; m = m->next)
		if (bl_str_eq_ci(m->key, name))
			member = m;
	return member;
}

/* A row; or a JSON object by names, a JSON array by places. */
static BL_STATUS
cast_row(struct bl_eval *ev, const struct bl_node *node, struct bl_datatype to,
    const struct bl_value *value, struct bl_value *ret, struct bl_err *reterr)
{
	bool object = value->kind == BL_TYPE_JSON && value->json->kind == BL_JSON_OBJECT;
	bool array = value->kind == BL_TYPE_JSON && value->json->kind == BL_JSON_ARRAY;
	struct bl_value field, *out = NULL;
	enum bl_status status;

	if ((!object && !array && value->kind != BL_TYPE_ROW) ||
	    (array && value->json->n != to.n_fields))
		return fail_cast(node, value, reterr);
	status = new_values(ev, node, to.n_fields, &out, reterr);
	if (!status && object)
		status =
		    bl_eval_spend(ev, node, (uint64_t)to.n_fields * value->json->n / 8, reterr);
	for (uint32_t i = 0; !status && i < to.n_fields; i++) {
		if (object)
			field = bl_value_json(to.fields[i].name.ptr == NULL
						  ? NULL
						  : member_named(value->json, to.fields[i].name));
		else if (array)
			field = bl_value_json(bl_json_at(value->json, i));
		else
			field = value->elements[i];
		status = cast_to(ev, node, to.fields[i].type, &field, &out[i], reterr);
	}
	*ret = (struct bl_value){.kind = BL_TYPE_ROW, .elements = out, .n = to.n_fields};
	return status;
}

static BL_STATUS
cast_to(struct bl_eval *ev, const struct bl_node *node, struct bl_datatype to,
    const struct bl_value *value, struct bl_value *ret, struct bl_err *reterr)
{
	const struct bl_json *json = NULL;
	enum bl_status status;

	if (value->null) {
		*ret = bl_value_null(to.kind);
		return BL_OK;
	}
	switch (to.kind) {
	case BL_TYPE_ARRAY: return cast_array(ev, node, to, value, ret, reterr);
	case BL_TYPE_MAP: return cast_map(ev, node, to, value, ret, reterr);
	case BL_TYPE_ROW: return cast_row(ev, node, to, value, ret, reterr);
	case BL_TYPE_JSON:
		status = bl_eval_to_json(ev, node, NULL, value, &json, reterr);
		if (!status)
			*ret = bl_value_json(json);
		return status;
	case BL_TYPE_UNKNOWN:
	case BL_TYPE_BOOLEAN:
	case BL_TYPE_BIGINT:
	case BL_TYPE_DOUBLE:
	case BL_TYPE_VARCHAR:
	case BL_TYPE_DATE:
	case BL_TYPE_TIMESTAMP:
	case BL_TYPE_SPAN:
	case BL_TYPE_MONTHS: break;
	}
	return cast_scalar(ev, node, to, value, ret, reterr);
}

BL_STATUS
bl_eval_cast(struct bl_eval *ev, const struct bl_node *node, const struct bl_value *value,
    struct bl_value *ret_value, struct bl_err *reterr)
{
	return cast_to(ev, node, node->type, value, ret_value, reterr);
}
