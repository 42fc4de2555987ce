/*
 * Operators on plans made by hand.  Each plan runs over FLAT, CODED and mixed columns and several
 * cuts into batches; the rows must be the same.  Then each allocation fails in turn, and the budget
 * is made too small at each size: an error, never a crash, never other rows.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "kit.h"

#define TABLE                                                                                      \
	"{\"columns\":[[\"k\",\"varchar\"],[\"n\",\"bigint\"],[\"d\",\"double\"]],\"rows\":["      \
	"[\"a\",1,1.5],[\"b\",2,null],[\"a\",3,2.5],[null,4,0.5],[\"b\",null,1.0],"                \
	"[\"a\",3,2.5],[null,7,null],[\"c\",2,-1.0]]}"

typedef struct bl_plan *make_fn(struct kit *kit);

static uint64_t
seed_of_run(void)
{
	const char *text = getenv("BELEG_SEED");

	return text == NULL ? 1 : strtoull(text, NULL, 10);
}

static void
run_once(make_fn *make, int layout, uint64_t seed, bool ordered, const char *wanted)
{
	struct kit kit;
	struct bl_str text = {0};
	struct bl_err err = {0};
	struct bl_plan *plan;

	kit_open(&kit, seed);
	kit.layout = layout;
	plan = make(&kit);
	assert_ok(kit_run(&kit, plan, NULL, &text, &err), err);
	if (!ordered)
		text = kit_sorted(&kit, text);
	if (!bl_str_eq(text, bl_str_of(wanted)))
		fail_msg("layout %d, seed %llu:\n%.*s\nand not\n%s", layout,
		    (unsigned long long)seed, BL_STR_ARG(text), wanted);
	kit_close(&kit);
}

/* Allocation after allocation fails; then budget after budget is too small. */
static void
run_short_of_memory(make_fn *make)
{
	struct bl_str text = {0};
	struct bl_err err = {0};
	bool hit = true, done = false;
	enum bl_status status;
	struct kit kit;

	for (uint64_t n = 1; hit; n += n < 60 ? 1 : 13) {
		struct bl_plan *plan;

		kit_open(&kit, 1);
		kit.layout = KIT_MIXED;
		plan = make(&kit);
		bl_mem_fail_at(n);
		status = kit_run(&kit, plan, NULL, &text, &err);
		hit = bl_mem_fail_hit();
		bl_mem_fail_at(0);
		if (status != BL_OK && status != BL_ENOMEM && status != BL_ELIMIT)
			fail_msg("allocation %llu: %s", (unsigned long long)n, err.text);
		if (hit && status == BL_OK && n < 10)
			fail_msg(
			    "allocation %llu failed, and nobody saw it", (unsigned long long)n);
		kit_close(&kit);
	}
	for (size_t bytes = 1000; !done; bytes += bytes / 8) {
		struct bl_exec_options options = {.memory = bytes};

		kit_open(&kit, 1);
		kit.layout = KIT_CODED;
		status = kit_run(&kit, make(&kit), &options, &text, &err);
		if (status != BL_OK && status != BL_ELIMIT)
			fail_msg("%zu bytes: %s %s", bytes, bl_status_name(status), err.text);
		done = status == BL_OK;
		kit_close(&kit);
	}
}

static void
run_all(make_fn *make, bool ordered, const char *wanted)
{
	uint64_t seed = seed_of_run();

	for (int layout = KIT_FLAT; layout <= KIT_MIXED; layout++)
		for (uint64_t i = 0; i < 6; i++)
			run_once(make, layout, seed + i, ordered, wanted);
	run_short_of_memory(make);
}

static struct bl_plan *
scan(struct kit *kit)
{
	return kit_scan(kit, kit_table_text(kit, TABLE));
}

static struct bl_plan *
project(struct kit *kit, struct bl_plan *input, const char *types, const char *exprs)
{
	struct bl_plan *plan = kit_plan(kit, BL_PLAN_PROJECT, types, input, NULL);

	plan->expr = kit_exprs(kit, input, exprs);
	plan->n_expr = plan->n_slots;
	return plan;
}

static struct bl_plan *
filter_plan(struct kit *kit)
{
	struct bl_plan *in = scan(kit), *filter = kit_plan(kit, BL_PLAN_FILTER, "sid", in, NULL);

	filter->expr = kit_exprs(kit, in, "c1 > 1 AND (c0 = 'a' OR c0 IS NULL)");
	filter->n_expr = 1;
	return project(kit, filter, "sii", "c0;c1 * 2;7");
}

static void
filter_and_project(void **state)
{
	(void)state;
	run_all(filter_plan, true, "a|6|7\nNULL|8|7\na|6|7\nNULL|14|7\n");
}

/* Calls, in the form that plans have them. */
static struct bl_plan_call *
calls(struct kit *kit, struct bl_plan *plan, const struct bl_plan *input, uint32_t n,
    const enum bl_aggregate *fn, const char *const *args)
{
	struct bl_plan_call *list = bl_new(kit->arena, struct bl_plan_call, n);

	for (uint32_t i = 0; i < n; i++) {
		list[i] = (struct bl_plan_call){.fn = fn[i], .line = 1, .column = 1};
		list[i].type = plan->types[plan->n_slots - n + i];
		if (args[i] == NULL)
			continue;
		list[i].args = kit_exprs(kit, input, args[i]);
		list[i].n_args = strchr(args[i], ';') != NULL ? 2 : 1;
	}
	plan->calls = list;
	plan->n_calls = n;
	return list;
}

static struct bl_plan *
aggregate_plan(struct kit *kit)
{
	static const enum bl_aggregate fn[] = {BL_AGG_COUNT_STAR, BL_AGG_COUNT, BL_AGG_SUM,
	    BL_AGG_AVG, BL_AGG_MIN, BL_AGG_MAX, BL_AGG_MAX_BY, BL_AGG_ARBITRARY};
	static const char *const args[] = {NULL, "c1", "c1", "c2", "c2", "c1", "c2;c1", "c0"};
	struct bl_plan *in = scan(kit);
	struct bl_plan *plan = kit_plan(kit, BL_PLAN_AGGREGATE, "siiiddids", in, NULL);

	plan->groups = kit_exprs(kit, in, "c0");
	plan->n_groups = 1;
	(void)calls(kit, plan, in, 8, fn, args);
	return plan;
}

static void
aggregate_by_group(void **state)
{
	(void)state;
	run_all(aggregate_plan, false,
	    "NULL|2|2|11|0.5|0.5|7|NULL|NULL\na|3|3|7|2.166666667|1.5|3|2.5|a\n"
	    "b|2|1|2|1|1|2|NULL|b\nc|1|1|2|-1|-1|2|-1|c\n");
}

static struct bl_plan *
sets_plan(struct kit *kit)
{
	static const enum bl_aggregate fn[] = {BL_AGG_COUNT_STAR};
	static const char *const args[] = {NULL};
	static const uint64_t sets[] = {3, 1, 0};
	struct bl_plan *in = scan(kit);
	struct bl_plan *plan = kit_plan(kit, BL_PLAN_AGGREGATE, "sbii", in, NULL);

	(void)calls(kit, plan, in, 1, fn, args);
	plan->groups = kit_exprs(kit, in, "c0;c1 > 2");
	plan->n_groups = 2;
	plan->sets = sets;
	plan->n_sets = 3;
	plan->grouping_slot = true;
	return plan;
}

static void
grouping_sets(void **state)
{
	(void)state;
	run_all(sets_plan, false,
	    "NULL|NULL|2|1\nNULL|NULL|8|2\nNULL|true|2|0\na|NULL|3|1\na|false|1|0\na|true|2|0\n"
	    "b|NULL|1|0\nb|NULL|2|1\nb|false|1|0\nc|NULL|1|1\nc|false|1|0\n");
}

static struct bl_plan *
ordered_plan(struct kit *kit)
{
	static const enum bl_aggregate fn[] = {
	    BL_AGG_ARRAY_AGG, BL_AGG_COUNT, BL_AGG_LISTAGG, BL_AGG_APPROX_DISTINCT};
	static const char *const args[] = {"c1", "c1", "c0;'-'", "c2"};
	struct bl_plan *in = scan(kit);
	struct bl_plan *plan = kit_plan(kit, BL_PLAN_AGGREGATE, "jisi", in, NULL);
	struct bl_plan_call *list = calls(kit, plan, in, 4, fn, args);
	static struct bl_plan_key keys[2];

	keys[0] = (struct bl_plan_key){.expr = kit_exprs(kit, in, "c1")[0], .descending = true};
	keys[1] = (struct bl_plan_key){.expr = kit_exprs(kit, in, "c0")[0]};
	list[0].order = &keys[0];
	list[0].n_order = 1;
	list[0].distinct = true;
	list[1].distinct = true;
	list[1].filter = kit_exprs(kit, in, "c0 = 'a'")[0];
	list[2].order = &keys[1];
	list[2].n_order = 1;
	return plan;
}

static void
ordered_and_distinct_calls(void **state)
{
	(void)state;
	run_all(ordered_plan, true, "[7, 4, 3, 2, 1, NULL]|2|a-a-a-b-b-c|5\n");
}

static struct bl_plan *
sort_plan_of(struct kit *kit, uint64_t offset, uint64_t limit)
{
	struct bl_plan *in = scan(kit), *plan = kit_plan(kit, BL_PLAN_SORT, "sid", in, NULL);
	struct bl_plan_key *keys = bl_new(kit->arena, struct bl_plan_key, 2);

	keys[0] = (struct bl_plan_key){.expr = kit_exprs(kit, in, "c0")[0], .nulls_first = true};
	keys[1] = (struct bl_plan_key){.expr = kit_exprs(kit, in, "c1")[0], .descending = true};
	plan->keys = keys;
	plan->n_keys = 2;
	plan->offset = offset;
	plan->limit = limit;
	return plan;
}

static struct bl_plan *
sort_plan(struct kit *kit)
{
	return sort_plan_of(kit, 0, UINT64_MAX);
}

static struct bl_plan *
top_plan(struct kit *kit)
{
	return sort_plan_of(kit, 1, 3);
}

static void
sort_and_top(void **state)
{
	(void)state;
	run_all(sort_plan, true,
	    "NULL|7|NULL\nNULL|4|0.5\na|3|2.5\na|3|2.5\na|1|1.5\nb|2|NULL\nb|NULL|1\nc|2|-1\n");
	run_all(top_plan, true, "NULL|4|0.5\na|3|2.5\na|3|2.5\n");
}

static struct bl_plan *
join_plan(struct kit *kit, enum bl_plan_join join, const char *condition, bool keys)
{
	struct bl_plan *left = scan(kit), *right = scan(kit), *plan;
	const char *types = join == BL_PLAN_MARK     ? "sidb"
			    : join == BL_PLAN_SCALAR ? "sids"
						     : "sidsid";

	plan = kit_plan(kit, BL_PLAN_JOIN, types, left, right);
	plan->join = join;
	if (keys) {
		plan->left_keys = kit_exprs(kit, left, "c0;c1");
		plan->right_keys = kit_exprs(kit, right, "c0;c1 - 1");
		plan->n_join_keys = 2;
	}
	if (condition != NULL) {
		struct bl_plan *both = kit_plan(kit, BL_PLAN_JOIN, "sidsid", NULL, NULL);

		plan->condition = kit_exprs(kit, both, condition)[0];
	}
	return plan;
}

static struct bl_plan *
inner_plan(struct kit *kit)
{
	return join_plan(kit, BL_PLAN_INNER, "c1 < c4 AND c0 = c3", false);
}
static struct bl_plan *
full_plan(struct kit *kit)
{
	return join_plan(kit, BL_PLAN_FULL, "c4 > 2", true);
}
static struct bl_plan *
left_plan(struct kit *kit)
{
	return join_plan(kit, BL_PLAN_LEFT, "c1 = 1 AND c4 = 3 AND c3 = 'a'", false);
}
static struct bl_plan *
mark_plan(struct kit *kit)
{
	struct bl_plan *plan = join_plan(kit, BL_PLAN_MARK, NULL, true);

	plan->null_aware = true;
	return plan;
}
static struct bl_plan *
scalar_plan(struct kit *kit)
{
	return join_plan(kit, BL_PLAN_SCALAR, "c1 = 1 AND c4 = 7", false);
}
static struct bl_plan *
scalar_many_plan(struct kit *kit)
{
	return join_plan(kit, BL_PLAN_SCALAR, "c1 = 1 AND c4 = 3", false);
}

static void
joins(void **state)
{
	struct bl_str text = {0};
	struct bl_err err = {0};
	struct kit kit;

	(void)state;
	run_all(inner_plan, false, "a|1|1.5|a|3|2.5\na|1|1.5|a|3|2.5\n");
	/* (k, n) = (k, n - 1) and n > 2: none but ... the a of 2, which is not there. */
	run_all(full_plan, false,
	    "NULL|4|0.5|NULL|NULL|NULL\nNULL|7|NULL|NULL|NULL|NULL\nNULL|NULL|NULL|NULL|4|0.5\n"
	    "NULL|NULL|NULL|NULL|7|NULL\nNULL|NULL|NULL|a|1|1.5\nNULL|NULL|NULL|a|3|2.5\n"
	    "NULL|NULL|NULL|a|3|2.5\nNULL|NULL|NULL|b|2|NULL\nNULL|NULL|NULL|b|NULL|1\n"
	    "NULL|NULL|NULL|c|2|-1\na|1|1.5|NULL|NULL|NULL\na|3|2.5|NULL|NULL|NULL\n"
	    "a|3|2.5|NULL|NULL|NULL\nb|2|NULL|NULL|NULL|NULL\nb|NULL|1|NULL|NULL|NULL\n"
	    "c|2|-1|NULL|NULL|NULL\n");
	run_all(left_plan, false,
	    "NULL|4|0.5|NULL|NULL|NULL\nNULL|7|NULL|NULL|NULL|NULL\na|1|1.5|a|3|2.5\n"
	    "a|1|1.5|a|3|2.5\na|3|2.5|NULL|NULL|NULL\na|3|2.5|NULL|NULL|NULL\n"
	    "b|2|NULL|NULL|NULL|NULL\nb|NULL|1|NULL|NULL|NULL\nc|2|-1|NULL|NULL|NULL\n");
	/* (x, y) IN (...): the right has (b, NULL), so b is never surely absent, nor is NULL. */
	run_all(mark_plan, false,
	    "NULL|4|0.5|NULL\nNULL|7|NULL|NULL\na|1|1.5|false\na|3|2.5|NULL\na|3|2.5|NULL\n"
	    "b|2|NULL|NULL\nb|NULL|1|NULL\nc|2|-1|false\n");
	run_all(scalar_plan, false,
	    "NULL|4|0.5|NULL\nNULL|7|NULL|NULL\na|1|1.5|NULL\na|3|2.5|NULL\na|3|2.5|NULL\n"
	    "b|2|NULL|NULL\nb|NULL|1|NULL\nc|2|-1|NULL\n");
	kit_open(&kit, 1);
	assert_err(kit_run(&kit, scalar_many_plan(&kit), NULL, &text, &err), err, BL_EINPUT,
	    "the sub-query gives more than one row where one value is wanted");
	kit_close(&kit);
}

static struct bl_plan *
set_plan(struct kit *kit, enum bl_plan_kind kind, bool all)
{
	struct bl_plan *left = project(kit, scan(kit), "s", "c0");
	struct bl_plan *values = kit_plan(kit, BL_PLAN_VALUES, "s", NULL, NULL);
	struct bl_plan *plan;

	values->expr = kit_exprs(kit, NULL, "'a';'a';NULL;'z'");
	values->n_rows = 4;
	plan = kit_plan(kit, kind, "s", left, values);
	plan->all = all;
	if (kind == BL_PLAN_UNION) {
		struct bl_plan **parts = bl_new(kit->arena, struct bl_plan *, 2);

		parts[0] = left;
		parts[1] = values;
		plan->parts = parts;
		plan->n_parts = 2;
		plan->input = plan->right = NULL;
	}
	return plan;
}

static struct bl_plan *
intersect_plan(struct kit *kit)
{
	return set_plan(kit, BL_PLAN_INTERSECT, false);
}
static struct bl_plan *
intersect_all_plan(struct kit *kit)
{
	return set_plan(kit, BL_PLAN_INTERSECT, true);
}
static struct bl_plan *
except_plan(struct kit *kit)
{
	return set_plan(kit, BL_PLAN_EXCEPT, false);
}
static struct bl_plan *
except_all_plan(struct kit *kit)
{
	return set_plan(kit, BL_PLAN_EXCEPT, true);
}
static struct bl_plan *
union_plan(struct kit *kit)
{
	return set_plan(kit, BL_PLAN_UNION, true);
}
static struct bl_plan *
limit_plan(struct kit *kit)
{
	struct bl_plan *plan = kit_plan(kit, BL_PLAN_LIMIT, "s", union_plan(kit), NULL);

	plan->offset = 6;
	plan->limit = 4;
	return plan;
}

static void
set_operations(void **state)
{
	(void)state;
	run_all(intersect_plan, false, "NULL\na\n");
	run_all(intersect_all_plan, false, "NULL\na\na\n");
	run_all(except_plan, false, "b\nc\n");
	run_all(except_all_plan, false, "NULL\na\nb\nb\nc\n");
	run_all(union_plan, true, "a\nb\na\nNULL\nb\na\nNULL\nc\na\na\nNULL\nz\n");
	run_all(limit_plan, true, "NULL\nc\na\na\n");
}

static struct bl_plan *
unnest_plan_of(struct kit *kit, bool outer)
{
	struct bl_plan *in = kit_scan(kit,
	    kit_table_text(kit,
		"{\"columns\":[[\"i\",\"bigint\"],[\"a\",\"array(bigint)\"],[\"j\",\"json\"],"
		"[\"m\",\"map(varchar,varchar)\"]],\"rows\":[[1,[1,2,3],[\"x\"],{\"k\":\"v\"}],"
		"[2,[],[],{}],[3,null,[true,null],null]]}"));
	struct bl_plan *plan = kit_plan(kit, BL_PLAN_UNNEST, "iijjijssi", in, NULL);

	plan->expr = kit_exprs(kit, in, "c1;c2;c3");
	plan->n_expr = 3;
	plan->ordinality = true;
	plan->outer = outer;
	return plan;
}

static struct bl_plan *
unnest_plan(struct kit *kit)
{
	return unnest_plan_of(kit, false);
}
static struct bl_plan *
unnest_outer_plan(struct kit *kit)
{
	return unnest_plan_of(kit, true);
}

static void
unnest(void **state)
{
	(void)state;
	run_all(unnest_plan, true,
	    "1|[1, 2, 3]|[\"x\"]|{k=v}|1|x|k|v|1\n1|[1, 2, 3]|[\"x\"]|{k=v}|2|NULL|NULL|NULL|2\n"
	    "1|[1, 2, 3]|[\"x\"]|{k=v}|3|NULL|NULL|NULL|3\n"
	    "3|NULL|[true,null]|NULL|NULL|true|NULL|NULL|1\n"
	    "3|NULL|[true,null]|NULL|NULL|NULL|NULL|NULL|2\n");
	run_all(unnest_outer_plan, true,
	    "1|[1, 2, 3]|[\"x\"]|{k=v}|1|x|k|v|1\n1|[1, 2, 3]|[\"x\"]|{k=v}|2|NULL|NULL|NULL|2\n"
	    "1|[1, 2, 3]|[\"x\"]|{k=v}|3|NULL|NULL|NULL|3\n2|[]|[]|{}|NULL|NULL|NULL|NULL|1\n"
	    "3|NULL|[true,null]|NULL|NULL|true|NULL|NULL|1\n"
	    "3|NULL|[true,null]|NULL|NULL|NULL|NULL|NULL|2\n");
}

static struct bl_plan *
window_plan(struct kit *kit)
{
	static const enum bl_aggregate fn[] = {BL_AGG_ROW_NUMBER, BL_AGG_RANK, BL_AGG_SUM,
	    BL_AGG_LAG, BL_AGG_LAST_VALUE, BL_AGG_COUNT_STAR};
	static const char *const args[] = {NULL, NULL, "c1", "c1", "c1", NULL};
	struct bl_plan *in = scan(kit);
	struct bl_plan *plan = kit_plan(kit, BL_PLAN_WINDOW, "sidiiiiii", in, NULL);
	struct bl_plan_key *keys = bl_new(kit->arena, struct bl_plan_key, 1);
	struct bl_plan_call *list = calls(kit, plan, in, 6, fn, args);

	keys[0] = (struct bl_plan_key){.expr = kit_exprs(kit, in, "c1")[0]};
	plan->keys = keys;
	plan->n_keys = 1;
	plan->partition = kit_exprs(kit, in, "c0");
	plan->n_partition = 1;
	list[5].has_frame = list[5].rows = true;
	list[5].from = BL_FRAME_PRECEDING;
	list[5].from_offset = kit_exprs(kit, in, "1")[0];
	list[5].to = BL_FRAME_CURRENT;
	return project(kit, plan, "siiiiiii", "c0;c1;c3;c4;c5;c6;c7;c8");
}

static void
windows(void **state)
{
	(void)state;
	run_all(window_plan, false,
	    "NULL|4|1|1|4|NULL|4|1\nNULL|7|2|2|11|4|7|2\na|1|1|1|1|NULL|1|1\na|3|2|2|7|1|3|2\n"
	    "a|3|3|2|7|3|3|2\nb|2|1|1|2|NULL|2|1\nb|NULL|2|2|2|2|NULL|2\nc|2|1|1|2|NULL|2|1\n");
}

static struct bl_plan *
shared_plan(struct kit *kit)
{
	struct bl_plan *shared = kit_plan(kit, BL_PLAN_SHARED, "sid", scan(kit), NULL);
	struct bl_plan *plan = kit_plan(kit, BL_PLAN_JOIN, "sidsid", shared, shared);

	shared->n_readers = 2;
	plan->left_keys = kit_exprs(kit, shared, "c1");
	plan->right_keys = kit_exprs(kit, shared, "c2");
	plan->n_join_keys = 1;
	return plan;
}

static void
a_part_that_two_read(void **state)
{
	(void)state;
	/* 1 = 1.0: a bigint meets a double. */
	run_all(shared_plan, false, "a|1|1.5|b|NULL|1\n");
}

/* 40,000 rows, the best 5: memory for a few thousand is enough. */
static void
top_of_many_takes_little(void **state)
{
	struct bl_exec_options options = {.memory = (size_t)6 << 20};
	struct bl_str text = {0};
	struct bl_err err = {0};
	struct bl_plan *a, *b, *plan;
	struct bl_plan_key *keys;
	struct bl_buf rows = BL_BUF_INIT(1 << 20);
	struct kit kit;

	(void)state;
	kit_open(&kit, 3);
	assert_ok(bl_buf_printf(&rows, &err, "{\"columns\":[[\"n\",\"bigint\"]],\"rows\":["), err);
	for (int i = 0; i < 200; i++)
		assert_ok(
		    bl_buf_printf(&rows, &err, "%s[%d]", i == 0 ? "" : ",", (i * 7) % 200), err);
	assert_ok(bl_buf_printf(&rows, &err, "]}%c", '\0'), err);
	a = kit_scan(&kit, kit_table_text(&kit, rows.ptr));
	b = kit_scan(&kit, kit_table_text(&kit, rows.ptr));
	plan = kit_plan(&kit, BL_PLAN_JOIN, "ii", a, b);
	plan = project(&kit, plan, "i", "c0 * 200 + c1");
	keys = bl_new(kit.arena, struct bl_plan_key, 1);
	keys[0] = (struct bl_plan_key){.expr = kit_exprs(&kit, plan, "c0")[0], .descending = true};
	plan = kit_plan(&kit, BL_PLAN_SORT, "i", plan, NULL);
	plan->keys = keys;
	plan->n_keys = 1;
	plan->limit = 5;
	assert_ok(kit_run(&kit, plan, &options, &text, &err), err);
	assert_bytes(text, "39999\n39998\n39997\n39996\n39995\n");
	plan->limit = UINT64_MAX;
	options.memory = (size_t)2 << 20;
	assert_int_equal(kit_run(&kit, plan, &options, &text, &err), BL_ELIMIT);
	assert_string_equal(err.text,
	    "ORDER BY needs more than the 2 MiB of memory that the statement may take; narrow it "
	    "down, or raise --memory");
	bl_buf_release(&rows);
	kit_close(&kit);
}

static void
errors_are_rows_errors(void **state)
{
	struct bl_exec_options options = {.timeout_ns = 1};
	volatile bool cancel = true;
	struct bl_str text = {0};
	struct bl_err err = {0};
	struct bl_plan *plan, *cross;
	struct kit kit;

	(void)state;
	kit_open(&kit, 1);
	kit.layout = KIT_CODED;
	plan = project(&kit, scan(&kit), "i", "10 / (c1 - 4)");
	assert_err(kit_run(&kit, plan, NULL, &text, &err), err, BL_EINPUT, "division by zero");
	/* The same behind a filter that takes the row away. */
	plan = kit_plan(&kit, BL_PLAN_FILTER, "sid", scan(&kit), NULL);
	plan->expr = kit_exprs(&kit, plan->input, "c1 <> 4");
	plan = project(&kit, plan, "i", "10 / (c1 - 4)");
	assert_ok(kit_run(&kit, plan, NULL, &text, &err), err);
	assert_bytes(kit_sorted(&kit, text), "-10\n-10\n-3\n-5\n-5\n3\n");
	cross = scan(&kit);
	for (int i = 0; i < 7; i++) {
		char types[64];

		memset(types, 's', sizeof(types));
		types[cross->n_slots + 3] = '\0';
		cross = kit_plan(&kit, BL_PLAN_JOIN, types, cross, scan(&kit));
	}
	plan = kit_plan(&kit, BL_PLAN_AGGREGATE, "", cross, NULL);
	assert_err(kit_run(&kit, plan, &options, &text, &err), err, BL_ELIMIT,
	    "the statement ran longer than 0.000 s; narrow it down, or raise --timeout");
	options = (struct bl_exec_options){.cancel = &cancel};
	assert_err(kit_run(&kit, plan, &options, &text, &err), err, BL_ELIMIT,
	    "the statement was cancelled");
	kit_close(&kit);
}

static struct bl_plan *
sum_plan(struct kit *kit, const char *value)
{
	static const enum bl_aggregate fn[] = {BL_AGG_SUM};
	const char *args[1];
	struct bl_plan *in = scan(kit);
	struct bl_plan *plan = kit_plan(kit, BL_PLAN_AGGREGATE, "i", in, NULL);

	args[0] = value;
	(void)calls(kit, plan, in, 1, fn, args);
	return plan;
}

static void
sums_do_not_wrap(void **state)
{
	struct bl_str text = {0};
	struct bl_err err = {0};
	struct kit kit;

	(void)state;
	kit_open(&kit, 1);
	assert_err(kit_run(&kit, sum_plan(&kit, "9223372036854775807 - c1 + 1"), NULL, &text, &err),
	    err, BL_EINPUT, "the sum does not fit a bigint");
	kit_close(&kit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(filter_and_project),
	    cmocka_unit_test(aggregate_by_group),
	    cmocka_unit_test(grouping_sets),
	    cmocka_unit_test(ordered_and_distinct_calls),
	    cmocka_unit_test(sort_and_top),
	    cmocka_unit_test(joins),
	    cmocka_unit_test(set_operations),
	    cmocka_unit_test(unnest),
	    cmocka_unit_test(windows),
	    cmocka_unit_test(a_part_that_two_read),
	    cmocka_unit_test(top_of_many_takes_little),
	    cmocka_unit_test(errors_are_rows_errors),
	    cmocka_unit_test(sums_do_not_wrap),
	};

	(void)printf("seed %llu\n", (unsigned long long)seed_of_run());
	return cmocka_run_group_tests(tests, NULL, NULL);
}
