#ifndef BL_CLI_NEAREST_H
#define BL_CLI_NEAREST_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/*
 * "Did you mean": the texts nearest to a misspelt one, by edit distance.  Start with wanted alone
 * set, offer every candidate; best is by distance, then in the order offered.
 */
#define BL_NEAREST_MAX 3
#define BL_NEAREST_BYTES 256 /* Longer texts are nobody's typing mistake. */

struct bl_nearest {
	struct bl_str wanted;
	struct {
		struct bl_str text;
		size_t distance;
		uint32_t tag;
	} best[BL_NEAREST_MAX];
	size_t n;
};

void bl_nearest_offer(struct bl_nearest *nearest, struct bl_str text, uint32_t tag);

/* bl_nearest_distance(a, b, most): edits that make one the other (Levenshtein, by bytes); above
 * ${most}: most + 1.  Both at most BL_NEAREST_BYTES long. */
size_t bl_nearest_distance(struct bl_str a, struct bl_str b, size_t most);

#endif
