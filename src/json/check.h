#ifndef BL_JSON_CHECK_H
#define BL_JSON_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"
#include "json/json.h"

/*
 * The complete check of a text without a tree, for those who want to know that a text is right
 * and a few of its values.  Texts that are wrong, or so rare that they are not worth a
 * second set of rules, get no verdict here: bl_json_parse has it, and the words.
 */
struct bl_json_seen {
	uint32_t depth; /* 1: a child of the root. */
	enum bl_json_kind kind;
	struct bl_str key;  /* Of a member; absent in arrays. */
	struct bl_str text; /* STRING: as written, without the quotes; NUMBER; else absent. */
	bool escaped;	    /* STRING: ${text} holds escapes, all of them valid. */
};

enum bl_json_visit {
	BL_JSON_VISIT_ON,    /* Go on; not into the children of this one. */
	BL_JSON_VISIT_ENTER, /* Show the children too. */
	BL_JSON_VISIT_STOP,  /* No verdict. */
};

/* Called for each child of the root and of what was entered, in the order of the text.  What it
 * is shown was not all checked: a fault may follow.  Views are of the text. */
struct bl_json_visitor {
	void *ctx;
	enum bl_json_visit (*value)(void *ctx, const struct bl_json_seen *seen);
};

/*
 * bl_json_check(parser, text, visitor): true only if bl_json_parse accepts ${text} (given the
 * memory) and it is an object or array.  False is no verdict: some valid texts get it too (a key
 * written with escapes; keys whose short hashes meet), and lack of memory.
 * ${visitor} may be NULL.  Not to be called again from within the visitor.
 */
bool bl_json_check(
    struct bl_json_parser *parser, struct bl_str text, const struct bl_json_visitor *visitor);

/* bl_json_unescape(arena, text, &out): what a string that was seen stands for, as a copy.
 * BL_ENOMEM; BL_EINPUT for a bad escape. */
BL_STATUS bl_json_unescape(
    struct bl_arena *arena, struct bl_str text, struct bl_str *ret_out, struct bl_err *reterr);

#endif
