#include "evidence/csv.h"

#include <inttypes.h>
#include <stdio.h>

#include "evidence/out.h"

static bool
needs_quotes(struct bl_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] == ',' || s.ptr[i] == '"' || s.ptr[i] == '\r' || s.ptr[i] == '\n')
			return true;
	return false;
}

static void
put_quoted(struct bl_out *out, struct bl_str s)
{
	bl_out__z(out, "\"");
	while (s.len > 0) {
		size_t i = bl_str_find_byte(s, '"');

		if (i == SIZE_MAX) {
			bl_out__put(out, s);
			break;
		}
		bl_out__put(out, bl_str_sub(s, 0, i + 1));
		bl_out__z(out, "\"");
		s = bl_str_sub(s, i + 1, s.len);
	}
	bl_out__z(out, "\"");
}

void
bl_csv__row(struct bl_out *out, const struct bl_str *field, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			bl_out__z(out, ",");
		/* One empty field alone would be an empty line, which readers skip. */
		if (needs_quotes(field[i]) || (n == 1 && field[i].len == 0))
			put_quoted(out, field[i]);
		else
			bl_out__put(out, field[i]);
	}
	bl_out__z(out, "\r\n");
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
