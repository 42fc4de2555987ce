/*
 * Regular expressions, through PCRE2.  Patterns can be written that take exponential time: the
 * match, depth and heap limits turn them into an error.  PCRE2's memory comes from our arenas, so
 * that a compiled pattern lives and dies with its expression and counts against its budget.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdalign.h>
#include <string.h>

#include "base/arena.h"
#include "query/functions.h"
#include "query/text.h"

#define MAX_PATTERN_BYTES 1000
#define MATCH_LIMIT 200000
#define DEPTH_LIMIT 2000
#define HEAP_LIMIT_KIB 2048

static void *
take(PCRE2_SIZE bytes, void *arena)
{
	return bl_arena_alloc(arena, 1, alignof(max_align_t), bytes);
}

static void
leave(void *memory, void *arena)
{
	(void)memory, (void)arena; /* The arena's owner frees all. */
}

static BL_STATUS
compile(const struct bl_node *at, struct bl_str pattern, struct bl_arena *arena,
    pcre2_code **ret_code, struct bl_err *reterr)
{
	pcre2_general_context *general = pcre2_general_context_create(take, leave, arena);
	pcre2_compile_context *context;
	int error = 0;
	PCRE2_SIZE where = 0;
	PCRE2_UCHAR words[160];

	if (pattern.len > MAX_PATTERN_BYTES)
		return bl_fail_pos(reterr, BL_EINPUT, at->line, at->column,
		    "the pattern is longer than %d bytes", MAX_PATTERN_BYTES);
	context = general == NULL ? NULL : pcre2_compile_context_create(general);
	if (context == NULL)
		return bl_eval_no_memory(reterr);
	*ret_code = pcre2_compile((PCRE2_SPTR)pattern.ptr, pattern.len,
	    PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C, &error, &where, context);
	if (*ret_code != NULL)
		return BL_OK;
	if (error == PCRE2_ERROR_NOMEMORY || error == PCRE2_ERROR_HEAP_FAILED)
		return bl_eval_no_memory(reterr);
	(void)pcre2_get_error_message(error, words, sizeof(words));
	return bl_fail_pos(reterr, BL_EINPUT, at->line, at->column,
	    "the pattern is wrong at its byte %zu: %s", (size_t)where + 1, (const char *)words);
}

BL_PREPARE(bl_fn__regexp_prepare)
{
	const struct bl_node *arg = call->kids[1];
	pcre2_code *code = NULL;
	enum bl_status status;

	if (arg->kind != BL_NODE_LITERAL || arg->value.null)
		return BL_OK; /* Compiled at each evaluation. */
	status = compile(arg, arg->value.str, arena, &code, reterr);
	if (!status)
		call->prepared = code;
	return status;
}

/* A pattern at work on one text. */
struct matcher {
	pcre2_code *code;
	pcre2_match_context *context;
	pcre2_match_data *data;
	struct bl_str text;
	const PCRE2_SIZE *at; /* Pairs: where the match and its groups begin and end. */
	int n;		      /* Pairs that are set. */
};

static BL_STATUS
open_matcher(struct bl_eval *ev, const struct bl_node *call, const struct bl_value *args,
    struct matcher *m, struct bl_err *reterr)
{
	pcre2_general_context *general;
	enum bl_status status = bl_eval_spend(ev, call, 16 + args[0].str.len / 16, reterr);

	*m = (struct matcher){.code = call->prepared, .text = args[0].str};
	if (!status && m->code == NULL)
		status = compile(call->kids[1], args[1].str, ev->arena, &m->code, reterr);
	if (status)
		return status;
	general = pcre2_general_context_create(take, leave, ev->arena);
	if (general != NULL) {
		m->context = pcre2_match_context_create(general);
		m->data = pcre2_match_data_create_from_pattern(m->code, general);
	}
	if (m->context == NULL || m->data == NULL)
		return bl_eval_no_memory(reterr);
	(void)pcre2_set_match_limit(m->context, MATCH_LIMIT);
	(void)pcre2_set_depth_limit(m->context, DEPTH_LIMIT);
	(void)pcre2_set_heap_limit(m->context, HEAP_LIMIT_KIB);
	m->at = pcre2_get_ovector_pointer(m->data);
	return BL_OK;
}

/* The next match from byte ${from} on. */
static BL_STATUS
next_match(struct bl_eval *ev, const struct bl_node *call, struct matcher *m, size_t from,
    bool *ret_found, struct bl_err *reterr)
{
	enum bl_status status = bl_eval_spend(ev, call, 1, reterr);

	*ret_found = false;
	if (status || from > m->text.len)
		return status;
	m->n = pcre2_match(
	    m->code, (PCRE2_SPTR)m->text.ptr, m->text.len, from, 0, m->data, m->context);
	*ret_found = m->n > 0;
	if (m->n == PCRE2_ERROR_NOMEMORY)
		return bl_eval_no_memory(reterr);
	if (m->n < 0 && m->n != PCRE2_ERROR_NOMATCH) {
		struct bl_value text = bl_value_varchar(m->text);

		return bl_eval_fail(call->kids[0], &text, reterr,
		    "and %s() gives up on it (PCRE2 error %d): simplify the pattern",
		    call->function->name, m->n);
	}
	return BL_OK;
}

/* Where to look next: behind the match, or one code point on behind an empty one. */
static size_t
behind(const struct matcher *m)
{
	size_t next = m->at[1] > m->at[0] ? m->at[1] : m->at[1] + 1;

	while (next < m->text.len && m->at[1] == m->at[0] &&
	       ((unsigned char)m->text.ptr[next] & 0xC0) == 0x80)
		next++;
	return next;
}

/* Group ${i} of the match; absent when it took no part. */
static struct bl_str
group(const struct matcher *m, int64_t i)
{
	if (i >= m->n || m->at[2 * i] == PCRE2_UNSET)
		return (struct bl_str){0};
	/* \K can put the start behind the end. */
	return bl_str_sub(m->text, m->at[2 * i],
	    m->at[2 * i + 1] < m->at[2 * i] ? m->at[2 * i] : m->at[2 * i + 1]);
}

static BL_STATUS
check_group(const struct bl_node *call, const struct matcher *m, int64_t i, struct bl_err *reterr)
{
	uint32_t n = 0;

	(void)pcre2_pattern_info(m->code, PCRE2_INFO_CAPTURECOUNT, &n);
	if (i >= 0 && i <= (int64_t)n)
		return BL_OK;
	return bl_fail_pos(reterr, BL_EINPUT, call->line, call->column,
	    "the pattern has %u groups, there is no group %lld", (unsigned)n, (long long)i);
}

/* regexp_like(text, pattern): is the pattern found anywhere in the text? */
BL_FUNCTION(bl_fn__regexp_like)
{
	struct bl_arena_mark mark = bl_arena_mark(ev->arena);
	struct matcher m;
	bool found = false;
	enum bl_status status = open_matcher(ev, call, args, &m, reterr);

	if (!status)
		status = next_match(ev, call, &m, 0, &found, reterr);
	bl_arena_rewind(ev->arena, mark);
	*ret_value = bl_value_boolean(found);
	return status;
}

/* regexp_extract(text, pattern[, group]): of the first match; NULL when there is none. */
BL_FUNCTION(bl_fn__regexp_extract)
{
	int64_t wanted = call->n_kids > 2 ? args[2].i64 : 0;
	struct matcher m;
	bool found = false;
	enum bl_status status = open_matcher(ev, call, args, &m, reterr);

	if (!status)
		status = check_group(call, &m, wanted, reterr);
	if (!status)
		status = next_match(ev, call, &m, 0, &found, reterr);
	*ret_value = bl_value_varchar(found ? group(&m, wanted) : (struct bl_str){0});
	ret_value->null = ret_value->str.ptr == NULL;
	return status;
}

/* regexp_extract_all(text, pattern[, group]), regexp_split(text, pattern), regexp_count(text,
 * pattern): all matches, what stands between them, how many there are. */
BL_FUNCTION(bl_fn__regexp_all)
{
	bool split = strcmp(call->function->name, "regexp_split") == 0;
	int64_t wanted = call->n_kids > 2 ? args[2].i64 : 0;
	struct bl_value *out = NULL;
	uint64_t n = 0, cap = 0;
	size_t last = 0, from = 0;
	struct matcher m;
	bool found = true;
	enum bl_status status = open_matcher(ev, call, args, &m, reterr);

	if (!status)
		status = check_group(call, &m, wanted, reterr);
	while (!status && found) {
		status = next_match(ev, call, &m, from, &found, reterr);
		if (status || (!found && !split))
			break;
		if (n == cap) {
			struct bl_value *grown;

			cap = cap == 0 ? 8 : cap * 2;
			grown = bl_new(ev->arena, struct bl_value, cap);
			if (grown == NULL)
				return bl_eval_no_memory(reterr);
			if (n > 0)
				memcpy(grown, out, n * sizeof(*out));
			out = grown;
		}
		out[n] =
		    bl_value_varchar(split ? bl_str_sub(m.text, last, found ? m.at[0] : SIZE_MAX)
					   : group(&m, wanted));
		out[n].null = out[n].str.ptr == NULL;
		n++;
		last = found ? m.at[1] : last;
		from = found ? behind(&m) : from;
	}
	*ret_value = (struct bl_value){.kind = BL_TYPE_ARRAY, .elements = out, .n = n};
	if (call->function->result == 'i')
		*ret_value = bl_value_bigint((int64_t)n);
	return status;
}

/* The replacement with $1, ${name} is not known; \ takes the next character as it is. */
static BL_STATUS
add_replacement(const struct bl_node *call, const struct matcher *m, struct bl_str with,
    struct bl_text *out, struct bl_err *reterr)
{
	for (size_t i = 0; i < with.len; i++) {
		char next = i + 1 < with.len ? with.ptr[i + 1] : '\0';
		enum bl_status status;

		if (with.ptr[i] == '\\' && next != '\0') {
			bl_text_add(out, bl_str_sub(with, i + 1, i + 2));
			i++;
		} else if (with.ptr[i] != '$') {
			bl_text_add(out, bl_str_sub(with, i, i + 1));
		} else if (next >= '0' && next <= '9') {
			status = check_group(call, m, next - '0', reterr);
			if (status)
				return status;
			bl_text_add(out, group(m, next - '0'));
			i++;
		} else {
			return bl_fail_pos(reterr, BL_EINPUT, call->kids[2]->line,
			    call->kids[2]->column,
			    "in a replacement $ stands before a group's number, or as \\$");
		}
	}
	return BL_OK;
}

/* What the lambda makes of the groups. */
static BL_STATUS
add_made(struct bl_eval *ev, const struct bl_node *lambda, const struct matcher *m,
    struct bl_text *out, struct bl_err *reterr)
{
	uint32_t n = 0;
	struct bl_value *groups, made;
	enum bl_status status;

	(void)pcre2_pattern_info(m->code, PCRE2_INFO_CAPTURECOUNT, &n);
	groups = bl_new(ev->arena, struct bl_value, n);
	if (groups == NULL)
		return bl_eval_no_memory(reterr);
	for (uint32_t i = 0; i < n; i++) {
		groups[i] = bl_value_varchar(group(m, (int64_t)i + 1));
		groups[i].null = groups[i].str.ptr == NULL;
	}
	ev->vars[lambda->slot] =
	    (struct bl_value){.kind = BL_TYPE_ARRAY, .elements = groups, .n = n};
	status = bl_eval_as(ev, lambda->kids[0], 's', &made, reterr);
	if (!status && !made.null)
		bl_text_add(out, made.str);
	return status;
}

/* regexp_replace(text, pattern[, replacement or groups -> ...]) */
BL_FUNCTION(bl_fn__regexp_replace)
{
	const struct bl_node *third = call->n_kids > 2 ? call->kids[2] : NULL;
	bool lambda = third != NULL && third->kind == BL_NODE_LAMBDA, found = true;
	struct bl_value given[3] = {{0}};
	struct bl_text out = {.arena = ev->arena};
	size_t last = 0, from = 0;
	struct matcher m;
	enum bl_status status = BL_OK;

	*ret_value = bl_value_null(BL_TYPE_VARCHAR);
	for (uint32_t i = 0; i < call->n_kids && call->kids[i]->kind != BL_NODE_LAMBDA; i++) {
		status = bl_eval_as(ev, call->kids[i], 's', &given[i], reterr);
		if (status || given[i].null)
			return status;
	}
	status = open_matcher(ev, call, given, &m, reterr);
	while (!status && found) {
		status = next_match(ev, call, &m, from, &found, reterr);
		if (status || !found)
			break;
		bl_text_add(&out, bl_str_sub(m.text, last, m.at[0]));
		if (lambda)
			status = add_made(ev, third, &m, &out, reterr);
		else
			status = add_replacement(call, &m, given[2].str, &out, reterr);
		last = m.at[1];
		from = behind(&m);
	}
	if (status)
		return status;
	bl_text_add(&out, bl_str_sub(m.text, last, SIZE_MAX));
	ret_value->null = false;
	return bl_text_end(&out, &ret_value->str) ? BL_OK : bl_eval_no_memory(reterr);
}
