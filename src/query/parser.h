#ifndef BL_QUERY_PARSER_H
#define BL_QUERY_PARSER_H

#include "query/lexer.h"
#include "query/node.h"

struct bl_parser;

/* What a statement's parser lends to the expressions in it. */
struct bl_parser_hooks {
	/* A query begins at the token at hand (SELECT, WITH, VALUES, TABLE); ends before the
	 * closing parenthesis.  NULL: sub-queries are refused by name. */
	enum bl_status (*subquery)(void *ctx, struct bl_parser *p, struct bl_query **ret);
	void *ctx;
	/* What current_timestamp, current_date and now() are; BL_INSTANT_MIN: refused by name. */
	int64_t now_ns;
	bool aggregates; /* DISTINCT, FILTER, ORDER BY and OVER of calls are read (extra). */
};

/* What the files of the parser and the parsers of statements share: parser.c (tokens, AND, OR),
 * predicate.c, operator.c, primary.c (values, names, CASE, CAST), call.c, literal.c, type_name.c.
 */
struct bl_parser {
	struct bl_lexer lexer;
	struct bl_token token; /* The next one. */
	struct bl_arena *arena;
	struct bl_err *reterr;
	const struct bl_parser_hooks *hooks; /* NULL: none */
	uint32_t depth;
	uint32_t n_nodes;
};

struct bl_nodes {
	struct bl_node **kids;
	uint32_t n, cap;
};

/* The token at hand: take it, look at it, require it. */
BL_STATUS bl_parser_next(struct bl_parser *p);
bool bl_parser_at_word(const struct bl_parser *p, const char *word);
bool bl_parser_at_sign(const struct bl_parser *p, const char *text);
BL_STATUS bl_parser_fail_expected(struct bl_parser *p, const char *what);
BL_STATUS bl_parser_expect_sign(struct bl_parser *p, const char *text);
BL_STATUS bl_parser_expect_word(struct bl_parser *p, const char *word);
BL_STATUS bl_parser_new_node(
    struct bl_parser *p, enum bl_node_kind kind, const struct bl_token *at, struct bl_node **ret);
BL_STATUS bl_parser_push(struct bl_parser *p, struct bl_nodes *list, struct bl_node *kid);
BL_STATUS bl_parser_adopt(struct bl_parser *p, struct bl_node *node, const struct bl_nodes *list);
BL_STATUS bl_parser_join(
    struct bl_parser *p, struct bl_node *node, struct bl_node *a, struct bl_node *b);
BL_STATUS bl_parser_parse_list(struct bl_parser *p, const char *closer, struct bl_nodes *list);
BL_STATUS bl_parser_refuse_word(struct bl_parser *p, const struct bl_token *at);
/* bl_parser_primary: a value; bl_parser_sum: with operators; bl_parser_predicate: one comparison;
 * bl_parser_expr: all. */
BL_STATUS bl_parser_primary(struct bl_parser *p, struct bl_node **ret);
BL_STATUS bl_parser_sum(struct bl_parser *p, struct bl_node **ret);
BL_STATUS bl_parser_predicate(struct bl_parser *p, struct bl_node **ret);
BL_STATUS bl_parser_expr(struct bl_parser *p, struct bl_node **ret);

/* bl_parser_op: which of the signs is at hand, as its operator. */
enum bl_op bl_parser_op(
    const struct bl_parser *p, const char *const signs[], const enum bl_op ops[], size_t n);

/* bl_parser_peek(p, &token): the one behind the token at hand; END also where the text is wrong. */
void bl_parser_peek(const struct bl_parser *p, struct bl_token *ret_token);

/* bl_parser_at_query: are sub-queries read, and does one begin at the token at hand?
 * bl_parser_subquery(p, at, kind, left, &node): reads it and its closing parenthesis; ${left} may
 * be NULL. */
bool bl_parser_at_query(const struct bl_parser *p);
BL_STATUS bl_parser_subquery(struct bl_parser *p, const struct bl_token *at,
    enum bl_subquery_kind kind, struct bl_node *left, struct bl_node **ret);

/* bl_parser_call(p, name, &node): behind the name, at the opening parenthesis. */
BL_STATUS bl_parser_call(struct bl_parser *p, const struct bl_token *name, struct bl_node **ret);

/* bl_parser_now(p, word, &node): current_timestamp and its like; *ret stays NULL when the word is
 * none of them, or there is no clock. */
BL_STATUS bl_parser_now(struct bl_parser *p, const struct bl_token *word, struct bl_node **ret);

/* bl_parser_sort_keys(p, &keys, &n): e [ASC|DESC] [NULLS FIRST|LAST], ... behind ORDER BY. */
BL_STATUS bl_parser_sort_keys(struct bl_parser *p, struct bl_sort_key **ret_keys, uint32_t *ret_n);

/* bl_parser_type(p, &type): a type's name. */
BL_STATUS bl_parser_type(struct bl_parser *p, struct bl_datatype *ret);

/* bl_parser_literal(p, word, &node): DATE '...' and its like, at the text; *ret stays NULL when the
 * word begins none. */
BL_STATUS bl_parser_literal(struct bl_parser *p, const struct bl_token *word, struct bl_node **ret);

#endif
