#ifndef BL_SQL_AST_H
#define BL_SQL_AST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"
#include "query/node.h"
#include "query/parser.h"

struct bl_arena;

/*
 * Statements as they are written: Trino's SELECT as Athena runs it, and the few others that are
 * understood.  Expressions are trees of query/node.h with names unresolved.
 */
#define BL_SQL_MAX_TEXT ((size_t)256 << 10) /* Athena: 256 KiB */

struct bl_ident {
	struct bl_str text;
	bool quoted;
	uint32_t line, column;
};

struct bl_select;
struct bl_query;

/* A relation of FROM. */
enum bl_relation_kind {
	BL_RELATION_TABLE,  /* schema.name [FOR TIMESTAMP AS OF e] [FOR VERSION AS OF e] */
	BL_RELATION_QUERY,  /* (SELECT ...) */
	BL_RELATION_UNNEST, /* UNNEST(e, ...) [WITH ORDINALITY] */
	BL_RELATION_JOIN,
	BL_RELATION_VALUES, /* (VALUES ...) is a QUERY whose body is VALUES */
};
enum bl_join_kind { BL_JOIN_INNER, BL_JOIN_LEFT, BL_JOIN_RIGHT, BL_JOIN_FULL, BL_JOIN_CROSS };

struct bl_relation {
	enum bl_relation_kind kind;
	uint32_t line, column;
	/* [AS] alias [(column, ...)] */
	struct bl_ident alias; /* text.ptr NULL: none */
	struct bl_ident *columns;
	uint32_t n_columns;
	/* TABLE */
	struct bl_ident catalog, schema, name;
	struct bl_node *at, *known; /* FOR TIMESTAMP AS OF, FOR VERSION AS OF; NULL: not told */
	/* QUERY */
	struct bl_query *query;
	bool lateral;
	/* UNNEST */
	struct bl_node **arrays;
	uint32_t n_arrays;
	bool ordinality;
	/* JOIN; a comma is CROSS */
	enum bl_join_kind join;
	struct bl_relation *left, *right;
	struct bl_node *on;
	struct bl_ident *using;
	uint32_t n_using;
};

struct bl_select_item {
	struct bl_node *node;	   /* NULL: * */
	struct bl_ident qualifier; /* t.*; text.ptr NULL: all */
	struct bl_ident alias;
};

/* GROUP BY elements: plain ones have one set with one part. */
enum bl_group_kind { BL_GROUP_PLAIN, BL_GROUP_ROLLUP, BL_GROUP_CUBE, BL_GROUP_SETS };
struct bl_group {
	enum bl_group_kind kind;
	struct bl_node ***sets; /* [n_sets][n_parts[i]]; PLAIN, ROLLUP, CUBE: one set */
	uint32_t *n_parts;
	uint32_t n_sets;
};

struct bl_select {
	uint32_t line, column;
	bool distinct;
	struct bl_select_item *items;
	uint32_t n_items;
	struct bl_relation *from; /* NULL: none */
	struct bl_node *where, *having;
	struct bl_group *groups;
	uint32_t n_groups;
};

enum bl_body_kind {
	BL_BODY_SELECT,
	BL_BODY_VALUES,
	BL_BODY_QUERY, /* in parentheses */
	BL_BODY_UNION,
	BL_BODY_INTERSECT,
	BL_BODY_EXCEPT,
};
struct bl_body {
	enum bl_body_kind kind;
	uint32_t line, column;
	bool all; /* UNION ALL ... */
	struct bl_select *select;
	struct bl_node **rows; /* VALUES: [n_rows], ROW nodes or single values */
	uint32_t n_rows;
	struct bl_query *query;
	struct bl_body *left, *right;
};

struct bl_cte {
	struct bl_ident name;
	struct bl_ident *columns;
	uint32_t n_columns;
	struct bl_query *query;
};

struct bl_query {
	uint32_t line, column;
	struct bl_cte *ctes;
	uint32_t n_ctes;
	struct bl_body *body;
	struct bl_sort_key *order; /* A BIGINT literal is the number of a column. */
	uint32_t n_order;
	struct bl_node *offset, *limit; /* NULL: none; LIMIT ALL is none */
};

enum bl_statement_kind {
	BL_STATEMENT_QUERY,
	BL_STATEMENT_EXPLAIN,	   /* query; analyze */
	BL_STATEMENT_VIEW,	   /* CREATE [OR REPLACE] VIEW name AS query */
	BL_STATEMENT_TABLE,	   /* CREATE [EXTERNAL] TABLE name (...) */
	BL_STATEMENT_DATABASE,	   /* CREATE DATABASE|SCHEMA */
	BL_STATEMENT_DROP,	   /* DROP VIEW|TABLE|DATABASE [IF EXISTS] name */
	BL_STATEMENT_SHOW_TABLES,  /* SHOW TABLES|VIEWS [FROM|IN schema] [LIKE 'pattern'] */
	BL_STATEMENT_SHOW_COLUMNS, /* SHOW COLUMNS FROM name, DESCRIBE name */
	BL_STATEMENT_SHOW_CREATE,  /* SHOW CREATE VIEW|TABLE name */
};

/* One column of CREATE EXTERNAL TABLE, Hive's types: "array<struct<...>>". */
struct bl_hive_type {
	struct bl_str word; /* "string", "bigint", "array", "map", "struct" in lower case */
	struct bl_hive_type *element, *key; /* array, map */
	struct bl_hive_column *fields;	    /* struct */
	uint32_t n_fields;
};
struct bl_hive_column {
	struct bl_ident name;
	struct bl_hive_type type;
};
struct bl_property {
	struct bl_str name, value;
};

struct bl_statement {
	enum bl_statement_kind kind;
	uint32_t line, column;
	bool analyze, or_replace, if_not_exists, if_exists, external, drop_table, drop_database;
	struct bl_ident catalog, schema, name;
	struct bl_str like; /* SHOW TABLES: the pattern; absent: none */
	struct bl_query *query;
	struct bl_str query_text; /* VIEW: what stands behind AS */
	struct bl_str text;	  /* The whole statement, without its ';'. */
	/* TABLE */
	struct bl_hive_column *columns, *partitions;
	uint32_t n_columns, n_partitions;
	struct bl_str serde, location, comment;
	struct bl_str stored_as, input_format, output_format; /* STORED AS ... */
	struct bl_property *serde_properties, *properties;
	uint32_t n_serde_properties, n_properties;
};

/* bl_sql_parse(text, now_ns, arena, &statement, &rest, reterr): one statement up to a ';' or the
 * end; *ret_rest is what stands behind the ';' (absent: nothing).  BL_EINPUT with line and column;
 * BL_EUNSUPPORTED with the name of what SQL knows and this does not; BL_ELIMIT. */
BL_STATUS bl_sql_parse(struct bl_str text, int64_t now_ns, struct bl_arena *arena,
    struct bl_statement **ret_statement, struct bl_str *ret_rest, struct bl_err *reterr);

#endif
