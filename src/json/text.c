/* The lexical side of JSON: UTF-8, escapes, numbers, and why a text was refused. */
#include <assert.h>
#include <string.h>

#include "json/json_priv.h"

static bool
is_digit(struct bl_str s, size_t i)
{
	return i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9';
}

static size_t
skip_digits(struct bl_str s, size_t i)
{
	while (is_digit(s, i))
		i++;
	return i;
}

/* Source: RFC 8259, section 6. */
bool
bl_json__is_number(struct bl_str s)
{
	size_t i = s.len > 0 && s.ptr[0] == '-' ? 1 : 0;

	if (!is_digit(s, i))
		return false;
	i = s.ptr[i] == '0' ? i + 1 : skip_digits(s, i);
	if (i < s.len && s.ptr[i] == '.') {
		if (!is_digit(s, i + 1))
			return false;
		i = skip_digits(s, i + 1);
	}
	if (i < s.len && (s.ptr[i] == 'e' || s.ptr[i] == 'E')) {
		i++;
		if (i < s.len && (s.ptr[i] == '+' || s.ptr[i] == '-'))
			i++;
		if (!is_digit(s, i))
			return false;
		i = skip_digits(s, i);
	}
	return i == s.len;
}

/* The code unit of four hex digits at ${p}, or -1. */
static int32_t
hex4(const char *p, size_t left)
{
	int32_t v = 0;

	if (left < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = p[i];

		if (c >= '0' && c <= '9')
			v = v * 16 + (c - '0');
		else if (c >= 'a' && c <= 'f')
			v = v * 16 + (c - 'a' + 10);
		else if (c >= 'A' && c <= 'F')
			v = v * 16 + (c - 'A' + 10);
		else
			return -1;
	}
	return v;
}

static size_t
put_utf8(char *p, uint32_t c)
{
	if (c < 0x80) {
		p[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		p[0] = (char)(0xc0 | (c >> 6));
		p[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		p[0] = (char)(0xe0 | (c >> 12));
		p[1] = (char)(0x80 | ((c >> 6) & 0x3f));
		p[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	p[0] = (char)(0xf0 | (c >> 18));
	p[1] = (char)(0x80 | ((c >> 12) & 0x3f));
	p[2] = (char)(0x80 | ((c >> 6) & 0x3f));
	p[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* What a backslash and ${c} stand for, or NUL. */
static char
simple_escape(char c)
{
	switch (c) {
	case '"':
	case '\\':
	case '/': return c;
	case 'b': return '\b';
	case 'f': return '\f';
	case 'n': return '\n';
	case 'r': return '\r';
	case 't': return '\t';
	default: return '\0';
	}
}

/* The escape at ${s} (a backslash and what follows it): its bytes to ${out},
 * their number, and how long the escape was; 0 when it is none.  ${out} may lie
 * before or at ${s}: no escape is shorter than what it stands for. */
static size_t
escape(const char *s, size_t left, char *out, size_t *ret_taken)
{
	char simple = '\0';
	int32_t high, low;

	if (left >= 2)
		simple = simple_escape(s[1]);
	if (simple != '\0') {
		*ret_taken = 2;
		out[0] = simple;
		return 1;
	}
	high = left < 2 || s[1] != 'u' ? -1 : hex4(s + 2, left - 2);
	if (high < 0 || (high >= 0xdc00 && high <= 0xdfff))
		return 0;
	*ret_taken = 6;
	if (high < 0xd800 || high > 0xdbff)
		return put_utf8(out, (uint32_t)high);
	low = left < 8 || s[6] != '\\' || s[7] != 'u' ? -1 : hex4(s + 8, left - 8);
	if (low < 0xdc00 || low > 0xdfff)
		return 0;
	*ret_taken = 12;
	return put_utf8(
	    out, 0x10000 + (((uint32_t)high - 0xd800) << 10) + ((uint32_t)low - 0xdc00));
}

size_t
bl_json__unescape(char *s, size_t len, size_t *ret_at)
{
	size_t in = 0, out = 0;

	while (in < len) {
		const char *slash = memchr(s + in, '\\', len - in);
		size_t plain = (slash == NULL ? len : (size_t)(slash - s)) - in, taken = 0, n;

		memmove(s + out, s + in, plain);
		in += plain;
		out += plain;
		if (slash == NULL)
			break;
		n = escape(s + in, len - in, s + out, &taken);
		if (n == 0) {
			*ret_at = in;
			return SIZE_MAX;
		}
		in += taken;
		out += n;
	}
	return out;
}

bool
bl_json__escapes_ok(struct bl_str s)
{
	size_t at = 0, taken = 0;
	char out[4];

	while (at < s.len) {
		const char *slash = memchr(s.ptr + at, '\\', s.len - at);

		if (slash == NULL)
			break;
		at = (size_t)(slash - s.ptr);
		if (escape(slash, s.len - at, out, &taken) == 0)
			return false;
		at += taken;
	}
	return true;
}

static enum bl_status
explain_byte(unsigned char c, uint64_t at, bool in_string, struct bl_err *reterr)
{
	if (c >= 0x80)
		return bl_fail_at(reterr, BL_EINPUT, at, "byte 0x%02x is not valid UTF-8", c);
	if (c == 0)
		return bl_fail_at(reterr, BL_EINPUT, at, "a NUL byte");
	if (in_string)
		return bl_fail_at(reterr, BL_EINPUT, at,
		    "control byte 0x%02x inside a string must be written as \\u%04x", c, c);
	return bl_fail_at(reterr, BL_EINPUT, at, "a backslash outside a string");
}

enum bl_status
bl_json__explain(struct bl_str text, struct bl_err *reterr)
{
	bool in_string = false, any = false;
	size_t began = 0, n;

	for (size_t i = 0; i < text.len; i += n) {
		unsigned char c = (unsigned char)text.ptr[i];

		n = bl_str_utf8(text.ptr + i, text.len - i);
		any = any || (c != ' ' && c != '\t' && c != '\n' && c != '\r');
		if (n == 0 || c == 0 || (in_string ? c < 0x20 : c == '\\'))
			return explain_byte(c, i, in_string, reterr);
		if (in_string && c == '\\' && i + 1 < text.len &&
		    (text.ptr[i + 1] == '"' || text.ptr[i + 1] == '\\')) {
			n = 2;
		} else if (c == '"') {
			began = i;
			in_string = !in_string;
		}
	}
	if (!any)
		return bl_fail(reterr, BL_EINPUT, "the text is empty");
	if (in_string)
		return bl_fail_at(reterr, BL_EINPUT, text.len,
		    "the text ends inside the string that begins at byte %zu", began);
	return bl_fail(reterr, BL_EINPUT, "the text is not JSON");
}
