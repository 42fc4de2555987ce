#ifndef BL_BASE_ARENA_H
#define BL_BASE_ARENA_H

#include <stdalign.h>
#include <stddef.h>

/*
 * A region that grows in blocks up to a budget and is freed all at once.
 *
 * Life time: an object lives as long as the arena it came from, or until the
 * arena is rewound to a mark taken before it.  Nothing is freed by itself.
 *
 * Budget: a full arena is an ordinary failure (NULL), never an abort: it is how
 * the memory of one file, query or request is bounded.
 */
struct bl_arena;

struct bl_arena_mark {
	const void *block;
	size_t used;
};

/* bl_arena_new(budget_bytes): NULL when the heap is exhausted.
 * bl_arena_free(&arena): frees all, sets it to NULL; *arena may be NULL. */
struct bl_arena *bl_arena_new(size_t budget_bytes) __attribute__((warn_unused_result));
void bl_arena_free(struct bl_arena **arena);

/* bl_arena_alloc(arena, size, align, count): zeroed memory for ${count} objects
 * of ${size} bytes; NULL when the budget is spent or size * count overflows.
 * ${count} may be 0 (a valid pointer to nothing).  ${align}: a power of two. */
void *bl_arena_alloc(struct bl_arena *arena, size_t size, size_t align, size_t count)
    __attribute__((warn_unused_result));

#define bl_new(arena, type, count)                                                                 \
	((type *)bl_arena_alloc((arena), sizeof(type), alignof(type), (count)))

/* bl_arena_mark, bl_arena_rewind: forget everything allocated after the mark
 * (blocks are kept for reuse).  bl_arena_reset: forget everything. */
struct bl_arena_mark bl_arena_mark(const struct bl_arena *arena);
void bl_arena_rewind(struct bl_arena *arena, struct bl_arena_mark mark);
void bl_arena_reset(struct bl_arena *arena);

/* bl_arena_used(arena): bytes of the budget in use. */
size_t bl_arena_used(const struct bl_arena *arena);

#endif
