#include "unit/evidence/fixture.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"

/* ---- The store that stands in ------------------------------------------------ */

const struct bl_delivery *
bl_store_delivery(const struct bl_store *store, uint64_t position)
{
	return position == 0 || position > store->n_deliveries ? NULL
							       : &store->deliveries[position - 1];
}

uint64_t
bl_store_n_quarantined(const struct bl_store *store)
{
	return store->n_quarantine;
}

const struct bl_store_quarantine *
bl_store_quarantined(const struct bl_store *store, uint64_t i)
{
	return i < store->n_quarantine ? &store->quarantine[i] : NULL;
}

enum bl_status
bl_store_read(struct bl_store *store, struct bl_version_id id, struct bl_arena *arena,
    struct bl_str *ret_bytes, struct bl_sha256 *ret_sha256, struct bl_err *reterr)
{
	(void)arena;
	if (id.type_no != 0 || id.ordinal >= store->n_items)
		return bl_fail(reterr, BL_ENOTFOUND, "no such version");
	*ret_bytes = store->items[id.ordinal];
	return bl_sha256_of(*ret_bytes, ret_sha256, reterr);
}

/* ---- The assessment ------------------------------------------------------------ */

#define DAY(month, day) bl_instant_civil(2026, month, day)
#define MAX_FINDINGS 20000

struct maker {
	struct bl_arena *arena;
	struct fixture *fixture;
	struct bl_finding *findings;
	size_t n;
	uint32_t i_rule;
};

static struct bl_str
text(struct maker *m, const char *z)
{
	struct bl_str copy = {0};
	enum bl_status status = bl_str_dup(m->arena, bl_str_of(z), &copy);

	assert(status == BL_OK);
	return copy;
}

static const struct {
	const char *name, *identifier, *description;
	bool ours;
} rule_data[] = {
    {"nis2-mfa-enabled-iam-console", "MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS",
	"NIS2 Art. 21(2)(j): console users have a second factor", false},
    {"nis2-ebs-encrypted", "ENCRYPTED_VOLUMES", "NIS2 Art. 21(2)(h): volumes are encrypted", true},
    {"nis2-rds-storage-encrypted", "RDS_STORAGE_ENCRYPTED",
	"NIS2 Art. 21(2)(h): databases are encrypted", true},
    {"nis2-s3-sse-enabled", "S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED",
	"NIS2 Art. 21(2)(h): buckets encrypt by default", true},
    {"nis2-cloudtrail-enabled", "CLOUD_TRAIL_ENABLED",
	"NIS2 Art. 21(2)(a): a trail records API calls", false},
    {"nis2-restrict-ssh-rdp", "RESTRICTED_INCOMING_TRAFFIC",
	"NIS2 Art. 21(2)(e): SSH and RDP are not open to the world", true},
    {"nis2-kritis-rds-multi-az", "RDS_MULTI_AZ_SUPPORT",
	"NIS2 Art. 21(2)(c) + KRITIS: databases stand in two zones", true},
    {"nis2-dynamodb-pitr", "DYNAMODB_PITR_ENABLED", "NIS2 Art. 21(2)(c): tables can be restored",
	true},
    {"nis2-secrets-rotation-enabled", "SECRETSMANAGER_ROTATION_ENABLED_CHECK",
	"NIS2 Art. 21(2)(i): secrets are rotated", false},
    {"kritis-backup-plan-required", "BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK",
	"KRITIS: backups are made often enough", false},
    {"required-tags-ec2", "REQUIRED_TAGS", "Assets have an owner, an environment and a data class",
	true},
    {"nis2-guardduty-enabled", "GUARDDUTY_ENABLED_CENTRALIZED",
	"NIS2 Art. 21(2)(b): threats are detected", false},
};
#define N_RULES (sizeof(rule_data) / sizeof(rule_data[0]))

static void
make_rules(struct maker *m)
{
	struct bl_pack_input *port = bl_new(m->arena, struct bl_pack_input, 2);
	struct bl_str *limit = bl_new(m->arena, struct bl_str, 2);
	struct bl_assessment *a = &m->fixture->assessment;
	struct bl_pack *pack = bl_new(m->arena, struct bl_pack, 1);
	struct bl_pack_rule *rules = bl_new(m->arena, struct bl_pack_rule, N_RULES);

	port[0] = (struct bl_pack_input){BL_STR("blockedPort1"), BL_STR("22"), BL_ORIGIN_LITERAL};
	port[1] = (struct bl_pack_input){BL_STR("blockedPort2"), BL_STR("3389"), BL_ORIGIN_DEFAULT};
	limit[0] = BL_STR("Shows the setting, not the strength of the key.");
	limit[1] = BL_STR("Says nothing about copies outside AWS.");
	a->rules = bl_new(m->arena, struct bl_rule_result, N_RULES);
	a->n_rules = N_RULES;
	for (size_t i = 0; i < N_RULES; i++) {
		struct bl_rule *rule = bl_new(m->arena, struct bl_rule, 1);
		char yaml[200];

		rules[i] = (struct bl_pack_rule){.name = bl_str_of(rule_data[i].name),
		    .identifier = bl_str_of(rule_data[i].identifier),
		    .description = bl_str_of(rule_data[i].description),
		    .owner = BL_STR("AWS")};
		if (i == 5) {
			rules[i].inputs = port;
			rules[i].n_inputs = 2;
		}
		(void)snprintf(yaml, sizeof(yaml), "identifier: %s\ncompliant: true\n",
		    rule_data[i].identifier);
		rule->identifier = rules[i].identifier;
		rule->text = text(m, yaml);
		rule->limits = limit;
		rule->n_limits = i % 3 == 0 ? 0 : i % 3;
		if (bl_sha256_of(rule->text, &rule->sha256, NULL) != BL_OK)
			assert(0);
		a->rules[i].pack_rule = &rules[i];
		a->rules[i].rule = rule_data[i].ours ? rule : NULL;
	}
	*pack = (struct bl_pack){.name = BL_STR("nis2-kritis"),
	    .text = BL_STR("Resources:\n  # the pack\n"),
	    .rules = rules,
	    .n_rules = N_RULES};
	if (bl_sha256_of(pack->text, &pack->sha256, NULL) != BL_OK)
		assert(0);
	a->pack = pack;
}

static const char *const account[] = {"111122223333", "444455556666", "777788889999"};

static struct bl_finding *
add(struct maker *m, int i_account, const char *type, const char *id, enum bl_verdict verdict,
    const char *annotation)
{
	struct bl_store *store = &m->fixture->store;
	struct bl_finding *f = &m->findings[m->n++];
	char item[400];

	assert(m->n <= MAX_FINDINGS);
	*f = (struct bl_finding){.i_rule = m->i_rule,
	    .account = bl_str_of(account[i_account]),
	    .region = i_account == 2 ? BL_STR("eu-west-1") : BL_STR("eu-central-1"),
	    .type = bl_str_of(type),
	    .id = text(m, id),
	    .verdict = verdict,
	    .annotation = text(m, annotation),
	    .from_ns = DAY(1, 1),
	    .to_ns = DAY(2, 1),
	    .since_ns = DAY(1, 1) - 40 * BL_NS_PER_DAY,
	    .recorded_ns = DAY(1, 1) - 40 * BL_NS_PER_DAY};
	if (verdict == BL_INSUFFICIENT_DATA || verdict == BL_ERROR || store->n_items >= 5000)
		return f;
	(void)snprintf(
	    item, sizeof(item), "{\"resourceType\":\"%s\",\"n\":%u}", type, store->n_items);
	f->has_version = true;
	f->version.ordinal = store->n_items;
	store->items[store->n_items] = text(m, item);
	if (bl_sha256_of(store->items[store->n_items++], &f->version_sha256, NULL) != BL_OK)
		assert(0);
	return f;
}

/* Two findings on one resource: broken until ${to_ns}, then good. */
static void
add_fixed(struct maker *m, int i_account, const char *type, const char *id, int64_t from_ns,
    int64_t to_ns, const char *annotation)
{
	struct bl_finding *f = add(m, i_account, type, id, BL_COMPLIANT, "");

	f->to_ns = from_ns;
	f->then = BL_THEN_CHANGED;
	f->next = BL_NON_COMPLIANT;
	f = add(m, i_account, type, id, BL_NON_COMPLIANT, annotation);
	f->from_ns = f->since_ns = f->recorded_ns = from_ns;
	f->to_ns = to_ns;
	f->then = BL_THEN_CHANGED;
	f->next = BL_COMPLIANT;
	f = add(m, i_account, type, id, BL_COMPLIANT, "");
	f->from_ns = f->since_ns = f->recorded_ns = to_ns;
}

static void
add_good(struct maker *m, const char *type, const char *prefix, int n)
{
	for (int i = 0; i < n; i++) {
		char id[100];

		(void)snprintf(id, sizeof(id), "%s%04d", prefix, i);
		(void)add(m, i % 3, type, id, BL_COMPLIANT, "");
	}
}

static void
undetermined_rule(struct maker *m, enum bl_reason reason, const char *annotation, int n)
{
	for (int i = 0; i < n; i++) {
		struct bl_finding *f = add(
		    m, i % 3, "AWS::::Account", account[i % 3], BL_INSUFFICIENT_DATA, annotation);

		f->reason = reason;
		f->since_ns = f->recorded_ns = BL_INSTANT_MIN;
	}
}

static void
volume_findings(struct maker *m)
{
	struct bl_finding *f;

	add_good(m, "AWS::EC2::Volume", "vol-0a", 31);
	f = add(
	    m, 0, "AWS::EC2::Volume", "vol-0fe3", BL_NON_COMPLIANT, "the volume is not encrypted");
	f->name = BL_STR("db-data");
	f = add(
	    m, 1, "AWS::EC2::Volume", "vol-0fe4", BL_NON_COMPLIANT, "the volume is not encrypted");
	f->to_ns = DAY(1, 20) + 5 * BL_NS_PER_HOUR;
	f->then = BL_THEN_VANISHED;
	f = add(m, 1, "AWS::EC2::Volume", "vol-0fe5", BL_NOT_APPLICABLE, "");
	f->reason = BL_REASON_STATUS;
}

static void
bucket_findings(struct maker *m, uint32_t n_extra)
{
	struct bl_finding *f;

	add_good(m, "AWS::S3::Bucket", "logs-", 12);
	add_fixed(m, 0, "AWS::S3::Bucket", "billing-exports", DAY(1, 9) + 7 * BL_NS_PER_HOUR,
	    DAY(1, 12) + 16 * BL_NS_PER_HOUR, "the bucket has no default encryption");
	/* What a spreadsheet, a page or a terminal might take for more than text. */
	(void)add(m, 1, "AWS::S3::Bucket", "=HYPERLINK(\"http://x\",\"y\")", BL_NON_COMPLIANT,
	    "quote \" comma , line\r\nbreak");
	f = add(m, 1, "AWS::S3::Bucket", "<script>alert(1)</script>&amp;", BL_NON_COMPLIANT,
	    "-2+3 'single' \x1b[31m\xe2\x80\xae txt \xff end");
	f->name = BL_STR("<img src=http://x onerror=alert(1)>");
	for (uint32_t i = 0; i < n_extra; i++) {
		char id[60];

		(void)snprintf(id, sizeof(id), "extra-%05u", i);
		(void)add(m, 2, "AWS::S3::Bucket", id, BL_NON_COMPLIANT,
		    "the bucket has no default encryption");
	}
}

static void
group_findings(struct maker *m)
{
	struct bl_finding *f;

	add_good(m, "AWS::EC2::SecurityGroup", "sg-0b", 22);
	add_fixed(m, 0, "AWS::EC2::SecurityGroup", "sg-0c11d", DAY(1, 14) + 8 * BL_NS_PER_HOUR,
	    DAY(1, 17) + 8 * BL_NS_PER_HOUR + 90 * BL_NS_PER_S,
	    "port 22 is open to 0.0.0.0/0 (tcp 22-22)");
	f = add(m, 2, "AWS::EC2::SecurityGroup", "sg-0c11e", BL_ERROR,
	    "the rule failed: configuration.ipPermissions is no list");
	f->reason = BL_REASON_BROKEN;
}

static void
recorded_findings(struct maker *m)
{
	for (int i = 0; i < 3; i++) {
		struct bl_finding *f = add(m, i, "AWS::::Account", account[i],
		    i == 1 ? BL_NON_COMPLIANT : BL_COMPLIANT, i == 1 ? "no trail" : "");

		f->source = BL_SOURCE_RECORDED;
		f->reason = BL_REASON_RECORDED;
	}
	m->fixture->assessment.rules[m->i_rule].source = BL_SOURCE_RECORDED;
}

static void
make_findings(struct maker *m, uint32_t n_extra)
{
	m->findings = bl_new(m->arena, struct bl_finding, MAX_FINDINGS);
	m->fixture->store.items = bl_new(m->arena, struct bl_str, 5000);
	undetermined_rule(m, BL_REASON_MISSING,
	    "no credential report: 'aws iam get-credential-report' gives one", 3);
	m->i_rule++;
	volume_findings(m);
	m->i_rule++;
	add_good(m, "AWS::RDS::DBInstance", "db-", 9);
	m->i_rule++;
	bucket_findings(m, n_extra);
	m->i_rule++;
	recorded_findings(m);
	m->i_rule++;
	group_findings(m);
	m->i_rule++;
	add_good(m, "AWS::RDS::DBInstance", "db-", 7);
	add_fixed(m, 1, "AWS::RDS::DBInstance", "db-orders", DAY(1, 3), DAY(1, 30),
	    "the database stands in one zone");
	m->i_rule++;
	add_good(m, "AWS::DynamoDB::Table", "table-", 14);
	m->i_rule++;
	undetermined_rule(m, BL_REASON_NOT_IMPLEMENTED, "", 3);
	m->i_rule++;
	m->i_rule++; /* A rule without any resource. */
	add_good(m, "AWS::EC2::Instance", "i-", 40);
	(void)add(m, 2, "AWS::EC2::Instance", "i-0ff", BL_NON_COMPLIANT, "tags are missing: Owner");
	m->i_rule++;
	undetermined_rule(m, BL_REASON_NOT_IMPLEMENTED, "", 3);
	m->fixture->assessment.findings = m->findings;
	m->fixture->assessment.n_findings = m->n;
}

static void
make_recorders(struct maker *m)
{
	static const char *const region[] = {"eu-central-1", "eu-west-1"};
	struct bl_assessment *a = &m->fixture->assessment;
	struct bl_span *span = bl_new(m->arena, struct bl_span, 1);

	*span = (struct bl_span){DAY(1, 10), DAY(1, 19)};
	a->recorders = bl_new(m->arena, struct bl_recorder, 6);
	a->n_recorders = 6;
	for (size_t i = 0; i < 6; i++)
		a->recorders[i] = (struct bl_recorder){.account = bl_str_of(account[i / 2]),
		    .region = bl_str_of(region[i % 2]),
		    .first_ns = DAY(1, 1) - 90 * BL_NS_PER_DAY,
		    .last_ns = DAY(2, 1) - 6 * BL_NS_PER_HOUR,
		    .n_snapshots = 124,
		    .n_histories = 400 + i,
		    .longest_silence_ns = 6 * BL_NS_PER_HOUR,
		    .known_ns = 31 * BL_NS_PER_DAY - 6 * BL_NS_PER_HOUR};
	a->recorders[3].stopped = span;
	a->recorders[3].n_stopped = 1;
	a->recorders[3].known_ns = 22 * BL_NS_PER_DAY;
	a->recorders[5].last_ns = DAY(1, 21);
	a->recorders[5].known_ns = 20 * BL_NS_PER_DAY;
	a->recorders[5].longest_silence_ns = 11 * BL_NS_PER_DAY;
}

static void
make_deliveries(struct maker *m)
{
	struct bl_assessment *a = &m->fixture->assessment;
	struct bl_store *store = &m->fixture->store;

	store->n_deliveries = 24;
	store->deliveries = bl_new(m->arena, struct bl_delivery, store->n_deliveries);
	a->deliveries = bl_new(m->arena, uint64_t, store->n_deliveries);
	a->n_deliveries = store->n_deliveries;
	for (uint64_t i = 0; i < store->n_deliveries; i++) {
		struct bl_delivery *d = &store->deliveries[i];
		char key[200];

		(void)snprintf(key, sizeof(key),
		    "AWSLogs/%s/Config/eu-central-1/2026/1/%d/ConfigSnapshot/s%d.json.gz",
		    account[i % 3], (int)(i + 1), (int)i);
		*d = (struct bl_delivery){.position = i + 1,
		    .key = i == 3 ? text(m, "odd/\"key\", with \\ and \n") : text(m, key),
		    .kind = BL_DELIVERY_SNAPSHOT,
		    .account = bl_str_of(account[i % 3]),
		    .region = BL_STR("eu-central-1"),
		    .as_of_ns = DAY(1, 1 + (int)i),
		    .bytes_in = 1000 + i,
		    .n_items = 50,
		    .complete = true};
		if (bl_sha256_of(d->key, &d->sha256, NULL) != BL_OK)
			assert(0);
		a->deliveries[i] = i + 1;
	}
	store->n_quarantine = a->n_quarantined = 2;
	store->quarantine = bl_new(m->arena, struct bl_store_quarantine, 2);
	store->quarantine[0] =
	    (struct bl_store_quarantine){4, {17, 90210, 400, BL_STR("resourceId is missing")}};
	store->quarantine[1] = (struct bl_store_quarantine){
	    9, {BL_NO_OFFSET, 1200, 0, BL_STR("the gzip stream ends too early")}};
}

static void
make_disagreement(struct maker *m)
{
	struct bl_assessment *a = &m->fixture->assessment;

	a->disagreements = bl_new(m->arena, struct bl_disagreement, 1);
	a->disagreements[0] = (struct bl_disagreement){.i_rule = 5,
	    .account = bl_str_of(account[0]),
	    .region = BL_STR("eu-central-1"),
	    .type = BL_STR("AWS::EC2::SecurityGroup"),
	    .id = BL_STR("sg-0c11d"),
	    .computed = BL_NON_COMPLIANT,
	    .recorded = BL_COMPLIANT,
	    .from_ns = DAY(1, 14),
	    .to_ns = DAY(1, 15)};
	a->n_disagreements = 1;
	a->rules[5].n_disagreements = 1;
}

/* Worst first. */
static int
rank(enum bl_verdict verdict)
{
	static const int order[BL_N_VERDICTS] = {[BL_NON_COMPLIANT] = 0,
	    [BL_ERROR] = 1,
	    [BL_INSUFFICIENT_DATA] = 2,
	    [BL_COMPLIANT] = 3,
	    [BL_NOT_APPLICABLE] = 4};

	return order[verdict];
}

static bool
same_resource(const struct bl_finding *a, const struct bl_finding *b)
{
	return a->i_rule == b->i_rule && bl_str_eq(a->account, b->account) &&
	       bl_str_eq(a->region, b->region) && bl_str_eq(a->id, b->id);
}

static void
tally(struct bl_counts *rule, struct bl_counts *all, enum bl_verdict verdict)
{
	rule->resources++;
	rule->verdict[verdict]++;
	all->resources++;
	all->verdict[verdict]++;
}

void
fixture_count(struct fixture *fixture)
{
	struct bl_assessment *a = &fixture->assessment;
	size_t i = 0;

	a->over_period = a->at_end = (struct bl_counts){0};
	for (size_t r = 0; r < a->n_rules; r++) {
		struct bl_rule_result *rule = &a->rules[r];

		rule->over_period = rule->at_end = (struct bl_counts){0};
		rule->first_finding = i;
		while (i < a->n_findings && a->findings[i].i_rule == r) {
			size_t first = i;
			enum bl_verdict worst = a->findings[i].verdict;

			for (; i < a->n_findings &&
			       same_resource(&a->findings[first], &a->findings[i]);
			     i++)
				if (rank(a->findings[i].verdict) < rank(worst))
					worst = a->findings[i].verdict;
			tally(&rule->over_period, &a->over_period, worst);
			if (a->findings[i - 1].to_ns == a->to_ns)
				tally(&rule->at_end, &a->at_end, a->findings[i - 1].verdict);
		}
		rule->n_findings = i - rule->first_finding;
	}
}

struct fixture *
fixture_make(struct bl_arena *arena, uint32_t n_extra)
{
	struct fixture *fixture = bl_new(arena, struct fixture, 1);
	struct maker m = {.arena = arena, .fixture = fixture};

	if (fixture == NULL)
		return NULL;
	fixture->assessment.from_ns = DAY(1, 1);
	fixture->assessment.to_ns = DAY(2, 1);
	fixture->assessment.position = 24;
	fixture->assessment.newest_ns = DAY(2, 1) - 6 * BL_NS_PER_HOUR;
	make_rules(&m);
	make_findings(&m, n_extra);
	make_recorders(&m);
	make_deliveries(&m);
	make_disagreement(&m);
	fixture_count(fixture);
	return fixture;
}
