/* Lists that grow in an arena. */
#include "sql/list.h"

#include <stdalign.h>
#include <string.h>

#include "base/arena.h"

void *
bl_list__room(struct bl_arena *arena, void *list, uint32_t n, size_t size)
{
	void *grown;

	if (n != 0 && (n < 4 || (n & (n - 1)) != 0))
		return list;
	grown = bl_arena_alloc(arena, size, alignof(max_align_t), n == 0 ? 4 : (size_t)n * 2);
	if (grown != NULL && n > 0)
		memcpy(grown, list, size * n);
	return grown;
}
