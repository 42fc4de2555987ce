/* What options of statements mean; the words that Tab completes. */
#include "cli/session.h"
#include "support/test.h"

#include "base/mem.h"
#include "cli/named.h"
#include "cli/named_files.h"
#include "cli/shell_words.h"

static void
sizes(void **state)
{
	static const char *const bad[] = {
	    "", "MB", "1.5G", "-1G", "0", "12x", "99999999999999999999", "9223372036854775807G"};
	size_t n;

	(void)state;
	assert_true(bl_session_bytes("4096", &n) && n == 4096);
	assert_true(bl_session_bytes("512MB", &n) && n == 512000000);
	assert_true(bl_session_bytes("2g", &n) && n == (size_t)2 << 30);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(bl_session_bytes(bad[i], &n));
}

static void
times(void **state)
{
	int64_t ns;

	(void)state;
	assert_true(bl_session_time("250ms", &ns) && ns == 250000000);
	assert_true(bl_session_time("30", &ns) && ns == INT64_C(30000000000));
	assert_true(bl_session_time("5m", &ns) && ns == INT64_C(300000000000));
	assert_false(bl_session_time("5 minutes", &ns));
	assert_false(bl_session_time("0s", &ns));
	assert_false(bl_session_time("99999999999h", &ns));
}

/* Every query that is carried says what a person must know, and its parameters have defaults. */
static void
named(void **state)
{
	struct bl_named_query q;
	struct bl_str name, value;

	(void)state;
	assert_true(bl_named__n_files >= 24);
	for (size_t i = 0; i < bl_named__n_files; i++) {
		size_t n = 0;

		bl_named_get(i, &q);
		if (q.title.len == 0 || q.question.len == 0 || q.controls.len == 0)
			fail_msg("%.*s lacks its head", BL_STR_ARG(q.name));
		while (bl_named_default(&q, n, &name, &value)) {
			assert_true(name.len > 0 && value.len > 0);
			n++;
		}
		if (bl_str_eq(q.name, BL_STR("database-backups"))) {
			assert_int_equal(n, 1);
			assert_true(bl_named_default(&q, 0, &name, &value));
			assert_bytes(name, "days");
			assert_bytes(value, "7");
		}
	}
}

static void
words(void **state)
{
	struct bl_str list[] = {BL_STR("array_agg"), BL_STR("ARRAY"), BL_STR("resources")};
	struct bl_shell_words w = {.words = list, .n = 3};
	char *word;

	(void)state;
	word = bl_shell_words_next(&w, "RES", 0);
	assert_string_equal(word, "resources");
	bl_mem_free(word);
	assert_null(bl_shell_words_next(&w, "RES", 1));
	word = bl_shell_words_next(&w, "ar", 0);
	assert_string_equal(word, "array_agg");
	bl_mem_free(word);
	word = bl_shell_words_next(&w, "ar", 1);
	assert_string_equal(word, "ARRAY");
	bl_mem_free(word);
	assert_null(bl_shell_words_next(&w, "ar", 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sizes),
	    cmocka_unit_test(times),
	    cmocka_unit_test(named),
	    cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
