/*
 * Blocks are kept in a list in the order of their filling.  Rewinding makes the
 * later blocks empty but keeps them, so a loop that resets its arena per item
 * asks the heap for nothing after the first rounds.  Sanitizer builds leave a
 * poisoned gap behind each object, so that an overrun inside a block is seen.
 */
#include "base/arena.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"

#if defined(__SANITIZE_ADDRESS__)
#define BL_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BL_ASAN 1
#endif
#endif
#ifdef BL_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n) __asan_poison_memory_region((p), (n))
#define UNPOISON(p, n) __asan_unpoison_memory_region((p), (n))
#define GAP_BYTES ((size_t)16)
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#define GAP_BYTES ((size_t)0)
#endif

#define FIRST_BLOCK_BYTES ((size_t)4096)
#define LARGEST_STEP_BYTES ((size_t)1 << 20)

struct block {
	struct block *next;
	size_t cap;  /* Bytes of data. */
	size_t used; /* Bytes of data in use, gaps included. */
	unsigned char *data;
};

struct bl_arena {
	size_t budget;
	size_t taken; /* Sum of all blocks' cap; never above budget. */
	struct block *first;
	struct block *current; /* Blocks behind it are empty. */
};

struct bl_arena *
bl_arena_new(size_t budget_bytes)
{
	struct bl_arena *arena = bl_mem_alloc(sizeof(*arena));

	if (arena == NULL)
		return NULL;
	*arena = (struct bl_arena){.budget = budget_bytes};
	return arena;
}

void
bl_arena_free(struct bl_arena **arena)
{
	struct block *next;

	assert(arena != NULL);
	if (*arena == NULL)
		return;
	for (struct block *b = (*arena)->first; b != NULL; b = next) {
		next = b->next;
		UNPOISON(b->data, b->cap);
		bl_mem_free(b);
	}
	bl_mem_free(*arena);
	*arena = NULL;
}

/* Room for ${bytes} at ${align} in ${b}, or NULL. */
static void *
take(struct block *b, size_t bytes, size_t align)
{
	size_t pad = (size_t)(-(uintptr_t)(b->data + b->used) & (align - 1));
	size_t left = b->cap - b->used;
	unsigned char *p;

	if (pad > left || bytes > left - pad)
		return NULL;
	p = b->data + b->used + pad;
	b->used += pad + bytes;
	UNPOISON(p, bytes);
#ifdef BL_ASAN
	left = b->cap - b->used;
	b->used += left < GAP_BYTES ? left : GAP_BYTES;
#endif
	return p;
}

static bool
grow(struct bl_arena *arena, size_t bytes)
{
	size_t want = arena->taken == 0 ? FIRST_BLOCK_BYTES : arena->taken;
	size_t left = arena->budget - arena->taken;
	struct block *b;

	if (want > LARGEST_STEP_BYTES)
		want = LARGEST_STEP_BYTES;
	if (want < bytes)
		want = bytes;
	if (want > left)
		want = left;
	if (want < bytes || want == 0)
		return false;
	b = bl_mem_alloc(sizeof(*b) + want);
	if (b == NULL)
		return false;
	*b = (struct block){.cap = want, .data = (unsigned char *)(b + 1)};
	POISON(b->data, b->cap);
	arena->taken += want;
	if (arena->current == NULL) {
		arena->first = b;
	} else {
		b->next = arena->current->next;
		arena->current->next = b;
	}
	arena->current = b;
	return true;
}

void *
bl_arena_alloc(struct bl_arena *arena, size_t size, size_t align, size_t count)
{
	size_t bytes;
	void *p;

	assert(arena != NULL && size > 0);
	assert(align > 0 && (align & (align - 1)) == 0);
	if (__builtin_mul_overflow(size, count, &bytes) || bytes > SIZE_MAX / 2)
		return NULL;
	while (arena->current != NULL) {
		p = take(arena->current, bytes, align);
		if (p != NULL)
			return memset(p, 0, bytes);
		if (arena->current->next == NULL)
			break;
		arena->current = arena->current->next;
	}
	/* A fresh block is aligned as malloc aligns; ask for the worst case. */
	if (!grow(arena, bytes + align + GAP_BYTES))
		return NULL;
	p = take(arena->current, bytes, align);
	assert(p != NULL);
	return memset(p, 0, bytes);
}

struct bl_arena_mark
bl_arena_mark(const struct bl_arena *arena)
{
	if (arena->current == NULL)
		return (struct bl_arena_mark){.block = NULL};
	return (struct bl_arena_mark){.block = arena->current, .used = arena->current->used};
}

void
bl_arena_rewind(struct bl_arena *arena, struct bl_arena_mark mark)
{
	bool after = mark.block == NULL;

	for (struct block *b = arena->first; b != NULL; b = b->next) {
		if (b == mark.block) {
			assert(mark.used <= b->used);
			b->used = mark.used;
			arena->current = b;
			after = true;
		} else if (after) {
			b->used = 0;
		}
		if (after)
			POISON(b->data + b->used, b->cap - b->used);
	}
	if (mark.block == NULL)
		arena->current = arena->first;
	assert(after);
}

void
bl_arena_reset(struct bl_arena *arena)
{
	bl_arena_rewind(arena, (struct bl_arena_mark){.block = NULL});
}

size_t
bl_arena_used(const struct bl_arena *arena)
{
	size_t sum = 0;

	for (const struct block *b = arena->first; b != NULL; b = b->next)
		sum += b->used;
	return sum;
}
