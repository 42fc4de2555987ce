/*
 * Text to tree: the clauses of a query.
 *
 * One parser for both modes: what AWS does not know goes through bl_advanced__extend, which refuses
 * it by name (strict) or keeps it for the notes (extended).  What neither knows is refused by name.
 */
#include <assert.h>
#include <string.h>

#include "advanced/advanced_priv.h"
#include "base/arena.h"
#include "base/instant.h"
#include "query/lexer.h"

BL_STATUS
bl_advanced__no_memory(struct bl_err *reterr)
{
	return bl_fail(reterr, BL_ENOMEM, "no memory for the query");
}

BL_STATUS
bl_advanced__next(struct bl_advanced_parser *p)
{
	return bl_lexer_next(&p->lexer, &p->token, p->reterr);
}

bool
bl_advanced__at_word(const struct bl_advanced_parser *p, const char *word)
{
	return p->token.kind == BL_TOKEN_WORD && bl_str_eq_ci(p->token.text, bl_str_of(word));
}

bool
bl_advanced__at_sign(const struct bl_advanced_parser *p, const char *sign)
{
	return p->token.kind == BL_TOKEN_SIGN && bl_str_eq(p->token.text, bl_str_of(sign));
}

BL_STATUS
bl_advanced__expect_sign(struct bl_advanced_parser *p, const char *sign)
{
	if (!bl_advanced__at_sign(p, sign))
		return bl_advanced__expected(p, sign);
	return bl_advanced__next(p);
}

/* Words of SQL that are not in the language, and what to do instead. */
static const struct {
	const char *word, *why;
} foreign[] = {
    {"ALL", "every row is given anyway"},
    {"CASE", "select the properties and decide on what comes back"},
    {"CONTAINS", "= on an array holds when one of its elements is equal"},
    {"EXCEPT", "ask two queries"},
    {"EXISTS", "there are no sub-queries"},
    {"FROM", "a query asks all resource types; resourceType in WHERE narrows it"},
    {"HAVING", "groups cannot be filtered"},
    {"ILIKE", "LIKE compares with regard to case"},
    {"INTERSECT", "ask two queries"},
    {"JOIN", "there is one table; relationships.resourceId leads to neighbours"},
    {"OFFSET", "pages are fetched by their token"},
    {"OVER", "there are no window functions"},
    {"REGEXP", "LIKE with a wildcard at the end is what there is"},
    {"UNION", "ask two queries"},
    {"WITH", "there are no sub-queries"},
};

BL_STATUS
bl_advanced__expected(struct bl_advanced_parser *p, const char *what)
{
	const struct bl_token *t = &p->token;

	for (size_t i = 0; t->kind == BL_TOKEN_WORD && i < sizeof(foreign) / sizeof(foreign[0]);
	     i++)
		if (bl_str_eq_ci(t->text, bl_str_of(foreign[i].word)))
			return bl_fail_pos(p->reterr, BL_EINPUT, t->line, t->column,
			    "%s is not supported: %s", foreign[i].word, foreign[i].why);
	if (bl_advanced__at_word(p, "SELECT"))
		return bl_fail_pos(
		    p->reterr, BL_EINPUT, t->line, t->column, "sub-queries are not supported");
	if (t->kind == BL_TOKEN_END)
		return bl_fail_pos(p->reterr, BL_EINPUT, t->line, t->column,
		    "%s is expected here, but the query ends", what);
	return bl_fail_pos(p->reterr, BL_EINPUT, t->line, t->column,
	    "%s is expected here, found %s%.*s", what,
	    t->kind == BL_TOKEN_STRING	 ? "the text "
	    : t->kind == BL_TOKEN_QUOTED ? "the name "
	    : t->kind == BL_TOKEN_PARAM	 ? ":"
					 : "",
	    BL_STR_ARG(t->text));
}

BL_STATUS
bl_advanced__extend(struct bl_advanced_parser *p, const struct bl_token *at, const char *what)
{
	size_t cap = sizeof(p->extensions) / sizeof(p->extensions[0]);

	if (p->mode == BL_ADVANCED_STRICT)
		return bl_fail_pos(p->reterr, BL_EINPUT, at->line, at->column,
		    "AWS Config does not support %s", what);
	for (uint32_t i = 0; i < p->n_extensions; i++)
		if (bl_str_eq(p->extensions[i], bl_str_of(what)))
			return BL_OK;
	assert(p->n_extensions < cap); /* Fewer kinds than places: each is kept once. */
	if (p->n_extensions < cap)
		p->extensions[p->n_extensions++] = bl_str_of(what);
	return BL_OK;
}

BL_STATUS
bl_advanced__push(
    struct bl_advanced_parser *p, void *list, uint32_t *n, size_t size, const void *thing)
{
	char *had, *grown;

	memcpy(&had, list, sizeof(had));
	/* Grown at 0, 4, 8, 16, ... */
	if (*n == 0 || (*n >= 4 && (*n & (*n - 1)) == 0)) {
		grown = bl_arena_alloc(p->arena, size, 16, *n == 0 ? 4 : (size_t)*n * 2);
		if (grown == NULL)
			return bl_advanced__no_memory(p->reterr);
		if (*n > 0)
			memcpy(grown, had, *n * size);
		had = grown;
		memcpy(list, &had, sizeof(had));
	}
	memcpy(had + *n * size, thing, size);
	++*n;
	return BL_OK;
}

/* ---- SELECT ------------------------------------------------------------------------- */

static const struct {
	const char *name;
	enum bl_advanced_fn fn;
} functions[] = {
    {"COUNT", BL_ADVANCED_COUNT},
    {"AVG", BL_ADVANCED_AVG},
    {"MAX", BL_ADVANCED_MAX},
    {"MIN", BL_ADVANCED_MIN},
    {"SUM", BL_ADVANCED_SUM},
};
#define N_FUNCTIONS (sizeof(functions) / sizeof(functions[0]))

/* An aggregate begins at the token at hand: COUNT(. */
static bool
at_function(struct bl_advanced_parser *p)
{
	struct bl_lexer ahead = p->lexer;
	struct bl_token t = {.kind = BL_TOKEN_END};
	bool named = false;

	for (size_t i = 0; i < N_FUNCTIONS; i++)
		named = named || bl_advanced__at_word(p, functions[i].name);
	return named && !bl_lexer_next(&ahead, &t, NULL) && t.kind == BL_TOKEN_SIGN &&
	       bl_str_eq(t.text, BL_STR("("));
}

/* What stands in an aggregate's parentheses, behind the opening one. */
static BL_STATUS
parse_argument(struct bl_advanced_parser *p, struct bl_advanced_item *item)
{
	enum bl_status status;

	if (bl_advanced__at_word(p, "DISTINCT"))
		return bl_fail_pos(p->reterr, BL_EINPUT, p->token.line, p->token.column,
		    "DISTINCT in an aggregate is not supported");
	if (bl_advanced__at_sign(p, "*") && item->fn == BL_ADVANCED_COUNT)
		status = bl_advanced__next(p);
	else if (bl_advanced__at_sign(p, "*"))
		return bl_fail_pos(
		    p->reterr, BL_EINPUT, p->token.line, p->token.column, "only COUNT takes *");
	else
		status = bl_advanced__path(p, &item->path);
	if (status)
		return status;
	if (bl_advanced__at_sign(p, ","))
		return bl_fail_pos(p->reterr, BL_EINPUT, p->token.line, p->token.column,
		    "an aggregate with several arguments is not supported");
	return bl_advanced__expect_sign(p, ")");
}

/* A property or an aggregate. */
static BL_STATUS
parse_item(struct bl_advanced_parser *p, struct bl_advanced_item *ret)
{
	struct bl_advanced_item item = {.line = p->token.line, .column = p->token.column};
	enum bl_status status = BL_OK;
	size_t which = 0;

	if (!at_function(p)) { /* A property may be called count. */
		status = bl_advanced__path(p, &item.path);
		item.name = item.path.text;
		*ret = item;
		return status;
	}
	while (!bl_advanced__at_word(p, functions[which].name))
		which++;
	item.fn = functions[which].fn;
	status = bl_advanced__next(p);
	if (!status)
		status = bl_advanced__next(p);
	if (!status)
		status = parse_argument(p, &item);
	if (!status)
		status = bl_str_printf(p->arena, &item.name, p->reterr, "%s(%.*s)",
		    functions[which].name,
		    BL_STR_ARG(item.path.n_steps == 0 ? BL_STR("*") : item.path.text));
	*ret = item;
	return status;
}

/* AS name, or nothing; AS OF is none. */
static BL_STATUS
parse_alias(struct bl_advanced_parser *p, struct bl_advanced_item *item)
{
	struct bl_lexer before = p->lexer;
	struct bl_token as = p->token;
	enum bl_status status;

	if (!bl_advanced__at_word(p, "AS"))
		return BL_OK;
	status = bl_advanced__next(p);
	if (!status && bl_advanced__at_word(p, "OF")) {
		p->lexer = before;
		p->token = as;
		return BL_OK;
	}
	if (!status)
		status = bl_advanced__extend(p, &as, "AS");
	if (status)
		return status;
	if (p->token.kind != BL_TOKEN_WORD && p->token.kind != BL_TOKEN_QUOTED)
		return bl_advanced__expected(p, "a name");
	item->alias = item->name = p->token.text;
	return bl_advanced__next(p);
}

static BL_STATUS
parse_select(struct bl_advanced_parser *p, struct bl_advanced_query *q)
{
	enum bl_status status;

	if (bl_advanced__at_word(p, "DISTINCT")) {
		q->distinct = true;
		status = bl_advanced__extend(p, &p->token, "DISTINCT");
		if (!status)
			status = bl_advanced__next(p);
		if (status)
			return status;
	}
	for (;;) {
		struct bl_advanced_item item = {
		    .line = p->token.line, .column = p->token.column, .name = BL_STR("*")};

		if (bl_advanced__at_sign(p, "*")) {
			item.star = true;
			status = bl_advanced__next(p);
		} else {
			status = parse_item(p, &item);
			if (!status)
				status = parse_alias(p, &item);
		}
		if (!status)
			status = bl_advanced__push(p, &q->items, &q->n_items, sizeof(item), &item);
		if (status)
			return status;
		q->has_fn = q->has_fn || item.fn != BL_ADVANCED_NO_FN;
		if (!bl_advanced__at_sign(p, ","))
			return BL_OK;
		status = bl_advanced__next(p);
		if (status)
			return status;
	}
}

/* ---- The other clauses. --------------------------------------------------------------- */

static BL_STATUS
expect_by(struct bl_advanced_parser *p)
{
	enum bl_status status = bl_advanced__next(p);

	if (!status && !bl_advanced__at_word(p, "BY"))
		return bl_advanced__expected(p, "BY");
	return status ? status : bl_advanced__next(p);
}

static BL_STATUS
parse_group(struct bl_advanced_parser *p, struct bl_advanced_query *q)
{
	enum bl_status status = expect_by(p);

	while (!status) {
		struct bl_advanced_path path;

		status = bl_advanced__path(p, &path);
		if (!status)
			status =
			    bl_advanced__push(p, &q->groups, &q->n_groups, sizeof(path), &path);
		if (status || !bl_advanced__at_sign(p, ","))
			return status;
		status = bl_advanced__next(p);
	}
	return status;
}

/* A key that is an item's alias stands for that item. */
static void
resolve_alias(const struct bl_advanced_query *q, struct bl_advanced_order *order)
{
	if (order->key.fn != BL_ADVANCED_NO_FN || order->key.path.n_steps != 1)
		return;
	for (uint32_t i = 0; i < q->n_items; i++)
		if (q->items[i].alias.ptr != NULL &&
		    bl_str_eq_ci(q->items[i].alias, order->key.path.text)) {
			order->key = q->items[i];
			return;
		}
}

static BL_STATUS
parse_order(struct bl_advanced_parser *p, struct bl_advanced_query *q)
{
	enum bl_status status = expect_by(p);

	while (!status) {
		struct bl_advanced_order order = {.descending = false};

		status = parse_item(p, &order.key);
		resolve_alias(q, &order);
		if (!status &&
		    (bl_advanced__at_word(p, "ASC") || bl_advanced__at_word(p, "DESC"))) {
			order.descending = bl_advanced__at_word(p, "DESC");
			status = bl_advanced__next(p);
		}
		if (!status)
			status =
			    bl_advanced__push(p, &q->orders, &q->n_orders, sizeof(order), &order);
		if (status || !bl_advanced__at_sign(p, ","))
			return status;
		status = bl_advanced__next(p);
	}
	return status;
}

static BL_STATUS
parse_count(struct bl_advanced_parser *p, const char *what, uint64_t *ret)
{
	enum bl_status status = bl_advanced__next(p);

	if (status)
		return status;
	if (p->token.kind != BL_TOKEN_INTEGER || !bl_str_to_u64(p->token.text, ret))
		return bl_advanced__expected(p, what);
	return bl_advanced__next(p);
}

/* AS OF 'instant' [KNOWN AT n] */
static BL_STATUS
parse_as_of(struct bl_advanced_parser *p, struct bl_advanced_query *q)
{
	struct bl_token as = p->token;
	enum bl_status status = bl_advanced__next(p);

	if (!status && !bl_advanced__at_word(p, "OF"))
		return bl_advanced__expected(p, "OF");
	if (!status)
		status = bl_advanced__extend(p, &as, "AS OF");
	if (!status)
		status = bl_advanced__next(p);
	if (status)
		return status;
	if (q->has_at)
		return bl_fail_pos(p->reterr, BL_EINPUT, as.line, as.column, "AS OF stands twice");
	if (p->token.kind != BL_TOKEN_STRING)
		return bl_advanced__expected(p, "an instant in single quotes");
	if (!bl_match_date(p->token.text, &q->at_ns))
		return bl_fail_pos(p->reterr, BL_EINPUT, p->token.line, p->token.column,
		    "%.*s is no instant; one is '2026-01-31T18:00:00Z' or '2026-01-31'",
		    BL_STR_ARG(p->token.text));
	q->has_at = true;
	return bl_advanced__next(p);
}

static BL_STATUS
parse_known_at(struct bl_advanced_parser *p, struct bl_advanced_query *q)
{
	struct bl_token known = p->token;
	enum bl_status status = bl_advanced__next(p);

	if (!status && !bl_advanced__at_word(p, "AT"))
		return bl_advanced__expected(p, "AT");
	if (!status)
		status = bl_advanced__extend(p, &known, "KNOWN AT");
	if (!status)
		status = parse_count(p, "a ledger position", &q->known_position);
	if (!status && q->known_position == 0)
		return bl_fail_pos(p->reterr, BL_EINPUT, known.line, known.column,
		    "ledger positions are counted from 1");
	return status;
}

static BL_STATUS
parse_moment(struct bl_advanced_parser *p, struct bl_advanced_query *q)
{
	enum bl_status status = BL_OK;

	if (bl_advanced__at_word(p, "AS"))
		status = parse_as_of(p, q);
	if (!status && bl_advanced__at_word(p, "KNOWN"))
		status = parse_known_at(p, q);
	return status;
}

static BL_STATUS
parse_limit(struct bl_advanced_parser *p, struct bl_advanced_query *q)
{
	enum bl_status status = bl_advanced__extend(p, &p->token, "LIMIT");

	return status ? status : parse_count(p, "a number of rows", &q->limit);
}

static BL_STATUS
parse_query(struct bl_advanced_parser *p, struct bl_advanced_query *q)
{
	enum bl_status status = bl_advanced__next(p);

	if (!status && !bl_advanced__at_word(p, "SELECT"))
		return bl_advanced__expected(p, "SELECT");
	if (!status)
		status = bl_advanced__next(p);
	if (!status)
		status = parse_select(p, q);
	if (!status)
		status = parse_moment(p, q);
	if (!status && bl_advanced__at_word(p, "WHERE")) {
		status = bl_advanced__next(p);
		if (!status)
			status = bl_advanced__condition(p, &q->where);
	}
	if (!status && bl_advanced__at_word(p, "GROUP"))
		status = parse_group(p, q);
	if (!status && bl_advanced__at_word(p, "ORDER"))
		status = parse_order(p, q);
	if (!status && bl_advanced__at_word(p, "LIMIT"))
		status = parse_limit(p, q);
	if (!status)
		status = parse_moment(p, q);
	if (!status && p->token.kind != BL_TOKEN_END)
		return bl_advanced__expected(
		    p, q->n_orders > 0	  ? "a comma or the end"
		       : q->n_groups > 0  ? "a comma, ORDER BY or the end"
		       : q->where != NULL ? "AND, OR, GROUP BY, ORDER BY or the end"
					  : "a comma, WHERE, GROUP BY, ORDER BY or the end");
	return status;
}

/* Without the one semicolon that may stand at the end; its length in characters. */
static struct bl_str
trim(struct bl_str text, size_t *ret_chars)
{
	*ret_chars = 0;
	for (size_t i = 0; i < text.len; i++)
		*ret_chars += ((unsigned char)text.ptr[i] & 0xC0) != 0x80;
	text = bl_str_trim(text);
	if (bl_str_ends(text, BL_STR(";")))
		text = bl_str_sub(text, 0, text.len - 1);
	return text;
}

BL_STATUS
bl_advanced__parse(struct bl_str text, enum bl_advanced_mode mode, struct bl_arena *arena,
    const struct bl_advanced_query **ret_query, struct bl_err *reterr)
{
	struct bl_advanced_parser p = {.mode = mode, .arena = arena, .reterr = reterr};
	struct bl_advanced_query *q = bl_new(arena, struct bl_advanced_query, 1);
	struct bl_token start = {.line = 1, .column = 1};
	struct bl_str own, *kept;
	size_t chars;
	enum bl_status status = BL_OK;

	if (q == NULL || bl_str_dup(arena, text, &own))
		return bl_advanced__no_memory(reterr);
	q->limit = UINT64_MAX;
	bl_lexer_init(&p.lexer, own, arena);
	/* Lines count from the text's own beginning; only its end is cut. */
	p.lexer.text.len = (size_t)(trim(own, &chars).ptr + trim(own, &chars).len - own.ptr);
	if (text.len > BL_NODE_MAX_TEXT)
		return bl_fail_pos(reterr, BL_EINPUT, 1, 1, "the query is longer than %zu bytes",
		    BL_NODE_MAX_TEXT);
	if (chars > BL_ADVANCED_MAX_CHARS)
		status = bl_advanced__extend(&p, &start, "more than 4096 characters");
	if (!status)
		status = parse_query(&p, q);
	if (!status)
		status = bl_advanced__check(&p, q);
	kept = status ? NULL : bl_new(arena, struct bl_str, p.n_extensions);
	if (status)
		return status;
	if (kept == NULL)
		return bl_advanced__no_memory(reterr);
	memcpy(kept, p.extensions, p.n_extensions * sizeof(*kept));
	q->extensions = kept;
	q->n_extensions = p.n_extensions;
	*ret_query = q;
	return BL_OK;
}
