#ifndef TESTS_UNIT_SQL_FRONT_H
#define TESTS_UNIT_SQL_FRONT_H

/* Tables without rows: enough to parse, bind and explain.  Any schema has them. */
#include "base/arena.h"
#include "sql/ast.h"
#include "sql/plan.h"
#include "sql/source.h"

/* Parses and binds one statement; the plan's text, its notes behind it, or "EINPUT 1:2: ...". */
struct bl_str front_explain(struct bl_arena *arena, struct bl_str text);
/* Parses only: "ok", or the error. */
struct bl_str front_parse(struct bl_arena *arena, struct bl_str text);
/* The same with the error's status. */
enum bl_status front_bind(struct bl_arena *arena, struct bl_str text,
    struct bl_bound_query *ret_bound, struct bl_err *reterr);
const struct bl_catalog *front_catalog(void);

#endif
