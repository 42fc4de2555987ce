#ifndef BL_CLI_INVENTORY_H
#define BL_CLI_INVENTORY_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "timeline/gaps.h"

struct bl_moment;
struct bl_resource;
struct bl_timeline;
struct bl_view;
struct bl_where;

/*
 * What was there at a moment.  Every resource of the view's choice that is not absent has exactly
 * one outcome:
 *	all = counted + others + not known
 * Resources of which AWS says that it does not record them are beside all of that.
 */
enum bl_outcome {
	BL_OUT_COUNTED,	     /* There, and the condition is TRUE (or there is none). */
	BL_OUT_OTHER,	     /* There, and the condition is FALSE. */
	BL_OUT_NOT_KNOWN,    /* Whether it was there, or whether the condition held. */
	BL_OUT_NOT_RECORDED, /* ResourceNotRecorded. */
	BL_N_OUTCOMES
};

/* Why not known: a gap, or the condition. */
enum { BL_WHY_CONDITION_NULL = BL_N_GAPS, BL_WHY_CONDITION_BROKEN, BL_N_WHYS };
const char *bl_inventory_why_code(int why);
const char *bl_inventory_why_text(int why);

struct bl_entry {
	const struct bl_resource *resource;
	const struct bl_state *state; /* NOT_KNOWN by a gap: the last one seen. */
	enum bl_outcome outcome;
	int why; /* NOT_KNOWN */
};

struct bl_inventory {
	const struct bl_entry *entries; /* [n], by type, account, region, id */
	size_t n;
	uint64_t counts[BL_N_OUTCOMES];
	uint64_t whys[BL_N_WHYS];
};

/* bl_inventory_take(view, timeline, moment, where, &inventory): ${where} NULL: no condition.  In
 * the cli's arena. */
BL_STATUS bl_inventory_take(const struct bl_view *view, const struct bl_timeline *timeline,
    const struct bl_moment *moment, struct bl_where *where, const struct bl_inventory **ret);

#endif
