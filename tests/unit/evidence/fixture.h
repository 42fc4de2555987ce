#ifndef TESTS_UNIT_EVIDENCE_FIXTURE_H
#define TESTS_UNIT_EVIDENCE_FIXTURE_H

#include <stdint.h>

#include "rules/assess.h"

struct bl_arena;

/*
 * A store that holds what a test puts into it, and an assessment made by hand.
 * The store stands in for the real one at link time: it defines the functions
 * of store/store.h that packages use.
 */
struct bl_store {
	struct bl_delivery *deliveries; /* [n_deliveries], position i + 1 */
	uint64_t n_deliveries;
	struct bl_store_quarantine *quarantine; /* [n_quarantine] */
	uint64_t n_quarantine;
	struct bl_str *items; /* [n_items], version {0, i} */
	uint32_t n_items;
};

struct fixture {
	struct bl_store store;
	struct bl_assessment assessment;
};

/* fixture_make(arena, n_extra): January 2026, a dozen rules, three accounts, every kind of finding,
 * hostile names, and ${n_extra} further non-compliant buckets.  NULL when the arena is full. */
struct fixture *fixture_make(struct bl_arena *arena, uint32_t n_extra);

/* fixture_count(fixture): the counts that follow from its findings. */
void fixture_count(struct fixture *fixture);

#endif
