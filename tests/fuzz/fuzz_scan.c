/* Any bytes as a value, in pieces of a size that the first byte tells: each way to follow them
 * says what the portable one says. */
#include <stdint.h>
#include <stdlib.h>

#include "delivery/scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* How many bytes belong to the value; ${ret_scan} is the state behind them. */
static size_t
follow(const char *bytes, size_t n, size_t step, unsigned way, struct bl_scan *ret_scan)
{
	size_t at = 0;

	bl_scan__begin_as(ret_scan, 8, way);
	while (at < n && (at == 0 || ret_scan->depth > 0)) {
		size_t piece = n - at < step ? n - at : step;
		size_t took = bl_scan__run(ret_scan, bytes + at, piece);

		if (took > piece || (took < piece && ret_scan->depth > 0))
			abort();
		at += took;
	}
	return at;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bl_scan want, got;
	size_t len, step = size > 0 ? (size_t)data[0] + 1 : 1;
	const char *bytes = (const char *)data + 1;

	/* A run begins at a bracket. */
	if (size < 2 || (bytes[0] != '{' && bytes[0] != '['))
		return 0;
	len = follow(bytes, size - 1, SIZE_MAX, 0, &want);
	for (unsigned way = 0; way < bl_scan__n_ways(); way++) {
		if (follow(bytes, size - 1, step, way, &got) != len || got.depth != want.depth ||
		    got.in_string != want.in_string || got.has_space != want.has_space ||
		    got.too_deep != want.too_deep ||
		    (want.depth > 0 && got.escaped != want.escaped))
			abort();
	}
	return 0;
}
