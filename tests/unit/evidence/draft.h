#ifndef TESTS_UNIT_EVIDENCE_DRAFT_H
#define TESTS_UNIT_EVIDENCE_DRAFT_H

#include "evidence/out.h"
#include "evidence/package_priv.h"
#include "support/os_crash.h"

/* One file of a package that exists in memory only, to see what a writer writes. */
struct draft {
	struct bl_package package;
	struct os_crash *fs;
	struct bl_arena *arena;
	struct bl_out out;
};

void draft_begin(struct draft *draft);
struct bl_str draft_end(struct draft *draft); /* The bytes; valid until draft_free. */
void draft_free(struct draft *draft);

#endif
