/* The resources of one account and region at the begin. */
#include <assert.h>
#include <string.h>

#include "sample/sample_priv.h"

static void
regional_counts(const struct bl_sample_plan *plan, uint32_t region, uint32_t count[N_TYPES])
{
	const uint32_t n = plan->options.n_resources;
	uint32_t total = 0, share = 0;

	for (int t = 0; t < N_REGIONAL; t++)
		share += bl_sample__types[t].permille;
	for (uint32_t t = 0; t < N_REGIONAL; t++) {
		const struct bl_sample_type_row *row = &bl_sample__types[t];

		if (n < N_REGIONAL)
			count[t] = t < n;
		else
			count[t] =
			    1 + (uint32_t)((uint64_t)(n - N_REGIONAL) * row->permille / share);
		if (row->max_count != 0 && count[t] > row->max_count)
			count[t] = row->max_count;
		/* A trail is recorded in its home region only. */
		if (t == T_TRAIL && region != 0)
			count[t] = 0;
		total += count[t];
	}
	count[T_VOLUME] += n - total;
}

static uint32_t
at_most(uint32_t value, uint32_t max)
{
	return value < max ? value : max;
}

void
bl_sample__iam_counts(const struct bl_sample_plan *plan, uint32_t count[N_TYPES])
{
	const uint32_t n = plan->options.n_resources;

	count[T_USER] = at_most(2 + n / 20, 1000);
	count[T_ROLE] = at_most(2 + n / 20, 1000);
	count[T_IAM_GROUP] = at_most(1 + n / 100, 100);
	count[T_POLICY] = at_most(1 + n / 50, 300);
}

static void
draw_flags(struct bl_sample_res *res)
{
	const struct bl_sample_type_row *row = &bl_sample__types[res->type];

	for (size_t i = 0; i < sizeof(row->initial) / sizeof(row->initial[0]); i++) {
		const struct bl_sample_chance *chance = &row->initial[i];

		if (bl_sample__below(bl_sample__mix(res->key, 30 + i), 1000) < chance->permille)
			res->flags |= chance->flag;
	}
}

/* Never a whole second (invariant 3). */
static int64_t
with_ms(int64_t ms, uint64_t draw)
{
	return ms - ms % 1000 + 1 + bl_sample__below(draw, 999);
}

/*
 * When it was made and last changed, before the first delivery.  An account that
 * joins has everything discovered in the two hours before its first delivery.
 */
static void
draw_times(const struct bl_sample_plan *plan, uint32_t account, struct bl_sample_res *res)
{
	const uint32_t first_slot = plan->accounts[account].first_slot;
	const uint64_t draw = bl_sample__mix(res->key, 40);
	int64_t created =
	    plan->start_ms - 30 * MS_PER_DAY - (int64_t)(draw >> 8) % (870 * MS_PER_DAY);
	int64_t captured;

	if (first_slot > 0) {
		captured = bl_sample__grid_ms(plan, first_slot) - 2 * MS_PER_HOUR +
			   bl_sample__below(bl_sample__mix(draw, 1), (uint32_t)(90 * MS_PER_MIN));
		res->flags |= F_NEW;
	} else if ((draw & 1) != 0) {
		captured = created + 2 * MS_PER_MIN + (int64_t)(draw >> 16) % (48 * MS_PER_MIN);
		res->flags |= F_NEW;
	} else {
		int64_t room = plan->start_ms - created - 2 * MS_PER_HOUR;

		captured = created + MS_PER_HOUR + (int64_t)(draw >> 16) % room;
		res->rev = 1;
		res->flags |= F_SEEN;
	}
	if (bl_sample__types[res->type].whole_second_creation)
		created -= created % 1000;
	res->created_ms = created;
	res->captured_ms = with_ms(captured, draw);
	res->verdict_ms =
	    with_ms(captured + MS_PER_MIN * (1 + (int64_t)(draw >> 4) % 5), draw >> 3);
}

static struct bl_sample_res
make(const struct bl_sample_plan *plan, uint32_t account, uint64_t place_key, uint8_t type,
    uint32_t ordinal)
{
	struct bl_sample_res res = {.type = type, .ordinal = ordinal, .flags = F_LIVE};

	res.key = bl_sample__mix(bl_sample__mix(place_key, type), ordinal);
	draw_times(plan, account, &res);
	draw_flags(&res);
	return res;
}

void
bl_sample__renew(struct bl_sample_res *res)
{
	res->key = bl_sample__mix(res->key, 41);
	res->flags = 0;
	draw_flags(res);
	res->flags &= ~(uint32_t)(F_ATT | F_KEEP);
}

static void
finish_user(struct bl_sample_res *user)
{
	if ((user->flags & (F_CONS | F_MFA)) == F_CONS)
		user->flags |= F_OPEN;
}

void
bl_sample__user(const struct bl_sample_plan *plan, uint32_t account, uint32_t ordinal,
    struct bl_sample_res *ret_res)
{
	*ret_res = make(plan, account, plan->accounts[account].key, T_USER, ordinal);
	finish_user(ret_res);
}

/* Three of four users rotate within 80 days; the others have not for 100 to 200 days
 * before the start: nobody but the planted user crosses the 90th day. */
int64_t
bl_sample__key_rotated(
    const struct bl_sample_plan *plan, const struct bl_sample_res *user, int64_t at_ms)
{
	const uint64_t draw = bl_sample__mix(user->key, 50);
	const int64_t period = (60 + (int64_t)(draw >> 8) % 20) * MS_PER_DAY;
	int64_t rotated;

	if (user->story != 0) {
		const struct bl_sample_story *story = &plan->stories[user->story - 1];

		rotated =
		    bl_sample__grid_ms(plan, story->slot - 1) + story->hour_ms - KEY_MAX_AGE_MS;
	} else if ((draw & 3) == 0) {
		rotated = plan->start_ms - (100 + (int64_t)(draw >> 8) % 100) * MS_PER_DAY -
			  (int64_t)(draw >> 20) % MS_PER_DAY;
	} else {
		rotated = at_ms - (at_ms + (int64_t)(draw >> 20) % period) % period;
	}
	return rotated - rotated % 1000;
}

static void
finish(struct bl_sample_run *run, struct bl_sample_res *res)
{
	const uint32_t *count = run->scope.count;

	if (res->type == T_VOLUME) {
		if (res->ordinal < count[T_INSTANCE])
			res->flags |= F_ATT;
		if ((res->flags & F_ATT) != 0)
			res->flags |= F_KEEP;
	}
	if (res->type == T_VPC && res->ordinal < count[T_FLOWLOG])
		res->flags |= F_ON;
	finish_user(res);
	if (bl_sample__types[res->type].deletable && (res->flags & F_KEEP) == 0 &&
	    bl_sample__below(bl_sample__mix(res->key, 42), 1000) < 40)
		res->flags &= ~(uint32_t)F_LIVE;
}

/* The account's rules look at its trail and at this region's detector. */
static void
finish_account(struct bl_sample_run *run, struct bl_sample_res *res)
{
	const struct bl_sample_plan *plan = run->plan;
	const uint64_t key = plan->accounts[run->account].key;
	const struct bl_sample_res trail =
	    make(plan, run->account, bl_sample__mix(key, 5000), T_TRAIL, 0);
	const struct bl_sample_res *all = run->scope.res;

	res->flags |= F_PIN;
	if (bl_sample__below(bl_sample__mix(key, 60), 10) != 0)
		res->flags |= F_MFA;
	if (plan->options.n_resources > T_TRAIL) {
		res->flags |= trail.flags & F_MULTI;
		if (run->region == 0 || (trail.flags & F_MULTI) != 0)
			res->flags |= F_TRAIL;
	}
	if (run->scope.count[T_DETECTOR] != 0)
		res->flags |= all[run->scope.first[T_DETECTOR]].flags & F_ON;
}

static bool
story_is_here(const struct bl_sample_run *run, const struct bl_sample_story *story)
{
	if (story->left_out != NULL || story->account != run->account)
		return false;
	if (story->kind->scope == SCOPE_IAM)
		return true;
	return story->kind->scope == SCOPE_REGION && story->region == run->region;
}

static void
add_story(struct bl_sample_run *run, uint32_t i_story, struct bl_sample_res *res)
{
	struct bl_sample_story *story = &run->plan->stories[i_story];
	const struct bl_sample_story_kind *kind = story->kind;
	struct bl_sample_out out = {story->id, 0, sizeof(story->id) - 1};

	*res = make(run->plan, run->account,
	    kind->scope == SCOPE_IAM ? run->scope.account_key : run->scope.region_key, kind->type,
	    run->scope.count[kind->type] + i_story);
	res->flags &= F_NEW | F_SEEN;
	res->flags |= kind->flags | F_PIN | (kind->absent ? 0 : F_LIVE);
	res->story = (uint8_t)(i_story + 1);
	bl_sample__emit_part(&out, &run->scope, res, PART_ID);
	story->id[out.len] = '\0';
	out = (struct bl_sample_out){story->name, 0, sizeof(story->name) - 1};
	bl_sample__emit_part(&out, &run->scope, res, PART_NAME);
	story->name[out.len] = '\0';
	story->first_ms = kind->absent ? NO_TIME : res->captured_ms;
}

static void
begin_scope(struct bl_sample_run *run)
{
	struct bl_sample_scope *scope = &run->scope;

	scope->templates = &run->templates;
	scope->account = &run->plan->accounts[run->account];
	scope->region = bl_sample__regions[run->region];
	scope->account_key = scope->account->key;
	scope->region_key = bl_sample__mix(scope->account_key, 5000 + run->region);
	memset(scope->count, 0, sizeof(scope->count));
	regional_counts(run->plan, run->region, scope->count);
	bl_sample__iam_counts(run->plan, scope->count);
	scope->count[T_RECORDER] = 1;
	scope->count[T_ACCOUNT] = 1;
	run->n_res = 0;
	for (int t = 0; t < N_TYPES; t++) {
		scope->first[t] = run->n_res;
		run->n_res += scope->count[t];
	}
}

BL_STATUS
bl_sample__populate(struct bl_sample_run *run, struct bl_err *reterr)
{
	struct bl_sample_scope *scope = &run->scope;
	struct bl_sample_res *all;
	enum bl_status status;

	begin_scope(run);
	run->res.len = 0;
	status = bl_buf_reserve(
	    &run->res, (run->n_res + MAX_STORIES) * sizeof(struct bl_sample_res), reterr);
	if (status)
		return status;
	all = (struct bl_sample_res *)(void *)run->res.ptr;
	scope->res = all;
	for (uint32_t t = 0; t < N_TYPES; t++) {
		const uint64_t place_key =
		    t >= T_USER && t <= T_POLICY ? scope->account_key : scope->region_key;

		for (uint32_t i = 0; i < scope->count[t]; i++) {
			struct bl_sample_res *res = &all[scope->first[t] + i];

			*res = make(run->plan, run->account, place_key, (uint8_t)t, i);
			finish(run, res);
		}
	}
	finish_account(run, &all[scope->first[T_ACCOUNT]]);
	all[scope->first[T_RECORDER]].flags |= F_PIN;
	for (uint32_t i = 0; i < run->plan->n_stories; i++) {
		if (story_is_here(run, &run->plan->stories[i]))
			add_story(run, i, &all[run->n_res++]);
	}
	for (uint32_t i = 0; i < run->n_res; i++) {
		struct bl_sample_res *res = &all[i];
		const int64_t at = bl_sample__grid_ms(run->plan, scope->account->first_slot);

		if (res->type == T_USER &&
		    at - bl_sample__key_rotated(run->plan, res, at) > KEY_MAX_AGE_MS)
			res->flags |= F_OLD;
		res->verdict = bl_sample__verdict(res);
	}
	return BL_OK;
}
