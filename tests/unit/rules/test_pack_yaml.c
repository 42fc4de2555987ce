#include "pack_test.h"

static void
assert_refused(const char *text, const char *problem)
{
	struct loaded l = load(text);

	assert_int_equal(l.status, BL_EINPUT);
	assert_null(l.pack);
	assert_problem(&l, 0, problem);
	unload(&l);
}

/* Columns are bytes, lines are those of the file, whatever ends them. */
static void
test_positions(void **state)
{
	(void)state;
	assert_refused("Resources:\r\n" RULE("A", "a") "  \xc3\xbc\xc3\xbc: x\r\n",
	    "7:3 error the resource name \xc3\xbc\xc3\xbc must be letters and digits only, at most "
	    "255");
	assert_refused("Resources: {A: {\xc3\xbc: 1, Type: x, B: 2}}\n",
	    "1:17 error a resource has no key \xc3\xbc; remove it");
	assert_refused("Resources: {\xc3\xbcx: {}, B: 2}\n",
	    "1:13 error the resource name \xc3\xbcx must be letters and digits only, at most 255");
	assert_refused("Resources:\r  A: x\r",
	    "2:3 error the resource A must be a map with Type and "
	    "Properties, not text");
}

/* libfyaml 0.7 takes the keys behind an empty block text for its text. */
static void
test_empty_block_text(void **state)
{
	struct loaded l;

	(void)state;
	assert_refused("Resources:\n  A:\n    Description: |\n    Type: x\n",
	    "3:5 error the block text (| or >) is empty or not indented; write '' for an empty "
	    "text");
	assert_refused("Resources:\n  A:\n    - >\n    - x\n",
	    "4:1 error the block text (| or >) is empty or "
	    "not indented; write '' for an empty text");
	l = load(
	    "Resources:\n" RULE("A", "a") "      Description: |\n\n       far\n        further\n");
	assert_int_equal(l.status, BL_OK);
	assert_text(l.pack->rules[0].description, "\nfar\n further\n");
	unload(&l);
}

static void
test_hostile(void **state)
{
	static char text[310000];

	(void)state;
	memset(text, '[', 50000);
	assert_refused(text, "1:33 error nested more than 32 deep");
	for (size_t i = 0; i < 300000; i += 3)
		memcpy(text + i, "{a:", 3);
	text[300000] = '\0';
	{
		struct loaded l = load(text);

		assert_int_equal(l.status, BL_EINPUT);
		assert_true(l.n_problems >= 1);
		unload(&l);
	}
	memset(text, 0, sizeof(text));
	for (size_t i = 0; i < 50000; i += 2)
		memcpy(text + i, "- ", 2);
	assert_refused(text, "1:65 error nested more than 32 deep");
	for (size_t i = 0; i < 50000; i += 2)
		memcpy(text + i, "? ", 2);
	assert_refused(text, "1:3 error a key must be plain text, not a map");
	memset(text, 'x', 300000); /* One huge scalar. */
	assert_refused(text, "1:1 error a template is a map with Resources in it, not text");
	for (size_t i = 0; i < 300000; i += 4)
		memcpy(text + i, "- a\n", 4);
	assert_refused(text,
	    "1:1 warning the template has 300000 bytes; above 51200 AWS takes it from S3 only "
	    "(--template-s3-uri)");
	for (size_t i = 0; i < 300000; i += 10)
		(void)snprintf(text + i, 11, "k%06zu: \n", i / 10);
	{
		struct loaded l = load(text);

		assert_int_equal(l.status, BL_EINPUT);
		assert_problem(&l, 1, "2001:1 error more than 2000 entries in one map or list");
		unload(&l);
	}
}

/* As AWS reads it: keys that an old YAML takes for booleans stay text. */
static void
test_documents(void **state)
{
	struct loaded l = load("%YAML 1.1\n--- # one\nResources:\n" RULE("A", "a") "...\n# end");

	(void)state;
	assert_int_equal(l.status, BL_OK);
	assert_int_equal(l.pack->n_rules, 1);
	unload(&l);
	assert_refused(
	    "%YAML 1.1\nResources: {}\n", "1:1 error a line --- must follow the % directives");
	assert_refused("--- {}\n--- {}\n",
	    "2:1 error a second YAML document begins here; a template is one document");
}

static void
test_no_final_newline(void **state)
{
	struct loaded l = load("Resources:\n" RULE("A", "a") "      Description: end");

	(void)state;
	assert_int_equal(l.status, BL_OK);
	assert_text(l.pack->rules[0].description, "end");
	unload(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_positions),
	    cmocka_unit_test(test_empty_block_text),
	    cmocka_unit_test(test_hostile),
	    cmocka_unit_test(test_documents),
	    cmocka_unit_test(test_no_final_newline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
