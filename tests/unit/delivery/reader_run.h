#ifndef TESTS_DELIVERY_READER_RUN_H
#define TESTS_DELIVERY_READER_RUN_H

/* An object through the reader, and what it gave; every view that it lets stay is held to that. */
#include "delivery/reader.h"

#include "base/hash.h"
#include "support.h"

static struct bl_json_parser *parser;

/* What a run gave: one line each. */
struct run {
	struct bl_arena *arena;
	struct bl_buf log;
	struct bl_reader_result result;
	struct bl_err err;
	enum bl_status sink_fails; /* From the second item on. */
	unsigned n_items;
	enum bl_status piece_fails; /* When the first one goes. */
	struct bl_str piece;
	/* What lies in the piece must be the same when it goes. */
	struct {
		struct bl_str bytes;
		uint64_t hash;
	} held[64];
	unsigned n_held, n_stayed;
};

static enum bl_status
on_piece(void *ctx, struct bl_str piece, struct bl_err *reterr)
{
	struct run *run = ctx;

	/* In turn: one that is there, and its end. */
	assert_true((run->piece.ptr == NULL) == (piece.ptr != NULL));
	assert_true(piece.ptr == NULL || piece.len > 0);
	for (unsigned i = 0; i < run->n_held; i++)
		assert_true(bl_hash64_of(run->held[i].bytes) == run->held[i].hash);
	run->n_stayed += run->n_held;
	run->n_held = 0;
	run->piece = piece;
	if (piece.ptr == NULL && run->piece_fails != BL_OK)
		return bl_fail(reterr, run->piece_fails, "no room for what waited");
	return BL_OK;
}

static void
hold(struct run *run, struct bl_str bytes)
{
	uintptr_t at = (uintptr_t)bytes.ptr, piece = (uintptr_t)run->piece.ptr;

	if (piece == 0 || at < piece || at >= piece + run->piece.len || run->n_held == 64)
		return;
	assert_true(bytes.len <= piece + run->piece.len - at);
	run->held[run->n_held].bytes = bytes;
	run->held[run->n_held++].hash = bl_hash64_of(bytes);
}

static enum bl_status
on_item(void *ctx, struct bl_str bytes, uint64_t index, uint64_t offset, struct bl_err *reterr)
{
	struct run *run = ctx;

	hold(run, bytes);
	if (++run->n_items > 1 && run->sink_fails != BL_OK)
		return bl_fail(reterr, run->sink_fails, "the store is full");
	return bl_buf_printf(
	    &run->log, reterr, "item %d @%d %.*s\n", (int)index, (int)offset, BL_STR_ARG(bytes));
}

static enum bl_status
on_quarantine(void *ctx, const struct bl_quarantine *q, struct bl_err *reterr)
{
	struct run *run = ctx;

	return bl_buf_printf(&run->log, reterr, "bad %d @%d +%d %.*s\n", (int)q->item_index,
	    (int)q->offset, (int)q->length, BL_STR_ARG(q->reason));
}

static enum bl_status
read_bytes(struct run *run, const char *key, struct bl_str bytes, size_t step)
{
	struct mem_os os;
	struct bl_file *file = NULL;
	enum bl_status status;

	mem_os_init(&os, bytes, step);
	run->log.len = 0;
	run->n_items = run->n_held = run->n_stayed = 0;
	run->piece.ptr = NULL;
	bl_arena_reset(run->arena);
	status = bl_os_open(&os.os, "x", BL_OPEN_READ, &file, &run->err);
	if (status == BL_OK)
		status = bl_reader_read(file, bl_str_of(key), parser, run->arena,
		    (struct bl_reader_sink){.ctx = run,
			.item = on_item,
			.quarantine = on_quarantine,
			.piece = on_piece},
		    &run->result, &run->err);
	bl_file_close(&file);
	assert_null(run->piece.ptr);
	return status;
}

static struct run
new_run(void)
{
	struct run run = {.arena = bl_arena_new(1 << 26), .log = BL_BUF_INIT(1 << 26)};

	assert_non_null(run.arena);
	return run;
}

static void
end_run(struct run *run)
{
	bl_arena_free(&run->arena);
	bl_buf_release(&run->log);
}

#endif
