#ifndef BL_TABLES_TABLES_H
#define BL_TABLES_TABLES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"
#include "sql/source.h"

struct bl_arena;
struct bl_store;

/*
 * The store as tables of SQL:
 *
 *	aws_config.config_snapshots   a row a snapshot delivery, with configurationitems
 *	aws_config.config_history     a row a history delivery, with configurationitems
 *	versions	every version of every resource, with its interval
 *	resources	what was there at a moment (FOR TIMESTAMP AS OF, or the session's)
 *	resources_unknown	of what it is not known whether it was there, and why
 *	deliveries	the ledger
 *	recorders, coverage, accounts	who recorded, and what is missing
 *	verdicts, findings	what rules say (of the packs and rules that are shipped)
 *
 * and what CREATE VIEW and CREATE EXTERNAL TABLE made (kept as texts in the store's folder
 * "catalog").
 */
struct bl_tables;

struct bl_tables_options {
	int64_t at_ns;		 /* The session's moment; BL_INSTANT_MAX: the last known */
	uint64_t known_position; /* 0: all */
	int64_t now_ns;
	bool keep; /* Definitions are written to the store; else they end with the session. */
};

BL_STATUS bl_tables_new(struct bl_store *store, const struct bl_tables_options *options,
    struct bl_tables **ret_tables, struct bl_err *reterr);
void bl_tables_free(struct bl_tables **tables);

/* bl_tables_catalog(tables): lives as long as ${tables}. */
const struct bl_catalog *bl_tables_catalog(struct bl_tables *tables);

/* bl_tables_notes(tables): what a person must know beside the rows that were read since it was last
 * asked ("of 12 resources it is not known ..."); NULL: nothing. */
struct bl_tables_note {
	struct bl_tables_note *next;
	struct bl_str text;
};
const struct bl_tables_note *bl_tables_notes(struct bl_tables *tables);

#endif
