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

/* What parser.c (operators and predicates), primary.c (values, calls, CASE, CAST) and the parsers
 * of statements share. */
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
BL_STATUS bl_parser_primary(struct bl_parser *p, struct bl_node **ret);
BL_STATUS bl_parser_expr(struct bl_parser *p, struct bl_node **ret);

#endif
