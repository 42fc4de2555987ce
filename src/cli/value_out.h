#ifndef BL_CLI_VALUE_OUT_H
#define BL_CLI_VALUE_OUT_H

#include "base/buf.h"
#include "base/status.h"
#include "query/value.h"
#include "json/writer.h"

/*
 * Values for people and programs.  Numbers keep the text they came with; instants are as everywhere
 * in beleg (2026-01-31T06:00:00Z); arrays, maps, rows and JSON are JSON text in every format.
 */

/* bl_value_out_json(w, type, value): as JSON.  ${type} names the fields of rows. */
void bl_value_out_json(
    struct bl_json_w *w, const struct bl_datatype *type, const struct bl_value *value);

/* bl_value_out(type, value, &out, reterr): as plain text; NULL writes nothing.  ${type} (or NULL)
 * names the fields of rows. */
BL_STATUS bl_value_out(const struct bl_datatype *type, const struct bl_value *value,
    struct bl_buf *out, struct bl_err *reterr);

#endif
