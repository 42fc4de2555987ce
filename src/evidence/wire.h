#ifndef BL_EVIDENCE_WIRE_H
#define BL_EVIDENCE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/*
 * The two encodings in which OpenSSH keeps keys and signatures: the SSH wire
 * format (big-endian lengths before bytes) inside base64 text in lines of 70.
 * Everything here works in storage of the caller's with a fixed size, because
 * secrets pass through it: a buffer that grows would leave copies behind.
 * Source: RFC 4251 section 5, RFC 4648 section 4, OpenSSH PROTOCOL.key.
 */

/* A writer into fixed storage; ${full} is set, and stays, when it did not fit. */
struct bl_wire_w {
	uint8_t *ptr;
	size_t cap, len;
	bool full;
};

void bl_wire__put(struct bl_wire_w *w, const void *bytes, size_t len);
void bl_wire__put_u32(struct bl_wire_w *w, uint32_t value);
void bl_wire__put_str(struct bl_wire_w *w, struct bl_str s);
/* bl_wire__put_key(w, public): an Ed25519 public key blob, without length before it. */
void bl_wire__put_key(struct bl_wire_w *w, const uint8_t public_key[32]);

/* A reader; every call is false when the bytes end too early, and reads nothing then. */
bool bl_wire__u32(struct bl_str *rest, uint32_t *ret_value);
bool bl_wire__str(struct bl_str *rest, struct bl_str *ret_s);

/* bl_wire__base64(w, bytes, wrap): base64 with padding; ${wrap} > 0: a newline after every
 * ${wrap} characters and at the end. */
void bl_wire__base64(struct bl_wire_w *w, struct bl_str bytes, size_t wrap);

/* bl_wire__unbase64(w, text): the reverse; white space is skipped; false for a foreign character,
 * wrong padding or bits left over. */
bool bl_wire__unbase64(struct bl_wire_w *w, struct bl_str text);

#endif
