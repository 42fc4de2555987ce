/*
 * The columns that every table of items has, under the names that expressions know.
 */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "query/node.h"
#include "tables/tables_priv.h"

enum bl_status
bl_items__columns(const struct bl_source_column *own, uint32_t n_own, struct bl_arena *arena,
    const struct bl_source_column **ret_columns, uint32_t *ret_n, struct bl_err *reterr)
{
	struct bl_source_column *columns =
	    bl_new(arena, struct bl_source_column, (size_t)n_own + BL_ITEMS__N);

	if (columns == NULL)
		return bl_items__no_memory(reterr);
	for (uint32_t i = 0; i < BL_ITEMS__N; i++) {
		columns[i].name = bl_path_name(i);
		columns[i].item = bl_path_name(i);
		columns[i].type = bl_path_type(i);
	}
	memcpy(&columns[BL_ITEMS__N], own, n_own * sizeof(*own));
	*ret_columns = columns;
	*ret_n = BL_ITEMS__N + n_own;
	return BL_OK;
}

struct bl_value
bl_items__instant(int64_t ns, int64_t none)
{
	return (struct bl_value){.kind = BL_TYPE_TIMESTAMP, .null = ns == none, .i64 = ns};
}
