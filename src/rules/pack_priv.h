#ifndef BL_RULES_PACK_PRIV_H
#define BL_RULES_PACK_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/pack.h"

struct bl_arena;

/*
 * A pack on its way from text to rules:
 *
 *	text -> nodes (pack_yaml) -> parameters (pack_param) -> functions checked, conditions
 *	decided (pack_fn) -> rules and remediations (pack_rule), all driven by pack.c.
 *
 * Nothing stops at the first mistake: each step adds to the list of problems and leaves out what
 * it could not understand.  Only spent memory stops the work; it is kept in ctx->nomem, so that
 * helpers need no status of their own.
 */

#define BL_PACK_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Limits.  Those of AWS are from the Config and CloudFormation quotas. */
#define BL_PACK_MAX_BYTES ((size_t)300 * 1024) /* TemplateS3Uri */
#define BL_PACK_BODY_BYTES ((size_t)51200)     /* TemplateBody */
#define BL_PACK_MAX_RULES 130		       /* per pack */
#define BL_PACK_MAX_PARAMETERS 60	       /* ConformancePackInputParameters */
#define BL_PACK_MAX_PARAMETER_NAME 255
#define BL_PACK_MAX_PARAMETER_VALUE 4096
#define BL_PACK_MAX_RULE_NAME 128
#define BL_PACK_MAX_DESCRIPTION 256
#define BL_PACK_MAX_INPUT_JSON 1024 /* ConfigRule.InputParameters */
#define BL_PACK_MAX_TYPES 100	    /* Scope.ComplianceResourceTypes */
#define BL_PACK_MAX_IDENTIFIER 256
#define BL_PACK_MAX_PROBLEMS 100
/* Ours, against hostile text. */
#define BL_PACK_MAX_DEPTH 32	 /* Of nesting; real packs reach 9. */
#define BL_PACK_MAX_ENTRIES 2000 /* Of one map or list. */
#define BL_PACK_MAX_FOUND 2000	 /* Problems gathered before sorting. */
#define BL_PACK_MAX_CHAIN 16	 /* Conditions that refer to conditions; resource names to names. */

enum bl_pack__kind {
	BL_PACK__SCALAR,
	BL_PACK__LIST,
	BL_PACK__MAP,
};

/* What a plain scalar is under YAML 1.1, which CloudFormation speaks. */
enum bl_pack__scalar {
	BL_PACK__TEXT,
	BL_PACK__BOOL,
	BL_PACK__INT,
	BL_PACK__FLOAT,
	BL_PACK__NULL,
};

struct bl_pack__node {
	enum bl_pack__kind kind;
	enum bl_pack__scalar scalar; /* SCALAR only. */
	bool rewritten;	    /* SCALAR: the text AWS sees is not the text in the file (012 is 10). */
	bool inexact;	    /* SCALAR: a floating-point form whose text AWS would change. */
	bool bad;	    /* A problem was reported inside; do not report what follows from it. */
	struct bl_str tag;  /* "Ref" of !Ref; absent: none. */
	struct bl_str text; /* SCALAR: as CloudFormation makes text of it. */
	struct bl_str raw;  /* SCALAR: as written, unquoted. */
	uint32_t line, column;
	struct bl_str key; /* Of a map's entry; absent elsewhere. */
	uint32_t key_line, key_column;
	uint32_t n; /* MAP, LIST: children. */
	struct bl_pack__node *first, *last;
	struct bl_pack__node *next;
};

struct bl_pack__problem {
	struct bl_pack_problem public;
	struct bl_pack__problem *next;
};

struct bl_pack__param {
	const struct bl_pack__node *node;
	struct bl_str name;
	struct bl_str type;
	struct bl_str value; /* Absent: none was given. */
	enum bl_pack_origin origin;
	bool list; /* CommaDelimitedList, List<Number>: a Ref to it is a list. */
	bool bad;  /* Its declaration has an error. */
};

enum bl_pack__truth {
	BL_PACK__FALSE,
	BL_PACK__TRUE,
	BL_PACK__UNKNOWN, /* Rests on a parameter without value, or on a broken condition. */
};

struct bl_pack__condition {
	const struct bl_pack__node *node;
	struct bl_str name;
	enum bl_pack__truth truth;
	enum { BL_PACK__UNSEEN, BL_PACK__OPEN, BL_PACK__DONE } state;
	const struct bl_pack__param
	    *missing; /* UNKNOWN: the parameter without value, if that is why. */
};

struct bl_pack__ctx {
	struct bl_arena *scratch; /* Forgotten when the load ends. */
	struct bl_arena *arena;	  /* The caller's: what is given back. */
	struct bl_str text;
	bool json;     /* The template is JSON: its first byte is '{'. */
	bool nomem;    /* An arena is full or the heap spent; results are void. */
	bool supplied; /* Overrides were given: then all that is needed must be there. */

	const uint32_t *line_start; /* [n_lines] byte offsets */
	size_t n_lines;

	struct bl_pack__problem *first_problem, *last_problem;
	size_t n_found;	  /* In the list. */
	size_t n_dropped; /* Beyond BL_PACK_MAX_FOUND. */
	size_t n_errors;
	size_t n_waiting; /* Values that rest on a parameter without one. */

	struct bl_pack__node *root;
	const struct bl_pack__node *resources; /* NULL: none that can be read. */
	struct bl_pack__param *params;	       /* [n_params] */
	size_t n_params;
	struct bl_pack__condition *conditions; /* [n_conditions] */
	size_t n_conditions;
};

/* --- pack.c: problems and small tools ------------------------------------ */

/* Where a problem is: a node, or its key. */
struct bl_pack__pos {
	uint32_t line, column;
};
struct bl_pack__pos bl_pack__at(const struct bl_pack__node *node);
struct bl_pack__pos bl_pack__at_key(const struct bl_pack__node *node);

void bl_pack__error(struct bl_pack__ctx *ctx, struct bl_pack__pos pos, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void bl_pack__warn(struct bl_pack__ctx *ctx, struct bl_pack__pos pos, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* bl_pack__q(ctx, s): what to quote of ${s} in a message: at most 80 bytes, whole characters. */
struct bl_str bl_pack__q(struct bl_pack__ctx *ctx, struct bl_str s);

/* bl_pack__keep(ctx, s): a copy in the caller's arena; the absent string stays absent. */
struct bl_str bl_pack__keep(struct bl_pack__ctx *ctx, struct bl_str s);

/* bl_pack__get(map, key): the entry, or NULL (also when ${map} is NULL or no map). */
struct bl_pack__node *bl_pack__get(const struct bl_pack__node *map, const char *key);

/* bl_pack__known_keys(ctx, map, what, keys, n): an error for each other key of ${map}. */
void bl_pack__known_keys(struct bl_pack__ctx *ctx, const struct bl_pack__node *map,
    const char *what, const char *const *keys, size_t n_keys);

/* bl_pack__is_id(s): a logical id: letters and digits, at least one, at most 255. */
bool bl_pack__is_id(struct bl_str s);

/* bl_pack__chars(s): characters (not bytes) of valid UTF-8. */
size_t bl_pack__chars(struct bl_str s);

/* bl_pack__literal(ctx, node, what, &text): the text of a scalar where functions are not allowed;
 * false with an error (that names ${what}) when it is anything else. */
bool bl_pack__literal(struct bl_pack__ctx *ctx, const struct bl_pack__node *node, const char *what,
    struct bl_str *ret_text);

/* bl_pack__scalar_fit(ctx, node): complain of a null, or of a number that AWS reads otherwise than
 * it is written; false for an error. */
bool bl_pack__scalar_fit(struct bl_pack__ctx *ctx, const struct bl_pack__node *node);

const char *bl_pack__kind_name(const struct bl_pack__node *node); /* "a list" */

/* --- pack_scalar.c ------------------------------------------------------- */

/* bl_pack__resolve(raw, arena, node): set scalar, text, rewritten and inexact of ${node} from the
 * plain scalar ${raw}.  False when the arena is full. */
bool bl_pack__resolve(struct bl_str raw, struct bl_arena *arena, struct bl_pack__node *node);

/* --- pack_yaml.c --------------------------------------------------------- */

/* bl_pack__read(ctx): ctx->text to ctx->root; NULL when it is not one YAML (JSON) document, which
 * has been reported then. */
void bl_pack__read(struct bl_pack__ctx *ctx);

/* --- pack_param.c -------------------------------------------------------- */

void bl_pack__params(struct bl_pack__ctx *ctx, const struct bl_pack__node *section,
    const struct bl_rule_input *overrides, size_t n_overrides);
struct bl_pack__param *bl_pack__param(struct bl_pack__ctx *ctx, struct bl_str name);

/* --- pack_fn.c ----------------------------------------------------------- */

/* bl_pack__conditions(ctx, section): declare, check and decide them. */
void bl_pack__conditions(struct bl_pack__ctx *ctx, struct bl_pack__node *section);
struct bl_pack__condition *bl_pack__condition(struct bl_pack__ctx *ctx, struct bl_str name);

/* bl_pack__check(ctx, node): every function, reference and null in ${node} and below. */
void bl_pack__check(struct bl_pack__ctx *ctx, struct bl_pack__node *node, bool in_condition);

enum bl_pack__vkind {
	BL_PACK__V_GONE,    /* AWS::NoValue: as if it were not written. */
	BL_PACK__V_BAD,	    /* Reported already. */
	BL_PACK__V_MISSING, /* Rests on the parameter ${missing}, which has no value. */
	BL_PACK__V_TEXT,
	BL_PACK__V_NODE, /* A list or map as it stands; its children are not evaluated yet. */
};

struct bl_pack__value {
	enum bl_pack__vkind kind;
	struct bl_str text;
	const struct bl_pack__node
	    *node; /* V_NODE: the list or map; else where the value came from. */
	const struct bl_pack__param *param; /* V_TEXT by Ref; V_MISSING. */
	enum bl_pack_origin origin;
};

/* bl_pack__eval(ctx, node): what a checked ${node} stands for. */
struct bl_pack__value bl_pack__eval(struct bl_pack__ctx *ctx, const struct bl_pack__node *node);

/* --- pack_value.c -------------------------------------------------------- */

enum bl_pack__got {
	BL_PACK__GOT_NONE, /* Not there, or AWS::NoValue. */
	BL_PACK__GOT_IT,
	BL_PACK__GOT_BAD, /* Reported, or waiting for a parameter's value (reported too). */
};

/* Texts of a list, in the caller's arena. */
struct bl_pack__texts {
	struct bl_str *items;
	size_t n;
	size_t room;
};

/* Each: the value of map[key], written only for BL_PACK__GOT_IT. */
enum bl_pack__got bl_pack__text(struct bl_pack__ctx *ctx, const struct bl_pack__node *map,
    const char *key, struct bl_str *ret_text);
/* A map or list as it stands after Fn::If. */
enum bl_pack__got bl_pack__part(struct bl_pack__ctx *ctx, const struct bl_pack__node *map,
    const char *key, enum bl_pack__kind kind, const struct bl_pack__node **ret_node);
/* A text that must be one of ${words}. */
enum bl_pack__got bl_pack__word(struct bl_pack__ctx *ctx, const struct bl_pack__node *map,
    const char *key, const char *const *words, size_t n, struct bl_str *ret_text);
/* A list of texts: items may be functions, or all of it one Ref to a list parameter. */
enum bl_pack__got bl_pack__texts(struct bl_pack__ctx *ctx, const struct bl_pack__node *map,
    const char *key, struct bl_pack__texts *ret_texts);

void bl_pack__check_bool(
    struct bl_pack__ctx *ctx, const struct bl_pack__node *map, const char *key);
void bl_pack__check_number(struct bl_pack__ctx *ctx, const struct bl_pack__node *map,
    const char *key, uint64_t low, uint64_t high);

/* bl_pack__say_missing(ctx, node, value, what): ${what} is left out for want of a parameter. */
void bl_pack__say_missing(struct bl_pack__ctx *ctx, const struct bl_pack__node *node,
    const struct bl_pack__value *value, const char *what);

/* --- pack_rule.c --------------------------------------------------------- */

/* bl_pack__rules(ctx, pack): the Resources section to ${pack}'s rules and counts. */
void bl_pack__rules(struct bl_pack__ctx *ctx, struct bl_pack *pack);

#endif
