#include "rules/pack.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "rules/pack_priv.h"

/* Nodes take about 150 bytes for each of the at most 300 KB; the rest is slack. */
#define SCRATCH_BYTES ((size_t)128 << 20)

#define QUOTE_BYTES 80
#define MESSAGE_BYTES 1000

/* --- problems ------------------------------------------------------------ */

struct bl_pack__pos
bl_pack__at(const struct bl_pack__node *node)
{
	return (struct bl_pack__pos){node->line, node->column};
}

struct bl_pack__pos
bl_pack__at_key(const struct bl_pack__node *node)
{
	if (node->key.ptr == NULL)
		return bl_pack__at(node);
	return (struct bl_pack__pos){node->key_line, node->key_column};
}

/* Messages quote the input: what would move a terminal's cursor becomes '?'. */
static void
make_printable(char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			text[i] = '?';
}

static void add_problem(struct bl_pack__ctx *ctx, bool error, struct bl_pack__pos pos,
    const char *fmt, va_list ap) __attribute__((format(printf, 4, 0)));

static void
add_problem(
    struct bl_pack__ctx *ctx, bool error, struct bl_pack__pos pos, const char *fmt, va_list ap)
{
	char text[MESSAGE_BYTES];
	struct bl_pack__problem *problem;
	int n = vsnprintf(text, sizeof(text), fmt, ap);
	size_t len = n < 0 ? 0 : (size_t)n >= sizeof(text) ? sizeof(text) - 1 : (size_t)n;

	if (ctx->nomem)
		return;
	ctx->n_errors += error;
	if (ctx->n_found == BL_PACK_MAX_FOUND) {
		ctx->n_dropped++;
		return;
	}
	make_printable(text, len);
	problem = bl_new(ctx->scratch, struct bl_pack__problem, 1);
	if (problem == NULL ||
	    bl_str_dup(ctx->scratch, (struct bl_str){text, len}, &problem->public.text) != BL_OK) {
		ctx->nomem = true;
		return;
	}
	problem->public.error = error;
	problem->public.line = pos.line == 0 ? 1 : pos.line;
	problem->public.column = pos.column == 0 ? 1 : pos.column;
	if (ctx->first_problem == NULL)
		ctx->first_problem = problem;
	else
		ctx->last_problem->next = problem;
	ctx->last_problem = problem;
	ctx->n_found++;
}

void
bl_pack__error(struct bl_pack__ctx *ctx, struct bl_pack__pos pos, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_problem(ctx, true, pos, fmt, ap);
	va_end(ap);
}

void
bl_pack__warn(struct bl_pack__ctx *ctx, struct bl_pack__pos pos, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_problem(ctx, false, pos, fmt, ap);
	va_end(ap);
}

struct bl_str
bl_pack__q(struct bl_pack__ctx *ctx, struct bl_str s)
{
	size_t cut = QUOTE_BYTES;
	struct bl_str out = {NULL, 0};

	if (s.len <= QUOTE_BYTES)
		return s;
	while (cut > 0 && ((unsigned char)s.ptr[cut] & 0xc0) == 0x80)
		cut--;
	if (bl_str_printf(ctx->scratch, &out, NULL, "%.*s...", (int)cut, s.ptr) != BL_OK)
		ctx->nomem = true;
	return out;
}

/* --- small tools --------------------------------------------------------- */

struct bl_str
bl_pack__keep(struct bl_pack__ctx *ctx, struct bl_str s)
{
	struct bl_str out = {NULL, 0};

	if (s.ptr != NULL && bl_str_dup(ctx->arena, s, &out) != BL_OK)
		ctx->nomem = true;
	return out;
}

struct bl_pack__node *
bl_pack__get(const struct bl_pack__node *map, const char *key)
{
	if (map == NULL || map->kind != BL_PACK__MAP)
		return NULL;
	for (struct bl_pack__node *c = map->first; c != NULL; c = c->next)
		if (bl_str_eq(c->key, bl_str_of(key)))
			return c;
	return NULL;
}

void
bl_pack__known_keys(struct bl_pack__ctx *ctx, const struct bl_pack__node *map, const char *what,
    const char *const *keys, size_t n_keys)
{
	for (const struct bl_pack__node *c = map->first; c != NULL; c = c->next) {
		const char *near = NULL;
		bool known = false;

		for (size_t i = 0; i < n_keys && !known; i++) {
			known = bl_str_eq(c->key, bl_str_of(keys[i]));
			if (bl_str_eq_ci(c->key, bl_str_of(keys[i])))
				near = keys[i];
		}
		if (known || bl_str_eq(c->key, BL_STR("<<")))
			continue; /* The reader has refused the merge key by its name. */
		if (near != NULL)
			bl_pack__error(ctx, bl_pack__at_key(c), "%s has no key %.*s; is %s meant?",
			    what, BL_STR_ARG(bl_pack__q(ctx, c->key)), near);
		else
			bl_pack__error(ctx, bl_pack__at_key(c), "%s has no key %.*s; remove it",
			    what, BL_STR_ARG(bl_pack__q(ctx, c->key)));
	}
}

bool
bl_pack__is_id(struct bl_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')))
			return false;
	}
	return s.len > 0 && s.len <= BL_PACK_MAX_PARAMETER_NAME;
}

size_t
bl_pack__chars(struct bl_str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
	return n;
}

const char *
bl_pack__kind_name(const struct bl_pack__node *node)
{
	switch (node->kind) {
	case BL_PACK__SCALAR: return node->scalar == BL_PACK__NULL ? "nothing" : "text";
	case BL_PACK__LIST: return "a list";
	case BL_PACK__MAP: return "a map";
	}
	return "?";
}

bool
bl_pack__scalar_fit(struct bl_pack__ctx *ctx, const struct bl_pack__node *node)
{
	assert(node->kind == BL_PACK__SCALAR);
	if (node->scalar == BL_PACK__NULL) {
		bl_pack__error(ctx, bl_pack__at_key(node),
		    "an empty value (null) is not allowed in a template; give a value or remove "
		    "the key");
		return false;
	}
	if (node->inexact) {
		bl_pack__error(ctx, bl_pack__at(node),
		    "%.*s without quotes is a number that AWS may write otherwise; put it in "
		    "quotes",
		    BL_STR_ARG(bl_pack__q(ctx, node->raw)));
		return false;
	}
	if (node->rewritten)
		bl_pack__warn(ctx, bl_pack__at(node),
		    "%.*s without quotes is read as %.*s; put it in quotes if the text is meant",
		    BL_STR_ARG(bl_pack__q(ctx, node->raw)),
		    BL_STR_ARG(bl_pack__q(ctx, node->text)));
	return true;
}

bool
bl_pack__literal(struct bl_pack__ctx *ctx, const struct bl_pack__node *node, const char *what,
    struct bl_str *ret_text)
{
	if (node->bad)
		return false; /* Reported while reading. */
	if (node->tag.ptr != NULL) {
		bl_pack__error(ctx, bl_pack__at(node),
		    "%s must be written out; !%.*s is not allowed here", what,
		    BL_STR_ARG(bl_pack__q(ctx, node->tag)));
		return false;
	}
	if (node->kind != BL_PACK__SCALAR) {
		bl_pack__error(ctx, bl_pack__at(node), "%s must be text, not %s", what,
		    bl_pack__kind_name(node));
		return false;
	}
	if (!bl_pack__scalar_fit(ctx, node))
		return false;
	*ret_text = node->text;
	return true;
}

/* --- the template -------------------------------------------------------- */

static const char *const sections[] = {
    "Resources", "Parameters", "Conditions", "Description", "Metadata", "AWSTemplateFormatVersion"};

/* CloudFormation's sections that a pack does not have: they would change what the rules are. */
static const char *const other_sections[] = {"Transform", "Mappings", "Outputs", "Rules", "Hooks"};

static void
check_sections(struct bl_pack__ctx *ctx)
{
	const struct bl_pack__node *root = ctx->root, *node;
	const char *known[BL_PACK_COUNT(sections) + BL_PACK_COUNT(other_sections)];
	struct bl_str text;

	memcpy(known, sections, sizeof(sections));
	memcpy(known + BL_PACK_COUNT(sections), other_sections, sizeof(other_sections));
	bl_pack__known_keys(ctx, root, "a conformance pack", known, BL_PACK_COUNT(known));
	for (size_t i = 0; i < BL_PACK_COUNT(other_sections); i++) {
		node = bl_pack__get(root, other_sections[i]);
		if (node != NULL)
			bl_pack__error(ctx, bl_pack__at_key(node),
			    "the section %s is not supported in a conformance pack; write its "
			    "effect into the "
			    "resources and remove it",
			    other_sections[i]);
	}
	node = bl_pack__get(root, "AWSTemplateFormatVersion");
	if (node != NULL && bl_pack__literal(ctx, node, "AWSTemplateFormatVersion", &text) &&
	    !bl_str_eq(text, BL_STR("2010-09-09")))
		bl_pack__error(
		    ctx, bl_pack__at(node), "AWSTemplateFormatVersion can only be 2010-09-09");
	node = bl_pack__get(root, "Description");
	if (node != NULL && bl_pack__literal(ctx, node, "Description", &text) && text.len > 1024)
		bl_pack__error(ctx, bl_pack__at(node),
		    "the Description has %zu bytes; AWS allows 1024", text.len);
}

static struct bl_pack__node *
section_map(struct bl_pack__ctx *ctx, const char *name)
{
	struct bl_pack__node *node = bl_pack__get(ctx->root, name);

	if (node == NULL)
		return NULL;
	if (node->tag.ptr == NULL && node->kind == BL_PACK__MAP)
		return node;
	if (!node->bad)
		bl_pack__error(ctx, bl_pack__at_key(node), "%s must be a map of names, not %s",
		    name, node->tag.ptr != NULL ? "a function" : bl_pack__kind_name(node));
	return NULL;
}

static void
check_template(struct bl_pack__ctx *ctx, const struct bl_rule_input *overrides, size_t n_overrides,
    struct bl_pack *pack)
{
	if (ctx->root->kind != BL_PACK__MAP || ctx->root->tag.ptr != NULL) {
		bl_pack__error(ctx, bl_pack__at(ctx->root),
		    "a template is a map with Resources in it, not %s",
		    bl_pack__kind_name(ctx->root));
		return;
	}
	check_sections(ctx);
	ctx->resources = section_map(ctx, "Resources");
	bl_pack__params(ctx, section_map(ctx, "Parameters"), overrides, n_overrides);
	bl_pack__conditions(ctx, section_map(ctx, "Conditions"));
	if (bl_pack__get(ctx->root, "Resources") == NULL)
		bl_pack__error(ctx, bl_pack__at(ctx->root),
		    "Resources is missing; a pack needs at least one rule");
	if (ctx->resources != NULL)
		bl_pack__rules(ctx, pack);
	pack->n_parameters = ctx->n_params;
}

static bool
check_size(struct bl_pack__ctx *ctx)
{
	struct bl_pack__pos top = {1, 1};

	if (ctx->text.len > BL_PACK_MAX_BYTES) {
		bl_pack__error(ctx, top,
		    "the template has %zu bytes; AWS allows %zu; split the pack", ctx->text.len,
		    BL_PACK_MAX_BYTES);
		return false;
	}
	if (ctx->text.len > BL_PACK_BODY_BYTES)
		bl_pack__warn(ctx, top,
		    "the template has %zu bytes; above %zu AWS takes it from S3 only "
		    "(--template-s3-uri)",
		    ctx->text.len, BL_PACK_BODY_BYTES);
	return true;
}

/* --- what is given back -------------------------------------------------- */

static int
by_place(const void *a, const void *b)
{
	const struct bl_pack__problem *x = *(const struct bl_pack__problem *const *)a;
	const struct bl_pack__problem *y = *(const struct bl_pack__problem *const *)b;

	if (x->public.line != y->public.line)
		return x->public.line < y->public.line ? -1 : 1;
	if (x->public.column != y->public.column)
		return x->public.column < y->public.column ? -1 : 1;
	return bl_str_cmp(x->public.text, y->public.text);
}

/* Which of the sorted problems are shown: all, or errors before warnings when there are too many.
 */
static size_t
choose(struct bl_pack__problem **sorted, size_t n, size_t room)
{
	size_t n_errors = 0, kept = 0, warnings_left;

	if (n <= room)
		return n;
	for (size_t i = 0; i < n; i++)
		n_errors += sorted[i]->public.error;
	warnings_left = n_errors < room ? room - n_errors : 0;
	for (size_t i = 0; i < n && kept < room; i++) {
		if (!sorted[i]->public.error) {
			if (warnings_left == 0)
				continue;
			warnings_left--;
		}
		sorted[kept++] = sorted[i];
	}
	return kept;
}

static struct bl_pack__problem **
sort_problems(struct bl_pack__ctx *ctx)
{
	struct bl_pack__problem **sorted =
	    bl_new(ctx->scratch, struct bl_pack__problem *, ctx->n_found);
	size_t n = 0;

	if (sorted == NULL) {
		ctx->nomem = true;
		return NULL;
	}
	for (struct bl_pack__problem *p = ctx->first_problem; p != NULL; p = p->next)
		sorted[n++] = p;
	assert(n == ctx->n_found);
	qsort(sorted, n, sizeof(struct bl_pack__problem *), by_place);
	ctx->n_found = 0;
	for (size_t i = 0; i < n; i++) /* A value that is read twice complains twice. */
		if (i == 0 || by_place(&sorted[i - 1], &sorted[i]) != 0)
			sorted[ctx->n_found++] = sorted[i];
	return sorted;
}

static void
give_problems(struct bl_pack__ctx *ctx, const struct bl_pack_problem **ret_problems, size_t *ret_n)
{
	struct bl_pack__problem **sorted = sort_problems(ctx);
	struct bl_pack_problem *out;
	bool too_many;
	size_t n;

	if (sorted == NULL)
		return;
	too_many = ctx->n_found + ctx->n_dropped > BL_PACK_MAX_PROBLEMS;
	n = choose(sorted, ctx->n_found, BL_PACK_MAX_PROBLEMS - too_many);
	out = bl_new(ctx->arena, struct bl_pack_problem, n + too_many);
	if (out == NULL) {
		ctx->nomem = true;
		return;
	}
	for (size_t i = 0; i < n; i++) {
		out[i] = sorted[i]->public;
		out[i].text = bl_pack__keep(ctx, sorted[i]->public.text);
	}
	if (too_many) {
		out[n] = (struct bl_pack_problem){.error = ctx->n_errors > 0,
		    .line = out[n - 1].line,
		    .column = out[n - 1].column};
		if (bl_str_printf(ctx->arena, &out[n].text, NULL,
			"%zu more problems are not shown; mend these first",
			ctx->n_found + ctx->n_dropped - n) != BL_OK)
			ctx->nomem = true;
		n++;
	}
	*ret_problems = out;
	*ret_n = n;
}

static struct bl_str
name_of_file(struct bl_str file)
{
	size_t slash = bl_str_rfind_byte(file, '/'), dot;
	struct bl_str name = slash == SIZE_MAX ? file : bl_str_sub(file, slash + 1, file.len);

	dot = bl_str_rfind_byte(name, '.');
	return dot == SIZE_MAX || dot == 0 ? name : bl_str_sub(name, 0, dot);
}

static enum bl_status
first_error(
    const struct bl_pack_problem *problems, size_t n, struct bl_str file, struct bl_err *reterr)
{
	for (size_t i = 0; i < n; i++) {
		enum bl_status status;

		if (!problems[i].error)
			continue;
		status = bl_fail_pos(reterr, BL_EINPUT, problems[i].line, problems[i].column,
		    "%.*s", BL_STR_ARG(problems[i].text));
		bl_err_prefix(
		    reterr, "%.*s:%u:%u", BL_STR_ARG(file), problems[i].line, problems[i].column);
		return status;
	}
	return bl_fail(reterr, BL_EINPUT, "%.*s: not a conformance pack", BL_STR_ARG(file));
}

static BL_STATUS
load(struct bl_pack__ctx *ctx, struct bl_str file, struct bl_str text,
    const struct bl_rule_input *overrides, size_t n_overrides, struct bl_pack *pack,
    struct bl_err *reterr)
{
	enum bl_status status = bl_sha256_of(text, &pack->sha256, reterr);

	if (status != BL_OK)
		return status;
	pack->name = bl_pack__keep(ctx, name_of_file(file));
	ctx->text = text;
	if (check_size(ctx)) {
		ctx->text = pack->text = bl_pack__keep(ctx, text);
		if (!ctx->nomem)
			bl_pack__read(ctx);
		if (!ctx->nomem && ctx->root != NULL)
			check_template(ctx, overrides, n_overrides, pack);
	}
	return BL_OK;
}

BL_STATUS
/* NOLINTNEXTLINE(readability-function-size): nine arguments are the interface's. */
bl_pack_load(struct bl_str file, struct bl_str text, const struct bl_rule_input *overrides,
    size_t n_overrides, struct bl_arena *arena, const struct bl_pack **ret_pack,
    const struct bl_pack_problem **ret_problems, size_t *ret_n_problems, struct bl_err *reterr)
{
	struct bl_pack__ctx ctx = {.arena = arena, .supplied = n_overrides > 0};
	struct bl_pack *pack = bl_new(arena, struct bl_pack, 1);
	const struct bl_pack_problem *problems = NULL;
	size_t n_problems = 0;
	enum bl_status status;

	assert(arena != NULL && ret_pack != NULL && ret_problems != NULL && ret_n_problems != NULL);
	ctx.scratch = bl_arena_new(SCRATCH_BYTES);
	if (pack == NULL || ctx.scratch == NULL) {
		status = bl_fail(reterr, BL_ENOMEM, "no memory to read %.*s", BL_STR_ARG(file));
		goto out;
	}
	status = load(
	    &ctx, file, text.ptr == NULL ? BL_STR("") : text, overrides, n_overrides, pack, reterr);
	if (status != BL_OK)
		goto out;
	if (!ctx.nomem)
		give_problems(&ctx, &problems, &n_problems);
	if (ctx.nomem) {
		status = bl_fail(reterr, BL_ENOMEM, "no memory to read %.*s", BL_STR_ARG(file));
		goto out;
	}
	*ret_problems = problems;
	*ret_n_problems = n_problems;
	if (ctx.n_errors > 0)
		status = first_error(problems, n_problems, file, reterr);
	else
		*ret_pack = pack;
out:
	bl_arena_free(&ctx.scratch);
	return status;
}
