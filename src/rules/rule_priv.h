#ifndef BL_RULES_RULE_PRIV_H
#define BL_RULES_RULE_PRIV_H

#include "query/expr.h"
#include "rules/rule.h"
#include "rules/rule_yaml.h"

/* What the rule_* files share. */

#define BL_RULE_MAX_PARAMS 64
#define BL_RULE_MAX_LIST 512

/* An expression and where it stands, so that failures at evaluation point into the file. */
struct bl_rule_expr {
	struct bl_expr *expr; /* NULL: not given. */
	const struct bl_yaml *at;
};

struct bl_rule_gap {
	struct bl_rule_expr when;
	struct bl_str reason;
};

struct bl_rule_example {
	struct bl_str title;
	uint32_t line, column;
	struct bl_str item; /* JSON, in the delivered dialect. */
	struct bl_rule_input *inputs;
	size_t n_inputs;
	enum bl_verdict expect;
	struct bl_str reason;	  /* Code; absent: any. */
	struct bl_str annotation; /* Absent: any. */
};

struct bl_rule_body {
	struct bl_str file;
	struct bl_rule_expr applicable;
	struct bl_rule_gap *gaps;
	size_t n_gaps;
	struct bl_rule_expr compliant;
	struct bl_rule_expr reason;
	struct bl_str reason_text;
	struct bl_str not_applicable_reason;
	bool reads_configuration;
	struct bl_rule_example *examples;
	size_t n_examples;
};

/* bl_rule__fail(at, fmt): BL_EINPUT at a node. */
BL_STATUS bl_rule__fail(const struct bl_yaml *at, struct bl_err *reterr, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* bl_rule__text(node, what, &text, reterr): a scalar's text, not empty. */
BL_STATUS bl_rule__text(
    const struct bl_yaml *node, const char *what, struct bl_str *ret_text, struct bl_err *reterr);

/* bl_rule__check_keys(mapping, keys, n, what, reterr): nothing but these keys. */
BL_STATUS bl_rule__check_keys(const struct bl_yaml *mapping, const char *const keys[], size_t n,
    const char *what, struct bl_err *reterr);

size_t bl_rule__count(const struct bl_yaml *node);

/* bl_rule__examples(rule, body, list, arena, reterr): the worked examples; their items are
 * completed with an envelope that says nothing. */
BL_STATUS bl_rule__examples(const struct bl_rule *rule, struct bl_rule_body *body,
    const struct bl_yaml *list, struct bl_arena *arena, struct bl_err *reterr);

#endif
