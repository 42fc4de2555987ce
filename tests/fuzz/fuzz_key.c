/* A name from anywhere: an answer, within the name's own bytes or the arena's. */
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "delivery/key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bl_arena *arena = bl_arena_new((size_t)1 << 20);
	struct bl_key key;
	struct bl_err err;
	enum bl_status status;

	if (arena == NULL)
		return 0;
	status = bl_key_parse((struct bl_str){(const char *)data, size}, arena, &key, &err);
	if (status == BL_OK && key.kind == BL_KEY_HISTORY &&
	    (key.type.len == 0 || key.account.len != 12 || key.region.len == 0))
		abort();
	if (status == BL_OK && key.kind == BL_KEY_SNAPSHOT && key.snapshot_id.len != 36)
		abort();
	bl_arena_free(&arena);
	return 0;
}
