#include "sql/bind_priv.h"
BL_STATUS
bl_items__all(struct bl_binder *b, struct bl_rel *rel)
{
	(void)b;
	(void)rel;
	return BL_OK;
}
