#ifndef BL_EVIDENCE_KEYS_PRIV_H
#define BL_EVIDENCE_KEYS_PRIV_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

#define BL_KEYS_COMMENT_MAX 1000 /* Bytes. */
#define BL_KEYS_FILE_MAX 8192	 /* Bytes of a private key file: 3 KB at the longest comment. */

struct bl_key_pair {
	uint8_t seed[32]; /* The secret. */
	uint8_t public_key[32];
	char comment[BL_KEYS_COMMENT_MAX + 1]; /* NUL-terminated, printable. */
	size_t comment_len;
};

/* bl_keys__derive(key): the public key from the seed. */
BL_STATUS bl_keys__derive(struct bl_key_pair *key, struct bl_err *reterr);

/* bl_keys__sign_raw(key, message, signature): Ed25519 itself (RFC 8032). */
BL_STATUS bl_keys__sign_raw(const struct bl_key_pair *key, struct bl_str message,
    uint8_t signature[64], struct bl_err *reterr);

/* bl_keys__comment_ok(comment): one printable line of at most BL_KEYS_COMMENT_MAX bytes. */
bool bl_keys__comment_ok(struct bl_str comment);

/*
 * The file "openssh-key-v1" without pass phrase.  parse: BL_EINPUT, BL_EUNSUPPORTED (other types,
 * pass phrases).  format: ${text} [cap], its length in ${ret_len}; ${check} is the random number
 * that stands twice in the file.  Both wipe what they used.
 */
BL_STATUS bl_keys__parse(struct bl_str text, struct bl_key_pair *ret_key, struct bl_err *reterr);
BL_STATUS bl_keys__format(const struct bl_key_pair *key, uint32_t check, char *text, size_t cap,
    size_t *ret_len, struct bl_err *reterr);

#endif
