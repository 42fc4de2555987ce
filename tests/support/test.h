#ifndef TESTS_SUPPORT_TEST_H
#define TESTS_SUPPORT_TEST_H

/* What every unit test includes first: cmocka with what it needs, and the two
 * assertions that this project's functions ask for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"
#include "base/str.h"

/* assert_ok(call, err): the call gave BL_OK; else its text is shown. */
#define assert_ok(call, err)                                                                       \
	do {                                                                                       \
		enum bl_status status_ = (call);                                                   \
		if (status_ != BL_OK)                                                              \
			fail_msg("%s: %s: %s", #call, bl_status_name(status_), (err).text);        \
	} while (0)

/* assert_err(call, err, STATUS, "text"): it failed so, and says exactly this. */
#define assert_err(call, err, want, golden)                                                        \
	do {                                                                                       \
		enum bl_status status_ = (call);                                                   \
		assert_string_equal(bl_status_name(status_), bl_status_name(want));                \
		assert_int_equal((err).status, (want));                                            \
		assert_string_equal((err).text, (golden));                                         \
	} while (0)

/* assert_bytes(s, "literal"): exactly these bytes. */
#define assert_bytes(s, literal)                                                                   \
	do {                                                                                       \
		struct bl_str s_ = (s);                                                            \
		if (!bl_str_eq(s_, BL_STR(literal)))                                               \
			fail_msg("%s is \"%.*s\" and not \"%s\"", #s, BL_STR_ARG(s_), (literal));  \
	} while (0)

#endif
