#include "cli/inventory.h"

#include <string.h>

#include "base/arena.h"
#include "cli/cli.h"
#include "cli/view.h"
#include "cli/where.h"
#include "timeline/timeline.h"

struct take {
	const struct bl_view *view;
	const struct bl_moment *moment;
	struct bl_where *where;
	struct bl_entry *entries;
	size_t n;
	struct bl_inventory *inventory;
};

const char *
bl_inventory_why_code(int why)
{
	if (why < BL_N_GAPS)
		return bl_gap_code((enum bl_gap_why)why);
	return why == BL_WHY_CONDITION_NULL ? "condition-not-known" : "condition-error";
}

const char *
bl_inventory_why_text(int why)
{
	if (why < BL_N_GAPS)
		return bl_gap_text((enum bl_gap_why)why);
	return why == BL_WHY_CONDITION_NULL ? "the item lacks what the condition reads"
					    : "the condition cannot be evaluated on the item";
}

static enum bl_status
no_memory(const struct take *t)
{
	return bl_fail(&t->view->cli->err, BL_ENOMEM, "no memory for the inventory");
}

static enum bl_status
list_standing(struct take *t, const struct bl_timeline *timeline, struct bl_gaps_walk *walk)
{
	static const enum bl_outcome outcomes[] = {[BL_PRESENT] = BL_OUT_COUNTED,
	    [BL_NOT_RECORDED] = BL_OUT_NOT_RECORDED,
	    [BL_NOT_KNOWN] = BL_OUT_NOT_KNOWN};

	for (size_t i = 0; i < timeline->n; i++) {
		const struct bl_resource *r = &timeline->resources[i];
		struct bl_standing s;
		enum bl_status status;

		if (!bl_view_wants(t->view, r->account, r->region))
			continue;
		status = bl_gaps_walk_next(walk, r, &s, &t->view->cli->err);
		if (status != BL_OK)
			return status;
		if (s.presence != BL_ABSENT)
			t->entries[t->n++] = (struct bl_entry){.resource = r,
			    .state = s.state,
			    .outcome = outcomes[s.presence],
			    .why = (int)s.why};
	}
	return BL_OK;
}

/* Who is not absent. */
static enum bl_status
list_entries(struct take *t, const struct bl_timeline *timeline)
{
	struct bl_arena *scratch = t->view->scratch;
	struct bl_arena_mark mark = bl_arena_mark(scratch);
	struct bl_gaps_walk *walk;
	enum bl_status status;

	t->entries = bl_new(t->view->cli->arena, struct bl_entry, timeline->n);
	if (t->entries == NULL)
		return no_memory(t);
	status = bl_gaps_walk_begin(
	    t->moment->gaps, t->moment->at_ns, scratch, &walk, &t->view->cli->err);
	if (status == BL_OK)
		status = list_standing(t, timeline, walk);
	bl_arena_rewind(scratch, mark);
	return status;
}

/* The condition on the entries [from, to), which are of one type. */
static enum bl_status
ask_type(struct take *t, size_t from, size_t to)
{
	uint32_t type_no = t->entries[from].resource->type_no;
	uint8_t *says =
	    bl_new(t->view->cli->arena, uint8_t, bl_store_n_versions(t->view->store, type_no));
	enum bl_status status;

	if (says == NULL)
		return no_memory(t);
	for (size_t i = from; i < to; i++)
		if (t->entries[i].outcome == BL_OUT_COUNTED)
			says[t->entries[i].state->version.ordinal] = BL_WHERE_NOT_KNOWN;
	status = bl_where_ask(t->where, type_no, says);
	for (size_t i = from; i < to && status == BL_OK; i++) {
		struct bl_entry *e = &t->entries[i];

		if (e->outcome != BL_OUT_COUNTED)
			continue;
		switch ((enum bl_where_says)says[e->state->version.ordinal]) {
		case BL_WHERE_TRUE: break;
		case BL_WHERE_FALSE: e->outcome = BL_OUT_OTHER; break;
		case BL_WHERE_NOT_ASKED:
		case BL_WHERE_NOT_KNOWN:
			e->outcome = BL_OUT_NOT_KNOWN;
			e->why = BL_WHY_CONDITION_NULL;
			break;
		case BL_WHERE_BROKEN:
			e->outcome = BL_OUT_NOT_KNOWN;
			e->why = BL_WHY_CONDITION_BROKEN;
			break;
		}
	}
	return status;
}

static enum bl_status
ask_all(struct take *t)
{
	enum bl_status status = BL_OK;

	for (size_t from = 0, to; from < t->n && status == BL_OK; from = to) {
		to = from + 1;
		while (to < t->n &&
		       t->entries[to].resource->type_no == t->entries[from].resource->type_no)
			to++;
		status = ask_type(t, from, to);
	}
	return status;
}

static void
count(struct bl_inventory *inventory)
{
	uint64_t counts[BL_N_OUTCOMES] = {0};

	for (size_t i = 0; i < inventory->n; i++) {
		const struct bl_entry *e = &inventory->entries[i];

		/* In registers: one counter in memory would wait for itself. */
		for (int out = 0; out < BL_N_OUTCOMES; out++)
			counts[out] += (int)e->outcome == out;
		if (e->outcome == BL_OUT_NOT_KNOWN)
			inventory->whys[e->why]++;
	}
	memcpy(inventory->counts, counts, sizeof(counts));
}

enum bl_status
bl_inventory_take(const struct bl_view *view, const struct bl_timeline *timeline,
    const struct bl_moment *moment, struct bl_where *where, const struct bl_inventory **ret)
{
	struct take t = {.view = view, .moment = moment, .where = where};
	struct bl_inventory *inventory = bl_new(view->cli->arena, struct bl_inventory, 1);
	enum bl_status status = inventory == NULL ? no_memory(&t) : list_entries(&t, timeline);

	if (status == BL_OK && where != NULL)
		status = ask_all(&t);
	if (status != BL_OK)
		return status;
	inventory->entries = t.entries;
	inventory->n = t.n;
	count(inventory);
	*ret = inventory;
	return BL_OK;
}
