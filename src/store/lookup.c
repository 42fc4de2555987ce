#include "store/lookup.h"

#include <assert.h>

#include "base/mem.h"

#define NONE UINT64_MAX

void
bl_lookup__release(struct bl_lookup *lookup)
{
	bl_mem_free(lookup->slot);
	*lookup = (struct bl_lookup){.slot = NULL};
}

void
bl_lookup__clear(struct bl_lookup *lookup)
{
	for (uint64_t i = 0; i < lookup->cap; i++)
		lookup->slot[i].value = NONE;
	lookup->n = 0;
}

enum bl_status
bl_lookup__reserve(struct bl_lookup *lookup, struct bl_err *reterr)
{
	struct bl_lookup bigger = {.cap = lookup->cap == 0 ? 64 : lookup->cap * 2};

	if (lookup->n + 1 <= lookup->cap / 4 * 3)
		return BL_OK;
	bigger.slot = bl_mem_alloc(sizeof(*bigger.slot) * bigger.cap);
	if (bigger.slot == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for an index of the catalogue");
	bl_lookup__clear(&bigger);
	/*
	 * Values of one hash must keep their order: begin behind a free slot, so that no run
	 * is entered in its middle.  One exists: the table is at most 3/4 full.
	 */
	if (lookup->cap > 0) {
		uint64_t from = 0;

		while (lookup->slot[from].value != NONE)
			from++;
		for (uint64_t k = 0; k < lookup->cap; k++) {
			const struct bl_lookup__slot *s =
			    &lookup->slot[(from + k) & (lookup->cap - 1)];

			if (s->value != NONE)
				bl_lookup__add(&bigger, s->hash, s->value);
		}
	}
	bl_mem_free(lookup->slot);
	*lookup = bigger;
	return BL_OK;
}

void
bl_lookup__add(struct bl_lookup *lookup, uint64_t hash, uint64_t value)
{
	uint64_t i = hash & (lookup->cap - 1);

	assert(lookup->n < lookup->cap && value != NONE);
	while (lookup->slot[i].value != NONE)
		i = (i + 1) & (lookup->cap - 1);
	lookup->slot[i] = (struct bl_lookup__slot){hash, value};
	lookup->n++;
}

uint64_t
bl_lookup__next(const struct bl_lookup *lookup, uint64_t hash, uint64_t *cursor)
{
	if (lookup->cap == 0)
		return NONE;
	for (;;) {
		const struct bl_lookup__slot *s =
		    &lookup->slot[(hash + *cursor) & (lookup->cap - 1)];

		if (s->value == NONE)
			return NONE;
		++*cursor;
		if (s->hash == hash)
			return s->value;
	}
}

void
bl_lookup__set(struct bl_lookup *lookup, uint64_t hash, uint64_t old, uint64_t value)
{
	uint64_t i = hash & (lookup->cap - 1);

	assert(lookup->cap > 0);
	while (lookup->slot[i].hash != hash || lookup->slot[i].value != old) {
		assert(lookup->slot[i].value != NONE);
		i = (i + 1) & (lookup->cap - 1);
	}
	lookup->slot[i].value = value;
}
