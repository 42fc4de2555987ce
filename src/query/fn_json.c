/*
 * Functions over JSON.  json_extract and json_extract_scalar follow Trino: what is not
 * there, and what is not the kind asked for, is NULL; a wrong path is an error at compilation.
 */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "query/functions.h"
#include "query/value_priv.h"
#include "json/json.h"

struct step {
	struct bl_str member; /* Absent: an index. */
	size_t index;	      /* From 0. */
};

struct json_path {
	struct step *steps;
	size_t n;
};

static bool
is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || c == ':' || c == '$';
}

/* One step of a path at ${at}; false when it is wrong. */
static bool
take_step(struct bl_str path, size_t *at, struct step *ret_step)
{
	size_t i = *at, start;
	uint64_t index;
	char quote;

	*ret_step = (struct step){0};
	if (path.ptr[i] == '.') {
		start = ++i;
		while (i < path.len && is_name(path.ptr[i]))
			i++;
		ret_step->member = bl_str_sub(path, start, i);
		*at = i;
		return i > start;
	}
	if (path.ptr[i++] != '[' || i >= path.len)
		return false;
	quote = path.ptr[i];
	start = quote == '"' || quote == '\'' ? i + 1 : i;
	for (i = start; i < path.len && path.ptr[i] != (start > *at + 1 ? quote : ']');)
		i++;
	if (i >= path.len)
		return false;
	if (start > *at + 1) {
		ret_step->member = bl_str_sub(path, start, i);
		if (++i >= path.len || path.ptr[i] != ']')
			return false;
	} else {
		if (!bl_str_to_u64(bl_str_sub(path, start, i), &index))
			return false;
		ret_step->index = (size_t)index;
	}
	*at = i + 1;
	return true;
}

BL_PREPARE(bl_fn__json_path_prepare)
{
	const struct bl_node *arg = call->kids[1];
	struct bl_str text = arg->value.str;
	struct json_path *path;
	size_t at = 1;

	if (arg->kind != BL_NODE_LITERAL || arg->value.null)
		return bl_fail_pos(reterr, BL_EUNSUPPORTED, arg->line, arg->column,
		    "the path of %.*s() must be a text in quotes", BL_STR_ARG(call->text));
	path = bl_new(arena, struct json_path, 1);
	if (path != NULL)
		path->steps = bl_new(arena, struct step, text.len / 2 + 1);
	if (path == NULL || path->steps == NULL)
		return bl_eval__no_memory(reterr);
	if (text.len == 0 || text.ptr[0] != '$')
		at = SIZE_MAX;
	while (at < text.len && take_step(text, &at, &path->steps[path->n]))
		path->n++;
	if (at != text.len)
		return bl_fail_pos(reterr, BL_EINPUT, arg->line, arg->column,
		    "'%.*s' is no JSON path; write $.member, $[\"member\"] or $[0]",
		    BL_STR_ARG(text));
	call->prepared = path;
	return BL_OK;
}

static BL_STATUS
parse_text(struct bl_eval *ev, const struct bl_node *call, struct bl_str text,
    const struct bl_json **ret_json, struct bl_err *reterr)
{
	enum bl_status status = bl_eval__spend(ev, call, text.len / 16, reterr);

	if (status)
		return status;
	if (ev->scope->parser == NULL)
		return bl_fail_pos(reterr, BL_EUNSUPPORTED, call->line, call->column,
		    "%.*s() cannot read text as JSON here", BL_STR_ARG(call->text));
	return bl_json_parse(ev->scope->parser, text, ev->arena, ret_json, reterr);
}

/* A 'J' argument as JSON.  Malformed text gives NULL, as in Trino. */
static BL_STATUS
as_json(struct bl_eval *ev, const struct bl_node *call, const struct bl_value *arg,
    const struct bl_json **ret_json, struct bl_err *reterr)
{
	enum bl_status status;

	*ret_json = arg->json;
	if (arg->kind == BL_TYPE_JSON)
		return BL_OK;
	assert(arg->kind == BL_TYPE_VARCHAR);
	status = parse_text(ev, call, arg->str, ret_json, reterr);
	if (status == BL_EINPUT) {
		*ret_json = NULL;
		return BL_OK;
	}
	return status;
}

static const struct bl_json *
follow(const struct bl_json *json, const struct json_path *path)
{
	for (size_t i = 0; i < path->n && json != NULL; i++) {
		const struct step *step = &path->steps[i];

		if (step->member.ptr == NULL)
			json = json->kind == BL_JSON_ARRAY ? bl_json_at(json, step->index) : NULL;
		else
			json = bl_json_get(json, step->member);
	}
	return json;
}

BL_FUNCTION(bl_fn__json_extract)
{
	const struct bl_json *json = NULL;
	enum bl_status status = as_json(ev, call, &args[0], &json, reterr);

	if (!status)
		*ret_value = bl_value__json(follow(json, call->prepared));
	return status;
}

BL_FUNCTION(bl_fn__json_extract_scalar)
{
	const struct bl_json *json = NULL;
	enum bl_status status = as_json(ev, call, &args[0], &json, reterr);

	if (status)
		return status;
	json = follow(json, call->prepared);
	*ret_value = bl_value__null(BL_TYPE_VARCHAR);
	if (bl_json_missing(json) || json->kind == BL_JSON_ARRAY || json->kind == BL_JSON_OBJECT)
		return BL_OK;
	if (json->kind == BL_JSON_BOOL)
		*ret_value = bl_value__varchar(json->boolean ? BL_STR("true") : BL_STR("false"));
	else
		*ret_value = bl_value__varchar(json->text);
	return BL_OK;
}

/* json_size(json, path): members of an object, elements of an array, 0 of a scalar. */
BL_FUNCTION(bl_fn__json_size)
{
	const struct bl_json *json = NULL;
	enum bl_status status = as_json(ev, call, &args[0], &json, reterr);

	if (status)
		return status;
	json = follow(json, call->prepared);
	*ret_value = bl_value__bigint(json == NULL ? 0 : json->n);
	ret_value->null = json == NULL;
	return BL_OK;
}

BL_FUNCTION(bl_fn__json_parse)
{
	const struct bl_json *json = NULL;
	enum bl_status status = parse_text(ev, call, args[0].str, &json, reterr);

	if (status == BL_EINPUT && reterr != NULL) {
		struct bl_err inner = *reterr;

		return bl_eval__fail(
		    call->kids[0], args, reterr, "and json_parse() cannot read it: %s", inner.text);
	}
	if (!status)
		*ret_value = bl_value__json(json);
	return status;
}

BL_FUNCTION(bl_fn__json_array_length)
{
	const struct bl_json *json = NULL;
	enum bl_status status = as_json(ev, call, &args[0], &json, reterr);

	if (status)
		return status;
	*ret_value = bl_value__null(BL_TYPE_BIGINT);
	if (json != NULL && json->kind == BL_JSON_ARRAY)
		*ret_value = bl_value__bigint(json->n);
	return BL_OK;
}

/* Elements of another type than the value are simply not it, as in Trino. */
BL_FUNCTION(bl_fn__json_array_contains)
{
	struct bl_value wanted = bl_value__plain(args[1]);
	const struct bl_json *json = NULL;
	enum bl_status status = as_json(ev, call, &args[0], &json, reterr);
	int order = 0;

	if (status)
		return status;
	*ret_value = bl_value__null(BL_TYPE_BOOLEAN);
	if (json == NULL || json->kind != BL_JSON_ARRAY)
		return BL_OK;
	status = bl_eval__spend(ev, call, json->n, reterr);
	if (status)
		return status;
	*ret_value = bl_value__boolean(false);
	for (const struct bl_json *e = json->first; e != NULL; e = e->next) {
		struct bl_value value = bl_value__plain(bl_value__json(e));

		if (!value.null && bl_value__compare(&value, &wanted, &order) && order == 0)
			*ret_value = bl_value__boolean(true);
	}
	return BL_OK;
}

/* json_type(value): 'boolean', 'number', 'string', 'array', 'object'; NULL for null. */
BL_FUNCTION(bl_fn__json_type)
{
	const char *name = "object";

	switch (args[0].json->kind) {
	case BL_JSON_BOOL: name = "boolean"; break;
	case BL_JSON_NUMBER: name = "number"; break;
	case BL_JSON_STRING: name = "string"; break;
	case BL_JSON_ARRAY: name = "array"; break;
	case BL_JSON_NULL:
	case BL_JSON_OBJECT: break;
	}
	*ret_value = bl_value__varchar(bl_str_of(name));
	return BL_OK;
}

/* to_list(value): an array as it is; anything else as an array of that one value (policies
 * write "Action": "s3:*" and "Action": ["s3:*"] alike). */
BL_FUNCTION(bl_fn__to_list)
{
	struct bl_value *one;

	*ret_value = args[0];
	if (args[0].json->kind == BL_JSON_ARRAY)
		return BL_OK;
	one = bl_new(ev->arena, struct bl_value, 1);
	if (one == NULL)
		return bl_eval__no_memory(reterr);
	*one = args[0];
	*ret_value = (struct bl_value){
	    .kind = BL_TYPE_ARRAY, .element = BL_TYPE_JSON, .elements = one, .n = 1};
	return BL_OK;
}

/* enum_name(value): Config writes an enumeration as "in-use", {"value": "in-use"} or
 * {"code": 16, "name": "running"}, by type and time; this reads them alike. */
BL_FUNCTION(bl_fn__enum_name)
{
	static const char *const members[] = {"value", "name", "code"};
	const struct bl_json *json = args[0].json;

	if (json->kind == BL_JSON_OBJECT) {
		for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
			const struct bl_json *member = bl_json_get(json, bl_str_of(members[i]));

			if (member != NULL && member->kind == BL_JSON_STRING) {
				*ret_value = bl_value__varchar(member->text);
				return BL_OK;
			}
		}
	}
	if (json->kind != BL_JSON_STRING)
		return bl_eval__fail(call->kids[0], args, reterr,
		    "and enum_name() wants a string or an object with value, name or code");
	*ret_value = bl_value__varchar(json->text);
	return BL_OK;
}
