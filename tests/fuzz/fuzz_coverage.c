/* Any bytes: as CloudTrail events and as an account list with its date, no crash; what a list names
 * is in order, each account once, and found again; every event has its place. */
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/instant.h"
#include "delivery/trail.h"
#include "timeline/coverage_accounts.h"
#include "timeline/coverage_priv.h"
#include "json/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool ok)
{
	if (!ok)
		abort();
}

static enum bl_status
on_event(void *ctx, const struct bl_trail_event *e, struct bl_err *reterr)
{
	size_t *n = ctx;

	(void)reterr;
	require(e->account.len > 0 && e->region.len > 0);
	require(bl_trail_act_name(e->act) != NULL);
	(*n)++;
	return BL_OK;
}

static void
as_events(struct bl_str text, struct bl_arena *arena, struct bl_arena *texts)
{
	struct bl_json_parser *parser = NULL;
	const struct bl_json *root = NULL;
	size_t n = 0;
	enum bl_status status;

	require(bl_json_parser_new((struct bl_json_limits){0}, &parser, NULL) == BL_OK);
	if (bl_json_parse(parser, text, arena, &root, NULL) == BL_OK) {
		status = bl_trail_read(parser, root, texts, on_event, &n, NULL);
		/* A log that is kept gives what it was kept for, or tells what is wrong. */
		if (bl_trail_is_act(root))
			require(n == 1 || status != BL_OK);
		if (!bl_trail_is_log(root))
			require(!bl_trail_log_has_act(root));
	}
	bl_json_parser_free(&parser);
}

static void
as_accounts(struct bl_str text, struct bl_arena *arena)
{
	struct bl_account_list list;

	if (bl_coverage_accounts_read(text, arena, &list, NULL) != BL_OK)
		return;
	for (size_t i = 0; i < list.n; i++) {
		require(i == 0 || bl_str_cmp(list.accounts[i - 1].id, list.accounts[i].id) < 0);
		require(bl_coverage_accounts_find(&list, list.accounts[i].id) == &list.accounts[i]);
	}
}

/* As a list whose first line is also its name: a date is a time of that year, or there is none. */
static void
as_dated(struct bl_str text)
{
	size_t end = bl_str_find_byte(text, '\n');
	struct bl_str name = bl_str_sub(text, 0, end == SIZE_MAX ? text.len : end);
	int64_t ns = BL_INSTANT_MIN;

	if (bl_coverage__list_date(text, name, &ns, NULL) == BL_OK && ns != BL_INSTANT_MIN)
		require(ns >= 0 && ns < bl_instant_civil(2261, 1, 2));
	if (bl_coverage__http_date(name, &ns))
		require(ns >= 0 && ns < bl_instant_civil(2261, 1, 2));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bl_str text = {(const char *)data, size};
	struct bl_arena *arena = bl_arena_new((size_t)1 << 30);
	struct bl_arena *texts = bl_arena_new((size_t)1 << 30);

	require(arena != NULL && texts != NULL);
	as_events(text, arena, texts);
	bl_arena_reset(arena);
	as_accounts(text, arena);
	as_dated(text);
	bl_arena_free(&texts);
	bl_arena_free(&arena);
	return 0;
}
