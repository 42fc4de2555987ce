/* Any bytes as a delivery: every item parsed or refused; in steps of one byte the same items. */
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/hash.h"
#include "delivery/item.h"
#include "delivery/reader.h"
#include "mem_file.h"
#include "json/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sum {
	struct bl_json_parser *parser;
	uint64_t hash, items, quarantined;
};

static enum bl_status
on_item(void *ctx, struct bl_str bytes, uint64_t index, uint64_t offset, struct bl_err *reterr)
{
	struct sum *s = ctx;
	struct bl_arena *arena = bl_arena_new((size_t)64 << 20);
	struct bl_item item;
	struct bl_err err;

	(void)reterr;
	if (arena == NULL)
		abort();
	if (bl_item_parse(s->parser, bytes, arena, &item, &err) == BL_OK && item.account.len != 12)
		abort();
	bl_arena_free(&arena);
	s->hash = s->hash * 31 + bl_hash64_of(bytes) + index + offset;
	s->items++;
	return BL_OK;
}

static enum bl_status
on_quarantine(void *ctx, const struct bl_quarantine *q, struct bl_err *reterr)
{
	struct sum *s = ctx;

	(void)reterr;
	if (q->reason.len == 0)
		abort();
	s->items += q->item_index != BL_NO_OFFSET;
	s->quarantined++;
	return BL_OK;
}

static void
run(struct sum *s, const uint8_t *data, size_t size, size_t step)
{
	struct bl_arena *arena = bl_arena_new((size_t)256 << 20);
	struct bl_reader_result r;
	struct mem_file m;
	struct bl_file *file = NULL;
	struct bl_err err;

	mem_file_init(&m, data, size, step);
	if (arena == NULL || bl_os_open(&m.os, "x", BL_OPEN_READ, &file, &err) != BL_OK ||
	    bl_reader_read(file, BL_STR("x.json"), s->parser, arena,
		(struct bl_reader_sink){.ctx = s, .item = on_item, .quarantine = on_quarantine}, &r,
		&err) != BL_OK)
		abort();
	if (r.n_items != s->items || !r.stats.at_end || r.stats.bytes_in != size)
		abort();
	if (r.kind == BL_DELIVERY_NONE ? r.skip_reason.len == 0 || s->quarantined > 0
				       : !r.complete && s->quarantined == 0)
		abort();
	bl_file_close(&file);
	bl_arena_free(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sum whole = {0}, bytes = {0};
	struct bl_err err;

	if (bl_json_parser_new((struct bl_json_limits){0}, &whole.parser, &err) != BL_OK)
		abort();
	bytes.parser = whole.parser;
	run(&whole, data, size, SIZE_MAX);
	run(&bytes, data, size, 1);
	if (whole.hash != bytes.hash || whole.items != bytes.items ||
	    whole.quarantined != bytes.quarantined)
		abort();
	bl_json_parser_free(&whole.parser);
	return 0;
}
