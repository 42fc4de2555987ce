/* The engine from text to value: results, and every message with its place. */
#include "expr_support.h"

#include <stdlib.h>

#include "base/mem.h"

static void
truth_tables(void **state)
{
	static const char *const names[] = {"TRUE", "FALSE", "NULL"};
	/* [a][b], in the order of names: 0 true, 1 false, 2 NULL. */
	static const int and[3][3] = {{0, 1, 2}, {1, 1, 1}, {2, 1, 2}};
	static const int or [3][3] = {{0, 0, 0}, {0, 1, 2}, {0, 2, 2}};
	static const int not [3] = {1, 0, 2};
	static const char *const shown[] = {"true", "false", "NULL"};
	struct fixture f;
	char text[100], got[2048];

	(void)state;
	fixture_begin(&f);
	for (int a = 0; a < 3; a++) {
		for (int b = 0; b < 3; b++) {
			(void)snprintf(text, sizeof(text), "%s AND %s", names[a], names[b]);
			run_text(&f, bl_str_of(text), BL_TYPE_BOOLEAN, got, sizeof(got));
			assert_string_equal(got, shown[and[a][b]]);
			(void)snprintf(text, sizeof(text), "%s or %s", names[a], names[b]);
			run_text(&f, bl_str_of(text), BL_TYPE_BOOLEAN, got, sizeof(got));
			assert_string_equal(got, shown[or[a][b]]);
		}
		(void)snprintf(text, sizeof(text), "NOT %s", names[a]);
		run_text(&f, bl_str_of(text), BL_TYPE_BOOLEAN, got, sizeof(got));
		assert_string_equal(got, shown[not [a]]);
	}
	fixture_end(&f);
}

static const struct row rows_of_literals_and_operators[] = {
    {"1", "1"},
    {"-9223372036854775807 - 1", "-9223372036854775808"},
    {"1.5", "1.5"},
    {".5e1", "5"},
    {"'it''s'", "'it's'"},
    {"''", "''"},
    {"TIMESTAMP '2026-01-31 18:00:00+01:00'", "2026-01-31T17:00:00Z"},
    {"1 + 2 * 3", "7"},
    {"(1 + 2) * 3", "9"},
    {"7 / 2", "3"},
    {"-7 / 2", "-3"},
    {"-7 % 3", "-1"},
    {"7 / 2.0", "3.5"},
    {"- - 3", "3"},
    {"-configuration.frac", "-1.5"},
    {"-configuration.big = -18446744073709551616.0", "true"},
    {"1 - 2 - 3", "-4"},
    {"'a' || 'b' || NULL", "NULL"},
    {"'a' || 'b' || 'c'", "'abc'"},
    {"NOT 1 = 2", "true"},
    {"TRUE OR FALSE AND FALSE", "true"},
    {"1 = 1.0", "true"},
    {"2 <> 2", "false"},
    {"2 != 3", "true"},
    {"'a' < 'b'", "true"},
    {"FALSE < TRUE", "true"},
    {"1 < NULL", "NULL"},
    {"NULL = NULL", "NULL"},
    {"NULL IS NULL", "true"},
    {"1 IS NOT NULL", "true"},
    {"2 IN (1, 2, NULL)", "true"},
    {"3 IN (1, 2, NULL)", "NULL"},
    {"3 NOT IN (1, 2)", "true"},
    {"3 NOT IN (1, NULL)", "NULL"},
    {"2 BETWEEN 1 AND 3", "true"},
    {"2 NOT BETWEEN 1 AND 3", "false"},
    {"2 BETWEEN 3 AND NULL", "false"},
    {"2 BETWEEN 1 AND NULL", "NULL"},
    {"'abc' LIKE 'a%'", "true"},
    {"'abc' LIKE '_b_'", "true"},
    {"'aXbXc' LIKE 'a%X%c'", "true"},
    {"'abc' NOT LIKE 'a_'", "true"},
    {"'ABC' LIKE 'a%'", "false"},
    {"configuration.name LIKE 'Gr_n'", "true"},
    {"'10%' LIKE '10!%' ESCAPE '!'", "true"},
    {"'10x' LIKE '10!%' ESCAPE '!'", "false"},
    {"'' LIKE '%'", "true"},
    {"'' LIKE '_'", "false"},
    {"CASE WHEN FALSE THEN 1 WHEN NULL THEN 2 ELSE 3 END", "3"},
    {"CASE WHEN FALSE THEN 1 END", "NULL"},
    {"CASE 2 WHEN 1 THEN 'a' WHEN 2 THEN 'b' END", "'b'"},
    {"CASE WHEN TRUE THEN 1 ELSE 2.5 END", "1"},
    {"ARRAY[1, NULL, 3]", "[1, NULL, 3]"},
    {"ARRAY['a', 'b'][2]", "'b'"},
    {"1 -- a comment\n + /* another */ 1", "2"},
    {":text || '!'", "'x!'"},
    {":num + 1", "23"},
    {":csv", "['x', 'y']"},
    {":unset IS NULL", "true"},
    {"\"resourceId\"", "'vol-1'"},
    {"RESOURCEID", "'vol-1'"},
};

static void
literals_and_operators(void **state)
{

	(void)state;
	CHECK(rows_of_literals_and_operators);
}

static const struct row rows_of_paths_and_json[] = {
    {"configuration.yes", "{true}"},
    {"configuration.yes AND TRUE", "true"},
    {"NOT configuration.no", "true"},
    {"configuration.nil IS NULL", "true"},
    {"configuration.gone.further IS NULL", "true"},
    {"configuration.nil = 1", "NULL"},
    {"configuration.int = 16", "true"},
    {"configuration.dec = 16", "true"},
    {"configuration.dec = configuration.int", "true"},
    {"configuration.frac > 1", "true"},
    {"configuration.big > 9223372036854775807", "true"},
    {"configuration.big = 18446744073709551616.0", "true"},
    {"configuration.big = 18446744073709551617.0", "false"},
    {"configuration.huge > configuration.big", "true"},
    {"configuration.huge > 1e300 * 2", "true"},
    {"configuration.huge > 0 - 1.5", "true"},
    {"configuration.frac * 1 = 1.5", "true"},
    {"0.1 * 3 = 0.3", "false"},
    {"0.1 * 1 = 0.1", "true"},
    {"0.1 = 0.10", "true"},
    {"100 = 1e2", "true"},
    {"-0.0 = 0", "true"},
    {"configuration.int + 1", "17"},
    {"configuration.dec * 2", "32"},
    {"configuration.frac * 2", "3"},
    {"configuration.name || '!'", "'Grün!'"},
    {"configuration.obj.a.b", "{\"deep\"}"},
    {"configuration.obj['odd.key']", "{7}"},
    {"configuration.obj.\"odd.key\" = 7", "true"},
    {"configuration['obj']['a']['b'] = 'deep'", "true"},
    {"configuration.list[1]", "{1}"},
    {"configuration.list[4]", "NULL"},
    {"configuration.sg[2].port = 443", "true"},
    {"configuration.OBJ", "NULL"},
    {"tags['Owner']", "'platform'"},
    {"tags['a b']", "'c'"},
    {"tags.Owner", "'platform'"},
    {"tags['gone']", "NULL"},
    {"tags['empty'] = ''", "true"},
    {"accountId", "'111122223333'"},
    {"configurationStateId", "1769860800000"},
    {"configurationItemCaptureTime", "2026-01-31T12:00:00Z"},
    {"resourceCreationTime IS NULL", "true"},
    {"resourceName IS NULL", "true"},
    {"relationships[1].name", "{\"Is attached to\"}"},
    {"configurationItemStatus", "'OK'"},
    {"COALESCE(configuration.gone, 'x')", "'x'"},
    {"CASE configuration.int WHEN 16 THEN 'yes' END", "'yes'"},
    {"configuration.int IN (15, 16)", "true"},
    {"configuration.text = 'true'", "true"},
    {"configuration.text IN ('a', configuration.text)", "true"},
};

static void
paths_and_json(void **state)
{

	(void)state;
	CHECK(rows_of_paths_and_json);
}

static const struct row rows_of_functions_of_text[] = {
    {"lower('AbC')", "'abc'"},
    {"upper('AbC')", "'ABC'"},
    {"trim('  a b ')", "'a b'"},
    {"length(configuration.name)", "4"},
    {"substr('Grün', 3, 1)", "'ü'"},
    {"substr('abcdef', 2)", "'bcdef'"},
    {"substr('abcdef', -2)", "'ef'"},
    {"substr('abcdef', 0)", "''"},
    {"substr('abcdef', 9)", "''"},
    {"substr('abcdef', -9)", "''"},
    {"substr('abcdef', 2, 9223372036854775807)", "'bcdef'"},
    {"strpos('Grün', 'n')", "4"},
    {"strpos('abc', 'x')", "0"},
    {"starts_with('arn:aws', 'arn:')", "true"},
    {"split('a,b,,c', ',')", "['a', 'b', '', 'c']"},
    {"split('', ',')", "['']"},
    {"split('a,b', ',')[2]", "'b'"},
    {"split_part('a::b::c', '::', 2)", "'b'"},
    {"split_part('a', ',', 2)", "NULL"},
    {"replace('aXbX', 'X', '--')", "'a--b--'"},
    {"replace('aXbX', 'X')", "'ab'"},
    {"concat('a', 'b', 'c', 'd', 'e')", "'abcde'"},
    {"concat('a', NULL)", "NULL"},
    {"url_decode(configuration.enc)", "'a b/c d'"},
    {"url_decode('%c3%bc')", "'ü'"},
    {"regexp_like('i-0abc', '^i-[0-9a-f]+$')", "true"},
    {"regexp_like('xyz', 'b')", "false"},
    {"regexp_like('abc', 'a' || '.c')", "true"},
    {"wildcard_match('s3:putobject', 's3:put*')", "true"},
    {"wildcard_match('s3:putobject', '*')", "true"},
    {"wildcard_match('s3:getobject', 's3:put*')", "false"},
    {"wildcard_match('abc', 'a?c')", "true"},
    {"wildcard_match('a%c', 'a%c')", "true"},
    {"wildcard_match('abc', 'a%c')", "false"},
    {"is_any_address('0.0.0.0/0')", "true"},
    {"is_any_address('10.0.0.0/8')", "false"},
    {"is_any_address('0.0.0.0')", "false"},
    {"is_any_address('::/0')", "true"},
    {"is_any_address('0:0:0:0:0:0:0:0/0')", "true"},
    {"is_any_address('::0/00')", "true"},
    {"is_any_address('2001:db8::/32')", "false"},
    {"is_any_address(NULL)", "NULL"},
};

static void
functions_of_text(void **state)
{

	(void)state;
	CHECK(rows_of_functions_of_text);
}

static const struct row rows_of_functions_of_json_and_arrays[] = {
    {"any_match(configuration.list, x -> x = 2)", "true"},
    {"any_match(configuration.list, x -> x = 9)", "false"},
    {"any_match(configuration.holes, x -> x = 9)", "NULL"},
    {"any_match(configuration.holes, x -> x = 1)", "true"},
    {"any_match(configuration.none, x -> x = 1)", "false"},
    {"any_match(configuration.gone, x -> x = 1)", "NULL"},
    {"all_match(configuration.list, x -> x > 0)", "true"},
    {"all_match(configuration.none, x -> x > 0)", "true"},
    {"all_match(configuration.holes, x -> x > 0)", "NULL"},
    {"all_match(configuration.holes, x -> x > 1)", "false"},
    {"none_match(configuration.list, x -> x = 2)", "false"},
    {"none_match(configuration.holes, x -> x = 9)", "NULL"},
    {"none_match(configuration.none, x -> x = 9)", "true"},
    {"any_match(configuration.sg, p -> p.port = :num AND is_any_address(p.cidr))", "true"},
    {"any_match(configuration.sg, p -> any_match(configuration.list, q -> p.port = q * "
     "22))",
	"true"},
    {"any_match(filter(configuration.sg, a -> a.port > 400), b -> b.cidr LIKE '10.%')", "true"},
    {"filter(configuration.list, x -> x > 1)", "[{2}, {3}]"},
    {"transform(configuration.list, x -> x + 1)", "[2, 3, 4]"},
    {"transform(configuration.gone, x -> x + 1)", "NULL"},
    {"cardinality(configuration.list)", "3"},
    {"cardinality(tags)", "3"},
    {"cardinality(:csv)", "2"},
    {"contains(:csv, 'y')", "true"},
    {"contains(:csv, 'z')", "false"},
    {"contains(configuration.holes, 1)", "true"},
    {"contains(configuration.holes, 2)", "NULL"},
    {"contains(:csv, NULL)", "NULL"},
    {"element_at(tags, 'Owner')", "'platform'"},
    {"element_at(tags, :unset)", "NULL"},
    {"element_at(configuration.list, -1)", "{3}"},
    {"element_at(configuration.list, 9)", "NULL"},
    {"element_at(:csv, 2)", "'y'"},
    {"element_at(configuration.obj, 'odd.key')", "{7}"},
    {"map_keys(tags)", "['Owner', 'a b', 'empty']"},
    {"map_values(tags)", "['platform', 'c', '']"},
    {"array_join(:csv, ', ')", "'x, y'"},
    {"array_join(ARRAY['a', NULL, 'b'], '-')", "'a-b'"},
    {"array_join(configuration.none, '-')", "''"},
    {"json_extract(configuration, '$.obj.a')", "{{\"b\":\"deep\"}}"},
    {"json_extract(configuration, '$.list[0]')", "{1}"},
    {"json_extract(configuration, '$.list[9]')", "NULL"},
    {"json_extract(configuration, '$[\"obj\"][\"odd.key\"]')", "{7}"},
    {"json_extract(configuration.json, '$.k')", "NULL"},
    {"json_extract('{\"k\":[10,20]}', '$.k[1]')", "{20}"},
    {"json_extract('not json', '$.k')", "NULL"},
    {"json_extract_scalar(configuration, '$.yes')", "'true'"},
    {"json_extract_scalar(configuration, '$.dec')", "'16.0'"},
    {"json_extract_scalar(configuration, '$.obj')", "NULL"},
    {"json_extract_scalar(configuration, '$.nil')", "NULL"},
    {"json_parse(configuration.json).k[2] = 20", "true"},
    {"json_array_contains(configuration.mixed, 'x')", "true"},
    {"json_array_contains(configuration.mixed, 2)", "false"},
    {"json_array_contains(configuration.obj, 2)", "NULL"},
    {"json_array_length(configuration.list)", "3"},
    {"json_array_length(configuration.obj)", "NULL"},
    {"json_size(configuration.obj, '$')", "2"},
    {"json_size(configuration, '$.none')", "0"},
    {"json_type(configuration.obj)", "'object'"},
    {"json_type(configuration.nil)", "NULL"},
    {"to_list(configuration.text)", "[{\"true\"}]"},
    {"cardinality(to_list(configuration.list))", "3"},
    {"enum_name(configuration.state)", "'running'"},
    {"enum_name(configuration.text)", "'true'"},
    {"COALESCE(NULL, NULL, 3)", "3"},
    {"COALESCE(:unset, 'd')", "'d'"},
    {"NULLIF(1, 1)", "NULL"},
    {"NULLIF(1, 2)", "1"},
    {"IF(1 = 1, 'a', 'b')", "'a'"},
    {"IF(NULL, 'a')", "NULL"},
    {"TRY(1 / 0)", "NULL"},
    {"TRY(configuration.text = 1)", "NULL"},
};

static void
functions_of_json_and_arrays(void **state)
{

	(void)state;
	CHECK(rows_of_functions_of_json_and_arrays);
}

static const struct row rows_of_casts_and_times[] = {
    {"CAST('12' AS bigint)", "12"},
    {"CAST(1.5 AS bigint)", "2"},
    {"CAST(-1.5 AS bigint)", "-2"},
    {"CAST(configuration.dec AS bigint)", "16"},
    {"CAST(configuration.dec AS varchar)", "'16.0'"},
    {"CAST(configuration.big AS varchar)", "'18446744073709551616'"},
    {"CAST(configuration.text AS boolean)", "true"},
    {"CAST(configuration.yes AS boolean)", "true"},
    {"CAST('0' AS boolean)", "false"},
    {"CAST('1e3' AS double)", "1000"},
    {"CAST(TRUE AS varchar)", "'true'"},
    {"CAST(NULL AS bigint)", "NULL"},
    {"TRY_CAST('x' AS bigint)", "NULL"},
    {"TRY_CAST(configuration.obj AS bigint)", "NULL"},
    {"CAST(configuration.list AS array(bigint))[2] + 1", "3"},
    {"CAST(configuration.words AS array(varchar))", "['a', 'b']"},
    {"CAST('2026-01-31T00:00:00Z' AS timestamp)", "2026-01-31T00:00:00Z"},
    {"from_iso8601_timestamp(configuration.when) < configurationItemCaptureTime", "true"},
    {"date_diff('day', from_iso8601_timestamp(configuration.when), "
     "configurationItemCaptureTime)",
	"30"},
    {"date_diff('hour', TIMESTAMP '2026-01-02T00:00:00Z', TIMESTAMP "
     "'2026-01-01T00:30:00Z')",
	"-23"},
    {"date_diff('month', TIMESTAMP '2026-01-31T00:00:00Z', TIMESTAMP "
     "'2026-02-28T00:00:00Z')",
	"1"},
    {"date_diff('month', TIMESTAMP '2026-01-15T00:00:00Z', TIMESTAMP "
     "'2026-02-14T23:59:59Z')",
	"0"},
    {"date_diff('year', TIMESTAMP '2024-02-29T00:00:00Z', TIMESTAMP "
     "'2026-02-28T00:00:00Z')",
	"2"},
    {"date_add('day', 1, TIMESTAMP '2026-02-28T10:00:00Z')", "2026-03-01T10:00:00Z"},
    {"date_add('month', 1, TIMESTAMP '2026-01-31T10:00:00Z')", "2026-02-28T10:00:00Z"},
    {"date_add('month', -13, TIMESTAMP '2024-03-31T00:00:00Z')", "2023-02-28T00:00:00Z"},
    {"date_add('year', 1, TIMESTAMP '2024-02-29T00:00:00Z')", "2025-02-28T00:00:00Z"},
};

static void
casts_and_times(void **state)
{

	(void)state;
	CHECK(rows_of_casts_and_times);
}

static void
wanted_types(void **state)
{
	struct fixture f;
	char got[2048];

	(void)state;
	fixture_begin(&f);
	run_text(&f, BL_STR("1"), BL_TYPE_BOOLEAN, got, sizeof(got));
	assert_string_equal(got, "EINPUT 1:1: a boolean is wanted, but this is a bigint");
	run_text(&f, BL_STR("1"), BL_TYPE_DOUBLE, got, sizeof(got));
	assert_string_equal(got, "1");
	run_text(&f, BL_STR("1.5"), BL_TYPE_BIGINT, got, sizeof(got));
	assert_string_equal(got, "EINPUT 1:1: a bigint is wanted, but this is a double");
	run_text(&f, BL_STR("configuration.yes"), BL_TYPE_BOOLEAN, got, sizeof(got));
	assert_string_equal(got, "true");
	run_text(&f, BL_STR("configuration.gone"), BL_TYPE_BOOLEAN, got, sizeof(got));
	assert_string_equal(got, "NULL");
	run_text(&f, BL_STR("configuration.int"), BL_TYPE_BOOLEAN, got, sizeof(got));
	assert_string_equal(
	    got, "eval EINPUT 1:15: configuration.int is a JSON number, where a boolean is wanted");
	fixture_end(&f);
}

/* AND, OR, CASE, COALESCE and IF must not evaluate what they do not need. */
static const struct row rows_of_stops_when_known[] = {
    {"FALSE AND 1 / 0 = 1", "false"},
    {"TRUE OR 1 / 0 = 1", "true"},
    {"NULL AND 1 / 0 = 1", "eval EINPUT 1:12: division by zero"},
    {"CASE WHEN TRUE THEN 1 ELSE 1 / 0 END", "1"},
    {"COALESCE(1, 1 / 0)", "1"},
    {"IF(FALSE, 1 / 0, 2)", "2"},
    {"any_match(configuration.mixed, x -> x = 1)", "true"},
};

static void
stops_when_known(void **state)
{

	(void)state;
	CHECK(rows_of_stops_when_known);
}

static void
paths_that_are_read(void **state)
{
	struct fixture f;
	struct bl_expr *expr = NULL;
	struct bl_expr_scope scope;
	struct bl_str *paths = NULL;
	struct bl_err err = {0};
	size_t n = 0;

	(void)state;
	fixture_begin(&f);
	scope = (struct bl_expr_scope){.item = &f.item, .params = f.params, .parser = f.parser};
	assert_ok(bl_expr_compile(
		      BL_STR("any_match(filter(configuration.sg, a -> a.port > 1), "
			     "b -> b.cidr = tags['Owner'] OR any_match(b.list, c -> c.x = 1)) "
			     "AND configuration.obj['odd.key'] = configuration.list[2] "
			     "AND RESOURCEid <> '' AND configuration.gone.a = 1"),
		      NULL, 0, BL_TYPE_BOOLEAN, f.arena, &expr, &err),
	    err);
	assert_ok(bl_expr_paths(expr, f.arena, &paths, &n, &err), err);
	assert_int_equal(n, 10);
	assert_bytes(paths[0], "configuration.gone.a");
	assert_bytes(paths[1], "configuration.list[2]");
	assert_bytes(paths[2], "configuration.obj['odd.key']");
	assert_bytes(paths[3], "configuration.sg");
	assert_bytes(paths[4], "configuration.sg[*].cidr");
	assert_bytes(paths[5], "configuration.sg[*].list");
	assert_bytes(paths[6], "configuration.sg[*].list[*].x");
	assert_bytes(paths[7], "configuration.sg[*].port");
	assert_bytes(paths[8], "resourceId");
	assert_bytes(paths[9], "tags.Owner");

	assert_ok(
	    bl_expr_compile(BL_STR("configuration.gone.a = 1 AND configuration.gone.b = 1 AND "
				   "configuration.int = 16 AND resourceName = 'x' AND "
				   "(TRUE OR configuration.unasked = 1)"),
		NULL, 0, BL_TYPE_BOOLEAN, f.arena, &expr, &err),
	    err);
	assert_ok(bl_expr_missing(expr, &scope, f.arena, &paths, &n, &err), err);
	assert_int_equal(n, 2);
	assert_bytes(paths[0], "configuration.gone");
	assert_bytes(paths[1], "resourceName");
	fixture_end(&f);
}

static char *
repeat(struct fixture *f, const char *unit, size_t n, const char *tail)
{
	size_t len = strlen(unit);
	char *text = bl_new(f->arena, char, len *n + strlen(tail) + 1);

	assert_non_null(text);
	for (size_t i = 0; i < n; i++)
		memcpy(text + i * len, unit, len);
	memcpy(text + n * len, tail, strlen(tail) + 1);
	return text;
}

static void
limits(void **state)
{
	struct fixture f;
	struct bl_expr_scope scope;
	struct bl_expr *expr = NULL;
	struct bl_value value;
	struct bl_err err = {0};
	char got[2048];

	(void)state;
	fixture_begin(&f);
	scope = (struct bl_expr_scope){.item = &f.item, .parser = f.parser};
	run_text(&f, bl_str_of(repeat(&f, "(", 5000, "1")), BL_TYPE_UNKNOWN, got, sizeof(got));
	assert_string_equal(got, "ELIMIT 1:101: the expression is nested more than 100 deep");
	run_text(
	    &f, bl_str_of(repeat(&f, "NOT ", 5000, "TRUE")), BL_TYPE_UNKNOWN, got, sizeof(got));
	assert_string_equal(got, "ELIMIT 1:397: the expression is nested more than 100 deep");
	run_text(&f, bl_str_of(repeat(&f, "- ", 5000, "1")), BL_TYPE_UNKNOWN, got, sizeof(got));
	assert_string_equal(got, "ELIMIT 1:199: the expression is nested more than 100 deep");
	run_text(&f, bl_str_of(repeat(&f, "1+", 200, "1")), BL_TYPE_UNKNOWN, got, sizeof(got));
	assert_string_equal(got, "ELIMIT 1:200: the expression is more than 100 operations deep");
	run_text(&f, bl_str_of(repeat(&f, "a.", 1, repeat(&f, "b.", 200, "c"))), BL_TYPE_UNKNOWN,
	    got, sizeof(got));
	assert_string_equal(got, "ELIMIT 1:201: the expression is more than 100 operations deep");
	run_text(&f, bl_str_of(repeat(&f, "TRUE AND ", 5000, "TRUE")), BL_TYPE_UNKNOWN, got,
	    sizeof(got));
	assert_string_equal(got, "true");
	run_text(
	    &f, bl_str_of(repeat(&f, "TRUE OR ", 8000, "TRUE")), BL_TYPE_UNKNOWN, got, sizeof(got));
	assert_string_equal(got, "true");
	run_text(&f, bl_str_of(repeat(&f, "1,", 40000, "1")), BL_TYPE_UNKNOWN, got, sizeof(got));
	assert_string_equal(got, "ELIMIT 0:0: the expression is longer than 65536 bytes");
	run_text(&f, bl_str_of(repeat(&f, "1 IN (", 1, repeat(&f, "1,", 30000, "1)"))),
	    BL_TYPE_UNKNOWN, got, sizeof(got));
	assert_string_equal(got, "ELIMIT 1:40003: the expression has more than 20000 parts");
	run_text(&f, bl_str_of(repeat(&f, "any_match(:csv,x->x='')OR ", 70, "TRUE")),
	    BL_TYPE_UNKNOWN, got, sizeof(got));
	assert_string_equal(got, "ELIMIT 1:1680: the expression has more than 64 lambdas");

	assert_ok(bl_expr_compile(BL_STR("any_match(configuration.list, a -> a = 9)"), NULL, 0,
		      BL_TYPE_BOOLEAN, f.arena, &expr, &err),
	    err);
	scope.budget_steps = 5;
	assert_err(bl_expr_eval(expr, &scope, f.arena, &value, &err), err, BL_ELIMIT,
	    "the expression takes more steps than it is allowed");
	fixture_end(&f);
}

/* Each allocation fails in turn: an error each time, and the next try succeeds. */
static void
memory_runs_out(void **state)
{
	static const char text[] =
	    "any_match(configuration.sg, p -> p.port = 22 AND is_any_address(p.cidr)) AND "
	    "array_join(transform(split('a,b,c', ','), x -> upper(x) || 'z'), '-') = 'Az-Bz-Cz' "
	    "AND "
	    "json_parse(configuration.json).k[1] = 10 AND regexp_like('abc', 'a' || '.c') AND "
	    "concat('1','2','3','4','5') = '12345' AND CAST(configuration.list AS "
	    "array(bigint))[1] = 1";
	struct fixture f;
	bool failed = true;

	(void)state;
	fixture_begin(&f);
	for (uint64_t n = 1; failed; n++) {
		struct bl_arena *arena = bl_arena_new((size_t)1 << 20);
		struct bl_expr_scope scope = {.item = &f.item, .parser = f.parser};
		struct bl_expr *expr = NULL;
		struct bl_value value = {0};
		struct bl_err err = {0};
		enum bl_status status;

		assert_non_null(arena);
		bl_mem_fail_at(n);
		status =
		    bl_expr_compile(bl_str_of(text), NULL, 0, BL_TYPE_BOOLEAN, arena, &expr, &err);
		if (!status)
			status = bl_expr_eval(expr, &scope, arena, &value, &err);
		failed = bl_mem_fail_hit();
		bl_mem_fail_at(0);
		if (failed)
			assert_int_equal(status, BL_ENOMEM);
		else
			assert_ok(status, err);
		assert_true(failed || (!value.null && value.boolean));
		bl_arena_free(&arena);
		assert_true(n < 10000);
	}
	/* And every budget: each is enough or an ordinary error. */
	for (size_t budget = 0; budget < 60000; budget += 97) {
		struct bl_arena *arena = bl_arena_new(budget);
		struct bl_expr_scope scope = {.item = &f.item, .parser = f.parser};
		struct bl_expr *expr = NULL;
		struct bl_value value = {0};
		struct bl_err err = {0};
		enum bl_status status;

		assert_non_null(arena);
		status =
		    bl_expr_compile(bl_str_of(text), NULL, 0, BL_TYPE_BOOLEAN, arena, &expr, &err);
		if (!status)
			status = bl_expr_eval(expr, &scope, arena, &value, &err);
		assert_true(status == BL_ENOMEM || (status == BL_OK && value.boolean));
		bl_arena_free(&arena);
	}
	fixture_end(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(truth_tables),
	    cmocka_unit_test(literals_and_operators),
	    cmocka_unit_test(paths_and_json),
	    cmocka_unit_test(functions_of_text),
	    cmocka_unit_test(functions_of_json_and_arrays),
	    cmocka_unit_test(casts_and_times),
	    cmocka_unit_test(wanted_types),
	    cmocka_unit_test(stops_when_known),
	    cmocka_unit_test(paths_that_are_read),
	    cmocka_unit_test(limits),
	    cmocka_unit_test(memory_runs_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
