/*
 * Who should have delivered, and when nothing is known.  Time is cut with sets of
 * moments: each state takes its share of what the better reasons left over, so
 * that the shares always add up to the period.
 */
#include "timeline/coverage_report.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "columns/columns.h"
#include "store/store.h"
#include "timeline/coverage_priv.h"

#define WORK_BYTES ((size_t)8 << 30)

/* ---- Names. --------------------------------------------------------------------- */

const char *
bl_coverage_report_cover(enum bl_cover cover)
{
	static const char *const text[] = {
#define X(name, code, text) [BL_COVER_##name] = (code),
	    BL_COVER_LIST(X)
#undef X
	};

	return text[cover];
}

const char *
bl_coverage_report_gap(enum bl_gap_kind kind)
{
	static const char *const text[] = {
#define X(name, code, todo) [BL_GAP_##name] = (code),
	    BL_GAP_LIST(X)
#undef X
	};

	return text[kind];
}

const char *
bl_coverage_report_todo(enum bl_gap_kind kind)
{
	static const char *const text[] = {
#define X(name, code, todo) [BL_GAP_##name] = (todo),
	    BL_GAP_LIST(X)
#undef X
	};

	return text[kind];
}

const char *
bl_coverage_report_standing(enum bl_account_standing standing)
{
	static const char *const text[] = {[BL_ACCOUNT_ACTIVE] = "active",
	    [BL_ACCOUNT_SUSPENDED] = "suspended",
	    [BL_ACCOUNT_LEFT] = "left",
	    [BL_ACCOUNT_UNLISTED] = "not listed",
	    [BL_ACCOUNT_UNKNOWN] = "unknown"};

	return text[standing];
}

/* ---- The population. --------------------------------------------------------------- */

static int
cmp_ids(const void *pa, const void *pb)
{
	return bl_str_cmp(*(const struct bl_str *)pa, *(const struct bl_str *)pb);
}

static bool
wanted(struct bl_str asked, struct bl_str have)
{
	return asked.len == 0 || bl_str_eq(asked, have);
}

static enum bl_status
choose_list(struct bl_coverage__reporting *r)
{
	struct bl_coverage_report *out = r->out;
	char date[BL_INSTANT_TEXT];
	enum bl_status status = bl_coverage_accounts_stored(r->store, r->position,
	    r->o->accounts != NULL, r->arena, &r->lists, &r->n_lists, r->err);

	if (status != BL_OK)
		return status;
	out->n_lists = r->n_lists;
	if (r->o->accounts != NULL) {
		r->list = r->o->accounts;
		out->population = r->o->accounts_name;
	} else if (r->n_lists > 0) {
		r->list = &r->lists[r->n_lists - 1];
		status = bl_str_printf(r->arena, &out->population, r->err,
		    "the account list at position %llu%s%.10s",
		    (unsigned long long)r->list->position,
		    r->list->date_ns == BL_INSTANT_MIN ? "" : " of ",
		    r->list->date_ns == BL_INSTANT_MIN ? ""
						       : bl_instant_format(r->list->date_ns, date));
	} else {
		out->population = BL_STR("unknown: no account list");
	}
	out->has_population = r->list != NULL;
	out->n_listed = r->list == NULL ? 0 : r->list->n;
	out->list_has_more = r->list != NULL && r->list->has_more;
	return status;
}

/* An older list of the store that names it: the newest of those, or NULL. */
static const struct bl_account_list *
older_list(struct bl_coverage__reporting *r, struct bl_str id, const struct bl_listed_account **ret)
{
	for (size_t i = r->n_lists; i-- > 0;) {
		*ret = bl_coverage_accounts_find(&r->lists[i], id);
		if (*ret != NULL)
			return &r->lists[i];
	}
	return NULL;
}

static void
describe_account(struct bl_coverage__reporting *r, struct bl_cover_account *a)
{
	const struct bl_listed_account *listed =
	    r->list == NULL ? NULL : bl_coverage_accounts_find(r->list, a->id);
	const struct bl_account_list *older = NULL;

	a->joined_ns = BL_INSTANT_MIN;
	a->standing = r->list == NULL ? BL_ACCOUNT_UNKNOWN : BL_ACCOUNT_UNLISTED;
	if (listed != NULL) {
		a->standing = listed->status.len == 0 || bl_str_eq(listed->status, BL_STR("ACTIVE"))
				  ? BL_ACCOUNT_ACTIVE
				  : BL_ACCOUNT_SUSPENDED;
		a->status = listed->status.len == 0 ? BL_STR("ACTIVE") : listed->status;
	} else if (r->list != NULL) {
		older = older_list(r, a->id, &listed);
	}
	if (older != NULL) {
		a->standing = BL_ACCOUNT_LEFT;
		a->left_position = older->position;
	}
	if (listed == NULL)
		return;
	a->name = listed->name;
	a->joined_ns = listed->joined_ns;
}

/* ---- Places. ------------------------------------------------------------------------ */

/* The covers of both lists of one account, by region; ${ret} has room for all. */
static size_t
covers_of(
    const struct bl_coverage__reporting *r, struct bl_str id, const struct bl_recorder_cover **ret)
{
	const struct bl_coverage *c = r->coverage;
	const struct bl_coverage others = {.recorders = c->others, .n = c->n_others};
	size_t i = 0, j = 0, end_i, end_j, n = 0;

	end_i = bl_coverage_account(c, id, &i);
	end_j = bl_coverage_account(&others, id, &j);
	end_i += i;
	end_j += j;
	while (i < end_i || j < end_j) {
		bool first = j == end_j || (i < end_i && bl_str_cmp(c->recorders[i].region,
							     c->others[j].region) < 0);
		const struct bl_recorder_cover *cover =
		    first ? &c->recorders[i++] : &c->others[j++];

		/* The folder "global" is no recorder's. */
		if (!bl_str_eq(cover->region, BL_STR("global")))
			ret[n++] = cover;
	}
	return n;
}

/* When the account was not in the organisation, as far as that is known. */
static struct bl_span
outside(const struct bl_cover_account *a, const struct bl_coverage_options *o,
    const struct bl_recorder_cover *const *covers, size_t n)
{
	int64_t first_ns = BL_INSTANT_MAX, last_ns = BL_INSTANT_MIN;

	for (size_t i = 0; i < n; i++) {
		if (covers[i]->first_ns < first_ns)
			first_ns = covers[i]->first_ns;
		if (covers[i]->last_ns > last_ns)
			last_ns = covers[i]->last_ns;
	}
	if (a->standing == BL_ACCOUNT_LEFT && last_ns < o->from_ns)
		return (struct bl_span){BL_INSTANT_MIN, BL_INSTANT_MAX};
	/* Whatever the list says: what delivered was there. */
	return (struct bl_span){BL_INSTANT_MIN, a->joined_ns < first_ns ? a->joined_ns : first_ns};
}

/* ${part[cover]} takes what ${spans} holds of the rest of the period. */
static enum bl_status
take(struct bl_coverage__reporting *r, struct bl_coverage__place *p, enum bl_cover cover,
    const struct bl_span *spans, size_t n)
{
	struct bl_span_set set, *rest = &p->part[BL_COVER_KNOWN];
	enum bl_status status = bl_coverage_span_set(r->work, spans, n, &set, r->err);

	if (status == BL_OK)
		status = bl_coverage_span_common(r->work, *rest, set, &p->part[cover], r->err);
	return status == BL_OK ? bl_coverage_span_minus(r->work, *rest, set, rest, r->err) : status;
}

/* Names of objects tell whole seconds: what is left of a silence beside a stop for less than one
 * is no silence. */
static enum bl_status
take_silence(struct bl_coverage__reporting *r, struct bl_coverage__place *p)
{
	const struct bl_recorder_cover *c = p->out->recorder;
	size_t n = c == NULL ? 0 : c->n_silent, n_long = 0;
	struct bl_span *silent = bl_new(r->work, struct bl_span, n);
	struct bl_span_set set;
	enum bl_status status;

	if (silent == NULL)
		return bl_coverage__no_memory(r->err);
	/* A gap begins with the last moment that is known. */
	for (size_t i = 0; i < n; i++)
		silent[i] = (struct bl_span){c->silent[i].from_ns - 1, c->silent[i].to_ns};
	status = bl_coverage_span_set(r->work, silent, n, &set, r->err);
	if (status == BL_OK)
		status =
		    bl_coverage_span_minus(r->work, set, p->part[BL_COVER_STOPPED], &set, r->err);
	if (status != BL_OK)
		return status;
	for (size_t i = 0; i < set.n; i++)
		if (set.at[i].to_ns - set.at[i].from_ns >= BL_NS_PER_S)
			set.at[n_long++] = set.at[i];
	return take(r, p, BL_COVER_SILENT, set.at, n_long);
}

static enum bl_status
cut_place(struct bl_coverage__reporting *r, struct bl_coverage__place *p, struct bl_span away)
{
	const struct bl_recorder_cover *c = p->out->recorder;
	const struct bl_span period = {r->o->from_ns, r->o->to_ns};
	struct bl_span none[2] = {{BL_INSTANT_MIN, BL_INSTANT_MAX}, {0, 0}};
	enum bl_status status =
	    bl_coverage_span_set(r->work, &period, 1, &p->part[BL_COVER_KNOWN], r->err);

	if (c != NULL && c->first_ns < BL_INSTANT_MAX) {
		none[0].to_ns = c->first_ns;
		none[1] = (struct bl_span){c->last_ns, BL_INSTANT_MAX};
	}
	if (status == BL_OK)
		status = take(r, p, BL_COVER_OUTSIDE, &away, 1);
	if (status == BL_OK && c != NULL)
		status = take(r, p, BL_COVER_STOPPED, c->stopped, c->n_stopped);
	if (status == BL_OK)
		status = take(r, p, BL_COVER_NONE, none, 2);
	return status == BL_OK ? take_silence(r, p) : status;
}

static int
cmp_ns(const void *pa, const void *pb)
{
	const int64_t *a = pa, *b = pb;

	return (*a > *b) - (*a < *b);
}

/* The cadence is what the recorder itself keeps, not what somebody promised. */
static enum bl_status
count_snapshots(struct bl_coverage__reporting *r, struct bl_cover_place *out)
{
	const struct bl_recorder_cover *c = out->recorder;
	int64_t *between, of_ns = r->o->to_ns - r->o->from_ns - out->ns[BL_COVER_OUTSIDE];

	out->n_expected = UINT64_MAX;
	if (c == NULL)
		return BL_OK;
	out->n_histories = c->n_histories;
	for (size_t i = 0; i < c->n_snapshots; i++)
		out->n_snapshots +=
		    c->snapshots[i] >= r->o->from_ns && c->snapshots[i] < r->o->to_ns;
	if (c->n_snapshots < 2)
		return BL_OK;
	between = bl_new(r->work, int64_t, c->n_snapshots);
	if (between == NULL)
		return bl_coverage__no_memory(r->err);
	for (size_t i = 1; i < c->n_snapshots; i++) {
		between[i - 1] = c->snapshots[i] - c->snapshots[i - 1];
		if (c->snapshots[i] > r->o->from_ns && c->snapshots[i - 1] < r->o->to_ns &&
		    between[i - 1] > out->longest_ns)
			out->longest_ns = between[i - 1];
	}
	qsort(between, c->n_snapshots - 1, sizeof(between[0]), cmp_ns);
	out->cadence_ns = between[(c->n_snapshots - 1) / 2];
	if (out->cadence_ns > 0)
		out->n_expected = (uint64_t)((of_ns + out->cadence_ns / 2) / out->cadence_ns);
	return BL_OK;
}

/* Items and CloudTrail may be minutes apart; an hour is more than that. */
static enum bl_status
look_for_contradiction(struct bl_coverage__reporting *r, struct bl_cover_place *out)
{
	const struct bl_recorder_cover *c = out->recorder;
	struct bl_span told = {BL_INSTANT_MAX, BL_INSTANT_MAX};
	struct bl_span_set speaks, differs;
	enum bl_status status;

	if (c == NULL || c->n_events == 0)
		return BL_OK;
	for (size_t i = 0; i < c->n_snapshots && !out->contradicted; i++)
		out->contradicted = c->snapshots[i] >= r->o->from_ns &&
				    c->snapshots[i] < r->o->to_ns &&
				    bl_coverage_span_within(
					c->acted_stopped, c->snapshots[i], c->snapshots[i] + 1) > 0;
	for (size_t i = 0; i < c->n_events; i++) {
		const struct bl_recorder_event *e = &c->events[i];

		if (e->act == BL_TRAIL_START && !e->failed && e->at_ns >= r->o->from_ns &&
		    e->at_ns < r->o->to_ns)
			out->contradicted |= bl_coverage_span_within(c->told_stopped, e->at_ns,
						 e->at_ns + BL_NS_PER_HOUR + 1) > BL_NS_PER_HOUR;
	}
	if (c->n_words > 0)
		told.from_ns = c->words[0].from_ns;
	status = bl_coverage_span_set(r->work, &told, 1, &speaks, r->err);
	if (status == BL_OK)
		status =
		    bl_coverage_span_common(r->work, speaks, c->acted_stopped, &speaks, r->err);
	if (status == BL_OK)
		status = bl_coverage_span_minus(r->work, speaks, c->told_stopped, &differs, r->err);
	if (status == BL_OK)
		out->contradicted |=
		    bl_coverage_span_within(differs, r->o->from_ns, r->o->to_ns) > BL_NS_PER_HOUR;
	return status;
}

static enum bl_status
fill_place(struct bl_coverage__reporting *r, struct bl_coverage__place *p, struct bl_span away)
{
	struct bl_cover_place *out = p->out;
	const struct bl_recorder_cover *c = out->recorder;
	enum bl_status status = cut_place(r, p, away);

	if (status != BL_OK)
		return status;
	for (int i = 0; i < BL_N_COVERS; i++)
		out->ns[i] = bl_coverage_span_within(p->part[i], r->o->from_ns, r->o->to_ns);
	status = count_snapshots(r, out);
	if (status == BL_OK)
		status = look_for_contradiction(r, out);
	for (size_t i = 0; c != NULL && i < c->n_groups; i++)
		out->daily |= c->groups[i].daily && c->groups[i].from_ns < r->o->to_ns &&
			      c->groups[i].to_ns > r->o->from_ns;
	return status == BL_OK ? bl_coverage__place_gaps(r, p) : status;
}

static enum bl_status
fill_account(struct bl_coverage__reporting *r, uint32_t i_account,
    const struct bl_recorder_cover **covers, struct bl_cover_place *places)
{
	struct bl_cover_account *a = &r->accounts[i_account];
	size_t n = covers_of(r, a->id, covers);
	struct bl_span away = outside(a, r->o, covers, n);
	enum bl_status status = BL_OK;

	a->first = r->n_places;
	/* Of an account without any place nothing is known in any region, also not in the asked. */
	for (size_t k = 0; k < (n == 0 ? 1 : n) && status == BL_OK; k++) {
		struct bl_coverage__place *p = &r->places[r->n_places];

		if (n > 0 && !wanted(r->o->region, covers[k]->region))
			continue;
		p->out = &places[r->n_places++];
		*p->out = (struct bl_cover_place){.i_account = i_account,
		    .account = a->id,
		    .region = n == 0 ? BL_STR("*") : covers[k]->region,
		    .recorder = n == 0 ? NULL : covers[k]};
		status = fill_place(r, p, away);
	}
	a->n = r->n_places - a->first;
	return status;
}

/* Every account that is listed, that delivers, or that is told of; once, by id. */
static enum bl_status
list_accounts(struct bl_coverage__reporting *r)
{
	const struct bl_coverage *c = r->coverage;
	size_t n = 0, n_out = 0, n_listed = r->list == NULL ? 0 : r->list->n;
	struct bl_str *ids = bl_new(r->work, struct bl_str, c->n + c->n_others + n_listed);

	if (ids == NULL)
		return bl_coverage__no_memory(r->err);
	for (size_t i = 0; i < c->n; i++)
		ids[n++] = c->recorders[i].account;
	for (size_t i = 0; i < c->n_others; i++)
		ids[n++] = c->others[i].account;
	for (size_t i = 0; i < n_listed; i++)
		ids[n++] = r->list->accounts[i].id;
	qsort(ids, n, sizeof(ids[0]), cmp_ids);
	r->accounts = bl_new(r->arena, struct bl_cover_account, n);
	if (r->accounts == NULL)
		return bl_coverage__no_memory(r->err);
	for (size_t i = 0; i < n; i++) {
		if ((i > 0 && bl_str_eq(ids[i], ids[i - 1])) || !wanted(r->o->account, ids[i]))
			continue;
		r->accounts[n_out].id = ids[i];
		describe_account(r, &r->accounts[n_out++]);
	}
	r->out->accounts = r->accounts;
	r->out->n_accounts = n_out;
	return BL_OK;
}

/* ---- Sums. -------------------------------------------------------------------------- */

static enum bl_status
write_stretches(struct bl_coverage__reporting *r, struct bl_coverage__place *p)
{
	struct bl_cover_stretch *out;
	size_t n = 0, at[BL_N_COVERS] = {0};
	int64_t end_ns = r->o->from_ns;

	for (int i = 0; i < BL_N_COVERS; i++)
		n += p->part[i].n;
	out = bl_new(r->arena, struct bl_cover_stretch, n);
	if (out == NULL)
		return bl_coverage__no_memory(r->err);
	for (size_t k = 0; k < n; k++) {
		int next = -1;

		for (int i = 0; i < BL_N_COVERS; i++)
			if (at[i] < p->part[i].n && p->part[i].at[at[i]].from_ns == end_ns)
				next = i;
		assert(next >= 0); /* The parts are disjoint, and together the period. */
		end_ns = p->part[next].at[at[next]].to_ns;
		out[k] = (struct bl_cover_stretch){
		    p->part[next].at[at[next]++].from_ns, end_ns, (enum bl_cover)next};
	}
	assert(end_ns == r->o->to_ns);
	p->out->stretches = out;
	p->out->n_stretches = n;
	return BL_OK;
}

static enum bl_status
sum_up(struct bl_coverage__reporting *r)
{
	struct bl_coverage_report *out = r->out;

	for (size_t k = 0; k < r->n_places; k++) {
		struct bl_coverage__place *p = &r->places[k];
		struct bl_cover_account *a = &r->accounts[p->out->i_account];
		enum bl_status status = write_stretches(r, p);

		if (status != BL_OK)
			return status;
		for (int i = 0; i < BL_N_COVERS; i++) {
			int64_t ns =
			    bl_coverage_span_within(p->part[i], r->o->from_ns, r->o->to_ns);
			bool known =
			    i == BL_COVER_KNOWN || (i == BL_COVER_NOT_RECORDED && !out->one_type);

			p->out->ns[i] = ns;
			a->ns[i] += ns;
			out->ns[i] += ns;
			p->out->known_ns += known ? ns : 0;
			p->out->of_ns += i == BL_COVER_OUTSIDE ? 0 : ns;
		}
		a->known_ns += p->out->known_ns;
		a->of_ns += p->out->of_ns;
		out->known_ns += p->out->known_ns;
		out->of_ns += p->out->of_ns;
	}
	for (size_t i = 0; i < out->n_accounts; i++) {
		out->n_accounts_expected += r->accounts[i].of_ns > 0;
		out->n_accounts_known +=
		    r->accounts[i].of_ns > 0 && r->accounts[i].known_ns == r->accounts[i].of_ns;
	}
	return BL_OK;
}

/* A hint, no gap: regions that other accounts have. */
static enum bl_status
list_regions(struct bl_coverage__reporting *r)
{
	struct bl_str *all = bl_new(r->arena, struct bl_str, r->n_places);
	size_t n = 0, n_out = 0;

	if (all == NULL)
		return bl_coverage__no_memory(r->err);
	for (size_t i = 0; i < r->n_places; i++)
		if (!bl_str_eq(r->places[i].out->region, BL_STR("*")))
			all[n++] = r->places[i].out->region;
	qsort(all, n, sizeof(all[0]), cmp_ids);
	for (size_t i = 0; i < n; i++)
		if (n_out == 0 || !bl_str_eq(all[i], all[n_out - 1]))
			all[n_out++] = all[i];
	r->out->regions = all;
	r->out->n_regions = n_out;
	return BL_OK;
}

static void
count_notes(struct bl_coverage__reporting *r)
{
	for (uint64_t p = 1; p <= r->position; p++) {
		struct bl_str note = bl_store_delivery(r->store, p)->note;

		r->out->n_failed_notes +=
		    bl_str_eq(note, BL_STR("ConfigurationSnapshotDeliveryFailed")) ||
		    bl_str_eq(note, BL_STR("ConfigurationHistoryDeliveryFailed")) ||
		    bl_str_eq(note, BL_STR("OversizedConfigurationItemChangeDeliveryFailed"));
		r->out->n_done_notes +=
		    bl_str_eq(note, BL_STR("ConfigurationSnapshotDeliveryCompleted")) ||
		    bl_str_eq(note, BL_STR("ConfigurationHistoryDeliveryCompleted"));
	}
}

static int
cmp_gaps(const void *pa, const void *pb)
{
	const struct bl_gap *a = pa, *b = pb;
	int c = bl_str_cmp(a->account, b->account);

	if (c == 0)
		c = bl_str_cmp(a->region, b->region);
	if (c == 0)
		c = bl_str_cmp(a->type, b->type);
	if (c == 0)
		c = (a->from_ns > b->from_ns) - (a->from_ns < b->from_ns);
	return c != 0 ? c : (int)a->kind - (int)b->kind;
}

enum bl_status
bl_coverage__add_gap(struct bl_coverage__reporting *r, const struct bl_gap *gap)
{
	assert(gap->from_ns < gap->to_ns);
	if (r->n_gaps == r->cap_gaps) {
		size_t cap = r->cap_gaps * 2 + 64;
		struct bl_gap *more = bl_new(r->arena, struct bl_gap, cap);

		if (more == NULL)
			return bl_coverage__no_memory(r->err);
		if (r->n_gaps > 0)
			memcpy(more, r->gaps, r->n_gaps * sizeof(*more));
		r->gaps = more;
		r->cap_gaps = cap;
	}
	r->gaps[r->n_gaps++] = *gap;
	return BL_OK;
}

static enum bl_status
fill_places(struct bl_coverage__reporting *r)
{
	size_t room = r->coverage->n + r->coverage->n_others + r->out->n_accounts;
	const struct bl_recorder_cover **covers =
	    bl_new(r->work, const struct bl_recorder_cover *, room);
	struct bl_cover_place *places = bl_new(r->arena, struct bl_cover_place, room);
	enum bl_status status = BL_OK;

	r->places = bl_new(r->work, struct bl_coverage__place, room);
	if (covers == NULL || places == NULL || r->places == NULL)
		return bl_coverage__no_memory(r->err);
	for (size_t i = 0; i < r->out->n_accounts && status == BL_OK; i++)
		status = fill_account(r, (uint32_t)i, covers, places);
	r->out->places = places;
	r->out->n_places = r->n_places;
	return status;
}

enum bl_status
bl_coverage_report_build(struct bl_columns *columns, const struct bl_coverage *coverage,
    const struct bl_coverage_options *options, struct bl_arena *arena,
    const struct bl_coverage_report **ret_report, struct bl_err *reterr)
{
	struct bl_coverage__reporting r = {.columns = columns,
	    .store = bl_columns_store(columns),
	    .coverage = coverage,
	    .o = options,
	    .arena = arena,
	    .work = bl_arena_new(WORK_BYTES),
	    .out = bl_new(arena, struct bl_coverage_report, 1),
	    .err = reterr};
	uint64_t n = bl_store_n_deliveries(r.store);
	enum bl_status status = BL_OK;

	assert(options->from_ns < options->to_ns);
	if (r.work == NULL || r.out == NULL) {
		status = bl_coverage__no_memory(reterr);
		goto out;
	}
	r.position = options->position == 0 || options->position > n ? n : options->position;
	r.out->from_ns = options->from_ns;
	r.out->to_ns = options->to_ns;
	r.out->position = r.position;
	r.out->one_type = options->type.len > 0;
	status = choose_list(&r);
	if (status == BL_OK)
		status = list_accounts(&r);
	if (status == BL_OK)
		status = fill_places(&r);
	if (status == BL_OK)
		status = bl_coverage__types(&r);
	if (status == BL_OK)
		status = sum_up(&r);
	if (status == BL_OK)
		status = list_regions(&r);
	if (status != BL_OK)
		goto out;
	count_notes(&r);
	if (r.n_gaps > 0)
		qsort(r.gaps, r.n_gaps, sizeof(r.gaps[0]), cmp_gaps);
	r.out->gaps = r.gaps;
	r.out->n_gaps = r.n_gaps;
	*ret_report = r.out;
out:
	bl_arena_free(&r.work);
	return status;
}

bool
bl_coverage_report_has(const struct bl_coverage_report *report,
    const struct bl_cover_account *account, struct bl_str region)
{
	for (size_t i = account->first; i < account->first + account->n; i++)
		if (bl_str_eq(report->places[i].region, region))
			return true;
	return false;
}

bool
bl_coverage_report_cell(
    const struct bl_cover_place *place, int64_t from_ns, int64_t to_ns, enum bl_cover *ret_cover)
{
	bool any = false;

	*ret_cover = BL_COVER_OUTSIDE;
	for (size_t i = 0; i < place->n_stretches; i++) {
		const struct bl_cover_stretch *s = &place->stretches[i];

		if (s->to_ns <= from_ns || s->from_ns >= to_ns || s->cover == BL_COVER_OUTSIDE)
			continue;
		if (any && s->cover != *ret_cover)
			return false;
		any = true;
		*ret_cover = s->cover;
	}
	return true;
}
