#include "evidence/csv.h"

#include <inttypes.h>
#include <stdio.h>

#include "evidence/out.h"

void
bl_csv__row(struct bl_out *out, const struct bl_str *field, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct bl_err err;

		if (i > 0)
			bl_out__z(out, ",");
		/* One empty field alone would be an empty line, which readers skip. */
		if (n == 1 && field[i].len == 0)
			bl_out__z(out, "\"\"");
		else if (!out->failed && bl_buf_add_csv(&out->buf, field[i], &err) != BL_OK)
			bl_out__fail(out, &err);
	}
	bl_out__z(out, "\r\n");
	bl_out__spill(out);
}

void
bl_csv__head(struct bl_out *out, const char *names)
{
	bl_out__z(out, names);
	bl_out__z(out, "\r\n");
}

struct bl_str
bl_csv__u64(uint64_t value, char text[BL_CSV_NUMBER])
{
	int n = snprintf(text, BL_CSV_NUMBER, "%" PRIu64, value);

	return (struct bl_str){text, (size_t)n};
}
