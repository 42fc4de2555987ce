#include "unit/evidence/draft.h"

#include "support/test.h"

#include "base/arena.h"
#include "os/os.h"

void
draft_begin(struct draft *draft)
{
	*draft = (struct draft){.fs = os_crash_new(), .arena = bl_arena_new(16 << 20)};
	draft->package = (struct bl_package){.os = &draft->fs->os,
	    .arena = draft->arena,
	    .partial = BL_STR("p.partial"),
	    .files = bl_new(draft->arena, struct bl_package_file, BL_PACKAGE_MAX_FILES),
	    .folders = bl_new(draft->arena, struct bl_str, BL_PACKAGE_MAX_FOLDERS)};
	bl_out__open(&draft->package, BL_STR("a/b/file"), &draft->out);
}

struct bl_str
draft_end(struct draft *draft)
{
	struct bl_str bytes = {0};
	struct bl_sha256 digest;
	struct bl_err err;

	assert_ok(bl_out__close(&draft->out, &err), err);
	assert_ok(bl_os_read_file(
		      &draft->fs->os, draft->arena, "p.partial/a/b/file", 8 << 20, &bytes, &err),
	    err);
	/* What the manifest will state is what lies there. */
	assert_int_equal(draft->package.n_files, 1);
	assert_int_equal(draft->package.files[0].bytes, bytes.len);
	assert_ok(bl_sha256_of(bytes, &digest, &err), err);
	assert_memory_equal(&digest, &draft->package.files[0].sha256, sizeof(digest));
	return bytes;
}

void
draft_free(struct draft *draft)
{
	os_crash_free(&draft->fs);
	bl_arena_free(&draft->arena);
}
