#ifndef BL_EVIDENCE_KEYS_H
#define BL_EVIDENCE_KEYS_H

#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

struct bl_arena;
struct bl_os;

/* An Ed25519 signing key.  Opaque: its bytes are wiped when it is freed. */
struct bl_key_pair;

/*
 * bl_keys_new(os, path, comment, reterr): make a key and write ${path} (OpenSSH private key, mode
 * 0600, never overwritten) and ${path}.pub, as ssh-keygen would, so that ssh-keygen reads both.
 */
BL_STATUS bl_keys_new(
    struct bl_os *os, const char *path, struct bl_str comment, struct bl_err *reterr);

/* bl_keys_load(os, path, &key, reterr): an unencrypted OpenSSH Ed25519 key, also one that
 * ssh-keygen made.  Refused: a file that others may read (like ssh does), other key types, pass
 * phrases: each by name, with what to do. */
BL_STATUS bl_keys_load(
    struct bl_os *os, const char *path, struct bl_key_pair **ret_key, struct bl_err *reterr);
void bl_keys_free(struct bl_key_pair **key);

/* bl_keys_public(key, arena, &line, reterr): "ssh-ed25519 AAAA... comment", without newline. */
BL_STATUS bl_keys_public(const struct bl_key_pair *key, struct bl_arena *arena,
    struct bl_str *ret_line, struct bl_err *reterr);

/* bl_keys_fingerprint(key, arena, &text, reterr): "SHA256:..." as ssh-keygen -l prints it. */
BL_STATUS bl_keys_fingerprint(const struct bl_key_pair *key, struct bl_arena *arena,
    struct bl_str *ret_text, struct bl_err *reterr);

/*
 * bl_keys_sign(key, name_space, message, arena, &armored, reterr): an SSH signature (-----BEGIN SSH
 * SIGNATURE-----), hash sha512, deterministic.  Source: OpenSSH PROTOCOL.sshsig.
 */
BL_STATUS bl_keys_sign(const struct bl_key_pair *key, struct bl_str name_space,
    struct bl_str message, struct bl_arena *arena, struct bl_str *ret_armored,
    struct bl_err *reterr);

#endif
