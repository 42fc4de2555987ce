/* Values with parts: ARRAY[...], ROW(...), and what a path takes from them. */
#include "base/arena.h"
#include "query/eval.h"
#include "json/json.h"

BL_STATUS
bl_eval__list(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	struct bl_value *elements = bl_new(ev->arena, struct bl_value, node->n_kids);
	enum bl_status status = BL_OK;

	if (elements == NULL)
		return bl_eval_no_memory(reterr);
	for (uint32_t i = 0; !status && i < node->n_kids; i++) {
		status = bl_eval_node(ev, node->kids[i], &elements[i], reterr);
		if (!status && node->kind == BL_NODE_ARRAY)
			status = bl_eval_widen(node, *node->type.element, &elements[i], reterr);
	}
	*ret_value =
	    (struct bl_value){.kind = node->type.kind, .elements = elements, .n = node->n_kids};
	return status;
}

BL_STATUS
bl_eval_map_get(struct bl_eval *ev, const struct bl_node *at, const struct bl_value *map,
    const struct bl_value *key, struct bl_value *ret_value, struct bl_err *reterr)
{
	struct bl_entries entries = bl_entries_open(map);
	struct bl_value k, v;
	int order;
	enum bl_status status = bl_eval_spend(ev, at, entries.n, reterr);

	*ret_value = bl_value_null(at->type.kind);
	while (!status && bl_entries_next(&entries, &k, &v)) {
		if (bl_value_compare(&k, key, &order) && order == 0) {
			*ret_value = v;
			return BL_OK;
		}
	}
	return status;
}

static BL_STATUS
member_of(struct bl_eval *ev, const struct bl_node *node, const struct bl_value *base,
    struct bl_str name, struct bl_value *ret_value, struct bl_err *reterr)
{
	const struct bl_json *value;

	if (base->kind == BL_TYPE_JSON && base->json->kind == BL_JSON_ARRAY)
		return bl_eval_fail(node->kids[0], base, reterr,
		    "which has no member %.*s; use any_match(...) or [n]", BL_STR_ARG(name));
	if (base->kind != BL_TYPE_MAP &&
	    (base->kind != BL_TYPE_JSON || base->json->kind != BL_JSON_OBJECT))
		return bl_eval_fail(
		    node->kids[0], base, reterr, "which has no member %.*s", BL_STR_ARG(name));
	if (base->kind == BL_TYPE_MAP && base->json == NULL) {
		struct bl_value key = bl_value_varchar(name);

		return bl_eval_map_get(ev, node, base, &key, ret_value, reterr);
	}
	value = bl_json_get(base->json, name);
	*ret_value = bl_value_json(value);
	if (base->kind != BL_TYPE_MAP)
		return BL_OK;
	*ret_value = bl_value_plain(*ret_value);
	if (!ret_value->null && ret_value->kind != BL_TYPE_VARCHAR)
		return bl_eval_fail(node, ret_value, reterr, "where a tag's text is wanted");
	ret_value->kind = BL_TYPE_VARCHAR;
	return BL_OK;
}

/* [n]: what is behind the end of a JSON array is NULL, as a missing member is; of an ARRAY it is
 * an error, as in Trino. */
static BL_STATUS
element_of(struct bl_eval *ev, const struct bl_node *node, const struct bl_value *base, int64_t i,
    struct bl_value *ret_value, struct bl_err *reterr)
{
	const struct bl_node *at = node->kids[1];

	if (i < 1)
		return bl_fail_pos(reterr, BL_EINPUT, at->line, at->column,
		    "elements are counted from 1, not from %lld", (long long)i);
	if (base->kind == BL_TYPE_ARRAY) {
		if ((uint64_t)i > base->n)
			return bl_fail_pos(reterr, BL_EINPUT, at->line, at->column,
			    "the array has %llu elements, there is no [%lld]; element_at() gives "
			    "NULL",
			    (unsigned long long)base->n, (long long)i);
		*ret_value = base->elements[i - 1];
		return BL_OK;
	}
	if (base->kind != BL_TYPE_JSON || base->json->kind != BL_JSON_ARRAY)
		return bl_eval_fail(node->kids[0], base, reterr, "which has no elements");
	if ((uint64_t)i <= base->json->n) {
		*ret_value = bl_value_json(bl_json_at(base->json, (size_t)i - 1));
		return bl_eval_spend(ev, node, (uint64_t)i, reterr);
	}
	return BL_OK;
}

BL_STATUS
bl_eval__path(struct bl_eval *ev, const struct bl_node *node, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	struct bl_value base, index;
	enum bl_status status = bl_eval_node(ev, node->kids[0], &base, reterr);

	*ret_value = bl_value_null(node->type.kind);
	if (status || base.null)
		return status;
	if (base.kind == BL_TYPE_ROW) {
		*ret_value = base.elements[node->slot];
		return BL_OK;
	}
	if (node->kind == BL_NODE_MEMBER)
		return member_of(ev, node, &base, node->text, ret_value, reterr);
	status = bl_eval_node(ev, node->kids[1], &index, reterr);
	if (status || index.null)
		return status;
	index = bl_value_plain(index);
	if (base.kind == BL_TYPE_MAP && base.json == NULL)
		return bl_eval_map_get(ev, node, &base, &index, ret_value, reterr);
	if (index.kind == BL_TYPE_VARCHAR)
		return member_of(ev, node, &base, index.str, ret_value, reterr);
	if (index.kind == BL_TYPE_BIGINT)
		return element_of(ev, node, &base, index.i64, ret_value, reterr);
	return bl_eval_fail(node->kids[1], &index, reterr, "where a varchar or bigint is wanted");
}
