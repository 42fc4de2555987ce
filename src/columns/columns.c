/* The handle: what has been asked for is kept until it is closed. */
#include "columns/columns.h"

#include "base/arena.h"
#include "base/mem.h"
#include "columns/columns_priv.h"
#include "store/store.h"

#define BUDGET ((size_t)64 << 30)

enum bl_status
bl_columns_new(struct bl_store *store, enum bl_columns_mode mode, struct bl_columns **ret_columns,
    struct bl_err *reterr)
{
	struct bl_columns *c = bl_mem_alloc(sizeof(*c));

	if (c == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for columns");
	*c = (struct bl_columns){.store = store, .mode = mode, .arena = bl_arena_new(BUDGET)};
	if (c->arena != NULL)
		c->heads =
		    bl_new(c->arena, const struct bl_heads *, (size_t)bl_store_n_types(store) + 1);
	if (c->heads == NULL) {
		bl_columns_free(&c);
		return bl_fail(reterr, BL_ENOMEM, "no memory for columns");
	}
	*ret_columns = c;
	return BL_OK;
}

void
bl_columns_free(struct bl_columns **columns)
{
	if (*columns == NULL)
		return;
	bl_arena_free(&(*columns)->arena);
	bl_mem_free(*columns);
	*columns = NULL;
}

struct bl_store *
bl_columns_store(const struct bl_columns *columns)
{
	return columns->store;
}

enum bl_status
bl_columns_heads(struct bl_columns *columns, uint32_t type_no, const struct bl_heads **ret_heads,
    struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	if (type_no >= bl_store_n_types(columns->store))
		return bl_fail(reterr, BL_ENOTFOUND, "there is no resource type %u", type_no);
	if (columns->heads[type_no] == NULL)
		status = bl_heads__make(columns, type_no, &columns->heads[type_no], reterr);
	if (status == BL_OK)
		*ret_heads = columns->heads[type_no];
	return status;
}
