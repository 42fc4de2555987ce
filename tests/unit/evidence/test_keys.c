/* Keys and their files, against ssh-keygen in both directions. */
#include "support/test.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/mem.h"
#include "evidence/keys.h"
#include "evidence/keys_priv.h"
#include "os/os.h"
#include "support/os_crash.h"
#include "support/os_fault.h"
#include "unit/evidence/run.h"

static struct bl_str
read_file(struct bl_arena *arena, const char *path)
{
	struct bl_str bytes = {0};
	struct bl_err err;

	assert_ok(bl_os_read_file(bl_os_posix(), arena, path, 1 << 20, &bytes, &err), err);
	return bytes;
}

static void
write_file(const char *path, const char *text, mode_t mode)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

/* RFC 8032, section 7.1, test 2. */
static void
the_curve_is_right(void **state)
{
	static const uint8_t public_key[32] = {0x3d, 0x40, 0x17, 0xc3, 0xe8, 0x43, 0x89, 0x5a, 0x92,
	    0xb7, 0x0a, 0xa7, 0x4d, 0x1b, 0x7e, 0xbc, 0x9c, 0x98, 0x2c, 0xcf, 0x2e, 0xc4, 0x96,
	    0x8c, 0xc0, 0xcd, 0x55, 0xf1, 0x2a, 0xf4, 0x66, 0x0c};
	static const uint8_t first[8] = {0x92, 0xa0, 0x09, 0xa9, 0xf0, 0xd4, 0xca, 0xb8};
	struct bl_key_pair key = {
	    .seed = {0x4c, 0xcd, 0x08, 0x9b, 0x28, 0xff, 0x96, 0xda, 0x9d, 0xb6, 0xc3, 0x46, 0xec,
		0x11, 0x4e, 0x0f, 0x5b, 0x8a, 0x31, 0x9f, 0x35, 0xab, 0xa6, 0x24, 0xda, 0x8c, 0xf6,
		0xed, 0x4f, 0xb8, 0xa6, 0xfb}};
	uint8_t signature[64];
	struct bl_err err;

	(void)state;
	assert_ok(bl_keys__derive(&key, &err), err);
	assert_memory_equal(key.public_key, public_key, 32);
	assert_ok(bl_keys__sign_raw(&key, BL_STR("\x72"), signature, &err), err);
	assert_memory_equal(signature, first, 8);
}

static void
ssh_keygen_reads_ours(void **state)
{
	struct bl_arena *arena = bl_arena_new(1 << 20);
	struct bl_key_pair *key = NULL;
	struct bl_str line, fingerprint, shown;
	char path[4096], pub[4096], out[4096];
	char *folder = scratch();
	struct bl_file_info info;
	struct bl_err err;

	(void)state;
	(void)scratch_path(folder, "key", path, sizeof(path));
	(void)scratch_path(folder, "key.pub", pub, sizeof(pub));
	(void)scratch_path(folder, "out", out, sizeof(out));
	assert_ok(bl_keys_new(bl_os_posix(), path, BL_STR("audit key 2026"), &err), err);
	assert_ok(bl_os_info(bl_os_posix(), path, &info, &err), err);
	assert_int_equal(info.mode & 0777, 0600);
	assert_ok(bl_keys_load(bl_os_posix(), path, &key, &err), err);
	assert_ok(bl_keys_public(key, arena, &line, &err), err);
	assert_int_equal(
	    run((const char *const[]){"ssh-keygen", "-y", "-f", path, NULL}, NULL, out), 0);
	assert_true(bl_str_eq(bl_str_trim(read_file(arena, out)), line));
	assert_true(bl_str_eq(bl_str_trim(read_file(arena, pub)), line));
	assert_true(bl_str_ends(line, BL_STR(" audit key 2026")));
	assert_int_equal(
	    run((const char *const[]){"ssh-keygen", "-l", "-f", path, NULL}, NULL, out), 0);
	assert_ok(bl_keys_fingerprint(key, arena, &fingerprint, &err), err);
	shown = read_file(arena, out);
	assert_true(bl_str_find(shown, fingerprint) != SIZE_MAX);
	assert_int_equal(fingerprint.len, 50);
	bl_keys_free(&key);
	bl_keys_free(&key);
	assert_null(key);
	bl_arena_free(&arena);
	scratch_free(folder);
}

/* Keys of ssh-keygen load, whatever the length of the comment (the padding changes with it). */
static void
we_read_those_of_ssh_keygen(void **state)
{
	static const char *const comment[] = {"", "a", "ab", "abc", "abcd", "abcde", "abcdef",
	    "abcdefg", "abcdefgh", "Prüfschlüssel ä"};

	(void)state;
	for (size_t i = 0; i < sizeof(comment) / sizeof(comment[0]); i++) {
		struct bl_arena *arena = bl_arena_new(1 << 20);
		struct bl_key_pair *key = NULL;
		char path[4096], pub[4096];
		char *folder = scratch();
		struct bl_str line;
		struct bl_err err;

		(void)scratch_path(folder, "key", path, sizeof(path));
		(void)scratch_path(folder, "key.pub", pub, sizeof(pub));
		assert_int_equal(run((const char *const[]){"ssh-keygen", "-q", "-t", "ed25519",
					 "-N", "", "-C", comment[i], "-f", path, NULL},
				     NULL, NULL),
		    0);
		assert_ok(bl_keys_load(bl_os_posix(), path, &key, &err), err);
		assert_ok(bl_keys_public(key, arena, &line, &err), err);
		assert_true(bl_str_eq(bl_str_trim(read_file(arena, pub)), line));
		bl_keys_free(&key);
		bl_arena_free(&arena);
		scratch_free(folder);
	}
}

static void
load_fails(const char *path, enum bl_status want, const char *words)
{
	struct bl_key_pair *key = NULL;
	struct bl_err err = {0};

	assert_int_equal(bl_keys_load(bl_os_posix(), path, &key, &err), want);
	if (strstr(err.text, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, words);
	if (strstr(err.text, path) == NULL)
		fail_msg("\"%s\" does not name the file", err.text);
	assert_null(key);
}

static void
wrong_files_are_refused_by_name(void **state)
{
	char *folder = scratch();
	char path[4096], pub[4096];
	struct bl_err err;

	(void)state;
	(void)scratch_path(folder, "absent", path, sizeof(path));
	load_fails(path, BL_ENOTFOUND, "absent");
	(void)scratch_path(folder, "open", path, sizeof(path));
	assert_ok(bl_keys_new(bl_os_posix(), path, BL_STR("x"), &err), err);
	assert_int_equal(chmod(path, 0640), 0);
	load_fails(path, BL_EUSAGE, "others may read this key (mode 0640): 'chmod 600");
	(void)scratch_path(folder, "open.pub", pub, sizeof(pub));
	assert_int_equal(chmod(pub, 0600), 0);
	load_fails(pub, BL_EINPUT, "this is a public key");
	(void)scratch_path(folder, "rsa", path, sizeof(path));
	assert_int_equal(
	    run((const char *const[]){"ssh-keygen", "-q", "-t", "rsa", "-N", "", "-f", path, NULL},
		NULL, NULL),
	    0);
	load_fails(path, BL_EUNSUPPORTED, "a key of type 'ssh-rsa'");
	(void)scratch_path(folder, "locked", path, sizeof(path));
	assert_int_equal(run((const char *const[]){"ssh-keygen", "-q", "-t", "ed25519", "-N",
				 "secret phrase", "-f", path, NULL},
			     NULL, NULL),
	    0);
	load_fails(path, BL_EUNSUPPORTED, "locked with a pass phrase");
	(void)scratch_path(folder, "text", path, sizeof(path));
	write_file(path, "-----BEGIN PRIVATE KEY-----\n", 0600);
	load_fails(path, BL_EINPUT, "not an OpenSSH private key");
	load_fails(folder, BL_EINPUT, "not a regular file");
	scratch_free(folder);
}

static void
a_key_is_never_overwritten(void **state)
{
	struct bl_arena *arena = bl_arena_new(1 << 20);
	struct os_crash *fs = os_crash_new();
	struct bl_str before, after;
	struct bl_err err = {0};

	(void)state;
	assert_ok(bl_keys_new(&fs->os, "k", BL_STR(""), &err), err);
	assert_ok(bl_os_read_file(&fs->os, arena, "k", 10000, &before, &err), err);
	assert_err(bl_keys_new(&fs->os, "k", BL_STR(""), &err), err, BL_EUSAGE,
	    "'k' exists already, and a key is never overwritten; give another name");
	assert_ok(bl_os_unlink(&fs->os, "k", &err), err);
	assert_err(bl_keys_new(&fs->os, "k", BL_STR(""), &err), err, BL_EUSAGE,
	    "'k.pub' exists already, and a key is never overwritten; give another name");
	assert_int_equal(bl_os_read_file(&fs->os, arena, "k", 10000, &after, &err), BL_ENOTFOUND);
	assert_err(bl_keys_new(&fs->os, "j", BL_STR("two\nlines"), &err), err, BL_EUSAGE,
	    "the comment must be one printable line of at most 1000 bytes");
	assert_err(bl_keys_new(&fs->os, "", BL_STR(""), &err), err, BL_EUSAGE,
	    "the key's path is empty or too long");
	os_crash_free(&fs);
	bl_arena_free(&arena);
}

/* Whatever fails, there is a whole pair or none. */
static void
half_a_pair_is_never_left(void **state)
{
	(void)state;
	for (uint64_t n = 1;; n++) {
		struct os_crash *fs = os_crash_new();
		struct os_fault fault;
		struct bl_file_info info;
		struct bl_err err = {0};
		enum bl_status status;

		os_fault_init(&fault, &fs->os);
		os_fault_arm(&fault,
		    FAULT_OPEN | FAULT_WRITE | FAULT_SYNC | FAULT_RANDOM | FAULT_INFO, n, ENOSPC);
		status = bl_keys_new(&fault.os, "k", BL_STR("c"), &err);
		if (!fault.hit) {
			assert_int_equal(status, BL_OK);
			assert_true(n > 8);
			os_crash_free(&fs);
			break;
		}
		assert_int_equal(status, BL_EIO);
		assert_int_equal(bl_os_info(&fs->os, "k", &info, &err), BL_ENOTFOUND);
		assert_int_equal(bl_os_info(&fs->os, "k.pub", &info, &err), BL_ENOTFOUND);
		os_crash_free(&fs);
	}
}

/* Each byte of a key file changed: refused, or the very same key (white space, the check number's
 * two halves). */
static void
damage_is_noticed(void **state)
{
	struct bl_key_pair key = {.seed = {1, 2, 3}, .comment = "abc", .comment_len = 3};
	char text[BL_KEYS_FILE_MAX];
	size_t len = 0;
	struct bl_err err;

	(void)state;
	assert_ok(bl_keys__derive(&key, &err), err);
	assert_ok(bl_keys__format(&key, 0x01020304, text, sizeof(text), &len, &err), err);
	for (size_t i = 0; i < len; i++) {
		struct bl_key_pair got;
		char old = text[i];

		text[i] = (char)(text[i] ^ 1);
		if (bl_keys__parse((struct bl_str){text, len}, &got, &err) == BL_OK) {
			assert_memory_equal(got.seed, key.seed, 32);
			assert_memory_equal(got.public_key, key.public_key, 32);
		}
		text[i] = old;
		if (bl_keys__parse((struct bl_str){text, i}, &got, &err) == BL_OK)
			assert_int_equal(i, len - 1); /* Only the last newline may be missing. */
	}
}

static void
memory_may_run_out(void **state)
{
	struct os_crash *fs = os_crash_new();
	struct bl_err err;

	(void)state;
	assert_ok(bl_keys_new(&fs->os, "k", BL_STR("c"), &err), err);
	for (uint64_t n = 1;; n++) {
		struct bl_key_pair *key = NULL;
		enum bl_status status;
		bool hit;

		bl_mem_fail_at(n);
		status = bl_keys_load(&fs->os, "k", &key, &err);
		hit = bl_mem_fail_hit();
		bl_mem_fail_at(0);
		bl_keys_free(&key);
		if (!hit) {
			assert_int_equal(status, BL_OK);
			break;
		}
		assert_int_equal(status, BL_ENOMEM);
	}
	os_crash_free(&fs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_curve_is_right),
	    cmocka_unit_test(ssh_keygen_reads_ours),
	    cmocka_unit_test(we_read_those_of_ssh_keygen),
	    cmocka_unit_test(wrong_files_are_refused_by_name),
	    cmocka_unit_test(a_key_is_never_overwritten),
	    cmocka_unit_test(half_a_pair_is_never_left),
	    cmocka_unit_test(damage_is_noticed),
	    cmocka_unit_test(memory_may_run_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
