#include "base/mem.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

/* Atomic, so that a test with threads may run while it is off; which request of several threads is
 * the Nth is then up to them. */
static _Atomic uint64_t fail_at; /* 0: off. */
static _Atomic bool fail_hit;

static bool
must_fail(void)
{
	uint64_t n = atomic_load_explicit(&fail_at, memory_order_relaxed);

	do {
		if (n == 0)
			return false;
	} while (!atomic_compare_exchange_weak(&fail_at, &n, n - 1));
	if (n > 1)
		return false;
	atomic_store(&fail_hit, true);
	return true;
}

void *
bl_mem_alloc(size_t bytes)
{
	assert(bytes > 0);
	return must_fail() ? NULL : malloc(bytes);
}

void *
bl_mem_realloc(void *old, size_t bytes)
{
	assert(bytes > 0);
	return must_fail() ? NULL : realloc(old, bytes);
}

void
bl_mem_free(void *p)
{
	free(p);
}

void
bl_mem_fail_at(uint64_t n)
{
	fail_at = n;
	fail_hit = false;
}

bool
bl_mem_fail_hit(void)
{
	return fail_hit;
}
