/*
 * The picture: rows of accounts, columns of days.  Each state has a colour, and a
 * letter or hatching that tells it without colour.  A run of equal cells is one
 * rectangle, filled with a pattern whose tile is the cell: a thousand accounts and
 * a year stay a file that a browser opens at once.
 */
#include <assert.h>
#include <inttypes.h>

#include "base/instant.h"
#include "cli/coverage_out.h"

#define LEFT 250u /* Names of the rows. */
#define RIGHT 78u /* Shares. */
#define MARGIN 28u
#define NAME_CHARS 18u
#define MIN_WIDTH 1000u

struct look {
	const char *label, *letter, *fill, *ink;
	const char *hatch; /* Drawn where a letter has no room; in a tile of 8 by 8. */
};

static const struct look looks[BL_N_CELLS] = {
    [BL_COVER_KNOWN] = {"known", "", "#bfe3cf", "#2f6b4a", ""},
    [BL_CELL_PARTLY] = {"partly known", "\xc2\xbd", "#f7dc8a", "#5c4300", "M0 8L8 0"},
    [BL_COVER_STOPPED] = {"recorder stopped", "S", "#a8201a", "#ffffff", "M0 4H8M4 0V8"},
    [BL_COVER_SILENT] = {"silent", "\xe2\x80\x93", "#ef8a3c", "#3d1c00", "M0 4H8"},
    [BL_COVER_NONE] = {"no delivery at all", "\xc3\x97", "#46505c", "#ffffff", "M0 0L8 8M8 0L0 8"},
    [BL_COVER_NOT_RECORDED] = {"a type not recorded", "n", "#a9c8f0", "#143a6b", "M4 0V8"},
    [BL_COVER_OUTSIDE] = {"not in organisation", "\xc2\xb7", "#f3f4f6", "#9aa3ad", ""},
};

/* As a person reads them: from good to bad. */
static const uint8_t order[BL_N_CELLS] = {BL_COVER_KNOWN, BL_CELL_PARTLY, BL_COVER_NOT_RECORDED,
    BL_COVER_SILENT, BL_COVER_STOPPED, BL_COVER_NONE, BL_COVER_OUTSIDE};

struct drawing {
	const struct bl_coverage_report *report;
	const struct bl_coverage_picture *p;
	struct bl_buf *out;
	struct bl_err *err;
	unsigned cell_w, cell_h, top, width, height;
	bool letters;
};

/* Text of AWS's and of people: escaped, what XML does not allow made visible; at most ${max}
 * characters. */
static enum bl_status
add_text(struct drawing *d, struct bl_str s, size_t max)
{
	enum bl_status status = BL_OK;
	size_t n = 0;

	for (size_t i = 0; i < s.len && status == BL_OK; n++) {
		size_t len = bl_str_utf8(s.ptr + i, s.len - i);
		struct bl_str one = bl_str_sub(s, i, i + (len == 0 ? 1 : len));

		if (n == max)
			return bl_buf_add(d->out, BL_STR("\xe2\x80\xa6"), d->err);
		if (len == 0 || (len == 1 && (unsigned char)one.ptr[0] < 0x20) ||
		    bl_str_eq(one, BL_STR("\x7f")) || bl_str_starts(one, BL_STR("\xef\xbf\xbe")) ||
		    bl_str_starts(one, BL_STR("\xef\xbf\xbf")))
			one = BL_STR("\xef\xbf\xbd");
		else if (one.ptr[0] == '&')
			one = BL_STR("&amp;");
		else if (one.ptr[0] == '<')
			one = BL_STR("&lt;");
		else if (one.ptr[0] == '>')
			one = BL_STR("&gt;");
		status = bl_buf_add(d->out, one, d->err);
		i += len == 0 ? 1 : len;
	}
	return status;
}

static void
choose_sizes(struct drawing *d)
{
	size_t columns = d->p->n_columns, rows = d->p->n_rows;
	size_t width;

	d->cell_w = columns <= 40 ? 22 : columns <= 64 ? 16 : columns <= 124 ? 10 : 4;
	d->cell_h = rows <= 120 ? 22 : 16;
	d->letters = d->cell_w >= 16;
	width = columns * d->cell_w;
	width += LEFT + RIGHT + (size_t)2 * MARGIN;
	d->width = width < MIN_WIDTH ? MIN_WIDTH : (unsigned)width;
	d->top = 226;
	d->height = d->top + (unsigned)rows * d->cell_h + 64;
}

/* With letters a tile is a cell; where there is no room for them, hatching of its own size. */
static enum bl_status
add_patterns(struct drawing *d)
{
	unsigned w = d->letters ? d->cell_w : 8, h = d->letters ? d->cell_h : 8;
	enum bl_status status = bl_buf_add(d->out, BL_STR("<defs>\n"), d->err);

	for (unsigned i = 0; i < BL_N_CELLS && status == BL_OK; i++) {
		const struct look *l = &looks[i];

		status = bl_buf_printf(d->out, d->err,
		    "<pattern id=\"%s\" x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\" "
		    "patternUnits=\"userSpaceOnUse\"><rect width=\"%u\" height=\"%u\" "
		    "fill=\"%s\"/>",
		    bl_coverage_out_cell((uint8_t)i), MARGIN + LEFT, d->top, w, h,
		    d->letters ? w - 1 : w, h, l->fill);
		if (status == BL_OK && d->letters && l->letter[0] != '\0')
			status = bl_buf_printf(d->out, d->err,
			    "<text x=\"%u.5\" y=\"%u\" fill=\"%s\" class=\"l\">%s</text>",
			    (w - 1) / 2, (h - 2) / 2 + 4, l->ink, l->letter);
		if (status == BL_OK && !d->letters && l->hatch[0] != '\0')
			status = bl_buf_printf(d->out, d->err,
			    "<path d=\"%s\" stroke=\"%s\" stroke-opacity=\".7\" fill=\"none\"/>",
			    l->hatch, l->ink);
		if (status == BL_OK)
			status = bl_buf_add(d->out, BL_STR("</pattern>\n"), d->err);
	}
	return status == BL_OK ? bl_buf_add(d->out, BL_STR("</defs>\n"), d->err) : status;
}

static enum bl_status
add_title(struct drawing *d)
{
	const struct bl_coverage_report *r = d->report;
	char at[2][BL_INSTANT_TEXT], share[BL_COVERAGE_TEXT], hours[2][BL_COVERAGE_TEXT];
	enum bl_status status;

	(void)bl_instant_format(r->from_ns, at[0]);
	(void)bl_instant_format(r->to_ns, at[1]);
	status = bl_buf_printf(d->out, d->err,
	    "<text x=\"%u\" y=\"44\" class=\"t\">AWS Config coverage</text>\n"
	    "<text x=\"%u\" y=\"68\" class=\"s\">%s to %s (UTC), as known at ledger position "
	    "%" PRIu64 "</text>\n<text x=\"%u\" y=\"90\" class=\"s\">Known all the time: "
	    "<tspan class=\"b\">%" PRIu64 " of %" PRIu64 "</tspan> accounts. Known: "
	    "<tspan class=\"b\">%s</tspan> of %s recorder-hours, <tspan class=\"b\">%s</tspan>. "
	    "%zu gaps.</text>\n<text x=\"%u\" y=\"112\" class=\"s\">Population: ",
	    MARGIN, MARGIN, at[0], at[1], r->position, MARGIN, r->n_accounts_known,
	    r->n_accounts_expected, bl_coverage_out_hours(r->known_ns, hours[0]),
	    bl_coverage_out_hours(r->of_ns, hours[1]),
	    bl_coverage_out_share(r->known_ns, r->of_ns, share), r->n_gaps, MARGIN);
	if (status == BL_OK)
		status = add_text(d, r->population, 90);
	return status == BL_OK
		   ? bl_buf_printf(d->out, d->err, "%s.</text>\n",
			 r->has_population ? "" : "; accounts that never delivered cannot be seen")
		   : status;
}

/* Each state once, as it looks in the cells, with how many cells have it. */
static enum bl_status
add_legend(struct drawing *d)
{
	enum bl_status status = BL_OK;
	const unsigned step = 232;

	for (unsigned i = 0; i < BL_N_CELLS && status == BL_OK; i++) {
		const struct look *l = &looks[order[i]];
		unsigned x = MARGIN + i % 4 * step, y = 130 + i / 4 * 26;

		status = bl_buf_printf(d->out, d->err,
		    "<rect x=\"%u\" y=\"%u\" width=\"22\" height=\"18\" fill=\"%s\"/>", x, y,
		    l->fill);
		if (status == BL_OK && d->letters && l->letter[0] != '\0')
			status = bl_buf_printf(d->out, d->err,
			    "<text x=\"%u\" y=\"%u\" fill=\"%s\" class=\"l\">%s</text>", x + 11,
			    y + 13, l->ink, l->letter);
		if (status == BL_OK && !d->letters && l->hatch[0] != '\0')
			status = bl_buf_printf(d->out, d->err,
			    "<path d=\"%s\" transform=\"translate(%u %u) scale(2.75 2.25)\" "
			    "stroke=\"%s\" stroke-width=\".6\" fill=\"none\"/>",
			    l->hatch, x, y, l->ink);
		if (status == BL_OK)
			status = bl_buf_printf(d->out, d->err,
			    "<text x=\"%u\" y=\"%u\" class=\"k\">%s <tspan class=\"c\">%" PRIu64
			    "</tspan></text>\n",
			    x + 30, y + 13, l->label, d->p->count[order[i]]);
	}
	return status;
}

static int64_t
column_ns(const struct drawing *d, size_t k)
{
	return d->p->start_ns + (int64_t)k * (int64_t)d->p->days_per_column * BL_NS_PER_DAY;
}

/* Months above, days below as far as there is room. */
static enum bl_status
add_calendar(struct drawing *d, unsigned y)
{
	static const char *const months[] = {
	    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	unsigned room_until = 0;
	int last_month = 0;
	enum bl_status status = BL_OK;

	for (size_t k = 0; k < d->p->n_columns && status == BL_OK; k++) {
		unsigned x = MARGIN + LEFT + (unsigned)k * d->cell_w;
		int year, month, day;

		bl_instant_date(column_ns(d, k), &year, &month, &day);
		if (month != last_month && x >= room_until) {
			status = bl_buf_printf(d->out, d->err,
			    "<text x=\"%u\" y=\"%u\" class=\"m\">%s %d</text>", x, y,
			    months[month - 1], year);
			room_until = x + 64;
			if (status == BL_OK && k > 0)
				status = bl_buf_printf(d->out, d->err,
				    "<path d=\"M%u %uV%u\" stroke=\"#c4cbd3\"/>", x, y + 4,
				    d->top + (unsigned)d->p->n_rows * d->cell_h);
		}
		last_month = month;
		if (status == BL_OK && d->letters)
			status = bl_buf_printf(d->out, d->err,
			    "<text x=\"%u\" y=\"%u\" class=\"d\">%d</text>", x + d->cell_w / 2,
			    y + 16, day);
	}
	return status == BL_OK ? bl_buf_add_byte(d->out, '\n', d->err) : status;
}

static enum bl_status
add_row_name(struct drawing *d, size_t i, unsigned y)
{
	const struct bl_coverage_report *r = d->report;
	const struct bl_cover_place *place = d->p->by_recorder ? &r->places[i] : NULL;
	const struct bl_cover_account *a = &r->accounts[place == NULL ? i : place->i_account];
	enum bl_status status =
	    bl_buf_printf(d->out, d->err, "<text x=\"%u\" y=\"%u\" class=\"a\">", MARGIN, y);

	if (status == BL_OK)
		status = add_text(d, a->id, 12);
	if (status == BL_OK)
		status = bl_buf_printf(
		    d->out, d->err, "</text><text x=\"%u\" y=\"%u\" class=\"n\">", MARGIN + 102, y);
	if (status == BL_OK)
		status = add_text(d, place != NULL ? place->region : a->name, NAME_CHARS);
	return status == BL_OK ? bl_buf_add(d->out, BL_STR("</text>"), d->err) : status;
}

/* The cells [k, end) of a row, all alike. */
static enum bl_status
add_run(struct drawing *d, unsigned y, size_t k, size_t end, uint8_t cell)
{
	const struct look *l = &looks[cell];
	char at[2][BL_INSTANT_TEXT];

	(void)bl_instant_format(column_ns(d, k), at[0]);
	(void)bl_instant_format(column_ns(d, end) - BL_NS_PER_DAY, at[1]);
	at[0][10] = at[1][10] = '\0';
	return bl_buf_printf(d->out, d->err,
	    "<rect x=\"%u\" y=\"%u\" width=\"%zu\" height=\"%u\" fill=\"url(#%s)\" "
	    "data-cells=\"%zu\"><title>%s, %s to %s</title></rect>",
	    MARGIN + LEFT + (unsigned)k * d->cell_w, y, (end - k) * d->cell_w, d->cell_h - 2,
	    bl_coverage_out_cell(cell), end - k, l->label, at[0], at[1]);
}

static enum bl_status
add_row(struct drawing *d, size_t i)
{
	const uint8_t *cells = &d->p->cells[i * d->p->n_columns];
	const struct bl_coverage_report *r = d->report;
	unsigned y = d->top + (unsigned)i * d->cell_h, base = y + (d->cell_h - 2) / 2 + 4;
	int64_t known_ns = d->p->by_recorder ? r->places[i].known_ns : r->accounts[i].known_ns;
	int64_t of_ns = d->p->by_recorder ? r->places[i].of_ns : r->accounts[i].of_ns;
	char share[BL_COVERAGE_TEXT];
	enum bl_status status = add_row_name(d, i, base);

	for (size_t k = 0, end; k < d->p->n_columns && status == BL_OK; k = end) {
		for (end = k + 1; end < d->p->n_columns && cells[end] == cells[k];)
			end++;
		status = add_run(d, y, k, end, cells[k]);
	}
	return status == BL_OK
		   ? bl_buf_printf(d->out, d->err,
			 "<text x=\"%u\" y=\"%u\" class=\"p\">%s</text>\n",
			 MARGIN + LEFT + (unsigned)d->p->n_columns * d->cell_w + RIGHT - 6, base,
			 bl_coverage_out_share(known_ns, of_ns, share))
		   : status;
}

enum bl_status
bl_coverage_out_svg(const struct bl_coverage_report *report,
    const struct bl_coverage_picture *picture, struct bl_buf *out, struct bl_err *reterr)
{
	struct drawing d = {.report = report, .p = picture, .out = out, .err = reterr};
	enum bl_status status;

	choose_sizes(&d);
	status = bl_buf_printf(out, reterr,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" "
	    "viewBox=\"0 0 %u %u\" role=\"img\" "
	    "font-family=\"system-ui,'Segoe UI','DejaVu Sans',Arial,sans-serif\">\n"
	    "<title>AWS Config coverage by %s and day</title>\n<style>"
	    ".t{font-size:24px;font-weight:600;fill:#14202b}.s{font-size:13px;fill:#47535f}"
	    ".b{font-weight:600;fill:#14202b}.k{font-size:13px;fill:#2b3640}"
	    ".c{fill:#6b7682}.m{font-size:12px;font-weight:600;fill:#2b3640}"
	    ".d{font-size:10px;fill:#6b7682;text-anchor:middle}"
	    ".a{font:12px ui-monospace,'DejaVu Sans Mono',monospace;fill:#14202b}"
	    ".n{font-size:12px;fill:#6b7682}.p{font-size:12px;fill:#14202b;text-anchor:end}"
	    ".l{font-size:11px;font-weight:600;text-anchor:middle}</style>\n"
	    "<rect width=\"%u\" height=\"%u\" fill=\"#ffffff\"/>\n",
	    d.width, d.height, d.width, d.height,
	    picture->by_recorder ? "account, region" : "account", d.width, d.height);
	if (status == BL_OK)
		status = add_patterns(&d);
	if (status == BL_OK)
		status = add_title(&d);
	if (status == BL_OK)
		status = add_legend(&d);
	if (status == BL_OK)
		status = add_calendar(&d, d.top - 24);
	for (size_t i = 0; i < picture->n_rows && status == BL_OK; i++)
		status = add_row(&d, i);
	if (status == BL_OK)
		status = bl_buf_printf(out, reterr,
		    "<text x=\"%u\" y=\"%u\" class=\"s\">One cell: %u %s, UTC. %s Right: share of "
		    "the recorder-hours that is known.</text>\n</svg>\n",
		    MARGIN, d.height - 26, picture->days_per_column,
		    picture->days_per_column == 1 ? "day" : "days",
		    picture->by_recorder ? "One row: an account and region."
					 : "One row: an account, all its regions.");
	return status;
}
