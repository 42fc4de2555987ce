/*
 * What no resource speaks for: an account and region of which, for a time, nothing is known of a
 * type that a rule looks at.  Each stretch is one finding that names the types, so that a recorder
 * that was off says so of every rule, also of those that have no resource there to take a verdict
 * from.  Of a place, the stretches do not overlap: where the recorder was off or silent, that is
 * the reason; else that it leaves a type out, or that nothing shows that it records it.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/instant.h"
#include "rules/assess_priv.h"

#define TEXT_BYTES ((size_t)1 << 20)

/* Why nothing is known of a type, in the order in which a finding names them. */
enum how { OFF, LEFT_OUT, UNSEEN, UNWATCHED, N_HOWS };

struct lack {
	struct bl_str type;
	enum how how;
	struct bl_span_set when;
};

/* One rule, one place. */
struct place {
	struct bl_assess *a;
	size_t i_rule;
	struct bl_str account, region;
	const struct bl_unknown *unknown; /* [n_unknown] of its recorder, or of all the account's */
	size_t n_unknown;
	struct lack *lacks; /* [n], those of one type one behind the other */
	size_t n;
};

/* ---- Findings from what is lacking. ----------------------------------------------- */

static bool
touches(const struct bl_span_set *set, struct bl_span span)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->at[i].from_ns < span.to_ns && set->at[i].to_ns > span.from_ns)
			return true;
	return false;
}

/* "AWS::EC2::Volume, AWS::S3::Bucket": the types that lack for this reason in ${span}. */
static enum bl_status
put_types(const struct place *p, enum how how, struct bl_span span, struct bl_buf *out, size_t *ret)
{
	enum bl_status status = BL_OK;
	size_t n = 0;

	for (size_t i = 0; i < p->n && status == BL_OK; i++)
		if (p->lacks[i].how == how && touches(&p->lacks[i].when, span))
			status = bl_buf_printf(out, p->a->err, "%s%.*s", n++ > 0 ? ", " : "",
			    BL_STR_ARG(p->lacks[i].type));
	*ret = n;
	return status;
}

static const char *
to_bring(enum bl_reason reason)
{
	if (reason == BL_REASON_STOPPED)
		return "CloudTrail's events of that time, or another listing of what there was";
	return reason == BL_REASON_STALE
		   ? "the snapshots and history files of that time, or another listing of what "
		     "there was"
		   : "a recorder item that names the type, or another listing of what there was";
}

static enum bl_status
put_off(const struct place *p, struct bl_span span, const struct bl_unknown *u, struct bl_buf *out)
{
	size_t n;
	enum bl_status status = put_types(p, OFF, span, out, &n);

	return status == BL_OK
		   ? bl_buf_printf(out, p->a->err, ": no resource is known then, and %.*s%s",
			 BL_STR_ARG(u->annotation),
			 bl_str_eq(p->region, BL_STR("global"))
			     ? ", nor did another recorder of the account tell of it"
			     : "")
		   : status;
}

static enum bl_status
put_not_recorded(const struct place *p, struct bl_span span, struct bl_buf *out)
{
	static const char *const text[N_HOWS] = {[LEFT_OUT] = "left out by the recorder",
	    [UNSEEN] = "not shown to be recorded here: no item, and no recorder item that names it",
	    [UNWATCHED] = "not shown to be recorded then by any recorder of the account"};
	enum bl_status status = BL_OK;
	bool some = false;

	for (enum how how = LEFT_OUT; how < N_HOWS && status == BL_OK; how++) {
		size_t n = 0, before = out->len;

		if (some)
			status = bl_buf_add(out, BL_STR("; "), p->a->err);
		if (status == BL_OK)
			status = put_types(p, how, span, out, &n);
		if (status == BL_OK && n > 0)
			status = bl_buf_printf(out, p->a->err, " %s", text[how]);
		if (n == 0)
			out->len = before;
		some |= n > 0;
	}
	return status;
}

/* One finding: ${u} is why, NULL: not recorded. */
static enum bl_status
say(const struct place *p, struct bl_span span, const struct bl_unknown *u, bool more)
{
	struct bl_assess *a = p->a;
	struct bl_buf out = BL_BUF_INIT(TEXT_BYTES);
	struct bl_place_verdict v = {.account = p->account,
	    .region = p->region,
	    .span = span,
	    .since_ns = span.from_ns,
	    .more = more,
	    .ruling = {.verdict = BL_INSUFFICIENT_DATA,
		.reason = u != NULL ? u->reason : BL_REASON_NOT_RECORDED}};
	enum bl_status status;

	if (span.to_ns <= a->options->from_ns || span.from_ns >= a->options->to_ns)
		return BL_OK;
	status = u != NULL ? put_off(p, span, u, &out) : put_not_recorded(p, span, &out);
	if (status == BL_OK)
		status = bl_buf_printf(&out, a->err, "; to bring: %s", to_bring(v.ruling.reason));
	if (status == BL_OK &&
	    bl_str_dup(a->arena, bl_buf_str(&out), &v.ruling.annotation) != BL_OK)
		status = bl_assess__no_memory(a);
	bl_buf_release(&out);
	return status == BL_OK ? bl_assess__add_place_verdict(a, p->i_rule, &v) : status;
}

static enum bl_status
union_of(const struct place *p, bool off, struct bl_span_set *ret)
{
	enum bl_status status = BL_OK;

	*ret = (struct bl_span_set){0};
	for (size_t i = 0; i < p->n && status == BL_OK; i++)
		if ((p->lacks[i].how == OFF) == off)
			status = bl_coverage_span_union(
			    p->a->work, *ret, p->lacks[i].when, ret, p->a->err);
	return status;
}

static bool
is_unknown_at(const struct place *p, struct bl_span_set rest, int64_t at_ns)
{
	const struct bl_span at = {at_ns, at_ns + 1};

	for (size_t i = 0; i < p->n_unknown; i++)
		if (p->unknown[i].from_ns <= at_ns && at_ns < p->unknown[i].to_ns)
			return true;
	return touches(&rest, at);
}

/* What ${u} is the reason of: taken out of ${left}, since stretches of silence may overlap. */
static enum bl_status
say_unknown(const struct place *p, const struct bl_unknown *u, struct bl_span_set rest,
    struct bl_span_set *left)
{
	struct bl_assess *a = p->a;
	const struct bl_span of = {u->from_ns, u->to_ns};
	struct bl_span_set one, mine;
	enum bl_status status = bl_coverage_span_set(a->work, &of, 1, &one, a->err);

	if (status == BL_OK)
		status = bl_coverage_span_common(a->work, one, *left, &mine, a->err);
	if (status == BL_OK)
		status = bl_coverage_span_minus(a->work, *left, one, left, a->err);
	for (size_t k = 0; status == BL_OK && k < mine.n; k++)
		status = say(p, mine.at[k], u, is_unknown_at(p, rest, mine.at[k].to_ns));
	return status;
}

static enum bl_status
say_all(const struct place *p)
{
	struct bl_span_set off, rest, left;
	enum bl_status status = union_of(p, true, &off);

	if (status == BL_OK)
		status = union_of(p, false, &rest);
	left = off;
	for (size_t i = 0; i < p->n_unknown && left.n > 0 && status == BL_OK; i++)
		status = say_unknown(p, &p->unknown[i], rest, &left);
	assert(status != BL_OK || left.n == 0); /* Each moment that is off has its reason. */
	for (size_t k = 0; status == BL_OK && k < rest.n; k++)
		status = say(p, rest.at[k], NULL, is_unknown_at(p, off, rest.at[k].to_ns));
	return status;
}

static void
add_lack(struct place *p, struct bl_str type, enum how how, struct bl_span_set when)
{
	if (when.n > 0)
		p->lacks[p->n++] = (struct lack){type, how, when};
}

/* ---- A recorder's own region. ------------------------------------------------------ */

/* When the recorder delivers and leaves the type out, or nothing shows that it records it. */
static enum bl_status
note_regional(struct place *p, size_t i_recorder, const struct bl_seen *seen, struct bl_str type)
{
	struct bl_assess *a = p->a;
	const struct bl_recorder_cover *r = &a->coverage->recorders[i_recorder];
	const struct bl_span of = {r->first_ns, a->options->to_ns};
	const struct bl_span since = {
	    seen->since_ns < a->options->to_ns ? seen->since_ns : a->options->to_ns,
	    BL_INSTANT_MAX};
	struct bl_span_set no, yes, from, left;
	enum bl_status status;

	add_lack(p, type, OFF, seen->untold);
	if (of.from_ns >= of.to_ns)
		return BL_OK;
	status = bl_coverage_says(r, type, of, a->work, &no, &yes, a->err);
	if (status == BL_OK)
		status = bl_coverage_span_minus(a->work, no, a->off[i_recorder], &left, a->err);
	if (status != BL_OK)
		return status;
	add_lack(p, type, LEFT_OUT, left);
	status = bl_coverage_span_set(a->work, &of, 1, &left, a->err);
	if (status == BL_OK)
		status = bl_coverage_span_set(a->work, &since, 1, &from, a->err);
	if (status == BL_OK)
		status = bl_coverage_span_minus(a->work, left, from, &left, a->err);
	if (status == BL_OK)
		status = bl_coverage_span_minus(a->work, left, no, &left, a->err);
	if (status == BL_OK)
		status = bl_coverage_span_minus(a->work, left, yes, &left, a->err);
	if (status == BL_OK)
		status = bl_coverage_span_minus(a->work, left, a->off[i_recorder], &left, a->err);
	if (status == BL_OK)
		add_lack(p, type, UNSEEN, left);
	return status;
}

/* ---- A global type of an account. --------------------------------------------------- */

/* Take out of ${left} when this recorder shows the type: it delivers, and it was told to record it,
 * or told of it before and was not told to leave it out. */
static enum bl_status
take_shown(struct bl_assess *a, size_t i_recorder, const struct bl_seen *seen, struct bl_str type,
    struct bl_span_set *left)
{
	const struct bl_recorder_cover *r = &a->coverage->recorders[i_recorder];
	const struct bl_span of = {r->first_ns, a->options->to_ns};
	const struct bl_span since = {
	    seen->since_ns > r->first_ns ? seen->since_ns : r->first_ns, BL_INSTANT_MAX};
	struct bl_span_set no, yes, shown;
	enum bl_status status;

	if (of.from_ns >= of.to_ns)
		return BL_OK;
	status = bl_coverage_says(r, type, of, a->work, &no, &yes, a->err);
	if (status == BL_OK)
		status = bl_coverage_span_set(a->work, &since, 1, &shown, a->err);
	if (status == BL_OK)
		status = bl_coverage_span_minus(a->work, shown, no, &shown, a->err);
	if (status == BL_OK)
		status = bl_coverage_span_union(a->work, shown, yes, &shown, a->err);
	if (status == BL_OK)
		status = bl_coverage_span_minus(a->work, shown, a->off[i_recorder], &shown, a->err);
	return status == BL_OK ? bl_coverage_span_minus(a->work, *left, shown, left, a->err)
			       : status;
}

/* ${seen} are the type's of all recorders; the account's begin with ${first}. */
static enum bl_status
note_global(struct place *p, size_t first, size_t n, const struct bl_seen *seen, struct bl_str type)
{
	struct bl_assess *a = p->a;
	struct bl_span of = {BL_INSTANT_MAX, a->options->to_ns};
	struct bl_span_set left, off = seen[first].global_untold;
	enum bl_status status;

	for (size_t i = first; i < first + n; i++)
		if (a->coverage->recorders[i].first_ns < of.from_ns)
			of.from_ns = a->coverage->recorders[i].first_ns;
	status = bl_coverage_span_set(a->work, &of, 1, &left, a->err);
	if (status == BL_OK && !seen[first].global)
		status = bl_assess__global_untold(a, p->account, NULL, 0, &off);
	if (status == BL_OK)
		status = bl_coverage_span_common(a->work, off, left, &off, a->err);
	if (status != BL_OK)
		return status;
	add_lack(p, type, OFF, off);
	if (seen[first].global)
		status =
		    bl_coverage_span_minus(a->work, left, seen[first].witnessed, &left, a->err);
	for (size_t i = first; i < first + n && status == BL_OK; i++)
		status = take_shown(a, i, &seen[i], type, &left);
	for (size_t i = 0; i < p->n_unknown && status == BL_OK; i++) {
		const struct bl_span one = {p->unknown[i].from_ns, p->unknown[i].to_ns};

		status = bl_coverage_span_set(a->work, &one, 1, &off, a->err);
		if (status == BL_OK)
			status = bl_coverage_span_minus(a->work, left, off, &left, a->err);
	}
	if (status == BL_OK)
		add_lack(p, type, UNWATCHED, left);
	return status;
}

/* ---- Both. --------------------------------------------------------------------------- */

/* Does the rule look at the type: by its own text, and by the pack's scope? */
static bool
looks_at(const struct bl_assess *a, size_t i_rule, struct bl_str type)
{
	const struct bl_rule *rule = a->rules[i_rule].rule;
	size_t n;
	const struct bl_str *types = bl_assess__types_of(a, i_rule, &n);

	return bl_assess__has_type(types, n, type) &&
	       bl_assess__has_type(rule->types, rule->n_types, type);
}

/* Of the account of ${first}: IAM's types, and whatever it has global resources of. */
static bool
is_global_there(
    const struct bl_assess *a, size_t first, const struct bl_seen *seen, struct bl_str type)
{
	return seen[first].global ||
	       (bl_coverage_is_global(type) &&
		   bl_assess__has_globals(a, a->coverage->recorders[first].account));
}

enum bl_status
bl_assess__check_place(struct bl_assess *a, size_t i_rule, size_t i_recorder,
    const struct bl_seen *seen, const struct bl_str *types, size_t n)
{
	const struct bl_recorder_cover *r = &a->coverage->recorders[i_recorder];
	struct bl_arena_mark mark = bl_arena_mark(a->work);
	struct place own = {.a = a,
	    .i_rule = i_rule,
	    .account = r->account,
	    .region = r->region,
	    .unknown = a->unknown[i_recorder],
	    .n_unknown = a->n_unknown[i_recorder],
	    .lacks = bl_new(a->work, struct lack, n * N_HOWS)};
	struct place all = {.a = a,
	    .i_rule = i_rule,
	    .account = r->account,
	    .region = BL_STR("global"),
	    .lacks = bl_new(a->work, struct lack, n * N_HOWS)};
	size_t first = 0, n_recorders = bl_coverage_account(a->coverage, r->account, &first);
	enum bl_status status = BL_OK;

	if (own.lacks == NULL || all.lacks == NULL)
		return bl_assess__no_memory(a);
	if (i_recorder == first)
		status = bl_assess__unknown_of_account(
		    a, r->account, a->work, &all.unknown, &all.n_unknown);
	for (size_t i = 0; i < n && status == BL_OK; i++) {
		const struct bl_seen *of_type = &seen[i * a->coverage->n];

		if (!looks_at(a, i_rule, types[i]))
			continue;
		if (!is_global_there(a, first, of_type, types[i]))
			status = note_regional(&own, i_recorder, &of_type[i_recorder], types[i]);
		else if (i_recorder == first)
			status = note_global(&all, first, n_recorders, of_type, types[i]);
	}
	if (status == BL_OK)
		status = say_all(&own);
	if (status == BL_OK)
		status = say_all(&all);
	bl_arena_rewind(a->work, mark);
	return status;
}
