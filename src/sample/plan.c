/* Accounts, the six-hour grid, the moments of "expect". */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "sample/sample_priv.h"

const char *const bl_sample__regions[BL_SAMPLE_MAX_REGIONS] = {"eu-central-1", "eu-west-1",
    "eu-north-1", "eu-west-3", "eu-west-2", "eu-south-1", "eu-central-2", "eu-south-2", "us-east-1",
    "us-west-2", "us-east-2", "us-west-1", "ca-central-1", "ap-northeast-1", "ap-southeast-1",
    "ap-southeast-2", "ap-south-1", "ap-northeast-2", "sa-east-1", "ap-northeast-3"};

struct bl_sample_options
bl_sample_defaults(void)
{
	return (struct bl_sample_options){
	    .n_accounts = 4,
	    .n_regions = 2,
	    .n_days = 35,
	    .n_resources = 60,
	    .seed = 1,
	    .start_ns = bl_instant_civil(2025, 12, 30),
	};
}

static BL_STATUS
check_range(const char *what, uint32_t value, uint32_t max, struct bl_err *reterr)
{
	if (value < 1 || value > max)
		return bl_fail(reterr, BL_EUSAGE,
		    "the sample's number of %s is %u; it must be 1 to %u", what, value, max);
	return BL_OK;
}

static BL_STATUS
check_options(const struct bl_sample_options *options, struct bl_err *reterr)
{
	enum bl_status status;

	status = check_range("accounts", options->n_accounts, BL_SAMPLE_MAX_ACCOUNTS, reterr);
	if (!status)
		status = check_range("regions", options->n_regions, BL_SAMPLE_MAX_REGIONS, reterr);
	if (!status)
		status = check_range("days", options->n_days, BL_SAMPLE_MAX_DAYS, reterr);
	if (!status)
		status =
		    check_range("resources", options->n_resources, BL_SAMPLE_MAX_RESOURCES, reterr);
	/* Creation times lie up to 900 days before the start. */
	if (!status && (options->start_ns < bl_instant_civil(1975, 1, 1) ||
			   options->start_ns > bl_instant_civil(2250, 1, 1)))
		status = bl_fail(reterr, BL_EUSAGE, "the sample's start must lie in 1975 to 2250");
	return status;
}

int64_t
bl_sample__grid_ms(const struct bl_sample_plan *plan, uint32_t slot)
{
	return plan->start_ms + (int64_t)slot * MS_PER_SLOT;
}

/* Whole seconds, behind the grid by what the account, the region and the day add (invariant 3). */
int64_t
bl_sample__delivery_ms(
    const struct bl_sample_plan *plan, uint32_t account, uint32_t region, uint32_t slot)
{
	const uint64_t key = plan->accounts[account].key;
	uint32_t seconds = 20 + bl_sample__below(bl_sample__mix(key, 5), 200) + 2 * region +
			   bl_sample__below(bl_sample__mix(key, 1000 + slot), 9);

	assert(seconds < 300);
	return bl_sample__grid_ms(plan, slot) + seconds * MS_PER_S;
}

/*
 * Numbers of twelve digits without repeats: a step that is coprime to 10^12
 * visits them all.
 */
static void
make_account(const struct bl_sample_plan *plan, uint32_t i, struct bl_sample_account *account)
{
	static const char *const team[] = {"orders", "billing", "platform", "data", "grid",
	    "portal", "security", "archive", "metering", "control"};
	static const char *const stage[] = {"prod", "staging", "dev"};
	const uint64_t modulus = UINT64_C(1000000000000);
	uint64_t number = bl_sample__mix(plan->options.seed, 11) % modulus;

	number = (number + i * UINT64_C(382917465123)) % modulus;
	account->key = bl_sample__mix(bl_sample__mix(plan->options.seed, 12), i);
	(void)snprintf(account->id, sizeof(account->id), "%012llu", (unsigned long long)number);
	(void)snprintf(account->name, sizeof(account->name), "%s-%s-%u",
	    team[bl_sample__mix(account->key, 1) % 10], stage[bl_sample__mix(account->key, 2) % 3],
	    i + 1);
	account->first_slot = 0;
	account->last_slot = plan->n_slots - 1;
}

/* Middle third of the period, so that there is a before and an after. */
static uint32_t
middle_slot(const struct bl_sample_plan *plan, uint64_t salt)
{
	uint32_t third = plan->n_slots / 3;

	return third + bl_sample__below(bl_sample__mix(plan->options.seed, salt), third);
}

static void
plan_comers(struct bl_sample_plan *plan)
{
	const uint32_t n = plan->options.n_accounts;
	uint32_t pick;

	plan->leaves = NO_SLOT;
	plan->joins = NO_SLOT;
	if (plan->n_slots < 12 || n < 2)
		return;
	pick = bl_sample__below(bl_sample__mix(plan->options.seed, 21), n);
	plan->leaves = pick;
	plan->accounts[pick].last_slot = middle_slot(plan, 22);
	if (n < 3)
		return;
	pick = (pick + 1 + bl_sample__below(bl_sample__mix(plan->options.seed, 23), n - 1)) % n;
	plan->joins = pick;
	plan->accounts[pick].first_slot = middle_slot(plan, 24);
}

/* Quarters of the period, three hours behind the grid; never beyond the last delivery. */
static void
plan_moments(struct bl_sample_plan *plan)
{
	plan->n_moments = 0;
	for (uint32_t i = 1; i <= 3; i++) {
		uint32_t slot = plan->n_slots * i / 4;

		if (slot + 2 > plan->n_slots)
			slot = plan->n_slots - 2;
		if (plan->n_moments > 0 && plan->moment_slot[plan->n_moments - 1] == slot + 1)
			continue;
		plan->moment_slot[plan->n_moments] = slot + 1;
		plan->moment_ms[plan->n_moments] = bl_sample__grid_ms(plan, slot) + 3 * MS_PER_HOUR;
		plan->n_moments++;
	}
}

BL_STATUS
bl_sample__plan(const struct bl_sample_options *options, struct bl_arena *arena,
    struct bl_sample_plan *ret_plan, struct bl_err *reterr)
{
	struct bl_sample_plan *plan = ret_plan;
	enum bl_status status;

	status = check_options(options, reterr);
	if (status)
		return status;
	*plan = (struct bl_sample_plan){.options = *options};
	plan->start_ms = options->start_ns / BL_NS_PER_S * MS_PER_S;
	plan->n_slots = options->n_days * 4;
	plan->accounts = bl_new(arena, struct bl_sample_account, options->n_accounts);
	if (plan->accounts == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the sample's accounts");
	for (uint32_t i = 0; i < options->n_accounts; i++)
		make_account(plan, i, &plan->accounts[i]);
	plan_comers(plan);
	plan_moments(plan);
	bl_sample__plan_stories(plan);
	return BL_OK;
}
