/* What the forms of a coverage report share: days, cells, shares in words. */
#include "cli/coverage_out.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"

#define MAX_COLUMNS 400

const char *
bl_coverage_out_share(int64_t known_ns, int64_t of_ns, char text[BL_COVERAGE_TEXT])
{
	int64_t parts;

	if (of_ns <= 0) {
		(void)snprintf(text, BL_COVERAGE_TEXT, "-");
		return text;
	}
	/* In microseconds: ten thousand times three centuries would not fit in nanoseconds. */
	parts = known_ns / 1000 * 10000 / (of_ns / 1000 > 0 ? of_ns / 1000 : 1);
	if (parts >= 10000 && known_ns < of_ns)
		parts = 9999; /* 100 % is said of nothing less. */
	(void)snprintf(
	    text, BL_COVERAGE_TEXT, "%" PRId64 ".%02" PRId64 " %%", parts / 100, parts % 100);
	return text;
}

const char *
bl_coverage_out_hours(int64_t ns, char text[BL_COVERAGE_TEXT])
{
	int64_t tenths = ns / (BL_NS_PER_HOUR / 10);

	(void)snprintf(text, BL_COVERAGE_TEXT, "%" PRId64 ".%" PRId64, tenths / 10, tenths % 10);
	return text;
}

const char *
bl_coverage_out_state(const int64_t ns[BL_N_COVERS], int64_t of_ns, char text[BL_COVERAGE_TEXT])
{
	size_t len = 0;

	text[0] = '\0';
	if (of_ns == 0)
		(void)snprintf(text, BL_COVERAGE_TEXT, "not in organisation");
	for (int i = 0; i < BL_N_COVERS && of_ns > 0; i++) {
		if (i == BL_COVER_KNOWN || i == BL_COVER_OUTSIDE || ns[i] == 0)
			continue;
		(void)snprintf(text + len, BL_COVERAGE_TEXT - len, "%s%s", len > 0 ? ", " : "",
		    bl_coverage_report_cover((enum bl_cover)i));
		len = strlen(text);
	}
	if (text[0] == '\0')
		(void)snprintf(text, BL_COVERAGE_TEXT, "complete");
	return text;
}

/* ---- Days. ------------------------------------------------------------------------ */

static int64_t
midnight(int64_t ns)
{
	int64_t rest = ns % BL_NS_PER_DAY;

	return ns - (rest < 0 ? rest + BL_NS_PER_DAY : rest);
}

size_t
bl_coverage_out_n_days(const struct bl_coverage_report *report)
{
	return (size_t)((report->to_ns - 1 - midnight(report->from_ns)) / BL_NS_PER_DAY) + 1;
}

void
bl_coverage_out_day(
    const struct bl_coverage_report *report, size_t i, struct bl_coverage_day *ret_day)
{
	int64_t begin_ns = midnight(report->from_ns) + (int64_t)i * BL_NS_PER_DAY;
	int64_t end_ns = begin_ns + BL_NS_PER_DAY;
	struct bl_coverage_day d = {
	    .from_ns = begin_ns > report->from_ns ? begin_ns : report->from_ns,
	    .to_ns = end_ns < report->to_ns ? end_ns : report->to_ns};

	for (size_t k = 0; k < report->n_places; k++) {
		const struct bl_cover_place *p = &report->places[k];
		int64_t missing_ns = 0, of_ns = 0;

		for (size_t s = 0; s < p->n_stretches; s++) {
			const struct bl_cover_stretch *x = &p->stretches[s];
			int64_t from = x->from_ns > d.from_ns ? x->from_ns : d.from_ns;
			int64_t to = x->to_ns < d.to_ns ? x->to_ns : d.to_ns;

			if (from >= to)
				continue;
			d.ns[x->cover] += to - from;
			if (x->cover == BL_COVER_OUTSIDE)
				continue;
			of_ns += to - from;
			if (x->cover != BL_COVER_KNOWN &&
			    (x->cover != BL_COVER_NOT_RECORDED || report->one_type))
				missing_ns += to - from;
		}
		d.n_places += of_ns > 0;
		d.n_known += of_ns > 0 && missing_ns == 0;
		d.of_ns += of_ns;
		d.known_ns += of_ns - missing_ns;
	}
	*ret_day = d;
}

/* ---- Cells. ----------------------------------------------------------------------- */

const char *
bl_coverage_out_cell(uint8_t cell)
{
	return cell == BL_CELL_PARTLY ? "partly" : bl_coverage_report_cover((enum bl_cover)cell);
}

/* The places [first, first + n) within [from, to). */
static uint8_t
cell_of(
    const struct bl_coverage_report *report, size_t first, size_t n, int64_t from_ns, int64_t to_ns)
{
	uint8_t all = BL_COVER_OUTSIDE;

	for (size_t k = first; k < first + n; k++) {
		enum bl_cover cover;

		if (!bl_coverage_report_cell(&report->places[k], from_ns, to_ns, &cover))
			return BL_CELL_PARTLY;
		if (cover == BL_COVER_OUTSIDE)
			continue;
		if (all != BL_COVER_OUTSIDE && all != (uint8_t)cover)
			return BL_CELL_PARTLY;
		all = (uint8_t)cover;
	}
	return all;
}

enum bl_status
bl_coverage_out_picture(const struct bl_coverage_report *report, bool by_recorder,
    struct bl_arena *arena, struct bl_coverage_picture *ret_picture, struct bl_err *reterr)
{
	size_t n_days = bl_coverage_out_n_days(report);
	struct bl_coverage_picture p = {.by_recorder = by_recorder,
	    .n_rows = by_recorder ? report->n_places : report->n_accounts,
	    .days_per_column = (uint32_t)((n_days + MAX_COLUMNS - 1) / MAX_COLUMNS),
	    .start_ns = midnight(report->from_ns)};
	int64_t wide_ns = (int64_t)p.days_per_column * BL_NS_PER_DAY;
	uint8_t *cells;

	p.n_columns = (n_days + p.days_per_column - 1) / p.days_per_column;
	cells = bl_new(arena, uint8_t, p.n_rows * p.n_columns);
	if (cells == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the picture");
	for (size_t i = 0; i < p.n_rows; i++)
		for (size_t k = 0; k < p.n_columns; k++) {
			int64_t from = p.start_ns + (int64_t)k * wide_ns, to = from + wide_ns;
			uint8_t cell = cell_of(report, by_recorder ? i : report->accounts[i].first,
			    by_recorder ? 1 : report->accounts[i].n,
			    from > report->from_ns ? from : report->from_ns,
			    to < report->to_ns ? to : report->to_ns);

			cells[i * p.n_columns + k] = cell;
			p.count[cell]++;
		}
	p.cells = cells;
	*ret_picture = p;
	return BL_OK;
}
