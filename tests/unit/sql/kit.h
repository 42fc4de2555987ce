#ifndef TESTS_UNIT_SQL_KIT_H
#define TESTS_UNIT_SQL_KIT_H

#include "base/arena.h"
#include "base/buf.h"
#include "sql/exec.h"
#include "json/json.h"

/*
 * For tests of operators: tables from JSON, expressions over slots from text, plans by hand, rows
 * as text.  A failure of the kit itself ends the program with words.
 */
enum kit_layout { KIT_FLAT, KIT_CODED, KIT_MIXED };
struct kit {
	struct bl_arena *arena;
	struct bl_json_parser *parser;
	uint64_t random; /* State: batch sizes, which columns are CODED. */
	uint32_t n_plans;
	struct bl_buf out; /* Of kit_run. */
	int layout; /* enum kit_layout */
};
void kit_open(struct kit *kit, uint64_t seed);
void kit_close(struct kit *kit);
uint64_t kit_random(struct kit *kit);

/* kit_table(kit, name, json): {"columns": [["a", "bigint"], ...], "rows": [[1, ...], ...]}.  Types:
 * boolean, bigint, double, varchar, date, timestamp, json, array(...) of these,
 * map(varchar,varchar) as an object. */
const struct bl_source *kit_table(struct kit *kit, struct bl_str name, const struct bl_json *table);
const struct bl_source *kit_table_text(struct kit *kit, const char *json);

/* A catalogue of tables, for statements. */
struct kit_catalog {
	const struct bl_source *tables[16];
	uint32_t n;
};
struct bl_catalog kit_catalog(struct kit_catalog *tables);

/* kit_expr(kit, types, n, text): $0 as c0, $1 as c1, ... */
const struct bl_expr *kit_expr(
    struct kit *kit, const struct bl_datatype *types, uint32_t n, const char *text);
const struct bl_expr *const *kit_exprs(
    struct kit *kit, const struct bl_plan *input, const char *texts); /* Split at ';' */

/* Plans: number, place 1:1, types as given by letters: i s d b t(imestamp) D(ate) j. */
struct bl_plan *kit_plan(struct kit *kit, enum bl_plan_kind kind, const char *types,
    struct bl_plan *input, struct bl_plan *right);
struct bl_plan *kit_scan(struct kit *kit, const struct bl_source *source);

/* kit_run(kit, plan, options, &text, &err): "1|x|NULL\\n..." in the order of coming, until the
 * next run. */
enum bl_status kit_run(struct kit *kit, struct bl_plan *plan, const struct bl_exec_options *options,
    struct bl_str *ret_text, struct bl_err *reterr);
/* kit_rows(exec, as_json, out): what an open run gives. */
enum bl_status kit_rows(
    struct bl_exec *exec, bool as_json, struct bl_buf *out, struct bl_err *reterr);
/* kit_value: one value as text; as_json: as JSON. */
void kit_value(const struct bl_value *value, bool as_json, struct bl_buf *out);
/* kit_sorted(kit, text): the lines in byte order. */
struct bl_str kit_sorted(struct kit *kit, struct bl_str text);

#endif
