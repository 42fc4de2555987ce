/* What the parser of statements takes, what it says of the rest, and where. */
#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "front.h"

struct row {
	const char *text, *want;
};

static const struct row rows[] = {
    {"", "EINPUT 1:1: SELECT or another statement is expected here, but the statement ends"},
    {";", "EINPUT 1:2: SELECT or another statement is expected here, but the statement ends"},
    {"SELECT", "EINPUT 1:7: a value is expected here, but the expression ends"},
    {"SELECT 1 FROM", "EINPUT 1:14: a table's name is expected here, but the statement ends"},
    {"SELECT 1,", "EINPUT 1:10: a value is expected here, but the expression ends"},
    {"SELECT * FROM a b c", "EINPUT 1:19: the end of the statement or ; is expected here, found c"},
    {"SELECT a AS FROM t", "EINPUT 1:13: a column's name behind AS is expected here, found FROM"},
    {"SELECT 1 ; SELECT 2", "ok"},
    {"SELECT 1 SELECT 2",
	"EINPUT 1:10: the end of the statement or ; is expected here, found SELECT"},
    {"FROM t", "EINPUT 1:1: SELECT or another statement is expected here, found FROM"},
    {"SELECT * FROM a NATURAL JOIN b", "EUNSUPPORTED 1:17: NATURAL JOIN is not supported"},
    {"SELECT * FROM a JOIN b", "EINPUT 1:23: ON or USING is expected here, but the statement ends"},
    {"SELECT * FROM a LEFT b", "EINPUT 1:22: JOIN is expected here, found b"},
    {"SELECT * FROM a TABLESAMPLE BERNOULLI (10)",
	"EUNSUPPORTED 1:17: TABLESAMPLE is not supported"},
    {"WITH RECURSIVE t AS (SELECT 1) SELECT * FROM t",
	"EUNSUPPORTED 1:6: WITH RECURSIVE is not supported"},
    {"WITH t (SELECT 1) SELECT 2", "EINPUT 1:9: a column's name is expected here, found SELECT"},
    {"SELECT a FROM t WHERE", "EINPUT 1:22: a value is expected here, but the expression ends"},
    {"SELECT a FROM t GROUP a",
	"EINPUT 1:17: the end of the statement or ; is expected here, found GROUP"},
    {"SELECT a FROM t LIMIT", "EINPUT 1:22: a value is expected here, but the expression ends"},
    {"SELECT a FROM t FETCH FIRST 3 ROWS WITH TIES",
	"EUNSUPPORTED 1:36: WITH TIES is not supported"},
    {"SELECT a FROM t WINDOW w AS (ORDER BY a)",
	"EUNSUPPORTED 1:17: the WINDOW clause is not supported"},
    {"SELECT a.b.c.d.e FROM a.b.c.d",
	"EINPUT 1:28: a table's name has at most three parts: catalog.schema.table"},
    {"SELECT * FROM (SELECT 1", "EINPUT 1:24: ) is expected here, but the statement ends"},
    {"SELECT * FROM ((SELECT 1) UNION (SELECT 2)) t", "ok"},
    {"SELECT * FROM ((a CROSS JOIN b) JOIN c ON TRUE) t", "ok"},
    {"SELECT * FROM t FOR TIMESTAMP AS OF TIMESTAMP '2026-01-31T00:00:00Z' FOR TIMESTAMP AS OF "
     "now()",
	"EINPUT 1:74: FOR TIMESTAMP is told twice"},
    {"SELECT * FROM t FOR PORTION",
	"EINPUT 1:21: TIMESTAMP or VERSION is expected here, found PORTION"},
    {"SELECT * FROM UNNEST(ARRAY[1]) WITH ORDINALITY AS u (x, n)", "ok"},
    {"SELECT * FROM TABLE(f(1))", "EUNSUPPORTED 1:15: table functions are not supported"},
    {"SELECT * FROM f(1)", "EUNSUPPORTED 1:15: table functions are not supported"},
    {"SELECT 'abc", "EINPUT 1:8: a text begins here with ' and does not end"},
    {"SELECT \"\" FROM t", "ok"},
    {"INSERT INTO t VALUES (1)", "EUNSUPPORTED 1:1: INSERT is not supported: statements only read"},
    {"UNLOAD (SELECT 1) TO 's3://x'",
	"EUNSUPPORTED 1:1: UNLOAD is not supported: statements only read"},
    {"MSCK REPAIR TABLE t", "EUNSUPPORTED 1:1: MSCK is not supported: statements only read"},
    {"ALTER TABLE t ADD PARTITION (dt='1')",
	"EUNSUPPORTED 1:1: ALTER is not supported: statements only read"},
    {"CREATE TABLE t AS SELECT 1",
	"EUNSUPPORTED 1:16: CREATE TABLE ... AS SELECT is not supported"},
    {"CREATE OR REPLACE TABLE t (a int)", "EINPUT 1:19: VIEW is expected here, found TABLE"},
    {"CREATE VIEW v SELECT 1", "EINPUT 1:15: AS is expected here, found SELECT"},
    {"CREATE VIEW v AS SELECT 1", "ok"},
    {"CREATE FUNCTION f", "EUNSUPPORTED 1:8: CREATE FUNCTION is not supported"},
    {"CREATE EXTERNAL VIEW v AS SELECT 1", "EINPUT 1:17: TABLE is expected here, found VIEW"},
    {"CREATE EXTERNAL TABLE t (a struct<b:string,c:array<map<string,bigint>>>) ROW FORMAT SERDE "
     "'x' WITH SERDEPROPERTIES ('a'='b') LOCATION 's3://b/' TBLPROPERTIES ('x'='y')",
	"ok"},
    {"CREATE EXTERNAL TABLE t (a struct<b string>)",
	"EINPUT 1:37: : is expected here, found string"},
    {"CREATE EXTERNAL TABLE t (a uniontype<int>)",
	"EUNSUPPORTED 1:28: the type uniontype is not supported"},
    {"CREATE EXTERNAL TABLE `t-1` (`a b` string COMMENT 'x', c decimal(10,2)) PARTITIONED BY (dt "
     "string) STORED AS INPUTFORMAT 'i' OUTPUTFORMAT 'o'",
	"ok"},
    {"CREATE EXTERNAL TABLE t (a int) ROW FORMAT DELIMITED FIELDS TERMINATED BY ','",
	"EUNSUPPORTED 1:33: ROW FORMAT DELIMITED is not supported"},
    {"CREATE DATABASE IF NOT EXISTS d", "ok"},
    {"DROP VIEW IF EXISTS a.v", "ok"},
    {"DROP INDEX i", "EINPUT 1:6: VIEW, TABLE or DATABASE is expected here, found INDEX"},
    {"SHOW TABLES IN x LIKE 'a%'", "ok"},
    {"SHOW COLUMNS t", "EINPUT 1:14: IN is expected here, found t"},
    {"SHOW CREATE TABLE t", "ok"},
    {"SHOW PARTITIONS t", "EUNSUPPORTED 1:6: SHOW PARTITIONS is not supported; there are SHOW "
			  "TABLES, SHOW COLUMNS, SHOW CREATE"},
    {"DESCRIBE a.b", "ok"},
    {"DESCRIBE EXTENDED a", "EUNSUPPORTED 1:10: DESCRIBE EXTENDED and FORMATTED are not supported"},
    {"EXPLAIN ANALYZE SELECT 1", "ok"},
    {"EXPLAIN ANALYZE VERBOSE SELECT 1",
	"EUNSUPPORTED 1:17: EXPLAIN ANALYZE VERBOSE is not supported"},
    {"EXPLAIN (TYPE LOGICAL) SELECT 1", "EUNSUPPORTED 1:9: options of EXPLAIN are not supported"},
    {"SELECT * FROM t GROUP BY GROUPING SETS ((a, b), (), c), ROLLUP (x, y), CUBE (z)", "ok"},
    {"SELECT * FROM t GROUP BY ROLLUP a", "EINPUT 1:33: ( is expected here, found a"},
    {"SELECT t.* FROM t ORDER BY 1 DESC NULLS FIRST, 2 NULLS LAST OFFSET 2 ROWS LIMIT ALL", "ok"},
    {"VALUES (1, 2), (3, 4)", "ok"},
    {"TABLE t", "ok"},
    {"SELECT 1 UNION ALL SELECT 2 EXCEPT SELECT 3 INTERSECT SELECT 4 ORDER BY 1 LIMIT 3", "ok"},
    {"(SELECT 1) UNION DISTINCT (SELECT 2)", "ok"},
    {"SELECT /* a -- b */ 1 -- c", "ok"},
    {"SELECT 1 /* never", "EINPUT 1:10: a comment begins here with /* and does not end"},
};

static void
messages(void **state)
{
	struct bl_arena *arena = bl_arena_new((size_t)8 << 20);
	int wrong = 0;

	(void)state;
	assert_non_null(arena);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bl_str got = front_parse(arena, bl_str_of(rows[i].text));

		if (!bl_str_eq(got, bl_str_of(rows[i].want))) {
			printf("%s\n  got  %.*s\n  want %s\n", rows[i].text, (int)got.len, got.ptr,
			    rows[i].want);
			wrong++;
		}
		bl_arena_reset(arena);
	}
	assert_int_equal(wrong, 0);
	bl_arena_free(&arena);
}

static struct bl_statement *
parse(struct bl_arena *arena, const char *text, struct bl_str *rest)
{
	struct bl_statement *s = NULL;
	struct bl_err err = {0};

	assert_ok(bl_sql_parse(bl_str_of(text), 0, arena, &s, rest, &err), err);
	return s;
}

static void
statements_one_by_one(void **state)
{
	struct bl_arena *arena = bl_arena_new((size_t)1 << 20);
	struct bl_str rest;
	struct bl_statement *s = parse(arena, " SELECT 1 ; -- x\n SELECT 'a;b' ;; ", &rest);

	(void)state;
	assert_true(bl_str_eq(s->text, BL_STR("SELECT 1")));
	assert_true(bl_str_eq(bl_str_trim(rest), BL_STR("-- x\n SELECT 'a;b' ;;")));
	s = parse(arena, "SELECT 'a;b' ;; ", &rest);
	assert_null(rest.ptr);
	assert_true(bl_str_eq(s->text, BL_STR("SELECT 'a;b'")));
	s = parse(arena, "CREATE OR REPLACE VIEW a.v AS\n SELECT 1 x ;", &rest);
	assert_int_equal(s->kind, BL_STATEMENT_VIEW);
	assert_true(s->or_replace);
	assert_true(bl_str_eq(s->schema.text, BL_STR("a")));
	assert_true(bl_str_eq(s->query_text, BL_STR("SELECT 1 x")));
	bl_arena_free(&arena);
}

static void
a_table_of_hive(void **state)
{
	struct bl_arena *arena = bl_arena_new((size_t)1 << 20);
	struct bl_str rest;
	const struct bl_statement *s = parse(arena,
	    "CREATE EXTERNAL TABLE IF NOT EXISTS c.t (v STRING, items ARRAY< STRUCT< a: STRING, "
	    "m:map<string,bigint>>>) PARTITIONED BY (dt STRING) ROW FORMAT SERDE 'serde' WITH "
	    "SERDEPROPERTIES ('k' = 'v', 'x'='TRUE') LOCATION 's3://b/p/' TBLPROPERTIES ('p'='q')",
	    &rest);
	const struct bl_hive_type *items = &s->columns[1].type;

	(void)state;
	assert_int_equal(s->kind, BL_STATEMENT_TABLE);
	assert_true(s->external && s->if_not_exists);
	assert_int_equal(s->n_columns, 2);
	assert_true(bl_str_eq(items->word, BL_STR("array")));
	assert_int_equal(items->element->n_fields, 2);
	assert_true(bl_str_eq(items->element->fields[1].name.text, BL_STR("m")));
	assert_true(bl_str_eq(items->element->fields[1].type.element->word, BL_STR("bigint")));
	assert_int_equal(s->n_partitions, 1);
	assert_int_equal(s->n_serde_properties, 2);
	assert_true(bl_str_eq(s->serde_properties[1].value, BL_STR("TRUE")));
	assert_true(bl_str_eq(s->location, BL_STR("s3://b/p/")));
	assert_int_equal(s->n_properties, 1);
	bl_arena_free(&arena);
}

/* What nests is bounded, whatever nests. */
static void
depth_is_bounded(void **state)
{
	static const char *const open[][2] = {{"", "SELECT * FROM ("}, {"", "("}, {"", "SELECT ("},
	    {"SELECT * FROM ", "("}, {"", "WITH a AS ("}, {"", "SELECT 1 UNION ("},
	    {"SELECT * FROM a", " JOIN b ON TRUE"}, {"SELECT * FROM a", ", b"},
	    {"SELECT 1", " UNION SELECT 1"}, {"CREATE TABLE t (a ", "array<"}};
	static char text[BL_SQL_MAX_TEXT + 2];
	struct bl_arena *arena = bl_arena_new((size_t)64 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++) {
		size_t n = (size_t)snprintf(text, sizeof(text), "%s", open[i][0]);
		size_t len = strlen(open[i][1]);
		struct bl_str got;

		for (; n + len < 100000; n += len)
			memcpy(text + n, open[i][1], len);
		got = front_parse(arena, (struct bl_str){text, n});
		if (!bl_str_starts(got, BL_STR("ELIMIT")))
			printf("%s: %.*s\n", open[i][1], (int)got.len, got.ptr);
		assert_true(bl_str_starts(got, BL_STR("ELIMIT")));
		bl_arena_reset(arena);
	}
	memset(text, ' ', sizeof(text));
	assert_true(bl_str_starts(
	    front_parse(arena, (struct bl_str){text, sizeof(text)}), BL_STR("ELIMIT")));
	bl_arena_free(&arena);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(messages),
	    cmocka_unit_test(statements_one_by_one),
	    cmocka_unit_test(a_table_of_hive),
	    cmocka_unit_test(depth_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
