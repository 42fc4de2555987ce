/* Statistics of a small world, counted by hand. */
#include "scene.h"

#include "store/stats.h"
#include "timeline/stats.h"

/* Volume a: captured at hours 1, 7, 30; the last with two different bytes.  Volume b: hour 2. */
static void
tell(struct scene *s)
{
	scene_open(s);
	SNAPSHOT(s, 6, {.id = "a", .hour = 1}, {.id = "b", .hour = 2});
	SNAPSHOT(s, 12, {.id = "a", .hour = 7, .state = 1}, {.id = "b", .hour = 2});
	HISTORY(s, 31, {.id = "a", .hour = 30, .state = 2, .what = "{\"x\":2}"});
	HISTORY(s, 32, {.id = "a", .hour = 30, .state = 2, .what = "{\"x\":3}"});
}

static const struct bl_stats *
count(struct scene *s, struct bl_stats_options o)
{
	struct bl_columns *columns = NULL;
	const struct bl_stats *stats;

	assert_ok(bl_columns_new(s->store, BL_COLUMNS_CANONICAL, &columns, &s->err), s->err);
	assert_ok(bl_stats_build(columns, &o, s->arena, &stats, &s->err), s->err);
	bl_columns_free(&columns);
	return stats;
}

static void
test_by_type(void **state)
{
	const struct bl_stats *t;
	struct scene s;

	(void)state;
	tell(&s);
	t = count(&s, (struct bl_stats_options){.by = {BL_STATS_TYPE},
			  .n_by = 1,
			  .from_ns = BL_INSTANT_MIN,
			  .to_ns = BL_INSTANT_MAX,
			  .n_top = 1});
	assert_int_equal(t->n, 1);
	assert_true(t->from_ns == HOUR(0) && t->to_ns == HOUR(48));
	assert_true(bl_str_eq(t->rows[0].key[0], BL_STR("AWS::EC2::Volume")));
	/* Five versions, but the two of hour 30 are one recorded item. */
	assert_int_equal(t->rows[0].versions, 5);
	assert_int_equal(t->rows[0].recorded, 4);
	assert_int_equal(t->rows[0].resources, 2);
	assert_int_equal(t->rows[0].churned, 2);
	assert_int_equal(t->rows[0].delivered, 6);
	assert_int_equal(t->n_top, 1);
	assert_true(bl_str_eq(t->top[0].id, BL_STR("a")) && t->top[0].recorded == 3);
	scene_close(&s);
}

static void
test_by_day(void **state)
{
	const struct bl_stats *t;
	struct scene s;

	(void)state;
	tell(&s);
	t = count(&s, (struct bl_stats_options){.by = {BL_STATS_DAY, BL_STATS_REGION},
			  .n_by = 2,
			  .from_ns = HOUR(2),
			  .to_ns = HOUR(30)});
	/* The period begins with b and ends before the last of a. */
	assert_int_equal(t->n, 2);
	assert_int_equal(t->total.recorded, 2);
	assert_int_equal(t->recorded_ever, 4);
	assert_int_equal(t->total.resources, 2);
	assert_true(bl_str_eq(t->rows[0].key[0], BL_STR("2026-01-01")));
	assert_true(bl_str_eq(t->rows[0].key[1], BL_STR("eu-central-1")));
	assert_int_equal(t->rows[0].recorded, 2);
	assert_int_equal(t->rows[0].resources, 2);
	assert_int_equal(t->rows[0].churned, 2);
	assert_int_equal(t->rows[1].recorded, 0);
	assert_int_equal(t->rows[1].resources, 1);
	assert_int_equal(t->rows[1].versions, 2);
	scene_close(&s);
}

/* What came later is left out: versions, resources, members, and the days that it speaks for. */
static void
test_as_known(void **state)
{
	struct bl_stats_options o = {.by = {BL_STATS_TYPE},
	    .n_by = 1,
	    .from_ns = BL_INSTANT_MIN,
	    .to_ns = BL_INSTANT_MAX,
	    .position = 1};
	const struct bl_stats *t;
	struct scene s;

	(void)state;
	tell(&s);
	t = count(&s, o);
	assert_int_equal(t->total.versions, 2);
	assert_int_equal(t->total.delivered, 2);
	assert_int_equal(t->recorded_ever, 2);
	assert_true(t->from_ns == HOUR(0) && t->to_ns == HOUR(24));
	o.position = 3;
	t = count(&s, o);
	assert_int_equal(t->total.versions, 4);
	assert_int_equal(t->total.resources, 2);
	assert_true(t->to_ns == HOUR(48));
	scene_close(&s);
}

/* A kind of which this program has no name is a kind of its own, and no "none". */
static void
test_kinds(void **state)
{
	const struct thing a = {.id = "a", .hour = 3};
	struct bl_stats_kinds k;
	struct scene s;

	(void)state;
	tell(&s);
	scene_deliver(&s, (enum bl_delivery_kind)200, "eu-central-1", 40, true, &a, 1);
	scene_deliver(&s, (enum bl_delivery_kind)12, "eu-central-1", 41, true, &a, 1);
	scene_deliver(&s, (enum bl_delivery_kind)12, "eu-central-1", 42, true, &a, 1);
	assert_ok(bl_stats_kinds(s.store, 0, s.arena, &k, &s.err), s.err);
	assert_int_equal(k.n, 4);
	assert_true(bl_str_eq(k.rows[0].name, BL_STR("snapshot")) && k.rows[0].deliveries == 2);
	assert_true(bl_str_eq(k.rows[1].name, BL_STR("history")) && k.rows[1].deliveries == 2);
	assert_true(
	    bl_str_eq(k.rows[2].name, BL_STR("unknown kind 12")) && k.rows[2].deliveries == 2);
	assert_true(bl_str_eq(k.rows[3].name, BL_STR("unknown kind 200")) && k.rows[3].items == 1);
	assert_int_equal(k.all.deliveries, 7);
	assert_ok(bl_stats_kinds(s.store, 3, s.arena, &k, &s.err), s.err);
	assert_int_equal(k.n, 2);
	assert_int_equal(k.all.deliveries, 3);
	scene_close(&s);
}

static bool
only_second(const void *ctx, uint64_t position)
{
	(void)ctx;
	return position == 2;
}

/* The store's own numbers: lengths as they are read, holdings, sealed or not. */
static void
test_store(void **state)
{
	struct scene s;

	(void)state;
	tell(&s);
	for (int sealed = 0; sealed < 2; sealed++) {
		uint32_t lengths[5], *const *held;
		struct bl_store_sizes sizes;
		uint64_t n_members;

		assert_ok(bl_store_lengths(s.store, 0, lengths, &s.err), s.err);
		for (uint32_t i = 0; i < 5; i++) {
			struct bl_version_id id = {0, i};
			struct bl_sha256 sha256;
			struct bl_str bytes;

			assert_ok(
			    bl_store_read(s.store, id, s.arena, &bytes, &sha256, &s.err), s.err);
			assert_int_equal(lengths[i], bytes.len);
		}
		assert_ok(
		    bl_store_held(s.store, NULL, NULL, s.arena, &held, &n_members, &s.err), s.err);
		assert_int_equal(n_members, 6);
		assert_int_equal(held[0][0], 1);
		assert_int_equal(held[0][1], 2); /* b, in both snapshots. */
		assert_ok(
		    bl_store_held(s.store, only_second, NULL, s.arena, &held, &n_members, &s.err),
		    s.err);
		assert_int_equal(n_members, 2);
		assert_int_equal(held[0][0], 0);
		assert_int_equal(held[0][1] + held[0][2], 2);
		assert_ok(
		    bl_store_sizes(bl_os_posix(), bl_store_root(s.store), &sizes, &s.err), s.err);
		assert_int_equal(sizes.total, sizes.segments + sizes.indexes + sizes.tail +
						  sizes.catalogue + sizes.evidence + sizes.derived +
						  sizes.other);
		assert_true(sealed ? sizes.segments > 0 && sizes.indexes > 0 : sizes.segments == 0);
		assert_ok(bl_store_seal(s.store, &s.err), s.err);
	}
	scene_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_by_type),
	    cmocka_unit_test(test_by_day), cmocka_unit_test(test_as_known),
	    cmocka_unit_test(test_kinds), cmocka_unit_test(test_store)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
