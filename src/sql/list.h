#ifndef BL_SQL_LIST_H
#define BL_SQL_LIST_H

#include <stddef.h>
#include <stdint.h>

struct bl_arena;

/*
 * Growing lists in an arena, of a known element size: room for one more behind ${n}.
 *
 *	if (!BL_LIST_ROOM(arena, &list, n)) ... no memory
 *	list[n++] = x;
 *
 * Room is doubled when ${n} is a power of two, so that no capacity is kept.  What was there before
 * stays in the arena.
 */
void *bl_list__room(struct bl_arena *arena, void *list, uint32_t n, size_t size);

#define BL_LIST_ROOM(arena, list, n)                                                               \
	((*(list) = bl_list__room((arena), *(list), (n), sizeof(**(list)))) != NULL)

#endif
