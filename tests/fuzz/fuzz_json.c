/* Any bytes: no crash; what is accepted is dumped, read again and the same, and
 * compacting changes nothing that the parser sees. */
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "json/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool ok)
{
	if (!ok)
		abort();
}

static struct bl_buf
dumped(const struct bl_json *root)
{
	struct bl_buf out = BL_BUF_INIT((size_t)64 << 20);

	require(bl_json_dump(root, &out, NULL) == BL_OK);
	return out;
}

static void
check_accepted(struct bl_json_parser *parser, struct bl_arena *arena, struct bl_str text,
    const struct bl_json *root)
{
	struct bl_buf first = dumped(root), second, compact = BL_BUF_INIT((size_t)64 << 20);
	const struct bl_json *again = NULL, *out = NULL;
	enum bl_status status;

	require(bl_json_parse(parser, bl_buf_str(&first), arena, &again, NULL) == BL_OK);
	second = dumped(again);
	require(bl_str_eq(bl_buf_str(&first), bl_buf_str(&second)));
	bl_buf_release(&second);

	require(bl_json_compact(text, &compact, NULL) == BL_OK);
	require(bl_json_parse(parser, bl_buf_str(&compact), arena, &again, NULL) == BL_OK);
	second = dumped(again);
	require(bl_str_eq(bl_buf_str(&first), bl_buf_str(&second)));
	bl_buf_release(&second);

	status = bl_json_decode(parser, root, arena, &out, NULL);
	require(status == BL_OK || status == BL_ELIMIT);
	bl_buf_release(&first);
	bl_buf_release(&compact);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bl_str text = {(const char *)data, size};
	struct bl_arena *arena = bl_arena_new((size_t)1 << 30);
	struct bl_json_parser *parser = NULL;
	const struct bl_json *root = NULL;
	struct bl_buf compact = BL_BUF_INIT((size_t)64 << 20);
	struct bl_err err = {.status = BL_OK};

	if (size > (size_t)1 << 20 || arena == NULL) {
		bl_arena_free(&arena);
		return 0;
	}
	require(bl_json_parser_new((struct bl_json_limits){0}, &parser, NULL) == BL_OK);
	if (bl_json_parse(parser, text, arena, &root, &err) == BL_OK) {
		check_accepted(parser, arena, text, root);
	} else {
		require(err.status == BL_EINPUT || err.status == BL_ELIMIT);
		require(err.text[0] != '\0');
		require(err.offset == BL_NO_OFFSET || err.offset <= size);
	}
	require(bl_json_compact(text, &compact, NULL) == BL_OK);
	require(compact.len <= size);
	bl_buf_release(&compact);
	bl_json_parser_free(&parser);
	bl_arena_free(&arena);
	return 0;
}
