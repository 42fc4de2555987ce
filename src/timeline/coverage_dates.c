/*
 * The date of an account list, which it does not have in itself: the reply's own headers where a
 * program kept them, else the name of the file.  No clock is asked: what the same deliveries say in
 * the same order stays the same.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "base/instant.h"
#include "timeline/coverage_priv.h"
#include "json/json.h"

#define TREE_BYTES ((size_t)4 << 30)

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A part of ${s} as a number; false when it is none. */
static bool
number_at(struct bl_str s, size_t at, size_t len, int *ret)
{
	int n = 0;

	if (at + len > s.len)
		return false;
	for (size_t i = at; i < at + len; i++) {
		if (!is_digit(s.ptr[i]))
			return false;
		n = n * 10 + (s.ptr[i] - '0');
	}
	*ret = n;
	return true;
}

/* Only real days: what is none is written back otherwise. */
static bool
day_ns(int year, int month, int day, int64_t *ret_ns)
{
	int y, m, d;

	if (year < 1970 || year > 2260 || month < 1 || month > 12 || day < 1 || day > 31)
		return false;
	*ret_ns = bl_instant_civil(year, month, day);
	bl_instant_date(*ret_ns, &y, &m, &d);
	return y == year && m == month && d == day;
}

bool
bl_coverage__http_date(struct bl_str s, int64_t *ret_ns)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int day, year, hour, minute, second, month = 0;
	int64_t ns;

	/* "Tue, 03 Feb 2026 10:11:12 GMT" */
	if (s.len != 29 || !bl_str_ends(s, BL_STR(" GMT")) || s.ptr[3] != ',' || s.ptr[4] != ' ' ||
	    s.ptr[19] != ':' || s.ptr[22] != ':' || !number_at(s, 5, 2, &day) ||
	    !number_at(s, 12, 4, &year) || !number_at(s, 17, 2, &hour) ||
	    !number_at(s, 20, 2, &minute) || !number_at(s, 23, 2, &second) || hour > 23 ||
	    minute > 59 || second > 60)
		return false;
	for (int i = 0; i < 12; i++)
		if (bl_str_eq(bl_str_sub(s, 8, 11), (struct bl_str){months + (size_t)i * 3, 3}))
			month = i + 1;
	if (!day_ns(year, month, day, &ns))
		return false;
	*ret_ns = ns + ((int64_t)hour * 3600 + (int64_t)minute * 60 + second) * BL_NS_PER_S;
	return true;
}

bool
bl_coverage__name_date(struct bl_str name, int64_t *ret_ns)
{
	for (size_t i = 0, end; i < name.len; i = end + 1) {
		int year, month, day;

		for (end = i; end < name.len && is_digit(name.ptr[end]);)
			end++;
		/* 20260131, or 2026-01-31; a longer number is something else. */
		if (end - i == 8 && number_at(name, i, 4, &year) &&
		    number_at(name, i + 4, 2, &month) && number_at(name, i + 6, 2, &day) &&
		    day_ns(year, month, day, ret_ns))
			return true;
		if (end - i == 4 && end + 6 <= name.len && name.ptr[end] == '-' &&
		    name.ptr[end + 3] == '-' &&
		    (end + 6 == name.len || !is_digit(name.ptr[end + 6])) &&
		    number_at(name, i, 4, &year) && number_at(name, end + 1, 2, &month) &&
		    number_at(name, end + 4, 2, &day) && day_ns(year, month, day, ret_ns))
			return true;
	}
	return false;
}

/* The latest of the pages. */
static enum bl_status
on_page(void *ctx, const struct bl_json *root, struct bl_err *reterr)
{
	int64_t *date_ns = ctx, ns;
	const struct bl_json *headers =
	    bl_json_get(bl_json_get(root, BL_STR("ResponseMetadata")), BL_STR("HTTPHeaders"));

	(void)reterr;
	if (bl_coverage__http_date(bl_json_str(bl_json_get(headers, BL_STR("date"))), &ns) &&
	    ns > *date_ns)
		*date_ns = ns;
	return BL_OK;
}

enum bl_status
bl_coverage__list_date(
    struct bl_str text, struct bl_str name, int64_t *ret_ns, struct bl_err *reterr)
{
	struct bl_json_parser *parser = NULL;
	struct bl_arena *tree = NULL;
	int64_t date_ns = BL_INSTANT_MIN;
	enum bl_status status = BL_OK;

	/* Most lists have no headers: the command line does not print them. */
	if (bl_str_find(text, BL_STR("\"HTTPHeaders\"")) != SIZE_MAX) {
		tree = bl_arena_new(TREE_BYTES);
		status = tree == NULL
			     ? bl_coverage__no_memory(reterr)
			     : bl_json_parser_new((struct bl_json_limits){0}, &parser, reterr);
		if (status == BL_OK)
			status =
			    bl_coverage__documents(parser, tree, text, on_page, &date_ns, reterr);
		bl_json_parser_free(&parser);
		bl_arena_free(&tree);
	}
	if (date_ns == BL_INSTANT_MIN)
		(void)bl_coverage__name_date(name, &date_ns);
	if (status == BL_OK)
		*ret_ns = date_ns;
	return status;
}
