#ifndef BL_TIMELINE_TIMELINE_PRIV_H
#define BL_TIMELINE_TIMELINE_PRIV_H

#include "timeline/timeline.h"

/* What the time line's files share: rows (versions), witnesses (who held what), absences. */

/* One version. */
struct bl_row {
	struct bl_str account, region, id, name, arn;
	int64_t capture_ns, state_id;
	struct bl_version_id version;
	enum bl_item_status status;
	bool daily;
	uint64_t position; /* First delivery that held it. */
	uint32_t resource;
};

/* The versions of some types that are known at a position, in the order of timeline.h. */
struct bl_rows {
	struct bl_row *row; /* [n], by resource, then time */
	size_t n;
	uint32_t **row_of; /* [store types][ordinal]: the row's number, or UINT32_MAX: not known
			      then; NULL for types that were not asked for. */
	size_t *first;	   /* [n_resources + 1] */
	uint32_t n_resources;
};

/* What a build is made of. */
struct bl_timeline__build {
	struct bl_columns *columns;
	struct bl_store *store;
	const uint32_t *type_nos;
	size_t n_types;
	uint64_t n_deliveries;	/* Up to the wanted position. */
	struct bl_arena *arena; /* The result. */
	struct bl_arena *work;	/* All else: freed at the end. */
	struct bl_err *err;
};

enum bl_status bl_timeline__no_memory(struct bl_err *reterr);

/* rows.c */
BL_STATUS bl_rows__make(const struct bl_timeline__build *b, struct bl_rows *ret);

/* ---- witness.c --------------------------------------------------------------- */

#define BL_WITNESS__NONE UINT32_MAX

/* A recorder's complete snapshots, in the order of the moments they speak for.  Of several that
 * speak for one moment only the last in the ledger counts. */
struct bl_witness {
	const int64_t *at_ns;	  /* [n], ascending */
	const uint64_t *position; /* [n] */
	uint32_t *until; /* [n]: the last snapshot reached from here without silence between. */
	uint32_t n;
};

/* Snapshots [first, last] of one witness hold a resource, without one between that does not. */
struct bl_witness_run {
	uint32_t resource, witness, first, last;
};

struct bl_witnesses {
	struct bl_store *store;
	uint32_t *of_delivery;	    /* [n_deliveries + 1], by position; NONE: names no recorder */
	uint64_t *a_delivery;	    /* [n] some delivery of each */
	struct bl_witness *witness; /* [n], by account and region */
	uint32_t n;
	struct bl_witness_run *run; /* [n_runs], by resource, witness, time */
	size_t n_runs, cap_runs;    /* In the heap: see release. */
};

BL_STATUS bl_witnesses__make(
    const struct bl_timeline__build *b, const struct bl_rows *rows, struct bl_witnesses *ret);
void bl_witnesses__release(struct bl_witnesses *w);

/* bl_witness__silent(from, to): is it more than BL_COVERAGE_SILENCE_NS from one to the other? */
bool bl_witness__silent(int64_t from_ns, int64_t to_ns);

/* bl_witnesses__find(w, account, region): its number, or NONE. */
uint32_t bl_witnesses__find(
    const struct bl_witnesses *w, struct bl_str account, struct bl_str region);

/* ---- absence.c --------------------------------------------------------------- */

/* What the absence of one resource follows from. */
struct bl_absence {
	const struct bl_witnesses *witnesses;
	const struct bl_witness_run *run; /* [n_runs] of the resource, by witness, then time */
	size_t n_runs;
	int64_t *lack_ns; /* [n_lacks], ascending, distinct: see absence.c */
	size_t n_lacks;
};

/* bl_absence__of(b, rows, resource, run, n_runs, &absence): the runs are the resource's. */
BL_STATUS bl_absence__of(const struct bl_timeline__build *b, const struct bl_rows *rows,
    const struct bl_witnesses *w, uint32_t resource, const struct bl_witness_run *run,
    size_t n_runs, struct bl_absence *ret);

/* bl_absence__witnessed(b, absence, row, n_rows, &spans, &n): bl_resource.witnessed. */
BL_STATUS bl_absence__witnessed(const struct bl_timeline__build *b,
    const struct bl_absence *absence, const struct bl_row *row, size_t n_rows,
    const struct bl_span **ret_spans, size_t *ret_n);

/* bl_absence__cut(absence, row, next, out): the states of one version, until ${next} holds (NULL:
 * it is the last).  ${out} has room for 1 and 2 more for each lack while it holds.  Returns how
 * many. */
size_t bl_absence__cut(const struct bl_absence *absence, const struct bl_row *row,
    const struct bl_row *next, struct bl_state *out);

#endif
