#ifndef BL_EVIDENCE_OUT_H
#define BL_EVIDENCE_OUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/status.h"
#include "base/str.h"

struct bl_file;
struct bl_package;

/*
 * One file of a package, hashed while it is written, in little memory however long it gets.
 * Errors stick: the first failure is kept, later calls do nothing, and
 * bl_out__close() reports it, so that the caller checks once.
 */
struct bl_out {
	struct bl_package *package;
	struct bl_str path; /* Within the package. */
	struct bl_file *file;
	struct bl_sha256_run *run;
	struct bl_buf buf;
	uint64_t bytes;
	bool failed;
	struct bl_err err;
};

/* bl_out__open(package, path, out): ${path} is relative to the package; its folder is made. */
void bl_out__open(struct bl_package *package, struct bl_str path, struct bl_out *out);

void bl_out__put(struct bl_out *out, struct bl_str s);
void bl_out__z(struct bl_out *out, const char *z);
void bl_out__printf(struct bl_out *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* bl_out__spill(out): write what waits in ${out}->buf when it is much; for who writes there
 * himself. */
void bl_out__spill(struct bl_out *out);

/* bl_out__fail(out, err): a failure of the caller's becomes the file's. */
void bl_out__fail(struct bl_out *out, const struct bl_err *err);

/* bl_out__close(out, reterr): synced, closed and listed in the package; or the first failure.
 * Releases ${out} in any case. */
BL_STATUS bl_out__close(struct bl_out *out, struct bl_err *reterr);

#endif
