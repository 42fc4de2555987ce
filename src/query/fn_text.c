/*
 * Functions over text.  Positions and lengths count code points, as Trino's do; the texts come
 * from checked JSON or the expression, so they are UTF-8.
 */
#include <arpa/inet.h>
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "query/functions.h"
#include "query/value_priv.h"

static bool
is_start(char c)
{
	return ((unsigned char)c & 0xC0) != 0x80;
}

static size_t
n_points(struct bl_str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += is_start(s.ptr[i]) ? 1 : 0;
	return n;
}

/* The byte at which the code point number ${point} (from 0) begins; len when there are fewer. */
static size_t
byte_of_point(struct bl_str s, uint64_t point)
{
	size_t i = 0;

	for (; i < s.len; i++) {
		if (!is_start(s.ptr[i]))
			continue;
		if (point == 0)
			return i;
		point--;
	}
	return s.len;
}

/* ASCII letters; others would need tables that differ from one Unicode version to the next. */
static BL_STATUS
change_case(struct bl_eval *ev, struct bl_str s, char from, char to, struct bl_value *ret_value,
    struct bl_err *reterr)
{
	char *copy = bl_new(ev->arena, char, s.len);

	if (copy == NULL)
		return bl_eval__no_memory(reterr);
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		copy[i] = c;
		if (c >= from && c <= from + 25)
			copy[i] = (char)(c - from + to);
	}
	*ret_value = bl_value__varchar((struct bl_str){copy, s.len});
	return BL_OK;
}

/* Case of other letters than ASCII's is not known here: say so instead of leaving them. */
static BL_STATUS
require_ascii(const struct bl_node *call, const struct bl_value *arg, struct bl_err *reterr)
{
	for (size_t i = 0; i < arg->str.len; i++)
		if ((unsigned char)arg->str.ptr[i] >= 0x80)
			return bl_eval__fail(call->kids[0], arg, reterr,
			    "and %.*s() knows ASCII letters only", BL_STR_ARG(call->text));
	return BL_OK;
}

BL_FUNCTION(bl_fn__lower)
{
	enum bl_status status = require_ascii(call, args, reterr);

	return status ? status : change_case(ev, args[0].str, 'A', 'a', ret_value, reterr);
}

BL_FUNCTION(bl_fn__upper)
{
	enum bl_status status = require_ascii(call, args, reterr);

	return status ? status : change_case(ev, args[0].str, 'a', 'A', ret_value, reterr);
}

BL_FUNCTION(bl_fn__trim)
{
	*ret_value = bl_value__varchar(bl_str_trim(args[0].str));
	return BL_OK;
}

BL_FUNCTION(bl_fn__length)
{
	*ret_value = bl_value__bigint((int64_t)n_points(args[0].str));
	return BL_OK;
}

/* substr(text, start[, length]): start counts from 1, or from the end when negative; 0 gives ''. */
BL_FUNCTION(bl_fn__substr)
{
	struct bl_str s = args[0].str;
	int64_t points = (int64_t)n_points(s), start = args[1].i64;
	int64_t length = call->n_kids > 2 ? args[2].i64 : points;
	size_t from, to;

	*ret_value = bl_value__varchar(bl_str_sub(s, 0, 0));
	if (start < 0)
		start = start < -points ? 0 : points + start + 1;
	if (start == 0 || start > points || length <= 0)
		return BL_OK;
	if (length > points - start + 1)
		length = points - start + 1;
	from = byte_of_point(s, (uint64_t)start - 1);
	to = byte_of_point(s, (uint64_t)(start - 1 + length));
	*ret_value = bl_value__varchar(bl_str_sub(s, from, to));
	return BL_OK;
}

BL_FUNCTION(bl_fn__strpos)
{
	size_t at = bl_str_find(args[0].str, args[1].str);

	*ret_value = bl_value__bigint(0);
	if (at != SIZE_MAX)
		ret_value->i64 = (int64_t)n_points(bl_str_sub(args[0].str, 0, at)) + 1;
	return BL_OK;
}

BL_FUNCTION(bl_fn__starts_with)
{
	*ret_value = bl_value__boolean(bl_str_starts(args[0].str, args[1].str));
	return BL_OK;
}

/* The next part of ${rest} up to a separator of any length; false when ${rest} is absent. */
static bool
next_part(struct bl_str *rest, struct bl_str sep, struct bl_str *ret_part)
{
	size_t at;

	if (rest->ptr == NULL)
		return false;
	at = bl_str_find(*rest, sep);
	*ret_part = bl_str_sub(*rest, 0, at);
	*rest = at == SIZE_MAX ? (struct bl_str){0} : bl_str_sub(*rest, at + sep.len, rest->len);
	return true;
}

static BL_STATUS
require_separator(struct bl_eval *ev, const struct bl_node *call, const struct bl_value *args,
    struct bl_err *reterr)
{
	if (args[1].str.len == 0)
		return bl_fail_pos(reterr, BL_EINPUT, call->kids[1]->line, call->kids[1]->column,
		    "the separator of %.*s() must not be empty", BL_STR_ARG(call->text));
	return bl_eval__spend(ev, call, args[0].str.len / 16, reterr);
}

BL_FUNCTION(bl_fn__split)
{
	enum bl_status status = require_separator(ev, call, args, reterr);
	struct bl_str rest = args[0].str, part;
	struct bl_value *parts;
	uint64_t n = 0;

	if (status)
		return status;
	while (next_part(&rest, args[1].str, &part))
		n++;
	parts = bl_new(ev->arena, struct bl_value, n);
	if (parts == NULL)
		return bl_eval__no_memory(reterr);
	rest = args[0].str;
	for (uint64_t i = 0; next_part(&rest, args[1].str, &part); i++)
		parts[i] = bl_value__varchar(part);
	*ret_value = (struct bl_value){
	    .kind = BL_TYPE_ARRAY, .element = BL_TYPE_VARCHAR, .elements = parts, .n = n};
	return BL_OK;
}

/* split_part(text, separator, n): from 1; NULL when there are fewer. */
BL_FUNCTION(bl_fn__split_part)
{
	enum bl_status status = require_separator(ev, call, args, reterr);
	struct bl_str rest = args[0].str, part;

	if (status)
		return status;
	if (args[2].i64 < 1)
		return bl_fail_pos(reterr, BL_EINPUT, call->kids[2]->line, call->kids[2]->column,
		    "split_part() counts from 1, not from %lld", (long long)args[2].i64);
	*ret_value = bl_value__null(BL_TYPE_VARCHAR);
	for (int64_t i = 1; next_part(&rest, args[1].str, &part); i++) {
		if (i == args[2].i64) {
			*ret_value = bl_value__varchar(part);
			break;
		}
	}
	return BL_OK;
}

BL_FUNCTION(bl_fn__replace)
{
	struct bl_str rest = args[0].str, part;
	struct bl_str with = call->n_kids > 2 ? args[2].str : BL_STR("");
	size_t n = 0, len = 0, at = 0;
	enum bl_status status = require_separator(ev, call, args, reterr);
	char *out;

	if (status)
		return status;
	for (; next_part(&rest, args[1].str, &part); n++)
		len += part.len;
	assert(n > 0);
	if (__builtin_mul_overflow(n - 1, with.len, &at) || __builtin_add_overflow(len, at, &len))
		return bl_eval__no_memory(reterr);
	out = bl_new(ev->arena, char, len);
	if (out == NULL)
		return bl_eval__no_memory(reterr);
	at = 0;
	rest = args[0].str;
	while (next_part(&rest, args[1].str, &part)) {
		if (part.len > 0)
			memcpy(out + at, part.ptr, part.len);
		at += part.len;
		if (rest.ptr != NULL && with.len > 0)
			memcpy(out + at, with.ptr, with.len);
		at += rest.ptr != NULL ? with.len : 0;
	}
	*ret_value = bl_value__varchar((struct bl_str){out, len});
	return BL_OK;
}

BL_FUNCTION(bl_fn__concat)
{
	size_t len = 0, at = 0;
	char *out;

	for (uint32_t i = 0; i < call->n_kids; i++)
		len += args[i].str.len;
	out = bl_new(ev->arena, char, len);
	if (out == NULL)
		return bl_eval__no_memory(reterr);
	for (uint32_t i = 0; i < call->n_kids; i++) {
		if (args[i].str.len > 0)
			memcpy(out + at, args[i].str.ptr, args[i].str.len);
		at += args[i].str.len;
	}
	*ret_value = bl_value__varchar((struct bl_str){out, len});
	return BL_OK;
}

/* Is ${s} UTF-8 (well-formed, no surrogates, no overlong forms)? */
static bool
is_utf8(struct bl_str s)
{
	const unsigned char *p = (const unsigned char *)s.ptr;

	for (size_t i = 0; i < s.len;) {
		size_t n = p[i] < 0x80	 ? 1
			   : p[i] < 0xC2 ? 0
			   : p[i] < 0xE0 ? 2
			   : p[i] < 0xF0 ? 3
			   : p[i] < 0xF5 ? 4
					 : 0;

		if (n == 0 || n > s.len - i)
			return false;
		for (size_t k = 1; k < n; k++)
			if ((p[i + k] & 0xC0) != 0x80)
				return false;
		if ((p[i] == 0xE0 && p[i + 1] < 0xA0) || (p[i] == 0xED && p[i + 1] > 0x9F) ||
		    (p[i] == 0xF0 && p[i + 1] < 0x90) || (p[i] == 0xF4 && p[i + 1] > 0x8F))
			return false;
		i += n;
	}
	return true;
}

/* url_decode(text): %XX and '+'. */
BL_FUNCTION(bl_fn__url_decode)
{
	struct bl_str s = args[0].str, out = {0};
	char *plain = bl_new(ev->arena, char, s.len);

	if (plain == NULL)
		return bl_eval__no_memory(reterr);
	for (size_t i = 0; i < s.len; i++) {
		bool hex =
		    i + 2 < s.len && strchr("0123456789abcdefABCDEF", s.ptr[i + 1]) != NULL &&
		    s.ptr[i + 1] != '\0' &&
		    strchr("0123456789abcdefABCDEF", s.ptr[i + 2]) != NULL && s.ptr[i + 2] != '\0';

		if (s.ptr[i] == '%' && !hex)
			return bl_eval__fail(call->kids[0], args, reterr,
			    "and url_decode() finds a %% that two hex digits do not follow");
		plain[i] = s.ptr[i];
		if (plain[i] == '+')
			plain[i] = ' ';
	}
	if (bl_str_percent_decode(ev->arena, (struct bl_str){plain, s.len}, &out))
		return bl_eval__no_memory(reterr);
	if (!is_utf8(out))
		return bl_eval__fail(call->kids[0], args, reterr,
		    "and url_decode() finds bytes in it that are no UTF-8");
	*ret_value = bl_value__varchar(out);
	return BL_OK;
}

/*
 * is_any_address(text): is this network every address there is: prefix length 0, in any spelling
 * ("0.0.0.0/0", "::/0", "0:0::0/0")?  An address without a length is a single host.
 */
BL_FUNCTION(bl_fn__is_any_address)
{
	struct bl_str s = args[0].str;
	size_t slash = bl_str_rfind_byte(s, '/');
	struct bl_str address = bl_str_sub(s, 0, slash);
	struct bl_str length = slash == SIZE_MAX ? BL_STR("") : bl_str_sub(s, slash + 1, s.len);
	char text[64];
	struct in6_addr parsed;
	uint64_t bits = 0, most = 0;

	if (address.len < sizeof(text) && bl_str_find_byte(address, '\0') == SIZE_MAX) {
		memcpy(text, address.ptr, address.len);
		text[address.len] = '\0';
		most = inet_pton(AF_INET, text, &parsed) == 1	 ? 32
		       : inet_pton(AF_INET6, text, &parsed) == 1 ? 128
								 : 0;
	}
	bits = most;
	if (most == 0 || (slash != SIZE_MAX && (!bl_str_to_u64(length, &bits) || bits > most)))
		return bl_eval__fail(call->kids[0], args, reterr,
		    "and '%.*s' is no IPv4 or IPv6 network", BL_STR_ARG(s));
	*ret_value = bl_value__boolean(bits == 0);
	return BL_OK;
}

/* wildcard_match(text, pattern): the whole text, with * and ? as IAM policies use them. */
BL_FUNCTION(bl_fn__wildcard_match)
{
	struct bl_wildcards iam = {.any = '*', .one = '?', .escape = -1};
	bool found = false;
	enum bl_status status =
	    bl_eval__like(ev, call, args[0].str, args[1].str, &iam, &found, reterr);

	if (!status)
		*ret_value = bl_value__boolean(found);
	return status;
}
