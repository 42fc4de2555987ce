#include "pack_test.h"
#include "rules/pack_priv.h"

static struct bl_pack__node
resolve(const char *raw)
{
	static char kept[64];
	struct bl_arena *arena = bl_arena_new(1 << 16);
	struct bl_pack__node node = {0};

	assert_true(bl_pack__resolve(bl_str_of(raw), arena, &node));
	assert_true(node.text.len < sizeof(kept));
	memcpy(kept, node.text.ptr, node.text.len);
	node.text.ptr = kept;
	bl_arena_free(&arena);
	return node;
}

struct row {
	const char *raw;
	enum bl_pack__scalar scalar;
	const char *text;
	bool rewritten, inexact;
};

/* Source: yaml.org/type/{bool,int,float,null}. */
static const struct row rows[] = {
    {"", BL_PACK__NULL, "", false, false},
    {"~", BL_PACK__NULL, "~", false, false},
    {"null", BL_PACK__NULL, "null", false, false},
    {"NULL", BL_PACK__NULL, "NULL", false, false},
    {"nUll", BL_PACK__TEXT, "nUll", false, false},
    {"true", BL_PACK__BOOL, "true", false, false},
    {"True", BL_PACK__BOOL, "true", false, false},
    {"TRUE", BL_PACK__BOOL, "true", false, false},
    {"tRue", BL_PACK__TEXT, "tRue", false, false},
    {"False", BL_PACK__BOOL, "false", false, false},
    {"yes", BL_PACK__BOOL, "true", true, false},
    {"On", BL_PACK__BOOL, "true", true, false},
    {"OFF", BL_PACK__BOOL, "false", true, false},
    {"no", BL_PACK__BOOL, "false", true, false},
    {"y", BL_PACK__TEXT, "y", false, false},
    {"n", BL_PACK__TEXT, "n", false, false},
    {"0", BL_PACK__INT, "0", false, false},
    {"14", BL_PACK__INT, "14", false, false},
    {"-14", BL_PACK__INT, "-14", false, false},
    {"+14", BL_PACK__INT, "14", true, false},
    {"123456789012345678901234567890", BL_PACK__INT, "123456789012345678901234567890", false,
	false},
    {"012", BL_PACK__INT, "10", true, false},
    {"-012", BL_PACK__INT, "-10", true, false},
    {"089", BL_PACK__TEXT, "089", false, false},
    {"0x1F", BL_PACK__INT, "31", true, false},
    {"0b101", BL_PACK__INT, "5", true, false},
    {"0x", BL_PACK__TEXT, "0x", false, false},
    {"0o14", BL_PACK__TEXT, "0o14", false, false},
    {"1_000", BL_PACK__INT, "1000", true, false},
    {"_1", BL_PACK__TEXT, "_1", false, false},
    {"0xFFFFFFFFFFFFFFFFFF", BL_PACK__INT, "?", true, true},
    {"12:30", BL_PACK__INT, "12:30", false, true},
    {"1:2:3", BL_PACK__INT, "1:2:3", false, true},
    {"0:30", BL_PACK__TEXT, "0:30", false, false},
    {"12:61", BL_PACK__TEXT, "12:61", false, false},
    {"12:3a", BL_PACK__TEXT, "12:3a", false, false},
    {"0.5", BL_PACK__FLOAT, "0.5", false, false},
    {"-12.25", BL_PACK__FLOAT, "-12.25", false, false},
    {"12.0", BL_PACK__FLOAT, "12.0", false, false},
    {"1.10", BL_PACK__FLOAT, "1.10", false, true},
    {"1.", BL_PACK__FLOAT, "1.", false, true},
    {".5", BL_PACK__FLOAT, ".5", false, true},
    {"00.5", BL_PACK__FLOAT, "00.5", false, true},
    {"0.0005", BL_PACK__FLOAT, "0.0005", false, true},
    {"12345678.5", BL_PACK__FLOAT, "12345678.5", false, true},
    {"1e3", BL_PACK__FLOAT, "1e3", false, true},
    {"1.5e-3", BL_PACK__FLOAT, "1.5e-3", false, true},
    {".inf", BL_PACK__FLOAT, ".inf", false, true},
    {".NaN", BL_PACK__FLOAT, ".NaN", false, true},
    {"1.2.3", BL_PACK__TEXT, "1.2.3", false, false},
    {".", BL_PACK__TEXT, ".", false, false},
    {"-", BL_PACK__TEXT, "-", false, false},
    {"+", BL_PACK__TEXT, "+", false, false},
    {"e3", BL_PACK__TEXT, "e3", false, false},
    {"2026-01-31", BL_PACK__TEXT, "2026-01-31", false, false},
    {"AWS::EC2::Volume", BL_PACK__TEXT, "AWS::EC2::Volume", false, false},
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bl_pack__node node = resolve(rows[i].raw);

		if (node.scalar != rows[i].scalar || node.rewritten != rows[i].rewritten ||
		    node.inexact != rows[i].inexact)
			fail_msg("%s: kind %d, rewritten %d, inexact %d", rows[i].raw,
			    (int)node.scalar, node.rewritten, node.inexact);
		assert_int_equal(node.text.len, strlen(rows[i].text));
		assert_memory_equal(node.text.ptr, rows[i].text, node.text.len);
	}
}

static void
test_no_memory(void **state)
{
	struct bl_arena *arena = bl_arena_new(0);
	struct bl_pack__node node = {0};

	(void)state;
	assert_false(bl_pack__resolve(BL_STR("012"), arena, &node));
	assert_true(bl_pack__resolve(BL_STR("12"), arena, &node)); /* Asks for none. */
	bl_arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
