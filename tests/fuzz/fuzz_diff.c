/* Two values, parted by the first NUL byte: applying their difference to the one gives the other.
 */
#include <stdint.h>
#include <stdlib.h>

#include "unit/json/json_apply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool ok)
{
	if (!ok)
		abort();
}

static void
check(struct bl_arena *arena, const struct bl_json *a, const struct bl_json *b)
{
	struct bl_json_change *changes = NULL;
	const struct bl_json *c;
	bool equal = false;
	size_t n = 0;
	enum bl_status status = bl_json_diff(a, b, arena, &changes, &n, NULL);

	require(status == BL_OK || status == BL_ENOMEM);
	if (status != BL_OK || n > 2000) /* Applying is quadratic. */
		return;
	c = json_apply(arena, a, changes, n);
	require(c != NULL);
	require(bl_json_equal(b, c, arena, &equal, NULL) == BL_OK && equal);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bl_str text = {(const char *)data, size};
	size_t at = bl_str_find_byte(text, '\0');
	struct bl_arena *arena = bl_arena_new((size_t)1 << 30);
	struct bl_json_parser *parser = NULL;
	const struct bl_json *a = NULL, *b = NULL;

	if (size > (size_t)1 << 16 || at == SIZE_MAX || arena == NULL) {
		bl_arena_free(&arena);
		return 0;
	}
	require(bl_json_parser_new((struct bl_json_limits){0}, &parser, NULL) == BL_OK);
	if (bl_json_parse(parser, bl_str_sub(text, 0, at), arena, &a, NULL) == BL_OK &&
	    bl_json_parse(parser, bl_str_sub(text, at + 1, size), arena, &b, NULL) == BL_OK)
		check(arena, a, b);
	bl_json_parser_free(&parser);
	bl_arena_free(&arena);
	return 0;
}
