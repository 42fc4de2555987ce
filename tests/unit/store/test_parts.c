/* The parts that need no files: sets, filter, lookup, numbers, manifest; each against something
 * naive. */
#include "kit.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/code.h"

#define UNIVERSE 700u

static void
from_naive(const bool *in, uint32_t type_no, struct bl_toggles *set)
{
	struct bl_bitmap map = {.word = NULL};
	struct bl_err err;

	for (uint32_t i = UNIVERSE; i-- > 0;)
		if (in[i])
			assert_ok(bl_bitmap__add(&map, i, &err), err);
	assert_ok(bl_bitmap__toggles(&map, type_no, set, &err), err);
	bl_bitmap__clear(&map);
	for (uint32_t w = 0; w < map.cap; w++)
		assert_int_equal(map.word[w], 0);
	bl_bitmap__release(&map);
}

static void
check_naive(const bool *in, uint32_t type_no, const struct bl_toggles *set)
{
	size_t at = 0;
	bool inside = false;
	uint64_t count = 0;

	for (uint64_t i = 0; i <= UNIVERSE; i++) {
		while (at < set->n && set->at[at] == ((uint64_t)type_no << 32) + i) {
			inside = !inside;
			at++;
		}
		assert_int_equal(inside, i < UNIVERSE && in[i]);
		count += inside;
	}
	assert_int_equal(at, set->n);
	assert_int_equal(count, bl_toggles__count(set));
}

static void
test_toggles(void **state)
{
	uint64_t random = 1;
	struct bl_err err;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		bool a[UNIVERSE], b[UNIVERSE], x[UNIVERSE];
		struct bl_toggles sa = {.at = NULL}, sb = {.at = NULL}, sx = {.at = NULL},
				  back = {.at = NULL};
		struct bl_buf buf = BL_BUF_INIT((size_t)1 << 20);
		struct bl_code__out out = {.buf = &buf, .err = &err};
		uint64_t density = 1 + kit_random(&random) % 40;

		for (uint32_t i = 0; i < UNIVERSE; i++) {
			a[i] = kit_random(&random) % density == 0;
			b[i] = kit_random(&random) % 3 == 0 ? a[i] : kit_random(&random) % 2;
			x[i] = a[i] != b[i];
		}
		from_naive(a, 3, &sa);
		from_naive(b, 3, &sb);
		check_naive(a, 3, &sa);
		assert_ok(bl_toggles__xor(&sa, &sb, &sx, &err), err);
		check_naive(x, 3, &sx);
		bl_toggles__encode(&sx, &out);
		assert_int_equal(out.status, BL_OK);
		assert_ok(bl_toggles__decode(bl_buf_str(&buf), &back, &err), err);
		check_naive(x, 3, &back);
		/* Shorter by a byte, or longer, it is no list. */
		back.n = 0;
		buf.len--;
		assert_err(bl_toggles__decode(bl_buf_str(&buf), &back, &err), err, BL_ECORRUPT,
		    "a list of members is malformed");
		bl_toggles__release(&sa);
		bl_toggles__release(&sb);
		bl_toggles__release(&sx);
		bl_toggles__release(&back);
		bl_buf_release(&buf);
	}
}

static uint32_t
below(const void *ctx, uint32_t type_no)
{
	return type_no == 0 ? *(const uint32_t *)ctx : 0;
}

static void
test_filter(void **state)
{
	struct bl_filter *filter = bl_mem_alloc(sizeof(*filter));
	uint32_t n = 50000, keep = 20000;
	struct bl_version_id id;
	struct bl_err err;
	uint64_t random = 5, slots = 0;

	(void)state;
	assert_non_null(filter);
	*filter = (struct bl_filter){.part = {{.entry = NULL}}};
	for (int round = 0; round < 2; round++) {
		random = 5;
		for (uint32_t i = 0; i < n; i++) {
			struct bl_hash128 hash = {kit_random(&random), kit_random(&random)};

			if (i % 4 == 0) /* Long runs: few homes. */
				hash = (struct bl_hash128){i, (uint64_t)7 << 56};
			assert_int_equal(
			    bl_filter__find(filter, hash, &id), round == 1 && i < keep);
			if (round == 1 && i < keep) {
				assert_int_equal(id.ordinal, i);
				assert_int_equal(bl_filter__add(filter, hash, id, &err), BL_EINPUT);
			} else {
				assert_ok(bl_filter__add(
					      filter, hash, (struct bl_version_id){0, i}, &err),
				    err);
			}
		}
		for (size_t p = 0; p < 256; p++)
			slots += filter->part[p].cap;
		if (round == 0)
			bl_filter__keep(filter, below, &keep);
	}
	assert_true(slots / 2 * sizeof(struct bl_filter__entry) < (size_t)n * 40);
	bl_filter__release(filter);
	bl_mem_free(filter);
}

static void
test_lookup(void **state)
{
	struct bl_lookup lookup = {.slot = NULL};
	struct bl_err err;

	(void)state;
	for (uint64_t i = 0; i < 5000; i++) {
		assert_ok(bl_lookup__reserve(&lookup, &err), err);
		bl_lookup__add(&lookup, i % 100 == 0 ? 63 : i * 64 + 60, i);
	}
	/* Several values of one hash come in the order in which they were added. */
	for (uint64_t k = 0, cursor = 0; k < 50; k++)
		assert_int_equal(bl_lookup__next(&lookup, 63, &cursor), k * 100);
	bl_lookup__set(&lookup, 63, 300, 9999);
	for (uint64_t k = 0, cursor = 0; k <= 50; k++) {
		uint64_t value = bl_lookup__next(&lookup, 63, &cursor);

		assert_true(value == (k == 3 ? 9999 : k == 50 ? UINT64_MAX : k * 100));
	}
	bl_lookup__clear(&lookup);
	assert_true(bl_lookup__next(&lookup, 63, &(uint64_t){0}) == UINT64_MAX);
	bl_lookup__release(&lookup);
}

static void
test_numbers(void **state)
{
	struct bl_buf buf = BL_BUF_INIT(1 << 16);
	struct bl_err err;
	struct bl_code__out out = {.buf = &buf, .err = &err};
	const uint64_t value[] = {
	    0, 1, 127, 128, 16383, 16384, UINT32_MAX, UINT64_MAX - 1, UINT64_MAX};
	struct bl_code__in in;

	(void)state;
	for (size_t i = 0; i < 9; i++)
		bl_code__add_varint(&out, value[i]);
	bl_code__add_str(&out, (struct bl_str){.ptr = NULL});
	bl_code__add_str(&out, BL_STR(""));
	bl_code__add_str(&out, BL_STR("a\0b"));
	bl_code__add_u64(&out, 0x0102030405060708u);
	assert_int_equal(out.status, BL_OK);
	in = bl_code__read(bl_buf_str(&buf));
	for (size_t i = 0; i < 9; i++)
		assert_true(bl_code__get_varint(&in) == value[i]);
	assert_null(bl_code__get_str(&in).ptr);
	assert_non_null(bl_code__get_str(&in).ptr);
	assert_bytes(bl_code__get_str(&in), "a\0b");
	assert_int_equal(*in.at, 8); /* Little-endian. */
	assert_true(bl_code__get_u64(&in) == 0x0102030405060708u);
	assert_false(in.bad);
	(void)bl_code__get_u64(&in);
	assert_true(in.bad);
	/* Two forms of one number, and one that is too long. */
	in = bl_code__read(BL_STR("\x80\x00"));
	(void)bl_code__get_varint(&in);
	assert_true(in.bad);
	in = bl_code__read(BL_STR("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"));
	(void)bl_code__get_varint(&in);
	assert_true(in.bad);
	bl_buf_release(&buf);
}

static void
test_manifest(void **state)
{
	struct bl_arena *arena = bl_arena_new((size_t)1 << 20);
	struct bl_str types[] = {BL_STR("AWS::EC2::Volume"), BL_STR("empty"), BL_STR("a b\n%")};
	struct bl_manifest_segment segments[] = {
	    {.type_no = 0, .first = 0, .count = 5, .size = 100, .sha256 = {{1}}},
	    {.type_no = 0, .first = 5, .count = 1, .size = 7},
	    {.type_no = 2, .first = 0, .count = 9, .size = 8}};
	struct bl_manifest m = {.generation = 7,
			       .tail_no = 3,
			       .type = types,
			       .n_types = 3,
			       .segment = segments,
			       .n_segments = 3},
			   back;
	struct bl_buf text = BL_BUF_INIT(1 << 16);
	struct bl_err err;

	(void)state;
	assert_ok(bl_manifest__format(&m, &text, &err), err);
	assert_true(bl_str_starts(bl_buf_str(&text),
	    BL_STR("beleg-manifest 1\ngeneration 7\ntail 3\ntype AWS%3A%3AEC2%3A%3AVolume\n"
		   "segment 0 5 100 0100")));
	assert_ok(bl_manifest__parse(bl_buf_str(&text), arena, &back, &err), err);
	assert_true(back.generation == 7 && back.tail_no == 3 && back.n_types == 3);
	assert_int_equal(back.n_segments, 3);
	assert_true(bl_str_eq(back.type[2], types[2]));
	for (size_t i = 0; i < 3; i++)
		assert_true(back.segment[i].type_no == segments[i].type_no &&
			    back.segment[i].first == segments[i].first &&
			    back.segment[i].count == segments[i].count &&
			    back.segment[i].size == segments[i].size &&
			    memcmp(back.segment[i].sha256.byte, segments[i].sha256.byte, 32) == 0);
	for (size_t i = 0; i < text.len; i++) {
		text.ptr[i] ^= 4;
		assert_int_equal(
		    bl_manifest__parse(bl_buf_str(&text), arena, &back, &err), BL_ECORRUPT);
		text.ptr[i] ^= 4;
	}
	/* A gap between segments, though the checksum is right. */
	segments[1].first = 6;
	text.len = 0;
	assert_ok(bl_manifest__format(&m, &text, &err), err);
	assert_err(bl_manifest__parse(bl_buf_str(&text), arena, &back, &err), err, BL_ECORRUPT,
	    "the manifest is malformed");
	bl_buf_release(&text);
	bl_arena_free(&arena);
}

static void
test_marker(void **state)
{
	struct bl_err err;
	uint64_t key;

	(void)state;
	assert_err(bl_layout__key(BL_STR("{"), &key, &err), err, BL_ECORRUPT,
	    "it is not the JSON that a store's marker is");
	assert_err(bl_layout__key(BL_STR("{\"format\":\"beleg-store\",\"version\":2}"), &key, &err),
	    err, BL_EUNSUPPORTED, "the store has format version 2; this program knows version 3");
	assert_err(bl_layout__key(BL_STR("{\"format\":\"beleg-store\",\"version\":3,\"key\":"
					 "\"00000000000000ff\",\"check\":\"x\"}"),
		       &key, &err),
	    err, BL_ECORRUPT, "its key fails its check");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_toggles),
	    cmocka_unit_test(test_filter),
	    cmocka_unit_test(test_lookup),
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_manifest),
	    cmocka_unit_test(test_marker),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
