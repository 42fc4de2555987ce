#ifndef BL_COLUMNS_COLUMNS_PRIV_H
#define BL_COLUMNS_COLUMNS_PRIV_H

#include "columns/columns.h"

struct bl_arena;

struct bl_columns {
	struct bl_store *store;
	enum bl_columns_mode mode;
	struct bl_arena *arena;	       /* Of everything that is given out. */
	const struct bl_heads **heads; /* By type number; NULL: not asked for yet. */
};

/* heads.c */
BL_STATUS bl_heads__make(struct bl_columns *columns, uint32_t type_no,
    const struct bl_heads **ret_heads, struct bl_err *reterr);

#endif
