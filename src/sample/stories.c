/* The stories as a table, and where and when the seed places them. */
#include <assert.h>
#include <string.h>

#include "sample/sample_priv.h"

/* Three days are 12 periods.  from, to: the steps that bound the verdict. */
const struct bl_sample_story_kind bl_sample__stories[] = {
    /* The first: all others keep clear of it. */
    {.name = "recorder-stopped",
	.type = T_RECORDER,
	.scope = SCOPE_OUTAGE,
	.n_slots = OUTAGE_SLOTS + 2,
	.from = 0,
	.to = 1,
	.n_steps = 2,
	.step = {{0, 0, EV_CHANGE, 0, F_ON}, {OUTAGE_SLOTS, 0, EV_CHANGE, F_ON, 0}}},
    {.name = "ssh-open",
	.identifier = "RESTRICTED_INCOMING_TRAFFIC",
	.rule = "nis2-restrict-ssh-rdp",
	.verdict = "NON_COMPLIANT",
	.type = T_GROUP,
	.n_slots = 13,
	.flags = F_TAG,
	.from = 0,
	.to = 1,
	.n_steps = 2,
	.step = {{0, 0, EV_CHANGE, F_SSH4, 0}, {12, 0, EV_CHANGE, 0, F_SSH4}}},
    {.name = "ssh-open-ipv6",
	.identifier = "RESTRICTED_INCOMING_TRAFFIC",
	.rule = "nis2-restrict-ssh-rdp",
	.verdict = "NON_COMPLIANT",
	.type = T_GROUP,
	.n_slots = 13,
	.flags = F_TAG,
	.from = 0,
	.to = 1,
	.n_steps = 2,
	.step = {{0, 0, EV_CHANGE, F_SSH6, 0}, {12, 0, EV_CHANGE, 0, F_SSH6}}},
    {.name = "database-between-snapshots",
	.identifier = "RDS_STORAGE_ENCRYPTED",
	.rule = "nis2-rds-storage-encrypted",
	.verdict = "NON_COMPLIANT",
	.type = T_DB,
	.n_slots = 1,
	.flags = F_TAG | F_MAZ,
	.absent = true,
	.from = 0,
	.to = 1,
	.n_steps = 2,
	.step = {{0, 0, EV_CREATE, 0, 0}, {0, 1, EV_DELETE, 0, 0}}},
    {.name = "database-vanished",
	.identifier = "RDS_MULTI_AZ_SUPPORT",
	.rule = "nis2-kritis-rds-multi-az",
	.verdict = "NON_COMPLIANT",
	.type = T_DB,
	.n_slots = 1,
	.flags = F_TAG | F_ENC,
	.from = -1,
	.to = 0,
	.n_steps = 1,
	.step = {{0, 0, EV_VANISH, 0, 0}}},
    {.name = "bucket-encrypted-late",
	.identifier = "S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED",
	.rule = "nis2-s3-sse-enabled",
	.verdict = "NON_COMPLIANT",
	.type = T_BUCKET,
	.n_slots = 1,
	.flags = F_TAG | F_ON,
	.from = -1,
	.to = 0,
	.n_steps = 1,
	.step = {{0, 0, EV_CHANGE, F_ENC, 0}}},
    {.name = "volume-unencrypted",
	.identifier = "ENCRYPTED_VOLUMES",
	.rule = "nis2-ebs-encrypted",
	.verdict = "NON_COMPLIANT",
	.type = T_VOLUME,
	.flags = F_TAG | F_ATT,
	.from = -1,
	.to = -1},
    {.name = "volume-unencrypted-unattached",
	.identifier = "ENCRYPTED_VOLUMES",
	.rule = "nis2-ebs-encrypted",
	.verdict = "NOT_APPLICABLE",
	.type = T_VOLUME,
	.flags = F_TAG,
	.from = -1,
	.to = -1},
    {.name = "account-leaves", .scope = SCOPE_LEAVES, .type = T_ACCOUNT, .from = -1, .to = -1},
    {.name = "account-joins", .scope = SCOPE_JOINS, .type = T_ACCOUNT, .from = -1, .to = -1},
    {.name = "access-key-90-days",
	.identifier = "ACCESS_KEYS_ROTATED",
	.rule = "nis2-access-keys-rotated",
	.verdict = "NON_COMPLIANT",
	.type = T_USER,
	.scope = SCOPE_IAM,
	.n_slots = 6,
	.flags = F_TAG | F_KEEP | F_CONS | F_MFA,
	.from = -1,
	.to = -1},
    {.name = "tags-lost",
	.identifier = "REQUIRED_TAGS",
	.rule = "required-tags-ec2",
	.verdict = "NON_COMPLIANT",
	.type = T_INSTANCE,
	.n_slots = 7,
	.flags = F_TAG | F_ON | F_ENC | F_NOTAG,
	.from = 0,
	.to = 1,
	.n_steps = 2,
	.step = {{0, 0, EV_CHANGE, 0, F_TAG}, {6, 0, EV_CHANGE, F_TAG, 0}}},
    {.name = "deletion-protection-off",
	.identifier = "ELB_DELETION_PROTECTION_ENABLED",
	.verdict = "NON_COMPLIANT",
	.type = T_LB,
	.n_slots = 2,
	.flags = F_TAG | F_PROT,
	.from = 0,
	.to = 1,
	.n_steps = 2,
	.step = {{0, 0, EV_CHANGE, 0, F_PROT}, {1, 1, EV_CHANGE, F_PROT, 0}}},
    {.name = "pitr-enabled",
	.identifier = "DYNAMODB_PITR_ENABLED",
	.rule = "nis2-dynamodb-pitr",
	.verdict = "NON_COMPLIANT",
	.type = T_TABLE,
	.n_slots = 1,
	.flags = F_TAG | F_ENC,
	.from = -1,
	.to = 0,
	.n_steps = 1,
	.step = {{0, 0, EV_CHANGE, F_PITR, 0}}},
    {.name = "database-made-multi-az",
	.identifier = "RDS_MULTI_AZ_SUPPORT",
	.rule = "nis2-kritis-rds-multi-az",
	.verdict = "NON_COMPLIANT",
	.type = T_DB,
	.n_slots = 1,
	.flags = F_TAG | F_ENC,
	.from = -1,
	.to = 0,
	.n_steps = 1,
	.step = {{0, 0, EV_CHANGE, F_MAZ, 0}}},
    {.name = "recreated",
	.type = T_BUCKET,
	.n_slots = 6,
	.flags = F_TAG | F_ENC | F_ON,
	.from = 0,
	.to = 1,
	.n_steps = 2,
	.step = {{0, 0, EV_DELETE, 0, 0}, {5, 0, EV_CREATE, 0, 0}}},
    {.name = "history-late",
	.type = T_LAMBDA,
	.n_slots = 7,
	.flags = F_TAG,
	.from = 0,
	.to = 1,
	.n_steps = 2,
	.step = {{0, 0, EV_CHANGE, 0, F_TAG}, {0, 1, EV_CHANGE, F_TAG, 0}}},
    {.name = "stale-verdict",
	.identifier = "RESTRICTED_INCOMING_TRAFFIC",
	.rule = "nis2-restrict-ssh-rdp",
	.verdict = "NON_COMPLIANT",
	.type = T_GROUP,
	.n_slots = 1,
	.flags = F_TAG,
	.stale = true,
	.from = 0,
	.to = -1,
	.n_steps = 1,
	.step = {{0, 0, EV_CHANGE, F_RDP4, 0}}},
};
const size_t bl_sample__n_stories = sizeof(bl_sample__stories) / sizeof(bl_sample__stories[0]);

/* The hour has milliseconds, and is the same for all steps: three days are three days. */
int64_t
bl_sample__step_ms(
    const struct bl_sample_plan *plan, const struct bl_sample_story *story, uint32_t i_step)
{
	const struct bl_sample_step *step = &story->kind->step[i_step];

	assert(i_step < story->kind->n_steps && story->slot > 0);
	return bl_sample__grid_ms(plan, story->slot + step->slot - 1) + story->hour_ms +
	       step->extra_hours * MS_PER_HOUR;
}

const struct bl_sample_story *
bl_sample__outage(const struct bl_sample_plan *plan, uint32_t account, uint32_t region)
{
	const struct bl_sample_story *story;

	if (plan->i_outage == NO_SLOT)
		return NULL;
	story = &plan->stories[plan->i_outage];
	if (story->account != account || (region != NO_SLOT && story->region != region))
		return NULL;
	return story;
}

/* Would periods [slot, slot + n_slots) at this place meet the outage, or a vanishing be counted? */
static bool
fits(const struct bl_sample_plan *plan, const struct bl_sample_story *story, uint32_t slot)
{
	const bool iam = story->kind->scope == SCOPE_IAM;
	const struct bl_sample_story *outage =
	    bl_sample__outage(plan, story->account, iam ? NO_SLOT : story->region);
	const uint32_t end = slot + story->kind->n_slots;

	if (outage != NULL && slot <= outage->slot + OUTAGE_SLOTS + 1 && end >= outage->slot)
		return false;
	/* Between two snapshots nobody can say whether it was still there. */
	for (uint32_t i = 0; i < plan->n_moments; i++) {
		if (story->kind->step[0].event == EV_VANISH && plan->moment_slot[i] == slot)
			return false;
	}
	return true;
}

/*
 * One of the periods that fit; NO_SLOT if none does.  In a period of a month or more
 * two days at both ends stay free, so that a calendar month inside it has all stories.
 */
static uint32_t
pick_slot(const struct bl_sample_plan *plan, const struct bl_sample_story *story, uint64_t draw)
{
	const uint32_t margin = plan->n_slots >= 120 ? 9 : 2;
	const uint32_t need = story->kind->n_slots + margin + 1;
	uint32_t n_fit = 0;

	for (int pass = 0; pass < 2; pass++) {
		uint32_t pick = pass == 1 ? bl_sample__below(draw, n_fit) : 0, seen = 0;

		for (uint32_t slot = margin; slot + need <= plan->n_slots; slot++) {
			if (!fits(plan, story, slot))
				continue;
			if (pass == 1 && seen == pick)
				return slot;
			seen++;
		}
		n_fit = seen;
		if (n_fit == 0)
			break;
	}
	return NO_SLOT;
}

/* An account that neither leaves nor joins; there is one, as these take at most n - 1. */
static uint32_t
pick_account(const struct bl_sample_plan *plan, uint64_t draw)
{
	const uint32_t n = plan->options.n_accounts;
	uint32_t account = bl_sample__below(draw, n);

	while (account == plan->leaves || account == plan->joins)
		account = (account + 1) % n;
	return account;
}

static void
place_comer(const struct bl_sample_plan *plan, struct bl_sample_story *story, uint32_t account)
{
	story->account = account;
	if (account == NO_SLOT)
		story->left_out = plan->options.n_accounts < 3
				      ? "it needs an account of its own: give it more accounts"
				      : "the period is too short: it needs three days";
}

static void
place(struct bl_sample_plan *plan, struct bl_sample_story *story, uint64_t key)
{
	const struct bl_sample_story_kind *kind = story->kind;

	story->slot = NO_SLOT;
	if (kind->scope == SCOPE_LEAVES || kind->scope == SCOPE_JOINS) {
		place_comer(plan, story, kind->scope == SCOPE_LEAVES ? plan->leaves : plan->joins);
		return;
	}
	/* The hour: 1:10 to 2:10 of the period, so that an hour more stays inside it. */
	story->hour_ms = 70 * MS_PER_MIN +
			 (int64_t)bl_sample__below(bl_sample__mix(key, 1), 60 * 60 * 1000 - 1) + 1;
	if (story->hour_ms % 1000 == 0)
		story->hour_ms++;
	/* A place without a fitting period is not the only place. */
	for (uint64_t attempt = 0; attempt < 64 && story->slot == NO_SLOT; attempt++) {
		story->account = pick_account(plan, bl_sample__mix(key, 100 + attempt));
		story->region =
		    bl_sample__below(bl_sample__mix(key, 200 + attempt), plan->options.n_regions);
		if (kind->n_slots == 0 && (attempt == 63 || bl_sample__outage(plan, story->account,
								story->region) == NULL))
			return;
		if (kind->n_slots == 0)
			continue;
		story->slot = pick_slot(plan, story, bl_sample__mix(key, 300 + attempt));
	}
	if (story->slot == NO_SLOT)
		story->left_out = kind->scope == SCOPE_OUTAGE
				      ? "the period is too short: it needs eleven days"
				      : "no period of the days given is long enough and clear of "
					"the stopped recorder";
}

void
bl_sample__plan_stories(struct bl_sample_plan *plan)
{
	const uint64_t key = bl_sample__mix(plan->options.seed, 31);

	static_assert(sizeof(bl_sample__stories) / sizeof(bl_sample__stories[0]) <= MAX_STORIES,
	    "the plan has room for each story");

	plan->i_outage = NO_SLOT;
	for (uint32_t i = 0; i < bl_sample__n_stories; i++) {
		struct bl_sample_story *story = &plan->stories[i];

		*story = (struct bl_sample_story){.kind = &bl_sample__stories[i]};
		place(plan, story, bl_sample__mix(key, i));
		if (story->kind->scope == SCOPE_OUTAGE && story->left_out == NULL)
			plan->i_outage = i;
	}
	plan->n_stories = (uint32_t)bl_sample__n_stories;
}
