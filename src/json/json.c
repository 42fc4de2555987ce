/* Parsers, and what is asked of a tree. */
#include "json/json.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "json/json_priv.h"
#include "json/writer.h"

#define DEFAULT_BYTES ((size_t)256 << 20)
#define DECODE_DEPTH 8

enum bl_status
bl_json_parser_new(
    struct bl_json_limits limits, struct bl_json_parser **ret_parser, struct bl_err *reterr)
{
	struct bl_json_parser *parser;

	if (limits.max_depth > BL_JSON_MAX_DEPTH || limits.max_bytes > BL_JSON_MAX_BYTES)
		return bl_fail(reterr, BL_EUSAGE,
		    "the limits of a JSON text are at most %u levels and %zu bytes",
		    BL_JSON_MAX_DEPTH, BL_JSON_MAX_BYTES);
	parser = bl_mem_alloc(sizeof(*parser));
	if (parser == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for a JSON parser");
	*parser = (struct bl_json_parser){.limits = limits};
	if (limits.max_depth == 0)
		parser->limits.max_depth = BL_JSON_MAX_DEPTH;
	if (limits.max_bytes == 0)
		parser->limits.max_bytes = DEFAULT_BYTES;
	parser->level = bl_mem_alloc(parser->limits.max_depth * sizeof(*parser->level));
	parser->open = bl_mem_alloc(parser->limits.max_depth * sizeof(*parser->open));
	parser->index = bl_json__index_new();
	if (parser->level == NULL || parser->open == NULL || parser->index == NULL) {
		bl_json_parser_free(&parser);
		return bl_fail(reterr, BL_ENOMEM, "no memory for a JSON parser");
	}
	*ret_parser = parser;
	return BL_OK;
}

void
bl_json_parser_free(struct bl_json_parser **parser)
{
	if (*parser == NULL)
		return;
	bl_json__index_free((*parser)->index);
	bl_mem_free((*parser)->level);
	bl_mem_free((*parser)->members);
	bl_mem_free((*parser)->open);
	bl_mem_free((*parser)->keys);
	bl_mem_free(*parser);
	*parser = NULL;
}

/* Worth a try?  Most strings are not, and cost two looks. */
static bool
looks_like_json(struct bl_str s)
{
	char c, d;

	s = bl_str_trim(s);
	if (s.len < 2)
		return false;
	c = s.ptr[0];
	d = s.ptr[s.len - 1];
	return (c == '{' && d == '}') || (c == '[' && d == ']') || (c == '"' && d == '"');
}

enum bl_status
bl_json_decode(struct bl_json_parser *parser, const struct bl_json *value, struct bl_arena *arena,
    const struct bl_json **ret_out, struct bl_err *reterr)
{
	int depth = 0;

	while (value != NULL && value->kind == BL_JSON_STRING && looks_like_json(value->text)) {
		const struct bl_json *inner = NULL;
		enum bl_status status = bl_json_parse(parser, value->text, arena, &inner, reterr);

		if (status == BL_EINPUT)
			break;
		if (status != BL_OK)
			return status;
		if (++depth > DECODE_DEPTH)
			return bl_fail(reterr, BL_ELIMIT,
			    "JSON in a string in JSON, more than %d times", DECODE_DEPTH);
		value = inner;
	}
	*ret_out = value;
	return BL_OK;
}

const struct bl_json *
bl_json_get(const struct bl_json *object, struct bl_str key)
{
	if (object == NULL || object->kind != BL_JSON_OBJECT)
		return NULL;
	for (const struct bl_json *m = object->first; m != NULL; m = m->next)
		if (bl_str_eq(m->key, key))
			return m;
	return NULL;
}

const struct bl_json *
bl_json_at(const struct bl_json *array, size_t i)
{
	const struct bl_json *e;

	if (array == NULL || array->kind != BL_JSON_ARRAY || i >= array->n)
		return NULL;
	for (e = array->first; i > 0; i--)
		e = e->next;
	return e;
}

struct bl_str
bl_json_str(const struct bl_json *value)
{
	if (value == NULL || value->kind != BL_JSON_STRING)
		return (struct bl_str){NULL, 0};
	return value->text;
}

bool
bl_json_i64(const struct bl_json *value, int64_t *ret_value)
{
	struct bl_str s;
	size_t point;

	if (value == NULL || value->kind != BL_JSON_NUMBER)
		return false;
	s = value->text;
	point = bl_str_find_byte(s, '.');
	if (point != SIZE_MAX) {
		for (size_t i = point + 1; i < s.len; i++)
			if (s.ptr[i] != '0')
				return false;
		s = bl_str_sub(s, 0, point);
	}
	return bl_str_to_i64(s, ret_value);
}

bool
bl_json_missing(const struct bl_json *value)
{
	return value == NULL || value->kind == BL_JSON_NULL;
}
