/*
 * One value against one test of an advanced query, and the walk to the values of a path.
 *
 * Advanced queries are asked of a search index: a property may have many values, of many types, and
 * a query never fails because of them.  So here, and only here, unlike types are no error.
 */
#include "query/match.h"

#include <arpa/inet.h>
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "query/eval.h"
#include "json/json.h"

/* ---- Operands: texts that are more than texts. ------------------------------------ */

/* -12, 007, 1.5, 1e3: what compares as a number. */
static bool
is_decimal(struct bl_str s)
{
	size_t i = s.len > 0 && s.ptr[0] == '-' ? 1 : 0, digits = 0;
	bool point = false;

	for (; i < s.len; i++) {
		char c = s.ptr[i];

		if (c >= '0' && c <= '9') {
			digits++;
		} else if (c == '.' && !point) {
			point = true;
		} else if ((c == 'e' || c == 'E') && digits > 0) {
			struct bl_str exponent = bl_str_sub(s, i + 1, s.len);
			int64_t ignored;

			if (bl_str_starts(exponent, BL_STR("+")))
				exponent = bl_str_sub(exponent, 1, exponent.len);
			return exponent.len < 18 && bl_str_to_i64(exponent, &ignored);
		} else {
			return false;
		}
	}
	return digits > 0;
}

/* "Feb 13, 2026 6:04:50 AM", as some services' items write it; UTC. */
static bool
english_date(struct bl_str s, int64_t *ret_ns)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int64_t part[5]; /* Day, year, hour, minute, second. */
	static const char behind[5] = {',', ' ', ':', ':', ' '};
	int month = 0;
	size_t at = 4;
	char text[BL_INSTANT_TEXT];
	int64_t day;

	if (s.len < 20 || s.ptr[3] != ' ')
		return false;
	while (month < 12 && memcmp(months + month * 3, s.ptr, 3) != 0)
		month++;
	if (month == 12)
		return false;
	for (size_t k = 0; k < 5; k++) {
		size_t from = at;

		while (at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9')
			at++;
		if (at - from > 4 || !bl_str_to_i64(bl_str_sub(s, from, at), &part[k]) ||
		    at >= s.len || s.ptr[at] != behind[k])
			return false;
		at += k == 0 ? 2 : 1;
	}
	if (at + 2 != s.len || s.ptr[at + 1] != 'M' || (s.ptr[at] != 'A' && s.ptr[at] != 'P') ||
	    part[1] < 1678 || part[1] > 2261 || part[0] < 1 || part[0] > 31 || part[2] < 1 ||
	    part[2] > 12 || part[3] > 59 || part[4] > 59)
		return false;
	day = bl_instant_civil((int)part[1], month + 1, (int)part[0]);
	/* 31 February is no day: it would come back as another one. */
	if (bl_instant_format(day, text)[8] - '0' != part[0] / 10 || text[9] - '0' != part[0] % 10)
		return false;
	*ret_ns = day + (part[2] % 12 + (s.ptr[at] == 'P' ? 12 : 0)) * BL_NS_PER_HOUR +
		  (part[3] * 60 + part[4]) * BL_NS_PER_S;
	return true;
}

bool
bl_match_date(struct bl_str text, int64_t *ret_ns)
{
	char room[40];

	if (bl_instant_parse(text, ret_ns))
		return true;
	/* A time of day without a zone: AWS's own examples write '2019-05-14T00:00'. */
	if (text.len < 16 || text.len >= sizeof(room) || text.ptr[4] != '-')
		return english_date(text, ret_ns);
	memcpy(room, text.ptr, text.len);
	room[text.len] = 'Z';
	return bl_instant_parse((struct bl_str){room, text.len + 1}, ret_ns);
}

bool
bl_match_address(struct bl_str text, struct bl_match_range *ret_range)
{
	size_t slash = bl_str_find_byte(text, '/');
	struct bl_str address = bl_str_sub(text, 0, slash), bits = {0};
	struct bl_match_range range = {.family = 4};
	uint64_t n = 0;
	char room[48];
	size_t bytes = 4;

	if (address.len < 2 || address.len >= sizeof(room))
		return false;
	memcpy(room, address.ptr, address.len);
	room[address.len] = '\0';
	if (inet_pton(AF_INET, room, range.first) != 1) {
		if (inet_pton(AF_INET6, room, range.first) != 1)
			return false;
		range.family = 6;
		bytes = 16;
	}
	n = bytes * 8;
	if (slash != SIZE_MAX) {
		bits = bl_str_sub(text, slash + 1, text.len);
		if (bits.len == 0 || bits.len > 3 || !bl_str_to_u64(bits, &n) || n > bytes * 8)
			return false;
	}
	for (size_t i = 0; i < bytes; i++) {
		unsigned fixed = n >= 8 * (i + 1) ? 8u : n <= 8 * i ? 0u : (unsigned)(n - 8 * i);
		uint8_t mask = (uint8_t)(0xFF00u >> fixed);

		range.first[i] &= mask;
		range.last[i] = range.first[i] | (uint8_t)~mask;
	}
	*ret_range = range;
	return true;
}

struct bl_match_operand
bl_match_operand(enum bl_match_operand_kind kind, struct bl_str text)
{
	struct bl_match_operand o = {.kind = kind, .text = text};

	o.boolean = bl_str_eq_ci(text, BL_STR("true"));
	o.is_number = is_decimal(text);
	if (kind == BL_MATCH_TEXT) {
		o.is_date = bl_match_date(text, &o.ns);
		(void)bl_match_address(text, &o.range);
	}
	return o;
}

/* ---- One value. ------------------------------------------------------------------- */

static bool
holds(enum bl_match_op op, int order)
{
	switch (op) {
	case BL_MATCH_EQ:
	case BL_MATCH_IN: return order == 0;
	case BL_MATCH_LT: return order < 0;
	case BL_MATCH_LE: return order <= 0;
	case BL_MATCH_GT: return order > 0;
	case BL_MATCH_GE: return order >= 0;
	case BL_MATCH_EXISTS:
	case BL_MATCH_BETWEEN:
	case BL_MATCH_LIKE: break;
	}
	assert(false);
	return false;
}

/* A range that is a value against an operand's. */
static bool
range_holds(
    enum bl_match_op op, const struct bl_match_range *value, const struct bl_match_range *operand)
{
	int below = memcmp(value->first, operand->first, 16);
	int above = memcmp(value->last, operand->last, 16);

	if (value->family != operand->family)
		return false;
	switch (op) {
	case BL_MATCH_EQ:
	case BL_MATCH_IN: return below <= 0 && above >= 0;
	case BL_MATCH_LT: return below < 0;
	case BL_MATCH_LE: return memcmp(value->first, operand->last, 16) <= 0;
	case BL_MATCH_GT: return above > 0;
	case BL_MATCH_GE: return memcmp(value->last, operand->first, 16) >= 0;
	case BL_MATCH_EXISTS:
	case BL_MATCH_BETWEEN:
	case BL_MATCH_LIKE: break;
	}
	assert(false);
	return false;
}

static bool
text_holds(enum bl_match_op op, const struct bl_match_operand *o, struct bl_str text)
{
	struct bl_match_range range;
	int64_t ns;
	bool known = false;

	if (o->kind == BL_MATCH_NUMBER)
		return is_decimal(text) && holds(op, bl_value_decimal_order(text, o->text));
	if (o->kind == BL_MATCH_BOOLEAN)
		return (op == BL_MATCH_EQ || op == BL_MATCH_IN) &&
		       bl_str_eq_ci(text, o->boolean ? BL_STR("true") : BL_STR("false"));
	if (o->range.family != 0) {
		if (bl_match_address(text, &range))
			return range_holds(op, &range, &o->range);
		known = true;
	}
	if (o->is_date) {
		if (bl_match_date(text, &ns))
			return holds(op, (ns > o->ns) - (ns < o->ns));
		known = true;
	}
	/* An address or a date has no order with another text. */
	if (known && op != BL_MATCH_EQ && op != BL_MATCH_IN)
		return false;
	return holds(op, bl_str_cmp(text, o->text));
}

static bool
number_holds(enum bl_match_op op, const struct bl_match_operand *o, struct bl_str text)
{
	int64_t ms;

	if (o->kind == BL_MATCH_TEXT && o->is_date) {
		struct bl_json json = {.kind = BL_JSON_NUMBER, .text = text};

		if (!bl_json_i64(&json, &ms) || ms < 100000000000 || ms > 9000000000000)
			return false;
		ms *= 1000000;
		return holds(op, (ms > o->ns) - (ms < o->ns));
	}
	return o->kind != BL_MATCH_BOOLEAN && o->is_number &&
	       holds(op, bl_value_decimal_order(text, o->text));
}

static bool
compare(enum bl_match_op op, const struct bl_match_operand *o, const struct bl_json *value)
{
	switch (value->kind) {
	case BL_JSON_STRING: return text_holds(op, o, value->text);
	case BL_JSON_NUMBER: return number_holds(op, o, value->text);
	case BL_JSON_BOOL:
		return o->kind != BL_MATCH_NUMBER && (op == BL_MATCH_EQ || op == BL_MATCH_IN) &&
		       bl_str_eq_ci(o->text, value->boolean ? BL_STR("true") : BL_STR("false"));
	case BL_JSON_NULL:
	case BL_JSON_ARRAY:
	case BL_JSON_OBJECT: break;
	}
	return false;
}

/* BETWEEN of addresses: the range shares one with those from the first to the second. */
static bool
between(const struct bl_match_test *test, const struct bl_json *value)
{
	return compare(BL_MATCH_GE, &test->operands[0], value) &&
	       compare(BL_MATCH_LE, &test->operands[1], value);
}

static BL_STATUS
like(const struct bl_match_test *test, const struct bl_json *value, uint64_t *steps, bool *ret,
    struct bl_err *reterr)
{
	struct bl_eval ev = {.steps_left = *steps};
	struct bl_node pattern = {.kind = BL_NODE_LITERAL}, *kids[2] = {&pattern, &pattern};
	struct bl_node at = {.kind = BL_NODE_LIKE, .kids = kids, .n_kids = 2};
	struct bl_wildcards wildcards = {'%', '_', -1};
	enum bl_status status;

	*ret = false;
	if (value->kind != BL_JSON_STRING)
		return BL_OK;
	if (test->n_operands > 1)
		wildcards.escape = (unsigned char)test->operands[1].text.ptr[0];
	status =
	    bl_eval_like(&ev, &at, value->text, test->operands[0].text, &wildcards, ret, reterr);
	*steps = ev.steps_left;
	return status;
}

BL_STATUS
bl_match_value(const struct bl_match_test *test, const struct bl_json *value, uint64_t *steps,
    bool *ret_holds, struct bl_err *reterr)
{
	*ret_holds = false;
	if (bl_json_missing(value))
		return BL_OK;
	if (*steps == 0)
		return bl_fail(reterr, BL_ELIMIT, "the query takes more steps than it is allowed");
	--*steps;
	switch (test->op) {
	case BL_MATCH_EXISTS: *ret_holds = true; return BL_OK;
	case BL_MATCH_LIKE: return like(test, value, steps, ret_holds, reterr);
	case BL_MATCH_BETWEEN: *ret_holds = between(test, value); return BL_OK;
	case BL_MATCH_EQ:
	case BL_MATCH_LT:
	case BL_MATCH_LE:
	case BL_MATCH_GT:
	case BL_MATCH_GE:
	case BL_MATCH_IN: break;
	}
	for (uint32_t i = 0; i < test->n_operands && !*ret_holds; i++)
		*ret_holds = compare(test->op, &test->operands[i], value);
	return BL_OK;
}

/* ---- The values at a path. ---------------------------------------------------------- */

bool
bl_match_walk(const struct bl_json *root, const struct bl_match_step *steps, uint32_t n_steps,
    bl_match_fn fn, void *ctx)
{
	if (bl_json_missing(root))
		return false;
	if (n_steps > 0 && steps->kind == BL_MATCH_INDEX)
		return bl_match_walk(
		    root->kind == BL_JSON_ARRAY ? bl_json_at(root, steps->index) : NULL, steps + 1,
		    n_steps - 1, fn, ctx);
	if (n_steps > 0 && steps->kind == BL_MATCH_EACH) {
		if (root->kind != BL_JSON_ARRAY)
			return false;
		steps++;
		n_steps--;
		for (const struct bl_json *e = root->first; e != NULL; e = e->next)
			if (bl_match_walk(e, steps, n_steps, fn, ctx))
				return true;
		return false;
	}
	if (root->kind == BL_JSON_ARRAY) {
		for (const struct bl_json *e = root->first; e != NULL; e = e->next)
			if (bl_match_walk(e, steps, n_steps, fn, ctx))
				return true;
		return false;
	}
	if (n_steps == 0)
		return fn(ctx, root);
	return bl_match_walk(bl_json_get(root, steps->name), steps + 1, n_steps - 1, fn, ctx);
}

/* ---- Tags. --------------------------------------------------------------------------- */

/* "key=value" */
static bool
joined(struct bl_arena *arena, struct bl_str key, struct bl_str value, struct bl_str *ret_both)
{
	char *both = bl_new(arena, char, key.len + 1 + value.len);

	if (both == NULL)
		return false;
	if (key.len > 0)
		memcpy(both, key.ptr, key.len);
	both[key.len] = '=';
	if (value.len > 0)
		memcpy(both + key.len + 1, value.ptr, value.len);
	*ret_both = (struct bl_str){both, key.len + 1 + value.len};
	return true;
}

BL_STATUS
bl_match_tags(const struct bl_json *tags, struct bl_arena *arena, const struct bl_json **ret_list,
    struct bl_err *reterr)
{
	struct bl_json *list = bl_new(arena, struct bl_json, 1), *before = NULL;

	if (list == NULL)
		return bl_eval_no_memory(reterr);
	list->kind = BL_JSON_ARRAY;
	for (const struct bl_json *t = tags == NULL ? NULL : tags->first; t != NULL; t = t->next) {
		static const char *const keys[3] = {"key", "value", "tag"};
		/* The object and its three members. */
		struct bl_json *made = bl_new(arena, struct bl_json, 4);
		struct bl_str texts[3] = {t->key, bl_json_str(t), {0}};

		if (made == NULL || !joined(arena, t->key, texts[1], &texts[2]))
			return bl_eval_no_memory(reterr);
		made->kind = BL_JSON_OBJECT;
		made->n = 3;
		made->first = made + 1;
		for (size_t i = 0; i < 3; i++)
			made[i + 1] = (struct bl_json){.kind = BL_JSON_STRING,
			    .key = bl_str_of(keys[i]),
			    .text = texts[i],
			    .next = i < 2 ? made + i + 2 : NULL};
		if (before == NULL)
			list->first = made;
		else
			before->next = made;
		before = made;
		list->n++;
	}
	*ret_list = list;
	return BL_OK;
}
