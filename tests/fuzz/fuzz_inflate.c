/* Any bytes as an object: unpacked to the end or refused, the same in every step size. */
#include <stdint.h>
#include <stdlib.h>

#include "delivery/stream.h"
#include "mem_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum bl_status
unpack(const uint8_t *data, size_t size, size_t step, uint64_t *ret_sum)
{
	struct mem_file m;
	struct bl_file *file = NULL;
	struct bl_stream *stream = NULL;
	struct bl_str piece = {NULL, 1};
	struct bl_err err;
	enum bl_status status;

	*ret_sum = 0;
	mem_file_init(&m, data, size, step);
	status = bl_os_open(&m.os, "x", BL_OPEN_READ, &file, &err);
	if (status == BL_OK)
		status = bl_stream_open(file,
		    (struct bl_stream_limits){.max_json_bytes = (uint64_t)8 << 20}, &stream, &err);
	while (status == BL_OK && piece.len > 0) {
		status = bl_stream_next(stream, &piece, &err);
		for (size_t i = 0; status == BL_OK && i < piece.len; i++)
			*ret_sum = *ret_sum * 31 + (unsigned char)piece.ptr[i];
	}
	bl_stream_close(&stream);
	bl_file_close(&file);
	return status;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t a, b;
	enum bl_status whole = unpack(data, size, SIZE_MAX, &a);
	enum bl_status bytes = unpack(data, size, 3, &b);

	if ((whole == BL_OK) != (bytes == BL_OK) || (whole == BL_OK && a != b))
		abort();
	return 0;
}
