/* What no delivery shows of an account and region, and how that is known. */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/instant.h"
#include "timeline/coverage_priv.h"

#define HOW_BYTES ((size_t)4096)

static bool
is_stop(const struct bl_recorder_event *e)
{
	return !e->failed && (e->act == BL_TRAIL_STOP || e->act == BL_TRAIL_DELETE);
}

/* The first item that says that recording was off in the stretch. */
static enum bl_status
tell_item(struct bl_buf *out, const struct bl_recorder_cover *c, struct bl_span span,
    struct bl_err *reterr)
{
	static const char *const says[] = {[BL_RECORDER_ON] = "",
	    [BL_RECORDER_OFF] = "says Recording = false",
	    [BL_RECORDER_DELETED] = "says that it was deleted",
	    [BL_RECORDER_VANISHED] = "is gone from the snapshots since"};
	char when[BL_INSTANT_TEXT];

	for (size_t i = 0; i < c->n_words; i++) {
		const struct bl_recorder_word *w = &c->words[i];

		if (w->says == BL_RECORDER_ON || w->to_ns <= span.from_ns ||
		    w->from_ns >= span.to_ns)
			continue;
		return bl_buf_printf(out, reterr, "the recorder item of %s %s (position %llu)",
		    bl_instant_format(w->from_ns, when), says[w->says],
		    (unsigned long long)w->position);
	}
	return BL_OK;
}

/* The last event before it that stopped it, or the first in it. */
static enum bl_status
tell_event(struct bl_buf *out, const struct bl_recorder_cover *c, struct bl_span span,
    struct bl_err *reterr)
{
	const struct bl_recorder_event *found = NULL;
	char when[BL_INSTANT_TEXT];

	/* Only where events say so too: a stop of last year tells nothing of today. */
	if (bl_coverage_span_within(c->acted_stopped, span.from_ns, span.to_ns) == 0)
		return BL_OK;
	for (size_t i = 0; i < c->n_events; i++)
		if (is_stop(&c->events[i]) && c->events[i].at_ns < span.to_ns &&
		    (found == NULL || c->events[i].at_ns <= span.from_ns))
			found = &c->events[i];
	if (found == NULL)
		return BL_OK;
	return bl_buf_printf(out, reterr, "%s%s at %s by %.*s (CloudTrail, position %llu)",
	    out->len > 0 ? "; " : "", bl_trail_act_name(found->act),
	    bl_instant_format(found->at_ns, when),
	    BL_STR_ARG(found->who.len > 0 ? found->who : BL_STR("somebody")),
	    (unsigned long long)found->position);
}

static enum bl_status
tell_stop(struct bl_coverage__reporting *r, const struct bl_cover_place *p, struct bl_gap *gap)
{
	struct bl_buf out = BL_BUF_INIT(HOW_BYTES);
	const struct bl_span span = {gap->from_ns, gap->to_ns};
	enum bl_status status = tell_item(&out, p->recorder, span, r->err);

	if (status == BL_OK)
		status = tell_event(&out, p->recorder, span, r->err);
	if (status == BL_OK && p->contradicted)
		status = bl_buf_add(
		    &out, BL_STR("; item and event contradict each other: both count"), r->err);
	if (status == BL_OK && bl_str_dup(r->arena, bl_buf_str(&out), &gap->how) != BL_OK)
		status = bl_coverage__no_memory(r->err);
	bl_buf_release(&out);
	return status;
}

static enum bl_status
tell_silence(struct bl_coverage__reporting *r, const struct bl_cover_place *p, struct bl_gap *gap)
{
	char after[BL_INSTANT_TEXT] = "", before[BL_INSTANT_TEXT] = "", every[BL_DURATION_TEXT];
	const struct bl_recorder_cover *c = p->recorder;

	for (size_t i = 0; i < c->n_silent; i++)
		if (c->silent[i].from_ns <= gap->from_ns + 1 && c->silent[i].to_ns >= gap->to_ns) {
			(void)bl_instant_format(c->silent[i].from_ns - 1, after);
			(void)bl_instant_format(c->silent[i].to_ns, before);
		}
	return bl_str_printf(r->arena, &gap->how, r->err,
	    "no delivery between %s and %s; snapshots come every %s", after, before,
	    bl_duration_format(p->cadence_ns, every));
}

static enum bl_status
tell_none(struct bl_coverage__reporting *r, const struct bl_cover_place *p, struct bl_gap *gap)
{
	const struct bl_cover_account *a = &r->accounts[p->i_account];
	const struct bl_recorder_cover *c = p->recorder;
	char when[BL_INSTANT_TEXT];
	const char *last = c != NULL && c->n_snapshots > 0 ? "snapshot" : "delivery";

	if (c == NULL) {
		gap->kind = BL_GAP_NEVER;
		return bl_str_printf(r->arena, &gap->how, r->err,
		    "listed as %.*s; no delivery of the account", BL_STR_ARG(a->status));
	}
	if (c->first_ns == BL_INSTANT_MAX) {
		gap->kind = BL_GAP_NEVER;
		gap->how = c->n_words > 0
			       ? BL_STR("a recorder item names it; no delivery of this region")
			       : BL_STR("CloudTrail names it; no delivery of this region");
		return BL_OK;
	}
	if (gap->to_ns <= c->first_ns) {
		gap->kind = BL_GAP_BEFORE;
		return bl_str_printf(r->arena, &gap->how, r->err,
		    "the first delivery speaks for %s%s", bl_instant_format(c->first_ns, when),
		    a->joined_ns > r->o->from_ns && a->joined_ns < r->o->to_ns
			? "; the account list says since when it is in the organisation"
			: "");
	}
	(void)bl_instant_format(c->last_ns, when);
	if (a->standing == BL_ACCOUNT_SUSPENDED) {
		gap->kind = BL_GAP_SUSPENDED;
		return bl_str_printf(r->arena, &gap->how, r->err,
		    "the last %s speaks for %s; the account is %.*s in %.*s, which does not say "
		    "since when",
		    last, when, BL_STR_ARG(a->status), BL_STR_ARG(r->out->population));
	}
	if (a->standing == BL_ACCOUNT_LEFT) {
		gap->kind = BL_GAP_LEFT;
		return bl_str_printf(r->arena, &gap->how, r->err,
		    "the last %s speaks for %s; the account list at position %llu names it, %.*s "
		    "does not",
		    last, when, (unsigned long long)a->left_position,
		    BL_STR_ARG(r->out->population));
	}
	gap->kind = BL_GAP_AFTER;
	return bl_str_printf(r->arena, &gap->how, r->err, "the last %s speaks for %s", last, when);
}

enum bl_status
bl_coverage__place_gaps(struct bl_coverage__reporting *r, const struct bl_coverage__place *place)
{
	static const enum bl_cover missing[] = {BL_COVER_STOPPED, BL_COVER_NONE, BL_COVER_SILENT};
	const struct bl_cover_place *p = place->out;

	for (size_t k = 0; k < 3; k++)
		for (size_t i = 0; i < place->part[missing[k]].n; i++) {
			const struct bl_span *s = &place->part[missing[k]].at[i];
			struct bl_gap gap = {.account = p->account,
			    .region = p->region,
			    .type = BL_STR("*"),
			    .from_ns = s->from_ns,
			    .to_ns = s->to_ns,
			    .kind =
				missing[k] == BL_COVER_STOPPED ? BL_GAP_STOPPED : BL_GAP_SILENT};
			enum bl_status status =
			    missing[k] == BL_COVER_STOPPED  ? tell_stop(r, p, &gap)
			    : missing[k] == BL_COVER_SILENT ? tell_silence(r, p, &gap)
							    : tell_none(r, p, &gap);

			if (status == BL_OK)
				status = bl_coverage__add_gap(r, &gap);
			if (status != BL_OK)
				return status;
		}
	return BL_OK;
}
