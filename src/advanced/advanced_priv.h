#ifndef BL_ADVANCED_ADVANCED_PRIV_H
#define BL_ADVANCED_ADVANCED_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "advanced/advanced.h"
#include "base/status.h"
#include "base/str.h"
#include "query/lexer.h"
#include "query/match.h"
#include "query/node.h"

/*
 * The tree of a query.  parse.c and condition.c make it, check.c refuses what AWS refuses as a
 * whole, build.c makes expressions of it.  It lives in the arena that it was parsed in, and its
 * texts are views of that arena.
 */

/* Bounds of the recursion over conditions, and of a path. */
#define BL_ADVANCED_MAX_DEPTH 40
#define BL_ADVANCED_MAX_STEPS 64
#define BL_ADVANCED_MAX_CHARS 4096 /* AWS's; code points. */
#define BL_ADVANCED_MAX_GROUPS 3   /* AWS's: properties of GROUP BY. */

/* A property: text as it is told ("configuration.state.name", "rules[0].x"). */
struct bl_advanced_path {
	struct bl_str text;
	const struct bl_match_step *steps; /* [n_steps] */
	uint32_t n_steps;		   /* 0: none, COUNT(*) */
	uint32_t line, column;
};

enum bl_advanced_cond_kind {
	BL_ADVANCED_AND,
	BL_ADVANCED_OR,
	BL_ADVANCED_NOT,
	BL_ADVANCED_TEST,    /* path, test */
	BL_ADVANCED_ELEMENT, /* path; kids[0] holds of one element of it */
};

struct bl_advanced_cond {
	enum bl_advanced_cond_kind kind;
	bool negated;		      /* TEST: no element of the path passes. */
	struct bl_advanced_path path; /* Within ELEMENT: from the element on. */
	struct bl_match_test test;
	const struct bl_advanced_cond **kids; /* [n_kids] */
	uint32_t n_kids;
	uint32_t line, column;
};

enum bl_advanced_fn {
	BL_ADVANCED_NO_FN,
	BL_ADVANCED_COUNT,
	BL_ADVANCED_AVG,
	BL_ADVANCED_MAX,
	BL_ADVANCED_MIN,
	BL_ADVANCED_SUM,
};

struct bl_advanced_item {
	bool star; /* The ten scalars. */
	enum bl_advanced_fn fn;
	struct bl_advanced_path path; /* Without steps: COUNT(*), or star. */
	struct bl_str name;	      /* What the result calls it: alias, "COUNT(*)", the path. */
	struct bl_str alias;	      /* Absent: none. */
	uint32_t line, column;
};

struct bl_advanced_order {
	struct bl_advanced_item key;
	bool descending;
};

struct bl_advanced_query {
	const struct bl_advanced_item *items; /* [n_items] */
	uint32_t n_items;
	const struct bl_advanced_cond *where;  /* NULL: none */
	const struct bl_advanced_path *groups; /* [n_groups] */
	uint32_t n_groups;
	const struct bl_advanced_order *orders; /* [n_orders] */
	uint32_t n_orders;
	bool has_fn;	/* An aggregate is selected. */
	bool distinct;	/* SELECT DISTINCT */
	uint64_t limit; /* UINT64_MAX: none */
	bool has_at;
	int64_t at_ns;		 /* AS OF */
	uint64_t known_position; /* KNOWN AT; 0: none */
	/* [n_extensions] each once: "[n]: ...", in the order of their first use. */
	const struct bl_str *extensions;
	uint32_t n_extensions;
};

/* What parse.c and condition.c share. */
struct bl_advanced_parser {
	struct bl_lexer lexer;
	struct bl_token token; /* The next one. */
	enum bl_advanced_mode mode;
	struct bl_arena *arena;
	struct bl_err *reterr;
	uint32_t depth;
	struct bl_str extensions[32];
	uint32_t n_extensions;
};

/* parse.c */
BL_STATUS bl_advanced__next(struct bl_advanced_parser *p);
bool bl_advanced__at_word(const struct bl_advanced_parser *p, const char *word);
bool bl_advanced__at_sign(const struct bl_advanced_parser *p, const char *sign);
BL_STATUS bl_advanced__expect_sign(struct bl_advanced_parser *p, const char *sign);
/* bl_advanced__expected(p, what): "WHAT is expected here, found ..."; what AWS does not know is
 * refused by its name. */
BL_STATUS bl_advanced__expected(struct bl_advanced_parser *p, const char *what);
/* bl_advanced__extend(p, at, what): strict: refused; extended: kept for the notes. */
BL_STATUS bl_advanced__extend(
    struct bl_advanced_parser *p, const struct bl_token *at, const char *what);
/* bl_advanced__no_memory(reterr) */
BL_STATUS bl_advanced__no_memory(struct bl_err *reterr);
/* bl_advanced__push(p, &list, &n, size, thing): appends a copy to an array of the arena. */
BL_STATUS bl_advanced__push(
    struct bl_advanced_parser *p, void *list, uint32_t *n, size_t size, const void *thing);

/* path.c */
BL_STATUS bl_advanced__path(struct bl_advanced_parser *p, struct bl_advanced_path *ret_path);
/* bl_advanced__literal: a value that a property is compared with. */
BL_STATUS bl_advanced__literal(struct bl_advanced_parser *p, struct bl_match_operand *ret_operand);

/* condition.c */
BL_STATUS bl_advanced__condition(
    struct bl_advanced_parser *p, const struct bl_advanced_cond **ret_cond);

/* bl_advanced__parse(text, mode, arena, &query, reterr): the tree, checked.  BL_EINPUT for all that
 * is refused, with line and column. */
BL_STATUS bl_advanced__parse(struct bl_str text, enum bl_advanced_mode mode, struct bl_arena *arena,
    const struct bl_advanced_query **ret_query, struct bl_err *reterr);

/* advanced.c: the same, with AWS's code, and the place in the text of the error. */
BL_STATUS bl_advanced__parse_told(struct bl_str text, enum bl_advanced_mode mode,
    struct bl_arena *arena, const struct bl_advanced_query **ret_query,
    enum bl_advanced_code *ret_code, struct bl_err *reterr);

/* check.c */
BL_STATUS bl_advanced__check(struct bl_advanced_parser *p, const struct bl_advanced_query *query);
/* bl_advanced__each_path(query, fn, ctx): every path of the query in the order of the text, those
 * in ELEMENT with ${inner}. */
typedef enum bl_status (*bl_advanced_path_fn)(
    void *ctx, const struct bl_advanced_path *path, bool inner);
BL_STATUS bl_advanced__each_path(
    const struct bl_advanced_query *query, bl_advanced_path_fn fn, void *ctx);

#endif
