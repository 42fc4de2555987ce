/* Which account list is the newest: by dates of replies and names, else by the ledger. */
#include "scene.h"

#include <stdio.h>

#include "timeline/coverage_accounts.h"
#include "timeline/coverage_priv.h"

static void
dates_in_headers(void **state)
{
	static const struct {
		const char *text;
		int day; /* Of February 2026; 0: none. */
	} cases[] = {
	    {"Tue, 03 Feb 2026 10:11:12 GMT", 3},
	    {"Sat, 28 Feb 2026 00:00:00 GMT", 28},
	    {"Sat, 29 Feb 2026 00:00:00 GMT", 0},
	    {"Tue, 03 Feb 2026 24:00:00 GMT", 0},
	    {"Tue, 03 Fev 2026 10:11:12 GMT", 0},
	    {"Tue, 03 Feb 2026 10:11:12 CET", 0},
	    {"Tue, 3 Feb 2026 10:11:12 GMT", 0},
	    {"2026-02-03", 0},
	    {"", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t ns = 0;
		bool is = bl_coverage__http_date(bl_str_of(cases[i].text), &ns);
		int64_t day = bl_instant_civil(2026, 2, cases[i].day > 0 ? cases[i].day : 1);

		assert_int_equal(is, cases[i].day > 0);
		assert_true(!is || (ns >= day && ns < day + BL_NS_PER_DAY));
	}
}

static void
dates_in_names(void **state)
{
	static const struct {
		const char *text;
		int day;
	} cases[] = {
	    {"list-accounts-2026-02-03.json", 3},
	    {"2026-02-03T10:11:12Z.json", 3},
	    {"accounts_20260204.json", 4},
	    {"accounts_20260204T101112Z.json", 4},
	    {"111122223333-2026-02-05.json", 5},
	    {"111120260206-accounts.json", 0},
	    {"v2026-13-01-20260207", 7},
	    {"2026-02-30.json", 0},
	    {"2026-02-031.json", 0},
	    {"12026-02-03.json", 0},
	    {"accounts-2026-02", 0},
	    {"accounts.json", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t ns = 0;
		bool is = bl_coverage__name_date(bl_str_of(cases[i].text), &ns);

		if (is != (cases[i].day > 0) ||
		    (is && ns != bl_instant_civil(2026, 2, cases[i].day)))
			fail_msg("%s", cases[i].text);
	}
}

static uint64_t
list_of(struct scene *s, const char *key, const char *date, const char *id)
{
	char text[400];

	(void)snprintf(text, sizeof(text), "{\"Accounts\":[{\"Id\":\"%s\"}]%s%s%s}", id,
	    date == NULL ? "" : ",\"ResponseMetadata\":{\"HTTPHeaders\":{\"date\":\"",
	    date == NULL ? "" : date, date == NULL ? "" : "\"}}");
	return scene_evidence_named(s, BL_DELIVERY_ACCOUNT_LIST, key, text);
}

/* The newest list and the order of all, as positions: "2 1 3". */
static const char *
positions(struct scene *s, uint64_t position)
{
	static char out[200];
	struct bl_account_list *lists = NULL;
	const struct bl_account_list *newest = NULL;
	size_t n = 0;

	assert_ok(
	    bl_coverage_accounts_stored(s->store, position, false, s->arena, &lists, &n, &s->err),
	    s->err);
	assert_ok(
	    bl_coverage_accounts_newest(s->store, position, s->arena, &newest, &s->err), s->err);
	out[0] = '\0';
	for (size_t i = 0; i < n; i++)
		(void)snprintf(out + strlen(out), sizeof(out) - strlen(out), "%s%d",
		    i > 0 ? " " : "", (int)lists[i].position);
	if (n == 0) {
		assert_null(newest);
		return out;
	}
	/* Both ways to ask agree. */
	assert_int_equal(newest->position, lists[n - 1].position);
	assert_true(newest->date_ns == lists[n - 1].date_ns);
	assert_true(bl_str_eq(newest->accounts[0].id, lists[n - 1].accounts[0].id));
	return out;
}

static void
the_newest_is_the_latest_by_date(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s);
	assert_string_equal(positions(&s, 0), "");
	list_of(&s, "accounts.json", NULL, "111111111111");
	list_of(&s, "org/list-2026-02-10.json", NULL, "222222222222");
	assert_string_equal(positions(&s, 0), "1 2");
	/* An old one that came later; the header is better than the name. */
	list_of(&s, "list-2026-02-01.json", NULL, "333333333333");
	list_of(&s, "list-2026-03-01.json", "Thu, 05 Feb 2026 10:11:12 GMT", "444444444444");
	assert_string_equal(positions(&s, 0), "1 3 4 2");
	/* Without a date, it is as new as whatever came before it, and comes behind. */
	list_of(&s, "accounts.json", NULL, "555555555555");
	list_of(&s, "list-2026-02-08.json", "no date", "666666666666");
	assert_string_equal(positions(&s, 0), "1 3 4 6 2 5");
	list_of(&s, "list-2026-02-10.json", NULL, "777777777777");
	assert_string_equal(positions(&s, 0), "1 3 4 6 2 5 7");
	list_of(&s, "list-2026-02-11.json", NULL, "888888888888");
	assert_string_equal(positions(&s, 0), "1 3 4 6 2 5 7 8");
	assert_string_equal(positions(&s, 4), "1 3 4 2");
	scene_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(dates_in_headers),
	    cmocka_unit_test(dates_in_names), cmocka_unit_test(the_newest_is_the_latest_by_date)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
