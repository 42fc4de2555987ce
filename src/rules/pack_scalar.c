/*
 * Plain scalars under YAML 1.1.  CloudFormation reads templates so and makes text of what it
 * reads: `14` is "14" and `True` is "true", but `012` is "10" and `1_000` is "1000".  Where the
 * text changes, the person is told (rewritten); where the outcome hangs on how a floating-point
 * number is printed, the value is refused (inexact).
 *
 * Source: yaml.org/type (bool, int, float, null).
 */
#include <string.h>

#include "base/arena.h"
#include "rules/pack_priv.h"

static bool
is_one_of(struct bl_str s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bl_str_eq(s, bl_str_of(words[i])))
			return true;
	return false;
}

static bool
is_null(struct bl_str s)
{
	static const char *const words[] = {"~", "null", "Null", "NULL"};

	return s.len == 0 || is_one_of(s, words, BL_PACK_COUNT(words));
}

static bool
is_true(struct bl_str s)
{
	static const char *const words[] = {
	    "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"};

	return is_one_of(s, words, BL_PACK_COUNT(words));
}

static bool
is_false(struct bl_str s)
{
	static const char *const words[] = {
	    "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"};

	return is_one_of(s, words, BL_PACK_COUNT(words));
}

static int
digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 99;
}

/* ${s}: digits of ${base} with underscores among them; at least one digit. */
static bool
all_digits(struct bl_str s, int base)
{
	bool any = false;

	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '_')
			continue;
		if (digit_of(s.ptr[i]) >= base)
			return false;
		any = true;
	}
	return any;
}

/* Sexagesimal 1:30, 190:20:30 (and with .5: a float): the parts behind the first are 0..59. */
static bool
is_sixty(struct bl_str s)
{
	struct bl_str rest = s, part = {NULL, 0};
	size_t n_parts = 0;

	while (bl_str_split(&rest, ':', &part)) {
		n_parts++;
		if (n_parts == 1 && (!all_digits(part, 10) || digit_of(part.ptr[0]) == 0))
			return false;
		if (n_parts > 1 && (part.len > 2 || part.len == 0 || !all_digits(part, 10)))
			return false;
		if (n_parts > 1 && part.len == 2 && digit_of(part.ptr[0]) > 5)
			return false;
	}
	return n_parts > 1;
}

/* The base of an integer without its sign, 0 when it is none; cuts the prefix off. */
static int
int_base(struct bl_str *digits)
{
	struct bl_str s = *digits;

	if (s.len > 2 && s.ptr[0] == '0' && (s.ptr[1] == 'x' || s.ptr[1] == 'b')) {
		int base = s.ptr[1] == 'x' ? 16 : 2;

		*digits = bl_str_sub(s, 2, s.len);
		return all_digits(*digits, base) ? base : 0;
	}
	if (s.len == 0 || s.ptr[0] == '_')
		return 0;
	if (s.len > 1 && s.ptr[0] == '0')
		return all_digits(s, 8) ? 8 : 0;
	return all_digits(s, 10) ? 10 : 0;
}

/* The decimal text of an integer; its size is bounded by the check in resolve_int. */
static bool
int_text(
    struct bl_str digits, int base, bool minus, struct bl_arena *arena, struct bl_str *ret_text)
{
	uint64_t value = 0;

	for (size_t i = 0; i < digits.len; i++) {
		if (digits.ptr[i] == '_')
			continue;
		if (value > (UINT64_MAX - 15) / (uint64_t)base)
			return bl_str_dup(arena, BL_STR("?"), ret_text) == BL_OK;
		value = value * (uint64_t)base + (uint64_t)digit_of(digits.ptr[i]);
	}
	return bl_str_printf(arena, ret_text, NULL, "%s%llu", minus && value > 0 ? "-" : "",
		   (unsigned long long)value) == BL_OK;
}

/* 1: an integer, 0: not, -1: no memory. */
static int
resolve_int(struct bl_str raw, struct bl_arena *arena, struct bl_pack__node *node)
{
	struct bl_str digits = raw;
	bool minus = raw.ptr[0] == '-';
	int base;

	if (minus || raw.ptr[0] == '+')
		digits = bl_str_sub(raw, 1, raw.len);
	if (digits.len > 0 && is_sixty(digits)) {
		node->scalar = BL_PACK__INT;
		node->inexact = true; /* Nobody who writes 12:30 means 750. */
		node->text = raw;
		return 1;
	}
	base = int_base(&digits);
	if (base == 0)
		return 0;
	node->scalar = BL_PACK__INT;
	if (base == 10 && bl_str_find_byte(digits, '_') == SIZE_MAX) {
		/* As written, whatever its length: account ids and such. */
		node->text = raw.ptr[0] == '+' ? digits : raw;
	} else if (!int_text(digits, base, minus, arena, &node->text)) {
		return -1;
	}
	node->inexact = bl_str_eq(node->text, BL_STR("?"));
	node->rewritten = !bl_str_eq(node->text, raw);
	return 1;
}

/* The exponent part, or nothing, from ${i} to the end. */
static bool
is_exponent(struct bl_str s, size_t i)
{
	if (i == s.len)
		return true;
	if (s.ptr[i] != 'e' && s.ptr[i] != 'E')
		return false;
	i++;
	if (i < s.len && (s.ptr[i] == '+' || s.ptr[i] == '-'))
		i++;
	if (i == s.len)
		return false;
	for (; i < s.len; i++)
		if (digit_of(s.ptr[i]) > 9)
			return false;
	return true;
}

/* [-+]?digits.digits with an exponent, or an integer with one: the YAML 1.1 text wants the dot,
 * JSON and the readers in use do not. */
static bool
is_decimal_float(struct bl_str s)
{
	size_t i = s.ptr[0] == '-' || s.ptr[0] == '+';
	size_t n_digits = 0;

	for (; i < s.len && (digit_of(s.ptr[i]) <= 9 || s.ptr[i] == '_'); i++)
		n_digits += s.ptr[i] != '_';
	if (i == s.len)
		return false;
	if (s.ptr[i] != '.')
		return n_digits > 0 && is_exponent(s, i);
	for (i++; i < s.len && (digit_of(s.ptr[i]) <= 9 || s.ptr[i] == '_'); i++)
		n_digits += s.ptr[i] != '_';
	return n_digits > 0 && is_exponent(s, i);
}

static bool
is_float(struct bl_str s)
{
	static const char *const words[] = {".inf", ".Inf", ".INF", "-.inf", "-.Inf", "-.INF",
	    "+.inf", "+.Inf", "+.INF", ".nan", ".NaN", ".NAN"};

	return is_one_of(s, words, BL_PACK_COUNT(words)) || is_decimal_float(s);
}

/* A float that every printer prints as it is written: 0.5, 12.0, not 1.10 or 1e3. */
static bool
is_plain_float(struct bl_str s)
{
	struct bl_str body = s.ptr[0] == '-' ? bl_str_sub(s, 1, s.len) : s;
	size_t dot = bl_str_find_byte(body, '.');
	size_t n_fraction;

	for (size_t i = 0; i < body.len; i++)
		if (i != dot && digit_of(body.ptr[i]) > 9)
			return false;
	if (dot == 0 || dot == SIZE_MAX || dot > 7 || body.len > 15)
		return false; /* Java prints 1.0E7 from ten million on. */
	if (dot > 1 && body.ptr[0] == '0')
		return false;
	n_fraction = body.len - dot - 1;
	if (n_fraction == 0)
		return false;
	if (body.ptr[0] == '0' && n_fraction >= 3 && memcmp(body.ptr + dot + 1, "000", 3) == 0)
		return false; /* ... and 1.0E-4 below one thousandth. */
	return n_fraction == 1 || body.ptr[body.len - 1] != '0';
}

bool
bl_pack__resolve(struct bl_str raw, struct bl_arena *arena, struct bl_pack__node *node)
{
	int is_int;

	node->text = raw;
	node->scalar = BL_PACK__TEXT;
	node->rewritten = node->inexact = false;
	if (is_null(raw)) {
		node->scalar = BL_PACK__NULL;
		return true;
	}
	if (is_true(raw) || is_false(raw)) {
		node->scalar = BL_PACK__BOOL;
		node->text = is_true(raw) ? BL_STR("true") : BL_STR("false");
		/* True for true surprises nobody; `no` for false does. */
		node->rewritten = !bl_str_eq_ci(node->text, raw);
		return true;
	}
	is_int = resolve_int(raw, arena, node);
	if (is_int != 0)
		return is_int > 0;
	if (is_float(raw)) {
		node->scalar = BL_PACK__FLOAT;
		node->inexact = !is_plain_float(raw);
	}
	return true;
}
