/*
 * A statement against small fixed tables, with small limits.  Whatever the bytes: rows or an error
 * with words.  FLAT columns and CODED ones: the same rows.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sql/ast.h"
#include "unit/sql/kit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define T                                                                                          \
	"{\"columns\":[[\"id\",\"bigint\"],[\"g\",\"varchar\"],[\"n\",\"bigint\"],"                \
	"[\"m\",\"bigint\"],[\"d\",\"double\"],[\"b\",\"boolean\"],[\"dt\",\"date\"],"             \
	"[\"ts\",\"timestamp\"],[\"arr\",\"array(bigint)\"],[\"j\",\"json\"]],\"rows\":["          \
	"[1,\"a\",3,1,0.5,true,\"2026-01-31\",\"2026-01-31T23:00:00Z\",[1,2],{\"x\":[1,\"y\"]}],"  \
	"[2,\"b\",null,2,-1.25,false,\"2026-02-01\",null,[],[1,2,null]],"                          \
	"[3,null,7,2,null,null,null,\"2026-02-01T00:30:00Z\",null,null],"                          \
	"[4,\"a\",-4,null,3.0,true,\"2026-01-30\",\"2026-01-31T23:00:00Z\",[5,null],\"z\"],"       \
	"[5,\"ab\",3,1,0.5,null,\"2026-02-01\",\"2026-02-01T00:30:00Z\",[1],12.50]]}"
#define U                                                                                          \
	"{\"columns\":[[\"id\",\"bigint\"],[\"g\",\"varchar\"],[\"k\",\"bigint\"],"                \
	"[\"s\",\"varchar\"],[\"x\",\"double\"],[\"dt\",\"date\"]],\"rows\":["                     \
	"[1,\"a\",3,\"a\",1.5,\"2026-01-31\"],[2,\"b\",null,\"ab\",null,null],"                    \
	"[3,null,7,null,0.5,\"2026-02-01\"]]}"

static enum bl_status
run(struct bl_str text, int layout, struct bl_buf *out)
{
	struct bl_exec_options options = {
	    .memory = (size_t)4 << 20, .timeout_ns = INT64_C(500000000)};
	struct bl_bind_options bind = {.now_ns = INT64_C(1767225600) * 1000000000};
	struct bl_statement *statement = NULL;
	struct bl_bound_query bound = {0};
	struct bl_exec *exec = NULL;
	struct kit_catalog tables = {.n = 2};
	struct bl_catalog catalog = kit_catalog(&tables);
	struct bl_source *u;
	struct bl_str rest = {0};
	struct bl_err err = {0};
	enum bl_status status;
	struct kit kit;

	kit_open(&kit, 1);
	kit.layout = layout;
	bind.catalog = &catalog;
	tables.tables[0] = kit_table_text(&kit, T);
	u = bl_new(kit.arena, struct bl_source, 1);
	*u = *kit_table_text(&kit, U);
	u->name = BL_STR("u");
	tables.tables[1] = u;
	status = bl_sql_parse(text, bind.now_ns, kit.arena, &statement, &rest, &err);
	if (!status && statement->query == NULL)
		status = bl_fail(&err, BL_EUNSUPPORTED, "no query");
	if (!status)
		status = bl_sql_bind(statement->query, &bind, kit.arena, &bound, &err);
	if (!status)
		status = bl_exec_open(&bound, &options, &exec, &err);
	if (!status)
		status = kit_rows(exec, true, out, &err);
	if (status && err.text[0] == '\0')
		abort(); /* A failure without words helps nobody. */
	bl_exec_close(&exec);
	kit_close(&kit);
	return status;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bl_buf flat = BL_BUF_INIT((size_t)64 << 20), coded = BL_BUF_INIT((size_t)64 << 20);
	struct bl_str text = {(const char *)data, size};

	if (size < ((size_t)1 << 14) && run(text, KIT_FLAT, &flat) == BL_OK &&
	    run(text, KIT_CODED, &coded) == BL_OK &&
	    !bl_str_eq(bl_buf_str(&flat), bl_buf_str(&coded)))
		abort();
	bl_buf_release(&flat);
	bl_buf_release(&coded);
	return 0;
}
