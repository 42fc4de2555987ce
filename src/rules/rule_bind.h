#ifndef BL_RULES_RULE_BIND_H
#define BL_RULES_RULE_BIND_H

#include "query/value.h"
#include "rules/rule.h"

/* Private to the rule_* files. */
struct bl_bound_rule {
	const struct bl_rule *rule;
	const struct bl_value *values; /* [n_params] */
};

#endif
