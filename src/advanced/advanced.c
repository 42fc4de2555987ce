/* The public face: codes, and the check of a text alone. */
#include "advanced/advanced.h"

#include <assert.h>

#include "advanced/advanced_priv.h"
#include "base/arena.h"

#define CHECK_BYTES ((size_t)64 << 20)

const char *
bl_advanced_code_name(enum bl_advanced_code code)
{
	switch (code) {
	case BL_ADVANCED_OK: return "";
	case BL_ADVANCED_INVALID_EXPRESSION: return "InvalidExpressionException";
	case BL_ADVANCED_INVALID_LIMIT: return "InvalidLimitException";
	case BL_ADVANCED_INVALID_TOKEN: return "InvalidNextTokenException";
	}
	assert(false);
	return "";
}

BL_STATUS
bl_advanced__parse_told(struct bl_str text, enum bl_advanced_mode mode, struct bl_arena *arena,
    const struct bl_advanced_query **ret_query, enum bl_advanced_code *ret_code,
    struct bl_err *reterr)
{
	struct bl_err err = {0};
	enum bl_status status = bl_advanced__parse(text, mode, arena, ret_query, &err);

	*ret_code = BL_ADVANCED_OK;
	if (status == BL_OK)
		return BL_OK;
	if (status != BL_ENOMEM)
		*ret_code = BL_ADVANCED_INVALID_EXPRESSION;
	if (err.line > 0)
		bl_err_prefix(&err, "line %u, column %u", err.line, err.column);
	if (reterr != NULL)
		*reterr = err;
	return status;
}

BL_STATUS
bl_advanced_check(struct bl_str text, enum bl_advanced_mode mode, enum bl_advanced_code *ret_code,
    struct bl_err *reterr)
{
	struct bl_arena *arena = bl_arena_new(CHECK_BYTES);
	const struct bl_advanced_query *query;
	enum bl_status status;

	*ret_code = BL_ADVANCED_OK;
	if (arena == NULL)
		return bl_advanced__no_memory(reterr);
	status = bl_advanced__parse_told(text, mode, arena, &query, ret_code, reterr);
	bl_arena_free(&arena);
	return status;
}
