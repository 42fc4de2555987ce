/*
 * Statements that want too much, one for each operator: an error that names the operator and what
 * to do, in time, whatever the columns' layout.  The counter of the pool must be back at nothing
 * when a run is closed (assertions in arena.c).
 */
#include "support/test.h"

#include <stdio.h>

#include "kit.h"
#include "sql/ast.h"

#define T                                                                                          \
	"{\"columns\":[[\"id\",\"bigint\"],[\"g\",\"varchar\"],[\"j\",\"json\"],"                  \
	"[\"arr\",\"array(bigint)\"]],\"rows\":["                                                  \
	"[1,\"a\",{\"x\":1},[1,2,3,4]],[2,\"b\",[1],[1,2,3,4]],[3,\"c\",null,[1,2,3,4]],"          \
	"[4,\"d\",\"y\",[1,2,3,4]],[5,\"e\",7,[1,2,3,4]],[6,\"f\",8,[1,2,3,4]],"                   \
	"[7,\"g\",9,[1,2,3,4]],[8,\"h\",10,[1,2,3,4]]]}"
/* 8^7 rows: two million. */
#define MANY "t a, t b, t c, t d, t e, t f, t z"
#define NUMBER                                                                                     \
	"a.id + 8 * b.id + 64 * c.id + 512 * d.id + 4096 * e.id + 32768 * f.id + 262144 * z.id"
#define NEEDS                                                                                      \
	" needs more than the 8 MiB of memory that the statement may take; narrow it down, or "    \
	"raise --memory"

static enum bl_status
run(int layout, const char *sql, size_t memory, int64_t timeout_ns, const volatile bool *cancel,
    struct bl_err *err)
{
	struct bl_exec_options options = {
	    .memory = memory, .timeout_ns = timeout_ns, .cancel = cancel};
	struct bl_bind_options bind = {.now_ns = 0};
	struct bl_statement *statement = NULL;
	struct bl_bound_query bound = {0};
	struct bl_exec *exec = NULL;
	struct kit_catalog tables = {.n = 1};
	struct bl_catalog catalog = kit_catalog(&tables);
	struct bl_str rest;
	enum bl_status status;
	struct kit kit;

	kit_open(&kit, 5);
	kit.layout = layout;
	bind.catalog = &catalog;
	tables.tables[0] = kit_table_text(&kit, T);
	status = bl_sql_parse(bl_str_of(sql), 0, kit.arena, &statement, &rest, err);
	if (!status)
		status = bl_sql_bind(statement->query, &bind, kit.arena, &bound, err);
	if (status)
		fail_msg("%s: %s", sql, err->text);
	status = bl_exec_open(&bound, &options, &exec, err);
	for (bool end = false; !status && !end;) {
		struct bl_batch batch;

		status = bl_exec_next(exec, &batch, &end, err);
	}
	bl_exec_close(&exec);
	kit_close(&kit);
	return status;
}

static void
each_operator_names_itself(void **state)
{
	static const struct {
		const char *sql, *text;
	} cases[] = {
	    {"SELECT " NUMBER " FROM " MANY " ORDER BY 1", "ORDER BY" NEEDS},
	    {"SELECT " NUMBER ", count(*) FROM " MANY " GROUP BY 1", "GROUP BY" NEEDS},
	    {"SELECT DISTINCT " NUMBER " FROM " MANY, "GROUP BY" NEEDS},
	    {"SELECT array_agg(a.j) FROM " MANY, "GROUP BY" NEEDS},
	    {"SELECT array_agg(a.g ORDER BY b.id) FROM " MANY, "GROUP BY" NEEDS},
	    {"SELECT count(DISTINCT " NUMBER ") FROM " MANY, "GROUP BY" NEEDS},
	    {"SELECT listagg(a.g, ',') WITHIN GROUP (ORDER BY b.id) FROM " MANY, "GROUP BY" NEEDS},
	    {"SELECT map_agg(" NUMBER ", 1) FROM " MANY, "GROUP BY" NEEDS},
	    {"SELECT row_number() OVER (ORDER BY a.id) FROM " MANY, "OVER" NEEDS},
	    {"SELECT " NUMBER " FROM " MANY " INTERSECT SELECT 1", "INTERSECT" NEEDS},
	    {"SELECT " NUMBER " FROM " MANY " EXCEPT SELECT 1", "EXCEPT" NEEDS},
	    {"SELECT 1 FROM t x JOIN (SELECT " NUMBER " n FROM " MANY ") y ON x.id = y.n",
		"JOIN" NEEDS},
	    {"WITH w AS (SELECT " NUMBER " n FROM " MANY ") SELECT 1 FROM w x, w y WHERE x.n + "
	     "y.n = -1",
		NULL},
	    {"SELECT w || w || w || w || w || w || w || w FROM (SELECT v || v || v || v || v || v "
	     "|| v || v w FROM (SELECT u || u || u || u || u || u || u || u v FROM (SELECT "
	     "listagg(a.g, '') WITHIN GROUP (ORDER BY b.id) u FROM t a, t b, t c, t d, t e) x) y) "
	     "z",
		NULL},
	};
	struct bl_err err = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (int layout = KIT_FLAT; layout <= KIT_CODED; layout++) {
			enum bl_status status = run(layout, cases[i].sql, (size_t)8 << 20,
			    INT64_C(60000000000), NULL, &err);

			if (status != BL_ELIMIT ||
			    (cases[i].text != NULL && strcmp(err.text, cases[i].text) != 0))
				fail_msg("%s: %s %s", cases[i].sql, bl_status_name(status),
				    status ? err.text : "");
		}
}

/* Little memory, much time: every operator looks at the clock, and at who cancels. */
static void
each_operator_looks_at_the_clock(void **state)
{
	static const char *const cases[] = {
	    "SELECT count(*) FROM " MANY ", t y, t x",
	    "SELECT sum(a.id) FROM " MANY ", t y WHERE a.id + b.id + c.id + y.id < 0",
	    "SELECT count(*) FROM " MANY ", t y WHERE EXISTS (SELECT 1 FROM t q, t p WHERE q.id + "
	    "p.id = a.id - b.id - 100)",
	    "SELECT count(*) FROM t a CROSS JOIN t b CROSS JOIN t c CROSS JOIN t d CROSS JOIN t e "
	    "CROSS JOIN t f CROSS JOIN UNNEST(a.arr) AS u(x) CROSS JOIN UNNEST(b.arr) AS v(x) "
	    "WHERE "
	    "u.x + v.x < 0",
	    "SELECT " NUMBER " FROM " MANY ", t y ORDER BY 1 LIMIT 3",
	    "SELECT a.g FROM " MANY ", t y INTERSECT SELECT 'zz'",
	};
	volatile bool cancel = true;
	struct bl_err err = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_err(run(KIT_MIXED, cases[i], 0, INT64_C(50000000), NULL, &err), err,
		    BL_ELIMIT,
		    "the statement ran longer than 0.050 s; narrow it down, or raise --timeout");
		assert_err(run(KIT_MIXED, cases[i], 0, 0, &cancel, &err), err, BL_ELIMIT,
		    "the statement was cancelled");
	}
}

/* What streams takes no memory, however much it is. */
static void
what_streams_takes_little(void **state)
{
	static const char *const cases[] = {
	    "SELECT count(*), sum(" NUMBER "), max(a.g) FROM " MANY,
	    "SELECT " NUMBER " FROM " MANY " ORDER BY 1 DESC LIMIT 10",
	    "SELECT a.g, b.g, count(*) FROM " MANY " GROUP BY 1, 2",
	    "SELECT a.id FROM " MANY " WHERE a.g || b.g LIKE 'h%'",
	};
	struct bl_err err = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_ok(run(KIT_MIXED, cases[i], (size_t)24 << 20, 0, NULL, &err), err);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_operator_names_itself),
	    cmocka_unit_test(each_operator_looks_at_the_clock),
	    cmocka_unit_test(what_streams_takes_little),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
