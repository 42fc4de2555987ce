#ifndef BL_JSON_JSON_H
#define BL_JSON_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

struct bl_arena;
struct bl_buf;

/*
 * A JSON value as a tree in an arena.  Numbers keep their exact text; strings
 * are unescaped UTF-8 and may hold NUL bytes.  Members keep their order.
 * simdjson finds the tokens, behind this C header.
 */
enum bl_json_kind {
	BL_JSON_NULL,
	BL_JSON_BOOL,
	BL_JSON_NUMBER,
	BL_JSON_STRING,
	BL_JSON_ARRAY,
	BL_JSON_OBJECT,
};

struct bl_json {
	enum bl_json_kind kind;
	bool boolean;		     /* BOOL */
	uint32_t n;		     /* ARRAY, OBJECT: number of children. */
	struct bl_str key;	     /* Of a member; absent elsewhere. */
	struct bl_str text;	     /* NUMBER: as written; STRING: unescaped. */
	const struct bl_json *first; /* ARRAY, OBJECT: first child, in order. */
	const struct bl_json *next;  /* Sibling; NULL behind the last. */
};

#define BL_JSON_MAX_DEPTH 512u
#define BL_JSON_MAX_BYTES ((size_t)2 << 30)

struct bl_json_limits {
	size_t max_bytes;   /* Of one text, at most BL_JSON_MAX_BYTES; 0: 256 MiB. */
	uint32_t max_depth; /* Of nesting, at most BL_JSON_MAX_DEPTH; 0: that. */
};

/* A parser keeps its buffers between texts; one thread at a time. */
struct bl_json_parser;
BL_STATUS bl_json_parser_new(
    struct bl_json_limits limits, struct bl_json_parser **ret_parser, struct bl_err *reterr);
void bl_json_parser_free(struct bl_json_parser **parser);

/*
 * bl_json_parse(parser, text, arena, &root, reterr): exactly one value, with white space around.
 * Checked completely: UTF-8, escapes, number grammar, no duplicate key in any
 * object, nothing behind the value.  The tree lives in ${arena} and keeps no
 * pointer into ${text}.
 *
 * BL_EINPUT with the byte offset where it can be told; BL_ELIMIT for size and
 * depth; BL_ENOMEM when the arena is full.
 */
BL_STATUS bl_json_parse(struct bl_json_parser *parser, struct bl_str text, struct bl_arena *arena,
    const struct bl_json **ret_root, struct bl_err *reterr);

/*
 * bl_json_decode(parser, value, arena, &out): if ${value} is a string that holds a JSON object,
 * array or string, what it holds, repeatedly ("JSON in JSON", up to 8 deep); else ${value} itself.
 * A string that only looks like JSON stays a string: never an error for bad
 * text, only BL_ENOMEM / BL_ELIMIT.
 * Source: config-data formats, supplementaryConfiguration of API replies.
 */
BL_STATUS bl_json_decode(struct bl_json_parser *parser, const struct bl_json *value,
    struct bl_arena *arena, const struct bl_json **ret_out, struct bl_err *reterr);

/* bl_json_get(object, key): the member, or NULL (also when ${object} is NULL or
 * no object).  bl_json_at(array, i): the element, or NULL. */
const struct bl_json *bl_json_get(const struct bl_json *object, struct bl_str key);
const struct bl_json *bl_json_at(const struct bl_json *array, size_t i);

/* bl_json_str(value): the text of a string, or the absent string. */
struct bl_str bl_json_str(const struct bl_json *value);

/* bl_json_i64(value, &v): an integer, also written as 16.0; false otherwise. */
bool bl_json_i64(const struct bl_json *value, int64_t *ret_value);

/* bl_json_missing(value): NULL or JSON null: the same thing to rules. */
bool bl_json_missing(const struct bl_json *value);

/* bl_json_compact(text, out): ${text} without insignificant white space, nothing else touched,
 * appended to ${out}.  No check of the grammar: parse for that. */
BL_STATUS bl_json_compact(struct bl_str text, struct bl_buf *out, struct bl_err *reterr);

/* bl_json_dump(value, out): compact JSON of a tree.  Members in order; strings
 * escaped as bl_json_w_* does; numbers as written. */
BL_STATUS bl_json_dump(const struct bl_json *value, struct bl_buf *out, struct bl_err *reterr);

#endif
