/* What is missing, from when to when, and how that is told. */
#include "scene.h"

#include <stdio.h>

#include "base/mem.h"
#include "timeline/coverage_report.h"

#define RECORDER "AWS::Config::ConfigurationRecorder"
#define SAYS(h, what_)                                                                             \
	{                                                                                          \
		.type = RECORDER, .id = "default", .hour = (h), .what = (what_)                    \
	}
#define ON "{\"Recording\":true,\"RecordingGroup\":{\"AllSupported\":true}}"
#define OFF "{\"Recording\":false,\"RecordingGroup\":{\"AllSupported\":true}}"

static int
setup(void **state)
{
	static struct scene s;

	scene_open(&s);
	*state = &s;
	return 0;
}

static int
teardown(void **state)
{
	scene_close(*state);
	return 0;
}

static const struct bl_coverage_report *
report_of(struct scene *s, struct bl_coverage_options o)
{
	const struct bl_coverage_report *report = NULL;
	const struct bl_coverage *c = NULL;
	struct bl_columns *columns = NULL;
	int64_t sum = 0;

	assert_ok(bl_columns_new(s->store, BL_COLUMNS_CANONICAL, &columns, &s->err), s->err);
	assert_ok(bl_coverage_build(columns, o.position, s->arena, &c, &s->err), s->err);
	assert_ok(bl_coverage_report_build(columns, c, &o, s->arena, &report, &s->err), s->err);
	bl_columns_free(&columns);
	/* Whatever happens: the states of each place are the period, each moment once. */
	for (size_t i = 0; i < report->n_places; i++) {
		const struct bl_cover_place *p = &report->places[i];
		int64_t at = o.from_ns;

		for (size_t k = 0; k < p->n_stretches; k++) {
			assert_true(p->stretches[k].from_ns == at);
			assert_true(p->stretches[k].to_ns > at);
			at = p->stretches[k].to_ns;
		}
		assert_true(at == o.to_ns);
		for (int k = 0; k < BL_N_COVERS; k++)
			sum += p->ns[k];
	}
	assert_true(sum == (int64_t)report->n_places * (o.to_ns - o.from_ns));
	return report;
}

static const struct bl_coverage_report *
report(struct scene *s, int from, int to)
{
	return report_of(s, (struct bl_coverage_options){.from_ns = HOUR(from), .to_ns = HOUR(to)});
}

/* "region type kind from-to; ..." in hours. */
static const char *
gaps(const struct bl_coverage_report *r)
{
	static char out[2048];

	out[0] = '\0';
	for (size_t i = 0; i < r->n_gaps; i++) {
		const struct bl_gap *g = &r->gaps[i];
		size_t len = strlen(out);

		(void)snprintf(out + len, sizeof(out) - len, "%s%.*s %.*s %s %d-%d",
		    i > 0 ? "; " : "", BL_STR_ARG(g->region), BL_STR_ARG(g->type),
		    bl_coverage_report_gap(g->kind), (int)((g->from_ns - HOUR(0)) / BL_NS_PER_HOUR),
		    (int)((g->to_ns - HOUR(0)) / BL_NS_PER_HOUR));
	}
	return out;
}

static void
a_complete_period_has_no_gap(void **state)
{
	struct scene *s = *state;
	const struct bl_coverage_report *r;

	SNAPSHOT(s, 0, SAYS(-5, ON), {.id = "v", .hour = -9});
	for (int h = 6; h <= 48; h += 6)
		SNAPSHOT(s, h, SAYS(-5, ON), {.id = "v", .hour = -9});
	r = report(s, 6, 48);
	assert_int_equal(r->n_gaps, 0);
	assert_int_equal(r->n_accounts_known, 1);
	assert_false(r->has_population);
	assert_int_equal(r->places[0].n_snapshots, 7);
	assert_int_equal(r->places[0].n_expected, 7);
	assert_true(r->places[0].cadence_ns == 6 * BL_NS_PER_HOUR);
	assert_true(r->known_ns == r->of_ns && r->of_ns == 42 * BL_NS_PER_HOUR);
}

static void
each_kind_of_gap_has_its_time_and_its_source(void **state)
{
	struct scene *s = *state;
	const struct bl_coverage_report *r;

	SNAPSHOT(s, 10, SAYS(1, ON), {.id = "v", .hour = 0});
	SNAPSHOT(s, 20, SAYS(1, ON), {.id = "v", .hour = 0});
	HISTORY(s, 22, SAYS(22, OFF));
	HISTORY(s, 30, SAYS(30, ON));
	SNAPSHOT(s, 70, SAYS(30, ON), {.id = "v", .hour = 0});
	r = report(s, 0, 100);
	assert_string_equal(gaps(r),
	    "eu-central-1 * before-first-delivery 0-10; eu-central-1 * recorder-stopped 22-30; "
	    "eu-central-1 * silent 30-70; eu-central-1 * after-last-delivery 70-100");
	assert_bytes(r->gaps[0].how, "the first delivery speaks for 2026-01-01T10:00:00Z");
	assert_bytes(r->gaps[1].how,
	    "the recorder item of 2026-01-01T22:00:00Z says Recording = false (position 3)");
	assert_bytes(r->gaps[2].how,
	    "no delivery between 2026-01-02T06:00:00Z and 2026-01-03T22:00:00Z; snapshots come "
	    "every 2 d 2 h");
	assert_bytes(r->gaps[3].how, "the last snapshot speaks for 2026-01-03T22:00:00Z");
	assert_true(r->ns[BL_COVER_KNOWN] == 12 * BL_NS_PER_HOUR);
	assert_true(r->ns[BL_COVER_STOPPED] == 8 * BL_NS_PER_HOUR);
	assert_true(r->ns[BL_COVER_SILENT] == 40 * BL_NS_PER_HOUR);
	assert_true(r->ns[BL_COVER_NONE] == 40 * BL_NS_PER_HOUR);
}

static void
who_stopped_it_and_who_contradicts(void **state)
{
	struct scene *s = *state;
	const struct bl_coverage_report *r;

	SNAPSHOT(s, 0, SAYS(-1, ON), {.id = "v", .hour = -1});
	SNAPSHOT(s, 20, SAYS(-1, ON), {.id = "v", .hour = -1});
	SNAPSHOT(s, 40, SAYS(-1, ON), {.id = "v", .hour = -1});
	scene_act(s, "StopConfigurationRecorder", "eu-central-1", 5, NULL);
	scene_act(s, "StartConfigurationRecorder", "eu-central-1", 9, NULL);
	r = report(s, 0, 40);
	assert_string_equal(gaps(r), "eu-central-1 * recorder-stopped 5-9");
	assert_true(r->places[0].contradicted);
	assert_bytes(r->gaps[0].how,
	    "StopConfigurationRecorder at 2026-01-01T05:00:00Z by "
	    "arn:aws:iam::111122223333:user/eve (CloudTrail, position 4); item and event "
	    "contradict each other: both count");
	/* What lies behind the period is not told of it. */
	assert_int_equal(report(s, 10, 40)->n_gaps, 0);
	assert_false(report(s, 10, 40)->places[0].contradicted);
}

#define ACCOUNT(id, status, joined)                                                                \
	"{\"Id\":\"" id "\",\"Arn\":\"a\",\"Name\":\"n\",\"Status\":\"" status                     \
	"\",\"JoinedTimestamp\":\"" joined "\"}"
#define OLD "2020-01-01T00:00:00Z"

static void
accounts_that_should_have_delivered(void **state)
{
	struct scene *s = *state;
	const struct bl_coverage_report *r;

	SNAPSHOT(s, 0, {.id = "v", .hour = -1});
	SNAPSHOT(s, 20, {.id = "v", .hour = -1});
	SNAPSHOT(s, 40, {.id = "v", .hour = -1});
	scene_evidence(s, BL_DELIVERY_ACCOUNT_LIST,
	    "{\"Accounts\":[" ACCOUNT("111122223333", "ACTIVE", OLD) "," ACCOUNT(
		"222222222222", "ACTIVE", OLD) "," ACCOUNT("333333333333", "SUSPENDED",
		"2026-01-01T12:00:00Z") "," ACCOUNT("444444444444", "ACTIVE",
		"2026-02-01T00:00:00Z") "]}\n");
	r = report(s, 0, 40);
	assert_true(r->has_population);
	assert_int_equal(r->n_listed, 4);
	assert_int_equal(r->n_accounts, 4);
	assert_int_equal(r->n_accounts_expected, 3); /* The fourth joined later. */
	assert_int_equal(r->n_accounts_known, 1);
	assert_string_equal(gaps(r), "* * never-delivered 0-40; * * never-delivered 12-40");
	assert_bytes(r->gaps[0].how, "listed as ACTIVE; no delivery of the account");
	assert_bytes(r->gaps[1].how, "listed as SUSPENDED; no delivery of the account");
	assert_true(r->accounts[3].of_ns == 0);
	/* Of one region alone the same is said: nothing is known of them there either. */
	r = report_of(
	    s, (struct bl_coverage_options){
		   .from_ns = HOUR(0), .to_ns = HOUR(40), .region = BL_STR("eu-central-1")});
	assert_string_equal(gaps(r), "* * never-delivered 0-40; * * never-delivered 12-40");
	/* Before the list had come, nobody knew of them. */
	r = report_of(
	    s, (struct bl_coverage_options){.from_ns = HOUR(0), .to_ns = HOUR(40), .position = 3});
	assert_int_equal(r->n_accounts, 1);
	assert_int_equal(r->n_gaps, 0);
}

static void
an_account_that_left_is_no_gap_for_ever(void **state)
{
	struct scene *s = *state;
	const struct bl_coverage_report *r;

	SNAPSHOT(s, 0, {.id = "v", .hour = -1});
	SNAPSHOT(s, 20, {.id = "v", .hour = -1});
	scene_evidence(s, BL_DELIVERY_ACCOUNT_LIST,
	    "{\"Accounts\":[" ACCOUNT("111122223333", "ACTIVE", OLD) "]}");
	scene_evidence(s, BL_DELIVERY_ACCOUNT_LIST,
	    "{\"Accounts\":[" ACCOUNT("222222222222", "ACTIVE", "2026-02-01T00:00:00Z") "]}");
	r = report(s, 0, 30);
	assert_int_equal(r->accounts[0].standing, BL_ACCOUNT_LEFT);
	assert_string_equal(gaps(r), "eu-central-1 * account-left 20-30");
	assert_bytes(r->gaps[0].how,
	    "the last snapshot speaks for 2026-01-01T20:00:00Z; the account list at position 3 "
	    "names it, the account list at position 4 does not");
	r = report(s, 21, 30);
	assert_int_equal(r->n_gaps, 0);
	assert_int_equal(r->n_accounts_expected, 0);
}

#define ONLY_BUCKETS                                                                               \
	"{\"Recording\":true,\"RecordingMode\":{\"RecordingFrequency\":\"DAILY\"},"                \
	"\"RecordingGroup\":{\"AllSupported\":false,\"ResourceTypes\":[\"AWS::S3::Bucket\"]}}"

static void
a_type_that_is_left_out(void **state)
{
	struct scene *s = *state;
	const struct bl_coverage_report *r;

	SNAPSHOT(s, 0, SAYS(-1, ON), {.id = "v", .hour = -1},
	    {.type = "AWS::S3::Bucket", .id = "b", .hour = -1});
	HISTORY(s, 10, SAYS(10, ONLY_BUCKETS));
	SNAPSHOT(s, 24, SAYS(10, ONLY_BUCKETS), {.type = "AWS::S3::Bucket", .id = "b", .hour = -1});
	SNAPSHOT(s, 40, SAYS(10, ONLY_BUCKETS), {.type = "AWS::S3::Bucket", .id = "b", .hour = -1});
	r = report(s, 0, 30);
	assert_string_equal(gaps(r), "eu-central-1 AWS::EC2::Volume not-recorded 10-30");
	assert_bytes(r->gaps[0].how,
	    "the recorder item of 2026-01-01T10:00:00Z does not name the type (position 2)");
	/* The recorder was on and delivered: only the type is unknown. */
	assert_true(r->known_ns == 30 * BL_NS_PER_HOUR);
	assert_true(r->ns[BL_COVER_NOT_RECORDED] == 20 * BL_NS_PER_HOUR);
	assert_true(r->places[0].daily);
	r = report_of(
	    s, (struct bl_coverage_options){
		   .from_ns = HOUR(0), .to_ns = HOUR(30), .type = BL_STR("AWS::EC2::Volume")});
	assert_true(r->known_ns == 10 * BL_NS_PER_HOUR);
	assert_int_equal(r->n_types, 1);
}

static void
a_type_of_which_nothing_is_told_is_no_gap(void **state)
{
	struct scene *s = *state;
	const struct bl_coverage_report *r;

	SNAPSHOT(s, 0, {.id = "v", .hour = -1});
	SNAPSHOT(s, 20, {.id = "v", .hour = -1});
	SNAPSHOT(s, 40, {.id = "v", .hour = -1});
	r = report(s, 0, 40);
	assert_int_equal(r->n_gaps, 0);
	assert_int_equal(r->n_types, 1);
	assert_int_equal(r->types[0].n_not_told, 1);
	assert_int_equal(r->types[0].n_recorded, 0);
}

/* One recorder of the account that records IAM is enough. */
static void
global_types_need_one_recorder(void **state)
{
	static const char only_volumes[] =
	    "{\"Recording\":true,\"RecordingGroup\":{\"AllSupported\""
	    ":false,\"ResourceTypes\":[\"AWS::EC2::Volume\"]}}";
	struct scene *s = *state;
	const struct thing user = {
	    .type = "AWS::IAM::User", .region = "global", .id = "u", .hour = -1};

	for (int h = 0; h <= 40; h += 20)
		SNAPSHOT(s, h, SAYS(-1, only_volumes), {.id = "v", .hour = -1});
	assert_int_equal(report(s, 0, 40)->n_gaps, 0); /* Nobody has ever heard of a user. */
	assert_string_equal(gaps(report_of(s, (struct bl_coverage_options){.from_ns = HOUR(0),
						  .to_ns = HOUR(40),
						  .type = BL_STR("AWS::IAM::User")})),
	    "global AWS::IAM::User not-recorded 0-40");
	for (int h = 0; h <= 40; h += 20) {
		const struct thing things[] = {
		    {.type = RECORDER,
			.region = "eu-west-1",
			.id = "default",
			.hour = -1,
			.what = "{\"Recording\":true,\"RecordingGroup\":{\"AllSupported\":true,"
				"\"IncludeGlobalResourceTypes\":true}}"},
		    user};

		scene_deliver(s, BL_DELIVERY_SNAPSHOT, "eu-west-1", h, true, things, 2);
	}
	assert_int_equal(report(s, 0, 40)->n_gaps, 0);
}

/* Each request for memory fails in turn: told as such, and nothing is half done. */
static void
without_memory(void **state)
{
	struct scene *s = *state;
	const struct bl_coverage_options o = {.from_ns = HOUR(0), .to_ns = HOUR(40)};
	bool hit = true;

	SNAPSHOT(s, 0, SAYS(-1, ON), {.id = "v", .hour = -1});
	SNAPSHOT(s, 20, SAYS(-1, ON), {.id = "v", .hour = -1});
	scene_act(s, "StopConfigurationRecorder", "eu-central-1", 5, NULL);
	scene_evidence(s, BL_DELIVERY_ACCOUNT_LIST,
	    "{\"Accounts\":[" ACCOUNT("222222222222", "ACTIVE", OLD) "]}");
	for (uint64_t n = 1; hit; n++) {
		struct bl_arena *arena = bl_arena_new((size_t)1 << 26);
		const struct bl_coverage_report *report = NULL;
		const struct bl_coverage *c = NULL;
		struct bl_columns *columns = NULL;
		enum bl_status status;

		assert_true(n < 2000);
		assert_ok(
		    bl_columns_new(s->store, BL_COLUMNS_CANONICAL, &columns, &s->err), s->err);
		bl_mem_fail_at(n);
		status = bl_coverage_build(columns, 0, arena, &c, &s->err);
		if (status == BL_OK)
			status = bl_coverage_report_build(columns, c, &o, arena, &report, &s->err);
		hit = bl_mem_fail_hit();
		bl_mem_fail_at(0);
		if (status != (hit ? BL_ENOMEM : BL_OK))
			fail_msg("request %llu: %s: %s", (unsigned long long)n,
			    bl_status_name(status), status == BL_OK ? "" : s->err.text);
		assert_true(hit == (report == NULL));
		bl_columns_free(&columns);
		bl_arena_free(&arena);
	}
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(a_complete_period_has_no_gap),
	    T(each_kind_of_gap_has_its_time_and_its_source), T(who_stopped_it_and_who_contradicts),
	    T(accounts_that_should_have_delivered), T(an_account_that_left_is_no_gap_for_ever),
	    T(a_type_that_is_left_out), T(a_type_of_which_nothing_is_told_is_no_gap),
	    T(global_types_need_one_recorder), T(without_memory)};
#undef T

	return cmocka_run_group_tests(tests, NULL, NULL);
}
