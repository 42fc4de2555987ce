/* What is accepted and refused, in words and with the place; and AWS's own collected queries. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "advanced/advanced.h"

/* Refused in strict mode, with these words; extended: NULL when it is accepted there. */
static const struct {
	const char *text, *strict, *extended;
} refused[] = {
#include "refused.inc"
};

static void
check_words(const char *text, enum bl_advanced_mode mode, const char *want)
{
	enum bl_advanced_code code = BL_ADVANCED_INVALID_TOKEN;
	struct bl_err err = {0};
	enum bl_status status = bl_advanced_check(bl_str_of(text), mode, &code, &err);

	if (want == NULL) {
		if (status != BL_OK)
			fail_msg("%s: %s", text, err.text);
		assert_int_equal(code, BL_ADVANCED_OK);
		return;
	}
	if (strcmp(want, err.text) != 0)
		fail_msg("%s\n says   %s\n wanted %s", text, err.text, want);
	assert_int_equal(status, BL_EINPUT);
	assert_string_equal(bl_advanced_code_name(code), "InvalidExpressionException");
	assert_true(err.line > 0 && err.column > 0);
}

static void
test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		check_words(refused[i].text, BL_ADVANCED_STRICT, refused[i].strict);
		check_words(refused[i].text, BL_ADVANCED_EXTENDED, refused[i].extended);
	}
}

static void
test_accepted(void **state)
{
	static const char *const texts[] = {
	    "select resourceId",
	    "SELECT *;",
	    "  SELECT resourceId ;  \n",
	    "SELECT count, count.min, max WHERE avg = 1",
	    "SELECT element WHERE element.x = 'a'",
	    "SELECT resourceId WHERE NOT (NOT (a = -5 OR b = 1.5e3 AND c = true))",
	    "SELECT resourceId WHERE a LIKE 'abc%' AND b LIKE 'abc_' AND c LIKE 'a'",
	    "SELECT a, a, COUNT(*) GROUP BY a ORDER BY COUNT(*) DESC",
	    "SELECT a, b, SUM(c.d) GROUP BY a, b, e ORDER BY b, a ASC",
	    "SELECT MIN(a.b), MAX(a.b), AVG(a.b), COUNT(a.b)",
	    "SELECT a.select.from.where WHERE a.select.from.where = 'it''s'",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		check_words(texts[i], BL_ADVANCED_STRICT, NULL);
		check_words(texts[i], BL_ADVANCED_EXTENDED, NULL);
	}
}

static void
test_length(void **state)
{
	char text[4200];
	size_t n = 4096;
	enum bl_advanced_code code;
	struct bl_err err = {0};

	(void)state;
	memset(text, ' ', sizeof(text));
	memcpy(text, "SELECT resourceId", 17);
	assert_ok(
	    bl_advanced_check((struct bl_str){text, n}, BL_ADVANCED_STRICT, &code, &err), err);
	assert_err(bl_advanced_check((struct bl_str){text, n + 1}, BL_ADVANCED_STRICT, &code, &err),
	    err, BL_EINPUT,
	    "line 1, column 1: AWS Config does not support more than 4096 characters");
	assert_ok(
	    bl_advanced_check((struct bl_str){text, n + 1}, BL_ADVANCED_EXTENDED, &code, &err),
	    err);
	/* Characters are counted, not bytes. */
	memcpy(text, "SELECT a WHERE b = '\xc3\xa4\xc3\xa4'", 25);
	assert_ok(
	    bl_advanced_check((struct bl_str){text, n + 2}, BL_ADVANCED_STRICT, &code, &err), err);
}

static void
test_deep(void **state)
{
	static char text[70000];
	enum bl_advanced_code code;
	struct bl_err err = {0};
	size_t n = 0;

	(void)state;
	n = (size_t)snprintf(text, sizeof(text), "SELECT a WHERE ");
	for (size_t i = 0; i < 50000; i++)
		text[n++] = '(';
	assert_err(bl_advanced_check((struct bl_str){text, n}, BL_ADVANCED_EXTENDED, &code, &err),
	    err, BL_EINPUT, "line 1, column 56: the condition is nested more than 40 deep");
	n = (size_t)snprintf(text, sizeof(text), "SELECT a WHERE ");
	for (size_t i = 0; i < 10000; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "NOT ");
	assert_err(bl_advanced_check((struct bl_str){text, n}, BL_ADVANCED_EXTENDED, &code, &err),
	    err, BL_EINPUT, "line 1, column 176: the condition is nested more than 40 deep");
	n = (size_t)snprintf(text, sizeof(text), "SELECT a WHERE a = 1");
	for (size_t i = 0; i < 5000; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, " OR a=1");
	assert_ok(
	    bl_advanced_check((struct bl_str){text, n}, BL_ADVANCED_EXTENDED, &code, &err), err);
}

/* ---- The collected queries. ------------------------------------------------------------ */

static size_t
read_file(const char *path, char *room, size_t size)
{
	FILE *f = fopen(path, "rb");
	size_t n = f == NULL ? 0 : fread(room, 1, size, f);

	if (f != NULL)
		assert_int_equal(fclose(f), 0);
	assert_true(n < size);
	return n;
}

/* Blocks end with a line ";"; comments say "kind: valid" or "kind: invalid". */
static void
test_collected(void **state)
{
	static char room[1 << 18];
	const char *folder = getenv("BELEG_REFERENCE");
	char path[1024];
	struct bl_str rest;
	size_t counts[2] = {0};

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/advanced-queries.sql", folder == NULL ? "" : folder);
	rest = (struct bl_str){room, read_file(path, room, sizeof(room))};
	if (rest.len == 0)
		skip();
	for (size_t end; (end = bl_str_find(rest, BL_STR("\n;\n"))) != SIZE_MAX;) {
		struct bl_str block = bl_str_sub(rest, 0, end);
		bool valid = bl_str_find(block, BL_STR("kind: valid")) != SIZE_MAX;
		enum bl_advanced_code code;
		struct bl_err err = {0};
		enum bl_status status = bl_advanced_check(block, BL_ADVANCED_STRICT, &code, &err);

		assert_true(valid || bl_str_find(block, BL_STR("kind: invalid")) != SIZE_MAX);
		if (valid != (status == BL_OK))
			fail_msg("%.*s\n%s", (int)block.len, block.ptr, err.text);
		assert_int_equal(code, valid ? BL_ADVANCED_OK : BL_ADVANCED_INVALID_EXPRESSION);
		assert_true(valid || (err.line > 1 && err.column > 0));
		counts[valid]++;
		rest = bl_str_sub(rest, end + 3, rest.len);
	}
	assert_int_equal(counts[0], 24);
	assert_int_equal(counts[1], 74);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_accepted),
	    cmocka_unit_test(test_length),
	    cmocka_unit_test(test_deep),
	    cmocka_unit_test(test_collected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
