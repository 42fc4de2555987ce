/*
 * Secrets live in three places only: the key object, storage on the stack that
 * is wiped before return, and one heap block of fixed size that is wiped before
 * it is freed.  No growing buffer and no arena ever holds one.
 */
#include "evidence/keys.h"

#include <assert.h>
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/mem.h"
#include "evidence/keys_priv.h"
#include "evidence/wire.h"
#include "os/os.h"

#define PATH_MAX_BYTES 4096

enum bl_status
bl_keys__derive(struct bl_key_pair *key, struct bl_err *reterr)
{
	size_t len = sizeof(key->public_key);
	EVP_PKEY *pkey =
	    EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, key->seed, sizeof(key->seed));
	int done = pkey != NULL && EVP_PKEY_get_raw_public_key(pkey, key->public_key, &len) == 1;

	EVP_PKEY_free(pkey);
	if (!done || len != sizeof(key->public_key))
		return bl_fail(reterr, BL_ENOMEM, "OpenSSL could not read an Ed25519 key");
	return BL_OK;
}

enum bl_status
bl_keys__sign_raw(const struct bl_key_pair *key, struct bl_str message, uint8_t signature[64],
    struct bl_err *reterr)
{
	EVP_PKEY *pkey =
	    EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, key->seed, sizeof(key->seed));
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t len = 64;
	int done =
	    pkey != NULL && ctx != NULL && EVP_DigestSignInit(ctx, NULL, NULL, NULL, pkey) == 1 &&
	    EVP_DigestSign(ctx, signature, &len, (const uint8_t *)message.ptr, message.len) == 1;

	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	if (!done || len != 64)
		return bl_fail(reterr, BL_ENOMEM, "OpenSSL could not sign");
	return BL_OK;
}

/* ---- New ---------------------------------------------------------------- */

static enum bl_status
refuse_existing(struct bl_os *os, const char *path, struct bl_err *reterr)
{
	struct bl_file_info info;
	struct bl_err err;
	enum bl_status status = bl_os_linfo(os, path, &info, &err);

	if (status == BL_ENOTFOUND)
		return BL_OK;
	if (status == BL_OK)
		return bl_fail(reterr, BL_EUSAGE,
		    "'%s' exists already, and a key is never overwritten; give another name", path);
	if (reterr != NULL)
		*reterr = err;
	return status;
}

/* Written and synced, or not there. */
static enum bl_status
write_new(struct bl_os *os, const char *path, enum bl_open_mode mode, struct bl_str bytes,
    struct bl_err *reterr)
{
	struct bl_file *file = NULL;
	enum bl_status status = bl_os_open(os, path, mode, &file, reterr);

	if (status != BL_OK)
		return status;
	status = bl_file_write(file, bytes, reterr);
	if (status == BL_OK)
		status = bl_file_sync(file, reterr);
	bl_file_close(&file);
	if (status != BL_OK && bl_os_unlink(os, path, NULL) != BL_OK)
		bl_err_prefix(reterr, "a useless part of '%s' is left", path);
	return status;
}

static enum bl_status
write_private(
    struct bl_os *os, const char *path, const struct bl_key_pair *key, struct bl_err *reterr)
{
	char text[BL_KEYS_FILE_MAX];
	uint32_t check = 0;
	size_t len = 0;
	enum bl_status status = bl_os_random(os, &check, sizeof(check), reterr);

	if (status == BL_OK)
		status = bl_keys__format(key, check, text, sizeof(text), &len, reterr);
	if (status == BL_OK)
		status =
		    write_new(os, path, BL_OPEN_CREATE_KEY, (struct bl_str){text, len}, reterr);
	OPENSSL_cleanse(text, sizeof(text));
	return status;
}

static enum bl_status
write_public(
    struct bl_os *os, const char *path, const struct bl_key_pair *key, struct bl_err *reterr)
{
	struct bl_arena *arena = bl_arena_new(64 << 10);
	struct bl_str line, text;
	enum bl_status status;

	if (arena == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the public key");
	status = bl_keys_public(key, arena, &line, reterr);
	if (status == BL_OK)
		status = bl_str_printf(arena, &text, reterr, "%.*s\n", (int)line.len, line.ptr);
	if (status == BL_OK)
		status = write_new(os, path, BL_OPEN_CREATE, text, reterr);
	bl_arena_free(&arena);
	return status;
}

static enum bl_status
sync_parent(struct bl_os *os, const char *path, struct bl_err *reterr)
{
	struct bl_str s = bl_str_of(path);
	size_t slash = bl_str_rfind_byte(s, '/');
	char folder[PATH_MAX_BYTES];

	if (slash == SIZE_MAX)
		return bl_os_sync_folder(os, ".", reterr);
	if (slash == 0)
		return bl_os_sync_folder(os, "/", reterr);
	assert(slash < sizeof(folder));
	memcpy(folder, path, slash);
	folder[slash] = '\0';
	return bl_os_sync_folder(os, folder, reterr);
}

static enum bl_status
write_both(struct bl_os *os, const char *path, const char *public_path,
    const struct bl_key_pair *key, struct bl_err *reterr)
{
	enum bl_status status = refuse_existing(os, path, reterr);

	if (status == BL_OK)
		status = refuse_existing(os, public_path, reterr);
	if (status == BL_OK)
		status = write_private(os, path, key, reterr);
	if (status != BL_OK)
		return status;
	status = write_public(os, public_path, key, reterr);
	if (status == BL_OK)
		return sync_parent(os, path, reterr);
	/* Half a pair is none: the private half that was just made goes too. */
	if (bl_os_unlink(os, path, NULL) != BL_OK)
		bl_err_prefix(reterr, "'%s' is left without its public half", path);
	return status;
}

enum bl_status
bl_keys_new(struct bl_os *os, const char *path, struct bl_str comment, struct bl_err *reterr)
{
	struct bl_key_pair key = {0};
	char public_path[PATH_MAX_BYTES];
	size_t len = strlen(path);
	enum bl_status status;

	if (len == 0 || len + sizeof(".pub") > sizeof(public_path))
		return bl_fail(reterr, BL_EUSAGE, "the key's path is empty or too long");
	if (!bl_keys__comment_ok(comment))
		return bl_fail(reterr, BL_EUSAGE,
		    "the comment must be one printable line of at most %d bytes",
		    BL_KEYS_COMMENT_MAX);
	memcpy(public_path, path, len);
	memcpy(public_path + len, ".pub", sizeof(".pub"));
	if (comment.len > 0)
		memcpy(key.comment, comment.ptr, comment.len);
	key.comment_len = comment.len;

	status = bl_os_random(os, key.seed, sizeof(key.seed), reterr);
	if (status == BL_OK)
		status = bl_keys__derive(&key, reterr);
	if (status == BL_OK)
		status = write_both(os, path, public_path, &key, reterr);
	OPENSSL_cleanse(&key, sizeof(key));
	return status;
}

/* ---- Load --------------------------------------------------------------- */

static enum bl_status
check_private(struct bl_file *file, const char *path, struct bl_err *reterr)
{
	struct bl_file_info info;
	enum bl_status status = bl_file_info(file, &info, reterr);

	if (status != BL_OK)
		return status;
	if (info.kind != BL_FILE_REGULAR)
		return bl_fail(reterr, BL_EINPUT, "not a regular file");
	if ((info.mode & 077) != 0)
		return bl_fail(reterr, BL_EUSAGE,
		    "others may read this key (mode %04o): 'chmod 600 %s' keeps it private",
		    info.mode, path);
	if (info.size_bytes > BL_KEYS_FILE_MAX)
		return bl_fail(
		    reterr, BL_ELIMIT, "more than %d bytes: no Ed25519 key", BL_KEYS_FILE_MAX);
	return BL_OK;
}

static enum bl_status
read_whole(struct bl_file *file, char *text, size_t cap, size_t *ret_len, struct bl_err *reterr)
{
	size_t len = 0, n = 1;

	while (n > 0 && len < cap) {
		enum bl_status status = bl_file_read(file, text + len, cap - len, &n, reterr);

		if (status != BL_OK)
			return status;
		len += n;
	}
	if (len == cap)
		return bl_fail(
		    reterr, BL_ELIMIT, "more than %d bytes: no Ed25519 key", BL_KEYS_FILE_MAX);
	*ret_len = len;
	return BL_OK;
}

enum bl_status
bl_keys_load(
    struct bl_os *os, const char *path, struct bl_key_pair **ret_key, struct bl_err *reterr)
{
	char text[BL_KEYS_FILE_MAX + 1];
	struct bl_file *file = NULL;
	struct bl_key_pair *key = NULL;
	size_t len = 0;
	enum bl_status status = bl_os_open(os, path, BL_OPEN_READ, &file, reterr);

	if (status != BL_OK)
		return status;
	status = check_private(file, path, reterr);
	if (status == BL_OK)
		status = read_whole(file, text, sizeof(text), &len, reterr);
	if (status == BL_OK) {
		key = bl_mem_alloc(sizeof(*key));
		status = key == NULL ? bl_fail(reterr, BL_ENOMEM, "no memory for a key")
				     : bl_keys__parse((struct bl_str){text, len}, key, reterr);
	}
	if (status == BL_OK) {
		*ret_key = key;
		key = NULL;
	} else
		bl_err_prefix(reterr, "%s", path);
	OPENSSL_cleanse(text, sizeof(text));
	bl_file_close(&file);
	bl_mem_free(key);
	return status;
}

void
bl_keys_free(struct bl_key_pair **key)
{
	if (key == NULL || *key == NULL)
		return;
	OPENSSL_cleanse(*key, sizeof(**key));
	bl_mem_free(*key);
	*key = NULL;
}

/* ---- Public half -------------------------------------------------------- */

enum bl_status
bl_keys_public(const struct bl_key_pair *key, struct bl_arena *arena, struct bl_str *ret_line,
    struct bl_err *reterr)
{
	uint8_t blob[64], text[128];
	struct bl_wire_w w = {blob, sizeof(blob), 0, false};
	struct bl_wire_w out = {text, sizeof(text), 0, false};

	bl_wire__put_key(&w, key->public_key);
	bl_wire__base64(&out, (struct bl_str){(const char *)blob, w.len}, 0);
	assert(!w.full && !out.full);
	return bl_str_printf(arena, ret_line, reterr, "ssh-ed25519 %.*s%s%s", (int)out.len,
	    (const char *)text, key->comment_len > 0 ? " " : "", key->comment);
}

enum bl_status
bl_keys_fingerprint(const struct bl_key_pair *key, struct bl_arena *arena, struct bl_str *ret_text,
    struct bl_err *reterr)
{
	uint8_t blob[64], text[64];
	struct bl_wire_w w = {blob, sizeof(blob), 0, false};
	struct bl_wire_w out = {text, sizeof(text), 0, false};
	struct bl_sha256 digest;
	enum bl_status status;

	bl_wire__put_key(&w, key->public_key);
	status = bl_sha256_of((struct bl_str){(const char *)blob, w.len}, &digest, reterr);
	if (status != BL_OK)
		return status;
	bl_wire__base64(&out, (struct bl_str){(const char *)digest.byte, sizeof(digest.byte)}, 0);
	assert(!w.full && !out.full && out.len == 44);
	/* ssh-keygen leaves the one '=' at the end out. */
	return bl_str_printf(arena, ret_text, reterr, "SHA256:%.43s", (const char *)text);
}
