/*
 * What a time line costs, and what it says: bench_timeline STORE [POSITION] builds that of all
 * types (of the deliveries up to POSITION) and prints seconds, memory, and a hash of everything
 * that it says, so that two builds can be compared on the same store.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/arena.h"
#include "base/hash.h"
#include "columns/columns.h"
#include "os/os.h"
#include "store/store.h"
#include "timeline/timeline.h"

#define BUDGET ((size_t)64 << 30)

static double
seconds(struct bl_os *os, int64_t *at)
{
	int64_t now = bl_os_tick_ns(os);
	double s = (double)(now - *at) / 1e9;

	*at = now;
	return s;
}

static uint64_t
mixed(uint64_t hash, uint64_t word)
{
	return (hash ^ word) * 0x9e3779b97f4a7c15u ^ hash >> 29;
}

static uint64_t
said(const struct bl_timeline *t, size_t *ret_n_states, size_t *ret_n_vanished)
{
	uint64_t hash = 0;

	for (size_t i = 0; i < t->n; i++) {
		const struct bl_resource *r = &t->resources[i];

		hash = mixed(hash, bl_hash64_of(r->account) + bl_hash64_of(r->region));
		hash = mixed(hash, bl_hash64_of(r->id) + bl_hash64_of(r->name));
		*ret_n_states += r->n_states;
		for (size_t k = 0; k < r->n_states; k++) {
			const struct bl_state *s = &r->states[k];

			hash = mixed(hash, (uint64_t)s->kind);
			hash = mixed(hash, (uint64_t)s->from_ns);
			hash = mixed(hash, (uint64_t)s->to_ns);
			hash = mixed(hash, (uint64_t)s->version.type_no << 32 | s->version.ordinal);
			hash = mixed(hash, s->position);
			*ret_n_vanished += s->kind == BL_STATE_VANISHED;
		}
	}
	return hash;
}

int
main(int argc, char **argv)
{
	struct bl_os *os = bl_os_posix();
	struct bl_arena *arena = bl_arena_new(BUDGET);
	const struct bl_timeline *t = NULL;
	const struct bl_heads *heads;
	struct bl_columns *columns = NULL;
	struct bl_store *store = NULL;
	size_t n_states = 0, n_vanished = 0;
	uint64_t hash, position = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
	uint32_t n_types, *types;
	struct rusage u;
	struct bl_err err;
	int64_t at = bl_os_tick_ns(os);

	if (argc < 2) /* As a benchmark of meson, without a store: nothing to measure. */
		return 77;
	assert_non_null(arena);
	assert_ok(bl_store_open(os, argv[1], BL_STORE_READ, &store, &err), err);
	assert_ok(bl_columns_new(store, BL_COLUMNS_CANONICAL, &columns, &err), err);
	n_types = bl_store_n_types(store);
	types = bl_new(arena, uint32_t, n_types);
	assert_non_null(types);
	for (uint32_t i = 0; i < n_types; i++) {
		types[i] = i;
		assert_ok(bl_columns_heads(columns, i, &heads, &err), err);
	}
	printf("open and heads  %8.3f s\n", seconds(os, &at));
	assert_ok(bl_timeline_build(columns, types, n_types, position, arena, &t, &err), err);
	printf("time line       %8.3f s\n", seconds(os, &at));
	(void)getrusage(RUSAGE_SELF, &u);
	hash = said(t, &n_states, &n_vanished);
	printf(
	    "%llu deliveries, %zu resources, %zu states, %zu vanished, hash %016llx, peak %ld MB\n",
	    (unsigned long long)bl_store_n_deliveries(store), t->n, n_states, n_vanished,
	    (unsigned long long)hash, u.ru_maxrss / 1024);
	bl_columns_free(&columns);
	bl_store_close(&store);
	bl_arena_free(&arena);
	return 0;
}
