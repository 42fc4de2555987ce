/* Reads texts, each behind its length as four bytes (little endian), from
 * standard input; writes one letter for each: A accepted, R refused, L a limit.
 * For json_differential.py. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "json/json.h"

static char
verdict(struct bl_json_parser *parser, struct bl_arena *arena, const char *text, size_t len)
{
	const struct bl_json *root = NULL;

	bl_arena_reset(arena);
	switch (bl_json_parse(parser, (struct bl_str){text, len}, arena, &root, NULL)) {
	case BL_OK: return root == NULL ? '?' : 'A';
	case BL_EINPUT: return 'R';
	case BL_ELIMIT: return 'L';
	case BL_EUSAGE:
	case BL_ENOTFOUND:
	case BL_ELOCKED:
	case BL_EUNSUPPORTED:
	case BL_ENOMEM:
	case BL_EIO:
	case BL_ECORRUPT: break;
	}
	return '?';
}

int
main(void)
{
	struct bl_json_parser *parser = NULL;
	struct bl_arena *arena = bl_arena_new((size_t)64 << 20);
	unsigned char head[4];

	if (arena == NULL || bl_json_parser_new((struct bl_json_limits){0}, &parser, NULL) != BL_OK)
		return 1;
	while (fread(head, 1, 4, stdin) == 4) {
		size_t len = (size_t)head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16 |
			     (size_t)head[3] << 24;
		char *text = malloc(len > 0 ? len : 1);

		if (text == NULL || fread(text, 1, len, stdin) != len)
			return 1;
		(void)putchar(verdict(parser, arena, text, len));
		free(text);
	}
	bl_json_parser_free(&parser);
	bl_arena_free(&arena);
	return 0;
}
