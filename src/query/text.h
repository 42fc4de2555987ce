#ifndef BL_QUERY_TEXT_H
#define BL_QUERY_TEXT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

/* A text that grows in an arena.  Private to this folder.  A failure sticks: ask once, at the end.
 */
struct bl_text {
	struct bl_arena *arena;
	char *ptr;
	size_t len, cap;
	bool failed;
};

void bl_text_add(struct bl_text *text, struct bl_str s);
void bl_text_printf(struct bl_text *text, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* bl_text_end: false when memory ran out. */
bool bl_text_end(const struct bl_text *text, struct bl_str *ret_str);

#endif
