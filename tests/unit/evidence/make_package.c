/*
 * make_package FOLDER KEY N_EXTRA: a package of the fixture, for tests that
 * check it with tools of other people.  KEY is made when it does not exist.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "evidence/keys.h"
#include "evidence/package.h"
#include "os/os.h"
#include "unit/evidence/fixture.h"

static enum bl_status
make(const char *folder, const char *key_path, uint32_t n_extra, struct bl_arena *arena,
    struct bl_err *reterr)
{
	struct bl_os *os = bl_os_posix();
	struct bl_package_options options = {
	    .folder = folder, .aggregator = BL_STR("org-aggregator"), .version = BL_STR("0.1.0")};
	struct bl_key_pair *key = NULL;
	struct bl_package_report report;
	struct fixture *fixture = fixture_make(arena, n_extra);
	enum bl_status status;

	if (fixture == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory");
	status = bl_keys_load(os, key_path, &key, reterr);
	if (status == BL_ENOTFOUND) {
		status = bl_keys_new(os, key_path, BL_STR("test"), reterr);
		if (status == BL_OK)
			status = bl_keys_load(os, key_path, &key, reterr);
	}
	options.key = key;
	if (status == BL_OK)
		status = bl_package_write(
		    os, &fixture->store, &fixture->assessment, &options, arena, &report, reterr);
	if (status == BL_OK)
		(void)printf("%s\n%zu files, %llu bytes, %llu non-compliant\n",
		    report.report_path.ptr, report.n_files, (unsigned long long)report.bytes,
		    (unsigned long long)report.n_non_compliant);
	bl_keys_free(&key);
	return status;
}

int
main(int argc, char **argv)
{
	struct bl_arena *arena = bl_arena_new((size_t)256 << 20);
	struct bl_err err = {0};
	enum bl_status status;

	if (argc != 4 || arena == NULL) {
		(void)fprintf(stderr, "usage: make_package FOLDER KEY N_EXTRA\n");
		return 1;
	}
	status = make(argv[1], argv[2], (uint32_t)strtoul(argv[3], NULL, 10), arena, &err);
	if (status != BL_OK)
		(void)fprintf(stderr, "%s: %s\n", bl_status_name(err.status), err.text);
	bl_arena_free(&arena);
	return status == BL_OK ? 0 : 1;
}
