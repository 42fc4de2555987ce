/* Every message of the lexer, the parser, the checker and the evaluator, with its place. */
#include "expr_support.h"

static const struct row rows_of_messages_of_lexer_and_parser[] = {
    {"", "EINPUT 1:1: a value is expected here, but the expression ends"},
    {"1 +", "EINPUT 1:4: a value is expected here, but the expression ends"},
    {"1 +\n  * 2", "EINPUT 2:3: a value is expected here, found *"},
    {"'abc", "EINPUT 1:1: a text begins here with ' and does not end"},
    {"a = \"b", "EINPUT 1:5: a text begins here with \" and does not end"},
    {"1 /* x", "EINPUT 1:3: a comment begins here with /* and does not end"},
    {"1 ; 2", "EINPUT 1:3: the character ; has no meaning here"},
    {"1 = \xc3\xbc", "EINPUT 1:5: the byte 0xc3 has no meaning outside of quotes"},
    {"12ab", "EINPUT 1:3: a letter stands right behind the number 12"},
    {"1e", "EINPUT 1:1: this number has no digits in its exponent"},
    {"9223372036854775808", "EINPUT 1:1: the number 9223372036854775808 does not fit a bigint"},
    {"1e999", "EINPUT 1:1: the number 1e999 does not fit a double"},
    {"1 2", "EINPUT 1:3: an operator or the end is expected here, found 2"},
    {"(1", "EINPUT 1:3: ) is expected here, but the expression ends"},
    {"1 = 2 = 3", "EINPUT 1:7: comparisons cannot be chained; join them with AND"},
    {"1 NOT 2", "EINPUT 1:7: IN, BETWEEN or LIKE behind NOT is expected here, found 2"},
    {"1 IS 2", "EINPUT 1:6: NULL is expected here, found 2"},
    {"1 BETWEEN 2", "EINPUT 1:12: AND is expected here, but the expression ends"},
    {"CASE 1 END", "EINPUT 1:8: WHEN is expected here, found END"},
    {"CASE WHEN TRUE THEN 1", "EINPUT 1:22: END is expected here, but the expression ends"},
    {"configuration.", "EINPUT 1:15: a member's name is expected here, but the expression ends"},
    {"configuration.'x'", "EINPUT 1:15: a member's name is expected here, found the text x"},
    {"AND", "EINPUT 1:1: a value is expected here, found AND"},
    {"CAST(1 AS decimal(3))",
	"EUNSUPPORTED 1:11: the type decimal is not supported in CAST; there are boolean, "
	"bigint, double, varchar, timestamp, json, array(...)"},
    {"CAST(configuration AS array(array(json)))",
	"EUNSUPPORTED 1:23: arrays of arrays are not supported; use array(json)"},
    {"TRUE AND\n EXISTS (SELECT 1)",
	"EUNSUPPORTED 2:2: EXISTS and sub-queries are not supported in this expression"},
    {"1 IN (SELECT 1)",
	"EUNSUPPORTED 1:7: EXISTS and sub-queries are not supported in this expression"},
    {"INTERVAL '1' DAY", "EUNSUPPORTED 1:1: INTERVAL literals are not supported"},
    {"DATE '2026-01-01'", "EUNSUPPORTED 1:1: DATE literals are not supported"},
    {"current_timestamp",
	"EUNSUPPORTED 1:1: CURRENT_TIMESTAMP is not supported in this expression"},
    {"TIMESTAMP '2026-01-31 18:00:00'", "EINPUT 1:11: '2026-01-31 18:00:00' is no instant; "
					"write '2026-01-31T18:00:00Z' (with Z "
					"or an offset)"},
    {"reduce(configuration.list, (a, b) -> a)",
	"EUNSUPPORTED 1:30: rows and lambdas with several arguments are not supported"},
};

static void
messages_of_lexer_and_parser(void **state)
{

	(void)state;
	CHECK(rows_of_messages_of_lexer_and_parser);
}

static const struct row rows_of_messages_of_the_checker[] = {
    {"1 = 'a'", "EINPUT 1:3: cannot compare bigint with varchar"},
    {"TRUE = 1", "EINPUT 1:6: cannot compare boolean with bigint"},
    {"tags = 'a'", "EINPUT 1:6: cannot compare map(varchar, varchar) with varchar"},
    {":csv = 'a'", "EINPUT 1:6: cannot compare array(varchar) with varchar"},
    {"configurationItemCaptureTime > configuration.when",
	"EINPUT 1:30: cannot compare timestamp with json; use from_iso8601_timestamp(...)"},
    {"1 IN (2, 'a')", "EINPUT 1:10: cannot compare bigint with varchar"},
    {"1 AND TRUE", "EINPUT 1:1: AND wants a boolean here, found bigint"},
    {"TRUE OR 'x'", "EINPUT 1:9: OR wants a boolean here, found varchar"},
    {"NOT 'x'", "EINPUT 1:5: NOT wants a boolean here, found varchar"},
    {"1 LIKE 'a'", "EINPUT 1:1: LIKE wants a varchar here, found bigint"},
    {"1 || 'a'", "EINPUT 1:1: || wants a varchar here, found bigint"},
    {"'a' + 1", "EINPUT 1:1: + wants a number here, found varchar"},
    {"configurationItemCaptureTime + 1",
	"EINPUT 1:1: + wants numbers; for timestamps there are date_add() and date_diff()"},
    {"-'a'", "EINPUT 1:2: - wants a number here, found varchar"},
    {"configuraton.encrypted",
	"EINPUT 1:1: there is no configuraton here; is configuration meant?"},
    {"zzzzzzzzzzzzzzzzzzzz", "EINPUT 1:1: there is no zzzzzzzzzzzzzzzzzzzz here"},
    {":nix", "EINPUT 1:1: there is no parameter :nix"},
    {"lowr('a')", "EINPUT 1:1: there is no function lowr(); is lower() meant?"},
    {"frobnicate(1)", "EINPUT 1:1: there is no function frobnicate()"},
    {"lower(1)", "EINPUT 1:7: lower() wants a varchar here, found bigint"},
    {"lower()", "EINPUT 1:1: lower() takes 1 argument, not 0"},
    {"starts_with('a')", "EINPUT 1:1: starts_with() takes 2 arguments, not 1"},
    {"lower('a', 'b')", "EINPUT 1:1: lower() takes 1 argument, not 2"},
    {"any_match(configuration.list, 1)",
	"EINPUT 1:31: any_match() wants a lambda (x -> ...) here, found bigint"},
    {"any_match(configuration.list, x -> x + 1 - 'a')",
	"EINPUT 1:44: - wants a number here, found varchar"},
    {"any_match(:csv, x -> lower(x))",
	"EINPUT 1:22: any_match wants a boolean here, found varchar"},
    {"any_match(1, x -> TRUE)", "EINPUT 1:14: a lambda stands behind the array that it is for"},
    {"x -> 1", "EINPUT 1:1: a lambda stands only as a function's argument"},
    {"any_match(configuration.list, x -> x = 1) AND x = 1", "EINPUT 1:47: there is no x here"},
    {"transform(:csv, x -> split(x, ','))", "EINPUT 1:17: arrays of arrays are not supported"},
    {"contains(:csv, 1)", "EINPUT 1:16: cannot compare varchar with bigint"},
    {"accountId.x", "EINPUT 1:11: a varchar has no member x"},
    {"accountId[1]", "EINPUT 1:10: a varchar has no elements"},
    {":csv.x", "EINPUT 1:6: an array has no member x; use any_match(...) or [n]"},
    {"tags[1]", "EINPUT 1:6: a map's [ ] wants a varchar here, found bigint"},
    {":csv['a']", "EINPUT 1:6: an array's [ ] wants a bigint here, found varchar"},
    {"configuration[TRUE]", "EINPUT 1:15: [ ] wants a varchar or a bigint here, found boolean"},
    {"CASE WHEN TRUE THEN 1 ELSE 'a' END",
	"EINPUT 1:28: a varchar here and a bigint before have no common type"},
    {"CASE 1 WHEN 'a' THEN 1 END", "EINPUT 1:13: cannot compare bigint with varchar"},
    {"COALESCE(1, 'a')", "EINPUT 1:13: a varchar here and a bigint before have no common type"},
    {"CAST(1.5 AS varchar)", "EUNSUPPORTED 1:1: CAST from double to varchar is not supported"},
    {"CAST('{}' AS json)",
	"EINPUT 1:1: CAST of varchar to json makes a JSON string in SQL; for JSON text use "
	"json_parse(...)"},
    {"json_extract(configuration, 'a')",
	"EINPUT 1:29: 'a' is no JSON path; write $.member, $[\"member\"] or $[0]"},
    {"json_extract(configuration, '$.a[*]')",
	"EINPUT 1:29: '$.a[*]' is no JSON path; write $.member, $[\"member\"] or $[0]"},
    {"json_extract(configuration, :text)",
	"EUNSUPPORTED 1:29: the path of json_extract() must be a text in quotes"},
    {"regexp_like('a', '(')",
	"EINPUT 1:18: the pattern is wrong at its byte 2: missing closing parenthesis"},
    {"date_diff('days', configurationItemCaptureTime, configurationItemCaptureTime)",
	"EINPUT 1:11: date_diff() wants a unit here: 'millisecond', 'second', 'minute', "
	"'hour', 'day', 'week', 'month', 'quarter' or 'year'"},
};

static void
messages_of_the_checker(void **state)
{

	(void)state;
	CHECK(rows_of_messages_of_the_checker);
}

static const struct row rows_of_messages_of_the_evaluator[] = {
    {"configuration.text = TRUE", "eval EINPUT 1:20: configuration.text is a JSON string, "
				  "which cannot be compared with a "
				  "boolean"},
    {"1 < configuration.text", "eval EINPUT 1:3: configuration.text is a JSON string, "
			       "which cannot be compared with a "
			       "bigint"},
    {"configuration.int IN (1, configuration.text)",
	"eval EINPUT 1:19: configuration.int is a JSON number, which cannot be compared "
	"with a "
	"JSON string"},
    {"configuration.obj = configuration.obj",
	"eval EINPUT 1:19: configuration.obj is a JSON object, which cannot be compared "
	"with a "
	"JSON object"},
    {"configuration.text AND TRUE",
	"eval EINPUT 1:15: configuration.text is a JSON string, where a boolean is wanted"},
    {"NOT configuration.int",
	"eval EINPUT 1:19: configuration.int is a JSON number, where a boolean is wanted"},
    {"configuration.text.more",
	"eval EINPUT 1:15: configuration.text is a JSON string, which has no member more"},
    {"configuration.sg.port",
	"eval EINPUT 1:15: configuration.sg is a JSON array, which has no member port; use "
	"any_match(...) or [n]"},
    {"configuration.obj[1]",
	"eval EINPUT 1:15: configuration.obj is a JSON object, which has no elements"},
    {"configuration.list[0]", "eval EINPUT 1:20: elements are counted from 1, not from 0"},
    {":csv[3]", "eval EINPUT 1:6: the array has 2 elements, there is no [3]; element_at() "
		"gives NULL"},
    {"element_at(:csv, 0)", "eval EINPUT 1:18: element_at() counts from 1"},
    {"any_match(configuration.obj, x -> TRUE)",
	"eval EINPUT 1:25: configuration.obj is a JSON object, where an array is wanted"},
    {"any_match(configuration.sg, p -> p.port = 'x')",
	"eval EINPUT 1:41: configuration.sg[*].port is a JSON number, which cannot be "
	"compared "
	"with a varchar"},
    {"contains(configuration.mixed, 2)", "eval EINPUT 1:1: configuration.mixed is a JSON "
					 "string, which cannot be compared with a "
					 "bigint"},
    {"lower(configuration.int)",
	"eval EINPUT 1:21: configuration.int is a JSON number, where a varchar is wanted"},
    {"lower(configuration.name)", "eval EINPUT 1:21: configuration.name is a JSON string, "
				  "and lower() knows ASCII letters "
				  "only"},
    {"configuration.text + 1",
	"eval EINPUT 1:15: configuration.text is a JSON string, where a number is wanted"},
    {"1 / 0", "eval EINPUT 1:3: division by zero"},
    {"1.5 % 0", "eval EINPUT 1:5: division by zero"},
    {"9223372036854775807 + 1", "eval EINPUT 1:21: the result does not fit a bigint"},
    {"(-9223372036854775807 - 1) / -1", "eval EINPUT 1:28: the result does not fit a bigint"},
    {"1e308 * 10", "eval EINPUT 1:7: the result does not fit a double"},
    {"configuration.huge + 1",
	"eval EINPUT 1:15: configuration.huge is a JSON number, where a number is wanted"},
    {"CAST('x' AS bigint)", "eval EINPUT 1:6: this is a varchar, 'x', which is no bigint"},
    {"CAST(configuration.text AS bigint)", "eval EINPUT 1:20: configuration.text is a JSON "
					   "string, 'true', which is no bigint"},
    {"CAST(configuration.obj AS boolean)",
	"eval EINPUT 1:20: configuration.obj is a JSON object, which cannot be a boolean"},
    {"json_parse('{')",
	"eval EINPUT 1:12: this is a varchar, and json_parse() cannot read it: the text "
	"ends inside an object"},
    {"is_any_address('everywhere')",
	"eval EINPUT 1:16: this is a varchar, and 'everywhere' is no IPv4 or IPv6 network"},
    {"is_any_address('0.0.0.0/33')",
	"eval EINPUT 1:16: this is a varchar, and '0.0.0.0/33' is no IPv4 or IPv6 network"},
    {"is_any_address('0.0.0.0/')",
	"eval EINPUT 1:16: this is a varchar, and '0.0.0.0/' is no IPv4 or IPv6 network"},
    {"from_iso8601_timestamp(configuration.text)",
	"eval EINPUT 1:38: configuration.text is a JSON string, and 'true' is no instant "
	"(with Z "
	"or an offset)"},
    {"'a' LIKE 'x!a' ESCAPE '!'",
	"eval EINPUT 1:10: the pattern's escape character must stand before a wildcard or "
	"itself"},
    {"'a' LIKE 'a' ESCAPE ''", "eval EINPUT 1:21: ESCAPE wants one ASCII character"},
    {"split('a', '')", "eval EINPUT 1:12: the separator of split() must not be empty"},
    {"split_part('a', ',', 0)", "eval EINPUT 1:22: split_part() counts from 1, not from 0"},
    {"url_decode('%zz')", "eval EINPUT 1:12: this is a varchar, and url_decode() finds a % "
			  "that two hex digits do "
			  "not follow"},
    {"url_decode('%ff')", "eval EINPUT 1:12: this is a varchar, and url_decode() finds "
			  "bytes in it that are no "
			  "UTF-8"},
    {"enum_name(configuration.int)", "eval EINPUT 1:25: configuration.int is a JSON "
				     "number, and enum_name() wants a string or "
				     "an object with value, name or code"},
    {"array_join(configuration.list, '-')", "eval EINPUT 1:26: configuration.list is a "
					    "JSON array, and array_join() wants texts in "
					    "it, not a JSON number"},
    {"date_add('year', 900, configurationItemCaptureTime)",
	"eval EINPUT 1:1: date_add() leaves the years 1678 to 2261"},
    {"regexp_like('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', "
     "'^(a|aa)+$')",
	"eval EINPUT 1:13: this is a varchar, and regexp_like() gives up on it (PCRE2 "
	"error "
	"-47): simplify the pattern"},
};

static void
messages_of_the_evaluator(void **state)
{

	(void)state;
	CHECK(rows_of_messages_of_the_evaluator);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(messages_of_lexer_and_parser),
	    cmocka_unit_test(messages_of_the_checker),
	    cmocka_unit_test(messages_of_the_evaluator),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
