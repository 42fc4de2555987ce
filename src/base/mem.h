#ifndef BL_BASE_MEM_H
#define BL_BASE_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The only door to the heap.  Everything else takes memory from an arena or
 * from a container with a limit; both come here.  Tests make the Nth request
 * fail to walk through every out-of-memory path.
 */

/* bl_mem_alloc(bytes): uninitialised memory, or NULL.  ${bytes} > 0. */
void *bl_mem_alloc(size_t bytes) __attribute__((warn_unused_result, malloc));

/* bl_mem_realloc(old, bytes): as realloc(3); ${old} stays valid on NULL. */
void *bl_mem_realloc(void *old, size_t bytes) __attribute__((warn_unused_result));

/* bl_mem_free(p): NULL is allowed. */
void bl_mem_free(void *p);

/* bl_mem_fail_at(n): the ${n}th request from now on fails, once (1 is the next
 * one); 0 turns it off.  bl_mem_fail_hit(): has it failed?  Tests only. */
void bl_mem_fail_at(uint64_t n);
bool bl_mem_fail_hit(void);

#endif
