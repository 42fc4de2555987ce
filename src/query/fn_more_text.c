/* Further functions over text: padding, code points, formats, networks. */
#include <arpa/inet.h>
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "query/functions.h"
#include "query/text.h"

static BL_STATUS
give(const struct bl_text *out, struct bl_value *ret_value, struct bl_err *reterr)
{
	*ret_value = bl_value_varchar((struct bl_str){0});
	return bl_text_end(out, &ret_value->str) ? BL_OK : bl_eval_no_memory(reterr);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* ltrim, rtrim */
BL_FUNCTION(bl_fn__trim_side)
{
	struct bl_str s = args[0].str;
	bool left = call->function->name[0] == 'l';

	while (s.len > 0 && is_blank(s.ptr[left ? 0 : s.len - 1]))
		s = bl_str_sub(s, left ? 1 : 0, left ? s.len : s.len - 1);
	*ret_value = bl_value_varchar(s);
	return BL_OK;
}

/* The next code point of ${rest}, as bytes. */
static struct bl_str
next_point(struct bl_str *rest)
{
	size_t n = rest->len == 0 ? 0 : bl_str_utf8(rest->ptr, rest->len);
	struct bl_str point = bl_str_sub(*rest, 0, n == 0 ? 1 : n);

	*rest = bl_str_sub(*rest, point.len, rest->len);
	return point;
}

static uint64_t
count_points(struct bl_str s)
{
	uint64_t n = 0;

	for (; s.len > 0; n++)
		(void)next_point(&s);
	return n;
}

/* lpad, rpad(text, length, with): cut, too, to that length. */
BL_FUNCTION(bl_fn__pad)
{
	bool left = call->function->name[0] == 'l';
	struct bl_str s = args[0].str, with = args[2].str, rest = args[2].str;
	struct bl_text out = {.arena = ev->arena}, pad = {.arena = ev->arena};
	uint64_t n = count_points(s), wanted = (uint64_t)args[1].i64;
	struct bl_str padding;
	enum bl_status status;

	if (args[1].i64 < 0 || args[1].i64 > INT32_MAX || with.len == 0)
		return bl_fail_pos(reterr, BL_EINPUT, call->line, call->column,
		    "%s() wants a length of 0 or more and a padding that is not empty",
		    call->function->name);
	status = bl_eval_spend(ev, call, wanted / 8 + s.len / 8, reterr);
	if (status)
		return status;
	for (uint64_t i = n; i < wanted; i++) {
		if (rest.len == 0)
			rest = with;
		bl_text_add(&pad, next_point(&rest));
	}
	if (!bl_text_end(&pad, &padding))
		return bl_eval_no_memory(reterr);
	if (left)
		bl_text_add(&out, padding);
	for (uint64_t i = 0; i < n && i < wanted; i++)
		bl_text_add(&out, next_point(&s));
	if (!left)
		bl_text_add(&out, padding);
	return give(&out, ret_value, reterr);
}

BL_FUNCTION(bl_fn__reverse)
{
	struct bl_str s = args[0].str;
	char *out = bl_new(ev->arena, char, s.len);
	size_t at = s.len;
	enum bl_status status = bl_eval_spend(ev, call, s.len / 16, reterr);

	if (status || out == NULL)
		return status ? status : bl_eval_no_memory(reterr);
	while (s.len > 0) {
		struct bl_str point = next_point(&s);

		at -= point.len;
		memcpy(out + at, point.ptr, point.len);
	}
	*ret_value = bl_value_varchar((struct bl_str){out, args[0].str.len});
	return BL_OK;
}

/* concat_ws(separator, text or array, ...): NULLs are left out. */
BL_FUNCTION(bl_fn__concat_ws)
{
	struct bl_text out = {.arena = ev->arena};
	struct bl_list list;
	struct bl_value one;
	bool any = false;

	*ret_value = bl_value_null(BL_TYPE_VARCHAR);
	if (args[0].null)
		return BL_OK;
	for (uint32_t i = 1; i < call->n_kids; i++) {
		bool array = bl_list_open(&args[i], &list);

		for (bool more = true; more; more = array) {
			one = args[i];
			if (array && !bl_list_next(&list, &one))
				break;
			one = bl_value_plain(one);
			if (one.null)
				continue;
			if (one.kind != BL_TYPE_VARCHAR)
				return bl_eval_fail(call->kids[i], &one, reterr,
				    "where concat_ws() wants a varchar");
			if (any)
				bl_text_add(&out, args[0].str);
			bl_text_add(&out, one.str);
			any = true;
		}
	}
	return give(&out, ret_value, reterr);
}

BL_FUNCTION(bl_fn__ends_with)
{
	*ret_value = bl_value_boolean(bl_str_ends(args[0].str, args[1].str));
	return BL_OK;
}

BL_FUNCTION(bl_fn__chr)
{
	int64_t p = args[0].i64;
	struct bl_text out = {.arena = ev->arena};
	char b[4];
	size_t n = p < 0x80 ? 1 : p < 0x800 ? 2 : p < 0x10000 ? 3 : 4;

	if (p < 1 || p > 0x10FFFF || (p >= 0xD800 && p < 0xE000))
		return bl_fail_pos(reterr, BL_EINPUT, call->kids[0]->line, call->kids[0]->column,
		    "%lld is no code point", (long long)p);
	for (size_t i = n; i-- > 1; p >>= 6)
		b[i] = (char)(0x80 | (p & 0x3f));
	b[0] = (char)(n == 1 ? p : (int64_t)(0xF00 >> n & 0xFF) | p);
	bl_text_add(&out, (struct bl_str){b, n});
	return give(&out, ret_value, reterr);
}

BL_FUNCTION(bl_fn__codepoint)
{
	struct bl_str rest = args[0].str, point = next_point(&rest);
	int64_t p = 0;

	if (point.len == 0 || rest.len > 0)
		return bl_eval_fail(
		    call->kids[0], args, reterr, "and codepoint() wants a text of one character");
	p = (unsigned char)point.ptr[0];
	if (point.len > 1)
		p &= 0x7f >> point.len;
	for (size_t i = 1; i < point.len; i++)
		p = p << 6 | ((unsigned char)point.ptr[i] & 0x3f);
	*ret_value = bl_value_bigint(p);
	return BL_OK;
}

/* translate(text, from, to): code point by code point; those without a partner go. */
BL_FUNCTION(bl_fn__translate)
{
	struct bl_text out = {.arena = ev->arena};
	struct bl_str s = args[0].str;
	enum bl_status status =
	    bl_eval_spend(ev, call, s.len / 4 * (args[1].str.len / 4 + 1), reterr);

	while (!status && s.len > 0) {
		struct bl_str point = next_point(&s), from = args[1].str, to = args[2].str;
		bool found = false;

		while (!found && from.len > 0) {
			struct bl_str with = next_point(&to);

			found = bl_str_eq(next_point(&from), point);
			if (found)
				bl_text_add(&out, with);
		}
		if (!found)
			bl_text_add(&out, point);
	}
	return status ? status : give(&out, ret_value, reterr);
}

BL_FUNCTION(bl_fn__url_encode)
{
	struct bl_text out = {.arena = ev->arena};
	enum bl_status status = bl_eval_spend(ev, call, args[0].str.len / 16, reterr);

	for (size_t i = 0; !status && i < args[0].str.len; i++) {
		char c = args[0].str.ptr[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			     (c >= '0' && c <= '9') || (c != '\0' && strchr("-_.*", c) != NULL);

		if (plain)
			bl_text_add(&out, (struct bl_str){&c, 1});
		else if (c == ' ')
			bl_text_add(&out, BL_STR("+"));
		else
			bl_text_printf(&out, "%%%02X", (unsigned char)c);
	}
	return status ? status : give(&out, ret_value, reterr);
}

/* format(text, value, ...): %s of any scalar, %d of bigints, %%. */
BL_FUNCTION(bl_fn__format)
{
	struct bl_text out = {.arena = ev->arena};
	struct bl_str s = args[0].str, piece;
	uint32_t next = 1;
	enum bl_status status = bl_eval_spend(ev, call, s.len / 8, reterr);

	*ret_value = bl_value_null(BL_TYPE_VARCHAR);
	if (status || args[0].null)
		return status;
	for (size_t i = 0; i < s.len; i++) {
		struct bl_value value;
		char letter = i + 1 < s.len ? s.ptr[i + 1] : '\0';

		if (s.ptr[i] != '%' || letter == '%') {
			bl_text_add(&out, bl_str_sub(s, i, i + 1));
			i += s.ptr[i] == '%' ? 1 : 0;
			continue;
		}
		if ((letter != 's' && letter != 'd') || next == call->n_kids)
			return bl_fail_pos(reterr, BL_EUNSUPPORTED, call->kids[0]->line,
			    call->kids[0]->column,
			    "format() knows %%s, %%d and %%%%, each with its argument");
		value = bl_value_plain(args[next]);
		if (!value.null &&
		    ((letter == 'd' && value.kind != BL_TYPE_BIGINT) || value.kind >= BL_TYPE_JSON))
			return bl_eval_fail(call->kids[next], &value, reterr,
			    "which format() cannot write as %%%c", letter);
		piece = BL_STR("null");
		status = value.null ? BL_OK : bl_eval_text(ev, &value, &piece, reterr);
		if (status)
			return status;
		bl_text_add(&out, piece);
		next++;
		i++;
	}
	return give(&out, ret_value, reterr);
}

/* An address as bytes; how many, 0: it is none. */
static size_t
address_of(struct bl_str s, unsigned char bytes[16])
{
	char text[64];

	if (s.len >= sizeof(text) || s.len == 0)
		return 0;
	memcpy(text, s.ptr, s.len);
	text[s.len] = '\0';
	if (strlen(text) != s.len)
		return 0;
	return inet_pton(AF_INET, text, bytes) == 1    ? 4
	       : inet_pton(AF_INET6, text, bytes) == 1 ? 16
						       : 0;
}

/* contains(network, address): '10.0.0.0/8', '10.1.2.3'. */
BL_FUNCTION(bl_fn__contains_address)
{
	struct bl_str s = args[0].str;
	size_t slash = bl_str_rfind_byte(s, '/'), n, m;
	unsigned char net[16] = {0}, address[16] = {0};
	uint64_t bits = 0;
	bool same = true;

	n = address_of(bl_str_sub(s, 0, slash), net);
	m = address_of(args[1].str, address);
	if (n == 0 || slash == SIZE_MAX || !bl_str_to_u64(bl_str_sub(s, slash + 1, s.len), &bits) ||
	    bits > n * 8)
		return bl_eval_fail(call->kids[0], args, reterr,
		    "and '%.*s' is no IPv4 or IPv6 network", BL_STR_ARG(s));
	if (m == 0)
		return bl_eval_fail(call->kids[1], &args[1], reterr,
		    "and '%.*s' is no IPv4 or IPv6 address", BL_STR_ARG(args[1].str));
	for (size_t i = 0; i < bits; i++)
		same = same && ((net[i / 8] ^ address[i / 8]) >> (7 - i % 8) & 1) == 0;
	*ret_value = bl_value_boolean(n == m && same);
	return BL_OK;
}
