/* Any bytes as an item: the quick way to its head and the way through the tree say the same. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "unit/delivery/head_same.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bl_arena *arena = bl_arena_new((size_t)1 << 30);
	struct bl_json_parser *parser = NULL;
	enum bl_status status;
	const char *difference;

	if (arena == NULL || bl_json_parser_new((struct bl_json_limits){0}, &parser, NULL) != BL_OK)
		abort();
	if (size <= (size_t)1 << 20) {
		difference = head_difference(
		    parser, (struct bl_str){(const char *)data, size}, arena, &status);
		if (difference != NULL) {
			(void)fprintf(stderr, "%s differs\n", difference);
			abort();
		}
	}
	bl_json_parser_free(&parser);
	bl_arena_free(&arena);
	return 0;
}
