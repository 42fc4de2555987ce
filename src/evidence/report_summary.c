/* The cover and the summary of report.html. */
#include "base/arena.h"
#include "base/instant.h"
#include "evidence/out.h"
#include "evidence/package_priv.h"
#include "evidence/page.h"

static void
fact(struct bl_page *page, enum bl_word name, struct bl_str value, bool mono)
{
	bl_page__html(page, "<dt>");
	bl_page__word(page, name);
	bl_page__html(page, mono ? "</dt><dd class=\"mono\">" : "</dt><dd>");
	bl_page__text(page, value);
	bl_page__html(page, "</dd>\n");
}

/* "Januar 2026" for a calendar month. */
static void
month_title(struct bl_page *page)
{
	static const char *const name[BL_N_LANGS][12] = {
	    {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September",
		"Oktober", "November", "Dezember"},
	    {"January", "February", "March", "April", "May", "June", "July", "August", "September",
		"October", "November", "December"},
	};
	int year, month, day;

	if (!bl_package__is_month(page->package))
		return;
	bl_instant_date(page->package->assessment->from_ns, &year, &month, &day);
	bl_page__html(page, ": ");
	bl_page__html(page, name[page->lang][month - 1]);
	bl_out__printf(page->out, " %d", year);
}

static void
fact_period(struct bl_page *page)
{
	const struct bl_assessment *a = page->package->assessment;

	bl_page__html(page, "<dt>");
	bl_page__word(page, a->moment ? BL_WORD_MOMENT : BL_WORD_PERIOD);
	bl_page__html(page, "</dt><dd><strong>");
	if (a->moment)
		bl_page__text(page, bl_page__instant(page, a->from_ns));
	else
		bl_page__say(page, BL_WORD_PERIOD_VALUE,
		    (const struct bl_str[]){
			bl_page__instant(page, a->from_ns), bl_page__instant(page, a->to_ns)},
		    2);
	bl_page__html(page, "</strong> (UTC)</dd>\n");
}

static void
fact_position(struct bl_page *page)
{
	const struct bl_str position = bl_page__number(page, page->package->assessment->position);

	bl_page__html(page, "<dt>");
	bl_page__word(page, BL_WORD_POSITION);
	bl_page__html(page, "</dt><dd>");
	bl_page__say(page, BL_WORD_POSITION_VALUE, &position, 1);
	bl_page__html(page, "</dd>\n");
}

void
bl_page__cover(struct bl_page *page)
{
	const struct bl_package *package = page->package;
	const struct bl_assessment *a = package->assessment;
	char hex[BL_SHA256_HEX];

	bl_page__html(page, "<h1>");
	bl_page__word(page, BL_WORD_TITLE);
	month_title(page);
	bl_page__html(page, "</h1>\n<p class=\"sub\">");
	bl_page__word(page, BL_WORD_SUBTITLE);
	bl_page__html(page, "</p>\n<dl class=\"facts\">\n");
	fact_period(page);
	fact(page, BL_WORD_EVIDENCE_UNTIL, bl_page__instant(page, package->end_ns), false);
	fact(page, BL_WORD_AGGREGATOR, package->aggregator, false);
	fact(page, BL_WORD_PACK, a->pack->name, false);
	fact(page, BL_WORD_PACK_SHA, bl_str_of(bl_sha256_hex(&a->pack->sha256, hex)), true);
	fact_position(page);
	fact(page, BL_WORD_DELIVERIES, bl_page__number(page, a->n_deliveries), false);
	fact(page, BL_WORD_KEY, package->fingerprint, true);
	fact(page, BL_WORD_VERSION, package->options->version, false);
	bl_page__html(page, "</dl>\n<p class=\"note\">");
	bl_page__word(page, BL_WORD_COVER_NOTE);
	bl_page__html(page, " ");
	bl_page__word(page, BL_WORD_TIMES_NOTE);
	bl_page__html(page, "</p>\n");
}

/* ---- Sentences -------------------------------------------------------------- */

static uint64_t
decided(const struct bl_counts *c)
{
	return c->verdict[BL_COMPLIANT] + c->verdict[BL_NON_COMPLIANT];
}

static uint64_t
undetermined(const struct bl_counts *c)
{
	return c->verdict[BL_INSUFFICIENT_DATA] + c->verdict[BL_ERROR];
}

static struct bl_str
share(struct bl_page *page, const struct bl_counts *c)
{
	if (decided(c) == 0)
		return bl_str_of(bl_words__text(BL_WORD_SHARE_NONE, page->lang));
	return bl_page__percent(page, bl_package__share_bp(c->verdict[BL_COMPLIANT], decided(c)));
}

static void
say_results(struct bl_page *page)
{
	const struct bl_assessment *a = page->package->assessment;
	const struct bl_counts *p = &a->over_period, *e = &a->at_end;
	size_t n_undecided = 0;

	for (size_t i = 0; i < a->n_rules; i++)
		n_undecided += decided(&a->rules[i].over_period) == 0;
	bl_page__p(page, BL_WORD_SUM_SCOPE,
	    (const struct bl_str[]){
		bl_page__number(page, a->n_rules), bl_page__number(page, p->resources)},
	    2);
	bl_page__p(page, BL_WORD_SUM_COMPLIANT,
	    (const struct bl_str[]){bl_page__number(page, p->verdict[BL_COMPLIANT]),
		bl_page__number(page, decided(p)), share(page, p),
		bl_page__number(page, e->verdict[BL_COMPLIANT]), bl_page__number(page, decided(e)),
		share(page, e)},
	    6);
	bl_page__p(page, BL_WORD_SUM_NC,
	    (const struct bl_str[]){bl_page__number(page, p->verdict[BL_NON_COMPLIANT]),
		bl_page__number(page, e->verdict[BL_NON_COMPLIANT]),
		bl_page__number(page, page->package->n_lost)},
	    3);
	bl_page__p(page, BL_WORD_SUM_UNDETERMINED,
	    (const struct bl_str[]){
		bl_page__number(page, undetermined(p)), bl_page__number(page, undetermined(e))},
	    2);
	if (n_undecided > 0)
		bl_page__p(page, BL_WORD_SUM_NOT_EVALUATED,
		    (const struct bl_str[]){
			bl_page__number(page, n_undecided), bl_page__number(page, a->n_rules)},
		    2);
}

/* Recorders are sorted by account; regions are few, and counted by looking back. */
static void
count_places(struct bl_page *page, size_t *ret_accounts, size_t *ret_regions)
{
	const struct bl_assessment *a = page->package->assessment;
	struct bl_str *seen = bl_new(page->arena, struct bl_str, a->n_recorders);
	size_t n_seen = 0, n_accounts = 0;
	struct bl_err err;

	if (seen == NULL && bl_fail(&err, BL_ENOMEM, "no memory to count regions") != BL_OK)
		bl_out__fail(page->out, &err);
	for (size_t i = 0; i < a->n_recorders && seen != NULL; i++) {
		bool known = false;

		if (i == 0 || !bl_str_eq(a->recorders[i].account, a->recorders[i - 1].account))
			n_accounts++;
		for (size_t j = 0; j < n_seen && !known; j++)
			known = bl_str_eq(seen[j], a->recorders[i].region);
		if (!known)
			seen[n_seen++] = a->recorders[i].region;
	}
	*ret_accounts = n_accounts;
	*ret_regions = n_seen;
}

/* Of the known shares of all recorders, each counted alike. */
static uint32_t
mean_known(const struct bl_page *page)
{
	const struct bl_assessment *a = page->package->assessment;
	uint64_t sum_bp = 0;

	for (size_t i = 0; i < a->n_recorders; i++)
		sum_bp += bl_package__known_bp(page->package, &a->recorders[i]);
	return a->n_recorders == 0 ? 0 : (uint32_t)(sum_bp / a->n_recorders);
}

static void
say_coverage(struct bl_page *page)
{
	const struct bl_assessment *a = page->package->assessment;
	size_t n_accounts, n_regions, n_stopped = 0, n_gaps = 0, n_silent = 0;

	if (a->n_recorders == 0) {
		bl_page__p(page, BL_WORD_SUM_NO_RECORDER, NULL, 0);
		return;
	}
	for (size_t i = 0; i < a->n_recorders; i++) {
		n_stopped += a->recorders[i].n_stopped > 0;
		n_gaps += a->recorders[i].n_silent > 0;
		n_silent += bl_package__silent_at_end(page->package, &a->recorders[i]);
	}
	count_places(page, &n_accounts, &n_regions);
	bl_page__p(page, BL_WORD_SUM_COVERAGE,
	    (const struct bl_str[]){bl_page__number(page, a->n_recorders),
		bl_page__number(page, n_accounts), bl_page__number(page, n_regions),
		bl_page__percent(page, mean_known(page)), bl_page__number(page, n_stopped),
		bl_page__number(page, n_gaps), bl_page__number(page, n_silent)},
	    7);
}

/* ---- Bars --------------------------------------------------------------------- */

/* What each part looks like; the order of the parts of a bar. */
static const struct {
	const char *fill;
	enum bl_word name;
} part[] = {
    {"fill=\"#2f6b4f\"", BL_WORD_COMPLIANT},
    {"fill=\"url(#p-nc)\" stroke=\"#b3261e\"", BL_WORD_NON_COMPLIANT},
    {"fill=\"url(#p-un)\" stroke=\"#7a5a00\"", BL_WORD_UNDETERMINED},
    {"fill=\"#fff\" stroke=\"#8a949e\"", BL_WORD_NOT_APPLICABLE},
};
#define N_PARTS 4
#define BAR_WIDTH 4000 /* In tenths of a unit of the drawing. */

static uint64_t
bar_units(uint64_t value, uint64_t sum)
{
	return (uint64_t)bl_package__share_bp(value, sum) * BAR_WIDTH / 10000;
}

static void
bar(struct bl_page *page, const uint64_t value[N_PARTS], uint64_t sum)
{
	uint64_t before = 0;

	bl_page__html(page, "<svg viewBox=\"0 0 400 16\" preserveAspectRatio=\"none\" "
			    "aria-hidden=\"true\">");
	for (size_t i = 0; i < N_PARTS && sum > 0; i++) {
		uint64_t x = bar_units(before, sum);
		uint64_t width = bar_units(before + value[i], sum) - x;

		before += value[i];
		if (value[i] == 0)
			continue;
		/* A part that exists is seen, however small. */
		if (width < 40)
			width = 40;
		if (x + width > BAR_WIDTH)
			x = BAR_WIDTH - width;
		bl_out__printf(page->out,
		    "<rect x=\"%u.%u\" y=\"1\" width=\"%u.%u\" height=\"14\" %s/>",
		    (unsigned)(x / 10), (unsigned)(x % 10), (unsigned)(width / 10),
		    (unsigned)(width % 10), part[i].fill);
	}
	bl_page__html(page, "</svg>");
}

static void
legend(struct bl_page *page)
{
	bl_page__html(page, "<ul class=\"legend\">");
	for (size_t i = 0; i < N_PARTS; i++) {
		bl_page__html(page,
		    "<li><svg viewBox=\"0 0 28 14\" aria-hidden=\"true\"><rect x=\"1\" "
		    "y=\"1\" width=\"26\" height=\"12\" ");
		bl_page__html(page, part[i].fill);
		bl_page__html(page, "/></svg>");
		bl_page__word(page, part[i].name);
		bl_page__html(page, "</li>");
	}
	bl_page__html(page, "</ul>\n");
}

static void
rule_bar(struct bl_page *page, const struct bl_rule_result *rule)
{
	const struct bl_counts *c = &rule->over_period;
	const uint64_t value[N_PARTS] = {c->verdict[BL_COMPLIANT], c->verdict[BL_NON_COMPLIANT],
	    undetermined(c), c->verdict[BL_NOT_APPLICABLE]};

	bl_page__row(page);
	bl_page__html(page, "<th scope=\"row\">");
	bl_page__text(page, rule->pack_rule->name);
	bl_page__html(page, "</th><td class=\"g\">");
	if (c->resources == 0)
		bl_page__word(page, BL_WORD_NO_RESOURCES);
	else
		bar(page, value, c->resources);
	bl_page__html(page, "</td>");
	for (size_t i = 0; i < N_PARTS; i++)
		bl_page__cell_number(page, bl_page__number(page, value[i]));
	bl_page__cell_number(page, share(page, c));
	bl_page__end_row(page);
}

/* ---- Figures -------------------------------------------------------------------- */

static void
figure(struct bl_page *page, struct bl_str value, enum bl_word what, const struct bl_str *arg,
    size_t n)
{
	bl_page__html(page, "<li><b>");
	bl_page__text(page, value);
	bl_page__html(page, "</b><span>");
	bl_page__say(page, what, arg, n);
	bl_page__html(page, "</span></li>\n");
}

static void
figures(struct bl_page *page)
{
	const struct bl_assessment *a = page->package->assessment;
	const struct bl_counts *e = &a->at_end;
	const struct bl_str of[] = {
	    bl_page__number(page, e->verdict[BL_COMPLIANT]), bl_page__number(page, decided(e))};
	const struct bl_str ever[] = {
	    bl_page__number(page, a->over_period.verdict[BL_NON_COMPLIANT]),
	    bl_page__number(page, page->package->n_lost)};
	const struct bl_str whole[] = {bl_page__number(page, e->resources)};

	bl_page__html(page, "<ul class=\"figures\">\n");
	figure(page, decided(e) == 0 ? BL_STR("-") : share(page, e), BL_WORD_FIG_COMPLIANT, of, 2);
	figure(page, bl_page__number(page, e->verdict[BL_NON_COMPLIANT]), BL_WORD_FIG_NC, ever, 2);
	figure(page, bl_page__number(page, undetermined(e)), BL_WORD_FIG_UNDETERMINED, whole, 1);
	if (a->n_recorders > 0)
		figure(page, bl_page__percent(page, mean_known(page)), BL_WORD_FIG_KNOWN, NULL, 0);
	bl_page__html(page, "</ul>\n");
}

void
bl_page__summary(struct bl_page *page)
{
	static const enum bl_word column[] = {BL_WORD_C_RULE, BL_WORD_C_RESULT, BL_WORD_COMPLIANT,
	    BL_WORD_NON_COMPLIANT, BL_WORD_UNDETERMINED, BL_WORD_NOT_APPLICABLE, BL_WORD_C_SHARE};
	const struct bl_assessment *a = page->package->assessment;

	bl_page__section(page, BL_WORD_S_SUMMARY);
	figures(page);
	say_results(page);
	say_coverage(page);
	bl_page__p(page, BL_WORD_SUM_DISAGREE,
	    (const struct bl_str[]){
		bl_page__number(page, a->n_disagreements), bl_page__number(page, a->n_quarantined)},
	    2);
	legend(page);
	bl_page__table(page, "bars", BL_WORD_BARS, column, 7);
	for (size_t i = 0; i < a->n_rules && !page->out->failed; i++)
		rule_bar(page, &a->rules[i]);
	bl_page__end_table(page);
	bl_page__end_section(page);
}
