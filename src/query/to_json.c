/* Values as JSON: CAST(x AS json). */
#include <assert.h>

#include "base/arena.h"
#include "query/eval.h"
#include "json/json.h"

static BL_STATUS
scalar_to_json(
    struct bl_eval *ev, const struct bl_value *value, struct bl_json *out, struct bl_err *reterr)
{
	out->kind = BL_JSON_STRING;
	if (value->null) {
		out->kind = BL_JSON_NULL;
		return BL_OK;
	}
	if (value->kind == BL_TYPE_BOOLEAN) {
		out->kind = BL_JSON_BOOL;
		out->boolean = value->boolean;
		return BL_OK;
	}
	if (bl_type_is_number((struct bl_datatype){.kind = value->kind}))
		out->kind = BL_JSON_NUMBER;
	return bl_eval_text(ev, value, &out->text, reterr);
}

/* The type's part ${i}; NULL where the type is not told. */
static const struct bl_datatype *
part_type(const struct bl_datatype *type, uint64_t i)
{
	if (type == NULL || type->kind == BL_TYPE_UNKNOWN)
		return NULL;
	if (type->kind == BL_TYPE_ROW)
		return i < type->n_fields ? &type->fields[i].type : NULL;
	return type->element;
}

/* Elements, entries or fields as children of ${out}.  A row whose fields all have names is an
 * object, another one an array. */
static BL_STATUS
parts_to_json(struct bl_eval *ev, const struct bl_node *at, const struct bl_datatype *type,
    const struct bl_value *value, struct bl_json *out, struct bl_err *reterr)
{
	bool map = value->kind == BL_TYPE_MAP, row = value->kind == BL_TYPE_ROW;
	bool named = row && type != NULL && type->kind == BL_TYPE_ROW;
	const struct bl_json **link = &out->first;
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; named && i < type->n_fields; i++)
		named = type->fields[i].name.ptr != NULL;
	out->kind = map || named ? BL_JSON_OBJECT : BL_JSON_ARRAY;
	out->n = (uint32_t)value->n;
	for (uint64_t i = 0; !status && i < value->n; i++) {
		struct bl_json *own = bl_new(ev->arena, struct bl_json, 1);
		const struct bl_json *child = NULL;

		if (own == NULL)
			return bl_eval_no_memory(reterr);
		status = bl_eval_to_json(ev, at, part_type(type, i),
		    &value->elements[map ? 2 * i + 1 : i], &child, reterr);
		if (status)
			return status;
		*own = *child; /* It may stand in a tree already. */
		own->next = NULL;
		own->key = (struct bl_str){0};
		if (named)
			own->key = type->fields[i].name;
		else if (map)
			status = bl_eval_text(ev, &value->elements[2 * i], &own->key, reterr);
		*link = own;
		link = (const struct bl_json **)&own->next;
	}
	return status;
}

BL_STATUS
bl_eval_to_json(struct bl_eval *ev, const struct bl_node *at, const struct bl_datatype *type,
    const struct bl_value *value, const struct bl_json **ret_json, struct bl_err *reterr)
{
	struct bl_json *out;
	enum bl_status status = bl_eval_spend(ev, at, 1, reterr);

	if (!status && !value->null && value->json != NULL) {
		*ret_json = value->json;
		return BL_OK;
	}
	if (type == NULL && at->kind == BL_NODE_CAST)
		type = &at->kids[0]->type;
	out = status ? NULL : bl_new(ev->arena, struct bl_json, 1);
	if (status || out == NULL)
		return status ? status : bl_eval_no_memory(reterr);
	if (value->null || !bl_type_is_nested((struct bl_datatype){.kind = value->kind}))
		status = scalar_to_json(ev, value, out, reterr);
	else
		status = parts_to_json(ev, at, type, value, out, reterr);
	*ret_json = out;
	return status;
}
