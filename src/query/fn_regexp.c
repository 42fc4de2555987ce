/*
 * regexp_like, through PCRE2.  Patterns can be written that take exponential time: the match, depth
 * and heap limits turn them into an error.  PCRE2's memory comes from our arenas, so that a
 * compiled pattern lives and dies with its expression and counts against its budget.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdalign.h>

#include "base/arena.h"
#include "query/functions.h"
#include "query/value_priv.h"

#define MAX_PATTERN_BYTES 1000
#define MATCH_LIMIT 200000
#define DEPTH_LIMIT 2000
#define HEAP_LIMIT_KIB 2048

static void *
take(PCRE2_SIZE bytes, void *arena)
{
	return bl_arena_alloc(arena, 1, alignof(max_align_t), bytes);
}

static void
leave(void *memory, void *arena)
{
	(void)memory, (void)arena; /* The arena's owner frees all. */
}

static BL_STATUS
compile(const struct bl_node *at, struct bl_str pattern, struct bl_arena *arena,
    pcre2_code **ret_code, struct bl_err *reterr)
{
	pcre2_general_context *general = pcre2_general_context_create(take, leave, arena);
	pcre2_compile_context *context;
	int error = 0;
	PCRE2_SIZE where = 0;
	PCRE2_UCHAR words[160];

	if (pattern.len > MAX_PATTERN_BYTES)
		return bl_fail_pos(reterr, BL_EINPUT, at->line, at->column,
		    "the pattern is longer than %d bytes", MAX_PATTERN_BYTES);
	context = general == NULL ? NULL : pcre2_compile_context_create(general);
	if (context == NULL)
		return bl_eval__no_memory(reterr);
	*ret_code = pcre2_compile((PCRE2_SPTR)pattern.ptr, pattern.len,
	    PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C, &error, &where, context);
	if (*ret_code != NULL)
		return BL_OK;
	if (error == PCRE2_ERROR_NOMEMORY || error == PCRE2_ERROR_HEAP_FAILED)
		return bl_eval__no_memory(reterr);
	(void)pcre2_get_error_message(error, words, sizeof(words));
	return bl_fail_pos(reterr, BL_EINPUT, at->line, at->column,
	    "the pattern is wrong at its byte %zu: %s", (size_t)where + 1, (const char *)words);
}

BL_PREPARE(bl_fn__regexp_prepare)
{
	const struct bl_node *arg = call->kids[1];
	pcre2_code *code = NULL;
	enum bl_status status;

	if (arg->kind != BL_NODE_LITERAL || arg->value.null)
		return BL_OK; /* Compiled at each evaluation. */
	status = compile(arg, arg->value.str, arena, &code, reterr);
	if (!status)
		call->prepared = code;
	return status;
}

/* regexp_like(text, pattern): is the pattern found anywhere in the text? */
BL_FUNCTION(bl_fn__regexp_like)
{
	struct bl_arena_mark mark = bl_arena_mark(ev->arena);
	pcre2_code *code = call->prepared;
	pcre2_general_context *general;
	pcre2_match_context *context = NULL;
	pcre2_match_data *data = NULL;
	enum bl_status status = bl_eval__spend(ev, call, 16 + args[0].str.len / 16, reterr);
	int found;

	if (!status && code == NULL)
		status = compile(call->kids[1], args[1].str, ev->arena, &code, reterr);
	if (status)
		return status;
	general = pcre2_general_context_create(take, leave, ev->arena);
	if (general != NULL) {
		context = pcre2_match_context_create(general);
		data = pcre2_match_data_create(1, general);
	}
	if (context == NULL || data == NULL)
		return bl_eval__no_memory(reterr);
	(void)pcre2_set_match_limit(context, MATCH_LIMIT);
	(void)pcre2_set_depth_limit(context, DEPTH_LIMIT);
	(void)pcre2_set_heap_limit(context, HEAP_LIMIT_KIB);
	found =
	    pcre2_match(code, (PCRE2_SPTR)args[0].str.ptr, args[0].str.len, 0, 0, data, context);
	bl_arena_rewind(ev->arena, mark);
	if (found == PCRE2_ERROR_NOMEMORY)
		return bl_eval__no_memory(reterr);
	if (found < 0 && found != PCRE2_ERROR_NOMATCH)
		return bl_eval__fail(call->kids[0], args, reterr,
		    "and regexp_like() gives up on it (PCRE2 error %d): simplify the pattern",
		    found);
	*ret_value = bl_value__boolean(found >= 0);
	return BL_OK;
}
