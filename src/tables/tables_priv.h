#ifndef BL_TABLES_TABLES_PRIV_H
#define BL_TABLES_TABLES_PRIV_H

#include "query/value.h"
#include "sql/source.h"
#include "tables/tables.h"

struct bl_columns;
struct bl_coverage;
struct bl_definitions;
struct bl_gaps;
struct bl_json_parser;
struct bl_resource;
struct bl_tables_world;
struct bl_timeline;

/* What the folder's files share. */
struct bl_tables {
	struct bl_store *store;
	struct bl_tables_options options;
	struct bl_columns *columns;
	struct bl_json_parser *parser;
	struct bl_arena *arena;	  /* As long as the handle. */
	struct bl_arena *scratch; /* Of one call; whoever takes it resets it first. */
	struct bl_catalog catalog;
	struct bl_definitions *definitions; /* Views and tables that people made (define.c). */
	struct bl_tables_world *worlds;	    /* moment.c */
	struct bl_tables_note *notes;	    /* Since they were last taken. */
};

/* A moment as a table sees it: FOR TIMESTAMP AS OF, FOR VERSION AS OF, else the session's. */
struct bl_tables_moment {
	uint64_t position; /* 0: all */
	int64_t at_ns;	   /* BL_INSTANT_MAX: each account and region at its last */
};
struct bl_tables_moment bl_tables__moment(
    const struct bl_tables *tables, const struct bl_as_of *as_of);
/* bl_tables__last(tables, position): the position of the last delivery that is known. */
uint64_t bl_tables__last(const struct bl_tables *tables, uint64_t position);

/* A table that is built in. */
struct bl_table_def {
	const char *schema; /* NULL: found without one */
	const char *name;
	BL_STATUS(*make)
	(struct bl_tables *tables, const struct bl_as_of *as_of, struct bl_arena *arena,
	    const struct bl_source **ret_source, struct bl_err *reterr);
};

/* Each makes one table; the source lives in ${arena}. */
#define BL_TABLE_MAKE(name)                                                                        \
	enum bl_status name(struct bl_tables *tables, const struct bl_as_of *as_of,                \
	    struct bl_arena *arena, const struct bl_source **ret_source, struct bl_err *reterr)
BL_TABLE_MAKE(bl_table__versions);
BL_TABLE_MAKE(bl_table__resources);
BL_TABLE_MAKE(bl_table__resources_unknown);
BL_TABLE_MAKE(bl_table__snapshots); /* aws_config.config_snapshots */
BL_TABLE_MAKE(bl_table__history);   /* aws_config.config_history */
BL_TABLE_MAKE(bl_table__deliveries);
BL_TABLE_MAKE(bl_table__recorders);
BL_TABLE_MAKE(bl_table__coverage);
BL_TABLE_MAKE(bl_table__accounts);
BL_TABLE_MAKE(bl_table__verdicts);
BL_TABLE_MAKE(bl_table__findings);

/* bl_tables__is_builtin(name): may nobody define it? */
bool bl_tables__is_builtin(struct bl_str name);

enum bl_status bl_tables__no_memory(struct bl_err *reterr);

/* ---- define.c: CREATE VIEW, CREATE EXTERNAL TABLE, DROP. ------------------------- */

BL_STATUS bl_definitions__open(struct bl_tables *tables, struct bl_err *reterr);
/* bl_definitions__find: BL_ENOTFOUND without words when there is none. */
BL_STATUS bl_definitions__find(struct bl_tables *tables, struct bl_str schema, struct bl_str name,
    const struct bl_as_of *as_of, struct bl_arena *arena, struct bl_found *ret_found,
    struct bl_err *reterr);
BL_STATUS bl_definitions__define(struct bl_tables *tables, const struct bl_statement *statement,
    struct bl_str text, struct bl_str *ret_note, struct bl_err *reterr);
/* bl_definitions__list: [n] schemas (absent: none) and names, sorted. */
BL_STATUS bl_definitions__list(struct bl_tables *tables, struct bl_arena *arena,
    struct bl_name_list *ret_list, struct bl_err *reterr);

/* ---- rows.c: a small table, made whole when it is scanned. ------------------------ */

/* Rows under way: value by value, in the order of the columns. */
struct bl_table_rows;
void bl_table_rows__value(struct bl_table_rows *rows, struct bl_value value);
void bl_table_rows__text(struct bl_table_rows *rows, struct bl_str text); /* Absent: NULL. */
void bl_table_rows__number(struct bl_table_rows *rows, int64_t number);
void bl_table_rows__instant(struct bl_table_rows *rows, int64_t ns); /* MIN, MAX: NULL. */
void bl_table_rows__boolean(struct bl_table_rows *rows, bool boolean);
void bl_table_rows__null(struct bl_table_rows *rows);

struct bl_rows_table {
	const char *name;
	const struct bl_source_column *columns; /* [n_columns] static; no item texts */
	uint32_t n_columns;
	/* Adds every row (an error sticks and is found when fill returns); what values point to
	 * lives in ${arena}, the statement's. */
	BL_STATUS(*fill)
	(struct bl_tables *tables, struct bl_tables_moment moment, struct bl_table_rows *rows,
	    struct bl_arena *arena, struct bl_err *reterr);
};
/* bl_rows_table__source(tables, def, as_of, arena, &source, reterr) */
BL_STATUS bl_rows_table__source(struct bl_tables *tables, const struct bl_rows_table *def,
    const struct bl_as_of *as_of, struct bl_arena *arena, const struct bl_source **ret_source,
    struct bl_err *reterr);

#endif
