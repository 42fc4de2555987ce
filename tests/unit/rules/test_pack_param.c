#include "pack_test.h"

#define TEXT                                                                                       \
	"Parameters:\n"                                                                            \
	"  Age: {Type: String, Default: '90', AllowedPattern: '[0-9]+', MaxLength: 3}\n"           \
	"  Arn: {Type: String}\n"                                                                  \
	"Resources:\n" RULE(                                                                       \
	    "A", "a") "      InputParameters: {age: !Ref Age, arn: !Ref Arn, fix: '1'}\n"

static void
test_origins(void **state)
{
	const struct bl_rule_input given[] = {{BL_STR("Arn"), BL_STR("arn:x")}};
	const struct bl_rule_input both[] = {
	    {BL_STR("Arn"), BL_STR("arn:x")}, {BL_STR("Age"), BL_STR("30")}};
	struct loaded l = load_with(TEXT, given, 1);

	(void)state;
	assert_int_equal(l.status, BL_OK);
	assert_int_equal(l.n_problems, 0);
	assert_int_equal(l.pack->n_parameters, 2);
	assert_input(&l, 0, "age", "90", BL_ORIGIN_DEFAULT);
	assert_input(&l, 0, "arn", "arn:x", BL_ORIGIN_OVERRIDE);
	assert_input(&l, 0, "fix", "1", BL_ORIGIN_LITERAL);
	unload(&l);
	l = load_with(TEXT, both, 2);
	assert_int_equal(l.status, BL_OK);
	assert_input(&l, 0, "age", "30", BL_ORIGIN_OVERRIDE);
	unload(&l);
}

/* Without any overrides a pack is only looked at: what is missing is told, and left out. */
static void
test_missing(void **state)
{
	const struct bl_rule_input other[] = {{BL_STR("Age"), BL_STR("30")}};
	struct loaded l = load(TEXT);

	(void)state;
	assert_int_equal(l.status, BL_OK);
	assert_int_equal(l.n_problems, 2);
	assert_problem(&l, 0,
	    "3:3 warning the parameter Arn has no Default; give a value when the pack is deployed");
	assert_problem(&l, 1,
	    "10:40 warning the input arn is left out: it rests on the parameter Arn, which has no "
	    "value yet");
	assert_null(input_of(&l, 0, "arn"));
	unload(&l);
	l = load_with(TEXT, other, 1);
	assert_int_equal(l.status, BL_EINPUT);
	assert_problem(
	    &l, 0, "3:3 error the parameter Arn has no Default and no value is given; give one");
	unload(&l);
}

static void
test_breaches(void **state)
{
	const struct bl_rule_input given[] = {
	    {BL_STR("Arn"), BL_STR("")}, {BL_STR("Age"), BL_STR("90 days")}};
	struct loaded l = load_with(TEXT, given, 2);

	(void)state;
	assert_int_equal(l.status, BL_EINPUT);
	assert_int_equal(l.n_problems, 3);
	assert_problem(&l, 0,
	    "2:3 error the value given for Age is \"90 days\"; it must have at most 3 characters");
	assert_problem(
	    &l, 1, "2:3 error the value given for Age is \"90 days\"; it must match [0-9]+");
	assert_problem(&l, 2,
	    "10:45 warning the input arn is blank, which AWS Config refuses; leave it out with "
	    "Fn::If "
	    "and AWS::NoValue");
	assert_string_equal(l.err.text, "dir/test.yaml:2:3: the value given for Age is \"90 "
					"days\"; it must have at most 3 characters");
	assert_int_equal(l.err.line, 2);
	unload(&l);
}

static void
test_limits(void **state)
{
	static struct bl_rule_input given[61];
	static char names[61][8], big[5000];
	struct loaded l;

	(void)state;
	for (size_t i = 0; i < 61; i++) {
		(void)snprintf(names[i], sizeof(names[i]), "P%zu", i);
		given[i] = (struct bl_rule_input){bl_str_of(names[i]), BL_STR("x")};
	}
	l = load_with("Resources:\n" RULE("A", "a"), given, 61);
	assert_int_equal(l.status, BL_EINPUT);
	assert_problem(&l, 0, "1:1 error 61 parameters are given; AWS allows 60");
	unload(&l);
	memset(big, 'x', 4096);
	given[0] = (struct bl_rule_input){BL_STR("P"), bl_str_of(big)};
	l = load_with("Parameters: {P: {Type: String}}\nResources:\n" RULE("A", "a"), given, 1);
	assert_int_equal(l.status, BL_OK);
	unload(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_origins),
	    cmocka_unit_test(test_missing),
	    cmocka_unit_test(test_breaches),
	    cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
