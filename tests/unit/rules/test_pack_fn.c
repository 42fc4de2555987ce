#include "pack_test.h"

/* Every truth value of And, Or and Not over two parameters, one of them perhaps without a value:
 * what Kleene's tables say. */
static const char text[] = "Parameters:\n"
			   "  P: {Type: String}\n"
			   "  Q: {Type: String, Default: '%s'}\n"
			   "Conditions:\n"
			   "  p: !Equals [!Ref P, 'yes']\n"
			   "  q: !Equals [!Ref Q, 'yes']\n"
			   "  and: !And [!Condition p, !Condition q]\n"
			   "  or: !Or [!Condition p, !Condition q]\n"
			   "  not: !Not [!Condition and]\n"
			   "Resources:\n" RULE("A", "a") "      InputParameters:\n"
							 "        and: !If [and, '1', '0']\n"
							 "        or: !If [or, '1', '0']\n"
							 "        not: !If [not, '1', '0']\n";

static char
outcome(const struct loaded *l, const char *name)
{
	const struct bl_pack_input *input = input_of(l, 0, name);

	return input == NULL ? '?' : input->value.ptr[0];
}

static void
test_truth_tables(void **state)
{
	static const char *const expected[] = {/* P yes */ "110", "011", /* P no */ "011", "001",
	    /* P unknown */ "?1?", "0?1"};

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		const struct bl_rule_input p = {BL_STR("P"), i < 2 ? BL_STR("yes") : BL_STR("no")};
		char full[1000];
		struct loaded l;

		(void)snprintf(full, sizeof(full), text, i % 2 == 0 ? "yes" : "no");
		l = load_with(full, &p, i < 4 ? 1 : 0);
		assert_int_equal(l.status, BL_OK);
		assert_int_equal(outcome(&l, "and"), expected[i][0]);
		assert_int_equal(outcome(&l, "or"), expected[i][1]);
		assert_int_equal(outcome(&l, "not"), expected[i][2]);
		unload(&l);
	}
}

static void
test_chains(void **state)
{
	char full[4000] = "Resources:\n" RULE("A", "a") "Conditions:\n  c0: !Equals [a, a]\n";
	struct loaded l;

	(void)state;
	/* Declared the wrong way round, so that the first asks through all others. */
	for (int i = 20; i > 0; i--)
		(void)snprintf(full + strlen(full), sizeof(full) - strlen(full),
		    "  c%d: !Not [!Condition c%d]\n", i, i - 1);
	l = load(full);
	assert_int_equal(l.status, BL_EINPUT);
	assert_problem(
	    &l, 0, "25:13 error conditions refer to conditions more than 16 times before c3");
	unload(&l);
	l = load("Resources:\n" RULE("A", "!Ref B") RULE("B", "!Ref A"));
	assert_int_equal(l.status, BL_EINPUT);
	assert_problem(&l, 0, "5:23 error this name refers to itself through Ref; write it out");
	unload(&l);
}

static void
test_sub(void **state)
{
	struct loaded l =
	    load("Parameters: {P: {Type: String, Default: v}}\n"
		 "Resources:\n" RULE("A", "!Sub 'a-${P}'") "      InputParameters:\n"
							   "        a: !Sub '${P}${P}'\n"
							   "        b: !Sub '${!P}$$P${!}'\n"
							   "        c: !Sub ''\n"
							   "        d: {Fn::Sub: plain}\n");

	(void)state;
	assert_int_equal(l.status, BL_OK);
	assert_text(l.pack->rules[0].name, "a-v");
	assert_input(&l, 0, "a", "vv", BL_ORIGIN_DEFAULT);
	assert_input(&l, 0, "b", "${P}$$P${}", BL_ORIGIN_LITERAL);
	assert_input(&l, 0, "c", "", BL_ORIGIN_LITERAL);
	assert_input(&l, 0, "d", "plain", BL_ORIGIN_LITERAL);
	unload(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_truth_tables),
	    cmocka_unit_test(test_chains),
	    cmocka_unit_test(test_sub),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
