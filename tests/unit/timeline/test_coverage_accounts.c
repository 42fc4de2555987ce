/* The population, in the forms in which people have it. */
#include "support/test.h"

#include <stdint.h>

#include "base/arena.h"
#include "base/instant.h"
#include "timeline/coverage_accounts.h"

static enum bl_status
read_list(
    struct bl_arena *arena, const char *text, struct bl_account_list *list, struct bl_err *err)
{
	return bl_coverage_accounts_read(bl_str_of(text), arena, list, err);
}

#define ONE                                                                                        \
	"{\"Id\":\"222222222222\",\"Name\":\"b\",\"Status\":\"ACTIVE\",\"JoinedTimestamp\":"       \
	"\"2026-01-05T12:00:00.5+02:00\"}"
#define TWO "{\"Id\":\"111111111111\",\"Status\":\"SUSPENDED\",\"JoinedTimestamp\":1539799966.921}"

static void
pages_in_every_form(void **state)
{
	static const char *const forms[] = {
	    "{\"Accounts\":[" ONE "," TWO "]}",
	    "{\"Accounts\":[" ONE "],\"NextToken\":\"t\"}{\"Accounts\":[" TWO "]}",
	    "[{\"Accounts\":[" ONE "]},{\"Accounts\":[" TWO "]}]",
	    "[" ONE "," TWO "]",
	    "{\"Accounts\":[" ONE "," ONE "]}\n{\"Accounts\":[" TWO "]}\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct bl_arena *arena = bl_arena_new(1 << 20);
		struct bl_account_list list;
		struct bl_err err;
		int64_t joined;

		assert_ok(read_list(arena, forms[i], &list, &err), err);
		assert_int_equal(list.n, 2);
		assert_false(list.has_more);
		assert_true(bl_str_eq(list.accounts[0].id, BL_STR("111111111111")));
		assert_true(bl_str_eq(list.accounts[0].status, BL_STR("SUSPENDED")));
		assert_int_equal(list.accounts[0].joined_ns, 1539799966921000000);
		assert_true(bl_instant_parse(BL_STR("2026-01-05T10:00:00.5Z"), &joined));
		assert_int_equal(list.accounts[1].joined_ns, joined);
		assert_non_null(bl_coverage_accounts_find(&list, BL_STR("222222222222")));
		assert_null(bl_coverage_accounts_find(&list, BL_STR("333333333333")));
		bl_arena_free(&arena);
	}
}

static void
a_later_page_counts_and_a_missing_one_is_told(void **state)
{
	struct bl_arena *arena = bl_arena_new(1 << 20);
	struct bl_account_list list;
	struct bl_err err;

	(void)state;
	assert_ok(read_list(arena,
		      "{\"Accounts\":[{\"Id\":\"111111111111\",\"Status\":\"ACTIVE\"}]}"
		      "{\"Accounts\":[{\"Id\":\"111111111111\",\"State\":\"PENDING_CLOSURE\"}],"
		      "\"NextToken\":\"x\"}",
		      &list, &err),
	    err);
	assert_int_equal(list.n, 1);
	assert_true(list.has_more);
	assert_true(bl_str_eq(list.accounts[0].status, BL_STR("PENDING_CLOSURE")));
	assert_true(list.accounts[0].joined_ns == BL_INSTANT_MIN);
	bl_arena_free(&arena);
}

static void
what_is_no_list_is_refused(void **state)
{
	static const struct {
		const char *text, *error;
	} bad[] = {
	    {"", "the account list is empty"},
	    {"{\"Acounts\":[]}",
		"not the output of aws organizations list-accounts: no member Accounts"},
	    {"{\"Accounts\":{}}",
		"not the output of aws organizations list-accounts: no member Accounts"},
	    {"{\"Accounts\":[{\"Name\":\"x\"}]}",
		"the account list has an Id '' that is not 12 digits"},
	    {"{\"Accounts\":[{\"Id\":\"12345678901x\"}]}",
		"the account list has an Id '12345678901x' that is not 12 digits"},
	    {"{\"Accounts\":[{\"Id\":\"111111111111\",\"JoinedTimestamp\":\"yesterday\"}]}",
		"the account list has a JoinedTimestamp of 111111111111 that is no instant"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct bl_arena *arena = bl_arena_new(1 << 20);
		struct bl_account_list list;
		struct bl_err err;

		assert_err(
		    read_list(arena, bad[i].text, &list, &err), err, BL_EINPUT, bad[i].error);
		bl_arena_free(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(pages_in_every_form),
	    cmocka_unit_test(a_later_page_counts_and_a_missing_one_is_told),
	    cmocka_unit_test(what_is_no_list_is_refused)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
