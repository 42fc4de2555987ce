#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>

static uint64_t fail_at; /* 0: off. */
static bool fail_hit;

static bool
must_fail(void)
{
	if (fail_at == 0 || --fail_at > 0)
		return false;
	fail_hit = true;
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
