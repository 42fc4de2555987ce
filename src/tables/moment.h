#ifndef BL_TABLES_MOMENT_H
#define BL_TABLES_MOMENT_H

#include <stdint.h>

#include "base/status.h"
#include "tables/tables_priv.h"

/*
 * What stood at a moment, type by type, made when it is first asked for and kept by the handle: the
 * next statement about the same moment finds it there.
 */

/* One ledger position: what was known then. */
struct bl_tables_world;
/* bl_tables__world(tables, position, &world, reterr) */
BL_STATUS bl_tables__world(struct bl_tables *tables, uint64_t position,
    struct bl_tables_world **ret_world, struct bl_err *reterr);
const struct bl_coverage *bl_world__coverage(const struct bl_tables_world *world);
/* bl_world__timeline(tables, world, type_no, &timeline, reterr): of one type. */
BL_STATUS bl_world__timeline(struct bl_tables *tables, struct bl_tables_world *world,
    uint32_t type_no, const struct bl_timeline **ret_timeline, struct bl_err *reterr);

/* The resources of one type at one moment, in the order account, region, id. */
struct bl_standings {
	const struct bl_timeline *timeline;
	const uint32_t *ordinal, *resource; /* [n] PRESENT: version, number in the timeline */
	uint32_t n;
	const uint32_t *unknown_ordinal, *unknown_resource; /* [n_unknown] */
	const uint8_t *unknown_why;			    /* enum bl_gap_why */
	uint32_t n_unknown;
};
/* bl_tables__standings(tables, moment, type_no, &standings, reterr) */
BL_STATUS bl_tables__standings(struct bl_tables *tables, struct bl_tables_moment moment,
    uint32_t type_no, const struct bl_standings **ret_standings, struct bl_err *reterr);

#endif
