/* hash.c against published vectors: FIPS 180-4 examples for SHA-256, and for
 * XXH3 the digests that the xxhsum command prints. */
#include "support/test.h"

#include "base/hash.h"
#include "base/mem.h"

static struct bl_err err;

static const struct {
	const char *text, *hex;
} sha256[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
};

static void
sha256_gives_the_published_digests(void **state)
{
	struct bl_sha256 d, again;
	char hex[BL_SHA256_HEX];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_ok(bl_sha256_of(bl_str_of(sha256[i].text), &d, &err), err);
		assert_string_equal(bl_sha256_hex(&d, hex), sha256[i].hex);
		assert_true(bl_sha256_parse(bl_str_of(hex), &again));
		assert_memory_equal(&d, &again, sizeof(d));
	}
	assert_ok(bl_sha256_of((struct bl_str){NULL, 0}, &d, &err), err);
	assert_string_equal(bl_sha256_hex(&d, hex), sha256[0].hex);
}

static void
a_running_digest_is_the_same(void **state)
{
	struct bl_sha256_run *run = NULL;
	struct bl_sha256 d;
	char hex[BL_SHA256_HEX], block[1000];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_ok(bl_sha256_run_new(&run, &err), err);
		for (const char *p = sha256[i].text; *p != '\0'; p++)
			assert_ok(bl_sha256_run_add(run, (struct bl_str){p, 1}, &err), err);
		assert_ok(bl_sha256_run_end(run, &d, &err), err);
		assert_string_equal(bl_sha256_hex(&d, hex), sha256[i].hex);
		bl_sha256_run_free(&run);
		assert_null(run);
	}
	/* A million times "a": FIPS 180-4's long example. */
	memset(block, 'a', sizeof(block));
	assert_ok(bl_sha256_run_new(&run, &err), err);
	for (int i = 0; i < 1000; i++)
		assert_ok(bl_sha256_run_add(run, (struct bl_str){block, 1000}, &err), err);
	assert_ok(bl_sha256_run_end(run, &d, &err), err);
	assert_string_equal(bl_sha256_hex(&d, hex),
	    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	bl_sha256_run_free(&run);
	bl_sha256_run_free(&run);
	bl_mem_fail_at(1);
	assert_err(bl_sha256_run_new(&run, &err), err, BL_ENOMEM, "no memory for a SHA-256");
	bl_mem_fail_at(0);
	assert_null(run);
}

static void
only_64_lower_case_digits_are_a_digest(void **state)
{
	char hex[66];
	struct bl_sha256 d;

	(void)state;
	memcpy(hex, sha256[1].hex, 64);
	hex[64] = '0';
	assert_false(bl_sha256_parse((struct bl_str){hex, 63}, &d));
	assert_false(bl_sha256_parse((struct bl_str){hex, 65}, &d));
	assert_false(bl_sha256_parse((struct bl_str){NULL, 0}, &d));
	assert_true(bl_sha256_parse((struct bl_str){hex, 64}, &d));
	for (size_t i = 0; i < 64; i += 9) {
		static const char bad[] = "gGA/:`\0 ";

		for (size_t j = 0; j < sizeof(bad); j++) {
			char was = hex[i];

			hex[i] = bad[j];
			assert_false(bl_sha256_parse((struct bl_str){hex, 64}, &d));
			hex[i] = was;
		}
	}
}

static void
xxh3_gives_the_published_digests(void **state)
{
	struct bl_hash128 h = bl_hash128_of(BL_STR(""), 0);

	(void)state;
	assert_int_equal(bl_hash64_of(BL_STR("")), 0x2d06800538d394c2);
	assert_int_equal(h.low, 0x6001c324468d497f);
	assert_int_equal(h.high, 0x99aa06d3014798d8);
	assert_int_equal(bl_hash64_of(BL_STR("abc")), 0x78af5f94892f3950);
	h = bl_hash128_of(BL_STR("abc"), 0);
	assert_int_equal(h.high, 0x06b05ab6733a6185);
	assert_int_equal(h.low, 0x78af5f94892f3950);
	assert_true(bl_hash128_of(BL_STR("abc"), 1).low != h.low); /* The key counts. */
}

/* Longer texts are hashed by what the processor has: the values are those of libxxhash's plain
 * entries, without a choice. */
static void
xxh3_is_the_same_on_every_processor(void **state)
{
	static const struct {
		size_t len;
		uint64_t low, high, h64;
	} known[] = {
	    {200, 0x0d406da986536775, 0x789bf64538311466, 0x7c64f3b17285e96a},
	    {241, 0xc70f3b1cd146d8eb, 0xd027e56abe620342, 0x541b19226f0052e8},
	    {1024, 0x4e91be2d50257cfb, 0x57c6e68abe9a7536, 0xba464919c6bb3ccd},
	    {1601, 0x04b060827d818063, 0x19f6a699be5a0247, 0x42ebe98dbaa674ba},
	    {4096, 0x865e8b749cc213f8, 0x1e34bf690a34e8ba, 0x5a73a95c9a8b3549},
	};
	char text[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)(i * 7 + i / 251);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct bl_str s = {text, known[i].len};
		struct bl_hash128 h = bl_hash128_of(s, 0x0123456789abcdef);

		assert_int_equal(h.low, known[i].low);
		assert_int_equal(h.high, known[i].high);
		assert_int_equal(bl_hash64_of(s), known[i].h64);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sha256_gives_the_published_digests),
	    cmocka_unit_test(a_running_digest_is_the_same),
	    cmocka_unit_test(only_64_lower_case_digits_are_a_digest),
	    cmocka_unit_test(xxh3_gives_the_published_digests),
	    cmocka_unit_test(xxh3_is_the_same_on_every_processor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
