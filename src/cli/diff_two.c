#include "cli/diff_two.h"

#include "base/arena.h"
#include "cli/cli.h"
#include "cli/content.h"
#include "cli/view.h"
#include "timeline/timeline.h"
#include "json/diff.h"

const char *
bl_two_name(enum bl_two_kind kind)
{
	static const char *const names[BL_N_TWO] = {[BL_TWO_ABSENT] = "absent",
	    [BL_TWO_UNCHANGED] = "unchanged",
	    [BL_TWO_CHANGED] = "changed",
	    [BL_TWO_RECREATED] = "re-created",
	    [BL_TWO_CREATED] = "created",
	    [BL_TWO_DELETED] = "deleted",
	    [BL_TWO_VANISHED] = "vanished",
	    [BL_TWO_PASSED] = "came-and-went",
	    [BL_TWO_NOT_KNOWN] = "not-known"};

	return names[kind];
}

static bool
is_there(const struct bl_state *s)
{
	return s->kind == BL_STATE_ITEM && s->status != BL_ITEM_DELETED &&
	       s->status != BL_ITEM_DELETED_NOT_RECORDED;
}

/* What the states that begin in (from, to] tell of the time between. */
struct between {
	bool there, deleted, gone;
};

static struct between
look_between(const struct bl_resource *r, int64_t from_ns, int64_t to_ns)
{
	struct between b = {0};

	for (size_t i = 0; i < r->n_states; i++) {
		const struct bl_state *s = &r->states[i];
		bool apart = i > 0 && s[-1].to_ns < s->from_ns;

		if (s->from_ns > to_ns || s->to_ns <= from_ns)
			continue;
		if (is_there(s))
			b.there = true;
		else if (s->from_ns > from_ns && s->kind == BL_STATE_ITEM)
			b.deleted = true;
		if (s->kind == BL_STATE_VANISHED || (apart && s[-1].to_ns > from_ns))
			b.gone = true;
	}
	return b;
}

static enum bl_status
compare_versions(
    const struct bl_view *view, const struct bl_two_options *options, struct bl_two *two)
{
	struct bl_view_item x, y;
	size_t n = 0;
	enum bl_status status;

	if (two->before->version.ordinal == two->after->version.ordinal)
		return BL_OK;
	status = bl_view_item(view, two->before->version, view->scratch, &x);
	if (status == BL_OK)
		status = bl_view_item(view, two->after->version, view->scratch, &y);
	if (status == BL_OK)
		status = bl_content_diff(&x.item, &y.item, view->scratch, &two->changes,
		    &two->n_changes, &view->cli->err);
	if (status != BL_OK)
		return status;
	for (size_t i = 0; i < two->n_changes; i++) {
		bool ignored = false;

		for (size_t k = 0; k < options->n_ignored; k++)
			ignored = ignored ||
				  bl_json_path_below(two->changes[i].path, options->ignored[k]);
		if (!ignored)
			two->changes[n++] = two->changes[i];
	}
	two->n_changes = n;
	return BL_OK;
}

/* Nobody would have told of the resource at the first moment: only the item's own creation time
 * can tell that it was not there yet. */
static enum bl_status
judge_created(const struct bl_view *view, int64_t from_ns, enum bl_gap_why why, struct bl_two *two)
{
	struct bl_view_item item;
	enum bl_status status = bl_view_item(view, two->after->version, view->scratch, &item);

	if (status != BL_OK)
		return status;
	two->kind = item.item.created_ns > from_ns ? BL_TWO_CREATED : BL_TWO_NOT_KNOWN;
	two->why = why;
	return BL_OK;
}

enum bl_status
bl_two_compare(const struct bl_view *view, const struct bl_resource *resource,
    const struct bl_moment *from, const struct bl_moment *to, const struct bl_two_options *options,
    struct bl_two *ret_two)
{
	struct between b = look_between(resource, from->at_ns, to->at_ns);
	struct bl_err *err = &view->cli->err;
	struct bl_standing x, y;
	struct bl_two two = {0};
	enum bl_status status =
	    bl_gaps_standing(from->gaps, resource, from->at_ns, view->scratch, &x, err);

	if (status == BL_OK)
		status = bl_gaps_standing(to->gaps, resource, to->at_ns, view->scratch, &y, err);
	if (status != BL_OK)
		return status;
	two.before = x.presence == BL_ABSENT ? NULL : x.state;
	two.after = y.presence == BL_ABSENT ? NULL : y.state;
	if (x.presence == BL_NOT_KNOWN || y.presence == BL_NOT_KNOWN) {
		two.kind = BL_TWO_NOT_KNOWN;
		two.why = y.presence == BL_NOT_KNOWN ? y.why : x.why;
	} else if (two.before == NULL && two.after == NULL) {
		two.kind = b.there ? BL_TWO_PASSED : BL_TWO_ABSENT;
	} else if (two.before == NULL) {
		status = x.unproven ? judge_created(view, from->at_ns, x.why, &two) : BL_OK;
		if (!x.unproven)
			two.kind = BL_TWO_CREATED;
	} else if (two.after == NULL) {
		two.kind = b.deleted ? BL_TWO_DELETED : BL_TWO_VANISHED;
	} else {
		status = compare_versions(view, options, &two);
		two.kind = b.deleted || b.gone ? BL_TWO_RECREATED
			   : two.n_changes > 0 ? BL_TWO_CHANGED
					       : BL_TWO_UNCHANGED;
	}
	if (status == BL_OK)
		*ret_two = two;
	return status;
}
