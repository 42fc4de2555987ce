#include "cli/nearest.h"

#include <stdbool.h>
#include <string.h>

size_t
bl_nearest_distance(struct bl_str a, struct bl_str b, size_t most)
{
	size_t row[BL_NEAREST_BYTES + 1];

	if (a.len > BL_NEAREST_BYTES || b.len > BL_NEAREST_BYTES ||
	    (a.len > b.len ? a.len - b.len : b.len - a.len) > most)
		return most + 1;
	for (size_t j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t corner = row[0], least = i;

		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t same = corner + (a.ptr[i - 1] == b.ptr[j - 1] ? 0 : 1);

			corner = row[j];
			row[j] = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
			if (same < row[j])
				row[j] = same;
			if (row[j] < least)
				least = row[j];
		}
		if (least > most) /* It never becomes less. */
			return most + 1;
	}
	return row[b.len] > most ? most + 1 : row[b.len];
}

void
bl_nearest_offer(struct bl_nearest *nearest, struct bl_str text, uint32_t tag)
{
	size_t most = nearest->wanted.len / 3 + 1, at = nearest->n, distance;

	if (nearest->n == BL_NEAREST_MAX) {
		if (nearest->best[BL_NEAREST_MAX - 1].distance == 0)
			return;
		if (nearest->best[BL_NEAREST_MAX - 1].distance - 1 < most)
			most = nearest->best[BL_NEAREST_MAX - 1].distance - 1;
	}
	distance = bl_nearest_distance(nearest->wanted, text, most);
	if (distance > most)
		return;
	for (size_t i = 0; i < nearest->n; i++)
		if (bl_str_eq(nearest->best[i].text, text))
			return;
	while (at > 0 && nearest->best[at - 1].distance > distance) {
		if (at < BL_NEAREST_MAX)
			nearest->best[at] = nearest->best[at - 1];
		at--;
	}
	nearest->best[at].text = text;
	nearest->best[at].distance = distance;
	nearest->best[at].tag = tag;
	if (nearest->n < BL_NEAREST_MAX)
		nearest->n++;
}
