/*
 * Of whom nothing was ever delivered: accounts that the newest account list names, and places that
 * only an item of another recorder or CloudTrail tells of.  Without these a rule would be silent of
 * an account that nobody set up, as if it were fulfilled there.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/instant.h"
#include "rules/assess_priv.h"
#include "timeline/coverage_accounts.h"

#define TEXT_BYTES ((size_t)1 << 20)

struct bl_absent {
	struct bl_str account, region; /* region "*": all of the account */
	int64_t from_ns;
	struct bl_str how;
};

static int
cmp_absent(const void *pa, const void *pb)
{
	const struct bl_absent *a = pa, *b = pb;
	int c = bl_str_cmp(a->account, b->account);

	return c != 0 ? c : bl_str_cmp(a->region, b->region);
}

static bool
delivers(const struct bl_assess *a, struct bl_str account)
{
	size_t first;

	return bl_coverage_account(a->coverage, account, &first) > 0;
}

static bool
is_listed_absent(const struct bl_assess *a, size_t n_listed, struct bl_str account)
{
	const struct bl_absent key = {.account = account, .region = BL_STR("*")};

	return bsearch(&key, a->absent, n_listed, sizeof(key), cmp_absent) != NULL;
}

static enum bl_status
add_listed(struct bl_assess *a, const struct bl_account_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct bl_listed_account *l = &list->accounts[i];
		struct bl_absent *to = &a->absent[a->n_absent];
		enum bl_status status;

		a->n_listed++;
		if (delivers(a, l->id))
			continue;
		*to = (struct bl_absent){
		    .account = l->id, .region = BL_STR("*"), .from_ns = l->joined_ns};
		status = bl_str_printf(a->arena, &to->how, a->err,
		    "the account list of position %llu names this account%s%.*s, and nothing was "
		    "ever delivered of it",
		    (unsigned long long)list->position, l->status.len > 0 ? " as " : "",
		    BL_STR_ARG(l->status));
		if (status != BL_OK)
			return status;
		a->n_absent++;
		a->n_never++;
		a->used[list->position] = true;
	}
	return BL_OK;
}

/* Of an account without any delivery one word is enough, however many regions are told of. */
static void
add_told(struct bl_assess *a)
{
	const struct bl_coverage *c = a->coverage;
	size_t n_listed = a->n_absent; /* They are sorted, as the list is. */

	for (size_t i = 0; i < c->n_others; i++) {
		const struct bl_recorder_cover *o = &c->others[i];
		bool whole = !delivers(a, o->account);
		struct bl_absent *last = a->n_absent > 0 ? &a->absent[a->n_absent - 1] : NULL;

		if (bl_str_eq(o->region, BL_STR("global")) ||
		    (whole && is_listed_absent(a, n_listed, o->account)) ||
		    (whole && last != NULL && bl_str_eq(last->account, o->account)))
			continue;
		a->absent[a->n_absent++] = (struct bl_absent){.account = o->account,
		    .region = whole ? BL_STR("*") : o->region,
		    .from_ns = BL_INSTANT_MIN,
		    .how = BL_STR("an item of another recorder or CloudTrail tells of a recorder "
				  "here, and nothing was ever delivered of it")};
		a->n_never += whole;
	}
}

enum bl_status
bl_assess__absent(struct bl_assess *a)
{
	const struct bl_account_list *list = NULL;
	enum bl_status status =
	    bl_coverage_accounts_newest(a->store, a->position, a->arena, &list, a->err);

	if (status != BL_OK)
		return status;
	a->absent =
	    bl_new(a->work, struct bl_absent, (list == NULL ? 0 : list->n) + a->coverage->n_others);
	if (a->absent == NULL)
		return bl_assess__no_memory(a);
	if (list != NULL) {
		a->list_position = list->position;
		status = add_listed(a, list);
	}
	if (status == BL_OK)
		add_told(a);
	return status;
}

/* A region's recorder says nothing of a rule that looks at IAM alone: another region's does. */
static bool
is_of_region(const struct bl_assess *a, size_t i_rule)
{
	const struct bl_str *types;
	size_t n;

	if (a->rules[i_rule].rule == NULL)
		return true;
	types = bl_assess__types_of(a, i_rule, &n);
	for (size_t i = 0; i < n; i++)
		if (!bl_coverage_is_global(types[i]))
			return true;
	return false;
}

/* "AWS::EC2::Volume, AWS::S3::Bucket: "; nothing of a rule whose types are not known. */
static enum bl_status
types_text(struct bl_assess *a, size_t i_rule, struct bl_str *ret)
{
	struct bl_buf out = BL_BUF_INIT(TEXT_BYTES);
	const struct bl_str *types = NULL;
	size_t n = 0;
	enum bl_status status = BL_OK;

	if (a->rules[i_rule].rule != NULL)
		types = bl_assess__types_of(a, i_rule, &n);
	for (size_t i = 0; i < n && status == BL_OK; i++)
		status = bl_buf_printf(
		    &out, a->err, "%.*s%s", BL_STR_ARG(types[i]), i + 1 < n ? ", " : ": ");
	if (status == BL_OK && bl_str_dup(a->work, bl_buf_str(&out), ret) != BL_OK)
		status = bl_assess__no_memory(a);
	bl_buf_release(&out);
	return status;
}

enum bl_status
bl_assess__check_absent(struct bl_assess *a, size_t i_rule)
{
	struct bl_arena_mark mark = bl_arena_mark(a->work);
	struct bl_str types;
	enum bl_status status = types_text(a, i_rule, &types);

	for (size_t i = 0; i < a->n_absent && status == BL_OK; i++) {
		const struct bl_absent *from = &a->absent[i];
		struct bl_place_verdict v = {.account = from->account,
		    .region = from->region,
		    .span = {from->from_ns, BL_INSTANT_MAX},
		    .since_ns = from->from_ns,
		    .ruling = {.verdict = BL_INSUFFICIENT_DATA, .reason = BL_REASON_NOBODY}};

		if (!bl_str_eq(v.region, BL_STR("*")) && !is_of_region(a, i_rule))
			continue;
		status = bl_str_printf(a->arena, &v.ruling.annotation, a->err,
		    "%.*s%.*s; to bring: its deliveries, or why it is out of scope",
		    BL_STR_ARG(types), BL_STR_ARG(from->how));
		if (status == BL_OK)
			status = bl_assess__add_place_verdict(a, i_rule, &v);
	}
	bl_arena_rewind(a->work, mark);
	return status;
}
