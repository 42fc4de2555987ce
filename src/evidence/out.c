#include "evidence/out.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "evidence/package_priv.h"
#include "os/os.h"

#define SPILL_BYTES ((size_t)64 << 10)
#define LIMIT_BYTES ((size_t)64 << 20) /* Of one piece between two spills. */

void
bl_out__fail(struct bl_out *out, const struct bl_err *err)
{
	if (out->failed)
		return;
	out->failed = true;
	out->err = *err;
}

static void
open_file(struct bl_out *out)
{
	struct bl_package *package = out->package;
	struct bl_err err = {0};
	struct bl_str full;
	size_t slash;
	enum bl_status status;

	status = bl_str_printf(package->arena, &full, &err, "%.*s/%.*s", (int)package->partial.len,
	    package->partial.ptr, (int)out->path.len, out->path.ptr);
	slash = status == BL_OK ? bl_str_rfind_byte(full, '/') : 0;
	if (status == BL_OK)
		status = bl_package__folder(package, bl_str_sub(full, 0, slash), &err);
	/* Noted first: once the file is there, a failure has to take it away again. */
	if (status == BL_OK)
		status = bl_package__note(package, out->path, &err);
	if (status == BL_OK)
		status = bl_os_open(package->os, full.ptr, BL_OPEN_CREATE, &out->file, &err);
	if (status == BL_OK)
		status = bl_sha256_run_new(&out->run, &err);
	if (status != BL_OK)
		bl_out__fail(out, &err);
}

void
bl_out__open(struct bl_package *package, struct bl_str path, struct bl_out *out)
{
	*out = (struct bl_out){.package = package, .path = path, .buf = BL_BUF_INIT(LIMIT_BYTES)};
	open_file(out);
}

static void
write_all(struct bl_out *out)
{
	struct bl_err err = {0};
	enum bl_status status;

	if (out->failed || out->buf.len == 0)
		return;
	status = bl_sha256_run_add(out->run, bl_buf_str(&out->buf), &err);
	if (status == BL_OK)
		status = bl_file_write(out->file, bl_buf_str(&out->buf), &err);
	if (status != BL_OK)
		bl_out__fail(out, &err);
	out->bytes += out->buf.len;
	out->buf.len = 0;
}

void
bl_out__spill(struct bl_out *out)
{
	if (out->buf.len >= SPILL_BYTES)
		write_all(out);
}

void
bl_out__put(struct bl_out *out, struct bl_str s)
{
	struct bl_err err = {0};

	if (out->failed)
		return;
	/* A text longer than a buffer may be goes through in pieces. */
	while (s.len > 0) {
		struct bl_str piece = bl_str_sub(s, 0, SPILL_BYTES);

		if (bl_buf_add(&out->buf, piece, &err) != BL_OK) {
			bl_out__fail(out, &err);
			return;
		}
		bl_out__spill(out);
		s = bl_str_sub(s, piece.len, s.len);
	}
}

void
bl_out__z(struct bl_out *out, const char *z)
{
	bl_out__put(out, bl_str_of(z));
}

void
bl_out__printf(struct bl_out *out, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* Used for numbers and fixed words only; names go through bl_out__put. */
	assert(n >= 0 && (size_t)n < sizeof(text));
	bl_out__put(out, (struct bl_str){text, (size_t)n});
}

static void
finish(struct bl_out *out)
{
	struct bl_package_file *entry;
	struct bl_err err = {0};
	struct bl_sha256 digest;
	enum bl_status status;

	write_all(out);
	if (out->failed)
		return;
	status = bl_sha256_run_end(out->run, &digest, &err);
	if (status == BL_OK)
		status = bl_file_sync(out->file, &err);
	if (status != BL_OK) {
		bl_out__fail(out, &err);
		return;
	}
	entry = &out->package->files[out->package->n_files - 1];
	assert(bl_str_eq(entry->path, out->path));
	entry->bytes = out->bytes;
	entry->sha256 = digest;
	entry->whole = true;
}

enum bl_status
bl_out__close(struct bl_out *out, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	finish(out);
	if (out->failed) {
		status = out->err.status;
		if (reterr != NULL)
			*reterr = out->err;
		bl_err_prefix(reterr, "%.*s", BL_STR_ARG(out->path));
	}
	bl_file_close(&out->file);
	bl_sha256_run_free(&out->run);
	bl_buf_release(&out->buf);
	return status;
}
