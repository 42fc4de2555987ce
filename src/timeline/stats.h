#ifndef BL_TIMELINE_STATS_H
#define BL_TIMELINE_STATS_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

struct bl_arena;
struct bl_columns;
struct bl_store;

/*
 * How much of what: counts that each have their denominator.
 *
 * A RECORDED ITEM is one distinct (account, region, type, resource, capture time, state id): what
 * AWS Config recorded once and bills once.  It may be stored as several versions, when two sources
 * write the same item with different bytes, and it is delivered as often as snapshots hold it.
 */
enum bl_stats_by {
	BL_STATS_TYPE,
	BL_STATS_ACCOUNT,
	BL_STATS_REGION,
	BL_STATS_DAY, /* Of the capture, UTC. */
};
#define BL_STATS_BY_LIMIT 4

struct bl_stats_row {
	struct bl_str key[BL_STATS_BY_LIMIT]; /* [n_by] */
	uint64_t recorded;		      /* In the period. */
	uint64_t resources;		      /* With a version, whenever. */
	uint64_t churned;		      /* Of these: with an item recorded in the period. */
	uint64_t versions, bytes;	      /* Stored, whenever captured. */
	uint64_t delivered;		      /* Members of deliveries. */
};

struct bl_stats_resource {
	struct bl_str type, account, region, id;
	uint64_t recorded; /* In the period. */
};

struct bl_stats {
	int64_t from_ns, to_ns;	   /* The period. */
	struct bl_stats_row *rows; /* [n], most recorded first, then by key */
	size_t n;
	struct bl_stats_row total;
	uint64_t recorded_ever;	       /* Recorded items, whenever captured. */
	struct bl_stats_resource *top; /* [n_top], most recorded first */
	size_t n_top;
};

struct bl_stats_options {
	enum bl_stats_by by[BL_STATS_BY_LIMIT];
	size_t n_by;
	int64_t from_ns, to_ns; /* BL_INSTANT_MIN, MAX: from the first to the last moment that a
				   delivery speaks for, in whole days. */
	size_t n_top;
	uint64_t position; /* Only what deliveries up to it held; 0: all. */
};

/* bl_stats_build(columns, options, arena, &stats, reterr): O(versions log versions). */
BL_STATUS bl_stats_build(struct bl_columns *columns, const struct bl_stats_options *options,
    struct bl_arena *arena, const struct bl_stats **ret_stats, struct bl_err *reterr);

/* Deliveries of one kind. */
struct bl_stats_kind {
	struct bl_str name; /* "snapshot"; "unknown kind 12" of one that a later program wrote. */
	uint64_t deliveries, items, new_items, known, quarantined, bytes_in, bytes_json;
};
struct bl_stats_kinds {
	const struct bl_stats_kind *rows; /* [n] by kind, none without a delivery */
	size_t n;
	struct bl_stats_kind all;
};

/* bl_stats_kinds(store, position, arena, &kinds, reterr): up to ${position}; 0: all. */
BL_STATUS bl_stats_kinds(const struct bl_store *store, uint64_t position, struct bl_arena *arena,
    struct bl_stats_kinds *ret_kinds, struct bl_err *reterr);

#endif
