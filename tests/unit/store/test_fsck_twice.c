/* Versions with one keyed hash: the same bytes, other bytes, bytes that cannot be read again. */
#include "unit/store/kit.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "store/fsck_priv.h"

static void
note(void *ctx, const struct bl_fsck_problem *problem)
{
	char *out = ctx;
	size_t len = strlen(out);

	(void)snprintf(out + len, 1000 - len, "%s %.*s %u: %s\n", bl_fsck_name(problem->code),
	    BL_STR_ARG(problem->at.file), (unsigned)problem->at.first, problem->what);
}

static void
add(struct bl_fsck *f, const char *file, uint32_t ordinal, uint32_t other, const char *line)
{
	char name[64]; /* Gone when the pair is told. */
	struct bl_fsck_place at;
	struct bl_err err;

	(void)snprintf(name, sizeof(name), "%s", file);
	at = bl_fsck__place(bl_str_of(name));
	at.first = ordinal;
	assert_ok(bl_fsck__twice_add(f, at, other, bl_str_of(line), &err), err);
	memset(name, 'x', sizeof(name));
}

static void
each_pair_is_told_for_what_it_is(void **state)
{
	char out[1000] = "";
	struct bl_fsck f = {
	    .observer = {.ctx = out, .problem = note}, .arena = bl_arena_new((size_t)1 << 20)};
	struct bl_err err;

	(void)state;
	assert_non_null(f.arena);
	/* In the order of the others, as the examination sorts them. */
	add(&f, "b", 9, 2, "{\"a\":1}");
	add(&f, "a", 5, 3, "{\"a\":2}");
	add(&f, "a", 6, 3, "{\"a\":3}");
	add(&f, "a", 7, 4, "{\"a\":4}");
	assert_ok(bl_fsck__twice_seen(&f, 0, BL_STR("{\"a\":9}"), &err), err);
	assert_ok(bl_fsck__twice_seen(&f, 2, BL_STR("{\"a\":1}"), &err), err);
	assert_ok(bl_fsck__twice_seen(&f, 3, BL_STR("{\"a\":3}"), &err), err);
	assert_ok(bl_fsck__twice_seen(&f, 5, BL_STR("{\"a\":2}"), &err), err);
	bl_fsck__twice_say(&f);
	assert_string_equal(out,
	    "item-alike a 5: it has the keyed XXH3-128 of version 3, but other bytes\n"
	    "item-twice a 6: it is version 3 once more (the same SHA-256)\n"
	    "item-alike a 7: it has the keyed XXH3-128 of version 4, which cannot be read again\n"
	    "item-twice b 9: it is version 2 once more (the same SHA-256)\n");
	assert_int_equal(f.totals.problems[BL_FSCK_DAMAGE], 4);
	assert_int_equal(f.n_pairs, 0);
	bl_mem_free(f.pair);
	bl_arena_free(&f.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(each_pair_is_told_for_what_it_is)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
