#include "pack_test.h"

/* A rule that its Condition leaves out is counted, and its name is free. */
static void
test_dropped(void **state)
{
	struct loaded l = load(
	    "Resources:\n" RULE("A", "same") "  B:\n"
					     "    Condition: never\n"
					     "    Type: AWS::Config::ConfigRule\n"
					     "    Properties:\n"
					     "      ConfigRuleName: same\n"
					     "      Source: {Owner: AWS, SourceIdentifier: X_1}\n"
					     "Conditions: {never: !Equals [a, b]}\n");

	(void)state;
	assert_int_equal(l.status, BL_OK);
	assert_int_equal(l.n_problems, 0);
	assert_int_equal(l.pack->n_rules, 1);
	assert_int_equal(l.pack->n_dropped, 1);
	assert_text(l.pack->rules[0].logical_id, "A");
	assert_int_equal(l.pack->rules[0].line, 2);
	assert_int_equal(l.pack->rules[0].column, 3);
	unload(&l);
}

/* The limits of AWS, each at its edge and one beyond. */
static void
test_edges(void **state)
{
	static const struct {
		const char *before;
		size_t edge;
		const char *problem;
	} rows[] = {
	    {"      Description: ", 256,
		"7:20 error the Description has 257 characters; AWS allows 256"},
	    {"      InputParameters:\n        k: ", 1024 - 8,
		"7:7 error InputParameters take 1025 characters as JSON; AWS allows 1024"},
	};
	static char full[3000];

	(void)state;
	for (size_t i = 0; i < 2; i++)
		for (size_t over = 0; over < 2; over++) {
			size_t len = (size_t)snprintf(
			    full, sizeof(full), "Resources:\n" RULE("A", "a") "%s", rows[i].before);
			struct loaded l;

			memset(full + len, 'x', rows[i].edge + over);
			memcpy(full + len + rows[i].edge + over, "\n", 2);
			l = load(full);
			assert_int_equal(l.status, over ? BL_EINPUT : BL_OK);
			if (over)
				assert_problem(&l, 0, rows[i].problem);
			unload(&l);
		}
}

/* Characters are counted, not bytes. */
static void
test_characters(void **state)
{
	static char full[3000] = "Resources:\n" RULE("A", "a") "      Description: ";
	struct loaded l;

	(void)state;
	for (int i = 0; i < 256; i++)
		(void)strncat(full, "\xc3\xa4", 3);
	l = load(full);
	assert_int_equal(l.status, BL_OK);
	assert_int_equal(l.pack->rules[0].description.len, 512);
	unload(&l);
}

static void
test_130_rules(void **state)
{
	static char full[60000];
	struct loaded l;

	(void)state;
	for (int n = 130; n <= 131; n++) {
		int len = snprintf(full, sizeof(full), "Resources:\n");

		for (int i = 0; i < n; i++)
			len += snprintf(full + len, sizeof(full) - (size_t)len,
			    "  R%d: {Type: AWS::Config::ConfigRule, Properties: {ConfigRuleName: "
			    "r%d, Source: "
			    "{Owner: AWS, SourceIdentifier: X}}}\n",
			    i, i);
		l = load(full);
		assert_int_equal(l.status, n == 130 ? BL_OK : BL_EINPUT);
		if (n == 131)
			assert_problem(
			    &l, 0, "1:1 error the pack has 131 rules; AWS allows 130; split it");
		unload(&l);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_dropped),
	    cmocka_unit_test(test_edges),
	    cmocka_unit_test(test_characters),
	    cmocka_unit_test(test_130_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
