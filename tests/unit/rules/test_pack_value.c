#include "pack_test.h"

/* Each kind that a value can have, where text, a map, a list or a word is wanted. */
static void
test_kinds(void **state)
{
	struct loaded l = load("Parameters: {L: {Type: CommaDelimitedList, Default: 'a, b'}}\n"
			       "Resources:\n"
			       "  A:\n"
			       "    Type: AWS::Config::ConfigRule\n"
			       "    Properties:\n"
			       "      ConfigRuleName: !Ref L\n"
			       "      Description: {a: b}\n"
			       "      Source: !Ref L\n"
			       "      Scope: text\n"
			       "      InputParameters: !If [never, {}, [x]]\n"
			       "      MaximumExecutionFrequency: [One_Hour]\n"
			       "      EvaluationModes: {}\n"
			       "Conditions:\n"
			       "  never: !Equals [a, b]\n");

	(void)state;
	assert_int_equal(l.status, BL_EINPUT);
	assert_int_equal(l.n_problems, 7);
	assert_problem(
	    &l, 0, "6:23 error ConfigRuleName must be text, but the parameter L is a list");
	assert_problem(&l, 1, "7:20 error Description must be text, not a map");
	assert_problem(&l, 2, "8:15 error Source must be a map, not text");
	assert_problem(&l, 3, "9:14 error Scope must be a map, not text");
	assert_problem(&l, 4, "10:24 error InputParameters must be a map, not a list");
	assert_problem(&l, 5, "11:34 error MaximumExecutionFrequency must be text, not a list");
	assert_problem(&l, 6, "12:24 error EvaluationModes must be a list, not a map");
	unload(&l);
}

/* A list from a list parameter, item by item, with NoValue items gone. */
static void
test_texts(void **state)
{
	struct loaded l = load(
	    "Parameters: {L: {Type: CommaDelimitedList, Default: ' AWS::EC2::Volume ,, "
	    "AWS::S3::Bucket'}}\n"
	    "Resources:\n" RULE("A", "a") "      Scope: {ComplianceResourceTypes: !Ref L}\n" RULE(
		"B", "b") "      Scope: {ComplianceResourceTypes: [AWS::S3::Bucket, !Ref "
			  "AWS::NoValue]}\n" RULE(
			      "C", "c") "      Scope: {ComplianceResourceTypes: !Ref "
					"AWS::NoValue}\n" RULE("D",
					    "d") "      Scope: {ComplianceResourceTypes: []}\n");

	(void)state;
	assert_int_equal(l.status, BL_OK);
	assert_int_equal(l.pack->n_rules, 4);
	assert_int_equal(l.pack->rules[0].n_types, 2);
	assert_text(l.pack->rules[0].types[0], "AWS::EC2::Volume");
	assert_text(l.pack->rules[0].types[1], "AWS::S3::Bucket");
	assert_int_equal(l.pack->rules[1].n_types, 1);
	assert_int_equal(l.pack->rules[2].n_types, 0);
	assert_int_equal(l.pack->rules[3].n_types, 0);
	unload(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_kinds),
	    cmocka_unit_test(test_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
