/*
 * bench_vector STORE TYPE EXPR ROUNDS [raw]: an expression over all versions of a type, ROUNDS
 * times; prints the microseconds of the best and of the median round, and the result's counts.  The
 * columns are kept from round to round, results are not.  raw: columns are made anew out of the
 * canonical segments in each round.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "columns/columns.h"
#include "os/os.h"
#include "query/expr.h"
#include "query/vector.h"
#include "store/store.h"

struct bench {
	struct bl_store *store;
	struct bl_columns *columns;
	struct bl_expr *expr;
	struct bl_vector_ask ask;
	bool raw;
	struct bl_err err;
};

static void
print_counts(const struct bl_coded *coded)
{
	size_t n_true = 0, n_null = 0, n_errors = 0;

	for (uint32_t i = 0; i < coded->n; i++) {
		if (coded->code[i] >= BL_CODED_ERROR) {
			n_errors++;
			continue;
		}
		n_null += coded->values[coded->code[i]].null;
		n_true += coded->values[coded->code[i]].boolean;
	}
	(void)printf("%u versions, %u values; %zu true, %zu NULL, %zu errors\n", coded->n,
	    coded->n_values, n_true, n_null, n_errors);
}

static enum bl_status
one_round(struct bench *b, bool first, int64_t *ret_ns)
{
	struct bl_os *os = bl_os_posix();
	struct bl_arena *arena = bl_arena_new((size_t)4 << 30);
	struct bl_coded coded;
	int64_t from = bl_os_tick_ns(os);
	enum bl_status status = BL_OK;

	if (b->raw) {
		bl_columns_free(&b->columns);
		status = bl_columns_new(b->store, BL_COLUMNS_CANONICAL, &b->columns, &b->err);
		b->ask.columns = b->columns;
	}
	if (status == BL_OK)
		status = bl_vector_eval(b->expr, &b->ask, arena, &coded, &b->err);
	*ret_ns = bl_os_tick_ns(os) - from;
	if (status == BL_OK && first)
		print_counts(&coded);
	bl_arena_free(&arena);
	return status;
}

static int
compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static enum bl_status
run(struct bench *b, size_t rounds)
{
	int64_t *ns = calloc(rounds + 1, sizeof(*ns));
	enum bl_status status = BL_OK;

	if (ns == NULL)
		return BL_ENOMEM;
	/* The round before the first loads what is kept. */
	for (size_t i = 0; i <= rounds && status == BL_OK; i++)
		status = one_round(b, i == 0, &ns[i == 0 ? 0 : i - 1]);
	if (status == BL_OK) {
		qsort(ns, rounds, sizeof(*ns), compare);
		(void)printf("%.1f us best, %.1f us median of %zu rounds\n", (double)ns[0] / 1e3,
		    (double)ns[rounds / 2] / 1e3, rounds);
	}
	free(ns);
	return status;
}

int
main(int argc, char **argv)
{
	struct bl_arena *arena = bl_arena_new((size_t)1 << 30);
	struct bench b = {.raw = argc > 5 && strcmp(argv[5], "raw") == 0};
	size_t rounds = argc > 4 ? (size_t)strtoul(argv[4], NULL, 10) : 0;
	enum bl_status status;

	if (rounds == 0 || arena == NULL) {
		(void)fprintf(stderr, "usage: bench_vector STORE TYPE EXPR ROUNDS [raw]\n");
		return 2;
	}
	status = bl_store_open(bl_os_posix(), argv[1], BL_STORE_READ, &b.store, &b.err);
	if (status == BL_OK)
		status = bl_columns_new(b.store, BL_COLUMNS_FILES, &b.columns, &b.err);
	if (status == BL_OK)
		status = bl_expr_compile(
		    bl_str_of(argv[3]), NULL, 0, BL_TYPE_UNKNOWN, arena, &b.expr, &b.err);
	if (status == BL_OK) {
		b.ask = (struct bl_vector_ask){
		    .columns = b.columns, .type_no = bl_store_type_no(b.store, bl_str_of(argv[2]))};
		status = run(&b, rounds);
	}
	if (status != BL_OK)
		(void)fprintf(stderr, "bench_vector: %s\n", b.err.text);
	bl_columns_free(&b.columns);
	bl_store_close(&b.store);
	bl_arena_free(&arena);
	return status == BL_OK ? 0 : 1;
}
