/*
 * What the executor costs above the scan of the codes that it must do.
 *
 * A source of a million rows with two CODED columns (40 accounts, 300 types) and a third of 50,000
 * values; each question is asked of the executor and of a plain loop over the same codes, in turn,
 * and the best of eleven rounds counts.  Exit code 1 when the rows differ.  usage: bench_exec
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit.h"
#include "os/os.h"

#define ROWS 1000000u
#define ACCOUNTS 40u
#define TYPES 300u
#define NAMES 50000u
#define ROUNDS 11

struct data {
	uint32_t *codes[3];
	struct bl_value *values[3];
	uint32_t n_values[3];
};

struct scan {
	const struct data *data;
	const struct bl_scan_want *want;
	uint32_t row;
};

static BL_STATUS
scan_open(const struct bl_source *source, const struct bl_scan_want *want, struct bl_arena *arena,
    struct bl_scan **ret_scan, struct bl_err *reterr)
{
	struct scan *s = bl_new(arena, struct scan, 1);

	if (s == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory");
	*s = (struct scan){.data = source->ctx, .want = want};
	*ret_scan = (struct bl_scan *)s;
	return BL_OK;
}

static BL_STATUS
scan_next(struct bl_scan *scan, struct bl_arena *batch, struct bl_batch *ret_batch, bool *ret_end,
    struct bl_err *reterr)
{
	struct scan *s = (struct scan *)scan;
	struct bl_vector *columns = bl_new(batch, struct bl_vector, s->want->n_outputs);
	uint32_t n = ROWS - s->row < BL_BATCH_ROWS ? ROWS - s->row : BL_BATCH_ROWS;

	if (columns == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory");
	for (uint32_t i = 0; i < s->want->n_outputs; i++) {
		uint32_t c = s->want->outputs[i].column;

		columns[i] = (struct bl_vector){.codes = s->data->codes[c] + s->row,
		    .values = s->data->values[c],
		    .n_values = s->data->n_values[c],
		    .dictionary = c + 1};
	}
	s->row += n;
	*ret_batch = (struct bl_batch){.n = n, .columns = columns, .n_columns = s->want->n_outputs};
	*ret_end = s->row == ROWS;
	return s->want->go_on(s->want->ctx, reterr);
}

static void
scan_close(struct bl_scan **scan)
{
	*scan = NULL;
}

static const struct bl_source_class bench_class = {scan_open, scan_next, scan_close, NULL, NULL};

static void
fill(struct kit *kit, struct data *d)
{
	static const uint32_t sizes[3] = {ACCOUNTS, TYPES, NAMES};

	for (int c = 0; c < 3; c++) {
		d->n_values[c] = sizes[c];
		d->codes[c] = bl_new(kit->arena, uint32_t, ROWS);
		d->values[c] = bl_new(kit->arena, struct bl_value, sizes[c]);
		for (uint32_t i = 0; i < sizes[c]; i++) {
			d->values[c][i] = (struct bl_value){.kind = BL_TYPE_VARCHAR};
			if (bl_str_printf(
				kit->arena, &d->values[c][i].str, NULL, "value-%d-%u", c, i))
				exit(2);
		}
		/* Runs, as stores have them: rows of a type lie together. */
		for (uint32_t r = 0; r < ROWS; r++)
			d->codes[c][r] =
			    c == 1 ? r / 3400 % TYPES : (uint32_t)(kit_random(kit) % sizes[c]);
	}
}

static uint64_t
run(struct kit *kit, struct bl_plan *plan, int64_t *best)
{
	struct bl_bound_query bound = {.plan = plan, .n_plans = kit->n_plans};
	struct bl_exec_options options = {0};
	struct bl_exec *exec = NULL;
	struct bl_batch batch;
	bool end = false;
	uint64_t sum = 0;
	struct bl_err err = {0};
	int64_t start = bl_os_tick_ns(bl_os_posix()), took;

	if (bl_exec_open(&bound, &options, &exec, &err))
		exit(2);
	while (!end) {
		if (bl_exec_next(exec, &batch, &end, &err)) {
			(void)fprintf(stderr, "%s\n", err.text);
			exit(2);
		}
		for (uint32_t r = 0; r < batch.n; r++)
			sum += (uint64_t)bl_vector_at(&batch.columns[batch.n_columns - 1], r)->i64;
	}
	took = bl_os_tick_ns(bl_os_posix()) - start;
	*best = took < *best ? took : *best;
	bl_exec_close(&exec);
	return sum;
}

static uint64_t
loop_group(const struct data *d, int64_t *best)
{
	static uint64_t counts[ACCOUNTS * TYPES];
	int64_t start = bl_os_tick_ns(bl_os_posix()), took;
	uint64_t sum = 0;

	memset(counts, 0, sizeof(counts));
	for (uint32_t r = 0; r < ROWS; r++)
		counts[d->codes[0][r] * TYPES + d->codes[1][r]]++;
	for (uint32_t i = 0; i < ACCOUNTS * TYPES; i++)
		sum += counts[i];
	took = bl_os_tick_ns(bl_os_posix()) - start;
	*best = took < *best ? took : *best;
	return sum;
}

static uint64_t
loop_filter(const struct data *d, int64_t *best)
{
	int64_t start = bl_os_tick_ns(bl_os_posix()), took;
	uint64_t sum = 0;

	for (uint32_t r = 0; r < ROWS; r++)
		sum += d->codes[0][r] == 7 ? 1 : 0;
	took = bl_os_tick_ns(bl_os_posix()) - start;
	*best = took < *best ? took : *best;
	return sum;
}

static struct bl_plan *
count(struct kit *kit, struct bl_plan *input, const char *groups, const char *types)
{
	static struct bl_plan_call call = {.fn = BL_AGG_COUNT_STAR};
	struct bl_plan *plan = kit_plan(kit, BL_PLAN_AGGREGATE, types, input, NULL);

	call.type = *bl_type_of(BL_TYPE_BIGINT);
	plan->n_groups = plan->n_slots - 1;
	plan->groups = plan->n_groups == 0 ? NULL : kit_exprs(kit, input, groups);
	plan->calls = &call;
	plan->n_calls = 1;
	return plan;
}

static void
tell(const char *what, int64_t ours, int64_t loop)
{
	(void)printf("%-44s %7.2f ms, a plain loop %6.2f ms: %.1f times\n", what,
	    (double)ours / 1e6, (double)loop / 1e6, (double)ours / (double)loop);
}

int
main(void)
{
	static struct bl_source_column columns[3] = {{.name = BL_STR_INIT("account")},
	    {.name = BL_STR_INIT("type")}, {.name = BL_STR_INIT("name")}};
	int64_t best[6] = {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX};
	struct data data;
	struct bl_source source = {
	    .columns = columns, .n_columns = 3, .class = &bench_class, .ctx = &data};
	struct bl_plan *group, *filter, *names, *scan;
	struct kit kit;
	bool same = true;

	kit_open(&kit, 1);
	fill(&kit, &data);
	for (int i = 0; i < 3; i++)
		columns[i].type = *bl_type_of(BL_TYPE_VARCHAR);
	group = count(&kit, kit_scan(&kit, &source), "c0;c1", "ssi");
	scan = kit_scan(&kit, &source);
	filter = kit_plan(&kit, BL_PLAN_FILTER, "sss", scan, NULL);
	filter->expr = kit_exprs(&kit, scan, "c0 = 'value-0-7' AND length(c1) > 2");
	filter = count(&kit, filter, NULL, "i");
	names = count(&kit, kit_scan(&kit, &source), "c2", "si");
	for (int i = 0; i < ROUNDS; i++) {
		same = run(&kit, group, &best[0]) == loop_group(&data, &best[1]) && same;
		same = run(&kit, filter, &best[2]) == loop_filter(&data, &best[3]) && same;
		same = run(&kit, names, &best[4]) == ROWS && same;
	}
	tell("GROUP BY account, type: count(*)", best[0], best[1]);
	tell("WHERE account = x AND length(type) > 2: count(*)", best[2], best[3]);
	tell("GROUP BY name of 50,000, against the first's", best[4], best[1]);
	kit_close(&kit);
	return same ? 0 : 1;
}
