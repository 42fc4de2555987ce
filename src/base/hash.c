#include "base/hash.h"

#include <assert.h>
#include <openssl/evp.h>
#include <xxhash.h>
#ifdef BL_XXH_DISPATCH
#include <immintrin.h>
#include <xxh_x86dispatch.h>
#endif

#include "base/mem.h"

struct bl_sha256_run {
	EVP_MD_CTX *ctx;
};

enum bl_status
bl_sha256_of(struct bl_str bytes, struct bl_sha256 *ret_digest, struct bl_err *reterr)
{
	unsigned int len = 0;

	if (EVP_Digest(bytes.ptr, bytes.len, ret_digest->byte, &len, EVP_sha256(), NULL) != 1)
		return bl_fail(reterr, BL_ENOMEM, "OpenSSL could not compute a SHA-256");
	assert(len == BL_SHA256_BYTES);
	return BL_OK;
}

enum bl_status
bl_sha256_run_new(struct bl_sha256_run **ret_run, struct bl_err *reterr)
{
	struct bl_sha256_run *run = bl_mem_alloc(sizeof(*run));

	if (run == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for a SHA-256");
	run->ctx = EVP_MD_CTX_new();
	if (run->ctx == NULL || EVP_DigestInit_ex(run->ctx, EVP_sha256(), NULL) != 1) {
		bl_sha256_run_free(&run);
		return bl_fail(reterr, BL_ENOMEM, "OpenSSL could not begin a SHA-256");
	}
	*ret_run = run;
	return BL_OK;
}

enum bl_status
bl_sha256_run_again(struct bl_sha256_run *run, struct bl_err *reterr)
{
	/* No algorithm named: the one that was looked up for this run stays. */
	if (EVP_DigestInit_ex(run->ctx, NULL, NULL) != 1)
		return bl_fail(reterr, BL_ENOMEM, "OpenSSL could not begin a SHA-256");
	return BL_OK;
}

enum bl_status
bl_sha256_run_add(struct bl_sha256_run *run, struct bl_str bytes, struct bl_err *reterr)
{
	if (EVP_DigestUpdate(run->ctx, bytes.ptr, bytes.len) != 1)
		return bl_fail(reterr, BL_ENOMEM, "OpenSSL could not continue a SHA-256");
	return BL_OK;
}

enum bl_status
bl_sha256_run_end(struct bl_sha256_run *run, struct bl_sha256 *ret_digest, struct bl_err *reterr)
{
	unsigned int len = 0;

	if (EVP_DigestFinal_ex(run->ctx, ret_digest->byte, &len) != 1)
		return bl_fail(reterr, BL_ENOMEM, "OpenSSL could not end a SHA-256");
	assert(len == BL_SHA256_BYTES);
	return BL_OK;
}

void
bl_sha256_run_free(struct bl_sha256_run **run)
{
	if (*run == NULL)
		return;
	EVP_MD_CTX_free((*run)->ctx);
	bl_mem_free(*run);
	*run = NULL;
}

const char *
bl_sha256_hex(const struct bl_sha256 *digest, char text[BL_SHA256_HEX])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < BL_SHA256_BYTES; i++) {
		text[2 * i] = digits[digest->byte[i] >> 4];
		text[2 * i + 1] = digits[digest->byte[i] & 15];
	}
	text[BL_SHA256_HEX - 1] = '\0';
	return text;
}

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
bl_sha256_parse(struct bl_str hex, struct bl_sha256 *ret_digest)
{
	struct bl_sha256 d;

	if (hex.len != BL_SHA256_HEX - 1)
		return false;
	for (size_t i = 0; i < BL_SHA256_BYTES; i++) {
		int hi = nibble(hex.ptr[2 * i]), lo = nibble(hex.ptr[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return false;
		d.byte[i] = (uint8_t)(hi * 16 + lo);
	}
	*ret_digest = d;
	return true;
}

/*
 * With its choice of instructions by processor the library takes half the time for an item, and
 * gives the same hash.  It leaves the upper halves of the vector registers in use, though, and what
 * others do with the lower halves is slow until they are given up: more than all the gain.
 */
#ifdef BL_XXH_DISPATCH
__attribute__((target("avx"))) static void
give_up_upper_halves(void)
{
	_mm256_zeroupper();
}
#endif

static void
after_xxh(void)
{
#ifdef BL_XXH_DISPATCH
	if (__builtin_cpu_supports("avx"))
		give_up_upper_halves();
#endif
}

struct bl_hash128
bl_hash128_of(struct bl_str bytes, uint64_t key)
{
	XXH128_hash_t h = XXH3_128bits_withSeed(bytes.ptr, bytes.len, key);

	after_xxh();
	return (struct bl_hash128){.low = h.low64, .high = h.high64};
}

uint64_t
bl_hash64_of(struct bl_str bytes)
{
	uint64_t h = XXH3_64bits(bytes.ptr, bytes.len);

	after_xxh();
	return h;
}
