#ifndef BL_EVIDENCE_CSV_H
#define BL_EVIDENCE_CSV_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct bl_out;

/*
 * RFC 4180 as Python's csv.writer writes it: fields separated by commas, quoted only when they hold
 * a comma, a quote, CR or LF, quotes doubled, records ended by CR LF.  Bytes are kept exactly:
 * nothing is escaped for the sake of spreadsheets, because this is evidence (docs/package.md says
 * what that means).
 */
void bl_csv__row(struct bl_out *out, const struct bl_str *field, size_t n);

/* bl_csv__head(out, names): the first record from "a,b,c". */
void bl_csv__head(struct bl_out *out, const char *names);

/* Numbers and instants as fields: text in the caller's storage. */
#define BL_CSV_NUMBER 24
struct bl_str bl_csv__u64(uint64_t value, char text[BL_CSV_NUMBER]);

#endif
