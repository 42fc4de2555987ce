/* The functions of Trino over times, texts, numbers, arrays, maps and JSON: results, and errors
 * with their words. */
#include "expr_support.h"

#define NOON "TIMESTAMP '2026-01-31T12:34:56.789Z'"

static const struct row rows_of_times[] = {
    {"date_parse('2026/1/5', '%Y/%m/%d')", "2026-01-05T00:00:00Z"},
    {"date_parse('2026-01-31 01:02:03.5 PM', '%Y-%m-%d %h:%i:%s.%f %p')",
	"2026-01-31T13:02:03.500Z"},
    {"date_parse('31 Jan 26', '%d %b %y')", "2026-01-31T00:00:00Z"},
    {"date_format(" NOON ", '%Y-%m-%d %H:%i:%s.%f %a %W %j %p %h %M %c %e')",
	"'2026-01-31 12:34:56.789000 Sat Saturday 031 PM 12 January 1 31'"},
    {"parse_datetime('2026-01-31T12:00:00+0130', 'yyyy-MM-dd''T''HH:mm:ssZ')",
	"2026-01-31T10:30:00Z"},
    {"format_datetime(" NOON ", 'yyyy-MM-dd HH:mm:ss.SSS EEE MMM ''x'' ZZ')",
	"'2026-01-31 12:34:56.789 Sat Jan x +00:00'"},
    {"from_iso8601_date('2026-01-31')", "2026-01-31"},
    {"to_iso8601(" NOON ")", "'2026-01-31T12:34:56.789Z'"},
    {"date(" NOON ")", "2026-01-31"},
    {"date_add('month', 1, DATE '2026-01-31')", "2026-02-28"},
    {"date_add('hour', -13, " NOON ")", "2026-01-30T23:34:56.789Z"},
    {"date_diff('day', DATE '2026-01-01', DATE '2026-03-01')", "59"},
    {"date_diff('quarter', DATE '2025-01-31', " NOON ")", "4"},
    {"date_diff('week', DATE '2026-01-31', DATE '2026-01-01')", "-4"},
    {"date_trunc('week', DATE '2026-01-31')", "2026-01-26"},
    {"date_trunc('quarter', " NOON ")", "2026-01-01T00:00:00Z"},
    {"date_trunc('hour', " NOON ")", "2026-01-31T12:00:00Z"},
    {"last_day_of_month(DATE '2024-02-03')", "2024-02-29"},
    {"year(" NOON ") + month(" NOON ") + day(" NOON ")", "2058"},
    {"EXTRACT(hour FROM " NOON ")", "12"},
    {"ARRAY[minute(" NOON "), second(" NOON "), millisecond(" NOON ")]", "[34, 56, 789]"},
    {"ARRAY[day_of_week(" NOON "), day_of_year(" NOON "), week(" NOON "), quarter(" NOON ")]",
	"[6, 31, 5, 1]"},
    {"week(DATE '2027-01-01')", "53"},
    {"year_of_week(DATE '2027-01-01')", "2026"},
    {"from_unixtime(0.5)", "1970-01-01T00:00:00.500Z"},
    {"to_unixtime(TIMESTAMP '1970-01-01T00:00:01.5Z')", "1.5"},
    {"date_parse('x', '%Y')", "eval EINPUT 1:12: this is a varchar, and 'x' is not as the format "
			      "'%Y' says"},
    {"date_parse('x', '%q')",
	"eval EUNSUPPORTED 1:17: the format '%q' of date_parse() has a part that is not supported"},
    {"date_add('hour', 1, DATE '2026-01-31')",
	"EINPUT 1:10: date_add() of a date wants a day or more; use a timestamp"},
};

static void
times(void **state)
{
	(void)state;
	CHECK(rows_of_times);
}

static const struct row rows_of_texts[] = {
    {"regexp_replace('abcabc', 'b')", "'acac'"},
    {"regexp_replace('abc', '(a)(b)', '$2$1')", "'bac'"},
    {"regexp_replace('abc', '(b)', g -> upper(g[1]))", "'aBc'"},
    {"regexp_replace('ab', 'x*', '-')", "'-a-b-'"},
    {"regexp_extract('vol-123', '[0-9]+')", "'123'"},
    {"regexp_extract('vol-123', '([a-z]+)-([0-9]+)', 2)", "'123'"},
    {"regexp_extract('vol', '[0-9]+')", "NULL"},
    {"regexp_extract_all('a1b22', '[0-9]+')", "['1', '22']"},
    {"regexp_split('a1b22c', '[0-9]+')", "['a', 'b', 'c']"},
    {"regexp_count('a1b22', '[0-9]')", "3"},
    {"regexp_extract('a', 'a', 1)",
	"eval EINPUT 1:1: the pattern has 0 groups, there is no group 1"},
    {"regexp_replace('a', 'a', '$x')",
	"eval EINPUT 1:26: in a replacement $ stands before a group's number, or as \\$"},
    {"ltrim('  a ') || '|' || rtrim(' a  ')", "'a | a'"},
    {"lpad('7', 3, '0') || rpad('ü', 3, 'ab') || lpad('abc', 2, 'x')", "'007üabab'"},
    {"reverse('aü')", "'üa'"},
    {"concat_ws(',', 'a', NULL, 'b')", "'a,b'"},
    {"concat_ws('-', ARRAY['a', 'b'])", "'a-b'"},
    {"ends_with('abc', 'bc')", "true"},
    {"chr(252) || chr(8364) || chr(128512)", "'ü€😀'"},
    {"ARRAY[codepoint('a'), codepoint('ü'), codepoint('😀')]", "[97, 252, 128512]"},
    {"translate('abcd', 'abc', 'xy')", "'xyd'"},
    {"url_encode('a b/ü')", "'a+b%2F%C3%BC'"},
    {"format('%s is %d%%', 'x', 7)", "'x is 7%'"},
    {"position('b' IN 'abc')", "2"},
    {"substring('abc', 2)", "'bc'"},
    {"\"lower\"('ABC')", "'abc'"},
    {"contains('10.0.0.0/8', '10.1.2.3')", "true"},
    {"contains('10.0.0.0/8', '11.1.2.3')", "false"},
    {"contains('2001:db8::/32', '2001:db8::1')", "true"},
    {"contains('10.0.0.0', '10.0.0.0')",
	"eval EINPUT 1:10: this is a varchar, and '10.0.0.0' is no IPv4 or IPv6 network"},
    {"split_to_map('a=1,b=2', ',', '=')", "<'a', '1', 'b', '2'>"},
};

static void
texts(void **state)
{
	(void)state;
	CHECK(rows_of_texts);
}

static const struct row rows_of_numbers[] = {
    {"abs(-3) + sign(-5)", "2"},
    {"ARRAY[ceil(1.2e0), floor(-1.2e0), round(2.5e0), truncate(-2.5e0)]", "[2, -2, 3, -2]"},
    {"round(1.2345, 2)", "1.23"},
    {"round(1250, -2)", "1300"},
    {"truncate(1.29, 1)", "1.2"},
    {"ceiling(7)", "7"},
    {"mod(-7, 3)", "-1"},
    {"power(2, 10)", "1024"},
    {"sqrt(9) + log2(8) + log10(1000) + ln(exp(1)) + log(2, 8)", "13"},
    {"bitwise_and(6, 3) + bitwise_or(6, 3) + bitwise_xor(6, 3)", "14"},
    {"greatest(1, 2.5, 2)", "2.5"},
    {"least('b', 'a')", "'a'"},
    {"greatest(1, NULL)", "NULL"},
    {"typeof(ARRAY[(1, 'a')])", "'array(row(bigint, varchar))'"},
    {"sqrt(-1)", "eval EINPUT 1:1: sqrt() of this has no finite value"},
    {"mod(1, 0)", "eval EINPUT 1:1: division by zero"},
    {"greatest(1, 'a')", "EINPUT 1:1: cannot compare bigint with varchar"},
};

static void
numbers(void **state)
{
	(void)state;
	CHECK(rows_of_numbers);
}

static const struct row rows_of_arrays[] = {
    {"array_distinct(ARRAY[1, 2, 1, NULL, NULL])", "[1, 2, NULL]"},
    {"array_union(ARRAY[1, 2], ARRAY[2, 3])", "[1, 2, 3]"},
    {"array_intersect(ARRAY[1, 2, 2], ARRAY[2, 3])", "[2]"},
    {"array_except(ARRAY[1, 2], ARRAY[2, 3])", "[1]"},
    {"array_position(ARRAY['a', 'b'], 'b')", "2"},
    {"array_remove(ARRAY[1, 2, 1], 1)", "[2]"},
    {"arrays_overlap(ARRAY[1], ARRAY[2, NULL])", "NULL"},
    {"arrays_overlap(ARRAY[1], ARRAY[2, 1])", "true"},
    {"array_min(ARRAY[3, 1, 2]) + array_max(ARRAY[3, 1, 2])", "4"},
    {"array_max(ARRAY[1, NULL])", "NULL"},
    {"array_sort(ARRAY[3, NULL, 1, 2])", "[1, 2, 3, NULL]"},
    {"array_sort(ARRAY['bb', 'a', 'ccc'], (x, y) -> length(y) - length(x))", "['ccc', 'bb', 'a']"},
    {"flatten(ARRAY[ARRAY[1], ARRAY[2, 3]])", "[1, 2, 3]"},
    {"slice(ARRAY[1, 2, 3, 4], 2, 2)", "[2, 3]"},
    {"slice(ARRAY[1, 2, 3, 4], -2, 5)", "[3, 4]"},
    {"sequence(1, 7, 3)", "[1, 4, 7]"},
    {"sequence(3, 1)", "[3, 2, 1]"},
    {"repeat('x', 2)", "['x', 'x']"},
    {"zip(ARRAY[1, 2], ARRAY['a'])", "[(1, 'a'), (2, NULL)]"},
    {"reduce(ARRAY[1, 2, 3], 0, (s, x) -> s + x, s -> s * 10)", "60"},
    {"reduce(ARRAY[1.5, 2], 0, (s, x) -> s + x, s -> s)", "3.5"},
    {"reduce(configuration.list, 0, (s, x) -> s + x, s -> s)", "6"},
    {"concat(ARRAY[1], ARRAY[2], ARRAY[3])", "[1, 2, 3]"},
    {"transform(ARRAY[1, 2], x -> ARRAY[x, x + 1])", "[[1, 2], [2, 3]]"},
    {"map(ARRAY['a', 'b'], ARRAY[1, 2])", "<'a', 1, 'b', 2>"},
    {"map(ARRAY['a', 'b'], ARRAY[1, 2])['b']", "2"},
    {"element_at(map(ARRAY[7, 8], ARRAY['x', 'y']), 8)", "'y'"},
    {"cardinality(map())", "0"},
    {"map_from_entries(ARRAY[('a', 1), ('b', 2)])", "<'a', 1, 'b', 2>"},
    {"map_entries(map(ARRAY['a'], ARRAY[1]))", "[('a', 1)]"},
    {"map_entries(tags)[1]", "('Owner', 'platform')"},
    {"map_keys(map(ARRAY[1], ARRAY['x']))", "[1]"},
    {"map_concat(map(ARRAY['a'], ARRAY[1]), map(ARRAY['a'], ARRAY[2]))", "<'a', 2>"},
    {"map_filter(tags, (k, v) -> v = 'c')", "<'a b', 'c'>"},
    {"transform_values(map(ARRAY['a'], ARRAY[1]), (k, v) -> k || CAST(v AS varchar))",
	"<'a', 'a1'>"},
    {"transform_keys(map(ARRAY['a'], ARRAY[1]), (k, v) -> v)", "<1, 1>"},
    {"map(ARRAY['a', 'a'], ARRAY[1, 2])", "eval EINPUT 1:1: a key of the map stands twice"},
    {"sequence(1, 2, 0)", "eval EINPUT 1:1: sequence() does not reach its end by this step"},
    {"sequence(1, 100000000)",
	"eval ELIMIT 1:1: the expression takes more steps than it is allowed"},
    {"json_format(configuration.sg[1])", "'{\"port\":22,\"cidr\":\"0.0.0.0/0\"}'"},
    {"json_format(CAST(ARRAY['a'] AS json))", "'[\"a\"]'"},
    {"json_array_get(configuration.list, -1)", "{3}"},
    {"is_json_scalar('[1]')", "false"},
    {"json_extract('{\"A\":1}', '$.a')", "NULL"},
    {"json_extract('{}', 'a')", "EINPUT 1:20: Invalid JSON path: 'a'; write $.member, "
				"$[\"member\"] or $[0]"},
};

static void
arrays(void **state)
{
	(void)state;
	CHECK(rows_of_arrays);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(times),
	    cmocka_unit_test(texts),
	    cmocka_unit_test(numbers),
	    cmocka_unit_test(arrays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
