#include "support/test.h"

#include "evidence/controls.h"
#include "evidence/words.h"

#define X(name, de, en) +1
enum { N_WORDS = 0 BL_WORD_LIST(X) };
#undef X

static unsigned
holes_of(const char *text)
{
	unsigned holes = 0;

	for (; *text != '\0'; text++) {
		if (*text != '{')
			continue;
		assert_true(text[1] >= '0' && text[1] <= '9' && text[2] == '}');
		holes |= 1u << (text[1] - '0');
	}
	return holes;
}

/* A figure that one language states and the other forgets would be a different report. */
static void
both_languages_state_the_same_figures(void **state)
{
	(void)state;
	for (int i = 0; i < N_WORDS; i++) {
		const char *de = bl_words__text((enum bl_word)i, BL_LANG_DE);
		const char *en = bl_words__text((enum bl_word)i, BL_LANG_EN);
		unsigned holes = holes_of(de);

		assert_true(de[0] != '\0' && en[0] != '\0');
		if (holes != holes_of(en) || (holes & (holes + 1)) != 0)
			fail_msg("\"%s\" and \"%s\" differ in their arguments", de, en);
	}
}

static void
letters_and_numbers_go_one_to_one(void **state)
{
	(void)state;
	assert_int_equal(bl_controls__bsig_no('a'), 1);
	assert_int_equal(bl_controls__bsig_no('j'), 10);
	assert_int_equal(bl_controls__bsig_no(0), 0);
	assert_int_equal(bl_controls__letter(BL_STR("NIS2 Art. 21(2)(h): x")), 'h');
	assert_int_equal(bl_controls__letter(BL_STR("NIS2 Art. 21(2)(k)")), 0);
	assert_int_equal(bl_controls__letter(BL_STR("21(2)(a")), 0);
	assert_int_equal(bl_controls__letter(BL_STR("")), 0);
}

static void
logging_is_letter_b(void **state)
{
	(void)state;
	assert_null(bl_controls__find(BL_STR("NO_SUCH_RULE")));
	assert_null(bl_controls__find((struct bl_str){NULL, 0}));
	assert_int_equal(bl_controls__find(BL_STR("CLOUD_TRAIL_ENABLED"))->letter, 'b');
	assert_int_equal(bl_controls__find(BL_STR("RESTRICTED_INCOMING_TRAFFIC"))->letter, 'e');
	assert_int_equal(
	    bl_controls__find(BL_STR("SECRETSMANAGER_ROTATION_ENABLED_CHECK"))->letter, 'i');
	assert_true(bl_controls__find(BL_STR("GUARDDUTY_ENABLED_CENTRALIZED"))->detection);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(both_languages_state_the_same_figures),
	    cmocka_unit_test(letters_and_numbers_go_one_to_one),
	    cmocka_unit_test(logging_is_letter_b),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
