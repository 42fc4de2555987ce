/*
 * What CloudTrail says.  A stop begins a stopped stretch even when no recorder
 * item tells of it (a recorder that was stopped may have had no time to record
 * that); a start ends it, and so does an item, captured later, that says that
 * recording is on.  Where item and event contradict each other, the recorder
 * counts as stopped while either says so.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "delivery/reader.h"
#include "delivery/split.h"
#include "store/store.h"
#include "timeline/coverage_priv.h"
#include "json/json.h"

/* A budget, not an allocation: more than the reader of deliveries allows a document. */
#define TREE_BYTES ((size_t)2 << 30)
#define MAX_EVENTS ((size_t)1 << 22)

struct told {
	struct bl_str account, region;
	struct bl_recorder_event event;
};

struct listing {
	struct bl_coverage__build *b;
	struct bl_arena *document; /* Its tree, */
	struct bl_arena *texts;	   /* and what stands in texts within it. */
	struct told *told;	   /* [n] */
	size_t n, cap;
	uint64_t position;
};

/* ---- Documents of a text. ---------------------------------------------------- */

struct documents {
	struct bl_json_parser *parser;
	struct bl_arena *arena;
	bl_coverage__document_fn fn;
	void *ctx;
};

static enum bl_status
on_document(void *ctx, const struct bl_split_value *value, struct bl_err *reterr)
{
	struct documents *d = ctx;
	const struct bl_json *root = NULL;
	enum bl_status status;

	bl_arena_reset(d->arena);
	status = bl_json_parse(d->parser, value->bytes, d->arena, &root, reterr);
	return status == BL_OK ? d->fn(d->ctx, root, reterr) : status;
}

static enum bl_status
on_refused(
    void *ctx, const struct bl_split_value *value, enum bl_split_refusal why, struct bl_err *reterr)
{
	(void)ctx;
	(void)value;
	return bl_fail(reterr, BL_ELIMIT, "a document of it is %s",
	    why == BL_SPLIT_TOO_DEEP ? "nested too deep" : "too large");
}

enum bl_status
bl_coverage__documents(struct bl_json_parser *parser, struct bl_arena *arena, struct bl_str text,
    bl_coverage__document_fn fn, void *ctx, struct bl_err *reterr)
{
	struct documents d = {.parser = parser, .arena = arena, .fn = fn, .ctx = ctx};
	struct bl_split *split = NULL;
	enum bl_status status;

	status = bl_split_new((struct bl_split_limits){0},
	    (struct bl_split_sink){.ctx = &d, .value = on_document, .refused = on_refused}, &split,
	    reterr);
	if (status == BL_OK && text.len > 0)
		status = bl_split_feed(split, text, reterr);
	if (status == BL_OK)
		status = bl_split_end(split, reterr);
	bl_split_free(&split);
	return status;
}

/* ---- Events. ------------------------------------------------------------------- */

static enum bl_status
on_event(void *ctx, const struct bl_trail_event *e, struct bl_err *reterr)
{
	struct listing *l = ctx;
	struct told *t;

	if (l->n == l->cap) {
		size_t cap = l->cap * 2 + 64;
		struct told *more = bl_new(l->b->work, struct told, cap);

		if (l->n >= MAX_EVENTS)
			return bl_fail(reterr, BL_ELIMIT,
			    "more than %zu CloudTrail events of recorders", MAX_EVENTS);
		if (more == NULL)
			return bl_coverage__no_memory(reterr);
		if (l->n > 0)
			memcpy(more, l->told, l->n * sizeof(*more));
		l->told = more;
		l->cap = cap;
	}
	t = &l->told[l->n];
	*t = (struct told){.event = {.at_ns = e->at_ns,
			       .act = e->act,
			       .failed = e->error.len > 0,
			       .position = l->position}};
	if (bl_str_dup(l->b->arena, e->account, &t->account) != BL_OK ||
	    bl_str_dup(l->b->arena, e->region, &t->region) != BL_OK ||
	    bl_str_dup(l->b->arena, e->who, &t->event.who) != BL_OK ||
	    bl_str_dup(l->b->arena, e->id, &t->event.id) != BL_OK)
		return bl_coverage__no_memory(reterr);
	l->n++;
	return BL_OK;
}

static enum bl_status
on_trail_document(void *ctx, const struct bl_json *root, struct bl_err *reterr)
{
	struct listing *l = ctx;

	bl_arena_reset(l->texts);
	return bl_trail_read(l->b->parser, root, l->texts, on_event, l, reterr);
}

static enum bl_status
read_delivery(struct listing *l, uint64_t position, struct bl_arena *whole)
{
	struct bl_coverage__build *b = l->b;
	struct bl_sha256 *attached = NULL;
	size_t n = 0;
	enum bl_status status =
	    bl_store_attached(b->store, position, b->work, &attached, &n, b->err);

	l->position = position;
	for (size_t i = 0; i < n && status == BL_OK; i++) {
		struct bl_str text;

		bl_arena_reset(whole);
		status = bl_store_attachment(b->store, &attached[i], whole, &text, b->err);
		if (status == BL_OK)
			status = bl_coverage__documents(
			    b->parser, l->document, text, on_trail_document, l, b->err);
	}
	if (status != BL_OK)
		bl_err_prefix(
		    b->err, "the CloudTrail events of delivery %llu", (unsigned long long)position);
	return status;
}

static int
cmp_told(const void *pa, const void *pb)
{
	const struct told *a = pa, *b = pb;
	int c = bl_str_cmp(a->account, b->account);

	if (c == 0)
		c = bl_str_cmp(a->region, b->region);
	if (c == 0)
		c = (a->event.at_ns > b->event.at_ns) - (a->event.at_ns < b->event.at_ns);
	if (c == 0)
		c = (int)a->event.act - (int)b->event.act;
	if (c == 0)
		c = bl_str_cmp(a->event.id, b->event.id);
	if (c == 0)
		c = (int)a->event.failed - (int)b->event.failed;
	if (c == 0)
		c = (a->event.position > b->event.position) -
		    (a->event.position < b->event.position);
	return c;
}

/* ---- From events to stopped stretches. --------------------------------------- */

static bool
is_stop(const struct bl_recorder_event *e)
{
	return !e->failed && (e->act == BL_TRAIL_STOP || e->act == BL_TRAIL_DELETE);
}

static enum bl_status
lay_over(struct bl_coverage__build *b, struct bl_recorder_cover *cover)
{
	struct bl_span *spans = bl_new(b->work, struct bl_span, cover->n_events);
	struct bl_span_set all;
	bool open = false;
	size_t n = 0;
	enum bl_status status;

	if (spans == NULL)
		return bl_coverage__no_memory(b->err);
	/* By time; at the same moment the item first: the worse has the last word. */
	for (size_t i = 0, k = 0; i < cover->n_events || k < cover->n_words;) {
		const struct bl_recorder_event *e = &cover->events[i];
		const struct bl_recorder_word *w = &cover->words[k];
		bool word = i == cover->n_events || (k < cover->n_words && w->from_ns <= e->at_ns);

		if (!open && !word && is_stop(e)) {
			open = true;
			spans[n].from_ns = e->at_ns;
		} else if (open && (word ? w->says == BL_RECORDER_ON
					 : e->act == BL_TRAIL_START && !e->failed)) {
			open = false;
			spans[n++].to_ns = word ? w->from_ns : e->at_ns;
		}
		i += !word;
		k += word;
	}
	if (open)
		spans[n++].to_ns = BL_INSTANT_MAX;
	status = bl_coverage_span_set(b->arena, spans, n, &cover->acted_stopped, b->err);
	if (status == BL_OK)
		status = bl_coverage_span_union(
		    b->arena, cover->told_stopped, cover->acted_stopped, &all, b->err);
	if (status != BL_OK)
		return status;
	cover->stopped = all.at;
	cover->n_stopped = all.n;
	return BL_OK;
}

/* The events [first, end), of one place and by time. */
static enum bl_status
add_events(struct bl_coverage__build *b, const struct told *told, size_t n)
{
	struct bl_recorder_event *events = bl_new(b->arena, struct bl_recorder_event, n);
	struct bl_recorder_cover *cover = NULL;
	size_t n_events = 0;
	enum bl_status status;

	if (events == NULL)
		return bl_coverage__no_memory(b->err);
	for (size_t i = 0; i < n; i++) {
		const struct bl_recorder_event *e = &told[i].event;
		const struct bl_recorder_event *last = n_events > 0 ? &events[n_events - 1] : NULL;

		/* A log file and a notification may both tell it: the first delivery counts. */
		if (last == NULL || last->at_ns != e->at_ns || last->act != e->act ||
		    last->failed != e->failed || !bl_str_eq(last->id, e->id))
			events[n_events++] = *e;
	}
	status = bl_coverage__cover(b, told[0].account, told[0].region, &cover);
	if (status != BL_OK)
		return status;
	cover->events = events;
	cover->n_events = n_events;
	return lay_over(b, cover);
}

enum bl_status
bl_coverage__trail(struct bl_coverage__build *b)
{
	struct listing l = {
	    .b = b, .document = bl_arena_new(TREE_BYTES), .texts = bl_arena_new(TREE_BYTES)};
	struct bl_arena *whole = bl_arena_new((size_t)256 << 20);
	uint64_t n = bl_store_n_deliveries(b->store);
	enum bl_status status = BL_OK;

	if (l.document == NULL || l.texts == NULL || whole == NULL)
		status = bl_coverage__no_memory(b->err);
	for (uint64_t p = 1; p <= n && p <= b->position && status == BL_OK; p++)
		if (bl_store_delivery(b->store, p)->kind == BL_DELIVERY_TRAIL)
			status = read_delivery(&l, p, whole);
	if (status == BL_OK && l.n > 0)
		qsort(l.told, l.n, sizeof(l.told[0]), cmp_told);
	for (size_t i = 0, end; i < l.n && status == BL_OK; i = end) {
		for (end = i + 1; end < l.n && bl_str_eq(l.told[end].account, l.told[i].account) &&
				  bl_str_eq(l.told[end].region, l.told[i].region);)
			end++;
		status = add_events(b, &l.told[i], end - i);
	}
	bl_arena_free(&whole);
	bl_arena_free(&l.texts);
	bl_arena_free(&l.document);
	return status;
}
