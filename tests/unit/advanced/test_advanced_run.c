/* What queries answer, byte for byte; pages over restarts and deliveries; what is bounded. */
#include "organisation.h"

#include <stdio.h>

#include "advanced/advanced.h"
#include "base/mem.h"

static const struct {
	bool extended;
	const char *query, *answer;
} asked[] = {
#include "answers.inc"
};

static void
test_answers(void **state)
{
	struct scene s;

	(void)state;
	organisation_open(&s);
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		const char *got = organisation_ask(&s, asked[i].query, asked[i].extended);

		if (strcmp(got, asked[i].answer) != 0)
			fail_msg("%s\n says\n%s wanted\n%s", asked[i].query, got, asked[i].answer);
	}
	scene_close(&s);
}

/* ---- Pages. ------------------------------------------------------------------------------ */

#define QUERY "SELECT resourceId WHERE resourceType = 'AWS::EC2::Volume'"

static enum bl_status
page(struct scene *s, const char *query, struct bl_advanced_options *o, struct bl_arena *arena,
    struct bl_advanced_result *r, enum bl_advanced_code *code)
{
	s->err = (struct bl_err){0};
	return bl_advanced_run(s->store, bl_str_of(query), o, arena, r, code, &s->err);
}

/* A token answers from the ledger position of its first page, after a restart and a delivery that
 * takes the second volume away and brings another. */
static void
test_pages(void **state)
{
	static const struct thing later[] = {
	    {.id = "vol-0", .hour = 12, .state = 20}, {.id = "vol-9", .hour = 12, .state = 21}};
	struct bl_advanced_options o = {
	    .mode = BL_ADVANCED_STRICT, .at_ns = BL_INSTANT_MAX, .limit = 1};
	struct bl_advanced_result r;
	enum bl_advanced_code code;
	struct bl_arena *arena = bl_arena_new((size_t)64 << 20);
	static const char *const ids[] = {"{\"resourceId\":\"vol-1\"}",
	    "{\"resourceId\":\"vol-2\"}", "{\"resourceId\":\"vol-3\"}"};
	struct scene s;

	(void)state;
	assert_non_null(arena);
	organisation_open(&s);
	for (size_t i = 0; i < 3; i++) {
		assert_ok(page(&s, QUERY, &o, arena, &r, &code), s.err);
		assert_int_equal(r.n_rows, 1);
		assert_true(bl_str_eq(r.rows[0], bl_str_of(ids[i])));
		assert_int_equal(r.position, 2);
		assert_true((i < 2) == (r.next_token.ptr != NULL));
		o.token = r.next_token;
		if (i == 0) {
			(void)scene_deliver(
			    &s, BL_DELIVERY_SNAPSHOT, "eu-central-1", 13, true, later, 2);
			bl_store_close(&s.store);
			assert_ok(
			    bl_store_open(bl_os_posix(), s.path, BL_STORE_WRITE, &s.store, &s.err),
			    s.err);
		}
	}
	bl_arena_free(&arena);
	scene_close(&s);
}

static void
check_token(struct scene *s, const char *query, struct bl_advanced_options *o)
{
	struct bl_arena *arena = bl_arena_new((size_t)64 << 20);
	struct bl_advanced_result r;
	enum bl_advanced_code code;

	assert_non_null(arena);
	assert_err(page(s, query, o, arena, &r, &code), s->err, BL_EINPUT,
	    "the token is damaged, or of another query, moment or store");
	assert_string_equal(bl_advanced_code_name(code), "InvalidNextTokenException");
	bl_arena_free(&arena);
}

static void
test_foreign_tokens(void **state)
{
	struct bl_advanced_options o = {
	    .mode = BL_ADVANCED_STRICT, .at_ns = BL_INSTANT_MAX, .limit = 1};
	struct bl_str account = BL_STR("111122223333");
	struct bl_advanced_result r;
	enum bl_advanced_code code;
	struct bl_arena *arena = bl_arena_new((size_t)64 << 20);
	char bad[64];
	struct scene s;

	(void)state;
	assert_non_null(arena);
	organisation_open(&s);
	assert_ok(page(&s, QUERY, &o, arena, &r, &code), s.err);
	assert_int_equal(r.next_token.len, 55);
	memcpy(bad, r.next_token.ptr, 55);
	for (size_t i = 0; i < 55; i++) {
		bad[i] = bad[i] == 'A' ? 'B' : 'A';
		o.token = (struct bl_str){bad, 55};
		check_token(&s, QUERY, &o);
		bad[i] = r.next_token.ptr[i];
	}
	o.token = (struct bl_str){bad, 54};
	check_token(&s, QUERY, &o);
	o.token = BL_STR("");
	check_token(&s, QUERY, &o);
	o.token = r.next_token;
	check_token(&s, QUERY " ", &o);
	o.at_ns = HOUR(3);
	check_token(&s, QUERY, &o);
	o.at_ns = BL_INSTANT_MAX;
	o.known_position = 1;
	check_token(&s, QUERY, &o);
	o.known_position = 0;
	o.accounts = &account;
	o.n_accounts = 1;
	check_token(&s, QUERY, &o);
	o.n_accounts = 0;
	assert_ok(page(&s, QUERY, &o, arena, &r, &code), s.err);
	bl_arena_free(&arena);
	scene_close(&s);
}

/* ---- Bounds. ------------------------------------------------------------------------------- */

static void
test_bounds(void **state)
{
	volatile bool cancel = true;
	struct bl_advanced_options o = {.at_ns = BL_INSTANT_MAX, .limit = 101};
	struct bl_advanced_result r;
	enum bl_advanced_code code;
	struct bl_arena *arena = bl_arena_new((size_t)64 << 20);
	struct scene s;

	(void)state;
	assert_non_null(arena);
	organisation_open(&s);
	assert_err(page(&s, QUERY, &o, arena, &r, &code), s.err, BL_EINPUT,
	    "a page has at most 100 rows, not 101");
	assert_string_equal(bl_advanced_code_name(code), "InvalidLimitException");
	o.limit = 0;
	o.cancel = &cancel;
	assert_err(
	    page(&s, QUERY, &o, arena, &r, &code), s.err, BL_ELIMIT, "the query was cancelled");
	o.cancel = NULL;
	o.timeout_ns = 1;
	assert_err(page(&s, QUERY, &o, arena, &r, &code), s.err, BL_ELIMIT,
	    "the query took longer than it may");
	o.timeout_ns = 0;
	o.memory = 1024;
	assert_int_equal(page(&s, QUERY, &o, arena, &r, &code), BL_ENOMEM);
	assert_int_equal(code, BL_ADVANCED_OK);
	bl_arena_free(&arena);
	scene_close(&s);
}

/* Each allocation fails in turn: an answer, or that there is no memory. */
static void
test_no_memory(void **state)
{
	static const char query[] =
	    "SELECT configuration.state.value, COUNT(*) AS n, MAX(configuration.size) WHERE "
	    "ELEMENT(tags WHERE key = 'Owner') OR configuration.sizee > 5 GROUP BY "
	    "configuration.state.value ORDER BY n DESC";
	struct bl_advanced_options o = {.mode = BL_ADVANCED_EXTENDED, .at_ns = BL_INSTANT_MAX};
	struct bl_advanced_result r;
	enum bl_advanced_code code;
	enum bl_status status;
	bool failed = true;
	struct scene s;
	uint64_t n = 0;

	(void)state;
	organisation_open(&s);
	assert_true(strlen(organisation_ask(&s, query, true)) > 0); /* Columns are written. */
	while (failed) {
		struct bl_arena *arena = bl_arena_new((size_t)64 << 20);

		assert_non_null(arena);
		bl_mem_fail_at(++n);
		status = page(&s, query, &o, arena, &r, &code);
		failed = bl_mem_fail_hit();
		bl_mem_fail_at(0);
		if (status != BL_OK && status != BL_ENOMEM)
			fail_msg("allocation %llu: %s: %s", (unsigned long long)n,
			    bl_status_name(status), s.err.text);
		bl_arena_free(&arena);
	}
	assert_true(n > 10);
	scene_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_answers),
	    cmocka_unit_test(test_pages),
	    cmocka_unit_test(test_foreign_tokens),
	    cmocka_unit_test(test_bounds),
	    cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
