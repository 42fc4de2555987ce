/*
 * The private key file that ssh-keygen writes and reads, as far as an Ed25519
 * key without a pass phrase needs it:
 *
 *	"openssh-key-v1" NUL
 *	string cipher "none", string kdf "none", string kdf options ""
 *	uint32 1
 *	string public key blob
 *	string { uint32 check, uint32 check, string "ssh-ed25519", string public [32],
 *	         string seed and public [64], string comment, bytes 1 2 3 ... to a multiple of 8 }
 *
 * Source: OpenSSH PROTOCOL.key.
 */
#include <assert.h>
#include <openssl/crypto.h>
#include <string.h>

#include "evidence/keys_priv.h"
#include "evidence/wire.h"

#define MAGIC "openssh-key-v1" /* The NUL behind it counts. */
#define BEGIN "-----BEGIN OPENSSH PRIVATE KEY-----"
#define END "-----END OPENSSH PRIVATE KEY-----"

bool
bl_keys__comment_ok(struct bl_str comment)
{
	if (comment.len > BL_KEYS_COMMENT_MAX)
		return false;
	for (size_t i = 0; i < comment.len; i++)
		if ((uint8_t)comment.ptr[i] < 0x20 || comment.ptr[i] == 0x7f)
			return false;
	return true;
}

/* The base64 between the two lines that frame it. */
static enum bl_status
unframe(struct bl_str text, struct bl_str *ret_body, struct bl_err *reterr)
{
	struct bl_str trimmed = bl_str_trim(text);

	if (bl_str_starts(trimmed, BL_STR("ssh-")))
		return bl_fail(reterr, BL_EINPUT,
		    "this is a public key; the private one is the file without .pub");
	if (!bl_str_starts(trimmed, BL_STR(BEGIN)) || !bl_str_ends(trimmed, BL_STR(END)) ||
	    trimmed.len < sizeof(BEGIN END) - 1)
		return bl_fail(reterr, BL_EINPUT,
		    "not an OpenSSH private key; make one with 'beleg keys new' or "
		    "'ssh-keygen -t ed25519'");
	*ret_body = bl_str_sub(trimmed, sizeof(BEGIN) - 1, trimmed.len - (sizeof(END) - 1));
	return BL_OK;
}

/* The outer structure; ${ret_secret} is the private section. */
static enum bl_status
open_envelope(
    struct bl_str blob, struct bl_str *ret_public, struct bl_str *ret_secret, struct bl_err *reterr)
{
	struct bl_str rest, cipher, kdf, options;
	uint32_t n_keys;

	if (!bl_str_starts(blob, (struct bl_str){MAGIC, sizeof(MAGIC)}))
		return bl_fail(reterr, BL_EINPUT, "the key does not begin with openssh-key-v1");
	rest = bl_str_sub(blob, sizeof(MAGIC), blob.len);
	if (!bl_wire__str(&rest, &cipher) || !bl_wire__str(&rest, &kdf) ||
	    !bl_wire__str(&rest, &options) || !bl_wire__u32(&rest, &n_keys))
		return bl_fail(reterr, BL_EINPUT, "the key is cut off");
	if (!bl_str_eq(cipher, BL_STR("none")) || !bl_str_eq(kdf, BL_STR("none")))
		return bl_fail(reterr, BL_EUNSUPPORTED,
		    "the key is locked with a pass phrase; 'ssh-keygen -p -N \"\" -f COPY' "
		    "unlocks a copy");
	if (n_keys != 1)
		return bl_fail(reterr, BL_EUNSUPPORTED, "the file holds %u keys, not one", n_keys);
	if (!bl_wire__str(&rest, ret_public) || !bl_wire__str(&rest, ret_secret) || rest.len != 0)
		return bl_fail(reterr, BL_EINPUT, "the key is cut off or longer than it says");
	return BL_OK;
}

static bool
padding_ok(struct bl_str pad)
{
	for (size_t i = 0; i < pad.len; i++)
		if ((uint8_t)pad.ptr[i] != i + 1)
			return false;
	return pad.len < 8;
}

static enum bl_status
read_public(struct bl_str blob, struct bl_str *ret_key, struct bl_err *reterr)
{
	struct bl_str rest = blob, type;

	if (!bl_wire__str(&rest, &type))
		return bl_fail(reterr, BL_EINPUT, "the public part of the key is cut off");
	if (!bl_str_eq(type, BL_STR("ssh-ed25519")))
		return bl_fail(reterr, BL_EUNSUPPORTED,
		    "a key of type '%.*s': packages are signed with ssh-ed25519 only",
		    BL_STR_ARG(type));
	if (!bl_wire__str(&rest, ret_key) || ret_key->len != 32 || rest.len != 0)
		return bl_fail(reterr, BL_EINPUT, "the public part of the key is damaged");
	return BL_OK;
}

static enum bl_status
read_secret(struct bl_str secret, struct bl_str public_key, struct bl_key_pair *ret_key,
    struct bl_err *reterr)
{
	struct bl_str rest = secret, type, again, both, comment;
	uint32_t check1, check2;

	if (!bl_wire__u32(&rest, &check1) || !bl_wire__u32(&rest, &check2) || check1 != check2 ||
	    !bl_wire__str(&rest, &type) || !bl_str_eq(type, BL_STR("ssh-ed25519")) ||
	    !bl_wire__str(&rest, &again) || !bl_wire__str(&rest, &both) ||
	    !bl_wire__str(&rest, &comment) || !padding_ok(rest) || both.len != 64 ||
	    !bl_str_eq(again, public_key) || !bl_str_eq(bl_str_sub(both, 32, 64), public_key))
		return bl_fail(reterr, BL_EINPUT, "the private part of the key is damaged");
	if (!bl_keys__comment_ok(comment))
		return bl_fail(reterr, BL_EINPUT,
		    "the key's comment is no single printable line of at most %d bytes; "
		    "'ssh-keygen -c' changes it",
		    BL_KEYS_COMMENT_MAX);
	memcpy(ret_key->seed, both.ptr, 32);
	memcpy(ret_key->comment, comment.ptr, comment.len);
	ret_key->comment[comment.len] = '\0';
	ret_key->comment_len = comment.len;
	return BL_OK;
}

enum bl_status
bl_keys__parse(struct bl_str text, struct bl_key_pair *ret_key, struct bl_err *reterr)
{
	uint8_t blob[BL_KEYS_FILE_MAX];
	struct bl_wire_w w = {blob, sizeof(blob), 0, false};
	struct bl_key_pair key = {0};
	struct bl_str body, public_blob, public_key, secret;
	enum bl_status status;

	status = unframe(text, &body, reterr);
	if (status != BL_OK)
		return status;
	if (!bl_wire__unbase64(&w, body)) {
		status = bl_fail(reterr, BL_EINPUT, "the key is not base64");
		goto out;
	}
	status = open_envelope(
	    (struct bl_str){(const char *)blob, w.len}, &public_blob, &secret, reterr);
	if (status == BL_OK)
		status = read_public(public_blob, &public_key, reterr);
	if (status == BL_OK)
		status = read_secret(secret, public_key, &key, reterr);
	if (status == BL_OK)
		status = bl_keys__derive(&key, reterr);
	if (status != BL_OK)
		goto out;
	if (memcmp(key.public_key, public_key.ptr, 32) != 0) {
		status = bl_fail(reterr, BL_EINPUT, "the key's two halves do not belong together");
		goto out;
	}
	*ret_key = key;
out:
	OPENSSL_cleanse(blob, sizeof(blob));
	OPENSSL_cleanse(&key, sizeof(key));
	return status;
}

static void
put_secret(struct bl_wire_w *w, const struct bl_key_pair *key, uint32_t check)
{
	bl_wire__put_u32(w, check);
	bl_wire__put_u32(w, check);
	bl_wire__put_key(w, key->public_key);
	bl_wire__put_u32(w, 64);
	bl_wire__put(w, key->seed, 32);
	bl_wire__put(w, key->public_key, 32);
	bl_wire__put_str(w, (struct bl_str){key->comment, key->comment_len});
	for (uint8_t pad = 1; w->len % 8 != 0; pad++)
		bl_wire__put(w, &pad, 1);
}

enum bl_status
bl_keys__format(const struct bl_key_pair *key, uint32_t check, char *text, size_t cap,
    size_t *ret_len, struct bl_err *reterr)
{
	uint8_t blob[BL_KEYS_FILE_MAX], secret[BL_KEYS_FILE_MAX], public_blob[64];
	struct bl_wire_w whole = {blob, sizeof(blob), 0, false};
	struct bl_wire_w inner = {secret, sizeof(secret), 0, false};
	struct bl_wire_w outer = {public_blob, sizeof(public_blob), 0, false};
	struct bl_wire_w out = {(uint8_t *)text, cap, 0, false};

	bl_wire__put_key(&outer, key->public_key);
	put_secret(&inner, key, check);
	bl_wire__put(&whole, MAGIC, sizeof(MAGIC));
	bl_wire__put_str(&whole, BL_STR("none"));
	bl_wire__put_str(&whole, BL_STR("none"));
	bl_wire__put_str(&whole, BL_STR(""));
	bl_wire__put_u32(&whole, 1);
	bl_wire__put_str(&whole, (struct bl_str){(const char *)public_blob, outer.len});
	bl_wire__put_str(&whole, (struct bl_str){(const char *)secret, inner.len});
	bl_wire__put(&out, BEGIN "\n", sizeof(BEGIN));
	bl_wire__base64(&out, (struct bl_str){(const char *)blob, whole.len}, 70);
	bl_wire__put(&out, END "\n", sizeof(END));
	OPENSSL_cleanse(blob, sizeof(blob));
	OPENSSL_cleanse(secret, sizeof(secret));
	if (outer.full || inner.full || whole.full || out.full)
		return bl_fail(reterr, BL_ELIMIT, "the key's comment is too long");
	*ret_len = out.len;
	return BL_OK;
}
