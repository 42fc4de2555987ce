/*
 * Statements, one after the other as ';' parts them: parsed, and what can be bound to the test's
 * tables is bound and explained.  Whatever the bytes: a plan, or an error with words.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "sql/ast.h"
#include "unit/sql/front.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bl_str rest = {(const char *)data, size};
	struct bl_arena *arena = bl_arena_new((size_t)16 << 20);

	if (arena == NULL)
		abort();
	for (int i = 0; i < 20 && rest.len > 0; i++) {
		struct bl_statement *statement = NULL;
		struct bl_bound_query bound;
		struct bl_str here = rest, text;
		struct bl_err err = {0};

		if (bl_sql_parse(here, 0, arena, &statement, &rest, &err)) {
			if (err.text[0] == '\0')
				abort(); /* A failure without words helps nobody. */
			break;
		}
		if (rest.len >= here.len)
			abort(); /* Each statement takes some of the text. */
		if (front_bind(arena, here, &bound, &err)) {
			if (err.text[0] == '\0')
				abort();
		} else if (bound.plan != NULL && bl_plan_text(&bound, NULL, arena, &text, &err) &&
			   err.status != BL_ENOMEM && err.status != BL_ELIMIT) {
			abort();
		}
		bl_arena_reset(arena);
	}
	bl_arena_free(&arena);
	return 0;
}
