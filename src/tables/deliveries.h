#ifndef BL_TABLES_DELIVERIES_H
#define BL_TABLES_DELIVERIES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "tables/tables_priv.h"

/*
 * Delivery objects as Athena sees them: a row an object, its items in an array.  The built-in
 * tables and those of CREATE EXTERNAL TABLE differ in the names and the choice of their columns.
 */
enum bl_delivery_role {
	BL_ROLE_ACCOUNT,
	BL_ROLE_REGION,
	BL_ROLE_DT,
	BL_ROLE_SOURCE,	     /* 'ConfigSnapshot', 'ConfigHistory' */
	BL_ROLE_VERSION,     /* fileversion */
	BL_ROLE_SNAPSHOT_ID, /* NULL for histories */
	BL_ROLE_PATH,
	BL_ROLE_LATEST,
	BL_ROLE_ITEMS,
	BL_ROLE_NOTHING, /* A column that nothing is known of: NULL. */
};

struct bl_delivery_table {
	struct bl_tables *tables;
	struct bl_tables_moment moment;
	bool snapshots, histories;
	char dt_separator;			/* Between year, month and day. */
	const enum bl_delivery_role *roles;	/* [n_columns] */
	const struct bl_source_column *columns; /* [n_columns] */
	uint32_t n_columns;
	const struct bl_source_column *fields; /* [n_fields] of an item */
	uint32_t n_fields;
};

/* The fields of an item as the usual definitions declare them. */
extern const struct bl_source_column bl_delivery_fields[];
extern const uint32_t bl_delivery_n_fields;

/* bl_delivery_items_type(fields, n, arena, &type, reterr): array(row(...)) of them. */
BL_STATUS bl_delivery_items_type(const struct bl_source_column *fields, uint32_t n,
    struct bl_arena *arena, struct bl_datatype *ret_type, struct bl_err *reterr);

/* bl_delivery_source(table, name, arena, &source, reterr): ${table} is kept, not copied. */
BL_STATUS bl_delivery_source(const struct bl_delivery_table *table, struct bl_str name,
    struct bl_arena *arena, const struct bl_source **ret_source, struct bl_err *reterr);

#endif
