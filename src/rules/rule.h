#ifndef BL_RULES_RULE_H
#define BL_RULES_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/status.h"
#include "base/str.h"
#include "rules/verdict.h"

struct bl_arena;
struct bl_item;
struct bl_json_parser;

/* How a managed rule's parameter is read from its text on the wire. */
enum bl_rule_param_kind {
	BL_PARAM_STRING,
	BL_PARAM_INT,
	BL_PARAM_BOOLEAN, /* true/false in any case. */
	BL_PARAM_CSV,	  /* Split on ',', trimmed, empty parts dropped. */
	BL_PARAM_INT_CSV, /* The same, of whole numbers. */
};

struct bl_rule_param {
	struct bl_str name;
	enum bl_rule_param_kind kind;
	bool required;
	struct bl_str fallback;	   /* The rule's own default; absent: not set when not given. */
	struct bl_str description; /* For people; may be absent. */
};

/*
 * One managed rule as text: a YAML file that auditors read and packages carry.
 * Fields are for reading; made by bl_rule_load, immutable.
 */
struct bl_rule {
	struct bl_str identifier; /* ENCRYPTED_VOLUMES */
	struct bl_str name;	  /* encrypted-volumes */
	struct bl_str title;
	struct bl_str trigger;	    /* change | periodic | both */
	const struct bl_str *types; /* [n_types] resource types */
	size_t n_types;
	const struct bl_rule_param *params; /* [n_params] */
	size_t n_params;
	const struct bl_str *limits; /* [n_limits] what the rule cannot show */
	size_t n_limits;
	struct bl_str text;		 /* The file's bytes. */
	struct bl_sha256 sha256;	 /* Of text. */
	const struct bl_rule_body *body; /* The compiled expressions. */
};

/* bl_rule_load(file, text, arena, &rule, reterr): BL_EINPUT with line and column in ${file}:
 * unknown keys, types, syntax and type errors of expressions (positions are those in the YAML
 * file). */
BL_STATUS bl_rule_load(struct bl_str file, struct bl_str text, struct bl_arena *arena,
    const struct bl_rule **ret_rule, struct bl_err *reterr);

struct bl_rule_input {
	struct bl_str name;
	struct bl_str value;
};

/* A rule with its parameters' values. */
struct bl_bound_rule;
/* bl_rule_bind(rule, inputs, n, arena, &bound, reterr): BL_EINPUT naming the parameter that is
 * missing, unknown or unreadable.  A blank value is as good as none (packs leave parameters out
 * so). */
BL_STATUS bl_rule_bind(const struct bl_rule *rule, const struct bl_rule_input *inputs, size_t n,
    struct bl_arena *arena, const struct bl_bound_rule **ret_bound, struct bl_err *reterr);

struct bl_judgement {
	enum bl_verdict verdict;
	enum bl_reason reason;
	struct bl_str annotation; /* For a person; one line; may be empty for COMPLIANT. */
};

/*
 * bl_rule_judge(bound, item, parser, arena, &judgement, reterr): one item version.  A deleted or
 * unrecorded item is NOT_APPLICABLE; a type that the rule does not have is NOT_APPLICABLE; a
 * condition without value is INSUFFICIENT_DATA naming the missing path; an expression that fails is
 * the verdict ERROR with its words. A step limit that the item's data exceed is an ERROR too. Fails
 * only for BL_ENOMEM.
 */
BL_STATUS bl_rule_judge(const struct bl_bound_rule *bound, const struct bl_item *item,
    struct bl_json_parser *parser, struct bl_arena *arena, struct bl_judgement *ret_judgement,
    struct bl_err *reterr);

/* bl_rule_paths(rule, arena, &paths, &n, reterr): every item path that its expressions read, in
 * byte order, as bl_expr_paths writes them. */
BL_STATUS bl_rule_paths(const struct bl_rule *rule, struct bl_arena *arena,
    const struct bl_str **ret_paths, size_t *ret_n, struct bl_err *reterr);

/* bl_rule_test(rule, parser, arena, &n_examples, reterr): run the file's worked examples; BL_EINPUT
 * names the first that does not give what it states. */
BL_STATUS bl_rule_test(const struct bl_rule *rule, struct bl_json_parser *parser,
    struct bl_arena *arena, size_t *ret_n_examples, struct bl_err *reterr);

#endif
