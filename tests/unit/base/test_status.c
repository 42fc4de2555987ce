#include "support/test.h"

#include <errno.h>
#include <stdio.h>

#include "base/status.h"

static struct bl_err err;

static void
each_status_has_its_own_name_and_words(void **state)
{
#define X(name, http, text) {BL_##name, #name, text},
	static const struct {
		enum bl_status status;
		const char *name, *text;
	} all[] = {BL_STATUS_LIST(X)};
#undef X
	size_t n = sizeof(all) / sizeof(*all);

	(void)state;
	assert_int_equal(BL_OK, 0);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(bl_status_name(all[i].status), all[i].name);
		assert_string_equal(bl_status_text(all[i].status), all[i].text);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(all[i].text, all[j].text);
	}
	assert_string_equal(bl_status_name((enum bl_status)99), "UNKNOWN");
	assert_string_equal(bl_status_text((enum bl_status)99), "unknown status");
}

static void
a_failure_is_filled_completely(void **state)
{
	(void)state;
	memset(&err, 0xee, sizeof(err));
	assert_err(bl_fail(&err, BL_EINPUT, "key %d", 7), err, BL_EINPUT, "key 7");
	assert_int_equal(err.sys_errno, 0);
	assert_int_equal(err.offset, BL_NO_OFFSET);
	assert_int_equal(err.line, 0);
	assert_int_equal(err.column, 0);
	assert_err(bl_fail_at(&err, BL_ECORRUPT, 99, "bad"), err, BL_ECORRUPT, "bad");
	assert_int_equal(err.offset, 99);
	assert_err(bl_fail_pos(&err, BL_EUSAGE, 3, 14, "odd"), err, BL_EUSAGE, "odd");
	assert_int_equal(err.line, 3);
	assert_int_equal(err.column, 14);
	assert_int_equal(err.offset, BL_NO_OFFSET);
	errno = ENOSPC;
	assert_err(bl_fail_sys(&err, "cannot write %s", "f"), err, BL_EIO,
	    "cannot write f: No space left on device");
	assert_int_equal(err.sys_errno, ENOSPC);
	bl_err_prefix(&err, "file %d", 2);
	assert_string_equal(err.text, "file 2: cannot write f: No space left on device");
	assert_int_equal(err.sys_errno, ENOSPC);
}

static void
nobody_has_to_listen(void **state)
{
	(void)state;
	assert_int_equal(bl_fail(NULL, BL_EINPUT, "x"), BL_EINPUT);
	assert_int_equal(bl_fail_at(NULL, BL_ELIMIT, 1, "x"), BL_ELIMIT);
	assert_int_equal(bl_fail_pos(NULL, BL_EUSAGE, 1, 1, "x"), BL_EUSAGE);
	assert_int_equal(bl_fail_sys(NULL, "x"), BL_EIO);
	bl_err_prefix(NULL, "x");
}

static void
quoted_input_does_not_reach_the_terminal(void **state)
{
	(void)state;
	assert_err(bl_fail(&err, BL_EINPUT, "key %s",
		       "a\x1b[2J\r\n\x7f"
		       "b\tc"),
	    err, BL_EINPUT, "key a?[2J???b?c");
	/* The same as one byte in Latin-1 terminals, two in UTF-8: CSI. */
	assert_err(bl_fail(&err, BL_EINPUT, "key %s",
		       "\xc2\x9b"
		       "2J \xc3\x9b \xc2\xa0"),
	    err, BL_EINPUT, "key ??2J \xc3\x9b \xc2\xa0");
	/* No UTF-8, whole or cut. */
	assert_err(bl_fail(&err, BL_EINPUT, "key %s", "\xff\x9b\xe2\x82\xac\xe2\x82"), err,
	    BL_EINPUT, "key ??\xe2\x82\xac??");
	bl_err_prefix(&err, "%s", "\x1b");
	assert_int_equal(err.text[0], '?');
	errno = EIO;
	assert_err(bl_fail_sys(&err, "%s", "\n"), err, BL_EIO, "?: Input/output error");
}

static void
long_texts_are_cut(void **state)
{
	char big[2000];

	(void)state;
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	assert_int_equal(bl_fail(&err, BL_EINPUT, "%s", big), BL_EINPUT);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	bl_err_prefix(&err, "head");
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	assert_int_equal(strncmp(err.text, "head: xxx", 9), 0);
	bl_err_prefix(&err, "%s", big);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	errno = EIO;
	assert_int_equal(bl_fail_sys(&err, "%s", big), BL_EIO);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_status_has_its_own_name_and_words),
	    cmocka_unit_test(a_failure_is_filled_completely),
	    cmocka_unit_test(nobody_has_to_listen),
	    cmocka_unit_test(quoted_input_does_not_reach_the_terminal),
	    cmocka_unit_test(long_texts_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
