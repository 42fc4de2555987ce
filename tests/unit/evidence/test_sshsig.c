/* Signatures: the same bytes as ssh-keygen makes, and accepted by it. */
#include "support/test.h"

#include <stdio.h>

#include "base/arena.h"
#include "evidence/keys.h"
#include "os/os.h"
#include "unit/evidence/run.h"

struct place {
	char *folder;
	char key[4096], message[4096], signature[4096], signers[4096];
	struct bl_arena *arena;
	struct bl_key_pair *pair;
};

static int
setup(void **state)
{
	struct place *p = test_calloc(1, sizeof(*p));
	struct bl_err err;

	p->folder = scratch();
	p->arena = bl_arena_new(32 << 20);
	(void)scratch_path(p->folder, "key", p->key, sizeof(p->key));
	(void)scratch_path(p->folder, "message", p->message, sizeof(p->message));
	(void)scratch_path(p->folder, "message.sig", p->signature, sizeof(p->signature));
	(void)scratch_path(p->folder, "signers", p->signers, sizeof(p->signers));
	assert_ok(bl_keys_new(bl_os_posix(), p->key, BL_STR("test"), &err), err);
	assert_ok(bl_keys_load(bl_os_posix(), p->key, &p->pair, &err), err);
	*state = p;
	return 0;
}

static int
teardown(void **state)
{
	struct place *p = *state;

	bl_keys_free(&p->pair);
	bl_arena_free(&p->arena);
	scratch_free(p->folder);
	test_free(p);
	return 0;
}

static void
put(const char *path, struct bl_str bytes)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes.len == 0 ? "" : bytes.ptr, 1, bytes.len, f), bytes.len);
	assert_int_equal(fclose(f), 0);
}

static void
equal_to_ssh_keygen(struct place *p, struct bl_str message)
{
	struct bl_str ours, theirs;
	struct bl_err err;

	put(p->message, message);
	(void)remove(p->signature);
	assert_int_equal(run((const char *const[]){"ssh-keygen", "-q", "-Y", "sign", "-f", p->key,
				 "-n", "beleg-package", p->message, NULL},
			     NULL, NULL),
	    0);
	assert_ok(
	    bl_os_read_file(bl_os_posix(), p->arena, p->signature, 10000, &theirs, &err), err);
	assert_ok(
	    bl_keys_sign(p->pair, BL_STR("beleg-package"), message, p->arena, &ours, &err), err);
	assert_int_equal(ours.len, theirs.len);
	assert_memory_equal(ours.ptr, theirs.ptr, ours.len);
}

static void
same_bytes_as_ssh_keygen(void **state)
{
	struct place *p = *state;
	char big[70000];

	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = (char)(i * 31 + i / 256);
	equal_to_ssh_keygen(p, BL_STR(""));
	equal_to_ssh_keygen(p, BL_STR("a"));
	equal_to_ssh_keygen(p, BL_STR("with\0NUL\n"));
	equal_to_ssh_keygen(p, (struct bl_str){big, sizeof(big)});
}

static int
verify(struct place *p, const char *name_space)
{
	return run((const char *const[]){"ssh-keygen", "-Y", "verify", "-f", p->signers, "-I",
		       "beleg", "-n", name_space, "-s", p->signature, NULL},
	    p->message, NULL);
}

static void
ssh_keygen_verifies(void **state)
{
	struct place *p = *state;
	struct bl_str line, text, armored;
	struct bl_err err;

	assert_ok(bl_keys_public(p->pair, p->arena, &line, &err), err);
	assert_ok(bl_str_printf(p->arena, &text, &err, "beleg namespaces=\"beleg-package\" %.*s\n",
		      (int)line.len, line.ptr),
	    err);
	put(p->signers, text);
	put(p->message, BL_STR("the message"));
	assert_ok(bl_keys_sign(p->pair, BL_STR("beleg-package"), BL_STR("the message"), p->arena,
		      &armored, &err),
	    err);
	put(p->signature, armored);
	assert_int_equal(verify(p, "beleg-package"), 0);
	/* A signature for one purpose is none for another, and none for another message. */
	assert_int_not_equal(verify(p, "file"), 0);
	put(p->message, BL_STR("the massage"));
	assert_int_not_equal(verify(p, "beleg-package"), 0);
}

static void
a_name_space_is_needed(void **state)
{
	struct place *p = *state;
	struct bl_str armored;
	struct bl_err err;

	assert_err(bl_keys_sign(p->pair, BL_STR(""), BL_STR("m"), p->arena, &armored, &err), err,
	    BL_EUSAGE, "a name space of 1 to 64 bytes is needed");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(same_bytes_as_ssh_keygen, setup, teardown),
	    cmocka_unit_test_setup_teardown(ssh_keygen_verifies, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_name_space_is_needed, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
