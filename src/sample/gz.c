/* gzip through ISA-L, level 1: 256 KiB at a time into the file. */
#include <assert.h>
#include <isa-l/igzip_lib.h>
#include <string.h>

#include "base/mem.h"
#include "os/os.h"
#include "sample/sample_priv.h"

#define OUT_BYTES ((size_t)256 << 10)

struct bl_sample_gz {
	struct isal_zstream stream;
	struct bl_file *file;
	uint64_t bytes_in, bytes_out;
	uint8_t level_buf[ISAL_DEF_LVL1_DEFAULT];
	uint8_t out[OUT_BYTES];
};

BL_STATUS
bl_sample__gz_new(struct bl_sample_gz **ret_gz, struct bl_err *reterr)
{
	struct bl_sample_gz *gz = bl_mem_alloc(sizeof(*gz));

	if (gz == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for a gzip stream");
	gz->file = NULL;
	*ret_gz = gz;
	return BL_OK;
}

void
bl_sample__gz_free(struct bl_sample_gz **gz)
{
	if (*gz != NULL)
		bl_file_close(&(*gz)->file);
	bl_mem_free(*gz);
	*gz = NULL;
}

BL_STATUS
bl_sample__gz_open(
    struct bl_sample_gz *gz, struct bl_os *os, const char *path, struct bl_err *reterr)
{
	assert(gz->file == NULL);
	isal_deflate_init(&gz->stream);
	gz->stream.level = 1;
	gz->stream.level_buf = gz->level_buf;
	gz->stream.level_buf_size = sizeof(gz->level_buf);
	gz->stream.gzip_flag = IGZIP_GZIP;
	gz->stream.flush = NO_FLUSH;
	gz->bytes_in = 0;
	gz->bytes_out = 0;
	return bl_os_open(os, path, BL_OPEN_CREATE, &gz->file, reterr);
}

BL_STATUS
bl_sample__gz_drain(
    struct bl_sample_gz *gz, struct bl_sample_out *out, bool last, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	assert(gz->file != NULL && out->len <= UINT32_MAX);
	gz->stream.next_in = (uint8_t *)(void *)out->buf;
	gz->stream.avail_in = (uint32_t)out->len;
	gz->stream.end_of_stream = last;
	gz->bytes_in += out->len;
	do {
		size_t n;

		gz->stream.next_out = gz->out;
		gz->stream.avail_out = (uint32_t)sizeof(gz->out);
		if (isal_deflate(&gz->stream) != COMP_OK)
			return bl_fail(reterr, BL_EIO, "the gzip library refused its settings");
		n = sizeof(gz->out) - gz->stream.avail_out;
		gz->bytes_out += n;
		if (n > 0)
			status = bl_file_write(
			    gz->file, (struct bl_str){(const char *)gz->out, n}, reterr);
	} while (!status && gz->stream.avail_out == 0);
	assert(status || gz->stream.avail_in == 0);
	out->len = 0;
	return status;
}

BL_STATUS
bl_sample__gz_close(struct bl_sample_gz *gz, struct bl_sample_out *out,
    struct bl_sample_totals *totals, struct bl_err *reterr)
{
	enum bl_status status = bl_sample__gz_drain(gz, out, true, reterr);

	bl_file_close(&gz->file);
	if (status)
		return status;
	totals->bytes_json += gz->bytes_in;
	totals->bytes_written += gz->bytes_out;
	return BL_OK;
}
