#ifndef BL_QUERY_PARSER_H
#define BL_QUERY_PARSER_H

#include "query/ast.h"
#include "query/lexer.h"

/* What parser.c (operators and predicates) and primary.c (values, calls, CASE, CAST) share. */
struct bl_parser {
	struct bl_lexer lexer;
	struct bl_token token; /* The next one. */
	struct bl_arena *arena;
	struct bl_err *reterr;
	uint32_t depth;
	uint32_t n_nodes;
};

struct bl_nodes {
	struct bl_node **kids;
	uint32_t n, cap;
};

/* The token at hand: take it, look at it, require it. */
BL_STATUS bl_parser__next(struct bl_parser *p);
bool bl_parser__at_word(const struct bl_parser *p, const char *word);
bool bl_parser__at_sign(const struct bl_parser *p, const char *text);
BL_STATUS bl_parser__fail_expected(struct bl_parser *p, const char *what);
BL_STATUS bl_parser__expect_sign(struct bl_parser *p, const char *text);
BL_STATUS bl_parser__expect_word(struct bl_parser *p, const char *word);
BL_STATUS bl_parser__new_node(
    struct bl_parser *p, enum bl_node_kind kind, const struct bl_token *at, struct bl_node **ret);
BL_STATUS bl_parser__push(struct bl_parser *p, struct bl_nodes *list, struct bl_node *kid);
BL_STATUS bl_parser__adopt(struct bl_parser *p, struct bl_node *node, const struct bl_nodes *list);
BL_STATUS bl_parser__join(
    struct bl_parser *p, struct bl_node *node, struct bl_node *a, struct bl_node *b);
BL_STATUS bl_parser__parse_list(struct bl_parser *p, const char *closer, struct bl_nodes *list);
BL_STATUS bl_parser__refuse_word(struct bl_parser *p, const struct bl_token *at);
BL_STATUS bl_parser__primary(struct bl_parser *p, struct bl_node **ret);
BL_STATUS bl_parser__expr(struct bl_parser *p, struct bl_node **ret);

#endif
