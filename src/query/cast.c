/* CAST: a value as another type, or an error that says why not. */
#include <math.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/instant.h"
#include "query/eval.h"
#include "query/value_priv.h"
#include "json/json.h"

static BL_STATUS
fail_cast(const struct bl_node *node, const struct bl_value *value, struct bl_err *reterr)
{
	char target[BL_TYPE_TEXT];
	enum bl_status status;

	(void)bl_value__type_name(node->type, target);
	if (value->kind == BL_TYPE_VARCHAR)
		status = bl_eval__fail(node->kids[0], value, reterr, "'%.*s', which is no %s",
		    BL_STR_ARG(value->str), target);
	else
		status =
		    bl_eval__fail(node->kids[0], value, reterr, "which cannot be a %s", target);
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

	*ret = bl_value__boolean(value->kind == BL_TYPE_BOOLEAN ? value->boolean : yes);
	return value->kind == BL_TYPE_BOOLEAN || yes || no;
}

static bool
to_bigint(const struct bl_value *value, struct bl_value *ret)
{
	double rounded;

	*ret = bl_value__bigint(value->i64);
	if (value->kind == BL_TYPE_BIGINT)
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
	if (value->kind == BL_TYPE_BIGINT) {
		ret->dbl = (double)value->i64;
		return true;
	}
	return value->kind == BL_TYPE_VARCHAR && bl_value__to_double(value->str, &ret->dbl);
}

static BL_STATUS
to_varchar(struct bl_eval *ev, const struct bl_node *node, const struct bl_value *value,
    struct bl_value *ret, struct bl_err *reterr)
{
	*ret = bl_value__varchar(value->str);
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
	if (value->kind != BL_TYPE_BIGINT)
		return fail_cast(node, value, reterr);
	return bl_str_printf(ev->arena, &ret->str, reterr, "%lld", (long long)value->i64);
}

static BL_STATUS
cast_scalar(struct bl_eval *ev, const struct bl_node *node, enum bl_type_kind kind,
    const struct bl_value *value, struct bl_value *ret, struct bl_err *reterr)
{
	struct bl_value plain = bl_value__plain(*value);
	bool good = false;

	if (plain.null) {
		*ret = bl_value__null(kind);
		return BL_OK;
	}
	if (kind == BL_TYPE_VARCHAR)
		return to_varchar(ev, node, &plain, ret, reterr);
	if (kind == BL_TYPE_JSON) {
		*ret = *value;
		return BL_OK;
	}
	if (kind == BL_TYPE_BOOLEAN)
		good = to_boolean(&plain, ret);
	else if (kind == BL_TYPE_BIGINT)
		good = to_bigint(&plain, ret);
	else if (kind == BL_TYPE_DOUBLE)
		good = to_double(&plain, ret);
	else if (kind == BL_TYPE_TIMESTAMP) {
		*ret = plain;
		ret->kind = BL_TYPE_TIMESTAMP;
		good = plain.kind == BL_TYPE_TIMESTAMP ||
		       (plain.kind == BL_TYPE_VARCHAR && bl_instant_parse(plain.str, &ret->i64));
	}
	return good ? BL_OK : fail_cast(node, &plain, reterr);
}

static BL_STATUS
cast_array(struct bl_eval *ev, const struct bl_node *node, const struct bl_value *value,
    struct bl_value *ret, struct bl_err *reterr)
{
	struct bl_list list;
	struct bl_value element, *out;
	uint64_t n = 0;
	enum bl_status status;

	if (!bl_list__open(value, &list))
		return fail_cast(node, value, reterr);
	status = bl_eval__spend(ev, node, list.n, reterr);
	if (status)
		return status;
	out = bl_new(ev->arena, struct bl_value, list.n);
	if (out == NULL)
		return bl_eval__no_memory(reterr);
	while (!status && bl_list__next(&list, &element))
		status = cast_scalar(ev, node, node->type.element, &element, &out[n++], reterr);
	*ret = (struct bl_value){
	    .kind = BL_TYPE_ARRAY, .element = node->type.element, .elements = out, .n = n};
	return status;
}

BL_STATUS
bl_eval__cast(struct bl_eval *ev, const struct bl_node *node, const struct bl_value *value,
    struct bl_value *ret_value, struct bl_err *reterr)
{
	if (value->null) {
		*ret_value = bl_value__null(node->type.kind);
		ret_value->element = node->type.element;
		return BL_OK;
	}
	if (node->type.kind == BL_TYPE_ARRAY)
		return cast_array(ev, node, value, ret_value, reterr);
	return cast_scalar(ev, node, node->type.kind, value, ret_value, reterr);
}
