#ifndef BL_JSON_WRITER_H
#define BL_JSON_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"
#include "base/str.h"

/*
 * Writes JSON into a buffer.  Errors stick: the first failure is kept, later
 * calls do nothing, and bl_json_w_end() reports it, so that the caller checks once.
 * Wrong nesting is a bug, and asserted.
 *
 *	struct bl_json_w w;
 *	bl_json_w_begin(&w, &out, 2);            // indent by 2; 0: compact
 *	bl_json_w_object(&w);
 *	bl_json_w_key(&w, "accounts"); bl_json_w_u64(&w, 3);
 *	bl_json_w_close(&w);
 *	status = bl_json_w_end(&w, reterr);
 *
 * Deterministic: the same calls give the same bytes.  Strings must be UTF-8;
 * invalid bytes are written as U+FFFD.  No newline is added at the end.
 */
#define BL_JSON_W_DEPTH 32

struct bl_json_w {
	struct bl_buf *out;
	int indent;
	int depth;
	bool first[BL_JSON_W_DEPTH + 1]; /* No child yet at this depth. */
	char closer[BL_JSON_W_DEPTH + 1];
	bool after_key;
	struct bl_err err;
};

void bl_json_w_begin(struct bl_json_w *w, struct bl_buf *out, int indent);
BL_STATUS bl_json_w_end(struct bl_json_w *w, struct bl_err *reterr);

void bl_json_w_object(struct bl_json_w *w);
void bl_json_w_array(struct bl_json_w *w);
void bl_json_w_close(struct bl_json_w *w);
void bl_json_w_key(struct bl_json_w *w, const char *key);
void bl_json_w_key_str(struct bl_json_w *w, struct bl_str key);

void bl_json_w_null(struct bl_json_w *w);
void bl_json_w_bool(struct bl_json_w *w, bool value);
void bl_json_w_i64(struct bl_json_w *w, int64_t value);
void bl_json_w_u64(struct bl_json_w *w, uint64_t value);
void bl_json_w_str(struct bl_json_w *w, struct bl_str value);
void bl_json_w_z(struct bl_json_w *w, const char *value); /* NUL-terminated. */
/* bl_json_w_instant: ISO 8601 text; null for BL_INSTANT_MIN/MAX. */
void bl_json_w_instant(struct bl_json_w *w, int64_t ns);
/* bl_json_w_raw: a value that is JSON already. */
void bl_json_w_raw(struct bl_json_w *w, struct bl_str json);

#endif
