#ifndef BL_SAMPLE_SAMPLE_H
#define BL_SAMPLE_SAMPLE_H

#include <stdint.h>

#include "base/status.h"

struct bl_os;

/*
 * A deterministic AWS organisation: the objects that its AWS Config delivery
 * bucket would hold, evidence files of each account, and truth.json, which
 * states what was planted.  The README beside this file describes the layout.
 */
#define BL_SAMPLE_MAX_ACCOUNTS 1000
#define BL_SAMPLE_MAX_REGIONS 20
#define BL_SAMPLE_MAX_DAYS 400
#define BL_SAMPLE_MAX_RESOURCES 200000

struct bl_sample_options {
	uint32_t n_accounts;  /* 1 .. BL_SAMPLE_MAX_ACCOUNTS */
	uint32_t n_regions;   /* 1 .. BL_SAMPLE_MAX_REGIONS */
	uint32_t n_days;      /* 1 .. BL_SAMPLE_MAX_DAYS */
	uint32_t n_resources; /* Per account and region; IAM, recorder and verdict items,
			       * and the planted resources, come on top. */
	uint64_t seed;
	int64_t start_ns; /* Cut to the whole second; year 1970 to 2250. */
};

/* bl_sample_defaults(): 4 accounts, 2 regions, 35 days from 2025-12-30T00:00Z, 60
 * resources, seed 1: January 2026 is covered whole, with deliveries around it. */
struct bl_sample_options bl_sample_defaults(void);

struct bl_sample_report {
	uint64_t n_files;	  /* Without truth.json. */
	uint64_t n_items;	  /* In snapshot, history and oversized objects. */
	uint64_t bytes_json;	  /* Of those objects, before gzip. */
	uint64_t bytes_written;	  /* On the disk, all files. */
	uint64_t n_done, n_total; /* Six-hour periods of one account and region. */
};

/* The report so far; n_done of n_total tells how far. */
typedef void (*bl_sample_progress_fn)(void *ctx, const struct bl_sample_report *so_far);

/*
 * bl_sample_write(os, folder, options, progress, ctx, &report, reterr):
 * Writes the organisation into ${folder}, which must be empty or not exist.
 * The same options give the same names and the same JSON bytes everywhere; the
 * gzip bytes are the same on machines of one kind (ISA-L picks by the CPU).
 *
 *   progress   called after each period, or NULL
 *
 * Memory: about 100 bytes for each resource of one account and region, and a few MB.
 * BL_EUSAGE: an option outside its range, or a folder that is not empty; BL_ENOMEM;
 * BL_EIO.  After a failure what was written so far stays there.
 */
BL_STATUS bl_sample_write(struct bl_os *os, const char *folder,
    const struct bl_sample_options *options, bl_sample_progress_fn progress, void *ctx,
    struct bl_sample_report *ret_report, struct bl_err *reterr);

#endif
