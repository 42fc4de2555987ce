/* Paths as text: what is one, what is none and where it goes wrong. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "columns/steps.h"

static void
steps_are_cut(void **state)
{
	struct bl_arena *arena = bl_arena_new((size_t)1 << 20);
	const struct bl_steps *s = NULL;
	struct bl_err err;

	(void)state;
	assert_ok(bl_steps__parse(
		      BL_STR("configuration.a['x.y'][2].list[*]['it's'][*].z[3]"), arena, &s, &err),
	    err);
	assert_int_equal(s->root, BL_ROOT_CONFIGURATION);
	assert_int_equal(s->n, 9);
	assert_int_equal(s->n_each, 2);
	assert_bytes(s->step[0].key, "a");
	assert_bytes(s->step[1].key, "x.y");
	assert_int_equal(s->step[2].kind, BL_STEP_INDEX);
	assert_int_equal(s->step[2].index, 1);
	assert_bytes(s->step[3].key, "list");
	assert_int_equal(s->step[4].kind, BL_STEP_EACH);
	assert_bytes(s->step[5].key, "it's");
	assert_int_equal(s->step[8].index, 2);
	assert_bytes(bl_steps__rows(s), "configuration.a['x.y'][2].list[*]['it's'][*]");
	assert_ok(bl_steps__parse(BL_STR("resourceName"), arena, &s, &err), err);
	assert_int_equal(s->n, 0);
	assert_null(bl_steps__rows(s).ptr);
	assert_ok(bl_steps__parse(BL_STR("tags[*]"), arena, &s, &err), err);
	assert_bytes(bl_steps__rows(s), "tags[*]");
	bl_arena_free(&arena);
}

static void
what_is_no_path_is_refused_with_its_place(void **state)
{
	static const struct {
		const char *path;
		uint64_t at;
		const char *text;
	} bad[] = {
	    {"", 0,
		"the path \"\": a column of an item (configuration, tags, resourceName ...) is "
		"expected at byte 0"},
	    {"config.a", 0,
		"the path \"config.a\": a column of an item (configuration, tags, resourceName "
		"...) is expected at byte 0"},
	    {"arn.x", 3, "the path \"arn.x\": this column has no members at byte 3"},
	    {"tags.", 4, "the path \"tags.\": a name is expected behind the dot at byte 4"},
	    {"tags.1a", 4, "the path \"tags.1a\": a name is expected behind the dot at byte 4"},
	    {"tags.a b", 6, "the path \"tags.a b\": a dot or a bracket is expected at byte 6"},
	    {"tags['a", 4, "the path \"tags['a\": '] is missing behind what begins at byte 4"},
	    {"tags['a'", 4, "the path \"tags['a'\": '] is missing behind what begins at byte 4"},
	    {"tags[0]", 4,
		"the path \"tags[0]\": [n] with n from 1, [*] or ['name'] is expected at byte 4"},
	    {"tags[01]", 4,
		"the path \"tags[01]\": [n] with n from 1, [*] or ['name'] is expected at byte 4"},
	    {"tags[", 4,
		"the path \"tags[\": [n] with n from 1, [*] or ['name'] is expected at byte 4"},
	    {"tags[?]", 4,
		"the path \"tags[?]\": an index that is known only at evaluation at byte 4"},
	};
	struct bl_arena *arena = bl_arena_new((size_t)1 << 24);
	const struct bl_steps *s = NULL;
	char text[8000] = "tags";
	struct bl_err err;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_err(bl_steps__parse(bl_str_of(bad[i].path), arena, &s, &err), err, BL_EINPUT,
		    bad[i].text);
		assert_int_equal(err.offset, bad[i].at);
	}
	for (uint32_t i = 0; i <= BL_STEPS_LIMIT; i++)
		memcpy(text + 4 + 2 * (size_t)i, ".a", 3);
	assert_err(bl_steps__parse(bl_str_of(text), arena, &s, &err), err, BL_ELIMIT,
	    "a path has at most 64 steps");
	memset(text + 4, 'a', 5000);
	assert_err(bl_steps__parse((struct bl_str){text, 5000}, arena, &s, &err), err, BL_ELIMIT,
	    "a path of 5000 bytes; at most 4096 are possible");
	bl_arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(steps_are_cut),
	    cmocka_unit_test(what_is_no_path_is_refused_with_its_place)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
