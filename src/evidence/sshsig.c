/*
 * An SSH signature, as ssh-keygen -Y sign makes it.  Signed is not the message
 * but this, so that a signature for one purpose is none for another:
 *
 *	"SSHSIG", string name space, string "" (reserved), string "sha512", string SHA-512(message)
 *
 * and the file holds, in base64 between two lines:
 *
 *	"SSHSIG", uint32 1, string public key blob, string name space, string "", string "sha512",
 *	string { string "ssh-ed25519", string signature [64] }
 *
 * Source: OpenSSH PROTOCOL.sshsig.
 */
#include <openssl/evp.h>

#include "base/arena.h"
#include "evidence/keys.h"
#include "evidence/keys_priv.h"
#include "evidence/wire.h"

#define MAGIC "SSHSIG"
#define MAX_NAME_SPACE 64
#define BEGIN "-----BEGIN SSH SIGNATURE-----\n"
#define END "-----END SSH SIGNATURE-----\n"

static void
put_purpose(struct bl_wire_w *w, struct bl_str name_space)
{
	bl_wire__put_str(w, name_space);
	bl_wire__put_str(w, BL_STR(""));
	bl_wire__put_str(w, BL_STR("sha512"));
}

static enum bl_status
sign_message(const struct bl_key_pair *key, struct bl_str name_space, struct bl_str message,
    uint8_t signature[64], struct bl_err *reterr)
{
	uint8_t digest[64], text[256];
	struct bl_wire_w w = {text, sizeof(text), 0, false};
	unsigned int len = 0;

	if (EVP_Digest(message.ptr, message.len, digest, &len, EVP_sha512(), NULL) != 1 ||
	    len != sizeof(digest))
		return bl_fail(reterr, BL_ENOMEM, "OpenSSL could not compute a SHA-512");
	bl_wire__put(&w, MAGIC, sizeof(MAGIC) - 1);
	put_purpose(&w, name_space);
	bl_wire__put_str(&w, (struct bl_str){(const char *)digest, sizeof(digest)});
	return bl_keys__sign_raw(
	    key, (struct bl_str){(const char *)text, w.len}, signature, reterr);
}

enum bl_status
bl_keys_sign(const struct bl_key_pair *key, struct bl_str name_space, struct bl_str message,
    struct bl_arena *arena, struct bl_str *ret_armored, struct bl_err *reterr)
{
	uint8_t signature[64], raw[128], public_blob[64], blob[512], text[1024];
	struct bl_wire_w w_raw = {raw, sizeof(raw), 0, false};
	struct bl_wire_w w_public = {public_blob, sizeof(public_blob), 0, false};
	struct bl_wire_w w = {blob, sizeof(blob), 0, false};
	struct bl_wire_w out = {text, sizeof(text), 0, false};
	enum bl_status status;

	if (name_space.len == 0 || name_space.len > MAX_NAME_SPACE)
		return bl_fail(
		    reterr, BL_EUSAGE, "a name space of 1 to %d bytes is needed", MAX_NAME_SPACE);
	status = sign_message(key, name_space, message, signature, reterr);
	if (status != BL_OK)
		return status;
	bl_wire__put_str(&w_raw, BL_STR("ssh-ed25519"));
	bl_wire__put_str(&w_raw, (struct bl_str){(const char *)signature, sizeof(signature)});
	bl_wire__put_key(&w_public, key->public_key);
	bl_wire__put(&w, MAGIC, sizeof(MAGIC) - 1);
	bl_wire__put_u32(&w, 1);
	bl_wire__put_str(&w, (struct bl_str){(const char *)public_blob, w_public.len});
	put_purpose(&w, name_space);
	bl_wire__put_str(&w, (struct bl_str){(const char *)raw, w_raw.len});
	bl_wire__put(&out, BEGIN, sizeof(BEGIN) - 1);
	bl_wire__base64(&out, (struct bl_str){(const char *)blob, w.len}, 70);
	bl_wire__put(&out, END, sizeof(END) - 1);
	if (w_raw.full || w_public.full || w.full || out.full)
		return bl_fail(reterr, BL_ELIMIT, "a signature longer than its room");
	if (bl_str_dup(arena, (struct bl_str){(const char *)text, out.len}, ret_armored) != BL_OK)
		return bl_fail(reterr, BL_ENOMEM, "no memory for a signature");
	return BL_OK;
}
