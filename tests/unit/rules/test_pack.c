#include <stdlib.h>

#include "pack_test.h"

static char file[400000];

static const char *
read_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	size_t n;

	assert_non_null(f);
	n = fread(file, 1, sizeof(file) - 1, f);
	(void)fclose(f);
	assert_true(n > 0);
	file[n] = '\0';
	return file;
}

/* The pack that users begin with: these rules by these names, in this order. */
static void
test_nis2_kritis(void **state)
{
	static const char *const names[] = {"nis2-mfa-enabled-iam-console", "nis2-root-mfa-enabled",
	    "nis2-ebs-encrypted", "nis2-rds-storage-encrypted", "nis2-s3-sse-enabled",
	    "nis2-cmk-key-rotation", "nis2-cloudtrail-enabled", "nis2-multiregion-cloudtrail",
	    "nis2-kritis-cloudtrail-integrity", "nis2-vpc-flow-logs", "nis2-guardduty-enabled",
	    "nis2-access-keys-rotated", "nis2-iam-no-user-direct-policies", "nis2-restrict-ssh-rdp",
	    "nis2-no-root-access-keys", "nis2-kritis-rds-multi-az", "nis2-dynamodb-pitr",
	    "kritis-backup-plan-required", "nis2-secrets-rotation-enabled", "required-tags-ec2"};
	struct loaded l = load(read_file("packs/nis2-kritis.yaml"));

	(void)state;
	assert_int_equal(l.status, BL_OK);
	assert_int_equal(l.n_problems, 0);
	assert_int_equal(l.pack->n_rules, 20);
	for (size_t i = 0; i < 20; i++) {
		assert_text(l.pack->rules[i].name, names[i]);
		assert_true(l.pack->rules[i].description.len > 0);
	}
	assert_input(&l, 11, "maxAccessKeyAge", "90", BL_ORIGIN_DEFAULT);
	assert_input(&l, 13, "blockedPort1", "22", BL_ORIGIN_LITERAL);
	assert_input(&l, 13, "blockedPort2", "3389", BL_ORIGIN_LITERAL);
	assert_input(&l, 17, "requiredFrequencyUnit", "hours", BL_ORIGIN_LITERAL);
	assert_input(&l, 17, "requiredFrequencyValue", "24", BL_ORIGIN_DEFAULT);
	assert_input(&l, 17, "requiredRetentionDays", "90", BL_ORIGIN_DEFAULT);
	assert_input(&l, 19, "tag1Key", "Owner", BL_ORIGIN_LITERAL);
	assert_input(&l, 19, "tag2Key", "Environment", BL_ORIGIN_LITERAL);
	assert_input(&l, 19, "tag3Key", "DataClass", BL_ORIGIN_LITERAL);
	assert_int_equal(l.pack->rules[19].n_types, 4);
	unload(&l);
}

static void
test_identity(void **state)
{
	const char *text = "Resources:\n" RULE("A", "a");
	struct loaded l = load(text);
	struct bl_sha256 digest;

	(void)state;
	assert_int_equal(l.status, BL_OK);
	assert_text(l.pack->name, "test");
	assert_text(l.pack->text, text);
	assert_true(l.pack->text.ptr != text); /* Its own copy. */
	assert_int_equal(bl_sha256_of(bl_str_of(text), &digest, NULL), BL_OK);
	assert_memory_equal(&l.pack->sha256, &digest, sizeof(digest));
	unload(&l);
}

/* Errors before warnings when there are too many, and the last says how many are not shown. */
static void
test_too_many_problems(void **state)
{
	int len = snprintf(file, sizeof(file),
	    "Parameters: {P: {Type: String, Default: x}}\nResources:\n" RULE(
		"A", "a") "      InputParameters:\n");
	struct loaded l;

	(void)state;
	for (int i = 0; i < 110; i++)
		len += snprintf(file + len, sizeof(file) - (size_t)len, "        k%d: P\n", i);
	(void)snprintf(file + len, sizeof(file) - (size_t)len, "Extra: 1\n");
	l = load(file);
	assert_int_equal(l.status, BL_EINPUT);
	assert_int_equal(l.n_problems, 100);
	/* 112: a warning for each input, too long as JSON, an unknown key. */
	assert_problem(
	    &l, 0, "8:7 error InputParameters take 1101 characters as JSON; AWS allows 1024");
	assert_problem(&l, 1,
	    "9:13 warning the input k0 is the text P, which is also a parameter's name; is !Ref "
	    "meant?");
	assert_problem(&l, 98, "119:1 error a conformance pack has no key Extra; remove it");
	assert_problem(&l, 99, "119:1 error 13 more problems are not shown; mend these first");
	unload(&l);
}

static void
test_too_big(void **state)
{
	struct loaded l;

	(void)state;
	memset(file, '#', sizeof(file) - 1);
	file[307200] = '\0';
	l = load(file);
	assert_problem(
	    &l, 1, "1:1 error the template is empty; it needs at least a Resources section");
	unload(&l);
	file[307200] = '#';
	file[307201] = '\0';
	l = load(file);
	assert_int_equal(l.status, BL_EINPUT);
	assert_int_equal(l.n_problems, 1);
	assert_problem(
	    &l, 0, "1:1 error the template has 307201 bytes; AWS allows 307200; split the pack");
	unload(&l);
}

/* A message shows what it quotes: no byte of it may steer a terminal. */
static void
test_printable(void **state)
{
	struct loaded l = load("\"\\e[31m\\n\": 1\n");

	(void)state;
	assert_problem(&l, 0, "1:1 error Resources is missing; a pack needs at least one rule");
	assert_problem(&l, 1, "1:1 error a conformance pack has no key ?[31m?; remove it");
	unload(&l);
}

/* Each request for memory fails in turn: always BL_ENOMEM, never a pack, never a crash. */
static void
fail_each(const char *text, const struct bl_rule_input *overrides, size_t n, enum bl_status good)
{
	uint64_t at = 1;

	for (;; at++) {
		struct bl_arena *arena = bl_arena_new((size_t)8 << 20);
		const struct bl_pack *pack = NULL;
		const struct bl_pack_problem *problems = NULL;
		size_t n_problems = 0;
		enum bl_status status;
		bool hit;

		assert_non_null(arena);
		bl_mem_fail_at(at);
		status = bl_pack_load(BL_STR("x"), bl_str_of(text), overrides, n, arena, &pack,
		    &problems, &n_problems, NULL);
		hit = bl_mem_fail_hit();
		bl_mem_fail_at(0);
		bl_arena_free(&arena);
		assert_int_equal(status, hit ? BL_ENOMEM : good);
		if (!hit)
			break;
		assert_null(pack);
		assert_null(problems);
	}
	assert_true(at > 3);
}

static void
test_no_memory(void **state)
{
	const struct bl_rule_input given[] = {{BL_STR("Age"), BL_STR("30")}};

	(void)state;
	fail_each(read_file("packs/nis2-kritis.yaml"), NULL, 0, BL_OK);
	fail_each(read_file("tests/golden/packs/good/everything.yaml"), NULL, 0, BL_OK);
	fail_each(read_file("tests/golden/packs/problems-over-100.yaml"), NULL, 0, BL_EINPUT);
	fail_each(read_file("tests/golden/packs/fn-sub.yaml"), given, 1, BL_EINPUT);
	fail_each(read_file("tests/golden/packs/param-allowed-values.yaml"), NULL, 0, BL_EINPUT);
}

/* The same with an arena of each size: a budget is not the machine's memory. */
static void
test_small_arena(void **state)
{
	const char *text = read_file("tests/golden/packs/good/everything.yaml");
	bool loaded = false;

	(void)state;
	for (size_t budget = 0; !loaded; budget += 509) {
		struct bl_arena *arena = bl_arena_new(budget);
		const struct bl_pack *pack = NULL;
		const struct bl_pack_problem *problems = NULL;
		size_t n_problems = 0;
		enum bl_status status = bl_pack_load(BL_STR("x"), bl_str_of(text), NULL, 0, arena,
		    &pack, &problems, &n_problems, NULL);

		loaded = status == BL_OK;
		assert_true(loaded || status == BL_ENOMEM);
		bl_arena_free(&arena);
		assert_true(budget < (size_t)4 << 20);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_nis2_kritis),
	    cmocka_unit_test(test_identity),
	    cmocka_unit_test(test_too_many_problems),
	    cmocka_unit_test(test_too_big),
	    cmocka_unit_test(test_printable),
	    cmocka_unit_test(test_no_memory),
	    cmocka_unit_test(test_small_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
