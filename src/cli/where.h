#ifndef BL_CLI_WHERE_H
#define BL_CLI_WHERE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

struct bl_view;

/*
 * --where: an expression of the rules' language over an item.  It is evaluated once for each
 * version that is asked for.  NULL is "not known", and an error is an error: neither is FALSE.
 */
enum bl_where_says {
	BL_WHERE_NOT_ASKED,
	BL_WHERE_TRUE,
	BL_WHERE_FALSE,
	BL_WHERE_NOT_KNOWN, /* The condition is NULL. */
	BL_WHERE_BROKEN,    /* The condition cannot be evaluated on the item. */
};

struct bl_where;
/* bl_where_new(view, text, &where): BL_EINPUT with line and column of the text.  ${view} outlives
 * it. */
BL_STATUS bl_where_new(const struct bl_view *view, const char *text, struct bl_where **ret_where);

/*
 * bl_where_ask(where, type_no, says): [versions of the type] with BL_WHERE_NOT_ASKED; those that
 * are anything else on entry are asked, and get their answer.  Each error is told on standard error
 * with resource, version and place (the first BL_WHERE_TOLD of them; all are counted).
 */
#define BL_WHERE_TOLD 20
BL_STATUS bl_where_ask(struct bl_where *where, uint32_t type_no, uint8_t *says);

/* bl_where_broken(where): errors so far. */
uint64_t bl_where_broken(const struct bl_where *where);

#endif
