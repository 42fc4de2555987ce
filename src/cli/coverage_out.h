#ifndef BL_CLI_COVERAGE_OUT_H
#define BL_CLI_COVERAGE_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"
#include "timeline/coverage_report.h"

struct bl_arena;

/* How a coverage report is grouped. */
enum bl_coverage_by {
	BL_BY_NONE, /* Recorders and gaps. */
	BL_BY_RECORDER,
	BL_BY_ACCOUNT,
	BL_BY_TYPE,
	BL_BY_DAY,
};

/* Cells of the picture: a state, or several of them in one. */
#define BL_CELL_PARTLY ((uint8_t)BL_N_COVERS)
#define BL_N_CELLS (BL_N_COVERS + 1)

/* Rows of accounts (or recorders), columns of days: the first begins at midnight UTC. */
struct bl_coverage_picture {
	bool by_recorder;
	size_t n_rows, n_columns;
	uint32_t days_per_column; /* 1, or as many as keep the picture below 400 columns. */
	int64_t start_ns;
	const uint8_t *cells; /* [n_rows * n_columns] enum bl_cover, or BL_CELL_PARTLY */
	uint64_t count[BL_N_CELLS];
};

/* bl_coverage_out_picture(report, by_recorder, arena, &picture, reterr). */
BL_STATUS bl_coverage_out_picture(const struct bl_coverage_report *report, bool by_recorder,
    struct bl_arena *arena, struct bl_coverage_picture *ret_picture, struct bl_err *reterr);
const char *bl_coverage_out_cell(uint8_t cell); /* "known", "partly", ... */

/* bl_coverage_out_svg: the picture as a self-contained SVG document. */
BL_STATUS bl_coverage_out_svg(const struct bl_coverage_report *report,
    const struct bl_coverage_picture *picture, struct bl_buf *out, struct bl_err *reterr);

/* bl_coverage_out_json: everything.  bl_coverage_out_csv: one row a gap, or as grouped.
 * bl_coverage_out_table: for people. */
BL_STATUS bl_coverage_out_json(const struct bl_coverage_report *report,
    const struct bl_coverage_picture *picture, struct bl_buf *out, struct bl_err *reterr);
BL_STATUS bl_coverage_out_csv(const struct bl_coverage_report *report, enum bl_coverage_by by,
    struct bl_buf *out, struct bl_err *reterr);
BL_STATUS bl_coverage_out_table(const struct bl_coverage_report *report, enum bl_coverage_by by,
    bool bold, struct bl_arena *arena, struct bl_buf *out, struct bl_err *reterr);

/* One day of the period, over all places. */
struct bl_coverage_day {
	int64_t from_ns, to_ns;	    /* Cut to the period. */
	uint64_t n_places, n_known; /* In the organisation that day; known all that time. */
	int64_t ns[BL_N_COVERS], known_ns, of_ns;
};
size_t bl_coverage_out_n_days(const struct bl_coverage_report *report);
void bl_coverage_out_day(
    const struct bl_coverage_report *report, size_t i, struct bl_coverage_day *ret_day);

/* bl_coverage_out_share(known_ns, of_ns, text): "99.12 %", rounded down; "-" of nothing.
 * bl_coverage_out_hours(ns, text): "12.5" hours, rounded down.
 * bl_coverage_out_state(ns, of_ns, known_ns, text): "complete", "stopped, silent", ... */
#define BL_COVERAGE_TEXT 96
const char *bl_coverage_out_share(int64_t known_ns, int64_t of_ns, char text[BL_COVERAGE_TEXT]);
const char *bl_coverage_out_hours(int64_t ns, char text[BL_COVERAGE_TEXT]);
const char *bl_coverage_out_state(
    const int64_t ns[BL_N_COVERS], int64_t of_ns, char text[BL_COVERAGE_TEXT]);

#endif
