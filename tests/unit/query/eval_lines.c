/* One expression a line on standard input, its value a line on standard output: what the comparison
 * with another engine (oracle.py) drives. */
#include "expr_support.h"

#include <stdlib.h>

int
main(void)
{
	struct fixture f;
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;
	char out[4096];

	fixture_begin(&f);
	while ((len = getline(&line, &cap, stdin)) > 0) {
		if (line[len - 1] == '\n')
			len--;
		run_text(&f, (struct bl_str){line, (size_t)len}, BL_TYPE_UNKNOWN, out, sizeof(out));
		(void)puts(out);
	}
	free(line);
	fixture_end(&f);
	return 0;
}
