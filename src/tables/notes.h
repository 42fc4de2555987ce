#ifndef BL_TABLES_NOTES_H
#define BL_TABLES_NOTES_H

#include "base/status.h"
#include "tables/tables_priv.h"

/* What a person must know beside the rows; bl_tables_notes gives them out. */

/* bl_notes__unknown(tables, n, whys, reterr): n resources are not known at the moment that a scan
 * read; ${whys}: [BL_N_GAPS] how many for which reason. */
BL_STATUS bl_notes__unknown(
    struct bl_tables *tables, uint64_t n, const uint64_t *whys, struct bl_err *reterr);
/* bl_notes__add(tables, text, reterr): copied; the same text once. */
BL_STATUS bl_notes__add(struct bl_tables *tables, struct bl_str text, struct bl_err *reterr);

#endif
