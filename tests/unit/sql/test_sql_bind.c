/* What binding says of statements that are wrong, and the plans of those that are right. */
#include "support/test.h"

#include <stdio.h>

#include "base/mem.h"
#include "front.h"

struct row {
	const char *text, *want;
};

/* The first line: an error with its place, or the plan's top. */
static const struct row errors[] = {
    {"SELECT nam FROM people", "EINPUT 1:8: there is no column nam; is name meant?"},
    {"SELECT p.nam FROM people p", "EINPUT 1:10: p has no column nam; is name meant?"},
    {"SELECT q.name FROM people p", "EINPUT 1:8: there is no column q"},
    {"SELECT name FROM people p, people q",
	"EINPUT 1:8: name is ambiguous: it is a column of p and of q"},
    {"SELECT id, name FROM people p JOIN people q ON p.id = q.id",
	"EINPUT 1:8: id is ambiguous: it is a column of p and of q"},
    {"SELECT id FROM people p JOIN people q USING (id)", "Project #0"},
    {"SELECT id FROM people p JOIN people q USING (ident)",
	"EINPUT 1:46: USING: the left side of the join has no column ident"},
    {"SELECT * FROM nix", "ENOTFOUND 1:15: there is no table nix"},
    {"SELECT * FROM other.public.people",
	"EINPUT 1:15: there is no catalog other; there is AwsDataCatalog"},
    {"SELECT * FROM broken",
	"EINPUT 1:8: in the view broken: there is no column nme; is name meant?"},
    {"SELECT * FROM loop", "ELIMIT 1:15: views are more than 16 deep in each other"},
    {"SELECT x.* FROM people", "EINPUT 1:8: there is no relation x"},
    {"SELECT *", "EINPUT 1:8: SELECT * wants a FROM with columns"},
    {"SELECT name FROM people GROUP BY team",
	"EINPUT 1:8: name must be an aggregate or appear in GROUP BY"},
    {"SELECT upper(name), count(*) FROM people GROUP BY name", "Project upper(#0), #1"},
    {"SELECT lower(name) FROM people GROUP BY upper(name)",
	"EINPUT 1:14: name must be an aggregate or appear in GROUP BY"},
    {"SELECT name FROM people HAVING pay > 1",
	"EINPUT 1:8: name must be an aggregate or appear in GROUP BY"},
    {"SELECT count(*) FROM people WHERE count(*) > 1",
	"EINPUT 1:35: count() cannot stand in WHERE: it is asked of many rows"},
    {"SELECT sum(count(*)) FROM people", "EINPUT 1:12: count() cannot stand in another aggregate's "
					 "arguments: it is asked of many rows"},
    {"SELECT sum(name) FROM people", "EINPUT 1:12: sum() wants a number here, found varchar"},
    {"SELECT max(id, 3) FROM people", "EUNSUPPORTED 1:8: max() with 2 arguments is not supported"},
    {"SELECT count() FROM people", "EINPUT 1:8: count() wants an argument; count(*) counts rows"},
    {"SELECT count(id, name) FROM people", "EINPUT 1:8: count() takes 1 argument, not 2"},
    {"SELECT sum(*) FROM people", "EINPUT 1:8: sum() takes 1 argument, not 0"},
    {"SELECT row_number() FROM people", "EINPUT 1:8: row_number() wants OVER (...) behind it"},
    {"SELECT stddev_pop(pay) FROM people", "EUNSUPPORTED 1:8: stddev_pop() is not supported"},
    {"SELECT 1 FROM people GROUP BY 2", "EINPUT 1:31: GROUP BY 2: there are 1 columns"},
    {"SELECT id FROM people ORDER BY 2", "EINPUT 1:32: ORDER BY 2: there are 1 columns"},
    {"SELECT DISTINCT id FROM people ORDER BY name",
	"EINPUT 1:41: of SELECT DISTINCT, ORDER BY may use only what is selected"},
    {"SELECT id a, name a FROM people ORDER BY a",
	"EINPUT 1:42: a is ambiguous: several columns of SELECT have this name"},
    {"SELECT id FROM people WHERE name", "EINPUT 1:29: a boolean is wanted, but this is a varchar"},
    {"SELECT id FROM people WHERE id = 'x'", "EINPUT 1:32: cannot compare bigint with varchar"},
    {"SELECT id FROM people LIMIT -1", "EINPUT 1:29: LIMIT wants a number that is not negative"},
    {"SELECT id FROM people LIMIT id", "EINPUT 1:29: there is no column id"},
    {"SELECT id FROM people LIMIT 'x'", "EINPUT 1:29: a bigint is wanted, but this is a varchar"},
    {"SELECT 1 UNION SELECT 'x'",
	"EINPUT 1:10: column 1 is bigint on the left side and varchar on the right"},
    {"SELECT 1, 2 UNION SELECT 3", "EINPUT 1:13: the sides have 2 and 1 columns"},
    {"VALUES (1, 2), (3)", "EINPUT 1:17: this row of VALUES has 1 columns, the first has 2"},
    {"VALUES 1, 'x'", "EINPUT 1:11: a varchar here and a bigint before have no common type"},
    {"SELECT * FROM (VALUES (1, 2)) t (a)", "EINPUT 1:31: t names 1 columns, but there are 2"},
    {"WITH a AS (SELECT 1), a AS (SELECT 2) SELECT * FROM a", "EINPUT 1:23: WITH names a twice"},
    {"WITH a (x, y) AS (SELECT 1) SELECT * FROM a",
	"EINPUT 1:6: a names 2 columns, but there are 1"},
    {"WITH a AS (SELECT nix FROM people) SELECT 1", "EINPUT 1:19: there is no column nix"},
    {"SELECT * FROM UNNEST(3)", "EINPUT 1:22: UNNEST wants an array or a map here, found bigint"},
    {"SELECT * FROM UNNEST(ARRAY[1, 2]) t (a, b)",
	"EINPUT 1:35: t names 2 columns, but UNNEST gives 1"},
    {"SELECT * FROM people RIGHT JOIN UNNEST(ARRAY[1]) t (a) ON TRUE",
	"EUNSUPPORTED 1:33: UNNEST is joined by CROSS JOIN, by INNER JOIN, or by LEFT JOIN ... ON "
	"TRUE; this is not supported"},
    {"SELECT (SELECT id, name FROM people)",
	"EINPUT 1:8: a sub-query here gives one column, not 2"},
    {"SELECT id FROM people p WHERE id > ANY (SELECT team FROM people)",
	"EUNSUPPORTED 1:34: comparisons with ANY and ALL are not supported but for = ANY and <> "
	"ALL"},
    {"SELECT id FROM people p WHERE id NOT IN (SELECT team FROM people q WHERE q.id = p.id)",
	"EUNSUPPORTED 1:34: IN with a sub-query that reads outer columns is supported only where "
	"WHERE's AND joins it; write EXISTS"},
    {"SELECT id FROM people p WHERE pay = (SELECT max(pay) FROM people q WHERE q.id > p.id)",
	"EUNSUPPORTED 1:79: a sub-query with an aggregate may compare outer columns only by =; "
	"this is not supported"},
    {"SELECT id FROM people p WHERE EXISTS (SELECT 1 FROM people q WHERE q.id = p.id LIMIT 2)",
	"EUNSUPPORTED 1:77: an outer column is not supported at this place of a sub-query"},
    {"SELECT id FROM people p JOIN people q ON EXISTS (SELECT 1)",
	"EUNSUPPORTED 1:42: sub-queries in ON are not supported"},
    {"SELECT * FROM people p, LATERAL (SELECT p.id)",
	"EUNSUPPORTED 1:34: LATERAL sub-queries are not supported"},
    {"SELECT :nix", "EINPUT 1:8: there is no parameter :nix"},
    {"SELECT ? + ?", "EINPUT 1:12: there is no value for the 2. ?: 1 are given"},
    {"SELECT region FROM config WHERE dt = 'yesterday'",
	"EINPUT 1:38: dt is a date, and 'yesterday' is none; write '2026/1/31'"},
    {"SELECT region FROM config WHERE dt > 'latest'",
	"EINPUT 1:38: dt is a date, and 'latest' is none; write '2026/1/31' ('latest' only with "
	"=)"},
    {"SELECT region FROM config WHERE dt IN ('latest', '2026/1/1')",
	"EUNSUPPORTED 1:40: 'latest' is supported only with =, not in IN or BETWEEN"},
    {"SELECT region FROM config WHERE dt = 5", "EINPUT 1:36: cannot compare varchar with bigint"},
    {"SELECT region FROM config FOR TIMESTAMP AS OF NULL",
	"EINPUT 1:47: FOR TIMESTAMP AS OF wants a timestamp, not NULL"},
    {"SELECT id FROM people GROUP BY CUBE (id, name, team, pay, since, id + 1, id + 2, id + 3, id "
     "+ 4, id + 5, id + 6, id + 7, id + 8)",
	"EINPUT 1:1: GROUP BY has too many parts in CUBE or ROLLUP"},
    {"SELECT transform(ARRAY[1], x -> (SELECT x))",
	"EUNSUPPORTED 1:33: sub-queries in lambdas are not supported"},
};

static const struct row plans[] = {
    {"SELECT name, count(*) n FROM people WHERE pay > 3 GROUP BY name HAVING count(*) > 1 ORDER BY "
     "n DESC LIMIT 5",
	"Sort by #1 DESC, the first 5\n"
	"  Filter #1 > 1\n"
	"    Aggregate by #0\n"
	"        #1 count(*)\n"
	"      Filter #1 > 3\n"
	"        Scan people\n"
	"            #0 name\n"
	"            #1 pay\n"
	"            only pay >= 3\n"
	""},
    {"SELECT ci.resourceid, region FROM c CROSS JOIN UNNEST(configurationitems) AS t(ci) WHERE "
     "ci.resourcetype = 'AWS::EC2::Volume' AND lower(ci.resourceid) = 'x' AND region IN ('a', 'b')",
	"Project #1, #0\n"
	"  Filter #0 IN ('a', 'b')\n"
	"    Scan config_snapshots\n"
	"        #0 region\n"
	"        #1 resourceId\n"
	"        where, once a version: resourceType = 'AWS::EC2::Volume'\n"
	"        where, once a version: lower(resourceId) = 'x'\n"
	"        only resourceType = 'AWS::EC2::Volume'\n"
	"        only region in 'a', 'b'\n"
	""},
    {"SELECT upper(ci.resourceid), upper(ci.resourceid) || region FROM c CROSS JOIN "
     "UNNEST(configurationitems) AS t(ci)",
	"Project #1, #1 || #0\n"
	"  Scan config_snapshots\n"
	"      #0 region\n"
	"      #1 once a version: upper(resourceId)\n"
	""},
    {"SELECT resourceId FROM c, UNNEST(configurationitems) t (ci) WHERE ci.resourcetype LIKE "
     "'AWS::EC2::%' LIMIT 3",
	"Limit, the first 3\n"
	"  Scan config_snapshots, 3 rows are enough\n"
	"      #0 resourceId\n"
	"      where, once a version: resourceType LIKE 'AWS::EC2::%'\n"
	"      only resourceType begins with 'AWS::EC2::'\n"
	""},
    {"SELECT a.resourceid FROM c CROSS JOIN UNNEST(configurationitems) t1 (a) CROSS JOIN "
     "UNNEST(a.relationships) t1 (r) WHERE r = 'x' AND a.awsregion = 'eu-central-1'",
	"Project #0\n"
	"  Filter #2 = 'x'\n"
	"    Unnest #1\n"
	"      Scan config_snapshots\n"
	"          #0 resourceId\n"
	"          #1 relationships\n"
	"          where, once a version: awsRegion = 'eu-central-1'\n"
	"          only awsRegion = 'eu-central-1'\n"
	""},
    {"SELECT a.resourceid FROM c LEFT JOIN UNNEST(configurationitems) t1 (a) ON TRUE",
	"Project #1.resourceId\n"
	"  Unnest, keeping rows without elements, #0\n"
	"    Scan config_snapshots\n"
	"        #0 configurationitems\n"
	""},
    {"SELECT * FROM people p JOIN people q ON p.id = q.team WHERE p.pay > 3 AND q.name = 'x'",
	"Inner join on #0 = right #2\n"
	"  Filter #3 > 3\n"
	"    Scan people\n"
	"        #0 id\n"
	"        #1 name\n"
	"        #2 team\n"
	"        #3 pay\n"
	"        #4 since\n"
	"        only pay >= 3\n"
	"  Filter #1 = 'x'\n"
	"    Scan people\n"
	"        #0 id\n"
	"        #1 name\n"
	"        #2 team\n"
	"        #3 pay\n"
	"        #4 since\n"
	"        only name = 'x'\n"
	""},
    {"SELECT p.id FROM people p LEFT JOIN people q ON p.id = q.team AND q.pay > 5 WHERE p.pay > 3 "
     "AND q.name = 'x'",
	"Project #0\n"
	"  Filter #2 = 'x'\n"
	"    Left join on #0 = right #1\n"
	"      Filter #1 > 3\n"
	"        Scan people\n"
	"            #0 id\n"
	"            #1 pay\n"
	"            only pay >= 3\n"
	"      Filter #2 > 5\n"
	"        Scan people\n"
	"            #0 name\n"
	"            #1 team\n"
	"            #2 pay\n"
	"            only pay >= 5\n"
	""},
    {"SELECT p.id FROM people p JOIN people q ON p.id = q.pay",
	"Project #0\n"
	"  Inner join on CAST(#0 AS double) = right #0\n"
	"    Scan people\n"
	"        #0 id\n"
	"    Scan people\n"
	"        #0 pay\n"
	""},
    {"WITH a AS (SELECT team, count(*) c FROM people GROUP BY team) SELECT x.c, y.c FROM a x JOIN "
     "a y ON x.team = y.team",
	"Project #1, #3\n"
	"  Inner join on #0 = right #0\n"
	"    Kept for 2 readers\n"
	"      Aggregate by #0\n"
	"          #1 count(*)\n"
	"        Scan people\n"
	"            #0 team\n"
	"    The same as kept above\n"
	""},
    {"WITH a AS (SELECT team, count(*) c FROM people GROUP BY team) SELECT c FROM a WHERE team = 4 "
     "AND c > 1",
	"Project #1\n"
	"  Filter #1 > 1\n"
	"    Aggregate by #0\n"
	"        #1 count(*)\n"
	"      Filter #0 = 4\n"
	"        Scan people\n"
	"            #0 team\n"
	"            only team = 4\n"
	""},
    {"SELECT loud FROM seniors WHERE loud LIKE 'A%' AND id = ?",
	"Project upper(#1)\n"
	"  Filter (#2 > 100) AND (upper(#1) LIKE 'A%') AND (#0 = 7)\n"
	"    Scan people\n"
	"        #0 id\n"
	"        #1 name\n"
	"        #2 pay\n"
	"        only pay >= 100\n"
	"        only id = 7\n"
	""},
    {"SELECT name FROM people p WHERE EXISTS (SELECT 1 FROM people q WHERE q.team = p.id AND q.pay "
     "> p.pay) AND id NOT IN (SELECT team FROM people)",
	"Project #1\n"
	"  Filter NOT #4\n"
	"    Mark (has a match) on #0 = right #0, NULL when it cannot be known\n"
	"      Filter #3\n"
	"        Mark (has a match) on #0 = right #0 where #4 > #2\n"
	"          Scan people\n"
	"              #0 id\n"
	"              #1 name\n"
	"              #2 pay\n"
	"          Scan people\n"
	"              #0 team\n"
	"              #1 pay\n"
	"      Scan people\n"
	"          #0 team\n"
	""},
    {"SELECT name, (SELECT count(*) FROM people q WHERE q.team = p.id) + 1 FROM people p",
	"Project #0, #1 + 1\n"
	"  Project #1, coalesce(#3, 0)\n"
	"    Left join on #0 = right #0\n"
	"      Scan people\n"
	"          #0 id\n"
	"          #1 name\n"
	"      Aggregate by #0\n"
	"          #1 count(*)\n"
	"        Scan people\n"
	"            #0 team\n"
	""},
    {"SELECT name FROM people p WHERE p.pay = (SELECT max(pay) FROM people)",
	"Project #0\n"
	"  Filter #1 = #2\n"
	"    Look up one value\n"
	"      Scan people\n"
	"          #0 name\n"
	"          #1 pay\n"
	"      Aggregate\n"
	"          #0 max(#0)\n"
	"        Scan people\n"
	"            #0 pay\n"
	""},
    {"SELECT name, (SELECT name FROM people q WHERE q.id = p.team) boss FROM people p",
	"Project #0, #2\n"
	"  Look up one value on #1 = right #1\n"
	"    Scan people\n"
	"        #0 name\n"
	"        #1 team\n"
	"    Project #1, #0\n"
	"      Scan people\n"
	"          #0 id\n"
	"          #1 name\n"
	""},
    {"SELECT id, rank() OVER (PARTITION BY team ORDER BY pay DESC) r, sum(pay) OVER (PARTITION BY "
     "team ORDER BY pay DESC) FROM people WHERE team = 2",
	"Project #0, #3, #4\n"
	"  Window partition by #1 order by #2 DESC\n"
	"      #3 rank()\n"
	"      #4 sum(#2)\n"
	"    Filter #1 = 2\n"
	"      Scan people\n"
	"          #0 id\n"
	"          #1 team\n"
	"          #2 pay\n"
	"          only team = 2\n"
	""},
    {"SELECT x.r FROM (SELECT team, rank() OVER (PARTITION BY team ORDER BY pay) r FROM people) x "
     "WHERE x.team = 2 AND x.r = 1",
	"Project #2\n"
	"  Filter #2 = 1\n"
	"    Window partition by #0 order by #1\n"
	"        #2 rank()\n"
	"      Filter #0 = 2\n"
	"        Scan people\n"
	"            #0 team\n"
	"            #1 pay\n"
	"            only team = 2\n"
	""},
    {"SELECT team, name, count(DISTINCT pay) FILTER (WHERE pay > 1) FROM people GROUP BY ROLLUP "
     "(team, name)",
	"Aggregate by #1, #0, 3 grouping sets\n"
	"    #2 count(DISTINCT #2) FILTER (WHERE #2 > 1)\n"
	"  Scan people\n"
	"      #0 name\n"
	"      #1 team\n"
	"      #2 pay\n"
	""},
    {"SELECT team FROM people UNION ALL SELECT id FROM people UNION ALL SELECT 3 ORDER BY 1",
	"Sort by #0\n"
	"  Union all\n"
	"    Scan people\n"
	"        #0 team\n"
	"    Scan people\n"
	"        #0 id\n"
	"    Project 3\n"
	"      One row of nothing\n"
	""},
    {"SELECT z FROM (SELECT team z, name FROM people UNION ALL SELECT id, 'x' FROM people) WHERE z "
     "= 3",
	"Union all\n"
	"  Filter #0 = 3\n"
	"    Scan people\n"
	"        #0 team\n"
	"        only team = 3\n"
	"  Filter #0 = 3\n"
	"    Scan people\n"
	"        #0 id\n"
	"        only id = 3\n"
	""},
    {"SELECT id FROM people INTERSECT SELECT team FROM people", "Intersect\n"
								"  Scan people\n"
								"      #0 id\n"
								"  Scan people\n"
								"      #0 team\n"
								""},
    {"SELECT DISTINCT team FROM people ORDER BY team LIMIT 2", "Sort by #0, the first 2\n"
							       "  Distinct #0\n"
							       "    Scan people\n"
							       "        #0 team\n"
							       ""},
    {"SELECT p.* FROM people p ORDER BY pay + 1", "Sort by #3 + 1\n"
						  "  Scan people\n"
						  "      #0 id\n"
						  "      #1 name\n"
						  "      #2 team\n"
						  "      #3 pay\n"
						  "      #4 since\n"
						  ""},
    {"SELECT id, id FROM people", "Project #0, #0\n"
				  "  Scan people\n"
				  "      #0 id\n"
				  ""},
    {"SELECT n, e FROM UNNEST(ARRAY['a', 'b']) WITH ORDINALITY AS t (e, n)",
	"Project #1, #0\n"
	"  Unnest ARRAY['a', 'b'] with ordinality\n"
	"    One row of nothing\n"
	""},
    {"SELECT k, v FROM c CROSS JOIN UNNEST(configurationitems) t (ci) CROSS JOIN UNNEST(ci.tags) u "
     "(k, v)",
	"Project #1, #2\n"
	"  Unnest #0\n"
	"    Scan config_snapshots\n"
	"        #0 tags\n"
	""},
    {"SELECT region FROM c WHERE dt = 'latest'", "Project #0\n"
						 "  Filter #1 = TRUE\n"
						 "    Scan config_snapshots\n"
						 "        #0 region\n"
						 "        #1 $latest\n"
						 "        only $latest = TRUE\n"
						 ""},
    {"SELECT 1", "Project 1\n"
		 "  One row of nothing\n"
		 ""},
    {"SELECT max(x) FROM (VALUES (1, 'a'), (2, NULL)) t (x, y) WHERE y = 'a'",
	"Aggregate\n"
	"    #0 max(#0)\n"
	"  Filter #1 = 'a'\n"
	"    Values, 2 rows\n"
	""},
    {"SELECT ci.resourceid, json_extract_scalar(ci.configuration, '$.encrypted') e FROM c CROSS "
     "JOIN UNNEST(configurationitems) AS t(ci) WHERE json_extract_scalar(ci.configuration, "
     "'$.encrypted') = 'false' AND dt = '2026/01/31'",
	"Project #1, #2\n"
	"  Filter CAST(date_parse(replace(#0, '-', '/'), '%Y/%m/%d') AS date) = DATE '2026-01-31'\n"
	"    Scan config_snapshots\n"
	"        #0 dt\n"
	"        #1 resourceId\n"
	"        #2 once a version: json_extract_scalar(configuration, '$.encrypted')\n"
	"        where, once a version: json_extract_scalar(configuration, '$.encrypted') = "
	"'false'\n"
	"        only dt = DATE '2026-01-31'\n"
	"note 1:210: dt is compared as a date; Athena compares texts, and AWS writes days like "
	"2026/1/31: '2026/01/31' would find nothing there\n"
	""},
    {"SELECT CAST(json_extract_scalar(ci.configuration, '$.size') AS bigint) FROM c CROSS JOIN "
     "UNNEST(configurationitems) AS t(ci) WHERE region = 'x' AND dt >= '2026/1/5'",
	"Project CAST(#2 AS bigint)\n"
	"  Filter (#0 = 'x') AND (CAST(date_parse(replace(#1, '-', '/'), '%Y/%m/%d') AS date) >= "
	"DATE '2026-01-05')\n"
	"    Scan config_snapshots\n"
	"        #0 region\n"
	"        #1 dt\n"
	"        #2 once a version: json_extract_scalar(configuration, '$.size')\n"
	"        only region = 'x'\n"
	"        only dt >= DATE '2026-01-05'\n"
	"note 1:152: this compares days; Athena compares texts, where '2026/10/1' comes before "
	"'2026/9/1'\n"
	""},
    {"SELECT CAST(json_extract_scalar(ci.configuration, '$.size') AS bigint) FROM c CROSS JOIN "
     "UNNEST(configurationitems) AS t(ci) WHERE ci.resourcetype = 'AWS::EC2::Volume'",
	"Scan config_snapshots\n"
	"    #0 once a version: CAST(json_extract_scalar(configuration, '$.size') AS bigint)\n"
	"    where, once a version: resourceType = 'AWS::EC2::Volume'\n"
	"    only resourceType = 'AWS::EC2::Volume'\n"
	""},
    {"SELECT region FROM c WHERE CAST(date_parse(dt, '%Y-%m-%d') AS \"Date\") = date_add('day', "
     "-1, current_date)",
	"Project #0\n"
	"  Filter CAST(date_parse(#1, '%Y-%m-%d') AS date) = date_add('day', -1, DATE "
	"'2026-01-31')\n"
	"    Scan config_snapshots\n"
	"        #0 region\n"
	"        #1 dt\n"
	"        only dt = DATE '2026-01-30'\n"
	""},
    {"SELECT ci FROM c CROSS JOIN UNNEST(configurationitems) t (ci) WHERE ci.awsRegion = 'a' OR "
     "ci.awsRegion = 'b'",
	"Project CAST(ROW(#0, #1, #2, #3, #4, #5, #6, #7, #8, #9, #10, #11, #12, #13, #14, #15, "
	"#16) AS row(configurationItemVersion varchar, configurationItemCaptureTime varchar, "
	"configurationStateId bigint, awsAccountId varchar, configurationItemStatus varch...)\n"
	"  Scan config_snapshots\n"
	"      #0 configurationItemVersion\n"
	"      #1 configurationItemCaptureTime\n"
	"      #2 configurationStateId\n"
	"      #3 awsAccountId\n"
	"      #4 configurationItemStatus\n"
	"      #5 resourceType\n"
	"      #6 resourceId\n"
	"      #7 resourceName\n"
	"      #8 ARN\n"
	"      #9 awsRegion\n"
	"      #10 availabilityZone\n"
	"      #11 configurationStateMd5Hash\n"
	"      #12 configuration\n"
	"      #13 supplementaryConfiguration\n"
	"      #14 tags\n"
	"      #15 resourceCreationTime\n"
	"      #16 relationships\n"
	"      where, once a version: (awsRegion = 'a') OR (awsRegion = 'b')\n"
	"      only awsRegion in 'a', 'b'\n"
	""},
    {"SELECT a.n FROM c CROSS JOIN UNNEST(configurationitems) t (ci), "
     "UNNEST(CAST(json_extract(ci.configuration, '$.list') AS array(row(n varchar, m bigint)))) x "
     "(a) WHERE a.m > 3",
	"Project #1.n\n"
	"  Filter #1.m > 3\n"
	"    Unnest #0\n"
	"      Scan config_snapshots\n"
	"          #0 once a version: CAST(json_extract(configuration, '$.list') AS array(row(n "
	"varchar, m bigint)))\n"
	""},
};

static void
check(const struct row *rows, size_t n, bool first_line)
{
	struct bl_arena *arena = bl_arena_new((size_t)32 << 20);
	int wrong = 0;

	assert_non_null(arena);
	for (size_t i = 0; i < n; i++) {
		struct bl_str got = front_explain(arena, bl_str_of(rows[i].text));

		if (first_line)
			got = bl_str_sub(got, 0, bl_str_find_byte(got, '\n'));
		if (!bl_str_eq(got, bl_str_of(rows[i].want))) {
			printf("%s\n got:\n%.*s\n want:\n%s\n", rows[i].text, (int)got.len, got.ptr,
			    rows[i].want);
			wrong++;
		}
		bl_arena_reset(arena);
	}
	assert_int_equal(wrong, 0);
	bl_arena_free(&arena);
}

static void
messages(void **state)
{
	(void)state;
	check(errors, sizeof(errors) / sizeof(errors[0]), true);
}

static void
plans_as_they_should_be(void **state)
{
	(void)state;
	check(plans, sizeof(plans) / sizeof(plans[0]), false);
}

/* Each budget, from nothing up to enough: no memory is an error like any other. */
static void
every_budget(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i += 3) {
		enum bl_status status = BL_ENOMEM;

		for (size_t budget = 1024; status == BL_ENOMEM; budget += budget / 16 + 512) {
			struct bl_arena *arena = bl_arena_new(budget);
			struct bl_bound_query bound;
			struct bl_err err = {0};
			struct bl_str text;

			assert_non_null(arena);
			status = front_bind(arena, bl_str_of(plans[i].text), &bound, &err);
			if (!status)
				status = bl_plan_text(&bound, NULL, arena, &text, &err);
			assert_true(status == BL_OK || err.text[0] != '\0');
			bl_arena_free(&arena);
			assert_true(budget < (size_t)32 << 20);
		}
		assert_int_equal(status, BL_OK);
	}
}

/* Each request of the heap fails once. */
static void
every_allocation(void **state)
{
	(void)state;
	for (uint64_t at = 1;; at++) {
		struct bl_arena *arena = bl_arena_new((size_t)32 << 20);
		struct bl_bound_query bound;
		struct bl_err err = {0};
		struct bl_str text;
		enum bl_status status;
		bool hit;

		assert_non_null(arena);
		bl_mem_fail_at(at);
		status = front_bind(arena, bl_str_of(plans[1].text), &bound, &err);
		if (!status)
			status = bl_plan_text(&bound, NULL, arena, &text, &err);
		hit = bl_mem_fail_hit();
		bl_mem_fail_at(0);
		bl_arena_free(&arena);
		if (!hit) {
			assert_int_equal(status, BL_OK);
			return;
		}
		assert_int_equal(status, BL_ENOMEM);
	}
}

/* Random statements of the language's own tokens: an answer or an error with words and a place. */
static void
token_soup(void **state)
{
	static const char *const tokens[] = {"SELECT", "FROM", "WHERE", "GROUP BY", "HAVING",
	    "ORDER BY", "LIMIT", "JOIN", "LEFT JOIN", "CROSS JOIN", "ON", "USING", "UNNEST",
	    "people", "c", "p", "q", "t", "id", "name", "team", "pay", "ci", "dt", "(", ")", "(",
	    ")", ",", ".", "*", "=", "<", "+", "AND", "OR", "NOT", "IN", "EXISTS", "AS", "WITH",
	    "UNION", "ALL", "DISTINCT", "count", "max", "OVER", "PARTITION BY", "1", "'x'", "NULL",
	    "ROLLUP", "VALUES", "configurationitems", "CASE", "WHEN", "THEN", "END", "ROW", "IS",
	    "BETWEEN"};
	uint64_t seed = 20260131, x = seed;
	struct bl_arena *arena = bl_arena_new((size_t)32 << 20);

	(void)state;
	printf("seed %llu\n", (unsigned long long)seed);
	for (int round = 0; round < 20000; round++) {
		char text[600];
		size_t len = 0;
		struct bl_bound_query bound;
		struct bl_err err = {0};
		enum bl_status status;
		uint32_t n;

		x = x * UINT64_C(6364136223846793005) + 1442695040888963407u;
		n = 3 + (uint32_t)(x >> 33) % 25;
		/* Half of them begin as something that can be right. */
		len += (size_t)snprintf(
		    text, sizeof(text), "%s", round % 2 == 0 ? "SELECT id FROM people p " : "");
		for (uint32_t i = 0; i < n; i++) {
			x = x * UINT64_C(6364136223846793005) + 1442695040888963407u;
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s ",
			    tokens[(x >> 33) % (sizeof(tokens) / sizeof(tokens[0]))]);
		}
		status = front_bind(arena, (struct bl_str){text, len}, &bound, &err);
		if (status && (err.text[0] == '\0' || err.line == 0))
			printf("%s\n  %s\n", text, err.text);
		assert_true(status == BL_OK || (err.text[0] != '\0' && err.line > 0));
		bl_arena_reset(arena);
	}
	bl_arena_free(&arena);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(messages),
	    cmocka_unit_test(plans_as_they_should_be),
	    cmocka_unit_test(every_budget),
	    cmocka_unit_test(every_allocation),
	    cmocka_unit_test(token_soup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
