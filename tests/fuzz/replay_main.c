/* Replays a folder of inputs through LLVMFuzzerTestOneInput(): every build runs
 * the corpus, with or without libFuzzer. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
replay(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = malloc((size_t)1 << 24);
	size_t n;

	if (f == NULL || data == NULL) {
		perror(path);
		exit(1);
	}
	n = fread(data, 1, (size_t)1 << 24, f);
	(void)fclose(f);
	/* A block of the exact size, so that a sanitizer sees each overrun. */
	uint8_t *exact = malloc(n > 0 ? n : 1);
	if (exact == NULL)
		exit(1);
	memcpy(exact, data, n);
	free(data);
	(void)LLVMFuzzerTestOneInput(exact, n);
	free(exact);
	return 1;
}

int
main(int argc, char **argv)
{
	int count = 0;

	for (int i = 1; i < argc; i++) {
		DIR *dir = opendir(argv[i]);
		char path[4096];

		if (dir == NULL) {
			perror(argv[i]);
			return 1;
		}
		for (struct dirent *e; (e = readdir(dir)) != NULL;) {
			if (e->d_name[0] == '.')
				continue;
			(void)snprintf(path, sizeof(path), "%s/%s", argv[i], e->d_name);
			count += replay(path);
		}
		(void)closedir(dir);
	}
	printf("%d inputs replayed\n", count);
	return count > 0 ? 0 : 1; /* An empty corpus checks nothing. */
}
