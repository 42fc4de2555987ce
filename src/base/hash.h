#ifndef BL_BASE_HASH_H
#define BL_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

#define BL_SHA256_BYTES 32
#define BL_SHA256_HEX 65 /* With the NUL. */

struct bl_sha256 {
	uint8_t byte[BL_SHA256_BYTES];
};

/* bl_sha256_of(bytes, &digest): one shot.  BL_ENOMEM when OpenSSL has none. */
BL_STATUS bl_sha256_of(struct bl_str bytes, struct bl_sha256 *ret_digest, struct bl_err *reterr);

/* A running digest.  new, add..., end; free is NULL-safe and sets to NULL. */
struct bl_sha256_run;
BL_STATUS bl_sha256_run_new(struct bl_sha256_run **ret_run, struct bl_err *reterr);
/* bl_sha256_run_again: begin anew, which is cheaper than a new one or bl_sha256_of. */
BL_STATUS bl_sha256_run_again(struct bl_sha256_run *run, struct bl_err *reterr);
BL_STATUS bl_sha256_run_add(struct bl_sha256_run *run, struct bl_str bytes, struct bl_err *reterr);
BL_STATUS bl_sha256_run_end(
    struct bl_sha256_run *run, struct bl_sha256 *ret_digest, struct bl_err *reterr);
void bl_sha256_run_free(struct bl_sha256_run **run);

/* bl_sha256_hex(digest, text): 64 lower-case hex digits.  Returns text. */
const char *bl_sha256_hex(const struct bl_sha256 *digest, char text[BL_SHA256_HEX]);

/* bl_sha256_parse(hex, &digest): the reverse; false when it is not. */
bool bl_sha256_parse(struct bl_str hex, struct bl_sha256 *ret_digest);

/* The fast filter in front of SHA-256: keyed XXH3-128 (seed from the store). */
struct bl_hash128 {
	uint64_t low, high;
};
struct bl_hash128 bl_hash128_of(struct bl_str bytes, uint64_t key);

/* bl_hash64_of(bytes): XXH3-64, for checksums of records (not for identity). */
uint64_t bl_hash64_of(struct bl_str bytes);

#endif
