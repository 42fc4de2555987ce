/*
 * How long a question takes when its store is open and its columns are in memory: what of a type
 * was there at a moment with a condition that is TRUE.  One line for each round: microseconds.
 *
 *	bench_question STORE INSTANT TYPE WHERE ROUNDS
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "cli/cli.h"
#include "cli/inventory.h"
#include "cli/verbs.h"
#include "cli/view.h"
#include "cli/where.h"
#include "os/os.h"

static void
set(struct bl_cli *cli, const char *name, const char *value)
{
	for (size_t i = 0; cli->verb->options[i].name != NULL; i++)
		if (bl_str_eq(bl_str_of(cli->verb->options[i].name), bl_str_of(name)))
			cli->value[i] = value;
}

static enum bl_status
ask(struct bl_view *view, const char *at, const char *text, uint64_t rounds)
{
	struct bl_cli *cli = view->cli;
	const struct bl_timeline *timeline = NULL;
	const struct bl_inventory *inventory = NULL;
	struct bl_where *where = NULL;
	struct bl_moment moment;
	uint32_t *types = NULL;
	size_t n_types = 0;
	enum bl_status status = bl_view_types(view, &types, &n_types);

	if (status == BL_OK)
		status = bl_view_timeline(view, types, n_types, &timeline);
	if (status == BL_OK)
		status = bl_view_moment(view, at, &moment);
	if (status == BL_OK)
		status = bl_where_new(view, text, &where);
	for (uint64_t i = 0; i < rounds && status == BL_OK; i++) {
		struct bl_arena_mark mark = bl_arena_mark(cli->arena);
		int64_t begin = bl_os_tick_ns(cli->os);

		status = bl_inventory_take(view, timeline, &moment, where, &inventory);
		if (status == BL_OK)
			(void)printf("%.1f\n", (double)(bl_os_tick_ns(cli->os) - begin) / 1000);
		if (status == BL_OK && i + 1 == rounds)
			(void)fprintf(
			    stderr, "%" PRIu64 " counted\n", inventory->counts[BL_OUT_COUNTED]);
		bl_arena_rewind(cli->arena, mark);
	}
	return status;
}

int
main(int argc, char **argv)
{
	struct bl_cli cli = {.os = bl_os_posix(),
	    .arena = bl_arena_new((size_t)8 << 30),
	    .verb = &bl_verb_at,
	    .quiet = true};
	struct bl_view view = {.cli = &cli};
	enum bl_status status;

	if (argc != 6 || cli.arena == NULL) {
		(void)fputs("bench_question STORE INSTANT TYPE WHERE ROUNDS\n", stderr);
		return 1;
	}
	set(&cli, "store", argv[1]);
	set(&cli, "type", argv[3]);
	status = bl_view_open(&cli, &view);
	if (status == BL_OK)
		status = ask(&view, argv[2], argv[4], strtoull(argv[5], NULL, 10));
	if (status != BL_OK)
		(void)fprintf(stderr, "bench_question: %s\n", cli.err.text);
	bl_view_close(&view);
	bl_arena_free(&cli.arena);
	return status == BL_OK ? 0 : 1;
}
