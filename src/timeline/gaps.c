/*
 * A recorder's own word that it stopped is the better reason where nothing was delivered
 * meanwhile; so silent stretches are cut around the stops.
 */
#include "timeline/gaps.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "timeline/coverage.h"
#include "timeline/timeline.h"

struct bl_gaps {
	const struct bl_coverage *coverage;
	int64_t trusted_ns;
	struct bl_gap_list *lists; /* [coverage->n] */
};

static const struct {
	const char *code, *text;
} words[BL_N_GAPS] = {
    [BL_GAP_STOPPED] = {"recorder-stopped", "the recorder was stopped"},
    [BL_GAP_SILENT] = {"no-delivery", "nothing was delivered for more than 25 hours"},
    [BL_GAP_ENDED] = {"after-last-delivery", "nothing was delivered after that"},
    [BL_GAP_UNSEEN] = {"not-seen", "no recorder told of it for more than 25 hours"},
    [BL_GAP_NOBODY] = {"no-recorder", "no delivery names this account and region as its own"},
    [BL_GAP_BEFORE] = {"before-first-delivery", "nothing had been delivered yet"},
    [BL_GAP_TYPE] = {"type-not-recorded", "nothing shows that its type was recorded then"},
    [BL_GAP_VANISHED] = {"vanished",
	"in one snapshot, absent from the next, without a deletion item"},
};

const char *
bl_gap_code(enum bl_gap_why why)
{
	return words[why].code;
}

const char *
bl_gap_text(enum bl_gap_why why)
{
	return words[why].text;
}

static enum bl_status
no_memory(struct bl_err *reterr)
{
	return bl_fail(reterr, BL_ENOMEM, "no memory for what is not known");
}

static int
cmp_gaps(const void *pa, const void *pb)
{
	const struct bl_gap *a = pa, *b = pb;

	return (a->from_ns > b->from_ns) - (a->from_ns < b->from_ns);
}

/* What of ${rest} lies between the first ${n_given} gaps (in order), behind the ${n} so far. */
static size_t
add_around(struct bl_gap *gaps, size_t n_given, size_t n, struct bl_gap rest)
{
	for (size_t i = 0; i < n_given && rest.from_ns < rest.to_ns; i++) {
		if (gaps[i].to_ns <= rest.from_ns || gaps[i].from_ns >= rest.to_ns)
			continue;
		if (rest.from_ns < gaps[i].from_ns) {
			gaps[n] = rest;
			gaps[n++].to_ns = gaps[i].from_ns;
		}
		rest.from_ns = gaps[i].to_ns;
	}
	if (rest.from_ns < rest.to_ns)
		gaps[n++] = rest;
	return n;
}

static enum bl_status
list_gaps(const struct bl_recorder_cover *r, int64_t trusted_ns, struct bl_arena *arena,
    struct bl_gap_list *ret, struct bl_err *reterr)
{
	size_t n = 0, stops = r->n_stopped;
	/* Each stretch is cut into one piece more than there are gaps before it. */
	size_t most = stops + r->n_silent * (stops + 1);
	struct bl_gap *gaps = bl_new(arena, struct bl_gap, 2 * most + 1);

	if (gaps == NULL)
		return no_memory(reterr);
	for (; n < stops; n++) /* In order and disjoint: the states of one resource. */
		gaps[n] =
		    (struct bl_gap){r->stopped[n].from_ns, r->stopped[n].to_ns, BL_GAP_STOPPED};
	for (size_t i = 0; i < r->n_silent; i++)
		n = add_around(gaps, stops, n,
		    (struct bl_gap){r->silent[i].from_ns, r->silent[i].to_ns, BL_GAP_SILENT});
	if (n > 0)
		qsort(gaps, n, sizeof(gaps[0]), cmp_gaps);
	/* A history file may come long after the last snapshot: the silence between lies here too.
	 */
	if (trusted_ns == BL_INSTANT_MIN || trusted_ns - r->last_ns >= BL_NS_PER_DAY)
		n = add_around(
		    gaps, n, n, (struct bl_gap){r->last_ns + 1, BL_INSTANT_MAX, BL_GAP_ENDED});
	if (n > 0)
		qsort(gaps, n, sizeof(gaps[0]), cmp_gaps);
	*ret = (struct bl_gap_list){.gaps = gaps, .n = n};
	return BL_OK;
}

enum bl_status
bl_gaps_build(const struct bl_coverage *coverage, int64_t trusted_ns, struct bl_arena *arena,
    const struct bl_gaps **ret_gaps, struct bl_err *reterr)
{
	struct bl_gaps *g = bl_new(arena, struct bl_gaps, 1);
	enum bl_status status = BL_OK;

	if (g == NULL)
		return no_memory(reterr);
	*g = (struct bl_gaps){.coverage = coverage,
	    .trusted_ns = trusted_ns,
	    .lists = bl_new(arena, struct bl_gap_list, coverage->n)};
	if (g->lists == NULL)
		return no_memory(reterr);
	for (size_t i = 0; i < coverage->n && status == BL_OK; i++)
		status =
		    list_gaps(&coverage->recorders[i], trusted_ns, arena, &g->lists[i], reterr);
	if (status == BL_OK)
		*ret_gaps = g;
	return status;
}

/* What is unknown to both. */
static enum bl_status
intersect(struct bl_gap_list *list, const struct bl_gap_list *with, struct bl_arena *arena,
    struct bl_err *reterr)
{
	struct bl_gap *out = bl_new(arena, struct bl_gap, list->n + with->n);
	size_t n = 0, i = 0, j = 0;

	if (out == NULL)
		return no_memory(reterr);
	while (i < list->n && j < with->n) {
		const struct bl_gap *x = &list->gaps[i], *y = &with->gaps[j];
		int64_t from = x->from_ns > y->from_ns ? x->from_ns : y->from_ns;
		int64_t to = x->to_ns < y->to_ns ? x->to_ns : y->to_ns;

		if (from < to)
			out[n++] = (struct bl_gap){from, to, x->why};
		if (x->to_ns < y->to_ns)
			i++;
		else
			j++;
	}
	*list = (struct bl_gap_list){.gaps = out, .n = n};
	return BL_OK;
}

/* The recorders that tell of a resource there: [first, first + n). */
static size_t
witnesses(const struct bl_coverage *coverage, struct bl_str account, struct bl_str region,
    size_t *ret_first)
{
	const struct bl_recorder_cover *r = bl_coverage_find(coverage, account, region);

	*ret_first = 0;
	if (r != NULL) {
		*ret_first = (size_t)(r - coverage->recorders);
		return 1;
	}
	return bl_str_eq(region, BL_STR("global"))
		   ? bl_coverage_account(coverage, account, ret_first)
		   : 0;
}

/* The gap of the list at a moment, or NULL. */
static const struct bl_gap *
gap_at(const struct bl_gap_list *list, int64_t at_ns)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->gaps[i].from_ns <= at_ns && at_ns < list->gaps[i].to_ns)
			return &list->gaps[i];
	return NULL;
}

/*
 * Would somebody have told of the resource, had it been there?  A recorder of its place that
 * delivered and that was not told to leave the type out.  Of a global resource every recorder of
 * the account may be silent and yet deliver: only one that says that it records the type counts.
 */
static bool
is_proven_absent(const struct bl_gaps *gaps, const struct bl_resource *resource, int64_t at_ns,
    enum bl_gap_why *ret_why)
{
	const struct bl_coverage *c = gaps->coverage;
	bool global = bl_str_eq(resource->region, BL_STR("global"));
	size_t first, n = witnesses(c, resource->account, resource->region, &first);

	*ret_why = n == 0 ? BL_GAP_NOBODY : BL_GAP_BEFORE;
	for (size_t i = first; i < first + n; i++) {
		const struct bl_gap *gap = gap_at(&gaps->lists[i], at_ns);
		struct bl_span span;
		enum bl_records says;

		if (c->recorders[i].first_ns > at_ns)
			continue;
		*ret_why = BL_GAP_TYPE;
		if (gap != NULL) {
			*ret_why = gap->why;
			continue;
		}
		says =
		    bl_coverage_records(&c->recorders[i], resource->type, at_ns, at_ns + 1, &span);
		if (says == BL_RECORDS_YES || (says == BL_RECORDS_UNKNOWN && !global))
			return true;
	}
	return false;
}

enum bl_status
bl_gaps_of(const struct bl_gaps *gaps, struct bl_str account, struct bl_str region,
    struct bl_arena *arena, struct bl_gap_list *ret_list, struct bl_err *reterr)
{
	static const struct bl_gap everything = {BL_INSTANT_MIN, BL_INSTANT_MAX, BL_GAP_NOBODY};
	struct bl_gap_list list = {.gaps = &everything, .n = 1};
	size_t first = 0, n = witnesses(gaps->coverage, account, region, &first);
	enum bl_status status = BL_OK;

	for (size_t i = first; i < first + n && status == BL_OK; i++)
		if (i == first)
			list = gaps->lists[i];
		else
			status = intersect(&list, &gaps->lists[i], arena, reterr);
	if (status == BL_OK)
		*ret_list = list;
	return status;
}

/* ${list}: the gaps of its place. */
static enum bl_status
add_unseen(const struct bl_gaps *gaps, const struct bl_resource *resource, struct bl_gap_list list,
    struct bl_arena *arena, struct bl_gap_list *ret_list, struct bl_err *reterr)
{
	struct bl_gap *out;
	size_t n, given;

	*ret_list = list;
	if (resource->n_witnessed == 0 || !bl_str_eq(resource->region, BL_STR("global")))
		return BL_OK;
	given = n = list.n;
	out = bl_new(
	    arena, struct bl_gap, n + resource->n_witnessed * resource->n_states * (given + 1));
	if (out == NULL)
		return no_memory(reterr);
	if (n > 0)
		memcpy(out, list.gaps, n * sizeof(*out));
	for (size_t i = 0; i < resource->n_witnessed; i++) {
		bool last = i + 1 == resource->n_witnessed;
		int64_t from = resource->witnessed[i].to_ns;
		int64_t to = last ? BL_INSTANT_MAX : resource->witnessed[i + 1].from_ns;

		/* ${from} is the moment behind the last news: as far from it as ENDED counts. */
		if (last && gaps->trusted_ns != BL_INSTANT_MIN &&
		    gaps->trusted_ns - (from - 1) < BL_NS_PER_DAY)
			continue;
		for (size_t k = 0; k < resource->n_states; k++) {
			const struct bl_state *s = &resource->states[k];

			if (s->kind == BL_STATE_ITEM && bl_item_exists(s->status))
				n = add_around(out, given, n,
				    (struct bl_gap){from > s->from_ns ? from : s->from_ns,
					to < s->to_ns ? to : s->to_ns, BL_GAP_UNSEEN});
		}
	}
	if (n > 0)
		qsort(out, n, sizeof(out[0]), cmp_gaps);
	*ret_list = (struct bl_gap_list){.gaps = out, .n = n};
	return BL_OK;
}

enum bl_status
bl_gaps_of_resource(const struct bl_gaps *gaps, const struct bl_resource *resource,
    struct bl_arena *arena, struct bl_gap_list *ret_list, struct bl_err *reterr)
{
	struct bl_gap_list list;
	enum bl_status status =
	    bl_gaps_of(gaps, resource->account, resource->region, arena, &list, reterr);

	return status == BL_OK ? add_unseen(gaps, resource, list, arena, ret_list, reterr) : status;
}

/* ---- At one moment. ------------------------------------------------------- */

/* What holds for a place and a type is worked out when the first resource of them asks. */
struct bl_gaps_walk {
	const struct bl_gaps *gaps;
	int64_t at_ns;
	struct bl_arena *scratch;
	struct bl_arena_mark mark;     /* Behind it lies what belongs to the place. */
	const struct bl_resource *one; /* The last one: of the place and type; NULL: none yet. */
	bool has_list, has_proof;
	bool global;
	struct bl_gap_list list;  /* has_list */
	const struct bl_gap *gap; /* The one of the list at the moment, or NULL. */
	bool proven;		  /* has_proof; see is_proven_absent */
	enum bl_gap_why absent_why;
};

enum bl_status
bl_gaps_walk_begin(const struct bl_gaps *gaps, int64_t at_ns, struct bl_arena *scratch,
    struct bl_gaps_walk **ret_walk, struct bl_err *reterr)
{
	struct bl_gaps_walk *walk = bl_new(scratch, struct bl_gaps_walk, 1);

	if (walk == NULL)
		return no_memory(reterr);
	*walk = (struct bl_gaps_walk){.gaps = gaps, .at_ns = at_ns, .scratch = scratch};
	walk->mark = bl_arena_mark(scratch);
	*ret_walk = walk;
	return BL_OK;
}

/* Of one time line they are mostly the very same text. */
static bool
same_text(struct bl_str a, struct bl_str b)
{
	return (a.ptr == b.ptr && a.len == b.len) || bl_str_eq(a, b);
}

static void
go_to(struct bl_gaps_walk *walk, const struct bl_resource *resource)
{
	const struct bl_resource *one = walk->one;

	walk->one = resource;
	if (one != NULL && one->type_no == resource->type_no &&
	    same_text(one->region, resource->region) && same_text(one->account, resource->account))
		return;
	walk->has_list = walk->has_proof = false;
	bl_arena_rewind(walk->scratch, walk->mark);
}

/* Would somebody have told of one that is not there? */
static bool
proves_absence(struct bl_gaps_walk *walk)
{
	if (!walk->has_proof)
		walk->proven =
		    is_proven_absent(walk->gaps, walk->one, walk->at_ns, &walk->absent_why);
	walk->has_proof = true;
	return walk->proven;
}

/* The gap over the moment for the place. */
static enum bl_status
place_gap(struct bl_gaps_walk *walk, const struct bl_gap **ret_gap, struct bl_err *reterr)
{
	const struct bl_resource *r = walk->one;
	enum bl_status status = BL_OK;

	if (!walk->has_list)
		status = bl_gaps_of(
		    walk->gaps, r->account, r->region, walk->scratch, &walk->list, reterr);
	if (status != BL_OK)
		return status;
	if (!walk->has_list) {
		walk->global = bl_str_eq(r->region, BL_STR("global"));
		walk->gap = gap_at(&walk->list, walk->at_ns);
		walk->has_list = true;
	}
	*ret_gap = walk->gap;
	return BL_OK;
}

/* A global resource has gaps of its own: at the moment BL_N_GAPS, or why. */
static enum bl_status
unseen_at(struct bl_gaps_walk *walk, enum bl_gap_why *ret_why, struct bl_err *reterr)
{
	struct bl_arena_mark mark = bl_arena_mark(walk->scratch);
	const struct bl_gap *gap;
	struct bl_gap_list list;
	enum bl_status status =
	    add_unseen(walk->gaps, walk->one, walk->list, walk->scratch, &list, reterr);

	if (status != BL_OK)
		return status;
	gap = gap_at(&list, walk->at_ns);
	*ret_why = gap != NULL ? gap->why : BL_N_GAPS;
	bl_arena_rewind(walk->scratch, mark);
	return BL_OK;
}

/* Its state says that it exists: unless a gap lies over the moment. */
static enum bl_status
stands(struct bl_gaps_walk *walk, const struct bl_state *state, struct bl_standing *ret_standing,
    struct bl_err *reterr)
{
	const struct bl_gap *gap = NULL;
	enum bl_gap_why why;
	enum bl_status status = place_gap(walk, &gap, reterr);

	why = gap != NULL ? gap->why : BL_N_GAPS;
	if (status == BL_OK && walk->global)
		status = unseen_at(walk, &why, reterr);
	if (status != BL_OK)
		return status;
	/* The item itself shows the moment of its capture. */
	if (why != BL_N_GAPS && walk->at_ns > state->capture_ns)
		*ret_standing =
		    (struct bl_standing){.presence = BL_NOT_KNOWN, .why = why, .state = state};
	else
		*ret_standing = (struct bl_standing){.presence = BL_PRESENT, .state = state};
	return BL_OK;
}

enum bl_status
bl_gaps_walk_next(struct bl_gaps_walk *walk, const struct bl_resource *resource,
    struct bl_standing *ret_standing, struct bl_err *reterr)
{
	const struct bl_state *state = bl_timeline_at(resource, walk->at_ns);

	go_to(walk, resource);
	if (state == NULL || state->status == BL_ITEM_DELETED ||
	    state->status == BL_ITEM_DELETED_NOT_RECORDED) {
		bool proven = proves_absence(walk);

		*ret_standing = (struct bl_standing){.presence = BL_ABSENT,
		    .unproven = !proven,
		    .why = walk->absent_why,
		    .state = state};
		return BL_OK;
	}
	if (state->kind == BL_STATE_ITEM && state->status != BL_ITEM_NOT_RECORDED)
		return stands(walk, state, ret_standing, reterr);
	*ret_standing = (struct bl_standing){
	    .presence = state->kind == BL_STATE_VANISHED ? BL_NOT_KNOWN : BL_NOT_RECORDED,
	    .why = BL_GAP_VANISHED,
	    .state = state};
	return BL_OK;
}

enum bl_status
bl_gaps_standing(const struct bl_gaps *gaps, const struct bl_resource *resource, int64_t at_ns,
    struct bl_arena *scratch, struct bl_standing *ret_standing, struct bl_err *reterr)
{
	struct bl_arena_mark mark = bl_arena_mark(scratch);
	struct bl_gaps_walk *walk;
	enum bl_status status = bl_gaps_walk_begin(gaps, at_ns, scratch, &walk, reterr);

	if (status == BL_OK)
		status = bl_gaps_walk_next(walk, resource, ret_standing, reterr);
	bl_arena_rewind(scratch, mark);
	return status;
}
