#include "front.h"
#include "support/test.h"
#include <stdio.h>
int
main(int argc, char **argv)
{
	struct bl_arena *arena = bl_arena_new(64 << 20);
	for (int i = 1; i < argc; i++) {
		struct bl_str s = front_explain(arena, bl_str_of(argv[i]));
		printf("%.*s\n", (int)s.len, s.ptr);
	}
	return 0;
}
