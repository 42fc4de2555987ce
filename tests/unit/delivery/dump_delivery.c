/*
 * Prints what the reader makes of files, one line a fact, for tests in Python:
 *
 *	FILE path kind complete trusted n_items bytes_json gzip sha256 reason message_type snapshot
 *	ITEM index offset dialect status type id account region capture state bytes
 *	BAD index offset reason
 *	QUAR index offset length reason
 *
 * Fields are separated by tabs; tabs in texts become blanks.
 * Each item is also read by bl_item_head_parse, and a difference ends the program with status 1.
 * dump_delivery [-r (raw items to standard output only)] [-k KEY] FILE...
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "delivery/item.h"
#include "delivery/reader.h"
#include "head_same.h"
#include "os/os.h"
#include "json/json.h"

struct dump {
	struct bl_json_parser *parser;
	bool raw;
};

static void
put(struct bl_str s)
{
	if (s.ptr == NULL)
		putchar('-');
	for (size_t i = 0; i < s.len; i++)
		putchar((unsigned char)s.ptr[i] < 0x20 ? ' ' : s.ptr[i]);
}

static void
compare_head(struct bl_json_parser *parser, struct bl_str bytes, struct bl_arena *arena)
{
	enum bl_status status;
	const char *difference = head_difference(parser, bytes, arena, &status);

	if (difference == NULL)
		return;
	(void)fprintf(
	    stderr, "bl_item_head_parse differs: %s: %.*s\n", difference, BL_STR_ARG(bytes));
	exit(1);
}

static enum bl_status
on_item(void *ctx, struct bl_str bytes, uint64_t index, uint64_t offset, struct bl_err *reterr)
{
	struct dump *d = ctx;
	struct bl_arena *arena = bl_arena_new((size_t)1 << 30);
	struct bl_item item;
	struct bl_err err;
	char when[BL_INSTANT_TEXT];

	(void)reterr;
	if (arena == NULL)
		exit(1);
	compare_head(d->parser, bytes, arena);
	if (d->raw) {
		(void)fwrite(bytes.ptr, 1, bytes.len, stdout);
		putchar('\n');
	} else if (bl_item_parse(d->parser, bytes, arena, &item, &err) != BL_OK) {
		printf("BAD\t%" PRIu64 "\t%" PRIu64 "\t%s\n", index, offset, err.text);
	} else {
		printf("ITEM\t%" PRIu64 "\t%" PRIu64 "\t%d\t%s\t", index, offset, (int)item.dialect,
		    bl_item_status_name(item.status));
		put(item.type);
		putchar('\t');
		put(item.id);
		putchar('\t');
		put(item.account);
		putchar('\t');
		put(item.region);
		printf("\t%s\t%" PRId64 "\t%zu\n", bl_instant_format(item.capture_ns, when),
		    item.state_id, bytes.len);
	}
	bl_arena_free(&arena);
	return BL_OK;
}

static enum bl_status
on_quarantine(void *ctx, const struct bl_quarantine *q, struct bl_err *reterr)
{
	const struct dump *d = ctx;

	(void)reterr;
	if (d->raw)
		return BL_OK;
	printf("QUAR\t%" PRId64 "\t%" PRId64 "\t%" PRIu64 "\t", (int64_t)q->item_index,
	    (int64_t)q->offset, q->length);
	put(q->reason);
	putchar('\n');
	return BL_OK;
}

static int
dump(struct dump *d, const char *path, const char *key)
{
	struct bl_arena *arena = bl_arena_new((size_t)256 << 20);
	struct bl_reader_result r;
	struct bl_reader_sink sink = {.ctx = d, .item = on_item, .quarantine = on_quarantine};
	struct bl_file *file = NULL;
	struct bl_err err;
	char hex[BL_SHA256_HEX];

	if (arena == NULL || bl_os_open(bl_os_posix(), path, BL_OPEN_READ, &file, &err) != BL_OK ||
	    bl_reader_read(file, bl_str_of(key != NULL ? key : path), d->parser, arena, sink, &r,
		&err) != BL_OK) {
		(void)fprintf(stderr, "%s: %s\n", path, err.text);
		return 1;
	}
	if (!d->raw) {
		printf("FILE\t%s\t%s\t%d\t%d\t%" PRIu64 "\t%" PRIu64 "\t%d\t%s\t", path,
		    bl_delivery_kind_name(r.kind), r.complete, r.trusted, r.n_items,
		    r.stats.bytes_json, r.stats.gzip, bl_sha256_hex(&r.stats.sha256, hex));
		put(r.skip_reason);
		putchar('\t');
		put(r.message_type);
		putchar('\t');
		put(r.snapshot_id);
		printf("\t%zu\n", r.whole.len);
	}
	bl_file_close(&file);
	bl_arena_free(&arena);
	return 0;
}

int
main(int argc, char **argv)
{
	struct dump d = {0};
	struct bl_err err;
	const char *key = NULL;
	int failed = 0;

	if (bl_json_parser_new((struct bl_json_limits){0}, &d.parser, &err) != BL_OK)
		return 1;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "-r") == 0)
			d.raw = true;
		else if (strcmp(argv[i], "-k") == 0 && i + 1 < argc)
			key = argv[++i];
		else
			failed |= dump(&d, argv[i], key);
	}
	bl_json_parser_free(&d.parser);
	return failed;
}
