/*
 * Notes: what the rows do not show.  A result that leaves something out says what and how much.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "advanced/run_priv.h"
#include "base/arena.h"
#include "base/instant.h"
#include "delivery/item.h"
#include "timeline/coverage.h"
#include "timeline/timeline.h"
#include "json/json.h"

/* Rows whose items are looked at for known paths, and how many paths are kept. */
#define LOOKED_AT 64
#define MAX_PATHS 4000

BL_STATUS
bl_advanced__note(struct bl_advanced_run *run, const char *fmt, ...)
{
	char text[600];
	va_list ap;

	if (run->n_notes == BL_ADVANCED_MAX_NOTES)
		return BL_OK;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (run->n_notes == BL_ADVANCED_MAX_NOTES - 1)
		(void)snprintf(text, sizeof(text), "there is more to note than is told here");
	if (bl_str_dup(run->out, bl_str_of(text), &run->notes[run->n_notes++]))
		return bl_advanced__no_memory(run->reterr);
	return BL_OK;
}

/* ---- Before: extensions, types that nobody delivered. ------------------------------------ */

static BL_STATUS
note_type(struct bl_advanced_run *run, struct bl_str wanted)
{
	struct bl_str best = {0};
	size_t least = wanted.len / 3 + 1;

	for (uint32_t t = 0; t < bl_store_n_types(run->store); t++) {
		struct bl_str known = bl_store_type_name(run->store, t);
		size_t d = bl_path_distance(wanted, known);

		if (bl_str_eq(known, wanted))
			return BL_OK;
		if (d < least) {
			least = d;
			best = known;
		}
	}
	if (best.ptr == NULL)
		return bl_advanced__note(
		    run, "no item of type %.*s was ever delivered", BL_STR_ARG(wanted));
	return bl_advanced__note(run, "no item of type %.*s was ever delivered; is %.*s meant?",
	    BL_STR_ARG(wanted), BL_STR_ARG(best));
}

static BL_STATUS
note_types(struct bl_advanced_run *run, const struct bl_advanced_cond *cond)
{
	enum bl_status status = BL_OK;

	if (cond->kind == BL_ADVANCED_TEST && bl_str_eq(cond->path.text, BL_STR("resourceType")) &&
	    (cond->test.op == BL_MATCH_EQ || cond->test.op == BL_MATCH_IN))
		for (uint32_t i = 0; !status && i < cond->test.n_operands; i++)
			status = note_type(run, cond->test.operands[i].text);
	for (uint32_t i = 0; !status && cond->kind != BL_ADVANCED_ELEMENT && i < cond->n_kids; i++)
		status = note_types(run, cond->kids[i]);
	return status;
}

BL_STATUS
bl_advanced__notes_before(struct bl_advanced_run *run)
{
	const struct bl_advanced_query *q = run->query;
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; !status && i < q->n_extensions; i++)
		status = bl_advanced__note(run, "extension: AWS Config does not support %.*s",
		    BL_STR_ARG(q->extensions[i]));
	if (!status && q->where != NULL)
		status = note_types(run, q->where);
	return status;
}

/* ---- After: what is not known. -------------------------------------------------------------- */

/* Accounts and regions of the choice that had not delivered anything by the moment. */
static BL_STATUS
note_silent(struct bl_advanced_run *run)
{
	const struct bl_advanced_options *o = run->options;
	uint64_t n = 0;

	for (size_t i = 0; i < run->coverage->n; i++) {
		const struct bl_recorder_cover *r = &run->coverage->recorders[i];
		bool account = o->n_accounts == 0, region = o->n_regions == 0;

		for (size_t k = 0; k < o->n_accounts; k++)
			account = account || bl_str_eq(o->accounts[k], r->account);
		for (size_t k = 0; k < o->n_regions; k++)
			region = region || bl_str_eq(o->regions[k], r->region);
		n += account && region && r->first_ns > run->moment_ns;
	}
	if (n == 0)
		return BL_OK;
	return bl_advanced__note(run,
	    "%llu accounts and regions had not delivered anything by then: nothing is known of "
	    "them",
	    (unsigned long long)n);
}

BL_STATUS
bl_advanced__notes_after(struct bl_advanced_run *run)
{
	uint64_t counts[BL_N_GAPS] = {0};
	enum bl_status status = BL_OK;

	for (size_t i = 0; i < run->n_rows; i++)
		if (!run->rows[i].known && run->rows[i].matched)
			counts[run->rows[i].why]++;
	for (int why = 0; !status && why < BL_N_GAPS; why++)
		if (counts[why] > 0)
			status = bl_advanced__note(run,
			    "%llu more resources matched when they were last seen, but whether "
			    "they "
			    "were still there is not known: %s (%s)",
			    (unsigned long long)counts[why], bl_gap_text((enum bl_gap_why)why),
			    bl_gap_code((enum bl_gap_why)why));
	if (!status && run->n_unproven > 0)
		status = bl_advanced__note(run,
		    "%llu resources that other times tell of were not seen, and nobody would have "
		    "told of them then",
		    (unsigned long long)run->n_unproven);
	if (!status && run->n_not_recorded > 0)
		status = bl_advanced__note(run,
		    "%llu resources cannot be asked: AWS Config does not record them "
		    "(ResourceNotRecorded)",
		    (unsigned long long)run->n_not_recorded);
	return status ? status : note_silent(run);
}

/* ---- Paths without a value. -------------------------------------------------------------------
 */

struct outer {
	struct bl_advanced_run *run;
	const struct bl_advanced_path **paths;
	uint32_t n, cap;
};

static enum bl_status
add_outer(void *ctx, const struct bl_advanced_path *path, bool inner)
{
	struct outer *o = ctx;

	if (o->paths == NULL) {
		o->cap += !inner;
		return BL_OK;
	}
	for (uint32_t i = 0; i < o->n; i++)
		if (bl_str_eq(o->paths[i]->text, path->text))
			return BL_OK;
	if (!inner)
		o->paths[o->n++] = path;
	return BL_OK;
}

BL_STATUS
bl_advanced__paths(
    struct bl_advanced_run *run, const struct bl_advanced_path ***ret_paths, uint32_t *ret_n)
{
	struct outer o = {.run = run};
	enum bl_status status = bl_advanced__each_path(run->query, add_outer, &o);

	if (!status)
		o.paths = bl_new(run->arena, const struct bl_advanced_path *, o.cap);
	if (!status && o.paths == NULL)
		return bl_advanced__no_memory(run->reterr);
	if (!status)
		status = bl_advanced__each_path(run->query, add_outer, &o);
	*ret_paths = o.paths;
	*ret_n = o.n;
	return status;
}

/* The known path that is nearest to a wanted one. */
struct nearest {
	struct bl_str wanted;
	char path[1024];
	size_t len, seen, least;
	char best[1024];
};

static void
offer(struct nearest *n)
{
	size_t d = bl_path_distance(n->wanted, (struct bl_str){n->path, n->len});

	if (bl_str_eq_ci(n->wanted, (struct bl_str){n->path, n->len}))
		d = 0;
	if (d >= n->least)
		return;
	n->least = d;
	memcpy(n->best, n->path, n->len);
	n->best[n->len] = '\0';
}

/* Every path below a value; recursion is bounded by JSON's depth. */
static void
visit(struct nearest *n, const struct bl_json *value)
{
	size_t had = n->len;

	for (const struct bl_json *k = value->first; k != NULL && n->seen < MAX_PATHS * LOOKED_AT;
	     k = k->next) {
		n->len = had;
		if (value->kind == BL_JSON_OBJECT) {
			if (bl_json_missing(k) || had + k->key.len + 2 > sizeof(n->path))
				continue;
			if (had > 0)
				n->path[n->len++] = '.';
			if (k->key.len > 0)
				memcpy(n->path + n->len, k->key.ptr, k->key.len);
			n->len += k->key.len;
			n->seen++;
			offer(n);
		}
		visit(n, k);
	}
	n->len = had;
}

BL_STATUS
bl_advanced__note_unseen(struct bl_advanced_run *run, const struct bl_advanced_path *path)
{
	struct nearest n = {.wanted = path->text, .least = path->text.len / 3 + 1};
	size_t step = run->n_rows / LOOKED_AT + 1;
	enum bl_status status = BL_OK;

	for (size_t i = 0; !status && i < run->n_rows; i += step) {
		struct bl_version_id id = {
		    .type_no = run->rows[i].type_no, .ordinal = run->rows[i].ordinal};
		const struct bl_json *document = NULL;
		struct bl_sha256 sha256;
		struct bl_str bytes;
		struct bl_item item;

		bl_arena_reset(run->scratch);
		status = bl_store_read(run->store, id, run->scratch, &bytes, &sha256, run->reterr);
		if (!status)
			status =
			    bl_item_parse(run->parser, bytes, run->scratch, &item, run->reterr);
		if (!status)
			status = bl_advanced__document(&item, run->scratch, &document, run->reterr);
		if (!status)
			visit(&n, document);
	}
	if (status)
		return status;
	if (n.best[0] == '\0')
		return bl_advanced__note(
		    run, "no resource that was asked has a value at %.*s", BL_STR_ARG(path->text));
	return bl_advanced__note(run,
	    "no resource that was asked has a value at %.*s; is %s meant?", BL_STR_ARG(path->text),
	    n.best);
}
