/* Text under construction: golden, and the draws behind it. */
#include "support/test.h"

#include "base/instant.h"
#include "sample/sample_priv.h"

static char room[512];

static struct bl_sample_out
empty(void)
{
	return (struct bl_sample_out){room, 0, sizeof(room)};
}

static struct bl_str
made(const struct bl_sample_out *out)
{
	return (struct bl_str){out->buf, out->len};
}

static void
numbers_and_digits(void **state)
{
	struct bl_sample_out out = empty();

	(void)state;
	bl_sample__put_u64(&out, 0);
	bl_sample__put_z(&out, " ");
	bl_sample__put_u64(&out, UINT64_MAX);
	assert_bytes(made(&out), "0 18446744073709551615");
	out.len = 0;
	bl_sample__put_hex(&out, 7, 17);
	bl_sample__put_base32(&out, 7, 26);
	bl_sample__put_uuid(&out, 7);
	assert_int_equal(out.len, 17 + 26 + 36);
	for (size_t i = 0; i < 17; i++)
		assert_non_null(strchr("0123456789abcdef", room[i]));
	for (size_t i = 17; i < 43; i++)
		assert_non_null(strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", room[i]));
	assert_int_equal(room[43 + 14], '4');
}

static void
times_as_aws_writes_them(void **state)
{
	struct bl_sample_out out = empty();

	(void)state;
	bl_sample__put_iso(&out, INT64_C(1770963882227));
	bl_sample__put_z(&out, " ");
	bl_sample__put_compact(&out, INT64_C(1770963882227));
	assert_bytes(made(&out), "2026-02-13T06:24:42.227Z 20260213T062442Z");
}

/* Each instant reads back as itself, also at the ends of days and years. */
static void
times_read_back(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 20000; i++) {
		int64_t ms = (int64_t)(bl_sample__mix(3, i) % UINT64_C(8000000000000)), ns = 0;
		struct bl_sample_out out = empty();

		if (i % 3 == 0)
			ms -= ms % MS_PER_DAY;
		bl_sample__put_iso(&out, ms);
		assert_true(bl_instant_parse(made(&out), &ns));
		assert_true(ns == ms * 1000000);
	}
}

static void
draws_stay_below_and_reach_all(void **state)
{
	uint32_t seen[7] = {0};

	(void)state;
	for (uint64_t i = 0; i < 7000; i++) {
		uint32_t drawn = bl_sample__below(bl_sample__mix(1, i), 7);

		assert_true(drawn < 7);
		seen[drawn]++;
	}
	for (size_t i = 0; i < 7; i++)
		assert_in_range(seen[i], 850, 1150);
	assert_int_equal(bl_sample__below(UINT64_MAX, 1), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_and_digits),
	    cmocka_unit_test(times_as_aws_writes_them),
	    cmocka_unit_test(times_read_back),
	    cmocka_unit_test(draws_stay_below_and_reach_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
