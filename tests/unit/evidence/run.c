#include "unit/evidence/run.h"

#include <assert.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int
run(const char *const *argv, const char *in, const char *out)
{
	posix_spawn_file_actions_t actions;
	char *copy[32] = {NULL};
	int status = 0;
	pid_t pid = 0;

	for (size_t i = 0; argv[i] != NULL; i++) {
		assert(i < 31);
		copy[i] = strdup(argv[i]);
	}
	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_addopen(
	    &actions, 0, in == NULL ? "/dev/null" : in, O_RDONLY, 0);
	(void)posix_spawn_file_actions_addopen(
	    &actions, 1, out == NULL ? "/dev/null" : out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	(void)posix_spawn_file_actions_adddup2(&actions, 1, 2);
	if (posix_spawnp(&pid, copy[0], &actions, NULL, copy, environ) != 0 ||
	    waitpid(pid, &status, 0) != pid)
		status = 127 << 8;
	(void)posix_spawn_file_actions_destroy(&actions);
	for (size_t i = 0; copy[i] != NULL; i++)
		free(copy[i]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 127;
}

char *
scratch(void)
{
	const char *tmp = getenv("TMPDIR");
	char path[4096];
	char *made;

	(void)snprintf(path, sizeof(path), "%s/beleg-test-XXXXXX", tmp == NULL ? "/tmp" : tmp);
	made = mkdtemp(path);
	assert(made != NULL);
	return strdup(made);
}

const char *
scratch_path(const char *folder, const char *name, char *path, unsigned long cap)
{
	int n = snprintf(path, cap, "%s/%s", folder, name);

	assert(n > 0 && (unsigned long)n < cap);
	return path;
}

void
scratch_free(char *folder)
{
	const char *const argv[] = {"rm", "-rf", folder, NULL};

	assert(strstr(folder, "/beleg-test-") != NULL);
	assert(run(argv, NULL, NULL) == 0);
	free(folder);
}
