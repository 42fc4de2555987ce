/* Trees with what trees hold: links, loops, closed folders, deep ones. */
#include "delivery/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support.h"

static char root[64];

static void
path_of(char out[4096], const char *name)
{
	(void)snprintf(out, 4096, "%s%s%s", root, name[0] != '\0' ? "/" : "", name);
}

static void
folder(const char *name)
{
	char path[4096];

	path_of(path, name);
	for (char *p = path + strlen(root) + 1; *p != '\0'; p++)
		if (*p == '/') {
			*p = '\0';
			assert_true(mkdir(path, 0755) == 0 || errno == EEXIST);
			*p = '/';
		}
	assert_true(mkdir(path, 0755) == 0 || errno == EEXIST);
}

static void
file(const char *name)
{
	char path[4096];
	FILE *f;

	path_of(path, name);
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite("abc", 1, 3, f), 3);
	assert_int_equal(fclose(f), 0);
}

static void
link_to(const char *target, const char *name)
{
	char path[4096];

	path_of(path, name);
	assert_int_equal(symlink(target, path), 0);
}

/* "key size\n" or "key! reason\n" */
struct seen {
	struct bl_buf log;
	unsigned n;
	unsigned stop_at;
};

static enum bl_status
visit(void *ctx, const char *path, struct bl_str key, uint64_t size, const struct bl_err *problem,
    struct bl_err *reterr)
{
	struct seen *seen = ctx;

	assert_true(strncmp(path, root, strlen(root)) == 0);
	if (++seen->n == seen->stop_at)
		return bl_fail(reterr, BL_ELIMIT, "enough");
	if (problem != NULL) {
		const char *at = strstr(problem->text, root);
		int before = at == NULL ? (int)strlen(problem->text) : (int)(at - problem->text);

		return bl_buf_printf(&seen->log, reterr, "%.*s! %.*s%s%s\n", BL_STR_ARG(key),
		    before, problem->text, at == NULL ? "" : "ROOT",
		    at == NULL ? "" : at + strlen(root));
	}
	return bl_buf_printf(&seen->log, reterr, "%.*s %d\n", BL_STR_ARG(key), (int)size);
}

static void
walk(const char *from, const char *want)
{
	struct seen seen = {.log = BL_BUF_INIT(1 << 20)};
	struct bl_err err;
	char path[4096];

	path_of(path, from);
	if (bl_walk(bl_os_posix(), path, (struct bl_walker){.ctx = &seen, .visit = visit}, &err) !=
	    BL_OK)
		fail_msg("%s", err.text);
	if (!bl_str_eq(bl_buf_str(&seen.log), bl_str_of(want)))
		fail_msg("got %.*s", BL_STR_ARG(bl_buf_str(&seen.log)));
	bl_buf_release(&seen.log);
}

#define DAY "AWSLogs/123456789012/Config/eu-west-1/2026/"
#define UUID "0f3cb2d1-1111-2222-3333-444455556666"
#define SNAPSHOT(stamp) "123456789012_Config_eu-west-1_ConfigSnapshot_" stamp "_" UUID ".json.gz"

static void
test_order_of_time(void **state)
{
	(void)state;
	folder(DAY "3/4/ConfigSnapshot");
	folder(DAY "3/31/ConfigSnapshot");
	folder(DAY "3/4/ConfigHistory");
	file(DAY "3/31/ConfigSnapshot/" SNAPSHOT("20260331T000000Z"));
	file(DAY "3/4/ConfigSnapshot/" SNAPSHOT("20260304T000000Z"));
	file(DAY "3/4/ConfigHistory/123456789012_Config_eu-west-1_ConfigHistory_AWS::EC2::Volume_"
		 "20260303T000000Z_20260304T120000Z_1.json.gz");
	file("z.json");
	file("a.json");
	/* "3/31" sorts before "3/4" as text. */
	walk("",
	    DAY "3/4/ConfigSnapshot/" SNAPSHOT(
		"20260304T000000Z") " 3\n" DAY "3/4/ConfigHistory/"
				    "123456789012_Config_eu-west-1_ConfigHistory_AWS::EC2::Volume_"
				    "20260303T000000Z_20260304T120000Z_1.json.gz 3\n" DAY
				    "3/31/ConfigSnapshot/" SNAPSHOT(
					"20260331T000000Z") " 3\n"
							    "a.json 3\nz.json 3\n");
	/* From within, the key still begins above AWSLogs; a file alone is a root too. */
	walk("AWSLogs/123456789012/Config/eu-west-1/2026/3/31",
	    DAY "3/31/ConfigSnapshot/" SNAPSHOT("20260331T000000Z") " 3\n");
	walk(DAY "3/31/ConfigSnapshot/" SNAPSHOT("20260331T000000Z"),
	    DAY "3/31/ConfigSnapshot/" SNAPSHOT("20260331T000000Z") " 3\n");
	walk("a.json", "a.json 3\n");
}

static void
test_links(void **state)
{
	(void)state;
	folder("real/sub");
	file("real/sub/f");
	link_to("real/sub/f", "l-file");
	link_to("real", "l-folder");
	link_to("/etc", "l-out");
	link_to("/etc/passwd", "l-out-file");
	link_to("nowhere", "l-dangling");
	link_to("..", "real/l-up");
	link_to("l-self", "l-self");
	walk("", "l-dangling! cannot resolve ROOT/l-dangling: No such file or directory\n"
		 "l-file 3\n"
		 "l-folder/l-up! a symbolic link to a folder below another one: not followed\n"
		 "l-folder/sub/f 3\n"
		 "l-out! a symbolic link out of the folder that is read: not followed\n"
		 "l-out-file! a symbolic link out of the folder that is read: not followed\n"
		 "l-self! cannot resolve ROOT/l-self: Too many levels of symbolic links\n"
		 "real/l-up! a symbolic link to a folder that it lies in: not followed\n"
		 "real/sub/f 3\n");
}

static void
test_closed_and_odd(void **state)
{
	char path[4096];

	(void)state;
	folder("open");
	file("open/f");
	folder("closed");
	file("closed/f");
	path_of(path, "pipe");
	assert_int_equal(mkfifo(path, 0600), 0);
	path_of(path, "closed");
	assert_int_equal(chmod(path, 0), 0);
	if (geteuid() == 0) { /* root reads everything */
		walk("", "closed/f 3\nopen/f 3\npipe! neither a file nor a folder: not read\n");
	} else {
		struct seen seen = {.log = BL_BUF_INIT(1 << 20)};
		struct bl_err err;

		assert_int_equal(bl_walk(bl_os_posix(), root,
				     (struct bl_walker){.ctx = &seen, .visit = visit}, &err),
		    BL_OK);
		assert_true(bl_str_find(bl_buf_str(&seen.log), BL_STR("closed! ")) == 0);
		assert_true(bl_str_find(bl_buf_str(&seen.log), BL_STR("open/f 3\n")) != SIZE_MAX);
		bl_buf_release(&seen.log);
	}
	assert_int_equal(chmod(path, 0755), 0);
}

static void
test_too_deep(void **state)
{
	char name[300] = "";

	(void)state;
	for (int i = 0; i < 66; i++)
		strncat(name, i == 0 ? "d" : "/d", 3);
	folder(name);
	file("d/f");
	name[0] = '\0';
	{
		struct seen seen = {.log = BL_BUF_INIT(1 << 20)};
		struct bl_err err;

		assert_int_equal(bl_walk(bl_os_posix(), root,
				     (struct bl_walker){.ctx = &seen, .visit = visit}, &err),
		    BL_OK);
		assert_true(bl_str_ends(bl_buf_str(&seen.log),
		    BL_STR("d/d! folders more than 64 deep: not read\nd/f 3\n")));
		bl_buf_release(&seen.log);
	}
}

static void
test_failures(void **state)
{
	struct seen seen = {.log = BL_BUF_INIT(1 << 20), .stop_at = 2};
	struct bl_err err;
	char path[4096];

	(void)state;
	file("a");
	file("b");
	file("c");
	assert_int_equal(
	    bl_walk(bl_os_posix(), root, (struct bl_walker){.ctx = &seen, .visit = visit}, &err),
	    BL_ELIMIT);
	assert_string_equal(err.text, "enough");
	assert_int_equal(seen.n, 2);
	path_of(path, "absent");
	assert_int_equal(
	    bl_walk(bl_os_posix(), path, (struct bl_walker){.ctx = &seen, .visit = visit}, &err),
	    BL_ENOTFOUND);
	seen.stop_at = 0;
	for (uint64_t n = 1;; n++) {
		enum bl_status status;
		bool hit;

		seen.log.len = 0;
		seen.n = 0;
		bl_mem_fail_at(n);
		status = bl_walk(
		    bl_os_posix(), root, (struct bl_walker){.ctx = &seen, .visit = visit}, &err);
		hit = bl_mem_fail_hit();
		bl_mem_fail_at(0);
		if (!hit) {
			assert_int_equal(status, BL_OK);
			assert_true(n > 4);
			break;
		}
		assert_int_equal(status, BL_ENOMEM);
	}
	bl_buf_release(&seen.log);
}

static int
setup(void **state)
{
	(void)state;
	memcpy(root, "/tmp/beleg-walk-XXXXXX", 23);
	return mkdtemp(root) == NULL;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int
teardown(void **state)
{
	(void)state;
	return nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_order_of_time),
	    TEST(test_links),
	    TEST(test_closed_and_odd),
	    TEST(test_too_deep),
	    TEST(test_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
